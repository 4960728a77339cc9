"""What a negotiation has set for itself: marking, zone, calendar, closed days, and when Parley speaks."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo, available_timezones

from bot import lead_times, trail, workdays
from bot.access import Actor, Capability, require
from bot.errors import UserError
from bot.preferences.rules import Preferences
from bot.slack.command import nearest
from bot.timetable import service as timetable
from bot.timetable.rules import Shift
from storage import Session

LONGEST_MARKING = 80  # characters; it stands on every message and page


def read_marking(words: str) -> str:
    marking = " ".join(words.split())
    if not 0 < len(marking) <= LONGEST_MARKING:
        raise UserError(f"A marking has 1 to {LONGEST_MARKING} characters, such as “Subject to contract”.")
    return marking


def read_zone(words: str) -> str:
    """The zone's name in the tz database. Raises UserError with the nearest one."""
    typed = words.strip()
    known = {name.casefold(): name for name in available_timezones()}
    if typed.casefold() in known:
        return known[typed.casefold()]
    close = nearest(typed, known)
    hint = f" Did you mean {known[close]}?" if close else ""
    raise UserError(f"“{typed[:80]}” is not a time zone.{hint} Type one such as Europe/London.")


def change(session: Session, actor: Actor, wanted: Preferences, *, at: datetime) -> Sequence[Shift]:
    """Keep new preferences; dates that are counted in working days follow. Gives the milestones that moved.

    Raises UserError for those who may not set a negotiation up.
    """
    require(actor, Capability.SET_UP)
    workdays.calendar(wanted.calendar)
    ZoneInfo(wanted.zone)
    row = actor.negotiation
    before = _as_json(row.marking, row.zone, row.calendar, row.closed_days, row.reminders)
    counted_otherwise = (row.calendar, row.closed_days) != (
        wanted.calendar,
        [day.isoformat() for day in wanted.closed],
    )
    row.marking, row.zone, row.calendar = wanted.marking, wanted.zone, wanted.calendar
    row.closed_days = [day.isoformat() for day in wanted.closed]
    row.reminders = lead_times.stored(wanted.times)
    session.add(row)
    session.flush()
    after = _as_json(row.marking, row.zone, row.calendar, row.closed_days, row.reminders)
    changed = {name: value for name, value in after.items() if value != before[name]}
    if changed:
        trail.deed(session, actor, "negotiation.settings", row.code, at=at, changed=changed)
    return timetable.recount(session, actor, "the calendar has changed", at=at) if counted_otherwise else ()


def _as_json(
    marking: str, zone: str, calendar: str, closed: list[str], reminders: dict[str, object]
) -> dict[str, object]:
    return {"marking": marking, "zone": zone, "calendar": calendar, "closed_days": closed, "reminders": reminders}
