"""Said once, whatever happens to a request, its answer, or the worker: nothing lost, nothing twice."""

import itertools
from collections import Counter
from datetime import timedelta

import pytest

from bot import delivery
from bot.delivery import Pace
from storage import outbox
from storage.tables import OutboxState
from tests import cast
from tests.faults.simulation import Card, Simulation
from tests.slack_api import (
    DROP_AFTER,
    ERROR_AFTER,
    ERROR_BEFORE,
    HALF_BODY,
    INVALID_JSON,
    LATE_RECORDING,
    RATE_LIMITED,
    UNAVAILABLE,
    Faults,
)
from tests.storage.rows import a_negotiation

pytestmark = pytest.mark.faults

BEFORE = [ERROR_BEFORE, UNAVAILABLE, "drop_before", RATE_LIMITED]
AFTER = [ERROR_AFTER, DROP_AFTER, HALF_BODY, INVALID_JSON]
# What a fault does to a request has nothing to do with the database: once is enough.
on_sqlite = pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
PLACES = [cast.joint.id, cast.finance.id, cast.lead.id]


def plan(seed: int) -> Faults:
    """A bad day: every eighth request meets something, and what comes late comes within a lease.

    Worse than that, and a file's four requests would fail together twelve times now and then: it is given up.
    """
    return Faults(
        seed,
        rate_limited=0.02,
        error_before=0.02,
        unavailable=0.01,
        drop_before=0.01,
        error_after_recording=0.02,
        drop_after_recording=0.02,
        late_after=0.01,
        half_body=0.01,
        invalid_json=0.01,
        late_seconds=40,
        retry_after=7,
    )


def a_bad_day(simulation: Simulation, seed: int, messages: int, workers: int) -> None:
    simulation.api.faults = plan(seed)
    thread = simulation.api.say(cast.joint.id, cast.chair.id, "A thread begins")["ts"]
    keys = [f"seed{seed}.{number:04}" for number in range(messages)]
    kinds = itertools.cycle(["words"] * 9 + ["minutes"])
    for key, place, kind in zip(keys, itertools.cycle(PLACES), kinds, strict=False):
        in_thread = kind == "words" and place == cast.joint.id and int(key[-2:]) % 2
        to = place if kind == "words" else cast.joint.id
        simulation.enqueue(kind, key, to, payload={"thread_ts": thread} if in_thread else {})

    simulation.run(workers)

    rows = simulation.rows(keys)
    assert {row.state for row in rows} == {OutboxState.SENT}, Counter(row.state for row in rows)
    said = Counter(text.split()[-1] for text in simulation.texts() if text.startswith(("Says", "Minutes")))
    assert said == Counter(keys)
    known = {message["ts"] for message in simulation.everything_said()}
    assert all(row.sent_ts in known or row.sent_ts in simulation.api.files for row in rows)
    met = Counter(call.fault for call in simulation.api.calls)
    assert met.total() - met[""] > messages / 15, met


@pytest.mark.parametrize("workers", [1, 3])
def test_on_a_bad_day_everything_is_said_once(simulation: Simulation, workers: int) -> None:
    a_bad_day(simulation, seed=workers, messages=100, workers=workers)


@pytest.mark.long
@pytest.mark.timeout(600)
@pytest.mark.parametrize("seed", range(10, 15))
@pytest.mark.parametrize("workers", [1, 3])
def test_on_many_bad_days_everything_is_said_once(simulation: Simulation, workers: int, seed: int) -> None:
    a_bad_day(simulation, seed, messages=400, workers=workers)


@on_sqlite
@pytest.mark.parametrize("where", [cast.joint.id, cast.lead.id, "a thread"])
def test_each_fault_of_a_post_is_survived(simulation: Simulation, where: str) -> None:
    thread = simulation.api.say(cast.joint.id, cast.chair.id, "A thread begins")["ts"]
    to, payload = (cast.joint.id, {"thread_ts": thread}) if where == "a thread" else (where, {})
    for kind in (*BEFORE, *AFTER, LATE_RECORDING):
        simulation.api.fail_next("chat.postMessage", kind, seconds=40)
        simulation.enqueue("words", kind, to, payload=payload)
        simulation.run()
        assert simulation.texts().count(f"Says {kind}") == 1, kind
        row = simulation.row(kind)
        assert row.state == OutboxState.SENT, kind
        assert row.sent_ts in {m["ts"] for m in simulation.everything_said() if m["text"] == f"Says {kind}"}, kind


@on_sqlite
def test_each_fault_of_an_upload_is_survived(simulation: Simulation) -> None:
    steps = ("files.getUploadURLExternal", "upload", "files.completeUploadExternal")
    for method, kind in itertools.product(steps, (*BEFORE, *AFTER)):
        key = f"{method}-{kind}"
        simulation.api.fail_next(method, kind)
        simulation.enqueue("minutes", key)
        simulation.run()
        names = [file["name"] for message in simulation.everything_said() for file in message.get("files", [])]
        assert names.count(f"{key}.md") == 1, key
        assert simulation.row(key).state == OutboxState.SENT, key


@pytest.mark.parametrize("kind", ["words", "minutes"])
def test_a_worker_that_dies_between_posting_and_marking_doubles_nothing(simulation: Simulation, kind: str) -> None:
    """It claimed, it posted, and then it was gone: another finds what it said by the key, or the file's name."""
    simulation.enqueue(kind, "k")
    row = simulation.claim()
    posted, _ = delivery._send(
        simulation.database, simulation.client, simulation.notices, row, Pace(), simulation.clock.now
    )
    assert posted is not None
    assert simulation.deliver("ben") == 0  # it may be alive yet
    simulation.run()
    assert len(simulation.everything_said()) == 1
    (message,) = simulation.everything_said()
    assert (simulation.row("k").state, simulation.row("k").sent_ts) == (OutboxState.SENT, message["ts"])
    assert simulation.api.called("conversations.history")


def test_a_worker_that_dies_before_posting_loses_nothing(simulation: Simulation) -> None:
    simulation.enqueue("words", "k")
    simulation.claim()
    simulation.run()
    assert simulation.texts() == ["Says k"]


@on_sqlite
def test_a_message_is_found_among_many_that_came_after_it(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", DROP_AFTER)
    simulation.enqueue("words", "k")
    simulation.deliver()
    for number in range(450):
        simulation.api.say(cast.joint.id, cast.chair.id, f"Line {number}")
    simulation.run()
    assert simulation.texts().count("Says k") == 1
    assert len(simulation.api.called("conversations.history")) == 3


@on_sqlite
def test_a_lost_lookup_is_asked_again_and_never_taken_for_a_no(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", DROP_AFTER)
    for kind in (RATE_LIMITED, ERROR_BEFORE, HALF_BODY, INVALID_JSON):
        simulation.api.fail_next("conversations.history", kind)
    simulation.enqueue("words", "k")
    simulation.run()
    assert simulation.texts() == ["Says k"]


@on_sqlite
@pytest.mark.parametrize("then", [0, 2, -2])
@pytest.mark.parametrize("at_first", [0, 2, -2])
def test_a_post_is_found_again_though_our_clock_is_hours_off(simulation: Simulation, at_first: int, then: int) -> None:
    simulation.later(hours=6)
    simulation.clock.jump(hours=at_first)
    simulation.api.fail_next("chat.postMessage", DROP_AFTER)
    simulation.enqueue("words", "k")
    simulation.deliver()
    simulation.clock.jump(hours=then)
    simulation.run()
    assert simulation.texts() == ["Says k"]


@on_sqlite
def test_slack_is_asked_again_no_sooner_than_it_says(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", RATE_LIMITED, retry_after=37)
    simulation.enqueue("words", "k")
    began = simulation.clock.instant
    simulation.run()
    first, second = [seen.at for seen in simulation.seen if seen.method == "chat.postMessage"]
    assert (first, second - first) == (began, timedelta(seconds=37))
    assert simulation.texts() == ["Says k"]
    assert not simulation.api.called("conversations.history")  # it was certainly not taken


@on_sqlite
def test_a_request_that_slack_may_still_be_at_is_not_repeated_before_the_lease_is_over(simulation: Simulation) -> None:
    simulation.api.fail_next("chat.postMessage", DROP_AFTER)
    simulation.enqueue("words", "k")
    simulation.deliver()
    assert simulation.row("k").due_at == simulation.clock.instant + delivery.LEASE


def test_what_slack_never_takes_is_dead_and_the_administrator_is_told_once(simulation: Simulation) -> None:
    negotiation_id = a_negotiation(simulation.database)
    simulation.api.add_user("U1", "Dana")
    simulation.enqueue("words", "k", "CGONE", negotiation_id=negotiation_id)
    simulation.enqueue("words", "fine", negotiation_id=negotiation_id)
    simulation.run()
    row = simulation.row("k")
    assert (row.state, row.error, row.attempts) == (OutboxState.DEAD, "channel_not_found", 1)
    (told,) = simulation.api.messages("U1")
    assert "OXMH" in told["text"]
    assert "channel_not_found" in told["text"]
    assert "Says fine" in simulation.texts()
    simulation.later(hours=3)
    assert simulation.deliver() == 0
    assert len(simulation.api.messages("U1")) == 1


@on_sqlite
def test_a_notice_to_the_administrator_that_cannot_be_delivered_makes_no_other(simulation: Simulation) -> None:
    negotiation_id = a_negotiation(simulation.database)  # whose administrator Slack does not know
    simulation.enqueue("words", "k", "CGONE", negotiation_id=negotiation_id)
    simulation.run()
    notice = simulation.row(f"delivery.failed:{simulation.row('k').id}")
    assert (notice.state, notice.error) == (OutboxState.DEAD, "user_not_found")


# -- a card and what becomes of it ----------------------------------------------------------------------


@pytest.fixture
def card(simulation: Simulation) -> Card:
    """A card that waits to be posted."""
    return simulation.new_card()


def test_a_change_before_the_card_is_posted_is_in_it(simulation: Simulation, card: Card) -> None:
    card.change("agreed")
    simulation.run()
    card.check("agreed")


def test_a_change_waits_while_another_worker_posts_the_card(simulation: Simulation, card: Card) -> None:
    row = simulation.claim("ben")
    posted, _ = delivery._send(
        simulation.database, simulation.client, simulation.notices, row, Pace(), simulation.clock.now
    )
    assert posted is not None
    card.change("agreed")
    simulation.deliver("anna")
    assert card.update_rows()[0].state == OutboxState.PENDING
    with simulation.database.transaction() as session:
        outbox.finish(session, row, OutboxState.SENT, channel=posted[0], ts=posted[1])
    simulation.run()
    card.check("agreed")


@pytest.mark.parametrize("posted", [True, False], ids=["after posting", "before posting"])
def test_a_change_outlasts_a_worker_that_died_over_the_card(simulation: Simulation, card: Card, posted: bool) -> None:
    row = simulation.claim("ben")
    if posted:
        delivery._send(simulation.database, simulation.client, simulation.notices, row, Pace(), simulation.clock.now)
    card.change("agreed")
    simulation.run()
    card.check("agreed")


@on_sqlite
def test_a_change_is_shown_though_the_answer_to_the_card_was_lost(simulation: Simulation) -> None:
    for kind in (*AFTER, LATE_RECORDING):
        card = simulation.new_card()
        simulation.api.fail_next("chat.postMessage", kind, seconds=40)
        simulation.deliver()
        card.change("agreed")
        simulation.run()
        card.check("agreed")


@on_sqlite
def test_each_fault_of_a_change_is_survived(simulation: Simulation) -> None:
    for kind in (*BEFORE, *AFTER, LATE_RECORDING):
        card = simulation.new_card()
        simulation.deliver()
        simulation.api.fail_next("chat.update", kind, seconds=40)
        card.change("agreed")
        simulation.run()
        card.check("agreed")


def test_the_later_of_two_changes_stands_though_slack_takes_the_first_late(simulation: Simulation, card: Card) -> None:
    simulation.deliver()
    simulation.api.fail_next("chat.update", LATE_RECORDING, seconds=40)
    card.change("objected")
    simulation.deliver()
    card.change("agreed")
    simulation.run()
    card.check("agreed")


@on_sqlite
def test_a_card_posted_anew_is_there_once_more_and_no_oftener_though_an_answer_was_lost(
    simulation: Simulation,
) -> None:
    for kind in (*BEFORE, *AFTER):
        card = simulation.new_card()
        simulation.deliver()
        first = simulation.row(card.key)
        simulation.api.fail_next("chat.update", "message_not_found", times=2)
        simulation.api.fail_next("chat.postMessage", kind)
        card.change("objected")
        simulation.run()
        assert simulation.texts().count(f"{card.key}: objected") == 1
        assert simulation.row(card.key).sent_ts != first.sent_ts
        card.change("agreed")
        simulation.run()
        assert simulation.texts().count(f"{card.key}: agreed") == 1
        assert simulation.texts().count(f"{card.key}: objected") == 0


@on_sqlite
def test_a_message_is_changed_once_a_second_and_another_meanwhile(simulation: Simulation) -> None:
    pace, one, other = Pace(), simulation.new_card(), simulation.new_card()
    simulation.deliver(pace=pace)
    simulation.later(seconds=1)
    for state in ("objected", "agreed"):
        one.change(state)
        other.change(state)
    for _ in range(12):
        simulation.deliver(pace=pace)
        simulation.later(seconds=0.25)
    for card in (one, other):
        card.check("agreed")
        changed = [
            each.at
            for each in simulation.seen
            if each.method == "chat.update" and each.arguments["ts"] == simulation.row(card.key).sent_ts
        ]
        assert [at - changed[0] for at in changed] == [timedelta(0), timedelta(seconds=1)]


@on_sqlite
def test_a_reaction_is_put_on_whatever_happens(simulation: Simulation) -> None:
    for kind in (*BEFORE, *AFTER):
        ts = simulation.api.say(cast.joint.id, cast.chair.id, "AGREED: 30 days")["ts"]
        simulation.api.fail_next("reactions.add", kind)
        simulation.enqueue("tick", kind, payload={"ts": ts})
        simulation.run()
        message = simulation.api.messages(cast.joint.id)[-1]
        assert [reaction["name"] for reaction in message["reactions"] if reaction["count"]] == ["white_check_mark"]
        assert simulation.row(kind).state == OutboxState.SENT
