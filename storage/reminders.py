"""Named questions of the clock: what is due, what was said already, who wants to hear later."""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, bindparam, col, delete, insert, select

from storage.tables import (
    Action,
    Agreement,
    AgreementStatus,
    Meeting,
    MeetingStatus,
    Negotiation,
    OutboxRow,
    Reminded,
    Snooze,
)

# Spelled out, not bound: both databases use a partial index only where they can see its condition.
_OPEN = text("action.status = 'open'")
_PENDING = text("outbox.state = 'pending'")
_OLDEST = (
    select(col(Action.due_on))
    .where(Action.negotiation_id == bindparam("negotiation"), col(Action.due_on).is_not(None), _OPEN)
    .order_by(col(Action.due_on))
    .limit(1)
)
_KEYS_AT_ONCE = 500


def oldest_deadline(session: Session, negotiation_id: int) -> date | None:
    """The earliest date that an open action is due on."""
    return session.exec(_OLDEST, params={"negotiation": negotiation_id}).first()


def actions_due_on(session: Session, negotiation_id: int, days: Collection[date]) -> list[Action]:
    """Open actions due on these days, soonest first. Costs what is due, not what there is."""
    if not days:
        return []
    return list(
        session.exec(
            select(Action)
            .where(Action.negotiation_id == negotiation_id, col(Action.due_on).in_(list(days)), _OPEN)
            .order_by(col(Action.due_on), col(Action.id))
        )
    )


def awaiting_agreements(session: Session, negotiation_id: int) -> list[Agreement]:
    """Shared wordings that some party has not confirmed yet, first said first."""
    return list(
        session.exec(
            select(Agreement)
            .where(
                Agreement.negotiation_id == negotiation_id,
                Agreement.status == AgreementStatus.AWAITING,
                col(Agreement.party_id).is_(None),
            )
            .order_by(col(Agreement.seq))
        )
    )


def meetings_around(session: Session, since: datetime, until: datetime) -> list[Meeting]:
    """Every negotiation's meetings planned to start between two instants, and those still open."""
    return list(
        session.exec(
            select(Meeting)
            .where(
                (
                    (col(Meeting.status) == MeetingStatus.PLANNED)
                    & (col(Meeting.starts_at) >= since)
                    & (col(Meeting.starts_at) <= until)
                )
                | (col(Meeting.status) == MeetingStatus.OPEN)
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
        )
    )


def planned_meetings(session: Session, negotiation_id: int, after: datetime) -> list[Meeting]:
    """A negotiation's meetings, of every circle, that are still to come."""
    return list(
        session.exec(
            select(Meeting)
            .where(
                Meeting.negotiation_id == negotiation_id,
                Meeting.status == MeetingStatus.PLANNED,
                col(Meeting.starts_at) > after,
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
        )
    )


def said(session: Session, keys: Iterable[str]) -> set[str]:
    """Those of these keys under which something was said already."""
    wanted = list(dict.fromkeys(keys))
    found: set[str] = set()
    for begin in range(0, len(wanted), _KEYS_AT_ONCE):
        part = wanted[begin : begin + _KEYS_AT_ONCE]
        found |= set(session.exec(select(Reminded.key).where(col(Reminded.key).in_(part))))
    return found


def mark_said(session: Session, keys: Iterable[str], at: datetime) -> None:
    """From now on these new keys are said. Raises Conflict for one that was said before."""
    rows = [{"key": key, "at": at} for key in dict.fromkeys(keys)]
    if rows:
        session.connection().execute(insert(Reminded), rows)


def forget_before(session: Session, instant: datetime) -> None:
    """Forget what was said before an instant: the days it was said of are never gone through again."""
    session.exec(delete(Reminded).where(col(Reminded.at) < instant))


def snoozes(session: Session, action_ids: Collection[int]) -> dict[tuple[int, int], date]:
    """Until when (action, member) wants to hear nothing, among these actions."""
    found: dict[tuple[int, int], date] = {}
    wanted = list(action_ids)
    for begin in range(0, len(wanted), _KEYS_AT_ONCE):
        part = wanted[begin : begin + _KEYS_AT_ONCE]
        for row in session.exec(select(Snooze).where(col(Snooze.action_id).in_(part))):
            found[(row.action_id, row.member_id)] = row.until
    return found


def snoozed_until(session: Session, negotiation_id: int, days: Collection[date]) -> list[tuple[Snooze, Action]]:
    """Open actions that somebody put off until one of these days."""
    if not days:
        return []
    query = (
        select(Snooze, Action)
        .where(
            col(Snooze.until).in_(list(days)),
            Snooze.action_id == Action.id,
            Action.negotiation_id == negotiation_id,
            _OPEN,
        )
        .order_by(col(Snooze.id))
    )
    return [(snooze, action) for snooze, action in session.exec(query)]


def snooze(session: Session, action_id: int, member_id: int, until: date) -> None:
    """Say nothing of an action to a member until this local day; the latest wish counts."""
    row = session.exec(select(Snooze).where(Snooze.action_id == action_id, Snooze.member_id == member_id)).first()
    row = row or Snooze(action_id=action_id, member_id=member_id, until=until)
    row.until = until
    session.add(row)
    session.flush()


def pending(session: Session, kinds: Collection[str]) -> list[OutboxRow]:
    """What of these kinds waits to go out, only to be looked at, in the order in which it was written."""
    query = select(OutboxRow).where(_PENDING, col(OutboxRow.kind).in_(list(kinds)))
    return list(session.exec(query.order_by(col(OutboxRow.id))))


def lock_in_order(session: Session, negotiation_ids: Iterable[int]) -> list[Negotiation]:
    """These negotiations, held for this transaction; in one order everywhere, so that nobody waits in a circle."""
    query = select(Negotiation).where(col(Negotiation.id).in_(sorted(negotiation_ids))).order_by(col(Negotiation.id))
    if session.get_bind().dialect.name != "sqlite":
        query = query.with_for_update()
    return list(session.exec(query))
