"""The timetable in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from dateutil.relativedelta import relativedelta

from bot import dates
from bot.outbox import Message
from bot.slack import blocks
from bot.timetable import rules
from bot.timetable.rules import Effect, Point, Shift
from bot.workdays import Calendar
from storage.tables import Milestone


def line(row: Milestone, point: Point, owner: str, today: date, calendar: Calendar) -> str:
    """One milestone: when, whose, how late; "by rule" where the date follows from another."""
    parts = [f"*{row.ref}* {blocks.cut(row.title, 200)}: {rules.said(point)}"]
    if point.rule is not None and not point.is_done and point.planned is not None:
        parts.append(f"({point.rule})")
    if row.rating:
        because = f" ({blocks.cut(row.rated_because, 120)})" if row.rated_because else ""
        parts.append(f"· rated {row.rating}{because}")
    if owner:
        parts.append(f"· {owner}")
    late = slipped(row, point, calendar)
    if late:
        parts.append(f"· {late}")
    if rules.overdue(point, today):
        parts.append("· overdue")
    return " ".join(parts)


def slipped(row: Milestone, point: Point, calendar: Calendar) -> str:
    """ "12 working days later than first planned"; nothing when it is where it was.

    In years whose holidays the calendar does not know the days are counted as they come, and said to be so.
    What was first planned for a month only is later once that month is over: no day of it was ever named.
    """
    if point.done_month is not None:
        return _done_late(row, point.done_month)
    if row.baseline_month is not None and point.falls_on is not None:
        first = rules.month_start(row.baseline_month)
        late = point.falls_on >= first + relativedelta(months=1)
        return f"later than first planned, {dates.full_month(first)}" if late else ""
    days = rules.slippage(row.baseline, point, calendar)
    unit = "working day"
    if days is None and row.baseline is not None and point.falls_on is not None:
        days, unit = (point.falls_on - row.baseline).days, "calendar day"
    if not days:
        return ""
    unit = unit if abs(days) == 1 else f"{unit}s"
    return f"{abs(days)} {unit} {'later' if days > 0 else 'earlier'} than first planned"


def _done_late(row: Milestone, month: str) -> str:
    """That the month in which it was done is later than the one for which it was first planned."""
    first = row.baseline_month or (f"{row.baseline:%Y-%m}" if row.baseline else month)
    return f"later than first planned, {in_words(row.baseline or first)}" if month > first else ""


def lines(
    rows: Sequence[Milestone],
    points: Iterable[Point],
    owners: Mapping[int | None, str],
    today: date,
    calendar: Calendar,
) -> list[str]:
    """The whole timetable, a line each, in the order in which things fall; `owners` are names by member."""
    by_ref = {row.ref: row for row in rows}
    return [
        line(by_ref[point.ref], point, owners.get(by_ref[point.ref].owner_id, ""), today, calendar)
        for point in rules.in_order(points)
    ]


def shifted(shift: Shift) -> str:
    """What a move does to one milestone."""
    return f"• *{shift.ref}* {blocks.cut(shift.title, 200)}: {shift.before} → {shift.after}"


def effect(code: str, ref: str, to: str, said: str, reason: str, found: Effect, counted: str) -> Message:
    """What a move would do and how it was counted, with the button that does it."""
    lines = [shifted(shift) for shift in found.shifts]
    head = f"Moving *{ref}* to {said} changes {len(lines)} milestones. Nothing has moved yet."
    typed = f"Without the button: `/parley milestone move {ref} and what follows to … because …`."
    text = "\n".join([head, *lines]) + f"{counted}\n{typed}"
    move = blocks.button(
        "Move Them",
        "milestone.move",
        f"{code} {ref} {to} {found.token} {reason}"[:2000],
        style="primary",
        spoken=f"Move {ref}",
    )
    return Message(text, [*blocks.paragraphs(text), blocks.buttons(move)])


def in_words(day: date | str) -> str:
    """A date or a month ("2013-01") for people."""
    return dates.full_month(rules.month_start(day)) if isinstance(day, str) else dates.full_date(day)
