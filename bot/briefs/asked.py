"""One meeting as one circle asks about it: what a brief is written from, loaded once, and only what the circle may see.

Whatever belongs to one party is asked for by that party's id in here and nowhere else, so that for everyone at the
table (`party` None) there is nothing of it to write.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from bot import access, roster
from bot.briefs import rules
from bot.clauses import rules as clause_rules
from bot.clauses import views as clause_views
from bot.clauses.standing import Standing, standings
from bot.positions import rules as position_rules
from bot.positions import views as position_views
from bot.readiness import service as readiness
from bot.readiness.rules import Item
from bot.roster import Seat
from bot.workdays import Calendar
from storage import Session, clauses, meetings, negotiations, positions, records
from storage.tables import (
    Action,
    AgendaItem,
    Attendance,
    ClauseStatus,
    Concession,
    Mandate,
    Meeting,
    Negotiation,
    Note,
    NoteKind,
    Party,
    Position,
    Proposal,
    RecordStatus,
)

_UNTOUCHED = (ClauseStatus.NOT_STARTED, ClauseStatus.OPEN)
_READ = 500  # characters of an agenda item in which clauses are looked for


@dataclass(frozen=True)
class Issue:
    """What is still open: a clause with each side's last stated position, or a topic; and what the side wants there."""

    number: str
    title: str
    clause: Standing | None
    said: Sequence[Proposal]
    wanted: Position | None


@dataclass(frozen=True)
class Asked:
    """A meeting at an instant, as a party or (None) everyone at the table asks about it."""

    session: Session
    negotiation: Negotiation
    meeting: Meeting
    party: Party | None
    now: datetime

    @property
    def id(self) -> int:
        return self.negotiation.id or 0

    @property
    def scope(self) -> int | None:
        return self.party.id if self.party else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.negotiation.zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def held_on(self) -> date:
        return self.meeting.starts_at.astimezone(self.zone).date()

    @cached_property
    def calendar(self) -> Calendar:
        return access.negotiation_calendar(self.negotiation)

    # -- people -----------------------------------------------------------------------------------------

    @cached_property
    def seats(self) -> dict[int, Seat]:
        return {seat.member.id or 0: seat for seat in roster.seats(self.session, self.id)}

    @cached_property
    def parties(self) -> dict[int, Party]:
        return {row.id or 0: row for row in negotiations.parties(self.session, self.id)}

    @cached_property
    def expected(self) -> list[Seat]:
        return roster.expected(self.session, self.meeting, self.seats.values())

    @cached_property
    def attendance(self) -> list[Attendance]:
        return meetings.attendance(self.session, self.meeting.id or 0)

    def is_ours(self, seat: Seat) -> bool:
        return self.party is not None and seat.party.id == self.party.id

    def title(self, member_id: int | None) -> str:
        """How somebody at the table is named: "Dana Reyes (CCG)"; nothing for nobody."""
        seat = self.seats.get(member_id or 0)
        return seat.title if seat else ""

    # -- the shared record ------------------------------------------------------------------------------

    @cached_property
    def agenda(self) -> list[AgendaItem]:
        return meetings.agenda(self.session, self.meeting.id or 0)

    @cached_property
    def clauses(self) -> list[Standing]:
        """The clauses of the contract, sorted as people read numbers."""
        return [found for found in standings(self.session, self.id) if not found.clause.left_out]

    @cached_property
    def proposals(self) -> dict[int, list[Proposal]]:
        return clauses.proposals(self.session, [found.clause.id or 0 for found in self.clauses])

    @cached_property
    def issues(self) -> list[Issue]:
        """What is open and was spoken of, or matters to the side; what comes first in `rules.rank` first."""
        wanted = dict(self._positions)
        found = []
        for each in self.clauses:
            mine = wanted.pop(position_rules.key(each.clause.number), None)
            said = list(clause_views.last_positions(self.proposals[each.clause.id or 0]).values())
            silent = each.status in _UNTOUCHED and not said and mine is None
            if each.status in clause_rules.UNSETTLED and (not silent or self._is_on_agenda(each.clause.number)):
                found.append(Issue(each.clause.number, each.clause.title, each, said, mine))
        found += [Issue(row.subject, "", None, (), row) for row in wanted.values()]
        return sorted(found, key=self._rank)

    @property
    def silent(self) -> int:
        """How many open clauses nobody has said anything on."""
        unsettled = sum(each.status in clause_rules.UNSETTLED for each in self.clauses)
        return unsettled - sum(issue.clause is not None for issue in self.issues)

    @cached_property
    def _agenda_titles(self) -> list[str]:
        return [item.title[:_READ] for item in self.agenda]

    def _is_on_agenda(self, number: str) -> bool:
        return rules.names(self._agenda_titles, number)

    def _rank(self, issue: Issue) -> tuple[object, ...]:
        status = issue.clause.status if issue.clause else ClauseStatus.OPEN
        importance = issue.wanted.importance if issue.wanted else None
        return rules.rank(issue.number, status, importance, self._agenda_titles)

    @cached_property
    def actions(self) -> list[Action]:
        """Open actions that the circle may see, soonest deadline first."""
        return records.open_actions(self.session, self.id, self.scope)

    @cached_property
    def owners(self) -> dict[int, list[int]]:
        return records.owners(self.session, [row.id or 0 for row in self.actions])

    @cached_property
    def declarations(self) -> list[Note]:
        rows = records.visible(self.session, Note, self.id, self.scope)
        return [row for row in rows if row.kind == NoteKind.DECLARATION and row.status == RecordStatus.RECORDED]

    @cached_property
    def informing(self) -> list[Meeting]:
        """The meetings that inform this one, the side's own pre-meets too."""
        return meetings.informing(self.session, self.meeting.id or 0, self.scope)

    @cached_property
    def advice(self) -> dict[int, list[Note]]:
        """What each of them recommends, as far as the circle may see it."""
        return {
            row.id or 0: [
                note
                for note in meetings.recommendations(self.session, row.id or 0)
                if note.party_id in (None, self.scope)
            ]
            for row in self.informing
        }

    @cached_property
    def readiness(self) -> list[Item]:
        return readiness.check(self.session, self.negotiation, self.party, "", now=self.now)

    # -- what is private to the party -------------------------------------------------------------------

    @cached_property
    def _positions(self) -> dict[str, Position]:
        if self.party is None:
            return {}
        kept = positions.latest(positions.versions(self.session, Position, self.party.id or 0))
        return {row.subject_key: row for row in position_views.ranked(kept)}

    @cached_property
    def concessions(self) -> list[Concession]:
        if self.party is None:
            return []
        return positions.latest(positions.versions(self.session, Concession, self.party.id or 0))

    @cached_property
    def mandates(self) -> dict[int, Mandate]:
        """What each of the party's people may settle, by member."""
        if self.party is None:
            return {}
        rows = positions.latest(positions.versions(self.session, Mandate, self.party.id or 0))
        return {row.member_id: row for row in rows}

    @property
    def wants(self) -> list[Position]:
        """The party's positions on what is still open, what comes first in the issues first."""
        return [issue.wanted for issue in self.issues if issue.wanted is not None]
