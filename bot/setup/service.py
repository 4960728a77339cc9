"""Setting a negotiation up: its parties, people and channels."""

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from bot import access, dates, roster, trail
from bot.access import Actor, Capability, Place, require
from bot.contracts import numbers
from bot.errors import UserError
from bot.roster import Seat
from bot.setup.sharing import HELD
from bot.slack import mrkdwn
from storage import Session, ledger, negotiations, outbox, records
from storage.tables import (
    Agreement,
    Channel,
    ChannelKind,
    Member,
    Negotiation,
    Party,
    PartyKind,
    Person,
    Role,
    Structure,
)

CLOSED = ("is_archived", "channel_not_found", "not_in_channel")
"""What Slack says of a channel into which nothing can be posted (chat.postMessage, "Errors")."""

DEFAULT_ZONE = "Europe/London"
DEFAULT_CALENDAR = "England and Wales"
DEFAULT_MARKING = "Subject to contract"

CODE = re.compile(r"[A-Z][A-Z0-9]{1,11}")
_EXAMPLE = "`/parley party add CCG Oxfordshire Clinical Commissioning Group as commissioner`"


def start_negotiation(
    session: Session, place: Place, name: str, code: str, title: str, verbs: Iterable[str], *, at: datetime
) -> Negotiation:
    """Start a negotiation and make this channel its joint table. `name` is the person's.

    Raises UserError for a code that cannot be used, whatever the reason, so that nobody learns of
    negotiations they are not part of; and for a place that cannot be a joint table.
    """
    if not title.strip():
        raise UserError(
            "A negotiation needs a code and a title: `/parley new OXMH Outcomes contract for mental health`."
        )
    wanted = code.upper()
    taken = negotiations.by_code(session, wanted, place.team_id)
    if not CODE.fullmatch(wanted) or wanted.casefold() in verbs or taken:
        raise UserError(
            f"The code {code} cannot be used. A code is 2 to 12 letters and digits, begins with a letter, and "
            "is none that is used already and none of Parley's own words: for example `OXMH`, `OXMH2` or `ELDER15`."
        )
    check_can_bind(session, place)
    person = negotiations.person_named(session, place.team_id, place.user_id, name)
    negotiation = Negotiation(
        team_id=place.team_id,
        code=wanted,
        title=title.strip(),
        zone=DEFAULT_ZONE,
        calendar=DEFAULT_CALENDAR,
        marking=DEFAULT_MARKING,
        created_by_id=person.id or 0,
        created_at=at,
    )
    session.add(negotiation)
    session.flush()
    session.add(
        Channel(
            team_id=place.team_id,
            channel_id=place.channel_id,
            negotiation_id=negotiation.id or 0,
            kind=ChannelKind.JOINT,
        )
    )
    ledger.record(
        session,
        negotiation.id or 0,
        "negotiation.started",
        wanted,
        actor=person.name,
        at=at,
        title=negotiation.title,
        channel=place.channel_id,
    )
    return negotiation


def add_party(session: Session, actor: Actor, code: str, name: str, kind: PartyKind, *, at: datetime) -> Party:
    """Add a party. Raises UserError for a code that is not one or is taken."""
    require(actor, Capability.SET_UP)
    if not code:
        raise UserError(f"A party needs a code and a name: {_EXAMPLE}.")
    wanted = code.upper()
    _check_code(wanted, code)
    if not name.strip():
        raise UserError(f"Give the party its name: `/parley party add {wanted} Its full name as provider`.")
    others = negotiations.parties(session, actor.id)
    if any(party.code == wanted for party in others):
        raise UserError(f"{wanted} is a party already. Choose another code, or go on with `/parley member add`.")
    _check_fits_structure(actor, wanted, name.strip(), kind, others)
    party = Party(negotiation_id=actor.id, code=wanted, name=name.strip(), kind=kind)
    session.add(party)
    session.flush()
    trail.deed(session, actor, "party.added", wanted, at=at, name=party.name, kind=kind)
    return party


def correct_party(
    session: Session, actor: Actor, party: Party, code: str, name: str, kind: PartyKind, *, at: datetime
) -> bool:
    """Mend what was typed wrong in a party on which nothing hangs yet; whether anything was changed.

    Raises UserError once something does, and as `add_party`.
    """
    require(actor, Capability.SET_UP)
    wanted, before = code.upper(), party.code
    if (wanted, name.strip(), kind) == (before, party.name, party.kind):
        return False
    if negotiations.hangs_on(session, party.id or 0):
        raise UserError(
            f"{before} has people or records by now, which name it so: its code, name and kind stay as they are. "
            "Who signs is changed with `/parley structure …`."
        )
    if kind != party.kind and records.visible(session, Agreement, actor.id, None):
        raise UserError(
            f"There are agreements already, and what {before} is decides who signs them. Change that with "
            "`/parley structure …`."
        )
    _check_code(wanted, code)
    if not name.strip():
        raise UserError(f"Give {wanted} its name. A party is not taken away; one that signs nothing is an adviser.")
    others = [each for each in negotiations.parties(session, actor.id) if each.id != party.id]
    if any(each.code == wanted for each in others):
        raise UserError(f"{wanted} is a party already. Choose another code.")
    _check_fits_structure(actor, wanted, name.strip(), kind, others)
    party.code, party.name, party.kind = wanted, name.strip(), kind
    session.add(party)
    session.flush()
    trail.deed(session, actor, "party.corrected", wanted, at=at, before=before, name=party.name, kind=kind)
    return True


def _check_code(wanted: str, typed: str) -> None:
    if not CODE.fullmatch(wanted):
        raise UserError(
            f"{typed} cannot be a party's code. Use 2 to 12 letters and digits, beginning with a letter: {_EXAMPLE}."
        )


def _check_fits_structure(actor: Actor, code: str, name: str, kind: PartyKind, others: Sequence[Party]) -> None:
    """Where one provider alone signs, a second one would be a second signature."""
    structure = actor.negotiation.structure
    if kind != PartyKind.PROVIDER or structure is None or not Structure(structure).two_sided:
        return
    there = [party.code for party in others if party.kind == PartyKind.PROVIDER]
    if there:
        raise UserError(
            f"The structure of {actor.negotiation.code} is {structure}: {', '.join(there)} signs alone. Add {code} as "
            f"its subcontractor, `/parley party add {code} {name} as subcontractor`, or decide on an alliance first: "
            "`/parley structure alliance because …`."
        )


def set_quorum(session: Session, actor: Actor, code: str, number: int, *, at: datetime) -> Party:
    """How many people of a party must be at a meeting for it to be there at all.

    Raises UserError for none, and for more than sit for it.
    """
    party = access.party(session, actor.negotiation, code)
    if negotiations.caucus_channel(session, party.id or 0) and actor.party_id != party.id:
        raise UserError(f"{party.code} sets its own quorum now that it has a caucus channel. Ask its lead.")
    require(actor, Capability.SET_UP)
    seated = sum(member.party_id == party.id for member, _ in negotiations.members(session, actor.id))
    if not 1 <= number <= max(seated, 1):
        raise UserError(f"{party.code} has {seated} people at the table. Type a quorum from 1 up to that.")
    party.quorum = number
    session.add(party)
    trail.deed(session, actor, "party.quorum", party.code, at=at, quorum=number)
    return party


def add_members(
    session: Session, actor: Actor, people: Sequence[Person], party_code: str, roles: Sequence[Role], *, at: datetime
) -> list[Member]:
    """Seat people for a party, or give those already seated for it these roles instead.

    Once a party has its own caucus channel, only its own people may add to it: otherwise one side could
    seat its ally among the other. Raises UserError then, for somebody who sits for another party, and for somebody who
    has left Slack: they get no seat and no role, though roles may be taken from them.
    """
    party = access.party(session, actor.negotiation, party_code)
    _check_looks_after(session, actor, party, f"member add … to {party.code} as …")
    require(actor, Capability.SET_UP)
    if not people:
        raise UserError("Mention who is meant: `/parley member add @dana to CCG as negotiator`.")
    return [_seat(session, actor, person, party, roles, at) for person in people]


def _check_looks_after(session: Session, actor: Actor, party: Party, verb: str) -> None:
    if negotiations.caucus_channel(session, party.id or 0) and actor.party_id != party.id:
        raise UserError(
            f"{party.code} looks after its own seats now that it has a caucus channel. "
            f"Ask its lead, chair or scribe to type `/parley {verb}`."
        )


def set_authority(
    session: Session, actor: Actor, member: Member, party: Party, clauses: Sequence[str], *, at: datetime
) -> None:
    """Limit whose words somebody may agree to these clauses, with what is below them; none: no limit.

    It is that party's own business, and in its own trail. Raises UserError for another party's people, for
    those who may not seat people, for oneself where one's own authority is limited, and for no clause number.
    """
    require(actor, Capability.SET_UP)
    if actor.party_id != party.id:
        raise UserError(f"{party.code} says itself what its people may agree.")
    if actor.member is not None and actor.member.id == member.id and member.authority:
        raise UserError("Your authority is limited, so somebody else of your side must widen it.")
    member.authority = list(dict.fromkeys(numbers.read(number) for number in clauses))
    session.add(member)
    session.flush()
    trail.deed(
        session,
        actor,
        "member.authority",
        party.code,
        at=at,
        scope=party.id,
        member=member.id,
        authority=member.authority,
    )


MOST_ALIASES = 10  # of one person
LONGEST_ALIAS = 60
# What asks for other things than a person where a name may stand, and what would be read as several names.
_NO_ALIAS = frozenset({"mine", "overdue", "all", "everything", "everyone", "none", "usual", "public"})
_SEVERAL_NAMES = re.compile(r"[,;:&@()]|\band\b|\bto\b|\bas\b|\bby\b", re.I)


def add_alias(session: Session, actor: Actor, seat: Seat, alias: str, *, at: datetime) -> bool:
    """Keep another name that somebody goes by at this table; whether they did not have it before.

    Raises UserError for who may not seat them, and for a name that fits somebody already, so that no typed name ever
    changes whom it means, or that could not be typed where names are.
    """
    name = " ".join(alias.split()).removeprefix("@")
    _check_may_name(session, actor, seat, "alias")
    fitting = roster.matching(name, roster.seats(session, actor.id))
    if [each.member.id for each in fitting] == [seat.member.id]:
        return False
    if fitting:
        others = mrkdwn.listed(each.title for each in fitting if each.member.id != seat.member.id)
        raise UserError(
            f"“{name}” means {others} already. Give {seat.person.name} a name that fits nobody else: "
            f"`/parley member alias @{seat.person.name} NAME`."
        )
    _check_alias(seat, name)
    seat.member.aliases = [*seat.member.aliases, name]
    _named_anew(session, actor, seat, "member.alias", name, at)
    return True


def _check_alias(seat: Seat, name: str) -> None:
    if not any(char.isalpha() for char in name) or len(name) > LONGEST_ALIAS:
        raise UserError(
            f"{dates.shown(name)} is no name. An alias has a letter in it, and {LONGEST_ALIAS} characters at most."
        )
    if _SEVERAL_NAMES.search(name) or name.casefold() in _NO_ALIAS:
        raise UserError(
            f"“{name}” would be read as something else where people are named. An alias is one name, without commas or "
            "words such as “and”, “to” or “all”."
        )
    if len(seat.member.aliases) >= MOST_ALIASES:
        raise UserError(
            f"{seat.person.name} has {MOST_ALIASES} aliases already: {mrkdwn.listed(seat.member.aliases)}. Take one "
            f"away first: `/parley member alias remove @{seat.person.name} {seat.member.aliases[0]}`."
        )


def remove_alias(session: Session, actor: Actor, seat: Seat, alias: str, *, at: datetime) -> str:
    """Take a name away again; gives it as it was kept. Raises UserError for one that they do not have."""
    _check_may_name(session, actor, seat, "alias remove")
    typed = " ".join(alias.split()).removeprefix("@").casefold()
    kept = next((each for each in seat.member.aliases if each.casefold() == typed), None)
    if kept is None:
        has = f"They go by {mrkdwn.listed(seat.member.aliases)}." if seat.member.aliases else "They have none."
        raise UserError(f"{seat.title} has no alias {dates.shown(alias)}. {has}")
    seat.member.aliases = [each for each in seat.member.aliases if each != kept]
    _named_anew(session, actor, seat, "member.alias_removed", kept, at)
    return kept


def _check_may_name(session: Session, actor: Actor, seat: Seat, verb: str) -> None:
    """As whoever may seat people: a name decides whom others' words reach."""
    _check_looks_after(session, actor, seat.party, f"member {verb} @… NAME")
    require(actor, Capability.SET_UP)


def _named_anew(session: Session, actor: Actor, seat: Seat, what: str, alias: str, at: datetime) -> None:
    session.add(seat.member)
    session.flush()
    person = seat.person
    trail.deed(
        session,
        actor,
        what,
        seat.party.code,
        at=at,
        person=person.name,
        user=person.user_id,
        alias=alias,
        aliases=seat.member.aliases,
    )


def _seat(session: Session, actor: Actor, person: Person, party: Party, roles: Sequence[Role], at: datetime) -> Member:
    member = negotiations.membership(session, actor.id, person.id or 0)
    if member is not None and member.party_id != party.id:
        raise UserError(
            f"{person.name} already sits for another party, and nobody can speak for two. Seat somebody else."
        )
    before = member.roles if member else []
    if person.left and (member is None or set(roles) - set(before)):
        raise UserError(
            f"{person.name} has left Slack, so they can do nothing here. Seat somebody else of {party.code} instead: "
            f"`/parley member add @somebody to {party.code} as {', '.join(roles)}`."
        )
    if member is None:
        member = Member(negotiation_id=actor.id, party_id=party.id or 0, person_id=person.id or 0, roles=[])
    member.roles = [role.value for role in roles]
    session.add(member)
    session.flush()
    trail.deed(
        session, actor, "member.seated", party.code, at=at, person=person.name, user=person.user_id, roles=member.roles
    )
    return member


def bind_channel(
    session: Session, actor: Actor, place: Place, kind: ChannelKind, party: Party | None, name: str, *, at: datetime
) -> Channel:
    """Make this Slack channel the joint table, a party's caucus or a sub-group's room.

    Raises UserError when the channel serves something already, and for a caucus of another party:
    what is private to a party is posted there, so only its own members may say where that is.
    """
    if party is not None and actor.party_id != party.id:
        raise UserError(
            f"Only a member of {party.code} can make a channel its caucus: what is private to it is said there. "
            f"Ask one of them to type `/parley channel caucus {party.code}`."
        )
    if party is None:
        require(actor, Capability.SET_UP)
    check_can_bind(session, place)
    if party is not None:
        _leave_overheard(session, party, place.channel_id, at)
    if kind == ChannelKind.JOINT:
        _leave_closed(session, actor, place.channel_id, at)
    channel = Channel(
        team_id=place.team_id,
        channel_id=place.channel_id,
        negotiation_id=actor.id,
        kind=kind,
        party_id=party.id if party else None,
        name=name.strip(),
    )
    session.add(channel)
    session.flush()
    # A caucus channel is private, so its binding goes into its party's own chain.
    trail.deed(
        session,
        actor,
        "channel.bound",
        place.channel_id,
        at=at,
        scope=channel.party_id,
        kind=kind,
        name=channel.name,
    )
    return channel


def _leave_closed(session: Session, actor: Actor, new: str, at: datetime) -> None:
    """What an archived joint channel would not take any more is said in the one that takes its place."""
    old = [row.channel_id for row in negotiations.channels(session, actor.id) if row.kind == ChannelKind.JOINT]
    outbox.say_instead(session, old, CLOSED, at, new)


def _leave_overheard(session: Session, party: Party, new: str, at: datetime) -> None:
    """What waits because the party's old caucus channel is shared with others is said in the new one."""
    for channel in negotiations.channels(session, party.negotiation_id):
        if channel.party_id == party.id and channel.overheard:
            outbox.let_go(session, channel.channel_id, HELD, at, to=new)


def check_can_bind(session: Session, place: Place) -> None:
    """Raises UserError for a direct message, and for a channel that serves something already."""
    if place.channel_id.startswith("D"):
        raise UserError("A direct message cannot be a negotiation's channel. Type this in a channel.")
    if negotiations.channel(session, place.team_id, place.channel_id) is not None:
        raise UserError("This channel serves a negotiation already. Use another channel for this.")
