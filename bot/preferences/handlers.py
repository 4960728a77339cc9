"""`settings`: what a negotiation has set for itself."""

from collections.abc import Callable
from datetime import date
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot import access, dates, lead_times, outbox, workdays
from bot.access import Actor
from bot.errors import UserError
from bot.lead_times import USUAL, LeadTimes
from bot.preferences import service, views
from bot.preferences.rules import Preferences
from bot.slack.command import Answer, Call
from bot.timetable import views as timetable_views
from storage import Session, meetings, negotiations
from storage.tables import MeetingStatus

Read = TypeVar("Read")
_MOST_CLOSED = 250  # the form could not show more, and would lose them when it is saved again


def settings(session: Session, call: Call) -> Answer:
    """The form; those who may not change anything, and mentions, are told how things are set."""
    actor = access.actor(session, call.place, call.code)
    shown = _current(actor)
    if not actor.may(access.Capability.SET_UP):
        return Answer(views.in_words(actor.negotiation.code, shown))
    form = views.form(actor.negotiation.code, call.place.channel_id, shown)
    if not call.can_open_form:
        return Answer(views.in_words(actor.negotiation.code, shown), form=form)
    text, content = views.opening(actor.negotiation.code)
    return Answer(text, content, form=form)


def _current(actor: Actor) -> Preferences:
    row = actor.negotiation
    return Preferences(
        row.marking,
        row.zone,
        row.calendar,
        tuple(date.fromisoformat(day) for day in row.closed_days),
        USUAL.over(row.reminders),
    )


def submit(session: Session, call: Call) -> Answer:
    """Every field is read before anything is kept, so that all faults show at once."""
    actor = access.actor(session, call.place, call.code)
    errors: dict[str, str] = {}

    def field(name: str, read: Callable[[str], Read], otherwise: Read) -> Read:
        try:
            return read(call.values.get(name, ""))
        except UserError as refusal:
            errors[name] = str(refusal)
            return otherwise

    now = _current(actor)
    wanted = Preferences(
        field("marking", service.read_marking, now.marking),
        field("zone", service.read_zone, now.zone),
        field("calendar", lambda words: workdays.calendar(words).name, now.calendar),
        field("closed", lambda words: _closed(actor, words, call), now.closed),
        field("times", _times, now.times),
    )
    if errors:
        return Answer(errors=errors)
    shifts = service.change(session, actor, wanted, at=call.at)
    moved = [timetable_views.shifted(shift) for shift in shifts]
    if moved or wanted.closed != now.closed:
        _tell_table(session, actor, wanted, [*moved, *_on_closed_days(session, actor, wanted)], call)
    lines = [views.in_words(actor.negotiation.code, wanted), *(["Dates that follow:"] if moved else []), *moved]
    return Answer("\n".join(lines))


def _on_closed_days(session: Session, actor: Actor, wanted: Preferences) -> list[str]:
    """Shared meetings that are planned for a day that is closed now."""
    return [
        f"• *{meeting.ref}* {meeting.title} is planned for {dates.full_date(day)}, a closed day"
        for meeting in meetings.visible(session, actor.id, None)
        if meeting.status == MeetingStatus.PLANNED
        and (day := meeting.starts_at.astimezone(ZoneInfo(wanted.zone)).date()) in wanted.closed
    ]


def _tell_table(session: Session, actor: Actor, wanted: Preferences, lines: list[str], call: Call) -> None:
    """The table hears of days that do not count any more, and of what that moves."""
    joint = negotiations.joint_channel(session, actor.id)
    if joint is None:
        return
    closed = ", ".join(dates.full_date(day) for day in wanted.closed) or "none"
    head = f"The working days of {actor.negotiation.code} have changed: {wanted.calendar}, closed days {closed}."
    outbox.enqueue(
        session,
        "answer.public",
        key=f"preferences.set:{actor.id}:{call.at.isoformat()}",
        to=joint,
        at=call.at,
        negotiation_id=actor.id,
        text="\n".join([f"{head} ({actor.trail_name})", *lines]),
    )


def _closed(actor: Actor, words: str, call: Call) -> tuple[date, ...]:
    today = actor.today(call.at)
    lines = filter(None, (line.strip() for line in words.splitlines()))
    days = tuple(sorted({dates.read_date(line, today=today, calendar=actor.calendar) for line in lines}))
    if len(days) > _MOST_CLOSED:
        raise UserError(f"These are {len(days)} days. At most {_MOST_CLOSED} extra ones can be kept.")
    return days


def _times(words: str) -> LeadTimes:
    return lead_times.read(words, USUAL)
