"""THE CLOCK TABLE: everything that runs by the clock.

APScheduler only ticks. What is due stands in our own tables, so a missed tick loses nothing and two
ticks do nothing twice.
"""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler
from slack_sdk import WebClient

from bot import delivery
from bot.briefs import sending as briefs
from bot.clauses import reading
from bot.delivery import Read
from bot.deps import Deps
from bot.home import publishing as homes
from bot.readiness import watch as readiness
from bot.reminders import service as reminders
from bot.reminders.rules import LONGEST_ABSENCE
from storage import Busy, delivered, drafts
from storage import reminders as said

log = structlog.get_logger()

FORGET_DELIVERIES_AFTER = timedelta(days=35)
FORGET_DRAFTS_AFTER = timedelta(days=30)


@dataclass(frozen=True)
class Job:
    """What runs, and how often; `run` takes the deps."""

    every: timedelta
    run: Callable[[Deps], None]


def wake_delivery(deps: Deps) -> None:
    """Rows that were put off become due without anybody writing: look again."""
    deps.wake.set()


def release_stale(deps: Deps) -> None:
    """Rows whose worker died go back to be sent, once their lease is over."""
    if delivery.recover(deps.db, deps.now()):
        deps.wake.set()


def forget_deliveries(deps: Deps) -> None:
    """Slack delivers again within a day; keys older than five weeks serve nobody. Nor do those of reminders
    that are older than any absence that is made up for, nor what somebody began to fill in a month ago."""
    with deps.db.transaction() as session:
        delivered.forget_before(session, deps.now() - FORGET_DELIVERIES_AFTER)
        said.forget_before(session, deps.now() - 2 * LONGEST_ABSENCE)
        drafts.forget_before(session, deps.now() - FORGET_DRAFTS_AFTER)


def plan_reminders(deps: Deps) -> None:
    """Whatever the clock asks to be said goes into the outbox."""
    try:
        planned = reminders.plan(deps.db, deps.now())
    except Busy:
        return  # somebody is writing; what is due is still due at the next tick
    if planned:
        deps.wake.set()


JOBS: dict[str, Job] = {
    "wake_delivery": Job(timedelta(seconds=1), wake_delivery),
    "plan_reminders": Job(timedelta(seconds=15), plan_reminders),
    "read_contracts": Job(timedelta(seconds=1), reading.read_asked),
    "send_briefs": Job(timedelta(seconds=60), briefs.watch),
    "watch_readiness": Job(timedelta(seconds=60), readiness.watch),
    "publish_homes": Job(timedelta(seconds=1), homes.publish_due),
    "release_stale": Job(timedelta(seconds=15), release_stale),
    "forget_deliveries": Job(timedelta(hours=6), forget_deliveries),
}


def build_scheduler(deps: Deps) -> BackgroundScheduler:
    """A scheduler that ticks for every job of the table; not yet started."""
    scheduler = BackgroundScheduler(
        timezone=UTC, job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    for name, job in JOBS.items():
        scheduler.add_job(job.run, "interval", seconds=job.every.total_seconds(), args=[deps], id=name)
    return scheduler


class DeliveryThread(threading.Thread):
    """Sends what is in the outbox as soon as it is written; woken by `deps.wake`."""

    def __init__(self, deps: Deps, client: WebClient, notices: Mapping[str, Read]) -> None:
        super().__init__(name="delivery", daemon=True)
        self._deps, self._client, self._notices = deps, client, notices
        self._ending = threading.Event()

    def run(self) -> None:
        worker, pace, rooms = delivery.new_worker(), delivery.Pace(), delivery.Rooms()
        while not self._ending.is_set():
            self._deps.wake.wait()
            self._deps.wake.clear()
            if self._ending.is_set():
                return
            try:
                delivery.deliver_due(self._deps.db, self._client, self._notices, self._deps.now, worker, pace, rooms)
            except Exception:
                # The database may be away for a moment; the next tick tries again.
                log.exception("delivery_interrupted")

    def end(self) -> None:
        """Finish the row in hand and stop."""
        self._ending.set()
        self._deps.wake.set()
        self.join(timeout=delivery.HTTP_TIMEOUT_SECONDS)
