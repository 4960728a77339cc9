"""Two members act on the same clause at the same instant: one legal end, and both acts accounted for."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot import access
from bot.access import Place
from bot.clauses import service
from storage import Session
from storage.tables import Agreement
from tests import cast
from tests.cast import Person
from tests.faults.at_once import Act, at_once, types
from tests.harness import Parley, running_parley

pytestmark = pytest.mark.faults
ROUNDS = 24


@pytest.fixture
def table(database_url: str) -> Iterator[Parley]:
    with running_parley(database_url) as parley:
        parley.set_up()
        yield parley
        assert parley.trail_faults() == []


def rewords(parley: Parley, ref: str, wording: str, by: Person) -> Act:
    def act(session: Session) -> str:
        actor = access.actor(session, Place(parley.deps.team_id, cast.joint.id, by.id))
        row = access.record(session, actor, Agreement, ref)
        service.reword_agreement(session, actor, row, wording, clause=row.clause, at=parley.now)
        return row.text

    return act


def proposed(parley: Parley, number: str) -> None:
    parley.slash(f"clause add {number} Payment", by=cast.chair)
    parley.slash(f"propose {number} Payment falls due within 30 days.", by=cast.chair)


def clause(export: dict[str, Any], number: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in export["clauses"] if row["number"] == number)
    return found


def agreements(export: dict[str, Any], number: str) -> list[dict[str, Any]]:
    return [row for row in export["agreements"] if row["clause"] == number]


def deeds(export: dict[str, Any], *refs: str) -> list[tuple[str, str]]:
    """What the trail says was done to these, and by whom, in that order."""
    return [(row["deed"], row["actor"]) for row in export["ledger"] if row["ref"] in refs]


CHAIR, LEAD = f"{cast.chair.name} (CCG)", f"{cast.lead.name} (OHP)"


def test_two_who_agree_to_one_proposal_make_one_agreement(table: Parley) -> None:
    for number in (f"4.{each}" for each in range(1, ROUNDS + 1)):
        proposed(table, number)

        told = at_once(table, *(types(table, f"agree {number}/p1", by) for by in (cast.chair, cast.lead)))

        assert sorted(answer is None for answer in told) == [False, True]
        winner, party = ((CHAIR, "CCG"), (LEAD, "OHP"))[told.index(None) == 0]
        export = table.export()
        (agreement,) = agreements(export, number)
        assert agreement["status"] == "awaiting"
        assert [word["party"] for word in agreement["confirmations"]] == [party]
        assert deeds(export, agreement["ref"]) == [("agreement.recorded", winner), ("agreement.confirmed", winner)]
        assert clause(export, number)["status"] == "proposed"


def test_a_proposal_is_agreed_or_withdrawn_but_never_both(table: Parley) -> None:
    for number in (f"4.{each}" for each in range(1, ROUNDS + 1)):
        proposed(table, number)

        agreed, withdrawn = at_once(
            table, types(table, f"agree {number}", cast.lead), types(table, f"withdraw {number}/p1", cast.chair)
        )

        export = table.export()
        (proposal,) = [row for row in export["proposals"] if row["clause"] == number]
        assert (agreed is None) is not (withdrawn is None)
        assert [row["status"] for row in agreements(export, number)] == (["awaiting"] if agreed else [])
        assert proposal["status"] == ("standing" if agreed else "withdrawn")
        assert (("proposal.withdrawn", CHAIR) in deeds(export, f"{number}/p1")) is (withdrawn is not None)


def test_words_that_change_while_they_are_confirmed_are_not_agreed(table: Parley) -> None:
    for number in (f"4.{each}" for each in range(1, ROUNDS + 1)):
        proposed(table, number)
        table.slash(f"agree {number}", by=cast.chair)
        ref = agreements(table.export(), number)[0]["ref"]

        confirmed, reworded = at_once(
            table,
            types(table, f"confirm {ref} 1", cast.lead),
            rewords(table, ref, "Payment falls due within 28 days.", cast.chair),
        )

        export = table.export()
        (agreement,) = agreements(export, number)
        assert reworded == agreement["wording"] == "Payment falls due within 28 days."
        assert (agreement["status"], agreement["version"]) == ("awaiting", 2)
        assert [word["party"] for word in agreement["confirmations"]] == ["CCG"]
        told = deeds(export, ref)[2:]
        after = [("agreement.reworded", CHAIR), ("agreement.confirmed", CHAIR)]
        assert told == ([("agreement.confirmed", LEAD), *after] if confirmed else after)
        assert clause(export, number)["status"] == "proposed"


def test_a_package_is_reopened_whole_or_before_it_is_whole(table: Parley) -> None:
    """Whoever is first: nothing of the package is left agreed."""
    for each in range(1, ROUNDS + 1):
        one, mate = f"4.{each}", f"5.{each}"
        for number in (one, mate):
            proposed(table, number)
        table.slash(f"package Payment {each}: {one}, {mate}", by=cast.chair)
        for number in (one, mate):
            table.slash(f"agree {number}", by=cast.chair)
        export = table.export()
        first, second = (agreements(export, number)[0]["ref"] for number in (one, mate))
        table.slash(f"confirm {first}", by=cast.lead)

        told = at_once(
            table,
            types(table, f"reopen {one} because the tariff has changed", cast.chair),
            types(table, f"confirm {second} 1", cast.lead),
        )

        assert None not in told
        export = table.export()
        done = [
            row["deed"] for row in export["ledger"] if row["ref"] in (one, second) and row["deed"] != "clause.added"
        ]
        together = done.index("agreement.confirmed", done.index("agreement.confirmed") + 1) < done.index(
            "clause.reopened"
        )
        assert clause(export, one)["status"] == "reopened"
        assert clause(export, mate)["status"] == ("reopened" if together else "proposed")
        assert agreements(export, one)[0]["status"] == "reopened"
        assert agreements(export, mate)[0]["status"] == ("reopened" if together else "agreed")
        assert not [row for row in export["clauses"] if row["status"].startswith("agreed")]
