"""The numbers that Word shows before paragraphs without their being typed: automatic, or by style.

Written after ECMA-376 part 1, §17.9 (numbering) and §17.7 (styles). A paragraph names a list (`numId`) and
a level in it (`ilvl`), itself or through its style; the list points to an abstract one that says how each
level counts and looks. Lists of one abstract list go on counting together unless one starts anew.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml.etree import _Element as Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

_DEEPEST = 8  # the last of nine levels
_LONGEST_CHAIN = 50  # styles based on one another; a longer chain goes round in a circle
_LARGEST = 32_767  # where Word stops counting
_NO_LIST = "0"


@dataclass(frozen=True)
class Counted:
    """The number before a paragraph as Word shows it, the list that counts it and its level from 0."""

    label: str
    series: str
    depth: int


@dataclass(frozen=True)
class Style:
    """What a paragraph style says of numbers and headings; None and "" where it says nothing."""

    name: str
    based_on: str
    list_id: str
    level: int | None
    outline: int | None  # 0 for the highest heading; 9 for body text


@dataclass(frozen=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""
    restart: int | None = None  # the level, from 1, whose use starts this one again; 0 for none
    legal: bool = False  # every number in digits, whatever the level's format
    style: str = ""


@dataclass(frozen=True)
class _List:
    abstract: str
    levels: dict[int, _Level]
    starts: dict[int, int]  # where this list starts anew, by level


@dataclass
class Styles:
    """The paragraph styles of a document, by their ids."""

    known: dict[str, Style] = field(default_factory=dict)
    default: str = ""

    @classmethod
    def of(cls, root: Element | None) -> "Styles":
        styles = cls()
        for element in () if root is None else root.iterchildren(f"{W}style"):
            if element.get(f"{W}type", "paragraph") != "paragraph":
                continue
            identifier = element.get(f"{W}styleId", "")
            properties = element.find(f"{W}pPr")
            list_id, level = _list_of(properties)
            styles.known[identifier] = Style(
                name=_value(element, "name") or "",
                based_on=_value(element, "basedOn") or "",
                list_id=list_id,
                level=level,
                outline=_number(properties, "outlineLvl"),
            )
            if _is_on(element.get(f"{W}default", "0")):
                styles.default = identifier
        return styles

    def chain(self, identifier: str) -> Iterator[tuple[str, Style]]:
        """A style and those it is based on, nearest first."""
        for _ in range(_LONGEST_CHAIN):
            style = self.known.get(identifier)
            if style is None:
                return
            yield identifier, style
            identifier = style.based_on

    def of_paragraph(self, properties: Element | None) -> str:
        return (_value(properties, "pStyle") if properties is not None else None) or self.default

    def name(self, identifier: str) -> str:
        style = self.known.get(identifier)
        return style.name.casefold() if style else ""

    def heading(self, properties: Element | None) -> int | None:
        """A heading's level from 1; None for body text."""
        outline = _number(properties, "outlineLvl")
        for identifier, style in self.chain(self.of_paragraph(properties)):
            if outline is not None:
                break
            outline = style.outline
            if outline is None and (named := re.fullmatch("heading ([1-9])", self.name(identifier))):
                outline = int(named[1]) - 1
        return outline + 1 if outline is not None and 0 <= outline <= _DEEPEST else None


class Numbering:
    """Counts a document's paragraphs in their order."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._lists = _lists(root, styles)
        self._counts: dict[str, dict[int, int]] = {}
        self._begun: set[tuple[str, int]] = set()

    def count(self, properties: Element | None) -> Counted | None:
        """The number of the next paragraph, which has these properties; None when it has none."""
        found = self._find(properties)
        if found is None:
            return None
        list_id, depth = found
        numbered = self._lists[list_id]
        level = numbered.levels.get(depth)
        if level is None or level.format == "bullet":
            return None
        counts = self._counts.setdefault(numbered.abstract, {})
        self._advance(list_id, numbered, depth, counts)
        return Counted(_label(numbered.levels, depth, counts), numbered.abstract, depth)

    def _advance(self, list_id: str, numbered: _List, depth: int, counts: dict[int, int]) -> None:
        if depth in numbered.starts and (list_id, depth) not in self._begun:
            counts.pop(depth, None)
        self._begun.add((list_id, depth))
        for upper in range(depth):
            counts.setdefault(upper, _start(numbered, upper))
        counts[depth] = min(counts[depth] + 1, _LARGEST) if depth in counts else _start(numbered, depth)
        for deeper in range(depth + 1, _DEEPEST + 1):
            restart = numbered.levels.get(deeper, _Level()).restart
            if restart is None or depth < restart:
                counts.pop(deeper, None)

    def _find(self, properties: Element | None) -> tuple[str, int] | None:
        """The list and level of a paragraph: its own, or those of the nearest style that has some."""
        list_id, depth = _list_of(properties)
        own = self._styles.of_paragraph(properties)
        by_style = ""
        for identifier, style in self._styles.chain(own):
            if list_id or style.list_id:
                by_style, list_id = ("" if list_id else identifier), list_id or style.list_id
                if by_style and depth is None:
                    depth = self._depth_of_style(list_id, own, by_style, style.level)
                break
        if list_id in ("", _NO_LIST) or list_id not in self._lists:
            return None
        if depth is None:
            depth = self._depth_of_style(list_id, own, own, None)
        return (list_id, depth) if 0 <= depth <= _DEEPEST else None

    def _depth_of_style(self, list_id: str, own: str, giver: str, stated: int | None) -> int:
        """The level that names the style; else the one that the style states; else the first."""
        levels = self._lists[list_id].levels if list_id in self._lists else {}
        for identifier in (own, giver):
            for depth, level in levels.items():
                if identifier and level.style == identifier:
                    return depth
        return stated or 0


# -- reading numbering.xml -------------------------------------------------------------------------------


def _lists(root: Element | None, styles: Styles) -> dict[str, _List]:
    if root is None:
        return {}
    abstract = {element.get(f"{W}abstractNumId", ""): element for element in root.iterchildren(f"{W}abstractNum")}
    by_link = {link: identifier for identifier, element in abstract.items() if (link := _value(element, "styleLink"))}
    lists: dict[str, _List] = {}
    for element in root.iterchildren(f"{W}num"):
        identifier = _value(element, "abstractNumId") or ""
        if identifier in abstract and (linked := _value(abstract[identifier], "numStyleLink")):
            identifier = by_link.get(linked, identifier)
        if identifier not in abstract:
            continue
        levels = _levels(abstract[identifier])
        starts: dict[int, int] = {}
        for override in element.iterchildren(f"{W}lvlOverride"):
            depth = _integer(override.get(f"{W}ilvl")) or 0
            own = override.find(f"{W}lvl")
            if own is not None:
                levels[depth] = _level(own)
            start = _number(override, "startOverride")
            if start is not None:
                starts[depth] = start
        lists[element.get(f"{W}numId", "")] = _List(identifier, levels, starts)
    return lists


def _levels(abstract: Element) -> dict[int, _Level]:
    return {_integer(element.get(f"{W}ilvl")) or 0: _level(element) for element in abstract.iterchildren(f"{W}lvl")}


def _level(element: Element) -> _Level:
    formats = [found.get(f"{W}val", "decimal") for found in element.iter(f"{W}numFmt")]
    legal = element.find(f"{W}isLgl")
    start = _number(element, "start")
    return _Level(
        start=1 if start is None else start,
        format=formats[-1] if formats else "decimal",
        text=_value(element, "lvlText") or "",
        restart=_number(element, "lvlRestart"),
        legal=legal is not None and _is_on(legal.get(f"{W}val", "1")),
        style=_value(element, "pStyle") or "",
    )


def _list_of(properties: Element | None) -> tuple[str, int | None]:
    numbered = properties.find(f"{W}numPr") if properties is not None else None
    if numbered is None:
        return "", None
    return _value(numbered, "numId") or "", _number(numbered, "ilvl")


def _value(element: Element | None, name: str) -> str | None:
    """The `val` of a child element."""
    child = element.find(f"{W}{name}") if element is not None else None
    return child.get(f"{W}val") if child is not None else None


def _number(element: Element | None, name: str) -> int | None:
    return _integer(_value(element, name))


def _integer(text: str | None) -> int | None:
    """A small whole number; None for anything else that a file may hold instead."""
    return int(text) if text and re.fullmatch("-?[0-9]{1,5}", text) else None


def _is_on(value: str) -> bool:
    return value not in ("0", "false", "off")


# -- writing a label -------------------------------------------------------------------------------------


def _start(numbered: _List, depth: int) -> int:
    return numbered.starts.get(depth, numbered.levels.get(depth, _Level()).start)


def _label(levels: dict[int, _Level], depth: int, counts: dict[int, int]) -> str:
    legal = levels[depth].legal

    def shown(placeholder: re.Match[str]) -> str:
        upper = int(placeholder[1]) - 1
        level = levels.get(upper, _Level())
        return written(counts.get(upper, level.start), "decimal" if legal else level.format)

    return re.sub("%([1-9])", shown, levels[depth].text).strip()


def written(value: int, form: str) -> str:
    """A number as Word writes it in a format of its own name, such as "lowerRoman"; digits for unknown ones."""
    if form == "none":
        return ""
    if form in ("lowerLetter", "upperLetter") and value > 0:
        letters = chr(ord("a") + (value - 1) % 26) * ((value - 1) // 26 + 1)
        return letters if form == "lowerLetter" else letters.upper()
    if form in ("lowerRoman", "upperRoman") and value > 0:
        return _roman(value) if form == "lowerRoman" else _roman(value).upper()
    if form == "decimalZero":
        return f"{value:02}"
    if form == "ordinal":
        ending = "th" if value % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(value % 10, "th")
        return f"{value}{ending}"
    if form == "cardinalText" and value <= len(_WORDS):
        return _WORDS[value - 1]
    return str(value)


_WORDS = (
    "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve", "Thirteen",
    "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen", "Twenty",
)  # fmt: skip


def _roman(value: int) -> str:
    numerals = (
        (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
        (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
    )  # fmt: skip
    shown = ""
    for worth, letters in numerals:
        shown += letters * (value // worth)
        value %= worth
    return shown
