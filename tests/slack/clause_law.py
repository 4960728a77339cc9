"""The law of a clause's life, written out once more from the domain, with none of Parley's own code.

Beside it the people of a table with three kinds of authority, what an onlooker sees of the record, and what must
hold of it at any time.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests import cast
from tests.cast import Person

# From each status, what may follow it (`domain.md` §3, "issue_transitions").
MAY_BECOME: Mapping[str, Collection[str]] = {
    "not_started": ["open"],
    "open": ["proposed", "parked", "withdrawn"],
    "proposed": ["countered", "agreed_in_principle", "parked", "escalated", "withdrawn"],
    "countered": ["proposed", "agreed_in_principle", "parked", "escalated", "withdrawn"],
    "agreed_in_principle": ["agreed_subject_to_contract", "reopened"],
    "agreed_subject_to_contract": ["agreed_final", "reopened"],
    "parked": ["open", "proposed", "escalated", "withdrawn"],
    "escalated": ["proposed", "agreed_in_principle", "parked", "withdrawn", "disputed"],
    "disputed": ["agreed_in_principle", "withdrawn"],
    "reopened": ["open", "proposed"],
    "agreed_final": [],
    "withdrawn": ["reopened"],
}
AGREED = {"agreed_in_principle", "agreed_subject_to_contract", "agreed_final"}
UNDER_WAY = {"proposed", "agreed_in_principle", "agreed_subject_to_contract"}
GONE = {"withdrawn", "undone", "reopened"}


def reaches(before: str, after: str, through: Collection[str]) -> bool:
    """Whether a status leads to another, passing by no others than `through`."""
    passed, ahead = {before}, [before]
    while ahead:
        for status in MAY_BECOME[ahead.pop()]:
            if status == after:
                return True
            if status in through and status not in passed:
                passed.add(status)
                ahead.append(status)
    return False


def moved_along(before: str, after: str) -> bool:
    """One act's move: what has not started or is reopened is opened on the way, and agreeing is several steps."""
    opened = {"open"} if before in ("not_started", "reopened") else set()
    return before == after or reaches(before, after, opened | (UNDER_WAY if after in AGREED else set()))


# -- who sits there -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Seat:
    """`reach` are the clauses whose words this person may agree; None: all."""

    person: Person
    party: str | None = None
    roles: frozenset[str] = frozenset()
    signs: bool = True
    reach: frozenset[str] | None = None

    @property
    def records(self) -> bool:
        return bool(self.roles & {"chair", "lead", "negotiator", "scribe", "legal", "technical"})

    @property
    def runs(self) -> bool:
        return bool(self.roles & {"chair", "lead", "negotiator", "scribe"})

    @property
    def negotiates(self) -> bool:
        return bool(self.roles & {"lead", "negotiator"})

    def speaks_on(self, number: str | None) -> bool:
        """Whether this person's word on words for that clause is their party's."""
        return self.negotiates and self.signs and (self.reach is None or number in self.reach)


def _seat(person: Person, party: str, *roles: str, **more: Any) -> Seat:
    return Seat(person, party, frozenset(roles), **more)


LIMITED = Person("U11LIMITED", "Grace Tolland")
LEGAL = Person("U12LEGAL", "Imran Sadiq")
PARTNER = Person("U13PARTNER", "Bethan Rhys")
ADVISER = Person("U14ADVISER", "Peter Lowe")
NEWCOMERS = (LIMITED, LEGAL, PARTNER, ADVISER)

SEATS = (
    _seat(cast.chair, "CCG", "chair", "lead"),
    _seat(cast.lead, "OHP", "lead"),
    _seat(cast.negotiator, "OHP", "negotiator"),
    _seat(LIMITED, "CCG", "negotiator", reach=frozenset({"4.2", "4.10"})),
    _seat(cast.scribe, "CCG", "scribe"),
    _seat(LEGAL, "CCG", "legal"),
    _seat(cast.observer, "OHP", "observer"),
    _seat(ADVISER, "ADV", "lead", signs=False),
    Seat(cast.stranger),
)
ALLY = _seat(PARTNER, "MIND", "lead")
SIGNING = ("CCG", "OHP")

# As people read them. The last two are not there at first.
NUMBERS = ("4.2", "4.10", "12", "SC36.9", "SC36.45A")
LATER = ("12", "SC36.45A")
NATIONAL = {"SC36.9", "SC36.45A"}


# -- what an onlooker sees ------------------------------------------------------------------------------


@dataclass
class Word:
    """What one party said of one wording, and who said it."""

    seat: Seat
    stance: str


@dataclass
class Spoken:
    """What was said of an agreement's present words, as somebody would know who heard every act."""

    author: Seat
    wording: str
    clause: str | None
    version: int = 1
    words: dict[str, Word] = field(default_factory=dict)

    def say(self, seat: Seat, stance: str) -> None:
        assert seat.party is not None
        self.words[seat.party] = Word(seat, stance)

    def confirmed_by(self) -> dict[str, str]:
        return {party: word.seat.person.name for party, word in self.words.items() if word.stance == "confirmed"}


@dataclass(frozen=True)
class Seen:
    """The record as it is exported and listed, and what was heard of every agreement (by ref)."""

    export: dict[str, Any]
    lines: Mapping[str, str]
    heard: Mapping[str, Spoken]
    signing: Collection[str]
    signed: bool

    @property
    def clauses(self) -> dict[str, dict[str, Any]]:
        return {row["number"]: row for row in self.export["clauses"]}

    @property
    def agreements(self) -> dict[str, dict[str, Any]]:
        return {row["ref"]: row for row in self.export["agreements"]}

    def status(self, number: str) -> str:
        return str(self.clauses[number]["status"])

    def all_live(self, number: str) -> list[str]:
        """The agreements on a clause that were neither taken back nor reopened."""
        every = self.export["agreements"]
        return [row["ref"] for row in every if row["clause"] == number and row["status"] not in GONE]

    def by_all(self, ref: str) -> bool:
        """Whether every party that signs was heard to confirm these words."""
        return set(self.heard[ref].confirmed_by()) >= set(self.signing)

    def live(self, number: str) -> list[str]:
        """The one that counts: of several, recorded before the clause was there, what all have confirmed, else the
        latest."""
        every = self.all_live(number)
        return ([ref for ref in every if self.by_all(ref)] or every)[-1:]

    def awaiting(self, number: str) -> bool:
        return any(self.agreements[ref]["status"] == "awaiting" for ref in self.live(number))

    def confirmed(self, number: str) -> bool:
        """Whether every party that signs was heard to confirm words that stand on this clause."""
        return any(self.by_all(ref) for ref in self.live(number))

    def standing(self, number: str) -> list[dict[str, Any]]:
        """The proposals on the table; those that came to be agreed stand no more than the agreement does."""
        rows = [row for row in self.export["proposals"] if row["clause"] == number]
        return [row for row in rows if row["status"] in ("standing", "agreed")]

    def package(self, number: str) -> list[str]:
        """The clauses that are tied together with this one, itself too."""
        name = self.clauses[number]["package"]
        return [each for each, row in self.clauses.items() if name and row["package"] == name]

    def open_mates(self, number: str) -> list[str]:
        mates = [each for each in self.package(number) if each != number]
        return [mate for mate in mates if not self.confirmed(mate) and self.status(mate) != "withdrawn"]


# -- what holds at any time -----------------------------------------------------------------------------


def check_agreed_means_confirmed_by_everybody(seen: Seen) -> None:
    """Product rule 1: an authorised negotiator of every party, on exactly these words."""
    for number, clause in seen.clauses.items():
        if clause["status"] not in AGREED:
            continue
        ref = clause["agreement"]
        agreement, heard = seen.agreements[ref], seen.heard[ref]
        assert agreement["clause"] == number
        assert (agreement["wording"], agreement["version"]) == (heard.wording, heard.version)
        assert agreement["digest"] == hashlib.sha256(heard.wording.encode()).hexdigest()
        assert set(heard.confirmed_by()) == set(seen.signing), f"{number} is agreed by {heard.confirmed_by()}"


def check_words_count_for_those_who_may_speak(seen: Seen) -> None:
    """Nobody speaks for two parties, nor for one without being its negotiator, nor beyond their authority."""
    for ref, agreement in seen.agreements.items():
        heard = seen.heard[ref]
        shown = {word["party"]: word["member"] for word in agreement["confirmations"]}
        assert shown == heard.confirmed_by(), f"{ref} shows {shown}"
        assert len(agreement["confirmations"]) == len(shown) == len(set(shown.values()))
        for party, word in heard.words.items():
            assert word.seat.party == party
            assert word.seat.speaks_on(agreement["clause"])


def check_what_is_confirmed_is_shown(seen: Seen) -> None:
    for number in seen.clauses:
        status = seen.status(number)
        if seen.confirmed(number) and not seen.open_mates(number) and status != "withdrawn":
            assert status in AGREED, f"every party has confirmed {number}, but it is {status}"


def check_nothing_in_a_package_is_agreed_alone(seen: Seen) -> None:
    for number in seen.clauses:
        if seen.status(number) in AGREED:
            assert seen.open_mates(number) == [], f"{number} is agreed before {seen.open_mates(number)}"


def check_one_wording_at_a_time(seen: Seen) -> None:
    """What was recorded under a number before its clause was there could not know of each other."""
    for number in seen.clauses:
        if number not in LATER:
            assert len(seen.all_live(number)) <= 1, f"{number} has {seen.all_live(number)}"


def check_agreed_is_subject_to_contract_until_signature(seen: Seen) -> None:
    for number in seen.clauses:
        status, line = seen.status(number), seen.lines[number]
        if status in AGREED and not seen.signed:
            assert status != "agreed_final"
            assert "subject to contract" in line
        if status not in AGREED:
            assert "· agreed" not in line


def check_what_is_missing_keeps_it_from_being_final(seen: Seen) -> None:
    """`domain.md`: it cannot be final with the legal flag open, nor with a work-stream that is not content."""
    for number, clause in seen.clauses.items():
        streams = any(set(stream["content"]) < set(seen.signing) for stream in clause["streams"])
        if clause["legal"] == "open" or streams:
            assert clause["status"] not in ("agreed_subject_to_contract", "agreed_final"), number


def check_numbers_sort_as_people_read_them(seen: Seen) -> None:
    assert list(seen.clauses) == [number for number in NUMBERS if number in seen.clauses]
    assert list(seen.lines) == list(seen.clauses)


CHECKS = (
    check_agreed_means_confirmed_by_everybody,
    check_words_count_for_those_who_may_speak,
    check_what_is_confirmed_is_shown,
    check_nothing_in_a_package_is_agreed_alone,
    check_one_wording_at_a_time,
    check_agreed_is_subject_to_contract_until_signature,
    check_what_is_missing_keeps_it_from_being_final,
    check_numbers_sort_as_people_read_them,
)


def check_move(before: Seen, after: Seen, number: str, *, words_changed: bool) -> None:
    """A status moves along the table. Other words in place of agreed ones reopen a clause and propose again; what
    its package held up before, it holds up once more. What only its package holds up is reopened as if agreed.
    """
    was, now = before.status(number), after.status(number)
    if before.confirmed(number) and before.open_mates(number) and now == "reopened":
        return
    if words_changed and was in AGREED and now != was:
        assert now not in AGREED
        assert was != "agreed_final"
        held = after.confirmed(number)
        assert held or now == "proposed", f"{number} was {was} and is {now}"
        return
    assert moved_along(was, now), f"{number} was {was} and is {now}"
