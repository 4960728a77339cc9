"""A caucus channel in which another organisation may be: nothing private is said there until its party has decided."""

from datetime import datetime

from bot import access, outbox, roster, trail
from bot.access import Actor
from bot.errors import UserError
from bot.outbox import Message
from bot.slack import blocks
from bot.slack.command import Answer, Call
from storage import Session, ledger, negotiations
from storage import outbox as waiting
from storage.tables import Channel, OutboxRow, Role

HELD = "the channel is shared with another organisation"
_DECIDES = {Role.LEAD, Role.CHAIR}


def noticed(session: Session, channel_id: str, shared: bool, *, at: datetime) -> None:
    """Keep whether people of another organisation may be in a caucus channel; its lead is warned when they may.

    Other channels are shared by their nature. Told again, nothing happens.
    """
    channel = negotiations.private_room(session, channel_id)
    if channel is None or channel.shared == shared:
        return
    negotiation = negotiations.lock(session, channel.negotiation_id)
    channel.shared, channel.sharing_fine = shared, False
    session.add(channel)
    what = "channel.shared" if shared else "channel.unshared"
    told = ledger.record(
        session, channel.negotiation_id, what, channel_id, actor="Slack", at=at, scope=channel.party_id
    )
    if not shared:
        waiting.let_go(session, channel_id, HELD, at)
        return
    for user_id in _told(session, channel):
        outbox.enqueue(
            session,
            "channel.shared",
            key=f"channel.shared:{channel.id}:{told.seq}:{user_id}",
            to=user_id,
            at=at,
            negotiation_id=negotiation.id,
            ref_id=channel.id,
            channel=channel_id,
        )


def _told(session: Session, channel: Channel) -> list[str]:
    """Those who decide for the party; everybody of it where nobody does."""
    own = roster.here(roster.circle(roster.seats(session, channel.negotiation_id), channel.party_id))
    deciding = [seat for seat in own if _DECIDES & set(seat.member.roles)]
    return [seat.person.user_id for seat in deciding or own]


def warning(session: Session, row: OutboxRow) -> Message | None:
    """To the party's lead: who may be listening, and the two ways on. Nothing, once it is settled."""
    channel = negotiations.private_room(session, str(row.payload["channel"]))
    if channel is None or not channel.overheard:
        return None
    negotiation = negotiations.get(session, channel.negotiation_id)
    party = next(
        party for party in negotiations.parties(session, channel.negotiation_id) if party.id == channel.party_id
    )
    text = (
        f"*{negotiation.code}*: the caucus channel of {party.name} is shared with another organisation, whose people "
        "may read it. Parley says nothing private there until you decide. Make another channel your caucus: type "
        f"`/parley channel caucus {party.code}` in it. Or, if everyone in this one is on your side, press “It Is Fine”."
    )
    fine = blocks.button(
        "It Is Fine",
        "channel.fine",
        f"{negotiation.code} {channel.channel_id}",
        spoken=f"The caucus channel of {party.code} may be shared",
    )
    return Message(text, [blocks.section(text), blocks.buttons(fine)])


def fine(session: Session, call: Call) -> Answer:
    """The button: whoever is in this channel may read what is ours. What was held back is said now."""
    actor = access.actor(session, call.place, call.code)
    channel = _own(session, actor, call.plain.strip())
    if not _DECIDES & set(actor.roles):
        raise UserError(f"A lead or chair of {actor.party.name if actor.party else 'your side'} decides that.")
    if not channel.overheard:
        return Answer("Nothing was changed: that channel is not held back any more.")
    channel.sharing_fine = True
    session.add(channel)
    trail.deed(session, actor, "channel.sharing_fine", channel.channel_id, at=call.at, scope=channel.party_id)
    waiting.let_go(session, channel.channel_id, HELD, call.at)
    return Answer(
        "Parley speaks in your caucus channel again, although it is shared. The trail of your side keeps that."
    )


def _own(session: Session, actor: Actor, channel_id: str) -> Channel:
    channel = negotiations.private_room(session, channel_id)
    if channel is None or actor.party_id is None or channel.party_id != actor.party_id:
        raise UserError(access.NOTHING_HERE)
    return channel


def moved(session: Session, team_id: str, old: str, new: str, *, at: datetime) -> None:
    """Slack gave a channel of a negotiation another id; everything that names it follows."""
    channel = negotiations.channel(session, team_id, old)
    if channel is None or negotiations.channel(session, team_id, new) is not None:
        return
    negotiations.lock(session, channel.negotiation_id)
    ledger.record(
        session, channel.negotiation_id, "channel.moved", new, actor="Slack", at=at, scope=channel.party_id, before=old
    )
    negotiations.change_channel_id(session, team_id, old, new)
