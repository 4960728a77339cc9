"""The form that puts a message on record, and what it becomes."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot import dates
from bot.capture.logged import Kind
from bot.slack import blocks, mrkdwn
from bot.slack.said import Said
from storage.records import AnyRecord

TITLE = "Log to Parley"
_CHOICES = {
    Kind.AGREEMENT: "An agreement, to be confirmed by every party",
    Kind.ACTION: "An action",
    Kind.DECISION: "A decision",
    Kind.NOTE: "A note",
}
_MARKS_CARRIED = 100  # its author and the people it mentions, for their names; a view carries 3,000 characters


def form(
    codes: list[str],
    channel: str,
    kept_under: str,
    message: Said,
    names: Mapping[str, str],
    zone: ZoneInfo,
    kind: Kind,
) -> blocks.Block:
    """With one code, the negotiation is settled; with several, it is asked for.

    The message's own words are shown, not asked for: they are recorded as they were said.
    """
    people = " ".join(
        mrkdwn.user(user) for user in [message.user_id, *mrkdwn.mentioned(message.words)][:_MARKS_CARRIED]
    )
    said = message.words.strip() or f"Files: {', '.join(message.files)}"
    content = [
        blocks.context(f"{mrkdwn.mark(message.user_id)}, {dates.instant(message.at, zone)}"),
        *blocks.quoted(mrkdwn.MENTION.sub(lambda mark: f"@{names.get(mark[1], 'somebody')}", said)),
    ]
    if len(codes) > 1:
        content.append(blocks.select_input("negotiation", "Negotiation", [(code, code) for code in codes]))
    content += [
        blocks.select_input("kind", "Record it as", [(k.value, words) for k, words in _CHOICES.items()], initial=kind),
        blocks.text_input(
            "clause", "Clause", hint="Of an agreement: the clause it is about, such as 4.2", optional=True
        ),
        blocks.people_input("owners", "Who does it?", hint="Of an action", optional=True),
        blocks.date_input("due", "By when?", hint="Of an action", optional=True),
    ]
    settled = codes[0] if len(codes) == 1 else ""
    metadata = f"{settled} {channel} {kept_under} {people}"
    return blocks.modal("log.message", TITLE, content, submit="Record", private_metadata=metadata)


def recorded(row: AnyRecord, *, new: bool) -> blocks.Block:
    """What the form becomes: the ref, and the words that are on record now."""
    head = f"Recorded as *{row.ref}*:" if new else f"This message is on record already, as *{row.ref}*:"
    return blocks.page(TITLE, [blocks.section(head), *blocks.quoted(row.text)])
