"""On which days things are spoken of: tables worked out on a wall calendar, and what holds for every date."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import workdays
from bot.lead_times import USUAL, LeadTimes
from bot.reminders import rules
from bot.reminders.rules import Cause, Due
from bot.workdays import DEFAULT_CALENDAR, Calendar
from storage.tables import Meeting

ENGLAND = workdays.calendar(DEFAULT_CALENDAR)
# Good Friday is 26 March 2027 and Easter Monday the 29th; 3 and 31 May are holidays.
SPRING = [date(2027, 3, 1) + timedelta(days=number) for number in range(92)]

# Two weeks off at most: more would be no calendar for negotiating.
CALENDARS = st.lists(st.dates(date(2026, 1, 1), date(2028, 12, 31)), max_size=10, unique=True).map(
    lambda closed: workdays.calendar(DEFAULT_CALENDAR, closed)
)
DATES = st.dates(date(2026, 3, 1), date(2028, 6, 1))
DAYS_BEFORE = st.sets(st.integers(0, 20), max_size=4).map(lambda days: tuple(sorted(days, reverse=True)))
SOME_TIMES = st.builds(
    LeadTimes,
    actions=DAYS_BEFORE,
    late=st.none() | st.integers(1, 20),
    chair=st.none() | st.integers(1, 20),
)
LATE = (Cause.LATE, Cause.STILL_LATE)


def works(day: date, calendar: Calendar = ENGLAND) -> bool:
    return workdays.is_working_day(day, calendar)


def spoken(due: str, times: LeadTimes = USUAL) -> list[str]:
    """What is said in the spring of 2027 of an action due then: "25 Mar today"."""
    days = [day for day in SPRING if works(day)]
    return [
        f"{found.day.day} {found.day:%b} {found.cause}"
        for found in rules.action_dues(date.fromisoformat(due), days, times, ENGLAND)
    ]


@pytest.mark.parametrize(
    ("due", "expected"),
    [
        # An ordinary Wednesday.
        ("2027-05-19", ["14 May ahead", "19 May today", "20 May late", "26 May escalated", "27 May still late"]),
        # Good Friday: day 1 before it is Thursday; day 1 after it the Tuesday after Easter.
        (
            "2027-03-26",
            [
                *("23 Mar ahead", "25 Mar today", "30 Mar late", "5 Apr escalated"),
                *("6 Apr still late", "13 Apr still late", "20 Apr still late", "27 Apr still late"),
                *("4 May still late", "11 May still late", "18 May still late", "25 May still late"),
            ],
        ),
        # A Saturday: Friday is day 1 before it, and the last working day on which it can be done.
        (
            "2027-05-15",
            ["12 May ahead", "14 May today", "17 May late", "21 May escalated", "24 May still late"],
        ),
        # Late on a Monday: the word of 3 May waits for Tuesday, that of the 10th does not follow it there.
        (
            "2027-04-16",
            [
                *("13 Apr ahead", "16 Apr today", "19 Apr late", "23 Apr escalated", "26 Apr still late"),
                *("4 May still late", "10 May still late", "17 May still late", "24 May still late"),
            ],
        ),
    ],
)
def test_an_action_is_spoken_of_before_on_and_after_its_date(due: str, expected: list[str]) -> None:
    assert spoken(due) == expected


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        (replace(USUAL, actions=(), late=None, chair=None), []),
        (replace(USUAL, actions=(5, 1), late=None, chair=None), ["12 May ahead", "18 May ahead"]),
        (replace(USUAL, actions=(), chair=None), ["20 May late", "27 May still late"]),
        (replace(USUAL, actions=(), late=2, chair=2), ["21 May late", "21 May escalated", "28 May still late"]),
        (replace(USUAL, actions=(), late=None, chair=1), ["20 May escalated"]),
    ],
)
def test_other_lead_times_give_other_days(times: LeadTimes, expected: list[str]) -> None:
    assert spoken("2027-05-19", times) == expected


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2027-03-25", 1, "2027-03-30"),
        ("2027-03-30", -1, "2027-03-25"),
        ("2027-03-26", 1, "2027-03-30"),
        ("2027-03-26", -1, "2027-03-25"),
        ("2027-03-26", 0, "2027-03-25"),
        ("2027-03-24", 0, "2027-03-24"),
        ("2027-03-18", 5, "2027-03-25"),
        ("2027-03-28", -5, "2027-03-19"),
    ],
)
def test_working_days_are_counted_from_the_day_after(day: str, count: int, expected: str) -> None:
    assert rules.working_day_after(date.fromisoformat(day), count, ENGLAND) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("2027-03-22", True),
        ("2027-03-23", False),
        ("2027-03-29", False),  # Easter Monday
        ("2027-03-30", True),
        ("2027-05-03", False),
        ("2027-05-04", True),
        ("2027-05-05", False),
    ],
)
def test_a_week_begins_on_its_first_working_day(day: str, expected: bool) -> None:
    assert rules.begins_week(date.fromisoformat(day), ENGLAND) is expected


def test_a_week_that_is_off_altogether_begins_on_no_day_of_it() -> None:
    closed = workdays.calendar(DEFAULT_CALENDAR, [date(2027, 5, day) for day in range(10, 15)])
    assert not any(rules.begins_week(date(2027, 5, day), closed) for day in range(10, 15))
    assert rules.begins_week(date(2027, 5, 17), closed)


@pytest.mark.parametrize(
    ("last", "today", "expected"),
    [
        ("2027-03-24", "2027-03-25", ["2027-03-25"]),
        ("2027-03-25", "2027-03-30", ["2027-03-30"]),
        ("2027-03-25", "2027-03-29", []),
        ("2027-03-25", "2027-04-01", ["2027-03-30", "2027-03-31", "2027-04-01"]),
        ("2027-03-25", "2027-03-25", []),
        ("2027-03-26", "2027-03-25", []),  # somebody moved the zone
    ],
)
def test_the_days_nobody_spoke_on_are_made_up_for(last: str, today: str, expected: list[str]) -> None:
    found = rules.days_to_speak_of(date.fromisoformat(last), date.fromisoformat(today), ENGLAND)
    assert [day.isoformat() for day in found] == expected


def test_after_years_away_only_the_last_month_is_made_up_for() -> None:
    found = rules.days_to_speak_of(date(2020, 1, 1), date(2027, 5, 28), ENGLAND)
    assert found[0] == date(2027, 4, 29)
    assert found[-1] == date(2027, 5, 28)


@pytest.mark.parametrize(
    ("planned", "month", "expected"),
    [
        ("2027-03-26", None, "2027-03-26"),
        (None, "2027-03", "2027-03-31"),
        (None, "2028-02", "2028-02-29"),
        (None, "2027-12", "2027-12-31"),
        (None, None, None),
    ],
)
def test_a_milestone_known_to_the_month_has_until_its_end(
    planned: str | None, month: str | None, expected: str | None
) -> None:
    found = rules.last_day_in_time(date.fromisoformat(planned) if planned else None, month)
    assert found == (date.fromisoformat(expected) if expected else None)


def test_a_meeting_that_begins_late_may_end_late_and_one_that_begins_early_need_not_end_early() -> None:
    ten = datetime(2027, 3, 23, 10, tzinfo=UTC)
    for begun, ends in ((None, 12), (ten - timedelta(hours=1), 12), (ten, 12), (ten + timedelta(hours=1), 13)):
        meeting = Meeting(
            negotiation_id=1,
            kind="negotiation",
            number=1,
            ref="N1",
            title="First round",
            starts_at=ten,
            minutes_planned=120,
            started_at=begun,
        )
        assert rules.should_end(meeting) == ten.replace(hour=ends)


def test_an_action_put_off_beyond_its_reminders_is_left_alone() -> None:
    due = date(2027, 5, 19)  # three working days before is the 14th
    assert not rules.near(due, date(2027, 5, 13), USUAL, ENGLAND)
    assert rules.near(due, date(2027, 5, 14), USUAL, ENGLAND)
    assert rules.near(due, date(2027, 5, 25), USUAL, ENGLAND)
    assert rules.near(None, date(2027, 5, 13), USUAL, ENGLAND)
    assert not rules.near(due, date(2027, 5, 18), replace(USUAL, actions=()), ENGLAND)


def test_newer_words_on_a_thing_take_the_place_of_those_that_never_went_out() -> None:
    def nudge(number: int, cause: str, day: int, of: str = "action", negotiation: int = 1) -> dict[str, object]:
        return {"negotiation": negotiation, "of": of, "id": number, "cause": cause, "day": day}

    before = [nudge(1, "today", 1), nudge(2, "ahead", 1), nudge(1, "escalated", 1), nudge(1, "", 1, of="meeting")]
    now = [nudge(1, "late", 2), nudge(1, "late", 2, negotiation=2)]
    assert rules.merged(before, now) == [now[0], *before[1:], now[1]]
    assert rules.merged([], []) == []


def test_beyond_the_years_of_the_calendar_monday_to_friday_count() -> None:
    friday = date(2040, 12, 21)
    assert rules.working_day_after(friday, 2, ENGLAND) == date(2040, 12, 25)
    assert rules.works(date(2040, 12, 25), ENGLAND)
    assert not rules.works(date(2040, 12, 22), ENGLAND)
    assert rules.begins_week(date(2040, 12, 24), ENGLAND)


# -- whatever the dates ---------------------------------------------------------------------------------


def walked(due: date, times: LeadTimes, calendar: Calendar) -> list[Due]:
    """Everything that is said of an action when every working day around its date is asked for by itself."""
    days = [due + timedelta(days=number) for number in range(-60, 120)]
    return [
        found for day in days if rules.works(day, calendar) for found in rules.action_dues(due, [day], times, calendar)
    ]


@given(DATES, SOME_TIMES, CALENDARS)
def test_nothing_is_said_on_a_day_off_and_nothing_twice_a_day(due: date, times: LeadTimes, calendar: Calendar) -> None:
    found = walked(due, times, calendar)
    assert all(works(each.day, calendar) for each in found)
    to_owners = [each.day for each in found if each.cause != Cause.ESCALATED]
    assert len(set(to_owners)) == len(to_owners)


@given(DATES, SOME_TIMES, CALENDARS)
def test_each_announcement_is_made_once_by_the_date_and_each_word_on_lateness_after_it(
    due: date, times: LeadTimes, calendar: Calendar
) -> None:
    found = walked(due, times, calendar)
    before = [each for each in found if each.cause in (Cause.AHEAD, Cause.TODAY)]
    assert {each.day for each in before} == {rules.working_day_after(due, -count, calendar) for count in times.actions}
    assert all(each.day <= due for each in before)
    assert all(each.day > due for each in found if each.cause in (*LATE, Cause.ESCALATED))
    assert [each.cause for each in found].count(Cause.ESCALATED) == (times.chair is not None)
    assert [each.cause for each in found].count(Cause.LATE) == (times.late is not None)


@given(DATES, st.integers(1, 20), CALENDARS)
def test_what_is_late_is_spoken_of_every_week(due: date, late: int, calendar: Calendar) -> None:
    words = [each.day for each in walked(due, LeadTimes(late=late), calendar) if each.cause in LATE]
    assert words[0] == rules.working_day_after(due, late, calendar)
    weeks = [words[0] + timedelta(weeks=number) for number in range(len(words) + 3)]
    last = due + timedelta(days=119)
    # Once for each week that has passed, on the same weekday or the first working day after it.
    assert set(words) == {
        day for day in (rules.first_working_day_from(week, calendar) for week in weeks) if day <= last
    }


@given(DATES, SOME_TIMES, CALENDARS)
def test_days_made_up_for_together_say_what_they_would_have_said_one_by_one(
    due: date, times: LeadTimes, calendar: Calendar
) -> None:
    days = [due + timedelta(days=number) for number in range(-60, 120)]
    days = [day for day in days if rules.works(day, calendar)]
    assert rules.action_dues(due, days, times, calendar) == walked(due, times, calendar)


@given(DATES, st.integers(0, 10), st.lists(SOME_TIMES, min_size=1, max_size=3), CALENDARS)
def test_the_deadlines_looked_up_are_all_of_which_anything_is_to_be_said(
    today: date, away: int, every: list[LeadTimes], calendar: Calendar
) -> None:
    days = rules.days_to_speak_of(today - timedelta(days=away + 1), today, calendar)
    oldest = today - timedelta(days=200)
    around = [oldest + timedelta(days=number) for number in range(260)]
    expected = [due for due in around if any(rules.action_dues(due, days, times, calendar) for times in every)]
    assert rules.due_dates(days, every, calendar, oldest) == expected
    assert rules.due_dates(days, every, calendar, None) == []


@given(DATES, st.lists(st.integers(0, 9), max_size=12), CALENDARS)
def test_however_often_the_clock_ticks_each_working_day_is_spoken_of_once(
    start: date, gaps: list[int], calendar: Calendar
) -> None:
    last, today, found = start, start, list[date]()
    for gap in gaps:
        today += timedelta(days=gap)
        days = rules.days_to_speak_of(last, today, calendar)
        found += days
        last = max([last, *days])
    if rules.works(today, calendar):
        everything = [start + timedelta(days=number) for number in range(1, (today - start).days + 1)]
        assert found == [day for day in everything if rules.works(day, calendar)]
    assert len(set(found)) == len(found)


@given(DATES, st.integers(-30, 30).filter(bool), CALENDARS)
def test_days_are_counted_as_everywhere_else_in_parley(day: date, count: int, calendar: Calendar) -> None:
    assert rules.working_day_after(day, count, calendar) == workdays.add_working_days(day, count, calendar).date


@given(st.dates(date(1990, 1, 1), date(2190, 1, 1)), SOME_TIMES)
def test_no_date_is_too_far_off_to_be_spoken_of(due: date, times: LeadTimes) -> None:
    for found in walked(due, times, ENGLAND):
        assert found.day.weekday() < 5
