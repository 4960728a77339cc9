"""Everything that people have said, found by its words: one index for all of the record.

Rows are indexed in the transaction that writes them: whatever a session flushes is looked at, so that no verb can
forget it (`add_word` and `renumber`, which write past the session, index for themselves). `search_entry` says whose
row it is and holds its words; `search_words` is the database's own full text index over them (SQLite's FTS5,
PostgreSQL's tsvector).

Every indexed word begins with two characters for its circle: the table of one negotiation, or one party. So a
search reads the words of its own circles and no others: what somebody else may see is neither found nor counted, and
how much there is of it changes neither the order nor the time.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, TextClause, event, insert, inspect, text
from sqlmodel import Session, SQLModel, bindparam, col, delete, select

from storage import tables
from storage.tables import SearchEntry
from storage.words import Term, searchable

INDEX = "search_words"
"""The database's own tables for the words begin like this; no table of the code's stands behind them."""


@dataclass(frozen=True)
class Source:
    """A table in which people's words stand: what it is called, the columns to find it by, and whose its rows are.

    A row without a negotiation is its parent's, found by the column `of`. `private` rows belong to their `party_id`;
    in other tables a party is only the one that spoke.
    """

    table: type[SQLModel]
    kind: str
    columns: tuple[str, ...]
    private: bool = False
    of: tuple[str, type[SQLModel]] | None = None
    ref: str = "ref"

    @property
    def name(self) -> str:
        return str(self.table.__tablename__)


_SAID = (
    Source(tables.Agreement, "agreement", ("clause", "text", "because"), private=True),
    Source(tables.Confirmation, "objection", ("reason",), of=("agreement_id", tables.Agreement)),
    Source(tables.Decision, "decision", ("text",), private=True),
    Source(tables.Action, "action", ("text", "evidence"), private=True),
    Source(tables.Note, "note", ("text",), private=True),
    Source(tables.Meeting, "meeting", ("title", "purpose", "ground_rules", "place", "reason"), private=True),
    Source(tables.AgendaItem, "agenda item", ("title",), of=("meeting_id", tables.Meeting)),
    Source(tables.Paper, "paper", ("title",), of=("meeting_id", tables.Meeting)),
    Source(tables.MinutesCorrection, "correction of minutes", ("text", "because"), of=("meeting_id", tables.Meeting)),
    Source(tables.Clause, "clause", ("title", "text", "because"), ref="number"),
    Source(tables.Issued, "issued wording", ("title", "text"), of=("clause_id", tables.Clause), ref=""),
    Source(tables.Proposal, "proposal", ("text", "rationale"), of=("clause_id", tables.Clause)),
    Source(tables.Package, "package", ("name",)),
    Source(tables.ContractFile, "contract", ("name", "title", "unplaced")),
    Source(tables.Milestone, "milestone", ("title", "rated_because")),
    Source(tables.Document, "document", ("title", "version", "changes")),
    Source(tables.MissingSchedule, "missing schedule", ("name",), of=("document_id", tables.Document)),
    Source(tables.Commitment, "commitment", ("text", "source", "reason")),
    Source(
        tables.Variation,
        "register entry",
        ("title", "clause", "answers", "consulted", "approval", "submission", "withdrawn_because"),
    ),
    Source(tables.Derogation, "derogation", ("clause", "text", "withdrawn_because")),
    Source(tables.ContractChange, "contract change", ("title", "impact", "withdrawn_because")),
    Source(tables.Position, "position", ("subject", "must", "target", "walkaway", "red_lines"), private=True),
    Source(tables.Concession, "concession", ("subject", "text"), private=True),
    Source(tables.Mandate, "mandate", ("text",), private=True),
    Source(tables.Choice, "choice", ("structure", "reason", "words")),
    Source(tables.Weighing, "pro or con", ("structure", "text", "mitigation")),
    Source(tables.Analysis, "market analysis", ("title", "finding")),
    Source(tables.Criterion, "criterion", ("text",)),
    Source(tables.Evidence, "evidence", ("text",), of=("criterion_id", tables.Criterion)),
    Source(tables.Finding, "finding", ("text", "remark")),
    Source(tables.Outcome, "outcome", ("title", "note")),
    Source(
        tables.Metric,
        "metric",
        ("definition", "source", "baseline", "target", "lag", "review", "note", "because"),
        of=("outcome_id", tables.Outcome),
    ),
    Source(tables.MetricWording, "metric wording", ("text", "because", "history"), of=("metric_id", tables.Metric)),
    Source(tables.ShareAtRisk, "share at risk", ("note",)),
    Source(tables.ScopeService, "service", ("name", "source", "because", "note")),
    Source(tables.ContractValue, "contract value", ("source", "note")),
    Source(tables.ContractTerm, "term", ("source", "note", "extended_because")),
)
SOURCES: dict[type[SQLModel], Source] = {source.table: source for source in _SAID}
_BY_NAME = {source.name: source for source in _SAID}

Circle = tuple[int, int | None]
"""A negotiation, and the party whose private rows are meant; None: what the whole table shares."""


class Candidate(NamedTuple):
    """A row that holds the words, by its entry's id; `words` are all of its own."""

    id: int
    source: str
    row_id: int
    ref: str
    words: str


# -- keeping the index ----------------------------------------------------------------------------------


@event.listens_for(Session, "after_flush")
def _index_flushed(session: Session, _context: Any) -> None:
    for row in session.new:
        if (source := SOURCES.get(type(row))) is not None:
            _add(session, source, row)
    for row in session.dirty:
        if (source := SOURCES.get(type(row))) is not None and _reworded(source, row):
            keep(session, row)
    for row in session.deleted:
        if (source := SOURCES.get(type(row))) is not None:
            _drop(session.connection(), _entry(session, source, row))


def keep(session: Session, row: SQLModel) -> None:
    """Bring a row's place in the index up to its words, which may have been changed past the session."""
    source = SOURCES[type(row)]
    before = _entry(session, source, row)
    if before is None:
        _add(session, source, row)
        return
    now, connection = _described(session, source, row), session.connection()
    if (before.ref, before.words) == (now["ref"], now["words"]):
        return
    _drop(connection, before)
    connection.execute(_INSERT, {**now, "id": before.id})
    _add_words(connection, before.id, now)


def _reworded(source: Source, row: SQLModel) -> bool:
    attributes = inspect(row).attrs
    watched = (*source.columns, source.ref) if source.ref in attributes else source.columns
    return any(attributes[column].history.has_changes() for column in watched)


_INSERT = insert(SearchEntry)
_ENTRY = select(SearchEntry).where(SearchEntry.source == bindparam("source"), SearchEntry.row_id == bindparam("row"))


def _entry(session: Session, source: Source, row: Any) -> Any:
    found = {"source": source.name, "row": row.id}
    return session.connection().execute(_ENTRY, found).first()


def _add(session: Session, source: Source, row: SQLModel) -> None:
    described = _described(session, source, row)
    if described["words"]:
        connection = session.connection()
        made = connection.execute(_INSERT, described).inserted_primary_key
        _add_words(connection, made[0] if made else 0, described)


def _described(session: Session, source: Source, row: Any) -> dict[str, Any]:
    """The entry of a row, as its columns."""
    negotiation_id, party_id = _circle(session, source, row)
    ref = getattr(row, source.ref, "")
    texts = [said for column in source.columns for said in texts_in(getattr(row, column))]
    return {
        "negotiation_id": negotiation_id,
        "party_id": party_id,
        "source": source.name,
        "row_id": row.id,
        "ref": ref_key(ref),
        # A row that only has a number is in no list of words.
        "words": searchable(ref, *texts) if source.kind != "objection" or any(texts) else "",
    }


def _circle(session: Session, source: Source, row: Any) -> Circle:
    while source.of is not None:
        column, parent = source.of
        row, source = session.get_one(parent, getattr(row, column)), SOURCES[parent]
    return row.negotiation_id, row.party_id if source.private else None


def texts_in(value: Any) -> Iterator[str]:
    """The texts of a column, which may hold a list or a table of them."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (said for each in value.values() for said in texts_in(each))
    elif isinstance(value, list):
        yield from (said for each in value for said in texts_in(each))


def ref_key(ref: str) -> str:
    return " ".join(ref.split()).casefold()


# -- the database's own index ---------------------------------------------------------------------------

_BASE = 3000  # of the 6,400 characters for private use, which no text has: people's are taken out at the edge


def _mark(circle: Circle) -> str:
    """Two characters for a circle: parties' begin where negotiations' end."""
    negotiation_id, party_id = circle
    number, offset = (negotiation_id, 0) if party_id is None else (party_id, _BASE)
    return chr(0xE000 + offset + number // _BASE) + chr(0xE000 + number % _BASE)


def _is_sqlite(connection: Connection) -> bool:
    return connection.dialect.name == "sqlite"


def marked(connection: Connection, circle: Circle, words: str) -> str:
    """Words as the index takes them: FTS5 one after the other, a vector each with its place."""
    mark = _mark(circle)
    if _is_sqlite(connection):
        return " ".join(mark + word for word in words.split())
    return " ".join(f"'{mark}{word}':{place}" for place, word in enumerate(words.split(), 1))


_ADD_FTS = text("INSERT INTO search_words (rowid, words) VALUES (:id, :words)")
_DROP_FTS = text("INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', :id, :words)")
_ADD_VECTOR = text("INSERT INTO search_words (id, words) VALUES (:id, CAST(:words AS tsvector))")
_DROP_VECTOR = text("DELETE FROM search_words WHERE id = :id")


def _add_words(connection: Connection, entry_id: int, described: dict[str, Any]) -> None:
    circle = described["negotiation_id"], described["party_id"]
    words = marked(connection, circle, described["words"])
    statement = _ADD_FTS if _is_sqlite(connection) else _ADD_VECTOR
    connection.execute(statement, {"id": entry_id, "words": words})


def _drop(connection: Connection, entry: Any) -> None:
    """Take an entry out; FTS5, which keeps no words, has to be told them."""
    if entry is None:
        return
    if _is_sqlite(connection):
        words = marked(connection, (entry.negotiation_id, entry.party_id), entry.words)
        connection.execute(_DROP_FTS, {"id": entry.id, "words": words})
    else:
        connection.execute(_DROP_VECTOR, {"id": entry.id})
    connection.execute(delete(SearchEntry).where(col(SearchEntry.id) == entry.id))


# -- rows from before there was an index ----------------------------------------------------------------


def catch_up(session: Session) -> int:
    """Index every row that is not indexed yet; gives how many there were. Safe to repeat."""
    return sum(_catch_up(session, source) for source in _SAID)


def _catch_up(session: Session, source: Source) -> int:
    """A thousand rows at a time, so that a long record needs no more memory than a short one."""
    table: Any = source.table
    known = select(SearchEntry.row_id).where(SearchEntry.source == source.name)
    missing = select(table).where(table.id.not_in(known)).order_by(table.id).limit(1000)
    last = added = 0
    while page := session.exec(missing.where(table.id > last)).all():
        for row in page:
            _add(session, source, row)
        last, added = page[-1].id, added + len(page)
        session.expunge_all()
    return added


def faults(session: Session) -> list[str]:
    """Where the index does not say what the record says; nothing, if nothing was forgotten."""
    kept = {(entry.source, entry.row_id): entry for entry in session.exec(select(SearchEntry))}
    found = []
    for source in _SAID:
        for row in _all(session, source):
            entry = kept.pop((source.name, row.id), None)
            said = {} if entry is None else entry.model_dump(exclude={"id"})
            described = _described(session, source, row)
            if said != described and (entry is not None or described["words"]):
                found.append(f"{source.kind} {row.id}: {said} is not {described}")
    return [*found, *(f"{source} {row_id} is gone" for source, row_id in kept)]


def _all(session: Session, source: Source) -> list[Any]:
    return list(session.exec(select(source.table)).all())


# -- questions ------------------------------------------------------------------------------------------


def holding(session: Session, circles: Sequence[Circle], terms: Sequence[Term], most: int) -> list[Candidate]:
    """The rows of these circles that hold all the terms, the newest first, and at most so many.

    Nothing is ranked here: a common word is in half of all rows, and reading a million of them to order them takes
    longer than anybody waits.
    """
    if not circles or not terms:
        return []
    connection = session.connection()
    asked = " OR " if _is_sqlite(connection) else " | "
    query = asked.join(f"({question(connection, circle, terms)})" for circle in circles)
    if _is_sqlite(connection):
        return _found(connection, _FIND_FTS, query=query, most=most)
    found = _found(connection, _FIND_AMONG_NEWEST, query=query, most=most, newest=NEWEST)
    return found if len(found) == most else _found(connection, _FIND_VECTOR, query=query, most=most)


def _found(connection: Connection, statement: TextClause, **asked: str | int) -> list[Candidate]:
    return [Candidate._make(row) for row in connection.execute(statement, asked).all()]


_FIND_FTS = text(
    "SELECT e.id, e.source, e.row_id, e.ref, e.words FROM search_entry e JOIN (SELECT rowid AS id FROM search_words "
    "WHERE search_words MATCH :query ORDER BY rowid DESC LIMIT :most) f ON f.id = e.id ORDER BY e.id DESC"
)
# Left to itself, PostgreSQL looks at row after row, the newest first, until it has enough: a million of them for two
# words that are never together. So it is asked for the newest rows alone, where a common word is found at once; and
# if that is not enough, the words are rare, and all the rows that hold them are taken from the index.
NEWEST = 5000
_FIND_AMONG_NEWEST = text(
    "SELECT e.id, e.source, e.row_id, e.ref, e.words FROM search_entry e JOIN (SELECT id FROM (SELECT id, words "
    "FROM search_words ORDER BY id DESC LIMIT :newest) newest WHERE words @@ CAST(:query AS tsquery) "
    "ORDER BY id DESC LIMIT :most) f ON f.id = e.id ORDER BY e.id DESC"
)
_FIND_VECTOR = text(
    "WITH held AS MATERIALIZED (SELECT id FROM search_words WHERE words @@ CAST(:query AS tsquery)) "
    "SELECT e.id, e.source, e.row_id, e.ref, e.words FROM search_entry e JOIN (SELECT id FROM held "
    "ORDER BY id DESC LIMIT :most) f ON f.id = e.id ORDER BY e.id DESC"
)


def question(connection: Connection, circle: Circle, terms: Sequence[Term]) -> str:
    """All the terms within one circle, in the database's own language; of words nothing but letters reaches it."""
    mark = _mark(circle)
    if _is_sqlite(connection):
        phrases = (" ".join(mark + word for word in term.words) for term in terms)
        return " AND ".join(
            f'"{phrase}"' + (" *" if term.begins else "") for phrase, term in zip(phrases, terms, strict=True)
        )
    vectors = (" <-> ".join(f"'{mark}{word}'" for word in term.words) for term in terms)
    return " & ".join(f"({vector}{':*' if term.begins else ''})" for vector, term in zip(vectors, terms, strict=True))


def with_ref(session: Session, circles: Sequence[Circle], ref: str) -> list[Candidate]:
    """The rows of these circles that bear this ref, the newest first."""
    connection, key = session.connection(), ref_key(ref)
    found: list[Any] = []
    for negotiation_id, party_id in circles:
        asked = {"negotiation": negotiation_id, "party": party_id, "ref": key}
        found += connection.execute(_NAMED, asked).all()
    return [Candidate(row.id, row.source, row.row_id, row.ref, row.words) for row in found]


_NAMED = (
    select(SearchEntry)
    .where(
        SearchEntry.negotiation_id == bindparam("negotiation"),
        col(SearchEntry.party_id).is_not_distinct_from(bindparam("party", type_=Integer)),
        SearchEntry.ref == bindparam("ref"),
    )
    .order_by(col(SearchEntry.id).desc())
    .limit(20)
)


Link = tuple[type[SQLModel], int]
"""A row by its table and its id."""


def chains(session: Session, found: Iterable[Candidate]) -> list[tuple[Source, list[Any]]]:
    """The rows themselves, in this order, each with what it is and after it those it belongs to, up to the one that
    is the negotiation's own. Each table is asked once, however many of its rows are wanted.
    """
    begun = [(_BY_NAME[each.source], each.row_id) for each in found]
    links: list[Link | None] = [(source.table, row_id) for source, row_id in begun]
    rows: list[list[Any]] = [[] for _ in begun]
    while any(links):
        loaded = _loaded(session, [link for link in links if link is not None])
        for number, link in enumerate(links):
            if link is not None:
                rows[number].append(loaded[link])
                links[number] = _parent(*link, loaded)
    return [(source, row) for (source, _), row in zip(begun, rows, strict=True)]


def _parent(table: type[SQLModel], row_id: int, loaded: Mapping[Link, Any]) -> Link | None:
    source = SOURCES[table]
    if source.of is None:
        return None
    column, parent = source.of
    return parent, getattr(loaded[table, row_id], column)


def _loaded(session: Session, wanted: Iterable[Link]) -> dict[Link, Any]:
    ids: dict[type[SQLModel], set[int]] = {}
    for kind, row_id in wanted:
        ids.setdefault(kind, set()).add(row_id)
    found: dict[Link, Any] = {}
    for kind, of_kind in ids.items():
        table: Any = kind
        found |= {(kind, row.id): row for row in session.exec(select(table).where(table.id.in_(of_kind)))}
    return found
