"""A pre-meet for each side before each negotiation meeting: early enough to prepare after it, and its own affair."""

from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley

PLAN = "meeting add negotiation First round on 11 dec at 10:00 for 2h prep 3h"
# Three hours of preparation, padded to four and a half: after the pre-meet four are left that Thursday, then one.
PREMEET = "Thursday 10 December 2026, 12:00 to 13:00 (GMT)"


def test_each_side_gets_a_pre_meet_early_enough_to_prepare_after_it(table: Parley) -> None:
    reply = table.slash(PLAN, by=cast.chair)
    assert (
        "Your side has a pre-meet, *CCG-P1*, Thursday 10 December 2026 at 12:00: after it there is time for 4 h 30 min "
        "of preparation (3 h × 1.5)."
    ) in reply.text
    for party, lead, room in (("CCG", cast.chair, cast.ccg_caucus), ("OHP", cast.lead, cast.ohp_caucus)):
        card = table.card(f"{party}-P1", room)
        assert f"*{party}-P1* Pre-meet for N1: {PREMEET}. Will you come?" in card["text"]
        assert f"OXMH-{party}-P1-0.ics" in table.files(room)
        (planned,) = table.deeds(f"{party}-P1", party)
        assert (planned["deed"], planned["actor"], planned["informs"]) == ("meeting.planned", "Parley", "N1")
        assert f"Pre-meet of your side: *{party}-P1*" in table.slash("meeting N1", by=lead).text
    assert "Preparation: 3 h estimated, 4 h 30 min with contingency" in table.slash("meeting N1", by=cast.lead).text


def test_a_side_without_a_caucus_channel_is_told_where_its_pre_meet_begins(parley: Parley) -> None:
    """Its lead gets the invitation in a direct message, and nothing begins there."""
    for typed in (
        "new OXMH Outcomes contract for mental health",
        "channel joint",
        "party add CCG Oxfordshire Clinical Commissioning Group as commissioner",
        "party add OHP Oxford Health and partners as provider",
        f"member add {cast.chair.mention} to CCG as chair, lead",
        f"member add {cast.lead.mention} to OHP as lead",
    ):
        parley.slash(typed, by=cast.chair)
    parley.slash("channel caucus CCG", by=cast.chair, where=cast.ccg_caucus)
    parley.slash(PLAN, by=cast.chair)
    parley.deliver()
    own = str(parley.card("CCG-P1", cast.ccg_caucus)["blocks"])
    alone = str(parley.card("OHP-P1", Room(cast.lead.id, "directmessage"))["blocks"])
    assert ("meeting.start" in own, "begins in your side’s caucus channel" in own) == (True, False)
    assert ("meeting.start" in alone, "begins in your side’s caucus channel" in alone) == (False, True)


def test_without_an_estimate_preparing_takes_as_long_as_the_meeting(table: Parley) -> None:
    reply = table.slash("meeting add negotiation Round on 11 dec at 10:00 for 2h", by=cast.chair)
    assert (
        "Thursday 10 December 2026 at 14:00: after it there is time for 3 h of preparation (2 h × 1.5)." in reply.text
    )


def everything_seen_by(parley: Parley, person: Person, rooms: tuple[Room, ...], party: str | None) -> str:
    """All that somebody can get hold of: answers to commands, messages where they read, exports and files."""
    seen = [str(parley.export(party=party))]
    for typed in (
        "",
        "status",
        "meetings",
        "meeting N1",
        "agenda N1",
        "timetable",
        "actions all",
        "export ics",
        "help",
    ):
        for where in rooms:
            seen.append(parley.slash(typed, by=person, where=where).shown)
    seen.append(str(parley.files(person)))
    for room in rooms:
        seen.append(str(parley.posted(room)))
        seen.append(str(parley.files(room)))
    return "\n".join(seen)


def test_nobody_learns_of_the_other_sides_pre_meets(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash(
        "meeting add premeet Red lines on 9 dec at 10:00 for 1h informs N1", by=cast.lead, where=cast.ohp_caucus
    )
    table.slash("meeting purpose OHP-P2 Hold at one fifth", by=cast.lead, where=cast.joint)
    table.slash("paper add OHP-P2 Walk-away table", by=cast.lead, where=cast.joint)
    table.slash("meeting move OHP-P2 to 8 dec at 10:00 because Ruth is away", by=cast.lead, where=cast.joint)
    table.slash("meeting move N1 to 15 dec at 10:00 because the board meets then", by=cast.lead, where=cast.finance)
    table.slash("meeting cancel OHP-P2 because the line is clear", by=cast.lead, where=cast.finance)
    table.presses("meeting.no", "OXMH OHP-P2", by=cast.chair, where=cast.joint)
    told = everything_seen_by(table, cast.chair, (cast.joint, cast.finance, cast.ccg_caucus), "CCG")
    for secret in ("OHP-P", "Red lines", "one fifth", "Walk-away table", "Ruth is away", "line is clear"):
        assert secret not in told
    assert "CCG-P1" in told
    shared = str(table.export()) + str(table.posted()) + str(table.files())
    assert "-P1" not in shared
    guesses = {table.slash(f"meeting {ref}", by=cast.chair).text.replace(ref, "") for ref in ("OHP-P2", "OHP-P7")}
    assert len(guesses) == 1
    own = everything_seen_by(table, cast.negotiator, (cast.joint, cast.ohp_caucus), "OHP")
    assert "CCG-P" not in own
    assert "Walk-away table" in own
    assert table.trail_faults() == []


def test_one_planned_by_hand_takes_the_place_of_the_automatic_one(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    own = "meeting add premeet Our line on 10 dec at 12:00 for 1h informs N1"
    reply = table.slash(own, by=cast.chair, where=cast.ccg_caucus)
    assert "It takes the place of CCG-P1." in reply.text
    assert "too short" not in reply.text
    assert {ref: m["status"] for ref, m in table.meetings("CCG").items() if "-P" in ref} == {
        "CCG-P1": "cancelled",
        "CCG-P2": "planned",
    }
    assert table.meetings("OHP")["OHP-P1"]["status"] == "planned"
    assert "CCG-P2 takes its place (Parley)" in str(table.posted(cast.ccg_caucus))


def test_a_gap_too_short_to_prepare_is_said_with_what_it_lacks(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    late = "meeting add premeet Our line on 11 dec at 09:00 for 30 min informs N1"
    reply = table.slash(late, by=cast.chair, where=cast.ccg_caucus)
    assert "The gap before N1 is 4 h of working time too short: preparing takes 4 h 30 min (3 h × 1.5)." in reply.text
    assert "`/parley meeting move CCG-P2 to DATE at TIME because …`" in reply.text
    moved = table.slash("meeting move CCG-P2 to 10 dec at 13:00 because we need longer", by=cast.chair)
    assert "too short" not in moved.text


def test_a_meeting_that_leaves_no_room_for_a_pre_meet_says_so(table: Parley) -> None:
    reply = table.slash("meeting add negotiation Today on today at 14:00 for 2h", by=cast.chair)
    assert "There is no room left for a pre-meet of your side with 3 h of preparation after it." in reply.text
    assert [ref for ref in table.meetings("CCG") if "-P" in ref] == []


def test_only_parties_that_sign_and_can_be_told_in_private_get_one(table: Parley) -> None:
    table.slash("party add LAW Bevan as adviser", by=cast.chair)
    table.slash("party add RESP Response as provider", by=cast.chair)  # nobody sits for it yet
    table.slash("party add WAO Working as One as provider", by=cast.chair)
    table.slash(f"member add {cast.stranger.mention} to WAO as lead", by=cast.chair)
    table.slash(PLAN, by=cast.chair)
    assert [[r for r in table.meetings(p) if "-P" in r] for p in ("LAW", "RESP", "WAO")] == [[], [], ["WAO-P1"]]
    assert "*WAO-P1* Pre-meet for N1" in table.card("WAO-P1", cast.stranger)["text"]  # without a caucus, its lead


def test_pre_meets_keep_out_of_each_others_way_and_of_what_people_plan(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("meeting add legal Advice on 10 dec at 12:30 for 30 min", by=cast.chair)
    assert table.meetings("CCG")["CCG-P1"]["starts_at"] == "2026-12-10T11:00:00+00:00"
    table.slash("meeting add premeet Something else on 10 dec at 11:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    assert table.meetings("OHP")["OHP-P1"]["starts_at"] == "2026-12-10T10:00:00+00:00"
    assert table.meetings("CCG")["CCG-P1"]["starts_at"] == "2026-12-10T11:00:00+00:00"  # another side's affair
    table.slash("meeting add negotiation Second on 11 dec at 14:00 for 1h prep 4h", by=cast.chair)
    taken = {m["starts_at"] for ref, m in table.meetings("OHP").items() if "-P" in ref and m["status"] == "planned"}
    assert len(taken) == 3


def test_pre_meets_follow_their_meeting_and_fall_away_with_it(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.posted()
    reply = table.slash("meeting move N1 to 16 dec at 10:00 because the board meets then", by=cast.chair)
    assert "*N1* First round is now Wednesday 16 December 2026, 10:00 to 12:00 (GMT)." in reply.text
    for party, room in (("CCG", cast.ccg_caucus), ("OHP", cast.ohp_caucus)):
        premeet = table.meetings(party)[f"{party}-P1"]
        assert (premeet["starts_at"], premeet["reason"]) == ("2026-12-15T12:00:00+00:00", "N1 has moved")
        assert f"*{party}-P1* Pre-meet for N1 has moved from {PREMEET} to Tuesday" in str(table.posted(room))
    table.slash("meeting cancel N1 because the draft is not ready", by=cast.lead)
    for party, room in (("CCG", cast.ccg_caucus), ("OHP", cast.ohp_caucus)):
        premeet = table.meetings(party)[f"{party}-P1"]
        assert (premeet["status"], premeet["reason"]) == ("cancelled", "N1 is cancelled")
        assert f"{party}-P1* Pre-meet for N1 on" in str(table.posted(room))
        assert table.deeds(f"{party}-P1", party)[-1] == {
            "deed": "meeting.cancelled",
            "actor": "Parley",
            "reason": "N1 is cancelled",
        }
    assert table.trail_faults() == []


def test_a_pre_meet_that_people_have_moved_stays_where_they_put_it(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("meeting move CCG-P1 to 9 dec at 09:00 because of leave", by=cast.scribe, where=cast.ccg_caucus)
    reply = table.slash("meeting move N1 to 8 dec at 17:00 because the board meets then", by=cast.chair)
    assert "The gap before N1 is 4 h 30 min of working time too short" in reply.text
    assert table.meetings("CCG")["CCG-P1"]["starts_at"] == "2026-12-09T09:00:00+00:00"
    assert table.meetings("OHP")["OHP-P1"]["starts_at"] == "2026-12-08T11:00:00+00:00"


def test_a_move_that_leaves_no_room_cancels_the_automatic_pre_meets(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("meeting move N1 to today at 12:00 because it is urgent", by=cast.chair)
    premeet = table.meetings("OHP")["OHP-P1"]
    assert (premeet["status"], premeet["reason"]) == ("cancelled", "there is no time left for it")
    table.slash("meeting move N1 to 11 dec at 10:00 because it is not", by=cast.chair)
    assert table.meetings("OHP")["OHP-P2"]["starts_at"] == "2026-12-10T12:00:00+00:00"


def test_what_another_side_cannot_see_cannot_be_changed_by_it_either(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    before = table.export(party="OHP")
    for typed in (
        "meeting move OHP-P1 to 9 dec at 10:00 because of it",
        "meeting cancel OHP-P1 because of it",
        "meeting purpose OHP-P1 Ours",
        "meeting rules OHP-P1 Ours",
        "meeting prepared OHP-P1 2h",
        "paper add OHP-P1 Ours",
        "agenda add OHP-P1 Ours",
        f"attend OHP-P1 {cast.chair.mention}",
        "recommend OHP-P1 Ours",
    ):
        for where in (cast.joint, cast.ccg_caucus, cast.elsewhere):
            reply = table.slash(typed, by=cast.chair, where=where)
            assert reply.private
            assert "There is no meeting OHP-P1 here that you can see." in reply.text
    for button in ("meeting.yes", "meeting.no", "meeting.deputy"):
        table.presses(button, "OXMH OHP-P1", by=cast.chair)
    assert table.api.modal(cast.chair.id) is None
    assert table.export(party="OHP") == before
