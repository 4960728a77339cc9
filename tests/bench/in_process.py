"""A durable, audited `agree` beside the least that durability can cost: one raw insert with an fsync."""

import sqlite3
from pathlib import Path
from typing import Any

from bot import access, edge
from bot.access import Place
from bot.record import service
from bot.trail import Source
from storage import Session
from tests import cast
from tests.bench.measure import Ratio, interleaved
from tests.harness import Parley, running_parley

WORDING = "The Provider shall report on every outcome each month, number"


def measure(folder: Path) -> list[Ratio]:
    """Both stand on files of this folder, journal and synchronisation set alike."""
    raw = sqlite3.connect(folder / "raw.db", isolation_level=None)
    for pragma in ("journal_mode=WAL", "synchronous=FULL"):
        raw.execute(f"PRAGMA {pragma}")
    raw.execute("CREATE TABLE agreement (id INTEGER PRIMARY KEY, ref TEXT, text TEXT, at TEXT)")
    with running_parley(f"sqlite:///{folder}/parley.db") as parley:
        parley.open_meeting()
        with parley.deps.db.snapshot() as session:
            actor = access.actor(session, Place(parley.deps.team_id, cast.joint.id, cast.chair.id))
            meeting = access.meeting_in_progress(session, actor)

        def insert(number: int) -> None:
            values = (f"AG{number}", f"{WORDING} {number}.", parley.now.isoformat())
            raw.execute("INSERT INTO agreement (ref, text, at) VALUES (?, ?, ?)", values)

        def agree(number: int) -> None:
            def work(session: Session) -> dict[str, Any]:
                service.record_agreement(
                    session,
                    actor,
                    f"{WORDING} {number}.",
                    source=Source(cast.joint.id),
                    at=parley.now,
                    meeting=meeting,
                )
                return {"text": "Recorded."}

            edge.once(parley.deps, f"bench:{number}", work)

        def command(number: int) -> None:
            parley.slash(f"agree {WORDING} {number}.", by=cast.chair)

        floor, verb, whole = interleaved(insert, agree, command, rounds=20, each=15)
        _check_recorded(parley, 2 * (20 * 15 + 20))
    raw.close()
    return [
        Ratio("agree, recorded and audited / raw SQLite insert, FULL", floor, verb, goal=5),
        Ratio("the same as a whole command, Bolt and permissions too", floor, whole),
    ]


def _check_recorded(parley: Parley, wanted: int) -> None:
    """Fast and wrong would be no news."""
    exported = parley.export()
    assert len(exported["agreements"]) == wanted, len(exported["agreements"])
    assert parley.trail_faults() == []
