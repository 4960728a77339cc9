"""Percentages, amounts, measures and half-known dates: read exactly, or refused in a sentence; never a crash."""

from contextlib import suppress
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import dates, figures
from bot.errors import UserError
from bot.figures import Amount, Measure
from bot.workdays import calendar

ENGLAND = calendar("GB-ENG")
TODAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("5%", "5"),
        ("2.5 %", "2.5"),
        ("0.1%", "0.1"),
        ("12 per cent", "12"),
        ("12 percent.", "12"),
        ("100%", "100"),
        ("0%", "0"),
    ],
)
def test_a_percentage_is_read_exactly(words, value):
    assert figures.read_percent(words) == Decimal(value)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "is not a percentage from 0 to 100"),
        ("5", "“5” has no unit. Type `5%`."),
        ("-5%", "is not a percentage from 0 to 100"),
        ("120%", "120% is more than everything"),
        ("2,5%", "is not a percentage"),
        ("٥%", "is not a percentage"),
        ("five%", "is not a percentage"),
        ("1e1%", "is not a percentage"),
        ("9" * 5000 + "%", "is not a percentage"),
    ],
)
def test_what_is_no_percentage_is_refused_in_a_sentence(words, why):
    with pytest.raises(UserError) as refusal:
        figures.read_percent(words)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("£135m", "£135,000,000"),
        ("£135 million", "£135,000,000"),
        ("£135,000,000", "£135,000,000"),
        ("£1.75bn", "£1,750,000,000"),
        ("£0.1m", "£100,000"),
        ("500k GBP", "£500,000"),
        ("€5m", "€5,000,000"),
        ("$12.50", "$12.50"),
        ("chf 5000", "CHF 5,000"),
        ("12 pounds", "£12"),
        ("5 million euros", "€5,000,000"),
    ],
)
def test_an_amount_is_spelled_back_in_full(words, said):
    assert str(figures.read_amount(words)) == said


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "is not an amount that Parley can read"),
        ("135m", "“135m” has no currency. Type it such as `£135m`."),
        ("£", "is not an amount"),
        ("£1,35", "is not an amount"),
        ("-£5", "is not an amount"),
        ("£5 EUR", "names two currencies"),
        ("£0.001", "parts of a penny"),
        ("£100000bn", "more than any contract is worth"),
        ("a lot of £", "is not an amount"),
        ("£" + "9" * 5000, "is not an amount"),
    ],
)
def test_what_is_no_amount_is_refused_in_a_sentence(words, why):
    with pytest.raises(UserError) as refusal:
        figures.read_amount(words)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "unit"),
    [
        ("60%", "%"),
        ("at least 60 per cent of people", "%"),
        ("2 hours", "hours"),
        ("within 1 hour", "hours"),
        ("≤ 3 days", "days"),
        ("1 day", "days"),
        ("£3m", "£"),
        ("60 people in work", "people"),
        ("20 per 1,000", "per 1,000"),
        ("20 people per 1000 a year", "people per 1,000"),
        ("60", ""),
        ("5 of 6 goals", ""),
        ("as audited", None),
        ("", None),
    ],
)
def test_a_measure_knows_its_unit(words, unit):
    assert figures.read_measure(words) == Measure(words, unit)


@pytest.mark.parametrize(
    ("words", "before", "given"),
    [
        (
            "Mortality rate weight 3% baseline 12% target 10%",
            "Mortality rate",
            {"weight": "3%", "baseline": "12%", "target": "10%"},
        ),
        ("Weight loss within a year, target: at least 5%", "Weight loss within a year", {"target": "at least 5%"}),
        ("Rate and target 5% and baseline 4%", "Rate", {"target": "5%", "baseline": "4%"}),
        ("People at target weight", "People at target weight", {}),
        ('"weight 5 kg lost" weight 2%', '"weight 5 kg lost"', {"weight": "2%"}),
        ("Rate weight -5%", "Rate", {"weight": "-5%"}),
    ],
)
def test_a_keyword_counts_where_a_figure_follows(words, before, given):
    assert figures.parts(words, ("weight", "baseline", "target")) == (before, given)


@pytest.mark.parametrize(("words", "number"), [("3", 3), ("five", 5), ("TEN", 10), ("99", 99)])
def test_years_are_whole(words, number):
    assert figures.read_years(words) == number


@pytest.mark.parametrize("words", ["", "0", "1.5", "100", "several", "-1"])
def test_what_is_no_number_of_years_is_refused(words):
    with pytest.raises(UserError):
        figures.read_years(words)


@pytest.mark.parametrize(
    ("words", "dated", "said"),
    [
        ("1 oct 2015", "2015-10-01", "Thursday 1 October 2015"),
        ("oct 2015", "2015-10", "October 2015"),
        ("2015-10", "2015-10", "October 2015"),
        ("2015", "2015", "2015"),
    ],
)
def test_a_date_stays_as_far_as_it_is_known(words, dated, said):
    assert dates.read_dated(words, today=TODAY, calendar=ENGLAND) == dated
    assert dates.said_dated(dated) == said


@pytest.mark.parametrize("words", ["", "1776", "9999", "31 nov 2015", "someday"])
def test_what_is_no_date_is_refused(words):
    with pytest.raises(UserError):
        dates.read_dated(words, today=TODAY, calendar=ENGLAND)


# Any figures and any text at all


@given(st.decimals(0, 100, places=3))
def test_a_percentage_comes_back_as_it_was_said(value):
    assert figures.read_percent(figures.percent(value)) == value


@given(st.decimals(0, 10**12, places=2), st.sampled_from(["GBP", "EUR", "USD", "CHF"]))
def test_an_amount_comes_back_as_it_was_said(value, currency):
    assert figures.read_amount(str(Amount(value, currency))) == Amount(value, currency)


def crash_nothing(words):
    for read in (
        figures.read_percent,
        figures.read_amount,
        figures.read_years,
        figures.read_measure,
        figures.read_share,
    ):
        with suppress(UserError):
            read(words)
    with suppress(UserError):
        figures.parts(words, ("weight", "baseline", "target"))


PIECES = ["£", "%", "5", "m", "million", ",", ".", "weight", "target", "baseline", "at least", '"', "-", "none", "€"]


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(PIECES)), max_size=10).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_crashes_a_reader(words):
    crash_nothing(words)


@pytest.mark.parametrize("words", ["weight 3% " * 3_900, "9" * 39_000, '"' * 39_000, "a" + " " * 38_998 + "b"])
@pytest.mark.timeout(30)  # what backtracks does not end
def test_the_longest_line_that_slack_sends_is_read_at_once(words):
    crash_nothing(words)


FIGURED = ("weight", "baseline", "target")


@pytest.mark.parametrize(
    "words",
    [
        "Weight loss in a year",  # as the first word
        "People of the target population seen",
        "Adults, target population, seen in a week",
        "Rapid weight loss",
        "People at target",
        "People at target weight",
        'Rate "weight heavy"',
        "Change from baseline",
        "Over-weight children",
        "Weighty matters targeted",
        "",
    ],
)
def test_a_keyword_may_be_prose(words: str) -> None:
    figures.check_figures(words, FIGURED, "`this`")


@pytest.mark.parametrize(
    ("words", "typed"),
    [
        ("Mortality rate weight heavy", "“weight heavy”: no figure follows `weight`"),
        ("Mortality rate weight", "“weight”"),
        ("Mortality rate target: high", "“target: high”"),
        ("12% target high", "“target high”"),
        ("Rate weight heavy target low", "“weight heavy target low”"),
        ("Rate Baseline\nto be set", "“Baseline to be set”"),
    ],
)
def test_a_keyword_without_its_figure_is_refused_with_what_was_typed(words: str, typed: str) -> None:
    with pytest.raises(UserError) as refusal:
        figures.check_figures(words, FIGURED, "`this`")
    assert typed in str(refusal.value)
    assert "such as `this`" in str(refusal.value)
    assert "quotes" in str(refusal.value)
