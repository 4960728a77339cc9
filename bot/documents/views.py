"""Drafts and promises in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot import dates
from bot.documents import rules
from bot.slack import blocks, mrkdwn
from storage.tables import Commitment, CommitmentStatus, Document, MissingSchedule

SHORT = 300  # characters of people's own words on a line of a list
NAMES = 1500  # characters of the names of schedules on a line


def issued(row: Document, party: str, pen: str | None, missing: Sequence[str]) -> str:
    """A draft as it was issued: its version, when, by whom, who writes the next one, what it lacks."""
    holder = f" {pen} holds the pen." if pen else " Nobody is named to hold the pen."
    return (
        f"*{row.ref}* {row.title}: version {row.version}, issued on {dates.full_date(row.issued_on)} by {party}."
        f"{holder} {lacking(missing)}"
    )


def lacking(missing: Sequence[str]) -> str:
    return f"Missing: {blocks.cut(mrkdwn.listed(missing), NAMES)}." if missing else "It is complete."


def changed(row: Document, before: Document | None) -> str:
    """What a draft changes against the one before, or that this is not disclosed; nothing for a first one."""
    against = f" against version {before.version}" if before else ""
    if row.changes:
        return f"Changes{against}: {row.changes}"
    if before is None:
        return ""
    return (
        f"Changes not disclosed. Say what it changes{against}: `/parley document disclose {row.ref} Payment falls due "
        "after 28 days instead of 30`."
    )


def drafts(
    rows: Iterable[Document],
    schedules: Mapping[int, Sequence[MissingSchedule]],
    parties: Mapping[int | None, str],
    people: Mapping[int | None, str],
) -> list[str]:
    """Every draft a line, newest last, grouped by title; names of parties and members by their ids."""
    known = list(rows)
    before = rules.drafts_before(known)
    lines = []
    for group in rules.by_title(known):
        lines.append(f"*{group[-1].title}*")
        for row in group:
            lacks = [each.name for each in schedules[row.id or 0] if each.received_at is None]
            parts = [
                f"*{row.ref}* version {row.version}, {dates.full_date(row.issued_on)}, issued by "
                f"{parties[row.issued_by_id]}",
                f"pen: {people[row.pen_id] if row.pen_id else 'nobody named'}",
                f"missing: {blocks.cut(mrkdwn.listed(lacks), NAMES)}" if lacks else "complete",
            ]
            if row.changes:
                parts.append(f"changes: {blocks.cut(row.changes, SHORT)}")
            elif row.ref in before:
                parts.append("changes not disclosed")
            lines.append(" · ".join(parts))
    return lines


def commitment(row: Commitment, party: str, settled_by: str, settled_on: date | None) -> str:
    """A promise on a line: whose, where it stands in the submission, where it went."""
    source = f" · {blocks.cut(row.source, SHORT)}" if row.source else ""
    return f"*{row.ref}* {blocks.cut(row.text, SHORT)} · {party}{source} → {_went(row, settled_by, settled_on)}"


def _went(row: Commitment, settled_by: str, settled_on: date | None) -> str:
    if row.status == CommitmentStatus.CARRIED:
        return f"carried into {mrkdwn.listed(row.clauses)}"
    if row.status == CommitmentStatus.WAIVED and settled_on is not None:
        because = blocks.cut(row.reason, SHORT)
        return f"consciously not carried, because {because} ({settled_by}, {dates.full_date(settled_on)})"
    return "open"


def told(said: str, words: str, rest: str = "") -> tuple[str, list[blocks.Block]]:
    """A message with somebody's exact words in it: as text, and as blocks."""
    parts = [blocks.section(said), *blocks.quoted(words), *([blocks.section(rest)] if rest else [])]
    return "\n".join(part for part in (said, words, rest) if part), parts
