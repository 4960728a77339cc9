"""Papers read again by programs that share no code with what wrote them."""

import io
import zipfile

from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from pypdf import PdfReader


def readable(name: str, content: bytes) -> str:
    """The words of a file, by the ending of its name.

    Of a Word file a line is a paragraph or a row; headings and cells are marked as they are in Markdown.
    """
    if name.endswith(".pdf"):
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)
    if name.endswith(".docx"):
        word = Document(io.BytesIO(content))
        edges = word.sections[0].header, word.sections[0].footer
        said = [paragraph.text for edge in edges for paragraph in edge.paragraphs]
        for part in word.iter_inner_content():
            said += [_line(part)] if isinstance(part, Paragraph) else _rows(part)
        return "\n".join(said)
    return content.decode()


def _line(paragraph: Paragraph) -> str:
    name = paragraph.style.name if paragraph.style is not None else ""
    mark = f"{'#' * int(name[-1])} " if name and name.startswith("Heading ") else ""
    return f"{mark}{paragraph.text}"


def _rows(table: Table) -> list[str]:
    rows = (row._tr.tc_lst for row in table.rows)  # `cells` counts them anew for each cell
    return [f"| {' | '.join(_Cell(cell, table).text for cell in row)} |" for row in rows]


def unpacked(content: bytes) -> bytes:
    """Every byte of a file, and of what is packed in it."""
    if not content.startswith(b"PK\x03\x04"):
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return b"\n".join(packed.read(part) for part in packed.infolist())


def settled(data: bytes, *, keep: str, drop: str) -> WordDocument:
    """The document after all its changes were accepted (keep "w:ins", drop "w:del") or rejected."""
    word = Document(io.BytesIO(data))
    body = word.element.body
    for gone in list(body.iter(qn(drop))):
        gone.getparent().remove(gone)
    for kept in list(body.iter(qn(keep))):
        for run in list(kept):
            kept.addprevious(run)
        kept.getparent().remove(kept)
    for words in list(body.iter(qn("w:delText"))):
        words.tag = qn("w:t")
    stored = io.BytesIO()
    word.save(stored)
    return Document(io.BytesIO(stored.getvalue()))


def accepted(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in settled(data, keep="w:ins", drop="w:del").paragraphs]


def rejected(data: bytes) -> list[str]:
    return [paragraph.text for paragraph in settled(data, keep="w:del", drop="w:ins").paragraphs]
