"""Minutes: what the meeting recorded, whole and readable, the same bytes for ever."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from markdown_it import MarkdownIt

from bot import render
from bot.minutes import service
from storage import meetings, negotiations
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley

GOLDEN = Path(__file__).parents[1] / "golden" / "minutes.md"


class Table:
    """A joint channel in which every message has a timestamp of its own, the same in every run."""

    def __init__(self, parley: Parley) -> None:
        self.parley = parley
        self.said: dict[str, str] = {}

    def types(self, text: str, by: Person, where: Room = cast.joint) -> str:
        self.parley.later(minutes=1)
        ts = f"{int(self.parley.now.timestamp())}.000100"
        self.said[ts] = text
        return self.parley.types(text, by=by, where=where, ts=ts)

    def edits(self, ts: str, text: str, by: Person) -> None:
        self.parley.later(minutes=1)
        self.parley.edits(ts, self.said[ts], text, by=by)

    def deletes(self, ts: str, by: Person) -> None:
        self.parley.later(minutes=1)
        self.parley.deletes(ts, self.said[ts], by=by)

    def command(self, text: str, by: Person, where: Room = cast.joint) -> None:
        self.parley.later(minutes=1)
        self.parley.slash(text, by=by, where=where)

    def press(self, ref: str, by: Person) -> None:
        self.parley.later(minutes=1)
        self.parley.presses("agreement.confirm", f"OXMH {ref}", by=by)


def play(parley: Parley) -> None:
    """Four people of two parties: 3 agreements, 5 actions, 2 decisions, a mend, an undo, an edit, a deletion."""
    parley.set_up()
    parley.slash(
        "meeting add negotiation Outcomes and payment on 26 nov at 10:00 for 2h place Jubilee House", by=cast.chair
    )
    parley.slash("meeting add subgroup Finance on 25 nov 2027 at 10:00 for 1h informs N1", cast.scribe, cast.finance)
    parley.slash("meeting add negotiation Second round on 10 dec at 10:00 for 2h", by=cast.chair)
    for item in ("Share of value at risk", "Outcomes and metrics", "Contract term"):
        parley.slash(f"agenda add N1 {item}", by=cast.scribe)
    table = Table(parley)
    table.command("start N1", by=cast.scribe)
    people = ", ".join(p.mention for p in (cast.chair, cast.scribe, cast.lead, cast.negotiator))
    table.command(f"present {people}", by=cast.scribe)
    table.types("Apologies: Siân Pritchard", by=cast.scribe)
    table.command(f"declare {cast.negotiator.mention} trustee of a charity in the partnership", by=cast.scribe)

    table.types("Topic: Share of value at risk", by=cast.scribe)
    table.types("Good morning. Shall we take the share first?", by=cast.chair)
    table.types("AGREED: 4.2: 20% of contract value depends on outcomes from the end of year 3", by=cast.chair)
    table.types("s/year 3/year 2/", by=cast.chair)
    table.press("AG1 2", by=cast.lead)
    table.types("ACTION: Anjali to model the phasing for years 1 and 2 by 4 dec", by=cast.scribe)

    table.types("Topic: Outcomes and metrics", by=cast.scribe)
    table.types(
        "AGREED: Schedule 4C: The Provider shall:\n(a) respond within 2 hours where the need is urgent;\n"
        "(b) report each month.",
        by=cast.negotiator,
    )
    table.types("AGREED: Carer support is surveyed once a year", by=cast.lead)
    table.command("object AG3 because the survey belongs to every case review", by=cast.chair)
    table.types("DECISION: The Recovery Star is the tool for measuring functioning.", by=cast.scribe)
    table.types(
        f"ACTION: {cast.negotiator.mention} to define “meaningful role” by 11 dec\n"
        "ACTION: Find out what baseline data there is for housing",
        by=cast.scribe,
    )
    note = table.types("NOTE: Data comes from the national dataset, six weeks in arears", by=cast.negotiator)
    table.edits(note, "NOTE: Data comes from the national dataset, six weeks in arrears", by=cast.negotiator)
    gone = table.types("DECISION: Meet in Banbury next time", by=cast.lead)
    table.deletes(gone, by=cast.lead)

    table.types("Topic: Contract term", by=cast.scribe)
    table.command("decide The term is five years with one extension of up to two.", by=cast.chair)
    table.types("RESERVATION: The partnership reserves its position on step-in rights", by=cast.lead)
    table.command("note Lunch is at one", by=cast.scribe)
    table.command("undo", by=cast.scribe)
    table.command(f"action Draft the extension clause {cast.scribe.mention} by 4 dec", by=cast.chair)
    table.command(
        f"action Take legal advice on step-in rights {cast.chair.mention}, {cast.lead.mention} by 11 dec", cast.chair
    )
    table.types("[off] shall we find coffee after this?", by=cast.lead)
    table.types("PARKED: Older people's contract until 10 dec", by=cast.scribe)
    table.command("close", by=cast.scribe)


@pytest.fixture
def played(parley: Parley) -> Parley:
    play(parley)
    return parley


def versions(parley: Parley, ref: str = "N1") -> list[str]:
    """The text of every issued version, first to last."""
    with parley.deps.db.snapshot() as session:
        found = negotiations.by_code(session, "OXMH")[0]
        (meeting,) = [m for m in meetings.visible(session, found.id or 0, None) if m.ref == ref]
        return [version.content for version in meetings.minutes(session, meeting.id or 0)]


def issued(parley: Parley) -> list[dict[str, Any]]:
    """The messages of the joint channel that bring minutes; there are calendar files too."""
    return [m for m in parley.posted() if any(file["name"].endswith(".md") for file in m.get("files", []))]


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0].strip()


def visible(markdown: str) -> str:
    """What a reader of the rendered minutes sees, on one line."""
    words = []
    for token in MarkdownIt("commonmark").enable("table").parse(markdown):
        assert token.type not in ("html_block", "code_block", "fence", "hr"), token
        for child in token.children or []:
            assert child.type not in ("html_inline", "code_inline", "image", "em"), child
            words.append(child.content if child.type == "text" else " " if child.type.endswith("break") else "")
        words.append(" ")
    return " ".join("".join(words).split())


# -- what they say --------------------------------------------------------------------------------------


def test_the_minutes_of_a_meeting_are_the_golden_ones(played: Parley) -> None:
    """After a change that is meant: `PARLEY_GOLDEN=write make test`, and read the difference."""
    text = played.minutes()
    if os.environ.get("PARLEY_GOLDEN") == "write":
        GOLDEN.write_text(text, encoding="utf-8")
    assert text == GOLDEN.read_text(encoding="utf-8")


def test_the_sections_stand_in_the_order_of_good_practice(played: Parley) -> None:
    titles = [line[3:] for line in played.minutes().split("\n") if line.startswith("## ")]
    assert titles == [
        "Present",
        "Apologies",
        "Required roles",
        "Declarations of interest",
        "Minutes of the last meeting",
        "Matters arising",
        "Sub-group reports",
        "Items",
        "Agreements",
        "Decisions",
        "Actions",
        "Parked and escalated",
        "Withdrawn and undone",
        "Incomplete",
        "Next meeting",
        "Circulation and approval",
    ]
    assert played.minutes().startswith("**DRAFT** · **Subject to contract**\n")


def test_the_export_tells_exactly_what_the_minutes_tell(played: Parley) -> None:
    record, text = played.export(), played.minutes()
    words = visible(text)

    (held,) = [meeting for meeting in record["meetings"] if meeting["ref"] == "N1"]
    present = [row["name"] for row in held["attendance"] if row["status"] == "present"]
    assert present == [p.name for p in (cast.chair, cast.scribe, cast.lead, cast.negotiator)]
    assert all(name in section(text, "Present") for name in present)
    assert (held["chair"], held["scribe"]) == (cast.chair.name, cast.scribe.name)

    assert [(a["ref"], a["status"], a["version"]) for a in record["agreements"]] == [
        ("AG1", "agreed", 2),
        ("AG2", "awaiting", 1),
        ("AG3", "objected", 1),
    ]
    for agreement in record["agreements"]:
        assert f"{agreement['ref']}" in section(text, "Agreements")
        assert " ".join(agreement["wording"].split()) in words
        for confirmation in agreement["confirmations"]:
            assert f"by {confirmation['member']} on {_shown(confirmation['at'])}" in section(text, "Agreements")
        for objection in agreement["objections"]:
            assert objection["reason"] in section(text, "Agreements")
    assert section(text, "Agreements").count("Confirmed for") == 4
    assert section(text, "Agreements").count("Awaiting confirmation by") == 1

    decisions = {d["text"]: d["status"] for d in record["decisions"]}
    assert list(decisions.values()) == ["recorded", "withdrawn", "recorded"]
    for decision, status in decisions.items():
        assert (decision in section(text, "Decisions")) == (status == "recorded")
        assert (decision in section(text, "Withdrawn and undone")) == (status == "withdrawn")

    assert len(record["actions"]) == 5
    for action in record["actions"]:
        owned = section(text, "Actions").partition(f"**{action['ref']}**")
        heading = owned[0].rpartition("### ")[2].split("\n")[0]
        assert all(owner in heading for owner in action["owners"])
        line = owned[2].split("\n")[0]
        assert action["text"] in line
        assert (_date(action["due_on"]) if action["due_on"] else "INCOMPLETE") in line

    assert [(n["ref"], n["kind"], n["status"]) for n in record["notes"]] == [
        ("E1", "declaration", "recorded"),
        ("E2", "note", "recorded"),
        ("E3", "reservation", "recorded"),
        ("E4", "note", "undone"),
        ("E5", "parked", "recorded"),
    ]
    assert "arrears" in words
    assert "arears" not in words
    assert "year 3" not in words
    assert "coffee" not in words
    assert section(text, "Incomplete") == "- A3 lacks an owner and a date"


def _shown(at: str) -> str:
    instant = datetime.fromisoformat(at)  # GMT, in November
    return f"{instant:%A} {instant.day} {instant:%B %Y}, {instant:%H:%M}"


def _date(day: str) -> str:
    due = datetime.fromisoformat(day)
    return f"{due:%A} {due.day} {due:%B %Y}"


def test_every_record_that_came_from_a_message_links_to_it(played: Parley) -> None:
    text, record = played.minutes(), played.export()
    rows = [row for key in ("agreements", "decisions", "actions", "notes") for row in record[key]]
    linked = [row for row in rows if row["source"]["ts"]]
    assert len(linked) == 11
    for row in linked:
        link = row["source"]["permalink"]
        assert link == f"https://oxfordshire.slack.com/archives/{cast.joint.id}/p{row['source']['ts'].replace('.', '')}"
        (line,) = [line for line in text.split("\n") if f"**{row['ref']}**" in line and link in line]
        assert f"([message]({link}))" in line


def test_the_channel_gets_the_settled_part_and_the_whole_as_a_file(played: Parley) -> None:
    (message,) = issued(played)
    (file,) = message["files"]
    assert file["name"] == "OXMH-N1-minutes-v1.md"
    assert played.api.file_content(file["id"]).decode() == played.minutes()
    assert "DRAFT. Subject to contract." in message["text"]
    (card,) = [m for m in played.posted() if m["ts"] == message["thread_ts"]]  # which is kept up to date; a file is not
    assert "*, version 1: draft, not yet circulated. The whole is in the file below this message." in card["text"]
    shown = "\n".join(block["text"]["text"] for block in card["blocks"] if block["type"] == "section")
    assert "The Provider shall:\n  (a) respond within 2 hours where the need is urgent;\n  (b)" in shown
    assert "\\" not in card["text"] + shown


def test_at_the_close_what_is_incomplete_is_named(meeting: Parley) -> None:
    meeting.types("ACTION: find the data", by=cast.scribe)
    reply = meeting.slash("close", by=cast.scribe)
    assert "A1 lacks an owner and a date" in reply.text
    assert "A1 lacks an owner and a date" in section(meeting.minutes(), "Incomplete")


def test_a_meeting_of_which_nothing_is_known_says_so(meeting: Parley) -> None:
    meeting.slash("close", by=cast.chair)
    text = meeting.minutes()
    assert section(text, "Present") == "Nobody was recorded as present."
    assert "chair; scribe; lead or negotiator for Oxfordshire" in section(text, "Required roles")
    for title in ("Apologies", "Agreements", "Decisions", "Actions", "Matters arising", "Parked and escalated"):
        assert section(text, title) == "None."
    assert "## Withdrawn" not in text
    assert "## Incomplete" not in text
    assert section(text, "Next meeting") == "Not yet planned."


def test_guests_stand_apart_and_capacities_are_told(meeting: Parley) -> None:
    meeting.slash(f"attend N1 {cast.analyst.mention} as scribe", by=cast.chair)
    meeting.types(f"Present: {cast.analyst.mention}, Joan Guest", by=cast.scribe)
    meeting.slash("close", by=cast.chair)
    present = section(meeting.minutes(), "Present")
    assert "Anjali Mehta (scribe)" in present
    assert "- **Guests:** Joan Guest" in present


def test_the_next_meeting_s_minutes_begin_with_the_last_one_s(played: Parley) -> None:
    played.now = datetime(2026, 12, 10, 10, 0, tzinfo=UTC)
    played.slash("done A4 sent on Tuesday", by=cast.scribe)
    played.later(minutes=1)
    played.slash("start N2", by=cast.chair)
    played.later(minutes=1)
    played.slash("done A1", by=cast.analyst)
    played.slash("close", by=cast.chair)
    text = played.minutes("N2")
    assert section(text, "Minutes of the last meeting") == "N1 Outcomes and payment: minutes version 1, draft."
    arising = section(text, "Matters arising")
    assert [ref for ref in ("A1", "A2", "A3", "A4", "A5") if f"**{ref}**" in arising] == ["A1", "A2", "A3", "A5"]
    (done,) = [line for line in arising.split("\n") if "**A1**" in line]
    assert "(done)" in done
    assert "## Incomplete" not in text


# -- the same bytes, and versions -----------------------------------------------------------------------

RENDER_AGAIN = """
import sys
from storage import Database, meetings, negotiations
from bot.minutes import service
with Database(sys.argv[1]).snapshot() as session:
    found = negotiations.by_code(session, "OXMH")[0]
    (held,) = [m for m in meetings.visible(session, found.id, None) if m.ref == "N1"]
    sys.stdout.buffer.write(service.write(service.collect(session, held, 1)).encode())
"""


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "America/Los_Angeles"])
def test_the_same_record_gives_the_same_bytes_in_any_process_and_zone(played: Parley, zone: str) -> None:
    elsewhere = {**os.environ, "TZ": zone, "PYTHONHASHSEED": "7", "LC_ALL": "C"}
    command = [sys.executable, "-c", RENDER_AGAIN, str(played.deps.db.url)]
    for _ in range(2):
        again = subprocess.run(command, env=elsewhere, cwd=GOLDEN.parents[2], capture_output=True, check=True)
        assert again.stdout.decode() == played.minutes()


def test_the_minutes_carry_a_fingerprint_that_shows_a_change(played: Parley) -> None:
    text = played.minutes()
    assert render.seal_holds(text)
    assert not render.seal_holds(text.replace("20%", "25%"))


def test_asked_for_again_with_nothing_new_they_are_the_same_version(played: Parley) -> None:
    played.later(days=1)
    reply = played.slash("minutes n1", by=cast.lead)
    assert "version 1" in reply.text
    assert len(versions(played)) == 1
    assert len(issued(played)) == 2


def test_a_later_confirmation_makes_version_2_and_leaves_version_1_as_it_was(played: Parley) -> None:
    (first,) = versions(played)
    played.later(days=1)
    played.slash("confirm AG2", by=cast.chair)
    reply = played.slash("minutes N1 as md", by=cast.lead)

    assert "Version 2 is new" in reply.text
    one, two = versions(played)
    assert one == first == GOLDEN.read_text(encoding="utf-8")
    assert "| Version | 2, draft |" in two
    assert "by Margaret Osei on Friday 27 November 2026" in two
    assert "Awaiting confirmation by" not in two
    assert render.seal_holds(two)
    assert played.minutes() == two
    exported = [row for row in played.export()["minutes"] if row["meeting"] == "N1"]
    assert [row["version"] for row in exported] == [1, 2]
    names = [file["name"] for m in issued(played) for file in m["files"]]
    assert names == ["OXMH-N1-minutes-v1.md", "OXMH-N1-minutes-v2.md"]


def test_minutes_of_a_meeting_that_is_open_or_unknown_are_refused(meeting: Parley) -> None:
    assert "has not closed" in meeting.slash("minutes N1", by=cast.chair).text
    assert "no meeting N9" in meeting.slash("minutes N9", by=cast.chair).text
    assert "no minutes" in meeting.slash("minutes", by=cast.chair).text


# -- who may read them ----------------------------------------------------------------------------------


def caucus(parley: Parley) -> None:
    parley.set_up()
    parley.slash("meeting add premeet Our line on 26 nov at 10:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    parley.slash("start OHP-P1", by=cast.lead, where=cast.ohp_caucus)
    parley.types("NOTE: our floor is 5%", by=cast.negotiator, where=cast.ohp_caucus)
    parley.slash("close", by=cast.lead, where=cast.ohp_caucus)


def test_the_minutes_of_a_caucus_stay_with_its_party(parley: Parley) -> None:
    caucus(parley)
    (message,) = [m for m in parley.posted(cast.ohp_caucus) if m.get("files")]
    assert message["files"]
    text = parley.minutes("OHP-P1", party="OHP")
    assert text.startswith("**DRAFT** · **Subject to contract** · **Private to Oxford Health and partners**\n")
    assert "our floor is 5%" in text
    assert "Oxfordshire Clinical" not in text

    for where in (cast.joint, cast.ccg_caucus, cast.elsewhere):
        reply = parley.slash("minutes OHP-P1", by=cast.chair, where=where)
        assert reply.private
        assert "There is no meeting OHP-P1 here that you can see" in reply.text
    parley.slash("minutes OHP-P1", by=cast.lead)
    parley.slash("minutes", by=cast.lead, where=cast.elsewhere)
    for room in (cast.joint, cast.ccg_caucus, cast.finance, cast.elsewhere):
        assert not [m for m in parley.posted(room) if "floor" in str(m) or m.get("files")]
    assert "OHP-P1" not in json.dumps(parley.export())
    assert "OHP-P1" not in json.dumps(parley.export(party="CCG"))


def test_minutes_asked_for_in_a_room_of_others_go_to_the_person_alone(played: Parley) -> None:
    reply = played.slash("minutes N1", by=cast.chair, where=cast.elsewhere)
    assert reply.private
    assert played.posted(cast.elsewhere) == []
    assert [m for m in played.posted(cast.chair) if m.get("files")]
    refused = played.slash("minutes N1", by=cast.stranger, where=cast.elsewhere)
    assert "There is no negotiation here that you take part in" in refused.text
    assert played.posted(cast.stranger) == []


# -- hostile words, other templates ---------------------------------------------------------------------

HOSTILE = "# *x* | <b>y</b> `z` [l](http://e.vil) &amp; ## Next meeting #"
SENT = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def test_hostile_words_in_every_field_come_out_as_those_words(parley: Parley) -> None:
    villain = replace(cast.chair, name=f"{HOSTILE} Osei")
    parley.api.add_user(villain.id, villain.name)
    guest = SENT.replace(" &amp;amp;", "")  # "&" separates the names of guests
    for text in (
        f"new OXMH {SENT}",
        f"party add CCG {SENT} as commissioner",
        "party add OHP Oxford Health as provider",
        f"member add {villain.mention} to CCG as chair, lead",
        f"member add {cast.lead.mention} to OHP as lead",
        f"meeting add negotiation {SENT} on 26 nov at 10:00 for 2h place {SENT}",
        f"agenda add N1 {SENT}",
        f"agenda add N1 {SENT} two",
        f"attend N1 {cast.lead.mention} as legal",
        "start N1",
        "item 1",
        f"present {villain.mention}, {cast.lead.mention}, {guest}",
        f"declare {villain.mention} {SENT}",
    ):
        parley.slash(text, by=villain)
    for keyword in ("AGREED", "DECISION", "NOTE", "RESERVATION", "PARKED", "ACTION"):
        parley.types(f"{keyword}: {SENT}\n- {SENT}\n    {SENT}", by=villain)
    parley.types(f"PARKED: {SENT} until 12 dec", by=villain)
    parley.types(f"ACTION: {SENT} {villain.mention} by fri", by=villain)
    parley.types(f"NOTE: {SENT} undone", by=villain)
    parley.slash("undo", by=villain)
    parley.slash(f"object AG1 because {SENT}", by=cast.lead)
    parley.slash(f"meeting add negotiation {SENT} next on 12 dec at 10:00 for 2h", by=villain)
    parley.slash("close", by=villain)

    text = parley.minutes()
    titles = [line for line in text.split("\n") if line.startswith("## ")]
    assert len(titles) == len(set(titles)) == 16
    words = visible(text)
    shown = " ".join(HOSTILE.split())
    record = parley.export()
    assert {record["agreements"][0]["wording"], record["decisions"][0]["text"], record["actions"][0]["text"]} == {
        f"{HOSTILE}\n- {HOSTILE}\n{HOSTILE}"
    }
    for place in (
        f"Minutes of N1: {shown} Negotiation OXMH: {shown} Meeting",
        f"Place {shown} Chair",
        f"Chair {shown} Osei (CCG)",
        f"{shown}: {shown} Osei (chair, lead) Oxford Health: Daniel Kerr (legal)",
        f"E1: {shown} Osei (CCG), {shown} Minutes of the last",
        f"Items 1. {shown} Note",
        f"Note E2: {shown} - {shown} {shown} (message)",
        f"Not reached: 2 {shown} two.",
        f"OBJECTED TO (message) {shown} - {shown} {shown} Confirmed for {shown}, by {shown} Osei on",
        f": {shown} Decisions",
        f"DECIDED {shown} - {shown} {shown} (message)",
        f"A2: {shown}, by Friday 27 November 2026",
        f"{shown} (until Saturday 12 December 2026)",
        f"{shown} undone (undone)",
        f"N2 {shown} next, Saturday 12 December 2026",
    ):
        assert place in words, place
    (message,) = issued(parley)
    assert "<" not in message["text"]


def test_a_title_of_two_lines_stays_one_heading(table: Parley) -> None:
    table.mentions(
        "meeting add negotiation First\n# round on 26 nov at 10:00 for 2h place Jubilee\n| House", cast.chair
    )
    table.slash("start N1", by=cast.chair)
    table.slash("close", by=cast.chair)
    text = table.minutes()
    assert "# Minutes of N1: First # round\n" in text
    assert "| Place | Jubilee \\| House |\n" in text


def test_a_house_s_own_template_takes_the_place_of_ours(played: Parley, tmp_path: Path) -> None:
    (tmp_path / "minutes.md.j2").write_text("OUR HOUSE\n{% for a in doc.agreements %}{{ a.ref }} {% endfor %}\n")
    with played.deps.db.snapshot() as session:
        found = negotiations.by_code(session, "OXMH")[0]
        (held,) = [m for m in meetings.visible(session, found.id or 0, None) if m.ref == "N1"]
        doc = service.collect(session, held, 1)
    assert render.document("minutes.md.j2", doc, tmp_path) == "OUR HOUSE\nAG1 AG2 AG3 "
    assert service.write(doc, tmp_path).startswith("OUR HOUSE\n")
    assert service.write(doc) == played.minutes()
    empty = tmp_path / "empty"
    empty.mkdir()
    assert service.write(doc, empty) == played.minutes()


def test_two_hundred_records_are_all_there(meeting: Parley) -> None:
    meeting.types("\n".join(f"NOTE: number {n} of many" for n in range(200)), by=cast.scribe)
    meeting.later(hours=1)
    meeting.slash("close", by=cast.chair)
    text = meeting.minutes()
    assert [n for n in range(200) if f"number {n} of many" not in text] == []
    assert meeting.posted()
