"""Weights, results and what they pay: exact to the penny, and never more than is at risk."""

from contextlib import suppress
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.figures import Amount
from bot.outcomes import rules
from bot.outcomes.rules import Asked, NewMetric
from storage.tables import AgreementStatus

D = Decimal


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Mortality rate", NewMetric("Mortality rate")),
        ("Mortality rate weight 3% target 10%", NewMetric("Mortality rate", D(3), "", "10%")),
        ('"target 5" baseline 3 days', NewMetric("target 5", None, "3 days")),
        ("Rate weight none", NewMetric("Rate")),
    ],
)
def test_a_metric_is_read_in_its_parts(words, meant):
    assert rules.read_metric(words) == meant


@pytest.mark.parametrize("words", ["", "weight 3%", '""', "Rate weight 120%", "Rate weight 3 days", "Rate weight -3%"])
def test_a_metric_that_cannot_be_read_is_refused(words):
    with pytest.raises(UserError):
        rules.read_metric(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("10% in year 1", (D(10), 1)),
        ("20% from year 3.", (D(20), 3)),
        ("2.5 % in 2", (D("2.5"), 2)),
        ("20 per cent in contract year 3", (D(20), 3)),
    ],
)
def test_a_share_is_read_with_its_year(words, meant):
    assert rules.read_share(words) == meant


@pytest.mark.parametrize("words", ["", "20%", "20% in 2016", "20% in year 0", "120% in year 1", "in year 1"])
def test_a_share_that_cannot_be_read_is_refused(words):
    with pytest.raises(UserError):
        rules.read_share(words)


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("O1.1=80%, o2.1 = MET", Asked({"O1.1": D(80), "O2.1": D(100)})),
        ("O1.1: not met; O2.1=missed in year 2", Asked({"O1.1": D(0), "O2.1": D(0)}, 2)),
        ("O1.1=met in year 1 of £35m", Asked({"O1.1": D(100)}, 1, Amount(D(35_000_000)))),
        ("O1.1=met of £35,000,000 in year 1", Asked({"O1.1": D(100)}, 1, Amount(D(35_000_000)))),
    ],
)
def test_results_are_read(words, meant):
    assert rules.read_results(words) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Type the results"),
        ("O1.1", "“O1.1” is not a metric with its result"),
        ("O1.1=", "is not a metric with its result"),
        ("O1.1=120%", "The result of O1.1 cannot be read: 120% is more than everything"),
        ("O1.1=-5%", "The result of O1.1 cannot be read"),
        ("O1.1=good", "Or type `met` or `not met`"),
        ("O1.1=met, o1.1=80%", "O1.1 stands there twice"),
        ("O1.1=met of 35m", "has no currency"),
        ("O1.1=met in year 99", "99 is not a year of the contract"),
    ],
)
def test_results_that_cannot_be_read_are_refused(words, why):
    with pytest.raises(UserError) as refusal:
        rules.read_results(words)
    assert why in str(refusal.value)


def test_the_last_because_outside_quotes_begins_the_reason():
    assert rules.split_reason("Rate because x because y") == ("Rate because x", "y")
    assert rules.split_reason('"died because of it"') == ('"died because of it"', "")
    assert rules.split_reason("Rate") == ("Rate", "")


@pytest.mark.parametrize(
    ("weights", "full", "why"),
    [
        ({"O1.1": D(3), "O2.1": D(17)}, D(20), None),
        ({"O1.1": D("0.1")}, None, None),
        ({"O1.1": D(3), "O2.1": D("17.5")}, D(20), "20.5%, 0.5% more than the 20% at risk: O1.1 3% and O2.1 17.5%"),
        ({"O1.1": D(60), "O2.1": D(50)}, None, "110%, 10% more than the whole contract: O1.1 60% and O2.1 50%"),
    ],
)
def test_weights_sum_to_the_share_at_risk_at_most(weights, full, why):
    if why is None:
        rules.check_weights(weights, full)
        return
    with pytest.raises(UserError) as refusal:
        rules.check_weights(weights, full)
    assert why in str(refusal.value)


def test_the_share_rises_with_the_years():
    shares = {1: D(10), 3: D(20)}
    assert [rules.share_in(shares, year) for year in (1, 2, 3, 7)] == [10, 10, 20, 20]
    assert rules.share_in({2: D(5)}, 1) == 0
    assert rules.full_share(shares) == 20
    assert rules.full_share({}) is None


@pytest.mark.parametrize(
    ("baseline", "target", "fits"),
    [
        ("12%", "10 per cent", True),
        ("1 hour", "30 hours", True),
        ("12%", "3 days", False),
        ("12%", "10", False),
        ("£3m", "3%", False),
        ("as audited", "3 days", True),
        ("", "3 days", True),
    ],
)
def test_a_target_has_the_unit_of_its_baseline(baseline, target, fits):
    if fits:
        rules.check_unit("O1.1", baseline, target)
        return
    with pytest.raises(UserError, match=r"cannot be compared\. Type both in one unit"):
        rules.check_unit("O1.1", baseline, target)


@pytest.mark.parametrize(
    ("outcomes", "metrics", "full", "told"),
    [
        (7, 15, D(4), ""),
        (3, 6, None, ""),
        (2, 6, D(2), "3 to 7 outcomes (here: 2)."),
        (8, 16, D(20), "3 to 7 outcomes (here: 8), 6 to 15 metrics (here: 16) and 2% to 4% of the value at risk"),
        (1, 1, D(3), "6 to 15 metrics (here: 1)"),
    ],
)
def test_national_advice_is_advice(outcomes, metrics, full, told):
    advice = rules.advice(outcomes, metrics, full)
    assert told in advice
    assert bool(advice) == bool(told)


AWAITING, AGREED, OBJECTED, REOPENED = (
    AgreementStatus.AWAITING, AgreementStatus.AGREED, AgreementStatus.OBJECTED, AgreementStatus.REOPENED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("recorded", "stands"),
    [
        ([], None),
        ([(AWAITING, "a")], AWAITING),
        ([(AGREED, "a")], AGREED),
        ([(AGREED, "b")], None),  # other words were agreed
        ([(REOPENED, "a")], None),
        ([(AGREED, "a"), (AWAITING, "a")], AGREED),
        ([(OBJECTED, "a"), (AWAITING, "a")], AWAITING),
    ],
)
def test_a_metric_stands_as_its_present_words_do(recorded, stands):
    assert rules.stands("a", recorded) == stands


# -- what results pay ------------------------------------------------------------------------------------


def test_the_working_of_a_payment():
    paid = rules.pay({"O1.1": D(12), "O2.1": D(8)}, D(20), D(10), {"O1.1": D(80)}, D(35_000_000))
    assert [(line.ref, line.at_risk, line.paid, line.amount) for line in paid.lines] == [
        ("O1.1", Fraction(6), Fraction(24, 5), D(1_680_000)),
        ("O2.1", Fraction(4), Fraction(0), D(0)),
    ]
    assert (paid.paid, paid.unweighted) == (Fraction(24, 5), Fraction(0))
    assert (paid.amount, paid.at_risk) == (D(1_680_000), D(3_500_000))
    assert paid.lines[1].result is None


PERCENT = st.decimals(0, 100, places=2)
REFS = st.integers(1, 12).map(lambda n: [f"O{i}.1" for i in range(1, n + 1)])


@st.composite
def contracts(draw):
    """Weights, the full share (their sum, or more), this year's share, results, and the value of the year."""
    refs = draw(REFS)
    weights = {ref: draw(st.decimals("0.01", 8, places=2)) for ref in refs}
    total = sum(weights.values())
    full = total + draw(st.one_of(st.just(D(0)), st.decimals(0, 4, places=2)))
    share = draw(st.one_of(st.just(full), st.decimals(0, 100, places=2).map(lambda s: min(s, full))))
    results = {ref: draw(PERCENT) for ref in refs if draw(st.booleans())}
    value = draw(st.one_of(st.none(), st.decimals(0, 10**9, places=2)))
    return weights, full, share, results, value


@given(contracts())
@settings(deadline=None)
def test_results_never_pay_more_than_the_share_nor_less_than_nothing(contract):
    weights, full, share, results, value = contract
    paid = rules.pay(weights, full, share, results, value)
    assert 0 <= paid.paid <= Fraction(share)
    assert all(0 <= line.paid <= line.at_risk for line in paid.lines)
    assert paid.unweighted >= 0
    if value is not None:
        amounts = [line.amount for line in paid.lines if line.amount is not None]
        assert len(amounts) == len(weights)
        assert all(amount >= 0 for amount in amounts)
        assert paid.amount is not None
        assert paid.at_risk is not None
        assert sum(amounts) == paid.amount <= paid.at_risk


@given(contracts())
@settings(deadline=None)
def test_all_met_pays_exactly_the_share_that_is_on_metrics(contract):
    weights, full, share, _, value = contract
    paid = rules.pay(weights, full, share, dict.fromkeys(weights, D(100)), value)
    assert paid.paid == Fraction(share) - paid.unweighted
    if sum(weights.values()) == full:
        assert (paid.paid, paid.amount) == (Fraction(share), paid.at_risk)
    nothing = rules.pay(weights, full, share, {}, value)
    assert nothing.paid == 0


READERS = (rules.read_metric, rules.read_share, rules.read_results, rules.split_reason)
PIECES = ["O1.1", "=", "met", "80%", ",", "in year 1", "of £35m", "because", "weight 3%", "target 5", '"', "none"]


@given(st.lists(st.one_of(st.text(max_size=12), st.sampled_from(PIECES)), max_size=10).map(" ".join))
@settings(max_examples=200, deadline=None)
def test_no_text_at_all_crashes_a_reader(words):
    for read in READERS:
        with suppress(UserError):
            read(words)


@pytest.mark.parametrize(
    "words", ["O1.1=met, " * 3_900, " of " * 9_000, "in year 1 " * 3_900, "a" + " " * 38_998 + "b", " because " * 4_300]
)
@pytest.mark.timeout(30)  # what backtracks does not end
def test_the_longest_line_that_slack_sends_is_read_at_once(words):
    for read in READERS:
        with suppress(UserError):
            read(words)
