"""The outbox: added once, claimed by one, finished only by whoever holds the claim."""

import os
import threading
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

import pytest

from storage import Busy, Database, outbox
from storage.tables import OutboxRow, OutboxState
from tests.storage.rows import MINUTE, NOON, in_processes

LEASE = MINUTE
T = TypeVar("T")


def add(
    database: Database,
    *keys: str,
    due_at: datetime = NOON,
    kind: str = "note",
    recipient: str = "C1",
    **more: Any,
) -> None:
    with database.transaction() as session:
        for key in keys:
            outbox.add_once(session, kind, key=key, recipient=recipient, due_at=due_at, **more)


def claim(
    database: Database, worker: str = "anna", now: datetime = NOON, resting: Collection[str] = ()
) -> OutboxRow | None:
    with database.transaction() as session:
        return outbox.claim_next(session, worker, now, LEASE, resting)


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


def test_rows_are_claimed_once_due_in_the_order_of_their_writing(database: Database) -> None:
    add(database, "later", due_at=NOON + MINUTE)
    add(database, "first", "second")
    assert [claimed(database).key for _ in range(2)] == ["first", "second"]
    assert claim(database) is None
    add(database, "third")
    assert [claimed(database, now=NOON + MINUTE).key for _ in range(2)] == ["later", "third"]


def test_a_row_that_had_to_wait_keeps_its_place(database: Database) -> None:
    add(database, "first", "second")
    postpone(database, claimed(database), maybe_posted=False)
    add(database, "third")
    assert [claimed(database, now=NOON + MINUTE).key for _ in range(3)] == ["first", "second", "third"]


def test_who_is_resting_is_passed_by(database: Database) -> None:
    add(database, "a", "b")
    add(database, "c", recipient="C2")
    with database.snapshot() as session:
        assert outbox.anything_due(session, NOON, ["C1"])
        assert not outbox.anything_due(session, NOON, ["C1", "C2"])
    assert claim(database, resting=["C1", "C2"]) is None
    row = claim(database, resting=["C1"])
    assert row is not None
    assert row.key == "c"
    assert [claimed(database).key for _ in range(2)] == ["a", "b"]


def test_what_may_be_said_until_an_instant_is_not_claimed_from_then_on(database: Database) -> None:
    add(database, "a", speak_until=NOON + 2 * MINUTE)
    postpone(database, claimed(database), maybe_posted=False)
    for now, wanted in ((NOON + MINUTE, True), (NOON + 2 * MINUTE, False), (NOON + 100 * MINUTE, False)):
        with database.snapshot() as session:
            assert outbox.anything_due(session, now) is wanted
    assert claim(database, now=NOON + 2 * MINUTE) is None
    assert claimed(database, now=NOON + 2 * MINUTE - timedelta(microseconds=1)).key == "a"


def test_a_lapsed_claim_comes_back_with_its_last_instant(database: Database) -> None:
    """Nothing is said at a bad time because its worker died: it waits for whoever gives it a new time."""
    add(database, "a", speak_until=NOON + MINUTE)
    claimed(database)
    assert release_stale(database, NOON + LEASE) == 1
    assert claim(database, now=NOON + LEASE) is None
    with database.transaction() as session:
        (row,) = outbox.waiting(session, ["note"])
        assert outbox.change_waiting(session, row, due_at=NOON + 2 * MINUTE, speak_until=NOON + 3 * MINUTE)
    row = claimed(database, now=NOON + 2 * MINUTE)
    assert (row.maybe_posted, row.attempts, row.first_try_at) == (True, 2, NOON)


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
    while (row := sooner_or_later(partial(claim, database, worker))) is not None:
        sooner_or_later(partial(add, database, f"got:{row.key}:{worker}:{row.attempts}", due_at=NOON + MINUTE))


def sooner_or_later(work: Callable[[], T]) -> T:
    """What the clock does: where somebody else is writing for too long, it tries again."""
    while True:
        with suppress(Busy):
            return work()


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


# -- what waits can still be changed --------------------------------------------------------------------


def test_what_waits_is_what_is_in_nobodys_hands_oldest_first(database: Database) -> None:
    add(database, "sent", "sending")
    finish(database, claimed(database))
    claimed(database)
    add(database, "later", due_at=NOON + MINUTE)
    add(database, "other", kind="other")
    add(database, "unwanted", kind="unwanted")
    add(database, "late", speak_until=NOON - MINUTE)
    with database.transaction() as session:
        assert [row.key for row in outbox.waiting(session, ["note", "other"])] == ["other", "late", "later"]
        assert outbox.waiting(session, []) == []


def test_a_waiting_row_takes_new_words_and_another_time(database: Database) -> None:
    add(database, "a", payload={"text": "first"})
    with database.transaction() as session:
        (row,) = outbox.waiting(session, ["note"])
        changed = {"payload": {"text": "second"}, "due_at": NOON + MINUTE, "speak_until": NOON + 2 * MINUTE}
        assert outbox.change_waiting(session, row, **changed)
    assert claim(database) is None
    row = claimed(database, now=NOON + MINUTE)
    assert (row.payload, row.speak_until) == ({"text": "second"}, NOON + 2 * MINUTE)


def test_what_may_stand_in_slack_already_takes_another_time_but_no_new_words(database: Database) -> None:
    add(database, "a", payload={"text": "first"})
    postpone(database, claimed(database), maybe_posted=True)
    with database.transaction() as session:
        (row,) = outbox.waiting(session, ["note"])
        assert not outbox.change_waiting(session, row, payload={"text": "second"}, due_at=NOON + 2 * MINUTE)
        assert outbox.change_waiting(session, row, speak_until=NOON + 3 * MINUTE)
    row = kept(database, "a")
    assert (row.payload, row.due_at) == ({"text": "first"}, NOON + 2 * MINUTE)
    assert row.speak_until == NOON + 3 * MINUTE


@pytest.mark.parametrize("over", [False, True], ids=["claimed", "sent"])
def test_what_somebody_took_meanwhile_is_not_changed(database: Database, over: bool) -> None:
    add(database, "a", payload={"text": "first"})
    with database.snapshot() as session:
        (seen,) = outbox.unsent(session)
    row = claimed(database)
    if over:
        finish(database, row)
    before = kept(database, "a").model_dump()
    with database.transaction() as session:
        assert not outbox.change_waiting(session, seen, payload={"text": "second"})
    assert kept(database, "a").model_dump() == before


def test_what_is_being_changed_is_not_claimed_meanwhile(database: Database, backend: str) -> None:
    """On PostgreSQL the row is passed by; on SQLite whoever would claim it waits for the change."""
    if backend == "sqlite":
        pytest.skip("writers take turns there")
    add(database, "a", "b")
    with database.transaction() as session:
        (first, _) = outbox.waiting(session, ["note"])
        assert claim(database, now=NOON) is None
        outbox.change_waiting(session, first, due_at=NOON + MINUTE)
    assert claimed(database).key == "b"


def test_two_who_change_what_waits_share_it(database: Database, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("writers take turns there")
    add(database, "a")
    with database.transaction() as one, database.transaction() as other:
        assert [row.key for row in outbox.waiting(one, ["note"])] == ["a"]
        assert outbox.waiting(other, ["note"]) == []


def test_a_conversation_is_held_back_whole_and_no_other_with_it(database: Database) -> None:
    add(database, "sent", "sending", "a")
    add(database, "b", speak_until=NOON + 5 * MINUTE)
    add(database, "later", due_at=NOON + 10 * MINUTE)
    add(database, "elsewhere", recipient="C2")
    finish(database, claimed(database))
    claimed(database)
    with database.transaction() as session:
        outbox.hold_back(session, "C1", NOON + MINUTE)
    due = {key: kept(database, key).due_at for key in ("sent", "sending", "a", "b", "later", "elsewhere")}
    assert due == {
        "sent": NOON,
        "sending": NOON,
        "a": NOON + MINUTE,
        "b": NOON + MINUTE,
        "later": NOON + 10 * MINUTE,
        "elsewhere": NOON,
    }
    assert kept(database, "b").speak_until == NOON + 5 * MINUTE
    assert claimed(database).key == "elsewhere"
    assert [claimed(database, now=NOON + MINUTE).key for _ in range(2)] == ["a", "b"]


def test_holding_back_waits_for_nobody(database: Database, backend: str) -> None:
    if backend == "sqlite":
        pytest.skip("writers take turns there")
    add(database, "a")
    with database.transaction() as one, database.transaction() as other:
        assert [row.key for row in outbox.waiting(one, ["note"])] == ["a"]
        outbox.hold_back(other, "C1", NOON + MINUTE)
    assert kept(database, "a").due_at == NOON


def hold_back_and_claim(database: Database) -> None:
    """In several processes and threads: hold back, change and claim the same rows in turn."""
    worker = f"{os.getpid()}-{threading.get_ident()}"
    for turn in range(5):
        row = claim(database, worker, NOON + turn * MINUTE)
        with database.transaction() as session:
            if row is not None:
                outbox.postpone(session, row, NOON + (turn + 1) * MINUTE, "rate limited", maybe_posted=False)
            outbox.hold_back(session, "C1", NOON + (turn + 1) * MINUTE)
        with database.transaction() as session:
            for waiting in outbox.waiting(session, ["note"]):
                outbox.change_waiting(session, waiting, payload={"turn": turn})


def test_many_who_hold_back_change_and_claim_do_not_block_each_other(
    database: Database, database_url: str, backend: str
) -> None:
    if backend == "sqlite":
        pytest.skip("writers take turns there")
    keys = [f"key{number:02}" for number in range(20)]
    add(database, *keys)
    in_processes(hold_back_and_claim, database_url)
    with database.snapshot() as session:
        assert [row.state for row in outbox.unsent(session)] == [OutboxState.PENDING] * len(keys)
