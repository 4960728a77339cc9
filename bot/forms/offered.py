"""What a field may be chosen from: things of the record, as far as the person may see them.

Each list gives (typed, shown) pairs: what stands in the words of the verb, and what people read.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from bot import dates, roster
from bot.access import Actor, meeting_in_progress
from bot.choices import packs as choice_packs
from bot.clauses.rules import SETTLED
from bot.clauses.standing import Standing, standings
from bot.contracts import packs as contract_packs
from bot.outcomes import packs as outcome_packs
from bot.outcomes.standing import register
from bot.scope import packs as scope_packs
from bot.timetable import packs as timetable_packs
from bot.variations import regimes
from storage import (
    Session,
    choices,
    clauses,
    documents,
    meetings,
    minutes,
    negotiations,
    outcomes,
    positions,
    records,
    scope,
    timetable,
    variations,
)
from storage.tables import (
    Action,
    ActionStatus,
    Agreement,
    AgreementStatus,
    ClauseStatus,
    Commitment,
    CommitmentStatus,
    Concession,
    ContractChange,
    CorrectionStatus,
    Criterion,
    Decision,
    Derogation,
    Document,
    Meeting,
    MeetingStatus,
    Note,
    ScopeService,
    Variation,
    VariationKind,
)

MOST = 100  # what a list in Slack holds; where there is more, people type what they mean
_LONGEST_VALUE = 70  # characters of what is typed; Slack takes 75 for certain, and a code may stand before it

Option = tuple[str, str]


@dataclass(frozen=True)
class Asked:
    """Who chooses, of what, and when."""

    session: Session
    actor: Actor
    at: datetime
    templates: Path | None = None


def offered(name: str, asked: Asked) -> list[Option]:
    """What this list holds for this person; each thing once."""
    found = dict(option for option in LISTS[name](asked) if option[0] and len(option[0]) <= _LONGEST_VALUE)
    return [(typed, shown.strip() or typed) for typed, shown in found.items()]


def _titled(rows: Iterable[tuple[str, str]]) -> Iterator[Option]:
    return ((ref, f"{ref} {' '.join(words.split())}") for ref, words in rows)


# -- the table and its meetings --------------------------------------------------------------------------


def _parties(asked: Asked) -> Iterator[Option]:
    return _titled((party.code, party.name) for party in negotiations.parties(asked.session, asked.actor.id))


def _aliases(asked: Asked) -> Iterator[Option]:
    for seat in roster.seats(asked.session, asked.actor.id):
        for alias in seat.member.aliases:
            yield f"@{seat.person.name} {alias}", f"{alias}: {seat.title}"


def _sets(asked: Asked) -> Iterator[Option]:
    yield "public", "The public"
    yield from _parties(asked)


def _meetings(asked: Asked, *statuses: MeetingStatus) -> list[Meeting]:
    """Soonest first; those that are over, newest first."""
    rows = meetings.visible(asked.session, asked.actor.id, asked.actor.party_id)
    found = [row for row in rows if row.status in statuses]
    return found[::-1] if MeetingStatus.CLOSED in statuses else found


def _said(asked: Asked, rows: Iterable[Meeting]) -> Iterator[Option]:
    for row in rows:
        day = dates.full_date(row.starts_at.astimezone(asked.actor.zone).date())
        yield row.ref, f"{row.ref} {row.title[:40].rstrip()}, {day}"


def _ahead(asked: Asked) -> Iterator[Option]:
    return _said(asked, _meetings(asked, MeetingStatus.OPEN, MeetingStatus.PLANNED))


def _planned(asked: Asked) -> Iterator[Option]:
    return _said(asked, _meetings(asked, MeetingStatus.PLANNED))


def _startable(asked: Asked) -> Iterator[Option]:
    """Those that may begin in this very channel: a side's own in its caucus, the others where the table meets."""
    if asked.actor.channel is None:
        return iter(())
    here = [row for row in _meetings(asked, MeetingStatus.PLANNED) if row.party_id == asked.actor.scope]
    return _said(asked, here)


def _open(asked: Asked) -> Iterator[Option]:
    return _said(asked, _meetings(asked, MeetingStatus.OPEN))


def _closed(asked: Asked) -> Iterator[Option]:
    return _said(asked, _meetings(asked, MeetingStatus.CLOSED))


def _every_meeting(asked: Asked) -> Iterator[Option]:
    yield from _ahead(asked)
    yield from _closed(asked)


def _recommending(asked: Asked) -> Iterator[Option]:
    yield from _gateways(asked)
    yield from _every_meeting(asked)


def _papers(asked: Asked) -> Iterator[Option]:
    for meeting in _meetings(asked, MeetingStatus.OPEN, MeetingStatus.PLANNED):
        for paper in meetings.papers(asked.session, meeting.id or 0):
            if paper.received_at is None:
                yield f"{meeting.ref} {paper.number}", f"{meeting.ref}, paper {paper.number}: {paper.title}"


def _items(asked: Asked) -> Iterator[Option]:
    meeting = meeting_in_progress(asked.session, asked.actor)
    for item in meetings.agenda(asked.session, meeting.id or 0) if meeting else []:
        yield str(item.number), f"{item.number}. {item.title}"


def _corrections(asked: Asked) -> Iterator[Option]:
    for meeting in _meetings(asked, MeetingStatus.CLOSED):
        for row in minutes.corrections(asked.session, meeting.id or 0, CorrectionStatus.ASKED):
            for verb in ("accept", "decline"):
                shown = f"{verb.capitalize()} {meeting.ref}, correction {row.number}: {row.text}"
                yield f"{meeting.ref} {verb} {row.number}", shown


# -- the timetable ---------------------------------------------------------------------------------------


def _milestones(asked: Asked) -> Iterator[Option]:
    """Those that are still to come first."""
    rows = timetable.milestones(asked.session, asked.actor.id)
    return _titled((row.ref, row.title) for row in sorted(rows, key=lambda row: row.is_done))


def _open_milestones(asked: Asked) -> Iterator[Option]:
    rows = timetable.milestones(asked.session, asked.actor.id)
    return _titled((row.ref, row.title) for row in rows if not row.is_done)


def _gateways(asked: Asked) -> Iterator[Option]:
    rows = timetable.milestones(asked.session, asked.actor.id)
    return _titled((row.ref, row.title) for row in rows if row.kind == "gateway")


# -- the record ------------------------------------------------------------------------------------------


def _open_actions(asked: Asked) -> Iterator[Option]:
    rows = records.open_actions(asked.session, asked.actor.id, asked.actor.party_id)
    return _titled((row.ref, row.text) for row in rows)


def _agreements(asked: Asked, *statuses: AgreementStatus) -> list[Agreement]:
    """Newest first."""
    rows = records.visible(asked.session, Agreement, asked.actor.id, asked.actor.party_id)
    return [row for row in rows[::-1] if row.status in statuses]


def _waiting(asked: Asked) -> Iterator[Option]:
    return _titled(
        (row.ref, row.text) for row in _agreements(asked, AgreementStatus.AWAITING, AgreementStatus.OBJECTED)
    )


def _recorded(asked: Asked) -> Iterator[Option]:
    """What minutes for others may leave out: shared records, newest first, and items of agendas."""
    sight = (asked.actor.id, asked.actor.party_id)
    agreements = records.visible(asked.session, Agreement, *sight)
    decisions = records.visible(asked.session, Decision, *sight)
    actions = records.visible(asked.session, Action, *sight)
    notes = records.visible(asked.session, Note, *sight)
    for rows in (agreements, decisions, actions, notes):
        yield from _titled((row.ref, row.text) for row in rows[:-26:-1] if row.party_id is None)
    for meeting in _meetings(asked, MeetingStatus.CLOSED, MeetingStatus.OPEN):
        for item in meetings.agenda(asked.session, meeting.id or 0) if meeting.party_id is None else []:
            yield f"{meeting.ref} item {item.number}", f"{meeting.ref}, item {item.number}: {item.title}"


def _marked(asked: Asked) -> Iterator[Option]:
    rows = minutes.marks(asked.session, asked.actor.id)
    return ((row.ref.replace("/", " item "), row.ref) for row in rows)


# -- clauses ---------------------------------------------------------------------------------------------


def _standings(asked: Asked) -> list[Standing]:
    return [found for found in standings(asked.session, asked.actor.id) if not found.clause.left_out]


def _clauses(asked: Asked) -> Iterator[Option]:
    return _titled(clauses.titled(asked.session, asked.actor.id))


def _unsettled(asked: Asked) -> Iterator[Option]:
    rows = [found.clause for found in _standings(asked) if found.status not in SETTLED]
    return _titled((row.number, row.title) for row in rows)


def _reopened(asked: Asked) -> Iterator[Option]:
    """What may be opened again: actions that are done, clauses, entries that every party has agreed."""
    for action in records.visible(asked.session, Action, asked.actor.id, asked.actor.party_id)[::-1]:
        if action.status == ActionStatus.DONE:
            yield action.ref, f"{action.ref} {action.text}"
    rows = [found.clause for found in _standings(asked) if found.status != ClauseStatus.OPEN]
    yield from _titled((row.number, row.title) for row in rows)
    yield from _titled((row.ref, row.title) for row in _live(asked) if row.agreement_id is not None)


def _withdrawn(asked: Asked) -> Iterator[Option]:
    """One's own side's proposals, what it recorded as agreed, and clauses."""
    for proposed in clauses.standing(asked.session, asked.actor.id).values():
        yield from _titled((row.ref, row.text) for row in proposed if row.party_id == asked.actor.party_id)
    yield from _waiting(asked)
    yield from _unsettled(asked)


def _agreed_by_ref(asked: Asked) -> Iterator[Option]:
    """What is agreed in the words that it has: entries of the registers, metrics, and clauses with a proposal."""
    yield from _titled((row.ref, row.title) for row in _live(asked))
    yield from _changes(asked)
    yield from _metrics(asked)
    proposed = clauses.with_proposals(asked.session, asked.actor.id)
    for found in _standings(asked):
        if found.clause.id in proposed and found.status not in SETTLED:
            yield found.clause.number, f"{found.clause.number} {found.clause.title}, latest proposal"


def _versions(asked: Asked) -> Iterator[Option]:
    for row in clauses.files(asked.session, asked.actor.id)[::-1]:
        yield str(row.number), f"Version {row.number}"


# -- registers -------------------------------------------------------------------------------------------


def _live(asked: Asked) -> list[Variation]:
    rows = variations.every(asked.session, Variation, asked.actor.id)
    return [row for row in rows if not row.withdrawn_because]


def _entries(asked: Asked) -> Iterator[Option]:
    return _titled((row.ref, row.title) for row in _live(asked))


def _of_kind(kind: VariationKind) -> Callable[[Asked], Iterator[Option]]:
    return lambda asked: _titled((row.ref, row.title) for row in _live(asked) if row.kind == kind)


def _changes(asked: Asked) -> Iterator[Option]:
    rows = variations.every(asked.session, ContractChange, asked.actor.id)
    return _titled((row.ref, row.title) for row in rows if not row.withdrawn_because)


def _derogations(asked: Asked) -> Iterator[Option]:
    rows = variations.every(asked.session, Derogation, asked.actor.id)
    return _titled((row.ref, f"{row.clause} {row.text}") for row in rows if not row.withdrawn_because)


def _questions(asked: Asked) -> Iterator[Option]:
    """What the tests of the entries ask, each once."""
    for row in _live(asked):
        for question in regimes.named(row.regime, asked.templates).rules(row.kind).questions:
            yield question.key, f"{question.key}: {question.ask}"


def _outcomes(asked: Asked) -> Iterator[Option]:
    return _titled((row.ref, row.title) for row in outcomes.every(asked.session, asked.actor.id))


def _metrics(asked: Asked) -> Iterator[Option]:
    return _titled((found.metric.ref, found.wording.text) for found in register(asked.session, asked.actor.id).every)


def _outcomes_and_metrics(asked: Asked) -> Iterator[Option]:
    yield from _outcomes(asked)
    yield from _metrics(asked)


def _services(asked: Asked) -> Iterator[Option]:
    return _titled((row.ref, row.name) for row in scope.every(asked.session, ScopeService, asked.actor.id))


def _drafts(asked: Asked) -> Iterator[Option]:
    rows = documents.every(asked.session, Document, asked.actor.id)[::-1]
    return _titled((row.ref, f"{row.title}, version {row.version}") for row in rows)


def _commitments(*statuses: CommitmentStatus) -> Callable[[Asked], Iterator[Option]]:
    def found(asked: Asked) -> Iterator[Option]:
        rows = documents.every(asked.session, Commitment, asked.actor.id)
        return _titled((row.ref, row.text) for row in rows if row.status in statuses)

    return found


def _criteria(asked: Asked) -> Iterator[Option]:
    rows = choices.every(asked.session, Criterion, asked.actor.id)
    return ((str(row.number), f"{row.number}. {row.text}") for row in rows)


def _routes(asked: Asked) -> Iterator[Option]:
    for row in choice_packs.options(asked.templates).routes:
        yield str(row.number), f"{row.number}. {row.structure}: {'; '.join(row.route)}"


def _points(asked: Asked) -> Iterator[Option]:
    for row in choice_packs.options(asked.templates).points:
        yield str(row.number), f"{row.number}. {row.structure}, {row.kind}: {row.text}"


def _structures(asked: Asked) -> Iterator[Option]:
    return ((row.name, row.name) for row in choice_packs.options(asked.templates).structures)


def _regimes(asked: Asked) -> Iterator[Option]:
    return ((row.name, f"{row.name}: {row.title}") for row in regimes.every(asked.templates))


def _packs(names: Callable[[Path | None], list[str]]) -> Callable[[Asked], Iterator[Option]]:
    return lambda asked: ((name, name) for name in names(asked.templates))


# -- one's own side's ------------------------------------------------------------------------------------


def _concessions(asked: Asked) -> Iterator[Option]:
    rows = positions.latest(positions.versions(asked.session, Concession, asked.actor.party_id or 0))
    return ((row.ref, f"{row.ref} ({row.state}), {row.subject}: {row.text}") for row in rows)


LISTS: Mapping[str, Callable[[Asked], Iterable[Option]]] = {
    "parties": _parties,
    "aliases": _aliases,
    "sets": _sets,
    "ahead": _ahead,
    "planned": _planned,
    "startable": _startable,
    "open": _open,
    "closed": _closed,
    "meetings": _every_meeting,
    "recommending": _recommending,
    "papers": _papers,
    "items": _items,
    "corrections": _corrections,
    "milestones": _milestones,
    "open milestones": _open_milestones,
    "gateways": _gateways,
    "open actions": _open_actions,
    "waiting": _waiting,
    "recorded": _recorded,
    "marked": _marked,
    "clauses": _clauses,
    "unsettled": _unsettled,
    "reopened": _reopened,
    "withdrawn": _withdrawn,
    "agreed by ref": _agreed_by_ref,
    "versions": _versions,
    "entries": _entries,
    "modifications": _of_kind(VariationKind.MODIFICATION),
    "prices": _of_kind(VariationKind.PRICE),
    "changes": _changes,
    "derogations": _derogations,
    "questions": _questions,
    "outcomes": _outcomes,
    "metrics": _metrics,
    "outcomes and metrics": _outcomes_and_metrics,
    "services": _services,
    "drafts": _drafts,
    "open commitments": _commitments(CommitmentStatus.OPEN),
    "carried commitments": _commitments(CommitmentStatus.OPEN, CommitmentStatus.CARRIED),
    "settled commitments": _commitments(CommitmentStatus.CARRIED, CommitmentStatus.WAIVED),
    "criteria": _criteria,
    "routes": _routes,
    "points": _points,
    "structures": _structures,
    "regimes": _regimes,
    "timetable packs": _packs(timetable_packs.names),
    "clause packs": _packs(contract_packs.names),
    "outcome packs": _packs(outcome_packs.names),
    "scope packs": _packs(scope_packs.names),
    "choice packs": _packs(choice_packs.names),
    "concessions": _concessions,
}
