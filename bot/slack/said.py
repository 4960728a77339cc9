"""A message of Slack's that somebody points at: who wrote what, where and when."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from bot.slack import mrkdwn

Payload = Mapping[str, Any]


@dataclass(frozen=True)
class Said:
    """`words` are plain, with marks for people; `user_id` is empty for what a bot wrote. `files` are their names."""

    channel_id: str
    ts: str
    user_id: str
    words: str
    permalink: str
    files: tuple[str, ...] = ()

    @property
    def at(self) -> datetime:
        return said_at(self.ts)

    def kept(self) -> dict[str, Any]:
        """As JSON, from which `again` makes the same."""
        return asdict(self)


def said_at(ts: str) -> datetime:
    """The instant a Slack timestamp stands for."""
    return datetime.fromtimestamp(float(ts), UTC)


def read(message: Payload, channel: str, permalink: Callable[[str, str, str | None], str]) -> Said:
    """A message as a shortcut brings it, or as the history has it."""
    ts, thread = str(message["ts"]), message.get("thread_ts")
    of_a_bot = message.get("bot_id") or message.get("bot_profile")
    return Said(
        channel,
        ts,
        "" if of_a_bot else str(message.get("user") or ""),
        mrkdwn.read(str(message.get("text") or "")),
        permalink(channel, ts, str(thread) if thread else None),
        tuple(mrkdwn.read(str(file.get("name") or file.get("id") or "")) for file in message.get("files") or []),
    )


def again(kept: Payload) -> Said:
    return Said(**{**kept, "files": tuple(kept["files"])})
