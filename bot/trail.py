"""Adding to the record: one new row, numbered in its circle, with its entry in the trail."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from bot import access, outbox
from bot.access import Actor
from bot.errors import UserError
from storage import Session, ledger, negotiations, records
from storage.ledger import Written
from storage.records import PREFIXES, AnyRecord, R
from storage.tables import Action, Agreement, Decision, Meeting, Note

_EXAMPLES: dict[type[AnyRecord], str] = {
    Agreement: "AGREED: Payment falls due within 30 days.",
    Decision: "/parley decide The finance sub-group meets every week.",
    Action: "/parley action Send the activity figures @dana by fri",
    Note: "/parley note The trust will share its model.",
}


@dataclass(frozen=True)
class Source:
    """The message something was said in. `ts` is None for commands and forms, which leave no message.

    Of a message that somebody puts on record, `author_id` is the seat of whoever said it and `said_at` when; the
    trail keeps `noted` besides.
    """

    channel_id: str
    ts: str | None = None
    line: int = 0
    permalink: str | None = None
    author_id: int | None = None
    said_at: datetime | None = None
    noted: Mapping[str, Any] = field(default_factory=dict)


def deed(
    session: Session,
    actor: Actor,
    what: str,
    ref: str,
    *,
    at: datetime,
    scope: int | None = None,
    **detail: Any,
) -> Written:
    """Write to the trail that this actor did this; the cards of meetings that go on follow."""
    written = ledger.record(session, actor.id, what, ref, actor=actor.trail_name, at=at, scope=scope, **detail)
    outbox.meetings_follow(session, actor.id, written)
    return written


def aloud(session: Session, actor: Actor, text: str, *, at: datetime) -> bool:
    """Whether a deed that everybody shares may be answered aloud where it was typed.

    Where that is none of the table's channels, the joint channel is told besides: nobody changes what is
    everybody's unseen.
    """
    joint = negotiations.joint_channel(session, actor.id) if actor.channel is None else None
    if joint is not None:
        outbox.enqueue(
            session,
            "answer.public",
            # One form may do several things at one instant, and each is told.
            key=f"told:{actor.id}:{actor.person.id}:{at.isoformat()}:{hashlib.sha256(text.encode()).hexdigest()[:12]}",
            to=joint,
            at=at,
            negotiation_id=actor.id,
            text=f"{actor.trail_name}: {text}",
            blocks=[],
        )
    return actor.aloud(None)


def private_prefix(actor: Actor, scope: int | None) -> str:
    """Private refs carry the party's code and their own count: a gap in `A3, A5` would tell of an A4."""
    return f"{actor.party.code}-" if scope is not None and actor.party else ""


def add(
    session: Session,
    actor: Actor,
    table: type[R],
    text: str,
    *,
    status: str,
    source: Source,
    meeting: Meeting | None,
    at: datetime,
    said: str = "",
    detail: dict[str, Any] | None = None,
    **columns: Any,
) -> R:
    """A new record in the actor's circle, with the next ref of its kind and its deed in the trail.

    `said` is what was typed, where that is more than the words understood. Raises UserError when there
    are no words.
    """
    words = text.strip()
    if not words:
        raise UserError(f"There are no words to record. Type them too: `{_EXAMPLES[table]}`.")
    scope = actor.scope
    number = records.next_number(session, table, actor.id, scope)
    ref = f"{private_prefix(actor, scope)}{PREFIXES[table]}{number}"
    written = deed(
        session,
        actor,
        f"{table.__name__.lower()}.recorded",
        ref,
        at=at,
        scope=scope,
        text=words,
        meeting=meeting.ref if meeting else None,
        source=source.permalink,
        **source.noted,
        **(detail or {}),
    )
    own = access.seat(actor).id or 0
    row = table(
        negotiation_id=actor.id,
        party_id=scope,
        meeting_id=meeting.id if meeting else None,
        item_id=meeting.item_id if meeting else None,
        number=number,
        ref=ref,
        text=words,
        said=said or words,
        seq=written.seq,
        status=status,
        author_id=source.author_id or own,
        logged_by_id=own if source.author_id else None,
        at=source.said_at or at,
        channel_id=source.channel_id,
        ts=source.ts,
        line=source.line,
        permalink=source.permalink,
        **columns,
    )
    session.add(row)
    session.flush()
    return row


def reword(
    session: Session, actor: Actor, row: AnyRecord, text: str, *, at: datetime, said: str = "", **detail: Any
) -> Written:
    """New words for a record; the trail keeps the old ones. Raises UserError when there are none."""
    if not text.strip():
        raise UserError(f"That would leave {row.ref} without words. `/parley undo` takes a record back.")
    before, row.text = row.text, text.strip()
    row.said = said or row.text
    session.add(row)
    kind = type(row).__name__.lower()
    entry = deed(
        session,
        actor,
        f"{kind}.reworded",
        row.ref,
        at=at,
        scope=row.party_id,
        text=row.text,
        before=before,
        **detail,
    )
    refresh_marks(session, row, entry)
    return entry


def take_back(session: Session, actor: Actor, row: AnyRecord, status: str, *, at: datetime) -> Written:
    """Mark a record as withdrawn or undone; it stays readable, with that status."""
    row.status = status
    row.line = -(row.id or 0)  # its place in the message is free for what an edit puts there
    session.add(row)
    kind = type(row).__name__.lower()
    entry = deed(session, actor, f"{kind}.{status}", row.ref, at=at, scope=row.party_id, text=row.text)
    refresh_marks(session, row, entry)
    return entry


def refresh_marks(session: Session, row: AnyRecord, entry: Written) -> None:
    """The reaction on the message a record came from, and the note to its author, follow the record."""
    if row.ts is None or row.channel_id is None:
        return
    for kind in ("capture.reaction", "capture.note.update"):
        outbox.enqueue(
            session,
            kind,
            key=f"{kind}:{row.channel_id}:{row.ts}:{entry.scope}:{entry.seq}",
            to=row.channel_id,
            at=entry.at,
            negotiation_id=row.negotiation_id,
            ts=row.ts,
        )
