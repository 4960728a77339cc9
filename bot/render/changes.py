"""Runs of a Word document, and changes in them as Word itself tracks those of its users."""

import re
from collections.abc import Iterable
from itertools import count
from typing import Protocol

from markupsafe import Markup, escape

from bot.render.words import shown

LONGEST_PROPERTY = 255  # characters, says python-docx of ISO/IEC 29500
_MARKS = {"\n": "<w:br/>", "\t": "<w:tab/>"}
_TEXT = re.compile(r"(?<=<)(/?)w:t(?=[ >])")
_ELEMENTS = re.compile(r"<.*?>")


class Piece(Protocol):
    """Part of a wording: "same", "inserted" or "deleted"."""

    @property
    def kind(self) -> str: ...

    @property
    def words(self) -> str: ...


def content(words: str) -> Markup:
    """People's words as the content of a run's text, in which new lines and tabs are elements of their own."""
    text = str(escape(shown(words)))
    for mark, element in _MARKS.items():
        text = text.replace(mark, f'</w:t>{element}<w:t xml:space="preserve">')
    return Markup(text)  # noqa: S704  (escaped above)


def run(content: Markup) -> Markup:
    """A run of such content; nothing where there is none."""
    return Markup('<w:r><w:t xml:space="preserve">{}</w:t></w:r>').format(content) if content else Markup()


class Pen:
    """Gives every change in a document a number that no other has."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def runs(self, pieces: Iterable[Piece], *, author: Markup, at: str) -> Markup:
        """The pieces, whose words are `content`, as runs: each change signed by its author, told as `content` too, at
        an instant such as 2026-11-09T10:00:00Z."""
        return Markup().join(self._piece(piece, author, at) for piece in pieces if piece.words)

    def _piece(self, piece: Piece, author: Markup, at: str) -> Markup:
        said = run(Markup(piece.words))  # noqa: S704  (content is escaped)
        if piece.kind == "same":
            return said
        name = _ELEMENTS.sub(" ", author)  # an attribute holds neither new lines nor tabs
        signature = f'w:id="{next(self._numbers)}" w:author="{name}" w:date="{at}"'
        if piece.kind == "inserted":
            return Markup(f"<w:ins {signature}>{said}</w:ins>")  # noqa: S704  (all of it is escaped)
        gone = _TEXT.sub(r"\1w:delText", said)
        return Markup(f"<w:del {signature}>{gone}</w:del>")  # noqa: S704  (all of it is escaped)
