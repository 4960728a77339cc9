"""`timetable`, `timetable load`, `milestone add`, `milestone move`, `milestone done`, `gateway`."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot import access, dates, outbox, roster, workdays
from bot.access import Actor
from bot.errors import UserError
from bot.slack.command import Answer, Call, because, shared, split_last
from bot.timetable import packs, rules, service, views
from bot.timetable.rules import Point, Rule, Shift, Unit
from bot.workdays import Count
from storage import Session, negotiations, records, timetable
from storage.tables import Member, Milestone, Rating

_ADD = "`/parley milestone add Proposals due on 26 aug 2026`"
_RULE = re.compile(r"(?P<ref>\S+) by (?P<count>-?[0-9]{1,4}) (?P<unit>working days?|days?|months?)", re.I)
_MOVE = re.compile(
    r"(?P<ref>\S+)(?P<whole>\s+and\s+what\s+follows)?\s+to\s+(?P<to>.{1,80}?)\s+because\s+(?P<reason>.+)", re.I | re.S
)
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
    owners = roster.titles(session, actor.id)
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
    points = service.points(session, actor.id)
    text = (
        f"*{pack.title}*: {len(rows)} milestones, {rows[0].ref} to {rows[-1].ref}, are in the timetable. "
        f"`/parley timetable` shows them.{_convention(points, [row.ref for row in rows], actor)}"
    )
    return shared(session, actor, call, text)


def add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    words, owner = _owner(session, actor, " ".join(call.words.split()), call)
    words, kind = split_last(words, "kind")
    form = _read(actor, words, kind.casefold() if kind else "milestone", owner, call)
    row = service.add(session, actor, form, at=call.at)
    point = service.points(session, actor.id)[row.ref]
    owned = f" Owner: {_owner_name(session, actor, row)}." if row.owner_id else ""
    by_rule = f" ({point.rule})" if point.rule else ""
    text = f"*{row.ref}* {row.title}: {rules.said(point)}{by_rule}.{owned}{_working(session, actor, row.ref)}"
    return shared(session, actor, call, f"{text}{_day_off(actor, point)}")


def _owner_name(session: Session, actor: Actor, row: Milestone) -> str:
    return next(seat.title for seat in roster.seats(session, actor.id) if seat.member.id == row.owner_id)


def _day_off(actor: Actor, point: Point) -> str:
    """That a milestone falls on a day off, where the calendar knows."""
    if point.planned is None:
        return ""
    try:
        off = not workdays.is_working_day(point.planned, actor.calendar)
    except UserError:
        return ""
    return f" {dates.full_date(point.planned)} is not a working day." if off else ""


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
    title, when = _dated(words)
    if not when:
        raise UserError(f"Say when: {_ADD}, or `… after M2 by 40 working days`.")
    month = dates.read_month(when)
    if month is not None:
        return service.NewMilestone(title, kind, month=f"{month:%Y-%m}", owner=owner)
    day = dates.read_date(when, today=today, calendar=actor.calendar)
    return service.NewMilestone(title, kind, planned=day, owner=owner)


def _dated(words: str) -> tuple[str, str | None]:
    """The title and when it falls: "… on 26 aug 2026", or "… in june 2027", as people say of a month."""
    title, when = split_last(words, "in")
    if title and when and dates.read_month(when):
        return title, when
    return split_last(words, "on")


def _working(session: Session, actor: Actor, ref: str) -> str:
    """How a working-day count came out, with the holidays it skipped."""
    count = _count(service.points(session, actor.id), ref, actor)
    return f" {workdays.explain(count)}" if count else ""


def _count(points: Mapping[str, Point], ref: str, actor: Actor) -> Count | None:
    rule = points[ref].rule
    anchor = points[rule.after].falls_on if rule else None
    return rules.explained(anchor, rule, actor.calendar) if anchor and rule else None


def _convention(points: Mapping[str, Point], refs: Iterable[str], actor: Actor) -> str:
    """By which calendar these dates were counted, how, and which holidays were skipped in all."""
    counts = [count for ref in refs if (count := _count(points, ref, actor))]
    if not counts:
        return ""
    skipped = sorted({(day.date, day.name) for count in counts for day in count.skipped})
    named = ", ".join(f"{dates.full_date(day)} ({name})" for day, name in skipped) or "none"
    return f"\nCounted by the {actor.calendar.name} calendar, the day after being day 1. Holidays skipped: {named}."


def move(session: Session, call: Call) -> Answer:
    """Moving one milestone alone is done at once; where others hang on it, the effect is shown first, unless the person
    has said "and what follows"."""
    actor = access.actor(session, call.place, call.code)
    found = _MOVE.fullmatch(call.plain)
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
    if len(effect.shifts) > 1 and not found["whole"]:
        access.require(actor, access.Capability.PLAN)
        shown = views.effect(
            actor.negotiation.code,
            row.ref,
            str(to),
            views.in_words(to),
            found["reason"],
            effect,
            _convention(effect.points, [shift.ref for shift in effect.shifts], actor),
        )
        return Answer(shown.text, blocks=shown.blocks)
    shifts = service.move(session, actor, row, to, found["reason"], at=call.at)
    return _moved(session, actor, row.ref, shifts, found["reason"], call)


def confirm_move(session: Session, call: Call) -> Answer:
    """The button under the effect: its value is "REF date token reason"."""
    actor = access.actor(session, call.place, call.code)
    ref, to, token, reason = call.plain.split(" ", 3)
    row = service.milestone(session, actor, ref)
    target: date | str = to if len(to) == len("2013-01") else date.fromisoformat(to)
    shifts = service.move(session, actor, row, target, reason, at=call.at, token=token)
    return _moved(session, actor, ref, shifts, reason, call, token)


def _moved(
    session: Session,
    actor: Actor,
    ref: str,
    shifts: Sequence[Shift],
    reason: str,
    call: Call,
    token: str | None = None,
) -> Answer:
    """The table hears of a move wherever it was made."""
    lines = [f"*{ref}* has moved, because {reason.strip()}:", *(views.shifted(shift) for shift in shifts)]
    text = "\n".join(lines)
    joint = negotiations.joint_channel(session, actor.id)
    pressed = token is not None  # the answer to a press is private, wherever it is
    if joint is not None and (pressed or joint != call.place.channel_id):
        outbox.enqueue(
            session,
            "answer.public",
            key=f"timetable.moved:{actor.id}:{ref}:{call.at.isoformat()}",
            to=joint,
            at=call.at,
            negotiation_id=actor.id,
            text=f"{actor.negotiation.code}: {text}\n({actor.trail_name})",
        )
    return Answer(text, public=actor.aloud(None))


def gateway(session: Session, call: Call) -> Answer:
    """How a gateway review judged: `gateway M3 amber because …`."""
    actor = access.actor(session, call.place, call.code)
    if call.plain and len(call.plain.split()) == 1:
        return _rated(session, actor, service.milestone(session, actor, call.plain))
    found = re.fullmatch(r"(?P<ref>\S+)\s+(?P<rating>\S+)(?:\s+because\s+(?P<reason>.+))?", call.plain, re.I | re.S)
    ratings = list(Rating)
    if found is None or found["rating"].casefold() not in ratings:
        raise UserError("Say which gateway and how it was rated: `/parley gateway M3 amber because …`, red or green.")
    row = service.milestone(session, actor, found["ref"])
    reason = found["reason"] or ""
    service.rate(session, actor, row, Rating(found["rating"].casefold()), reason, at=call.at)
    why = f", because {row.rated_because}" if row.rated_because else ""
    return shared(
        session,
        actor,
        call,
        f"Gateway *{row.ref}* {row.title} is rated *{row.rating}*{why}. What it recommends becomes actions: "
        f"`/parley recommend {row.ref} Strengthen the risk register @dana by 12 dec`.",
    )


def _rated(session: Session, actor: Actor, row: Milestone) -> Answer:
    """One gateway: its judgement and what has become of its recommendations."""
    lines = [f"*{row.ref}* {row.title}: {f'rated {row.rating}' if row.rating else 'not rated yet'}"]
    lines += [f"Because {row.rated_because}"] if row.rated_because else []
    for action in records.recommended_by(session, row.id or 0, actor.party_id):
        due = f", by {dates.full_date(action.due_on)}" if action.due_on else ""
        lines.append(f"• *{action.ref}* {action.text}{due} · {action.status}")
    return Answer("\n".join(lines))


def own(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, who = call.words.strip().partition(" ")
    people = roster.meant(session, actor, who, call.names)
    if len(people) != 1:
        raise UserError("Say which milestone and who answers for it: `/parley milestone own M3 @dana`.")
    row = service.milestone(session, actor, ref)
    service.own(session, actor, row, people[0].member, at=call.at)
    return shared(session, actor, call, f"*{row.ref}* {row.title} is {people[0].title}’s now.")


def remove(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, "Say which and why: `/parley milestone remove M3 because it was loaded twice`.")
    row = service.milestone(session, actor, ref)
    service.remove(session, actor, row, reason, at=call.at)
    text = f"*{row.ref}* {row.title} is out of the timetable, because {reason.strip()}. It stays on record."
    return shared(session, actor, call, text)


def done(session: Session, call: Call) -> Answer:
    """A day or a month: what is only known to the month stays so."""
    actor = access.actor(session, call.place, call.code)
    ref, when = _dated(call.plain)
    today = actor.today(call.at)
    month = dates.read_month(when or "")
    on: date | str = f"{month:%Y-%m}" if month else today
    if when and month is None:
        on = dates.read_date(when, today=today, calendar=actor.calendar)
    row = service.milestone(session, actor, ref.strip())
    shifts = service.done(session, actor, row, on, at=call.at)
    others = [shift for shift in shifts if shift.ref != row.ref]
    moved = "".join(f"\n{views.shifted(shift)}" for shift in others)
    return shared(session, actor, call, f"*{row.ref}* {row.title} was {rules.said_done(on)}.{moved}")
