"""A pre-meet for each side before a negotiation meeting: placed early enough, giving way, following its meeting."""

from datetime import UTC, datetime, timedelta

from bot import dates, outbox
from bot.access import Actor
from bot.errors import UserError
from bot.meetings import announcing, changes, rules
from storage import Session, meetings, negotiations
from storage.tables import (
    Meeting,
    MeetingKind,
    MeetingStatus,
    Party,
)

PREFIX = "P"
NOTICE = timedelta(hours=1)  # nobody comes to a pre-meet that is placed for this very minute


def preparation(meeting: Meeting) -> timedelta:
    """The estimated preparation; as long as the meeting itself where nobody estimated."""
    return timedelta(minutes=meeting.preparation_minutes or meeting.minutes_planned)


def place(session: Session, actor: Actor, meeting: Meeting, *, at: datetime, after: Meeting | None = None) -> list[str]:
    """A pre-meet for each signing party before a negotiation meeting, early enough to prepare after it.

    Its people are invited to it with the meeting's: `after` as for `announcing.announce`.
    Each is private to its party. The remarks are for the actor's eyes, and speak of their own side only.
    """
    remarks = []
    for party in negotiations.parties(session, actor.id):
        if not party.must_sign or announcing.party_recipient(session, actor.id, party.id or 0) is None:
            continue
        placed = _place_one(session, actor, party, meeting, at=at, after=after)
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


def _place_one(
    session: Session, actor: Actor, party: Party, meeting: Meeting, *, at: datetime, after: Meeting | None
) -> Meeting | None:
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
        ref=f"{party.code}-{PREFIX}{number}",
        title=f"Pre-meet for {meeting.ref}",
        starts_at=start.astimezone(UTC),
        minutes_planned=int(rules.PREMEET_LENGTH.total_seconds() // 60),
        informs_id=meeting.id,
        automatic=True,
    )
    session.add(premeet)
    session.flush()
    changes.deed_of_parley(
        session, premeet, "meeting.planned", at=at, title=premeet.title, starts_at=start, informs=meeting.ref
    )
    announcing.announce(session, actor, premeet, at=at, after=after)
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


def make_room(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """Pre-meets that Parley placed give way to what people plan."""
    span = (meeting.starts_at, meeting.starts_at + timedelta(minutes=meeting.minutes_planned))
    for premeet in meetings.automatic(session, actor.id):
        ends = premeet.starts_at + timedelta(minutes=premeet.minutes_planned)
        concerned = premeet.id != meeting.id and meeting.party_id in (None, premeet.party_id)
        if concerned and rules.overlap(span, (premeet.starts_at, ends)):
            _replace(session, actor, premeet, f"{meeting.ref} is held then", at=at)


def tell_clashes(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """Another side's own meetings at that time are its own affair: it hears of them in private, and nobody else."""
    span = (meeting.starts_at, meeting.starts_at + timedelta(minutes=meeting.minutes_planned))
    for party in negotiations.parties(session, actor.id):
        to = announcing.party_recipient(session, actor.id, party.id or 0) if party.id != actor.party_id else None
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
        changes.end(session, actor, premeet, "there is no time left for it", at=at, by_parley=True)
    elif start != premeet.starts_at:
        changes.shift(session, actor, premeet, start, reason, at=at, by_parley=True)


def instead_of_automatic(
    session: Session, actor: Actor, meeting: Meeting, informs: Meeting, *, at: datetime
) -> list[str]:
    """A pre-meet that people plan themselves replaces the one that Parley placed."""
    for premeet in meetings.automatic(session, actor.id):
        if premeet.informs_id == informs.id and premeet.party_id == meeting.party_id:
            changes.end(session, actor, premeet, f"{meeting.ref} takes its place", at=at, by_parley=True)
            return [f"It takes the place of {premeet.ref}."]
    return []


def follow(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> None:
    """The pre-meets that Parley placed follow their meeting; a party that has none any more gets one."""
    if meeting.kind != MeetingKind.NEGOTIATION or meeting.party_id is not None:
        return
    for premeet in meetings.automatic(session, actor.id):
        if premeet.informs_id == meeting.id:
            _replace(session, actor, premeet, f"{meeting.ref} has moved", at=at)
    place(session, actor, meeting, at=at)


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
