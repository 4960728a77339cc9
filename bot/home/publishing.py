"""App Home kept up to date: once a second, for the people who looked at it in the last minutes.

Whether anything has moved is told by the ends of the trails that somebody may see and by the local day, so a second in
which nothing happens costs a few looks into an index. What was made is published only where it shows something else.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from bot.deps import Deps
from bot.home import service, views
from bot.slack.blocks import Block
from bot.slack.homes import Changed, NotNow, NotPublished
from storage import Busy, Session, homes, ledger
from storage.homes import Circle
from storage.tables import HomeView

log = structlog.get_logger()

LOOKS_FOR = timedelta(minutes=10)
"""How long after somebody opened or used their App Home it follows the record."""
BETWEEN = timedelta(seconds=5)
"""What others do is shown after this time at the soonest; what somebody has done there themselves, at once."""
AT_ONCE = 20
"""How many are published in one round: Slack takes a little more than a hundred in a minute (`views.publish`)."""


@dataclass(frozen=True)
class _Made:
    """A page made of what is `seen` now, for the App Home of one person; None where Parley itself failed on it."""

    row: HomeView
    seen: dict[str, Any]
    content: list[Block] | None

    @property
    def is_new(self) -> bool:
        return self.content is not None and views.fingerprint(self.content) != self.row.fingerprint

    @property
    def followed(self) -> dict[str, Any]:
        """What is kept when there is nothing more to do about what is seen."""
        return {"answered": self.row.asked, "seen": self.seen, "wait_until": None}


def publish_due(deps: Deps) -> None:
    """Publish what has changed. What Slack will not take now is tried again; nothing is raised for it."""
    try:
        results = list(_published(deps, _due(deps)))
        if results:
            with deps.db.transaction() as session:
                for row, result in results:
                    homes.keep(session, row.id or 0, **result)
    except Busy:
        return  # somebody is writing; what was not kept is published once more, which does no harm


def _due(deps: Deps) -> list[_Made]:
    """The pages that may show something new, those whose people have acted themselves first."""
    now, ends = deps.now(), _Ends()
    with deps.db.snapshot() as session:
        rows = homes.looked_at_since(session, now - LOOKS_FOR)
        seen = {row.id: ends.seen(session, circles, now) for row, circles in rows}
        due = [row for row, _ in rows if _is_due(row, seen[row.id], now)]
        first = sorted(due, key=lambda row: (row.asked == row.answered, row.published_at or row.looked_at))[:AT_ONCE]
        return [_Made(row, seen[row.id], _made(session, row, now)) for row in first]


def _made(session: Session, row: HomeView, now: datetime) -> list[Block] | None:
    try:
        return _page(session, row, now)
    except Exception:
        # A fault of our own in one page must not hold up the others, nor be tried for ever.
        log.exception("home_not_made", home=row.id)
        return None


def _is_due(row: HomeView, seen: dict[str, Any], now: datetime) -> bool:
    if row.wait_until is not None and now < row.wait_until:
        return False
    if row.asked != row.answered:
        return True
    rested = row.published_at is None or row.published_at + BETWEEN <= now
    return rested and row.seen != seen


def _page(session: Session, row: HomeView, now: datetime) -> list[Block]:
    return views.page(service.facts(session, row.team_id, row.user_id, row.chosen_id, now=now))


class _Ends:
    """How long the trails are, each asked for once in a round however many people read it."""

    def __init__(self) -> None:
        self._lengths: dict[tuple[int, int], int] = {}

    def seen(self, session: Session, circles: Iterable[Circle], now: datetime) -> dict[str, Any]:
        """What a page is made of: by negotiation, the ends of its shared and its own trail and the local day."""
        return {
            str(each.negotiation_id): [
                self._length(session, each.negotiation_id, 0),
                self._length(session, each.negotiation_id, each.party_id) if each.party_id else 0,
                now.astimezone(ZoneInfo(each.zone)).date().isoformat(),
            ]
            for each in circles
        }

    def _length(self, session: Session, negotiation_id: int, scope: int) -> int:
        key = (negotiation_id, scope)
        if key not in self._lengths:
            self._lengths[key] = ledger.length(session, negotiation_id, scope)
        return self._lengths[key]


def _published(deps: Deps, pages: Iterable[_Made]) -> Iterator[tuple[HomeView, dict[str, Any]]]:
    """Publish the pages that show something new; gives what is to be kept of each.

    Once Slack wants to be left alone, or does not answer, the rest of the round waits as well.
    """
    wait: datetime | None = None
    for made in pages:
        result = made.followed
        if made.is_new and wait is None:
            try:
                result |= _put(deps, made.row, made.content or [])
            except NotNow as later:
                log.info("home_postponed", home=made.row.id, why=str(later), seconds=later.pause.total_seconds())
                wait = deps.now() + later.pause
            except NotPublished as refused:
                # A person who left, or an App Home that is switched off: tried again when they look, or things change.
                log.warning("home_not_published", home=made.row.id, why=str(refused))
        yield made.row, {"wait_until": wait} if made.is_new and wait else result


def _put(deps: Deps, row: HomeView, content: Sequence[Block]) -> dict[str, Any]:
    """Hand a page to Slack; made afresh where somebody else has put another one there meanwhile.

    Raises NotNow and NotPublished as `Homes.publish` does.
    """
    try:
        slack_hash = deps.homes.publish(row.user_id, views.view(content, deps.now()), row.slack_hash)
    except Changed:
        with deps.db.snapshot() as session:
            content = _page(session, row, deps.now())
        slack_hash = deps.homes.publish(row.user_id, views.view(content, deps.now()), "")
    return {"slack_hash": slack_hash, "fingerprint": views.fingerprint(content), "published_at": deps.now()}
