"""Beside the registers: derogations from national text, and variations of the signed contract."""

from datetime import datetime

from bot import access, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.clauses import service as clause_service
from bot.clauses import standing as clause_standing
from bot.contracts import numbers
from bot.errors import UserError
from bot.trail import Source
from bot.variations import agreeing, rules, standing
from bot.variations.rules import Status
from storage import Session, clauses, negotiations, variations
from storage.tables import Agreement, ContractChange, Derogation, Meeting, Party

ADD_DEROGATION = "`/parley derogation add SC36 Payment is made each quarter instead of each month`"


# -- derogations ----------------------------------------------------------------------------------------


def derogate(session: Session, actor: Actor, number: str, text: str, *, at: datetime) -> Derogation:
    """Enter that the contract departs from a clause of national text.

    Raises UserError for local text, for a clause that is not there where the contract is in clauses, and for
    what is in the register already.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    words = text.strip()
    if not words:
        raise UserError(f"Say which national clause and how the contract departs from it: {ADD_DEROGATION}.")
    national = clause_service.is_national(number)
    if clauses.any_there(session, actor.id):
        found = clause_standing.find(session, actor, number)
        number, national = found.number, found.national
    if not national:
        raise UserError(
            f"{number} is local text, which the parties word as they like: `/parley propose {number} …`. If it is "
            f"national after all: `/parley clause national {number}`."
        )
    for other in variations.every(session, Derogation, actor.id):
        if numbers.same(other.clause, number) and other.text == words and not other.withdrawn_because:
            raise UserError(f"{other.ref} on {other.clause} says so already. `/parley derogations` lists them.")
    count = variations.next_number(session, Derogation, actor.id)
    row = Derogation(
        negotiation_id=actor.id,
        number=count,
        ref=f"{variations.DEROGATION}{count}",
        clause=number,
        text=words,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(session, actor, "derogation.added", row.ref, at=at, clause=row.clause, text=row.text)
    return row


def withdraw_derogation(session: Session, actor: Actor, ref: str, reason: str, *, at: datetime) -> Derogation:
    """Take a derogation back, for a reason; it stays on record. Raises UserError for one that is not there or gone."""
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    row = standing.find_derogation(session, actor, ref)
    if row.withdrawn_because:
        raise UserError(f"{row.ref} is withdrawn already, because {row.withdrawn_because}.")
    row.withdrawn_because = reason.strip()
    session.add(row)
    trail.deed(session, actor, "derogation.withdrawn", row.ref, at=at, reason=row.withdrawn_because)
    return row


# -- variations of the signed contract ------------------------------------------------------------------


def add_example(session: Session, actor: Actor) -> str:
    """How a variation of this contract is entered: with a party that is at the table."""
    own = actor.party or next(iter(negotiations.parties(session, actor.id)), None)
    return f"`/parley change add Two more beds at the Park unit initiated by {own.code if own else 'CCG'}`"


def add(session: Session, actor: Actor, title: str, by: Party, *, at: datetime) -> ContractChange:
    """Enter a variation of the signed contract. Raises UserError before signature and for a title that is there."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    words = " ".join(title.split())
    if not words or len(words) > rules.LONGEST_TITLE:
        raise UserError(f"It has a title of 1 to {rules.LONGEST_TITLE} characters: {add_example(session, actor)}.")
    if not clause_standing.is_signed(session, actor.id):
        raise UserError(
            f"{actor.negotiation.code} is not signed yet, and until then its words change by proposals: "
            "`/parley propose CLAUSE …`. It counts as signed once a milestone of that kind is done: "
            "`/parley milestone add Signature on DATE kind signature`, `/parley milestone done REF`."
        )
    for other in variations.every(session, ContractChange, actor.id):
        if other.title.casefold() == words.casefold() and not other.withdrawn_because:
            raise UserError(f"{other.ref} {other.title} is there already. Another one needs another title.")
    number = variations.next_number(session, ContractChange, actor.id)
    row = ContractChange(
        negotiation_id=actor.id,
        number=number,
        ref=f"{variations.CHANGE}{number}",
        title=words,
        initiated_by_id=by.id or 0,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(session, actor, "change.added", row.ref, at=at, title=row.title, initiated_by=by.code)
    return row


def set_impact(session: Session, actor: Actor, row: ContractChange, text: str, *, at: datetime) -> bool:
    """What a variation of the contract is likely to bring about; False when it says so already."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    check_open(session, row)
    if not text.strip():
        raise UserError(f"Type the assessment too: `/parley change impact {row.ref} Costs rise by …`.")
    before = row.impact
    if before == text.strip():
        return False
    row.impact = text.strip()
    session.add(row)
    trail.deed(session, actor, "change.impact", row.ref, at=at, text=row.impact, before=before)
    return True


def check_open(session: Session, row: ContractChange) -> None:
    """Raises UserError for one whose words stand."""
    now = standing.of(session, row)
    if now.status in rules.OPEN:
        return
    if now.status == Status.WITHDRAWN:
        raise UserError(
            f"{row.ref} is withdrawn, because {row.withdrawn_because}. Enter it anew: "
            f"{_example(session, row, row.title)}."
        )
    if now.status == Status.PROPOSED and now.agreement is not None:
        raise UserError(
            f"{row.ref} is recorded as agreed in {now.agreement.ref}, so it cannot be changed. Withdraw that or object "
            f"first: `/parley withdraw {now.agreement.ref}`, or `/parley object {now.agreement.ref} because …`."
        )
    raise UserError(_signed(session, row))


def _signed(session: Session, row: ContractChange) -> str:
    return (
        f"{row.ref} is signed by every party, so it stands. A change of it is a variation of its own: "
        f"{_example(session, row, f'Change of {row.ref}')}."
    )


def _example(session: Session, row: ContractChange, title: str) -> str:
    """How another variation is entered, initiated by the same party."""
    by = next(each for each in negotiations.parties(session, row.negotiation_id) if each.id == row.initiated_by_id)
    return f"`/parley change add {title} initiated by {by.code}`"


def agree(
    session: Session, actor: Actor, row: ContractChange, *, source: Source, at: datetime, meeting: Meeting | None
) -> Agreement:
    """Record a variation of the contract as agreed: every party signs it by confirming these words.

    Raises UserError without an assessment of its impact, and as the record of agreements does.
    """
    require(actor, Capability.RECORD)
    check_open(session, row)
    if not row.impact:
        raise UserError(
            f"{row.ref} cannot be agreed yet: its impact is not assessed. Say what it brings about: "
            f"`/parley change impact {row.ref} …`."
        )
    by = next(each for each in negotiations.parties(session, actor.id) if each.id == row.initiated_by_id)
    words = f"Variation {row.ref} of the contract, initiated by {by.name}: {row.title}.\nImpact: {row.impact}"
    return agreeing.record_words(session, actor, row, words, source=source, at=at, meeting=meeting)


def withdraw(session: Session, actor: Actor, row: ContractChange, reason: str, *, at: datetime) -> None:
    """Take a variation of the contract back before every party has signed it. Raises UserError after that."""
    require(actor, Capability.CONFIRM)
    agreeing.check_may_go(session, actor, row, reason, f"change withdraw {row.ref}")
    if standing.of(session, row).agreed_at is not None:
        raise UserError(_signed(session, row))
    row.withdrawn_because = reason.strip()
    session.add(row)
    trail.deed(session, actor, "change.withdrawn", row.ref, at=at, reason=row.withdrawn_because)
