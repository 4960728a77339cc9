"""An action gets another date or another owner, or is open again: with who and why, and the earlier state readable."""

import json
from typing import Any

import pytest

from tests import cast
from tests.harness import Parley


@pytest.fixture
def promised(table: Parley) -> Parley:
    """A1 of Daniel Kerr and CCG-A1 of Tom Whitfield, both due on Friday 4 December 2026."""
    table.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair)
    table.slash(f"action Find our floor {cast.scribe.mention} by 4 dec", by=cast.chair, where=cast.ccg_caucus)
    return table


def action(parley: Parley, ref: str = "A1", party: str | None = None) -> dict[str, Any]:
    by_ref: dict[str, dict[str, Any]] = {row["ref"]: row for row in parley.export(party=party)["actions"]}
    return by_ref[ref]


def deed(parley: Parley, party: str | None = None) -> tuple[str, str, dict[str, Any]]:
    """The last deed of the trail: what, by whom, and its details."""
    entry = parley.export(party=party)["ledger"][-1]
    return entry["deed"], entry["actor"], json.loads(entry["detail"])


def test_another_date_is_said_aloud_with_its_reason_and_kept_in_the_trail(promised: Parley) -> None:
    reply = promised.slash("extend a1 to 11 dec because the model is late", by=cast.lead)
    assert not reply.private
    assert reply.text == (
        "*A1* is due on Friday 11 December 2026 instead of Friday 4 December 2026, because the model is late: "
        "Send the figures"
    )
    assert action(promised)["due_on"] == "2026-12-11"
    what, who, detail = deed(promised)
    assert (what, who) == ("action.extended", "Daniel Kerr (OHP)")
    assert detail == {"before": "2026-12-04", "due_on": "2026-12-11", "reason": "the model is late"}
    assert "by Friday 11 December 2026" in promised.slash("actions", by=cast.observer).text
    assert promised.trail_faults() == []


def test_another_owner_takes_an_action_over(promised: Parley) -> None:
    reply = promised.slash(f"reassign A1 to {cast.negotiator.mention}, {cast.analyst.mention}", by=cast.lead)
    assert not reply.private
    assert "*A1* is Ruth Adeyemi (OHP) and Anjali Mehta (CCG)’s now: Send the figures" in reply.text
    assert action(promised)["owners"] == ["Ruth Adeyemi", "Anjali Mehta"]
    assert "A1" not in promised.slash("actions mine", by=cast.lead).text.replace("There is no such action", "")
    assert deed(promised)[0] == "action.reassigned"
    assert promised.trail_faults() == []


def test_what_was_done_is_open_again_for_a_reason_and_its_evidence_stays(promised: Parley) -> None:
    promised.slash("done A1 sent on Tuesday", by=cast.lead)
    reply = promised.slash("reopen A1 because the figures were last year's", by=cast.scribe)
    assert not reply.private
    assert "*A1* is open again, because the figures were last year's: Send the figures" in reply.text
    assert (action(promised)["status"], action(promised)["done_at"]) == ("open", None)
    assert deed(promised)[0] == "action.reopened"
    promised.slash("done A1 sent again", by=cast.lead)
    assert (action(promised)["status"], action(promised)["evidence"]) == ("done", "sent again")
    assert promised.trail_faults() == []


@pytest.mark.parametrize(
    ("typed", "by", "why"),
    [
        ("extend A1", cast.lead, "Say which, to when and why"),
        ("extend A1 to 11 dec", cast.lead, "Say which, to when and why"),
        ("extend A1 to 11 dec because  ", cast.lead, "Say which, to when and why"),
        ("extend A1 to 31/11 because of it", cast.lead, "does not exist"),
        ("extend A1 to 25 nov 2026 because of it", cast.lead, "has passed"),
        ("extend A1 to 4 dec because of it", cast.lead, "A1 is due then already"),
        ("extend A9 to 11 dec because of it", cast.lead, "There is no action A9"),
        ("extend A1 to 11 dec because of it", cast.analyst, "Only the owners of A1"),
        ("extend A1 to 11 dec because of it", cast.observer, "Only the owners of A1"),
        ("reassign A1", cast.lead, "Say which action and whose it is now"),
        ("reassign A1 to somebody", cast.lead, "Nobody called somebody sits at the table of OXMH"),
        (f"reassign A1 to {cast.stranger.mention}", cast.lead, "Joel Fenn is not at the table"),
        (f"reassign A1 to {cast.analyst.mention}", cast.analyst, "Only the owners of A1"),
        ("reopen A1", cast.lead, "Say which and why"),
        ("reopen A1 because of it", cast.lead, "A1 is open, not done, so there is nothing to reopen"),
        ("reopen A9 because of it", cast.lead, "There is no action A9"),
    ],
)
def test_a_change_that_cannot_be_says_why_and_changes_nothing(
    promised: Parley, typed: str, by: cast.Person, why: str
) -> None:
    before = promised.export(party="CCG")
    reply = promised.slash(typed, by=by)
    assert reply.private
    assert why in reply.text
    assert promised.export(party="CCG") == before


def test_what_is_done_or_taken_back_can_neither_be_extended_nor_given_away(promised: Parley) -> None:
    promised.slash("done A1", by=cast.lead)
    promised.slash(f"action Another {cast.lead.mention} by 4 dec", by=cast.chair)
    promised.slash("undo", by=cast.chair)
    for ref, state in (("A1", "done"), ("A2", "undone")):
        for typed in (f"extend {ref} to 11 dec because of it", f"reassign {ref} to {cast.analyst.mention}"):
            reply = promised.slash(typed, by=cast.chair)
            assert reply.private
            assert f"{ref} is {state}. Only an open action can be changed." in reply.text
    assert "A2 is undone, not done" in promised.slash("reopen A2 because of it", by=cast.chair).text


def test_what_is_private_changes_in_private(promised: Parley) -> None:
    refused = promised.slash(f"reassign CCG-A1 to {cast.lead.mention}", by=cast.chair, where=cast.joint)
    assert "one of the owners is not on it" in refused.text
    for typed in (
        "extend CCG-A1 to 11 dec because the bank is slow",
        f"reassign CCG-A1 to {cast.analyst.mention}",
        "done CCG-A1 five per cent",
        "reopen CCG-A1 because the bank has moved",
    ):
        assert promised.slash(typed, by=cast.scribe, where=cast.joint).private
        theirs = promised.slash(typed, by=cast.lead, where=cast.joint)
        assert "There is no action CCG-A1 here that you can see." in theirs.text
    assert promised.posted() == []
    assert "CCG-A1" not in str(promised.export()) + str(promised.export(party="OHP"))
    own = action(promised, "CCG-A1", "CCG")
    assert (own["due_on"], own["owners"], own["status"]) == ("2026-12-11", ["Anjali Mehta"], "open")
    assert promised.trail_faults() == []


def test_the_mark_on_the_line_follows_the_action(meeting: Parley) -> None:
    meeting.types(f"ACTION: send the figures {cast.lead.mention}", by=cast.chair)
    meeting.deliver()
    (line,) = meeting.api.called("reactions.add")
    assert line["name"] == "warning"
    meeting.slash("extend A1 to 11 dec because it had no date", by=cast.lead)
    meeting.deliver()
    assert [call["name"] for call in meeting.api.called("reactions.add")][-1] == "white_check_mark"


def test_a_colleague_is_told_of_somebody_who_left_slack(table: Parley) -> None:
    table.slash(f"action Send the figures {cast.lead.mention} by 27 nov", by=cast.chair)
    table.deliver()
    table.api.fail_next("conversations.open", "user_disabled")
    table.slash("export md", by=cast.lead)
    (told,) = [m["text"] for m in table.posted(cast.negotiator)]
    assert told.startswith(f"{cast.lead.mention} has left Slack, so Parley could not tell them something of OXMH")
    assert "`/parley reassign A3 to @somebody`" in told
    assert table.posted(cast.chair) == []
