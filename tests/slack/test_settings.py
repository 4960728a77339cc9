"""What a negotiation sets for itself: marking, zone, calendar, closed days, and when Parley speaks."""

import json
from typing import Any

import pytest

from tests import cast
from tests.cast import Person
from tests.harness import Parley


def opened(parley: Parley, by: Person = cast.chair) -> dict[str, Any]:
    """The form, as it opens."""
    reply = parley.slash("settings", by=by)
    assert reply.private
    form = parley.api.modal(by.id)
    assert form is not None
    return form


def sends(parley: Parley, by: Person = cast.chair, **changed: str) -> dict[str, Any]:
    """Fill the form in and send it, with everything not named left as it stands."""
    form = opened(parley, by)
    values: dict[str, dict[str, Any]] = {}
    for block in form["blocks"]:
        stands = block["element"].get("initial_value", "")
        values[block["block_id"]] = {
            "type": "plain_text_input",
            "value": changed.get(block["block_id"], stands) or None,
        }
    answer = parley.submits(form, values, by=by)
    parley.api.settle_modal(by.id, answer or None)
    return answer


def deeds(parley: Parley, deed: str) -> list[dict[str, Any]]:
    return [json.loads(e["detail"]) for e in parley.export()["ledger"] if e["deed"] == deed]


def test_the_form_opens_as_things_stand(table: Parley) -> None:
    form = opened(table)
    assert {b["block_id"]: b["element"].get("initial_value") for b in form["blocks"]} == {
        "marking": "Subject to contract",
        "zone": "Europe/London",
        "calendar": "England and Wales",
        "closed": None,
        "times": (
            "actions: 3, 0\nlate: 1\nchair: 5\nmeetings: 5, 1\nattendees: 15\nconfirmations: 2\nbriefs: 1\n"
            "daily: 09:00\nquiet: 18:00 to 08:00"
        ),
    }
    assert sends(table) == {}
    assert deeds(table, "negotiation.settings") == []  # nothing was changed


def test_what_is_set_is_kept_said_and_written_in_the_trail(table: Parley) -> None:
    assert sends(table, marking="Without prejudice", closed="24 dec 2026\n31/12/2026", times="actions: 5, 1") == {}
    told = str((table.deliver(), table.api.ephemerals[-1]))
    assert "Marking: Without prejudice" in told
    assert "Extra closed days: Thursday 24 December 2026, Thursday 31 December 2026" in told
    negotiation = table.export()["negotiation"]
    assert (negotiation["marking"], negotiation["closed_days"], negotiation["reminders"]) == (
        "Without prejudice",
        ["2026-12-24", "2026-12-31"],
        {"actions": [5, 1]},
    )
    assert deeds(table, "negotiation.settings") == [
        {
            "changed": {
                "marking": "Without prejudice",
                "closed_days": ["2026-12-24", "2026-12-31"],
                "reminders": {"actions": [5, 1]},
            }
        }
    ]
    shown = {b["block_id"]: b["element"].get("initial_value") for b in opened(table)["blocks"]}
    assert (shown["closed"], shown["marking"]) == ("2026-12-24\n2026-12-31", "Without prejudice")
    table.slash("meeting add negotiation Round on 11 dec at 10:00 for 2h", by=cast.chair)
    assert "Without prejudice" in str(table.card("N1")["blocks"])
    assert table.trail_faults() == []


def test_every_fault_stands_under_its_own_field_and_nothing_is_kept(table: Parley) -> None:
    before = table.export()
    answer = sends(
        table,
        marking="x" * 81,
        zone="Europe/Londno",
        calendar="Atlantis",
        closed="24 dec 2026\n30 feb",
        times="actions: soon",
    )
    assert answer["response_action"] == "errors"
    faults = answer["errors"]
    assert set(faults) == {"marking", "zone", "calendar", "closed", "times"}
    assert "1 to 80 characters" in faults["marking"]
    assert "Did you mean Europe/London?" in faults["zone"]
    assert "Atlantis" in faults["calendar"]
    assert "“30 feb” does not exist" in faults["closed"]
    assert "“actions: soon” cannot be read" in faults["times"]
    assert table.export() == before
    assert sends(table, zone="europe/dublin") == {}  # the same form again, put right
    assert table.export()["negotiation"]["zone"] == "Europe/Dublin"


def test_a_closed_day_moves_what_is_counted_in_working_days(table: Parley) -> None:
    table.slash("milestone add Notice on 18 dec 2026", by=cast.chair)
    table.slash("milestone add Standstill ends after M1 by 4 working days", by=cast.chair)
    table.slash("milestone add Signature after M2 by 1 month", by=cast.chair)
    assert [row["date"] for row in table.export()["milestones"]] == ["2026-12-18", "2026-12-24", "2027-01-24"]
    assert sends(table, closed="24 dec 2026") == {}
    told = str((table.deliver(), table.api.ephemerals[-1]))
    assert "Dates that follow:" in told
    assert "*M2* Standstill ends: Thursday 24 December 2026 → Tuesday 29 December 2026" in told
    assert [row["date"] for row in table.export()["milestones"]] == ["2026-12-18", "2026-12-29", "2027-01-29"]
    moved = [(d["before"], d["after"], d["reason"]) for d in deeds(table, "milestone.moved")]
    assert [reason for *_, reason in moved] == ["the calendar has changed"] * 2
    assert sends(table, closed="") == {}
    assert [row["date"] for row in table.export()["milestones"]][1] == "2026-12-24"
    assert table.trail_faults() == []


def test_another_calendar_counts_its_own_holidays(table: Parley) -> None:
    table.slash("milestone add Notice on 27 nov 2026", by=cast.chair)
    table.slash("milestone add Answer after M1 by 1 working day", by=cast.chair)
    assert table.export()["milestones"][1]["date"] == "2026-11-30"
    assert sends(table, calendar="scotland") == {}
    assert table.export()["milestones"][1]["date"] == "2026-12-01"  # St Andrew's Day
    assert table.export()["negotiation"]["calendar"] == "Scotland"


def test_meetings_stay_at_their_instant_when_the_zone_changes(table: Parley) -> None:
    table.slash("meeting add negotiation Round on 11 dec at 10:00 for 2h", by=cast.chair)
    assert sends(table, zone="Europe/Paris") == {}
    assert "11:00 to 13:00 (CET)" in table.slash("meetings", by=cast.observer).text
    assert table.export()["meetings"][0]["starts_at"] == "2026-12-11T10:00:00+00:00"


def test_nobody_meets_on_a_closed_day_unless_they_insist(table: Parley) -> None:
    sends(table, closed="11 dec 2026")
    plan = "meeting add negotiation Round on 11 dec at 10:00 for 2h"
    reply = table.slash(plan, by=cast.chair)
    assert reply.private
    assert "Friday 11 December 2026 is a day off" in reply.text
    assert "*N1*" in table.slash(f"{plan} anyway", by=cast.chair).text


@pytest.mark.parametrize("person", [cast.observer, cast.negotiator, cast.analyst])
def test_those_who_may_not_set_up_are_told_how_things_stand(table: Parley, person: Person) -> None:
    form = opened(table)
    reply = table.slash("settings", by=person)
    assert reply.private
    assert "Marking: Subject to contract\nTime zone: Europe/London\nCalendar: England and Wales" in reply.text
    assert table.api.modal(person.id) is None
    values = {b["block_id"]: {"type": "plain_text_input", "value": "Ours"} for b in form["blocks"]}
    assert "errors" in table.submits(form, values, by=person)
    keep = {
        b["block_id"]: {"type": "plain_text_input", "value": b["element"].get("initial_value")} for b in form["blocks"]
    }
    refused = table.submits(form, {**keep, "marking": {"type": "plain_text_input", "value": "Ours"}}, by=person)
    assert "You may not set up" in str(refused["errors"])
    assert table.export()["negotiation"]["marking"] == "Subject to contract"


@pytest.mark.parametrize("verb", ["settings", "reminders"])
def test_a_mention_opens_no_form_and_is_answered_in_words(table: Parley, verb: str) -> None:
    table.mentions(verb, by=cast.chair)
    table.deliver()
    (answer,) = table.api.ephemerals
    assert "actions: 3, 0" in str(answer)
    assert table.api.modal(cast.chair.id) is None
    assert table.posted() == []


def test_more_closed_days_than_the_form_can_show_are_refused(table: Parley) -> None:
    days = [
        f"{day} {month}"
        for month in ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep")
        for day in range(1, 29)
    ]
    answer = sends(table, closed="\n".join(days))
    assert "These are 252 days. At most 250 extra ones can be kept." in answer["errors"]["closed"]
    assert sends(table, closed="\n".join(days[:250])) == {}
    (shown,) = [b["element"]["initial_value"] for b in opened(table)["blocks"] if b["block_id"] == "closed"]
    assert len(shown.splitlines()) == len(table.export()["negotiation"]["closed_days"]) == 250


# -- structure, term and value --------------------------------------------------------------------------


def contract(parley: Parley, by: Person = cast.chair, where: cast.Room = cast.joint, **typed: str) -> dict[str, Any]:
    """Press the button beside the settings, fill its form in and send it."""
    shown = parley.slash("settings", by=by, where=where)
    parley.api.settle_modal(by.id)
    (button,) = [block["elements"][0] for block in shown.blocks if block["type"] == "actions"]
    parley.presses(button["action_id"], button["value"], by=by, where=where)
    form = parley.api.modal(by.id)
    assert form is not None
    assert [block["block_id"] for block in form["blocks"]] == ["structure", "term", "value"]
    values = {b["block_id"]: {"type": "plain_text_input", "value": typed.get(b["block_id"])} for b in form["blocks"]}
    answer = parley.submits(form, values, by=by)
    parley.api.settle_modal(by.id, answer or None)
    return answer


def test_structure_term_and_value_are_set_in_a_second_form(table: Parley) -> None:
    typed: dict[str, Any] = {
        "structure": "prime OHP because one party answers for the whole pathway",
        "term": "5+2 from 1 oct 2025 source Schedule 1",
        "value": "£135m over 3 years on sep 2014 source Board paper",
    }
    assert contract(table, **typed) == {}
    exported = table.export()
    assert exported["negotiation"]["structure"] == "prime"
    assert exported["term"][0]["source"] == "Schedule 1"
    assert [row["source"] for row in exported["value"]] == ["Board paper"]
    told = table.posted()[-1]["text"]
    assert "Term recorded:" in told
    assert "£135,000,000" in told
    table.slash("settings", by=cast.chair)
    assert contract(table) == {}  # nothing is typed, so nothing changes
    assert table.export()["value"] == exported["value"]
    assert "Nothing was changed" in str((table.deliver(), table.api.ephemerals[-1]))


def test_what_a_command_refuses_stands_under_its_field_and_nothing_is_kept(table: Parley) -> None:
    before = table.export()
    answer = contract(
        table,
        structure="alliance because risk is shared",
        term="5+3 from 2015 source X",
        value="135 over 3 years on 2014 source X",
    )
    assert set(answer["errors"]) == {"term", "value"}
    assert "Type `5+2`." in answer["errors"]["term"]
    assert "has no currency" in answer["errors"]["value"]
    assert table.export() == before
    by_the_other_side = contract(table, by=cast.lead, structure="alliance because risk is shared")
    assert "the commissioner decides it" in by_the_other_side["errors"]["structure"]


def test_what_is_set_elsewhere_is_told_to_the_table_each_by_itself(table: Parley) -> None:
    value, term = "£135m over 3 years on sep 2014 source Board paper", "5+2 from 1 oct 2025 source Schedule 1"
    assert contract(table, where=cast.elsewhere, term=term, value=value) == {}
    told = "\n".join(message["text"] for message in table.posted())
    assert "Term recorded:" in told
    assert "£135,000,000" in told
