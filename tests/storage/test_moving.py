"""A negotiation moves between the two databases, either way, and work goes on in the new one."""

from pathlib import Path

import pytest

from tests import cast
from tests.databases import PostgresServer
from tests.harness import running_parley
from tests.moving import exported, faults, taken_in


@pytest.mark.parametrize("ways", [("sqlite", "postgresql"), ("postgresql", "sqlite")], ids="-to-".join)
@pytest.mark.postgres
def test_a_negotiation_moves_from_one_kind_of_database_to_the_other(
    ways: tuple[str, str], postgres_server: PostgresServer, tmp_path: Path
) -> None:
    urls = {
        "sqlite": f"sqlite:///{tmp_path}/parley.db",
        "postgresql": postgres_server.new_database(migrated=True),
    }
    here, there = (urls[way] for way in ways)
    with running_parley(here) as parley, running_parley(there) as moved:
        parley.open_meeting()
        for typed in (
            "agree Payment falls due within 30 days.",
            f"action Send the figures {cast.lead.mention} by fri",
            "milestone add Signature on 18 dec 2026",
            "milestone add Start after M1 by 3 working days",
            "value £135m over 5 years on 2014 source The board's papers",
            "note Lunch is at one.",
            "undo",
        ):
            parley.slash(typed, by=cast.chair)
        parley.slash("position 4.2 must Cap at 5%", by=cast.chair, where=cast.ccg_caucus)
        parley.slash("close", by=cast.chair)
        text = exported(parley.deps.db, every_party=True)
        taken_in(text, moved.deps.db, parley)
        assert exported(moved.deps.db, every_party=True) == text
        moved.now = parley.now
        assert "AG2" in moved.slash("agree The term is five years.", by=cast.chair).shown
        moved.slash("party add ABC Another Body as adviser", by=cast.chair)
        assert [party["code"] for party in moved.export()["parties"]] == ["CCG", "OHP", "ABC"]
        assert faults(moved.deps.db) == []
