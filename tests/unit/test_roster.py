"""Who is meant by a name that somebody typed."""

import string
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.roster import Seat, listed_names, marked, matching, nearest, pick, unclear
from storage.tables import Member, Party, PartyKind, Person

CCG = Party(id=1, negotiation_id=1, code="CCG", name="Oxfordshire", kind=PartyKind.COMMISSIONER)


def seated(*names: str) -> list[Seat]:
    return [
        Seat(
            Member(id=number, negotiation_id=1, party_id=1, person_id=number, roles=[]),
            Person(id=number, team_id="T", user_id=f"U{number}", name=name),
            CCG,
        )
        for number, name in enumerate(names, 1)
    ]


TABLE = seated("Dana Reyes", "Dana Kerr", "Siân Pritchard", "Omar Reyes-Holt", "Dr Priya O’Neill", "J. Fenn", "Ann")


def names(found: Sequence[Seat]) -> list[str]:
    return [seat.person.name for seat in found]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Dana Reyes", ["Dana Reyes"]),
        ("dana reyes", ["Dana Reyes"]),
        ("@dana reyes", ["Dana Reyes"]),
        ("DANA", ["Dana Reyes", "Dana Kerr"]),
        ("D. Reyes", ["Dana Reyes"]),
        ("D Reyes", ["Dana Reyes"]),
        ("Dana R.", ["Dana Reyes"]),
        ("Dana K", ["Dana Kerr"]),
        ("dana.reyes", ["Dana Reyes"]),
        ("d.kerr", ["Dana Kerr"]),
        ("Ms Kerr", ["Dana Kerr"]),
        ("Reyes", ["Dana Reyes", "Omar Reyes-Holt"]),
        ("Holt", ["Omar Reyes-Holt"]),
        ("O. Holt", ["Omar Reyes-Holt"]),
        ("sian", ["Siân Pritchard"]),
        ("SIÂN", ["Siân Pritchard"]),
        ("O'Neill", ["Dr Priya O’Neill"]),
        ("Dr O’Neill", ["Dr Priya O’Neill"]),
        ("dr", ["Dr Priya O’Neill"]),
        ("Fenn", ["J. Fenn"]),
        ("J. Fenn", ["J. Fenn"]),
        ("Ann", ["Ann"]),
        # Not enough to tell, or somebody else.
        ("D", []),
        ("D. R.", []),
        ("Reyes Dana", []),
        ("Dana Reyes Kerr", []),
        ("Tom Reyes", []),
        ("Dan", []),
        ("", []),
        (" @ ", []),
        ("…", []),
    ],
)
def test_a_name_fits_whose_it_is(typed: str, meant: list[str]) -> None:
    assert names(matching(typed, TABLE)) == meant


def test_a_full_name_is_its_owners_even_where_it_is_a_part_of_anothers() -> None:
    assert names(matching("Ann", seated("Ann Lee", "Ann"))) == ["Ann"]


def test_those_at_the_meeting_come_before_the_others() -> None:
    assert pick("Dana", [TABLE[1]], TABLE) == TABLE[1]
    assert pick("Dana", [], TABLE) is None


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("Dena Reyes", "Dana Reyes"), ("Pritchad", "Siân Pritchard"), ("@omar reyes holt", "Omar Reyes-Holt")],
)
def test_the_nearest_names_are_those_spelled_almost_so(typed: str, meant: str) -> None:
    assert meant in names(nearest(typed, TABLE))


def test_nothing_is_near_to_nonsense() -> None:
    assert nearest("xyzzy", TABLE) == []
    assert len(nearest("Dana", seated(*["Dana Reyes"] * 9))) == 3


def test_several_are_named_so_that_one_can_be_chosen() -> None:
    assert unclear("@Dana", TABLE[:2]).startswith("Dana could be Dana Reyes (CCG) or Dana Kerr (CCG).")
    assert " or 3 more." in unclear("Dana", seated(*["Dana Reyes"] * 9))


LETTERS = st.text(string.ascii_letters + "éÅß", min_size=2, max_size=9)
NAMES = st.lists(LETTERS, min_size=1, max_size=4).map(" ".join)


@given(st.lists(NAMES, min_size=1, max_size=6, unique_by=str.casefold))
def test_everybody_answers_to_their_own_name(people: list[str]) -> None:
    table = seated(*people)
    for seat in table:
        name = seat.person.name
        assert seat in matching(name.upper(), table)
        for part in name.split():
            found = matching(part, table)
            assert seat in found or part.casefold() in {other.casefold() for other in names(found)}


@given(NAMES, st.lists(NAMES, max_size=6))
def test_a_name_fits_only_where_one_of_its_parts_stands_in_full(typed: str, people: list[str]) -> None:
    for seat in matching(typed, seated(*people)):
        theirs = {part.casefold() for part in seat.person.name.split()}
        assert seat.person.name.casefold() == typed.casefold() or theirs & {part.casefold() for part in typed.split()}


@given(st.text(max_size=80), st.lists(st.text(min_size=1, max_size=30), max_size=5))
def test_any_text_at_all_is_looked_up(typed: str, people: list[str]) -> None:
    table = seated(*people)
    assert set(names(matching(typed, table))) <= set(people)
    assert len(nearest(typed, table)) <= 3
    assert all(name.strip() for name in listed_names(typed))


def known_as(seat: Seat, *aliases: str) -> Seat:
    return Seat(seat.member.model_copy(update={"aliases": list(aliases)}), seat.person, seat.party)


BESIDES = [known_as(TABLE[0], "Dee", "Big D."), *TABLE[1:6], known_as(TABLE[6], "Dee Kerr")]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Dee", ["Dana Reyes"]),
        ("@DEE", ["Dana Reyes"]),
        ("Ms Dee", ["Dana Reyes"]),
        ("big d", ["Dana Reyes"]),
        ("Dee Kerr", ["Ann"]),
        ("Dee Reyes", []),
        ("D", []),
        ("Big", []),
    ],
)
def test_an_alias_fits_whole(typed: str, meant: list[str]) -> None:
    assert names(matching(typed, BESIDES)) == meant


def test_aliases_are_marked_after_an_at_the_longest_first() -> None:
    assert (
        marked("@dee and @Dee Kerr, not dee or @Deeside", BESIDES)
        == "\ue000U1\ue001 and \ue000U7\ue001, not dee or @Deeside"
    )


def test_an_alias_that_is_misspelled_is_suggested() -> None:
    assert names(nearest("Deee Kerr", BESIDES))[0] == "Ann"


@given(st.text(max_size=30))
def test_an_alias_never_changes_whom_a_full_name_means(alias: str) -> None:
    others = [known_as(seat, alias) if seat is TABLE[2] else seat for seat in TABLE]
    for seat in TABLE:
        assert seat.member.id in {found.member.id for found in matching(seat.person.name, others)}
