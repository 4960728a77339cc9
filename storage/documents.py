"""Named questions about issued drafts and about promises."""

from collections.abc import Iterable
from typing import TypeVar

from sqlmodel import Session, col, func, select

from storage.tables import Commitment, Document, MissingSchedule

PREFIXES: dict[type[Document] | type[Commitment], str] = {Document: "DOC", Commitment: "C"}

R = TypeVar("R", Document, Commitment)


def every(session: Session, kind: type[R], negotiation_id: int) -> list[R]:
    """The whole register, in the order in which things were entered."""
    query = select(kind).where(kind.negotiation_id == negotiation_id).order_by(col(kind.number))
    return list(session.exec(query))


def by_ref(session: Session, kind: type[R], negotiation_id: int, ref: str) -> R | None:
    return session.exec(select(kind).where(kind.negotiation_id == negotiation_id, kind.ref == ref.upper())).first()


def next_number(session: Session, kind: type[R], negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(kind.number), 0)).where(kind.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1


def of_title(session: Session, negotiation_id: int, title_key: str) -> list[Document]:
    """The drafts of one title, in the order in which they were entered."""
    query = select(Document).where(Document.negotiation_id == negotiation_id, Document.title_key == title_key)
    return list(session.exec(query.order_by(col(Document.number))))


def schedules(session: Session, document_ids: Iterable[int]) -> dict[int, list[MissingSchedule]]:
    """What each draft was issued without, by the draft, as it was listed; those received since too."""
    wanted = list(document_ids)
    found: dict[int, list[MissingSchedule]] = {document_id: [] for document_id in wanted}
    query = select(MissingSchedule).where(col(MissingSchedule.document_id).in_(wanted))
    for row in session.exec(query.order_by(col(MissingSchedule.document_id), col(MissingSchedule.number))):
        found[row.document_id].append(row)
    return found
