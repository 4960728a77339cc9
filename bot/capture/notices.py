"""What follows a captured message: one reaction on it, and a private note where something is lacking."""

from typing import Any

from bot import roster
from bot.actions import rules
from bot.capture import service
from bot.outbox import Message, Reaction, Update
from bot.slack import blocks, mrkdwn
from storage import Session, negotiations, records
from storage.records import GONE
from storage.tables import OutboxRow

TAKEN, LACKING = "white_check_mark", "warning"


def reaction(session: Session, row: OutboxRow) -> Reaction:
    """A tick when everything is complete, a warning sign while something lacks, nothing once all is gone."""
    channel, ts = row.recipient, str(row.payload["ts"])
    rows = records.of_message(session, channel, ts)
    standing = [record for record in rows if record.status not in GONE]
    if rows and not standing:
        return Reaction(channel, ts, None, instead=(TAKEN, LACKING))
    if service.incomplete(session, channel, ts):
        return Reaction(channel, ts, LACKING, instead=(TAKEN,))
    return Reaction(channel, ts, TAKEN, instead=(LACKING,))


def note(session: Session, row: OutboxRow) -> Message | None:
    """To the author: what was not recorded and why, and what is incomplete, with the way to mend it."""
    channel, ts = str(row.payload["channel"]), str(row.payload["ts"])
    refused: list[list[str]] = row.payload.get("refused", [])
    lines: list[str] = []
    content: list[dict[str, Any]] = []
    for typed, why in refused:
        lines.append(f"Not recorded: {why}")
        content += [blocks.section(f"*Not recorded.* {why}"), *blocks.quoted(f"You typed: {typed}")]
    negotiation = negotiations.get(session, row.negotiation_id) if row.negotiation_id else None
    everyone = {seat.member.id: seat.person.name for seat in roster.seats(session, row.negotiation_id or 0)}
    for action in service.open_actions(session, channel, ts):
        owner_ids = records.owners(session, [action.id or 0])[action.id or 0]
        lacking = rules.lacking(action, owner_ids)
        if lacking and negotiation is not None:
            words = f"*{action.ref}* is recorded, but lacks {mrkdwn.listed(lacking)}"
            lines.append(f"{action.ref} is recorded, but lacks {mrkdwn.listed(lacking)}: {action.text}")
            content += [
                blocks.section(f"{words}:"),
                *blocks.quoted(action.text),
                blocks.buttons(
                    blocks.button(
                        "Complete It",
                        "action.complete",
                        f"{negotiation.code} {action.ref}",
                        style="primary" if not any(b["type"] == "actions" for b in content) else None,
                        spoken=f"Complete {action.ref}",
                    )
                ),
            ]
        elif row.kind == "capture.note.update":
            owners = mrkdwn.listed(everyone[i] for i in owner_ids)
            lines.append(f"{action.ref} is complete: {action.text} ({owners})")
            content.append(blocks.section(f"*{action.ref}* is complete, with {owners}: {action.text}"))
    if not lines:
        return None
    return Message("\n".join(lines), content[:49])


def note_update(session: Session, row: OutboxRow) -> Update | None:
    """The same note again, once something in it has been mended."""
    channel, ts = row.recipient, str(row.payload["ts"])
    filled = OutboxRow(
        key=row.key,
        kind=row.kind,
        negotiation_id=row.negotiation_id,
        recipient=row.recipient,
        payload={"channel": channel, "ts": ts},
        due_at=row.due_at,
    )
    message = note(session, filled)
    return Update(of=service.note_key(channel, ts), message=message) if message else None
