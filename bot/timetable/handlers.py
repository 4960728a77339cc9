"""`timetable`, `timetable load`, `milestone add`, `milestone move`, `milestone done`."""

import re
from collections.abc import Sequence
from datetime import date

from bot import access, dates, outbox, roster, workdays
from bot.access import Actor
from bot.errors import UserError
from bot.slack.command import Answer, Call, split_last
from bot.timetable import packs, rules, service, views
from bot.timetable.rules import Rule, Shift, Unit
from storage import Session, timetable
from storage.tables import Member

_ADD = "`/parley milestone add Proposals due on 26 aug 2026`"
_RULE = re.compile(r"(?P<ref>\S+) by (?P<count>-?[0-9]{1,4}) (?P<unit>working days?|days?|months?)", re.I)
_UNITS = {"w": Unit.WORKING_DAYS, "d": Unit.DAYS, "m": Unit.MONTHS}


def show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError("Type `/parley timetable` for the list, or `/parley timetable load PACK`.")
    points = service.points(session, actor.id)
    if not points:
        known = ", ".join(packs.names(call.templates))
        return Answer(
            f"The timetable of {actor.negotiation.code} is empty. Begin it: {_ADD}, or load a ready-made one: "
            f"`/parley timetable load PACK` ({known})."
        )
    rows = timetable.milestones(session, actor.id)
    owners = {seat.member.id: seat.title for seat in roster.seats(session, actor.id)}
    calendar = actor.calendar
    lines = views.lines(rows, points.values(), owners, actor.today(call.at), calendar)
    return Answer("\n".join([f"*Timetable of {actor.negotiation.code}* ({calendar.name} calendar)", *lines]))


def chart(session: Session, call: Call) -> Answer:
    """The picture is drawn when it is sent; drawing takes longer than Slack waits for an answer."""
    actor = access.actor(session, call.place, call.code)
    if not service.points(session, actor.id):
        raise UserError(f"There is nothing to draw yet. Begin the timetable: {_ADD}.")
    here = actor.aloud(None)
    outbox.enqueue(
        session,
        "timetable.chart",
        key=f"timetable.chart:{actor.id}:{call.place.channel_id}:{call.at.isoformat()}",
        to=call.place.channel_id if here else call.place.user_id,
        at=call.at,
        negotiation_id=actor.id,
        today=actor.today(call.at).isoformat(),
        templates=str(call.templates) if call.templates else None,
    )
    return Answer(f"The timetable of {actor.negotiation.code} is being drawn; it comes {'here' if here else 'to you'}.")


def load(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    name, when = split_last(call.plain, "on")
    if not name:
        raise UserError(f"Say which: `/parley timetable load {packs.names(call.templates)[0]}`.")
    pack = packs.read(name, call.templates)
    day = dates.read_date(when, today=actor.today(call.at), calendar=actor.calendar) if when else None
    rows = packs.load(session, actor, pack, day, at=call.at)
    return Answer(
        f"*{pack.title}*: {len(rows)} milestones, {rows[0].ref} to {rows[-1].ref}, are in the timetable. "
        "`/parley timetable` shows them.",
        public=actor.aloud(None),
    )


def add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    words, owner = _owner(session, actor, " ".join(call.words.split()), call)
    words, kind = split_last(words, "kind")
    form = _read(actor, words, kind.casefold() if kind else "milestone", owner, call)
    row = service.add(session, actor, form, at=call.at)
    point = service.points(session, actor.id)[row.ref]
    return Answer(
        f"*{row.ref}* {row.title}: {rules.said(point)}.{_working(session, actor, row.ref)}", public=actor.aloud(None)
    )


def _owner(session: Session, actor: Actor, words: str, call: Call) -> tuple[str, Member | None]:
    rest, named = split_last(words, "owner")
    people = roster.mentioned(session, actor, named, call.names) if named else []
    return (rest, people[0].member) if people else (words, None)


def _read(actor: Actor, words: str, kind: str, owner: Member | None, call: Call) -> service.NewMilestone:
    today = actor.today(call.at)
    title, rule = split_last(words, "after")
    if found := _RULE.fullmatch(rule or ""):
        count = int(found["count"])
        if count == 0:
            raise UserError(
                "Zero is no distance. Give the milestone the same date, or a count such as 10 working days."
            )
        after = Rule(found["ref"].upper(), count, _UNITS[found["unit"][0].casefold()])
        return service.NewMilestone(title, kind, rule=after, owner=owner)
    title, when = split_last(words, "on")
    if not when:
        raise UserError(f"Say when: {_ADD}, or `… after M2 by 40 working days`.")
    month = dates.read_month(when)
    if month is not None:
        return service.NewMilestone(title, kind, month=f"{month:%Y-%m}", owner=owner)
    day = dates.read_date(when, today=today, calendar=actor.calendar)
    return service.NewMilestone(title, kind, planned=day, owner=owner)


def _working(session: Session, actor: Actor, ref: str) -> str:
    """How a working-day count came out, with the holidays it skipped."""
    points = service.points(session, actor.id)
    point = points[ref]
    anchor = points[point.rule.after].falls_on if point.rule else None
    count = rules.explained(anchor, point.rule, actor.calendar) if anchor and point.rule else None
    return f" {workdays.explain(count)}" if count else ""


def move(session: Session, call: Call) -> Answer:
    """Moving one milestone alone is done at once; where others hang on it, the effect is shown first."""
    actor = access.actor(session, call.place, call.code)
    found = re.fullmatch(r"(?P<ref>\S+)\s+to\s+(?P<to>.{1,80}?)\s+because\s+(?P<reason>.+)", call.plain, re.I | re.S)
    if found is None:
        raise UserError(
            "Say which, to when and why: `/parley milestone move M3 to 12 dec because the board meets later`."
        )
    row = service.milestone(session, actor, found["ref"])
    month = dates.read_month(found["to"])
    to: date | str
    if month is not None:
        to = f"{month:%Y-%m}"
    else:
        to = dates.read_date(found["to"], today=actor.today(call.at), calendar=actor.calendar)
    effect = service.effect_of_move(session, actor, row, to)
    if len(effect.shifts) > 1:
        access.require(actor, access.Capability.PLAN)
        shown = views.effect(
            actor.negotiation.code, row.ref, str(to), views.in_words(to), found["reason"], effect.shifts, effect.token
        )
        return Answer(shown.text, blocks=shown.blocks)
    return _moved(actor, row.ref, service.move(session, actor, row, to, found["reason"], at=call.at))


def confirm_move(session: Session, call: Call) -> Answer:
    """The button under the effect: its value is "REF date token reason"."""
    actor = access.actor(session, call.place, call.code)
    ref, to, token, reason = call.plain.split(" ", 3)
    row = service.milestone(session, actor, ref)
    target: date | str = to if len(to) == len("2013-01") else date.fromisoformat(to)
    return _moved(actor, ref, service.move(session, actor, row, target, reason, at=call.at, token=token))


def _moved(actor: Actor, ref: str, shifts: Sequence[Shift]) -> Answer:
    lines = [views.shifted(shift) for shift in shifts]
    return Answer("\n".join([f"*{ref}* has moved, and what hangs on it:", *lines]), public=actor.aloud(None))


def done(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, when = split_last(call.plain, "on")
    today = actor.today(call.at)
    day = dates.read_date(when, today=today, calendar=actor.calendar) if when else today
    row = service.milestone(session, actor, ref.strip())
    shifts = service.done(session, actor, row, day, at=call.at)
    others = [shift for shift in shifts if shift.ref != row.ref]
    moved = "".join(f"\n{views.shifted(shift)}" for shift in others)
    return Answer(f"*{row.ref}* {row.title} was done on {dates.full_date(day)}.{moved}", public=actor.aloud(None))
