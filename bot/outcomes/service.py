"""Outcomes and their metrics: added, reworded, described, weighed, agreed, withdrawn; the share of value at risk."""

from datetime import datetime
from decimal import Decimal

from bot import access, dates, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.clauses import service as clauses
from bot.clauses.standing import known
from bot.errors import UserError
from bot.outcomes import rules
from bot.outcomes.standing import Standing, register
from bot.record import service as record
from bot.trail import Source
from storage import Session, outcomes
from storage.tables import (
    Agreement,
    AgreementStatus,
    Meeting,
    Metric,
    MetricWording,
    Outcome,
    ShareAtRisk,
)

LONGEST_VALUE = 2000  # characters of a definition, a source, a baseline …


def find_outcome(session: Session, actor: Actor, ref: str) -> Outcome:
    """The outcome with this ref, in any case. Raises UserError when there is none."""
    found = outcomes.outcome(session, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no outcome {dates.shown(ref)} in {actor.negotiation.code}. `/parley outcomes` lists them; "
            f"one is added with {rules.ADD_OUTCOME}."
        )
    return found


def find(session: Session, actor: Actor, ref: str) -> Standing:
    """The metric with this ref, in any case, as it stands. Raises UserError when there is none."""
    for found in register(session, actor.id).every:
        if found.metric.ref == ref.upper():
            return found
    raise UserError(
        f"There is no metric {dates.shown(ref)} in {actor.negotiation.code}. `/parley outcomes` lists them; one is "
        f"added with {rules.ADD_METRIC}."
    )


# -- outcomes and metrics ------------------------------------------------------------------------------------


def add_outcome(
    session: Session, actor: Actor, title: str, *, at: datetime, ambiguous: bool = False, note: str = ""
) -> Outcome:
    """Put an outcome in the register. Raises UserError without a title, and for one that is there."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    words = " ".join(title.split())
    if not words:
        raise UserError(f"Give the outcome its title: {rules.ADD_OUTCOME}.")
    if len(words) > rules.LONGEST_TITLE:
        raise UserError(
            f"An outcome's title has {rules.LONGEST_TITLE} characters at most. Shorten it; how it is measured is a "
            "metric: `/parley metric add O1 …`."
        )
    for row in outcomes.every(session, actor.id):
        if row.title.casefold() == words.casefold():
            raise UserError(f"{row.ref} is that outcome already: `/parley outcome {row.ref}`.")
    number = outcomes.next_number(session, actor.id)
    row = Outcome(
        negotiation_id=actor.id,
        number=number,
        ref=f"O{number}",
        title=words,
        ambiguous=ambiguous,
        note=note,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(session, actor, "outcome.added", row.ref, at=at, title=row.title, note=note)
    return row


def add_metric(
    session: Session,
    actor: Actor,
    outcome: Outcome,
    form: rules.NewMetric,
    *,
    at: datetime,
    ambiguous: bool = False,
    note: str = "",
    history: str = "",
) -> Standing:
    """Propose how an outcome is measured. Raises UserError for a weight too much, and for a target of another unit."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    _check_length(form.wording, rules.LONGEST_WORDING)
    for words in (form.baseline, form.target):
        _check_length(words, LONGEST_VALUE)
    number = outcomes.next_metric(session, outcome.id or 0)
    ref = f"{outcome.ref}.{number}"
    baseline, target = _without_none(form.baseline), _without_none(form.target)
    rules.check_unit(ref, baseline, target)
    rules.check_measures(ref, baseline, target)
    if form.weight is not None:
        _check_weight(session, actor, ref, form.weight)
    row = Metric(
        outcome_id=outcome.id or 0,
        number=number,
        ref=ref,
        baseline=baseline,
        target=target,
        weight=form.weight,
        ambiguous=ambiguous,
        note=note,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    _word(session, actor, row, form.wording, 1, "", history, at)
    trail.deed(
        session,
        actor,
        "metric.added",
        ref,
        at=at,
        wording=form.wording,
        weight=form.weight,
        baseline=baseline,
        target=target,
        note=note,
        history=history,
    )
    return find(session, actor, ref)


def _check_length(words: str, most: int) -> None:
    if len(words) > most:
        raise UserError(
            f"That has {len(words):,} characters, and {most:,} are kept. Shorten it, and put what explains it in "
            "`/parley metric set O1.1 definition …`."
        )


def _without_none(words: str) -> str:
    return "" if words.casefold() == "none" else words


def _check_weight(session: Session, actor: Actor, ref: str, weight: Decimal) -> None:
    now = register(session, actor.id)
    rules.check_weights({**now.weights, ref: weight}, now.full)


def _word(
    session: Session, actor: Actor, row: Metric, text: str, number: int, because: str, history: str, at: datetime
) -> None:
    session.add(
        MetricWording(
            metric_id=row.id or 0,
            number=number,
            text=text,
            because=because,
            history=history,
            author_id=access.seat(actor).id or 0,
            at=at,
        )
    )
    session.flush()


def reword(
    session: Session, actor: Actor, found: Standing, wording: str, because: str, *, at: datetime, history: str = ""
) -> Standing:
    """Propose other words for a metric; every earlier wording stays.

    One that was agreed is open again, for a reason. Raises UserError without words, for the words that stand, and as
    `_open_again` does.
    """
    row, words = found.metric, wording.strip()
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if not words:
        raise UserError(f"Type the words too: `/parley metric reword {row.ref} Mortality rate of people with SMI`.")
    _check_length(words, rules.LONGEST_WORDING)
    if words == found.wording.text:
        raise UserError(f"{row.ref} says just that already, so nothing was changed.")
    _open_again(session, actor, found, because, f"metric reword {row.ref} …", at=at)
    _word(session, actor, row, words, found.wording.number + 1, because, history, at)
    trail.deed(
        session,
        actor,
        "metric.reworded",
        row.ref,
        at=at,
        wording=words,
        before=found.wording.text,
        version=found.wording.number + 1,
        because=because,
        history=history,
    )
    return find(session, actor, row.ref)


def _open_again(session: Session, actor: Actor, found: Standing, because: str, typed: str, *, at: datetime) -> None:
    """What was agreed of a metric is open again; what somebody objected to is withdrawn.

    Raises UserError for a withdrawn metric, while its words wait for confirmation, once the contract is signed, and for
    agreed ones without a reason or a negotiator's say.
    """
    ref, agreement = found.metric.ref, found.agreement
    if found.metric.withdrawn:
        raise UserError(f"{ref} is withdrawn, because {found.metric.because}. Add it anew: {rules.ADD_METRIC}.")
    if agreement is None:
        return
    if agreement.status == AgreementStatus.AWAITING:
        raise UserError(
            f"{agreement.ref} on {ref} waits for confirmation. Object to it first, "
            f"`/parley object {agreement.ref} because …`, or have it taken back: `/parley withdraw {agreement.ref}`."
        )
    if agreement.status == AgreementStatus.OBJECTED:
        record.supersede(session, actor, agreement, at=at)
        return
    if found.signed:
        by = actor.party.code if actor.party else "OHP"
        raise UserError(
            f"The contract is signed, so {agreement.ref} stands. A change to {ref} is a variation of the contract now: "
            f"`/parley change add Change of {ref} initiated by {by}`."
        )
    require(actor, Capability.CONFIRM)
    if not because:
        raise UserError(
            f"Every party has confirmed {ref} as {agreement.ref}. Say why it changes: "
            f"`/parley {typed} because the baseline was wrong`."
        )
    record.reopen_agreement(session, actor, agreement, because, at=at)


def set_field(
    session: Session, actor: Actor, found: Standing, field: str, value: str, because: str, *, at: datetime
) -> bool:
    """Say one thing about a metric; False when it says so already. "none" takes it off.

    Another target or weight has the metric proposed again. Raises UserError for a weight too much, a target in another
    unit than the baseline, a review date that cannot be read, and as `reword` does.
    """
    row = found.metric
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if row.withdrawn:
        raise UserError(f"{row.ref} is withdrawn, because {row.because}. Add it anew: {rules.ADD_METRIC}.")
    _check_length(value, LONGEST_VALUE)
    new = _read_value(session, actor, found, field, value, at)
    before = getattr(row, field)
    if new == before:
        return False
    after = {"baseline": row.baseline, "target": row.target, field: new}
    rules.check_unit(row.ref, str(after["baseline"]), str(after["target"]))
    if field in ("baseline", "target") and isinstance(new, str):
        rules.check_measures(row.ref, str(after["baseline"]), str(after["target"]))
        rules.check_same_unit(row.ref, field, str(before), new)
    if field in ("target", "weight"):  # part of what was agreed
        _open_again(session, actor, found, because, f"metric set {row.ref} {field} {value}", at=at)
    setattr(row, field, new)
    session.add(row)
    session.flush()
    trail.deed(session, actor, "metric.set", row.ref, at=at, field=field, value=new, before=before, because=because)
    return True


def _read_value(
    session: Session, actor: Actor, found: Standing, field: str, value: str, at: datetime
) -> Decimal | str | None:
    if field == "weight":
        weight = rules.read_weight(value)
        if weight is not None:
            _check_weight(session, actor, found.metric.ref, weight)
        return weight
    if value.casefold() == "none":
        return ""
    if field == "review":
        return dates.read_dated(value, today=actor.today(at), calendar=actor.calendar)
    return value.strip()


def withdraw(session: Session, actor: Actor, found: Standing, because: str, *, at: datetime) -> None:
    """Take a metric out; it stays readable, and its weight is free again. Raises UserError as `reword` does."""
    row = found.metric
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if not because:
        raise UserError(f"Say why: `/parley metric withdraw {row.ref} because it cannot be measured`.")
    _open_again(session, actor, found, because, f"metric withdraw {row.ref}", at=at)
    row.withdrawn, row.because = True, because
    session.add(row)
    session.flush()
    trail.deed(session, actor, "metric.withdrawn", row.ref, at=at, because=because, weight=row.weight)


def agree(
    session: Session, actor: Actor, found: Standing, *, source: Source, at: datetime, meeting: Meeting | None
) -> Agreement:
    """Record a metric as agreed, for every party to confirm in exactly these words, target and weight.

    Raises UserError for one that is withdrawn, that waits for confirmation or that every party has confirmed.
    """
    ref, agreement = found.metric.ref, found.agreement
    if found.metric.withdrawn:
        raise UserError(f"{ref} is withdrawn, because {found.metric.because}. Add it anew: {rules.ADD_METRIC}.")
    if known(session, actor.id, ref) is not None:
        raise UserError(
            f"The contract has a clause {ref} too, so `agree {ref}` could mean either. Nothing was recorded. Withdraw "
            f"the metric, `/parley metric withdraw {ref} because …`, and add it to another outcome."
        )
    if agreement is not None and agreement.status == AgreementStatus.AGREED:
        raise UserError(
            f"Every party has confirmed {ref} as {agreement.ref}. To change it: "
            f"`/parley metric reword {ref} … because …`."
        )
    if agreement is not None and agreement.status == AgreementStatus.AWAITING:
        raise UserError(
            f"{agreement.ref} on {ref} waits for confirmation already: `/parley confirm {agreement.ref}`, or "
            f"`/parley object {agreement.ref} because …`."
        )
    require(actor, Capability.RECORD)
    for row in found.agreements:
        if row.status == AgreementStatus.OBJECTED:
            record.supersede(session, actor, row, at=at)
    return clauses.record_agreement(
        session, actor, found.words, clause=ref, said=found.words, source=source, at=at, meeting=meeting
    )


# -- the share at risk ---------------------------------------------------------------------------------------


def set_share(session: Session, actor: Actor, percent: Decimal, year: int, *, at: datetime, note: str = "") -> bool:
    """Say how much of the value depends on outcomes from a year on; False when that is said already.

    Raises UserError where the weights would then sum to more.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    now = register(session, actor.id)
    if now.shares.get(year) == percent:
        return False
    rules.check_weights(now.weights, rules.full_share({**now.shares, year: percent}))
    rows = {row.year: row for row in outcomes.shares(session, actor.id)}
    row = rows.get(year)
    before = row.percent if row else None
    if row is None:
        row = ShareAtRisk(negotiation_id=actor.id, year=year, percent=percent, author_id=0, at=at)
    row.percent, row.note, row.author_id, row.at = percent, note, access.seat(actor).id or 0, at
    session.add(row)
    session.flush()
    trail.deed(session, actor, "share.set", f"year {year}", at=at, percent=percent, before=before, note=note)
    return True


def pay(session: Session, actor: Actor, asked: rules.Asked) -> tuple[rules.Payment, int]:
    """What these results pay, and in which year of the contract: the first with the full share, unless said.

    Raises UserError without a share or weights, and for a metric that is not there or not weighed.
    """
    now = register(session, actor.id)
    if now.full is None:
        raise UserError(f"No share at risk is set, so there is nothing to reckon with. Set it: {rules.SHARE}.")
    if not now.weights:
        raise UserError("No metric has a weight yet. Give it one: `/parley metric set O1.1 weight 3%`.")
    for ref in asked.results:
        found = find(session, actor, ref)
        if found.metric.withdrawn:
            raise UserError(f"{found.metric.ref} is withdrawn, so it pays nothing. Leave it out.")
        if found.metric.weight is None:
            raise UserError(
                f"{found.metric.ref} has no weight, so it pays nothing. Leave it out, or give it one: "
                f"`/parley metric set {found.metric.ref} weight 3%`."
            )
    year = asked.year or min(year for year, percent in now.shares.items() if percent == now.full)
    share = rules.share_in(now.shares, year)
    value = asked.value.value if asked.value else None
    return rules.pay(now.weights, now.full, share, asked.results, value), year
