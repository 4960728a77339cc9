"""What the command line prints: the brief for a meeting, for everyone at the table or for one party."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import access
from bot.briefs import service
from bot.briefs.asked import Asked
from bot.errors import UserError
from bot.render import Paper
from storage import Session, meetings


def brief(
    session: Session, code: str, ref: str, party_code: str | None, form: str, templates: Path | None, *, now: datetime
) -> Paper:
    """The brief in one of `render.FORMS`; with a party's code, its own private one.

    Raises UserError for a meeting that is not there, is over or is cancelled.
    """
    negotiation, party = access.named(session, code, party_code)
    meeting = meetings.by_ref(session, negotiation.id or 0, ref, party.id if party else None)
    if meeting is None:
        raise UserError(f"There is no meeting {ref} in {negotiation.code} that this brief may be for.")
    meeting = service.prepared_by(session, meeting)
    service.check_coming(meeting, ZoneInfo(negotiation.zone))
    asked = Asked(session, negotiation, meeting, party, now)
    return service.paper(asked, form, templates)
