"""A meeting moves or is cancelled: what that does to its row, its replies and its trail."""

from datetime import UTC, datetime

from bot import trail
from bot.access import Actor
from bot.meetings import announcing
from storage import Session, ledger, meetings
from storage.tables import (
    AttendanceStatus,
    Meeting,
    MeetingStatus,
    Reply,
)


def shift(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    start: datetime,
    reason: str,
    *,
    at: datetime,
    by_parley: bool = False,
) -> None:
    before, meeting.starts_at = meeting.starts_at, start.astimezone(UTC)
    meeting.sequence += 1
    meeting.reason = reason
    if not by_parley:
        meeting.automatic = False  # people have chosen this time
    session.add(meeting)
    for row in meetings.attendance(session, meeting.id or 0):
        if row.reply == Reply.DEPUTY:
            stand_down(session, meeting, row.name)
        if row.reply is not None:
            row.reply, row.status = None, AttendanceStatus.INVITED
            session.add(row)
    session.flush()
    detail = {"before": before, "after": start, "reason": reason}
    if by_parley:
        deed_of_parley(session, meeting, "meeting.moved", at=at, **detail)
    else:
        trail.deed(session, actor, "meeting.moved", meeting.ref, at=at, scope=meeting.party_id, **detail)
    announcing.tell_change(session, actor, meeting, before, by_parley, at=at)


def end(
    session: Session, actor: Actor, meeting: Meeting, reason: str, *, at: datetime, by_parley: bool = False
) -> None:
    meeting.status, meeting.reason = MeetingStatus.CANCELLED, reason
    meeting.sequence += 1
    session.add(meeting)
    session.flush()
    if by_parley:
        deed_of_parley(session, meeting, "meeting.cancelled", at=at, reason=reason)
    else:
        trail.deed(session, actor, "meeting.cancelled", meeting.ref, at=at, scope=meeting.party_id, reason=reason)
    announcing.tell_change(session, actor, meeting, meeting.starts_at, by_parley, at=at)


def deed_of_parley(session: Session, meeting: Meeting, deed: str, *, at: datetime, **detail: object) -> None:
    ledger.record(
        session, meeting.negotiation_id, deed, meeting.ref, actor="Parley", at=at, scope=meeting.party_id, **detail
    )


def deputy_for(name: str) -> str:
    """The capacity of whoever comes in somebody's place."""
    return f"deputy for {name}"


def stand_down(session: Session, meeting: Meeting, name: str) -> None:
    """Whoever was to come in this person's place comes, if at all, for themselves."""
    for row in meetings.attendance(session, meeting.id or 0):
        if row.capacity == deputy_for(name):
            row.capacity = ""
            session.add(row)
            if not row.asked and row.reply is None:
                session.delete(row)
    session.flush()
