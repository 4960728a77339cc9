"""Scope, value and term as they are typed; when a term ends, as far as its start is known."""

from contextlib import suppress
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.figures import Amount
from bot.scope import rules
from bot.scope.rules import NewService, NewTerm, NewValue
from storage.tables import ScopeSide

D = Decimal


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Crisis line in", NewService("Crisis line", ScopeSide.IN)),
        (
            "Crisis line IN budget £1.2m from Service review",
            NewService("Crisis line", ScopeSide.IN, Amount(D(1_200_000)), "Service review"),
        ),
        ("Help in the ward out from Board", NewService("Help in the ward", ScopeSide.OUT, None, "Board")),
        ('"Drop in from Oxford" in', NewService("Drop in from Oxford", ScopeSide.IN)),
    ],
)  # fmt: skip
def test_a_service_is_read_in_its_parts(words, meant):
    assert rules.read_service(words) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say which service it is, and whether it is in or out"),
        ("Crisis line", "Say which service it is, and whether it is in or out"),
        ("in", "Give the service its name"),
        ('"" in', "Give the service its name"),
        ("Crisis line in budget", "is not an amount"),
        ("Crisis line in budget 5m", "has no currency"),
        ("Crisis line in from", "Nothing follows `from`"),
        (f"{'x' * 201} in", "A service's name has 200 characters at most"),
    ],
)
def test_a_service_that_cannot_be_read_is_refused(words, why):
    with pytest.raises(UserError) as refusal:
        rules.read_service(words)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("£135m over 3 years on sep 2014 source Paper", NewValue(Amount(D(135_000_000)), 3, "sep 2014", "Paper")),
        ("up to £5 million over three years on 2014 source X", NewValue(Amount(D(5_000_000)), 3, "2014", "X", True)),
        ("£5m over five years on 1 oct 2015 source: A, on", NewValue(Amount(D(5_000_000)), 5, "1 oct 2015", "A, on")),
    ],
)  # fmt: skip
def test_a_value_is_read_in_its_parts(words, meant):
    assert rules.read_value(words) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say how much, over how many years, when and by which source"),
        ("£135m", "Say how much, over how many years"),
        ("£135m over 3 years source Blog", "Say when, as far as it is known"),
        ("£135m over 3 years on 2014", "Say where that stands"),
        ("£0 over 3 years on 2014 source Blog", "Nothing is no value"),
        ("135m over 3 years on 2014 source Blog", "has no currency"),
        ("£135m over several years on 2014 source Blog", "is not a number of whole years"),
        ("£135m over 90 years on 2014 source Blog", "90 years are more than any contract runs"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused(words, why):
    with pytest.raises(UserError) as refusal:
        rules.read_value(words)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("5+2 from 1 oct 2015 source Schedule 1", NewTerm(5, 2, "1 oct 2015", "Schedule 1")),
        ("five + two years from oct 2015 decide by 1 sep 2019 source X", NewTerm(5, 2, "oct 2015", "X", "1 sep 2019")),
        ("3 years from 2015 source X", NewTerm(3, 0, "2015", "X")),
        ("3+0 from 2015 source X", NewTerm(3, 0, "2015", "X")),
    ],
)  # fmt: skip
def test_a_term_is_read_in_its_parts(words, meant):
    assert rules.read_term(words) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say how many years"),
        ("5+2", "Say how many years"),
        ("5+2 source X", "Say how many years"),
        ("5+2 from 2015", "Say where that stands"),
        ("5+3 from 2015 source X", "An extension of 3 years is too long"),
        ("5+2+2 from 2015 source X", "Say how many years"),
        ("0+2 from 2015 source X", "is not a number of whole years"),
        ("5 from 2015 decide by 2019 source X", "Without an extension there is nothing to decide"),
    ],
)
def test_a_term_that_cannot_be_read_is_refused(words, why):
    with pytest.raises(UserError) as refusal:
        rules.read_term(words)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("starts", "years", "expires", "decide"),
    [
        ("2015-10-01", 5, "2020-09-30", "2019-09-30"),
        ("2015-10-01", 7, "2022-09-30", "2021-09-30"),
        ("2016-02-29", 1, "2017-02-27", "2016-02-27"),
        ("2016-03-01", 4, "2020-02-29", "2019-02-28"),
        ("2015-10", 5, "2020-09", "2019-09"),
        ("2015-01", 5, "2019-12", "2018-12"),
        ("2015", 5, "2020", "2019"),
    ],
)
def test_a_term_ends_as_far_as_its_start_is_known(starts, years, expires, decide):
    assert rules.expiry(starts, years) == expires
    assert rules.decide_by(starts, years) == decide
    assert rules.decide_by(starts, years, "2019-01") == "2019-01"


@pytest.mark.parametrize(
    ("decide", "why"), [("2020-10-01", "too late to extend it"), ("2021", "too late"), ("2015-09", "before the term")]
)
def test_a_decision_falls_within_the_term(decide, why):
    rules.check_decide_by("2019-09-30", "2015-10-01", 5)
    with pytest.raises(UserError, match=why):
        rules.check_decide_by(decide, "2015-10-01", 5)


def test_totals_are_exact_and_by_currency():
    sums = rules.totals([Amount(D("0.10")), Amount(D("0.20")), Amount(D(5), "EUR")])
    assert [str(each) for each in sums] == ["£0.30", "€5"]


READERS = (rules.read_service, rules.read_value, rules.read_term, rules.read_line, rules.key)
PIECES = ["in", "out", "budget", "£5m", "from", "over", "3 years", "on", "source", "5+2", "decide by", "2015", '"']


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(PIECES)), max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_crashes_a_reader(words):
    for read in READERS:
        with suppress(UserError):
            read(words)


@pytest.mark.parametrize(
    "words",
    [
        "in budget £5m from " * 2_000,
        "£5 over 3 years on 2014 " * 1_600,
        "5+2 from 2015 decide by " * 1_600,
        "a" + " " * 38_998 + "b",
        "x" * 39_000,
        '" ' * 19_500,
    ],
    ids=lambda words: words[:12],
)
@pytest.mark.timeout(30)  # what backtracks does not end
def test_the_longest_line_that_slack_sends_is_read_at_once(words):
    for read in READERS:
        with suppress(UserError):
            read(words)
