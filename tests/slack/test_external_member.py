"""Somebody of another organisation, with no slash command and no shortcut, does every step of their side."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot import routes
from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Person, Room
from tests.harness import Parley, elements
from tests.slack.test_capture import buttons, reactions, says
from tests.slack.test_reactions import whispers
from tests.slack.test_shortcuts import SAID, posts

OTHER = "T0OTHER"
GUESTS = (cast.lead, cast.negotiator, cast.observer)


@pytest.fixture
def guests(parley: Parley) -> Iterator[Parley]:
    """OXMH set up; everybody of OHP comes from another organisation, and says the rest by mention.

    Whatever a test does with them: nothing that they were sent tells them to type a slash command.
    """
    for person in GUESTS:
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
    yield parley
    parley.deliver()
    assert [words for words in sent_to(parley, GUESTS) if "/parley" in words] == []


def sent_to(parley: Parley, people: tuple[Person, ...]) -> list[str]:
    """Everything that these people of OHP were sent: in the channels they are in, alone, in forms and in App Home."""
    api = parley.api
    ids = {person.id for person in people}
    rooms = {cast.joint.id, cast.ohp_caucus.id, cast.finance.id, *(f"D{user_id[1:]}" for user_id in ids)}
    sent = []
    for call in api.calls:
        asked = call.arguments
        reader = {
            "chat.postEphemeral": asked.get("user"),
            "views.publish": asked.get("user_id"),
            **dict.fromkeys(
                ("views.open", "views.push"), api.whose(str(asked["trigger_id"])) if "trigger_id" in asked else ""
            ),
        }.get(call.method)
        in_room = call.method.startswith(("chat.", "files.")) and asked.get("channel", asked.get("channel_id")) in rooms
        if reader in ids or (reader is None and in_room):
            sent.append(str(asked))
    return sent + [str(view) for user_id in ids for view in api.stacks.get(user_id, [])]


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


def test_what_the_whole_table_reads_is_told_so_that_everybody_can_type_it(guests: Parley) -> None:
    """A public answer to a slash command, and a card, in a channel that they are in; elsewhere it stays as it is."""
    guests.slash("channel caucus CCG", by=cast.chair, where=cast.ccg_caucus)
    aloud = guests.slash("variation add variation Weekend cover clause 4.2", by=cast.chair)
    assert not aloud.private
    assert "`@Parley " in aloud.shown
    assert "/parley" not in aloud.shown
    alone = guests.slash("action", by=cast.chair)
    assert alone.private
    assert "`/parley " in alone.shown
    guests.slash("meeting add premeet Our line on 10 dec at 10:00 for 1h anyway", by=cast.chair, where=cast.ccg_caucus)
    own = guests.slash("meetings", by=cast.chair, where=cast.ccg_caucus)
    assert "@Parley" not in own.shown


def test_peoples_own_words_about_a_command_stay_as_they_are(guests: Parley) -> None:
    said = "The tool is run with `/parley status` each week."
    guests.slash(f"agree {said}", by=cast.chair)
    card = next(m for m in guests.posted() if buttons(m) and "AG1" in m["text"])
    (quoted,) = [b["text"]["text"] for b in card["blocks"] if b.get("text", {}).get("type") == "plain_text"]
    assert quoted == said
    assert guests.export()["agreements"][0]["wording"] == said
    guests.api.calls.clear()  # these words are theirs, and are not told to be typed
    guests.slash("undo", by=cast.chair)
    guests.deliver()
    guests.api.calls.clear()


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
        assert "You have no seat in OXMH" in asks(guests, typed)
    assert "That is not something Parley knows" in asks(guests, "OXMH status")  # as for a code that is not there
    guests.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    assert "You have no seat in OXMH" in told(guests)["text"]
    assert guests.export()["agreements"] == []
    guests.api.users[cast.lead.id]["team_id"] = OTHER
    assert "OXMH: Outcomes" in asks(guests, "status")


def test_where_slack_does_not_say_the_workspace_the_id_is_enough(guests: Parley) -> None:
    ts = posts(guests, SAID, by=cast.chair)["ts"]
    guests.reacts("handshake", ts, by=cast.lead)
    assert whispers(guests, cast.lead) == []
    assert [row["source"]["logged_by"] for row in guests.export()["agreements"]] == [cast.lead.name]


def test_an_unknown_guest_s_handshake_says_who_can_give_them_a_seat(guests: Parley) -> None:
    guests.api.users[cast.stranger.id]["team_id"] = OTHER
    ts = posts(guests, SAID, by=cast.chair)["ts"]
    guests.reacts("handshake", ts, by=cast.stranger)
    (said,) = whispers(guests, cast.stranger)
    assert "You have no seat in OXMH" in said
    assert "Daniel Kerr (OHP) can give you one" in said
    assert "/parley" not in said


# -- every step of their side ---------------------------------------------------------------------------


def accept(parley: Parley, by: Person, **values: Any) -> None:
    """Send the form that is open, with these states in its fields; it takes them."""
    form = parley.api.modal(by.id)
    assert form is not None
    answer = parley.submits(form, values, by=by)
    assert "errors" not in answer, answer
    parley.api.settle_modal(by.id, answer)


def words(value: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": value}


def option(value: str) -> dict[str, Any]:
    return {"type": "static_select", "selected_option": {"value": value}}


def choose_form(parley: Parley, name: str, by: Person, where: Room) -> list[str]:
    """From the answer to a bare mention to the form: gives its fields."""
    parley.mentions("", by=by, where=where)
    press_in(parley, told(parley, by, where), "form.list", by=by, where=where.id)
    listed = parley.api.modal(by.id)
    assert listed is not None
    parley.presses_in(listed, "form.choose", f"OXMH form {name}", by, kind="static_select")
    form = parley.api.modal(by.id)
    assert form is not None
    return [block["block_id"] for block in form["blocks"] if block["type"] == "input"]


def test_status_names_who_comes_from_another_organisation(guests: Parley) -> None:
    assert "From another organisation: Daniel Kerr (OHP)" in guests.slash("status", by=cast.chair).text
    asks(guests, "status", by=cast.negotiator)  # their first word tells where they belong
    said = guests.slash("status", by=cast.chair).text
    assert "From another organisation: Daniel Kerr (OHP) and Ruth Adeyemi (OHP)" in said


def test_being_seated_and_seating_ones_own_people(guests: Parley) -> None:
    assert "OXMH: Outcomes contract" in asks(guests, "status", by=cast.negotiator)
    guests.mentions(f"member add {cast.observer.mention} to OHP as observer", by=cast.lead, where=cast.ohp_caucus)
    assert "OXMH: Outcomes contract" in asks(guests, "status", by=cast.observer)
    assert choose_form(guests, "member-add", cast.lead, cast.ohp_caucus)[0] == "people"
    accept(
        guests,
        cast.lead,
        people={"type": "multi_users_select", "selected_users": [cast.analyst.id]},
        party=option("OHP"),
        roles={"type": "multi_static_select", "selected_options": [{"value": "technical"}]},
    )
    assert {row["name"] for row in guests.export()["members"] if row["party"] == "OHP"} == {
        *(person.name for person in (*GUESTS, cast.analyst))
    }
    assert "You may not" in asks(guests, "note I only watch", by=cast.observer)
    assert "For example: `@Parley" in asks(guests, "help agree", by=cast.observer)


def test_preparing_a_meeting_and_staying_away(guests: Parley) -> None:
    guests.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h", by=cast.chair)
    card = guests.card("N1")
    press_in(guests, card, "meeting.yes", by=cast.lead)
    press_in(guests, card, "meeting.no", by=cast.negotiator)
    press_in(guests, card, "brief.ask", by=cast.lead)
    assert [m["text"] for m in guests.posted(cast.lead) if m["text"].startswith("*Brief for N1*")]
    asks(guests, "agenda add N1 Share of value at risk for 20 min")
    asks(guests, f"attend N1 {cast.lead.mention}")
    asks(guests, "meeting add premeet Our line on 10 dec at 10:00 for 1h anyway", where=cast.ohp_caucus)
    row = guests.meetings()["N1"]
    assert {each["name"]: each["status"] for each in row["attendance"]}[cast.negotiator.name] == "apologies"
    assert "Our line" in [each["title"] for each in guests.meetings("OHP").values()]
    assert "Our line" not in str(guests.export())


def test_everything_that_is_said_at_the_table(guests: Parley) -> None:
    """By line, by mention, and by the buttons of the meeting's card."""
    guests.slash("meeting add negotiation First round on 27 nov at 10:00 for 2h anyway", by=cast.chair)
    guests.deliver()
    guests.later(days=1)
    press_in(guests, guests.card("N1"), "meeting.start", by=cast.lead)
    asks(guests, f"present {cast.chair.mention}, {cast.lead.mention}")
    asks(guests, f"apologies {cast.negotiator.mention}")
    asks(guests, f"declare {cast.lead.mention} trustee of a charity")
    says(guests, "NOTE: The model is shared\nRESERVATION: We reserve on price\nPARKED: Step-in rights", by=cast.lead)
    asks(guests, "agree 4.3: Reports are due monthly.")
    asks(guests, "decide The term is five years.")
    asks(guests, "park 4.2 until 12 dec")
    asks(guests, f"action Send the figures {cast.lead.mention} by 1 dec")
    (live,) = [m for m in guests.posted() if m["text"].startswith("Meeting *N1*")]
    for button, filled in {
        "live.agree": {"wording": words("Payment falls due within 30 days.")},
        "live.note": {"text": words("Lunch was late")},
        "live.decide": {"wording": words("The group meets weekly.")},
    }.items():
        press_in(guests, live, button, by=cast.lead)
        accept(guests, cast.lead, **filled)
    asks(guests, "undo")
    press_in(guests, live, "live.close", by=cast.lead)
    closing = guests.api.modal(cast.lead.id)
    assert closing is not None
    guests.presses_in(closing, "live.close_anyway", "OXMH N1", cast.lead)
    guests.deliver()
    exported = guests.export()
    assert guests.meetings()["N1"]["status"] == "closed"
    assert [row["status"] for row in exported["agreements"]] == ["awaiting", "awaiting"]
    assert [row["status"] for row in exported["decisions"]] == ["recorded", "undone"]
    assert {row["kind"] for row in exported["notes"]} >= {"note", "reservation", "parked", "declaration"}

    guests.slash("minutes circulate N1", by=cast.chair)
    card = next(m for m in guests.posted() if m["text"].startswith("*Minutes of N1 ") and m.get("blocks"))
    press_in(guests, card, "minutes.file:pdf", by=cast.observer)  # who has no seat
    assert guests.files(cast.observer) == {}
    press_in(guests, card, "minutes.file:docx", by=cast.lead)
    assert list(guests.files(cast.lead)) == ["OXMH-N1-minutes-v1.docx"]
    press_in(guests, card, "minutes.correct", by=cast.lead)
    accept(guests, cast.lead, correction=words("The note was ours."))
    press_in(guests, card, "minutes.approve", by=cast.lead)
    assert "OHP" in str(guests.export()["minutes"][-1]["approvals"])
    assert "N1" in asks(guests, "minutes N1")


def test_actions_until_they_are_done(guests: Parley) -> None:
    guests.slash(f"action Send the figures {cast.lead.mention} by 1 dec", by=cast.chair)
    guests.slash(f"action Send the model {cast.lead.mention} by 1 dec", by=cast.chair)
    guests.slash(f"action Send the plan {cast.lead.mention} by 1 dec", by=cast.chair)
    guests.now = guests.now.replace(day=1, month=12, hour=9)
    guests.tick()
    reminder = guests.posted(cast.lead)[-1]
    direct = f"D{cast.lead.id[1:]}"
    done = [button for button in buttons(reminder) if button["action_id"].startswith("reminder.done")]
    extend = [button for button in buttons(reminder) if button["action_id"].startswith("reminder.extend")]
    guests.presses(done[0]["action_id"], done[0]["value"], by=cast.lead, where=direct)
    guests.presses(extend[1]["action_id"], extend[1]["value"], by=cast.lead, where=direct)
    due = {"type": "datepicker", "selected_date": "2026-12-11"}
    accept(guests, cast.lead, due=due, reason=words("the model is late"))
    asks(guests, "done A3 sent on Tuesday")
    asks(guests, "reopen A3 because the plan was last year's")
    asks(guests, f"reassign A3 to {cast.negotiator.mention}")
    assert "A2" in asks(guests, "actions mine")
    guests.now = guests.now.replace(day=8)
    guests.tick()
    rows = {row["ref"]: row for row in guests.export()["actions"]}
    assert (rows["A1"]["status"], rows["A2"]["due_on"], rows["A3"]["owners"]) == (
        "done",
        "2026-12-11",
        ["Ruth Adeyemi"],
    )


def test_clauses_proposed_agreed_objected_to_and_reopened(guests: Parley) -> None:
    guests.slash("propose 4.2 Payment falls due within 45 days.", by=cast.chair)
    card = next(message for message in guests.posted() if buttons(message) and "4.2" in message["text"])
    press_in(guests, card, "clause.propose", by=cast.lead)
    accept(guests, cast.lead, wording=words("Payment falls due within 30 days."), rationale=words("cash flow"))
    asks(guests, "diff 4.2")
    guests.slash("agree 4.2", by=cast.chair)  # their words
    agreed = next(m for m in guests.posted() if "AG1" in m["text"] and "agreement.object" in str(m.get("blocks")))
    press_in(guests, agreed, "agreement.object", by=cast.negotiator)
    accept(guests, cast.negotiator, reason=words("the date is too early"))
    press_in(guests, agreed, "agreement.confirm", by=cast.lead)
    assert guests.export()["agreements"][0]["status"] == "agreed"
    press_in(guests, agreed, "agreement.confirm", by=cast.negotiator)
    assert "counts once" in told(guests, cast.negotiator)["text"]
    asks(guests, "reopen 4.2 because the law has changed")
    asks(guests, f"escalate 4.2 to {cast.chair.mention} because it blocks the rest")
    asks(guests, "clause 4.2")
    asks(guests, "clauses open")
    asks(guests, "withdraw 4.2/p2")
    assert "AG9" in asks(guests, "object AG9 because of it")


def test_variations_and_readiness(guests: Parley) -> None:
    asks(guests, "variation add variation Weekend cover clause 4.2")
    asks(guests, "variation LV1")
    said = asks(guests, "variation answer LV1")
    guests.presses("variation.test", "OXMH LV1", by=cast.lead)
    form = guests.api.modal(cast.lead.id)
    assert form is not None, said
    filled = {
        block["block_id"]: words(f"On {block['block_id']}")
        for block in form["blocks"]
        if block["type"] == "input" and block["element"]["type"] == "plain_text_input"
    }
    accept(guests, cast.lead, **filled)
    assert guests.export()["variations"][0]["answers"]
    for typed in ("variations", "agree LV1", "check", "timetable", "documents", "outcomes", "meetings", "export ics"):
        assert asks(guests, typed), typed


def test_what_their_side_keeps_for_itself(guests: Parley) -> None:
    asks(guests, "position 4.2 must 777 days walkaway 888 days", where=cast.ohp_caucus)
    assert choose_form(guests, "position", cast.lead, cast.ohp_caucus)[0] == "subject"
    accept(guests, cast.lead, subject=words("Step-in rights"), target=words("999 hours"))
    asks(guests, "positions", where=cast.ohp_caucus)
    asks(guests, "note We stop at 888", where=cast.ohp_caucus)
    guests.mentions("position 4.2 must 777", by=cast.lead)  # in the joint channel: refused, and not repeated
    assert "That is private to one side" in told(guests)["text"]
    assert [row["must"] for row in guests.export(party="OHP")["positions"]] == ["777 days", None]
    said = str([guests.posted(cast.joint), guests.posted(cast.chair), guests.export()])
    assert not any(figure in said for figure in ("777 days", "888 days", "at 888", "999 hours"))


def test_their_app_home_opens_shows_what_waits_and_settles_it(guests: Parley) -> None:
    guests.slash("agree 4.3: Reports are due monthly.", by=cast.chair)
    guests.slash("agree 4.4: The rate is fixed.", by=cast.chair)
    guests.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair)
    for number in range(4, 16):
        guests.slash(f"action Send figure {number} {cast.lead.mention} by {number} dec", by=cast.chair)
    guests.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h", by=cast.chair)
    view = guests.opens_home(cast.lead)
    assert "… and 3 more: `@Parley OXMH actions mine`" in str(view["blocks"])
    guests.presses_at_home("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    guests.presses_at_home("agreement.object", "OXMH AG2 1", by=cast.lead)
    accept(guests, cast.lead, reason=words("for one year only"))
    guests.presses_at_home("action.done", "OXMH A1", by=cast.lead)
    guests.presses_at_home("meeting.yes", "OXMH N1", by=cast.lead)
    guests.presses_at_home("reminder.mine", "OXMH", by=cast.lead)
    accept(guests, cast.lead, times=words("actions: 5, 1"))
    guests.presses_at_home("form.list", "OXMH", by=cast.lead)
    listed = guests.api.modal(cast.lead.id)
    assert listed is not None
    guests.presses_in(listed, "form.choose", "OXMH table form note", cast.lead, kind="static_select")
    assert {row["ref"]: row["status"] for row in guests.export()["agreements"]} == {"AG1": "agreed", "AG2": "objected"}
    shown = guests.home(cast.lead)
    assert "AG1" not in str(shown["blocks"])
    guests.presses_at_home("agreement.confirm", "OXMH AG1 1", by=cast.lead, view=view)  # pressed on what stood there
    assert "counts once" in guests.posted(cast.lead)[-1]["text"]


def test_app_home_is_for_the_person_of_that_workspace_alone(guests: Parley) -> None:
    """A press there by the same id of a third workspace does nothing."""
    guests.slash("agree 4.3: Reports are due monthly.", by=cast.chair)
    view = guests.opens_home(cast.lead)
    guests.api.users[cast.lead.id]["team_id"] = "T0THIRD"
    guests.presses_at_home("agreement.confirm", "OXMH AG1 1", by=cast.lead, view=view)
    guests.api.users[cast.lead.id]["team_id"] = OTHER
    assert guests.export()["agreements"][0]["status"] == "awaiting"


def test_a_guest_without_a_seat_finds_the_first_step_at_home(guests: Parley) -> None:
    guests.api.users[cast.stranger.id]["team_id"] = OTHER
    view = guests.opens_home(cast.stranger)
    assert "You take part in no negotiation yet" in str(view["blocks"])
    assert "/parley" not in str(view)
    assert [each["action_id"] for each in elements(view)] == ["new.begin"]
