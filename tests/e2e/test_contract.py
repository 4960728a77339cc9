"""A contract from the file people share to words that both sides have confirmed, and back: the real bot, the real
protocol, a browser that looks at it; then the export and the minutes as a successor would read them.

With PARLEY_PICTURES=1 the picture of the README is taken again on the way.
"""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.demo.local_slack import REPOSITORY_ROOT, LocalSlack, Message, Workspace, running_local_slack
from tests.contract_files import Entry, automatic
from tests.e2e.test_meeting import AMARA, CHEN, JOINT, SET_UP, command, press
from tests.e2e.world import BotProcess, bot_environment, eventually

pytestmark = [pytest.mark.e2e, pytest.mark.long]

WORDS = "The Commissioner pays each undisputed invoice within 30 days."
THEIRS = "The Commissioner pays each undisputed invoice within 45 days."

CONTRACT = (
    Entry("1", "1.", "main", 0, "Services", heading=True),
    Entry("1.1", "1.1", "main", 1, "The Partnership provides the Services from the Start Date."),
    Entry("1.2", "1.2", "main", 1, "Each person has a named care co-ordinator."),
    Entry("2", "2.", "main", 0, "Payment", heading=True),
    Entry("2.1", "2.1", "main", 1, "The Commissioner pays each invoice within 60 days."),
    Entry("2.2", "2.2", "main", 1, "Late sums bear interest at the statutory rate."),
    Entry("Schedule 1", "Schedule 1", "schedule", 0, "Outcomes", heading=True),
    Entry("Schedule 1 paragraph 1", "1.", "schedule", 1, "People live longer."),
)
LATER = tuple(entry for entry in CONTRACT if entry.number != "1.2")


def message(slack: LocalSlack, start: str, *showing: str) -> Message:
    """The message in the joint channel that begins so, once it shows these words."""

    def look() -> Message | None:
        said = (m for m in slack.messages(JOINT) if str(m.get("text")).startswith(start))
        return next((m for m in said if all(words in json.dumps(m, ensure_ascii=False) for words in showing)), None)

    found = eventually(look, 30)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def told(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """The whole story, played once; what stands in writing afterwards, and the running local Slack."""
    folder: Path = tmp_path_factory.mktemp("contract")
    environment_of = f"sqlite:///{folder}/parley.db"
    with running_local_slack(workspace) as slack:
        environment = bot_environment(slack, environment_of)
        bot = BotProcess(slack, environment, folder / "bot.log")
        bot.start()
        try:
            for text in (*SET_UP, "start N1"):
                command(slack, AMARA, text)
            play(slack)

            def parley(*words: str) -> bytes:
                ran = subprocess.run(
                    [sys.executable, "-m", "bot", *words],
                    cwd=REPOSITORY_ROOT,
                    env=environment,
                    capture_output=True,
                    timeout=60,
                    check=True,
                )
                return ran.stdout

            yield {
                "slack": slack,
                "export": json.loads(parley("export", "OXMH", "--format", "json")),
                "minutes": parley("export", "OXMH", "--format", "md", "--meeting", "N1").decode(),
                "verify": parley("verify").decode(),
            }
            assert "Traceback" not in bot.said()
        finally:
            if bot.process is not None:
                bot.kill()


def play(slack: LocalSlack) -> None:
    bot = slack.workspace.app.bot_user_id
    slack.upload(JOINT, AMARA, "contract.docx", automatic(CONTRACT), text=f"<@{bot}> clause import")
    message(slack, "*contract.docx* is version 1", "clauses are in it")
    command(slack, AMARA, f"propose 2.1 {WORDS}")
    press(slack, CHEN, message(slack, "*2.1*", "2.1/p1"), "Show Redline")
    message(slack, "2.1, from issued to p1", "within ~60~ *30* days")
    command(slack, CHEN, f"propose 2.1 {THEIRS}")
    press(slack, AMARA, message(slack, "*2.1*", "2.1/p2"), "Agree Latest")
    card = message(slack, "AG1 on 2.1", "CCG: confirmed by Amara Okafor")  # one party has confirmed
    slack.say(JOINT, CHEN, "s/45 days/40 days/")
    card = message(slack, "AG1 on 2.1", "40 days", "CCG: not yet confirmed")  # one word: it starts again
    press(slack, AMARA, card, "Confirm Wording")
    message(slack, "*2.1*", "agreed, subject to contract")
    command(slack, CHEN, "reopen 2.1 because the tariff has changed")
    message(slack, "*2.1*", "AG1 was agreed and reopened")
    slack.upload(JOINT, CHEN, "contract v2.docx", automatic(LATER), text=f"<@{bot}> clause import")
    message(slack, "*contract v2.docx* is version 2")
    command(slack, AMARA, "close N1")
    eventually(lambda: next((m for m in slack.messages(JOINT) if "-minutes-" in str(m.get("files"))), None), 60)


def test_every_clause_of_the_file_is_there_with_its_number(told: dict[str, Any]) -> None:
    numbers = [row["number"] for row in told["export"]["clauses"]]
    assert numbers == [entry.number for entry in LATER] + ["1.2"]
    (gone,) = [row for row in told["export"]["clauses"] if row["number"] == "1.2"]
    assert gone["left_out_in_version"] == 2
    assert [file["version"] for file in told["export"]["contract_files"]] == [1, 2]


def test_the_card_the_export_and_the_minutes_tell_one_story(told: dict[str, Any]) -> None:
    (clause,) = [row for row in told["export"]["clauses"] if row["number"] == "2.1"]
    assert (clause["status"], clause["because"]) == ("reopened", "the tariff has changed")
    (agreement,) = told["export"]["agreements"]
    assert agreement["status"] == "reopened"
    assert agreement["wording"] == "The Commissioner pays each undisputed invoice within 40 days."
    assert {word["member"] for word in agreement["confirmations"]} == {"Amara Okafor", "Chen Li"}
    card = message(told["slack"], "*2.1*")["text"]
    assert "reopened" in card
    for told_in in (card, told["minutes"]):
        assert WORDS in told_in
        assert THEIRS in told_in
        assert "the tariff has changed" in told_in
    assert "**AG1** on 2.1: **AGREED, AND REOPENED SINCE**" in told["minutes"]
    assert told["verify"] == "The trail is whole.\n"


def test_the_redline_of_the_second_version_hangs_in_its_thread(told: dict[str, Any]) -> None:
    slack: LocalSlack = told["slack"]
    card = message(slack, "*contract v2.docx* is version 2")

    def in_thread() -> list[str]:
        thread = [m for m in slack.messages(JOINT) if m.get("thread_ts") == card["ts"]]
        names = [file["name"] for m in thread for file in m.get("files") or []]
        return names if len(names) > 1 else []

    files = eventually(in_thread, 30)
    assert {Path(name).suffix for name in files} == {".md", ".docx"}


@pytest.mark.browser
def test_the_card_is_legible_in_a_browser(told: dict[str, Any], page: Page) -> None:
    slack: LocalSlack = told["slack"]
    page.set_viewport_size({"width": 1100, "height": 1300})
    page.goto(slack.channel_url(JOINT, message(slack, "*2.1*")["ts"]))
    expect(page.get_by_text("AG1 was agreed and reopened").first).to_be_visible()
    if os.environ.get("PARLEY_PICTURES"):
        page.screenshot(
            path=str(REPOSITORY_ROOT / "docs" / "clause.png"),
            clip={"x": 222, "y": 273, "width": 878, "height": 660},  # without the local Slack's own bars
        )
