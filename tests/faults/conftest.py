"""Faults are played on both databases."""

from collections.abc import Iterator

import pytest

from storage import Database
from tests.databases import backend as backend
from tests.databases import database as database
from tests.databases import database_url as database_url
from tests.databases import postgres_server as postgres_server
from tests.databases import sqlite_template as sqlite_template
from tests.faults.simulation import Simulation, simulated


@pytest.fixture
def simulation(database: Database) -> Iterator[Simulation]:
    """Delivery on each database, against a Slack that does as it is told."""
    with simulated(database) as running:
        yield running
