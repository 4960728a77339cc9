"""Named questions about negotiations, their parties, people and channels."""

from collections.abc import Iterable

from sqlmodel import Session, SQLModel, and_, bindparam, col, or_, select, update

from storage.tables import (
    Action,
    Agreement,
    Channel,
    ChannelKind,
    Decision,
    Meeting,
    Member,
    Negotiation,
    Note,
    OutboxRow,
    Party,
    Person,
)

# What every command asks is built once: building a statement takes longer than SQLite takes to answer it.
_GET = select(Negotiation).where(Negotiation.id == bindparam("id"))
_LOCK = _GET.with_for_update()
_CHANNEL = select(Channel).where(Channel.team_id == bindparam("team"), Channel.channel_id == bindparam("channel"))
_BOUND = (
    select(Channel, Negotiation)
    .where(Channel.team_id == bindparam("team"), Channel.channel_id == bindparam("channel"))
    .where(Channel.negotiation_id == Negotiation.id)
)
_JOINT = (
    select(Channel.channel_id)
    .where(Channel.negotiation_id == bindparam("negotiation"), Channel.kind == ChannelKind.JOINT)
    .order_by(col(Channel.id).desc())
    .limit(1)
)
_PARTIES = select(Party).where(Party.negotiation_id == bindparam("negotiation")).order_by(col(Party.id))
_PERSON = select(Person).where(Person.team_id == bindparam("team"), Person.user_id == bindparam("user"))
_MEMBERS = (
    select(Member, Person)
    .where(Member.negotiation_id == bindparam("negotiation"), Member.person_id == Person.id)
    .order_by(col(Member.id))
)
_MEMBERSHIP = select(Member).where(
    Member.negotiation_id == bindparam("negotiation"), Member.person_id == bindparam("person")
)
_SPEAKERS = select(Member.id, Person.name, Party.code).where(
    col(Member.id).in_(bindparam("members", expanding=True)),
    Member.person_id == Person.id,
    Member.party_id == Party.id,
)
_SEATS_OF = (
    select(Person, Negotiation, Member, Party)
    .join(Negotiation, col(Negotiation.team_id) == col(Person.team_id))
    .outerjoin(Member, and_(col(Member.negotiation_id) == col(Negotiation.id), col(Member.person_id) == col(Person.id)))
    .outerjoin(Party, col(Party.id) == col(Member.party_id))
    .where(
        Person.team_id == bindparam("team"),
        Person.user_id == bindparam("user"),
        col(Member.id).is_not(None) | (col(Negotiation.created_by_id) == col(Person.id)),
    )
    .order_by(col(Negotiation.id))
)
_SEAT = select(Member, Party).where(
    Member.negotiation_id == bindparam("negotiation"),
    Member.person_id == bindparam("person"),
    Member.party_id == Party.id,
)


_OF_PARTY = [
    select(table.c[key.parent.name]).where(key.parent == bindparam("party")).order_by(key.parent).limit(1)
    for table in SQLModel.metadata.sorted_tables
    for key in table.foreign_keys
    if key.column.table.name == "party"
]


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
    if session.get_bind().dialect.name == "sqlite":
        return session.get_one(Negotiation, negotiation_id)
    return session.exec(_LOCK, params={"id": negotiation_id}).one()


def get(session: Session, negotiation_id: int) -> Negotiation:
    return session.exec(_GET, params={"id": negotiation_id}).one()


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
    return session.exec(_CHANNEL, params={"team": team_id, "channel": channel_id}).first()


def bound(session: Session, team_id: str, channel_id: str) -> tuple[Channel, Negotiation] | None:
    """A channel and the negotiation it is bound to."""
    found = session.exec(_BOUND, params={"team": team_id, "channel": channel_id}).first()
    return (found[0], found[1]) if found else None


def channels(session: Session, negotiation_id: int) -> list[Channel]:
    return list(session.exec(select(Channel).where(Channel.negotiation_id == negotiation_id).order_by(col(Channel.id))))


def joint_channel(session: Session, negotiation_id: int) -> str | None:
    """Slack's id of the joint table's channel; the newest where there is more than one."""
    return session.connection().execute(_JOINT, {"negotiation": negotiation_id}).scalar()


def caucus_channel(session: Session, party_id: int) -> Channel | None:
    return session.exec(
        select(Channel).where(Channel.party_id == party_id).order_by(col(Channel.id).desc()).limit(1)
    ).first()


def parties(session: Session, negotiation_id: int) -> list[Party]:
    """The parties in the order in which they joined."""
    return list(session.exec(_PARTIES, params={"negotiation": negotiation_id}))


_GUEST = and_(Person.home_team_id != "", Person.home_team_id != Person.team_id)
_IS_GUEST = select(Person.id).where(Person.user_id == bindparam("reader"), _GUEST).order_by(col(Person.id)).limit(1)
_GUEST_AT = (
    select(Person.id)
    .join(Member, col(Member.person_id) == col(Person.id))
    .join(Channel, col(Channel.negotiation_id) == col(Member.negotiation_id))
    .where(
        Channel.channel_id == bindparam("reader"),
        or_(col(Channel.party_id).is_(None), col(Channel.party_id) == col(Member.party_id)),
        _GUEST,
    )
    .order_by(col(Person.id))
    .limit(1)
)


def guests_read(session: Session, reader: str) -> bool:
    """Whether somebody of another organisation reads what is said to this person, or in this channel.

    In a channel that is whoever has a seat in its circle. Where somebody belongs is known once they have done anything.
    """
    asked = _IS_GUEST if reader.startswith(("U", "W")) else _GUEST_AT
    return session.connection().execute(asked, {"reader": reader}).first() is not None


def hangs_on(session: Session, party_id: int) -> bool:
    """Whether anything in any table belongs to a party: people, channels, records."""
    return any(session.exec(query, params={"party": party_id}).first() is not None for query in _OF_PARTY)


def private_room(session: Session, channel_id: str) -> Channel | None:
    """The caucus channel with this id, if it is one."""
    query = select(Channel).where(Channel.channel_id == channel_id, col(Channel.party_id).is_not(None))
    return session.exec(query.order_by(col(Channel.id)).limit(1)).first()


def change_channel_id(session: Session, team_id: str, old: str, new: str) -> None:
    """Slack calls a channel otherwise from now on: what is bound to it, was said in it or waits for it follows."""
    session.exec(
        update(Channel).where(col(Channel.team_id) == team_id, col(Channel.channel_id) == old).values(channel_id=new)
    )
    for table in (Meeting, Agreement, Decision, Action, Note):
        session.exec(update(table).where(col(table.channel_id) == old).values(channel_id=new))
    session.exec(update(OutboxRow).where(col(OutboxRow.recipient) == old).values(recipient=new))
    session.exec(update(OutboxRow).where(col(OutboxRow.sent_channel) == old).values(sent_channel=new))


def person(session: Session, team_id: str, user_id: str) -> Person | None:
    return session.exec(_PERSON, params={"team": team_id, "user": user_id}).first()


def person_by_id(session: Session, person_id: int) -> Person:
    return session.exec(select(Person).where(Person.id == person_id)).one()


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
    return list(session.exec(_MEMBERS, params={"negotiation": negotiation_id}))


def membership(session: Session, negotiation_id: int, person_id: int) -> Member | None:
    return session.exec(_MEMBERSHIP, params={"negotiation": negotiation_id, "person": person_id}).first()


def seats_of(
    session: Session, team_id: str, user_id: str
) -> list[tuple[Person, Negotiation, Member | None, Party | None]]:
    """Every negotiation that somebody sits in or has set up, oldest first, with their place at its table."""
    rows = session.exec(_SEATS_OF, params={"team": team_id, "user": user_id})
    return [(row[0], row[1], row[2], row[3]) for row in rows]


def speakers(session: Session, member_ids: Iterable[int]) -> dict[int, tuple[str, str]]:
    """What people at any table are called, and the codes of their parties, by the ids of their seats."""
    rows = session.connection().execute(_SPEAKERS, {"members": list(member_ids)})
    return {member_id: (name, code) for member_id, name, code in rows}


def seat(session: Session, negotiation_id: int, person_id: int) -> tuple[Member, Party] | None:
    """A person's place at the table and the party it is for."""
    found = session.exec(_SEAT, params={"negotiation": negotiation_id, "person": person_id}).first()
    return (found[0], found[1]) if found else None
