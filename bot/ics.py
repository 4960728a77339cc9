"""Calendar files (RFC 5545): one meeting or deadline to add by hand, and the feed that a calendar follows.

Every file only tells (METHOD:PUBLISH), or takes back what was told (METHOD:CANCEL). METHOD:REQUEST, which
asks for an answer, needs the attendees' e-mail addresses (RFC 5546, 3.2.2), and Parley holds none; so the
organiser, whom every method needs, has an address under a domain that can never exist (RFC 2606). There
are no alarms: Parley itself reminds.

A file depends on nothing but what it is made from, so making it again changes no byte.
"""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import YEARLY, rrule, weekday

if TYPE_CHECKING:
    import icalendar

_ORGANISER = "mailto:parley@parley.invalid"
_ONE_DAY = timedelta(days=1)
_WEEK = 7 * 24 * 60 * 60  # seconds; nowhere do clocks change twice in one
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_YEARS_AHEAD = 10  # enough to tell "the fourth Sunday" from "the last"

# What no TEXT may hold (RFC 5545, 3.3.11); half a surrogate pair, which no UTF-8 can; the byte order mark.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff]")
_LINE_END = re.compile(r"\r\n?|[\u2028\u2029]")
_ESCAPES = str.maketrans({"\\": r"\\", ";": r"\;", ",": r"\,", "\n": r"\n"})


@dataclass(frozen=True)
class Event:
    """One entry in a calendar: a meeting from one aware instant to another, or whole days.

    `starts` and `ends` are both instants or both dates; `ends` as a date is the last day itself. `uid`
    stays for ever; `sequence` grows whenever the entry is moved or cancelled, or calendars keep the old one.
    """

    uid: str
    title: str
    starts: datetime | date
    ends: datetime | date
    changed_at: datetime
    sequence: int = 0
    place: str = ""
    description: str = ""
    cancelled: bool = False


class _Change(NamedTuple):
    """Clocks change: to `name`, when they would have shown `onset` by the offset `before`."""

    onset: datetime
    before: timedelta
    after: timedelta
    name: str


def invitation(event: Event, zone: ZoneInfo) -> str:
    """A file to add one event to any calendar, or to take a cancelled one out again."""
    return _file({"METHOD": "CANCEL" if event.cancelled else "PUBLISH"}, [event], zone)


def feed(name: str, events: Sequence[Event], zone: ZoneInfo) -> str:
    """A whole calendar to follow, in the order given. Some programs know its name by an older property."""
    head = {"METHOD": "PUBLISH", "NAME": name, "X-WR-CALNAME": name, "X-WR-TIMEZONE": zone.key}
    return _file(head, events, zone)


def _file(head: Mapping[str, str], events: Sequence[Event], zone: ZoneInfo) -> str:
    from icalendar import Calendar  # 0.3 s that only this needs

    calendar = Calendar()
    _add_texts(calendar, {"VERSION": "2.0", "PRODID": "-//Parley//Parley//EN", "CALSCALE": "GREGORIAN", **head})
    years = {event.starts.astimezone(zone).year for event in events if isinstance(event.starts, datetime)}
    if years and not _is_utc(zone):
        calendar.add_component(_time_zone(zone, min(years) - 1, max(years) + _YEARS_AHEAD))
    for event in events:
        calendar.add_component(_entry(event, zone))
    text: str = calendar.to_ical().decode()
    return text


def _entry(event: Event, zone: ZoneInfo) -> "icalendar.Event":
    import icalendar

    entry = icalendar.Event()
    changed_at = event.changed_at.astimezone(UTC)
    entry.add("DTSTAMP", changed_at)
    entry.add("LAST-MODIFIED", changed_at)
    entry.add("SEQUENCE", event.sequence)
    entry.add("ORGANIZER", _ORGANISER, {"CN": "Parley"})
    whole_days = _add_times(entry, event, zone)
    texts = {
        "UID": event.uid,
        "SUMMARY": event.title,  # even if empty (RFC 5546, 3.2.1)
        "STATUS": "CANCELLED" if event.cancelled else "CONFIRMED",
        # A deadline does not keep anybody from meeting, and what is cancelled no longer does.
        "TRANSP": "TRANSPARENT" if whole_days or event.cancelled else "OPAQUE",
    }
    asides = {"LOCATION": event.place, "DESCRIPTION": event.description}
    _add_texts(entry, texts | {name: text for name, text in asides.items() if text})
    return entry


def _add_times(entry: "icalendar.Event", event: Event, zone: ZoneInfo) -> bool:
    """Adds start and end, the end only if it is later (RFC 5545, 3.8.2.2); says whether these are whole days."""
    if not (isinstance(event.starts, datetime) and isinstance(event.ends, datetime)):
        entry.add("DTSTART", event.starts)
        entry.add("DTEND", max(event.starts, event.ends) + _ONE_DAY)  # the first day that is free again
        return True
    # In UTC before they are compared: within one zone Python compares what clocks show.
    instants = {"DTSTART": event.starts.astimezone(UTC), "DTEND": event.ends.astimezone(UTC)}
    if instants["DTEND"] <= instants["DTSTART"]:
        del instants["DTEND"]
    shown = {name: instant.astimezone(zone) for name, instant in instants.items()}
    # A local time that clocks show twice would be read as the first (3.3.5): then UTC alone is exact.
    in_utc = _is_utc(zone) or any(local.fold for local in shown.values())
    for name, local in shown.items():
        if in_utc:
            entry.add(name, instants[name])
        else:
            entry.add(name, local.replace(tzinfo=None), {"TZID": zone.key})
    return False


def _is_utc(zone: ZoneInfo) -> bool:
    """Whether times are written in UTC, which takes neither a TZID nor a VTIMEZONE (RFC 5545, 3.2.19)."""
    return zone.key == "UTC"


def _add_texts(component: "icalendar.Component", texts: Mapping[str, str]) -> None:
    """Adds what people typed, escaped here: icalendar 7.3 makes a line end of the backslash in "C:\\New"."""
    from icalendar.prop import vInline

    for name, text in texts.items():
        whole = _CONTROL.sub("", _LINE_END.sub("\n", text))
        component.add(name, vInline(whole.translate(_ESCAPES)), encode=False)


def _time_zone(zone: ZoneInfo, first_year: int, last_year: int) -> "icalendar.Timezone":
    """The VTIMEZONE of `zone`, right from `first_year` to `last_year`, and beyond where a yearly rule holds.

    Not icalendar's own: that lists dates, of which Outlook reads none ([MS-STANOICAL] 2.2.47), and in 7.3
    starts daylight saving an hour late.
    """
    from icalendar import Timezone

    component = Timezone()
    component.add("TZID", zone.key)
    changes = _changes(zone, first_year, last_year)
    if not changes or changes[0].onset.year > first_year:
        start = datetime(first_year, 1, 1, tzinfo=zone)
        offset = start.utcoffset() or timedelta(0)
        still = _Change(start.replace(tzinfo=None), offset, offset, start.tzname() or zone.key)
        component.add_component(_observance([still], last_year))
    alike: dict[tuple[timedelta, timedelta, str], list[_Change]] = {}
    for change in changes:
        alike.setdefault(change[1:], []).append(change)
    for group in alike.values():
        component.add_component(_observance(group, last_year))
    return component


def _observance(changes: Sequence[_Change], last_year: int) -> "icalendar.Component":
    """The same change of clocks, once or many times."""
    from icalendar import TimezoneDaylight, TimezoneStandard

    first = changes[0]
    component = TimezoneDaylight() if first.after > first.before else TimezoneStandard()
    component.add("DTSTART", first.onset)
    component.add("TZOFFSETFROM", first.before)
    component.add("TZOFFSETTO", first.after)
    component.add("TZNAME", first.name)
    onsets = [change.onset for change in changes]
    if len(onsets) > 1:
        rule = _yearly_rule(onsets, last_year)
        component.add(*("RRULE", rule) if rule else ("RDATE", onsets[1:]))
    return component


def _yearly_rule(onsets: list[datetime], last_year: int) -> dict[str, str | int] | None:
    """The rule, such as "the last Sunday in March", that gives exactly these onsets; None where none does."""
    first = onsets[0]
    for nth in ((first.day + 6) // 7, -1):
        day = weekday(first.weekday(), nth)
        until = datetime(last_year, 12, 31, 23, 59, 59)  # noqa: DTZ001 (local time, as every onset is)
        if list(rrule(YEARLY, dtstart=first, until=until, bymonth=first.month, byweekday=day)) == onsets:
            return {"FREQ": "YEARLY", "BYMONTH": first.month, "BYDAY": f"{nth}{_WEEKDAYS[first.weekday()]}"}
    return None


def _changes(zone: ZoneInfo, first_year: int, last_year: int) -> list[_Change]:
    """Every change of clocks in these years, in order, found by looking: a ZoneInfo does not tell."""

    def offset(second: int) -> timedelta:
        return datetime.fromtimestamp(second, zone).utcoffset() or timedelta(0)

    first, end = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (first_year, last_year + 1))
    changes = list[_Change]()
    for start in range(first, end, _WEEK):
        before = offset(start)
        if offset(start + _WEEK) != before:
            second = start + bisect_left(range(start, start + _WEEK), True, key=lambda at: offset(at) != before)
            onset = datetime.fromtimestamp(second, UTC).replace(tzinfo=None) + before
            name = datetime.fromtimestamp(second, zone).tzname() or zone.key
            changes.append(_Change(onset, before, offset(second), name))
    return changes
