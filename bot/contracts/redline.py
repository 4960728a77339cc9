"""Two wordings compared word by word, as pieces that a reader can follow and that lose nothing.

rapidfuzz finds the longest run of words in common. Words and punctuation are compared apart and spaces
with the word behind them, so that a comma added is a comma inserted; a word or two in common between two
changes is taken as changed with them, because nobody reads "~~by~~ **of** the ~~Buyer~~ **Seller**" well.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

PieceKind = Literal["same", "deleted", "inserted"]

_ISLAND = 2  # words and marks in common that are too few to read between changes of more words
_MOST_CELLS = 400_000_000  # words of one side times words of the other: 50 MB and half a second
# A word with its apostrophes and hyphens, an amount with its separators, or one other mark.
_LETTER = r"[^\W_][\u0300-\u036f\u200c\u200d]*"  # with its accents
_WORD = rf"(?:{_LETTER})+(?:['’.,‑-](?:{_LETTER})+)*|[^\s]"
_TOKEN = re.compile(rf"(?P<space>\s*)(?P<core>{_WORD}|$)")


@dataclass(frozen=True)
class Piece:
    """Words that both wordings have, or only the one before, or only the one after; spaces included."""

    kind: PieceKind
    words: str


@dataclass(frozen=True)
class _Token:
    """A word or mark, and the white space before it."""

    space: str
    core: str

    def __str__(self) -> str:
        return self.space + self.core


def pieces(before: str, after: str) -> tuple[Piece, ...]:
    """How `after` differs from `before`: same and deleted pieces make `before`, same and inserted `after`.

    No two pieces of one kind stand together, and what was deleted stands before what replaces it.
    """
    if before == after:
        return (Piece("same", before),) if before else ()
    return tuple(_joined(_changes(_tokens(before), _tokens(after))))


def words(text: str) -> list[str]:
    """The words and marks of a text, as they are compared."""
    return re.findall(_WORD, text)


def _tokens(text: str) -> list[_Token]:
    found = [_Token(match["space"], match["core"]) for match in _TOKEN.finditer(text)]
    return found or [_Token(text, "")]


def _changes(before: Sequence[_Token], after: Sequence[_Token]) -> Iterator[Piece]:
    """Small pieces in order; neighbours may be of one kind."""
    for same, old, new in _without_islands(_runs(before, after)):
        if same:
            for first, second in zip(old, new, strict=True):
                if first.space == second.space:
                    yield Piece("same", str(second))
                else:
                    yield Piece("deleted", first.space)
                    yield Piece("inserted", second.space)
                    yield Piece("same", second.core)
        else:
            shared = old[0].space if old and new and old[0].space == new[0].space else ""
            yield Piece("same", shared)
            yield Piece("deleted", "".join(map(str, old)).removeprefix(shared))
            yield Piece("inserted", "".join(map(str, new)).removeprefix(shared))


# A stretch of both texts: whether its words are the same, and its tokens before and after.
_Run = tuple[bool, Sequence[_Token], Sequence[_Token]]


def _runs(before: Sequence[_Token], after: Sequence[_Token]) -> list[_Run]:
    from rapidfuzz.distance import Indel  # lazily: most runs of Parley compare nothing

    if len(before) * len(after) > _MOST_CELLS:
        return _coarse_runs(before, after)
    # Numbered, for rapidfuzz tells words apart by their hashes, in which the empty one is a NUL.
    numbers: dict[str, int] = {}
    old, new = ([numbers.setdefault(token.core, len(numbers)) for token in side] for side in (before, after))
    runs: list[_Run] = []
    for step in Indel.opcodes(old, new):
        left, right = before[step.src_start : step.src_end], after[step.dest_start : step.dest_end]
        same = step.tag == "equal"
        if runs and not same and not runs[-1][0]:
            runs[-1] = (False, [*runs[-1][1], *left], [*runs[-1][2], *right])
        else:
            runs.append((same, left, right))
    return runs


def _coarse_runs(before: Sequence[_Token], after: Sequence[_Token]) -> list[_Run]:
    """For very long texts: whole sentences compared first, then the words of those that differ."""
    from rapidfuzz.distance import Indel

    old, new = _sentences(before), _sentences(after)
    runs: list[_Run] = []
    if len(old) * len(new) > _MOST_CELLS:
        return [(False, before, after)]
    for step in Indel.opcodes([_cores(part) for part in old], [_cores(part) for part in new]):
        left = [token for part in old[step.src_start : step.src_end] for token in part]
        right = [token for part in new[step.dest_start : step.dest_end] for token in part]
        if step.tag == "equal":
            runs.append((True, left, right))
        elif len(left) * len(right) > _MOST_CELLS:
            runs.append((False, left, right))
        else:
            runs += _runs(left, right)
    return runs


def _sentences(tokens: Sequence[_Token]) -> list[list[_Token]]:
    sentences: list[list[_Token]] = [[]]
    for token in tokens:
        sentences[-1].append(token)
        if token.core in (".", ";", ":"):
            sentences.append([])
    return [sentence for sentence in sentences if sentence]


def _cores(tokens: Iterable[_Token]) -> tuple[str, ...]:
    return tuple(token.core for token in tokens)


def _without_islands(runs: Sequence[_Run]) -> list[_Run]:
    """The runs with short common stretches between larger changes taken into these."""
    kept: list[_Run] = []
    for place, run in enumerate(runs):
        same, old, new = run
        before, after = (kept[-1] if kept else None), (runs[place + 1] if place + 1 < len(runs) else None)
        if same and before and after and not before[0] and not after[0]:
            smaller = min(_size(before), _size(after))
            island = len(old) <= _ISLAND and len(old) < smaller and all(token.core for token in old)
            same = not island
        if kept and not same and not kept[-1][0]:
            kept[-1] = (False, [*kept[-1][1], *old], [*kept[-1][2], *new])
        else:
            kept.append((same, old, new))
    return kept


def _size(run: _Run) -> int:
    return max(len(run[1]), len(run[2]))


def _joined(changes: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one kind as one piece; between two common pieces the deletions first."""
    for same, group in groupby(changes, key=lambda piece: piece.kind == "same"):
        together = list(group)
        kinds: tuple[PieceKind, ...] = ("same",) if same else ("deleted", "inserted")
        for kind in kinds:
            words = "".join(piece.words for piece in together if piece.kind == kind)
            if words:
                yield Piece(kind, words)
