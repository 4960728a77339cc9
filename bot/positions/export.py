"""What is private to a party, in the JSON export and the negotiation file of that very party."""

from collections.abc import Mapping
from typing import Any

from bot.papers import Chapter, Table
from bot.positions import rules, views
from bot.roster import Seat
from storage import Session, positions
from storage.tables import Concession, Mandate, Party, Position


def as_json(session: Session, party: Party | None, seats: Mapping[int, Seat]) -> dict[str, list[dict[str, Any]]]:
    """Every version of what the party keeps for itself; empty lists for everybody else."""
    if party is None:
        return {"positions": [], "concessions": [], "mandates": []}
    party_id = party.id or 0
    positions_kept = positions.versions(session, Position, party_id)
    concessions = positions.versions(session, Concession, party_id)
    mandates = positions.versions(session, Mandate, party_id)
    last = {row.id for row in positions.latest(positions_kept)}
    last_given = {row.id for row in positions.latest(concessions)}
    last_mandates = {row.id for row in positions.latest(mandates)}
    return {
        "positions": [
            {
                **_kept(row, party, seats, row.id in last),
                "subject": row.subject,
                "clause": row.subject if rules.is_clause(row.subject) else None,
                "must": row.must or None,
                "target": row.target or None,
                "walkaway": row.walkaway or None,
                "importance": row.importance,
                "theirs": row.theirs,
                "red_lines": row.red_lines,
            }
            for row in positions_kept
        ],
        "concessions": [
            {
                **_kept(row, party, seats, row.id in last_given),
                "state": row.state,
                "subject": row.subject,
                "text": row.text,
                "worth_pence": row.worth_pence,
            }
            for row in concessions
        ],
        "mandates": [
            {
                **_kept(row, party, seats, row.id in last_mandates),
                "member": seats[row.member_id].person.name,
                "text": row.text,
            }
            for row in mandates
        ],
    }


def _kept(
    row: Position | Concession | Mandate, party: Party, seats: Mapping[int, Seat], stands: bool
) -> dict[str, Any]:
    return {
        "ref": row.ref,
        "version": row.version,
        "status": "standing" if stands else "superseded",
        "recorded_by": seats[row.author_id].person.name,
        "recorded_at": row.at.isoformat(),
        "private_to": party.code,
    }


def chapters(session: Session, party: Party | None, seats: Mapping[int, Seat]) -> list[Chapter]:
    """What the party wants, gives and gets, and who of it may settle what; nothing for everybody else."""
    if party is None:
        return []
    party_id = party.id or 0
    wanted = [
        (
            row.ref,
            row.subject,
            row.must,
            row.target,
            row.walkaway,
            str(row.importance or ""),
            str(row.theirs or ""),
            "\n".join(row.red_lines),
        )
        for row in views.ranked(positions.latest(positions.versions(session, Position, party_id)))
    ]
    given = [
        (
            row.ref,
            row.subject,
            row.state,
            row.text,
            rules.money(row.worth_pence) if row.worth_pence is not None else "",
        )
        for row in positions.latest(positions.versions(session, Concession, party_id))
    ]
    mandates = [
        (row.ref, seats[row.member_id].person.name, row.text)
        for row in positions.latest(positions.versions(session, Mandate, party_id))
    ]
    headings = ("Ref", "On", "Must", "Target", "Walk-away", "Importance to us", "To them, our guess", "Red lines")
    return [
        Chapter("Positions", tables=(Table(headings, tuple(wanted)),), private_to=party.name),
        Chapter(
            "Concessions",
            tables=(Table(("Ref", "On", "State", "What", "Worth"), tuple(given)),),
            private_to=party.name,
        ),
        Chapter("Mandates", tables=(Table(("Ref", "Who", "May settle"), tuple(mandates)),), private_to=party.name),
    ]
