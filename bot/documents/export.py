"""Drafts and promises in the JSON export; `docs/export.md` describes the keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import dates
from bot.documents import rules
from bot.papers import Chapter, Table
from bot.roster import Seat
from storage import Session, documents
from storage.tables import Commitment, Document, MissingSchedule, Party


def drafts(
    session: Session, negotiation_id: int, parties: Mapping[int, Party], seats: Mapping[int, Seat]
) -> list[dict[str, Any]]:
    rows = documents.every(session, Document, negotiation_id)
    schedules = documents.schedules(session, [row.id or 0 for row in rows])
    before = rules.drafts_before(rows)
    return [
        {
            "ref": row.ref,
            "title": row.title,
            "version": row.version,
            "issued_on": row.issued_on.isoformat(),
            "party": parties[row.issued_by_id].code,
            "pen": _name(seats, row.pen_id),
            "complete": not _missing(schedules[row.id or 0]),
            "missing": _missing(schedules[row.id or 0]),
            "schedules": [
                {
                    "name": schedule.name,
                    "received_at": _iso(schedule.received_at),
                    "received_by": _name(seats, schedule.received_by_id),
                }
                for schedule in schedules[row.id or 0]
            ],
            "against": before[row.ref].ref if row.ref in before else None,
            "changes": row.changes or None,
            "recorded_by": _name(seats, row.author_id),
            "recorded_at": _iso(row.at),
        }
        for row in rows
    ]


def promises(
    session: Session, negotiation_id: int, parties: Mapping[int, Party], seats: Mapping[int, Seat]
) -> list[dict[str, Any]]:
    return [
        {
            "ref": row.ref,
            "text": row.text,
            "party": parties[row.promised_by_id].code,
            "source": row.source,
            "status": row.status,
            "clauses": row.clauses,
            "reason": row.reason,
            "settled_by": _name(seats, row.settled_by_id),
            "settled_at": _iso(row.settled_at),
            "recorded_by": _name(seats, row.author_id),
            "recorded_at": _iso(row.at),
        }
        for row in documents.every(session, Commitment, negotiation_id)
    ]


def _missing(schedules: list[MissingSchedule]) -> list[str]:
    return [schedule.name for schedule in schedules if schedule.received_at is None]


def _name(seats: Mapping[int, Seat], member_id: int | None) -> str | None:
    return seats[member_id].person.name if member_id else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def chapters(session: Session, negotiation_id: int, parties: Mapping[int, Party]) -> list[Chapter]:
    """The issued drafts, and where each promise of a submission went."""
    drafts_rows = documents.every(session, Document, negotiation_id)
    schedules = documents.schedules(session, [row.id or 0 for row in drafts_rows])
    issued = [
        (
            row.ref,
            row.title,
            row.version,
            dates.full_date(row.issued_on),
            parties[row.issued_by_id].code,
            ", ".join(_missing(schedules[row.id or 0])) or "complete",
            row.changes,
        )
        for row in drafts_rows
    ]
    promised = [
        (
            row.ref,
            row.text,
            parties[row.promised_by_id].code,
            row.source,
            row.status,
            ", ".join(row.clauses),
            row.reason,
        )
        for row in documents.every(session, Commitment, negotiation_id)
    ]
    return [
        Chapter(
            "Drafts of the contract",
            tables=(Table(("Ref", "Title", "Version", "Issued", "By", "Missing", "Changes"), tuple(issued)),),
        ),
        Chapter(
            "Promises of the submission",
            tables=(Table(("Ref", "Promise", "By", "Source", "Status", "Clauses", "Reason"), tuple(promised)),),
        ),
    ]
