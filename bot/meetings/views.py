"""Meetings in words."""

from collections.abc import Sequence
from datetime import timedelta
from zoneinfo import ZoneInfo

from bot import dates
from bot.slack import mrkdwn
from storage.tables import AgendaItem, Attendance, AttendanceStatus, Meeting, MeetingStatus


def when(meeting: Meeting, zone: ZoneInfo) -> str:
    """ "Friday 12 December 2026, 10:00 to 12:00 (GMT)", in the negotiation's zone."""
    ends = meeting.starts_at + timedelta(minutes=meeting.minutes_planned)
    local = meeting.starts_at.astimezone(zone)
    return (
        f"{dates.full_date(local.date())}, {dates.clock_time(meeting.starts_at, zone)} to "
        f"{dates.clock_time(ends, zone)} ({dates.zone_name(meeting.starts_at, zone)})"
    )


def line(meeting: Meeting, zone: ZoneInfo) -> str:
    state = {MeetingStatus.OPEN: " · open now", MeetingStatus.CLOSED: " · held"}.get(MeetingStatus(meeting.status), "")
    return f"*{meeting.ref}* {meeting.title}: {when(meeting, zone)}{state}"


def agenda(meeting: Meeting, items: Sequence[AgendaItem]) -> str:
    lines = [f"{item.number}. {item.title}{' · taken' if item.taken_at else ''}" for item in items]
    return "\n".join([f"*Agenda of {meeting.ref}* {meeting.title}", *lines])


def details(meeting: Meeting, zone: ZoneInfo, items: Sequence[AgendaItem], attendance: Sequence[Attendance]) -> str:
    lines = [line(meeting, zone)]
    if meeting.place:
        lines.append(f"Place: {meeting.place}")
    for status, label in (
        (AttendanceStatus.PRESENT, "Present"),
        (AttendanceStatus.INVITED, "Expected"),
        (AttendanceStatus.APOLOGIES, "Apologies"),
    ):
        names = [row.name + (f", {row.capacity}" if row.capacity else "") for row in attendance if row.status == status]
        if names:
            lines.append(f"{label}: {mrkdwn.listed(names)}")
    if items:
        lines.append(agenda(meeting, items))
    return "\n".join(lines)
