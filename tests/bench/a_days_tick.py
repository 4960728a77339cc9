"""The clock's work on a day with 200 actions due: over a thousand actions, and over more than a million.

Each day is a fresh one, on which nothing was planned yet, and the same 200 actions fall due on it. The rest
is due another year, or done. What there is must not matter, only what is due.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast, insert, literal, select, text, update
from sqlmodel import col

from bot.reminders import service as reminders
from storage import Database, Session, migrate, negotiations
from storage.tables import (
    Action,
    ActionOwner,
    ActionStatus,
    Member,
    Negotiation,
    OutboxRow,
    OutboxState,
    Role,
)
from tests.bench.measure import Deed, Ratio, interleaved
from tests.databases import CannotStart, start_postgres
from tests.storage.rows import add_negotiation, add_party

DUE, OWNERS = 200, 20
BEGIN = datetime(2027, 1, 6, 9, 30, tzinfo=UTC)  # a Wednesday: the digest is on Mondays
# PostgreSQL settles on a plan for all values after a dozen executions, and the worst one counts.
WARM_UP, DAYS = 15, 25
GOAL = 1.5


@dataclass(frozen=True)
class Size:
    """How many actions there are; both are multiples of the 1,000 that are copied."""

    open: int
    closed: int

    def __str__(self) -> str:
        return f"{self.open:,} open and {self.closed:,} closed actions" if self.closed else f"{self.open:,} actions"


SMALL, LARGE = Size(1_000, 0), Size(100_000, 1_000_000)
COPIED = 1_000


def measure(folder: Path) -> list[Ratio]:
    """On SQLite, and on PostgreSQL where there is one."""
    found = _measure("SQLite", f"sqlite:///{folder}/small.db", f"sqlite:///{folder}/large.db")
    try:
        server = start_postgres()
    except CannotStart as reason:
        print(f"Not measured on PostgreSQL: {reason}")
        return found
    try:
        return found + _measure("PostgreSQL", *(server.new_database(migrated=True) for _ in (SMALL, LARGE)))
    finally:
        server.stop()


def _measure(name: str, small_url: str, large_url: str) -> list[Ratio]:
    with _filled(small_url, SMALL) as small, _filled(large_url, LARGE) as large:

        def day_begins(number: int) -> None:
            for database in (small, large):
                _begin(database, _day(number))

        def tick(database: Database) -> Deed:
            def plan(number: int) -> None:
                assert reminders.plan(database, _day(number)) == OWNERS

            return plan

        def idle(database: Database) -> Deed:
            def plan(_number: int) -> None:
                assert reminders.plan(database, _day(DAYS)) == 0

            return plan

        floor, ours = interleaved(tick(small), tick(large), rounds=DAYS, each=1, warm_up=WARM_UP, before=day_begins)
        day_begins(DAYS)
        reminders.plan(small, _day(DAYS))
        reminders.plan(large, _day(DAYS))
        idle_floor, idle_ours = interleaved(idle(small), idle(large), rounds=20, each=20)
    over = f"over {LARGE} / {SMALL}, {name}"
    return [
        Ratio(f"a day's tick, {DUE} due, {over}", floor, ours, goal=GOAL),
        Ratio(f"a tick with nothing due, {over}", idle_floor, idle_ours, goal=GOAL),
    ]


def _day(number: int) -> datetime:
    """A day of its own for each tick, those of the warm-up too."""
    return BEGIN + timedelta(weeks=number + 2 * WARM_UP)


def _begin(database: Database, now: datetime) -> None:
    """The 200 fall due today, and what was said of them until now has gone out."""
    with database.transaction() as session:
        session.execute(update(Action).where(col(Action.id) <= DUE).values(due_on=now.date()))
        session.execute(update(Negotiation).values(reminded_on=now.date() - timedelta(days=1)))
        session.execute(update(OutboxRow).values(state=OutboxState.SENT))


# -- filling --------------------------------------------------------------------------------------------


@contextmanager
def _filled(url: str, size: Size) -> Iterator[Database]:
    database = Database(url)
    if database.is_sqlite:
        migrate.upgrade(database)
    with database.transaction() as session:
        if not database.is_sqlite:  # looking up what each of a million rows refers to takes longer than writing them
            session.execute(text("SET LOCAL session_replication_role = replica"))
        _fill(session, size)
    if not database.is_sqlite:  # its own housekeeping would do the same within minutes
        with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.execute(text("VACUUM ANALYZE"))
    try:
        yield database
    finally:
        database.close()


def _fill(session: Session, size: Size) -> None:
    """One negotiation, its people, and their actions: a thousand written out, the others copied by the database.

    The done ones were due on the days that are measured, as many as on any; the open ones are due years later.
    """
    negotiation = add_negotiation(session)
    owners = _seated(session, negotiation)
    session.execute(insert(Action), [_promise(negotiation, owners[0], number) for number in range(COPIED)])
    _copy(session, ActionStatus.DONE, range(size.open, size.open + size.closed, COPIED))
    later = [{"id": 1 + number, "due_on": date(2031, 1, 1) + timedelta(number)} for number in range(COPIED)]
    session.execute(update(Action), later)
    _copy(session, ActionStatus.OPEN, range(COPIED, size.open, COPIED))
    whose = owners[0] + col(Action.id) % OWNERS  # the members' ids follow one another
    session.execute(insert(ActionOwner).from_select(["action_id", "member_id"], select(col(Action.id), whose)))


def _seated(session: Session, negotiation: Negotiation) -> list[int]:
    """The owners' ids as members: half of them for each side, the first one a chair."""
    sides = [add_party(session, negotiation, code) for code in ("CCG", "OHP")]
    found = []
    for number in range(OWNERS):
        person = negotiations.person_named(session, "T1", f"U{number:02}", f"Person {number}")
        roles: list[str] = [Role.NEGOTIATOR if number else Role.CHAIR]
        member = Member(
            negotiation_id=negotiation.id or 0,
            party_id=sides[number % 2].id or 0,
            person_id=person.id or 0,
            roles=roles,
        )
        session.add(member)
        session.flush()
        found.append(member.id or 0)
    return found


def _promise(negotiation: Negotiation, author_id: int, number: int) -> dict[str, Any]:
    """An action's columns, with `number` from 0."""
    return {
        "negotiation_id": negotiation.id,
        "number": 1 + number,
        "ref": f"A{1 + number}",
        "text": "Send the other side the activity model, with the assumptions behind each of its figures",
        "said": "",
        "status": ActionStatus.OPEN,
        "author_id": author_id,
        "at": BEGIN,
        "due_on": date(2026, 1, 1) + timedelta(number),
    }


def _copy(session: Session, status: ActionStatus, numbers: range) -> None:
    """The first thousand once more with each of these added to their numbers."""
    if not numbers:
        return
    steps = select(literal(numbers.start).label("more")).cte("steps", recursive=True)
    steps = steps.union_all(select(steps.c.more + numbers.step).where(steps.c.more + numbers.step < numbers.stop))
    number = col(Action.number) + steps.c.more
    columns: dict[str, Any] = {name: col(getattr(Action, name)) for name in Action.model_fields if name != "id"}
    columns |= {"number": number, "ref": literal("A") + cast(number, String), "status": literal(str(status))}
    copies = select(*columns.values()).select_from(Action).join(steps, literal(True)).where(col(Action.id) <= COPIED)
    session.execute(insert(Action).from_select(list(columns), copies))
