"""The trail: append-only, hash-chained "who did what, when"."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlmodel import Session, bindparam, col, insert, select

from storage.tables import LedgerEntry

GENESIS = "0" * 64
_HASHED = ("negotiation_id", "scope", "seq", "at", "actor", "deed", "ref", "detail", "previous")

_LAST = (
    select(LedgerEntry.seq, LedgerEntry.hash)
    .where(LedgerEntry.negotiation_id == bindparam("negotiation"), LedgerEntry.scope == bindparam("scope"))
    .order_by(col(LedgerEntry.seq).desc())
    .limit(1)
)
_APPEND = insert(LedgerEntry)


@dataclass(frozen=True)
class Written:
    """A deed's place in its chain, and when it was done."""

    scope: int
    seq: int
    at: datetime


@dataclass(frozen=True)
class Break:
    """Where a chain does not hold: the entry's place in it and what is wrong there."""

    negotiation_id: int
    scope: int
    seq: int
    fault: str


def record(
    session: Session,
    negotiation_id: int,
    deed: str,
    ref: str,
    *,
    actor: str,
    at: datetime,
    scope: int | None = None,
    **detail: Any,
) -> Written:
    """Append one deed to the negotiation's shared chain, or to the party's whose id `scope` is.

    `actor` is "Name (PARTY)", as it stood at the time; `detail` is kept as JSON.
    """
    connection = session.connection()
    session.info["ledger"] = True
    last = connection.execute(_LAST, {"negotiation": negotiation_id, "scope": scope or 0}).first()
    seq, previous = (last[0] + 1, last[1]) if last else (1, GENESIS)
    entry = {
        "negotiation_id": negotiation_id,
        "scope": scope or 0,
        "seq": seq,
        "at": at,
        "actor": actor,
        "deed": deed,
        "ref": ref,
        "detail": json.dumps(detail, ensure_ascii=False, sort_keys=True, default=str),
        "previous": previous,
    }
    connection.execute(_APPEND, {**entry, "hash": _hash(entry)})
    return Written(scope or 0, seq, at)


def added_to(session: Session) -> bool:
    """Whether anything was done in this session."""
    return bool(session.info.get("ledger"))


def length(session: Session, negotiation_id: int, scope: int = 0) -> int:
    """How many deeds a chain holds."""
    last = session.connection().execute(_LAST, {"negotiation": negotiation_id, "scope": scope}).first()
    return last[0] if last else 0


def digest(entry: LedgerEntry) -> str:
    """SHA-256 over every field that tells what happened, and over the hash before it."""
    return _hash({name: getattr(entry, name) for name in _HASHED})


def _hash(entry: Mapping[str, Any]) -> str:
    fields = [entry[name].astimezone(UTC).isoformat() if name == "at" else entry[name] for name in _HASHED]
    return hashlib.sha256(json.dumps(fields, ensure_ascii=False).encode()).hexdigest()


def entries(session: Session, negotiation_id: int, scope: int = 0) -> list[LedgerEntry]:
    """One chain, oldest deed first."""
    return list(
        session.exec(
            select(LedgerEntry)
            .where(LedgerEntry.negotiation_id == negotiation_id, LedgerEntry.scope == scope)
            .order_by(col(LedgerEntry.seq))
        )
    )


def of(session: Session, negotiation_id: int, ref: str, scope: int = 0) -> list[LedgerEntry]:
    """What one chain tells of one thing, first to last."""
    return list(
        session.exec(
            select(LedgerEntry)
            .where(LedgerEntry.negotiation_id == negotiation_id, LedgerEntry.scope == scope, LedgerEntry.ref == ref)
            .order_by(col(LedgerEntry.seq))
        )
    )


def between(session: Session, negotiation_id: int, since: datetime, until: datetime) -> list[LedgerEntry]:
    """What the table's own chain tells of this time, first to last."""
    return list(
        session.exec(
            select(LedgerEntry)
            .where(
                LedgerEntry.negotiation_id == negotiation_id,
                LedgerEntry.scope == 0,
                col(LedgerEntry.at) >= since,
                col(LedgerEntry.at) <= until,
            )
            .order_by(col(LedgerEntry.seq))
        )
    )


def breaks(session: Session, negotiation_id: int | None = None) -> Iterator[Break]:
    """Every place where some chain does not hold: a missing entry, a changed one, a wrong link.

    Of one negotiation, or of all.
    """
    chain: tuple[int, int] | None = None
    seq, previous = 0, GENESIS
    ordered = select(LedgerEntry).order_by(
        col(LedgerEntry.negotiation_id), col(LedgerEntry.scope), col(LedgerEntry.seq)
    )
    if negotiation_id is not None:
        ordered = ordered.where(LedgerEntry.negotiation_id == negotiation_id)
    for entry in session.exec(ordered.execution_options(yield_per=1000)):
        if (entry.negotiation_id, entry.scope) != chain:
            chain, seq, previous = (entry.negotiation_id, entry.scope), 0, GENESIS
        place = (entry.negotiation_id, entry.scope, entry.seq)
        if entry.seq != seq + 1:
            yield Break(*place, f"entry {seq + 1} is missing")
        if entry.previous != previous:
            yield Break(*place, "it does not follow the entry before it")
        if entry.hash != digest(entry):
            yield Break(*place, "its words are not the ones that were recorded")
        seq, previous = entry.seq, entry.hash
