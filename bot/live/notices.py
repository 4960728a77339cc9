"""The live card as it is posted and kept up to date, read afresh when it is sent."""

from bot import outbox
from bot.live import state, views
from bot.outbox import Message, Update
from storage import Session, meetings
from storage.tables import MeetingStatus, OutboxRow


def card(session: Session, row: OutboxRow) -> Message | None:
    """The card of a meeting that goes on; None where it was over before anybody could see it."""
    meeting = meetings.get(session, row.ref_id or 0)
    return views.card(state.read(session, meeting)) if meeting.status == MeetingStatus.OPEN else None


def card_update(session: Session, row: OutboxRow) -> Update:
    """The same card again, in place of what was posted; also once the meeting has closed."""
    meeting = meetings.get(session, row.ref_id or 0)
    return Update(outbox.live_card_key(meeting.id or 0), views.card(state.read(session, meeting)))
