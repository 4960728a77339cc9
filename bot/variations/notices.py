"""The registers as a file, made when it is sent."""

from bot import outbox
from bot.outbox import File, Message
from bot.variations import export
from storage import Session, negotiations
from storage.tables import OutboxRow


def register(session: Session, row: OutboxRow) -> Message | None:
    """None when the person has left the table since."""
    negotiation = negotiations.get(session, row.negotiation_id or 0)
    sitting = {person.user_id for _, person in negotiations.members(session, negotiation.id or 0)}
    if (
        row.recipient not in sitting
        and row.recipient != negotiations.person_by_id(session, negotiation.created_by_id).user_id
    ):
        return None
    # The mark at the beginning tells spreadsheets that this is UTF-8.
    content = "\ufeff" + export.register_csv(session, negotiation)
    name = f"{negotiation.code}-registers-{outbox.mark(row)}.csv"
    return Message(
        f"Local variations, modifications and prices of {negotiation.code}. {negotiation.marking}.",
        file=File(name, content),
    )
