"""How long before, and how late after, Parley speaks; and when it keeps quiet. Pure.

The usual times are those of `product.md` §5. A negotiation may set others, and each person their own on
top of those. Days are working days of the negotiation's calendar; times of day are local to its zone.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, time
from typing import Any

from bot import dates
from bot.errors import UserError

PERSONAL = ("actions", "late", "meetings", "attendees", "quiet")
LONGEST = 60  # working days, or minutes before a meeting


@dataclass(frozen=True)
class LeadTimes:
    """`actions`, `meetings`: working days before; 0 is the day itself. `late`: working days after the date,
    and every week from then on. `chair`: working days late at which the chair is told. `attendees`: minutes
    before a meeting. `confirmations`: working days after which those awaited are named. `briefs`: working days
    before a meeting at which a side without a pre-meet gets its brief. None: never (of briefs: none at all).
    `daily` is when the day's reminders are said; nothing at all is said in `quiet`.
    """

    actions: tuple[int, ...] = (3, 0)
    late: int | None = 1
    chair: int | None = 5
    meetings: tuple[int, ...] = (5, 1)
    attendees: int | None = 15
    confirmations: int | None = 2
    briefs: int | None = 1
    daily: time = time(9)
    quiet: tuple[time, time] = (time(18), time(8))

    def over(self, settings: Mapping[str, Any]) -> "LeadTimes":
        """These times, with what `stored` gave put in their place."""
        return replace(self, **{name: _revived(name, value) for name, value in settings.items()})

    def is_quiet(self, local: datetime) -> bool:
        """Whether nothing may be said at this local time of day."""
        return self.is_quiet_at(local.time().replace(tzinfo=None))

    def is_quiet_at(self, clock: time) -> bool:
        """Quiet hours may run past midnight; where they end as they begin, there are none."""
        begins, ends = self.quiet
        return begins <= clock < ends if begins <= ends else clock >= begins or clock < ends

    @property
    def is_mute(self) -> bool:
        """Whether the day's reminders fall in quiet hours that last until midnight."""
        return self.is_quiet_at(self.daily) and self.quiet[1] <= self.daily


USUAL = LeadTimes()
NAMES = tuple(field.name for field in fields(LeadTimes))


def stored(times: LeadTimes, base: LeadTimes = USUAL) -> dict[str, Any]:
    """What is otherwise than in `base`, as JSON can keep it."""
    return {name: _kept(getattr(times, name)) for name in NAMES if getattr(times, name) != getattr(base, name)}


def _kept(value: Any) -> Any:
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return [_kept(part) for part in value] if isinstance(value, tuple) else value


def _revived(name: str, value: Any) -> Any:
    if name == "daily":
        return time.fromisoformat(value)
    if name == "quiet":
        return tuple(time.fromisoformat(part) for part in value)
    return tuple(value) if isinstance(value, list) else value


def spelled(times: LeadTimes, names: Iterable[str] = NAMES) -> str:
    """The times as `read` takes them, a line each: "actions: 3, 0"."""
    return "\n".join(f"{name}: {_words(getattr(times, name))}" for name in names)


def told(times: LeadTimes) -> str:
    """In sentences, when one person is reminded of what."""
    quiet = f"From {times.quiet[0]:%H:%M} to {times.quiet[1]:%H:%M} Parley is silent."
    silent = quiet if times.quiet[0] != times.quiet[1] else "There are no quiet hours."
    return f"{_of_actions(_before(times.actions), times.late)} {_of_meetings(_before(times.meetings), times)} {silent}"


def _of_actions(before: str, late: int | None) -> str:
    if late is None:
        return f"You are reminded of your actions {before}." if before else "You are not reminded of your actions."
    after = f"after {_days([late])}, then weekly"
    if not before:
        return f"You are reminded of your actions once they are late: {after}."
    return f"You are reminded of your actions {before}, and of late ones {after}."


def _of_meetings(before: str, times: LeadTimes) -> str:
    soon = ""
    if times.attendees is not None:
        soon = f"{times.attendees} minute{'s' * (times.attendees > 1)} before one that you are to attend begins"
    when = ", and ".join(filter(None, [before, soon]))
    return f"You hear of a meeting {when}." if when else "You are not reminded of meetings."


def _before(days: tuple[int, ...]) -> str:
    """ "5 and 1 working days before and on the day"; nothing for never."""
    ahead = [number for number in days if number]
    return " and ".join(filter(None, [f"{_days(ahead)} before" if ahead else "", "on the day" if 0 in days else ""]))


def _days(numbers: Sequence[int]) -> str:
    *others, last = map(str, numbers)
    listed = f"{', '.join(others)} and {last}" if others else last
    return f"{listed} working day{'' if list(numbers) == [1] else 's'}"


def _words(value: Any) -> str:
    if value is None or value == ():
        return "never"
    if isinstance(value, time):
        return f"{value:%H:%M}"
    if isinstance(value, tuple):
        return " to ".join(map(_words, value)) if isinstance(value[0], time) else ", ".join(map(str, value))
    return str(value)


def read(text: str, base: LeadTimes, names: Iterable[str] = NAMES) -> LeadTimes:
    """The times in lines such as "actions: 3, 0" or "quiet: 18:00 to 08:00"; what is not named stays as in `base`.

    Raises UserError naming the line that cannot be read, and for daily words after which it is quiet until
    midnight: nobody would ever hear them.
    """
    known = tuple(names)
    found: dict[str, Any] = {}
    for line in filter(None, (line.strip() for line in text.splitlines())):
        name, colon, words = line.partition(":")
        name = name.strip().casefold()
        if not colon or name not in known:
            raise UserError(
                f"“{dates.shown(line)}” cannot be read. Begin each line with one of "
                f"{', '.join(known)}: `{spelled(base, known[:1])}`."
            )
        found[name] = _read_value(name, words.strip(), line)
    times = replace(base, **found)
    if "daily" in known and found and times.is_mute:
        raise UserError(
            f"{times.daily:%H:%M} lies in the quiet hours, {_words(times.quiet)}, so the day's reminders would never "
            "be said. Move one of them: `daily: 09:00`."
        )
    return times


def _read_value(name: str, words: str, line: str) -> Any:
    if name == "daily":
        return dates.read_time(words)
    if name == "quiet":
        begins, to, ends = words.partition(" to ")
        if not to:
            raise UserError(f"“{dates.shown(line)}” cannot be read. Type quiet hours as `quiet: 18:00 to 08:00`.")
        return (dates.read_time(begins), dates.read_time(ends))
    several = name in ("actions", "meetings")
    if words.casefold() in ("never", "none", "off"):
        return () if several else None
    numbers = re.split(r"[,\s]+", words)
    least = 0 if several else 1  # nothing is late, or a meeting near, by nothing at all
    if not all(re.fullmatch(r"[0-9]{1,3}", number) and least <= int(number) <= LONGEST for number in numbers) or (
        not several and len(numbers) > 1
    ):
        what = f"whole numbers from 0 to {LONGEST}" if several else f"a whole number from 1 to {LONGEST}"
        example = f"{name}: {'3, 0' if several else 5}"
        raise UserError(f"“{dates.shown(line)}” cannot be read. Type {what}, or never: `{example}`.")
    days = sorted({int(number) for number in numbers}, reverse=True)
    return tuple(days) if several else days[0]
