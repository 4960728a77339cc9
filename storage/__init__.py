"""What Parley keeps. Nothing outside this package speaks SQL."""

from storage.db import AwareUTC, Busy, Conflict, Database, Session, StorageError

__all__ = ["AwareUTC", "Busy", "Conflict", "Database", "Session", "StorageError"]
