"""Somebody of another organisation, with no slash command and no shortcut, does every step of their side."""

from typing import Any

import pytest

from bot import routes
from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Person, Room
from tests.harness import Parley
from tests.slack.test_capture import buttons, reactions, says
from tests.slack.test_reactions import whispers
from tests.slack.test_shortcuts import SAID, posts

OTHER = "T0OTHER"


@pytest.fixture
def guests(parley: Parley) -> Parley:
    """OXMH set up; everybody of OHP comes from another organisation, and says the rest by mention."""
    for person in (cast.lead, cast.negotiator, cast.observer):
        parley.api.users[person.id]["team_id"] = OTHER
    for typed in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Oxfordshire Clinical Commissioning Group as commissioner",
        "party add OHP Oxford Health and partners as provider",
        f"member add {cast.chair.mention} to CCG as chair, lead",
        f"member add {cast.scribe.mention} to CCG as scribe",
        f"member add {cast.lead.mention} to OHP as lead",
        f"member add {cast.negotiator.mention} to OHP as negotiator",
        "clause add 4.2 Payment",
    ):
        assert "You typed" not in parley.slash(typed, by=cast.chair).shown
    parley.mentions("channel caucus OHP", by=cast.lead, where=cast.ohp_caucus)
    return parley


def told(parley: Parley, person: Person = cast.lead, where: Room = cast.joint) -> dict[str, Any]:
    """The last thing that Parley said to this person, privately or aloud."""
    parley.deliver()
    private = [message for message in parley.api.ephemerals if message["to"] == person.id]
    aloud = [message for message in parley.posted(where) if message.get("bot_id")]
    return max([*private, *aloud], key=lambda message: message["ts"])


def asks(parley: Parley, typed: str, by: Person = cast.lead, where: Room = cast.joint, **more: Any) -> str:
    parley.mentions(typed, by=by, where=where, **more)
    return str(told(parley, by, where)["text"])


def press_in(parley: Parley, message: dict[str, Any], action: str, by: Person, where: str = cast.joint.id) -> None:
    (button,) = [each for each in buttons(message) if each["action_id"].startswith(action)]
    parley.presses(button["action_id"], button["value"], by=by, where=where)


def fill_in(parley: Parley, by: Person, **values: str) -> dict[str, Any]:
    form = parley.api.modal(by.id)
    assert form is not None
    typed = {name: {"type": "plain_text_input", "value": value} for name, value in values.items() if name != "due"}
    if "due" in values:
        typed["due"] = {"type": "datepicker", "selected_date": values["due"]}
    return parley.submits(form, typed, by=by)


# -- by mention, in the channel and in threads ----------------------------------------------------------


def test_what_they_read_and_propose(guests: Parley) -> None:
    assert "OXMH: Outcomes contract" in asks(guests, "status")
    assert "4.2" in asks(guests, "clauses")
    assert "Proposed as *4.2/p1*" in asks(guests, "propose 4.2 Payment falls due within 30 days.")
    assert "Recorded as *AG1*" in asks(guests, "agree 4.3: The Provider shall report monthly.")
    assert guests.export()["agreements"][0]["confirmations"][0]["party"] == "OHP"
    assert "Payment falls due" in asks(guests, "clause 4.2")


def test_a_mention_in_a_thread_is_answered_in_the_thread(guests: Parley) -> None:
    parent = posts(guests, "Payment?", by=cast.chair)["ts"]
    guests.mentions("status", by=cast.lead, thread_ts=parent)
    guests.mentions("note The model is shared.", by=cast.lead, thread_ts=parent)
    guests.mentions("actions mine", by=cast.lead, thread_ts=parent)
    guests.deliver()
    private = guests.api.called("chat.postEphemeral")
    assert [call["thread_ts"] for call in private] == [parent, parent]
    (aloud,) = [message for message in guests.posted() if "E1" in message["text"]]
    assert aloud["thread_ts"] == parent


def test_they_are_told_to_type_what_they_can_type(guests: Parley) -> None:
    said = asks(guests, "confirm AG9")
    assert "`@Parley " in said
    assert "/parley" not in said
    guests.presses("agreement.confirm", "OXMH AG9 1", by=cast.lead)
    assert "/parley" not in told(guests)["text"]
    assert "/parley" in asks(guests, "confirm AG9", by=cast.chair)


@pytest.mark.parametrize("section", sorted({command.section for command in routes.COMMANDS.values()}))
def test_every_verb_answers_them_by_mention(guests: Parley, section: str) -> None:
    verbs = {verb: command for verb, command in routes.COMMANDS.items() if command.section == section}
    for verb, command in verbs.items():
        for typed in (verb, command.example):
            guests.mentions(typed, by=cast.lead)
    guests.deliver()
    aloud = [message for message in guests.posted() if "blocks" in message and not buttons(message)]
    for said in [*aloud, *guests.api.ephemerals]:
        assert "Something" not in said["text"]
        assert "`/parley" not in str(said.get("blocks") or "") + said["text"]
        assert faults_in_message({"text": said["text"], "blocks": said.get("blocks")}) == []
    assert len(guests.api.ephemerals) + len(aloud) >= len(verbs)


# -- forms, which a mention offers with a button --------------------------------------------------------


def test_a_verb_with_a_form_offers_it_with_a_button(guests: Parley) -> None:
    said = f"action Send the figures &amp; {cast.chair.mention}'s model"
    guests.mentions(said, by=cast.lead)
    offer = told(guests)
    assert "This action still needs a date" in offer["text"]
    assert guests.api.modal(cast.lead.id) is None
    press_in(guests, offer, "form.open", by=cast.lead)
    form = guests.api.modal(cast.lead.id)
    assert form is not None
    assert form["blocks"][0]["element"]["initial_value"].startswith("Send the figures & @Margaret Osei's")
    assert fill_in(guests, cast.lead, what="Send the figures", due="2026-12-12") == {}
    assert [row["text"] for row in guests.export()["actions"]] == ["Send the figures"]


@pytest.mark.parametrize("typed", ["OXMH route", "oxmh route", "route", "reminders", "settings"])
def test_the_button_opens_the_very_form(guests: Parley, typed: str) -> None:
    guests.mentions(typed, by=cast.lead)
    press_in(guests, told(guests), "form.open", by=cast.lead)
    form = guests.api.modal(cast.lead.id)
    assert form is not None
    assert form["callback_id"].startswith(typed.split()[-1].rstrip("s").replace("setting", "preferences"))


def test_a_form_for_more_words_than_a_button_carries_is_told(guests: Parley) -> None:
    assert "These are more words than the button" in asks(guests, f"action {'send it ' * 260}")
    assert guests.export()["actions"] == []


# -- buttons --------------------------------------------------------------------------------------------


def test_they_confirm_and_object_on_the_card(guests: Parley) -> None:
    guests.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    guests.slash("agree 4.3: Reports are due monthly.", by=cast.chair)
    first, second = [message for message in guests.posted() if "AG" in message["text"]]
    press_in(guests, first, "agreement.confirm", by=cast.lead)
    press_in(guests, second, "agreement.object", by=cast.negotiator)
    assert fill_in(guests, cast.negotiator, reason="the date is too early") == {}
    rows = {row["ref"]: row["status"] for row in guests.export()["agreements"]}
    assert rows == {"AG1": "agreed", "AG2": "objected"}
    assert "AG2" in asks(guests, "confirm AG2", by=cast.negotiator)
    assert {row["status"] for row in guests.export()["agreements"]} == {"agreed"}


def test_a_clause_s_card_takes_their_words_and_their_agreement(guests: Parley) -> None:
    guests.slash("propose 4.2 Payment falls due within 45 days.", by=cast.chair)
    card = next(message for message in guests.posted() if buttons(message) and "4.2" in message["text"])
    press_in(guests, card, "clause.propose", by=cast.lead)
    assert fill_in(guests, cast.lead, wording="Payment falls due within 30 days.", rationale="cash flow") == {}
    guests.presses("clause.agree", "OXMH 4.2/p2", by=cast.negotiator)
    assert [row["ref"] for row in guests.export()["proposals"]] == ["4.2/p1", "4.2/p2"]
    assert [row["wording"] for row in guests.export()["agreements"]] == ["Payment falls due within 30 days."]


def test_a_button_pressed_in_a_thread_is_answered_there(guests: Parley) -> None:
    parent = posts(guests, "Payment?", by=cast.chair)["ts"]
    guests.presses("agreement.confirm", "OXMH AG9 1", by=cast.lead, thread=parent)
    guests.deliver()
    assert guests.api.called("chat.postEphemeral")[-1]["thread_ts"] == parent


def test_a_whole_meeting(guests: Parley) -> None:
    """Invited, present by typing, agreeing and promising, then the minutes corrected and approved; all without `/`."""
    guests.slash("meeting add negotiation First round on 27 nov 2026 at 10:00 for 2h anyway", by=cast.chair)
    card = guests.card("N1")
    yes = next(button for button in buttons(card) if button["action_id"] == "meeting.yes")
    guests.presses(yes["action_id"], yes["value"], by=cast.lead)
    assert "You are expected at *N1*" in told(guests)["text"]
    assert "N1" in asks(guests, "brief N1")
    guests.later(days=1)
    guests.mentions("start N1", by=cast.lead)
    says(guests, "present+", by=cast.chair)
    ts = says(guests, "present+\nAGREED: 4.2: Payment falls due within 30 days.", by=cast.lead)
    assert reactions(guests, ts) == ["white_check_mark"]
    handshake = posts(guests, SAID, by=cast.chair)["ts"]
    guests.reacts("handshake", handshake, by=cast.lead)
    guests.mentions(f"action Send the figures {cast.lead.mention} by 1 dec", by=cast.lead)
    guests.mentions("close", by=cast.lead)
    exported = guests.export()
    assert [row["source"]["logged_by"] for row in exported["agreements"]] == [None, cast.lead.name]
    assert [row["owners"] for row in exported["actions"]] == [["Daniel Kerr"]]

    guests.presses("minutes.correct", "OXMH N1 1", by=cast.lead)
    form = guests.api.modal(cast.lead.id)
    assert form is not None
    fields = [block["block_id"] for block in form["blocks"] if block["type"] == "input"]
    assert "errors" not in fill_in(guests, cast.lead, **dict.fromkeys(fields, "Payment within 30 days, not 28."))
    guests.slash("minutes circulate N1", by=cast.scribe)
    newest = guests.export()["minutes"][-1]["version"]
    guests.presses("minutes.approve", f"OXMH N1 {newest}", by=cast.lead)
    assert "OHP" in str(guests.export()["minutes"][-1]["approvals"])

    guests.now = guests.now.replace(day=1, month=12, hour=9)
    guests.tick()
    reminder = guests.posted(cast.lead)[-1]
    done = next(button for button in buttons(reminder) if button["action_id"].startswith("reminder.done"))
    guests.presses(done["action_id"], done["value"], by=cast.lead, where=f"D{cast.lead.id[1:]}")
    assert [row["status"] for row in guests.export()["actions"]] == ["done"]
    assert guests.trail_faults() == []


# -- who they are ---------------------------------------------------------------------------------------


def test_the_same_id_from_another_workspace_is_somebody_else(guests: Parley) -> None:
    assert "OXMH" in asks(guests, "status")
    guests.api.users[cast.lead.id]["team_id"] = "T0THIRD"
    for typed in ("status", "agree 4.2: Payment falls due."):
        assert "There is no negotiation here that you take part in" in asks(guests, typed)
    assert "That is not something Parley knows" in asks(guests, "OXMH status")  # as for a code that is not there
    guests.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    assert "There is no negotiation here" in told(guests)["text"]
    assert guests.export()["agreements"] == []
    guests.api.users[cast.lead.id]["team_id"] = OTHER
    assert "OXMH: Outcomes" in asks(guests, "status")


def test_where_slack_does_not_say_the_workspace_the_id_is_enough(guests: Parley) -> None:
    ts = posts(guests, SAID, by=cast.chair)["ts"]
    guests.reacts("handshake", ts, by=cast.lead)
    assert whispers(guests, cast.lead) == []
    assert [row["source"]["logged_by"] for row in guests.export()["agreements"]] == [cast.lead.name]
