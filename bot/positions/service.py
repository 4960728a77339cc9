"""What a party keeps for itself: positions, concessions, mandates. Nothing is changed: each word is a new version."""

from datetime import datetime

from bot import access, trail
from bot.access import Actor, Capability, require
from bot.contracts import numbers
from bot.errors import UserError
from bot.positions import rules
from bot.positions.rules import Conceded, Stated
from bot.roster import Seat
from storage import Session, clauses, positions
from storage.tables import Concession, Mandate, Party, Position


def state(session: Session, actor: Actor, party: Party, said: Stated, *, at: datetime) -> Position | None:
    """Keep what a party wants on a clause or topic, beside what it said of it before; None when it said just that.

    Raises UserError for a clause that a negotiation with clauses does not have.
    """
    require(actor, Capability.RECORD)
    _check_there(session, actor, said.subject)
    before = positions.of_subject(session, party.id or 0, rules.key(said.subject))
    row = _next(session, actor, party, said, before, at)
    for name in ("must", "target", "walkaway", "importance", "theirs"):
        new = getattr(said, name)
        setattr(row, name, new if new is not None else getattr(before, name, getattr(row, name)))
    row.red_lines = list(before.red_lines) if before else []
    if said.red_line is not None and said.red_line not in row.red_lines:
        row.red_lines.append(said.red_line)
    if before is not None and _content(before) == _content(row):
        return None
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "position.kept",
        row.ref,
        at=at,
        scope=party.id,
        subject=row.subject,
        version=row.version,
        **_content(row),
    )
    return row


def _next(
    session: Session, actor: Actor, party: Party, said: Stated, before: Position | None, at: datetime
) -> Position:
    number = before.number if before else positions.next_number(session, Position, party.id or 0)
    return Position(
        negotiation_id=actor.id,
        party_id=party.id or 0,
        number=number,
        ref=_ref(party, Position, number),
        version=before.version + 1 if before else 1,
        subject=before.subject if before else said.subject,
        subject_key=rules.key(said.subject),
        author_id=access.seat(actor).id or 0,
        at=at,
    )


def _content(row: Position) -> dict[str, object]:
    return {
        "must": row.must,
        "target": row.target,
        "walkaway": row.walkaway,
        "importance": row.importance,
        "theirs": row.theirs,
        "red_lines": row.red_lines,
    }


def _check_there(session: Session, actor: Actor, subject: str) -> None:
    """Where the contract is in clauses, a position on a clause is on one that is there."""
    there = [number for _, number in clauses.numbered(session, actor.id)]
    keys = {numbers.key(number) for number in there}
    if there and rules.is_clause(subject) and numbers.key(subject) not in keys:
        near = " or ".join(numbers.near(subject, there))
        raise UserError(f"There is no clause {subject} in {actor.negotiation.code}. Did you mean {near}?")


def concede(session: Session, actor: Actor, party: Party, said: Conceded, *, at: datetime) -> Concession | None:
    """Keep what a party means to give, gave or got; of one that is kept already, what became of it, or None.

    Raises UserError for a ref that the party does not have, and for a clause as `state` does.
    """
    require(actor, Capability.RECORD)
    before = None
    if said.ref is not None:
        before = positions.concession(session, party.id or 0, said.ref)
        if before is None:
            raise UserError(
                f"There is no concession {said.ref} here that you can see. `/parley concessions` lists yours."
            )
    else:
        _check_there(session, actor, said.subject)
    number = before.number if before else positions.next_number(session, Concession, party.id or 0)
    row = Concession(
        negotiation_id=actor.id,
        party_id=party.id or 0,
        number=number,
        ref=_ref(party, Concession, number),
        version=before.version + 1 if before else 1,
        state=said.state,
        subject=before.subject if before else said.subject,
        text=said.text or (before.text if before else ""),
        worth_pence=said.worth_pence if said.worth_pence is not None or before is None else before.worth_pence,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    if before and (before.state, before.text, before.worth_pence) == (row.state, row.text, row.worth_pence):
        return None
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "concession.kept",
        row.ref,
        at=at,
        scope=party.id,
        state=row.state,
        subject=row.subject,
        text=row.text,
        worth_pence=row.worth_pence,
        version=row.version,
    )
    return row


def mandate(session: Session, actor: Actor, party: Party, seat: Seat, text: str, *, at: datetime) -> Mandate | None:
    """Keep in writing what somebody of the party may settle, beside what they might before; None when just that.

    Raises UserError without words and for somebody of another party.
    """
    require(actor, Capability.SET_UP)
    words = text.strip()
    if not words:
        raise UserError(f"Say what they may settle: {rules.MANDATE}.")
    if seat.party.id != party.id:
        raise UserError(f"{seat.person.name} does not sit for {party.code}. A party gives mandates to its own people.")
    before = positions.mandate(session, party.id or 0, seat.member.id or 0)
    if before is not None and before.text == words:
        return None
    number = before.number if before else positions.next_number(session, Mandate, party.id or 0)
    row = Mandate(
        negotiation_id=actor.id,
        party_id=party.id or 0,
        number=number,
        ref=_ref(party, Mandate, number),
        version=before.version + 1 if before else 1,
        member_id=seat.member.id or 0,
        text=words,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "mandate.given",
        row.ref,
        at=at,
        scope=party.id,
        member=row.member_id,
        text=row.text,
        version=row.version,
    )
    return row


def _ref(party: Party, kind: type[Position] | type[Concession] | type[Mandate], number: int) -> str:
    """Private refs carry the party's code and their own count."""
    return f"{party.code}-{positions.PREFIXES[kind]}{number}"
