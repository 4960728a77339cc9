"""Named questions about services in and out of scope, and about the contract's value and term."""

from typing import TypeVar

from sqlmodel import Session, col, func, select

from storage.tables import ContractTerm, ContractValue, ScopeService

PREFIXES: dict[type[ScopeService] | type[ContractValue] | type[ContractTerm], str] = {
    ScopeService: "SV",
    ContractValue: "V",
    ContractTerm: "T",
}

R = TypeVar("R", ScopeService, ContractValue, ContractTerm)


def every(session: Session, kind: type[R], negotiation_id: int) -> list[R]:
    """The whole register, in the order in which things were entered."""
    query = select(kind).where(kind.negotiation_id == negotiation_id).order_by(col(kind.number))
    return list(session.exec(query))


def next_number(session: Session, kind: type[R], negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(kind.number), 0)).where(kind.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1


def service(session: Session, negotiation_id: int, ref: str) -> ScopeService | None:
    return session.exec(
        select(ScopeService).where(ScopeService.negotiation_id == negotiation_id, ScopeService.ref == ref.upper())
    ).first()


def named(session: Session, negotiation_id: int, name_key: str) -> ScopeService | None:
    return session.exec(
        select(ScopeService).where(ScopeService.negotiation_id == negotiation_id, ScopeService.name_key == name_key)
    ).first()
