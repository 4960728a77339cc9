"""Ready-made scope, value and term, kept as data in `templates/packs/scope/` for anyone to edit or add to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot import dates, figures, packs
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.scope import rules, service
from bot.scope.rules import NewService, NewTerm, NewValue
from storage import Session, scope
from storage.tables import ContractTerm, ContractValue, ScopeSide

_FOLDER = "packs/scope"


@dataclass(frozen=True)
class Unclear:
    """What a pack leaves open of an entry, and from when on it was known ("" always)."""

    ambiguous: bool = False
    note: str = ""
    known: str = ""


@dataclass(frozen=True)
class Pack:
    name: str
    title: str
    services: tuple[tuple[NewService, Unclear], ...]
    values: tuple[tuple[NewValue, Unclear], ...]
    terms: tuple[tuple[NewTerm, Unclear], ...]


def names(overrides: Path | None = None) -> list[str]:
    """The packs there are, a deployment's own among them."""
    return packs.names(_FOLDER, overrides)


def read(name: str, overrides: Path | None = None) -> Pack:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    return packs.read(_FOLDER, name, _pack, overrides, what="pack of scope and value", verb="scope load")


def _pack(name: str, data: Mapping[str, Any]) -> Pack:
    return Pack(
        name,
        data["title"],
        tuple((_service(entry), _unclear(entry)) for entry in data.get("service", ())),
        tuple((_value(entry), _unclear(entry)) for entry in data.get("value", ())),
        tuple((_term(entry), _unclear(entry)) for entry in data.get("term", ())),
    )


def _unclear(entry: Mapping[str, Any]) -> Unclear:
    known = _as_far_as_known(entry["known"]) if "known" in entry else ""
    return Unclear(bool(entry.get("ambiguous", False)), entry.get("note", ""), known)


def _service(entry: Mapping[str, Any]) -> NewService:
    budget = figures.read_amount(entry["budget"]) if "budget" in entry else None
    return NewService(entry["name"], ScopeSide(entry["side"]), budget, entry.get("source", ""))


def _value(entry: Mapping[str, Any]) -> NewValue:
    amount = figures.read_amount(entry["amount"])
    return NewValue(
        amount, entry["years"], _as_far_as_known(entry["dated"]), entry["source"], entry.get("up_to", False)
    )


def _as_far_as_known(dated: str) -> str:
    """A date as packs write it: "2014", "2015-10" or "2015-10-01". Raises ValueError for any other."""
    date.fromisoformat(f"{dated}-01-01"[:10])
    if len(dated) not in (4, 7, 10):
        raise ValueError(f"“{dated}” is not a date such as 2014, 2015-10 or 2015-10-01")
    return dated


def _term(entry: Mapping[str, Any]) -> NewTerm:
    # The same reader as for what people type, so that a pack can say nothing that they could not.
    extension = f"+{entry['extension_years']}" if entry.get("extension_years") else ""
    decide = f" decide by {entry['decide_by']}" if "decide_by" in entry else ""
    return rules.read_term(f"{entry['years']}{extension} from {entry['starts']}{decide} source {entry['source']}")


def load(session: Session, actor: Actor, pack: Pack, *, at: datetime) -> tuple[int, list[str]]:
    """Add what the pack has and is not there yet; gives how many entries that were, and the dates of those to come.

    What is dated later than today, or was not known before a later day, waits. Raises UserError when there is nothing
    to add.
    """
    require(actor, Capability.PLAN)  # a term has its place in the timetable
    require_open_room(actor)
    added = 0
    waiting = []
    today = actor.today(at)
    for form, unclear in pack.services:
        if scope.named(session, actor.id, rules.key(form.name)) is not None:
            continue
        if not dates.has_come(unclear.known, today):
            waiting.append(unclear.known)
        else:
            service.add(session, actor, form, at=at, ambiguous=unclear.ambiguous, note=unclear.note)
            added += 1
    there = {(rules.amount(row), row.years) for row in scope.every(session, ContractValue, actor.id)}
    for value, unclear in pack.values:
        if (value.amount, value.years) in there:
            continue
        since = max(value.on, unclear.known)
        if dates.has_come(since, today):
            service.add_value(session, actor, value, at=at, ambiguous=unclear.ambiguous, note=unclear.note)
            added += 1
        else:
            waiting.append(since)
    if not scope.every(session, ContractTerm, actor.id):
        for term, unclear in pack.terms:
            if not dates.has_come(unclear.known, today):
                waiting.append(unclear.known)
                continue
            service.add_term(session, actor, term, at=at, ambiguous=unclear.ambiguous, note=unclear.note)
            added += 1
    if not added:
        waits = f" {dates.waiting(waiting)}" if waiting else ""
        raise UserError(
            f"The pack {pack.name} is in {actor.negotiation.code} already: `/parley scope`, `/parley value` and "
            f"`/parley term` show it.{waits}"
        )
    return added, waiting
