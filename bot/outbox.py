"""The only way a verb speaks to others: it leaves something in the outbox, within its own transaction."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage import Session, outbox


@dataclass(frozen=True)
class File:
    """A file to attach. The name is unique to its content: it is how a repeat is recognised.

    `spoken` describes a picture for people who cannot see it.
    """

    name: str
    content: str | bytes
    spoken: str = ""


@dataclass(frozen=True)
class Message:
    """What to post: `text` stands alone for screen readers and notifications."""

    text: str
    blocks: list[dict[str, Any]] = field(default_factory=list)
    file: File | None = None


@dataclass(frozen=True)
class Update:
    """New content for a message that the outbox row with the key `of` has posted."""

    of: str
    message: Message


@dataclass(frozen=True)
class Reaction:
    """The one reaction that a captured message carries: `name` replaces whatever was there of `instead`."""

    channel: str
    ts: str
    name: str | None
    instead: tuple[str, ...] = ()


@dataclass(frozen=True)
class Whisper:
    """A private answer in a channel, seen by one person; at most once, for Slack cannot look it up."""

    channel: str
    user: str
    message: Message
    thread_ts: str | None = None


Notice = Message | Update | Reaction | Whisper


added_to = outbox.added_to


def holds(session: Session, key: str) -> bool:
    """Whether something was left under this key, sent or not."""
    return outbox.by_key(session, key) is not None


def enqueue(
    session: Session,
    kind: str,
    *,
    key: str,
    to: str,
    at: datetime,
    negotiation_id: int | None = None,
    ref_id: int | None = None,
    until: datetime | None = None,
    **payload: Any,
) -> None:
    """Leave a notice of this kind for the channel or user `to`, once for this key.

    It is said from `at` on, and not after `until`: then it stays until somebody changes that.
    """
    outbox.add_once(
        session,
        kind,
        key=key,
        recipient=to,
        due_at=at,
        negotiation_id=negotiation_id,
        ref_id=ref_id,
        payload=payload,
        speak_until=until,
    )
