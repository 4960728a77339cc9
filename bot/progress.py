"""Work that takes more than a second shows that it goes on: one message, changed in place when it is done."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from bot import outbox
from bot.outbox import Message, Update
from storage import Session
from storage.tables import OutboxRow, OutboxState


@contextmanager
def shown(session: Session, key: str, what: str, **addressed: Any) -> Iterator[dict[str, Any]]:
    """Say that `what` is being made, before the row with this key that is left in the outbox meanwhile, and then, in
    the same message, what became of it; `addressed` as for `outbox.enqueue`.

    Gives what that row takes along to stand below this message instead of being another one."""
    outbox.enqueue(session, "progress.begun", key=f"{key}:begun", **addressed, of=key, what=what)
    yield {"thread_of": f"{key}:begun"}
    outbox.enqueue(session, "progress.ended", key=f"{key}:ended", **addressed, of=key, what=what)


@contextmanager
def at_once() -> Iterator[dict[str, Any]]:
    """What is quick is sent without such a message."""
    yield {}


def begun(_session: Session, row: OutboxRow) -> Message:
    return Message(f"{row.payload['what']} is being made; that takes a moment.")


def ended(session: Session, row: OutboxRow) -> Update:
    """Whether the file has gone out by now: Slack may still refuse it, or ask for patience."""
    work = outbox.row(session, row.payload["of"])
    sent = work is not None and work.state == OutboxState.SENT
    said = "is made; the file is below this message." if sent else "is made; the file comes as soon as Slack takes it."
    return Update(of=f"{row.payload['of']}:begun", message=Message(f"{row.payload['what']} {said}"))
