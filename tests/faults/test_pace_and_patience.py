"""How often Slack is spoken to, how long it is waited for, and in what order things are said when they had to wait."""

from datetime import datetime, timedelta

import pytest

from bot import delivery
from bot.delivery import BETWEEN_POSTS, BURST, MOST_FAULTS, PATIENCE, Pace
from storage import outbox
from storage.tables import OutboxState
from tests import cast
from tests.faults.simulation import Simulation
from tests.slack_api import ERROR_BEFORE, RATE_LIMITED, Faults
from tests.storage.rows import a_negotiation

pytestmark = pytest.mark.faults

on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
SECOND = timedelta(seconds=1)


def said_in(simulation: Simulation, channel: str = cast.joint.id) -> list[str]:
    return [str(message["text"]).removeprefix("Says ") for message in simulation.api.messages(channel)]


def posts_to(simulation: Simulation, channel: str = cast.joint.id) -> list[datetime]:
    """When a message to this channel was tried."""
    seen = simulation.seen
    return [each.at for each in seen if each.method == "chat.postMessage" and each.arguments["channel"] == channel]


# -- when Slack asks to be left alone -------------------------------------------------------------------


def test_a_rate_limit_holds_the_whole_conversation_back_and_no_other(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", RATE_LIMITED, retry_after=30)
    for key in ("a", "b", "c"):
        simulation.enqueue("words", key)
    simulation.enqueue("words", "elsewhere", cast.finance.id)
    began = simulation.clock.instant
    simulation.deliver()
    assert said_in(simulation, cast.finance.id) == ["elsewhere"]
    assert posts_to(simulation) == [began]
    simulation.run()
    assert posts_to(simulation)[1:] == [began + 30 * SECOND] * 3
    assert said_in(simulation) == ["a", "b", "c"]


def test_what_is_written_meanwhile_waits_too_and_comes_last(simulation: Simulation) -> None:
    pace = Pace()
    simulation.api.fail_next("chat.postMessage", RATE_LIMITED, retry_after=30)
    simulation.enqueue("words", "a")
    simulation.enqueue("words", "b")
    began = simulation.clock.instant
    simulation.deliver(pace=pace)
    simulation.later(seconds=20)
    simulation.enqueue("words", "new")
    assert simulation.deliver(pace=pace) == 0
    while len(said_in(simulation)) < 3:
        simulation.later(seconds=1)
        simulation.deliver(pace=pace)
    assert posts_to(simulation) == [began, *(began + (30 + number) * SECOND for number in range(3))]
    assert said_in(simulation) == ["a", "b", "new"]


@on_sqlite
def test_one_that_is_refused_again_and_again_is_not_overtaken(simulation: Simulation) -> None:
    """Slack says how long to wait, and that is what is waited; growing pauses would let the others pass by."""
    simulation.api.fail_next("chat.postMessage", RATE_LIMITED, retry_after=2, times=8)
    for key in ("a", "b", "c"):
        simulation.enqueue("words", key)
    simulation.run()
    assert said_in(simulation) == ["a", "b", "c"]


@on_sqlite
def test_the_bytes_of_a_file_come_no_sooner_than_slack_says_either(simulation: Simulation) -> None:
    simulation.api.fail_next("upload", RATE_LIMITED, retry_after=37)
    simulation.enqueue("minutes", "k")
    began = simulation.clock.instant
    simulation.run()
    assert [each.at - began for each in simulation.seen if each.method == "upload"] == [0 * SECOND, 37 * SECOND]


@on_sqlite
def test_a_long_queue_outlives_slacks_rate_limit(simulation: Simulation) -> None:
    """In a channel Slack takes about one message a second from us: whoever waits must not be given up early."""
    simulation.api.fail_next("chat.postMessage", RATE_LIMITED, retry_after=90, times=5 * MOST_FAULTS)
    simulation.enqueue("words", "k")
    began = simulation.clock.instant
    simulation.run()
    assert said_in(simulation) == ["k"]
    assert simulation.clock.instant == began + 5 * MOST_FAULTS * 90 * SECOND


# -- a message a second ---------------------------------------------------------------------------------


def test_after_a_burst_a_channel_gets_a_message_a_second_and_others_are_not_held_up(simulation: Simulation) -> None:
    pace = Pace()
    wanted = [f"k{number}" for number in range(BURST + 5)]
    for key in wanted:
        simulation.enqueue("words", key)
    simulation.enqueue("words", "elsewhere", cast.finance.id)
    began = simulation.clock.instant
    simulation.deliver(pace=pace)
    assert said_in(simulation) == wanted[:BURST]
    assert said_in(simulation, cast.finance.id) == ["elsewhere"]
    for _ in range(4 * 5):
        simulation.later(seconds=0.25)
        simulation.deliver(pace=pace)
    assert said_in(simulation) == wanted
    assert posts_to(simulation) == [began] * BURST + [began + number * SECOND for number in range(1, 6)]


def test_what_waits_for_its_turn_is_not_overtaken_by_what_is_written_later(simulation: Simulation) -> None:
    pace = Pace()
    for number in range(BURST + 2):
        simulation.enqueue("words", f"k{number}")
    simulation.deliver(pace=pace)
    simulation.later(seconds=0.9)
    simulation.enqueue("words", "new")
    for _ in range(3):
        simulation.later(seconds=1)
        simulation.deliver(pace=pace)
    assert said_in(simulation) == [*(f"k{number}" for number in range(BURST + 2)), "new"]


@on_sqlite
def test_a_quiet_while_gives_the_burst_back(simulation: Simulation) -> None:
    pace = Pace()
    for part in ("a", "b"):
        for number in range(BURST):
            simulation.enqueue("words", f"{part}{number}")
        assert simulation.deliver(pace=pace) == BURST
        simulation.later(seconds=BURST)


@on_sqlite
def test_a_clock_put_back_silences_no_channel(simulation: Simulation) -> None:
    pace, now = Pace(), simulation.clock.instant
    for _ in range(BURST):
        pace.spoke("C1", now)
    pace.rest("C2", now + timedelta(minutes=1))
    assert pace.resting(now) == ["C1", "C2"]
    assert pace.resting(now - timedelta(hours=2)) == []


def test_pace_forgets_whom_it_need_not_remember() -> None:
    pace, now = Pace(), datetime.fromisoformat("2026-11-26T10:00:00+00:00")
    for number in range(100):
        pace.spoke(f"C{number}", now + number * BETWEEN_POSTS)
    pace.resting(now + 100 * BETWEEN_POSTS)
    assert len(pace._paid_until) <= 1


# -- as long as it takes --------------------------------------------------------------------------------


def days_pass(simulation: Simulation, days: int) -> None:
    """Parley runs for a few minutes every six hours; not all day, so as not to try a thousand times."""
    for _ in range(4 * days):
        simulation.deliver()
        simulation.later(hours=6)


def test_slack_may_be_away_for_three_days_and_nothing_is_given_up(simulation: Simulation) -> None:
    simulation.api.faults = Faults(1, unavailable=1.0)
    keys = ["a", "b"]
    for key in keys:
        simulation.enqueue("words", key)
    days_pass(simulation, 3)
    assert {row.state for row in simulation.rows(keys)} == {OutboxState.PENDING}
    simulation.api.faults = None
    simulation.run()
    assert sorted(said_in(simulation)) == keys


def test_after_a_week_it_is_given_up_and_the_administrator_is_told(simulation: Simulation) -> None:
    negotiation_id = a_negotiation(simulation.database)
    simulation.api.add_user("U1", "Dana")
    simulation.api.faults = Faults(1, unavailable=1.0)
    simulation.enqueue("words", "k", negotiation_id=negotiation_id)
    days_pass(simulation, PATIENCE.days)
    assert simulation.row("k").state == OutboxState.PENDING
    simulation.deliver()
    assert (simulation.row("k").state, simulation.row("k").error) == (OutboxState.DEAD, "http 503")
    simulation.api.faults = None
    simulation.run()
    (told,) = simulation.api.messages("U1")
    assert "OXMH" in told["text"]
    assert said_in(simulation) == []


@on_sqlite
def test_an_absence_of_our_own_is_no_patience_with_slack(simulation: Simulation) -> None:
    """Tried once, then nobody ran Parley for eight days: the first failure after that is not the last."""
    simulation.api.fail_next("chat.postMessage", ERROR_BEFORE, times=2)
    simulation.enqueue("words", "k")
    simulation.deliver()
    simulation.later(days=8)
    simulation.run()
    assert said_in(simulation) == ["k"]


def test_a_fault_of_our_own_in_one_notice_holds_up_no_other_and_ends(simulation: Simulation) -> None:
    negotiation_id = a_negotiation(simulation.database)
    simulation.api.add_user("U1", "Dana")
    simulation.notices["broken"] = lambda _session, _row: 1 / 0  # type: ignore[assignment, return-value]
    simulation.enqueue("broken", "b", negotiation_id=negotiation_id)
    simulation.enqueue("words", "k")
    simulation.deliver()
    assert said_in(simulation) == ["k"]
    simulation.run()
    row = simulation.row("b")
    assert (row.state, row.attempts, row.error) == (OutboxState.DEAD, MOST_FAULTS, "ZeroDivisionError")
    assert len(simulation.api.messages("U1")) == 1


@on_sqlite
def test_a_passing_fault_of_our_own_ends_nothing_however_often_slack_failed_before(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", ERROR_BEFORE, times=2 * MOST_FAULTS)
    words, faults = simulation.notices["words"], [ConnectionError("The database restarts.")]

    def once_broken(session, row):
        if row.attempts > 2 * MOST_FAULTS and faults:
            raise faults.pop()
        return words(session, row)

    simulation.notices["words"] = once_broken
    simulation.enqueue("words", "k")
    simulation.run()
    assert said_in(simulation) == ["k"]
    assert not faults


@on_sqlite
def test_whoever_lost_the_row_gives_nothing_up(simulation: Simulation) -> None:
    negotiation_id = a_negotiation(simulation.database)
    simulation.api.add_user("U1", "Dana")
    simulation.enqueue("words", "k", negotiation_id=negotiation_id)
    lost = simulation.claim()
    simulation.later(seconds=delivery.LEASE.total_seconds())
    delivery._give_up(simulation.database, lost, "too late", simulation.clock.instant)
    simulation.run()
    assert said_in(simulation) == ["k"]
    assert simulation.api.messages("U1") == []


# -- only while it is wanted ----------------------------------------------------------------------------


def test_what_would_come_too_late_waits_until_somebody_says_when(simulation: Simulation) -> None:
    until = simulation.clock.instant + timedelta(hours=1)
    simulation.api.faults = Faults(1, unavailable=1.0)
    simulation.enqueue("words", "k", speak_until=until)
    for _ in range(6):
        simulation.deliver()
        simulation.later(minutes=10)
    tried = len(posts_to(simulation))
    simulation.api.faults = None
    simulation.later(hours=3)
    assert simulation.deliver() == 0
    assert len(posts_to(simulation)) == tried
    with simulation.database.transaction() as session:
        (row,) = outbox.waiting(session, ["words"])
        assert outbox.change_waiting(session, row, speak_until=simulation.clock.instant + timedelta(hours=1))
    simulation.run()
    assert said_in(simulation) == ["k"]
    assert max(posts_to(simulation)[:tried]) < until


# -- what belongs under another message -----------------------------------------------------------------


def test_a_file_waits_for_the_message_above_it(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", ERROR_BEFORE, times=3)
    simulation.enqueue("words", "card")
    simulation.enqueue("minutes", "file", payload={"thread_of": "card"})
    simulation.run()
    card, file = simulation.api.messages(cast.joint.id)
    assert card["ts"] == simulation.row("card").sent_ts
    assert (file["thread_ts"], [each["name"] for each in file["files"]]) == (card["ts"], ["file.md"])


@pytest.mark.parametrize("fate", ["dropped", "dead", "never written"])
def test_a_file_whose_message_never_came_is_posted_by_itself(simulation: Simulation, fate: str) -> None:
    if fate == "dropped":
        simulation.notices["nothing"] = lambda _session, _row: None
        simulation.enqueue("nothing", "card")
    elif fate == "dead":
        simulation.enqueue("words", "card", "CGONE")
    simulation.enqueue("minutes", "file", payload={"thread_of": "card"})
    simulation.run()
    (file,) = simulation.api.messages(cast.joint.id)
    assert "thread_ts" not in file


@on_sqlite
def test_a_file_under_a_message_is_found_again_in_its_thread(simulation: Simulation) -> None:
    simulation.api.fail_next("files.completeUploadExternal", "drop_after_recording")
    simulation.enqueue("words", "card")
    simulation.enqueue("minutes", "file", payload={"thread_of": "card"})
    simulation.run()
    assert len(simulation.api.messages(cast.joint.id)) == 2
    assert simulation.api.called("conversations.replies")


@on_sqlite
def test_nothing_to_say_need_not_wait_for_the_message_above_it(simulation: Simulation) -> None:
    simulation.notices["nothing"] = lambda _session, _row: None
    simulation.api.fail_next("chat.postMessage", ERROR_BEFORE)
    simulation.enqueue("words", "card")
    simulation.enqueue("nothing", "file", payload={"thread_of": "card"})
    simulation.deliver()
    assert simulation.row("file").state == OutboxState.DROPPED
