"""A Word document that shows changes as Word itself tracks them, for people to accept or reject.

Accepting every change leaves the words after, rejecting every one the words before: each clause's title
and words are one paragraph each, and a new line in them is a line break, so that no paragraph comes or
goes with a change. The same input gives the same bytes, in any process and on any day.
"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from markupsafe import Markup

from bot.contracts.redline import Piece
from bot.render.changes import LONGEST_PROPERTY, Pen, content, run
from bot.render.package import dateless
from bot.render.words import shown

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_NOTHING = "No words were changed."
Runs = Callable[[Sequence[Piece]], Markup]
"""Pieces as the runs of a paragraph, their changes signed."""


@dataclass(frozen=True)
class Change:
    """A clause and how it changed: title and words as pieces, so that both are shown as changes.

    `remark` says in plain words what happened ("added", "moved from 4.2", "from p1 to p2").
    """

    number: str
    title: Sequence[Piece]
    remark: str
    pieces: Sequence[Piece]


def document(title: str, marking: str, changes: Sequence[Change], *, author: str, at: datetime) -> bytes:
    """The changes as a Word document (.docx), made by `author` at the aware instant `at`.

    The marking stands on every page. What no paper can hold is shown as �, and is the only thing lost.
    """
    from docx import Document  # lazily: most runs of Parley write no Word file

    word = Document()
    written = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    runs = partial(_tracked, Pen(), content(author), written)
    _set_styles(word)
    _set_properties(word, title, author, at)
    _write(word.element.body, _paragraph("Title", _run(title)) + _clauses(changes, runs))
    _set_page(word, marking)
    saved = io.BytesIO()
    word.save(saved)
    return dateless(saved.getvalue())


# -- the words -------------------------------------------------------------------------------------------


def _tracked(pen: Pen, author: Markup, at: str, pieces: Sequence[Piece]) -> Markup:
    return pen.runs([Piece(piece.kind, content(piece.words)) for piece in pieces], author=author, at=at)


def _run(words: str) -> Markup:
    return run(content(words))


def _clauses(changes: Sequence[Change], runs: Runs) -> str:
    if not changes:
        return _paragraph("Normal", _run(_NOTHING))
    return "".join(_clause(change, runs) for change in changes)


def _clause(change: Change, runs: Runs) -> str:
    space = " " if change.number and change.title else ""
    heading = _run(change.number + space) + runs(change.title)
    remark = _paragraph("Remark", _run(change.remark)) if change.remark else ""
    words = _paragraph("Normal", runs(change.pieces)) if change.pieces else ""
    return _paragraph("Heading1", heading) + remark + words


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


# -- the document around them ----------------------------------------------------------------------------


def _write(container: "Element", paragraphs: str) -> None:
    """Put paragraphs into a container in place of those it has."""
    from docx.oxml.ns import nsdecls, qn
    from docx.oxml.parser import parse_xml

    for old in container.findall(qn("w:p")):
        container.remove(old)
    last = list(container)  # the section's properties, in a body
    container.extend([*parse_xml(f"<w:body {nsdecls('w')}>{paragraphs}</w:body>"), *last])


def _set_page(word: "WordDocument", marking: str) -> None:
    """An A4 page with the marking at its head and its number at its foot."""
    from docx.shared import Mm

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(25)
    _write(section.header._element, _paragraph("Header", _run(marking)))
    page = f"{_run('Page ')}{_field('PAGE')}{_run(' of ')}{_field('NUMPAGES')}"
    _write(section.footer._element, _paragraph("Footer", page))


def _field(name: str) -> str:
    return f'<w:fldSimple w:instr="{name}">{_run("1")}</w:fldSimple>'


def _set_styles(word: "WordDocument") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.enum.text import WD_PARAGRAPH_ALIGNMENT
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    remark = word.styles.add_style("Remark", WD_STYLE_TYPE.PARAGRAPH)
    remark.font.italic, remark.font.size, remark.font.color.rgb = True, Pt(10), RGBColor(0x59, 0x59, 0x59)
    remark.paragraph_format.space_after, remark.paragraph_format.keep_with_next = Pt(4), True
    for name in ("Header", "Footer"):
        word.styles[name].paragraph_format.alignment = WD_PARAGRAPH_ALIGNMENT.CENTER
    word.styles["Header"].font.bold = True
    for language in word.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _set_properties(word: "WordDocument", title: str, author: str, at: datetime) -> None:
    """Say whose document it is, in place of what python-docx's template says."""
    properties = word.core_properties
    properties.title = shown(title)[:LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = shown(author)[:LONGEST_PROPERTY]
    properties.created = properties.modified = at.astimezone(UTC)
    properties.comments = ""
    relations = word.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]  # a picture of the template
