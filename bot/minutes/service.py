"""Minutes: the record of one meeting, frozen into plain values, poured into a template, kept for good."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import dates, render, roster
from bot.actions import rules as action_rules
from bot.clauses import story
from bot.clauses.story import ClauseStory
from bot.meetings import approving
from bot.meetings.approving import MinutesStatus, Standing
from bot.minutes import frozen
from bot.minutes.document import (
    DRAFT,
    ActionLine,
    AgreementLine,
    Correction,
    ItemDoc,
    Line,
    MinutesDoc,
    OwnedActions,
    Side,
)
from bot.record import service as record_service
from bot.record.rules import awaited
from bot.render import Paper, Verbatim
from bot.roster import Seat
from storage import Session, meetings, minutes, negotiations, records
from storage.records import GONE, AnyRecord
from storage.tables import (
    Action,
    ActionStatus,
    Agreement,
    Attendance,
    AttendanceStatus,
    Confirmation,
    CorrectionStatus,
    Decision,
    Meeting,
    MeetingStatus,
    MinutesCopy,
    MinutesVersion,
    Negotiation,
    Note,
    NoteKind,
    Party,
    Role,
    Stance,
)

STEM = "minutes"
NOT_STATED = "not stated"


def collect(session: Session, meeting: Meeting, version: int) -> MinutesDoc:
    """Everything the record holds of a closed meeting, in the negotiation's zone and in full dates."""
    negotiation = negotiations.get(session, meeting.negotiation_id)
    zone = ZoneInfo(negotiation.zone)
    seats = {seat.member.id or 0: seat for seat in roster.seats(session, meeting.negotiation_id)}
    parties = negotiations.parties(session, meeting.negotiation_id)
    attendance = meetings.attendance(session, meeting.id or 0)
    everything = _Everything(session, meeting, zone, seats, parties)
    items = _items(session, meeting, everything)
    private_to = next((party.name for party in parties if party.id == meeting.party_id), None)
    before = meetings.previous_closed(session, meeting)
    return MinutesDoc(
        state=DRAFT,
        audience="",
        marking=negotiation.marking,
        private_to=private_to,
        version=version,
        negotiation=_on_one_line(f"{negotiation.code}: {negotiation.title}"),
        title=_on_one_line(meeting.title),
        ref=meeting.ref,
        kind=meeting.kind,
        when=_when(meeting, zone),
        place=_on_one_line(meeting.place) or NOT_STATED,
        chair=_holders(attendance, seats, Role.CHAIR),
        scribe=_holders(attendance, seats, Role.SCRIBE),
        sides=_sides(attendance, seats, parties),
        apologies=tuple(_person(row, seats) for row in attendance if row.status == AttendanceStatus.APOLOGIES),
        roles_unfilled=_roles_unfilled(attendance, seats, [p for p in parties if meeting.party_id in (None, p.id)]),
        purpose=_on_one_line(meeting.purpose),
        ground_rules=_on_one_line(meeting.ground_rules),
        quorum=_quorum(session, meeting, attendance),
        declarations=everything.notes(NoteKind.DECLARATION),
        previous=_previous(session, before, seats, zone),
        previous_corrections=_corrections(session, before, seats, zone) if before else (),
        matters_arising=_matters_arising(session, meeting, everything),
        subgroups=_subgroups(session, meeting, zone),
        items=items,
        clauses=_clauses(session, meeting),
        not_reached=tuple(
            f"{item.number} {item.title}" for item in meetings.agenda(session, meeting.id or 0) if item.taken_at is None
        ),
        agreements=everything.agreements(),
        decisions=everything.decisions(),
        actions=everything.actions_by_owner(),
        parked=everything.notes(NoteKind.PARKED),
        withdrawn=everything.withdrawn(),
        incomplete=everything.incomplete(),
        next_meeting=_next(session, meeting, zone, negotiation),
        corrections=_corrections(session, meeting, seats, zone),
        replaces="",
        approving=tuple(party.name for party in approving.asked(session, meeting)),
        approvals=(),
    )


def _on_one_line(words: str) -> str:
    """A title as a heading or a table can hold it."""
    return " ".join(words.split())


class _Everything:
    """What one meeting recorded, read once and asked for by item, by kind and by owner."""

    def __init__(
        self,
        session: Session,
        meeting: Meeting,
        zone: ZoneInfo,
        seats: dict[int, Seat],
        parties: Sequence[Party],
    ) -> None:
        meeting_id = meeting.id or 0
        self._session, self._zone, self._seats = session, zone, seats
        self._signing = [party for party in parties if party.must_sign]
        self._agreements = records.of_meeting(session, Agreement, meeting_id)
        self._decisions = records.of_meeting(session, Decision, meeting_id)
        self._actions = records.of_meeting(session, Action, meeting_id)
        self._notes = records.of_meeting(session, Note, meeting_id)
        self._said = records.confirmations(session, [row.id or 0 for row in self._agreements])
        self._owners = records.owners(session, [row.id or 0 for row in self._actions])

    def agreements(self, item_id: int | None = None, *, every: bool = True) -> tuple[AgreementLine, ...]:
        return tuple(
            self._agreement(row)
            for row in self._agreements
            if row.status not in GONE and (every or row.item_id == item_id)
        )

    def decisions(self, item_id: int | None = None, *, every: bool = True) -> tuple[Line, ...]:
        return tuple(
            self._line(row) for row in self._decisions if row.status not in GONE and (every or row.item_id == item_id)
        )

    def notes(self, kind: NoteKind, item_id: int | None = None, *, every: bool = True) -> tuple[Line, ...]:
        return tuple(
            self._line(row)
            for row in self._notes
            if row.kind == kind and row.status not in GONE and (every or row.item_id == item_id)
        )

    def actions(self, item_id: int | None) -> tuple[ActionLine, ...]:
        return tuple(
            self.action(row, self._owners[row.id or 0])
            for row in self._actions
            if row.status not in GONE and row.item_id == item_id
        )

    def actions_by_owner(self) -> tuple[OwnedActions, ...]:
        standing = [row for row in self._actions if row.status not in GONE]
        return self.grouped(standing, self._owners)

    def grouped(self, rows: Sequence[Action], owners: dict[int, list[int]]) -> tuple[OwnedActions, ...]:
        """By owner, in the order in which owners first appear; those with none yet come last."""
        groups: dict[tuple[int, ...], list[Action]] = {}
        for row in rows:
            groups.setdefault(tuple(owners[row.id or 0]), []).append(row)
        ordered = sorted(groups, key=lambda ids: not ids)
        return tuple(
            OwnedActions(
                owner=" and ".join(self._seats[i].title for i in ids) or "No owner yet",
                actions=tuple(self.action(row, ids) for row in groups[ids]),
            )
            for ids in ordered
        )

    def withdrawn(self) -> tuple[Line, ...]:
        rows: list[AnyRecord] = [*self._agreements, *self._decisions, *self._actions, *self._notes]
        gone = sorted((row for row in rows if row.status in GONE), key=lambda row: row.at)
        return tuple(self._line(row, row.status) for row in gone)

    def incomplete(self) -> tuple[str, ...]:
        found = []
        for row in self._actions:
            lacking = action_rules.lacking(row, self._owners[row.id or 0])
            if lacking and row.status == ActionStatus.OPEN:
                found.append(f"{row.ref} lacks {' and '.join(lacking)}")
        return tuple(found)

    def _agreement(self, row: Agreement) -> AgreementLine:
        said = {w.party_id: w for w in self._said[row.id or 0] if w.version == row.version}
        missing = awaited([party.id or 0 for party in self._signing], {i: word.stance for i, word in said.items()})
        return AgreementLine(
            ref=row.ref,
            clause=row.clause,
            wording=row.text,
            status=row.status,
            confirmed=tuple(
                self._spoken(party, said[party.id or 0])
                for party in self._signing
                if (party.id or 0) in said and said[party.id or 0].stance == Stance.CONFIRMED
            ),
            awaited=tuple(party.name for party in self._signing if party.id in missing and (party.id or 0) not in said),
            objections=tuple(
                f"{self._spoken(party, said[party.id or 0])}: {said[party.id or 0].reason}"
                for party in self._signing
                if (party.id or 0) in said and said[party.id or 0].stance == Stance.OBJECTED
            ),
            because=row.because,
            held_by=tuple(record_service.held_by(self._session, row)),
            author=self._seats[row.author_id].title,
            permalink=_link(row),
        )

    def _spoken(self, party: Party, word: Confirmation) -> str:
        who = self._seats[word.member_id].person.name
        return f"{party.name}, by {who} on {dates.instant(word.at, self._zone)}"

    def _line(self, row: AnyRecord, detail: str = "") -> Line:
        if isinstance(row, Note) and row.until:
            detail = detail or f"until {dates.full_date(row.until)}"
        author = self._seats[row.author_id].title
        if isinstance(row, Note) and row.about_id:
            author = self._seats[row.about_id].title
        return Line(row.ref, row.text, author, _link(row), detail)

    def action(self, row: Action, owner_ids: Sequence[int]) -> ActionLine:
        return ActionLine(
            ref=row.ref,
            text=row.text,
            due=f"by {dates.full_date(row.due_on)}" if row.due_on else "no date yet",
            lacking=tuple(action_rules.lacking(row, owner_ids)) if row.status == ActionStatus.OPEN else (),
            status=row.status,
            permalink=_link(row),
        )


def _link(row: AnyRecord) -> Verbatim | None:
    return Verbatim(row.permalink) if row.permalink else None


def _items(session: Session, meeting: Meeting, everything: _Everything) -> tuple[ItemDoc, ...]:
    taken = [item for item in meetings.agenda(session, meeting.id or 0) if item.taken_at]
    slots: list[tuple[int | None, int | None, str]] = [(None, None, "Other matters")]
    slots[:0] = [(item.id, item.number, _on_one_line(item.title)) for item in taken]
    docs = []
    for item_id, number, title in slots:
        doc = ItemDoc(
            number=number,
            title=title,
            agreements=everything.agreements(item_id, every=False),
            decisions=everything.decisions(item_id, every=False),
            notes=everything.notes(NoteKind.NOTE, item_id, every=False),
            reservations=everything.notes(NoteKind.RESERVATION, item_id, every=False),
            recommendations=everything.notes(NoteKind.RECOMMENDATION, item_id, every=False),
            parked=everything.notes(NoteKind.PARKED, item_id, every=False),
            actions=everything.actions(item_id),
        )
        if number is not None or not doc.empty:
            docs.append(doc)
    return tuple(docs)


def _clauses(session: Session, meeting: Meeting) -> tuple[ClauseStory, ...]:
    """What was done with clauses while a shared meeting was open; a side's own meeting has no part in that."""
    if meeting.party_id is not None or meeting.started_at is None or meeting.ended_at is None:
        return ()
    return story.between(session, meeting.negotiation_id, meeting.started_at, meeting.ended_at)


def _when(meeting: Meeting, zone: ZoneInfo) -> str:
    """ "Friday 27 November 2026, 10:02 to 11:40 (GMT)", both ends in full where the day or the zone changes."""
    start, end = meeting.started_at or meeting.starts_at, meeting.ended_at
    if end is None:
        return f"{dates.instant(start, zone)} ({dates.zone_name(start, zone)})"
    same_day = start.astimezone(zone).date() == end.astimezone(zone).date()
    names = dates.zone_name(start, zone), dates.zone_name(end, zone)
    began = dates.instant(start, zone) + (f" ({names[0]})" if names[0] != names[1] else "")
    ended = dates.clock_time(end, zone) if same_day else dates.instant(end, zone)
    return f"{began} to {ended} ({names[1]})"


def _person(row: Attendance, seats: dict[int, Seat]) -> str:
    seat = seats.get(row.member_id or 0)
    roles = row.capacity or (", ".join(seat.member.roles) if seat else "")
    return row.name + (f" ({seat.party.code})" if seat else "") + (f", {roles}" if roles else "")


def _holders(attendance: Sequence[Attendance], seats: dict[int, Seat], role: Role) -> str:
    names = [
        seats[row.member_id].title
        for row in attendance
        if row.member_id in seats
        and row.status == AttendanceStatus.PRESENT
        and role in (*seats[row.member_id].member.roles, row.capacity.casefold())
    ]
    return " and ".join(names) or NOT_STATED


def _sides(attendance: Sequence[Attendance], seats: dict[int, Seat], parties: Sequence[Party]) -> tuple[Side, ...]:
    there = [row for row in attendance if row.status == AttendanceStatus.PRESENT]
    sides = []
    for party in parties:
        people = [
            f"{row.name} ({row.capacity or ', '.join(seats[row.member_id].member.roles)})"
            for row in there
            if row.member_id in seats and seats[row.member_id].party.id == party.id
        ]
        if people:
            sides.append(Side(party.name, tuple(people)))
    guests = tuple(
        row.name + (f" ({row.capacity})" if row.capacity else "") for row in there if row.member_id not in seats
    )
    return (*sides, Side("Guests", guests)) if guests else tuple(sides)


def _roles_unfilled(
    attendance: Sequence[Attendance], seats: dict[int, Seat], parties: Sequence[Party]
) -> tuple[str, ...]:
    """Good practice asks for a chair, a scribe and, for each side, somebody who can speak for it."""
    there = [
        seats[row.member_id] for row in attendance if row.member_id in seats and row.status == AttendanceStatus.PRESENT
    ]
    missing = [role.value for role in (Role.CHAIR, Role.SCRIBE) if not any(role in seat.member.roles for seat in there)]
    for party in parties:
        speaks = any(
            seat.party.id == party.id and {Role.LEAD, Role.NEGOTIATOR} & set(seat.member.roles) for seat in there
        )
        if party.must_sign and not speaks:
            missing.append(f"lead or negotiator for {party.name}")
    return tuple(missing)


def _quorum(session: Session, meeting: Meeting, attendance: Sequence[Attendance]) -> str:
    """Whether every side was there, as far as anybody's presence was recorded."""
    if meeting.party_id is not None:
        return ""
    if not any(row.status == AttendanceStatus.PRESENT for row in attendance):
        return "Nobody’s presence was recorded, so no quorum is shown."
    absent = roster.absent_sides(session, meeting)
    if not absent:
        return "Every side that signs was quorate."
    missing = "; ".join(f"{each.party.name} ({each.there} of {each.party.quorum})" for each in absent)
    return f"Not quorate: {missing}. The meeting could note, but not agree or decide."


def _previous(session: Session, before: Meeting | None, seats: dict[int, Seat], zone: ZoneInfo) -> str:
    """How the minutes of the last meeting stand, with those who approved them."""
    if before is None:
        return "This is the first meeting of its kind."
    last = approving.latest(session, before)
    if last is None:
        return f"{before.ref} {before.title}: minutes not issued."
    issued = f"{before.ref} {before.title}: minutes version {last.version.version}"
    words = approval_lines(session, last, seats, zone)
    if last.status != MinutesStatus.APPROVED:
        return f"{issued}, {last.status}." + (f" Approved so far: {'; '.join(words)}." if words else "")
    amended = "as amended " if minutes.corrections(session, before.id or 0, CorrectionStatus.ENTERED) else ""
    return f"{issued}, APPROVED {amended}as an accurate record: {'; '.join(words)}."


def approval_lines(session: Session, standing: Standing, seats: dict[int, Seat], zone: ZoneInfo) -> tuple[str, ...]:
    """Who approved for which party, and when, in the order given."""
    parties = {party.id: party.name for party in negotiations.parties(session, _negotiation_of(session, standing))}
    return tuple(
        f"{parties[row.party_id]}, by {seats[row.member_id].person.name} on {dates.instant(row.at, zone)}"
        for row in standing.approvals
    )


def _negotiation_of(session: Session, standing: Standing) -> int:
    return meetings.get(session, standing.version.meeting_id).negotiation_id


def _corrections(session: Session, meeting: Meeting, seats: dict[int, Seat], zone: ZoneInfo) -> tuple[Correction, ...]:
    """The corrections that were entered, verbatim."""
    return tuple(
        Correction(row.number, row.version, row.text, seats[row.member_id].title, dates.instant(row.at, zone))
        for row in minutes.corrections(session, meeting.id or 0, CorrectionStatus.ENTERED)
    )


def _matters_arising(session: Session, meeting: Meeting, everything: _Everything) -> tuple[OwnedActions, ...]:
    """What earlier meetings asked for and was still open when this one began."""
    began = meeting.started_at or meeting.starts_at
    earlier = [
        row
        for row in records.visible(session, Action, meeting.negotiation_id, meeting.party_id)
        if row.party_id == meeting.party_id
        and row.at < began
        and row.meeting_id != meeting.id
        and row.status not in GONE
        and (row.done_at is None or row.done_at >= began)
    ]
    return everything.grouped(earlier, records.owners(session, [row.id or 0 for row in earlier]))


def _subgroups(session: Session, meeting: Meeting, zone: ZoneInfo) -> tuple[str, ...]:
    informing = [
        other
        for other in meetings.visible(session, meeting.negotiation_id, meeting.party_id)
        if other.informs_id == meeting.id and other.party_id == meeting.party_id
    ]
    reports = []
    for other in informing:
        advice = meetings.recommendations(session, other.id or 0)
        said = "; ".join(f"recommends ({note.ref}): {note.text}" for note in advice) or "no recommendation"
        reports.append(f"{other.ref} {other.title}, {other.status}, {dates.instant(other.starts_at, zone)}: {said}")
    return tuple(reports)


def _next(session: Session, meeting: Meeting, zone: ZoneInfo, negotiation: Negotiation) -> str:
    later = [
        other
        for other in meetings.visible(session, negotiation.id or 0, meeting.party_id)
        if other.kind == meeting.kind
        and other.party_id == meeting.party_id
        and other.status == MeetingStatus.PLANNED
        and other.starts_at > (meeting.ended_at or meeting.starts_at)
    ]
    if not later:
        return "Not yet planned."
    return f"{later[0].ref} {later[0].title}, {dates.instant(later[0].starts_at, zone)}"


@dataclass(frozen=True)
class Issued:
    """One version of the minutes, what it says, whether it was issued just now, and what is to be told of how."""

    version: MinutesVersion
    doc: MinutesDoc
    new: bool
    remarks: tuple[str, ...] = ()


def issue(
    session: Session,
    meeting: Meeting,
    *,
    at: datetime,
    templates: Path | None = None,
    because: str = "the record has changed since",
) -> Issued:
    """The minutes of a closed meeting as the record stands, as a new version if they say something new.

    A version once issued is never changed; a new one says which it replaces, and why.
    """
    before = meetings.minutes(session, meeting.id or 0)
    doc = collect(session, meeting, len(before) + 1)
    if before:
        last = before[-1]
        if not _outdated(last, doc):
            return Issued(last, document(session, meeting, last), new=False)
        if last.document is None:
            because = "it was issued before documents were kept beside the text"
        zone = ZoneInfo(negotiations.get(session, meeting.negotiation_id).zone)
        issued_on = dates.full_date(last.issued_at.astimezone(zone).date())
        said = (
            f"Version {doc.version} replaces version {last.version} of {issued_on}, which stays as it was: {because}."
        )
        doc = replace(doc, replaces=said)
    paper = render.paper(STEM, doc, "md", templates)
    content = paper.content.decode()
    version = MinutesVersion(
        meeting_id=meeting.id or 0,
        version=doc.version,
        status=MinutesStatus.DRAFT,
        content=content,
        sha256=render.fingerprint(content),
        issued_at=at,
        document=frozen.as_json(doc),
    )
    session.add(version)
    session.flush()
    return Issued(version, doc, new=True, remarks=paper.remarks)


def _outdated(version: MinutesVersion, now: MinutesDoc) -> bool:
    if version.document is None:
        return True
    issued = frozen.from_json(MinutesDoc, version.document)
    return replace(now, version=issued.version, replaces=issued.replaces) != issued


def outdated(session: Session, meeting: Meeting, version: MinutesVersion) -> bool:
    """Whether the record says something that this version of the minutes does not."""
    return _outdated(version, collect(session, meeting, version.version))


def document(session: Session, meeting: Meeting, version: MinutesVersion) -> MinutesDoc:
    """What a version says, as approved where it is; what was issued before documents were kept is collected anew."""
    approved = minutes.approved_copy(session, version.id or 0)
    kept = approved.document if approved else version.document
    return collect(session, meeting, version.version) if kept is None else frozen.from_json(MinutesDoc, kept)


def paper(
    session: Session,
    meeting: Meeting,
    printed: MinutesVersion | MinutesCopy,
    form: str,
    templates: Path | None = None,
) -> Paper:
    """What was issued, approved or made for others, in one of `render.FORMS`.

    Every form but Markdown ends with the fingerprint of the Markdown, so that any of them names what it was made of.
    """
    if form == "md":
        return Paper(printed.content.encode())
    if isinstance(printed, MinutesVersion):
        doc = document(session, meeting, printed)
    else:
        doc = frozen.from_json(MinutesDoc, printed.document)
    return render.paper(STEM, doc, form, templates, fingerprint=printed.sha256)


def write(doc: MinutesDoc, templates: Path | None = None) -> str:
    """The minutes as Markdown, ending in the fingerprint of all that stands above it."""
    return render.paper(STEM, doc, "md", templates).content.decode()
