"""Whether the record says what the trail says: the trail is replayed and every record held against it."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from bot import render
from bot.exports import registers_audit
from bot.meetings import approving
from storage import Session, clauses, ledger, meetings, minutes, negotiations, outcomes, positions, records
from storage.tables import (
    Action,
    Agreement,
    AgreementStatus,
    Concession,
    Decision,
    Mandate,
    Meeting,
    Negotiation,
    Note,
    Position,
)

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
class ToldMinutes:
    """What the trail says of one version of minutes: its digests, whether it was circulated, who approved it."""

    sha256: str
    circulated: bool = False
    approved_by: list[str] = field(default_factory=list)
    final: str | None = None
    sets: list[str] = field(default_factory=list)


@dataclass
class Trail:
    """What one chain says of everything: records by ref, minutes by meeting and version, their corrections (words,
    how they stand) by meeting and number, what is confidential and why by ref, the words of proposals by ref and of
    metrics by ref and version; what a side keeps for itself (positions, concessions, mandates) by ref and version."""

    records: dict[str, Told] = field(default_factory=dict)
    minutes: dict[tuple[str, int], ToldMinutes] = field(default_factory=dict)
    corrections: dict[tuple[str, int], tuple[str, str]] = field(default_factory=dict)
    confidential: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, str] = field(default_factory=dict)
    wordings: dict[tuple[str, int], str] = field(default_factory=dict)
    kept: dict[tuple[str, int], dict[str, Any]] = field(default_factory=dict)
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
        found += _correction_faults(session, negotiation_id, scope, told)
        if scope is not None:
            found += _kept_faults(session, scope, told)
        if scope is None:
            found += _confidential_faults(session, negotiation_id, told)
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
        elif entry.deed in ("position.kept", "concession.kept", "mandate.given"):
            trail.kept[entry.ref, detail["version"]] = detail
        elif kind == "minutes":
            _follow_minutes(trail, entry.ref, what, detail)
        elif entry.deed == "confidential.marked":
            trail.confidential[entry.ref] = detail["because"]
        elif entry.deed == "confidential.lifted":
            trail.confidential.pop(entry.ref, None)
        elif entry.ref in trail.records:
            _follow(trail.records[entry.ref], kind, what, detail)
    return trail


def _follow_minutes(trail: Trail, ref: str, what: str, detail: dict[str, Any]) -> None:
    if what == "issued":
        trail.minutes[ref, detail["version"]] = ToldMinutes(detail["sha256"])
    elif what == "correction_asked":
        trail.corrections[ref, detail["number"]] = (detail["text"], "asked")
    elif what in ("correction_entered", "correction_declined"):
        words, _ = trail.corrections.get((ref, detail["number"]), ("", ""))
        trail.corrections[ref, detail["number"]] = (words, what.removeprefix("correction_"))
    elif (ref, detail["version"]) in trail.minutes:
        told = trail.minutes[ref, detail["version"]]
        if what == "circulated":
            told.circulated = True
        elif what == "approved":
            told.approved_by.append(detail["party"])
        elif what == "final":
            told.final = detail["sha256"]
        elif what == "set_issued":
            told.sets.append(detail["sha256"])


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


def _kept_faults(session: Session, party_id: int, trail: Trail) -> Iterable[str]:
    """Of what a side keeps for itself only the ref is told: whoever verifies need not be of that side."""
    missing = dict(trail.kept)
    rows: list[Position | Concession | Mandate] = [
        *positions.versions(session, Position, party_id),
        *positions.versions(session, Concession, party_id),
        *positions.versions(session, Mandate, party_id),
    ]
    for row in rows:
        told = missing.pop((row.ref, row.version), None)
        if told is None:
            yield f"{row.ref}, version {row.version}: the trail does not know it."
        elif any(getattr(row, _COLUMNS.get(key, key)) != value for key, value in told.items()):
            yield f"{row.ref}, version {row.version}: it is not what the trail says."
    yield from (f"{ref}, version {number}: it is in the trail, but not in the record." for ref, number in missing)


_COLUMNS = {"member": "member_id"}
"""The columns whose names the trail spells otherwise."""


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
    codes = {party.id: party.code for party in negotiations.parties(session, negotiation_id)}
    for meeting in _held(session, negotiation_id, scope):
        for standing in approving.standings(session, meeting):
            version = standing.version
            named = f"minutes of {meeting.ref}, version {version.version}"
            told = missing.pop((meeting.ref, version.version), None) or ToldMinutes("")
            if told.sha256 != render.fingerprint(version.content):
                yield f"{named}: not the text that was issued."
            if told.circulated != (standing.circulated_at is not None):
                yield f"{named}: whether they were circulated is not what the trail says."
            if told.approved_by != [codes[approval.party_id] for approval in standing.approvals]:
                yield f"{named}: their approvals are not those of the trail."
            copies = minutes.copies(session, version.id or 0)
            if [render.fingerprint(copy.content) for copy in copies if copy.audience] != told.sets:
                yield f"{named}: the sets for others are not those of the trail."
            if (render.fingerprint(standing.approved.content) if standing.approved else None) != told.final:
                yield f"{named}: not the text that was approved."
    yield from (f"minutes of {ref}, version {number}: missing." for ref, number in missing)


def _held(session: Session, negotiation_id: int, scope: int | None) -> list[Meeting]:
    return [row for row in meetings.visible(session, negotiation_id, scope) if row.party_id == scope]


def _correction_faults(session: Session, negotiation_id: int, scope: int | None, trail: Trail) -> Iterable[str]:
    missing = dict(trail.corrections)
    for meeting in _held(session, negotiation_id, scope):
        for row in minutes.corrections(session, meeting.id or 0):
            if missing.pop((meeting.ref, row.number), None) != (row.text, row.status):
                yield f"correction {row.number} of the minutes of {meeting.ref}: not what the trail says."
    yield from (f"correction {number} of the minutes of {ref}: missing." for ref, number in missing)


def _confidential_faults(session: Session, negotiation_id: int, trail: Trail) -> Iterable[str]:
    marked = {row.ref: row.because for row in minutes.marks(session, negotiation_id) if not row.lifted}
    for ref in sorted(marked.keys() | trail.confidential.keys()):
        if marked.get(ref) != trail.confidential.get(ref):
            yield f"{ref}: whether it is confidential, or why, is not what the trail says."
