"""Moving house in a test: out of one database as JSON, into an empty one, and out of that again."""

from pathlib import Path

from bot.exports import files, importing
from bot.reminders import service as reminders
from storage import Database, migrate
from tests.harness import Parley, empty_database


def exported(database: Database, party: str | None = None, *, every_party: bool = False, code: str = "OXMH") -> str:
    """What `parley export CODE --format json` prints."""
    with database.snapshot() as session:
        return files.json_text(session, code, party, every_party=every_party)


def new_database(file: Path) -> Database:
    """One with all tables and nothing in them."""
    file.write_bytes(empty_database())
    return Database(f"sqlite:///{file}")


def taken_in(text: str, database: Database, parley: Parley) -> None:
    """What `parley import FILE` does, at the instant at which this Parley is."""
    if database.path is None:
        migrate.upgrade(database)
    read = importing.read(text.encode())
    with database.transaction() as session:
        reminders.begin_today(session, importing.add(session, read), parley.now)


def faults(database: Database) -> list[str]:
    """What `parley verify` finds."""
    with database.snapshot() as session:
        return files.trail_faults(session)


def check_moves_whole(parley: Parley, folder: Path) -> None:
    """Everything that anybody may export comes into an empty database and out of it again, byte for byte."""
    for party, every_party in ((None, False), ("CCG", False), ("OHP", False), (None, True)):
        before = exported(parley.deps.db, party, every_party=every_party)
        database = new_database(folder / f"{party}-{every_party}.db")
        taken_in(before, database, parley)
        after = exported(database, party, every_party=every_party)
        assert after == before
        assert faults(database) == []
        database.close()
