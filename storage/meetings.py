"""Named questions about meetings, who is at them and what is on their agenda."""

from datetime import datetime

from sqlmodel import Session, bindparam, col, func, select

from storage.tables import AgendaItem, Attendance, Meeting, MeetingStatus, MinutesVersion

# Built once, for every command asks them.
_OPEN = select(Meeting).where(Meeting.channel_id == bindparam("channel"), Meeting.status == MeetingStatus.OPEN)
_HELD = (
    select(Meeting)
    .where(
        Meeting.channel_id == bindparam("channel"),
        col(Meeting.started_at) <= bindparam("instant"),
        col(Meeting.ended_at).is_(None) | (col(Meeting.ended_at) >= bindparam("instant")),
    )
    .order_by(col(Meeting.started_at).desc())
    .limit(1)
)


def visible(session: Session, negotiation_id: int, party_id: int | None) -> list[Meeting]:
    """The shared meetings and those private to this party, soonest first."""
    return list(
        session.exec(
            select(Meeting)
            .where(
                Meeting.negotiation_id == negotiation_id,
                col(Meeting.party_id).is_(None) | (Meeting.party_id == party_id),
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
        )
    )


def by_ref(session: Session, negotiation_id: int, ref: str, party_id: int | None) -> Meeting | None:
    """The meeting with this ref, if it is shared or private to this very party."""
    return session.exec(
        select(Meeting).where(
            Meeting.negotiation_id == negotiation_id,
            Meeting.ref == ref.upper(),
            col(Meeting.party_id).is_(None) | (Meeting.party_id == party_id),
        )
    ).first()


def get(session: Session, meeting_id: int) -> Meeting:
    return session.exec(select(Meeting).where(Meeting.id == meeting_id)).one()


def open_in(session: Session, channel_id: str) -> Meeting | None:
    return session.exec(_OPEN, params={"channel": channel_id}).first()


def held_at(session: Session, channel_id: str, instant: datetime) -> Meeting | None:
    """The meeting that was open in this channel at that instant, even if it has closed since."""
    return session.exec(_HELD, params={"channel": channel_id, "instant": instant}).first()


def next_number(session: Session, negotiation_id: int, party_id: int | None, kind: str) -> int:
    query = select(func.coalesce(func.max(Meeting.number), 0)).where(
        Meeting.negotiation_id == negotiation_id, Meeting.kind == kind
    )
    return int(session.exec(query.where(col(Meeting.party_id).is_not_distinct_from(party_id))).one()) + 1


def previous_closed(session: Session, meeting: Meeting) -> Meeting | None:
    """The last meeting of the same kind and circle that closed before this one began."""
    if meeting.started_at is None:
        return None
    return session.exec(
        select(Meeting)
        .where(
            Meeting.negotiation_id == meeting.negotiation_id,
            Meeting.kind == meeting.kind,
            col(Meeting.party_id).is_not_distinct_from(meeting.party_id),
            Meeting.status == MeetingStatus.CLOSED,
            col(Meeting.ended_at) <= meeting.started_at,
            Meeting.id != meeting.id,
        )
        .order_by(col(Meeting.ended_at).desc())
        .limit(1)
    ).first()


def attendance(session: Session, meeting_id: int) -> list[Attendance]:
    return list(
        session.exec(select(Attendance).where(Attendance.meeting_id == meeting_id).order_by(col(Attendance.id)))
    )


def agenda(session: Session, meeting_id: int) -> list[AgendaItem]:
    return list(
        session.exec(select(AgendaItem).where(AgendaItem.meeting_id == meeting_id).order_by(col(AgendaItem.number)))
    )


def minutes(session: Session, meeting_id: int) -> list[MinutesVersion]:
    """Every issued version, first to last."""
    return list(
        session.exec(
            select(MinutesVersion).where(MinutesVersion.meeting_id == meeting_id).order_by(col(MinutesVersion.version))
        )
    )


def minutes_with_digest(session: Session, sha256: str) -> tuple[MinutesVersion, Meeting] | None:
    return session.exec(
        select(MinutesVersion, Meeting)
        .where(MinutesVersion.sha256 == sha256, MinutesVersion.meeting_id == Meeting.id)
        .order_by(col(MinutesVersion.id))
        .limit(1)
    ).first()
