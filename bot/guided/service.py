"""How far the set-up of a negotiation has come: read from the record, kept nowhere else."""

from collections.abc import Sequence

from bot import access, dates, roster
from bot.access import Actor, Capability, Place
from bot.guided import rules
from bot.guided.rules import Side, Standing
from bot.roster import Seat
from storage import Session, meetings, negotiations, timetable
from storage.tables import ChannelKind, Meeting, MeetingKind, MeetingStatus, Party


def standing(session: Session, actor: Actor) -> Standing:
    """What there is of the actor's negotiation, as far as they may see it."""
    seats = roster.seats(session, actor.id)
    sides = tuple(
        _side(session, party, [seat for seat in seats if seat.party.id == party.id])
        for party in negotiations.parties(session, actor.id)
    )
    channels = negotiations.channels(session, actor.id)
    caucus = negotiations.caucus_channel(session, actor.party.id or 0) if actor.party else None
    first = _first_meeting(session, actor)
    return Standing(
        actor.negotiation.code,
        actor.negotiation.title,
        actor.negotiation.marking,
        sides,
        actor.party.code if actor.party else "",
        negotiations.joint_channel(session, actor.id) or "",
        caucus.channel_id if caucus else "",
        tuple(row.ref for row in timetable.milestones(session, actor.id)),
        _in_words(first, actor) if first else "",
        first.ref if first else "",
        tuple(channel.name for channel in channels if channel.kind == ChannelKind.SUBGROUP),
    )


def _side(session: Session, party: Party, seats: Sequence[Seat]) -> Side:
    return Side(
        party.code,
        party.name,
        party.kind,
        tuple(seat.person.name for seat in seats),
        tuple(f"{seat.person.name} ({', '.join(seat.member.roles)})" for seat in seats),
        not negotiations.hangs_on(session, party.id or 0),
    )


def _first_meeting(session: Session, actor: Actor) -> Meeting | None:
    """The first shared meeting; a pre-meet is a side's own, and a cancelled one was not held."""
    return next(
        (
            row
            for row in meetings.visible(session, actor.id, None)
            if row.kind != MeetingKind.PREMEET and row.status != MeetingStatus.CANCELLED
        ),
        None,
    )


def _in_words(meeting: Meeting, actor: Actor) -> str:
    local = meeting.starts_at.astimezone(actor.zone)
    return f"{meeting.ref} {meeting.title}, {dates.full_date(local.date())}, {local:%H:%M}"


def unfinished(session: Session, place: Place, code: str | None) -> list[Standing]:
    """The negotiations whose set-up this person may go on with here, oldest first.

    With a code, or in a bound channel, only that one; elsewhere those that they began themselves.
    """
    found = negotiations.bound(session, place.team_id, place.channel_id)
    person = negotiations.person(session, place.team_id, place.user_id)
    if person is None:
        return []
    if code is not None:
        meant = [code]
    elif found is not None:
        meant = [found[1].code]
    else:
        began = negotiations.of_person(session, person.id or 0)
        meant = [row.code for row in began if row.created_by_id == person.id and row.team_id == place.team_id]
    going_on = []
    for each in meant:
        if not access.knows(session, place, each):
            continue
        actor = access.actor(session, place, each)
        stands = standing(session, actor)
        if actor.may(Capability.SET_UP) and rules.lacking(stands):
            going_on.append(stands)
    return going_on
