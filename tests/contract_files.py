"""Contracts in every form that people share them in, made for the tests: our own words, no published text."""

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.parser import parse_xml
from docx.text.paragraph import Paragraph

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    ' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
    ' xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    ' xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
    ' xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
    ' xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
    ' xmlns:v="urn:schemas-microsoft-com:vml"'
)


@dataclass(frozen=True)
class Entry:
    """One line of a sample: its whole number ("" for none), its number as typed, its list, level and words.

    `list` is "main" for the clauses, "schedule" and "annex" for those; `level` counts from 0.
    """

    number: str
    typed: str
    list: str
    level: int
    words: str
    heading: bool = False


def _clause(number: str, typed: str, level: int, words: str, *, heading: bool = False) -> Entry:
    return Entry(number, typed, "main", level, words, heading)


TITLE = "Orchard Services Agreement"

# Each way of numbering must make the same numbers out of this.
SAMPLE: Sequence[Entry] = (
    _clause("1", "1.", 0, "Meaning of words", heading=True),
    _clause("1.1", "1.1", 1, "In this agreement words have these meanings:"),
    Entry("Definition of Apple", "", "", 0, "“Apple” means a fruit of the orchard."),
    Entry("Definition of Picking Day", "", "", 0, "“Picking Day” means a day on which it does not rain."),
    _clause("1.2", "1.2", 1, "Headings are for ease of reading."),
    _clause("2", "2.", 0, "Picking", heading=True),
    _clause("2.1", "2.1", 1, "The Grower shall pick:"),
    _clause("2.1(a)", "(a)", 2, "ripe Apples; and"),
    _clause("2.1(b)", "(b)", 2, "fallen Apples, if:"),
    _clause("2.1(b)(i)", "(i)", 3, "they are sound;"),
    _clause("2.1(b)(ii)", "(ii)", 3, "they are dry; and"),
    _clause("2.1(b)(iii)", "(iii)", 3, "nobody stood on them."),
    _clause("2.1(c)", "(c)", 2, "pears by mistake."),
    _clause("2.2", "2.2", 1, "The Grower keeps the ladders."),
    Entry("", "", "", 0, "This paragraph belongs to the clause above it."),
    *(_clause(f"2.{item}", f"2.{item}", 1, f"Basket {item} holds forty Apples.") for item in range(3, 12)),
    _clause("3", "3.", 0, "Price", heading=True),
    _clause("3.1", "3.1", 1, "The Buyer pays on every Picking Day:"),
    *(
        _clause(f"3.1({letter})", f"({letter})", 2, f"for sort {letter.upper()}, the price agreed;")
        for letter in "abcdefghijk"
    ),
    Entry("Schedule 1", "Schedule 1", "schedule", 0, "Apples", heading=True),
    Entry("Schedule 1 paragraph 1", "1.", "schedule", 1, "Sorts of Apple"),
    Entry("Schedule 1 paragraph 1.1", "1.1", "schedule", 2, "Red ones are best."),
    Entry("Schedule 1 paragraph 1.2", "1.2", "schedule", 2, "Green ones keep longer."),
    Entry("Schedule 1 paragraph 2", "2.", "schedule", 1, "Every sort is weighed."),
    Entry("Schedule 2", "Schedule 2", "schedule", 0, "Baskets", heading=True),
    Entry("Schedule 2 paragraph 1", "1.", "schedule", 1, "Baskets are made of willow."),
    Entry("Annex A", "Annex A", "annex", 0, "Map of the orchard", heading=True),
    Entry("", "", "", 0, "The map is kept in the barn."),
)
NUMBERS = [entry.number for entry in SAMPLE if entry.number]


# -- the sample in each form -------------------------------------------------------------------------------


def typed(entries: Sequence[Entry] = SAMPLE) -> bytes:
    """Every number typed as text before the words."""
    document = Document()
    document.add_paragraph(TITLE, style="Title")
    for entry in entries:
        separator = " – " if entry.list in ("schedule", "annex") and entry.level == 0 else "\t"
        document.add_paragraph(f"{entry.typed}{separator}{entry.words}" if entry.typed else entry.words)
    return saved(document)


def automatic(entries: Sequence[Entry] = SAMPLE) -> bytes:
    """Every number counted by Word, from the paragraph's own list and level."""
    document = Document()
    lists = add_lists(document, LISTS)
    document.add_paragraph(TITLE, style="Title")
    for entry in entries:
        paragraph = document.add_paragraph(entry.words)
        if entry.list:
            set_list(paragraph, lists[entry.list], entry.level)
    return saved(document)


def by_style(entries: Sequence[Entry] = SAMPLE) -> bytes:
    """Every number counted by Word, from the paragraph's style or one that it is based on."""
    document = Document()
    styled = {
        name: [(*level, f"{name}{depth}") for depth, level in enumerate(levels)] for name, levels in LISTS.items()
    }
    lists = add_lists(document, styled)
    for name, levels in styled.items():
        for depth in range(len(levels)):
            outline = f'<w:outlineLvl w:val="{depth}"/>' if depth == 0 else ""
            level = f'<w:ilvl w:val="{depth}"/>' if depth else ""
            numbered = f'<w:numPr>{level}<w:numId w:val="{lists[name]}"/></w:numPr>'
            add_style(document, f"{name}{depth}", f"{numbered}{outline}")
            add_style(document, f"{name}{depth}own", "", based_on=f"{name}{depth}")
    document.add_paragraph(TITLE, style="Title")
    for place, entry in enumerate(entries):
        style = f"{entry.list}{entry.level}{'own' if place % 2 else ''}" if entry.list else "Normal"
        document.add_paragraph(entry.words, style=style)
    return saved(document)


def mixed(entries: Sequence[Entry] = SAMPLE) -> bytes:
    """Clauses with a heading counted by Word, everything else typed: as files become in a negotiation."""
    document = Document()
    lists = add_lists(document, LISTS)
    document.add_paragraph(TITLE, style="Title")
    for entry in entries:
        if entry.list and entry.level == 0:
            set_list(document.add_paragraph(entry.words), lists[entry.list], 0)
        else:
            document.add_paragraph(f"{entry.typed} {entry.words}" if entry.typed else entry.words)
    return saved(document)


def markdown(entries: Sequence[Entry] = SAMPLE) -> bytes:
    """Headings and typed numbers in Markdown."""
    lines = [f"# {TITLE}"]
    for entry in entries:
        line = f"{entry.typed} {entry.words}" if entry.typed else entry.words
        lines.append(f"## {line}" if entry.heading else line.replace(". ", "\\. ", 1) if entry.level else line)
    return "\n\n".join(lines).encode()


FORMS: Mapping[str, Callable[[Sequence[Entry]], bytes]] = {
    "typed": typed,
    "automatic": automatic,
    "by style": by_style,
    "mixed": mixed,
    "markdown": markdown,
}


# -- Word's numbering --------------------------------------------------------------------------------------

# For each list its levels: format and text, and a paragraph style where one has the level.
Levels = Sequence[tuple[str, ...]]
LISTS: Mapping[str, Levels] = {
    "main": (("decimal", "%1."), ("decimal", "%1.%2"), ("lowerLetter", "(%3)"), ("lowerRoman", "(%4)")),
    "schedule": (("decimal", "Schedule %1"), ("decimal", "%2."), ("decimal", "%2.%3")),
    "annex": (("upperLetter", "Annex %1"),),
}


def add_lists(document: WordDocument, lists: Mapping[str, Levels]) -> dict[str, int]:
    """Lists for a document, and the id of each by its name."""
    root = document.part.numbering_part.element
    identifiers: dict[str, int] = {}
    for place, (name, levels) in enumerate(lists.items()):
        identifier = 900 + place
        inner = "".join(
            f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{level[0]}"/>'
            + (f'<w:pStyle w:val="{level[2]}"/>' if len(level) > 2 else "")
            + f'<w:lvlText w:val="{level[1]}"/></w:lvl>'
            for depth, level in enumerate(levels)
        )
        add_abstract_list(document, identifier, inner)
        add_list(document, identifier, identifier)
        identifiers[name] = identifier
    assert root is not None
    return identifiers


def add_abstract_list(document: WordDocument, identifier: int, inner: str) -> None:
    root = document.part.numbering_part.element
    xml = f'<w:abstractNum {NAMESPACES} w:abstractNumId="{identifier}">{inner}</w:abstractNum>'
    root.insert(0, parse_xml(xml))


def add_list(document: WordDocument, identifier: int, abstract: int, inner: str = "") -> None:
    root = document.part.numbering_part.element
    xml = f'<w:num {NAMESPACES} w:numId="{identifier}"><w:abstractNumId w:val="{abstract}"/>{inner}</w:num>'
    root.append(parse_xml(xml))


def set_list(paragraph: Paragraph, identifier: int, level: int) -> None:
    xml = f'<w:numPr {NAMESPACES}><w:ilvl w:val="{level}"/><w:numId w:val="{identifier}"/></w:numPr>'
    paragraph._p.get_or_add_pPr().append(parse_xml(xml))  # type: ignore[arg-type]


def add_style(document: WordDocument, name: str, properties: str, based_on: str = "Normal") -> None:
    xml = (
        f'<w:style {NAMESPACES} w:type="paragraph" w:customStyle="1" w:styleId="{name}"><w:name w:val="{name}"/>'
        f'<w:basedOn w:val="{based_on}"/><w:pPr>{properties}</w:pPr></w:style>'
    )
    document.styles.element.append(parse_xml(xml))


# -- pieces of documents -----------------------------------------------------------------------------------


def add_xml(document: WordDocument, xml: str) -> None:
    """Put raw XML at the end of the body."""
    opened = xml.replace(">", f" {NAMESPACES}>", 1)
    document.element.body.insert_element_before(parse_xml(opened), "w:sectPr")


def saved(document: WordDocument) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def changed_package(
    data: bytes, *, add: Mapping[str, bytes | str] | None = None, replace: Mapping[str, tuple[str, str]] | None = None
) -> bytes:
    """A package with parts added, and with words in parts replaced."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if replace and entry.filename in replace:
                before, after = replace[entry.filename]
                assert before.encode() in content, before
                content = content.replace(before.encode(), after.encode(), 1)
            new.writestr(entry.filename, content)
        for name, part in (add or {}).items():
            new.writestr(name, part)
    return buffer.getvalue()
