"""Named questions about meetings, who is at them and what is on their agenda."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session, bindparam, col, func, select, text
from sqlmodel.sql.expression import SelectOfScalar

from storage.tables import (
    AgendaItem,
    Attendance,
    Meeting,
    MeetingKind,
    MeetingStatus,
    MinutesVersion,
    Note,
    NoteKind,
    Paper,
    Preparation,
    RecordStatus,
)

# Built once, for every command asks them.
_OPEN = select(Meeting).where(Meeting.channel_id == bindparam("channel"), Meeting.status == MeetingStatus.OPEN)
_OPEN_IN_CIRCLE = select(Meeting.id, Meeting.channel_id).where(
    Meeting.negotiation_id == bindparam("negotiation"),
    func.coalesce(Meeting.party_id, 0) == bindparam("scope"),
    text("meeting.status = 'open'"),  # no parameter, so that the small index of open meetings can serve
)
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


def refs(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """What these meetings are called, by id."""
    wanted = list(ids)
    if not wanted:
        return {}
    return {
        key or 0: ref for key, ref in session.exec(select(Meeting.id, Meeting.ref).where(col(Meeting.id).in_(wanted)))
    }


def open_in(session: Session, channel_id: str) -> Meeting | None:
    return session.exec(_OPEN, params={"channel": channel_id}).first()


def going_on(session: Session, negotiation_id: int, scope: int) -> list[tuple[int, str]]:
    """The open meetings of one circle (a party's id, 0 for what the table shares), each with its channel."""
    circle = {"negotiation": negotiation_id, "scope": scope}
    return [(row[0], row[1]) for row in session.connection().execute(_OPEN_IN_CIRCLE, circle)]


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


def informing(session: Session, meeting_id: int, party_id: int | None) -> list[Meeting]:
    """The meetings that are to inform this one: the shared ones and those private to this party, soonest first."""
    return list(
        session.exec(
            select(Meeting)
            .where(
                Meeting.informs_id == meeting_id,
                col(Meeting.party_id).is_(None) | (Meeting.party_id == party_id),
            )
            .order_by(col(Meeting.starts_at), col(Meeting.id))
        )
    )


def premeets_of(session: Session, meeting_id: int) -> list[Meeting]:
    """Every party's pre-meets for a meeting."""
    query = select(Meeting).where(Meeting.informs_id == meeting_id, Meeting.kind == MeetingKind.PREMEET)
    return list(session.exec(query.order_by(col(Meeting.id))))


def automatic(session: Session, negotiation_id: int) -> list[Meeting]:
    """The planned pre-meets, of every party, whose time Parley chose."""
    return list(
        session.exec(
            select(Meeting)
            .where(
                Meeting.negotiation_id == negotiation_id,
                Meeting.status == MeetingStatus.PLANNED,
                col(Meeting.automatic),
            )
            .order_by(col(Meeting.id))
        )
    )


def last_closed(session: Session, meeting: Meeting) -> Meeting | None:
    """The meeting that closed last of those that this one goes on from."""
    query = _of_its_kind(meeting).where(Meeting.status == MeetingStatus.CLOSED)
    return session.exec(query.order_by(col(Meeting.ended_at).desc(), col(Meeting.id).desc()).limit(1)).first()


def cancelled(session: Session, meeting: Meeting) -> list[Meeting]:
    """The cancelled meetings that this one takes the place of, in the order in which they were planned."""
    query = _of_its_kind(meeting).where(Meeting.status == MeetingStatus.CANCELLED)
    return list(session.exec(query.order_by(col(Meeting.id))))


def next_planned(session: Session, meeting: Meeting) -> Meeting | None:
    """The next planned meeting that goes on from this one."""
    query = _of_its_kind(meeting).where(Meeting.status == MeetingStatus.PLANNED)
    return session.exec(query.order_by(col(Meeting.starts_at), col(Meeting.id)).limit(1)).first()


def _of_its_kind(meeting: Meeting) -> SelectOfScalar[Meeting]:
    """The others of the same kind and circle; of the same name, where several sub-groups go on side by side."""
    query = select(Meeting).where(
        Meeting.negotiation_id == meeting.negotiation_id,
        Meeting.kind == meeting.kind,
        col(Meeting.party_id).is_not_distinct_from(meeting.party_id),
        Meeting.id != meeting.id,
    )
    return query.where(Meeting.title == meeting.title) if meeting.kind == MeetingKind.SUBGROUP else query


def carried_on(session: Session, item_id: int) -> bool:
    """Whether another meeting has taken this item over."""
    query = select(AgendaItem.id).where(AgendaItem.carried_from_id == item_id).order_by(col(AgendaItem.id)).limit(1)
    return session.exec(query).first() is not None


def papers(session: Session, meeting_id: int) -> list[Paper]:
    """The papers a meeting needs, in the order in which they were asked for."""
    return list(session.exec(select(Paper).where(Paper.meeting_id == meeting_id).order_by(col(Paper.number))))


def prepared(session: Session, meeting_id: int, party_id: int) -> Preparation | None:
    """How long this party prepared for a meeting, if it has said so."""
    return session.exec(
        select(Preparation).where(Preparation.meeting_id == meeting_id, Preparation.party_id == party_id)
    ).first()


def recommendations(session: Session, meeting_id: int) -> list[Note]:
    """What a meeting recommends, as it stands."""
    return list(
        session.exec(
            select(Note)
            .where(
                Note.meeting_id == meeting_id,
                Note.kind == NoteKind.RECOMMENDATION,
                Note.status == RecordStatus.RECORDED,
            )
            .order_by(col(Note.number))
        )
    )


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
