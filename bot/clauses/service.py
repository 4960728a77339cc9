"""Clauses: added, proposed for, agreed, reopened, taken out.

Every verb here takes the session of the caller's transaction and leaves the commit to it. On PostgreSQL the
negotiation is held by its actor until then, so two who press at once act one after the other.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot import outbox, trail
from bot.access import Actor, Capability, require, require_open_room, seat
from bot.clauses import rules
from bot.clauses.deeds import become, write
from bot.clauses.standing import Standing, is_signed, known, standing, standings_of
from bot.contracts import numbers
from bot.errors import UserError
from bot.record import rules as record_rules
from bot.record import service as record
from bot.slack import mrkdwn
from bot.trail import Source
from storage import Session, clauses, meetings, negotiations, timetable
from storage.ledger import Written
from storage.records import GONE
from storage.tables import (
    Agreement,
    AgreementStatus,
    Clause,
    ClauseStatus,
    Meeting,
    MeetingStatus,
    Member,
    Proposal,
    ProposalStatus,
)


def add(session: Session, actor: Actor, typed: str, title: str, *, at: datetime) -> Clause:
    """A clause by hand. Raises UserError for what is no number, and for one that is there."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    number = numbers.read(typed)
    there = known(session, actor.id, number)
    if there is not None and there.left_out == 0:
        raise UserError(f"Clause {there.number} is there already: `/parley clause {there.number}`.")
    row = Clause(
        negotiation_id=actor.id,
        number=number,
        place=clauses.last_place(session, actor.id) + 1,
        title=" ".join(title.split()),
        level=numbers.depth(number),
        national=is_national(number),
        status=ClauseStatus.OPEN,
    )
    session.add(row)
    session.flush()
    link_agreements(session, actor.id, [row])
    trail.deed(session, actor, "clause.added", number, at=at, title=row.title)
    return row


def is_national(number: str) -> bool:
    """Whether this is a Service or General Condition of the NHS Standard Contract: national text (`domain.md` §2.2)."""
    return number.upper().startswith(("SC", "GC")) and number[2:3].isdigit()


def link_agreements(session: Session, negotiation_id: int, rows: Iterable[Clause]) -> None:
    """Agreements that named these clauses by number before the clauses were there belong to them."""
    by_key = {numbers.key(row.number): row for row in rows}
    for agreement in clauses.unlinked_agreements(session, negotiation_id):
        row = by_key.get(numbers.key(agreement.clause or ""))
        if row is not None:
            agreement.clause_id = row.id
            if agreement.status not in GONE:
                row.status = rules.on_the_table(ClauseStatus(row.status))
            session.add_all((agreement, row))
    session.flush()


def set_national(session: Session, actor: Actor, clause: Clause, national: bool, *, at: datetime) -> None:
    """Say that a clause is national text, or that it is not."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    clause.national = national
    write(session, actor, clause, "clause.national", at=at, national=national)


def set_title(session: Session, actor: Actor, clause: Clause, title: str, *, at: datetime) -> None:
    """Give a clause another title; it counts as compared with the contract from then on."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    words = " ".join(title.split())
    if not words:
        raise UserError(f"Type the title too: `/parley clause title {clause.number} Payment`.")
    if standing(session, clause).status == ClauseStatus.FINAL:
        rules.check_may_become(clause.number, ClauseStatus.FINAL, ClauseStatus.REOPENED)
    before, clause.title, clause.unverified = clause.title, words, False
    write(session, actor, clause, "clause.titled", at=at, title=words, before=before)


# -- proposals ------------------------------------------------------------------------------------------


def propose(
    session: Session,
    actor: Actor,
    clause: Clause,
    wording: str,
    rationale: str,
    *,
    at: datetime,
    permalink: str | None = None,
) -> Proposal:
    """Put a party's wording for a clause on the table; the standing ones, its own or others', are countered.

    Its card is posted in the joint channel. Raises UserError for words that stand already, for a clause on
    which nothing may be proposed, and outside the shared channels: a proposal is made across the table.
    """
    require(actor, Capability.CONFIRM)
    member = seat(actor)
    if actor.scope is not None:
        raise UserError("A proposal is made across the table. Type it in the joint channel.")
    words = wording.strip()
    if not words:
        raise UserError(f"Type the words too: `/parley propose {clause.number} Payment falls due within 30 days.`")
    now = standing(session, clause)
    on_table = clauses.standing_on(session, [clause.id or 0])[clause.id or 0]
    _check_new_words(clause, now, on_table, words, member)
    to = rules.after_proposal(now.status, member.party_id, [row.party_id for row in on_table])
    if to != now.status:
        rules.check_may_become(clause.number, now.status, to)
    for row in on_table:
        row.status = ProposalStatus.REPLACED if row.party_id == member.party_id else ProposalStatus.COUNTERED
        session.add(row)
    if now.agreement is not None:  # objected to, or it would have been refused
        record.supersede(session, actor, now.agreement, at=at)
    before = clauses.latest_proposal(session, clause.id or 0)
    number, ref = _next_ref(session, clause, before)
    proposal = Proposal(
        clause_id=clause.id or 0,
        number=number,
        ref=ref,
        party_id=member.party_id,
        author_id=member.id or 0,
        text=words,
        rationale=rationale.strip(),
        at=at,
        permalink=permalink,
    )
    clause.status, clause.parked_until = to, None
    session.add_all((proposal, clause))
    session.flush()
    written = trail.deed(
        session,
        actor,
        "proposal.made",
        proposal.ref,
        at=at,
        clause=clause.number,
        status=to,
        text=words,
        digest=rules.digest(words),
        rationale=proposal.rationale,
        national=clause.national,
    )
    outbox.enqueue(
        session,
        "clause.card",
        key=outbox.clause_card_key(proposal.id or 0),
        to=negotiations.joint_channel(session, actor.id) or actor.channel_id,
        at=at,
        negotiation_id=actor.id,
        ref_id=proposal.id,
    )
    if before is not None:
        outbox.refresh_clause_card(session, before.id or 0, written)
    return proposal


def _next_ref(session: Session, clause: Clause, before: Proposal | None) -> tuple[int, str]:
    """The clause's next proposal number; a clause that has moved away may have used some under this number."""
    number = before.number + 1 if before else 1
    while clauses.proposal(session, clause.negotiation_id, f"{clause.number}/p{number}") is not None:
        number += 1
    return number, f"{clause.number}/p{number}"


def _check_new_words(clause: Clause, now: Standing, on_table: Sequence[Proposal], words: str, member: Member) -> None:
    if now.agreement is not None and now.agreement.text == words and now.agreement.status != AgreementStatus.OBJECTED:
        raise UserError(f"These are the words of {now.agreement.ref} already, so nothing was proposed.")
    if now.confirmed and now.status not in rules.SETTLED:
        raise UserError(
            f"Every party has confirmed {now.agreement.ref if now.agreement else 'it'} on {clause.number}. "
            f"Reopen it first: `/parley reopen {clause.number} because …`."
        )
    if now.awaiting and now.agreement is not None:
        raise UserError(
            f"{now.agreement.ref} on {clause.number} waits for confirmation. Object to it first, "
            f"`/parley object {now.agreement.ref} because …`, or have it taken back."
        )
    for row in on_table:
        if row.text == words:
            whose = "Your side" if row.party_id == member.party_id else "The other side"
            raise UserError(f"{whose} has proposed exactly these words as {row.ref}. `/parley agree {clause.number}`.")


def withdraw_proposal(session: Session, actor: Actor, proposal: Proposal, clause: Clause, *, at: datetime) -> None:
    """A party takes its own proposal back. Raises UserError for another party's, and one that is over."""
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    if proposal.party_id != actor.party_id:
        raise UserError(f"{proposal.ref} is another party's. Counter it: `/parley propose {clause.number} …`.")
    if proposal.status != ProposalStatus.STANDING:
        raise UserError(f"{proposal.ref} is {proposal.status} already, so there is nothing to take back.")
    now = standing(session, clause)
    if now.status == ClauseStatus.DISPUTED:
        rules.check_may_become(clause.number, now.status, ClauseStatus.OPEN)
    if now.agreement is not None and now.agreement.text == proposal.text and not _objected(now):
        raise UserError(
            f"{proposal.ref} is recorded as {now.agreement.ref} already. Object to that: "
            f"`/parley object {now.agreement.ref} because …`."
        )
    proposal.status = ProposalStatus.WITHDRAWN
    session.add(proposal)
    session.flush()
    written = trail.deed(session, actor, "proposal.withdrawn", proposal.ref, at=at, clause=clause.number)
    outbox.clause_changed(session, clause.id, written)


def _objected(now: Standing) -> bool:
    return now.agreement is not None and now.agreement.status == AgreementStatus.OBJECTED


# -- agreement ------------------------------------------------------------------------------------------


def agree(
    session: Session,
    actor: Actor,
    clause: Clause,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None,
    seen: str | None = None,
) -> Agreement:
    """Record the latest proposal as agreed, for every party to confirm in exactly these words.

    `seen` is the proposal (its ref) that the person was looking at, when a button tells. Raises UserError where
    nothing is proposed, when it is another proposal by now, and as `record_agreement` does.
    """
    now = standing(session, clause)
    _check_free(clause, now)
    rules.check_may_become(clause.number, now.status, ClauseStatus.IN_PRINCIPLE)
    on_table = clauses.standing_on(session, [clause.id or 0])[clause.id or 0]
    if not on_table:
        raise UserError(
            f"Nothing is proposed for {clause.number}. Propose words: `/parley propose {clause.number} …`, or record "
            f"them as agreed at once: `/parley agree {clause.number}: …`."
        )
    latest = on_table[-1]
    if seen is not None and latest.ref.casefold() != seen.casefold():
        raise UserError(
            f"{seen} is not the latest proposal for {clause.number} any more: that is {latest.ref}. Nothing was "
            f"recorded. Read it first: `/parley clause {clause.number}`."
        )
    return record_agreement(session, actor, latest.text, clause=clause.number, source=source, at=at, meeting=meeting)


def named(session: Session, negotiation_id: int, words: str) -> tuple[str | None, str]:
    """The clause and the wording in "4.2: Payment …"; without the colon too, where that clause is there.

    A whole number alone is too often something else: "30 days" is not clause 30.
    """
    number, wording = record_rules.split_clause(words)
    if number is not None:
        return number, wording
    first, _, rest = wording.partition(" ")
    if rest.strip() and _may_be_number(first) and known(session, negotiation_id, first) is not None:
        return first, rest.strip()
    found = numbers.at_start(wording)
    if found is None or found[0].isdigit() or known(session, negotiation_id, found[0]) is None:
        return None, wording
    return (found[0], found[1].strip(" :–-")) if found[1].strip(" :–-") else (None, wording)


def _may_be_number(word: str) -> bool:
    return not word.isdigit() and any(letter.isdigit() for letter in word)


def record_agreement(
    session: Session,
    actor: Actor,
    wording: str,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None = None,
    clause: str | None = None,
    said: str = "",
) -> Agreement:
    """Record exact words as agreed, on the clause that they name if it is there.

    Raises NotFree for a clause that is settled or withdrawn, and for one on which other words wait for
    confirmation; UserError as the record does.
    """
    row = known(session, actor.id, clause) if clause else None
    if row is None:
        return record.record_agreement(
            session, actor, wording, source=source, at=at, meeting=meeting, clause=clause, said=said
        )
    _make_room(session, actor, row, at=at)
    agreement = record.record_agreement(
        session,
        actor,
        wording,
        source=source,
        at=at,
        meeting=meeting,
        clause=row.number,
        clause_id=row.id,
        said=said,
    )
    outbox.clause_changed(session, row.id, Written(0, agreement.seq, at))
    return agreement


def _make_room(session: Session, actor: Actor, clause: Clause, *, at: datetime) -> None:
    """Words are put on a clause in place of those that somebody objected to. Raises UserError where others stand."""
    now = standing(session, clause)
    _check_free(clause, now)
    if now.agreement is not None:
        require(actor, Capability.RECORD)
        record.supersede(session, actor, now.agreement, at=at)
    clause.status, clause.parked_until = rules.on_the_table(ClauseStatus(clause.status)), None
    session.add(clause)


class NotFree(UserError):
    """Words stand on a clause that other words cannot simply replace, or it is out of the negotiation."""


def _check_free(clause: Clause, now: Standing) -> None:
    """Raises NotFree saying how the clause stands and how to go on."""
    if now.confirmed and now.agreement is not None:
        held = f", and waits for {mrkdwn.listed(now.bars.package_open)} of its package" if now.bars.package_open else ""
        raise NotFree(
            f"Every party has confirmed {clause.number} as {now.agreement.ref}{held}. "
            f"Reopen it first: `/parley reopen {clause.number} because …`."
        )
    if now.awaiting and now.agreement is not None:
        raise NotFree(
            f"{now.agreement.ref} on {clause.number} waits for confirmation already: "
            f"`/parley confirm {now.agreement.ref}`, or `/parley object {now.agreement.ref} because …`."
        )
    if not rules.may_be_agreed(now.status):
        raise NotFree(rules.refusal(clause.number, now.status))


def reword_agreement(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    wording: str,
    *,
    at: datetime,
    clause: str | None = None,
    said: str = "",
) -> None:
    """Change recorded words, and the clause they are on: confirmation starts again.

    Raises UserError once the contract is signed, when the clause that is now named cannot take them, and as
    the record does.
    """
    if agreement.status == AgreementStatus.AGREED and is_signed(session, actor.id):
        raise UserError(f"The contract is signed, so {agreement.ref} stands. A change is a variation now.")
    row = known(session, actor.id, clause) if clause else None
    if row is not None and row.id != agreement.clause_id:
        _make_room(session, actor, row, at=at)
    agreed_on = agreement.clause_id if agreement.status == AgreementStatus.AGREED else None
    version = agreement.version
    record.reword_agreement(
        session,
        actor,
        agreement,
        wording,
        at=at,
        clause=row.number if row else clause,
        clause_id=row.id if row else None,
        said=said,
    )
    before = clauses.get(session, agreed_on) if agreed_on and agreement.version != version else None
    if before is not None:  # reopened and proposed at once: what it was before it was agreed is over
        before.status, before.parked_until = ClauseStatus.PROPOSED, None
        session.add(before)


def withdraw_agreement(session: Session, actor: Actor, agreement: Agreement, *, at: datetime) -> None:
    """Take recorded words back before another party has confirmed them. Raises UserError after that, for words
    of others to those who may not run a meeting, and once the minutes that hold them are out."""
    if actor.member is None or actor.member.id != agreement.author_id:
        require(actor, Capability.RUN)
    meeting = meetings.get(session, agreement.meeting_id) if agreement.meeting_id else None
    if meeting is not None and meeting.status == MeetingStatus.CLOSED:
        raise UserError(
            f"{meeting.ref} has closed and its minutes are out, so {agreement.ref} stands as it was recorded. "
            f"Object to it: `/parley object {agreement.ref} because …`."
        )
    record.take_back_agreement(session, actor, agreement, AgreementStatus.WITHDRAWN, at=at)


def reopen(session: Session, actor: Actor, clause: Clause, reason: str, *, at: datetime) -> list[Clause]:
    """Open an agreed, parked or withdrawn clause again, and its package with it; what was agreed stays on record.

    Gives the clauses that were reopened, that one first. Raises UserError without a reason, and for a clause
    that is open anyway or signed.
    """
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    why = reason.strip()
    if not why:
        raise UserError(f"Say why: `/parley reopen {clause.number} because the tariff has changed`.")
    every = standings_of(session, [clause])
    now = every[clause.id]
    if now.status == ClauseStatus.PARKED and not now.confirmed:
        clause.parked_until = None
        become(session, actor, clause, ClauseStatus.OPEN, at=at, reason=why)
        return [clause]
    if now.awaiting and now.agreement is not None:
        raise UserError(
            f"{now.agreement.ref} on {clause.number} is not agreed yet. Object to it: "
            f"`/parley object {now.agreement.ref} because …`."
        )
    if not now.confirmed or now.status == ClauseStatus.FINAL:
        if now.status in rules.UNSETTLED:
            raise UserError(f"Clause {clause.number} is {rules.in_words(now.status)}: it is open as it is.")
        rules.check_may_become(clause.number, now.status, ClauseStatus.REOPENED)
    mates = clauses.in_package(session, clause.package_id) if clause.package_id else []
    reopened = [clause, *(mate for mate in mates if mate.id != clause.id and every[mate.id].confirmed)]
    for row in reopened:
        if every[row.id].status == ClauseStatus.FINAL:
            rules.check_may_become(row.number, ClauseStatus.FINAL, ClauseStatus.REOPENED)
    for row in reopened:
        _reopen_one(session, actor, every[row.id], why if row is clause else f"{clause.number}: {why}", at=at)
    return reopened


def _reopen_one(session: Session, actor: Actor, found: Standing, why: str, *, at: datetime) -> None:
    clause = found.clause
    clause.because, clause.status = why, ClauseStatus.REOPENED
    for row in clauses.standing_on(session, [clause.id or 0])[clause.id or 0]:
        row.status = ProposalStatus.LAPSED
        session.add(row)
    for agreement in clauses.agreements_on(session, [clause.id or 0]):
        if agreement.status == AgreementStatus.AGREED:
            record.reopen_agreement(session, actor, agreement, why, at=at)
    write(session, actor, clause, "clause.reopened", at=at, reason=why)


# -- taken out ------------------------------------------------------------------------------------------


def withdraw(session: Session, actor: Actor, clause: Clause, *, at: datetime) -> None:
    """Take a clause out of the negotiation, and words on it that somebody objected to; all stays readable.

    Raises UserError for a clause of the issued contract, and while another party's proposal stands: those are
    not one side's to take out.
    """
    require(actor, Capability.CONFIRM)
    if clause.issue and not clause.left_out:
        raise UserError(
            f"{clause.number} is in the contract as issued, so one side alone cannot take it out. Propose that: "
            f"`/parley propose {clause.number} Not used.`"
        )
    for row in clauses.standing_on(session, [clause.id or 0])[clause.id or 0]:
        if row.party_id != actor.party_id:
            raise UserError(f"{row.ref} of another party stands on {clause.number}, so it is not yours to take out.")
    objected = standing(session, clause).agreement
    become(session, actor, clause, ClauseStatus.WITHDRAWN, at=at)
    if objected is not None:
        record.supersede(session, actor, objected, at=at)


def is_signature(session: Session, negotiation_id: int, ref: str) -> bool:
    """Whether this milestone is the signature of the contract."""
    row = timetable.by_ref(session, negotiation_id, ref)
    return row is not None and row.kind == "signature"
