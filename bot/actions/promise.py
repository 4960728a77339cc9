"""Reading a promise out of a line: what is to be done, by whom, by when."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import pairwise

from bot import dates, roster
from bot.access import Actor
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.workdays import Calendar
from storage import Session

# Owners stand near an end of the line; looking no further keeps a hostile line of 40,000 characters cheap.
_REACH = 160
_JOIN = re.compile(r"\s*(?:,|&|\band\b)?\s*", re.I)
_AFTER_OWNERS = re.compile(r"\s*(?::|,|–|-|\bto\b|\bwill\b|\bshall\b)?\s*", re.I)
_NAME = r"@?[^\W\d_][\w'’.-]*(?:\s+[^\W\d_][\w'’.-]*){0,3}?"
_NAMES = rf"{_NAME}(?:\s*(?:,|&|\band\b)\s*{_NAME}){{0,7}}?"
_NAMES_FIRST = re.compile(rf"({_NAMES})\s*(?::|\s–|\s-|\bto\b|\bwill\b|\bshall\b)\s*(?=\S)", re.I)
_NAMES_IN_BRACKETS = re.compile(rf"\(({_NAMES})\)[\s.]*", re.I)
_HANDLES_LAST = re.compile(r"\s((?:@[\w'’.-]+(?:\s*,\s*|\s+and\s+|\s+)?){1,8})\s*", re.I)


class Gone(StrEnum):
    """What becomes of an owner who has left Slack: refused; kept as words, so that the owner is unclear; or taken,
    where a line is read again that was typed while they were there."""

    REFUSED = "refused"
    UNCLEAR = "unclear"
    TAKEN = "taken"


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
    gone: Gone = Gone.REFUSED,
) -> Promise:
    """Read "send the figures @dana by fri", "@dana to send …", "Dana to send … by fri", "… (Dana)".

    An owner is clear when mentioned at the start or the end, when the only one mentioned, or when a name
    at the start, in brackets at the end, or typed as an unlinked @handle there fits exactly one attendee.
    Raises UserError for somebody mentioned who is not at this table, or who has left Slack (see `Gone`).
    """
    today = actor.today(at)
    due = _due(said, today, actor.calendar)
    day, unclear, words = due.date, due.reason, due.text
    if due.date is not None and due.date < today:
        day, unclear, words = None, f"{dates.full_date(due.date)} has passed.", said
    what, owners = _owners(session, actor, names, words.strip(), attendees, gone)
    return Promise(mrkdwn.named(what, names).strip(" ,;:"), tuple(owners), day, unclear)


def _due(said: str, today: date, calendar: Calendar) -> dates.Due:
    """The deadline at the end of what was said, or at the end of its first line where it goes on in a list."""
    due = dates.find_due(said, today=today, calendar=calendar)
    first, found, rest = said.partition("\n")
    if due.date is not None or not found:
        return due
    of_first = dates.find_due(first, today=today, calendar=calendar)
    return replace(of_first, text=f"{of_first.text}\n{rest}") if of_first.date is not None else due


def _owners(
    session: Session, actor: Actor, names: Mapping[str, str], words: str, attendees: Sequence[Seat], gone: Gone
) -> tuple[str, list[Seat]]:
    """The words without the owners, and the owners; none where they are not clear."""
    marks = list(mrkdwn.MENTION.finditer(words))
    if marks:
        what, owners = _marked_owners(words, marks)
        return what, roster.mentioned(session, actor, owners, names, gone_too=gone == Gone.TAKEN)
    everyone = roster.seats(session, actor.id)
    for what, named in _named_owners(words):
        picked = [roster.pick(name, attendees, everyone) for name in roster.listed_names(named)]
        found = [seat for seat in picked if seat]
        if picked and all(picked):
            if gone == Gone.REFUSED:
                roster.check_here(found, everyone)
            if gone == Gone.TAKEN or roster.here(found) == found:
                return what, found
    return words, []


def _marked_owners(words: str, marks: Sequence[re.Match[str]]) -> tuple[str, str]:
    """The words without, and with nothing but, the people marked at the end, at the start, or alone."""
    gaps = [words[left.end() : right.start()] for left, right in pairwise(marks)]
    joined = [len(gap) <= _REACH and _JOIN.fullmatch(gap) is not None for gap in gaps]
    if not words[marks[-1].end() :].strip(" \n.)"):
        first = len(marks) - 1
        while first and joined[first - 1]:
            first -= 1
        before = words[: marks[first].start()]
        if before.strip():
            return before.rstrip(" \n,:;(–-"), words[marks[first].start() :]
    if not words[: marks[0].start()].strip():
        last = 0
        while last < len(joined) and joined[last]:
            last += 1
        after = words[marks[last].end() :]
        lead = _AFTER_OWNERS.match(after[:_REACH])
        return after[lead.end() if lead else 0 :], words[: marks[last].end()]
    return words, marks[0].group() if len(marks) == 1 else ""


def _named_owners(words: str) -> Iterator[tuple[str, str]]:
    """Every way to read names without a mention as owners: the words without them, and the names."""
    if first := _NAMES_FIRST.match(words[:_REACH]):
        yield words[first.end() :], first[1]
    bracket = words.rfind("(")
    if bracket > 0 and (last := _NAMES_IN_BRACKETS.fullmatch(words[bracket : bracket + _REACH])):
        yield words[:bracket].rstrip(), last[1]
    handle = words.find(" @", max(0, len(words) - _REACH))
    if handle > 0 and (last := _HANDLES_LAST.fullmatch(words[handle:])):
        yield words[:handle].rstrip(" ,:;"), last[1]
