"""Promises: who does what by when."""

from collections.abc import Sequence
from datetime import date, datetime

from bot import access, dates, trail
from bot.access import Actor, Capability, require
from bot.errors import UserError
from bot.trail import Source
from storage import Session, negotiations, records, reminders
from storage.tables import Action, ActionOwner, ActionStatus, Meeting, Member, Milestone, Role


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
    gateway: Milestone | None = None,
    said: str = "",
) -> Action:
    """Record an action. Without owners or a date (a local date) it is kept as incomplete.

    `gateway` is the one whose review asks for it.

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
        milestone_id=gateway.id if gateway else None,
        detail={
            "owners": [member.id for member in owners],
            "due_on": due_on,
            **({"gateway": gateway.ref} if gateway else {}),
        },
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
    _check_may_settle(session, actor, action, "mark it as done")
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


def extend(session: Session, actor: Actor, action: Action, to: date, reason: str, *, at: datetime) -> None:
    """Give an open action another date, with the reason; its history stays in the trail.

    Raises UserError without a reason, for a date that has passed or is the same, and for those who may not.
    """
    check_open(action)
    _check_may_settle(session, actor, action, "extend it")
    if not reason.strip():
        raise UserError(f"Say why: `/parley extend {action.ref} to 12 dec because the model is late`.")
    if to < actor.today(at):
        raise UserError(dates.said_passed(to))
    if to == action.due_on:
        raise UserError(f"{action.ref} is due then already.")
    before, action.due_on = action.due_on, to
    session.add(action)
    _changed(session, actor, action, "extended", at=at, before=before, due_on=to, reason=reason.strip())


def reassign(session: Session, actor: Actor, action: Action, owners: Sequence[Member], *, at: datetime) -> None:
    """Give an open action to others. Raises UserError for another party's members where it is private."""
    check_open(action)
    _check_may_settle(session, actor, action, "reassign it")
    _check_owners(actor, owners, action.party_id)
    before = records.owners(session, [action.id or 0])[action.id or 0]
    records.disown(session, action.id or 0)
    _own(session, action, owners)
    now = [member.id for member in owners]
    _changed(session, actor, action, "reassigned", at=at, before=before, owners=now)


def reopen(session: Session, actor: Actor, action: Action, reason: str, *, at: datetime) -> None:
    """An action that was marked as done is not, for a reason. Raises UserError for one that is not done."""
    if action.status != ActionStatus.DONE:
        raise UserError(f"{action.ref} is {action.status}, not done, so there is nothing to reopen.")
    _check_may_settle(session, actor, action, "reopen it")
    if not reason.strip():
        raise UserError(f"Say why: `/parley reopen {action.ref} because the figures were last year's`.")
    action.status, action.done_at = ActionStatus.OPEN, None
    session.add(action)
    _changed(session, actor, action, "reopened", at=at, reason=reason.strip())


def snooze(session: Session, actor: Actor, action: Action, until: date) -> None:
    """Say nothing of an action to the actor until this local day. A wish, not a deed: no trail."""
    check_open(action)
    reminders.snooze(session, action.id or 0, access.seat(actor).id or 0, until)


def _changed(session: Session, actor: Actor, action: Action, what: str, *, at: datetime, **detail: object) -> None:
    entry = trail.deed(session, actor, f"action.{what}", action.ref, at=at, scope=action.party_id, **detail)
    trail.refresh_marks(session, action, entry)


def check_open(action: Action) -> None:
    """Raises UserError for an action that is done, or was taken back."""
    if action.status != ActionStatus.OPEN:
        raise UserError(f"{action.ref} is {action.status}. Only an open action can be changed.")


def _check_may_settle(session: Session, actor: Actor, action: Action, what: str) -> None:
    """Its owners may, those of their own side who may run a meeting, and a chair or scribe."""
    owners = records.owners(session, [action.id or 0])[action.id or 0]
    sides = {member.party_id for member, _ in negotiations.members(session, actor.id) if member.id in owners}
    own_side = not owners or actor.party_id in sides
    if not (
        (actor.member is not None and actor.member.id in owners)
        or (own_side and actor.may(Capability.RUN))
        or actor.roles & {Role.CHAIR, Role.SCRIBE}
    ):
        raise UserError(
            f"Only the owners of {action.ref}, a lead or negotiator of their side, or a chair or scribe can {what}. "
            "Ask one of them."
        )


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
