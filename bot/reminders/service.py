"""What is to be said without being asked: derived at each tick from the record, never scheduled.

Daily words are planned once for each working day, at the negotiation's hour; days on which nobody planned
(Parley was away) are made up for in the same message. Words on meetings about to begin, or forgotten, are
planned when their minute comes. Each cause goes to each person once, whatever ticks how often.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import access, lead_times, outbox, roster
from bot.clauses import cards
from bot.lead_times import LeadTimes
from bot.reminders import rules
from bot.reminders.rules import Cause
from bot.roster import Seat
from bot.workdays import Calendar
from storage import Database, Session, clauses, meetings, minutes, negotiations, records, reminders, timetable
from storage import outbox as rows
from storage.tables import (
    Action,
    Attendance,
    AttendanceStatus,
    ClauseStatus,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Negotiation,
    OutboxRow,
    OutboxState,
    Role,
)

PERSON, SOON, CHANNEL = "reminder.person", "reminder.soon", "reminder.channel"
_ONE_DAY = timedelta(days=1)
CLOCKS_DIFFER = timedelta(minutes=2)  # ours and Slack's
GRACE = timedelta(minutes=15)  # how long a meeting may begin or end late before its scribe is asked


@dataclass(frozen=True)
class Nudge:
    """One thing to say to one recipient (a person's or a channel's id in Slack).

    `on` is the deadline or the instant spoken of, as ISO: when that changes, it is another occurrence.
    `day` is the local day on which it should be said. It may be said from `since` until `until`.
    """

    kind: str
    recipient: str
    negotiation_id: int
    of: str
    ref_id: int
    cause: str
    on: str
    day: date
    since: datetime
    until: datetime

    @property
    def key(self) -> str:
        day = self.day.isoformat()
        return f"{self.of}:{self.ref_id}:{self.cause}:{self.on}:{day}:{self.negotiation_id}:{self.recipient}"

    def as_json(self) -> dict[str, object]:
        return {
            "negotiation": self.negotiation_id,
            "of": self.of,
            "id": self.ref_id,
            "cause": self.cause,
            "on": self.on,
            "day": self.day.isoformat(),
        }


def plan(db: Database, now: datetime) -> int:
    """Leave in the outbox whatever is to be said now; gives how many messages. Planning twice says nothing twice."""
    with db.snapshot() as session:
        freed = {row.negotiation_id for row in reminders.pending(session, (PERSON, CHANNEL)) if _is_free(session, row)}
        waiting = [
            clock.negotiation.id or 0
            for clock in _clocks(session, now)
            if clock.may_speak() and (clock.negotiation.id in freed or clock.something_new(session))
        ]
    if not waiting:
        return 0
    with db.transaction() as session:
        held = {row.id for row in reminders.lock_in_order(session, waiting)}
        clocks = [clock for clock in _clocks(session, now) if clock.negotiation.id in held and clock.may_speak()]
        return _leave(session, clocks, now)


def _clocks(session: Session, now: datetime) -> list["_Clock"]:
    around: dict[int, list[Meeting]] = {}
    for meeting in reminders.meetings_around(session, now - rules.LONGEST_ABSENCE, now + timedelta(hours=2)):
        around.setdefault(meeting.negotiation_id, []).append(meeting)
    return [_Clock(row, around.get(row.id or 0, []), now) for row in negotiations.every(session)]


class _Clock:
    """One negotiation at one instant: its local day, its times, and what is to be said in it."""

    def __init__(self, negotiation: Negotiation, around: Sequence[Meeting], now: datetime) -> None:
        self.negotiation, self._around, self._now = negotiation, around, now
        self.zone = ZoneInfo(negotiation.zone)
        self._local = now.astimezone(self.zone)
        self.today = self._local.date()
        self.times = lead_times.USUAL.over(negotiation.reminders)

    @property
    def calendar(self) -> Calendar:
        return access.negotiation_calendar(self.negotiation)

    def may_speak(self) -> bool:
        return not self.times.is_quiet(self._local) and rules.works(self.today, self.calendar)

    def days(self) -> list[date]:
        """The days whose daily words are still to be said, once the hour has come."""
        last = self.negotiation.reminded_on or self.negotiation.created_at.astimezone(self.zone).date()
        if last >= self.today or self._local.time().replace(tzinfo=None) < self.times.daily:
            return []
        return rules.days_to_speak_of(last, self.today, self.calendar)

    def something_new(self, session: Session) -> bool:
        if self.days():
            return True
        keys = {nudge.key for nudge in self.at_once(session)}
        return bool(keys - reminders.said(session, keys))

    # -- when it may be said ----------------------------------------------------------------------------

    def window(self, seat: Seat | None) -> tuple[datetime, datetime]:
        """From when until when a person (None: a channel) may be spoken to: today, or when their own quiet
        hours have begun, on the next working day. Never past midnight: that may be a day off."""
        times = self.times.over(seat.member.reminders) if seat else self.times
        begins, ends = times.quiet
        since = self._now
        if times.is_quiet(self._local):
            since = self._instant(self.today, ends)
            if since <= self._now:
                since = self._instant(rules.first_working_day_from(self.today + _ONE_DAY, self.calendar), ends)
        day = since.astimezone(self.zone).date()
        until = self._instant(day, begins)
        return since, until if until > since else self._instant(day + _ONE_DAY, time())

    def _instant(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, tzinfo=self.zone).astimezone(UTC)

    def nudge(
        self, kind: str, to: Seat | str, of: str, ref_id: int, cause: str, on: str, day: date, until: datetime | None
    ) -> Nudge:
        seat = to if isinstance(to, Seat) else None
        since, late = self.window(seat)
        recipient = seat.person.user_id if seat else str(to)
        negotiation_id = self.negotiation.id or 0
        return Nudge(kind, recipient, negotiation_id, of, ref_id, cause, on, day, since, until or late)

    # -- meetings about to begin, or forgotten ----------------------------------------------------------

    def at_once(self, session: Session) -> list[Nudge]:
        """What this minute asks for; already said or not."""
        if not self._around:
            return []
        seats = roster.seats(session, self.negotiation.id or 0)
        asked = [nudge for meeting in self._around for nudge in self._of_minute(session, meeting, seats)]
        return [nudge for nudge in asked if nudge.since < nudge.until]  # quiet hours may last past a beginning

    def _of_minute(self, session: Session, meeting: Meeting, seats: Sequence[Seat]) -> Iterable[Nudge]:
        on = meeting.starts_at.isoformat()
        day = meeting.starts_at.astimezone(self.zone).date()
        if meeting.status == MeetingStatus.PLANNED and self._now < meeting.starts_at:
            for seat in roster.expected(session, meeting, seats):
                minutes = self.times.over(seat.member.reminders).attendees
                if minutes is not None and meeting.starts_at - timedelta(minutes=minutes) <= self._now:
                    yield self.nudge(SOON, seat, "soon", meeting.id or 0, "", on, day, meeting.starts_at)
        elif day < self.today and self._local.time().replace(tzinfo=None) < self.times.daily:
            return  # what was not said in time comes with the other words of the day
        elif meeting.automatic and meeting.status == MeetingStatus.PLANNED:
            return  # nobody has planned it, so nobody need account for it
        elif meeting.status == MeetingStatus.PLANNED and self._now >= meeting.starts_at + GRACE:
            for seat in scribes(session, meeting, seats):
                yield self.nudge(PERSON, seat, "unstarted", meeting.id or 0, "", on, day, None)
        elif meeting.status == MeetingStatus.OPEN and self._now >= rules.should_end(meeting) + GRACE:
            for seat in scribes(session, meeting, seats):
                yield self.nudge(PERSON, seat, "unended", meeting.id or 0, "", on, day, None)

    # -- the words of a day -----------------------------------------------------------------------------

    def daily(self, session: Session) -> list[Nudge]:
        """What the days since the last planned one ask for, the newest word on each thing only."""
        days = self.days()
        if not days:
            return []
        seats = roster.seats(session, self.negotiation.id or 0)
        found = [
            *self._actions(session, days, seats),
            *self._meetings(session, days, seats),
            *self._clauses(session, days, seats),
            *self._channel(session, days),
        ]
        newest = {(n.recipient, n.of, n.ref_id, n.cause == Cause.ESCALATED): n for n in found}
        return list(newest.values())

    def _actions(self, session: Session, days: Sequence[date], seats: Sequence[Seat]) -> Iterable[Nudge]:
        negotiation_id, calendar = self.negotiation.id or 0, self.calendar
        own = {seat.member.id or 0: self.times.over(seat.member.reminders) for seat in seats}
        every = list(dict.fromkeys([self.times, *own.values()]))
        oldest = reminders.oldest_deadline(session, negotiation_id)
        dues = rules.due_dates(days, every, calendar, oldest)
        actions = reminders.actions_due_on(session, negotiation_id, dues)
        put_off = reminders.snoozed_until(session, negotiation_id, days)
        ids = [action.id or 0 for action in actions] + [action.id or 0 for _, action in put_off]
        owners = records.owners(session, dict.fromkeys(ids))
        silent = reminders.snoozes(session, ids)
        by_member = {seat.member.id or 0: seat for seat in seats}
        due_of: dict[tuple[date, LeadTimes], list[rules.Due]] = {}

        def said(action: Action, times: LeadTimes) -> list[rules.Due]:
            due_on = action.due_on or date.max
            if (due_on, times) not in due_of:
                due_of[(due_on, times)] = rules.action_dues(due_on, days, times, calendar)
            return due_of[(due_on, times)]

        def told(seat: Seat, action: Action, cause: Cause, day: date) -> Nudge:
            on = action.due_on.isoformat() if action.due_on else ""
            return self.nudge(PERSON, seat, "action", action.id or 0, cause, on, day, None)

        for action in actions:
            for member_id in owners[action.id or 0]:
                until = silent.get((action.id or 0, member_id))
                for due in said(action, own.get(member_id, self.times)):
                    if due.cause != Cause.ESCALATED and (until is None or until <= due.day):
                        yield told(by_member[member_id], action, due.cause, due.day)
            for due in said(action, self.times):
                if due.cause == Cause.ESCALATED:
                    for seat in chairs(seats, action.party_id):
                        if seat.member.id not in owners[action.id or 0]:
                            yield told(seat, action, due.cause, due.day)
        for snooze, action in put_off:
            times = own.get(snooze.member_id, self.times)
            if snooze.member_id in owners[action.id or 0] and rules.near(action.due_on, snooze.until, times, calendar):
                yield told(by_member[snooze.member_id], action, Cause.SNOOZED, snooze.until)

    def _meetings(self, session: Session, days: Sequence[date], seats: Sequence[Seat]) -> Iterable[Nudge]:
        for meeting in reminders.planned_meetings(session, self.negotiation.id or 0, self._now):
            local = meeting.starts_at.astimezone(self.zone).date()
            for seat in self._concerned(session, meeting, seats):
                before = self.times.over(seat.member.reminders).meetings
                for day in rules.ahead(local, before, self.calendar):
                    if day in days:
                        on = meeting.starts_at.isoformat()
                        yield self.nudge(PERSON, seat, "meeting", meeting.id or 0, "", on, day, None)

    def _concerned(self, session: Session, meeting: Meeting, seats: Sequence[Seat]) -> list[Seat]:
        """Members hear of the table's meetings; of a sub-group's and the lawyers', those who are to come."""
        if meeting.kind in (MeetingKind.SUBGROUP, MeetingKind.LEGAL):
            return roster.expected(session, meeting, seats)
        rows = meetings.attendance(session, meeting.id or 0)
        sorry = {row.member_id for row in rows if row.status == AttendanceStatus.APOLOGIES}
        return [seat for seat in roster.circle(seats, meeting.party_id) if seat.member.id not in sorry]

    def _clauses(self, session: Session, days: Sequence[date], seats: Sequence[Seat]) -> Iterable[Nudge]:
        """A parked clause on the day of its return, to whoever speaks for a side; an escalated one on its last day
        and when its time is over, to those who are to settle it."""
        for clause in clauses.waiting_for_a_date(session, self.negotiation.id or 0):
            parked = clause.status == ClauseStatus.PARKED
            on = clause.parked_until if parked else clause.settle_by
            if on is None:
                continue
            if parked:
                told = [seat for seat in seats if access.CAN[access.Capability.CONFIRM] & set(seat.member.roles)]
                due = [rules.first_working_day_from(on, self.calendar)]
            else:
                told = cards.decides(session, clause)
                due = [rules.working_day_after(on, count, self.calendar) for count in (0, 1)]
            for day in due:
                if day in days:
                    for seat in told:
                        of = "parked" if parked else "escalated"
                        yield self.nudge(PERSON, seat, of, clause.id or 0, "", on.isoformat(), day, None)

    def _channel(self, session: Session, days: Sequence[date]) -> Iterable[Nudge]:
        negotiation_id = self.negotiation.id or 0
        joint = negotiations.joint_channel(session, negotiation_id)
        if joint is None:
            return
        if self.times.confirmations is not None:
            for row in reminders.awaiting_agreements(session, negotiation_id):
                asked = (row.reworded_at or row.at).astimezone(self.zone).date()
                day = rules.working_day_after(asked, self.times.confirmations, self.calendar)
                if day in days:
                    yield self.nudge(CHANNEL, joint, "confirmation", row.id or 0, "", str(row.version), day, None)
            for version, circulated_at in minutes.awaiting_approval(session, negotiation_id):
                asked = circulated_at.astimezone(self.zone).date()
                day = rules.working_day_after(asked, self.times.confirmations, self.calendar)
                if day in days:
                    yield self.nudge(CHANNEL, joint, "minutes", version.id or 0, "", str(version.version), day, None)
        for milestone in timetable.milestones(session, negotiation_id):
            in_time = rules.last_day_in_time(milestone.planned, milestone.month)
            if in_time is not None and not milestone.is_done:
                day = rules.working_day_after(in_time, 1, self.calendar)
                if day in days:
                    on = milestone.month or in_time.isoformat()
                    yield self.nudge(CHANNEL, joint, "milestone", milestone.id or 0, "", on, day, None)
        for day in days:
            if rules.begins_week(day, self.calendar):
                yield self.nudge(CHANNEL, joint, "digest", negotiation_id, "", day.isoformat(), day, None)


def chairs(seats: Iterable[Seat], party_id: int | None) -> list[Seat]:
    """Who hears of what is badly late: the chairs who may see it, or else the leads."""
    may_see = roster.circle(seats, party_id)
    return _with_role(may_see, Role.CHAIR) or _with_role(may_see, Role.LEAD)


def scribes(session: Session, meeting: Meeting, seats: Sequence[Seat]) -> list[Seat]:
    """Who keeps a meeting's record: those who come as scribe, or have the role; the chair or leads otherwise.

    Without those who sent apologies.
    """
    rows = {row.member_id: row for row in meetings.attendance(session, meeting.id or 0)}
    sorry = {row.member_id for row in rows.values() if row.status == AttendanceStatus.APOLOGIES}
    there = [seat for seat in roster.circle(seats, meeting.party_id) if seat.member.id not in sorry]
    named = [seat for seat in there if seat.member.id in rows and _comes_as_scribe(rows[seat.member.id])]
    return named or _with_role(there, Role.SCRIBE) or chairs(there, meeting.party_id)


def _comes_as_scribe(row: Attendance) -> bool:
    return row.capacity.casefold() == Role.SCRIBE


def _with_role(seats: Iterable[Seat], role: Role) -> list[Seat]:
    return [seat for seat in seats if role in seat.member.roles]


def begin_today(session: Session, negotiation: Negotiation, now: datetime) -> None:
    """Say nothing of the past of a negotiation that has just moved in: its daily words begin tomorrow, and nobody is
    asked about a meeting that should have begun or ended by now."""
    around = [
        meeting
        for meeting in reminders.meetings_around(session, now - rules.LONGEST_ABSENCE, now)
        if meeting.negotiation_id == negotiation.id
    ]
    clock = _Clock(negotiation, around, now)
    seats = roster.seats(session, negotiation.id or 0)
    keys = []
    for meeting in around:
        on, day = meeting.starts_at.isoformat(), meeting.starts_at.astimezone(clock.zone).date()
        of = "unended" if meeting.status == MeetingStatus.OPEN else "unstarted"
        asked = scribes(session, meeting, seats)
        keys += [clock.nudge(PERSON, seat, of, meeting.id or 0, "", on, day, None).key for seat in asked]
    reminders.mark_said(session, set(keys) - reminders.said(session, keys), now)
    negotiation.reminded_on = clock.today
    session.add(negotiation)


# -- leaving it in the outbox ---------------------------------------------------------------------------
#
# A message that could not be sent takes in what is to be said later, so that an outage ends with one message.
# One that may stand in Slack already (its answer was lost) keeps its words: nobody would notice new ones in a
# message of the day before. Those are held in a row behind it until it is known. Where it had not been posted,
# it is posted with everything in it, and they are dropped; where it had, they become a message of their own.


def _leave(session: Session, clocks: Sequence[_Clock], now: datetime) -> int:
    keyed = {nudge.key: nudge for clock in clocks for nudge in (*clock.at_once(session), *clock.daily(session))}
    before = reminders.said(session, keyed)
    new = [nudge for key, nudge in keyed.items() if key not in before]
    reminders.mark_said(session, [nudge.key for nudge in new], now)
    by_id = {clock.negotiation.id: clock for clock in clocks}
    waiting = rows.waiting(session, (PERSON, SOON, CHANNEL))
    _drop_what_is_too_late(session, waiting, now)
    waiting = [row for row in waiting if not _let_go(session, row, by_id, now)]
    # Two meetings that begin at different times cannot share a message: it would be too late for the earlier one.
    groups: dict[tuple[str, str, datetime | None], list[Nudge]] = {}
    for nudge in new:
        begins = nudge.until if nudge.kind == SOON else None
        groups.setdefault((nudge.kind, nudge.recipient, begins), []).append(nudge)
    for (kind, recipient, _), nudges in groups.items():
        _say(session, kind, recipient, nudges, waiting, now)
    planned = {number: clock for number, clock in by_id.items() if clock.days()}
    told = {(kind, recipient) for kind, recipient, _ in groups}
    silent = [row for row in waiting if row.maybe_posted or (row.kind, row.recipient) not in told]
    _say_again(session, silent, planned, now)
    for clock in planned.values():
        clock.negotiation.reminded_on = clock.today
        session.add(clock.negotiation)
    return len(groups)


def _say(
    session: Session,
    kind: str,
    recipient: str,
    nudges: Sequence[Nudge],
    waiting: Sequence[OutboxRow],
    now: datetime,
) -> None:
    """Everything for one recipient in one message: the one that still waits to go out, or a new one."""
    since = max(nudge.since for nudge in nudges)
    until = _earliest([nudge.until for nudge in nudges], since)
    payload: dict[str, Any] = {"nudges": [nudge.as_json() for nudge in nudges]}
    mine = [row for row in waiting if (row.kind, row.recipient) == (kind, recipient) and kind != SOON]
    unsure = next((row for row in mine if row.maybe_posted), None)
    if unsure is not None:
        payload |= {"behind": unsure.key, "held_at": now.isoformat()}
        until = since  # no time at all: it waits to be let go
    for row in mine:
        # A row held behind one that is being sent now takes nothing more: that message would be without it.
        if row.maybe_posted or (unsure is None and "behind" in row.payload):
            continue
        payload = {**payload, **row.payload, "nudges": rules.merged(row.payload["nudges"], payload["nudges"])}
        if unsure is None and row.speak_until is not None and row.speak_until > since:  # still in its hours
            since = max(since, row.due_at)
            until = _earliest([until, row.speak_until], since)
        if rows.change_waiting(session, row, payload=payload, due_at=since, speak_until=until):
            return
    outbox.enqueue(
        session,
        kind,
        key=f"{kind}:{nudges[0].key}",
        to=recipient,
        at=since,
        until=until,
        negotiation_id=nudges[0].negotiation_id,
        **payload,
    )


def _earliest(untils: Sequence[datetime], since: datetime) -> datetime:
    """The first of these ends, of several tables, that leaves time to speak from `since` on."""
    return min((until for until in untils if until > since), default=max(untils))


def _is_free(session: Session, row: OutboxRow) -> bool:
    """Whether a row was held behind a message of which it is known by now what became of it."""
    first = rows.by_key(session, row.payload["behind"]) if "behind" in row.payload else None
    return first is not None and first.state not in (OutboxState.PENDING, OutboxState.SENDING)


def _let_go(session: Session, row: OutboxRow, clocks: Mapping[int | None, _Clock], now: datetime) -> bool:
    """What was held is said, or has been; False where it is held still, or never was."""
    clock = clocks.get(row.negotiation_id)
    if clock is None or not _is_free(session, row):
        return False
    first = rows.by_key(session, row.payload["behind"])
    nudges, held_at = row.payload["nudges"], datetime.fromisoformat(row.payload["held_at"])
    posted = datetime.fromtimestamp(float(first.sent_ts), UTC) if first and first.sent_ts else None
    if first is not None and posted is not None and posted > held_at - CLOCKS_DIFFER:
        first.payload = {**first.payload, "nudges": rules.merged(first.payload["nudges"], nudges)}
        session.add(first)
        return rows.change_waiting(session, row, state=OutboxState.DROPPED)
    since, until = clock.window(_seat(session, row))
    if first is not None and posted is not None:  # an old message, which shows these words too by now
        outbox.enqueue(
            session,
            "reminder.update",
            key=f"{first.key}:{now.isoformat()}",
            to=first.sent_channel or first.recipient,
            at=now,
            negotiation_id=first.negotiation_id,
            of=first.key,
        )
    return rows.change_waiting(session, row, payload={"nudges": nudges}, due_at=since, speak_until=until)


def _say_again(
    session: Session, waiting: Sequence[OutboxRow], planned: Mapping[int | None, _Clock], now: datetime
) -> None:
    """What could not be said in its hours, because Slack was away, is said in the next ones."""
    for row in waiting:
        clock = planned.get(row.negotiation_id)
        if clock is None or row.kind == SOON or "behind" in row.payload:
            continue
        if row.speak_until is not None and row.speak_until <= now:
            since, until = clock.window(_seat(session, row))
            rows.change_waiting(session, row, due_at=since, speak_until=until)


def _seat(session: Session, row: OutboxRow) -> Seat | None:
    """Where the recipient sits; None for a channel."""
    seats = roster.seats(session, row.negotiation_id or 0)
    return next((seat for seat in seats if seat.person.user_id == row.recipient), None)


def _drop_what_is_too_late(session: Session, waiting: Sequence[OutboxRow], now: datetime) -> None:
    for row in waiting:
        if row.kind == SOON and row.speak_until is not None and row.speak_until <= now:
            rows.change_waiting(session, row, state=OutboxState.DROPPED)
