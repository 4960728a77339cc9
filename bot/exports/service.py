"""The record as JSON: stable keys, whole texts, nothing private unless asked for by its own party.

The keys are a promise that outside scripts rely on; `docs/export.md` describes them.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from bot import roster
from bot.choices import export as choices
from bot.clauses import export as clauses
from bot.clauses import rules as clause_rules
from bot.documents import export as registers
from bot.meetings import approving
from bot.outcomes import export as outcomes
from bot.positions import export as positions
from bot.roster import Seat
from bot.scope import export as scope_and_value
from bot.variations import export as variations
from storage import Session, ledger, meetings, migrate, minutes, moving, negotiations, records, timetable
from storage.moving import Sight
from storage.records import R
from storage.tables import (
    Action,
    Agreement,
    AttendanceStatus,
    Decision,
    Meeting,
    Milestone,
    Negotiation,
    Note,
    Party,
    Role,
    Stance,
)

VERSION = 1
"""Of the keys. It counts up when one is added, unless new tables came with it: `import` looks at both."""
EVERY_PARTY = "all"

V = TypeVar("V", Meeting, Agreement, Decision, Action, Note)


def as_json(
    session: Session,
    negotiation: Negotiation,
    party: Party | None = None,
    templates: Path | None = None,
    *,
    every_party: bool = False,
) -> dict[str, Any]:
    """Everything shared, and with `party` that party's private record too, or with `every_party` everybody's.

    Instants are ISO 8601 in UTC. Registers that nothing has been entered in yet are empty lists, so that scripts find
    every key. `templates` is the deployment's own folder, whose packs come before the built-in ones. `rows` are the
    same things as the tables hold them: from these `import` makes the record again.
    """
    sees = _in_sight(session, negotiation, party, every_party)
    sight = Sight([row.id or 0 for row in sees], personal=every_party)
    return {
        "format": {"version": VERSION, "tables": migrate.HEAD},
        **in_words(session, negotiation, party, templates, every_party=every_party),
        "rows": moving.read(session, negotiation.id or 0, sight),
    }


def _in_sight(session: Session, negotiation: Negotiation, party: Party | None, every_party: bool) -> list[Party]:
    """The parties whose private record is wanted."""
    if every_party:
        return negotiations.parties(session, negotiation.id or 0)
    return [party] if party else []


def in_words(
    session: Session,
    negotiation: Negotiation,
    party: Party | None = None,
    templates: Path | None = None,
    *,
    every_party: bool = False,
) -> dict[str, Any]:
    """The keys that people read, without the `rows` that machines do."""
    negotiation_id = negotiation.id or 0
    sees = _in_sight(session, negotiation, party, every_party)
    own = {row.id for row in sees}
    everyone = roster.seats(session, negotiation_id)
    seats = {seat.member.id or 0: seat for seat in everyone}
    listed = _visible(lambda party_id: meetings.visible(session, negotiation_id, party_id), sees)
    held = {row.id: row for row in sorted(listed, key=lambda row: (row.starts_at, row.id or 0))}
    parties = {p.id or 0: p for p in negotiations.parties(session, negotiation_id)}
    milestones = timetable.milestones(session, negotiation_id, removed=True)
    refs = {row.id: row.ref for row in milestones}
    context = _Context(session, negotiation_id, sees, seats, held, parties, refs)
    return {
        "negotiation": {
            "code": negotiation.code,
            "title": negotiation.title,
            "zone": negotiation.zone,
            "calendar": negotiation.calendar,
            "marking": negotiation.marking,
            "structure": negotiation.structure,
            "closed_days": negotiation.closed_days,
            "reminders": negotiation.reminders,
            "created_at": _iso(negotiation.created_at),
            "private_to": EVERY_PARTY if every_party else party.code if party else None,
        },
        "parties": [
            {"code": p.code, "name": p.name, "kind": p.kind, "signs": p.must_sign, "quorum": p.quorum}
            for p in parties.values()
        ],
        "members": [
            {
                "name": seat.person.name,
                "user": seat.person.user_id,
                "party": seat.party.code,
                "roles": seat.member.roles,
                "aliases": seat.member.aliases,
                "authority": seat.member.authority if seat.party.id in own else None,
            }
            for seat in everyone
        ],
        "milestones": [_milestone(row, refs, seats) for row in milestones],
        "meetings": [context.meeting(meeting) for meeting in held.values()],
        **clauses.as_json(session, negotiation_id, _party_codes(parties), _names(seats)),
        "agreements": context.agreements(),
        "decisions": context.decisions(),
        "actions": context.actions(),
        "notes": context.notes(),
        "variations": variations.entries(session, negotiation, seats),
        "derogations": variations.derogations(session, negotiation, seats),
        "changes": variations.changes(session, negotiation, parties, seats),
        **_kept(session, sees, seats),
        **outcomes.as_json(session, negotiation_id, seats),
        **scope_and_value.as_json(session, negotiation_id, seats),
        "documents": registers.drafts(session, negotiation_id, parties, seats),
        "commitments": registers.promises(session, negotiation_id, parties, seats),
        "choices": choices.as_json(session, negotiation, seats, templates),
        "minutes": [
            {
                "meeting": meeting.ref,
                "version": standing.version.version,
                "status": standing.status,
                "sha256": standing.sha256,
                "issued_sha256": standing.version.sha256,
                "issued_at": _iso(standing.version.issued_at),
                "circulated_at": _iso(standing.circulated_at),
                "approvals": [
                    {
                        "party": parties[approval.party_id].code,
                        "member": seats[approval.member_id].person.name,
                        "at": _iso(approval.at),
                    }
                    for approval in standing.approvals
                ],
                "awaited": [party.code for party in standing.awaited],
                "replaced_by": standing.replaced_by,
            }
            for meeting in held.values()
            for standing in approving.standings(session, meeting)
        ],
        "minutes_corrections": [
            {
                "meeting": meeting.ref,
                "number": row.number,
                "version": row.version,
                "text": row.text,
                "status": row.status,
                "asked_by": seats[row.member_id].person.name,
                "asked_at": _iso(row.at),
                "settled_by": seats[row.settled_by_id].person.name if row.settled_by_id else None,
                "settled_at": _iso(row.settled_at),
                "because": row.because,
            }
            for meeting in held.values()
            for row in minutes.corrections(session, meeting.id or 0)
        ],
        "minutes_sets": [
            {
                "meeting": meeting.ref,
                "version": standing.version.version,
                "audience": copy.audience,
                "sha256": copy.sha256,
                "made_at": _iso(copy.at),
            }
            for meeting in held.values()
            for standing in approving.standings(session, meeting)
            for copy in minutes.copies(session, standing.version.id or 0)
            if copy.audience
        ],
        "confidential": [
            {
                "ref": row.ref,
                "because": row.because,
                "status": "lifted" if row.lifted else "confidential",
                "marked_by": seats[row.member_id].person.name,
                "marked_at": _iso(row.at),
            }
            for row in minutes.marks(session, negotiation_id)
        ],
        "ledger": [
            {
                "private_to": None if chain == 0 else parties[chain].code,
                "seq": entry.seq,
                "at": _iso(entry.at),
                "actor": entry.actor,
                "deed": entry.deed,
                "ref": entry.ref,
                "detail": entry.detail,
                "previous": entry.previous,
                "hash": entry.hash,
            }
            for chain in (0, *(row.id or 0 for row in sees))
            for entry in ledger.entries(session, negotiation_id, chain)
        ],
    }


def _party_codes(parties: dict[int, Party]) -> dict[int, str]:
    return {number: party.code for number, party in parties.items()}


def _names(seats: dict[int, Seat]) -> dict[int, str]:
    return {number: seat.person.name for number, seat in seats.items()}


def _visible(read: Callable[[int | None], list[V]], sees: Sequence[Party]) -> list[V]:
    """The shared rows and those private to these parties; `read` gives what one party may see, None for none."""
    if not sees:
        return read(None)
    first, *others = sees
    return read(first.id) + [row for party in others for row in read(party.id) if row.party_id == party.id]


def _kept(session: Session, sees: Sequence[Party], seats: dict[int, Seat]) -> dict[str, list[dict[str, Any]]]:
    """What these parties keep for themselves."""
    kept = positions.as_json(session, None, seats)
    for party in sees:
        for key, rows in positions.as_json(session, party, seats).items():
            kept[key] += rows
    return kept


def _milestone(row: Milestone, refs: dict[int | None, str], seats: dict[int, Seat]) -> dict[str, Any]:
    rule = {"after": refs[row.after_id], "count": row.count, "unit": row.unit} if row.after_id else None
    return {
        "ref": row.ref,
        "title": row.title,
        "kind": row.kind,
        "date": row.planned.isoformat() if row.planned else None,
        "month": row.month,
        "rule": rule,
        "baseline": row.baseline.isoformat() if row.baseline else row.baseline_month,
        "done_on": row.done_on.isoformat() if row.done_on else row.done_month,
        "owner": seats[row.owner_id].person.name if row.owner_id else None,
        "status": "removed" if row.removed else "done" if row.is_done else "planned",
        "rating": row.rating,
        "rated_because": row.rated_because,
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


class _Context:
    """One negotiation as one circle may see it, with the names that records refer to."""

    def __init__(
        self,
        session: Session,
        negotiation_id: int,
        sees: Sequence[Party],
        seats: dict[int, Seat],
        held: dict[int | None, Meeting],
        parties: dict[int, Party],
        milestones: dict[int | None, str],
    ) -> None:
        self._milestones = milestones
        self._session, self._negotiation_id, self._sees = session, negotiation_id, sees
        self._seats, self._held, self._parties = seats, held, parties

    def meeting(self, meeting: Meeting) -> dict[str, Any]:
        attendance = meetings.attendance(self._session, meeting.id or 0)
        informs = self._held.get(meeting.informs_id)
        # Of several parties there is no one answer; `rows` has them all.
        alone = self._sees[0].id or 0 if len(self._sees) == 1 else 0
        own = meetings.prepared(self._session, meeting.id or 0, alone)
        return {
            "ref": meeting.ref,
            "kind": meeting.kind,
            "title": meeting.title,
            "starts_at": _iso(meeting.starts_at),
            "minutes_planned": meeting.minutes_planned,
            "place": meeting.place,
            "purpose": meeting.purpose,
            "ground_rules": meeting.ground_rules,
            "preparation_minutes": meeting.preparation_minutes,
            "prepared_minutes": own.minutes if own else None,
            "sequence": meeting.sequence,
            "reason": meeting.reason,
            "status": meeting.status,
            "started_at": _iso(meeting.started_at),
            "ended_at": _iso(meeting.ended_at),
            "chair": self._holder(attendance, Role.CHAIR),
            "scribe": self._holder(attendance, Role.SCRIBE),
            "attendance": [
                {
                    "name": row.name,
                    "party": seat.party.code if (seat := self._seats.get(row.member_id or 0)) else None,
                    "roles": seat.member.roles if seat else [],
                    "capacity": row.capacity,
                    "status": row.status,
                    "reply": row.reply,
                }
                for row in attendance
            ],
            "agenda": [
                {
                    "number": item.number,
                    "title": item.title,
                    "owner": self._name(item.owner_id),
                    "minutes": item.minutes,
                    "carried_over": item.carried_from_id is not None,
                    "taken_at": _iso(item.taken_at),
                }
                for item in meetings.agenda(self._session, meeting.id or 0)
            ],
            "papers": [
                {
                    "number": paper.number,
                    "title": paper.title,
                    "owner": self._name(paper.owner_id),
                    "received_at": _iso(paper.received_at),
                }
                for paper in meetings.papers(self._session, meeting.id or 0)
            ],
            "informs": informs.ref if informs else None,
            "private_to": self._private(meeting.party_id),
        }

    def _recorded(self, kind: type[R]) -> list[R]:
        return _visible(lambda party: records.visible(self._session, kind, self._negotiation_id, party), self._sees)

    def _holder(self, attendance: Iterable[Any], role: Role) -> str | None:
        for row in attendance:
            seat = self._seats.get(row.member_id or 0)
            if seat and row.status != AttendanceStatus.APOLOGIES and role in seat.member.roles:
                return seat.person.name
        return None

    def _name(self, member_id: int | None) -> str | None:
        seat = self._seats.get(member_id or 0)
        return seat.person.name if seat else None

    def agreements(self) -> list[dict[str, Any]]:
        rows = self._recorded(Agreement)
        said = records.confirmations(self._session, [row.id or 0 for row in rows])
        return [
            {
                **self._common(row),
                "clause": row.clause,
                "wording": row.text,
                "digest": clause_rules.digest(row.text),
                "version": row.version,
                "reopened_because": row.because,
                "confirmations": [
                    {
                        "party": self._parties[word.party_id].code,
                        "member": self._seats[word.member_id].person.name,
                        "at": _iso(word.at),
                    }
                    for word in said[row.id or 0]
                    if word.version == row.version and word.stance == Stance.CONFIRMED
                ],
                "objections": [
                    {
                        "party": self._parties[word.party_id].code,
                        "member": self._seats[word.member_id].person.name,
                        "at": _iso(word.at),
                        "reason": word.reason,
                    }
                    for word in said[row.id or 0]
                    if word.version == row.version and word.stance == Stance.OBJECTED
                ],
            }
            for row in rows
        ]

    def decisions(self) -> list[dict[str, Any]]:
        rows = self._recorded(Decision)
        return [{**self._common(row), "text": row.text} for row in rows]

    def actions(self) -> list[dict[str, Any]]:
        rows = self._recorded(Action)
        owners = records.owners(self._session, [row.id or 0 for row in rows])
        return [
            {
                **self._common(row),
                "text": row.text,
                "owners": [self._seats[owner].person.name for owner in owners[row.id or 0]],
                "due_on": row.due_on.isoformat() if row.due_on else None,
                "done_at": _iso(row.done_at),
                "evidence": row.evidence,
                "recommended_by": self._milestones.get(row.milestone_id),
            }
            for row in rows
        ]

    def notes(self) -> list[dict[str, Any]]:
        rows = self._recorded(Note)
        return [
            {
                **self._common(row),
                "kind": row.kind,
                "text": row.text,
                "until": row.until.isoformat() if row.until else None,
                "about": self._seats[row.about_id].person.name if row.about_id else None,
            }
            for row in rows
        ]

    def _common(self, row: records.AnyRecord) -> dict[str, Any]:
        meeting = self._held.get(row.meeting_id)
        return {
            "ref": row.ref,
            "status": row.status,
            "meeting": meeting.ref if meeting else None,
            "private_to": self._private(row.party_id),
            "source": {
                "channel": row.channel_id,
                "ts": row.ts,
                "permalink": row.permalink,
                "author": self._seats[row.author_id].person.name,
                "at": _iso(row.at),
                "logged_by": self._seats[row.logged_by_id].person.name if row.logged_by_id else None,
            },
        }

    def _private(self, party_id: int | None) -> str | None:
        return self._parties[party_id].code if party_id else None
