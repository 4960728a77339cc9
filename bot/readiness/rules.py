"""What good practice asks of a negotiation, as values and pure decisions (the founding slides, `product.md` §6)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from rapidfuzz import fuzz

from storage.tables import PartyKind, Role


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
# What leads to the negotiation. Once its day has passed, it was likely done and nobody said so.
PASSES = {"analysis", "gateway", "decision", "invitation", "submission", "evaluation", "board approval"}


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


@dataclass(frozen=True)
class Candidate:
    """Somebody who could take a role: the kind of their party, and what they are already."""

    name: str
    party_kind: str
    roles: tuple[str, ...]


# Who chairs cannot write, who writes can hardly speak for a side, and who speaks for one does not clear its own words.
_CLASHES = (
    {Role.CHAIR, Role.SCRIBE}, {Role.LEAD, Role.SCRIBE}, {Role.NEGOTIATOR, Role.SCRIBE}, {Role.LEAD, Role.LEGAL},
    {Role.NEGOTIATOR, Role.LEGAL},
)  # fmt: skip
_BEST_FROM = {Role.CHAIR: PartyKind.COMMISSIONER, Role.LEGAL: PartyKind.ADVISER}
# How much each role that somebody has already speaks against another: for a voice, and for those who support it.
_AGAINST_A_VOICE = {Role.NEGOTIATOR: 1}
_AGAINST_SUPPORT = {Role.OBSERVER: 0, Role.TECHNICAL: 1}
_USUAL = 2


def clashing(role: Role, roles: Sequence[str]) -> list[str]:
    """Which of somebody's roles get in the way of another one."""
    return [each for each in roles if any({role, each} == pair for pair in _CLASHES)]


def fittest(role: Role, candidates: Sequence[Candidate]) -> Candidate:
    """Whom a role fits best: nobody whose other role it gets in the way of, then who has least to do; of equals the
    first. The chair is looked for on the commissioner's side, a legal adviser among the advisers."""
    against = _AGAINST_SUPPORT if role in (Role.SCRIBE, Role.LEGAL) else _AGAINST_A_VOICE

    def burden(one: Candidate) -> tuple[bool, bool, int]:
        clashes = bool(clashing(role, one.roles))
        elsewhere = role in _BEST_FROM and one.party_kind != _BEST_FROM[role]
        return clashes, elsewhere, sum(against.get(Role(each), _USUAL) for each in one.roles)

    return min(candidates, key=burden)


_COMMON = frozenset(
    (
        "with", "from", "that", "this", "will", "shall", "each", "every", "their", "them", "they", "when", "where",
        "which", "than", "then", "into", "upon", "such", "other", "have", "been", "being", "within", "under", "between",
        "after", "before", "party", "parties", "contract", "agreement",
    )
)  # fmt: skip
_STEM = 6  # letters of a word that tell it: "co-ordinator" and "co-ordination" are about one thing


def telling(words: str) -> frozenset[str]:
    """What a text is about: the beginnings of its longer words, joined where a hyphen parts them."""
    found = re.findall(r"\w{4,}", words.casefold().replace("-", "").replace("‑", ""))
    return frozenset(word[:_STEM] for word in found if word not in _COMMON)


@dataclass(frozen=True)
class Topic:
    """A clause as far as what it is about goes. Its title tells more than its text."""

    number: str
    title: str
    in_title: frozenset[str]
    in_text: frozenset[str]


def topic(number: str, title: str, text: str) -> Topic:
    return Topic(number, title, telling(title), telling(text))


def nearest(promise: str, topics: Sequence[Topic]) -> Topic | None:
    """The clause that shares most with a promise, None where none shares a word.

    A word counts for more the fewer clauses have it, and twice in a title; of equals the likelier title wins.
    """
    wanted = telling(promise)
    common = Counter(word for each in topics for word in wanted & (each.in_title | each.in_text))

    def shared(each: Topic) -> float:
        titled, said = wanted & each.in_title, (wanted & each.in_text) - each.in_title
        return sum(2 / common[word] for word in titled) + sum(1 / common[word] for word in said)

    scored = [(shared(each), each) for each in topics]
    best = max((score for score, _ in scored), default=0.0)
    if not best:
        return None
    equals = [each for score, each in scored if score == best]
    return max(equals, key=lambda each: fuzz.token_set_ratio(promise, each.title))


def changed(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """The names of what stands otherwise than before; of what is new, too, where it is not in order."""
    return [name for name, status in now.items() if before.get(name, Status.OK) != status]


def by_name(items: Iterable[Item]) -> dict[str, str]:
    """Each named item with its worst status, in the order in which they are asked."""
    found: dict[str, list[Item]] = {}
    for each in items:
        found.setdefault(each.item, []).append(each)
    return {name: summed(rows).value for name, rows in found.items()}
