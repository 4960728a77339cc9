"""Meetings as they are told in Slack: the invitation, its calendar file, and what has changed."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import ics
from bot.meetings import announcing, calendar_entries, service, views
from bot.outbox import File, Message, Update
from storage import Session, meetings, negotiations
from storage.tables import Meeting, MeetingStatus, Negotiation, OutboxRow


def card(session: Session, row: OutboxRow) -> Message | None:
    """The invitation; None where the meeting has begun or fallen away before anybody could be asked."""
    meeting = meetings.get(session, row.ref_id or 0)
    return _card(session, meeting, row.recipient) if meeting.status == MeetingStatus.PLANNED else None


def _card(session: Session, meeting: Meeting, to: str) -> Message:
    negotiation = negotiations.get(session, meeting.negotiation_id)
    lacking = service.outstanding(session, meeting) if meeting.status == MeetingStatus.PLANNED else []
    return views.invitation(
        negotiation.code,
        negotiation.marking,
        ZoneInfo(negotiation.zone),
        meeting,
        meetings.attendance(session, meeting.id or 0),
        lacking,
        in_channel=to[:1] in ("C", "G"),
    )


def card_update(session: Session, row: OutboxRow) -> Update:
    """The same invitation again, in place of what was posted."""
    meeting = meetings.get(session, row.ref_id or 0)
    return Update(announcing.card_key(meeting), _card(session, meeting, row.recipient))


def calendar(session: Session, row: OutboxRow) -> Message | None:
    """The calendar file beside the invitation; None when the meeting has moved since, for that sends its own."""
    meeting = meetings.get(session, row.ref_id or 0)
    if meeting.sequence != row.payload["sequence"] or meeting.status != MeetingStatus.PLANNED:
        return None
    negotiation = negotiations.get(session, meeting.negotiation_id)
    return Message(f"{meeting.ref} for your calendar", file=_file(session, negotiation, meeting, row))


def changed(session: Session, row: OutboxRow) -> Message | None:
    """A meeting has moved or is cancelled; None when that has been overtaken by another change."""
    meeting = meetings.get(session, row.ref_id or 0)
    if meeting.sequence != row.payload["sequence"]:
        return None
    negotiation = negotiations.get(session, meeting.negotiation_id)
    zone = ZoneInfo(negotiation.zone)
    before = views.span(datetime.fromisoformat(row.payload["before"]), meeting.minutes_planned, zone)
    words = views.changed(negotiation.code, negotiation.marking, zone, meeting, before, str(row.payload["by"]))
    return Message(words, file=_file(session, negotiation, meeting, row))


def _file(session: Session, negotiation: Negotiation, meeting: Meeting, row: OutboxRow) -> File:
    event = calendar_entries.of_meeting(
        session, negotiation, meeting, datetime.fromisoformat(row.payload["changed_at"])
    )
    name = f"{negotiation.code}-{meeting.ref}-{meeting.sequence}.ics"
    return File(name, ics.invitation(event, ZoneInfo(negotiation.zone)))
