"""The most capable provider assessment: criteria, evidence, evaluators, and findings that become something."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from bot import access, dates, roster, trail, workdays
from bot.access import Actor, Capability, require, require_open_room
from bot.actions import rules as action_rules
from bot.actions import service as actions
from bot.actions.promise import read_promise
from bot.choices import rules
from bot.choices.packs import Options
from bot.choices.rules import Found
from bot.choices.service import require_table
from bot.documents import promises
from bot.errors import UserError
from bot.record import service as record
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.trail import Source
from bot.workdays import Calendar
from storage import Session, choices, timetable
from storage.tables import Criterion, Evaluator, Evidence, Finding


@dataclass(frozen=True)
class Window:
    """Until when providers may submit, counted from the invitation; `due_on` is None while it has no day."""

    words: str
    due_on: date | None = None


def add_criteria(session: Session, actor: Actor, texts: Sequence[str], *, at: datetime) -> list[Criterion]:
    """Add what providers are assessed by, each once. Raises UserError without words."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    there = {row.text.casefold() for row in choices.every(session, Criterion, actor.id)}
    added = []
    for text in (" ".join(text.split()) for text in texts):
        if not text:
            raise UserError(f"Say what is assessed: {rules.ASSESS}.")
        if len(text) > rules.LONGEST:
            raise UserError(f"A criterion has {rules.LONGEST} characters at most. Shorten it: {rules.ASSESS}.")
        if text.casefold() in there:
            continue
        row = Criterion(
            negotiation_id=actor.id,
            number=choices.next_number(session, Criterion, actor.id),
            text=text,
            author_id=access.seat(actor).id or 0,
            at=at,
        )
        session.add(row)
        session.flush()
        trail.deed(session, actor, "criterion.added", f"criterion {row.number}", at=at, text=text)
        added.append(row)
    return added


def criterion(session: Session, actor: Actor, number: int) -> Criterion:
    """The criterion with this number. Raises UserError when there is none."""
    found = choices.criterion(session, actor.id, number)
    if found is None:
        raise UserError(
            f"There is no criterion {number} in {actor.negotiation.code}. `/parley assessment` lists them; "
            f"`/parley assessment load oxfordshire` or {rules.ASSESS} adds some."
        )
    return found


def add_evidence(session: Session, actor: Actor, row: Criterion, text: str, *, at: datetime) -> None:
    require(actor, Capability.RECORD)
    require_open_room(actor)
    session.add(Evidence(criterion_id=row.id or 0, text=text, author_id=access.seat(actor).id or 0, at=at))
    session.flush()
    trail.deed(session, actor, "criterion.evidence", f"criterion {row.number}", at=at, text=text)


def name_evaluators(session: Session, actor: Actor, seats: Sequence[Seat], *, at: datetime) -> list[Seat]:
    """Say who assesses; gives those who were not named before."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    there = {row.member_id for row in choices.evaluators(session, actor.id)}
    new = [seat for seat in seats if seat.member.id not in there]
    for seat in new:
        session.add(
            Evaluator(
                negotiation_id=actor.id,
                member_id=seat.member.id or 0,
                author_id=access.seat(actor).id or 0,
                at=at,
            )
        )
        trail.deed(session, actor, "evaluator.named", seat.party.code, at=at, member=seat.member.id)
    session.flush()
    return new


def find(
    session: Session,
    actor: Actor,
    said: Found,
    names: Mapping[str, str],
    *,
    source: Source,
    at: datetime,
    assumed: str = "",
) -> tuple[Finding, str]:
    """Record what the assessment found, and what it becomes; gives what that still lacks.

    `assumed` says why its criterion and what it becomes are only that, where no source has them. Raises UserError for a
    criterion that is not there, and as the commitment, action or note does.
    """
    require(actor, Capability.RECORD)
    require_table(actor) if said.becomes in ("action", "risk", "note") else require_open_room(actor)
    row = criterion(session, actor, said.number)
    plain = mrkdwn.named(said.text, names)
    became, lacking = _become(session, actor, row, said, names, source, at, assumed)
    number = choices.next_number(session, Finding, actor.id)
    finding = Finding(
        negotiation_id=actor.id,
        criterion_id=row.id or 0,
        number=number,
        ref=f"F{number}",
        kind=said.kind,
        text=plain,
        became=became,
        remark=assumed,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(finding)
    session.flush()
    trail.deed(
        session,
        actor,
        "finding.added",
        finding.ref,
        at=at,
        criterion=row.number,
        kind=said.kind,
        text=plain,
        became=became,
        assumed=assumed or None,
    )
    return finding, lacking


def load_findings(
    session: Session, actor: Actor, options: Options, party: str | None, *, source: Source, at: datetime
) -> tuple[list[Finding], list[str]]:
    """Record what a pack's assessment found and is not here yet, as far as its date has come; gives what waits.

    A promise of nobody in particular, where several parties provide and none is named, stays a finding. Raises
    UserError for a party that is not there, and in a private place.
    """
    there = {row.text for row in choices.every(session, Finding, actor.id)}
    numbers = {row.text.casefold(): row.number for row in choices.every(session, Criterion, actor.id)}
    new = [each for each in options.findings if each.text not in there]
    due = [each for each in new if dates.has_come(each.dated, actor.today(at))]
    clear = _promise_is_clear(session, actor, party)
    rows = []
    for line, each in enumerate(due):
        becomes = "" if each.becomes == "commitment" and not clear else each.becomes
        said = Found(numbers[each.criterion.casefold()], each.kind, each.text, becomes, party)
        # One mention makes many records; each has a line of its message to itself.
        of_it = replace(source, line=line)
        rows.append(find(session, actor, said, {}, source=of_it, at=at, assumed=each.assumed)[0])
    return rows, [each.dated for each in new if each not in due]


def _promise_is_clear(session: Session, actor: Actor, party: str | None) -> bool:
    if party:
        promises.check_promises(session, actor, access.party(session, actor.negotiation, party))
        return True
    try:
        promises.promising_party(session, actor)
    except UserError:
        return False
    return True


def _become(
    session: Session,
    actor: Actor,
    row: Criterion,
    said: Found,
    names: Mapping[str, str],
    source: Source,
    at: datetime,
    assumed: str,
) -> tuple[str, str]:
    """The ref of what a finding became, and what that still needs, in words."""
    if said.becomes == "commitment":
        by = (
            access.party(session, actor.negotiation, said.party)
            if said.party
            else promises.promising_party(session, actor)
        )
        text = mrkdwn.named(said.text, names)
        found_on = f"Assessment, {rules.assumed(row.text, assumed)}"
        return promises.add(session, actor, text, by, found_on, at=at).ref, ""
    meeting = access.meeting_in_progress(session, actor)
    if said.becomes in ("action", "risk"):
        promise = read_promise(session, actor, said.text, names, [], at=at)
        owners = [seat.member for seat in promise.owners]
        text = promise.text or mrkdwn.named(said.text, names)
        # A risk is an action until it has gone, so that somebody answers for it and is reminded.
        text = f"Risk: {text}" if said.becomes == "risk" else text
        action = actions.add_action(
            session, actor, text, owners, promise.due_on, source=source, at=at, meeting=meeting, said=said.text
        )
        return action.ref, mrkdwn.listed(action_rules.lacking(action, [member.id or 0 for member in owners]))
    if said.becomes == "note":
        text = f"{said.kind.capitalize()} found in the assessment ({row.text}): {mrkdwn.named(said.text, names)}"
        return record.record_note(session, actor, text, source=source, at=at, meeting=meeting).ref, ""
    return "", ""


def window(session: Session, negotiation_id: int, working_days: int, calendar: Calendar) -> Window:
    """The working days that providers have from the invitation, with the working of the count."""
    invitations = [row for row in timetable.milestones(session, negotiation_id) if row.kind == "invitation"]
    if not invitations:
        return Window(
            f"Providers have {working_days} working days from the invitation. Put it in the timetable: `/parley "
            "milestone add Invitation issued on 30 jun 2014 kind invitation`."
        )
    row = invitations[-1]
    start = None if row.done_month else row.done_on or row.planned
    if start is None:
        return Window(
            f"Providers have {working_days} working days from {row.ref} {row.title}, which has no day yet, so that "
            "they cannot be counted."
        )
    try:
        count = workdays.add_working_days(start, working_days, calendar)
    except UserError as refusal:
        return Window(f"Providers have {working_days} working days from {row.ref} {row.title}. {refusal}")
    words = f"Proposals are due on {dates.full_date(count.date)}: {row.ref} {row.title}. {workdays.explain(count)}"
    return Window(words, count.date)


def evaluators(session: Session, negotiation_id: int) -> list[Seat]:
    """Who assesses, in the order in which they were named."""
    seats = {seat.member.id: seat for seat in roster.seats(session, negotiation_id)}
    return [seats[row.member_id] for row in choices.evaluators(session, negotiation_id)]
