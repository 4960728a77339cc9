"""What minutes say, frozen: everything in words, section by section, for any format to be poured from."""

from dataclasses import dataclass

from bot.clauses.story import ClauseStory
from bot.render import Verbatim

DRAFT, APPROVED = "DRAFT", "APPROVED"


@dataclass(frozen=True)
class Side:
    """The people of one party (or "Guests") at the meeting, with the capacity in which they came."""

    name: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class AgreementLine:
    ref: str
    clause: str | None
    wording: str
    status: str
    confirmed: tuple[str, ...]
    awaited: tuple[str, ...]
    objections: tuple[str, ...]
    because: str
    held_by: tuple[str, ...]
    author: str
    permalink: Verbatim | None


@dataclass(frozen=True)
class Line:
    """A decision, note, reservation, parked item or declaration."""

    ref: str
    text: str
    author: str
    permalink: Verbatim | None
    detail: str = ""


@dataclass(frozen=True)
class ActionLine:
    ref: str
    text: str
    due: str
    lacking: tuple[str, ...]
    status: str
    permalink: Verbatim | None


@dataclass(frozen=True)
class OwnedActions:
    """The actions of one owner (or of several together, or of nobody yet)."""

    owner: str
    actions: tuple[ActionLine, ...]


@dataclass(frozen=True)
class ItemDoc:
    """An agenda item and what was recorded under it; `number` is None for what came before or between."""

    number: int | None
    title: str
    agreements: tuple[AgreementLine, ...]
    decisions: tuple[Line, ...]
    notes: tuple[Line, ...]
    reservations: tuple[Line, ...]
    recommendations: tuple[Line, ...]
    parked: tuple[Line, ...]
    actions: tuple[ActionLine, ...]

    @property
    def empty(self) -> bool:
        said = (self.agreements, self.decisions, self.notes, self.reservations, self.recommendations)
        return not any((*said, self.parked, self.actions))


@dataclass(frozen=True)
class Correction:
    """What was corrected, in the words of whoever asked; `version` is the one it speaks of."""

    number: int
    version: int
    text: str
    author: str
    when: str


@dataclass(frozen=True)
class MinutesDoc:
    """Everything the minutes say, in words: `domain` section by section. Nothing private to a party is in
    the minutes of a shared meeting, because nothing private belongs to a shared meeting.

    `state` is DRAFT until every party in `approving` has approved; then APPROVED, with `approvals`. `audience` is
    whom a set with less in it is for, "" for the minutes themselves.
    """

    state: str
    audience: str
    marking: str
    private_to: str | None
    version: int
    negotiation: str
    title: str
    ref: str
    kind: str
    when: str
    place: str
    chair: str
    scribe: str
    sides: tuple[Side, ...]
    apologies: tuple[str, ...]
    purpose: str
    ground_rules: str
    roles_unfilled: tuple[str, ...]
    quorum: str
    declarations: tuple[Line, ...]
    previous: str
    previous_corrections: tuple[Correction, ...]
    matters_arising: tuple[OwnedActions, ...]
    subgroups: tuple[str, ...]
    items: tuple[ItemDoc, ...]
    clauses: tuple[ClauseStory, ...]
    not_reached: tuple[str, ...]
    agreements: tuple[AgreementLine, ...]
    decisions: tuple[Line, ...]
    actions: tuple[OwnedActions, ...]
    parked: tuple[Line, ...]
    withdrawn: tuple[Line, ...]
    incomplete: tuple[str, ...]
    next_meeting: str
    corrections: tuple[Correction, ...]
    replaces: str
    approving: tuple[str, ...]
    approvals: tuple[str, ...]
