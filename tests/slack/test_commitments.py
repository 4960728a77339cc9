"""What a submission promised: carried into clauses, or consciously not, and nothing forgotten."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

ADD = "commitment add A named care coordinator within five days source Submission section 4.2"


@pytest.fixture
def promised(table: Parley) -> Parley:
    """C1 and C2, promises of OHP."""
    table.slash(ADD, by=cast.chair)
    table.slash("commitment add A crisis line at night from OHP", by=cast.lead)
    return table


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """The same, once for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        running.slash(ADD, by=cast.chair)
        yield running


def commitment(parley: Parley, ref: str = "C1") -> dict[str, Any]:
    by_ref: dict[str, dict[str, Any]] = {row["ref"]: row for row in parley.export()["commitments"]}
    return by_ref[ref]


# -- recording ------------------------------------------------------------------------------------------


def test_a_promise_is_recorded_aloud_in_its_exact_words(table: Parley) -> None:
    reply = table.slash(ADD.replace("named", "*named*"), by=cast.analyst)
    assert not reply.private
    assert "Commitment *C1* of Oxford Health and partners:\nA *named* care coordinator within five days" in reply.text
    assert "Source: Submission section 4.2" in reply.text
    assert "`/parley commitment carry C1 into 4.2`" in reply.text
    exact = [block["text"]["text"] for block in reply.blocks if block["text"]["type"] == "plain_text"]
    assert exact == ["A *named* care coordinator within five days"]
    assert commitment(table) == {
        "ref": "C1",
        "text": exact[0],
        "party": "OHP",
        "source": "Submission section 4.2",
        "status": "open",
        "clauses": [],
        "reason": "",
        "settled_by": None,
        "settled_at": None,
        "recorded_by": "Anjali Mehta",
        "recorded_at": "2026-11-26T10:00:00+00:00",
    }
    (deed,) = table.deeds("C1")
    assert (deed["deed"], deed["actor"], deed["promised_by"]) == ("commitment.added", "Anjali Mehta (CCG)", "OHP")
    assert table.trail_faults() == []


def test_a_provider_promises_for_itself_and_with_several_providers_somebody_says_who(table: Parley) -> None:
    table.slash("party add VCS Voluntary sector alliance", by=cast.chair)
    refused = table.slash("commitment add A crisis line", by=cast.chair)
    assert refused.private
    assert "Say whose promise it is. The providers are OHP, VCS." in refused.text
    assert table.export()["commitments"] == []
    table.slash("commitment add A crisis line", by=cast.lead)
    table.slash("commitment add A welcome call from vcs source Bid", by=cast.chair)
    assert [commitment(table, ref)["party"] for ref in ("C1", "C2")] == ["OHP", "VCS"]


@pytest.mark.parametrize(
    ("typed", "text", "source"),
    [
        ('"Publish the source code" source Bid', "Publish the source code", "Bid"),
        ("One source of data source Bid", "One source of data", "Bid"),
        ("Savings from year two onwards", "Savings from year two onwards", ""),
        ('"Reports from wards"', "Reports from wards", ""),
    ],
)
def test_a_promise_may_hold_the_words_of_the_grammar(table: Parley, typed: str, text: str, source: str) -> None:
    table.slash(f"commitment add {typed}", by=cast.lead)
    assert (commitment(table)["text"], commitment(table)["source"]) == (text, source)


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("add", "Say what was promised: `/parley commitment add"),
        ("add source Bid", "Say what was promised"),
        ("add A crisis line source", "Nothing follows `source`"),
        ("add A crisis line from XYZ", "There is no party XYZ in OXMH. The parties are CCG, OHP."),
        ("add A crisis line from CCG", "CCG is a party as commissioner, and a commissioner promises nothing"),
        ("add Reports from wards", "Words that are no party go in quotes"),
        ("carry", "Say which promise and which clauses carry it: `/parley commitment carry C1 into 4.2"),
        ("carry C1 4.2", "Say which promise and which clauses carry it"),
        ("carry C1 into ,", "Say which clauses carry it"),
        ("carry C1 into the payment clause", "is not a clause number that Parley can read"),
        ("carry C1 into 4.2, nowhere at all", "“nowhere at all” is not a clause number"),
        ("carry C9 into 4.2", "There is no commitment C9 in OXMH. `/parley commitments` lists them."),
        ("waive C1", "Say which and why: `/parley commitment waive C1 because"),
        ("waive C1 because  ", "Say which and why"),
        ("waive C9 because of it", "There is no commitment C9"),
        ("reopen C1", "Say which and why: `/parley commitment reopen C1 because"),
        ("reopen C1 because of it", "C1 is open, so there is nothing to reopen."),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(f"commitment {typed}", by=cast.lead)
    assert reply.private
    assert why in reply.text
    assert f"You typed: /parley commitment {typed.strip()}" in reply.shown
    assert standing.export() == before


# -- where it goes ---------------------------------------------------------------------------------------


def test_a_promise_is_carried_into_clauses_spelled_as_everywhere(promised: Parley) -> None:
    promised.later(hours=1)
    reply = promised.slash("commitment carry c1 into clause 4.2, sched 3b", by=cast.lead)
    assert not reply.private
    assert reply.text == (
        "*C1* is carried into 4.2 and Schedule 3B: A named care coordinator within five days\n"
        "1 of 2 carried into clauses, 1 open."
    )
    row = commitment(promised)
    assert (row["status"], row["clauses"]) == ("carried", ["4.2", "Schedule 3B"])
    assert (row["settled_by"], row["settled_at"]) == ("Daniel Kerr", "2026-11-26T11:00:00+00:00")
    again = promised.slash("commitment carry C1 into 4.2", by=cast.chair)
    assert again.private
    assert "Nothing was changed: C1 is carried into 4.2 and Schedule 3B already." in again.text
    assert "into 4.2, Schedule 3B and GC13.3:" in promised.slash("commitment carry C1 into gc13.3", cast.chair).text
    assert [deed["deed"] for deed in promised.deeds("C1")] == [
        "commitment.added",
        "commitment.carried",
        "commitment.carried",
    ]
    assert promised.deeds("C1")[-1]["before"] == ["4.2", "Schedule 3B"]
    assert promised.trail_faults() == []


def test_a_promise_is_consciously_not_carried_for_a_reason(promised: Parley) -> None:
    reply = promised.slash("commitment waive C2 because the service moves to 111", by=cast.chair)
    assert not reply.private
    assert "*C2* is consciously not carried, because the service moves to 111: A crisis line at night" in reply.text
    row = commitment(promised, "C2")
    assert (row["status"], row["reason"], row["settled_by"]) == ("waived", "the service moves to 111", "Margaret Osei")
    for typed in ("carry C2 into 4.2", "waive C2 because of it"):
        refused = promised.slash(f"commitment {typed}", by=cast.lead)
        assert refused.private
        assert "C2 is consciously not carried. Reopen it first: `/parley commitment reopen C2 because" in refused.text


def test_what_is_carried_is_waived_only_once_it_is_open_again(promised: Parley) -> None:
    promised.slash("commitment carry C1 into 4.2", by=cast.lead)
    refused = promised.slash("commitment waive C1 because it costs too much", by=cast.lead)
    assert refused.private
    assert "C1 is carried into 4.2. Reopen it first" in refused.text
    reply = promised.slash("commitment reopen C1 because clause 4.2 was taken out", by=cast.negotiator)
    assert not reply.private
    assert "*C1* is open again, because clause 4.2 was taken out" in reply.text
    row = commitment(promised)
    assert (row["status"], row["clauses"], row["settled_by"], row["settled_at"]) == ("open", [], None, None)
    deed = promised.deeds("C1")[-1]
    assert (deed["deed"], deed["actor"]) == ("commitment.reopened", "Ruth Adeyemi (OHP)")
    assert (deed["before"], deed["clauses"], deed["reason"]) == ("carried", ["4.2"], "clause 4.2 was taken out")
    promised.slash("commitment waive C1 because it costs too much", by=cast.lead)
    assert commitment(promised)["status"] == "waived"
    promised.slash("commitment reopen C1 because we can pay", by=cast.lead)
    assert promised.deeds("C1")[-1]["waived_because"] == "it costs too much"
    assert promised.trail_faults() == []


# -- who may, and where ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "by", "why"),
    [
        (ADD, cast.observer, "You may not add to the record in OXMH"),
        ("commitment carry C1 into 4.2", cast.scribe, "that needs the role lead or negotiator"),
        ("commitment carry C1 into 4.2", cast.observer, "that needs the role lead or negotiator"),
        ("commitment waive C1 because of it", cast.analyst, "that needs the role lead or negotiator"),
        ("commitment reopen C1 because of it", cast.scribe, "that needs the role lead or negotiator"),
        (ADD, cast.stranger, "You have no seat in OXMH"),
        ("commitments", cast.stranger, "You have no seat in OXMH"),
    ],
)
def test_who_may_not_is_told_and_nothing_changes(standing: Parley, typed: str, by: cast.Person, why: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=by)
    assert reply.private
    assert why in reply.text
    assert standing.export() == before


@pytest.mark.parametrize(
    "typed",
    [
        ADD,
        "commitment carry C1 into 4.2",
        "commitment waive C1 because of it",
        "commitment reopen C1 because of it",
    ],
)
def test_nothing_is_entered_from_a_caucus_channel(standing: Parley, typed: str) -> None:
    before = standing.export(party="OHP")
    reply = standing.slash(typed, by=cast.lead, where=cast.ohp_caucus)
    assert reply.private
    assert "this channel is private to your side. Nothing was done." in reply.text
    assert standing.export(party="OHP") == before


# -- the list ---------------------------------------------------------------------------------------------


def test_the_list_says_where_each_went_and_how_many_are_covered(promised: Parley) -> None:
    for number in (3, 4, 5):
        promised.slash(f"commitment add Promise {number}", by=cast.lead)
        promised.slash(f"commitment carry C{number} into {number}.1", by=cast.lead)
    promised.slash("commitment waive C2 because the service moves to 111", by=cast.chair)
    reply = promised.slash("commitments", by=cast.observer)
    assert reply.private
    assert reply.text.splitlines() == [
        "3 of 5 carried into clauses, 1 consciously not, 1 open.",
        "*C1* A named care coordinator within five days · OHP · Submission section 4.2 → open",
        "*C2* A crisis line at night · OHP → consciously not carried, because the service moves to 111 "
        "(Margaret Osei (CCG), Thursday 26 November 2026)",
        "*C3* Promise 3 · OHP → carried into 3.1",
        "*C4* Promise 4 · OHP → carried into 4.1",
        "*C5* Promise 5 · OHP → carried into 5.1",
    ]


def test_an_empty_register_says_how_to_begin(table: Parley) -> None:
    reply = table.slash("commitments", by=cast.lead)
    assert "No promise has been recorded yet. Record one: `/parley commitment add" in reply.text
    assert "`/parley commitments` lists every promise" in table.slash("commitments open", by=cast.lead).text


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD|dan> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;&lt; " * 3000,
        "“curly” 'single' \"double",
    ],
    ids=["markup", "live", "scripts", "long", "quotes"],
)
def test_hostile_words_are_kept_and_ping_nobody(table: Parley, words: str) -> None:
    for typed in (
        f"commitment add {words} source {words}",
        f"commitment add {words} from {words}",
        f"commitment carry C1 into {words}",
        f"commitment carry {words} into 4.2",
        f"commitment waive C1 because {words}",
        f"commitment reopen C1 because {words}",
        f"commitment waive C1 because {words}",
        "commitments",
    ):
        reply = table.slash(typed, by=cast.lead)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed[:60]
        assert reply.pings == []
    row = commitment(table)
    assert row["status"] == "waived"
    assert row["reason"]
    assert row["text"]
    assert table.trail_faults() == []
