"""Redlines in Markdown: every mark holds, and what is marked is what changed."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.contracts.redline import Piece, pieces
from bot.contracts.redline_markdown import in_markdown
from bot.render.words import upright

COMMONMARK = MarkdownIt("commonmark").enable(["strikethrough", "table"])
MARKED = {"s_open": "[-", "s_close": "-]", "strong_open": "[+", "strong_close": "+]", "hardbreak": "\n"}
CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")


def shown(source: str) -> str:
    """What a reader of the rendered Markdown sees, the changes in brackets; other markup is told by its name."""
    said = []
    for token in COMMONMARK.parse(source):
        if token.type == "inline":
            for child in token.children or []:
                said.append(child.content if child.type == "text" else MARKED.get(child.type, f"<{child.type}>"))
        elif token.type not in ("paragraph_open", "paragraph_close"):
            said.append(f"<{token.type}>")
    return "".join(said)


@pytest.mark.parametrize(
    ("before", "after", "markdown"),
    [
        ("within 30 days.", "within 60 days.", "within ~~30~~**60** days."),
        ("apples pears", "apples, pears", r"apple&#115;**,** pears"),
        ("The big dog", "The dog", "The ~~big~~ dog"),
        ("A dog", "dog", "~~A~~ dog"),
        ("", "", ""),
        ("same", "same", "same"),
        ("old\nwords", "", "~~old~~\\\n~~words~~"),
        ("one", "one\n\ntwo\nthree", "one\n\n**two**\\\n**three**"),
        ("pay", "# pay *now*", r"**\#** pay **\*now\***"),
        ("one\ntwo", "one two", "one two"),
    ],
)
def test_a_redline_in_markdown(before, after, markdown):
    assert in_markdown(pieces(before, after)) == markdown


SOME = ["the", "Buyer", "30", ",", ".", "(a)", "“x”", "£", "\n", "\n\n", "\t", "*", "**", "~~", "_", "#", "- ", "1.",
        "<b>", "&amp;", "\\", "`", "|", "![a](b)", "    ", "---", "=", "\r\n", "é", "漢", "😀", "\u202e"]  # fmt: skip
TEXTS = st.text(max_size=40) | st.lists(st.sampled_from([*SOME, " "]), max_size=20).map("".join)


def bracketed(found: tuple[Piece, ...]) -> str:
    """The redline as `shown` shows it, without white space, for marks stand around words only."""
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    words = [(piece.kind, "".join(upright(CONTROL.sub("\ufffd", piece.words)).split())) for piece in found]
    return "".join(marks[kind].format(text) for kind, text in words if text)


@given(TEXTS, TEXTS)
@example("a", "a.b")
@example("£a", "£.a")
@example("0\x85", "¡")
@example("#", "# heading")
@example("a\nb", "a\n\nc")
@example("", "\u202a")
@example("a", "a\u202eb")
def test_every_mark_holds_whatever_the_words_are(before, after):
    found = pieces(before, after)
    seen = "".join(shown(in_markdown(found)).split())
    for broken in ("-][-", "+][+"):  # a change of several lines is marked on each
        seen = seen.replace(broken, "")
    assert seen == bracketed(found)
