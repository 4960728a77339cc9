"""Two versions of a contract compared clause by clause: a new version is changes, not new clauses.

A clause is found again by its number and its words: first those with both the same; then those with the
same words under another number (renumbered); then those most alike, by the share of words that they have in
common in the same order (rapidfuzz); last those in the same place with another wording altogether. The
marks of Markdown and HTML are not words.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from bot.contracts import marks, numbers, redline
from bot.contracts.definitions import defined_term
from bot.contracts.values import Clause, Contract

_ALIKE = 0.6  # share of words in common by which a clause is known anywhere
_VERY_ALIKE = 0.75  # the same, for a definition of another term, and for the first look
_ALIKE_IN_PLACE = 0.35  # the same, for one that kept its number or title, or moved with the clause it is in
_FEW = 4  # words; so few say little, and are only known where they are nowhere else
_CANDIDATES = 8  # clauses looked at closely for each one
_LONGEST = 4_000  # words of a clause that are compared; enough to tell it from the others
_LONGEST_LEAD = 6  # words of a heading that runs into the text: "Late payment. The Buyer …"
_DEFINITION = "Definition of "
_EMPTIED = re.compile(r"\W*(?:this clause is |intentionally )?(?:not used|omitted|deleted|reserved|left blank)", re.I)


@dataclass(frozen=True)
class Pair:
    """A clause in both versions."""

    before: Clause
    after: Clause

    @property
    def is_reworded(self) -> bool:
        return _exact(self.before) != _exact(self.after)


@dataclass(frozen=True)
class Comparison:
    """How a version differs from the one before: every clause of both is in exactly one place.

    `changed` kept their numbers and got other words; `moved` have another number, and other words too
    where `is_reworded`. In the order of the new version; `removed` in that of the old.
    """

    unchanged: tuple[Pair, ...]
    changed: tuple[Pair, ...]
    moved: tuple[Pair, ...]
    added: tuple[Clause, ...]
    removed: tuple[Clause, ...]


def compare(before: Contract, after: Contract) -> Comparison:
    """Match the clauses of two versions of one contract. The same versions give the same answer, always."""
    match = _Match(_entries(before), _entries(after))
    match.by_number_and_words()
    match.by_words()
    match.by_likeness(_VERY_ALIKE)
    match.by_likeness(_ALIKE_IN_PLACE)
    match.by_place()
    return match.comparison()


@dataclass(frozen=True, eq=False)
class _Entry:
    """A clause of one version, ready to be compared."""

    place: int
    clause: Clause

    @cached_property
    def key(self) -> str:
        return numbers.key(self.clause.number)

    @cached_property
    def above(self) -> str:
        return numbers.key(numbers.parent(self.clause.number) or "")

    @cached_property
    def exact(self) -> tuple[str, ...]:
        return _exact(self.clause)

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words without punctuation and case."""
        return tuple(core.casefold() for core in self.exact if core[:1].isalnum())[:_LONGEST]

    @cached_property
    def lead(self) -> str:
        """What the clause is called: its title, or a heading that runs into its text; "" for most."""
        if self.clause.title:
            return " ".join(marks.bare(self.clause.title).casefold().split())
        first, stop, _ = marks.bare(self.clause.text[:_LONGEST]).partition(".")
        called = first.casefold().split()
        return " ".join(called) if stop and len(called) <= _LONGEST_LEAD else ""

    @cached_property
    def term(self) -> str:
        """The term it defines; "" for none."""
        if self.clause.number.startswith(_DEFINITION):
            return self.clause.number.removeprefix(_DEFINITION).casefold()
        term = defined_term(self.clause.text) if self.clause.kind == "definition" else None
        return (term or "").casefold()

    @property
    def is_emptied(self) -> bool:
        """Whether nothing is left of it but its number and a remark."""
        return not self.words or (len(self.words) <= 2 * _FEW and _EMPTIED.match(self.clause.wording()) is not None)


class _Match:
    """The pairs found so far between two versions, and the steps that find them."""

    def __init__(self, old: Sequence[_Entry], new: Sequence[_Entry]) -> None:
        self._old = old
        self._new = new
        self._found: dict[int, int] = {}  # places in the new version, to places in the old
        self._taken: set[int] = set()  # places in the old version
        self._became: dict[str, str] = {}  # numbers of pairs, old to new
        self._using = _places_by_words(old)
        self._letters: dict[str, str] = defaultdict(lambda: chr(_FIRST_LETTER + len(self._letters) % _LETTERS))
        self._spellings: dict[_Entry, str] = {}
        self._scores: dict[tuple[int, int], float] = {}

    def _pair(self, old: _Entry, new: _Entry) -> None:
        self._found[new.place] = old.place
        self._taken.add(old.place)
        self._became[old.key] = new.key

    def _left_old(self) -> list[_Entry]:
        return [entry for entry in self._old if entry.place not in self._taken]

    def _left_new(self) -> list[_Entry]:
        return [entry for entry in self._new if entry.place not in self._found]

    def _is_with_its_clause(self, old: _Entry, new: _Entry) -> bool:
        """Whether both are in clauses that were found to be one, such as 5.1 and 6.1 after a new clause 5."""
        return bool(old.above) and self._became.get(old.above) == new.above

    def by_number_and_words(self) -> None:
        by_key = {entry.key: entry for entry in self._old}
        for new in self._new:
            old = by_key.get(new.key)
            if old and old.place not in self._taken and old.exact == new.exact:
                self._pair(old, new)

    def by_words(self) -> None:
        """The same words under another number: the one in the same clause first, else the only one."""
        by_exact: dict[tuple[str, ...], list[_Entry]] = defaultdict(list)
        for old in self._left_old():
            by_exact[old.exact].append(old)
        everywhere = Counter(entry.exact for entry in (*self._old, *self._new))
        for new in self._left_new():
            same = [old for old in by_exact[new.exact] if old.place not in self._taken]
            together = [old for old in same if self._is_with_its_clause(old, new)]
            only = everywhere[new.exact] == 2
            if together or (same and (only or len(new.words) >= _FEW)):
                self._pair((together or same)[0], new)

    def by_likeness(self, least: float) -> None:
        """Those most alike first, from `least` on; a number, a title or a clause kept counts for something."""
        hinted: dict[tuple[str, str], list[_Entry]] = defaultdict(list)
        for old in self._left_old():
            for hint in _hints(old, self._became.get(old.above, "")):
                hinted[hint].append(old)
        scored = sorted(
            (-score, abs(new.place - old.place), new.place, old.place)
            for new in self._left_new()
            for old, score in self._likely(new, hinted, least)
        )
        for _, _, new_place, old_place in scored:
            if new_place not in self._found and old_place not in self._taken:
                self._pair(self._old[old_place], self._new[new_place])

    def _likely(
        self, new: _Entry, hinted: Mapping[tuple[str, str], Sequence[_Entry]], least: float
    ) -> Iterator[tuple[_Entry, float]]:
        """The clauses left over that may be this one before, with how alike they are."""
        weights = dict.fromkeys(self._closest(new), 0)
        for hint in _hints(new, new.above):
            for old in hinted.get(hint, ()):
                weights[old] = weights.get(old, 0) + _WEIGHTS[hint[0]]
        for old, weight in weights.items():
            if min(len(old.words), len(new.words)) < _FEW and not weight:
                continue
            other_term = _VERY_ALIKE if old.term != new.term else 0.0
            score = self._alike(old, new)
            if score >= max(least, other_term, _ALIKE_IN_PLACE if weight else _ALIKE):
                yield old, score + _WEIGHT * weight

    def _closest(self, new: _Entry) -> list[_Entry]:
        """The few clauses left over that share most of the rarer pairs of words with this one."""
        shared = Counter[int]()
        for pair in set(pairwise(new.words)):
            shared.update(self._using.get(pair, ()))
        ranked = sorted((-count, place) for place, count in shared.items() if place not in self._taken)
        return [self._old[place] for _, place in ranked[:_CANDIDATES]]

    def _alike(self, old: _Entry, new: _Entry) -> float:
        """The share of words that two clauses have in common in the same order, from 0 to 1."""
        from rapidfuzz.distance import Indel  # lazily: most runs of Parley compare nothing

        places = (old.place, new.place)
        if places not in self._scores:
            self._scores[places] = Indel.normalized_similarity(self._spelled(old), self._spelled(new))
        return self._scores[places]

    def _spelled(self, entry: _Entry) -> str:
        """The clause with a letter for each word, which rapidfuzz compares fastest."""
        if entry not in self._spellings:
            self._spellings[entry] = "".join([self._letters[word] for word in entry.words])
        return self._spellings[entry]

    def by_place(self) -> None:
        """Another wording in the same place: changed, where the title stayed or there is none."""
        by_key = {self._place_now(entry): entry for entry in self._left_old()}
        for new in self._left_new():
            old = by_key.get(new.key)
            if old is None or old.term != new.term:
                continue
            untitled = not old.clause.title and not new.clause.title and self._is_with_its_clause(old, new)
            called = old.lead == new.lead and bool(new.lead)
            if called or untitled or old.is_emptied or new.is_emptied:
                self._pair(old, new)

    def _place_now(self, old: _Entry) -> str:
        """The number that an old clause would have now that the one it is in may have another."""
        return self._became.get(old.above, old.above) + old.key.removeprefix(old.above)

    def comparison(self) -> Comparison:
        found = ((self._found.get(new.place), new) for new in self._new)
        pairs = [(self._old[place], new) for place, new in found if place is not None]
        return Comparison(
            unchanged=_pairs((old, new) for old, new in pairs if old.key == new.key and old.exact == new.exact),
            changed=_pairs((old, new) for old, new in pairs if old.key == new.key and old.exact != new.exact),
            moved=_pairs((old, new) for old, new in pairs if old.key != new.key),
            added=tuple(entry.clause for entry in self._left_new()),
            removed=tuple(entry.clause for entry in self._left_old()),
        )


# What besides the words says that two clauses are one, and how much.
_WEIGHTS = {"number": 1, "inside": 1, "called": 2, "term": 2}
_WEIGHT = 0.15  # of a score, which is from 0 to 1

# The letters that stand for words: those of the private planes, over 130,000.
_FIRST_LETTER = 0xF0000
_LETTERS = 0x110000 - _FIRST_LETTER


def _hints(entry: _Entry, above: str) -> Iterator[tuple[str, str]]:
    """Where a clause stands, in the numbers of the new version, and what it is called."""
    named = (("number", entry.key), ("inside", above), ("called", entry.lead), ("term", entry.term))
    return (hint for hint in named if hint[1])


def _entries(contract: Contract) -> list[_Entry]:
    return [_Entry(place, clause) for place, clause in enumerate(contract.clauses)]


def _pairs(entries: Iterable[tuple[_Entry, _Entry]]) -> tuple[Pair, ...]:
    return tuple(Pair(old.clause, new.clause) for old, new in entries)


def _places_by_words(entries: Sequence[_Entry]) -> dict[tuple[str, str], list[int]]:
    """Where each two words stand together, but for those that so many clauses have that they say nothing."""
    using: dict[tuple[str, str], list[int]] = defaultdict(list)
    for entry in entries:
        for words in set(pairwise(entry.words)):
            using[words].append(entry.place)
    most = max(20, len(entries) // 10)
    return {words: places for words, places in using.items() if len(places) <= most}


def _exact(clause: Clause) -> tuple[str, ...]:
    """The words and punctuation of a clause, without the marks of Markdown and HTML."""
    return tuple(redline.words(marks.bare(clause.wording())))
