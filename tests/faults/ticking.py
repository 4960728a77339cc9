"""A process that does nothing but tick and send, as `parley run` does, on a clock that is ahead of the machine's.

It is forked from a server that has imported everything already, so that it can be killed hundreds of times.
"""

import multiprocessing
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess

from slack_sdk import WebClient
from sqlalchemy.orm import configure_mappers

from bot import clock, jobs, logs, routes, workdays
from bot.deps import Deps
from bot.slack.directory import Directory
from bot.slack.files import SharedFiles
from bot.slack.history import Messages
from bot.slack.homes import Homes
from storage import Database

BETWEEN_TICKS = 0.005

# What takes long in every new process is done before they are forked.
workdays.calendar(workdays.DEFAULT_CALENDAR)
configure_mappers()


def tick_for_ever(database_url: str, slack_url: str, token: str, team_id: str, ahead: timedelta) -> None:
    """Do what the clock table says as often as can be, and send what comes of it, until killed."""
    logs.configure("error")
    client = WebClient(token=token, base_url=slack_url, retry_handlers=[], timeout=10)
    deps = Deps(
        db=Database(database_url),
        directory=Directory(client),
        files=SharedFiles(client),
        messages=Messages(client),
        homes=Homes(client),
        now=lambda: clock.now() + ahead,
        team_id=team_id,
        bot_user_id="",
        archive="",
    )
    jobs.DeliveryThread(deps, client, routes.NOTICES).start()
    never = threading.Event()
    while not never.wait(BETWEEN_TICKS):
        for job in jobs.JOBS.values():
            job.run(deps)


@contextmanager
def ticking(workers: int, *arguments: object) -> Iterator[list[BaseProcess]]:
    """So many of these processes; those that live at the end are killed."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    processes = [context.Process(target=tick_for_ever, args=arguments, daemon=True) for _ in range(workers)]
    for process in processes:
        process.start()
    try:
        yield list(processes)
    finally:
        for process in processes:
            process.kill()
            process.join()
            assert process.exitcode == -signal.SIGKILL, f"It ended by itself with {process.exitcode}."
