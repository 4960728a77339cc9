"""Milestones as a graph: when each one falls, what moves when one moves, how late it is. Pure.

Dates are local dates of the negotiation. A working day is one of the negotiation's calendar; the day
after the anchor is day 1 (`workdays`).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum

from dateutil.relativedelta import relativedelta

from bot import dates
from bot.errors import UserError
from bot.workdays import Calendar, Count, add_working_days, working_days_between


class Unit(StrEnum):
    WORKING_DAYS = "working days"
    DAYS = "days"
    MONTHS = "months"


@dataclass(frozen=True)
class Rule:
    """So much after another milestone, named by its ref."""

    after: str
    count: int
    unit: Unit

    def __str__(self) -> str:
        number = abs(self.count)
        unit = self.unit.value.removesuffix("s") if number == 1 else self.unit.value
        return f"{number} {unit} {'after' if self.count > 0 else 'before'} {self.after}"


@dataclass(frozen=True)
class Point:
    """A milestone: `planned` on a date, in a month ("2013-01"), or by a rule; being done ends all planning.

    It was done on a day, or in a month where no more is known.
    """

    ref: str
    title: str
    planned: date | None = None
    month: str | None = None
    rule: Rule | None = None
    done_on: date | None = None
    done_month: str | None = None

    @property
    def is_done(self) -> bool:
        return self.done_on is not None or self.done_month is not None

    @property
    def falls_on(self) -> date | None:
        """The day others count from: when it was done, or else when it is planned.

        Where it was done in a month of which no day is known, it is the planned day while that lies in the month.
        """
        if self.done_month and self.planned and f"{self.planned:%Y-%m}" != self.done_month:
            return None
        return self.done_on or self.planned


@dataclass(frozen=True)
class Shift:
    """What a move does to one milestone; `before` and `after` are words, such as a full date or a month."""

    ref: str
    title: str
    before: str
    after: str


@dataclass(frozen=True)
class Effect:
    """What a move would do: every milestone that changes, how all would stand, and a token for how they stand now."""

    shifts: tuple[Shift, ...]
    points: Mapping[str, Point]
    token: str


def said(point: Point) -> str:
    """When it falls, in words that promise no more than is known."""
    if point.is_done:
        return said_done(point.done_on or point.done_month or "")
    if point.planned is not None:
        return dates.full_date(point.planned)
    if point.month is not None:
        return dates.full_month(month_start(point.month))
    return str(point.rule) if point.rule else "no date yet"


def said_done(on: date | str) -> str:
    """When something was done, on a day or in a month ("2013-01"): "done in January 2013"."""
    if isinstance(on, str):
        return f"done in {dates.full_month(month_start(on))}"
    return f"done on {dates.full_date(on)}"


def month_start(month: str) -> date:
    """The first day of a month written "2013-01"; for sorting and drawing only."""
    return date.fromisoformat(f"{month}-01")


def resolved(points: Iterable[Point], calendar: Calendar) -> dict[str, Point]:
    """The milestones with every date that follows from a rule worked out afresh, by ref, in their order.

    What hangs on a month, or on something without a date, has none itself. Raises UserError for rules
    that go in a circle or name a milestone that is not there, and outside the calendar's years.
    """
    given = {point.ref: point for point in points}
    done: dict[str, Point] = {}
    for ref in given:
        _resolve(ref, given, done, calendar, ())
    return {ref: done[ref] for ref in given}


def _resolve(
    ref: str, given: Mapping[str, Point], done: dict[str, Point], calendar: Calendar, path: tuple[str, ...]
) -> Point:
    if ref in done:
        return done[ref]
    if ref in path:
        circle = " → ".join((*path[path.index(ref) :], ref))
        raise UserError(f"That would make the dates go in a circle ({circle}). Give one of them a date of its own.")
    if ref not in given:
        raise UserError(f"There is no milestone {ref}. `/parley timetable` lists them.")
    point = given[ref]
    if point.rule is not None and not point.is_done:
        anchor = _resolve(point.rule.after, given, done, calendar, (*path, ref)).falls_on
        point = replace(point, planned=counted(anchor, point.rule, calendar) if anchor else None)
    done[ref] = point
    return point


def counted(anchor: date, rule: Rule, calendar: Calendar) -> date:
    """The date so much after the anchor. Months end on the last day where the day is missing."""
    if rule.unit == Unit.WORKING_DAYS:
        return add_working_days(anchor, rule.count, calendar).date
    if rule.unit == Unit.MONTHS:
        return anchor + relativedelta(months=rule.count)
    return anchor + timedelta(days=rule.count)


def explained(anchor: date, rule: Rule, calendar: Calendar) -> Count | None:
    """The working of a rule in working days, for showing; None for calendar days and months."""
    return add_working_days(anchor, rule.count, calendar) if rule.unit == Unit.WORKING_DAYS else None


def shifts(before: Mapping[str, Point], after: Mapping[str, Point]) -> list[Shift]:
    """What is different between two states of a timetable, in its order."""
    return [
        Shift(ref, point.title, said(before[ref]), said(point))
        for ref, point in after.items()
        if said(before[ref]) != said(point)
    ]


def slippage(baseline: date | None, point: Point, calendar: Calendar) -> int | None:
    """Working days from the first baseline to now; negative when early.

    None without both dates (a month is none), and where they differ in years whose holidays the calendar does not know.
    """
    if baseline is None or point.falls_on is None or point.done_month:
        return None
    if baseline == point.falls_on:
        return 0
    if not all(calendar.first_year <= day.year <= calendar.last_year for day in (baseline, point.falls_on)):
        return None
    return working_days_between(baseline, point.falls_on, calendar)


def overdue(point: Point, today: date) -> bool:
    """A date that has passed without the milestone being done. A month is over on its last day."""
    if point.is_done:
        return False
    if point.planned is not None:
        return point.planned < today
    return point.month is not None and month_start(point.month) + relativedelta(months=1) <= today


def in_order(points: Iterable[Point]) -> list[Point]:
    """By date; a month comes before the dates in it, what has neither comes last."""
    return sorted(points, key=place)


def place(point: Point) -> tuple[date, int]:
    """What a milestone is sorted by."""
    if point.falls_on is not None:
        return point.falls_on, 1
    month = point.done_month or point.month
    return (month_start(month), 0) if month else (date.max, 2)
