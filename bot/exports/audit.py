"""Whether the record says what the trail says: the trail is replayed and every record held against it."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot.exports import registers_audit
from storage import Session, clauses, ledger, meetings, negotiations, outcomes, records
from storage.tables import Action, Agreement, AgreementStatus, Decision, Negotiation, Note

_FIRST_STATUS = {"agreement": AgreementStatus.AWAITING.value, "action": "open"}


@dataclass
class Told:
    """What the trail says of one record: its words, how it stands, and what each party has said of it."""

    text: str
    status: str
    version: int = 1
    due_on: str | None = None
    owners: set[int] = field(default_factory=set)
    words: dict[tuple[int, str], str] = field(default_factory=dict)


@dataclass
class Trail:
    """What one chain says of everything: records by ref, digests of minutes by meeting and version, the words of
    proposals by ref and of metrics by ref and version."""

    records: dict[str, Told] = field(default_factory=dict)
    minutes: dict[tuple[str, int], str] = field(default_factory=dict)
    proposals: dict[str, str] = field(default_factory=dict)
    wordings: dict[tuple[str, int], str] = field(default_factory=dict)
    unreadable: list[int] = field(default_factory=list)


def faults(session: Session, negotiation: Negotiation) -> list[str]:
    """Records, confirmations and minutes that differ from the trail or are missing, a sentence each."""
    negotiation_id = negotiation.id or 0
    parties = {party.id: party.code for party in negotiations.parties(session, negotiation_id)}
    found = []
    for scope in (None, *parties):
        told = _replayed(session, negotiation_id, scope)
        found += [f"entry {seq}: its detail cannot be read." for seq in told.unreadable]
        found += _record_faults(session, negotiation_id, scope, told, parties)
        found += _minutes_faults(session, negotiation_id, scope, told)
        if scope is None:
            found += _proposal_faults(session, negotiation_id, told)
            found += _wording_faults(session, negotiation_id, told)
            found += registers_audit.faults(session, negotiation)
    return found


def _replayed(session: Session, negotiation_id: int, scope: int | None) -> Trail:
    trail = Trail()
    for entry in ledger.entries(session, negotiation_id, scope or 0):
        try:
            detail = json.loads(entry.detail)
        except ValueError:
            trail.unreadable.append(entry.seq)
            continue
        kind, _, what = entry.deed.partition(".")
        if what == "recorded":
            first = Told(detail["text"], _FIRST_STATUS.get(kind, "recorded"))
            trail.records[entry.ref] = first
            _promised(first, detail)
        elif entry.deed == "proposal.made":
            trail.proposals[entry.ref] = detail["text"]
        elif entry.deed in ("metric.added", "metric.reworded"):
            trail.wordings[entry.ref, detail.get("version", 1)] = detail["wording"]
        elif entry.deed == "minutes.issued":
            trail.minutes[entry.ref, detail["version"]] = detail["sha256"]
        elif entry.ref in trail.records:
            _follow(trail.records[entry.ref], kind, what, detail)
    return trail


def _follow(told: Told, kind: str, what: str, detail: dict[str, Any]) -> None:
    if what == "reworded":
        told.text = detail["text"]
        _promised(told, detail)
        if kind == "agreement":
            told.version, told.status = told.version + 1, AgreementStatus.AWAITING.value
    elif what == "extended":
        told.due_on = detail["due_on"]
    elif what == "reassigned":
        told.owners = set(detail["owners"])
    elif what == "reopened":
        told.status = detail.get("status", "open")
    elif what == "recounted":
        told.status = detail["status"]
    elif what == "filled_in":
        told.owners |= set(detail["owners"])
        told.due_on = detail["due_on"]
    elif what in ("confirmed", "objected"):
        told.words[detail["version"], detail["party"]] = what
        told.status = detail["status"]
    else:
        told.status = what  # withdrawn, undone, done


def _promised(told: Told, detail: dict[str, Any]) -> None:
    if "owners" in detail:
        told.owners, told.due_on = set(detail["owners"]), detail["due_on"]


def _record_faults(
    session: Session, negotiation_id: int, scope: int | None, trail: Trail, parties: dict[int | None, str]
) -> Iterable[str]:
    agreements = records.visible(session, Agreement, negotiation_id, scope)
    actions = records.visible(session, Action, negotiation_id, scope)
    said = records.confirmations(session, [row.id or 0 for row in agreements])
    owners = records.owners(session, [row.id or 0 for row in actions])
    rows: list[records.AnyRecord] = [
        *agreements,
        *actions,
        *records.visible(session, Decision, negotiation_id, scope),
        *records.visible(session, Note, negotiation_id, scope),
    ]
    missing = dict(trail.records)
    for row in rows:
        if row.party_id != scope:
            continue
        told = missing.pop(row.ref, None)
        if told is None:
            yield f"{row.ref}: the trail does not know it."
            continue
        if row.text != told.text:
            yield f"{row.ref}: its words are not those of the trail."
        if row.status != told.status:
            yield f"{row.ref}: it is {row.status}, but {told.status} in the trail."
        if isinstance(row, Agreement):
            words = {(w.version, parties[w.party_id]): str(w.stance) for w in said[row.id or 0]}
            if row.version != told.version or words != told.words:
                yield f"{row.ref}: its confirmations are not those of the trail."
        if isinstance(row, Action):
            due_on = row.due_on.isoformat() if row.due_on else None
            if due_on != told.due_on or set(owners[row.id or 0]) != told.owners:
                yield f"{row.ref}: its owners or its date are not those of the trail."
    yield from (f"{ref}: it is in the trail, but not in the record." for ref in missing)


def _proposal_faults(session: Session, negotiation_id: int, trail: Trail) -> Iterable[str]:
    missing = dict(trail.proposals)
    numbered = [row.id or 0 for row in clauses.every(session, negotiation_id)]
    for rows in clauses.proposals(session, numbered).values():
        for row in rows:
            if missing.pop(row.ref, None) != row.text:
                yield f"{row.ref}: its words are not those of the trail."
    yield from (f"{ref}: it is in the trail, but not in the record." for ref in missing)


def _wording_faults(session: Session, negotiation_id: int, trail: Trail) -> Iterable[str]:
    missing = dict(trail.wordings)
    refs = {row.id: row.ref for found in outcomes.metrics(session, negotiation_id).values() for row in found}
    for metric_id, rows in outcomes.wordings(session, negotiation_id).items():
        for row in rows:
            if missing.pop((refs[metric_id], row.number), None) != row.text:
                yield f"{refs[metric_id]}, wording {row.number}: its words are not those of the trail."
    yield from (f"{ref}, wording {number}: it is in the trail, but not in the record." for ref, number in missing)


def _minutes_faults(session: Session, negotiation_id: int, scope: int | None, trail: Trail) -> Iterable[str]:
    missing = dict(trail.minutes)
    for meeting in meetings.visible(session, negotiation_id, scope):
        for version in meetings.minutes(session, meeting.id or 0) if meeting.party_id == scope else ():
            digest = hashlib.sha256(version.content.encode()).hexdigest()
            if missing.pop((meeting.ref, version.version), None) != digest:
                yield f"minutes of {meeting.ref}, version {version.version}: not the text that was issued."
    yield from (f"minutes of {ref}, version {number}: missing." for ref, number in missing)
