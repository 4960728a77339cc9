"""Meetings, milestones and deadlines as entries of a calendar file."""

from datetime import datetime, timedelta

from bot.ics import Event
from storage import Session, meetings
from storage.tables import Meeting, MeetingStatus, Negotiation


def uid(negotiation: Negotiation, ref: str) -> str:
    """What a calendar knows an entry by; it stays when the entry is moved.

    Made of the ref, never of a row's number: gaps between those would tell how much the other side keeps to itself.
    """
    return f"{negotiation.team_id}-{negotiation.code}-{ref}@parley.invalid".casefold()


def of_meeting(session: Session, negotiation: Negotiation, meeting: Meeting, changed_at: datetime) -> Event:
    """A meeting, with its purpose and agenda; `changed_at` is when it was planned, moved or cancelled."""
    words = [f"{negotiation.code}: {negotiation.title} ({negotiation.marking})"]
    words += [f"Purpose: {meeting.purpose}"] if meeting.purpose else []
    words += [f"{item.number}. {item.title}" for item in meetings.agenda(session, meeting.id or 0)]
    return Event(
        uid=uid(negotiation, meeting.ref),
        title=f"{negotiation.code} {meeting.ref}: {meeting.title}",
        starts=meeting.starts_at,
        ends=meeting.starts_at + timedelta(minutes=meeting.minutes_planned),
        changed_at=changed_at,
        sequence=meeting.sequence,
        place=meeting.place,
        description="\n".join(words),
        cancelled=meeting.status == MeetingStatus.CANCELLED,
    )
