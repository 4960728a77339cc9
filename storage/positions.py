"""Named questions about what is private to a party: positions, concessions, mandates.

Every question names the party, so that nothing of another one can come of it.
"""

from collections.abc import Iterable
from typing import TypeVar

from sqlmodel import Session, col, func, select

from storage.tables import Concession, Mandate, Position

PREFIXES: dict[type[Position] | type[Concession] | type[Mandate], str] = {
    Position: "PO",
    Concession: "CO",
    Mandate: "MA",
}

R = TypeVar("R", Position, Concession, Mandate)


def versions(session: Session, kind: type[R], party_id: int) -> list[R]:
    """Everything of this kind that the party ever kept, each thing's versions from first to last."""
    query = select(kind).where(kind.party_id == party_id).order_by(col(kind.number), col(kind.version))
    return list(session.exec(query))


def latest(rows: Iterable[R]) -> list[R]:
    """Of each thing's versions, in their order, the last."""
    return list({row.number: row for row in rows}.values())


def of_subject(session: Session, party_id: int, subject_key: str) -> Position | None:
    """The party's position on one clause or topic, as it stands."""
    query = select(Position).where(Position.party_id == party_id, Position.subject_key == subject_key)
    return session.exec(query.order_by(col(Position.version).desc()).limit(1)).first()


def concession(session: Session, party_id: int, ref: str) -> Concession | None:
    """The party's concession with this ref, as it stands."""
    query = select(Concession).where(Concession.party_id == party_id, Concession.ref == ref.upper())
    return session.exec(query.order_by(col(Concession.version).desc()).limit(1)).first()


def mandate(session: Session, party_id: int, member_id: int) -> Mandate | None:
    """What this member of the party may settle, as it stands."""
    query = select(Mandate).where(Mandate.party_id == party_id, Mandate.member_id == member_id)
    return session.exec(query.order_by(col(Mandate.version).desc()).limit(1)).first()


def next_number(session: Session, kind: type[R], party_id: int) -> int:
    """The next number in the party's own count."""
    query = select(func.coalesce(func.max(kind.number), 0)).where(kind.party_id == party_id)
    return int(session.exec(query).one()) + 1
