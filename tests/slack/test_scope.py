"""Services in and out with their budgets; the value and the term as dated facts; an extension exercised once."""

from collections.abc import Iterator

import pytest

from bot.exports import files
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

ADD = "scope add Crisis line in budget £1.2m from Service review"
VALUE = "value £135m over 3 years on sep 2014 source Board paper"
TERM = "term 5+2 from 1 oct 2025 source Schedule 1"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """SV1, V1 and T1, once for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        for typed in (ADD, VALUE, TERM):
            running.slash(typed, by=cast.chair)
        yield running


def dossier(parley: Parley) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", None, "md").content.decode()


# -- scope ----------------------------------------------------------------------------------------------


def test_services_in_and_out_have_a_budget_line_each(table: Parley) -> None:
    reply = table.slash(ADD, by=cast.analyst)
    assert not reply.private
    assert (
        "*SV1* Crisis line · £1,200,000 · Service review · in the contract. In the contract: £1,200,000." in reply.text
    )
    table.slash("scope add Carer support in budget £300,000.50", by=cast.lead)
    table.slash("scope add Maternity services out from Board paper", by=cast.chair)
    shown = table.slash("scope", by=cast.observer)
    assert shown.private
    assert shown.text.splitlines() == [
        "*Scope of OXMH*",
        "*In the contract*: 2 services, £1,500,000.50",
        "*SV1* Crisis line · £1,200,000 · Service review",
        "*SV2* Carer support · £300,000.50",
        "*Out of it*: 1 service, no budget yet",
        "*SV3* Maternity services · no budget line · Board paper",
    ]
    row = table.export()["scope"][0]
    assert (row["ref"], row["service"], row["side"], row["budget"], row["currency"], row["source"]) == (
        "SV1", "Crisis line", "in", "1200000", "GBP", "Service review",
    )  # fmt: skip
    assert table.trail_faults() == []


def test_a_service_moves_for_a_reason_and_the_trail_keeps_both(table: Parley) -> None:
    table.slash(ADD, by=cast.chair)
    reply = table.slash("scope move sv1 out because it moves to another contract", by=cast.lead)
    assert not reply.private
    assert "is now out of the contract, because it moves to another contract. Nothing is in the contract." in reply.text
    reply = table.slash("scope budget SV1 £1.4m from Finance sub-group", by=cast.lead)
    assert "£1,400,000 · Finance sub-group" in reply.text
    assert "Nothing was changed" in table.slash("scope budget SV1 £1.4m", by=cast.lead).text
    assert [(deed["deed"], deed.get("before")) for deed in table.deeds("SV1")] == [
        ("scope.added", None),
        ("scope.moved", "in"),
        ("scope.budgeted", "£1,200,000"),
    ]
    assert "| SV1 | Crisis line | out | £1,400,000 | Finance sub-group | it moves to another contract |" in dossier(
        table
    )


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("scope add", "Say which service it is, and whether it is in or out"),
        ("scope add Crisis line", "Say which service it is, and whether it is in or out"),
        ('scope add "" in', "Give the service its name"),
        (
            "scope add crisis LINE out",
            "SV1 is that service already, and in. Move it: `/parley scope move SV1 out because",
        ),
        ("scope add Carer support in budget 5m", "“5m” has no currency. Type it such as `£5m`."),
        ("scope add Carer support in budget lots", "is not an amount that Parley can read"),
        ("scope add Carer support budget lots in", "“budget lots”: no figure follows `budget`"),
        ("scope add Carer support budget £5m in", "“budget £5m” stands where no budget is read"),
        ("scope add Carer support in from Review budget £5m", "“budget £5m” stands where no budget is read"),
        ("scope move SV1", "Say which service, where it goes and why"),
        ("scope move SV1 out", "Say why: `/parley scope move SV1 out because"),
        ("scope move SV1 in because of it", "SV1 is in already"),
        ("scope move SV9 in because of it", "There is no service SV9 in OXMH. `/parley scope` lists them"),
        ("scope budget SV1", "Say which service and how much"),
        ("scope budget SV9 £5m", "There is no service SV9"),
        ("scope budget SV1 5m", "has no currency"),
        ("scope load", "No pack was named. The packs are oxfordshire"),
        ("scope all", "`/parley scope` lists every service"),
        ("value £135m", "Say how much, over how many years, when and by which source"),
        ("value £135m over 3 years on 2014", "Say where that stands"),
        ("value £135m over 3 years source X", "Say when, as far as it is known"),
        ("value £135m over 3 years on someday source X", "is not a date that Parley can read"),
        ("value £135m over 3 years on dec 2026 source X", "December 2026 is still to come"),
        ("value £135m over 3 years on sep 2014 source board paper", "recorded as V1 already, from that source"),
        ("value -£5m over 3 years on 2014 source X", "is not an amount"),
        ("term 5+2", "Say how many years"),
        ("term 5+3 from 2015 source X", "allows one extension of 2 years at most. Type `5+2`."),
        ("term 5+2 from 2015", "Say where that stands"),
        ("term 5+2 from 1 oct 2025 decide by 1 oct 2030 source X", "too late to extend it"),
        ("term extend", "Say why: `/parley term extend because"),
        ("term extend all were met", "Say why, after `because`"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert standing.export() == before


@pytest.mark.parametrize(
    "typed", [ADD, "scope move SV1 out because of it", "scope budget SV1 £2m", "scope load oxfordshire", VALUE, TERM]
)
def test_an_observer_reads_and_does_not_write(standing: Parley, typed: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.observer)
    assert reply.private
    assert "You may not" in reply.text
    assert standing.export() == before
    for shown in ("scope", "value", "term"):
        assert "OXMH" in standing.slash(shown, by=cast.observer).text
        assert "You have no seat in OXMH" in standing.slash(shown, by=cast.stranger).text


@pytest.mark.parametrize(
    "typed",
    [
        "scope add Carer support in",
        "scope move SV1 out because of it",
        "scope budget SV1 £2m",
        "scope load oxfordshire",
        "value £175m over 5 years on 2015 source X",
        "term 5 from 2025 source X",
        "term extend because of it",
    ],
)
def test_nothing_is_entered_from_a_caucus_channel(standing: Parley, typed: str) -> None:
    before = standing.export(party="OHP")
    reply = standing.slash(typed, by=cast.lead, where=cast.ohp_caucus)
    assert reply.private
    assert "this channel is private to your side. Nothing was done." in reply.text
    assert standing.export(party="OHP") == before


# -- value ----------------------------------------------------------------------------------------------


def test_the_value_has_a_history(table: Parley) -> None:
    table.slash("value £175 million over five years on 1 oct 2015 source HSJ", by=cast.chair)
    reply = table.slash("value up to £135m over 3 years on 2014 source Blog post", by=cast.lead)
    assert not reply.private
    assert "*V2* up to £135,000,000 over 3 years · 2014 · Blog post" in reply.text
    assert table.slash("value", by=cast.observer).text.splitlines() == [
        "*Value of OXMH*, newest last",
        "*V2* up to £135,000,000 over 3 years · 2014 · Blog post",  # a year stays a year
        "*V1* £175,000,000 over 5 years · Thursday 1 October 2015 · HSJ",
    ]
    first, last = table.export()["value"]
    assert (first["amount"], first["currency"], first["years"], first["dated"]) == ("135000000", "GBP", 3, "2014")
    assert (last["amount"], last["dated"], last["up_to"]) == ("175000000", "2015-10-01", False)
    assert "| £175,000,000 over 5 years | Thursday 1 October 2015 | HSJ |" in dossier(table)


def test_what_two_sources_say_alike_is_kept_of_both(table: Parley) -> None:
    for source in ("HSJ", "Board paper"):
        reply = table.slash(f"value £175m over 5 years on oct 2015 source {source}", by=cast.chair)
        assert not reply.private, reply.text
    assert [row["source"] for row in table.export()["value"]] == ["HSJ", "Board paper"]


# -- term -----------------------------------------------------------------------------------------------


def test_a_term_is_data_and_its_decision_a_milestone(table: Parley) -> None:
    reply = table.slash(TERM, by=cast.chair)
    assert not reply.private
    assert "5 years with one extension of 2 years, from Wednesday 1 October 2025 · Schedule 1" in reply.text
    assert "It expires: Monday 30 September 2030; if extended: Thursday 30 September 2032." in reply.text
    assert "Decide on the extension by: Sunday 30 September 2029 (M1)." in reply.text
    (row,) = table.export()["term"]
    assert {key: row[key] for key in ("years", "extension_years", "starts", "expires", "expires_if_extended")} == {
        "years": 5,
        "extension_years": 2,
        "starts": "2025-10-01",
        "expires": "2030-09-30",
        "expires_if_extended": "2032-09-30",
    }
    (milestone,) = table.export()["milestones"]
    assert (milestone["ref"], milestone["kind"], milestone["date"]) == (
        row["milestone"],
        "extension decision",
        "2029-09-30",
    )
    assert "Decide on extending the contract: Sunday 30 September 2029" in table.slash("timetable", by=cast.lead).text


def test_a_month_stays_a_month_and_a_year_a_year(table: Parley) -> None:
    reply = table.slash("term 5+2 from oct 2025 source Schedule 1", by=cast.chair)
    assert "It expires: September 2030; if extended: September 2032." in reply.text
    (milestone,) = table.export()["milestones"]
    assert (milestone["date"], milestone["month"]) == (None, "2029-09")
    reply = table.slash("term 5+2 from 2026 source Letter", by=cast.chair)
    assert "It expires: 2031; if extended: 2033." in reply.text
    assert "Decide on the extension by: 2030 (in the timetable once the month of the start is known)" in reply.text
    assert [row["status"] for row in table.export()["milestones"]] == ["removed"]


def test_another_term_moves_the_decision_with_its_reason(table: Parley) -> None:
    table.slash(TERM, by=cast.chair)
    table.slash("term 5+2 from 1 jan 2026 decide by 30 jun 2029 source Schedule 1C", by=cast.lead)
    (milestone,) = table.export()["milestones"]
    assert (milestone["date"], milestone["baseline"]) == ("2029-06-30", "2029-09-30")
    assert table.deeds("M1")[-1]["reason"] == "the term is 5+2 from Thursday 1 January 2026"
    assert "Before: 5+2 from Wednesday 1 October 2025" in table.slash("term", by=cast.observer).text
    table.slash("term 5 from 1 jan 2026 source Schedule 1D", by=cast.lead)
    assert "There is no extension." in table.slash("term", by=cast.observer).text
    assert [row["status"] for row in table.export()["milestones"]] == ["removed"]
    refused = table.slash("term extend because all outcomes were met", by=cast.chair)
    assert "The term of 5 years has no extension" in refused.text


def test_the_extension_is_exercised_once(table: Parley) -> None:
    none = table.slash("term extend because all outcomes were met", by=cast.chair)
    assert "No term is recorded, so there is nothing to extend." in none.text
    table.slash(TERM, by=cast.chair)
    assert "You may not speak" in table.slash("term extend because of it", by=cast.scribe).text
    reply = table.slash("term extend because all outcomes were met", by=cast.chair)
    assert not reply.private
    assert (
        "It was extended by Margaret Osei (CCG) on Thursday 26 November 2026, because all outcomes were met. "
        in reply.text
    )
    assert "It expires: Thursday 30 September 2032, instead of Monday 30 September 2030." in reply.text
    again = table.slash("term extend because we like it", by=cast.chair)
    assert again.private
    assert "It is extended once at most" in again.text
    later = table.slash("term 5+2 from 1 oct 2032 source X", by=cast.chair)
    assert "The extension was exercised on Thursday 26 November 2026, once and for all" in later.text
    (row,) = table.export()["term"]
    assert (row["extended_by"], row["extended_because"]) == ("Margaret Osei", "all outcomes were met")
    assert [row["status"] for row in table.export()["milestones"]] == ["done"]
    assert table.trail_faults() == []


# -- the pack -------------------------------------------------------------------------------------------


def test_the_founding_story_is_printed_back_with_what_is_ambiguous_marked(table: Parley) -> None:
    reply = table.slash("scope load oxfordshire", by=cast.chair)
    assert not reply.private
    assert "7 entries" in reply.text
    text = dossier(table)
    for words in (
        "| up to £135,000,000 over 3 years | 2014 (ambiguous): the year is inferred |",
        "| £175,000,000 over 5 years | October 2015 (ambiguous)",
        "| 5+2 (5 years with one extension of 2 years) | Thursday 1 October 2015 | Wednesday 30 September 2020 | "
        "Friday 30 September 2022 | Monday 30 September 2019 |",
        "| SV4 | Maternity services | out |",
        "out of scope (ambiguous): which services they are is not said",
    ):
        assert words in text
    again = table.slash("scope load oxfordshire", by=cast.chair)
    assert again.private
    assert "The pack oxfordshire is in OXMH already" in again.text


def test_empty_registers_say_how_to_begin(table: Parley) -> None:
    for typed, hint in (("scope", "scope add"), ("value", "value £135m"), ("term", "term 5+2")):
        reply = table.slash(typed, by=cast.lead)
        assert reply.private
        assert f"`/parley {hint}" in reply.text
    assert "## Scope" not in dossier(table)


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD|dan> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;&lt; " * 3000,
        "“curly” 'single' \"double",
        "in out budget from over on source because " * 900,
    ],
    ids=["markup", "live", "scripts", "long", "quotes", "grammar"],
)
def test_hostile_words_are_kept_and_ping_nobody(table: Parley, words: str) -> None:
    table.slash(ADD, by=cast.chair)
    for typed in (
        f"scope add {words} in",
        f"scope add Carers in budget {words}",
        f"scope add Carers in from {words}",
        f"scope add {words}",
        f"scope move SV1 out because {words}",
        f"scope move {words}",
        f"scope budget SV1 {words}",
        f"scope load {words}",
        f"value {words}",
        f"value £5m over 3 years on {words} source X",
        f"value £5m over 3 years on 2014 source {words}",
        f"term {words}",
        f"term 5+2 from 2015 source {words}",
        TERM,
        f"term extend because {words}",
        *("scope", "value", "term"),
    ):
        reply = table.slash(typed, by=cast.lead)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed[:60]
        assert reply.pings == []
    assert not table.slash(f"term extend because {words}", by=cast.chair).private
    assert table.export()["scope"][0]["because"]
    assert table.export()["term"][-1]["extended_because"]
    assert table.trail_faults() == []
    assert dossier(table)


def test_what_has_expired_is_not_extended(table: Parley) -> None:
    table.slash("term 5+2 from 1 oct 2015 source Schedule 1", by=cast.chair)
    assert "The term expired in 2020" in table.slash("term extend because we like it", by=cast.chair).text


def test_the_extension_is_the_commissioners_option(table: Parley) -> None:
    table.slash("term 5+2 from 1 oct 2025 source Schedule 1", by=cast.chair)
    refused = table.slash("term extend because the outcomes were met", by=cast.lead)
    assert refused.private
    assert "The extension is the commissioner's option" in refused.text
    assert "Ask a lead or negotiator of CCG" in refused.text
    example = "term extend because the outcomes of year 4 were met"
    assert f"`/parley {example}`" in refused.text
    assert not table.slash(example, by=cast.chair).private
