"""Whom a role is proposed for, and into which clause a promise: decisions on plain values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.readiness import rules
from bot.readiness.rules import Candidate
from storage.tables import PartyKind, Role

COMMISSIONER, PROVIDER, ADVISER = PartyKind.COMMISSIONER, PartyKind.PROVIDER, PartyKind.ADVISER


def person(name: str, kind: PartyKind, *roles: Role) -> Candidate:
    return Candidate(name, kind, tuple(roles))


@pytest.mark.parametrize(
    ("role", "people", "chosen"),
    [
        (Role.SCRIBE, [person("A", COMMISSIONER, Role.CHAIR), person("B", PROVIDER, Role.OBSERVER)], "B"),
        (Role.SCRIBE, [person("A", COMMISSIONER, Role.LEAD), person("B", PROVIDER, Role.TECHNICAL)], "B"),
        (Role.SCRIBE, [person("A", COMMISSIONER, Role.CHAIR)], "A"),
        (Role.CHAIR, [person("A", COMMISSIONER, Role.SCRIBE), person("B", COMMISSIONER, Role.LEAD)], "B"),
        (Role.CHAIR, [person("A", PROVIDER, Role.NEGOTIATOR), person("B", COMMISSIONER, Role.LEAD)], "B"),
        (Role.CHAIR, [person("A", COMMISSIONER, Role.OBSERVER), person("B", COMMISSIONER, Role.NEGOTIATOR)], "B"),
        (Role.LEAD, [person("A", PROVIDER, Role.SCRIBE), person("B", PROVIDER, Role.TECHNICAL)], "B"),
        (Role.LEGAL, [person("A", COMMISSIONER, Role.OBSERVER), person("B", ADVISER, Role.TECHNICAL)], "B"),
        (Role.LEGAL, [person("A", COMMISSIONER, Role.SCRIBE), person("B", COMMISSIONER, Role.TECHNICAL)], "B"),
        (Role.LEGAL, [person("A", COMMISSIONER, Role.OBSERVER), person("B", COMMISSIONER, Role.OBSERVER)], "A"),
        (Role.LEGAL, [person("A", PROVIDER, Role.LEAD), person("B", COMMISSIONER, Role.CHAIR, Role.SCRIBE)], "B"),
    ],
)
def test_a_role_goes_to_whom_it_fits_best(role: Role, people: list[Candidate], chosen: str) -> None:
    assert rules.fittest(role, people).name == chosen


TOPICS = [
    rules.topic("4.1", "Payment", "The commissioner pays for each service within 30 days."),
    rules.topic("4.2", "Care co-ordination", "Every service user has one plan."),
    rules.topic("4.3", "Crisis services", "A service user in crisis is seen within four hours."),
]


@pytest.mark.parametrize(
    ("promise", "number"),
    [
        ("A named care co-ordinator for everybody", "4.2"),
        ("Four hours to be seen in a crisis", "4.3"),
        ("An invoice is paid: payment by service", "4.1"),
        ("Free parking", None),
        ("", None),
        ("the and for", None),
    ],
)
def test_a_promise_goes_into_the_clause_that_shares_most_words(promise: str, number: str | None) -> None:
    near = rules.nearest(promise, TOPICS)
    assert (near.number if near else None) == number


WORDS = st.lists(
    st.sampled_from(["payment", "crisis", "hours", "service", "plan", "parking", "üben", "計画", "4.2", "the"])
).map(" ".join)


@given(WORDS, st.lists(st.tuples(WORDS, WORDS), max_size=5))
def test_what_is_proposed_shares_a_word_and_what_is_not_shares_none(
    promise: str, clauses: list[tuple[str, str]]
) -> None:
    topics = [rules.topic(str(number), title, text) for number, (title, text) in enumerate(clauses)]
    near = rules.nearest(promise, topics)
    sharing = [each for each in topics if rules.telling(promise) & (each.in_title | each.in_text)]
    assert near in sharing if near else not sharing
