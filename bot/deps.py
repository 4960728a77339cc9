"""What a listener may reach; put into Bolt's context by one middleware."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Event

from bot.slack.directory import Directory
from bot.slack.files import SharedFiles
from bot.slack.history import Messages
from bot.slack.homes import Homes
from storage import Database


@dataclass(frozen=True)
class Deps:
    """`archive` is the address under which the workspace shows its messages, ending in a slash.

    `templates` is a folder whose templates come before the built-in ones.
    """

    db: Database
    directory: Directory
    files: SharedFiles
    messages: Messages
    homes: Homes
    now: Callable[[], datetime]
    team_id: str
    bot_user_id: str
    archive: str
    templates: Path | None = None
    wake: Event = field(default_factory=Event)

    def permalink(self, channel: str, ts: str, thread_ts: str | None = None) -> str:
        """The address of a message, in the form that `chat.getPermalink` gives, without asking for it."""
        thread = f"?thread_ts={thread_ts}&cid={channel}" if thread_ts and thread_ts != ts else ""
        return f"{self.archive}{channel}/p{ts.replace('.', '')}{thread}"
