"""Word: docxtpl fills a .docx that an administrator can open and change; the same value gives the same bytes."""

import io
import re
from collections.abc import Sequence
from functools import cache, partial
from pathlib import Path
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from bot.render import word_tables
from bot.render.changes import LONGEST_PROPERTY, Pen, content
from bot.render.package import dateless
from bot.render.text import escaped
from bot.render.words import shown

_MOST_COMPILED = 100  # a document has about ten: its body, its headers and footers, its properties
_AGENDA_ITEM = "AgendaItem"
# docxtpl takes "{_{" and its like for braces of its own, even in what people typed.
_BRACES = re.compile(r"(?<=[{%}])_(?=[{%}])")


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
    values = {"doc": escaped(doc, _words), "fingerprint": fingerprint, "tracked": partial(_tracked, Pen())}
    word.render(values, jinja_env=_environment(), autoescape=True)
    word_tables.fit(word.docx.element.body)
    _number_items(word.docx, [item.number for item in getattr(doc, "items", ()) if item.number])
    _describe(word.docx.core_properties, doc)
    saved = io.BytesIO()
    word.save(saved)
    return dateless(saved.getvalue())


def _number_items(word: Any, numbers: Sequence[int]) -> None:
    """Let the headings of agenda items, which number themselves, go on from the right number where one is left out."""
    headings = [each for each in word.element.body.iter(qn("w:p")) if each.style == _AGENDA_ITEM]
    if not headings:
        return  # a template of the deployment's own, that writes the numbers itself
    numbering = word.part.numbering_part.element
    usual = word.styles.element.get_by_id(_AGENDA_ITEM).pPr.numPr.numId.val
    kind = numbering.num_having_numId(usual).abstractNumId.val
    counted, instance = 0, None
    for heading, number in zip(headings, numbers, strict=False):
        if number != counted + 1:
            instance = numbering.add_num(kind)
            instance.add_lvlOverride(ilvl=0).add_startOverride(number)
        if instance is not None:
            properties = heading.get_or_add_pPr().get_or_add_numPr()
            properties.get_or_add_ilvl().val, properties.get_or_add_numId().val = 0, instance.numId
        counted = number


def _describe(properties: Any, doc: Any) -> None:
    """What the file says of itself. The day it was made is in none of its words, and the template's is not its own."""
    properties.title = shown(doc.title)[:LONGEST_PROPERTY]
    for name in ("dcterms:created", "dcterms:modified"):
        for stated in properties._element.findall(qn(name)):
            properties._element.remove(stated)


def _words(words: str) -> Markup:
    return Markup(_BRACES.sub("&#95;", content(words)))  # noqa: S704  (content is escaped)


def _tracked(pen: Pen, redline: Any) -> Markup:
    """A redline as runs, for `{{r tracked(…) }}`."""
    return pen.runs(redline.pieces, author=redline.author, at=redline.at)
