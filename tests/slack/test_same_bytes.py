"""The same record gives the same bytes: every output in every form, in any process, zone and language, on any day."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
import time_machine

from bot import render
from bot.briefs import command_line as briefs
from bot.exports import files
from bot.minutes import service
from storage import Session
from tests import cast
from tests.harness import Parley

ROOT = Path(__file__).parents[2]
NOON = datetime(2026, 11, 27, 12, 0, tzinfo=UTC)
"""Of whatever says what is to come by then; when it is really made does not matter."""
AGAIN = """
import json, sys
import time_machine
from storage import Database
from tests.slack.test_same_bytes import digests
with time_machine.travel(sys.argv[2], tick=True), Database(sys.argv[1]).snapshot() as session:
    print(json.dumps(digests(session)))
"""


def digests(session: Session) -> dict[str, str]:
    """A digest of each output, by its name."""
    found: dict[str, str | bytes] = {}
    meeting, standing = files.minutes_issued(session, "OXMH", "N1", None)
    for form in render.FORMS:
        found[f"minutes {form}"] = service.paper(session, meeting, standing.version, form, None).content
    for side in (None, "CCG"):
        found[f"json {side}"] = files.json_text(session, "OXMH", side)
        found[f"xlsx {side}"] = files.workbook_bytes(session, "OXMH", side)
        found[f"ics {side}"] = files.calendar_text(session, "OXMH", side)
        for form in render.FORMS:
            found[f"negotiation {form} {side}"] = files.dossier_paper(session, "OXMH", side, form).content
            found[f"brief {form} {side}"] = briefs.brief(session, "OXMH", "N2", side, form, None, now=NOON).content
    written = {name: said.encode() if isinstance(said, str) else said for name, said in found.items()}
    return {name: hashlib.sha256(content).hexdigest() for name, content in written.items()}


@pytest.fixture
def recorded(meeting: Parley) -> Parley:
    """A meeting that is over and one to come, registers that are filled, and what each side wants."""
    for typed in (
        "agenda add N1 Payment for 20 min",
        "clause add 4.2 Payment",
        "propose 4.2 Payment within 30 days.",
        "agree 4.2: Payment within 30 days.",
        "decide We meet again; naïve 🙂 漢字.",
        f"action Send the figures {cast.lead.mention}, {cast.scribe.mention} by 4 dec",
        "milestone add Signature on 18 dec 2026 kind signature",
        "outcome load oxfordshire",
        "document add Full contract version 1 missing Schedule 3B",
        "meeting add negotiation Second round on 11 dec at 10:00 for 2h prep 3h",
        "agenda add N2 Liability",
    ):
        meeting.slash(typed, by=cast.chair)
    for typed in ("position 4.2 must 30 days target 20 days", "concession planned 4.2 Ten days worth £5k"):
        meeting.slash(typed, by=cast.chair, where=cast.ccg_caucus)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.slash("close", by=cast.chair)
    return meeting


def test_every_output_is_the_same_bytes_in_two_processes_on_two_days(recorded: Parley) -> None:
    made = []
    for day, zone, language, seed in (
        ("2026-11-27 12:00", "Pacific/Auckland", "C", "7"),
        ("2031-02-03 23:59", "America/Los_Angeles", "de_DE.UTF-8", "8"),
    ):
        elsewhere = {**os.environ, "TZ": zone, "LC_ALL": language, "LANG": language, "PYTHONHASHSEED": seed}
        command = [sys.executable, "-c", AGAIN, str(recorded.deps.db.url), day]
        again = subprocess.run(command, env=elsewhere, cwd=ROOT, capture_output=True, check=True)
        made.append(json.loads(again.stdout))
    assert len(made[0]) == 4 + 2 * (3 + 4 + 4)
    assert made[0] == made[1]
    with recorded.deps.db.snapshot() as session, time_machine.travel("2028-02-29 00:00", tick=True):
        assert digests(session) == made[0]
