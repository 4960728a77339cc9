"""`meeting …`, `meetings`, `attend`, `agenda …`, `paper …`, `start`, `item`, `present`, `apologies`.

And the invitation's buttons.
"""

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from bot import access, dates, figures, roster
from bot.access import Actor
from bot.errors import UserError
from bot.meetings import planning, rules, service, views
from bot.meetings.guests import Guest, read_guests
from bot.meetings.planning import MeetingPlan
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, Command, because, split_last
from storage import Session, meetings, records
from storage.tables import Action, AttendanceStatus, Meeting, MeetingKind, Member, Reply, Role

# The title takes as much as it can, so that "on", "at" and "for" inside it stay in it.
_PLAN = re.compile(
    r"(?P<kind>\S+)\s+(?P<title>.+)\s+on\s+(?P<date>.+?)\s+at\s+(?P<time>.+?)\s+(?P<until>for|to)\s+(?P<rest>.+)",
    re.I | re.S,
)
# Not inside quotes: an even number of them follows.
_OPTION = re.compile(r"""\s(informs|prep|place|every)\s(?=(?:[^"“”]*["“”][^"“”]*["“”])*[^"“”]*$)""", re.I)
_ANYWAY = re.compile(r"\sanyway[.!]?\s*$", re.I)
_MOVE = re.compile(
    r"(?P<ref>\S+)\s+to\s+(?P<date>.{1,80}?)(?:\s+at\s+(?P<time>.{1,40}?))?\s+because\s+(?P<reason>.+)", re.I | re.S
)
_LONGEST_PLAN = 1000  # characters
_EXAMPLE = "`/parley meeting add negotiation First round on 11 dec at 10:00 for 2h`"


def meeting_add(session: Session, call: Call) -> Answer:
    """The invitation goes to the meeting's channel; the answer, with its warnings, to the planner alone."""
    actor = access.actor(session, call.place, call.code)
    return plan_meeting(session, actor, _read_plan(actor, call), at=call.at)


def plan_meeting(session: Session, actor: Actor, form: MeetingPlan, *, at: datetime) -> Answer:
    """Plan what was typed, or filled in, and say what came of it. Raises UserError as `planning.plan` does."""
    planned = planning.plan(session, actor, form, at=at)
    first = planned.meetings[0]
    refs = {meeting.id: meeting.ref for meeting in meetings.visible(session, actor.id, actor.party_id)}
    lines = [
        f"*{meeting.ref}* {meeting.title}: {views.when(meeting, actor.zone)}"
        + (f", {meeting.place}" if meeting.place else "")
        + (f"; it informs {refs[meeting.informs_id]}" if meeting.informs_id else "")
        for meeting in planned.meetings
    ]
    lacking = [word for word in service.outstanding(session, first) if word != "an agenda"]
    lines += [f"• {remark}" for remark in planned.remarks]
    lines += [f"• Still missing: {mrkdwn.listed(lacking)}."] if lacking else []
    everyone = actor.seen_by_all if first.party_id is None else ""
    lines.append(f"Add what it is about: `/parley agenda add {first.ref} …`.{everyone}")
    return Answer("\n".join(lines))


def _read_plan(actor: Actor, call: Call) -> MeetingPlan:
    words = " ".join(call.plain.split())
    anyway = bool(_ANYWAY.search(words))
    words = _ANYWAY.sub("", words)
    # The pattern may look at every "on", "at" and "for" there is: short lines only.
    plan = _PLAN.fullmatch(figures.masked(words)) if len(words) <= _LONGEST_PLAN else None
    if len(words) > _LONGEST_PLAN:
        raise UserError(f"That line is longer than {_LONGEST_PLAN} characters. Shorten the title: {_EXAMPLE}.")
    if plan is None:
        raise UserError(f"Say what, when and for how long: {_EXAMPLE}.")
    found = {name: words[slice(*plan.span(name))] for name in plan.groupdict()}
    kind = found["kind"].casefold()
    if kind not in set(MeetingKind):
        raise UserError(f"{found['kind']} is not a kind of meeting. The kinds are {mrkdwn.listed(MeetingKind, 'or')}.")
    today = actor.today(call.at)
    day = dates.read_date(found["date"], today=today, calendar=actor.calendar)
    if day < today:
        raise UserError(f"{dates.full_date(day)} has passed. Type the date of a meeting that is still to come.")
    length, *options = _OPTION.split(f"{found['rest']} ")
    given = {word.casefold(): value.strip() for word, value in zip(options[::2], options[1::2], strict=True)}
    clock = dates.read_time(found["time"])
    starts_at = dates.at(day, clock, actor.zone)
    if found["until"].casefold() == "to":
        ends_at = dates.at(day, dates.read_time(length), actor.zone)
        if ends_at <= starts_at:
            raise UserError(
                f"A meeting from {clock:%H:%M} to {ends_at:%H:%M} would end before it starts. Type its end on the same "
                "day, or how long it lasts: `at 10:00 for 2h`."
            )
        lasts = ends_at - starts_at
    else:
        lasts = dates.read_duration(length)
    return MeetingPlan(
        kind=MeetingKind(kind),
        title=found["title"].strip().strip('"“”'),
        starts_at=starts_at,
        length=lasts,
        place=given.get("place", "").strip('"“”'),
        informs=given.get("informs"),
        preparation=dates.read_duration(given["prep"]) if "prep" in given else None,
        every=rules.read_recurrence(given["every"], today=today, calendar=actor.calendar) if "every" in given else None,
        anyway=anyway,
    )


def meeting_move(session: Session, call: Call) -> Answer:
    """Everybody is told by a message in the meeting's channel; the planner hears what follows from it."""
    actor = access.actor(session, call.place, call.code)
    words = " ".join(call.plain.split())
    anyway = bool(_ANYWAY.search(words))
    found = _MOVE.fullmatch(_ANYWAY.sub("", words))
    if found is None:
        raise UserError(
            "Say which, to when and why: `/parley meeting move N1 to 14 dec at 10:00 because the board meets then`."
        )
    meeting = access.meeting(session, actor, found["ref"])
    day = dates.read_date(found["date"], today=actor.today(call.at), calendar=actor.calendar)
    clock = dates.read_time(found["time"]) if found["time"] else meeting.starts_at.astimezone(actor.zone).time()
    start = dates.at(day, clock, actor.zone)
    remarks = planning.move(session, actor, meeting, start, found["reason"], anyway=anyway, at=call.at)
    told = [f"*{meeting.ref}* {meeting.title} is now {views.when(meeting, actor.zone)}. Its people are told."]
    return Answer("\n".join([*told, *(f"• {remark}" for remark in remarks)]))


def meeting_informs(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, informed_ref = call.plain.partition(" ")
    meeting = _meeting(session, actor, ref, "meeting informs")
    informed = _meeting(session, actor, informed_ref.strip(), f"meeting informs {meeting.ref}")
    remarks = planning.inform(session, actor, meeting, informed, at=call.at)
    said = f"*{meeting.ref}* {meeting.title} informs {informed.ref}: what it recommends is shown there."
    return Answer("\n".join([said, *remarks]), public=actor.aloud(meeting.party_id))


def meeting_cancel(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, "Say which and why: `/parley meeting cancel N1 because the draft is not ready`.")
    meeting = access.meeting(session, actor, ref)
    planning.cancel(session, actor, meeting, reason, at=call.at)
    return Answer(f"*{meeting.ref}* {meeting.title} is cancelled, and its people are told.")


def meeting_purpose(session: Session, call: Call) -> Answer:
    actor, meeting, words = _meeting_and_words(session, call, "meeting purpose", "Settle the share at risk")
    service.describe(session, actor, meeting, at=call.at, purpose=words)
    return Answer(f"Purpose of *{meeting.ref}*: {words}{_seen(actor, meeting)}", public=actor.aloud(meeting.party_id))


def meeting_rules(session: Session, call: Call) -> Answer:
    actor, meeting, words = _meeting_and_words(session, call, "meeting rules", "One voice for each side")
    service.describe(session, actor, meeting, at=call.at, rules=words)
    return Answer(
        f"Ground rules of *{meeting.ref}*: {words}{_seen(actor, meeting)}", public=actor.aloud(meeting.party_id)
    )


def _seen(actor: Actor, meeting: Meeting) -> str:
    return actor.seen_by_all if meeting.party_id is None else ""


def _meeting_and_words(session: Session, call: Call, verb: str, example: str) -> tuple[Actor, Meeting, str]:
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    meeting = _meeting(session, actor, ref, verb)
    if not words.strip():
        raise UserError(f"Say what it is: `/parley {verb} {meeting.ref} {example}`.")
    return actor, meeting, words.strip()


def meeting_prepared(session: Session, call: Call) -> Answer:
    """Told to one's own side alone."""
    actor, meeting, words = _meeting_and_words(session, call, "meeting prepared", "4h")
    return Answer(service.prepared(session, actor, meeting, dates.read_duration(words), at=call.at))


def paper_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, rest = call.words.partition(" ")
    meeting = _meeting(session, actor, ref, "paper add")
    title, owner = _led(session, actor, rest, call)
    paper = service.add_paper(session, actor, meeting, title, owner, at=call.at)
    whose = f", from {_names(session, actor)[owner.id]}" if owner else ""
    return Answer(
        f"*{meeting.ref}* needs paper {paper.number}: {paper.title}{whose}. When it is here: "
        f"`/parley paper here {meeting.ref} {paper.number}`.{_seen(actor, meeting)}",
        public=actor.aloud(meeting.party_id),
    )


def paper_here(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, number = call.plain.partition(" ")
    meeting = _meeting(session, actor, ref, "paper here")
    if not re.fullmatch(r"[0-9]{1,4}", number.strip()):
        raise UserError(f"Say the paper's number: `/parley paper here {meeting.ref} 1`.")
    paper = service.receive_paper(session, actor, meeting, int(number), at=call.at)
    return Answer(
        f"Paper {paper.number} of *{meeting.ref}* is here: {paper.title}", public=actor.aloud(meeting.party_id)
    )


def _names(session: Session, actor: Actor) -> Mapping[int | None, str]:
    return roster.titles(session, actor.id)


def _led(session: Session, actor: Actor, words: str, call: Call) -> tuple[str, Member | None]:
    """Words with the one person mentioned at their end taken off."""
    found = re.search(rf"\s(?:by |from |led by )?({mrkdwn.MENTION.pattern})\s*$", f" {words}", re.I)
    if found is None:
        return mrkdwn.named(words, call.names).strip(), None
    owner = roster.mentioned(session, actor, found[0], call.names)[0].member
    return mrkdwn.named(f" {words}"[: found.start()], call.names).strip(), owner


def meetings_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    shown = meetings.visible(session, actor.id, actor.party_id)
    if not shown:
        return Answer(f"No meeting is planned yet. Plan one: {_EXAMPLE}.")
    return Answer("\n".join(views.line(meeting, actor.zone) for meeting in shown))


def meeting_show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = _meeting(session, actor, call.plain, "meeting")
    meeting_id = meeting.id or 0
    lines = [
        views.details(
            meeting,
            actor.zone,
            meetings.agenda(session, meeting_id),
            meetings.attendance(session, meeting_id),
            meetings.papers(session, meeting_id),
            _names(session, actor),
        )
    ]
    for other in meetings.informing(session, meeting_id, actor.party_id):
        if other.kind == MeetingKind.PREMEET:
            lines.append(f"Pre-meet of your side: {views.line(other, actor.zone)} {service.compared(other)}".strip())
        else:
            lines += views.advice(other, meetings.recommendations(session, other.id or 0))
    compared = (service.compared(meeting), service.preparation_compared(session, meeting, actor.party_id))
    lines += [words for words in compared if words]
    open_before = _arising(session, meeting) if meeting.status == "planned" else []
    if open_before:
        lines.append(
            f"Open from earlier meetings: {mrkdwn.listed(f'{row.ref} {row.text}' for row in open_before[:10])}"
        )
    if meeting.status == "planned":
        lacking = service.outstanding(session, meeting)
        lines += [f"Still missing: {mrkdwn.listed(lacking)}"] if lacking else []
    text = "\n".join(lines)
    return Answer(text, views.with_brief(actor.negotiation.code, meeting, text))


def _arising(session: Session, meeting: Meeting) -> list[Action]:
    """Actions of earlier meetings that are still open: matters arising, soonest due first."""
    return [
        row
        for row in records.open_actions(session, meeting.negotiation_id, meeting.party_id)
        if row.party_id == meeting.party_id and row.meeting_id not in (None, meeting.id)
    ]


def _meeting(session: Session, actor: Actor, ref: str, verb: str) -> Meeting:
    if not ref:
        raise UserError(f"Say which meeting: `/parley {verb} N1`. `/parley meetings` lists them.")
    return access.meeting(session, actor, ref)


def come(session: Session, call: Call) -> Answer:
    """The button: I will come."""
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting(session, actor, call.plain)
    service.reply(session, actor, meeting, Reply.YES, at=call.at)
    return Answer(f"You are expected at *{meeting.ref}*, {views.when(meeting, actor.zone)}.")


def stay_away(session: Session, call: Call) -> Answer:
    """The button: I cannot."""
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting(session, actor, call.plain)
    service.reply(session, actor, meeting, Reply.NO, at=call.at)
    return Answer(f"Your apologies for *{meeting.ref}* are recorded.")


def open_deputy(session: Session, call: Call) -> Answer:
    """The button: somebody comes in my place."""
    actor = access.actor(session, call.place, call.code)
    access.seat(actor)
    meeting = access.meeting(session, actor, call.plain)
    service.check_still_asks(meeting)
    return Answer(form=views.deputy_form(actor.negotiation.code, call.place.channel_id, meeting))


def submit_deputy(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting(session, actor, call.words.strip())
    try:
        guests = read_guests(session, actor, call.values.get("deputy", ""), call.names)
        if len(guests) != 1 or guests[0].member == actor.member:
            raise UserError("Name the one person who comes in your place.")
        service.reply(session, actor, meeting, Reply.DEPUTY, at=call.at, deputy=guests[0])
    except UserError as refusal:
        return Answer(errors={"deputy": str(refusal)})
    return Answer(f"{guests[0].name} comes to *{meeting.ref}* in your place.")


def attend(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, rest = call.words.partition(" ")
    meeting = _meeting(session, actor, ref, "attend")
    anyway = bool(_ANYWAY.search(f" {rest}"))
    people, capacity = split_last(_ANYWAY.sub("", f" {rest}"), "as")
    if capacity and capacity.casefold() not in set(Role):
        raise UserError(f"{capacity} is not a role. The roles are {mrkdwn.listed(Role, 'and')}.")
    guests = _guests(session, actor, people, call, f"attend {meeting.ref}")
    names = service.mark(
        session,
        actor,
        meeting,
        guests,
        AttendanceStatus.INVITED,
        at=call.at,
        capacity=capacity or "",
        anyway=anyway,
    )
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
    return Answer(views.agenda(meeting, items, _names(session, actor)))


def open_agenda(session: Session, call: Call, commands: Mapping[str, Command]) -> Answer:
    """The button: the form that adds to this meeting's agenda. Raises UserError once there is nothing to add to."""
    actor = access.actor(session, call.place, call.code)
    service.check_not_over(access.meeting(session, actor, call.plain))
    opens = commands["agenda add"].form
    return (opens(session, call) if opens else None) or agenda_add(session, call)


def agenda_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, rest = call.words.partition(" ")
    meeting = _meeting(session, actor, ref, "agenda add")
    rest, length = rules.read_agenda_item(rest)  # who leads it may come after its length, or before
    title, owner = _led(session, actor, rest, call)
    if length is None:
        title, length = rules.read_agenda_item(title)
    item = service.add_item(session, actor, meeting, title, at=call.at, owner=owner, length=length)
    led = f", led by {_names(session, actor)[owner.id]}" if owner else ""
    lasts = f", {dates.length(timedelta(minutes=item.minutes))}" if item.minutes else ""
    return Answer(
        f"Agenda of *{meeting.ref}*, item {item.number}: {item.title}{led}{lasts}{_seen(actor, meeting)}",
        public=actor.aloud(meeting.party_id),
    )


def start(session: Session, call: Call) -> Answer:
    """The meeting's live card tells everybody that it has begun; whoever began it hears where that is."""
    actor = access.actor(session, call.place, call.code)
    meeting = _meeting(session, actor, call.plain, "start")
    service.start(session, actor, meeting, at=call.at)
    return Answer(f"*{meeting.ref} {meeting.title}* has begun. Its card in this channel shows how it goes on.")


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
    guests = _guests(session, actor, call.words, call, status, gone_too=True)
    names = service.mark(session, actor, meeting, guests, status, at=call.at)
    gone = _gone(session, actor, guests)
    return Answer(f"{mrkdwn.listed(names)} {said[len(names) > 1]} *{meeting.ref}*.{gone}", public=True)


def _gone(session: Session, actor: Actor, guests: list[Guest]) -> str:
    """That somebody who was at a meeting has left Slack: it is recorded, but nothing reaches them there."""
    named = {guest.member.id for guest in guests if guest.member}
    seats = roster.seats(session, actor.id)
    gone = [seat for seat in seats if seat.member.id in named and seat.person.left]
    if not gone:
        return ""
    has = "has" if len(gone) == 1 else "have"
    who = mrkdwn.listed(seat.title for seat in gone)
    return f" {who} {has} left Slack: minutes and actions do not reach them there."


def _is(names: list[str]) -> str:
    return "is" if len(names) == 1 else "are"


def _guests(
    session: Session, actor: Actor, words: str, call: Call, verb: str, *, gone_too: bool = False
) -> list[Guest]:
    guests = read_guests(session, actor, words, call.names, gone_too=gone_too)
    if not guests:
        raise UserError(f"Say who is meant: `/parley {verb} @dana, @omar`.")
    return guests
