"""What happened to clauses while a meeting was open, told from the trail: for its minutes."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot import dates
from bot.contracts import numbers
from storage import Session, ledger

Detail = Mapping[str, Any]


@dataclass(frozen=True)
class ClauseStory:
    """One clause and what was done with it, in sentences, first to last."""

    number: str
    told: tuple[str, ...]


def between(session: Session, negotiation_id: int, since: datetime, until: datetime) -> tuple[ClauseStory, ...]:
    """The clauses that were spoken of, sorted as people read numbers; agreements are told in their own section."""
    told: dict[str, list[str]] = {}
    for entry in ledger.between(session, negotiation_id, since, until):
        sentence = _SENTENCES.get(entry.deed)
        if sentence is not None:
            detail = json.loads(entry.detail)
            number = str(detail.get("clause") or entry.ref)
            told.setdefault(number, []).append(sentence(entry.actor, entry.ref, detail))
    return tuple(ClauseStory(number, tuple(told[number])) for number in sorted(told, key=numbers.sort_key))


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
