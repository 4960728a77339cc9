"""Meetings as they are prepared and held: begun, attended, closed; their agenda and papers."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from bot import access, dates, outbox, roster, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.meetings import announcing, carrying, changes, planning, premeets, rules
from bot.meetings.guests import Guest
from bot.slack import mrkdwn
from storage import Session, meetings, negotiations
from storage.tables import (
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Member,
    Paper,
    Preparation,
    Reply,
)


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
    if meeting.status == MeetingStatus.CANCELLED:
        raise UserError(
            f"{meeting.ref} was cancelled, because {meeting.reason}. Plan a new one: "
            f"`/parley meeting add {meeting.kind} {meeting.title} on DATE at TIME for 2h`."
        )
    running = meetings.open_in(session, actor.channel_id)
    if running is not None:
        raise UserError(f"{running.ref} is still open in this channel. Close it first: `/parley close`.")
    meeting.status, meeting.started_at, meeting.channel_id = MeetingStatus.OPEN, at, actor.channel_id
    session.add(meeting)
    session.flush()
    announcing.show_live(session, meeting, at=at)
    written = trail.deed(session, actor, "meeting.started", meeting.ref, at=at, scope=meeting.party_id)
    announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)


def close(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> list[str]:
    """End an open meeting; its unfinished items go to the next one. Gives what its people should know.

    Raises UserError when it is not open.
    """
    require(actor, Capability.RUN)
    if meeting.status != MeetingStatus.OPEN:
        state = {MeetingStatus.PLANNED: "has not begun", MeetingStatus.CANCELLED: "was cancelled"}.get(
            MeetingStatus(meeting.status), "is already closed"
        )
        raise UserError(f"{meeting.ref} {state}. `/parley meetings` shows how each one stands.")
    meeting.status, meeting.ended_at = MeetingStatus.CLOSED, at
    session.add(meeting)
    written = trail.deed(session, actor, "meeting.closed", meeting.ref, at=at, scope=meeting.party_id)
    outbox.refresh_live_card(session, actor.id, meeting.id or 0, meeting.channel_id or "", written)
    following = meetings.next_planned(session, meeting)
    carried = carrying.carry_items(session, actor, meeting, following, at=at) if following else []
    remarks = [compared(meeting)]
    if following and carried:
        remarks.append(f"Carried over to {following.ref}: {mrkdwn.listed(item.title for item in carried)}.")
    return [remark for remark in remarks if remark]


def prepared(session: Session, actor: Actor, meeting: Meeting, took: timedelta, *, at: datetime) -> str:
    """Keep how long the actor's side prepared, for its own eyes; gives the comparison with the estimate."""
    require(actor, Capability.RECORD)
    member = access.seat(actor)
    row = meetings.prepared(session, meeting.id or 0, member.party_id) or Preparation(
        meeting_id=meeting.id or 0, party_id=member.party_id, minutes=0
    )
    row.minutes = int(took.total_seconds() // 60)
    session.add(row)
    session.flush()
    trail.deed(session, actor, "meeting.prepared", meeting.ref, at=at, scope=member.party_id, minutes=row.minutes)
    return preparation_compared(session, meeting, member.party_id)


def preparation_compared(session: Session, meeting: Meeting, party_id: int | None) -> str:
    """A side's preparation against the estimate, with and without contingency; nothing where it never said."""
    row = meetings.prepared(session, meeting.id or 0, party_id or 0)
    if row is None:
        return ""
    took, estimate = timedelta(minutes=row.minutes), premeets.preparation(meeting)
    verdict = "within it" if took <= estimate else f"{took / estimate:.1f} times as long"
    if estimate < took <= rules.padded(estimate):
        verdict += ", within the contingency"
    return f"Your side prepared for {dates.length(took)}; the estimate was {dates.length(estimate)}: {verdict}."


def compared(meeting: Meeting) -> str:
    """How long a meeting took, against what was planned; nothing where it took about that."""
    if meeting.started_at is None or meeting.ended_at is None:
        return ""
    took = meeting.ended_at - meeting.started_at
    planned = timedelta(minutes=meeting.minutes_planned)
    if abs(took - planned) < timedelta(minutes=5):
        return ""
    more = "longer" if took > planned else "shorter"
    return f"It took {dates.length(took)}: {dates.length(abs(took - planned))} {more} than planned."


def in_progress(session: Session, actor: Actor) -> Meeting:
    """The meeting open in the actor's channel. Raises UserError when there is none."""
    meeting = access.meeting_in_progress(session, actor)
    if meeting is None:
        raise UserError(
            "No meeting is open in this channel. Begin one with `/parley start REF`: `/parley meetings` lists them. "
            "What one that has closed still lacks goes into its minutes: `/parley minutes correct REF …`."
        )
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
    anyway: bool = False,
) -> list[str]:
    """Say that these people are invited, present or sorry; gives their names back.

    Anyone may say so of themselves; of others, whoever may plan (invitations) or record. Raises UserError
    for inviting somebody who is to be elsewhere then, unless `anyway`.
    """
    if any(guest.member is None or guest.member != actor.member for guest in guests):
        require(actor, Capability.PLAN if status == AttendanceStatus.INVITED else Capability.RECORD)
    _check_same_side(meeting, guests)
    if meeting.status in (MeetingStatus.CANCELLED, MeetingStatus.CLOSED) and status == AttendanceStatus.INVITED:
        raise UserError(f"{meeting.ref} is {meeting.status}, so nobody can be expected at it any more.")
    if status == AttendanceStatus.INVITED and meeting.party_id is None:
        require_open_room(actor)
    if status == AttendanceStatus.INVITED and not anyway:
        length = timedelta(minutes=meeting.minutes_planned)
        wanted = {guest.member.id for guest in guests if guest.member}
        planning.check_free(session, actor, wanted, meeting.starts_at, length, but=[meeting])
    known = meetings.attendance(session, meeting.id or 0)
    for guest in guests:
        row = _row(meeting, known, guest)
        if status == AttendanceStatus.INVITED:
            row.asked = True
            row.reply = row.reply if row.status == AttendanceStatus.INVITED else None  # who was sorry is asked anew
        row.status = status
        row.capacity = capacity or row.capacity
        session.add(row)
        session.flush()
        known.append(row)
    written = trail.deed(
        session,
        actor,
        f"attendance.{status}",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        people=[guest.name for guest in guests],
        capacity=capacity,
    )
    if meeting.status == MeetingStatus.PLANNED:
        announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)
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


def reply(
    session: Session, actor: Actor, meeting: Meeting, answer: Reply, *, at: datetime, deputy: Guest | None = None
) -> None:
    """Somebody answers the invitation: they come, they do not, or another comes in their place.

    Raises UserError once the meeting has begun, and for a deputy from another side.
    """
    member = access.seat(actor)
    check_still_asks(meeting)
    if deputy is not None and deputy.member is not None and deputy.member.party_id != member.party_id:
        raise UserError(
            f"{deputy.name} sits for another party and cannot stand in for you. Name somebody of your side."
        )
    status = AttendanceStatus.INVITED if answer == Reply.YES else AttendanceStatus.APOLOGIES
    row = _row(meeting, meetings.attendance(session, meeting.id or 0), Guest(actor.person.name, member))
    if deputy is None and (row.reply, row.status) == (answer, status):
        return  # the same press twice is one answer
    row.status, row.reply = status, answer
    session.add(row)
    changes.stand_down(session, meeting, actor.person.name)
    if deputy is not None:
        stand_in = _row(meeting, meetings.attendance(session, meeting.id or 0), deputy)
        stand_in.status, stand_in.reply = AttendanceStatus.INVITED, None
        stand_in.capacity = changes.deputy_for(actor.person.name)
        session.add(stand_in)
    session.flush()
    written = trail.deed(
        session,
        actor,
        "attendance.answered",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        answer=answer,
        deputy=deputy.name if deputy else None,
    )
    announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)


def check_still_asks(meeting: Meeting) -> None:
    """Raises UserError once a meeting has begun or was cancelled: its invitation asks nobody any more."""
    if meeting.status != MeetingStatus.PLANNED:
        raise UserError(f"{meeting.ref} is {meeting.status} already{_why(meeting)}, so there is nothing to answer.")


def _row(meeting: Meeting, known: Iterable[Attendance], guest: Guest) -> Attendance:
    """The guest's row among those known, or a new one."""
    return next((row for row in known if _same(row, guest)), None) or Attendance(
        meeting_id=meeting.id or 0,
        member_id=guest.member.id if guest.member else None,
        name=guest.name,
        status=AttendanceStatus.INVITED,
    )


def describe(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    *,
    at: datetime,
    purpose: str | None = None,
    rules: str | None = None,
) -> None:
    """Say what a meeting is for, or by which ground rules it is held."""
    require(actor, Capability.PLAN)
    _check_may_change(actor, meeting)
    meeting.purpose = meeting.purpose if purpose is None else purpose.strip()
    meeting.ground_rules = meeting.ground_rules if rules is None else rules.strip()
    session.add(meeting)
    written = trail.deed(
        session,
        actor,
        "meeting.described",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        purpose=meeting.purpose,
        ground_rules=meeting.ground_rules,
    )
    announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)


def _check_may_change(actor: Actor, meeting: Meeting) -> None:
    """Raises UserError for a meeting that is over, and for a shared one in a private room."""
    if meeting.party_id is None:
        require_open_room(actor)
    check_not_over(meeting)


def check_not_over(meeting: Meeting) -> None:
    """Raises UserError for a meeting that was held or cancelled, which stays as it was."""
    if meeting.status in (MeetingStatus.CLOSED, MeetingStatus.CANCELLED):
        raise UserError(f"{meeting.ref} is {meeting.status}{_why(meeting)}, so it stays as it was.")


def _why(meeting: Meeting) -> str:
    """The reason of a meeting that was cancelled; nothing of others."""
    return f", because {meeting.reason}" if meeting.status == MeetingStatus.CANCELLED else ""


def add_paper(
    session: Session, actor: Actor, meeting: Meeting, title: str, owner: Member | None, *, at: datetime
) -> Paper:
    """Ask for a paper that a meeting needs; `owner` brings it."""
    require(actor, Capability.PLAN)
    _check_may_change(actor, meeting)
    if not title.strip():
        raise UserError(f"Say which paper: `/parley paper add {meeting.ref} Finance model @anjali`.")
    if meeting.party_id is not None and owner is not None and owner.party_id != meeting.party_id:
        raise UserError(f"{meeting.ref} is private to your side. Name somebody of your own.")
    number = len(meetings.papers(session, meeting.id or 0)) + 1
    paper = Paper(meeting_id=meeting.id or 0, number=number, title=title.strip(), owner_id=owner.id if owner else None)
    session.add(paper)
    session.flush()
    written = trail.deed(
        session, actor, "paper.asked", meeting.ref, at=at, scope=meeting.party_id, paper=number, title=paper.title
    )
    announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)
    return paper


def receive_paper(session: Session, actor: Actor, meeting: Meeting, number: int, *, at: datetime) -> Paper:
    """A paper is here. Whoever brings it may say so, and those who plan meetings."""
    paper = next((paper for paper in meetings.papers(session, meeting.id or 0) if paper.number == number), None)
    if paper is None:
        raise UserError(f"{meeting.ref} asks for no paper {number}. `/parley meeting {meeting.ref}` lists them.")
    if actor.member is None or actor.member.id != paper.owner_id:
        require(actor, Capability.PLAN)
    paper.received_at = paper.received_at or at
    session.add(paper)
    written = trail.deed(
        session, actor, "paper.received", meeting.ref, at=at, scope=meeting.party_id, paper=number, title=paper.title
    )
    announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)
    return paper


def outstanding(session: Session, meeting: Meeting) -> list[str]:
    """What a planned meeting still lacks, in words: an agenda, papers, roles, enough people of a side."""
    found = []
    items = meetings.agenda(session, meeting.id or 0)
    if not items:
        found.append("an agenda")
    taken = sum(item.minutes or 0 for item in items)
    if taken > meeting.minutes_planned:
        over = dates.length(timedelta(minutes=taken - meeting.minutes_planned))
        found.append(f"an agenda that takes {over} more than the meeting lasts")
    seats = {seat.member.id: seat for seat in roster.seats(session, meeting.negotiation_id)}
    for paper in meetings.papers(session, meeting.id or 0):
        if paper.received_at is None:
            owner = seats.get(paper.owner_id)
            found.append(f"the paper “{paper.title}”" + (f" ({owner.title})" if owner else ""))
    people = _coming(session, meeting, seats.values())
    parties = negotiations.parties(session, meeting.negotiation_id)
    sides = [party for party in parties if party.must_sign and meeting.party_id in (None, party.id)]
    found += rules.roles_missing(MeetingKind(meeting.kind), [party.name for party in sides], people)
    if meeting.kind != MeetingKind.SUBGROUP:
        absent = roster.absent_sides(session, meeting, present_only=False)
        found += [f"people of {each.party.name} (its quorum is {each.party.quorum})" for each in absent]
    return found


def _coming(session: Session, meeting: Meeting, seats: Iterable[roster.Seat]) -> list[tuple[str, set[str]]]:
    """The side of each one who is to come, and the roles and the capacity they come in."""
    capacities = {row.member_id: row.capacity.casefold() for row in meetings.attendance(session, meeting.id or 0)}
    return [
        (seat.party.name, {*seat.member.roles, capacities.get(seat.member.id, "")})
        for seat in roster.expected(session, meeting, seats)
    ]


def add_item(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    title: str,
    *,
    at: datetime,
    owner: Member | None = None,
    length: timedelta | None = None,
) -> AgendaItem:
    """Put one more item at the end of a meeting's agenda; `owner` leads it, for so long."""
    require(actor, Capability.PLAN)
    if meeting.status == MeetingStatus.CLOSED:
        raise UserError(f"{meeting.ref} is over, so its agenda is what it was.")
    _check_may_change(actor, meeting)
    if not title.strip():
        raise UserError(f"Say what the item is: `/parley agenda add {meeting.ref} Share of value at risk`.")
    number = len(meetings.agenda(session, meeting.id or 0)) + 1
    item = AgendaItem(
        meeting_id=meeting.id or 0,
        number=number,
        title=title.strip(),
        owner_id=owner.id if owner else None,
        minutes=int(length.total_seconds() // 60) if length else None,
    )
    session.add(item)
    session.flush()
    written = trail.deed(
        session,
        actor,
        "agenda.added",
        meeting.ref,
        at=at,
        scope=meeting.party_id,
        item=number,
        title=item.title,
        owner=owner.id if owner else None,
        minutes=item.minutes,
    )
    announcing.refresh_card(session, meeting, f"{written.scope}:{written.seq}", at=at)
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
