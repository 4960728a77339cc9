"""Ready-made outcomes, kept as data in `templates/packs/outcomes/` for anyone to edit or add to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot import dates, figures, packs, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.outcomes import rules, service
from bot.outcomes.standing import register
from storage import Session, outcomes
from storage.tables import Outcome

_FOLDER = "packs/outcomes"


@dataclass(frozen=True)
class Entry:
    """A metric of a pack; `agreed` is what became of its words elsewhere, where that is known."""

    wording: str
    agreed: str = ""
    ambiguous: bool = False
    note: str = ""
    weight: Decimal | None = None
    baseline: str = ""
    target: str = ""


@dataclass(frozen=True)
class Goal:
    title: str
    metrics: tuple[Entry, ...]
    ambiguous: bool = False
    note: str = ""


@dataclass(frozen=True)
class Share:
    """`dated` is from when on it was known, as far as that is known; empty where it always was."""

    year: int
    percent: Decimal
    ambiguous: bool = False
    note: str = ""
    dated: str = ""


@dataclass(frozen=True)
class Pack:
    """`agreed` says when and by whom the agreed wordings were agreed, `agreed_from` from when on they were known."""

    name: str
    title: str
    source: str
    agreed: str
    outcomes: tuple[Goal, ...]
    shares: tuple[Share, ...]
    agreed_from: str = ""


def names(overrides: Path | None = None) -> list[str]:
    """The packs there are, a deployment's own among them."""
    return packs.names(_FOLDER, overrides)


def read(name: str, overrides: Path | None = None) -> Pack:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    return packs.read(_FOLDER, name, _pack, overrides, what="pack of outcomes", verb="outcome load")


def _pack(name: str, data: Mapping[str, Any]) -> Pack:
    return Pack(
        name,
        data["title"],
        data.get("source", ""),
        data.get("agreed", ""),
        tuple(
            Goal(**{**goal, "metrics": tuple(_entry(metric) for metric in goal["metrics"])}) for goal in data["outcome"]
        ),
        tuple(Share(**{**share, "percent": _percent(share["percent"])}) for share in data.get("share", ())),
        data.get("agreed_from", ""),
    )


def _entry(metric: Mapping[str, Any]) -> Entry:
    return Entry(**{**metric, **({"weight": _percent(metric["weight"])} if "weight" in metric else {})})


def _percent(words: str) -> Decimal:
    """A percentage, which stands in quotes so that it stays exact."""
    return figures.read_percent(f"{words.strip().rstrip('%')}%")


def load(session: Session, actor: Actor, pack: Pack, *, at: datetime) -> tuple[list[Outcome], list[str]]:
    """Add what the pack has: outcomes, proposed wordings, agreed ones as a second version, the share at risk.

    What was agreed after today waits, and comes when the pack is loaded again; its dates are given back. An agreed
    wording is history, and no agreement here: every party confirms it with `agree`. Raises UserError when outcomes of
    the pack are there and nothing is to be added to them.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    today = actor.today(at)
    waiting = [share.dated for share in pack.shares if not dates.has_come(share.dated, today)]
    if not dates.has_come(pack.agreed_from, today):
        waiting += [pack.agreed_from for goal in pack.outcomes for entry in goal.metrics if entry.agreed]
    titles = {goal.title.casefold() for goal in pack.outcomes}
    there = [row for row in outcomes.every(session, actor.id) if row.title.casefold() in titles]
    shared = _add_shares(session, actor, pack, at)
    if not there:
        return [_add_goal(session, actor, pack, goal, at) for goal in pack.outcomes], waiting
    if not _catch_up(session, actor, pack, at) and not shared:
        raise UserError(
            f"Outcomes of the pack {pack.name} are in {actor.negotiation.code} already. `/parley outcomes` shows them. "
            f"{dates.waiting(waiting)}".strip()
        )
    return there, waiting


def _add_shares(session: Session, actor: Actor, pack: Pack, at: datetime) -> bool:
    """The share at risk as far as it is known; one that was said at the table stays as it was said."""
    due = [share for share in pack.shares if dates.has_come(share.dated, actor.today(at))]
    if outcomes.shares(session, actor.id):
        return False
    for share in due:
        note = f"(ambiguous) {share.note}".strip() if share.ambiguous else share.note
        service.set_share(session, actor, share.percent, share.year, at=at, note=note)
    return bool(due)


def _add_goal(session: Session, actor: Actor, pack: Pack, goal: Goal, at: datetime) -> Outcome:
    row = service.add_outcome(session, actor, goal.title, at=at, ambiguous=goal.ambiguous, note=goal.note)
    for entry in goal.metrics:
        _add(session, actor, pack, row, entry, at)
    return row


def _add(session: Session, actor: Actor, pack: Pack, outcome: Outcome, entry: Entry, at: datetime) -> None:
    known = bool(entry.agreed) and dates.has_come(pack.agreed_from, actor.today(at))
    same = entry.agreed == entry.wording
    found = service.add_metric(
        session,
        actor,
        outcome,
        rules.NewMetric(entry.wording, entry.weight, entry.baseline, entry.target),
        at=at,
        ambiguous=entry.ambiguous,
        note=entry.note,
        history=pack.agreed if same and known else "",
    )
    if known and not same:
        service.reword(session, actor, found, entry.agreed, "", at=at, history=pack.agreed)


def _catch_up(session: Session, actor: Actor, pack: Pack, at: datetime) -> int:
    """Tell of metrics that were loaded before what was agreed of them since; gives how many.

    Only where nobody has worded or agreed anything at the table meanwhile.
    """
    if not dates.has_come(pack.agreed_from, actor.today(at)):
        return 0
    entries = {entry.wording: entry for goal in pack.outcomes for entry in goal.metrics if entry.agreed}
    caught = 0
    for found in register(session, actor.id).every:
        entry = entries.get(found.wording.text)
        untouched = len(found.wordings) == 1 and not found.wording.history and not found.agreements
        if entry is None or not untouched or found.metric.withdrawn:
            continue
        caught += 1
        if entry.agreed != entry.wording:
            service.reword(session, actor, found, entry.agreed, "", at=at, history=pack.agreed)
            continue
        found.wording.history = pack.agreed
        session.add(found.wording)
        session.flush()
        trail.deed(session, actor, "metric.history", found.metric.ref, at=at, wording=1, history=pack.agreed)
    return caught
