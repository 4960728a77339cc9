"""`parley demo` as a newcomer meets it: one command, one page, and a negotiation to go on with.

With PARLEY_PICTURES=1 the pictures of the README are taken again on the way.
"""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from bot.demo.local_slack import REPOSITORY_ROOT
from tests.e2e.world import eventually

pytestmark = pytest.mark.e2e

DOCS = REPOSITORY_ROOT / "docs"


@dataclass(frozen=True)
class Demo:
    process: subprocess.Popen[bytes]
    said: Path

    def address(self) -> str:
        """What it prints once the meeting has been played."""
        found = re.search(r"The negotiation is at +(http://\S+)", self.said.read_text(encoding="utf-8"))
        assert found or self.process.poll() is None, f"The demonstration ended:\n{self.said.read_text('utf-8')}"
        return found[1] if found else ""


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The demonstration on a free port, started as its own process with a home of its own."""
    said = tmp_path / "said.txt"
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "PARLEY_DEMO_PORT": "0", "TERM": "dumb"}
    with said.open("wb") as sink:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "demo"],
            cwd=REPOSITORY_ROOT,
            env=environment,
            stdout=sink,
            stderr=subprocess.STDOUT,
        )
    try:
        yield Demo(process, said)
    finally:
        if process.poll() is None:
            process.terminate()
            process.wait(timeout=30)


def children_of(process_id: int) -> list[int]:
    """The ids of the processes that this one has started."""
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            # The name, which may hold spaces, stands in brackets; the parent's id comes after the state.
            parent = entry.read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue  # it ended while we looked
        if int(parent) == process_id:
            found.append(int(entry.parent.name))
    return found


def message(page: Any, *words: str) -> Any:
    """The last message that shows all these words."""
    found = page.locator(".msg")
    for word in words:
        found = found.filter(has_text=word)
    return found.last


@pytest.mark.browser
def test_a_newcomer_sees_the_meeting_and_goes_on(demo: Demo, page: Any):
    page.goto(eventually(demo.address, 100))
    message(page, "Minutes of N1", "AWAITING CONFIRMATION", "in the file below this message").wait_for()
    page.locator("label.actas select").select_option(label="Margaret Osei")
    for line in ("AGREED: Schedule 4C", "DECISION: The Recovery Star"):
        message(page, line, "✅").wait_for()
    message(page, "closed on", "Recorded:", "/parley minutes N1").wait_for()  # the meeting's card, in its last state
    take_pictures(page)

    page.locator(".composer-input").fill("/parley status ")
    page.locator(".composer-send").click()
    message(page, "only visible to you", "AG3 (waits for CCG)").wait_for()

    card = message(page, "do you confirm exactly these words?", "Emergency response")
    card.locator(".bk-button", has_text="Confirm Wording").click()
    message(page, "AG3 on Schedule 4C: agreed in principle", "CCG: confirmed by Margaret Osei").wait_for()
    message(page, "You confirmed AG3 for Oxfordshire Clinical Commissioning Group").wait_for()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_it_leaves_nothing_behind(demo: Demo, ending: signal.Signals):
    eventually(demo.address, 100)
    started = children_of(demo.process.pid)
    assert len(started) == 2, "the local Slack and Parley"
    demo.process.send_signal(ending)
    assert demo.process.wait(timeout=30) == 0
    eventually(lambda: not any(Path(f"/proc/{child}").exists() for child in started))
    assert "Traceback" not in demo.said.read_text(encoding="utf-8")


def take_pictures(page: Any) -> None:
    """Only when asked: the end of the meeting in the joint channel, and the minutes."""
    if not os.environ.get("PARLEY_PICTURES"):
        return
    bar, composer = 44, 74  # the local Slack's own, above and below what Slack would show
    page.set_viewport_size({"width": 1280, "height": 900 + bar + composer})
    message(page, "NOTE: Data comes").evaluate("element => element.scrollIntoView({block: 'start'})")
    page.screenshot(path=DOCS / "demo.png", clip={"x": 0, "y": bar, "width": 1280, "height": 900})
    page.set_viewport_size({"width": 1280, "height": 1200})
    message(page, "Minutes of N1", "in the file below this message").screenshot(path=DOCS / "minutes.png")
    page.set_viewport_size({"width": 1280, "height": 900})
