"""Alembic's entry: migrates the engine that `storage.migrate` hands over."""

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import context
from sqlalchemy import Connection
from sqlmodel import Session, SQLModel

import storage.tables  # noqa: F401  (fills the metadata)
from storage import migrate, search


@contextmanager
def loose_keys(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, during which other tables point at nothing.

    This is the procedure of sqlite.org/lang_altertable.html: enforcement off before the transaction begins
    (inside one the pragma does nothing), every key checked before it ends.
    """
    if connection.dialect.name != "sqlite":
        with connection.begin():
            yield
        return
    cursor = connection.connection.cursor()
    cursor.execute("PRAGMA foreign_keys=OFF")
    try:
        with connection.begin():
            yield
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
            if broken:
                raise RuntimeError(f"Migrating would break {len(broken)} references; nothing was changed.")
    finally:
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.close()


with context.config.attributes["engine"].connect() as connection, loose_keys(connection):
    context.configure(
        connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True, transactional_ddl=True
    )
    context.run_migrations()
    # Once the tables are those of the code, so that an index which a later migration widens is filled too.
    if context.get_context().get_current_revision() == migrate.HEAD:
        with Session(connection) as session:
            search.catch_up(session)
