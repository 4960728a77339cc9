"""Setting up by form: five steps, each kept as it is sent, left and taken up again."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.forms import views as form_views
from bot.guided import views
from bot.guided.rules import (
    Side,
    Standing,
    Step,
    after,
    asked_first,
    before,
    lacking,
    split_party,
    suggested_code,
    unmistakable,
)
from bot.setup.service import CODE
from bot.slack import mrkdwn
from storage import negotiations
from tests import cast
from tests.block_kit import faults_in_view
from tests.cast import Person, Room
from tests.harness import Parley, elements

BEGUN = {
    "code": "OXMH",
    "title": "Outcomes contract for mental health",
    "channel": cast.joint.id,
    "ours": "CCG Oxfordshire Clinical Commissioning Group",
    "theirs": "OHP Oxford Health and partners",
}
OUTSIDE = Room("D01CHAIR", "directmessage")


def opened(parley: Parley, by: Person = cast.chair, where: Room = cast.joint) -> dict[str, Any]:
    reply = parley.slash("new", by=by, where=where)
    assert reply.private
    return shown(parley, by)


def shown(parley: Parley, by: Person = cast.chair) -> dict[str, Any]:
    """The form the person has before them; Slack would take it, and so would we."""
    form = parley.api.modal(by.id)
    assert form is not None
    keys = ("type", "callback_id", "title", "submit", "close", "private_metadata", "blocks")
    assert faults_in_view({key: form[key] for key in keys if key in form}) == []
    return form


def titled(form: dict[str, Any]) -> str:
    return str(form["title"]["text"])


def words(form: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in form["blocks"] if block["type"] == "section")


def fields(form: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in form["blocks"] if block["type"] == "input"]


def state(form: dict[str, Any], filled: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What the fields hold: what is filled in, or what stood there from the beginning. A field may be named by its
    beginning: "people:CCG"."""
    values: dict[str, dict[str, Any]] = {}
    for block in form["blocks"]:
        if block["type"] != "input":
            continue
        element = block["element"]
        name = next(
            (each for each in filled if block["block_id"] == each or block["block_id"].startswith(f"{each}:")), ""
        )
        values[block["block_id"]] = {"type": element["type"], **_held(element, filled.get(name))}
    return values


def _held(element: dict[str, Any], given: Any) -> dict[str, Any]:
    kind = element["type"]
    if kind == "plain_text_input":
        return {"value": element.get("initial_value") if given is None else given or None}
    if kind == "static_select":
        options = {option["value"]: option for option in element["options"]}
        return {"selected_option": options[given] if given else element.get("initial_option")}
    if kind == "multi_static_select":
        options = {option["value"]: option for option in element["options"]}
        chosen = element.get("initial_options", []) if given is None else [options[value] for value in given]
        return {"selected_options": chosen}
    if kind == "multi_users_select":
        users = element.get("initial_users", []) if given is None else [person.id for person in given]
        return {"selected_users": users}
    key = {"conversations_select": "conversation", "datepicker": "date", "timepicker": "time"}[kind]
    return {f"selected_{key}": given or element.get(f"initial_{key}")}


def begun(parley: Parley, by: Person = cast.chair) -> dict[str, str]:
    """What stands in the fields of the form that is open."""
    return {field: held for field, held in form_views.stands(shown(parley, by)).items() if held}


def closes(parley: Parley, filled: dict[str, Any], by: Person = cast.chair) -> None:
    """Close the form that is open by its ×, with this in it."""
    form = shown(parley, by)
    assert form["notify_on_close"] is True
    parley.closes(form, state(form, filled), by)
    parley.api.stacks[by.id].clear()


def sends(parley: Parley, filled: dict[str, Any], by: Person = cast.chair) -> dict[str, Any]:
    """Send the form that is open, and show what comes of it. Gives the refusals by field."""
    form = shown(parley, by)
    answer = parley.submits(form, state(form, filled), by=by)
    if answer.get("response_action") == "errors":
        return dict(answer["errors"])
    parley.api.settle_modal(by.id, answer or None)
    return {}


def presses(parley: Parley, action: str, filled: dict[str, Any] | None = None, by: Person = cast.chair) -> None:
    """Press a button inside the form that is open, as Slack tells of it: with what stands in the fields."""
    form = shown(parley, by)
    (button,) = [
        element
        for block in form["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
        if element["action_id"] == action
    ]
    parley.presses_in(form, action, button["value"], by, values=state(form, filled or {}))


def begins(parley: Parley, by: Person = cast.chair, where: Room = cast.joint, **filled: Any) -> dict[str, Any]:
    opened(parley, by, where)
    return sends(parley, {**BEGUN, **filled}, by)


def texts(parley: Parley, where: Room) -> list[str]:
    return [message["text"] for message in parley.posted(where)]


def test_a_negotiation_is_set_up_in_five_forms(parley: Parley) -> None:
    """From `/parley new` to the first meeting, without another command."""
    assert titled(opened(parley)) == "Step 1 of 5: parties"
    assert len(fields(shown(parley))) == 6
    assert sends(parley, BEGUN) == {}

    people = shown(parley)
    assert titled(people) == "Step 2 of 5: people"
    assert people["blocks"][2]["element"]["initial_users"] == [cast.chair.id]  # who begins, at first for their own side
    assert sends(parley, {"roles:CCG": ["chair", "lead"], "people:OHP": [cast.lead], "roles:OHP": ["lead"]}) == {}

    assert titled(shown(parley)) == "Step 3 of 5: channels"
    assert sends(parley, {"caucus": cast.ccg_caucus.id, "subgroup": cast.finance.id, "subgroup_name": "Finance"}) == {}

    assert titled(shown(parley)) == "Step 4 of 5: timetable"
    assert sends(parley, {"pack": "standstill", "on": "2026-12-18"}) == {}

    assert titled(shown(parley)) == "Step 5 of 5: meeting"
    assert sends(parley, {"date": "2026-12-11", "place": "Town Hall on Monday at noon for lunch"}) == {}

    assert titled(shown(parley)) == "OXMH so far"
    assert "*OXMH: Outcomes contract for mental health* is set up." in words(shown(parley))
    assert "`/parley agenda add N1 …`" in words(shown(parley))

    made = parley.export()
    assert [(party["code"], party["kind"]) for party in made["parties"]] == [
        ("CCG", "commissioner"),
        ("OHP", "provider"),
    ]
    assert [(member["name"], member["roles"]) for member in made["members"]] == [
        ("Margaret Osei", ["chair", "lead"]),
        ("Daniel Kerr", ["lead"]),
    ]
    assert len(made["milestones"]) >= 3
    (meeting,) = made["meetings"]
    assert (meeting["ref"], meeting["title"], meeting["starts_at"]) == (
        "N1",
        "First round",
        "2026-12-11T10:00:00+00:00",
    )
    assert meeting["place"] == "Town Hall on Monday at noon for lunch"
    assert parley.trail_faults() == []


def test_the_table_is_told_once_for_each_form_and_the_private_channel_hears_who_chose_it(parley: Parley) -> None:
    begins(parley)
    sends(parley, {"people:OHP": [cast.lead]})
    sends(parley, {"caucus": cast.ccg_caucus.id})
    sends(parley, {"pack": "standstill", "on": "2026-12-18"})
    sends(parley, {"date": "2026-12-11"})
    joint = texts(parley, cast.joint)
    assert "Margaret Osei has begun *OXMH: Outcomes contract for mental health*" in joint[0]
    assert joint[1] == (
        "Margaret Osei: Margaret Osei now sits for *CCG* as lead.\nDaniel Kerr now sits for *OHP* as lead."
    )
    assert joint[2].startswith("Margaret Osei (CCG): *Provider Selection Regime standstill*")
    assert "*N1* First round" in joint[3]  # the invitation
    assert len([text for text in joint if text.strip()]) == len(joint)
    assert cast.ccg_caucus.name not in str(joint)
    assert texts(parley, cast.ccg_caucus)[0].startswith("Margaret Osei (CCG): This channel is now *CCG*'s caucus.")
    (summary,) = [said["text"] for said in parley.api.ephemerals if "is set up" in said["text"]]
    assert "Still missing:" in summary  # what the planner should know of the meeting


def test_what_a_verb_refuses_stands_under_its_field_and_nothing_is_kept(table: Parley) -> None:
    at = {"channel": cast.elsewhere.id, "code": "ELDER15"}
    for filled, field, why in (
        ({"code": "OXMH"}, "code", "cannot be used"),
        ({"code": "agree"}, "code", "cannot be used"),
        ({"code": "OX MH"}, "code", "cannot be used"),
        ({"title": " "}, "title", "A negotiation needs a code and a title."),
        ({"channel": cast.joint.id}, "channel", "serves a negotiation already"),
        ({"channel": "D01"}, "channel", "direct message"),
        ({"ours": "C-C-G Oxfordshire"}, "ours", "cannot be a party's code"),
        ({"ours": "CCG"}, "ours", "Give the party its name"),
        ({"theirs": "ccg Central Care Group"}, "theirs", "CCG is a party already"),
    ):
        errors = begins(table, by=cast.stranger, where=cast.elsewhere, **{**at, **filled})
        assert list(errors) == [field], filled
        assert why in errors[field]
    assert "There is no negotiation" in table.slash("status", by=cast.stranger, where=OUTSIDE).text


def test_a_set_up_that_was_left_goes_on_where_it_was(parley: Parley) -> None:
    """Nothing remembers the forms: what is there already tells where to go on."""
    begins(parley)
    sends(parley, {"people:OHP": [cast.lead]})
    for where in (cast.joint, cast.elsewhere, OUTSIDE):
        assert titled(opened(parley, where=where)) == "Step 3 of 5: channels"
    parley.slash("channel caucus CCG", by=cast.chair, where=cast.ccg_caucus)
    assert titled(opened(parley)) == "Step 4 of 5: timetable"
    assert titled(opened(parley, by=cast.lead)) == "Step 3 of 5: channels"  # of their own side
    parley.presses("new.resume", "OXMH timetable", by=cast.chair)
    assert titled(shown(parley)) == "Step 4 of 5: timetable"
    parley.presses("new.resume", "OXMH", by=cast.chair)
    assert titled(shown(parley)) == "Step 4 of 5: timetable"


def test_a_negotiation_typed_in_is_completed_by_form(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    form = opened(parley)
    assert titled(form) == "Step 1 of 5: parties"
    assert sends(parley, {"party": "CCG Oxfordshire CCG", "kind": "commissioner"}) == {}
    assert titled(shown(parley)) == "Step 2 of 5: people"
    presses(parley, "new.back")
    assert "Parties so far: CCG Oxfordshire CCG (commissioner)." in words(shown(parley))
    assert "CCG is a party already" in sends(parley, {"party": "CCG Central Care Group"})["party:1"]
    assert sends(parley, {"party": "OHP Oxford Health Partners"}) == {}
    assert [party["code"] for party in parley.export()["parties"]] == ["CCG", "OHP"]


def test_a_ready_made_timetable_is_offered_with_its_title(parley: Parley) -> None:
    begins(parley)
    parley.presses("new.resume", "OXMH timetable", by=cast.chair)
    (pack,) = [block["element"] for block in shown(parley)["blocks"] if block.get("block_id") == "pack"]
    offered = {option["value"]: option["text"]["text"] for option in pack["options"]}
    assert offered["standstill"] == "standstill: Provider Selection Regime standstill"
    assert offered["nhs-round"].startswith("nhs-round: The yearly NHS round, counted back")


def test_steps_are_skipped_and_gone_back_from(parley: Parley) -> None:
    begins(parley)
    presses(parley, "new.skip")
    assert titled(shown(parley)) == "Step 4 of 5: timetable"  # nobody sits there yet, so no channel is theirs
    presses(parley, "new.skip")
    presses(parley, "new.back")
    assert titled(shown(parley)) == "Step 4 of 5: timetable"
    presses(parley, "new.skip")
    presses(parley, "new.skip")
    assert "still lacks people for every party, a timetable and a first meeting" in words(shown(parley))
    assert parley.export()["members"] == []
    parley.deliver()
    said = parley.api.ephemerals[-1]
    assert said["blocks"][-1]["elements"][0]["action_id"] == "new.resume"


def test_more_people_can_be_added_without_leaving_the_form(parley: Parley) -> None:
    begins(parley)
    before_it = fields(shown(parley))
    presses(parley, "new.more", {"roles:CCG": ["chair"], "people:OHP": [cast.lead, cast.negotiator]})
    form = shown(parley)
    assert titled(form) == "Step 2 of 5: people"
    assert "Margaret Osei now sits for *CCG* as chair." in words(form)
    assert "• OHP: Daniel Kerr (lead) and Ruth Adeyemi (lead)" in words(form)
    assert not set(before_it) & set(fields(form))  # new fields, so that they are empty
    presses(parley, "new.more", {"people:OHP": [cast.scribe], "people:CCG": [cast.lead]})
    assert "Not kept: " in words(shown(parley))
    assert "Daniel Kerr already sits for another party" in words(shown(parley))
    assert [member["name"] for member in parley.export()["members"]] == ["Margaret Osei", "Daniel Kerr", "Ruth Adeyemi"]
    presses(parley, "new.more", {})
    assert "Choose people and their roles first" in words(shown(parley))
    assert "Choose what they are" in sends(parley, {"people:CCG": [cast.scribe], "roles:CCG": []})["roles:CCG:1"]


@pytest.mark.parametrize(
    ("filled", "field", "why"),
    [
        ({"date": "2026-11-02"}, "date", "has passed"),
        ({"date": "2026-12-25"}, "date", "is a day off"),
        ({"date": "2026-12-11", "title": " "}, "title", "Give the meeting a title"),
        ({"date": "2026-12-11", "title": "x" * 301}, "title", "longer than 300"),
    ],
)
def test_a_first_meeting_that_cannot_be_planned(table: Parley, filled: dict[str, str], field: str, why: str) -> None:
    table.presses("new.resume", "OXMH meeting", by=cast.chair)
    errors = sends(table, filled)
    assert why in errors[field]
    assert table.export()["meetings"] == []
    if field == "date" and "off" in why:
        assert sends(table, {**filled, "anyway": ["anyway"]}) == {}
        assert table.export()["meetings"][0]["ref"] == "N1"


def test_a_timetable_that_counts_from_a_date_asks_for_it(table: Parley) -> None:
    table.presses("new.resume", "OXMH timetable", by=cast.chair)
    counts = sends(table, {"pack": "standstill"})["on"]
    assert counts.startswith("The pack standstill counts from a date (")
    assert "“" not in counts
    assert "Say which" in sends(table, {"on": "2026-12-18"})["pack"]
    assert sends(table, {}) == {}  # nothing chosen: on to the next step
    assert titled(shown(table)) == "Step 5 of 5: meeting"


def test_two_people_at_it_at_once_do_not_undo_each_other(parley: Parley) -> None:
    """The second is told under the field what the first has done, and goes on."""
    opened(parley, by=cast.chair)
    opened(parley, by=cast.scribe)
    assert sends(parley, BEGUN, by=cast.chair) == {}
    assert sends(parley, {"roles:CCG": ["chair"], "people:OHP": [cast.lead]}) == {}
    parley.slash(f"member add {cast.scribe.mention} to CCG as scribe", by=cast.chair)
    assert "serves a negotiation already" in sends(parley, BEGUN, by=cast.scribe)["channel"]
    for person in (cast.chair, cast.scribe):
        parley.presses("new.resume", "OXMH channels", by=person)
    assert sends(parley, {"caucus": cast.ccg_caucus.id}) == {}
    assert sends(parley, {"caucus": cast.ccg_caucus.id}, by=cast.scribe) == {}  # which it is by now
    assert titled(shown(parley, cast.scribe)) == "Step 4 of 5: timetable"


def test_channels_are_bound_with_their_reason_under_the_field(table: Parley) -> None:
    table.presses("new.resume", "OXMH channels", by=cast.chair)
    assert begun(table, cast.chair) == {"joint": cast.joint.id, "caucus": cast.ccg_caucus.id}
    assert "Sub-groups with a channel: Finance." in words(shown(table))
    assert "Choose the channel of Finance" in sends(table, {"subgroup_name": "Finance"})["subgroup"]
    assert "Give the sub-group its name" in sends(table, {"subgroup": cast.elsewhere.id})["subgroup_name"]
    refused = sends(table, {"subgroup": cast.ohp_caucus.id, "subgroup_name": "Quality"})
    assert "serves a negotiation already" in refused["subgroup"]
    assert sends(table, {"joint": cast.elsewhere.id}) == {}
    assert "a joint table of *OXMH*" in texts(table, cast.elsewhere)[-1]
    table.presses("new.resume", "OXMH channels", by=cast.chair)
    assert begun(table, cast.chair)["joint"] == cast.elsewhere.id


def test_only_who_may_set_up_does_so(table: Parley) -> None:
    table.presses("new.resume", "OXMH meeting", by=cast.chair)
    form = shown(table)
    for by, why in ((cast.observer, "You may not set up"), (cast.stranger, "You have no seat in OXMH")):
        table.presses("new.resume", "OXMH", by=by)
        assert table.api.modal(by.id) is None
        assert why in str((table.deliver(), table.api.ephemerals[-1]))
        answer = table.submits(form, state(form, {"date": "2026-12-11"}), by=by)
        assert why in answer["errors"]["title"]
    assert table.export()["meetings"] == []
    assert titled(opened(table, by=cast.observer)) == "Step 1 of 5: parties"  # of one of their own
    assert shown(table, cast.observer)["blocks"][3]["element"].get("initial_conversation") is None


def test_without_a_slash_command_a_button_opens_the_first_form(parley: Parley) -> None:
    """In a shared channel the other organisation's people mention Parley, and press."""
    parley.mentions("new", by=cast.lead)
    parley.deliver()
    (button,) = parley.api.ephemerals[-1]["blocks"][-1]["elements"]
    assert (button["action_id"], button["style"]) == ("new.begin", "primary")
    parley.presses(button["action_id"], button["value"], by=cast.lead)
    form = shown(parley, cast.lead)
    assert form["blocks"][3]["element"]["initial_conversation"] == cast.joint.id
    parley.presses("new.begin", " ", by=cast.lead, where="")  # App Home is no channel
    assert sends(parley, BEGUN, by=cast.lead) == {}
    assert titled(shown(parley, cast.lead)) == "Step 2 of 5: people"


def test_of_several_that_were_left_one_is_chosen(parley: Parley) -> None:
    begins(parley)
    opened(parley)
    parley.presses("new.begin", " ", by=cast.chair, where=cast.elsewhere)
    assert sends(parley, {**BEGUN, "code": "ELDER15", "channel": cast.elsewhere.id}) == {}
    reply = parley.slash("new", by=cast.chair, where=OUTSIDE)
    buttons = reply.blocks[-1]["elements"]
    assert [button["text"]["text"] for button in buttons] == ["Go On with OXMH", "Go On with ELDER15", "Start Another"]
    parley.presses(buttons[1]["action_id"], buttons[1]["value"], by=cast.chair)
    assert "*ELDER15:" in words(shown(parley))


def test_once_all_is_there_nothing_is_left_to_set_up(parley: Parley) -> None:
    parley.open_meeting()
    parley.slash("timetable load standstill on 18 dec 2026", by=cast.chair)
    parley.presses("new.resume", "OXMH", by=cast.chair)
    assert "is set up." in words(shown(parley))
    assert titled(opened(parley)) == "Step 1 of 5: parties"  # of another one


@pytest.mark.parametrize("words", ["x", "<!channel> *&* <@U04LEAD> `x` " + "x" * 2900], ids=["short", "hostile"])
def test_whatever_is_typed_is_kept_and_pings_nobody(parley: Parley, words: str) -> None:
    """The Slack that answers here takes nothing that Slack would not, and no view or message that breaks our rules."""
    named = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    typed: dict[str, Any] = {"title": named, "ours": f"CCG {named}", "theirs": f"OHP {named}"}
    assert begins(parley, **typed) == {}
    assert sends(parley, typed) == {}  # the codes are asked about once
    sends(parley, {"people:OHP": [cast.lead]})
    sends(parley, {"subgroup": cast.finance.id, "subgroup_name": named})
    presses(parley, "new.back")
    presses(parley, "new.skip")
    presses(parley, "new.skip")
    sends(parley, {"title": named[:280], "date": "2026-12-11", "place": named[:280]})
    assert titled(shown(parley)) == "OXMH so far"
    assert parley.export()["negotiation"]["title"] == words.strip()
    for room in (cast.joint, cast.finance):
        for message in parley.posted(room):
            assert "<!channel>" not in str(message)
    assert parley.slash("", by=cast.chair).pings == []


# -- short codes ------------------------------------------------------------------------------------------

NAMED: dict[str, Any] = {"ours": "Oxfordshire Clinical Commissioning Group", "theirs": "Oxford Health Partnership"}


def test_a_party_named_without_a_code_is_given_one_that_is_seen_before_it_is_used(parley: Parley) -> None:
    assert begins(parley, **NAMED) == {}
    form = shown(parley)
    assert titled(form) == "Step 1 of 5: parties"
    assert "*OCCG* for Oxfordshire Clinical Commissioning Group and *OHP* for Oxford Health Partnership" in words(form)
    assert begun(parley)["theirs"] == "OHP Oxford Health Partnership"
    assert begun(parley)["title"] == BEGUN["title"]
    assert "There is no negotiation" in parley.slash("status", by=cast.chair).text
    assert sends(parley, {"ours": "CCG Oxfordshire Clinical Commissioning Group"}) == {}
    assert {party["code"]: party["name"] for party in parley.export()["parties"]} == {
        "CCG": NAMED["ours"],
        "OHP": NAMED["theirs"],
    }


def test_a_word_in_capitals_is_shown_as_a_code_before_it_is_taken_for_one(parley: Parley) -> None:
    """BUPA Care Homes and BT Group are whole names; OHP Oxford Health was meant with a code."""
    assert begins(parley, ours="BUPA Care Homes", theirs="BT Group") == {}
    assert titled(shown(parley)) == "Step 1 of 5: parties"
    assert "suggests *BUPA* for BUPA Care Homes and *BT* for BT Group" in words(shown(parley))
    assert "Where BUPA or BT was meant as the code alone, take it out of the name." in words(shown(parley))
    assert "There is no negotiation" in parley.slash("status", by=cast.chair).text
    assert (begun(parley)["ours"], begun(parley)["theirs"]) == ("BUPA BUPA Care Homes", "BT BT Group")
    assert sends(parley, {}) == {}
    assert titled(shown(parley)) == "Step 2 of 5: people"
    assert {party["code"]: party["name"] for party in parley.export()["parties"]} == {
        "BUPA": "BUPA Care Homes",
        "BT": "BT Group",
    }
    presses(parley, "new.back")
    assert sends(parley, {"party": "OHP Oxford Health"}) == {}
    assert begun(parley)["party:2"] == "OHP OHP Oxford Health"
    assert sends(parley, {"party": "OHP Oxford Health"}) == {}  # nobody is asked twice
    assert parley.export()["parties"][-1]["name"] == "Oxford Health"


def test_two_names_that_begin_alike_get_two_codes(parley: Parley) -> None:
    begins(parley, ours="BUPA Care Homes", theirs="BUPA Dental Care")
    assert (begun(parley)["ours"], begun(parley)["theirs"]) == ("BUPA BUPA Care Homes", "BDC BUPA Dental Care")


@pytest.mark.parametrize(
    ("code", "name", "sure"),
    [
        ("CCG", "Oxfordshire Clinical Commissioning Group", True),
        ("OHP", "Oxford Health and partners", True),
        ("SFW", "Society of Friends of the Warneford", True),
        ("ccg", "Oxfordshire CCG", True),
        ("BUPA", "BUPA Care Homes", True),
        ("C-C-G", "Oxfordshire", True),  # refused, which says what a code is
        ("BUPA", "Care Homes", False),
        ("BT", "Group", False),
        ("OHP2", "Oxford Health Partnership", False),
    ],
)
def test_a_code_is_unmistakable_by_the_name_after_it(code: str, name: str, sure: bool) -> None:
    assert unmistakable(code, name) is sure


def test_a_party_that_comes_later_is_given_a_code_of_its_own(parley: Parley) -> None:
    begins(parley)
    presses(parley, "new.back")
    assert sends(parley, {"party": "Oxford Hospitals Provider", "kind": "subcontractor"}) == {}
    assert "Parley suggests *OXF* for Oxford Hospitals Provider" in words(shown(parley))  # OHP is another
    assert sends(parley, {}) == {}
    assert titled(shown(parley)) == "Step 2 of 5: people"
    assert parley.export()["parties"][-1] == {
        "code": "OXF",
        "name": "Oxford Hospitals Provider",
        "kind": "subcontractor",
        "signs": False,
        "quorum": 1,
    }


@pytest.mark.parametrize(
    ("typed", "code", "name"),
    [
        ("CCG Oxfordshire Clinical Commissioning Group", "CCG", "Oxfordshire Clinical Commissioning Group"),
        ("ccg Oxfordshire", "ccg", "Oxfordshire"),
        ("OHP2 Oxford Health", "OHP2", "Oxford Health"),
        ("C-C-G Oxfordshire", "C-C-G", "Oxfordshire"),
        ("CCG", "CCG", ""),
        ("Oxfordshire Health Partnership", "", "Oxfordshire Health Partnership"),
        ("oxford health", "", "oxford health"),
        ("NHS Oxfordshire Integrated Care Board", "", "NHS Oxfordshire Integrated Care Board"),
        ("NHS", "NHS", ""),
        ("42 Bedford Row", "", "42 Bedford Row"),
        ("", "", ""),
    ],
)
def test_a_code_before_a_name_is_told_from_a_name(typed: str, code: str, name: str) -> None:
    assert split_party(typed) == (code, name)


@pytest.mark.parametrize(
    ("name", "taken", "code"),
    [
        ("Oxfordshire Health Partnership", set(), "OHP"),
        ("Oxfordshire Health Partnership", {"OHP"}, "OXF"),
        ("Oxford Health and partners", set(), "OH"),
        ("Oxford health and partners", set(), "OHP"),
        ("Oxfordshire", set(), "OXF"),
        ("Oxfordshire", {"OXF", "OXFO", "OXFOR", "OXFORD"}, "OXFO2"),
        ("Society of Friends of the Warneford", set(), "SFW"),
        ("Ärztehaus Östlich", set(), "AO"),
        ("The Royal Buckinghamshire, Oxfordshire and Berkshire West Trust", set(), "TRBOBW"),
        ("健康", set(), "PART2"),
        ("NHS Oxfordshire", set(), "NHSO"),
        ("NHS Oxfordshire Integrated Care Board", set(), "NOICB"),
        ("Oxford Nurses", set(), "OXF"),  # ON is a word
        ("Andover", set(), "ANDO"),
    ],
)
def test_codes_are_made_of_the_words_of_a_name(name: str, taken: set[str], code: str) -> None:
    assert suggested_code(name, taken) == code


@given(st.text(max_size=60), st.sets(st.text("ABXY2", min_size=2, max_size=4), max_size=30))
def test_whatever_the_name_there_is_a_code_that_is_nobody_elses(name: str, taken: set[str]) -> None:
    code = suggested_code(name, taken)
    assert code not in taken
    assert CODE.fullmatch(code)
    assert len(code) <= 8
    assert split_party(f"{code} {name}")[0] == code


# -- going back -------------------------------------------------------------------------------------------


def test_going_back_shows_the_parties_and_corrects_them(parley: Parley) -> None:
    begins(parley)
    presses(parley, "new.back")
    assert begun(parley)["side:OHP"] == "OHP Oxford Health and partners"
    corrected = {"side:OHP": "OXH Oxford Health", "side_kind:OHP": "subcontractor", "party": "OHP Other Health Partner"}
    assert sends(parley, corrected) == {}
    assert [(party["code"], party["name"], party["kind"]) for party in parley.export()["parties"]] == [
        ("CCG", "Oxfordshire Clinical Commissioning Group", "commissioner"),
        ("OXH", "Oxford Health", "subcontractor"),
        ("OHP", "Other Health Partner", "provider"),
    ]
    (deed,) = parley.deeds("OXH")
    assert (deed["deed"], deed["before"]) == ("party.corrected", "OHP")
    assert "OHP is *OXH* now: Oxford Health, as subcontractor." in texts(parley, cast.joint)[-1]
    assert parley.trail_faults() == []


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("CCG Oxford Health", "CCG is a party already"),
        ("O-H Oxford Health", "cannot be a party's code"),
        ("OXH", "Give OXH its name"),
    ],
)
def test_a_correction_that_cannot_be(parley: Parley, typed: str, why: str) -> None:
    begins(parley)
    presses(parley, "new.back")
    assert why in sends(parley, {"side:OHP": typed})["side:OHP"]
    assert [party["code"] for party in parley.export()["parties"]] == ["CCG", "OHP"]


def test_a_party_with_people_keeps_its_name_and_the_form_says_why(parley: Parley) -> None:
    begins(parley)
    presses(parley, "new.back")
    before = shown(parley)
    parley.slash(f"member add {cast.lead.mention} to OHP as lead", by=cast.chair)
    late = parley.submits(before, state(before, {"side:OHP": "OXH Oxford Health"}), by=cast.chair)
    assert "OHP has people or records by now" in late["errors"]["side:OHP"]
    parley.presses("new.resume", "OXMH parties", by=cast.chair)
    assert "side:OHP" not in fields(shown(parley))
    assert "OHP has people or records by now, which name it so: its code, name and kind stay." in words(shown(parley))
    assert begun(parley)["side:CCG"].startswith("CCG ")
    assert sends(parley, {"side:CCG": "OCCG Oxfordshire CCG"}) == {}
    assert [party["code"] for party in parley.export()["parties"]] == ["OCCG", "OHP"]


def test_going_back_shows_roles_dates_and_how_to_change_them(meeting: Parley) -> None:
    meeting.slash("timetable load standstill on 18 dec 2026", by=cast.chair)
    meeting.presses("new.resume", "OXMH people", by=cast.chair)
    assert "Daniel Kerr (lead)" in words(shown(meeting))
    assert "Choose somebody again to give them other roles instead" in words(shown(meeting))
    for step, opens, titles in (
        ("timetable", "OXMH milestone move", "Move a milestone"),
        ("meeting", "OXMH agenda add", "Add an agenda item"),
    ):
        meeting.presses("new.resume", f"OXMH {step}", by=cast.chair)
        form = shown(meeting)
        if step == "meeting":
            presses(meeting, "new.skip")
            form = shown(meeting)
        (button,) = [each for each in elements(form) if each.get("value") == opens]
        meeting.presses_in(form, button["action_id"], button["value"], cast.chair)
        assert titled(shown(meeting)) == titles
        meeting.api.stacks[cast.chair.id].clear()


def test_the_end_offers_what_comes_next_with_buttons(meeting: Parley) -> None:
    meeting.presses("new.resume", "OXMH meeting", by=cast.chair)
    presses(meeting, "new.skip")
    assert titled(shown(meeting)) == "OXMH so far"
    end = [each["text"]["text"] for each in elements(shown(meeting))]
    assert end == ["Add to Agenda…", "Settings…", "Fill In a Form…"]
    meeting.deliver()
    said = meeting.api.ephemerals[-1]
    told = {each["text"]["text"]: each for row in said["blocks"] for each in row.get("elements", []) if "value" in each}
    assert list(told) == ["Add to Agenda…", "Is It Ready?", "Settings…", "Fill In a Form…", "Go On Setting Up"]
    for label, titles in (("Settings…", "Settings of OXMH"), ("Fill In a Form…", "Fill in a form")):
        meeting.presses(told[label]["action_id"], told[label]["value"], by=cast.chair)
        assert titled(shown(meeting)) == titles
    meeting.presses(told["Is It Ready?"]["action_id"], told["Is It Ready?"]["value"], by=cast.chair)
    meeting.deliver()
    assert "OXMH" in meeting.api.ephemerals[-1]["text"]
    assert "❌" in meeting.api.ephemerals[-1]["text"]


# -- left half-filled -------------------------------------------------------------------------------------


def test_the_first_form_left_half_filled_keeps_what_was_typed_for_its_writer(parley: Parley) -> None:
    opened(parley)
    closes(parley, {"title": "Half a title", "ours": "CCG Oxfordshire"})
    assert titled(opened(parley, where=OUTSIDE)) == "Step 1 of 5: parties"
    assert "You began this on Thursday 26 November 2026, 10:00. Only you see it." in str(shown(parley)["blocks"][0])
    assert begun(parley)["title"] == "Half a title"
    assert begun(parley)["channel"] == cast.joint.id
    opened(parley, by=cast.lead)
    assert "title" not in begun(parley, cast.lead)
    (afresh,) = [each for each in elements(shown(parley)) if each["action_id"] == "form.afresh"]
    presses(parley, "form.afresh")
    assert "title" not in begun(parley)
    assert afresh["value"] == " new.step begin"
    closes(parley, {"title": "Half a title"})
    opened(parley)
    assert sends(parley, BEGUN) == {}
    parley.presses("new.begin", " ", by=cast.chair, where=cast.elsewhere)
    assert "title" not in begun(parley)  # what was sent is no draft any more


def test_a_step_left_half_filled_goes_on_with_what_was_typed(parley: Parley) -> None:
    begins(parley)
    closes(parley, {"people:OHP": [cast.lead], "roles:OHP": ["lead"]})
    assert titled(opened(parley)) == "Step 2 of 5: people"
    assert begun(parley)["people:OHP:0"] == mrkdwn.mark(cast.lead.id)
    assert parley.export()["members"] == []
    assert sends(parley, {"people:CCG": [cast.chair], "roles:CCG": ["chair", "lead"]}) == {}
    assert [member["name"] for member in parley.export()["members"]] == ["Margaret Osei", "Daniel Kerr"]
    closes(parley, {"caucus": cast.ccg_caucus.id, "subgroup_name": "Finance"})
    opened(parley)
    assert begun(parley) == {
        "joint": cast.joint.id,
        "caucus": cast.ccg_caucus.id,
        "subgroup_name": "Finance",
    }
    presses(parley, "new.skip")  # what is skipped is not wanted
    parley.presses("new.resume", "OXMH channels", by=cast.chair)
    assert begun(parley) == {"joint": cast.joint.id}
    parley.presses("new.resume", "OXMH meeting", by=cast.chair)
    closes(parley, {"title": "Opening round", "place": "Town Hall"})
    parley.presses("new.resume", "OXMH meeting", by=cast.chair)
    assert (begun(parley)["title"], begun(parley)["place"]) == ("Opening round", "Town Hall")


def test_what_was_typed_before_going_back_is_there_again(parley: Parley) -> None:
    begins(parley)
    presses(parley, "new.back", {"people:OHP": [cast.lead]})
    assert titled(shown(parley)) == "Step 1 of 5: parties"
    assert sends(parley, {}) == {}
    assert begun(parley)["people:OHP:0"] == mrkdwn.mark(cast.lead.id)
    presses(parley, "form.afresh")
    assert "people:OHP:0" not in begun(parley)
    presses(parley, "new.back")
    assert sends(parley, {}) == {}
    assert "You began this" not in str(shown(parley))  # nothing was typed


def test_suggested_codes_are_kept_when_the_form_is_left(parley: Parley) -> None:
    begins(parley, **NAMED)
    form = shown(parley)
    parley.closes(form, state(form, {}), by=cast.chair)
    opened(parley)
    assert begun(parley)["theirs"] == "OHP Oxford Health Partnership"


# -- the steps, and what Slack takes -----------------------------------------------------------------------


def stands(**changed: Any) -> Standing:
    sides = (Side("CCG", "Oxfordshire", "commissioner", ("Ann",)), Side("OHP", "Oxford Health", "provider", ("Bo",)))
    whole = {"sides": sides, "own": "CCG", "joint": "C01", "caucus": "C02", "milestones": ("M1",), "meeting_ref": "N1"}
    return Standing(**{"code": "OXMH", "title": "T", "marking": "M", "meeting": "N1 First", **whole, **changed})


@pytest.mark.parametrize(
    ("changed", "steps"),
    [
        ({}, []),
        ({"sides": ()}, [Step.PARTIES, Step.PEOPLE]),
        ({"sides": (Side("CCG", "O", "provider", ()),)}, [Step.PARTIES, Step.PEOPLE]),
        ({"caucus": ""}, [Step.CHANNELS]),
        ({"caucus": "", "own": ""}, []),
        ({"joint": ""}, [Step.CHANNELS]),
        ({"milestones": (), "meeting_ref": ""}, [Step.TIMETABLE, Step.MEETING]),
    ],
)
def test_what_a_record_lacks(changed: dict[str, Any], steps: list[Step]) -> None:
    assert lacking(stands(**changed)) == steps


def test_steps_go_on_to_what_is_left_and_back_one_by_one() -> None:
    left = stands(caucus="", meeting_ref="")
    assert [after(step, left) for step in Step] == [Step.CHANNELS, Step.CHANNELS, Step.MEETING, Step.MEETING, None]
    assert [before(step) for step in Step] == [None, *list(Step)[:-1]]


def test_one_form_asks_those_first_who_have_nobody() -> None:
    sides = tuple(Side(f"P{n}", "x", "provider", () if n == 4 else ("Ann",)) for n in range(5))
    assert [side.code for side in asked_first(stands(sides=sides), 3)] == ["P4", "P0", "P1"]


HOSTILE = "<!channel> *&* <@U04LEAD> `x` " + "\u202e" + "x" * 3000


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("text", ["x", "Outcomes contract", HOSTILE], ids=["short", "typical", "hostile"])
@pytest.mark.parametrize("count", [0, 2, 60])
def test_every_form_fits(step: Step, text: str, count: int) -> None:
    people = tuple(text for _ in range(count))
    sides = tuple(
        Side(f"ABCDEFGHIJ{n:02}", text[:2999], "commissioner", people, people, free=n % 2 == 0) for n in range(count)
    )
    for own in ("", "ABCDEFGHIJ00"):
        standing = stands(
            code="ABCDEFGHIJKL",
            title=text,
            sides=sides,
            own=own,
            joint=own and "C01",
            caucus=own and "C02",
            subgroups=people,
            meeting=text,
            **({} if own else {"milestones": (), "meeting_ref": ""}),
        )
        form = views.form(standing, "C01", step, "U01", [(f"pack{n}", text) for n in range(max(count, 1))], text)
        assert faults_in_view(form) == []
        assert faults_in_view(views.finished(standing)) == []
        assert "<!channel>" not in json.dumps(views.summed_up(standing))
    assert faults_in_view(views.begin("C01", "C01")) == []


# -- channels that Parley is not in ---------------------------------------------------------------------

NOT_THERE = "Parley is not in this channel, so it could say nothing there. Write /invite @Parley in it"


def leave(parley: Parley, room: Room, *, private: bool) -> None:
    """A channel that people are in and Parley is not; of a private one Slack tells it nothing at all."""
    parley.api.channels.pop(room.id)
    if not private:
        parley.api.add_channel(room.id, room.name, members=[cast.chair.id], bot=False)


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_a_joint_channel_without_parley_is_refused_under_its_field(parley: Parley, private: bool) -> None:
    leave(parley, cast.elsewhere, private=private)
    opened(parley)
    refused = sends(parley, {**BEGUN, "channel": cast.elsewhere.id})
    assert list(refused) == ["channel"]
    assert refused["channel"].startswith(NOT_THERE)
    with parley.deps.db.snapshot() as session:
        assert negotiations.every(session) == []
    parley.api.add_channel(cast.elsewhere.id, cast.elsewhere.name, members=[cast.chair.id])  # invited meanwhile
    assert sends(parley, {**BEGUN, "channel": cast.elsewhere.id}) == {}
    assert any("OXMH" in text for text in texts(parley, cast.elsewhere))


def test_channels_of_the_third_step_without_parley_are_refused_each_under_its_field(parley: Parley) -> None:
    begins(parley)
    assert sends(parley, {"roles:CCG": ["chair", "lead"]}) == {}
    leave(parley, cast.ccg_caucus, private=True)
    filled = {"subgroup": cast.finance.id, "subgroup_name": "Finance"}
    refused = sends(parley, {"caucus": cast.ccg_caucus.id, **filled})
    assert list(refused) == ["caucus"]
    assert refused["caucus"].startswith(NOT_THERE)


def test_where_slack_does_not_say_the_channel_is_taken(parley: Parley) -> None:
    opened(parley)
    parley.api.fail_next("conversations.info", "ratelimited")
    assert sends(parley, BEGUN) == {}
