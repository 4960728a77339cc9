"""What comes before a negotiation meeting: preparation, the full contract, what the sub-groups say."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from bot import dates
from bot.errors import UserError
from bot.meetings import premeets
from bot.meetings import rules as meeting_rules
from bot.readiness import rules
from bot.readiness.rules import Item, Status
from bot.readiness.table import Table
from bot.reminders.rules import working_day_after
from bot.slack import mrkdwn
from storage import documents, meetings
from storage.tables import Document, Meeting, MeetingKind, MeetingStatus, MissingSchedule

PREPARATION, CONTRACT, SUBGROUPS = "Preparation and pre-meets", "Full contract in advance", "Technical sub-groups"
_MORNING = "10:00"
_WORKING_DAY = timedelta(hours=8)
_TO_PREPARE = 5  # working days from today, for a meeting that comes too soon to be prepared
_ROUND = timedelta(hours=2)


def preparation(table: Table) -> list[Item]:
    """A pre-meet of the asker's own side before each negotiation meeting, early enough for the padded preparation."""
    ahead = table.ahead(MeetingKind.NEGOTIATION)
    faults = [fault for meeting in ahead for fault in _premeet(table, meeting)]
    evidence = "Your side has a pre-meet before each negotiation meeting, with time to prepare after it."
    return rules.or_fine(PREPARATION, faults, evidence if ahead else "No negotiation meeting is planned.")


def _premeet(table: Table, meeting: Meeting) -> Iterable[Item]:
    own = [
        other
        for other in meetings.informing(table.session, meeting.id or 0, table.party.id if table.party else None)
        if other.kind == MeetingKind.PREMEET and other.status == MeetingStatus.PLANNED
    ]
    if own and not _gap_is_short(table, own[-1], meeting):
        return
    needs = premeets.preparation(meeting)
    needed = dates.length(meeting_rules.padded(needs))
    when = table.hour_before(meeting, needs, but=own[-1] if own else None)
    status = Status.WARN if own else Status.FAIL
    evidence = (
        f"Between {own[-1].ref} and {meeting.ref} there is less than the {needed} of preparation it needs."
        if own
        else f"Your side has no pre-meet before {meeting.ref}; it needs {needed} of preparation after one."
    )
    if when is None:
        command = table.later(meeting, _prepared_from(table, meeting), "there is no time to prepare it")
        yield Item(PREPARATION, status, f"{evidence} It comes too soon for that.", command)
    elif own:
        command = f"meeting move {own[-1].ref} to {when} because preparation takes longer"
        yield Item(PREPARATION, status, evidence, command)
    else:
        command = f"meeting add premeet Pre-meet for {meeting.ref} on {when} for 1h informs {meeting.ref}"
        yield Item(PREPARATION, status, evidence, command)


def _prepared_from(table: Table, meeting: Meeting) -> date:
    """The first day from which a meeting can be prepared in time."""
    days = _TO_PREPARE + meeting_rules.padded(premeets.preparation(meeting)) // _WORKING_DAY
    return working_day_after(table.today, days, table.calendar)


def _gap_is_short(table: Table, premeet: Meeting, meeting: Meeting) -> bool:
    ends = premeet.starts_at + timedelta(minutes=premeet.minutes_planned)
    try:
        short = meeting_rules.preparation_gap_short_by(
            ends, meeting.starts_at, premeets.preparation(meeting), table.calendar, table.zone
        )
    except UserError:
        return False  # beyond the calendar's years
    return short is not None


# -- the full contract in advance ------------------------------------------------------------------------


def contract(table: Table) -> list[Item]:
    """A complete draft ten working days before the first negotiation meeting that is still to come.

    What is missing and what comes too late are both said: a meeting moved to when the draft can have been read
    stands, whichever of the two is mended first.
    """
    drafts = documents.every(table.session, Document, table.id)
    missing = documents.schedules(table.session, [row.id or 0 for row in drafts])
    faults = [*_incomplete(drafts, missing), *_too_late(table, drafts, missing)]
    latest = _latest(drafts)
    return rules.or_fine(CONTRACT, faults, f"{_said(latest)} is complete." if latest else "")


def _latest(drafts: Sequence[Document]) -> Document | None:
    return max(drafts, key=lambda row: (row.issued_on, row.id or 0), default=None)


def _said(draft: Document) -> str:
    return f"{draft.ref} {draft.title} version {draft.version}"


def _incomplete(drafts: Sequence[Document], schedules: dict[int, list[MissingSchedule]]) -> Iterable[Item]:
    latest = _latest(drafts)
    if latest is None:
        evidence = "No draft of the contract is issued. If schedules are missing from it, add their names: `missing …`."
        yield Item(CONTRACT, Status.FAIL, evidence, "document add Full contract version 1")
        return
    missing = [row.name for row in schedules[latest.id or 0] if row.received_at is None]
    if missing:
        evidence = f"{_said(latest)} lacks {mrkdwn.listed(missing)}."
        yield Item(CONTRACT, Status.FAIL, evidence, f"document received {latest.ref} {', '.join(missing)}")


def _too_late(table: Table, drafts: Sequence[Document], schedules: dict[int, list[MissingSchedule]]) -> Iterable[Item]:
    ahead = table.ahead(MeetingKind.NEGOTIATION)
    whole = [(day, row) for row in drafts if (day := _complete_on(table, row, schedules[row.id or 0])) is not None]
    day, first = min(whole, key=lambda each: each[0], default=(table.today, None))
    earliest = working_day_after(day, rules.FULL_CONTRACT_DAYS, table.calendar)
    when = f"after {first.ref} was complete on {dates.full_date(day)}" if first else "from today, and no draft is whole"
    for meeting in ahead:
        if table.local(meeting).date() < earliest:
            evidence = f"{meeting.ref} is held less than {rules.FULL_CONTRACT_DAYS} working days {when}."
            readable = max(earliest, _prepared_from(table, meeting))
            command = table.later(meeting, readable, "the full contract is to be read first")
            yield Item(CONTRACT, Status.FAIL, evidence, command)


def _complete_on(table: Table, draft: Document, schedules: Sequence[MissingSchedule]) -> date | None:
    """The local day from which a draft lacked nothing; None while it does."""
    received = [row.received_at for row in schedules]
    if any(at is None for at in received):
        return None
    return max([draft.issued_on, *(at.astimezone(table.zone).date() for at in received if at is not None)])


# -- technical sub-groups --------------------------------------------------------------------------------


def subgroups(table: Table) -> list[Item]:
    groups = [m for m in table.meetings if m.kind == MeetingKind.SUBGROUP and m.status != MeetingStatus.CANCELLED]
    ahead = table.ahead(MeetingKind.NEGOTIATION)
    if not groups:
        if not ahead:
            return [Item(SUBGROUPS, Status.OK, "No negotiation meeting is planned that one could inform.")]
        return [_first_group(table, ahead[-1])]
    faults = [fault for group in groups for fault in _subgroup(table, group, ahead)]
    return rules.or_fine(SUBGROUPS, faults, "Each sub-group informs a later meeting.")


def _first_group(table: Table, meeting: Meeting) -> Item:
    """A sub-group a working day before the meeting where there is one, or as shortly before as can be."""
    evidence = "No technical sub-group prepares a negotiation meeting."
    when = table.hour_before(meeting, _WORKING_DAY) or table.hour_before(meeting, timedelta())
    if when is None:
        day = working_day_after(table.today, _TO_PREPARE, table.calendar)
        command = table.later(meeting, day, "a sub-group is to prepare it")
        return Item(SUBGROUPS, Status.WARN, f"{evidence} {meeting.ref} comes too soon for one.", command)
    command = f"meeting add subgroup Finance sub-group on {when} for 1h informs {meeting.ref}"
    return Item(SUBGROUPS, Status.WARN, evidence, command)


def _subgroup(table: Table, group: Meeting, ahead: Sequence[Meeting]) -> Iterable[Item]:
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
        day = working_day_after(table.local(group).date(), _TO_PREPARE, table.calendar)
        when = table.free(day, _MORNING, _ROUND)
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
