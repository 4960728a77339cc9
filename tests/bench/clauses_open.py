"""`clauses open` over a whole contract, beside the least it can cost: reading the very rows that it needs."""

import sqlite3
from pathlib import Path

from sqlalchemy import insert
from sqlmodel import col, select

from bot import edge, routes
from bot.access import Place
from bot.slack.command import Call
from bot.trail import Source
from storage import Session
from storage.tables import Agreement, Clause, Confirmation, Member, Negotiation, Proposal
from tests import cast
from tests.bench.measure import Ratio, interleaved
from tests.harness import Parley, running_parley

CLAUSES, PROPOSALS, AGREEMENTS = 600, 900, 200
AGREED = 120
"""Of the agreements, those that both sides have confirmed."""
GOAL = 8
"""About fifty milliseconds where reading the rows takes six: nobody waits for a list."""
WORDS = "The Provider shall report on every outcome each month, with the figures behind it, in the form of schedule"
# What a list cannot do without; the words of what was countered long ago are no part of it.
READ = (
    "SELECT * FROM clause WHERE negotiation_id = 1 ORDER BY place, id",
    "SELECT proposal.* FROM proposal JOIN clause ON clause.id = clause_id WHERE proposal.status = 'standing'",
    "SELECT * FROM agreement WHERE negotiation_id = 1 AND clause_id IS NOT NULL ORDER BY seq",
)


def measure(folder: Path) -> list[Ratio]:
    """The page that the handler makes in a snapshot, and the whole command with its transaction."""
    with running_parley(f"sqlite:///{folder}/clauses.db") as parley:
        parley.set_up()
        with parley.deps.db.transaction() as session:
            _fill(session, parley)
        place = Place(parley.deps.team_id, cast.joint.id, cast.chair.id)
        call = Call(place, "clauses open", parley.now, {}, Source(place.channel_id))
        raw = sqlite3.connect(folder / "clauses.db", isolation_level=None)

        def select_rows(_number: int) -> None:
            found = [raw.execute(query).fetchall() for query in READ]
            assert [len(rows) for rows in found] == [CLAUSES, CLAUSES, AGREEMENTS]

        def list_open(_number: int) -> None:
            with parley.deps.db.snapshot() as session:
                shown = edge.dispatch(session, routes.COMMANDS, call).text
            assert f"{CLAUSES - AGREED} of {CLAUSES}" in shown

        def command(_number: int) -> None:
            assert f"{CLAUSES - AGREED} of {CLAUSES}" in parley.slash("clauses open", by=cast.chair).text

        floor, page, whole = interleaved(select_rows, list_open, command, rounds=10, each=5, warm_up=5)
        raw.close()
    size = f"{CLAUSES} clauses, {PROPOSALS} proposals, {AGREEMENTS} agreements"
    return [
        Ratio(f"clauses open, {size} / raw SELECT of the same rows", floor, page, goal=GOAL),
        Ratio("the same as a whole command, Bolt and durability too", floor, whole),
    ]


def _fill(session: Session, parley: Parley) -> None:
    """Every clause has a standing proposal, half of them a countered one, and a third of them words agreed or
    waiting."""
    negotiation = session.exec(select(Negotiation)).one()
    sides = {row.party_id: row.id for row in session.exec(select(Member).order_by(col(Member.id).desc()))}
    (ccg, chair), (ohp, lead) = sorted(sides.items())
    numbers = [f"{1 + each // 25}.{1 + each % 25}" for each in range(CLAUSES)]
    common = {"negotiation_id": negotiation.id, "at": parley.now, "author_id": chair}
    session.execute(
        insert(Clause),
        [
            {"negotiation_id": negotiation.id, "number": number, "place": place, "title": f"Title of {number}"}
            | {"text": f"{WORDS} {number}.", "status": "proposed"}
            for place, number in enumerate(numbers, 1)
        ],
    )
    ids = {row.number: row.id for row in session.exec(select(Clause))}
    session.execute(
        insert(Proposal),
        [
            {"clause_id": ids[number], "number": each, "ref": f"{number}/p{each}", "text": f"{WORDS} {number}, {each}."}
            | {
                "party_id": (ccg, ohp)[each % 2],
                "author_id": (chair, lead)[each % 2],
                "rationale": "",
                "at": parley.now,
            }
            | {"status": "standing" if each == last else "countered"}
            for place, number in enumerate(numbers)
            for last in (2 if place < PROPOSALS - CLAUSES else 1,)
            for each in range(1, last + 1)
        ],
    )
    session.execute(
        insert(Agreement),
        [
            common
            | {"number": each, "ref": f"AG{each}", "text": f"{WORDS} {each}.", "said": "", "seq": 1000 + each}
            | {"status": "agreed" if each <= AGREED else "awaiting", "clause": number, "clause_id": ids[number]}
            | {"version": 1, "because": ""}
            for each, number in enumerate(numbers[:AGREEMENTS], 1)
        ],
    )
    agreed = session.execute(select(Agreement.id, Agreement.number)).all()
    session.execute(
        insert(Confirmation),
        [
            {"agreement_id": agreement, "version": 1, "party_id": party, "member_id": member}
            | {"stance": "confirmed", "reason": "", "at": parley.now}
            for agreement, number in agreed
            for party, member in ((ccg, chair), (ohp, lead))[: 2 if number <= AGREED else 1]
        ],
    )
