"""The rows of the outbox: added once, claimed by one, finished by whoever claimed them."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.dml import Insert
from sqlmodel import Session, bindparam, col, select, text, update

from storage.tables import OutboxRow, OutboxState

_DUE = (
    OutboxRow.state == OutboxState.PENDING,
    col(OutboxRow.due_at) <= bindparam("now"),
    col(OutboxRow.speak_until).is_(None) | (col(OutboxRow.speak_until) > bindparam("now")),
    col(OutboxRow.recipient).not_in(bindparam("resting", expanding=True)),
)
_ANYTHING_DUE = select(OutboxRow.id).where(*_DUE).order_by(col(OutboxRow.due_at)).limit(1)
_NEXT_DUE = (
    select(OutboxRow)
    .where(*_DUE)
    .order_by(col(OutboxRow.id) + 0)  # the sum keeps PostgreSQL from walking the ids of all that was ever sent
    .limit(1)
    .with_for_update(skip_locked=True)  # ignored by SQLite, where writers take turns anyway
)
_WAITING_ABOUT = (
    select(OutboxRow.id)
    .where(
        text("outbox.state = 'pending'"),  # no parameter, so that the small index of what is pending can serve
        col(OutboxRow.kind).in_(bindparam("kinds", expanding=True)),
        OutboxRow.ref_id == bindparam("ref_id"),
        ~col(OutboxRow.maybe_posted),  # after a lost answer it waits for long, and what comes meanwhile should not
    )
    .limit(1)
    .with_for_update()
)


def add_once(
    session: Session,
    kind: str,
    *,
    key: str,
    recipient: str,
    due_at: datetime,
    negotiation_id: int | None = None,
    ref_id: int | None = None,
    payload: dict[str, Any] | None = None,
    speak_until: datetime | None = None,
) -> None:
    """Put one thing to say in the outbox; the same key a second time changes nothing."""
    session.info["outbox"] = True
    connection = session.connection()
    connection.execute(
        _adding(connection.dialect.name),
        {
            "key": key,
            "kind": kind,
            "recipient": recipient,
            "due_at": due_at,
            "negotiation_id": negotiation_id,
            "ref_id": ref_id,
            "payload": payload or {},
            "speak_until": speak_until,
            "state": OutboxState.PENDING,
            "attempts": 0,
            "maybe_posted": False,
            "error": "",
        },
    )


@cache
def _adding(dialect: str) -> Insert:
    insert = sqlite_insert if dialect == "sqlite" else postgresql_insert
    return insert(OutboxRow).on_conflict_do_nothing(index_elements=["key"])


def waits(session: Session, kinds: Collection[str], ref_id: int) -> bool:
    """Whether something of these kinds about this thing has yet to be sent, and will be read only after this
    transaction has ended: nobody can claim it until then.
    """
    about = {"kinds": list(kinds), "ref_id": ref_id}
    return session.connection().execute(_WAITING_ABOUT, about).first() is not None


def added_to(session: Session) -> bool:
    """Whether this session has put something in the outbox."""
    return bool(session.info.get("outbox"))


def anything_due(session: Session, now: datetime, resting: Collection[str] = ()) -> bool:
    """Whether there is something to claim; asked often, so it costs one step into an index.

    The order is needed: without it PostgreSQL's generic plan reads the whole table.
    """
    return session.exec(_ANYTHING_DUE, params={"now": now, "resting": resting}).first() is not None


def claim_next(
    session: Session, worker: str, now: datetime, lease: timedelta, resting: Collection[str] = ()
) -> OutboxRow | None:
    """The oldest row that is due, taken for `lease`; None when nothing is due but to recipients who are `resting`.

    Rows are taken in the order they were written, so what was said first is sent first, also when it had to wait.
    """
    row = session.exec(_NEXT_DUE, params={"now": now, "resting": resting}).first()
    if row is None:
        return None
    row.state = OutboxState.SENDING
    row.worker = worker
    row.lease_until = now + lease
    row.attempts += 1
    row.first_try_at = row.first_try_at or now
    session.add(row)
    return row


def release_stale(session: Session, now: datetime) -> int:
    """Give back the rows whose worker is gone: it may or may not have posted. Says how many."""
    result = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.state) == OutboxState.SENDING, col(OutboxRow.lease_until) <= now)
        .values(state=OutboxState.PENDING, worker=None, due_at=now, maybe_posted=True)
    )
    return int(result.rowcount)


def posted_anew(session: Session, row: OutboxRow, channel: str, ts: str) -> None:
    """The message of a row stands elsewhere from now on: what follows changes that one."""
    session.exec(update(OutboxRow).where(col(OutboxRow.id) == row.id).values(sent_channel=channel, sent_ts=ts))


def finish(
    session: Session,
    row: OutboxRow,
    state: OutboxState,
    *,
    channel: str | None = None,
    ts: str | None = None,
    error: str = "",
) -> bool:
    """Mark a claimed row as over; False when the claim was lost meanwhile."""
    values: dict[str, Any] = {"state": state, "error": error, "lease_until": None}
    if ts is not None:
        values |= {"sent_channel": channel, "sent_ts": ts}
    return _while_claimed(session, row, values)


def postpone(session: Session, row: OutboxRow, until: datetime, error: str, *, maybe_posted: bool) -> bool:
    """Try a claimed row again later. `maybe_posted` False means Slack certainly did not take it."""
    values = {
        "state": OutboxState.PENDING,
        "due_at": until,
        "error": error,
        "lease_until": None,
        "worker": None,
        "maybe_posted": row.maybe_posted or maybe_posted,
    }
    return _while_claimed(session, row, values)


def _while_claimed(session: Session, row: OutboxRow, values: dict[str, Any]) -> bool:
    result = session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.id) == row.id,
            col(OutboxRow.state) == OutboxState.SENDING,
            col(OutboxRow.worker) == row.worker,
        )
        .values(**values)
    )
    return bool(result.rowcount)


def by_key(session: Session, key: str) -> OutboxRow | None:
    return session.exec(select(OutboxRow).where(OutboxRow.key == key)).first()


def waiting(session: Session, kinds: Iterable[str]) -> list[OutboxRow]:
    """What of these kinds has not gone out and is in nobody's hands, oldest first."""
    return list(
        session.exec(
            select(OutboxRow)
            .where(OutboxRow.state == OutboxState.PENDING, col(OutboxRow.kind).in_(list(kinds)))
            .order_by(col(OutboxRow.due_at), col(OutboxRow.id))
            .with_for_update(skip_locked=True)
        )
    )


def change_waiting(session: Session, row: OutboxRow, **values: Any) -> bool:
    """Change a row that nobody has claimed yet; False when somebody has meanwhile.

    One that may stand in Slack already keeps its words, and False is the answer to new ones: put into a message
    of the day before, nobody would notice them. Its times change all the same.
    """
    said = row.maybe_posted and values.pop("payload", None) is not None
    result = session.exec(
        update(OutboxRow)
        .where(col(OutboxRow.id) == row.id, col(OutboxRow.state) == OutboxState.PENDING)
        .values(**values)
    )
    return bool(result.rowcount) and not said


def hold_back(session: Session, recipient: str, until: datetime) -> None:
    """Put off everything that is waiting for a recipient whom Slack wants left alone.

    What somebody else is changing or claiming just now is left to them: waiting for it would hold up the sender, and
    Slack says again when it comes too early.
    """
    theirs = (
        select(OutboxRow.id)
        .where(
            col(OutboxRow.recipient) == recipient,
            col(OutboxRow.state) == OutboxState.PENDING,
            col(OutboxRow.due_at) < until,
        )
        .with_for_update(skip_locked=True)
    )
    session.exec(update(OutboxRow).where(col(OutboxRow.id).in_(theirs)).values(due_at=until))


def let_go(session: Session, recipient: str, error: str, now: datetime, *, to: str | None = None) -> None:
    """Send at once what was put off for a recipient with this error, and perhaps to another recipient instead."""
    session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.recipient) == recipient,
            col(OutboxRow.state) == OutboxState.PENDING,
            col(OutboxRow.error) == error,
        )
        .values(due_at=now, error="", recipient=to or recipient)
    )


def say_instead(session: Session, recipients: Collection[str], errors: Collection[str], now: datetime, to: str) -> None:
    """Send to another recipient what these would not take, for one of these reasons; not what is too late by now."""
    session.exec(
        update(OutboxRow)
        .where(
            col(OutboxRow.recipient).in_(recipients),
            col(OutboxRow.state) == OutboxState.DEAD,
            col(OutboxRow.error).in_(errors),
            col(OutboxRow.speak_until).is_(None) | (col(OutboxRow.speak_until) > now),
        )
        .values(state=OutboxState.PENDING, due_at=now, attempts=0, error="", recipient=to)
    )


def unsent(session: Session) -> list[OutboxRow]:
    """What has not gone out yet, oldest first."""
    waiting = (OutboxState.PENDING, OutboxState.SENDING)
    return list(
        session.exec(
            select(OutboxRow)
            .where(col(OutboxRow.state).in_(waiting))
            .order_by(col(OutboxRow.due_at), col(OutboxRow.id))
        )
    )
