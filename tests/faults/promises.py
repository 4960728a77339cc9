"""Tables with promises to keep, and what a careful secretary would say of them: on which day, and to whom.

The secretary counts on a wall calendar, with none of Parley's own code.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot import routes
from bot.reminders import service as reminders
from storage import Database, Session, negotiations
from storage.tables import Action, ActionOwner, ActionStatus, Channel, ChannelKind, Member, Negotiation, Role
from tests.faults.simulation import Simulation
from tests.slack_api import SlackApi
from tests.storage.rows import add_negotiation, add_party

# https://www.gov.uk/bank-holidays, England and Wales
BANK_HOLIDAYS = {
    date.fromisoformat(f"{year}-{day}")
    for year, days in {
        2026: "01-01 04-03 04-06 05-04 05-25 08-31 12-25 12-28",
        2027: "01-01 03-26 03-29 05-03 05-31 08-30 12-27 12-28",
        2028: "01-03 04-14 04-17 05-01 05-29 08-28 12-25 12-26",
    }.items()
    for day in days.split()
}
ONE_DAY = timedelta(days=1)

ONLY_ON_THE_DAY: dict[str, Any] = {"actions": [0], "late": None, "chair": None}

Said = tuple[str, date, str]
"""To whom, on which local day, of which action."""


def working_days(first: date, last: date) -> list[date]:
    days = [first + ONE_DAY * number for number in range((last - first).days + 1)]
    return [day for day in days if day.weekday() < 5 and day not in BANK_HOLIDAYS]


@dataclass
class Promise:
    ref: str
    owners: Sequence[str]
    due_on: date

    def days_of_owners(self) -> list[date]:
        """Three working days before, on the day, one working day late, then every week."""
        before = working_days(self.due_on - 30 * ONE_DAY, self.due_on - ONE_DAY)
        after = working_days(self.due_on + ONE_DAY, self.due_on + 150 * ONE_DAY)
        weekly = [next(d for d in after if d >= after[0] + timedelta(weeks=number)) for number in range(1, 15)]
        return [before[-3], self.day_itself(), after[0], *weekly]

    def day_itself(self) -> date:
        return working_days(self.due_on - 30 * ONE_DAY, self.due_on)[-1]

    def day_of_chair(self) -> date:
        """When it is five working days late."""
        return working_days(self.due_on + ONE_DAY, self.due_on + 30 * ONE_DAY)[4]


@dataclass
class Table:
    """A negotiation in its zone, with people of its own: the first is the chair, the others take turns to promise."""

    code: str
    zone: str
    people: list[str]
    promises: list[Promise] = field(default_factory=list)
    id: int = 0

    @property
    def local(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def joint(self) -> str:
        return f"C{self.code}"

    def at(self, day: date, hour: int, minute: int = 0) -> datetime:
        return datetime(day.year, day.month, day.day, hour, minute, tzinfo=self.local).astimezone(UTC)

    def expected(self, first: date, last: date) -> Counter[Said]:
        """What is to be said on these local days."""
        said: Counter[Said] = Counter()
        for promise in self.promises:
            said.update((owner, day, promise.ref) for owner in promise.owners for day in promise.days_of_owners())
            if self.people[0] not in promise.owners:
                said[(self.people[0], promise.day_of_chair(), promise.ref)] += 1
        return Counter({key: times for key, times in said.items() if first <= key[1] <= last})

    def expected_on_the_day(self, last: date = date.max) -> Counter[Said]:
        """What is to be said until then with the times `ONLY_ON_THE_DAY`."""
        due = [promise for promise in self.promises if promise.due_on <= last]
        return Counter((owner, each.day_itself(), each.ref) for each in due for owner in each.owners)

    def said(self, api: SlackApi) -> list[tuple[str, datetime, str]]:
        """To whom, when in local time by Slack's clock, and of which action."""
        return [
            (person, self.when(message), ref)
            for person in self.people
            for message in api.messages(person)
            for ref in refs(message)
        ]

    def heard(self, api: SlackApi) -> Counter[Said]:
        return Counter((person, local.date(), ref) for person, local, ref in self.said(api))

    def messages_a_day(self, api: SlackApi) -> Counter[tuple[str, date]]:
        return Counter(
            (person, self.when(message).date()) for person in self.people for message in api.messages(person)
        )

    def when(self, message: dict[str, Any]) -> datetime:
        return datetime.fromtimestamp(float(message["ts"]), self.local).replace(microsecond=0)


def one_a_day(code: str, zone: str, days: Sequence[date], people: int = 2) -> Table:
    """People who each promise something for each of these days."""
    names = [f"U{code}{number}" for number in range(people)]
    each = [(name, day) for day in days for name in names]
    return Table(code, zone, names, [Promise(f"A{n}", [name], day) for n, (name, day) in enumerate(each, 1)])


def refs(message: dict[str, Any]) -> Iterator[str]:
    """The actions that a reminder speaks of."""
    for block in message["blocks"]:
        yield from re.findall(r"^• \*(A\d+)\*", (block.get("text") or {}).get("text", ""), re.MULTILINE)


def sit_down(
    database: Database, api: SlackApi, table: Table, began: date, times: dict[str, Any] | None = None
) -> Table:
    """Into the database and into Slack; nothing is said of days up to the one on which it `began`."""
    api.add_channel(table.joint, table.code.lower(), members=table.people)
    for person in table.people:
        api.add_user(person, f"Person {person}")
    with database.transaction() as session:
        negotiation = add_negotiation(session, table.code)
        negotiation.zone, negotiation.created_at = table.zone, table.at(began, 12)
        negotiation.reminders = times or {}
        table.id = negotiation.id or 0
        members = _members(session, negotiation, table.people)
        session.add(Channel(team_id="T1", channel_id=table.joint, negotiation_id=table.id, kind=ChannelKind.JOINT))
        for number, promise in enumerate(table.promises):
            _promised(session, negotiation, promise, [members[owner] for owner in promise.owners], number + 1)
    return table


def _members(session: Session, negotiation: Negotiation, people: Iterable[str]) -> dict[str, int]:
    sides = [add_party(session, negotiation, code) for code in ("CCG", "OHP")]
    members = {}
    for number, name in enumerate(people):
        person = negotiations.person_named(session, "T1", name, f"Person {name}")
        member = Member(
            negotiation_id=negotiation.id or 0,
            party_id=sides[number % 2].id or 0,
            person_id=person.id or 0,
            roles=[Role.NEGOTIATOR if number else Role.CHAIR],
        )
        session.add(member)
        session.flush()
        members[name] = member.id or 0
    return members


def _promised(
    session: Session, negotiation: Negotiation, promise: Promise, owner_ids: Sequence[int], number: int
) -> None:
    action = Action(
        negotiation_id=negotiation.id or 0,
        number=number,
        ref=promise.ref,
        text=f"Thing {number} to do",
        said="",
        status=ActionStatus.OPEN,
        author_id=owner_ids[0],
        at=negotiation.created_at,
        due_on=promise.due_on,
    )
    session.add(action)
    session.flush()
    session.add_all([ActionOwner(action_id=action.id or 0, member_id=member_id) for member_id in owner_ids])


def remind(simulation: Simulation, until: datetime, every: timedelta = timedelta(minutes=30), workers: int = 1) -> None:
    """Plan and send at each tick, until it is so late by Slack's clock."""
    simulation.notices |= routes.NOTICES
    while simulation.clock.slack <= until:
        reminders.plan(simulation.database, simulation.clock.instant)
        simulation.deliver_together(workers)
        simulation.later(seconds=every.total_seconds())
