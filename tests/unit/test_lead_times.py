"""How long before and how late after: read from what people type, kept as JSON, shown as it is read."""

import json
from datetime import datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot import lead_times
from bot.errors import UserError
from bot.lead_times import NAMES, PERSONAL, USUAL, LeadTimes

MINUTES = st.times().map(lambda clock: clock.replace(second=0, microsecond=0, tzinfo=None, fold=0))
DAYS_BEFORE = st.sets(st.integers(0, 60), max_size=5).map(lambda days: tuple(sorted(days, reverse=True)))
ONE_OR_NEVER = st.none() | st.integers(1, 60)
ANY_TIMES = st.builds(
    LeadTimes,
    actions=DAYS_BEFORE,
    late=ONE_OR_NEVER,
    chair=ONE_OR_NEVER,
    meetings=DAYS_BEFORE,
    attendees=ONE_OR_NEVER,
    confirmations=ONE_OR_NEVER,
    briefs=ONE_OR_NEVER,
    daily=MINUTES,
    quiet=st.tuples(MINUTES, MINUTES),
)


def test_the_usual_times_are_those_of_the_product() -> None:
    assert lead_times.spelled(USUAL).splitlines() == [
        "actions: 3, 0",
        "late: 1",
        "chair: 5",
        "meetings: 5, 1",
        "attendees: 15",
        "confirmations: 2",
        "briefs: 1",
        "daily: 09:00",
        "quiet: 18:00 to 08:00",
    ]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", USUAL),
        ("\n  \n", USUAL),
        ("actions: 5, 1", LeadTimes(actions=(5, 1))),
        ("ACTIONS : 1 5 1", LeadTimes(actions=(5, 1))),
        ("actions: 0", LeadTimes(actions=(0,))),
        ("actions: never", LeadTimes(actions=())),
        ("late: 2\nchair: 10", LeadTimes(late=2, chair=10)),
        ("late: Never\nchair: off\nattendees: none", LeadTimes(late=None, chair=None, attendees=None)),
        ("late: 2\nlate: 3", LeadTimes(late=3)),
        ("quiet: 17:00 to 09:00", LeadTimes(quiet=(time(17), time(9)))),
        ("quiet: 5 pm to 9.30 am", LeadTimes(quiet=(time(17), time(9, 30)))),
        ("daily: 16:30", LeadTimes(daily=time(16, 30))),
        ("daily: 20:00\nquiet: 22:00 to 06:00", LeadTimes(daily=time(20), quiet=(time(22), time(6)))),
        ("quiet: 00:00 to 00:00\ndaily: 07:00", LeadTimes(daily=time(7), quiet=(time(0), time(0)))),
    ],
)
def test_lines_are_read_and_what_is_not_named_stays(typed: str, expected: LeadTimes) -> None:
    if "daily" in typed or "quiet" in typed:
        assert lead_times.read(typed, USUAL) == expected
    else:
        assert lead_times.read(typed, USUAL, (*PERSONAL, "chair", "confirmations")) == expected


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("actions 3", "Begin each line with one of actions, late,"),
        ("tea: 3", "“tea: 3” cannot be read. Begin each line with one of"),
        (
            "actions: soon",
            "“actions: soon” cannot be read. Type whole numbers from 0 to 60, or never: `actions: 3, 0`.",
        ),
        ("actions: 61", "whole numbers from 0 to 60"),
        ("actions: -1", "whole numbers from 0 to 60"),
        ("actions:", "whole numbers from 0 to 60"),
        ("meetings: 1.5", "whole numbers from 0 to 60"),
        ("late: 1, 2", "Type a whole number from 1 to 60, or never: `late: 5`."),
        ("late: 0", "Type a whole number from 1 to 60"),
        ("chair: 0", "Type a whole number from 1 to 60"),
        ("confirmations: 0", "Type a whole number from 1 to 60"),
        ("attendees: 0", "Type a whole number from 1 to 60"),
        ("attendees: ١٥", "Type a whole number from 1 to 60"),
        ("quiet: 18:00", "`quiet: 18:00 to 08:00`"),
        ("quiet: 18:00 to 25:00", "“25:00” is not a time"),
        ("daily: nine", "“nine” is not a time"),
        ("daily: 19:00", "19:00 lies in the quiet hours, 18:00 to 08:00"),
        ("quiet: 08:00 to 07:00", "09:00 lies in the quiet hours, 08:00 to 07:00"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_type(typed: str, why: str) -> None:
    with pytest.raises(UserError) as refusal:
        lead_times.read(typed, USUAL)
    assert why in str(refusal.value)


def test_one_person_sets_only_what_is_theirs() -> None:
    assert lead_times.read("quiet: 08:00 to 10:00", USUAL, PERSONAL).quiet == (time(8), time(10))
    for typed in ("daily: 10:00", "chair: 3", "confirmations: 3"):
        with pytest.raises(UserError, match="Begin each line with one of actions, late, meetings, attendees, quiet"):
            lead_times.read(typed, USUAL, PERSONAL)


@pytest.mark.parametrize(
    ("quiet", "clock", "expected"),
    [
        (("18:00", "08:00"), "17:59", False),
        (("18:00", "08:00"), "18:00", True),
        (("18:00", "08:00"), "00:00", True),
        (("18:00", "08:00"), "07:59", True),
        (("18:00", "08:00"), "08:00", False),
        (("12:00", "13:00"), "11:59", False),
        (("12:00", "13:00"), "12:30", True),
        (("12:00", "13:00"), "13:00", False),
        (("09:00", "09:00"), "09:00", False),  # none at all
    ],
)
def test_quiet_hours_begin_on_the_minute_and_may_run_past_midnight(
    quiet: tuple[str, str], clock: str, expected: bool
) -> None:
    times = LeadTimes(quiet=(time.fromisoformat(quiet[0]), time.fromisoformat(quiet[1])))
    assert times.is_quiet(datetime.combine(datetime(2026, 11, 26), time.fromisoformat(clock))) is expected  # noqa: DTZ001


@given(st.text() | st.lists(st.sampled_from([*NAMES, ":", ",", " ", "\n", "to", "never", "3", "18:00"])).map("".join))
def test_no_text_at_all_is_answered_with_anything_but_a_sentence(text: str) -> None:
    try:
        times = lead_times.read(text, USUAL)
    except UserError:
        return
    assert lead_times.read(lead_times.spelled(times), USUAL) == times


@given(ANY_TIMES, ANY_TIMES)
def test_what_is_shown_can_be_typed_again(times: LeadTimes, base: LeadTimes) -> None:
    assume(not times.is_mute)
    assert lead_times.read(lead_times.spelled(times), base) == times


@given(ANY_TIMES, ANY_TIMES)
def test_ones_own_times_as_shown_can_be_typed_again(times: LeadTimes, base: LeadTimes) -> None:
    again = lead_times.read(lead_times.spelled(times, PERSONAL), base, PERSONAL)
    assert all(getattr(again, name) == getattr(times if name in PERSONAL else base, name) for name in NAMES)


@given(ANY_TIMES, ANY_TIMES)
def test_what_is_kept_as_json_gives_the_same_times_over_the_same_base(times: LeadTimes, base: LeadTimes) -> None:
    kept = json.loads(json.dumps(lead_times.stored(times, base)))
    assert base.over(kept) == times
    assert lead_times.stored(base, base) == {}


@given(MINUTES, MINUTES, MINUTES)
def test_only_who_is_quiet_from_the_daily_hour_to_midnight_would_never_hear(
    daily: time, begins: time, ends: time
) -> None:
    times = LeadTimes(daily=daily, quiet=(begins, ends))
    begun = daily.hour * 60 + daily.minute
    rest = [time(minute // 60, minute % 60) for minute in range(begun, 24 * 60)]
    assert times.is_mute is all(times.is_quiet_at(clock) for clock in rest)


@given(MINUTES, MINUTES)
def test_quiet_hours_and_the_others_make_a_day(begins: time, ends: time) -> None:
    times = LeadTimes(quiet=(begins, ends))
    midnight = datetime(2026, 11, 26)  # noqa: DTZ001  a wall clock
    quiet = sum(times.is_quiet(midnight + timedelta(minutes=number)) for number in range(24 * 60))
    length = (ends.hour * 60 + ends.minute - begins.hour * 60 - begins.minute) % (24 * 60)
    assert quiet == length


@pytest.mark.parametrize(
    ("times", "said"),
    [
        (
            LeadTimes(),
            "You are reminded of your actions 3 working days before and on the day, and of late ones after 1 working "
            "day, then weekly. You hear of a meeting 5 and 1 working days before, and 15 minutes before one that you "
            "are to attend begins. From 18:00 to 08:00 Parley is silent.",
        ),
        (
            LeadTimes(actions=(), meetings=(1, 0), attendees=None, quiet=(time(0), time(0))),
            "You are reminded of your actions once they are late: after 1 working day, then weekly. You hear of a "
            "meeting 1 working day before and on the day. There are no quiet hours.",
        ),
        (
            LeadTimes(actions=(5, 3, 1), late=None, meetings=(), attendees=1),
            "You are reminded of your actions 5, 3 and 1 working days before. You hear of a meeting 1 minute before "
            "one that you are to attend begins. From 18:00 to 08:00 Parley is silent.",
        ),
        (
            LeadTimes(actions=(), late=None, meetings=(), attendees=None),
            "You are not reminded of your actions. You are not reminded of meetings. From 18:00 to 08:00 "
            "Parley is silent.",
        ),
    ],
)
def test_what_a_person_hears_and_when_is_told_in_sentences(times: LeadTimes, said: str) -> None:
    assert lead_times.told(times) == said


@given(ANY_TIMES)
def test_whatever_is_set_is_told_in_whole_sentences(times: LeadTimes) -> None:
    said = lead_times.told(times)
    assert said.endswith(".")
    assert "None" not in said
    assert "  " not in said
    for number in {*times.actions, *times.meetings} - {0}:
        assert str(number) in said
