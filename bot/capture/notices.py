"""What follows a captured message: one reaction on it, and a private note where something is lacking."""

from collections.abc import Sequence
from typing import Any

from bot import roster
from bot.actions import rules
from bot.capture import service
from bot.outbox import Message, Reaction, Update
from bot.roster import Seat
from bot.slack import blocks, mrkdwn
from storage import Session, negotiations, outbox, records
from storage.records import GONE
from storage.tables import Action, OutboxRow

TAKEN, LACKING = "white_check_mark", "warning"


def reaction(session: Session, row: OutboxRow) -> Reaction | None:
    """A tick when everything is complete, nothing once all is gone; a warning sign while something lacks, and where a
    line was taken otherwise than it was typed. A message from outside the table's channels is not marked: Parley need
    not be there."""
    channel, ts = row.recipient, str(row.payload["ts"])
    if channel not in {bound.channel_id for bound in negotiations.channels(session, row.negotiation_id or 0)}:
        return None
    rows = records.of_message(session, channel, ts)
    standing = [record for record in rows if record.status not in GONE]
    if rows and not standing:
        return Reaction(channel, ts, None, instead=(TAKEN, LACKING))
    if row.payload.get("otherwise") or service.incomplete(session, channel, ts):
        return Reaction(channel, ts, LACKING, instead=(TAKEN,))
    return Reaction(channel, ts, TAKEN, instead=(LACKING,))


def note(session: Session, row: OutboxRow) -> Message | None:
    """To the author: what was not recorded and why, and what is incomplete, with the way to mend it."""
    return _note(session, row, again=False)


def _note(session: Session, row: OutboxRow, *, again: bool) -> Message | None:
    channel, ts = str(row.payload["channel"]), str(row.payload["ts"])
    refused: list[list[str]] = row.payload.get("refused", [])
    lines: list[str] = []
    content: list[dict[str, Any]] = []
    for typed, why in refused:
        lines.append(f"Not recorded: {why}")
        content.append(blocks.section(f"*Not recorded.* {why}"))
        content += blocks.quoted(f"You typed: {typed}") if typed else []
    for typed, remark in row.payload.get("noted", []):
        lines.append(f"Recorded as {remark}")
        content += [blocks.section(f"*Recorded* as {remark}"), *blocks.quoted(f"You typed: {typed}")]
    negotiation = negotiations.get(session, row.negotiation_id) if row.negotiation_id else None
    seats = roster.seats(session, row.negotiation_id or 0)
    everyone = {seat.member.id: seat.person.name for seat in seats}
    for action in service.open_actions(session, channel, ts):
        owner_ids = records.owners(session, [action.id or 0])[action.id or 0]
        lacking = rules.lacking(action, owner_ids)
        if lacking and negotiation is not None:
            words = f"*{action.ref}* is recorded, but lacks {mrkdwn.listed(lacking)}"
            lines.append(f"{action.ref} is recorded, but lacks {mrkdwn.listed(lacking)}: {action.text}")
            content += [
                blocks.section(f"{words}:"),
                *blocks.quoted(action.text),
                *_gone(action, seats if not owner_ids else []),
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
        elif again:
            owners = mrkdwn.listed(everyone[i] for i in owner_ids)
            lines.append(f"{action.ref} is complete: {action.text} ({owners})")
            content.append(blocks.section(f"*{action.ref}* is complete, with {owners}: {action.text}"))
    for action in _withdrawn(session, channel, ts) if again else ():
        words = f"{action.ref} is {action.status}, so nothing is left to complete: {action.text}"
        lines.append(words)
        content += [blocks.section(f"*{action.ref}* is {action.status}, so nothing is left to complete:")]
        content += blocks.quoted(action.text)
    if not lines:
        return None
    return Message("\n".join(lines), content[:49])


def _withdrawn(session: Session, channel: str, ts: str) -> list[Action]:
    """The actions of a message that were taken back."""
    found = records.of_message(session, channel, ts)
    return [row for row in found if isinstance(row, Action) and row.status in GONE]


def _gone(action: Action, everyone: Sequence[Seat]) -> list[blocks.Block]:
    """Why somebody who is named in an action without an owner is not its owner: they have left Slack."""
    gone = next((seat for seat in everyone if seat.person.left and seat.person.name in action.text), None)
    if gone is None:
        return []
    return [blocks.section(f"{gone.title} has left Slack. {roster.instead(gone, everyone)}")]


def note_update(session: Session, row: OutboxRow) -> Update | None:
    """The same note again, once something in it has been mended."""
    first = outbox.by_key(session, service.note_key(row.recipient, str(row.payload["ts"])))
    message = _note(session, first, again=True) if first else None
    return Update(of=first.key, message=message) if first and message else None
