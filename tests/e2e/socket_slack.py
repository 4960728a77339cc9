"""Slack's Socket Mode for tests: it sends the real bot envelopes, and knows exactly which were acknowledged.

`tests.slack_api` is the Web API; here are `apps.connections.open`, the WebSocket behind it, and the bot as a
process of its own that can be killed. The very same envelope can be sent again, to the same process or to
one that was started after it.
"""

import json
import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from slack_bolt import BoltResponse
from slack_sdk import WebClient
from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve

from bot import clock
from bot.demo.local_slack import REPOSITORY_ROOT
from bot.deps import Deps
from bot.slack.directory import Directory
from bot.slack.files import SharedFiles
from bot.slack.history import Messages
from bot.slack.homes import Homes
from storage import Database
from tests import cast
from tests.e2e.world import LISTENING, RUN_THE_BOT, eventually
from tests.harness import Parley
from tests.slack_api import Json, SlackApi, refusal, slack_api

APP_TOKEN = "xapp-parley"
SECONDS_TO_ANSWER = 15.0


@dataclass
class Delivery:
    """One envelope, and the payloads of the acks that came back for it: none, one, or more when sent again."""

    envelope_id: str
    kind: str
    payload: Json
    sent: int = 0
    acks: list[Json] = field(default_factory=list)

    @property
    def acked(self) -> bool:
        return bool(self.acks)


class SocketSlack:
    """The workspace `api`, and the socket over which it speaks to the bot."""

    def __init__(self, api: SlackApi) -> None:
        self.api = api
        self.url = ""
        self.deliveries: list[Delivery] = []
        self._connections: list[ServerConnection] = []
        self._changed = threading.Condition()
        self._numbers = count(1)
        self._perform = api.perform
        api.perform = self._answer  # type: ignore[method-assign]

    @property
    def connected(self) -> bool:
        return bool(self._connections)

    def deliver(self, payload: Json) -> Delivery:
        """Send something new; does not wait for the ack."""
        kind = "slash_commands" if "command" in payload else "interactive"
        if payload.get("type") == "event_callback":
            kind = "events_api"
        delivery = Delivery(f"envelope-{next(self._numbers)}", kind, payload)
        self.deliveries.append(delivery)
        self.send(delivery)
        return delivery

    def send(self, delivery: Delivery) -> None:
        """Send an envelope, perhaps again; one that the bot cannot get any more counts as unacknowledged."""
        envelope: Json = {
            "envelope_id": delivery.envelope_id,
            "type": delivery.kind,
            "payload": delivery.payload,
            "accepts_response_payload": delivery.kind != "events_api",
        }
        if delivery.kind == "events_api":
            again = {"retry_attempt": delivery.sent, "retry_reason": "timeout" if delivery.sent else ""}
            envelope |= again
        delivery.sent += 1
        with suppress(ConnectionClosed, IndexError):
            self._connections[-1].send(json.dumps(envelope))

    def send_again(self, delivery: Delivery) -> Json:
        """The very same envelope once more; gives the payload of the new ack."""
        before = len(delivery.acks)
        self.send(delivery)
        assert self.wait_until(lambda: len(delivery.acks) > before), f"No ack: {delivery}"
        return delivery.acks[-1]

    def unacked(self) -> list[Delivery]:
        return [delivery for delivery in self.deliveries if not delivery.acked]

    def wait_until(self, ready: Callable[[], bool], seconds: float = SECONDS_TO_ANSWER) -> bool:
        """Whether `ready` came true in time; asked anew after every ack."""
        with self._changed:
            return self._changed.wait_for(ready, seconds)

    # -- the wire ---------------------------------------------------------------------------------------

    def _answer(self, method: str, arguments: Json, token: str) -> Json:
        if method != "apps.connections.open":
            return self._perform(method, arguments, token)
        return {"ok": True, "url": self.url} if token == APP_TOKEN else refusal("invalid_auth")

    def _serve(self, connection: ServerConnection) -> None:
        connection.send(json.dumps({"type": "hello", "num_connections": 1, "connection_info": {"app_id": "A01"}}))
        with self._changed:
            self._connections.append(connection)
        with suppress(ConnectionClosed):
            for frame in connection:
                ack = json.loads(frame)
                with self._changed:
                    for delivery in self.deliveries:
                        if delivery.envelope_id == ack["envelope_id"]:
                            delivery.acks.append(ack.get("payload") or {})
                    self._changed.notify_all()
        # What a killed process had written before its end has been read by now.
        with self._changed:
            self._connections.remove(connection)
            self._changed.notify_all()


@contextmanager
def socket_slack() -> Iterator[SocketSlack]:
    """A Slack with the standing cast in it, that speaks Socket Mode."""
    with slack_api() as api:
        for person in cast.everybody:
            api.add_user(person.id, person.name)
        for room in cast.rooms:
            api.add_channel(room.id, room.name, members=[person.id for person in cast.everybody])
        slack = SocketSlack(api)
        with serve(slack._serve, "127.0.0.1", 0, compression=None) as server:
            thread = threading.Thread(target=server.serve_forever, daemon=True)
            thread.start()
            # The SDK wants a path and a query.
            slack.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}/link/?ticket=1"
            try:
                yield slack
            finally:
                server.shutdown()
                thread.join()


def seconds_queued(pid: int) -> float:
    """How long a process could have run, but had to wait for a processor. Only Linux can tell."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, IndexError):
        return 0.0


@dataclass
class Bot:
    """The real bot process on this Slack, started and ended the way an operator, or a power cut, would."""

    slack: SocketSlack
    environment: Mapping[str, str]
    log_file: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> float:
        """Start it and wait until it listens; gives the seconds that took.

        While other tests keep every processor busy, the time it had to queue for one is theirs, not its own.
        """
        assert self.process is None
        assert not self.slack.connected
        before = len(self.said())
        began = time.monotonic()
        with self.log_file.open("ab") as sink:
            self.process = subprocess.Popen(
                RUN_THE_BOT,
                cwd=REPOSITORY_ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=sink,
                stderr=sink,
            )

        def listens() -> bool:
            said = self.said()[before:]
            assert self.process is not None
            if self.process.poll() is not None:
                raise RuntimeError(f"The bot ended with {self.process.returncode} instead of listening:\n{said}")
            return LISTENING in said and self.slack.connected

        eventually(listens, 30)
        return time.monotonic() - began - seconds_queued(self.process.pid)

    def stop(self) -> None:
        """SIGTERM, as an operator would."""
        self._end(subprocess.Popen.terminate)

    def kill(self) -> None:
        """SIGKILL, as a power cut would. Returns when Slack has read all that the process had written."""
        self._end(subprocess.Popen.kill)
        assert self.slack.wait_until(lambda: not self.slack.connected)

    def said(self) -> str:
        """All it has written, over all its lives."""
        return self.log_file.read_text(encoding="utf-8", errors="replace") if self.log_file.exists() else ""

    def _end(self, how: Callable[[subprocess.Popen[bytes]], None]) -> None:
        assert self.process is not None
        process, self.process = self.process, None
        how(process)
        process.wait(15)


class AtTheTable(Parley):
    """People's deeds as in `tests.harness`, but over the socket to the real process; time is the real one."""

    slack: SocketSlack

    def dispatch(self, payload: Json) -> BoltResponse:
        """Deliver, and wait for the ack."""
        delivery = self.slack.deliver(payload)
        assert self.slack.wait_until(lambda: delivery.acked), f"No ack: {delivery}"
        return BoltResponse(status=200, body=json.dumps(delivery.acks[0]) if delivery.acks[0] else "")

    def says(self, text: str, by: cast.Person, where: cast.Room = cast.joint) -> str:
        """Type a line that stands in the channel too; gives its ts."""
        ts = str(self.api.say(where.id, by.id, text)["ts"])
        return self.types(text, by, where, ts=ts)


@contextmanager
def at_the_table(slack: SocketSlack, database_url: str) -> Iterator[AtTheTable]:
    """The people of the cast, and the record they make, which is looked at in the database."""
    client = WebClient(token=slack.api.token, base_url=slack.api.url, retry_handlers=[], timeout=10)
    deps = Deps(
        db=Database(database_url),
        directory=Directory(client),
        files=SharedFiles(client),
        messages=Messages(client),
        homes=Homes(client),
        now=clock.now,
        team_id=slack.api.team_id,
        bot_user_id=slack.api.bot_user_id,
        archive="",
    )
    people = AtTheTable(None, slack.api, client, deps, [clock.now()])  # type: ignore[arg-type]
    people.slack = slack
    try:
        yield people
    finally:
        deps.db.close()


def bot_environment(slack: SocketSlack, database_url: str) -> dict[str, str]:
    """What the bot needs to know, and nothing of the tester's own settings."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "SLACK_BOT_TOKEN": slack.api.token,
        "SLACK_APP_TOKEN": APP_TOKEN,
        "SLACK_API_URL": slack.api.url,
        "DATABASE_URL": database_url,
        "PARLEY_LOG_LEVEL": "INFO",
        "PYTHONUNBUFFERED": "1",
    }


@contextmanager
def running_bot(slack: SocketSlack, database_url: str, folder: Path) -> Iterator[Bot]:
    """The bot, listening."""
    bot = Bot(slack, bot_environment(slack, database_url), folder / "bot.log")
    try:
        bot.start()
        yield bot
    finally:
        if bot.process is not None:
            bot.kill()
