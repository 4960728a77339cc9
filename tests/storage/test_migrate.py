"""A migrated database has exactly the tables that the code describes, whichever database it is."""

from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlmodel import SQLModel, select

from bot.errors import UserError
from bot.run import open_database
from bot.settings import Settings
from storage import Conflict, Database, StorageError, meetings, migrate, search, tables
from tests.storage.rows import a_negotiation, raw

assert tables  # importing it fills the metadata


def settings_for(url: str) -> Settings:
    return Settings(database_url=url, _env_file=None)


def ours_in_code(_thing: Any, name: str | None, *_more: Any) -> bool:
    """All but the tables in which the database itself keeps the words to search for, each in its own manner."""
    return not str(name).startswith(search.INDEX)


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    options = {"compare_type": True, "compare_server_default": True, "include_object": ours_in_code}
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_make_the_checks_of_the_code(database: Database) -> None:
    found = inspect(database.engine)
    for table in SQLModel.metadata.sorted_tables:
        described = {str(rule.name) for rule in table.constraints if isinstance(rule, CheckConstraint)}
        assert {rule["name"] for rule in found.get_check_constraints(table.name)} == described, table.name


def test_both_databases_have_equal_tables(empty_url: str, backend: str, tmp_path: Path) -> None:
    """Names, columns, nullability, keys, uniqueness and indexes, side by side."""
    if backend == "sqlite":
        pytest.skip("this is what the other one is compared with")
    ours, reference = Database(empty_url), Database(f"sqlite:///{tmp_path}/reference.db")
    for database in (ours, reference):
        migrate.upgrade(database)
    assert described(ours) == described(reference)
    for database in (ours, reference):
        database.close()


def described(database: Database) -> dict[str, Any]:
    found = inspect(database.engine)
    return {
        table: {
            "columns": {(c["name"], c["nullable"]) for c in found.get_columns(table)},
            "primary key": found.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": {
                (tuple(key["constrained_columns"]), key["referred_table"]) for key in found.get_foreign_keys(table)
            },
            "unique": {tuple(rule["column_names"]) for rule in found.get_unique_constraints(table)},
            "indexes": {
                (index["name"], tuple(index["column_names"]), bool(index["unique"]))
                for index in found.get_indexes(table)
                if not index.get("duplicates_constraint")
            },
            "checks": {rule["name"] for rule in found.get_check_constraints(table)},
        }
        for table in found.get_table_names()
        if not table.startswith(search.INDEX)
    }


def test_migrating_twice_changes_nothing_and_keeps_what_is_there(database: Database) -> None:
    a_negotiation(database)
    before = described(database)
    migrate.upgrade(database)
    assert described(database) == before
    assert migrate.version(database) == migrate.HEAD
    assert a_row_count(database) == 1


def a_row_count(database: Database) -> int:
    with database.snapshot() as session:
        return int(session.execute(text("SELECT count(*) FROM negotiation")).scalar_one())


def test_the_newest_migration_is_the_one_that_the_code_expects(database: Database) -> None:
    script = ScriptDirectory.from_config(migrate.configuration(database))
    assert script.get_heads() == [migrate.HEAD]


def test_starting_up_fills_an_empty_database(empty_url: str) -> None:
    opened = open_database(settings_for(empty_url))
    assert migrate.version(opened) == migrate.HEAD
    assert a_row_count(opened) == 0
    opened.close()


def test_starting_up_refuses_a_database_that_is_behind_and_says_what_to_do(database: Database) -> None:
    raw(database, "UPDATE alembic_version SET version_num = '0000'")
    with pytest.raises(UserError, match=r"version 0000.*needs.*`parley migrate`"):
        open_database(settings_for(database.url.render_as_string(hide_password=False)))


# What stood in a database before meetings could move, papers be asked for and gateways judge.
AT_0002: dict[str, list[dict[str, Any]]] = {
    "person": [{"id": 1, "team_id": "T1", "user_id": "U1", "name": "Dana"}],
    "negotiation": [
        {"id": 1, "team_id": "T1", "code": "OXMH", "title": "Outcomes contract", "zone": "Europe/London"}
        | {"calendar": "England and Wales", "marking": "Subject to contract", "created_by_id": 1, "created_at": "now"}
    ],
    "party": [{"id": 1, "negotiation_id": 1, "code": "CCG", "name": "Oxfordshire", "kind": "commissioner"}],
    "member": [{"id": 1, "negotiation_id": 1, "party_id": 1, "person_id": 1, "roles": '["chair"]'}],
    "meeting": [
        {"id": 1, "negotiation_id": 1, "party_id": None, "kind": "negotiation", "number": 1, "ref": "N1"}
        | {"title": "First round", "status": "open", "starts_at": "now", "minutes_planned": 60, "place": "Town Hall"}
        | {"informs_id": None, "channel_id": "C1", "item_id": 1, "started_at": "now"},
        {"id": 2, "negotiation_id": 1, "party_id": 1, "kind": "premeet", "number": 1, "ref": "CCG-P1"}
        | {"title": "Our line", "status": "planned", "starts_at": "now", "minutes_planned": 30, "place": ""}
        | {"informs_id": 1, "channel_id": None, "item_id": None, "started_at": None},
    ],
    "attendance": [
        {"id": 1, "meeting_id": 1, "member_id": 1, "name": "Dana", "capacity": "chair", "status": "present"},
        {"id": 2, "meeting_id": 1, "member_id": None, "name": "A guest", "capacity": "", "status": "invited"},
    ],
    "agendaitem": [{"id": 1, "meeting_id": 1, "number": 1, "title": "Share at risk", "taken_at": "now"}],
    "note": [
        {"id": 1, "negotiation_id": 1, "meeting_id": 1, "item_id": 1, "number": 1, "ref": "E1", "kind": "note"}
        | {"text": "Noted", "said": "Noted", "seq": 1, "status": "recorded", "author_id": 1, "at": "now", "line": 0}
    ],
    "action": [
        {"id": 1, "negotiation_id": 1, "meeting_id": 1, "item_id": 1, "number": 1, "ref": "A1", "text": "Send it"}
        | {"said": "Send it", "seq": 2, "status": "open", "author_id": 1, "at": "now", "line": 0}
        | {"due_on": "2026-12-04", "evidence": ""}
    ],
    "actionowner": [{"id": 1, "action_id": 1, "member_id": 1}],
    "milestone": [
        {"id": 1, "negotiation_id": 1, "number": 1, "ref": "M1", "title": "Invitation", "kind": "milestone"}
        | {"planned": "2026-12-01", "month": None, "after_id": None, "count": None, "owner_id": 1},
        {"id": 2, "negotiation_id": 1, "number": 2, "ref": "M2", "title": "Proposals", "kind": "gateway"}
        | {"planned": "2027-01-29", "month": None, "after_id": 1, "count": 40, "owner_id": None},
    ],
    "outbox": [
        {"id": 1, "key": "minutes.issued:1:1", "negotiation_id": 1, "kind": "minutes.issued", "ref_id": 1}
        | {"payload": "{}", "recipient": "C1", "state": "pending", "due_at": "now", "attempts": 0}
        | {"maybe_posted": False, "error": ""}
    ],
}


def kept(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """What the columns of then hold now."""
    with database.snapshot() as session:
        return {
            table: [
                tuple(row) for row in session.execute(text(f"SELECT {', '.join(rows[0])} FROM {table} ORDER BY id"))
            ]
            for table, rows in AT_0002.items()
        }


def test_what_was_recorded_before_the_third_migration_is_all_there_after_it(empty_url: str) -> None:
    database = Database(empty_url)
    command.upgrade(migrate.configuration(database), "0002")
    for table, rows in AT_0002.items():
        for row in rows:
            values = {name: "2026-11-26 10:00:00" if value == "now" else value for name, value in row.items()}
            raw(
                database,
                f"INSERT INTO {table} ({', '.join(row)}) VALUES ({', '.join(f':{name}' for name in row)})",
                **values,
            )
    before = kept(database)
    migrate.upgrade(database)
    assert migrate.version(database) == migrate.HEAD
    assert kept(database) == before
    with database.snapshot() as session:
        first, second = session.exec(select(tables.Meeting).order_by("id"))
        assert (first.sequence, first.automatic, first.reason, first.purpose) == (0, False, "", "")
        assert (second.informs_id, second.party_id) == (first.id, 1)
        assert [row.asked for row in meetings.attendance(session, 1)] == [True, True]
        assert session.exec(select(tables.Party)).one().quorum == 1
        assert session.exec(select(tables.Negotiation)).one().closed_days == []
        assert [row.rating for row in session.exec(select(tables.Milestone))] == [None, None]
    check_keys(database)
    database.close()


def check_keys(database: Database) -> None:
    """Every row points at one that is there, and still has to."""
    if database.is_sqlite:
        with database.snapshot() as session:
            assert session.execute(text("PRAGMA foreign_key_check")).all() == []
    for refused in (
        "UPDATE attendance SET meeting_id = 999",
        "UPDATE agendaitem SET carried_from_id = 999",
        "UPDATE action SET milestone_id = 999",
        "UPDATE milestone SET after_id = 999, count = 1",
        "UPDATE meeting SET series_id = 999",
        "UPDATE meeting SET status = 'forgotten'",
        "UPDATE note SET kind = 'rumour'",
        "UPDATE milestone SET rating = 'blue'",
        "UPDATE party SET kind = 'guest'",
        "DELETE FROM party",
    ):
        with pytest.raises((Conflict, StorageError)):
            raw(database, refused)
