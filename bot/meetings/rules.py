"""When meetings fall, how much preparation fits before them, and what they lack. Pure.

Instants are aware datetimes; dates and working hours are local to the negotiation. A working day is one
of the negotiation's calendar.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from math import ceil
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta
from dateutil.rrule import MONTHLY, WEEKLY, rrule
from dateutil.rrule import weekday as nth_weekday

from bot import dates
from bot.errors import UserError
from bot.workdays import Calendar, Holiday, holiday_name, is_working_day
from storage.tables import Meeting, MeetingKind, MeetingStatus, Role

CONTINGENCY = 1.5  # "over estimate" the preparation (`domain.md` B10d)
WORKING_HOURS = (time(9), time(17))  # local; preparation happens in them, on working days
PREMEET_LENGTH = timedelta(hours=1)
MOST_OCCURRENCES = 60
LATE = timedelta(hours=12)  # a meeting that nobody has begun by then is not looked for any more

# About 30 working days. The longest preparation, 24 hours, is padded to 36: five working days or less.
_LOOK_BACK = timedelta(days=45)
_ONE_DAY = timedelta(days=1)
_LONGEST = 80  # characters; no recurrence needs more, and an answer repeats no more

REQUIRED_ROLES: Mapping[MeetingKind, tuple[Role, ...]] = {
    MeetingKind.NEGOTIATION: (Role.CHAIR, Role.SCRIBE),
    MeetingKind.GATEWAY: (Role.CHAIR, Role.SCRIBE),
    MeetingKind.SUBGROUP: (Role.SCRIBE,),
    MeetingKind.PREMEET: (),
    MeetingKind.LEGAL: (Role.LEGAL, Role.SCRIBE),
}
SPEAKERS = (Role.LEAD, Role.NEGOTIATOR)  # a negotiation meeting needs one of them of each side
_SOMEBODY = {Role.CHAIR: "a chair", Role.SCRIBE: "a scribe", Role.LEGAL: "a legal adviser"}

_NUMBERS = {
    "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9,
    "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_UNITS = {"week": ("weeks", 1), "fortnight": ("weeks", 2), "month": ("months", 1)}
_NUMBER = f"[0-9]{{1,3}}|{'|'.join(_NUMBERS)}"
# ASCII, or else IGNORECASE would take "ſix" for "six", and the table holds no such number.
_RECURRENCE = re.compile(
    rf"(?:every )?(?:(?P<number>{_NUMBER}) ?)?(?P<unit>{'|'.join(_UNITS)})s?"
    rf"(?: until\b ?(?P<until>.*)| (?P<times>{_NUMBER}) times?)?",
    re.IGNORECASE | re.ASCII,
)
_NO_TIME = re.compile(r"0+(?:[.,]0+)? ?(?:h|hours?|m|mins?|minutes?)", re.IGNORECASE)
_FOR = re.compile(r"(?:^|(?<=[\s(,;–-]))for\s+", re.IGNORECASE)


@dataclass(frozen=True)
class Recurrence:
    """Every `interval` units ("weeks" or "months"): up to the local date `until`, or `times` meetings in all."""

    unit: str
    interval: int
    until: date | None = None
    times: int | None = None


@dataclass(frozen=True)
class Occurrences:
    """The local dates on which meetings are held, and the ones left out with why; both by date."""

    dates: tuple[date, ...]
    skipped: tuple[Holiday, ...]


def padded(preparation: timedelta) -> timedelta:
    """The estimate with its contingency, in whole minutes, rounded up."""
    return timedelta(minutes=ceil(preparation * CONTINGENCY / timedelta(minutes=1)))


def working_time_between(start: datetime, end: datetime, calendar: Calendar, zone: ZoneInfo) -> timedelta:
    """The time inside working hours of working days between two aware instants; zero when `end` is not later.

    Working hours are what clocks in `zone` show. Raises UserError outside the calendar's years.
    """
    if end <= start:
        return timedelta()
    first, last = start.astimezone(zone), end.astimezone(zone)
    total, day = timedelta(), first.date()
    while day <= last.date():
        if is_working_day(day, calendar):
            opens, closes = _working_hours(day, zone)
            total += max(min(last, closes) - max(first, opens), timedelta())
        day += _ONE_DAY
    return total


def premeet_start(
    meeting_starts: datetime,
    preparation: timedelta,
    calendar: Calendar,
    zone: ZoneInfo,
    *,
    busy: Sequence[tuple[datetime, datetime]] = (),
    earliest: datetime,
) -> datetime | None:
    """The latest start of a pre-meet that leaves the padded preparation between its end and the meeting.

    On a full hour inside the working hours of a working day, overlapping nothing in `busy`; an aware
    datetime in `zone`. None when there is none from `earliest` on, or in the six weeks before the meeting.
    Raises UserError outside the calendar's years.
    """
    needed = padded(preparation)
    for start in _premeet_starts(earliest, meeting_starts, calendar, zone):
        premeet = (start, start + PREMEET_LENGTH)
        if any(overlap(premeet, taken) for taken in busy):
            continue
        if working_time_between(premeet[1], meeting_starts, calendar, zone) >= needed:
            return start
    return None


def preparation_gap_short_by(
    premeet_ends: datetime, meeting_starts: datetime, preparation: timedelta, calendar: Calendar, zone: ZoneInfo
) -> timedelta | None:
    """How much working time is missing between a pre-meet and its meeting; None when there is enough.

    Raises UserError outside the calendar's years.
    """
    missing = padded(preparation) - working_time_between(premeet_ends, meeting_starts, calendar, zone)
    return missing if missing > timedelta() else None


def read_recurrence(words: str, *, today: date, calendar: Calendar) -> Recurrence:
    """What "every fortnight until 26 mar 2027" or "3 months 4 times" means on `today`; "every" may be left out.

    Raises UserError, with what to type instead, for everything else: no end, an end before `today`, an
    interval of zero, fewer than 2 or more than 60 times.
    """
    plain = " ".join(words.replace(",", " ").split()).rstrip(" .;")
    typed = f"“{plain[:_LONGEST]}”"
    examples = _recurrence_examples(today)
    found = _RECURRENCE.fullmatch(plain) if len(plain) <= _LONGEST else None
    if found is None:
        said = f"{typed} does not say" if plain else "Nothing says"
        raise UserError(f"{said} how often to meet. {examples}")
    unit, size = _UNITS[found["unit"].lower()]
    interval = size * _number(found["number"] or "one")
    if interval == 0:
        raise UserError(f"{typed} is no time at all from one meeting to the next. {examples}")
    if found["until"] is not None:
        until = dates.read_date(found["until"], today=today, calendar=calendar)
        if until < today:
            raise UserError(f"{typed} ends on {dates.full_date(until)}, which is past. {examples}")
        return Recurrence(unit, interval, until=until)
    if found["times"] is None:
        raise UserError(f"{typed} does not say when to stop. {examples}")
    times = _number(found["times"])
    if not 1 < times <= MOST_OCCURRENCES:
        raise UserError(f"{typed} is not between 2 and {MOST_OCCURRENCES} times. {examples}")
    return Recurrence(unit, interval, times=times)


def occurrences(first: date, recurrence: Recurrence, calendar: Calendar) -> Occurrences:
    """The dates from `first` on, without holidays and closed days; those do not count towards `times`.

    A month's recurrence keeps the first one's weekday and its place in the month: the second Tuesday; a
    fifth one is the last. Days in a weekend are kept only if the first is in one. Raises UserError for
    more than 60 meetings, for fewer than two, and outside the calendar's years.
    """
    kept: list[date] = []
    skipped: list[Holiday] = []
    for day in _regular_days(first, recurrence):
        if len(kept) == recurrence.times:
            break
        if why := _closed_because(day, calendar):
            skipped.append(Holiday(day, why))
        elif day not in calendar.weekends or first in calendar.weekends:
            kept.append(day)
        if len(kept) > MOST_OCCURRENCES:
            raise UserError(f"That makes more than {MOST_OCCURRENCES} meetings. Type an earlier end, or fewer times.")
    if len(kept) < 2:
        left = f"only {dates.full_date(kept[0])} is" if kept else "no day is"
        raise UserError(f"Of these meetings {left} left. Type a later end, or plan one meeting without “every”.")
    return Occurrences(tuple(kept), tuple(skipped))


def overlap(a: tuple[datetime, datetime], b: tuple[datetime, datetime]) -> bool:
    """Whether two stretches of time share any; one may begin at the instant the other ends."""
    return max(a[0], b[0]) < min(a[1], b[1])


def coming(seen: Iterable[Meeting], now: datetime) -> list[Meeting]:
    """The planned meetings that are still to begin by `now`, also those that are `LATE` at the most."""
    return [each for each in seen if each.status == MeetingStatus.PLANNED and each.starts_at > now - LATE]


def roles_missing(kind: MeetingKind, sides: Sequence[str], people: Sequence[tuple[str, Collection[str]]]) -> list[str]:
    """What people, each with a side and roles, leave unfilled: "a chair", "somebody to speak for Oxford Health"."""
    filled = {role for _, roles in people for role in roles}
    missing = [_SOMEBODY[role] for role in REQUIRED_ROLES[kind] if role not in filled]
    if kind == MeetingKind.NEGOTIATION:
        heard = {side for side, roles in people if any(role in SPEAKERS for role in roles)}
        missing += [f"somebody to speak for {side}" for side in sides if side not in heard]
    return missing


def read_agenda_item(words: str) -> tuple[str, timedelta | None]:
    """The title and the length in "Share of value at risk for 20 min".

    An end that is not a length stays in the title: "Payment for 30 days". The title is empty when only a
    length was typed; the caller refuses that. Raises UserError for a length of zero.
    """
    whole = words.strip()
    found = list(_FOR.finditer(whole))
    if not found:
        return whole, None
    last = found[-1]
    tail = whole[last.end() :]
    if _NO_TIME.fullmatch(tail.strip()):
        raise UserError("An item of no length cannot be. Type how long it may take, such as “for 20 min”.")
    try:
        length = dates.read_duration(tail)
    except UserError:
        return whole, None
    return whole[: last.start()].rstrip(" \t\n,;:(–-"), length


def _working_hours(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    opens, closes = WORKING_HOURS
    return datetime.combine(day, opens, tzinfo=zone), datetime.combine(day, closes, tzinfo=zone)


def _premeet_starts(earliest: datetime, latest_end: datetime, calendar: Calendar, zone: ZoneInfo) -> Iterator[datetime]:
    """Every start of a pre-meet from `earliest` on that ends by `latest_end`, latest first, looking back six weeks."""
    last_day = latest_end.astimezone(zone).date()
    first_day = max(earliest.astimezone(zone).date(), last_day - _LOOK_BACK)
    day = last_day
    while day >= first_day:
        if is_working_day(day, calendar):
            opens, closes = _working_hours(day, zone)
            start = closes - PREMEET_LENGTH
            while start >= opens:
                if start >= earliest and start + PREMEET_LENGTH <= latest_end:
                    yield start
                start -= timedelta(hours=1)
        day -= _ONE_DAY


def _regular_days(first: date, recurrence: Recurrence) -> Iterator[date]:
    """The days of a recurrence up to its last date, holidays and all; without end when it has none."""
    if recurrence.unit == "months":
        place = (first.day - 1) // 7 + 1
        weekday = nth_weekday(first.weekday(), place if place < 5 else -1)
        days = rrule(MONTHLY, dtstart=first, interval=recurrence.interval, byweekday=weekday, until=recurrence.until)
    else:
        days = rrule(WEEKLY, dtstart=first, interval=recurrence.interval, until=recurrence.until)
    return (moment.date() for moment in days)


def _closed_because(day: date, calendar: Calendar) -> str | None:
    """Why nobody meets on this day; None when they may. Raises UserError outside the calendar's years."""
    if not calendar.first_year <= day.year <= calendar.last_year:
        raise UserError(
            f"The holidays of {day.year} are not known: the {calendar.name} calendar holds {calendar.first_year}"
            f" to {calendar.last_year}. Type an end in those years, such as `until 31 dec {calendar.last_year}`."
        )
    # A closed day in a weekend has no name in the calendar, because it would not count anyway.
    return holiday_name(day, calendar) or ("extra closed day" if day in calendar.closed else None)


def _recurrence_examples(today: date) -> str:
    end = today + relativedelta(months=4)
    return f"Type `every fortnight until {end.day} {dates.full_month(end)}` or `every month 6 times`."


def _number(digits_or_word: str) -> int:
    return _NUMBERS.get(digits_or_word.lower()) or int(digits_or_word)
