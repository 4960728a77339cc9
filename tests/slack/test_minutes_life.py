"""The life of minutes: a draft, corrected, circulated, approved by each party; nothing that was issued ever changes."""

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot import render
from bot.errors import UserError
from bot.exports import genuine
from bot.minutes import service
from storage import meetings, negotiations
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley, Reply

FRIDAY = "Friday 27 November 2026"
FILES = ("minutes.file:pdf", "minutes.file:docx")


@pytest.fixture
def held(meeting: Parley) -> Iterator[Parley]:
    """N1 with two items, three agreements, an action and a note, closed; its minutes are a draft."""
    for item in ("Share of value at risk", "Price of beds"):
        meeting.slash(f"agenda add N1 {item}", by=cast.scribe)
    meeting.types("Topic: Share of value at risk", by=cast.scribe)
    meeting.types("AGREED: 4.2: 20% of contract value depends on outcomes", by=cast.chair)
    meeting.types(f"ACTION: {cast.negotiator.mention} to model the phasing by 4 dec", by=cast.scribe)
    meeting.types("Topic: Price of beds", by=cast.scribe)
    meeting.types("AGREED: 5.1: A bed costs seven hundred pounds", by=cast.lead)
    meeting.types("NOTE: The margin is thin", by=cast.lead)
    meeting.later(hours=1)
    meeting.slash("close", by=cast.scribe)
    meeting.later(days=1)
    yield meeting
    assert meeting.trail_faults() == []


def issued(parley: Parley, ref: str = "N1", party: str | None = None) -> list[dict[str, Any]]:
    return [row for row in parley.export(party=party)["minutes"] if row["meeting"] == ref]


def states(parley: Parley) -> list[str]:
    return [row["status"] for row in issued(parley)]


def contents(parley: Parley) -> list[str]:
    """The text of every version as it was issued, first to last."""
    with parley.deps.db.snapshot() as session:
        found = negotiations.by_code(session, "OXMH")[0]
        (meeting,) = [m for m in meetings.visible(session, found.id or 0, None) if m.ref == "N1"]
        return [version.content for version in meetings.minutes(session, meeting.id or 0)]


def card(parley: Parley, version: int, where: Room = cast.joint) -> dict[str, Any]:
    """The one message that shows how a version stands."""
    (found,) = [
        m
        for m in parley.posted(where)
        if m.get("blocks") and m["text"].startswith("*Minutes of ") and f"version {version}:" in m["text"]
    ]
    return found


def buttons(message: dict[str, Any]) -> dict[str, str]:
    """What a message's buttons do, with their values."""
    rows = [block["elements"] for block in message["blocks"] if block["type"] == "actions"]
    return {button["action_id"]: button["value"] for row in rows for button in row}


def press(parley: Parley, what: str, by: Person, version: int = 1) -> None:
    """Press a button as it stands on the card of a version."""
    parley.presses(what, buttons(card(parley, version))[what], by=by)


def told(parley: Parley, person: Person) -> str:
    """What Parley said to a person alone in the joint channel, last."""
    parley.deliver()
    return str([whisper["text"] for whisper in parley.api.ephemerals if whisper["to"] == person.id][-1])


def section(text: str, title: str) -> str:
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0].strip()


# -- from draft to final --------------------------------------------------------------------------------


def test_minutes_are_final_once_every_party_has_approved_them(held: Parley) -> None:
    assert states(held) == ["draft"]
    assert set(buttons(card(held, 1))) == {"minutes.correct", "minutes.circulate", *FILES}
    press(held, "minutes.circulate", cast.scribe)
    assert states(held) == ["circulated"]
    asked = [m["text"] for m in held.posted() if "are circulated" in m["text"]]
    assert len(asked) == 1
    assert all(person.mention in asked[0] for person in (cast.chair, cast.lead, cast.negotiator))
    assert cast.scribe.mention not in asked[0]

    press(held, "minutes.approve", cast.lead)
    assert "Awaited: Oxfordshire Clinical Commissioning Group" in told(held, cast.lead)
    assert states(held) == ["circulated"]
    assert "DRAFT" in held.minutes()
    press(held, "minutes.approve", cast.chair)

    (row,) = issued(held)
    assert row["status"] == "approved"
    assert [(word["party"], word["member"]) for word in row["approvals"]] == [
        ("OHP", cast.lead.name),
        ("CCG", cast.chair.name),
    ]
    assert row["awaited"] == []
    text = held.minutes()
    assert text.startswith("**APPROVED** · **Subject to contract**\n")
    assert "DRAFT" not in text
    assert f"- Approved for Oxford Health and partners, by Daniel Kerr on {FRIDAY}" in text
    assert f"- Approved for Oxfordshire Clinical Commissioning Group, by Margaret Osei on {FRIDAY}" in text
    assert render.seal_holds(text)
    posted = held.files()
    assert posted["OXMH-N1-minutes-v1-approved.md"] == text
    assert posted["OXMH-N1-minutes-v1.md"] == contents(held)[0]
    assert set(buttons(card(held, 1))) == {"minutes.correct", *FILES}


def test_approval_changes_nothing_of_what_was_said(held: Parley) -> None:
    (draft,) = contents(held)
    for by in (cast.lead, cast.chair):
        held.slash("minutes approve N1", by=by)
    assert contents(held) == [draft]
    approved = held.minutes()
    for title in ("Present", "Items", "Agreements", "Decisions", "Actions", "Next meeting"):
        assert section(approved, title) == section(draft, title)


def test_an_approval_puts_a_draft_to_the_others(held: Parley) -> None:
    reply = held.slash("minutes approve n1", by=cast.negotiator)
    assert "version 1, are approved for Oxford Health and partners. Awaited: Oxfordshire" in reply.text
    assert states(held) == ["circulated"]


def test_a_drafts_card_offers_to_approve_once_it_is_circulated(held: Parley) -> None:
    """An old card in somebody's window still has the button: it does what the typed verb does."""
    assert "minutes.approve" not in buttons(card(held, 1))
    press(held, "minutes.circulate", cast.lead)
    assert "A scribe or chair keeps the minutes of N1" in told(held, cast.lead)
    assert states(held) == ["draft"]
    held.presses("minutes.approve", "OXMH N1 1", by=cast.lead)
    assert states(held) == ["circulated"]
    assert set(buttons(card(held, 1))) == {"minutes.approve", "minutes.correct", *FILES}


def test_both_editions_prove_genuine_and_the_export_gives_the_one_in_force(held: Parley) -> None:
    (draft,) = contents(held)
    for by in (cast.lead, cast.chair):
        held.slash("minutes approve N1", by=by)
    (row,) = issued(held)
    with held.deps.db.snapshot() as session:
        assert genuine.verdict(session, draft.encode()) == "Genuine: minutes of N1 First round, version 1."
        assert "as approved" in genuine.verdict(session, held.minutes().encode())
        with pytest.raises(UserError):
            genuine.verdict(session, held.minutes().replace("20%", "25%").encode())
    assert row["sha256"] == hashlib.sha256(held.minutes().encode()).hexdigest()
    assert row["issued_sha256"] == hashlib.sha256(draft.encode()).hexdigest()


# -- who may --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", [cast.scribe, cast.analyst, cast.observer])
def test_only_who_speaks_for_a_party_approves(held: Parley, person: Person) -> None:
    press(held, "minutes.circulate", cast.scribe)
    press(held, "minutes.approve", person)
    assert "You may not approve minutes for your party" in told(held, person)
    assert issued(held)[0]["approvals"] == []


@pytest.mark.parametrize("person", [cast.analyst, cast.lead, cast.observer])
def test_only_scribe_or_chair_circulates_or_issues_anew(held: Parley, person: Person) -> None:
    for verb in ("circulate", "reissue"):
        reply = held.slash(f"minutes {verb} N1", by=person)
        assert reply.private
        assert "A scribe or chair keeps the minutes of N1" in reply.text
        assert "Margaret Osei (CCG)" in reply.text
    assert states(held) == ["draft"]


def test_nobody_approves_for_two_parties_and_the_same_press_twice_is_one(held: Parley) -> None:
    press(held, "minutes.circulate", cast.scribe)
    for by in (cast.chair, cast.chair):
        press(held, "minutes.approve", by)
    assert "approved version 1 of the minutes of N1 already; it counts once" in told(held, cast.chair)
    (row,) = issued(held)
    assert [word["party"] for word in row["approvals"]] == ["CCG"]
    assert row["awaited"] == ["OHP"]
    approved = [entry for entry in held.deeds("N1") if entry["deed"] == "minutes.approved"]
    assert len(approved) == 1


def test_a_party_that_does_not_sign_is_not_asked(held: Parley) -> None:
    held.slash("party add ADV Advisers as adviser", by=cast.chair)
    held.slash(f"member add {cast.stranger.mention} to ADV as lead", by=cast.chair)
    reply = held.slash("minutes approve N1", by=cast.stranger)
    assert "yours does not sign" in reply.text
    assert states(held) == ["draft"]


# -- corrections ----------------------------------------------------------------------------------------


def test_a_correction_by_the_scribe_makes_a_new_version_with_the_exact_words(held: Parley) -> None:
    (first,) = contents(held)
    words = "On item 1, replace “20%” by “15%”, *exactly*"
    reply = held.slash(f"minutes correct N1 {words}", by=cast.scribe)
    assert "stands in a new version" in reply.text
    one, two = contents(held)
    assert one == first
    assert "Correction 1 of version 1, asked by Tom Whitfield (CCG)" in section(two, "Corrections")
    assert "On item 1, replace “20%” by “15%”, \\*exactly\\*" in section(two, "Corrections")
    assert "20% of contract value" in section(two, "Agreements")
    assert "Version 2 replaces version 1 of Thursday 26 November 2026, which stays as it was: correction 1" in two
    assert "version 2 has replaced it" in card(held, 1)["text"]
    assert card(held, 1)["blocks"][0]["text"]["text"].endswith("`/parley minutes N1` brings the newest.")
    assert buttons(card(held, 1)) == {}
    assert issued(held)[0]["replaced_by"] == 2
    assert held.files()["OXMH-N1-minutes-v2.md"] == two


def test_any_side_may_ask_for_a_correction_and_it_is_kept_verbatim(held: Parley) -> None:
    press(held, "minutes.correct", cast.negotiator)
    form = held.api.modal(cast.negotiator.id)
    assert form is not None
    words = "On item 2, the margin is “thin but enough”"
    assert held.submits(form, {"correction": {"type": "plain_text_input", "value": words}}, by=cast.negotiator) == {}

    assert len(contents(held)) == 1
    (row,) = held.export()["minutes_corrections"]
    assert (row["text"], row["status"], row["asked_by"], row["version"]) == (words, "asked", cast.negotiator.name, 1)
    asked = [m["text"] for m in held.posted() if "asks to correct the minutes" in m["text"]]
    assert len(asked) == 1
    assert words in asked[0]
    assert words in str(card(held, 1)["blocks"])

    held.slash("minutes correct N1 accept 1", by=cast.chair)
    assert words in section(contents(held)[1], "Corrections")
    assert held.export()["minutes_corrections"][0]["settled_by"] == cast.chair.name
    assert "counts once" in held.slash("minutes correct N1 accept 1", by=cast.scribe).text


@pytest.mark.parametrize(
    ("person", "title", "submit"),
    [(cast.scribe, "Correct N1", "Correct"), (cast.lead, "Ask for a correction", "Ask for a Correction")],
)
def test_the_form_says_whether_it_corrects_or_asks(held: Parley, person: Person, title: str, submit: str) -> None:
    press(held, "minutes.correct", person)
    form = held.api.modal(person.id)
    assert form is not None
    assert (form["title"]["text"], form["submit"]["text"]) == (title, submit)
    assert ("the scribe or chair decides" in str(form["blocks"])) is (person is cast.lead)


def test_the_channel_is_pointed_to_what_was_corrected(held: Parley) -> None:
    held.slash("minutes correct N1 Leave out the note", by=cast.scribe)
    first, second = [m["text"] for m in held.posted() if m["text"].startswith("*Minutes of N1 ") and m.get("files")]
    assert "has been corrected" not in first
    assert "It has been corrected: beside the words as taken, Corrections says" in second


def test_a_correction_declined_elsewhere_is_told_at_the_table(held: Parley) -> None:
    held.slash("minutes correct N1 Leave out the note", by=cast.negotiator)
    typed = "minutes correct N1 decline 1 because the tape has it so"
    held.slash(typed, by=cast.scribe, where=cast.elsewhere)
    assert [m for m in held.posted() if "Correction 1 of the minutes of *N1* is declined" in m["text"]]


def test_a_correction_that_is_declined_stays_on_record_with_the_reason(held: Parley) -> None:
    held.slash("minutes correct N1 Leave out the note", by=cast.lead)
    assert "Say why" in held.slash("minutes correct N1 decline 1", by=cast.scribe).text
    assert "keeps the minutes" in held.slash("minutes correct N1 accept 1", by=cast.lead).text
    held.slash("minutes correct N1 decline 1 because it was said", by=cast.scribe)
    (row,) = held.export()["minutes_corrections"]
    assert (row["status"], row["because"]) == ("declined", "it was said")
    assert len(contents(held)) == 1


def test_the_same_correction_twice_is_one(held: Parley) -> None:
    for by in (cast.lead, cast.negotiator):
        reply = held.slash("minutes correct N1 The chair was late", by=by)
    assert "correction 1 of the minutes of N1 already" in reply.text
    assert len(held.export()["minutes_corrections"]) == 1


def test_a_correction_after_an_approval_asks_everybody_again(held: Parley) -> None:
    for by in (cast.lead, cast.chair):
        held.slash("minutes approve N1", by=by)
    approved = held.minutes()
    held.slash("minutes correct N1 On item 1, replace “20%” by “15%”", by=cast.scribe)

    assert states(held) == ["approved", "circulated"]
    one, two = issued(held)
    assert len(one["approvals"]) == 2
    assert two["approvals"] == []
    assert two["awaited"] == ["CCG", "OHP"]
    assert held.minutes().startswith("**DRAFT**")
    assert "Approved for" in card(held, 1)["text"]
    assert cast.lead.mention in str(card(held, 2)["blocks"])
    with held.deps.db.snapshot() as session:
        assert "as approved" in genuine.verdict(session, approved.encode())


def test_an_approval_pressed_on_an_old_version_is_explained(held: Parley) -> None:
    press(held, "minutes.circulate", cast.scribe)
    value = buttons(card(held, 1))["minutes.approve"]
    held.slash("minutes correct N1 The chair was late", by=cast.scribe)
    held.presses("minutes.approve", value, by=cast.lead)
    words = told(held, cast.lead)
    assert "Version 2 has replaced version 1 of the minutes of N1. Your approval was not recorded." in words
    assert "“Fill In a Form… › Approve minutes”" in words
    assert [row["approvals"] for row in issued(held)] == [[], []]


def test_a_form_opened_on_an_old_version_keeps_what_was_typed(held: Parley) -> None:
    press(held, "minutes.correct", cast.lead)
    form = held.api.modal(cast.lead.id)
    assert form is not None
    held.slash("minutes correct N1 The chair was late", by=cast.scribe)
    answer = held.submits(form, {"correction": {"type": "plain_text_input", "value": "x"}}, by=cast.lead)
    assert "Version 2 has replaced version 1" in answer["errors"]["correction"]
    assert len(held.export()["minutes_corrections"]) == 1


def asks(parley: Parley, where: Room = cast.joint) -> list[dict[str, Any]]:
    """The messages that ask for a word on a correction, or say what became of it."""
    return [m for m in parley.posted(where) if "asks to correct the minutes" in m["text"]]


def test_a_correction_is_accepted_by_mouse_where_it_is_asked_for(held: Parley) -> None:
    held.slash("minutes correct N1 Leave out the note", by=cast.lead)
    (asked,) = asks(held)
    assert buttons(asked) == {"minutes.accept": "OXMH N1 1", "minutes.decline": "OXMH N1 1"}
    held.presses("minutes.accept", "OXMH N1 1", by=cast.lead)
    assert "A scribe or chair keeps the minutes of N1" in told(held, cast.lead)
    held.presses("minutes.accept", "OXMH N1 1", by=cast.scribe)
    assert "Leave out the note" in section(contents(held)[1], "Corrections")
    (settled,) = asks(held)
    assert buttons(settled) == {}
    assert settled["text"].endswith("Tom Whitfield (CCG) accepted it: it stands in a new version of the minutes.")
    held.presses("minutes.accept", "OXMH N1 1", by=cast.chair)
    assert "Correction 1 of the minutes of N1 was entered already; it counts once." in told(held, cast.chair)


def test_a_correction_is_declined_with_a_reason_by_form(held: Parley) -> None:
    held.slash("minutes correct N1 Leave out the note", by=cast.lead)
    held.presses("minutes.decline", "OXMH N1 1", by=cast.lead)
    assert held.api.modal(cast.lead.id) is None
    assert "keeps the minutes" in told(held, cast.lead)
    held.presses("minutes.decline", "OXMH N1 1", by=cast.scribe)
    form = held.api.modal(cast.scribe.id)
    assert form is not None
    blank = held.submits(form, {"reason": {"type": "plain_text_input", "value": "  "}}, by=cast.scribe)
    assert "Say why" in blank["errors"]["reason"]
    held.submits(form, {"reason": {"type": "plain_text_input", "value": "it was said"}}, by=cast.scribe)
    (row,) = held.export()["minutes_corrections"]
    assert (row["status"], row["because"]) == ("declined", "it was said")
    (settled,) = asks(held)
    assert settled["text"].endswith("Tom Whitfield (CCG) declined it, because it was said.")
    assert buttons(settled) == {}
    held.presses("minutes.decline", "OXMH N1 1", by=cast.chair)  # on a screen that has not heard of it
    assert "was declined already" in told(held, cast.chair)


def test_a_correction_that_is_settled_by_typing_loses_its_buttons_too(held: Parley) -> None:
    held.slash("minutes correct N1 Leave out the note", by=cast.lead)
    assert len(asks(held)) == 1
    held.slash("minutes correct N1 decline 1 because it was said", by=cast.chair)
    (settled,) = asks(held)
    assert buttons(settled) == {}
    assert "Margaret Osei (CCG) declined it" in settled["text"]


# -- as a file, by mouse --------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["pdf", "docx"])
def test_the_file_goes_to_whoever_pressed_and_nobody_else(held: Parley, form: str) -> None:
    before = set(held.files())
    press(held, f"minutes.file:{form}", cast.observer)
    assert "come to you as" in told(held, cast.observer)
    sent = held.files(cast.observer)
    assert list(sent) == [f"OXMH-N1-minutes-v1.{form}"]
    assert "20% of contract value depends on outcomes" in " ".join(sent[f"OXMH-N1-minutes-v1.{form}"].split())
    assert set(held.files()) == before


def test_the_file_is_the_version_that_the_person_saw(held: Parley) -> None:
    value = buttons(card(held, 1))["minutes.file:docx"]
    held.slash("minutes correct N1 The chair was late", by=cast.scribe)
    held.presses("minutes.file:docx", value, by=cast.lead)
    assert list(held.files(cast.lead)) == ["OXMH-N1-minutes-v1.docx"]
    assert len(contents(held)) == 2  # nothing was issued for it
    held.presses("minutes.file:docx", "OXMH N1 9 docx", by=cast.lead)
    assert "There is no version 9 of the minutes of N1" in told(held, cast.lead)


def test_minutes_of_a_side_s_own_meeting_are_no_file_for_the_other(held: Parley) -> None:
    held.slash("meeting add premeet Our line on 27 nov at 15:00 for 1h anyway", by=cast.chair, where=cast.ccg_caucus)
    (ref,) = [row["ref"] for row in held.meetings("CCG").values() if row["title"] == "Our line"]
    held.slash(f"start {ref}", by=cast.chair, where=cast.ccg_caucus)
    held.slash("close", by=cast.chair, where=cast.ccg_caucus)
    held.presses("minutes.file:docx", f"OXMH {ref} 1 docx", by=cast.lead)
    unknown = f"There is no meeting {ref} here that you can see."
    assert unknown in told(held, cast.lead)
    assert held.files(cast.lead) == {}
    held.presses("minutes.file:docx", f"OXMH {ref} 1 docx", by=cast.scribe, where=cast.ccg_caucus)
    assert list(held.files(cast.scribe)) == [f"OXMH-{ref}-minutes-v1.docx"]


# -- what changes after the close -----------------------------------------------------------------------


def test_what_the_parties_approve_does_not_change_under_their_eyes(held: Parley) -> None:
    held.slash("minutes circulate N1", by=cast.scribe)
    before = held.minutes()
    held.slash("done A1 sent", by=cast.negotiator)
    reply = held.slash("minutes N1", by=cast.observer)
    assert "The record has changed since" in reply.text
    assert held.minutes() == before
    held.slash("minutes reissue N1", by=cast.scribe)
    assert states(held) == ["circulated", "circulated"]
    assert "the record has changed since" in held.minutes()
    assert contents(held)[0] == before
    refused = held.slash("minutes reissue N1", by=cast.scribe)
    assert "nothing to issue anew" in refused.text


def test_every_version_keeps_the_document_it_was_printed_from(held: Parley) -> None:
    held.slash("minutes correct N1 The chair was late", by=cast.scribe)
    for by in (cast.lead, cast.chair):
        held.slash("minutes approve N1", by=by)
    with held.deps.db.snapshot() as session:
        found = negotiations.by_code(session, "OXMH")[0]
        (meeting,) = [m for m in meetings.visible(session, found.id or 0, None) if m.ref == "N1"]
        one, two = meetings.minutes(session, meeting.id or 0)
        assert service.write(service.document(session, meeting, one)) == one.content
        assert service.write(service.document(session, meeting, two)) == held.minutes()


def test_the_next_minutes_tell_who_approved_the_last_and_their_corrections(held: Parley) -> None:
    held.slash("minutes correct N1 On item 1, replace “20%” by “15%”", by=cast.scribe)
    for by in (cast.lead, cast.chair):
        held.slash("minutes approve N1", by=by)
    held.slash("meeting add negotiation Second round on 10 dec at 10:00 for 2h", by=cast.chair)
    held.now = datetime(2026, 12, 10, 10, 0, tzinfo=UTC)
    held.slash("start N2", by=cast.chair)
    held.later(hours=1)
    held.slash("close", by=cast.chair)
    last = section(held.minutes("N2"), "Minutes of the last meeting")
    assert "minutes version 2, APPROVED as amended as an accurate record" in last
    assert "by Daniel Kerr on" in last
    assert "by Margaret Osei on" in last
    assert "On item 1, replace “20%” by “15%”" in last


def test_minutes_that_nobody_approves_are_remembered(held: Parley) -> None:
    held.slash("minutes circulate N1", by=cast.scribe)  # a Friday
    held.now = datetime(2026, 11, 30, 9, 0, tzinfo=UTC)
    held.tick()
    held.slash("minutes approve N1", by=cast.chair)
    held.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)  # two working days later
    held.tick()
    digest, line = [m["text"] for m in held.posted() if "have waited" in m["text"]]
    assert "The week to" in digest
    assert "Oxfordshire Clinical" not in line
    assert "N1" in line
    assert "for Oxford Health and partners" in line
    assert cast.lead.mention in line
    assert "Oxford Health and partners" in held.slash("status", by=cast.lead).text


def test_approved_minutes_are_not_spoken_of(held: Parley) -> None:
    for by in (cast.lead, cast.chair):
        held.slash("minutes approve N1", by=by)
    held.now = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
    held.tick()
    assert [m for m in held.posted() if "have waited" in m["text"]] == []


# -- bad input ------------------------------------------------------------------------------------------

VERBS = ("minutes approve", "minutes circulate", "minutes reissue", "minutes correct")


@pytest.mark.parametrize("verb", VERBS)
def test_minutes_that_are_not_there_are_refused_in_a_sentence(meeting: Parley, verb: str) -> None:
    def typed(words: str) -> Reply:
        reply = meeting.slash(words, by=cast.chair)
        assert reply.private
        return reply

    assert "N1 has not closed, so it has no minutes yet" in typed(f"{verb} N1 words").text
    assert "There is no meeting N9 here that you can see" in typed(f"{verb} N9 words").text
    assert f"`/parley {verb} N1" in typed(verb).text


@pytest.mark.parametrize("verb", ["approve", "circulate", "reissue"])
def test_nothing_is_added_to_an_approval(held: Parley, verb: str) -> None:
    reply = held.slash(f"minutes {verb} N1 but for item 2", by=cast.chair)
    assert "Nothing can be added to that" in reply.text
    assert states(held) == ["draft"]


def test_a_correction_needs_its_words(held: Parley) -> None:
    assert "Say what is to be corrected" in held.slash("minutes correct N1", by=cast.lead).text
    assert "no correction 7" in held.slash("minutes correct N1 accept 7", by=cast.scribe).text


def test_a_version_that_is_not_there_is_not_approved(held: Parley) -> None:
    assert "there is no version 3" in held.slash("minutes approve N1 v3", by=cast.lead).text
    assert states(held) == ["draft"]


# -- private meetings -----------------------------------------------------------------------------------


@pytest.fixture
def premeet(table: Parley) -> Parley:
    """The partnership's own meeting, closed."""
    table.slash("meeting add premeet Our line on 26 nov at 10:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    table.slash("start OHP-P1", by=cast.lead, where=cast.ohp_caucus)
    table.types("NOTE: our floor is 5%", by=cast.negotiator, where=cast.ohp_caucus)
    table.slash("close", by=cast.lead, where=cast.ohp_caucus)
    return table


def test_a_side_approves_its_own_minutes_alone(premeet: Parley) -> None:
    premeet.slash("minutes circulate OHP-P1", by=cast.lead, where=cast.ohp_caucus)
    premeet.slash("minutes approve OHP-P1", by=cast.negotiator, where=cast.ohp_caucus)
    (row,) = issued(premeet, "OHP-P1", "OHP")
    assert row["status"] == "approved"
    assert premeet.minutes("OHP-P1", party="OHP").startswith("**APPROVED**")
    assert premeet.trail_faults() == []
    assert "OHP-P1" not in json.dumps(premeet.export())
    for room in (cast.joint, cast.ccg_caucus):
        assert not [m for m in premeet.posted(room) if "P1" in str(m)]


@pytest.mark.parametrize("verb", ["approve {}", "circulate {}", "reissue {}", "correct {} words", "{} for public"])
def test_the_other_side_s_minutes_are_not_there(premeet: Parley, verb: str) -> None:
    private = premeet.slash(f"minutes {verb.format('OHP-P1')}", by=cast.chair)
    nothing = premeet.slash(f"minutes {verb.format('OHP-P2')}", by=cast.chair)
    assert private.text.replace("P1", "P2") == nothing.text
    assert "There is no meeting" in private.text


def test_no_set_of_private_minutes_is_made(premeet: Parley) -> None:
    reply = premeet.slash("minutes OHP-P1 for public", by=cast.lead, where=cast.ohp_caucus)
    assert "private to your side" in reply.text
    assert premeet.export(party="OHP")["minutes_sets"] == []


# -- sets for others ------------------------------------------------------------------------------------


def the_set(parley: Parley, words: str, by: Person = cast.scribe) -> str:
    """The one set of minutes that somebody is sent."""
    before = set(parley.files(by))
    parley.slash(f"minutes {words}", by=by)
    (name,) = set(parley.files(by)) - before
    return parley.files(by)[name]


def test_a_confidential_record_is_left_out_of_a_set(held: Parley) -> None:
    held.slash("confidential AG2 because the price is sensitive", by=cast.scribe)
    text = the_set(held, "N1 for public")
    assert "Set for the public: whatever is marked confidential is left out." in text
    assert "seven hundred" not in text
    assert "AG2" not in text
    assert "5.1" not in text
    assert "20% of contract value" in text
    assert "The margin is thin" in text
    assert render.seal_holds(text)
    with held.deps.db.snapshot() as session:
        assert "the set for public, confidential parts left out" in genuine.verdict(session, text.encode())
    assert "seven hundred" in held.minutes()


def test_a_confidential_item_takes_all_that_was_said_under_it_along(held: Parley) -> None:
    held.slash("minutes correct N1 A bed costs eight hundred pounds", by=cast.scribe)
    held.slash("confidential N1 item 2 because the price is sensitive", by=cast.chair)
    text = the_set(held, "N1 for OHP")
    assert "Set for Oxford Health and partners" in text
    for word in ("hundred", "margin", "Price of beds", "AG2", "E1"):
        assert word not in text, word
    assert "20% of contract value" in text
    assert "A1" in text


def test_a_set_says_the_same_of_itself_whether_anything_is_left_out_or_not(held: Parley) -> None:
    nothing = the_set(held, "N1 for public")
    held.slash("confidential AG2 because the price is sensitive", by=cast.scribe)
    something = the_set(held, "N1 for public")
    assert nothing.split("# Minutes of")[0] == something.split("# Minutes of")[0]
    assert "seven hundred" in nothing


def test_what_is_marked_elsewhere_is_told_at_the_table(held: Parley) -> None:
    refused = held.slash("confidential AG2 because our floor is 5%", by=cast.lead, where=cast.ohp_caucus)
    assert "Type it in the joint channel" in refused.text
    assert held.export()["confidential"] == []
    held.slash("confidential AG2 because the price is sensitive", by=cast.lead, where=cast.elsewhere)
    assert [m["text"] for m in held.posted() if "*AG2* is confidential from now on" in m["text"]]


def test_a_mark_can_be_lifted(held: Parley) -> None:
    held.slash("confidential ag2 because the price is sensitive", by=cast.scribe)
    assert "already" in held.slash("confidential AG2 because I say so", by=cast.chair).text
    held.slash("confidential lift AG2", by=cast.chair)
    assert "not marked" in held.slash("confidential lift AG2", by=cast.chair).text
    assert "seven hundred" in the_set(held, "N1 for public")
    (row,) = held.export()["confidential"]
    assert (row["ref"], row["status"]) == ("AG2", "lifted")


def test_its_author_may_mark_a_record_and_others_may_not(held: Parley) -> None:
    refused = held.slash("confidential AG2 because the price is sensitive", by=cast.negotiator)
    assert "Only whoever AG2 is by, a scribe or a chair" in refused.text
    held.slash("confidential AG2 because the price is sensitive", by=cast.lead)
    assert [row["ref"] for row in held.export()["confidential"]] == ["AG2"]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("confidential", "Say what and why"),
        ("confidential AG2", "Say what and why"),
        ("confidential AG9 because x", "There is no agreement AG9 here that you can see"),
        ("confidential N1 item 9 because x", "N1 has no item 9"),
        ("confidential N9 item 1 because x", "There is no meeting N9 here that you can see"),
        ("confidential beds because x", "neither a record nor an agenda item"),
        ("minutes N1 for NOBODY", "There is no party NOBODY here"),
    ],
)
def test_what_cannot_be_left_out_is_told(held: Parley, typed: str, answer: str) -> None:
    reply = held.slash(typed, by=cast.scribe)
    assert reply.private
    assert answer in reply.text
    assert held.export()["confidential"] == []


def test_the_matters_arising_of_a_later_meeting_keep_it_confidential(held: Parley) -> None:
    held.slash("confidential N1/1 because the share is sensitive", by=cast.chair)
    held.slash("meeting add negotiation Second round on 10 dec at 10:00 for 2h", by=cast.chair)
    held.now = datetime(2026, 12, 10, 10, 0, tzinfo=UTC)
    held.slash("start N2", by=cast.chair)
    held.later(hours=1)
    held.slash("close", by=cast.chair)
    assert "model the phasing" in held.minutes("N2")
    assert "phasing" not in the_set(held, "N2 for public")


def test_a_house_s_own_template_prints_what_was_issued(held: Parley, tmp_path: Path) -> None:
    (tmp_path / "minutes.md.j2").write_text("{{ doc.state }} {% for a in doc.agreements %}{{ a.ref }} {% endfor %}\n")
    with held.deps.db.snapshot() as session:
        found = negotiations.by_code(session, "OXMH")[0]
        (meeting,) = [m for m in meetings.visible(session, found.id or 0, None) if m.ref == "N1"]
        (version,) = meetings.minutes(session, meeting.id or 0)
        assert service.write(service.document(session, meeting, version), tmp_path).startswith("DRAFT AG1 AG2\n")


def test_whoever_approves_is_told_of_a_correction_that_nobody_has_settled(held: Parley) -> None:
    held.slash("minutes correct N1 The margin was not said to be thin", by=cast.lead)
    answer = held.slash("minutes approve N1", by=cast.chair)
    assert "Nobody has settled correction 1 yet" in answer.text
    assert "`/parley minutes correct N1 accept 1`" in answer.text
