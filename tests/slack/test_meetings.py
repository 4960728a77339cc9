"""Meetings: planned, attended, held."""

from datetime import UTC, datetime

from tests import cast
from tests.harness import Parley

PLAN = "meeting add negotiation First round on 12 dec at 10:00 for 2h"


def test_a_planned_meeting_is_said_back_with_its_full_date_and_zone(table: Parley) -> None:
    reply = table.slash(f"{PLAN} prep 3h place Town Hall", by=cast.chair)
    assert reply.private  # its warnings are for the planner; everybody else gets the invitation
    when = "*N1* First round: Saturday 12 December 2026, 10:00 to 12:00 (GMT), Town Hall"
    assert when in reply.text
    assert "Saturday 12 December 2026 is in a weekend." in reply.text
    assert any(when.replace(", Town Hall", ". Will you come?") in message["text"] for message in table.posted())
    (meeting,) = table.export()["meetings"]
    assert meeting["starts_at"] == "2026-12-12T10:00:00+00:00"
    assert (meeting["minutes_planned"], meeting["place"], meeting["status"]) == (120, "Town Hall", "planned")


def test_summer_time_is_said_as_such(table: Parley) -> None:
    reply = table.slash("meeting add gateway Sign-off on 1 july 2027 at 2:15 pm for 90 min", by=cast.lead)
    assert "Thursday 1 July 2027, 14:15 to 15:45 (BST)" in reply.text
    assert table.export()["meetings"][0]["starts_at"] == "2027-07-01T13:15:00+00:00"


def test_every_kind_has_its_own_refs(table: Parley) -> None:
    kinds = (("PREMEET", "CCG-P"), ("negotiation", "N"), ("subgroup", "S"), ("gateway", "G"), ("legal", "L"))
    for kind, letter in kinds:  # a pre-meet is one side's own, wherever it is planned
        for number in (1, 2):
            reply = table.slash(f"meeting add {kind} A title on fri at noon for 1h anyway", by=cast.chair)
            assert f"*{letter}{number}*" in reply.text


def test_words_of_the_grammar_may_stand_in_a_title(table: Parley) -> None:
    table.slash("meeting add legal Advice on tax at risk for the trust on 12 dec at 10:00 for 1h", by=cast.chair)
    assert table.export()["meetings"][0]["title"] == "Advice on tax at risk for the trust"


def test_a_meeting_informs_another_but_never_a_private_one_aloud(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash(
        "meeting add premeet Our line on 9 dec at 10:00 for 1h informs n1", by=cast.chair, where=cast.ccg_caucus
    )
    assert "it informs N1" in table.slash(PLAN.replace("negotiation", "subgroup") + " informs n1", by=cast.chair).text
    reply = table.slash(f"{PLAN} informs CCG-P2", by=cast.chair)
    assert reply.private
    assert "private to your side" in reply.text
    assert "CCG-P" not in str(table.export())
    private = [m for m in table.export(party="CCG")["meetings"] if m["private_to"]]
    assert [(m["ref"], m["informs"], m["status"]) for m in private] == [
        ("CCG-P2", "N1", "planned"),
        ("CCG-P1", "N1", "cancelled"),  # Parley's own gives way
    ]


def test_what_cannot_be_is_refused_and_given_back(table: Parley) -> None:
    for typed, why in (
        ("meeting add", "Say what, when and for how long"),
        ("meeting add negotiation First round", "Say what, when and for how long"),
        ("meeting add party First round on 12 dec at 10:00 for 2h", "party is not a kind of meeting"),
        ("meeting add negotiation First round on 31 feb at 10:00 for 2h", "“31 feb” does not exist"),
        ("meeting add negotiation First round on 12/31/2026 at 10:00 for 2h", "The day comes first"),
        ("meeting add negotiation First round on 2 nov 2026 at 10:00 for 2h", "has passed"),
        ("meeting add negotiation First round on 12 dec at 25:00 for 2h", "“25:00” is not a time"),
        ("meeting add negotiation First round on 12 dec at 10 for 2h", "“10” is not a time"),
        ("meeting add negotiation First round on 28 mar 2027 at 01:30 for 2h", "the clocks go forward"),
        ("meeting add negotiation First round on 12 dec at 10:00 for 2 moons", "“2 moons” is not a length"),
        ("meeting add negotiation First round on 12 dec at 10:00 for 0h", "between 1 minute and 24 hours"),
        ("meeting add negotiation First round on 12 dec at 10:00 for 2h informs N9", "There is no meeting N9"),
        ("meeting N9", "There is no meeting N9"),
        ("meeting", "Say which meeting"),
        ("agenda", "Say which meeting"),
        ("agenda add", "Say which meeting"),
        ("attend", "Say which meeting"),
        ("start", "Say which meeting"),
        ("start N7", "There is no meeting N7"),
        ("close", "No meeting is open in this channel"),
        ("item 1", "No meeting is open in this channel"),
        ("present <@U04LEAD>", "No meeting is open in this channel"),
    ):
        reply = table.slash(typed, by=cast.chair)
        assert reply.private
        assert why in reply.text
        assert f"You typed: /parley {typed.replace('<@U04LEAD>', '@Daniel Kerr')}" in reply.shown
    assert table.export()["meetings"] == []


def test_an_observer_reads_but_neither_plans_nor_runs(table: Parley) -> None:
    table.slash(PLAN, by=cast.negotiator)
    for typed in (PLAN, "start N1", "agenda add N1 Payment", f"attend N1 {cast.lead.mention}"):
        reply = table.slash(typed, by=cast.observer)
        assert reply.private
        assert "You may not" in reply.text
        assert "you have observer" in reply.text
    assert "First round" in table.slash("meetings", by=cast.observer).text
    assert "*N1* First round" in table.slash("meeting n1", by=cast.observer).text


def test_no_meeting_yet_is_said_with_the_way_to_plan_one(table: Parley) -> None:
    assert "`/parley meeting add" in table.slash("meetings", by=cast.observer).text
    table.slash(PLAN, by=cast.chair)
    assert "`/parley agenda add N1" in table.slash("agenda N1", by=cast.observer).text


def test_an_agenda_is_numbered_and_taken_up_item_by_item(meeting: Parley) -> None:
    meeting.slash("agenda add N1 Share of value at risk", by=cast.chair)
    assert "item 2: Step-in rights" in meeting.slash("agenda add n1 Step-in rights", by=cast.lead).text
    assert meeting.slash("item 2", by=cast.chair).text == "Item 2: *Step-in rights*"
    meeting.slash("decide Step-in needs notice.", by=cast.chair)
    shown = meeting.slash("agenda N1", by=cast.observer).text
    assert "1. Share of value at risk\n2. Step-in rights · taken" in shown
    for typed in ("item 3", "item two", "item", "item 99999999999999999999"):
        reply = meeting.slash(typed, by=cast.chair)
        assert reply.private
        assert "agenda" in reply.text
    assert "what the item is" in meeting.slash("agenda add N1", by=cast.chair).text


def test_people_are_expected_present_or_sorry(meeting: Parley) -> None:
    expected = f"{cast.lead.mention}, {cast.negotiator.mention} as scribe"
    assert "Daniel Kerr and Ruth Adeyemi are expected at *N1* First round as scribe." in (
        meeting.slash(f"attend N1 {expected}", by=cast.chair).text
    )
    assert "Daniel Kerr and Priya Shah are present" in (
        meeting.slash(f"present {cast.lead.mention}, Priya Shah", by=cast.chair).text
    )
    assert "Ruth Adeyemi sends apologies" in meeting.slash("apologies Ruth", by=cast.chair).text
    attendance = {row["name"]: row for row in meeting.export()["meetings"][0]["attendance"]}
    assert {name: row["status"] for name, row in attendance.items()} == {
        "Daniel Kerr": "present",
        "Ruth Adeyemi": "apologies",
        "Priya Shah": "present",
    }
    assert attendance["Daniel Kerr"]["capacity"] == "scribe"
    assert attendance["Priya Shah"]["party"] is None


def test_anyone_may_say_so_of_themselves_but_not_of_others(meeting: Parley) -> None:
    assert not meeting.slash(f"present {cast.observer.mention}", by=cast.observer).private
    refused = meeting.slash(f"present {cast.lead.mention}", by=cast.observer)
    assert refused.private
    assert "You may not" in refused.text
    (row,) = meeting.export()["meetings"][0]["attendance"]
    assert row["name"] == "Siân Pritchard"


def test_somebody_who_is_not_at_the_table_is_named_and_the_way_to_add_them(meeting: Parley) -> None:
    reply = meeting.slash(f"present {cast.stranger.mention}", by=cast.chair)
    assert reply.private
    assert "Joel Fenn is not at the table of OXMH" in reply.text
    assert "member add @Joel Fenn to PARTY" in reply.text
    nobody = meeting.slash("attend N1", by=cast.chair)
    assert "`/parley attend N1 @dana, @omar`" in nobody.text


def test_present_twice_is_one_attendance(meeting: Parley) -> None:
    for _ in range(2):
        meeting.slash(f"present {cast.lead.mention} {cast.lead.mention}, a guest, A Guest", by=cast.chair)
    assert len(meeting.export()["meetings"][0]["attendance"]) == 2


def test_one_meeting_at_a_time_in_a_channel_and_in_the_right_one(meeting: Parley) -> None:
    meeting.slash("meeting add negotiation Second on fri at 10:00 for 2h", by=cast.chair)
    meeting.slash("meeting add premeet Our line on fri at 9:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    for typed, by, where, why in (
        ("start N1", cast.chair, cast.joint, "has already begun"),
        ("start N2", cast.chair, cast.joint, "N1 is still open in this channel"),
        ("start N2", cast.chair, cast.ccg_caucus, "belongs in the joint channel"),
        ("start N2", cast.chair, cast.elsewhere, "held in one of OXMH's channels"),
        ("start OHP-P1", cast.lead, cast.joint, "belongs in your caucus channel"),
        ("start OHP-P1", cast.chair, cast.joint, "There is no meeting OHP-P1"),
    ):
        reply = meeting.slash(typed, by=by, where=where)
        assert reply.private
        assert why in reply.text
    meeting.slash("start OHP-P1", by=cast.lead, where=cast.ohp_caucus)
    meeting.slash("start N2", by=cast.chair, where=cast.finance)  # a sub-group's room will do
    for ref, where in (("OHP-P1", cast.ohp_caucus), ("N2", cast.finance)):
        assert any(m["text"].startswith(f"Meeting *{ref}*") and "has begun" in m["text"] for m in meeting.posted(where))


def test_a_meeting_that_is_over_stays_over(meeting: Parley) -> None:
    assert "You may not run the meeting" in meeting.slash("close", by=cast.observer).text
    assert "closed at 10:00" in meeting.slash("close", by=cast.negotiator).text
    for typed, why in (
        ("close", "No meeting is open"),
        ("close N1", "already closed"),
        ("start N1", "is over"),
        ("agenda add N1 Late item", "is over"),
        ("item 1", "No meeting is open"),
    ):
        reply = meeting.slash(typed, by=cast.chair)
        assert reply.private, typed
        assert why in reply.text
    assert "· held" in meeting.slash("meetings", by=cast.observer).text


def test_a_meeting_across_midnight_is_one_meeting(table: Parley) -> None:
    table.now = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)
    table.slash("meeting add negotiation Late round on fri at 23:00 for 2h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    table.slash("note Before midnight", by=cast.chair)
    table.later(hours=1)
    table.slash("note After midnight", by=cast.chair)
    table.slash("close", by=cast.chair)
    assert [(note["meeting"], note["text"]) for note in table.export()["notes"]] == [
        ("N1", "Before midnight"),
        ("N1", "After midnight"),
    ]


def test_minutes_go_where_they_may_be_read(meeting: Parley) -> None:
    assert "has not closed" in meeting.slash("minutes N1", by=cast.observer).text
    meeting.slash("close", by=cast.chair)
    assert "follow here" in meeting.slash("minutes N1", by=cast.observer).text
    for typed in ("minutes", "minutes n1", "minutes N1 AS md"):
        assert "in a direct message" in meeting.slash(typed, by=cast.chair, where=cast.elsewhere).text
    assert meeting.posted(cast.elsewhere) == []  # strangers read that channel
    assert any("Minutes of N1" in message["text"] for message in meeting.posted(cast.chair))
    refused = meeting.slash("minutes N1 as odt", by=cast.chair).text
    assert "cannot be had as odt, only as md, html, pdf or docx: `/parley minutes N1 as pdf`" in refused
