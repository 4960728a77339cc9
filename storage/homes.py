"""Named questions about App Home: who looks at it, and what waits for one person in all of their negotiations.

What waits is asked once for everything that somebody takes part in, however many negotiations and actions there are.
`members` are the ids of a person's seats and `parties` those of the parties they sit for: a row that is private to
another party answers none of these questions.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, exists
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, and_, bindparam, col, func, or_, select, text, update

from storage.db import AwareUTC
from storage.tables import (
    Action,
    ActionOwner,
    Agreement,
    AgreementStatus,
    Attendance,
    Confirmation,
    CorrectionStatus,
    HomeView,
    Meeting,
    MeetingStatus,
    Member,
    MinutesApproval,
    MinutesCirculation,
    MinutesCorrection,
    MinutesVersion,
    Negotiation,
    Party,
    Person,
)

# -- who looks ------------------------------------------------------------------------------------------

_VIEW = select(HomeView).where(HomeView.team_id == bindparam("team"), HomeView.user_id == bindparam("user"))


def view(session: Session, team_id: str, user_id: str) -> HomeView | None:
    """What is known of this person's App Home, once they have opened it."""
    return session.exec(_VIEW, params={"team": team_id, "user": user_id}).first()


def looked(session: Session, team_id: str, user_id: str, *, slack_hash: str, at: datetime) -> None:
    """Somebody opens their App Home, where Slack shows the view of this hash; "" where it shows none.

    Raises Conflict when another process has just written the same person's first row.
    """
    row = view(session, team_id, user_id)
    if row is None:
        session.add(HomeView(team_id=team_id, user_id=user_id, looked_at=at, slack_hash=slack_hash))
    else:
        if slack_hash != row.slack_hash:
            row.fingerprint, row.slack_hash = "", slack_hash
        row.looked_at, row.asked, row.wait_until = at, row.asked + 1, None
        session.add(row)
    session.flush()


def pressed(session: Session, team_id: str, user_id: str, *, at: datetime) -> None:
    """Somebody has done something from their App Home: it is to be looked at afresh. Nothing for who has none."""
    session.exec(
        update(HomeView)
        .where(col(HomeView.team_id) == team_id, col(HomeView.user_id) == user_id)
        .values(looked_at=at, asked=col(HomeView.asked) + 1)
    )


def choose(session: Session, team_id: str, user_id: str, negotiation_id: int | None) -> None:
    """Narrow somebody's App Home to one negotiation; None: all of theirs."""
    row = view(session, team_id, user_id)
    if row is not None:
        row.chosen_id = negotiation_id
        session.add(row)
        session.flush()


@dataclass(frozen=True)
class Circle:
    """One negotiation that somebody's App Home is made of; `party_id` None: they see only what everybody shares."""

    negotiation_id: int
    zone: str
    party_id: int | None


def looked_at_since(session: Session, since: datetime) -> list[tuple[HomeView, list[Circle]]]:
    """The App Homes that were looked at since then, or are still to be answered, with what they are made of."""
    recent = or_(col(HomeView.looked_at) >= since, col(HomeView.asked) != col(HomeView.answered))
    rows = {row.id: row for row in session.exec(select(HomeView).where(recent).order_by(col(HomeView.id)))}
    found: dict[int | None, list[Circle]] = {row_id: [] for row_id in rows}
    if not rows:
        return []
    query = (
        select(HomeView.id, Negotiation.id, Negotiation.zone, Member.party_id)
        .join(Person, and_(col(Person.team_id) == HomeView.team_id, col(Person.user_id) == HomeView.user_id))
        .join(Negotiation, col(Negotiation.team_id) == col(Person.team_id))
        .outerjoin(
            Member, and_(col(Member.negotiation_id) == col(Negotiation.id), col(Member.person_id) == col(Person.id))
        )
        .where(recent, col(Member.id).is_not(None) | (col(Negotiation.created_by_id) == col(Person.id)))
        .order_by(col(HomeView.id), col(Negotiation.id))
    )
    for row_id, negotiation_id, zone, party_id in session.exec(query):
        found[row_id].append(Circle(negotiation_id or 0, zone, party_id))
    return [(row, found[row_id]) for row_id, row in rows.items()]


def keep(session: Session, row_id: int, **columns: Any) -> None:
    """What came of publishing an App Home. What its person did meanwhile stays as it is."""
    session.exec(update(HomeView).where(col(HomeView.id) == row_id).values(**columns))


# -- what waits -----------------------------------------------------------------------------------------

# Each is built once: building a statement takes longer than SQLite takes to answer it.
_NEGOTIATIONS: BindParameter[int] = bindparam("negotiations", expanding=True)
_MEMBERS: BindParameter[int] = bindparam("members", expanding=True)
_PARTIES: BindParameter[int] = bindparam("parties", expanding=True)
_IDS: BindParameter[int] = bindparam("ids", expanding=True)
# Spelled out, not bound: both databases use a partial index only where they can see its condition.
_OPEN = text("action.status = 'open'")
_ACTION_IN_SIGHT = col(Action.party_id).is_(None) | col(Action.party_id).in_(_PARTIES)
_MEETING_IN_SIGHT = col(Meeting.party_id).is_(None) | col(Meeting.party_id).in_(_PARTIES)

_DATED = (
    _OPEN,
    col(Action.id).in_(select(ActionOwner.action_id).where(col(ActionOwner.member_id).in_(_MEMBERS))),
    col(Action.due_on).is_not(None),
    _ACTION_IN_SIGHT,
)
_SOME_ACTIONS = select(Action).where(col(Action.id).in_(_IDS)).order_by(col(Action.id))
_FIRST_DUE = (
    select(Action.id, func.count().over())
    .where(*_DATED)
    .order_by(col(Action.due_on), col(Action.id))
    .limit(bindparam("most"))
)


def dated_actions(
    session: Session, members: Collection[int], parties: Collection[int], most: int
) -> tuple[list[Action], int]:
    """The open actions of somebody's own that have a date, soonest first, `most` of them; and how many there are."""
    asked = {"members": list(members), "parties": list(parties), "most": most}
    first = session.connection().execute(_FIRST_DUE, asked).all()
    rows = {row.id: row for row in session.exec(_SOME_ACTIONS, params={"ids": [row[0] for row in first]})}
    return [rows[row[0]] for row in first], first[0][1] if first else 0


_OWNED = exists().where(col(ActionOwner.action_id) == col(Action.id), col(ActionOwner.member_id).in_(_MEMBERS))
_NOBODYS = ~exists().where(col(ActionOwner.action_id) == col(Action.id))
# Two questions, for either is found through an index of its own, and both together through none.
_UNDATED = select(Action.id).where(
    _OPEN, col(Action.negotiation_id).in_(_NEGOTIATIONS), _ACTION_IN_SIGHT, col(Action.due_on).is_(None), _OWNED
)
_RECORDED = select(Action.id).where(
    _OPEN, col(Action.author_id).in_(_MEMBERS), _ACTION_IN_SIGHT, or_(col(Action.due_on).is_(None), _NOBODYS)
)


def incomplete_actions(
    session: Session, negotiations: Collection[int], members: Collection[int], parties: Collection[int], most: int
) -> tuple[list[Action], int]:
    """The open actions without an owner or a date that somebody recorded or owns, first said first; and how many."""
    asked = {"negotiations": list(negotiations), "members": list(members), "parties": list(parties)}
    connection = session.connection()
    ids = sorted({row[0] for query in (_UNDATED, _RECORDED) for row in connection.execute(query, asked).all()})
    return list(session.exec(_SOME_ACTIONS, params={"ids": ids[:most]})), len(ids)


_SAID = exists().where(
    col(Confirmation.agreement_id) == col(Agreement.id),
    col(Confirmation.version) == col(Agreement.version),
    col(Confirmation.party_id) == col(Party.id),
)
_TO_CONFIRM = (
    select(Agreement.id, Agreement.clause, Party.id)
    .join(Party, col(Party.negotiation_id) == col(Agreement.negotiation_id))
    .where(
        col(Party.id).in_(_PARTIES),
        col(Agreement.status).in_((AgreementStatus.AWAITING, AgreementStatus.OBJECTED)),
        col(Agreement.party_id).is_(None),
        ~_SAID,
    )
    .order_by(col(Agreement.at), col(Agreement.id))
)


_SOME_AGREEMENTS = select(Agreement).where(col(Agreement.id).in_(_IDS))


def agreements_to_confirm(session: Session, parties: Collection[int]) -> list[tuple[int, str | None, int]]:
    """The wordings of which one of these parties has said nothing yet, first said first: id, clause, that party."""
    rows = session.connection().execute(_TO_CONFIRM, {"parties": list(parties)}).all()
    return [tuple(row) for row in rows]


def agreements(session: Session, ids: Collection[int]) -> dict[int, Agreement]:
    """These agreements, by id."""
    return {row.id or 0: row for row in session.exec(_SOME_AGREEMENTS, params={"ids": list(ids)})}


@dataclass(frozen=True)
class Issued:
    """A version of minutes without its text; `at`: when it was put to the parties or, of a draft, issued."""

    meeting: Meeting
    version: int
    at: datetime
    is_draft: bool


_NEWER = aliased(MinutesVersion)
_UNSETTLED = (
    select(Meeting, MinutesVersion.version, MinutesVersion.issued_at, MinutesCirculation.at)
    .join(MinutesVersion, col(MinutesVersion.meeting_id) == col(Meeting.id))
    .outerjoin(MinutesCirculation, col(MinutesCirculation.minutes_id) == col(MinutesVersion.id))
    .where(
        col(Meeting.negotiation_id).in_(_NEGOTIATIONS),
        _MEETING_IN_SIGHT,
        ~exists().where(
            col(_NEWER.meeting_id) == col(MinutesVersion.meeting_id), col(_NEWER.version) > col(MinutesVersion.version)
        ),
        ~exists().where(
            col(MinutesApproval.minutes_id) == col(MinutesVersion.id), col(MinutesApproval.party_id).in_(_PARTIES)
        ),
    )
    .order_by(func.coalesce(col(MinutesCirculation.at), col(MinutesVersion.issued_at)), col(Meeting.id))
)


def unsettled_minutes(session: Session, negotiations: Collection[int], parties: Collection[int]) -> list[Issued]:
    """The newest minutes of each meeting that none of these parties has approved: drafts, and those put to them."""
    asked = {"negotiations": list(negotiations), "parties": list(parties)}
    return [
        Issued(meeting, version, at=put_at or issued_at, is_draft=put_at is None)
        for meeting, version, issued_at, put_at in session.exec(_UNSETTLED, params=asked)
    ]


_KEEPING = select_columns(col(Member.negotiation_id), col(Member.party_id), col(Member.roles)).where(
    col(Member.negotiation_id).in_(_NEGOTIATIONS)
)


def roles_at(session: Session, negotiations: Collection[int]) -> list[tuple[int, int, list[str]]]:
    """The roles of everybody at these tables, with the negotiation and the party."""
    rows = session.connection().execute(_KEEPING, {"negotiations": list(negotiations)})
    return [(negotiation_id, party_id, roles) for negotiation_id, party_id, roles in rows]


_ASKED_TO_CORRECT = (
    select(MinutesCorrection, Meeting)
    .where(
        MinutesCorrection.meeting_id == Meeting.id,
        MinutesCorrection.status == CorrectionStatus.ASKED,
        col(Meeting.negotiation_id).in_(_NEGOTIATIONS),
        _MEETING_IN_SIGHT,
    )
    .order_by(col(MinutesCorrection.at), col(MinutesCorrection.id))
)


def corrections_asked(
    session: Session, negotiations: Collection[int], parties: Collection[int]
) -> list[tuple[MinutesCorrection, Meeting]]:
    """The corrections of minutes that nobody has settled yet, first asked first."""
    asked = {"negotiations": list(negotiations), "parties": list(parties)}
    return [(correction, meeting) for correction, meeting in session.exec(_ASKED_TO_CORRECT, params=asked)]


class Coming(NamedTuple):
    """A meeting that is open or still to come, and what one person has to do with it.

    `there` and `reply` are theirs; None: no row speaks of them, or they have not answered.
    """

    id: int
    negotiation_id: int
    kind: str
    status: str
    automatic: bool
    there: str | None
    reply: str | None


_COMING = (
    select_columns(
        col(Meeting.id),
        col(Meeting.negotiation_id),
        col(Meeting.kind),
        col(Meeting.status),
        col(Meeting.automatic),
        col(Attendance.status),
        col(Attendance.reply),
    )
    .outerjoin(
        Attendance,
        and_(col(Attendance.meeting_id) == col(Meeting.id), col(Attendance.member_id).in_(_MEMBERS)),
    )
    .where(
        col(Meeting.negotiation_id).in_(_NEGOTIATIONS),
        _MEETING_IN_SIGHT,
        or_(
            and_(
                col(Meeting.status) == MeetingStatus.PLANNED,
                col(Meeting.starts_at) > bindparam("since", type_=AwareUTC),
            ),
            col(Meeting.status) == MeetingStatus.OPEN,
        ),
    )
    .order_by(col(Meeting.starts_at), col(Meeting.id))
)


_SOME_MEETINGS = select(Meeting).where(col(Meeting.id).in_(_IDS))


def coming(
    session: Session,
    negotiations: Collection[int],
    members: Collection[int],
    parties: Collection[int],
    since: datetime,
) -> list[Coming]:
    """The meetings that are open, and those planned that begin after this instant, soonest first."""
    asked = {"negotiations": list(negotiations), "members": list(members), "parties": list(parties), "since": since}
    return [Coming._make(row) for row in session.connection().execute(_COMING, asked).all()]


_BY_NAME = select(Attendance.meeting_id).where(col(Attendance.meeting_id).in_(_IDS), col(Attendance.asked)).distinct()


def asked_by_name(session: Session, meeting_ids: Collection[int]) -> set[int]:
    """Those of these meetings to which anybody was asked by name."""
    return {row[0] for row in session.connection().execute(_BY_NAME, {"ids": list(meeting_ids)})}


def meetings(session: Session, ids: Collection[int]) -> dict[int, Meeting]:
    """These meetings, by id."""
    return {row.id or 0: row for row in session.exec(_SOME_MEETINGS, params={"ids": list(ids)})}
