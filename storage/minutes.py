"""Named questions about minutes that were issued: how far they are approved, and what was asked to be corrected."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from storage.tables import (
    ConfidentialMark,
    CorrectionStatus,
    Meeting,
    MinutesApproval,
    MinutesCirculation,
    MinutesCopy,
    MinutesCorrection,
    MinutesVersion,
)


def circulation(session: Session, minutes_id: int) -> MinutesCirculation | None:
    """When a version was put to the parties, and by whom."""
    return session.exec(select(MinutesCirculation).where(MinutesCirculation.minutes_id == minutes_id)).first()


def approvals(session: Session, minutes_id: int) -> list[MinutesApproval]:
    """Every party's approval of one version, in the order given."""
    query = select(MinutesApproval).where(MinutesApproval.minutes_id == minutes_id)
    return list(session.exec(query.order_by(col(MinutesApproval.id))))


def copies(session: Session, minutes_id: int) -> list[MinutesCopy]:
    """The approved minutes and the sets for others that were made of one version, first to last."""
    query = select(MinutesCopy).where(MinutesCopy.minutes_id == minutes_id)
    return list(session.exec(query.order_by(col(MinutesCopy.id))))


def approved_copy(session: Session, minutes_id: int) -> MinutesCopy | None:
    """A version as it was approved by every party, if it was."""
    return session.exec(
        select(MinutesCopy).where(MinutesCopy.minutes_id == minutes_id, MinutesCopy.audience == "")
    ).first()


def copy_with_digest(session: Session, sha256: str) -> tuple[MinutesCopy, MinutesVersion, Meeting] | None:
    return session.exec(
        select(MinutesCopy, MinutesVersion, Meeting)
        .where(
            MinutesCopy.sha256 == sha256,
            MinutesCopy.minutes_id == MinutesVersion.id,
            MinutesVersion.meeting_id == Meeting.id,
        )
        .order_by(col(MinutesCopy.id))
        .limit(1)
    ).first()


def corrections(session: Session, meeting_id: int, status: CorrectionStatus | None = None) -> list[MinutesCorrection]:
    """What was asked to be corrected in a meeting's minutes, first to last; of one status, where one is given."""
    query = select(MinutesCorrection).where(MinutesCorrection.meeting_id == meeting_id)
    query = query if status is None else query.where(MinutesCorrection.status == status)
    return list(session.exec(query.order_by(col(MinutesCorrection.number))))


def correction(session: Session, meeting_id: int, number: int) -> MinutesCorrection | None:
    return session.exec(
        select(MinutesCorrection).where(MinutesCorrection.meeting_id == meeting_id, MinutesCorrection.number == number)
    ).first()


def awaiting_approval(session: Session, negotiation_id: int) -> list[tuple[MinutesVersion, datetime]]:
    """The newest minutes of the table's own meetings that were circulated, and when, and are not approved; oldest
    first."""
    newest = (
        select(func.max(MinutesVersion.id))
        .join(Meeting, col(Meeting.id) == col(MinutesVersion.meeting_id))
        .where(Meeting.negotiation_id == negotiation_id, col(Meeting.party_id).is_(None))
        .group_by(col(MinutesVersion.meeting_id))
    )
    approved = select(MinutesCopy.minutes_id).where(MinutesCopy.audience == "")
    query = (
        select(MinutesVersion, MinutesCirculation.at)
        .where(
            MinutesVersion.id == MinutesCirculation.minutes_id,
            col(MinutesVersion.id).in_(newest),
            col(MinutesVersion.id).not_in(approved),
        )
        .order_by(col(MinutesVersion.id))
    )
    return [(version, at) for version, at in session.exec(query)]


def marks(session: Session, negotiation_id: int) -> list[ConfidentialMark]:
    """Whatever was ever marked confidential, in the order in which it was first marked."""
    query = select(ConfidentialMark).where(ConfidentialMark.negotiation_id == negotiation_id)
    return list(session.exec(query.order_by(col(ConfidentialMark.id))))


def mark(session: Session, negotiation_id: int, ref: str) -> ConfidentialMark | None:
    return session.exec(
        select(ConfidentialMark).where(
            ConfidentialMark.negotiation_id == negotiation_id, ConfidentialMark.ref == ref.upper()
        )
    ).first()
