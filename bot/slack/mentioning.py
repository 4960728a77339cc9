"""What is told to type, for those who have no slash command: in threads, and for people of another organisation.

They mention Parley with the same words. Only what is ours is changed: people's exact words stand as plain text.
"""

import re
from typing import Any

from bot.slack.blocks import Block

_TYPED = re.compile(r"`/parley(?=[ `])")
_OURS = ("label", "hint", "placeholder")


def told(words: str) -> str:
    return _TYPED.sub("`@Parley", words)


def retold(content: list[Block]) -> list[Block]:
    """Blocks with what is ours in them told so."""
    return [_part(block) for block in content]


def view(shown: Block) -> Block:
    """The same of a modal or of App Home."""
    return {**shown, "blocks": retold(shown["blocks"])}


def _part(part: Any) -> Any:
    if isinstance(part, list):
        return [_part(each) for each in part]
    if not isinstance(part, dict):
        return part
    if part.get("type") == "mrkdwn":
        return {**part, "text": told(part["text"])}
    return {key: _said(each) if key in _OURS else _part(each) for key, each in part.items()}


def _said(words: Block) -> Block:
    """What stands beside a field: never what anybody has typed."""
    return {**words, "text": told(words["text"])}
