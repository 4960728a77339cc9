"""Briefs that nobody has to ask for, and those that were posted: sent when they are due, kept up to date until the
meeting begins.

Nothing is scheduled. Once a minute the record is asked which side's brief is due; what was sent for this very start of
the meeting is not sent again. The row of a posted brief keeps what its facts were then, as fingerprints.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import access, lead_times, outbox, roster
from bot.briefs import rules, service
from bot.briefs.asked import Asked
from bot.briefs.facts import facts
from bot.deps import Deps
from bot.lead_times import LeadTimes
from bot.meetings import announcing
from storage import Busy, Session, ledger, meetings, negotiations, reminders
from storage import outbox as rows
from storage.tables import Meeting, MeetingKind, MeetingStatus, Negotiation, OutboxRow, OutboxState, Party

# Of these everybody is told; a sub-group or the lawyers ask for a brief where they want one.
_SENT_FOR = (MeetingKind.NEGOTIATION, MeetingKind.GATEWAY)


def watch(deps: Deps) -> None:
    """Send the briefs that are due, and bring the posted ones up to date where the record says something new."""
    now = deps.now()
    with deps.db.snapshot() as session:
        due = [row.id or 0 for row in negotiations.every(session) if _Desk(session, row, now).has_work()]
    for negotiation_id in due:
        try:
            with deps.db.transaction() as session:
                desk = _Desk(session, negotiations.lock(session, negotiation_id), now)
                desk.work(deps.templates)
                if outbox.added_to(session):
                    deps.wake.set()
        except Busy:
            return  # somebody is writing; it is still due at the next tick


def post(asked: Asked, to: str, templates: Path | None, *, until: datetime | None = None, automatic: bool) -> None:
    """A brief for a channel or person, kept up to date from now on; its file follows in its thread."""
    facts_now = facts(asked)
    before = _cards(asked.session, asked.meeting, asked.scope)
    key = _key(asked.meeting, asked.scope, len(before) + 1)
    state = {
        "party": asked.scope,
        "facts": rules.fingerprints(facts_now),
        "digest": rules.digest(facts_now),
        "seen": _seen(asked),
        "starts_at": asked.meeting.starts_at.isoformat() if automatic else None,
    }
    _leave(asked, "brief.card", key, to, until, **state)
    folder = str(templates) if templates else None
    for form in service.FORMS:
        more = {"form": form, "thread_of": key, "templates": folder}
        _leave(asked, "brief.file", _file_key(key, form), to, until, party=asked.scope, **more)


def copy(asked: Asked, user_id: str, templates: Path | None, *, with_message: bool) -> None:
    """A brief for one person who asks: the file, and where there is no other answer the message above it."""
    key = f"brief.copy:{asked.meeting.id}:{user_id}:{asked.now.isoformat()}"
    if with_message:
        _leave(asked, "brief.card", key, user_id, None, party=asked.scope, copy=True)
    more = {"thread_of": key} if with_message else {}
    folder = str(templates) if templates else None
    for form in service.FORMS:
        file = {"form": form, "templates": folder, **more}
        _leave(asked, "brief.file", _file_key(key, form), user_id, None, party=asked.scope, **file)


def _leave(asked: Asked, kind: str, key: str, to: str, until: datetime | None, **payload: Any) -> None:
    outbox.enqueue(
        asked.session,
        kind,
        key=key,
        to=to,
        at=asked.now,
        negotiation_id=asked.id,
        ref_id=asked.meeting.id,
        until=until,
        **payload,
    )


def _key(meeting: Meeting, scope: int | None, number: int) -> str:
    return f"brief.card:{meeting.id}:{scope or 0}:{number}"


def _file_key(card_key: str, form: str) -> str:
    return f"brief.file:{form}:{card_key}"


def _cards(session: Session, meeting: Meeting, scope: int | None) -> list[OutboxRow]:
    """The briefs that were posted for a circle, first to last; counted up, so that each is found by its key."""
    found: list[OutboxRow] = []
    while (row := rows.by_key(session, _key(meeting, scope, len(found) + 1))) is not None:
        found.append(row)
    return found


def _seen(asked: Asked) -> list[Any]:
    """What changes whenever the brief may have changed: something was done, or the day is another."""
    shared = ledger.length(asked.session, asked.id)
    own = ledger.length(asked.session, asked.id, asked.scope) if asked.scope else 0
    return [shared, own, asked.today.isoformat()]


@dataclass(frozen=True)
class _Due:
    """A side's brief that is to be sent now."""

    meeting: Meeting
    party: Party
    to: str
    until: datetime


class _Desk:
    """One negotiation at one instant: which briefs are due, and which of those posted have to be mended."""

    def __init__(self, session: Session, negotiation: Negotiation, now: datetime) -> None:
        self._session, self._negotiation, self._now = session, negotiation, now
        self._id, self._zone = negotiation.id or 0, ZoneInfo(negotiation.zone)
        self._times = lead_times.USUAL.over(negotiation.reminders)
        self._ahead = reminders.planned_meetings(session, self._id, now)

    def has_work(self) -> bool:
        return bool(self._ahead) and (any(self._due()) or any(self._stale()) or any(self._late()))

    def work(self, templates: Path | None) -> None:
        for row, until in list(self._late()):
            rows.change_waiting(self._session, row, due_at=self._now, speak_until=until)
        for card, asked in list(self._stale()):
            self._mend(card, asked)
        for due in list(self._due()):
            asked = self._asked(due.meeting, due.party)
            post(asked, due.to, templates, until=due.until, automatic=True)

    def _asked(self, meeting: Meeting, party: Party | None) -> Asked:
        return Asked(self._session, self._negotiation, meeting, party, self._now)

    def _parties(self) -> Sequence[Party]:
        return negotiations.parties(self._session, self._id)

    # -- what nobody has to ask for ----------------------------------------------------------------------

    def _due(self) -> Iterable[_Due]:
        for meeting in self._ahead:
            if meeting.party_id is None and meeting.kind in _SENT_FOR:
                for party in self._parties():
                    due = self._due_to(meeting, party)
                    if due is not None:
                        yield due

    def _due_to(self, meeting: Meeting, party: Party) -> _Due | None:
        calendar = access.negotiation_calendar(self._negotiation)
        since = rules.due_from(meeting.starts_at, self._premeets(meeting, party), self._times, calendar, self._zone)
        on = meeting.starts_at.isoformat()
        sent = (card.payload.get("starts_at") == on for card in _cards(self._session, meeting, party.id))
        if since is None or self._now < since or any(sent):
            return None
        to = announcing.party_recipient(self._session, self._id, party.id or 0)
        if to is None or not rules.may_speak(self._now, self._times_of(to), calendar, self._zone):
            return None
        return _Due(meeting, party, to, self._until(meeting, to))

    def _premeets(self, meeting: Meeting, party: Party) -> list[datetime]:
        """When the party's pre-meets for a meeting begin, or began."""
        return [
            row.started_at or row.starts_at
            for row in meetings.informing(self._session, meeting.id or 0, party.id)
            if row.kind == MeetingKind.PREMEET and row.status != MeetingStatus.CANCELLED
        ]

    def _times_of(self, recipient: str) -> LeadTimes:
        """The negotiation's hours, or those that a person has set on top of them."""
        seats = roster.seats(self._session, self._id)
        seat = next((seat for seat in seats if seat.person.user_id == recipient), None)
        return self._times.over(seat.member.reminders) if seat else self._times

    def _until(self, meeting: Meeting, recipient: str) -> datetime:
        return rules.speak_until(self._now, meeting.starts_at, self._times_of(recipient), self._zone)

    # -- what was posted ---------------------------------------------------------------------------------

    def _posted(self) -> Iterable[tuple[OutboxRow, Meeting, Party | None]]:
        for meeting in self._ahead:
            for party in (None, *self._parties()):
                if meeting.party_id is None or (party is not None and meeting.party_id == party.id):
                    for card in _cards(self._session, meeting, party.id if party else None):
                        yield card, meeting, party

    def _stale(self) -> Iterable[tuple[OutboxRow, Asked]]:
        for card, meeting, party in self._posted():
            asked = self._asked(meeting, party)
            if card.state == OutboxState.SENT and card.payload["seen"] != _seen(asked):
                yield card, asked

    def _mend(self, card: OutboxRow, asked: Asked) -> None:
        """The posted brief follows the record, if what was done since concerns it."""
        seen, digest = _seen(asked), rules.digest(facts(asked))
        if digest != card.payload["digest"]:
            key = f"brief.update:{card.id}:{':'.join(map(str, seen))}"
            _leave(
                asked, "brief.update", key, card.sent_channel or card.recipient, None, party=asked.scope, of=card.key
            )
        card.payload = {**card.payload, "seen": seen, "digest": digest}
        self._session.add(card)

    def _late(self) -> Iterable[tuple[OutboxRow, datetime]]:
        """What Slack did not take in its hours: it may be said now, if that is in them again."""
        calendar = access.negotiation_calendar(self._negotiation)
        for card, meeting, _ in self._posted():
            files = [rows.by_key(self._session, _file_key(card.key, form)) for form in service.FORMS]
            for row in (card, *files):
                if row is None or row.state != OutboxState.PENDING or row.speak_until is None:
                    continue
                times = self._times_of(row.recipient)
                if row.speak_until <= self._now and rules.may_speak(self._now, times, calendar, self._zone):
                    yield row, self._until(meeting, row.recipient)
