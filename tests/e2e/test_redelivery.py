"""Slack delivers again what it believes was lost: one record comes of it, and the same answer each time."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.e2e.socket_slack import AtTheTable, Bot, Delivery, SocketSlack, at_the_table, running_bot, socket_slack
from tests.e2e.world import eventually

pytestmark = pytest.mark.e2e

Json = dict[str, Any]


@dataclass
class Table:
    slack: SocketSlack
    bot: Bot
    people: AtTheTable

    def last(self) -> Delivery:
        return self.slack.deliveries[-1]

    def record(self) -> Json:
        return self.people.export()


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Table]:
    """The meeting is open, the bot is a process of its own."""
    folder: Path = tmp_path_factory.mktemp("table")
    url = f"sqlite:///{folder}/parley.db"
    with socket_slack() as slack, running_bot(slack, url, folder) as bot, at_the_table(slack, url) as people:
        people.open_meeting()
        yield Table(slack, bot, people)
        assert slack.api.house_faults == []
        assert people.trail_faults() == []
        assert "Traceback" not in bot.said()


def card(table: Table, ref: str, showing: str) -> Json:
    """The one card of this agreement, once it shows these words."""

    def look() -> Json | None:
        cards = [m for m in table.slack.api.messages(cast.joint.id) if m["text"].startswith(ref) and m.get("blocks")]
        return cards[0] if len(cards) == 1 and showing in cards[0]["text"] else None

    found = eventually(look)
    assert found is not None
    return found


def agreements(table: Table, wording: str) -> list[Json]:
    return [row for row in table.record()["agreements"] if row["wording"] == wording]


def test_everything_delivered_again_makes_one_record_and_gets_the_same_answer(table: Table) -> None:
    people, slack = table.people, table.slack
    wording = "Payment falls due within 30 days."
    reply = people.slash(f"agree 4.2: {wording}", by=cast.chair)
    assert "AG1" in reply.text
    command = table.last()

    ts = people.says("DECISION: The finance group meets every week.", by=cast.lead)
    typed = table.last()

    people.mentions("status", by=cast.scribe)
    mention = table.last()

    card(table, "AG1", "")
    people.presses("agreement.confirm", "OXMH AG1 1", by=cast.negotiator)
    press = table.last()
    card(table, "AG1", "agreed in principle")

    people.slash("action Send the figures", by=cast.chair)
    view = slack.api.modal(cast.chair.id)
    asking = table.last()

    everything = [command, typed, mention, press, asking]
    before, said = table.record(), settled(table)
    for again in (1, 2):
        for delivery in everything:
            assert slack.send_again(delivery) == delivery.acks[0], f"time {again}: {delivery}"
    assert settled(table) == said

    table.bot.kill()
    assert table.bot.start() < 3
    for delivery in everything:
        assert slack.send_again(delivery) == delivery.acks[0], f"after the restart: {delivery}"
    assert settled(table) == said

    after = table.record()
    for kind in ("agreements", "decisions", "actions"):
        assert after[kind] == before[kind]
    assert len(agreements(table, wording)) == 1
    assert [decision["text"] for decision in after["decisions"]] == ["The finance group meets every week."]
    (message,) = [message for message in slack.api.messages(cast.joint.id) if message["ts"] == ts]
    assert [reaction["name"] for reaction in message["reactions"] if reaction["count"]] == ["white_check_mark"]
    assert view is None or slack.api.modal(cast.chair.id) == view


def settled(table: Table) -> list[Any]:
    """What has been said, public and private, once the outbox is empty."""

    def nothing_waits() -> bool:
        from storage import outbox

        with table.people.deps.db.snapshot() as session:
            return not outbox.unsent(session)

    eventually(nothing_waits)
    return [table.slack.api.posts(), [m["text"] for m in table.slack.api.ephemerals]]


def test_a_form_sent_again_is_one_objection(table: Table) -> None:
    people, slack = table.people, table.slack
    people.slash("agree 7.1: The bank holiday rota is shared.", by=cast.chair)
    ref = agreements(table, "The bank holiday rota is shared.")[0]["ref"]
    card(table, ref, "")
    people.presses("agreement.object", f"OXMH {ref} 1", by=cast.lead)
    view = slack.api.modal(cast.lead.id)
    assert view is not None
    fields = [block["block_id"] for block in view["blocks"] if block["type"] == "input"]
    people.submits(view, {fields[0]: {"type": "plain_text_input", "value": "We have no rota yet."}}, by=cast.lead)
    form = table.last()
    assert slack.send_again(form) == form.acks[0]
    table.bot.kill()
    table.bot.start()
    assert slack.send_again(form) == form.acks[0]
    (agreement,) = agreements(table, "The bank holiday rota is shared.")
    assert agreement["status"] == "objected"
    objections = [entry for entry in table.record()["ledger"] if entry["ref"] == ref and "object" in entry["deed"]]
    assert len(objections) == 1


def test_what_was_not_acknowledged_is_taken_when_it_comes_again(table: Table) -> None:
    """The bot is not there when people type; Slack delivers once it is back, and then again."""
    people, slack = table.people, table.slack
    table.bot.kill()
    ts = slack.api.say(cast.joint.id, cast.lead.id, "NOTE: The model is shared on Friday.")["ts"]
    event = {"type": "message", "channel": cast.joint.id, "user": cast.lead.id, "ts": ts, "event_ts": ts}
    lost = slack.deliver(people.event_payload({**event, "text": "NOTE: The model is shared on Friday."}))
    assert not lost.acked
    table.bot.start()
    for _ in range(2):
        slack.send_again(lost)
    # The same message under another event id, as when an app subscribes twice, is the same message.
    people.types("NOTE: The model is shared on Friday.", by=cast.lead, ts=ts)
    notes = [note for note in table.record()["notes"] if note["text"] == "The model is shared on Friday."]
    assert len(notes) == 1
