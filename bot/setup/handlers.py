"""`new`, `party add`, `member add`, `channel …`."""

import re
from collections.abc import Sequence

from bot import access, dates, roster
from bot.access import Actor
from bot.errors import UserError
from bot.setup import service
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, split_last
from storage import Session, negotiations
from storage.tables import ChannelKind, PartyKind, Role

# The verbs are Parley's own words, so none of them can be a negotiation's code.
RESERVED = {
    "new", "party", "member", "channel", "settings", "timetable", "milestone", "meeting", "meetings", "agenda",
    "attend", "start", "close", "present", "apologies", "declare", "item", "agree", "confirm", "object", "decide",
    "note", "park", "undo", "action", "actions", "done", "extend", "reassign", "reopen", "clause", "clauses",
    "propose", "escalate", "withdraw", "diff", "package", "variation", "variations", "outcome", "metric",
    "outcomes", "document", "documents", "position", "positions", "brief", "minutes", "check", "status", "search",
    "export", "help", "reminders", "gateway", "paper", "recommend", "packages", "ladder", "dispute", "commitment",
    "commitments", "derogation", "derogations", "change", "changes", "concession", "concessions", "mandate",
    "mandates", "members", "route", "structure", "procon", "analysis", "assessment", "scope", "value", "term",
    "confidential",
}  # fmt: skip


def new(session: Session, call: Call) -> Answer:
    code, _, title = call.plain.partition(" ")
    negotiation = service.start_negotiation(
        session, call.place, call.names[call.place.user_id], code, title, RESERVED, at=call.at
    )
    return Answer(
        f"*{negotiation.code}: {negotiation.title}* has begun, and this channel is its joint table. "
        f"Everything it prints is marked “{negotiation.marking}”; times are {negotiation.zone}.\n"
        "Next, the parties: `/parley party add CODE Name as commissioner`, then their people: "
        "`/parley member add @name to CODE as lead`.",
        public=True,
    )


def party_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    code, _, rest = call.plain.partition(" ")
    name, kind = split_last(rest, "as")
    if not kind:
        kind = PartyKind.PROVIDER
    elif kind.casefold() not in set(PartyKind):
        # "as" may belong to the name: "Working as One".
        if len(kind.split()) == 1:
            raise UserError(
                f"{kind} is not a kind of party. The kinds are {mrkdwn.listed(PartyKind, 'or')}. If “as {kind}” "
                f"belongs to the name, type the kind after it: `as {kind} as provider`."
            )
        name, kind = rest, PartyKind.PROVIDER
    party = service.add_party(session, actor, code, name, PartyKind(kind.casefold()), at=call.at)
    signs = "It does not sign the contract."
    if party.must_sign:
        signing = [each.code for each in negotiations.parties(session, actor.id) if each.must_sign]
        others = f" Who signs now: {mrkdwn.listed(signing)}." if len(signing) > 1 else ""
        signs = f"It signs the contract.{others}"
    return Answer(
        f"*{party.code}*: {party.name} is now a party, as {party.kind}. {signs} "
        f"Add its people: `/parley member add @name to {party.code} as lead`.",
        public=actor.aloud(None),
    )


def party_quorum(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = re.fullmatch(r"(?P<code>\S+)\s+(?P<number>[0-9]{1,2})", call.plain)
    if found is None:
        raise UserError("Say which party and how many must be there: `/parley party quorum CCG 2`.")
    party = service.set_quorum(session, actor, found["code"], int(found["number"]), at=call.at)
    return Answer(
        f"*{party.code}* is at a meeting when {party.quorum} of its people are. Without them a meeting may note, but "
        "not agree.",
        public=actor.aloud(None),
    )


def member_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    everyone = roster.seats(session, actor.id)
    own = re.sub(rf"@{re.escape(actor.person.name)}(?!\w)", mrkdwn.mark(actor.person.user_id), call.words)
    words = roster.marked(" ".join(own.split()), everyone)
    names = {**{seat.person.user_id: seat.person.name for seat in everyone}, **call.names}
    names.setdefault(actor.person.user_id, actor.person.name)
    found = re.fullmatch(r"(?P<people>.+?) to (?P<party>\S+) as (?P<roles>.+)", words, re.I)
    roles = [_role(word) for word in roster.listed_names(found["roles"])] if found else []
    if found is None or not roles:
        raise UserError(
            "Say who, for which party and as what: `/parley member add @dana to CCG as negotiator, scribe`."
        )
    people = [
        negotiations.person_named(session, call.place.team_id, user_id, names[user_id])
        for user_id in mrkdwn.mentioned(_marked(actor, found["people"], everyone))
    ]
    for person in people:
        person.left = person.left or person.user_id in call.left  # a newcomer, of whom nothing was kept before
    service.add_members(session, actor, people, found["party"], roles, at=call.at)
    who = mrkdwn.listed(person.name for person in people)
    as_what = mrkdwn.listed(role.value for role in roles)
    verb = "sits" if len(people) == 1 else "sit"
    return Answer(f"{who} now {verb} for *{found['party'].upper()}* as {as_what}.", public=actor.aloud(None))


def _marked(actor: Actor, people: str, everyone: Sequence[roster.Seat]) -> str:
    """The people marked, those at the table also where only their name was typed.

    Raises UserError for a name that fits nobody there: only Slack's own mention says who a newcomer is.
    """
    marks = [mrkdwn.mark(user_id) for user_id in mrkdwn.mentioned(people)]
    for name in roster.listed_names(mrkdwn.MENTION.sub(",", people)):
        if not roster.matching(name, everyone):
            close = mrkdwn.listed((seat.title for seat in roster.nearest(name, everyone)), "or")
            hint = f" Did you mean {close}?" if close else ""
            raise UserError(
                f"Nobody called {dates.shown(name.removeprefix('@'))} sits at the table of {actor.negotiation.code} "
                f"yet.{hint} Mention who is meant: type @ and choose the name from Slack's list, as in `/parley member "
                "add @dana to CCG as negotiator`."
            )
        marks.append(mrkdwn.mark(roster.called(actor, name, everyone).person.user_id))
    return " ".join(marks)


def member_authority(session: Session, call: Call) -> Answer:
    """Whose words somebody may agree: `everything`, or clauses with what is below them."""
    actor = access.actor(session, call.place, call.code)
    people = roster.mentioned(session, actor, call.words, call.names)
    listed = mrkdwn.named(call.words, call.names).replace(f"@{people[0].person.name}", "", 1) if people else ""
    if len(people) != 1 or not listed.strip():
        raise UserError(
            "Say who and which clauses, with what is below them: `/parley member authority @dana 4, SC36`, or "
            "`/parley member authority @dana everything`."
        )
    wanted = listed.strip()
    clauses = [] if wanted.casefold() == "everything" else [part for part in wanted.split(",") if part.strip()]
    seat = people[0]
    service.set_authority(session, actor, seat.member, seat.party, clauses, at=call.at)
    limit = mrkdwn.listed(seat.member.authority) or "everything"
    return Answer(f"{seat.title} may agree words on {limit}. Only your side sees this.")


def member_alias(session: Session, call: Call) -> Answer:
    """Another name for somebody; without a name, those that they have."""
    actor = access.actor(session, call.place, call.code)
    seat, name = _one_and_words(session, actor, call)
    if seat is None:
        raise UserError("Say who and what else they are called: `/parley member alias @dana Dee`.")
    if not name:
        known = mrkdwn.listed(seat.member.aliases)
        return Answer(f"{seat.title} also goes by {known}." if known else f"{seat.title} has no alias.")
    if not service.add_alias(session, actor, seat, name, at=call.at):
        return Answer(f"Nothing was changed: {dates.shown(name)} means {seat.title} already.")
    return Answer(
        f"{seat.title} also goes by {seat.member.aliases[-1]} now: wherever names are typed, that means them.",
        public=actor.aloud(None),
    )


def member_alias_remove(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    seat, name = _one_and_words(session, actor, call)
    if seat is None or not name:
        raise UserError("Say whose and which: `/parley member alias remove @dana Dee`.")
    gone = service.remove_alias(session, actor, seat, name, at=call.at)
    return Answer(f"{seat.title} does not go by {gone} any more.", public=actor.aloud(None))


def _one_and_words(session: Session, actor: Actor, call: Call) -> tuple[roster.Seat | None, str]:
    """The person mentioned first, whether or not they have left Slack, and what follows."""
    words = roster.marked(call.words.strip(), roster.seats(session, actor.id))
    found = mrkdwn.MENTION.match(words)
    if found is None:
        return None, ""
    (seat,) = roster.mentioned(session, actor, found[0], call.names, gone_too=True)
    return seat, mrkdwn.named(words[found.end() :], call.names).strip()


def members(session: Session, call: Call) -> Answer:
    """Who sits for whom, in which roles, and what else they are called."""
    actor = access.actor(session, call.place, call.code)
    everyone = roster.seats(session, actor.id)
    lines = []
    for party in negotiations.parties(session, actor.id):
        people = roster.circle(everyone, party.id)
        lines.append(f"*{party.code}* {party.name}{'' if people else ': nobody yet'}")
        lines += [f"• {_shown(seat)}" for seat in people]
    if not lines:
        raise UserError("There is no party yet: `/parley party add CODE Name as KIND`.")
    return Answer("\n".join(lines))


def _shown(seat: roster.Seat) -> str:
    also = f", also {mrkdwn.listed(seat.member.aliases)}" if seat.member.aliases else ""
    gone = ", has left Slack" if seat.person.left else ""
    return f"{seat.person.name}{also}: {mrkdwn.listed(seat.member.roles)}{gone}"


def _role(word: str) -> Role:
    try:
        return Role(word.casefold())
    except ValueError:
        raise UserError(f"{word} is not a role. The roles are {mrkdwn.listed(Role, 'or')}.") from None


def channel_joint(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    service.bind_channel(session, actor, call.place, ChannelKind.JOINT, None, "", at=call.at)
    return Answer(f"This channel is now a joint table of *{actor.negotiation.code}*.", public=True)


def channel_caucus(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError("Say whose caucus this is: `/parley channel caucus CCG`.")
    party = access.party(session, actor.negotiation, call.plain)
    service.bind_channel(session, actor, call.place, ChannelKind.CAUCUS, party, "", at=call.at)
    return Answer(
        f"This channel is now *{party.code}*'s caucus. What is recorded here stays with {party.name}: "
        "it never reaches the joint table, another party or the minutes of a joint meeting.",
        public=True,
    )


def channel_subgroup(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError("Give the sub-group its name: `/parley channel subgroup Finance`.")
    service.bind_channel(session, actor, call.place, ChannelKind.SUBGROUP, None, call.plain, at=call.at)
    return Answer(f"This channel is now the {call.plain} sub-group of *{actor.negotiation.code}*.", public=True)
