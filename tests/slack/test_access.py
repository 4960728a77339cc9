"""Who may see and do what: observers, the other side, strangers; two negotiations in one workspace."""

from typing import Any

import pytest

from tests import cast
from tests.harness import Parley, Reply

SECRET = "Walk away above five per cent"
GUESSES = ("CCG-E1", "CCG-A1", "CCG-D1", "CCG-P1")  # refs that the other side could think of
READING = (
    *("", "status", "actions", "actions all", "actions mine", "meetings", "meeting CCG-P1", "agenda CCG-P1"),
    *("minutes", "minutes CCG-P1", "help", "help note", f"actions {cast.chair.mention}"),
)


@pytest.fixture
def secrets(table: Parley) -> Parley:
    """OXMH, in whose commissioner's caucus one thing of every kind has been recorded and a pre-meet held."""
    for typed in (
        "meeting add premeet Our red lines on today at 11:00 for 1h",
        "agenda add CCG-P1 How low can we go",
        "start CCG-P1",
        f"note {SECRET}",
        f"decide {SECRET}",
        f"action {SECRET} {cast.scribe.mention} by fri",
        f"park {SECRET} until fri",
        f"declare {cast.scribe.mention} {SECRET}",
        f"present {cast.scribe.mention}",
        "close",
    ):
        assert not table.slash(typed, by=cast.chair, where=cast.ccg_caucus).text.startswith("There is no"), typed
    return table


def without_refs(reply: Reply, *refs: str) -> str:
    """What is shown, with what was asked for taken out."""
    shown = reply.shown
    for ref in refs:
        shown = shown.replace(ref, "REF")
    return shown


# -- an observer ----------------------------------------------------------------------------------------


def test_an_observer_reads_everything_shared_and_changes_nothing(meeting: Parley) -> None:
    meeting.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("agenda add N1 Payment", by=cast.chair)
    before = meeting.export()
    for typed in (
        "agree 4.3: Another thing.",
        "confirm AG1",
        "object AG1 because it is late",
        "decide Something.",
        "note Something.",
        "park Something until fri",
        f"declare {cast.observer.mention} something",
        f"action Something {cast.observer.mention} by fri",
        "item 1",
        "close",
        "undo",
        "agenda add N1 Something",
        "meeting add legal Advice on fri at 10:00 for 1h",
        f"attend N1 {cast.lead.mention}",
        f"present {cast.lead.mention}",
        f"apologies {cast.lead.mention}",
        "party add LAW Bevan as adviser",
        f"member add {cast.observer.mention} to OHP as lead",
        "channel joint",
    ):
        reply = meeting.slash(typed, by=cast.observer)
        assert reply.private, typed
        assert "You typed: /parley " in reply.shown
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.observer)
    meeting.types("AGREED: Something else.", by=cast.observer)
    assert meeting.export() == before
    for typed in ("status", "meetings", "meeting N1", "agenda N1", "actions", "help"):
        assert "You may not" not in meeting.slash(typed, by=cast.observer).text


def test_who_made_themselves_lead_did_so_in_the_trail_only_if_they_might(table: Parley) -> None:
    refused = table.slash(f"member add {cast.negotiator.mention} to OHP as lead", by=cast.negotiator)
    assert refused.private
    assert "You may not set up" in refused.text
    (seat,) = [member for member in table.export()["members"] if member["name"] == "Ruth Adeyemi"]
    assert seat["roles"] == ["negotiator"]


# -- one party for another ------------------------------------------------------------------------------


def test_a_member_of_one_party_cannot_speak_for_another(meeting: Parley) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.scribe)  # nobody has confirmed yet
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    meeting.slash("confirm AG1", by=cast.negotiator)
    (agreement,) = meeting.export()["agreements"]
    assert [word["party"] for word in agreement["confirmations"]] == ["OHP"]
    assert agreement["status"] == "awaiting"


def test_the_other_sides_room_is_closed_even_to_a_chair(secrets: Parley) -> None:
    for typed in (*READING, "OXMH status", f"note {SECRET}", "undo", "close", "start N1"):
        reply = secrets.slash(typed, by=cast.lead, where=cast.ccg_caucus)
        assert reply.private
        if not typed.startswith("help"):
            assert "There is no negotiation here that you take part in." in reply.text, typed


def test_what_is_private_and_what_does_not_exist_get_the_same_answer(secrets: Parley) -> None:
    for verb, private, nothing in (
        ("meeting {}", "CCG-P1", "CCG-P7"),
        ("agenda {}", "CCG-P1", "CCG-P7"),
        ("start {}", "CCG-P1", "CCG-P7"),
        ("close {}", "CCG-P1", "CCG-P7"),
        ("minutes {}", "CCG-P1", "CCG-P7"),
        ("attend {} <@U04LEAD>", "CCG-P1", "CCG-P7"),
        ("agenda add {} Hello", "CCG-P1", "CCG-P7"),
        ("meeting add legal Advice on fri at 10:00 for 1h informs {}", "CCG-P1", "CCG-P7"),
        ("done {}", "CCG-A1", "CCG-A7"),
        ("confirm {}", "CCG-AG1", "CCG-AG7"),
        ("object {} because of it", "CCG-AG1", "CCG-AG7"),
    ):
        theirs = secrets.slash(verb.format(private), by=cast.lead)
        none = secrets.slash(verb.format(nothing), by=cast.lead)
        assert theirs.private
        assert none.private
        assert without_refs(theirs, private) == without_refs(none, nothing), verb
        assert "There is no" in theirs.text
    # The same refs as buttons.
    secrets.presses("action.complete", "OXMH CCG-A1", by=cast.lead)
    secrets.presses("action.complete", "OXMH CCG-A7", by=cast.lead)
    secrets.deliver()
    theirs_told, none_told = (m["text"] for m in secrets.api.ephemerals if m["to"] == cast.lead.id)
    assert theirs_told.replace("CCG-A1", "REF") == none_told.replace("CCG-A7", "REF")


def test_nothing_of_a_caucus_reaches_the_other_side(secrets: Parley) -> None:
    for where in (cast.joint, cast.ohp_caucus, cast.finance, cast.elsewhere):
        for person in (cast.lead, cast.negotiator, cast.observer):
            for typed in READING:
                shown = secrets.slash(typed, by=person, where=where).shown
                assert SECRET not in shown
                if "CCG-P1" not in typed:
                    assert "CCG-" not in shown
                    assert "red lines" not in shown


def test_nothing_of_a_caucus_is_said_aloud_elsewhere(secrets: Parley) -> None:
    for typed in (*READING, "done CCG-A1", "agenda add CCG-P1 More"):
        for where in (cast.joint, cast.finance):
            reply = secrets.slash(typed, by=cast.chair, where=where)
            assert reply.private or SECRET not in reply.shown, typed
    for room in (cast.joint, cast.finance, cast.ohp_caucus, cast.elsewhere, cast.lead, cast.observer):
        told = str(secrets.posted(room))
        assert SECRET not in told
        assert "CCG-" not in told
        assert "red lines" not in told


def test_a_shared_export_has_no_trace_of_a_caucus(secrets: Parley) -> None:
    secrets.slash("note Said at the table.", by=cast.chair)
    for party in (None, "OHP"):
        exported = secrets.export(party=party)
        text = str(exported)
        assert SECRET not in text
        assert "CCG-" not in text
        assert cast.ccg_caucus.id not in text
        assert "red lines" not in text
        # No gap in any count: what is shared is numbered as though nothing else were there.
        assert [note["ref"] for note in exported["notes"]] == ["E1"]
        shared = [entry["seq"] for entry in exported["ledger"] if entry["private_to"] is None]
        assert shared == list(range(1, len(shared) + 1))
    assert cast.ohp_caucus.id not in str(secrets.export())
    own = secrets.export(party="CCG")
    assert [note["ref"] for note in own["notes"]] == ["E1", "CCG-E1", "CCG-E2", "CCG-E3"]
    assert {row["private_to"] for row in own["notes"]} == {None, "CCG"}
    assert [action["ref"] for action in own["actions"]] == ["CCG-A1"]


def test_a_private_record_changes_no_number_that_others_see(table: Parley) -> None:
    table.slash("actions", by=cast.lead)  # whose first answer carries a tip
    before = [table.slash(typed, by=cast.lead).shown for typed in ("status", "actions all", "meetings")]
    for number in range(3):
        table.slash(f"action Secret {number} {cast.scribe.mention} by fri", by=cast.chair, where=cast.ccg_caucus)
        table.slash("meeting add premeet Secret on fri at 9:00 for 1h", by=cast.chair, where=cast.ccg_caucus)
    assert [table.slash(typed, by=cast.lead).shown for typed in ("status", "actions all", "meetings")] == before
    assert "*A1*" in table.slash(f"action Joint {cast.scribe.mention} by fri", by=cast.lead).text
    assert "*S1*" in table.slash("meeting add subgroup Joint on fri at 9:00 for 1h", by=cast.lead).text
    assert "*OHP-P1*" in table.slash("meeting add premeet Ours on fri at 9:00 for 1h", by=cast.lead).text


def test_minutes_of_a_joint_meeting_hold_nothing_of_a_caucus(secrets: Parley) -> None:
    secrets.slash("meeting add negotiation First round on today at 12:00 for 2h", by=cast.chair)
    secrets.slash("start N1", by=cast.chair)
    secrets.slash(f"note {SECRET} too", by=cast.chair, where=cast.ccg_caucus)
    secrets.slash("note Said aloud.", by=cast.chair)
    secrets.slash("close", by=cast.chair)
    minutes = secrets.minutes("N1")
    assert "Said aloud." in minutes
    assert SECRET not in minutes
    assert "CCG-" not in minutes
    with pytest.raises(Exception, match="There is no meeting CCG-P1"):
        secrets.minutes("CCG-P1")
    with pytest.raises(Exception, match="There is no meeting CCG-P1"):
        secrets.minutes("CCG-P1", party="OHP")
    assert SECRET in secrets.minutes("CCG-P1", party="CCG")


def test_minutes_of_a_caucus_never_go_into_another_channel(secrets: Parley) -> None:
    for where in (cast.joint, cast.finance, cast.elsewhere):
        secrets.slash("minutes CCG-P1", by=cast.chair, where=where)
        assert SECRET not in str(secrets.posted(where))
    assert any("Minutes of CCG-P1" in message["text"] for message in secrets.posted(cast.ccg_caucus))


def test_somebody_of_the_other_side_is_not_invited_to_a_private_meeting(secrets: Parley) -> None:
    reply = secrets.slash(f"attend CCG-P1 {cast.lead.mention}", by=cast.chair, where=cast.ccg_caucus)
    assert reply.private
    assert "CCG-P1 is private to your side, and Daniel Kerr is not on it." in reply.text


# -- strangers ------------------------------------------------------------------------------------------


NO_SEAT = "You have no seat in OXMH, whose channel this is. Margaret Osei (CCG) or Daniel Kerr (OHP) can give you one."


def test_a_stranger_is_told_the_same_whatever_and_in_a_side_s_room_what_is_told_anywhere(meeting: Parley) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    answers: dict[bool, set[str]] = {True: set(), False: set()}
    for where in (cast.joint, cast.finance, cast.ccg_caucus, cast.elsewhere):
        for typed in (
            *("status", "actions", "meetings", "meeting N1", "minutes N1", "confirm AG1", "undo", "close"),
            *("OXMH status", "NOSUCH status", "oxmh confirm AG1", "note Hello", "agree Hello there."),
            *("object AG1 because of it", "start N1", "channel caucus CCG", "party add LAW Bevan as adviser"),
        ):
            reply = meeting.slash(typed, by=cast.stranger, where=where)
            assert reply.private
            assert "Outcomes contract" not in reply.shown
            if not typed.startswith(("OXMH", "NOSUCH", "oxmh")):
                answers[where in (cast.joint, cast.finance)].add(reply.text)
    assert answers[True] == {NO_SEAT}  # whoever is in the table's channels reads there whose they are
    assert len(answers[False]) == 1
    assert "There is no negotiation here that you take part in." in answers[False].pop()


def test_who_has_no_seat_yet_is_sent_to_whoever_set_it_up(parley: Parley) -> None:
    parley.slash("new OXMH Outcomes contract for mental health", by=cast.chair)
    said = parley.slash("status", by=cast.stranger).text
    assert said == "You have no seat in OXMH, whose channel this is. Margaret Osei can give you one."
    parley.presses("agreement.confirm", "BUCKS AG1 1", by=cast.chair)  # there is none, and they have a seat here
    parley.deliver()
    assert "There is no negotiation here" in parley.api.ephemerals[-1]["text"]


def test_a_code_that_is_not_yours_reads_like_one_that_does_not_exist(table: Parley) -> None:
    for rest in ("", " status", " actions", " confirm AG1", " nonsense"):
        taken = table.slash(f"OXMH{rest}", by=cast.stranger, where=cast.elsewhere)
        none = table.slash(f"OXMQ{rest}", by=cast.stranger, where=cast.elsewhere)
        assert without_refs(taken, "OXMH") == without_refs(none, "OXMQ")


def test_a_strangers_buttons_forms_and_lines_do_nothing(meeting: Parley) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("action Send the figures", by=cast.chair)
    form = meeting.api.modal(cast.chair.id)
    assert form is not None
    before = meeting.export()
    for code in ("OXMH", "NOSUCH"):
        meeting.presses("agreement.confirm", f"{code} AG1 1", by=cast.stranger)
        meeting.presses("agreement.object", f"{code} AG1 1", by=cast.stranger)
    owner = {"type": "static_select", "selected_option": {"value": "1"}}
    filled: dict[str, dict[str, Any]] = {
        "what": {"type": "plain_text_input", "value": "Send the figures"},
        "owner": owner,
        "due": {"type": "datepicker", "selected_date": "2026-12-12"},
    }
    answer = meeting.submits(form, filled, by=cast.stranger)
    assert answer["errors"]["what"] == NO_SEAT
    meeting.types("AGREED: I was here too.", by=cast.stranger)
    meeting.mentions("status", by=cast.stranger)
    assert meeting.export() == before
    assert meeting.api.modal(cast.stranger.id) is None
    meeting.deliver()
    told = {m["text"] for m in meeting.api.ephemerals if m["to"] == cast.stranger.id}
    assert len(told) == 1  # the same sentence for every one of them
    assert "Outcomes contract" not in str(meeting.posted(cast.stranger))


def test_a_former_members_old_button_still_asks_who_they_are(meeting: Parley) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    meeting.slash(f"member add {cast.negotiator.mention} to OHP as observer", by=cast.lead)
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.negotiator)
    assert meeting.export()["agreements"][0]["status"] == "awaiting"


# -- two negotiations in one workspace ------------------------------------------------------------------


@pytest.fixture
def two(table: Parley) -> Parley:
    """OXMH, and beside it ELDER in #general, where Daniel sits for a party called CCG too."""
    for typed in (
        "new ELDER Services for older people",
        "party add CCG Another commissioner as commissioner",
        "party add AGE Age well partnership as provider",
        f"member add {cast.stranger.mention} to AGE as lead",
        f"member add {cast.lead.mention} to CCG as lead",
    ):
        assert not table.slash(typed, by=cast.stranger, where=cast.elsewhere).private
    return table


def test_two_negotiations_number_and_list_their_own(two: Parley) -> None:
    two.slash("agree Rooms are shared.", by=cast.stranger, where=cast.elsewhere)
    two.slash("agree Payment falls due within 30 days.", by=cast.chair)
    assert [a["wording"] for a in two.export("OXMH")["agreements"]] == ["Payment falls due within 30 days."]
    assert [a["wording"] for a in two.export("ELDER")["agreements"]] == ["Rooms are shared."]
    assert "Rooms" not in two.slash("status", by=cast.lead).text
    assert "Payment" not in two.slash("status", by=cast.lead, where=cast.elsewhere).text
    assert "Rooms are shared" in str(two.posted(cast.elsewhere))
    assert "Rooms are shared" not in str(two.posted(cast.joint))


def test_a_ref_confirms_in_the_negotiation_of_its_channel_or_its_code(two: Parley) -> None:
    two.slash("agree Rooms are shared.", by=cast.stranger, where=cast.elsewhere)
    two.slash("agree Payment falls due within 30 days.", by=cast.chair)
    two.slash("confirm AG1", by=cast.lead, where=cast.joint)
    assert two.export("OXMH")["agreements"][0]["status"] == "agreed"
    assert two.export("ELDER")["agreements"][0]["status"] == "awaiting"
    two.slash("elder confirm AG1", by=cast.lead, where=cast.joint)
    (agreement,) = two.export("ELDER")["agreements"]
    assert [(c["party"], c["member"]) for c in agreement["confirmations"]][-1] == ("CCG", "Daniel Kerr")
    assert agreement["status"] == "agreed"


def test_one_negotiations_people_see_nothing_of_the_other(two: Parley) -> None:
    two.slash("agree Rooms are shared.", by=cast.stranger, where=cast.elsewhere)
    for typed in ("status", "meetings", "confirm AG1", "ELDER status"):
        reply = two.slash(typed, by=cast.chair, where=cast.elsewhere)
        assert reply.private
        assert "older people" not in reply.shown
        assert "Rooms" not in reply.shown


def test_parties_of_the_same_code_are_not_the_same_party(two: Parley) -> None:
    two.slash(f"note {SECRET}", by=cast.chair, where=cast.ccg_caucus)
    refused = two.slash("status", by=cast.lead, where=cast.ccg_caucus)
    assert "There is no negotiation here" in refused.text
    assert SECRET not in str(two.export("ELDER", "CCG"))
    assert SECRET in str(two.export("OXMH", "CCG"))


def test_who_sits_at_two_tables_is_asked_which_is_meant(two: Parley) -> None:
    away = cast.Room("D0LEAD", "directmessage")
    reply = two.slash("actions", by=cast.lead, where=away)
    assert reply.private
    assert "`/parley OXMH …`" in reply.text
    assert "`/parley ELDER …`" in reply.text
    assert "*ELDER: " in two.slash("elder status", by=cast.lead, where=away).text
    assert "*OXMH: " in two.slash("OXMH status", by=cast.lead, where=away).text


def test_what_is_typed_for_another_table_in_this_channel_stays_private(two: Parley) -> None:
    reply = two.slash("ELDER note For the other table", by=cast.lead, where=cast.joint)
    assert reply.private
    assert "For the other table" not in str(two.posted(cast.joint))
    assert two.export("OXMH")["notes"] == []


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("milestone add Board approval on 12 dec", "Board approval"),
        ("clause add 4.2 Payment", "4.2"),
        ("document add Full contract version 1", "Full contract"),
        ("outcome add People will live longer", "People will live longer"),
        ("scope add Crisis line in budget £1.2m", "Crisis line"),
        ("value £175m over 5 years on 1 oct 2014 source Board paper", "Board paper"),
        ("variation add price Day care", "Day care"),
        ("analysis add Market analysis in jan 2013 finding Two options", "Market analysis"),
        ("assessment add Capability", "Capability"),
    ],
)
def test_nobody_changes_unseen_what_is_everybodys(table: Parley, typed: str, told: str) -> None:
    """Typed in a direct message it is answered privately, and the joint channel is told who did it."""
    reply = table.slash(typed, by=cast.chair, where=cast.elsewhere)
    assert reply.private
    assert reply.text.endswith("Everyone at the table sees this.")
    table.deliver()
    (aloud,) = [text for text in table.posted(cast.joint) if told in str(text)]
    assert cast.chair.name in str(aloud)
