"""Named questions about what was recorded: agreements, decisions, actions, notes."""

from collections.abc import Iterable
from datetime import date
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Integer
from sqlmodel import Session, bindparam, col, delete, func, insert, select
from sqlmodel.sql.expression import SelectOfScalar

from storage import search
from storage.tables import (
    Action,
    ActionOwner,
    ActionStatus,
    Agreement,
    AgreementStatus,
    Confirmation,
    Decision,
    Note,
    RecordStatus,
)

AnyRecord = Agreement | Decision | Action | Note
PREFIXES: dict[type[AnyRecord], str] = {Agreement: "AG", Decision: "D", Action: "A", Note: "E"}
GONE = (AgreementStatus.WITHDRAWN, AgreementStatus.UNDONE, RecordStatus.WITHDRAWN, RecordStatus.UNDONE)

_ADD_WORD = insert(Confirmation)

R = TypeVar("R", Agreement, Decision, Action, Note)


def next_number(session: Session, kind: type[AnyRecord], negotiation_id: int, party_id: int | None) -> int:
    """The next number in this circle's own count, so that a gap tells nobody about private records."""
    session.flush()
    circle = {"negotiation": negotiation_id, "party": party_id}
    highest: int | None = session.connection().execute(_highest(kind, party_id is None), circle).scalar()
    return (highest or 0) + 1


@cache
def _highest(kind: type[AnyRecord], shared: bool) -> SelectOfScalar[int]:
    """In the very order of the index: for `max` and IS NOT DISTINCT FROM, PostgreSQL reads the whole circle."""
    circle = col(kind.party_id).is_(None) if shared else kind.party_id == bindparam("party", type_=Integer)
    newest = select(kind.number).where(kind.negotiation_id == bindparam("negotiation"), circle)
    return newest.order_by(col(kind.party_id).desc(), col(kind.number).desc()).limit(1)


def by_ref(session: Session, kind: type[R], negotiation_id: int, ref: str, party_id: int | None) -> R | None:
    """The record with this ref, if it is shared or private to this very party."""
    return session.exec(
        select(kind).where(
            kind.negotiation_id == negotiation_id,
            kind.ref == ref.upper(),
            col(kind.party_id).is_(None) | (kind.party_id == party_id),
        )
    ).first()


def get(session: Session, kind: type[R], record_id: int) -> R | None:
    return session.exec(select(kind).where(kind.id == record_id)).first()


def visible(session: Session, kind: type[R], negotiation_id: int, party_id: int | None) -> list[R]:
    """Shared records and those private to this party, in the order of their numbers."""
    return list(
        session.exec(
            select(kind)
            .where(
                kind.negotiation_id == negotiation_id,
                col(kind.party_id).is_(None) | (kind.party_id == party_id),
            )
            .order_by(col(kind.party_id).is_not(None), col(kind.number))
        )
    )


def of_meeting(session: Session, kind: type[R], meeting_id: int) -> list[R]:
    """What one meeting recorded, in the order of its numbers.

    Not by time: a typed line has Slack's and a command ours, and clocks differ.
    """
    return list(session.exec(select(kind).where(kind.meeting_id == meeting_id).order_by(col(kind.number))))


def everything_of(session: Session, meeting_id: int) -> list[AnyRecord]:
    """Whatever one meeting recorded, of every kind, in the order in which it was said."""
    found: list[AnyRecord] = [
        *of_meeting(session, Agreement, meeting_id),
        *of_meeting(session, Decision, meeting_id),
        *of_meeting(session, Action, meeting_id),
        *of_meeting(session, Note, meeting_id),
    ]
    return sorted(found, key=lambda row: row.seq)


def of_message(session: Session, channel_id: str, ts: str) -> list[AnyRecord]:
    """What was captured from one message, by line; withdrawn records too."""
    found: list[AnyRecord] = [
        *session.exec(select(Agreement).where(Agreement.channel_id == channel_id, Agreement.ts == ts)),
        *session.exec(select(Decision).where(Decision.channel_id == channel_id, Decision.ts == ts)),
        *session.exec(select(Action).where(Action.channel_id == channel_id, Action.ts == ts)),
        *session.exec(select(Note).where(Note.channel_id == channel_id, Note.ts == ts)),
    ]
    return sorted(found, key=lambda record: record.line)


def by_author(session: Session, negotiation_id: int, author_id: int, party_id: int | None) -> AnyRecord | None:
    """The newest standing record in one circle that this member made: their own words, unless others logged them."""
    newest: list[AnyRecord | None] = [
        _newest(session, Agreement, negotiation_id, author_id, party_id),
        _newest(session, Decision, negotiation_id, author_id, party_id),
        _newest(session, Action, negotiation_id, author_id, party_id),
        _newest(session, Note, negotiation_id, author_id, party_id),
    ]
    return max((row for row in newest if row), key=lambda row: row.seq, default=None)


def _newest(session: Session, kind: type[R], negotiation_id: int, author_id: int, party_id: int | None) -> R | None:
    return session.exec(
        select(kind)
        .where(
            kind.negotiation_id == negotiation_id,
            func.coalesce(kind.logged_by_id, kind.author_id) == author_id,
            col(kind.party_id).is_not_distinct_from(party_id),
            col(kind.status).not_in(GONE),
        )
        .order_by(col(kind.seq).desc())
        .limit(1)
    ).first()


def confirmations(session: Session, agreement_ids: Iterable[int]) -> dict[int, list[Confirmation]]:
    """Every party's word on every wording, by agreement, in the order given."""
    wanted = list(agreement_ids)
    found: dict[int, list[Confirmation]] = {agreement_id: [] for agreement_id in wanted}
    query = select(Confirmation).where(col(Confirmation.agreement_id).in_(wanted))
    for row in session.exec(query.order_by(col(Confirmation.at), col(Confirmation.id))):
        found[row.agreement_id].append(row)
    return found


def add_word(session: Session, **columns: Any) -> None:
    """One party's first word on one wording."""
    session.connection().execute(_ADD_WORD, columns)
    if columns.get("reason"):
        word = word_of(session, columns["agreement_id"], columns["version"], columns["party_id"])
        if word is not None:
            search.keep(session, word)


def word_of(session: Session, agreement_id: int, version: int, party_id: int) -> Confirmation | None:
    return session.exec(
        select(Confirmation).where(
            Confirmation.agreement_id == agreement_id,
            Confirmation.version == version,
            Confirmation.party_id == party_id,
        )
    ).first()


def owners(session: Session, action_ids: Iterable[int]) -> dict[int, list[int]]:
    """The member ids that own each action, in the order in which they were named."""
    wanted = list(action_ids)
    found: dict[int, list[int]] = {action_id: [] for action_id in wanted}
    query = select(ActionOwner).where(col(ActionOwner.action_id).in_(wanted)).order_by(col(ActionOwner.id))
    for row in session.exec(query):
        found[row.action_id].append(row.member_id)
    return found


def move_lines(session: Session, rows: Iterable[AnyRecord], by: int) -> None:
    """Move records out of the way of each other's lines, within the message they came from."""
    for row in rows:
        row.line += by
        session.add(row)
    session.flush()


def disown(session: Session, action_id: int) -> None:
    """Take an action's owners off, for others to be named in the same transaction; the ledger keeps them."""
    session.exec(delete(ActionOwner).where(col(ActionOwner.action_id) == action_id))


def recommended_by(session: Session, milestone_id: int, party_id: int | None) -> list[Action]:
    """The actions that a gateway's review asked for, as far as this party may see them."""
    return list(
        session.exec(
            select(Action)
            .where(
                Action.milestone_id == milestone_id,
                col(Action.party_id).is_(None) | (Action.party_id == party_id),
                col(Action.status).not_in(GONE),
            )
            .order_by(col(Action.number))
        )
    )


def open_actions(session: Session, negotiation_id: int, party_id: int | None) -> list[Action]:
    """Unfinished actions this party may see, soonest deadline first, those without one last."""
    return list(
        session.exec(
            select(Action)
            .where(
                Action.negotiation_id == negotiation_id,
                Action.status == ActionStatus.OPEN,
                col(Action.party_id).is_(None) | (Action.party_id == party_id),
            )
            .order_by(func.coalesce(Action.due_on, date.max), col(Action.id))
        )
    )
