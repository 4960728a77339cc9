"""A redline in Markdown: ~~deleted~~ and **inserted**, whatever the words are.

Marks hold only where CommonMark 0.31 lets them ("Emphasis and strong emphasis", flanking): not around
white space, over a line's end, or between a letter and a full stop. So spaces and line ends stay outside
the marks, and a letter that would stop a mark from holding is written as its character reference.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from string import punctuation

from bot import render
from bot.contracts.redline import Piece, PieceKind
from bot.render.words import upright

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # which no renderer shows
_MARKS: dict[PieceKind, str] = {"same": "", "deleted": "~~", "inserted": "**"}


def in_markdown(pieces: Sequence[Piece]) -> str:
    """The pieces as Markdown, a line for each line of theirs; white space deleted alone is not shown."""
    lines: list[list[_Part]] = [[]]
    for piece in pieces:
        # Told by their numbers before marks are set: the bracket of a number decides where a mark may stand.
        words = upright(_CONTROL.sub("\ufffd", piece.words))
        if piece.kind == "deleted" and not words.strip():
            continue
        for place, line in enumerate(re.split("\r\n?|\n", words)):
            if place:
                lines.append([])
            lines[-1] += _parts(piece.kind, line)
    return _broken([_line(parts) for parts in lines])


@dataclass(frozen=True)
class _Part:
    """Words of one kind on one line with no space around them; or white space, which is never marked."""

    kind: PieceKind
    words: str

    @property
    def mark(self) -> str:
        return _MARKS[self.kind]


def _parts(kind: PieceKind, words: str) -> Iterator[_Part]:
    core = words.strip()
    before, _, after = words.partition(core) if core else (words, "", "")
    for part in (_Part("same", before), _Part(kind, core), _Part("same", after)):
        if part.words:
            yield part


def _line(parts: Sequence[_Part]) -> str:
    """One line, its words escaped and its changes marked."""
    edge = _Part("same", " ")
    around = [edge, *_joined(parts), edge]
    said = []
    for (before, part), (_, after) in zip(pairwise(around[:-1]), pairwise(around[1:]), strict=True):
        first = _stops(part, part.words[0], before, before.words[-1])
        last = _stops(part, part.words[-1], after, after.words[0])
        said.append(part.mark + _escaped(part.words, first=first, last=last) + part.mark)
    return "".join(said).strip()


def _joined(parts: Sequence[_Part]) -> Iterator[_Part]:
    """Neighbours of one kind as one part."""
    kept: _Part | None = None
    for part in parts:
        if kept and kept.kind == part.kind:
            kept = _Part(kept.kind, kept.words + part.words)
            continue
        if kept:
            yield kept
        kept = part
    if kept:
        yield kept


def _stops(plain: _Part, outside: str, marked: _Part, inside: str) -> bool:
    """Whether the mark between these two characters of neighbours would be taken for words."""
    if plain.mark or not marked.mark:
        return False
    kind = unicodedata.category(outside)
    is_open = outside in f"\t{punctuation}" or kind == "Zs" or kind.startswith("P")
    return not is_open and (inside in punctuation or unicodedata.category(inside)[0] in "PS")


def _escaped(words: str, *, first: bool, last: bool) -> str:
    """The words so that Markdown shows just these, the first or last character as a reference if need be."""
    if not words:
        return ""
    if first:
        return _reference(words[0]) + _escaped(words[1:], first=False, last=last)
    if last:
        return _escaped(words[:-1], first=False, last=False) + _reference(words[-1])
    core = words.strip()
    before, _, after = words.partition(core) if core else (words, "", "")
    return before + render.markdown(core) + after


def _reference(character: str) -> str:
    return f"&#{ord(character)};"


def _broken(lines: Sequence[str]) -> str:
    """Lines that stay lines: a backslash between two, a paragraph's end where one is empty."""
    said = ""
    for line, following in pairwise([*lines, ""]):
        said += f"{line}\\\n" if line and following else f"{line}\n"
    return said.strip("\n")
