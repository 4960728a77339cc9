"""What must be so before a clause is agreed: legal clearance, content work-streams, the rest of its package.

Every verb here takes the session of the caller's transaction and leaves the commit to it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime

from bot import outbox, trail
from bot.access import Actor, Capability, require, require_open_room, seat
from bot.clauses import rules
from bot.clauses.deeds import write
from bot.clauses.standing import LEGAL_CLEARED, LEGAL_OPEN, standing, standings_of
from bot.errors import UserError
from bot.slack import mrkdwn
from storage import Session, clauses
from storage.tables import Clause, ClauseStatus, Package, Role, StreamWord

LONGEST_STREAM = 40  # characters


def flag_legal(session: Session, actor: Actor, clause: Clause, *, cleared: bool, at: datetime) -> None:
    """Ask a legal adviser to look at a clause, or clear it as one. Raises UserError for clearing without that role."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if cleared and Role.LEGAL not in actor.roles:
        raise UserError(
            f"Only somebody with the role legal clears {clause.number}. You have "
            f"{mrkdwn.listed(sorted(actor.roles)) or 'no role'}."
        )
    if cleared and clause.legal != LEGAL_OPEN:
        raise UserError(f"Nobody has asked for {clause.number} to be cleared: `/parley clause legal {clause.number}`.")
    if not cleared:
        _check_not_agreed(session, clause)
    clause.legal = LEGAL_CLEARED if cleared else LEGAL_OPEN
    write(session, actor, clause, "clause.legal", at=at, legal=clause.legal)


def set_streams(session: Session, actor: Actor, clause: Clause, streams: Collection[str], *, at: datetime) -> None:
    """Name the work-streams that must each be content with a clause on every side; none takes them off."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    _check_not_agreed(session, clause)
    wanted = list(dict.fromkeys(" ".join(stream.split()).casefold() for stream in streams if stream.strip()))
    if any(len(stream) > LONGEST_STREAM for stream in wanted):
        raise UserError(f"A work-stream's name has {LONGEST_STREAM} characters at most.")
    clause.streams = wanted
    write(session, actor, clause, "clause.streams", at=at, streams=wanted)


def content(session: Session, actor: Actor, clause: Clause, stream: str, *, at: datetime) -> bool:
    """The actor's party is content with a clause as far as a work-stream goes; False when it had said so.

    Raises UserError for a stream that the clause has not, and for people who do not speak for a party that signs.
    """
    require_open_room(actor)
    if Role.TECHNICAL not in actor.roles:
        require(actor, Capability.CONFIRM)
    member = seat(actor)
    wanted = " ".join(stream.split()).casefold()
    if wanted not in clause.streams:
        there = mrkdwn.listed(clause.streams) or "none"
        raise UserError(f"Clause {clause.number} has no work-stream {wanted[:80]}. It has: {there}.")
    if actor.party is None or not actor.party.must_sign:
        raise UserError("You speak for a party that does not sign this contract.")
    said = clauses.stream_words_on(session, [clause.id or 0]).get(clause.id or 0, [])
    if any(word.stream == wanted and word.party_id == member.party_id for word in said):
        return False
    word = StreamWord(
        clause_id=clause.id or 0, stream=wanted, party_id=member.party_id, member_id=member.id or 0, at=at
    )
    session.add(word)
    write(session, actor, clause, "clause.content", at=at, stream=wanted, party=actor.party.code)
    return True


def _check_not_agreed(session: Session, clause: Clause) -> None:
    """Raises UserError for a clause that is agreed but for signature: what must be so before is past."""
    status = standing(session, clause).status
    if status in (ClauseStatus.SUBJECT_TO_CONTRACT, ClauseStatus.FINAL):
        rules.check_may_become(clause.number, status, ClauseStatus.IN_PRINCIPLE)


def dissolve(session: Session, actor: Actor, name: str, *, at: datetime) -> str:
    """Let the clauses of a package stand by themselves; gives its name. Raises UserError for an unknown one."""
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    wanted = " ".join(name.split()).casefold()
    tied = next((row for row in clauses.packages(session, actor.id) if row.name.casefold() == wanted), None)
    members = clauses.in_package(session, tied.id or 0) if tied else []
    if tied is None or not members:
        raise UserError(f"There is no package {' '.join(name.split())[:80]}. `/parley packages` lists them.")
    for row in members:
        row.package_id = None
        session.add(row)
    session.flush()
    written = trail.deed(session, actor, "package.dissolved", tied.name, at=at, clauses=[row.number for row in members])
    for row in members:
        outbox.clause_changed(session, row.id, written)
    return tied.name


def package(session: Session, actor: Actor, name: str, rows: Iterable[Clause], *, at: datetime) -> Package:
    """Tie clauses together: none is agreed until all are. The name's earlier members are let go.

    Raises UserError for fewer than two, for one that stands in another package, and for one that is agreed by
    itself already: tying it would quietly take that back.
    """
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    wanted = " ".join(name.split())
    members = list({row.id: row for row in rows}.values())
    if not wanted or len(members) < 2:
        raise UserError("A package has a name and two clauses or more: `/parley package Payment: 4.2, 4.3`.")
    same = next((p for p in clauses.packages(session, actor.id) if p.name.casefold() == wanted.casefold()), None)
    foreign = [row.number for row in members if row.package_id not in (None, same.id if same else None)]
    if foreign:
        raise UserError(f"{mrkdwn.listed(foreign)} stands in another package already. `/parley packages` lists them.")
    every = standings_of(session, members)
    settled = [row.number for row in members if every[row.id].status in rules.SETTLED]
    if settled and len(settled) < len(members):
        raise UserError(
            f"{mrkdwn.listed(settled)} is agreed already, and tying it would take that back. Reopen it first: "
            f"`/parley reopen {settled[0]} because …`."
        )
    tied = same or Package(negotiation_id=actor.id, name=wanted)
    session.add(tied)
    session.flush()
    let_go = [row for row in clauses.in_package(session, tied.id or 0) if row.id not in {m.id for m in members}]
    for row in let_go:
        row.package_id = None
        session.add(row)
    for row in members:
        row.package_id = tied.id
        session.add(row)
    session.flush()
    written = trail.deed(session, actor, "package.tied", tied.name, at=at, clauses=[row.number for row in members])
    for row in (*members, *let_go):
        outbox.clause_changed(session, row.id, written)
    return tied
