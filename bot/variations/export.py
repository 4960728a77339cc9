"""The registers in the JSON export and the negotiation file, and as CSV in the shape of a submission.

`docs/export.md` describes the keys.
"""

import csv
import io
from collections.abc import Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot import dates, roster
from bot.papers import Chapter, Table
from bot.roster import Seat
from bot.variations import rules, standing
from storage import Session, records, timetable, variations
from storage.tables import Action, ContractChange, Derogation, Milestone, Negotiation, Party, Stance, Variation


def entries(session: Session, negotiation: Negotiation, seats: Mapping[int, Seat]) -> list[dict[str, Any]]:
    """Every local variation, modification and price."""
    negotiation_id, zone = negotiation.id or 0, ZoneInfo(negotiation.zone)
    milestones = _milestones(session, negotiation_id)
    found = []
    for row in variations.every(session, Variation, negotiation_id):
        now = standing.of(session, row)
        milestone = milestones.get(row.milestone_id)
        action = records.get(session, Action, row.action_id) if row.action_id else None
        found.append(
            {
                "ref": row.ref,
                "kind": row.kind,
                "title": row.title,
                "status": now.status,
                "regime": row.regime,
                "clause": row.clause,
                "schedule": row.schedule,
                "effective_from": _iso(row.starts_on),
                "effective_until": _iso(row.ends_on),
                "answers": row.answers,
                "effects": [{"year": year, "amount": _decimal(row.effects[year])} for year in sorted(row.effects)],
                "consulted": row.consulted,
                "national_currency": row.currency,
                "route": row.route,
                "needs_approval": row.needs_approval,
                "approval": row.approval or None,
                "approved_on": _iso(row.approved_on),
                "agreement": now.agreement.ref if now.agreement else None,
                "agreed_on": _iso(now.agreed_at.astimezone(zone).date() if now.agreed_at else None),
                "due_on": _iso(milestone.planned if milestone else None),
                "milestone": milestone.ref if milestone else None,
                "action": action.ref if action else None,
                "submitted_on": _iso(row.submitted_on),
                "submission": row.submission or None,
                "reason": row.withdrawn_because,
                "recorded_by": seats[row.author_id].person.name,
                "recorded_at": row.at.isoformat(),
            }
        )
    return found


def derogations(session: Session, negotiation: Negotiation, seats: Mapping[int, Seat]) -> list[dict[str, Any]]:
    return [
        {
            "ref": row.ref,
            "clause": row.clause,
            "text": row.text,
            "status": "withdrawn" if row.withdrawn_because else "recorded",
            "reason": row.withdrawn_because,
            "recorded_by": seats[row.author_id].person.name,
            "recorded_at": row.at.isoformat(),
        }
        for row in variations.every(session, Derogation, negotiation.id or 0)
    ]


def changes(
    session: Session, negotiation: Negotiation, parties: Mapping[int, Party], seats: Mapping[int, Seat]
) -> list[dict[str, Any]]:
    """Every variation of the signed contract, with who signed it."""
    found = []
    for row in variations.every(session, ContractChange, negotiation.id or 0):
        now = standing.of(session, row)
        agreement = now.agreement
        said = records.confirmations(session, [agreement.id or 0])[agreement.id or 0] if agreement else []
        found.append(
            {
                "ref": row.ref,
                "title": row.title,
                "status": now.status,
                "initiated_by": parties[row.initiated_by_id].code,
                "impact": row.impact,
                "agreement": agreement.ref if agreement else None,
                "signatures": [
                    {
                        "party": parties[word.party_id].code,
                        "member": seats[word.member_id].person.name,
                        "at": word.at.isoformat(),
                    }
                    for word in said
                    if agreement and word.version == agreement.version and word.stance == Stance.CONFIRMED
                ],
                "reason": row.withdrawn_because,
                "recorded_by": seats[row.author_id].person.name,
                "recorded_at": row.at.isoformat(),
            }
        )
    return found


def _milestones(session: Session, negotiation_id: int) -> dict[int | None, Milestone]:
    return {row.id: row for row in timetable.milestones(session, negotiation_id)}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _decimal(pence: int) -> str:
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{pounds}.{rest:02d}"


def _accounting(pence: int) -> str:
    """An amount as spreadsheets read it: a saving in brackets, because a cell must not begin with a sign."""
    return f"({_decimal(-pence)})" if pence < 0 else _decimal(pence)


# -- CSV ------------------------------------------------------------------------------------------------


_HEADINGS = (
    "Ref", "Register", "Title", "Status", "Regime", "Schedule", "Clause", "Effective from", "Effective until",
)  # fmt: skip
_LAST = (
    "Consulted", "National currency", "Route", "Approval reference", "Approved on", "Agreement", "Agreed on", "Due on",
    "Submitted on", "Submission reference",
)  # fmt: skip


def register_csv(session: Session, negotiation: Negotiation) -> str:
    """The three registers, a row for each entry that stands: what a submission asks for, a column for each
    question that any of them answers and for each year of their effects, in pounds."""
    rows = [row for row in entries(session, negotiation, _seats(session, negotiation)) if row["status"] != "withdrawn"]
    keys = list(dict.fromkeys(key for row in rows for key in row["answers"]))
    years = sorted({effect["year"] for row in rows for effect in row["effects"]})
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([*_HEADINGS, *(f"Test: {key}" for key in keys), *(f"Effect {year} (£)" for year in years), *_LAST])
    every = variations.every(session, Variation, negotiation.id or 0)
    pence = {row.ref: row.effects for row in every}
    stands = {row.ref: standing.of(session, row).words for row in every}  # for readers: subject to contract
    for row in rows:
        currency = {None: "", True: "yes", False: "no"}[row["national_currency"]]
        words = [
            *(row["ref"], rules.KIND_WORDS[row["kind"]], row["title"], stands[row["ref"]], row["regime"]),
            *(row["schedule"], row["clause"], row["effective_from"], row["effective_until"]),
            *(row["answers"].get(key) for key in keys),
            *(_accounting(pence[row["ref"]][year]) if year in pence[row["ref"]] else "" for year in years),
            *(row["consulted"], currency, row["route"], row["approval"], row["approved_on"], row["agreement"]),
            *(row["agreed_on"], row["due_on"], row["submitted_on"], row["submission"]),
        ]
        writer.writerow([rules.safe_cell(str(word or "")) for word in words])
    return out.getvalue()


def _seats(session: Session, negotiation: Negotiation) -> dict[int, Seat]:
    return {seat.member.id or 0: seat for seat in roster.seats(session, negotiation.id or 0)}


# -- the negotiation file -------------------------------------------------------------------------------


def chapters(session: Session, negotiation: Negotiation, parties: Mapping[int, Party]) -> list[Chapter]:
    """The three registers with their tests, derogations, and variations of the signed contract."""
    negotiation_id = negotiation.id or 0
    milestones = _milestones(session, negotiation_id)
    register, tests = [], []
    for row in variations.every(session, Variation, negotiation_id):
        now = standing.of(session, row)
        milestone = milestones.get(row.milestone_id)
        register.append(
            (
                *(row.ref, rules.KIND_WORDS[row.kind], row.title, now.words, row.regime),
                f"Schedule {row.schedule}{f', clause {row.clause}' if row.clause else ''}",
                " to ".join(dates.full_date(day) for day in (row.starts_on, row.ends_on) if day),
                rules.effects(row.effects),
                now.agreement.ref if now.agreement else "",
                _submission(row, milestone),
                row.withdrawn_because,
            )
        )
        tests += [(row.ref, key, text) for key, text in row.answers.items()]
        tests += [(row.ref, "consulted", row.consulted)] if row.consulted else []
    signed = [
        (
            *(row["ref"], row["title"], row["initiated_by"], row["status"], row["impact"]),
            "; ".join(f"{word['member']} ({word['party']})" for word in row["signatures"]),
            row["reason"],
        )
        for row in changes(session, negotiation, parties, _seats(session, negotiation))
    ]
    departures = [
        (row.ref, row.clause, row.text, row.withdrawn_because)
        for row in variations.every(session, Derogation, negotiation_id)
    ]
    head = (
        "Ref",
        "Register",
        "Title",
        "Status",
        "Regime",
        "Lands in",
        "In effect",
        "Effect",
        "Agreement",
        "Submission",
    )
    return [
        Chapter(
            "Local variations, modifications and prices",
            tables=(
                Table((*head, "Withdrawn because"), tuple(register)),
                *([Table(("Ref", "Test", "Answer"), tuple(tests))] if tests else []),
            ),
        ),
        Chapter(
            "Derogations from national text",
            tables=(Table(("Ref", "Clause", "Departure", "Withdrawn because"), tuple(departures)),),
        ),
        Chapter(
            "Variations of the signed contract",
            tables=(
                Table(
                    ("Ref", "Title", "Initiated by", "Status", "Impact", "Signed by", "Withdrawn because"),
                    tuple(signed),
                ),
            ),
        ),
    ]


def _submission(row: Variation, milestone: Milestone | None) -> str:
    parts = []
    if row.submitted_on:
        reference = f" ({row.submission})" if row.submission else ""
        parts.append(f"submitted on {dates.full_date(row.submitted_on)}{reference}")
    elif (due := standing.due_on(row, milestone)) is not None:
        parts.append(f"due on {dates.full_date(due)}")
    elif row.currency is False:
        parts.append("no national currency: nothing to submit")
    if row.approved_on:
        parts.append(f"approved on {dates.full_date(row.approved_on)} ({row.approval})")
    return "; ".join(parts)
