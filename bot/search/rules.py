"""What somebody searches for, in words, and which of the rows that hold them comes first."""

import re
from collections.abc import Sequence
from statistics import fmean

from storage.search import Candidate
from storage.words import Term, words

MOST_TERMS = 20  # a longer question is a quotation, and its first words find it
_CHUNK = re.compile(r'["“”„«»]([^"“”„«»]*)["“”„«»]|([^\s"“”„«»]+)')
_SHORTEST_BEGINNING = 2  # letters; of one letter, half of all words begin


def terms(typed: str) -> list[Term]:
    """What is asked for: a phrase in quotation marks or a word each, of the last word its beginning.

    What holds marks inside (`4.2`, "value-at-risk") is a phrase of its parts. Any other mark means nothing.
    """
    found: list[Term] = []
    for match in _CHUNK.finditer(typed):
        spoken = words(match[0])
        last = match[2] is not None and match.end() == len(typed.rstrip())
        if spoken:
            found.append(Term(tuple(spoken), last and len(spoken[-1]) >= _SHORTEST_BEGINNING))
    return found[:MOST_TERMS]


def ranked(asked: Sequence[Term], found: Sequence[Candidate]) -> list[Candidate]:
    """The best first, and of equals the newest.

    A row is better the more often it holds the words, the fewer others it holds, and if it holds them in a row, as
    they were typed (BM25 with the usual constants; how rare a word is counts the same for all of them, for each
    holds every one).
    """
    if not found:
        return []
    usual = fmean(len(each.words) for each in found)
    together = _needle(Term(tuple(word for term in asked for word in term.words), asked[-1].begins))
    needles = [_needle(term) for term in asked]

    def worth(candidate: Candidate) -> float:
        said = f" {candidate.words} "
        length = 1.2 * (0.25 + 0.75 * len(candidate.words) / usual)
        counts = [said.count(needle) for needle in needles]
        score = sum(count * 2.2 / (count + length) for count in counts)
        return score + (len(needles) if len(needles) > 1 and together in said else 0)

    return sorted(found, key=lambda each: (-worth(each), -each.id))


def _needle(term: Term) -> str:
    return f" {' '.join(term.words)}{'' if term.begins else ' '}"
