"""Cutting and folding text, reading a question, and ranking what holds it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.search import rules, views
from storage.search import Candidate
from storage.words import LONGEST_WORD, MOST_CHARACTERS, MOST_WORDS, Term, places, searchable, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Payment falls due.", ["payment", "falls", "due"]),
        ("the NAÏVE Café, Łódź, Straße, smørrebrød", ["the", "naive", "cafe", "lodz", "strasse", "smorrebrod"]),
        ("SC36.45A and 4.2/p3", ["sc36", "45a", "and", "4", "2", "p3"]),
        ("付款在30天内", ["付", "款", "在", "30", "天", "内"]),
        ("Оплата й Договір", ["оплата", "и", "договір".replace("ї", "і")]),
        ("الدفع", ["الدفع"]),
        ("भुगतान की शर्तें", ["भुगतान", "की", "शर्तें"]),
        ("지급 조건", ["지급", "조건"]),
        ("ﬁnal ½ x²", ["final", "1", "2", "x2"]),
        ("a_b", ["a", "b"]),
        ('" * - : ( ) ^ 🙂', []),
        ("", []),
    ],
)
def test_the_words_of_a_text(text: str, found: list[str]) -> None:
    assert words(text) == [word for each in found for word in words(each)]
    if text.isascii() or "付" in text:
        assert words(text) == found


def test_a_word_with_and_without_its_accents_is_one_word() -> None:
    assert words("naïve") == words("nai\u0308ve") == words("NAIVE")
    assert words("شَرط") != [] != words("ไทย")


@given(st.text(), st.text())
def test_words_do_not_depend_on_what_stands_beside_them(one: str, other: str) -> None:
    assert words(f"{one} {other}") == words(one) + words(other)
    assert words(" ".join(words(one))) == words(one)
    assert not any(set(word) & set(" \n\0'\"\\*:&|") for word in words(one))


@given(st.text())
def test_places_are_where_the_words_are(text: str) -> None:
    at = 0
    for begin, end, _ in places(text):
        assert at <= begin < end <= len(text)
        at = end


def test_endless_texts_and_words_are_cut() -> None:
    assert len(searchable("x" * 10_000)) == LONGEST_WORD
    assert len(searchable("word " * 20_000).split()) == MOST_WORDS
    assert len(searchable("x" * 99 + " ", "y" * 99, *["z" * 99] * 5000)) <= MOST_CHARACTERS


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("payment", [Term(("payment",), True)]),
        ("Payment within", [Term(("payment",)), Term(("within",), True)]),
        ('"due within" 30', [Term(("due", "within")), Term(("30",), True)]),
        ("“due within”", [Term(("due", "within"))]),
        ("value-at-risk now", [Term(("value", "at", "risk")), Term(("now",), True)]),
        ("4.2", [Term(("4", "2"))]),
        ("x", [Term(("x",))]),
        ('unended "phrase of words', [Term(("unended",)), Term(("phrase",)), Term(("of",)), Term(("words",), True)]),
        ("a* NOT -b OR NEAR(c)", [Term((w,)) for w in ("a", "not", "b", "or")] + [Term(("near", "c"))]),
        ('"" * -', []),
    ],
)
def test_what_is_asked_for(typed: str, asked: list[Term]) -> None:
    assert rules.terms(typed) == asked


def order(typed: str, *said: str) -> list[int]:
    """The rows, oldest first, in the order in which they are shown."""
    found = [Candidate(place, "note", place, "", searchable(text)) for place, text in enumerate(said)]
    return [each.id for each in rules.ranked(rules.terms(typed), found)]


@pytest.mark.parametrize(
    ("typed", "said", "shown"),
    [
        ("payment", ("a payment", "a payment"), [1, 0]),  # the newest of equals
        ("payment", ("payment after payment", "a payment made once"), [0, 1]),
        ("payment", ("payment", f"payment {'and other things ' * 20}"), [0, 1]),
        ("payment due", ("payment is due", "due payment now and then", "is payment due"), [2, 0, 1]),
        ("pay", ("pay", "paying", "repay pay not at all so"), [0, 1, 2]),
    ],
)
def test_the_best_comes_first(typed: str, said: tuple[str, ...], shown: list[int]) -> None:
    assert order(typed, *said) == shown


def test_nothing_found_is_nothing_ranked() -> None:
    assert rules.ranked(rules.terms("x"), []) == []


@pytest.mark.parametrize(
    ("typed", "texts", "shown"),
    [
        ("due", ("Payment falls due.",), "Payment falls *due*."),
        ("pay", ("Payment falls due.",), "*Payment* falls due."),
        ("4.2", ("As in 4.2 it is",), "As in *4.2* it is"),
        ("naive", ("a naïve *one*",), "a *naïve* ∗one∗"),
        ("三十天", ("在三十天内",), "在\u200b*三十天*\u200b内"),
        ("due", ("title", "falls due"), "falls *due*"),
        ("nothing", ("short", "the longer one"), "the longer one"),
        ("x", (), ""),
    ],
)
def test_an_excerpt(typed: str, texts: tuple[str, ...], shown: str) -> None:
    assert views.excerpt(texts, rules.terms(typed)) == shown


@given(st.text(max_size=600), st.text(max_size=30))
def test_an_excerpt_is_short_and_says_what_was_said(text: str, typed: str) -> None:
    shown = views.excerpt([text], rules.terms(typed))
    said = views.plain(text).replace("∗", "")
    bare = shown.replace("*", "").replace("∗", "").replace("\u200b", "").strip("…").strip()
    assert bare in said.replace("\u200b", "") or bare == said.strip("…").strip()
    assert not set("_~`\n") & set(shown)
