"""Issued drafts: every version once, every change disclosed, every missing schedule by its name."""

from collections.abc import Iterator
from typing import Any

import pytest

from storage import Conflict
from storage.tables import Document
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

FIRST = "document add Full contract version 1 missing Schedule 3B, Annex A"


@pytest.fixture
def issued(table: Parley) -> Parley:
    """DOC1, version 1 of the full contract, issued today by CCG without Schedule 3B and Annex A."""
    assert "*DOC1*" in table.slash(FIRST, by=cast.chair).text
    return table


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """The same, once for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        running.slash(FIRST, by=cast.chair)
        yield running


def documents(parley: Parley) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parley.export()["documents"]
    return rows


# -- issuing --------------------------------------------------------------------------------------------


def test_a_draft_is_recorded_aloud_with_everything_that_was_understood(table: Parley) -> None:
    reply = table.slash(FIRST, by=cast.chair)
    assert not reply.private
    assert reply.text == (
        "*DOC1* Full contract: version 1, issued on Thursday 26 November 2026 by CCG. Nobody is named to hold the pen. "
        "Missing: Schedule 3B and Annex A."
    )
    assert documents(table) == [
        {
            "ref": "DOC1",
            "title": "Full contract",
            "version": "1",
            "issued_on": "2026-11-26",
            "party": "CCG",
            "pen": None,
            "complete": False,
            "missing": ["Schedule 3B", "Annex A"],
            "schedules": [
                {"name": "Schedule 3B", "received_at": None, "received_by": None},
                {"name": "Annex A", "received_at": None, "received_by": None},
            ],
            "against": None,
            "changes": None,
            "recorded_by": "Margaret Osei",
            "recorded_at": "2026-11-26T10:00:00+00:00",
        }
    ]
    (deed,) = table.deeds("DOC1")
    assert (deed["deed"], deed["actor"]) == ("document.issued", "Margaret Osei (CCG)")
    assert (deed["title"], deed["version"], deed["missing"]) == ("Full contract", "1", ["Schedule 3B", "Annex A"])
    assert table.trail_faults() == []


def test_the_further_parts_come_in_any_order_and_changes_last(issued: Parley) -> None:
    reply = issued.slash(
        f"document add full CONTRACT version v2 pen {cast.lead.mention} from ohp on 26 nov 2026 missing sched 3b, "
        "the finance model changes Payment falls due after *28* days, on demand\nfrom 2027",
        by=cast.scribe,
    )
    assert not reply.private
    assert "issued on Thursday 26 November 2026 by OHP. Daniel Kerr (OHP) holds the pen." in reply.text
    assert "Missing: Schedule 3B and the finance model. Changes against version 1:" in reply.text
    exact = [block["text"]["text"] for block in reply.blocks if block["text"]["type"] == "plain_text"]
    assert exact == ["Payment falls due after *28* days, on demand\nfrom 2027"]
    second = documents(issued)[1]
    assert (second["version"], second["party"], second["pen"], second["against"]) == ("2", "OHP", "Daniel Kerr", "DOC1")
    assert second["changes"] == exact[0]
    assert second["recorded_by"] == "Tom Whitfield"


def test_a_draft_of_the_past_is_welcome_and_takes_its_place_by_its_date(issued: Parley) -> None:
    reply = issued.slash("document add Full contract version 0.9 on 2 jun 2026", by=cast.chair)
    assert "issued on Tuesday 2 June 2026" in reply.text
    assert "not disclosed" not in reply.text  # nothing came before it
    first, earlier = documents(issued)
    assert (first["against"], earlier["against"]) == ("DOC2", None)
    assert "*DOC1* version 1, Thursday 26 November 2026" in issued.slash("documents", by=cast.observer).text


def test_outside_a_channel_the_answer_says_who_sees_it(table: Parley) -> None:
    reply = table.slash(FIRST, by=cast.lead, where=cast.elsewhere)
    assert reply.private
    assert reply.text.endswith("Everyone at the table sees this.")
    assert documents(table)[0]["party"] == "OHP"


@pytest.mark.parametrize(
    ("title", "kept"),
    [
        ("The version control contract", "The version control contract"),
        ('"Contract version 1 from CCG"', "Contract version 1 from CCG"),
        ("Contract on health from Oxford", "Contract on health from Oxford"),
    ],
)
def test_a_title_may_hold_the_words_of_the_grammar(table: Parley, title: str, kept: str) -> None:
    table.slash(f"document add {title} version 2", by=cast.chair)
    assert [(row["title"], row["version"]) for row in documents(table)] == [(kept, "2")]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("FULL  contract version 1", "DOC1 Full contract is version 1 already, issued on Thursday 26 November 2026"),
        ("Full contract version V1", "DOC1 Full contract is version 1 already"),
        ("Full contract version 2 on 27 nov 2026", "Friday 27 November 2026 is still to come"),
        ("Full contract version 2 on fri", "A date that has passed needs its year: `on 12 nov 2025`"),
        ("Full contract version 2 on exit", "“exit” is not a date that Parley can read"),
        ("Full contract version 2 missing Charges on exit", "If “on” belongs to a name, put that name in quotes."),
        ("Full contract version 2 on 31/11/2026", "does not exist"),
        ("version 2", "Give the draft its title: `/parley document add"),
        ("Full contract", "Say what was issued and which version it is"),
        ("Full contract version", "Parley cannot tell which version that is"),
        ("Full contract version 2 final draft", "A title with such words goes in quotes"),
        ("Full contract version 2 from XYZ", "There is no party XYZ in OXMH. The parties are CCG, OHP."),
        ("Full contract version 2 pen", "Nothing follows `pen`"),
        ("Full contract version 2 pen nobody", "nobody is not one person. Name one: `pen @dana`"),
        (f"Full contract version 2 pen {cast.lead.mention} {cast.scribe.mention}", "is not one person"),
        (f"Full contract version 2 pen {cast.stranger.mention}", "Joel Fenn is not at the table"),
        ("Full contract version 2 missing ,", "Nothing follows `missing`"),
        ("Full contract version 2 on 2026-11-25 on 2026-11-24", "`on` stands there twice"),
        (f"{'x' * 201} version 1", "A title has 200 characters at most"),
    ],
)
def test_a_draft_that_cannot_be_is_refused_in_a_sentence(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(f"document add {typed}", by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert "You typed: /parley document add" in reply.shown
    assert standing.export() == before


def test_two_processes_cannot_issue_one_version_twice(issued: Parley) -> None:
    """The database refuses what slipped past the sentence."""
    with issued.deps.db.snapshot() as session:
        first = session.get_one(Document, 1)
    values = first.model_dump(exclude={"id"}) | {"number": 2, "ref": "DOC2", "title": "FULL CONTRACT"}
    with pytest.raises(Conflict), issued.deps.db.transaction() as session:
        session.add(Document(**values))
    assert len(documents(issued)) == 1


def test_another_negotiation_counts_its_own_versions(issued: Parley) -> None:
    issued.slash("new TWO Another contract", by=cast.stranger, where=cast.elsewhere)
    issued.slash("party add XYZ Another party", by=cast.stranger, where=cast.elsewhere)
    issued.slash(f"member add {cast.stranger.mention} to XYZ as lead", by=cast.stranger, where=cast.elsewhere)
    assert "*DOC1*" in issued.slash("document add Full contract version 1", by=cast.stranger, where=cast.elsewhere).text
    assert "There is no document DOC9" in issued.slash("document received DOC9 Annex A", by=cast.chair).text
    assert issued.slash("documents", by=cast.stranger, where=cast.elsewhere).text.splitlines()[1:] == [
        "*DOC1* version 1, Thursday 26 November 2026, issued by XYZ · pen: nobody named · complete"
    ]


# -- who may, and where ---------------------------------------------------------------------------------

VERBS = (FIRST, "document received DOC1 Annex A", "document disclose DOC1 Payment is later")


@pytest.mark.parametrize("typed", VERBS)
def test_an_observer_reads_and_does_not_record(standing: Parley, typed: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.observer)
    assert reply.private
    assert "You may not add to the record in OXMH" in reply.text
    assert standing.export() == before
    assert "*DOC1*" in standing.slash("documents", by=cast.observer).text


@pytest.mark.parametrize("typed", [FIRST.replace("version 1", "version 2"), *VERBS[1:]])
def test_nothing_is_entered_from_a_caucus_channel(standing: Parley, typed: str) -> None:
    before = standing.export(party="CCG")
    reply = standing.slash(typed, by=cast.chair, where=cast.ccg_caucus)
    assert reply.private
    assert "this channel is private to your side. Nothing was done." in reply.text
    assert standing.export(party="CCG") == before


def test_a_stranger_hears_that_there_is_nothing(standing: Parley) -> None:
    for typed in (*VERBS, "documents"):
        reply = standing.slash(typed, by=cast.stranger)
        assert reply.private
        assert "You have no seat in OXMH" in reply.text


# -- schedules that come ---------------------------------------------------------------------------------


def test_a_schedule_that_has_come_is_kept_with_who_and_when(issued: Parley) -> None:
    issued.later(hours=25)
    reply = issued.slash("document received doc1 sched 3B", by=cast.analyst)
    assert not reply.private
    assert reply.text == "*DOC1* Full contract, version 1: Schedule 3B has come. Still missing: Annex A."
    row = documents(issued)[0]
    assert (row["missing"], row["complete"]) == (["Annex A"], False)
    assert row["schedules"][0] == {
        "name": "Schedule 3B",
        "received_at": "2026-11-27T11:00:00+00:00",
        "received_by": "Anjali Mehta",
    }
    deed = issued.deeds("DOC1")[-1]
    assert deed == {"deed": "document.received", "actor": "Anjali Mehta (CCG)", "schedules": ["Schedule 3B"]}
    assert issued.slash("document received DOC1 Annex A.", by=cast.lead).text.endswith(
        "Annex A has come. It is complete."
    )
    assert documents(issued)[0]["complete"]
    assert "complete" in issued.slash("documents", by=cast.observer).text
    assert issued.trail_faults() == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Say of which draft and what has come: `/parley document received DOC1"),
        ("DOC1", "Say of which draft and what has come"),
        ("DOC1  ,", "Name the schedules, with commas between them"),
        ("DOC9 Annex A", "There is no document DOC9 in OXMH. `/parley documents` lists them."),
        ("DOC1 Schedule 9", "DOC1 does not lack Schedule 9. It lacks Schedule 3B, Annex A."),
        ("DOC1 Annex A, Schedule 9", "`/parley document received DOC1 Schedule 3B`"),
    ],
)
def test_a_schedule_that_was_not_missing_cannot_come(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(f"document received {typed}", by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert standing.export() == before


def test_nothing_comes_twice(issued: Parley) -> None:
    issued.slash("document received DOC1 Annex A", by=cast.chair)
    reply = issued.slash("document received DOC1 annex a", by=cast.lead)
    assert reply.private
    assert "Annex A of DOC1 came on Thursday 26 November 2026 already." in reply.text
    issued.slash("document received DOC1 Schedule 3B", by=cast.lead)
    assert "is complete: nothing of it is missing" in issued.slash("document received DOC1 Annex B", by=cast.lead).text


# -- each change disclosed --------------------------------------------------------------------------------


def test_a_later_draft_is_listed_as_not_disclosed_until_it_says_what_it_changes(issued: Parley) -> None:
    reply = issued.slash("document add Full contract version 2", by=cast.lead)
    assert not reply.private
    assert "Changes not disclosed. Say what it changes against version 1: `/parley document disclose DOC2" in reply.text
    assert "changes not disclosed" in issued.slash("documents", by=cast.observer).text
    assert documents(issued)[1]["changes"] is None

    told = issued.slash("document disclose doc2 Payment falls due after 28 days", by=cast.lead)
    assert not told.private
    assert told.text == ("*DOC2* Full contract, version 2. Changes against version 1:\nPayment falls due after 28 days")
    shown = issued.slash("documents", by=cast.observer).text
    assert "changes: Payment falls due after 28 days" in shown
    assert "not disclosed" not in shown
    deed = issued.deeds("DOC2")[-1]
    assert deed == {
        "deed": "document.disclosed",
        "actor": "Daniel Kerr (OHP)",
        "before": "",
        "changes": "Payment falls due after 28 days",
    }


def test_what_was_disclosed_before_stays_in_the_trail(issued: Parley) -> None:
    issued.slash("document add Full contract version 2 changes Payment is later", by=cast.lead)
    issued.slash("document disclose DOC2 Payment is later, and clause 5 is gone", by=cast.chair)
    before = issued.export()
    same = issued.slash("document disclose DOC2 Payment is later, and clause 5 is gone", by=cast.chair)
    assert same.private
    assert "Nothing was changed" in same.text
    assert issued.export() == before
    assert issued.deeds("DOC2")[-1]["before"] == "Payment is later"
    assert issued.trail_faults() == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Say which draft and what it changes: `/parley document disclose DOC3"),
        ("DOC1", "Say what it changes: `/parley document disclose DOC1"),
        ("DOC9 Payment is later", "There is no document DOC9"),
    ],
)
def test_a_disclosure_without_words_or_draft_is_refused(standing: Parley, typed: str, why: str) -> None:
    reply = standing.slash(f"document disclose {typed}", by=cast.chair)
    assert reply.private
    assert why in reply.text


# -- the list -------------------------------------------------------------------------------------------


def test_the_list_is_grouped_by_title_with_the_newest_last(issued: Parley) -> None:
    issued.slash("document add Heads of agreement version 1 on 2 nov 2026", by=cast.chair)
    issued.later(hours=24)
    issued.slash(f"document add Full contract version 2 pen {cast.lead.mention} changes Less risk", by=cast.lead)
    reply = issued.slash("documents", by=cast.observer)
    assert reply.private
    assert reply.text.splitlines() == [
        "*Heads of agreement*",
        "*DOC2* version 1, Monday 2 November 2026, issued by CCG · pen: nobody named · complete",
        "*Full contract*",
        "*DOC1* version 1, Thursday 26 November 2026, issued by CCG · pen: nobody named · "
        "missing: Schedule 3B and Annex A",
        "*DOC3* version 2, Friday 27 November 2026, issued by OHP · pen: Daniel Kerr (OHP) · complete · "
        "changes: Less risk",
    ]
    assert issued.slash("documents", by=cast.chair, where=cast.ccg_caucus).text == reply.text


def test_an_empty_register_says_how_to_begin(table: Parley) -> None:
    assert "No draft has been issued yet. Record one: `/parley document add" in table.slash("documents", cast.lead).text
    refused = table.slash("documents of yesterday", by=cast.lead)
    assert "`/parley documents` lists every draft" in refused.text


# -- any words at all ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD|dan> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;" * 190,
        "“curly” 'single' \"double",
    ],
    ids=["markup", "live", "scripts", "escapes", "quotes"],
)
def test_hostile_words_are_kept_and_ping_nobody(table: Parley, words: str) -> None:
    for typed in (
        f"document add {words} version 1 missing {words}",
        f"document add Contract version 2 changes {words}",
        f"document disclose DOC1 {words}",
        f"document add Contract version {words}",
        f"document add Contract version 3 from {words}",
        f"document add Contract version 3 pen {words}",
        f"document received DOC1 {words}",
        f"document received {words} Annex A",
        "documents",
    ):
        reply = table.slash(typed, by=cast.chair)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed
        assert reply.pings == []
    assert len(documents(table)) >= 2
    assert documents(table)[0]["changes"]
    assert table.trail_faults() == []


def test_a_register_of_any_length_fits(table: Parley) -> None:
    many = ", ".join(f"Schedule {n} with a long name &amp; more" for n in range(1, 100))
    for version in range(1, 25):
        table.slash(f"document add Contract version {version} missing {many} changes {'&lt; ' * 2000}", by=cast.chair)
    reply = table.slash("documents", by=cast.observer)
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    assert len(documents(table)[-1]["missing"]) == 99
    assert "*DOC24*" in reply.shown
