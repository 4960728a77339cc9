"""Named questions about local variations, modifications and prices, derogations, and variations of the contract."""

from typing import TypeVar

from sqlmodel import Session, col, func, select

from storage.tables import Agreement, ContractChange, Derogation, Variation, VariationKind

PREFIXES = {VariationKind.VARIATION: "LV", VariationKind.MODIFICATION: "LM", VariationKind.PRICE: "LP"}
DEROGATION, CHANGE = "DG", "CV"

R = TypeVar("R", Variation, Derogation, ContractChange)
Agreed = TypeVar("Agreed", Variation, ContractChange)


def every(session: Session, table: type[R], negotiation_id: int) -> list[R]:
    """The whole register, withdrawn entries too, in the order in which they were entered."""
    return list(session.exec(select(table).where(table.negotiation_id == negotiation_id).order_by(col(table.id))))


def by_ref(session: Session, table: type[R], negotiation_id: int, ref: str) -> R | None:
    return session.exec(select(table).where(table.negotiation_id == negotiation_id, table.ref == ref.upper())).first()


def next_of_kind(session: Session, negotiation_id: int, kind: VariationKind) -> int:
    """Each kind counts for itself: LV1 and LP1 stand beside each other."""
    query = select(func.coalesce(func.max(Variation.number), 0))
    found = session.exec(query.where(Variation.negotiation_id == negotiation_id, Variation.kind == kind)).one()
    return int(found) + 1


def next_number(session: Session, table: type[Derogation] | type[ContractChange], negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(table.number), 0)).where(table.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1


def any_on(session: Session, ref: str) -> bool:
    """Whether an agreement with this ref, in any negotiation, may be on an entry: asked at every confirmation."""
    query = select(Variation.id).join(Agreement, col(Agreement.id) == Variation.agreement_id)
    return session.exec(query.where(Agreement.ref == ref.upper()).limit(1)).first() is not None


def of_agreement(session: Session, table: type[Agreed], agreement_id: int) -> Agreed | None:
    """The entry whose words this agreement holds."""
    return session.exec(select(table).where(table.agreement_id == agreement_id)).first()
