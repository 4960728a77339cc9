"""What Parley keeps. Nothing outside this package speaks SQL."""

import storage.search  # noqa: F401  (whatever a session writes is indexed)
from storage.db import AwareUTC, Busy, Conflict, Database, Session, StorageError, out_of_room

__all__ = ["AwareUTC", "Busy", "Conflict", "Database", "Session", "StorageError", "out_of_room"]
