"""`search` among a million records of several negotiations, beside the least that it can cost: the bare index.

The goal is an absolute one, 50 ms, told as a ratio to what the database's own index takes for the newest eight rows.
Words that are never together are the dearest question: to say truly that no record holds both, each index goes
through all that hold either.
"""

import itertools
import random
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import func, insert, literal, text
from sqlmodel import col, select

from bot import edge, routes
from bot.access import Place
from bot.search import rules
from bot.slack.command import Call
from bot.trail import Source
from storage import Database, search
from storage.db import AwareUTC
from storage.tables import Member, Negotiation, Note, NoteKind, RecordStatus, SearchEntry
from tests import cast
from tests.bench.measure import Ratio, interleaved
from tests.databases import CannotStart, start_postgres
from tests.harness import MORNING, Parley, running_parley

RECORDS = 1_000_000
CODES = ("OXMH", "BUCKS", "BERKS", "SWIN")
SHARE = (0.55, 0.2, 0.15, 0.1)
"""How much of the records each negotiation has."""
VOCABULARY = 20_000
SPEECH = 2_000_003
"""Words that are drawn; the records take theirs from them in turn, a little shifted each time."""
WORDS = 24
"""Words to a record; the n-th most frequent word of the vocabulary is about n times rarer than the first."""
FIRST = 1000
"""The id and the number of the first record: smaller ones were given while the table was set up."""
GOAL_SECONDS = 0.05
ASKED = (
    ("a word that is in most records", "w0"),
    ("a rare word", "w15000"),
    ("three common words", "w1 w2 w3"),
    ("a phrase of two common words", '"w0 w1"'),
    ("a common beginning", "w1"),
    ("two words that are never together", "only never"),
    ("a word that nobody said", "zebra"),
)
BARE_FTS5 = "SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT 8"
BARE_GIN = "SELECT id FROM search_words WHERE words @@ CAST(%s AS tsquery) ORDER BY id DESC LIMIT 8"


def measure(folder: Path, records: int = RECORDS) -> list[Ratio]:
    """On SQLite, and on PostgreSQL where there is one."""
    found = _measure("FTS5", f"sqlite:///{folder}/search.db", records)
    try:
        server = start_postgres()
    except CannotStart as reason:
        print(f"Not measured on PostgreSQL: {reason}")
        return found
    try:
        return found + _measure("PostgreSQL", server.new_database(migrated=True), records)
    finally:
        server.stop()


def _measure(name: str, url: str, records: int) -> list[Ratio]:
    """Each question as the handler answers it in a snapshot, beside the bare query for its newest eight rows."""
    with running_parley(url, checked=False) as parley:
        parley.set_up()
        for number, code in enumerate(CODES[1:]):
            parley.slash(
                f"new {code} A contract of another county", by=cast.chair, where=cast.Room(f"C9{number}", code.lower())
            )
        _fill(parley.deps.db, records)
        with _driver(parley.deps.db) as raw:
            found = [_asked(parley, raw, name, what, typed) for what, typed in ASKED]
        return [*found, _command(parley, f"among {records:,} indexed records, {name}")]


def _asked(parley: Parley, raw: Any, name: str, what: str, typed: str) -> Ratio:
    database = parley.deps.db
    place = Place(parley.deps.team_id, cast.joint.id, cast.chair.id)
    call = Call(place, f"search {typed}", parley.now, {}, Source(place.channel_id))
    statement = BARE_FTS5 if database.is_sqlite else BARE_GIN
    with database.snapshot() as session:
        query = search.question(session.connection(), (1, None), rules.terms(typed))

    def bare(_number: int) -> None:
        raw.execute(statement, (query,)).fetchall()

    def ours(_number: int) -> None:
        with database.snapshot() as session:
            edge.dispatch(session, routes.COMMANDS, call)

    floor, taken = interleaved(bare, ours, rounds=5, each=3, warm_up=2)
    return Ratio(f"search, {what} / bare {name}", floor, taken, goal=GOAL_SECONDS / floor)


def _command(parley: Parley, among: str) -> Ratio:
    """A whole command that writes, with all that it indexes, beside one that reads."""
    note = "note The trust will share its model of the activity figures with both sides before the next round."
    floor, taken = interleaved(
        lambda _n: parley.slash("help note", by=cast.chair),
        lambda _n: parley.slash(note, by=cast.chair),
        rounds=10,
        each=10,
    )
    return Ratio(f"a note recorded {among} / `help`", floor, taken)


# -- filling --------------------------------------------------------------------------------------------


def _fill(database: Database, records: int) -> None:
    """Notes with their entries in the index, past the session: a million flushes would take ten minutes."""
    with database.snapshot() as session:
        assert [row.id for row in session.exec(select(Negotiation).order_by("id"))] == [1, 2, 3, 4]
    with _driver(database) as raw:
        columns = ("id", "negotiation_id", "source", "row_id", "ref", "words")
        _load(raw, "search_entry", columns, _entries(records))
    with database.transaction() as session:
        if not database.is_sqlite:  # looking up what each of a million rows refers to takes longer than writing them
            session.execute(text("SET LOCAL session_replication_role = replica"))
        values = _note(session.exec(select(Member.id)).first() or 0)
        copied = select(*values.values()).where(col(SearchEntry.id) >= FIRST)
        session.execute(insert(Note).from_select(list(values), copied))
    with database.snapshot() as session, _driver(database) as raw, _index_taken_off(raw):
        marked = ((row, search.marked(session.connection(), (at, None), said)) for row, at, said in _said(records))
        _load(raw, "search_words", ("rowid" if database.is_sqlite else "id", "words"), marked)


def _note(author_id: int) -> dict[str, Any]:
    """A note's columns, out of its entry in the index: the first of an entry's words is the ref."""
    said = func.substr(SearchEntry.words, func.length(SearchEntry.ref) + 2)
    return {
        "id": col(SearchEntry.id),
        "negotiation_id": col(SearchEntry.negotiation_id),
        "number": col(SearchEntry.id),
        "ref": func.upper(SearchEntry.ref),
        "text": said,
        "said": literal(""),
        "seq": literal(0),
        "status": literal(str(RecordStatus.RECORDED)),
        "author_id": literal(author_id),
        "at": literal(MORNING, AwareUTC),
        "line": literal(0),
        "kind": literal(str(NoteKind.NOTE)),
    }


def _entries(records: int) -> Iterator[tuple[int, int, str, int, str, str]]:
    return ((row, at, "note", row, said.split(" ", 1)[0], said) for row, at, said in _said(records))


def _said(records: int) -> Iterator[tuple[int, int, str]]:
    """Each record's id, its negotiation and its words, the same in every run: pieces of one long speech."""
    chance = random.Random(1)
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(VOCABULARY)))
    speech = chance.choices([f"w{rank}" for rank in range(VOCABULARY)], cum_weights=weights, k=SPEECH)
    negotiations = chance.choices(range(1, len(CODES) + 1), SHARE, k=records)
    for number, negotiation in enumerate(negotiations):
        begin = number * WORDS % (SPEECH - WORDS)
        words = " ".join(speech[begin : begin + WORDS])
        yield FIRST + number, negotiation, f"e{FIRST + number} {words} {'only' if number % 2 else 'never'}"


@contextmanager
def _driver(database: Database) -> Iterator[Any]:
    """The database as its driver knows it, for what is loaded or asked without any of our code."""
    if database.path is not None:
        with closing(sqlite3.connect(database.path, isolation_level=None)) as raw:
            yield raw
        return
    address = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as server:
        yield server


def _load(raw: Any, table: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """All at once: by one statement in one transaction, or as PostgreSQL's own stream of rows."""
    named = f"{table} ({', '.join(columns)})"
    if isinstance(raw, sqlite3.Connection):
        for pragma in ("synchronous=OFF", "cache_size=-200000"):
            raw.execute(f"PRAGMA {pragma}")
        raw.execute("BEGIN")
        raw.executemany(f"INSERT INTO {named} VALUES ({', '.join('?' * len(columns))})", rows)
        raw.execute("COMMIT")
        return
    raw.execute("SET session_replication_role = replica")
    with raw.cursor().copy(f"COPY {named} FROM STDIN") as stream:
        for row in rows:
            stream.write_row(row)


@contextmanager
def _index_taken_off(raw: Any) -> Iterator[None]:
    """An index is made faster of rows that are there; then PostgreSQL keeps house, as it would within minutes."""
    if isinstance(raw, sqlite3.Connection):
        yield
        return
    made = raw.execute("SELECT indexdef FROM pg_indexes WHERE indexname = 'search_words_gin'").fetchone()[0]
    raw.execute("DROP INDEX search_words_gin")
    yield
    raw.execute("SET maintenance_work_mem = '512MB'")
    raw.execute(made)
    raw.execute("VACUUM ANALYZE")
