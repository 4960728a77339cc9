"""Words by which a side gives away, where others read, what it keeps for itself. Pure.

Words in quotes do not count: that is how people write of such words, and what they type when everybody may read them.
"""

import re

_QUOTED = re.compile(r'"[^"\n]*"|“[^“”\n]*”')
# Every repetition has a bound, so that no typing makes the search slow. Before the word may stand a clause, and what
# politeness puts there: "please position 4.2 …", "4.2: our position …".
_BEFORE = r"(?:(?:please|our|my|clause|schedule|(?=[A-Z.]{0,10}[0-9])[0-9A-Z.()]{1,20})[\s:,–-]{1,5}){0,4}"
_LIMIT = r"(?:must|target|walk-?\s?away|red-?\s?line|importance)"
# A bare "position" is ordinary prose ("Position papers must be in by Friday"); with figures it is the command.
_TYPED = re.compile(
    rf"[\s*_>•–-]*{_BEFORE}(?:"
    r"[*_]*(?:position|concession|mandate)[*_]*\s*:"
    rf"|position\s+(?:on\s+)?(?:clause\s+)?[A-Z.]{{0,10}}[0-9]\S{{0,20}}[\s:,]+(?:\S{{1,40}}\s+){{0,6}}?{_LIMIT}\b"
    rf"|position\b.{{0,200}}?\b{_LIMIT}:?\s+[<>≤≥£€-]?[0-9]"
    rf"|position\b.{{0,200}}?\b{_LIMIT}\b.{{0,200}}?\b{_LIMIT}\b"
    r"|concession\s+(?:planned|given|received)\b"
    r"|mandate\s+[@\ue000]"
    r")",
    re.I | re.ASCII,
)
_END = r"(?:walk-?\s?away|red[\s-]?line|bottom[\s-]?line)"
_SAID = re.compile(
    rf"\b(?:our|my)\s+(?:own\s+|real\s+|final\s+|absolute\s+)?{_END}s?\b"
    r"|\b(?:our|my)\s+fall-?\s?back(?:\s+(?:position|figure|number|price))?\s*(?:is\b|of\b|at\b|:|=|[£€0-9])"
    r"|\bwe(?:\s+(?:would|will|shall|must|can))?\s+walk\s+away\s+(?:at|above|below|beyond|over|under)\b"
    r"|\bwalk-?away\s*(?:is\s|of\s|at\s|[:=])?\s*[<>≤≥£€]?[0-9]",
    re.I | re.ASCII,
)


def gives_away(words: str) -> bool:
    """Whether a line of these words begins as a private command does, or says where one's own side stops."""
    return any(_TYPED.match(line) or _SAID.search(line) for line in map(_plain, words.split("\n")))


def begins_private(line: str) -> bool:
    """Whether a line, typed to nobody in particular, begins as a private command does."""
    return bool(_TYPED.match(_plain(line)))


def _plain(line: str) -> str:
    """The line with single spaces and nothing between its quotes."""
    return " ".join(_QUOTED.sub('""', line).split())
