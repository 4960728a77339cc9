"""From the tick to the message: each reminder once and in its hours, whatever Slack, the clock or a zone does."""

import random
from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot import routes
from bot.reminders import service as reminders
from storage import Database, negotiations, outbox
from tests.faults.promises import ONE_DAY, ONLY_ON_THE_DAY, Promise, Table, one_a_day, remind, sit_down, working_days
from tests.faults.simulation import Simulation, simulated
from tests.slack_api import (
    DROP_AFTER,
    DROP_BEFORE,
    ERROR_AFTER,
    ERROR_BEFORE,
    HALF_BODY,
    INVALID_JSON,
    LATE_RECORDING,
    RATE_LIMITED,
    UNAVAILABLE,
    Faults,
    direct_id,
)

pytestmark = pytest.mark.faults

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
MONDAY = date(2026, 11, 30)
KINDS = (ERROR_BEFORE, UNAVAILABLE, DROP_BEFORE, ERROR_AFTER, DROP_AFTER, HALF_BODY, INVALID_JSON, LATE_RECORDING)
ZONES = (
    "Europe/London",
    "America/New_York",
    "Africa/Cairo",  # where the clocks change in the night before a Friday
    "Asia/Kolkata",
    "Australia/Lord_Howe",  # by half an hour
    "Pacific/Auckland",
)
ALL_ZONES = (*ZONES, "America/St_Johns", "Asia/Kathmandu", "Pacific/Honolulu", "Pacific/Chatham")


def trouble(seed: int, each: float) -> Faults:
    """This share of all requests meets each kind of fault; what comes late comes within a lease."""
    chances = dict.fromkeys(("rate_limited", "error_before", "unavailable", "drop_before"), each)
    chances |= dict.fromkeys(("error_after_recording", "drop_after_recording", "half_body", "invalid_json"), each)
    return Faults(seed, **chances, late_after=each / 3, late_seconds=40, retry_after=7)  # type: ignore[arg-type]


def a_table(code: str, zone: str, first: date, last: date, dice: random.Random) -> Table:
    """Four people and a dozen promises that fall due between two weeks before and two weeks after these days."""
    people = [f"U{code}{number}" for number in range(4)]
    span = (last - first).days + 28
    days = [first + ONE_DAY * (dice.randrange(span) - 14) for _ in range(12)]
    promises = [
        Promise(f"A{number}", dice.sample(people, dice.choice((1, 1, 2))), day) for number, day in enumerate(days, 1)
    ]
    return Table(code, zone, people, promises)


def check_once(simulation: Simulation) -> None:
    """Nothing is left, nothing was given up, and no key was posted twice."""
    with simulation.database.snapshot() as session:
        assert outbox.unsent(session) == []
    assert not any("could not deliver" in text for text in simulation.texts())
    posts = Counter(post["metadata"]["event_payload"]["key"] for post in simulation.api.posts())
    assert [key for key, times in posts.items() if times > 1] == []


def check_hours(simulation: Simulation, tables: Sequence[Table]) -> None:
    """By our clock, nothing was even tried before nine or after six."""
    whose = {direct_id(person): table.local for table in tables for person in table.people}
    whose |= {table.joint: table.local for table in tables}
    posts = [seen for seen in simulation.seen if seen.method == "chat.postMessage"]
    tried = [seen.at.astimezone(whose[seen.arguments["channel"]]) for seen in posts]
    assert [local for local in tried if not time(9) <= local.time() < time(18)] == []


def early(table: Table, first: date) -> datetime:
    """Early on the first of the days, before anything is said."""
    return table.at(first, 5)


# -- faults of Slack ------------------------------------------------------------------------------------


def a_bad_fortnight(database: Database, seed: int, workers: int) -> None:
    first, last = MONDAY, MONDAY + 11 * ONE_DAY
    dice = random.Random(seed)
    tables = [a_table(code, "Europe/London", first, last, dice) for code in ("OXMH", "BUCKS")]
    with simulated(database, early(tables[0], first)) as simulation:
        for table in tables:
            sit_down(database, simulation.api, table, first - ONE_DAY)
        simulation.api.faults = trouble(seed, each=0.02)
        for day in (first + number * ONE_DAY for number in range(12)):
            remind(simulation, tables[0].at(day, 18), workers=workers)
            simulation.go_to(early(tables[0], day + ONE_DAY))
        check_once(simulation)
        check_hours(simulation, tables)
        for table in tables:
            assert table.heard(simulation.api) == table.expected(first, last)
            assert set(table.messages_a_day(simulation.api).values()) == {1}
            digests = [table.when(message).date() for message in simulation.api.messages(table.joint)]
            assert digests == [MONDAY, MONDAY + 7 * ONE_DAY]
        met = Counter(call.fault for call in simulation.api.calls)
        assert met.total() - met[""] > 10, met


@pytest.mark.parametrize("workers", [1, 3])
def test_in_a_bad_fortnight_each_reminder_comes_once_and_on_its_day(database: Database, workers: int) -> None:
    a_bad_fortnight(database, seed=workers, workers=workers)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(20, 40))
@pytest.mark.parametrize("workers", [1, 3])
def test_in_many_bad_fortnights_each_reminder_comes_once(database: Database, seed: int, workers: int) -> None:
    a_bad_fortnight(database, seed, workers)


@on_sqlite
def test_each_fault_of_a_reminder_is_survived(database: Database) -> None:
    """One a day: what meets it comes all the same, once, that very morning."""
    days = working_days(MONDAY, MONDAY + 15 * ONE_DAY)[: len(KINDS)]
    table = one_a_day("OXMH", "Europe/London", working_days(days[0], days[-1]))
    with simulated(database, early(table, days[0])) as simulation:
        sit_down(database, simulation.api, table, days[0] - ONE_DAY, ONLY_ON_THE_DAY)
        for day, kind in zip(days, KINDS, strict=True):
            simulation.api.fail_next("chat.postMessage", kind, seconds=40)
            remind(simulation, table.at(day, 10))
            simulation.go_to(early(table, day + ONE_DAY))
        check_once(simulation)
        check_hours(simulation, [table])
        assert table.heard(simulation.api) == table.expected_on_the_day()


@on_sqlite
def test_a_reminder_comes_no_sooner_than_slack_says(database: Database) -> None:
    table = one_a_day("OXMH", "Europe/London", working_days(MONDAY + ONE_DAY, MONDAY + ONE_DAY))
    with simulated(database, early(table, MONDAY + ONE_DAY)) as simulation:
        sit_down(database, simulation.api, table, MONDAY, ONLY_ON_THE_DAY)
        simulation.api.fail_next("chat.postMessage", RATE_LIMITED, retry_after=1800)
        remind(simulation, table.at(MONDAY + ONE_DAY, 10), every=timedelta(minutes=10))
        first, *others = [seen for seen in simulation.seen if seen.method == "chat.postMessage"]
        again = next(seen for seen in others if seen.arguments["channel"] == first.arguments["channel"])
        assert (first.fault, again.at - first.at) == (RATE_LIMITED, timedelta(minutes=30))
        assert table.heard(simulation.api) == table.expected_on_the_day()


# -- deaths ---------------------------------------------------------------------------------------------


def test_what_was_posted_before_a_long_death_is_not_taken_for_the_next_days_words(database: Database) -> None:
    """Parley dies between posting and marking, and is back the next day: what is new then is a message of its own."""
    tuesday, wednesday = MONDAY + ONE_DAY, MONDAY + 2 * ONE_DAY
    table = one_a_day("OXMH", "Europe/London", working_days(tuesday, wednesday))
    with simulated(database, table.at(tuesday, 9)) as simulation:
        sit_down(database, simulation.api, table, MONDAY, ONLY_ON_THE_DAY)
        simulation.notices |= routes.NOTICES
        reminders.plan(database, simulation.clock.instant)
        simulation.api.fail_next("chat.postMessage", DROP_AFTER, times=2)
        simulation.deliver()
        simulation.go_to(table.at(wednesday, 9))
        remind(simulation, table.at(wednesday, 12))
        check_once(simulation)
        check_hours(simulation, [table])
        assert table.heard(simulation.api) == table.expected_on_the_day()


# -- the clock ------------------------------------------------------------------------------------------


def long_only(*days: date) -> list[Any]:
    return [pytest.param(day, marks=pytest.mark.long) for day in days]


@pytest.mark.parametrize(
    "day",
    [
        date(2026, 10, 25),  # London back
        date(2027, 3, 28),  # London forward, at Easter
        date(2028, 2, 29),
        *long_only(
            date(2026, 9, 27),  # Auckland forward
            date(2026, 10, 4),  # Lord Howe forward
            date(2026, 10, 30),  # Cairo back
            date(2026, 11, 1),  # New York and St John's back
            date(2027, 3, 14),  # New York and St John's forward
            date(2027, 4, 4),  # Auckland and Lord Howe back
            date(2027, 4, 30),  # Cairo forward
        ),
    ],
    ids=str,
)
def test_whatever_the_clocks_do_each_reminder_comes_at_its_local_hour(database: Database, day: date) -> None:
    first = working_days(day - 7 * ONE_DAY, day - ONE_DAY)[-1]
    last = working_days(day + ONE_DAY, day + 7 * ONE_DAY)[0]
    tables = [one_a_day(f"T{number}", zone, working_days(first, last)) for number, zone in enumerate(ZONES)]
    with simulated(database, min(early(table, first) for table in tables)) as simulation:
        for table in tables:
            sit_down(database, simulation.api, table, first - ONE_DAY, ONLY_ON_THE_DAY)
        remind(simulation, max(table.at(last, 10) for table in tables), every=timedelta(hours=1))
        check_once(simulation)
        check_hours(simulation, tables)
        for table in tables:
            assert table.heard(simulation.api) == table.expected_on_the_day(), table.zone
            times = {local.time() for _, local, _ in table.said(simulation.api)}
            assert time(9) <= min(times) <= max(times) < time(10), table.zone


@on_sqlite
def test_an_hour_that_is_skipped_or_comes_twice_brings_its_reminders_once(database: Database) -> None:
    """In Cairo the clocks go from 23:59 back to 23:00 on a Thursday, and from 23:59 to 01:00 before a Friday."""
    back, forward = date(2026, 10, 29), date(2027, 4, 30)
    for code, day, daily, wanted in (("BACK", back, "23:30", time(23, 30)), ("FORWARD", forward, "00:30", time(1))):
        table = one_a_day(code, "Africa/Cairo", working_days(day, day))
        with simulated(database, table.at(day - ONE_DAY, 12)) as simulation:
            times = {**ONLY_ON_THE_DAY, "daily": daily, "quiet": ["23:50", "00:10"]}
            sit_down(database, simulation.api, table, day - ONE_DAY, times)
            remind(simulation, table.at(day + 2 * ONE_DAY, 12))
            assert table.heard(simulation.api) == table.expected_on_the_day()
            assert {local.time() for _, local, _ in table.said(simulation.api)} == {wanted}


def a_restless_clock(database: Database, seed: int) -> None:
    """A week in which our clock is put two hours ahead or back and set right again, and the machine sleeps."""
    dice = random.Random(seed)
    first = date(2026, 9, 1) + ONE_DAY * dice.randrange(700)
    last = first + 6 * ONE_DAY
    tables = [
        one_a_day(f"T{number}", zone, working_days(first, last))
        for number, zone in enumerate(dice.sample(ALL_ZONES, 3))
    ]
    began, ends = min(early(table, first) for table in tables), max(table.at(last, 22) for table in tables)
    with simulated(database, began) as simulation:
        for table in tables:
            sit_down(database, simulation.api, table, first - ONE_DAY, ONLY_ON_THE_DAY)
        simulation.api.faults = trouble(seed, each=0.01)
        instant = began
        while instant < ends:
            remind(simulation, instant, every=timedelta(hours=1))
            if dice.random() < 0.3:
                simulation.later(hours=4)
            elif simulation.clock.ahead:
                simulation.clock.jump(seconds=-simulation.clock.ahead.total_seconds())
            else:
                simulation.clock.jump(hours=dice.choice((-2, 2)))
            instant = simulation.clock.slack + timedelta(hours=dice.uniform(1, 30))
        simulation.clock.jump(seconds=-simulation.clock.ahead.total_seconds())
        remind(simulation, simulation.clock.slack + timedelta(days=1), every=timedelta(hours=1))
        check_once(simulation)
        check_hours(simulation, tables)
        for table in tables:
            assert table.heard(simulation.api) == table.expected_on_the_day(), (table.zone, first)


@pytest.mark.parametrize("seed", [1, 2])
def test_with_a_restless_clock_each_reminder_comes_once_and_on_its_day(database: Database, seed: int) -> None:
    a_restless_clock(database, seed)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10, 40))
def test_with_many_restless_clocks_each_reminder_comes_once(database: Database, seed: int) -> None:
    a_restless_clock(database, seed)


@pytest.mark.parametrize("hour", [4, 10, 20])
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Europe/London", "Pacific/Auckland"),
        ("Pacific/Auckland", "Europe/London"),
        ("Pacific/Honolulu", "Pacific/Kiritimati"),  # a day apart
        ("Pacific/Kiritimati", "Pacific/Honolulu"),
    ],
)
@on_sqlite
def test_a_zone_changed_in_between_loses_nothing_and_repeats_nothing(
    database: Database, before: str, after: str, hour: int
) -> None:
    friday, wednesday = MONDAY + 4 * ONE_DAY, MONDAY + 2 * ONE_DAY
    table = one_a_day("OXMH", before, working_days(MONDAY, friday))
    with simulated(database, early(table, MONDAY)) as simulation:
        sit_down(database, simulation.api, table, MONDAY - ONE_DAY, ONLY_ON_THE_DAY)
        remind(simulation, table.at(wednesday, hour), every=timedelta(hours=1))
        check_hours(simulation, [table])
        earlier = {ref: local.date() for _, local, ref in table.said(simulation.api)}
        simulation.seen.clear()
        with database.transaction() as session:
            negotiations.lock(session, table.id).zone = table.zone = after
        remind(simulation, table.at(friday + 3 * ONE_DAY, 12), every=timedelta(hours=1))
        check_once(simulation)
        check_hours(simulation, [table])
        said = {ref: local.date() for _, local, ref in table.said(simulation.api)} | earlier
        assert sum(table.heard(simulation.api).values()) == len(said) == len(table.promises)
        # A day that is over as soon as it begins, or never comes, is made up for on the next one.
        late = {each.due_on for each in table.promises if said[each.ref] > each.due_on}
        assert late <= {wednesday, wednesday + ONE_DAY}
