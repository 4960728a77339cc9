"""What happened to clauses while a meeting was open, told from the trail: for its minutes."""

import json
from collections.abc import Callable, Mapping, Sequence
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
    worded: dict[str, list[LedgerEntry]] = {}
    for entry in ledger.between(session, negotiation_id, since, until):
        detail = json.loads(entry.detail)
        number = str(detail.get("clause") or entry.ref)
        if sentence := _SENTENCES.get(entry.deed):
            told.setdefault(number, []).append(sentence(entry.actor, entry.ref, detail))
        if entry.deed in ("proposal.made", "agreement.recorded"):
            worded.setdefault(number, []).append(entry)
    changed = {
        row.number: redlined
        for row in clauses.by_numbers(session, negotiation_id, list(worded), [])
        if (redlined := _changed(session, row, since, worded[row.number])) is not None
    }
    return tuple(
        ClauseStory(number, tuple(told.get(number, ())), changed.get(number))
        for number in sorted({*told, *changed}, key=numbers.sort_key)
    )


def _changed(session: Session, clause: Clause, since: datetime, worded: Sequence[LedgerEntry]) -> Redline | None:
    """From the words that were there when the meeting began to the last at it, proposed or agreed; None where none
    were there, or none other came. What is taken back since is not shown."""
    clause_id = clause.id or 0
    every = [(row.ref, row.at, row.text) for row in clauses.proposals(session, [clause_id])[clause_id]]
    every += [(row.ref, row.at, row.text) for row in clauses.agreements_on(session, [clause_id])]
    before = [("the issued words", clause.text)] if clause.text else []
    before += [(ref, text) for ref, at, text in sorted(every, key=lambda version: version[1]) if at < since]
    texts = {ref: text for ref, at, text in every if at >= since}
    said = [entry for entry in worded if entry.ref in texts]
    if not before or not said or texts[said[-1].ref] == before[-1][1]:
        return None
    after = texts[said[-1].ref]
    first = next(entry for entry in said if texts[entry.ref] == after)  # who agrees to words has not written them
    at = first.at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    pieces = redline.pieces(before[-1][1], after)
    return Redline(before[-1][0], first.ref, first.actor, Verbatim(at), pieces, Verbatim(in_markdown(pieces)))


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
