"""Working days: which days count, and counting them in a way both sides can check.

The convention everywhere is "the day after is day 1": a notice given on Monday with one working day
to answer is answered on Tuesday. Nothing here reads a clock, a network or a file of ours.

The data is the `holidays` package (released monthly, works offline). It was compared with
`govuk-bank-holidays` 0.19, a copy of https://www.gov.uk/bank-holidays.json: for England and Wales and
for Northern Ireland both give the same days off from 2012 to 2028; for Scotland `govuk-bank-holidays`
lacks 15 June 2026 (Royal Proclamation of 3 February 2026), so the more often released one was taken.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from difflib import get_close_matches
from functools import cache
from types import MappingProxyType

from bot.errors import UserError

DEFAULT_CALENDAR = "England and Wales"

# The three calendars of https://www.gov.uk/bank-holidays, with the codes `holidays` has for them.
# The United Kingdom as a whole has none: its parts differ, so "GB" and "UK" are refused.
_UNITED_KINGDOM = {
    "England and Wales": "GB-ENG",
    "Scotland": "GB-SCT",
    "Northern Ireland": "GB-NIR",
}
_ALSO_CALLED = {
    "england & wales": "GB-ENG",
    "england": "GB-ENG",
    "wales": "GB-ENG",
    "gb-wls": "GB-ENG",
}
_NEAR_HOME = (
    {code.casefold(): code for code in _UNITED_KINGDOM.values()}
    | {words.casefold(): code for words, code in _UNITED_KINGDOM.items()}
    | _ALSO_CALLED
)

# `holidays` works out a list for any year at all, which would be guessing: bank holidays are proclaimed
# and can be added (19 September 2022 with nine days' notice) or moved (8 May 2020). So Parley counts only
# in years somebody has published. For the United Kingdom those are the years of the gov.uk list, 2012 to
# 2028, against which the data was checked day by day.
# Elsewhere the days are fixed by law and changed from one year to the next, so the year after the
# release in use is the last one to trust: `holidays` 0.109 is of November 2026.
# Raising the pinned version is the moment to raise these two.
FIRST_YEAR = 2012
LAST_YEAR_UNITED_KINGDOM = 2028
LAST_YEAR_ELSEWHERE = 2027

# `holidays` writes this after a day that follows the moon and has not been announced.
_ESTIMATED = "(estimated)"

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_CLOSED_DAY = "extra closed day"
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Holiday:
    """A day that would have counted, and why it does not."""

    date: date
    name: str


@dataclass(frozen=True)
class Calendar:
    """Which days count, from 1 January of `first_year` to 31 December of `last_year`.

    `name` is what `calendar()` takes to give it back. `weekends` and `holidays` do not overlap; `closed`
    are the extra days off of one negotiation.
    """

    name: str
    first_year: int
    last_year: int
    weekends: frozenset[date] = field(compare=False, repr=False)
    holidays: Mapping[date, str] = field(compare=False, repr=False)
    closed: frozenset[date] = frozenset()


@dataclass(frozen=True)
class Count:
    """`days` working days from `start` end on `date`; `skipped` are the holidays in between, by date.

    `days` is negative when counting back. Weekends are not listed.
    """

    start: date
    days: int
    date: date
    calendar: str
    skipped: tuple[Holiday, ...]


def calendar(name: str, closed: Iterable[date] = ()) -> Calendar:
    """The calendar with this name: "England and Wales", or a code or name of `holidays` ("IE", "DE-BY").

    Case and outer spaces do not matter. `closed` are extra days off. Raises UserError, with the nearest
    names, for a name that is not known, and for a country whose holidays are only estimated.
    The first call in a process loads the data (about 0.1 s); later ones are immediate.
    """
    code = _code(name)
    weekends, holidays = _days_off(code)
    return Calendar(
        name=_spelled(code),
        first_year=FIRST_YEAR,
        last_year=_last_year(code),
        weekends=weekends,
        holidays=holidays,
        closed=frozenset(closed),
    )


def is_working_day(day: date, calendar: Calendar) -> bool:
    """Whether `day` counts. Raises UserError outside the calendar's years."""
    _check_known(day, calendar)
    return day not in calendar.weekends and day not in calendar.holidays and day not in calendar.closed


def holiday_name(day: date, calendar: Calendar) -> str | None:
    """Why a day that is not in a weekend does not count; None when it counts or is in a weekend.

    Raises UserError outside the calendar's years.
    """
    _check_known(day, calendar)
    if day in calendar.weekends:
        return None
    return calendar.holidays.get(day) or (_CLOSED_DAY if day in calendar.closed else None)


def add_working_days(start: date, count: int, calendar: Calendar) -> Count:
    """Count `count` working days from `start`, the day after being day 1 (the day before, when negative).

    `start` need not be a working day; a count of 0 stays on it. Raises UserError when `start` or a day
    that has to be looked at is outside the calendar's years.
    """
    _check_known(start, calendar)
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    day, remaining, skipped = start, abs(count), []
    while remaining:
        day += step
        if is_working_day(day, calendar):
            remaining -= 1
        elif name := holiday_name(day, calendar):
            skipped.append(Holiday(day, name))
    return Count(start, count, day, calendar.name, tuple(sorted(skipped, key=lambda holiday: holiday.date)))


def working_days_between(start: date, end: date, calendar: Calendar) -> int:
    """How many working days `end` is after `start`: the day after is day 1, negative when it is before.

    For a working day `end` it undoes `add_working_days`. Raises UserError outside the calendar's years.
    """
    step = _ONE_DAY if end > start else -_ONE_DAY
    _check_known(start, calendar)
    _check_known(end, calendar)
    day, found = start, 0
    while day != end:
        day += step
        found += is_working_day(day, calendar)
    return found if end > start else -found


def explain(count: Count) -> str:
    """The count in one sentence: calendar, convention and holidays skipped (`product.md` §4 rule 6)."""
    direction, first = ("after", "the day after") if count.days >= 0 else ("before", "the day before")
    number = abs(count.days)
    skipped = ", ".join(f"{full_date(holiday.date)} ({holiday.name})" for holiday in count.skipped)
    return (
        f"{number} working {'day' if number == 1 else 'days'} {direction} {full_date(count.start)} is"
        f" {full_date(count.date)} by the {count.calendar} calendar: {first} is day 1,"
        f" {f'skipping {skipped}' if skipped else 'with no holidays to skip'}."
    )


def full_date(day: date) -> str:
    """A date for people, whatever the server's locale: "Friday 27 November 2026"."""
    return f"{_DAYS[day.weekday()]} {day.day} {full_month(day)}"


def full_month(day: date) -> str:
    """The month of a date for people: "November 2026"."""
    return f"{_MONTHS[day.month - 1]} {day.year}"


def _check_known(day: date, calendar: Calendar) -> None:
    if not calendar.first_year <= day.year <= calendar.last_year:
        raise UserError(
            f"The holidays of {day.year} are not known: the {calendar.name} calendar holds"
            f" {calendar.first_year} to {calendar.last_year}."
            " Type the date itself instead of a number of working days."
        )


def _last_year(code: str) -> int:
    return LAST_YEAR_UNITED_KINGDOM if code in _UNITED_KINGDOM.values() else LAST_YEAR_ELSEWHERE


def _code(name: str) -> str:
    """The code of `holidays` for a calendar's name or code. Raises UserError with the nearest names."""
    wanted = " ".join(name.split()).casefold()
    # Most calendars are these, and the names of all the others take a sixth of a second to gather.
    if wanted in _NEAR_HOME:
        return _NEAR_HOME[wanted]
    codes = _codes()
    if wanted in codes:
        return codes[wanted]
    typed = " ".join(name.split())[:80]
    if wanted in ("", "uk", "gb", "united kingdom", "great britain", "britain"):
        raise UserError(f"“{typed}” is not one calendar. Type one of: {', '.join(_UNITED_KINGDOM)}.")
    near = get_close_matches(wanted[:80], codes, n=5)
    shown = list(dict.fromkeys(_spelled(codes[match]) for match in near)) or list(_UNITED_KINGDOM)
    raise UserError(
        f"No calendar is called “{typed}”. Type one such as: {', '.join(shown)},"
        " or a country's code such as IE or DE-BY."
    )


def _spelled(code: str) -> str:
    """What people call a calendar: words inside the United Kingdom, the code elsewhere."""
    return next((words for words, known in _UNITED_KINGDOM.items() if known == code), code)


@cache
def _codes() -> Mapping[str, str]:
    """Every name a calendar answers to, in lower case, with the code of `holidays` it stands for."""
    # Imported here and below because it takes about 100 ms, and a process may never count working days.
    import holidays
    from holidays.registry import COUNTRIES

    names: dict[str, str] = {}
    for country, parts in holidays.list_supported_countries(include_aliases=False).items():
        if country != "GB":
            names |= {code.casefold(): code for code in (country, *(f"{country}-{part}" for part in parts))}
    for module, (_, country, *_) in COUNTRIES.items():
        if country != "GB":
            names[module.replace("_", " ")] = country
    return MappingProxyType(names | _NEAR_HOME)


@cache
def _days_off(code: str) -> tuple[frozenset[date], Mapping[date, str]]:
    """The weekend days, and the other days off with their names, in the years Parley trusts."""
    import holidays

    country, _, part = code.partition("-")
    years = range(FIRST_YEAR, _last_year(code) + 1)
    languages = holidays.country_holidays(country).supported_languages
    # Without a language `holidays` would follow the server's locale. Where English is not offered as
    # such, the country's own language is English.
    language = next((english for english in ("en_GB", "en_US") if english in languages), None)
    known = holidays.country_holidays(country, subdiv=part or None, years=years, language=language)
    if any(_ESTIMATED in name for name in known.values()):
        raise UserError(
            f"The {code} calendar cannot be used: some of its holidays are announced year by year and are"
            " only estimated beforehand. Use another calendar and add the extra closed days."
        )
    weekends, weekdays = set(), {}
    day = date(years[0], 1, 1)
    while day.year <= years[-1]:
        if not known.is_working_day(day):
            if day.weekday() in known.weekend:
                weekends.add(day)
            else:
                weekdays[day] = known[day]
        day += _ONE_DAY
    return frozenset(weekends), MappingProxyType(weekdays)
