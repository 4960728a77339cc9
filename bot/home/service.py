"""What waits for one person in all of their negotiations, and where those stand: asked of the record, never kept.

Nothing is locked. How many questions are asked does not depend on how many negotiations, meetings or actions there are.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cached_property

from bot import access, roster
from bot.access import Actor, Capability
from bot.actions import rules as action_rules
from bot.clauses.standing import LEGAL_OPEN, Outlined, outlined
from bot.home.facts import Ahead, Asked, Facts, Lacking, Some, Wording, some
from bot.meetings import approving
from bot.meetings.rules import LATE
from bot.record import rules as record_rules
from bot.timetable import rules as timetable_rules
from bot.timetable import service as timetable_service
from bot.timetable.rules import Point
from storage import Session, clauses, homes, negotiations, records, timetable
from storage.clauses import Outline
from storage.homes import Coming, Issued
from storage.tables import Action, AttendanceStatus, ClauseStatus, Meeting, MeetingStatus, Role

MOST_AGREEMENTS, MOST_MINUTES, MOST_INVITATIONS, MOST_INCOMPLETE, MOST_ACTIONS, MOST_CORRECTIONS = 5, 3, 3, 3, 10, 2
MOST_DRAFTS = 2
MOST_CLAUSES, MOST_MEETINGS, MOST_MILESTONES = 8, 5, 6
"""How much of each one page shows: with all of it, and the longest words, it stays within Slack's 100 blocks."""


def facts(session: Session, team_id: str, user_id: str, chosen_id: int | None, *, now: datetime) -> Facts:
    """Everything on somebody's App Home, for one of their negotiations or (None, or one that they left) for all."""
    seats = access.seats_of(session, team_id, user_id)
    shown = [seat for seat in seats if seat.id == chosen_id] or seats
    return _Desk(session, seats, shown, now).facts() if shown else Facts(now, (), ())


class _Desk:
    """One person's places at several tables, at one instant."""

    def __init__(self, session: Session, seats: Sequence[Actor], shown: Sequence[Actor], now: datetime) -> None:
        self._session, self._seats, self._now = session, seats, now
        self._at = {seat.id: seat for seat in shown}
        self._members = [seat.member.id or 0 for seat in shown if seat.member]
        self._parties = [seat.party_id or 0 for seat in shown if seat.party]

    def facts(self) -> Facts:
        ahead = self._coming()
        unsettled = homes.unsettled_minutes(self._session, self._at, self._parties)
        contract, counts = outlined(self._session, self._at, self._members, self._with(Role.LEGAL))
        return Facts(
            at=self._now,
            seats=self._seats,
            shown=list(self._at.values()),
            agreements=self._agreements(),
            minutes=self._minutes(unsettled),
            drafts=self._drafts(unsettled),
            invitations=self._meetings([each for each in ahead if self._unanswered(each)], MOST_INVITATIONS),
            incomplete=self._incomplete(),
            actions=self._actions(),
            corrections=self._corrections(),
            escalated=self._escalated(contract),
            uncleared=self._uncleared(contract),
            meetings=self._meetings(ahead, MOST_MEETINGS),
            milestones=self._milestones(),
            clauses=[(self._at[key], counted) for key, counted in counts.items()],
        )

    def _with(self, *roles: Role) -> list[int]:
        """The negotiations in which the person has one of these roles."""
        return [key for key, seat in self._at.items() if seat.roles & set(roles)]

    # -- what waits for the person -----------------------------------------------------------------------

    def _agreements(self) -> Some[Wording]:
        speaks = {
            seat.party_id or 0: seat
            for seat in self._at.values()
            if seat.party and seat.party.must_sign and seat.may(Capability.CONFIRM)
        }
        found = [
            (speaks[party_id], agreement_id)
            for agreement_id, clause, party_id in homes.agreements_to_confirm(self._session, speaks)
            if (member := speaks[party_id].member) and record_rules.within_authority(member.authority, clause)
        ]
        first = some(found, MOST_AGREEMENTS)
        rows = homes.agreements(self._session, [agreement_id for _, agreement_id in first.shown])
        names = self._names(row.author_id for row in rows.values())
        shown = [(seat, rows[agreement_id]) for seat, agreement_id in first.shown]
        return Some([Wording(seat, row, names.get(row.author_id, "")) for seat, row in shown], first.more)

    def _names(self, member_ids: Iterable[int]) -> dict[int, str]:
        named = negotiations.speakers(self._session, set(member_ids))
        return {member_id: f"{name} ({code})" for member_id, (name, code) in named.items()}

    def _minutes(self, unsettled: Iterable[Issued]) -> Some[tuple[Actor, Issued]]:
        """The minutes that are put to the person's side, for those who may approve them."""
        found = [(self._at[row.meeting.negotiation_id], row) for row in unsettled if not row.is_draft]
        return some([(seat, row) for seat, row in found if _approves(seat, row.meeting)], MOST_MINUTES)

    def _incomplete(self) -> Some[Lacking]:
        able = [seat for seat in self._at.values() if seat.may(Capability.RECORD)]
        members = [seat.member.id or 0 for seat in able if seat.member]
        tables = [seat.id for seat in able]
        rows, number = homes.incomplete_actions(self._session, tables, members, self._parties, most=MOST_INCOMPLETE)
        owners = records.owners(self._session, [row.id or 0 for row in rows])
        return Some(
            [
                Lacking(self._at[row.negotiation_id], row, action_rules.lacking(row, owners[row.id or 0]))
                for row in rows
            ],
            number - len(rows),
        )

    def _actions(self) -> Some[tuple[Actor, Action]]:
        rows, number = homes.dated_actions(self._session, self._members, self._parties, most=MOST_ACTIONS)
        return Some([(self._at[row.negotiation_id], row) for row in rows], number - len(rows))

    def _drafts(self, unsettled: Iterable[Issued]) -> Some[tuple[Actor, Issued]]:
        """The minutes that nobody has put to the parties yet, for those who may."""
        able = self._may_keep()
        found = [row for row in unsettled if row.is_draft and row.meeting.negotiation_id in able]
        return some(
            [(self._at[row.meeting.negotiation_id], row) for row in found if self._keeps(row.meeting)], MOST_DRAFTS
        )

    def _may_keep(self) -> list[int]:
        """The negotiations in which the person keeps minutes, or does where nobody else is there to."""
        return [key for key, seat in self._at.items() if seat.roles & approving.KEEP or seat.may(Capability.CONFIRM)]

    def _keeps(self, meeting: Meeting) -> bool:
        """As `approving.keepers`, of all that is on the page with one question."""
        if self._at[meeting.negotiation_id].roles & approving.KEEP:
            return True
        kept = {key for key in self._kept if meeting.party_id in (None, key[1])}
        return meeting.negotiation_id not in {negotiation_id for negotiation_id, _ in kept}

    @cached_property
    def _kept(self) -> set[tuple[int, int]]:
        """The negotiations and parties that have somebody who keeps minutes."""
        everyone = homes.roles_at(self._session, self._may_keep())
        return {(negotiation, party) for negotiation, party, roles in everyone if approving.KEEP & set(roles)}

    def _corrections(self) -> Some[Asked]:
        asked = homes.corrections_asked(self._session, self._may_keep(), self._parties)
        first = some([(row, meeting) for row, meeting in asked if self._keeps(meeting)], MOST_CORRECTIONS)
        names = self._names(row.member_id for row, _ in first.shown)
        return Some(
            [
                Asked(self._at[meeting.negotiation_id], meeting, row, names.get(row.member_id, ""))
                for row, meeting in first.shown
            ],
            first.more,
        )

    def _escalated(self, contract: Iterable[Outlined]) -> Some[tuple[Actor, Outline]]:
        """The clauses that were handed to the person, or to the step of the ladder on which they decide."""
        steps = clauses.rungs_of(self._session, self._members)
        found = [
            (self._at[each.clause.negotiation_id], each.clause)
            for each in contract
            if each.status == ClauseStatus.ESCALATED
            and (
                (each.clause.escalated_to_id or 0) in self._members
                or (each.clause.escalated_to_id is None and _step(each.clause) in steps)
            )
        ]
        return some(found, MOST_CLAUSES)

    def _uncleared(self, contract: Iterable[Outlined]) -> Some[tuple[Actor, Outline]]:
        lawyers = self._with(Role.LEGAL)
        found = [
            (self._at[each.clause.negotiation_id], each.clause)
            for each in contract
            if each.clause.negotiation_id in lawyers
            and each.clause.legal == LEGAL_OPEN
            and each.status != ClauseStatus.WITHDRAWN
        ]
        return some(found, MOST_CLAUSES)

    # -- where things stand ------------------------------------------------------------------------------

    def _coming(self) -> list[Coming]:
        """The meetings that the person is to come to: not those they sent apologies for."""
        found = homes.coming(self._session, self._at, self._members, self._parties, self._now - LATE)
        some_only = [each.id for each in found if each.kind not in roster.FOR_ALL]
        named = homes.asked_by_name(self._session, some_only) if some_only else ()
        return [
            each
            for each in found
            if each.there != AttendanceStatus.APOLOGIES
            and roster.is_meant(each.kind, by_name=each.id in named, named=each.there is not None)
        ]

    def _unanswered(self, each: Coming) -> bool:
        """A pre-meet that Parley placed asks nobody: it gives way to whatever people plan."""
        asks = each.status == MeetingStatus.PLANNED and not each.automatic and each.reply is None
        return asks and self._at[each.negotiation_id].member is not None

    def _meetings(self, found: Sequence[Coming], most: int) -> Some[tuple[Actor, Meeting]]:
        first = some(found, most)
        rows = homes.meetings(self._session, [each.id for each in first.shown])
        return Some([(self._at[each.negotiation_id], rows[each.id]) for each in first.shown], first.more)

    def _milestones(self) -> Some[Ahead]:
        ahead = timetable.unreached(self._session, self._at)
        ahead.sort(key=lambda each: (*timetable_rules.place(Point("", "", each.planned, each.month)), each.id))
        first = some(ahead, MOST_MILESTONES)
        wanted = {each.id for each in first.shown} | {each.after_id for each in first.shown if each.after_id}
        rows = timetable.some(self._session, wanted)
        refs = {key: row.ref for key, row in rows.items()}
        shown = [(self._at[each.negotiation_id], rows[each.id]) for each in first.shown]
        return Some([Ahead(seat, row, timetable_service.point(row, refs)) for seat, row in shown], first.more)


def _step(clause: Outline) -> tuple[int, int | None]:
    return clause.negotiation_id, clause.level_up


def _approves(seat: Actor, meeting: Meeting) -> bool:
    """Whether the person may approve these minutes for their side, and their side is asked to."""
    asked = seat.party is not None and (meeting.party_id == seat.party_id or seat.party.must_sign)
    return asked and seat.may(Capability.APPROVE)
