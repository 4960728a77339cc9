"""Instants are aware and come back as the same instant, in UTC."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.exc import StatementError

from storage import Database, delivered
from storage.tables import Delivered
from tests.storage.rows import NOON

ZONES = st.sampled_from([UTC, ZoneInfo("Europe/London"), ZoneInfo("Asia/Kathmandu"), timezone(-timedelta(hours=9.5))])
INSTANTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=ZONES)  # noqa: DTZ001


def kept(database: Database, at: datetime) -> datetime:
    """What another session reads of an instant."""
    with database.transaction() as session:
        session.merge(Delivered(key="k", at=at))
    with database.snapshot() as session:
        row = delivered.seen(session, "k")
        assert row is not None
        return row.at


@given(at=INSTANTS)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_an_instant_comes_back_whole_whatever_zone_it_was_given_in(database: Database, at: datetime) -> None:
    assert kept(database, at) == at.astimezone(UTC)
    assert kept(database, at).utcoffset() == timedelta(0)


def test_both_halves_of_the_hour_that_comes_twice_stay_apart(database: Database) -> None:
    london = ZoneInfo("Europe/London")
    first, second = (datetime(2026, 10, 25, 1, 30, tzinfo=london, fold=fold) for fold in (0, 1))
    assert kept(database, second) - kept(database, first) == timedelta(hours=1)


def test_an_instant_without_a_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError, match="no zone"), database.transaction() as session:
        delivered.remember(session, "k", NOON.replace(tzinfo=None))
    with database.snapshot() as session:
        assert delivered.seen(session, "k") is None
