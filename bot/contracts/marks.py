"""The marks of Markdown and HTML that stand in a text and are none of its words."""

import re

from bot.contracts import numbers
from bot.contracts.numbers import Start

# The marks of Markdown and HTML: stars and underscores at the edge of words, tags, escapes. They may stand
# round a number, and how far into a line they are looked for.
_MARKS = re.compile(
    r"(?<![*\s])\*{1,3}(?!\*)|(?<!\*)\*{1,3}(?![*\s])|(?<!\w)_{1,3}(?![_\s])|(?<![_\s])_{1,3}(?!\w)"
    r"|</?[a-z][^<>]{0,200}>|\\(?=[^\w\s])",
    re.IGNORECASE,
)
_MARKED = 300


def bare(words: str) -> str:
    """The words without marks."""
    return _MARKS.sub("", words)


def start(words: str, *, heading: bool = False) -> Start | None:
    """The number at the start of a line as `numbers.start` finds it, also between marks.

    Marks that were opened before the number and go on behind it stay with the rest: "**4.2 Price.** It …".
    """
    marks = list(_MARKS.finditer(words[:_MARKED]))
    if not marks:
        return numbers.start(words, heading=heading)
    inside = {index for mark in marks for index in range(*mark.span())}
    plain = "".join(character for index, character in enumerate(words[:_MARKED]) if index not in inside)
    plain += words[_MARKED:]
    found = numbers.start(plain, heading=heading)
    if found is None:
        return None
    places = [index for index in range(min(len(words), _MARKED)) if index not in inside]
    first = len(plain.rstrip()) - len(found.rest)
    position = places[first] if first < len(places) else len(words)
    open_marks: list[str] = []
    for mark in (mark[0] for mark in marks if mark.end() <= position):
        if mark in open_marks or mark.startswith("</"):
            open_marks = open_marks[:-1]
        elif mark != "\\":
            open_marks.append(mark)
    rest = "".join(open_marks) + words[position:].strip()
    return Start(found.label, found.number, rest, found.relative, found.firm)
