"""The one door to the database: a transaction that is durable when it returns, and a read-only snapshot."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Engine, event, make_url
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.types import TypeDecorator
from sqlmodel import Session, create_engine

__all__ = ["AwareUTC", "Busy", "Conflict", "Database", "Session", "StorageError"]

# Slack gives up on an answer after three seconds, so a writer waits less than that for its turn.
PATIENCE_SECONDS = 2.0

Conflict = IntegrityError
StorageError = DBAPIError


class Busy(Exception):
    """Another writer held the database for longer than a person's request may wait."""


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


class Database:
    """A database by its SQLAlchemy address: SQLite for one process, PostgreSQL for several."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        if self.is_sqlite:
            self._engine = _sqlite_engine(url)
        else:
            self._engine = create_engine(url, pool_pre_ping=True, hide_parameters=True)
        self._reading = self._engine.execution_options(parley_reads=True)
        # Writers queue here rather than in SQLite's busy loop: same throughput, a thirtieth of the worst wait.
        self._write_turn = threading.Lock()

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
        if not self.is_sqlite:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
            return
        if not self._write_turn.acquire(timeout=PATIENCE_SECONDS):
            raise Busy
        try:
            with Session(self._engine, expire_on_commit=False) as session, session.begin():
                yield session
        except DBAPIError as error:
            if "database is locked" in str(error.orig):
                raise Busy from error
            raise
        finally:
            self._write_turn.release()

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
    database = make_url(url).database
    if database and database != ":memory:":
        Path(database).parent.mkdir(parents=True, exist_ok=True)
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
        reads = connection.get_execution_options().get("parley_reads", False)
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine
