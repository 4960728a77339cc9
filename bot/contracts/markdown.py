"""A Markdown or plain text file to a contract.

markdown-it-py finds the blocks (headings, lists, tables, code); the words inside them stay as they are
typed, but for what only marks them (`marks.stripped`). Comments are listed. Numbers come from
the headings and paragraphs that have them, and from ordered lists, which count inside the heading they stand
under.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bot.contracts import guard, marks, numbers, outline
from bot.contracts.numbers import Start
from bot.contracts.outline import Line
from bot.contracts.values import Contract
from bot.errors import UserError

if TYPE_CHECKING:
    from markdown_it.token import Token

_DEEPEST = 60  # blocks inside blocks; markdown-it drops what is deeper


def read_markdown(source: bytes | Path) -> Contract:
    """The contract in a Markdown or plain text file in UTF-8.

    Raises UserError, in a sentence that says what to do, for a file that is no text or has no numbers.
    """
    if guard.look(source) != "text":
        raise UserError("This is not a text file. Share Word documents as .docx and texts as .md.")
    lines = _with_numbers(list(_lines(guard.decoded(guard.contents(source)))))
    title, rest = _take_title(lines)
    return outline.contract(title, rest)


def _take_title(lines: Sequence[Line]) -> tuple[str, list[Line]]:
    """The contract's title and the other lines: a first heading that has no number."""
    first = next((place for place, line in enumerate(lines) if not line.aside), None)
    if first is not None and lines[first].heading and not _has_number(lines[first]):
        return " ".join(lines[first].text.split()), [*lines[:first], *lines[first + 1 :]]
    return "", list(lines)


# -- numbers that lists and headings give ------------------------------------------------------------------


def _with_numbers(lines: Sequence[Line]) -> list[Line]:
    """The lines with their list numbers inside the headings' ones.

    Headings without any number are counted only where their lists would otherwise repeat a number.
    """
    headings = [line for line in lines if line.heading]
    if not any(_has_number(line) for line in headings) and _repeats(lines):
        lines = _counted_headings(lines)
    placed: list[Line] = []
    inside = False
    for line in lines:
        if line.heading:
            found = marks.start(line.text, heading=True)
            inside = bool(line.label) or bool(found and found.number[:1].isdigit())
        placed.append(replace(line, within=True) if line.series and inside else line)
    return placed


def _has_number(line: Line) -> bool:
    return bool(line.label) or marks.start(line.text, heading=True) is not None


def _repeats(lines: Sequence[Line]) -> bool:
    """Whether the outermost lists of different headings have a number in common."""
    first = [line.label for line in lines if line.series and line.depth == 0]
    return len(set(first)) < len(first)


def _counted_headings(lines: Sequence[Line]) -> list[Line]:
    """The headings numbered by their order and nesting, but for a title that all the others stand under."""
    levels = [line.heading for line in lines if line.heading]
    first = next((place for place, line in enumerate(lines) if not line.aside), 0)
    titled = bool(levels) and lines[first].heading == min(levels) and levels.count(min(levels)) == 1
    used = sorted({level for level in levels[1 if titled else 0 :] if level})
    counts: list[int] = []
    items = 0  # of the list right under the last heading; a heading inside that one counts on from them
    counted: list[Line] = []
    for place, line in enumerate(lines):
        if not line.heading or (titled and place == first):
            items += bool(line.series) and line.depth == 0
            counted.append(line)
            continue
        depth = min(used.index(line.heading), len(counts))
        before = counts[depth] if depth < len(counts) else items if counts else 0
        counts, items = [*counts[:depth], before + 1], 0
        counted.append(replace(line, label=".".join(map(str, counts))))
    return counted


# -- blocks --------------------------------------------------------------------------------------------------


@dataclass
class _List:
    """An ordered or bulleted list that is open; `ordinals` are those of its items, still to come."""

    ordered: bool
    ordinals: list[int] = field(default_factory=list)
    mark: str = "."
    label: str = ""  # of the item that has begun and has had no words yet


def _lines(text: str) -> Iterator[Line]:
    text = re.sub("\r\n?", "\n", text).replace("\f", "\n\n")  # a new page ends a paragraph
    source = text.split("\n")  # the lines that tokens count
    tokens = _tokens(text)
    lists: list[_List] = []
    series = 0
    heading: int | None = None
    rows: list[list[str]] = []
    comments: list[str] = []
    for place, token in enumerate(tokens):
        kind = token.type
        if kind in ("ordered_list_open", "bullet_list_open"):
            series += not any(outer.ordered for outer in lists) and kind == "ordered_list_open"
            lists.append(_begun(tokens, place))
        elif kind in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        elif kind == "list_item_open" and lists[-1].ordered:
            lists[-1].label = f"{lists[-1].ordinals.pop(0)}{lists[-1].mark}"
        elif kind == "list_item_close" and lists[-1].label:
            yield _item("", lists, series)
        elif kind == "heading_open":
            heading = int(token.tag[1])
        elif kind == "heading_close":
            heading = None
        elif kind == "tr_open":
            rows.append([])
        elif kind == "table_close":
            grid = tuple(tuple(row) for row in rows)
            rows = []
            yield Line(outline.table_text(grid), table=grid, marked=True)
            yield from _comments(comments)
            comments = []
        elif kind == "inline" and rows:
            content, found = marks.without_comments(token.content)
            comments += found
            rows[-1].append(marks.stripped(content)[0].strip())
        elif kind == "inline":
            content, found = marks.without_comments(token.content)
            content, bold = marks.stripped(content)
            for words, lead in _unwrapped(content, bold):
                if words.strip():
                    yield replace(_item(words.strip(), lists, series, heading), bold=lead)
            yield from _comments(found)
        elif kind in ("fence", "code_block"):
            start, end = token.map or (0, 0)
            yield Line("\n".join(source[start:end]), verbatim=True)
        elif kind == "html_block":
            content, found = marks.without_comments(token.content)
            for words in marks.stripped(content)[0].splitlines():
                if words.strip():
                    yield _item(words, lists, series)
            yield from _comments(found)


def _comments(found: Iterable[str]) -> Iterator[Line]:
    return (Line(comment.strip(), aside="comment") for comment in found)


def _tokens(text: str) -> "list[Token]":
    """The blocks of a text. What is indented is never code: plain contracts are indented for their looks."""
    from markdown_it import MarkdownIt  # lazily: most runs of Parley read no file

    parser = MarkdownIt("commonmark", {"maxNesting": _DEEPEST}).enable("table").disable(["code", "reference"])
    parser.core.ruler.enableOnly(["normalize", "block"])  # the words inside blocks stay as they are
    tokens = parser.parse(text)
    if max((token.level for token in tokens), default=0) >= _DEEPEST - 1:
        raise UserError("This file has lists or quotes inside one another too deep to read. Make it flatter.")
    return tokens


def _begun(tokens: "list[Token]", place: int) -> _List:
    """The list that opens here. Its items have the numbers typed where these rise, and else count up."""
    opening = tokens[place]
    if opening.type == "bullet_list_open":
        return _List(ordered=False)
    items = []
    for token in tokens[place + 1 :]:
        if token.type == "list_item_open" and token.level == opening.level + 1:
            items.append(token)
        elif token.type == "ordered_list_close" and token.level == opening.level:
            break
    typed = [int(item.info) for item in items]
    rising = all(before < after for before, after in pairwise(typed))
    start = typed[0] if typed else 1
    return _List(
        ordered=True,
        ordinals=typed if rising else list(range(start, start + len(items))),
        mark=items[0].markup if items else ".",
    )


def _item(words: str, lists: list[_List], series: int, heading: int | None = None) -> Line:
    """A line, with the number of the list item that it begins."""
    ordered = [opened for opened in lists if opened.ordered]
    if not lists or not lists[-1].label:
        return Line(words, heading=heading, marked=True)
    label, lists[-1].label = lists[-1].label, ""
    depth = len(ordered) - 1
    within = depth > 0
    return Line(words, label, f"list {series}", depth, within, heading=heading, marked=True)


def _unwrapped(content: str, bold: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """The lines of a paragraph, each with the words in bold that it starts with behind its number.

    A line break is only a space, but where numbers are typed line by line.
    """
    typed = content.split("\n")
    starts = [marks.start(words) for words in typed]
    lines: list[str] = []
    leads: list[str] = []
    position = 0
    last: Start | None = None  # the last clause, and below it the last sub-item
    item: Start | None = None
    for place, (words, begun) in enumerate(zip(typed, starts, strict=True)):
        following = next((later for later in starts[place + 1 :] if later), None)
        first = position + len(words.rstrip()) - len(begun.rest if begun else words.strip())
        position += len(words) + 1
        if lines and not (begun and _goes_on(last, item, begun, following)):
            hard = lines[-1].endswith(("  ", "\\"))
            lines[-1] = f"{lines[-1].rstrip(' ')}\n{words}" if hard else f"{lines[-1]} {words}"
            continue
        lines.append(words)
        leads.append(next((content[first:end].strip() for start, end in bold if start <= first < end), ""))
        if begun and begun.relative:
            item = begun
        elif begun:
            last, item = begun, None
    return zip(lines, leads, strict=True)


def _goes_on(last: Start | None, item: Start | None, begun: Start, following: Start | None) -> bool:
    """Whether a number at the start of a line follows those typed before it in the same paragraph."""
    if begun.relative:
        return item is not None or (last is not None and begun.number in ("(a)", "(i)", "(1)"))
    if last is None:  # the first number behind some words, where another one follows it
        return item is None and following is not None and _goes_on(begun, None, following, None)
    if last.number[:1].isalpha() and begun.number[:1].isdigit():
        return begun.number.split(".")[0] == "1"  # a schedule counts its paragraphs anew
    chain = [last.number]
    while above := numbers.parent(chain[-1]):
        chain.append(above)
    if re.fullmatch(r"[^\W\d].* .*\.\s*", begun.label) and not (
        begun.rest and numbers.start(f"{begun.number} {begun.rest}")
    ):
        return False  # "… the notice in\nExhibit A. You must also …": a sentence ends, and no title follows
    if begun.number.isdigit():
        return chain[-1].isdigit() and int(begun.number) == int(chain[-1]) + 1
    inside = numbers.parent(begun.number) in (None, *chain)
    return inside and numbers.sort_key(last.number) < numbers.sort_key(begun.number)
