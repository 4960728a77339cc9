"""When a brief is due, what comes first in it, and what it says has changed."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.briefs import rules
from bot.lead_times import USUAL, LeadTimes
from bot.workdays import calendar
from storage.tables import ClauseStatus

LONDON = ZoneInfo("Europe/London")
ENGLAND = calendar("England and Wales")
MONDAY_TEN = datetime(2026, 12, 14, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_at", "premeets", "times", "expected"),
    [
        # A pre-meet says when; the first of several.
        (MONDAY_TEN, [datetime(2026, 12, 10, 12, 0, tzinfo=UTC)], USUAL, datetime(2026, 12, 10, 12, 0, tzinfo=UTC)),
        (
            MONDAY_TEN,
            [datetime(2026, 12, 11, 9, 0, tzinfo=UTC), datetime(2026, 12, 10, 12, 0, tzinfo=UTC)],
            LeadTimes(briefs=3),
            datetime(2026, 12, 10, 12, 0, tzinfo=UTC),
        ),
        # Without one: the working day before, at the hour of the day's words; Friday before a Monday.
        (MONDAY_TEN, [], USUAL, datetime(2026, 12, 11, 9, 0, tzinfo=UTC)),
        (MONDAY_TEN, [], LeadTimes(briefs=2, daily=time(16, 30)), datetime(2026, 12, 10, 16, 30, tzinfo=UTC)),
        # In summer nine o'clock is eight in UTC; 29 May 2027 is before a bank holiday Monday.
        (datetime(2027, 6, 1, 9, 0, tzinfo=UTC), [], USUAL, datetime(2027, 5, 28, 8, 0, tzinfo=UTC)),
        # The local day counts: one minute past midnight in London is the day before in UTC.
        (datetime(2027, 6, 2, 23, 1, tzinfo=UTC), [], USUAL, datetime(2027, 6, 2, 8, 0, tzinfo=UTC)),
        (MONDAY_TEN, [], LeadTimes(briefs=None), None),
        (MONDAY_TEN, [datetime(2026, 12, 10, 12, 0, tzinfo=UTC)], LeadTimes(briefs=None), None),
    ],
)
def test_when_a_brief_is_due(
    starts_at: datetime, premeets: list[datetime], times: LeadTimes, expected: datetime | None
) -> None:
    assert rules.due_from(starts_at, premeets, times, ENGLAND, LONDON) == expected


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 12, 11, 9, 0, tzinfo=UTC), True),
        (datetime(2026, 12, 11, 17, 59, tzinfo=UTC), True),
        (datetime(2026, 12, 11, 18, 0, tzinfo=UTC), False),  # quiet hours
        (datetime(2026, 12, 12, 9, 0, tzinfo=UTC), False),  # a Saturday
        (datetime(2026, 12, 25, 9, 0, tzinfo=UTC), False),  # Christmas
    ],
)
def test_a_brief_keeps_the_hours_of_reminders(now: datetime, expected: bool) -> None:
    assert rules.may_speak(now, USUAL, ENGLAND, LONDON) is expected


@pytest.mark.parametrize(
    ("now", "starts_at", "quiet", "expected"),
    [
        ((11, 9), (14, 10), (time(18), time(8)), (11, 18)),
        ((11, 9), (11, 11), (time(18), time(8)), (11, 11)),  # never after the meeting has begun
        ((11, 9), (14, 10), (time(0), time(0)), (12, 0)),  # no quiet hours: until midnight
        ((11, 23), (14, 10), (time(2), time(6)), (12, 0)),
    ],
)
def test_until_when_it_may_be_said(
    now: tuple[int, int], starts_at: tuple[int, int], quiet: tuple[time, time], expected: tuple[int, int]
) -> None:
    def at(when: tuple[int, int]) -> datetime:
        return datetime(2026, 12, *when, tzinfo=UTC)

    assert rules.speak_until(at(now), at(starts_at), LeadTimes(quiet=quiet), LONDON) == at(expected)


@pytest.mark.parametrize(
    ("title", "number", "expected"),
    [
        ("Clause 4.2 payment", "4.2", True),
        ("4.2", "4.2", True),
        ("Payment (4.2).", "4.2", True),
        ("4.2, 4.3 and SC36.45a", "SC36.45A", True),
        ("Clause 4.21", "4.2", False),
        ("Clause 14.2", "4.2", False),
        ("Clause 4.2.1", "4.2", False),
        ("Clause 3.4.2", "4.2", False),
        ("Schedule 3B", "Schedule 3", False),
        ("", "4", False),
    ],
)
def test_an_agenda_item_names_a_clause_by_its_whole_number(title: str, number: str, expected: bool) -> None:
    assert rules.names([title], number) is expected


def test_what_comes_first_among_the_issues() -> None:
    s = ClauseStatus
    issues = [
        ("9", s.PARKED, None),
        ("4.10", s.PROPOSED, None),
        ("4.9", s.PROPOSED, None),
        ("2", s.COUNTERED, None),
        ("7", s.ESCALATED, None),
        ("8", s.PROPOSED, 5),
        ("3", s.NOT_STARTED, None),
    ]
    ranked = sorted(issues, key=lambda issue: rules.rank(issue[0], issue[1], issue[2], ["What clause 3 says"]))
    assert [number for number, *_ in ranked] == ["3", "8", "7", "2", "4.9", "4.10", "9"]


@given(st.text(max_size=30), st.sampled_from(list(ClauseStatus)), st.none() | st.integers(1, 5), st.lists(st.text()))
def test_every_issue_has_a_place(number: str, status: ClauseStatus, importance: int | None, agenda: list[str]) -> None:
    one, other = rules.rank(number, status, importance, agenda), rules.rank("4.2", ClauseStatus.OPEN, 3, agenda)
    assert (one < other) != (one >= other)


FACTS = st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=6)


@given(FACTS, FACTS)
def test_changes_are_exactly_what_differs(before: dict[str, str], now: dict[str, str]) -> None:
    lines = rules.changed(rules.fingerprints(before), now)
    different = [name for name in now if before.get(name) != now[name]]
    gone = [name for name in before if name not in now]
    assert lines == [f"{name}: {now[name]}" for name in different] + [f"{name}: no longer there" for name in gone]
    assert (rules.digest(before) == rules.digest(now)) == (lines == [])


@given(FACTS)
def test_fingerprints_do_not_hold_the_words(facts: dict[str, str]) -> None:
    kept = rules.fingerprints(facts)
    assert set(kept) == set(facts)
    assert all(len(value) == 12 and int(value, 16) >= 0 for value in kept.values())
