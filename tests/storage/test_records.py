"""Numbers of records: each circle has its own count, and none is counted through."""

from typing import Any

import pytest
from sqlalchemy import text

from storage import Database, records
from storage.tables import Action, Agreement, Decision, Note
from tests.storage.rows import NOON, a_table, add_negotiation, add_party


@pytest.mark.parametrize("kind", [Agreement, Decision, Action, Note])
def test_each_circle_counts_its_own(database: Database, kind: Any) -> None:
    with database.transaction() as session:
        negotiation_id, party_id, member_id = a_table(session)
        other = add_party(session, add_negotiation(session, "ELSE"))
        given = {"text": "Pay", "said": "Pay", "status": "open" if kind is Action else "recorded", "at": NOON}
        given |= {"status": "awaiting"} if kind is Agreement else {}
        given |= {"kind": "note"} if kind is Note else {}
        for party, number in ((None, 1), (None, 7), (party_id, 2)):
            session.add(
                kind(
                    negotiation_id=negotiation_id,
                    party_id=party,
                    number=number,
                    ref=f"{party}-{number}",
                    author_id=member_id,
                    **given,
                )
            )
        assert records.next_number(session, kind, negotiation_id, None) == 8
        assert records.next_number(session, kind, negotiation_id, party_id) == 3
        assert records.next_number(session, kind, negotiation_id, party_id + 99) == 1
        assert records.next_number(session, kind, other.negotiation_id, None) == 1


@pytest.mark.parametrize("shared", [True, False])
@pytest.mark.parametrize("kind", [Agreement, Decision, Action, Note])
def test_the_highest_number_is_read_from_the_index(database: Database, kind: Any, shared: bool) -> None:
    """However many there are: the plan names the index, and sorts nothing."""
    with database.snapshot() as session:
        connection = session.connection()
        if not database.is_sqlite:
            connection.execute(text("SET LOCAL enable_seqscan = off"))  # of no rows, it would read them all
        bound = records._highest(kind, shared).params(negotiation=1, party=1)
        asked = str(bound.compile(connection, compile_kwargs={"literal_binds": True}))
        explain = "EXPLAIN QUERY PLAN" if database.is_sqlite else "EXPLAIN"
        plan = str(connection.execute(text(f"{explain} {asked}")).all())
    assert f"{kind.__tablename__}_number" in plan
    assert "SORT" not in plan.upper()
    assert "B-TREE" not in plan.upper()
