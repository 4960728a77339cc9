"""The only way a verb speaks to others: it leaves something in the outbox, within its own transaction."""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from storage import Session, clauses, meetings, outbox
from storage.ledger import Written
from storage.tables import Agreement, OutboxRow


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


def row(session: Session, key: str) -> OutboxRow | None:
    """What was left under this key."""
    return outbox.by_key(session, key)


def mark(row: OutboxRow) -> str:
    """Eight characters for the name of a row's file, which no other row has (see `File`)."""
    return hashlib.sha256(row.key.encode()).hexdigest()[:8]


def holds(session: Session, key: str) -> bool:
    """Whether something was left under this key, sent or not."""
    return outbox.by_key(session, key) is not None


def clause_card_key(proposal_id: int) -> str:
    """The outbox key of the message that shows a proposal and, while it is the latest, its whole clause."""
    return f"clause.card:{proposal_id}"


def clause_changed(session: Session, clause_id: int | None, entry: Written) -> None:
    """Bring the card of a clause up to date after a deed, and those of its package: they stand and fall together."""
    clause = clauses.get(session, clause_id) if clause_id else None
    if clause is None:
        return
    mates = clauses.in_package(session, clause.package_id) if clause.package_id else [clause]
    for row in mates:
        latest = clauses.latest_proposal(session, row.id or 0)
        if latest is not None:
            refresh_clause_card(session, latest.id or 0, entry)
    for agreement in clauses.agreements_on(session, [row.id or 0 for row in mates if row.id != clause_id]):
        refresh_agreement_card(session, agreement, entry)


def refresh_agreement_card(session: Session, agreement: Agreement, entry: Written) -> None:
    """Bring the card of an agreement up to date after a deed."""
    refresh(
        session,
        "agreement",
        key=f"agreement.update:{agreement.id}:{entry.seq}",
        to=agreement.channel_id or "",
        at=entry.at,
        negotiation_id=agreement.negotiation_id,
        ref_id=agreement.id or 0,
    )


def refresh_clause_card(session: Session, proposal_id: int, entry: Written) -> None:
    """Bring the card that a proposal was posted with up to date after a deed."""
    card = outbox.by_key(session, clause_card_key(proposal_id))
    if card is not None:
        refresh(
            session,
            "clause",
            key=f"clause.update:{proposal_id}:{entry.seq}",
            to=card.recipient,
            at=entry.at,
            negotiation_id=card.negotiation_id,
            ref_id=proposal_id,
        )


def live_card_key(meeting_id: int) -> str:
    """The outbox key of the one message that shows a meeting while it goes on."""
    return f"live.card:{meeting_id}"


def meetings_follow(session: Session, negotiation_id: int, entry: Written) -> None:
    """Whatever is done in a negotiation, the live cards of that circle's open meetings follow.

    Once for each transaction will do, as they are read when it has ended; but for each part of one anew, for a
    part that is refused is taken back with all that it left here.
    """
    done = session.info.setdefault("meetings_follow", set())
    part = (negotiation_id, entry.scope, session.get_nested_transaction())
    if part in done:
        return
    done.add(part)
    for meeting_id, channel in meetings.going_on(session, negotiation_id, entry.scope):
        refresh_live_card(session, negotiation_id, meeting_id, channel, entry)


def refresh_live_card(session: Session, negotiation_id: int, meeting_id: int, channel: str, entry: Written) -> None:
    """Bring the live card of a meeting up to date after a deed."""
    refresh(
        session,
        "live",
        key=f"live.update:{meeting_id}:{entry.scope}:{entry.seq}",
        to=channel,
        at=entry.at,
        negotiation_id=negotiation_id,
        ref_id=meeting_id,
    )


def refresh(
    session: Session, thing: str, *, key: str, to: str, at: datetime, negotiation_id: int | None, ref_id: int
) -> None:
    """Have a card brought up to date, unless it, or another such update, has yet to be sent: that will show this too.

    `thing` is what is shown: "agreement" has the kinds "agreement.card" and "agreement.update".
    """
    if not outbox.waits(session, (f"{thing}.card", f"{thing}.update"), ref_id):
        enqueue(session, f"{thing}.update", key=key, to=to, at=at, negotiation_id=negotiation_id, ref_id=ref_id)


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
