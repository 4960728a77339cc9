"""Every test of the storage runs on SQLite and on PostgreSQL."""

from tests.databases import backend as backend
from tests.databases import database as database
from tests.databases import database_url as database_url
from tests.databases import empty_url as empty_url
from tests.databases import postgres_server as postgres_server
from tests.databases import sqlite_template as sqlite_template
