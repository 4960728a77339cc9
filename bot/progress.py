"""Work that takes more than a second shows that it goes on: one message, changed in place when it is done."""

from datetime import datetime

from bot import outbox
from bot.outbox import Message, Update
from storage import Session
from storage.tables import OutboxRow, OutboxState


def begin(session: Session, key: str, what: str, *, to: str, at: datetime, negotiation_id: int | None) -> None:
    """Say that `what` is being made, before the row with this key is left in the outbox."""
    _enqueue(session, "progress.begun", f"{key}:begun", key, what, to, at, negotiation_id)


def end(session: Session, key: str, what: str, *, to: str, at: datetime, negotiation_id: int | None) -> None:
    """Say in the same message what became of it; to be left in the outbox after the row with this key."""
    _enqueue(session, "progress.ended", f"{key}:ended", key, what, to, at, negotiation_id)


def _enqueue(
    session: Session, kind: str, key: str, of: str, what: str, to: str, at: datetime, negotiation_id: int | None
) -> None:
    outbox.enqueue(session, kind, key=key, to=to, at=at, negotiation_id=negotiation_id, of=of, what=what)


def begun(_session: Session, row: OutboxRow) -> Message:
    return Message(f"{row.payload['what']} is being made; that takes a moment.")


def ended(session: Session, row: OutboxRow) -> Update:
    """Whether the file has gone out by now: Slack may still refuse it, or ask for patience."""
    work = outbox.row(session, row.payload["of"])
    sent = work is not None and work.state == OutboxState.SENT
    said = "is made; the file follows this message." if sent else "is made; the file comes as soon as Slack takes it."
    return Update(of=f"{row.payload['of']}:begun", message=Message(f"{row.payload['what']} {said}"))
