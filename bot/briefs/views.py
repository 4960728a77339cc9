"""A brief as a message: the essentials first, the rest in the file."""

from collections.abc import Sequence

from bot.briefs.rules import Essentials
from bot.outbox import Message
from bot.slack import blocks

_MOST_CHANGES = 12
_LONGEST_CHANGE = 200  # characters


def card(brief: Essentials, closing: str, *, since: str = "", changes: Sequence[str] = (), button: bool) -> Message:
    """The message; `changes` are what is otherwise than at `since`, and `closing` says where the rest is."""
    whose = f"private to {brief.private_to}" if brief.private_to else "for everyone at the table"
    head = f"*Brief for {brief.ref}* {brief.title} · {whose}"
    told = _changed(since, changes)
    body = [f"*{name}*: {lines[0]}" if len(lines) == 1 else _listed(name, lines) for name, lines in brief.lines]
    text = "\n".join([head, *told, *body, closing])
    content = [*blocks.paragraphs(text)]
    if button:
        value = f"{brief.code} {brief.ref}"
        content.append(
            blocks.buttons(blocks.button("Send Me Mine", "brief.ask", value, spoken=f"My brief for {brief.ref}"))
        )
    return Message(f"{text}\n{brief.marking}.", [*content, blocks.context(brief.marking)])


def _listed(name: str, lines: Sequence[str]) -> str:
    return "\n".join([f"*{name}*", *(f"• {line}" for line in lines)])


def _changed(since: str, changes: Sequence[str]) -> list[str]:
    if not changes:
        return []
    shown = [f"• {blocks.cut(' '.join(line.split()), _LONGEST_CHANGE)}" for line in changes[:_MOST_CHANGES]]
    more = [f"• … and {len(changes) - _MOST_CHANGES} more"] if len(changes) > _MOST_CHANGES else []
    return [f"*Changed since {since}*", *shown, *more]
