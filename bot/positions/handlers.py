"""`position …`, `concession …`, `mandate …` and their lists: only in a party's own room, and only for its eyes.

Where it is typed is looked at before anything else, so that elsewhere not a word of it is read.
"""

from bot import access, roster
from bot.errors import UserError
from bot.positions import rules, service, views
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call
from storage import Session, positions
from storage.tables import Concession, Mandate, Party, Position


def position(session: Session, call: Call) -> Answer:
    actor, party = access.in_own_room(session, call.place, call.code)
    row = service.state(session, actor, party, rules.read_position(call.plain), at=call.at)
    if row is None:
        return Answer("Nothing was changed: your position says so already.")
    return _kept(views.position(row), party, actor.aloud(party.id))


def _kept(line: str, party: Party, public: bool) -> Answer:
    """`public` only in the party's own channel, where its people are meant to read it."""
    return Answer(f"{line}\nPrivate to {party.code}.", public=public)


def position_list(session: Session, call: Call) -> Answer:
    _, party = access.in_own_room(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley positions` lists what your side wants. To keep one: {rules.POSITION}.")
    rows = positions.latest(positions.versions(session, Position, party.id or 0))
    if not rows:
        return Answer(f"Your side has kept no position yet. Keep one: {rules.POSITION}.")
    return _listed(f"*Positions of {party.code}*", [views.position(row) for row in views.ranked(rows)], party)


def _listed(head: str, lines: list[str], party: Party) -> Answer:
    return Answer("\n".join([f"{head}, private to {party.code}", *lines]))


def concession(session: Session, call: Call) -> Answer:
    actor, party = access.in_own_room(session, call.place, call.code)
    row = service.concede(session, actor, party, rules.read_concession(call.plain), at=call.at)
    if row is None:
        return Answer("Nothing was changed: it is kept so already.")
    return _kept(views.concession(row), party, actor.aloud(party.id))


def concession_list(session: Session, call: Call) -> Answer:
    _, party = access.in_own_room(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley concessions` lists what your side gives and gets. To keep one: {rules.CONCESSION}.")
    rows = positions.latest(positions.versions(session, Concession, party.id or 0))
    if not rows:
        return Answer(f"Your side has kept no concession yet. Keep one: {rules.CONCESSION}.")
    return _listed(
        f"*Concessions of {party.code}*", [views.sums(rows), *(views.concession(row) for row in rows)], party
    )


def mandate(session: Session, call: Call) -> Answer:
    """The person comes first; people mentioned later belong to the words."""
    actor, party = access.in_own_room(session, call.place, call.code)
    found = mrkdwn.MENTION.match(call.words)
    if found is None:
        raise UserError(f"Say whose mandate it is and what they may settle: {rules.MANDATE}.")
    (seat,) = roster.mentioned(session, actor, found[0], call.names)
    text = mrkdwn.named(call.words[found.end() :], call.names)
    row = service.mandate(session, actor, party, seat, text, at=call.at)
    if row is None:
        return Answer("Nothing was changed: that is their mandate already.")
    return _kept(views.mandate(row, seat.person.name), party, actor.aloud(party.id))


def mandate_list(session: Session, call: Call) -> Answer:
    actor, party = access.in_own_room(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley mandates` lists who of your side may settle what. To keep one: {rules.MANDATE}.")
    rows = positions.latest(positions.versions(session, Mandate, party.id or 0))
    if not rows:
        return Answer(f"Your side has written down no mandate yet. Write one: {rules.MANDATE}.")
    names = {seat.member.id: seat.person.name for seat in roster.seats(session, actor.id)}
    return _listed(f"*Mandates of {party.code}*", [views.mandate(row, names[row.member_id]) for row in rows], party)
