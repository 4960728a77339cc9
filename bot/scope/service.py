"""Services in and out of scope with their budgets; the contract's value and term as dated facts; the one extension."""

from datetime import date, datetime

from bot import access, dates, figures, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.errors import UserError
from bot.figures import Amount
from bot.scope import rules
from bot.timetable import service as milestones
from storage import Session, negotiations, scope, timetable
from storage.tables import ContractTerm, ContractValue, Milestone, PartyKind, ScopeService, ScopeSide

DECISION = "Decide on extending the contract"


# -- scope ---------------------------------------------------------------------------------------------------


def find(session: Session, actor: Actor, ref: str) -> ScopeService:
    """The service with this ref, in any case. Raises UserError when there is none."""
    found = scope.service(session, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no service {dates.shown(ref)} in {actor.negotiation.code}. `/parley scope` lists them; one is "
            f"added with {rules.ADD}."
        )
    return found


def add(
    session: Session, actor: Actor, form: rules.NewService, *, at: datetime, ambiguous: bool = False, note: str = ""
) -> ScopeService:
    """Say that a service is in the contract or out of it. Raises UserError for one that is listed."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    there = scope.named(session, actor.id, rules.key(form.name))
    if there is not None:
        other = ScopeSide.OUT if there.side == ScopeSide.IN else ScopeSide.IN
        raise UserError(
            f"{there.ref} is that service already, and {there.side}. Move it: "
            f"`/parley scope move {there.ref} {other} because …`."
        )
    number = scope.next_number(session, ScopeService, actor.id)
    row = ScopeService(
        negotiation_id=actor.id,
        number=number,
        ref=f"{scope.PREFIXES[ScopeService]}{number}",
        name=form.name,
        name_key=rules.key(form.name),
        side=form.side,
        budget=form.budget.value if form.budget else None,
        currency=form.budget.currency if form.budget else "",
        source=form.source,
        ambiguous=ambiguous,
        note=note,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "scope.added",
        row.ref,
        at=at,
        service=row.name,
        side=row.side,
        budget=str(form.budget) if form.budget else None,
        source=row.source,
        note=note,
    )
    return row


def move(session: Session, actor: Actor, row: ScopeService, to: ScopeSide, because: str, *, at: datetime) -> None:
    """A service goes into the contract or out of it. Raises UserError without a reason, and where it is there."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if not because.strip():
        raise UserError(f"Say why: `/parley scope move {row.ref} {to} because it moves to another contract`.")
    if row.side == to:
        raise UserError(f"{row.ref} is {to} already. Nothing was changed.")
    before, row.side, row.because = row.side, to, because.strip()
    session.add(row)
    session.flush()
    trail.deed(session, actor, "scope.moved", row.ref, at=at, side=to, before=before, because=row.because)


def set_budget(session: Session, actor: Actor, row: ScopeService, sum_: Amount, source: str, *, at: datetime) -> bool:
    """Give a service another budget line; False when it has just that one. The trail keeps the earlier ones."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    before = rules.budget(row)
    if before == sum_ and source in ("", row.source):
        return False
    row.budget, row.currency, row.source = sum_.value, sum_.currency, source or row.source
    session.add(row)
    session.flush()
    said = str(before) if before else None
    trail.deed(session, actor, "scope.budgeted", row.ref, at=at, budget=str(sum_), before=said, source=row.source)
    return True


# -- value ---------------------------------------------------------------------------------------------------


def add_value(
    session: Session, actor: Actor, form: rules.NewValue, *, at: datetime, ambiguous: bool = False, note: str = ""
) -> ContractValue:
    """Keep what the contract was worth by one source at one time; what two sources say alike is kept of both.

    Raises UserError for a date that is to come, and for what one source has said already.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    dated = dates.read_dated(form.on, today=actor.today(at), calendar=actor.calendar)
    if not dates.has_come(dated, actor.today(at)):
        raise UserError(
            f"{dates.said_dated(dated)} is still to come, and a value is recorded as a fact of its day. A date that "
            "has passed needs its year: `on 12 nov 2025`."
        )
    for there in scope.every(session, ContractValue, actor.id):
        same = (rules.amount(there), there.years, there.dated, there.up_to, there.source.casefold())
        if same == (form.amount, form.years, dated, form.up_to, form.source.casefold()):
            raise UserError(
                f"That value is recorded as {_ref(there)} already, from that source: `/parley value` shows the history."
            )
    number = scope.next_number(session, ContractValue, actor.id)
    row = ContractValue(
        negotiation_id=actor.id,
        number=number,
        amount=form.amount.value,
        currency=form.amount.currency,
        up_to=form.up_to,
        years=form.years,
        dated=dated,
        source=form.source,
        ambiguous=ambiguous,
        note=note,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "value.added",
        _ref(row),
        at=at,
        amount=str(form.amount),
        up_to=row.up_to,
        years=row.years,
        dated=dated,
        source=row.source,
        note=note,
    )
    return row


def _ref(row: ContractValue | ContractTerm) -> str:
    return f"{scope.PREFIXES[type(row)]}{row.number}"


def values(session: Session, negotiation_id: int) -> list[ContractValue]:
    """The history of the value, newest last; what is only known to the year comes before the days in it."""
    rows = scope.every(session, ContractValue, negotiation_id)
    return sorted(rows, key=lambda row: (row.dated, row.number))


# -- term ----------------------------------------------------------------------------------------------------


def add_term(
    session: Session, actor: Actor, form: rules.NewTerm, *, at: datetime, ambiguous: bool = False, note: str = ""
) -> ContractTerm:
    """Keep how long the contract runs by one source; by when to decide on the extension becomes a milestone.

    The milestone of the term before is moved there, or taken out where there is nothing to decide any more. Raises
    UserError once the extension was exercised.
    """
    require(actor, Capability.PLAN)
    require_open_room(actor)
    before = current(session, actor.id)
    if before is not None and before.extended_at is not None:
        raise UserError(
            f"The extension was exercised on {dates.full_date(actor.today(before.extended_at))}, once and for all, so "
            "the term stands. `/parley term` shows it."
        )
    today = actor.today(at)
    starts = dates.read_dated(form.starts, today=today, calendar=actor.calendar)
    decide = dates.read_dated(form.decide, today=today, calendar=actor.calendar) if form.decide else ""
    if decide:
        rules.check_decide_by(decide, starts, form.years)
    number = scope.next_number(session, ContractTerm, actor.id)
    row = ContractTerm(
        negotiation_id=actor.id,
        number=number,
        years=form.years,
        extension_years=form.extension,
        starts=starts,
        decide_by=decide,
        source=form.source,
        ambiguous=ambiguous,
        note=note,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    _plan_decision(session, actor, row, before, at)
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "term.added",
        _ref(row),
        at=at,
        term=rules.written(row.years, row.extension_years),
        starts=starts,
        expires=rules.ends(row).expires,
        decide_by=rules.ends(row).decide_by,
        source=row.source,
        note=note,
    )
    return row


def current(session: Session, negotiation_id: int) -> ContractTerm | None:
    """The term as it was recorded last."""
    rows = scope.every(session, ContractTerm, negotiation_id)
    return rows[-1] if rows else None


def decision(session: Session, row: ContractTerm) -> Milestone | None:
    """The milestone by which to decide on the extension, while it is in the timetable."""
    return next(
        (each for each in timetable.milestones(session, row.negotiation_id) if each.id == row.milestone_id), None
    )


def _plan_decision(
    session: Session, actor: Actor, row: ContractTerm, before: ContractTerm | None, at: datetime
) -> None:
    """Put the decision in the timetable, or move there the one of the term before. A year alone has no place there."""
    by = rules.ends(row).decide_by
    planned = decision(session, before) if before else None
    if planned is not None and planned.is_done:
        planned = None
    why = f"the term is {rules.written(row.years, row.extension_years)} from {dates.said_dated(row.starts)}"
    if by is None or len(by) == 4:
        if planned is not None:
            milestones.remove(session, actor, planned, why, at=at)
        return
    to: date | str = by if len(by) == 7 else date.fromisoformat(by)
    if planned is None:
        form = milestones.NewMilestone(
            DECISION,
            "extension decision",
            planned=to if isinstance(to, date) else None,
            month=to if isinstance(to, str) else None,
        )
        planned = milestones.add(session, actor, form, at=at)
    elif to not in (planned.planned, planned.month):
        milestones.move(session, actor, planned, to, why, at=at)
    row.milestone_id = planned.id


def extend(session: Session, actor: Actor, because: str, *, at: datetime) -> ContractTerm:
    """Exercise the extension, once; its decision is done.

    Raises UserError for all but a commissioner, whose option it is; without a reason, without a term or an extension,
    the second time, and after its end.
    """
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    _check_commissioner(session, actor)
    if not because.strip():
        raise UserError(f"Say why: {rules.EXTEND}.")
    row = current(session, actor.id)
    if row is None:
        raise UserError(f"No term is recorded, so there is nothing to extend. Record it first: {rules.TERM}.")
    if row.extended_at is not None:
        raise UserError(
            f"The term was extended on {dates.full_date(actor.today(row.extended_at))}, because {row.extended_because}."
            " It is extended once at most; a longer contract is a new term, agreed anew."
        )
    if not row.extension_years:
        raise UserError(
            f"The term of {figures.years(row.years)} has no extension. If a source says otherwise, record it: "
            f"{rules.TERM}."
        )
    expires, today = rules.ends(row).expires, actor.today(at).isoformat()
    if today[: len(expires)] > expires:
        raise UserError(
            f"The term expired in {expires[:4]}, so there is nothing left to extend. A longer contract is a new term, "
            "agreed anew."
        )
    row.extended_at, row.extended_by_id, row.extended_because = at, access.seat(actor).id, because.strip()
    session.add(row)
    session.flush()
    planned = decision(session, row)
    if planned is not None and not planned.is_done:
        milestones.done(session, actor, planned, actor.today(at), at=at)
    trail.deed(
        session,
        actor,
        "term.extended",
        _ref(row),
        at=at,
        because=row.extended_because,
        expires=rules.ends(row).extended,
    )
    return row


def _check_commissioner(session: Session, actor: Actor) -> None:
    if actor.party is not None and actor.party.kind == PartyKind.COMMISSIONER:
        return
    codes = [party.code for party in negotiations.parties(session, actor.id) if party.kind == PartyKind.COMMISSIONER]
    who = " or ".join(codes) or "the commissioner, once it is at the table"
    raise UserError(
        "The extension is the commissioner's option, so nothing was extended. Ask a lead or negotiator of "
        f"{who} to type {rules.EXTEND}."
    )
