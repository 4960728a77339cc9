"""What falls on a day: which deadlines are near, today, or late, and by how much. Pure.

Days are local dates of the negotiation, counted on its calendar: the day after a date is day 1. A date on
a day off is spoken of on the working day before it, lateness on the working day after. Beyond the
calendar's years Monday to Friday count: a reminder on a holiday is a smaller fault than none at all.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from dateutil.relativedelta import relativedelta

from bot.lead_times import LONGEST, LeadTimes
from bot.workdays import Calendar, is_working_day
from storage.tables import Meeting

_ONE_DAY = timedelta(days=1)
_WEEK = timedelta(weeks=1)
LONGEST_ABSENCE = timedelta(days=30)  # what fell due before is in the weekly words on lateness anyway


class Cause(StrEnum):
    """Why an action is spoken of."""

    AHEAD = "ahead"
    TODAY = "today"
    LATE = "late"
    STILL_LATE = "still late"
    ESCALATED = "escalated"
    SNOOZED = "snoozed"


@dataclass(frozen=True)
class Due:
    """A deadline spoken of on `day`, for this cause."""

    day: date
    cause: Cause


def works(day: date, calendar: Calendar) -> bool:
    """Whether reminders are said on this day."""
    if calendar.first_year <= day.year <= calendar.last_year:
        return is_working_day(day, calendar)
    return day.weekday() < 5


def working_day_after(day: date, count: int, calendar: Calendar) -> date:
    """The `count`th working day after a day; before it, when negative. 0 is the last working day up to it."""
    if count == 0:
        while not works(day, calendar):
            day -= _ONE_DAY
        return day
    step = _ONE_DAY if count > 0 else -_ONE_DAY
    left = abs(count)
    while left:
        day += step
        left -= works(day, calendar)
    return day


def first_working_day_from(day: date, calendar: Calendar) -> date:
    while not works(day, calendar):
        day += _ONE_DAY
    return day


def days_to_speak_of(last: date, today: date, calendar: Calendar) -> list[date]:
    """The working days since the last one that was spoken of, today included."""
    day = max(last, today - LONGEST_ABSENCE)
    found = []
    while day < today:
        day += _ONE_DAY
        if works(day, calendar):
            found.append(day)
    return found


def ahead(due: date, days_before: Collection[int], calendar: Calendar) -> dict[date, int]:
    """The days on which something due then is announced, with how many working days are left."""
    return {working_day_after(due, -count, calendar): count for count in sorted(days_before, reverse=True)}


def action_dues(due: date, days: Iterable[date], times: LeadTimes, calendar: Calendar) -> list[Due]:
    """When and why an open action due on a date is spoken of, within these days, the latest last."""
    before = ahead(due, times.actions, calendar)
    first_late = working_day_after(due, times.late, calendar) if times.late is not None else None
    told_chair = working_day_after(due, times.chair, calendar) if times.chair is not None else None
    found = []
    for day in days:
        if day in before:
            found.append(Due(day, Cause.AHEAD if before[day] else Cause.TODAY))
        if first_late == day and day > due:
            found.append(Due(day, Cause.LATE))
        elif first_late is not None and _weekly(first_late, day, calendar):
            found.append(Due(day, Cause.STILL_LATE))
        if told_chair == day and day > due:
            found.append(Due(day, Cause.ESCALATED))
    return found


def _weekly(first: date, day: date, calendar: Calendar) -> bool:
    """Whether a week or more after the first, on the same weekday, or the next working day where that is one off."""
    if day <= first:
        return False
    candidate = day
    while True:
        if candidate > first and (candidate - first) % _WEEK == timedelta(0):
            return True
        candidate -= _ONE_DAY
        if works(candidate, calendar) or candidate <= first:
            return False


def near(due: date | None, day: date, times: LeadTimes, calendar: Calendar) -> bool:
    """Whether an action due then is spoken of by this day; one without a date always is."""
    return due is None or day >= min([*ahead(due, times.actions, calendar), due])


def last_day_in_time(planned: date | None, month: str | None) -> date | None:
    """The last day on which a milestone is not late; that of its month ("2013-01") where it has no date."""
    if planned is None and month is not None:
        return date.fromisoformat(f"{month}-01") + relativedelta(day=31)
    return planned


def should_end(meeting: Meeting) -> datetime:
    """When a meeting that is open should be over: it lasts as planned, and longer where it began late."""
    begun = max(meeting.starts_at, meeting.started_at or meeting.starts_at)
    return begun + timedelta(minutes=meeting.minutes_planned)


def due_dates(
    days: Collection[date], every: Iterable[LeadTimes], calendar: Calendar, oldest: date | None
) -> list[date]:
    """The deadlines that anything is to be said of on these days, from the oldest one that stands."""
    if not days or oldest is None:
        return []
    times = list(every)
    most = max((count for each in times for count in each.actions), default=0)
    last = working_day_after(max(days), most + 1, calendar)
    span = range((last - oldest).days + 1)
    # Of what is older only the weekly word is left, and there may be years of it.
    recent = working_day_after(min(days), -LONGEST - 1, calendar)
    weekly = [LeadTimes(actions=(), late=late, chair=None) for late in {each.late for each in times}]
    return [
        due
        for due in (oldest + timedelta(days=number) for number in span)
        if any(action_dues(due, days, each, calendar) for each in (times if due > recent else weekly))
    ]


def merged(before: Iterable[Mapping[str, Any]], now: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Nudges that never went out, with the newer words on the same thing in the place of theirs."""
    newest = {_thing(nudge): nudge for nudge in (*before, *now)}
    return list(newest.values())


def _thing(nudge: Mapping[str, Any]) -> tuple[Any, ...]:
    return nudge["negotiation"], nudge["of"], nudge["id"], nudge["cause"] == Cause.ESCALATED


def begins_week(day: date, calendar: Calendar) -> bool:
    """Whether this is the first working day of its week (Monday, or what follows a Monday off)."""
    monday = day - timedelta(days=day.weekday())
    return day == first_working_day_from(monday, calendar)
