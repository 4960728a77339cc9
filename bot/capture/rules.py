"""What a typed message holds: the lines that begin with a keyword. Pure.

The keywords are those that negotiators and minute-takers type already; `Topic:`, `present+`, `regrets+`
and `s/old/new/` are from the conventions of W3C's meeting scribes.
"""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.slack.private_words import begins_private


class LineKind(StrEnum):
    AGREED = "agreed"
    ACTION = "action"
    DECISION = "decision"
    NOTE = "note"
    RESERVATION = "reservation"
    PARKED = "parked"
    TOPIC = "topic"
    PRESENT = "present"
    APOLOGIES = "apologies"
    MEND = "mend"
    UNSURE = "unsure"
    PRIVATE = "private"


_KINDS = {
    "agreed": LineKind.AGREED,
    "action": LineKind.ACTION,
    **dict.fromkeys(("decision", "resolved", "resolution"), LineKind.DECISION),
    "note": LineKind.NOTE,
    "reservation": LineKind.RESERVATION,
    "parked": LineKind.PARKED,
    "topic": LineKind.TOPIC,
    "present": LineKind.PRESENT,
    "apologies": LineKind.APOLOGIES,
}
RECORDS = frozenset(
    {
        LineKind.AGREED,
        LineKind.ACTION,
        LineKind.DECISION,
        LineKind.NOTE,
        LineKind.RESERVATION,
        LineKind.PARKED,
    }
)

# People write keywords or whole lines in bold; those asterisks do not belong to the words.
_BOLD_LINE = re.compile(r"\s*([*_])(\w[^*_]*:\s[^*_]*)\1\s*", re.S)
_KEYWORD = re.compile(rf"\s*(?:[-•–]\s+)?[*_]*({'|'.join(_KINDS)})[*_]*\s*:[*_]*\s*(.*)", re.I | re.S)
_ATTENDANCE = re.compile(r"\s*[*_]*(present|regrets)\+[*_]*\s*(.*)", re.I | re.S)
_MEND = re.compile(r"\s*[sS]/((?:\\.|[^/\\])+)/((?:\\.|[^/\\])*)/?g?\s*")
# One word and a colon, so like a keyword that it was probably meant for one.
_NEARLY = re.compile(r"\s*(?:[-•–]\s+)?[*_]*([a-z]{4,12})[*_]*\s*:", re.I)
_OFF = re.compile(r"[\s*_•–-]*\[off\]", re.I)
# An indented line or a list entry under a keyword goes on with its words: "AGREED: The Provider shall:" …
_GOES_ON = re.compile(r"(\s+\S|[-•–]\s|\(?(?:[a-z]|[0-9]{1,2}|[ivx]{1,4})[).]\s)", re.I)


@dataclass(frozen=True)
class Line:
    """One line for the record: its kind and its words, and the whole of it as typed.

    `new` is what a mend puts in place of `text`, or the keyword that an unsure line was probably meant for. A private
    line is a party's own and never a record; it is found so that its author can be told.
    """

    kind: LineKind
    text: str
    new: str = ""
    typed: str = field(default="", compare=False)


def lines_of(message: str) -> list[Line]:
    """The lines of a message that go into the record, in order. Takes words as `mrkdwn.read` gives them."""
    found: list[Line] = []
    taking = False
    for typed in message.split("\n"):
        off = bool(_OFF.match(typed))
        line = None if off else _line(typed)
        if line is not None:
            found.append(replace(line, typed=typed.strip()))
            taking = line.kind in RECORDS
        elif taking and not off and _GOES_ON.match(typed):
            words = f"{found[-1].text}\n{typed.strip()}".strip()
            found[-1] = replace(found[-1], text=words, typed=f"{found[-1].typed}\n{typed.strip()}")
        else:
            taking = False
    return found


def _line(typed: str) -> Line | None:
    if found := _BOLD_LINE.fullmatch(typed):
        typed = found[2]
    if found := _KEYWORD.fullmatch(typed):
        return Line(_KINDS[found[1].casefold()], found[2].strip())
    if found := _ATTENDANCE.fullmatch(typed):
        kind = LineKind.PRESENT if found[1].casefold() == "present" else LineKind.APOLOGIES
        return Line(kind, found[2].strip())
    if found := _MEND.fullmatch(typed):
        return Line(LineKind.MEND, _unescaped(found[1]), _unescaped(found[2]))
    if begins_private(typed):
        return Line(LineKind.PRIVATE, typed.strip())
    if (found := _NEARLY.match(typed)) and (
        meant := difflib.get_close_matches(found[1].casefold(), _KINDS, n=1, cutoff=0.8)
    ):
        return Line(LineKind.UNSURE, typed.strip(), meant[0].upper())
    return None


def _unescaped(words: str) -> str:
    return re.sub(r"\\(.)", r"\1", words)


def paired(old: Sequence[Line], new: Sequence[Line]) -> list[tuple[int | None, int | None]]:
    """Which old line (its place) became which new one, after an edit: None where one is gone or added.

    The same words of the same kind stay together wherever they moved; what is left is paired in order
    within its kind, so that an edited line is a change and not a loss.
    """
    pairs: list[tuple[int | None, int | None]] = []
    free_old, free_new = list(range(len(old))), list(range(len(new)))
    for words_too in (True, False):
        for i in list(free_old):
            alike = (j for j in free_new if (old[i] == new[j] if words_too else old[i].kind == new[j].kind))
            match = next(alike, None)
            if match is not None:
                pairs.append((i, match))
                free_old.remove(i)
                free_new.remove(match)
    pairs.extend((i, None) for i in free_old)
    pairs.extend((None, j) for j in free_new)
    return pairs
