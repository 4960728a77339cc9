"""Block Kit as plain functions to dicts. Every word that comes in is escaped here, once.

Words may carry `*bold*` and `code` of our own and the marks of `mrkdwn.mark`, which become live mentions.
Exact wordings go through `quoted`, as plain text, so that an asterisk in a contract stays an asterisk.
Limits are Slack's (docs.slack.dev, "Block Kit blocks"): section 3,000, context 10 elements, button text 75.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.slack import mrkdwn

Block = dict[str, Any]

SECTION_LIMIT = 3000
VALUE_LIMIT = 2000  # what a button carries
TEXT_LIMIT = 3900  # chat.update refuses more than 4,000
LIST_OF_FORMS = "Fill In a Form…"
"""What the button for everything that can be done is called, wherever it stands and wherever people are sent to it."""


def live(words: str) -> str:
    """Plain words as mrkdwn: escaped, with marked people as live mentions."""
    return mrkdwn.MENTION.sub(lambda match: mrkdwn.user(match[1]), mrkdwn.escape(words))


def fallback(words: str) -> str:
    """The `text` of a message: what notifications and screen readers speak, cut to what updates accept."""
    return live(words) if len(live(words)) <= TEXT_LIMIT else live(cut(words, TEXT_LIMIT // 5))


def cut(words: str, limit: int) -> str:
    return words if len(words) <= limit else f"{words[: limit - 1].rstrip()}…"


def section(words: str) -> Block:
    return {"type": "section", "text": _paragraph(words)}


def _paragraph(words: str) -> Block:
    """One paragraph, cut to what a section or an element of a context holds."""
    text = live(words)
    if len(text) > SECTION_LIMIT:
        text = live(cut(words, SECTION_LIMIT // 5))  # an escape makes at most five characters of one
    return {"type": "mrkdwn", "text": text}


def paragraphs(words: str) -> list[Block]:
    """Lines of any number as sections; what a message cannot hold is counted instead."""
    sections: list[str] = [""]
    lines = words.split("\n")
    for number, line in enumerate(lines):
        joined = f"{sections[-1]}\n{line}" if sections[-1] else line
        if len(live(joined)) <= SECTION_LIMIT:
            sections[-1] = joined
        elif len(sections) < 45:
            sections.append(line)
        else:
            sections.append(f"… and {len(lines) - number} more lines.")
            break
    return [section(part) for part in sections if part]


def quoted(words: str) -> list[Block]:
    """People's exact words, whole, however long: as many plain-text sections as they need."""
    return [
        {"type": "section", "text": {"type": "plain_text", "text": part, "emoji": False}}
        for part in _parts(words, SECTION_LIMIT)
    ]


def _parts(words: str, size: int) -> list[str]:
    parts = []
    rest = words
    while len(rest) > size:
        space = rest.rfind(" ", size // 2, size)
        end = space + 1 if space > 0 else size
        parts.append(rest[:end])
        rest = rest[end:]
    return [*parts, rest]


def context(*words: str) -> Block:
    return {"type": "context", "elements": [_paragraph(line) for line in words[:10]]}


def context_dated(before: str, at: datetime, after: str) -> Block:
    """A context with an instant in it, which Slack shows to each reader in their own zone."""
    spoken = f"{at:%Y-%m-%d %H:%M} UTC" if at.utcoffset() == timedelta(0) else at.isoformat()
    moment = f"<!date^{int(at.timestamp())}^{{date_short_pretty}} at {{time}}|{spoken}>"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": f"{live(before)} {moment}{live(after)}"}]}


def header(words: str) -> Block:
    return {"type": "header", "text": {"type": "plain_text", "text": cut(words, 150), "emoji": False}}


def divider() -> Block:
    return {"type": "divider"}


def button(label: str, action_id: str, value: str, *, style: str | None = None, spoken: str = "") -> Block:
    """A button; `spoken` is what a screen reader says when the label alone would not be clear."""
    element: Block = {
        "type": "button",
        "text": {"type": "plain_text", "text": label, "emoji": False},
        "action_id": action_id,
        "value": value,
    }
    if style:
        element["style"] = style
    if spoken:
        element["accessibility_label"] = cut(spoken, 75)
    return element


def asking(pressed: Block, title: str, words: str, *, yes: str, no: str) -> Block:
    """A button that asks once more before it acts."""
    return {
        **pressed,
        "confirm": {
            "title": {"type": "plain_text", "text": cut(title, 100)},
            "text": {"type": "plain_text", "text": cut(words, 300)},
            "confirm": {"type": "plain_text", "text": yes},
            "deny": {"type": "plain_text", "text": no},
        },
    }


def buttons(*elements: Block) -> Block:
    return {"type": "actions", "elements": list(elements)}


def modal(
    callback_id: str, title: str, blocks: Sequence[Block], *, submit: str = "", private_metadata: str = ""
) -> Block:
    """A form; without `submit`, something to read, perhaps with buttons."""
    return {
        "type": "modal",
        "callback_id": callback_id,
        "title": {"type": "plain_text", "text": cut(title, 24)},
        **({"submit": {"type": "plain_text", "text": cut(submit, 24)}} if submit else {}),
        "close": {"type": "plain_text", "text": "Cancel" if submit else "Back"},
        "private_metadata": private_metadata,
        "blocks": list(blocks),
    }


def page(title: str, blocks: Sequence[Block]) -> Block:
    """A modal that only shows something."""
    return {
        "type": "modal",
        "title": {"type": "plain_text", "text": cut(title, 24)},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": list(blocks)[:100],
    }


def text_input(
    block_id: str, label: str, *, initial: str = "", hint: str = "", multiline: bool = False, optional: bool = False
) -> Block:
    element: Block = {
        "type": "plain_text_input",
        "action_id": block_id,
        "multiline": multiline,
        "max_length": SECTION_LIMIT,
    }
    if initial:
        element["initial_value"] = initial[:SECTION_LIMIT]
    return _input(block_id, label, element, hint, optional)


def date_input(block_id: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False) -> Block:
    """A day, as "2026-12-12"."""
    element = {"type": "datepicker", "action_id": block_id, **({"initial_date": initial} if initial else {})}
    return _input(block_id, label, element, hint, optional)


def time_input(block_id: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False) -> Block:
    """A time of day, as "10:00"."""
    element = {"type": "timepicker", "action_id": block_id, **({"initial_time": initial} if initial else {})}
    return _input(block_id, label, element, hint, optional)


def people_input(
    block_id: str, label: str, *, initial: Sequence[str] = (), hint: str = "", optional: bool = False
) -> Block:
    """People of Slack, one or more, those of other organisations too; `initial` are their user ids."""
    element = {
        "type": "multi_users_select",
        "action_id": block_id,
        **({"initial_users": list(initial)} if initial else {}),
    }
    return _input(block_id, label, element, hint, optional)


def person_input(block_id: str, label: str, *, initial: str = "", hint: str = "", optional: bool = False) -> Block:
    """One of the people of Slack; `initial` is their user id."""
    element = {"type": "users_select", "action_id": block_id, **({"initial_user": initial} if initial else {})}
    return _input(block_id, label, element, hint, optional)


def channel_input(
    block_id: str,
    label: str,
    *,
    initial: str = "",
    private_only: bool = False,
    hint: str = "",
    optional: bool = False,
) -> Block:
    """A channel, of those that Slack shows the person; of private ones these are only those they are in."""
    element = {
        "type": "conversations_select",
        "action_id": block_id,
        "filter": {"include": ["private"] if private_only else ["public", "private"], "exclude_bot_users": True},
        **({"initial_conversation": initial} if initial else {}),
    }
    return _input(block_id, label, element, hint, optional)


def select_input(
    block_id: str,
    label: str,
    options: Iterable[tuple[str, str]],
    *,
    initial: str = "",
    hint: str = "",
    optional: bool = False,
) -> Block:
    """One choice of at most 100 (value, label) pairs, Slack's limit for a static select."""
    offered = _options(options)
    begun = [option for option in offered if option["value"] == initial]
    element = {
        "type": "static_select",
        "action_id": block_id,
        "options": offered,
        **({"initial_option": begun[0]} if begun else {}),
    }
    return _input(block_id, label, element, hint, optional)


def several_input(
    block_id: str,
    label: str,
    options: Iterable[tuple[str, str]],
    *,
    initial: Sequence[str] = (),
    hint: str = "",
    optional: bool = False,
) -> Block:
    """Any number of at most 100 (value, label) pairs."""
    offered = _options(options)
    begun = [option for option in offered if option["value"] in initial]
    element = {
        "type": "multi_static_select",
        "action_id": block_id,
        "options": offered,
        **({"initial_options": begun} if begun else {}),
    }
    return _input(block_id, label, element, hint, optional)


def grouped_select(
    action_id: str, groups: Iterable[tuple[str, Iterable[tuple[str, str]]]], *, placeholder: str
) -> Block:
    """A choice that acts at once, under headings: at most 100 of them, each with at most 100 (value, label) pairs."""
    return {
        "type": "static_select",
        "action_id": action_id,
        "placeholder": {"type": "plain_text", "text": placeholder},
        "option_groups": [
            {"label": {"type": "plain_text", "text": cut(heading, 75)}, "options": _options(pairs)}
            for heading, pairs in list(groups)[:100]
        ],
    }


def choice(action_id: str, pairs: Iterable[tuple[str, str]], chosen: tuple[str, str]) -> Block:
    """A choice that acts at once, of at most 100 (value, label) pairs, one of which stands already."""
    (initial,) = _options([chosen])
    return {
        "type": "static_select",
        "action_id": action_id,
        "options": _options(pairs),
        "initial_option": initial,
    }


def _options(pairs: Iterable[tuple[str, str]]) -> list[Block]:
    return [
        {"text": {"type": "plain_text", "text": cut(label, 75)}, "value": value} for value, label in list(pairs)[:100]
    ]


def _input(block_id: str, label: str, element: Block, hint: str, optional: bool = False) -> Block:
    block: Block = {
        "type": "input",
        "block_id": block_id,
        "label": {"type": "plain_text", "text": label},
        "element": element,
    }
    if hint:
        block["hint"] = {"type": "plain_text", "text": hint}
    if optional:
        block["optional"] = True
    return block
