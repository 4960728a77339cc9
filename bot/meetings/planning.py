"""Putting meetings in the timetable: planned, repeated, moved, cancelled; with a pre-meet for each side."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from bot import access, dates, outbox, roster, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.meetings import rules
from bot.meetings.rules import Recurrence
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.workdays import holiday_name, is_working_day
from storage import Session, ledger, meetings, negotiations
from storage import outbox as rows
from storage.tables import (
    AgendaItem,
    AttendanceStatus,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Party,
    Reply,
    Role,
)

NOTICE = timedelta(hours=1)  # nobody comes to a pre-meet that is placed for this very minute

FURTHEST = timedelta(days=10 * 365)

PREFIXES = {
    MeetingKind.NEGOTIATION: "N",
    MeetingKind.SUBGROUP: "S",
    MeetingKind.PREMEET: "P",
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
    for meeting in planned:
        remarks += _after_planning(session, actor, meeting, informs if meeting.informs_id else None, at=at)
        _announce(session, actor, meeting, at=at)
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
    session: Session, actor: Actor, meeting: Meeting, informs: Meeting | None, *, at: datetime
) -> list[str]:
    """What follows from a new meeting, and what its planner should know."""
    remarks = _weekend(actor, meeting)
    remarks += carry_over(session, actor, meeting, at=at)
    if meeting.kind == MeetingKind.NEGOTIATION and meeting.party_id is None:
        remarks += place_premeets(session, actor, meeting, at=at)
    if informs is not None and meeting.starts_at >= informs.starts_at:
        remarks.append(f"It is held after {informs.ref}, which it should inform. Move one of them.")
    if meeting.kind == MeetingKind.PREMEET and informs is not None:
        remarks += _instead_of_automatic(session, actor, meeting, informs, at=at)
        remarks += gap_remarks(meeting, informs, actor)
    _make_room(session, actor, meeting, at=at)
    if meeting.party_id is None:
        _tell_clashes(session, actor, meeting, at=at)
    return remarks


def _weekend(actor: Actor, meeting: Meeting) -> list[str]:
    day = meeting.starts_at.astimezone(actor.zone).date()
    try:
        works = is_working_day(day, actor.calendar)
    except UserError:
        return [f"The holidays of {day.year} are not known yet: check that {dates.full_date(day)} is a working day."]
    return [] if works or _holiday(actor, meeting.starts_at) else [f"{dates.full_date(day)} is in a weekend."]


def _announce(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """The invitation: one message in the meeting's channel, kept up to date, with a calendar file beside it."""
    to = home_channel(session, actor, meeting)
    if to is None:
        return
    outbox.enqueue(
        session, "meeting.card", key=card_key(meeting), to=to, at=at, negotiation_id=actor.id, ref_id=meeting.id
    )
    outbox.enqueue(
        session,
        "meeting.calendar",
        key=f"meeting.calendar:{meeting.id}:{meeting.sequence}",
        to=to,
        at=at,
        negotiation_id=actor.id,
        ref_id=meeting.id,
        thread_of=card_key(meeting),
        changed_at=at.isoformat(),
        sequence=meeting.sequence,
    )


def card_key(meeting: Meeting) -> str:
    """The outbox key of the one invitation to this meeting."""
    return f"meeting.card:{meeting.id}"


def home_channel(session: Session, actor: Actor, meeting: Meeting) -> str | None:
    """Where a meeting is spoken of: where its invitation is; or the channel it is planned in, if its circle is that
    channel's; or else the joint channel, or its party's caucus, or that party's lead; None where there is nobody."""
    card = rows.by_key(session, card_key(meeting))
    if card is not None:
        return card.recipient
    if actor.channel is not None and actor.scope == meeting.party_id:
        return actor.channel_id
    if meeting.party_id is None:
        return negotiations.joint_channel(session, meeting.negotiation_id)
    return party_recipient(session, meeting.negotiation_id, meeting.party_id)


def party_recipient(session: Session, negotiation_id: int, party_id: int) -> str | None:
    """Where a party is told something in private: its caucus channel, or else its lead or negotiator."""
    caucus = negotiations.caucus_channel(session, party_id)
    if caucus is not None:
        return caucus.channel_id
    side = [seat for seat in roster.seats(session, negotiation_id) if seat.party.id == party_id]
    for role in (Role.LEAD, Role.CHAIR, Role.NEGOTIATOR):
        for seat in side:
            if role in seat.member.roles:
                return seat.person.user_id
    return None


# -- pre-meets ------------------------------------------------------------------------------------------


def preparation(meeting: Meeting) -> timedelta:
    """The estimated preparation; as long as the meeting itself where nobody estimated."""
    return timedelta(minutes=meeting.preparation_minutes or meeting.minutes_planned)


def place_premeets(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> list[str]:
    """A pre-meet for each signing party before a negotiation meeting, early enough to prepare after it.

    Each is private to its party. The remarks are for the actor's eyes, and speak of their own side only.
    """
    remarks = []
    for party in negotiations.parties(session, actor.id):
        if not party.must_sign or party_recipient(session, actor.id, party.id or 0) is None:
            continue
        placed = _place(session, actor, party, meeting, at=at)
        if party.id != actor.party_id:
            continue
        needed = rules.padded(preparation(meeting))
        if placed is None:
            remarks.append(
                f"There is no room left for a pre-meet of your side with {dates.length(needed)} of preparation after "
                "it. Move the meeting, or plan a pre-meet yourself in your caucus channel."
            )
        else:
            when = placed.starts_at.astimezone(actor.zone)
            remarks.append(
                f"Your side has a pre-meet, *{placed.ref}*, {dates.full_date(when.date())} at {when:%H:%M}: after it "
                f"there is time for {dates.length(needed)} of preparation ({dates.length(preparation(meeting))} × "
                f"{rules.CONTINGENCY})."
            )
    return remarks


def _place(session: Session, actor: Actor, party: Party, meeting: Meeting, *, at: datetime) -> Meeting | None:
    if any(
        other.kind == MeetingKind.PREMEET and other.status == MeetingStatus.PLANNED
        for other in meetings.informing(session, meeting.id or 0, party.id)
    ):
        return None
    start = _free_start(session, actor, party.id or 0, meeting, at=at)
    if start is None:
        return None
    number = meetings.next_number(session, actor.id, party.id, MeetingKind.PREMEET)
    premeet = Meeting(
        negotiation_id=actor.id,
        party_id=party.id,
        kind=MeetingKind.PREMEET,
        number=number,
        ref=f"{party.code}-{PREFIXES[MeetingKind.PREMEET]}{number}",
        title=f"Pre-meet for {meeting.ref}",
        starts_at=start.astimezone(UTC),
        minutes_planned=_minutes(rules.PREMEET_LENGTH),
        informs_id=meeting.id,
        automatic=True,
    )
    session.add(premeet)
    session.flush()
    _by_parley(session, premeet, "meeting.planned", at=at, title=premeet.title, starts_at=start, informs=meeting.ref)
    _announce(session, actor, premeet, at=at)
    return premeet


def _free_start(
    session: Session, actor: Actor, party_id: int, meeting: Meeting, *, at: datetime, but: Meeting | None = None
) -> datetime | None:
    busy = [
        (other.starts_at, other.starts_at + timedelta(minutes=other.minutes_planned))
        for other in meetings.visible(session, actor.id, party_id)
        if other.status == MeetingStatus.PLANNED and other is not but
    ]
    try:
        return rules.premeet_start(
            meeting.starts_at, preparation(meeting), actor.calendar, actor.zone, busy=busy, earliest=at + NOTICE
        )
    except UserError:
        return None  # beyond the calendar's years


def _by_parley(session: Session, meeting: Meeting, deed: str, *, at: datetime, **detail: object) -> None:
    ledger.record(
        session, meeting.negotiation_id, deed, meeting.ref, actor="Parley", at=at, scope=meeting.party_id, **detail
    )


def _make_room(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """Pre-meets that Parley placed give way to what people plan."""
    span = (meeting.starts_at, meeting.starts_at + timedelta(minutes=meeting.minutes_planned))
    for premeet in meetings.automatic(session, actor.id):
        ends = premeet.starts_at + timedelta(minutes=premeet.minutes_planned)
        concerned = premeet.id != meeting.id and meeting.party_id in (None, premeet.party_id)
        if concerned and rules.overlap(span, (premeet.starts_at, ends)):
            _replace(session, actor, premeet, f"{meeting.ref} is held then", at=at)


def _tell_clashes(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """Another side's own meetings at that time are its own affair: it hears of them in private, and nobody else."""
    span = (meeting.starts_at, meeting.starts_at + timedelta(minutes=meeting.minutes_planned))
    for party in negotiations.parties(session, actor.id):
        to = party_recipient(session, actor.id, party.id or 0) if party.id != actor.party_id else None
        for other in meetings.visible(session, actor.id, party.id) if to else ():
            ends = other.starts_at + timedelta(minutes=other.minutes_planned)
            own = other.party_id == party.id and other.status == MeetingStatus.PLANNED and not other.automatic
            if to and own and rules.overlap(span, (other.starts_at, ends)):
                outbox.enqueue(
                    session,
                    "answer.public",
                    key=f"meeting.clash:{meeting.id}:{meeting.sequence}:{other.id}",
                    to=to,
                    at=at,
                    negotiation_id=actor.id,
                    text=f"{meeting.ref} {meeting.title} is now at the time of your own *{other.ref}* {other.title}: "
                    f"`/parley meeting move {other.ref} to DATE at TIME because …`. Only your side sees this.",
                )


def _replace(session: Session, actor: Actor, premeet: Meeting, reason: str, *, at: datetime) -> None:
    """Place an automatic pre-meet anew; where no room is left it is cancelled."""
    informed = meetings.get(session, premeet.informs_id or 0)
    start = _free_start(session, actor, premeet.party_id or 0, informed, at=at, but=premeet)
    if start is None:
        _end(session, actor, premeet, "there is no time left for it", at=at, by_parley=True)
    elif start != premeet.starts_at:
        _shift(session, actor, premeet, start, reason, at=at, by_parley=True)


def _instead_of_automatic(
    session: Session, actor: Actor, meeting: Meeting, informs: Meeting, *, at: datetime
) -> list[str]:
    """A pre-meet that people plan themselves replaces the one that Parley placed."""
    for premeet in meetings.automatic(session, actor.id):
        if premeet.informs_id == informs.id and premeet.party_id == meeting.party_id:
            _end(session, actor, premeet, f"{meeting.ref} takes its place", at=at, by_parley=True)
            return [f"It takes the place of {premeet.ref}."]
    return []


def gap_remarks(premeet: Meeting, informed: Meeting, actor: Actor) -> list[str]:
    """That too little working time is left between a pre-meet and its meeting, by how much."""
    ends = premeet.starts_at + timedelta(minutes=premeet.minutes_planned)
    try:
        short = rules.preparation_gap_short_by(
            ends, informed.starts_at, preparation(informed), actor.calendar, actor.zone
        )
    except UserError:
        return []
    if short is None:
        return []
    needed = rules.padded(preparation(informed))
    return [
        f"The gap before {informed.ref} is {dates.length(short)} of working time too short: preparing takes "
        f"{dates.length(needed)} ({dates.length(preparation(informed))} × {rules.CONTINGENCY}). Move {premeet.ref} "
        f"earlier: `/parley meeting move {premeet.ref} to DATE at TIME because …`."
    ]


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
    _shift(session, actor, meeting, start, reason.strip(), at=at)
    remarks = _weekend(actor, meeting)
    for other in meetings.informing(session, meeting.id or 0, None):
        if other.status == MeetingStatus.PLANNED and other.starts_at >= start:
            remarks.append(f"{other.ref} is to inform it, and is now held after it. Move that too.")
    _premeets_follow(session, actor, meeting, at=at)
    for own in meetings.informing(session, meeting.id or 0, actor.party_id):
        if own.party_id is not None and own.kind == MeetingKind.PREMEET and own.status == MeetingStatus.PLANNED:
            remarks += gap_remarks(own, meeting, actor)
    _make_room(session, actor, meeting, at=at)
    if meeting.party_id is None:
        _tell_clashes(session, actor, meeting, at=at)
    informed = meetings.get(session, meeting.informs_id) if meeting.informs_id else None
    if informed is not None and start >= informed.starts_at:
        remarks.append(f"It is now held after {informed.ref}, which it should inform. Move one of them.")
    elif informed is not None and meeting.kind == MeetingKind.PREMEET:
        remarks += gap_remarks(meeting, informed, actor)
    return remarks


def _premeets_follow(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """The pre-meets that Parley placed follow their meeting; a party that has none any more gets one."""
    if meeting.kind != MeetingKind.NEGOTIATION or meeting.party_id is not None:
        return
    for premeet in meetings.automatic(session, actor.id):
        if premeet.informs_id == meeting.id:
            _replace(session, actor, premeet, f"{meeting.ref} has moved", at=at)
    place_premeets(session, actor, meeting, at=at)


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
    return gap_remarks(meeting, informed, actor) if meeting.kind == MeetingKind.PREMEET else []


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
            _end(session, actor, premeet, f"{meeting.ref} is cancelled", at=at, by_parley=True)
    _end(session, actor, meeting, reason.strip(), at=at)
    following = meetings.next_planned(session, meeting)
    if following is not None:
        carry_items(session, actor, meeting, following, at=at)


def _check_planned(meeting: Meeting, what: str) -> None:
    if meeting.status == MeetingStatus.CANCELLED:
        raise UserError(
            f"{meeting.ref} was cancelled, because {meeting.reason}. Plan a new one: `/parley meeting add …`."
        )
    if meeting.status != MeetingStatus.PLANNED:
        raise UserError(f"{meeting.ref} has begun already, so it cannot be {what}.")


def _shift(
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
        _by_parley(session, meeting, "meeting.moved", at=at, **detail)
    else:
        trail.deed(session, actor, "meeting.moved", meeting.ref, at=at, scope=meeting.party_id, **detail)
    _tell_change(session, actor, meeting, before, by_parley, at=at)


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


def _end(
    session: Session, actor: Actor, meeting: Meeting, reason: str, *, at: datetime, by_parley: bool = False
) -> None:
    meeting.status, meeting.reason = MeetingStatus.CANCELLED, reason
    meeting.sequence += 1
    session.add(meeting)
    session.flush()
    if by_parley:
        _by_parley(session, meeting, "meeting.cancelled", at=at, reason=reason)
    else:
        trail.deed(session, actor, "meeting.cancelled", meeting.ref, at=at, scope=meeting.party_id, reason=reason)
    _tell_change(session, actor, meeting, meeting.starts_at, by_parley, at=at)


def _tell_change(
    session: Session, actor: Actor, meeting: Meeting, before: datetime, by_parley: bool, *, at: datetime
) -> None:
    """A message of its own, with the calendar file that replaces the earlier one; and the invitation follows."""
    refresh_card(session, meeting, f"sequence:{meeting.sequence}", at=at)
    to = home_channel(session, actor, meeting)
    if to is None:
        return
    outbox.enqueue(
        session,
        "meeting.changed",
        key=f"meeting.changed:{meeting.id}:{meeting.sequence}",
        to=to,
        at=at,
        negotiation_id=meeting.negotiation_id,
        ref_id=meeting.id,
        before=before.isoformat(),
        by="Parley" if by_parley else actor.trail_name,
        changed_at=at.isoformat(),
        sequence=meeting.sequence,
    )


def refresh_card(session: Session, meeting: Meeting, occasion: str, *, at: datetime) -> None:
    """Bring the invitation up to date, if there is one."""
    card = rows.by_key(session, card_key(meeting))
    if card is None:
        return
    outbox.enqueue(
        session,
        "meeting.update",
        key=f"meeting.update:{meeting.id}:{occasion}",
        to=card.recipient,
        at=at,
        negotiation_id=meeting.negotiation_id,
        ref_id=meeting.id,
    )


# -- what is carried over -------------------------------------------------------------------------------


def carry_over(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> list[str]:
    """What the last meeting of this kind left, and cancelled ones never reached, goes on the new one's agenda."""
    last = meetings.last_closed(session, meeting)
    remarks = []
    for source in [*([last] if last else []), *meetings.cancelled(session, meeting)]:
        carried = carry_items(session, actor, source, meeting, at=at)
        if carried:
            remarks.append(f"Carried over from {source.ref}: {mrkdwn.listed(item.title for item in carried)}.")
    return remarks


def carry_items(session: Session, actor: Actor, source: Meeting, target: Meeting, *, at: datetime) -> list[AgendaItem]:
    """The unfinished items of one meeting, once each, at the end of the other's agenda."""
    there = meetings.agenda(session, target.id or 0)
    unfinished = [
        item
        for item in meetings.agenda(session, source.id or 0)
        if item.taken_at is None and not meetings.carried_on(session, item.id or 0)
    ]
    added = []
    for number, item in enumerate(unfinished, start=len(there) + 1):
        row = AgendaItem(
            meeting_id=target.id or 0,
            number=number,
            title=item.title,
            owner_id=item.owner_id,
            minutes=item.minutes,
            carried_from_id=item.id,
        )
        session.add(row)
        added.append(row)
    session.flush()
    if added:
        written = trail.deed(
            session,
            actor,
            "agenda.carried",
            target.ref,
            at=at,
            scope=target.party_id,
            source=source.ref,
            items=[item.title for item in added],
        )
        refresh_card(session, target, f"{written.scope}:{written.seq}", at=at)
    return added
