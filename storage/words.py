"""Text as the words by which it is found: without case and accents, in any script.

Scripts that are written without blanks (Chinese, Japanese, Thai …) are taken character by character, so that every
part of a sentence is found; elsewhere a word is letters and digits in a row. Whatever else people type (quotes, stars,
colons) only separates words: no search can be mistyped.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
# Signs that belong to the letter before them, without which words of Indian scripts would fall apart.
_SIGNS = "".join(chr(code) for code in range(0x370, 0x1D00) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
_WORD = re.compile(f"[{_UNSPACED}]|(?:(?![{_UNSPACED}])(?:[^\\W_]|[{_SIGNS}]))+")
_PLAIN_WORD = re.compile("[a-z0-9]+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
# Letters that Unicode does not take for another one with an accent, though people do.
_ALIKE = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})

LONGEST_WORD = 100
"""Characters of a word that count: PostgreSQL takes no word longer than 2,046 bytes."""
MOST_WORDS = 16_000
"""Words of one text that are found: PostgreSQL knows no place beyond 16,383."""
MOST_CHARACTERS = 200_000
"""The same in characters: PostgreSQL's vector of words holds a megabyte."""


@dataclass(frozen=True)
class Term:
    """Words that stand one after the other; of the last, only the beginning where `begins` is set."""

    words: tuple[str, ...]
    begins: bool = False


def fold(text: str) -> str:
    """The text without case and accents."""
    if text.isascii():
        return text.lower()
    bare = _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold().translate(_ALIKE)
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", bare))


def words(text: str) -> list[str]:
    """The words of a text, folded, in order; the same ones whatever it is joined with."""
    folded = fold(text)
    pattern = _PLAIN_WORD if folded.isascii() else _WORD
    return [word[:LONGEST_WORD] for word in pattern.findall(folded)]


def places(text: str) -> Iterator[tuple[int, int, list[str]]]:
    """Where each word of a text begins and ends, as it was written, and what it is when folded."""
    if text.isascii():
        for found in _PLAIN_WORD.finditer(text.lower()):
            yield found.start(), found.end(), [found[0][:LONGEST_WORD]]
        return
    for found in _PLACES.finditer(text):
        yield found.start(), found.end(), words(found[0])


_PLACES = re.compile(f"[{_UNSPACED}]|(?:(?![{_UNSPACED}])(?:[^\\W_]|[\u0300-\u036f{_SIGNS}]))+")


def searchable(*texts: str) -> str:
    """The words of several texts in a row, with a blank between them, as far as they are found."""
    found: list[str] = []
    length = 0
    for word in (word for text in texts for word in words(text)):
        length += len(word) + 1
        if len(found) == MOST_WORDS or length > MOST_CHARACTERS:
            break
        found.append(word)
    return " ".join(found)
