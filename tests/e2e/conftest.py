"""Fixtures for the tests that run the real thing: local Slack, bot process, browser."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from bot.demo.local_slack import Channel, LocalSlack, User, Workspace, running_local_slack
from tests.e2e.world import BotProcess, World, bot_environment

WORKSPACE = Workspace(
    name="Oxfordshire contract",
    users=(
        User("U01AMARA", "amara", "Amara Okafor"),
        User("U02BEN", "ben", "Ben Whitlock"),
        User("U03CHEN", "chen", "Chen Li"),
        User("U04DORA", "dora", "Dora Nowak"),
        User("U05OUTSIDE", "olu", "Olu Outside"),
    ),
    channels=(
        Channel("C01JOINT", "oxon-joint", ("U01AMARA", "U02BEN", "U03CHEN", "U04DORA")),
        Channel("C02BUYERS", "oxon-commissioner", ("U01AMARA", "U02BEN"), is_private=True),
        Channel("C03SELLERS", "oxon-provider", ("U03CHEN", "U04DORA"), is_private=True),
        Channel("C04FINANCE", "oxon-finance", ("U02BEN", "U04DORA")),
        Channel("C05OTHER", "lunch", ("U05OUTSIDE", "U01AMARA")),
    ),
)


@pytest.fixture(scope="session")
def workspace() -> Workspace:
    """Who is there. A test module may override it with its own people."""
    return WORKSPACE


@pytest.fixture
def slack(workspace: Workspace) -> Iterator[LocalSlack]:
    """A local Slack of the test's own, on a free port, with nobody having spoken yet."""
    with running_local_slack(workspace) as running:
        yield running


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Where the bot keeps its record. A test module may override it, for PostgreSQL."""
    return f"sqlite:///{tmp_path}/parley.db"


@pytest.fixture
def world(slack: LocalSlack, database_url: str, tmp_path: Path) -> Iterator[World]:
    """A local Slack with the real bot connected to it."""
    bot = BotProcess(slack, bot_environment(slack, database_url), tmp_path / "bot.log")
    try:
        bot.start()
        yield World(slack, bot)
    finally:
        if bot.process is not None:
            bot.kill()


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium. Where there is none the test is skipped, except in continuous integration."""
    names = ("chromium", "chromium-browser", "google-chrome")
    found = os.environ.get("PARLEY_CHROMIUM") or next(filter(None, map(shutil.which, names)), None)
    if found:
        return found
    missing = "No Chromium on this machine: install one, or name it in PARLEY_CHROMIUM."
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture
def page(chromium: str) -> Iterator[Page]:
    """A page in a headless Chromium that talks to this machine only."""
    quiet = [
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium, chromium_sandbox=False, args=[*quiet, "--no-first-run"]
        )
        try:
            yield browser.new_page(viewport={"width": 1280, "height": 900})
        finally:
            browser.close()
