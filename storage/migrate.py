"""Bringing a database up to the tables this code expects. Alembic is imported only when needed: it is slow."""

from pathlib import Path
from typing import Any

from sqlalchemy import inspect, text

from storage.db import Database

HEAD = "0019"
MIGRATIONS = Path(__file__).parent / "migrations"


def configuration(database: Database) -> Any:
    """Alembic's configuration for this database."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = database.engine
    return config


def upgrade(database: Database) -> None:
    """Run every migration that this database has not seen. Safe to repeat."""
    from alembic import command

    if database.path is not None:
        database.path.parent.mkdir(parents=True, exist_ok=True)
    command.upgrade(configuration(database), "head")


def version(database: Database) -> str | None:
    """The last migration this database has seen; None for an empty one."""
    if database.path is not None and not database.path.exists():
        return None
    with database.engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
