"""App Home, from the seats of the people who look at it."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event
from sqlmodel import select

from bot import jobs
from bot.clauses import rules as clause_rules
from bot.clauses.standing import outlined, standings
from bot.home import publishing, service
from storage.tables import HomeView, Member, Party
from storage.tables import Person as PersonRow
from tests import cast
from tests.block_kit import faults_in_view
from tests.cast import Person, Room
from tests.harness import Parley, elements

WORDING = "Payment falls due within 30 days."


def read(view: dict[str, Any]) -> str:
    """Everything that is written in a view, a line each."""
    lines = []
    for block in view["blocks"]:
        for text in (block.get("text"), *[each for each in block.get("elements", []) if each["type"] == "mrkdwn"]):
            if text:
                lines.append(text["text"])
    return "\n".join(lines)


def live(view: dict[str, Any]) -> str:
    """Whatever of a view Slack would take for a mention or a link: its mrkdwn."""
    texts = [block["text"] for block in view["blocks"] if "text" in block]
    texts += [each for block in view["blocks"] for each in block.get("elements", [])]
    return "\n".join(text["text"] for text in texts if text["type"] == "mrkdwn")


DOORS = ("form.list", "new.resume")


def offered(view: dict[str, Any]) -> list[tuple[str, str]]:
    """The buttons of a view, but for the doors to everything else: what each does and with what."""
    every = [(each["action_id"], each["value"]) for each in elements(view) if each["type"] == "button"]
    return [button for button in every if button[0] not in DOORS]


def doors(view: dict[str, Any]) -> list[str]:
    return [each["action_id"] for each in elements(view) if each.get("action_id") in DOORS]


def told(parley: Parley, person: Person) -> list[str]:
    return [message["text"] for message in parley.posted(person)]


def status(parley: Parley, ref: str) -> str:
    return str(next(row["status"] for row in parley.export()["agreements"] if row["ref"] == ref))


def second(parley: Parley, code: str = "BUCKS", where: Room = cast.elsewhere) -> None:
    """Another negotiation of the same chair, whose lead is on the other side."""
    parley.slash(f"new {code} Older people's care", by=cast.chair, where=where)
    parley.slash("party add BCC Buckinghamshire as commissioner", by=cast.chair, where=where)
    parley.slash("party add BHT Bucks Healthcare as provider", by=cast.chair, where=where)
    parley.slash(f"member add {cast.chair.mention} to BCC as lead", by=cast.chair, where=where)
    parley.slash(f"member add {cast.lead.mention} to BHT as lead", by=cast.chair, where=where)


# -- who sees what --------------------------------------------------------------------------------------


def test_somebody_in_no_negotiation_is_offered_the_first_step(parley: Parley) -> None:
    view = parley.opens_home(cast.stranger)
    assert offered(view) == [("new.begin", "-")]
    assert "You take part in no negotiation yet" in read(view)
    assert "ask them to give you a seat in it" in read(view)
    parley.presses_at_home("new.begin", "-", by=cast.stranger)
    assert (parley.api.modal(cast.stranger.id) or {})["callback_id"].startswith("new.")


def test_what_waits_for_a_lead_comes_first_and_is_settled_there(table: Parley) -> None:
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair)
    table.slash(f"action Read the draft {cast.lead.mention} by 27 nov", by=cast.chair)
    view = table.opens_home(cast.lead)
    headers = [block["text"]["text"] for block in view["blocks"] if block["type"] == "header"]
    assert headers == [
        "OXMH: Outcomes contract for mental health",
        "Waits for you",
        "Next meetings",
        "Timetable",
        "Clauses",
        "Your reminders",
    ]
    assert offered(view) == [
        ("agreement.confirm", "OXMH AG1 1"),
        ("agreement.object", "OXMH AG1 1"),
        ("action.done", "OXMH A2"),
        ("reminder.extend", "OXMH A2"),
        ("action.done", "OXMH A1"),
        ("reminder.extend", "OXMH A1"),
        ("reminder.mine", "OXMH"),
    ]
    text = read(view)
    assert "Do you confirm exactly these words for Oxford Health and partners?" in text
    assert WORDING in text
    assert "*A2* Read the draft: due on Friday 27 November 2026" in text
    assert "You sit for Oxford Health and partners as lead" in text
    assert "subject to contract" in text.casefold()


def test_confirming_there_agrees_it_and_the_page_shows_it_without_a_message(table: Parley) -> None:
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.opens_home(cast.negotiator)
    before = told(table, cast.negotiator)
    table.presses_at_home("agreement.confirm", "OXMH AG1 1", by=cast.negotiator)
    assert status(table, "AG1") == "agreed"
    assert "AG1" not in read(table.home(cast.negotiator))
    assert told(table, cast.negotiator) == before


def test_a_stale_button_is_explained_and_the_page_mended(table: Parley) -> None:
    table.slash(f"agree {WORDING}", by=cast.chair)
    seen = table.opens_home(cast.negotiator)
    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    table.presses_at_home("agreement.confirm", "OXMH AG1 1", by=cast.negotiator, view=seen)
    assert told(table, cast.negotiator)[-1] == "Your side has confirmed AG1 already; it counts once."
    assert "AG1" not in read(table.home(cast.negotiator))


def test_a_button_that_is_refused_says_why_in_a_direct_message(table: Parley) -> None:
    table.slash(f"agree {WORDING}", by=cast.chair)
    seen = table.opens_home(cast.lead)
    table.slash("undo", by=cast.chair)
    table.presses_at_home("agreement.confirm", "OXMH AG1 1", by=cast.lead, view=seen)
    assert "AG1 was taken back" in told(table, cast.lead)[-1]
    assert "AG1" not in read(table.home(cast.lead))


def test_an_objection_is_made_in_a_form_that_opens_from_the_page(table: Parley) -> None:
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.opens_home(cast.lead)
    table.presses_at_home("agreement.object", "OXMH AG1 1", by=cast.lead)
    form = table.api.modal(cast.lead.id)
    assert form
    table.submits(form, {"reason": {"type": "plain_text_input", "value": "the period is too short"}}, by=cast.lead)
    assert status(table, "AG1") == "objected"
    assert "AG1" not in read(table.home(cast.lead))


def test_done_and_extend_are_one_press_away(table: Parley) -> None:
    table.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair)
    table.slash(f"action Read the draft {cast.lead.mention} by 27 nov", by=cast.chair)
    seen = table.opens_home(cast.lead)
    table.presses_at_home("action.done", "OXMH A2", by=cast.lead)
    assert [row["status"] for row in table.export()["actions"]] == ["open", "done"]
    assert "A2" not in read(table.home(cast.lead))
    assert told(table, cast.lead) == []
    table.presses_at_home("action.done", "OXMH A2", by=cast.lead, view=seen)
    assert told(table, cast.lead)[-1].startswith("Nothing was changed: A2 has been done since")
    table.presses_at_home("reminder.extend", "OXMH A1", by=cast.lead)
    form = table.api.modal(cast.lead.id)
    assert form
    values = {
        "due": {"type": "datepicker", "selected_date": "2026-12-11"},
        "reason": {"type": "plain_text_input", "value": "the model is late"},
    }
    assert table.submits(form, values, by=cast.lead) == {}
    assert "*A1* Send the figures: due on Friday 11 December 2026" in read(table.home(cast.lead))


def test_an_action_without_a_date_waits_for_whoever_said_it(meeting: Parley) -> None:
    meeting.types("ACTION: Send the figures", by=cast.scribe)
    view = meeting.opens_home(cast.scribe)
    assert "*A1* Send the figures still needs an owner and a date." in read(view)
    assert ("action.complete", "OXMH A1") in offered(view)
    assert "A1" not in read(meeting.opens_home(cast.chair))


def test_an_invitation_is_answered_and_a_brief_asked_for(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h place Jubilee House", by=cast.chair)
    view = table.opens_home(cast.negotiator)
    assert "*N1* First round: Friday 11 December 2026, 10:00 to 12:00 (GMT) · Jubilee House. Will you come?" in read(
        view
    )
    assert [each for each in offered(view) if each[1] == "OXMH N1"] == [
        *(("meeting.yes", "OXMH N1"), ("meeting.no", "OXMH N1"), ("meeting.deputy", "OXMH N1")),
        ("brief.ask", "OXMH N1"),
    ]
    table.presses_at_home("meeting.yes", "OXMH N1", by=cast.negotiator)
    assert "Will you come?" not in read(table.home(cast.negotiator))
    table.presses_at_home("brief.ask", "OXMH N1", by=cast.negotiator)
    (brief,) = [message for message in table.posted(cast.negotiator) if "text" in message and not message.get("files")]
    assert brief["text"].startswith("*Brief for N1* First round")
    table.presses_at_home("meeting.yes", "OXMH N1", by=cast.negotiator, view=view)  # the same answer again
    table.presses_at_home("meeting.no", "OXMH N1", by=cast.negotiator, view=view)
    assert "First round" not in read(table.home(cast.negotiator))


def test_minutes_are_approved_there_by_each_side_once(meeting: Parley) -> None:
    meeting.slash("note All came", by=cast.scribe)
    meeting.slash("close", by=cast.scribe)
    meeting.slash("minutes circulate N1", by=cast.scribe)
    view = meeting.opens_home(cast.negotiator)
    assert "do you approve exactly this version for Oxford Health and partners?" in read(view)
    assert ("minutes.correct", "OXMH N1 1") in offered(view)
    assert "approve exactly" not in read(meeting.opens_home(cast.observer))
    meeting.presses_at_home("minutes.approve", "OXMH N1 1", by=cast.negotiator)
    assert "approve exactly" not in read(meeting.home(cast.negotiator))
    assert "approve exactly" not in read(meeting.opens_home(cast.lead))  # one word for the side is enough
    assert "approve exactly" in read(meeting.opens_home(cast.chair))


def test_a_correction_waits_for_whoever_keeps_the_minutes(meeting: Parley) -> None:
    meeting.slash("close", by=cast.scribe)
    meeting.slash("minutes correct N1 On item 2, replace “15%” by “20%”", by=cast.lead)
    meeting.slash("minutes correct N1 The chair was late", by=cast.lead)
    view = meeting.opens_home(cast.scribe)
    assert "Daniel Kerr (OHP) asks to correct the minutes of *N1*: On item 2" in read(view)
    assert ("minutes.accept", "OXMH N1 1") in offered(view)
    assert "asks to correct" not in read(meeting.opens_home(cast.lead))
    meeting.presses_at_home("minutes.decline", "OXMH N1 1", by=cast.scribe)
    form = meeting.api.modal(cast.scribe.id)
    assert form
    meeting.submits(form, {"reason": {"type": "plain_text_input", "value": "it was said"}}, by=cast.scribe)
    meeting.presses_at_home("minutes.accept", "OXMH N1 2", by=cast.scribe)
    assert [row["status"] for row in meeting.export()["minutes_corrections"]] == ["declined", "entered"]
    assert "asks to correct" not in read(meeting.home(cast.scribe))


def test_draft_minutes_wait_for_whoever_may_circulate_them(meeting: Parley) -> None:
    meeting.slash("note All came", by=cast.scribe)
    meeting.slash("close", by=cast.scribe)
    view = meeting.opens_home(cast.chair)
    assert "Draft minutes of *N1* First round, version 1 of Thursday 26 November 2026, wait to be circulated" in read(
        view
    )
    for other in (cast.lead, cast.negotiator, cast.observer):
        assert "to be circulated" not in read(meeting.opens_home(other))
    meeting.opens_home(cast.scribe)
    meeting.presses_at_home("minutes.file:docx", "OXMH N1 1 docx", by=cast.scribe)
    assert list(meeting.files(cast.scribe)) == ["OXMH-N1-minutes-v1.docx"]
    meeting.presses_at_home("minutes.circulate", "OXMH N1 1", by=cast.scribe)
    assert [row["status"] for row in meeting.export()["minutes"]] == ["circulated"]
    assert "to be circulated" not in read(meeting.home(cast.scribe))
    meeting.presses_at_home("minutes.circulate", "OXMH N1 1", by=cast.chair, view=view)
    assert told(meeting, cast.chair)[-1] == "Version 1 of the minutes of N1 is circulated already."


def test_where_nobody_keeps_the_minutes_those_who_speak_for_a_side_are_asked(parley: Parley) -> None:
    for typed in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Oxfordshire as commissioner",
        "party add OHP Oxford Health as provider",
        f"member add {cast.chair.mention} to CCG as lead",
        f"member add {cast.lead.mention} to OHP as lead",
        "meeting add negotiation First round on 27 nov at 10:00 for 2h anyway",
        "start N1",
        "close",
    ):
        parley.slash(typed, by=cast.chair)
    parley.slash("minutes correct N1 The chair was late", by=cast.lead)  # entered at once: they keep them as well
    for person in (cast.chair, cast.lead):
        assert "Draft minutes of *N1* First round" in read(parley.opens_home(person))
    parley.slash(f"member add {cast.scribe.mention} to CCG as scribe", by=cast.chair)
    parley.later(seconds=6)
    assert "Draft minutes" not in read(parley.home(cast.lead))
    assert "Draft minutes of *N1* First round" in read(parley.opens_home(cast.scribe))


def test_an_observer_sees_where_things_stand_and_is_asked_for_nothing(meeting: Parley) -> None:
    meeting.slash(f"agree {WORDING}", by=cast.chair)
    meeting.types("ACTION: Send the figures", by=cast.scribe)
    meeting.slash("milestone add Contract signed on 31 mar 2027", by=cast.chair)
    view = meeting.opens_home(cast.observer)
    assert "Nothing waits for you." in read(view)
    assert offered(view) == [("reminder.mine", "OXMH")]
    assert "*N1* First round" in read(view)
    assert "*M1* Contract signed: Wednesday 31 March 2027" in read(view)
    assert "Share the contract" not in read(view)  # not theirs to bring


def test_the_next_step_is_offered_where_there_is_nothing_yet(table: Parley) -> None:
    text = read(table.opens_home(cast.chair))
    assert "`/parley OXMH meeting add negotiation First round on" in text
    assert "`/parley OXMH milestone add Contract signed on" in text
    assert "`/parley clause import`" in text


def test_everything_else_is_one_press_away(table: Parley) -> None:
    assert doors(table.opens_home(cast.chair)) == ["new.resume", "form.list"]
    assert doors(table.opens_home(cast.negotiator)) == ["form.list"]
    assert doors(table.opens_home(cast.observer)) == []
    table.presses_at_home("form.list", "OXMH", by=cast.negotiator)
    assert (table.api.modal(cast.negotiator.id) or {})["callback_id"] == "form.list"
    table.presses_at_home("new.resume", "OXMH", by=cast.chair)
    assert (table.api.modal(cast.chair.id) or {})["callback_id"].startswith("new.")


def test_a_set_up_that_was_left_goes_on_from_here(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    assert doors(parley.opens_home(cast.chair)) == ["new.resume"]


def test_a_meeting_that_is_due_and_not_begun_is_still_there(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h", by=cast.chair)
    table.now = datetime(2026, 12, 11, 10, 2, tzinfo=UTC)
    assert "*N1* First round: Friday 11 December 2026, 10:00 to 12:00 (GMT) · not begun yet" in read(
        table.opens_home(cast.lead)
    )
    table.now = datetime(2026, 12, 11, 22, 2, tzinfo=UTC)
    assert "No meeting is planned." in read(table.opens_home(cast.lead))


def test_slippage_and_lateness_are_told_in_working_days(table: Parley) -> None:
    table.slash("milestone add Proposals due on 4 dec 2026", by=cast.chair)
    table.slash("milestone move M1 to 11 dec 2026 because the board meets later", by=cast.chair)
    table.slash("milestone add Market analysis on 20 nov 2026", by=cast.chair)
    text = read(table.opens_home(cast.lead))
    assert "*M1* Proposals due: Friday 11 December 2026 · 5 working days later than first planned" in text
    assert "*M2* Market analysis: Friday 20 November 2026 · overdue" in text
    assert text.index("*M2*") < text.index("*M1*")


def test_clauses_are_counted_as_they_stand(table: Parley) -> None:
    for number in ("4.1", "4.2", "4.3", "4.4", "4.5"):
        table.slash(f"clause add {number} Payment", by=cast.chair)
    table.slash("package Money: 4.1, 4.5", by=cast.chair)
    table.slash("agree 4.1: Payment falls due within 30 days.", by=cast.chair)
    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    table.slash("agree 4.2: The rate is fixed.", by=cast.chair)
    table.presses("agreement.confirm", "OXMH AG2 1", by=cast.lead)
    table.slash("propose 4.3 The trust reports monthly.", by=cast.lead)
    table.slash(f"escalate 4.3 to {cast.lead.mention} because it blocks the rest", by=cast.chair)
    table.slash("park 4.4 until 12 dec", by=cast.chair)
    view = table.opens_home(cast.lead)
    assert "2 open, 1 agreed, 1 parked, 1 escalated" in read(view)  # 4.1 waits for the rest of its package
    assert "Clause *4.3* Payment is escalated to you" in read(view)
    with table.deps.db.snapshot() as session:
        assert outlined(session, [1], [], [])[1] == {
            1: Counter(clause_rules.in_short(each.status) for each in standings(session, 1))
        }


def test_a_legal_adviser_sees_the_clauses_to_be_cleared(table: Parley) -> None:
    table.slash(f"member add {cast.analyst.mention} to CCG as legal", by=cast.chair)
    for number in range(1, 11):
        table.slash(f"clause add {number}.1 Payment", by=cast.chair)
        table.slash(f"clause legal {number}.1", by=cast.chair)
    table.slash("clause legal 1.1 cleared", by=cast.analyst)
    text = read(table.opens_home(cast.analyst))
    assert "For you to clear as legal adviser: clauses *2.1*, *3.1*, *4.1*" in text
    assert "*9.1* and 1 more · `/parley clause legal 4.2 cleared`" in text
    assert "to clear" not in read(table.opens_home(cast.lead))


# -- several negotiations -------------------------------------------------------------------------------


def test_all_negotiations_are_shown_together_and_the_list_narrows_them(table: Parley) -> None:
    second(table)
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.slash("agree The rate is fixed.", by=cast.chair, where=cast.elsewhere)
    table.slash(f"action Send the model {cast.lead.mention} by 27 nov 2026", by=cast.chair)
    view = table.opens_home(cast.lead)
    assert "*A1* of OXMH: Send the model: " in read(view)
    assert "*AG1* of OXMH" in read(view)
    assert "*AG1* of BUCKS" in read(view)
    assert read(view).count("Subject to contract") == 1
    (switcher, times) = [each for each in elements(view) if each["type"] == "static_select"]
    assert [option["value"] for option in switcher["options"]] == ["-", "OXMH", "BUCKS"]
    assert switcher["initial_option"]["value"] == "-"
    table.presses_at_home("home.choose", "BUCKS", by=cast.lead, kind="static_select")
    narrowed = table.home(cast.lead)
    assert narrowed["blocks"][0]["text"]["text"] == "BUCKS: Older people's care"
    assert WORDING not in read(narrowed)
    table.presses_at_home("home.choose", "-", by=cast.lead, kind="static_select")
    assert read(table.home(cast.lead)).count("*AG1*") == 2
    table.presses_at_home("reminder.mine", "OXMH", by=cast.lead, kind="static_select")
    form = table.api.modal(cast.lead.id)
    assert form
    assert "OXMH" in form["blocks"][0]["label"]["text"]
    assert times["action_id"] == "reminder.mine"


def test_a_negotiation_that_somebody_is_not_in_cannot_be_chosen(table: Parley) -> None:
    second(table)
    seen = table.opens_home(cast.lead)
    table.opens_home(cast.negotiator)
    table.presses_at_home("home.choose", "BUCKS", by=cast.negotiator, view=seen, kind="static_select")
    assert "There is no negotiation here that you take part in" in told(table, cast.negotiator)[-1]
    assert "BUCKS" not in read(table.home(cast.negotiator))


def test_ones_own_reminder_times_are_changed_there(table: Parley) -> None:
    assert "You are reminded of your actions 3 working days before and on the day" in read(table.opens_home(cast.lead))
    table.presses_at_home("reminder.mine", "OXMH", by=cast.lead)
    form = table.api.modal(cast.lead.id)
    assert form
    table.submits(form, {"times": {"type": "plain_text_input", "value": "actions: 5, 1"}}, by=cast.lead)
    assert "your actions 5 and 1 working days before, and of late ones" in read(table.home(cast.lead))


# -- what is private ------------------------------------------------------------------------------------


def test_what_is_private_to_the_other_side_is_not_there(table: Parley) -> None:
    table.slash(f"action Weigh plan Zanzibar {cast.chair.mention} by 4 dec", by=cast.chair, where=cast.ccg_caucus)
    table.slash("meeting add premeet Plan Zanzibar on 3 dec at 10:00 for 1h", by=cast.chair, where=cast.ccg_caucus)
    assert "Weigh plan Zanzibar (only Oxfordshire Clinical Commissioning Group sees it)" in read(
        table.opens_home(cast.chair)
    )
    for person in (cast.lead, cast.negotiator, cast.observer, cast.stranger):
        assert "Zanzibar" not in str(table.opens_home(person))


def test_who_changes_sides_leaves_the_old_sides_record_behind(table: Parley) -> None:
    """An action given to somebody while they sat for one side is not shown to them on the other."""
    table.slash(f"action Weigh plan Zanzibar {cast.analyst.mention} by 4 dec", by=cast.chair, where=cast.ccg_caucus)
    assert "Zanzibar" in read(table.opens_home(cast.analyst))
    with table.deps.db.transaction() as session:
        ohp = session.exec(select(Party).where(Party.code == "OHP")).one()
        person = session.exec(select(PersonRow).where(PersonRow.user_id == cast.analyst.id)).one()
        seat = session.exec(select(Member).where(Member.person_id == person.id)).one()
        seat.party_id = ohp.id or 0
        session.add(seat)
    assert "Zanzibar" not in str(table.opens_home(cast.analyst))


# -- when it is published -------------------------------------------------------------------------------


def published(parley: Parley) -> list[str]:
    """Whose pages were put up since this was last asked."""
    publishing.publish_due(parley.deps)
    called = [call["user_id"] for call in parley.api.called("views.publish")]
    fresh, parley.api.calls[:] = called, [each for each in parley.api.calls if each.method != "views.publish"]
    return fresh


def test_only_those_who_looked_lately_are_published_to(table: Parley) -> None:
    table.opens_home(cast.lead)
    table.opens_home(cast.negotiator)
    assert published(table) == [cast.lead.id, cast.negotiator.id]
    table.later(minutes=11)
    table.opens_home(cast.lead)
    assert published(table) == []  # nothing has changed
    table.slash(f"agree {WORDING}", by=cast.chair)
    assert published(table) == [cast.lead.id]
    assert "AG1" in read(table.opens_home(cast.negotiator))  # who looks again sees it at once


def test_a_page_that_shows_the_same_is_not_published_again(table: Parley) -> None:
    table.opens_home(cast.lead)
    assert published(table) == [cast.lead.id]
    table.later(seconds=10)
    table.slash("note Nothing that waits for anybody", by=cast.chair)
    assert published(table) == []
    with table.deps.db.snapshot() as session:
        row = session.exec(select(HomeView)).one()
    assert row.seen == {"1": [int(row.seen["1"][0]), row.seen["1"][1], "2026-11-26"]}
    table.later(days=1)
    table.opens_home(cast.lead)
    assert published(table) == []


def test_others_deeds_are_shown_after_five_seconds_and_ones_own_at_once(table: Parley) -> None:
    table.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair)
    table.opens_home(cast.lead)
    assert published(table) == [cast.lead.id]
    table.slash(f"agree {WORDING}", by=cast.chair)
    assert published(table) == []
    table.later(seconds=5)
    assert published(table) == [cast.lead.id]
    table.presses_at_home("action.done", "OXMH A1", by=cast.lead)
    assert published(table) == [cast.lead.id]


def test_a_new_day_makes_a_date_overdue(table: Parley) -> None:
    table.slash(f"action Send the figures {cast.lead.mention} by 26 nov", by=cast.chair)
    table.now = table.now.replace(hour=23, minute=55)
    assert "due today, Thursday 26 November 2026" in read(table.opens_home(cast.lead))
    table.later(minutes=9)
    assert "overdue since Thursday 26 November 2026" in read(table.home(cast.lead))


@pytest.mark.parametrize("fault", ["ratelimited", "error_before", "drop_before", "internal_error", "half_body"])
def test_what_slack_will_not_take_now_is_tried_again(table: Parley, fault: str) -> None:
    table.api.fail_next("views.publish", fault, retry_after=7)
    assert table.opens_home(cast.lead) == {} or fault == "half_body"
    table.later(seconds=6)
    publishing.publish_due(table.deps)
    assert len(table.api.called("views.publish")) == 1
    table.later(seconds=25)
    assert "Nothing waits for you." in read(table.home(cast.lead))


def test_when_slack_wants_to_be_left_alone_everybody_waits(table: Parley) -> None:
    for person in (cast.lead, cast.negotiator, cast.observer):
        table.opens_home(person)
    table.api.calls.clear()
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.later(seconds=5)
    table.api.fail_next("views.publish", "ratelimited", retry_after=9)
    assert published(table) == [cast.lead.id]
    table.later(seconds=8)
    assert published(table) == []
    table.later(seconds=1)
    assert published(table) == [cast.lead.id, cast.negotiator.id]  # nothing waits for an observer


def test_a_page_that_cannot_be_made_holds_up_nobody_else(table: Parley) -> None:
    table.opens_home(cast.lead)
    table.opens_home(cast.negotiator)
    with table.deps.db.transaction() as session:
        broken = session.exec(select(Member).join(PersonRow).where(PersonRow.user_id == cast.lead.id)).one()
        broken.reminders = {"nonsense": 1}
        session.add(broken)
    table.api.calls.clear()
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.later(seconds=5)
    assert published(table) == [cast.negotiator.id]
    assert published(table) == []


def test_somebody_who_left_stops_nobody_else(table: Parley) -> None:
    table.api.fail_next("views.publish", "user_not_found")
    table.opens_home(cast.lead)
    assert "OXMH" in read(table.opens_home(cast.negotiator))
    calls = len(table.api.called("views.publish"))
    table.later(seconds=30)
    publishing.publish_due(table.deps)
    assert len(table.api.called("views.publish")) == calls
    assert "OXMH" in read(table.opens_home(cast.lead))


def test_a_page_that_another_process_has_replaced_is_made_afresh(table: Parley) -> None:
    table.opens_home(cast.lead)
    table.api.homes[cast.lead.id]["hash"] = "another"
    table.slash(f"agree {WORDING}", by=cast.chair)
    table.later(seconds=5)
    assert "AG1" in read(table.home(cast.lead))
    hashes = [call.get("hash", "") for call in table.api.called("views.publish")]
    assert hashes[0] == hashes[2] == ""
    assert hashes[1]


def test_the_messages_tab_is_nothing_to_publish_for(table: Parley) -> None:
    assert table.opens_home(cast.lead, tab="messages") == {}


def test_opening_it_twice_in_a_row_is_harmless_and_a_retry_counts_once(table: Parley) -> None:
    opened = {"type": "app_home_opened", "user": cast.lead.id, "channel": "D1", "tab": "home"}
    payload = table.event_payload(opened, "EvSAME")
    assert table.dispatch(payload).status == table.dispatch(payload).status == 200
    with table.deps.db.snapshot() as session:
        assert session.exec(select(HomeView)).one().asked == 1
    assert published(table) == [cast.lead.id]


def test_the_clock_publishes_every_second() -> None:
    assert jobs.JOBS["publish_homes"].every == timedelta(seconds=1)


def questions(parley: Parley) -> int:
    """How often the database is asked for one page."""
    asked = 0

    def count(*_: object) -> None:
        nonlocal asked
        asked += 1

    with parley.deps.db.snapshot() as session:
        event.listen(Engine, "before_cursor_execute", count)
        try:
            service.facts(session, parley.deps.team_id, cast.lead.id, None, now=parley.now)
        finally:
            event.remove(Engine, "before_cursor_execute", count)
    return asked


def test_more_actions_meetings_and_negotiations_ask_no_more_of_the_database(table: Parley) -> None:
    def add(first: int, last: int) -> None:
        for number in range(first, last):
            table.slash(f"action Send figure {number} {cast.lead.mention} by 4 dec", by=cast.chair)
            table.slash(f"agree Figure {number} is shared.", by=cast.chair)
            table.slash(f"milestone add Step {number} on 4 dec 2026", by=cast.chair)
            table.slash(f"meeting add negotiation Round {number} on {number} dec at 10:00 for 1h anyway", by=cast.chair)

    add(1, 2)
    before = questions(table)
    add(2, 4)
    second(table)
    assert questions(table) <= before
    assert before < 25


# -- the longest words ----------------------------------------------------------------------------------


@pytest.mark.parametrize("several", [False, True], ids=["one", "several"])
def test_the_longest_page_of_hostile_words_fits(table: Parley, several: bool) -> None:
    flat = "The &amp; &lt;!channel&gt; *shall* `pay` <@U04LEAD> 🤝 " * 60
    long, title = flat[:2900], flat.replace("<@U04LEAD> ", "")[:300]
    if several:
        for number in range(12):
            second(table, f"LONGESTCOD{number:02d}"[:12], Room(f"C8{number:02d}", f"room-{number}"))
    for text in (
        *(f"clause add {number}.1 {title}" for number in range(1, 12)),
        *(f"propose {number}.1 {title}" for number in range(1, 12)),
        *(f"escalate {number}.1 to {cast.lead.mention} because {title}" for number in range(1, 12)),
        *(f"agree {flat[: 1200 + number]}" for number in range(7)),
        f"agree {flat}",
        *(f"action {long} {cast.lead.mention} by {number} jan 2027" for number in range(1, 14)),
        *(f"milestone add {title} on {number} feb 2027" for number in range(1, 9)),
        *(f"meeting add negotiation {title} on {day} jan 2027 at 10:00 for 2h place {title}" for day in range(4, 9)),
    ):
        table.slash(text, by=cast.chair)
    table.slash("channel joint", by=cast.chair)
    view = table.opens_home(cast.lead)
    sent = {"type": "home", "blocks": view["blocks"]}
    assert faults_in_view(sent) == []
    text = read(view)
    assert re.findall("<(?!!date)[^>]*>", live(view)) == []
    assert "… and 3 more: `/parley" in text  # 13 actions, of which ten are shown
    assert "… and 2 more: `/parley" in text  # milestones
    assert service.MOST_ACTIONS == 10


def test_a_page_with_everything_on_it_stays_within_slack_s_hundred_blocks(table: Parley) -> None:
    """More of each than is shown, with titles of many escapes, for somebody who has every right."""
    title = "A & B " * 40
    for code in ("BUCKS", "LEEDS"):
        second(table, code, Room(f"C8{code}", code.lower()))
    table.slash(f"member add {cast.chair.mention} to CCG as chair, lead, legal", by=cast.chair)
    for number in range(1, 6):
        table.slash(f"meeting add negotiation {title} on {number} dec at 15:00 for 1h anyway", by=cast.chair)
        ref = max(table.meetings(), key=lambda ref: int(ref[1:]) if ref.startswith("N") else 0)
        table.slash(f"start {ref}", by=cast.chair)
        table.slash("close", by=cast.chair)
        if number > 2:
            table.slash(f"minutes circulate {ref}", by=cast.chair)
        table.slash(f"minutes correct {ref} {title}", by=cast.lead)
    for number in range(1, 13):
        table.slash(f"clause add {number}.1 {title}", by=cast.chair)
        table.slash(f"clause legal {number}.1", by=cast.chair)
        table.slash(f"propose {number}.1 {title}", by=cast.lead)
        table.slash(f"escalate {number}.1 to {cast.chair.mention} because {title}", by=cast.lead)
        table.slash(f"agree {title}{number}", by=cast.lead)
        table.slash(f"action {title} {cast.chair.mention} by {number} jan 2027", by=cast.lead)
        table.types(f"ACTION: {title}", by=cast.chair)
        table.slash(f"milestone add {title} on {number} feb 2027", by=cast.chair)
    for day in range(4, 12):
        typed = f"meeting add negotiation {title} on {day} jan 2027 at 10:00 for 2h anyway"
        table.slash(typed, by=cast.chair)
    table.slash("start N13", by=cast.chair)
    table.types("\n".join(["ACTION: Something"] * 5), by=cast.chair)
    view = table.opens_home(cast.chair)
    kinds = [action for action, _ in offered(view)]
    assert {name: kinds.count(name) for name in ("minutes.circulate", "minutes.accept", "minutes.approve")} == {
        "minutes.circulate": 2,
        "minutes.accept": 2,
        "minutes.approve": 3,
    }
    assert {"agreement.confirm", "meeting.yes", "action.complete", "action.done"} <= set(kinds)
    assert faults_in_view({"type": "home", "blocks": view["blocks"]}) == []
    assert 80 < len(view["blocks"]) <= 100, len(view["blocks"])
