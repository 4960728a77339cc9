"""Ready-made outcomes, kept as data in `templates/packs/outcomes/` for anyone to edit or add to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from bot import figures, packs
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.outcomes import rules, service
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
    year: int
    percent: Decimal
    ambiguous: bool = False
    note: str = ""


@dataclass(frozen=True)
class Pack:
    """`agreed` says when and by whom the agreed wordings were agreed."""

    name: str
    title: str
    source: str
    agreed: str
    outcomes: tuple[Goal, ...]
    shares: tuple[Share, ...]


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
    )


def _entry(metric: Mapping[str, Any]) -> Entry:
    return Entry(**{**metric, **({"weight": _percent(metric["weight"])} if "weight" in metric else {})})


def _percent(words: str) -> Decimal:
    """A percentage, which stands in quotes so that it stays exact."""
    return figures.read_percent(f"{words.strip().rstrip('%')}%")


def load(session: Session, actor: Actor, pack: Pack, *, at: datetime) -> list[Outcome]:
    """Add what the pack has: outcomes, proposed wordings, agreed ones as a second version, the share at risk.

    An agreed wording is history, and no agreement here: every party confirms it with `agree`. Raises UserError when
    one of the outcomes is there already.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    there = {row.title.casefold() for row in outcomes.every(session, actor.id)}
    if any(goal.title.casefold() in there for goal in pack.outcomes):
        raise UserError(
            f"Outcomes of the pack {pack.name} are in {actor.negotiation.code} already. `/parley outcomes` shows them."
        )
    if not outcomes.shares(session, actor.id):  # a share that was said at the table stays as it was said
        for share in pack.shares:
            note = f"(ambiguous) {share.note}".strip() if share.ambiguous else share.note
            service.set_share(session, actor, share.percent, share.year, at=at, note=note)
    rows = []
    for goal in pack.outcomes:
        row = service.add_outcome(session, actor, goal.title, at=at, ambiguous=goal.ambiguous, note=goal.note)
        for entry in goal.metrics:
            _add(session, actor, pack, row, entry, at)
        rows.append(row)
    return rows


def _add(session: Session, actor: Actor, pack: Pack, outcome: Outcome, entry: Entry, at: datetime) -> None:
    same = entry.agreed == entry.wording
    found = service.add_metric(
        session,
        actor,
        outcome,
        rules.NewMetric(entry.wording, entry.weight, entry.baseline, entry.target),
        at=at,
        ambiguous=entry.ambiguous,
        note=entry.note,
        history=pack.agreed if same else "",
    )
    if entry.agreed and not same:
        service.reword(session, actor, found, entry.agreed, "", at=at, history=pack.agreed)
