"""Named questions about negotiations, their parties, people and channels."""

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from storage.tables import Channel, ChannelKind, Member, Negotiation, Party, Person


def by_code(session: Session, code: str, team_id: str | None = None) -> list[Negotiation]:
    """Negotiations with this code, in any case: one in a workspace, perhaps several in all."""
    query = select(Negotiation).where(Negotiation.code == code.upper()).order_by(col(Negotiation.id))
    if team_id is not None:
        query = query.where(Negotiation.team_id == team_id)
    return list(session.exec(query))


def lock(session: Session, negotiation_id: int) -> Negotiation:
    """The negotiation, held for this transaction: its refs and its ledger have one writer at a time.

    SQLite needs no such lock: there a transaction that may write is alone from its beginning.
    """
    return session.exec(select(Negotiation).where(Negotiation.id == negotiation_id).with_for_update()).one()


def get(session: Session, negotiation_id: int) -> Negotiation:
    return session.exec(select(Negotiation).where(Negotiation.id == negotiation_id)).one()


def every(session: Session) -> list[Negotiation]:
    return list(session.exec(select(Negotiation).order_by(col(Negotiation.id))))


def of_person(session: Session, person_id: int) -> list[Negotiation]:
    """The negotiations this person sits in or has set up, oldest first."""
    sits = select(Member.negotiation_id).where(Member.person_id == person_id)
    return list(
        session.exec(
            select(Negotiation)
            .where(col(Negotiation.id).in_(sits) | (Negotiation.created_by_id == person_id))
            .order_by(col(Negotiation.id))
        )
    )


def channel(session: Session, team_id: str, channel_id: str) -> Channel | None:
    return session.exec(select(Channel).where(Channel.team_id == team_id, Channel.channel_id == channel_id)).first()


def channels(session: Session, negotiation_id: int) -> list[Channel]:
    return list(session.exec(select(Channel).where(Channel.negotiation_id == negotiation_id).order_by(col(Channel.id))))


def joint_channel(session: Session, negotiation_id: int) -> Channel | None:
    """The joint table's channel; the newest where there is more than one."""
    return session.exec(
        select(Channel)
        .where(Channel.negotiation_id == negotiation_id, Channel.kind == ChannelKind.JOINT)
        .order_by(col(Channel.id).desc())
        .limit(1)
    ).first()


def caucus_channel(session: Session, party_id: int) -> Channel | None:
    return session.exec(
        select(Channel).where(Channel.party_id == party_id).order_by(col(Channel.id).desc()).limit(1)
    ).first()


def parties(session: Session, negotiation_id: int) -> list[Party]:
    """The parties in the order in which they joined."""
    return list(session.exec(select(Party).where(Party.negotiation_id == negotiation_id).order_by(col(Party.id))))


def person(session: Session, team_id: str, user_id: str) -> Person | None:
    return session.exec(select(Person).where(Person.team_id == team_id, Person.user_id == user_id)).first()


def person_named(session: Session, team_id: str, user_id: str, name: str) -> Person:
    """The person, added when new; a better name replaces the bare id that stood in for one."""
    known = person(session, team_id, user_id)
    if known is None:
        known = Person(team_id=team_id, user_id=user_id, name=name)
        session.add(known)
        session.flush()
    elif name not in (known.name, user_id):
        known.name = name
        session.add(known)
    return known


def people(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    wanted = list(ids)
    return {row.id or 0: row for row in session.exec(select(Person).where(col(Person.id).in_(wanted)))}


def members(session: Session, negotiation_id: int) -> list[tuple[Member, Person]]:
    """Everybody at the table, in the order in which they joined."""
    return list(
        session.exec(
            select(Member, Person)
            .where(Member.negotiation_id == negotiation_id, Member.person_id == Person.id)
            .order_by(col(Member.id))
        )
    )


def membership(session: Session, negotiation_id: int, person_id: int) -> Member | None:
    return session.exec(
        select(Member).where(Member.negotiation_id == negotiation_id, Member.person_id == person_id)
    ).first()


def holders(rows: Sequence[tuple[Member, Person]], party_id: int, roles: Iterable[str]) -> list[Person]:
    """The people of one party who hold any of these roles."""
    wanted = set(roles)
    return [who for member, who in rows if member.party_id == party_id and wanted & set(member.roles)]
