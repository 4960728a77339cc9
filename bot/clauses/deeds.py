"""A clause is kept as it has become, with its deed in the trail and its card brought up to date."""

from datetime import datetime
from typing import Any

from bot import outbox, trail
from bot.access import Actor, require_open_room
from bot.clauses import rules
from bot.clauses.standing import standing
from bot.errors import UserError
from storage import Session
from storage.tables import Clause, ClauseStatus


def become(session: Session, actor: Actor, clause: Clause, to: ClauseStatus, *, at: datetime, **detail: Any) -> None:
    """Give a clause another status. Raises UserError while words on it wait for confirmation, or where it may not."""
    require_open_room(actor)
    now = standing(session, clause)
    if now.awaiting and now.agreement is not None:
        raise UserError(f"{now.agreement.ref} on {clause.number} waits for confirmation. Settle that first.")
    if now.confirmed and now.status not in rules.SETTLED:
        raise UserError(
            f"Every party has confirmed {clause.number}. Reopen it first: `/parley reopen {clause.number} because …`."
        )
    rules.check_may_become(clause.number, now.status, to)
    clause.status = to
    write(session, actor, clause, f"clause.{to}", at=at, **detail)


def write(session: Session, actor: Actor, clause: Clause, deed: str, *, at: datetime, **detail: Any) -> None:
    """Keep a clause as it is now, with its deed in the trail, and bring its card up to date."""
    session.add(clause)
    session.flush()
    written = trail.deed(session, actor, deed, clause.number, at=at, **detail)
    outbox.clause_changed(session, clause.id, written)
