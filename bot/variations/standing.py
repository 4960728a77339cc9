"""How each entry stands, derived afresh from the agreement on it: there is no second truth that could differ."""

from dataclasses import dataclass
from datetime import date, datetime

from bot import dates
from bot.access import Actor
from bot.clauses.standing import is_signed
from bot.errors import UserError
from bot.variations import rules
from bot.variations.rules import Status
from storage import Session, records, variations
from storage.tables import Agreement, AgreementStatus, ContractChange, Derogation, Milestone, Route, Stance, Variation


@dataclass(frozen=True)
class Standing:
    """How an entry stands, the agreement that holds its words, and since when every party has confirmed them.

    `words` say how it stands to people: subject to contract until that is signed.
    """

    status: Status
    agreement: Agreement | None
    agreed_at: datetime | None
    words: str


def of(session: Session, row: Variation | ContractChange) -> Standing:
    """An agreement that was reworded or reopened since does not count: it is not on this entry's words."""
    agreement = records.get(session, Agreement, row.agreement_id) if row.agreement_id else None
    if agreement is not None and (agreement.text != row.worded or agreement.status == AgreementStatus.REOPENED):
        agreement = None
    found: dict[str, bool] = {}
    if isinstance(row, Variation):
        found = {
            "needs_approval": row.needs_approval,
            "approved": row.approved_on is not None,
            "submitted": row.submitted_on is not None,
            "applied_for": row.route == Route.APPLICATION,
        }
    stands = AgreementStatus(agreement.status) if agreement else None
    status = rules.status(stands, withdrawn=bool(row.withdrawn_because), **found)
    words = rules.in_words(
        status,
        signed=status == Status.FINAL and is_signed(session, row.negotiation_id),
        approved=found.get("approved", False),
    )
    return Standing(status, agreement, _agreed_at(session, agreement) if agreement else None, words)


def _agreed_at(session: Session, agreement: Agreement) -> datetime | None:
    if agreement.status != AgreementStatus.AGREED:
        return None
    said = records.confirmations(session, [agreement.id or 0])[agreement.id or 0]
    return max((w.at for w in said if w.version == agreement.version and w.stance == Stance.CONFIRMED), default=None)


def waiting(session: Session, negotiation_id: int) -> set[int | None]:
    """The agreements, by id, on entries that every party has agreed and that a regulator has not approved yet."""
    return {
        row.agreement_id
        for row in variations.every(session, Variation, negotiation_id)
        if row.needs_approval and row.approved_on is None and of(session, row).agreed_at is not None
    }


def due_on(row: Variation, milestone: Milestone | None) -> date | None:
    """By when an entry is still to be submitted; None once it was submitted or approved, and where nothing is due."""
    if milestone is None or milestone.is_done or row.submitted_on is not None:
        return None
    return None if row.approved_on is not None else milestone.planned


def find(session: Session, actor: Actor, ref: str) -> Variation:
    """The entry with this ref, in any case. Raises UserError when there is none."""
    found = variations.by_ref(session, Variation, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no entry {dates.shown(ref)} in {actor.negotiation.code}. `/parley variations` lists them."
        )
    return found


def find_change(session: Session, actor: Actor, ref: str) -> ContractChange:
    """The variation of the signed contract with this ref, in any case. Raises UserError when there is none."""
    found = variations.by_ref(session, ContractChange, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no variation of the contract {dates.shown(ref)} in {actor.negotiation.code}. "
            "`/parley changes` lists them."
        )
    return found


def find_derogation(session: Session, actor: Actor, ref: str) -> Derogation:
    """The derogation with this ref, in any case. Raises UserError when there is none."""
    found = variations.by_ref(session, Derogation, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no derogation {dates.shown(ref)} in {actor.negotiation.code}. `/parley derogations` lists them."
        )
    return found
