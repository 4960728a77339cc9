"""When an agreement is one, and what it is about."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.record.rules import awaited, is_clause, split_clause, standing
from storage.tables import AgreementStatus, Stance

YES, NO = Stance.CONFIRMED, Stance.OBJECTED


@pytest.mark.parametrize(
    ("signing", "words", "status", "missing"),
    [
        ([1, 2], {}, AgreementStatus.AWAITING, [1, 2]),
        ([1, 2], {1: YES}, AgreementStatus.AWAITING, [2]),
        ([1, 2], {1: YES, 2: YES}, AgreementStatus.AGREED, []),
        ([1, 2], {1: YES, 2: NO}, AgreementStatus.OBJECTED, [2]),
        ([1, 2], {2: NO}, AgreementStatus.OBJECTED, [1, 2]),
        ([1, 2, 3], {1: YES, 2: YES}, AgreementStatus.AWAITING, [3]),
        ([1, 2, 3], {1: YES, 2: YES, 3: YES}, AgreementStatus.AGREED, []),
        ([1], {1: YES}, AgreementStatus.AWAITING, []),  # one side alone agrees nothing
        ([], {}, AgreementStatus.AWAITING, []),
        ([1, 2], {1: YES, 2: YES, 9: NO}, AgreementStatus.AGREED, []),  # an adviser's word does not count
        ([1, 2], {1: YES, 9: YES}, AgreementStatus.AWAITING, [2]),
    ],
)
def test_how_an_agreement_stands(
    signing: list[int], words: dict[int, str], status: AgreementStatus, missing: list[int]
) -> None:
    assert standing(signing, words) == status
    assert awaited(signing, words) == missing


PARTIES = st.lists(st.integers(1, 6), unique=True, max_size=6)


@given(PARTIES, st.dictionaries(st.integers(1, 8), st.sampled_from([YES, NO])))
def test_it_is_agreed_only_when_every_one_of_two_or_more_has_confirmed(
    signing: list[int], words: dict[int, str]
) -> None:
    everyone = len(signing) >= 2 and all(words.get(party) == YES for party in signing)
    assert (standing(signing, words) == AgreementStatus.AGREED) == everyone
    assert set(awaited(signing, words)) <= set(signing)
    assert (standing(signing, words) == AgreementStatus.OBJECTED) == any(words.get(party) == NO for party in signing)


CLAUSES = [
    "GC13.3", "gc13.3", "SC36.45A", "Schedule 3B", "schedule 6A1", "Schedule A", "Schedule IV", "2Ai", "4.10", "4.2",
    "E.B.15.i", "12", "SC36",
]  # fmt: skip


@pytest.mark.parametrize("clause", CLAUSES)
def test_a_clause_s_number_before_a_colon_is_recognised(clause: str) -> None:
    assert split_clause(f"{clause}: Payment falls due: within 30 days") == (clause, "Payment falls due: within 30 days")
    assert split_clause(f"  {clause} :\n(a) first\n(b) second ") == (clause, "(a) first\n(b) second")
    assert is_clause(clause)


@pytest.mark.parametrize(
    "words",
    [
        "Payment falls due within 30 days",
        "Payment: within 30 days",
        "The Provider shall: pay",
        "Schedule change: none after May",
        "Schedule dates: to follow",
        "Either party: as it wishes",
        "NHS: the payer",
        "2 options: buy or lease",
        "From 1 April 2027: the new price",
        "We meet at 10:30",
        "10:30 on Friday",
        "4.2:no space",
        "https://nhs.uk/4.2: see there",
        "4.2",
        "",
        ": nothing before",
    ],
)
def test_an_ordinary_sentence_is_not_about_a_clause(words: str) -> None:
    assert split_clause(words) == (None, words.strip())


@given(st.text())
def test_no_words_are_lost_in_splitting(words: str) -> None:
    clause, wording = split_clause(words)
    assert wording == wording.strip()
    if clause is None:
        assert wording == words.strip()
    else:
        assert words.strip().startswith(clause)
        assert words.strip().endswith(wording)
