"""The shapes of standard contracts: every number reads, what is national says so, what is not checked says so."""

import tomllib
from itertools import groupby
from pathlib import Path

import pytest

from bot import render
from bot.contracts import numbers, packs
from bot.contracts.packs import Pack, load, names
from bot.errors import UserError
from bot.timetable import packs as timetable_packs

SHIPPED = names()
PARTICULARS = "Particulars"


@pytest.fixture(params=SHIPPED)
def pack(request) -> Pack:
    return load(request.param)


def titles(pack: Pack) -> dict[str, str]:
    return {clause.number: clause.title for clause in pack.clauses}


# -- what is shipped --------------------------------------------------------------------------------------


def test_the_founding_cases_form_and_a_later_one_are_there():
    assert SHIPPED == ["nhs-2015-16", "nhs-2021-22"]


def test_numbers_are_spelled_as_parley_spells_them_and_stand_in_order(pack):
    file = render.source(f"packs/contracts/{pack.name}.toml")
    written = [entry["number"] for part in tomllib.loads(file.decode())["part"] for entry in part["clauses"]]
    assert written == [clause.number for clause in pack.clauses]
    assert len({numbers.key(number) for number in written}) == len(written)
    for _, part in groupby(pack.clauses, key=lambda clause: clause.part):
        found = [clause.number for clause in part]
        assert found == sorted(found, key=numbers.sort_key)


def test_every_clause_stands_below_one_that_is_there(pack):
    known = titles(pack)
    for clause in pack.clauses:
        above = numbers.parent(clause.number)
        assert above is None or above in known
        assert clause.level == numbers.depth(clause.number)
        assert clause.title


def test_conditions_and_definitions_are_national_and_particulars_are_not(pack):
    for clause in pack.clauses:
        assert clause.national == (clause.part != PARTICULARS)
        assert (clause.kind == "schedule") == (clause.part == PARTICULARS)
        assert (clause.kind == "definition") == (clause.part == "Definitions")
    assert {clause.part for clause in pack.clauses if clause.number.startswith("GC")} == {"General Conditions"}
    assert {clause.part for clause in pack.clauses if clause.number.startswith("SC")} == {"Service Conditions"}


def test_only_what_was_read_is_verified(pack):
    verified = {clause.number for clause in pack.clauses if clause.verified}
    assert {number for number in verified if number.startswith("SC")} == {"SC1"}
    assert {number for number in verified if number.startswith("GC")} == {"GC1", "GC2", "GC3", "GC4", "GC5", "GC17"}
    assert {"Schedule 2A", "Schedule 3A", "Schedule 3B", "Schedule 3C"} <= verified
    unverified = {clause.number for clause in pack.unverified()}
    assert {"Schedule 6A", "Schedule 7", "SC29", "GC13", "GC14", "Definition of Operational Day"} <= unverified
    assert verified | unverified == set(titles(pack))


def test_a_pack_says_that_it_is_editable_and_what_is_not_verified(pack):
    assert "yours to edit" in pack.note
    assert "Not verified are: " in pack.note
    assert pack.source


def test_the_years_differ_where_the_forms_do():
    earlier, later = titles(load("nhs-2015-16")), titles(load("NHS-2021-22 "))
    assert earlier["Schedule 3D"] == "Marginal Rate Emergency Rule: Agreed Baseline Value"
    assert later["Schedule 3D"] == "Aligned Payment and Incentive Rules"
    assert earlier["Schedule 3B"] == later["Schedule 3B"] == "Local Variations"
    assert {"Schedule 2A1", "Schedule 3H"} <= earlier.keys() - later.keys()
    assert {"Schedule 2Ai", "Schedule 2N", "SC39"} <= later.keys() - earlier.keys()


def test_timetables_are_packs_of_their_own():
    assert not set(SHIPPED) & set(timetable_packs.names())


# -- a deployment's own -----------------------------------------------------------------------------------

GOOD = """
title = "Orchard form"
source = "The orchard's office."
note = "All invented."

[[part]]
name = "Terms"
national = false
clauses = [
    { number = "clause 4.10", title = "Price", verified = true },
    { number = "annex a", title = "Map", verified = false },
]
"""


def kept(folder: Path, name: str, text: str | bytes) -> Path:
    file = folder / "packs" / "contracts" / f"{name}.toml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def test_a_deployment_adds_its_own_and_puts_its_own_in_place_of_ours(tmp_path):
    kept(tmp_path, "Orchard", GOOD)
    kept(tmp_path, "nhs-2015-16", GOOD)
    assert names(tmp_path) == ["nhs-2015-16", "nhs-2021-22", "orchard"]
    assert load("nhs-2015-16", tmp_path).title == "Orchard form"
    clauses = load("orchard", tmp_path).clauses
    assert [(clause.number, clause.level, clause.kind) for clause in clauses] == [
        ("4.10", 2, "clause"),
        ("Annex A", 1, "annex"),
    ]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("nhs-2015-17", "There is no contract pack nhs-2015-17. Did you mean nhs-2015-16? The packs are nhs-2015-16, "),
        ("nhs 21-22", "Did you mean nhs-2021-22?"),
        ("../oxfordshire", "There is no contract pack ../oxfordshire."),
        ("x" * 5000, f"There is no contract pack {'x' * 40} …. Did you mean"),
        ("", "No pack was named. The packs are nhs-2015-16, nhs-2021-22: `/parley clause pack nhs-2015-16`."),
    ],
)
def test_an_unknown_pack_is_refused_with_the_nearest(typed, told):
    with pytest.raises(UserError) as refused:
        load(typed)
    assert told in str(refused.value)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("title = ", "it is not valid TOML: Invalid value (at end of document)."),
        (b"\xff\xfe", "it is not valid TOML: "),
        ("", "The pack lists no part."),
        ('part = "all"', "The pack lists no part."),
        (GOOD.replace('title = "Orchard form"', ""), "The pack has no title, which is words in quotation marks."),
        (
            GOOD.replace('note = "All invented."', "note = 3"),
            "The pack has no note, which is words in quotation marks.",
        ),
        (GOOD.replace('name = "Terms"', ""), "A part has no name, "),
        (GOOD.replace("national = false", 'national = "no"'), "The part Terms does not say whether it is national: "),
        (GOOD.replace("clauses", "entries"), "The part Terms lists no clauses."),
        (GOOD.replace('number = "annex a", ', ""), "A clause of Terms has no number, "),
        (GOOD.replace("annex a", "the map"), "“the map” is not a clause number that Parley can read."),
        (GOOD.replace('title = "Map"', 'title = " "'), "Annex A has no title, "),
        (GOOD.replace(", verified = false", ""), "Annex A does not say whether it is verified: true or false."),
        (GOOD.replace("annex a", "4.10."), "4.10 is in it twice, as “Price” and as “Map”."),
    ],
)
def test_a_malformed_pack_is_told_in_a_sentence(tmp_path, text, told):
    kept(tmp_path, "orchard", text)
    with pytest.raises(UserError) as refused:
        packs.load("orchard", tmp_path)
    assert str(refused.value).startswith("The contract pack orchard cannot be read: ")
    assert told in str(refused.value)
