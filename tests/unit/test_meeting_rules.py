"""Meetings: preparation over-estimated and fitted in, series without holidays, roles and quorum."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from time import perf_counter
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bot import dates
from bot.errors import UserError
from bot.meetings import rules
from bot.meetings.rules import Recurrence
from bot.workdays import DEFAULT_CALENDAR, Calendar, Holiday, calendar, holiday_name, is_working_day
from storage.tables import MeetingKind, Role

ENGLAND = calendar(DEFAULT_CALENDAR)
LONDON = ZoneInfo("Europe/London")
TODAY = date(2026, 11, 22)
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def local(text, zone=LONDON):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


zones = st.sampled_from([LONDON, ZoneInfo("America/New_York"), ZoneInfo("Australia/Sydney"), ZoneInfo("UTC")])
# Over both changes of the clock, Easter, and the year's end.
hours = st.integers(0, 500 * 24).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * HOUR)
instants = st.integers(0, 500 * 24 * 60).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + n * MINUTE)
preparations = st.integers(1, 24 * 60).map(lambda n: n * MINUTE)


# Preparation


@pytest.mark.parametrize(
    ("estimate", "needed"),
    [("2h", "3h"), ("20 min", "30 min"), ("1 min", "2 min"), ("45 min", "68 min"), ("half an hour", "45 min")],
)
def test_preparation_is_over_estimated_in_whole_minutes(estimate, needed):
    assert rules.padded(dates.read_duration(estimate)) == dates.read_duration(needed)


def test_the_longest_preparation_is_padded_exactly():
    assert rules.padded(timedelta(hours=24)) == timedelta(hours=36)
    assert rules.padded(timedelta()) == timedelta()


@pytest.mark.parametrize(
    ("start", "end", "time"),
    [
        ("2026-11-23T10:00", "2026-11-23T12:30", 2.5),
        ("2026-11-23T06:00", "2026-11-23T22:00", 8),
        ("2026-11-23T16:30", "2026-11-24T09:30", 1),
        ("2026-11-27T16:00", "2026-11-30T10:00", 2),  # over a weekend
        ("2026-11-28T10:00", "2026-11-29T16:00", 0),
        ("2026-12-24T09:00", "2026-12-29T17:00", 16),  # Christmas Day, a weekend, and Boxing Day's substitute
        ("2026-03-27T16:00", "2026-03-30T10:00", 2),  # the clocks go forward on the 29th
        ("2026-10-23T16:00", "2026-10-26T10:00", 2),  # and back on the 25th
        ("2026-11-23T17:00", "2026-11-24T09:00", 0),
        ("2026-11-24T10:00", "2026-11-23T10:00", 0),
        ("2026-11-23T10:00", "2026-11-23T10:00", 0),
    ],
)
def test_working_time_is_what_lies_in_working_hours(start, end, time):
    assert rules.working_time_between(local(start), local(end), ENGLAND, LONDON) == time * HOUR


def test_working_hours_are_the_negotiations_own_wherever_the_instants_come_from():
    start, end = datetime(2026, 7, 1, 8, tzinfo=UTC), datetime(2026, 7, 1, 16, tzinfo=UTC)
    assert rules.working_time_between(start, end, ENGLAND, LONDON) == 8 * HOUR
    assert rules.working_time_between(start, end, ENGLAND, ZoneInfo("UTC")) == 7 * HOUR


def test_closed_days_are_not_for_working():
    closed = calendar(DEFAULT_CALENDAR, closed=[date(2026, 11, 24)])
    assert rules.working_time_between(local("2026-11-23T16:00"), local("2026-11-25T10:00"), closed, LONDON) == 2 * HOUR


def test_working_time_outside_the_known_years_is_refused():
    with pytest.raises(UserError, match="holidays of 2029 are not known"):
        rules.working_time_between(local("2028-12-29T10:00"), local("2029-01-03T10:00"), ENGLAND, LONDON)


@settings(max_examples=80, deadline=None)
@given(three=st.lists(instants, min_size=3, max_size=3), zone=zones)
def test_working_time_adds_up_and_is_never_negative(three, zone):
    def time(start, end):
        return rules.working_time_between(start, end, ENGLAND, zone)

    first, middle, last = sorted(three)
    assert time(first, middle) + time(middle, last) == time(first, last)
    assert timedelta() <= time(first, last) <= last - first
    assert time(last, first) == timedelta()


@settings(max_examples=40, deadline=None)
@given(start=hours, length=st.integers(0, 30 * 24), zone=zones)
def test_working_time_is_the_number_of_working_hours_across_changes_of_the_clock(start, length, zone):
    each = [(start + n * HOUR).astimezone(zone) for n in range(length)]
    worked = sum(9 <= moment.hour < 17 and is_working_day(moment.date(), ENGLAND) for moment in each)
    assert rules.working_time_between(start, start + length * HOUR, ENGLAND, zone) == worked * HOUR


# The pre-meet


@pytest.mark.parametrize(
    ("meeting", "preparation", "premeet"),
    [
        ("2026-11-26T14:00", "2h", "2026-11-26T10:00"),  # ends at 11, three hours before
        ("2026-11-26T14:30", "2h", "2026-11-26T10:00"),
        ("2026-11-26T10:00", "2h", "2026-11-25T14:00"),
        ("2026-11-26T10:00", "40 min", "2026-11-25T16:00"),
        ("2026-11-30T10:00", "2h", "2026-11-27T14:00"),  # over a weekend
        ("2026-12-29T10:00", "2h", "2026-12-24T14:00"),  # over Christmas
        ("2026-03-30T09:00", "40 min", "2026-03-27T15:00"),  # the clocks go forward in between
        ("2026-11-30T10:00", "24h", "2026-11-23T13:00"),
        ("2026-11-26T20:00", "20 min", "2026-11-26T15:00"),  # an evening meeting
        ("2026-11-28T10:00", "20 min", "2026-11-27T15:00"),  # a Saturday one
    ],
)
def test_the_premeet_leaves_time_for_half_as_much_again(meeting, preparation, premeet):
    length = dates.read_duration(preparation)
    start = rules.premeet_start(local(meeting), length, ENGLAND, LONDON, earliest=local("2026-01-02T09:00"))
    assert start == local(premeet)
    assert rules.preparation_gap_short_by(start + HOUR, local(meeting), length, ENGLAND, LONDON) is None


def test_the_premeet_avoids_what_people_are_busy_with():
    busy = [
        (local("2026-11-26T10:30"), local("2026-11-26T11:30")),
        (datetime(2026, 11, 26, 8, tzinfo=UTC), datetime(2026, 11, 26, 9, 15, tzinfo=UTC)),
        (local("2026-11-25T16:00"), local("2026-11-25T17:00")),
    ]
    meeting, earliest = local("2026-11-26T14:00"), local("2026-11-23T09:00")
    start = rules.premeet_start(meeting, 2 * HOUR, ENGLAND, LONDON, busy=busy, earliest=earliest)
    assert start == local("2026-11-25T15:00")


def test_a_premeet_may_touch_what_ends_or_begins_at_its_edges():
    busy = [
        (local("2026-11-26T09:00"), local("2026-11-26T10:00")),
        (local("2026-11-26T11:00"), local("2026-11-26T12:00")),
    ]
    meeting, earliest = local("2026-11-26T14:00"), local("2026-11-23T09:00")
    start = rules.premeet_start(meeting, 2 * HOUR, ENGLAND, LONDON, busy=busy, earliest=earliest)
    assert start == local("2026-11-26T10:00")


@pytest.mark.parametrize(("earliest", "found"), [("2026-11-26T10:00", True), ("2026-11-26T10:01", False)])
def test_there_is_no_premeet_before_the_earliest(earliest, found):
    meeting = local("2026-11-26T14:00")
    start = rules.premeet_start(meeting, 2 * HOUR, ENGLAND, LONDON, earliest=local(earliest))
    assert (start is not None) is found


def test_a_premeet_is_never_after_its_meeting_even_when_nothing_is_to_be_prepared():
    meeting = local("2026-11-26T10:30")
    start = rules.premeet_start(meeting, timedelta(), ENGLAND, LONDON, earliest=local("2026-11-23T09:00"))
    assert start == local("2026-11-26T09:00")
    assert rules.premeet_start(meeting, timedelta(), ENGLAND, LONDON, earliest=meeting + HOUR) is None


def test_looking_for_a_premeet_ends_soon_when_there_is_none():
    began = perf_counter()
    always = [(local("2020-01-01T00:00"), local("2028-01-01T00:00"))]
    for busy, preparation in ((always, 24 * HOUR), ([], 5000 * HOUR)):
        earliest = local("2013-01-02T09:00")
        assert (
            rules.premeet_start(local("2026-11-26T14:00"), preparation, ENGLAND, LONDON, busy=busy, earliest=earliest)
            is None
        )
    assert perf_counter() - began < 30  # a small part of a second; what backtracks does not end


def test_a_premeet_outside_the_known_years_is_refused():
    with pytest.raises(UserError, match="holidays of 2029 are not known"):
        rules.premeet_start(local("2029-01-03T10:00"), HOUR, ENGLAND, LONDON, earliest=local("2026-11-23T09:00"))


busy_times = st.tuples(st.integers(0, 20 * 24 * 60), st.integers(1, 2 * 24 * 60))


@settings(max_examples=60, deadline=None)
@given(
    meeting=instants.filter(lambda instant: instant.year > 2026 or instant.month > 1),
    preparation=preparations,
    zone=zones,
    before=st.lists(busy_times, max_size=6),
    lead=st.integers(0, 20),
)
def test_a_premeet_fits_and_no_later_one_would(meeting, preparation, zone, before, lead):
    busy = [(meeting - ago * MINUTE, meeting - (ago - length) * MINUTE) for ago, length in before]
    earliest = meeting - timedelta(days=lead)

    def fits(start):
        shown, end = start.astimezone(zone), start + HOUR
        return (
            earliest <= start
            and end <= meeting
            and shown.minute == 0
            and 9 <= shown.hour < 17
            and is_working_day(shown.date(), ENGLAND)
            and all(end <= taken[0] or taken[1] <= start for taken in busy)
            and rules.working_time_between(end, meeting, ENGLAND, zone) >= preparation * 1.5
        )

    found = rules.premeet_start(meeting, preparation, ENGLAND, zone, busy=busy, earliest=earliest)
    assert found is None or fits(found)
    start = meeting.replace(minute=0)
    last_tried = found.astimezone(UTC) if found else earliest
    while start > last_tried:
        assert not fits(start)
        start -= HOUR


@pytest.mark.parametrize(
    ("ends", "preparation", "short"),
    [
        ("2026-11-26T11:00", "2h", None),
        ("2026-11-26T11:01", "2h", "1 min"),
        ("2026-11-26T12:00", "2h", "1h"),
        ("2026-11-26T15:00", "2h", "3h"),  # it ends after the meeting has begun
        ("2026-11-25T16:30", "8h", "6h30"),
    ],
)
def test_the_gap_after_a_premeet_is_short_by_what_is_missing(ends, preparation, short):
    missing = rules.preparation_gap_short_by(
        local(ends), local("2026-11-26T14:00"), dates.read_duration(preparation), ENGLAND, LONDON
    )
    assert missing == (dates.read_duration(short) if short else None)


@settings(max_examples=40, deadline=None)
@given(ends=instants, gap=st.integers(0, 10 * 24 * 60), preparation=preparations)
def test_a_gap_short_by_so_much_has_the_rest(ends, gap, preparation):
    meeting = ends + gap * MINUTE
    there = rules.working_time_between(ends, meeting, ENGLAND, LONDON)
    short = rules.preparation_gap_short_by(ends, meeting, preparation, ENGLAND, LONDON)
    assert short is None or short > timedelta()
    assert there + (short or timedelta()) >= rules.padded(preparation)
    assert short is None or there + short == rules.padded(preparation)


# Series


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("week until 26 mar 2027", Recurrence("weeks", 1, until=date(2027, 3, 26))),
        ("every week until 26 mar", Recurrence("weeks", 1, until=date(2027, 3, 26))),
        ("2 weeks 6 times", Recurrence("weeks", 2, times=6)),
        ("two weeks six times", Recurrence("weeks", 2, times=6)),
        ("Every Fortnight, until Friday 26 March 2027.", Recurrence("weeks", 2, until=date(2027, 3, 26))),
        ("two fortnights 3 times", Recurrence("weeks", 4, times=3)),
        ("  month   12  times ", Recurrence("months", 1, times=12)),
        ("3 months until end of june 2028", Recurrence("months", 3, until=date(2028, 6, 30))),
        ("every week until today", Recurrence("weeks", 1, until=TODAY)),
        ("every week until in 3 months", Recurrence("weeks", 1, until=date(2027, 2, 22))),
        ("week 2 times", Recurrence("weeks", 1, times=2)),
        ("week 60 times", Recurrence("weeks", 1, times=60)),
    ],
)
def test_a_recurrence_is_read(typed, meant):
    assert rules.read_recurrence(typed, today=TODAY, calendar=ENGLAND) == meant


EXAMPLES = "Type `every fortnight until 22 March 2027` or `every month 6 times`."


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("every fortnight", f"“every fortnight” does not say when to stop. {EXAMPLES}"),
        (
            "every 0 weeks 6 times",
            f"“every 0 weeks 6 times” is no time at all from one meeting to the next. {EXAMPLES}",
        ),
        (
            "week until 20 nov 2026",
            f"“week until 20 nov 2026” ends on Friday 20 November 2026, which is past. {EXAMPLES}",
        ),
        ("every week 1 time", f"“every week 1 time” is not between 2 and 60 times. {EXAMPLES}"),
        ("every week one times", f"“every week one times” is not between 2 and 60 times. {EXAMPLES}"),
        ("every week 0 times", f"“every week 0 times” is not between 2 and 60 times. {EXAMPLES}"),
        ("every week 61 times", f"“every week 61 times” is not between 2 and 60 times. {EXAMPLES}"),
        ("every tuesday", f"“every tuesday” does not say how often to meet. {EXAMPLES}"),
        ("every day 6 times", f"“every day 6 times” does not say how often to meet. {EXAMPLES}"),
        (
            "every week 6 times until 26 mar",
            f"“every week 6 times until 26 mar” does not say how often to meet. {EXAMPLES}",
        ),
        ("-2 weeks 6 times", f"“-2 weeks 6 times” does not say how often to meet. {EXAMPLES}"),
        ("٣ weeks 6 times", f"“٣ weeks 6 times” does not say how often to meet. {EXAMPLES}"),
        ("week ſix times", f"“week ſix times” does not say how often to meet. {EXAMPLES}"),
        ("", f"Nothing says how often to meet. {EXAMPLES}"),
        ("every week until", "No date was typed. Type one such as “22 November 2026” or “in 10 working days”."),
        ("every week until further notice", "“further notice” is not a date that Parley can read."),
        ("every week until 31/11/2026", "November 2026 has 30 days"),
        ("every week until 5 jan 27", "Type it in full"),
        ("week " * 5000, "does not say how often to meet"),
    ],
)
def test_a_recurrence_that_cannot_be_read_is_refused_with_what_to_type(typed, said):
    with pytest.raises(UserError) as refusal:
        rules.read_recurrence(typed, today=TODAY, calendar=ENGLAND)
    assert said in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_the_examples_in_a_refusal_can_be_typed():
    for typed in EXAMPLES.split("`")[1::2]:
        assert rules.read_recurrence(typed, today=TODAY, calendar=ENGLAND)


PIECES = "every 0 1 2 99 999 two week weeks fortnight month months until 26 mar 2027 31/11 6 times , . ſ"
pieces = st.sampled_from(PIECES.split())


@settings(max_examples=150, deadline=None)
@given(words=st.one_of(st.text(max_size=60), st.lists(pieces, max_size=8).map(" ".join)))
def test_whatever_is_typed_is_read_or_refused(words):
    try:
        read = rules.read_recurrence(words, today=TODAY, calendar=ENGLAND)
    except UserError:
        return
    assert read.interval > 0
    assert (read.until is None) != (read.times is None)
    assert read.unit in ("weeks", "months")


def days(text):
    return tuple(date.fromisoformat(day) for day in text.split())


@pytest.mark.parametrize(
    ("first", "recurrence", "expected"),
    [
        ("2026-12-01", Recurrence("weeks", 1, times=3), "2026-12-01 2026-12-08 2026-12-15"),
        ("2026-12-01", Recurrence("weeks", 2, until=date(2026, 12, 29)), "2026-12-01 2026-12-15 2026-12-29"),
        ("2026-12-01", Recurrence("weeks", 2, until=date(2026, 12, 28)), "2026-12-01 2026-12-15"),
        ("2027-01-12", Recurrence("months", 1, times=3), "2027-01-12 2027-02-09 2027-03-09"),  # second Tuesday
        ("2027-01-29", Recurrence("months", 1, times=3), "2027-01-29 2027-02-26 2027-04-30"),  # last Friday
        ("2027-01-27", Recurrence("months", 1, times=3), "2027-01-27 2027-02-24 2027-03-24"),  # fourth Wednesday
        ("2027-01-12", Recurrence("months", 3, times=3), "2027-01-12 2027-04-13 2027-07-13"),
        ("2027-01-16", Recurrence("weeks", 1, times=2), "2027-01-16 2027-01-23"),  # Saturdays, as asked
    ],
)
def test_meetings_recur(first, recurrence, expected):
    assert rules.occurrences(date.fromisoformat(first), recurrence, ENGLAND).dates == days(expected)


def test_holidays_and_closed_days_are_left_out_and_named():
    closed = calendar(DEFAULT_CALENDAR, closed=[date(2026, 12, 18)])
    found = rules.occurrences(date(2026, 12, 11), Recurrence("weeks", 1, until=date(2027, 1, 15)), closed)
    assert found.dates == days("2026-12-11 2027-01-08 2027-01-15")
    assert found.skipped == (
        Holiday(date(2026, 12, 18), "extra closed day"),
        Holiday(date(2026, 12, 25), "Christmas Day"),
        Holiday(date(2027, 1, 1), "New Year's Day"),
    )


def test_so_many_times_means_so_many_meetings_held():
    found = rules.occurrences(date(2026, 12, 18), Recurrence("weeks", 1, times=2), ENGLAND)
    assert found.dates == days("2026-12-18 2027-01-08")
    assert [holiday.name for holiday in found.skipped] == ["Christmas Day", "New Year's Day"]


def test_a_first_day_that_is_a_holiday_is_left_out_too():
    found = rules.occurrences(date(2026, 12, 25), Recurrence("weeks", 1, times=2), ENGLAND)
    assert found.dates == days("2027-01-08 2027-01-15")
    assert found.skipped[0] == Holiday(date(2026, 12, 25), "Christmas Day")


def test_a_closed_day_in_a_weekend_is_left_out_of_a_weekend_series():
    closed = calendar(DEFAULT_CALENDAR, closed=[date(2027, 1, 23)])
    found = rules.occurrences(date(2027, 1, 16), Recurrence("weeks", 1, times=2), closed)
    assert found.dates == days("2027-01-16 2027-01-30")
    assert found.skipped == (Holiday(date(2027, 1, 23), "extra closed day"),)


def test_where_some_saturdays_are_worked_the_others_are_left_out():
    free = frozenset({date(2027, 1, 23)})
    found = rules.occurrences(
        date(2027, 1, 16), Recurrence("weeks", 1, times=2), Calendar("Elsewhere", 2027, 2027, free, {})
    )
    assert found.dates == days("2027-01-16 2027-01-30")
    assert found.skipped == ()


@pytest.mark.parametrize(
    ("first", "recurrence", "said"),
    [
        (
            "2026-12-01",
            Recurrence("weeks", 1, until=date(2028, 12, 31)),
            "That makes more than 60 meetings. Type an earlier end, or fewer times.",
        ),
        ("2026-12-01", Recurrence("weeks", 1, times=61), "more than 60 meetings"),
        ("2026-12-01", Recurrence("weeks", 1), "more than 60 meetings"),
        (
            "2026-12-01",
            Recurrence("weeks", 1, until=date(2026, 12, 7)),
            "Of these meetings only Tuesday 1 December 2026 is left."
            " Type a later end, or plan one meeting without “every”.",
        ),
        ("2026-12-18", Recurrence("weeks", 1, until=date(2027, 1, 1)), "only Friday 18 December 2026 is left"),
        ("2026-12-01", Recurrence("weeks", 1, until=date(2026, 11, 30)), "Of these meetings no day is left."),
        (
            "2026-12-01",
            Recurrence("months", 3, times=20),
            "The holidays of 2029 are not known: the England and Wales calendar holds 2012 to 2028."
            " Type an end in those years, such as `until 31 dec 2028`.",
        ),
        ("2026-12-01", Recurrence("months", 999, times=2), "are not known"),
        ("2026-12-01", Recurrence("weeks", 999, times=2), "are not known"),
        ("9999-12-31", Recurrence("weeks", 1, times=2), "The holidays of 9999 are not known"),
    ],
)
def test_too_many_meetings_too_few_or_too_far_off_are_refused(first, recurrence, said):
    with pytest.raises(UserError) as refusal:
        rules.occurrences(date.fromisoformat(first), recurrence, ENGLAND)
    assert said in str(refusal.value)


recurrences = st.builds(
    lambda unit, interval, times, end: Recurrence(unit, interval, until=end, times=None if end else times),
    st.sampled_from(["weeks", "months"]),
    st.integers(1, 4),
    st.integers(2, 8),
    st.none() | st.dates(date(2026, 6, 1), date(2027, 6, 1)),
)


@settings(max_examples=100, deadline=None)
@given(
    first=st.dates(date(2025, 1, 1), date(2026, 5, 1)),
    recurrence=recurrences,
    closed=st.sets(st.dates(date(2025, 1, 1), date(2027, 1, 1)), max_size=20),
)
def test_a_series_keeps_its_rhythm_and_its_holidays(first, recurrence, closed):
    kept_free = calendar(DEFAULT_CALENDAR, closed=closed)
    try:
        found = rules.occurrences(first, recurrence, kept_free)
    except UserError as refusal:
        assume("more than 60" not in str(refusal) and "left" not in str(refusal))
        raise
    every = sorted((*found.dates, *(holiday.date for holiday in found.skipped)))
    assert every[0] == first
    assert all(later > earlier for earlier, later in pairwise(every))
    assert {day.weekday() for day in every} == {first.weekday()}
    assert all(holiday_name(day, kept_free) is None and day not in closed for day in found.dates)
    assert all(holiday.date in closed or holiday_name(holiday.date, kept_free) for holiday in found.skipped)
    assert recurrence.until is None or every[-1] <= recurrence.until
    assert recurrence.times is None or len(found.dates) == recurrence.times
    for number, day in enumerate(every):
        if recurrence.unit == "weeks":
            assert day == first + timedelta(weeks=number * recurrence.interval)
        else:
            months = (day.year - first.year) * 12 + day.month - first.month
            assert months == number * recurrence.interval
            is_last = (day + timedelta(days=7)).month != day.month
            assert is_last if first.day > 28 else (day.day - 1) // 7 == (first.day - 1) // 7


@settings(max_examples=30, deadline=None)
@given(zone=zones, first=st.dates(date(2026, 1, 5), date(2026, 12, 1)))
def test_a_series_meets_at_the_same_time_of_day_through_the_year(zone, first):
    try:
        found = rules.occurrences(first, Recurrence("weeks", 1, times=40), ENGLAND)
    except UserError:
        return
    starts = [dates.at(day, dates.read_time("10:00"), zone) for day in found.dates]
    assert {dates.clock_time(start.astimezone(UTC), zone) for start in starts} == {"10:00"}


# Who is there, and when


@pytest.mark.parametrize(
    ("first", "second", "shared"),
    [
        ("09:00 10:00", "10:00 11:00", False),
        ("09:00 10:01", "10:00 11:00", True),
        ("09:00 12:00", "10:00 11:00", True),
        ("10:00 11:00", "10:00 11:00", True),
        ("09:00 10:00", "11:00 12:00", False),
        ("10:00 10:00", "10:00 11:00", False),
    ],
)
def test_meetings_overlap_when_they_share_time(first, second, shared):
    one, other = (tuple(local(f"2026-11-26T{clock}") for clock in text.split()) for text in (first, second))
    assert rules.overlap(one, other) is shared
    assert rules.overlap(other, one) is shared


OXFORD, NHS = "Oxford Health and partners", "NHS England"


@pytest.mark.parametrize(
    ("kind", "people", "missing"),
    [
        (MeetingKind.NEGOTIATION, [(OXFORD, {"chair", "lead"}), (NHS, {"negotiator", "scribe"})], []),
        (
            MeetingKind.NEGOTIATION,
            [],
            ["a chair", "a scribe", f"somebody to speak for {OXFORD}", f"somebody to speak for {NHS}"],
        ),
        (
            MeetingKind.NEGOTIATION,
            [(OXFORD, [Role.LEGAL]), (NHS, [Role.LEAD, Role.CHAIR])],
            ["a scribe", f"somebody to speak for {OXFORD}"],
        ),
        (MeetingKind.NEGOTIATION, [("", {"chair", "scribe", "lead"}), (OXFORD, ["lead"]), (NHS, ["lead"])], []),
        (MeetingKind.GATEWAY, [(NHS, {"chair"})], ["a scribe"]),
        (MeetingKind.SUBGROUP, [(NHS, {"technical"})], ["a scribe"]),
        (MeetingKind.PREMEET, [], []),
        (MeetingKind.LEGAL, [(NHS, {"lead"})], ["a legal adviser", "a scribe"]),
        (MeetingKind.LEGAL, [(NHS, {"legal"}), (OXFORD, {"scribe"})], []),
    ],
)
def test_what_people_leave_unfilled(kind, people, missing):
    assert rules.roles_missing(kind, [OXFORD, NHS], people) == missing


def test_every_kind_of_meeting_says_which_roles_it_needs_and_each_has_words():
    assert set(rules.REQUIRED_ROLES) == set(MeetingKind)
    assert all(rules.roles_missing(kind, [], []) is not None for kind in MeetingKind)


# The agenda


@pytest.mark.parametrize(
    ("typed", "title", "minutes"),
    [
        ("Share of value at risk for 20 min", "Share of value at risk", 20),
        ("Share of value at risk FOR 1h30.", "Share of value at risk", 90),
        ("Share of value at risk, for an hour and a half", "Share of value at risk", 90),
        ("Share of value at risk (for 20 min)", "Share of value at risk", 20),
        ("Fees for the lease for half an hour", "Fees for the lease", 30),
        ("Payment for 30 days", "Payment for 30 days", None),
        ("Payment for 30 days for 10 min", "Payment for 30 days", 10),
        ("Cover for 48 hours", "Cover for 48 hours", None),
        ("What is it for", "What is it for", None),
        ("Forms before 20 min", "Forms before 20 min", None),
        ("The therefor 20 min", "The therefor 20 min", None),
        ("  Share of value at risk ", "Share of value at risk", None),
        ("for 20 min", "", 20),
        ("", "", None),
    ],
)
def test_an_agenda_item_may_say_how_long_it_takes(typed, title, minutes):
    assert rules.read_agenda_item(typed) == (title, minutes * MINUTE if minutes else None)


@settings(max_examples=60, deadline=None)
@given(title=st.text(st.characters(categories=["L", "N"]), min_size=1), minutes=st.integers(1, 24 * 60))
def test_a_length_is_taken_off_any_title(title, minutes):
    assert rules.read_agenda_item(f"{title} for {minutes} min") == (title, minutes * MINUTE)


@settings(max_examples=60, deadline=None)
@given(words=st.text())
def test_any_agenda_item_is_read(words):
    title, length = rules.read_agenda_item(words)
    assert title == words.strip() or length is not None
