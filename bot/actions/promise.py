"""Reading a promise out of a line: what is to be done, by whom, by when."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot import dates, roster
from bot.access import Actor
from bot.roster import Seat
from bot.slack import mrkdwn
from storage import Session

_MARK = mrkdwn.MENTION.pattern
_OWNERS = rf"{_MARK}(?:(?:\s*(?:,|&|\band\b)\s*|\s+){_MARK})*"
_LAST_OWNERS = re.compile(rf"(?P<what>.*?)[\s,:;(–-]*(?P<owners>{_OWNERS})[\s.)]*", re.S)
_FIRST_OWNERS = re.compile(
    rf"(?P<owners>{_OWNERS})\s*(?::|,|–|-|\bto\b|\bwill\b|\bshall\b)?\s*(?P<what>.*)", re.S | re.I
)
_NAME = r"[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,3}"
_NAMES_FIRST = re.compile(
    rf"(?P<owners>{_NAME}(?:\s*(?:,|&|\band\b)\s*{_NAME})*?)\s*(?::|\s–|\s-|\bto\b|\bwill\b|\bshall\b)\s*(?P<what>.+)",
    re.S | re.I,
)
_NAMES_LAST = re.compile(
    rf"(?P<what>.+?)\s*\((?P<owners>{_NAME}(?:\s*(?:,|&|\band\b)\s*{_NAME})*)\)\s*\.?", re.S | re.I
)


@dataclass(frozen=True)
class Promise:
    """What a line says of an action; what it does not say clearly is empty, with the reason for a date."""

    text: str
    owners: tuple[Seat, ...]
    due_on: date | None
    unclear: str | None = None


def read_promise(
    session: Session,
    actor: Actor,
    said: str,
    names: Mapping[str, str],
    attendees: Sequence[Seat],
    *,
    at: datetime,
) -> Promise:
    """Read "send the figures @dana by fri", "@dana to send …", "Dana to send … by fri", "… (Dana)".

    An owner is clear when mentioned at the start or the end, when the only one mentioned, or when a name
    at the start or in brackets at the end fits exactly one attendee. Raises UserError for somebody
    mentioned who is not at this table.
    """
    today = actor.today(at)
    due = dates.find_due(said, today=today, calendar=actor.calendar)
    day, unclear, words = due.date, due.reason, due.text
    if due.date is not None and due.date < today:
        day, unclear, words = None, f"{dates.full_date(due.date)} has passed.", said
    what, owners = _owners(session, actor, names, words.strip(), attendees)
    return Promise(mrkdwn.named(what, names).strip(" ,;:"), tuple(owners), day, unclear)


def _owners(
    session: Session, actor: Actor, names: Mapping[str, str], words: str, attendees: Sequence[Seat]
) -> tuple[str, list[Seat]]:
    for pattern in (_LAST_OWNERS, _FIRST_OWNERS):
        found = pattern.fullmatch(words)
        if found and found["what"].strip():
            return found["what"], roster.mentioned(session, actor, found["owners"], names)
    people = roster.mentioned(session, actor, words, names)
    if people:
        return words, people if len(people) == 1 else []
    everyone = roster.seats(session, actor.id)
    for pattern in (_NAMES_FIRST, _NAMES_LAST):
        found = pattern.fullmatch(words)
        if found:
            picked = [roster.pick(name, attendees, everyone) for name in roster.listed_names(found["owners"])]
            if picked and all(picked):
                return found["what"], [seat for seat in picked if seat]
    return words, []
