"""Messages typed in a channel with an open meeting, their edits and deletions; `undo`."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot import access, outbox
from bot.access import Actor, Place
from bot.capture import service
from bot.capture.rules import lines_of
from bot.capture.service import Heard, Spoken
from bot.errors import UserError
from bot.slack.command import Answer, Call
from bot.slack.said import said_at
from storage import Session, meetings, records
from storage.tables import Meeting

# Slack's clock dates the messages and ours the meetings; they may differ by this much.
CLOCKS_DIFFER = timedelta(seconds=5)


def worth_reading(words: str, before: str = "") -> bool:
    """Whether a message, or what an edit changed in it, can matter to the record at all.

    Most cannot, and cost no look at the database.
    """
    return lines_of(words) != lines_of(before)


def message(session: Session, place: Place, spoken: Spoken) -> None:
    """A message was typed. Does nothing where no meeting was open at that time."""
    meeting = _meeting_at(session, spoken)
    if meeting is None:
        return
    # However late it is delivered, it was said when it was said.
    spoken = replace(spoken, at=min(spoken.at, said_at(spoken.ts)))
    try:
        actor = access.actor(session, place)
    except UserError as refusal:
        refused = Heard(refused=[(service.shown(line, spoken.names), str(refusal)) for line in lines_of(spoken.words)])
        tell(session, place, None, spoken, refused, "said")
        return
    heard = service.hear(session, actor, meeting, spoken)
    _answer(session, actor, place, spoken, heard, "said")


def edited(session: Session, place: Place, spoken: Spoken, before: str, edit: str) -> None:
    """A message was edited; `edit` tells one edit from another."""
    if not records.of_message(session, spoken.channel_id, spoken.ts) and _meeting_at(session, spoken) is None:
        return
    actor = _still_here(session, place)
    if actor is not None:
        _answer(session, actor, place, spoken, service.rehear(session, actor, spoken, before), edit)


def deleted(session: Session, place: Place, spoken: Spoken) -> None:
    """A message was deleted."""
    if not records.of_message(session, spoken.channel_id, spoken.ts):
        return
    actor = _still_here(session, place)
    if actor is not None:
        tell(session, place, actor, spoken, service.unhear(session, actor, spoken), "deleted")


def _still_here(session: Session, place: Place) -> Actor | None:
    """The author of an older message, if they still sit at the table; else the record stands as it is."""
    try:
        return access.actor(session, place)
    except UserError:
        return None


def _meeting_at(session: Session, spoken: Spoken) -> Meeting | None:
    instant = said_at(spoken.ts)
    return meetings.held_at(session, spoken.channel_id, instant) or meetings.held_at(
        session, spoken.channel_id, instant + CLOCKS_DIFFER
    )


def _answer(session: Session, actor: Actor, place: Place, spoken: Spoken, heard: Heard, occasion: str) -> None:
    if heard.taken:
        mark(session, actor, spoken.channel_id, spoken.ts, occasion, at=spoken.at, otherwise=bool(heard.noted))
    tell(session, place, actor, spoken, heard, occasion)


def mark(
    session: Session, actor: Actor, channel: str, ts: str, occasion: str, *, at: datetime, otherwise: bool = False
) -> None:
    """Put the one reaction on a message that tells whether it was taken; `otherwise` than it was typed."""
    outbox.enqueue(
        session,
        "capture.reaction",
        key=f"capture.reaction:{channel}:{ts}:{occasion}",
        to=channel,
        at=at,
        negotiation_id=actor.id,
        ts=ts,
        otherwise=otherwise,
    )


def tell(session: Session, place: Place, actor: Actor | None, spoken: Spoken, heard: Heard, occasion: str) -> None:
    """A private note to the author, where something was refused or is incomplete.

    What is incomplete needs one note only: that one is kept up to date.
    """
    base = service.note_key(spoken.channel_id, spoken.ts)
    told = outbox.holds(session, base)
    lacking = service.incomplete(session, spoken.channel_id, spoken.ts)
    if not heard.refused and not heard.noted and (told or not lacking):
        if told and lacking and actor is not None:
            _refresh_note(session, actor, spoken, occasion)
        return
    outbox.enqueue(
        session,
        "capture.note",
        key=f"{base}:{occasion}" if told else base,
        to=place.user_id,
        at=spoken.at,
        negotiation_id=actor.id if actor else None,
        channel=spoken.channel_id,
        ts=spoken.ts,
        refused=[list(pair) for pair in heard.refused],
        noted=[list(pair) for pair in heard.noted],
    )


def _refresh_note(session: Session, actor: Actor, spoken: Spoken, occasion: str) -> None:
    outbox.enqueue(
        session,
        "capture.note.update",
        key=f"capture.note.update:{spoken.channel_id}:{spoken.ts}:{occasion}",
        to=spoken.channel_id,
        at=spoken.at,
        negotiation_id=actor.id,
        ts=spoken.ts,
    )


def undo(session: Session, call: Call) -> Answer:
    """Take back one's own last record in this circle."""
    actor = access.actor(session, call.place, call.code)
    row = records.by_author(session, actor.id, access.seat(actor).id or 0, actor.scope)
    if row is None:
        raise UserError("You have recorded nothing here that could be undone.")
    if row.meeting_id is not None:
        service.check_open(meetings.get(session, row.meeting_id), row)
    service.take_back(session, actor, row, undone=True, at=call.at)
    return Answer(
        f"*{row.ref}* is undone. It stays in the trail as undone: {row.text}", public=actor.aloud(row.party_id)
    )
