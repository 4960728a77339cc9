"""What minutes for others leave out. Pure: a frozen value in, a frozen value with less in it out."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.clauses.story import ClauseStory
from bot.minutes.document import ActionLine, AgreementLine, ItemDoc, Line, MinutesDoc, OwnedActions

L = TypeVar("L", AgreementLine, ActionLine, Line)


@dataclass(frozen=True)
class Hidden:
    """What is confidential: records by ref, clauses by the numbers that those records name, and the agenda items
    of the meeting in question by number."""

    refs: AbstractSet[str] = frozenset()
    clauses: AbstractSet[str] = frozenset()
    items: AbstractSet[int] = frozenset()

    @property
    def anything(self) -> bool:
        return bool(self.refs or self.items)


def for_others(doc: MinutesDoc, audience: str, hidden: Hidden) -> MinutesDoc:
    """The minutes for an audience, without what is hidden. What they say of themselves never depends on what that is.

    Corrections quote the minutes, and what was done with clauses is not told by item: where something is hidden,
    they go too rather than let it through.
    """
    return replace(
        doc,
        audience=audience,
        declarations=_kept(doc.declarations, hidden),
        previous_corrections=() if hidden.anything else doc.previous_corrections,
        matters_arising=_owned(doc.matters_arising, hidden),
        subgroups=tuple(_advice(line, hidden) for line in doc.subgroups),
        items=tuple(_item(item, hidden) for item in doc.items if item.number not in hidden.items),
        clauses=() if hidden.items else tuple(story for story in doc.clauses if _told(story, hidden)),
        not_reached=tuple(line for line in doc.not_reached if not _numbered(line, hidden)),
        agreements=_kept(doc.agreements, hidden),
        decisions=_kept(doc.decisions, hidden),
        actions=_owned(doc.actions, hidden),
        parked=_kept(doc.parked, hidden),
        withdrawn=_kept(doc.withdrawn, hidden),
        incomplete=tuple(line for line in doc.incomplete if line.partition(" ")[0] not in hidden.refs),
        corrections=() if hidden.anything else doc.corrections,
    )


def _kept(lines: tuple[L, ...], hidden: Hidden) -> tuple[L, ...]:
    return tuple(line for line in lines if line.ref not in hidden.refs)


def _owned(groups: tuple[OwnedActions, ...], hidden: Hidden) -> tuple[OwnedActions, ...]:
    """Without owners who would have nothing left."""
    left = [replace(group, actions=_kept(group.actions, hidden)) for group in groups]
    return tuple(group for group in left if group.actions)


def _item(item: ItemDoc, hidden: Hidden) -> ItemDoc:
    return replace(
        item,
        agreements=_kept(item.agreements, hidden),
        decisions=_kept(item.decisions, hidden),
        notes=_kept(item.notes, hidden),
        reservations=_kept(item.reservations, hidden),
        recommendations=_kept(item.recommendations, hidden),
        parked=_kept(item.parked, hidden),
        actions=_kept(item.actions, hidden),
    )


def _advice(line: str, hidden: Hidden) -> str:
    """A sub-group's report; its whole advice goes with any part of it that is hidden."""
    if not any(f"({ref})" in line for ref in hidden.refs):
        return line
    return f"{line.partition(': recommends (')[0]}: its advice is left out"


def _told(story: ClauseStory, hidden: Hidden) -> bool:
    return story.number not in hidden.clauses


def _numbered(line: str, hidden: Hidden) -> bool:
    """Whether an item that was not reached, "2 Contract term", is one of the hidden."""
    number = line.partition(" ")[0]
    return number.isdecimal() and int(number) in hidden.items
