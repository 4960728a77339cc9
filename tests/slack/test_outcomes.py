"""Outcomes and metrics: from proposed to agreed by every party, weighed to the share at risk, and what results pay."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.exports import files
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

METRIC = "metric add O1 Mortality rate of people with SMI weight 3% baseline 12% target 10%"
WORDS = "Mortality rate of people with SMI (target 10%, weight 3% of the contract value)"


@pytest.fixture
def measured(table: Parley) -> Parley:
    """O1 with O1.1, and a share at risk of 5%."""
    table.slash("outcome add People will live longer", by=cast.chair)
    table.slash("outcome share 5% in year 1", by=cast.chair)
    table.slash(METRIC, by=cast.lead)
    return table


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """The same, once for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        for typed in ("outcome add People will live longer", "outcome share 5% in year 1", METRIC, "metric add O1 BMI"):
            running.slash(typed, by=cast.chair)
        yield running


def metric(parley: Parley, ref: str = "O1.1") -> dict[str, Any]:
    found: dict[str, dict[str, Any]] = {
        row["ref"]: row for each in parley.export()["outcomes"] for row in each["metrics"]
    }
    return found[ref]


def dossier(parley: Parley) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", None, "md").content.decode()


# -- entering -------------------------------------------------------------------------------------------


def test_a_keyword_that_belongs_to_the_words_stays_there(measured: Parley) -> None:
    for words in ("Reach in the target population", '"Weight and target agreed with each person"'):
        reply = measured.slash(f"metric add O1 {words}", by=cast.lead)
        assert words.strip('"') in reply.shown
    reply = measured.slash('metric reword O1.1 "Share at target 60%"', by=cast.lead)
    assert "Share at target 60%" in reply.shown


def test_an_outcome_and_its_metric_are_recorded_aloud(table: Parley) -> None:
    reply = table.slash("outcome add People will live longer", by=cast.analyst)
    assert not reply.private
    assert "Outcome *O1*: People will live longer." in reply.text
    reply = table.slash(METRIC, by=cast.lead)
    assert not reply.private
    assert "Metric *O1.1* of People will live longer:\nMortality rate of people with SMI\n" in reply.text
    assert "baseline: 12%; target: 10%; unit: %; weight: 3%" in reply.text
    assert "`/parley agree O1.1`" in reply.text
    (outcome,) = table.export()["outcomes"]
    assert (outcome["ref"], outcome["title"]) == ("O1", "People will live longer")
    row = metric(table)
    assert {key: row[key] for key in ("wording", "weight", "status", "baseline", "target", "unit")} == {
        "wording": "Mortality rate of people with SMI",
        "weight": "3",
        "status": "proposed",
        "baseline": "12%",
        "target": "10%",
        "unit": "%",
    }
    assert [deed["deed"] for deed in table.deeds("O1.1")] == ["metric.added"]
    assert table.trail_faults() == []


def test_everything_else_about_a_metric_is_said_with_set(measured: Parley) -> None:
    for typed in ("definition Deaths under 75", "source National register", "lag 9 months", "review oct 2027"):
        assert not measured.slash(f"metric set O1.1 {typed}", by=cast.analyst).private
    row = metric(measured)
    assert (row["definition"], row["source"], row["lag"]) == ("Deaths under 75", "National register", "9 months")
    assert row["review"] == "2027-10"  # a month stays a month
    shown = measured.slash("metric o1.1", by=cast.observer)
    assert shown.private
    for words in ("Definition: Deaths under 75", "Data lag: 9 months", "Review: October 2027", "Weight: 3%"):
        assert words in shown.text
    assert "Wording 1, Daniel Kerr (OHP), Thursday 26 November 2026: Mortality rate" in shown.text
    assert "its lag is taken off" in measured.slash("metric set O1.1 lag none", by=cast.analyst).text
    assert "Nothing was changed" in measured.slash("metric set O1.1 lag none", by=cast.analyst).text
    assert measured.slash("outcome O1.1", by=cast.observer).text == measured.slash("metric O1.1", by=cast.observer).text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("outcome add", "Give the outcome its title: `/parley outcome add"),
        ('outcome add ""', "Give the outcome its title"),
        ("outcome add people WILL live longer", "O1 is that outcome already"),
        ("outcome O9", "There is no outcome O9 in OXMH. `/parley outcomes` lists them"),
        ("outcome", "Say which: `/parley outcome O2`"),
        ("outcome share 20%", "Say how much and from which year of the contract"),
        ("outcome share 20% in 2016", "2016 is not a year of the contract"),
        ("outcome share 120% in year 1", "120% is more than everything"),
        ("outcome share 2% in year 1", "The weights would sum to 3%, 1% more than the 2% at risk: O1.1 3%."),
        ("outcome load", "No pack was named. The packs are oxfordshire"),
        ("outcome load berkshire", "There is no pack of outcomes berkshire. The packs are oxfordshire"),
        ("outcomes open", "`/parley outcomes` lists them all"),
        ("metric add", "Say for which outcome and how it is measured"),
        ("metric add O1", "Say how the outcome is measured"),
        ("metric add O1 weight 3%", "Say how the outcome is measured"),
        ("metric add O9 Smoking", "There is no outcome O9"),
        ("metric add O1 Smoking weight 2.5%", "5.5%, 0.5% more than the 5% at risk: O1.1 3% and O1.3 2.5%"),
        ("metric add O1 Smoking weight 101%", "101% is more than everything"),
        ("metric add O1 Smoking baseline 12% target 3 days", "they cannot be compared"),
        ("metric add O1 Smoking weight 1% weight 2%", "`weight` stands there twice"),
        ("metric add O1 Smoking weight heavy", "“weight heavy”: no figure follows `weight`"),
        ("metric add O1 Smoking weight 1% target low", "“target low”: no figure follows `target`"),
        ("metric add O1 Smoking baseline", "no figure follows `baseline`"),
        ("metric reword O1.1 Mortality weight 3%", "`/parley metric set O1.1 weight 3%`"),
        ("metric O9.9", "There is no metric O9.9 in OXMH"),
        ("metric", "Say which metric"),
        ("metric reword O1.1", "Type the words too"),
        ("metric reword O1.1 Mortality rate of people with SMI", "says just that already"),
        ("metric set O1.1", "Say which of definition, source, baseline"),
        ("metric set O1.1 colour red", "Say which of definition, source, baseline"),
        ("metric set O1.1 target", "Nothing follows `target`"),
        ("metric set O1.1 target 3 days", "The baseline of O1.1 is in % (“12%”) and the target in days (“3 days”)"),
        ("metric set O1.1 target 150%", "The target of O1.1 would be 150%, more than everything."),
        ("metric set O1.2 target -5%", "would be -5%, less than nothing"),
        ("metric add O1 Falls baseline 20 per 1,000 target 15 per 100", "they cannot be compared"),
        ("metric set O1.1 weight heavy", "is not a percentage"),
        ("metric set O1.1 weight 5", "Type `5%`"),
        ("metric set O1.1 weight 5.5%", "The weights would sum to 5.5%, 0.5% more than the 5% at risk"),
        ("metric set O1.1 review someday", "is not a date that Parley can read"),
        ("metric withdraw O1.1", "Say why: `/parley metric withdraw O1.1 because"),
        ("metric withdraw O1.1 it is wrong", "Say why"),
        ("agree O1", "An outcome is agreed metric by metric: `/parley agree O1.1` and `/parley agree O1.2`."),
        ("agree O9.9", "There is no metric O9.9"),
        ("agree O1.1: Other words", "O1.1 is agreed in its own words, so nothing was recorded"),
        ("outcomes pay", "Type the results"),
        ("outcomes pay O9.9=met", "There is no metric O9.9"),
        ("outcomes pay O1.2=met", "O1.2 has no weight, so it pays nothing"),
        ("outcomes pay O1.1=met of £", "is not an amount"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert standing.export() == before


@pytest.mark.parametrize(
    "typed",
    ["outcome add X", METRIC, "metric reword O1.1 X", "metric set O1.1 lag 1 day", "outcome share 6% in year 1"],
)
def test_an_observer_reads_and_does_not_write(standing: Parley, typed: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.observer)
    assert reply.private
    assert "You may not add to the record" in reply.text
    assert standing.export() == before
    assert "People will live longer" in standing.slash("outcomes", by=cast.observer).text
    assert "You have no seat in OXMH" in standing.slash("outcomes", by=cast.stranger).text


@pytest.mark.parametrize(
    "typed",
    [
        "outcome add X",
        "outcome share 6% in year 1",
        "outcome load oxfordshire",
        METRIC,
        "metric reword O1.1 X",
        "metric set O1.1 lag 1 day",
        "metric withdraw O1.1 because of it",
    ],
)
def test_nothing_is_entered_from_a_caucus_channel(standing: Parley, typed: str) -> None:
    before = standing.export(party="OHP")
    reply = standing.slash(typed, by=cast.lead, where=cast.ohp_caucus)
    assert reply.private
    assert "this channel is private to your side. Nothing was done." in reply.text
    assert standing.export(party="OHP") == before


def test_an_agreement_is_not_made_in_a_caucus(standing: Parley) -> None:
    reply = standing.slash("agree O1.1", by=cast.lead, where=cast.ohp_caucus)
    assert "An agreement is made across the table" in reply.text
    assert standing.export()["agreements"] == []


# -- weights --------------------------------------------------------------------------------------------


def test_weights_sum_to_the_share_and_the_rest_is_shown(measured: Parley) -> None:
    assert "The weights sum to 3% of the 5% at risk; 2% is left." in measured.slash("outcomes", by=cast.lead).text
    reply = measured.slash("metric add O1 Smoking weight 2%", by=cast.lead)
    assert "The weights sum to the 5% at risk." in reply.text
    refused = measured.slash("metric add O1 BMI weight 0.1%", by=cast.lead)
    assert refused.private
    assert "5.1%, 0.1% more than the 5% at risk: O1.1 3%, O1.2 2% and O1.3 0.1%." in refused.text
    reply = measured.slash("metric withdraw O1.2 because it is not counted", by=cast.lead)
    assert "is withdrawn, because it is not counted; it stays on record. The weights sum to 3%" in reply.text
    assert (metric(measured, "O1.2")["status"], metric(measured, "O1.2")["weight"]) == ("withdrawn", "2")
    assert not measured.slash("metric add O1 BMI weight 2%", by=cast.lead).private
    assert "O1.2 is withdrawn" in measured.slash("metric set O1.2 lag 3 days", by=cast.lead).text


def test_the_share_may_rise_with_the_years(measured: Parley) -> None:
    reply = measured.slash("outcome share 20% in year 3", by=cast.chair)
    assert not reply.private
    assert "Share at risk: 5% from year 1 and 20% from year 3. The weights sum to 3% of the 20% at risk" in reply.text
    assert not measured.slash("metric set O1.1 weight 20%", by=cast.lead).private
    assert [(row["from_year"], row["percent"]) for row in measured.export()["shares"]] == [(1, "5"), (3, "20")]
    assert "Nothing was changed" in measured.slash("outcome share 20% in year 3", by=cast.chair).text


def test_a_share_that_falls_is_recorded_with_advice(measured: Parley) -> None:
    measured.slash("outcome share 20% in year 1", by=cast.chair)
    reply = measured.slash("outcome share 5% in year 3", by=cast.chair)
    advice = (
        "here it falls, from 20% in year 1 to 5% in year 3. If that is a slip: `/parley outcome share 20% in year 3`"
    )
    assert advice in reply.text
    assert advice in measured.slash("outcomes", by=cast.lead).text
    assert "falls" not in measured.slash("outcome share 20% in year 3", by=cast.chair).text


def test_a_target_keeps_its_unit_until_it_is_taken_off(measured: Parley) -> None:
    measured.slash("metric add O1 Smokers who were advised target 60%", by=cast.lead)
    refused = measured.slash("metric set O1.2 target £30", by=cast.lead)
    assert "The target of O1.2 was in % (“60%”) and would be in £ (“£30”)." in refused.text
    assert "`/parley metric set O1.2 target none`" in refused.text
    measured.slash("metric set O1.2 target none", by=cast.lead)
    assert not measured.slash("metric set O1.2 target -5% against last year", by=cast.lead).private


def test_weights_without_a_share_are_held_against_the_whole_contract(table: Parley) -> None:
    table.slash("outcome add People will live longer", by=cast.chair)
    reply = table.slash("metric add O1 Mortality weight 60%", by=cast.chair)
    assert "No share at risk is set yet" in reply.text
    refused = table.slash("metric add O1 Smoking weight 41%", by=cast.chair)
    assert "101%, 1% more than the whole contract: O1.1 60% and O1.2 41%" in refused.text


def test_national_advice_is_told_and_refuses_nothing(measured: Parley) -> None:
    text = measured.slash("outcomes", by=cast.lead).text
    assert (
        "Advice, no rule: the national guidance for 2017–19 recommends 3 to 7 outcomes (here: 1), 6 to 15 metrics"
        in text
    )
    assert "and 2% to 4% of the value at risk (here: 5%)." in text


# -- from proposed to agreed ----------------------------------------------------------------------------


def test_a_metric_is_agreed_when_every_party_has_confirmed_its_words(measured: Parley) -> None:
    reply = measured.slash("agree o1.1", by=cast.chair)
    assert f"Recorded as *AG1* on O1.1, in its present words: “{WORDS}”." in reply.text
    assert metric(measured)["status"] == "awaiting"
    (agreement,) = measured.export()["agreements"]
    assert (agreement["clause"], agreement["wording"]) == ("O1.1", WORDS)
    assert [message for message in measured.posted() if "AG1" in message["text"]]  # its card, with the buttons
    assert "AG1 on O1.1 waits for confirmation already" in measured.slash("agree O1.1", by=cast.lead).text
    measured.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    assert (metric(measured)["status"], metric(measured)["agreement"]) == ("agreed", "AG1")
    assert "agreed in principle, subject to contract (AG1)" in measured.slash("outcomes", by=cast.observer).text
    assert "Every party has confirmed O1.1 as AG1." in measured.slash("agree O1.1", by=cast.lead).text
    assert measured.trail_faults() == []


def test_an_agreed_metric_is_reworded_only_for_a_reason_and_is_proposed_again(measured: Parley) -> None:
    measured.slash("agree O1.1", by=cast.chair)
    waiting = measured.slash("metric reword O1.1 Mortality of everybody", by=cast.lead)
    assert "AG1 on O1.1 waits for confirmation. Object to it first" in waiting.text
    measured.slash("confirm AG1", by=cast.lead)
    for typed in ("metric reword O1.1 Mortality of everybody", "metric set O1.1 target 9%"):
        refused = measured.slash(typed, by=cast.lead)
        assert refused.private
        assert "Every party has confirmed O1.1 as AG1. Say why it changes" in refused.text
    assert "You may not speak" in measured.slash("metric reword O1.1 X because y", by=cast.scribe).text
    assert metric(measured)["status"] == "agreed"
    reply = measured.slash("metric reword O1.1 Mortality of everybody because the register changed", by=cast.lead)
    assert not reply.private
    assert "*O1.1* is proposed in other words, because the register changed (wording 2)" in reply.text
    row = metric(measured)
    assert (row["status"], row["wording"], row["agreement"]) == ("proposed", "Mortality of everybody", None)
    assert [(each["version"], each["wording"], each["by"]) for each in row["wordings"]] == [
        (1, "Mortality rate of people with SMI", "Daniel Kerr"),
        (2, "Mortality of everybody", "Daniel Kerr"),
    ]
    (agreement,) = measured.export()["agreements"]
    assert (agreement["status"], agreement["wording"]) == ("reopened", WORDS)  # the past stays
    measured.slash("agree O1.1", by=cast.chair)
    measured.slash("confirm AG2", by=cast.lead)
    assert (metric(measured)["status"], metric(measured)["agreement"]) == ("agreed", "AG2")
    assert measured.trail_faults() == []


def test_another_target_or_weight_is_another_agreement_and_a_lag_is_not(measured: Parley) -> None:
    measured.slash("agree O1.1", by=cast.chair)
    measured.slash("confirm AG1", by=cast.lead)
    measured.slash("metric set O1.1 lag 9 months", by=cast.lead)
    assert metric(measured)["status"] == "agreed"
    reply = measured.slash("metric set O1.1 weight 4% because the share rose", by=cast.lead)
    assert "*O1.1*: its weight is now: 4%, because the share rose." in reply.text
    assert metric(measured)["status"] == "proposed"


def test_words_that_somebody_objects_to_are_replaced(measured: Parley) -> None:
    measured.slash("agree O1.1", by=cast.chair)
    measured.slash("object AG1 because the target is too hard", by=cast.lead)
    assert metric(measured)["status"] == "objected"
    assert not measured.slash("metric set O1.1 target 11%", by=cast.lead).private
    assert metric(measured)["status"] == "proposed"
    measured.slash("agree O1.1", by=cast.lead)
    measured.slash("confirm AG2", by=cast.chair)
    assert metric(measured)["status"] == "agreed"
    assert [row["status"] for row in measured.export()["agreements"]] == ["withdrawn", "agreed"]


def test_after_signature_a_metric_stands(measured: Parley) -> None:
    measured.slash("agree O1.1", by=cast.chair)
    measured.slash("confirm AG1", by=cast.lead)
    measured.slash("milestone add Signature on 25 nov 2026 kind signature", by=cast.chair)
    measured.slash("milestone done M1 on 25 nov 2026", by=cast.chair)
    refused = measured.slash("metric reword O1.1 Other because of it", by=cast.lead)
    assert "The contract is signed, so AG1 stands. A change to O1.1 is a variation of the contract now" in refused.text
    weighed = measured.slash("metric set O1.1 weight 4% because of it", by=cast.lead)
    assert "`/parley change add Change of O1.1 initiated by OHP`" in weighed.text
    assert not measured.slash("change add Change of O1.1 initiated by OHP", by=cast.lead).private
    assert "· agreed (AG1)" in measured.slash("outcomes", by=cast.observer).text


def test_clauses_are_agreed_as_before(measured: Parley) -> None:
    measured.slash("clause add 4.2 Payment", by=cast.chair)
    measured.slash("propose 4.2 Payment falls due within 30 days.", by=cast.chair)
    assert "Recorded as *AG1* on 4.2" in measured.slash("agree 4.2", by=cast.lead).text
    assert "Recorded as *AG2*" in measured.slash("agree O1.1 is what matters most.", by=cast.lead).text
    assert metric(measured)["status"] == "proposed"


# -- the pack and the negotiation file ------------------------------------------------------------------


def test_the_founding_outcomes_are_printed_back_as_the_sources_have_them(table: Parley) -> None:
    reply = table.slash("outcome load oxfordshire", by=cast.chair)
    assert not reply.private
    assert "7 outcomes, O1 to O7, with 11 metrics, 5 of them in two wordings." in reply.text
    assert "Ambiguous: O5.1." in reply.text
    assert {row["status"] for each in table.export()["outcomes"] for row in each["metrics"]} == {"proposed"}
    text = dossier(table)
    for row in (
        "| People will live longer | mortality rate of people with SMI | "
        "mortality rate of people with SMI compared with the wider population |",
        "| People will improve functioning | Recovery Star | Recovery Star |",
        "| progress through PbR clusters | clinical progress through HoNOS clusters |",
        "| People will improve functioning | effective discharge | success of discharge |",
        "| Timely access to support | emergency response: 2 hours | "
        "crisis response within two hours where the need is urgent |",
        "| Carers will feel supported | surveyed on case review | survey to determine satisfaction among carers |",
        "| People will have a meaningful role | people in paid work, structured volunteering and structured education "
        "(ambiguous) |  |",
        "| People will have stable accommodation | people in settled home, including on supported housing pathway |  |",
        "| People will have better physical health | reduced use of urgent care pathway |  |",
        '| People will have better physical health | "normal" BMI |  |',
        "| People will have better physical health | smoking reduction |  |",
    ):
        assert row in text
    assert "O5.1: one metric or three." in text
    assert "Share of the value at risk: 20% from year 3." in text
    again = table.slash("outcome load oxfordshire", by=cast.chair)
    assert "are in OXMH already" in again.text
    assert table.trail_faults() == []


def test_the_file_has_weights_and_what_was_agreed(measured: Parley) -> None:
    measured.slash("agree O1.1", by=cast.chair)
    measured.slash("confirm AG1", by=cast.lead)
    text = dossier(measured)
    agreed = "| Mortality rate of people with SMI | Mortality rate of people with SMI | agreed in principle, subject to"
    assert agreed in text
    assert "| O1.1 | Mortality rate of people with SMI | 3% | 12% | 10% |" in text
    assert "3% of the 5% at risk; 2% is left." in text


# -- what results pay -----------------------------------------------------------------------------------


def test_results_are_paid_with_the_working_shown(measured: Parley) -> None:
    measured.slash("outcome share 10% in year 3", by=cast.chair)
    measured.slash("metric add O1 Smoking weight 7%", by=cast.lead)
    before = measured.export()
    reply = measured.slash("outcomes pay O1.1=80%, O1.2=met in year 1 of £35m", by=cast.observer)
    assert reply.private
    assert reply.text.splitlines() == [
        "*Year 1*, 5% of £35,000,000 at risk: £1,750,000.",
        "*O1.1* weight 3%, which counts as 1.5% in this year × 80% = 1.2% of £35,000,000 = £420,000",
        "*O1.2* weight 7%, which counts as 3.5% in this year × 100% = 3.5% of £35,000,000 = £1,225,000",
        "*Paid*: 4.7% of the 5% at risk, £1,645,000 of £1,750,000.",
    ]
    reply = measured.slash("outcomes pay O1.1=met", by=cast.observer)
    assert "*Year 3*, 10% at risk." in reply.text
    assert "*O1.2* weight 7% × not met (no result given) = 0%" in reply.text
    assert "*Paid*: 3% of the 10% at risk." in reply.text
    assert measured.export() == before


def test_what_is_at_risk_on_no_metric_is_said(measured: Parley) -> None:
    assert "2% at risk is on no metric, and pays nothing." in measured.slash("outcomes pay O1.1=met", by=cast.lead).text


def test_without_a_share_nothing_is_reckoned(table: Parley) -> None:
    assert "No share at risk is set" in table.slash("outcomes pay O1.1=met", by=cast.lead).text
    assert "No outcome is recorded yet" in table.slash("outcomes", by=cast.lead).text


# -- any words ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD|dan> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;&lt; " * 3000,
        "“curly” 'single' \"double",
        "weight target 5% because in of = , " * 900,
    ],
    ids=["markup", "live", "scripts", "long", "quotes", "grammar"],
)
def test_hostile_words_are_kept_and_ping_nobody(measured: Parley, words: str) -> None:
    for typed in (
        f"outcome add {words}",
        f"outcome share {words} in year 1",
        f"outcome load {words}",
        f"metric add O1 {words}",
        f"metric add {words}",
        f"metric reword O1.1 {words}",
        *(f"metric set O1.1 {field} {words}" for field in ("definition", "target", "weight", "review")),
        f"outcomes pay O1.1={words}",
        f"outcomes pay {words} of £1m",
        f"agree O1.1: {words}",
        f"metric withdraw O1.1 because {words}",
        *("outcomes", "outcome O1", "metric O1.1"),
    ):
        reply = measured.slash(typed, by=cast.lead)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed[:60]
        assert reply.pings == []
    assert metric(measured)["status"] == "withdrawn"
    assert measured.trail_faults() == []
    assert dossier(measured)
