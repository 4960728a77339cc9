"""A clause is put off, or handed to those who may decide more: parked, escalated up a ladder, disputed.

Every verb here takes the session of the caller's transaction and leaves the commit to it.
"""

from collections.abc import Sequence
from datetime import date, datetime

from bot import trail
from bot.access import Actor, Capability, require, require_open_room
from bot.clauses import rules
from bot.clauses.deeds import become, write
from bot.clauses.standing import standing
from bot.errors import UserError
from bot.workdays import Count, add_working_days
from storage import Session, clauses
from storage.tables import Clause, ClauseStatus, Member, Rung

MOST_DAYS = 250  # working days that a level of the ladder may take


def park(session: Session, actor: Actor, clause: Clause, until: date, *, at: datetime) -> None:
    """Put a clause off until a local date, on which both sides are reminded."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if clause.status == ClauseStatus.PARKED and not standing(session, clause).awaiting:
        clause.parked_until = until
        write(session, actor, clause, "clause.parked", at=at, until=until)
        return
    become(session, actor, clause, ClauseStatus.PARKED, at=at, until=until)
    clause.parked_until = until
    session.add(clause)


def set_rung(
    session: Session, actor: Actor, level: int, people: Sequence[Member], working_days: int, *, at: datetime
) -> None:
    """Name who decides at a level of the ladder, one person for each party, and in how many working days.

    Raises UserError for two of one party, and for numbers that mean nothing.
    """
    require(actor, Capability.PLAN)
    require_open_room(actor)
    if not 1 <= level <= 9 or not 1 <= working_days <= MOST_DAYS:
        raise UserError(f"A ladder has levels 1 to 9, and each takes 1 to {MOST_DAYS} working days.")
    if len({person.party_id for person in people}) < len(people) or not people:
        raise UserError("Name one person for each side: `/parley ladder 1 @dana, @priya within 5 working days`.")
    there = {rung.party_id: rung for rung in clauses.rungs(session, actor.id) if rung.level == level}
    for person in people:
        rung = there.get(person.party_id) or Rung(
            negotiation_id=actor.id, level=level, party_id=person.party_id, member_id=0, working_days=0
        )
        rung.member_id = person.id or 0
        there[person.party_id] = rung
    for rung in there.values():
        rung.working_days = working_days
        session.add(rung)
    session.flush()
    trail.deed(
        session,
        actor,
        "ladder.set",
        str(level),
        at=at,
        people=[person.id for person in people],
        working_days=working_days,
    )


def escalate(
    session: Session, actor: Actor, clause: Clause, to: Member | None, reason: str, *, at: datetime
) -> Count | None:
    """Hand a clause to those who may decide more: a person, or else the next level of the ladder.

    Gives the working days that the level has, counted from today, when it has some. Raises UserError without a reason,
    without a ladder to climb, and where the clause cannot be escalated.
    """
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    why = reason.strip()
    if not why:
        raise UserError(f"Say why: `/parley escalate {clause.number} to @name because …`.")
    if clause.status != ClauseStatus.ESCALATED:
        rules.check_may_become(clause.number, standing(session, clause).status, ClauseStatus.ESCALATED)
    rungs = clauses.rungs(session, actor.id)
    levels = sorted({rung.level for rung in rungs})
    climbed = clause.level_up if clause.status == ClauseStatus.ESCALATED else None
    if to is not None:
        level = next((rung.level for rung in rungs if rung.member_id == to.id and rung.level > (climbed or 0)), climbed)
    else:
        level = rules.next_rung(levels, climbed)
        if level is None:
            top = f"{clause.number} stands at the top of the ladder: `/parley dispute {clause.number} because …`."
            none = (
                f"There is no ladder to climb. Name somebody, `/parley escalate {clause.number} to @name because …`, "
                "or make one: `/parley ladder 1 @dana, @priya within 5 working days`."
            )
            raise UserError(top if climbed else none)
    days = next((rung.working_days for rung in rungs if rung.level == level), None)
    limit = add_working_days(actor.today(at), days, actor.calendar) if days is not None else None
    by = limit.date if limit else None
    detail = {"person": to.id if to else None, "level": level, "by": by, "reason": why}
    if clause.status == ClauseStatus.ESCALATED:
        now = standing(session, clause)
        if now.confirmed:
            rules.check_may_become(clause.number, now.status, ClauseStatus.ESCALATED)
        _set_escalation(clause, to, level, by, why)
        write(session, actor, clause, "clause.escalated", at=at, **detail)
    else:
        become(session, actor, clause, ClauseStatus.ESCALATED, at=at, **detail)
        _set_escalation(clause, to, level, by, why)
    session.add(clause)
    return limit


def _set_escalation(clause: Clause, to: Member | None, level: int | None, by: date | None, why: str) -> None:
    clause.escalated_to_id = to.id if to else None
    clause.level_up, clause.settle_by, clause.because = level, by, why


def dispute(session: Session, actor: Actor, clause: Clause, reason: str, *, at: datetime) -> None:
    """An escalated clause goes to mediation or arbitration; each party's last position is frozen."""
    require(actor, Capability.CONFIRM)
    if not reason.strip():
        raise UserError(f"Say why: `/parley dispute {clause.number} because both chief executives disagree`.")
    become(session, actor, clause, ClauseStatus.DISPUTED, at=at, reason=reason.strip())
    clause.because = reason.strip()
    session.add(clause)
