"""One negotiation at one instant, as one person asks about it: what every question of readiness looks at."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from bot import access
from bot.clauses.standing import Standing, standings
from bot.errors import UserError
from bot.meetings import rules as meeting_rules
from bot.reminders.rules import first_working_day_from, working_day_after
from bot.roster import Seat
from bot.workdays import Calendar
from storage import Session, clauses
from storage.tables import Meeting, MeetingKind, MeetingStatus, Negotiation, Party

_MOST_DAYS = 60  # on which a free hour is looked for


@dataclass(frozen=True)
class Table:
    """`asker` is the name of whoever asks; `party` their side, None for the command line and the table at large."""

    session: Session
    negotiation: Negotiation
    party: Party | None
    asker: str
    now: datetime
    parties: Sequence[Party]
    seats: Sequence[Seat]
    meetings: Sequence[Meeting]
    given: dict[str, list[str]] = field(default_factory=dict)
    """The roles that people have once the commands of this answer are typed, by name."""
    put_off: dict[str, tuple[date, str]] = field(default_factory=dict)
    """The meetings that the commands of this answer put off, by ref: to which day, and the command."""

    @property
    def id(self) -> int:
        return self.negotiation.id or 0

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.negotiation.zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @cached_property
    def calendar(self) -> Calendar:
        return access.negotiation_calendar(self.negotiation)

    @property
    def signing(self) -> list[Party]:
        return [party for party in self.parties if party.must_sign]

    @cached_property
    def standings(self) -> list[Standing]:
        return standings(self.session, self.id)

    @cached_property
    def proposed(self) -> Mapping[int, str]:
        """The last proposal (its ref) of each clause that has any."""
        return clauses.with_proposals(self.session, self.id)

    def owner(self) -> str | None:
        """Who may answer for a thing: the asker if they have a seat, or else whoever joined first."""
        names = [seat.person.name for seat in self.seats]
        return self.asker if self.asker in names else next(iter(names), None)

    def ahead(self, kind: MeetingKind) -> list[Meeting]:
        """The meetings of a kind that are still to come, soonest first."""
        return [
            m for m in self.meetings if m.kind == kind and m.status == MeetingStatus.PLANNED and m.starts_at > self.now
        ]

    def local(self, meeting: Meeting) -> datetime:
        return meeting.starts_at.astimezone(self.zone)

    def day(self, working_days: int, after: date | None = None) -> str:
        """A working day as people type it: "14 december 2026"."""
        return typed(working_day_after(after or self.today, working_days, self.calendar))

    def free(self, day: date, clock: str, length: timedelta, but: Meeting | None = None) -> str:
        """ "14 december 2026 at 10:00": the first working day from `day` on which nothing else is planned then."""
        return f"{typed(self._free_day(day, clock, length, but))} at {clock}"

    def _free_day(
        self, day: date, clock: str, length: timedelta, but: Meeting | None, without: Collection[date] = ()
    ) -> date:
        hour = time.fromisoformat(clock)
        found = first_working_day_from(day, self.calendar)
        for _ in range(_MOST_DAYS):
            start = datetime.combine(found, hour, self.zone)
            if start > self.now and found not in without and not self._is_taken(start, length, but):
                break
            found = working_day_after(found, 1, self.calendar)
        return found

    def _is_taken(self, start: datetime, length: timedelta, but: Meeting | None) -> bool:
        return any(meeting_rules.overlap((start, start + length), taken) for taken in self.busy(but))

    def busy(self, but: Meeting | None = None) -> list[tuple[datetime, datetime]]:
        """When something is planned that the asker may know of."""
        return [
            (other.starts_at, other.starts_at + timedelta(minutes=other.minutes_planned))
            for other in self.meetings
            if other.status == MeetingStatus.PLANNED and other is not but
        ]

    def hour_before(self, meeting: Meeting, preparation: timedelta, but: Meeting | None = None) -> str | None:
        """The latest free hour that leaves the padded preparation before a meeting, as people type it; or None."""
        try:
            start = meeting_rules.premeet_start(
                meeting.starts_at, preparation, self.calendar, self.zone, busy=self.busy(but), earliest=self.now
            )
        except UserError:
            return None  # beyond the calendar's years
        local = start.astimezone(self.zone) if start else None
        return f"{typed(local.date())} at {local:%H:%M}" if local else None

    def later(self, meeting: Meeting, from_day: date, why: str) -> str:
        """The command that puts a meeting off to the first day from `from_day` on which its hour is free.

        A meeting is put off once in an answer, whatever asks for it, and never onto the day of another one of its kind
        or before one that this answer has put off already.
        """
        if meeting.ref not in self.put_off:
            length, clock = timedelta(minutes=meeting.minutes_planned), f"{self.local(meeting):%H:%M}"
            others = {self.local(each).date() for each in self.ahead(MeetingKind(meeting.kind)) if each is not meeting}
            after = [day + timedelta(days=1) for day, _ in self.put_off.values()]
            day = self._free_day(max([from_day, *after]), clock, length, meeting, others)
            self.put_off[meeting.ref] = day, f"meeting move {meeting.ref} to {typed(day)} at {clock} because {why}"
        return self.put_off[meeting.ref][1]


def typed(day: date) -> str:
    """A date as people type it: "14 december 2026"."""
    return f"{day.day} {day:%B %Y}".lower()
