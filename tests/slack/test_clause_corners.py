"""Clauses where two of their rules meet: what random tables came upon, each as the shortest story."""

from typing import Any

import pytest

from tests import cast
from tests.harness import Parley


def clause(parley: Parley, number: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in parley.export()["clauses"] if row["number"] == number)
    return found


def agreement(parley: Parley, ref: str) -> dict[str, Any]:
    found: dict[str, Any] = next(row for row in parley.export()["agreements"] if row["ref"] == ref)
    return found


@pytest.fixture
def opened(meeting: Parley) -> Parley:
    """Two clauses, and a milestone for the signature."""
    meeting.slash("clause add 4.2 Payment", by=cast.chair)
    meeting.slash("clause add 4.3 Interest", by=cast.chair)
    meeting.slash("milestone add Signing on 1 mar 2027 kind signature", by=cast.chair)
    return meeting


def agree(parley: Parley, number: str, wording: str, ref: str) -> None:
    """Both sides agree on words for a clause."""
    parley.slash(f"agree {number}: {wording}", by=cast.chair)
    parley.slash(f"confirm {ref}", by=cast.lead)


def sign(parley: Parley) -> None:
    assert "M1" in parley.slash("milestone done M1", by=cast.chair).text


@pytest.mark.parametrize("typed", ["park 4.2 until fri", f"escalate 4.2 to {cast.lead.mention} because it is hard"])
def test_what_everyone_would_see_is_not_repeated_from_a_caucus(opened: Parley, typed: str) -> None:
    opened.slash("propose 4.2 Payment falls due within 30 days.", by=cast.chair)
    opened.slash(typed, by=cast.chair)
    before = opened.export()

    reply = opened.slash(typed, by=cast.chair, where=cast.ccg_caucus)

    assert "private to your side" in reply.text
    assert opened.export() == before


def test_a_signature_does_not_make_final_what_a_legal_adviser_has_not_cleared(opened: Parley) -> None:
    opened.slash("clause legal 4.2", by=cast.chair)
    agree(opened, "4.2", "Payment falls due within 30 days.", "AG1")
    agree(opened, "4.3", "Interest runs from the due date.", "AG2")

    sign(opened)

    assert clause(opened, "4.2")["status"] == "agreed_in_principle"
    assert clause(opened, "4.3")["status"] == "agreed_final"


def test_a_withdrawn_clause_cannot_take_its_final_package_along(opened: Parley) -> None:
    opened.slash("package Money: 4.2, 4.3", by=cast.chair)
    opened.slash("withdraw 4.3", by=cast.chair)
    agree(opened, "4.2", "Payment falls due within 30 days.", "AG1")
    sign(opened)
    assert clause(opened, "4.2")["status"] == "agreed_final"

    reply = opened.slash("reopen 4.3 because it is needed", by=cast.chair)

    assert "4.2" in reply.text
    assert "signed" in reply.text
    assert clause(opened, "4.2")["status"] == "agreed_final"
    assert clause(opened, "4.3")["status"] == "withdrawn"


def test_reopening_a_clause_reopens_all_that_was_agreed_before_it_was_there(opened: Parley) -> None:
    agree(opened, "5.1", "Reports come every month.", "AG1")
    agree(opened, "5.1", "Reports come every quarter.", "AG2")
    opened.slash("clause add 5.1 Reports", by=cast.chair)
    assert clause(opened, "5.1")["agreement"] == "AG2"

    opened.slash("reopen 5.1 because the tariff has changed", by=cast.chair)

    assert clause(opened, "5.1")["status"] == "reopened"
    assert [agreement(opened, ref)["status"] for ref in ("AG1", "AG2")] == ["reopened", "reopened"]


def test_words_moved_to_a_clause_replace_those_that_were_objected_to(opened: Parley) -> None:
    opened.types("AGREED: 4.2: Interest runs from the due date.", by=cast.chair)
    opened.slash("agree 4.3: Interest runs from the invoice.", by=cast.chair)
    opened.slash("object AG2 because the date is wrong", by=cast.lead)

    opened.types("s/4.2/4.3/", by=cast.chair)

    assert agreement(opened, "AG1")["clause"] == "4.3"
    assert agreement(opened, "AG2")["status"] == "withdrawn"
    assert clause(opened, "4.3")["agreement"] == "AG1"


def test_agreed_words_that_are_changed_are_proposed_whatever_was_before(opened: Parley) -> None:
    opened.slash("propose 4.2 Payment falls due within 60 days.", by=cast.chair)
    opened.slash(f"escalate 4.2 to {cast.lead.mention} because it is hard", by=cast.chair)
    opened.slash("dispute 4.2 because both chief executives disagree", by=cast.chair)
    opened.types("AGREED: 4.2: Payment falls due within 30 days.", by=cast.chair)
    opened.slash("confirm AG1", by=cast.lead)

    opened.types("s/30/28/", by=cast.chair)

    assert agreement(opened, "AG1")["status"] == "awaiting"
    assert clause(opened, "4.2")["status"] == "proposed"


def test_last_positions_are_frozen_in_a_dispute(opened: Parley) -> None:
    opened.slash("propose 4.2 Payment falls due within 30 days.", by=cast.chair)
    opened.slash(f"escalate 4.2 to {cast.lead.mention} because it is hard", by=cast.chair)
    opened.slash("dispute 4.2 because both chief executives disagree", by=cast.chair)

    assert "frozen" in opened.slash("withdraw 4.2/p1", by=cast.chair).text

    assert [row["proposal"] for row in clause(opened, "4.2")["last_positions"]] == ["4.2/p1"]


def test_words_that_were_objected_to_go_with_their_clause(opened: Parley) -> None:
    opened.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    opened.slash("object AG1 because the date is wrong", by=cast.lead)
    opened.slash("withdraw 4.2", by=cast.chair)

    assert "taken back" in opened.slash("confirm AG1", by=cast.lead).text
    opened.slash("reopen 4.2 because it is needed", by=cast.chair)

    assert agreement(opened, "AG1")["status"] == "withdrawn"
    assert "was agreed" not in opened.slash("clause 4.2", by=cast.chair).shown
    assert opened.trail_faults() == []


def test_an_agreement_is_withdrawn_once(opened: Parley) -> None:
    opened.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    opened.slash("withdraw AG1", by=cast.chair)
    before = opened.export()

    assert "taken back already" in opened.slash("withdraw AG1", by=cast.chair).text

    assert opened.export() == before


def test_a_clause_is_not_proposed_by_words_that_were_taken_back_before_it_was_there(opened: Parley) -> None:
    opened.slash("agree 5.1: Reports come every month.", by=cast.chair)
    opened.slash("withdraw AG1", by=cast.chair)

    opened.slash("clause add 5.1 Reports", by=cast.chair)

    assert clause(opened, "5.1")["status"] == "open"
