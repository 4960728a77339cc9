"""Nothing is lost between two writers, nobody waits for long, and readers never wait."""

import multiprocessing
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from storage import Busy, Database, Session, negotiations
from storage.db import Turns
from storage.tables import Negotiation
from tests.storage.rows import (
    PROCESSES,
    THREADS,
    TIMES,
    a_negotiation,
    add_negotiation,
    hold_the_database,
    in_processes,
    increment,
    raw,
)

# Slack hangs up after three seconds; what is left of them must do for everything else.
MOST_SECONDS = 2.5


def title(database: Database, negotiation_id: int) -> str:
    with database.snapshot() as session:
        return negotiations.get(session, negotiation_id).title


def write_and_fail(database: Database) -> None:
    with database.transaction() as session:
        add_negotiation(session)
        raise ZeroDivisionError


def test_what_raises_leaves_nothing(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        write_and_fail(database)
    with database.snapshot() as session:
        assert negotiations.every(session) == []


def test_no_update_is_lost_between_processes_and_threads(database: Database, database_url: str) -> None:
    negotiation_id = a_negotiation(database)
    raw(database, "UPDATE negotiation SET title = '0'")
    in_processes(increment, database_url, negotiation_id)
    assert title(database, negotiation_id) == str(PROCESSES * THREADS * TIMES)


def test_sqlite_loses_no_update_even_of_somebody_who_takes_no_lock(database: Database, backend: str) -> None:
    if backend != "sqlite":
        pytest.skip("there, whoever writes holds the negotiation first")
    negotiation_id = a_negotiation(database)
    raw(database, "UPDATE negotiation SET title = '0'")

    def increment_unlocked() -> None:
        for _ in range(TIMES):
            with database.transaction() as session:
                negotiation = negotiations.get(session, negotiation_id)
                negotiation.title = str(int(negotiation.title) + 1)
                session.add(negotiation)

    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(increment_unlocked) for _ in range(THREADS)]:
            done.result()
    assert title(database, negotiation_id) == str(THREADS * TIMES)


@contextmanager
def held_by_another_process(url: str, negotiation_id: int, folder: Path) -> Iterator[Path]:
    """Until the block ends, or the file that is given appears."""
    held, let_go = folder / "held", folder / "let-go"
    process = multiprocessing.get_context("spawn").Process(
        target=hold_the_database, args=(url, negotiation_id, held, let_go)
    )
    process.start()
    deadline = time.monotonic() + 20
    while not held.exists():
        assert time.monotonic() < deadline
        assert process.is_alive()
        time.sleep(0.01)
    try:
        yield let_go
    finally:
        let_go.touch()
        process.join()


def write(database: Database, negotiation_id: int) -> float:
    """Hold the negotiation for a moment; the seconds until that was refused, or done."""
    began = time.monotonic()
    try:
        with database.transaction() as session:
            negotiations.lock(session, negotiation_id)
    except Busy:
        pass
    else:
        raise AssertionError("Somebody else has it, and yet we were let in.")
    return time.monotonic() - began


def test_writers_are_told_in_time_that_another_process_is_writing(
    database: Database, database_url: str, tmp_path: Path
) -> None:
    negotiation_id = a_negotiation(database)
    with held_by_another_process(database_url, negotiation_id, tmp_path), ThreadPoolExecutor(THREADS) as pool:
        waited = [done.result() for done in [pool.submit(write, database, negotiation_id) for _ in range(THREADS)]]
    assert max(waited) < MOST_SECONDS
    assert min(waited) > 0.9  # a short wait is no reason to give up


def test_a_short_wait_ends_well(database: Database, database_url: str, tmp_path: Path) -> None:
    negotiation_id = a_negotiation(database)
    with held_by_another_process(database_url, negotiation_id, tmp_path) as let_go:
        threading.Timer(0.5, let_go.touch).start()
        with database.transaction() as session:
            negotiations.lock(session, negotiation_id).title = "Written after all"
    assert title(database, negotiation_id) == "Written after all"


def test_readers_do_not_wait_for_a_writer(database: Database, database_url: str, tmp_path: Path) -> None:
    negotiation_id = a_negotiation(database)
    with held_by_another_process(database_url, negotiation_id, tmp_path):
        began = time.monotonic()
        assert title(database, negotiation_id) == "Outcomes contract"
        assert time.monotonic() - began < 0.5


def test_a_snapshot_does_not_change_while_it_is_looked_at(database: Database) -> None:
    a_negotiation(database)

    def codes(session: Session) -> list[str]:
        return [negotiation.code for negotiation in negotiations.every(session)]

    with database.snapshot() as session:
        assert codes(session) == ["OXMH"]
        with database.transaction() as other:
            add_negotiation(other, "OXCYP")
        session.expunge_all()
        assert codes(session) == ["OXMH"]
    with database.snapshot() as session:
        assert codes(session) == ["OXMH", "OXCYP"]


def test_what_a_snapshot_read_stays_readable_and_what_it_wrote_is_thrown_away(database: Database) -> None:
    negotiation_id = a_negotiation(database)
    with database.snapshot() as session:
        row = session.get(Negotiation, negotiation_id)
        assert row is not None
        row.title = "Not this"
        session.add(row)
        session.flush()
    assert row.code == "OXMH"
    assert title(database, negotiation_id) == "Outcomes contract"


# -- taking turns ---------------------------------------------------------------------------------------


def waiting(turns: Turns, number: int) -> None:
    """Go on once so many stand in line."""
    while len(turns._line) < number:
        threading.Event().wait(0.001)


def test_writers_have_their_turn_in_the_order_in_which_they_came() -> None:
    turns, order = Turns(), list[int]()

    def write(number: int) -> None:
        assert turns.take(patience=20)
        order.append(number)
        turns.give_back()

    assert turns.take(patience=0)
    with ThreadPoolExecutor(THREADS) as pool:
        for number in range(THREADS):
            pool.submit(write, number)
            waiting(turns, number + 1)
        turns.give_back()
    assert order == list(range(THREADS))
    assert turns.take(patience=0)  # nobody has it any more


def test_whoever_gives_up_waiting_holds_up_nobody() -> None:
    turns = Turns()
    assert turns.take(patience=0)
    assert not turns.take(patience=0.01)
    with ThreadPoolExecutor(1) as pool:
        patient = pool.submit(turns.take, 20)
        waiting(turns, 1)
        turns.give_back()
        assert patient.result()
