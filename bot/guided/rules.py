"""The five steps of setting up, and which of them a record still lacks. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class Step(StrEnum):
    PARTIES = "parties"
    PEOPLE = "people"
    CHANNELS = "channels"
    TIMETABLE = "timetable"
    MEETING = "meeting"

    @property
    def number(self) -> int:
        return list(Step).index(self) + 1


@dataclass(frozen=True)
class Side:
    """A party as the set-up shows it, with the names of its people."""

    code: str
    name: str
    kind: str
    people: tuple[str, ...]


@dataclass(frozen=True)
class Standing:
    """What there is of a negotiation, for one person: `own` is their party's code, `caucus` whether it has a channel.

    Whether another party has one is its own business. `milestones` are refs, `meeting` the first shared one in words
    and `meeting_ref` its ref; all empty where there is none.
    """

    code: str
    title: str
    marking: str
    sides: tuple[Side, ...]
    own: str
    joint: bool
    caucus: bool
    milestones: tuple[str, ...]
    meeting: str
    meeting_ref: str

    @property
    def seated(self) -> int:
        return sum(len(side.people) for side in self.sides)


def lacking(standing: Standing) -> list[Step]:
    """The steps that have something left to do, in order. Nothing remembers them: the record itself tells."""
    wanting = {
        Step.PARTIES: len(standing.sides) < 2,
        Step.PEOPLE: not standing.sides or not all(side.people for side in standing.sides),
        Step.CHANNELS: not standing.joint or bool(standing.own and not standing.caucus),
        Step.TIMETABLE: not standing.milestones,
        Step.MEETING: not standing.meeting_ref,
    }
    return [step for step in Step if wanting[step]]


def after(step: Step, standing: Standing) -> Step | None:
    """Where somebody goes on from a step: what is there already is passed over. None: that was the last."""
    return next((each for each in lacking(standing) if each.number > step.number), None)


def before(step: Step) -> Step | None:
    """The step before, whatever there is of it: more can always be added."""
    return list(Step)[step.number - 2] if step.number > 1 else None


def asked_first(standing: Standing, at_most: int) -> list[Side]:
    """The sides that one form asks people for: those without anybody first, in the order in which they joined."""
    return sorted(standing.sides, key=lambda side: bool(side.people))[:at_most]
