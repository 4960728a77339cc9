"""Dates, times and durations that people type: understood exactly, or refused with what to type instead.

Dates are read day-first and in words (`product.md` §3). Parley never guesses: no two-digit years, no
month-first dates, no "next" without saying next what. Every answer repeats the full date understood.
A small grammar of our own, because the libraries for words (dateparser, parsedatetime, recurrent) turn
"25:00 tomorrow" into a date, and none reads "3 working days" (`stack.md` §5).
"""

import re
from calendar import isleap
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.relativedelta import FR, MO, relativedelta

from bot.errors import UserError
from bot.workdays import Calendar, add_working_days, full_date, full_month

__all__ = [
    "Due",
    "at",
    "clock_time",
    "find_due",
    "full_date",
    "full_month",
    "has_come",
    "length",
    "read_date",
    "read_dated",
    "read_duration",
    "read_month",
    "read_time",
    "said_dated",
    "said_passed",
    "shown",
    "waiting",
    "zone_name",
]

_LONGEST = 80  # characters; no date, time or duration needs more, and an answer repeats no more
_FIRST_YEAR, _LAST_YEAR = 1900, 2199  # outside these a year is a slip of the finger, such as 0026
_JUST_PASSED = timedelta(days=14)
_LONGEST_DURATION = timedelta(hours=24)

_WEEKDAYS = {
    "monday": 0, "mon": 0, "tuesday": 1, "tues": 1, "tue": 1, "wednesday": 2, "weds": 2, "wed": 2,
    "thursday": 3, "thurs": 3, "thur": 3, "thu": 3, "friday": 4, "fri": 4, "saturday": 5, "sat": 5,
    "sunday": 6, "sun": 6,
}  # fmt: skip
_MONTHS = {
    "january": 1, "jan": 1, "february": 2, "feb": 2, "march": 3, "mar": 3, "april": 4, "apr": 4, "may": 5,
    "june": 6, "jun": 6, "july": 7, "jul": 7, "august": 8, "aug": 8, "september": 9, "sept": 9, "sep": 9,
    "october": 10, "oct": 10, "november": 11, "nov": 11, "december": 12, "dec": 12,
}  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "eight": 8, "nine": 9, "ten": 10,
}  # fmt: skip

# The pieces of the grammar. Digits are [0-9] and never \d, which would also take digits of other scripts.
_WEEKDAY = f"(?P<weekday>{'|'.join(_WEEKDAYS)})"
_MONTH = f"(?P<month>{'|'.join(_MONTHS)})"
_DAY = "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_YEAR = "(?P<year>'?[0-9]{2}|[0-9]{4})"
_DIGITS = "(?P<number>[0-9]{1,4})"
_NUMBER_WORD = f"(?P<number>{'|'.join(_NUMBERS)})"
_UNIT_WORD = "(?P<unit>(?:working|business) days?|days?|weeks?|fortnights?|months?|years?)"
_UNIT = "(?P<unit>(?:working|business) days?|days?|weeks?|fortnights?|months?|years?|wd|d|w)"
_NUMERIC = rf"(?P<day>[0-9]{{1,2}})(?P<separator>[/.-])(?P<month>[0-9]{{1,2}})(?P=separator){_YEAR}"
_YEAR_FIRST = r"(?P<year>[0-9]{4})-(?P<month>[0-9]{1,2})-(?P<day>[0-9]{1,2})"

Match = re.Match[str]
Reader = Callable[[Match, date, Calendar], date]


@dataclass(frozen=True)
class Due:
    """A line with its deadline taken off.

    `date` is None when the line has no date that can be read; then `text` is the whole line. `reason` is
    a sentence for its author when its end was meant as a date but cannot be read, and None otherwise.
    """

    text: str
    date: date | None
    reason: str | None


def read_date(text: str, *, today: date, calendar: Calendar) -> date:
    """The local date that `text` means on `today`: "12 dec", "fri", "in 10 working days", "2026-12-12".

    A bare weekday is the next one after today; a day and month without a year is the next such date,
    today included; "this friday" is in this week (Monday to Sunday) and "next friday" in the next one.
    A date with its year may be in the past: the caller judges. Working days are counted by `calendar`.
    Raises UserError, with what was typed and what to type instead, for everything else.
    """
    plain = _plain(text)
    if not plain:
        raise UserError(f"No date was typed. {_date_examples(today)}")
    if len(plain) <= _LONGEST:
        for form, reader in _FORMS:
            if found := form.fullmatch(plain):
                return _sensible(reader, found, today, calendar)
    raise UserError(f"“{shown(text)}” is not a date that Parley can read. {_date_examples(today)}")


def read_month(text: str) -> date | None:
    """The first day of the month that `text` means: "January 2013", "jan 2013", "2013-01".

    None when it is not a month with its year; a date that is only known to the month stays a month.
    """
    plain = _plain(text)
    found = len(plain) <= _LONGEST and (_MONTH_AND_YEAR.fullmatch(plain) or _YEAR_AND_MONTH.fullmatch(plain))
    if not found or not _FIRST_YEAR <= int(found["year"]) <= _LAST_YEAR:
        return None
    month = _month_number(found)
    return date(int(found["year"]), month, 1) if 1 <= month <= 12 else None


def read_dated(text: str, *, today: date, calendar: Calendar) -> str:
    """A date as far as it is known: "2015-10-01" for "1 oct 2015", "2015-10" for "oct 2015", "2015" for "2015".

    Raises UserError as `read_date` does.
    """
    plain = _plain(text)
    if re.fullmatch("[0-9]{4}", plain) and _FIRST_YEAR <= int(plain) <= _LAST_YEAR:
        return plain
    month = read_month(text)
    return f"{month:%Y-%m}" if month else read_date(text, today=today, calendar=calendar).isoformat()


def said_dated(dated: str) -> str:
    """A date as far as it is known, in words that promise no more: "October 2015"."""
    if len(dated) == 4:
        return dated
    return full_month(date.fromisoformat(f"{dated}-01")) if len(dated) == 7 else full_date(date.fromisoformat(dated))


def said_passed(day: date) -> str:
    """What is said of a day that is to be still to come and lies before today."""
    return f"{full_date(day)} has passed. Choose a date that is still to come."


def has_come(dated: str, today: date) -> bool:
    """Whether a date as far as it is known has begun: a month has from its first day on; one without words always."""
    return dated <= today.isoformat()[: len(dated)]


def waiting(dated: Collection[str]) -> str:
    """What is said of a pack's entries that are dated later than today; nothing where there are none."""
    if not dated:
        return ""
    wait = "1 entry is" if len(dated) == 1 else f"{len(dated)} entries are"
    return f"{wait} dated later than today and not loaded: load the pack again from {said_dated(min(dated))}."


def find_due(text: str, *, today: date, calendar: Calendar) -> Due:
    """Take the deadline off the end of a line: "send the figures by fri" is due on Friday.

    The last "by" or "due" whose whole remainder reads as a date is taken. People mentioned after the
    date (`<@U1>`, `@sam`) stay in the text. "reviewed by Dana" has no date and no reason; "by 31/11" has
    a reason. Never raises.
    """
    body, mentions = _without_last_mentions(text)
    reason = None
    for marker in reversed(list(_DUE_MARKER.finditer(body))):
        tail = body[marker.end() :]
        if len(tail) > _LONGEST:
            break  # the remainders only get longer
        try:
            if _AMOUNT.fullmatch(_plain(tail)) and marker["word"].lower() == "by":
                # "Extend the term by 3 months" says how much, not when.
                raise UserError(f"“by {_plain(tail)}” may be an amount. For a deadline type “due in {_plain(tail)}”.")
            due = read_date(tail, today=today, calendar=calendar)
        except UserError as refusal:
            if reason is None and _MEANT_AS_DATE.match(tail):
                reason = str(refusal)
            continue
        before = body[: marker.start()].rstrip(" \t\n,;:(–-")
        return Due(f"{before} {mentions}".strip(), due, None)
    return Due(text, None, reason)


def read_time(text: str) -> time:
    """The time of day that `text` means: "10:00", "10.30", "1400", "2:15 pm", "noon".

    Without am or pm it is a 24-hour time. Raises UserError for everything else; a bare "10" is refused,
    because it may be either.
    """
    plain = _plain(text).lower()
    if plain in _NAMED_TIMES:
        return _NAMED_TIMES[plain]
    found = _TIME.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found:
        hour, minute, half = int(found["hour"]), int(found["minute"] or 0), found["half"]
        if half and 1 <= hour <= 12 and minute <= 59:
            return time(hour % 12 + (12 if half == "p" else 0), minute)
        if not half and found["minute"] and hour <= 23 and minute <= 59:
            return time(hour, minute)
    typed = f"“{shown(text)}” is not a time that Parley can read." if plain else "No time was typed."
    raise UserError(f"{typed} Type one such as “10:00” or “2:15 pm”.")


def read_duration(text: str) -> timedelta:
    """The length that `text` means, in whole minutes: "2h", "90 min", "1h30", "1.5 hours", "half an hour".

    Raises UserError for zero, for more than 24 hours, and for everything else.
    """
    plain = _plain(text).lower()
    typed = f"“{shown(text)}” is not a length that Parley can read." if plain else "No length was typed."
    examples = "Type one such as “2h”, “90 min” or “1h30”."
    if len(plain) > _LONGEST:
        raise UserError(f"{typed} {examples}")
    if plain in _NAMED_DURATIONS:
        return _NAMED_DURATIONS[plain]
    found = _HOURS_AND_MINUTES.fullmatch(plain) or _MINUTES.fullmatch(plain)
    if not found:
        raise UserError(f"{typed} {examples}")
    parts = found.groupdict(default="0")
    # Tenths and hundredths of an hour as whole numbers: no rounding can creep in.
    hundredths = int(parts.get("fraction", "0").ljust(2, "0"))
    seconds = int(parts.get("hours", "0")) * 3600 + hundredths * 36 + int(parts["minutes"]) * 60
    if seconds % 60:
        raise UserError(f"“{shown(text)}” is not a whole number of minutes. {examples}")
    length = timedelta(seconds=seconds)
    if not timedelta(0) < length <= _LONGEST_DURATION:
        raise UserError(f"“{shown(text)}” is not between 1 minute and 24 hours. {examples}")
    return length


def length(duration: timedelta) -> str:
    """A length in whole minutes, for people: "1 h 30 min"."""
    hours, minutes = divmod(int(duration.total_seconds() // 60), 60)
    return (
        " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)
        or "0 min"
    )


def at(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """The instant at which clocks in `zone` show `clock` on `day`, as an aware datetime in that zone.

    When clocks go back and show a time twice, it is the first. Raises UserError when they go forward and
    never show it.
    """
    instant = datetime.combine(day, clock.replace(fold=0), tzinfo=zone)
    # Python accepts a time inside the gap; going through UTC and back moves it out.
    shown = instant.astimezone(UTC).astimezone(zone)
    if shown.replace(tzinfo=None) != instant.replace(tzinfo=None):
        raise UserError(
            f"{clock:%H:%M} does not exist on {full_date(day)} in {zone.key}: the clocks go forward then."
            f" Type another time, such as {shown:%H:%M}."
        )
    return instant


def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """What a clock in `zone` shows at an aware `instant`: "10:02"."""
    return f"{instant.astimezone(zone):%H:%M}"


def instant(at: datetime, zone: ZoneInfo) -> str:
    """An aware instant as it is in `zone`: "Friday 27 November 2026, 10:02"."""
    return f"{full_date(at.astimezone(zone).date())}, {clock_time(at, zone)}"


def zone_name(instant: datetime, zone: ZoneInfo) -> str:
    """The short name of the time kept in `zone` at an aware `instant`: "GMT" or "BST", else "UTC+04"."""
    name = instant.astimezone(zone).tzname() or zone.key
    return f"UTC{name}" if name[0] in "+-" else name


def _plain(text: str) -> str:
    """One space between words, no commas, and no full stop or other mark at the end."""
    return " ".join(text.replace(",", " ").split()).rstrip(" .;:!?)")


def _without_last_mentions(text: str) -> tuple[str, str]:
    """The text up to the people mentioned at its end, and those mentions as typed."""
    body, mentions = text.rstrip(), ""
    while len(parts := body.rsplit(maxsplit=1)) == 2 and _MENTION.fullmatch(parts[1].strip(",;.")):
        body, mentions = parts[0], f"{parts[1]} {mentions}".rstrip()
    return body, mentions


def shown(text: str) -> str:
    """What was typed, on one line and short enough to repeat."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def _date_examples(today: date) -> str:
    return f"Type one such as “{today.day} {full_month(today)}” or “in 10 working days”."


def _sensible(reader: Reader, found: Match, today: date, calendar: Calendar) -> date:
    """What the reader makes of it, unless that is beyond any contract or beyond what a date can hold."""
    try:
        day = reader(found, today, calendar)
    except (OverflowError, ValueError):  # what date arithmetic raises beyond the years 1 to 9999
        day = None
    if day is None or not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UserError(
            f"“{shown(found.string)}” is not between the years {_FIRST_YEAR} and {_LAST_YEAR}. {_date_examples(today)}"
        )
    return day


def _month_number(found: Match) -> int:
    month = found["month"].lower()
    return _MONTHS.get(month) or int(month)


def _weekday_number(found: Match) -> int:
    return _WEEKDAYS[found["weekday"].lower()]


def _checked(year: int, month: int, day: int, found: Match) -> date:
    """The date with these numbers. Raises UserError saying which of them cannot be."""
    typed = shown(found.string)
    if 12 < month <= 31 and 1 <= day <= 12:
        raise UserError(f"“{typed}” has no month {month}. The day comes first: type {month}/{day}/{year}.")
    if not 1 <= month <= 12:
        raise UserError(f"“{typed}” has no month {month}. Type the day first, such as 25/12/{year}.")
    last = _last_of_month(date(year, month, 1)).day
    if not 1 <= day <= last:
        name = full_month(date(year, month, 1))
        raise UserError(f"“{typed}” does not exist: {name} has {last} days. Type a day from 1 to {last}.")
    return date(year, month, day)


def _same_weekday(found: Match, day: date) -> date:
    """`day`, unless a weekday was typed before it that it does not fall on."""
    if found["weekday"] and _weekday_number(found) != day.weekday():
        expected = full_date(day + relativedelta(weekday=_weekday_number(found)))
        weekday = expected.split()[0]
        raise UserError(
            f"“{shown(found.string)}” does not agree: that date is {full_date(day)}, not a {weekday}."
            f" Type “{full_date(day)}”, or “{expected}” if the {weekday} was meant."
        )
    return day


def _with_year(found: Match, today: date, calendar: Calendar) -> date:
    typed = found["year"].lstrip("'")
    if len(typed) == 2:
        spelled = f"{found.string[: found.start('year')]}20{typed}"
        raise UserError(f"“{found.string}” has a year of two digits. Type it in full, such as “{spelled}”.")
    return _same_weekday(found, _checked(int(typed), _month_number(found), int(found["day"]), found))


def _without_year(found: Match, today: date, calendar: Calendar) -> date:
    """The next such date, today included. 29 February waits for a leap year, at most eight years off.

    One that passed in the last fortnight may be meant as it was or for next year: that is asked.
    """
    month, day = _month_number(found), int(found["day"])
    year = today.year
    if (day, month) == (29, 2):
        while not isleap(year) or date(year, 2, 29) < today:
            year += 1
    elif (this_year := _checked(year, month, day, found)) < today:
        if this_year >= today - _JUST_PASSED:
            raise UserError(
                f"{full_date(this_year)} has just passed. Type the year too: “{day} {full_month(this_year)}”, or "
                f"“{day} {full_month(this_year.replace(day=1) + relativedelta(years=1))}”."
            )
        year += 1
    return _same_weekday(found, _checked(year, month, day, found))


def _next_weekday(found: Match, today: date) -> date:
    return today + relativedelta(days=1, weekday=_weekday_number(found))


def _monday(day: date) -> date:
    return day + relativedelta(weekday=MO(-1))


def _last_of_month(day: date) -> date:
    return day + relativedelta(day=31)


def _this_weekday(found: Match, today: date, calendar: Calendar) -> date:
    day = _monday(today) + timedelta(days=_weekday_number(found))
    if day < today:
        raise UserError(
            f"“{shown(found.string)}” was {full_date(day)}, which is past."
            f" Type “{found['weekday']}” for {full_date(day + timedelta(days=7))}."
        )
    return day


def _weekday_of_next_week(found: Match, today: date, calendar: Calendar) -> date:
    return _monday(today) + timedelta(days=7 + _weekday_number(found))


def _week_after(found: Match, today: date, calendar: Calendar) -> date:
    """ "friday week", "a week on friday": seven days after the next Friday; "a week today"."""
    if found["weekday"]:
        return _next_weekday(found, today) + timedelta(days=7)
    return today + timedelta(days=8 if found["near"].lower() == "tomorrow" else 7)


def _later(found: Match, today: date, calendar: Calendar) -> date:
    """ "in 3 weeks", "+10wd", "3 working days"."""
    number = _NUMBERS.get(found["number"].lower()) or int(found["number"])
    if number == 0:
        raise UserError(f"“{shown(found.string)}” is no time at all. Type “today”, or a number from 1.")
    unit = found["unit"].lower()
    if unit == "wd" or "working" in unit or "business" in unit:
        return add_working_days(today, number, calendar).date
    if unit.startswith("m"):
        return today + relativedelta(months=number)
    if unit.startswith("y"):
        return today + relativedelta(years=number)
    days = {"d": 1, "w": 7, "f": 14}[unit[0]]
    return today + timedelta(days=days * number)


def _end_of_week(found: Match, today: date, calendar: Calendar) -> date:
    """Its Friday; at the weekend "end of week" is the coming Friday."""
    if found["next"]:
        return _monday(today) + timedelta(days=7 + 4)
    return today + relativedelta(weekday=FR)


def _end_of_month(found: Match, today: date, calendar: Calendar) -> date:
    return _last_of_month(today + relativedelta(months=1) if found["next"] else today)


def _end_of_named_month(found: Match, today: date, calendar: Calendar) -> date:
    month = _month_number(found)
    if found["year"]:
        return _last_of_month(date(int(found["year"]), month, 1))
    end = _last_of_month(date(today.year, month, 1))
    return end if end >= today else _last_of_month(date(today.year + 1, month, 1))


def _pattern(pattern: str) -> re.Pattern[str]:
    # ASCII, or else IGNORECASE would take "ſat" for "sat" and no table below holds that.
    return re.compile(pattern, re.IGNORECASE | re.ASCII)


def _form(pattern: str) -> re.Pattern[str]:
    return _pattern(f"(?:on )?(?:the )?(?:{pattern})")


# Everything `read_date` understands, in the order it is tried.
_FORMS: tuple[tuple[re.Pattern[str], Reader], ...] = (
    (_form("today"), lambda found, today, calendar: today),
    (_form("tomorrow"), lambda found, today, calendar: today + timedelta(days=1)),
    (_form(_WEEKDAY), lambda found, today, calendar: _next_weekday(found, today)),
    (_form(f"this {_WEEKDAY}"), _this_weekday),
    (_form(f"next {_WEEKDAY}"), _weekday_of_next_week),
    (_form(f"(?:{_WEEKDAY}|(?P<near>today|tomorrow)) week"), _week_after),
    (_form(f"a week (?:on )?(?:{_WEEKDAY}|(?P<near>today|tomorrow))"), _week_after),
    (_form("next week"), lambda found, today, calendar: _monday(today) + timedelta(days=7)),
    (_form("end of (?:the |this )?(?P<next>next )?week"), _end_of_week),
    (_form("end of (?:the |this )?(?P<next>next )?month"), _end_of_month),
    (_form(f"end of {_MONTH}(?: (?P<year>[0-9]{{4}}))?"), _end_of_named_month),
    (_form(rf"(?:in |\+ ?){_DIGITS} ?{_UNIT}"), _later),
    (_form(f"{_DIGITS} {_UNIT_WORD}"), _later),
    (_form(f"in {_NUMBER_WORD} {_UNIT_WORD}"), _later),
    (_form(f"(?:{_WEEKDAY} )?{_YEAR_FIRST}"), _with_year),
    (_form(f"(?:{_WEEKDAY} )?{_NUMERIC}"), _with_year),
    (_form(f"(?:{_WEEKDAY} )?(?:the )?{_DAY}[ -](?:of )?{_MONTH}[ -]{_YEAR}"), _with_year),
    (_form(f"(?:{_WEEKDAY} )?{_MONTH} (?:the )?{_DAY} {_YEAR}"), _with_year),
    (_form(f"(?:{_WEEKDAY} )?(?P<day>[0-9]{{1,2}})/(?P<month>[0-9]{{1,2}})"), _without_year),
    (_form(f"(?:{_WEEKDAY} )?(?:the )?{_DAY} ?(?:of )?{_MONTH}"), _without_year),
    (_form(f"(?:{_WEEKDAY} )?{_MONTH} (?:the )?{_DAY}"), _without_year),
)

_MONTH_AND_YEAR = _pattern(f"{_MONTH} (?P<year>[0-9]{{4}})")
_YEAR_AND_MONTH = _pattern("(?P<year>[0-9]{4})-(?P<month>[0-9]{2})")

_DUE_MARKER = _pattern(r"(?:^|(?<=[\s(,;]))(?P<word>due by|due on|due|by):?\s+")
# A mention as Slack writes it, as `slack.mrkdwn` marks it, or as a plain handle.
_MENTION = _pattern("<@[^<>\\s]+>|\ue000[^\ue001]+\ue001|@[^\\s@]+|and|&")
_AMOUNT = _pattern(f"(?:[0-9]+|{'|'.join(_NUMBERS)}) ?{_UNIT}")
# What starts like a date, for telling somebody why it is not one. A number alone is not enough: "cut the
# price by 5%" and "by 20,000" are amounts.
_MEANT_AS_DATE = _pattern(
    r"(?:on |the )*(?:"
    r"(?![0-9.]+ ?%)[0-9]{1,4}(?:[/.-][0-9]|[a-z]|\s|\W*$)"
    rf"|(?:{'|'.join(_MONTHS)})(?:\s+[0-9]|\W*$)"
    rf"|(?:{'|'.join(_WEEKDAYS)}|today|tomorrow|next|end of)\b"
    rf"|in (?:[0-9]|(?:{'|'.join(_NUMBERS)})\b))"
)

# Without a mark between them hour and minute need two digits each: "1400", but not "230".
_TIME = _pattern(r"(?P<hour>[0-9]{1,2})(?:(?:[:.]|(?<=[0-9]{2}))(?P<minute>[0-9]{2}))? ?(?:(?P<half>[ap])\.?m)?")
_NAMED_TIMES = {
    "noon": time(12), "12 noon": time(12), "midday": time(12), "midnight": time(0), "12 midnight": time(0),
}  # fmt: skip

_HOUR_WORD, _MINUTE_WORD = "(?:hours?|hrs?|h)", "(?:minutes?|mins?|m)"
_HOURS_AND_MINUTES = _pattern(
    rf"(?P<hours>[0-9]{{1,4}})(?:\.(?P<fraction>[0-9]{{1,2}}) ?{_HOUR_WORD}"
    rf"| ?{_HOUR_WORD}(?: ?(?:and )?(?P<minutes>[0-5]?[0-9])(?: ?{_MINUTE_WORD})?)?)"
)
_MINUTES = _pattern(rf"(?P<minutes>[0-9]{{1,4}}) ?{_MINUTE_WORD}")
_NAMED_DURATIONS = {
    "half an hour": timedelta(minutes=30),
    "an hour": timedelta(hours=1),
    "an hour and a half": timedelta(minutes=90),
}
