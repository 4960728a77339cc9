"""`close`, `minutes` and the life of minutes: `minutes approve`, `correct`, `circulate`, `reissue`; their buttons."""

import re
from typing import Any

from bot import access, dates, outbox, progress, render
from bot.access import Actor
from bot.errors import UserError
from bot.meetings import approving
from bot.meetings import service as meeting_service
from bot.meetings.approving import MinutesStatus
from bot.minutes import confidential, life, service, views
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared, split_last
from storage import Session, meetings, negotiations
from storage import minutes as minutes_rows
from storage.tables import (
    CorrectionStatus,
    Meeting,
    MeetingKind,
    MeetingStatus,
    MinutesCopy,
    MinutesCorrection,
    MinutesVersion,
    Party,
)

_SEEN = re.compile(r"v?(?P<version>[0-9]{1,4})", re.I)
_SETTLE = re.compile(r"(?P<verb>accept|decline)\s+(?P<number>[0-9]{1,4})(?:\s+because\s+(?P<reason>.+))?", re.I | re.S)
_MARK = re.compile(r"(?P<thing>.+?)\s+because\s+(?P<reason>.+)", re.I | re.S)

LONG = 60_000
"""Characters of Markdown from which making a PDF may take a second."""


def close(session: Session, call: Call) -> Answer:
    """Everybody sees it on the meeting's live card and its minutes; whoever closed it hears what there is besides."""
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting(session, actor, call.plain) if call.plain else meeting_service.in_progress(session, actor)
    remarks = meeting_service.close(session, actor, meeting, at=call.at)
    mine = meetings.prepared(session, meeting.id or 0, actor.party_id or 0)
    if meeting.kind == MeetingKind.NEGOTIATION and mine is None:
        remarks.append(
            f"How long did each side prepare? `/parley meeting prepared {meeting.ref} 4h` keeps it for its own."
        )
    issued = life.issue(session, actor, meeting, at=call.at, templates=call.templates)
    incomplete = issued.doc.incomplete
    here = meeting.channel_id == call.place.channel_id
    lacking = [f"Incomplete, and named so in the minutes: {'; '.join(incomplete)}."] if incomplete else []
    besides = [*lacking, *remarks, *issued.remarks]
    closed = (
        f"*{meeting.ref} {meeting.title}* closed at {dates.clock_time(call.at, actor.zone)}. "
        f"Its draft minutes {'follow' if here else 'go to its own channel'}."
    )
    return Answer("\n".join([closed, *besides]), besides="\n".join(besides) if here else None)


def minutes(session: Session, call: Call) -> Answer:
    """Show the latest minutes; a draft in a new version when the record says something new.

    What the parties have been asked to approve changes under nobody's eyes: that is said, and `reissue` does it. In
    a channel they may be read in they are posted there; elsewhere they go to the person alone.
    """
    actor = access.actor(session, call.place, call.code)
    ref, form = split_last(call.plain, "as")
    chosen = _form(form, ref)
    ref, audience = split_last(ref, "for")
    meeting = _closed(session, actor, ref) if ref else _last_closed(session, actor)
    if audience:
        return _set_for(session, call, actor, meeting, audience, chosen)
    before = approving.latest(session, meeting)
    if before is None or before.status == MinutesStatus.DRAFT:
        issued = life.issue(session, actor, meeting, at=call.at, templates=call.templates)
        version, new, remarks = issued.version, issued.new, issued.remarks
        news = f"Version {version.version} is new: the record has changed since." if new and before else ""
    else:
        version, new, remarks = before.version, False, ()
        changed = service.outdated(session, meeting, version)
        news = f"It is {before.status}." + (
            f" The record has changed since; `/parley minutes reissue {meeting.ref}` asks everybody anew."
            if changed
            else ""
        )
    here = actor.aloud(meeting.party_id)
    to = call.place.channel_id if here else call.place.user_id
    if chosen != "md":
        _post_as(session, call, actor, meeting, version, chosen, to)
    elif not (new and to == life.room(session, actor, meeting)):  # there it follows anyway
        _send(session, call, actor, approving.latest(session, meeting) or before, to)
    where = "follow here" if here else "come to you in a direct message"
    told = "".join(f"\n{remark}" for remark in remarks)
    return Answer(f"The minutes of *{meeting.ref}*, version {version.version}, {where}. {news}".strip() + told)


def _form(typed: str | None, ref: str) -> str:
    """The form that was asked for; Markdown where none was. Raises UserError for one that there is not."""
    chosen = render.form_named(typed) if typed is not None else "md"
    if chosen is None:
        asked = " ".join(f"minutes {ref}".split())
        raise UserError(
            f"Minutes cannot be had as {typed}, only as md, html, pdf or docx: `/parley {asked} as pdf`, for example."
        )
    return chosen


def _send(session: Session, call: Call, actor: Actor, standing: approving.Standing | None, to: str) -> None:
    """The text in force, once more, for whoever asked for it."""
    if standing is None:
        return
    kind, row_id = (
        ("minutes.copy", standing.approved.id) if standing.approved else ("minutes.issued", standing.version.id)
    )
    outbox.enqueue(
        session,
        kind,
        key=f"{kind}:{row_id}:{to}:{call.at.isoformat()}",
        to=to,
        at=call.at,
        negotiation_id=actor.id,
        ref_id=row_id,
    )


def _post_as(
    session: Session,
    call: Call,
    actor: Actor,
    meeting: Meeting,
    version: MinutesVersion,
    form: str,
    to: str,
    *,
    copy: MinutesCopy | None = None,
) -> None:
    """The same version in another form, made when it is sent; long ones show that they are being made."""
    key = f"minutes.paper:{version.id}:{copy.id if copy else ''}:{form}:{to}:{call.at.isoformat()}"
    what = f"{render.FORMS[form]} of the minutes of {meeting.ref}, version {version.version},"
    addressed: Any = {"to": to, "at": call.at, "negotiation_id": actor.id}
    long = len(version.content) > LONG
    made = progress.shown(session, key, what, **addressed) if long else progress.at_once()
    with made as below:
        outbox.enqueue(
            session,
            "minutes.paper",
            key=key,
            **addressed,
            ref_id=version.id,
            form=form,
            copy=copy.id if copy else None,
            templates=str(call.templates) if call.templates else None,
            **below,
        )


def _set_for(session: Session, call: Call, actor: Actor, meeting: Meeting, audience: str, form: str) -> Answer:
    """A set for others goes to whoever asked, who hands it on."""
    party = None if audience.casefold() in ("public", "the public") else _party(session, actor, meeting, audience)
    copy = confidential.copy_for_others(session, actor, meeting, party, at=call.at, templates=call.templates)
    if form != "md":
        version = life.current(session, meeting).version
        _post_as(session, call, actor, meeting, version, form, call.place.user_id, copy=copy)
    else:
        outbox.enqueue(
            session,
            "minutes.copy",
            key=f"minutes.copy:{copy.id}:{call.place.user_id}:{call.at.isoformat()}",
            to=call.place.user_id,
            at=call.at,
            negotiation_id=actor.id,
            ref_id=copy.id,
        )
    whom = party.name if party else "the public"
    return Answer(
        f"The minutes of *{meeting.ref}* for {whom} come to you in a direct message. Whatever is marked confidential "
        "is left out, and the file says so."
    )


def _party(session: Session, actor: Actor, meeting: Meeting, typed: str) -> Party:
    parties = negotiations.parties(session, actor.id)
    for party in parties:
        if typed.casefold() in (party.code.casefold(), party.name.casefold()):
            return party
    codes = mrkdwn.listed([party.code for party in parties] + [confidential.PUBLIC], "or")
    raise UserError(
        f"There is no party {typed} here. Minutes can be had for {codes}: `/parley minutes {meeting.ref} for public`."
    )


def _closed(session: Session, actor: Actor, ref: str) -> Meeting:
    """The closed meeting with this ref. Raises UserError for one that is still to be held, and as `access.meeting`."""
    meeting = access.meeting(session, actor, ref)
    if meeting.status == MeetingStatus.CANCELLED:
        raise UserError(f"{meeting.ref} was cancelled, because {meeting.reason}, so there are no minutes of it.")
    if meeting.status != MeetingStatus.CLOSED:
        raise UserError(
            f"{meeting.ref} has not closed, so it has no minutes yet. They come with `/parley close {meeting.ref}`."
        )
    return meeting


def _last_closed(session: Session, actor: Actor) -> Meeting:
    held = [m for m in meetings.visible(session, actor.id, actor.scope) if m.status == MeetingStatus.CLOSED]
    if not held:
        raise UserError("No meeting has closed yet, so there are no minutes. `/parley meetings` lists what is planned.")
    return max(held, key=lambda m: m.ended_at or m.starts_at)


# -- their life -----------------------------------------------------------------------------------------


def approve(session: Session, call: Call) -> Answer:
    """`minutes approve N1`, or the button, whose value carries the version that the person saw.

    Everybody sees it on the card of the minutes.
    """
    actor = access.actor(session, call.place, call.code)
    meeting, seen = _meant(session, actor, call.plain, "approve")
    standing, new = life.approve(session, actor, meeting, at=call.at, templates=call.templates, version=seen)
    number, side = standing.version.version, actor.party.name if actor.party else "your side"
    if not new:
        return Answer(f"{side} has approved version {number} of the minutes of {meeting.ref} already; it counts once.")
    awaited = mrkdwn.listed(party.name for party in standing.awaited)
    after = f"Awaited: {awaited}." if awaited else "Every party has approved it: they are printed below its card."
    asked = [str(row.number) for row in minutes_rows.corrections(session, meeting.id or 0, CorrectionStatus.ASKED)]
    if asked:
        after += (
            f" Nobody has settled correction {mrkdwn.listed(asked, 'and')} yet, so they stand without it: "
            f"`/parley minutes correct {meeting.ref} accept {asked[0]}` puts it in a new version, and everybody is "
            "asked again."
        )
    return Answer(f"The minutes of *{meeting.ref}*, version {number}, are approved for {side}. {after}")


def circulate(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting, seen = _meant(session, actor, call.plain, "circulate")
    standing, new = life.circulate(session, actor, meeting, at=call.at, version=seen)
    number = standing.version.version
    if not new:
        return Answer(f"Version {number} of the minutes of {meeting.ref} is {standing.status} already.")
    awaited = mrkdwn.listed(party.name for party in standing.awaited)
    asked_here = call.place.channel_id == life.room(session, actor, meeting)
    return Answer(
        f"The minutes of *{meeting.ref}*, version {number}, are circulated. Awaited: {awaited}.",
        besides="" if asked_here else None,
    )


def reissue(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting, _ = _meant(session, actor, call.plain, "reissue")
    issued = life.reissue(session, actor, meeting, at=call.at, templates=call.templates)
    return Answer(
        f"The minutes of *{meeting.ref}* are issued anew, as version {issued.version.version}; the earlier one stays "
        "as it was."
    )


def correct(session: Session, call: Call) -> Answer:
    """`minutes correct N1 TEXT…`; `accept 1` and `decline 1 because …` settle what others asked for."""
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    if not ref:
        raise UserError("Say which minutes and what: `/parley minutes correct N1 On item 2, replace “15%” by “20%”`.")
    meeting = _closed(session, actor, ref)
    settling = _SETTLE.fullmatch(words.strip())
    if settling is None:
        row = life.correct(session, actor, meeting, words, at=call.at, templates=call.templates)
        return _told(session, actor, call, meeting, row)
    number, reason = int(settling["number"]), settling["reason"] or ""
    if settling["verb"].casefold() == "decline" and not reason:
        raise UserError(f"Say why: `/parley minutes correct {meeting.ref} decline {number} because …`.")
    if settling["verb"].casefold() == "accept" and reason:
        raise UserError(
            f"A correction is accepted as it stands: `/parley minutes correct {meeting.ref} accept {number}`."
        )
    row = life.settle(session, actor, meeting, number, at=call.at, templates=call.templates, because=reason.strip())
    return _told(session, actor, call, meeting, row)


def _told(session: Session, actor: Actor, call: Call, meeting: Meeting, row: MinutesCorrection) -> Answer:
    of = f"Correction {row.number} of the minutes of *{meeting.ref}*"
    if row.status == CorrectionStatus.ENTERED:
        text = f"{of} stands in a new version, which follows; the earlier one stays as it was."
    elif row.status == CorrectionStatus.DECLINED:
        text = f"{of} is declined, because {row.because}. It stays on record with that."
    else:
        text = f"{of} is kept in your words, and whoever keeps the minutes is asked to enter it."
    if meeting.party_id is not None or row.status != CorrectionStatus.DECLINED:
        # The new version and the request for one speak for themselves.
        return Answer(f"{text}{actor.seen_by_all if meeting.party_id is None else ''}")
    return shared(session, actor, call, text)


def open_correction(session: Session, call: Call) -> Answer:
    """The button: ask for the words."""
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    meeting, seen = _meant(session, actor, call.plain, "correct")
    newest = life.current(session, meeting).version.version
    if seen is not None and seen != newest:
        raise UserError(
            f"Version {newest} has replaced version {seen} of the minutes of {meeting.ref}. Correct the new one, "
            f"with its own button or `/parley minutes correct {meeting.ref} …`."
        )
    enters = life.keeps(session, actor, meeting)
    form = views.correction_form(actor.negotiation.code, call.place.channel_id, meeting, str(newest), enters=enters)
    return Answer(form=form)


def submit_correction(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting, seen = _meant(session, actor, call.words, "correct")
    words = call.values.get("correction", "")
    try:
        row = life.correct(session, actor, meeting, words, at=call.at, templates=call.templates, version=seen)
    except UserError as refusal:
        return Answer(errors={"correction": str(refusal)})
    return _told(session, actor, call, meeting, row)


def accept(session: Session, call: Call) -> Answer:
    """The button of a correction that somebody asks for, whose value is "N1 1": enter it in a new version."""
    actor, meeting, number = _asked_for(session, call, call.plain)
    row = life.settle(session, actor, meeting, number, at=call.at, templates=call.templates)
    return _told(session, actor, call, meeting, row)


def open_decline(session: Session, call: Call) -> Answer:
    """The button: ask for the reason, of those who may give one."""
    actor, meeting, number = _asked_for(session, call, call.plain)
    row = life.to_settle(session, actor, meeting, number)
    return Answer(form=views.decline_form(actor.negotiation.code, call.place.channel_id, meeting, row))


def submit_decline(session: Session, call: Call) -> Answer:
    actor, meeting, number = _asked_for(session, call, call.words)
    reason = call.values.get("reason", "").strip()
    if not reason:
        return Answer(errors={"reason": "Say why: the correction stays on record with your reason."})
    row = life.settle(session, actor, meeting, number, at=call.at, templates=call.templates, because=reason)
    return _told(session, actor, call, meeting, row)


def _asked_for(session: Session, call: Call, words: str) -> tuple[Actor, Meeting, int]:
    actor = access.actor(session, call.place, call.code)
    ref, _, number = words.partition(" ")
    return actor, _closed(session, actor, ref), int(number)


def send_file(session: Session, call: Call) -> Answer:
    """The buttons whose value is "N1 1 pdf": exactly that version as a file, for whoever pressed and nobody else."""
    actor = access.actor(session, call.place, call.code)
    ref, number, form = call.plain.split()
    meeting = _closed(session, actor, ref)
    wanted = [each for each in approving.standings(session, meeting) if str(each.version.version) == number]
    if not wanted:
        raise UserError(f"There is no version {number} of the minutes of {meeting.ref}. Nothing was sent.")
    _post_as(session, call, actor, meeting, wanted[0].version, form, call.place.user_id)
    return Answer(
        f"The minutes of *{meeting.ref}*, version {number}, come to you as {render.FORMS[form]} in a direct message."
    )


def _meant(session: Session, actor: Actor, words: str, verb: str) -> tuple[Meeting, int | None]:
    """The meeting, and the version the person was looking at where that is known."""
    ref, _, rest = words.partition(" ")
    if not ref:
        raise UserError(f"Say which minutes: `/parley minutes {verb} N1`. `/parley meetings` lists the meetings.")
    meeting = _closed(session, actor, ref)
    seen = _SEEN.fullmatch(rest.strip())
    if rest.strip() and seen is None:
        raise UserError(
            f"Nothing can be added to that, so nothing was recorded: `/parley minutes {verb} {meeting.ref}`. What is "
            f"wrong in them is asked to be corrected: `/parley minutes correct {meeting.ref} …`."
        )
    return meeting, int(seen["version"]) if seen else None


# -- what is confidential -------------------------------------------------------------------------------


def mark_confidential(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = _MARK.fullmatch(call.plain)
    if found is None:
        raise UserError(
            "Say what and why: `/parley confidential AG7 because …` or `/parley confidential N1 item 2 because …`."
        )
    thing = confidential.named(session, actor, found["thing"].strip())
    if not confidential.mark(session, actor, thing, found["reason"].strip(), at=call.at):
        return Answer(f"*{thing.ref}* is marked confidential already.")
    return shared(
        session,
        actor,
        call,
        f"*{thing.ref}* is confidential from now on: minutes for others leave it out. Everybody at the table still "
        f"reads it. `/parley confidential lift {thing.ref}` takes the mark off.",
    )


def lift_confidential(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError("Say what is confidential no longer: `/parley confidential lift AG7`.")
    thing = confidential.named(session, actor, call.plain.strip())
    if not confidential.lift(session, actor, thing, at=call.at):
        return Answer(f"*{thing.ref}* is not marked confidential.")
    text = f"*{thing.ref}* is confidential no longer. Sets of minutes that were made before stay as they are."
    return shared(session, actor, call, text)
