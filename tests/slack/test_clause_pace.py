"""What a deed on one clause asks of the database does not grow with the contract: counted, not timed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import Engine, event
from sqlmodel import SQLModel

from storage.tables import Clause
from tests import cast
from tests.harness import Parley, running_parley


@dataclass
class Asked:
    """How often the database was asked, and how many rows were made into objects."""

    queries: int = 0
    rows: int = 0


@contextmanager
def counted() -> Iterator[Asked]:
    found = Asked()

    def query(*_: object) -> None:
        found.queries += 1

    def row(*_: object) -> None:
        found.rows += 1

    event.listen(Engine, "before_cursor_execute", query)
    event.listen(SQLModel, "load", row, propagate=True)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", query)
        event.remove(SQLModel, "load", row)


def grow(parley: Parley, count: int, *, national: bool = False) -> None:
    """Give the contract many more clauses, in one go: how they come in is not what is counted here."""
    with parley.deps.db.transaction() as session:
        session.add_all(
            Clause(negotiation_id=1, number=f"{100 + n}.1", place=1000 + n, title="Reporting", national=national)
            for n in range(count)
        )


DEEDS = [
    ("propose 4.2 Payment falls due within 30 days.", "agree 4.2"),
    ("propose 4.2 Payment falls due within 30 days.", "agree clause 4.2"),
    ("", "agree 4.2: Payment falls due within 30 days."),
    ("", "agree Payment falls due within 30 days."),
    ("", "propose 4.2 Payment falls due within 30 days."),
    ("", "clause title 4.2 Paying"),
    ("", "clause legal 4.2"),
    ("", "clause streams 4.2 finance, clinical"),
    ("", "park 4.2 until 8 january 2027"),
    ("", "package Payment: 4.2, 4.3"),
    ("package Payment: 4.2, 4.3", "propose 4.3 Interest is not paid."),
    ("propose 4.2 Payment falls due.\npropose 4.2 Payment falls due within 30 days.", "diff 4.2"),
    ("propose 4.2 Payment falls due within 30 days.", "clause 4.2"),
    ("propose 4.2 Payment falls due within 30 days.", "escalate 4.2 to @Daniel Kerr because the cap is beyond us"),
]


def asked_for(folder: Path, more: int, before: str, deed: str) -> Asked:
    """What a deed asks where the contract has two clauses and `more`."""
    with running_parley(f"sqlite:///{folder}/{more}.db") as parley:
        parley.set_up()
        for typed in ("clause add 4.2 Payment", "clause add 4.3 Interest", *before.splitlines()):
            parley.slash(typed, by=cast.chair)
        grow(parley, more)
        with counted() as found:
            reply = parley.slash(deed, by=cast.chair)
        assert f"/parley {deed}" not in reply.shown, reply.shown
        return found


@pytest.mark.parametrize(("before", "deed"), DEEDS, ids=[deed for _, deed in DEEDS])
def test_a_deed_on_one_clause_asks_no_more_of_a_long_contract(tmp_path: Path, before: str, deed: str) -> None:
    short, long = (asked_for(tmp_path, more, before, deed) for more in (8, 598))
    assert long == short
    assert short.queries


def test_readiness_asks_no_more_for_many_national_clauses(tmp_path: Path) -> None:
    queries = []
    for count in (3, 60):
        with running_parley(f"sqlite:///{tmp_path}/{count}.db") as parley:
            parley.set_up()
            grow(parley, count, national=True)
            with counted() as found:
                parley.slash("check", by=cast.chair)
            queries.append(found.queries)
    assert queries[0] == queries[1]
