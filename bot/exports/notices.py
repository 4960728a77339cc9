"""An export as a file, made when it is sent, from what the person may see then."""

from pathlib import Path

from bot import outbox
from bot.exports import calendar, dossier, files
from bot.outbox import File, Message
from storage import Session, negotiations
from storage.tables import OutboxRow


def exported(session: Session, row: OutboxRow) -> Message | None:
    """None when the person has left the table since."""
    negotiation = negotiations.get(session, row.negotiation_id or 0)
    party_id, form = row.payload["party"], str(row.payload["form"])
    party = next((p for p in negotiations.parties(session, negotiation.id or 0) if p.id == party_id), None)
    if party is not None and not _still_sits(session, negotiation.id or 0, row):
        return None
    templates = Path(row.payload["templates"]) if row.payload.get("templates") else None
    content: str | bytes
    remarks: tuple[str, ...] = ()
    if form == "ics":
        content = calendar.feed(session, negotiation, party_id, row.payload["member"])
    elif form == "xlsx":
        content = files.workbook_of(session, negotiation, party, templates)
    elif form == "json":
        content = files.json_of(session, negotiation, party, templates)
    else:
        made = dossier.paper(session, negotiation, form, party, templates)
        content, remarks = made.content, made.remarks
    name = f"{negotiation.code}-{outbox.mark(row)}.{form}"
    private = f", with what is private to {party.name}" if party else ""
    what = {"ics": "The calendar", "json": "The record", "xlsx": "The workbook"}.get(form, "The negotiation file")
    said = f"{what} of {negotiation.code}{private}. {negotiation.marking}."
    return Message("\n".join([said, *remarks]), file=File(name, content))


def _still_sits(session: Session, negotiation_id: int, row: OutboxRow) -> bool:
    return any(
        member.id == row.payload["member"] and member.party_id == row.payload["party"]
        for member, _ in negotiations.members(session, negotiation_id)
    )
