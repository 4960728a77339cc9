"""What good practice asks of a negotiation, as values and pure decisions (the founding slides, `product.md` §6)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Status(StrEnum):
    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


MARKS = {Status.OK: "✅", Status.WARN: "⚠️", Status.FAIL: "❌"}
IN_WORDS = {Status.OK: "in order", Status.WARN: "to be looked at", Status.FAIL: "missing"}

FULL_CONTRACT_DAYS = 10  # working days between a complete draft and the first negotiation meeting

# Kinds of milestones that come one after the other on every route; what comes later cannot be planned earlier.
ORDER = (
    "analysis", "gateway", "decision", "invitation", "submission", "evaluation", "board approval", "issue full draft",
    "heads of agreement", "signature", "mobilisation", "go-live",
)  # fmt: skip
# Any number of these may stand anywhere between the others.
_ANYWHERE = {"analysis", "gateway", "decision", "board approval"}


@dataclass(frozen=True)
class Item:
    """One thing that is asked: how it stands, what shows it, and the command that mends it ("" where none is needed).

    The command is whole: typed as it stands after `/parley`, by somebody who may, it mends the item.
    """

    item: str
    status: Status
    evidence: str
    command: str = ""


def summed(found: Iterable[Item]) -> Status:
    """The worst of them."""
    statuses = {each.status for each in found}
    return next((status for status in (Status.FAIL, Status.WARN) if status in statuses), Status.OK)


def or_fine(name: str, faults: Sequence[Item], evidence: str) -> list[Item]:
    """The faults of an item, or one that says that it is in order."""
    return list(faults) or [Item(name, Status.OK, evidence)]


@dataclass(frozen=True)
class Planned:
    """A milestone as far as its order goes."""

    ref: str
    kind: str
    on: date


def out_of_order(milestones: Iterable[Planned]) -> list[tuple[Planned, Planned]]:
    """Pairs (later kind, earlier kind) where what comes later on every route is planned before what comes first."""
    ranked = [(ORDER.index(row.kind), row) for row in milestones if row.kind in ORDER and row.kind not in _ANYWHERE]
    found = []
    for rank, row in ranked:
        before = [other for other_rank, other in ranked if other_rank < rank and other.on > row.on]
        if before:
            found.append((row, max(before, key=lambda other: other.on)))
    return found


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of what stands otherwise than before; of what is new, too, where it is not in order."""
    return [name for name, status in now.items() if before.get(name, Status.OK) != status]


def by_name(items: Iterable[Item]) -> dict[str, str]:
    """Each named item with its worst status, in the order in which they are asked."""
    found: dict[str, list[Item]] = {}
    for each in items:
        found.setdefault(each.item, []).append(each)
    return {name: summed(rows).value for name, rows in found.items()}
