"""Putting meetings in the timetable: planned, repeated, moved, cancelled; with a pre-meet for each side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot import access, dates, roster, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.meetings import announcing, carrying, changes, premeets, rules
from bot.meetings.rules import Recurrence
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.workdays import holiday_name, is_working_day
from storage import Session, meetings
from storage.tables import (
    Meeting,
    MeetingKind,
    MeetingStatus,
)

FURTHEST = timedelta(days=10 * 365)

PREFIXES = {
    MeetingKind.NEGOTIATION: "N",
    MeetingKind.SUBGROUP: "S",
    MeetingKind.PREMEET: premeets.PREFIX,
    MeetingKind.GATEWAY: "G",
    MeetingKind.LEGAL: "L",
}


@dataclass(frozen=True)
class MeetingPlan:
    """What `meeting add` says: a title, an aware start, and lengths in time.

    `anyway` plans it although people are busy or the day is a holiday.
    """

    kind: MeetingKind
    title: str
    starts_at: datetime
    length: timedelta
    place: str = ""
    informs: str | None = None
    preparation: timedelta | None = None
    every: Recurrence | None = None
    anyway: bool = False


@dataclass(frozen=True)
class Planned:
    """The meetings that came of a plan, and what the planner should know of them, in sentences."""

    meetings: tuple[Meeting, ...]
    remarks: tuple[str, ...] = field(default=())


def plan(session: Session, actor: Actor, form: MeetingPlan, *, at: datetime) -> Planned:
    """Put a meeting, or a series, in the timetable. In a caucus channel it is private to the party.

    Raises UserError for one in the past, on a holiday, or overlapping with another for the same people.
    """
    require(actor, Capability.PLAN)
    informs = access.meeting(session, actor, form.informs) if form.informs else None
    scope = _scope(actor, form.kind)
    if informs is not None and informs.party_id not in (None, scope):
        raise UserError(f"Everyone would see this meeting, but {informs.ref} is private to your side. Leave it out.")
    if informs is not None and informs.status == MeetingStatus.CANCELLED:
        raise UserError(f"{informs.ref} is cancelled, so nothing can inform it. Name another meeting, or none.")
    starts, remarks = _starts(actor, form)
    planned: list[Meeting] = []
    for start in starts:
        _check_day(actor, start, anyway=form.anyway, at=at)
        if not form.anyway:
            people = {seat.member.id for seat in _people(session, actor, form.kind, scope, None)}
            check_free(session, actor, people, start, form.length, but=planned)
        # Of a series, only what is held before a meeting can inform it.
        informing = informs if form.every is None or (informs and start < informs.starts_at) else None
        planned.append(_add(session, actor, form, start, scope, informing, planned[:1], at=at))
    unlinked = [meeting.ref for meeting in planned if informs and meeting.informs_id is None]
    if informs and unlinked:
        remarks.append(
            f"{mrkdwn.listed(unlinked)} {'is' if len(unlinked) == 1 else 'are'} held after {informs.ref}. Say which "
            f"meeting to inform instead: `/parley meeting informs {unlinked[0]} N2`."
        )
    for meeting, before in zip(planned, [None, *planned], strict=False):
        remarks += _after_planning(session, actor, meeting, informs if meeting.informs_id else None, before, at=at)
        announcing.announce(session, actor, meeting, at=at, after=before)
    return Planned(tuple(planned), tuple(remarks))


def _scope(actor: Actor, kind: MeetingKind) -> int | None:
    """Whose meeting it is: what is planned in a caucus, and a pre-meet wherever it is planned, is its party's own."""
    if kind == MeetingKind.PREMEET:
        return actor.party_id
    return actor.scope if actor.channel is not None else None


def _starts(actor: Actor, form: MeetingPlan) -> tuple[list[datetime], list[str]]:
    """When it is held: once, or on the days of a series that are not holidays."""
    if form.every is None:
        return [form.starts_at], []
    local = form.starts_at.astimezone(actor.zone)
    found = rules.occurrences(local.date(), form.every, actor.calendar)
    left_out = [f"{dates.full_date(day.date)} ({day.name})" for day in found.skipped]
    remarks = [f"Left out, for they are days off: {mrkdwn.listed(left_out)}."] if left_out else []
    clock = local.time().replace(tzinfo=None)
    return [dates.at(day, clock, actor.zone) for day in found.dates], remarks


def _check_day(actor: Actor, start: datetime, *, anyway: bool, at: datetime) -> None:
    local = start.astimezone(actor.zone)
    said = f"{dates.full_date(local.date())} at {local:%H:%M}"
    if start < at:
        raise UserError(f"{said} has passed. Type a date and a time that are still to come.")
    if start > at + FURTHEST:
        raise UserError(f"{said} is more than {FURTHEST.days // 365} years away. Type the year you mean.")
    if anyway:
        return
    holiday = _holiday(actor, start)
    if holiday:
        after = local.date() + timedelta(days=1)
        while _holiday(actor, datetime.combine(after, local.time(), actor.zone)) or after.weekday() > 4:
            after += timedelta(days=1)
        raise UserError(
            f"{dates.full_date(local.date())} is a day off ({holiday}). Type another day, such as "
            f"{dates.full_date(after)}, or add `anyway` at the end of the line."
        )


def _holiday(actor: Actor, start: datetime) -> str | None:
    try:
        return holiday_name(start.astimezone(actor.zone).date(), actor.calendar)
    except UserError:
        return None  # beyond the calendar's years nobody knows; a meeting's date is a date all the same


def check_free(
    session: Session,
    actor: Actor,
    people: set[int | None],
    start: datetime,
    length: timedelta,
    *,
    but: Sequence[Meeting] = (),
) -> None:
    """Raises UserError when some of these members are to be at another meeting then, among those the actor sees."""
    if not people:
        return
    seats = {seat.member.id: seat for seat in roster.seats(session, actor.id)}
    for other in meetings.visible(session, actor.id, actor.party_id):
        if other.status != MeetingStatus.PLANNED or other.automatic or other in but:
            continue
        ends = other.starts_at + timedelta(minutes=other.minutes_planned)
        if not rules.overlap((start, start + length), (other.starts_at, ends)):
            continue
        busy = [
            seats[seat.member.id].person.name
            for seat in _people(session, actor, MeetingKind(other.kind), other.party_id, other)
            if seat.member.id in people
        ]
        if busy:
            more = f" and {len(busy) - 3} more" if len(busy) > 3 else ""
            who = f"{', '.join(busy[:3])}{more}" if more else mrkdwn.listed(busy)
            raise UserError(
                f"That overlaps with {other.ref} {other.title}, {dates.clock_time(other.starts_at, actor.zone)} to "
                f"{dates.clock_time(ends, actor.zone)} that day, for {who}. Type another time, or add `anyway` at "
                "the end of the line."
            )


def _people(
    session: Session, actor: Actor, kind: MeetingKind, party_id: int | None, meeting: Meeting | None
) -> list[Seat]:
    """Who is to be at a meeting. Whom a sub-group or the lawyers need is not known until they are asked."""
    everyone = roster.seats(session, actor.id)
    by_name = meeting is not None and any(row.asked for row in meetings.attendance(session, meeting.id or 0))
    if kind in (MeetingKind.SUBGROUP, MeetingKind.LEGAL) and not by_name:
        return []
    return roster.expected(session, meeting, everyone) if meeting else roster.circle(everyone, party_id)


def _add(
    session: Session,
    actor: Actor,
    form: MeetingPlan,
    start: datetime,
    scope: int | None,
    informs: Meeting | None,
    first: Sequence[Meeting],
    *,
    at: datetime,
) -> Meeting:
    number = meetings.next_number(session, actor.id, scope, form.kind)
    meeting = Meeting(
        negotiation_id=actor.id,
        party_id=scope,
        kind=form.kind,
        number=number,
        ref=f"{trail.private_prefix(actor, scope)}{PREFIXES[form.kind]}{number}",
        title=form.title,
        starts_at=start.astimezone(UTC),
        minutes_planned=_minutes(form.length),
        place=form.place,
        informs_id=informs.id if informs else None,
        preparation_minutes=_minutes(form.preparation) if form.preparation else None,
        series_id=first[0].id if first else None,
    )
    session.add(meeting)
    session.flush()
    if form.every is not None and not first:
        meeting.series_id = meeting.id
        session.add(meeting)
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


def _minutes(length: timedelta) -> int:
    return int(length.total_seconds() // 60)


def _after_planning(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    informs: Meeting | None,
    before: Meeting | None,
    *,
    at: datetime,
) -> list[str]:
    """What follows from a new meeting, and what its planner should know; `before` it comes another of its series."""
    remarks = _weekend(actor, meeting)
    remarks += carrying.carry_over(session, actor, meeting, at=at)
    if meeting.kind == MeetingKind.NEGOTIATION and meeting.party_id is None:
        remarks += premeets.place(session, actor, meeting, at=at, after=before)
    if informs is not None and meeting.starts_at >= informs.starts_at:
        remarks.append(f"It is held after {informs.ref}, which it should inform. Move one of them.")
    if meeting.kind == MeetingKind.PREMEET and informs is not None:
        remarks += premeets.instead_of_automatic(session, actor, meeting, informs, at=at)
        remarks += premeets.gap_remarks(meeting, informs, actor)
    premeets.make_room(session, actor, meeting, at=at)
    if meeting.party_id is None:
        premeets.tell_clashes(session, actor, meeting, at=at)
    return remarks


def _weekend(actor: Actor, meeting: Meeting) -> list[str]:
    day = meeting.starts_at.astimezone(actor.zone).date()
    try:
        works = is_working_day(day, actor.calendar)
    except UserError:
        return [f"The holidays of {day.year} are not known yet: check that {dates.full_date(day)} is a working day."]
    return [] if works or _holiday(actor, meeting.starts_at) else [f"{dates.full_date(day)} is in a weekend."]


# -- moved and cancelled --------------------------------------------------------------------------------


def move(
    session: Session, actor: Actor, meeting: Meeting, start: datetime, reason: str, *, anyway: bool, at: datetime
) -> list[str]:
    """Move a planned meeting; whoever had said that they come is asked again. Gives remarks for the planner.

    Raises UserError without a reason, for one that is not planned any more, and as `plan` does.
    """
    require(actor, Capability.PLAN)
    if meeting.party_id is None:
        require_open_room(actor)
    _check_planned(meeting, "moved")
    if not reason.strip():
        raise UserError(
            f"Say why: `/parley meeting move {meeting.ref} to 14 dec at 10:00 because the board meets then`."
        )
    if start == meeting.starts_at:
        raise UserError(f"{meeting.ref} is planned for then already, so nothing was moved.")
    _check_day(actor, start, anyway=anyway, at=at)
    if not anyway:
        seats = _people(session, actor, MeetingKind(meeting.kind), meeting.party_id, meeting)
        length = timedelta(minutes=meeting.minutes_planned)
        check_free(session, actor, {seat.member.id for seat in seats}, start, length, but=[meeting])
    changes.shift(session, actor, meeting, start, reason.strip(), at=at)
    remarks = _weekend(actor, meeting)
    for other in meetings.informing(session, meeting.id or 0, None):
        if other.status == MeetingStatus.PLANNED and other.starts_at >= start:
            remarks.append(f"{other.ref} is to inform it, and is now held after it. Move that too.")
    premeets.follow(session, actor, meeting, at=at)
    for own in meetings.informing(session, meeting.id or 0, actor.party_id):
        if own.party_id is not None and own.kind == MeetingKind.PREMEET and own.status == MeetingStatus.PLANNED:
            remarks += premeets.gap_remarks(own, meeting, actor)
    premeets.make_room(session, actor, meeting, at=at)
    if meeting.party_id is None:
        premeets.tell_clashes(session, actor, meeting, at=at)
    informed = meetings.get(session, meeting.informs_id) if meeting.informs_id else None
    if informed is not None and start >= informed.starts_at:
        remarks.append(f"It is now held after {informed.ref}, which it should inform. Move one of them.")
    elif informed is not None and meeting.kind == MeetingKind.PREMEET:
        remarks += premeets.gap_remarks(meeting, informed, actor)
    return remarks


def inform(session: Session, actor: Actor, meeting: Meeting, informed: Meeting, *, at: datetime) -> list[str]:
    """Say which later meeting one is to inform. Gives remarks; raises UserError for one of another circle."""
    require(actor, Capability.PLAN)
    if meeting.party_id is None:
        require_open_room(actor)
    _check_planned(informed, "informed")
    if informed.party_id not in (None, meeting.party_id) or informed.id == meeting.id:
        raise UserError(f"{meeting.ref} cannot inform {informed.ref}. Name another meeting that is still to come.")
    meeting.informs_id = informed.id
    session.add(meeting)
    trail.deed(session, actor, "meeting.informs", meeting.ref, at=at, scope=meeting.party_id, informs=informed.ref)
    if meeting.starts_at >= informed.starts_at:
        return [f"It is held after {informed.ref}, which it should inform. Move one of them."]
    return premeets.gap_remarks(meeting, informed, actor) if meeting.kind == MeetingKind.PREMEET else []


def cancel(session: Session, actor: Actor, meeting: Meeting, reason: str, *, at: datetime) -> None:
    """Cancel a planned meeting, with its reason; the pre-meets for it fall away. Raises UserError as `move` does."""
    require(actor, Capability.PLAN)
    if meeting.party_id is None:
        require_open_room(actor)
    _check_planned(meeting, "cancelled")
    if not reason.strip():
        raise UserError(f"Say why: `/parley meeting cancel {meeting.ref} because the draft is not ready`.")
    for premeet in meetings.premeets_of(session, meeting.id or 0):
        if premeet.status == MeetingStatus.PLANNED:
            changes.end(session, actor, premeet, f"{meeting.ref} is cancelled", at=at, by_parley=True)
    changes.end(session, actor, meeting, reason.strip(), at=at)
    following = meetings.next_planned(session, meeting)
    if following is not None:
        carrying.carry_items(session, actor, meeting, following, at=at)


def _check_planned(meeting: Meeting, what: str) -> None:
    if meeting.status == MeetingStatus.CANCELLED:
        raise UserError(
            f"{meeting.ref} was cancelled, because {meeting.reason}. Plan a new one: `/parley meeting add …`."
        )
    if meeting.status != MeetingStatus.PLANNED:
        raise UserError(f"{meeting.ref} has begun already, so it cannot be {what}.")
