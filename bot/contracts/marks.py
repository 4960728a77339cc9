"""The marks of Markdown and HTML that stand in a text and are none of its words."""

import re
from dataclasses import dataclass, field

from bot.contracts import numbers
from bot.contracts.numbers import Start

# The marks of Markdown and HTML: stars and underscores at the edge of words, tags, escapes. The first may stand
# round a number, and how far into a line they are looked for.
_EDGES = r"(?<![*\s])\*{1,3}(?!\*)|(?<!\*)\*{1,3}(?![*\s])|(?<!\w)_{1,3}(?![_\s])|(?<![_\s])_{1,3}(?!\w)"
_AROUND = re.compile(_EDGES)
_MARKS = re.compile(rf"{_EDGES}|</?[a-z][^<>]{{0,200}}>|\\(?=[^\w\s])", re.IGNORECASE)
_MARKED = 300


# The elements of HTML that only mark words. Those that may as well be words to fill in (<address>, <time>), and
# those that say something themselves, such as where a link leads, are none of them; nor is <Name>.
_INLINE = "b|i|u|s|em|strong|span|sub|sup|small|big|font|del|ins|tt|kbd|strike|nobr|wbr"
_BREAKING = "br|hr|p|div|center|ul|ol|li|dl|dt|dd|table|thead|tbody|tfoot|tr|td|th|col|colgroup|blockquote|pre|h[1-6]"
_ATTRIBUTES = (
    r"(?:\s+(?:id|class|style|align|valign|dir|lang|width|height|size|color|face|colspan|rowspan|border|start|type)"
    r"""=(?:"[^"<>]{0,200}"|'[^'<>]{0,200}'|[^\s"'<>]{1,200})){0,9}\s*/?"""
)
_PIECES = re.compile(
    r"(?P<kept>`+[^`]{0,200}`+|\]\([^()\s]{0,300}\)|https?://[^\s<>*]{1,300})|(?P<escape>\\(?=[!-/:-@\[-`{-~]))"
    rf"|(?P<inline></?(?:{_INLINE}){_ATTRIBUTES}>|<a\s+(?:id|name)=[^\s<>]{{1,200}}>\s*</a>)"
    rf"|(?P<breaking></?(?:{_BREAKING}){_ATTRIBUTES}>)|(?P<run>\*+|_+)"
)
_LONGEST_RUN = 3  # a longer row of underscores is a blank to write on
_COMMENT = re.compile(r"<!--(.*?)-->", re.DOTALL)


@dataclass
class _Run:
    """Stars or underscores in a row that may mark words: those not yet used up, from `start` to `end`."""

    start: int
    end: int


@dataclass
class _Stripping:
    """The marks found in a text: what stands in their place, by where they stand; and what is in bold."""

    gone: dict[tuple[int, int], str] = field(default_factory=dict)
    bold: list[tuple[int, int]] = field(default_factory=list)
    opened: dict[str, list[_Run]] = field(default_factory=lambda: {"*": [], "_": []})

    def close(self, mark: str, run: _Run) -> None:
        """Pair a run with those of the same mark before it, two at a time or one."""
        while run.start < run.end and self.opened[mark]:
            opener = self.opened[mark][-1]
            for others in self.opened.values():
                while others and others[-1].start > opener.start:
                    others.pop()
            size = 2 if min(opener.end - opener.start, run.end - run.start) > 1 else 1
            self.gone[opener.end - size, opener.end] = self.gone[run.start, run.start + size] = ""
            if size > 1:
                self.bold.append((opener.end, run.start))
            opener.end -= size
            run.start += size
            if opener.start == opener.end:
                self.opened[mark].pop()


def stripped(words: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """The words without what only marks them, and which of them were in bold, by place.

    Unlike `bare`, which compares, this leaves all that may be words: a star alone, a blank to write on, <Name>.
    """
    found = _Stripping()
    for piece in _PIECES.finditer(words):
        start, end = piece.span()
        if piece["escape"] or piece["inline"]:
            found.gone[start, end] = ""
        elif piece["breaking"]:
            beside = words[start - 1 : start].strip() and words[end : end + 1].strip()
            found.gone[start, end] = " " if beside else ""
        elif piece["run"] and end - start <= _LONGEST_RUN:
            opens, closes = _flanks(piece["run"], words[start - 1 : start], words[end : end + 1])
            run = _Run(start, end)
            if closes:
                found.close(piece["run"][0], run)
            if opens and run.start < run.end:
                found.opened[piece["run"][0]].append(run)
    said: list[str] = []
    moved: dict[int, int] = {}
    size = at = 0
    for (start, end), instead in sorted(found.gone.items()):
        said += [words[at:start], instead]
        moved[start] = size + start - at
        size += start - at + len(instead)
        moved[end], at = size, end
    bold = sorted((moved[start], moved[end]) for start, end in found.bold)
    return "".join([*said, words[at:]]), tuple(bold)


def _flanks(run: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a run may open and close what it marks, after CommonMark 0.31; between digits it is a sign."""
    if before.isdigit() and after.isdigit():
        return False, False
    open_before, open_after = not before.strip() or not before.isalnum(), not after.strip() or not after.isalnum()
    left = bool(after.strip()) and (after.isalnum() or open_before)
    right = bool(before.strip()) and (before.isalnum() or open_after)
    if run[0] == "_":
        return left and (not right or open_before), right and (not left or open_after)
    return left, right


def without_comments(words: str) -> tuple[str, tuple[str, ...]]:
    """The words without the comments of HTML, and these."""
    if "<!--" not in words or "-->" not in words:
        return words, ()
    return _COMMENT.sub("", words), tuple(_COMMENT.findall(words))


def bare(words: str) -> str:
    """The words without marks."""
    return _MARKS.sub("", words)


def start(words: str, *, heading: bool = False) -> Start | None:
    """The number at the start of a line as `numbers.start` finds it, also between marks.

    Marks that were opened before the number and go on behind it stay with the rest: "**4.2 Price.** It …".
    """
    marks = list(_AROUND.finditer(words[:_MARKED]))
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
        if mark in open_marks:
            open_marks = open_marks[:-1]
        else:
            open_marks.append(mark)
    rest = "".join(open_marks) + words[position:].strip()
    return Start(found.label, found.number, rest, found.relative, found.firm)
