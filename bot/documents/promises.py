"""Promises of a submission: recorded, carried into clauses, consciously not carried, open again."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot import access, dates, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.contracts import numbers
from bot.documents import rules
from bot.errors import UserError
from bot.slack import mrkdwn
from storage import Session, documents, negotiations
from storage import clauses as clause_rows
from storage.tables import Commitment, CommitmentStatus, Party, PartyKind


def find(session: Session, actor: Actor, ref: str) -> Commitment:
    """The commitment with this ref, in any case. Raises UserError when there is none."""
    found = documents.by_ref(session, Commitment, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no commitment {dates.shown(ref)} in {actor.negotiation.code}. `/parley commitments` lists them."
        )
    return found


def promising_party(session: Session, actor: Actor) -> Party:
    """Whose promise is meant when nobody says: the actor's own party if it provides, or the only one that does.

    Raises UserError when that is not clear.
    """
    if actor.party is not None and actor.party.kind == PartyKind.PROVIDER:
        return actor.party
    providers = [each for each in negotiations.parties(session, actor.id) if each.kind == PartyKind.PROVIDER]
    if len(providers) == 1:
        return providers[0]
    known = ", ".join(each.code for each in providers)
    whom = f"The providers are {known}" if known else "No party is a provider yet"
    raise UserError(f"Say whose promise it is. {whom}. For example: {rules.ADD_COMMITMENT}.")


def add(session: Session, actor: Actor, text: str, by: Party, source: str, *, at: datetime) -> Commitment:
    """Record a promise of a party's submission. Raises UserError without words, and for a party that promises none."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    check_promises(session, actor, by)
    if not text.strip():
        raise UserError(f"Say what was promised: {rules.ADD_COMMITMENT}.")
    number = documents.next_number(session, Commitment, actor.id)
    row = Commitment(
        negotiation_id=actor.id,
        number=number,
        ref=f"{documents.PREFIXES[Commitment]}{number}",
        text=text.strip(),
        source=source.strip(),
        promised_by_id=by.id or 0,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(
        session, actor, "commitment.added", row.ref, at=at, text=row.text, promised_by=by.code, source=row.source
    )
    return row


def check_promises(session: Session, actor: Actor, by: Party) -> None:
    """Raises UserError for a party that hands in no submission: only those who provide promise in one."""
    if by.kind in (PartyKind.PROVIDER, PartyKind.SUBCONTRACTOR):
        return
    known = [each.code for each in negotiations.parties(session, actor.id) if each.kind == PartyKind.PROVIDER]
    those = f"Those who provide are {mrkdwn.listed(known)}" if known else "No party is a provider yet"
    raise UserError(
        f"{by.code} is a party as {by.kind}, and a {by.kind} promises nothing in a submission. Nothing was recorded. "
        f"{those}: {rules.ADD_COMMITMENT}."
    )


def carry(session: Session, actor: Actor, row: Commitment, clauses: Sequence[str], *, at: datetime) -> bool:
    """A promise went into clauses, besides those that carry it already; False when all of them do.

    Raises UserError for one that is consciously not carried.
    """
    _check_may_settle(actor, row, "carried")
    _check_there(session, actor, clauses)
    before = list(row.clauses)
    known = {numbers.key(clause) for clause in before}
    new = [clause for clause in clauses if numbers.key(clause) not in known]
    if not new:
        return False
    row.clauses = [*before, *new]
    _settle(session, actor, row, "carried", CommitmentStatus.CARRIED, at=at, clauses=row.clauses, before=before)
    return True


def _check_there(session: Session, actor: Actor, wanted: Sequence[str]) -> None:
    """Where the contract is in clauses, a promise goes into one that is there."""
    there = [number for _, number in clause_rows.numbered(session, actor.id)]
    keys = {numbers.key(number) for number in there}
    for number in wanted:
        if there and numbers.key(number) not in keys:
            near = mrkdwn.listed(numbers.near(number, there), "or")
            raise UserError(f"There is no clause {number} in {actor.negotiation.code}. Did you mean {near}?")


def waive(session: Session, actor: Actor, row: Commitment, reason: str, *, at: datetime) -> None:
    """A promise is consciously not carried, for a reason. Raises UserError for one that is carried or waived."""
    _check_may_settle(actor, row, "waived")
    if not reason.strip():
        raise UserError(f"Say why: `/parley commitment waive {row.ref} because the service moves to another contract`.")
    row.reason = reason.strip()
    _settle(session, actor, row, "waived", CommitmentStatus.WAIVED, at=at, reason=row.reason)


def reopen(session: Session, actor: Actor, row: Commitment, reason: str, *, at: datetime) -> None:
    """Where a promise goes is open again, for a reason; the trail keeps where it was.

    Raises UserError for one that is open, and without a reason.
    """
    _check_may_settle(actor, row, "reopened")
    if not reason.strip():
        raise UserError(f"Say why: `/parley commitment reopen {row.ref} because clause 4.2 was taken out`.")
    was = {"before": row.status, "clauses": row.clauses, "waived_because": row.reason}
    row.clauses, row.reason = [], ""
    _settle(session, actor, row, "reopened", CommitmentStatus.OPEN, at=at, reason=reason.strip(), **was)
    row.settled_by_id = row.settled_at = None


def _settle(
    session: Session, actor: Actor, row: Commitment, what: str, status: CommitmentStatus, *, at: datetime, **detail: Any
) -> None:
    row.status, row.settled_by_id, row.settled_at = status, access.seat(actor).id, at
    session.add(row)
    trail.deed(session, actor, f"commitment.{what}", row.ref, at=at, **detail)


def _check_may_settle(actor: Actor, row: Commitment, what: str) -> None:
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    if row.status in rules.FROM[what]:
        return
    if row.status == CommitmentStatus.OPEN:
        raise UserError(
            f"{row.ref} is open, so there is nothing to reopen. `/parley commitments` shows where each went."
        )
    now = (
        "consciously not carried" if row.status == CommitmentStatus.WAIVED else f"carried into {', '.join(row.clauses)}"
    )
    raise UserError(
        f"{row.ref} is {now}. Reopen it first: `/parley commitment reopen {row.ref} because clause 4.2 was taken out`."
    )
