"""Typed lines become records; edits, deletions and mends follow them. Stands above the slices it writes to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from bot import access, dates, roster, trail
from bot.access import Actor
from bot.actions import rules as action_rules
from bot.actions import service as actions
from bot.actions.promise import Gone, Promise, read_promise
from bot.capture import registers
from bot.capture.rules import Line, LineKind, lines_of, paired
from bot.clauses import escalation
from bot.clauses import service as clause_service
from bot.clauses.standing import known
from bot.errors import UserError
from bot.meetings import service as meeting_service
from bot.meetings.guests import Guest, read_guests
from bot.record import service as record_service
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.slack.command import split_last
from bot.slack.private_words import gives_away
from bot.trail import Source
from storage import Session, choices, meetings, records
from storage.records import GONE, AnyRecord
from storage.tables import (
    Action,
    ActionStatus,
    Agreement,
    AgreementStatus,
    AttendanceStatus,
    ChannelKind,
    ChoiceKind,
    Decision,
    Meeting,
    MeetingStatus,
    Note,
    NoteKind,
    RecordStatus,
)

_CHOOSE_AGAIN = {
    ChoiceKind.ROUTE: "`/parley route choose 5 because …`",
    ChoiceKind.STRUCTURE: "`/parley structure alliance because …`",
}


# Where a record is of a whole message and of none of its lines (`bot.capture.logged`): no message has so many, and
# above it each party has a place of its own.
WHOLE = 1_000_000


@dataclass(frozen=True)
class Spoken:
    """A message typed in a channel: its plain words with marks, and where it stands."""

    words: str
    names: Mapping[str, str]
    channel_id: str
    ts: str
    permalink: str
    at: datetime

    def source(self, line: int) -> Source:
        return Source(self.channel_id, self.ts, line, self.permalink)


@dataclass
class Heard:
    """What came of a message: how many lines were taken, and what to tell its author: the refusals, and the
    lines that were taken otherwise than typed."""

    taken: int = 0
    refused: list[tuple[str, str]] = field(default_factory=list)
    noted: list[tuple[str, str]] = field(default_factory=list)


def hear(session: Session, actor: Actor, meeting: Meeting, spoken: Spoken) -> Heard:
    """Take every line for the record that the message holds; a refused line does not stop the others."""
    heard = Heard()
    for number, line in enumerate(lines_of(spoken.words)):
        _take(session, actor, meeting, spoken, number, line, heard)
    return heard


_GIVEN_AWAY = (
    "a line of your message may tell where your own side stops, and others are in this channel. Delete your message "
    "now; type again what else it held. Keep such words in your side's caucus channel or in a direct message to "
    "Parley: `position …`. If everyone may read them, put them in quotes: `NOTE: “…”`."
)


def _is_private(line: Line) -> bool:
    return line.kind == LineKind.PRIVATE or gives_away(f"{line.text}\n{line.new}")


def in_own_room(actor: Actor) -> bool:
    return actor.channel is not None and actor.channel.kind == ChannelKind.CAUCUS


def shown(line: Line, names: Mapping[str, str]) -> str:
    """A line as it was typed, given back to its author; nothing of one that is a party's own."""
    return "" if _is_private(line) else mrkdwn.named(line.typed, names)


def _keep_out(heard: Heard) -> None:
    """Tell the author, once for a message, of lines that are a party's own."""
    if ("", _GIVEN_AWAY) not in heard.refused:
        heard.refused.append(("", _GIVEN_AWAY))


def _take(
    session: Session, actor: Actor, meeting: Meeting, spoken: Spoken, number: int, line: Line, heard: Heard
) -> None:
    if not in_own_room(actor) and _is_private(line):
        _keep_out(heard)
        return
    if line.kind == LineKind.PRIVATE:  # in its own room it is talk: a position is kept by its command
        return
    try:
        with session.begin_nested():
            remark = _apply(session, actor, meeting, spoken, number, line)
        heard.taken += 1
        if remark:
            heard.noted.append((mrkdwn.named(line.typed, spoken.names), remark))
    except UserError as refusal:
        heard.refused.append((mrkdwn.named(line.typed, spoken.names), str(refusal)))


def _apply(session: Session, actor: Actor, meeting: Meeting, spoken: Spoken, number: int, line: Line) -> str | None:
    """Do what one line says. Gives a remark for its author where it was not taken as it was typed."""
    words = mrkdwn.named(line.text, spoken.names)
    at, source = spoken.at, spoken.source(number)
    match line.kind:
        case LineKind.AGREED | LineKind.DECISION if absent := roster.absent_sides(session, meeting):
            # Kept, never dropped: a meeting at which a side is absent may note, but not agree or decide.
            row = record_service.record_note(
                session, actor, words, source=source, at=at, meeting=meeting, said=line.text
            )
            instead = "an agreement" if line.kind == LineKind.AGREED else "a decision"
            return f"{row.ref}: a note, not {instead}, because {roster.unrepresented(absent)} at {meeting.ref}."
        case LineKind.AGREED:
            return _take_agreement(session, actor, meeting, line, words, source, at)
        case LineKind.DECISION:
            record_service.record_decision(session, actor, words, source=source, at=at, meeting=meeting, said=line.text)
        case LineKind.NOTE | LineKind.RESERVATION | LineKind.PARKED:
            _take_note(session, actor, meeting, line, words, source, at)
        case LineKind.ACTION:
            promised = promise(session, actor, meeting, line.text, spoken.names, at=at)
            actions.add_action(
                session,
                actor,
                promised.text,
                [seat.member for seat in promised.owners],
                promised.due_on,
                source=source,
                at=at,
                meeting=meeting,
                said=line.text,
            )
        case LineKind.TOPIC:
            _take_topic(session, actor, meeting, words, at)
        case LineKind.PRESENT | LineKind.APOLOGIES:
            status = AttendanceStatus.PRESENT if line.kind == LineKind.PRESENT else AttendanceStatus.APOLOGIES
            guests = _guests(session, actor, line.text, spoken.names)
            meeting_service.mark(session, actor, meeting, guests, status, at=at)
        case LineKind.MEND:
            mend(session, actor, meeting, line.text, line.new, spoken.names, at=at)
        case LineKind.UNSURE:
            raise UserError(f"That looks like a keyword with a slip in it. Did you mean `{line.new}:`? Type it again.")
    return None


def _take_agreement(
    session: Session, actor: Actor, meeting: Meeting, line: Line, words: str, source: Source, at: datetime
) -> str | None:
    """Words on a clause that is not free, or on a register's entry, are kept as a note, and their author is told."""
    instead = registers.instead(session, actor, words)
    if instead is not None:
        row = record_service.record_note(session, actor, words, source=source, at=at, meeting=meeting, said=line.text)
        return f"{row.ref}: a note, not an agreement. {instead}"
    clause, wording = clause_service.named(session, actor.id, words)
    try:
        with session.begin_nested():
            clause_service.record_agreement(
                session, actor, wording, clause=clause, source=source, at=at, meeting=meeting, said=line.text
            )
    except clause_service.NotFree as refusal:
        row = record_service.record_note(session, actor, words, source=source, at=at, meeting=meeting, said=line.text)
        return f"{row.ref}: a note, not an agreement. {refusal}"
    return None


def promise(
    session: Session,
    actor: Actor,
    meeting: Meeting | None,
    said: str,
    names: Mapping[str, str],
    *,
    at: datetime,
    gone: Gone = Gone.REFUSED,
) -> Promise:
    """What a typed line promises. One that mentions somebody from outside is kept, without an owner; so is one of
    somebody who has left Slack, unless they are `gone` since it was typed."""
    attendees = _attendees(session, actor, meeting) if meeting else []
    try:
        return read_promise(session, actor, said, names, attendees, at=at, gone=gone)
    except UserError:
        unclear = gone if gone == Gone.TAKEN else Gone.UNCLEAR
        return read_promise(session, actor, mrkdwn.named(said, names), names, attendees, at=at, gone=unclear)


def _take_note(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    line: Line,
    words: str,
    source: Source,
    at: datetime,
) -> None:
    what, until = _parked(actor, words, at) if line.kind == LineKind.PARKED else (words, None)
    clause = known(session, actor.id, what) if until is not None else None
    if clause is not None and until is not None:
        escalation.park(session, actor, clause, until, at=at)
        return
    record_service.record_note(
        session,
        actor,
        what,
        source=source,
        at=at,
        meeting=meeting,
        kind=NoteKind(line.kind.value),
        until=until,
        said=line.text,
    )


def _parked(actor: Actor, words: str, at: datetime) -> tuple[str, date | None]:
    """What is parked and until when; without a readable date to come it is parked without one."""
    what, until = split_last(words, "until")
    if not what or not until:
        return words, None
    try:
        day = dates.read_date(until, today=actor.today(at), calendar=actor.calendar)
    except UserError:
        return words, None
    return (what, day) if day >= actor.today(at) else (words, None)


def _take_topic(session: Session, actor: Actor, meeting: Meeting, words: str, at: datetime) -> None:
    """Take up the agenda item with this number or title, or else a new one."""
    items = meetings.agenda(session, meeting.id or 0)
    wanted = words.casefold().strip()
    known = next((item for item in items if wanted in (str(item.number), item.title.casefold())), None)
    item = known or meeting_service.add_item(session, actor, meeting, words, at=at)
    meeting_service.take_item(session, actor, meeting, item.number, at=at)


def _attendees(session: Session, actor: Actor, meeting: Meeting) -> list[Seat]:
    there = {row.member_id for row in meetings.attendance(session, meeting.id or 0)}
    return [seat for seat in roster.seats(session, actor.id) if seat.member.id in there]


def _guests(session: Session, actor: Actor, said: str, names: Mapping[str, str]) -> list[Guest]:
    """Those named; the speaker when nobody is (`present+`). A name that fits several is kept as it was typed."""
    guests = read_guests(session, actor, said, names, as_typed=True, gone_too=True)
    return guests or [Guest(actor.person.name, access.seat(actor))]


def mend(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    old: str,
    new: str,
    names: Mapping[str, str],
    *,
    at: datetime,
) -> AnyRecord:
    """`s/old/new/`: put the words right in the latest record of this meeting that holds them.

    Raises UserError when none does.
    """
    access.require(actor, access.Capability.RECORD)
    everyone = roster.seats(session, actor.id)
    known = {**names, **{seat.person.user_id: seat.person.name for seat in everyone}}
    old, new = mrkdwn.named(old, known), mrkdwn.named(new, known)
    standing = [row for row in records.everything_of(session, meeting.id or 0) if row.status not in GONE]
    for row in reversed(standing):
        said = mrkdwn.named(row.said, known)
        if old in said:
            restate(session, actor, row, roster.marked(said.replace(old, new, 1), everyone), known, at=at)
            return row
    raise UserError(f"No record of {meeting.ref} holds “{old}”, so nothing was mended.")


def restate(
    session: Session, actor: Actor, row: AnyRecord, said: str, names: Mapping[str, str], *, at: datetime
) -> None:
    """Read a record anew from other words than it was first typed in, as of the day of the first ones."""
    words = mrkdwn.named(said, names)
    if isinstance(row, Agreement):
        if instead := registers.instead(session, actor, words):
            raise UserError(f"{row.ref} was not changed. {instead}")
        clause, wording = clause_service.named(session, actor.id, words)
        if clause_service.named(session, actor.id, row.said)[0] is None:
            clause = clause or row.clause  # recorded with `agree CLAUSE`, whose words do not name it
        clause_service.reword_agreement(session, actor, row, wording, clause=clause, said=said, at=at)
    elif isinstance(row, Action):
        _restate_action(session, actor, row, said, names, at=at)
    else:
        if isinstance(row, Note) and row.kind == NoteKind.PARKED:
            words, row.until = _parked(actor, words, row.at)
        trail.reword(session, actor, row, words, said=said, at=at)


def _restate_action(
    session: Session, actor: Actor, row: Action, said: str, names: Mapping[str, str], *, at: datetime
) -> None:
    """What the words name neither before nor now, its form has filled in: that stays."""
    meeting = meetings.get(session, row.meeting_id) if row.meeting_id else None
    was = promise(session, actor, meeting, row.said, names, at=row.at, gone=Gone.TAKEN)
    now = promise(session, actor, meeting, said, names, at=row.at, gone=Gone.TAKEN)
    owners = [seat.member for seat in now.owners]
    if not owners and not was.owners:
        had = records.owners(session, [row.id or 0])[row.id or 0]
        owners = [seat.member for seat in roster.seats(session, actor.id) if seat.member.id in had]
    due_on = now.due_on if now.due_on or was.due_on else row.due_on
    actions.restate(session, actor, row, now.text, owners, due_on, said=said, at=at)


def take_back(session: Session, actor: Actor, row: AnyRecord, *, undone: bool, at: datetime) -> None:
    """Undo one's own record, or withdraw it because its message is gone.

    Raises UserError for a decision that the route or the structure rests on: another choice takes its place.
    """
    if isinstance(row, Decision) and (choice := choices.of_decision(session, row.id or 0)):
        raise UserError(
            f"The {choice.kind} of the contract rests on {row.ref}, so it is not taken back in passing. Choose again "
            f"instead: {_CHOOSE_AGAIN[ChoiceKind(choice.kind)]}. Both stay on record."
        )
    if isinstance(row, Agreement):
        status = AgreementStatus.UNDONE if undone else AgreementStatus.WITHDRAWN
        record_service.take_back_agreement(session, actor, row, status, at=at)
    else:
        trail.take_back(session, actor, row, RecordStatus.UNDONE if undone else RecordStatus.WITHDRAWN, at=at)


def rehear(session: Session, actor: Actor, spoken: Spoken, before: str) -> Heard:
    """A message was edited from `before`: change, add and withdraw what its lines recorded."""
    heard = Heard()
    rows = _standing(session, spoken)
    old, new = lines_of(before), lines_of(spoken.words)
    by_line = {row.line: row for row in rows}
    meeting = _meeting_of(session, rows, spoken)
    if meeting is None:
        return heard
    if meeting.status != MeetingStatus.OPEN:
        return _too_late(meeting, rows, spoken, heard)
    # Lines that moved take their records along; none may stand on another's place meanwhile.
    records.move_lines(session, rows, by=len(old) + len(new) + 1)
    for was, now in paired(old, new):
        row = by_line.get(was) if was is not None else None
        if row is not None and now is None:
            _withdraw(session, actor, row, heard, at=spoken.at)
        elif row is not None and now is not None:
            row.line = now
            session.add(row)
            session.flush()
            if was is not None and old[was] != new[now]:
                _restate_line(session, actor, row, new[now], spoken, heard)
        elif now is not None and (was is None or old[was] != new[now]):
            _take(session, actor, meeting, spoken, now, new[now], heard)
    return heard


def _standing(session: Session, spoken: Spoken) -> list[AnyRecord]:
    """What still stands of the lines of this message. What somebody put on record of it whole stays as it was said."""
    rows = records.of_message(session, spoken.channel_id, spoken.ts)
    return [row for row in rows if row.status not in GONE and row.line < WHOLE]


def _restate_line(session: Session, actor: Actor, row: AnyRecord, line: Line, spoken: Spoken, heard: Heard) -> None:
    if not in_own_room(actor) and _is_private(line):
        _keep_out(heard)
        return
    try:
        with session.begin_nested():
            restate(session, actor, row, line.text, spoken.names, at=spoken.at)
        heard.taken += 1
    except UserError as refusal:
        heard.refused.append((mrkdwn.named(line.typed, spoken.names), str(refusal)))


def unhear(session: Session, actor: Actor, spoken: Spoken) -> Heard:
    """A message was deleted: withdraw what it recorded, while its meeting is open."""
    heard = Heard()
    rows = _standing(session, spoken)
    meeting = _meeting_of(session, rows, spoken)
    if meeting is None or not rows:
        return heard
    if meeting.status != MeetingStatus.OPEN:
        return _too_late(meeting, rows, spoken, heard)
    for row in rows:
        _withdraw(session, actor, row, heard, at=spoken.at)
    return heard


def _withdraw(session: Session, actor: Actor, row: AnyRecord, heard: Heard, *, at: datetime) -> None:
    try:
        with session.begin_nested():
            take_back(session, actor, row, undone=False, at=at)
        heard.taken += 1
    except UserError as refusal:
        heard.refused.append((row.text, str(refusal)))


def _too_late(meeting: Meeting, rows: Sequence[AnyRecord], spoken: Spoken, heard: Heard) -> Heard:
    typed = "" if gives_away(spoken.words) else mrkdwn.named(spoken.words, spoken.names)
    heard.refused += [(typed, _closed(meeting, row)) for row in rows]
    return heard


def _closed(meeting: Meeting, row: AnyRecord) -> str:
    return (
        f"{meeting.ref} has closed and its minutes are out, so {row.ref} stands as it was recorded. "
        "Put the correction to the next meeting."
    )


def check_open(meeting: Meeting, row: AnyRecord) -> None:
    """Raises UserError for a record whose meeting has closed: what its minutes say is not undone in passing."""
    if meeting.status == MeetingStatus.CLOSED:  # advice may be given before its meeting has begun
        raise UserError(_closed(meeting, row))


def _meeting_of(session: Session, rows: Sequence[AnyRecord], spoken: Spoken) -> Meeting | None:
    meeting_id = next((row.meeting_id for row in rows if row.meeting_id), None)
    if meeting_id is not None:
        return meetings.get(session, meeting_id)
    return meetings.open_in(session, spoken.channel_id)


def note_key(channel: str, ts: str) -> str:
    """The outbox key of the private note about one message."""
    return f"capture.note:{channel}:{ts}"


def open_actions(session: Session, channel: str, ts: str) -> list[Action]:
    """The actions, still open, that came of one message."""
    return [
        record
        for record in records.of_message(session, channel, ts)
        if isinstance(record, Action) and record.status == ActionStatus.OPEN
    ]


def incomplete(session: Session, channel: str, ts: str) -> bool:
    """Whether an action from this message lacks its owner or its date."""
    found = open_actions(session, channel, ts)
    owned = records.owners(session, [action.id or 0 for action in found])
    return any(action_rules.lacking(action, owned[action.id or 0]) for action in found)
