"""The live card of a meeting: one message that follows whatever is done, and from which people do it."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from bot import delivery, routes
from bot.delivery import Pace
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley
from tests.slack_api import ERROR_BEFORE

HOSTILE = "<!channel> *b* `c` & </b> \u202e _x_ "


def cards(parley: Parley, where: Room = cast.joint) -> list[dict[str, Any]]:
    """Every live card in a channel, as it stands: its first words say that a meeting is open or closed."""
    said = [message for message in parley.posted(where) if message.get("blocks")]
    return [m for m in said if ": open since " in m["text"] or ": closed on " in m["text"]]


def card(parley: Parley, where: Room = cast.joint) -> dict[str, Any]:
    (found,) = cards(parley, where)
    return found


def shown(message: dict[str, Any]) -> str:
    return "\n".join(block["text"]["text"] for block in message["blocks"] if block["type"] == "section")


def buttons(content: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The buttons of a message or a dialog, by their labels."""
    elements = [each for block in content["blocks"] if block["type"] == "actions" for each in block["elements"]]
    return {element["text"]["text"]: element for element in elements}


def press(parley: Parley, label: str, by: Person, where: Room = cast.joint) -> None:
    """Press a button of the live card as it stands."""
    button = buttons(card(parley, where))[label]
    parley.presses(button["action_id"], button["value"], by=by, where=where)


def press_in_dialog(parley: Parley, label: str, by: Person) -> None:
    """Press a button of the dialog that somebody sees."""
    view = parley.api.modal(by.id)
    assert view is not None
    button = buttons(view)[label]
    parley.presses_in(view, button["action_id"], button["value"], by=by)


def send(parley: Parley, by: Person, **fields: str | list[str]) -> dict[str, Any]:
    """Fill in the form that somebody sees, and send it; gives what Slack is answered."""
    form = parley.api.modal(by.id)
    assert form is not None
    values: dict[str, dict[str, Any]] = {}
    for block in form["blocks"]:
        if block["type"] == "input" and block["block_id"] in fields:
            values[block["block_id"]] = _state(block["element"], fields[block["block_id"]])
    answer = parley.submits(form, values, by=by)
    parley.api.settle_modal(by.id, answer)
    return answer


def _state(element: dict[str, Any], value: str | list[str]) -> dict[str, Any]:
    kind = element["type"]
    if kind == "static_select":
        (option,) = [option for option in element["options"] if option["value"] == value]
        return {"type": kind, "selected_option": option}
    name = {"datepicker": "selected_date", "multi_users_select": "selected_users"}.get(kind, "value")
    return {"type": kind, name: value}


def whispers(parley: Parley, to: Person) -> list[str]:
    parley.deliver()
    return [message["text"] for message in parley.api.ephemerals if message["to"] == to.id]


@pytest.fixture
def begun(table: Parley) -> Parley:
    """N1 open in the joint channel with two items on its agenda, and its card posted."""
    table.slash("meeting add negotiation First round on 27 nov at 10:00 for 2h", by=cast.chair)
    for title in ("Fees", "Share of value at risk"):
        table.slash(f"agenda add N1 {title}", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    table.deliver()
    return table


# -- what it shows --------------------------------------------------------------------------------------


def test_one_message_shows_the_meeting_and_offers_what_can_be_done(begun: Parley) -> None:
    message = card(begun)
    begun_at = "Thursday 26 November 2026, 10:00"
    assert message["text"].startswith(f"Meeting *N1* First round has begun: open since {begun_at}.")
    assert "Nothing has been recorded yet." in message["text"]
    assert "1. Fees\n2. Share of value at risk" in shown(message)
    assert "CCG · nobody is marked present\nOHP · nobody is marked present" in shown(message)
    labels = buttons(message)
    assert "Lines that begin with `AGREED:`" in str(message["blocks"])
    assert list(labels) == ["Agree…", "Action…", "Note…", "Decide…", "Who Is Here…", "Next Item", "Close Meeting"]
    assert all("N1" in button["accessibility_label"] for button in labels.values())
    assert labels["Close Meeting"]["confirm"]["title"]["text"] == "Close N1?"


DEEDS: dict[str, tuple[Callable[[Parley], object], str]] = {
    "an item": (lambda p: p.slash("item 2", by=cast.scribe), "2. Share of value at risk · *now*"),
    "another item": (lambda p: [p.slash(f"item {n}", by=cast.scribe) for n in (1, 2)], "1. Fees · taken"),
    "a topic": (lambda p: p.types("Topic: Anything else", by=cast.scribe), "3. Anything else · *now*"),
    "an item more": (lambda p: p.slash("agenda add N1 Step-in rights", by=cast.chair), "3. Step-in rights"),
    "present": (
        lambda p: p.types(f"Present: {cast.lead.mention}, Ms Lovelace", by=cast.scribe),
        "OHP · present: Daniel Kerr\nGuests · present: Ms Lovelace",
    ),
    "apologies": (lambda p: p.slash(f"apologies {cast.observer.mention}", by=cast.chair), "apologies: Siân Pritchard"),
    "agreed": (
        lambda p: p.types("AGREED: 4.2: Payment falls due within 30 days.", by=cast.lead),
        "Recorded so far: 1 agreement (1 awaited).\n"
        "*AG1* (agreement on 4.2, awaiting CCG) Payment falls due within 30 days.",
    ),
    "confirmed": (
        lambda p: [
            p.slash("agree Payment falls due.", by=cast.lead),
            p.presses("agreement.confirm", "OXMH AG1 1", by=cast.chair),
        ],
        "1 agreement.\n*AG1* (agreement, agreed) Payment falls due.",
    ),
    "objected": (
        lambda p: [
            p.slash("agree Payment falls due.", by=cast.lead),
            p.slash("object AG1 because it says no date", by=cast.chair),
        ],
        "1 agreement (1 objected to).\n*AG1* (agreement, objected to)",
    ),
    "decided": (lambda p: p.slash("decide We meet weekly.", by=cast.chair), "*D1* (decision) We meet weekly."),
    "promised": (
        lambda p: p.types("ACTION: Send the figures", by=cast.scribe),
        "1 action (1 incomplete).\n*A1* (action, incomplete: it lacks an owner and a date) Send the figures",
    ),
    "done": (
        lambda p: [
            p.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair),
            p.slash("done A1", by=cast.lead),
        ],
        "(action of Daniel Kerr of OHP by Friday 4 December 2026, done) Send the figures",
    ),
    "noted": (lambda p: p.mentions("note They will share it.", by=cast.lead), "*E1* (note) They will share it."),
    "reserved": (lambda p: p.types("RESERVATION: Not the year", by=cast.lead), "*E1* (reservation) Not the year"),
    "mended": (
        lambda p: [p.types("NOTE: Three days", by=cast.lead), p.types("s/Three/Four/", by=cast.lead)],
        "*E1* (note) Four days",
    ),
    "edited": (
        lambda p: p.edits(p.types("NOTE: Three", by=cast.lead), "NOTE: Three", "NOTE: Five", by=cast.lead),
        "*E1* (note) Five",
    ),
    "undone": (
        lambda p: [p.slash("note One", by=cast.lead), p.slash("note Two", by=cast.lead), p.slash("undo", by=cast.lead)],
        "1 note.\n*E1* (note) One",
    ),
}


@pytest.mark.parametrize(("deed", "words"), DEEDS.values(), ids=DEEDS)
def test_it_follows_everything_that_is_done(begun: Parley, deed: Callable[[Parley], object], words: str) -> None:
    before = card(begun)
    deed(begun)
    after = card(begun)
    assert after["ts"] == before["ts"]  # changed in its place
    assert words in shown(after)
    assert begun.trail_faults() == []


def test_what_nobody_could_have_done_changes_nothing(begun: Parley) -> None:
    before = card(begun)
    begun.slash("item 9", by=cast.chair)
    begun.slash("note Nothing", by=cast.observer)
    begun.types("ACTION: x\nno line of it", by=cast.observer)
    begun.slash("note Ours alone", by=cast.chair, where=cast.ccg_caucus)
    begun.slash("position 4.2 must 30 days", by=cast.chair, where=cast.ccg_caucus)
    assert card(begun) == before


def test_only_the_latest_are_shown_and_all_are_counted(begun: Parley) -> None:
    for number in range(1, 9):
        begun.slash(f"note Number {number}", by=cast.chair)
    told = shown(card(begun))
    assert "Recorded so far: 8 notes." in told
    assert "Number 3" not in told
    assert [f"Number {n}" in told for n in range(4, 9)] == [True] * 5


@pytest.mark.parametrize("words", ["x", HOSTILE * 700, "w" * 2999], ids=["short", "hostile", "long"])
def test_it_fits_whatever_is_recorded(begun: Parley, words: str) -> None:
    """The Slack that answers here takes nothing that Slack would not, and holds it against the house rules too."""
    typed = words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    for number in range(30):
        begun.slash(f"agenda add N1 {number}{typed[:1000]}", by=cast.chair)
    begun.slash("item 20", by=cast.chair)
    guests = ", ".join(f"Guest {number} {words[:40]}".replace(",", "").replace("@", "") for number in range(40))
    begun.slash(f"present {guests}", by=cast.chair)
    for _ in range(3):
        begun.slash(f"agree {typed}", by=cast.lead)
        begun.types(f"ACTION: {typed}", by=cast.scribe)
        begun.slash(f"decide {typed}", by=cast.lead)
    message = card(begun)
    assert "… and 20 more: `/parley agenda N1`" in shown(message)
    assert "20. 17" in shown(message)
    assert re.search(r"and [0-9]+ more", shown(message))
    press(begun, "Close Meeting", by=cast.chair)
    assert "Item 1 was not reached: Fees" in str(begun.api.modal(cast.chair.id))
    press_in_dialog(begun, "Close Anyway", by=cast.chair)
    assert buttons(card(begun)) == {}


# -- its forms ------------------------------------------------------------------------------------------


def test_each_form_records_what_a_typed_line_would(begun: Parley) -> None:
    press(begun, "Agree…", by=cast.lead)
    assert send(begun, cast.lead, clause="4.2", wording="Payment falls due within 30 days.") == {}
    press(begun, "Decide…", by=cast.chair)
    assert send(begun, cast.chair, wording="We meet weekly.") == {}
    press(begun, "Action…", by=cast.chair)
    owners = [cast.lead.id, cast.analyst.id]
    assert send(begun, cast.chair, what="Send the figures by email", owners=owners, day="2026-12-04") == {}
    press(begun, "Note…", by=cast.negotiator)
    assert send(begun, cast.negotiator, text="They will\nshare it.") == {}

    record = begun.export()
    (agreement,) = record["agreements"]
    assert (agreement["clause"], agreement["wording"]) == ("4.2", "Payment falls due within 30 days.")
    assert [word["party"] for word in agreement["confirmations"]] == ["OHP"]
    assert [row["text"] for row in record["decisions"]] == ["We meet weekly."]
    (action,) = record["actions"]
    assert (action["text"], action["due_on"]) == ("Send the figures by email", "2026-12-04")
    assert action["owners"] == ["Daniel Kerr", "Anjali Mehta"]
    assert [row["text"] for row in record["notes"]] == ["They will\nshare it."]
    assert {row["meeting"] for kind in ("agreements", "decisions", "actions", "notes") for row in record[kind]} == {
        "N1"
    }
    said = [message["text"] for message in begun.posted()]
    assert "Decision *D1*: We meet weekly.\nRecorded by Margaret Osei (CCG)" in said
    assert begun.trail_faults() == []


def test_the_clauses_of_the_contract_are_there_to_choose_from(begun: Parley) -> None:
    for number in ("4.1", "4.2"):
        begun.slash(f"clause add {number} Payment", by=cast.chair)
    press(begun, "Agree…", by=cast.lead)
    assert send(begun, cast.lead, clause="4.2", wording="Within 30 days.") == {}
    assert [row["clause"] for row in begun.export()["agreements"]] == ["4.2"]
    for more in range(5, 105):
        begun.slash(f"clause add {more} More", by=cast.chair)
    press(begun, "Agree…", by=cast.lead)  # a list holds a hundred: their number is typed
    assert send(begun, cast.lead, clause="77", wording="Within 40 days.") == {}
    assert [row["clause"] for row in begun.export()["agreements"]] == ["4.2", "77"]


def test_what_a_form_cannot_take_is_said_under_its_field(begun: Parley) -> None:
    press(begun, "Action…", by=cast.chair)
    past = send(begun, cast.chair, what="Send it", owners=[cast.lead.id], day="2026-11-25")
    assert "Wednesday 25 November 2026 has passed" in past["errors"]["day"]
    absent = send(begun, cast.chair, what="Send it", owners=[cast.stranger.id], day="2026-12-04")
    assert "Joel Fenn is not at the table" in absent["errors"]["owners"]
    press(begun, "Note…", by=cast.chair)
    private = send(begun, cast.chair, text="Our walk-away is 45 days and our bottom line 40")
    assert "Nothing was recorded" in private["errors"]["text"]
    record = begun.export()
    assert record["actions"] == record["notes"] == []


def test_whoever_may_not_record_is_told_before_a_form_opens(begun: Parley) -> None:
    for label in ("Agree…", "Action…", "Note…", "Decide…", "Next Item"):
        press(begun, label, by=cast.observer)
        assert "You may not add to the record in OXMH" in whispers(begun, cast.observer)[-1]
    press(begun, "Close Meeting", by=cast.observer)
    assert "You may not run the meeting" in whispers(begun, cast.observer)[-1]
    press(begun, "Note…", by=cast.stranger)
    assert "You have no seat in OXMH" in whispers(begun, cast.stranger)[-1]
    assert begun.api.modal(cast.observer.id) is begun.api.modal(cast.stranger.id) is None


def test_who_is_here_is_chosen_in_a_form_by_whoever_records(begun: Parley) -> None:
    press(begun, "Who Is Here…", by=cast.scribe)
    form = begun.api.modal(cast.scribe.id)
    assert form is not None
    chosen = {"type": "multi_users_select", "selected_users": [cast.chair.id, cast.lead.id]}
    assert begun.submits(form, {"people": chosen}, by=cast.scribe) == {}
    begun.deliver()
    assert f"present: {cast.chair.name}" in shown(card(begun))
    assert f"present: {cast.lead.name}" in shown(card(begun))
    press(begun, "Who Is Here…", by=cast.observer)
    assert "You may not add to the record in OXMH" in whispers(begun, cast.observer)[-1]
    assert begun.api.modal(cast.observer.id) is None


# -- the next item, and the end -------------------------------------------------------------------------


def test_the_next_item_comes_once_however_often_it_is_pressed(begun: Parley) -> None:
    first = buttons(card(begun))["Next Item"]["value"]
    for by in (cast.chair, cast.lead, cast.scribe):
        begun.presses("live.item", first, by=by)
    assert whispers(begun, cast.chair) == []  # the card shows it
    assert "1. Fees · *now*" in shown(card(begun))
    assert "Nothing was changed: *N1* has moved on since. It is at item 1: Fees" in whispers(begun, cast.lead)[-1]
    assert [item["taken_at"] is not None for item in begun.meetings()["N1"]["agenda"]] == [True, False]
    press(begun, "Next Item", by=cast.chair)
    assert "2. Share of value at risk · *now*" in shown(card(begun))
    assert "Next Item" not in buttons(card(begun))  # there is none


def test_with_nothing_lacking_it_is_closed_at_once(meeting: Parley) -> None:
    press(meeting, "Close Meeting", by=cast.chair)
    message = card(meeting)
    assert message["text"].startswith("Meeting *N1* First round: closed on Thursday 26 November 2026, 10:00.")
    assert "`/parley minutes N1`" in message["text"]
    assert buttons(message) == {}
    assert meeting.meetings()["N1"]["status"] == "closed"
    assert "It took 0 min" in whispers(meeting, cast.chair)[-1]
    assert "draft minutes" not in whispers(meeting, cast.chair)[-1]  # the card says so


def test_closing_first_offers_what_is_incomplete(begun: Parley) -> None:
    begun.slash("item 1", by=cast.chair)
    begun.types("ACTION: Send the figures", by=cast.scribe)
    begun.slash("agree Payment falls due.", by=cast.lead)
    press(begun, "Close Meeting", by=cast.chair)
    told = str(begun.api.modal(cast.chair.id))
    for words in (
        "*A1* lacks an owner and a date: Send the figures",
        "*AG1* awaits Oxfordshire Clinical Commissioning Group: Payment falls due.",
        "Item 2 was not reached: Share of value at risk",
    ):
        assert words in told
    assert begun.meetings()["N1"]["status"] == "open"

    press_in_dialog(begun, "Complete It", by=cast.chair)  # above it
    form = begun.api.modal(cast.chair.id)
    assert form is not None
    owner = next(
        option["value"]
        for block in form["blocks"]
        if block.get("block_id") == "owner"
        for option in block["element"]["options"]
        if "Daniel" in option["text"]["text"]
    )
    assert send(begun, cast.chair, owner=owner, due="2026-12-04") == {}
    left = str(begun.api.modal(cast.chair.id))  # the dialog below shows what remains, without being asked
    assert "A1" not in left
    assert "*AG1* awaits" in left
    press_in_dialog(begun, "Close Anyway", by=cast.chair)
    assert "closed at 10:00" in str(begun.api.modal(cast.chair.id))
    assert buttons(card(begun)) == {}
    assert "1. Fees · taken\n2. Share of value at risk · not reached" in shown(card(begun))
    assert "Its draft minutes follow" not in str(whispers(begun, cast.chair))  # told once, in the dialog


def test_what_somebody_else_completed_first_leaves_the_dialog_with_the_rest(begun: Parley) -> None:
    begun.types("ACTION: Send the figures", by=cast.scribe)
    press(begun, "Close Meeting", by=cast.chair)
    begun.presses("action.complete", "OXMH A1", by=cast.scribe)
    form = begun.api.modal(cast.scribe.id)
    assert form is not None
    owner = {"type": "static_select", "selected_option": form["blocks"][1]["element"]["options"][0]}
    begun.submits(form, {"owner": owner, "due": {"type": "datepicker", "selected_date": "2026-12-04"}}, by=cast.scribe)
    press_in_dialog(begun, "Complete It", by=cast.chair)
    assert "A1" not in str(begun.api.modal(cast.chair.id))


def test_an_action_is_completed_though_the_meeting_closed_meanwhile(begun: Parley) -> None:
    begun.types(f"ACTION: Send the figures {cast.lead.mention}", by=cast.scribe)
    press(begun, "Close Meeting", by=cast.chair)
    press_in_dialog(begun, "Complete It", by=cast.chair)
    begun.slash("close", by=cast.lead)
    assert send(begun, cast.chair, due="2020-01-01")["response_action"] == "errors"
    assert send(begun, cast.chair, due="2026-12-04") == {}
    (action,) = begun.export()["actions"]
    assert action["due_on"] == "2026-12-04"


def test_looking_again_when_all_is_complete_leaves_only_to_close(meeting: Parley) -> None:
    meeting.slash("agree Payment falls due.", by=cast.lead)
    press(meeting, "Close Meeting", by=cast.chair)
    meeting.slash("confirm AG1", by=cast.chair)
    press_in_dialog(meeting, "Look Again", by=cast.chair)
    view = meeting.api.modal(cast.chair.id)
    assert view is not None
    assert "Nothing of *N1* is incomplete any more." in str(view)
    assert list(buttons(view)) == ["Close Meeting"]
    press_in_dialog(meeting, "Close Meeting", by=cast.chair)
    assert meeting.meetings()["N1"]["status"] == "closed"


# -- what comes too late --------------------------------------------------------------------------------


def test_old_buttons_of_a_closed_meeting_say_how_to_go_on(begun: Parley) -> None:
    old = buttons(card(begun))
    begun.slash("close", by=cast.chair)
    assert "agenda add" not in shown(card(begun))  # nobody is asked to add to what is over
    for button in old.values():
        begun.presses(button["action_id"], button["value"], by=cast.lead)
    told = whispers(begun, cast.lead)
    assert len(told) == len(old)
    for words in told:
        assert words.startswith("N1 closed on Thursday 26 November 2026, 10:00, so nothing was recorded.")
        assert "“Fill In a Form… › Get minutes” shows its minutes" in words
        assert "“Fill In a Form… › Start a meeting” begins one here" in words


def test_a_form_sent_after_the_meeting_keeps_its_words_and_says_why(begun: Parley) -> None:
    people = dict(zip(("Agree…", "Decide…", "Note…"), (cast.lead, cast.chair, cast.scribe), strict=True))
    for label, by in people.items():
        press(begun, label, by=by)
    begun.slash("close", by=cast.chair)
    for by in people.values():
        answer = send(begun, by, wording="Too late", text="Too late")
        assert answer["response_action"] == "errors"
        assert "N1 closed on" in str(answer["errors"])
        assert "What stands here can still be recorded outside a meeting: “Fill In a Form… › " in str(answer["errors"])
        assert begun.api.modal(by.id) is not None  # still there, with what was typed
    record = begun.export()
    assert record["agreements"] == record["decisions"] == record["notes"] == []


def test_a_dialog_left_open_cannot_close_the_meeting_twice(begun: Parley) -> None:
    press(begun, "Close Meeting", by=cast.chair)
    begun.slash("close", by=cast.lead)
    press_in_dialog(begun, "Close Anyway", by=cast.chair)
    direct = begun.posted(cast.chair) or begun.api.ephemerals
    assert "N1 closed on" in str([message["text"] for message in direct])
    assert len(begun.export()["minutes"]) == 1


@pytest.mark.parametrize("why", delivery.CANNOT_CHANGE)
def test_a_card_that_slack_does_not_change_any_more_is_posted_anew(begun: Parley, why: str) -> None:
    old = card(begun)["ts"]
    begun.api.fail_next("chat.update", why)
    begun.slash("note One", by=cast.chair)
    first, second = cards(begun)
    assert first["ts"] == old
    assert "*E1* (note) One" in shown(second)
    begun.slash("note Two", by=cast.chair)  # from now on the new one follows
    first, again = cards(begun)
    assert again["ts"] == second["ts"]
    assert "*E2* (note) Two" in shown(again)
    assert "One" not in shown(first)


def test_a_channel_without_parley_is_told_of_once(begun: Parley) -> None:
    begun.api.channels[cast.joint.id].archived = True
    for number in range(3):
        begun.api.fail_next("chat.update", "is_archived")
        begun.types(f"NOTE: Number {number}", by=cast.lead)
        begun.deliver()
        begun.later(seconds=5)
    told = [message["text"] for message in begun.posted(cast.chair)]
    assert len([words for words in told if "A channel of OXMH is archived, so" in words]) == 1


# -- whose it is ----------------------------------------------------------------------------------------


def test_a_sides_own_meeting_is_shown_in_its_own_room_alone(begun: Parley) -> None:
    begun.slash("meeting add premeet Ours on 27 nov at 12:00 for 1h", by=cast.chair, where=cast.ccg_caucus)
    begun.slash("start CCG-P1", by=cast.chair, where=cast.ccg_caucus)
    joint = card(begun)
    begun.types("NOTE: Our own thoughts", by=cast.chair, where=cast.ccg_caucus)
    ours = card(begun, cast.ccg_caucus)
    assert "*CCG-E1* (note) Our own thoughts" in shown(ours)
    assert "OHP" not in shown(ours)
    assert "Agree…" not in buttons(ours)  # that is made across the table
    assert card(begun) == joint
    assert not any("Our own thoughts" in str(begun.posted(room)) for room in (cast.joint, cast.ohp_caucus))
    press(begun, "Note…", by=cast.scribe, where=cast.ccg_caucus)
    assert send(begun, cast.scribe, text="And another") == {}
    assert "*CCG-E2* (note) And another" in shown(card(begun, cast.ccg_caucus))
    begun.slash("note For all", by=cast.lead)
    assert "For all" not in shown(card(begun, cast.ccg_caucus))
    begun.presses("live.note", "OXMH CCG-P1", by=cast.lead)
    assert "There is no meeting CCG-P1 here that you can see" in whispers(begun, cast.lead)[-1]


def test_two_meetings_at_once_have_a_card_each(begun: Parley) -> None:
    begun.slash("meeting add subgroup Finance on 27 nov at 10:00 for 2h anyway", by=cast.scribe, where=cast.finance)
    begun.slash("start S1", by=cast.scribe, where=cast.finance)
    begun.slash("note The model is here", by=cast.analyst, where=cast.finance)
    assert "The model is here" in shown(card(begun, cast.finance))
    assert "The model is here" not in shown(card(begun))


# -- how often it is changed ----------------------------------------------------------------------------


def deliver_in_time(parley: Parley, pace: Pace, seconds: float) -> list[str]:
    """Send for so long, a quarter of a second at a time; gives the texts of each change of a message."""
    before = len(parley.api.called("chat.update"))
    for _ in range(int(seconds * 4)):
        delivery.deliver_due(parley.deps.db, parley.client, routes.NOTICES, parley.deps.now, "anna", pace)
        parley.later(seconds=0.25)
    return [call["text"] for call in parley.api.called("chat.update")[before:]]


def test_many_deeds_within_a_second_change_it_twice_and_the_last_time_it_is_right(begun: Parley) -> None:
    pace = Pace()
    begun.slash("note First", by=cast.chair)
    assert len(deliver_in_time(begun, pace, 0.25)) == 1
    for number in range(20):
        begun.slash(f"note Number {number}", by=cast.chair)
        assert deliver_in_time(begun, pace, 0) == []
    (last,) = deliver_in_time(begun, pace, 3)
    assert "21 notes" in last
    assert "Number 19" in last
    assert deliver_in_time(begun, pace, 3) == []


def test_deeds_that_nobody_has_been_shown_yet_wait_as_one(begun: Parley) -> None:
    for number in range(5):
        begun.slash(f"note Number {number}", by=cast.chair)
        begun.slash(f"agree Words {number}.", by=cast.scribe)
    for by in (cast.chair, cast.lead):
        begun.presses("agreement.confirm", "OXMH AG1 1", by=by)
    assert [text[:4] for text in deliver_in_time(begun, Pace(), 0.25)] == ["Meet"]  # AG1's card is posted as it stands


def test_a_deed_while_slack_is_away_is_shown_when_it_is_back(begun: Parley) -> None:
    begun.api.fail_next("chat.update", ERROR_BEFORE)
    begun.slash("note One", by=cast.chair)
    begun.deliver()
    begun.slash("note Two", by=cast.chair)
    begun.later(minutes=2)
    assert "2 notes" in shown(card(begun))


def test_a_line_that_is_refused_takes_no_update_with_it(begun: Parley) -> None:
    """Each line of a message is recorded by itself: what is left of a refused one must not count as told."""
    begun.types("AGREED: 4.2\nNOTE: This one stands", by=cast.lead)
    assert "This one stands" in shown(card(begun))
