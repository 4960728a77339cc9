"""`parley demo`: a local Slack, Parley connected to it, the story played, and the address to look at."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from bot import clock
from bot.demo import story
from bot.demo.local_slack import LocalSlack, find_button, running_local_slack
from bot.demo.story import Deletes, Edits, Presses, Reads, Step, Types
from bot.errors import UserError

Found = TypeVar("Found")

PORT = "PARLEY_DEMO_PORT"
DEFAULT_PORT = 3939
SECONDS_FOR_A_MESSAGE = 60.0  # a channel takes one a second, and the story is typed faster


def demo() -> None:
    """Start everything, play the story, say where to look, and stay until stopped.

    Raises UserError when the port is not a number or something does not start.
    """
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda *_: sys.exit(0))
    # A shell starts what it puts in the background with Ctrl-C ignored; whoever sends it means it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="parley-demo-") as folder:
        database = Path(folder) / "parley.db"
        with running_local_slack(story.WORKSPACE, port=_port()) as slack, running_parley(slack, database) as parley:
            print("Playing the negotiation …", file=sys.stderr, flush=True)
            play(slack, story.story(clock.now()))
            wait_for_minutes(slack)
            print(_welcome(slack, database), flush=True)
            try:
                code = parley.wait()
                raise UserError(f"Parley stopped by itself with code {code}; what it said stands above.")
            except KeyboardInterrupt:
                pass


def _port() -> int:
    typed = os.environ.get(PORT, str(DEFAULT_PORT))
    if not typed.isdecimal() or int(typed) > 65535:
        raise UserError(f"{PORT} is {typed!r}, which is not a port. Type a number such as {DEFAULT_PORT}.")
    return int(typed)


@contextmanager
def running_parley(slack: LocalSlack, database: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The real bot as its own process, connected to this local Slack; ended on leaving."""
    environment = {
        **os.environ,
        "SLACK_BOT_TOKEN": slack.workspace.app.bot_token,
        "SLACK_APP_TOKEN": slack.workspace.app.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": f"sqlite:///{database}",
    }
    before = slack.connections_so_far()
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], env=environment)
    try:
        slack.wait_for_bot(before + 1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


def play(slack: LocalSlack, steps: Sequence[Step]) -> None:
    """Let people type, edit, delete and press, in order, each waiting for Parley's answer."""
    messages: dict[str, str] = {}
    for step in steps:
        match step:
            case Types(who, where, text, name):
                if text.startswith("/parley "):
                    slack.command(where.id, who.id, text.removeprefix("/parley "))
                else:
                    messages[name] = slack.say(where.id, who.id, text)
            case Edits(who, where, name, text):
                slack.edit(where.id, messages[name], who.id, text)
            case Deletes(who, where, name):
                slack.delete(where.id, messages[name], who.id)
            case Presses(who, where, ref, label, showing):
                card = _shown(slack, where.id, f"*{ref}*", showing, label)
                slack.press(where.id, card["ts"], who.id, find_button(card, label))
            case Reads(where, showing):
                _shown(slack, where.id, showing)


def _shown(slack: LocalSlack, channel: str, *words: str) -> dict[str, Any]:
    """The last message of Parley's that shows all these words, once there is one."""
    return _awaited(
        lambda: next(
            (
                message
                for message in reversed(slack.messages(channel))
                if all(word in str(message.get("blocks") or "") for word in words)
            ),
            None,
        ),
        f"a message with {' and '.join(words)}",
    )


def wait_for_minutes(slack: LocalSlack) -> None:
    """Until the minutes are in the joint channel."""
    _awaited(
        lambda: next((m for m in slack.messages(story.JOINT.id) if "-minutes-" in str(m.get("files"))), None),
        "the minutes",
    )


def _awaited(look: Callable[[], Found | None], what: str) -> Found:
    deadline = time.monotonic() + SECONDS_FOR_A_MESSAGE
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.05)
    raise UserError(f"Waited {SECONDS_FOR_A_MESSAGE:.0f} seconds for {what} in the local Slack in vain.")


def _welcome(slack: LocalSlack, database: Path) -> str:
    return (
        f"\nThe negotiation is at  {slack.channel_url(story.JOINT.id)}\n"
        "Look at #oxmh-negotiation: the meeting was played there, and its minutes end it.\n"
        "Choose who you are at the top of the page and go on: as Margaret Osei press Confirm Wording of AG3\n"
        "or Agree Latest of clause 4.2, or type /parley status. Ctrl-C ends the demonstration.\n\n"
        f"The record:  DATABASE_URL=sqlite:///{database} .venv/bin/parley export OXMH --format json\n"
    )
