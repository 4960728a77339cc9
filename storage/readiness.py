"""What was last told of a negotiation's readiness."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.tables import LedgerEntry, Readiness


def told(session: Session, negotiation_id: int) -> Readiness | None:
    return session.get(Readiness, negotiation_id)


def last_deed(session: Session, negotiation_id: int) -> tuple[int, datetime] | None:
    """The place in the table's own chain of what was done last, and when."""
    last = select(func.max(LedgerEntry.seq)).where(LedgerEntry.negotiation_id == negotiation_id, LedgerEntry.scope == 0)
    found = session.exec(
        select(LedgerEntry.seq, LedgerEntry.at).where(
            LedgerEntry.negotiation_id == negotiation_id,
            LedgerEntry.scope == 0,
            col(LedgerEntry.seq) == last.scalar_subquery(),
        )
    ).first()
    return (found[0], found[1]) if found else None
