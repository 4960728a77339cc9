"""Parley in Socket Mode: connected, ticking, sending, until it is told to stop."""

import fcntl
import gc
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot import clock, delivery, jobs, routes, settings, workdays
from bot.briefs import sending as briefs
from bot.deps import Deps
from bot.errors import UserError
from bot.settings import Settings
from bot.slack.directory import Directory
from bot.slack.files import SharedFiles
from bot.slack.history import Messages
from bot.slack.homes import Homes
from storage import Database, StorageError, migrate


def open_database(chosen: Settings, *, create: bool = True) -> Database:
    """The database, with its tables. An empty one gets them where `create` says so.

    Raises UserError for one that is behind, cannot be reached or, without `create`, is not there.
    """
    try:
        database = Database(chosen.database_url)
        if not create and database.path is not None and not database.path.exists():
            raise UserError(f"There is no database at {database.path}. DATABASE_URL says where to look.")
        version = migrate.version(database)
    except (StorageError, ValueError, ImportError) as error:
        raise UserError(
            f"The database that DATABASE_URL names cannot be used ({type(error).__name__}). "
            "`.env.example` shows how such an address is written; check that its server is running."
        ) from error
    if version is None and not create:
        raise UserError("This database holds nothing of Parley's yet. `parley migrate` prepares it.")
    if version is None:
        migrate.upgrade(database)
    elif version != migrate.HEAD:
        raise UserError(
            f"The database is at version {version} and this Parley needs {migrate.HEAD}. "
            "Make a copy of it, then run `parley migrate`."
        )
    return database


def connect(chosen: Settings) -> tuple[WebClient, Deps, Database]:
    """A client that Slack knows, and what listeners may reach."""
    # The SDK's own retrying posts twice when an answer is lost; retrying is the outbox's business.
    client = WebClient(
        token=chosen.slack_bot_token,
        base_url=chosen.slack_api_url,
        timeout=delivery.HTTP_TIMEOUT_SECONDS,
        retry_handlers=[],
    )
    try:
        identity = client.auth_test()
    except (SlackClientError, OSError) as error:
        raise UserError(
            f"Slack at {chosen.slack_api_url} did not accept SLACK_BOT_TOKEN ({type(error).__name__}). "
            "Check the token and the network; `.env.example` says where Slack shows it."
        ) from error
    database = open_database(chosen)
    # A local Slack names a workspace address that nothing answers; its messages are under its own.
    home = identity["url"] if chosen.is_slack_itself else chosen.slack_api_url.removesuffix("api/")
    deps = Deps(
        db=database,
        directory=Directory(client),
        files=SharedFiles(client),
        messages=Messages(client),
        homes=Homes(client),
        now=clock.now,
        team_id=identity["team_id"],
        bot_user_id=identity["user_id"],
        archive=f"{str(home).rstrip('/')}/archives/",
        templates=chosen.parley_templates,
    )
    return client, deps, database


@contextmanager
def only_sender(database: Database) -> Iterator[bool]:
    """Hold the right to send for an SQLite database, which has one sender; False when another holds it.

    On PostgreSQL any number may send. The lock goes with the process, however it ends.
    """
    if database.path is None:
        yield True
        return
    with Path(f"{database.path}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def run(chosen: Settings) -> None:
    """Run until SIGTERM or SIGINT. Raises UserError for what a person must mend first."""
    settings.check_socket_mode(chosen)
    client, deps, database = connect(chosen)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with only_sender(database) as alone:
        if not alone:
            raise UserError(
                f"Another Parley is running on {database.path}. Stop it first, or give this one a database of its "
                "own; with PostgreSQL several may share one."
            )
        delivery.recover(database, deps.now())
        sender = jobs.DeliveryThread(deps, client, routes.NOTICES)
        scheduler = jobs.build_scheduler(deps)
        handler = SocketModeHandler(routes.build_app(client, deps, chosen.slack_bot_token), chosen.slack_app_token)
        sender.start()
        scheduler.start()
        handler.connect()  # type: ignore[no-untyped-call]
        # Reading the holidays takes a tenth of a second; better now than within somebody's first command.
        workdays.calendar(workdays.DEFAULT_CALENDAR)
        gc.freeze()
        gc.enable()
        print("Parley is listening", file=sys.stderr, flush=True)
        stop.wait()
        handler.disconnect()  # type: ignore[no-untyped-call]
        scheduler.shutdown(wait=False)
        sender.end()
    database.close()


def tick(chosen: Settings) -> int:
    """Do what is due now and stop; gives how many notices were dealt with. For cron."""
    client, deps, database = connect(chosen)
    with only_sender(database) as alone:
        if not alone:
            raise UserError(f"A running Parley does this for {database.path} already; nothing was done.")
        delivery.recover(database, deps.now())
        jobs.plan_reminders(deps)
        briefs.watch(deps)
        count = delivery.deliver_due(database, client, routes.NOTICES, deps.now, delivery.new_worker())
        jobs.forget_deliveries(deps)
    database.close()
    return count
