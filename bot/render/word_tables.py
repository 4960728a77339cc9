"""Tables of a Word file whose columns are to fit their words (`w:tblLayout` of the type "autofit").

A column is at least as wide as its longest ordinary word. A table whose words ask for more than the page has is set
in smaller type, then with its chapter on a page that lies on its side; what fits nowhere, Word breaks inside its cell.
`templates/paper.typ` does the same, but can measure its type: here the letters' widths are guessed, and rather too
wide, for nobody knows which font stands in for the template's where that is not installed.
"""

import re
from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from itertools import takewhile
from typing import Any

from docx.oxml.ns import qn

_UPRIGHT = 9070  # twentieths of a point between the margins of an A4 page
_LYING = 14000  # and between those of one on its side
_PADDING = 190  # of a cell's width, beside its words
_USUAL = 9.5  # points
_ORDINARY = 24  # letters: what has more is not kept whole, but for so many of them
_KEPT = 14
_LINE = 300  # letters of a cell that are looked at; more makes no difference to its column
_BETWEEN_WORDS = re.compile("[\\s\u3000-\u9fff]+")

# Widths in ems, as in the wider of the usual serif fonts.
_NARROW, _FIGURE, _CAPITAL, _BROAD, _OTHER = 0.38, 0.64, 0.72, 1.05, 0.62
_EM = (
    dict.fromkeys("ijlft.,;:'!|()[] ", _NARROW)
    | dict.fromkeys("0123456789£$€-/", _FIGURE)
    | dict.fromkeys("ABCDEFGHIJKLNOPQRSTUVXYZ&", _CAPITAL)
    | dict.fromkeys("MWmw@%—…", _BROAD)
)
_BOLD = 1.1
_BEHIND_SIZE = [
    qn(f"w:{name}")
    for name in (
        *("szCs", "highlight", "u", "effect", "bdr", "shd", "fitText", "vertAlign", "rtl", "cs", "em", "lang"),
        *("eastAsianLayout", "specVanish", "oMath"),
    )
]  # in a run's properties (ISO/IEC 29500-1, 17.3.2.28)
_FIRST_WIDE = 0x2E80  # the first of the East Asian letters, which are as wide as high


@dataclass(frozen=True)
class Column:
    """What a column asks for in the usual size, in twentieths of a point: its longest word, and its longest
    line, for which a heading does not count: it may well be divided."""

    word: float
    line: float
    blank: bool = False


@dataclass(frozen=True)
class Setting:
    """How a table is set: its columns' widths in twentieths of a point, its type in points, its page."""

    widths: tuple[int, ...]
    size: float
    lying: bool


def fit(body: Any) -> None:
    """Set every table of a document's body that is to fit its words."""
    for table in list(body.iter(qn("w:tbl"))):
        rows = [row.findall(qn("w:tc")) for row in table.iterchildren(qn("w:tr"))]
        layout = table.find(f"{qn('w:tblPr')}/{qn('w:tblLayout')}")
        if layout is None or layout.get(qn("w:type")) != "autofit" or len({len(row) for row in rows}) != 1:
            continue
        layout.set(qn("w:type"), "fixed")
        found = setting([[_said(cell) for cell in row] for row in rows])
        _set(table, rows, found)
        if found.lying and table.getparent() is body:
            _lay(body, table)


def setting(rows: Sequence[Sequence[str]]) -> Setting:
    """The pleasantest way to set these rows, the first of which are headings."""
    columns = [_asked(cells) for cells in zip(*rows, strict=True)]
    ways = [
        *((True, size, lying) for lying in (False, True) for size in (_USUAL, 8.5)),
        *((False, size, True) for size in (_USUAL, 8.5, 7.5)),
    ]
    for pleasant, size, lying in ways:
        floors = [_floor(column, size, pleasant=pleasant) for column in columns]
        page = _LYING if lying else _UPRIGHT
        if sum(floors) <= page:
            return Setting(_shared(columns, floors, page), size, lying)
    return Setting(_capped(floors, _LYING), size, lying=True)


def _asked(cells: Sequence[str]) -> Column:
    heading, *rest = cells
    words = [(_kept(word), _BOLD if cell is heading else 1) for cell in cells for word in _BETWEEN_WORDS.split(cell)]
    lines = [line[:_LINE] for cell in rest for line in cell.split("\n")]
    return Column(
        max(_width(word) * weight for word, weight in words) + _PADDING,
        max(map(_width, lines), default=0) + _PADDING,
        blank=not any(rest),
    )


def _kept(word: str) -> str:
    return word if len(word) <= _ORDINARY else word[:_KEPT]


def _width(words: str) -> float:
    """In twentieths of a point, in type of the usual size."""
    ems = sum(_EM.get(letter, 1.0 if ord(letter) >= _FIRST_WIDE else _OTHER) for letter in words)
    return 20 * _USUAL * ems


def _floor(column: Column, size: float, *, pleasant: bool) -> float:
    """The least that a column may get; what could fill lines is not pleasant to read where each holds but a word."""
    words = column.word
    if pleasant:
        words = max(words, min(column.line, max(1200.0, 18 * column.line**0.5)))
    return _PADDING + (words - _PADDING) * size / _USUAL


def _shared(columns: Sequence[Column], floors: Sequence[float], page: int) -> tuple[int, ...]:
    """The floors, and of what is left more to columns that say more.

    A blank column beside one other is for writing in, and has half of the page.
    """
    weights = [max(column.line, column.word) ** 0.5 for column in columns]
    if len(columns) == 2 and any(column.blank for column in columns):
        weights = [1.0, 1.0]
    given: dict[int, float] = {}
    while True:
        shared = [at for at in range(len(columns)) if at not in given]
        each = (page - sum(given.values())) / (sum(weights[at] for at in shared) or 1)
        low = {at: floors[at] for at in shared if each * weights[at] < floors[at]}
        if not low:
            return tuple(int(given.get(at, each * weights[at])) for at in range(len(columns)))
        given |= low


def _capped(floors: Sequence[float], page: int) -> tuple[int, ...]:
    """Floors that are more than the page has: the widest give way, down to one width."""
    level = page / len(floors)
    while len(narrow := [floor for floor in floors if floor <= level]) < len(floors):
        raised = (page - sum(narrow)) / (len(floors) - len(narrow))
        if raised <= level:
            break
        level = raised
    return tuple(int(min(floor, level)) for floor in floors)


# -- in the file ------------------------------------------------------------------------------------------


def _said(cell: Any) -> str:
    marks = {qn("w:br"): "\n", qn("w:tab"): "\t", qn("w:p"): "\n"}
    return "".join(
        each.text or "" if each.tag == qn("w:t") else marks.get(each.tag, "") for each in cell.iter()
    ).strip()


def _set(table: Any, rows: list[list[Any]], found: Setting) -> None:
    grid = table.find(qn("w:tblGrid"))
    grid[:] = [grid.makeelement(qn("w:gridCol"), {qn("w:w"): str(width)}) for width in found.widths]
    for row in rows:
        for cell, width in zip(row, found.widths, strict=True):
            cell.find(f"{qn('w:tcPr')}/{qn('w:tcW')}").set(qn("w:w"), str(width))
            if found.size != _USUAL:
                _resize(cell, found.size)


def _resize(cell: Any, size: float) -> None:
    for run in cell.iter(qn("w:r")):
        look = run.find(qn("w:rPr"))
        if look is None:
            look = run.makeelement(qn("w:rPr"))
            run.insert(0, look)
        for old in look.findall(qn("w:sz")):
            look.remove(old)
        behind = [at for at, each in enumerate(look) if each.tag in _BEHIND_SIZE]
        stated = look.makeelement(qn("w:sz"), {qn("w:val"): str(round(2 * size))})
        look.insert(behind[0] if behind else len(look), stated)


def _lay(body: Any, table: Any) -> None:
    """Put a table's chapter, from its heading to the end of its last table, on pages that lie on their side."""
    upright = body.find(qn("w:sectPr"))
    if upright is None:
        return
    before = _paragraph_before(next((each for each in _back(table) if _is_heading(each)), table))
    last = _paragraph_after(_last_table(table))
    if _section(last) is not None:
        return  # by another table of the same chapter
    if before is not None and (ended := _section(before)) is not None:
        ended.getparent().remove(ended)  # the chapter before lies too: they share their pages
    elif before is not None:
        _end_section(before, deepcopy(upright))
    lying = deepcopy(upright)
    page = lying.find(qn("w:pgSz"))
    wide, high = page.get(qn("w:h")), page.get(qn("w:w"))
    page.set(qn("w:w"), wide)
    page.set(qn("w:h"), high)
    page.set(qn("w:orient"), "landscape")
    _end_section(last, lying)


def _back(element: Any) -> Iterator[Any]:
    while (element := element.getprevious()) is not None:
        yield element


def _is_heading(element: Any) -> bool:
    style = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
    return style is not None and style.get(qn("w:val")).startswith("Heading")


def _last_table(table: Any) -> Any:
    for each in takewhile(lambda each: not _is_heading(each), table.itersiblings()):
        if each.tag == qn("w:tbl"):
            table = each
    return table


def _paragraph_before(element: Any) -> Any:
    """None at the head of the document."""
    found = element.getprevious()
    if found is not None and found.tag != qn("w:p"):
        found = element.makeelement(qn("w:p"))
        element.addprevious(found)
    return found


def _paragraph_after(element: Any) -> Any:
    found = element.getnext()
    if found is None or found.tag != qn("w:p"):
        found = element.makeelement(qn("w:p"))
        element.addnext(found)
    return found


def _section(paragraph: Any) -> Any:
    """What a paragraph says of the section that it ends, if it ends one."""
    return paragraph.find(f"{qn('w:pPr')}/{qn('w:sectPr')}")


def _end_section(paragraph: Any, section: Any) -> None:
    look = paragraph.find(qn("w:pPr"))
    if look is None:
        look = paragraph.makeelement(qn("w:pPr"))
        paragraph.insert(0, look)
    look.append(section)
