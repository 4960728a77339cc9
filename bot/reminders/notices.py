"""Reminders, read afresh when they are sent: what has been settled or moved meanwhile is left out."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from bot import access, dates, roster
from bot.clauses.standing import standing
from bot.meetings import approving
from bot.meetings import service as meeting_service
from bot.meetings import views as meeting_views
from bot.outbox import Message, Update
from bot.record import service as record_service
from bot.record import views as record_views
from bot.reminders import digest, rules, views
from bot.reminders.rules import Cause
from bot.reminders.views import Line, Section
from bot.slack import blocks, mrkdwn
from bot.timetable import views as timetable_views
from bot.workdays import Calendar
from storage import Session, clauses, meetings, negotiations, outbox, records, reminders, timetable
from storage.tables import (
    Action,
    ActionStatus,
    Agreement,
    AgreementStatus,
    AttendanceStatus,
    ClauseStatus,
    Meeting,
    MeetingStatus,
    MinutesVersion,
    Negotiation,
    OutboxRow,
)

Nudge = Mapping[str, Any]


class _Told:
    """One negotiation as one recipient hears of it: `seat` is the person, None for the joint channel."""

    def __init__(self, session: Session, negotiation: Negotiation, recipient: str, today: date) -> None:
        self.session, self.negotiation, self.today = session, negotiation, today
        self.seats = {seat.member.id or 0: seat for seat in roster.seats(session, negotiation.id or 0)}
        self.seat = next((seat for seat in self.seats.values() if seat.person.user_id == recipient), None)
        self.zone = ZoneInfo(negotiation.zone)

    @property
    def calendar(self) -> Calendar:
        return access.negotiation_calendar(self.negotiation)

    def may_see(self, party_id: int | None) -> bool:
        return party_id is None or (self.seat is not None and self.seat.party.id == party_id)

    def stays_away(self, meeting: Meeting) -> bool:
        """Whether the person has sent apologies."""
        rows = meetings.attendance(self.session, meeting.id or 0)
        sorry = {row.member_id for row in rows if row.status == AttendanceStatus.APOLOGIES}
        return self.seat is not None and self.seat.member.id in sorry


def person(session: Session, row: OutboxRow) -> Message | None:
    """Everything that one person should hear today, over all their negotiations."""
    return _message(session, row, settled=False)


def person_again(session: Session, row: OutboxRow) -> Update | None:
    """A reminder already sent, with what was settled since marked as such."""
    original = outbox.by_key(session, row.payload["of"])
    if original is None:
        return None
    message = _message(session, original, settled=True)
    return Update(original.key, message) if message else None


def _message(session: Session, row: OutboxRow, *, settled: bool) -> Message | None:
    sections = _sections(session, row, settled=settled)
    if not any(section.lines for section in sections):
        return None
    opening = "*Reminder* from Parley" if row.recipient.startswith(("U", "W")) else "*For the table*"
    return views.message(opening, sections, key=row.key, buttons=True)


def channel(session: Session, row: OutboxRow) -> Message | None:
    """What the whole table should hear today."""
    return _message(session, row, settled=False)


def soon(session: Session, row: OutboxRow) -> Message | None:
    """A meeting begins in a moment."""
    sections = _sections(session, row, settled=False)
    if not any(section.lines for section in sections):
        return None
    return views.message("*About to begin*", sections, key=row.key, buttons=False)


def _sections(session: Session, row: OutboxRow, *, settled: bool) -> list[Section]:
    sections: dict[int, Section] = {}
    told: dict[int, _Told] = {}
    nudges = row.payload["nudges"]
    for later in reminders.pending(session, [row.kind]) if row.maybe_posted and not settled else []:
        if later.payload.get("behind") == row.key:  # held until this one is sent, and said in it
            nudges = rules.merged(nudges, later.payload["nudges"])
    for nudge in _worth_saying(nudges):
        negotiation = negotiations.get(session, nudge["negotiation"])
        negotiation_id = negotiation.id or 0
        if negotiation_id not in told:
            # The day on which it is said, which may be later than the one on which it was planned.
            today = row.due_at.astimezone(ZoneInfo(negotiation.zone)).date()
            told[negotiation_id] = _Told(session, negotiation, row.recipient, today)
            sections[negotiation_id] = Section(negotiation.code, negotiation.title, negotiation.marking)
        circle = told[negotiation_id]
        if circle.seat is None and row.recipient.startswith(("U", "W")):
            continue  # no longer at this table
        sections[negotiation_id].lines.extend(LINES[nudge["of"]](circle, nudge, settled))
    return [sections[number] for number in sorted(sections)]


def _worth_saying(nudges: Iterable[Nudge]) -> Iterable[Nudge]:
    """All of them, but for what the digest of the week says in the same message anyway."""
    told = list(nudges)
    digested = {nudge["negotiation"] for nudge in told if nudge["of"] == "digest"}
    return [
        nudge
        for nudge in told
        if nudge["of"] not in ("confirmation", "minutes", "milestone") or nudge["negotiation"] not in digested
    ]


def _action(told: _Told, nudge: Nudge, settled: bool) -> Iterable[Line]:
    action = records.get(told.session, Action, nudge["id"])
    if action is None or not told.may_see(action.party_id):
        return
    owner_ids = records.owners(told.session, [action.id or 0])[action.id or 0]
    mine = told.seat is not None and told.seat.member.id in owner_ids
    standing = _still(told, action, nudge, mine)
    if not standing:
        if settled:
            yield Line(f"*{action.ref}* {blocks.cut(action.text, 400)}: {_settled(told, action, nudge)}")
        return
    escalated = nudge["cause"] == Cause.ESCALATED
    others = [told.seats[i].title for i in owner_ids if escalated or told.seats[i] is not told.seat]
    on = action.due_on or told.today
    said = views.due(on, nudge["cause"], told.today, told.calendar)
    words = views.action(action.ref, action.text, said, nudge["cause"], others)
    words += views.belated(date.fromisoformat(nudge["day"]), told.today)
    yield Line(words, action.ref if mine and not escalated else None)


def _still(told: _Told, action: Action, nudge: Nudge, mine: bool) -> bool:
    """Whether the cause of a nudge still stands."""
    if action.status != ActionStatus.OPEN or not _same_date(action, nudge):
        return False
    if nudge["cause"] == Cause.ESCALATED:
        return True
    member_id = told.seat.member.id if told.seat else None
    until = reminders.snoozes(told.session, [action.id or 0]).get((action.id or 0, member_id or 0))
    return mine and (until is None or until <= told.today)


def _same_date(action: Action, nudge: Nudge) -> bool:
    on: str = nudge["on"]
    return on == (action.due_on.isoformat() if action.due_on else "")


def _settled(told: _Told, action: Action, nudge: Nudge) -> str:
    if action.status != ActionStatus.OPEN:
        return f"{action.status} now"
    if action.due_on is not None and not _same_date(action, nudge):
        return f"now due on {dates.full_date(action.due_on)}"
    member_id = told.seat.member.id if told.seat else 0
    until = reminders.snoozes(told.session, [action.id or 0]).get((action.id or 0, member_id or 0))
    if until is not None and until > told.today:
        return f"you hear of it again on {dates.full_date(until)}"
    return "changed since"


def _planned(told: _Told, nudge: Nudge) -> Meeting | None:
    """The meeting, if it is still to begin at the same time, and the person has not sent apologies since."""
    meeting = meetings.get(told.session, nudge["id"])
    same_time = meeting.starts_at.isoformat() == nudge["on"]
    if not same_time or meeting.status != MeetingStatus.PLANNED or not told.may_see(meeting.party_id):
        return None
    return None if told.stays_away(meeting) else meeting


def _meeting(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    meeting = _planned(told, nudge)
    if meeting is None:
        return
    words = meeting_views.line(meeting, told.zone) + (f", {meeting.place}" if meeting.place else "")
    lacking = meeting_views.outstanding(meeting_service.outstanding(told.session, meeting))
    yield Line(f"{words}{lacking}{views.belated(date.fromisoformat(nudge['day']), told.today)}")


def _soon(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    meeting = _planned(told, nudge)
    if meeting is not None:
        yield Line(meeting_views.line(meeting, told.zone) + (f", {meeting.place}" if meeting.place else ""))


def _unstarted(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    meeting = _planned(told, nudge)
    if meeting is not None:
        begun = dates.clock_time(meeting.starts_at, told.zone)
        day = dates.full_date(meeting.starts_at.astimezone(told.zone).date())
        today = meeting.starts_at.astimezone(told.zone).date() == told.today
        start = f"If it has begun, type `/parley start {meeting.ref}` in its channel; if not, " if today else ""
        yield Line(
            f"*{meeting.ref}* {meeting.title} should have begun at {begun} on {day}. {start}"
            f"`/parley meeting move {meeting.ref} to DATE at TIME because …` or "
            f"`/parley meeting cancel {meeting.ref} because …`"
        )


def _unended(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    meeting = meetings.get(told.session, nudge["id"])
    if meeting.status == MeetingStatus.OPEN and told.may_see(meeting.party_id):
        ends = rules.should_end(meeting)
        day = dates.full_date(ends.astimezone(told.zone).date())
        yield Line(
            f"*{meeting.ref}* {meeting.title} should have ended at {dates.clock_time(ends, told.zone)} on {day} and is "
            f"still open. `/parley close {meeting.ref}` ends it and issues its draft minutes"
        )


def _confirmation(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    agreement = records.get(told.session, Agreement, nudge["id"])
    if agreement is None or agreement.status != AgreementStatus.AWAITING or agreement.party_id is not None:
        return
    if str(agreement.version) != nudge["on"]:
        return
    parties = record_service.awaited_parties(told.session, agreement)
    able = access.CAN[access.Capability.CONFIRM]
    asked = {party.id for party in parties}
    people = [
        mrkdwn.mark(seat.person.user_id)
        for seat in roster.here(told.seats.values())
        if seat.party.id in asked and able & set(seat.member.roles)
    ]
    who = f"{mrkdwn.listed(people)}: " if people else ""
    yield Line(f"{who}{record_views.outstanding(agreement, parties, told.zone)}")


def _minutes(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    """Minutes that a party has not approved yet, while they are the newest."""
    version = told.session.get(MinutesVersion, nudge["id"])
    meeting = meetings.get(told.session, version.meeting_id) if version else None
    standing = approving.latest(told.session, meeting) if meeting else None
    if meeting is None or standing is None or standing.version.id != nudge["id"] or not standing.awaited:
        return
    asked = {party.id for party in standing.awaited}
    seats = [seat for seat in told.seats.values() if seat.party.id in asked and approving.may_approve(seat)]
    who = mrkdwn.listed(mrkdwn.mark(seat.person.user_id) for seat in roster.here(seats))
    yield Line((f"{who}: " if who else "") + meeting_views.minutes_awaited(meeting, standing, told.zone))


def _milestone(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    row = next((m for m in timetable.milestones(told.session, told.negotiation.id or 0) if m.id == nudge["id"]), None)
    if row is None or row.is_done:
        return
    planned = row.planned or row.month
    if planned is None or str(planned) != nudge["on"]:
        return
    owner = told.seats.get(row.owner_id or 0)
    whose = f" ({owner.title})" if owner else ""
    yield Line(
        f"*{row.ref}* {blocks.cut(row.title, 200)}{whose} was planned for {timetable_views.in_words(planned)} and is "
        f"not marked as done: `/parley milestone done {row.ref}`, or "
        f"`/parley milestone move {row.ref} to DATE because …`"
    )


def _parked(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    clause = clauses.get(told.session, nudge["id"])
    if clause is None or clause.status != ClauseStatus.PARKED or str(clause.parked_until) != nudge["on"]:
        return
    until = dates.full_date(date.fromisoformat(nudge["on"]))
    yield Line(
        f"Clause *{clause.number}* {blocks.cut(clause.title, 200)} was parked until {until}: "
        f"`/parley propose {clause.number} …`, `/parley park {clause.number} until DATE`, or "
        f"`/parley reopen {clause.number} because …`"
    )


def _escalated(told: _Told, nudge: Nudge, _settled: bool) -> Iterable[Line]:
    clause = clauses.get(told.session, nudge["id"])
    if clause is None or clause.settle_by is None or str(clause.settle_by) != nudge["on"]:
        return
    if standing(told.session, clause).status != ClauseStatus.ESCALATED:
        return
    day = dates.full_date(clause.settle_by)
    when = f"was to be settled by {day}" if told.today > clause.settle_by else f"is to be settled by {day}"
    title, why = blocks.cut(clause.title, 200), blocks.cut(clause.because, 300)
    yield Line(
        f"Clause *{clause.number}* {title}, escalated because {why}, {when}: `/parley clause {clause.number}` shows "
        f"each side’s last position, `/parley escalate {clause.number} because …` takes it further"
    )


def _digest(told: _Told, _nudge: Nudge, _settled: bool) -> Iterable[Line]:
    for words in digest.lines(told.session, told.negotiation, told.today):
        yield Line(words)


Lines = Callable[[_Told, Nudge, bool], Iterable[Line]]

LINES: dict[str, Lines] = {
    "action": _action,
    "meeting": _meeting,
    "soon": _soon,
    "unstarted": _unstarted,
    "unended": _unended,
    "confirmation": _confirmation,
    "minutes": _minutes,
    "milestone": _milestone,
    "parked": _parked,
    "escalated": _escalated,
    "digest": _digest,
}
