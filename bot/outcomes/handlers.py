"""`outcome …`, `metric …`, `outcomes`, `outcomes pay`, and `agree O2.1`."""

import re

from bot import access, dates, roster
from bot.access import Actor
from bot.clauses.standing import known
from bot.errors import UserError
from bot.outcomes import packs, rules, service, views
from bot.outcomes.standing import Standing, detail, register
from bot.record import handlers as record_handlers
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared
from storage import Session, outcomes
from storage.tables import Outcome

_REF_FIRST = re.compile(
    r"(?P<ref>O[0-9]{1,4}(?:\.[0-9]{1,4})?)(?P<colon>:?)(?:\s+(?P<rest>.*))?", re.I | re.S | re.ASCII
)


# -- outcomes ------------------------------------------------------------------------------------------------


def outcome_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row = service.add_outcome(session, actor, rules.unquoted(call.plain), at=call.at)
    return shared(
        session,
        actor,
        call,
        f"Outcome *{row.ref}*: {row.title}. Say how it is measured: `/parley metric add {row.ref} …`.",
    )


def outcome_show(session: Session, call: Call) -> Answer:
    """One outcome with its metrics; a metric's ref shows the metric."""
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError("Say which: `/parley outcome O2`. `/parley outcomes` lists them.")
    if rules.names_metric(call.plain):
        return metric_show(session, call)
    row = service.find_outcome(session, actor, call.plain)
    found = list(register(session, actor.id).of(row))
    return Answer("\n".join(views.outcome(row, found)))


def outcome_share(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    percent, year = rules.read_share(call.plain)
    if not service.set_share(session, actor, percent, year, at=call.at):
        return Answer(f"Nothing was changed: from year {year} that is the share at risk already.")
    now = register(session, actor.id)
    said = f"Share at risk: {views.shares(now.shares)}. {rules.left(now.weights, now.full)}"
    return shared(session, actor, call, f"{said} {rules.falling(now.shares)}".rstrip())


def outcome_load(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    pack = packs.read(call.plain, call.templates)
    rows, waiting = packs.load(session, actor, pack, at=call.at)
    now = register(session, actor.id)
    several = sum(len(each.wordings) > 1 for row in rows for each in now.of(row))
    waits = f" {dates.waiting(waiting)}" if waiting else ""
    unclear = mrkdwn.listed(each.metric.ref for row in rows for each in now.of(row) if each.metric.ambiguous)
    return shared(
        session,
        actor,
        call,
        f"*{pack.title}*: {len(rows)} outcomes, {rows[0].ref} to {rows[-1].ref}, with "
        f"{sum(len(now.of(row)) for row in rows)} metrics, {several} of them in two wordings. Nothing is agreed here "
        f"until every party confirms it: `/parley agree {rows[0].ref}.1`."
        f"{f' Ambiguous: {unclear}.' if unclear else ''}{waits}",
    )


def outcome_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(
            f"`/parley outcomes` lists them all. To add one: {rules.ADD_OUTCOME}; for what results pay: {rules.PAY}."
        )
    now = register(session, actor.id)
    if not now.outcomes:
        known_packs = mrkdwn.listed(f"`/parley outcome load {name}`" for name in packs.names(call.templates))
        return Answer(f"No outcome is recorded yet. Add one: {rules.ADD_OUTCOME}, or load a pack: {known_packs}.")
    return Answer("\n".join(views.listing(actor.negotiation.code, now)))


def outcome_pay(session: Session, call: Call) -> Answer:
    """A reckoning, and no record: it is shown to whoever asks."""
    actor = access.actor(session, call.place, call.code)
    asked = rules.read_results(call.plain)
    payment, year = service.pay(session, actor, asked)
    return Answer("\n".join(views.payment(payment, year, asked.value)))


# -- metrics -------------------------------------------------------------------------------------------------


def metric_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    if not ref:
        raise UserError(f"Say for which outcome and how it is measured: {rules.ADD_METRIC}.")
    row = service.find_outcome(session, actor, ref)
    found = service.add_metric(session, actor, row, rules.read_metric(words), at=call.at)
    return _proposed(session, actor, call, row, found)


def _proposed(session: Session, actor: Actor, call: Call, outcome: Outcome, found: Standing) -> Answer:
    now = register(session, actor.id)
    said = [f"{name}: {words}" for name, words in detail(found).items()]
    head = f"Metric *{found.metric.ref}* of {outcome.title}:"
    weights = f" {rules.left(now.weights, now.full)}" if found.metric.weight is not None else ""
    rest = (
        f"{'; '.join(said)}{'. ' if said else ''}It is proposed; agree it in these words: "
        f"`/parley agree {found.metric.ref}`.{weights}"
    )
    text, content = views.told(head, found.wording.text, rest)
    return shared(session, actor, call, text, content)


def metric_reword(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found, rest = _metric_first(session, actor, call, "metric reword O1.1 Mortality rate of people with SMI")
    wording, because = rules.split_reason(rest)
    rules.check_wording(wording)
    now = service.reword(session, actor, found, rules.unquoted(wording), because, at=call.at)
    why = f", because {because}" if because else ""
    head = f"*{now.metric.ref}* is proposed in other words{why} (wording {now.wording.number}):"
    text, content = views.told(head, now.wording.text, f"Before: {found.wording.text}")
    return shared(session, actor, call, text, content)


def metric_set(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found, rest = _metric_first(session, actor, call, "metric set O1.1 target 60%")
    field, _, words = rest.partition(" ")
    name = field.casefold().rstrip(":")
    if name not in rules.FIELDS:
        raise UserError(
            f"Say which of {mrkdwn.listed(rules.FIELDS, 'and')} is meant, and what it is: {rules.SET}. "
            "`none` takes one off."
        )
    value, because = rules.split_reason(words) if name in ("target", "weight") else (words.strip(), "")
    if not value:
        raise UserError(f"Nothing follows `{name}`. Type it such as {rules.SET}, or `none` to take it off.")
    if not service.set_field(session, actor, found, name, rules.unquoted(value), because, at=call.at):
        return Answer(f"Nothing was changed: {found.metric.ref} says so already.")
    now = register(session, actor.id)
    shown = detail(service.find(session, actor, found.metric.ref)).get("data lag" if name == "lag" else name)
    what = f"{name} is now: {shown}" if shown else f"{name} is taken off"
    weights = f" {rules.left(now.weights, now.full)}" if name == "weight" else ""
    why = f", because {because}" if because else ""
    return shared(session, actor, call, f"*{found.metric.ref}*: its {what}{why}.{weights}")


def metric_withdraw(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found, rest = _metric_first(session, actor, call, "metric withdraw O1.1 because it cannot be measured")
    reason = re.sub(r"^because\b\s*", "", rest, flags=re.I)
    service.withdraw(session, actor, found, reason if reason != rest else "", at=call.at)
    now = register(session, actor.id)
    return shared(
        session,
        actor,
        call,
        f"*{found.metric.ref}* is withdrawn, because {reason}; it stays on record. {rules.left(now.weights, now.full)}",
    )


def metric_show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError("Say which metric: `/parley metric O2.1`. `/parley outcomes` lists them.")
    found = service.find(session, actor, call.plain)
    title = next(row.title for row in outcomes.every(session, actor.id) if row.id == found.metric.outcome_id)
    people = roster.titles(session, actor.id)
    return Answer("\n".join(views.metric(found, title, people, actor)))


def _metric_first(session: Session, actor: Actor, call: Call, example: str) -> tuple[Standing, str]:
    """The metric whose ref begins the words, and the rest of them."""
    ref, _, rest = call.plain.partition(" ")
    if not ref:
        raise UserError(f"Begin with the metric's ref: `/parley {example}`. `/parley outcomes` lists them.")
    return service.find(session, actor, ref), rest.strip()


# -- agreement -----------------------------------------------------------------------------------------------


def is_meant(session: Session, call: Call) -> bool:
    """Whether `agree` speaks of an outcome or a metric: a ref of theirs, and no clause's number.

    Where no outcome is recorded "O2: …" may mean anything; a ref alone means nothing else.
    """
    found = _REF_FIRST.fullmatch(call.plain.strip())
    if found is None or (found["rest"] and not found["colon"]):
        return False
    actor = access.actor(session, call.place, call.code)
    if found["rest"] and not outcomes.every(session, actor.id):
        return False
    there = outcomes.outcome(session, actor.id, found["ref"].partition(".")[0]) is not None
    return there or known(session, actor.id, found["ref"]) is None


def agree(session: Session, call: Call) -> Answer:
    """`agree O2.1`: its present words with target and weight, for every party to confirm."""
    actor = access.actor(session, call.place, call.code)
    typed = _REF_FIRST.fullmatch(call.plain.strip())
    ref = typed["ref"] if typed else call.plain
    if rules.names_outcome(ref):
        row = service.find_outcome(session, actor, ref)
        refs = [each.metric.ref for each in register(session, actor.id).of(row)]
        named = mrkdwn.listed(f"`/parley agree {ref}`" for ref in refs) or f"add one: `/parley metric add {row.ref} …`"
        raise UserError(f"An outcome is agreed metric by metric: {named}.")
    found = service.find(session, actor, ref)
    if typed is not None and typed["rest"]:
        raise UserError(
            f"{found.metric.ref} is agreed in its own words, so nothing was recorded. Change them first, "
            f"`/parley metric reword {found.metric.ref} …`, then `/parley agree {found.metric.ref}`."
        )
    meeting = access.meeting_in_progress(session, actor)
    agreement = service.agree(session, actor, found, source=call.source, at=call.at, meeting=meeting)
    return Answer(
        f"Recorded as *{agreement.ref}* on {found.metric.ref}, in its present words: “{agreement.text}”. "
        f"{record_handlers.standing_in_words(agreement).capitalize()}",
        besides=record_handlers.besides_card(session, actor),
    )
