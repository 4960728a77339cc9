"""Setting up: a negotiation, its parties, its people, its channels."""

from tests import cast
from tests.harness import Parley


def test_a_newcomer_starts_a_negotiation_and_this_channel_is_its_table(parley: Parley) -> None:
    reply = parley.slash("new oxmh Outcomes contract for mental health", by=cast.chair)
    assert not reply.private
    assert "*OXMH: Outcomes contract for mental health* has begun" in reply.text
    assert "Subject to contract" in reply.text
    assert "`/parley party add" in reply.text
    exported = parley.export()
    assert exported["negotiation"]["code"] == "OXMH"
    assert exported["ledger"][0]["deed"] == "negotiation.started"
    assert exported["ledger"][0]["actor"] == "Margaret Osei"


def test_a_code_that_cannot_be_used_is_refused_with_examples(parley: Parley) -> None:
    for code in ("A", "1OX", "OX-MH", "agree", "MEETINGS", "ABCDEFGHIJKLM", "<!here>", "ÖXMH"):
        reply = parley.slash(f"new {code} Outcomes contract", by=cast.chair)
        assert reply.private, code
        assert "cannot be used" in reply.text
        assert "`OXMH`" in reply.text
    assert "There is no negotiation" in parley.slash("status", by=cast.chair).text


def test_a_negotiation_needs_a_title(parley: Parley) -> None:
    for typed in ("new OXMH", "new OXMH   "):
        reply = parley.slash(typed, by=cast.chair)
        assert reply.private
        assert "needs a code and a title" in reply.text


def test_a_code_is_used_once_and_a_channel_serves_one_negotiation(table: Parley) -> None:
    again = table.slash("new OXMH Something else", by=cast.chair, where=cast.elsewhere)
    assert again.private
    assert "none that is used already and none of Parley's own words: for example `OXMH`" in again.text
    here = table.slash("new ELDER15 Older people", by=cast.chair)
    assert here.private
    assert "serves a negotiation already" in here.text


def test_a_negotiation_cannot_begin_in_a_direct_message(parley: Parley) -> None:
    reply = parley.slash("new OXMH Outcomes contract", by=cast.chair, where=cast.Room("D01", "directmessage"))
    assert reply.private
    assert "Type this in a channel" in reply.text


def test_parties_say_whether_they_sign(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    for typed, name, kind, signs in (
        ("party add ccg Oxfordshire CCG as commissioner", "Oxfordshire CCG", "commissioner", True),
        ("party add OHP Oxford Health and partners", "Oxford Health and partners", "provider", True),
        ("party add RESP Response as Subcontractor", "Response", "subcontractor", False),
        ("party add LAW Bevan & Co AS adviser", "Bevan & Co", "adviser", False),
        ("party add WAO Working as One as provider", "Working as One", "provider", True),
    ):
        reply = parley.slash(typed.replace("&", "&amp;"), by=cast.chair)
        assert not reply.private, reply.text
        assert ("It signs the contract." in reply.text) is signs
        assert parley.export()["parties"][-1] == {
            "code": typed.split()[2].upper(),
            "name": name,
            "kind": kind,
            "signs": signs,
            "quorum": 1,
        }


def test_a_party_that_cannot_be_added_is_told_why(table: Parley) -> None:
    for typed, why in (
        ("party add", "a code and a name"),
        ("party add X", "cannot be a party's code"),
        ("party add C-C-G Oxfordshire", "cannot be a party's code"),
        ("party add NEWCO", "Give the party its name: `/parley party add NEWCO"),
        ("party add NEWCO as provider", "Give the party its name"),
        ("party add NEWCO Newco as landlord", "landlord is not a kind of party"),
        ("party add CCG Another group", "CCG is a party already"),
        ("party add ccg Another group", "CCG is a party already"),
    ):
        reply = table.slash(typed, by=cast.chair)
        assert reply.private, typed
        assert why in reply.text
        assert f"You typed: /parley {typed}" in reply.shown
    assert [party["code"] for party in table.export()["parties"]] == ["CCG", "OHP"]


def test_who_asks_for_a_name_that_ends_like_a_kind_learns_how_to_type_it(table: Parley) -> None:
    reply = table.slash("party add WAO Working as One", by=cast.chair)
    assert "`as One as provider`" in reply.text


def test_several_people_are_seated_at_once_and_given_other_roles_later(table: Parley) -> None:
    table.slash("party add LAW Bevan and Co as adviser", by=cast.chair)
    both = f"{cast.stranger.mention}, {cast.observer.mention}"
    refused = table.slash(f"member add {both} to LAW as legal", by=cast.chair)
    assert refused.private
    assert "Siân Pritchard already sits for another party" in refused.text
    assert "Joel Fenn" not in str(table.export()["members"])  # all of them or none

    reply = table.slash(f"member add {cast.stranger.mention} to law as legal and observer", by=cast.chair)
    assert reply.text == "Joel Fenn now sits for *LAW* as legal and observer."
    table.slash(f"member add {cast.stranger.mention} to LAW as legal", by=cast.chair)
    (seat,) = [member for member in table.export()["members"] if member["name"] == "Joel Fenn"]
    assert seat == {
        "name": "Joel Fenn",
        "user": cast.stranger.id,
        "party": "LAW",
        "roles": ["legal"],
        "aliases": [],
        "authority": None,
    }


def test_seating_somebody_needs_a_person_a_party_and_a_role(table: Parley) -> None:
    joel = cast.stranger.mention
    for typed, why in (
        ("member add", "Say who, for which party and as what"),
        (f"member add {joel}", "Say who, for which party and as what"),
        (f"member add {joel} to CCG", "Say who, for which party and as what"),
        (f"member add {joel} to CCG as ,", "Say who, for which party and as what"),
        (f"member add {joel} to CCG as king", "king is not a role"),
        (f"member add {joel} to NHS as lead", "The parties are CCG, OHP"),
        ("member add @joel to CCG as lead", "Mention who is meant"),
    ):
        reply = table.slash(typed, by=cast.chair)
        assert reply.private, typed
        assert why in reply.text
    assert "Joel Fenn" not in str(table.export()["members"])


def test_nobody_sits_for_two_parties(table: Parley) -> None:
    reply = table.slash(f"member add {cast.scribe.mention} to OHP as negotiator", by=cast.lead)
    assert reply.private
    assert "nobody can speak for two" in reply.text


def test_once_a_party_has_its_caucus_only_its_own_people_seat_others_there(table: Parley) -> None:
    typed = f"member add {cast.stranger.mention} to OHP as negotiator"
    reply = table.slash(typed, by=cast.chair)
    assert reply.private
    assert "OHP looks after its own seats" in reply.text
    assert not table.slash(typed, by=cast.lead).private


def test_setting_up_needs_a_chair_lead_or_scribe(table: Parley) -> None:
    for person in (cast.negotiator, cast.observer, cast.analyst):
        for typed in ("party add LAW Bevan as adviser", f"member add {cast.stranger.mention} to CCG as observer"):
            reply = table.slash(typed, by=person)
            assert reply.private
            assert "You may not set up" in reply.text or "looks after its own seats" in reply.text
    assert len(table.export()["parties"]) == 2
    assert not table.slash("party add LAW Bevan as adviser", by=cast.scribe).private


def test_a_caucus_channel_is_named_only_by_its_own_party(table: Parley) -> None:
    reply = table.slash("channel caucus OHP", by=cast.chair, where=cast.elsewhere)
    assert reply.private
    assert "Only a member of OHP" in reply.text
    assert "channel caucus" in table.slash("channel caucus", by=cast.chair, where=cast.elsewhere).text
    taken = table.slash("channel caucus CCG", by=cast.chair, where=cast.joint)
    assert taken.private
    assert "serves a negotiation already" in taken.text


def test_a_subgroup_has_a_name_and_a_table_may_have_a_second_channel(table: Parley) -> None:
    assert "Give the sub-group its name" in table.slash("channel subgroup", by=cast.chair, where=cast.elsewhere).text
    reply = table.slash("channel subgroup Information governance", by=cast.chair, where=cast.elsewhere)
    assert not reply.private
    assert "the Information governance sub-group of *OXMH*" in reply.text
    more = cast.Room("C09MORE", "oxmh-more")
    assert "joint table of *OXMH*" in table.slash("channel joint", by=cast.chair, where=more).text


def test_the_administrator_sets_up_without_a_seat_but_records_nothing(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.stranger)
    assert not parley.slash("party add CCG Oxfordshire CCG as commissioner", by=cast.stranger).private
    assert not parley.slash(f"member add {cast.chair.mention} to CCG as chair", by=cast.stranger).private
    reply = parley.slash("note Hello", by=cast.stranger)
    assert reply.private
    assert "You may not add to the record" in reply.text
    assert parley.export()["notes"] == []


def test_the_same_delivery_twice_sets_up_once(table: Parley) -> None:
    first = table.slash("party add LAW Bevan as adviser", by=cast.chair, trigger="T1")
    again = table.slash("party add LAW Bevan as adviser", by=cast.chair, trigger="T1")
    assert first == again
    assert [p["code"] for p in table.export()["parties"]] == ["CCG", "OHP", "LAW"]


def test_the_trail_tells_who_set_up_what(table: Parley) -> None:
    trail = [(entry["deed"], entry["ref"], entry["actor"]) for entry in table.export(party="OHP")["ledger"]]
    assert ("party.added", "OHP", "Margaret Osei") in trail
    assert ("channel.bound", cast.finance.id, "Tom Whitfield (CCG)") in trail
    assert ("channel.bound", cast.ohp_caucus.id, "Daniel Kerr (OHP)") in trail
    assert table.trail_faults() == []
