"""Finding what was said: the rows of one's own circles, ranked, each with what a reader must know of it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.access import Actor
from bot.clauses import rules as clause_rules
from bot.clauses.standing import Standing, standings_of
from bot.search import rules
from bot.search.found import Found, Hit
from storage import Session, meetings, search, tables
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
    """Each with what a reader must know of it, looked up for all of them at once."""
    tables_of = {actor.id: actor for actor in actors}
    chains = search.chains(session, shown)
    rows = [chain[0] for _, chain in chains]
    met = meetings.refs(session, {row.meeting_id for row in rows if getattr(row, "meeting_id", None)})
    clauses = _standings(session, [row for row in rows if isinstance(row, tables.Clause)])
    return [_hit(tables_of[chain[-1].negotiation_id], source, chain, met, clauses) for source, chain in chains]


def _standings(session: Session, rows: Sequence[tables.Clause]) -> dict[int | None, Standing]:
    """How these clauses stand, by id; those of one negotiation are looked at together."""
    of_table: dict[int, list[tables.Clause]] = {}
    for row in rows:
        of_table.setdefault(row.negotiation_id, []).append(row)
    return {key: each for some in of_table.values() for key, each in standings_of(session, some).items()}


def _hit(
    actor: Actor,
    source: Source,
    chain: Sequence[Any],
    met: Mapping[int, str],
    clauses: Mapping[int | None, Standing],
) -> Hit:
    row = chain[0]
    return Hit(
        actor,
        row.kind if isinstance(row, tables.Note) else source.kind,
        _ref(chain),
        _status(row, clauses),
        tuple(said for column in source.columns for said in search.texts_in(getattr(row, column)) if said.strip()),
        getattr(row, "at", None) or getattr(row, "starts_at", None),
        met.get(getattr(row, "meeting_id", None) or 0, ""),
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


def _status(row: Any, clauses: Mapping[int | None, Standing]) -> str:
    """How a row stands, where that is more than that it is there: nothing that was taken back looks as if it held."""
    if isinstance(row, tables.Clause):
        return clause_rules.in_words(clauses[row.id].status)
    if getattr(row, "withdrawn_because", "") or getattr(row, "withdrawn", False):
        return "withdrawn"
    if getattr(row, "removed", False):
        return "removed"
    if getattr(row, "is_done", False):
        return "done"
    status = str(getattr(row, "status", "") or getattr(row, "side", "") or getattr(row, "state", ""))
    return "" if status in _UNCHANGED else status
