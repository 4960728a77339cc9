"""Named questions about the timetable."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, bindparam, col, func, select

from storage.tables import Milestone

_SOME = select(Milestone).where(col(Milestone.id).in_(bindparam("ids", expanding=True)))
_UNREACHED = select_columns(
    col(Milestone.id),
    col(Milestone.negotiation_id),
    col(Milestone.after_id),
    col(Milestone.planned),
    col(Milestone.month),
).where(
    col(Milestone.negotiation_id).in_(bindparam("negotiations", expanding=True)),
    col(Milestone.removed).is_(False),
    col(Milestone.done_on).is_(None),
    col(Milestone.done_month).is_(None),
)


def milestones(session: Session, negotiation_id: int, *, removed: bool = False) -> list[Milestone]:
    """The milestones in the order in which they were added; those taken out too, when asked for."""
    query = select(Milestone).where(Milestone.negotiation_id == negotiation_id)
    if not removed:
        query = query.where(col(Milestone.removed).is_(False))
    return list(session.exec(query.order_by(col(Milestone.number))))


class Unreached(NamedTuple):
    """A milestone that is still ahead, by what it is sorted by."""

    id: int
    negotiation_id: int
    after_id: int | None
    planned: date | None
    month: str | None


def unreached(session: Session, negotiations: Collection[int]) -> list[Unreached]:
    """What several timetables still have ahead, in no order."""
    rows = session.connection().execute(_UNREACHED, {"negotiations": list(negotiations)}).all()
    return [Unreached._make(row) for row in rows]


def some(session: Session, ids: Collection[int]) -> dict[int | None, Milestone]:
    """These milestones, by id."""
    return {row.id: row for row in session.exec(_SOME, params={"ids": list(ids)})}


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
