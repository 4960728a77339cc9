"""The outbox: added once, claimed by one, finished only by whoever holds the claim."""

import os
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any

import pytest

from storage import Database, outbox
from storage.tables import OutboxRow, OutboxState
from tests.storage.rows import MINUTE, NOON, in_processes

LEASE = MINUTE


def add(database: Database, *keys: str, due_at: datetime = NOON, **more: Any) -> None:
    with database.transaction() as session:
        for key in keys:
            outbox.add_once(session, "note", key=key, recipient="C1", due_at=due_at, **more)


def claim(database: Database, worker: str = "anna", now: datetime = NOON) -> OutboxRow | None:
    with database.transaction() as session:
        return outbox.claim_next(session, worker, now, LEASE)


def claimed(database: Database, worker: str = "anna", now: datetime = NOON) -> OutboxRow:
    row = claim(database, worker, now)
    assert row is not None
    return row


def finish(database: Database, row: OutboxRow, state: OutboxState = OutboxState.SENT, **more: Any) -> bool:
    with database.transaction() as session:
        return outbox.finish(session, row, state, **more)


def postpone(database: Database, row: OutboxRow, *, maybe_posted: bool) -> bool:
    with database.transaction() as session:
        return outbox.postpone(session, row, NOON + MINUTE, "rate limited", maybe_posted=maybe_posted)


def release_stale(database: Database, now: datetime) -> int:
    with database.transaction() as session:
        return outbox.release_stale(session, now)


def kept(database: Database, key: str) -> OutboxRow:
    with database.snapshot() as session:
        row = outbox.by_key(session, key)
        assert row is not None
        return row


def test_the_same_key_a_second_time_changes_nothing(database: Database) -> None:
    add(database, "a", payload={"text": "first"})
    finish(database, claimed(database))
    add(database, "a", payload={"text": "second"}, due_at=NOON + MINUTE)
    row = kept(database, "a")
    assert (row.state, row.payload, row.due_at) == (OutboxState.SENT, {"text": "first"}, NOON)
    assert claim(database, now=NOON + 2 * MINUTE) is None


def test_the_same_key_from_many_writers_is_one_row(database: Database) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: add(database, "a", "b"), range(24)))
    with database.snapshot() as session:
        assert [row.key for row in outbox.unsent(session)] == ["a", "b"]


def test_rows_are_claimed_when_due_in_the_order_of_their_time_and_then_of_their_writing(database: Database) -> None:
    add(database, "later", due_at=NOON + MINUTE)
    add(database, "first", "second")
    add(database, "earlier", due_at=NOON - MINUTE)
    assert [claimed(database).key for _ in range(3)] == ["earlier", "first", "second"]
    assert claim(database) is None
    assert claimed(database, now=NOON + MINUTE).key == "later"


def test_the_probe_says_whether_a_claim_would_find_something(database: Database) -> None:
    def due(now: datetime) -> bool:
        with database.snapshot() as session:
            return outbox.anything_due(session, now)

    assert not due(NOON)
    add(database, "a")
    assert not due(NOON - MINUTE)
    assert due(NOON)
    claimed(database)
    assert not due(NOON + 10 * MINUTE)


def test_a_claim_says_who_has_it_until_when_and_since_when(database: Database) -> None:
    add(database, "a")
    row = claimed(database)
    assert (row.state, row.worker, row.lease_until) == (OutboxState.SENDING, "anna", NOON + LEASE)
    assert (row.attempts, row.first_try_at) == (1, NOON)
    postpone(database, row, maybe_posted=False)
    again = claimed(database, "ben", NOON + MINUTE)
    assert (again.attempts, again.first_try_at, again.worker) == (2, NOON, "ben")


def claim_all(database: Database) -> None:
    """In several processes and threads: claim what there is, and write down each row that was got."""
    worker = f"{os.getpid()}-{threading.get_ident()}"
    while (row := claim(database, worker)) is not None:
        add(database, f"got:{row.key}:{worker}:{row.attempts}", due_at=NOON + MINUTE)


def test_many_workers_share_the_rows_and_each_has_one_claimer(database: Database, database_url: str) -> None:
    wanted = [f"key{number:02}" for number in range(40)]
    add(database, *wanted)
    in_processes(claim_all, database_url)
    with database.snapshot() as session:
        got = [row.key.split(":") for row in outbox.unsent(session) if row.key.startswith("got:")]
    assert sorted(key for _, key, _, _ in got) == wanted
    assert {attempts for *_, attempts in got} == {"1"}
    assert {kept(database, key).worker for key in wanted} == {worker for _, _, worker, _ in got}


def test_a_locked_row_does_not_hold_up_the_next(database: Database, backend: str) -> None:
    """On PostgreSQL a second worker passes by what the first is just claiming; SQLite has one at a time."""
    if backend == "sqlite":
        pytest.skip("writers take turns there")
    add(database, "a", "b")
    with database.transaction() as first:
        one = outbox.claim_next(first, "anna", NOON, LEASE)
        other = claim(database, "ben")
    assert one is not None
    assert other is not None
    assert {one.key, other.key} == {"a", "b"}


def test_a_sent_row_keeps_where_it_stands(database: Database) -> None:
    add(database, "a")
    assert finish(database, claimed(database), channel="D1", ts="1.1")
    row = kept(database, "a")
    assert (row.state, row.sent_channel, row.sent_ts, row.lease_until) == (OutboxState.SENT, "D1", "1.1", None)


def test_a_postponed_row_comes_back_then_and_remembers_what_is_not_known(database: Database) -> None:
    add(database, "a")
    assert postpone(database, claimed(database), maybe_posted=True)
    assert claim(database) is None
    row = claimed(database, now=NOON + MINUTE)
    assert row.maybe_posted
    # That Slack certainly refused a later try says nothing about the first.
    assert postpone(database, row, maybe_posted=False)
    assert kept(database, "a").maybe_posted


def test_only_a_lapsed_claim_is_given_back(database: Database) -> None:
    add(database, "a", "b")
    claimed(database, "anna", NOON)
    claimed(database, "anna", NOON + MINUTE)
    assert release_stale(database, NOON + LEASE - timedelta(seconds=1)) == 0
    assert release_stale(database, NOON + LEASE) == 1
    row = kept(database, "a")
    assert (row.state, row.worker, row.maybe_posted) == (OutboxState.PENDING, None, True)
    assert kept(database, "b").state == OutboxState.SENDING


@pytest.mark.parametrize("taken_over", [False, True], ids=["given back", "taken over"])
def test_whoever_lost_the_claim_changes_nothing(database: Database, taken_over: bool) -> None:
    add(database, "a")
    old = claimed(database, "anna")
    release_stale(database, NOON + LEASE)
    if taken_over:
        claimed(database, "ben", NOON + LEASE)
    before = kept(database, "a").model_dump()
    assert not finish(database, old, channel="C1", ts="1.1")
    assert not postpone(database, old, maybe_posted=False)
    assert kept(database, "a").model_dump() == before


@pytest.mark.parametrize("state", [OutboxState.SENT, OutboxState.DROPPED, OutboxState.DEAD])
def test_what_is_over_stays_over(database: Database, state: OutboxState) -> None:
    add(database, "a")
    row = claimed(database)
    assert finish(database, row, state)
    assert not finish(database, row, OutboxState.SENT)
    assert release_stale(database, NOON + 100 * MINUTE) == 0
    assert claim(database, now=NOON + 100 * MINUTE) is None
    with database.snapshot() as session:
        assert outbox.unsent(session) == []
