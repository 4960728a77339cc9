"""Named questions about the timetable."""

from sqlmodel import Session, col, func, select

from storage.tables import Milestone


def milestones(session: Session, negotiation_id: int) -> list[Milestone]:
    """Every milestone, in the order in which they were added."""
    return list(
        session.exec(
            select(Milestone).where(Milestone.negotiation_id == negotiation_id).order_by(col(Milestone.number))
        )
    )


def by_ref(session: Session, negotiation_id: int, ref: str) -> Milestone | None:
    return session.exec(
        select(Milestone).where(Milestone.negotiation_id == negotiation_id, Milestone.ref == ref.upper())
    ).first()


def next_number(session: Session, negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(Milestone.number), 0)).where(Milestone.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1
