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


# -- aliases ----------------------------------------------------------------------------------------------

OTHER = f"member alias {cast.analyst.mention} Dee"


def test_an_alias_means_its_owner_wherever_names_are_typed(table: Parley) -> None:
    table.slash("action Count the beds by 12 dec " + cast.scribe.mention, by=cast.chair)
    told = table.slash(OTHER, by=cast.chair)
    assert told.text == "Anjali Mehta (CCG) also goes by Dee now: wherever names are typed, that means them."
    assert not told.private
    assert "Anjali Mehta (CCG)’s now" in table.slash("reassign A1 to dee", by=cast.chair).text
    table.slash("meeting add negotiation First round on 26 nov at 14:00 for 2h", by=cast.chair)
    assert "Anjali Mehta is expected at *N1*" in table.slash("attend N1 @Dee", by=cast.chair).text
    table.slash("agenda add N1 Prices", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    assert "Anjali Mehta is present at *N1*." in table.slash("present DEE", by=cast.chair).text
    table.slash("member add Dee to CCG as technical, scribe", by=cast.chair)
    assert roles(table)["Anjali Mehta"] == ["technical", "scribe"]
    table.slash("milestone add Draft on 11 dec 2026", by=cast.chair)
    assert "Anjali Mehta (CCG)’s now" in table.slash("milestone own M1 Dee", by=cast.chair).text
    assert "A1" in table.slash("actions dee", by=cast.lead).text
    table.slash("clause add 4.2 Payment", by=cast.chair)
    table.types("ACTION: Dee to draft the schedule by 12 dec", by=cast.scribe)
    table.types("ACTION: draft the annex by 12 dec (Dee)", by=cast.scribe)
    assert [action["owners"] for action in table.export()["actions"]] == [["Anjali Mehta"]] * 3
    assert table.trail_faults() == []


def test_an_alias_is_taken_away_again(table: Parley) -> None:
    table.slash(OTHER, by=cast.chair)
    assert (
        table.slash(f"member alias {cast.analyst.mention}", by=cast.lead).text == "Anjali Mehta (CCG) also goes by Dee."
    )
    gone = table.slash("member alias remove @Anjali Mehta dee", by=cast.chair)
    assert gone.text == "Anjali Mehta (CCG) does not go by Dee any more."
    assert table.slash(f"member alias {cast.analyst.mention}", by=cast.lead).text == "Anjali Mehta (CCG) has no alias."
    assert "is not a list of actions" in table.slash("actions dee", by=cast.chair).text
    assert (
        "has no alias Dee. They have none."
        in table.slash(f"member alias remove {cast.analyst.mention} Dee", by=cast.chair).text
    )
    deeds = [deed for deed in table.deeds("CCG") if deed["deed"].startswith("member.alias")]
    assert [(deed["deed"], deed["alias"], deed["aliases"]) for deed in deeds] == [
        ("member.alias", "Dee", ["Dee"]),
        ("member.alias_removed", "Dee", []),
    ]


@pytest.mark.parametrize(
    ("typed", "by", "why"),
    [
        ("Tom", cast.chair, "“Tom” means Tom Whitfield (CCG) already. Give Anjali Mehta a name that fits nobody else"),
        ("Tom Whitfield", cast.chair, "“Tom Whitfield” means Tom Whitfield (CCG) already"),
        ("daniel", cast.chair, "means Daniel Kerr (OHP) and Daniel Osei (CCG) already"),
        ("TEE", cast.chair, "“TEE” means Tom Whitfield (CCG) already"),
        ("anjali", cast.chair, "Nothing was changed: anjali means Anjali Mehta (CCG) already."),
        ("4.2", cast.chair, "4.2 is no name."),
        ("x" * 61, cast.chair, "is no name. An alias has a letter in it, and 60 characters at most."),
        ("Dee and Dum", cast.chair, "“Dee and Dum” would be read as something else"),
        ("Dee, Dum", cast.chair, "would be read as something else"),
        ("mine", cast.chair, "“mine” would be read as something else"),
        ("Dee", cast.analyst, "You may not set up parties, people and channels"),
        ("Dee", cast.lead, "CCG looks after its own seats now that it has a caucus channel."),
        ("Dee", cast.stranger, "You have no seat in OXMH"),
    ],
)
def test_an_alias_that_is_refused(table: Parley, typed: str, by: Person, why: str) -> None:
    table.slash(f"member alias {cast.scribe.mention} Tee", by=cast.chair)
    assert why in table.slash(f"member alias {cast.analyst.mention} {typed}", by=by).text
    assert [member["aliases"] for member in table.export()["members"] if member["name"] == "Anjali Mehta"] == [[]]


def test_what_an_alias_needs_is_asked_for(table: Parley) -> None:
    assert "Say who and what else they are called" in table.slash("member alias Dee", by=cast.chair).text
    assert "Say whose and which" in table.slash(f"member alias remove {cast.scribe.mention}", by=cast.chair).text
    assert "is not at the table" in table.slash(f"member alias {cast.stranger.mention} Jo", by=cast.chair).text


def test_somebody_who_comes_later_with_that_name_is_never_taken_for_its_owner(table: Parley) -> None:
    table.slash(OTHER, by=cast.chair)
    table.api.add_user("U10DEE", "Dee Adams")
    table.slash("member add <@U10DEE> to CCG as legal", by=cast.chair)
    assert "dee could be Anjali Mehta (CCG) or Dee Adams (CCG)" in table.slash("actions dee", by=cast.chair).text


def test_the_members_are_listed_with_their_other_names(table: Parley) -> None:
    table.slash(OTHER, by=cast.chair)
    table.leaves_slack(cast.scribe)
    listed = table.slash("members", by=cast.observer)
    assert listed.private
    assert "*CCG* Oxfordshire Clinical Commissioning Group\n• Margaret Osei: chair and lead\n" in listed.text
    assert "• Anjali Mehta, also Dee: technical" in listed.text
    assert "• Tom Whitfield: scribe, has left Slack" in listed.text
    assert "You have no seat in OXMH" in table.slash("members", by=cast.stranger).text
    table.slash("export md", by=cast.lead)
    assert "Anjali Mehta, also Dee (technical)" in str(table.files(cast.lead))
