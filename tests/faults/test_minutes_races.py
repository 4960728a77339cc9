"""Two members approve, or correct, the same minutes at the same instant: one legal end, and both accounted for."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests import cast
from tests.faults.at_once import at_once, types
from tests.harness import Parley, running_parley

pytestmark = pytest.mark.faults
ROUNDS = 12


@pytest.fixture
def table(database_url: str) -> Iterator[Parley]:
    with running_parley(database_url) as parley:
        parley.set_up()
        yield parley
        assert parley.trail_faults() == []


def held(parley: Parley, number: int) -> str:
    """One more meeting, closed: its ref."""
    parley.later(hours=2)
    when = f"{parley.now:%Y-%m-%d at %H:%M} for 1h anyway"
    parley.slash(f"meeting add negotiation Round {number} on {when}", by=cast.chair)
    parley.slash(f"start N{number}", by=cast.chair)
    parley.later(minutes=30)
    parley.slash("close", by=cast.scribe)
    return f"N{number}"


def issued(parley: Parley, ref: str) -> list[dict[str, Any]]:
    return [row for row in parley.export()["minutes"] if row["meeting"] == ref]


def deeds(parley: Parley, ref: str) -> list[str]:
    return [row["deed"] for row in parley.deeds(ref) if row["deed"].startswith("minutes.")]


def test_two_parties_that_approve_at_once_make_the_minutes_final_once(table: Parley) -> None:
    for number in range(1, ROUNDS + 1):
        ref = held(table, number)
        told = at_once(table, *(types(table, f"minutes approve {ref} 1", by) for by in (cast.chair, cast.lead)))
        assert None not in told
        (row,) = issued(table, ref)
        assert row["status"] == "approved"
        assert sorted(word["party"] for word in row["approvals"]) == ["CCG", "OHP"]
        assert deeds(table, ref).count("minutes.final") == deeds(table, ref).count("minutes.circulated") == 1


def test_two_of_one_party_that_approve_at_once_are_one_approval(table: Parley) -> None:
    for number in range(1, ROUNDS + 1):
        ref = held(table, number)
        at_once(table, *(types(table, f"minutes approve {ref} 1", by) for by in (cast.lead, cast.negotiator)))
        (row,) = issued(table, ref)
        assert [word["party"] for word in row["approvals"]] == ["OHP"]
        assert deeds(table, ref).count("minutes.approved") == 1


def test_minutes_that_are_corrected_while_they_are_approved_are_approved_in_no_words_unread(table: Parley) -> None:
    for number in range(1, ROUNDS + 1):
        ref = held(table, number)
        table.slash(f"minutes approve {ref}", by=cast.chair)
        approved, corrected = at_once(
            table,
            types(table, f"minutes approve {ref} 1", cast.lead),
            types(table, f"minutes correct {ref} The chair was late", cast.scribe),
        )
        assert corrected is not None
        first, second = issued(table, ref)
        assert first["status"] == ("approved" if approved else "circulated")
        assert (second["status"], second["approvals"]) == ("circulated", [])
