"""`export`: the record as a file, for whoever asks, with what their own side may see."""

from bot import access, outbox
from bot.errors import UserError
from bot.slack.command import Answer, Call
from storage import Session

FORMS = ("ics", "json", "md", "xlsx")


def export(session: Session, call: Call) -> Answer:
    """The file comes in a direct message: it may hold what is private to one's side."""
    actor = access.actor(session, call.place, call.code)
    form = call.plain.casefold() or "json"
    if form not in FORMS:
        raise UserError(f"The record cannot be had as {form} yet. Type `/parley export md`, `json`, `xlsx` or `ics`.")
    outbox.enqueue(
        session,
        "export.file",
        key=f"export.file:{actor.id}:{actor.person.id}:{form}:{call.at.isoformat()}",
        to=call.place.user_id,
        at=call.at,
        negotiation_id=actor.id,
        form=form,
        party=actor.party_id,
        member=actor.member.id if actor.member else None,
        templates=str(call.templates) if call.templates else None,
    )
    what = {
        "ics": "The calendar file: your meetings, milestones and deadlines",
        "md": "The negotiation file",
        "json": "The record",
        "xlsx": "The workbook of the registers",
    }[form]
    return Answer(f"{what} of {actor.negotiation.code} comes to you in a direct message.")
