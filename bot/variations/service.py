"""Entries of the three registers: entered, answered, changed, withdrawn.

Nothing of an entry changes while words of it wait for confirmation or are agreed: the parties confirm exact words.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot import access, dates, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.clauses import standing as clause_standing
from bot.errors import UserError
from bot.variations import regimes, rules, standing
from bot.variations.regimes import Regime
from bot.variations.rules import NewEntry, Status
from storage import Session, clauses, variations
from storage.tables import PartyKind, Route, Variation, VariationKind

LONGEST_ANSWER = 20_000  # characters


def add(session: Session, actor: Actor, entry: NewEntry, *, at: datetime, templates: Path | None = None) -> Variation:
    """Enter a variation, modification or price, under the rules of today.

    Raises UserError for a title that its register holds already, and where the contract is in clauses for one
    that is not there.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    regime = regimes.on(actor.today(at), templates)
    clause = entry.clause
    if clause is not None:
        _check_clauses_there(session, actor, clause)
        clause = clause_standing.find(session, actor, clause).number
    for other in variations.every(session, Variation, actor.id):
        if other.kind == entry.kind and _key(other.title) == _key(entry.title) and not other.withdrawn_because:
            raise UserError(
                f"{other.ref} {other.title} is in the register already: `/parley variation {other.ref}` shows it. "
                "Another one needs another title."
            )
    number = variations.next_of_kind(session, actor.id, entry.kind)
    row = Variation(
        negotiation_id=actor.id,
        kind=entry.kind,
        number=number,
        ref=f"{variations.PREFIXES[entry.kind]}{number}",
        title=entry.title,
        clause=clause,
        regime=regime.name,
        schedule=regime.rules(entry.kind).schedule,
        needs_approval=regime.rules(entry.kind).approval,
        route=Route.AGREEMENT if entry.kind == VariationKind.MODIFICATION else None,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    _keep(session, actor, row, "added", at=at, title=row.title, kind=row.kind, clause=clause, regime=row.regime)
    return row


def _check_clauses_there(session: Session, actor: Actor, number: str) -> None:
    """Raises UserError where the contract is not in clauses yet, so that none can be meant."""
    if not clauses.any_there(session, actor.id):
        raise UserError(
            f"There is no clause {number} in {actor.negotiation.code}: no clause is there yet. Add it first, `/parley "
            f"clause add {number} Its title`, or leave `clause {number}` out. Nothing was entered."
        )


def _key(title: str) -> str:
    return " ".join(title.casefold().split())


def _keep(session: Session, actor: Actor, row: Variation, what: str, *, at: datetime, **detail: Any) -> None:
    session.add(row)
    session.flush()
    trail.deed(session, actor, f"variation.{what}", row.ref, at=at, **detail)


def check_open(session: Session, row: Variation) -> None:
    """Raises UserError, saying what to do first, for an entry whose words stand."""
    now = standing.of(session, row)
    if now.status in rules.OPEN:
        return
    if now.status == Status.WITHDRAWN:
        anew = rules.add_example(row.kind, row.title)
        raise UserError(f"{row.ref} is withdrawn, because {row.withdrawn_because}. Enter it anew: {anew}.")
    if now.status == Status.PROPOSED and now.agreement is not None:
        ref = now.agreement.ref
        raise UserError(
            f"{row.ref} is recorded as agreed in {ref}, so it cannot be changed. Withdraw that or object first: "
            f"`/parley withdraw {ref}`, or `/parley object {ref} because …`."
        )
    gone_on = row.approved_on or row.submitted_on
    if gone_on is not None:
        what = "approved" if row.approved_on else "submitted"
        raise UserError(
            f"{row.ref} was {what} on {dates.full_date(gone_on)}, so it cannot be changed. A change is an entry of its "
            f"own: {change_example(row)}."
        )
    raise UserError(
        f"{row.ref} is {now.words}, so it cannot be changed. Reopen it first: `/parley reopen {row.ref} because …`."
    )


def change_example(row: Variation) -> str:
    """How another entry is entered that changes what stands."""
    return rules.add_example(row.kind, f"Change of {row.ref}")


def _check_may_change(session: Session, actor: Actor, row: Variation) -> None:
    require(actor, Capability.RECORD)
    require_open_room(actor)
    check_open(session, row)


def answer(
    session: Session,
    actor: Actor,
    row: Variation,
    key: str,
    words: str,
    *,
    at: datetime,
    templates: Path | None = None,
) -> bool:
    """Answer one question of an entry's test; False when it says so already.

    Raises UserError listing the questions for one that its rules do not ask, and without words.
    """
    _check_may_change(session, actor, row)
    asked = {question.key: question for question in regimes.named(row.regime, templates).rules(row.kind).questions}
    wanted = key.casefold().rstrip(":")
    if wanted not in asked:
        raise UserError(
            f"{row.ref} has no question {dates.shown(key)}. Its questions are {', '.join(asked)}: "
            f"`/parley variation answer {row.ref} {next(iter(asked), 'benefit')} …`."
        )
    text = words.strip()
    if not text:
        raise UserError(f"Type the answer too: `/parley variation answer {row.ref} {wanted} …`. {asked[wanted].ask}")
    if len(text) > LONGEST_ANSWER:
        raise UserError(f"An answer has {LONGEST_ANSWER:,} characters at most. Name a paper that holds the rest.")
    before = row.answers.get(wanted)
    if before == text:
        return False
    row.answers = {**row.answers, wanted: text}
    _keep(session, actor, row, "answered", at=at, question=wanted, text=text, before=before)
    return True


def set_effect(session: Session, actor: Actor, row: Variation, year: str, pence: int | None, *, at: datetime) -> bool:
    """What an entry costs or saves in a financial year; None takes the year out. False when it says so already.

    Raises UserError for a year that ends before the entry begins.
    """
    _check_may_change(session, actor, row)
    if pence is not None and row.starts_on is not None:
        _check_not_before(row, year, row.starts_on)
    before = row.effects.get(year)
    if before == pence:
        return False
    rest = {other: amount for other, amount in row.effects.items() if other != year}
    row.effects = rest if pence is None else {**rest, year: pence}
    _keep(session, actor, row, "effect", at=at, year=year, pence=pence, before=before)
    return True


def _check_not_before(row: Variation, year: str, starts_on: date) -> None:
    if int(year[:4]) < rules.financial_year(starts_on):
        raise UserError(
            f"{row.ref} is in effect from {dates.full_date(starts_on)}, so it can have no effect in {year}. Nothing "
            f"was changed. Type a later year, {rules.effect_example(row.ref, starts_on)}, or mend the days: "
            f"{rules.from_example(row.ref, starts_on)}. `/parley variation effect {row.ref} {year} none` takes an "
            "effect out."
        )


def set_schedule(session: Session, actor: Actor, row: Variation, schedule: str, *, at: datetime) -> bool:
    """The part of the contract an entry lands in; False when it does already."""
    return _set(session, actor, row, "schedule", schedule, at=at)


def set_consulted(session: Session, actor: Actor, row: Variation, who: str, *, at: datetime) -> bool:
    """Who was consulted; False when it says so already."""
    return _set(session, actor, row, "consulted", who.strip(), at=at)


def _set(session: Session, actor: Actor, row: Variation, column: str, value: str, *, at: datetime) -> bool:
    _check_may_change(session, actor, row)
    before = getattr(row, column)
    if before == value:
        return False
    setattr(row, column, value)
    _keep(session, actor, row, column, at=at, **{column: value}, before=before)
    return True


def set_currency(session: Session, actor: Actor, row: Variation, national: bool, *, at: datetime) -> bool:
    """Whether there is a national currency for a price; False when it says so already. Raises UserError for others."""
    if row.kind != VariationKind.PRICE:
        raise UserError(
            f"{row.ref} is a {rules.KIND_WORDS[row.kind]}. A national currency matters for local prices alone; "
            "`/parley variations` lists them."
        )
    _check_may_change(session, actor, row)
    before, row.currency = row.currency, national
    if before == national:
        return False
    _keep(session, actor, row, "currency", at=at, national=national, before=before)
    return True


def set_dates(
    session: Session,
    actor: Actor,
    row: Variation,
    starts_on: date,
    ends_on: date | None,
    *,
    at: datetime,
    templates: Path | None = None,
) -> None:
    """From when, and perhaps until when, an entry applies. Its rules follow, unless somebody chose them.

    Raises UserError for a day before any regime or outside a chosen one, and for an end before the beginning.
    """
    _check_may_change(session, actor, row)
    if ends_on is not None and ends_on < starts_on:
        raise UserError(
            f"{dates.full_date(ends_on)} is before {dates.full_date(starts_on)}. The first day comes first: "
            f"{rules.from_example(row.ref, starts_on)}."
        )
    for year in sorted(row.effects):
        _check_not_before(row, year, starts_on)
    regime = regimes.on(starts_on, templates, row.ref)
    if row.chose:
        chosen = regimes.named(row.regime, templates)
        regimes.check_covers(chosen, row.ref, starts_on, regimes.every(templates))
    else:
        _put_under(row, regime, templates)
    row.starts_on, row.ends_on = starts_on, ends_on
    _keep(session, actor, row, "dated", at=at, starts_on=starts_on, ends_on=ends_on, regime=row.regime)


def set_regime(
    session: Session, actor: Actor, row: Variation, name: str, *, at: datetime, templates: Path | None = None
) -> bool:
    """Choose the rules an entry stands under; False when they were chosen already.

    Raises UserError for a regime that is not there, and for one that does not cover its first effective day.
    """
    _check_may_change(session, actor, row)
    regime = regimes.named(name, templates)
    if row.starts_on is not None:
        regimes.check_covers(regime, row.ref, row.starts_on, regimes.every(templates))
    if row.chose and row.regime == regime.name:
        return False
    before = row.regime
    _put_under(row, regime, templates)
    row.chose = True
    _keep(session, actor, row, "regime", at=at, regime=regime.name, before=before)
    return True


def _put_under(row: Variation, regime: Regime, templates: Path | None) -> None:
    """The schedule stays where somebody has said another than the rules before asked for."""
    if row.schedule == regimes.named(row.regime, templates).rules(row.kind).schedule:
        row.schedule = regime.rules(row.kind).schedule
    row.regime, row.needs_approval = regime.name, regime.rules(row.kind).approval


def set_route(session: Session, actor: Actor, row: Variation, route: Route, *, at: datetime) -> bool:
    """How a modification comes about; False when it does already. An application is a provider's.

    Raises UserError for other kinds, and for an application by somebody who does not speak for a provider.
    """
    require(actor, Capability.CONFIRM)
    _check_may_change(session, actor, row)
    if row.kind != VariationKind.MODIFICATION:
        raise UserError(
            f"{row.ref} is a {rules.KIND_WORDS[row.kind]}, which comes about by agreement alone. Only a local "
            f"modification can be applied for: {rules.add_example(VariationKind.MODIFICATION)}."
        )
    if route == Route.APPLICATION and (actor.party is None or actor.party.kind != PartyKind.PROVIDER):
        raise UserError(
            f"An application is made by a provider that has failed to reach an agreement. Let a lead or negotiator of "
            f"one type it: `/parley variation application {row.ref}`."
        )
    if row.route == route:
        return False
    row.route = route
    _keep(session, actor, row, "route", at=at, route=route)
    return True


def lacking(row: Variation, templates: Path | None = None) -> Mapping[str, str]:
    """What an entry lacks before it can be agreed, each with how to give it; empty when it is whole."""
    asked = regimes.named(row.regime, templates).rules(row.kind)
    return {
        key: f"`/parley variation currency {row.ref} yes`, or `no`"
        if key == "currency"
        else f"`/parley variation answer {row.ref} {key} …`"
        for key in rules.missing(asked, row.answers, row.currency)
    }


def unsaid(row: Variation, today: date) -> Mapping[str, str]:
    """What an entry may be agreed without, though a reader will look for it, each with how to give it."""
    found = {
        "effective dates": (row.starts_on is not None, rules.from_example(row.ref, today)),
        "who was consulted": (bool(row.consulted), f"`/parley variation consulted {row.ref} …`"),
        "financial effect": (bool(row.effects), rules.effect_example(row.ref, row.starts_on or today)),
    }
    return {what: how for what, (said, how) in found.items() if not said}
