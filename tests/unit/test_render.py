"""People's words in Markdown show exactly those words; a sealed text shows that it was not changed."""

from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from markdown_it import MarkdownIt

from bot import render
from bot.render import Verbatim, markdown, seal_holds, sealed
from bot.render.words import upright

COMMONMARK = MarkdownIt("commonmark").enable("table")
PLAIN = {"paragraph_open", "paragraph_close", "inline"}


def shown(source: str) -> str:
    """What a reader of the rendered Markdown sees, line by line; markup is told by its name."""
    parts: list[str] = []
    for token in COMMONMARK.parse(source):
        if token.type == "inline":
            parts.append("".join(_inline(child.type, child.content) for child in token.children or []))
        elif token.type == "paragraph_close":
            parts.append("\n")
        elif token.type not in PLAIN:
            parts.append(f"<{token.type}>" if token.content or token.nesting != -1 else "")
    return "".join(parts)


def _inline(kind: str, content: str) -> str:
    return {"text": content, "softbreak": "⏎", "hardbreak": "\n"}.get(kind, f"<{kind} {content}>")


def lines(words: str) -> list[str]:
    """The words, as far as Markdown can show them: no blank lines, no blanks at the ends of lines."""
    return [plain for line in words.split("\n") if (plain := " ".join(line.split()))]


HOSTILE = [
    "*bold* _italic_ ~~gone~~ `code` **both**",
    "# A heading",
    "trailing hashes #",
    "trailing hashes ## ",
    "- a list\n- of two",
    "+ a list\n* another",
    "1. first\n2) second",
    "10. tenth",
    "> quoted",
    "---",
    "a\n===",
    "a\n---",
    "- - -",
    "* * *",
    "```\ncode\n```",
    "~~~\ncode",
    "    indented by four",
    "a\n\n    *indented* after a blank line",
    "\tby a tab",
    "[a link](https://evil.example)",
    "![picture](x.png)",
    "[ref]: https://evil.example",
    "<b>bold</b> <script>alert(1)</script> <!-- gone -->",
    "<https://auto.example>",
    "&amp; &lt; &copy; &#42; AT&T",
    r"back\slash \* \\ \&amp;",
    "trailing backslash\\",
    "trailing backslash\\\nand a next line",
    "a | b || c",
    r"a \| b",
    "two spaces  \nthen a line",
    "a\n\n\nb",
    "The Provider shall:\n(a) one\n(b) two\n  - three",
    "é e\u0301 🙂 עברית \u202eabc",
    "#hashtag and C#",
    "5 < 6 > 4 & 3",
    "a^2^ $x$ :smile: @channel",
    "2026. was a year",
]


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_come_out_as_those_words(words: str) -> None:
    _assert_shown(words)


@given(st.lists(st.sampled_from([*HOSTILE, *"#*_-+>`~[]()!<&|\\=. \n\t1a", "\n\n", "    "]), max_size=10).map("".join))
def test_any_mixture_of_markup_comes_out_as_those_words(words: str) -> None:
    _assert_shown(words)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs", "Cc", "Co", "Zl", "Zp"]) | st.just("\n")))
def test_any_text_comes_out_as_those_words(words: str) -> None:
    _assert_shown(words)


def _assert_shown(words: str) -> None:
    """In every place that the templates have for words: a paragraph, a list, a list in it, a heading, a table."""
    words = upright(words)
    assert lines(shown(markdown(words))) == lines(words)
    words = words.strip()  # as every record's words are
    if not words:
        return
    escaped = markdown(words)

    item = shown(f"- **A1** {escaped.replace(chr(10), chr(10) + '  ')} (end)\n")
    assert item.startswith("<bullet_list_open><list_item_open><strong_open >A1<strong_close > ")
    assert lines(item.partition("<strong_close > ")[2].removesuffix(" (end)\n")) == lines(words)

    nested = shown(f"- a\n  - Objection: {escaped.replace(chr(10), chr(10) + '    ')}\n")
    assert lines(nested.partition("Objection:")[2]) == lines(words)

    line = " ".join(words.split())
    heading = shown(f"## Title {markdown(line)}\n")
    assert heading == f"<heading_open>Title {line}"

    first = shown(f"- {markdown(line)}\n")
    assert first == f"<bullet_list_open><list_item_open>{line}\n"
    table = shown(f"| | |\n|---|---|\n| Place | {markdown(line)} |\n")
    assert table.rpartition("<td_open>")[2] == line


def test_lines_stay_lines() -> None:
    assert shown(markdown("The Provider shall:\n(a) pay\n(b) report")) == "The Provider shall:\n(a) pay\n(b) report\n"


# -- documents ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Inner:
    words: str
    address: Verbatim | None


@dataclass(frozen=True)
class Outer:
    title: str
    number: int
    inner: tuple[Inner, ...]


def test_every_string_of_a_document_is_escaped_but_addresses(tmp_path: Path) -> None:
    (tmp_path / "x.md.j2").write_text(
        "{{ doc.title }} {{ doc.number }}{% for i in doc.inner %} {{ i.words }} {{ i.address }}{% endfor %}\n"
    )
    doc = Outer("*t*", 3, (Inner("<b>", Verbatim("https://a/b_c_d")), Inner("_", None)))
    assert render.document("x.md.j2", doc, tmp_path) == r"\*t\* 3 \<b\> https://a/b_c_d \_ None"


def test_a_template_that_asks_for_what_is_not_there_fails_rather_than_leave_a_gap(tmp_path: Path) -> None:
    (tmp_path / "x.md.j2").write_text("{{ doc.tilte }}")
    with pytest.raises(UndefinedError):
        render.document("x.md.j2", Outer("t", 1, ()), tmp_path)


@given(st.text())
def test_what_is_sealed_holds_until_it_is_changed(text: str) -> None:
    whole = sealed(text)
    assert whole.startswith(text.rstrip())
    assert whole.endswith("\n")
    assert seal_holds(whole)
    assert sealed(text) == whole
    assert not seal_holds(f"x{whole}")
    assert not seal_holds(whole.replace("Fingerprint", "\nFingerprint"))
    assert not seal_holds(text)


def test_a_fingerprint_typed_into_the_words_fools_nobody() -> None:
    inner = sealed("all is agreed")
    assert seal_holds(sealed(inner))
    assert not seal_holds(f"{inner}nothing is agreed\n")
    assert not seal_holds(sealed(inner).replace("all is", "nothing is"))
    assert not seal_holds("")
    assert not seal_holds("Fingerprint: sha256 ")
