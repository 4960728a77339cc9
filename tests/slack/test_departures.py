"""Somebody whose account in Slack is gone: given nothing new to do, while what was stays on record."""

from typing import Any

import pytest

from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley, elements

GONE = cast.lead.mention
CHOOSE = (
    "Daniel Kerr (OHP) has left Slack and would not hear of it. Choose somebody else, of OHP for example Ruth Adeyemi."
)


@pytest.fixture
def table(meeting: Parley) -> Parley:
    """N1 open, with things that may be given to people."""
    for typed in (
        f"action Count the beds {cast.scribe.mention} by 11 dec",
        f"action Send the model {cast.lead.mention} by 11 dec",
        "milestone add Draft on 14 dec 2026",
        "milestone add Gateway on 15 dec 2026 kind gateway",
        "meeting add negotiation Second round on 10 dec 2026 at 10:00 for 2h",
        "clause add 4.2 Payment",
        "ladder 1 " + cast.negotiator.mention + " within 5 working days",
        "structure alliance because risk is shared",
        "assessment add Capability",
    ):
        meeting.slash(typed, by=cast.chair)
    meeting.leaves_slack(cast.lead)
    return meeting


REFUSED = [
    (f"reassign A1 to {GONE}", cast.chair, cast.joint),
    ("reassign A1 to Daniel Kerr", cast.chair, cast.joint),
    (f"action Draft the schedule {GONE} by 11 dec", cast.chair, cast.joint),
    (f"action Draft the schedule {GONE}, {cast.scribe.mention} by 11 dec", cast.chair, cast.joint),
    ("action Daniel to draft the schedule by 11 dec", cast.chair, cast.joint),
    (f"milestone own M1 {GONE}", cast.chair, cast.joint),
    ("milestone own M1 Kerr", cast.chair, cast.joint),
    (f"milestone add Board on 16 dec 2026 owner {GONE}", cast.chair, cast.joint),
    (f"attend N2 {GONE}", cast.chair, cast.joint),
    ("attend N2 Daniel Kerr as scribe", cast.chair, cast.joint),
    (f"agenda add N2 Prices for 20 min {GONE}", cast.chair, cast.joint),
    (f"paper add N2 Finance model {GONE}", cast.chair, cast.joint),
    (f"escalate 4.2 to {GONE} because the cap is beyond us", cast.chair, cast.joint),
    (f"ladder 2 {GONE} within 5 working days", cast.chair, cast.joint),
    (f"recommend M2 Mend the register {GONE} by 12 dec", cast.chair, cast.joint),
    (f"document add Full contract version 2 pen {GONE}", cast.chair, cast.joint),
    ("document add Full contract version 2 pen Daniel Kerr", cast.chair, cast.joint),
    (f"assessment evaluator {GONE}", cast.chair, cast.joint),
    (f"mandate {GONE} May settle clause 4", cast.negotiator, cast.ohp_caucus),
    (f"member authority {GONE} 4", cast.chair, cast.joint),
]


@pytest.mark.parametrize(("typed", "by", "where"), REFUSED, ids=[typed for typed, _, _ in REFUSED])
def test_nothing_new_is_asked_of_somebody_who_has_left(table: Parley, typed: str, by: Person, where: Room) -> None:
    """Whatever gives somebody something to do, to bring, to decide or to come to is refused, with who is there."""
    before = table.export(party="OHP")
    answer = table.slash(typed, by=by, where=where)
    assert answer.private
    assert answer.text.startswith(CHOOSE)
    assert f"You typed: /parley {typed.split('<')[0]}"[:40] in answer.shown
    assert table.export(party="OHP") == before


def test_seats_and_roles_are_given_to_nobody_who_has_left(table: Parley) -> None:
    """A new seat or role does nothing for them; taking roles away, so that nobody waits for them, is a way on."""
    more = table.slash(f"member add {GONE} to OHP as lead, chair", by=cast.negotiator, where=cast.ohp_caucus)
    assert "You may not set up" in more.text
    table.slash(f"member add {cast.scribe.mention} to CCG as scribe, lead", by=cast.chair)
    table.leaves_slack(cast.scribe)
    refused = table.slash(f"member add {cast.scribe.mention} to CCG as scribe, negotiator", by=cast.chair)
    assert (
        "Tom Whitfield has left Slack, so they can do nothing here. Seat somebody else of CCG instead" in refused.text
    )
    assert "now sits for *CCG* as observer" not in refused.text
    assert "as scribe." in table.slash(f"member add {cast.scribe.mention} to CCG as scribe", by=cast.chair).text


def test_a_newcomer_who_has_left_is_not_seated(table: Parley) -> None:
    """Slack says it when it is asked for the name: nobody was told of it before."""
    table.leaves_slack(cast.stranger, heard=False)
    refused = table.slash(f"member add {cast.stranger.mention} to CCG as legal", by=cast.chair)
    assert refused.text.startswith("Joel Fenn has left Slack")
    assert "Joel Fenn" not in str(table.export()["members"])
    table.leaves_slack(cast.stranger, back=True)
    assert (
        "Joel Fenn now sits" in table.slash(f"member add {cast.stranger.mention} to CCG as legal", by=cast.chair).text
    )


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            f"present {GONE}",
            "is present at *N1*. Daniel Kerr (OHP) has left Slack: minutes and actions do not reach them",
        ),
        ("apologies Daniel Kerr", "sends apologies for *N1*. Daniel Kerr (OHP) has left Slack"),
        (f"declare {GONE} trustee of a bidding charity", "Declared as *E1* for Daniel Kerr (OHP)"),
        (
            "extend A2 to 14 dec because nobody is at it",
            "Daniel Kerr (OHP) has left Slack: hand it on, `/parley reassign A2",
        ),
        (f"actions {GONE}", "*A2* Send the model"),
        ("actions Daniel", "*A2* Send the model"),
        (f"reassign A2 to {cast.negotiator.mention}", "is Ruth Adeyemi (OHP)’s now"),
        (f"note {GONE} said this before he went", "Note *E1*"),
    ],
)
def test_what_was_is_recorded_all_the_same(table: Parley, typed: str, said: str) -> None:
    """Who was there, what somebody declared and what is theirs are facts, whether or not they are still in Slack."""
    assert said in table.slash(typed, by=cast.chair).text


def test_an_action_that_comes_back_says_that_its_owner_is_gone(table: Parley) -> None:
    table.slash("done A2", by=cast.chair)
    again = table.slash("reopen A2 because it was last year's", by=cast.chair)
    assert "Daniel Kerr (OHP) has left Slack: hand it on" in again.text


@pytest.mark.parametrize(
    "line", [f"ACTION: {GONE} to draft the schedule by 11 dec", "ACTION: Daniel to draft it by 11 dec"]
)
def test_a_line_for_somebody_who_has_left_is_kept_without_an_owner(table: Parley, line: str) -> None:
    """A line at the table is never dropped; its author is told who is there."""
    table.types(line, by=cast.scribe)
    action = table.export()["actions"][-1]
    assert (action["owners"], action["due_on"]) == ([], "2026-12-11")
    assert "Daniel" in action["text"]
    table.deliver()
    note = table.posted(cast.scribe)[-1]
    assert "lacks an owner" in note["text"]
    if "Daniel Kerr" in action["text"]:
        assert "Daniel Kerr (OHP) has left Slack. Choose somebody else" in str(note["blocks"])
    (button,) = elements(note)
    table.presses(button["action_id"], button["value"], by=cast.scribe)
    form = table.api.modal(cast.scribe.id)
    assert form is not None
    assert "Ruth Adeyemi" in str(form["blocks"])
    assert "Daniel Kerr (OHP)" not in str(form["blocks"][1:])


def test_lines_of_somebody_who_left_later_are_mended_without_losing_them(table: Parley) -> None:
    table.leaves_slack(cast.lead, back=True)
    table.types(f"ACTION: {GONE} to draft the shcedule by 11 dec", by=cast.scribe)
    table.leaves_slack(cast.lead)
    table.types("s/shcedule/schedule/", by=cast.scribe)
    action = table.export()["actions"][-1]
    assert (action["text"], action["owners"]) == ("draft the schedule", ["Daniel Kerr"])


def test_a_form_says_it_under_the_field_and_the_shortcut_does_too(table: Parley) -> None:
    for opens, value, field in (
        ("form.open", "OXMH milestone own", "owner"),
        ("live.action", "OXMH N1", "owners"),
    ):
        table.presses(opens, value, by=cast.chair)
        form = table.api.modal(cast.chair.id)
        assert form is not None
        filled: dict[str, dict[str, Any]] = {
            "milestone": {"type": "static_select", "selected_option": {"value": "M1"}},
            "owner": {"type": "users_select", "selected_user": cast.lead.id},
            "owners": {"type": "multi_users_select", "selected_users": [cast.lead.id]},
            "what": {"type": "plain_text_input", "value": "Draft the schedule"},
            "day": {"type": "datepicker", "selected_date": "2026-12-11"},
        }
        held = {block["block_id"]: filled[block["block_id"]] for block in form["blocks"] if block["type"] == "input"}
        assert table.submits(form, held, by=cast.chair)["errors"][field].startswith(CHOOSE)


# -- who is asked instead ---------------------------------------------------------------------------------


def words(message: dict[str, Any]) -> str:
    return str(message["blocks"])


def card_of(parley: Parley, ref: str) -> dict[str, Any]:
    return [message for message in parley.posted(cast.joint) if message["text"].startswith(f"{ref},")][-1]


def test_a_card_asks_those_who_are_left_as_soon_as_somebody_has_gone(meeting: Parley) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    assert "<@U04LEAD> or <@U05NEGO>: do you confirm" in words(card_of(meeting, "AG1"))
    meeting.leaves_slack(cast.lead)
    card = words(card_of(meeting, "AG1"))
    assert "<@U05NEGO>: do you confirm exactly these words?" in card
    assert "Daniel Kerr (OHP) has left Slack: <@U05NEGO> may confirm for OHP." in card
    meeting.leaves_slack(cast.negotiator)
    card = words(card_of(meeting, "AG1"))
    assert "Oxford Health and partners: do you confirm exactly these words?" in card
    assert "Daniel Kerr and Ruth Adeyemi (OHP) have left Slack, and nobody else may confirm for OHP yet" in card
    meeting.leaves_slack(cast.lead, back=True)
    assert "<@U04LEAD>: do you confirm" in words(card_of(meeting, "AG1"))
    assert [deed["deed"] for deed in meeting.deeds("OHP") if deed["actor"] == "Slack"] == [
        "member.left",
        "member.left",
        "member.back",
    ]
    assert meeting.trail_faults() == []


def test_nobody_hears_of_it_twice(meeting: Parley) -> None:
    for _ in range(2):
        meeting.leaves_slack(cast.lead)
    assert [deed["deed"] for deed in meeting.deeds("OHP") if deed["actor"] == "Slack"] == ["member.left"]
    meeting.leaves_slack(cast.stranger)  # who sits nowhere
    assert "Joel" not in str(meeting.export()["ledger"])


def test_what_slack_refuses_tells_it_too(table: Parley) -> None:
    """Where the event was missed, the first message that cannot be delivered says so."""
    table.slash(f"action Ask the board {cast.observer.mention} by 27 nov", by=cast.chair)
    table.deliver()
    table.api.fail_next("conversations.open", "user_disabled")
    table.slash("export md", by=cast.observer)
    table.deliver()
    again = table.slash(f"reassign A1 to {cast.observer.mention}", by=cast.chair)
    assert again.text.startswith("Siân Pritchard (OHP) has left Slack")


def test_minutes_ask_those_who_are_there(meeting: Parley) -> None:
    meeting.leaves_slack(cast.lead)
    meeting.slash("close", by=cast.scribe)
    meeting.slash("minutes circulate N1", by=cast.scribe)
    asked = [message for message in meeting.posted(cast.joint) if "<@U05NEGO>" in str(message)]
    assert asked
    assert "<@U04LEAD>" not in str(asked[-1])
