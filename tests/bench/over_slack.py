"""From a typed command to its acknowledgement over the local Slack: the real process, and one that does nothing."""

import http.client
import json
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from bot.demo.local_slack import LOOPBACK, Channel, LocalSlack, User, Workspace, running_local_slack
from tests.bench.measure import Deed, Ratio, interleaved
from tests.e2e.world import RUN_THE_BOT, BotProcess, bot_environment

DANA, OMAR = User("U01DANA", "dana", "Dana Reyes"), User("U02OMAR", "omar", "Omar Haddad")
JOINT = Channel("C01JOINT", "joint", (DANA.id, OMAR.id))
WORKSPACE = Workspace("Bench", (DANA, OMAR), (JOINT,))
NO_OP = (sys.executable, "-m", "tests.bench.no_op_bot")


def measure(folder: Path) -> list[Ratio]:
    """`note` in an open meeting: durable and audited before it is acknowledged."""
    with _bot(folder, "no-op", NO_OP) as idle, _bot(folder, "parley", RUN_THE_BOT) as parley:
        _open_meeting(parley)
        with _typist(idle) as nothing, _typist(parley) as note:
            floor, ours = interleaved(nothing, note, rounds=10, each=20)
        _check_recorded(parley, 10 * 20 + 20)
    return [Ratio("command → ack over the local Slack / no-op bot on Bolt's defaults", floor, ours, goal=0.25)]


@contextmanager
def _bot(folder: Path, name: str, command: Sequence[str]) -> Iterator[LocalSlack]:
    """A local Slack of its own (every connected bot would hear every command) with this bot in it."""
    with running_local_slack(WORKSPACE) as slack:
        environment = bot_environment(slack, f"sqlite:///{folder}/{name}.db")
        bot = BotProcess(slack, environment, folder / f"{name}.log", command)
        bot.start()
        try:
            yield slack
        finally:
            bot.stop()


def _open_meeting(slack: LocalSlack) -> None:
    for text in (
        "new BENCH A contract",
        "party add CCG The commissioner as commissioner",
        "party add OHP The provider as provider",
        f"member add <@{DANA.id}> to CCG as chair",
        f"member add <@{OMAR.id}> to OHP as lead",
        "meeting add negotiation First round on tomorrow at 10:00 for 2h anyway",
        "start N1",
    ):
        slack.command(JOINT.id, DANA.id, text)


@contextmanager
def _typist(slack: LocalSlack) -> Iterator[Deed]:
    """Types commands over one kept connection; each returns when the bot has acknowledged it."""
    connection = http.client.HTTPConnection(LOOPBACK, slack.port, timeout=15)

    def type_note(number: int) -> None:
        order = {"channel": JOINT.id, "user": DANA.id, "command": "/parley", "text": f"note Something said, {number}"}
        connection.request("POST", "/_control/command", json.dumps(order), {"Content-Type": "application/json"})
        answer = json.loads(connection.getresponse().read())
        assert answer["ok"], answer

    try:
        yield type_note
    finally:
        connection.close()


def _check_recorded(slack: LocalSlack, wanted: int) -> None:
    """Fast and wrong would be no news."""
    noted = [message for message in slack.messages(JOINT.id) if str(message.get("text")).startswith("Note *E")]
    assert len(noted) == wanted, len(noted)
