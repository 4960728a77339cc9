"""Fifty members press, type and send forms at the same instant of a live meeting: all of it is kept, once each."""

import itertools
import threading
from collections import defaultdict
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any

import pytest

from bot import delivery, outbox, routes
from bot.delivery import BETWEEN_CHANGES, Pace
from bot.live import state, views
from bot.slack import blocks
from storage import db, delivered, meetings
from tests import cast
from tests.cast import Person
from tests.harness import Parley, running_parley

pytestmark = pytest.mark.faults

AGREEMENTS = 5
PEOPLE = {party: [Person(f"U{party}{n:02d}", f"Person {party} {n}") for n in range(25)] for party in ("CCG", "OHP")}
FIFTY = [person for pair in zip(*PEOPLE.values(), strict=True) for person in pair]  # of either side by turns

BUSY = "Parley is busy and saved nothing. Try again in a moment."
LISTENERS = 10  # so many deliveries are taken at a time; the others wait in the line of the connection to Slack

Act = Callable[[], str]


@pytest.fixture
def parley(database_url: str) -> Iterator[Parley]:
    """N1 open with fifty negotiators, an agenda and agreements that nobody has confirmed."""
    with running_parley(database_url) as running:
        running.set_up()
        for party, people in PEOPLE.items():
            for person in people:
                running.api.add_user(person.id, person.name)
                running.api.channels[cast.joint.id].members.append(person.id)
            mentions = ", ".join(person.mention for person in people)
            by = cast.chair if party == "CCG" else cast.lead  # a side adds its own people
            running.slash(f"member add {mentions} to {party} as negotiator", by=by)
        running.slash("meeting add negotiation First round on 27 nov at 10:00 for 2h", by=cast.chair)
        for title in ("Fees", "Share"):
            running.slash(f"agenda add N1 {title}", by=cast.chair)
        running.slash("start N1", by=cast.chair)
        for number in range(AGREEMENTS):
            running.slash(f"agree Wording {number}.", by=cast.scribe)
        running.deliver()
        running.later(seconds=5)
        yield running


# -- what one person does, and what they are told -------------------------------------------------------


def presses(parley: Parley, action_id: str, value: str, by: Person) -> Act:
    """A button; whoever is told that Parley is busy presses again."""

    def act() -> str:
        while True:
            told = answered(parley, parley.presses(action_id, value, by=by))
            if told is not None:
                return told

    return act


def answered(parley: Parley, trigger: str) -> str | None:
    """What a press was answered: "" where the card alone shows it, None where Parley was busy."""
    with parley.deps.db.snapshot() as session:
        row = outbox.row(session, f"answer:trigger:{trigger}")
        if row is None:
            return "" if delivered.seen(session, f"trigger:{trigger}") else None
        return str(row.payload["text"])


def sends(parley: Parley, form: dict[str, Any], values: dict[str, dict[str, Any]], by: Person) -> Act:
    """A form that stands open; it stays so while Parley is busy."""

    def act() -> str:
        while True:
            answer = parley.submits(form, values, by=by)
            if "busy" not in str(answer):
                return str(answer)

    return act


def types(parley: Parley, line: str, by: Person) -> Act:
    """A line in the channel; Slack delivers it again as long as it is not acknowledged."""
    ts = parley.new_ts()
    event = {"type": "message", "channel": cast.joint.id, "user": by.id, "text": line, "ts": ts, "event_ts": ts}
    payload = parley.event_payload(event)

    def act() -> str:
        while parley.dispatch(payload).status != 200:
            continue
        return ""

    return act


def written(words: str) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": words}


def opened(parley: Parley, kind: str, by: Person) -> dict[str, Any]:
    parley.presses(f"live.{kind}", "OXMH N1", by=by)
    form = parley.api.modal(by.id)
    assert form is not None
    return form


def all_at_once(acts: list[Act], meanwhile: Callable[[], object]) -> list[str]:
    """What each was told. `meanwhile` goes on until the last has been."""
    barrier, listening = threading.Barrier(len(acts)), threading.Semaphore(LISTENERS)

    def run(act: Act) -> str:
        barrier.wait(timeout=30)
        with listening:
            return act()

    with ThreadPoolExecutor(len(acts)) as pool:
        doing = [pool.submit(run, act) for act in acts]
        while not all(each.done() for each in doing):
            meanwhile()
        return [each.result() for each in doing]


def test_fifty_members_at_once_lose_nothing_and_the_cards_follow_once_a_second(parley: Parley) -> None:
    confirming, noting, promising, moving, typing = FIFTY[:20], FIFTY[20:30], FIFTY[30:40], FIFTY[40:44], FIFTY[44:]
    acts: list[Act] = [
        presses(parley, "agreement.confirm", f"OXMH AG{1 + n // 2 % AGREEMENTS} 1", by)
        for n, by in enumerate(confirming)
    ]
    acts += [sends(parley, opened(parley, "note", by), {"text": written(f"Note of {by.name}")}, by) for by in noting]
    acts += [
        sends(
            parley,
            opened(parley, "action", by),
            {
                "what": written(f"Promise of {by.name}"),
                "owners": {"type": "multi_users_select", "selected_users": [by.id]},
                "day": {"type": "datepicker", "selected_date": "2026-12-04"},
            },
            by,
        )
        for by in promising
    ]
    acts += [presses(parley, "live.item", "OXMH N1 1", by) for by in moving]
    acts += [types(parley, f"NOTE: Line of {by.name}", by) for by in typing]
    assert len(acts) == 50

    pace, changes = Pace(), Changes(parley)

    def send() -> None:
        if parley.deps.wake.wait(0.1):
            changes.send(pace)

    said = all_at_once(acts, meanwhile=send)
    for _ in range(200):
        parley.later(seconds=0.25)
        changes.send(pace)

    record = parley.export()
    confirmed = {row["ref"]: sorted(word["party"] for word in row["confirmations"]) for row in record["agreements"]}
    assert confirmed == {f"AG{number + 1}": ["CCG", "OHP"] for number in range(AGREEMENTS)}
    assert {row["status"] for row in record["agreements"]} == {"agreed"}
    assert sum("You confirmed" in words for words in said[:20]) == 2 * AGREEMENTS
    assert sum("it counts once" in words for words in said[:20]) == 20 - 2 * AGREEMENTS
    notes = [f"Note of {by.name}" for by in noting] + [f"Line of {by.name}" for by in typing]
    assert sorted(row["text"] for row in record["notes"]) == sorted(notes)
    assert sorted(row["text"] for row in record["actions"]) == sorted(f"Promise of {by.name}" for by in promising)
    assert all(len(row["owners"]) == 1 and row["due_on"] == "2026-12-04" for row in record["actions"])
    assert said[20:40] == ["{}"] * 20
    assert sorted(said[40:44])[0] == ""  # the card shows it
    assert all("has moved on since. It is at item 1: Fees" in words for words in sorted(said[40:44])[1:])
    assert [item["taken_at"] is not None for item in parley.meetings()["N1"]["agenda"]] == [True, False]
    assert parley.trail_faults() == []
    assert changes.too_close() == []
    assert live_card(parley) == as_it_stands(parley)


class Changes:
    """When each message was changed, by the clock of the test."""

    def __init__(self, parley: Parley) -> None:
        self._parley = parley
        self._seen = len(parley.api.called("chat.update"))
        self.at: dict[tuple[str, str], list[datetime]] = defaultdict(list)

    def send(self, pace: Pace) -> None:
        parley = self._parley
        parley.deps.wake.clear()
        delivery.deliver_due(parley.deps.db, parley.client, routes.NOTICES, parley.deps.now, "anna", pace)
        calls = parley.api.called("chat.update")
        for call in calls[self._seen :]:
            self.at[call["channel"], call["ts"]].append(parley.now)
        self._seen = len(calls)

    def too_close(self) -> list[tuple[datetime, datetime]]:
        pairs = [pair for times in self.at.values() for pair in itertools.pairwise(times)]
        return [(one, next_one) for one, next_one in pairs if next_one - one < BETWEEN_CHANGES]


def live_card(parley: Parley) -> str:
    (text,) = [m["text"] for m in parley.api.messages(cast.joint.id) if m["text"].startswith("Meeting *N1*")]
    return str(text)


def as_it_stands(parley: Parley) -> str:
    with parley.deps.db.snapshot() as session:
        meeting = meetings.open_in(session, cast.joint.id)
        assert meeting is not None
        return blocks.fallback(views.card(state.read(session, meeting)).text)


# -- when there is no turn to write ---------------------------------------------------------------------


@pytest.mark.parametrize("backend", ["sqlite"], indirect=True)
def test_whoever_presses_while_somebody_else_writes_for_long_is_told_at_once(
    parley: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(db, "PATIENCE_SECONDS", 0.05)
    sent = len(parley.api.ephemerals)
    form = opened(parley, "note", cast.lead)
    with ThreadPoolExecutor(1) as other, parley.deps.db.transaction():
        pressed = other.submit(parley.presses, "agreement.confirm", "OXMH AG1 1", cast.lead)
        pressed.result()
        answer = other.submit(parley.submits, form, {"text": written("x")}, cast.lead).result()
    (told,) = parley.api.ephemerals[sent:]
    assert (told["to"], told["text"]) == (cast.lead.id, BUSY)
    assert answer["errors"] == {"text": BUSY}
    assert parley.export()["agreements"][0]["confirmations"] == []
