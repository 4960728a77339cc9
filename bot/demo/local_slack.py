"""The local Slack: a whole workspace on this machine, for the demonstration and the tests.

It is the MIT-licensed program `local-slack`, which speaks Slack's own protocols to the bot, shows a
page to people, and takes orders over a control API. Here it is found, started, spoken to and ended.
It keeps everything in memory: a restarted local Slack has forgotten every message, and counts its
message timestamps from one again, so two lives within one second may name two messages alike.

It listens on every network interface and offers no way to say otherwise, so it belongs on a machine
whose neighbours are trusted, and never holds anything real.
"""

import http.client
import json
import os
import platform
import re
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

from bot.errors import UserError

REPOSITORY_ROOT = Path(__file__).resolve().parents[2]
LOOPBACK = "127.0.0.1"
SECONDS_TO_START = 20.0
# It waits five seconds for the bot's answer before it gives up; we wait a little longer than that.
SECONDS_TO_ANSWER = 15.0

Message = dict[str, Any]
"""A message as Slack describes it: `ts`, `user`, `text`, perhaps `blocks`, `files`, `ephemeral_to` …"""


@dataclass(frozen=True)
class User:
    """A person of the invented workspace. `name` is the handle people type after an @."""

    id: str
    name: str
    real_name: str
    tz: str = "Europe/London"


@dataclass(frozen=True)
class Channel:
    """A channel and the ids of the people in it. Without the bot in it, the bot hears nothing from it."""

    id: str
    name: str
    members: Sequence[str]
    is_private: bool = False
    has_bot: bool = True


@dataclass(frozen=True)
class App:
    """The bot as the workspace knows it. The tokens are not secrets: the local Slack takes any."""

    id: str = "A0PARLEY"
    bot_user_id: str = "U0PARLEY"
    bot_name: str = "Parley"
    bot_token: str = "xoxb-local-parley"  # noqa: S105
    app_token: str = "xapp-local-parley"  # noqa: S105


@dataclass(frozen=True)
class Workspace:
    """Everything that is there before anybody speaks."""

    name: str
    users: Sequence[User]
    channels: Sequence[Channel]
    domain: str = "local"
    team_id: str = "T0LOCAL"
    app: App = field(default_factory=App)


class LocalSlackRefused(Exception):
    """The local Slack answered an order with an error: the test or the story asks the impossible."""


def find_binary() -> Path:
    """The local Slack's program file.

    Looks at PARLEY_LOCAL_SLACK first, then where `make install` puts it. Raises UserError, saying how
    to get one, when there is none.
    """
    named = os.environ.get("PARLEY_LOCAL_SLACK")
    if named:
        if os.access(named, os.X_OK):
            return Path(named)
        raise UserError(f"PARLEY_LOCAL_SLACK names {named}, which is not a program that can be run.")
    for found in sorted(REPOSITORY_ROOT.glob("node_modules/local-slack-*/bin/local-slack*")):
        if os.access(found, os.X_OK):
            return found
    raise UserError(
        f"There is no local Slack here for {platform.system()} on {platform.machine()}. `make install` "
        "fetches the one for Linux on x86-64. Elsewhere, build it from the source of parvalabs/local-slack, "
        "version 0.1.8 (`bun install`, then `bun run build:binary`), and put its path in PARLEY_LOCAL_SLACK."
    )


@contextmanager
def running_local_slack(workspace: Workspace, port: int = 0, *, binary: Path | None = None) -> Iterator["LocalSlack"]:
    """A local Slack with this workspace in it, up and answering; ended on the way out.

    `port` 0 takes any free port. Files that people upload live in a temporary folder and go with it.
    Raises UserError when there is no program for this platform, or when it does not come up (the port is
    taken, for instance).
    """
    program = binary or find_binary()
    with tempfile.TemporaryDirectory(prefix="parley-local-slack-") as folder:
        config, output = Path(folder, "workspace.json"), Path(folder, "output.txt")
        config.write_text(json.dumps(_configuration(workspace)), encoding="utf-8")
        command = [str(program), "--config", str(config), "--port", str(port), "--base-host", LOOPBACK]
        with output.open("wb") as sink:
            # Its own process group: Ctrl-C then reaches it through us, after the bot has said goodbye.
            process = subprocess.Popen(
                [*command, "--files-dir", str(Path(folder, "files"))],
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=subprocess.STDOUT,
                process_group=0,
            )
        try:
            yield LocalSlack(workspace, _wait_until_it_answers(process, output, port))
        finally:
            _end(process)


@dataclass(frozen=True)
class LocalSlack:
    """A running local Slack, and the hands of the people in it.

    Every deed waits until the bot has acknowledged it, or for five seconds when it does not; a bot that
    is not connected misses it for good. Channels and people are given by id. A `ts` is Slack's name for
    a message within its channel. Each deed raises LocalSlackRefused when the local Slack says no.
    """

    workspace: Workspace
    port: int

    @property
    def url(self) -> str:
        """The page for people. The bot's Web API is below it, see `api_url`."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def api_url(self) -> str:
        """What the bot is given as SLACK_API_URL; ends with a slash, as the SDK wants it."""
        return f"{self.url}/api/"

    def channel_url(self, channel: str, ts: str | None = None) -> str:
        """The page opened at a channel, or at one message of it. Equals what chat.getPermalink answers."""
        return f"{self.url}/archives/{channel}" + (f"/p{ts.replace('.', '')}" if ts else "")

    def say(self, channel: str, user: str, text: str, thread_ts: str | None = None) -> str:
        """A person types a line. Mentions are written `<@U…>`. Returns the line's ts."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        answer = self._order("message", channel=channel, user=user, text=text, **thread)
        return str(answer["message"]["ts"])

    def command(self, channel: str, user: str, text: str, command: str = "/parley") -> list[Message]:
        """A person types a slash command.

        Returns what the bot put into that channel until its answer was there, oldest first: the answer,
        and anything else it happened to post in that moment. Empty when it answered nothing.
        """
        before = {message["ts"] for message in self.messages(channel)}
        self._order("command", channel=channel, user=user, command=command, text=text)
        return [
            message
            for message in self.messages(channel)
            if message["ts"] not in before and message.get("user") == self.workspace.app.bot_user_id
        ]

    def press(self, channel: str, message_ts: str, user: str, action: Mapping[str, Any]) -> None:
        """A person presses a button in a message. `action` is what `find_button` gives."""
        self._order("interact", channel=channel, messageTs=message_ts, user=user, action=dict(action))

    def react(self, channel: str, ts: str, user: str, name: str, *, present: bool = True) -> None:
        """A person adds a reaction (`name` without colons), or takes it back with `present=False`."""
        self._order("reaction", channel=channel, ts=ts, user=user, name=name, present=present)

    def edit(self, channel: str, ts: str, user: str, text: str) -> None:
        """The author of a message rewrites it; nobody else may."""
        self._order("edit-message", channel=channel, ts=ts, user=user, text=text)

    def delete(self, channel: str, ts: str, user: str) -> None:
        """The author of a message deletes it; nobody else may."""
        self._order("delete-message", channel=channel, ts=ts, user=user)

    def upload(
        self, channel: str, user: str, name: str, content: bytes, text: str = "", thread_ts: str | None = None
    ) -> str:
        """A person shares a file called `name`, perhaps with a line. Returns the ts of its message."""
        fields = {"channel": channel, "user": user, "text": text, "thread_ts": thread_ts or ""}
        body, content_type = _multipart(fields, name, content)
        answer = self._call("POST", "/_control/upload", body, content_type)
        return str(answer["message"]["ts"])

    def open_home(self, user: str) -> None:
        """A person opens the bot's Home tab."""
        self._order("open-home", user=user)

    def messages(self, channel: str) -> list[Message]:
        """All that stands in a channel, threads and private answers too, oldest first."""
        answer = self._call("GET", f"/_control/messages/{quote(channel, safe='')}")
        return list(answer["messages"])

    def direct_messages(self, user: str) -> list[Message]:
        """All that stands between a person and the bot, oldest first."""
        both = {user, self.workspace.app.bot_user_id}
        for channel in self.state()["channels"]:
            if channel["is_im"] and set(channel["members"]) == both:
                return self.messages(channel["id"])
        return []

    def file_text(self, file: Mapping[str, Any]) -> str:
        """The text of a file, as found in a message's `files`, fetched as the bot would fetch it."""
        path = str(file["url_private"]).removeprefix(self.url)
        token = {"Authorization": f"Bearer {self.workspace.app.bot_token}"}
        return self._request("GET", path, headers=token).decode("utf-8")

    def state(self) -> dict[str, Any]:
        """The workspace, its apps, people and channels (direct messages among them)."""
        return self._call("GET", "/_control/state")

    def log(self) -> list[dict[str, Any]]:
        """The last thousand exchanges with the bot: `time` (milliseconds), `direction`, `kind`, `summary`."""
        return list(self._call("GET", "/_control/log")["log"])

    def connections_so_far(self) -> int:
        """How often a bot has connected, as far as the log goes back."""
        return sum(entry["kind"] == "socket" and "(hello)" in entry["summary"] for entry in self.log())

    def wait_for_bot(self, connections: int = 1, deadline_seconds: float = 30.0) -> None:
        """Returns once a bot has connected that many times. Raises TimeoutError at the deadline."""
        deadline = time.monotonic() + deadline_seconds
        while self.connections_so_far() < connections:
            if time.monotonic() > deadline:
                raise TimeoutError(f"No bot connected to the local Slack within {deadline_seconds:.0f} seconds.")
            time.sleep(0.05)

    def _order(self, deed: str, **parts: Any) -> dict[str, Any]:
        body = json.dumps(parts).encode("utf-8")
        return self._call("POST", f"/_control/{deed}", body, "application/json")

    def _call(self, method: str, path: str, body: bytes | None = None, content_type: str = "") -> dict[str, Any]:
        headers = {"Content-Type": content_type} if content_type else {}
        answer: dict[str, Any] = json.loads(self._request(method, path, body, headers))
        if answer.get("ok") is False:
            raise LocalSlackRefused(f"{path}: {answer.get('error')}")
        return answer

    def _request(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> bytes:
        # http.client and not urllib: no proxy from the environment may come between us and this machine.
        connection = http.client.HTTPConnection(LOOPBACK, self.port, timeout=SECONDS_TO_ANSWER)
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            content = response.read()
            # 400 carries a reason in JSON, which the caller turns into an exception.
            if response.status not in (200, 400):
                raise LocalSlackRefused(f"{path}: HTTP {response.status}")
            return content
        finally:
            connection.close()


def find_button(message: Mapping[str, Any], label: str) -> dict[str, Any]:
    """What `LocalSlack.press` needs to press the button that reads `label` in this message.

    Raises LookupError when the message has no such button.
    """
    for block in message.get("blocks") or []:
        for element in [*block.get("elements", []), block.get("accessory") or {}]:
            if element.get("type") == "button" and element["text"]["text"] == label:
                kept = {key: element[key] for key in ("type", "action_id", "value", "text") if key in element}
                return {**kept, "block_id": block.get("block_id", "")}
    raise LookupError(f"No button reads {label!r} in: {message.get('text')}")


def _configuration(workspace: Workspace) -> dict[str, Any]:
    app = workspace.app
    return {
        "workspace": {"name": workspace.name, "domain": workspace.domain, "teamId": workspace.team_id},
        "apps": [
            {
                "appId": app.id,
                "botUserId": app.bot_user_id,
                "botName": app.bot_name,
                "botToken": app.bot_token,
                "appToken": app.app_token,
                "mode": "socket",
            }
        ],
        "users": [
            {"id": user.id, "name": user.name, "real_name": user.real_name, "tz": user.tz} for user in workspace.users
        ],
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "is_private": channel.is_private,
                "members": [*channel.members, *([app.bot_user_id] if channel.has_bot else [])],
            }
            for channel in workspace.channels
        ],
    }


def _wait_until_it_answers(process: subprocess.Popen[bytes], output: Path, wanted_port: int) -> int:
    """The port it listens on: it announces the address once it is ready to answer."""
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        said = output.read_text(encoding="utf-8", errors="replace")
        announced = re.search(r"Web UI:\s+http://[^:/\s]+:(\d+)", said)
        if announced:
            return int(announced[1])
        if process.poll() is not None or time.monotonic() > deadline:
            taken = " (port taken: choose another)" if "EADDRINUSE" in said or "in use" in said else ""
            where = f" on port {wanted_port}{taken}" if wanted_port else ""
            faults = [line for line in said.splitlines() if line.startswith("error:")]
            raise UserError(f"The local Slack did not start{where}. It said: {' '.join(faults) or 'nothing of use'}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _multipart(fields: Mapping[str, str], file_name: str, content: bytes) -> tuple[bytes, str]:
    """A form with one file in it, and its content type. Empty fields are left out."""
    boundary = uuid.uuid4().hex
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
        if value
    ]
    quoted = file_name.replace("\\", "_").replace('"', "%22")
    disposition = f'Content-Disposition: form-data; name="file"; filename="{quoted}"'
    head = f"--{boundary}\r\n{disposition}\r\nContent-Type: application/octet-stream\r\n\r\n".encode()
    body = b"".join([*parts, head, content, f"\r\n--{boundary}--\r\n".encode()])
    return body, f"multipart/form-data; boundary={boundary}"
