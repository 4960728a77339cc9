"""Whether the registers say what the trail says: each deed on an entry is replayed, and its row held against it.

Only what everybody shares is looked at here. A fault names the ref and which of its facts differ, never their words.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from bot.scope import rules as scope_rules
from storage import Session, choices, documents, ledger, negotiations, outcomes, scope, variations
from storage.tables import (
    Analysis,
    ChoiceKind,
    Commitment,
    ContractChange,
    ContractTerm,
    ContractValue,
    Criterion,
    Derogation,
    Document,
    Finding,
    Negotiation,
    Route,
    ScopeService,
    Variation,
)

Facts = dict[str, Any]


def faults(session: Session, negotiation: Negotiation) -> Iterable[str]:
    """A sentence for each entry that differs from the trail, is missing, or is not in the trail."""
    told = _replayed(session, negotiation.id or 0)
    for ref, facts in _rows(session, negotiation):
        said = told.pop(ref, None)
        if said is None:
            yield f"{ref}: the trail does not know it."
            continue
        different = [name for name, value in _plain(facts).items() if value != said.get(name, _empty(value))]
        if different:
            yield f"{ref}: the trail says otherwise of its {', '.join(different)}."
    yield from (f"{ref}: it is in the trail, but not in the record." for ref in told)


def _plain(facts: Facts) -> Facts:
    """Values as the ledger keeps them: dates and decimals as their digits."""
    found: Facts = json.loads(json.dumps(facts, default=str))
    return found


def _empty(value: Any) -> Any:
    """What a fact is that no deed has spoken of."""
    return type(value)() if isinstance(value, str | list | dict | bool) else None


# -- what the trail says --------------------------------------------------------------------------------

# The facts that a deed tells, by the names that they have in its detail.
_TOLD: Mapping[str, Mapping[str, str]] = {
    "variation.added": {"title": "title", "kind": "kind", "clause": "clause", "regime": "regime"},
    "variation.consulted": {"consulted": "consulted"},
    "variation.currency": {"national": "currency"},
    "variation.dated": {"starts_on": "start", "ends_on": "end", "regime": "regime"},
    "variation.regime": {"regime": "regime"},
    "variation.approved": {"reference": "approval", "on": "approval date"},
    "variation.submitted": {"reference": "submission", "on": "submission date"},
    "variation.withdrawn": {"reason": "withdrawal"},
    "derogation.added": {"clause": "clause", "text": "words"},
    "derogation.withdrawn": {"reason": "withdrawal"},
    "change.added": {"title": "title", "initiated_by": "initiator"},
    "change.impact": {"text": "impact"},
    "change.withdrawn": {"reason": "withdrawal"},
    "outcome.added": {"title": "title"},
    "metric.added": {"weight": "weight", "baseline": "baseline", "target": "target"},
    "metric.withdrawn": {"because": "withdrawal"},
    "share.set": {"percent": "percent"},
    "scope.added": {"service": "name", "side": "side", "budget": "budget", "source": "source"},
    "scope.moved": {"side": "side", "because": "reason"},
    "scope.budgeted": {"budget": "budget", "source": "source"},
    "value.added": {"amount": "amount", "up_to": "limit", "years": "years", "dated": "date", "source": "source"},
    "term.added": {"term": "years", "starts": "start", "source": "source"},
    "term.extended": {"because": "extension"},
    "analysis.added": {"title": "title", "held_on": "date", "month": "month", "finding": "finding"},
    "criterion.added": {"text": "words"},
    "finding.added": {"kind": "kind", "text": "words", "became": "result"},
    "document.issued": {"title": "title", "version": "version", "issued_on": "date", "changes": "changes"},
    "document.disclosed": {"changes": "changes"},
    "commitment.added": {"text": "words", "source": "source"},
    "commitment.carried": {"clauses": "clauses"},
    "commitment.waived": {"reason": "reason"},
    "route.chosen": {"structure": "structure", "reason": "reason"},
    "structure.chosen": {"structure": "structure", "reason": "reason"},
}


def _answered(facts: Facts, detail: Facts) -> None:
    facts["answers"] = {**facts.get("answers", {}), detail["question"]: detail["text"]}


def _route(facts: Facts, detail: Facts) -> None:
    facts["application"] = detail["route"] == Route.APPLICATION


def _effect(facts: Facts, detail: Facts) -> None:
    others = {year: pence for year, pence in facts.get("effects", {}).items() if year != detail["year"]}
    facts["effects"] = others if detail["pence"] is None else {**others, detail["year"]: detail["pence"]}


def _metric_set(facts: Facts, detail: Facts) -> None:
    if detail["field"] in ("weight", "baseline", "target"):
        facts[detail["field"]] = detail["value"]


def _evidence(facts: Facts, detail: Facts) -> None:
    facts["evidence"] = [*facts.get("evidence", []), detail["text"]]


def _issued(facts: Facts, detail: Facts) -> None:
    facts["missing schedules"] = list(detail["missing"])


def _commitment_reopened(facts: Facts, _detail: Facts) -> None:
    facts["clauses"], facts["reason"] = [], ""


_FOLLOWED: Mapping[str, Callable[[Facts, Facts], None]] = {
    "variation.answered": _answered,
    "variation.effect": _effect,
    "variation.route": _route,
    "metric.set": _metric_set,
    "criterion.evidence": _evidence,
    "document.issued": _issued,
    "commitment.reopened": _commitment_reopened,
}


def _replayed(session: Session, negotiation_id: int) -> dict[str, Facts]:
    told: dict[str, Facts] = {}
    for entry in ledger.entries(session, negotiation_id, 0):
        if entry.deed not in _TOLD and entry.deed not in _FOLLOWED:
            continue
        try:
            detail = json.loads(entry.detail)
        except ValueError:
            continue  # said already, where the records are held against the trail
        chosen = entry.deed.endswith(".chosen")
        facts = told.setdefault(f"{entry.ref} in {detail['decision']}" if chosen else entry.ref, {})
        facts |= {ours: detail.get(theirs) for theirs, ours in _TOLD.get(entry.deed, {}).items()}
        if entry.deed in _FOLLOWED:
            _FOLLOWED[entry.deed](facts, detail)
    return told


# -- what the rows say ----------------------------------------------------------------------------------


def _rows(session: Session, negotiation: Negotiation) -> Iterable[tuple[str, Facts]]:
    negotiation_id = negotiation.id or 0
    yield from _variations(session, negotiation_id)
    yield from _outcomes(session, negotiation_id)
    yield from _scope(session, negotiation_id)
    yield from _choices(session, negotiation)
    yield from _documents(session, negotiation_id)


def _variations(session: Session, negotiation_id: int) -> Iterable[tuple[str, Facts]]:
    for row in variations.every(session, Variation, negotiation_id):
        yield (
            row.ref,
            {
                "title": row.title, "kind": row.kind, "clause": row.clause, "regime": row.regime,
                "answers": row.answers, "effects": row.effects, "consulted": row.consulted, "currency": row.currency,
                "start": row.starts_on, "end": row.ends_on, "approval": row.approval,
                "approval date": row.approved_on, "submission": row.submission, "submission date": row.submitted_on,
                "withdrawal": row.withdrawn_because,
                "application": row.route == Route.APPLICATION,
            },
        )  # fmt: skip
    for departure in variations.every(session, Derogation, negotiation_id):
        yield (
            departure.ref,
            {"clause": departure.clause, "words": departure.text, "withdrawal": departure.withdrawn_because},
        )
    codes = {party.id: party.code for party in negotiations.parties(session, negotiation_id)}
    for change in variations.every(session, ContractChange, negotiation_id):
        yield (
            change.ref,
            {
                "title": change.title, "initiator": codes[change.initiated_by_id], "impact": change.impact,
                "withdrawal": change.withdrawn_because,
            },
        )  # fmt: skip


def _outcomes(session: Session, negotiation_id: int) -> Iterable[tuple[str, Facts]]:
    for row in outcomes.every(session, negotiation_id):
        yield row.ref, {"title": row.title}
    for found in outcomes.metrics(session, negotiation_id).values():
        for metric in found:
            yield (
                metric.ref,
                {
                    "weight": metric.weight, "baseline": metric.baseline, "target": metric.target,
                    "withdrawal": metric.because,
                },
            )  # fmt: skip
    for share in outcomes.shares(session, negotiation_id):
        yield f"year {share.year}", {"percent": share.percent}


def _scope(session: Session, negotiation_id: int) -> Iterable[tuple[str, Facts]]:
    for row in scope.every(session, ScopeService, negotiation_id):
        budget = scope_rules.budget(row)
        yield (
            row.ref,
            {
                "name": row.name, "side": row.side, "budget": str(budget) if budget else None, "source": row.source,
                "reason": row.because,
            },
        )  # fmt: skip
    for value in scope.every(session, ContractValue, negotiation_id):
        yield (
            f"{scope.PREFIXES[ContractValue]}{value.number}",
            {
                "amount": str(scope_rules.amount(value)), "limit": value.up_to, "years": value.years,
                "date": value.dated, "source": value.source,
            },
        )  # fmt: skip
    for term in scope.every(session, ContractTerm, negotiation_id):
        yield (
            f"{scope.PREFIXES[ContractTerm]}{term.number}",
            {
                "years": scope_rules.written(term.years, term.extension_years), "start": term.starts,
                "source": term.source, "extension": term.extended_because,
            },
        )  # fmt: skip


def _choices(session: Session, negotiation: Negotiation) -> Iterable[tuple[str, Facts]]:
    negotiation_id = negotiation.id or 0
    for kind in ChoiceKind:
        for choice, decision in choices.made(session, negotiation_id, kind):
            yield (
                f"{negotiation.code} {kind} in {decision.ref}",
                {"structure": choice.structure, "reason": choice.reason},
            )
    for row in choices.every(session, Analysis, negotiation_id):
        yield row.ref, {"title": row.title, "date": row.held_on, "month": row.month, "finding": row.finding}
    evidence = choices.evidence(session, negotiation_id)
    for criterion in choices.every(session, Criterion, negotiation_id):
        given = [each.text for each in evidence.get(criterion.id or 0, [])]
        yield f"criterion {criterion.number}", {"words": criterion.text, "evidence": given}
    for finding in choices.every(session, Finding, negotiation_id):
        yield finding.ref, {"kind": finding.kind, "words": finding.text, "result": finding.became}


def _documents(session: Session, negotiation_id: int) -> Iterable[tuple[str, Facts]]:
    drafts = documents.every(session, Document, negotiation_id)
    missing = documents.schedules(session, [row.id or 0 for row in drafts])
    for row in drafts:
        yield (
            row.ref,
            {
                "title": row.title, "version": row.version, "date": row.issued_on, "changes": row.changes,
                "missing schedules": [each.name for each in missing[row.id or 0]],
            },
        )  # fmt: skip
    for promise in documents.every(session, Commitment, negotiation_id):
        yield (
            promise.ref,
            {"words": promise.text, "source": promise.source, "clauses": promise.clauses, "reason": promise.reason},
        )
