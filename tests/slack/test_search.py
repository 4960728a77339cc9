"""`search WORDS…`: what was said is found by those who may read it, wherever it was said, and by nobody else."""

import re
from typing import Any

import pytest
from sqlalchemy import event

from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Person, Room
from tests.harness import Parley

DIRECT = Room("D01CHAIR", "direct")


def looks_up(parley: Parley, words: str, by: Person = cast.chair, where: Room = cast.joint) -> list[str]:
    """What is found, by ref, the best first."""
    reply = parley.slash(f"search {words}", by=by, where=where)
    assert reply.private
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    return refs(reply.blocks)


def refs(shown: list[dict[str, Any]]) -> list[str]:
    sections = [block["text"]["text"] for block in shown if block["type"] == "section"]
    return [found[1] for text in sections[1:] if (found := re.match(r"(?:[A-Z]+ )?\*(.+?)\*", text))]


def fill(parley: Parley) -> None:
    parley.slash("clause add 4.2 Payment", by=cast.chair)
    parley.slash("propose 4.2 The Commissioner pays within 30 days because the trust has no reserves", by=cast.lead)
    parley.slash("decide The finance sub-group meets every week.", by=cast.chair)
    parley.types("NOTE: The naïve model falls short & <strange>.", by=cast.scribe)
    parley.slash("agree Payment is made in arrears.", by=cast.chair)
    parley.slash("object AG1 because arrears are dear to the partnership", by=cast.lead)
    parley.slash("milestone add Mobilisation of the service on 11 dec 2026", by=cast.chair)
    parley.slash("agenda add N1 Share of value at risk", by=cast.chair)
    parley.slash("outcome add People live longer", by=cast.chair)
    parley.slash("metric add O1 Gap in life expectancy narrows", by=cast.chair)
    parley.slash("document add Draft contract version 0.3", by=cast.chair)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("payment", ["AG1", "4.2"]),
        ("PAYM", ["AG1", "4.2"]),
        ("reserves", ["4.2/p1"]),
        ('"within 30 days"', ["4.2/p1"]),
        ('"days within"', []),
        ("week", ["D1"]),
        ("naive", ["E1"]),
        ("dear partnership", ["AG1"]),
        ("mobilisation", ["M1"]),
        ("value-at-risk", ["N1 item 1"]),
        ("expectancy", ["O1.1 w1"]),
        ("draft", ["DOC1"]),
        ("ag1", ["AG1"]),
        ("zebra", []),
        ("payment zebra", []),
        ("NEAR payment", []),
        ("* payment -", ["AG1", "4.2"]),
    ],
)
def test_everything_is_found_by_its_words(meeting: Parley, words: str, found: list[str]) -> None:
    fill(meeting)
    shown = looks_up(meeting, words, by=cast.observer)
    assert shown == found or (len(found) > 1 and set(shown) == set(found))


def test_a_ref_comes_before_the_words_that_name_it(meeting: Parley) -> None:
    fill(meeting)
    meeting.slash("note AG1 AG1 AG1 must wait; 4.2 too", by=cast.chair)
    assert looks_up(meeting, "ag1") == ["AG1", "E2"]
    assert looks_up(meeting, "4.2")[0] == "4.2"


def test_a_result_says_what_it_is_where_and_when_and_links_its_message(meeting: Parley) -> None:
    fill(meeting)
    reply = meeting.slash("search naive", by=cast.observer)
    section = reply.blocks[1]["text"]["text"]
    assert section.startswith("*E1* note · N1 · Thursday 26 November 2026\nThe *naïve* model falls short &amp; ")
    assert "&lt;strange&gt;" in section
    assert re.search(r"<https://oxfordshire\.slack\.com/archives/C01JOINT/p\d+\|source message>$", section)
    assert "Subject to contract" in str(reply.blocks)
    assert "*E1* note" in reply.text


def test_what_was_taken_back_is_found_and_says_so(meeting: Parley) -> None:
    meeting.slash("decide Never mind the zebra.", by=cast.chair)
    meeting.slash("undo", by=cast.chair)
    reply = meeting.slash("search zebra", by=cast.observer)
    assert "*D1* decision · undone" in reply.text


def test_a_clause_says_how_it_stands(table: Parley) -> None:
    table.slash("clause add 4.2 Payment", by=cast.chair)
    table.slash("propose 4.2 Within 30 days", by=cast.chair)
    assert "*4.2* clause · proposed" in table.slash("search payment", by=cast.observer).text


def test_new_words_are_found_and_old_ones_are_not(meeting: Parley) -> None:
    ts = meeting.types("NOTE: The walrus sings", by=cast.scribe)
    meeting.edits(ts, "NOTE: The walrus sings", "NOTE: The zebra sings", by=cast.scribe)
    assert looks_up(meeting, "zebra") == ["E1"]
    assert looks_up(meeting, "walrus") == []


def test_what_is_said_of_minutes_is_found_and_how_it_stands(meeting: Parley) -> None:
    meeting.slash("close", by=cast.scribe)
    meeting.slash("minutes correct N1 Leave out the zebra", by=cast.lead)
    meeting.slash("minutes correct N1 decline 1 because the walrus was there", by=cast.scribe)
    for word in ("zebra", "walrus"):
        reply = meeting.slash(f"search {word}", by=cast.observer)
        assert "*N1 correction 1* correction of minutes · declined · N1" in reply.text


def test_a_full_page_asks_the_database_no_more_than_one_hit_does(meeting: Parley) -> None:
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    def questions() -> int:
        asked.clear()
        meeting.slash("search zebra", by=cast.lead)
        return len(asked)

    event.listen(meeting.deps.db.engine, "before_cursor_execute", note)
    meeting.slash("clause add 1 Zebra", by=cast.chair)
    meeting.slash("agenda add N1 Zebra", by=cast.chair)
    few = questions()
    for number in range(2, 5):
        meeting.slash(f"clause add {number} Zebra", by=cast.chair)
        meeting.slash("agenda add N1 Zebra", by=cast.chair)
    assert questions() == few
    event.remove(meeting.deps.db.engine, "before_cursor_execute", note)


def test_many_are_shown_page_by_page_each_once(meeting: Parley) -> None:
    for number in range(19):
        meeting.slash(f"note Zebra number {number}", by=cast.chair)
    reply = meeting.slash("search zebra", by=cast.lead)
    assert "19 records, here 1 to 8" in reply.text
    pages = [refs(reply.blocks)]
    shown = reply.blocks
    while buttons := [block["elements"][0] for block in shown if block["type"] == "actions"]:
        assert buttons[0]["action_id"] == "search.more"
        meeting.presses("search.more", buttons[0]["value"], by=cast.lead)
        meeting.deliver()
        shown = meeting.api.called("chat.postEphemeral")[-1]["blocks"]
        pages.append(refs(shown))
    assert [len(page) for page in pages] == [8, 8, 3]
    assert sorted(ref for page in pages for ref in page) == sorted(f"E{n}" for n in range(1, 20))


def test_more_than_can_be_ranked_is_said(meeting: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.search.service.MOST", 3)
    for number in range(4):
        meeting.slash(f"note Zebra number {number}", by=cast.chair)
    assert "more than 3; these are the newest" in meeting.slash("search zebra", by=cast.lead).text


# -- what is private ------------------------------------------------------------------------------------

CANARY = "canarybird"


def keep_private(parley: Parley) -> None:
    """The commissioner's own words, in every way in which a side keeps some."""
    for typed in (
        f"position 4.2 must {CANARY} target {CANARY} walkaway {CANARY}",
        f"concession planned 4.2 {CANARY} worth £1.2m",
        f"mandate {cast.scribe.mention} {CANARY}",
        f"note {CANARY}",
        f"decide {CANARY}",
        f"action Send the {CANARY} {cast.scribe.mention} by fri",
        f"meeting add premeet {CANARY} on 4 dec at 10:00 for 1h",
    ):
        parley.slash(typed, by=cast.chair, where=cast.ccg_caucus)


def test_a_side_finds_its_own_words_in_its_own_room_and_in_direct_messages(table: Parley) -> None:
    keep_private(table)
    mine = looks_up(table, CANARY, by=cast.scribe, where=cast.ccg_caucus)
    assert {"CCG-E1", "CCG-D1", "CCG-A1", "CCG-P1"} < set(mine)
    assert len(mine) == 7
    assert looks_up(table, CANARY, by=cast.analyst, where=DIRECT) == mine
    assert looks_up(table, "CCG-A1", by=cast.chair, where=DIRECT) == ["CCG-A1"]


@pytest.mark.parametrize("words", [CANARY, "canary", f'"{CANARY}"', "CCG-A1", "CCG-E1", "send the"])
def test_nobody_else_finds_them_anywhere(table: Parley, words: str) -> None:
    """The answer is the one for what was never said, to the letter: no count and no hint differs."""
    places = (cast.joint, cast.ohp_caucus, cast.finance, cast.elsewhere, Room("D04LEAD", "direct"))
    people = (cast.lead, cast.negotiator, cast.observer)
    before = {(p, w): table.slash(f"search {words}", by=p, where=w).blocks for p in people for w in places}
    keep_private(table)
    for (person, where), answer in before.items():
        assert table.slash(f"search {words}", by=person, where=where).blocks == answer
    table.deliver()
    assert CANARY not in str([table.api.messages(room.id) for room in (cast.joint, cast.ohp_caucus, cast.finance)])


def test_at_the_joint_table_not_even_a_side_itself_finds_them(table: Parley) -> None:
    keep_private(table)
    for where in (cast.joint, cast.finance, cast.elsewhere):
        assert looks_up(table, CANARY, by=cast.chair, where=where) == []
        assert looks_up(table, "CCG-A1", by=cast.chair, where=where) == []
    told = table.slash("search payment", by=cast.chair).text
    assert "What is private to your side is searched in its caucus channel or in a direct message" in told


def test_what_is_private_does_not_change_the_order_of_what_is_not(table: Parley) -> None:
    for words in ("zebra zebra", "zebra and walrus", "walrus", "zebra"):
        table.slash(f"note {words}", by=cast.chair)
    before = looks_up(table, "zebra", by=cast.lead)
    for _ in range(12):
        table.slash("note zebra zebra walrus", by=cast.chair, where=cast.ccg_caucus)
    assert looks_up(table, "zebra", by=cast.lead) == before


def test_a_stranger_is_told_what_everybody_is_told_where_nothing_is(table: Parley) -> None:
    table.slash("note zebra", by=cast.chair)
    nothing = table.slash("search zebra", by=cast.stranger, where=cast.elsewhere).text
    assert table.slash("search zebra", by=cast.stranger, where=cast.ccg_caucus).text == nothing
    at_the_table = {table.slash(f"search {words}", by=cast.stranger).text for words in ("zebra", "walrus")}
    assert len(at_the_table) == 1
    assert "You have no seat in OXMH" in at_the_table.pop()
    assert "no negotiation here that you take part in" in nothing


# -- where, and badly -----------------------------------------------------------------------------------


def test_outside_its_channels_all_of_a_persons_negotiations_are_searched(table: Parley) -> None:
    other = Room("C90", "bucks")
    table.slash("note zebra of Oxford", by=cast.chair)
    table.slash("new BUCKS Another contract", by=cast.chair, where=other)
    table.slash("party add BCC Buckinghamshire as commissioner", by=cast.chair, where=other)
    table.slash(f"member add {cast.chair.mention} to BCC as chair", by=cast.chair, where=other)
    for number in range(9):
        table.slash(f"note zebra of Bucks {number}", by=cast.chair, where=other)
    reply = table.slash("search zebra", by=cast.chair, where=DIRECT)
    assert "*Search in OXMH and BUCKS*: 10 records" in reply.text
    assert "BUCKS *E9* note" in reply.text
    (button,) = [block["elements"][0] for block in reply.blocks if block["type"] == "actions"]
    table.presses("search.more", button["value"], by=cast.chair, where=cast.elsewhere)
    table.deliver()
    second = table.api.called("chat.postEphemeral")[-1]["blocks"]
    assert len(refs(second)) == 2
    assert "OXMH *E1* note" in f"{reply.text} {second}"
    assert looks_up(table, "zebra") == ["E1"]
    assert "BUCKS" not in table.slash("search zebra", by=cast.lead, where=cast.elsewhere).text
    assert len(refs(table.slash("BUCKS search zebra", by=cast.chair, where=cast.elsewhere).blocks)) == 8


def test_by_mention_only_the_person_sees_what_was_found(table: Parley) -> None:
    table.slash("note zebra", by=cast.chair)
    before = len(table.posted())
    table.mentions("search zebra", by=cast.lead)
    assert len(table.posted()) == before
    assert "*E1* note" in table.api.called("chat.postEphemeral")[-1]["text"]


@pytest.mark.parametrize("words", ["", '" * - : ( ) ^', "🙂"])
def test_without_a_word_it_says_what_to_type(table: Parley, words: str) -> None:
    reply = table.slash(f"search {words}", by=cast.chair)
    assert "Say what to search for" in reply.text
    assert "`/parley search payment" in reply.text


def test_too_many_words_come_back(table: Parley) -> None:
    words = "zebra " * 60
    reply = table.slash(f"search {words}", by=cast.chair)
    assert "Search for fewer words" in reply.text
    assert words.strip() in reply.shown


def test_what_is_not_found_is_answered_with_what_to_try(table: Parley) -> None:
    reply = table.slash("search *zebra* &lt;!channel&gt;", by=cast.chair)
    assert "Nothing in OXMH holds ∗zebra∗ <!channel>. Try fewer words" in reply.text.replace("&lt;", "<").replace(
        "&gt;", ">"
    )
    assert reply.pings == []
