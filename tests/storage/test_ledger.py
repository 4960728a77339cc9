"""The trail: one unbroken chain for each circle, and nothing in it can be changed unseen."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from storage import Database, ledger, negotiations
from tests.storage.rows import (
    NOON,
    PROCESSES,
    THREADS,
    TIMES,
    a_negotiation,
    add_party,
    drop_triggers,
    in_processes,
    raw,
    write_deeds,
    write_deeds_in_a_hurry,
)


@pytest.fixture
def trail(database: Database) -> int:
    """A negotiation of six shared deeds and three private ones; its id."""
    negotiation_id = a_negotiation(database)
    with database.transaction() as session:
        party_id = add_party(session, negotiations.get(session, negotiation_id)).id
        for number in range(6):
            ledger.record(
                session, negotiation_id, "note.recorded", f"E{number}", actor="Siân (OHP)", at=NOON, text=f"“{number}”"
            )
        for number in range(3):
            ledger.record(
                session, negotiation_id, "note.recorded", f"CCG-E{number}", actor="Dana", at=NOON, scope=party_id
            )
    return negotiation_id


def breaks(database: Database) -> list[ledger.Break]:
    with database.snapshot() as session:
        return list(ledger.breaks(session))


def test_a_chain_is_whole_from_its_first_entry_to_its_last(database: Database, trail: int) -> None:
    assert breaks(database) == []
    with database.snapshot() as session:
        entries = ledger.entries(session, trail)
    assert [entry.seq for entry in entries] == [1, 2, 3, 4, 5, 6]
    assert entries[0].previous == ledger.GENESIS
    assert [entry.previous for entry in entries[1:]] == [entry.hash for entry in entries[:-1]]


def test_a_party_has_a_chain_of_its_own(database: Database, trail: int) -> None:
    with database.snapshot() as session:
        (scope,) = {entry.scope for party in (1, 2) for entry in ledger.entries(session, trail, party)}
        assert [entry.seq for entry in ledger.entries(session, trail, scope)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("at", NOON + timedelta(microseconds=1)),
        ("actor", "Dana"),
        ("deed", "note.withdrawn"),
        ("ref", "E9"),
        ("detail", '{"text": "“2” "}'),
        ("previous", "f" * 64),
        ("hash", "f" * 64),
        ("seq", 99),
    ],
)
def test_any_changed_field_is_found(database: Database, trail: int, column: str, value: object) -> None:
    drop_triggers(database)
    kept = value.replace(tzinfo=None) if isinstance(value, datetime) and database.is_sqlite else value
    raw(database, f"UPDATE ledgerentry SET {column} = :value WHERE scope = 0 AND seq = 3", value=kept)
    found = breaks(database)
    assert found
    assert all(fault.negotiation_id == trail and fault.scope == 0 for fault in found)


@pytest.mark.parametrize("seq", [1, 3, 5])
def test_a_removed_entry_is_found(database: Database, trail: int, seq: int) -> None:
    drop_triggers(database)
    raw(database, "DELETE FROM ledgerentry WHERE scope = 0 AND seq = :seq", seq=seq)
    assert f"entry {seq} is missing" in [fault.fault for fault in breaks(database)]


@pytest.mark.parametrize("seq", [1, 3])
def test_a_removed_entry_is_found_though_the_others_are_numbered_anew(database: Database, trail: int, seq: int) -> None:
    drop_triggers(database)
    raw(
        database,
        f"DELETE FROM ledgerentry WHERE scope = 0 AND seq = {seq}",
        f"UPDATE ledgerentry SET seq = -seq WHERE scope = 0 AND seq > {seq}",
        "UPDATE ledgerentry SET seq = -seq - 1 WHERE scope = 0 AND seq < 0",
    )
    assert breaks(database)


@pytest.mark.xfail(strict=True, reason="nothing outside a chain says how long it is, so its end can be cut off unseen")
def test_the_last_entry_cannot_be_removed_unseen(database: Database, trail: int) -> None:
    drop_triggers(database)
    raw(database, "DELETE FROM ledgerentry WHERE scope = 0 AND seq = 6")
    assert breaks(database)


def test_two_entries_cannot_change_places(database: Database, trail: int) -> None:
    drop_triggers(database)
    raw(
        database,
        "UPDATE ledgerentry SET seq = -1 WHERE scope = 0 AND seq = 2",
        "UPDATE ledgerentry SET seq = 2 WHERE scope = 0 AND seq = 4",
        "UPDATE ledgerentry SET seq = 4 WHERE scope = 0 AND seq = -1",
    )
    assert {fault.seq for fault in breaks(database)} >= {2, 4}


@pytest.mark.parametrize("seq", [1, 4, 6])
def test_an_entry_slipped_in_is_found(database: Database, trail: int, seq: int) -> None:
    """A copy of an entry, hash and all, in the place of the one after it, which moves on."""
    drop_triggers(database)
    columns = "negotiation_id, scope, at, actor, deed, ref, detail, previous, hash"
    raw(
        database,
        f"UPDATE ledgerentry SET seq = -seq WHERE scope = 0 AND seq > {seq}",
        "UPDATE ledgerentry SET seq = -seq + 1 WHERE scope = 0 AND seq < 0",
        f"INSERT INTO ledgerentry ({columns}, seq) SELECT {columns}, {seq} + 1 FROM ledgerentry "
        f"WHERE scope = 0 AND seq = {seq}",
    )
    assert breaks(database)


def test_an_entry_cannot_move_to_another_circle(database: Database, trail: int) -> None:
    drop_triggers(database)
    raw(database, "UPDATE ledgerentry SET scope = 0, seq = 7 WHERE scope <> 0 AND seq = 3")
    assert breaks(database)


def test_an_instant_given_in_another_zone_is_the_same_instant(database: Database) -> None:
    negotiation_id = a_negotiation(database)
    with database.transaction() as session:
        at = datetime(2026, 7, 1, 13, 0, tzinfo=ZoneInfo("Europe/London"))
        ledger.record(session, negotiation_id, "note.recorded", "E1", actor="Dana", at=at)
    assert breaks(database) == []


@pytest.mark.parametrize("write", [write_deeds, write_deeds_in_a_hurry], ids=lambda write: write.__name__)
def test_writers_in_several_processes_keep_one_chain(
    database: Database, database_url: str, write: Callable[[Database, int], None]
) -> None:
    negotiation_id = a_negotiation(database)
    in_processes(write, database_url, negotiation_id)
    with database.snapshot() as session:
        entries = ledger.entries(session, negotiation_id)
    assert [entry.seq for entry in entries] == list(range(1, len(entries) + 1))
    assert len({entry.actor for entry in entries}) == PROCESSES
    assert len(entries) == PROCESSES * THREADS * TIMES or write is write_deeds_in_a_hurry
    assert breaks(database) == []
