"""A clause's card, from the record as it is: what everyone at the table may see of it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import dates, outbox, roster
from bot.clauses import views
from bot.clauses.standing import LEGAL_OPEN, Standing, standing
from bot.outbox import Message
from bot.roster import Seat
from bot.slack import blocks, mrkdwn
from storage import Session, clauses, negotiations
from storage.tables import AgreementStatus, Clause, ClauseStatus, ContractFile, Negotiation

_LISTED = 12  # clauses named in a message; the report in its thread has them all


def shown(session: Session, negotiation: Negotiation, clause: Clause) -> Message:
    """A clause as everyone at the table may see it."""
    found = standing(session, clause)
    recorded = clauses.agreements_on(session, [clause.id or 0])
    names = {party.id or 0: party.name for party in negotiations.parties(session, clause.negotiation_id)}
    return views.card(
        views.Shown(
            code=negotiation.code,
            marking=negotiation.marking,
            zone=ZoneInfo(negotiation.zone),
            found=found,
            proposals=clauses.proposals(session, [clause.id or 0])[clause.id or 0],
            reopened=[row for row in recorded if row.status == AgreementStatus.REOPENED],
            parties=names,
            notes=_notes(session, found),
        )
    )


def _notes(session: Session, found: Standing) -> list[str]:
    clause = found.clause
    notes = []
    if clause.left_out:
        notes.append(f"Version {clause.left_out} of the contract does not have it any more")
    if clause.national:
        notes.append("National text: it applies as published, and a change to it is flagged")
    if clause.unverified:
        notes.append("Number and title were not compared with the form itself")
    if clause.legal:
        waits = clause.legal == LEGAL_OPEN
        notes.append("Waits for a legal adviser’s clearance" if waits else "Cleared by a legal adviser")
    if clause.streams:
        missing = mrkdwn.listed(found.bars.streams_missing)
        state = f"still needed: {missing}" if missing else "every side is content"
        notes.append(f"Work-streams {mrkdwn.listed(clause.streams)}: {state}")
    if clause.package_id:
        name = next((p.name for p in clauses.packages(session, clause.negotiation_id) if p.id == clause.package_id), "")
        notes.append(f"In the package {name}: nothing in it is agreed until all of it is")
    if found.status == ClauseStatus.PARKED and clause.parked_until:
        notes.append(f"Parked until {dates.full_date(clause.parked_until)}")
    if found.status == ClauseStatus.ESCALATED:
        notes.append(escalation(session, clause))
    if found.status in (ClauseStatus.REOPENED, ClauseStatus.DISPUTED):
        notes.append(f"{found.status.capitalize()} because {blocks.cut(clause.because, 500)}")
    return notes


def decides(session: Session, clause: Clause) -> list[Seat]:
    """Who is to settle an escalated clause: the person named, and those of its level of the ladder."""
    if clause.escalated_to_id is not None:
        seats = roster.seats(session, clause.negotiation_id)
        return [seat for seat in seats if seat.member.id == clause.escalated_to_id]
    named = {rung.member_id for rung in clauses.rungs(session, clause.negotiation_id) if rung.level == clause.level_up}
    return [seat for seat in roster.seats(session, clause.negotiation_id) if seat.member.id in named]


def is_shown(session: Session, clause: Clause) -> bool:
    """Whether the table has a card of this clause that is kept up to date."""
    latest = clauses.latest_proposal(session, clause.id or 0)
    return latest is not None and outbox.holds(session, outbox.clause_card_key(latest.id or 0))


def tell_escalated(session: Session, negotiation: Negotiation, clause: Clause, seat: Seat, *, at: datetime) -> None:
    """Tell somebody in a direct message that a clause waits for them."""
    what = f"Clause *{clause.number}* {blocks.cut(clause.title, 100)}".strip()
    text = (
        f"{what} of {negotiation.code}: {escalation(session, clause)}. "
        f"`/parley {negotiation.code} clause {clause.number}` shows each side’s last position."
    )
    outbox.enqueue(
        session,
        "answer.public",
        key=f"escalated:{clause.id}:{seat.member.id}:{at.isoformat()}",
        to=seat.person.user_id,
        at=at,
        negotiation_id=negotiation.id,
        text=text,
        blocks=[],
    )


def _deciding(seat: Seat) -> str:
    return f"{seat.title}, who has left Slack" if seat.person.left else seat.title


def escalation(session: Session, clause: Clause) -> str:
    """ "Escalated to level 1, A and B, to settle by …, because …"."""
    level = f"level {clause.level_up}, " if clause.level_up else ""
    people = mrkdwn.listed(map(_deciding, decides(session, clause))) or "somebody who left the table"
    by = f", to settle it by {dates.full_date(clause.settle_by)}" if clause.settle_by else ""
    return f"Escalated to {level}{people}{by}, because {blocks.cut(clause.because, 500)}"


def contract_summary(session: Session, file: ContractFile) -> list[str]:
    """What a file brought, in lines: counts, the first of each kind of change, and what belongs to no clause."""
    kept, negotiation = file.changes, negotiations.get(session, file.negotiation_id)
    lines = [f"*{blocks.cut(file.name, 100)}* is version {file.number} of the contract in {negotiation.code}."]
    if file.number == 1:
        every = len(kept["added"]) + len(kept["filled"])
        known = f", {len(kept['filled'])} of which were there by number already" if kept["filled"] else ""
        lines.append(f"{every} clauses are in it, with their numbers, titles and words{known}.")
    else:
        same = kept["unchanged"]
        lines.append(f"{same} clauses are as they were." if same != 1 else "One clause is as it was.")
        moved = [f"{before} is {after} now{' and reworded' if new else ''}" for before, after, new in kept["moved"]]
        for what, numbers in (
            ("Got their words", kept["filled"]),
            ("Changed", kept["changed"]),
            ("Moved", moved),
            ("Added", kept["added"]),
            ("Left out", kept["left_out"]),
        ):
            if numbers:
                more = f" and {len(numbers) - _LISTED} more" if len(numbers) > _LISTED else ""
                lines.append(f"{what} ({len(numbers)}): {', '.join(numbers[:_LISTED])}{more}.")
    against = kept.get("against_agreed", [])
    if against:
        listed = mrkdwn.listed(f"{number} ({ref})" for number, ref in against[:_LISTED])
        more = f" and {len(against) - _LISTED} more" if len(against) > _LISTED else ""
        lines.append(
            f"⚠️ It says otherwise than what every party has confirmed on {listed}{more}. What is agreed stands: reopen "
            "it, or have the file put right."
        )
    if file.unplaced:
        several = len(file.unplaced) > 1
        pieces = f"{len(file.unplaced)} pieces of text belong" if several else "One piece of text belongs"
        lines.append(f"{pieces} to no clause; nothing was dropped:")
        lines += [f"• {blocks.cut(item['where'], 80)}: {blocks.cut(item['text'], 150)}" for item in file.unplaced[:5]]
        if len(file.unplaced) > 5:
            lines.append(f"… and {len(file.unplaced) - 5} more, whole in the report.")
    else:
        lines.append("Every word of it is in a clause.")
    return lines
