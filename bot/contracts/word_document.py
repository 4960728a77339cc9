"""What stands in a Word document, in its order: lines with their numbers, and what stands outside the text.

Read with python-docx, which opens the package and its parts; the walk through their XML is our own,
because python-docx's paragraphs leave out text boxes, content controls, tracked changes and notes.
Only called in the child process of `word`.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from docx import Document
from docx.opc.part import Part
from docx.oxml.parser import parse_xml
from lxml.etree import _Element as Element

from bot.contracts import numbers, outline
from bot.contracts.outline import Line
from bot.contracts.values import Contract, Table, Unplaced
from bot.contracts.word_numbering import Numbering, Styles, W
from bot.errors import UserError

_MOST_CHARACTERS = 5_000_000  # over 1,500 pages
_LONGEST_TITLE = 120  # characters
_MARKUP = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PLACED = "{http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing}"
_MATHS = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_VECTOR = "{urn:schemas-microsoft-com:vml}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"

# Elements that only wrap what is of interest.
_WRAPPERS = {
    f"{W}{name}"
    for name in ("hyperlink", "ins", "moveTo", "smartTag", "sdtContent", "sdt", "customXml", "fldSimple", "dir", "bdo",
                 "ruby", "rubyBase", "rt")
}  # fmt: skip
_DELETED = {f"{W}del", f"{W}moveFrom"}
_LISTINGS = ("toc heading", "table of figures", "table of authorities")  # styles
_BREAKS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}noBreakHyphen": "‑"}
_SYMBOLS = {"F0A8": "☐", "F06F": "☐", "F0FE": "☒", "F0FD": "☒", "F0FC": "✓"}  # Wingdings


@dataclass
class _Words:
    """What one paragraph says, and what hangs on it without being part of the running text."""

    text: list[str] = field(default_factory=list)
    bold: list[str] = field(default_factory=list)
    bold_ended: bool = False
    asides: list[tuple[str, str]] = field(default_factory=list)

    def aside(self, what: str, text: str) -> None:
        """Keep words beside the text; those of one kind in a row are one."""
        if self.asides and self.asides[-1][0] == what and what in ("deleted text", "hidden text", "field code"):
            self.asides[-1] = (what, self.asides[-1][1] + text)
        elif text.strip():
            self.asides.append((what, text))


@dataclass
class _Field:
    """A field that is open: first its code, which is not shown, then its result, which is."""

    code: str = ""
    shown: bool = False


def parse(data: bytes) -> Contract:
    """The contract in a Word document that `guard` has let through. Raises UserError when it has no numbers."""
    reader = _Reader(data)
    lines = reader.lines()
    if sum(len(line.text) for line in lines) > _MOST_CHARACTERS:
        raise UserError(
            f"This file has more than {_MOST_CHARACTERS:,} characters, more than Parley reads as one contract."
            " Share it in parts."
        )
    title, rest = _take_title(lines)
    return outline.contract(title, [line.line for line in rest], reader.elsewhere())


@dataclass(frozen=True)
class _Read:
    """A line, and whether it has the document's title by its style."""

    line: Line
    is_title: bool = False

    @property
    def text(self) -> str:
        return self.line.text


def _take_title(lines: list[_Read]) -> tuple[str, list[_Read]]:
    """The title of the document and the other lines: what has the style of one, or else a short first line."""
    for place, read in enumerate(lines):
        if read.is_title:
            return read.text, lines[:place] + lines[place + 1 :]
    first = next((place for place, read in enumerate(lines) if read.text.strip() and not read.line.aside), None)
    if first is None:
        return "", lines
    line = lines[first].line
    numbered = line.label or line.table is not None or numbers.start(line.text)
    if numbered or line.text.rstrip().endswith((".", ";", ":")) or len(line.text) > _LONGEST_TITLE:
        return "", lines
    return line.text, lines[:first] + lines[first + 1 :]


@dataclass(frozen=True)
class _Begun:
    """A line that the next paragraph may go on with, and what hangs on it."""

    line: Line
    asides: tuple[tuple[str, str], ...]
    is_title: bool
    goes_on: bool
    joined: bool

    def reads(self) -> Iterator[_Read]:
        line = replace(self.line, text=self.line.text.strip())
        yield _Read(line, is_title=self.is_title and bool(line.text))
        for what, said in self.asides:
            yield _Read(Line(said.strip(), aside=what))


class _Reader:
    """Walks one document, counting its numbers and notes as it goes."""

    def __init__(self, data: bytes) -> None:
        self._document = Document(io.BytesIO(data))
        self._part: Part = self._document.part
        self._styles = Styles.of(self._root("styles"))
        self._numbering: Numbering | None = Numbering(self._root("numbering"), self._styles)
        self._notes = {kind: self._stories(f"{kind}s", kind) for kind in ("footnote", "endnote", "comment")}
        self._noted: dict[str, int] = {"footnote": 0, "endnote": 0, "comment": 0}
        self._fields: list[_Field] = []

    def lines(self) -> list[_Read]:
        return list(self._lines(self._document.element.body))

    def elsewhere(self) -> list[Unplaced]:
        """Headers and footers, and notes that nothing in the text refers to."""
        self._numbering = None
        found = [*self._headers()]
        for kind, stories in self._notes.items():
            found += [Unplaced(f"{kind} that nothing refers to", self._plain(story)) for story in stories.values()]
        return found

    # -- parts of the package

    def _root(self, kind: str, part: Part | None = None) -> Element | None:
        """The root of the part of this kind that belongs to the document."""
        for relation in (part or self._part).rels.values():
            if relation.reltype.endswith(f"/{kind}") and not relation.is_external:
                return _root_of(relation.target_part)
        return None

    def _stories(self, kind: str, name: str) -> dict[str, Element]:
        root = self._root(kind)
        return {
            element.get(f"{W}id", ""): element
            for element in (() if root is None else root.iterchildren(f"{W}{name}"))
            if element.get(f"{W}type", "normal") == "normal"
        }

    def _headers(self) -> Iterator[Unplaced]:
        seen: set[str] = set()
        for section, properties in enumerate(self._document.element.body.iter(f"{W}sectPr"), start=1):
            for reference in properties:
                kind = {f"{W}headerReference": "header", f"{W}footerReference": "footer"}.get(str(reference.tag))
                identifier = reference.get(f"{_RELATION}id", "")
                if kind is None or identifier in seen or identifier not in self._part.related_parts:
                    continue
                seen.add(identifier)
                page = {"first": "first-page ", "even": "even-page "}.get(reference.get(f"{W}type", ""), "")
                root = _root_of(self._part.related_parts[identifier])
                if root is not None:
                    yield Unplaced(f"{page}{kind} of section {section}", self._plain(root))

    # -- blocks: paragraphs and tables

    def _lines(self, container: Element, *, contents: bool = False) -> Iterator[_Read]:
        """The lines of a body, a cell, a note or a text box. `contents`: inside a table of contents."""
        begun: _Begun | None = None
        for block, in_contents in _blocks(container, contents):
            if block.tag == f"{W}p":
                begun = self._paragraph(block, in_contents, begun)
                if begun.goes_on:
                    continue
            if begun is not None:
                yield from begun.reads()
                begun = None
            if block.tag == f"{W}tbl":
                yield from self._table(block)
            elif block.tag == f"{W}altChunk":
                yield _Read(Line("(a file that Word inserts here, not read)", aside="inserted file"))
        if begun is not None:
            yield from begun.reads()

    def _paragraph(self, paragraph: Element, contents: bool, begun: "_Begun | None") -> "_Begun":
        """A paragraph as a line, going on with the one before where that has not ended.

        A paragraph goes on in the next when the mark at its end was deleted by a tracked change (the next
        one's number and style count) or is the style separator that joins a heading with the words behind
        it (its own count).
        """
        properties = paragraph.find(f"{W}pPr")
        mark = properties.find(f"{W}rPr") if properties is not None else None
        in_field = self._in_contents()
        words = _Words()
        self._inline(paragraph, words)
        in_field = in_field or self._in_contents()
        style = self._styles.name(self._styles.of_paragraph(properties))
        text = "".join(words.text)
        deleted = mark is not None and mark.find(f"{W}del") is not None
        joined = mark is not None and mark.find(f"{W}specVanish") is not None
        if begun is not None and begun.joined:
            line, is_title = replace(begun.line, text=f"{begun.line.text} {text}"), begun.is_title
        else:
            counted = self._numbering.count(properties) if self._numbering and not deleted else None
            line = Line(
                text=begun.line.text + text if begun else text,
                label=counted.label if counted else "",
                series=counted.series if counted else "",
                depth=counted.depth if counted else 0,
                within=bool(counted and counted.depth),
                heading=self._styles.heading(properties),
                bold="".join(words.bold).strip(),
            )
            is_title = style == "title"
        if contents or in_field or style.startswith("toc ") or style in _LISTINGS:
            line = Line(line.text, aside="table of contents")
        asides = (*(begun.asides if begun else ()), *words.asides)
        return _Begun(line, asides, is_title, goes_on=deleted or joined, joined=joined)

    def _table(self, table: Element) -> Iterator[_Read]:
        rows: list[tuple[str, ...]] = []
        single: list[_Read] = []
        asides: list[_Read] = []
        for row in _unwrapped(table, f"{W}tr"):
            gone = row.find(f"{W}trPr/{W}del") is not None
            cells = [list(self._lines(cell)) for cell in _unwrapped(row, f"{W}tc")]
            if gone:
                said = "\t".join(_joined(cell) for cell in cells).strip()
                asides.append(_Read(Line(said, aside="deleted text")))
                continue
            asides += [read for cell in cells for read in cell if read.line.aside]
            kept = [[read for read in cell if not read.line.aside] for cell in cells]
            single += [read for cell in kept for read in cell]
            rows.append(tuple(_joined(cell) for cell in kept))
        if all(len(row) <= 1 for row in rows):
            yield from single
        elif any(cell.strip() for row in rows for cell in row):
            grid: Table = tuple(rows)
            yield _Read(Line(outline.table_text(grid), table=grid))
        yield from asides

    def _plain(self, story: Element) -> str:
        """All the words of a header, a note or a text box."""
        counting, self._numbering = self._numbering, None
        fields, self._fields = self._fields, []
        text = _joined(list(self._lines(story)))
        self._numbering, self._fields = counting, fields
        return text

    # -- inside a paragraph

    def _inline(self, element: Element, words: _Words) -> None:
        for child in element:
            tag = child.tag
            if tag == f"{W}r":
                self._run(child, words)
            elif tag in _WRAPPERS:
                self._inline(child, words)
            elif tag in _DELETED:
                words.aside("deleted text", _deleted(child))
            elif tag in (f"{_MATHS}oMath", f"{_MATHS}oMathPara"):
                words.text.append("".join(found.text or "" for found in child.iter(f"{_MATHS}t")))
            elif tag == f"{_MARKUP}AlternateContent":
                self._inline(_alternative(child), words)

    def _run(self, run: Element, words: _Words) -> None:
        properties = run.find(f"{W}rPr")
        self._run_contents(run, words, hidden=_is_set(properties, "vanish"), bold=_is_set(properties, "b"))

    def _run_contents(self, element: Element, words: _Words, *, hidden: bool, bold: bool) -> None:
        for child in element:
            tag = child.tag
            if tag == f"{W}t":
                self._say(child.text or "", words, hidden=hidden, bold=bold)
            elif tag in _BREAKS:
                self._say(_BREAKS[str(tag)], words, hidden=hidden, bold=bold)
            elif tag == f"{W}sym":
                self._say(_symbol(child), words, hidden=hidden, bold=bold)
            elif tag == f"{W}delText":
                words.aside("deleted text", child.text or "")
            elif tag == f"{W}instrText":
                if self._fields:
                    self._fields[-1].code += child.text or ""
            elif tag == f"{W}fldChar":
                self._field(child)
            elif tag in (f"{W}footnoteReference", f"{W}endnoteReference", f"{W}commentReference"):
                self._note(str(tag).removeprefix(W).removesuffix("Reference"), child.get(f"{W}id", ""), words)
            elif tag in (f"{W}drawing", f"{W}pict", f"{W}object"):
                self._picture(child, words)
            elif tag == f"{_MARKUP}AlternateContent":
                self._run_contents(_alternative(child), words, hidden=hidden, bold=bold)
            elif tag in _WRAPPERS:
                self._inline(child, words)

    def _say(self, text: str, words: _Words, *, hidden: bool, bold: bool) -> None:
        if any(not opened.shown for opened in self._fields):
            words.aside("field code", text)
        elif hidden:
            words.aside("hidden text", text)
        else:
            words.text.append(text)
            if bold and not words.bold_ended:
                words.bold.append(text)
            words.bold_ended = words.bold_ended or (not bold and bool(text.strip()))

    def _field(self, mark: Element) -> None:
        kind = mark.get(f"{W}fldCharType", "")
        if kind == "begin":
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            self._fields[-1].shown = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _in_contents(self) -> bool:
        return any(opened.code.split()[:1] in (["TOC"], ["TOA"], ["INDEX"]) for opened in self._fields)

    def _note(self, kind: str, identifier: str, words: _Words) -> None:
        story = self._notes[kind].pop(identifier, None)
        if story is not None:
            self._noted[kind] += 1
            author = f" by {story.get(f'{W}author')}" if story.get(f"{W}author") else ""
            words.aside(f"{kind} {self._noted[kind]}{author}", self._plain(story))

    def _picture(self, element: Element, words: _Words) -> None:
        """Text boxes, and a mention of what cannot be read: pictures, charts, embedded files."""
        boxes = [box for box in element.iter(f"{W}txbxContent") if _is_outermost(box, element)]
        for box in boxes:
            words.aside("text box", self._plain(box))
        if boxes:
            return
        said = "\n".join("".join(part.itertext()) for part in self._graphic_words(element))
        described = [found.get("descr") or found.get("title") or "" for found in element.iter(f"{_PLACED}docPr")]
        what = "embedded file" if element.tag == f"{W}object" else "picture"
        if what == "picture" and element.tag == f"{W}pict" and not list(element.iter(f"{_VECTOR}imagedata")):
            said = said or "\n".join(found.get("string", "") for found in element.iter(f"{_VECTOR}textpath"))
            if not said:
                return  # a drawn line
        words.aside(what, said or next((text for text in described if text), "") or f"({what}, not read)")

    def _graphic_words(self, element: Element) -> Iterator[Element]:
        """The words drawn in a diagram or chart, which has a part of its own, or in a shape."""
        yield from element.iter(f"{_DRAWING}t")
        for inner in element.iter():
            for name in ("id", "dm"):
                identifier = inner.get(f"{_RELATION}{name}", "")
                part = self._part.related_parts.get(identifier) if identifier else None
                root = _root_of(part) if part is not None and part.partname.endswith(".xml") else None
                if root is not None:
                    yield from root.iter(f"{_DRAWING}t")


# -- small helpers ---------------------------------------------------------------------------------------


def _root_of(part: Part) -> Element | None:
    element: Element | None = getattr(part, "element", None)
    return parse_xml(part.blob) if element is None and part.blob.strip() else element


def _blocks(container: Element, contents: bool = False) -> Iterator[tuple[Element, bool]]:
    """The paragraphs and tables of a container, and whether each is in a table of contents."""
    for child in container:
        if child.tag in (f"{W}p", f"{W}tbl", f"{W}altChunk"):
            yield child, contents
        elif child.tag == f"{W}sdt":
            gallery = child.find(f"{W}sdtPr/{W}docPartObj/{W}docPartGallery")
            listed = gallery is not None and gallery.get(f"{W}val") == "Table of Contents"
            yield from _blocks(child, contents or listed)
        elif child.tag in _WRAPPERS or child.tag in _DELETED:
            yield from _blocks(child, contents)
        elif child.tag == f"{_MARKUP}AlternateContent":
            yield from _blocks(_alternative(child), contents)


def _unwrapped(container: Element, tag: str) -> Iterator[Element]:
    """The rows of a table or the cells of a row, also inside content controls."""
    for child in container:
        if child.tag == tag:
            yield child
        elif child.tag in _WRAPPERS:
            yield from _unwrapped(child, tag)


def _alternative(element: Element) -> Element:
    """Of the ways in which a thing is written for newer and older readers, the first that says something."""
    ways = list(element)
    telling = (way for way in ways if next(way.iter(f"{W}t", f"{_DRAWING}t"), None) is not None)
    return next(telling, ways[0] if ways else element)


def _deleted(element: Element) -> str:
    found = element.iter(f"{W}delText", f"{W}t", *_BREAKS)
    return "".join(_BREAKS.get(str(part.tag), part.text or "") for part in found)


def _is_set(properties: Element | None, name: str) -> bool:
    found = properties.find(f"{W}{name}") if properties is not None else None
    return found is not None and found.get(f"{W}val", "1") not in ("0", "false", "off")


def _symbol(element: Element) -> str:
    code = element.get(f"{W}char", "").upper()
    if code in _SYMBOLS:
        return _SYMBOLS[code]
    try:
        character = chr(int(code, 16))
    except (ValueError, OverflowError):
        return ""
    return "□" if "\ue000" <= character <= "\uf8ff" or not character.isprintable() else character


def _is_outermost(box: Element, within: Element) -> bool:
    """Whether a text box is in no other one, and is not the older spelling of one that was found."""
    above = box.getparent()
    while above is not None and above is not within:
        if above.tag == f"{W}txbxContent":
            return False
        parent = above.getparent()
        if above.tag == f"{_MARKUP}Fallback" and parent is not None and _alternative(parent) is not above:
            return False
        above = above.getparent()
    return True


def _joined(reads: list[_Read]) -> str:
    """Lines as one text, each with its number."""
    return "\n".join(
        text for read in reads if (text := f"{read.line.label}\t{read.text}".strip() if read.line.label else read.text)
    )
