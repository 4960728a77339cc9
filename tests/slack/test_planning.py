"""Meetings are put in the timetable: when they may be, in series; moved and cancelled; two negotiations apart."""

from datetime import UTC, datetime

import pytest

from tests import cast
from tests.harness import Parley

PLAN = "meeting add negotiation First round on 11 dec at 10:00 for 2h prep 3h"


# -- when a meeting may be ------------------------------------------------------------------------------


def test_the_planner_hears_what_is_missing_and_everybody_else_gets_the_invitation(table: Parley) -> None:
    reply = table.slash(f"{PLAN} place Town Hall", by=cast.analyst)
    assert reply.private
    assert "You may not plan meetings" in reply.text
    assert "*N1* First round" in table.slash(f"{PLAN} place Town Hall", by=cast.chair).text
    card = table.card("N1")
    assert (
        "*N1* First round: Friday 11 December 2026, 10:00 to 12:00 (GMT). Will you come?\nPlace: Town Hall"
        in card["text"]
    )
    rows = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    assert [[button["text"]["text"] for button in row] for row in rows] == [
        ["I Will Come", "I Cannot", "Send a Deputy", "Brief"],
        ["Add to Agenda…", "Start Meeting"],
    ]
    assert "Subject to contract" in str(card["blocks"])
    (file,) = [message for message in table.posted() if message.get("files")]
    assert (file["files"][0]["name"], file["thread_ts"]) == ("OXMH-N1-0.ics", card["ts"])


def test_no_invitation_is_sent_once_the_meeting_has_begun(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("start N1", by=cast.chair)
    assert not [message for message in table.posted() if "Will you come?" in message["text"] or message.get("files")]


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("Round on 26 nov at 09:59 for 2h", "Thursday 26 November 2026 at 09:59 has passed. Type a date and a time"),
        ("Round on 25 nov 2026 at 10:00 for 2h", "Wednesday 25 November 2026 has passed"),
        ("Round on 25 dec at 10:00 for 2h", "Friday 25 December 2026 is a day off (Christmas Day)."),
        ("Round on 28 dec at 10:00 for 2h", "such as Tuesday 29 December 2026, or add `anyway` at the end"),
        ("Round on 11 dec at 10:00 to 09:00", "from 10:00 to 09:00 would end before it starts."),
        ("Round on 11 dec at 10:00 to 10:00", "`at 10:00 for 2h`"),
        ("Round on 11 dec at 10:00 for 0 min", "between 1 minute and 24 hours"),
        ("Round on 11 dec at 10:00 for 2h prep 0h", "between 1 minute and 24 hours"),
        ("Round on 30 feb at 10:00 for 2h", "“30 feb” does not exist"),
        ("Round on next at 10:00 for 2h", "“next”"),
        ("Round on 11/12/26 at 10:00 for 2h", "Type it in full, such as “11/12/2026”"),
        ("Round on 11 dec at 10:00 for 2h informs N9", "There is no meeting N9"),
        ("Round on 11 dec 2126 at 10:00 for 2h", "is more than 10 years away. Type the year you mean."),
        (f"Round {'x' * 1000} on 11 dec at 10:00 for 2h", "longer than 1000 characters. Shorten the title"),
    ],
)
def test_a_time_that_cannot_be_is_refused_in_a_sentence(table: Parley, typed: str, why: str) -> None:
    reply = table.slash(f"meeting add negotiation {typed}", by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert f"You typed: /parley meeting add negotiation {typed}" in reply.shown
    assert table.export()["meetings"] == []
    assert table.posted() == []


def test_whoever_insists_meets_on_a_holiday_and_is_warned_of_a_weekend(table: Parley) -> None:
    assert "*N1*" in table.slash("meeting add negotiation Round on 25 dec at 10:00 for 2h anyway", cast.chair).text
    saturday = table.slash("meeting add legal Advice on 12 dec at 10:00 to 11:30 place Anyway Street 3", cast.chair)
    assert "Saturday 12 December 2026 is in a weekend." in saturday.text
    assert (table.meetings()["L1"]["minutes_planned"], table.meetings()["L1"]["place"]) == (90, "Anyway Street 3")
    beyond = table.slash("meeting add legal Advice on 12 dec 2029 at 10:00 for 1h", cast.chair)
    assert "The holidays of 2029 are not known yet: check that" in beyond.text


def test_a_place_in_quotes_may_hold_words_of_the_grammar(table: Parley) -> None:
    table.slash(
        'meeting add legal Advice on 11 dec at 10:00 for 1h place "A room for every prep day" prep 2h', cast.chair
    )
    assert (table.meetings()["L1"]["place"], table.meetings()["L1"]["preparation_minutes"]) == (
        "A room for every prep day",
        120,
    )


# -- the same people ------------------------------------------------------------------------------------


def test_the_same_people_cannot_be_at_two_meetings_unless_somebody_insists(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    second = "meeting add negotiation Second on 11 dec at 11:59 for 1h"
    refused = table.slash(second, by=cast.lead)
    assert refused.private
    assert (
        "That overlaps with N1 First round, 10:00 to 12:00 that day, for Margaret Osei, Tom Whitfield, Anjali Mehta "
        "and 3 more. Type another time, or add `anyway` at the end of the line."
    ) in refused.text
    assert "N2" not in table.meetings()
    assert "*N2*" in table.slash(f"{second} anyway", by=cast.lead).text
    assert "*N3*" in table.slash("meeting add negotiation Third on 11 dec at 12:59 for 1h", by=cast.lead).text


def test_a_sub_group_overlaps_only_for_those_it_asks_by_name(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    group = "meeting add subgroup Finance on 11 dec at 11:00 for 1h"
    assert "*S1*" in table.slash(group, by=cast.chair, where=cast.finance).text
    refused = table.slash(f"attend S1 {cast.analyst.mention}", by=cast.chair)
    assert refused.private
    assert "overlaps with N1 First round, 10:00 to 12:00 that day, for Anjali Mehta." in refused.text
    assert table.meetings()["S1"]["attendance"] == []
    asked = table.slash(f"attend S1 {cast.analyst.mention}, Joan Guest as technical anyway", by=cast.chair)
    assert "Anjali Mehta and Joan Guest are expected at *S1* Finance as technical." in asked.text
    assert "*N2*" not in table.slash(PLAN.replace("10:00", "09:00").replace("2h", "1h30"), by=cast.chair).text
    moved = table.slash("meeting move S1 to 11 dec at 10:30 because the room is taken", by=cast.chair)
    assert "for Anjali Mehta." in moved.text


def test_what_the_other_side_does_in_private_hinders_nobody_and_is_not_told(table: Parley) -> None:
    table.slash("meeting add premeet Our line on 11 dec at 10:00 for 2h", by=cast.lead, where=cast.ohp_caucus)
    reply = table.slash(PLAN, by=cast.chair)
    assert "*N1*" in reply.text
    assert "OHP" not in reply.text
    told = "N1 First round is now at the time of your own *OHP-P1* Our line"
    assert told in str(table.posted(cast.ohp_caucus))  # its own side is told
    table.slash("meeting move N1 to 14 dec because the board meets then", by=cast.chair)
    table.slash("meeting move N1 to 11 dec because it does not", by=cast.chair)
    assert len([message for message in table.posted(cast.ohp_caucus) if told in message["text"]]) == 2
    for room in (cast.joint, cast.ccg_caucus, cast.finance, cast.chair):
        assert "your own" not in str(table.posted(room))
    assert "overlaps with OHP-P1" in table.slash(PLAN.replace("First", "Another"), by=cast.lead).text


# -- series ---------------------------------------------------------------------------------------------


def test_a_sub_group_meets_every_fortnight_but_not_on_a_holiday(table: Parley) -> None:
    reply = table.slash(
        "meeting add subgroup Finance on fri at 14:00 for 1h every fortnight until 23 jan 2027",
        by=cast.scribe,
        where=cast.finance,
    )
    assert "Left out, for they are days off: Friday 25 December 2026 (Christmas Day)." in reply.text
    assert [meeting["starts_at"][:16] for meeting in table.meetings().values()] == [
        "2026-11-27T14:00",
        "2026-12-11T14:00",
        "2027-01-08T14:00",
        "2027-01-22T14:00",
    ]
    assert "*S4* Finance: Friday 22 January 2027, 14:00 to 15:00 (GMT)" in reply.text


def test_a_series_invites_to_one_meeting_at_a_time(table: Parley) -> None:
    table.slash("meeting add negotiation Round on fri at 14:00 for 1h every week 3 times", by=cast.chair)

    def invited() -> list[list[str]]:
        rooms = (cast.joint, cast.ccg_caucus)
        cards = [
            [m["text"] for m in table.posted(room) if m.get("blocks") and "*: " not in m["text"]] for room in rooms
        ]
        return [[text.split("*")[1] for text in texts if text.startswith("*")] for texts in cards]

    assert invited() == [["N1"], ["CCG-P1"]]
    assert len(table.meetings()) == 3
    table.later(days=1)  # Friday, 10:00
    assert invited() == [["N1"], ["CCG-P1"]]
    table.later(hours=5)  # the first is over
    assert invited() == [["N1", "N2"], ["CCG-P1", "CCG-P2"]]
    assert set(table.files()) == {"OXMH-N1-0.ics", "OXMH-N2-0.ics"}

    table.slash("meeting cancel N3 because two rounds will do", by=cast.chair)
    table.later(days=7)
    assert invited()[0] == ["N1", "N2"]
    assert "*N3* Round on Friday 11 December 2026" in str(table.posted())  # that it is cancelled is told all the same


def test_one_of_a_series_that_is_moved_forward_is_invited_to_in_time(table: Parley) -> None:
    table.slash("meeting add subgroup Data on fri at 14:00 for 1h every week 3 times", by=cast.scribe)
    table.slash("meeting move S3 to 2 dec at 9:00 because the data came early", by=cast.scribe)
    table.now = datetime(2026, 12, 1, 8, 59, tzinfo=UTC)
    refs = [m["text"].split("*")[1] for m in table.posted() if m.get("blocks")]
    assert refs == ["S1", "S2"]
    table.later(minutes=1)  # a day before
    assert "Wednesday 2 December 2026, 09:00" in table.card("S3")["text"]


def test_a_series_keeps_its_local_time_when_the_clocks_change(table: Parley) -> None:
    table.slash("meeting add subgroup Data on 24 mar 2027 at 09:30 for 1h every week 2 times", by=cast.scribe)
    assert [meeting["starts_at"] for meeting in table.meetings().values()] == [
        "2027-03-24T09:30:00+00:00",
        "2027-03-31T08:30:00+00:00",
    ]
    listed = table.slash("meetings", by=cast.observer).text
    assert "24 March 2027, 09:30 to 10:30 (GMT)" in listed
    assert "31 March 2027, 09:30 to 10:30 (BST)" in listed


@pytest.mark.parametrize(
    ("every", "why"),
    [
        ("week", "does not say when to stop"),
        ("0 weeks until 26 mar 2027", "no time at all"),
        ("week until 26 nov 2026", "left"),
        ("week until 25 nov 2026", "is past"),
        ("week 61 times", "between 2 and 60"),
        ("day until fri", "how often"),
        ("12 months 60 times", "The holidays of 20"),
    ],
)
def test_a_series_without_sense_is_refused(table: Parley, every: str, why: str) -> None:
    reply = table.slash(f"meeting add subgroup Finance on fri at 14:00 for 1h every {every}", by=cast.scribe)
    assert reply.private
    assert why in reply.text
    assert table.export()["meetings"] == []


def test_a_series_is_planned_whole_or_not_at_all(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    reply = table.slash("meeting add gateway Review on fri at 10:00 for 1h every week 4 times", by=cast.chair)
    assert "overlaps with N1" in reply.text
    assert list(table.meetings()) == ["N1"]


# -- moved and cancelled --------------------------------------------------------------------------------


def test_a_move_is_told_with_its_reason_and_stays_in_the_trail(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("meeting move N1 to 14 dec because the board meets then", by=cast.lead, where=cast.finance)
    (told,) = [message["text"] for message in table.posted() if "has moved" in message["text"]]
    assert (
        "OXMH: *N1* First round has moved from Friday 11 December 2026, 10:00 to 12:00 (GMT) "
        "to Monday 14 December 2026, 10:00 to 12:00 (GMT), because the board meets then (Daniel Kerr (OHP))."
    ) in told
    assert told.endswith("Subject to contract.")
    assert "Monday 14 December 2026" in table.card("N1")["text"]
    assert table.posted(cast.finance) == []  # it is told where people were invited
    _, moved = table.deeds("N1")
    assert (moved["deed"], moved["actor"], moved["reason"]) == (
        "meeting.moved",
        "Daniel Kerr (OHP)",
        "the board meets then",
    )
    assert (moved["before"], moved["after"]) == ("2026-12-11 10:00:00+00:00", "2026-12-14 10:00:00+00:00")


def test_a_cancelled_meeting_is_told_with_its_reason_and_stays_in_the_list(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.posted()
    reply = table.slash("meeting cancel n1 because the draft is not ready", by=cast.chair)
    assert "*N1* First round is cancelled, and its people are told." in reply.text
    (told,) = [message["text"] for message in table.posted() if "is cancelled" in message["text"]]
    assert "is cancelled, because the draft is not ready (Margaret Osei (CCG))." in told
    card = table.card("N1")
    assert "Cancelled because the draft is not ready" in card["text"]
    assert not [block for block in card["blocks"] if block["type"] == "actions"]
    assert "· cancelled" in table.slash("meetings", by=cast.observer).text
    assert "Cancelled because the draft is not ready" in table.slash("meeting N1", by=cast.observer).text
    assert (table.meetings()["N1"]["status"], table.meetings()["N1"]["reason"]) == (
        "cancelled",
        "the draft is not ready",
    )
    for typed in ("start N1", f"attend N1 {cast.lead.mention}", "agenda add N1 Payment", "meeting purpose N1 Payment"):
        refused = table.slash(typed, by=cast.chair)
        assert refused.private
        assert "cancelled" in refused.text
    assert (
        "is cancelled, so nothing can inform it"
        in table.slash("meeting add subgroup Finance on fri at 14:00 for 1h informs N1", by=cast.chair).text
    )


def test_what_cannot_be_moved_or_cancelled_says_why(meeting: Parley) -> None:
    meeting.slash("meeting add negotiation Second on 11 dec at 10:00 for 2h", by=cast.chair)
    meeting.slash("meeting add negotiation Third on 14 dec at 10:00 for 2h", by=cast.chair)
    for typed, by, why in (
        ("meeting move N2 to 15 dec at 10:00", cast.chair, "Say which, to when and why"),
        ("meeting move N2 to 15 dec at 10:00 because  ", cast.chair, "Say which, to when and why"),
        ("meeting move N9 to 15 dec at 10:00 because of it", cast.chair, "There is no meeting N9"),
        ("meeting move N1 to 15 dec at 10:00 because of it", cast.chair, "N1 has begun already, so it cannot be moved"),
        ("meeting move N2 to 11 dec at 10:00 because of it", cast.chair, "is planned for then already"),
        ("meeting move N2 to 25 dec at 10:00 because of it", cast.chair, "is a day off (Christmas Day)"),
        ("meeting move N2 to today at 09:00 because of it", cast.chair, "has passed"),
        ("meeting move N2 to 14 dec at 11:00 because of it", cast.chair, "overlaps with N3 Third"),
        ("meeting move N2 to 31/11 at 11:00 because of it", cast.chair, "does not exist"),
        ("meeting move N2 to 15 dec at 10:00 because of it", cast.observer, "You may not plan meetings"),
        ("meeting cancel N2", cast.chair, "Say which and why"),
        ("meeting cancel N1 because of it", cast.chair, "N1 has begun already, so it cannot be cancelled"),
        ("meeting cancel N2 because of it", cast.observer, "You may not plan meetings"),
    ):
        reply = meeting.slash(typed, by=by)
        assert reply.private, typed
        assert why in reply.text
    assert meeting.meetings()["N2"]["starts_at"] == "2026-12-11T10:00:00+00:00"
    assert "*N2*" in meeting.slash("meeting move N2 to 14 dec at 11:00 because of it anyway", by=cast.chair).text
    assert meeting.meetings()["N2"]["reason"] == "of it"


def test_a_meeting_after_the_one_it_informs_is_remarked_on(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    late = table.slash("meeting add subgroup Finance on 14 dec at 14:00 for 1h informs N1", by=cast.scribe)
    assert "It is held after N1, which it should inform. Move one of them." in late.text
    mended = table.slash("meeting move S1 to 9 dec because it was late", by=cast.scribe)
    assert "should inform" not in mended.text
    earlier = table.slash("meeting move N1 to 8 dec because the board meets then", by=cast.chair)
    assert "S1 is to inform it, and is now held after it. Move that too." in earlier.text
    worse = table.slash("meeting move S1 to 10 dec because of leave", by=cast.scribe)
    assert "It is now held after N1, which it should inform." in worse.text


# -- two negotiations -----------------------------------------------------------------------------------


def test_two_negotiations_with_shared_people_do_not_mix(table: Parley) -> None:
    for typed in (
        "new ELDER Older people's contract",
        "party add CCG Oxfordshire CCG as commissioner",
        "party add TRUST The trust as provider",
        f"member add {cast.chair.mention} to CCG as chair, lead",
        f"member add {cast.lead.mention} to TRUST as lead",
        "meeting add negotiation Elder round on 11 dec at 10:00 for 2h",
    ):
        table.slash(typed, by=cast.chair, where=cast.elsewhere)
    reply = table.slash(PLAN, by=cast.chair)
    assert "overlap" not in reply.text  # another negotiation's timetable is no business of this one
    table.slash("meeting move N1 to 14 dec at 10:00 because the board meets then", by=cast.chair, where=cast.elsewhere)
    table.presses("meeting.no", "ELDER N1", by=cast.lead, where=cast.elsewhere)
    assert table.meetings()["N1"]["starts_at"] == "2026-12-11T10:00:00+00:00"
    assert table.meetings()["N1"]["attendance"] == []
    elder = table.meetings(code="ELDER")["N1"]
    assert (elder["starts_at"], elder["attendance"][0]["status"]) == ("2026-12-14T10:00:00+00:00", "apologies")
    assert "Elder" not in str(table.posted()) + str(table.files())
    assert "First round" not in str(table.posted(cast.elsewhere)) + str(table.files(cast.elsewhere))
    assert "-P1" not in str(table.posted(cast.elsewhere))
    told = str(table.posted(cast.lead))
    assert "*TRUST-P1* Pre-meet for N1" in told  # TRUST has no caucus channel: its lead is asked
    assert "OHP-P1" not in told
    assert table.trail_faults() == []


def test_the_clock_is_the_tables_wherever_the_planner_sits(table: Parley) -> None:
    table.now = datetime(2027, 6, 30, 23, 30, tzinfo=UTC)  # half past midnight on 1 July, at the table
    reply = table.slash("meeting add legal Advice on today at 10:00 for 1h", by=cast.chair)
    assert "Thursday 1 July 2027, 10:00 to 11:00 (BST)" in reply.text
