"""The local Slack itself does what our other tests take for granted.

A tiny Bolt app stands in for Parley: it notes what it is sent, and answers in one fixed way.
"""

import os
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

from bot.demo.local_slack import (
    LocalSlack,
    LocalSlackRefused,
    Workspace,
    find_binary,
    find_button,
    running_local_slack,
)
from bot.errors import UserError
from tests.e2e import local_ui
from tests.e2e.world import BotProcess, bot_environment, eventually, open_channel

pytestmark = pytest.mark.e2e

JOINT, LUNCH, AMARA, BEN = "C01JOINT", "C05OTHER", "U01AMARA", "U02BEN"
BUTTONS = {
    "type": "actions",
    "block_id": "vote",
    "elements": [
        {
            "type": "button",
            "action_id": "open",
            "value": "17",
            "text": {"type": "plain_text", "text": "Object"},
        }
    ],
}
MODAL = {
    "type": "modal",
    "callback_id": "objection",
    "title": {"type": "plain_text", "text": "Object"},
    "submit": {"type": "plain_text", "text": "Object"},
    "notify_on_close": True,
    "blocks": [
        {
            "type": "input",
            "block_id": "reason",
            "label": {"type": "plain_text", "text": "Reason"},
            "element": {"type": "plain_text_input", "action_id": "text"},
        }
    ],
}

Heard = list[dict[str, Any]]


@pytest.fixture
def lonely_slack(workspace: Workspace) -> Iterator[LocalSlack]:
    """A local Slack that no bot has connected to."""
    with running_local_slack(workspace) as running:
        yield running


@pytest.fixture(scope="module")
def slack(workspace: Workspace) -> Iterator[LocalSlack]:
    """One for the whole file, because the stand-in takes three seconds to say goodbye."""
    with running_local_slack(workspace) as running:
        yield running


@pytest.fixture
def heard(stand_in: Heard) -> Heard:
    """Everything the stand-in has been sent since the test began."""
    stand_in.clear()
    return stand_in


@pytest.fixture(scope="module")
def stand_in(slack: LocalSlack) -> Iterator[Heard]:
    """The stand-in, connected. What it is sent is added to this list."""
    received: Heard = []
    client = WebClient(slack.workspace.app.bot_token, base_url=slack.api_url, retry_handlers=[])
    app = App(client=client, process_before_response=True, request_verification_enabled=False)

    @app.middleware
    def note(body: dict[str, Any], next: Callable[[], None]) -> None:  # noqa: A002 - Bolt injects by this name
        received.append(body)
        next()

    @app.command("/parley")
    def answer(ack: Any, command: dict[str, str]) -> None:
        ack(response_type="ephemeral", text=f"heard: {command['text']}", blocks=[BUTTONS])

    @app.action("open")
    def open_modal(ack: Any, body: dict[str, Any]) -> None:
        client.views_open(trigger_id=body["trigger_id"], view=MODAL)
        ack()

    @app.view("objection")
    def submit(ack: Any, view: dict[str, Any]) -> None:
        reason = view["state"]["values"]["reason"]["text"]["value"]
        ack() if reason else ack(response_action="errors", errors={"reason": "Say why."})

    @app.view_closed("objection")
    def closed(ack: Any) -> None:
        ack()

    @app.event("message")
    @app.event("reaction_added")
    @app.event("app_home_opened")
    @app.event("app_mention")
    @app.event("file_shared")
    def nothing_to_say() -> None:
        return

    handler = SocketModeHandler(app, slack.workspace.app.app_token)
    handler.connect()
    try:
        eventually(lambda: local_ui.bot_is_connected(slack))
        yield received
    finally:
        handler.close()


def events(heard: Heard, kind: str, subtype: str | None = None) -> list[dict[str, Any]]:
    """The events of one kind, in the order they came."""
    found = (body["event"] for body in heard if "event" in body)
    return [event for event in found if event["type"] == kind and event.get("subtype") == subtype]


def test_a_typed_line_reaches_the_bot_before_say_returns(slack: LocalSlack, heard: Heard):
    ts = slack.say(JOINT, AMARA, "ACTION: <@U02BEN> send the tables by 5 June")
    (event,) = events(heard, "message")
    assert (event["channel"], event["user"], event["ts"]) == (JOINT, AMARA, ts)
    assert event["text"] == "ACTION: <@U02BEN> send the tables by 5 June"


def test_a_reply_carries_its_thread(slack: LocalSlack, heard: Heard):
    first = slack.say(JOINT, AMARA, "first")
    slack.say(JOINT, BEN, "second", thread_ts=first)
    assert [event.get("thread_ts") for event in events(heard, "message")] == [None, first]


def test_edits_and_deletions_name_the_message(slack: LocalSlack, heard: Heard):
    ts = slack.say(JOINT, AMARA, "NOTE: one")
    slack.edit(JOINT, ts, AMARA, "NOTE: two")
    slack.delete(JOINT, ts, AMARA)
    (changed,) = events(heard, "message", "message_changed")
    (deleted,) = events(heard, "message", "message_deleted")
    assert (changed["message"]["ts"], changed["message"]["text"]) == (ts, "NOTE: two")
    assert changed["previous_message"]["text"] == "NOTE: one"
    assert (deleted["deleted_ts"], deleted["previous_message"]["user"]) == (ts, AMARA)


def test_only_the_author_may_edit(slack: LocalSlack, heard: Heard):
    ts = slack.say(JOINT, AMARA, "mine")
    with pytest.raises(LocalSlackRefused, match="not_authorized"):
        slack.edit(JOINT, ts, BEN, "not yours")


def test_a_reaction_and_a_file_reach_the_bot(slack: LocalSlack, heard: Heard):
    ts = slack.upload(JOINT, AMARA, "tables «June».csv", b"clause,agreed\n4.2,yes\n", text="the tables")
    slack.react(JOINT, ts, BEN, "white_check_mark")
    (shared,) = events(heard, "message", "file_share")
    (reaction,) = events(heard, "reaction_added")
    assert (shared["ts"], shared["files"][0]["name"]) == (ts, "tables «June».csv")
    assert slack.file_text(shared["files"][0]) == "clause,agreed\n4.2,yes\n"
    assert (reaction["reaction"], reaction["item"]["ts"]) == ("white_check_mark", ts)


def test_a_command_is_answered_by_its_ack(slack: LocalSlack, heard: Heard):
    (answer,) = slack.command(JOINT, AMARA, "agree 4.2")
    assert answer["text"] == "heard: agree 4.2"
    assert answer["ephemeral_to"] == AMARA


def test_a_button_opens_a_modal_that_can_be_refused_then_submitted(slack: LocalSlack, heard: Heard):
    (answer,) = slack.command(JOINT, AMARA, "vote")
    slack.press(JOINT, answer["ts"], AMARA, find_button(answer, "Object"))
    assert heard[-1]["actions"][0]["value"] == "17"
    assert [view["callback_id"] for view in local_ui.modal_stack(slack)] == ["objection"]

    refused = local_ui.submit_view(slack, AMARA, {})
    assert refused.errors == {"reason": "Say why."}
    assert len(refused.open_views) == 1

    reason = {"type": "plain_text_input", "value": "the price"}
    accepted = local_ui.submit_view(slack, AMARA, {"reason": {"text": reason}})
    assert accepted == local_ui.Submitted([], {})
    assert heard[-1]["user"]["id"] == AMARA


def test_a_closed_modal_tells_the_bot(slack: LocalSlack, heard: Heard):
    (answer,) = slack.command(JOINT, AMARA, "vote")
    slack.press(JOINT, answer["ts"], AMARA, find_button(answer, "Object"))
    local_ui.close_view(slack, AMARA)
    assert local_ui.modal_stack(slack) == []
    eventually(lambda: heard[-1]["type"] == "view_closed")


def test_no_such_button(slack: LocalSlack):
    with pytest.raises(LookupError, match="Withdraw"):
        find_button({"text": "nothing to press"}, "Withdraw")


def test_the_home_tab_and_direct_messages(slack: LocalSlack, heard: Heard):
    slack.open_home(AMARA)
    (opened,) = events(heard, "app_home_opened")
    client = WebClient(slack.workspace.app.bot_token, base_url=slack.api_url)
    client.views_publish(user_id=AMARA, view={"type": "home", "blocks": []})
    client.chat_postMessage(channel=AMARA, text="for you alone")
    view = local_ui.home_view(slack, AMARA)
    assert view is not None
    assert view["type"] == "home"
    local_ui.press_home(slack, AMARA, {"type": "button", "action_id": "open", "value": "1"})
    eventually(lambda: local_ui.modal_stack(slack))
    local_ui.close_view(slack, AMARA)
    assert opened["user"] == AMARA
    assert [message["text"] for message in slack.direct_messages(AMARA)] == ["for you alone"]
    assert slack.direct_messages(BEN) == []


def test_permalinks_are_the_addresses_of_the_page(slack: LocalSlack):
    client = WebClient(slack.workspace.app.bot_token, base_url=slack.api_url)
    ts = slack.say(JOINT, AMARA, "here")
    link = client.chat_getPermalink(channel=JOINT, message_ts=ts)["permalink"]
    assert link == slack.channel_url(JOINT, ts)


def test_without_a_bot_a_deed_is_lost_at_once(lonely_slack: LocalSlack):
    began = time.monotonic()
    lonely_slack.say(JOINT, AMARA, "is anybody there?")
    assert lonely_slack.command(JOINT, AMARA, "help") == []
    assert time.monotonic() - began < 2
    assert any("dropped" in entry["summary"] for entry in lonely_slack.log())


def test_events_of_two_lives_of_the_local_slack_have_different_ids(workspace: Workspace):
    def ids_of_one_life() -> set[str]:
        # Log entries, events, views and files are all numbered by the same counter and clock.
        with running_local_slack(workspace) as slack:
            slack.say(JOINT, AMARA, "one")
            return {entry["id"] for entry in slack.log()}

    assert not ids_of_one_life() & ids_of_one_life()


def test_a_taken_port_is_said_plainly(slack: LocalSlack):
    with (
        pytest.raises(UserError, match=f"port {slack.port}"),
        running_local_slack(slack.workspace, slack.port),
    ):
        pass


def test_a_missing_program_is_said_plainly(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    monkeypatch.setenv("PARLEY_LOCAL_SLACK", str(tmp_path / "nowhere"))
    with pytest.raises(UserError, match="PARLEY_LOCAL_SLACK"):
        find_binary()
    monkeypatch.delenv("PARLEY_LOCAL_SLACK")
    monkeypatch.setattr("bot.demo.local_slack.REPOSITORY_ROOT", tmp_path)
    with pytest.raises(UserError, match="make install"):
        find_binary()


STAND_IN_FOR_RUN = """
import os, signal, sys
from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
client = WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"])
app = App(client=client, process_before_response=True)
app.command("/parley")(lambda ack: ack(response_type="ephemeral", text=f"from {os.getpid()}"))
signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()
print("Parley is listening", file=sys.stderr)
signal.pause()
"""


def test_a_bot_process_is_started_killed_restarted_and_stopped(lonely_slack: LocalSlack, tmp_path: Path):
    command = [sys.executable, "-c", STAND_IN_FOR_RUN]
    bot = BotProcess(lonely_slack, bot_environment(lonely_slack, "sqlite://"), tmp_path / "bot.log", command)
    bot.start()
    (before,) = lonely_slack.command(JOINT, AMARA, "who")
    bot.restart()
    (after,) = lonely_slack.command(JOINT, AMARA, "who")
    assert before["text"] != after["text"]
    assert lonely_slack.connections_so_far() == 2
    assert bot.stop() == 0
    eventually(lambda: not local_ui.bot_is_connected(lonely_slack))


def test_a_bot_that_cannot_start_shows_its_last_words(lonely_slack: LocalSlack, tmp_path: Path):
    command = [sys.executable, "-c", "raise SystemExit('no token')"]
    bot = BotProcess(lonely_slack, dict(os.environ), tmp_path / "bot.log", command)
    with pytest.raises(RuntimeError, match="no token"):
        bot.start()


@pytest.mark.browser
def test_the_page_sends_mentions_as_ids(slack: LocalSlack, heard: Heard, page: Any):
    open_channel(page, slack, LUNCH, "U05OUTSIDE")
    composer = page.locator(".composer-input")
    # The list of names that opens at an @ swallows the first Enter; a space closes it.
    for line in ("ACTION: @ben the list ", "/parley note @ben and #oxon-joint "):
        composer.fill(line)
        page.locator(".composer-send").click()
    eventually(lambda: any("command" in body for body in heard))
    (message,) = events(heard, "message")
    assert (message["user"], message["text"]) == ("U05OUTSIDE", "ACTION: <@U02BEN> the list")
    assert heard[-1]["text"] == "note <@U02BEN> and <#C01JOINT|oxon-joint>"
    page.locator(".msg .bk-button", has_text="Object").wait_for()
