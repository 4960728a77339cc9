"""From the command line to a connection with Slack: the real process, and one that does nothing."""

from pathlib import Path

from bot.demo.local_slack import running_local_slack
from tests.bench.measure import Ratio, interleaved
from tests.bench.over_slack import NO_OP, WORKSPACE
from tests.e2e import local_ui
from tests.e2e.world import RUN_THE_BOT, BotProcess, bot_environment, eventually

STARTS = 5
GOAL = 9
"""Three seconds, where the floor is a third of one."""


def measure(folder: Path) -> list[Ratio]:
    """A start over a database that is there already, as after a crash."""
    with running_local_slack(WORKSPACE) as slack:
        environment = bot_environment(slack, f"sqlite:///{folder}/start.db")
        idle = BotProcess(slack, environment, folder / "idle.log", NO_OP)
        parley = BotProcess(slack, environment, folder / "parley.log", RUN_THE_BOT)

        def nothing_runs(_number: int) -> None:
            for bot in (idle, parley):
                if bot.process is not None:
                    bot.stop()
            eventually(lambda: not local_ui.bot_is_connected(slack))

        try:
            floor, ours = interleaved(
                lambda _: idle.start(), lambda _: parley.start(), rounds=STARTS, each=1, warm_up=1, before=nothing_runs
            )
        finally:
            nothing_runs(0)
    return [
        Ratio("start to connected / no-op bot on Bolt's defaults", floor, ours, goal=9)
    ]  # three seconds where the floor is a third of one
