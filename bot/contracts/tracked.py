"""A Word document that shows changes as Word itself tracks them, for people to accept or reject.

Accepting every change leaves the words after, rejecting every one the words before: each clause's title
and words are one paragraph each, and a new line in them is a line break, so that no paragraph comes or
goes with a change. The same input gives the same bytes, in any process and on any day.
"""

import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from bot.contracts.redline import Piece
from bot.render.package import dateless

if TYPE_CHECKING:
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement as Element

_NOTHING = "No words were changed."
_LONGEST_PROPERTY = 255  # characters, says python-docx of ISO/IEC 29500
_MARKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}
_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2


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

    The marking stands on every page. What XML cannot hold is shown as �, and is the only thing lost.
    """
    from docx import Document  # lazily: most runs of Parley write no Word file

    word = Document()
    pen = _Pen(author, at)
    _set_styles(word)
    _set_properties(word, title, author, at)
    _write(word.element.body, _paragraph("Title", _run(title)) + _clauses(changes, pen))
    _set_page(word, marking)
    saved = io.BytesIO()
    word.save(saved)
    return dateless(saved.getvalue())


# -- the words -------------------------------------------------------------------------------------------


class _Pen:
    """Signs every change with the author, the time and a number that no other change has."""

    def __init__(self, author: str, at: datetime) -> None:
        written = at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        self._signature = f'w:author={quoteattr(_legal(author))} w:date="{written}"'
        self._numbers = count(1)

    def runs(self, pieces: Sequence[Piece]) -> str:
        return "".join(self._piece(piece) for piece in pieces if piece.words)

    def _piece(self, piece: Piece) -> str:
        if piece.kind == "same":
            return _run(piece.words)
        tag, words = ("w:del", "w:delText") if piece.kind == "deleted" else ("w:ins", "w:t")
        return f'<{tag} w:id="{next(self._numbers)}" {self._signature}>{_run(piece.words, words)}</{tag}>'


def _clauses(changes: Sequence[Change], pen: _Pen) -> str:
    if not changes:
        return _paragraph("Normal", _run(_NOTHING))
    return "".join(_clause(change, pen) for change in changes)


def _clause(change: Change, pen: _Pen) -> str:
    space = " " if change.number and change.title else ""
    heading = _run(change.number + space) + pen.runs(change.title)
    remark = _paragraph("Remark", _run(change.remark)) if change.remark else ""
    words = _paragraph("Normal", pen.runs(change.pieces)) if change.pieces else ""
    return _paragraph("Heading1", heading) + remark + words


def _paragraph(style: str, runs: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{runs}</w:p>'


def _run(words: str, tag: str = "w:t") -> str:
    """Words as a run, in which new lines and tabs are elements of their own."""
    parts = re.split("([\n\t])", _legal(words))
    said = "".join(_MARKS.get(part) or f'<{tag} xml:space="preserve">{escape(part)}</{tag}>' for part in parts if part)
    return f"<w:r>{said}</w:r>" if said else ""


def _legal(words: str) -> str:
    """The words with one sort of line end, and a � for each character that XML cannot hold."""
    return _NOT_XML.sub("\ufffd", re.sub("\r\n?", "\n", words))


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
    properties.title = _legal(title)[:_LONGEST_PROPERTY]
    properties.author = properties.last_modified_by = _legal(author)[:_LONGEST_PROPERTY]
    properties.created = properties.modified = at.astimezone(UTC)
    properties.comments = ""
    relations = word.part.package.rels
    for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
        del relations[key]  # a picture of the template
