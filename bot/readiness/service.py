"""Is this negotiation ready? Each question is asked of the record as it is, with the command that mends what is not.

What belongs to one side alone (its pre-meets) is asked only for that side.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import access, dates, roster
from bot.actions import rules as action_rules
from bot.clauses.standing import LEGAL_OPEN, Standing, standings
from bot.contracts import numbers
from bot.errors import UserError
from bot.meetings import premeets
from bot.meetings import rules as meeting_rules
from bot.readiness import rules
from bot.readiness.rules import Item, Planned, Status
from bot.reminders.rules import last_day_in_time, working_day_after
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.timetable import views as timetable_views
from bot.workdays import Calendar
from storage import Session, clauses, documents, meetings, negotiations, records, timetable, variations
from storage.tables import (
    Commitment,
    CommitmentStatus,
    Derogation,
    Document,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Milestone,
    Negotiation,
    Party,
    PartyKind,
    Role,
    Structure,
    Variation,
)

TIMETABLE, ROLES, RECORDING = "Negotiation timetable", "Expectations and roles", "Recording capacity"
PREPARATION, CONTRACT, SUBGROUPS = "Preparation and pre-meets", "Full contract in advance", "Technical sub-groups"
LEGAL, STANDARD, COMMITMENTS = "Legal support", "Standard contract and local changes", "Commitments of the submission"
STRUCTURE = "Contract structure"
_MORNING = "10:00"


@dataclass(frozen=True)
class _Table:
    """One negotiation at one instant, as one person (or, for the command line, its administrator) asks about it."""

    session: Session
    negotiation: Negotiation
    party: Party | None
    asker: str
    now: datetime
    parties: Sequence[Party]
    seats: Sequence[Seat]
    meetings: Sequence[Meeting]
    given: dict[str, list[str]] = field(default_factory=dict)
    """The roles that the commands of this answer give so far, by name; under "" the side the asker would sit for."""

    @property
    def id(self) -> int:
        return self.negotiation.id or 0

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.negotiation.zone)

    @property
    def today(self) -> date:
        return self.now.astimezone(self.zone).date()

    @property
    def calendar(self) -> Calendar:
        return access.negotiation_calendar(self.negotiation)

    @property
    def signing(self) -> list[Party]:
        return [party for party in self.parties if party.must_sign]

    def ahead(self, kind: MeetingKind) -> list[Meeting]:
        """The meetings of a kind that are still to come, soonest first."""
        return [
            m for m in self.meetings if m.kind == kind and m.status == MeetingStatus.PLANNED and m.starts_at > self.now
        ]

    def day(self, working_days: int, after: date | None = None) -> str:
        """A working day as people type it: "14 december 2026"."""
        day = working_day_after(after or self.today, working_days, self.calendar)
        return f"{day.day} {day:%B %Y}".lower()

    def clock(self, meeting: Meeting) -> str:
        return f"{meeting.starts_at.astimezone(self.zone):%H:%M}"


def check(session: Session, negotiation: Negotiation, party: Party | None, asker: str, *, now: datetime) -> list[Item]:
    """Everything that good practice asks, in its order; `asker` is the name put into commands that need one."""
    negotiation_id = negotiation.id or 0
    table = _Table(
        session,
        negotiation,
        party,
        asker,
        now,
        negotiations.parties(session, negotiation_id),
        roster.seats(session, negotiation_id),
        meetings.visible(session, negotiation_id, party.id if party else None),
    )
    own_side = party is not None and party.must_sign
    return [
        *_timetable(table),
        *_roles(table),
        *_recording(table),
        *(_preparation(table) if own_side else ()),
        *_contract(table),
        *_subgroups(table),
        *_legal(table),
        *_standard(table),
        *_commitments(table),
        *_structure(table),
    ]


# -- the timetable --------------------------------------------------------------------------------------


def _timetable(table: _Table) -> list[Item]:
    rows = timetable.milestones(table.session, table.id)
    if not rows:
        command = f"milestone add Contract signed on {table.day(60)} kind signature owner @{table.asker}"
        return [Item(TIMETABLE, Status.FAIL, "No milestone is in the timetable.", command)]
    counted_from = {row.after_id for row in rows}
    faults = [fault for row in rows if row.done_on is None for fault in _milestone(table, row, counted_from)]
    planned = [Planned(row.ref, row.kind, on) for row in rows if (on := _first_day(row)) is not None]
    for later, earlier in rules.out_of_order(planned):
        faults.append(
            Item(
                TIMETABLE,
                Status.FAIL,
                f"{later.ref} ({later.kind}) is planned before {earlier.ref} ({earlier.kind}).",
                f"milestone move {later.ref} to {table.day(1, earlier.on)} because it follows {earlier.ref}",
            )
        )
    return rules.or_fine(TIMETABLE, faults, f"{len(rows)} milestones, each dated and owned.")


def _first_day(row: Milestone) -> date | None:
    """The day on which a milestone is planned or was done; the first of its month where that is all that is known."""
    return row.done_on or row.planned or (date.fromisoformat(f"{row.month}-01") if row.month else None)


def _milestone(table: _Table, row: Milestone, counted_from: set[int | None]) -> Iterable[Item]:
    in_time = last_day_in_time(row.planned, row.month)
    if in_time is None and row.after_id is None:
        yield Item(
            TIMETABLE,
            Status.WARN,
            f"{row.ref} {row.title} has no date.",
            f"milestone move {row.ref} to {table.day(20)} because it had no date",
        )
    elif in_time is not None and in_time < table.today:
        planned = timetable_views.in_words(row.planned or row.month or in_time)
        yield Item(
            TIMETABLE,
            Status.WARN,
            f"{row.ref} {row.title} was planned for {planned} and is not done.",
            f"milestone move {row.ref} to {table.day(5)} because it is late",
        )
    elif row.month is not None and row.planned is None and row.id in counted_from:
        day = working_day_after(date.fromisoformat(f"{row.month}-14"), 1, table.calendar)
        yield Item(
            TIMETABLE,
            Status.WARN,
            f"{row.ref} {row.title} is only a month, and what is counted from it has no date.",
            f"milestone move {row.ref} to {table.day(0, day)} because others are counted from it",
        )
    if row.owner_id is None:
        yield Item(
            TIMETABLE, Status.WARN, f"{row.ref} {row.title} has no owner.", f"milestone own {row.ref} @{table.asker}"
        )


# -- people ---------------------------------------------------------------------------------------------


def _roles(table: _Table) -> list[Item]:
    faults = []
    if len(table.signing) < 2:
        there = mrkdwn.listed(party.code for party in table.signing) or "nobody"
        faults.append(
            Item(
                ROLES, Status.FAIL, f"A contract needs two sides; {there} signs.", "party add PROV Provider as provider"
            )
        )
    faults += [
        fault
        for party in table.signing
        for fault in _seat_for(table, ROLES, party, meeting_rules.SPEAKERS, f"{party.name} has no lead or negotiator.")
    ]
    for role, missing in ((Role.CHAIR, "No chair is named."), (Role.SCRIBE, "No scribe is named.")):
        faults += _seat_for(table, ROLES, None, (role,), missing)
    for meeting in table.ahead(MeetingKind.NEGOTIATION):
        if not meeting.purpose.strip():
            command = f"meeting purpose {meeting.ref} Settle the clauses that are open"
            faults.append(Item(ROLES, Status.WARN, f"{meeting.ref} has no purpose.", command))
        if not meeting.ground_rules.strip():
            command = f"meeting rules {meeting.ref} One voice for each side; what is agreed is recorded at once"
            faults.append(Item(ROLES, Status.WARN, f"{meeting.ref} has no ground rules.", command))
    return rules.or_fine(ROLES, faults, "Chair, scribe and a voice for each side; every meeting has purpose and rules.")


def _seat_for(table: _Table, item: str, party: Party | None, roles: Sequence[Role], evidence: str) -> Iterable[Item]:
    """A fault where nobody (of a party) has one of these roles; mended by giving it to somebody who is there.

    What the commands before it in the same answer give is counted in, so that they may be typed in turn. Where a
    party has nobody yet, only its own people can mend that: the asker sits for one side.
    """
    there = [seat for seat in table.seats if party is None or seat.party.id == party.id]
    if any(set(roles) & set(seat.member.roles) for seat in there):
        return
    fits = [seat for seat in there if seat.person.name == table.asker] or there
    if fits:
        who, code, kept = fits[0].person.name, fits[0].party.code, list(fits[0].member.roles)
    else:
        sides = [each.code for each in table.signing if party is None or each.id == party.id]
        who, code, kept = table.asker, table.given.get("", [*sides, "CODE"])[0], []
        if table.seats or (party is not None and code != party.code):
            yield Item(item, Status.FAIL, f"{evidence} Somebody of theirs takes the seat.")
            return
        table.given[""] = [code]
    given = table.given.setdefault(who, kept)
    given.append(roles[0].value)
    yield Item(item, Status.FAIL, evidence, f"member add @{who} to {code} as {', '.join(given)}")


def _recording(table: _Table) -> list[Item]:
    faults = []
    for meeting in (*table.ahead(MeetingKind.NEGOTIATION), *table.ahead(MeetingKind.SUBGROUP)):
        coming = roster.expected(table.session, meeting, table.seats)
        if not any(Role.SCRIBE in seat.member.roles for seat in coming):
            scribe = next((seat.person.name for seat in table.seats if Role.SCRIBE in seat.member.roles), table.asker)
            command = f"attend {meeting.ref} @{scribe} as scribe"
            faults.append(Item(RECORDING, Status.FAIL, f"{meeting.ref} has no scribe who comes.", command))
    actions = records.open_actions(table.session, table.id, table.party.id if table.party else None)
    owners = records.owners(table.session, [row.id or 0 for row in actions])
    for row in actions:
        if row.party_id is not None:
            continue
        lacking = action_rules.lacking(row, owners[row.id or 0])
        if "an owner" in lacking:
            command = f"reassign {row.ref} to @{table.asker}"
            faults.append(Item(RECORDING, Status.FAIL, f"{row.ref} has no owner.", command))
        if "a date" in lacking:
            command = f"extend {row.ref} to {table.day(5)} because it had no date"
            faults.append(Item(RECORDING, Status.FAIL, f"{row.ref} has no date.", command))
    return rules.or_fine(RECORDING, faults, "A scribe comes to every meeting; every action has owner and date.")


# -- meetings -------------------------------------------------------------------------------------------


def _preparation(table: _Table) -> list[Item]:
    """A pre-meet of the asker's own side before each negotiation meeting, early enough for the padded preparation."""
    faults = []
    ahead = table.ahead(MeetingKind.NEGOTIATION)
    for meeting in ahead:
        own = [
            other
            for other in meetings.informing(table.session, meeting.id or 0, table.party.id if table.party else None)
            if other.kind == MeetingKind.PREMEET and other.status == MeetingStatus.PLANNED
        ]
        needed = dates.length(meeting_rules.padded(premeets.preparation(meeting)))
        if not own:
            when = _time_for_premeet(table, meeting)
            faults.append(
                Item(
                    PREPARATION,
                    Status.FAIL,
                    f"Your side has no pre-meet before {meeting.ref}; it needs {needed} of preparation after one.",
                    f"meeting add premeet Pre-meet for {meeting.ref} on {when} for 1h informs {meeting.ref}",
                )
            )
        elif _gap_is_short(table, own[-1], meeting):
            when = _time_for_premeet(table, meeting)
            evidence = (
                f"Between {own[-1].ref} and {meeting.ref} there is less than the {needed} of preparation it needs."
            )
            command = f"meeting move {own[-1].ref} to {when} because preparation takes longer"
            faults.append(Item(PREPARATION, Status.WARN, evidence, command))
    evidence = "Your side has a pre-meet before each negotiation meeting, with time to prepare after it."
    return rules.or_fine(PREPARATION, faults, evidence if ahead else "No negotiation meeting is planned.")


def _gap_is_short(table: _Table, premeet: Meeting, meeting: Meeting) -> bool:
    ends = premeet.starts_at + timedelta(minutes=premeet.minutes_planned)
    try:
        short = meeting_rules.preparation_gap_short_by(
            ends, meeting.starts_at, premeets.preparation(meeting), table.calendar, table.zone
        )
    except UserError:
        return False  # beyond the calendar's years
    return short is not None


def _time_for_premeet(table: _Table, meeting: Meeting) -> str:
    busy = [
        (other.starts_at, other.starts_at + timedelta(minutes=other.minutes_planned))
        for other in table.meetings
        if other.status == MeetingStatus.PLANNED
    ]
    try:
        start = meeting_rules.premeet_start(
            meeting.starts_at, premeets.preparation(meeting), table.calendar, table.zone, busy=busy, earliest=table.now
        )
    except UserError:
        start = None
    local = (start or meeting.starts_at - timedelta(days=1)).astimezone(table.zone)
    return f"{local.day} {local:%B %Y} at {local:%H:%M}".lower()


def _contract(table: _Table) -> list[Item]:
    """A complete draft ten working days before the first negotiation meeting that is still to come."""
    drafts = documents.every(table.session, Document, table.id)
    if not drafts:
        return [
            Item(CONTRACT, Status.FAIL, "No draft of the contract is issued.", "document add Full contract version 1")
        ]
    latest = max(drafts, key=lambda row: (row.issued_on, row.id or 0))
    missing = [
        row.name
        for row in documents.schedules(table.session, [latest.id or 0])[latest.id or 0]
        if row.received_at is None
    ]
    if missing:
        evidence = f"{latest.ref} {latest.title} version {latest.version} lacks {mrkdwn.listed(missing)}."
        return [Item(CONTRACT, Status.FAIL, evidence, f"document received {latest.ref} {', '.join(missing)}")]
    ahead = table.ahead(MeetingKind.NEGOTIATION)
    complete = f"{latest.ref} {latest.title} version {latest.version} is complete."
    if not ahead:
        return [Item(CONTRACT, Status.OK, complete)]
    first = min(drafts, key=lambda row: row.issued_on)
    earliest = working_day_after(first.issued_on, rules.FULL_CONTRACT_DAYS, table.calendar)
    if ahead[0].starts_at.astimezone(table.zone).date() < earliest:
        issued = f"{first.ref} was issued on {dates.full_date(first.issued_on)}"
        evidence = f"{ahead[0].ref} is held less than {rules.FULL_CONTRACT_DAYS} working days after {issued}."
        when = f"{table.day(0, earliest)} at {table.clock(ahead[0])}"
        command = f"meeting move {ahead[0].ref} to {when} because the full contract is to be read first"
        return [Item(CONTRACT, Status.FAIL, evidence, command)]
    return [Item(CONTRACT, Status.OK, complete)]


def _subgroups(table: _Table) -> list[Item]:
    groups = [m for m in table.meetings if m.kind == MeetingKind.SUBGROUP and m.status != MeetingStatus.CANCELLED]
    ahead = table.ahead(MeetingKind.NEGOTIATION)
    if not groups:
        if not ahead:
            return [Item(SUBGROUPS, Status.OK, "No negotiation meeting is planned that one could inform.")]
        before = working_day_after(ahead[-1].starts_at.astimezone(table.zone).date(), -2, table.calendar)
        when = table.day(1, max(before, table.today) - timedelta(days=1))
        return [
            Item(
                SUBGROUPS,
                Status.WARN,
                "No technical sub-group prepares a negotiation meeting.",
                f"meeting add subgroup Finance sub-group on {when} at {_MORNING} for 1h informs {ahead[-1].ref}",
            )
        ]
    faults = [fault for group in groups for fault in _subgroup(table, group, ahead)]
    return rules.or_fine(SUBGROUPS, faults, "Each sub-group informs a later meeting.")


def _subgroup(table: _Table, group: Meeting, ahead: Sequence[Meeting]) -> Iterable[Item]:
    informed = meetings.get(table.session, group.informs_id) if group.informs_id else None
    later = next((meeting for meeting in ahead if meeting.starts_at > group.starts_at), None)
    if informed is None and group.status == MeetingStatus.PLANNED and later is not None:
        yield Item(
            SUBGROUPS, Status.WARN, f"{group.ref} informs no meeting.", f"meeting informs {group.ref} {later.ref}"
        )
    elif (
        group.status == MeetingStatus.PLANNED
        and later is None
        and (informed is None or informed.starts_at <= group.starts_at)
    ):
        when = f"{table.day(5, group.starts_at.astimezone(table.zone).date())} at {_MORNING}"
        yield Item(
            SUBGROUPS,
            Status.WARN,
            f"No negotiation meeting is planned after {group.ref} that it could inform.",
            f"meeting add negotiation Next round on {when} for 2h",
        )
    elif informed is not None and informed.starts_at <= group.starts_at and later is not None:
        evidence = f"{group.ref} is held after {informed.ref}, which it should inform."
        yield Item(SUBGROUPS, Status.FAIL, evidence, f"meeting informs {group.ref} {later.ref}")
    elif (
        group.status == MeetingStatus.CLOSED
        and informed is not None
        and informed.status == MeetingStatus.PLANNED
        and not meetings.recommendations(table.session, group.id or 0)
    ):
        evidence = f"{group.ref} has given {informed.ref} no recommendation."
        yield Item(SUBGROUPS, Status.FAIL, evidence, f"recommend {group.ref} Go on as planned")


# -- the contract ---------------------------------------------------------------------------------------


def _legal(table: _Table) -> list[Item]:
    faults = list(_seat_for(table, LEGAL, None, (Role.LEGAL,), "Nobody at the table is a legal adviser."))
    for found in standings(table.session, table.id):
        if found.confirmed and found.clause.legal == LEGAL_OPEN:
            evidence = f"Clause {found.clause.number} is agreed, and a legal adviser has still to clear it."
            faults.append(Item(LEGAL, Status.FAIL, evidence, f"clause legal {found.clause.number} cleared"))
    return rules.or_fine(LEGAL, faults, "A legal adviser is named, and no agreed clause waits for one.")


def _standard(table: _Table) -> list[Item]:
    found = standings(table.session, table.id)
    if not found:
        return [Item(STANDARD, Status.FAIL, "No contract is in clauses yet.", "clause pack nhs-2021-22")]
    derogated = [row for row in variations.every(table.session, Derogation, table.id) if not row.withdrawn_because]
    varied = [row for row in variations.every(table.session, Variation, table.id) if not row.withdrawn_because]
    registered = {numbers.key(row.clause) for row in derogated}
    registered |= {numbers.key(row.clause) for row in varied if row.clause}
    faults = [fault for each in found for fault in _local_change(table, each, registered)]
    return rules.or_fine(STANDARD, faults, f"{len(found)} clauses; every change to national text is registered.")


def _local_change(table: _Table, found: Standing, registered: set[str]) -> Iterable[Item]:
    """A fault where words were put forward for national text, and neither register nor derogation names it."""
    clause = found.clause
    if not clause.national or numbers.key(clause.number) in registered:
        return
    if found.agreement is not None or clauses.latest_proposal(table.session, clause.id or 0) is not None:
        command = f"derogation add {clause.number} It applies as the parties agree in it"
        evidence = f"Words are put forward for {clause.number}, which is national text, and no derogation says so."
        yield Item(STANDARD, Status.WARN, evidence, command)


def _commitments(table: _Table) -> list[Item]:
    rows = documents.every(table.session, Commitment, table.id)
    if not rows:
        provider = next((party.code for party in table.signing if party.kind == "provider"), None)
        of = f" from {provider}" if provider else ""
        command = f"commitment add The submission is delivered as it was written{of}"
        return [Item(COMMITMENTS, Status.WARN, "No promise of a submission is recorded.", command)]
    numbered = [found.clause for found in standings(table.session, table.id) if not found.clause.left_out]
    faults = []
    for row in rows:
        if row.status == CommitmentStatus.OPEN:
            evidence = f"{row.ref} goes into no clause: {row.text[:120]}"
            command = (
                f"commitment carry {row.ref} into {numbered[0].number}"
                if numbered
                else f"commitment waive {row.ref} because it is outside this contract"
            )
            faults.append(Item(COMMITMENTS, Status.FAIL, evidence, command))
    return rules.or_fine(COMMITMENTS, faults, f"{len(rows)} promises, each carried or consciously not.")


def _structure(table: _Table) -> list[Item]:
    """Prime contractor or alliance, decided, and the parties that sign as it demands."""
    providers = [party for party in table.signing if party.kind == PartyKind.PROVIDER]
    decided = table.negotiation.structure
    if decided is None:
        several = len(providers) > 1
        lead = f" {providers[0].code}" if providers else ""
        command = (
            "structure alliance because every provider shares risk and reward"
            if several
            else f"structure prime{lead} because one provider answers for all"
        )
        return [Item(STRUCTURE, Status.FAIL, "Prime contractor or alliance is not decided.", command)]
    if decided != Structure.ALLIANCE and len(providers) > 1:
        who = mrkdwn.listed(party.code for party in providers)
        command = f"structure {decided} {providers[0].code} because one provider answers for all"
        return [Item(STRUCTURE, Status.FAIL, f"The structure is {decided}, and {who} sign.", command)]
    signs = mrkdwn.listed(party.code for party in table.signing)
    return [Item(STRUCTURE, Status.OK, f"The structure is {decided}; {signs} sign.")]
