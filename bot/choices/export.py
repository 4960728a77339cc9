"""How the contract came to be, in the JSON export and the negotiation file."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import dates
from bot.access import negotiation_calendar
from bot.choices import assessment, packs, rules, views
from bot.papers import Chapter, Table
from bot.roster import Seat
from storage import Session, choices
from storage.tables import Analysis, Choice, ChoiceKind, Criterion, Decision, Finding, Negotiation


def as_json(
    session: Session, negotiation: Negotiation, seats: Mapping[int, Seat], templates: Path | None = None
) -> dict[str, Any]:
    negotiation_id = negotiation.id or 0
    evidence = choices.evidence(session, negotiation_id)
    findings = choices.every(session, Finding, negotiation_id)
    options = packs.options(templates)
    window = assessment.window(session, negotiation_id, options.working_days, negotiation_calendar(negotiation))
    criteria = {row.id: row.number for row in choices.every(session, Criterion, negotiation_id)}
    return {
        "routes": [
            _choice(choice, decision, seats)
            for choice, decision in choices.made(session, negotiation_id, ChoiceKind.ROUTE)
        ],
        "structures": [
            _choice(choice, decision, seats)
            for choice, decision in choices.made(session, negotiation_id, ChoiceKind.STRUCTURE)
        ],
        "pros_and_cons": [
            {
                "structure": row.structure,
                "kind": row.kind,
                "text": row.text,
                "material": row.material,
                "mitigation": row.mitigation or None,
                "owner": seats[row.owner_id].person.name if row.owner_id else None,
                **_said(row, seats),
            }
            for row in choices.weighings(session, negotiation_id)
        ],
        "analysis": [
            {
                "ref": row.ref,
                "title": row.title,
                "date": row.held_on.isoformat() if row.held_on else None,
                "month": row.month,
                "finding": row.finding or None,
                **_said(row, seats),
            }
            for row in choices.every(session, Analysis, negotiation_id)
        ],
        "assessment": {
            "due_on": window.due_on.isoformat() if window.due_on else None,
            "evaluators": [seat.person.name for seat in assessment.evaluators(session, negotiation_id)],
            "criteria": [
                {
                    "number": row.number,
                    "text": row.text,
                    "evidence": [{"text": each.text, **_said(each, seats)} for each in evidence.get(row.id or 0, ())],
                    **_said(row, seats),
                }
                for row in choices.every(session, Criterion, negotiation_id)
            ],
            "findings": [
                {
                    "ref": row.ref,
                    "criterion": criteria[row.criterion_id],
                    "kind": row.kind,
                    "text": row.text,
                    "became": row.became or None,
                    "assumed": row.remark or None,
                    **_said(row, seats),
                }
                for row in findings
            ],
        },
    }


def _choice(choice: Choice, decision: Decision, seats: Mapping[int, Seat]) -> dict[str, Any]:
    return {
        "structure": choice.structure,
        **choice.words,
        "reason": choice.reason,
        "decision": decision.ref,
        **_said(choice, seats),
    }


def _said(row: Any, seats: Mapping[int, Seat]) -> dict[str, str]:
    return {"recorded_by": seats[row.author_id].person.name, "recorded_at": row.at.isoformat()}


def chapters(
    session: Session, negotiation: Negotiation, seats: Mapping[int, Seat], templates: Path | None = None
) -> list[Chapter]:
    """The tables of the choice as they are, and what this negotiation made of them."""
    negotiation_id = negotiation.id or 0
    options = packs.options(templates)
    found = [
        _analysis(session, negotiation_id),
        _routes(session, negotiation, seats, options),
        _pros_and_cons(session, negotiation_id, seats, options),
        _assessment(session, negotiation, options),
        _structure(session, negotiation, seats),
    ]
    return [chapter for chapter in found if chapter is not None]


def _analysis(session: Session, negotiation_id: int) -> Chapter:
    rows = [
        (row.ref, views.when(row), row.title, row.finding) for row in choices.every(session, Analysis, negotiation_id)
    ]
    return Chapter("Market analysis", tables=(Table(("Ref", "When", "Phase", "Finding"), tuple(rows)),))


def _routes(
    session: Session, negotiation: Negotiation, seats: Mapping[int, Seat], options: packs.Options
) -> Chapter | None:
    """The options table, in a negotiation that chose from it."""
    made = choices.made(session, negotiation.id or 0, ChoiceKind.ROUTE)
    if not made and negotiation.structure is None:
        return None
    rows = tuple((str(row.number), *rules.cells(row)) for row in options.routes)
    table = Table(("Row", *options.headings["routes"]), rows)
    return Chapter(
        "Options for routes to contract",
        (_source(options), *_remarks(options, "Row "), *(_told(*each, seats, negotiation) for each in made)),
        (table,),
    )


def _source(options: packs.Options) -> str:
    return f"From {options.source}; {options.remark}."


def _remarks(options: packs.Options, beginning: str) -> list[str]:
    """Why cells are in doubt: those of the first table begin with their row, the others with their structure."""
    every = rules.remarks(options)
    return [remark for remark in every if remark.startswith("Row ") == (beginning == "Row ")]


def _told(choice: Choice, decision: Decision, seats: Mapping[int, Seat], negotiation: Negotiation) -> str:
    day = choice.at.astimezone(ZoneInfo(negotiation.zone)).date()
    return f"{decision.ref}, {dates.full_date(day)}, {seats[choice.author_id].title}: {decision.text}"


def _pros_and_cons(
    session: Session, negotiation_id: int, seats: Mapping[int, Seat], options: packs.Options
) -> Chapter | None:
    """The table of pros and cons, and how they weigh here, in a negotiation that chose a route or weighed them."""
    weighed = choices.weighings(session, negotiation_id)
    if not weighed and not choices.made(session, negotiation_id, ChoiceKind.ROUTE):
        return None
    whole = [
        (
            rules.marked(each.name, each.remark),
            *(
                "; ".join(rules.marked(point.text, point.remark) for point in each.points if point.kind == kind)
                for kind in ("pro", "con", "other")
            ),
        )
        for each in options.structures
    ]
    here = [
        (
            row.structure,
            row.kind,
            row.text,
            "material" if row.material else "immaterial",
            row.mitigation,
            seats[row.owner_id].title if row.owner_id else "",
        )
        for row in weighed
    ]
    return Chapter(
        "Generic pros and cons of each contracting route",
        (_source(options), *_remarks(options, "")),
        (
            Table(options.headings["structures"], tuple(whole)),
            Table(("Structure", "Kind", "What", "Here", "Mitigation", "Owner"), tuple(here)),
        ),
    )


def _assessment(session: Session, negotiation: Negotiation, options: packs.Options) -> Chapter | None:
    negotiation_id = negotiation.id or 0
    rows = choices.every(session, Criterion, negotiation_id)
    if not rows:
        return None
    evidence = choices.evidence(session, negotiation_id)
    number = {row.id: str(row.number) for row in rows}
    criteria = [
        (str(row.number), row.text, "\n".join(each.text for each in evidence.get(row.id or 0, ()))) for row in rows
    ]
    found = choices.every(session, Finding, negotiation_id)
    findings = [
        (
            row.ref,
            rules.assumed(number[row.criterion_id], row.remark),
            row.kind,
            row.text,
            rules.assumed(row.became, row.remark),
        )
        for row in found
    ]
    evaluators = ", ".join(seat.title for seat in assessment.evaluators(session, negotiation_id))
    window = assessment.window(session, negotiation_id, options.working_days, negotiation_calendar(negotiation))
    return Chapter(
        "Most capable provider assessment",
        (f"Evaluators: {evaluators or 'nobody named'}.", window.words, *views.assumptions(found)),
        (
            Table(("No", "Criterion", "Evidence"), tuple(criteria)),
            Table(("Ref", "Criterion", "Kind", "Finding", "Became"), tuple(findings)),
        ),
    )


def _structure(session: Session, negotiation: Negotiation, seats: Mapping[int, Seat]) -> Chapter:
    made = choices.made(session, negotiation.id or 0, ChoiceKind.STRUCTURE)
    return Chapter("Structure of the contract", tuple(_told(*each, seats, negotiation) for each in made))
