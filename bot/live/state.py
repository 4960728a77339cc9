"""A meeting as it stands while it is held: what its live card shows, and what closing it would leave undone."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot import dates, roster
from bot.actions import rules as action_rules
from bot.meetings import views as meeting_views
from bot.record import service as record_service
from bot.slack import mrkdwn
from storage import Session, meetings, negotiations, records
from storage.records import GONE, AnyRecord
from storage.tables import (
    Action,
    ActionStatus,
    AgendaItem,
    Agreement,
    AgreementStatus,
    Attendance,
    AttendanceStatus,
    Decision,
    Meeting,
    MeetingKind,
    MeetingStatus,
    Negotiation,
    Note,
    Party,
)

LATEST = 5  # records on the card; the minutes have them all
_OPEN = (AgreementStatus.AWAITING, AgreementStatus.OBJECTED)


@dataclass(frozen=True)
class Side:
    """Who of a party, or of the guests, is there and who is sorry; names only."""

    name: str
    present: tuple[str, ...]
    apologies: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One record: its ref, what it is and how it stands in a few words, and its text."""

    ref: str
    standing: str
    text: str


@dataclass(frozen=True)
class Live:
    """What the card of one meeting shows. `counts` are phrases such as "2 agreements (1 awaited)"; `advice` is what
    earlier meetings recommend to this one, while it goes on."""

    code: str
    marking: str
    zone: ZoneInfo
    meeting: Meeting
    items: Sequence[AgendaItem]
    sides: Sequence[Side]
    counts: Sequence[str]
    latest: Sequence[Entry]
    advice: Sequence[str] = ()


@dataclass(frozen=True)
class Incomplete:
    """What a meeting would be closed without: each action with what it lacks, each agreement with who is awaited."""

    actions: Sequence[tuple[Action, list[str]]]
    agreements: Sequence[tuple[Agreement, list[Party]]]
    items: Sequence[AgendaItem]

    def __bool__(self) -> bool:
        return bool(self.actions or self.agreements or self.items)


def read(session: Session, meeting: Meeting) -> Live:
    """A meeting as everybody in its own channel may see it: nothing that is private to a narrower circle."""
    negotiation = negotiations.get(session, meeting.negotiation_id)
    standing = _standing(session, meeting)
    agenda = meetings.agenda(session, meeting.id or 0)
    return Live(
        code=negotiation.code,
        marking=negotiation.marking,
        zone=ZoneInfo(negotiation.zone),
        meeting=meeting,
        items=agenda,
        sides=_sides(session, negotiation, meeting),
        counts=_counts(session, standing),
        # Once it has closed the minutes tell what was recorded; here it would grow old.
        latest=_entries(session, meeting, standing[-LATEST:]) if meeting.status == MeetingStatus.OPEN else (),
        advice=_advice(session, meeting) if meeting.status == MeetingStatus.OPEN else (),
    )


def _advice(session: Session, meeting: Meeting) -> list[str]:
    """What the meetings of the same circle that inform this one recommend, or that they have not said anything yet."""
    return [
        words
        for other in meetings.informing(session, meeting.id or 0, meeting.party_id)
        if other.party_id == meeting.party_id and other.kind != MeetingKind.PREMEET
        for words in meeting_views.advice(other, meetings.recommendations(session, other.id or 0))
    ]


def following(items: Sequence[AgendaItem], current_id: int | None) -> AgendaItem | None:
    """The item to take up next: the first after the current one that was not taken up yet, or else before it."""
    current = next((item.number for item in items if item.id == current_id), 0)
    untaken = [item for item in items if item.taken_at is None]
    return next((item for item in untaken if item.number > current), untaken[0] if untaken else None)


def incomplete(session: Session, meeting: Meeting) -> Incomplete:
    """What is lacking before a meeting closes."""
    standing = _standing(session, meeting)
    agreements = [row for row in standing if isinstance(row, Agreement) and row.status in _OPEN]
    return Incomplete(
        actions=_lacking(session, [row for row in standing if isinstance(row, Action)]),
        agreements=[(row, record_service.awaited_parties(session, row)) for row in agreements],
        items=[item for item in meetings.agenda(session, meeting.id or 0) if item.taken_at is None],
    )


def _standing(session: Session, meeting: Meeting) -> list[AnyRecord]:
    """What a meeting recorded in its own circle and has not taken back, in the order in which it was said."""
    rows = records.everything_of(session, meeting.id or 0)
    return [row for row in rows if row.status not in GONE and row.party_id == meeting.party_id]


def _lacking(session: Session, rows: Iterable[Action]) -> list[tuple[Action, list[str]]]:
    """The open actions without an owner or a date, with what they lack."""
    still = [row for row in rows if row.status == ActionStatus.OPEN]
    owned = records.owners(session, [row.id or 0 for row in still])
    found = [(row, action_rules.lacking(row, owned[row.id or 0])) for row in still]
    return [(row, lacking) for row, lacking in found if lacking]


def _counts(session: Session, rows: Sequence[AnyRecord]) -> list[str]:
    stand = Counter(row.status for row in rows if isinstance(row, Agreement))
    lacking = len(_lacking(session, [row for row in rows if isinstance(row, Action)]))
    of_them: dict[str, tuple[type[AnyRecord], dict[str, int]]] = {
        "agreement": (
            Agreement,
            {"awaited": stand[AgreementStatus.AWAITING], "objected to": stand[AgreementStatus.OBJECTED]},
        ),
        "decision": (Decision, {}),
        "action": (Action, {"incomplete": lacking}),
        "note": (Note, {}),
    }
    found = []
    for word, (kind, some) in of_them.items():
        count = sum(isinstance(row, kind) for row in rows)
        which = ", ".join(f"{number} {how}" for how, number in some.items() if number)
        if count:
            found.append(f"{count} {word}{'s' * (count > 1)}" + (f" ({which})" if which else ""))
    return found


def _entries(session: Session, meeting: Meeting, rows: Sequence[AnyRecord]) -> list[Entry]:
    names = roster.titles(session, meeting.negotiation_id)
    owned = records.owners(session, [row.id or 0 for row in rows if isinstance(row, Action)])
    return [Entry(row.ref, _words(session, row, names, owned), row.text) for row in rows]


def _words(
    session: Session, row: AnyRecord, names: Mapping[int | None, str], owned: Mapping[int, Sequence[int]]
) -> str:
    """What a record is and how it stands: "agreement on 4.2, awaiting OHP"."""
    if isinstance(row, Agreement):
        about = f"agreement on {row.clause}" if row.clause else "agreement"
        awaited = mrkdwn.listed(party.code for party in record_service.awaited_parties(session, row))
        if row.status == AgreementStatus.OBJECTED:
            return f"{about}, objected to"
        return f"{about}, awaiting {awaited}" if row.status == AgreementStatus.AWAITING else f"{about}, {row.status}"
    if isinstance(row, Action):
        owners = owned[row.id or 0]
        lacking = action_rules.lacking(row, owners)
        if lacking and row.status == ActionStatus.OPEN:
            return f"action, incomplete: it lacks {mrkdwn.listed(lacking)}"
        when = f" by {dates.full_date(row.due_on)}" if row.due_on else ""
        done = ", done" if row.status == ActionStatus.DONE else ""
        # All this stands in brackets: a name with its party in brackets would stand in two.
        whose = mrkdwn.listed(names[owner].replace(" (", " of ").removesuffix(")") for owner in owners)
        return f"action of {whose}{when}{done}"
    return "decision" if isinstance(row, Decision) else str(row.kind)


def _sides(session: Session, negotiation: Negotiation, meeting: Meeting) -> list[Side]:
    """Every side that may be there, and the guests if there are any."""
    rows = meetings.attendance(session, meeting.id or 0)
    party_of = {seat.member.id: seat.party.id for seat in roster.seats(session, negotiation.id or 0)}
    parties = negotiations.parties(session, negotiation.id or 0)
    seated = {party_of.get(row.member_id) for row in rows}
    sides = [
        _side(party.code, [row for row in rows if row.member_id and party_of.get(row.member_id) == party.id])
        for party in parties
        if meeting.party_id in (None, party.id) and (party.must_sign or party.id in seated)
    ]
    guests = [row for row in rows if row.member_id is None and row.status != AttendanceStatus.INVITED]
    return [*sides, _side("Guests", guests)] if guests else sides


def _side(name: str, rows: Sequence[Attendance]) -> Side:
    def of(status: AttendanceStatus) -> tuple[str, ...]:
        return tuple(row.name for row in rows if row.status == status)

    return Side(name, of(AttendanceStatus.PRESENT), of(AttendanceStatus.APOLOGIES))
