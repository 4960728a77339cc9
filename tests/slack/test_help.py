"""Help by topic, in this negotiation's own words, and what plain `/parley` offers here and now."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import routes
from bot.advice.examples import in_own_words
from bot.slack.command import split_verb
from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Person, Room
from tests.harness import Parley, Reply


def asked(parley: Parley, words: str, by: Person = cast.chair, where: Room = cast.joint) -> Reply:
    reply = parley.slash(words, by=by, where=where)
    assert reply.private
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    return reply


def examples_in(text: str) -> list[str]:
    return re.findall(r"For example: `/parley (.+?)`(?:\n|$)", text)


@pytest.mark.parametrize(
    ("topic", "section", "first"),
    [
        ("setting up", "Setting up", "new [CODE TITLE…]"),
        ("SETUP", "Setting up", "new [CODE TITLE…]"),
        ("timetable", "Timetable", "timetable"),
        ("meetings", "Meetings", "meeting add"),
        ("table", "At the table", "start REF"),
        ("at  the table", "At the table", "start REF"),
        ("actions", "Actions", "actions [mine|"),
        ("clauses", "Clauses", "clauses [open|"),
        ("registers", "Registers", "variation add"),
        ("documents", "Documents", "document add"),
        ("positions", "Positions", "position CLAUSE"),
        ("choices", "Choices", "route"),
        ("reading", "Reading", "brief [REF]"),
    ],
)
def test_a_topic_is_one_section_with_examples(table: Parley, topic: str, section: str, first: str) -> None:
    shown = "\n".join(block["text"]["text"] for block in table.slash(f"help {topic}", by=cast.chair).blocks)
    assert shown.startswith(f"*{section}*\n`{first}")
    assert re.findall(r"(?m)^\*(.+)\*$", shown) == [section]
    assert len(examples_in(shown)) == sum(command.section == section for command in routes.COMMANDS.values())


def test_help_alone_names_the_topics_and_a_wrong_word_does_too(table: Parley) -> None:
    for text in (asked(table, "help").text, asked(table, "help frobnicate").text):
        assert "setting up" in text
        assert "registers" in text


def test_examples_are_in_this_negotiations_own_words(meeting: Parley) -> None:
    for typed in (
        "clause add 7.1 Data sharing",
        "propose 7.1 Data are shared within two days.",
        f"action Send the figures {cast.chair.mention} by 12 dec",
        f"action Draft the schedule {cast.lead.mention} by 12 dec",
        "agree Data are shared.",
        "milestone add Draft issued on 11 dec 2026",
    ):
        meeting.slash(typed, by=cast.chair)
    text = asked(meeting, "help clauses").text
    assert "`/parley propose 7.1 Payment falls due within 30 days.`" in text
    assert "`/parley withdraw 7.1/p1`" in text
    assert "`/parley escalate 7.1 to @Tom Whitfield because" in text
    assert "`/parley clause add 4.2 Payment`" in text  # of what is yet to be
    assert "`/parley done A1 sent on Tuesday`" in asked(meeting, "help done").text
    assert "`/parley done A2 sent on Tuesday`" in asked(meeting, "help done", by=cast.lead).text
    assert "`/parley confirm AG1`" in asked(meeting, "help confirm", by=cast.lead).text
    assert "`/parley milestone done M1 on 2 jun 2026`" in asked(meeting, "help milestone done").text
    assert "`/parley channel caucus OHP`" in asked(meeting, "help caucus", by=cast.lead).text
    assert "`/parley brief N1`" in asked(meeting, "help brief").text


def test_examples_tell_nobody_what_is_anothers_own(meeting: Parley) -> None:
    """Private refs are in no example, not even one's own: it may be typed where others read."""
    meeting.slash("note Between us", by=cast.chair, where=cast.ccg_caucus)
    meeting.slash(f"action Count the beds {cast.scribe.mention} by 12 dec", by=cast.chair, where=cast.ccg_caucus)
    for by, where in ((cast.chair, cast.ccg_caucus), (cast.lead, cast.joint), (cast.stranger, cast.joint)):
        text = asked(meeting, "help actions", by=by, where=where).text
        assert "CCG-" not in text
        assert "`/parley done A3 sent on Tuesday`" in text
    assert "Whitfield" not in asked(meeting, "help actions", by=cast.stranger).text


def test_an_example_that_is_typed_as_it_stands_is_understood(meeting: Parley) -> None:
    """The names in examples are those that Parley takes, so that copying one works."""
    meeting.slash("agenda add N1 Data sharing", by=cast.chair)
    for verb in ("attend", "present", "apologies", "declare", "action"):
        (example, *_) = [each for each in examples_in(asked(meeting, f"help {verb}").text) if each.split()[0] == verb]
        assert "You typed" not in meeting.slash(example, by=cast.chair).shown, example


@given(
    st.dictionaries(
        st.sampled_from(["4.2", "OXMH", "CCG", "@dana", "N1", "A3", "AG1"]), st.text(min_size=1, max_size=9)
    )
)
def test_an_example_stays_an_example_of_its_verb(own: dict[str, str]) -> None:
    for verb, command in routes.COMMANDS.items():
        found = split_verb(in_own_words(verb, command.example, own), routes.COMMANDS)
        assert found is not None
        assert found[0] == verb
        assert in_own_words(verb, command.example, {}) == command.example


# -- here and now -----------------------------------------------------------------------------------------


def test_without_a_negotiation_plain_parley_offers_to_begin_one(parley: Parley) -> None:
    reply = asked(parley, "", by=cast.stranger)
    assert "There is no negotiation here" in reply.text
    assert reply.blocks[-1]["elements"][0]["action_id"] == "new.begin"


def test_plain_parley_says_what_can_be_done_here_now(table: Parley) -> None:
    text = asked(table, "").text
    assert "*What you can do here now*" in text
    assert "No meeting is planned: `/parley meeting add" in text
    assert "*OXMH* still lacks a timetable and a first meeting: `/parley new`" in text
    assert "still lacks" not in asked(table, "", by=cast.observer).text  # not theirs to set up

    table.slash("meeting add negotiation First round on 26 nov at 14:00 for 2h", by=cast.chair)
    assert "*N1* First round is planned for Thursday 26 November 2026: `/parley start N1`" in asked(table, "").text
    assert "`/parley start N1`" not in asked(table, "", by=cast.observer).text

    table.slash("start N1", by=cast.chair)
    assert "*N1* is open here: `/parley agree …`" in asked(table, "").text
    assert "`/parley agenda N1` shows what it is about" in asked(table, "", by=cast.observer).text
    table.slash("agree Data are shared.", by=cast.chair)
    table.slash(f"action Send the figures {cast.lead.mention} by 27 nov", by=cast.chair)
    waiting = asked(table, "", by=cast.lead).text
    assert "*AG1* waits for OHP’s confirmation: `/parley confirm AG1`" in waiting
    assert "*A1* is yours, due on Friday 27 November 2026: `/parley done A1 …`" in waiting
    for by in (cast.chair, cast.observer):
        assert "confirmation: `" not in asked(table, "", by=by).text

    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    table.slash("close", by=cast.chair)
    table.slash("minutes circulate N1", by=cast.chair)
    after = asked(table, "", by=cast.lead).text
    assert "AG1* waits" not in after
    assert "The minutes of *N1* wait for your side: `/parley minutes approve N1`" in after


def test_only_what_begins_in_this_room_is_said_to(table: Parley) -> None:
    said = "begins it here"
    n1, premeet = f"`/parley start N1` {said}", f"`/parley start CCG-P1` {said}"
    table.slash("meeting add negotiation First round on 27 nov 2026 at 10:00 for 2h", by=cast.chair)
    assert n1 in asked(table, "").text
    assert premeet in asked(table, "", where=cast.ccg_caucus).text
    table.slash("meeting cancel CCG-P1 because it is not needed", by=cast.chair, where=cast.ccg_caucus)
    alone = asked(table, "", where=cast.ccg_caucus).text
    assert "*N1* First round is planned" in alone
    assert said not in alone


def test_in_a_caucus_what_is_the_sides_own_is_offered(table: Parley) -> None:
    assert "`/parley position …`" in asked(table, "", where=cast.ccg_caucus).text
    assert "`/parley position …`" not in asked(table, "").text
