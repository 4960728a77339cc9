"""`kill -9` at random moments: whatever Slack was told is recorded, is recorded, once; each reminder comes once.

While people type, the bot is the real process, and the socket is ours, so it is known exactly what was
acknowledged before each kill. What was not is sent again after the restart, as Slack does. While Parley reminds,
it is a process that only ticks and sends, on a clock of ours. `PARLEY_KILLS=200` kills more often, and
`PARLEY_KILL_SEED` varies when.
"""

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median

import pytest
from slack_sdk import WebClient

from bot import clock, routes
from bot.delivery import LEASE, deliver_due, recover
from storage import Database, negotiations, outbox
from storage.tables import OutboxRow, OutboxState
from tests import cast
from tests.e2e.socket_slack import AtTheTable, Delivery, SocketSlack, at_the_table, running_bot, socket_slack
from tests.e2e.world import eventually
from tests.faults.promises import ONLY_ON_THE_DAY, Table, one_a_day, sit_down, working_days
from tests.faults.ticking import ticking
from tests.slack_api import Faults, SlackApi, slack_api

pytestmark = [pytest.mark.faults, pytest.mark.e2e]

KILLS = int(os.environ.get("PARLEY_KILLS", "25"))
SEED = int(os.environ.get("PARLEY_KILL_SEED", "1"))
LONGEST_LIFE = 0.25
A_MOMENT = 0.03
MOST_AT_ONCE = 4
MOST_SECONDS_TO_START = 3.0
REPOSITORY = Path(__file__).resolve().parents[2]


class People:
    """They never stop typing: commands and lines in turn, each with words that nobody used before."""

    def __init__(self, slack: SocketSlack, table: AtTheTable, dice: random.Random) -> None:
        self.slack, self.table, self.dice = slack, table, dice
        self.words: dict[str, list[str]] = {"agreements": [], "decisions": [], "actions": [], "notes": []}
        self.lines: list[str] = []

    def do_something(self) -> None:
        kind = self.dice.choice(sorted(self.words))
        words = f"Thing {len(self.words[kind]) + 1} of {kind} in seed {SEED}"
        self.words[kind].append(words)
        by = self.dice.choice([cast.chair, cast.lead, cast.negotiator])
        said = f"{words} {by.mention} by 30 nov" if kind == "actions" else words
        if self.dice.random() < 0.5:
            verb = {"agreements": "agree", "decisions": "decide", "actions": "action", "notes": "note"}[kind]
            self.slack.deliver(self.table.slash_payload(f"{verb} {said}", by=by))
            return
        keyword = {"agreements": "AGREED", "decisions": "DECISION", "actions": "ACTION", "notes": "NOTE"}[kind]
        line = self.slack.api.say(cast.joint.id, by.id, f"{keyword}: {said}")
        self.lines.append(line["ts"])
        self.slack.deliver(
            self.table.event_payload(
                {
                    "type": "message",
                    "channel": cast.joint.id,
                    "user": by.id,
                    "text": line["text"],
                    "ts": line["ts"],
                    "event_ts": line["ts"],
                }
            )
        )

    def type_for(self, seconds: float) -> None:
        """Go on until time is up, with a few deliveries under way at each moment."""
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            if self.slack.wait_until(lambda: len(self.slack.unacked()) < MOST_AT_ONCE, left):
                self.do_something()


def send_again(slack: SocketSlack, again: list[Delivery]) -> None:
    """Everything that was not acknowledged, and these, although they were."""
    acks = [(delivery, len(delivery.acks)) for delivery in [*slack.unacked(), *again]]
    for delivery, _ in acks:
        slack.send(delivery)
    done = slack.wait_until(lambda: all(len(delivery.acks) > before for delivery, before in acks))
    assert done, f"Never acknowledged: {slack.unacked()[:3]}"


def drain(table: AtTheTable) -> None:
    """Send what is left, as if the leases of those who were killed were over."""
    database = table.deps.db

    def later() -> datetime:
        return clock.now() + timedelta(minutes=30)

    for _ in range(3):
        recover(database, later())
        deliver_due(database, table.client, routes.NOTICES, later, "drain")
    with database.snapshot() as session:
        assert outbox.unsent(session) == []


def parley(url: str, *words: str) -> subprocess.CompletedProcess[str]:
    """The command line, as an auditor would use it."""
    environment = {**os.environ, "DATABASE_URL": url}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=REPOSITORY, env=environment, capture_output=True, text=True
    )


@pytest.mark.timeout(max(180, 8 * KILLS))
def test_nothing_acknowledged_is_lost_or_doubled_however_often_the_bot_is_killed(
    database_url: str, backend: str, tmp_path: Path
) -> None:
    kills = KILLS if backend == "sqlite" else max(KILLS // 8, 1)
    dice = random.Random(SEED)
    starts: list[float] = []
    lost = 0
    with (
        socket_slack() as slack,
        running_bot(slack, database_url, tmp_path) as bot,
        at_the_table(slack, database_url) as table,
    ):
        table.open_meeting()
        people = People(slack, table, dice)
        for _ in range(kills):
            people.type_for(dice.uniform(0, LONGEST_LIFE))
            bot.kill()
            lost += len(slack.unacked())
            starts.append(bot.start())
            send_again(slack, dice.sample([each for each in slack.deliveries if each.acked], 2))
        bot.stop()
        drain(table)

        # Each delivery that was answered twice was answered alike.
        assert [each for each in slack.deliveries if any(ack != each.acks[0] for ack in each.acks)] == []
        export = table.export()
        for kind, words in people.words.items():
            name = "wording" if kind == "agreements" else "text"
            assert Counter(row[name] for row in export[kind]) == Counter(words), kind
        check_what_was_said(slack, people)
        assert "Traceback" not in bot.said()

    verdict = parley(database_url, "verify")
    assert (verdict.returncode, verdict.stdout) == (0, "The trail is whole.\n"), verdict.stderr
    recorded = sum(len(words) for words in people.words.values())
    print(
        f"{kills} kills on {backend}: {recorded} records, {lost} deliveries unacknowledged when killed, "
        f"slowest start {max(starts):.2f} s, median {median(starts):.2f} s"
    )
    assert lost > 0, "No kill met a delivery under way, so nothing was tried."
    # The middle one: a single slow start is the disk's or the neighbours'. `make bench` compares with a floor.
    assert median(starts) < MOST_SECONDS_TO_START, starts


def check_what_was_said(slack: SocketSlack, people: People) -> None:
    """Each notice once; each agreement has its one card; each typed line has its one mark."""
    tokens = [post["metadata"]["event_payload"]["key"] for post in slack.api.posts()]
    assert [token for token, times in Counter(tokens).items() if times > 1] == []
    messages = slack.api.messages(cast.joint.id)
    cards = [message for message in messages if message["user"] == slack.api.bot_user_id]
    shown = Counter(
        words for card in cards for words in people.words["agreements"] if f"'{words}'" in str(card["blocks"])
    )
    assert shown == Counter(people.words["agreements"])
    marks = {message["ts"]: message.get("reactions", []) for message in messages}
    for ts in people.lines:
        assert [mark["name"] for mark in marks[ts] if mark["count"]] == ["white_check_mark"], ts


# -- while Parley reminds -------------------------------------------------------------------------------

ON_EACH = [
    ("sqlite", 1),
    pytest.param("postgres", 1, marks=pytest.mark.postgres),
    pytest.param("postgres", 3, marks=pytest.mark.postgres),
]


REMINDING_CALLS = ("conversations.open", "conversations.history", "chat.postMessage", "chat.update")


@dataclass
class Reminding:
    """A table that has something to hear each working day, and processes that are killed while they say it."""

    database: Database
    api: SlackApi
    client: WebClient
    table: Table
    workers: int
    dice: random.Random
    ahead: timedelta = timedelta(0)
    kills: int = 0
    interrupted: int = 0

    def now(self) -> datetime:
        return clock.now() + self.ahead

    def say_everything(self, day: date) -> None:
        """Processes begin and are killed, all of them, until there is nothing left to say on this day."""
        self.ahead += self.table.at(day, 9) - self.now()
        while not self.all_said(day):
            self.live_and_die(2 * (len(self.unsent()) or len(self.table.people)))
            self.interrupted += sum(row.state == OutboxState.SENDING for row in self.unsent())
            self.ahead += LEASE  # they are dead: whatever they held has lapsed by the next ones' clock

    def live_and_die(self, most_calls: int) -> None:
        """Each is killed a moment after one of the next calls of Slack, or already while it plans."""
        arguments = (self.database.url.render_as_string(), self.api.url, self.api.token, self.api.team_id, self.ahead)
        with ticking(self.workers, *arguments) as processes:
            wanted = len(self.api.calls)
            for process in self.dice.sample(processes, len(processes)):
                wanted += self.dice.randrange(most_calls // self.workers + 1)
                self.api.wait_until(partial(self.has_called, wanted), seconds=2)
                process.join(self.dice.uniform(0, A_MOMENT))
                process.kill()
                self.kills += 1
        # Slack may have their last requests yet; a real lease is far longer than it takes over them.
        self.client.auth_test()
        eventually(lambda: not [thread for thread in threading.enumerate() if "process_request" in thread.name])

    def has_called(self, times: int) -> bool:
        return len(self.api.calls) >= times

    def unsent(self) -> list[OutboxRow]:
        with self.database.snapshot() as session:
            return outbox.unsent(session)

    def all_said(self, day: date) -> bool:
        with self.database.snapshot() as session:
            planned = negotiations.get(session, self.table.id).reminded_on == day
        return planned and not self.unsent()


def kill_while_reminding(
    database: Database, workers: int, kills: int, reminders: int = 0, faults: Faults | None = None
) -> None:
    first = date(2026, 11, 30)
    days = working_days(first, first + timedelta(days=700))
    table = one_a_day("OXMH", "Europe/London", days, people=8)
    with slack_api() as api:
        client = WebClient(token=api.token, base_url=api.url, retry_handlers=[])
        reminding = Reminding(database, api, client, table, workers, random.Random(SEED))
        api.now = lambda: reminding.now().timestamp()
        sit_down(database, api, table, first - timedelta(days=1), ONLY_ON_THE_DAY)
        api.faults = faults
        done = []
        for day in days:
            reminding.say_everything(day)
            done.append(day)
            # On a busy machine the first kills may all fall between two messages: it goes on until one did not.
            if reminding.kills >= kills and len(api.posts()) >= reminders and reminding.interrupted:
                break
        check_reminders(api, table, done)
        print(
            f"{reminding.kills} kills of {workers} on {database.url.get_backend_name()}: {len(api.posts())} posts on "
            f"{len(done)} days, {reminding.interrupted} in somebody's hands when killed"
        )
        assert reminding.interrupted > 0, "No kill met a message under way, so nothing was tried."


def check_reminders(api: SlackApi, table: Table, days: list[date]) -> None:
    tokens = Counter(post["metadata"]["event_payload"]["key"] for post in api.posts())
    assert [token for token, times in tokens.items() if times > 1] == []
    assert table.heard(api) == table.expected_on_the_day(days[-1])
    assert set(table.messages_a_day(api).values()) == {1}
    weeks = [day for day in days if day == working_days(day - timedelta(days=day.weekday()), day)[0]]
    assert [table.when(message).date() for message in api.messages(table.joint)] == weeks


@pytest.mark.timeout(400)  # it starts a process for every kill, and a busy machine starts them slowly
@pytest.mark.parametrize(("backend", "workers"), ON_EACH[:2], indirect=["backend"])
def test_each_reminder_comes_once_however_often_those_who_remind_are_killed(database: Database, workers: int) -> None:
    kill_while_reminding(database, workers, KILLS // 4)


@pytest.mark.long
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("bad", [False, True], ids=["", "on bad days"])
@pytest.mark.parametrize(("backend", "workers"), ON_EACH, indirect=["backend"])
def test_500_reminders_come_once_through_100_kills(database: Database, workers: int, bad: bool) -> None:
    chances = {"error_before": 0.05, "error_after_recording": 0.05, "drop_after_recording": 0.05, "rate_limited": 0.03}
    faults = Faults(SEED, **chances, methods=REMINDING_CALLS)  # type: ignore[arg-type]
    kill_while_reminding(database, workers, 100, 500, faults if bad else None)
