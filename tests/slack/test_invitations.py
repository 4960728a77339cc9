"""The invitation and what it asks: who comes, in whose place, with which papers; what a meeting still lacks."""

from typing import Any

import pytest

from bot.demo.local_slack import find_button
from tests import cast
from tests.cast import Person
from tests.harness import Parley, elements

PLAN = "meeting add negotiation First round on 11 dec at 10:00 for 2h"


@pytest.fixture
def planned(table: Parley) -> Parley:
    """OXMH with N1 planned and its invitation in the joint channel."""
    table.slash(PLAN, by=cast.chair)
    table.deliver()
    return table


def attendance(parley: Parley, ref: str = "N1", party: str | None = None) -> dict[str, dict[str, Any]]:
    (meeting,) = [m for m in parley.export(party=party)["meetings"] if m["ref"] == ref]
    return {row["name"]: row for row in meeting["attendance"]}


def whispered(parley: Parley) -> str:
    """The last thing that was said to one person alone in a channel."""
    parley.deliver()
    return str(parley.api.ephemerals[-1])


def name_deputy(parley: Parley, person: Person, deputy: str, ref: str = "N1") -> dict[str, Any]:
    parley.presses("meeting.deputy", f"OXMH {ref}", by=person)
    form = parley.api.modal(person.id)
    assert form is not None
    answer = parley.submits(form, {"deputy": {"type": "plain_text_input", "value": deputy}}, by=person)
    if not answer:
        parley.api.settle_modal(person.id)
    return answer


# -- yes, no, deputy ------------------------------------------------------------------------------------


def test_a_press_says_who_comes_and_the_card_shows_it(planned: Parley) -> None:
    planned.presses("meeting.yes", "OXMH N1", by=cast.lead)
    assert "You are expected at *N1*, Friday 11 December 2026, 10:00 to 12:00 (GMT)." in whispered(planned)
    planned.presses("meeting.no", "OXMH N1", by=cast.scribe)
    assert "Your apologies for *N1* are recorded." in whispered(planned)
    assert {name: (row["status"], row["reply"]) for name, row in attendance(planned).items()} == {
        "Daniel Kerr": ("invited", "yes"),
        "Tom Whitfield": ("apologies", "no"),
    }
    card = planned.card("N1")["text"]
    assert "Coming: Daniel Kerr" in card
    assert "Not coming: Tom Whitfield" in card
    assert "Expected: Daniel Kerr (yes)" in planned.slash("meeting N1", by=cast.observer).text


def test_an_observer_may_say_that_they_come_and_a_stranger_may_not(planned: Parley) -> None:
    planned.presses("meeting.yes", "OXMH N1", by=cast.observer)
    planned.presses("meeting.yes", "OXMH N1", by=cast.stranger)
    assert "You have no seat in OXMH" in whispered(planned)
    assert list(attendance(planned)) == ["Siân Pritchard"]


def test_the_same_press_twice_is_one_answer_and_the_last_one_counts(planned: Parley) -> None:
    for _ in range(2):
        planned.presses("meeting.yes", "OXMH N1", by=cast.lead)
    answered = [entry for entry in planned.export()["ledger"] if entry["deed"] == "attendance.answered"]
    assert len(answered) == 1
    planned.presses("meeting.no", "OXMH N1", by=cast.lead)
    assert (attendance(planned)["Daniel Kerr"]["status"], len(attendance(planned))) == ("apologies", 1)
    planned.presses("meeting.yes", "OXMH N1", by=cast.lead)
    assert "Coming: Daniel Kerr" in planned.card("N1")["text"]


def test_the_meeting_is_prepared_and_begun_with_the_cards_own_buttons(planned: Parley) -> None:
    add, start = (find_button(planned.card("N1"), label) for label in ("Add to Agenda…", "Start Meeting"))
    planned.presses(add["action_id"], add["value"], by=cast.chair)
    form = planned.api.modal(cast.chair.id)
    assert form is not None
    assert "'initial_option': {'text': {'type': 'plain_text', 'text': 'N1 First round" in str(form)
    first = {"type": "static_select", "selected_option": {"value": "N1"}}
    assert planned.submits(form, {"meeting": first, "item": {"value": "Payment"}}, by=cast.chair) == {}
    planned.presses(start["action_id"], start["value"], by=cast.scribe)
    planned.deliver()
    (meeting,) = planned.export()["meetings"]
    assert (meeting["status"], [item["title"] for item in meeting["agenda"]]) == ("open", ["Payment"])
    assert "actions" not in [block["type"] for block in planned.card("N1")["blocks"]]
    assert any("Meeting *N1* First round has begun: open since" in message["text"] for message in planned.posted())


def test_beginning_a_meeting_asks_with_the_day_that_it_is_planned_for(planned: Parley) -> None:
    def asked() -> str:
        (start,) = [each for each in elements(planned.card("N1")) if each["action_id"] == "meeting.start"]
        return str(start["confirm"]["text"]["text"])

    assert asked().startswith("N1 is planned for Friday 11 December 2026, 10:00.")
    planned.slash("meeting move N1 to 14 dec 2026 at 11:00 because of snow", by=cast.chair)
    assert asked().startswith("N1 is planned for Monday 14 December 2026, 11:00.")


def test_whoever_may_not_run_it_does_not_begin_it_and_it_begins_once(planned: Parley) -> None:
    planned.presses("meeting.start", "OXMH N1", by=cast.observer)
    assert "You may not run the meeting in OXMH" in whispered(planned)
    for _ in range(2):
        planned.presses("meeting.start", "OXMH N1", by=cast.chair)
    assert "N1 has already begun" in whispered(planned)
    assert [row["deed"] for row in planned.export()["ledger"]].count("meeting.started") == 1


def test_somebody_asked_again_after_their_apologies_is_asked_on_the_card_too(planned: Parley) -> None:
    planned.presses("meeting.no", "OXMH N1", by=cast.lead)
    planned.slash(f"attend N1 {cast.lead.mention}", by=cast.chair)
    assert "Asked: Daniel Kerr" in planned.card("N1")["text"]
    planned.presses("meeting.no", "OXMH N1", by=cast.lead)
    assert "Not coming: Daniel Kerr" in planned.card("N1")["text"]


def test_a_deputy_comes_in_somebodys_place(planned: Parley) -> None:
    planned.slash(f"attend N1 {cast.lead.mention}, {cast.chair.mention}", by=cast.chair)
    assert name_deputy(planned, cast.lead, "Ruth Adeyemi") == {}
    assert "Ruth Adeyemi comes to *N1* in your place." in whispered(planned)
    people = attendance(planned)
    assert (people["Daniel Kerr"]["status"], people["Daniel Kerr"]["reply"]) == ("apologies", "deputy")
    assert (people["Ruth Adeyemi"]["status"], people["Ruth Adeyemi"]["capacity"]) == (
        "invited",
        "deputy for Daniel Kerr",
    )
    card = planned.card("N1")["text"]
    assert "Not coming: Daniel Kerr (sends a deputy)" in card
    assert "Asked: Margaret Osei and Ruth Adeyemi (deputy for Daniel Kerr)" in card
    planned.slash("start N1", by=cast.chair)
    planned.slash("present Ruth", by=cast.chair)
    planned.slash("close", by=cast.chair)
    assert "Ruth Adeyemi (deputy for Daniel Kerr)" in planned.minutes()


@pytest.mark.parametrize(
    ("deputy", "why"),
    [
        ("Tom Whitfield", "Tom Whitfield sits for another party and cannot stand in for you."),
        ("Ruth Adeyemi and Joan Guest", "Name the one person who comes in your place."),
        ("Daniel Kerr", "Name the one person who comes in your place."),
        (" , ", "Name the one person who comes in your place."),
    ],
)
def test_a_deputy_who_cannot_be_is_told_under_the_field(planned: Parley, deputy: str, why: str) -> None:
    answer = name_deputy(planned, cast.lead, deputy)
    assert answer["response_action"] == "errors"
    assert why in answer["errors"]["deputy"]
    assert attendance(planned) == {}


def test_whoever_comes_after_all_needs_no_deputy_any_more(planned: Parley) -> None:
    name_deputy(planned, cast.lead, "Joan Guest")
    assert "Asked: Joan Guest (deputy for Daniel Kerr)" in planned.card("N1")["text"]
    name_deputy(planned, cast.lead, "Ruth Adeyemi")
    assert set(attendance(planned)) == {"Daniel Kerr", "Ruth Adeyemi"}
    planned.presses("meeting.yes", "OXMH N1", by=cast.lead)
    assert set(attendance(planned)) == {"Daniel Kerr"}
    assert "deputy" not in planned.card("N1")["text"]


def test_a_deputy_who_was_asked_as_well_stays_asked(planned: Parley) -> None:
    planned.slash(f"attend N1 {cast.lead.mention}, {cast.negotiator.mention}", by=cast.chair)
    name_deputy(planned, cast.lead, "Ruth Adeyemi")
    planned.presses("meeting.yes", "OXMH N1", by=cast.lead)
    assert (attendance(planned)["Ruth Adeyemi"]["status"], attendance(planned)["Ruth Adeyemi"]["capacity"]) == (
        "invited",
        "",
    )


def test_once_the_meeting_has_begun_nobody_is_asked_any_more(planned: Parley) -> None:
    planned.presses("meeting.deputy", "OXMH N1", by=cast.lead)
    form = planned.api.modal(cast.lead.id)
    assert form is not None
    planned.slash("start N1", by=cast.chair)
    assert not [block for block in planned.card("N1")["blocks"] if block["type"] == "actions"]
    planned.presses("meeting.yes", "OXMH N1", by=cast.chair)
    assert "N1 is open already, so there is nothing to answer." in whispered(planned)
    late = planned.submits(form, {"deputy": {"type": "plain_text_input", "value": "Ruth"}}, by=cast.lead)
    assert "N1 is open already" in late["errors"]["deputy"]
    assert attendance(planned) == {}


def test_old_buttons_of_a_cancelled_meeting_say_that_it_is(planned: Parley) -> None:
    (add,) = [find_button(planned.card("N1"), "Add to Agenda…")]
    planned.slash("meeting cancel N1 because the draft is late", by=cast.chair)
    planned.presses(add["action_id"], add["value"], by=cast.chair)
    assert "N1 is cancelled, because the draft is late, so it stays as it was." in whispered(planned)
    planned.presses("meeting.deputy", "OXMH N1", by=cast.chair)
    assert "N1 is cancelled already, because the draft is late, so there is nothing to answer." in whispered(planned)
    assert planned.api.modal(cast.chair.id) is None


def test_a_move_asks_everybody_anew(planned: Parley) -> None:
    planned.presses("meeting.yes", "OXMH N1", by=cast.chair)
    planned.presses("meeting.no", "OXMH N1", by=cast.scribe)
    name_deputy(planned, cast.lead, "Joan Guest")
    planned.slash("meeting move N1 to 14 dec because the board meets then", by=cast.chair)
    assert {name: (row["status"], row["reply"]) for name, row in attendance(planned).items()} == {
        "Margaret Osei": ("invited", None),
        "Tom Whitfield": ("invited", None),
        "Daniel Kerr": ("invited", None),
    }
    assert "Asked: Margaret Osei, Tom Whitfield and Daniel Kerr" in planned.card("N1")["text"]
    assert "Answers to its invitation are asked anew." in str(planned.posted())
    planned.presses("meeting.yes", "OXMH N1", by=cast.chair)
    assert attendance(planned)["Margaret Osei"]["reply"] == "yes"


def test_the_invitation_to_a_pre_meet_is_answered_in_its_own_caucus(planned: Parley) -> None:
    planned.presses("meeting.yes", "OXMH CCG-P1", by=cast.scribe, where=cast.ccg_caucus)
    assert "Coming: Tom Whitfield" in planned.card("CCG-P1", cast.ccg_caucus)["text"]
    assert attendance(planned, "CCG-P1", "CCG")["Tom Whitfield"]["reply"] == "yes"
    planned.presses("meeting.deputy", "OXMH CCG-P1", by=cast.scribe, where=cast.ccg_caucus)
    assert "sits for another party" in str(name_deputy(planned, cast.scribe, "Ruth Adeyemi", "CCG-P1"))
    assert "CCG-P1" not in str(planned.posted()) + str(planned.export())


def test_an_administrator_without_a_seat_has_nothing_to_answer(parley: Parley) -> None:
    parley.set_up()
    parley.slash("new ELDER Older people's contract", by=cast.stranger, where=cast.elsewhere)
    parley.slash("meeting add legal Advice on 11 dec at 10:00 for 1h", by=cast.stranger, where=cast.elsewhere)
    for button in ("meeting.yes", "meeting.deputy"):
        parley.presses(button, "ELDER L1", by=cast.stranger, where=cast.elsewhere)
        assert "have no seat at its table" in whispered(parley)


# -- purpose, ground rules, papers ----------------------------------------------------------------------


def test_purpose_and_ground_rules_stand_on_the_card_in_the_answer_and_in_the_minutes(planned: Parley) -> None:
    planned.slash("meeting purpose N1 Settle the share of value at risk", by=cast.chair)
    said = planned.slash("meeting rules n1 One voice for each side", by=cast.lead)
    assert not said.private
    for shown in (planned.card("N1")["text"], planned.slash("meeting N1", by=cast.observer).text):
        assert "Purpose: Settle the share of value at risk\nGround rules: One voice for each side" in shown
    (held,) = planned.export()["meetings"]
    assert (held["purpose"], held["ground_rules"]) == ("Settle the share of value at risk", "One voice for each side")
    planned.slash("start N1", by=cast.chair)
    planned.slash("close", by=cast.chair)
    assert "| Purpose | Settle the share of value at risk |\n| Ground rules | One voice" in planned.minutes()
    for typed, by, why in (
        ("meeting purpose N1", cast.chair, "Say what it is"),
        ("meeting rules", cast.chair, "Say which meeting"),
        ("meeting purpose N1 Another", cast.observer, "You may not plan meetings"),
        ("meeting rules N1 Others", cast.chair, "N1 is closed, so it stays as it was."),
    ):
        refused = planned.slash(typed, by=by)
        assert refused.private
        assert why in refused.text


def test_a_paper_is_asked_for_missed_and_received_from_whoever_brings_it(planned: Parley) -> None:
    asked = planned.slash(f"paper add N1 Finance model {cast.analyst.mention}", by=cast.chair)
    assert not asked.private
    assert "*N1* needs paper 1: Finance model, from Anjali Mehta (CCG)." in asked.text
    planned.slash("paper add N1 Activity data", by=cast.lead)
    for shown in (planned.card("N1")["text"], planned.slash("meeting N1", by=cast.observer).text):
        assert "the paper “Finance model” (Anjali Mehta (CCG)) and the paper “Activity data”" in shown
    refused = planned.slash("paper here N1 2", by=cast.analyst)  # not hers, and she plans no meetings
    assert refused.private
    assert "You may not plan meetings" in refused.text
    assert "Paper 1 of *N1* is here" in planned.slash("paper here N1 1", by=cast.analyst).text
    assert "Finance model" not in planned.card("N1")["text"]
    assert "Paper 1: Finance model (Anjali Mehta (CCG)) · here" in planned.slash("meeting N1", by=cast.observer).text
    (held,) = planned.export()["meetings"]
    assert [(p["number"], p["title"], p["owner"], bool(p["received_at"])) for p in held["papers"]] == [
        (1, "Finance model", "Anjali Mehta", True),
        (2, "Activity data", None, False),
    ]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("paper add N1", "Say which paper"),
        ("paper add N9 Model", "There is no meeting N9"),
        (f"paper add N1 Model {cast.stranger.mention}", "Joel Fenn is not at the table"),
        ("paper here N1", "Say the paper's number"),
        ("paper here N1 two", "Say the paper's number"),
        ("paper here N1 7", "N1 asks for no paper 7."),
        (f"paper add CCG-P1 Red lines {cast.lead.mention}", "CCG-P1 is private to your side."),
    ],
)
def test_a_paper_that_cannot_be_says_why(planned: Parley, typed: str, why: str) -> None:
    reply = planned.slash(typed, by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert planned.export(party="CCG")["meetings"][-1]["papers"] == []


# -- required roles and quorum --------------------------------------------------------------------------


def test_what_a_meeting_lacks_stands_on_its_card_and_goes_as_it_comes(table: Parley) -> None:
    reply = table.slash(PLAN, by=cast.chair)
    assert "Still missing" not in reply.text  # everybody is expected, and an agenda comes later
    assert "Still missing: an agenda" in table.card("N1")["text"]
    table.slash("agenda add N1 Payment", by=cast.chair)
    assert "Still missing" not in table.card("N1")["text"]
    for person, lacking in (
        (cast.scribe, "Still missing: a scribe"),
        (cast.chair, "a chair, a scribe and somebody to speak for Oxfordshire Clinical Commissioning Group"),
        (cast.analyst, "and people of Oxfordshire Clinical Commissioning Group (its quorum is 1)"),
    ):
        table.presses("meeting.no", "OXMH N1", by=person)
        assert lacking in table.card("N1")["text"]
        assert lacking in table.slash("meeting N1", by=cast.observer).text
    table.presses("meeting.yes", "OXMH N1", by=cast.chair)
    assert "Still missing: a scribe" in table.card("N1")["text"]
    table.slash(f"attend N1 {cast.analyst.mention} as scribe", by=cast.chair)
    assert "Still missing" not in table.card("N1")["text"]
    refused = table.slash(f"attend N1 {cast.analyst.mention} as tea lady", by=cast.chair)
    assert refused.private
    assert "tea lady is not a role. The roles are chair, lead" in refused.text


def test_each_kind_of_meeting_needs_its_own_people(table: Parley) -> None:
    legal = table.slash("meeting add legal Advice on 11 dec at 10:00 for 1h", by=cast.chair)
    assert "Still missing: a legal adviser." in legal.text
    table.slash("meeting add subgroup Finance on 11 dec at 14:00 for 1h", by=cast.chair)
    table.slash(f"attend S1 {cast.analyst.mention}", by=cast.chair)
    assert "Still missing: an agenda and a scribe" in table.slash("meeting S1", by=cast.chair).text
    private = table.slash(
        "meeting add negotiation Rehearsal on 14 dec at 14:00 for 1h", by=cast.chair, where=cast.ccg_caucus
    )
    assert "Oxford Health" not in private.text  # nobody of theirs could come


def test_a_quorum_is_warned_of_before_and_stated_afterwards(planned: Parley) -> None:
    assert "*CCG* is at a meeting when 2 of its people are." in planned.slash("party quorum ccg 2", by=cast.chair).text
    warned = "people of Oxfordshire Clinical Commissioning Group (its quorum is 2)"
    for person in (cast.scribe, cast.analyst):
        assert warned not in planned.card("N1")["text"]
        planned.presses("meeting.no", "OXMH N1", by=person)
    assert warned in planned.card("N1")["text"]
    assert warned in planned.slash("meeting N1", by=cast.observer).text
    planned.slash("start N1", by=cast.chair)
    planned.slash(f"present {cast.chair.mention}, {cast.lead.mention}", by=cast.chair)
    refused = planned.slash("agree Payment falls due within 30 days.", by=cast.chair)
    assert "Oxfordshire Clinical Commissioning Group (1 of the 2 its quorum needs) is not sufficiently" in refused.text
    planned.slash("close", by=cast.chair)
    assert (
        "Not quorate: Oxfordshire Clinical Commissioning Group (1 of 2). "
        "The meeting could note, but not agree or decide."
    ) in planned.minutes()


def test_a_quorum_that_cannot_be_is_refused(table: Parley) -> None:
    for typed, by, why in (
        ("party quorum CCG", cast.chair, "Say which party and how many must be there"),
        ("party quorum CCG two", cast.chair, "Say which party and how many must be there"),
        ("party quorum CCG 0", cast.chair, "CCG has 3 people at the table. Type a quorum from 1 up to that."),
        ("party quorum CCG 4", cast.chair, "CCG has 3 people at the table."),
        ("party quorum NOSUCH 1", cast.chair, "NOSUCH"),
        ("party quorum OHP 2", cast.negotiator, "You may not set up"),
        ("party quorum OHP 3", cast.chair, "OHP sets its own quorum now that it has a caucus channel. Ask its lead."),
    ):
        reply = table.slash(typed, by=by)
        assert reply.private, typed
        assert why in reply.text
    assert {party["quorum"] for party in table.export()["parties"]} == {1}


# -- a meeting at which a side is absent ----------------------------------------------------------------


def test_without_a_side_a_meeting_notes_but_neither_agrees_nor_decides(meeting: Parley) -> None:
    meeting.slash(f"present {cast.chair.mention}, {cast.scribe.mention}", by=cast.chair)
    for typed in ("agree Payment falls due within 30 days.", "decide Meet in Banbury."):
        refused = meeting.slash(typed, by=cast.chair)
        assert refused.private
        assert (
            "Oxford Health and partners is not sufficiently represented at N1, so it may note, but not agree or decide."
        ) in refused.text
    for typed, instead in (
        ("AGREED: Payment falls due.", "an agreement"),
        ("DECISION: Meet in Banbury.", "a decision"),
    ):
        meeting.types(typed, by=cast.chair)
        told = meeting.posted(cast.chair)[-1]
        assert f"a note, not {instead}, because Oxford Health and partners is not sufficiently" in told["text"]
        assert f"You typed: {typed}" in str(told["blocks"])
    record = meeting.export()
    assert record["agreements"] == record["decisions"] == []
    assert [(note["ref"], note["kind"], note["text"], note["meeting"]) for note in record["notes"]] == [
        ("E1", "note", "Payment falls due.", "N1"),
        ("E2", "note", "Meet in Banbury.", "N1"),
    ]
    meeting.slash("close", by=cast.chair)
    assert "Not quorate: Oxford Health and partners (0 of 1)." in meeting.minutes()


def test_once_the_side_has_come_the_meeting_agrees(meeting: Parley) -> None:
    meeting.slash(f"present {cast.chair.mention}", by=cast.chair)
    meeting.slash(f"present {cast.observer.mention}", by=cast.chair)
    assert "AG1" in meeting.slash("agree Payment falls due within 30 days.", by=cast.chair).text
    meeting.types("AGREED: Carers are surveyed once a year.", by=cast.lead)
    assert [row["ref"] for row in meeting.export()["agreements"]] == ["AG1", "AG2"]
    assert "Every side that signs was quorate." not in str(meeting.export())
    meeting.slash("close", by=cast.chair)
    assert "Every side that signs was quorate." in meeting.minutes()


def test_where_nobodys_presence_was_recorded_nothing_is_held_against_the_meeting(meeting: Parley) -> None:
    assert "AG1" in meeting.slash("agree Payment falls due within 30 days.", by=cast.chair).text
    meeting.slash("close", by=cast.chair)
    assert "Nobody’s presence was recorded, so no quorum is shown." in meeting.minutes()
