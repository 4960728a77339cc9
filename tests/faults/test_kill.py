"""`kill -9` at random moments while people type: whatever Slack was told is recorded, is recorded, once.

The bot is the real process, and the socket is ours, so it is known exactly what was acknowledged before each
kill. What was not is sent again after the restart, as Slack does. `PARLEY_KILLS=200` kills more often, and
`PARLEY_KILL_SEED` varies when.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bot import clock, routes
from bot.delivery import deliver_due, recover
from storage import outbox
from tests import cast
from tests.e2e.socket_slack import AtTheTable, Delivery, SocketSlack, at_the_table, running_bot, socket_slack

pytestmark = [pytest.mark.faults, pytest.mark.e2e]

KILLS = int(os.environ.get("PARLEY_KILLS", "25"))
SEED = int(os.environ.get("PARLEY_KILL_SEED", "1"))
LONGEST_LIFE = 0.25
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
        f"slowest start {max(starts):.2f} s, median {sorted(starts)[len(starts) // 2]:.2f} s"
    )
    assert lost > 0, "No kill met a delivery under way, so nothing was tried."
    assert max(starts) < MOST_SECONDS_TO_START, starts


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
