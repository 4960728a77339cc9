"""Is this negotiation ready? Each question is asked of the record as it is, with the command that mends what is not.

What belongs to one side alone (its pre-meets) is asked only for that side.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime

from bot import roster
from bot.clauses.standing import LEGAL_OPEN, Standing
from bot.contracts import numbers
from bot.readiness import gatherings, people, rules
from bot.readiness.rules import Item, Planned, Status, Topic
from bot.readiness.table import Table, typed
from bot.reminders.rules import last_day_in_time, working_day_after
from bot.slack import mrkdwn
from bot.timetable import views as timetable_views
from bot.timetable.rules import month_start
from storage import Session, documents, meetings, negotiations, timetable, variations
from storage.tables import (
    Commitment,
    CommitmentStatus,
    Derogation,
    Milestone,
    Negotiation,
    Party,
    PartyKind,
    Role,
    Structure,
    Variation,
)

TIMETABLE, LEGAL, STANDARD = "Negotiation timetable", "Legal support", "Standard contract and local changes"
COMMITMENTS, STRUCTURE = "Commitments of the submission", "Contract structure"
_PACK = "clause pack nhs-2021-22"  # the standard contract that is brought in where nobody has brought another


def check(session: Session, negotiation: Negotiation, party: Party | None, asker: str, *, now: datetime) -> list[Item]:
    """Everything that good practice asks, in its order; `asker` is the name put into commands that need one."""
    negotiation_id = negotiation.id or 0
    table = Table(
        session,
        negotiation,
        party,
        asker,
        now,
        negotiations.parties(session, negotiation_id),
        roster.seats(session, negotiation_id),
        meetings.visible(session, negotiation_id, party.id if party else None),
    )
    own_side = party is not None and party.must_sign
    roles = people.roles(table)
    # Before what is asked of preparation: a meeting that the contract puts off is put off once.
    contract = gatherings.contract(table)
    return [
        *_timetable(table),
        *roles,
        *people.recording(table, roles),
        *(gatherings.preparation(table) if own_side else ()),
        *contract,
        *gatherings.subgroups(table),
        *_legal(table),
        *_standard(table),
        *_commitments(table),
        *_structure(table),
    ]


# -- the timetable --------------------------------------------------------------------------------------


def _timetable(table: Table) -> list[Item]:
    rows = timetable.milestones(table.session, table.id)
    if not rows:
        owner = f" owner @{table.owner()}" if table.seats else ""
        command = f"milestone add Contract signed on {table.day(60)} kind signature{owner}"
        return [Item(TIMETABLE, Status.FAIL, "No milestone is in the timetable.", command)]
    waiting = [row for row in rows if not row.is_done]
    by_id = {row.id: row for row in rows}
    leading = {by_id[row.after_id].ref for row in waiting if row.after_id is not None}
    faults = [fault for row in waiting for fault in _milestone(table, row, by_id.get(row.after_id), leading)]
    planned = [Planned(row.ref, row.kind, on) for row in rows if (on := _first_day(row)) is not None]
    done = {row.ref for row in rows if row.is_done}
    for later, earlier in rules.out_of_order(planned):
        if later.ref in done:
            continue  # as it happened
        faults.append(
            Item(
                TIMETABLE,
                Status.FAIL,
                f"{later.ref} ({later.kind}) is planned before {earlier.ref} ({earlier.kind}).",
                _move(later.ref, table.day(1, earlier.on), f"it follows {earlier.ref}", leading),
            )
        )
    said = "1 milestone," if len(rows) == 1 else f"{len(rows)} milestones, each"
    return rules.or_fine(TIMETABLE, faults, f"{said} dated and owned.")


def _first_day(row: Milestone) -> date | None:
    """The day on which a milestone is planned or was done; the first of its month where that is all that is known."""
    month = row.done_month or row.month
    return row.done_on or (row.planned if not row.done_month else None) or (month_start(month) if month else None)


def _move(ref: str, to: str, why: str, leading: Collection[str]) -> str:
    """The command that moves a milestone, with what is counted from it: whole, so that it needs no button."""
    return f"milestone move {ref}{' and what follows' if ref in leading else ''} to {to} because {why}"


def _milestone(table: Table, row: Milestone, anchor: Milestone | None, leading: Collection[str]) -> Iterable[Item]:
    """What is wrong with one that is not done; `anchor` is what it is counted from, `leading` the refs of all such."""
    in_time = last_day_in_time(row.planned, row.month)
    if in_time is None and (anchor is None or anchor.is_done):
        why = f", since of {anchor.ref} only the month is known" if anchor else ""
        command = _move(row.ref, table.day(20), "it had no date", leading)
        yield Item(TIMETABLE, Status.WARN, f"{row.ref} {row.title} has no date{why}.", command)
    elif in_time is not None and in_time < table.today:
        if not _moves_along(table, anchor):
            yield _late(table, row, leading)
    elif row.month is not None and row.planned is None and row.ref in leading:
        day = working_day_after(date.fromisoformat(f"{row.month}-14"), 1, table.calendar)
        yield Item(
            TIMETABLE,
            Status.WARN,
            f"{row.ref} {row.title} is only a month, and what is counted from it has no date.",
            _move(row.ref, table.day(0, day), "others are counted from it", leading),
        )
    if row.owner_id is None:
        evidence = f"{row.ref} {row.title} has no owner."
        if table.seats:
            yield Item(TIMETABLE, Status.WARN, evidence, f"milestone own {row.ref} @{table.owner()}")
        else:
            yield Item(TIMETABLE, Status.WARN, f"{evidence} Somebody at the table can be: nobody has a seat yet.")


def _moves_along(table: Table, anchor: Milestone | None) -> bool:
    """Whether what it is counted from is late itself and is proposed to be moved: then it follows by its rule."""
    if anchor is None or anchor.is_done or anchor.kind in rules.PASSES:
        return False
    in_time = last_day_in_time(anchor.planned, anchor.month)
    return in_time is not None and in_time < table.today


def _late(table: Table, row: Milestone, leading: Collection[str]) -> Item:
    """One whose day has passed. What belongs to the way to the contract was likely done then and nobody said so: to
    move it would falsify that. Which of the two it is, people know."""
    planned = timetable_views.in_words(row.planned or row.month or "")
    evidence = f"{row.ref} {row.title[:80]} was planned for {planned} and is not done."
    move = _move(row.ref, table.day(5), "it is late", leading)
    if row.kind not in rules.PASSES:
        return Item(TIMETABLE, Status.WARN, evidence, move)
    when = typed(row.planned) if row.planned else f"{month_start(row.month or ''):%B %Y}".lower()
    either = f"{evidence} A proposal: it was done then, and nobody said so. If it is still to come: `/parley {move}`."
    return Item(TIMETABLE, Status.WARN, either, f"milestone done {row.ref} on {when}")


# -- the contract ---------------------------------------------------------------------------------------


def _legal(table: Table) -> list[Item]:
    faults = [*people.seat_for(table, LEGAL, None, (Role.LEGAL,), "Nobody at the table is a legal adviser.")]
    advisers = mrkdwn.listed((seat.title for seat in table.seats if Role.LEGAL in seat.member.roles), "or")
    for found in table.standings:
        if found.confirmed and found.clause.legal == LEGAL_OPEN:
            who = advisers or "a legal adviser"
            evidence = f"Clause {found.clause.number} is agreed, and {who} has still to clear it."
            faults.append(Item(LEGAL, Status.FAIL, evidence, f"clause legal {found.clause.number} cleared"))
    return rules.or_fine(LEGAL, faults, f"{advisers} advises, and no agreed clause waits for that.")


def _standard(table: Table) -> list[Item]:
    found = table.standings
    if not found:
        evidence = (
            "No contract is in clauses yet. A proposal: the standard contract; your own comes by `clause import`."
        )
        return [Item(STANDARD, Status.FAIL, evidence, _PACK)]
    derogated = [row for row in variations.every(table.session, Derogation, table.id) if not row.withdrawn_because]
    varied = [row for row in variations.every(table.session, Variation, table.id) if not row.withdrawn_because]
    registered = {numbers.key(row.clause) for row in derogated}
    registered |= {numbers.key(row.clause) for row in varied if row.clause}
    faults = [fault for each in found for fault in _local_change(table, each, registered)]
    number = "1 clause" if len(found) == 1 else f"{len(found)} clauses"
    return rules.or_fine(STANDARD, faults, f"{number}; every change to national text is registered.")


def _local_change(table: Table, found: Standing, registered: set[str]) -> Iterable[Item]:
    """A fault where words were put forward for national text, and neither register nor derogation names it."""
    clause = found.clause
    if not clause.national or numbers.key(clause.number) in registered:
        return
    words = found.agreement.ref if found.agreement is not None else table.proposed.get(clause.id or 0)
    if words is not None:
        command = f"derogation add {clause.number} It applies as worded in {words}"
        evidence = f"Words are put forward for {clause.number}, which is national text, and no derogation says so."
        yield Item(STANDARD, Status.WARN, evidence, command)


def _commitments(table: Table) -> list[Item]:
    rows = documents.every(table.session, Commitment, table.id)
    if not rows:
        provider = next((party.code for party in table.signing if party.kind == PartyKind.PROVIDER), None)
        of = f" from {provider}" if provider else ""
        evidence = "No promise of a submission is recorded. Record each by itself; this one stands for all of them."
        command = f"commitment add The services are delivered as the submission describes them{of}"
        return [Item(COMMITMENTS, Status.WARN, evidence, command)]
    carried = [row for row in rows if row.status != CommitmentStatus.OPEN]
    in_contract = [found.clause for found in table.standings if not found.clause.left_out] if rows != carried else []
    topics = [rules.topic(clause.number, clause.title, clause.text) for clause in in_contract]
    faults = [_uncarried(row, topics) for row in rows if row.status == CommitmentStatus.OPEN]
    said = "1 promise," if len(rows) == 1 else f"{len(rows)} promises, each"
    return rules.or_fine(COMMITMENTS, faults, f"{said} carried or consciously not.")


def _uncarried(row: Commitment, topics: list[Topic]) -> Item:
    """A promise that goes nowhere: into the clause that is likeliest about it, or said to be in none."""
    evidence = f"{row.ref} goes into no clause: {row.text[:120]}"
    if not topics:
        return Item(COMMITMENTS, Status.FAIL, f"{evidence}. The contract comes first: it is not in clauses yet.", _PACK)
    near = rules.nearest(row.text, topics)
    if near is None:
        why = "No clause shares a word with it: have one worded for it, or say that it is left out."
        command = f"commitment waive {row.ref} because no clause of the contract is about it"
        return Item(COMMITMENTS, Status.FAIL, f"{evidence}. {why}", command)
    about = f"{near.number} {near.title[:60]}".strip()
    proposal = f"A proposal to look at: {about} shares most words with it."
    return Item(COMMITMENTS, Status.FAIL, f"{evidence}. {proposal}", f"commitment carry {row.ref} into {near.number}")


def _structure(table: Table) -> list[Item]:
    """Prime contractor or alliance, decided, and the parties that sign as it demands."""
    providers = [party for party in table.signing if party.kind == PartyKind.PROVIDER]
    decided = table.negotiation.structure
    if decided is None:
        who = mrkdwn.listed(party.code for party in providers) or "nobody yet"
        evidence = f"Prime contractor or alliance is not decided by the commissioner; {who} would provide."
        command = f"structure prime {providers[0].code} because one provider answers for all" if providers else ""
        if len(providers) > 1:
            command = "structure alliance because every provider shares risk and reward"
        return [Item(STRUCTURE, Status.FAIL, evidence, command)]
    if decided != Structure.ALLIANCE and len(providers) > 1:
        who = mrkdwn.listed(party.code for party in providers)
        command = f"structure {decided} {providers[0].code} because one provider answers for all"
        return [Item(STRUCTURE, Status.FAIL, f"The structure is {decided}, and {who} sign.", command)]
    signs = mrkdwn.listed(party.code for party in table.signing)
    return [Item(STRUCTURE, Status.OK, f"The structure is {decided}; {signs} sign.")]
