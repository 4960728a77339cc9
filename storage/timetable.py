"""Named questions about the timetable."""

from sqlmodel import Session, col, func, select

from storage.tables import Milestone


def milestones(session: Session, negotiation_id: int, *, removed: bool = False) -> list[Milestone]:
    """The milestones in the order in which they were added; those taken out too, when asked for."""
    query = select(Milestone).where(Milestone.negotiation_id == negotiation_id)
    if not removed:
        query = query.where(col(Milestone.removed).is_(False))
    return list(session.exec(query.order_by(col(Milestone.number))))


def by_ref(session: Session, negotiation_id: int, ref: str) -> Milestone | None:
    return session.exec(
        select(Milestone).where(
            Milestone.negotiation_id == negotiation_id,
            Milestone.ref == ref.upper(),
            col(Milestone.removed).is_(False),
        )
    ).first()


def next_number(session: Session, negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(Milestone.number), 0)).where(Milestone.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1
