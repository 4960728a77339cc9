"""A whole message becomes a record, because somebody points at it: by a shortcut or with a reaction.

Its words are recorded as they were said, for whoever said them; the trail says who put them on record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from bot import access, roster
from bot.access import Actor, Capability, Misplaced
from bot.actions import service as actions
from bot.capture import registers, service
from bot.capture.rules import LineKind, lines_of
from bot.capture.service import WHOLE
from bot.clauses import service as clause_service
from bot.errors import UserError
from bot.record import service as record_service
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.slack.private_words import gives_away
from bot.slack.said import Said
from bot.trail import Source
from storage import Session, ledger, meetings, records
from storage.records import GONE, AnyRecord
from storage.tables import Action, ActionStatus, Agreement, Decision, Meeting, Note


class Kind(StrEnum):
    """What a message can be put on record as."""

    AGREEMENT = "agreement"
    ACTION = "action"
    DECISION = "decision"
    NOTE = "note"


_TABLES: dict[Kind, type[AnyRecord]] = {
    Kind.AGREEMENT: Agreement,
    Kind.ACTION: Action,
    Kind.DECISION: Decision,
    Kind.NOTE: Note,
}
_KEYWORDS = {
    LineKind.AGREED: Kind.AGREEMENT,
    LineKind.ACTION: Kind.ACTION,
    LineKind.DECISION: Kind.DECISION,
    LineKind.NOTE: Kind.NOTE,
}

REACTIONS = {"handshake": Kind.AGREEMENT, "pushpin": Kind.ACTION}


def kind_of(reaction: str) -> Kind | None:
    """What a reaction puts its message on record as, in any tone of skin ("handshake::skin-tone-3")."""
    return REACTIONS.get(reaction.partition("::")[0])


@dataclass(frozen=True)
class Wanted:
    """What a message is to be recorded as, and what was said of that besides: `due_on` is a local date."""

    kind: Kind
    clause: str | None = None
    owners: Sequence[Seat] = ()
    due_on: date | None = None


def known(session: Session, actor: Actor, channel: str, ts: str, kind: Kind) -> AnyRecord | None:
    """What stands on record of a message already as this kind, in the circle where the actor is."""
    for row in records.of_message(session, channel, ts):
        of_circle = row.negotiation_id == actor.id and row.party_id == actor.scope
        if isinstance(row, _TABLES[kind]) and of_circle and row.status not in GONE:
            return row
    return None


def log(
    session: Session, actor: Actor, message: Said, names: Mapping[str, str], wanted: Wanted, *, at: datetime
) -> tuple[AnyRecord, bool]:
    """Put a message on record; gives the record, and whether it is new: once for a message, a kind and a circle.

    Raises UserError for those who may not record, for what a bot wrote, for words that are a party's own where others
    read them (Misplaced), and as the verb of its kind does.
    """
    access.require(actor, Capability.RECORD)
    there = known(session, actor, message.channel_id, message.ts, wanted.kind)
    if there is not None:
        return there, False
    if not message.user_id:
        raise UserError("A bot wrote that message. Only what people say is put on record.")
    if gives_away(message.words) and not service.in_own_room(actor):
        raise Misplaced(_GIVEN_AWAY)
    words = _words(message, wanted.kind)
    source = _source(session, actor, message, names, at)
    return _record(session, actor, words, names, wanted, source, at), True


_GIVEN_AWAY = (
    "That message may tell where a side stops, and others are in this channel. Nothing was recorded. If everyone may "
    "read it, its words can be typed in quotes."
)


def _words(message: Said, kind: Kind) -> str:
    """The message as it was said, but for the keyword of that kind that begins it; the files where there is no word."""
    lines = lines_of(message.words)
    whole = len(lines) == 1 and lines[0].typed == message.words.strip()
    words = lines[0].text if whole and _KEYWORDS.get(lines[0].kind) == kind else message.words.strip()
    files = f"Files: {', '.join(message.files)}" if message.files else ""
    if kind == Kind.NOTE:
        return "\n".join(filter(None, [words, files]))
    return words or files


def _source(session: Session, actor: Actor, message: Said, names: Mapping[str, str], at: datetime) -> Source:
    """Where it was said, by whom and when. Of somebody who is not of this circle only the trail keeps the name."""
    circle = roster.circle(roster.seats(session, actor.id), actor.scope)
    author = next((seat for seat in circle if seat.person.user_id == message.user_id), None)
    said_by = author.title if author else names.get(message.user_id, message.user_id)
    return Source(
        message.channel_id,
        message.ts,
        WHOLE + (actor.scope or 0),
        message.permalink,
        author_id=(author.member if author else access.seat(actor)).id,
        said_at=min(at, message.at),
        noted={"said_by": said_by, "said_at": message.at, **({"files": message.files} if message.files else {})},
    )


def _record(
    session: Session,
    actor: Actor,
    said: str,
    names: Mapping[str, str],
    wanted: Wanted,
    source: Source,
    at: datetime,
) -> AnyRecord:
    words = mrkdwn.named(said, names)
    meeting = access.meeting_in_progress(session, actor)
    match wanted.kind:
        case Kind.AGREEMENT:
            return _agreement(session, actor, words, said, wanted.clause, source, at, meeting)
        case Kind.DECISION:
            return record_service.record_decision(
                session, actor, words, source=source, at=at, meeting=meeting, said=said
            )
        case Kind.NOTE:
            return record_service.record_note(session, actor, words, source=source, at=at, meeting=meeting, said=said)
        case Kind.ACTION:
            # "by Friday" means the Friday after it was said.
            promised = service.promise(session, actor, meeting, said, names, at=source.said_at or at)
            return actions.add_action(
                session,
                actor,
                promised.text,
                [seat.member for seat in wanted.owners or promised.owners],
                wanted.due_on or promised.due_on,
                source=source,
                at=at,
                meeting=meeting,
                said=said,
            )


def _agreement(
    session: Session,
    actor: Actor,
    words: str,
    said: str,
    clause: str | None,
    source: Source,
    at: datetime,
    meeting: Meeting | None,
) -> Agreement:
    if instead := registers.instead(session, actor, words):
        raise UserError(f"Nothing was recorded. {instead}")
    number, wording = clause_service.named(session, actor.id, words)
    if clause is not None and number != clause:
        number, wording = clause, words
    return clause_service.record_agreement(
        session, actor, wording, clause=number, source=source, at=at, meeting=meeting, said=said
    )


def unlog(session: Session, actor: Actor, channel: str, ts: str, kind: Kind, *, at: datetime) -> AnyRecord | None:
    """Withdraw what the actor put on record of a message; None where there is nothing of theirs.

    Raises UserError once others have built on it: a party confirmed, an action was changed or done, minutes are out.
    """
    row = known(session, actor, channel, ts, kind)
    if row is None or row.logged_by_id is None or row.logged_by_id != access.seat(actor).id:
        return None
    if row.meeting_id is not None:
        service.check_open(meetings.get(session, row.meeting_id), row)
    if isinstance(row, Action) and _has_moved_on(session, row):
        raise UserError(
            f"{row.ref} has been completed or changed since, so it stands although your reaction is gone. When nothing "
            f"is left to do, say so: `/parley done {row.ref} because it is no longer needed`."
        )
    service.take_back(session, actor, row, undone=False, at=at)
    return row


def _has_moved_on(session: Session, row: Action) -> bool:
    told = ledger.of(session, row.negotiation_id, row.ref, row.party_id or 0)
    return row.status != ActionStatus.OPEN or any(entry.deed != "action.recorded" for entry in told)
