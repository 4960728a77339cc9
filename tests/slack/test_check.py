"""`check`: every fault of a badly prepared negotiation, and the commands that mend them, typed as given."""

import json
import re
import subprocess
import sys

from bot.readiness import watch
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley

_LINE = re.compile(r"(?P<mark>✅|⚠️|❌) \*(?P<item>[^*]+)\*, [^:]+: (?P<evidence>.*?)(?: · `/parley (?P<command>.+)`)?")


def lines(parley: Parley, by: cast.Person) -> list[re.Match[str]]:
    reply = parley.slash("check", by=by)
    assert reply.private
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    found = [_LINE.fullmatch(line) for line in reply.text.splitlines()[1:]]
    assert all(found)
    return [line for line in found if line]


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
    for _ in range(60):
        commands = [line["command"] for line in lines(parley, cast.chair) if line["mark"] != "✅"]
        if not commands:
            break
        answers = [parley.slash(commands[0], by=by) for by in (cast.chair,)]
        assert not answers[-1].shown.endswith(f"You typed: /parley {commands[0]}"), answers[-1].text
        for press in re.findall(r"milestone\.move", str(answers[-1].blocks)):
            value = next(e["value"] for b in answers[-1].blocks if b["type"] == "actions" for e in b["elements"])
            parley.presses(press, value, by=cast.chair)
            break
    assert {line["mark"] for line in lines(parley, cast.chair)} == {"✅"}


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
