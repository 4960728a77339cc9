"""Promises: who does what by when."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import trail
from bot.access import Actor, Capability, require
from bot.errors import UserError
from bot.trail import Source
from storage import Session, negotiations, records
from storage.tables import Action, ActionOwner, ActionStatus, Meeting, Member, Role


def add_action(
    session: Session,
    actor: Actor,
    text: str,
    owners: Sequence[Member],
    due_on: date | None,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None = None,
    said: str = "",
) -> Action:
    """Record an action. Without owners or a date (a local date) it is kept as incomplete.

    Raises UserError when a private action would be given to another party's member.
    """
    require(actor, Capability.RECORD)
    _check_owners(actor, owners, actor.scope)
    action = trail.add(
        session,
        actor,
        Action,
        text,
        status=ActionStatus.OPEN,
        source=source,
        meeting=meeting,
        at=at,
        said=said,
        due_on=due_on,
        detail={"owners": [member.id for member in owners], "due_on": due_on},
    )
    _own(session, action, owners)
    return action


def fill_in(
    session: Session,
    actor: Actor,
    action: Action,
    *,
    at: datetime,
    owners: Sequence[Member] | None = None,
    due_on: date | None = None,
) -> None:
    """Give an action what it lacked: owners, a date, or both."""
    require(actor, Capability.RECORD)
    _check_owners(actor, owners or (), action.party_id)
    if action.status != ActionStatus.OPEN:
        raise UserError(f"{action.ref} is {action.status} already, so there is nothing to complete.")
    if owners:
        had = records.owners(session, [action.id or 0])[action.id or 0]
        _own(session, action, [member for member in owners if member.id not in had])
    if due_on is not None:
        action.due_on = due_on
        session.add(action)
    entry = trail.deed(
        session,
        actor,
        "action.filled_in",
        action.ref,
        at=at,
        scope=action.party_id,
        owners=[member.id for member in owners or ()],
        due_on=action.due_on,
    )
    trail.refresh_marks(session, action, entry)


def restate(
    session: Session,
    actor: Actor,
    action: Action,
    text: str,
    owners: Sequence[Member],
    due_on: date | None,
    *,
    at: datetime,
    said: str,
) -> None:
    """Say an action anew: its words, owners and date as they are now typed."""
    require(actor, Capability.RECORD)
    _check_owners(actor, owners, action.party_id)
    action.due_on = due_on
    records.disown(session, action.id or 0)
    _own(session, action, owners)
    trail.reword(
        session,
        actor,
        action,
        text,
        at=at,
        said=said,
        owners=[member.id for member in owners],
        due_on=due_on,
    )


def done(session: Session, actor: Actor, action: Action, evidence: str, *, at: datetime) -> bool:
    """Mark an action as done; False when it was done already.

    Its owners may, those of their own side who may run a meeting, and a chair or scribe. Raises UserError for
    others and for one taken back.
    """
    if action.status == ActionStatus.DONE:
        return False
    if action.status != ActionStatus.OPEN:
        raise UserError(f"{action.ref} was taken back ({action.status}), so it cannot be done.")
    owners = records.owners(session, [action.id or 0])[action.id or 0]
    sides = {member.party_id for member, _ in negotiations.members(session, actor.id) if member.id in owners}
    own_side = not owners or actor.party_id in sides
    if not (
        (actor.member is not None and actor.member.id in owners)
        or (own_side and actor.may(Capability.RUN))
        or actor.roles & {Role.CHAIR, Role.SCRIBE}
    ):
        raise UserError(
            f"Only the owners of {action.ref}, a lead or negotiator of their side, or a chair or scribe can mark it "
            "as done. Ask one of them."
        )
    action.status, action.done_at, action.evidence = ActionStatus.DONE, at, evidence.strip()
    session.add(action)
    trail.deed(
        session,
        actor,
        "action.done",
        action.ref,
        at=at,
        scope=action.party_id,
        text=action.text,
        evidence=action.evidence,
    )
    return True


def _check_owners(actor: Actor, owners: Sequence[Member], scope: int | None) -> None:
    if scope is not None and any(member.party_id != scope for member in owners):
        raise UserError(
            "This would be private to your side, but one of the owners is not on it. "
            "Type it in the joint channel, or name somebody of your own."
        )


def _own(session: Session, action: Action, owners: Sequence[Member]) -> None:
    for member in dict.fromkeys(member.id or 0 for member in owners):
        session.add(ActionOwner(action_id=action.id or 0, member_id=member))
    session.flush()
