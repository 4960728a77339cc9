"""`meeting add`, `meetings`, `meeting`, `attend`, `agenda …`, `start`, `item`, `present`, `apologies`."""

import re

from bot import access, dates
from bot.access import Actor
from bot.errors import UserError
from bot.meetings import service, views
from bot.meetings.guests import Guest, read_guests
from bot.meetings.service import MeetingPlan
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, split_last
from storage import Session, meetings
from storage.tables import AttendanceStatus, Meeting, MeetingKind

# The title takes as much as it can, so that "on", "at" and "for" inside it stay in it.
_PLAN = re.compile(
    r"(?P<kind>\S+)\s+(?P<title>.+)\s+on\s+(?P<date>.+?)\s+at\s+(?P<time>.+?)\s+for\s+(?P<rest>.+)", re.I | re.S
)
_OPTION = re.compile(r"\s(informs|prep|place)\s", re.I)
_LONGEST_PLAN = 1000  # characters
_EXAMPLE = "`/parley meeting add negotiation First round on 12 dec at 10:00 for 2h`"


def meeting_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = service.plan(session, actor, _read_plan(actor, call), at=call.at)
    informed = meetings.get(session, meeting.informs_id) if meeting.informs_id else None
    return Answer(
        f"*{meeting.ref}* {meeting.title}: {views.when(meeting, actor.zone)}"
        + (f", {meeting.place}" if meeting.place else "")
        + (f"; it informs {informed.ref}" if informed else "")
        + f". Add what it is about: `/parley agenda add {meeting.ref} …`.",
        public=actor.aloud(meeting.party_id),
    )


def _read_plan(actor: Actor, call: Call) -> MeetingPlan:
    words = " ".join(call.plain.split())
    # The pattern may look at every "on", "at" and "for" there is: short lines only.
    found = _PLAN.fullmatch(words) if len(words) <= _LONGEST_PLAN else None
    if found is None:
        raise UserError(f"Say what, when and for how long: {_EXAMPLE}.")
    kind = found["kind"].casefold()
    if kind not in set(MeetingKind):
        raise UserError(f"{found['kind']} is not a kind of meeting. The kinds are {mrkdwn.listed(MeetingKind, 'or')}.")
    today = actor.today(call.at)
    day = dates.read_date(found["date"], today=today, calendar=actor.calendar)
    if day < today:
        raise UserError(f"{dates.full_date(day)} has passed. Type the date of a meeting that is still to come.")
    length, *options = _OPTION.split(f"{found['rest']} ")
    given = {word.casefold(): value.strip() for word, value in zip(options[::2], options[1::2], strict=True)}
    return MeetingPlan(
        kind=MeetingKind(kind),
        title=found["title"].strip().strip('"“”'),
        starts_at=dates.at(day, dates.read_time(found["time"]), actor.zone),
        length=dates.read_duration(length),
        place=given.get("place", "").strip('"“”'),
        informs=given.get("informs"),
        preparation=dates.read_duration(given["prep"]) if "prep" in given else None,
    )


def meetings_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    shown = meetings.visible(session, actor.id, actor.party_id)
    if not shown:
        return Answer(f"No meeting is planned yet. Plan one: {_EXAMPLE}.")
    return Answer("\n".join(views.line(meeting, actor.zone) for meeting in shown))


def meeting_show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = _meeting(session, actor, call.plain, "meeting")
    return Answer(
        views.details(
            meeting,
            actor.zone,
            meetings.agenda(session, meeting.id or 0),
            meetings.attendance(session, meeting.id or 0),
        )
    )


def _meeting(session: Session, actor: Actor, ref: str, verb: str) -> Meeting:
    if not ref:
        raise UserError(f"Say which meeting: `/parley {verb} N1`. `/parley meetings` lists them.")
    return access.meeting(session, actor, ref)


def attend(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, rest = call.words.partition(" ")
    meeting = _meeting(session, actor, ref, "attend")
    people, capacity = split_last(rest, "as")
    guests = _guests(session, actor, people, call, f"attend {meeting.ref}")
    names = service.mark(session, actor, meeting, guests, AttendanceStatus.INVITED, at=call.at, capacity=capacity or "")
    as_what = f" as {capacity}" if capacity else ""
    return Answer(
        f"{mrkdwn.listed(names)} {_is(names)} expected at *{meeting.ref}* {meeting.title}{as_what}.",
        public=actor.aloud(meeting.party_id),
    )


def agenda(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = _meeting(session, actor, call.plain, "agenda")
    items = meetings.agenda(session, meeting.id or 0)
    if not items:
        return Answer(f"{meeting.ref} has no agenda yet. Begin it: `/parley agenda add {meeting.ref} …`.")
    return Answer(views.agenda(meeting, items))


def agenda_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, title = call.plain.partition(" ")
    meeting = _meeting(session, actor, ref, "agenda add")
    item = service.add_item(session, actor, meeting, title, at=call.at)
    return Answer(f"Agenda of *{meeting.ref}*, item {item.number}: {item.title}", public=actor.aloud(meeting.party_id))


def start(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = _meeting(session, actor, call.plain, "start")
    service.start(session, actor, meeting, at=call.at)
    return Answer(
        f"*{meeting.ref} {meeting.title}* has begun, at {dates.clock_time(call.at, actor.zone)} "
        f"on {dates.full_date(actor.today(call.at))}. "
        "Lines that begin with `AGREED:` `ACTION:` `DECISION:` `NOTE:` `RESERVATION:` `PARKED:` `Topic:` "
        "`Present:` or `Apologies:` go into the record, `s/old/new/` mends the last one, and `[off]` at the "
        "start of a line keeps it out.",
        public=True,
    )


def item(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = service.in_progress(session, actor)
    if not re.fullmatch(r"[0-9]{1,4}", call.plain):
        raise UserError(f"Say the item's number: `/parley item 2`. `/parley agenda {meeting.ref}` lists them.")
    taken = service.take_item(session, actor, meeting, int(call.plain), at=call.at)
    return Answer(f"Item {taken.number}: *{taken.title}*", public=True)


def present(session: Session, call: Call) -> Answer:
    return _mark(session, call, AttendanceStatus.PRESENT, ("is present at", "are present at"))


def apologies(session: Session, call: Call) -> Answer:
    return _mark(session, call, AttendanceStatus.APOLOGIES, ("sends apologies for", "send apologies for"))


def _mark(session: Session, call: Call, status: AttendanceStatus, said: tuple[str, str]) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = service.in_progress(session, actor)
    guests = _guests(session, actor, call.words, call, status)
    names = service.mark(session, actor, meeting, guests, status, at=call.at)
    return Answer(f"{mrkdwn.listed(names)} {said[len(names) > 1]} *{meeting.ref}*.", public=True)


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _guests(session: Session, actor: Actor, words: str, call: Call, verb: str) -> list[Guest]:
    guests = read_guests(session, actor, words, call.names)
    if not guests:
        raise UserError(f"Say who is meant: `/parley {verb} @dana, @omar`.")
    return guests
