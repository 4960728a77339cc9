"""Slack's clock dates what is typed, ours dates commands; and nobody is woken for nothing."""

from datetime import timedelta

from tests import cast
from tests.harness import Parley


def test_the_minutes_keep_the_order_of_the_refs_when_slack_s_clock_is_behind(meeting: Parley) -> None:
    meeting.later(minutes=1)
    typed_in_the_same_second = meeting.new_ts()
    meeting.now += timedelta(milliseconds=700)
    meeting.slash("agree Carers are surveyed once a year.", by=cast.lead)
    meeting.types("AGREED: Payment falls due within 30 days.", by=cast.chair, ts=typed_in_the_same_second)
    meeting.later(minutes=1)
    meeting.slash("close", by=cast.chair)

    _, _, agreements = meeting.minutes().partition("\n## Agreements\n")
    assert agreements.index("AG1") < agreements.index("AG2")


def test_only_what_leaves_something_to_say_wakes_the_sender(meeting: Parley) -> None:
    meeting.deps.wake.clear()
    meeting.slash("note The model will be shared.", by=cast.chair)
    assert not meeting.deps.wake.is_set()
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    assert meeting.deps.wake.is_set()


def test_undo_takes_what_was_said_last_even_when_slack_s_clock_is_behind(meeting: Parley) -> None:
    meeting.later(minutes=1)
    typed_in_the_same_second = meeting.new_ts()
    meeting.now += timedelta(milliseconds=700)
    meeting.slash("decide Meet every fortnight.", by=cast.chair)
    meeting.types("NOTE: The model will be shared.", by=cast.chair, ts=typed_in_the_same_second)
    assert "E1" in meeting.slash("undo", by=cast.chair).text
