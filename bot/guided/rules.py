"""The five steps of setting up, which of them a record still lacks, and the short code of a party. Pure."""

import re
import unicodedata
from collections.abc import Collection, Iterator
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
    """A party as the set-up shows it, with the names of its people, and those names with their roles.

    `free`: nothing hangs on it yet, so that it may still be corrected.
    """

    code: str
    name: str
    kind: str
    people: tuple[str, ...]
    people_as: tuple[str, ...] = ()
    free: bool = False


@dataclass(frozen=True)
class Standing:
    """What there is of a negotiation, for one person: `own` is their party's code.

    `joint` and `caucus` are Slack's ids of the joint channel and of their own side's; whether another party has one is
    its own business. `subgroups` are names, `milestones` refs, `meeting` the first shared one in words and
    `meeting_ref` its ref; all empty where there is none.
    """

    code: str
    title: str
    marking: str
    sides: tuple[Side, ...]
    own: str
    joint: str
    caucus: str
    milestones: tuple[str, ...]
    meeting: str
    meeting_ref: str
    subgroups: tuple[str, ...] = ()

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


# -- a party's short code ---------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_][\w'’]*")
_SMALL = frozenset({"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"})
_FAMILY_NAMES = frozenset({"NHS"})
"""In capitals, but the beginning of many names, and so nobody's code."""
_ENGLISH = (
    "ALL AM AN AND ANY ARE AS AT BE BUT BY DO FOR GO HE HER HIS HOW IF IN IS IT ITS ME MY NEW NO NOT OF OFF OLD ON ONE "
    "OR OUR OUT SO THE TO TWO UP US WAS WE WHO WHY YES YOU"
)
"""Codes that would be read as words, and so are not suggested."""
_LONGEST_CODE = 12
_MOST_LETTERS = 6


def split_party(words: str) -> tuple[str, str]:
    """The code and the name in "CCG Oxfordshire Clinical Commissioning Group"; no code where only a name was typed.

    A first word without a small letter is a code, and so is one without a capital before a name that has some.
    """
    first, _, rest = words.strip().partition(" ")
    in_capitals = first == first.upper() and len(first) <= _LONGEST_CODE and not (first in _FAMILY_NAMES and rest)
    in_small = first == first.lower() and rest[:1].isupper()
    if any(char.isascii() and char.isalpha() for char in first) and (in_capitals or in_small):
        return first, rest.strip()
    return "", words.strip()


def unmistakable(code: str, name: str) -> bool:
    """Whether the first word can only be meant as a code: it is the initials of what follows, or stands there again.

    "BUPA Care Homes" may be a name as a whole. What can be no code at all is not asked about, but refused.
    """
    if not (2 <= len(code) <= _LONGEST_CODE and code.isascii() and code.isalnum() and code[0].isalpha()):
        return True
    words = [_letters(word) for word in _WORD.findall(name)]
    meant = [_letters(word) for word in _WORD.findall(name) if word.casefold() not in _SMALL]
    initials = ("".join(word[:1] for word in each) for each in (words, meant))
    return code.upper() in words or any(code.upper() in each for each in initials)


def code_before(words: str, taken: Collection[str]) -> str:
    """The code to suggest for what was typed as a party: a first word that may be one, or else one for the name."""
    typed = split_party(words)[0].upper()
    return typed if typed and typed not in taken else suggested_code(words, taken)


def suggested_code(name: str, taken: Collection[str]) -> str:
    """A code of 2 to 6 letters for a name, that none of those `taken` is: "OHP" for Oxfordshire Health Partnership."""
    avoided = {*_ENGLISH.split(), *_FAMILY_NAMES, *taken}
    return next(code for code in _codes(name) if code not in avoided)


def _codes(name: str) -> Iterator[str]:
    """Codes that may stand for a name, the best first; there is always another."""
    words = [_letters(word) for word in _WORD.findall(name) if word.casefold() not in _SMALL]
    capitalised = [_letters(word) for word in _WORD.findall(name) if word[0].isupper()]
    meant = capitalised if len(capitalised) > 1 else words
    initials = "".join(word[:1] for word in meant)[:_MOST_LETTERS]
    if len(initials) > 1:
        yield initials
    if meant and meant[0] in _FAMILY_NAMES:
        yield f"{meant[0]}{initials[1:]}"[:_MOST_LETTERS]
    whole = "".join(words)
    yield from (whole[:length] for length in range(3 if len(whole) > 2 else 2, min(len(whole), _MOST_LETTERS) + 1))
    begun = (initials if len(initials) > 1 else whole)[: _MOST_LETTERS - 2] or "PART"
    yield from (f"{begun}{number}" for number in range(2, 10**6))


def _letters(word: str) -> str:
    """The letters of a code that a word gives: A to Z, without accents."""
    plain = unicodedata.normalize("NFKD", word).upper()
    return "".join(char for char in plain if "A" <= char <= "Z")
