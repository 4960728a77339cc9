"""Word: docxtpl fills a .docx that an administrator can open and change; the same value gives the same bytes."""

import io
import re
from collections.abc import Iterator
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup, escape

from bot.render import word_tables
from bot.render.package import dateless
from bot.render.text import escaped
from bot.render.words import shown

_MOST_COMPILED = 100  # a document has about ten: its body, its headers and footers, its properties
_LONGEST_PROPERTY = 255  # characters, says python-docx of ISO/IEC 29500
# docxtpl takes "{_{" and its like for braces of its own, even in what people typed.
_BRACES = re.compile(r"(?<=[{%}])_(?=[{%}])")
_MARKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}


class _Remembering(Environment):
    """Most of the time that a Word file takes would go into compiling its template anew."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._compiled: dict[str, Template] = {}

    def from_string(self, source: Any, *arguments: Any, **named: Any) -> Template:
        if source not in self._compiled:
            if len(self._compiled) >= _MOST_COMPILED:
                self._compiled.clear()
            self._compiled[source] = super().from_string(source, *arguments, **named)
        return self._compiled[source]


@cache
def _environment() -> Environment:
    return _Remembering(undefined=StrictUndefined, autoescape=True)


def filled(template: Path, doc: Any, fingerprint: str) -> bytes:
    """The document poured into a Word template, every word of it escaped."""
    word = DocxTemplate(template)
    values = {"doc": escaped(doc, _words), "fingerprint": fingerprint, "tracked": partial(_tracked, count(1))}
    word.render(values, jinja_env=_environment(), autoescape=True)
    word_tables.fit(word.docx.element.body)
    _describe(word.docx.core_properties, doc)
    saved = io.BytesIO()
    word.save(saved)
    return dateless(saved.getvalue())


def _describe(properties: Any, doc: Any) -> None:
    """What the file says of itself. The day it was made is in none of its words, and the template's is not its own."""
    properties.title = shown(doc.title)[:_LONGEST_PROPERTY]
    for name in ("dcterms:created", "dcterms:modified"):
        for stated in properties._element.findall(qn(name)):
            properties._element.remove(stated)


def _words(words: str) -> Markup:
    """People's words as the content of a run's text, in which new lines and tabs are elements of their own."""
    text = _BRACES.sub("&#95;", str(escape(shown(words))))
    for mark, element in _MARKS.items():
        text = text.replace(mark, f'</w:t>{element}<w:t xml:space="preserve">')
    return Markup(text)  # noqa: S704  (escaped above)


def _tracked(numbers: Iterator[int], redline: Any) -> Markup:
    """A redline as runs, its changes marked as Word marks those of its users, for `{{r tracked(…) }}`."""
    return Markup("").join(_piece(numbers, redline, piece) for piece in redline.pieces if piece.words)


def _piece(numbers: Iterator[int], redline: Any, piece: Any) -> Markup:
    run = Markup('<w:r><w:t xml:space="preserve">{}</w:t></w:r>').format(piece.words)
    if piece.kind == "same":
        return run
    tag = "w:ins"
    if piece.kind == "deleted":
        tag, run = "w:del", Markup(re.sub(r"(?<=</|.<)w:t(?=[ >])", "w:delText", run))  # noqa: S704
    author = Markup(re.sub(r"<.*?>", " ", redline.author))  # noqa: S704  (new lines, in words that are escaped)
    signed = Markup('w:id="{}" w:author="{}" w:date="{}"').format(next(numbers), author, redline.at)
    return Markup(f"<{tag} {signed}>{run}</{tag}>")  # noqa: S704  (all of it is escaped)
