"""Readiness as a card: each item with a mark and in words, what shows it, and the command that mends it."""

from collections.abc import Mapping, Sequence
from typing import Any

from bot.outbox import Message
from bot.readiness import rules
from bot.readiness.rules import Item, Status
from bot.slack import blocks

_LONGEST = 300  # characters of an evidence
_MOST = 60  # faults in one message; mending the first ones shows the rest


def line(item: Item) -> str:
    """ "❌ Negotiation timetable, missing: No milestone … · `/parley milestone add …`"."""
    stands = f"{rules.MARKS[item.status]} *{item.item}*, {rules.IN_WORDS[item.status]}"
    words = f"{stands}: {blocks.cut(item.evidence, _LONGEST)}"
    return f"{words} · `/parley {item.command}`" if item.command else words


def card(code: str, marking: str, items: Sequence[Item]) -> tuple[str, list[dict[str, Any]]]:
    """The text and the blocks of a whole check, the worst first where there are too many."""
    worst = {Status.FAIL: 0, Status.WARN: 1, Status.OK: 2}
    shown = list(items) if len(items) <= _MOST else sorted(items, key=lambda item: worst[item.status])[:_MOST]
    counts = {status: sum(item.status == status for item in items) for status in Status}
    head = (
        f"*Is {code} ready?* {counts[Status.FAIL]} missing, {counts[Status.WARN]} to be looked at, "
        f"{counts[Status.OK]} in order."
    )
    more = [f"… and {len(items) - _MOST} more: mend these first."] if len(items) > _MOST else []
    text = "\n".join([head, *map(line, shown), *more])
    return text, [*blocks.paragraphs(text), blocks.context(marking)]


def changed(code: str, marking: str, before: Mapping[str, str], now: Mapping[str, str]) -> Message:
    """What stands otherwise than when it was last told."""
    lines = [f"*The readiness of {code} has changed*"]
    for name in rules.changed(before, now):
        was, status = Status(before.get(name, Status.OK)), Status(now[name])
        lines.append(f"{rules.MARKS[status]} *{name}*: {rules.IN_WORDS[status]}, was {rules.IN_WORDS[was]}")
    text = "\n".join([*lines, "`/parley check` shows what to do."])
    return Message(f"{text}\n{marking}.", [*blocks.paragraphs(text), blocks.context(marking)])
