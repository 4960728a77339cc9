"""`parley verify` holds the record against the trail: nothing can be slipped past it."""

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot.exports import files
from tests import cast
from tests.harness import Parley, running_parley


@pytest.fixture
def parley(tmp_path: Path) -> Iterator[Parley]:
    """Parley whose index of words nobody looks at in the end: what is slipped past it is not in there."""
    with running_parley(f"sqlite:///{tmp_path}/parley.db", checked=False) as running:
        yield running


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
    meeting.slash("position 4.2 must 30 days walkaway 45 days", by=cast.lead, where=cast.ohp_caucus)
    meeting.slash("concession planned 4.2 Ten more days worth £50,000", by=cast.lead, where=cast.ohp_caucus)
    meeting.slash(f"mandate {cast.negotiator.mention} Up to 30 days", by=cast.lead, where=cast.ohp_caucus)
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
        ("UPDATE position SET walkaway='99 days'", "version 1: it is not what the trail says"),
        ("DELETE FROM position", "version 1: it is in the trail, but not in the record"),
        ("UPDATE concession SET worth_pence=1", "version 1: it is not what the trail says"),
        ("UPDATE mandate SET text='Anything'", "version 1: it is not what the trail says"),
        ("UPDATE mandate SET version=2", "version 2: the trail does not know it"),
        ("DROP TRIGGER minutesversion_no_delete; DELETE FROM minutesversion", "minutes of N1, version 1: missing"),
        ("DROP TRIGGER ledgerentry_no_update; UPDATE ledgerentry SET detail='x' WHERE ref='D1'", "cannot be read"),
    ],
)
def test_whatever_is_changed_behind_its_back_is_found(recorded: Parley, tampering: str, told: str) -> None:
    with recorded.deps.db.transaction() as session:
        for statement in tampering.split(";"):
            session.connection().exec_driver_sql(statement)
    assert told in " ".join(recorded.trail_faults())


@pytest.fixture(scope="module")
def registered(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """Something in every register, changed after it was entered; what is altered in it is rolled back."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('registered')}/parley.db") as running:
        running.set_up()
        fill_registers(running)
        yield running


def fill_registers(table: Parley) -> None:
    for typed in (
        "variation add variation Block payment for crisis care",
        "variation answer LV1 benefit Patients are seen within five days",
        "variation effect LV1 2026-27 -£1.2m",
        "variation effect LV1 2027-28 £5",
        "variation effect LV1 2027-28 none",
        "variation from LV1 1 dec 2026 to 31 mar 2027",
        "variation consulted LV1 The ward managers",
        "variation add price Step-down bed days",
        "variation currency LP1 no",
        "variation withdraw LP1 because it moves to another contract",
        "derogation add SC36 Payment is made each quarter",
        "outcome add People will live longer",
        "outcome share 5% in year 1",
        "metric add O1 Mortality rate weight 3% target 10%",
        "metric set O1.1 target 9%",
        "scope add Crisis line in budget £1.2m from Service review",
        "scope move SV1 out because it moves",
        "value £135m over 3 years on sep 2014 source Board paper",
        "term 5+2 from 1 oct 2025 source Schedule 1",
        "term extend because the outcomes of year 4 were met",
        "structure prime OHP because one party answers for it",
        "route choose 5 because no other provider has the beds",
        "assessment load oxfordshire",
        "analysis add Soft market test on 12 jan 2013 finding Three providers came",
        "document add Contract version 1 missing Schedule 3A",
        "commitment add The line answers day and night from OHP source The bid",
        "commitment waive C1 because the service moves",
        "commitment reopen C1 because it came back",
        "milestone add Signature on 20 nov 2026 kind signature",
        "milestone done M2 on 20 nov 2026",
        "change add Two more beds initiated by OHP",
        "change impact CV1 Costs rise",
    ):
        table.slash(typed, by=cast.chair)
    for register in ("variations", "derogations", "scope", "value", "term", "documents", "commitments", "changes"):
        assert table.export()[register], register
    assert table.trail_faults() == []


@pytest.mark.parametrize(
    ("tampering", "told"),
    [
        ("UPDATE variation SET title='x' WHERE ref='LV1'", "LV1: the trail says otherwise of its title."),
        (
            "UPDATE variation SET effects='{\"2026-27\": 1}' WHERE ref='LV1'",
            "LV1: the trail says otherwise of its effects.",
        ),
        (
            "UPDATE variation SET answers='{}', consulted='x' WHERE ref='LV1'",
            "LV1: the trail says otherwise of its answers, consulted.",
        ),
        ("UPDATE variation SET starts_on='2026-12-02' WHERE ref='LV1'", "LV1: the trail says otherwise of its start."),
        (
            "UPDATE variation SET approved_on='2026-12-02' WHERE ref='LV1'",
            "LV1: the trail says otherwise of its approval date.",
        ),
        (
            "UPDATE variation SET withdrawn_because='' WHERE ref='LP1'",
            "LP1: the trail says otherwise of its withdrawal.",
        ),
        ("UPDATE variation SET currency=1 WHERE ref='LP1'", "LP1: the trail says otherwise of its currency."),
        ("DELETE FROM variation WHERE ref='LP1'", "LP1: it is in the trail, but not in the record"),
        ("UPDATE derogation SET text='x'", "DG1: the trail says otherwise of its words."),
        ("UPDATE contract_change SET impact='x'", "CV1: the trail says otherwise of its impact."),
        ("UPDATE outcome SET title='x'", "O1: the trail says otherwise of its title."),
        ("UPDATE metric SET target='x'", "O1.1: the trail says otherwise of its target."),
        ("UPDATE metric SET weight='4'", "O1.1: the trail says otherwise of its weight."),
        ("UPDATE share_at_risk SET percent='6'", "year 1: the trail says otherwise of its percent."),
        ("UPDATE scope_service SET side='in'", "SV1: the trail says otherwise of its side."),
        ("UPDATE scope_service SET budget='7'", "SV1: the trail says otherwise of its budget."),
        ("UPDATE contract_value SET amount='7'", "V1: the trail says otherwise of its amount."),
        ("UPDATE contract_term SET years=9", "T1: the trail says otherwise of its years."),
        ("UPDATE contract_term SET extended_because='x'", "T1: the trail says otherwise of its extension."),
        (
            "UPDATE choice SET reason='x' WHERE kind='structure'",
            "OXMH structure in D1: the trail says otherwise of its reason.",
        ),
        ("UPDATE criterion SET text='x' WHERE number=1", "criterion 1: the trail says otherwise of its words."),
        ("UPDATE analysis SET finding='x'", "the trail says otherwise of its finding"),
        ("UPDATE document SET version='9'", "DOC1: the trail says otherwise of its version."),
        ("DELETE FROM missingschedule", "DOC1: the trail says otherwise of its missing schedules."),
        ("UPDATE commitment SET text='x' WHERE ref='C1'", "C1: the trail says otherwise of its words."),
    ],
)
def test_an_entry_of_a_register_that_was_changed_is_found(registered: Parley, tampering: str, told: str) -> None:
    found: list[str] = []
    with suppress(RolledBack), registered.deps.db.transaction() as session:
        session.connection().exec_driver_sql(tampering)
        found = files.trail_faults(session)
        raise RolledBack
    (fault,) = found
    assert told in fault


class RolledBack(Exception):
    """Nothing of a test stays for the next."""
