"""The timetable from a member's seat: milestones, rules, moves, packs, the picture."""

import re
from datetime import date

import pytest

from bot.dates import full_date
from bot.exports import files
from tests import cast
from tests.harness import Parley


def shown(table: Parley) -> dict[str, dict[str, object]]:
    return {milestone["ref"]: milestone for milestone in table.export()["milestones"]}


def test_a_milestone_is_on_a_date_in_a_month_or_after_another(table: Parley) -> None:
    table.slash("milestone add Phase 1 market analysis on January 2013 kind analysis", by=cast.chair)
    table.slash(f"milestone add Invitations on 30 june 2014 owner {cast.scribe.mention}", by=cast.chair)
    reply = table.slash("milestone add Proposals due after M2 by 40 working days kind submission", by=cast.chair)

    # The answer shows its working: calendar, convention, holidays skipped (product rule 6).
    assert "Tuesday 26 August 2014" in reply.text
    assert "England and Wales" in reply.text
    assert "the day after is day 1" in reply.text
    assert "Monday 25 August 2014" in reply.text
    milestones = shown(table)
    assert (milestones["M1"]["date"], milestones["M1"]["month"]) == (None, "2013-01")
    assert milestones["M2"]["owner"] == "Tom Whitfield"
    assert milestones["M3"]["rule"] == {"after": "M2", "count": 40, "unit": "working days"}
    assert milestones["M3"]["date"] == "2014-08-26"


@pytest.mark.parametrize(
    ("anchor", "count", "expected"),
    [
        ("2014-06-30", 40, "2014-08-26"),
        ("2014-12-15", 40, "2015-02-12"),
        ("2026-12-18", 8, "2027-01-04"),
        ("2025-04-17", 8, "2025-05-01"),
        ("2025-05-01", 5, "2025-05-09"),
        ("2022-09-12", 10, "2022-09-27"),
    ],
)
def test_working_days_fall_as_the_rules_of_the_field_say(table: Parley, anchor: str, count: int, expected: str) -> None:
    table.slash(f"milestone add Start on {anchor}", by=cast.chair)
    table.slash(f"milestone add End after M1 by {count} working days", by=cast.chair)
    assert shown(table)["M2"]["date"] == expected


def test_moving_one_shows_what_moves_with_it_before_anything_moves(table: Parley) -> None:
    table.slash("milestone add Invitations on 30 june 2014", by=cast.chair)
    table.slash("milestone add Proposals due after M1 by 40 working days", by=cast.chair)
    table.slash("milestone add Board after M2 by 1 month", by=cast.chair)

    reply = table.slash("milestone move M1 to 21 july 2014 because the criteria came late", by=cast.chair)
    assert reply.private
    assert "Nothing has moved yet" in reply.text
    assert "Tuesday 26 August 2014 → Tuesday 16 September 2014" in reply.text
    assert shown(table)["M1"]["date"] == "2014-06-30"

    (button,) = [block for block in reply.blocks if block["type"] == "actions"]
    table.presses("milestone.move", button["elements"][0]["value"], by=cast.chair)
    milestones = shown(table)
    assert [milestones[ref]["date"] for ref in ("M1", "M2", "M3")] == ["2014-07-21", "2014-09-16", "2014-10-16"]
    assert [milestones[ref]["baseline"] for ref in ("M1", "M2", "M3")] == ["2014-06-30", "2014-08-26", "2014-09-26"]
    listed = table.slash("timetable", by=cast.observer).text
    assert "15 working days later than first planned" in listed
    moves = [entry for entry in table.export()["ledger"] if entry["deed"] == "milestone.moved"]
    assert [entry["ref"] for entry in moves] == ["M1", "M2", "M3"]
    assert all("the criteria came late" in entry["detail"] for entry in moves)
    assert table.trail_faults() == []


def test_the_founding_story_is_loaded_in_one_command_and_moved_by_three_weeks(table: Parley) -> None:
    loaded = table.slash("timetable load oxfordshire on 30 june 2014", by=cast.chair)
    assert "11 milestones, M1 to M11" in loaded.text
    before = shown(table)
    # Worked out by hand: 40 working days (25 August is a holiday), 15, 10, 20, then six and three months.
    assert [before[f"M{n}"]["date"] for n in range(5, 12)] == [
        "2014-06-30", "2014-08-26", "2014-09-16", "2014-09-30", "2014-10-28", "2015-04-28", "2015-07-28",
    ]  # fmt: skip
    assert [before[f"M{n}"]["month"] for n in range(1, 5)] == ["2013-01", "2013-11", "2014-01", "2014-02"]

    effect = table.slash("milestone move M5 to 21 july 2014 because the criteria came late", by=cast.chair)
    (button,) = [block for block in effect.blocks if block["type"] == "actions"]
    table.presses("milestone.move", button["elements"][0]["value"], by=cast.chair)

    after = shown(table)
    dates = ["2014-07-21", "2014-09-16", "2014-10-07", "2014-10-21", "2014-11-18", "2015-05-18", "2015-08-18"]
    assert [after[f"M{n}"]["date"] for n in range(5, 12)] == dates
    assert [after[f"M{n}"]["baseline"] for n in range(5, 12)] == [before[f"M{n}"]["date"] for n in range(5, 12)]
    listed = table.slash("timetable", by=cast.observer).text
    slips = dict(re.findall(r"\*(M\d+)\*.*?· (\d+) working days later than first planned", listed))
    assert slips == {"M5": "15", "M6": "15", "M7": "15", "M8": "15", "M9": "15", "M10": "13", "M11": "15"}
    moves = [entry for entry in table.export()["ledger"] if entry["deed"] == "milestone.moved"]
    assert [entry["ref"] for entry in moves] == [f"M{n}" for n in range(5, 12)]
    assert all("the criteria came late" in entry["detail"] for entry in moves)
    table.slash("timetable chart", by=cast.chair)
    (message,) = [message for message in table.posted() if message.get("files")]
    for ref, day in zip(range(5, 12), dates, strict=True):
        assert re.search(rf"\*M{ref}\*.*{full_date(date.fromisoformat(day))}", message["text"])


def test_a_stale_effect_moves_nothing(table: Parley) -> None:
    table.slash("milestone add Invitations on 30 june 2014", by=cast.chair)
    table.slash("milestone add Proposals due after M1 by 40 working days", by=cast.chair)
    reply = table.slash("milestone move M1 to 21 july 2014 because late", by=cast.chair)
    value = reply.blocks[-1]["elements"][0]["value"]
    table.slash("milestone add Another on 1 july 2014", by=cast.chair)
    table.presses("milestone.move", value, by=cast.chair)
    table.deliver()
    assert "The timetable has changed" in str(table.api.ephemerals[-1])
    assert shown(table)["M1"]["date"] == "2014-06-30"


@pytest.mark.parametrize(
    ("typed", "title", "month", "day"),
    [
        ("Go live in june 2027", "Go live", "2027-06", None),
        ("Go live IN 2027-06", "Go live", "2027-06", None),
        ("Report on beds in use in june 2027", "Report on beds in use", "2027-06", None),
        ("Training in wards on 3 may 2027", "Training in wards", None, "2027-05-03"),
        ("Review in june 2027 on 3 may 2027", "Review in june 2027", None, "2027-05-03"),
    ],
)
def test_a_month_may_be_said_with_in(table: Parley, typed: str, title: str, month: str | None, day: str | None) -> None:
    reply = table.slash(f"milestone add {typed} kind go-live", by=cast.chair)
    assert not reply.private, reply.text
    (row,) = table.export()["milestones"]
    assert (row["title"], row["month"], row["date"]) == (title, month, day)
    assert "Say when" in table.slash("milestone add Training in wards", by=cast.chair).text


def test_a_month_stays_a_month_and_what_hangs_on_it_waits(table: Parley) -> None:
    table.slash("timetable load oxfordshire", by=cast.chair)
    milestones = shown(table)
    assert milestones["M5"]["month"] == "2014-06"
    assert milestones["M6"]["date"] is None
    table.slash("milestone move M5 to 30 june 2014 because the invitations were issued", by=cast.chair)
    listed = table.slash("timetable", by=cast.chair).text
    assert "*M1* Phase 1 market analysis with option appraisal: January 2013" in listed
    assert "*M6* Written proposals due: 40 working days after M5" in listed


def test_done_counts_from_the_day_it_happened(table: Parley) -> None:
    table.slash("timetable load standstill on 18 dec 2025", by=cast.chair)
    table.slash("milestone done M1 on 19 dec 2025", by=cast.chair)
    milestones = shown(table)
    assert milestones["M1"]["done_on"] == "2025-12-19"
    assert milestones["M2"]["date"] == "2026-01-05"
    assert "cannot be moved" in table.slash("milestone move M1 to 1 jan 2026 because x", by=cast.chair).text


def test_the_standstill_ends_when_the_regulations_say(table: Parley) -> None:
    table.slash("timetable load standstill on 18 dec 2026", by=cast.chair)
    assert [shown(table)[ref]["date"] for ref in ("M2", "M3")] == ["2027-01-04", "2027-01-11"]


def test_the_chart_is_a_picture_with_its_words(table: Parley) -> None:
    table.slash("timetable load standstill on 18 dec 2026", by=cast.chair)
    table.slash("timetable chart", by=cast.observer)
    (message,) = [m for m in table.posted() if m.get("files")]
    assert message["files"][0]["name"].endswith(".png")
    assert "Monday 4 January 2027" in message["text"]
    assert table.api.file_content(message["files"][0]["id"]).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("milestone add", "Say when"),
        ("milestone add Board", "Say when"),
        ("milestone add Board on 30 february 2027", "does not exist: February 2027 has 28 days"),
        ("milestone add Board after M9 by 3 days", "There is no milestone M9"),
        ("milestone add Board after M1 by 0 days", "Zero is no distance"),
        ("milestone add Board on 12 dec 2026 kind party", "not a kind of milestone"),
        ("milestone add Board after M1 by 400 working days", "holidays of 2029 are not known"),
        ("milestone move M9 to 12 dec because x", "There is no milestone M9"),
        ("milestone move M1 to 12 dec", "why"),
        ("milestone done M1 on 1 jan 2027", "still to come"),
        ("timetable load nothing", "The packs are"),
        ("timetable load standstill", "counts from a date"),
        ("timetable please", "Type `/parley timetable`"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(table: Parley, typed: str, told: str) -> None:
    table.slash("milestone add Invitations on 1 june 2028", by=cast.chair)
    reply = table.slash(typed, by=cast.chair)
    assert reply.private
    assert told in reply.shown


def test_an_observer_reads_the_timetable_and_plans_nothing(table: Parley) -> None:
    assert "you may not plan" in table.slash("milestone add Board on 12 dec 2026", by=cast.observer).text.casefold()
    assert "is empty" in table.slash("timetable", by=cast.observer).text


def test_every_date_is_one_that_the_export_can_read(table: Parley) -> None:
    table.slash("timetable load nhs-round on 1 april 2027", by=cast.chair)
    for milestone in shown(table).values():
        assert date.fromisoformat(str(milestone["date"])) <= date(2027, 4, 1)


def test_it_is_shown_beyond_the_years_whose_holidays_are_known(table: Parley) -> None:
    table.slash("milestone add Decision on 30 sep 2029 kind extension decision", by=cast.chair)
    assert "*M1* Decision: Sunday 30 September 2029" in table.slash("timetable", by=cast.lead).text
    table.slash("milestone move M1 to 1 oct 2029 because the board meets then", by=cast.chair)
    shown = table.slash("timetable", by=cast.lead).text
    assert "Monday 1 October 2029 · 1 calendar day later than first planned" in shown
    table.slash("timetable chart", by=cast.lead)
    table.deliver()
    assert len(table.posted()[-1]["files"]) == 1


def test_what_follows_moves_too_when_that_is_typed(table: Parley) -> None:
    table.slash("milestone add Invitations on 30 june 2014", by=cast.chair)
    table.slash("milestone add Proposals due after M1 by 40 working days", by=cast.chair)
    shown_first = table.slash("milestone move M1 to 21 july 2014 because the criteria came late", by=cast.chair)
    assert "milestone move M1 and what follows to" in shown_first.shown
    typed = "milestone move m1 and what follows to 21 july 2014 because the criteria came late"
    assert "*M1* has moved" in table.slash(typed, by=cast.chair).text
    assert [shown(table)[ref]["date"] for ref in ("M1", "M2")] == ["2014-07-21", "2014-09-16"]
    assert "*M2* has moved" in table.slash(typed.replace("m1", "M2").replace("21", "22"), by=cast.chair).text
    assert table.trail_faults() == []


def test_what_was_done_in_a_month_stays_a_month_until_its_day_is_known(table: Parley) -> None:
    table.slash("timetable load oxfordshire", by=cast.chair)
    reply = table.slash("milestone done M1 on jan 2013", by=cast.chair)
    assert reply.text.endswith("was done in January 2013.")
    assert (shown(table)["M1"]["done_on"], shown(table)["M1"]["status"]) == ("2013-01", "done")
    table.slash("milestone done M2 in december 2013", by=cast.chair)
    listed = table.slash("timetable", by=cast.chair).text
    assert "done in January 2013\n" in listed
    assert "done in December 2013 · later than first planned, November 2013" in listed
    with table.deps.db.snapshot() as session:
        assert "| January 2013 | January 2013 |" in files.dossier_paper(session, "OXMH", None, "md").content.decode()
    for typed, told in (
        ("milestone done M1 on jan 2013", "M1 was done in January 2013 already. If you know the day in that month"),
        ("milestone done M1 on 1 feb 2013", "done in January 2013 already"),
        ("milestone done M3 on december 2026", "December 2026 is still to come"),
        ("milestone move M1 to 1 feb 2013 because x", "was done in January 2013, so it cannot be moved"),
    ):
        assert told in table.slash(typed, by=cast.chair).text
    table.slash("timetable chart", by=cast.chair)
    table.deliver()
    table.slash("milestone done M1 on 17 jan 2013", by=cast.chair)
    assert shown(table)["M1"]["done_on"] == "2013-01-17"
    assert "already" in table.slash("milestone done M1 on jan 2013", by=cast.chair).text
    assert table.trail_faults() == []


def test_what_hangs_on_a_month_in_which_something_was_done_has_its_day_only_while_that_is_known(table: Parley) -> None:
    table.slash("timetable load standstill on 18 dec 2025", by=cast.chair)
    table.slash("milestone done M1 on dec 2025", by=cast.chair)
    assert shown(table)["M2"]["date"] == "2026-01-02"
    table.slash("milestone add Invitation on 18 dec 2025", by=cast.chair)
    table.slash("milestone add Proposals after M4 by 40 working days", by=cast.chair)
    moved = table.slash("milestone done M4 on jan 2026", by=cast.chair).text
    assert "*M5* Proposals: " in moved
    assert moved.endswith("→ 40 working days after M4")
    assert shown(table)["M5"]["date"] is None
