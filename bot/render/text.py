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
    if words.isascii() and _PLAIN.fullmatch(words):
        return words
    lines = "\n".join(_line(typed) for typed in upright(words).split("\n"))
    return re.sub(r"(?<=[^\n])\n(?=[^\n])", r"\\\n", lines)


def _line(typed: str) -> str:
    # Without its indent, for four blanks would make it code, in which escapes are shown.
    escaped = _MARKUP.sub(r"\\\1", _ENTITY.sub("&amp;", typed.strip()))
    return _LINE_END.sub(r"\#", _LINE_START.sub(r"\1\\\2", escaped))


def escaped(value: Any, escape: Callable[[str], str], *, verbatim: bool = True) -> Any:
    """A frozen document value with every string in it escaped; `Verbatim` ones only where `verbatim` is False.

    What needs no escaping is left as it is, which is most of a document.
    """
    # Names and dates come again on every line of a paper, and a record under its item and its kind: each once.
    once, spared = cache(escape), Verbatim if verbatim else type(None)
    known: dict[int, Any] = {}

    def told(value: Any) -> Any:
        kind = type(value)
        if kind is str:
            return once(value)
        if not value or kind is spared:
            return value
        if kind is tuple:
            parts = tuple([told(part) for part in value])
            return value if all(map(is_, parts, value)) else parts
        if is_dataclass(kind):
            if id(value) not in known:
                known[id(value)] = changed(value)
            return known[id(value)]
        return once(value) if isinstance(value, str) else value

    def changed(value: Any) -> Any:
        escaped = {}
        for name, part in vars(value).items():
            if part and (told_part := told(part)) is not part:
                escaped[name] = told_part
        return replace(value, **escaped) if escaped else value

    return told(value)


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
