"""What one person's App Home tells: plain values, already within what that person may see."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from bot.access import Actor
from bot.timetable.rules import Point
from storage.clauses import Outline
from storage.homes import Issued
from storage.tables import Action, Agreement, Meeting, Milestone, MinutesCorrection

T = TypeVar("T")


@dataclass(frozen=True)
class Some(Generic[T]):
    """The first of several things, and how many more there are."""

    shown: Sequence[T] = ()
    more: int = 0

    def __bool__(self) -> bool:
        return bool(self.shown)


def some(rows: Sequence[T], most: int) -> Some[T]:
    return Some(rows[:most], max(len(rows) - most, 0))


@dataclass(frozen=True)
class Wording:
    """An agreement that waits for the word of the person's side; `by` recorded it."""

    seat: Actor
    agreement: Agreement
    by: str


@dataclass(frozen=True)
class Lacking:
    """An action that still needs something: "an owner", "a date"."""

    seat: Actor
    action: Action
    needs: Sequence[str]


@dataclass(frozen=True)
class Ahead:
    """A milestone that is still to be reached."""

    seat: Actor
    row: Milestone
    point: Point


@dataclass(frozen=True)
class Asked:
    """A correction of minutes that somebody asks for, and the person may settle."""

    seat: Actor
    meeting: Meeting
    correction: MinutesCorrection
    by: str


@dataclass(frozen=True)
class Facts:
    """`seats` are all of the person's negotiations and `shown` those that this page is about."""

    at: datetime
    seats: Sequence[Actor]
    shown: Sequence[Actor]
    agreements: Some[Wording] = Some()
    minutes: Some[tuple[Actor, Issued]] = Some()
    drafts: Some[tuple[Actor, Issued]] = Some()
    invitations: Some[tuple[Actor, Meeting]] = Some()
    incomplete: Some[Lacking] = Some()
    actions: Some[tuple[Actor, Action]] = Some()
    corrections: Some[Asked] = Some()
    escalated: Some[tuple[Actor, Outline]] = Some()
    uncleared: Some[tuple[Actor, Outline]] = Some()
    meetings: Some[tuple[Actor, Meeting]] = Some()
    milestones: Some[Ahead] = Some()
    clauses: Sequence[tuple[Actor, Counter[str]]] = ()

    @property
    def for_guest(self) -> bool:
        """Whether the page is for somebody of another organisation, who has no slash command."""
        return any(seat.person.is_guest for seat in self.seats)

    @property
    def only(self) -> Actor | None:
        """The one negotiation that this page is about; None where it is about several, or none."""
        return self.shown[0] if len(self.shown) == 1 else None
