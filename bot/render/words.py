"""People's words as every form of paper can show them: nothing hidden in them, nothing that acts."""

import re
from html import unescape

from markupsafe import escape

# XML 1.0, production 2, less the control characters of ISO 8859 that no paper shows.
_NOT_SHOWN = re.compile("[^\t\n\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# What makes words that follow run the other way (Unicode Standard Annex 9, "Directional Formatting Characters").
# Scripts written from right to left need none of them.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_NOT_PLAIN = re.compile(r"[^A-Za-z0-9 ]")


def shown(words: str) -> str:
    """The words with one sort of line end, � for what no paper can hold, and marks that turn words about named."""
    if words.isascii() and words.isprintable():
        return words
    plain = _NOT_SHOWN.sub("\ufffd", _LINE_ENDS.sub("\n", words))
    return upright(plain)


def upright(words: str) -> str:
    """The words with the marks that turn others about told by their numbers."""
    return _TURNING.sub(lambda mark: told(mark[0]), words)


def told(character: str) -> str:
    """A character by its number: "[U+202E]"."""
    return f"[U+{ord(character):04X}]"


def marked_up(words: str) -> str:
    """The words as HTML that shows them, in text and in attributes alike."""
    return str(escape(shown(words)))


def css_string(markup: str) -> str:
    """Words that stand in HTML as a string in a style sheet, which they cannot end: all but letters and digits of
    ASCII by number (CSS Syntax 3, "Consume an escaped code point")."""
    line = " ".join(unescape(markup).split())
    return '"' + _NOT_PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", line) + '"'


def lines(markup: str) -> str:
    """Words that stand in HTML, each line of theirs as a line."""
    return markup.replace("\n", "<br>")
