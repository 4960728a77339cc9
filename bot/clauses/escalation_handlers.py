"""`park`, `ladder`, `escalate`, `dispute`: what is put off or handed up."""

import re

from bot import access, dates, roster
from bot.clauses import cards, escalation
from bot.clauses.handlers import BECAUSE, said
from bot.clauses.standing import find, known
from bot.errors import UserError
from bot.record import handlers as record_handlers
from bot.record import rules as record_rules
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, split_last
from bot.workdays import explain
from storage import Session, clauses

_ESCALATION = re.compile(r"(?P<what>.{1,130}?)(?:\s+to\s+(?P<who>.+?))?\s+because\s+(?P<reason>.+)", re.I | re.S)
_LADDER = re.compile(r"(?P<level>[0-9]{1,2})\s+(?P<who>.+?)\s+within\s+(?P<days>[0-9]{1,4})\s+working\s+days?", re.I)


def park(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    what, until = split_last(call.plain, "until")
    clause = known(session, actor.id, what) if what and until else None
    if clause is None and until and record_rules.is_clause(what) and clauses.any_there(session, actor.id):
        find(session, actor, what)
    if clause is None:
        return record_handlers.park(session, call)
    day = dates.read_date(until or "", today=actor.today(call.at), calendar=actor.calendar)
    if day <= actor.today(call.at):
        raise UserError(f"{dates.full_date(day)} is not to come. Park {clause.number} until a later date.")
    escalation.park(session, actor, clause, day, at=call.at)
    return said(session, actor, call, clause, f"is parked until {dates.full_date(day)}, when both sides are reminded.")


def ladder(session: Session, call: Call) -> Answer:
    """The escalation ladder: who decides at each level, and in how many working days; plain `ladder` shows it."""
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        found = _LADDER.fullmatch(call.words.strip())
        people = roster.mentioned(session, actor, found["who"], call.names) if found else []
        if found is None or not people:
            raise UserError("Say level, people and time: `/parley ladder 1 @dana, @priya within 5 working days`.")
        members = [seat.member for seat in people]
        escalation.set_rung(session, actor, int(found["level"]), members, int(found["days"]), at=call.at)
    rungs = clauses.rungs(session, actor.id)
    if not rungs:
        raise UserError("There is no ladder yet: `/parley ladder 1 @dana, @priya within 5 working days` makes one.")
    names = roster.titles(session, actor.id)
    lines = [f"*Escalation ladder of {actor.negotiation.code}*"]
    for level in sorted({rung.level for rung in rungs}):
        on_it = [rung for rung in rungs if rung.level == level]
        people_named = mrkdwn.listed(names.get(rung.member_id, "somebody who left") for rung in on_it)
        lines.append(f"{level}. {people_named}, within {on_it[0].working_days} working days")
    return Answer("\n".join(lines), public=bool(call.plain) and actor.aloud(None))


def escalate(session: Session, call: Call) -> Answer:
    """To a person, or without one to the next level of the ladder.

    They hear it in a direct message and the table from the clause's card: saying it aloud would tell them twice.
    """
    actor = access.actor(session, call.place, call.code)
    found = _ESCALATION.fullmatch(call.words.strip())
    people = roster.mentioned(session, actor, found["who"], call.names) if found and found["who"] else []
    if found is None or (found["who"] and len(people) != 1):
        raise UserError(
            "Say which, to whom and why: `/parley escalate 4.2 to @dana because the cap is beyond us`. Without a "
            "person it goes to the next level of the ladder."
        )
    clause = find(session, actor, mrkdwn.named(found["what"], call.names))
    reason = mrkdwn.named(found["reason"], call.names)
    time = escalation.escalate(session, actor, clause, people[0].member if people else None, reason, at=call.at)
    deciding = cards.decides(session, clause)
    decide = mrkdwn.listed(seat.title for seat in deciding)
    for seat in deciding:
        if seat.person.id != actor.person.id:
            cards.tell_escalated(session, actor.negotiation, clause, seat, at=call.at)
    limit = f" It is to be settled by {dates.full_date(time.date)}: {explain(time)}" if time else ""
    words = f"is escalated to {decide}, because {reason.strip()}.{limit}"
    if cards.is_shown(session, clause):
        return Answer(f"*{clause.number}* {clause.title} {words} Its card shows it, and they are told.")
    return said(session, actor, call, clause, words)


def dispute(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = BECAUSE.fullmatch(call.plain)
    if found is None:
        raise UserError("Say which and why: `/parley dispute 4.2 because both chief executives disagree`.")
    clause = find(session, actor, found["what"])
    escalation.dispute(session, actor, clause, found["reason"], at=call.at)
    return said(
        session, actor, call, clause, f"is disputed, because {found['reason'].strip()}. The last positions are frozen."
    )
