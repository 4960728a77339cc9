"""Everything with a date that somebody may see, as one calendar file."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import ics
from bot.ics import Event
from bot.meetings import calendar_entries
from storage import Session, ledger, meetings, records, timetable
from storage.tables import Action, Milestone, Negotiation

_CHANGES = ("planned", "moved", "cancelled", "recorded", "extended", "added", "done")


def feed(session: Session, negotiation: Negotiation, party_id: int | None, member_id: int | None = None) -> str:
    """Meetings, dated milestones and open deadlines (of one member, or all) that this party may see."""
    changed = _changes(session, negotiation, party_id)
    events = [
        calendar_entries.of_meeting(session, negotiation, meeting, _last(changed, meeting.ref, negotiation.created_at))
        for meeting in meetings.visible(session, negotiation.id or 0, party_id)
    ]
    events += [
        _of_milestone(negotiation, row, changed.get(row.ref, []))
        for row in timetable.milestones(session, negotiation.id or 0)
        if (row.planned is not None and row.done_month is None) or row.done_on is not None
    ]
    events += [
        _of_action(negotiation, row, changed.get(row.ref, []))
        for row in _deadlines(session, negotiation, party_id, member_id)
    ]
    return ics.feed(f"{negotiation.code}: {negotiation.title}", events, ZoneInfo(negotiation.zone))


def _changes(session: Session, negotiation: Negotiation, party_id: int | None) -> dict[str, list[datetime]]:
    """When each thing was planned, moved or settled, first to last, by ref."""
    found: dict[str, list[datetime]] = {}
    for scope in (0,) if party_id is None else (0, party_id):
        for entry in ledger.entries(session, negotiation.id or 0, scope):
            if entry.deed.partition(".")[2] in _CHANGES:
                found.setdefault(entry.ref, []).append(entry.at)
    return found


def _last(changed: Mapping[str, Sequence[datetime]], ref: str, otherwise: datetime) -> datetime:
    return changed[ref][-1] if changed.get(ref) else otherwise


def _deadlines(
    session: Session, negotiation: Negotiation, party_id: int | None, member_id: int | None
) -> Iterable[Action]:
    rows = [row for row in records.open_actions(session, negotiation.id or 0, party_id) if row.due_on is not None]
    owners = records.owners(session, [row.id or 0 for row in rows])
    return [row for row in rows if member_id is None or member_id in owners[row.id or 0]]


def _of_milestone(negotiation: Negotiation, row: Milestone, changes: Sequence[datetime]) -> Event:
    """A milestone as a whole day; each change of it raises the sequence."""
    day = row.done_on or row.planned or negotiation.created_at.date()
    return Event(
        uid=calendar_entries.uid(negotiation, row.ref),
        title=f"{negotiation.code} {row.ref}: {row.title}{' (done)' if row.done_on else ''}",
        starts=day,
        ends=day,
        changed_at=changes[-1] if changes else negotiation.created_at,
        sequence=max(len(changes) - 1, 0),
        description=negotiation.marking,
    )


def _of_action(negotiation: Negotiation, row: Action, changes: Sequence[datetime]) -> Event:
    day = row.due_on or row.at.date()
    return Event(
        uid=calendar_entries.uid(negotiation, row.ref),
        title=f"{negotiation.code} {row.ref} due: {row.text}",
        starts=day,
        ends=day,
        changed_at=changes[-1] if changes else negotiation.created_at,
        sequence=max(len(changes) - 1, 0),
        description=negotiation.marking,
    )
