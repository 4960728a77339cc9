"""Finding what was said: the rows of one's own circles, ranked, each with what a reader must know of it."""

from collections.abc import Sequence
from typing import Any

from bot.access import Actor
from bot.clauses import rules as clause_rules
from bot.clauses.standing import Standing, standings
from bot.search import rules
from bot.search.found import Found, Hit
from storage import Session, search, tables
from storage.search import Candidate, Circle, Source
from storage.words import Term

MOST = 200
"""Rows that are ranked: the newest that hold the words. Who finds more has to say more."""


def find(
    session: Session, actors: Sequence[Actor], private: bool, asked: Sequence[Term], ref: str, page: int, size: int
) -> Found:
    """A page of the rows that hold what is asked, after those whose ref was typed.

    `private` says whether the actors' own sides' rows are searched too. A page past the end is the last.
    """
    circles: dict[Circle, Actor] = {}
    for actor in actors:
        circles[actor.id, None] = actor
        if private and actor.party_id is not None:
            circles[actor.id, actor.party_id] = actor
    named = search.with_ref(session, list(circles), ref)
    found = search.holding(session, list(circles), asked, MOST + 1)
    ids = {each.id for each in named}
    every = [*named, *(each for each in rules.ranked(asked, found[:MOST]) if each.id not in ids)]
    begin = min((max(page, 1) - 1) * size, max(len(every) - 1, 0) // size * size)
    shown = every[begin : begin + size]
    return Found(_hits(session, actors, shown), begin, len(every), len(found) > MOST)


def _hits(session: Session, actors: Sequence[Actor], shown: Sequence[Candidate]) -> list[Hit]:
    tables_of = {actor.id: actor for actor in actors}
    clauses: dict[int, dict[int, Standing]] = {}
    return [_hit(session, tables_of, source, row, clauses) for source, row in search.rows(session, shown)]


def _hit(
    session: Session,
    tables_of: dict[int, Actor],
    source: Source,
    row: Any,
    clauses: dict[int, dict[int, Standing]],
) -> Hit:
    chain = search.chain(session, source, row)
    actor = tables_of[chain[-1].negotiation_id]
    kind = row.kind if isinstance(row, tables.Note) else source.kind
    meeting_id = getattr(row, "meeting_id", None) if not isinstance(row, tables.Meeting) else None
    meeting = session.get(tables.Meeting, meeting_id) if meeting_id else None
    return Hit(
        actor,
        kind,
        _ref(chain),
        _status(session, row, clauses),
        tuple(said for column in source.columns for said in search.texts_in(getattr(row, column)) if said.strip()),
        getattr(row, "at", None) or getattr(row, "starts_at", None),
        meeting.ref if meeting else "",
        getattr(row, "permalink", None),
    )


def _ref(chain: Sequence[Any]) -> str:
    """By what a row is called: its ref, or that of what it belongs to, with its number there."""
    row = chain[0]
    match row:
        case tables.Clause():
            return str(row.number)
        case tables.Issued():
            return f"{chain[1].number} v{row.issue}"
        case tables.AgendaItem():
            return f"{chain[1].ref} item {row.number}"
        case tables.Paper():
            return f"{chain[1].ref} paper {row.number}"
        case tables.MinutesCorrection():
            return f"{chain[1].ref} correction {row.number}"
        case tables.MetricWording():
            return f"{chain[1].ref} w{row.number}"
        case tables.Evidence():
            return f"criterion {chain[1].number}"
        case tables.Criterion():
            return f"criterion {row.number}"
        case tables.Position() | tables.Concession() | tables.Mandate():
            return f"{row.ref} v{row.version}"
        case tables.Package() | tables.ContractFile():
            return str(row.name)
        case tables.Choice():
            return str(row.kind)
        case tables.Weighing():
            return str(row.structure)
    return str(next((link.ref for link in chain if getattr(link, "ref", "")), ""))


_UNCHANGED = ("recorded", "standing", "planned", "read")


def _status(session: Session, row: Any, clauses: dict[int, dict[int, Standing]]) -> str:
    """How a row stands, where that is more than that it is there: nothing that was taken back looks as if it held."""
    if isinstance(row, tables.Clause):
        if row.negotiation_id not in clauses:
            every = standings(session, row.negotiation_id)
            clauses[row.negotiation_id] = {each.clause.id or 0: each for each in every}
        return clause_rules.in_words(clauses[row.negotiation_id][row.id or 0].status)
    if getattr(row, "withdrawn_because", "") or getattr(row, "withdrawn", False):
        return "withdrawn"
    if getattr(row, "removed", False):
        return "removed"
    if getattr(row, "is_done", False):
        return "done"
    status = str(getattr(row, "status", "") or getattr(row, "side", "") or getattr(row, "state", ""))
    return "" if status in _UNCHANGED else status
