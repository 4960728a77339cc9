"""Reminders: one useful message a day, settled where it stands; late told as late; private kept private."""

import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot import delivery, routes
from bot.reminders import service
from storage import Busy, Database
from tests import cast
from tests.cast import Person, Room
from tests.databases import backend as backend
from tests.databases import database_url as database_url
from tests.databases import postgres_server as postgres_server
from tests.databases import sqlite_template as sqlite_template
from tests.harness import Parley, running_parley
from tests.slack_api import DROP_BEFORE, ERROR_BEFORE, RATE_LIMITED, UNAVAILABLE, Faults, direct_id

LONDON = ZoneInfo("Europe/London")
TABLE, PERSON, SOON = "*For the table*", "*Reminder* from Parley", "*About to begin*"

# The table is set up on Thursday 26 November 2026 at 10:00. Friday is the first day on which anything is said.


def at(parley: Parley, when: str, zone: ZoneInfo = LONDON) -> None:
    """It is "27 Nov 09:00", in 2026, and Parley's clock ticks."""
    parley.now = datetime.strptime(f"{when} 2026", "%d %b %H:%M %Y").replace(tzinfo=zone)
    parley.api.now = lambda: parley.now.timestamp()  # Slack's clock goes as ours does
    parley.tick()


def heard(parley: Parley, where: Person | Room, opening: str = "") -> list[str]:
    """Every reminder that this person, or this channel, was given so far, as it stands now."""
    openings = (opening,) if opening else (TABLE, PERSON, SOON)
    texts = [str(message["text"]) for message in parley.posted(where)]
    return [text for text in texts if text.startswith(openings)]


def lines(text: str) -> list[str]:
    """What one reminder says, a line to each thing, without its negotiation's name."""
    return [line.removeprefix("• ") for line in text.splitlines()[1:] if line.startswith("• ")]


def all_heard(parley: Parley, *people: Person | Room) -> list[list[str]]:
    return [heard(parley, person) for person in people]


def to_do(
    parley: Parley,
    what: str,
    owner: Person,
    by: str,
    *others: Person,
    where: Room = cast.joint,
    author: Person = cast.chair,
) -> None:
    owners = ", ".join(person.mention for person in (owner, *others))
    reply = parley.slash(f"action {what} {owners} by {by}", by=author, where=where)
    assert "You typed" not in reply.shown, reply.shown


def buttons(message: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The buttons of a message by what they do: "done A1"."""
    found = [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]
    return {button["action_id"].removeprefix("reminder.").replace(":", " "): button for button in found}


def press(parley: Parley, what: str, owner: Person, by: Person | None = None, which: int = -1) -> None:
    """Press "done A1" under a reminder of the owner's, the latest if not told otherwise."""
    messages = [message for message in parley.posted(owner) if message["text"].startswith(PERSON)]
    button = buttons(messages[which])[what]
    by = by or owner
    parley.presses(button["action_id"], button["value"], by=by, where=direct_id(by.id) if by is owner else cast.joint)


def extension(due: str = "2026-12-18", reason: str = "the model is late") -> dict[str, dict[str, Any]]:
    return {
        "due": {"type": "datepicker", "selected_date": due},
        "reason": {"type": "plain_text_input", "value": reason},
    }


def as_it_stands(form: dict[str, Any], **changes: str) -> dict[str, dict[str, Any]]:
    """A form of text fields with what it shows, but for these."""
    fields = [block for block in form["blocks"] if block["type"] == "input"]
    shown = {block["block_id"]: block["element"].get("initial_value", "") for block in fields}
    assert set(changes) <= set(shown)
    return {name: {"type": "plain_text_input", "value": value} for name, value in {**shown, **changes}.items()}


def settings(parley: Parley, code: str = "OXMH", by: Person = cast.chair, **changes: str) -> dict[str, Any]:
    """Change a negotiation's settings in their form; gives what the form answers."""
    parley.slash(f"{code} settings", by=by)
    form = parley.api.modal(by.id)
    assert form is not None
    return parley.submits(form, as_it_stands(form, **changes), by=by)


def whispers(parley: Parley, to: Person) -> list[str]:
    parley.deliver()
    return [str(message["text"]) for message in parley.api.ephemerals if message["to"] == to.id]


def status(parley: Parley, ref: str, party: str | None = None) -> tuple[str, str | None]:
    (action,) = [action for action in parley.export(party=party)["actions"] if action["ref"] == ref]
    return action["status"], action["due_on"]


# -- one message ----------------------------------------------------------------------------------------


def test_several_reminders_become_one_message(table: Parley) -> None:
    to_do(table, "Send the figures", cast.lead, "27 nov")
    to_do(table, "Cost the model", cast.lead, "2 dec", cast.scribe)
    table.slash("meeting add gateway Readiness on 30 nov at 10:00 for 1h place Town Hall", by=cast.chair)
    at(table, "27 Nov 09:00")
    (text,) = heard(table, cast.lead)
    assert text.splitlines() == [
        "*Reminder* from Parley",
        "*OXMH* Outcomes contract for mental health",
        "• *A1* Send the figures: due today, Friday 27 November 2026",
        "• *A2* Cost the model: due on Wednesday 2 December 2026, in 3 working days, with Tom Whitfield (CCG)",
        "• *G1* Readiness: Monday 30 November 2026, 10:00 to 11:00 (GMT), Town Hall. Still missing: an agenda",
    ]
    (message,) = [message for message in table.posted(cast.lead) if message["text"].startswith(PERSON)]
    assert set(buttons(message)) == {f"{verb} {ref}" for verb in ("done", "extend", "snooze") for ref in ("A1", "A2")}
    assert "Subject to contract" in str(message["blocks"])
    # The others hear of what is theirs.
    assert ["A2" in text for text in heard(table, cast.scribe)] == [True]
    assert ["A1" in text for text in heard(table, cast.scribe)] == [False]
    assert lines(*heard(table, cast.observer)) == lines(text)[2:]


def test_nothing_is_said_on_the_day_a_negotiation_began(parley: Parley) -> None:
    parley.now = parley.now.replace(hour=7)
    parley.set_up()
    to_do(parley, "Send the figures", cast.lead, "26 nov")
    at(parley, "26 Nov 09:00")
    at(parley, "26 Nov 16:00")
    assert heard(parley, cast.lead) == []
    at(parley, "27 Nov 09:00")
    assert lines(*heard(parley, cast.lead)) == [
        "*A1* Send the figures: was due on Thursday 26 November 2026, 1 working day ago"
    ]


def test_nothing_is_said_at_night_at_weekends_or_on_extra_closed_days(table: Parley) -> None:
    to_do(table, "Send the figures", cast.lead, "30 nov")
    assert settings(table, closed="2026-11-30") == {}
    for when in ("27 Nov 07:59", "27 Nov 08:59", "27 Nov 18:00", "28 Nov 09:00", "29 Nov 09:00", "30 Nov 09:00"):
        at(table, when)
        assert heard(table, cast.lead) == [], when
    # What was to be said on Friday, when nobody ticked between nine and six, is said on Tuesday.
    at(table, "1 Dec 09:00")
    assert lines(*heard(table, cast.lead)) == [
        "*A1* Send the figures: was due on Monday 30 November 2026, 1 working day ago"
    ]


def test_a_message_that_cannot_hold_everything_says_how_much_it_leaves_out(table: Parley) -> None:
    for number in range(200):
        to_do(table, f"{'Check the annex with all of its tables and figures ' * 8}{number}", cast.lead, "27 nov")
    at(table, "27 Nov 09:00")
    (message,) = [message for message in table.posted(cast.lead) if message["text"].startswith(PERSON)]
    shown = str(message["blocks"])
    assert sum(f"*A{number}*" in shown for number in range(1, 201)) == 60
    assert "… and 140 more: `/parley OXMH actions mine` lists what is yours" in shown
    assert "Subject to contract" in shown


# -- settled where it stands ----------------------------------------------------------------------------


@pytest.fixture
def reminded(table: Parley) -> Parley:
    """Daniel and Tom have been told on Friday that A1 is due today, and Daniel of A2 as well."""
    to_do(table, "Send the figures", cast.lead, "27 nov", cast.scribe)
    to_do(table, "Cost the model", cast.lead, "27 nov")
    at(table, "27 Nov 09:00")
    table.later(hours=1)
    return table


def test_done_is_one_press_and_shows_in_the_message_itself(reminded: Parley) -> None:
    press(reminded, "done A1", cast.lead)
    assert status(reminded, "A1") == ("done", "2026-11-27")
    (text,) = heard(reminded, cast.lead)
    assert lines(text) == [
        "*A1* Send the figures: done now",
        "*A2* Cost the model: due today, Friday 27 November 2026",
    ]
    message = next(m for m in reminded.posted(cast.lead) if m["text"].startswith(PERSON))
    assert set(buttons(message)) == {"done A2", "extend A2", "snooze A2"}
    assert reminded.posted(cast.lead)[-1]["text"] == "*A1* is done."

    # Tom's copy still has its buttons: a second press changes nothing and says so.
    reminded.later(minutes=1)
    press(reminded, "done A1", cast.scribe)
    assert reminded.posted(cast.scribe)[-1]["text"] == "A1 was done already."
    assert lines(*heard(reminded, cast.scribe)) == ["*A1* Send the figures: done now"]
    (done,) = [entry for entry in reminded.export()["ledger"] if entry["deed"] == "action.done"]
    assert done["actor"] == "Daniel Kerr (OHP)"


def test_when_all_is_settled_nothing_more_is_heard_of_it(reminded: Parley) -> None:
    press(reminded, "done A1", cast.lead)
    reminded.later(minutes=1)
    press(reminded, "done A2", cast.lead)
    assert lines(*heard(reminded, cast.lead)) == ["*A1* Send the figures: done now", "*A2* Cost the model: done now"]
    for day in ("30 Nov", "1 Dec", "4 Dec", "7 Dec"):
        at(reminded, f"{day} 09:00")
    assert len(heard(reminded, cast.lead)) == 1
    assert len(heard(reminded, cast.scribe)) == 1
    assert heard(reminded, cast.chair) == []


def test_an_extension_is_asked_for_in_a_form_and_moves_the_reminders(reminded: Parley) -> None:
    press(reminded, "extend A1", cast.lead)
    form = reminded.api.modal(cast.lead.id)
    assert form is not None
    assert "Send the figures" in str(form["blocks"])
    assert reminded.submits(form, extension(), by=cast.lead) == {}
    assert status(reminded, "A1") == ("open", "2026-12-18")
    assert lines(*heard(reminded, cast.lead)) == [
        "*A1* Send the figures: now due on Friday 18 December 2026",
        "*A2* Cost the model: due today, Friday 27 November 2026",
    ]
    assert reminded.posted(cast.lead)[-1]["text"] == (
        "*A1* is due on Friday 18 December 2026 instead of Friday 27 November 2026, because the model is late: "
        "Send the figures"
    )
    press(reminded, "done A2", cast.lead)
    for day in ("30 Nov", "4 Dec", "7 Dec", "14 Dec"):
        at(reminded, f"{day} 09:00")
    assert len(heard(reminded, cast.scribe)) == 1
    at(reminded, "15 Dec 09:00")
    assert lines(heard(reminded, cast.scribe)[1]) == [
        "*A1* Send the figures: due on Friday 18 December 2026, in 3 working days, with Daniel Kerr (OHP)"
    ]


def test_an_extension_that_cannot_be_is_refused_under_its_field(reminded: Parley) -> None:
    press(reminded, "extend A1", cast.lead)
    form = reminded.api.modal(cast.lead.id)
    assert form is not None
    for values, field, why in (
        (extension(due="2026-11-26"), "due", "Thursday 26 November 2026 has passed."),
        (extension(due="2026-11-27"), "due", "A1 is due then already."),
        (extension(reason="  "), "reason", "Say why"),
    ):
        answer = reminded.submits(form, values, by=cast.lead)
        assert answer["response_action"] == "errors"
        assert why in answer["errors"][field]
    assert status(reminded, "A1") == ("open", "2026-11-27")
    press(reminded, "done A1", cast.scribe)
    answer = reminded.submits(form, extension(), by=cast.lead)
    assert "A1 is done. Only an open action can be changed." in answer["errors"]["due"]
    assert status(reminded, "A1") == ("done", "2026-11-27")


def test_what_is_snoozed_is_silent_until_the_next_working_day(reminded: Parley) -> None:
    press(reminded, "snooze A1", cast.lead)
    assert reminded.posted(cast.lead)[-1]["text"] == "You hear of *A1* again on Monday 30 November 2026."
    assert lines(*heard(reminded, cast.lead))[0] == (
        "*A1* Send the figures: you hear of it again on Monday 30 November 2026"
    )
    for when in ("27 Nov 12:00", "27 Nov 17:00", "28 Nov 09:00", "29 Nov 09:00", "30 Nov 08:59"):
        at(reminded, when)
    assert len(heard(reminded, cast.lead)) == 1
    at(reminded, "30 Nov 09:00")
    assert lines(heard(reminded, cast.lead)[1]) == [
        "*A1* Send the figures: was due on Friday 27 November 2026, 1 working day ago, with Tom Whitfield (CCG)",
        "*A2* Cost the model: was due on Friday 27 November 2026, 1 working day ago",
    ]
    # The next one is a week on, for it was only put off once; and again when it is put off again.
    at(reminded, "1 Dec 09:00")
    assert len(heard(reminded, cast.lead)) == 2
    press(reminded, "snooze A1", cast.lead)
    at(reminded, "2 Dec 09:00")
    assert ["A1" in line for line in lines(heard(reminded, cast.lead)[2])] == [True]


def test_who_snoozes_silences_nobody_else(reminded: Parley) -> None:
    press(reminded, "snooze A1", cast.lead)
    at(reminded, "30 Nov 09:00")
    assert len(heard(reminded, cast.scribe)) == 2


def test_what_is_snoozed_and_then_extended_is_silent_until_its_new_date_is_near(reminded: Parley) -> None:
    press(reminded, "snooze A1", cast.scribe)
    reminded.slash("extend A1 to 18 dec because the model is late", by=cast.scribe)
    for day in ("30 Nov", "1 Dec", "14 Dec"):
        at(reminded, f"{day} 09:00")
    assert len(heard(reminded, cast.scribe)) == 1
    at(reminded, "15 Dec 09:00")
    assert len(heard(reminded, cast.scribe)) == 2


NOT_YOURS = "A2 is not yours. “Fill In a Form… › List actions” lists what is."


def test_what_is_done_is_not_extended_any_more(reminded: Parley) -> None:
    reminded.slash("done A1", by=cast.lead)
    reminded.presses("reminder.extend:A1", "OXMH A1", by=cast.lead)
    assert "A1 is done. Only an open action can be changed." in whispers(reminded, cast.lead)[-1]
    assert reminded.api.modal(cast.lead.id) is None


def test_a_stranger_and_the_other_side_press_in_vain(reminded: Parley) -> None:
    before = heard(reminded, cast.lead)
    for what in ("done A2", "extend A2", "snooze A2"):
        press(reminded, what, cast.lead, by=cast.stranger)
        assert whispers(reminded, cast.stranger)[-1].startswith("You have no seat in OXMH")
        press(reminded, what, cast.lead, by=cast.analyst)
        assert len(whispers(reminded, cast.analyst)) == len(whispers(reminded, cast.stranger))
    assert "Only the owners of A2" in whispers(reminded, cast.analyst)[0]
    assert whispers(reminded, cast.analyst)[1:] == [NOT_YOURS] * 2
    assert reminded.api.modal(cast.stranger.id) is None
    assert reminded.api.modal(cast.analyst.id) is None
    assert status(reminded, "A2") == ("open", "2026-11-27")
    assert heard(reminded, cast.lead) == before
    at(reminded, "30 Nov 09:00")
    assert any("A2" in line for line in lines(heard(reminded, cast.lead)[1]))
    assert reminded.posted(cast.joint)[-1]["text"].startswith(TABLE)  # no word of it in the channel


def test_pressing_what_is_private_to_the_other_side_tells_nothing(table: Parley) -> None:
    to_do(table, "Settle our line", cast.scribe, "27 nov", where=cast.ccg_caucus)
    at(table, "27 Nov 09:00")
    for what in ("done", "extend", "snooze"):
        press(table, f"{what} CCG-A1", cast.scribe, by=cast.lead)
        table.presses(f"reminder.{what}:CCG-A9", "OXMH CCG-A9 no-such-key", by=cast.lead)
    hidden, missing = whispers(table, cast.lead)[::2], whispers(table, cast.lead)[1::2]
    assert [answer.replace("CCG-A1", "CCG-A9") for answer in hidden] == missing
    assert status(table, "CCG-A1", "CCG")[0] == "open"


def test_an_action_given_away_is_its_new_owners(reminded: Parley) -> None:
    reminded.slash(f"reassign A2 to {cast.negotiator.mention}", by=cast.lead)
    press(reminded, "snooze A2", cast.lead)
    assert "A2 is not yours" in reminded.posted(cast.lead)[-1]["text"]
    at(reminded, "30 Nov 09:00")
    assert [any("A2" in line for line in lines(text)) for text in heard(reminded, cast.lead)] == [True, False]
    assert lines(*heard(reminded, cast.negotiator)) == [
        "*A2* Cost the model: was due on Friday 27 November 2026, 1 working day ago"
    ]


# -- settled before it is said --------------------------------------------------------------------------


def test_what_is_settled_between_planning_and_sending_is_left_out(table: Parley) -> None:
    to_do(table, "Send the figures", cast.lead, "27 nov")
    to_do(table, "Cost the model", cast.negotiator, "27 nov")
    to_do(table, "Book the rooms", cast.scribe, "27 nov")
    to_do(table, "Ask the board", cast.scribe, "27 nov")
    to_do(table, "Ring the bank", cast.analyst, "27 nov")
    table.now = table.now.replace(day=27, hour=9)
    assert service.plan(table.deps.db, table.now) == 4
    table.slash("done A1", by=cast.lead)
    table.slash("extend A2 to 18 dec because the model is late", by=cast.negotiator)
    table.slash("done A3", by=cast.scribe)
    table.slash(f"reassign A5 to {cast.observer.mention}", by=cast.chair)
    table.deliver()
    assert all_heard(table, cast.lead, cast.negotiator, cast.analyst, cast.observer) == [[], [], [], []]
    assert lines(*heard(table, cast.scribe)) == ["*A4* Ask the board: due today, Friday 27 November 2026"]


def test_what_the_table_settles_between_planning_and_sending_is_left_out(table: Parley) -> None:
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    table.slash("milestone add Full draft issued on 29 nov", by=cast.chair)
    table.slash("milestone add Board approval on 30 nov", by=cast.chair)
    at(table, "30 Nov 09:00")  # the digest of the week
    table.now = table.now.replace(month=12, day=1)
    assert service.plan(table.deps.db, table.now) == 1
    table.slash("milestone move M2 to 18 dec because the board meets later", by=cast.chair)
    table.deliver()
    assert len(heard(table, cast.joint)) == 1


def test_a_meeting_that_moves_or_loses_somebody_is_not_announced_as_it_was(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 30 nov at 10:00 for 1h", by=cast.chair)
    table.slash("meeting add gateway Sign-off on 30 nov at 14:00 for 1h", by=cast.chair)
    table.now = table.now.replace(day=27, hour=9)
    assert service.plan(table.deps.db, table.now) == 6
    table.slash("meeting move G1 to 18 dec at 10:00 because the draft is not ready", by=cast.chair)
    table.presses("meeting.no", "OXMH G2", by=cast.observer)
    table.deliver()
    assert ["G1" in text for text in heard(table, cast.lead)] == [False]
    assert ["G2" in text for text in heard(table, cast.lead)] == [True]
    assert heard(table, cast.observer) == []


# -- meetings -------------------------------------------------------------------------------------------


def test_a_moved_meeting_moves_its_reminders_and_a_cancelled_one_has_none(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 4 dec at 10:00 for 1h", by=cast.chair)
    table.slash("meeting add gateway Sign-off on 4 dec at 14:00 for 1h", by=cast.chair)
    at(table, "27 Nov 09:00")
    (text,) = heard(table, cast.lead)
    assert ["G1" in line or "G2" in line for line in lines(text)] == [True, True]
    at(table, "2 Dec 09:00")
    # Five working days before the 9th is today, and today's words are said.
    table.slash("meeting move G1 to 9 dec at 11:00 because the board meets then", by=cast.chair)
    table.slash("meeting cancel G2 because the draft is not ready", by=cast.chair)
    for when in ("3 Dec 09:00", "4 Dec 09:00", "4 Dec 09:45", "4 Dec 10:20"):
        at(table, when)
    assert len(heard(table, cast.lead)) == 1
    for when in ("8 Dec 09:00", "9 Dec 10:45", "9 Dec 11:15"):
        at(table, when)
    assert [line for text in heard(table, cast.lead)[1:] for line in lines(text)] == [
        "*G1* Readiness: Wednesday 9 December 2026, 11:00 to 12:00 (GMT). Still missing: an agenda",
        "*G1* Readiness: Wednesday 9 December 2026, 11:00 to 12:00 (GMT)",
    ]


def test_members_hear_of_a_meeting_five_days_and_one_day_before_with_what_is_missing(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 7 dec at 10:00 for 1h", by=cast.chair)
    table.slash(f"paper add G1 Finance model {cast.analyst.mention}", by=cast.chair)
    for day in range(27, 31):
        at(table, f"{day} Nov 09:00")
    assert lines(*heard(table, cast.observer)) == [
        "*G1* Readiness: Monday 7 December 2026, 10:00 to 11:00 (GMT). Still missing: an agenda and the paper "
        "“Finance model” (Anjali Mehta (CCG))"
    ]
    table.slash("agenda add G1 Share of value at risk", by=cast.chair)
    table.slash("paper here G1 1", by=cast.analyst)
    for day in range(1, 7):
        at(table, f"{day} Dec 09:00")
    assert lines(heard(table, cast.observer)[1]) == ["*G1* Readiness: Monday 7 December 2026, 10:00 to 11:00 (GMT)"]
    assert len(heard(table, cast.observer)) == 2


def test_who_sent_apologies_hears_nothing_more_of_the_meeting(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 30 nov at 10:00 for 1h", by=cast.chair)
    table.presses("meeting.no", "OXMH G1", by=cast.scribe)
    for when in ("27 Nov 09:00", "30 Nov 09:00", "30 Nov 09:45", "30 Nov 10:15"):
        at(table, when)
    assert heard(table, cast.scribe) == []
    assert len(heard(table, cast.analyst)) == 2
    # Nobody began it: in the scribe's stead the chair is asked.
    assert "should have begun at 10:00" in heard(table, cast.chair)[-1]


def test_attendees_hear_a_quarter_of_an_hour_before_and_nobody_else(table: Parley) -> None:
    table.slash("meeting add subgroup Finance on 27 nov at 11:00 for 1h", by=cast.scribe, where=cast.finance)
    table.slash(f"attend S1 {cast.analyst.mention}, {cast.negotiator.mention}", by=cast.scribe, where=cast.finance)
    at(table, "27 Nov 10:44")
    assert all_heard(table, cast.analyst, cast.negotiator) == [[], []]
    at(table, "27 Nov 10:45")
    at(table, "27 Nov 10:46")
    said = ["*About to begin*\n*OXMH* Outcomes contract for mental health\n"]
    said[0] += "• *S1* Finance: Friday 27 November 2026, 11:00 to 12:00 (GMT)"
    assert all_heard(table, cast.analyst, cast.negotiator) == [said, said]
    assert all_heard(table, cast.chair, cast.lead, cast.scribe, cast.observer) == [[], [], [], []]


def test_a_quarter_of_an_hour_before_is_never_said_after_the_beginning(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 27 nov at 11:00 for 1h", by=cast.chair)
    table.slash("meeting add gateway Sign-off on 27 nov at 14:00 for 1h", by=cast.chair)
    table.slash("start G1", by=cast.chair)
    table.slash("close", by=cast.chair)
    # Parley was away: nothing was planned in time.
    at(table, "27 Nov 14:01")
    # Slack was away: it was planned, and could not be sent in time.
    table.slash("meeting add gateway Signature on 27 nov at 16:00 for 1h", by=cast.chair)
    table.api.faults = Faults(seed=1, unavailable=1.0)
    at(table, "27 Nov 15:50")
    table.api.faults = None
    for when in ("27 Nov 16:00", "27 Nov 16:10", "27 Nov 17:00", "30 Nov 09:00"):
        at(table, when)
    assert heard(table, cast.lead, SOON) == []


def test_two_meetings_that_are_near_are_each_announced_before_they_begin(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 27 nov at 11:00 for 5 min", by=cast.chair)
    table.slash("meeting add gateway Sign-off on 27 nov at 11:10 for 1h", by=cast.chair)
    table.api.faults = Faults(seed=1, rate_limited=1.0, retry_after=400)
    at(table, "27 Nov 10:57")
    assert heard(table, cast.lead, SOON) == []
    table.api.faults = None
    at(table, "27 Nov 11:04")
    (text,) = heard(table, cast.lead, SOON)
    assert "G2" in text
    assert "G1" not in text  # it has begun


def test_the_scribe_is_asked_of_a_meeting_nobody_began_or_ended(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 27 nov at 11:00 for 1h", by=cast.chair)
    table.slash("meeting add gateway Sign-off on 27 nov at 14:00 for 1h", by=cast.chair)
    at(table, "27 Nov 09:00")
    at(table, "27 Nov 11:14")
    assert heard(table, cast.scribe, PERSON) == []
    at(table, "27 Nov 11:15")
    (text,) = heard(table, cast.scribe, PERSON)
    (line,) = lines(text)
    assert line.startswith("*G1* Readiness should have begun at 11:00 on Friday 27 November 2026.")
    for command in ("start G1", "meeting move G1 to DATE at TIME because …", "meeting cancel G1 because …"):
        assert f"`/parley {command}`" in line
    table.slash("start G2", by=cast.chair)  # early
    for when in ("27 Nov 13:00", "27 Nov 14:00", "27 Nov 15:14"):
        at(table, when)
    assert len(heard(table, cast.scribe, PERSON)) == 1
    at(table, "27 Nov 15:15")
    at(table, "27 Nov 16:15")
    assert lines(heard(table, cast.scribe, PERSON)[1]) == [
        "*G2* Sign-off should have ended at 15:00 on Friday 27 November 2026 and is still open. "
        "`/parley close G2` ends it and issues its draft minutes"
    ]
    assert len(heard(table, cast.scribe, PERSON)) == 2
    assert heard(table, cast.chair, PERSON) == []


def test_who_comes_as_scribe_is_asked_before_who_is_one(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 27 nov at 11:00 for 1h", by=cast.chair)
    table.slash(f"attend G1 {cast.negotiator.mention} as scribe", by=cast.chair)
    at(table, "27 Nov 11:20")
    assert len(heard(table, cast.negotiator, PERSON)) == 1
    assert heard(table, cast.scribe, PERSON) == []


def test_a_meeting_that_should_have_ended_in_the_evening_is_asked_about_in_the_morning(table: Parley) -> None:
    table.slash("meeting add gateway Readiness on 27 nov at 16:30 for 2h", by=cast.chair)
    table.now = table.now.replace(day=27, hour=16, minute=30)
    table.slash("start G1", by=cast.chair)
    for when in ("27 Nov 18:45", "28 Nov 09:00", "30 Nov 07:59"):
        at(table, when)
    at(table, "30 Nov 08:59")
    assert heard(table, cast.scribe) == []
    at(table, "30 Nov 09:00")
    assert "should have ended at 18:30 on Friday 27 November 2026" in heard(table, cast.scribe)[0]


def test_a_private_meeting_that_nobody_began_is_its_own_sides_affair(table: Parley) -> None:
    """OHP has neither scribe nor chair: its lead is asked. Pre-meets that Parley placed are nobody's to account for."""
    table.slash("meeting add premeet Our line on 27 nov at 11:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    table.slash("meeting add negotiation First round on 30 nov at 10:00 for 1h", by=cast.chair)
    placed = [meeting["starts_at"] for meeting in table.export(party="CCG")["meetings"] if meeting["kind"] == "premeet"]
    assert placed == ["2026-11-27T15:00:00+00:00"]
    for when in ("27 Nov 09:00", "27 Nov 11:15", "27 Nov 15:15", "27 Nov 17:59"):
        at(table, when)
    asked = [line for line in lines(heard(table, cast.lead, PERSON)[-1]) if "should have begun" in line]
    assert [line.partition(" ")[0] for line in asked] == ["*OHP-P1*"]
    everyone = (cast.chair, cast.scribe, cast.analyst, cast.negotiator, cast.observer)
    assert not any("should have begun" in text for texts in all_heard(table, *everyone) for text in texts)


# -- late -----------------------------------------------------------------------------------------------


def test_lateness_is_told_after_a_day_then_weekly_and_to_the_chair_after_five(table: Parley) -> None:
    to_do(table, "Send the figures", cast.negotiator, "27 nov")
    for day in ("27 Nov", *(f"{number} Nov" for number in range(28, 31)), *(f"{n} Dec" for n in range(1, 16))):
        at(table, f"{day} 09:00")
    assert [lines(text)[0].partition(": ")[2] for text in heard(table, cast.negotiator)] == [
        "due today, Friday 27 November 2026",
        "was due on Friday 27 November 2026, 1 working day ago",
        "was due on Friday 27 November 2026, 6 working days ago",
        "was due on Friday 27 November 2026, 11 working days ago",
    ]
    (escalation,) = heard(table, cast.chair)
    assert lines(escalation) == [
        "*A1* Send the figures: was due on Friday 27 November 2026, 5 working days ago; it is Ruth Adeyemi (OHP)’s "
        "and nobody has marked it as done"
    ]
    assert "actions" not in [block["type"] for m in table.posted(cast.chair) for block in m["blocks"]]


def test_what_is_private_escalates_to_its_own_sides_chair_or_lead_only(table: Parley) -> None:
    to_do(table, "Settle our line", cast.analyst, "27 nov", where=cast.ccg_caucus)
    to_do(table, "Ring the bank", cast.negotiator, "27 nov", where=cast.ohp_caucus, author=cast.negotiator)
    at(table, "27 Nov 09:00")
    at(table, "4 Dec 09:00")
    assert [line.partition(" ")[0] for text in heard(table, cast.chair) for line in lines(text)] == ["*CCG-A1*"]
    assert [line.partition(" ")[0] for text in heard(table, cast.lead) for line in lines(text)] == ["*OHP-A1*"]


def test_a_chair_is_not_told_of_their_own_lateness_twice(table: Parley) -> None:
    to_do(table, "Write to the region", cast.chair, "27 nov")
    for day in ("27 Nov", "30 Nov", "4 Dec"):
        at(table, f"{day} 09:00")
    assert [lines(text)[0].partition(": ")[2] for text in heard(table, cast.chair)] == [
        "due today, Friday 27 November 2026",
        "was due on Friday 27 November 2026, 1 working day ago",
    ]


def test_what_nobody_owns_is_escalated_in_words_that_say_so(meeting: Parley) -> None:
    meeting.types("ACTION: send the figures by 27 nov", by=cast.scribe)
    meeting.slash("close", by=cast.chair)
    at(meeting, "27 Nov 09:00")
    at(meeting, "4 Dec 09:00")
    assert lines(*heard(meeting, cast.chair, PERSON)) == [
        "*A1* send the figures: was due on Friday 27 November 2026, 5 working days ago; it has no owner and nobody "
        "has marked it as done"
    ]


def test_nobody_is_reminded_of_what_is_done_or_taken_back(table: Parley) -> None:
    to_do(table, "Send the figures", cast.lead, "1 dec")
    to_do(table, "Cost the model", cast.lead, "1 dec")
    table.slash("undo", by=cast.chair)
    table.slash("done A1", by=cast.lead)
    for day in ("27 Nov", "30 Nov", "1 Dec", "2 Dec", "8 Dec"):
        at(table, f"{day} 09:00")
    assert all_heard(table, cast.lead, cast.chair) == [[], []]
    table.slash("reopen A1 because the figures were last year's", by=cast.lead)
    at(table, "9 Dec 09:00")
    assert len(heard(table, cast.lead)) == 1  # the sixth day late, a week after the first


# -- the table ------------------------------------------------------------------------------------------


def test_the_table_hears_what_waits_for_confirmation_and_which_milestone_was_missed(table: Parley) -> None:
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    table.slash("agree The trust shares its model.", by=cast.chair)
    table.slash("confirm AG2", by=cast.lead)
    table.slash(f"milestone add Full draft issued on 1 dec owner {cast.lead.mention}", by=cast.chair)
    table.slash("milestone add Board approval on 1 dec", by=cast.chair)
    at(table, "27 Nov 09:00")
    assert heard(table, cast.joint) == []
    at(table, "30 Nov 09:00")
    at(table, "1 Dec 09:00")
    assert len(heard(table, cast.joint)) == 1  # the digest of Monday told of AG1, on its second working day
    table.slash("milestone done M2", by=cast.chair)
    table.slash("agree Carers are surveyed once a year.", by=cast.lead)
    at(table, "2 Dec 09:00")
    at(table, "3 Dec 09:00")
    assert [lines(text) for text in heard(table, cast.joint)[1:]] == [
        [
            "*M1* Full draft issued (Daniel Kerr (OHP)) was planned for Tuesday 1 December 2026 and is not marked as "
            "done: `/parley milestone done M1`, or `/parley milestone move M1 to DATE because …`"
        ],
        [
            "<@U01CHAIR>: *AG3* has waited since Tuesday 1 December 2026 for Oxfordshire Clinical Commissioning "
            "Group: Carers are surveyed once a year. · `/parley confirm AG3`"
        ],
    ]
    message = table.posted(cast.joint)[-1]
    assert buttons(message) == {}
    assert "Subject to contract" in str(message["blocks"])


def test_a_reworded_agreement_is_waited_for_anew(meeting: Parley) -> None:
    ts = meeting.types("AGREED: Payment falls due within 30 days.", by=cast.chair)
    meeting.now = meeting.now.replace(day=30, hour=12)
    meeting.edits(
        ts, "AGREED: Payment falls due within 30 days.", "AGREED: Payment falls due within 28 days.", by=cast.chair
    )
    for when in ("30 Nov 13:00", "1 Dec 09:00"):
        at(meeting, when)
    assert [line for text in heard(meeting, cast.joint) for line in lines(text) if "*AG1* has waited" in line][1:] == []
    at(meeting, "2 Dec 09:00")
    assert lines(heard(meeting, cast.joint)[-1])[0].startswith(
        "<@U04LEAD> and <@U05NEGO>: *AG1* has waited since Monday 30 November 2026 for Oxford Health and partners: "
        "Payment falls due within 28 days."
    )


def test_the_digest_tells_the_week_and_shows_nothing_private(table: Parley) -> None:
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    to_do(table, "Send the figures", cast.lead, "27 nov", cast.scribe)
    to_do(table, "Cost the model", cast.negotiator, "6 dec")
    to_do(table, "Ask the board", cast.negotiator, "7 dec")
    to_do(table, "CANARY Settle our line", cast.analyst, "1 dec", where=cast.ccg_caucus)
    table.slash("meeting add gateway Readiness on 4 dec at 10:00 for 1h", by=cast.chair)
    table.slash("meeting add gateway Sign-off on 7 dec at 10:00 for 1h", by=cast.chair)
    table.slash("meeting add premeet CANARY on 2 dec at 10:00 for 1h", by=cast.chair, where=cast.ccg_caucus)
    table.slash("milestone add Full draft issued on 29 nov", by=cast.chair)
    table.slash("milestone add Board approval on 6 dec", by=cast.chair)
    table.slash("milestone add Signature on 7 dec", by=cast.chair)
    at(table, "27 Nov 09:00")
    at(table, "30 Nov 09:00")
    (text,) = heard(table, cast.joint)
    assert text.startswith("*For the table*\n*OXMH* Outcomes contract for mental health\n• *The week to Sunday 6 Dec")
    assert lines(text)[1:] == [
        "*G1* Readiness: Friday 4 December 2026, 10:00 to 11:00 (GMT)",
        "*M1* Full draft issued: Sunday 29 November 2026 · overdue",
        "*M2* Board approval: Sunday 6 December 2026",
        "*A1* Send the figures: Daniel Kerr (OHP) and Tom Whitfield (CCG), overdue since Friday 27 November 2026",
        "*A2* Cost the model: Ruth Adeyemi (OHP), due on Sunday 6 December 2026",
        "*AG1* has waited since Thursday 26 November 2026 for Oxford Health and partners: Payment falls due within 30 "
        "days. · `/parley confirm AG1`",
    ]


def test_a_week_without_anything_has_no_digest(table: Parley) -> None:
    at(table, "30 Nov 09:00")
    assert heard(table, cast.joint) == []


# -- private --------------------------------------------------------------------------------------------


def test_what_is_private_never_reaches_the_other_side_or_a_shared_channel(table: Parley) -> None:
    to_do(table, "CANARY Settle our line", cast.analyst, "1 dec", cast.scribe, where=cast.ccg_caucus)
    table.slash("meeting add premeet CANARY on 2 dec at 10:00 for 1h", by=cast.chair, where=cast.ccg_caucus)
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    to_do(table, "Send the figures", cast.lead, "1 dec")
    for day in ("26 Nov", "27 Nov", "30 Nov", *(f"{number} Dec" for number in range(1, 19))):
        for clock in ("09:00", "09:45", "10:15", "11:15"):
            at(table, f"{day} {clock}")
    own = {direct_id(person.id) for person in (cast.chair, cast.scribe, cast.analyst)} | {cast.ccg_caucus.id}
    spoken = {channel.id for channel in table.api.channels.values() if "CANARY" in str(channel.messages)}
    assert spoken == own
    others = {channel.id for channel in table.api.channels.values() if "CCG-" in str(channel.messages)}
    assert others == own
    assert "CANARY" not in str(table.api.ephemerals)
    # And the others did hear what is theirs.
    assert len(heard(table, cast.lead)) >= 3
    assert len(heard(table, cast.joint)) >= 3


# -- two negotiations -----------------------------------------------------------------------------------


@pytest.fixture
def two(table: Parley) -> Parley:
    """ELDER beside OXMH: Margaret, Tom and Daniel sit in both, Joel only in this one."""
    for text in (
        "new ELDER Older people's contract",
        "party add CCG Oxfordshire Clinical Commissioning Group as commissioner",
        "party add SOLO Solo Care as provider",
        f"member add {cast.chair.mention} to CCG as chair, lead",
        f"member add {cast.scribe.mention} to CCG as scribe",
        f"member add {cast.lead.mention}, {cast.stranger.mention} to SOLO as lead",
    ):
        reply = table.slash(text, by=cast.chair, where=cast.elsewhere)
        assert "You typed" not in reply.shown
    return table


def test_two_negotiations_of_one_person_share_a_message_and_nothing_else(two: Parley) -> None:
    to_do(two, "Send the figures", cast.lead, "1 dec")
    to_do(two, "Cost the beds", cast.lead, "1 dec", where=cast.elsewhere)
    to_do(two, "Cost the nights", cast.stranger, "1 dec", where=cast.elsewhere)
    two.slash("agree Payment falls due within 30 days.", by=cast.chair)
    two.slash("agree Beds are paid for by the night.", by=cast.chair, where=cast.elsewhere)
    for day in ("26 Nov", "27 Nov", "30 Nov", "1 Dec"):
        at(two, f"{day} 09:00")
    assert heard(two, cast.lead)[-1].splitlines() == [
        "*Reminder* from Parley",
        "*OXMH* Outcomes contract for mental health",
        "• *A1* Send the figures: due today, Tuesday 1 December 2026",
        "*ELDER* Older people's contract",
        "• *A1* Cost the beds: due today, Tuesday 1 December 2026",
    ]
    assert len(heard(two, cast.lead)) == 1
    assert all("OXMH" not in text for text in heard(two, cast.stranger))
    assert lines(*heard(two, cast.stranger)) == ["*A2* Cost the nights: due today, Tuesday 1 December 2026"]
    (joint,), (elder,) = all_heard(two, cast.joint, cast.elsewhere)
    assert "Payment falls due" in joint
    assert "Beds are paid" in elder
    assert not any(word in joint for word in ("ELDER", "beds", "Beds", "nights", "Solo"))
    assert not any(word in elder for word in ("OXMH", "Payment", "figures", "Oxford Health"))

    # The same ref in both: each button settles its own.
    (message,) = [m for m in two.posted(cast.lead) if m["text"].startswith(PERSON)]
    values = [e["value"] for block in message["blocks"] if block["type"] == "actions" for e in block["elements"]]
    assert [value.split()[:2] for value in values[::3]] == [["OXMH", "A1"], ["ELDER", "A1"]]
    two.presses("reminder.done:A1", values[3], by=cast.lead, where=direct_id(cast.lead.id))
    assert status(two, "A1")[0] == "open"
    assert two.export("ELDER")["actions"][0]["status"] == "done"
    assert [line for line in heard(two, cast.lead)[0].splitlines() if "done now" in line] == [
        "• *A1* Cost the beds: done now"
    ]


def test_two_negotiations_have_their_own_settings_and_a_person_their_own_in_each(two: Parley) -> None:
    for room in (cast.joint, cast.elsewhere):
        to_do(two, "Send it", cast.lead, "4 dec", cast.scribe, where=room)
    assert settings(two, "ELDER", times="actions: 1\ndaily: 11:00") == {}
    two.slash("OXMH reminders actions: 2", by=cast.lead, where=cast.finance)
    said: list[tuple[str, str, str]] = []
    for day in ("30 Nov", "1 Dec", "2 Dec", "3 Dec", "4 Dec"):
        for clock in ("09:00", "11:00"):
            before = [len(texts) for texts in all_heard(two, cast.lead, cast.scribe)]
            at(two, f"{day} {clock}")
            for name, count, texts in zip(
                ("Daniel", "Tom"), before, all_heard(two, cast.lead, cast.scribe), strict=True
            ):
                codes = [line.split("*")[1] for text in texts[count:] for line in text.splitlines() if line[:1] == "*"]
                said += [(name, f"{day} {clock}", code) for code in codes if code != "Reminder"]
    assert sorted(said) == sorted(
        [
            ("Tom", "1 Dec 09:00", "OXMH"),
            ("Tom", "3 Dec 11:00", "ELDER"),
            ("Tom", "4 Dec 09:00", "OXMH"),
            ("Daniel", "2 Dec 09:00", "OXMH"),
            ("Daniel", "3 Dec 11:00", "ELDER"),
        ]
    )


def test_each_negotiation_keeps_the_hours_of_its_own_zone(two: Parley) -> None:
    assert settings(two, "ELDER", zone="America/New_York") == {}
    to_do(two, "Send the figures", cast.lead, "27 nov")
    to_do(two, "Cost the beds", cast.lead, "27 nov", where=cast.elsewhere)
    at(two, "27 Nov 09:00")
    assert [text.count("*A1*") for text in heard(two, cast.lead)] == [1]
    assert "*OXMH*" in heard(two, cast.lead)[0]
    at(two, "27 Nov 13:59")
    assert len(heard(two, cast.lead)) == 1
    at(two, "27 Nov 14:00")
    assert "*ELDER*" in heard(two, cast.lead)[1]
    assert "due today, Friday 27 November 2026" in heard(two, cast.lead)[1]
    # In the evening of London it is still the middle of the day there.
    to_do(two, "Cost the nights", cast.lead, "27 nov", where=cast.elsewhere)
    two.slash("meeting add gateway Readiness on 27 nov at 15:00 for 1h", by=cast.chair, where=cast.elsewhere)
    at(two, "27 Nov 19:45")
    assert "15:00 to 16:00 (EST)" in heard(two, cast.lead, SOON)[0]


def test_what_one_message_says_of_two_zones_is_right_for_each(two: Parley) -> None:
    """Slack was away all Friday; on Monday one message says what both negotiations would have said."""
    assert settings(two, "ELDER", zone="America/New_York") == {}
    to_do(two, "Send the figures", cast.lead, "27 nov")
    to_do(two, "Cost the beds", cast.lead, "27 nov", where=cast.elsewhere)
    two.api.faults = Faults(seed=1, unavailable=1.0)
    for when in ("27 Nov 09:00", "27 Nov 14:00", "27 Nov 17:59", "27 Nov 20:00"):
        at(two, when)
    two.api.faults = None
    for when in ("27 Nov 20:30", "28 Nov 12:00", "30 Nov 08:59"):
        at(two, when)
    assert heard(two, cast.lead) == []
    for when in ("30 Nov 09:00", "30 Nov 14:00", "30 Nov 14:10"):
        at(two, when)
    said = [line for text in heard(two, cast.lead) for line in text.splitlines()]
    assert "• *A1* Send the figures: was due on Friday 27 November 2026, 1 working day ago" in said
    assert not any("due today" in line for line in said)


# -- one's own times ------------------------------------------------------------------------------------


def test_a_person_sets_their_own_times_in_words_and_forgets_them(table: Parley) -> None:
    shown = table.slash("reminders actions: 5, 1; quiet: 17:00 to 09:00", by=cast.lead)
    assert shown.private
    assert shown.text.splitlines() == [
        "Your reminders in OXMH:",
        "actions: 5, 1",
        "late: 1",
        "meetings: 5, 1",
        "attendees: 15",
        "quiet: 17:00 to 09:00",
    ]
    to_do(table, "Send the figures", cast.lead, "4 dec", cast.scribe)
    for day in ("27 Nov", "30 Nov", *(f"{number} Dec" for number in range(1, 5))):
        at(table, f"{day} 09:00")
    assert [lines(text)[0].partition(": ")[2][:45] for text in heard(table, cast.lead)] == [
        "due on Friday 4 December 2026, in 5 working d",
        "due on Friday 4 December 2026, in 1 working d",
    ]
    assert len(heard(table, cast.scribe)) == 2  # three days before, and on the day
    forgotten = table.slash("reminders usual", by=cast.lead)
    assert "actions: 3, 0" in forgotten.text
    assert "quiet: 18:00 to 08:00" in forgotten.text
    at(table, "7 Dec 09:00")
    assert len(heard(table, cast.lead)) == 3


def test_times_that_cannot_be_read_are_refused_and_nothing_changes(table: Parley) -> None:
    reply = table.slash("reminders actions: soon", by=cast.lead)
    assert reply.private
    assert "Type whole numbers from 0 to 60" in reply.text
    assert "You typed: /parley reminders actions: soon" in reply.shown
    assert table.slash("reminders daily: 10:00", by=cast.lead).text.startswith("“daily: 10:00” cannot be read.")
    assert "You have no seat in OXMH" in table.slash("reminders actions: 5", by=cast.stranger).text


def test_ones_own_times_are_a_form_too(table: Parley) -> None:
    table.slash("reminders", by=cast.observer)
    form = table.api.modal(cast.observer.id)
    assert form is not None
    answer = table.submits(form, as_it_stands(form, times="late: sometimes"), by=cast.observer)
    assert "Type a whole number from 1 to 60" in answer["errors"]["times"]
    assert table.submits(form, as_it_stands(form, times="late: never\nactions: 0"), by=cast.observer) == {}
    to_do(table, "Send the figures", cast.observer, "1 dec")
    for day in ("27 Nov", "30 Nov", *(f"{number} Dec" for number in range(1, 12))):
        at(table, f"{day} 09:00")
    assert len(heard(table, cast.observer)) == 1
    assert len(heard(table, cast.chair)) == 1  # being left alone oneself does not keep it from the chair


def test_a_person_chooses_how_long_before_a_meeting_they_hear_of_it(table: Parley) -> None:
    table.slash("reminders attendees: 45; meetings: 0", by=cast.lead)
    table.slash("reminders attendees: never; meetings: never", by=cast.observer)
    table.slash("meeting add gateway Readiness on 30 nov at 11:00 for 1h", by=cast.chair)
    at(table, "27 Nov 09:00")
    assert all_heard(table, cast.lead, cast.observer) == [[], []]
    at(table, "30 Nov 09:00")
    assert len(heard(table, cast.lead, PERSON)) == 1
    at(table, "30 Nov 10:15")
    assert [len(texts) for texts in all_heard(table, cast.lead, cast.negotiator, cast.observer)] == [2, 1, 0]
    at(table, "30 Nov 10:45")
    assert [len(texts) for texts in all_heard(table, cast.lead, cast.negotiator, cast.observer)] == [2, 2, 0]


def test_ones_own_quiet_hours_put_off_what_falls_in_them(table: Parley) -> None:
    """Tom is quiet until ten and from five: what falls in the evening waits for the next working morning."""
    table.slash("reminders quiet: 17:00 to 10:00", by=cast.scribe)
    to_do(table, "Book the rooms", cast.scribe, "27 nov", cast.lead)
    table.slash("meeting add gateway Readiness on 27 nov at 17:10 for 1h", by=cast.chair)
    at(table, "27 Nov 09:00")
    at(table, "27 Nov 09:59")
    assert heard(table, cast.scribe) == []
    assert len(heard(table, cast.lead)) == 1
    at(table, "27 Nov 10:00")
    assert lines(*heard(table, cast.scribe)) == [
        "*A1* Book the rooms: due today, Friday 27 November 2026, with Daniel Kerr (OHP)"
    ]
    at(table, "27 Nov 16:55")
    at(table, "27 Nov 17:25")  # nobody began it
    at(table, "27 Nov 17:59")
    assert len(heard(table, cast.scribe, PERSON)) == 1
    for when in ("28 Nov 10:00", "30 Nov 08:00", "30 Nov 09:59"):
        at(table, when)
    assert len(heard(table, cast.scribe, PERSON)) == 1
    at(table, "30 Nov 10:00")
    (text,) = heard(table, cast.scribe, PERSON)[1:]
    assert "was due on Friday 27 November 2026, 1 working day ago" in text
    assert "*G1* Readiness should have begun at 17:10" in text


def test_without_quiet_hours_nothing_goes_out_on_a_day_off_either(table: Parley) -> None:
    table.slash("reminders quiet: 08:30 to 08:30", by=cast.lead)
    to_do(table, "Send the figures", cast.lead, "27 nov")
    table.api.faults = Faults(seed=1, unavailable=1.0)
    at(table, "27 Nov 09:00")
    at(table, "27 Nov 23:00")
    table.api.faults = None
    for when in ("28 Nov 00:05", "28 Nov 06:00", "28 Nov 12:00", "29 Nov 12:00", "30 Nov 08:30"):
        at(table, when)
    assert heard(table, cast.lead) == []
    at(table, "30 Nov 09:00")
    at(table, "30 Nov 09:01")
    assert len(heard(table, cast.lead)) == 1


def test_a_negotiation_sets_its_times_in_a_form_of_which_faults_show_under_the_field(table: Parley) -> None:
    answer = settings(table, times="daily: 19:00")
    assert "19:00 lies in the quiet hours, 18:00 to 08:00" in answer["errors"]["times"]
    assert settings(table, times="daily: 10:00\nactions: never\nlate: 2\nchair: 3\nconfirmations: 1") == {}
    to_do(table, "Send the figures", cast.negotiator, "27 nov")
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    at(table, "27 Nov 09:00")
    assert heard(table, cast.joint) == []
    for day in ("27 Nov", "30 Nov", "1 Dec", "2 Dec"):
        at(table, f"{day} 10:00")
    awaited, digest = (lines(text)[0] for text in heard(table, cast.joint))
    assert "*AG1* has waited" in awaited
    assert digest.startswith("*The week")
    assert [lines(text)[0][-33:] for text in heard(table, cast.negotiator)] == ["November 2026, 2 working days ago"]
    assert len(heard(table, cast.chair)) == 1
    refused = table.slash("settings", by=cast.observer)
    assert "daily: 10:00" in refused.text  # shown, not to be changed
    assert table.api.modal(cast.observer.id) is None


# -- after an outage ------------------------------------------------------------------------------------


@pytest.fixture
def busy(table: Parley) -> Parley:
    """Something falls on each of the three days from Tuesday 1 December."""
    to_do(table, "Send the figures", cast.lead, "1 dec")
    to_do(table, "Cost the model", cast.lead, "2 dec")
    to_do(table, "Draft the tariff", cast.lead, "7 dec")
    to_do(table, "Ask the board", cast.lead, "1 dec", cast.scribe)
    table.slash("meeting add gateway Readiness on 8 dec at 10:00 for 1h", by=cast.chair)
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    table.slash("milestone add Full draft issued on 30 nov", by=cast.chair)
    table.slash("milestone add Board approval on 1 dec", by=cast.chair)
    at(table, "27 Nov 09:00")
    at(table, "30 Nov 09:00")
    return table


SENSIBLE = [
    "*A1* Send the figures: was due on Tuesday 1 December 2026, 3 working days ago (Parley could not say so on "
    "Wednesday 2 December 2026.)",
    "*A4* Ask the board: was due on Tuesday 1 December 2026, 3 working days ago, with Tom Whitfield (CCG) (Parley "
    "could not say so on Wednesday 2 December 2026.)",
    "*A2* Cost the model: was due on Wednesday 2 December 2026, 2 working days ago (Parley could not say so on "
    "Thursday 3 December 2026.)",
    "*A3* Draft the tariff: due on Monday 7 December 2026, in 1 working day (Parley could not say so on Wednesday "
    "2 December 2026.)",
    "*G1* Readiness: Tuesday 8 December 2026, 10:00 to 11:00 (GMT). Still missing: an agenda (Parley could not say "
    "so on Tuesday 1 December 2026.)",
]


def test_after_three_days_without_parley_each_hears_one_message_that_tells_late_as_late(busy: Parley) -> None:
    people = (cast.chair, cast.scribe, cast.analyst, cast.lead, cast.negotiator, cast.observer)
    before = [len(texts) for texts in all_heard(busy, *people)]
    at(busy, "4 Dec 09:00")
    at(busy, "4 Dec 09:01")
    assert [len(texts) for texts in all_heard(busy, *people)] == [count + 1 for count in before]
    assert lines(heard(busy, cast.lead)[-1]) == SENSIBLE
    assert lines(heard(busy, cast.observer)[-1]) == SENSIBLE[-1:]
    # To the table: what the digest of Monday had not told yet.
    assert [line.partition(" ")[0] for line in lines(heard(busy, cast.joint)[-1])] == ["*M1*", "*M2*"]
    assert len(heard(busy, cast.joint)) == 2


@pytest.mark.parametrize("kind", [UNAVAILABLE, ERROR_BEFORE, DROP_BEFORE, RATE_LIMITED])
def test_after_three_days_without_slack_each_hears_one_message_and_not_three(busy: Parley, kind: str) -> None:
    people = (cast.chair, cast.scribe, cast.analyst, cast.lead, cast.negotiator, cast.observer)
    before = [len(texts) for texts in all_heard(busy, *people)]
    name = "rate_limited" if kind == RATE_LIMITED else kind
    busy.api.faults = Faults(seed=1, retry_after=600, **{name: 1.0})  # type: ignore[arg-type]
    for day in ("1 Dec", "2 Dec", "3 Dec"):
        for clock in ("09:00", "09:02", "13:00", "17:59", "23:00"):
            at(busy, f"{day} {clock}")
    busy.api.faults = None
    at(busy, "3 Dec 23:30")
    at(busy, "4 Dec 08:59")
    assert [len(texts) for texts in all_heard(busy, *people)] == before
    at(busy, "4 Dec 09:00")
    at(busy, "4 Dec 09:15")
    assert [len(texts) for texts in all_heard(busy, *people)] == [count + 1 for count in before]
    assert sorted(lines(heard(busy, cast.lead)[-1])) == sorted(SENSIBLE)
    assert lines(heard(busy, cast.observer)[-1]) == SENSIBLE[-1:]
    assert [line.partition(" ")[0] for line in lines(heard(busy, cast.joint)[-1])] == ["*M1*", "*M2*"]
    assert len(heard(busy, cast.joint)) == 2


def test_what_could_not_be_said_on_a_day_is_said_later_on_that_day(busy: Parley) -> None:
    busy.api.faults = Faults(seed=1, unavailable=1.0)
    at(busy, "1 Dec 09:00")
    busy.api.faults = None
    at(busy, "1 Dec 17:59")
    assert lines(heard(busy, cast.lead)[-1])[0] == "*A1* Send the figures: due today, Tuesday 1 December 2026"


def test_what_was_settled_while_slack_was_away_is_not_said_afterwards(busy: Parley) -> None:
    before = len(heard(busy, cast.lead))
    busy.api.faults = Faults(seed=1, unavailable=1.0)
    at(busy, "1 Dec 09:00")
    at(busy, "2 Dec 09:00")
    busy.api.faults = None
    for ref in ("A1", "A2", "A3", "A4"):
        busy.slash(f"done {ref}", by=cast.lead)
    busy.slash("meeting cancel G1 because the draft is not ready", by=cast.chair)
    at(busy, "3 Dec 09:00")
    assert len(heard(busy, cast.lead)) == before


def test_a_message_whose_answer_was_lost_is_not_said_again(busy: Parley) -> None:
    before = len(heard(busy, cast.lead))
    busy.api.faults = Faults(seed=1, error_after_recording=1.0, methods=("chat.postMessage",))
    at(busy, "1 Dec 09:00")
    busy.api.faults = None
    for when in ("1 Dec 09:05", "1 Dec 10:00", "1 Dec 18:00"):
        at(busy, when)
    assert len(heard(busy, cast.lead)) == before + 1


def test_what_was_posted_before_slack_went_away_keeps_its_words_and_what_is_new_is_a_new_message(busy: Parley) -> None:
    before = len(heard(busy, cast.lead))
    busy.api.faults = Faults(seed=1, error_after_recording=1.0, methods=("chat.postMessage",))
    at(busy, "1 Dec 09:00")
    busy.api.faults = Faults(seed=1, unavailable=1.0)
    for when in ("1 Dec 09:02", "1 Dec 15:00", "2 Dec 08:00"):
        at(busy, when)
    busy.api.faults = None
    for when in ("2 Dec 09:00", "2 Dec 09:01", "2 Dec 09:02"):
        at(busy, when)
    first, second = heard(busy, cast.lead)[before:]
    assert [line.split("*")[1] for line in lines(first)] == ["A1", "A4", "G1"]
    assert [line.split("*")[1] for line in lines(second)] == ["A1", "A4", "A2", "A3"]
    assert "due today, Wednesday 2 December 2026" in second
    assert len(heard(busy, cast.observer)) == 1
    # Both have their buttons still.
    press(busy, "done A1", cast.lead, which=-1)
    assert "*A1* Send the figures: done now" in heard(busy, cast.lead)[-1]
    busy.later(minutes=1)
    press(busy, "done A4", cast.lead, which=-2)
    assert lines(heard(busy, cast.lead)[-2])[:2] == [
        "*A1* Send the figures: done now",
        "*A4* Ask the board: done now",
    ]


def test_the_one_message_after_an_outage_is_kept_up_to_date_whole(busy: Parley) -> None:
    busy.api.faults = Faults(seed=1, unavailable=1.0)
    for when in ("1 Dec 09:00", "2 Dec 09:00", "3 Dec 09:00"):
        at(busy, when)
    busy.api.faults = None
    for when in ("4 Dec 09:00", "4 Dec 09:01"):
        at(busy, when)
    press(busy, "done A3", cast.lead)
    told = lines(heard(busy, cast.lead)[-1])
    assert "*A3* Draft the tariff: done now" in told
    assert len(told) == len(SENSIBLE)


def test_the_digest_of_a_monday_without_parley_is_told_on_tuesday(busy: Parley) -> None:
    at(busy, "4 Dec 09:00")
    to_do(busy, "Ring the bank", cast.negotiator, "13 dec")
    busy.slash("agree The trust shares its model.", by=cast.chair)
    busy.slash("milestone add Signature on 7 dec", by=cast.chair)
    count = len(heard(busy, cast.joint))
    at(busy, "8 Dec 09:00")
    (text,) = heard(busy, cast.joint)[count:]
    assert text.count("The week to Sunday 13 December 2026") == 1
    refs = [line.split("*")[1] for line in lines(text)[1:]]
    assert refs == ["G1", "M1", "M2", "M3", "A1", "A4", "A2", "A3", "A5", "AG1", "AG2"]


def test_a_milestone_known_to_the_month_is_missed_when_its_month_is_over(table: Parley) -> None:
    table.slash("milestone add Full draft issued on december 2026", by=cast.chair)
    table.slash("milestone add Board approval on november 2026", by=cast.chair)
    at(table, "27 Nov 09:00")
    at(table, "30 Nov 09:00")
    assert heard(table, cast.joint) == []
    at(table, "1 Dec 09:00")
    assert lines(*heard(table, cast.joint)) == [
        "*M2* Board approval was planned for November 2026 and is not marked as done: `/parley milestone done M2`, or "
        "`/parley milestone move M2 to DATE because …`"
    ]


# -- ticking twice --------------------------------------------------------------------------------------


@pytest.fixture
def on_both(database_url: str) -> Iterator[Parley]:
    """OXMH on each kind of database, with something to say to everybody on Monday."""
    with running_parley(database_url) as parley:
        parley.set_up()
        parley.slash("agree Payment falls due within 30 days.", by=cast.chair)
        parley.slash("meeting add gateway Readiness on 7 dec at 10:00 for 1h", by=cast.chair)
        to_do(parley, "Send the figures", cast.lead, "30 nov", cast.scribe)
        parley.slash("meeting add gateway Sign-off on 30 nov at 09:10 for 1h", by=cast.chair)
        parley.deliver()
        yield parley


def test_ticking_twice_says_nothing_twice(on_both: Parley) -> None:
    on_both.now = datetime(2026, 11, 30, 9, tzinfo=LONDON)
    # Six people of what is coming and of what begins in a moment, and the table.
    assert [service.plan(on_both.deps.db, on_both.now) for _ in range(3)] == [13, 0, 0]
    on_both.tick()
    on_both.tick()
    everyone = [person for person in cast.everybody if person is not cast.stranger]
    assert [len(texts) for texts in all_heard(on_both, *everyone)] == [2] * 6
    assert len(heard(on_both, cast.joint)) == 1


def test_two_processes_ticking_at_once_say_nothing_twice(on_both: Parley, database_url: str) -> None:
    on_both.now = datetime(2026, 11, 30, 9, tzinfo=LONDON)
    together, counts, faults = threading.Barrier(4), list[int](), list[BaseException]()

    def process() -> None:
        database = Database(database_url)
        try:
            together.wait()
            planned = None
            while planned is None:
                with suppress(Busy):  # whoever has waited too long for the others ticks again, as the clock would
                    planned = service.plan(database, on_both.now)
            counts.append(planned)
            delivery.deliver_due(database, on_both.client, routes.NOTICES, on_both.deps.now, delivery.new_worker())
        except BaseException as fault:
            faults.append(fault)
        finally:
            database.close()

    processes = [threading.Thread(target=process) for _ in range(4)]
    for each in processes:
        each.start()
    for each in processes:
        each.join()
    assert faults == []
    assert sorted(counts) == [0, 0, 0, 13]
    everyone = [person for person in cast.everybody if person is not cast.stranger]
    assert [len(texts) for texts in all_heard(on_both, *everyone)] == [2] * 6
    assert len(heard(on_both, cast.joint)) == 1
