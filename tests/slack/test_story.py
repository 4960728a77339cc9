"""The story of the demonstration can be played at any hour of any day."""

from datetime import UTC, datetime

import pytest

from bot.demo import story
from bot.demo.story import Types
from tests.cast import Person, Room
from tests.harness import Parley


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 11, 26, 9, 0, tzinfo=UTC),
        datetime(2026, 11, 28, 23, 50, 30, tzinfo=UTC),  # a Saturday, and the quarter is tomorrow's
        datetime(2026, 12, 25, 15, 7, tzinfo=UTC),
        datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
        datetime(2027, 3, 28, 0, 50, tzinfo=UTC),  # the hour that clocks leave out
        datetime(2026, 10, 25, 0, 50, tzinfo=UTC),  # the one that they show twice
        datetime(2027, 3, 19, 12, 0, tzinfo=UTC),  # the Friday after next is Good Friday
    ],
    ids=str,
)
def test_the_meeting_is_planned_and_begins_whenever_somebody_looks(parley: Parley, now: datetime) -> None:
    parley.now = now
    for user in story.WORKSPACE.users:
        parley.api.add_user(user.id, user.real_name)
    for channel in story.WORKSPACE.channels:
        parley.api.add_channel(channel.id, channel.name, members=list(channel.members))
    refused = []
    for step in story.story(now):
        parley.later(seconds=1)
        if isinstance(step, Types) and step.text.startswith("/parley "):
            where, who = Room(step.where.id, step.where.name), Person(step.who.id, step.who.real_name)
            reply = parley.slash(step.text.removeprefix("/parley "), by=who, where=where)
            refused += [reply.text] if "You typed" in reply.shown else []
            if step.text == "/parley start N1":
                break
    assert refused == []
    shared = {meeting["ref"]: meeting for meeting in parley.export()["meetings"]}
    assert (shared["N1"]["status"], shared["N1"]["place"]) == ("open", "Jubilee House")
    assert shared["S1"]["status"] == "planned"
    assert now < datetime.fromisoformat(shared["N1"]["starts_at"])
