"""Working days: the worked examples of `domain.md` §2.6, the honest range, and counting there and back."""

import subprocess
import sys
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.workdays import (
    DEFAULT_CALENDAR,
    Holiday,
    add_working_days,
    calendar,
    explain,
    full_date,
    full_month,
    holiday_name,
    is_working_day,
    working_days_between,
)

ENGLAND = calendar(DEFAULT_CALENDAR)

# https://www.gov.uk/bank-holidays.json as listed in `domain.md` §2.6; substitute days are the ones listed.
PUBLISHED = {
    2013: "01-01 03-29 04-01 05-06 05-27 08-26 12-25 12-26",
    2014: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2015: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2016: "01-01 03-25 03-28 05-02 05-30 08-29 12-26 12-27",
    2025: "01-01 04-18 04-21 05-05 05-26 08-25 12-25 12-26",
    2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
    2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
    2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
}


@pytest.mark.parametrize("year", PUBLISHED)
def test_bank_holidays_are_those_the_government_published(year):
    held = [f"{day:%m-%d}" for day in sorted(ENGLAND.holidays) if day.year == year]
    assert held == PUBLISHED[year].split()


@pytest.mark.parametrize("day", ["2012-06-05", "2020-05-08", "2022-06-03", "2022-09-19", "2023-05-08"])
def test_one_off_bank_holidays_are_days_off(day):
    assert not is_working_day(date.fromisoformat(day), ENGLAND)


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2014-06-02", 40, "2014-07-28"),
        ("2014-06-16", 40, "2014-08-11"),
        ("2014-06-30", 40, "2014-08-26"),
        ("2014-12-15", 40, "2015-02-12"),
        ("2015-03-26", 40, "2015-05-27"),
        ("2025-04-17", 8, "2025-05-01"),  # Provider Selection Regime standstill over Easter
        ("2025-05-01", 5, "2025-05-09"),
        ("2026-12-18", 8, "2027-01-04"),
        ("2027-12-17", 8, "2027-12-31"),
        ("2022-09-12", 10, "2022-09-27"),  # the State Funeral, proclaimed nine days before
        ("2026-11-27", 1, "2026-11-30"),  # Friday: Monday is day 1
        ("2026-11-28", 1, "2026-11-30"),  # a start in the weekend
        ("2026-11-28", 0, "2026-11-28"),
        ("2026-12-29", -1, "2026-12-24"),  # back over Christmas and its substitute day
        ("2026-12-27", -3, "2026-12-22"),
    ],
)
def test_counting_working_days(start, count, end):
    counted = add_working_days(date.fromisoformat(start), count, ENGLAND)
    assert counted.date == date.fromisoformat(end)


def test_a_count_names_the_holidays_it_skipped_in_order_and_not_the_weekends():
    forward = add_working_days(date(2026, 12, 18), 8, ENGLAND)
    assert forward.skipped == (
        Holiday(date(2026, 12, 25), "Christmas Day"),
        Holiday(date(2026, 12, 28), "Boxing Day (observed)"),
        Holiday(date(2027, 1, 1), "New Year's Day"),
    )
    assert add_working_days(date(2027, 1, 4), -8, ENGLAND).skipped == forward.skipped


def test_extra_closed_days_do_not_count_and_are_named():
    closed = calendar(DEFAULT_CALENDAR, closed=[date(2026, 12, 24), date(2026, 12, 25), date(2026, 12, 26)])
    counted = add_working_days(date(2026, 12, 23), 1, closed)
    assert counted.date == date(2026, 12, 29)
    assert [holiday.name for holiday in counted.skipped] == [
        "extra closed day",
        "Christmas Day",
        "Boxing Day (observed)",
    ]
    assert holiday_name(date(2026, 12, 26), closed) is None  # a Saturday would not have counted anyway
    assert is_working_day(date(2026, 12, 24), ENGLAND)


@pytest.mark.parametrize(
    ("start", "end", "days"),
    [
        ("2026-11-27", "2026-11-30", 1),
        ("2026-11-27", "2026-11-29", 0),
        ("2026-11-27", "2026-11-27", 0),
        ("2014-06-30", "2014-08-26", 40),
        ("2014-08-26", "2014-06-30", -40),
        ("2026-11-29", "2026-11-27", -1),
    ],
)
def test_working_days_between_two_dates(start, end, days):
    assert working_days_between(date.fromisoformat(start), date.fromisoformat(end), ENGLAND) == days


def test_an_explanation_names_the_calendar_the_convention_and_the_holidays():
    assert explain(add_working_days(date(2014, 6, 30), 40, ENGLAND)) == (
        "40 working days after Monday 30 June 2014 is Tuesday 26 August 2014 by the England and Wales"
        " calendar: the day after is day 1, skipping Monday 25 August 2014 (Late Summer Bank Holiday)."
    )
    assert explain(add_working_days(date(2026, 11, 30), -1, ENGLAND)) == (
        "1 working day before Monday 30 November 2026 is Friday 27 November 2026 by the England and Wales"
        " calendar: the day before is day 1, with no holidays to skip."
    )


@pytest.mark.parametrize(
    ("start", "count"),
    [
        (date(2028, 12, 29), 1),
        (date(2012, 1, 3), -1),
        (date(2011, 12, 30), 5),
        (date(2026, 1, 1), 10**12),
        (date.max, 1),
        (date.min, -1),
    ],
)
def test_counting_outside_the_known_years_is_refused(start, count):
    with pytest.raises(UserError, match=r"calendar holds 2012 to 2028\. Type the date itself"):
        add_working_days(start, count, ENGLAND)


def test_other_questions_outside_the_known_years_are_refused_too():
    with pytest.raises(UserError, match="holidays of 2029 are not known"):
        is_working_day(date(2029, 1, 2), ENGLAND)
    with pytest.raises(UserError, match="holidays of 2029 are not known"):
        holiday_name(date(2029, 1, 2), ENGLAND)
    with pytest.raises(UserError, match="holidays of 2011 are not known"):
        working_days_between(date(2026, 1, 2), date(2011, 1, 2), ENGLAND)


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  england   AND wales ", "England and Wales"),
        ("England & Wales", "England and Wales"),
        ("Wales", "England and Wales"),
        ("gb-eng", "England and Wales"),
        ("scotland", "Scotland"),
        ("northern ireland", "Northern Ireland"),
        ("ie", "IE"),
        ("Ireland", "IE"),
        ("de-by", "DE-BY"),
    ],
)
def test_calendars_are_found_by_name_or_code_and_again_by_their_own_name(typed, name):
    found = calendar(typed)
    assert found.name == name
    assert calendar(found.name) == found
    assert hash(calendar(found.name)) == hash(found)


def test_other_calendars_have_their_own_days_off():
    world_cup = date(2026, 6, 15)  # Royal Proclamation of 3 February 2026, for Scotland only
    assert not is_working_day(world_cup, calendar("Scotland"))
    assert is_working_day(world_cup, ENGLAND)
    assert holiday_name(date(2026, 3, 17), calendar("IE")) == "Saint Patrick's Day"
    assert holiday_name(date(2026, 1, 6), calendar("DE-BY")) == "Epiphany"
    with pytest.raises(UserError, match="DE-BY calendar holds 2012 to 2027"):
        is_working_day(date(2028, 1, 4), calendar("DE-BY"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Scottland", "No calendar is called “Scottland”. Type one such as: Scotland"),
        ("England and Whales", "such as: England and Wales"),
        ("DE-XX", "DE-"),
        ("UK", "“UK” is not one calendar. Type one of: England and Wales, Scotland, Northern Ireland."),
        ("", "is not one calendar"),
        ("☃" * 10_000, "such as: England and Wales, Scotland, Northern Ireland, or a country's code"),
        ("AE", "announced year by year"),
    ],
)
def test_an_unknown_calendar_is_refused_with_the_nearest_names(typed, said):
    with pytest.raises(UserError) as refusal:
        calendar(typed)
    assert said in str(refusal.value)
    assert len(str(refusal.value)) < 300


def test_dates_for_people_are_in_english_and_in_full():
    assert full_date(date(2026, 11, 27)) == "Friday 27 November 2026"
    assert full_date(date(2026, 2, 1)) == "Sunday 1 February 2026"
    assert full_month(date(2013, 1, 1)) == "January 2013"


def test_importing_does_not_load_the_holiday_data():
    program = "import sys, bot.workdays, bot.dates; sys.exit('holidays' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0


@settings(max_examples=60, deadline=None)
@given(start=st.dates(date(2014, 1, 1), date(2026, 1, 1)), count=st.integers(-250, 250))
def test_counting_and_measuring_agree(start, count):
    counted = add_working_days(start, count, ENGLAND)
    assert working_days_between(start, counted.date, ENGLAND) == count
    assert count == 0 or is_working_day(counted.date, ENGLAND)
    assert all(not is_working_day(holiday.date, ENGLAND) for holiday in counted.skipped)
    if count > 0:
        days = [start + timedelta(days=n) for n in range(1, (counted.date - start).days + 1)]
        assert sum(is_working_day(day, ENGLAND) for day in days) == count
