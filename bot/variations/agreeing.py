"""What becomes of an entry: agreed in words that every party confirms, due, approved, submitted, withdrawn.

The words go through the same confirmation as those of clauses. Once every party has confirmed them, what is to
be submitted gets a milestone, of which the joint channel hears when it is missed, and an action of whoever
recorded the words, of which they are reminded before.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from bot import dates, outbox, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.actions import service as actions
from bot.clauses import service as clause_service
from bot.errors import UserError
from bot.record import service as record
from bot.slack import mrkdwn
from bot.timetable import service as timetable
from bot.trail import Source
from bot.variations import regimes, rules, service, standing
from bot.variations.rules import KindRules, Status
from storage import Session, negotiations, records, variations
from storage import timetable as milestones
from storage.tables import (
    Action,
    ActionStatus,
    Agreement,
    AgreementStatus,
    ContractChange,
    Meeting,
    Milestone,
    Route,
    Variation,
    VariationKind,
)

APPROVE, SUBMIT = "record an approval", "record a submission"


@dataclass(frozen=True)
class Asked:
    """What follows from an entry that every party has agreed: by when it is to be submitted, if at all."""

    row: Variation
    rules: KindRules
    due_on: date | None = None
    milestone: Milestone | None = None
    action: Action | None = None


# -- agreement ------------------------------------------------------------------------------------------


def agree(
    session: Session,
    actor: Actor,
    row: Variation,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None,
    lacking: Mapping[str, str],
) -> Agreement:
    """Record an entry as agreed, in words that every party confirms.

    `lacking` is what its test lacks. Raises UserError naming that, and as the record of agreements does.
    """
    require(actor, Capability.RECORD)
    service.check_open(session, row)
    if row.route == Route.APPLICATION:
        raise UserError(
            f"{row.ref} is applied for, because no agreement was reached. If there is one after all: "
            f"`/parley variation agreement {row.ref}`."
        )
    if lacking:
        raise UserError(
            f"{row.ref} cannot be agreed yet. It lacks {mrkdwn.listed(lacking)}. Give them: "
            f"{mrkdwn.listed(lacking.values())}."
        )
    return record_words(session, actor, row, rules.wording(row), source=source, at=at, meeting=meeting)


def record_words(
    session: Session,
    actor: Actor,
    row: Variation | ContractChange,
    words: str,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None,
) -> Agreement:
    """Record the words of an entry for every party to confirm, in the place of those that were objected to."""
    now = standing.of(session, row)
    if now.agreement is not None and now.status == Status.OBJECTED:
        record.supersede(session, actor, now.agreement, at=at)
    if isinstance(row, Variation) and row.milestone_id is not None:  # its words were changed after they were agreed
        _no_longer_due(session, actor, row, f"{row.ref} is agreed in other words", at=at)
    agreement = clause_service.record_agreement(
        session, actor, words, source=source, at=at, meeting=meeting, clause=row.ref
    )
    row.agreement_id, row.worded = agreement.id, agreement.text
    session.add(row)
    session.flush()
    return agreement


def confirmed(
    session: Session, actor: Actor, agreement: Agreement, *, source: Source, at: datetime, templates: Path | None = None
) -> Asked | None:
    """What follows when the last party has confirmed an entry's words; None for other agreements, and the second time.

    Everyone at the table sees it, wherever the confirmation was typed.
    """
    if agreement.status != AgreementStatus.AGREED or agreement.clause is None:
        return None
    row = variations.of_agreement(session, Variation, agreement.id or 0)
    if row is None or row.worded != agreement.text or row.milestone_id is not None or row.submitted_on is not None:
        return None
    asked = regimes.named(row.regime, templates).rules(row.kind)
    if not rules.asks_submission(asked, row.currency):
        return Asked(row, asked)
    agreed_on = actor.today(at)
    due = rules.due_on(asked, agreed_on, _applies_on(row, agreed_on, templates))
    if due is None:
        return Asked(row, asked)
    table = _at_the_table(session, actor, source)
    owner = next((m for m, _ in negotiations.members(session, actor.id) if m.id == agreement.author_id), None)
    title = f"Submit {row.ref} {row.title}"
    milestone = timetable.add(
        session, table, timetable.NewMilestone(title=title, kind=asked.milestone, planned=due, owner=owner), at=at
    )
    action = actions.add_action(
        session,
        table,
        f"{row.ref} {row.title}: {asked.duty}{rules.day_off(due, actor.calendar)}",
        [owner] if owner else [],
        due,
        source=Source(table.channel_id),
        at=at,
    )
    row.milestone_id, row.action_id = milestone.id, action.id
    session.add(row)
    session.flush()
    trail.deed(session, actor, "variation.due", row.ref, at=at, due_on=due, milestone=milestone.ref, action=action.ref)
    return Asked(row, asked, due, milestone, action)


def _applies_on(row: Variation, agreed_on: date, templates: Path | None) -> date:
    """The day whose financial year counts: the first effective one, or else that of agreement within the regime."""
    if row.starts_on is not None:
        return row.starts_on
    regime = regimes.named(row.regime, templates)
    return max(regime.begins, min(agreed_on, regime.until or agreed_on))


def _at_the_table(session: Session, actor: Actor, source: Source) -> Actor:
    """The same person, acting in the joint channel: what follows from a confirmation is everybody's."""
    joint = negotiations.joint_channel(session, actor.id) or source.channel_id
    bound = negotiations.bound(session, actor.negotiation.team_id, joint)
    return replace(actor, channel=bound[0] if bound else actor.channel, channel_id=joint)


def tell_the_table(session: Session, actor: Actor, text: str, row: Variation, *, at: datetime) -> None:
    """Everybody hears what is due: a confirmation itself is answered privately."""
    joint = negotiations.joint_channel(session, actor.id)
    if joint is not None:
        outbox.enqueue(
            session,
            "answer.public",
            key=f"variation.agreed:{row.id}:{row.agreement_id}",
            to=joint,
            at=at,
            negotiation_id=actor.id,
            text=text,
        )


def reopen(session: Session, actor: Actor, row: Variation, reason: str, *, at: datetime) -> None:
    """What every party agreed of an entry is open again, for a reason; it stays on record. Nothing is due any more.

    Raises UserError without a reason, for an entry that is not agreed, and for one that was submitted or approved.
    """
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    if not reason.strip():
        raise UserError(f"Say why: `/parley reopen {row.ref} because the figures have changed`.")
    now = standing.of(session, row)
    if now.agreement is None or now.agreed_at is None or row.withdrawn_because:
        raise UserError(f"{row.ref} is {now.words}, not agreed by every party: nothing is to reopen.")
    _check_not_gone(row)
    record.reopen_agreement(session, actor, now.agreement, reason.strip(), at=at)
    _no_longer_due(session, actor, row, f"{row.ref} was reopened: {reason.strip()}", at=at)
    session.add(row)
    trail.deed(session, actor, "variation.reopened", row.ref, at=at, reason=reason.strip())


def _check_not_gone(row: Variation | ContractChange) -> None:
    """Raises UserError for what has left the table."""
    if isinstance(row, Variation) and (row.submitted_on or row.approved_on):
        what = "approved" if row.approved_on else "submitted"
        day = dates.full_date(row.approved_on or row.submitted_on or date.min)
        raise UserError(
            f"{row.ref} was {what} on {day}, so it stands. A change is an entry of its own: "
            f"{service.change_example(row)}."
        )


def withdraw(session: Session, actor: Actor, row: Variation, reason: str, *, at: datetime) -> None:
    """Take an entry out of the negotiation, for a reason; it stays on record. What was agreed of it is reopened.

    Raises UserError without a reason, while its words wait for confirmation, and for one submitted or withdrawn.
    """
    require(actor, Capability.CONFIRM)
    check_may_go(session, actor, row, reason, f"variation withdraw {row.ref}")
    now = standing.of(session, row)
    if now.agreement is not None and now.agreed_at is not None:
        record.reopen_agreement(session, actor, now.agreement, reason.strip(), at=at)
    _no_longer_due(session, actor, row, f"{row.ref} was withdrawn: {reason.strip()}", at=at)
    row.withdrawn_because = reason.strip()
    session.add(row)
    trail.deed(session, actor, "variation.withdrawn", row.ref, at=at, reason=row.withdrawn_because)


def check_may_go(session: Session, actor: Actor, row: Variation | ContractChange, reason: str, verb: str) -> None:
    """Raises UserError where an entry cannot be withdrawn, or without the reason."""
    require_open_room(actor)
    if not reason.strip():
        raise UserError(f"Say why: `/parley {verb} because the service moves to another contract`.")
    if row.withdrawn_because:
        raise UserError(f"{row.ref} is withdrawn already, because {row.withdrawn_because}.")
    _check_not_gone(row)
    now = standing.of(session, row)
    if now.status == Status.PROPOSED and now.agreement is not None:
        waiting = now.agreement.ref
        raise UserError(
            f"{waiting} on {row.ref} waits for confirmation. Settle that first: `/parley withdraw {waiting}`, "
            f"or `/parley object {waiting} because …`."
        )


def _no_longer_due(session: Session, actor: Actor, row: Variation, reason: str, *, at: datetime) -> None:
    """Take the milestone out of the timetable and the action back, where they are still open."""
    milestone = _milestone(session, row)
    if milestone is not None and not milestone.is_done:
        timetable.remove(session, actor, milestone, reason, at=at)
    action = records.get(session, Action, row.action_id) if row.action_id else None
    if action is not None and action.status == ActionStatus.OPEN:
        trail.take_back(session, actor, action, ActionStatus.WITHDRAWN, at=at)
    row.milestone_id = row.action_id = None


def _milestone(session: Session, row: Variation) -> Milestone | None:
    """The milestone of an entry's submission, unless somebody has taken it out since."""
    there = milestones.milestones(session, row.negotiation_id)
    return next((each for each in there if each.id == row.milestone_id), None)


# -- approval and submission ----------------------------------------------------------------------------


def approve(
    session: Session,
    actor: Actor,
    row: Variation,
    reference: str,
    on: date,
    *,
    at: datetime,
    lacking: Sequence[str],
) -> None:
    """The regulator has approved an entry, under this reference: it is final now.

    Raises UserError without a reference, for a day to come, for an entry that needs no approval, and before it
    is agreed or, where it is applied for, submitted.
    """
    require(actor, Capability.PLAN, APPROVE)
    require_open_room(actor)
    example = rules.approval_example(row.ref, actor.today(at))
    if not row.needs_approval:
        raise UserError(
            f"{row.ref} is a {rules.KIND_WORDS[row.kind]} under {row.regime}, which needs no approval. Nothing was "
            f"recorded. What was submitted is said with {rules.submitted_example(row.ref, actor.today(at))}."
        )
    if not reference.strip():
        raise UserError(f"An approval has a reference, and none was typed. Type the regulator's: {example}.")
    if on > actor.today(at):
        raise UserError(f"{dates.full_date(on)} is still to come. An approval is recorded once it is given: {example}.")
    now = standing.of(session, row)
    if now.status == Status.FINAL:
        raise UserError(f"{row.ref} was approved on {dates.full_date(row.approved_on or on)} already ({row.approval}).")
    if row.withdrawn_because:
        service.check_open(session, row)
    if row.route == Route.APPLICATION and lacking:
        raise UserError(f"{row.ref} still lacks {mrkdwn.listed(lacking)}. Its evidence comes before its approval.")
    if row.route == Route.APPLICATION and row.submitted_on is None:
        raise UserError(
            f"{row.ref} is applied for and was not submitted, so nobody can have approved it. Nothing was recorded. "
            f"Say when it was submitted first: {rules.submitted_example(row.ref, on)}."
        )
    if row.route != Route.APPLICATION and now.agreed_at is None:
        raise UserError(
            f"{row.ref} is {now.words}. Every party agrees it before it can be approved: "
            f"`/parley agree {row.ref}`. Without an agreement it is a provider's application: "
            f"`/parley variation application {row.ref}`."
        )
    _check_not_before(actor, row, now.agreed_at, on)
    row.approval, row.approved_on = reference.strip(), on
    session.add(row)
    _settle(session, actor, row, on, row.approval, at=at)
    trail.deed(session, actor, "variation.approved", row.ref, at=at, reference=row.approval, on=on)


def _check_not_before(actor: Actor, row: Variation, agreed_at: datetime | None, on: date) -> None:
    """Raises UserError for a day before the last party confirmed an entry: a slip that could not be mended later."""
    if row.submitted_on is not None and on < row.submitted_on:
        raise UserError(
            f"{dates.full_date(on)} is before {row.ref} was submitted, on {dates.full_date(row.submitted_on)}. "
            "Check the year."
        )
    agreed_on = agreed_at.astimezone(actor.zone).date() if agreed_at is not None else None
    if agreed_on is not None and on < agreed_on:
        raise UserError(
            f"{dates.full_date(on)} is before {row.ref} was agreed, on {dates.full_date(agreed_on)}. Check the year."
        )


def submit(
    session: Session,
    actor: Actor,
    row: Variation,
    on: date,
    reference: str,
    *,
    at: datetime,
    lacking: Sequence[str],
    templates: Path | None = None,
) -> Milestone | None:
    """An entry was submitted on a local date; gives its milestone, which is done then.

    Raises UserError for a day to come, before it is agreed (or answered whole, where it is applied for), a
    second time, and for a price that nobody asks to submit.
    """
    require(actor, Capability.PLAN, SUBMIT)
    require_open_room(actor)
    if on > actor.today(at):
        raise UserError(f"{dates.full_date(on)} is still to come. Say so when it has been submitted.")
    if row.submitted_on is not None:
        raise UserError(f"{row.ref} was submitted on {dates.full_date(row.submitted_on)} already. Nothing was changed.")
    now = standing.of(session, row)
    if row.withdrawn_because:
        service.check_open(session, row)
    if row.route == Route.APPLICATION:
        if lacking:
            raise UserError(f"{row.ref} still lacks {mrkdwn.listed(lacking)}. It is submitted with its evidence.")
    elif now.agreed_at is None:
        raise UserError(
            f"{row.ref} is {now.words}. It is submitted once every party has agreed it: `/parley agree {row.ref}`."
        )
    if not rules.asks_submission(regimes.named(row.regime, templates).rules(row.kind), row.currency):
        if row.kind != VariationKind.PRICE:
            raise UserError(
                f"{row.ref} is a {rules.KIND_WORDS[row.kind]} under {row.regime}, which asks for no submission. "
                "Nothing was recorded."
            )
        raise UserError(
            f"{row.ref} has no national currency, so there is nothing to submit. If it has one, reopen it, "
            f"`/parley reopen {row.ref} because it has a national currency`, and say so: "
            f"`/parley variation currency {row.ref} yes`."
        )
    _check_not_before(actor, row, now.agreed_at, on)
    row.submitted_on, row.submission = on, reference.strip()
    session.add(row)
    trail.deed(session, actor, "variation.submitted", row.ref, at=at, on=on, reference=row.submission)
    return _settle(session, actor, row, on, row.submission, at=at)


def _settle(
    session: Session, actor: Actor, row: Variation, on: date, evidence: str, *, at: datetime
) -> Milestone | None:
    """What was due is done, whoever of the table says so; gives the milestone that is done by it."""
    action = records.get(session, Action, row.action_id) if row.action_id else None
    if action is not None and action.status == ActionStatus.OPEN:
        # Not as its owner: everyone who may plan can say that something was submitted.
        action.status, action.done_at, action.evidence = ActionStatus.DONE, at, evidence
        session.add(action)
        trail.deed(session, actor, "action.done", action.ref, at=at, text=action.text, evidence=evidence)
    milestone = _milestone(session, row)
    if milestone is None or milestone.is_done:
        return None
    timetable.done(session, actor, milestone, on, at=at)
    return milestone
