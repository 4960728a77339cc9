"""The timetable: milestones added, moved, done; everything that hangs on them follows."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import dates, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.timetable import rules
from bot.timetable.rules import Effect, Point, Rule, Shift, Unit
from storage import Session, timetable
from storage.tables import Member, Milestone, Rating

# What a milestone may be, from the practice of health contracting; anything else is just a milestone.
KINDS = (
    "milestone", "analysis", "gateway", "decision", "invitation", "submission", "evaluation", "issue full draft",
    "comments due", "sub-group", "pre-meet", "negotiation meeting", "debrief", "minutes issued", "minutes agreed",
    "heads of agreement", "board approval", "regulator submission", "publication", "escalation", "mediation",
    "signature", "standstill start", "standstill end", "mobilisation", "go-live", "extension decision",
)  # fmt: skip


LONGEST_TITLE = 300  # characters


@dataclass(frozen=True)
class NewMilestone:
    """What `milestone add` says: exactly one of a date, a month ("2013-01") and a rule."""

    title: str
    kind: str = "milestone"
    planned: date | None = None
    month: str | None = None
    rule: Rule | None = None
    owner: Member | None = None


def points(session: Session, negotiation_id: int) -> dict[str, Point]:
    """The timetable as it stands, by ref, in the order in which milestones were added."""
    rows = timetable.milestones(session, negotiation_id)
    refs = {row.id: row.ref for row in rows}
    return {row.ref: point(row, refs) for row in rows}


def point(row: Milestone, refs: Mapping[int | None, str]) -> Point:
    """A milestone as the rules take it; `refs` are those of its timetable by id."""
    rule = None
    if row.after_id is not None and row.count is not None and row.unit is not None:
        rule = Rule(refs[row.after_id], row.count, Unit(row.unit))
    return Point(row.ref, row.title, row.planned, row.month, rule, row.done_on, row.done_month)


def milestone(session: Session, actor: Actor, ref: str) -> Milestone:
    """The milestone with this ref, in any case. Raises UserError when there is none."""
    found = timetable.by_ref(session, actor.id, ref)
    if found is None:
        raise UserError(f"There is no milestone {ref} in {actor.negotiation.code}. `/parley timetable` lists them.")
    return found


def add(session: Session, actor: Actor, form: NewMilestone, *, at: datetime) -> Milestone:
    """Put a milestone in the timetable. Raises UserError for a rule on one that is not there."""
    require(actor, Capability.PLAN)
    require_open_room(actor)
    if not form.title.strip():
        raise UserError("Give the milestone a title: `/parley milestone add Submission due on 26 aug 2026`.")
    if len(form.title) > LONGEST_TITLE:
        raise UserError(f"A title has {LONGEST_TITLE} characters at most. Shorten it.")
    if form.kind not in KINDS:
        raise UserError(f"{form.kind} is not a kind of milestone. The kinds are: {', '.join(KINDS)}.")
    anchor = milestone(session, actor, form.rule.after) if form.rule else None
    number = timetable.next_number(session, actor.id)
    row = Milestone(
        negotiation_id=actor.id,
        number=number,
        ref=f"M{number}",
        title=form.title.strip(),
        kind=form.kind,
        planned=form.planned,
        month=form.month,
        after_id=anchor.id if anchor else None,
        count=form.rule.count if form.rule else None,
        unit=form.rule.unit if form.rule else None,
        owner_id=form.owner.id if form.owner else None,
        baseline=form.planned,
        baseline_month=form.month,
    )
    session.add(row)
    session.flush()
    _settle(session, actor)
    trail.deed(
        session,
        actor,
        "milestone.added",
        row.ref,
        at=at,
        title=row.title,
        kind=row.kind,
        planned=row.planned,
        month=row.month,
        rule=str(form.rule) if form.rule else None,
    )
    return row


def effect_of_move(session: Session, actor: Actor, row: Milestone, to: date | str) -> Effect:
    """What would change if this milestone were moved to a date, or to a month ("2013-01")."""
    before = points(session, actor.id)
    after = rules.resolved(_moved(before, row.ref, to).values(), actor.calendar)
    return Effect(tuple(rules.shifts(before, after)), after, _token(before))


def move(
    session: Session,
    actor: Actor,
    row: Milestone,
    to: date | str,
    reason: str,
    *,
    at: datetime,
    token: str | None = None,
) -> Sequence[Shift]:
    """Move a milestone and all that hangs on it; the first baseline stays, the trail says who and why.

    A milestone that followed another by rule has a date of its own from then on. `token` is that of the
    effect the person was shown. Raises UserError without a reason, for one that is done, when nothing
    would move, and when the timetable has changed since the effect was shown.
    """
    require(actor, Capability.PLAN)
    require_open_room(actor)
    if not reason.strip():
        raise UserError(f"Say why: `/parley milestone move {row.ref} to 12 dec because the board meets later`.")
    if row.is_done:
        raise UserError(f"{row.ref} was {_done(row)}, so it cannot be moved.")
    effect = effect_of_move(session, actor, row, to)
    if token is not None and token != effect.token:
        raise UserError("The timetable has changed since you were shown this. Type the move once more.")
    if not effect.shifts:
        raise UserError(f"{row.ref} is there already, so nothing was moved.")
    row.planned, row.month = (None, to) if isinstance(to, str) else (to, None)
    row.after_id = row.count = row.unit = None
    session.add(row)
    session.flush()
    _settle(session, actor)
    for shift in effect.shifts:
        why = reason.strip() if shift.ref == row.ref else f"{row.ref} moved: {reason.strip()}"
        _keep(session, actor, "milestone.moved", shift, why, at=at)
    return effect.shifts


def _keep(session: Session, actor: Actor, deed: str, shift: Shift, reason: str, *, at: datetime) -> None:
    trail.deed(session, actor, deed, shift.ref, at=at, before=shift.before, after=shift.after, reason=reason)


def _done(row: Milestone) -> str:
    return rules.said_done(row.done_on or row.done_month or "")


def done(session: Session, actor: Actor, row: Milestone, on: date | str, *, at: datetime) -> Sequence[Shift]:
    """A milestone was reached on a local date, and what hangs on it is counted from there; or in a month ("2013-01").

    The day may follow later, once it is known. Raises UserError for a date to come, and when it was done already.
    """
    require(actor, Capability.PLAN)
    require_open_room(actor)
    if not dates.has_come(str(on), actor.today(at)):
        said = dates.said_dated(str(on))
        raise UserError(f"{said} is still to come. Type `/parley milestone done {row.ref}` when it has happened.")
    if row.is_done and not (row.done_month and str(on).startswith(f"{row.done_month}-")):
        better = " If you know the day in that month, type it." if row.done_month else ""
        raise UserError(f"{row.ref} was {_done(row)} already.{better}")
    before = points(session, actor.id)
    row.done_on, row.done_month = (None, on) if isinstance(on, str) else (on, None)
    session.add(row)
    session.flush()
    _settle(session, actor)
    shifts = rules.shifts(before, points(session, actor.id))
    for shift in shifts:
        deed = "milestone.done" if shift.ref == row.ref else "milestone.moved"
        _keep(session, actor, deed, shift, row.ref, at=at)
    return shifts


def own(session: Session, actor: Actor, row: Milestone, owner: Member, *, at: datetime) -> None:
    """Say who answers for a milestone."""
    require(actor, Capability.PLAN)
    require_open_room(actor)
    before, row.owner_id = row.owner_id, owner.id
    session.add(row)
    session.flush()
    trail.deed(session, actor, "milestone.owned", row.ref, at=at, owner=owner.id, before=before)


def remove(session: Session, actor: Actor, row: Milestone, reason: str, *, at: datetime) -> None:
    """Take a milestone out of the timetable; it stays on record, with why.

    Raises UserError without a reason, and while others are counted from it.
    """
    require(actor, Capability.PLAN)
    require_open_room(actor)
    if not reason.strip():
        raise UserError(f"Say why: `/parley milestone remove {row.ref} because it was loaded twice`.")
    if row.kind == "signature" and row.is_done:
        raise UserError(f"{row.ref} is done: the contract is signed, and that is not taken back.")
    followers = [other.ref for other in timetable.milestones(session, actor.id) if other.after_id == row.id]
    if followers:
        raise UserError(f"{', '.join(followers)} is counted from {row.ref}. Move or remove that first.")
    row.removed = True
    session.add(row)
    session.flush()
    trail.deed(session, actor, "milestone.removed", row.ref, at=at, title=row.title, reason=reason.strip())


def recount(session: Session, actor: Actor, reason: str, *, at: datetime) -> Sequence[Shift]:
    """Work every date out afresh, because what counts as a working day has changed."""
    before = points(session, actor.id)
    _settle(session, actor)
    shifts = rules.shifts(before, points(session, actor.id))
    for shift in shifts:
        _keep(session, actor, "milestone.moved", shift, reason, at=at)
    return shifts


def rate(session: Session, actor: Actor, row: Milestone, rating: Rating, because: str, *, at: datetime) -> None:
    """Keep how a gateway review judged; the trail keeps the earlier judgements.

    Raises UserError for a milestone that is no gateway, and for red or amber without a reason.
    """
    require(actor, Capability.PLAN)
    require_open_room(actor)
    if row.kind != "gateway":
        raise UserError(
            f"{row.ref} is not a gateway but a {row.kind}, so it is not rated. `/parley timetable` shows the gateways."
        )
    if rating != Rating.GREEN and not because.strip():
        raise UserError(f"Say why: `/parley gateway {row.ref} {rating} because the funding is not confirmed`.")
    row.rating, row.rated_because = rating, because.strip()
    session.add(row)
    trail.deed(session, actor, "milestone.rated", row.ref, at=at, rating=rating, because=row.rated_because)


def _moved(before: Mapping[str, Point], ref: str, to: date | str) -> dict[str, Point]:
    planned, month = (None, to) if isinstance(to, str) else (to, None)
    return {**before, ref: replace(before[ref], planned=planned, month=month, rule=None)}


def _settle(session: Session, actor: Actor) -> None:
    """Write down every date that follows from a rule, and the first one of each as its baseline."""
    rows = timetable.milestones(session, actor.id)
    refs = {row.id: row.ref for row in rows}
    settled = rules.resolved([point(row, refs) for row in rows], actor.calendar)
    for row in rows:
        row.planned = settled[row.ref].planned
        if row.baseline is None and row.baseline_month is None:
            row.baseline = row.planned
        session.add(row)
    session.flush()


def _token(before: Mapping[str, Point]) -> str:
    return hashlib.sha256(repr(list(before.values())).encode()).hexdigest()[:12]
