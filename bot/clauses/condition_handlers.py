"""`clause legal`, `clause streams`, `clause content`, `package`: what must be so before a clause is agreed."""

import re

from bot import access
from bot.clauses import conditions, rules
from bot.clauses.handlers import clause_first, said
from bot.clauses.standing import Standing, find, standings
from bot.errors import UserError
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared
from storage import Session, clauses


def clause_legal(session: Session, call: Call) -> Answer:
    """`clause legal 4.2` asks a legal adviser, `clause legal 4.2 cleared` is the answer."""
    actor = access.actor(session, call.place, call.code)
    words, cleared = re.subn(r"\s+cleared$", "", call.plain, flags=re.I)
    row = find(session, actor, words)
    conditions.flag_legal(session, actor, row, cleared=bool(cleared), at=call.at)
    return said(
        session,
        actor,
        call,
        row,
        "is cleared by a legal adviser." if cleared else "waits for a legal adviser, and is not agreed before.",
    )


def clause_streams(session: Session, call: Call) -> Answer:
    """`clause streams 4.2 finance, clinical` names them; `clause streams 4.2 none` takes them off."""
    actor = access.actor(session, call.place, call.code)
    clause, words = clause_first(session, actor, call.plain, "clause streams")
    if not words:
        raise UserError(
            f"Name the work-streams: `/parley clause streams {clause.number} finance, clinical`, or `none`."
        )
    wanted = [] if words.casefold() == "none" else words.split(",")
    conditions.set_streams(session, actor, clause, wanted, at=call.at)
    names = mrkdwn.listed(clause.streams)
    return said(
        session,
        actor,
        call,
        clause,
        f"needs every side to be content in {names}." if names else "needs no work-stream.",
    )


def clause_content(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    clause, stream = clause_first(session, actor, call.plain, "clause content")
    if not stream:
        raise UserError(f"Say in which work-stream: `/parley clause content {clause.number} finance`.")
    if not conditions.content(session, actor, clause, stream, at=call.at):
        return Answer(f"Your side has said so of {clause.number} already; it counts once.")
    side = actor.party.name if actor.party else "Your side"
    return said(session, actor, call, clause, f"has {side} content in {stream.casefold()}.")


def package(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    name, colon, listed = call.plain.partition(":")
    if not colon:
        raise UserError("A package has a name and its clauses: `/parley package Payment: 4.2, 4.3`.")
    if listed.strip().casefold() == "none":
        dissolved = conditions.dissolve(session, actor, name, at=call.at)
        return shared(session, actor, call, f"Package *{dissolved}* is dissolved: its clauses stand by themselves.")
    rows = [find(session, actor, number) for number in listed.split(",") if number.strip()]
    tied = conditions.package(session, actor, name, rows, at=call.at)
    listed_numbers = mrkdwn.listed(row.number for row in rows)
    text = f"Package *{tied.name}*: {listed_numbers}. Nothing in it is agreed until all of it is."
    return shared(session, actor, call, text)


def packages(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    there = clauses.packages(session, actor.id)
    if not there:
        raise UserError("No clauses are tied together yet: `/parley package Payment: 4.2, 4.3`.")
    by_id: dict[int | None, list[Standing]] = {}
    for found in standings(session, actor.id):
        by_id.setdefault(found.clause.package_id, []).append(found)
    lines = [f"*Packages of {actor.negotiation.code}*: nothing in one is agreed until all of it is"]
    for row in there:
        members = [f"{found.clause.number} ({_in_package(found)})" for found in by_id.get(row.id, [])]
        lines.append(f"*{row.name}*: {mrkdwn.listed(members)}")
    return Answer("\n".join(lines))


def _in_package(found: Standing) -> str:
    held = found.confirmed and found.status not in rules.SETTLED
    return "confirmed by every party" if held else rules.in_words(found.status)
