"""How a meeting is told to its people: the invitation, kept up to date in place, and what has changed."""

from datetime import datetime, timedelta

from bot import outbox, roster
from bot.access import Actor
from storage import Session, negotiations
from storage import outbox as rows
from storage.tables import (
    Meeting,
    Role,
)

_AT_LATEST = timedelta(days=1)  # before a meeting whose invitation still waits


def announce(session: Session, actor: Actor, meeting: Meeting, *, at: datetime, after: Meeting | None = None) -> None:
    """The invitation: one message in the meeting's channel, kept up to date, with a calendar file beside it.

    Of a series only the first is invited to when it is planned; a later one, and a pre-meet for it, once the one before
    (`after`) is over: as many invitations as there are dates would say one thing as often.
    """
    to = home_channel(session, actor, meeting)
    if to is None:
        return
    said_from = max(at, min(_ends(after), meeting.starts_at - _AT_LATEST)) if after else at
    outbox.enqueue(
        session, "meeting.card", key=card_key(meeting), to=to, at=said_from, negotiation_id=actor.id, ref_id=meeting.id
    )
    outbox.enqueue(
        session,
        "meeting.calendar",
        key=f"meeting.calendar:{meeting.id}:{meeting.sequence}",
        to=to,
        at=said_from,
        negotiation_id=actor.id,
        ref_id=meeting.id,
        thread_of=card_key(meeting),
        changed_at=at.isoformat(),
        sequence=meeting.sequence,
    )


def _ends(meeting: Meeting) -> datetime:
    return meeting.starts_at + timedelta(minutes=meeting.minutes_planned)


def card_key(meeting: Meeting) -> str:
    """The outbox key of the one invitation to this meeting."""
    return f"meeting.card:{meeting.id}"


def refresh_card(session: Session, meeting: Meeting, occasion: str, *, at: datetime) -> None:
    """Bring the invitation up to date, if there is one."""
    card = rows.by_key(session, card_key(meeting))
    if card is None:
        return
    outbox.refresh(
        session,
        "meeting",
        key=f"meeting.update:{meeting.id}:{occasion}",
        to=card.recipient,
        at=at,
        negotiation_id=meeting.negotiation_id,
        ref_id=meeting.id or 0,
    )


def show_live(session: Session, meeting: Meeting, *, at: datetime) -> None:
    """The one message in a meeting's channel that shows how it goes on, and where people can press."""
    outbox.enqueue(
        session,
        "live.card",
        key=outbox.live_card_key(meeting.id or 0),
        to=meeting.channel_id or "",
        at=at,
        negotiation_id=meeting.negotiation_id,
        ref_id=meeting.id,
    )


def tell_change(
    session: Session, actor: Actor, meeting: Meeting, before: datetime, by_parley: bool, *, at: datetime
) -> None:
    """A message of its own, with the calendar file that replaces the earlier one; and the invitation follows."""
    refresh_card(session, meeting, f"sequence:{meeting.sequence}", at=at)
    _invite_in_time(session, meeting)
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


def _invite_in_time(session: Session, meeting: Meeting) -> None:
    """A meeting that is to come sooner than its invitation brings that with it."""
    card, latest = rows.by_key(session, card_key(meeting)), meeting.starts_at - _AT_LATEST
    if card is not None and card.due_at > latest:
        rows.change_waiting(session, card, due_at=latest)


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
