"""Briefs as they are sent: read afresh, and only for whoever may still read them then."""

from pathlib import Path

from bot import dates, outbox, render, roster
from bot.briefs import rules, service, views
from bot.briefs.asked import Asked
from bot.briefs.facts import facts
from bot.outbox import File, Message, Update
from storage import Session, meetings, negotiations
from storage import outbox as rows
from storage.tables import ChannelKind, MeetingStatus, Negotiation, OutboxRow

_IN_THREAD = "The rest is in the files in this message’s thread."
_KEPT = "This message follows the record until the meeting begins; “Send Me Mine” brings yours as it is then."


def card(session: Session, row: OutboxRow) -> Message | None:
    """The brief as a message; None once it serves nobody any more."""
    asked = _asked(session, row)
    if asked is None:
        return None
    closing = _IN_THREAD if row.payload.get("copy") else f"{_IN_THREAD} {_KEPT}"
    return views.card(service.essentials(asked), closing, button=not row.payload.get("copy"))


def card_update(session: Session, row: OutboxRow) -> Update | None:
    """A posted brief as the record stands now, with what has changed since it was posted."""
    posted = rows.by_key(session, row.payload["of"])
    asked = _asked(session, row) if posted else None
    if posted is None or asked is None or asked.meeting.status != MeetingStatus.PLANNED:
        return None
    changes = rules.changed(posted.payload["facts"], facts(asked))
    since = dates.instant(posted.due_at, asked.zone)
    closing = f"The files in this message’s thread are as of {since}. {_KEPT}" if changes else f"{_IN_THREAD} {_KEPT}"
    message = views.card(service.essentials(asked), closing, since=since, changes=changes, button=True)
    return Update(posted.key, message)


def file(session: Session, row: OutboxRow) -> Message | None:
    """The whole brief as a file, in the form that the row names."""
    asked = _asked(session, row)
    if asked is None:
        return None
    form, folder = str(row.payload["form"]), row.payload.get("templates")
    made = service.paper(asked, form, Path(folder) if folder else None)
    whose = asked.party.code if asked.party else "joint"
    unique = outbox.mark(row)
    name = f"{asked.negotiation.code}-{asked.meeting.ref}-brief-{whose}-{unique}.{form}"
    private = f", private to {asked.party.name}" if asked.party else ""
    as_of = dates.instant(row.due_at, asked.zone)
    words = f"The whole brief for {asked.meeting.ref}{private}, as {render.FORMS[form]}, as of {as_of}."
    said = "\n".join([f"{words} {asked.negotiation.marking}.", *made.remarks])
    return Message(said, file=File(name, made.content))


def _asked(session: Session, row: OutboxRow) -> Asked | None:
    """What the row is about; None where the meeting is over or falls away, or its reader may not read it any more."""
    meeting = meetings.get(session, row.ref_id or 0)
    negotiation = negotiations.get(session, meeting.negotiation_id)
    scope = row.payload["party"]
    party = next((p for p in negotiations.parties(session, negotiation.id or 0) if p.id == scope), None)
    if meeting.status not in (MeetingStatus.PLANNED, MeetingStatus.OPEN):
        return None
    if (party is None) != (scope is None) or not _may_read(session, negotiation, scope, _reader(session, row)):
        return None
    return Asked(session, negotiation, meeting, party, row.due_at)


def _reader(session: Session, row: OutboxRow) -> str:
    """Whose conversation it is: of an update, the one that the brief was posted for."""
    posted = rows.by_key(session, row.payload["of"]) if "of" in row.payload else None
    return posted.recipient if posted else row.recipient


def _may_read(session: Session, negotiation: Negotiation, scope: int | None, recipient: str) -> bool:
    """Whether a channel, or a person, still belongs to the circle."""
    if not recipient.startswith(("U", "W")):
        channel = negotiations.channel(session, negotiation.team_id, recipient)
        if channel is None or channel.negotiation_id != negotiation.id:
            return False
        return channel.kind != ChannelKind.CAUCUS if scope is None else channel.party_id == scope
    seats = roster.seats(session, negotiation.id or 0)
    sits = any(seat.person.user_id == recipient and scope in (None, seat.party.id) for seat in seats)
    creator = negotiations.person_by_id(session, negotiation.created_by_id)
    return sits or (scope is None and creator.user_id == recipient)
