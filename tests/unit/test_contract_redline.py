"""Redlines: nothing lost on either side, whole words, and readable."""

import random
import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contracts.redline import Piece, pieces


def shown(before: str, after: str) -> str:
    marks = {"same": "{}", "deleted": "[-{}-]", "inserted": "[+{}+]"}
    return "".join(marks[piece.kind].format(piece.words) for piece in pieces(before, after))


def of(found: tuple[Piece, ...], kind: str) -> str:
    return "".join(piece.words for piece in found if piece.kind in ("same", kind))


@pytest.mark.parametrize(
    ("before", "after", "redline"),
    [
        ("The Buyer pays.", "The Buyer pays.", "The Buyer pays."),
        ("within 30 days.", "within 60 days.", "within [-30-][+60+] days."),
        ("The Buyer pays now.", "The Buyer shall pay now.", "The Buyer [-pays-][+shall pay+] now."),
        ("apples pears", "apples, pears", "apples[+,+] pears"),
        ("The big dog", "The dog", "The[- big-] dog"),
        ("A dog", "dog", "[-A -]dog"),
        ("£1,000.50 net", "£2,000.50 net", "£[-1,000.50-][+2,000.50+] net"),
        ("the Buyer's part", "the Buyers' part", "the [-Buyer's-][+Buyers'+] part"),
        ("“Apple” means fruit", "“Pear” means fruit", "“[-Apple-][+Pear+]” means fruit"),
        ("one\ntwo", "one two", "one[-\n-][+ +]two"),
        ("un cafe\u0301 noir", "un cafe noir", "un [-cafe\u0301-][+cafe+] noir"),
        ("", "new", "[+new+]"),
        ("old", "", "[-old-]"),
        ("", "\0", "[+\0+]"),
        ("", "", ""),
        # One small word in common is not worth keeping between two changes.
        (
            "pay on receipt of each invoice sent",
            "settle within a week of any bill rendered here",
            "[-pay on receipt of each invoice sent-][+settle within a week of any bill rendered here+]",
        ),
    ],
)
def test_a_redline_reads_well(before, after, redline):
    assert shown(before, after) == redline


SOME = ["the", "Buyer", "shall", "pay", ",", ".", "(a)", "30", "days\n", "\t", "–", "“x”"]
WORDS = st.lists(st.sampled_from(SOME), max_size=30).map(" ".join)
TEXTS = st.text(max_size=80) | WORDS


@given(TEXTS, TEXTS)
def test_nothing_is_lost_on_either_side(before, after):
    found = pieces(before, after)
    assert of(found, "deleted") == before
    assert of(found, "inserted") == after


@given(TEXTS, TEXTS)
def test_pieces_are_as_few_as_can_be(before, after):
    found = pieces(before, after)
    assert all(piece.words for piece in found)
    kinds = [piece.kind for piece in found]
    assert all(first != second for first, second in pairwise(kinds))
    assert ("inserted", "deleted") not in set(pairwise(kinds))


@given(TEXTS)
def test_the_same_words_are_one_piece(text):
    assert pieces(text, text) == ((Piece("same", text),) if text else ())


@given(WORDS, WORDS)
def test_words_are_never_cut(before, after):
    for piece in pieces(before, after):
        side = after if piece.kind == "inserted" else before
        words = set(side.replace("(", " ").replace(")", " ").split())
        assert all(word in words for word in piece.words.split() if word.isalpha())


def test_long_wordings_take_little_time():
    chance = random.Random(1)
    vocabulary = [f"word{number}" for number in range(400)] + ["the", "of", "and"] * 40
    for size in (13_000, 120_000):  # 65 kB, and one too long to compare at once
        before = [chance.choice(vocabulary) + ("." if place % 15 == 0 else "") for place in range(size)]
        after = [chance.choice(vocabulary) if chance.random() < 0.05 else word for word in before]
        began = time.process_time()
        found = pieces(" ".join(before), " ".join(after))
        assert time.process_time() - began < 30
        assert of(found, "deleted") == " ".join(before)
        assert of(found, "inserted") == " ".join(after)
        assert len(found) > 100
