"""What a brief is, when it is due, what comes first in it, and what changed since it was posted. Pure."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.contracts import numbers
from bot.lead_times import LeadTimes
from bot.reminders.rules import working_day_after, works
from bot.workdays import Calendar
from storage.tables import ClauseStatus

# What is nearest to a row, then to an agreement, comes first among clauses that matter alike.
_URGENCY = (
    ClauseStatus.DISPUTED,
    ClauseStatus.ESCALATED,
    ClauseStatus.COUNTERED,
    ClauseStatus.PROPOSED,
    ClauseStatus.REOPENED,
    ClauseStatus.OPEN,
    ClauseStatus.PARKED,
    ClauseStatus.NOT_STARTED,
)


@dataclass(frozen=True)
class Essentials:
    """What stands in the message itself: short lines under their names, the most important first."""

    code: str
    ref: str
    title: str
    marking: str
    private_to: str | None
    lines: tuple[tuple[str, tuple[str, ...]], ...]


def due_from(
    starts_at: datetime, premeets: Iterable[datetime], times: LeadTimes, calendar: Calendar, zone: ZoneInfo
) -> datetime | None:
    """From when a side's brief may be sent: as its first pre-meet begins; where there is none, so many working days
    before the meeting, at the hour of the day's words. None: never."""
    if times.briefs is None:
        return None
    first = min(premeets, default=None)
    if first is not None:
        return first
    day = working_day_after(starts_at.astimezone(zone).date(), -times.briefs, calendar)
    return datetime.combine(day, times.daily, tzinfo=zone).astimezone(UTC)


def may_speak(now: datetime, times: LeadTimes, calendar: Calendar, zone: ZoneInfo) -> bool:
    """Whether somebody with these times may be spoken to at this instant."""
    local = now.astimezone(zone)
    return not times.is_quiet(local) and works(local.date(), calendar)


def speak_until(now: datetime, starts_at: datetime, times: LeadTimes, zone: ZoneInfo) -> datetime:
    """Until when what may be said now may still be said: until quiet hours begin, or else midnight, or the meeting."""
    local = now.astimezone(zone)
    quiet = datetime.combine(local.date(), times.quiet[0], tzinfo=zone)
    midnight = datetime.combine(local.date() + timedelta(days=1), time(), tzinfo=zone)
    return min((quiet if quiet > local else midnight).astimezone(UTC), starts_at)


def rank(number: str, status: ClauseStatus, importance: int | None, agenda: Sequence[str]) -> tuple[Any, ...]:
    """For sorting issues: what the agenda names, then what matters most to the side, then the most contested."""
    urgency = _URGENCY.index(status) if status in _URGENCY else len(_URGENCY)
    return (not names(agenda, number), -(importance or 0), urgency, numbers.sort_key(number))


def names(agenda: Iterable[str], number: str) -> bool:
    """Whether an agenda item speaks of a clause by its number: "Clause 4.2", but not "4.21" or "14.2"."""
    pattern = rf"(?<![\w.]){re.escape(number)}(?!\w|\.\w)"
    return any(re.search(pattern, title, re.I) for title in agenda)


def fingerprints(facts: Mapping[str, str]) -> dict[str, str]:
    """Each fact with what stands for its words, to be compared later: the words themselves are not kept."""
    return {name: hashlib.sha256(words.encode()).hexdigest()[:12] for name, words in facts.items()}


def digest(facts: Mapping[str, str]) -> str:
    """What stands for all the facts together."""
    return hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()


def changed(before: Mapping[str, str], facts: Mapping[str, str]) -> list[str]:
    """What is new or otherwise than in the fingerprints from before, a line each, and what is there no more."""
    now = fingerprints(facts)
    lines = [f"{name}: {words}" for name, words in facts.items() if before.get(name) != now[name]]
    return lines + [f"{name}: no longer there" for name in before if name not in facts]
