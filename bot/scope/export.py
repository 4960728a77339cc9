"""Scope, value and term in the JSON export and in the negotiation file; `docs/export.md` describes the keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import dates, figures
from bot.papers import Chapter, Table
from bot.roster import Seat
from bot.scope import rules, service, views
from storage import Session, scope
from storage.tables import ContractTerm, ContractValue, ScopeService, ScopeSide


def as_json(session: Session, negotiation_id: int, seats: Mapping[int, Seat]) -> dict[str, list[dict[str, Any]]]:
    """The keys of this slice. Amounts are exact decimals in words, such as "135000000"."""
    return {
        "scope": [_service(row, seats) for row in scope.every(session, ScopeService, negotiation_id)],
        "value": [_value(row, seats) for row in service.values(session, negotiation_id)],
        "term": [_term(session, row, seats) for row in scope.every(session, ContractTerm, negotiation_id)],
    }


def _service(row: ScopeService, seats: Mapping[int, Seat]) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "service": row.name,
        "side": row.side,
        "budget": figures.plain(row.budget) if row.budget is not None else None,
        "currency": row.currency or None,
        "source": row.source,
        "because": row.because,
        **_entered(row, seats),
    }


def _value(row: ContractValue, seats: Mapping[int, Seat]) -> dict[str, Any]:
    return {
        "ref": f"{scope.PREFIXES[ContractValue]}{row.number}",
        "amount": figures.plain(row.amount),
        "currency": row.currency,
        "up_to": row.up_to,
        "years": row.years,
        "dated": row.dated,
        "source": row.source,
        **_entered(row, seats),
    }


def _term(session: Session, row: ContractTerm, seats: Mapping[int, Seat]) -> dict[str, Any]:
    ends = rules.ends(row)
    planned = service.decision(session, row)
    return {
        "ref": f"{scope.PREFIXES[ContractTerm]}{row.number}",
        "years": row.years,
        "extension_years": row.extension_years,
        "starts": row.starts,
        "expires": ends.expires,
        "expires_if_extended": ends.extended,
        "decide_by": ends.decide_by,
        "milestone": planned.ref if planned else None,
        "extended_at": _iso(row.extended_at),
        "extended_by": seats[row.extended_by_id].person.name if row.extended_by_id else None,
        "extended_because": row.extended_because,
        "source": row.source,
        **_entered(row, seats),
    }


def _entered(row: ScopeService | ContractValue | ContractTerm, seats: Mapping[int, Seat]) -> dict[str, Any]:
    return {
        "ambiguous": row.ambiguous,
        "note": row.note,
        "recorded_by": seats[row.author_id].person.name,
        "recorded_at": _iso(row.at),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def chapters(session: Session, negotiation_id: int) -> list[Chapter]:
    """Services with their budget lines; the history of value and term, each with its source."""
    services = scope.every(session, ScopeService, negotiation_id)
    totals = [
        f"{head}: {views.total(rows)}."
        for side, head in ((ScopeSide.IN, "In the contract"), (ScopeSide.OUT, "Out of it"))
        if (rows := [row for row in services if row.side == side])
    ]
    listed = [
        (
            row.ref,
            views.marked(row.name, row.ambiguous, row.note),
            row.side,
            str(rules.budget(row) or ""),
            row.source,
            row.because,
        )
        for row in services
    ]
    values = [
        (
            views.value(row),
            views.as_of(row),
            row.source,
        )
        for row in service.values(session, negotiation_id)
    ]
    terms = [_term_row(row) for row in scope.every(session, ContractTerm, negotiation_id)]
    headings = ("Term", "From", "Expires", "If extended", "Decide by", "Extended", "Source")
    return [
        Chapter(
            "Scope",
            tuple(totals),
            (Table(("Ref", "Service", "In or out", "Budget", "Source", "Moved because"), tuple(listed)),),
        ),
        Chapter("Value", tables=(Table(("Value", "As of", "Source"), tuple(values)),)),
        Chapter("Term", tables=(Table(headings, tuple(terms)),)),
    ]


def _term_row(row: ContractTerm) -> tuple[str, ...]:
    ends = rules.ends(row)
    term = f"{rules.written(row.years, row.extension_years)} ({views.term(row)})"
    return (
        views.marked(term, row.ambiguous, row.note),
        dates.said_dated(row.starts),
        dates.said_dated(ends.expires),
        dates.said_dated(ends.extended) if ends.extended else "",
        dates.said_dated(ends.decide_by) if ends.decide_by else "",
        f"because {row.extended_because}" if row.extended_at else "",
        row.source,
    )
