"""Meetings: planned, begun, attended, closed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import access, trail
from bot.access import Actor, Capability, require
from bot.errors import UserError
from bot.meetings.guests import Guest
from storage import Session, meetings
from storage.tables import (
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Meeting,
    MeetingKind,
    MeetingStatus,
)

PREFIXES = {
    MeetingKind.NEGOTIATION: "N",
    MeetingKind.SUBGROUP: "S",
    MeetingKind.PREMEET: "P",
    MeetingKind.GATEWAY: "G",
    MeetingKind.LEGAL: "L",
}


@dataclass(frozen=True)
class MeetingPlan:
    """What `meeting add` says: a title, an aware start, and lengths in time."""

    kind: MeetingKind
    title: str
    starts_at: datetime
    length: timedelta
    place: str = ""
    informs: str | None = None
    preparation: timedelta | None = None


def plan(session: Session, actor: Actor, form: MeetingPlan, *, at: datetime) -> Meeting:
    """Put a meeting in the timetable. In a caucus channel it is private to the party."""
    require(actor, Capability.PLAN)
    informs = access.meeting(session, actor, form.informs) if form.informs else None
    scope = actor.scope if actor.channel is not None else None
    if informs is not None and informs.party_id not in (None, scope):
        raise UserError(f"Everyone would see this meeting, but {informs.ref} is private to your side. Leave it out.")
    number = meetings.next_number(session, actor.id, scope, form.kind)
    meeting = Meeting(
        negotiation_id=actor.id,
        party_id=scope,
        kind=form.kind,
        number=number,
        ref=f"{trail.private_prefix(actor, scope)}{PREFIXES[form.kind]}{number}",
        title=form.title,
        starts_at=form.starts_at,
        minutes_planned=int(form.length.total_seconds() // 60),
        place=form.place,
        informs_id=informs.id if informs else None,
        preparation_minutes=int(form.preparation.total_seconds() // 60) if form.preparation else None,
    )
    session.add(meeting)
    session.flush()
    trail.deed(
        session,
        actor,
        "meeting.planned",
        meeting.ref,
        at=at,
        scope=scope,
        title=meeting.title,
        starts_at=meeting.starts_at,
        minutes=meeting.minutes_planned,
        informs=informs.ref if informs else None,
    )
    return meeting


def start(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """Begin a planned meeting in the actor's channel; from now on typed lines there are read.

    Raises UserError outside the negotiation's channels, in the wrong one, or when one is open there.
    """
    require(actor, Capability.RUN)
    if actor.channel is None:
        raise UserError(
            f"A meeting is held in one of {actor.negotiation.code}'s channels. "
            f"Type `/parley start {meeting.ref}` in the channel where people will talk."
        )
    if meeting.party_id != actor.scope:
        where = "your caucus channel" if meeting.party_id is not None else "the joint channel or a sub-group's"
        raise UserError(f"{meeting.ref} belongs in {where}. Start it there: `/parley start {meeting.ref}`.")
    if meeting.status == MeetingStatus.OPEN:
        raise UserError(f"{meeting.ref} has already begun. Close it with `/parley close {meeting.ref}`.")
    if meeting.status == MeetingStatus.CLOSED:
        raise UserError(
            f"{meeting.ref} is over; its minutes stand. Plan the next one: "
            f"`/parley meeting add {meeting.kind} {meeting.title} on DATE at TIME for 2h`."
        )
    running = meetings.open_in(session, actor.channel_id)
    if running is not None:
        raise UserError(f"{running.ref} is still open in this channel. Close it first: `/parley close`.")
    meeting.status, meeting.started_at, meeting.channel_id = MeetingStatus.OPEN, at, actor.channel_id
    session.add(meeting)
    session.flush()
    trail.deed(session, actor, "meeting.started", meeting.ref, at=at, scope=meeting.party_id)


def close(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """End an open meeting. Raises UserError when it is not open."""
    require(actor, Capability.RUN)
    if meeting.status != MeetingStatus.OPEN:
        state = "has not begun" if meeting.status == MeetingStatus.PLANNED else "is already closed"
        raise UserError(f"{meeting.ref} {state}. `/parley meetings` shows how each one stands.")
    meeting.status, meeting.ended_at = MeetingStatus.CLOSED, at
    session.add(meeting)
    trail.deed(session, actor, "meeting.closed", meeting.ref, at=at, scope=meeting.party_id)


def in_progress(session: Session, actor: Actor) -> Meeting:
    """The meeting open in the actor's channel. Raises UserError when there is none."""
    meeting = access.meeting_in_progress(session, actor)
    if meeting is None:
        raise UserError("No meeting is open in this channel. Begin one with `/parley start REF`, such as `start N1`.")
    return meeting


def mark(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    guests: Sequence[Guest],
    status: AttendanceStatus,
    *,
    at: datetime,
    capacity: str = "",
) -> list[str]:
    """Say that these people are invited, present or sorry; gives their names back.

    Anyone may say so of themselves; of others, whoever may plan (invitations) or record.
    """
    if any(guest.member is None or guest.member != actor.member for guest in guests):
        require(actor, Capability.PLAN if status == AttendanceStatus.INVITED else Capability.RECORD)
    _check_same_side(meeting, guests)
    known = meetings.attendance(session, meeting.id or 0)
    for guest in guests:
        row = next((there for there in known if _same(there, guest)), None) or Attendance(
            meeting_id=meeting.id or 0,
            member_id=guest.member.id if guest.member else None,
            name=guest.name,
            status=status,
        )
        row.status = status
        row.capacity = capacity or row.capacity
        session.add(row)
        session.flush()
        known.append(row)
    trail.deed(
        session,
        actor,
        f"attendance.{status}",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        people=[guest.name for guest in guests],
        capacity=capacity,
    )
    return [guest.name for guest in guests]


def _same(row: Attendance, guest: Guest) -> bool:
    if guest.member is not None:
        return row.member_id == guest.member.id
    return row.member_id is None and row.name.casefold() == guest.name.casefold()


def _check_same_side(meeting: Meeting, guests: Sequence[Guest]) -> None:
    if meeting.party_id is None:
        return
    for guest in guests:
        if guest.member is not None and guest.member.party_id != meeting.party_id:
            raise UserError(f"{meeting.ref} is private to your side, and {guest.name} is not on it.")


def add_item(session: Session, actor: Actor, meeting: Meeting, title: str, *, at: datetime) -> AgendaItem:
    """Put one more item at the end of a meeting's agenda."""
    require(actor, Capability.PLAN)
    if meeting.status == MeetingStatus.CLOSED:
        raise UserError(f"{meeting.ref} is over, so its agenda is what it was.")
    if not title.strip():
        raise UserError(f"Say what the item is: `/parley agenda add {meeting.ref} Share of value at risk`.")
    number = len(meetings.agenda(session, meeting.id or 0)) + 1
    item = AgendaItem(meeting_id=meeting.id or 0, number=number, title=title.strip())
    session.add(item)
    session.flush()
    trail.deed(
        session,
        actor,
        "agenda.added",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        item=number,
        title=item.title,
    )
    return item


def take_item(session: Session, actor: Actor, meeting: Meeting, number: int, *, at: datetime) -> AgendaItem:
    """Take up an agenda item: what is recorded from now on belongs to it."""
    require(actor, Capability.RECORD)
    items = meetings.agenda(session, meeting.id or 0)
    item = next((item for item in items if item.number == number), None)
    if item is None:
        agenda = ", ".join(f"{item.number} {item.title}" for item in items) or "no items yet"
        raise UserError(
            f"{meeting.ref} has no agenda item {number}. Its agenda: {agenda}. "
            f"Add one with `/parley agenda add {meeting.ref} …`."
        )
    item.taken_at = item.taken_at or at
    meeting.item_id = item.id
    session.add_all((item, meeting))
    trail.deed(
        session,
        actor,
        "agenda.taken",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        item=number,
        title=item.title,
    )
    return item
