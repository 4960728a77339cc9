"""Rows to begin with, and processes that write to the same database."""

import multiprocessing
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from storage import Conflict, Database, Session, ledger, negotiations
from storage.tables import Meeting, MeetingKind, Member, Negotiation, Party, PartyKind

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def add_negotiation(session: Session, code: str = "OXMH") -> Negotiation:
    """A negotiation, with the person who set it up."""
    person = negotiations.person_named(session, "T1", "U1", "Dana")
    negotiation = Negotiation(
        team_id="T1",
        code=code,
        title="Outcomes contract",
        zone="Europe/London",
        calendar="GB-ENG",
        marking="OFFICIAL",
        created_by_id=person.id or 0,
        created_at=NOON,
    )
    session.add(negotiation)
    session.flush()
    return negotiation


def add_party(session: Session, negotiation: Negotiation, code: str = "CCG") -> Party:
    party = Party(negotiation_id=negotiation.id or 0, code=code, name=code, kind=PartyKind.COMMISSIONER)
    session.add(party)
    session.flush()
    return party


def add_meeting(session: Session, negotiation: Negotiation, number: int = 1, **more: Any) -> Meeting:
    meeting = Meeting(
        negotiation_id=negotiation.id or 0,
        kind=MeetingKind.NEGOTIATION,
        number=number,
        ref=f"N{number}",
        title="First round",
        starts_at=NOON,
        minutes_planned=60,
        **more,
    )
    session.add(meeting)
    session.flush()
    return meeting


def a_negotiation(database: Database) -> int:
    """The id of a committed negotiation."""
    with database.transaction() as session:
        return add_negotiation(session).id or 0


def raw(database: Database, *statements: str, **values: Any) -> None:
    """SQL past all our own rules, as somebody with the database's password could write it."""
    with database.transaction() as session:
        for statement in statements:
            session.execute(text(statement), values)


def drop_triggers(database: Database) -> None:
    """Take the append-only rules off, as such a person would begin."""
    if database.is_sqlite:
        raw(database, "DROP TRIGGER ledgerentry_no_update", "DROP TRIGGER ledgerentry_no_delete")
    else:
        raw(database, "DROP TRIGGER ledgerentry_no_change ON ledgerentry")


# Other processes ---------------------------------------------------------------------------------------

PROCESSES, THREADS, TIMES = 2, 3, 10


def in_processes(work: Callable[..., None], url: str, *arguments: Any) -> None:
    """Run `work(url, *arguments)` in two other processes with four threads each, and wait for them all."""
    context = multiprocessing.get_context("spawn")
    processes = [context.Process(target=in_threads, args=(work, url, *arguments)) for _ in range(PROCESSES)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * PROCESSES


def in_threads(work: Callable[..., None], url: str, *arguments: Any) -> None:
    database = Database(url)
    with ThreadPoolExecutor(THREADS) as pool:
        for done in [pool.submit(work, database, *arguments) for _ in range(THREADS)]:
            done.result()
    database.close()


def increment(database: Database, negotiation_id: int) -> None:
    """Read a number, add one, write it; as every verb does, once it holds the negotiation."""
    for _ in range(TIMES):
        with database.transaction() as session:
            negotiation = negotiations.lock(session, negotiation_id)
            negotiation.title = str(int(negotiation.title) + 1)
            session.add(negotiation)


def write_deeds(database: Database, negotiation_id: int) -> None:
    for _ in range(TIMES):
        with database.transaction() as session:
            negotiations.lock(session, negotiation_id)
            ledger.record(session, negotiation_id, "note.recorded", "E1", actor=f"process {os.getpid()}", at=NOON)


def write_deeds_in_a_hurry(database: Database, negotiation_id: int) -> None:
    """Without holding the negotiation: somebody may be first, and then there must be no entry at all."""
    for _ in range(TIMES):
        with suppress(Conflict), database.transaction() as session:
            ledger.record(session, negotiation_id, "note.recorded", "E1", actor=f"process {os.getpid()}", at=NOON)


def hold_the_database(url: str, negotiation_id: int, held: Path, let_go: Path) -> None:
    """In a process of its own: keep everybody else from writing until the file `let_go` appears."""
    database = Database(url)
    with database.transaction() as session:
        negotiations.lock(session, negotiation_id)
        held.touch()
        while not let_go.exists():
            time.sleep(0.01)
    database.close()


def add_member(session: Session, negotiation_id: int, party_id: int, person_id: int) -> Member:
    member = Member(negotiation_id=negotiation_id, party_id=party_id, person_id=person_id, roles=["lead"])
    session.add(member)
    session.flush()
    return member


def a_table(session: Session, code: str = "OXMH") -> tuple[int, int, int]:
    """The ids of a negotiation, a party and a member."""
    negotiation = add_negotiation(session, code)
    party = add_party(session, negotiation)
    member = add_member(session, negotiation.id or 0, party.id or 0, negotiation.created_by_id)
    return negotiation.id or 0, party.id or 0, member.id or 0
