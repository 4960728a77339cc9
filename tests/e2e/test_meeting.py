"""A whole meeting as people hold it: local Slack, the real bot, and what stands in writing afterwards.

Four people of two parties type, press, mend, undo, edit and delete; then the minutes, the export and
the trail are read with the command line, as a successor or an auditor would read them.
"""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from slack_sdk import WebClient

from bot.dates import full_date
from bot.demo.local_slack import REPOSITORY_ROOT, LocalSlack, Message, Workspace, find_button, running_local_slack
from tests.e2e import local_ui
from tests.e2e.world import BotProcess, World, bot_environment, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.long]

JOINT, AMARA, BEN, CHEN, DORA = "C01JOINT", "U01AMARA", "U02BEN", "U03CHEN", "U04DORA"
# The day in the negotiation's zone, as the bot sees it.
TODAY = datetime.now(ZoneInfo("Europe/London")).date()
NEXT_WEEK, WITHIN_A_MONTH = TODAY + timedelta(days=7), TODAY + timedelta(days=28)

SET_UP = (
    "new OXMH Outcomes contract for mental health",
    "party add CCG Oxfordshire Commissioners as commissioner",
    "party add OHP Oxford Partnership as provider",
    f"member add <@{AMARA}> to CCG as chair, lead",
    f"member add <@{BEN}> to CCG as scribe",
    f"member add <@{CHEN}> to OHP as lead",
    f"member add <@{DORA}> to OHP as negotiator",
    f"meeting add negotiation First round on {NEXT_WEEK.isoformat()} at 10:00 for 2h place Jubilee House anyway",
    "agenda add N1 Payment",
    "agenda add N1 Surveys",
)


@dataclass(frozen=True)
class Held:
    """A meeting that was held and closed."""

    world: World
    database_url: str
    lines: dict[str, str]
    """The ts of each typed line that a test asks about, by a name of its own."""

    @property
    def slack(self) -> LocalSlack:
        return self.world.slack

    def link(self, line: str) -> str:
        return self.slack.channel_url(JOINT, self.lines[line])

    def parley(self, *words: str) -> subprocess.CompletedProcess[bytes]:
        """The command line, on the same database."""
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=REPOSITORY_ROOT,
            env=bot_environment(self.slack, self.database_url),
            capture_output=True,
            timeout=60,
            check=False,
        )


@pytest.fixture(scope="module")
def held(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Held]:
    folder = tmp_path_factory.mktemp("meeting")
    database_url = f"sqlite:///{folder}/parley.db"
    with running_local_slack(workspace) as slack:
        bot = BotProcess(slack, bot_environment(slack, database_url), folder / "bot.log")
        bot.start()
        try:
            for text in SET_UP:
                command(slack, AMARA, text)
            yield Held(World(slack, bot), database_url, hold_the_meeting(slack))
            assert "Traceback" not in bot.said()
        finally:
            if bot.process is not None:
                bot.kill()


@pytest.fixture(scope="module")
def minutes(held: Held) -> bytes:
    """The minutes as the command line prints them."""
    answer = held.parley("export", "OXMH", "--format", "md", "--meeting", "N1")
    assert answer.returncode == 0, answer.stderr
    return answer.stdout


@pytest.fixture(scope="module")
def exported(held: Held) -> dict[str, Any]:
    answer = held.parley("export", "OXMH", "--format", "json")
    assert answer.returncode == 0, answer.stderr
    export: dict[str, Any] = json.loads(answer.stdout)
    return export


def section(minutes: bytes, heading: str) -> list[str]:
    """The lines of a section in plain words: without Markdown's marks, links, and the time of day."""
    _, _, rest = minutes.decode().partition(f"\n## {heading}\n")
    text = re.sub(r" \(\[message\]\([^)]*\)\)|, \d\d:\d\d\b|\*\*", "", rest.partition("\n## ")[0])
    return [plain for line in text.splitlines() if (plain := line.strip(" ->#"))]


def command(slack: LocalSlack, user: str, text: str) -> Message:
    """Types `/parley …` in the joint channel; gives the answer to it."""
    answers = [m for m in slack.command(JOINT, user, text) if m.get("text")]
    assert answers, f"/parley {text} was not answered"
    return answers[0]


def card(slack: LocalSlack, ref: str, showing: str) -> Message:
    """The card of an agreement, once it shows these words."""

    def look() -> Message | None:
        shown = [m for m in slack.messages(JOINT) if f"*{ref}*" in str(m.get("blocks")) and showing in str(m["blocks"])]
        return next((m for m in shown if "live.close" not in str(m["blocks"])), None)  # the meeting's own names it too

    found = eventually(look)
    assert found is not None
    return found


def press(slack: LocalSlack, user: str, message: Message, label: str) -> None:
    slack.press(JOINT, message["ts"], user, find_button(message, label))


def typed(value: str) -> dict[str, str]:
    return {"type": "plain_text_input", "value": value}


def hold_the_meeting(slack: LocalSlack) -> dict[str, str]:
    """The meeting from beginning to end; gives the ts of what was typed."""
    lines: dict[str, str] = {}

    def say(name: str, user: str, text: str) -> None:
        lines[name] = slack.say(JOINT, user, text)

    command(slack, BEN, "start N1")
    command(slack, BEN, f"present <@{AMARA}>, <@{BEN}>, <@{CHEN}>, <@{DORA}>")
    say("topic", BEN, "Topic: Payment")
    say("chat", CHEN, "We agreed most of this by letter, I think.")

    # An agreement that both confirm, once its wording is right.
    say("AG1", AMARA, "AGREED: 4.2: Payment falls due within 30 days.")
    say("mend", AMARA, "s/30 days/28 days/")
    press(slack, CHEN, card(slack, "AG1", "28 days"), "Confirm Wording")
    # One that the provider objects to, in the form behind the button; one that waits for the commissioner.
    say("AG2", AMARA, "AGREED: Carers are surveyed once a year.")
    press(slack, CHEN, card(slack, "AG2", "once a year"), "Object")
    refused = local_ui.submit_view(slack, CHEN, {})
    assert list(refused.errors) == ["reason"]
    reason = {"reason": {"reason": typed("the survey belongs to every case review")}}
    assert local_ui.submit_view(slack, CHEN, reason).errors == {}
    command(slack, DORA, "agree The partnership publishes its model.")

    say("A1", BEN, f"ACTION: <@{DORA}> to send the activity figures by {NEXT_WEEK.isoformat()}")
    say("A2 and A3", BEN, f"ACTION: Amara to book the room by {NEXT_WEEK.isoformat()}\nACTION: Find the baseline data")
    say("A4", CHEN, f"action: draft the step-in clause <@{CHEN}>, <@{AMARA}> by {WITHIN_A_MONTH.isoformat()}")
    command(slack, AMARA, f"action Take legal advice <@{AMARA}> by {WITHIN_A_MONTH.isoformat()}")
    complete(slack)

    say("D1", BEN, "DECISION: The Recovery Star measures functioning.")
    say("D2", DORA, f"<@{slack.workspace.app.bot_user_id}> decide The next round is in Banbury.")
    say("slip", CHEN, "DECISION: Lunch is at one.")
    slack.delete(JOINT, lines["slip"], CHEN)
    say("note", DORA, "NOTE: Data comes six weeks in arears")
    slack.edit(JOINT, lines["note"], DORA, "NOTE: Data comes six weeks in arrears")
    command(slack, BEN, "note The heating is broken")
    command(slack, BEN, "undo")
    say("aside", DORA, "[off] ACTION: somebody find coffee")

    command(slack, BEN, "close")
    eventually(lambda: minutes_message(slack), 60)
    return lines


def complete(slack: LocalSlack) -> None:
    """The private note names what A3 lacks; its button opens a form, which is filled in and sent."""
    (note,) = eventually(lambda: [m for m in slack.direct_messages(BEN) if "A3" in str(m.get("text"))])
    channel = next(c["id"] for c in slack.state()["channels"] if c["is_im"] and BEN in c["members"])
    slack.press(channel, note["ts"], BEN, find_button(note, "Complete It"))
    (form,) = local_ui.modal_stack(slack)
    owner = next(block for block in form["blocks"] if block.get("block_id") == "owner")
    chen = next(option for option in owner["element"]["options"] if option["text"]["text"].startswith("Chen Li"))
    values = {
        "owner": {"owner": {"type": "static_select", "selected_option": chen}},
        "due": {"due": {"type": "datepicker", "selected_date": NEXT_WEEK.isoformat()}},
    }
    assert local_ui.submit_view(slack, BEN, values) == local_ui.Submitted([], {})


def minutes_message(slack: LocalSlack) -> Message | None:
    return next((m for m in slack.messages(JOINT) if "-minutes-" in str(m.get("files"))), None)


def test_the_minutes_in_the_channel_are_the_ones_that_export_prints(held: Held, minutes: bytes):
    message = minutes_message(held.slack)
    assert message is not None
    (file,) = message["files"]
    assert file["name"] == "OXMH-N1-minutes-v1.md"
    assert held.slack.file_text(file).encode() == minutes
    (card,) = [each for each in held.slack.messages(JOINT) if each["ts"] == message["thread_ts"]]
    assert "AG1" in card["text"]


def test_the_minutes_tell_the_agreements_and_who_stands_where(minutes: bytes):
    today = full_date(TODAY)
    assert section(minutes, "Agreements") == [
        "AG1 on 4.2: AGREED in principle, subject to contract",
        "Payment falls due within 28 days.",
        f"Confirmed for Oxfordshire Commissioners, by Amara Okafor on {today}",
        f"Confirmed for Oxford Partnership, by Chen Li on {today}",
        "AG2: OBJECTED TO",
        "Carers are surveyed once a year.",
        f"Confirmed for Oxfordshire Commissioners, by Amara Okafor on {today}",
        f"Objection of Oxford Partnership, by Chen Li on {today}: the survey belongs to every case review",
        "AG3: AWAITING CONFIRMATION",
        "The partnership publishes its model.",
        f"Confirmed for Oxford Partnership, by Dora Nowak on {today}",
        "Awaiting confirmation by Oxfordshire Commissioners",
    ]


def test_the_minutes_tell_decisions_actions_and_what_was_taken_back(minutes: bytes):
    assert section(minutes, "Decisions") == [
        "D1: DECIDED The Recovery Star measures functioning.",
        "D2: DECIDED The next round is in Banbury.",
    ]
    soon, later = full_date(NEXT_WEEK), full_date(WITHIN_A_MONTH)
    assert section(minutes, "Actions") == [
        "Dora Nowak (OHP)",
        f"A1: send the activity figures, by {soon}",
        "Amara Okafor (CCG)",
        f"A2: book the room, by {soon}",
        f"A5: Take legal advice, by {later}",
        "Chen Li (OHP)",
        f"A3: Find the baseline data, by {soon}",
        "Chen Li (OHP) and Amara Okafor (CCG)",
        f"A4: draft the step-in clause, by {later}",
    ]
    assert sorted(section(minutes, "Withdrawn and undone")) == [
        "D3: Lunch is at one. (withdrawn)",
        "E2: The heating is broken (undone)",
    ]
    text = minutes.decode()
    assert "E1**: Data comes six weeks in arrears" in text
    for unsaid in ("arears", "30 days", "coffee", "by letter", "INCOMPLETE"):
        assert unsaid not in text


def test_the_export_says_the_same(exported: dict[str, Any]):
    agreements = {
        row["ref"]: (
            row["clause"],
            row["wording"],
            row["status"],
            _parties(row["confirmations"]),
            _parties(row["objections"]),
        )
        for row in exported["agreements"]
    }
    assert agreements == {
        "AG1": ("4.2", "Payment falls due within 28 days.", "agreed", ["CCG Amara Okafor", "OHP Chen Li"], []),
        "AG2": (None, "Carers are surveyed once a year.", "objected", ["CCG Amara Okafor"], ["OHP Chen Li"]),
        "AG3": (None, "The partnership publishes its model.", "awaiting", ["OHP Dora Nowak"], []),
    }
    assert [(row["ref"], row["text"], row["status"]) for row in exported["decisions"]] == [
        ("D1", "The Recovery Star measures functioning.", "recorded"),
        ("D2", "The next round is in Banbury.", "recorded"),
        ("D3", "Lunch is at one.", "withdrawn"),
    ]
    soon, later = NEXT_WEEK.isoformat(), WITHIN_A_MONTH.isoformat()
    assert [(row["ref"], row["text"], row["owners"], row["due_on"]) for row in exported["actions"]] == [
        ("A1", "send the activity figures", ["Dora Nowak"], soon),
        ("A2", "book the room", ["Amara Okafor"], soon),
        ("A3", "Find the baseline data", ["Chen Li"], soon),
        ("A4", "draft the step-in clause", ["Chen Li", "Amara Okafor"], later),
        ("A5", "Take legal advice", ["Amara Okafor"], later),
    ]
    assert {row["status"] for row in exported["actions"]} == {"open"}
    assert [(row["ref"], row["text"], row["status"]) for row in exported["notes"]] == [
        ("E1", "Data comes six weeks in arrears", "recorded"),
        ("E2", "The heating is broken", "undone"),
    ]
    (meeting,) = exported["meetings"]
    assert (meeting["status"], meeting["chair"], meeting["scribe"]) == ("closed", "Amara Okafor", "Ben Whitlock")
    assert [row["status"] for row in meeting["attendance"]] == ["present"] * 4
    (issued,) = exported["minutes"]
    assert (issued["meeting"], issued["version"], issued["status"]) == ("N1", 1, "draft")


def _parties(words: list[dict[str, Any]]) -> list[str]:
    return [f"{word['party']} {word['member']}" for word in words]


def test_what_was_typed_is_linked_to_the_message_it_came_from(held: Held, exported: dict[str, Any], minutes: bytes):
    sources = {
        row["ref"]: row["source"]
        for kind in ("agreements", "decisions", "actions", "notes")
        for row in exported[kind]
        if row["source"]["permalink"]
    }
    wanted = {
        "AG1": "AG1", "AG2": "AG2", "D1": "D1", "D2": "D2", "D3": "slip", "E1": "note",
        "A1": "A1", "A2": "A2 and A3", "A3": "A2 and A3", "A4": "A4",
    }  # fmt: skip
    assert {ref: source["permalink"] for ref, source in sources.items()} == {
        ref: held.link(line) for ref, line in wanted.items()
    }
    client = WebClient(held.slack.workspace.app.bot_token, base_url=held.slack.api_url)
    for ref, source in sources.items():
        if ref != "D3":  # its message is gone, and only its address is left
            known = client.chat_getPermalink(channel=source["channel"], message_ts=source["ts"])
            assert known["permalink"] == source["permalink"]
        assert source["permalink"] in minutes.decode()


def test_each_captured_line_carries_one_reaction(held: Held):
    def reactions() -> dict[str, list[str]]:
        shown = {m["ts"]: [r["name"] for r in m.get("reactions") or []] for m in held.slack.messages(JOINT)}
        return {name: shown[ts] for name, ts in held.lines.items() if ts in shown}

    tick, nothing = ["white_check_mark"], list[str]()
    eventually(
        lambda: (
            reactions()
            == {
                **dict.fromkeys(("topic", "mend", "AG1", "AG2", "A1", "A2 and A3", "A4", "D1", "note"), tick),
                **dict.fromkeys(("chat", "aside", "D2"), nothing),
            }
        )
    )


def test_the_trail_and_the_file_are_proved_and_a_tampered_file_is_not(held: Held, minutes: bytes, tmp_path: Path):
    whole = held.parley("verify")
    assert (whole.returncode, whole.stdout) == (0, b"The trail is whole.\n")
    file = tmp_path / "minutes.md"
    file.write_bytes(minutes)
    genuine = held.parley("verify", str(file))
    assert genuine.returncode == 0, genuine.stderr
    assert b"Genuine: minutes of N1" in genuine.stdout
    file.write_bytes(minutes.replace(b"28 days", b"82 days"))
    tampered = held.parley("verify", str(file))
    assert tampered.returncode == 1
    assert b"has been changed" in tampered.stderr


def test_a_second_parley_on_the_same_record_is_refused(held: Held):
    second = held.parley("run")
    assert second.returncode == 1
    assert b"Another Parley is running" in second.stderr
    assert b"Traceback" not in second.stderr
    assert "agree" in command(held.slack, AMARA, "help agree")["text"]  # the first goes on
