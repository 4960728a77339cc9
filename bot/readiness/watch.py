"""Changes of readiness are told to the table once, when people have paused, in the hours for speaking."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import access, lead_times, outbox
from bot.deps import Deps
from bot.outbox import Message
from bot.readiness import rules, service, views
from bot.reminders.rules import works
from storage import Busy, Session, negotiations, readiness
from storage.tables import Negotiation, OutboxRow, Readiness

PAUSE = timedelta(minutes=10)  # in which nothing was done: while people set things up, they need no running account


def watch(deps: Deps) -> None:
    """Work readiness out afresh where something has happened, or a day has passed, since it was last told."""
    now = deps.now()
    with deps.db.snapshot() as session:
        due = [row.id or 0 for row in negotiations.every(session) if _is_due(session, row, now)]
    for negotiation_id in due:
        try:
            with deps.db.transaction() as session:
                if _tell(session, negotiations.lock(session, negotiation_id), now):
                    deps.wake.set()
        except Busy:
            return  # somebody is writing; it is still due at the next tick


def _is_due(session: Session, negotiation: Negotiation, now: datetime) -> bool:
    local = now.astimezone(ZoneInfo(negotiation.zone))
    times = lead_times.USUAL.over(negotiation.reminders)
    if times.is_quiet(local) or not works(local.date(), access.negotiation_calendar(negotiation)):
        return False
    last = readiness.last_deed(session, negotiation.id or 0)
    told = readiness.told(session, negotiation.id or 0)
    if last is None or now - last[1] < PAUSE:
        return False
    return told is None or told.seq != last[0] or told.on != local.date()


def _tell(session: Session, negotiation: Negotiation, now: datetime) -> bool:
    """Keep how it stands; say so where that is otherwise than was last told. The first time is only kept."""
    if not _is_due(session, negotiation, now):
        return False
    negotiation_id = negotiation.id or 0
    items = service.check(session, negotiation, None, "", now=now)
    statuses = rules.by_name(items)
    last = readiness.last_deed(session, negotiation_id)
    row = readiness.told(session, negotiation_id)
    before = dict(row.statuses) if row else None
    row = row or Readiness(negotiation_id=negotiation_id, seq=0, on=now.date())
    row.statuses, row.seq = statuses, last[0] if last else 0
    row.on = now.astimezone(ZoneInfo(negotiation.zone)).date()
    session.add(row)
    session.flush()
    joint = negotiations.joint_channel(session, negotiation_id)
    if before is None or joint is None or not rules.changed(before, statuses):
        return False
    outbox.enqueue(
        session,
        "readiness.changed",
        key=f"readiness.changed:{negotiation_id}:{row.seq}:{row.on.isoformat()}",
        to=joint,
        at=now,
        negotiation_id=negotiation_id,
        before=before,
        now=statuses,
    )
    return True


def changed(session: Session, row: OutboxRow) -> Message:
    """The notice of what has changed."""
    negotiation = negotiations.get(session, row.negotiation_id or 0)
    return views.changed(negotiation.code, negotiation.marking, row.payload["before"], row.payload["now"])
