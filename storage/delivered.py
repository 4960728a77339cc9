"""What Slack has already delivered: the key of every delivery, and the answer it got."""

from datetime import datetime
from typing import Any

from sqlmodel import Session, col, delete

from storage.tables import Delivered


def seen(session: Session, key: str) -> Delivered | None:
    return session.get(Delivered, key)


def remember(session: Session, key: str, at: datetime, answer: dict[str, Any] | None = None) -> None:
    """Keep the key with its answer. A second writer of the same key fails with Conflict at commit."""
    session.add(Delivered(key=key, at=at, answer=answer))


def forget_before(session: Session, instant: datetime) -> None:
    """Slack retries for a day at the most; a message's own key (`msg:`) stays for good."""
    session.exec(delete(Delivered).where(col(Delivered.at) < instant, ~col(Delivered.key).startswith("msg:")))
