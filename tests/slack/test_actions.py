"""Actions: promised by whom and by when, listed, done; the form for what is missing."""

from typing import Any

from tests import cast
from tests.harness import Parley, Reply


def state(**fields: str) -> dict[str, dict[str, Any]]:
    """What a form holds once it is filled in: `what`, `owner` (a member's name as listed), `due`."""
    made: dict[str, dict[str, Any]] = {}
    if "what" in fields:
        made["what"] = {"type": "plain_text_input", "value": fields["what"]}
    if "owner" in fields:
        made["owner"] = {"type": "static_select", "selected_option": {"value": fields["owner"]}}
    if "due" in fields:
        made["due"] = {"type": "datepicker", "selected_date": fields["due"]}
    return made


def asked(parley: Parley, person: cast.Person) -> dict[str, Any]:
    """The form that the person sees."""
    form = parley.api.modal(person.id)
    assert form is not None
    return form


def fields(form: dict[str, Any]) -> list[str]:
    return [block["block_id"] for block in form["blocks"] if block["type"] == "input"]


def choice(form: dict[str, Any], name: str) -> str:
    """The value of the option in the form's list of people that shows this name."""
    (block,) = [block for block in form["blocks"] if block.get("block_id") == "owner"]
    options = block["element"]["options"]
    return next(str(option["value"]) for option in options if option["text"]["text"].startswith(name))


def actions(parley: Parley, party: str | None = None) -> list[tuple[str, str, list[str], str | None]]:
    return [(a["ref"], a["text"], a["owners"], a["due_on"]) for a in parley.export(party=party)["actions"]]


def whispered(parley: Parley, to: cast.Person) -> list[str]:
    parley.deliver()
    return [message["text"] for message in parley.api.ephemerals if message["to"] == to.id]


# -- by command -----------------------------------------------------------------------------------------


def test_an_action_is_said_back_with_its_owner_party_and_full_date(meeting: Parley) -> None:
    reply = meeting.slash(f"action Send the activity figures {cast.lead.mention} by fri", by=cast.chair)
    assert not reply.private
    assert reply.text == "Action *A1* Send the activity figures · Daniel Kerr (OHP), by Friday 27 November 2026"
    (action,) = meeting.export()["actions"]
    assert action["meeting"] == "N1"
    assert action["source"]["author"] == "Margaret Osei"
    assert meeting.api.modal(cast.chair.id) is None


def test_two_owners_share_one_action(meeting: Parley) -> None:
    meeting.slash(f"action Draft it {cast.lead.mention}, {cast.scribe.mention} by 12 dec", by=cast.chair)
    meeting.slash(f"action {cast.lead.mention} and {cast.scribe.mention} to check it by 14 dec", by=cast.chair)
    assert actions(meeting) == [
        ("A1", "Draft it", ["Daniel Kerr", "Tom Whitfield"], "2026-12-12"),
        ("A2", "check it", ["Daniel Kerr", "Tom Whitfield"], "2026-12-14"),
    ]


def test_a_name_that_fits_one_person_will_do(meeting: Parley) -> None:
    meeting.slash("action Ruth to send the tariff by 12 dec", by=cast.chair)
    meeting.slash("action Price the model (Anjali Mehta) by 12 dec", by=cast.chair)
    assert [row[2] for row in actions(meeting)] == [["Ruth Adeyemi"], ["Anjali Mehta"]]


def test_somebody_outside_the_table_owns_nothing(meeting: Parley) -> None:
    reply = meeting.slash(f"action Send it {cast.stranger.mention} by fri", by=cast.chair)
    assert reply.private
    assert "Joel Fenn is not at the table of OXMH" in reply.text
    assert "You typed: /parley action Send it @Joel Fenn by fri" in reply.shown
    assert actions(meeting) == []


def test_an_action_with_nothing_to_do_is_refused_with_an_example(meeting: Parley) -> None:
    for typed in ("action", "action by fri"):
        reply = meeting.slash(typed, by=cast.chair)
        assert reply.private
        assert "Say what is to be done, by whom and by when" in reply.text
    assert actions(meeting) == []


# -- the form -------------------------------------------------------------------------------------------


def test_what_is_missing_is_asked_for_in_a_form_already_filled_in(meeting: Parley) -> None:
    reply = meeting.slash("action Send the activity figures", by=cast.chair)
    assert reply.private
    assert "This action still needs an owner and a date." in reply.text
    form = asked(meeting, cast.chair)
    assert fields(form) == ["what", "owner", "due"]
    assert form["blocks"][0]["element"]["initial_value"] == "Send the activity figures"
    assert actions(meeting) == []  # nothing half-made while the form is open

    filled = state(what="Send the 2025 figures", owner=choice(form, "Daniel Kerr"), due="2026-12-12")
    assert meeting.submits(form, filled, by=cast.chair) == {}
    assert actions(meeting) == [("A1", "Send the 2025 figures", ["Daniel Kerr"], "2026-12-12")]
    said = [message["text"] for message in meeting.posted()]
    assert "Action *A1* Send the 2025 figures · Daniel Kerr (OHP), by Saturday 12 December 2026" in said
    assert meeting.export()["actions"][0]["meeting"] == "N1"


def test_only_what_is_missing_is_asked_for(meeting: Parley) -> None:
    meeting.slash("action Send the figures by 12 dec", by=cast.chair)
    form = asked(meeting, cast.chair)
    assert fields(form) == ["what", "owner"]
    meeting.submits(form, state(what="Send the figures", owner=choice(form, "Tom Whitfield")), by=cast.chair)
    meeting.slash(f"action Check them {cast.lead.mention}, {cast.analyst.mention}", by=cast.chair)
    form = asked(meeting, cast.chair)
    assert fields(form) == ["what", "due"]
    meeting.submits(form, state(what="Check them", due="2026-12-14"), by=cast.chair)
    assert actions(meeting) == [
        ("A1", "Send the figures", ["Tom Whitfield"], "2026-12-12"),
        ("A2", "Check them", ["Daniel Kerr", "Anjali Mehta"], "2026-12-14"),
    ]


def test_a_date_that_cannot_be_read_is_explained_and_asked_for(meeting: Parley) -> None:
    reply = meeting.slash(f"action Send it {cast.lead.mention} by 31/11", by=cast.chair)
    assert "does not exist" in reply.text
    assert "Fill in the form" in reply.text
    assert fields(asked(meeting, cast.chair)) == ["what", "due"]
    gone = meeting.slash(f"action Send it {cast.lead.mention} by 2 nov 2026", by=cast.chair)
    assert "Monday 2 November 2026 has passed." in gone.text


def test_a_form_sent_with_faults_says_so_under_the_field_and_can_be_sent_again(meeting: Parley) -> None:
    meeting.slash("action Send the figures", by=cast.chair)
    form = asked(meeting, cast.chair)
    owner = choice(form, "Daniel Kerr")
    late = meeting.submits(form, state(what="Send the figures", owner=owner, due="2026-11-01"), by=cast.chair)
    assert late["response_action"] == "errors"
    assert "Sunday 1 November 2026 has passed" in late["errors"]["due"]
    empty = meeting.submits(form, state(what=" ", owner=owner, due="2026-12-12"), by=cast.chair)
    assert "Say what is to be done" in empty["errors"]["what"]
    assert actions(meeting) == []
    good = state(what="Send the figures", owner=owner, due="2026-12-12")
    assert meeting.submits(form, good, by=cast.chair) == {}
    assert meeting.submits(form, good, by=cast.chair) == {}  # Slack's retry, or a double click
    assert len(actions(meeting)) == 1


def test_a_form_sent_after_its_author_lost_the_right_to_record_makes_nothing(meeting: Parley) -> None:
    meeting.slash("action Send the figures", by=cast.analyst)
    form = asked(meeting, cast.analyst)
    filled = state(what="Send the figures", owner=choice(form, "Daniel Kerr"), due="2026-12-12")
    meeting.slash(f"member add {cast.analyst.mention} to CCG as observer", by=cast.chair)
    answer = meeting.submits(form, filled, by=cast.analyst)
    assert "You may not add to the record" in answer["errors"]["what"]
    assert actions(meeting) == []


def test_a_command_typed_as_a_mention_says_what_is_missing_and_offers_the_form(meeting: Parley) -> None:
    meeting.mentions("action Send the figures", by=cast.lead)
    assert "This action still needs an owner and a date." in whispered(meeting, cast.lead)[0]
    (note,) = meeting.api.ephemerals
    (button,) = [b["elements"][0] for b in note["blocks"] if b["type"] == "actions"]
    assert (button["action_id"], button["value"]) == ("form.open", "OXMH action Send the figures")
    assert actions(meeting) == []
    meeting.mentions(f"action Send the figures {cast.lead.mention} by fri", by=cast.lead)
    assert actions(meeting) == [("A1", "Send the figures", ["Daniel Kerr"], "2026-11-27")]


# -- incomplete actions ---------------------------------------------------------------------------------


def test_a_typed_action_that_lacks_something_is_completed_with_its_button(meeting: Parley) -> None:
    meeting.types("ACTION: send the activity figures", by=cast.scribe)
    (note,) = meeting.posted(cast.scribe)
    assert "A1 is recorded, but lacks an owner and a date" in note["text"]
    (button,) = [b["elements"][0] for b in note["blocks"] if b["type"] == "actions"]
    assert "incomplete" in meeting.slash("actions", by=cast.observer).text

    meeting.presses(button["action_id"], button["value"], by=cast.scribe, where=note.get("channel", "D0"))
    form = asked(meeting, cast.scribe)
    assert fields(form) == ["owner", "due"]
    assert "send the activity figures" in str(form["blocks"])
    late = meeting.submits(form, state(owner=choice(form, "Daniel"), due="2026-11-01"), by=cast.scribe)
    assert "has passed" in late["errors"]["due"]
    filled = state(owner=choice(form, "Daniel"), due="2026-12-12")
    assert meeting.submits(form, filled, by=cast.scribe) == {}
    assert actions(meeting) == [("A1", "send the activity figures", ["Daniel Kerr"], "2026-12-12")]
    (note,) = meeting.posted(cast.scribe)
    assert "A1 is complete" in note["text"]
    assert "actions" not in [block["type"] for block in note["blocks"]]


def test_the_button_of_a_complete_action_opens_nothing(meeting: Parley) -> None:
    meeting.slash(f"action Send it {cast.lead.mention} by fri", by=cast.chair)
    meeting.presses("action.complete", "OXMH A1", by=cast.chair)
    assert meeting.api.modal(cast.chair.id) is None
    assert "A1 is complete already" in whispered(meeting, cast.chair)[0]


def test_an_observer_does_not_complete_an_action(meeting: Parley) -> None:
    meeting.types("ACTION: send the figures", by=cast.scribe)
    meeting.presses("action.complete", "OXMH A1", by=cast.observer)
    assert meeting.api.modal(cast.observer.id) is None
    assert "You may not add to the record" in whispered(meeting, cast.observer)[0]
    assert actions(meeting) == [("A1", "send the figures", [], None)]


# -- done -----------------------------------------------------------------------------------------------


def test_done_keeps_when_and_the_evidence(meeting: Parley) -> None:
    meeting.slash(f"action Send it {cast.lead.mention} by fri", by=cast.chair)
    reply = meeting.slash("done a1 sent on Tuesday &amp; acknowledged", by=cast.lead)
    assert not reply.private
    assert reply.text == "*A1* is done, says Daniel Kerr (OHP) (sent on Tuesday &amp; acknowledged): Send it"
    (action,) = meeting.export()["actions"]
    assert (action["status"], action["evidence"]) == ("done", "sent on Tuesday & acknowledged")
    assert action["done_at"] == meeting.now.isoformat()

    meeting.later(days=1)
    again = meeting.slash("done A1 sent again", by=cast.chair)
    assert again.private
    assert again.text == "Nothing was changed: A1 has been done since Thursday 26 November 2026."
    assert meeting.export()["actions"][0]["evidence"] == "sent on Tuesday & acknowledged"


def test_done_needs_a_ref_that_is_there(meeting: Parley) -> None:
    for typed, why in (
        ("done", "Say which action is done"),
        ("done A9", "There is no action A9"),
        ("done AG1", "There is no action AG1"),
        ("done everything", "There is no action everything"),
    ):
        reply = meeting.slash(typed, by=cast.lead)
        assert reply.private
        assert why in reply.text


def test_an_owner_without_any_other_right_may_say_that_it_is_done(meeting: Parley) -> None:
    meeting.slash(f"action Send it {cast.observer.mention} by fri", by=cast.chair)
    meeting.slash(f"action Check it {cast.lead.mention} by fri", by=cast.chair)
    assert not meeting.slash("done A1", by=cast.observer).private
    refused = meeting.slash("done A2", by=cast.observer)
    assert refused.private
    assert "Only the owners of A2, a lead or negotiator of their side, or a chair or scribe can mark it" in refused.text
    assert [a["status"] for a in meeting.export()["actions"]] == ["done", "open"]
    assert not meeting.slash("done A2", by=cast.scribe).private  # chairs and scribes may


def test_the_other_side_cannot_say_that_a_promise_was_kept(meeting: Parley) -> None:
    meeting.slash(f"action Model the phasing {cast.analyst.mention} by fri", by=cast.chair)
    assert meeting.slash("done A1", by=cast.negotiator).private
    assert meeting.export()["actions"][0]["status"] == "open"


def test_an_action_taken_back_cannot_be_done(meeting: Parley) -> None:
    meeting.slash(f"action Send it {cast.lead.mention} by fri", by=cast.chair)
    meeting.slash("undo", by=cast.chair)
    reply = meeting.slash("done A1", by=cast.lead)
    assert reply.private
    assert "A1 was taken back" in reply.text


# -- lists ----------------------------------------------------------------------------------------------


def refs(reply: Reply) -> list[str]:
    return [line.split("*")[1] for line in reply.text.splitlines()]


def test_lists_show_what_was_asked_for_soonest_first(meeting: Parley) -> None:
    meeting.slash(f"action Later {cast.lead.mention} by 14 dec", by=cast.chair)
    meeting.slash(f"action Sooner {cast.lead.mention}, {cast.chair.mention} by fri", by=cast.chair)
    meeting.types("ACTION: nobody knows when", by=cast.chair)
    meeting.slash(f"action Finished {cast.scribe.mention} by fri", by=cast.chair)
    meeting.slash("done A4", by=cast.scribe)
    meeting.later(days=7)

    assert refs(meeting.slash("actions", by=cast.observer)) == ["A2", "A1", "A3"]
    assert refs(meeting.slash("actions mine", by=cast.chair)) == ["A2"]
    assert refs(meeting.slash("actions OVERDUE", by=cast.observer)) == ["A2"]
    assert refs(meeting.slash("actions all", by=cast.observer)) == ["A1", "A2", "A3", "A4"]
    assert refs(meeting.slash(f"actions {cast.lead.mention}", by=cast.observer)) == ["A2", "A1"]
    shown = meeting.slash("actions all", by=cast.observer)
    assert shown.private  # a list is for who asks
    assert "Sooner · Daniel Kerr (OHP) and Margaret Osei (CCG), by Friday 27 November 2026 · overdue" in shown.text
    assert "nobody knows when · no owner, no date · incomplete" in shown.text
    assert "Finished · Tom Whitfield (CCG), by Friday 27 November 2026 · done" in shown.text


def test_an_empty_or_unknown_list_says_what_else_there_is(meeting: Parley) -> None:
    assert "There is no such action. `/parley actions all`" in meeting.slash("actions mine", by=cast.chair).text
    for typed in ("actions yours", "actions Zebedee"):
        reply = meeting.slash(typed, by=cast.chair)
        assert reply.private
        assert "is not a list of actions. Type `mine`, `overdue`, `all` or @somebody." in reply.text


# -- private actions ------------------------------------------------------------------------------------


def test_an_action_in_a_caucus_is_that_partys_own(table: Parley) -> None:
    reply = table.slash(f"action Work out our line {cast.scribe.mention} by fri", by=cast.chair, where=cast.ccg_caucus)
    assert "*CCG-A1*" in reply.text
    refused = table.slash(f"action Ask them {cast.lead.mention} by fri", by=cast.chair, where=cast.ccg_caucus)
    assert refused.private
    assert "one of the owners is not on it" in refused.text
    assert actions(table) == []
    assert [row[0] for row in actions(table, "CCG")] == ["CCG-A1"]
    done = table.slash("done CCG-A1 told the board", by=cast.scribe, where=cast.joint)
    assert done.private  # said in the joint channel, shown to nobody else there
    assert table.posted(cast.joint) == []


def test_an_action_typed_elsewhere_says_that_it_is_private(table: Parley) -> None:
    reply = table.slash(f"action Ring the trust {cast.chair.mention} by fri", by=cast.chair, where=cast.elsewhere)
    assert reply.private
    assert "Only Oxfordshire Clinical Commissioning Group can see this" in reply.text
    assert [row[0] for row in actions(table, "CCG")] == ["CCG-A1"]
    assert actions(table) == []
