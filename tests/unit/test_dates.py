"""What people type for dates, times and lengths: understood exactly or refused with what to type."""

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.dates import (
    Due,
    at,
    clock_time,
    find_due,
    full_date,
    read_date,
    read_duration,
    read_month,
    read_time,
    zone_name,
)
from bot.errors import UserError
from bot.workdays import DEFAULT_CALENDAR, calendar

ENGLAND = calendar(DEFAULT_CALENDAR)
LONDON = ZoneInfo("Europe/London")
WEDNESDAY = date(2026, 11, 25)
FRIDAY = date(2026, 11, 27)
SATURDAY = date(2026, 11, 28)


def read(text, today=WEDNESDAY):
    return read_date(text, today=today, calendar=ENGLAND)


def refusal_of(reader, *arguments):
    with pytest.raises(UserError) as refusal:
        reader(*arguments)
    return str(refusal.value)


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("2026-12-12", "2026-12-12"),
        ("2026-1-5", "2026-01-05"),
        ("12/12/2026", "2026-12-12"),
        ("1/2/2027", "2027-02-01"),  # day first
        ("12.12.2026", "2026-12-12"),
        ("12-12-2026", "2026-12-12"),
        ("12 dec", "2026-12-12"),
        ("12dec", "2026-12-12"),
        ("12/12", "2026-12-12"),
        ("12-Dec-2026", "2026-12-12"),
        ("12th December 2026", "2026-12-12"),
        ("the 12th of December, 2026", "2026-12-12"),
        ("Dec 12", "2026-12-12"),
        ("December 12th, 2026.", "2026-12-12"),
        ("SEPT 3", "2027-09-03"),
        ("1 nov", "2027-11-01"),  # this year's is past
        ("25 nov", "2026-11-25"),  # today included
        ("29 feb", "2028-02-29"),
        ("30 June 2014", "2014-06-30"),  # the past is the caller's to judge
        ("monday 14 december", "2026-12-14"),
        ("Mon 14/12/2026", "2026-12-14"),
        ("on Monday, the 14th of December 2026", "2026-12-14"),
        ("today", "2026-11-25"),
        ("tomorrow", "2026-11-26"),
        ("fri", "2026-11-27"),
        ("on Friday", "2026-11-27"),
        ("wednesday", "2026-12-02"),  # strictly after today
        ("this friday", "2026-11-27"),
        ("this wednesday", "2026-11-25"),
        ("next friday", "2026-12-04"),  # of next week
        ("friday week", "2026-12-04"),
        ("a week on friday", "2026-12-04"),
        ("today week", "2026-12-02"),
        ("a week tomorrow", "2026-12-03"),
        ("next week", "2026-11-30"),
        ("end of week", "2026-11-27"),
        ("the end of the week", "2026-11-27"),
        ("end of next week", "2026-12-04"),
        ("end of month", "2026-11-30"),
        ("end of this month", "2026-11-30"),
        ("the end of next month", "2026-12-31"),
        ("end of march", "2027-03-31"),
        ("end of November", "2026-11-30"),
        ("end of feb 2028", "2028-02-29"),
        ("in 3 days", "2026-11-28"),
        ("in a week", "2026-12-02"),
        ("in two weeks", "2026-12-09"),
        ("in a fortnight", "2026-12-09"),
        ("in 3 months", "2027-02-25"),
        ("in 1 year", "2027-11-25"),
        ("in 10 working days", "2026-12-09"),
        ("3 working days", "2026-11-30"),
        ("3 weeks", "2026-12-16"),
        ("+10wd", "2026-12-09"),
        ("+ 3 d", "2026-11-28"),
        ("in 22 business days", "2026-12-29"),  # over Christmas
        ("  in\t10\nworking\u00a0days ", "2026-12-09"),
    ],
)
def test_dates_people_type(typed, understood):
    assert read(typed) == date.fromisoformat(understood)
    assert read(typed.upper()) == date.fromisoformat(understood)


@pytest.mark.parametrize(
    ("typed", "today", "understood"),
    [
        ("friday", FRIDAY, "2026-12-04"),
        ("this friday", FRIDAY, "2026-11-27"),
        ("friday week", FRIDAY, "2026-12-11"),
        ("end of week", FRIDAY, "2026-11-27"),
        ("end of week", SATURDAY, "2026-12-04"),
        ("next friday", SATURDAY, "2026-12-04"),
        ("next week", date(2026, 11, 29), "2026-11-30"),  # said on a Sunday
        ("next week", date(2026, 11, 30), "2026-12-07"),  # said on a Monday
        ("in a month", date(2027, 1, 31), "2027-02-28"),
        ("end of next month", date(2027, 1, 31), "2027-02-28"),
        ("in 1 years", date(2028, 2, 29), "2029-02-28"),
        ("29 feb", date(2028, 2, 29), "2028-02-29"),
        ("29 february", date(2096, 3, 1), "2104-02-29"),
        ("31 dec", date(2026, 12, 31), "2026-12-31"),
        ("end of december", date(2026, 12, 31), "2026-12-31"),
    ],
)
def test_words_depend_on_the_day_they_are_typed(typed, today, understood):
    assert read(typed, today) == date.fromisoformat(understood)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "No date was typed. Type one such as “25 November 2026” or “in 10 working days”."),
        (" .\n", "No date was typed."),
        ("next", "“next” is not a date that Parley can read. Type one such as"),
        ("soonish", "“soonish” is not a date"),
        ("12", "“12” is not a date"),
        ("march", "“march” is not a date"),
        ("30 February", "“30 February” does not exist: February 2026 has 28 days. Type a day from 1 to 28."),
        ("29 February 2027", "February 2027 has 28 days"),
        ("31/11", "“31/11” does not exist: November 2026 has 30 days. Type a day from 1 to 30."),
        ("2026-11-31", "November 2026 has 30 days"),
        ("0/12/2026", "Type a day from 1 to 31."),
        ("12/12/26", "“12/12/26” has a year of two digits. Type it in full, such as “12/12/2026”."),
        ("12 Dec 26", "such as “12 Dec 2026”"),
        ("12 dec '26", "such as “12 dec 2026”"),
        ("12/25/2026", "“12/25/2026” has no month 25. The day comes first: type 25/12/2026."),
        ("32/13/2026", "“32/13/2026” has no month 13. Type the day first"),
        ("12/13", "The day comes first: type 13/12/2026."),
        ("12/12-2026", "is not a date"),
        (
            "Tuesday 14 December",
            "“Tuesday 14 December” does not agree: that date is Monday 14 December 2026, not a Tuesday."
            " Type “Monday 14 December 2026”, or “Tuesday 15 December 2026” if the Tuesday was meant.",
        ),
        ("this Monday", "“this Monday” was Monday 23 November 2026, which is past. Type “Monday” for"),
        ("in 0 days", "no time at all"),
        ("in -3 days", "is not a date"),
        ("in 9999 years", "is not between the years 1900 and 2199"),
        ("+9999wd", "The holidays of 2029 are not known"),
        ("12/12/0026", "is not between the years 1900 and 2199"),
        ("12/12/0000", "is not between the years 1900 and 2199"),
        ("in 99999999999999999999 days", "is not a date"),
        ("١٢/١٢/٢٠٢٦", "is not a date"),  # digits of other scripts are not guessed at
        ("ſat", "is not a date"),
        ("and", "is not a date"),
        ("a d", "is not a date"),
        ("25:00 tomorrow", "is not a date"),
        ("x" * 10_000, f"“{'x' * 80}…” is not a date"),
        ("fri" + " " * 9_000 + "day", "“fri day” is not a date"),
    ],
)
def test_what_is_not_a_date_is_refused_with_what_to_type(typed, said):
    answer = refusal_of(read, typed)
    assert said in answer
    assert len(answer) < 300


WORDS = st.sampled_from(
    [
        *(
            "in",
            "on",
            "the",
            "a",
            "by",
            "end",
            "of",
            "next",
            "this",
            "+",
            "and",
            "due",
            "half",
            "-",
            "/",
            ".",
            ",",
        ),
        *("week", "fri", "monday", "today", "tomorrow", "month", "days", "working", "wd", "dec", "february"),
        *("12", "31", "0", "9999", "2026", "2026-12-12", "12/12/26", "'26", "12th", "29", "٣", "²"),
        *("10:00", "am", "noon", "1h30", "2h", "hour"),
    ]
)
ANY_TEXT = st.one_of(st.text(max_size=200), st.lists(WORDS, max_size=8).map(" ".join))
ANY_DAY = st.dates()


@settings(max_examples=250, deadline=None)
@given(text=ANY_TEXT, today=ANY_DAY)
@example(text="tomorrow", today=date.max)
@example(text="end of next month", today=date.max)
@example(text="this monday", today=date.min)
@example(text="29 feb", today=date.max)
@example(text="monday 31 december", today=date.max)
@example(text="٣ days", today=WEDNESDAY)
@example(text="1" * 10_000, today=WEDNESDAY)
@example(text="the " * 5_000, today=WEDNESDAY)
@example(text=" by 1" * 5_000, today=WEDNESDAY)
@example(text="by fri" + " @a" * 3_000, today=WEDNESDAY)
def test_any_text_at_all_gives_an_answer_or_a_sentence(text, today):
    for reader in (lambda: read(text, today), lambda: read_time(text), lambda: read_duration(text)):
        with suppress(UserError):
            reader()
    read_month(text)
    due = find_due(text, today=today, calendar=ENGLAND)
    assert due.date is not None or due.text == text


@given(day=st.dates(date(2013, 1, 1), date(2027, 12, 31)), today=st.dates(date(2013, 1, 1), date(2027, 1, 1)))
def test_every_way_of_writing_a_date_in_full_means_that_date(day, today):
    full = full_date(day)
    _, number, month, year = full.split()
    for typed in (
        full,
        day.isoformat(),
        f"{number}/{day.month}/{year}",
        f"{number}.{day.month}.{year}",
        f"{number} {month[:3]} {year}",
        f"{month} {number}, {year}",
    ):
        assert read(typed, today) == day


@given(
    today=st.dates(date(1990, 1, 1), date(2090, 1, 1)),
    weekday=st.sampled_from(["mon", "wed", "fri", "sunday"]),
)
def test_a_bare_weekday_is_within_the_next_seven_days(today, weekday):
    day = read(weekday, today)
    assert timedelta(days=1) <= day - today <= timedelta(days=7)
    assert full_date(day).lower().startswith(weekday)


@pytest.mark.parametrize(
    ("typed", "month"),
    [
        ("January 2013", date(2013, 1, 1)),
        ("jan 2013.", date(2013, 1, 1)),
        ("2013-01", date(2013, 1, 1)),
        ("2013-13", None),
        ("january", None),
        ("1 january 2013", None),
        ("January 0013", None),
        ("", None),
    ],
)
def test_a_month_is_read_only_with_its_year(typed, month):
    assert read_month(typed) == month


@pytest.mark.parametrize(
    ("line", "text", "due"),
    [
        ("send the figures by fri", "send the figures", "2026-11-27"),
        ("Send the figures By Friday.", "Send the figures", "2026-11-27"),
        ("ACTION: share the model by 12 dec.", "ACTION: share the model", "2026-12-12"),
        ("draft 4.2, by end of next month", "draft 4.2", "2026-12-31"),
        ("draft by the end of the week!", "draft", "2026-11-27"),
        ("draft (by 12/12/2026)", "draft", "2026-12-12"),
        ("draft 4.2 due 12 dec", "draft 4.2", "2026-12-12"),
        ("draft 4.2 due by tomorrow", "draft 4.2", "2026-11-26"),
        ("draft 4.2 due on monday 14 december", "draft 4.2", "2026-12-14"),
        ("draft 4.2 due in 10 working days", "draft 4.2", "2026-12-09"),
        ("papers reviewed by Dana by fri", "papers reviewed by Dana", "2026-11-27"),
        ("get it by Dana by  fri", "get it by Dana", "2026-11-27"),
        ("send  figures by fri <@U12> and @sam", "send  figures <@U12> and @sam", "2026-11-27"),
        ("@sam to send figures by fri, @ann.", "@sam to send figures @ann.", "2026-11-27"),
        ("send figures, due: fri", "send figures", "2026-11-27"),
        ("by fri", "", "2026-11-27"),
    ],
)
def test_a_deadline_at_the_end_of_a_line_is_taken_off(line, text, due):
    found = find_due(line, today=WEDNESDAY, calendar=ENGLAND)
    assert found == Due(text, date.fromisoformat(due), None)


@pytest.mark.parametrize(
    "line",
    [
        "",
        "send the figures",
        "figures reviewed by Dana",
        "figures reviewed by Monica and @sam",
        "paid by the board",
        "cut the price by 5%",
        "cut the price by 2.5 %",
        "cut the price by 20,000",
        "standby fri",
        "by fri send the figures and then wait",
        "send what is due",
        "agreed by all, see 12 dec",
    ],
)
def test_a_line_without_a_deadline_is_left_whole(line):
    assert find_due(line, today=WEDNESDAY, calendar=ENGLAND).text == line
    assert find_due(line, today=WEDNESDAY, calendar=ENGLAND).date is None


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("figures reviewed by Dana", None),
        ("figures reviewed by Mayhew and Sunil", None),
        ("cut the price by 5%", None),
        ("cut the price by 20,000", None),
        ("send it by 31/11", "“31/11” does not exist"),
        ("send it by 12/12/26.", "such as “12/12/2026”"),
        ("send it by 12/25/2026 @sam", "type 25/12/2026"),
        ("send it by Tuesday 14 December", "not a Tuesday"),
        ("send it by friday noon", "“friday noon” is not a date"),
        ("send it by end of quarter", "“end of quarter” is not a date"),
        ("send it due in 10 moons", "“in 10 moons” is not a date"),
        ("send it by march", "“march” is not a date"),
        ("send it by next meeting", "“next meeting” is not a date"),
        ("send it by 12", "“12” is not a date"),
        ("extend the term by 3 months", "may be an amount. For a deadline type “due in 3 months”."),
    ],
)
def test_what_looks_like_a_deadline_but_is_not_gives_the_reason(line, reason):
    found = find_due(line, today=WEDNESDAY, calendar=ENGLAND)
    assert (found.text, found.date) == (line, None)
    assert found.reason is None if reason is None else reason in (found.reason or "")


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        ("10:00", time(10)),
        ("9:05", time(9, 5)),
        ("10.30", time(10, 30)),
        ("10am", time(10)),
        ("10 A.M.", time(10)),
        ("2:15 pm", time(14, 15)),
        ("2.15PM", time(14, 15)),
        ("1400", time(14)),
        ("0930", time(9, 30)),
        ("12am", time(0)),
        ("12pm", time(12)),
        ("23:59", time(23, 59)),
        ("00:00", time(0)),
        ("noon", time(12)),
        ("Midday", time(12)),
        ("midnight", time(0)),
    ],
)
def test_times_people_type(typed, understood):
    assert read_time(typed) == understood


@pytest.mark.parametrize(
    "typed", ["25:00", "24:00", "10:60", "10", "930", "13pm", "0am", "14:15 pm", "10:3", "١٠:٠٠", "later"]
)
def test_what_is_not_a_time_is_refused_with_what_to_type(typed):
    assert refusal_of(read_time, typed) == (
        f"“{typed}” is not a time that Parley can read. Type one such as “10:00” or “2:15 pm”."
    )
    assert refusal_of(read_time, " ").startswith("No time was typed.")


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("2h", 120),
        ("90m", 90),
        ("90 min", 90),
        ("90 Minutes", 90),
        ("1h30", 90),
        ("1h30m", 90),
        ("1h 5m", 65),
        ("1 hour 30 minutes", 90),
        ("1 hour and 30 minutes", 90),
        ("1.5 hours", 90),
        ("0.25h", 15),
        ("half an hour", 30),
        ("an hour", 60),
        ("an hour and a half", 90),
        ("24h", 1440),
        ("1 min", 1),
    ],
)
def test_lengths_people_type(typed, minutes):
    assert read_duration(typed) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("0", "is not a length"),
        ("0m", "is not between 1 minute and 24 hours"),
        ("0h", "is not between 1 minute and 24 hours"),
        ("25h", "is not between 1 minute and 24 hours"),
        ("24h01", "is not between 1 minute and 24 hours"),
        ("1441 min", "is not between 1 minute and 24 hours"),
        ("-2h", "is not a length"),
        ("45", "is not a length"),
        ("1h75", "is not a length"),
        ("1.33 hours", "is not a whole number of minutes"),
        ("a while", "is not a length"),
        ("", "No length was typed"),
    ],
)
def test_what_is_not_a_length_is_refused_with_what_to_type(typed, said):
    answer = refusal_of(read_duration, typed)
    assert said in answer
    assert "Type one such as “2h”, “90 min” or “1h30”." in answer


def test_a_meeting_is_an_instant_in_the_zone_of_the_negotiation():
    assert at(date(2026, 12, 1), time(10), LONDON) == datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert at(date(2026, 7, 1), time(10), LONDON) == datetime(2026, 7, 1, 9, tzinfo=UTC)


def test_a_time_that_the_clocks_skip_is_refused():
    assert refusal_of(at, date(2027, 3, 28), time(1, 30), LONDON) == (
        "01:30 does not exist on Sunday 28 March 2027 in Europe/London: the clocks go forward then."
        " Type another time, such as 02:30."
    )
    assert at(date(2027, 3, 28), time(2), LONDON) == datetime(2027, 3, 28, 1, tzinfo=UTC)


def test_a_time_that_the_clocks_show_twice_is_the_first():
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert at(date(2026, 10, 25), time(1, 30), LONDON).astimezone(UTC) == first
    assert at(date(2026, 10, 25), time(1, 30, fold=1), LONDON).astimezone(UTC) == first


def test_an_instant_is_shown_as_the_clock_of_the_zone_shows_it():
    winter, summer = datetime(2026, 12, 1, 10, 2, tzinfo=UTC), datetime(2026, 7, 1, 10, 2, tzinfo=UTC)
    assert (clock_time(winter, LONDON), zone_name(winter, LONDON)) == ("10:02", "GMT")
    assert (clock_time(summer, LONDON), zone_name(summer, LONDON)) == ("11:02", "BST")
    assert zone_name(winter, ZoneInfo("Asia/Dubai")) == "UTC+04"
