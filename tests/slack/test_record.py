"""The record by command: agreements and each side's word on them, decisions, notes, what is put off, undo."""

from typing import Any

from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley

WORDING = "agree 4.2: Payment falls due within 30 days."
CONFIRM = "agreement.confirm"


def agreement(parley: Parley, number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = parley.export()["agreements"][number - 1]
    return found


def confirmed_by(parley: Parley, number: int = 1) -> list[tuple[str, str]]:
    return [(word["party"], word["member"]) for word in agreement(parley, number)["confirmations"]]


def card(parley: Parley, ref: str = "AG1") -> dict[str, Any]:
    (found,) = [message for message in parley.posted() if message["text"].startswith(ref)]
    return found


def whispered(parley: Parley, to: cast.Person) -> list[str]:
    parley.deliver()
    return [message["text"] for message in parley.api.ephemerals if message["to"] == to.id]


# -- agreeing and confirming ----------------------------------------------------------------------------


def test_a_scribe_records_but_does_not_confirm_for_the_party(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.scribe)
    assert agreement(meeting)["status"] == "awaiting"
    assert confirmed_by(meeting) == []
    asked = str(card(meeting)["blocks"])
    assert cast.chair.mention in asked  # a lead of the scribe's own side
    assert cast.lead.mention in asked
    assert cast.negotiator.mention in asked
    assert cast.observer.mention not in asked
    assert "CCG: not yet confirmed; OHP: not yet confirmed. Subject to contract." in card(meeting)["text"]

    meeting.slash("confirm AG1", by=cast.negotiator)
    assert agreement(meeting)["status"] == "awaiting"
    meeting.slash("confirm ag1", by=cast.chair)
    assert agreement(meeting)["status"] == "agreed"
    assert confirmed_by(meeting) == [("OHP", "Ruth Adeyemi"), ("CCG", "Margaret Osei")]


def test_an_agreement_without_a_meeting_or_a_clause_stands_too(table: Parley) -> None:
    table.slash("agree Both sides publish the same statement.", by=cast.lead)
    found = agreement(table)
    assert (found["clause"], found["meeting"]) == (None, None)
    assert found["wording"] == "Both sides publish the same statement."
    assert confirmed_by(table) == [("OHP", "Daniel Kerr")]


def test_clause_numbers_are_read_in_every_usual_form(meeting: Parley) -> None:
    for typed, clause, wording in (
        ("SC36.45A: Monthly payment.", "SC36.45A", "Monthly payment."),
        ("Schedule 3B: The tariff stands.", "Schedule 3B", "The tariff stands."),
        ("2Ai: As drafted.", "2Ai", "As drafted."),
        ("The share is 60:40 from April.", None, "The share is 60:40 from April."),
        ("We agree: nothing more.", None, "We agree: nothing more."),
    ):
        meeting.slash(f"agree {typed}", by=cast.chair)
        found = meeting.export()["agreements"][-1]
        assert (found["clause"], found["wording"]) == (clause, wording)


def test_there_are_no_words_no_agreement(meeting: Parley) -> None:
    for typed in ("agree", "agree 4.2", "agree 4.2:", "agree Schedule 3B :"):
        reply = meeting.slash(typed, by=cast.chair)
        assert reply.private
        assert "Type the exact words that are agreed" in reply.text
    assert meeting.export()["agreements"] == []


def test_a_party_confirms_once_however_often_it_says_yes(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    assert "counts once" in meeting.slash("confirm AG1", by=cast.chair).text
    meeting.types("yes", by=cast.lead)
    meeting.types("+1", by=cast.lead)
    assert confirmed_by(meeting) == [("CCG", "Margaret Osei")]

    meeting.presses(CONFIRM, "OXMH AG1 1", by=cast.lead)
    meeting.presses(CONFIRM, "OXMH AG1 1", by=cast.lead)  # a double click
    meeting.presses(CONFIRM, "OXMH AG1 1", by=cast.negotiator)  # a colleague
    assert confirmed_by(meeting) == [("CCG", "Margaret Osei"), ("OHP", "Daniel Kerr")]
    assert whispered(meeting, cast.lead) == [
        "You confirmed *AG1* for Oxford Health and partners. It is now agreed in principle.",
        "Your side has confirmed AG1 already; it counts once.",
    ]
    assert [e["deed"] for e in meeting.export()["ledger"]].count("agreement.confirmed") == 2


def test_the_recorders_own_press_does_not_stand_for_the_other_side(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.presses(CONFIRM, "OXMH AG1 1", by=cast.chair)
    assert agreement(meeting)["status"] == "awaiting"
    assert confirmed_by(meeting) == [("CCG", "Margaret Osei")]


def test_a_confirmation_has_no_conditions(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    for typed in ("confirm AG1 subject to our board", "confirm AG1 2 weeks later", f"confirm AG1 {'9' * 5000}"):
        reply = meeting.slash(typed, by=cast.lead)
        assert reply.private
        assert "A confirmation has no conditions, so nothing was recorded" in reply.text
    assert confirmed_by(meeting) == [("CCG", "Margaret Osei")]


def test_only_a_lead_or_negotiator_confirms_or_objects(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    for person, role in ((cast.observer, "observer"), (cast.analyst, "technical"), (cast.scribe, "scribe")):
        for typed in ("confirm AG1", "object AG1 because it is too early"):
            reply = meeting.slash(typed, by=person)
            assert reply.private
            assert "needs the role lead or negotiator" in reply.text
            assert f"you have {role}" in reply.text
    meeting.presses(CONFIRM, "OXMH AG1 1", by=cast.observer)
    assert "needs the role lead or negotiator" in whispered(meeting, cast.observer)[0]
    assert confirmed_by(meeting) == [("CCG", "Margaret Osei")]
    assert agreement(meeting)["objections"] == []


def test_an_adviser_and_a_subcontractor_do_not_sign(meeting: Parley) -> None:
    table = meeting
    table.slash("party add LAW Bevan and Co as adviser", by=cast.chair)
    table.slash(f"member add {cast.stranger.mention} to LAW as lead", by=cast.chair)
    table.slash(WORDING, by=cast.stranger)
    assert confirmed_by(table) == []
    reply = table.slash("confirm AG1", by=cast.stranger)
    assert reply.private
    assert "You speak for Bevan and Co, which does not sign this contract" in reply.text
    assert cast.stranger.mention not in str(card(table)["blocks"])

    table.slash("confirm AG1", by=cast.chair)
    table.slash("confirm AG1", by=cast.lead)
    assert agreement(table)["status"] == "agreed"


def test_with_three_signing_parties_two_are_not_enough(meeting: Parley) -> None:
    meeting.slash("party add RESP Response as provider", by=cast.chair)
    meeting.slash(f"member add {cast.stranger.mention} to RESP as negotiator", by=cast.chair)
    meeting.slash(WORDING, by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    assert agreement(meeting)["status"] == "awaiting"
    assert "RESP: not yet confirmed" in card(meeting)["text"]
    meeting.slash("confirm AG1", by=cast.stranger)
    assert agreement(meeting)["status"] == "agreed"


def test_one_side_alone_cannot_agree(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    parley.slash("party add CCG Oxfordshire CCG as commissioner", by=cast.chair)
    parley.slash("party add LAW Bevan and Co as adviser", by=cast.chair)
    parley.slash(f"member add {cast.chair.mention} to CCG as lead", by=cast.chair)
    reply = parley.slash(WORDING, by=cast.chair)
    assert reply.private
    assert "An agreement needs two sides" in reply.text
    assert parley.export()["agreements"] == []


def test_an_agreement_is_made_across_the_table_only(table: Parley) -> None:
    for where in (cast.ccg_caucus, cast.elsewhere):
        reply = table.slash(WORDING, by=cast.chair, where=where)
        assert reply.private
        assert "Type it in the joint channel" in reply.text
    assert table.export(party="CCG")["agreements"] == []


# -- objecting ------------------------------------------------------------------------------------------


def test_an_objection_is_recorded_with_its_reason_and_may_be_lifted(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    reply = meeting.slash("object ag1 because the date is too early", by=cast.lead)
    assert reply.private
    assert "Your objection to *AG1* is recorded" in reply.text
    found = agreement(meeting)
    assert found["status"] == "objected"
    assert [(o["party"], o["reason"]) for o in found["objections"]] == [("OHP", "the date is too early")]
    assert "objected to" in card(meeting)["text"]
    assert "Daniel Kerr objects because the date is too early" in card(meeting)["text"]
    asked = [b["text"]["text"] for b in card(meeting)["blocks"] if b["type"] == "section"][-1]
    assert cast.lead.mention not in asked  # who has objected is not asked once more

    meeting.slash("confirm AG1", by=cast.negotiator)
    assert agreement(meeting)["status"] == "agreed"
    assert agreement(meeting)["objections"] == []
    deeds = [entry["deed"] for entry in meeting.export()["ledger"] if entry["ref"] == "AG1"]
    assert deeds == ["agreement.recorded", "agreement.confirmed", "agreement.objected", "agreement.confirmed"]


def test_an_objection_needs_its_reason_and_its_agreement(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    for typed, why in (
        ("object", "Say what you object to and why"),
        ("object AG1", "Say what you object to and why"),
        ("object AG1 because", "Say what you object to and why"),
        ("object AG9 because it is early", "There is no agreement AG9"),
        ("confirm", "Say which agreement"),
        ("confirm AG9", "There is no agreement AG9"),
        ("confirm A1", "There is no agreement A1"),
    ):
        reply = meeting.slash(typed, by=cast.lead)
        assert reply.private
        assert why in reply.text
    assert agreement(meeting)["status"] == "awaiting"


def test_what_everyone_confirmed_is_neither_objected_to_nor_undone(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    for typed, by in (("object AG1 because we thought again", cast.lead), ("undo", cast.chair)):
        reply = meeting.slash(typed, by=by)
        assert reply.private
        assert "Record the wording you want instead" in reply.text
    assert agreement(meeting)["status"] == "agreed"


def test_the_button_asks_for_the_reason_in_a_form(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.presses("agreement.object", "OXMH AG1 1", by=cast.lead)
    form = meeting.api.modal(cast.lead.id)
    assert form is not None
    assert form["title"]["text"] == "Object to AG1"
    assert "Payment falls due within 30 days." in str(form["blocks"])

    empty = meeting.submits(form, {"reason": {"type": "plain_text_input", "value": "  "}}, by=cast.lead)
    assert "needs its reason" in empty["errors"]["reason"]
    assert meeting.submits(form, {"reason": {"type": "plain_text_input", "value": "too early"}}, by=cast.lead) == {}
    assert agreement(meeting)["objections"][0]["reason"] == "too early"


def test_the_form_does_not_open_for_one_who_may_not_object(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.presses("agreement.object", "OXMH AG1 1", by=cast.observer)
    assert meeting.api.modal(cast.observer.id) is None
    assert "needs the role lead or negotiator" in whispered(meeting, cast.observer)[0]


def test_a_form_opened_on_an_older_wording_objects_to_nothing(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.presses("agreement.object", "OXMH AG1 1", by=cast.lead)
    form = meeting.api.modal(cast.lead.id)
    assert form is not None
    meeting.types("s/30 days/28 days/", by=cast.chair)
    answer = meeting.submits(form, {"reason": {"type": "plain_text_input", "value": "too early"}}, by=cast.lead)
    assert "The wording of AG1 has changed since you saw it" in answer["errors"]["reason"]
    assert agreement(meeting)["objections"] == []


# -- other words ----------------------------------------------------------------------------------------


def test_other_words_start_confirmation_again(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    assert agreement(meeting)["status"] == "agreed"
    meeting.types("s/30 days/28 days/", by=cast.negotiator)

    found = agreement(meeting)
    assert (found["wording"], found["version"], found["status"]) == ("Payment falls due within 28 days.", 2, "awaiting")
    assert confirmed_by(meeting) == [("OHP", "Ruth Adeyemi")]
    assert "CCG: not yet confirmed" in card(meeting)["text"]

    # The card that Margaret still has on her screen carries the old wording.
    meeting.presses(CONFIRM, "OXMH AG1 1", by=cast.chair)
    assert "The wording of AG1 has changed since you saw it" in whispered(meeting, cast.chair)[-1]
    assert agreement(meeting)["status"] == "awaiting"
    meeting.presses(CONFIRM, "OXMH AG1 2", by=cast.chair)
    assert agreement(meeting)["status"] == "agreed"
    trail = [entry["detail"] for entry in meeting.export()["ledger"] if entry["deed"] == "agreement.reworded"]
    assert "within 30 days" in trail[0]


def test_words_put_right_by_a_scribe_wait_for_every_party(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.types("s/30/31/", by=cast.scribe)
    assert agreement(meeting)["status"] == "awaiting"
    assert confirmed_by(meeting) == []


def test_the_same_words_again_restart_nothing(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.types("s/30/30/", by=cast.scribe)
    assert (agreement(meeting)["version"], agreement(meeting)["status"]) == (1, "agreed")


# -- decisions, notes, declarations, what is put off ----------------------------------------------------


def test_decisions_and_notes_are_kept_word_for_word(meeting: Parley) -> None:
    decided = meeting.slash("decide The  finance sub-group meets *every* week.", by=cast.chair)
    assert not decided.private
    assert decided.text.startswith("Decision *D1*: ")
    noted = meeting.slash("note The trust will share its model.\nIn full.", by=cast.analyst)
    assert not noted.private
    exported = meeting.export()
    assert exported["decisions"][0]["text"] == "The  finance sub-group meets *every* week."
    assert exported["notes"][0]["text"] == "The trust will share its model.\nIn full."
    assert exported["notes"][0]["source"]["author"] == "Anjali Mehta"
    assert exported["notes"][0]["meeting"] == "N1"


def test_nothing_to_record_is_said_with_an_example_of_that_verb(meeting: Parley) -> None:
    for verb in ("decide", "note"):
        reply = meeting.slash(verb, by=cast.chair)
        assert reply.private
        assert f"`/parley {verb} " in reply.text
    exported = meeting.export()
    assert (exported["decisions"], exported["notes"]) == ([], [])


def test_an_observer_adds_nothing_to_the_record(meeting: Parley) -> None:
    for typed in (
        "decide Let us meet weekly.",
        "note We are late.",
        "park Step-in rights until fri",
        f"declare {cast.observer.mention} trustee of a charity",
        f"action Send it {cast.lead.mention} by fri",
    ):
        reply = meeting.slash(typed, by=cast.observer)
        assert reply.private
        assert "You may not add to the record in OXMH" in reply.text
        assert "chair, lead, negotiator, scribe, legal or technical, and you have observer" in reply.text
    exported = meeting.export()
    assert exported["decisions"] == exported["notes"] == exported["actions"] == []


def test_what_is_put_off_has_a_date_to_come(meeting: Parley) -> None:
    reply = meeting.slash("park Step-in rights until 12 dec", by=cast.chair)
    assert not reply.private
    assert "Parked as *E1* until Saturday 12 December 2026: Step-in rights" in reply.text
    assert "until Friday 27 November 2026: Payment until signature" in (
        meeting.slash("park Payment until signature UNTIL fri", by=cast.chair).text
    )
    for typed, why in (
        ("park", "Say what is put off and until when"),
        ("park Step-in rights", "Say what is put off and until when"),
        ("park until fri", "Say what is put off and until when"),
        ("park Step-in rights until 31/11", "does not exist"),
        ("park Step-in rights until soon", "not a date"),
        ("park Step-in rights until 1 nov 2026", "has passed"),
    ):
        refused = meeting.slash(typed, by=cast.chair)
        assert refused.private
        assert why in refused.text
    notes = meeting.export()["notes"]
    assert [(note["kind"], note["text"], note["until"]) for note in notes] == [
        ("parked", "Step-in rights", "2026-12-12"),
        ("parked", "Payment until signature", "2026-11-27"),
    ]


def test_an_interest_is_declared_for_one_person(meeting: Parley) -> None:
    reply = meeting.slash(f"declare {cast.lead.mention} trustee of a bidding charity", by=cast.scribe)
    assert reply.text == "Declared as *E1* for Daniel Kerr (OHP): trustee of a bidding charity"
    for typed in (
        "declare",
        "declare trustee of a charity",
        f"declare {cast.lead.mention}",
        f"declare {cast.lead.mention} {cast.chair.mention} trustees",
    ):
        refused = meeting.slash(typed, by=cast.scribe)
        assert refused.private
        assert "Say whose interest and what it is" in refused.text
    (note,) = meeting.export()["notes"]
    assert (note["kind"], note["about"], note["text"]) == ("declaration", "Daniel Kerr", "trustee of a bidding charity")


# -- undo -----------------------------------------------------------------------------------------------


def test_undo_takes_back_ones_own_last_record_and_keeps_it_in_the_trail(meeting: Parley) -> None:
    meeting.slash("decide We meet weekly.", by=cast.chair)
    meeting.later(minutes=1)
    meeting.slash("note Mine stays.", by=cast.lead)
    meeting.later(minutes=1)
    reply = meeting.slash("undo", by=cast.chair)
    assert "*D1* is undone. It stays in the trail as undone: We meet weekly." in reply.text
    exported = meeting.export()
    assert [(d["ref"], d["status"]) for d in exported["decisions"]] == [("D1", "undone")]
    assert exported["notes"][0]["status"] == "recorded"
    assert "decision.undone" in [entry["deed"] for entry in exported["ledger"]]
    again = meeting.slash("undo", by=cast.chair)
    assert again.private
    assert "You have recorded nothing here" in again.text
    # Its number is not given out again.
    assert "*D2*" in meeting.slash("decide We meet monthly.", by=cast.chair).text
    assert meeting.trail_faults() == []


def test_undo_of_an_agreement_that_still_waits(meeting: Parley) -> None:
    meeting.slash(WORDING, by=cast.chair)
    card(meeting)
    meeting.slash("undo", by=cast.chair)
    assert agreement(meeting)["status"] == "undone"
    shown = card(meeting)
    assert "undone" in shown["text"]
    assert "actions" not in [block["type"] for block in shown["blocks"]]
    for typed in ("confirm AG1", "object AG1 because it is late"):
        reply = meeting.slash(typed, by=cast.lead)
        assert "AG1 was taken back" in reply.text
    assert agreement(meeting)["status"] == "undone"


def test_undo_is_refused_once_the_other_side_has_confirmed(meeting: Parley) -> None:
    meeting.slash("party add RESP Response as provider", by=cast.chair)
    meeting.slash(WORDING, by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    reply = meeting.slash("undo", by=cast.chair)
    assert reply.private
    assert "has been confirmed by another party" in reply.text
    assert "`/parley object AG1 because" in reply.text
    assert agreement(meeting)["status"] == "awaiting"
    assert not meeting.slash("object AG1 because we thought again", by=cast.chair).text.startswith("AG1")
    assert agreement(meeting)["status"] == "objected"


def test_undo_in_a_caucus_touches_only_what_was_said_there(meeting: Parley) -> None:
    meeting.slash("note Said aloud.", by=cast.chair)
    meeting.later(minutes=1)
    meeting.slash("note Said in private.", by=cast.chair, where=cast.ccg_caucus)
    assert "*E1* is undone" in meeting.slash("undo", by=cast.chair).text
    assert "*CCG-E1* is undone" in meeting.slash("undo", by=cast.chair, where=cast.ccg_caucus).text


# -- what everybody sees --------------------------------------------------------------------------------


def test_every_answer_and_every_message_of_a_full_evening_is_fit_for_slack(meeting: Parley) -> None:
    long = "The Provider shall pay & the Commissioner shall not. " * 700
    said = [
        (WORDING, cast.chair),
        (f"agree Schedule 3B: {long}", cast.scribe),
        ("confirm AG1", cast.lead),
        (f"object AG2 because {long}", cast.negotiator),
        (f"object AG2 because {long[::-1]}", cast.chair),
        (f"decide {long}", cast.chair),
        (f"note {long}", cast.analyst),
        (f"park {long} until friday week", cast.lead),
        (f"declare {cast.lead.mention} {long}", cast.scribe),
        (f"action {long} {cast.lead.mention} by fri", cast.chair),
        (f"done A1 {long}", cast.lead),
        ("status", cast.observer),
        ("actions all", cast.observer),
        ("undo", cast.chair),
        ("help", cast.observer),
        ("close", cast.chair),
        ("minutes", cast.observer),
    ]
    for typed, by in said:
        reply = meeting.slash(typed.replace("&", "&amp;"), by=by)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == [], typed[:40]
        assert "Something" not in reply.text
        meeting.deliver()
    for room in (cast.joint, cast.lead, cast.chair):
        for message in meeting.posted(room):
            shown = {"text": message["text"], "blocks": message.get("blocks") or None}
            assert faults_in_message(shown) == []
    # Nothing failed for good: the administrator was told of no failure.
    assert not [m for m in meeting.posted(cast.chair) if "could not deliver" in m["text"]]
    objection = meeting.export()["agreements"][1]["objections"]
    assert [len(o["reason"]) > 30_000 for o in objection] == [True, True]


def test_those_whose_confirmation_fell_away_are_told_so(meeting: Parley) -> None:
    meeting.types("AGREED: Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.deliver()
    meeting.types("s/30/28/", by=cast.scribe)
    (told,) = [message for message in meeting.posted() if "has been reworded" in message["text"]]
    assert faults_in_message({"text": told["text"], "blocks": told["blocks"]}) == []
    assert "Tom Whitfield (CCG)" in told["text"]
    assert cast.lead.mention in told["text"]
    assert "within 28 days" in told["text"]


def test_somebody_who_may_not_run_a_meeting_leaves_others_words_alone(meeting: Parley) -> None:
    meeting.types("AGREED: Payment falls due within 30 days.", by=cast.chair)
    meeting.types("s/30/28/", by=cast.analyst)
    (agreement,) = meeting.export()["agreements"]
    assert agreement["wording"] == "Payment falls due within 30 days."
    assert "s/30/28/" in str(meeting.posted(cast.analyst))


def test_object_on_what_is_agreed_is_refused_at_the_press(table: Parley) -> None:
    """On a card that has not heard of it yet; before anybody has filled in a form in vain."""
    table.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    table.presses("agreement.object", "OXMH AG1 1", by=cast.lead)
    assert table.api.modal(cast.lead.id) is None
    table.deliver()
    said = [message["text"] for message in table.api.ephemerals if message["to"] == cast.lead.id][-1]
    assert said.startswith("AG1 has been confirmed by every party, so it cannot be objected to.")
    assert "“Fill In a Form… › " in said


def test_object_on_words_that_have_changed_is_refused_at_the_press(table: Parley) -> None:
    table.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    table.slash("undo", by=cast.chair)
    table.presses("agreement.object", "OXMH AG1 1", by=cast.lead)
    assert table.api.modal(cast.lead.id) is None
    table.deliver()
    assert "AG1 was taken back" in str([message["text"] for message in table.api.ephemerals])
