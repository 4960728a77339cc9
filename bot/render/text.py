"""Markdown: the text that is kept and that every other form is known by. Every word from people is escaped."""

import hashlib
import re
from collections.abc import Callable
from dataclasses import is_dataclass, replace
from functools import cache
from operator import is_
from pathlib import Path
from typing import Any

from bot.render import templates
from bot.render.words import upright

# What Markdown would take as markup (CommonMark 0.31, "Backslash escapes"); the rest needs no escape mid-line.
_MARKUP = re.compile(r"([\\`*_\[\]<>|~])")
_LINE_START = re.compile(r"^([#+=-]*|\d*)([#+=.)-])(?=\s|$)")
# An ampersand that stands alone shows as itself; one that begins the name or the number of a character would not.
_ENTITY = re.compile(r"&(?=#?[0-9A-Za-z]+;)")
_LINE_END = re.compile(r"(?<!\\)#$")  # would close a heading
# Most words: one line that begins with a letter and holds nothing that any of these could mean.
_PLAIN = re.compile(r"[^\W\d_][^\\`*_\[\]<>|~&#\n]*(?<!\s)")


class Verbatim(str):
    """Text that is no one's words and must stay as it is, such as a link's address."""

    __slots__ = ()


def markdown(words: str) -> str:
    """People's words as Markdown that shows exactly those words, each line of theirs as a line; what would turn them
    about is told by its number, before that number's brackets are escaped."""
    words = upright(words)
    if _PLAIN.fullmatch(words):
        return words
    lines = "\n".join(_line(typed) for typed in words.split("\n"))
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", r"\\\n", lines)


def _line(typed: str) -> str:
    # Without its indent, for four blanks would make it code, in which escapes are shown.
    escaped = _MARKUP.sub(r"\\\1", _ENTITY.sub("&amp;", typed.strip()))
    return _LINE_END.sub(r"\#", _LINE_START.sub(r"\1\\\2", escaped))


def escaped(value: Any, escape: Callable[[str], str]) -> Any:
    """A frozen document value with every string in it escaped, but for `Verbatim` ones."""
    # Names and dates come again on every line of a paper: each is escaped once.
    return _escaped(value, cache(escape))


def _escaped(value: Any, escape: Callable[[str], str]) -> Any:
    """The value itself where nothing in it has to be escaped: most of a document stays as it is."""
    kind = type(value)
    if kind is str:
        return escape(value)
    if kind is tuple:
        parts = [_escaped(part, escape) for part in value]
        return value if all(map(is_, parts, value)) else tuple(parts)
    if is_dataclass(kind):
        changed = {}
        for name in kind.__dataclass_fields__:
            before = getattr(value, name)
            after = _escaped(before, escape)
            if after is not before:
                changed[name] = after
        return replace(value, **changed) if changed else value
    return escape(value) if isinstance(value, str) and kind is not Verbatim else value


def document(template: str, doc: Any, overrides: Path | None = None) -> str:
    """Pour a frozen document value into its Markdown template: the same value gives the same text."""
    return templates.environment(overrides).get_template(template).render(doc=escaped(doc, markdown))


def fingerprint(text: str) -> str:
    """By which a text is known: its SHA-256, in hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


_SEAL = "Fingerprint: sha256 "


def sealed(text: str) -> str:
    """The text with a last line that holds the fingerprint of all that stands above it."""
    body = text.rstrip() + "\n\n"
    return f"{body}{_SEAL}{fingerprint(body)}\n"


def seal_holds(text: str) -> bool:
    """Whether a sealed text still says what its fingerprint was taken of."""
    body, found, printed = text.rpartition(_SEAL)
    return bool(found) and fingerprint(body) == printed.strip()
