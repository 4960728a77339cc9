"""Minutes in the channel: what matters at a glance, and the whole as a file."""

from bot.minutes import views
from bot.outbox import File, Message
from storage import Session, meetings, negotiations
from storage.tables import MinutesVersion, OutboxRow


def issued(session: Session, row: OutboxRow) -> Message | None:
    """One version of the minutes, exactly as it was issued."""
    version = session.get(MinutesVersion, row.ref_id)
    if version is None:
        return None
    meeting = meetings.get(session, version.meeting_id)
    negotiation = negotiations.get(session, meeting.negotiation_id)
    file = File(f"{negotiation.code}-{meeting.ref}-minutes-v{version.version}.md", version.content)
    return views.issued(negotiation.marking, meeting, version, file)
