"""`scope …`, `value …`, `term …`: what the contract holds, what it is worth and how long it runs."""

import re

from bot import access, dates, roster
from bot.access import Actor
from bot.errors import UserError
from bot.scope import packs, rules, service, views
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared
from storage import Session, scope
from storage.tables import ContractTerm, ScopeService, ScopeSide

_MOVE = re.compile(r"(?P<ref>\S+)\s+(?:to\s+)?(?P<side>in|out)(?:\s+because\s+(?P<reason>.+))?", re.I | re.S)


# -- scope ---------------------------------------------------------------------------------------------------


def scope_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row = service.add(session, actor, rules.read_service(call.plain), at=call.at)
    return shared(session, actor, call, f"{views.line(row)} · {_side(row)}. {_totals(session, actor)}")


def scope_move(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = _MOVE.fullmatch(call.plain)
    if found is None:
        raise UserError(f"Say which service, where it goes and why: {rules.MOVE}.")
    row = service.find(session, actor, found["ref"])
    service.move(session, actor, row, ScopeSide(found["side"].casefold()), found["reason"] or "", at=call.at)
    return shared(
        session,
        actor,
        call,
        f"*{row.ref}* {row.name} is now {_side(row)}, because {row.because}. {_totals(session, actor)}",
    )


def scope_budget(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    if not ref or not words.strip():
        raise UserError(f"Say which service and how much: {rules.BUDGET}.")
    row = service.find(session, actor, ref)
    budget, source = rules.read_line(f"budget {re.sub('^budget ', '', words.strip(), flags=re.I)}")
    if budget is None or not service.set_budget(session, actor, row, budget, source, at=call.at):
        return Answer(f"Nothing was changed: {row.ref} has that budget already.")
    return shared(session, actor, call, f"{views.line(row)}. {_totals(session, actor)}")


def scope_load(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    pack = packs.read(call.plain, call.templates)
    count, waiting = packs.load(session, actor, pack, at=call.at)
    waits = f" {dates.waiting(waiting)}" if waiting else ""
    entries = "1 entry" if count == 1 else f"{count} entries"
    return shared(
        session,
        actor,
        call,
        f"*{pack.title}*: {entries}. `/parley scope`, `/parley value` and `/parley term` show them; what their sources "
        f"leave open is marked (ambiguous).{waits}",
    )


def scope_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley scope` lists every service, in and out. To add one: {rules.ADD}.")
    rows = scope.every(session, ScopeService, actor.id)
    if not rows:
        known = mrkdwn.listed(f"`/parley scope load {name}`" for name in packs.names(call.templates))
        return Answer(f"No service is listed yet. Add one: {rules.ADD}, or load a pack: {known}.")
    return Answer("\n".join(views.listing(actor.negotiation.code, rows)))


def _side(row: ScopeService) -> str:
    return "in the contract" if row.side == ScopeSide.IN else "out of the contract"


def _totals(session: Session, actor: Actor) -> str:
    rows = [row for row in scope.every(session, ScopeService, actor.id) if row.side == ScopeSide.IN]
    return f"In the contract: {views.total(rows)}." if rows else "Nothing is in the contract."


# -- value and term ------------------------------------------------------------------------------------------


def value(session: Session, call: Call) -> Answer:
    """The history of the value; with words, one more fact of it."""
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        access.require(actor, access.Capability.RECORD)
        row = service.add_value(session, actor, rules.read_value(call.plain), at=call.at)
        return shared(session, actor, call, f"Value recorded: {views.value_line(row)}.")
    rows = service.values(session, actor.id)
    if not rows:
        return Answer(f"No value is recorded yet. Record what a source says: {rules.VALUE}.")
    return Answer("\n".join([f"*Value of {actor.negotiation.code}*, newest last", *map(views.value_line, rows)]))


def term(session: Session, call: Call) -> Answer:
    """The term as it stands, after those before it; with words, one more fact of it."""
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        access.require(actor, access.Capability.PLAN)
        row = service.add_term(session, actor, rules.read_term(call.plain), at=call.at)
        return shared(session, actor, call, "\n".join(["Term recorded:", *_term_lines(session, actor, row)]))
    rows = scope.every(session, ContractTerm, actor.id)
    if not rows:
        return Answer(f"No term is recorded yet. Record what a source says: {rules.TERM}.")
    earlier = [
        f"Before: {rules.written(row.years, row.extension_years)} from {dates.said_dated(row.starts)} · "
        f"{row.source[: views.SHORT]}"
        for row in rows[:-1]
    ]
    return Answer("\n".join([f"*Term of {actor.negotiation.code}*", *earlier, *_term_lines(session, actor, rows[-1])]))


def term_extend(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    reason = re.sub(r"^because\b\s*", "", call.plain, flags=re.I)
    if call.plain and reason == call.plain:
        raise UserError(f"Say why, after `because`: {rules.EXTEND}.")
    row = service.extend(session, actor, reason, at=call.at)
    return shared(session, actor, call, "\n".join(_term_lines(session, actor, row)))


def _term_lines(session: Session, actor: Actor, row: ContractTerm) -> list[str]:
    people = roster.titles(session, actor.id)
    planned = service.decision(session, row)
    extended_on = actor.today(row.extended_at) if row.extended_at else None
    return views.term_lines(row, people, extended_on, planned.ref if planned else "")
