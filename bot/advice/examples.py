"""Examples of verbs in a negotiation's own words: its code, its people, its clauses and refs."""

import re
from collections.abc import Iterable, Mapping, Sequence

from bot import access, roster
from bot.access import Actor
from bot.errors import UserError
from bot.slack.command import Call
from storage import Session, clauses, documents, meetings, outcomes, records, timetable, variations
from storage.tables import (
    Action,
    Agreement,
    AgreementStatus,
    Commitment,
    ContractChange,
    Derogation,
    Document,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Variation,
)

# What the examples in the table of commands are written with, longest first where one begins another.
_INVENTED = ("4.2/p1", "4.2", "4.3", "SC36", "OXMH", "CCG", "OHP", "@dana", "@omar", "@priya", "@anjali")
_REFS = ("AG1", "A3", "N1", "N2", "S1", "S2", "M1", "M2", "M3", "O1", "LV1", "LM1", "LP1", "DG1", "CV1")
_PAPERS = ("DOC1", "DOC3", "C1")
_TOKEN = re.compile(rf"(?<![\w.@/£-])(?:{'|'.join(map(re.escape, (*_INVENTED, *_PAPERS, *_REFS)))})(?![\w/-]|\.[0-9])")
# Their examples name what is yet to be, or a paragraph of another paper.
_NEW = ("new", "party add", "clause add", "commitment add")
_OPEN_FIRST = {MeetingStatus.OPEN: 0, MeetingStatus.PLANNED: 1}


def own_words(session: Session, call: Call) -> Mapping[str, str]:
    """What stands in the place of the invented names here; nothing for somebody without one clear negotiation."""
    try:
        actor = access.actor(session, call.place, call.code)
    except UserError:
        return {}
    found = {
        "OXMH": actor.negotiation.code,
        **_people(session, actor),
        **_clauses(session, actor),
        **_refs(session, actor),
    }
    return {token: own for token, own in found.items() if own}


def in_own_words(verb: str, example: str, own: Mapping[str, str]) -> str:
    """An example with this negotiation's own names, as far as there are any."""
    if verb in _NEW:
        return example
    return _TOKEN.sub(lambda token: own.get(token[0], token[0]), example)


def _paired(tokens: Iterable[str], own: Sequence[str]) -> dict[str, str]:
    return dict(zip(tokens, own, strict=False))


def _people(session: Session, actor: Actor) -> dict[str, str]:
    """Parties, the asker's own first, and people, those of the own side first and the asker last."""
    seats = roster.seats(session, actor.id)
    mine = [seat for seat in seats if seat.party.id == actor.party_id]
    others = [seat for seat in seats if seat.party.id != actor.party_id]
    people = sorted([*mine, *others], key=lambda seat: seat.person.id == actor.person.id)
    codes = list(dict.fromkeys([*(s.party.code for s in mine), *(s.party.code for s in others)]))
    names = [f"@{seat.person.name}" for seat in people]
    return {**_paired(("CCG", "OHP"), codes), **_paired(("@dana", "@omar", "@priya", "@anjali"), names)}


def _clauses(session: Session, actor: Actor) -> dict[str, str]:
    """Two clauses of the contract as it is, those on which something was proposed first."""
    there = [row for row in clauses.every(session, actor.id) if not row.left_out]
    proposed = clauses.with_proposals(session, actor.id)
    talked = sorted(there, key=lambda row: (row.id or 0) not in proposed)
    national = next((row.number for row in there if row.national), "")
    found = {**_paired(("4.2", "4.3"), [row.number for row in talked]), "SC36": national}
    latest = clauses.latest_proposal(session, talked[0].id or 0) if talked else None
    return {**found, "4.2/p1": f"{talked[0].number}/p{latest.number}"} if latest else found


def _refs(session: Session, actor: Actor) -> dict[str, str]:
    """The refs that everybody knows: a private one in an example might be copied to where others read."""
    there = [row for row in meetings.visible(session, actor.id, None) if row.status != MeetingStatus.CANCELLED]
    negotiation = _meeting(there, MeetingKind.NEGOTIATION)
    subgroup = _meeting(there, MeetingKind.SUBGROUP)
    entries = variations.every(session, Variation, actor.id)
    outcome = outcomes.every(session, actor.id)
    return {
        "N1": negotiation,
        "N2": negotiation,
        "S1": subgroup,
        "S2": subgroup,
        **_milestones(session, actor),
        "AG1": _agreement(session, actor),
        "A3": _action(session, actor),
        **{f"{kind}1": _last(row.ref for row in entries if row.ref.startswith(kind)) for kind in ("LV", "LM", "LP")},
        "DG1": _last(row.ref for row in variations.every(session, Derogation, actor.id)),
        "CV1": _last(row.ref for row in variations.every(session, ContractChange, actor.id)),
        **dict.fromkeys(("DOC1", "DOC3"), _last(row.ref for row in documents.every(session, Document, actor.id))),
        "C1": _last(row.ref for row in documents.every(session, Commitment, actor.id)),
        "O1": outcome[0].ref if outcome else "",
    }


def _last(refs: Iterable[str]) -> str:
    return next(reversed(list(refs)), "")


def _meeting(there: Iterable[Meeting], kind: MeetingKind) -> str:
    """The open one, the next one, or else the last."""
    rows = [row for row in there if row.kind == kind]
    coming = sorted(
        (row for row in rows if row.status in _OPEN_FIRST), key=lambda row: _OPEN_FIRST[MeetingStatus(row.status)]
    )
    return next((row.ref for row in coming), _last(row.ref for row in rows))


def _milestones(session: Session, actor: Actor) -> dict[str, str]:
    rows = timetable.milestones(session, actor.id)
    ahead = [row.ref for row in rows if row.done_on is None] or [row.ref for row in rows]
    gateway = next((row.ref for row in rows if row.kind == "gateway"), "")
    return {**_paired(("M1", "M2", "M3"), ahead), **({"M3": gateway} if gateway else {})}


def _agreement(session: Session, actor: Actor) -> str:
    rows = records.visible(session, Agreement, actor.id, None)
    awaiting = [row.ref for row in rows if row.status == AgreementStatus.AWAITING]
    return _last(awaiting) or _last(row.ref for row in rows)


def _action(session: Session, actor: Actor) -> str:
    """One of the asker's own, or the first that is due."""
    rows: list[Action] = [row for row in records.open_actions(session, actor.id, None) if row.party_id is None]
    owned = records.owners(session, [row.id or 0 for row in rows])
    mine = [row.ref for row in rows if actor.member and actor.member.id in owned[row.id or 0]]
    return next(iter([*mine, *(row.ref for row in rows)]), "")
