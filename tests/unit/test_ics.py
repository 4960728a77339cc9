"""Calendar files: what other programs read in them. `ical` reads the events, `dateutil` the time zones."""

import re
import subprocess
import sys
import unicodedata
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from dateutil.tz import tzical
from hypothesis import given, settings
from hypothesis import strategies as st
from ical.calendar_stream import IcsCalendarStream

from bot.ics import Event, feed, invitation

LONDON = ZoneInfo("Europe/London")
CHANGED_AT = datetime(2026, 6, 1, 8, 30, tzinfo=UTC)
MEETING = Event(
    uid="meeting-17@parley.invalid",
    title="Prices, round 2",
    starts=datetime(2026, 7, 1, 9, tzinfo=UTC),
    ends=datetime(2026, 7, 1, 11, 30, tzinfo=UTC),
    changed_at=CHANGED_AT,
    sequence=3,
    place="Room 4; upstairs",
    description="Agenda:\n1. Prices",
)
DEADLINE = Event("milestone-4@parley.invalid", "Sign", date(2026, 12, 31), date(2026, 12, 31), CHANGED_AT)

# The last of each kind: yearly rules, rules that no nth weekday fits, no rules at all, half-hour steps.
ZONES = [
    "Europe/London", "Europe/Berlin", "Europe/Dublin", "America/New_York", "Australia/Lord_Howe",
    "Asia/Jerusalem", "America/Nuuk", "Africa/Casablanca", "Asia/Dubai", "Asia/Kolkata", "Etc/UTC", "UTC",
]  # fmt: skip


def read(file):
    return IcsCalendarStream.calendar_from_ics(file)


def read_event(file):
    [event] = read(file).events
    return event


def lines(file):
    """The lines of the file, unfolded."""
    return file.replace("\r\n ", "").split("\r\n")[:-1]


def names(file):
    return [re.split("[:;]", line)[0] for line in lines(file)]


def span(starts, ends):
    return replace(MEETING, starts=datetime.fromisoformat(starts), ends=datetime.fromisoformat(ends))


def as_the_file_says(local, file, zone):
    """The instant meant by a time in the file, by nothing but the file's own VTIMEZONE."""
    if local.tzinfo == UTC:
        return local
    return local.replace(tzinfo=tzical(StringIO(file)).get(zone.key)).astimezone(UTC)


def test_another_program_reads_the_meeting_that_was_written():
    file = invitation(MEETING, LONDON)
    event = read_event(file)
    assert (event.uid, event.summary, event.location) == (MEETING.uid, MEETING.title, MEETING.place)
    assert (event.description, event.sequence, event.status) == (MEETING.description, 3, "CONFIRMED")
    assert (event.dtstart, event.dtend) == (MEETING.starts, MEETING.ends)
    assert event.dtstamp == event.last_modified == CHANGED_AT
    assert (event.organizer.common_name, str(event.organizer.uri)) == ("Parley", "mailto:parley@parley.invalid")
    assert event.transparency == "OPAQUE"
    assert not event.attendees
    assert not event.alarm
    calendar = read(file)
    assert (calendar.method, calendar.version, calendar.calscale) == ("PUBLISH", "2.0", "GREGORIAN")
    assert calendar.prodid == "-//Parley//Parley//EN"


def test_a_cancelled_meeting_takes_itself_out_by_the_same_uid():
    cancelled = replace(MEETING, cancelled=True, sequence=4)
    file = invitation(cancelled, LONDON)
    event = read_event(file)
    assert read(file).method == "CANCEL"
    assert (event.uid, event.status, event.sequence) == (MEETING.uid, "CANCELLED", 4)
    assert event.transparency == "TRANSPARENT"
    assert event.dtstart == MEETING.starts
    in_feed = feed("All", [cancelled], LONDON)
    assert (read(in_feed).method, read_event(in_feed).status) == ("PUBLISH", "CANCELLED")


@pytest.mark.parametrize(
    ("zone", "starts", "ends", "written"),
    [
        ("Europe/London", "2026-01-15T10:00Z", "2026-01-15T12:00Z", ";TZID=Europe/London:20260115T100000"),
        ("Europe/London", "2026-07-15T09:00Z", "2026-07-15T12:00Z", ";TZID=Europe/London:20260715T100000"),
        ("Europe/London", "2026-03-28T23:00Z", "2026-03-29T01:00Z", ";TZID=Europe/London:20260328T230000"),
        ("Europe/London", "2026-03-29T01:00Z", "2026-03-29T01:30Z", ";TZID=Europe/London:20260329T020000"),
        ("Europe/London", "2026-10-24T23:00Z", "2026-10-25T02:00Z", ";TZID=Europe/London:20261025T000000"),
        ("Europe/London", "2026-10-25T00:30Z", "2026-10-25T02:00Z", ";TZID=Europe/London:20261025T013000"),
        ("Europe/London", "2026-10-25T01:30Z", "2026-10-25T02:00Z", ":20261025T013000Z"),  # shown a second time
        ("Europe/London", "2026-10-25T00:30Z", "2026-10-25T01:30Z", ":20261025T003000Z"),
        ("Europe/London", "2026-07-15T11:00+02:00", "2026-07-15T12:00Z", ";TZID=Europe/London:20260715T100000"),
        ("Europe/Berlin", "2026-07-15T09:00Z", "2026-07-15T12:00Z", ";TZID=Europe/Berlin:20260715T110000"),
        ("Europe/Berlin", "2026-12-31T23:00Z", "2027-01-01T01:00Z", ";TZID=Europe/Berlin:20270101T000000"),
        ("America/New_York", "2026-03-08T07:00Z", "2026-03-08T08:00Z", ";TZID=America/New_York:20260308T030000"),
        ("Asia/Dubai", "2026-07-15T09:00Z", "2026-07-15T12:00Z", ";TZID=Asia/Dubai:20260715T130000"),
        ("UTC", "2026-07-15T09:00Z", "2026-07-15T12:00Z", ":20260715T090000Z"),
    ],
)
def test_a_meeting_keeps_its_instants_in_the_local_time_of_the_negotiation(zone, starts, ends, written):
    meeting = span(starts, ends)
    file = invitation(meeting, ZoneInfo(zone))
    event = read_event(file)
    assert f"DTSTART{written}" in lines(file)
    assert event.dtstart.astimezone(UTC) == meeting.starts.astimezone(UTC)
    assert event.dtend.astimezone(UTC) == meeting.ends.astimezone(UTC)
    assert as_the_file_says(event.dtstart, file, ZoneInfo(zone)) == meeting.starts
    assert as_the_file_says(event.dtend, file, ZoneInfo(zone)) == meeting.ends


@pytest.mark.parametrize("name", ZONES)
def test_the_time_zone_in_the_file_is_right_in_every_hour_of_the_year(name):
    zone = ZoneInfo(name)
    file = feed("All", [span("2026-01-01T00:00Z", "2026-01-01T01:00Z"), MEETING], zone)
    if name == "UTC":
        assert "VTIMEZONE" not in file
        return
    told = tzical(StringIO(file)).get(name)
    hours = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n) for n in range(365 * 24)]
    locals_ = [local for hour in hours if not (local := hour.astimezone(zone)).fold]
    wrong = [local for local in locals_ if local.replace(tzinfo=told).utcoffset() != local.utcoffset()]
    assert wrong == []


@pytest.mark.parametrize(
    ("zone", "rules"),
    [
        ("Europe/London", ["FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"]),
        ("Europe/Berlin", ["FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10"]),
        ("America/New_York", ["FREQ=YEARLY;BYDAY=2SU;BYMONTH=3", "FREQ=YEARLY;BYDAY=1SU;BYMONTH=11"]),
        ("Africa/Casablanca", []),  # follows the moon: dates, which Outlook cannot read, are all there is
        ("Asia/Dubai", []),
    ],
)
def test_outlook_is_given_yearly_rules_wherever_a_zone_has_them(zone, rules):
    found = lines(invitation(MEETING, ZoneInfo(zone)))
    assert [line.removeprefix("RRULE:") for line in found if line.startswith("RRULE")] == rules


@pytest.mark.parametrize("year", range(2015, 2030))
def test_the_rule_is_the_last_sunday_in_years_when_that_is_the_fourth_too(year):
    found = lines(invitation(span(f"{year}-07-01T09:00Z", f"{year}-07-01T10:00Z"), LONDON))
    assert sum(line.startswith("RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=") for line in found) == 2


def test_a_zone_that_stopped_changing_its_clocks_is_right_before_and_after():
    moscow = ZoneInfo("Europe/Moscow")  # for good an hour back on 26 October 2014
    meetings = [span(f"{day}T09:00Z", f"{day}T10:00Z") for day in ("2014-10-24", "2014-10-28", "2031-07-01")]
    file = feed("All", meetings, moscow)
    events = read(file).events
    assert [event.dtstart.hour for event in events] == [13, 12, 12]
    assert [as_the_file_says(event.dtstart, file, moscow) for event in events] == [m.starts for m in meetings]


@pytest.mark.parametrize(
    ("last_day", "written"),
    [(date(2026, 12, 31), "20270101"), (date(2027, 1, 2), "20270103"), (date(2026, 12, 1), "20270101")],
)
def test_a_deadline_takes_whole_days_and_nobodys_time(last_day, written):
    file = invitation(replace(DEADLINE, ends=last_day), LONDON)
    assert "DTSTART;VALUE=DATE:20261231" in lines(file)
    assert f"DTEND;VALUE=DATE:{written}" in lines(file)
    assert "VTIMEZONE" not in file
    event = read_event(file)
    assert (event.dtstart, event.transparency) == (date(2026, 12, 31), "TRANSPARENT")
    assert not isinstance(event.dtstart, datetime)


def test_a_meeting_without_length_has_a_start_and_no_end():
    file = invitation(replace(MEETING, ends=MEETING.starts), LONDON)
    assert not any(line.startswith("DTEND") for line in lines(file))
    assert read_event(file).dtstart == MEETING.starts


def test_a_meeting_may_end_earlier_by_the_clock_than_it_starts():
    starts = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON)
    event = read_event(invitation(replace(MEETING, starts=starts, ends=starts.replace(minute=15, fold=1)), LONDON))
    assert event.dtend - event.dtstart == timedelta(minutes=45)


def test_a_feed_holds_everything_in_the_order_given_under_its_name():
    file = feed("Cardiology, 2027", [DEADLINE, MEETING], LONDON)
    calendar = read(file)
    assert [event.uid for event in calendar.events] == [DEADLINE.uid, MEETING.uid]
    assert (calendar.name, calendar.method) == (["Cardiology, 2027"], "PUBLISH")
    assert r"X-WR-CALNAME:Cardiology\, 2027" in lines(file)
    assert calendar.x_wr_timezone == "Europe/London"
    assert names(file).count("TZID") == 1


def test_an_empty_feed_is_still_a_calendar():
    assert read(feed("Nothing yet", [], LONDON)).events == []


def test_the_same_event_gives_the_same_bytes_and_a_later_one_the_same_uid():
    again = replace(MEETING, changed_at=CHANGED_AT.astimezone(ZoneInfo("Asia/Dubai")))
    assert invitation(again, LONDON) == invitation(MEETING, ZoneInfo("Europe/London"))
    assert feed("All", [MEETING, DEADLINE], LONDON) == feed("All", (again, DEADLINE), LONDON)
    moved = replace(MEETING, starts=MEETING.starts + timedelta(days=1), ends=MEETING.ends + timedelta(days=1))
    assert read_event(invitation(replace(moved, sequence=4), LONDON)).uid == MEETING.uid


def test_what_is_not_said_is_left_out():
    left_out = {"LOCATION", "DESCRIPTION"}
    bare = replace(MEETING, title="", place="", description="")
    assert left_out.isdisjoint(names(invitation(bare, LONDON)))
    assert "SUMMARY:" in lines(invitation(bare, LONDON))


HOSTILE = [
    "Lunch\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR",
    "Lunch\nATTENDEE:mailto:everybody@example.com",
    "Lunch\r ATTACH:https://example.com",
    "Lunch\x85LOCATION:x\u2028LOCATION:y\u2029LOCATION:z\x0bLOCATION:v\x0cLOCATION:w\x1eLOCATION:u",
    r"C:\New\name, a;b, \N \n \\n \; \, \\",
    '"quoted":;TZID="x"^n',
    "👩‍👩‍👧‍👦🏴󠁧󠁢󠁷󠁬󠁳󠁿" * 40,
    "‏اجتماع 5\u202e حول الأسعار\u202c",
    "x" * 10_000,
    "é" * 10_000,
    " ,;\\\n" * 2_000,
    "nul\x00bell\x07escape\x1b[31mdelete\x7fc1\x9b tab\there",
    "half \ud83d a pair \udc00",
    "\x00",
    "  spaces at both ends  ",
    "\ufeffmark",
]


def as_text(typed):
    """What must survive: everything but control characters, halves of surrogate pairs and byte order marks."""
    ended = re.sub("\r\n|\r|\u2028|\u2029", "\n", typed)
    return "".join(c for c in ended if c in "\n\t" or (c != "\ufeff" and unicodedata.category(c) not in ("Cc", "Cs")))


def check_safe(typed):
    """The words are read back by another program, and the file has the lines it always has."""
    event = replace(MEETING, title=typed, place=typed + ".", description="." + typed)
    for file in (invitation(event, LONDON), feed(typed, [event], LONDON)):
        plain = replace(MEETING, title="Plain")
        expected = names(feed("Plain", [plain], LONDON) if "X-WR-CALNAME" in file else invitation(plain, LONDON))
        assert names(file) == expected
        assert file.endswith("\r\n")
        assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]|\r(?!\n)|(?<!\r)\n", file)
        folded = file.encode().split(b"\r\n")
        assert max(map(len, folded)) <= 75
        assert all(line.decode() for line in folded[:-1])  # no character is cut in two
        found = read_event(file)
        assert found.summary == as_text(typed)
        assert found.location == as_text(typed + ".")
        assert found.description == as_text("." + typed)


@pytest.mark.parametrize("typed", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_stay_words(typed):
    check_safe(typed)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.sampled_from(["\r", "\n", "\\", "N", ",", ";", ":", " ", "BEGIN:VALARM", "é"]) | st.text()).map("".join)
)
def test_any_words_at_all_stay_words(typed):
    check_safe(typed)


@settings(max_examples=80, deadline=None)
@given(
    starts=st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    minutes=st.integers(1, 3 * 24 * 60),
    zone=st.sampled_from(ZONES).map(ZoneInfo),
)
def test_any_meeting_keeps_its_instants(starts, minutes, zone):
    starts = starts.replace(microsecond=0)
    meeting = replace(MEETING, starts=starts, ends=starts + timedelta(minutes=minutes))
    file = invitation(meeting, zone)
    event = read_event(file)
    for written, meant in ((event.dtstart, meeting.starts), (event.dtend, meeting.ends)):
        assert written.astimezone(UTC) == as_the_file_says(written, file, zone) == meant


def test_importing_does_not_load_the_library():
    program = "import sys, bot.ics; sys.exit('icalendar' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
