"""What one knows before a meeting: one's own side's brief in private, the joint one for everybody."""

import re
import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.briefs import notices, sending
from storage import Database, meetings, negotiations
from storage.tables import OutboxRow
from tests import cast
from tests.block_kit import faults_in_message
from tests.databases import backend as backend
from tests.databases import database_url as database_url
from tests.databases import postgres_server as postgres_server
from tests.databases import sqlite_template as sqlite_template
from tests.harness import MORNING, Parley, running_parley

CHAIRS_DM = cast.Room("D01CHAIR", "directmessage")
LEADS_DM = cast.Room("D04LEAD", "directmessage")
OBSERVERS_DM = cast.Room("D06OBS", "directmessage")
N1 = "meeting add negotiation First round on 11 dec at 10:00 for 2h prep 3h place Jubilee House"
PREMEET = datetime(2026, 12, 10, 12, 0, tzinfo=UTC)  # where Parley places CCG-P1 and OHP-P1

# One for every private field of each side.
FIELDS = (
    "MUST",
    "TARGET",
    "WALK",
    "RED",
    "TOPIC",
    "PLANNED",
    "GIVEN",
    "RECEIVED",
    "MANDATE",
    "ADVICE",
    "ACTION",
    "NOTE",
)
OURS, THEIRS = [f"QC{field}" for field in FIELDS], [f"QO{field}" for field in FIELDS]


@pytest.fixture
def planned(table: Parley) -> Parley:
    """OXMH with N1 planned for 11 December, two clauses and a pre-meet for each side the day before."""
    for typed in (
        N1,
        "meeting purpose N1 Settle payment",
        f"agenda add N1 Payment, clause 4.2 for 20 min {cast.lead.mention}",
        "clause add 4.2 Payment",
        "clause add 4.3 Liability",
        "clause add 9 Notices",
        "propose 4.2 Payment within 30 days.",
    ):
        table.slash(typed, by=cast.chair)
    table.slash("propose 4.2 Payment within 45 days.\nbecause the cash comes late", by=cast.lead)
    table.deliver()
    return table


def keep(parley: Parley, by: cast.Person, room: cast.Room, mark: str, seated: cast.Person) -> None:
    """Everything that a side keeps for itself, each field with a marker of its own."""
    code = "CCG" if mark == "QC" else "OHP"
    for typed in (
        f"position 4.2 must {mark}MUST days target {mark}TARGET days walkaway {mark}WALK days",
        f"position 4.2 redline {mark}RED",
        f'position "{mark}TOPIC" must be there',
        f"concession planned 4.2 {mark}PLANNED worth £5k",
        f"concession given 4.2 {mark}GIVEN",
        f"concession received 4.2 {mark}RECEIVED",
        f"mandate {seated.mention} {mark}MANDATE",
        f"recommend {code}-P1 {mark}ADVICE",
        f"action {mark}ACTION {seated.mention} by 4 dec",
        f"note {mark}NOTE",
        f"member authority {seated.mention} 4.2",
    ):
        reply = parley.slash(typed, by=by, where=room)
        assert "You typed" not in reply.shown, reply.text


@pytest.fixture
def secretive(planned: Parley) -> Parley:
    keep(planned, cast.chair, cast.ccg_caucus, "QC", cast.scribe)
    keep(planned, cast.lead, cast.ohp_caucus, "QO", cast.negotiator)
    planned.deliver()
    return planned


def briefs_in(parley: Parley, where: cast.Room | cast.Person = cast.joint) -> list[dict[str, Any]]:
    return [message for message in parley.posted(where) if message["text"].startswith("*Brief for ")]


def files_of(parley: Parley, where: cast.Room | cast.Person) -> list[str]:
    """The words of each brief's Word file; its PDF comes with it."""
    briefs = {name: content for name, content in parley.files(where).items() if "-brief-" in name}
    assert len(briefs) == 2 * sum(name.endswith(".docx") for name in briefs)
    return [content for name, content in briefs.items() if name.endswith(".docx")]


def tick(parley: Parley, **later: float) -> None:
    parley.later(**later)
    sending.watch(parley.deps)
    parley.deliver()


def shown(message: dict[str, Any]) -> str:
    return str(message["text"]) + str(message.get("blocks"))


def chapters(text: str) -> list[str]:
    return re.findall(r"(?m)^## (.+)$", text)


# -- asked for ------------------------------------------------------------------------------------------


def test_a_side_is_briefed_in_its_own_room_with_what_it_wants_and_what_they_last_said(secretive: Parley) -> None:
    reply = secretive.slash("brief N1", by=cast.chair, where=cast.ccg_caucus)
    assert reply.private
    for line in (
        "*Brief for N1* First round · private to Oxfordshire Clinical Commissioning Group",
        "*When*: Friday 11 December 2026, 10:00 to 12:00 (GMT)",
        "*Place*: Jubilee House",
        "*Purpose*: Settle payment",
        "• Daniel Kerr (OHP), lead",
        "• Tom Whitfield (CCG), scribe · may settle: QCMANDATE; agrees only 4.2",
        "*Agenda*: 1. Payment, clause 4.2, led by Daniel Kerr (OHP), 20 min",
        "• 4.2 Payment: countered · OHP last said, on Thursday 26 November 2026: “Payment within 45 days.” · we last "
        "said, on Thursday 26 November 2026: “Payment within 30 days.” · we want: must QCMUST days, target QCTARGET "
        "days, walk-away QCWALK days",
        "*Red lines*: 4.2: QCRED",
        "*May still be traded*: 4.2: QCPLANNED",
        "*Our actions due*: CCG-A1 QCACTION · Tom Whitfield (CCG), by Friday 4 December 2026",
        "Subject to contract.",
    ):
        assert line in reply.text
    (whole,) = files_of(secretive, cast.chair)
    assert chapters(whole) == [
        *("For whom", "Purpose and result", "Who attends", "Agenda", "Issues, what matters most first", "Concessions"),
        *("Advice", "Actions due", "When to escalate", "Roles", "Readiness", "After the meeting"),
    ]
    assert "| 4.2 | QCTARGET days | QCMUST days |" in whole
    assert "OHP (4.2/p2, Thursday 26 November 2026): Payment within 45 days. Because the cash comes late" in whole
    assert whole.count("Private to Oxfordshire Clinical Commissioning Group") > 5
    assert whole.count("Subject to contract") == 2
    in_dm = secretive.slash("brief", by=cast.chair, where=CHAIRS_DM)
    assert "private to Oxfordshire" in in_dm.text
    assert "QCMUST" in in_dm.text


def test_at_the_joint_table_the_brief_is_the_joint_one_and_only_the_asker_sees_it(secretive: Parley) -> None:
    before = len(secretive.posted(cast.joint))
    reply = secretive.slash("brief", by=cast.chair)
    assert reply.private
    assert "*Brief for N1* First round · for everyone at the table" in reply.text
    assert "Your side’s own brief: type this in your caucus channel" in reply.text
    assert len(secretive.posted(cast.joint)) == before
    (whole,) = files_of(secretive, cast.chair)
    assert chapters(whole) == [
        "For whom", "Purpose and result", "Who attends", "Agenda", "Issues", "Roles", "Readiness",
    ]  # fmt: skip
    assert "1 more clause is open" not in whole
    assert "2 more clauses are open, on which nobody has said anything yet." in whole
    mentioned = secretive.mentions("brief", by=cast.lead)
    assert mentioned
    secretive.deliver()
    assert "for everyone at the table" in secretive.api.ephemerals[-1]["text"]


def test_nothing_private_reaches_the_joint_brief_or_the_other_sides(secretive: Parley) -> None:
    """Every byte of every answer, message and file, of each way in which a brief can be had."""
    own = secretive.slash("brief", by=cast.chair, where=cast.ccg_caucus).shown
    secretive.slash("brief N1 here", by=cast.chair, where=cast.ccg_caucus)
    secretive.slash("brief N1 here", by=cast.lead, where=cast.ohp_caucus)
    secretive.slash("brief N1 here", by=cast.chair)
    joint = [secretive.slash("brief N1", by=cast.chair).shown, secretive.slash("brief", by=cast.lead).shown]
    secretive.presses("brief.ask", "OXMH N1", by=cast.lead)
    secretive.now = PREMEET
    tick(secretive)
    secretive.slash("position 4.2 walkaway QCWALK again", by=cast.chair, where=cast.ccg_caucus)
    secretive.slash("propose 4.3 A cap of £5m.", by=cast.lead)
    tick(secretive, minutes=1)
    theirs = [secretive.slash("brief", by=cast.lead, where=LEADS_DM).shown]

    def everything(*places: cast.Room | cast.Person) -> str:
        found = [str(secretive.posted(place)) + "".join(secretive.files(place).values()) for place in places]
        return "\n".join(found)

    ephemeral = str([note for note in secretive.api.ephemerals if note["channel"] == cast.joint.id])
    public = everything(cast.joint, cast.finance, cast.elsewhere, cast.observer) + ephemeral + "".join(joint)
    for marker in (*OURS, *THEIRS, "agrees only", "May settle", "Walk-away", "CCG-", "OHP-"):
        assert marker not in public, marker
    ohp = everything(cast.ohp_caucus, cast.lead, cast.negotiator) + "".join(theirs)
    for marker in (*OURS, "CCG-"):
        assert marker not in ohp, marker
    for marker in THEIRS:
        assert (marker in ohp) is (marker != "QONOTE"), marker  # notes are for the record, not for a brief
    ccg = everything(cast.ccg_caucus, cast.chair, cast.scribe) + own
    for marker in (*THEIRS, "OHP-"):
        assert marker not in ccg, marker
    assert all(marker in ccg for marker in OURS if marker != "QCNOTE")


def test_an_observer_gets_the_joint_brief_wherever_they_ask(secretive: Parley) -> None:
    for room in (cast.joint, OBSERVERS_DM, cast.ohp_caucus):
        reply = secretive.slash("brief", by=cast.observer, where=room)
        assert "for everyone at the table" in reply.text
        assert "Your side’s own brief" not in reply.text
    secretive.presses("brief.ask", "OXMH N1", by=cast.observer)
    assert not any(marker in shown(message) for message in secretive.posted(cast.observer) for marker in THEIRS)
    assert len(briefs_in(secretive, cast.observer)) == 1


def test_a_stranger_cannot_tell_a_brief_from_nothing(planned: Parley) -> None:
    asked = planned.slash("brief N1", by=cast.stranger)
    assert "You have no seat in OXMH" in asked.text
    assert planned.slash("brief N9", by=cast.stranger).text == asked.text
    theirs = planned.slash("brief CCG-P1", by=cast.lead, where=LEADS_DM).text
    nothing = planned.slash("brief CCG-P9", by=cast.lead, where=LEADS_DM).text
    assert theirs.replace("P1", "P9") == nothing
    aloud = planned.slash("brief CCG-P1", by=cast.chair).text  # others read this channel
    assert aloud == nothing.replace("P9", "P1")


def test_a_pre_meet_stands_for_the_meeting_that_it_prepares(planned: Parley) -> None:
    reply = planned.slash("brief CCG-P1", by=cast.chair, where=cast.ccg_caucus)
    assert "*Brief for N1*" in reply.text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("brief N9", "There is no meeting N9 here that you can see"),
        ("brief N1 N2", "Name one meeting, or none for the next: `/parley brief N2`"),
        ("brief N2", "N2 is cancelled, because nobody comes, so there is nothing to brief for"),
        ("brief N2 here", "N2 is cancelled"),
    ],
)
def test_a_brief_that_cannot_be_says_why(planned: Parley, typed: str, why: str) -> None:
    planned.slash("meeting add negotiation Second round on 18 dec at 10:00 for 2h", by=cast.chair)
    planned.slash("meeting cancel N2 because nobody comes", by=cast.chair)
    reply = planned.slash(typed, by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert f"You typed: /parley {typed}" in reply.shown


def test_after_the_meeting_there_is_nothing_to_brief_for(meeting: Parley) -> None:
    assert "*Brief for N1*" in meeting.slash("brief", by=cast.chair).text  # it is open here
    meeting.slash("close", by=cast.chair)
    held = meeting.slash("brief N1", by=cast.chair).text
    assert "N1 was held on Thursday 26 November 2026: `/parley minutes N1`" in held
    none = meeting.slash("brief", by=cast.chair).text
    assert "No meeting of OXMH is planned that you could be briefed for. Plan one: `/parley meeting add" in none


def test_the_next_meeting_is_that_of_the_channel(planned: Parley) -> None:
    planned.slash(
        "meeting add subgroup Finance on 1 dec at 14:00 for 1h informs N1", by=cast.scribe, where=cast.finance
    )
    planned.slash("recommend S1 Phase it over three years", by=cast.scribe, where=cast.finance)
    planned.deliver()
    assert "*Brief for S1*" in planned.slash("brief", by=cast.scribe, where=cast.finance).text
    joint = planned.slash("brief", by=cast.scribe)
    assert "*Brief for N1*" in joint.text
    assert "S1 Finance recommends (E1): Phase it over three years" in joint.text
    elsewhere = planned.slash("brief", by=cast.scribe, where=cast.elsewhere)
    assert "*Brief for S1*" in elsewhere.text
    assert "for everyone at the table" in elsewhere.text


def test_a_meeting_without_an_agenda_says_so(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h", by=cast.chair)
    reply = table.slash("brief", by=cast.chair)
    assert "*Purpose*: nobody has said what it is for yet" in reply.text
    assert "• an agenda" in reply.text
    (whole,) = files_of(table, cast.chair)
    assert "Agenda" not in chapters(whole)
    assert "Still missing: an agenda." in whole


def test_the_button_brings_ones_own_brief_by_direct_message(secretive: Parley) -> None:
    (element,) = [
        element
        for block in secretive.card("N1")["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == "brief.ask"
    ]
    secretive.presses(element["action_id"], element["value"], by=cast.scribe)
    (message,) = briefs_in(secretive, cast.scribe)
    assert "private to Oxfordshire" in message["text"]
    (whole,) = files_of(secretive, cast.scribe)
    assert "QCMUST" in whole
    answer = secretive.api.ephemerals[-1]
    assert (answer["to"], answer["text"]) == (
        cast.scribe.id,
        "The brief for N1 comes to you in a direct message.",
    )


def test_the_answer_on_a_meeting_offers_its_brief_while_it_is_to_come(planned: Parley) -> None:
    (button,) = planned.slash("meeting N1", by=cast.chair).blocks[-1]["elements"]
    assert (button["action_id"], button["value"]) == ("brief.ask", "OXMH N1")
    planned.slash("meeting cancel N1 because nobody comes", by=cast.chair)
    assert all(block["type"] == "section" for block in planned.slash("meeting N1", by=cast.chair).blocks)


def test_every_chapter_stands_in_its_order_once_there_is_something_to_say(secretive: Parley) -> None:
    for typed in (
        "milestone add Board approval on 4 dec 2026 kind board approval",
        "milestone move M1 to 8 dec 2026 because the board meets later",
        "document add Full contract version 1 missing Schedule 3B",
        "document add Full contract version 2 changes Payment falls due after 28 days",
        "package Money: 4.2, 4.3",
        f"declare {cast.analyst.mention} trustee of a bidding charity",
        f"ladder 1 {cast.chair.mention}, {cast.lead.mention} within 5 working days",
        "escalate 4.2 because the cap is beyond us",
        "clause legal 4.3",
        "clause national 4.3",
        "propose 4.3 A cap of £5m.",
        "derogation add 4.3 Payment is made each quarter",
        f"action Send the figures {cast.lead.mention} by 4 dec",
        f"attend N1 {cast.lead.mention}, Priya Shah as technical",
        "paper add N1 Finance model",
    ):
        assert "You typed" not in secretive.slash(typed, by=cast.chair).shown, typed
    secretive.presses("meeting.no", "OXMH N1", by=cast.negotiator)
    secretive.now = datetime(2026, 12, 7, 10, 0, tzinfo=UTC)
    secretive.slash("brief N1", by=cast.chair, where=cast.ccg_caucus)
    (whole,) = files_of(secretive, cast.chair)
    assert chapters(whole) == [
        *("For whom", "Purpose and result", "Timetable", "Who attends", "Agenda", "Issues, what matters most first"),
        *("Concessions", "Packages", "Advice", "Drafts in play", "Actions due", "Conflicts and what is missing"),
        *("When to escalate", "Legal points", "Roles", "Readiness", "After the meeting"),
    ]
    for line in (
        "| M1 | Board approval | Tuesday 8 December 2026 | 2 working days later than first planned |  |",
        "Apologies: Ruth Adeyemi.",
        "| Priya Shah | technical |  | guest |",
        "| Money | 4.2: escalated\n4.3: proposed |",
        "CCG-P1 Pre-meet for N1 recommends (CCG-E1): QCADVICE",
        "| DOC2 Full contract | 2 | Thursday 26 November 2026 by CCG | complete | Payment falls due after 28 days |",
        "| CCG-A1 | QCACTION | Tom Whitfield (CCG) | Friday 4 December 2026 | overdue |",
        "| A1 | Send the figures | Daniel Kerr (OHP) | Friday 4 December 2026 | overdue |",
        "Anjali Mehta (CCG) has declared an interest (E1): trustee of a bidding charity",
        "Still missing: the paper “Finance model”",
        "4.2 Payment: Escalated to level 1, Margaret Osei (CCG) and Daniel Kerr (OHP)",
        "| 4.2 | QCRED |",
        "| 1 | Margaret Osei (CCG) | 5 working days |",
        "4.3 Liability waits for a legal adviser’s clearance.",
        "4.3 Liability is national text, and a change to it is proposed.",
        "| DG1 | 4.3 | Payment is made each quarter |",
        "| may still be traded | 4.2 | QCPLANNED | £5,000 |",
        "| given | 4.2 | QCGIVEN |  |",
    ):
        assert line in whole, line
    assert "QCACTION" in re.split("A1 Send the figures", whole)[0]  # the side's own promises come first


# -- posted and kept up to date -------------------------------------------------------------------------


def test_a_posted_brief_follows_the_record_and_says_what_changed(secretive: Parley) -> None:
    told = secretive.slash("brief N1 here", by=cast.chair)
    assert "follows here" in told.text
    (first,) = briefs_in(secretive)
    assert "Changed since" not in first["text"]
    (file,) = files_of(secretive, cast.joint)
    secretive.slash("propose 4.3 A cap of £5m.", by=cast.lead)
    secretive.slash("agenda add N1 Liability", by=cast.chair)
    secretive.presses("meeting.yes", "OXMH N1", by=cast.lead)
    tick(secretive, minutes=1)
    (now,) = briefs_in(secretive)
    assert now["ts"] == first["ts"]
    assert "*Changed since Thursday 26 November 2026, 10:00*" in now["text"]
    assert "The files in this message’s thread are as of Thursday 26 November 2026, 10:00." in now["text"]
    assert "• Daniel Kerr: will come" in now["text"]
    assert "• Agenda item 2: Liability" in now["text"]
    assert "• Clause 4.3: proposed, OHP proposed 4.3/p1" in now["text"]
    assert "4.3 Liability: proposed · OHP last said" in now["text"]
    assert files_of(secretive, cast.joint) == [file]


def test_nothing_is_updated_where_nothing_that_it_says_has_changed(planned: Parley) -> None:
    planned.slash("brief N1 here", by=cast.chair)
    planned.deliver()

    def updates() -> int:
        (message,) = briefs_in(planned)
        return sum(call["ts"] == message["ts"] for call in planned.api.called("chat.update"))

    planned.slash("note The room is booked.", by=cast.chair)
    tick(planned, minutes=1)
    assert updates() == 0
    planned.slash("propose 4.3 A cap of £5m.", by=cast.lead)
    tick(planned, minutes=1)
    tick(planned, seconds=1)
    assert updates() == 1
    planned.now = datetime(2026, 12, 11, 10, 1, tzinfo=UTC)
    planned.slash("start N1", by=cast.chair)
    planned.slash("propose 4.3 A cap of £6m.", by=cast.lead)
    tick(planned, minutes=1)
    assert updates() == 1


def test_what_was_changed_and_changed_back_is_no_change_any_more(planned: Parley) -> None:
    planned.slash("brief N1 here", by=cast.chair)
    planned.deliver()
    planned.slash("meeting purpose N1 Settle liability", by=cast.chair)
    tick(planned, minutes=1)
    assert "• Purpose: Settle liability" in briefs_in(planned)[0]["text"]
    planned.slash("meeting purpose N1 Settle payment", by=cast.chair)
    tick(planned, minutes=1)
    assert "Changed since" not in briefs_in(planned)[0]["text"]


@pytest.mark.parametrize(
    ("by", "where", "why"),
    [
        (cast.observer, cast.joint, "You may not plan meetings"),
        (cast.analyst, cast.ccg_caucus, "You may not plan meetings"),
        (cast.chair, cast.elsewhere, "This is none of the table’s channels, so nothing was posted"),
        (cast.chair, CHAIRS_DM, "This is none of the table’s channels"),
    ],
)
def test_only_who_plans_posts_a_brief_and_only_in_a_channel_of_the_table(
    planned: Parley, by: cast.Person, where: cast.Room, why: str
) -> None:
    reply = planned.slash("brief N1 here", by=by, where=where)
    assert why in reply.text
    assert not any(briefs_in(planned, room) for room in cast.rooms)


@pytest.mark.parametrize(
    ("recipient", "own", "joint"),
    [
        (cast.ccg_caucus, True, False),
        (cast.ohp_caucus, False, False),
        (cast.joint, False, True),
        (cast.finance, False, True),
        (cast.elsewhere, False, False),
        (cast.scribe, True, True),
        (cast.lead, False, True),
        (cast.stranger, False, False),
    ],
)
def test_whoever_it_was_meant_for_it_is_sent_only_to_who_may_read_it(
    secretive: Parley, recipient: cast.Room | cast.Person, own: bool, joint: bool
) -> None:
    """Looked at again when it is sent: between asking and sending people and channels may have changed."""
    with secretive.deps.db.snapshot() as session:
        (negotiation,) = negotiations.every(session)
        ccg = negotiations.parties(session, negotiation.id or 0)[0]
        meeting = meetings.by_ref(session, negotiation.id or 0, "N1", None)
        assert meeting is not None
        for party, expected in ((ccg.id, own), (None, joint)):
            row = OutboxRow(
                key="k",
                kind="",
                recipient=recipient.id,
                ref_id=meeting.id,
                due_at=MORNING,
                payload={"party": party, "form": "docx"},
            )
            assert (notices.card(session, row) is not None) is expected
            assert (notices.file(session, row) is not None) is expected


# -- without being asked --------------------------------------------------------------------------------


def test_each_side_gets_its_brief_as_its_pre_meet_begins_once(secretive: Parley) -> None:
    secretive.now = datetime(2026, 12, 10, 11, 59, tzinfo=UTC)
    tick(secretive)
    assert briefs_in(secretive, cast.ccg_caucus) == []
    secretive.now = PREMEET
    tick(secretive)
    tick(secretive, seconds=1)
    for room, party in ((cast.ccg_caucus, "Oxfordshire"), (cast.ohp_caucus, "Oxford Health")):
        (message,) = briefs_in(secretive, room)
        assert f"private to {party}" in message["text"]
        assert len(files_of(secretive, room)) == 1
    assert briefs_in(secretive) == []


def test_a_pre_meet_that_begins_early_brings_the_brief_then(secretive: Parley) -> None:
    secretive.now = datetime(2026, 12, 10, 11, 0, tzinfo=UTC)
    secretive.slash("start CCG-P1", by=cast.chair, where=cast.ccg_caucus)
    tick(secretive)
    assert len(briefs_in(secretive, cast.ccg_caucus)) == 1
    assert briefs_in(secretive, cast.ohp_caucus) == []


def test_without_a_pre_meet_it_comes_a_working_day_before(planned: Parley) -> None:
    planned.slash("meeting cancel CCG-P1 because we know it all", by=cast.chair, where=cast.ccg_caucus)
    planned.now = datetime(2026, 12, 10, 8, 59, tzinfo=UTC)
    tick(planned)
    assert briefs_in(planned, cast.ccg_caucus) == []
    tick(planned, minutes=1)
    assert len(briefs_in(planned, cast.ccg_caucus)) == 1
    assert briefs_in(planned, cast.ohp_caucus) == []  # whose pre-meet is at noon


def test_a_moved_meeting_moves_its_brief_and_the_one_sent_already_says_so(planned: Parley) -> None:
    planned.now = datetime(2026, 12, 9, 10, 0, tzinfo=UTC)
    planned.slash("meeting move N1 to 16 dec at 10:00 because the board meets", by=cast.chair)
    planned.now = PREMEET
    tick(planned)
    assert briefs_in(planned, cast.ccg_caucus) == []
    planned.now = datetime(2026, 12, 15, 13, 0, tzinfo=UTC)
    tick(planned)
    assert len(briefs_in(planned, cast.ccg_caucus)) == 1
    planned.slash("meeting move N1 to 18 dec at 10:00 because the board meets again", by=cast.chair)
    tick(planned, minutes=1)
    (sent, *others) = briefs_in(planned, cast.ccg_caucus)
    assert "• When: Friday 18 December 2026, 10:00 to 12:00 (GMT)" in sent["text"]
    assert others == []
    planned.now = datetime(2026, 12, 17, 13, 0, tzinfo=UTC)
    tick(planned)
    assert len(briefs_in(planned, cast.ccg_caucus)) == 2


def test_a_cancelled_meeting_needs_no_brief(planned: Parley) -> None:
    planned.slash("meeting cancel N1 because the draft is late", by=cast.chair)
    planned.now = PREMEET
    tick(planned)
    assert briefs_in(planned, cast.ccg_caucus) == []


def test_a_brief_that_could_not_be_sent_in_its_hours_waits_for_the_next(planned: Parley) -> None:
    planned.slash("meeting move CCG-P1 to 10 dec at 17:30 because of the board", by=cast.chair, where=cast.ccg_caucus)
    planned.deliver()
    planned.now = datetime(2026, 12, 10, 17, 30, tzinfo=UTC)
    sending.watch(planned.deps)
    planned.now = datetime(2026, 12, 10, 18, 30, tzinfo=UTC)  # nothing was sent until now
    tick(planned)
    assert briefs_in(planned, cast.ccg_caucus) == []
    planned.now = datetime(2026, 12, 11, 8, 0, tzinfo=UTC)
    tick(planned)
    assert len(briefs_in(planned, cast.ccg_caucus)) == 1
    assert len(files_of(planned, cast.ccg_caucus)) == 1


def test_a_side_without_a_room_is_told_through_its_lead(parley: Parley) -> None:
    for text in (
        "new OXMH Outcomes contract",
        "party add CCG Commissioner as commissioner",
        "party add OHP Provider as provider",
        f"member add {cast.chair.mention} to CCG as chair",
        f"member add {cast.lead.mention} to OHP as lead",
        f"member add {cast.observer.mention} to OHP as observer",
        "meeting add negotiation First round on 11 dec at 10:00 for 2h",
    ):
        parley.slash(text, by=cast.chair)
    parley.now = datetime(2026, 12, 10, 17, 0, tzinfo=UTC)
    tick(parley)
    assert [len(briefs_in(parley, person)) for person in (cast.chair, cast.lead, cast.observer)] == [1, 1, 0]
    assert "private to Provider" in briefs_in(parley, cast.lead)[0]["text"]
    parley.slash("propose 4.2 x", by=cast.lead)
    assert [len(files_of(parley, person)) for person in (cast.chair, cast.lead)] == [1, 1]


def test_the_negotiation_may_want_none(planned: Parley) -> None:
    planned.slash("settings", by=cast.chair)
    form = planned.api.modal(cast.chair.id)
    assert form is not None
    values = {}
    for block in form["blocks"]:
        if block["type"] == "input" and "initial_value" in block["element"]:
            value = block["element"]["initial_value"].replace("briefs: 1", "briefs: never")
            values[block["block_id"]] = {"type": "plain_text_input", "value": value}
    assert planned.submits(form, values, by=cast.chair) == {}
    planned.now = PREMEET
    tick(planned)
    assert briefs_in(planned, cast.ccg_caucus) == []


# -- size, several tables, hostile words ----------------------------------------------------------------


def test_of_two_negotiations_the_one_meant_is_briefed_for(planned: Parley) -> None:
    planned.slash("new OLDER Older people", by=cast.chair, where=cast.elsewhere)
    planned.slash("party add CCG Commissioner as commissioner", by=cast.chair, where=cast.elsewhere)
    planned.slash(f"member add {cast.chair.mention} to CCG as chair", by=cast.chair, where=cast.elsewhere)
    planned.slash("meeting add negotiation Beds on 8 dec at 10:00 for 2h", by=cast.chair, where=cast.elsewhere)
    assert "You take part in several" in planned.slash("brief", by=cast.chair, where=CHAIRS_DM).text
    assert "First round" in planned.slash("OXMH brief", by=cast.chair, where=CHAIRS_DM).text
    older = planned.slash("OLDER brief", by=cast.chair, where=CHAIRS_DM).text
    assert "Beds" in older
    assert "4.2" not in older


def test_in_an_alliance_of_four_each_sees_its_own_alone(secretive: Parley) -> None:
    for typed in (
        "party add MIND Mind as provider",
        "party add RESP Response as provider",
        f"member add {cast.stranger.mention} to MIND as lead",
        "structure alliance because risk is shared",
    ):
        secretive.slash(typed, by=cast.chair)
    dm = cast.Room("D07MIND", "directmessage")
    secretive.slash("position 4.2 must QMMUST days", by=cast.stranger, where=dm)
    minds = secretive.slash("brief N1", by=cast.stranger, where=dm).text
    assert "private to Mind" in minds
    assert "QMMUST" in minds
    assert not any(marker in minds for marker in (*OURS, *THEIRS))
    assert "QMMUST" not in secretive.slash("brief N1", by=cast.chair, where=CHAIRS_DM).text
    secretive.now = PREMEET
    tick(secretive)
    assert len(briefs_in(secretive, cast.ccg_caucus)) == 1
    (sent,) = briefs_in(secretive, cast.stranger)  # without a pre-meet: since nine in the morning
    assert "QMMUST" in sent["text"]


def test_a_contract_of_600_clauses_still_makes_one_readable_message(planned: Parley) -> None:
    text = "\n\n".join(f"{number}. Heading {number}\n\nWords of {number}." for number in range(100, 700))
    planned.shares("contract.md", f"# Contract\n\n{text}".encode(), by=cast.chair)
    planned.slash("clause import anyway", by=cast.chair)
    planned.read_contracts()
    planned.slash("position 650 must x", by=cast.chair, where=cast.ccg_caucus)
    planned.slash("brief N1 here", by=cast.chair, where=cast.ccg_caucus)
    (message,) = briefs_in(planned, cast.ccg_caucus)
    assert faults_in_message({"text": message["text"], "blocks": message["blocks"]}) == []
    assert len(message["blocks"]) <= 12
    (whole,) = files_of(planned, cast.ccg_caucus)
    assert re.search(r"\| 650 Heading 650 \| .* \| x \|", whole)
    assert "more clauses are open, on which nobody has said anything yet" in whole
    assert len(whole) < 20_000


def test_hostile_words_stay_words(secretive: Parley) -> None:
    hostile = "a | b &lt;script&gt; {{7*7}} &lt;!channel&gt; *x* =HYPERLINK(1) \u202e"
    for typed in (
        f"meeting purpose N1 {hostile}",
        f"agenda add N1 {hostile}",
        f"propose 4.3 {hostile}",
        f"paper add N1 {hostile}",
        f"declare {cast.chair.mention} {hostile}",
    ):
        secretive.slash(typed, by=cast.chair)
    secretive.slash(f"concession planned 4.3 {hostile}", by=cast.chair, where=cast.ccg_caucus)
    reply = secretive.slash("brief N1", by=cast.chair, where=cast.ccg_caucus)
    assert reply.pings == []
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    (whole,) = files_of(secretive, cast.chair)
    assert "a | b <script> {{7*7}} <!channel> *x* =HYPERLINK(1) [U+202E]" in whole


def test_the_command_line_prints_a_brief(secretive: Parley) -> None:
    def printed(*arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, "-m", "bot", "export", "OXMH", "--format", "md", "--brief", *arguments],
            env={"DATABASE_URL": str(secretive.deps.db.url)},
            capture_output=True,
            check=True,
            timeout=60,
        )
        return ran.stdout.decode()

    joint, own = printed("N1"), printed("N1", "--for", "CCG")
    secretive.slash("meeting cancel N1 because the room is taken", by=cast.chair)
    with pytest.raises(subprocess.CalledProcessError) as refused:
        printed("N1")
    assert (
        "N1 is cancelled, because the room is taken, so there is nothing to brief for" in refused.value.stderr.decode()
    )
    assert not any(marker in joint for marker in (*OURS, *THEIRS))
    assert "QCMUST" in own
    assert not any(marker in own for marker in THEIRS)


def test_two_processes_that_look_at_once_send_each_brief_once(database_url: str) -> None:
    with running_parley(database_url) as parley:
        parley.set_up()
        parley.slash(N1, by=cast.chair)
        parley.deliver()
        parley.now = PREMEET
        together, faults = threading.Barrier(4), list[BaseException]()

        def process() -> None:
            database = Database(database_url)
            try:
                together.wait()
                sending.watch(replace(parley.deps, db=database))
            except BaseException as fault:
                faults.append(fault)
            finally:
                database.close()

        processes = [threading.Thread(target=process) for _ in range(4)]
        for each in processes:
            each.start()
        for each in processes:
            each.join()
        assert faults == []
        tick(parley)
        assert [len(briefs_in(parley, room)) for room in (cast.ccg_caucus, cast.ohp_caucus)] == [1, 1]
        assert [len(files_of(parley, room)) for room in (cast.ccg_caucus, cast.ohp_caucus)] == [1, 1]
