"""A disk that is full: told plainly, nothing half done, and the record as it was."""

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

from sqlalchemy import Connection, event

from bot.exports import files
from tests import cast
from tests.harness import Parley

ROOT = Path(__file__).parents[2]


def test_a_command_is_refused_and_works_again_once_there_is_room(meeting: Parley) -> None:
    engine = meeting.deps.db.engine

    def full(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA max_page_count = 1")  # as few as it has now

    event.listen(engine, "begin", full)
    before = meeting.export()
    words = "x" * 20_000
    refused = meeting.slash(f"note {words}", by=cast.scribe)
    assert "The disk that holds the record is full, and nothing was recorded." in refused.text
    assert meeting.export() == before
    event.remove(engine, "begin", full)
    event.listen(engine, "begin", lambda c: c.exec_driver_sql("PRAGMA max_page_count = 1000000"))
    assert "E1" in meeting.slash(f"note {words}", by=cast.scribe).text
    assert meeting.trail_faults() == []


def test_an_import_says_so_and_leaves_nothing(meeting: Parley, tmp_path: Path) -> None:
    meeting.types("NOTE: " + "words " * 500, by=cast.scribe)
    exported = tmp_path / "record.json"
    with meeting.deps.db.snapshot() as session:
        exported.write_text(files.json_text(session, "OXMH", None), encoding="utf-8")
    assert json.loads(exported.read_text(encoding="utf-8"))["notes"]

    def little_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    ran = subprocess.run(
        [sys.executable, "-m", "bot", "import", str(exported)],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{tmp_path}/new.db"},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=little_room,
    )
    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == (
        "parley: The disk that holds the database is full. Nothing was done; make room first."
    )
    assert "Traceback" not in ran.stderr
