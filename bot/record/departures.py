"""Somebody whose account in Slack is gone: the trail keeps it, and what waited for them asks others of their side."""

from datetime import datetime

from bot.record import service
from storage import Session, ledger, negotiations


def noticed(session: Session, team_id: str, user_id: str, left: bool, *, at: datetime) -> None:
    """Keep that somebody has left Slack, or has come back, in each negotiation in which they sit.

    Told again, nothing happens; nor does for somebody who sits nowhere.
    """
    person = negotiations.person(session, team_id, user_id)
    if person is None or person.left == left:
        return
    person.left = left
    session.add(person)
    session.flush()
    what = "member.left" if left else "member.back"
    for _, negotiation, member, party in negotiations.seats_of(session, team_id, user_id):
        if member is None or party is None:
            continue
        negotiations.lock(session, negotiation.id or 0)
        entry = ledger.record(
            session, negotiation.id or 0, what, party.code, actor="Slack", at=at, person=person.name, user=user_id
        )
        service.ask_anew(session, negotiation.id or 0, entry)
