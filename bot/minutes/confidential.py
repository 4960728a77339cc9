"""What is confidential, and the sets of minutes for others that leave it out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import access, trail
from bot.access import Actor
from bot.errors import UserError
from bot.minutes import life, rules, service
from bot.minutes.rules import Hidden
from storage import Session, meetings, minutes, records
from storage.records import PREFIXES, AnyRecord
from storage.tables import (
    Action,
    AgendaItem,
    Agreement,
    ConfidentialMark,
    Decision,
    Meeting,
    MinutesCopy,
    Note,
    Party,
    Role,
)

PUBLIC = "public"
_ITEM = re.compile(r"(?P<meeting>[\w-]+?)\s*(?:/|\s+item\s+)\s*(?P<number>[0-9]{1,4})", re.I)
_RECORD = re.compile(r"(?:[\w]+-)?(?P<prefix>[A-Z]+)[0-9]+", re.I)


@dataclass(frozen=True)
class Marked:
    """What somebody named: its ref as it is cited, in words, and whose it is (members' ids)."""

    ref: str
    words: str
    whose: tuple[int | None, ...]


def named(session: Session, actor: Actor, typed: str) -> Marked:
    """The record ("AG7") or agenda item ("N1/2", "N1 item 2") that is meant.

    Raises UserError for what the actor cannot see, and for what is private to their side, which no set has in it.
    """
    item = _ITEM.fullmatch(typed)
    if item is not None:
        meeting = access.meeting(session, actor, item["meeting"])
        _check_shared(meeting.ref, meeting.party_id)
        for row in meetings.agenda(session, meeting.id or 0):
            if row.number == int(item["number"]):
                return Marked(f"{meeting.ref}/{row.number}", row.title, (row.owner_id,))
        raise UserError(f"{meeting.ref} has no item {item['number']}. `/parley agenda {meeting.ref}` lists them.")
    found = _RECORD.fullmatch(typed)
    record = _record(session, actor, found["prefix"].upper(), typed) if found else None
    if record is None:
        raise UserError(
            f"{typed} is neither a record nor an agenda item. Name one: `/parley confidential AG7 because …` or "
            "`/parley confidential N1 item 2 because …`."
        )
    _check_shared(record.ref, record.party_id)
    return Marked(record.ref, record.text, (record.author_id,))


def _record(session: Session, actor: Actor, prefix: str, ref: str) -> AnyRecord | None:
    """The record with this ref, as `access.record`; None where no record has such a ref."""
    if prefix == PREFIXES[Agreement]:
        return access.record(session, actor, Agreement, ref)
    if prefix == PREFIXES[Decision]:
        return access.record(session, actor, Decision, ref)
    if prefix == PREFIXES[Action]:
        return access.record(session, actor, Action, ref)
    return access.record(session, actor, Note, ref) if prefix == PREFIXES[Note] else None


def _check_shared(ref: str, party_id: int | None) -> None:
    if party_id is not None:
        raise UserError(
            f"{ref} is private to your side, so no minutes for others have it in them. Nothing need be done."
        )


def mark(session: Session, actor: Actor, thing: Marked, because: str, *, at: datetime) -> bool:
    """Leave something out of minutes for others; False where it is left out already, for whatever reason.

    Raises UserError for others than its author, a scribe or a chair.
    """
    access.require_open_room(actor)
    _check_may(actor, thing)
    row = minutes.mark(session, actor.id, thing.ref)
    if row is not None and not row.lifted:
        return False
    row = row or ConfidentialMark(negotiation_id=actor.id, ref=thing.ref, because="", member_id=0, at=at)
    row.because, row.lifted, row.member_id, row.at = because, False, access.seat(actor).id or 0, at
    session.add(row)
    session.flush()
    trail.deed(session, actor, "confidential.marked", thing.ref, at=at, because=because)
    return True


def lift(session: Session, actor: Actor, thing: Marked, *, at: datetime) -> bool:
    """Take the mark off; False where there is none. Sets that were made before stay as they are."""
    _check_may(actor, thing)
    row = minutes.mark(session, actor.id, thing.ref)
    if row is None or row.lifted:
        return False
    row.lifted = True
    session.add(row)
    trail.deed(session, actor, "confidential.lifted", thing.ref, at=at)
    return True


def _check_may(actor: Actor, thing: Marked) -> None:
    member = access.seat(actor)
    if member.id not in thing.whose and not actor.roles & {Role.SCRIBE, Role.CHAIR}:
        raise UserError(
            f"Only whoever {thing.ref} is by, a scribe or a chair may say whether it is confidential. Ask one of them."
        )


def copy_for_others(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    audience: Party | None,
    *,
    at: datetime,
    templates: Path | None,
) -> MinutesCopy:
    """The newest minutes for a party, or for the public (None), without what is confidential.

    Raises UserError for a meeting private to a side: no set of its minutes leaves that side.
    """
    if meeting.party_id is not None:
        raise UserError(f"{meeting.ref} is private to your side, so no set of its minutes is made for others.")
    version = life.current(session, meeting).version
    words = audience.name if audience else "the public"
    doc = rules.for_others(service.document(session, meeting, version), words, hidden(session, meeting))
    code = audience.code if audience else PUBLIC
    before = len(minutes.copies(session, version.id or 0))
    copy = life.keep_copy(session, version, doc, code, at, templates)
    if len(minutes.copies(session, version.id or 0)) > before:
        trail.deed(
            session,
            actor,
            "minutes.set_issued",
            meeting.ref,
            at=at,
            version=version.version,
            audience=code,
            sha256=copy.sha256,
        )
    return copy


def hidden(session: Session, meeting: Meeting) -> Hidden:
    """Whatever is marked, with what was recorded under a marked item at whichever meeting it was taken."""
    refs = {row.ref for row in minutes.marks(session, meeting.negotiation_id) if not row.lifted}
    items = _marked_items(session, meeting.negotiation_id, refs)
    held = {item.meeting_id for item in items}
    numbers = {item.id for item in items}
    under = [row for each in held for row in records.everything_of(session, each) if row.item_id in numbers]
    refs |= {row.ref for row in under}
    return Hidden(
        refs=frozenset(refs),
        clauses=frozenset(_clauses(session, meeting.negotiation_id, refs)),
        items=frozenset(item.number for item in items if item.meeting_id == meeting.id),
    )


def _marked_items(session: Session, negotiation_id: int, refs: Iterable[str]) -> list[AgendaItem]:
    """The agenda items that are marked, with those of later meetings that went on with them."""
    wanted = set(refs)
    every = [
        (f"{meeting.ref}/{item.number}", item)
        for meeting in meetings.visible(session, negotiation_id, None)
        for item in meetings.agenda(session, meeting.id or 0)
    ]
    found = [item for ref, item in every if ref in wanted]
    for earlier in found:  # grows while it is gone through
        found += [item for _, item in every if item.carried_from_id == earlier.id and item not in found]
    return found


def _clauses(session: Session, negotiation_id: int, refs: Iterable[str]) -> Iterable[str]:
    wanted = set(refs)
    for row in records.visible(session, Agreement, negotiation_id, None):
        if row.ref in wanted and row.clause:
            yield row.clause
