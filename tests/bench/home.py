"""App Home of somebody who sits at ten tables with 10,000 actions, beside the least that it can cost.

The goal is an absolute one, 50 ms, told as a ratio to what the bare database takes to find the ten actions that are due
first. They recorded half of everything and own a tenth of it, and nothing was ever done: every action is open.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import insert
from sqlmodel import select

from bot.home import service, views
from storage import Database, Session
from storage.tables import (
    Action,
    ActionOwner,
    Agreement,
    Attendance,
    Clause,
    Confirmation,
    Meeting,
    Member,
    Milestone,
    Party,
)
from tests import cast
from tests.bench.measure import Ratio, interleaved
from tests.block_kit import faults_in_view
from tests.harness import MORNING, Parley, running_parley

NEGOTIATIONS, ACTIONS, CLAUSES, MEETINGS, MILESTONES, AGREEMENTS = 10, 1000, 200, 40, 20, 60
"""Of everything but the negotiations: so many at each table."""
GOAL_SECONDS = 0.05
BARE = (
    "SELECT action.id, action.text FROM action WHERE action.status = 'open' AND action.due_on IS NOT NULL "
    "AND action.id IN (SELECT action_id FROM actionowner WHERE member_id IN "
    "(SELECT id FROM member WHERE person_id = ?)) ORDER BY action.due_on, action.id LIMIT 10"
)


def measure(folder: Path) -> list[Ratio]:
    with running_parley(f"sqlite:///{folder}/home.db", checked=False) as parley:
        _set_up(parley)
        _fill(parley.deps.db)
        return [_measured(parley, None), _measured(parley, 1)]


def _measured(parley: Parley, chosen: int | None) -> Ratio:
    database, user = parley.deps.db, cast.chair.id

    def ours(_number: int) -> None:
        with database.snapshot() as session:
            content = views.page(service.facts(session, parley.deps.team_id, user, chosen, now=parley.now))
            views.fingerprint(content)

    with database.snapshot() as session:
        whole = views.page(service.facts(session, parley.deps.team_id, user, chosen, now=parley.now))
        person = session.exec(select(Member.person_id)).first()
    assert faults_in_view(views.view(whole, parley.now)) == []
    assert "more: `/parley" in str(whole)
    with closing(sqlite3.connect(database.path or "")) as raw:
        floor, taken = interleaved(lambda _n: raw.execute(BARE, (person,)).fetchall(), ours, rounds=5, each=10)
    what = "App Home of one" if chosen else "App Home over ten"
    return Ratio(f"{what}, {NEGOTIATIONS * ACTIONS:,} actions / bare query", floor, taken, goal=GOAL_SECONDS / floor)


# -- filling --------------------------------------------------------------------------------------------


def _set_up(parley: Parley) -> None:
    """Ten tables with the same two people."""
    for number in range(NEGOTIATIONS):
        where = cast.Room(f"C7{number:02d}", f"table-{number}")
        for text in (
            f"new TABLE{number} Outcomes contract of county {number}",
            "party add CCG The commissioner as commissioner",
            "party add OHP The provider as provider",
            f"member add {cast.chair.mention} to CCG as chair, lead, legal",
            f"member add {cast.lead.mention} to OHP as lead",
        ):
            parley.slash(text, by=cast.chair, where=where)


def _fill(database: Database) -> None:
    """Past the verbs, for they would take an hour: rows as the verbs leave them."""
    with database.transaction() as session:
        for negotiation in range(1, NEGOTIATIONS + 1):
            _fill_one(session, negotiation)


def _fill_one(session: Session, negotiation: int) -> None:
    seats = session.exec(select(Member).where(Member.negotiation_id == negotiation).order_by("id")).all()
    parties = session.exec(select(Party).where(Party.negotiation_id == negotiation).order_by("id")).all()
    chair, lead = (seat.id or 0 for seat in seats)
    connection = session.connection()
    connection.execute(insert(Action), list(_actions(negotiation, (chair, lead))))
    begin = (negotiation - 1) * ACTIONS
    owners = [
        {"action_id": begin + number + 1, "member_id": chair if number % 10 == 0 else lead}
        for number in range(ACTIONS)
        if number % 50 != 7  # some have no owner
    ]
    connection.execute(insert(ActionOwner), owners)
    connection.execute(insert(Clause), list(_clauses(negotiation, chair)))
    connection.execute(insert(Milestone), list(_milestones(negotiation)))
    connection.execute(insert(Meeting), list(_meetings(negotiation)))
    connection.execute(insert(Attendance), list(_attendance(negotiation, chair)))
    connection.execute(insert(Agreement), list(_agreements(negotiation, lead)))
    connection.execute(insert(Confirmation), list(_confirmations(negotiation, lead, parties[1].id or 0)))


def _recorded(negotiation: int, number: int, prefix: str, author: int) -> dict[str, Any]:
    words = f"The trust will share its model of the activity figures, part {number}, before the next round."
    ref = f"{prefix}{number}"
    common = {"text": words, "said": words, "seq": number, "line": 0, "at": MORNING}
    return {"negotiation_id": negotiation, "number": number, "ref": ref, "author_id": author, **common}


def _actions(negotiation: int, authors: tuple[int, int]) -> Iterator[dict[str, Any]]:
    for number in range(1, ACTIONS + 1):
        due = None if number % 40 == 3 else date(2026, 11, 1) + timedelta(days=number % 90)
        row = _recorded(negotiation, number, "A", authors[number % 2])
        identity = (negotiation - 1) * ACTIONS + number
        yield {**row, "id": identity, "status": "open", "due_on": due, "evidence": ""}


def _clauses(negotiation: int, member: int) -> Iterator[dict[str, Any]]:
    states = ("open", "proposed", "countered", "parked", "escalated", "agreed_in_principle")
    for number in range(1, CLAUSES + 1):
        status = states[number % len(states)]
        yield {
            "negotiation_id": negotiation,
            "number": f"{number}.1",
            "place": number,
            "title": f"Payment {number}",
            "text": "Payment falls due within 30 days. " * 20,
            "kind": "clause",
            "level": 1,
            "national": False,
            "unverified": False,
            "legal": "open" if number % 20 == 0 else "",
            "streams": [],
            "because": "",
            "escalated_to_id": member if number % 20 == 4 else None,
            "issue": 0,
            "left_out": 0,
            "status": status,
        }


def _milestones(negotiation: int) -> Iterator[dict[str, Any]]:
    for number in range(1, MILESTONES + 1):
        day = date(2026, 11, 10) + timedelta(days=7 * number)
        yield {
            "negotiation_id": negotiation,
            "number": number,
            "ref": f"M{number}",
            "title": f"Step {number}",
            "kind": "milestone",
            "planned": day,
            "baseline": day - timedelta(days=20),
            "removed": False,
            "rated_because": "",
        }


def _meetings(negotiation: int) -> Iterator[dict[str, Any]]:
    for number in range(1, MEETINGS + 1):
        yield {
            "id": (negotiation - 1) * MEETINGS + number,
            "negotiation_id": negotiation,
            "kind": "negotiation",
            "number": number,
            "ref": f"N{number}",
            "title": f"Round {number}",
            "status": "planned",
            "place": "",
            "starts_at": MORNING + timedelta(days=number),
            "minutes_planned": 60,
            "purpose": "",
            "reason": "",
            "ground_rules": "",
            "sequence": 0,
            "automatic": False,
        }


def _attendance(negotiation: int, member: int) -> Iterator[dict[str, Any]]:
    for number in range(1, MEETINGS + 1):
        identity = (negotiation - 1) * MEETINGS + number
        common = {"meeting_id": identity, "status": "invited", "capacity": "", "asked": False}
        if number % 2:
            yield {**common, "member_id": member, "name": "The chair", "reply": "yes"}
        for guest in range(10):
            yield {**common, "member_id": None, "name": f"Guest {guest}", "reply": None}


def _agreements(negotiation: int, author: int) -> Iterator[dict[str, Any]]:
    for number in range(1, AGREEMENTS + 1):
        row = _recorded(negotiation, number, "AG", author)
        identity = (negotiation - 1) * AGREEMENTS + number
        yield {**row, "id": identity, "status": "awaiting", "version": 1, "because": ""}


def _confirmations(negotiation: int, member: int, party: int) -> Iterator[dict[str, Any]]:
    for number in range(1, AGREEMENTS + 1):
        identity = (negotiation - 1) * AGREEMENTS + number
        common = {"version": 1, "stance": "confirmed", "reason": "", "at": MORNING}
        yield {**common, "agreement_id": identity, "party_id": party, "member_id": member}
