"""What Slack has already delivered: the key of every delivery, and the answer it got."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, bindparam, col, delete, insert, select

from storage.tables import Delivered

_SEEN = select(Delivered).where(Delivered.key == bindparam("key"))
_REMEMBER = insert(Delivered)


def seen(session: Session, key: str) -> Delivered | None:
    row = session.connection().execute(_SEEN, {"key": key}).first()
    return Delivered(**row._mapping) if row else None


def remember(session: Session, key: str, at: datetime, answer: dict[str, Any] | None = None) -> None:
    """Keep the key with its answer. A second writer of the same key fails with Conflict."""
    session.connection().execute(_REMEMBER, {"key": key, "at": at, "answer": answer})


def forget_before(session: Session, instant: datetime) -> None:
    """Slack retries for a day at the most; a message's own key (`msg:`) stays for good."""
    session.exec(delete(Delivered).where(col(Delivered.at) < instant, ~col(Delivered.key).startswith("msg:")))
