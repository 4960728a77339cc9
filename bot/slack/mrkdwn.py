"""Between Slack's message text and plain words.

Slack sends `&amp; &lt; &gt;` for people's own `& < >`, and its own angle brackets round mentions, channels
and links (docs.slack.dev, "Formatting message text"). Inside Parley, words are plain, and a mention of
a person is a mark that carries the user id until `named` puts the person's name there.
"""

import re
from collections.abc import Iterable, Mapping

# Private-use characters: nobody types them, so a mark cannot be forged by typing.
_OPEN, _CLOSE = "\ue000", "\ue001"
MENTION = re.compile(f"{_OPEN}([UW][A-Z0-9]+){_CLOSE}")

_MARKUP = re.compile(r"<([^<>]*)>")
# Control characters, half a surrogate pair (no database takes it) and our own marks.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ue000\ue001]")


def read(text: str) -> str:
    """Slack's text as plain words, with each mentioned person as a mark that `MENTION` finds."""
    cleaned = _CONTROL.sub("", text.replace("\r\n", "\n"))
    plain = _MARKUP.sub(_plain_markup, cleaned)
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _plain_markup(match: re.Match[str]) -> str:
    target, _, label = match[1].partition("|")
    if target.startswith("@"):
        return mark(target[1:]) if re.fullmatch(r"[UW][A-Z0-9]+", target[1:]) else match[0]
    if target.startswith("#"):
        return f"#{label}" if label else f"#{target[1:]}"
    if target.startswith("!date"):
        return label or target
    if target.startswith("!"):
        word = target[1:].partition("^")[0]
        return label or f"@{word}"
    if re.match(r"(https?|mailto|tel|ftp):", target):
        address = target.removeprefix("mailto:").removeprefix("tel:")
        return address if label in ("", address) else f"{label} ({address})"
    return match[0]


def mark(user_id: str) -> str:
    return f"{_OPEN}{user_id}{_CLOSE}"


def mentioned(text: str) -> list[str]:
    """The user ids marked in words that `read` gave, in order, each once."""
    return list(dict.fromkeys(MENTION.findall(text)))


def named(text: str, names: Mapping[str, str]) -> str:
    """Words with every mark replaced by the person's name: `@Dana Reyes`."""
    return MENTION.sub(lambda match: f"@{names.get(match[1], match[1])}", text)


def escape(text: str) -> str:
    """People's words made safe inside mrkdwn: no live mention, link or channel can come of them."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def user(user_id: str) -> str:
    """A live mention of a person, for messages in which Parley itself addresses somebody."""
    return f"<@{user_id}>"


def listed(words: Iterable[str], last: str = "and") -> str:
    """ "a, b and c"."""
    items = list(words)
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} {last} {items[-1]}"
