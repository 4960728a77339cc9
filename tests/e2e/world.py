"""A small world to test in: a real local Slack, and the real bot as a process of its own."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bot.demo.local_slack import REPOSITORY_ROOT, LocalSlack
from tests.e2e import local_ui

if TYPE_CHECKING:
    from playwright.sync_api import Page

Found = TypeVar("Found")

RUN_THE_BOT = (sys.executable, "-m", "bot", "run")
LISTENING = "Parley is listening"


def eventually(check: Callable[[], Found], deadline_seconds: float = 10.0) -> Found:
    """Asks `check` again and again until it answers with something true, and returns that.

    An AssertionError or a LookupError from `check` counts as "not yet". At the deadline it is raised; or
    an AssertionError of ours, when the answers were merely empty.
    """
    deadline = time.monotonic() + deadline_seconds
    while True:
        trouble: Exception | None = None
        try:
            found = check()
            if found:
                return found
        except (AssertionError, LookupError) as not_yet:
            trouble = not_yet
        if time.monotonic() > deadline:
            raise trouble or AssertionError(f"Not true within {deadline_seconds:g} seconds: {check}")
        time.sleep(0.02)


@dataclass
class BotProcess:
    """The bot, started and ended the way an operator, or a power cut, would."""

    slack: LocalSlack
    environment: Mapping[str, str]
    log_file: Path
    command: Sequence[str] = RUN_THE_BOT
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def start(self, deadline_seconds: float = 30.0) -> float:
        """Starts it and waits until it listens. Returns the seconds that took."""
        assert self.process is None, "The bot is running already."
        # Two connections would each get every delivery, so the old one must be gone from Slack's books.
        eventually(lambda: not local_ui.bot_is_connected(self.slack))
        already_said = self.said()
        began = time.monotonic()
        with self.log_file.open("ab") as sink:
            self.process = subprocess.Popen(
                self.command,
                cwd=REPOSITORY_ROOT,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )
        eventually(lambda: self._listens(len(already_said)), deadline_seconds)
        return time.monotonic() - began

    def stop(self, deadline_seconds: float = 10.0) -> int:
        """SIGTERM, as an operator would. Returns its exit code."""
        return self._end(subprocess.Popen.terminate, deadline_seconds)

    def kill(self) -> None:
        """SIGKILL: no last words, nothing flushed, as in a power cut."""
        self._end(subprocess.Popen.kill, 10.0)

    def restart(self) -> float:
        """Kills it and starts it again on the same database. Returns the seconds the start took."""
        self.kill()
        return self.start()

    def said(self) -> str:
        """All it has written to its log, over all its lives."""
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""

    def _listens(self, said_before: int) -> bool:
        assert self.process is not None
        new_words = self.said()[said_before:]
        if self.process.poll() is not None:
            code, self.process = self.process.returncode, None
            raise RuntimeError(f"The bot ended with exit code {code} instead of listening:\n{new_words[-4000:]}")
        assert LISTENING in new_words, f"The bot does not listen yet:\n{new_words[-4000:]}"
        return local_ui.bot_is_connected(self.slack)

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None], deadline_seconds: float) -> int:
        assert self.process is not None, "The bot is not running."
        process, self.process = self.process, None
        how(process)
        try:
            return process.wait(deadline_seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise


@dataclass
class World:
    """The workspace and the bot in it."""

    slack: LocalSlack
    bot: BotProcess


def bot_environment(slack: LocalSlack, database_url: str, **more: str) -> dict[str, str]:
    """What the bot needs to know to work in this local Slack, and nothing of the tester's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT") if name in os.environ}
    app = slack.workspace.app
    return {
        **kept,
        "SLACK_BOT_TOKEN": app.bot_token,
        "SLACK_APP_TOKEN": app.app_token,
        "SLACK_API_URL": slack.api_url,
        "DATABASE_URL": database_url,
        "PARLEY_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
        **more,
    }


def open_channel(page: "Page", slack: LocalSlack, channel: str, user: str, ts: str | None = None) -> None:
    """Shows a channel in the browser as this person sees it, at the message `ts` if one is given."""
    named = next(known.name for known in slack.workspace.channels if known.id == channel)
    page.goto(slack.channel_url(channel, ts))
    page.locator(".channel-title", has_text=named).wait_for()
    page.locator("label.actas select").select_option(user)
