"""What a meeting did not reach goes on the agenda of the next one of its kind."""

from datetime import datetime

from bot import trail
from bot.access import Actor
from bot.meetings import announcing
from bot.slack import mrkdwn
from storage import Session, meetings
from storage.tables import (
    AgendaItem,
    Meeting,
)


def carry_over(session: Session, actor: Actor, meeting: Meeting, *, at: datetime) -> list[str]:
    """What the last meeting of this kind left, and cancelled ones never reached, goes on the new one's agenda."""
    last = meetings.last_closed(session, meeting)
    remarks = []
    for source in [*([last] if last else []), *meetings.cancelled(session, meeting)]:
        carried = carry_items(session, actor, source, meeting, at=at)
        if carried:
            remarks.append(f"Carried over from {source.ref}: {mrkdwn.listed(item.title for item in carried)}.")
    return remarks


def carry_items(session: Session, actor: Actor, source: Meeting, target: Meeting, *, at: datetime) -> list[AgendaItem]:
    """The unfinished items of one meeting, once each, at the end of the other's agenda."""
    there = meetings.agenda(session, target.id or 0)
    unfinished = [
        item
        for item in meetings.agenda(session, source.id or 0)
        if item.taken_at is None and not meetings.carried_on(session, item.id or 0)
    ]
    added = []
    for number, item in enumerate(unfinished, start=len(there) + 1):
        row = AgendaItem(
            meeting_id=target.id or 0,
            number=number,
            title=item.title,
            owner_id=item.owner_id,
            minutes=item.minutes,
            carried_from_id=item.id,
        )
        session.add(row)
        added.append(row)
    session.flush()
    if added:
        written = trail.deed(
            session,
            actor,
            "agenda.carried",
            target.ref,
            at=at,
            scope=target.party_id,
            source=source.ref,
            items=[item.title for item in added],
        )
        announcing.refresh_card(session, target, f"{written.scope}:{written.seq}", at=at)
    return added
