"""`recommend`: what a sub-group advises the meeting it informs, and what a gateway review asks for."""

import re
from dataclasses import replace

from bot import access
from bot.access import Actor
from bot.actions import rules as action_rules
from bot.actions import service as actions
from bot.actions import views as action_views
from bot.actions.promise import read_promise
from bot.errors import UserError
from bot.meetings import service as meeting_service
from bot.record import service as record
from bot.slack import blocks, mrkdwn
from bot.slack.command import Answer, Call
from storage import Session, meetings, timetable
from storage.tables import Meeting, MeetingKind, MeetingStatus, Milestone, NoteKind

_REF = re.compile(r"(?:[A-Z][A-Z0-9]{1,11}-)?[MNSPGL][0-9]{1,4}", re.I)
_EXAMPLE = "`/parley recommend S1 Phase the share at risk over three years`"


def recommend(session: Session, call: Call) -> Answer:
    """Of a meeting it is kept as its advice; of a gateway it becomes an action. In an open meeting, that one's."""
    actor = access.actor(session, call.place, call.code)
    first, _, rest = call.words.strip().partition(" ")
    if _REF.fullmatch(first):
        words = rest.strip()
        gateway = timetable.by_ref(session, actor.id, first) if first[0] in "Mm" else None
        meeting = None if gateway else access.meeting(session, actor, first)
    else:
        words, gateway, meeting = call.words.strip(), None, meeting_service.in_progress(session, actor)
    if not words:
        raise UserError(f"Say what is recommended: {_EXAMPLE}.")
    if gateway is not None and gateway.kind != "gateway":
        raise UserError(f"{gateway.ref} is not a gateway. Only a gateway or a meeting recommends: {_EXAMPLE}.")
    if meeting is not None and meeting.status == MeetingStatus.CANCELLED:
        raise UserError(f"{meeting.ref} is cancelled, so it recommends nothing. Name another meeting: {_EXAMPLE}.")
    if meeting is not None and meeting.party_id != actor.scope:
        raise UserError(f"{meeting.ref} belongs to another circle. Type this in the channel where it is held.")
    if gateway is not None or (meeting is not None and meeting.kind == MeetingKind.GATEWAY):
        return _as_action(session, actor, replace(call, words=words), gateway, meeting)
    return _as_advice(session, actor, replace(call, words=words), meeting)


def _as_action(
    session: Session, actor: Actor, call: Call, gateway: Milestone | None, meeting: Meeting | None
) -> Answer:
    promise = read_promise(session, actor, call.words, call.names, [], at=call.at)
    if not promise.text:
        raise UserError("Say what is to be done: `/parley recommend M3 Strengthen the risk register @dana by 12 dec`.")
    row = actions.add_action(
        session,
        actor,
        promise.text,
        [seat.member for seat in promise.owners],
        promise.due_on,
        source=call.source,
        at=call.at,
        meeting=meeting,
        gateway=gateway,
        said=call.words,
    )
    ids = [seat.member.id or 0 for seat in promise.owners]
    said = action_views.line(row, ids, [seat.title for seat in promise.owners], actor.today(call.at))
    of = gateway.ref if gateway else meeting.ref if meeting else ""
    lacking = action_rules.lacking(row, ids)
    text = f"Recommended by *{of}*: {said}"
    if not lacking:
        return Answer(text, public=actor.aloud(row.party_id))
    button = blocks.button(
        "Complete It", "action.complete", f"{actor.negotiation.code} {row.ref}", spoken=f"Complete {row.ref}"
    )
    asks = f"It still needs {mrkdwn.listed(lacking)}."
    return Answer(f"{text}\n{asks}", [blocks.section(text), blocks.section(asks), blocks.buttons(button)])


def _as_advice(session: Session, actor: Actor, call: Call, meeting: Meeting | None) -> Answer:
    if meeting is None:
        raise UserError(f"Say which meeting recommends it: {_EXAMPLE}.")
    row = record.record_note(
        session,
        actor,
        call.plain,
        source=call.source,
        at=call.at,
        meeting=meeting,
        kind=NoteKind.RECOMMENDATION,
        said=call.words,
    )
    informed = meetings.get(session, meeting.informs_id) if meeting.informs_id else None
    reaches = (
        f"It is shown at {informed.ref} {informed.title}."
        if informed
        else f"{meeting.ref} informs no meeting yet: `/parley meeting informs {meeting.ref} N1` says which is shown it."
    )
    text = f"*{row.ref}*, recommendation of {meeting.ref}: {row.text}"
    return Answer(f"{text}\n{reaches}", public=actor.aloud(row.party_id))
