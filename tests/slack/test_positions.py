"""What a side keeps for itself: its own room holds it, and no other place ever hears a word of it."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from bot.exports import files
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

POSITION = "position 4.2 must 30 days target 20 days walkaway 45 days"
DIRECT = cast.Room("D01CHAIR", "directmessage")
OTHERS = (cast.joint, cast.ohp_caucus, cast.finance, cast.elsewhere, cast.lead, cast.negotiator, cast.observer)

# One of its own for every private field.
MARKERS = (
    *("QMUST", "QTARGET", "QWALK", "QREDLINE", "QTOPIC", "QPLANNED", "QGIVEN", "QRECEIVED", "QMANDATE"),
    *("4321987", "QAGAIN"),
)


def unstamped(words: str) -> str:
    """Without Slack's timestamps, whose digits may hold any figure."""
    return re.sub(r"[0-9]+\.[0-9]{6}", "", words)


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """OXMH with a position, for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        running.slash(POSITION, by=cast.chair, where=cast.ccg_caucus)
        yield running


def ours(parley: Parley, key: str = "positions") -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = parley.export(party="CCG")[key]
    return rows


def told(parley: Parley, person: cast.Person) -> list[str]:
    """What only this person has seen in channels."""
    parley.deliver()
    return [message["text"] for message in parley.api.ephemerals if message["to"] == person.id]


def dossier(parley: Parley, party: str | None = None) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", party, "md").content.decode()


# -- in one's own room ----------------------------------------------------------------------------------


def test_a_position_is_kept_in_the_caucus_channel_and_every_change_keeps_the_earlier(table: Parley) -> None:
    reply = table.slash(POSITION, by=cast.chair, where=cast.ccg_caucus)
    assert not reply.private  # in the room of the side itself
    assert reply.text == ("*CCG-PO1* 4.2 · must 30 days · target 20 days · walk-away 45 days\nPrivate to CCG.")
    table.later(hours=1)
    table.slash("position clause 4.2 walkaway 40 days", by=cast.analyst, where=cast.ccg_caucus)
    table.slash("position 4.2 importance 4 theirs 2", by=cast.chair, where=cast.ccg_caucus)
    table.slash("position 4.2 redline No uncapped liability", by=cast.chair, where=cast.ccg_caucus)
    table.slash("position 4.2 redline Nothing before the audit", by=cast.chair, where=cast.ccg_caucus)
    again = table.slash("position 4.2 walkaway 40 days", by=cast.chair, where=cast.ccg_caucus)
    assert again.private
    assert "Nothing was changed" in again.text
    versions = ours(table)
    assert [(row["version"], row["walkaway"], row["status"]) for row in versions][:2] == [
        (1, "45 days", "superseded"),
        (2, "40 days", "superseded"),
    ]
    assert versions[-1] == {
        "ref": "CCG-PO1",
        "version": 5,
        "status": "standing",
        "recorded_by": "Margaret Osei",
        "recorded_at": "2026-11-26T11:00:00+00:00",
        "private_to": "CCG",
        "subject": "4.2",
        "clause": "4.2",
        "must": "30 days",
        "target": "20 days",
        "walkaway": "40 days",
        "importance": 4,
        "theirs": 2,
        "red_lines": ["No uncapped liability", "Nothing before the audit"],
    }
    deeds = table.deeds("CCG-PO1", "CCG")
    assert [deed["version"] for deed in deeds] == [1, 2, 3, 4, 5]
    assert deeds[1]["actor"] == "Anjali Mehta (CCG)"
    assert table.deeds("CCG-PO1") == []
    assert table.trail_faults() == []


def test_the_list_ranks_what_matters_most_and_needs_no_role(table: Parley) -> None:
    for typed in (
        "position share at risk must 2% target 4%",
        "position 4.10 target 5 days",
        "position 4.2 target 5 days",
        "position 4.10 importance 5",
    ):
        table.slash(typed, by=cast.lead, where=cast.ohp_caucus)
    reply = table.slash("positions", by=cast.observer, where=cast.Room("D06OBS", "directmessage"))
    assert reply.private
    assert reply.text.splitlines() == [
        "*Positions of OHP*, private to OHP",
        "*OHP-PO2* 4.10 (version 2) · target 5 days · importance 5 of 5",
        "*OHP-PO3* 4.2 · target 5 days",
        "*OHP-PO1* share at risk · must 2% · target 4%",
    ]
    empty = table.slash("positions", by=cast.chair, where=cast.ccg_caucus)
    assert "Your side has kept no position yet" in empty.text


def test_a_concession_is_planned_then_given_and_its_worth_adds_up(table: Parley) -> None:
    kept = table.slash(
        "concession planned 4.2 Ten more days to pay worth £50,000", by=cast.chair, where=cast.ccg_caucus
    )
    assert kept.text == "*CCG-CO1* 4.2 · planned · Ten more days to pay · worth £50,000\nPrivate to CCG."
    table.slash('concession received "Share at risk" One point less worth £1.2m', by=cast.chair, where=cast.ccg_caucus)
    given = table.slash("concession given ccg-co1 worth £40k", by=cast.chair, where=cast.ccg_caucus)
    assert given.text.startswith("*CCG-CO1* 4.2 · given · Ten more days to pay · worth £40,000")
    shown = table.slash("concessions", by=cast.chair, where=cast.ccg_caucus).text
    assert "Planned 0, given 1 (£40,000) and received 1 (£1,200,000)." in shown
    assert [(row["ref"], row["version"], row["state"]) for row in ours(table, "concessions")] == [
        ("CCG-CO1", 1, "planned"),
        ("CCG-CO1", 2, "given"),
        ("CCG-CO2", 1, "received"),
    ]
    assert table.trail_faults() == []


def test_a_mandate_is_in_writing_and_for_ones_own_people(table: Parley) -> None:
    typed = f"mandate {cast.scribe.mention} May settle clause 4 with {cast.analyst.mention}"
    reply = table.slash(typed, by=cast.chair, where=cast.ccg_caucus)
    assert reply.text.startswith("*CCG-MA1* Tom Whitfield: May settle clause 4 with @Anjali Mehta")
    assert reply.pings == []
    table.slash(f"mandate {cast.scribe.mention} Nothing more", by=cast.chair, where=cast.ccg_caucus)
    assert [(row["member"], row["text"], row["status"]) for row in ours(table, "mandates")] == [
        ("Tom Whitfield", "May settle clause 4 with @Anjali Mehta", "superseded"),
        ("Tom Whitfield", "Nothing more", "standing"),
    ]
    refused = table.slash(f"mandate {cast.lead.mention} Everything", by=cast.chair, where=cast.ccg_caucus)
    assert "Daniel Kerr does not sit for CCG." in refused.text
    assert "*CCG-MA1* Tom Whitfield: Nothing more" in table.slash("mandates", cast.chair, cast.ccg_caucus).text


def test_a_direct_message_is_as_good_as_the_caucus(table: Parley) -> None:
    table.slash("export json", by=cast.chair)
    table.deliver()  # the conversation is open
    table.types(POSITION, by=cast.chair, where=DIRECT, channel_type="im")
    assert [row["must"] for row in ours(table)] == ["30 days"]
    assert "CCG-PO1" in str(table.posted(DIRECT))
    table.types("position 4.2 must", by=cast.chair, where=DIRECT, channel_type="im")
    assert "You typed: @Parley position 4.2 must" in str(table.posted(DIRECT))  # nobody else reads it there


def test_a_mention_in_the_caucus_channel_is_answered_there(table: Parley) -> None:
    table.mentions(POSITION, by=cast.chair, where=cast.ccg_caucus)
    assert "*CCG-PO1* 4.2" in table.posted(cast.ccg_caucus)[-1]["text"]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("position", "Say what must be, what is the target or where you walk away"),
        ("position 4.2", "Say what must be"),
        ("position must 5m", "Say on which clause or topic"),
        ("position 4.2 must", "Nothing follows `must`"),
        ("position 4.2 must 3 must 4", "`must` stands there twice"),
        ("position 4.2 importance", "Say how much it matters to you, 1 to 5"),
        ("position 4.2 importance 6", "Importance is a whole number from 1 to 5"),
        ("position 4.2 importance 5 theirs 0", "Importance is a whole number from 1 to 5"),
        ("position 4.2 redline", "Say what the red line is"),
        ("concession", "Say whether it is planned, given or received"),
        ("concession offered 4.2 Ten days", "Say whether it is planned, given or received"),
        ("concession planned", "Say on which clause"),
        ("concession planned 4.2", "Say what is conceded"),
        ("concession planned Payment terms", "a topic goes in quotes"),
        ("concession planned 4.2 Ten days worth £lots", "Parley cannot read that amount"),
        ("concession planned 4.2 Ten days worth a lot", "`worth` stands there without an amount"),
        ("concession planned 4.2 Ten days worth", "`worth` stands there without an amount"),
        ("position 4.2 must 30 days importance 4", "`importance` with its number is said by itself"),
        ("concession given CCG-CO9", "There is no concession CCG-CO9 here that you can see."),
        ("concession given OHP-CO1", "There is no concession OHP-CO1 here that you can see."),
        ("mandate", "Say whose mandate it is"),
        (f"mandate {cast.scribe.mention}", "Say what they may settle"),
        (f"mandate {cast.stranger.mention} Everything", "Joel Fenn is not at the table"),
        ("positions now", "`/parley positions` lists what your side wants"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(standing: Parley, typed: str, why: str) -> None:
    before = standing.export(party="CCG")
    reply = standing.slash(typed, by=cast.chair, where=cast.ccg_caucus)
    assert reply.private
    assert why in reply.text
    assert standing.export(party="CCG") == before


def test_where_the_contract_is_in_clauses_a_position_is_on_one_of_them(table: Parley) -> None:
    table.slash("clause add 4.2 Payment", by=cast.chair)
    refused = table.slash("position 4.3 must 30 days", by=cast.chair, where=cast.ccg_caucus)
    assert "There is no clause 4.3 in OXMH. Did you mean 4.2?" in refused.text
    assert table.slash("position payment terms must 30 days", cast.chair, cast.ccg_caucus).text.startswith("*CCG-PO1*")


@pytest.mark.parametrize(
    ("typed", "by", "where", "why"),
    [
        (POSITION, cast.observer, cast.ohp_caucus, "You may not add to the record"),
        (f"mandate {cast.lead.mention} All", cast.negotiator, cast.ohp_caucus, "You may not set up parties"),
        (
            POSITION,
            cast.stranger,
            cast.Room("D07STRANGER", "dm"),
            "There is no negotiation here that you take part in.",
        ),
        ("positions", cast.lead, cast.ccg_caucus, "There is no negotiation here that you take part in."),
    ],
)
def test_who_may_not_is_told_so(standing: Parley, typed: str, by: cast.Person, where: cast.Room, why: str) -> None:
    before = standing.export(party="CCG"), standing.export(party="OHP")
    reply = standing.slash(typed, by=by, where=where)
    assert reply.private
    assert why in reply.text
    assert (standing.export(party="CCG"), standing.export(party="OHP")) == before


# -- anywhere else ---------------------------------------------------------------------------------------

MISPLACED = (
    "position 4.2 must 777 days walkaway 888 days",
    "OXMH position 4.2 redline 777 days",
    "concession planned 4.2 777 days worth £888",
    f"mandate {cast.scribe.mention} 777 days",
)


@pytest.mark.parametrize("where", [cast.joint, cast.finance, cast.elsewhere], ids=lambda room: room.name)
@pytest.mark.parametrize("typed", [*MISPLACED, "positions", "concessions", "mandates"])
def test_a_command_elsewhere_keeps_nothing_and_tells_its_author_alone(
    standing: Parley, typed: str, where: cast.Room
) -> None:
    before, posted = standing.export(party="CCG"), {room.id: standing.posted(room) for room in OTHERS}
    reply = standing.slash(typed, by=cast.chair, where=where)
    assert reply.private  # nobody else sees a slash command or its answer
    assert "Nothing was kept. Type it in your side's caucus channel or in a direct message" in reply.text
    assert "CCG-PO1" not in reply.shown
    assert f"You typed: /parley {typed.split()[0]}" in reply.shown
    assert standing.export(party="CCG") == before
    assert {room.id: standing.posted(room) for room in OTHERS} == posted


# An unknown verb: the nearest one is private, or private words follow.
UNKNOWN = (
    "positon 4.2 must 777 days",
    "mandat 777 days",
    "walkaway 4.2 777 days",
    "keep for us on 4.2 our walk-away of 777",
    "OXMH redline 4.2 777 days",
    "on clause 4.2 we must have 777 and target 888",
)


@pytest.mark.parametrize("where", [cast.joint, cast.finance, cast.elsewhere], ids=lambda room: room.name)
@pytest.mark.parametrize(
    "typed", [*MISPLACED, "Position: 4.2 must 777", "postion 4.2 must 777 888", "our position 777", *UNKNOWN]
)
@pytest.mark.parametrize("thread", [False, True], ids=["channel", "thread"])
def test_a_mention_elsewhere_tells_its_author_to_delete_it_and_repeats_no_figure(
    standing: Parley, typed: str, where: cast.Room, thread: bool, capfd: pytest.CaptureFixture[str]
) -> None:
    before = standing.export(party="CCG"), standing.export()
    public = {room.id: standing.posted(room) for room in (*OTHERS, cast.ccg_caucus)}
    already = len(told(standing, cast.chair))
    more = {"thread_ts": standing.new_ts()} if thread else {}
    standing.mentions(typed, by=cast.chair, where=where, **more)
    (answer,) = told(standing, cast.chair)[already:]
    shown = json.dumps(standing.api.ephemerals[-1])
    assert "777" not in unstamped(shown)
    assert "888" not in unstamped(shown)
    assert "delete" in answer.casefold()
    if typed in MISPLACED:
        assert "Nothing was kept." in answer
        assert "Delete your message now" in answer
    assert {room.id: standing.posted(room) for room in (*OTHERS, cast.ccg_caucus)} == public
    assert (standing.export(party="CCG"), standing.export()) == before
    heard = capfd.readouterr()
    assert "777" not in unstamped(heard.out + heard.err)
    assert "777" not in unstamped(in_the_outbox(standing))


def in_the_outbox(parley: Parley) -> str:
    from sqlmodel import select

    from storage.tables import OutboxRow

    with parley.deps.db.snapshot() as session:
        return "\n".join(json.dumps(row.payload) for row in session.exec(select(OutboxRow)))


def test_a_line_that_mentions_parley_in_an_open_meeting_is_no_record_either(meeting: Parley) -> None:
    text = f"<@{meeting.api.bot_user_id}> position 4.2 must 777"
    before = meeting.export()
    meeting.types(text, by=cast.chair)
    meeting.types("position 4.2 must 777", by=cast.chair)
    ts = meeting.types(f"{text}\nNOTE: we walk away at 777\nAGREED: nothing under 777", by=cast.chair)
    meeting.edits(ts, text, f"{text}\nNOTE: we walk away at 777", by=cast.chair)
    assert meeting.export() == before
    assert "777" not in unstamped(str(meeting.posted()) + str(meeting.posted(cast.chair)) + in_the_outbox(meeting))


GIVEN_AWAY = (
    "POSITION: 4.2 walkaway 777 days",
    "position 4.2 must 31 days walkaway 777 days",
    "CONCESSION: 777 more days",
    "MANDATE: Tom may settle at 777",
    "NOTE: position 4.2 walkaway 777 days",
    "AGREED: 4.2: our walk-away is 777 days",
    "PARKED: our bottom line of 777",
)


@pytest.mark.parametrize("typed", GIVEN_AWAY)
def test_a_private_line_typed_in_an_open_meeting_is_kept_out_and_its_author_alone_told(
    meeting: Parley, typed: str
) -> None:
    before, posted = meeting.export(), meeting.posted()
    meeting.types(typed, by=cast.chair)
    (note,) = meeting.posted(cast.chair)
    assert "Not recorded" in note["text"]
    assert "Delete your message now" in note["text"]
    assert "your side's caucus channel" in note["text"]
    assert meeting.export() == before
    assert meeting.posted() == posted
    # A key of Slack's metadata is a digest, in which any figure may stand.
    assert not re.search(r"\b777\b", str(note) + in_the_outbox(meeting))


def test_the_other_lines_of_the_message_are_recorded_and_an_edit_is_read_alike(meeting: Parley) -> None:
    private = "NOTE: our walkaway is 777 days"
    ts = meeting.types(f"NOTE: Papers came late\n{private}\nPOSITION: 777", by=cast.chair)
    assert [row["text"] for row in meeting.export()["notes"]] == ["Papers came late"]
    assert len(meeting.posted(cast.chair)) == 1  # both are told in one note
    meeting.edits(ts, "NOTE: Papers came late", private, by=cast.chair)
    assert [row["text"] for row in meeting.export()["notes"]] == ["Papers came late"]
    assert "777" not in unstamped(in_the_outbox(meeting))


def test_the_same_words_are_kept_in_quotes_and_in_ones_own_room(meeting: Parley) -> None:
    meeting.types("NOTE: OHP said aloud: “our walk-away is 47 days”", by=cast.chair)
    meeting.types("NOTE: The supplier's position is that payment must follow in 31 days", by=cast.chair)
    meeting.mentions('note "position 4.2 must 31" is what the form says', by=cast.chair)
    assert len(meeting.export()["notes"]) == 3
    meeting.slash("note our walk-away is 47 days", by=cast.chair, where=cast.ccg_caucus)
    assert len(meeting.export()["notes"]) == 3
    assert len(meeting.export(party="CCG")["notes"]) == 4


@pytest.mark.parametrize("where", [cast.joint, cast.finance, cast.elsewhere], ids=lambda room: room.name)
@pytest.mark.parametrize(
    "typed",
    [
        "note our walk-away is 777 days",
        "agree 4.2: our walkaway is 777 days",
        "propose 4.2 position must 31 walkaway 777",
        "decide position 4.2 must 31 walkaway 777",
        "clause 4.2 walkaway 777 days",
        "clauses walkaway 777",
        "target 4.2 777 days",
        "fallback 4.2 777 days",
        "status\nposition 4.2 walkaway 777 days",
        ": position 4.2 must 777",
        ", position 4.2 must 777",
        "Hi, please position 4.2 must 777",
    ],
)
def test_other_verbs_with_private_words_are_refused_and_their_author_told_to_delete(
    standing: Parley, typed: str, where: cast.Room
) -> None:
    before, public = standing.export(), {room.id: standing.posted(room) for room in OTHERS}
    already = len(told(standing, cast.chair))
    standing.mentions(typed, by=cast.chair, where=where)
    (answer,) = told(standing, cast.chair)[already:]
    assert "delete" in answer.casefold()
    assert "777" not in unstamped(answer + in_the_outbox(standing))
    assert standing.export() == before
    assert {room.id: standing.posted(room) for room in OTHERS} == public


def test_a_greeting_before_the_verb_is_passed_over(table: Parley) -> None:
    table.types(f"Hi <@{table.api.bot_user_id}>: please position 4.2 must 777", by=cast.chair)
    for typed in (": note Papers came late", "please note The room is booked"):
        table.mentions(typed, by=cast.chair)
    assert [row["text"] for row in table.export()["notes"]] == ["Papers came late", "The room is booked"]


def test_a_slash_command_that_would_record_private_words_for_all_says_how_else(standing: Parley) -> None:
    before = standing.export()
    reply = standing.slash("note our walk-away is 777 days", by=cast.chair)
    assert reply.private
    assert "Nothing was recorded." in reply.text
    assert "quotes: `note “…”`" in reply.text
    assert standing.export() == before


def test_a_stranger_is_not_told_more_than_anybody_else(standing: Parley) -> None:
    standing.mentions("position 4.2 must 777", by=cast.stranger)
    standing.mentions("position 4.2 must 777", by=cast.stranger, where=cast.ccg_caucus)
    first, second = told(standing, cast.stranger)
    assert "You have no seat in OXMH" in first
    assert "There is no negotiation here that you take part in." in second
    assert "777" not in unstamped(first) + unstamped(second)


def test_who_sits_at_two_tables_is_not_asked_with_the_figures_on_a_button(standing: Parley) -> None:
    with running_parley(f"{standing.deps.db.url}-two") as two:
        two.set_up()
        two.slash("new ELDER Services for older people", by=cast.chair, where=cast.elsewhere)
        unbound = cast.Room("C09OTHER", "random")
        two.api.add_channel(unbound.id, unbound.name, members=[person.id for person in cast.everybody])
        two.mentions("position 4.2 must 777", by=cast.chair, where=unbound)
        assert "Delete your message now" in told(two, cast.chair)[-1]
        assert "777" not in unstamped(json.dumps(two.api.ephemerals) + in_the_outbox(two))


# -- nothing leaves ---------------------------------------------------------------------------------------


@pytest.fixture
def planted(meeting: Parley) -> Parley:
    """A marker in every private field of CCG, most of them changed since, beside a meeting of all."""
    for typed in (
        "position 4.2 must QMUST target QTARGET walkaway QWALK",
        "position 4.2 importance 5 theirs 1",
        "position 4.2 redline QREDLINE",
        "position 4.2 must QAGAIN",
        "position QTOPIC target QAGAIN",
        "concession planned 4.2 QPLANNED worth £4,321,987",
        "concession planned 4.2 QGIVEN",
        "concession given CCG-CO2",
        "concession received 4.2 QRECEIVED",
        f"mandate {cast.scribe.mention} QMANDATE",
    ):
        assert "Private to CCG" in meeting.slash(typed, by=cast.chair, where=cast.ccg_caucus).text, typed
    meeting.slash("clause add 4.2 Payment", by=cast.chair)
    meeting.slash("propose 4.2 Payment falls due within 30 days.", by=cast.lead)
    meeting.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    return meeting


def test_no_private_word_reaches_anybody_else(planted: Parley, capfd: pytest.CaptureFixture[str]) -> None:
    seen = []
    for where in (cast.joint, cast.ohp_caucus, cast.finance, cast.elsewhere, cast.ccg_caucus):
        for typed in (
            *("", "status", "clauses", "clause 4.2", "actions all", "meetings", "meeting N1", "timetable", "documents"),
            *("positions", "concessions", "mandates", "help position", "minutes", "undo", "export md", "export json"),
            *("position 4.2", "concession given CCG-CO1", "CCG-PO1", "done CCG-PO1", "confirm CCG-CO1", "diff 4.2"),
        ):
            seen.append(planted.slash(typed, by=cast.lead, where=where).shown)
            planted.mentions(typed, by=cast.lead, where=where)
    planted.slash("close", by=cast.chair)
    for _ in range(8):
        planted.later(days=1)
        planted.tick()
    seen += [str(planted.posted(room)) for room in OTHERS]
    seen += [str(message) for message in planted.api.ephemerals if message["to"] != cast.chair.id]
    seen += [str(planted.files(cast.lead)), str(planted.files(cast.joint))]
    seen += [str(planted.export()), str(planted.export(party="OHP"))]
    seen += [dossier(planted), dossier(planted, "OHP"), planted.minutes("N1"), planted.minutes("N1", party="OHP")]
    heard = capfd.readouterr()
    seen += [heard.out, heard.err]
    for marker in (*MARKERS, "4,321,987", "CCG-MA1", "CCG-PO2", "CCG-CO3"):
        assert not [words for words in seen if marker in words], marker


def test_its_own_party_has_all_of_it_marked_as_private(planted: Parley) -> None:
    exported, paper = json.dumps(planted.export(party="CCG")), dossier(planted, "CCG")
    for marker in MARKERS:
        assert marker in exported, marker
    for marker in set(MARKERS) - {"QMUST", "4321987"}:  # the paper has what stands; the earlier is in the export
        assert marker in paper, marker
    assert "£4,321,987" in paper
    assert paper.count("**Private to Oxfordshire Clinical Commissioning Group**") == 3
    for party in (None, "OHP"):
        exported_to_others = planted.export(party=party)
        assert exported_to_others["positions"] == []
        assert exported_to_others["concessions"] == []
        assert exported_to_others["mandates"] == []
        assert "Private to" not in dossier(planted, party)


def test_what_is_private_and_what_does_not_exist_get_the_same_answer(planted: Parley) -> None:
    for typed in ("concession given {}", "confirm {}", "done {}", "meeting {}"):
        answers = {
            planted.slash(typed.format(ref), by=cast.lead, where=cast.ohp_caucus).shown.replace(ref, "REF")
            for ref in ("CCG-CO1", "CCG-CO9")
        }
        assert len(answers) == 1, typed


def test_one_sides_refs_do_not_count_the_others(planted: Parley) -> None:
    kept = planted.slash("position 4.2 must 10 days", by=cast.lead, where=cast.ohp_caucus)
    assert kept.text.startswith("*OHP-PO1* 4.2")
    shared = [entry["seq"] for entry in planted.export()["ledger"]]
    assert shared == list(range(1, len(shared) + 1))


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;&lt; " * 3000,
        "“curly” 'single' \"double",
        "must target walkaway redline importance worth £ " * 300,
    ],
    ids=["markup", "live", "scripts", "long", "quotes", "grammar"],
)
def test_hostile_words_are_kept_and_ping_nobody(table: Parley, words: str) -> None:
    for typed in (
        f"position {words} must {words}",
        f"position 4.2 must {words}",
        f"position 4.2 redline {words}",
        f"concession planned 4.2 {words} worth £5",
        f"mandate {cast.scribe.mention} {words}",
        *("positions", "concessions", "mandates"),
    ):
        reply = table.slash(typed, by=cast.chair, where=cast.ccg_caucus)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed[:60]
        assert reply.pings == []
    assert ours(table)[-1]["red_lines"]
    assert dossier(table, "CCG")
    assert table.trail_faults() == []
