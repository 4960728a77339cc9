"""HTML papers: every word of the record, one file, nothing that acts."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import render
from bot.render import Verbatim
from bot.render.words import css_string, shown
from tests import papers
from tests.papers import FINGERPRINT


class Page(HTMLParser):
    """What a page holds: its words, its tags in order but for line breaks, its links."""

    def __init__(self, source: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.words, self.tags, self.links, self._within = "", list[str](), list[str](), ""
        self.feed(source.decode())
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.tags.append(tag)
        self._within = tag
        if tag == "br":
            self.words += "\n"
        self.links += [value or "" for name, value in attrs if name in ("href", "src")]
        assert not [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        if self._within != "style":
            self.words += data


def page(doc: object, stem: str = "minutes") -> Page:
    return Page(render.paper(stem, doc, "html", fingerprint=FINGERPRINT).content)


def squeezed(words: str) -> str:
    return " ".join(words.split())


def test_minutes_say_everything_that_the_record_says() -> None:
    doc = papers.minutes()
    said = squeezed(page(doc).words)
    assert [words for words in papers.words_of(doc) if squeezed(words) not in said] == []
    assert said.endswith(f"Fingerprint: sha256 {FINGERPRINT}")


def test_a_paper_says_every_paragraph_and_cell_and_leaves_empty_tables_out() -> None:
    found = page(papers.paper(), "negotiation")
    said = squeezed(found.words)
    assert [words for words in papers.words_of(papers.paper()) - {"None"} if squeezed(words) not in said] == []
    assert found.tags.count("table") == 1
    assert "With what is private to Oxford Health and partners" in said


@pytest.mark.parametrize("words", papers.HOSTILE)
def test_hostile_words_in_every_field_come_out_as_those_words(words: str) -> None:
    plain, doc = page(papers.minutes()), papers.with_words(papers.minutes(), words)
    found = page(doc)
    assert found.tags == plain.tags  # whatever was typed has made no element
    assert found.links == plain.links
    assert found.words.count(squeezed(words)) >= plain.words.count("Jubilee") + 60
    said = squeezed(found.words)
    assert [each for each in papers.words_of(doc) if squeezed(each) not in said] == []


@given(st.text())
def test_any_words_make_no_element(words: str) -> None:
    assert page(papers.with_words(papers.minutes(4), words)).tags == page(papers.minutes(4)).tags


def test_what_turns_words_about_is_named_and_what_is_no_character_shown() -> None:
    said = page(papers.with_words(papers.minutes(), "a\u202eb\x00c\u2066d שלום")).words
    assert "a[U+202E]b\ufffdc[U+2066]d שלום" in said
    assert not set("\u202e\u2066\x00") & set(said)


def test_every_printed_page_says_draft_and_the_marking() -> None:
    source = render.paper("minutes", papers.minutes(), "html").content.decode()
    (heads,) = re.findall(r"@top-center \{ content: (\"[^\"]*\")", source)
    assert heads == css_string("DRAFT · Subject to contract")
    assert 'content: "Page " counter(page) " of " counter(pages)' in source


@given(st.text())
def test_a_string_in_a_style_sheet_ends_where_it_is_to_end(words: str) -> None:
    assert re.fullmatch(r'"(?:[A-Za-z0-9 ]|\\[0-9a-f]+ )*"', css_string(words))


@given(st.text())
def test_words_are_shown_once_and_for_all(words: str) -> None:
    assert shown(shown(words)) == shown(words)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", shown(words))


def test_the_page_needs_nothing_else_and_runs_nothing() -> None:
    found = page(papers.minutes())
    assert not {"script", "link", "img", "iframe", "object"} & set(found.tags)
    assert set(found.links) == {papers.LINK}
    assert {"header", "main", "footer", "title"} <= set(found.tags)
    headings = [int(tag[1]) for tag in found.tags if re.fullmatch("h[1-6]", tag)]
    assert headings[0] == 1
    assert headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(headings))


def test_no_address_of_a_message_leaves_its_link() -> None:
    doc = papers.minutes(4)
    first = replace(doc.items[0], notes=(replace(papers.line("E1"), permalink=Verbatim('x"><script>1</script>')),))
    found = page(replace(doc, items=(first, *doc.items[1:])))
    assert found.tags == page(doc).tags
    assert 'x"><script>1</script>' in found.links
