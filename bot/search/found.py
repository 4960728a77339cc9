"""What a search found, as a reader is to see it."""

from dataclasses import dataclass
from datetime import datetime

from bot.access import Actor


@dataclass(frozen=True)
class Hit:
    """One row that was found: `texts` are people's words in it, `at` when they were said, `meeting` where."""

    actor: Actor
    kind: str
    ref: str
    status: str
    texts: tuple[str, ...]
    at: datetime | None
    meeting: str
    permalink: str | None


@dataclass(frozen=True)
class Found:
    """A page of what was found: `every` are all that were ranked, and `more` says that there are others still."""

    hits: list[Hit]
    begin: int
    every: int
    more: bool
