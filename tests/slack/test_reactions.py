"""A handshake or a pushpin on a message puts it on record, once; taking one's own away withdraws it."""

from typing import Any

import pytest

from storage.tables import OutboxState
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley
from tests.slack.test_capture import WARNING, buttons, reactions, standing, told
from tests.slack.test_shortcuts import SAID, logs, posts

HANDSHAKE, PUSHPIN = "handshake", "pushpin"


def whispers(parley: Parley, person: Person) -> list[str]:
    """What Parley told this person privately in a channel."""
    parley.deliver()
    return [message["text"] for message in parley.api.ephemerals if message["to"] == person.id]


def nothing_recorded(parley: Parley) -> bool:
    exported = parley.export()
    return not any(exported[kind] for kind in ("agreements", "decisions", "notes", "actions"))


# -- putting on record ----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["handshake", "handshake::skin-tone-3"])
def test_a_handshake_logs_an_agreement_in_the_words_of_the_message(table: Parley, name: str) -> None:
    ts = posts(table, f"4.2: {SAID}", by=cast.chair)["ts"]
    table.later(minutes=10)
    table.reacts(name, ts, by=cast.lead)
    (agreement,) = table.export()["agreements"]
    assert (agreement["clause"], agreement["wording"], agreement["status"]) == ("4.2", SAID, "awaiting")
    assert [word["party"] for word in agreement["confirmations"]] == ["OHP"]
    source = agreement["source"]
    assert (source["author"], source["logged_by"], source["ts"]) == (cast.chair.name, cast.lead.name, ts)
    assert reactions(table, ts) == ["white_check_mark"]
    assert whispers(table, cast.lead) == []
    assert table.trail_faults() == []


def test_a_pushpin_logs_an_action_and_asks_its_author_for_what_it_lacks(table: Parley) -> None:
    ts = posts(table, "Daniel will send the activity figures", by=cast.chair)["ts"]
    table.reacts(PUSHPIN, ts, by=cast.scribe)
    (action,) = table.export()["actions"]
    assert (action["owners"], action["due_on"]) == (["Daniel Kerr"], None)
    assert reactions(table, ts) == [WARNING]
    (note,) = table.posted(cast.chair)
    assert "A1 is recorded, but lacks a date" in note["text"]
    (button,) = buttons(note)
    table.presses(button["action_id"], button["value"], by=cast.chair, where=note.get("channel", "D01CHAIR"))
    form = table.api.modal(cast.chair.id)
    assert form is not None
    table.submits(form, {"due": {"type": "datepicker", "selected_date": "2026-12-12"}}, by=cast.chair)
    assert reactions(table, ts) == ["white_check_mark"]
    assert table.export()["actions"][0]["due_on"] == "2026-12-12"


def test_a_date_counts_from_when_it_was_said(table: Parley) -> None:
    ts = posts(table, f"{cast.lead.mention} to send the figures by friday", by=cast.chair)["ts"]
    table.later(hours=5)
    table.reacts(PUSHPIN, ts, by=cast.scribe)
    (action,) = table.export()["actions"]
    assert (action["text"], action["due_on"]) == ("send the figures", "2026-11-27")


def test_once_for_a_message_and_a_kind_whoever_reacts(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    for by in (cast.lead, cast.scribe, cast.negotiator):
        table.reacts(HANDSHAKE, ts, by=by)
    table.reacts("handshake::skin-tone-5", ts, by=cast.lead)
    table.reacts(PUSHPIN, ts, by=cast.lead)
    assert [row["ref"] for row in table.export()["agreements"]] == ["AG1"]
    assert [row["ref"] for row in table.export()["actions"]] == ["A1"]
    message = next(each for each in table.posted() if each["ts"] == ts)
    assert "already, as *AG1*" in str(logs(table, message, by=cast.scribe, kind="agreement"))


def test_a_delivery_that_comes_twice_is_done_once(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    delivery = table.reacts(HANDSHAKE, ts, by=cast.lead)
    table.reacts(HANDSHAKE, ts, by=cast.lead, off=True)
    table.dispatch(delivery)
    assert standing(table, "agreements") == []


def test_a_reply_in_a_thread_is_found(table: Parley) -> None:
    parent = posts(table, "Payment?", by=cast.chair)["ts"]
    reply = posts(table, SAID, by=cast.lead, thread_ts=parent)["ts"]
    table.reacts(HANDSHAKE, reply, by=cast.scribe)
    (agreement,) = table.export()["agreements"]
    assert agreement["wording"] == SAID
    assert agreement["source"]["permalink"].endswith(f"?thread_ts={parent}&cid={cast.joint.id}")


def test_other_reactions_and_other_places_do_nothing(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    table.reacts("thumbsup", ts, by=cast.lead)
    elsewhere = posts(table, SAID, by=cast.chair, where=cast.elsewhere)["ts"]
    before = len(table.api.calls)
    table.reacts(HANDSHAKE, elsewhere, by=cast.lead, where=cast.elsewhere)
    table.reacts(HANDSHAKE, ts, by=cast.lead, item={"type": "file", "file": "F1"})
    assert table.api.calls[before:] == []
    assert nothing_recorded(table)


def test_parley_s_own_messages_and_other_bots_are_not_recorded(table: Parley) -> None:
    table.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    (card,) = table.posted()
    table.reacts(HANDSHAKE, card["ts"], by=cast.lead)
    other = posts(table, "AGREED: everything", by=cast.scribe, bot_id="B9")["ts"]
    table.reacts(HANDSHAKE, other, by=cast.lead)
    (agreement,) = table.export()["agreements"]
    assert [word["party"] for word in agreement["confirmations"]] == ["CCG"]
    (told_lead,) = whispers(table, cast.lead)  # of the card alone, which asks for a word
    assert "no confirmation" in told_lead


@pytest.mark.parametrize(
    ("by", "why"),
    [(cast.observer, "You may not add to the record"), (cast.stranger, "You have no seat in OXMH")],
)
def test_who_may_not_record_hears_so_once(table: Parley, by: Person, why: str) -> None:
    for _ in range(3):
        ts = posts(table, SAID, by=cast.chair)["ts"]
        table.reacts(HANDSHAKE, ts, by=by)
        table.reacts(HANDSHAKE, ts, by=by, off=True)
    assert nothing_recorded(table)
    (said,) = whispers(table, by)
    assert said.startswith("Your reaction put nothing on record.")
    assert why in said


def test_a_message_that_is_gone_by_then_is_left_alone(table: Parley) -> None:
    table.reacts(HANDSHAKE, "1790000000.000001", by=cast.lead, item_user=cast.chair.id)
    assert nothing_recorded(table)
    assert whispers(table, cast.lead) == []


def test_what_slack_does_not_show_is_explained_and_what_it_cannot_is_asked_again(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    table.api.fail_next("conversations.history", "missing_scope")
    table.reacts(HANDSHAKE, ts, by=cast.lead)
    assert "Slack does not show Parley that message" in whispers(table, cast.lead)[0]
    event = {
        "type": "reaction_added",
        "user": cast.lead.id,
        "reaction": HANDSHAKE,
        "item": {"type": "message", "channel": cast.joint.id, "ts": ts},
        "event_ts": table.new_ts(),
    }
    delivery = table.event_payload(event)
    table.api.fail_next("conversations.history", "unavailable")
    assert table.dispatch(delivery).status == 500  # not acknowledged: Slack delivers it again
    assert nothing_recorded(table)
    assert table.dispatch(delivery).status == 200
    assert [row["ref"] for row in table.export()["agreements"]] == ["AG1"]


def test_a_message_in_a_caucus_stays_with_its_side(table: Parley) -> None:
    ts = posts(table, "Tom to count the beds", by=cast.chair, where=cast.ccg_caucus)["ts"]
    table.reacts(PUSHPIN, ts, by=cast.scribe, where=cast.ccg_caucus)
    assert table.export()["actions"] == []
    assert [row["ref"] for row in table.export(party="CCG")["actions"]] == ["CCG-A1"]
    table.reacts(HANDSHAKE, ts, by=cast.chair, where=cast.ccg_caucus)
    assert "made across the table" in whispers(table, cast.chair)[0]


def test_what_gives_a_side_away_is_not_recorded_nor_repeated(table: Parley) -> None:
    ts = posts(table, "our walk-away is 31 days", by=cast.chair)["ts"]
    table.reacts(HANDSHAKE, ts, by=cast.lead)
    (said,) = whispers(table, cast.lead)
    assert "Nothing was recorded" in said
    assert "31" not in said
    assert nothing_recorded(table)


def test_in_a_meeting_that_may_not_agree_the_handshake_is_explained(meeting: Parley) -> None:
    meeting.slash(f"present {cast.chair.mention}", by=cast.chair)
    ts = posts(meeting, SAID, by=cast.chair)["ts"]
    meeting.reacts(HANDSHAKE, ts, by=cast.chair)
    assert "not sufficiently represented at N1" in whispers(meeting, cast.chair)[0]
    assert nothing_recorded(meeting)


# -- what is no confirmation ----------------------------------------------------------------------------


def test_the_card_says_who_recorded_it_and_from_whose_message(table: Parley) -> None:
    for said_by, by in ((cast.chair, cast.lead), (cast.lead, cast.lead), (cast.stranger, cast.lead)):
        table.reacts(HANDSHAKE, posts(table, f"{SAID} {said_by.name}", by=said_by)["ts"], by=by)
    cards = [str(message["blocks"]) for message in table.posted() if message.get("blocks")]
    recorded = [words.partition("Recorded by ")[2].partition("'")[0] for words in cards]
    assert recorded == [
        "Daniel Kerr (OHP) from a message of Margaret Osei (CCG).",
        "Daniel Kerr (OHP) from a message.",
        "Daniel Kerr (OHP) from a message.",
    ]


def test_a_second_handshake_is_no_confirmation_and_brings_the_buttons_for_one(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    for by in (cast.lead, cast.negotiator, cast.chair, cast.scribe):
        for off in (False, True, False):
            table.reacts(HANDSHAKE, ts, by=by, off=off and by != cast.lead)
    (agreement,) = standing(table, "agreements")
    assert (agreement["status"], [word["party"] for word in agreement["confirmations"]]) == ("awaiting", ["OHP"])
    assert whispers(table, cast.lead) == whispers(table, cast.negotiator) == []  # their party has confirmed
    (told_scribe,) = whispers(table, cast.scribe)
    assert told_scribe.startswith("Your handshake is no confirmation: Oxfordshire Clinical Commissioning Group has yet")
    assert told_scribe.endswith("A lead or negotiator of your side does so on its card.")
    (whisper,) = [each for each in table.api.ephemerals if each["to"] == cast.chair.id]
    assert "We both want payment within 30 days" in whisper["text"]
    confirm, _ = buttons(whisper)
    table.presses(confirm["action_id"], confirm["value"], by=cast.chair)
    assert [row["status"] for row in standing(table, "agreements")] == ["agreed"]


def card_of(parley: Parley, ref: str) -> str:
    (card,) = [message for message in parley.posted() if message["text"].startswith(ref)]
    return str(card["ts"])


@pytest.mark.parametrize("told_whose", [True, False])
def test_a_handshake_on_an_agreements_own_card_is_no_confirmation_either(meeting: Parley, told_whose: bool) -> None:
    meeting.slash(f"agree {SAID}", by=cast.lead)
    ts = card_of(meeting, "AG1")
    more: dict[str, Any] = {} if told_whose else {"item_user": None}
    for by in (cast.lead, cast.stranger, cast.scribe, cast.chair):
        for off in (False, True, False):
            meeting.reacts(HANDSHAKE, ts, by=by, off=off, **more)
        meeting.reacts(PUSHPIN, ts, by=by, **more)
    (agreement,) = standing(meeting, "agreements")
    assert agreement["status"] == "awaiting"
    assert standing(meeting, "actions") == []
    assert whispers(meeting, cast.lead) == whispers(meeting, cast.stranger) == []
    assert whispers(meeting, cast.scribe)[0].endswith("A lead or negotiator of your side does so on its card.")
    (whisper,) = [each for each in meeting.api.ephemerals if each["to"] == cast.chair.id]
    assert "Your handshake is no confirmation" in whisper["text"]
    confirm, _ = buttons(whisper)
    meeting.presses(confirm["action_id"], confirm["value"], by=cast.chair)
    assert [row["status"] for row in standing(meeting, "agreements")] == ["agreed"]
    meeting.reacts(HANDSHAKE, ts, by=cast.analyst, **more)
    assert whispers(meeting, cast.analyst) == []


def test_a_handshake_on_another_card_says_nothing(meeting: Parley) -> None:
    meeting.slash(f"agree {SAID}", by=cast.lead)
    card = card_of(meeting, "AG1")
    others = [m["ts"] for m in meeting.posted() if m["ts"] != card and m["user"] == meeting.api.bot_user_id]
    assert others
    meeting.reacts(HANDSHAKE, others[0], by=cast.chair)
    assert whispers(meeting, cast.chair) == []


def test_a_handshake_on_a_line_that_was_read_or_on_what_is_settled(meeting: Parley) -> None:
    ts = meeting.new_ts()
    meeting.api.say(cast.joint.id, cast.lead.id, f"AGREED: {SAID}", ts=ts)
    meeting.types(f"AGREED: {SAID}", by=cast.lead, ts=ts)
    meeting.reacts(HANDSHAKE, ts, by=cast.chair)
    assert "has yet to confirm the exact words of *AG1*" in whispers(meeting, cast.chair)[0]
    meeting.slash("confirm AG1", by=cast.chair)
    meeting.reacts(HANDSHAKE, ts, by=cast.scribe)
    assert whispers(meeting, cast.scribe) == []


# -- taking away ----------------------------------------------------------------------------------------


def test_taking_one_s_own_handshake_away_withdraws_what_it_recorded(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    table.reacts(HANDSHAKE, ts, by=cast.lead)
    table.reacts(HANDSHAKE, ts, by=cast.scribe)
    table.reacts(HANDSHAKE, ts, by=cast.scribe, off=True)
    assert [row["status"] for row in table.export()["agreements"]] == ["awaiting"]
    table.reacts(HANDSHAKE, ts, by=cast.lead, off=True)
    assert [row["status"] for row in table.export()["agreements"]] == ["withdrawn"]
    assert [deed["deed"] for deed in table.deeds("AG1")][-1] == "agreement.withdrawn"
    assert reactions(table, ts) == []
    table.reacts(HANDSHAKE, ts, by=cast.lead)
    assert [row["ref"] for row in standing(table, "agreements")] == ["AG2"]
    assert table.trail_faults() == []


def test_taking_a_pushpin_away_takes_its_private_note_back_too(table: Parley) -> None:
    ts = posts(table, "Daniel will send the activity figures", by=cast.chair)["ts"]
    table.reacts(PUSHPIN, ts, by=cast.scribe)
    (note,) = table.posted(cast.chair)
    (old,) = buttons(note)
    table.reacts(PUSHPIN, ts, by=cast.scribe, off=True)
    (note,) = table.posted(cast.chair)  # the same message
    assert note["text"].startswith("A1 is withdrawn, so nothing is left to complete")
    assert buttons(note) == []
    table.presses(old["action_id"], old["value"], by=cast.chair)
    assert "A1 was withdrawn, so nothing is left to complete" in whispers(table, cast.chair)[0]
    assert table.api.modal(cast.chair.id) is None

    table.reacts(PUSHPIN, ts, by=cast.scribe)  # once more after all
    (note,) = table.posted(cast.chair)
    assert "A2 is recorded, but lacks a date" in note["text"]
    assert [button["value"] for button in buttons(note)] == ["OXMH A2"]


def test_what_another_party_has_confirmed_stands(table: Parley) -> None:
    ts = posts(table, SAID, by=cast.chair)["ts"]
    table.reacts(HANDSHAKE, ts, by=cast.lead)
    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.chair)
    table.reacts(HANDSHAKE, ts, by=cast.lead, off=True)
    assert "has been confirmed by another party" in whispers(table, cast.lead)[0]
    assert [row["status"] for row in table.export()["agreements"]] == ["agreed"]


@pytest.mark.parametrize("typed", ["done A1 sent", f"reassign A1 to {cast.analyst.mention}"])
def test_an_action_that_has_moved_on_stands(table: Parley, typed: str) -> None:
    ts = posts(table, f"{cast.chair.mention} to send the figures by fri", by=cast.chair)["ts"]
    table.reacts(PUSHPIN, ts, by=cast.scribe)
    table.slash(typed, by=cast.chair)
    table.reacts(PUSHPIN, ts, by=cast.scribe, off=True)
    assert "A1 has been completed or changed since" in whispers(table, cast.scribe)[0]
    assert len(standing(table, "actions")) == 1


def test_what_a_line_recorded_does_not_go_with_a_reaction(meeting: Parley) -> None:
    ts = meeting.new_ts()
    meeting.api.say(cast.joint.id, cast.lead.id, f"AGREED: {SAID}", ts=ts)
    meeting.types(f"AGREED: {SAID}", by=cast.lead, ts=ts)
    meeting.reacts(HANDSHAKE, ts, by=cast.lead)
    meeting.reacts(HANDSHAKE, ts, by=cast.lead, off=True)
    assert [row["status"] for row in meeting.export()["agreements"]] == ["awaiting"]


def test_after_the_meeting_it_stands_as_the_minutes_have_it(meeting: Parley) -> None:
    ts = posts(meeting, SAID, by=cast.chair)["ts"]
    meeting.reacts(HANDSHAKE, ts, by=cast.lead)
    meeting.slash("close", by=cast.chair)
    meeting.reacts(HANDSHAKE, ts, by=cast.lead, off=True)
    assert "N1 has closed and its minutes are out" in whispers(meeting, cast.lead)[0]
    assert len(standing(meeting, "agreements")) == 1


def test_the_words_stay_as_they_were_said_when_the_message_is_edited_or_deleted(meeting: Parley) -> None:
    before = "AGREED: 4.2: Payment falls due."
    meeting.slash("close", by=cast.chair)
    ts = posts(meeting, before, by=cast.lead)["ts"]
    meeting.reacts(HANDSHAKE, ts, by=cast.chair)
    meeting.edits(ts, before, "AGREED: 4.2: Payment never falls due.", by=cast.lead)
    meeting.deletes(ts, "AGREED: 4.2: Payment never falls due.", by=cast.lead)
    (agreement,) = standing(meeting, "agreements")
    assert agreement["wording"] == "Payment falls due."


def test_nothing_that_came_of_it_failed(table: Parley) -> None:
    for where, by in ((cast.joint, cast.lead), (cast.ccg_caucus, cast.scribe)):
        ts = posts(table, SAID, by=by, where=where)["ts"]
        table.reacts(PUSHPIN, ts, by=by, where=where)
        table.reacts(PUSHPIN, ts, by=by, where=where, off=True)
    table.deliver()
    assert [(row.kind, row.error) for row in dead(table)] == []


def dead(parley: Parley) -> list[Any]:
    from storage import outbox

    with parley.deps.db.snapshot() as session:
        return [row for row in outbox.unsent(session) if row.state != OutboxState.SENT]


def in_room(parley: Parley, where: Room) -> list[str]:
    return [message["text"] for message in parley.posted(where)]


def test_the_author_is_not_written_to_when_nothing_lacks(table: Parley) -> None:
    ts = posts(table, f"{cast.lead.mention} to send the figures by fri", by=cast.chair)["ts"]
    table.reacts(PUSHPIN, ts, by=cast.scribe)
    assert told(table, cast.chair) == ""
    assert len(in_room(table, cast.joint)) == 1
