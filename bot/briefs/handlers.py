"""`brief [REF]`: what one needs to know before a meeting; and the button that asks for it."""

from dataclasses import replace

from bot import access
from bot.access import Actor, Capability
from bot.briefs import sending, service, views
from bot.briefs.asked import Asked
from bot.errors import UserError
from bot.slack.command import Answer, Call
from storage import Session
from storage.tables import ChannelKind, Meeting, Party, Role

_EXAMPLE = "`/parley brief N2`, or `/parley brief N2 here` to post it in this channel"


def brief(session: Session, call: Call) -> Answer:
    """To whoever asks alone: their side's own where only their side reads, the joint one everywhere else.

    `here` posts it in the channel, where it follows the record until the meeting begins.
    """
    actor = access.actor(session, call.place, call.code)
    ref, here = _read(call.plain)
    party = _own_side(actor) if _in_own_room(actor) else None
    asked = _asked(session, actor, party, ref, call)
    if here:
        return _posted(actor, asked, call)
    sending.copy(asked, call.place.user_id, call.templates, with_message=False)
    message = views.card(service.essentials(asked), _closing(actor, party), button=False)
    return Answer(message.text, message.blocks)


def ask(session: Session, call: Call) -> Answer:
    """The button, pressed wherever the meeting is spoken of: the person's own brief, in a direct message."""
    actor = access.actor(session, call.place, call.code)
    asked = _asked(session, actor, _own_side(actor), call.plain, call)
    sending.copy(asked, call.place.user_id, call.templates, with_message=True)
    return Answer(f"The brief for {asked.meeting.ref} comes to you in a direct message.")


def _read(words: str) -> tuple[str, bool]:
    """The ref, if any, and whether it is to be posted here."""
    parts = words.split()
    here = bool(parts) and parts[-1].casefold() == "here"
    refs = parts[:-1] if here else parts
    if len(refs) > 1:
        raise UserError(f"Name one meeting, or none for the next: {_EXAMPLE}.")
    return (refs[0] if refs else ""), here


def _own_side(actor: Actor) -> Party | None:
    """The party whose private brief somebody may read; None for observers and for whoever has no seat."""
    return actor.party if actor.roles - {Role.OBSERVER} else None


def _in_own_room(actor: Actor) -> bool:
    """Whether only the person, or only their side, reads what is said here."""
    caucus = actor.channel is not None and actor.channel.kind == ChannelKind.CAUCUS
    return caucus or actor.channel_id.startswith("D")


def _asked(session: Session, actor: Actor, party: Party | None, ref: str, call: Call) -> Asked:
    # A side's own meetings are known only where its own brief is asked for.
    circle = actor if party else replace(actor, member=None, party=None)
    if ref:
        meeting = service.prepared_by(session, access.meeting(session, circle, ref))
    else:
        meeting = _next(session, actor, party, call)
    service.check_coming(meeting, actor.zone)
    return Asked(session, actor.negotiation, meeting, party, call.at)


def _next(session: Session, actor: Actor, party: Party | None, call: Call) -> Meeting:
    found = service.next_meeting(session, actor.negotiation, party, call.place.channel_id, now=call.at)
    if found is None:
        raise UserError(
            f"No meeting of {actor.negotiation.code} is planned that you could be briefed for. Plan one: "
            "`/parley meeting add negotiation First round on 11 dec at 10:00 for 2h`."
        )
    return found


def _closing(actor: Actor, party: Party | None) -> str:
    whole = "The whole comes to you in a direct message, as a file."
    if party is not None or _own_side(actor) is None:
        return whole
    return f"{whole} Your side’s own brief: type this in your caucus channel, or in a direct message to Parley."


def _posted(actor: Actor, asked: Asked, call: Call) -> Answer:
    """Raises UserError where there is no channel of the circle to post it in, and for who may not plan."""
    access.require(actor, Capability.PLAN)
    if actor.channel is None:
        raise UserError(
            "This is none of the table’s channels, so nothing was posted. Type it in the joint channel or in your "
            f"caucus channel, or without “here” to read it yourself: `/parley brief {asked.meeting.ref}`."
        )
    sending.post(asked, call.place.channel_id, call.templates, automatic=False)
    return Answer(f"The brief for {asked.meeting.ref} follows here, and follows the record until the meeting begins.")
