"""The founding story entered from its packs and printed back in the negotiation file, as its sources have it."""

import json
import os
import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import render
from bot.exports import files
from tests import cast
from tests.harness import Parley
from tests.slack.test_choices import FOUNDING

JUNE_2014 = datetime(2014, 6, 30, 9, 0, tzinfo=UTC)
SIGNED = datetime(2015, 10, 5, 9, 0, tzinfo=UTC)
PACKS = (
    "timetable load oxfordshire on 30 jun 2014",
    "analysis load oxfordshire",
    "route choose 5 because no other provider has the beds",
    "assessment load oxfordshire",
    "scope load oxfordshire",
    "outcome load oxfordshire",
    "structure lead provider OHP because one party answers for the whole pathway",
)


def dossier(parley: Parley) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", None, "md").content.decode()


def loaded(parley: Parley, *commands: str) -> list[str]:
    """The answers to these commands, each of which was done."""
    replies = [parley.slash(typed, by=cast.chair) for typed in commands]
    assert [(typed, reply.text) for typed, reply in zip(commands, replies, strict=True) if reply.private] == []
    return [reply.text for reply in replies]


# What the sources have, line by line. The options and the pros and cons are `FOUNDING`.
OUTCOMES = (
    "| People will live longer | mortality rate of people with SMI | "
    "mortality rate of people with SMI compared with the wider population |",
    "| People will improve functioning | Recovery Star | Recovery Star |",
    "| People will improve functioning | progress through PbR clusters | clinical progress through HoNOS clusters |",
    "| People will improve functioning | effective discharge | success of discharge |",
    "| Timely access to support | emergency response: 2 hours | "
    "crisis response within two hours where the need is urgent |",
    "| Carers will feel supported | surveyed on case review | survey to determine satisfaction among carers |",
    "| People will have a meaningful role | people in paid work, structured volunteering and structured education "
    "(ambiguous) |  |",
    "| People will have stable accommodation | people in settled home, including on supported housing pathway |  |",
    "| People will have better physical health | reduced use of urgent care pathway |  |",
    '| People will have better physical health | "normal" BMI |  |',
    "| People will have better physical health | smoking reduction |  |",
    "O5.1: one metric or three.",
    "O7.1: the slide reads “Reduced used”.",
)
VALUE_AND_TERM = (
    "| up to £135,000,000 over 3 years | 2014 (ambiguous): the year is inferred | The consortium's facilitator",
    "| £175,000,000 over 5 years | October 2015 (ambiguous): the source's own date is not given",
    "| 5+2 (5 years with one extension of 2 years) | Thursday 1 October 2015 | Wednesday 30 September 2020 | "
    "Friday 30 September 2022 | Monday 30 September 2019 |",
    "Share of the value at risk: 20% from year 3.",
    "(ambiguous) phased, with full effect only at the end of year 2",
)
SCOPE = (
    "| Mental health services | in |",
    "| Services that the board papers call out of scope (ambiguous): which services they are is not said | out |",
    "| Older people's services | out |",
    "| Maternity services | out |  | Proposed in spring 2013 as one of three contracts, and abandoned |",
)
ROAD = (
    "| AN1 | January 2013 | Phase 1 market analysis | option appraisal of how providers might be chosen |",
    "| AN2 | November 2013 | Phase 2 market analysis | two options: (a) current providers via a service review "
    "exercise, (b) competitive procurement |",
    "| Gateway review; increased emphasis on integration | gateway | January 2014 |",
    "| Decision to work with current providers | decision | February 2014 |",
    "| Invitations to the most capable provider assessment | invitation | Monday 30 June 2014 |",
    "| Written proposals due | submission | Tuesday 26 August 2014 |",
    "| Board confirms the most capable provider | board approval | Tuesday 30 September 2014 |",
)
ASSESSED = (
    "| 1 | provider engagement and demonstration of appetite |",
    "| 2 | acceptance of key principles |",
    "| 3 | capability |",
    "40 working days after Monday 30 June 2014 is Tuesday 26 August 2014",
    "| F1 | 1 (assumed) | strength | joint working | C1 (assumed) |",
    "| strength | transformational innovation (recovery) | C2 (assumed) |",
    "| F3 | 2 (assumed) | strength | user and carer engagement | C3 (assumed) |",
    "| strength | realism about barriers (professional groups, out-of-scope services) |  |",
    "| strength | organisational leadership |  |",
    "| strength | passion and ambition |  |",
    "| F7 | 3 (assumed) | concern | professional groups | A1 (assumed) |",
    "| F8 | 3 (assumed) | concern | out-of-scope services | A2 (assumed) |",
    "| A1 | Risk: professional groups | to be named | no date yet | open |",
    "| A2 | Risk: out-of-scope services | to be named |",
    "| C3 | user and carer engagement | OHP | Assessment, acceptance of key principles (assumed) | open |",
    "(assumed) F1, F2, F3, F4, F5 and F6: no source says on which criterion a finding bears, or what it becomes.",
    "(assumed) F7 and F8: the source names it as a barrier",
)
TOLD = (
    "2013: Proposed in spring 2013 with three contracts",
    "up to 10% of the value would be withheld",
    "February 2014: Decision to work with current providers. A facilitator begins",
    "confirms Oxford Health NHS Foundation Trust and its partners as most capable provider",
    "five partners are Mind, Response, Restore, Elmore Community Services and Connection FS",
    "finalised later in 2014, to go live in 2015-16",
    "John Radcliffe Hospital, Churchill Hospital, Nuffield Orthopaedic Centre and Horton General Hospital",
    "slips from “last summer” to a “matter of days” to the “end of August”",
    "Thursday 1 October 2015: The contract is signed and live.",
)


def test_the_whole_story_is_printed_back_line_by_line(table: Parley) -> None:
    answers = loaded(table, *PACKS)
    assert not any("dated later than today" in answer for answer in answers)
    text = dossier(table)
    assert text.count('the slides\' numbers belong to another report, "5 Commercial Overview"') == 2
    assert "(assumed) F7 and F8: " in table.slash("assessment", by=cast.lead).text
    (finding, *_) = table.export()["choices"]["assessment"]["findings"]
    assert finding["assumed"] == "no source says on which criterion a finding bears, or what it becomes"
    options = [f"| {' | '.join(row)} |" for row in FOUNDING]
    for line in (*options, *OUTCOMES, *VALUE_AND_TERM, *SCOPE, *ROAD, *ASSESSED, *TOLD):
        assert line in text, line
    assert "&amp;" not in text
    assert (
        "D2, Thursday 26 November 2026, Margaret Osei (CCG): Structure of the contract: lead provider with OHP" in text
    )
    assert table.trail_faults() == []


def test_played_in_june_2014_the_story_tells_nothing_that_is_to_come(parley: Parley) -> None:
    parley.now = JUNE_2014
    parley.set_up()
    answers = dict(zip(PACKS, loaded(parley, *PACKS), strict=True))
    told = {name.split()[0]: answers[name] for name in PACKS}
    waits = "dated later than today and not loaded: load the pack again from"
    assert f"{waits} September 2014." in told["analysis"]  # the nearest of the dates
    assert f"8 entries are {waits} September 2014." in told["assessment"]
    assert f"4 entries are {waits} September 2014." in told["scope"]
    assert f"{waits} October 2015." in told["outcome"]
    text = dossier(parley)
    for line in (*OUTCOMES[-6:], SCOPE[0], *SCOPE[2:], *ROAD, *ASSESSED[:4]):
        assert line in text, line
    for line in (
        "£175,000,000",
        "£135,000,000",
        "out of scope",
        "5+2",
        "| strength |",
        "HoNOS",
        "Mind, Response",
        "agreed October 2015",
        "Share of the value",
    ):
        assert line not in text, line


def test_what_waited_comes_when_the_packs_are_loaded_again(parley: Parley) -> None:
    parley.now = JUNE_2014
    parley.set_up()
    again = (
        "analysis load oxfordshire",
        "assessment load oxfordshire",
        "scope load oxfordshire",
        "outcome load oxfordshire",
    )
    loaded(parley, *PACKS)
    for typed in again:
        reply = parley.slash(typed, by=cast.chair)
        assert "already" in reply.text
        assert "load the pack again from" in reply.text, typed
    parley.now = SIGNED
    loaded(parley, *again)
    text = dossier(parley)
    for line in (*OUTCOMES, *VALUE_AND_TERM, *SCOPE, *ROAD, *ASSESSED, *TOLD):
        assert line in text, line
    before = parley.export()
    for typed in again:
        reply = parley.slash(typed, by=cast.chair)
        assert reply.private, typed
        assert "load the pack again" not in reply.text
    assert parley.export() == before
    assert parley.trail_faults() == []


def test_what_was_worded_at_the_table_is_left_alone_when_a_pack_is_loaded_again(parley: Parley) -> None:
    parley.now = JUNE_2014
    parley.set_up()
    loaded(parley, "outcome load oxfordshire", "metric reword O2.2 Progress as clinicians see it")
    parley.slash("agree O2.3", by=cast.chair)
    parley.now = SIGNED
    loaded(parley, "outcome load oxfordshire")
    words = {row["ref"]: row["wording"] for each in parley.export()["outcomes"] for row in each["metrics"]}
    assert words["O2.2"] == "Progress as clinicians see it"
    assert words["O2.3"] == "effective discharge"
    assert words["O4.1"] == "survey to determine satisfaction among carers"


def test_where_several_parties_provide_a_promise_needs_its_party(table: Parley) -> None:
    loaded(table, "party add MIND Minds together")
    refused = table.slash("assessment load oxfordshire from NOBODY", by=cast.chair)
    assert refused.private
    assert "NOBODY" in refused.text
    assert table.export()["choices"]["assessment"]["criteria"] == []
    loaded(table, "assessment load oxfordshire from MIND")
    assert {row["party"] for row in table.export()["commitments"]} == {"MIND"}


def test_without_a_clear_party_a_strength_stays_a_finding(table: Parley) -> None:
    loaded(table, "party add MIND Minds together", "assessment load oxfordshire")
    assert table.export()["commitments"] == []
    assert len(table.export()["choices"]["assessment"]["findings"]) == 8


@pytest.mark.parametrize("typed", ["analysis load oxfordshire", "assessment load oxfordshire"])
def test_the_story_is_for_the_whole_table_and_for_who_may_record(table: Parley, typed: str) -> None:
    before = table.export(party="OHP")
    assert "You may not" in table.slash(typed, by=cast.observer).text
    assert "Nothing was done." in table.slash(typed, by=cast.lead, where=cast.ohp_caucus).text
    assert "You have no seat in OXMH" in table.slash(typed, by=cast.stranger).text
    assert (
        "There is no pack of options nowhere"
        in table.slash(typed.replace("oxfordshire", "nowhere"), by=cast.chair).text
    )
    assert table.export(party="OHP") == before


# -- what the README says ---------------------------------------------------------------------------------


def examples(heading: str) -> list[str]:
    """The commands of the first example under a heading of the README."""
    text = (render.BUILT_IN.parent / "README.md").read_text()
    block = re.search(r"```\n(.*?)```", text[text.index(f"## {heading}") :], re.S)
    assert block is not None
    return [line.removeprefix("/parley ") for line in block[1].splitlines()]


def test_the_readmes_examples_work_as_they_are_typed_one_after_another(table: Parley) -> None:
    for typed in (*examples("Outcomes, scope, value and term"), *examples("How the contract came to be")):
        assert "You typed:" not in (reply := table.slash(typed, by=cast.chair)).shown, (typed, reply.text)
        assert "Leave it out" not in reply.text


# -- a deployment's own packs -----------------------------------------------------------------------------


def test_the_json_export_counts_by_a_deployments_own_pack(table: Parley, tmp_path: Path) -> None:
    loaded(table, "assessment load oxfordshire", "milestone add Invitation on 30 jun 2014 kind invitation")
    own = tmp_path / "packs/choices/oxfordshire.toml"
    own.parent.mkdir(parents=True)
    built_in = (render.BUILT_IN / "packs/choices/oxfordshire.toml").read_text()
    own.write_text(built_in.replace("working_days = 40", "working_days = 10"))
    assert table.export()["choices"]["assessment"]["due_on"] == "2014-08-26"
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "export", "OXMH", "--format", "json"],
        env={**os.environ, "DATABASE_URL": str(table.deps.db.url), "PARLEY_TEMPLATES": str(tmp_path)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert json.loads(ran.stdout)["choices"]["assessment"]["due_on"] == "2014-07-14"
