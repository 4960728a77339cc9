"""Who is acting, what they may do, and the only way to a row: through here, or not at all.

A stranger, a member of another party and somebody who mistyped get the same answer, so that an
answer never tells that something private exists.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot import dates
from bot.errors import UserError
from bot.workdays import Calendar, calendar
from storage import Session, meetings, negotiations, records
from storage.records import R
from storage.tables import Channel, ChannelKind, Meeting, Member, Negotiation, Party, Person, Role


class Capability(StrEnum):
    """What a role may let a person do; the words complete "You may not …"."""

    SET_UP = "set up parties, people and channels"
    PLAN = "plan meetings"
    RUN = "run the meeting"
    RECORD = "add to the record"
    CONFIRM = "speak for your party"
    APPROVE = "approve minutes for your party"


_TABLE = {Role.CHAIR, Role.LEAD, Role.NEGOTIATOR, Role.SCRIBE}
CAN: dict[Capability, set[Role]] = {
    Capability.SET_UP: {Role.CHAIR, Role.LEAD, Role.SCRIBE},
    Capability.PLAN: _TABLE,
    Capability.RUN: _TABLE,
    Capability.RECORD: _TABLE | {Role.LEGAL, Role.TECHNICAL},
    Capability.CONFIRM: {Role.LEAD, Role.NEGOTIATOR},
    Capability.APPROVE: {Role.CHAIR, Role.LEAD, Role.NEGOTIATOR},
}

NOTHING_HERE = (
    "There is no negotiation here that you take part in. `/parley new CODE Title` starts one in this "
    "channel; if you should be part of one, ask its administrator to add you."
)


class Several(UserError):
    """Which negotiation is meant? `codes` are those the person may choose from."""

    def __init__(self, codes: list[str]) -> None:
        examples = ", ".join(f"`/parley {code} …`" for code in codes)
        super().__init__(f"You take part in several negotiations. Choose one, or put its code first: {examples}.")
        self.codes = codes


class Elsewhere(UserError):
    """What was asked is done in another room: nothing that could be added to the words would help in this one."""


class Misplaced(UserError):
    """Something private to a party was typed where others may read: nothing of it is kept, nor ever repeated."""


@dataclass(frozen=True)
class Place:
    """Where somebody acts: a Slack channel (perhaps bound to a negotiation) in a workspace.

    `team_id` is the workspace that installed Parley; `home_team_id` the one that the person belongs to, where Slack
    says so.
    """

    team_id: str
    channel_id: str
    user_id: str
    home_team_id: str = ""

    @property
    def is_guest(self) -> bool:
        """Whether the person comes from another organisation, where there is no slash command and no shortcut."""
        return self.home_team_id not in ("", self.team_id)


@dataclass(frozen=True)
class Actor:
    """A person in one negotiation, acting in one place.

    `member` and `party` are None for the administrator who set the negotiation up and does not sit at
    the table. `scope` is the id of the party for whose eyes the things said here are; None: everyone's.
    """

    person: Person
    negotiation: Negotiation
    member: Member | None
    party: Party | None
    channel: Channel | None
    channel_id: str

    @property
    def id(self) -> int:
        return self.negotiation.id or 0

    @property
    def party_id(self) -> int | None:
        return self.party.id if self.party else None

    @property
    def roles(self) -> frozenset[str]:
        return frozenset(self.member.roles if self.member else ())

    @property
    def administrator(self) -> bool:
        return self.negotiation.created_by_id == self.person.id

    @property
    def scope(self) -> int | None:
        """Said in a caucus channel or outside any channel of the negotiation: private to the party."""
        if self.channel and self.channel.kind != ChannelKind.CAUCUS:
            return None
        return self.party_id

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.negotiation.zone)

    @property
    def calendar(self) -> Calendar:
        return negotiation_calendar(self.negotiation)

    def today(self, at: datetime) -> date:
        """The negotiation's local date at an aware instant."""
        return at.astimezone(self.zone).date()

    @property
    def seen_by_all(self) -> str:
        """What to add where a shared thing is done outside the negotiation's channels."""
        return " Everyone at the table sees this." if self.channel is None else ""

    def aloud(self, party_id: int | None) -> bool:
        """Whether something of this circle (a party's id, None for everyone) may be said in this channel."""
        return self.channel is not None and party_id in (None, self.channel.party_id) and not self.channel.overheard

    @property
    def trail_name(self) -> str:
        """How the trail names this person."""
        return f"{self.person.name} ({self.party.code})" if self.party else self.person.name

    def may(self, capability: Capability) -> bool:
        if capability in (Capability.SET_UP, Capability.PLAN) and self.administrator:
            return True
        return bool(self.roles & CAN[capability])


def named(session: Session, code: str, party_code: str | None) -> tuple[Negotiation, Party | None]:
    """What a command line names: the negotiation, and the party whose private record is wanted too, if there is one.

    Raises UserError as `only` and `party` do.
    """
    found = only(session, code)
    return found, party(session, found, party_code) if party_code else None


def party(session: Session, negotiation: Negotiation, code: str, advice: str = "") -> Party:
    """The party with this code, in any case. Raises UserError listing those there are, with this advice."""
    known = negotiations.parties(session, negotiation.id or 0)
    for each in known:
        if each.code == code.strip().upper():
            return each
    listed = f"The parties are {', '.join(each.code for each in known)}."
    rest = listed if known else "There is none yet: `/parley party add CODE Name as KIND`."
    said = f"There is no party {dates.shown(code)} in {negotiation.code}. {rest} {advice}"
    raise UserError(said.rstrip())


def negotiation_calendar(negotiation: Negotiation) -> Calendar:
    """The working days of a negotiation: its calendar, less its own closed days."""
    return calendar(negotiation.calendar, [date.fromisoformat(day) for day in negotiation.closed_days])


def require(actor: Actor, capability: Capability, deed: str = "") -> None:
    """Raises UserError naming the roles that may do it; `deed` says what, where the capability's words do not."""
    if actor.may(capability):
        return
    *others, last = [role.value for role in Role if role in CAN[capability]]
    roles = f"{', '.join(others)} or {last}"
    yours = " and ".join(sorted(actor.roles)) or "no role"
    raise UserError(
        f"You may not {deed or capability.value} in {actor.negotiation.code}: that needs the role {roles}, "
        f"and you have {yours}. A chair, lead or scribe can change it with `/parley member add`."
    )


def require_open_room(actor: Actor) -> None:
    """Raises UserError in a caucus channel: what is done there is private, and this everybody would see."""
    if actor.channel is not None and actor.channel.kind == ChannelKind.CAUCUS:
        raise Elsewhere(
            "Everyone at the table would see this, and this channel is private to your side. Nothing was done. "
            "Type it in the joint channel."
        )


def seat(actor: Actor) -> Member:
    """The actor's seat at the table. Raises UserError for an administrator without one."""
    if actor.member is None:
        raise UserError(
            f"You set {actor.negotiation.code} up but have no seat at its table. Take one first: "
            "`/parley member add @you to PARTY as scribe`."
        )
    return actor.member


def everywhere(session: Session, place: Place) -> list[Actor]:
    """The person in each negotiation that they take part in, oldest first, wherever they are just now."""
    person = _person(session, place)
    own = negotiations.of_person(session, person.id or 0) if person else []
    return [actor(session, place, negotiation.code) for negotiation in own if negotiation.team_id == place.team_id]


def actor(session: Session, place: Place, code: str | None = None) -> Actor:
    """The person acting, in the negotiation meant by the code, the channel, or their only one.

    The negotiation has one actor at a time: on PostgreSQL others wait until this transaction ends.
    Raises UserError (`NOTHING_HERE`, whatever the reason) when there is none that they may see.
    """
    person = _person(session, place)
    channel, bound = negotiations.bound(session, place.team_id, place.channel_id) or (None, None)
    if person is None:
        raise UserError(_no_seat(session, channel, bound))
    if code is not None:
        meant = [n for n in negotiations.by_code(session, code, place.team_id) if _sits(session, n, person)]
    elif bound is not None:
        meant = [bound] if _sits(session, bound, person) else []
    else:
        meant = [n for n in negotiations.of_person(session, person.id or 0) if n.team_id == place.team_id]
    if not meant:
        seated = bound is not None and _sits(session, bound, person)
        raise UserError(NOTHING_HERE if seated else _no_seat(session, channel, bound))
    if len(meant) > 1:
        raise Several([n.code for n in meant])
    # Held until the transaction ends, so that what is read from here on cannot change under the actor.
    negotiation = negotiations.lock(session, meant[0].id or 0)
    if channel is not None and channel.negotiation_id != negotiation.id:
        channel = None
    member, party = negotiations.seat(session, negotiation.id or 0, person.id or 0) or (None, None)
    if channel is not None and channel.party_id is not None and channel.party_id != (party and party.id):
        raise UserError(NOTHING_HERE)
    return Actor(person, negotiation, member, party, channel, place.channel_id)


def _no_seat(session: Session, channel: Channel | None, bound: Negotiation | None) -> str:
    """What somebody without a seat is told: in a channel of the whole table, whose it is and who can give them one.

    Whoever is in such a channel reads there whose it is; of any other negotiation nobody learns that it exists.
    """
    if channel is None or bound is None or channel.party_id is not None:
        return NOTHING_HERE
    return (
        f"You have no seat in {bound.code}, whose channel this is. "
        f"{' or '.join(_may_seat(session, bound))} can give you one."
    )


def _may_seat(session: Session, negotiation: Negotiation) -> list[str]:
    """One person of each party who may set up people there; whoever set the negotiation up, where there is none."""
    found: dict[int, str] = {}
    parties = {party.id or 0: party.code for party in negotiations.parties(session, negotiation.id or 0)}
    for member, person in negotiations.members(session, negotiation.id or 0):
        if CAN[Capability.SET_UP] & set(member.roles):
            found.setdefault(member.party_id, f"{person.name} ({parties[member.party_id]})")
    return list(found.values())[:4] or [negotiations.person_by_id(session, negotiation.created_by_id).name]


def _person(session: Session, place: Place) -> Person | None:
    """The person acting. One who comes from another workspace than the person known by this id is not the same."""
    found = negotiations.person(session, place.team_id, place.user_id)
    if found is None or not place.home_team_id or found.home_team_id == place.home_team_id:
        return found
    if found.home_team_id:
        return None
    found.home_team_id = place.home_team_id
    session.add(found)
    return found


def seats_of(session: Session, team_id: str, user_id: str) -> list[Actor]:
    """The person in each of their negotiations, oldest first, as in no channel; nothing for whoever has none.

    For reading only: nothing is held, so others go on writing meanwhile.
    """
    return [
        Actor(person, negotiation, member, party, None, "")
        for person, negotiation, member, party in negotiations.seats_of(session, team_id, user_id)
    ]


def in_own_room(session: Session, place: Place, code: str | None = None) -> tuple[Actor, Party]:
    """As `actor`, with their party, where what is said is for its eyes alone: its caucus channel, or a direct message.

    Raises Misplaced anywhere else, whatever is typed and before any of it is read.
    """
    direct = place.channel_id.startswith("D")
    try:
        found = actor(session, place, code)
    except Several:
        if direct:
            raise
        raise Misplaced(_NOT_HERE) from None
    if not direct and (found.channel is None or found.channel.kind != ChannelKind.CAUCUS):
        raise Misplaced(_NOT_HERE)
    seat(found)
    if found.party is None:  # whoever has a seat has it for a party
        raise UserError(NOTHING_HERE)
    return found, found.party


def check_own_room(session: Session, place: Place, code: str | None, refusal: str) -> None:
    """Raises Misplaced with this refusal where others than one party read: the words are a party's own."""
    if place.channel_id.startswith("D"):
        return
    try:
        found = actor(session, place, code)
    except Several:
        raise Misplaced(refusal) from None
    if found.channel is None or found.channel.kind != ChannelKind.CAUCUS:
        raise Misplaced(refusal)


_NOT_HERE = (
    "That is private to one side, and others are in this channel. Nothing was kept. Type it in your side's caucus "
    "channel or in a direct message to Parley."
)


def only(session: Session, code: str) -> Negotiation:
    """The negotiation with this code, for the command line. Raises UserError when there is none, or one in
    several workspaces."""
    found = negotiations.by_code(session, code)
    if not found:
        raise UserError(f"There is no negotiation {code} in this database.")
    if len(found) > 1:
        raise UserError(f"Several workspaces have a negotiation {code}. Use a database that holds one.")
    return found[0]


def administrator(session: Session, code: str) -> Actor:
    """Whoever set a negotiation up, acting from the command line for the whole table. Raises UserError as `only`."""
    negotiation = negotiations.lock(session, only(session, code).id or 0)
    person = negotiations.person_by_id(session, negotiation.created_by_id)
    member, party = negotiations.seat(session, negotiation.id or 0, person.id or 0) or (None, None)
    return Actor(person, negotiation, member, party, None, "")


def _sits(session: Session, negotiation: Negotiation, person: Person) -> bool:
    if negotiation.created_by_id == person.id:
        return True
    return negotiations.membership(session, negotiation.id or 0, person.id or 0) is not None


def meeting(session: Session, actor: Actor, ref: str) -> Meeting:
    """The meeting with this ref, in any case. Raises UserError when there is none that they may see."""
    found = meetings.by_ref(session, actor.id, ref, actor.party_id)
    if found is None:
        raise UserError(f"There is no meeting {ref} here that you can see. `/parley meetings` lists them.")
    return found


def record(session: Session, actor: Actor, kind: type[R], ref: str) -> R:
    """The agreement, decision, action or note with this ref; as `meeting` otherwise."""
    found = records.by_ref(session, kind, actor.id, ref, actor.party_id)
    if found is None:
        word = kind.__name__.lower()
        where = "actions all" if word == "action" else "status"
        raise UserError(f"There is no {word} {ref} here that you can see. `/parley {where}` shows what there is.")
    return found


def knows(session: Session, place: Place, code: str) -> bool:
    """Whether this is the code of a negotiation that the person may see."""
    person = _person(session, place)
    return person is not None and any(
        _sits(session, n, person) for n in negotiations.by_code(session, code, place.team_id)
    )


def meeting_in_progress(session: Session, actor: Actor) -> Meeting | None:
    """The meeting open in the channel where the actor is."""
    found = meetings.open_in(session, actor.channel_id) if actor.channel else None
    return found if found is not None and found.negotiation_id == actor.id else None
