"""A migrated database has exactly the tables that the code describes, whichever database it is."""

from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, inspect, text
from sqlmodel import SQLModel

from bot.errors import UserError
from bot.run import open_database
from bot.settings import Settings
from storage import Database, migrate, tables
from tests.storage.rows import a_negotiation, raw

assert tables  # importing it fills the metadata


def settings_for(url: str) -> Settings:
    return Settings(database_url=url, _env_file=None)


def test_the_migrations_make_the_tables_of_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
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
