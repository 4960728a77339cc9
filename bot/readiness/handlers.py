"""`check`: is this negotiation ready?"""

from bot import access
from bot.errors import UserError
from bot.readiness import service, views
from bot.slack.command import Answer, Call
from storage import Session


def check(session: Session, call: Call) -> Answer:
    """For whoever asks alone: it holds what their own side has still to do."""
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError("`check` takes no words: it looks at the whole negotiation.")
    items = service.check(session, actor.negotiation, actor.party, actor.person.name, now=call.at)
    text, content = views.card(actor.negotiation.code, actor.negotiation.marking, items)
    return Answer(text, content)
