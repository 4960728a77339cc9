"""`search` among a million records of several negotiations, beside the least that it can cost: the bare FTS5 query."""

import itertools
import random
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from sqlmodel import select

from bot import edge, routes
from bot.access import Place
from bot.search import rules
from bot.slack.command import Call
from bot.trail import Source
from storage import search
from storage.tables import Member, Negotiation
from storage.words import searchable
from tests import cast
from tests.bench.measure import Ratio, interleaved
from tests.harness import Parley, running_parley

RECORDS = 1_000_000
CODES = ("OXMH", "BUCKS", "BERKS", "SWIN")
SHARE = (0.55, 0.2, 0.15, 0.1)
"""How much of the records each negotiation has."""
VOCABULARY = 20_000
WORDS = 24
"""Words to a record; the n-th most frequent word of the vocabulary is about n times rarer than the first."""
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


def measure(folder: Path) -> list[Ratio]:
    """Each question as the handler answers it in a snapshot, beside the bare query for its newest eight rows."""
    path = folder / "search.db"
    with running_parley(f"sqlite:///{path}", checked=False) as parley:
        parley.set_up()
        for number, code in enumerate(CODES[1:]):
            parley.slash(
                f"new {code} A contract of another county", by=cast.chair, where=cast.Room(f"C9{number}", code.lower())
            )
        _fill(path, parley)
        raw = sqlite3.connect(path, isolation_level=None)
        place = Place(parley.deps.team_id, cast.joint.id, cast.chair.id)
        found = []
        for what, typed in ASKED:
            call = Call(place, f"search {typed}", parley.now, {}, Source(place.channel_id))
            query = _bare(parley, typed)

            def bare(_number: int, query: str = query) -> None:
                raw.execute(
                    "SELECT rowid FROM search_words WHERE search_words MATCH ? ORDER BY rowid DESC LIMIT 8", (query,)
                ).fetchall()

            def ours(_number: int, call: Call = call) -> None:
                with parley.deps.db.snapshot() as session:
                    edge.dispatch(session, routes.COMMANDS, call)

            floor, taken = interleaved(bare, ours, rounds=5, each=3, warm_up=2)
            found.append(Ratio(f"search, {what} / bare FTS5", floor, taken, goal=GOAL_SECONDS / floor))
        found.append(_command(parley))
        raw.close()
    return found


def _bare(parley: Parley, typed: str) -> str:
    with parley.deps.db.snapshot() as session:
        return search.question(session.connection(), (1, None), rules.terms(typed))


def _command(parley: Parley) -> Ratio:
    """A whole command that writes, with all that it indexes, beside one that reads."""
    note = "note The trust will share its model of the activity figures with both sides before the next round."
    floor, taken = interleaved(
        lambda _n: parley.slash("help note", by=cast.chair),
        lambda _n: parley.slash(note, by=cast.chair),
        rounds=10,
        each=10,
    )
    return Ratio("a note recorded among a million indexed records / `help`", floor, taken)


def _records() -> Iterator[tuple[int, str]]:
    """Each record's negotiation and its words, the same in every run."""
    chance = random.Random(1)
    weights = list(itertools.accumulate(1 / (rank + 1) for rank in range(VOCABULARY)))
    vocabulary = [f"w{rank}" for rank in range(VOCABULARY)]
    negotiations = chance.choices(range(1, len(CODES) + 1), SHARE, k=RECORDS)
    for number, negotiation in enumerate(negotiations):
        said = chance.choices(vocabulary, cum_weights=weights, k=WORDS)
        yield negotiation, " ".join([*said, "only" if number % 2 else "never"])


def _fill(path: Path, parley: Parley) -> None:
    """Notes with their entries in the index, past the session: a million flushes would take ten minutes."""
    with parley.deps.db.snapshot() as session:
        author = session.exec(select(Member)).first()
        assert author is not None
        assert [row.id for row in session.exec(select(Negotiation).order_by("id"))] == [1, 2, 3, 4]
        connection = session.connection()
        raw = sqlite3.connect(path, isolation_level=None)
        raw.execute("PRAGMA synchronous=OFF")
        raw.execute("BEGIN")
        rows = enumerate(_records(), 1000)
        while batch := list(itertools.islice(rows, 20_000)):
            raw.executemany(
                "INSERT INTO note (id, negotiation_id, number, ref, text, said, seq, status, author_id, at, line, "
                "kind) VALUES (?, ?, ?, ?, ?, '', 0, 'recorded', ?, '2026-11-26 10:00:00', 0, 'note')",
                [(n, negotiation, n, f"E{n}", said, author.id) for n, (negotiation, said) in batch],
            )
            entries = [(n, negotiation, f"e{n}", searchable(f"E{n}", said)) for n, (negotiation, said) in batch]
            raw.executemany(
                "INSERT INTO search_entry (id, negotiation_id, source, row_id, ref, words) "
                "VALUES (?1, ?2, 'note', ?1, ?3, ?4)",
                entries,
            )
            raw.executemany(
                "INSERT INTO search_words (rowid, words) VALUES (?, ?)",
                [(n, search.marked(connection, (negotiation, None), words)) for n, negotiation, _, words in entries],
            )
        raw.execute("COMMIT")
        raw.close()
