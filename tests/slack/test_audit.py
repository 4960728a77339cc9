"""`parley verify` holds the record against the trail: nothing can be slipped past it."""

import pytest

from tests import cast
from tests.harness import Parley


@pytest.fixture
def recorded(meeting: Parley) -> Parley:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.slash("agree Carers are surveyed once a year.", by=cast.chair)
    meeting.slash(f"action Send the figures {cast.lead.mention} by fri", by=cast.chair)
    meeting.slash("decide Meet every fortnight.", by=cast.chair)
    meeting.slash("clause add 4.2 Payment", by=cast.chair)
    meeting.slash("propose 4.2 Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("outcome add People will live longer", by=cast.chair)
    meeting.slash("metric add O1 Mortality rate", by=cast.chair)
    meeting.slash("metric reword O1.1 Mortality rate of people with SMI", by=cast.chair)
    meeting.slash("note Lunch is at one.", by=cast.chair)
    meeting.slash("undo", by=cast.chair)
    meeting.slash("note Hold at one fifth.", by=cast.lead, where=cast.ohp_caucus)
    meeting.slash("close", by=cast.chair)
    assert meeting.trail_faults() == []
    return meeting


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("DELETE FROM confirmation", "AG1: its confirmations are not those of the trail"),
        ("UPDATE agreement SET status='agreed' WHERE ref='AG2'", "AG2: it is agreed, but awaiting in the trail"),
        ("UPDATE agreement SET text='Never.' WHERE ref='AG1'", "AG1: its words are not those of the trail"),
        ("UPDATE action SET due_on='2027-01-01'", "A1: its owners or its date are not those of the trail"),
        ("UPDATE action SET status='done'", "A1: it is done, but open in the trail"),
        ("DELETE FROM actionowner", "A1: its owners or its date are not those of the trail"),
        ("UPDATE proposal SET text='Never.'", "4.2/p1: its words are not those of the trail"),
        ("DELETE FROM proposal", "4.2/p1: it is in the trail, but not in the record"),
        ("UPDATE metric_wording SET text='Never.' WHERE number=1", "O1.1, wording 1: its words are not those of the"),
        ("DELETE FROM metric_wording WHERE number=2", "O1.1, wording 2: it is in the trail, but not in the record"),
        ("DELETE FROM decision", "D1: it is in the trail, but not in the record"),
        ("UPDATE note SET status='recorded' WHERE ref='E1'", "E1: it is recorded, but undone in the trail"),
        ("DELETE FROM note WHERE ref='OHP-E1'", "OHP-E1: it is in the trail, but not in the record"),
        ("DROP TRIGGER minutesversion_no_delete; DELETE FROM minutesversion", "minutes of N1, version 1: missing"),
        ("DROP TRIGGER ledgerentry_no_update; UPDATE ledgerentry SET detail='x' WHERE ref='D1'", "cannot be read"),
    ],
)
def test_whatever_is_changed_behind_its_back_is_found(recorded: Parley, tampering: str, told: str) -> None:
    with recorded.deps.db.transaction() as session:
        for statement in tampering.split(";"):
            session.connection().exec_driver_sql(statement)
    assert told in " ".join(recorded.trail_faults())
