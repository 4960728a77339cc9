"""`close` and `minutes`: a meeting ends, its minutes appear."""

from bot import access, dates, outbox, trail
from bot.access import Actor
from bot.errors import UserError
from bot.meetings import service as meeting_service
from bot.minutes import service
from bot.minutes.service import Issued
from bot.slack.command import Answer, Call, split_last
from storage import Session, meetings
from storage.tables import Meeting, MeetingKind, MeetingStatus, MinutesVersion


def close(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting(session, actor, call.plain) if call.plain else meeting_service.in_progress(session, actor)
    remarks = meeting_service.close(session, actor, meeting, at=call.at)
    mine = meetings.prepared(session, meeting.id or 0, actor.party_id or 0)
    if meeting.kind == MeetingKind.NEGOTIATION and mine is None:
        remarks.append(
            f"How long did each side prepare? `/parley meeting prepared {meeting.ref} 4h` keeps it for its own."
        )
    issued = _issue(session, actor, meeting, call)
    incomplete = issued.doc.incomplete
    _post(session, actor, meeting, issued.version, call)
    here = meeting.channel_id == call.place.channel_id
    lacking = f"\nIncomplete, and named so in the minutes: {'; '.join(incomplete)}." if incomplete else ""
    return Answer(
        f"*{meeting.ref} {meeting.title}* closed at {dates.clock_time(call.at, actor.zone)}. "
        f"Its draft minutes {'follow' if here else 'go to its own channel'}.{lacking}"
        + "".join(f"\n{remark}" for remark in remarks),
        public=here,
    )


def minutes(session: Session, call: Call) -> Answer:
    """Show the latest minutes, in a new version when the record says something new.

    In a channel they may be read in they are posted there; elsewhere they go to the person alone.
    """
    actor = access.actor(session, call.place, call.code)
    ref, form = split_last(call.plain, "as")
    if form and form.casefold() not in ("md", "markdown"):
        raise UserError(f"Minutes cannot be had as {form} yet: `/parley minutes {ref or 'N1'} as md`.")
    meeting = access.meeting(session, actor, ref) if ref else _last_closed(session, actor)
    if meeting.status != MeetingStatus.CLOSED:
        raise UserError(
            f"{meeting.ref} has not closed, so it has no minutes yet. They come with `/parley close {meeting.ref}`."
        )
    issued = _issue(session, actor, meeting, call)
    version = issued.version
    here = actor.aloud(meeting.party_id)
    _post(session, actor, meeting, version, call, to=call.place.channel_id if here else call.place.user_id)
    news = f"Version {version.version} is new: the record has changed since." if issued.new else ""
    where = "follow here" if here else "come to you in a direct message"
    return Answer(f"The minutes of *{meeting.ref}*, version {version.version}, {where}. {news}".strip())


def _issue(session: Session, actor: Actor, meeting: Meeting, call: Call) -> Issued:
    issued = service.issue(session, meeting, at=call.at, templates=call.templates)
    if issued.new:
        trail.deed(
            session,
            actor,
            "minutes.issued",
            meeting.ref,
            at=call.at,
            scope=meeting.party_id,
            version=issued.version.version,
            sha256=issued.version.sha256,
        )
    return issued


def _last_closed(session: Session, actor: Actor) -> Meeting:
    held = [m for m in meetings.visible(session, actor.id, actor.scope) if m.status == MeetingStatus.CLOSED]
    if not held:
        raise UserError("No meeting has closed yet, so there are no minutes. `/parley meetings` lists what is planned.")
    return max(held, key=lambda m: m.ended_at or m.starts_at)


def _post(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    version: MinutesVersion,
    call: Call,
    *,
    to: str | None = None,
) -> None:
    asked = f":{to}:{call.at.isoformat()}" if to else ""
    outbox.enqueue(
        session,
        "minutes.issued",
        key=f"minutes.issued:{meeting.id}:{version.version}{asked}",
        to=to or meeting.channel_id or call.place.channel_id,
        at=call.at,
        negotiation_id=actor.id,
        ref_id=version.id,
    )
