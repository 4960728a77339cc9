"""The timetable as a picture, with its words for those who cannot see it."""

from datetime import date
from pathlib import Path

from bot import access, outbox, roster
from bot.outbox import File, Message
from bot.timetable import chart, rules, service, views
from storage import Session, negotiations, timetable
from storage.tables import OutboxRow


def drawn(session: Session, row: OutboxRow) -> Message:
    """The chart as it stands when it is sent, for the day it was asked for."""
    negotiation = negotiations.get(session, row.negotiation_id or 0)
    today, folder = date.fromisoformat(row.payload["today"]), row.payload.get("templates")
    rows = timetable.milestones(session, row.negotiation_id or 0)
    points = rules.in_order(service.points(session, row.negotiation_id or 0).values())
    title = f"Timetable of {negotiation.code}: {negotiation.title}"
    owners = roster.titles(session, row.negotiation_id or 0)
    calendar = access.negotiation_calendar(negotiation)
    picture = chart.picture(title, rows, points, today, calendar, Path(folder) if folder else None)
    lines = views.lines(rows, points, owners, today, calendar)
    words = "\n".join([f"*{title}*", *lines])
    name = f"{negotiation.code}-timetable-{outbox.mark(row)}.png"
    return Message(words, file=File(name, picture, spoken=words.replace("*", "")))
