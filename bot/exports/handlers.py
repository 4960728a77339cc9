"""`export`: the record as a file, for whoever asks, with what their own side may see."""

from typing import Any

from bot import access, outbox, progress, render
from bot.errors import UserError
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call
from storage import Session

FORMS = {
    "md": "The negotiation file",
    "html": "The negotiation file as HTML",
    "pdf": "The negotiation file as PDF",
    "docx": "The negotiation file as Word",
    "json": "The record",
    "xlsx": "The workbook of the registers",
    "ics": "The calendar file: your meetings, milestones and deadlines",
}
"""What `export` sends, by the word for it."""

_SLOW = ("pdf", "docx")


def export(session: Session, call: Call) -> Answer:
    """The file comes in a direct message: it may hold what is private to one's side."""
    actor = access.actor(session, call.place, call.code)
    form = (render.form_named(call.plain) or call.plain.casefold()) if call.plain else "json"
    if form not in FORMS:
        known = mrkdwn.listed([f"`{name}`" for name in FORMS], "or")
        raise UserError(f"The record cannot be had as {form}. Type `/parley export` with one of {known}.")
    key = f"export.file:{actor.id}:{actor.person.id}:{form}:{call.at.isoformat()}"
    what = f"{FORMS[form]} of {actor.negotiation.code}"
    addressed: Any = {"to": call.place.user_id, "at": call.at, "negotiation_id": actor.id}
    with progress.shown(session, key, what, **addressed) if form in _SLOW else progress.at_once() as below:
        outbox.enqueue(
            session,
            "export.file",
            key=key,
            **addressed,
            form=form,
            party=actor.party_id,
            member=actor.member.id if actor.member else None,
            templates=str(call.templates) if call.templates else None,
            **below,
        )
    return Answer(f"{what} comes to you in a direct message.")
