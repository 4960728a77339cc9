"""Parley's delivery against a Slack that fails by plan, in simulated time.

Nothing here sleeps through a pause: when no row is due, the clock jumps to the next thing that happens.
A request that Slack takes late is taken when *this* clock says so, though the client has given up on it in
real time long before.
"""

import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from slack_sdk import WebClient

from bot import delivery
from bot.delivery import Pace, Read
from bot.outbox import File, Message, Notice, Reaction, Update
from bot.slack import blocks
from storage import Database, Session, outbox
from storage.tables import OutboxRow, OutboxState
from tests import cast
from tests.harness import MORNING
from tests.slack_api import LATE_RECORDING, Fault, SlackApi, slack_api

# How long the client waits for an answer, in real time: only requests that Slack takes late cost as much.
CLIENT_SECONDS = 0.5
RECORDING = ("chat.postMessage", "chat.update", "reactions.add", "files.completeUploadExternal")


class Clock:
    """Slack's time, which stands still until it is told to go on, and ours, which may be ahead of it.

    Whoever waits for an instant of Slack's is woken by it.
    """

    def __init__(self, begin: datetime = MORNING) -> None:
        self.slack = begin
        self.ahead = timedelta(0)
        self.waiting: list[datetime] = []
        self.changed = threading.Condition()

    @property
    def instant(self) -> datetime:
        """What our own clock shows."""
        return self.slack + self.ahead

    def now(self) -> datetime:
        return self.instant

    def timestamp(self) -> float:
        return self.slack.timestamp()

    def wait(self, duration: timedelta) -> None:
        with self.changed:
            instant = self.slack + duration
            self.waiting.append(instant)
            self.changed.notify_all()
            self.changed.wait_for(lambda: self.slack >= instant)

    def advance(self, instant: datetime) -> None:
        """Time passes until our clock shows this."""
        with self.changed:
            self.slack = max(self.slack, instant - self.ahead)
            self.changed.notify_all()

    def jump(self, **duration: float) -> None:
        """Our clock is set, forwards or back; no time passes."""
        self.ahead += timedelta(**duration)


class Lateness(threading.Event):
    """Stands in for the server's own event, on which it waits before it takes a request late."""

    def __init__(self, clock: Clock) -> None:
        super().__init__()
        self._clock = clock

    def wait(self, timeout: float | None = None) -> bool:
        self._clock.wait(timedelta(seconds=timeout or 0))
        return self.is_set()


@dataclass(frozen=True)
class Seen:
    """A request that reached Slack, when by our clock, and the fault it met."""

    at: datetime
    method: str
    arguments: Mapping[str, Any]
    fault: str


@dataclass
class Simulation:
    """A Slack, a database, and workers that send what is in the outbox."""

    api: SlackApi
    database: Database
    client: WebClient
    clock: Clock
    notices: dict[str, Read] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    late_done: int = 0
    cards: dict[str, "Card"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.notices |= {
            "card": lambda _session, row: self.cards[row.key].message(),
            "update": lambda _session, row: Update(row.payload["card"], self.cards[row.payload["card"]].message()),
        }

    def new_card(self) -> "Card":
        card = Card(self, f"card{len(self.cards)}")
        self.cards[card.key] = card
        self.enqueue("card", card.key)
        return card

    def enqueue(self, kind: str, key: str, to: str = cast.joint.id, **more: Any) -> None:
        with self.database.transaction() as session:
            outbox.add_once(session, kind, key=key, recipient=to, due_at=self.clock.instant, **more)

    def row(self, key: str) -> OutboxRow:
        with self.database.snapshot() as session:
            found = outbox.by_key(session, key)
        assert found is not None, f"There is no row {key}."
        return found

    def deliver(self, worker: str = "anna", pace: Pace | None = None) -> int:
        """One worker sends what is due now."""
        return delivery.deliver_due(self.database, self.client, self.notices, self.clock.now, worker, pace)

    def deliver_together(self, workers: int) -> None:
        """So many workers send what is due now."""
        with ThreadPoolExecutor(workers) as pool:
            for done in [pool.submit(self.deliver, f"worker {number}") for number in range(workers)]:
                done.result()

    def claim(self, worker: str = "lost") -> OutboxRow:
        """Take the next row, as a worker does that is about to send it."""
        with self.database.transaction() as session:
            row = outbox.claim_next(session, worker, self.clock.instant, delivery.LEASE)
        assert row is not None
        return row

    def later(self, **duration: float) -> None:
        self.go_to(self.clock.instant + timedelta(**duration))

    def run(self, workers: int = 1, most_rounds: int = 2000) -> None:
        """Send until nothing is left, letting time pass; what Slack still owes is recorded too."""
        for _ in range(most_rounds):
            self.deliver_together(workers)
            instant = self._next_instant()
            if instant is None:
                return
            self.go_to(instant)
        raise AssertionError(f"Still not done after {most_rounds} rounds.")

    def _next_instant(self) -> datetime | None:
        with self.database.snapshot() as session:
            rows = outbox.unsent(session)
        ahead = [row.lease_until if row.state == OutboxState.SENDING else row.due_at for row in rows]
        late = [instant + self.clock.ahead for instant in self.clock.waiting[self.late_done :]]
        return min([*filter(None, ahead), *late], default=None)

    def go_to(self, instant: datetime) -> None:
        """The clock goes on; whatever Slack takes by then has been taken when this returns."""
        self.clock.advance(instant)
        due = sum(late <= self.clock.slack for late in self.clock.waiting)
        assert self.api.wait_until(lambda: self.late_done >= due, seconds=20)
        delivery.recover(self.database, self.clock.instant)

    # -- what there is in the end -----------------------------------------------------------------------

    def everything_said(self) -> list[dict[str, Any]]:
        """Every message of every conversation."""
        return [message for channel in self.api.channels for message in self.api.messages(channel)]

    def texts(self) -> list[str]:
        return [str(message["text"]) for message in self.everything_said()]

    def rows(self, keys: list[str]) -> list[OutboxRow]:
        with self.database.snapshot() as session:
            return [row for key in keys if (row := outbox.by_key(session, key))]


@contextmanager
def simulated(database: Database, begin: datetime = MORNING) -> Iterator[Simulation]:
    clock = Clock(begin)
    with slack_api(clock.timestamp) as api:
        for person in cast.everybody:
            api.add_user(person.id, person.name)
        for room in cast.rooms:
            api.add_channel(room.id, room.name, members=[person.id for person in cast.everybody])
        client = WebClient(token=api.token, base_url=api.url, retry_handlers=[])
        client.timeout = CLIENT_SECONDS  # type: ignore[assignment]
        simulation = Simulation(api, database, client, clock, dict(NOTICES))
        _watch(api, simulation)
        ended, api.ended = api.ended, Lateness(clock)
        yield simulation
        ended.set()
        api.ended.set()
        clock.advance(clock.instant + timedelta(days=36500))


def _watch(api: SlackApi, simulation: Simulation) -> None:
    """Note every request with its time, and when one that came late is through."""
    receive, perform = api.receive, api.perform
    late = threading.local()

    def receiving(method: str, arguments: dict[str, Any]) -> Fault | None:
        fault = receive(method, arguments)
        if fault is not None and fault.kind == LATE_RECORDING and method == "upload":
            fault = None  # bytes without a message show nobody anything, and nothing tells when they are there
        late.now = fault is not None and fault.kind == LATE_RECORDING
        simulation.seen.append(Seen(simulation.clock.instant, method, arguments, fault.kind if fault else ""))
        return fault

    def performing(method: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        answer = perform(method, arguments, token)
        simulation.late_done += late.now
        api.wait_until(lambda: True)
        return answer

    api.receive, api.perform = receiving, performing  # type: ignore[method-assign]


# What the notices say ----------------------------------------------------------------------------------


def words(_session: Session, row: OutboxRow) -> Notice:
    """A message that says its own key."""
    return Message(f"Says {row.key}", blocks.paragraphs(f"Says {row.key}"))


def minutes(_session: Session, row: OutboxRow) -> Notice:
    return Message(f"Minutes {row.key}", file=File(f"{row.key}.md", f"Minutes of {row.key}"))


def tick(_session: Session, row: OutboxRow) -> Notice:
    return Reaction(row.recipient, row.payload["ts"], "white_check_mark", instead=("warning",))


@dataclass
class Card:
    """A message that shows the state of something; each change is enqueued as an update of it."""

    simulation: Simulation
    key: str
    state: str = "awaiting"
    changes: int = 0

    def message(self) -> Message:
        return Message(f"{self.key}: {self.state}", blocks.paragraphs(f"{self.key}: {self.state}"))

    def change(self, state: str) -> None:
        self.state = state
        self.changes += 1
        self.simulation.enqueue("update", f"{self.key}.{self.changes}", payload={"card": self.key})

    def update_rows(self) -> list[OutboxRow]:
        return [self.simulation.row(f"{self.key}.{number + 1}") for number in range(self.changes)]

    def check(self, state: str) -> None:
        """It stands there once, in this state, and nothing is left to do."""
        (message,) = [m for m in self.simulation.everything_said() if m["text"].startswith(f"{self.key}:")]
        assert message["text"] == f"{self.key}: {state}"
        assert state in str(message["blocks"])
        assert self.simulation.row(self.key).state == OutboxState.SENT
        assert {row.state for row in self.update_rows()} <= {OutboxState.SENT, OutboxState.DROPPED}


NOTICES: Mapping[str, Callable[[Session, OutboxRow], Notice | None]] = {
    "words": words,
    "minutes": minutes,
    "tick": tick,
    "delivery.failed": delivery.failed,
}
