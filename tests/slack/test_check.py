"""`check`: every fault of a badly prepared negotiation, and the commands that mend them, typed as given."""

import json
import re
import subprocess
import sys
from collections.abc import Sequence

from bot.readiness import watch
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley

_LINE = re.compile(r"(?P<mark>✅|⚠️|❌) \*(?P<item>[^*]+)\*, [^:]+: (?P<evidence>.*?)(?: · `/parley (?P<command>.+)`)?")


def lines(parley: Parley, by: cast.Person) -> list[re.Match[str]]:
    reply = parley.slash("check", by=by)
    assert reply.private
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    whole = "\n".join(block["text"]["text"] for block in reply.blocks if block["type"] == "section")
    found = [_LINE.fullmatch(line) for line in whole.splitlines()[1:]]
    assert all(found)
    return [line for line in found if line]


def follow(parley: Parley, by: cast.Person, others: Sequence[cast.Person] = ()) -> list[re.Match[str]]:
    """Type the first command of `check`, as it is given, until none is left; gives what is still not in order.

    Each is typed by whoever asked, or where that is not theirs to do, by the first of the others who may.
    """
    for _ in range(80):
        faults = [line for line in lines(parley, by) if line["mark"] != "✅"]
        command = next((line["command"] for line in faults if line["command"]), None)
        if command is None:
            return faults
        typed_by(parley, command, (by, *others))
    raise AssertionError([(line["evidence"], line["command"]) for line in faults])


def typed_by(parley: Parley, command: str, people: Sequence[cast.Person]) -> None:
    refused = []
    for person in people:
        answer = parley.slash(command, by=person)
        if answer.shown.endswith(f"You typed: /parley {command}"):
            refused.append(answer.text)
            continue
        assert "Nothing has moved yet" not in answer.text  # a command is whole: it needs no button
        return
    raise AssertionError(refused)


def badly_prepared(parley: Parley) -> None:
    """Everything that the founding slide warns of."""
    parley.set_up()
    parley.slash(f"member add {cast.scribe.mention} to CCG as observer", by=cast.chair)
    parley.slash("milestone add Invitation on 1 mar 2027 kind invitation", by=cast.chair)
    parley.slash("milestone add Signature on 1 feb 2027 kind signature", by=cast.chair)
    parley.slash("meeting add negotiation First round on 3 dec 2026 at 10:00 for 2h prep 8h", by=cast.chair)
    parley.slash("action Send the figures", by=cast.chair)
    parley.types("ACTION: send the figures", by=cast.chair)
    parley.slash("document add Full contract version 1 missing Schedule 3B", by=cast.lead)
    parley.slash("commitment add A named care co-ordinator from OHP", by=cast.lead)


def test_following_the_commands_one_by_one_mends_everything(parley: Parley) -> None:
    badly_prepared(parley)
    wrong = {line["item"] for line in lines(parley, cast.chair) if line["mark"] != "✅"}
    assert {
        "Negotiation timetable",
        "Expectations and roles",
        "Recording capacity",
        "Full contract in advance",
        "Technical sub-groups",
        "Legal support",
        "Standard contract and local changes",
        "Commitments of the submission",
    } <= wrong
    assert follow(parley, cast.chair) == []
    assert {line["mark"] for line in lines(parley, cast.chair)} == {"✅"}


def test_a_table_that_is_nothing_but_a_code(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    rest = follow(parley, cast.chair)
    assert all("Nobody of theirs has a seat yet" in line["evidence"] for line in rest)
    assert rest
    parley.slash(f"member add {cast.lead.mention} to PROV as lead", by=cast.chair)
    assert follow(parley, cast.chair, [cast.lead]) == []
    roles = {seat["name"]: set(seat["roles"]) for seat in parley.export()["members"]}
    assert roles[cast.lead.name] == {"lead"}


def test_a_prime_contract_with_a_meeting_the_day_after_tomorrow(parley: Parley) -> None:
    for text in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Commissioning Group as commissioner",
        "party add OHP Oxford Health as provider",
        f"member add {cast.chair.mention} to CCG as observer",
        f"member add {cast.scribe.mention} to CCG as observer",
        f"member add {cast.analyst.mention} to CCG as technical",
        f"member add {cast.lead.mention} to OHP as technical",
        "milestone add Invitation in march 2027 kind invitation",
        "milestone add Signature after M1 by 5 working days kind signature",
        "milestone add Go-live on 1 feb 2027 kind go-live",
        "meeting add negotiation First round on 27 nov 2026 at 11:00 for 2h prep 8h",
        "meeting add negotiation Second round on 11 dec 2026 at 10:00 for 2h",
        "meeting add subgroup Activity on 18 dec 2026 at 10:00 for 1h",
    ):
        parley.slash(text, by=cast.chair)
    assert follow(parley, cast.chair, [cast.scribe, cast.lead]) == []
    roles = {seat["name"]: set(seat["roles"]) for seat in parley.export()["members"]}
    scribes = [name for name, has in roles.items() if "scribe" in has]
    assert len(scribes) == 1
    assert not roles[scribes[0]] & {"chair", "lead", "negotiator"}
    assert "lead" in roles[cast.lead.name]
    assert len(roles) == 4
    assert roles[cast.analyst.name] == {"technical", "legal"}


def test_an_alliance_of_four(parley: Parley) -> None:
    members = (cast.lead, cast.negotiator, cast.observer, cast.stranger)
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    parley.slash("party add CCG Commissioning Group as commissioner", by=cast.chair)
    for person in (cast.chair, cast.scribe, cast.analyst):
        parley.slash(f"member add {person.mention} to CCG as observer", by=cast.chair)
    for number, person in enumerate(members, start=1):
        parley.slash(f"party add AL{number} Member {number} as provider", by=cast.chair)
        parley.slash(f"member add {person.mention} to AL{number} as observer", by=cast.chair)
    assert follow(parley, cast.chair, [cast.scribe, cast.analyst, *members]) == []
    export = parley.export()
    leads = {seat["party"] for seat in export["members"] if {"lead", "negotiator"} & set(seat["roles"])}
    assert leads == {"CCG", "AL1", "AL2", "AL3", "AL4"}
    assert export["negotiation"]["structure"] == "alliance"


def test_names_of_any_letters_in_only_a_joint_channel(parley: Parley) -> None:
    chair, writer, provider = (
        cast.Person(f"U0{number}NAME", name)
        for number, name in enumerate(("Łukasz Żółciński", "Zoë O’Neill-Faßbender", "李 明"), start=70)
    )
    for person in (chair, writer, provider):
        parley.api.add_user(person.id, person.name)
    for text in (
        "new OXMH Umowa o świadczenie usług",
        "party add ETAB Établissement de santé as commissioner",
        "party add KLIN Klinik Süd as provider",
        f"member add {chair.mention} to ETAB as observer",
        f"member add {writer.mention} to ETAB as observer",
        f"member add {provider.mention} to KLIN as observer",
        "meeting add negotiation Première séance on 14 jan 2027 at 10:00 for 2h",
        "action Przysłać dane",
        "commitment add Ein benannter Ansprechpartner für jede Patientin from KLIN",
    ):
        parley.slash(text, by=chair)
    assert follow(parley, chair, [writer, provider]) == []


def test_all_that_is_wrong_with_a_draft_is_said_at_once(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 3 dec 2026 at 10:00 for 2h", by=cast.chair)
    table.slash("document add Full contract version 1 missing Schedule 3B, Annex A", by=cast.lead)
    faults = [line for line in lines(table, cast.chair) if line["item"] == "Full contract in advance"]
    assert "lacks Schedule 3B and Annex A" in faults[0]["evidence"]
    assert "N1 is held less than 10 working days" in faults[1]["evidence"]
    for fault in faults:
        typed_by(table, fault["command"], [cast.chair])
    (line,) = [line for line in lines(table, cast.chair) if line["item"] == "Full contract in advance"]
    assert line["mark"] == "✅"


def test_a_draft_counts_from_the_day_on_which_it_lacked_nothing(table: Parley) -> None:
    table.slash("document add Full contract version 1 missing Schedule 3B on 2 nov 2026", by=cast.lead)
    table.slash("meeting add negotiation First round on 3 dec 2026 at 10:00 for 2h", by=cast.chair)
    table.slash("document received DOC1 Schedule 3B", by=cast.lead)
    (fault,) = [line for line in lines(table, cast.chair) if line["item"] == "Full contract in advance"]
    assert "after DOC1 was complete on Thursday 26 November 2026" in fault["evidence"]


def test_a_promise_is_proposed_for_the_clause_that_is_about_it(table: Parley) -> None:
    table.slash("clause add 4.1 Payment and invoicing", by=cast.chair)
    table.slash("clause add 4.2 Care co-ordination", by=cast.chair)
    table.slash("commitment add A named care co-ordinator within five days from OHP", by=cast.lead)
    table.slash("commitment add Free parking for visitors from OHP", by=cast.lead)
    first, second = (line for line in lines(table, cast.lead) if line["item"] == "Commitments of the submission")
    assert first["command"] == "commitment carry C1 into 4.2"
    assert "A proposal to look at: 4.2 Care co-ordination" in first["evidence"]
    assert second["command"] == "commitment waive C2 because no clause of the contract is about it"
    assert "No clause shares a word with it" in second["evidence"]


def test_a_scribe_who_sent_apologies_is_not_asked_again(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 14 jan 2027 at 10:00 for 2h", by=cast.chair)
    assert not [line for line in lines(table, cast.chair) if "N1 has no scribe" in line["evidence"]]
    table.presses("meeting.no", "OXMH N1", by=cast.scribe)
    (fault,) = [line for line in lines(table, cast.chair) if "N1 has no scribe" in line["evidence"]]
    assert f"{cast.scribe.name} sent apologies" in fault["evidence"]
    assert cast.scribe.name not in fault["command"]
    typed_by(table, fault["command"], [cast.chair])
    assert not [line for line in lines(table, cast.chair) if "N1 has no scribe" in line["evidence"]]


def test_what_is_in_order_says_who_does_what(table: Parley) -> None:
    (roles,) = [line for line in lines(table, cast.chair) if line["item"] == "Expectations and roles"]
    assert f"Chair: {cast.chair.name} (CCG). Scribe: {cast.scribe.name} (CCG)." in roles["evidence"]
    assert f"For OHP: {cast.lead.name} (OHP) and {cast.negotiator.name} (OHP)." in roles["evidence"]


def test_one_side_s_pre_meets_are_nobody_else_s_business(meeting: Parley) -> None:
    own = [line["evidence"] for line in lines(meeting, cast.lead)]
    shared = meeting.deps.db
    assert own
    with shared.snapshot() as session:
        from bot.readiness import command_line

        text, fails = command_line.check(session, "OXMH", None, "text", now=meeting.now)
    assert fails
    assert "re-meet" not in text


def test_scripts_get_json_and_an_exit_code(table: Parley) -> None:
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "check", "OXMH", "--format", "json"],
        env={"DATABASE_URL": str(table.deps.db.url)},
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert ran.returncode == 1
    items = json.loads(ran.stdout)["items"]
    assert {"item", "status", "evidence", "command"} == set(items[0])
    assert {item["status"] for item in items} <= {"ok", "warn", "fail"}


def test_a_change_is_told_to_the_table_once(table: Parley) -> None:
    table.later(minutes=11)
    watch.watch(table.deps)  # how it stands is kept, and nobody told
    assert not any("readiness" in m["text"] for m in table.posted())
    table.slash("document add Full contract version 1", by=cast.lead)
    watch.watch(table.deps)
    assert not any("readiness" in m["text"] for m in table.posted())  # people are still at it
    table.later(minutes=11)
    watch.watch(table.deps)
    (told,) = [m for m in table.posted() if "readiness" in m["text"]]
    assert "✅ *Full contract in advance*: in order, was missing" in told["text"]
    watch.watch(table.deps)
    table.later(minutes=11)
    watch.watch(table.deps)
    assert sum("readiness" in m["text"] for m in table.posted()) == 1


def test_a_stranger_asks_in_vain_and_words_are_refused(table: Parley) -> None:
    assert "takes no words" in table.slash("check everything", by=cast.chair).text
    assert table.slash("check", by=cast.stranger).text == table.slash("clauses", by=cast.stranger).text


def test_with_nobody_seated_its_commands_can_be_typed_one_after_the_other(parley: Parley) -> None:
    for text in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Commissioning Group as commissioner",
        "party add OHP Oxford Health as provider",
    ):
        parley.slash(text, by=cast.chair)
    commands = [
        line["command"] for line in lines(parley, cast.chair) if (line["command"] or "").startswith("member add")
    ]
    assert commands
    for command in commands:
        assert "now sits for *CCG*" in parley.slash(command, by=cast.chair).text
    (seat,) = parley.export()["members"]
    assert set(seat["roles"]) == {"lead", "chair", "scribe", "legal"}


def test_a_month_is_in_order_late_and_counted_from_like_a_day(table: Parley) -> None:
    table.slash("milestone add Signature on september 2027 kind signature", by=cast.chair)
    table.slash("milestone add Live on january 2027 kind go-live", by=cast.chair)
    table.slash("milestone add Decision on june 2026", by=cast.chair)
    table.slash("milestone add Invitation on june 2027 kind invitation", by=cast.chair)
    table.slash("milestone add Proposals after M4 by 40 working days", by=cast.chair)
    told = " ".join(line["evidence"] for line in lines(table, cast.chair))
    assert "M2 (go-live) is planned before M1 (signature)" in told
    assert "M3 Decision was planned for June 2026 and is not done" in told
    assert "M4 Invitation is only a month, and what is counted from it has no date" in told
    assert "M5 Proposals has no date" not in told


def test_a_sub_group_after_the_last_meeting_informs_nothing(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 11 jan 2027 at 10:00 for 2h", by=cast.chair)
    table.slash("meeting add subgroup Finance on 12 jan 2027 at 10:00 for 1h informs N1", by=cast.chair)
    (fault,) = [line for line in lines(table, cast.chair) if line["item"] == "Technical sub-groups"]
    assert "No negotiation meeting is planned after S1" in fault["evidence"]
    assert table.slash(fault["command"], by=cast.chair).text.startswith("*N2*")


def test_a_name_typed_as_given_is_one_person(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 11 jan 2027 at 10:00 for 2h", by=cast.chair)
    reply = table.slash(f"attend N1 @{cast.scribe.name} as scribe", by=cast.chair)
    assert reply.text.count(cast.scribe.name) == 1


def about(parley: Parley, item: str) -> list[re.Match[str]]:
    return [line for line in lines(parley, cast.chair) if line["item"] == item]


def test_a_late_milestone_moves_with_what_follows_as_the_command_is_given(table: Parley) -> None:
    table.slash(
        f"milestone add Draft issued on 2 nov 2026 kind issue full draft owner {cast.chair.mention}", by=cast.chair
    )
    table.slash(
        f"milestone add Signature after M1 by 5 working days kind signature owner {cast.chair.mention}", by=cast.chair
    )
    (late,) = about(table, "Negotiation timetable")  # what follows is late too, and moves along
    assert late["command"] == "milestone move M1 and what follows to 3 december 2026 because it is late"
    typed_by(table, late["command"], [cast.chair])
    (line,) = about(table, "Negotiation timetable")
    assert line["mark"] == "✅"
    assert [row["date"] for row in table.export()["milestones"]] == ["2026-12-03", "2026-12-10"]


def test_what_history_says_was_done_is_proposed_as_done(table: Parley) -> None:
    owned = f"owner {cast.chair.mention}"
    table.slash(f"milestone add Phase 1 market analysis on january 2013 kind analysis {owned}", by=cast.chair)
    table.slash(f"milestone add Board decides on 25 feb 2014 kind decision {owned}", by=cast.chair)
    table.slash(f"milestone add Contract signed on 1 sep 2014 kind signature {owned}", by=cast.chair)
    first, second, third = about(table, "Negotiation timetable")
    assert first["command"] == "milestone done M1 on january 2013"
    assert (
        "A proposal: it was done then, and nobody said so. If it is still to come: `/parley milestone move M1 to"
        in (first["evidence"])
    )
    assert second["command"] == "milestone done M2 on 25 february 2014"
    assert third["command"].startswith("milestone move M3 to ")
    for line in (first, second, third):
        typed_by(table, line["command"], [cast.chair])
    (line,) = about(table, "Negotiation timetable")
    assert line["mark"] == "✅"
    assert [row["done_on"] for row in table.export()["milestones"]] == ["2013-01", "2014-02-25", None]


def test_of_what_is_counted_from_a_month_in_which_something_was_done_the_date_is_asked(table: Parley) -> None:
    table.slash("timetable load oxfordshire", by=cast.chair)
    assert [line for line in follow(table, cast.chair) if line["item"] == "Negotiation timetable"] == []
    milestones = {row["ref"]: row for row in table.export()["milestones"]}
    assert milestones["M5"]["done_on"] == "2014-06"
    assert all(milestones[f"M{number}"]["date"] > "2026-11-26" for number in range(6, 12))


def test_every_meeting_that_comes_before_the_draft_can_be_read_is_put_off_once(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 3 dec 2026 at 10:00 for 2h", by=cast.chair)
    table.slash("meeting add negotiation Second round on 4 dec 2026 at 09:00 for 2h", by=cast.chair)
    table.slash("meeting add negotiation Third round on 10 dec 2026 at 10:00 for 2h", by=cast.chair)
    table.slash("document add Full contract version 1", by=cast.lead)
    commands = [line["command"] for line in about(table, "Full contract in advance")]
    assert [re.sub(" because .*", "", command) for command in commands] == [
        "meeting move N1 to 11 december 2026 at 10:00",
        "meeting move N2 to 14 december 2026 at 09:00",
    ]
    moves = {line["command"] for line in lines(table, cast.chair) if "meeting move N" in (line["command"] or "")}
    assert moves == set(commands)  # whatever else asks for a later day
    for command in commands:
        typed_by(table, command, [cast.chair])
    assert not any("meeting move N" in (line["command"] or "") for line in lines(table, cast.chair))


def test_where_nobody_writes_recording_is_not_in_order(parley: Parley) -> None:
    for text in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Commissioning Group as commissioner",
        "party add OHP Oxford Health as provider",
        f"member add {cast.chair.mention} to CCG as chair, lead",
        f"member add {cast.lead.mention} to OHP as lead",
    ):
        parley.slash(text, by=cast.chair)
    (fault,) = about(parley, "Recording capacity")
    assert "Nobody is there to write down what is agreed" in fault["evidence"]
    (scribe,) = [line for line in about(parley, "Expectations and roles") if "No scribe" in line["evidence"]]
    assert scribe["command"] == fault["command"]
    assert "That goes badly with being " in scribe["evidence"]
    assert "name somebody else if you can" in scribe["evidence"]
    parley.slash(f"member add {cast.scribe.mention} to CCG as observer", by=cast.chair)
    (scribe,) = [line for line in about(parley, "Expectations and roles") if "No scribe" in line["evidence"]]
    assert scribe["command"] == f"member add @{cast.scribe.name} to CCG as scribe"
    typed_by(parley, scribe["command"], [cast.chair])
    (line,) = about(parley, "Recording capacity")
    assert f"{cast.scribe.name} (CCG) would write; no meeting is planned; no action is open." in line["evidence"]
    (legal,) = about(parley, "Legal support")
    assert f"A proposal: {cast.scribe.name} (CCG)" in legal["evidence"]  # and no other side's lead


def test_one_is_one(table: Parley) -> None:
    owned = f"owner {cast.chair.mention}"
    table.slash(f"milestone add Contract signed on 1 sep 2027 kind signature {owned}", by=cast.chair)
    table.slash("clause add 4.1 Payment", by=cast.chair)
    table.slash("commitment add Prompt payment from OHP", by=cast.lead)
    table.slash("commitment carry C1 into 4.1", by=cast.lead)
    told = " ".join(line["evidence"] for line in lines(table, cast.chair))
    for said in ("1 milestone, dated and owned", "1 clause; every change", "1 promise, carried or consciously not"):
        assert said in told
