"""The timetable as a picture: baseline against now, today's line, gateways; legible on a phone.

Typst draws it from JSON, in a fraction of a second and without system libraries; its input is data and
never markup, so nothing that people type can become a command.
"""

import json
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from dateutil.relativedelta import relativedelta

from bot import dates, render
from bot.timetable import rules
from bot.timetable.rules import Point
from bot.workdays import Calendar
from storage.tables import Milestone

_LONGEST_TITLE = 46  # characters that fit beside a date


def picture(
    title: str,
    rows: Sequence[Milestone],
    points: Sequence[Point],
    today: date,
    calendar: Calendar,
    templates: Path | None = None,
) -> bytes:
    """A PNG of the timetable, in the order of `points`, with `today` marked and slippage in working days."""
    import typst  # 30 MB that only this needs

    data = _data(title, {row.ref: row for row in rows}, points, today, calendar)
    source = render.source("timetable.typ", templates)
    inputs = {"data": json.dumps(data)}
    drawn: bytes = typst.compile(source, format="png", ppi=144.0, sys_inputs=inputs, ignore_system_fonts=True)
    return drawn


def _data(
    title: str, rows: dict[str, Milestone], points: Sequence[Point], today: date, calendar: Calendar
) -> dict[str, Any]:
    days = [day for point in points for day in _days(rows[point.ref], point)] + [today]
    first = min(days).replace(day=1)
    last = max(days) + timedelta(days=31)
    span = (last - first).days or 1

    def share(day: date | None) -> float | None:
        return (day - first).days / span if day else None

    return {
        "title": title,
        "subtitle": f"As it stands on {dates.full_date(today)}",
        "today": share(today),
        "today_said": dates.full_date(today),
        "ticks": [{"at": share(day), "label": label} for day, label in _ticks(first, last)],
        "rows": [_row(rows[point.ref], point, share, calendar) for point in points],
    }


def _days(row: Milestone, point: Point) -> list[date]:
    days = [day for day in (row.baseline, point.falls_on) if day]
    for month in (_month(point), row.baseline_month):
        if month:
            days += [rules.month_start(month), rules.month_start(month) + relativedelta(months=1)]
    return days


def _row(
    row: Milestone, point: Point, share: Callable[[date | None], float | None], calendar: Calendar
) -> dict[str, Any]:
    days = rules.slippage(row.baseline, point, calendar)
    within = _month(point)
    month = rules.month_start(within) if within else None
    return {
        "ref": row.ref,
        "title": row.title if len(row.title) <= _LONGEST_TITLE else f"{row.title[: _LONGEST_TITLE - 1]}…",
        "gateway": row.kind == "gateway",
        "rating": row.rating,
        "done": point.is_done,
        "slipped": bool(row.baseline and point.falls_on and row.baseline != point.falls_on),
        "said": _short(point) + (f" ({days:+d} working {'day' if abs(days) == 1 else 'days'})" if days else ""),
        "baseline": share(row.baseline),
        "now": share(None if point.done_month else point.falls_on),
        "month": [share(month), share(month + relativedelta(months=1))] if month else None,
    }


def _month(point: Point) -> str | None:
    """The month in which it was done or is planned, where no day is known."""
    return point.done_month or (None if point.done_on else point.month)


def _short(point: Point) -> str:
    day = point.falls_on
    if day is None or point.done_month:
        return rules.said(point)
    return f"{'done ' if point.done_on else ''}{day.day} {dates.full_month(day)}"


def _ticks(first: date, last: date) -> list[tuple[date, str]]:
    """Months while there are few, quarters and years when there are many."""
    months = (last.year - first.year) * 12 + last.month - first.month + 1
    step = next(step for step in (1, 3, 6, 12, 24, 60, 120) if months <= step * 9 or step == 120)
    day, ticks = first, list[tuple[date, str]]()
    while day <= last:
        if (day.month - 1) % min(step, 12) == 0 and (step <= 12 or (day.year - first.year) % (step // 12) == 0):
            ticks.append((day, f"{day:%b} {day.year}" if step < 12 else str(day.year)))
        day += relativedelta(months=1)
    return ticks
