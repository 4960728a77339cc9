"""Names typed without a mention: taken for the one member they fit, and otherwise answered with who may be meant."""

import pytest

from tests import cast
from tests.cast import Person
from tests.harness import Parley

NAMESAKE = Person("U09DAN", "Daniel Osei")


@pytest.fixture
def table(parley: Parley) -> Parley:
    """OXMH with a second Daniel, who is a second Osei too."""
    parley.api.add_user(NAMESAKE.id, NAMESAKE.name)
    parley.set_up()
    parley.slash(f"member add {NAMESAKE.mention} to CCG as legal", by=cast.chair)
    return parley


def roles(parley: Parley) -> dict[str, list[str]]:
    return {member["name"]: member["roles"] for member in parley.export()["members"]}


@pytest.mark.parametrize("typed", ["Anjali", "anjali mehta", "A. Mehta", "@Mehta", "@anjali.mehta", "Ms Mehta"])
def test_a_name_that_fits_one_member_is_taken_for_them(table: Parley, typed: str) -> None:
    table.slash("action Count the beds by 12 dec " + cast.scribe.mention, by=cast.chair)
    ref = table.export()["actions"][0]["ref"]
    assert "Anjali Mehta (CCG)’s now" in table.slash(f"reassign {ref} to {typed}", by=cast.chair).text
    table.slash("meeting add negotiation First round on 26 nov at 14:00 for 2h", by=cast.chair)
    assert "Anjali Mehta is expected at *N1*" in table.slash(f"attend N1 {typed}", by=cast.chair).text
    table.slash("start N1", by=cast.chair)
    assert "Anjali Mehta is present at *N1*." in table.slash(f"present {typed}", by=cast.chair).text
    assert "Anjali Mehta sends apologies" in table.slash(f"apologies {typed}", by=cast.chair).text
    table.slash(f"member add {typed} to CCG as technical, scribe", by=cast.chair)
    assert roles(table)["Anjali Mehta"] == ["technical", "scribe"]
    table.slash("milestone add Draft on 11 dec 2026", by=cast.chair)
    assert "Anjali Mehta (CCG)’s now" in table.slash(f"milestone own M1 {typed}", by=cast.chair).text
    assert ref in table.slash(f"actions {typed}", by=cast.lead).text


def test_a_name_that_fits_several_is_answered_with_them(table: Parley) -> None:
    table.slash("action Count the beds by 12 dec " + cast.scribe.mention, by=cast.chair)
    table.slash("meeting add negotiation First round on 26 nov at 14:00 for 2h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    for typed in (
        "reassign A1 to Daniel",
        "attend N1 Daniel",
        "present Tom and daniel",
        "apologies @Daniel",
        "member add Daniel to CCG as scribe",
        "actions daniel",
    ):
        reply = table.slash(typed, by=cast.chair)
        assert reply.private
        assert "could be Daniel Kerr (OHP) or Daniel Osei (CCG)" in reply.text, typed
        assert f"You typed: /parley {typed}" in reply.shown
    exported = table.export()
    assert exported["actions"][0]["owners"] == ["Tom Whitfield"]
    assert "Daniel" not in str(exported["meetings"][0]["attendance"])
    assert "Daniel Osei is present" in table.slash("present D. Osei, daniel osei", by=cast.chair).text


def test_a_name_that_fits_nobody_is_answered_with_the_nearest(table: Parley) -> None:
    table.slash("action Count the beds by 12 dec " + cast.scribe.mention, by=cast.chair)
    for typed, why in (
        ("reassign A1 to Anjaly", "Nobody called Anjaly sits at the table of OXMH. Did you mean Anjali Mehta (CCG)?"),
        ("reassign A1 to Zebedee", "Nobody called Zebedee sits at the table of OXMH. Type @ and choose"),
        ("member add Anjaly to CCG as scribe", "Did you mean Anjali Mehta (CCG)? Mention who is meant"),
        ("milestone own M1 Zebedee", "`/parley member add @Zebedee to PARTY as ROLE`"),
    ):
        reply = table.slash(typed, by=cast.chair)
        assert reply.private
        assert why in reply.text
    assert table.export()["actions"][0]["owners"] == ["Tom Whitfield"]


def test_a_guest_is_still_somebody_nobody_knows(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 26 nov at 14:00 for 2h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    assert "Zebedee Brown is present" in table.slash("present Zebedee Brown", by=cast.chair).text
    refused = table.slash("present @Whitfeld", by=cast.chair).text
    assert "Did you mean Tom Whitfield (CCG)?" in refused


def test_a_line_at_the_table_is_kept_as_typed_where_its_names_are_unclear(table: Parley) -> None:
    """Kept, never dropped: the meeting goes on, and the name can be made clear later."""
    table.slash("meeting add negotiation First round on 26 nov at 14:00 for 2h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    table.types("Present: A. Mehta, Daniel", by=cast.scribe)
    there = {row["name"] for row in table.export()["meetings"][0]["attendance"]}
    assert {"Anjali Mehta", "Daniel"} <= there
    table.types("ACTION: A. Mehta to count the beds by 12 dec", by=cast.scribe)
    table.types("ACTION: Daniel to draft the schedule by 12 dec", by=cast.scribe)
    assert [action["owners"] for action in table.export()["actions"]] == [["Anjali Mehta"], []]
