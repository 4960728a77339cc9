"""The week ahead for the whole table: what is planned, due, late and awaited. Only what everybody may see."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import access, dates, roster
from bot.meetings import approving
from bot.meetings import views as meeting_views
from bot.record import service as record_service
from bot.record import views as record_views
from bot.slack import blocks, mrkdwn
from bot.timetable import rules as timetable_rules
from bot.timetable import service as timetable_service
from bot.timetable import views as timetable_views
from storage import Session, meetings, minutes, records, reminders, timetable
from storage.tables import Action, Negotiation

_MOST = 10  # lines of a kind; the commands list the rest


def lines(session: Session, negotiation: Negotiation, today: date) -> list[str]:
    """The digest of the week that `today` (a local date) is in, a line each; nothing in an empty week."""
    zone = ZoneInfo(negotiation.zone)
    sunday = today + timedelta(days=6 - today.weekday())
    found = [
        *_most(_meetings(session, negotiation, today, sunday, zone), "meetings"),
        *_most(_milestones(session, negotiation, today, sunday), "timetable"),
        *_most(_actions(session, negotiation, today, sunday), "actions"),
        *_most(_awaiting(session, negotiation, zone), "status"),
        *_most(_minutes(session, negotiation, zone), "status"),
    ]
    return [f"*The week to {dates.full_date(sunday)}*", *found] if found else []


def _most(found: Iterable[str], command: str) -> list[str]:
    all_of_them = list(found)
    more = len(all_of_them) - _MOST
    return all_of_them[:_MOST] + ([f"… and {more} more: `/parley {command}`"] if more > 0 else [])


def _meetings(session: Session, negotiation: Negotiation, today: date, sunday: date, zone: ZoneInfo) -> Iterable[str]:
    begins = datetime.combine(today, time(), tzinfo=zone).astimezone(UTC)
    for meeting in reminders.planned_meetings(session, negotiation.id or 0, begins):
        if meeting.party_id is None and meeting.starts_at.astimezone(zone).date() <= sunday:
            yield meeting_views.line(meeting, zone)


def _milestones(session: Session, negotiation: Negotiation, today: date, sunday: date) -> Iterable[str]:
    """What falls in this week, is overdue, or stands later than it was first planned."""
    calendar = access.negotiation_calendar(negotiation)
    by_ref = {row.ref: row for row in timetable.milestones(session, negotiation.id or 0)}
    owners = roster.titles(session, negotiation.id or 0)
    for point in timetable_rules.in_order(timetable_service.points(session, negotiation.id or 0).values()):
        row = by_ref[point.ref]
        near = point.planned is not None and today <= point.planned <= sunday
        slipped = timetable_views.slipped(row, point, calendar)
        if not point.is_done and (near or slipped or timetable_rules.overdue(point, today)):
            yield timetable_views.line(row, point, owners.get(row.owner_id, ""), today, calendar)


def _actions(session: Session, negotiation: Negotiation, today: date, sunday: date) -> Iterable[str]:
    oldest = reminders.oldest_deadline(session, negotiation.id or 0)
    if oldest is None:
        return
    days = [oldest + timedelta(days=number) for number in range((sunday - oldest).days + 1)]
    rows: list[Action] = [
        row for row in reminders.actions_due_on(session, negotiation.id or 0, days) if row.party_id is None
    ]
    owners = records.owners(session, [row.id or 0 for row in rows])
    names = roster.titles(session, negotiation.id or 0)
    for row in rows:
        due_on = row.due_on or today
        late = "overdue since" if due_on < today else "due on"
        who = mrkdwn.listed(names[i] for i in owners[row.id or 0]) or "no owner"
        yield f"*{row.ref}* {blocks.cut(row.text, 200)}: {who}, {late} {dates.full_date(due_on)}"


def _awaiting(session: Session, negotiation: Negotiation, zone: ZoneInfo) -> Iterable[str]:
    for agreement in reminders.awaiting_agreements(session, negotiation.id or 0):
        yield record_views.outstanding(agreement, record_service.awaited_parties(session, agreement), zone)


def _minutes(session: Session, negotiation: Negotiation, zone: ZoneInfo) -> Iterable[str]:
    for version, _ in minutes.awaiting_approval(session, negotiation.id or 0):
        meeting = meetings.get(session, version.meeting_id)
        standing = approving.latest(session, meeting)
        if standing is not None and standing.awaited:
            yield meeting_views.minutes_awaited(meeting, standing, zone)
