"""Meetings and deadlines in people's own calendars: beside each invitation, and as one file."""

from datetime import UTC, date, datetime
from typing import Any

from ical.calendar import Calendar
from ical.calendar_stream import IcsCalendarStream
from ical.event import Event

from bot.exports import files
from tests import cast
from tests.cast import Person
from tests.harness import Parley

PLAN = "meeting add negotiation First round on 11 dec at 10:00 for 2h place Town Hall"


def read(file: str) -> Calendar:
    return IcsCalendarStream.calendar_from_ics(file)


def event(file: str) -> Event:
    (only,) = read(file).events
    return only


def instant(local: Any) -> datetime:
    """The instant that an event's time means."""
    assert isinstance(local, datetime)
    return local.astimezone(UTC)


def feed(parley: Parley, party: str | None = None, code: str = "OXMH") -> dict[str, Event]:
    """The one file for all, as the command line prints it, by title."""
    with parley.deps.db.snapshot() as session:
        return {str(entry.summary): entry for entry in read(files.calendar_text(session, code, party)).events}


def sent(parley: Parley, person: Person) -> dict[str, Event]:
    """The calendar that came in the person's direct messages last."""
    *_, newest = [text for name, text in parley.files(person).items() if name.endswith(".ics")]
    return {str(entry.summary): entry for entry in read(newest).events}


# -- beside the invitation ------------------------------------------------------------------------------


def test_beside_the_invitation_there_is_a_file_for_ones_calendar(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("meeting purpose N1 Settle the share at risk", by=cast.chair)
    table.slash("agenda add N1 Payment", by=cast.chair)
    file = table.files()["OXMH-N1-0.ics"]
    assert "METHOD:PUBLISH" in file
    entry = event(file)
    assert (entry.summary, entry.location, entry.status, entry.sequence) == (
        "OXMH N1: First round",
        "Town Hall",
        "CONFIRMED",
        0,
    )
    assert (instant(entry.dtstart), instant(entry.dtend)) == (
        datetime(2026, 12, 11, 10, tzinfo=UTC),
        datetime(2026, 12, 11, 12, tzinfo=UTC),
    )
    assert "Subject to contract" in (entry.description or "")
    assert "Purpose: Settle the share at risk\n1. Payment" in (entry.description or "")


def test_a_move_sends_the_same_entry_again_with_its_sequence_raised(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    before = event(table.files()["OXMH-N1-0.ics"])
    table.later(hours=1)
    table.slash("meeting move N1 to 1 july 2027 at 14:00 because the board meets then", by=cast.chair)
    file = table.files()["OXMH-N1-1.ics"]
    after = event(file)
    assert "METHOD:PUBLISH" in file
    assert (after.uid, after.sequence) == (before.uid, 1)
    assert instant(after.dtstart) == datetime(2027, 7, 1, 13, tzinfo=UTC)  # two o'clock in summer
    assert after.dtstamp > before.dtstamp
    table.slash("meeting move N1 to 2 july 2027 because of leave", by=cast.chair)
    again = event(table.files()["OXMH-N1-2.ics"])
    assert (again.uid, again.sequence) == (before.uid, 2)
    assert instant(again.dtstart) == datetime(2027, 7, 2, 13, tzinfo=UTC)


def test_a_cancelled_meeting_is_taken_out_of_calendars_again(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    before = event(table.files()["OXMH-N1-0.ics"])
    table.slash("meeting cancel N1 because the draft is not ready", by=cast.chair)
    file = table.files()["OXMH-N1-1.ics"]
    assert "METHOD:CANCEL" in file
    after = event(file)
    assert (after.uid, after.sequence, after.status) == (before.uid, 1, "CANCELLED")
    for party, room in (("CCG", cast.ccg_caucus), ("OHP", cast.ohp_caucus)):
        assert "METHOD:CANCEL" in table.files(room)[f"OXMH-{party}-P1-1.ics"]


def test_a_meeting_that_moves_before_its_file_is_sent_sends_only_the_newer_one(table: Parley) -> None:
    table.slash(PLAN, by=cast.chair)
    table.slash("meeting move N1 to 14 dec because the board meets then", by=cast.chair)
    assert list(table.files()) == ["OXMH-N1-1.ics"]
    assert len([m for m in table.posted() if "Monday 14 December 2026" in m["text"]]) == 2  # the card and the news


def test_the_names_of_entries_do_not_count_what_the_other_side_keeps_to_itself(parley: Parley) -> None:
    """Entries of the same meetings have the same names, however much another party plans in between."""
    parley.set_up()
    parley.slash(PLAN, by=cast.chair)
    for day in ("1 dec", "2 dec", "3 dec"):
        parley.slash(f"meeting add premeet Ours on {day} at 10:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    parley.slash(PLAN.replace("11 dec", "18 dec"), by=cast.chair)
    uids = {title: entry.uid for title, entry in feed(parley, "CCG").items()}
    assert {title.partition(":")[0]: uid for title, uid in uids.items()} == {
        f"OXMH {ref}": f"{parley.api.team_id}-oxmh-{ref}@parley.invalid".casefold()
        for ref in ("N1", "N2", "CCG-P1", "CCG-P2")
    }


# -- one file for all -----------------------------------------------------------------------------------


def fill(parley: Parley) -> None:
    """Meetings, a milestone and actions of both sides, shared and private."""
    parley.slash(PLAN, by=cast.chair)
    parley.slash("milestone add Proposals due on 14 dec 2026", by=cast.chair)
    parley.slash("milestone add Some day on jan 2027", by=cast.chair)
    parley.slash(f"action Send the figures {cast.lead.mention} by 4 dec", by=cast.chair)
    parley.slash(f"action Draft the clause {cast.scribe.mention} by 7 dec", by=cast.chair)
    parley.slash(f"action Find our floor {cast.scribe.mention} by 8 dec", by=cast.chair, where=cast.ccg_caucus)
    parley.slash(f"action Ask the bank {cast.negotiator.mention} by 9 dec", by=cast.lead, where=cast.ohp_caucus)


SHARED = {
    "OXMH N1: First round",
    "OXMH M1: Proposals due",
    "OXMH A1 due: Send the figures",
    "OXMH A2 due: Draft the clause",
}


def test_without_a_party_the_file_holds_nothing_private(table: Parley) -> None:
    fill(table)
    assert set(feed(table)) == SHARED
    assert set(feed(table, "CCG")) == SHARED | {"OXMH CCG-P1: Pre-meet for N1", "OXMH CCG-A1 due: Find our floor"}
    assert set(feed(table, "OHP")) == SHARED | {"OXMH OHP-P1: Pre-meet for N1", "OXMH OHP-A1 due: Ask the bank"}


def test_deadlines_are_whole_days_and_meetings_are_instants(table: Parley) -> None:
    fill(table)
    entries = feed(table)
    due = entries["OXMH A1 due: Send the figures"]
    assert (due.dtstart, due.dtend) == (date(2026, 12, 4), date(2026, 12, 5))
    assert entries["OXMH M1: Proposals due"].dtstart == date(2026, 12, 14)
    assert instant(entries["OXMH N1: First round"].dtstart) == datetime(2026, 12, 11, 10, tzinfo=UTC)


def test_what_moved_is_moved_in_the_file_and_what_is_done_leaves_it(table: Parley) -> None:
    fill(table)
    before = feed(table)["OXMH N1: First round"]
    table.slash("meeting move N1 to 15 dec because the board meets then", by=cast.chair)
    table.slash("done A1", by=cast.lead)
    table.slash("extend A2 to 11 dec because the model is late", by=cast.scribe)
    table.slash("milestone done M1 on 25 nov 2026", by=cast.chair)
    entries = feed(table)
    after = entries["OXMH N1: First round"]
    assert (after.uid, after.sequence, after.status) == (before.uid, 1, "CONFIRMED")
    assert instant(after.dtstart) == datetime(2026, 12, 15, 10, tzinfo=UTC)
    assert "OXMH A1 due: Send the figures" not in entries
    extended = entries["OXMH A2 due: Draft the clause"]
    assert (extended.dtstart, extended.sequence) == (date(2026, 12, 11), 1)
    assert entries["OXMH M1: Proposals due (done)"].dtstart == date(2026, 11, 25)
    table.slash("meeting cancel N1 because the draft is not ready", by=cast.chair)
    gone = feed(table)["OXMH N1: First round"]  # still there, or calendars would keep it as it was
    assert (gone.uid, gone.sequence, gone.status, gone.transparency) == (before.uid, 2, "CANCELLED", "TRANSPARENT")


def test_somebody_who_asks_gets_their_own_calendar_in_a_direct_message(table: Parley) -> None:
    fill(table)
    reply = table.slash("export ICS", by=cast.scribe)
    assert reply.private
    assert "comes to you in a direct message" in reply.text
    assert set(sent(table, cast.scribe)) == {
        "OXMH N1: First round",
        "OXMH CCG-P1: Pre-meet for N1",
        "OXMH M1: Proposals due",
        "OXMH A2 due: Draft the clause",
        "OXMH CCG-A1 due: Find our floor",
    }
    assert [name for name in table.files() if not name.startswith("OXMH-N1-")] == []
    table.slash("export ics", by=cast.observer)
    assert set(sent(table, cast.observer)) == {
        "OXMH N1: First round",
        "OXMH OHP-P1: Pre-meet for N1",
        "OXMH M1: Proposals due",
    }


def test_the_record_comes_as_json_with_ones_own_private_part(table: Parley) -> None:
    fill(table)
    for typed in ("export", "export json"):
        assert "The record of OXMH comes to you" in table.slash(typed, by=cast.chair).text
        table.later(minutes=1)
    first, second = [text for name, text in table.files(cast.chair).items() if name.endswith(".json")]
    assert "Find our floor" in first
    assert "Ask the bank" not in first + second
    assert "with what is private to Oxfordshire Clinical Commissioning Group" in str(table.posted(cast.chair))
    refused = table.slash("export odt", by=cast.chair)
    assert refused.private
    assert "cannot be had as odt. Type `/parley export`" in refused.text


def test_an_administrator_without_a_seat_gets_what_is_shared_and_a_stranger_nothing(table: Parley) -> None:
    fill(table)
    table.slash("new ELDER Older people's contract", by=cast.stranger, where=cast.elsewhere)
    table.slash("meeting add legal Advice on 11 dec at 10:00 for 1h", by=cast.stranger, where=cast.elsewhere)
    table.slash("export ics", by=cast.stranger, where=cast.elsewhere)
    assert set(sent(table, cast.stranger)) == {"ELDER L1: Advice"}
    refused = table.slash("OXMH export ics", by=cast.stranger, where=cast.elsewhere)
    assert "That is not something Parley knows" in refused.text
    assert set(feed(table)) == SHARED
