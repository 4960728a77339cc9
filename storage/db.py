"""The one door to the database: a transaction that is durable when it returns, and a read-only snapshot."""

import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, String, event, make_url
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, create_engine

__all__ = ["AwareUTC", "Busy", "Conflict", "Database", "Exact", "Session", "StorageError", "out_of_room"]

# Slack gives up on an answer after three seconds, so a writer waits less than that for its turn.
PATIENCE_SECONDS = 2.0
LOCK_NOT_AVAILABLE, DISK_FULL = "55P03", "53100"  # PostgreSQL's codes

Conflict = IntegrityError
StorageError = SQLAlchemyError


class Busy(Exception):
    """Another writer held the database for longer than a person's request may wait."""


def out_of_room(error: BaseException) -> bool:
    """Whether a StorageError says that the disk is full, or takes nothing any more."""
    why = getattr(error, "orig", None)
    told = "disk is full" in str(why) or "disk I/O error" in str(why)
    return told or getattr(why, "sqlstate", "") == DISK_FULL


class AwareUTC(TypeDecorator[datetime]):
    """An aware instant, kept in UTC. SQLite has no zone, so the zone is taken off there and put back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware; this one has no zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Exact(TypeDecorator[Decimal]):
    """An exact decimal, kept as its digits: SQLite has only binary fractions, which cannot hold 0.1."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: Dialect) -> str | None:
        return None if value is None else f"{value:f}"

    def process_result_value(self, value: str | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(value)


class Turns:
    """One writer at a time, in the order in which they came.

    A plain lock goes to whoever happens to be awake, often the thread that has just given it back: with fifty people
    at once some would wait for all the others, and the sender for everybody.
    """

    def __init__(self) -> None:
        self._mutex = threading.Lock()
        self._taken = False
        self._line: deque[threading.Lock] = deque()

    def take(self, patience: float) -> bool:
        """Wait so many seconds for one's turn; False when it did not come."""
        with self._mutex:
            if not self._taken:
                self._taken = True
                return True
            mine = threading.Lock()
            mine.acquire()
            self._line.append(mine)
        if mine.acquire(timeout=patience):
            return True
        with self._mutex:
            if mine not in self._line:
                return True  # it came at the last moment
            self._line.remove(mine)
            return False

    def give_back(self) -> None:
        """End one's turn: it is the next one's."""
        with self._mutex:
            if self._line:
                self._line.popleft().release()
            else:
                self._taken = False


class Database:
    """A database by its SQLAlchemy address: SQLite for one process, PostgreSQL for several."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._engine = _sqlite_engine(url)
            self._reading = self._engine.execution_options(parley_reads=True)
        else:
            self._engine = _server_engine(url)
            self._reading = self._engine.execution_options(isolation_level="REPEATABLE READ")
        # Writers queue here rather than in SQLite's busy loop: same throughput, a thirtieth of the worst wait.
        self._turns = Turns()

    @property
    def engine(self) -> Engine:
        return self._engine

    @property
    def path(self) -> Path | None:
        """The SQLite file, or None for memory and for other databases."""
        name = self.url.database
        return Path(name) if self.is_sqlite and name and name != ":memory:" else None

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """One durable transaction: committed when the block ends, rolled back when it raises.

        Raises Busy when the turn to write does not come within two seconds.
        """
        try:
            with self._turn() as engine, Session(engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            if "database is locked" in str(error.orig) or getattr(error.orig, "sqlstate", "") == LOCK_NOT_AVAILABLE:
                raise Busy from error
            raise

    @contextmanager
    def _turn(self) -> Iterator[Engine]:
        """The engine to write with. On SQLite, the time waited here is not waited again for another process."""
        if not self.is_sqlite:
            yield self._engine
            return
        began = time.monotonic()
        if not self._turns.take(PATIENCE_SECONDS):
            raise Busy
        try:
            waited = time.monotonic() - began
            unhurried = waited < 0.1
            yield self._engine if unhurried else self._engine.execution_options(parley_waited=waited)
        finally:
            self._turns.give_back()

    @contextmanager
    def snapshot(self) -> Iterator[Session]:
        """A consistent view for reading; whatever the block writes is thrown away."""
        with Session(self._reading, expire_on_commit=False, autoflush=False) as session:
            try:
                yield session
            finally:
                session.expunge_all()  # what was read stays readable after the snapshot has ended
                session.rollback()

    def close(self) -> None:
        self._engine.dispose()


def _sqlite_engine(url: str) -> Engine:
    # Without hide_parameters an error's text, and so the log, would hold people's words.
    engine = create_engine(
        url, connect_args={"check_same_thread": False, "timeout": PATIENCE_SECONDS}, hide_parameters=True
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin on its own; we do, below
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Any) -> None:
        # A deferred transaction that later writes can lose updates or fail at once: take the lock first.
        options = connection.get_execution_options()
        if options.get("parley_reads"):
            connection.exec_driver_sql("BEGIN")
            return
        patience = max(PATIENCE_SECONDS - options.get("parley_waited", 0), 0)
        connection.exec_driver_sql(f"PRAGMA busy_timeout = {int(patience * 1000)}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _server_engine(url: str) -> Engine:
    engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
    if engine.dialect.name != "postgresql":
        return engine

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: Any) -> None:
        # PostgreSQL counts twice: once for a place in the queue, once more at its head.
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = {int(PATIENCE_SECONDS * 1000 / 2)}")
        connection.commit()

    @event.listens_for(engine, "handle_error")
    def take_words_out(context: Any) -> None:
        # PostgreSQL adds the row it refused to what it says, and so people's words would come into the log.
        said = getattr(getattr(context.original_exception, "diag", None), "message_primary", None)
        if said:
            context.original_exception.args = (said,)
            context.sqlalchemy_exception.args = (f"({type(context.original_exception).__name__}) {said}",)

    return engine
