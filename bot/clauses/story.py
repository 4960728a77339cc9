"""What happened to clauses while a meeting was open, told from the trail: for its minutes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from bot import dates
from bot.contracts import numbers, redline
from bot.contracts.redline import Piece
from bot.contracts.redline_markdown import in_markdown
from bot.render import Verbatim
from storage import Session, clauses, ledger
from storage.tables import Clause, LedgerEntry

Detail = Mapping[str, Any]


@dataclass(frozen=True)
class Redline:
    """How the words of a clause changed, from one version to another, which `author` proposed at the instant `at`
    (ISO 8601, UTC); `markdown` is the whole for where there are no marks of changes but those of Markdown."""

    before: str
    after: str
    author: str
    at: Verbatim
    pieces: tuple[Piece, ...]
    markdown: Verbatim


@dataclass(frozen=True)
class ClauseStory:
    """One clause and what was done with it, in sentences, first to last; and how its words changed, where they did."""

    number: str
    told: tuple[str, ...]
    redline: Redline | None = None


def between(session: Session, negotiation_id: int, since: datetime, until: datetime) -> tuple[ClauseStory, ...]:
    """The clauses that were spoken of, sorted as people read numbers; agreements are told in their own section."""
    told: dict[str, list[str]] = {}
    proposed: dict[str, LedgerEntry] = {}
    for entry in ledger.between(session, negotiation_id, since, until):
        sentence = _SENTENCES.get(entry.deed)
        if sentence is not None:
            detail = json.loads(entry.detail)
            number = str(detail.get("clause") or entry.ref)
            told.setdefault(number, []).append(sentence(entry.actor, entry.ref, detail))
            if entry.deed == "proposal.made":
                proposed[number] = entry
    changed = {
        row.number: _changed(session, row, since, proposed[row.number])
        for row in clauses.by_numbers(session, negotiation_id, list(proposed), [])
    }
    return tuple(
        ClauseStory(number, tuple(told[number]), changed.get(number)) for number in sorted(told, key=numbers.sort_key)
    )


def _changed(session: Session, clause: Clause, since: datetime, last: LedgerEntry) -> Redline | None:
    """From the words that were there when the meeting began to the last proposed at it; None where none were there."""
    every = clauses.proposals(session, [clause.id or 0])[clause.id or 0]
    after = next((row for row in every if row.ref == last.ref), None)
    before = [("the issued words", clause.text)] if clause.text else []
    before += [(row.ref, row.text) for row in every if row.at < since]
    if after is None or not before or before[-1][1] == after.text:
        return None
    name, words = before[-1]
    pieces = redline.pieces(words, after.text)
    at = last.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    return Redline(name, after.ref, last.actor, Verbatim(at), pieces, Verbatim(in_markdown(pieces)))


def _proposed(actor: str, ref: str, detail: Detail) -> str:
    national = ", to national text" if detail.get("national") else ""
    because = f" (because {detail['rationale']})" if detail.get("rationale") else ""
    verb = "countered" if detail.get("status") == "countered" else "proposed"
    return f"{actor} {verb}, as {ref}{national}: {detail['text']}{because}"


def _escalated(actor: str, _ref: str, detail: Detail) -> str:
    level = f" to level {detail['level']}" if detail.get("level") else ""
    by = f", to settle it by {_day(detail['by'])}" if detail.get("by") else ""
    return f"{actor} escalated it{level}{by}, because {detail['reason']}"


def _day(iso: str) -> str:
    return dates.full_date(date.fromisoformat(iso))


_SENTENCES: dict[str, Callable[[str, str, Detail], str]] = {
    "proposal.made": _proposed,
    "proposal.withdrawn": lambda actor, ref, _: f"{actor} withdrew {ref}",
    "clause.parked": lambda actor, _, detail: f"{actor} parked it until {_day(detail['until'])}",
    "clause.escalated": _escalated,
    "clause.disputed": lambda actor, _, detail: f"{actor} declared it disputed, because {detail['reason']}",
    "clause.withdrawn": lambda actor, *_: f"{actor} withdrew it",
    "clause.reopened": lambda actor, _, detail: f"{actor} reopened it, because {detail['reason']}",
    "clause.open": lambda actor, _, detail: f"{actor} opened it again, because {detail['reason']}",
    "clause.legal": lambda actor, _, detail: (
        f"{actor} asked for a legal adviser" if detail["legal"] == "open" else f"{actor} cleared it as legal adviser"
    ),
    "clause.content": lambda actor, _, detail: f"{actor}: {detail['party']} is content with it in {detail['stream']}",
}
