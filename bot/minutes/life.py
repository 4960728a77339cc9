"""The life of minutes: issued as a draft, corrected, circulated, approved by each party; no version ever changes.

Every verb takes the session of the caller's transaction and leaves the commit to it.
"""

from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import access, outbox, render, roster, trail
from bot.access import Actor, Capability, require
from bot.errors import UserError
from bot.meetings import approving
from bot.meetings.approving import MinutesStatus, Standing
from bot.minutes import frozen, service
from bot.minutes.document import APPROVED, MinutesDoc
from bot.minutes.service import Issued
from storage import Session, meetings, minutes, negotiations
from storage.ledger import Written
from storage.tables import (
    CorrectionStatus,
    Meeting,
    MinutesApproval,
    MinutesCirculation,
    MinutesCopy,
    MinutesCorrection,
    MinutesVersion,
)


def room(session: Session, actor: Actor, meeting: Meeting) -> str:
    """Where a meeting's minutes are spoken of: where it was held."""
    joint = negotiations.joint_channel(session, actor.id) if meeting.party_id is None else None
    return meeting.channel_id or joint or actor.channel_id


def card_key(version: MinutesVersion) -> str:
    """The outbox key of the message that shows how a version stands and is kept up to date."""
    return f"minutes.card:{version.id}"


def correction_key(row: MinutesCorrection) -> str:
    """The outbox key of the message that asks for a word on a correction."""
    return f"minutes.correction:{row.id}"


def current(session: Session, meeting: Meeting) -> Standing:
    """The newest version and how it stands. Raises UserError where none was issued."""
    found = approving.latest(session, meeting)
    if found is None:
        raise UserError(f"The minutes of {meeting.ref} were never issued. `/parley minutes {meeting.ref}` issues them.")
    return found


def issue(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    *,
    at: datetime,
    templates: Path | None,
    because: str = "the record has changed since",
) -> Issued:
    """The minutes as the record stands: a new version, if they say something new, in the room of the meeting.

    One card tells of it; a message with a file cannot be changed in Slack, so the file stands in the card's thread.

    Where the version before had been put to the parties, this one is at once: everybody is asked again.
    """
    before = approving.latest(session, meeting)
    issued = service.issue(session, meeting, at=at, templates=templates, because=because)
    if not issued.new:
        return issued
    version = issued.version
    detail = {"version": version.version, "sha256": version.sha256}
    entry = trail.deed(session, actor, "minutes.issued", meeting.ref, at=at, scope=meeting.party_id, **detail)
    if before is not None:
        if before.status != MinutesStatus.DRAFT:
            _put_to_parties(session, actor, meeting, version, at)
        _refresh_card(session, actor, meeting, before.version, entry)
    _say(session, actor, meeting, "minutes.card", card_key(version), version.id, at)
    file = f"minutes.issued:{meeting.id}:{version.version}"
    _say(session, actor, meeting, "minutes.issued", file, version.id, at, thread_of=card_key(version))
    return issued


def reissue(session: Session, actor: Actor, meeting: Meeting, *, at: datetime, templates: Path | None) -> Issued:
    """A new version of what the record says now. Raises UserError where that is nothing new, and for non-keepers."""
    check_keeps(session, actor, meeting)
    issued = issue(session, actor, meeting, at=at, templates=templates)
    if not issued.new:
        raise UserError(
            f"The record of {meeting.ref} says what version {issued.version.version} of its minutes says, so there is "
            f"nothing to issue anew. `/parley minutes correct {meeting.ref} …` corrects the minutes themselves."
        )
    return issued


def circulate(
    session: Session, actor: Actor, meeting: Meeting, *, at: datetime, version: int | None = None
) -> tuple[Standing, bool]:
    """Put the newest version to the parties; False when that was done before. Raises UserError for non-keepers."""
    check_keeps(session, actor, meeting)
    standing = current(session, meeting)
    _check_seen(meeting, standing, version, "Nothing was circulated")
    if standing.status != MinutesStatus.DRAFT:
        return standing, False
    entry = _put_to_parties(session, actor, meeting, standing.version, at)
    _refresh_card(session, actor, meeting, standing.version, entry)
    key = f"minutes.asked:{standing.version.id}"
    _say(session, actor, meeting, "minutes.asked", key, standing.version.id, at)
    return current(session, meeting), True


def approve(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    *,
    at: datetime,
    templates: Path | None,
    version: int | None = None,
) -> tuple[Standing, bool]:
    """The actor's party approves the newest version, by one word of one person; False when it had done so already.

    `version` is the one the person was looking at. What every party has approved is printed once more, as approved.
    Raises UserError for those who may not, and when another version is the newest by now.
    """
    require(actor, Capability.APPROVE)
    member = access.seat(actor)
    standing = current(session, meeting)
    _check_seen(meeting, standing, version, "Your approval was not recorded")
    _check_asked(session, actor, meeting)
    if standing.version.document is None:
        raise UserError(
            f"Version {standing.version.version} of the minutes of {meeting.ref} was issued before approvals were "
            f"kept. Let the scribe or chair issue it anew: `/parley minutes reissue {meeting.ref}`."
        )
    if actor.party_id in {approval.party_id for approval in standing.approvals}:
        return _approved_by_all(session, actor, meeting, standing, at, templates), False
    if standing.status == MinutesStatus.DRAFT:
        _put_to_parties(session, actor, meeting, standing.version, at)
    session.add(
        MinutesApproval(
            minutes_id=standing.version.id or 0, party_id=actor.party_id or 0, member_id=member.id or 0, at=at
        )
    )
    session.flush()
    detail = {"version": standing.version.version, "sha256": standing.version.sha256}
    code = actor.party.code if actor.party else ""
    entry = trail.deed(
        session, actor, "minutes.approved", meeting.ref, at=at, scope=meeting.party_id, party=code, **detail
    )
    after = _approved_by_all(session, actor, meeting, current(session, meeting), at, templates)
    _refresh_card(session, actor, meeting, standing.version, entry)
    return after, True


def _approved_by_all(
    session: Session, actor: Actor, meeting: Meeting, standing: Standing, at: datetime, templates: Path | None
) -> Standing:
    """Once nobody is awaited, the same words are printed as approved; they are what was issued, but for that."""
    if standing.awaited or standing.approved:
        return standing
    zone = ZoneInfo(actor.negotiation.zone)
    seats = {seat.member.id or 0: seat for seat in roster.seats(session, actor.id)}
    lines = service.approval_lines(session, standing, seats, zone)
    issued = service.document(session, meeting, standing.version)
    copy = keep_copy(
        session, standing.version, replace(issued, state=APPROVED, approving=(), approvals=lines), "", at, templates
    )
    detail = {"version": standing.version.version, "sha256": copy.sha256}
    trail.deed(session, actor, "minutes.final", meeting.ref, at=at, scope=meeting.party_id, **detail)
    thread = card_key(standing.version)
    _say(session, actor, meeting, "minutes.copy", f"minutes.copy:{copy.id}", copy.id, at, thread_of=thread)
    return current(session, meeting)


def keep_copy(
    session: Session, version: MinutesVersion, doc: MinutesDoc, audience: str, at: datetime, templates: Path | None
) -> MinutesCopy:
    """A version printed once more; the same print made before, if there is one."""
    content = service.write(doc, templates)
    sha256 = render.fingerprint(content)
    for copy in minutes.copies(session, version.id or 0):
        if copy.sha256 == sha256:
            return copy
    copy = MinutesCopy(
        minutes_id=version.id or 0,
        audience=audience,
        document=frozen.as_json(doc),
        content=content,
        sha256=sha256,
        at=at,
    )
    session.add(copy)
    session.flush()
    return copy


# -- corrections ----------------------------------------------------------------------------------------


def correct(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    words: str,
    *,
    at: datetime,
    templates: Path | None,
    version: int | None = None,
) -> MinutesCorrection:
    """Keep a correction verbatim, beside the minutes: entered at once by whoever keeps them, asked for by others.

    Raises UserError without words, for what was asked before, and when another version is the newest by now.
    """
    require(actor, Capability.RECORD)
    member = access.seat(actor)
    if meeting.party_id is None:
        access.require_open_room(actor)
    standing = current(session, meeting)
    _check_seen(meeting, standing, version, "Your correction was not recorded")
    text = words.strip()
    if not text:
        raise UserError(
            f"Say what is to be corrected: `/parley minutes correct {meeting.ref} On item 2, replace “15%” by “20%”`."
        )
    before = minutes.corrections(session, meeting.id or 0)
    for other in before:
        if other.text == text and other.status != CorrectionStatus.DECLINED:
            raise UserError(
                f"That is correction {other.number} of the minutes of {meeting.ref} already; it counts once."
            )
    row = MinutesCorrection(
        meeting_id=meeting.id or 0,
        number=len(before) + 1,
        version=standing.version.version,
        text=text,
        status=CorrectionStatus.ASKED,
        member_id=member.id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    detail = {"number": row.number, "version": row.version, "text": text}
    entry = trail.deed(session, actor, "minutes.correction_asked", meeting.ref, at=at, scope=meeting.party_id, **detail)
    if keeps(session, actor, meeting):
        _settle(session, actor, meeting, row, CorrectionStatus.ENTERED, "", at, templates)
    else:
        _refresh_card(session, actor, meeting, standing.version, entry)
        _say(session, actor, meeting, "minutes.correction", correction_key(row), row.id, at)
    return row


def settle(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    number: int,
    *,
    at: datetime,
    templates: Path | None,
    because: str = "",
) -> MinutesCorrection:
    """Enter a correction that was asked for, in a new version; or decline it, where a reason is given.

    Raises UserError for others than keepers, and for one that is settled or was never asked.
    """
    row = to_settle(session, actor, meeting, number)
    status = CorrectionStatus.DECLINED if because else CorrectionStatus.ENTERED
    _settle(session, actor, meeting, row, status, because, at, templates)
    if outbox.holds(session, correction_key(row)):
        key = f"minutes.correction.update:{row.id}"
        _say(session, actor, meeting, "minutes.correction.update", key, row.id, at)
    return row


def to_settle(session: Session, actor: Actor, meeting: Meeting, number: int) -> MinutesCorrection:
    """A correction that the actor may enter or decline. Raises UserError as `settle`."""
    check_keeps(session, actor, meeting)
    row = minutes.correction(session, meeting.id or 0, number)
    if row is None:
        raise UserError(
            f"There is no correction {number} of the minutes of {meeting.ref}. `/parley minutes correct {meeting.ref} "
            "…` adds one."
        )
    if row.status != CorrectionStatus.ASKED:
        raise UserError(
            f"Correction {number} of the minutes of {meeting.ref} was {row.status} already; it counts once."
        )
    return row


def _settle(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    row: MinutesCorrection,
    status: CorrectionStatus,
    because: str,
    at: datetime,
    templates: Path | None,
) -> None:
    row.status, row.because, row.settled_by_id, row.settled_at = status, because, access.seat(actor).id, at
    session.add(row)
    session.flush()
    deed, detail = f"minutes.correction_{status}", {"number": row.number, "because": because}
    entry = trail.deed(session, actor, deed, meeting.ref, at=at, scope=meeting.party_id, **detail)
    if status == CorrectionStatus.ENTERED:
        why = f"correction {row.number} was entered"
        issue(session, actor, meeting, at=at, templates=templates, because=why)
    else:
        _refresh_card(session, actor, meeting, current(session, meeting).version, entry)


# -- who may, and what is said --------------------------------------------------------------------------


def keeps(session: Session, actor: Actor, meeting: Meeting) -> bool:
    """Whether the actor is one of those who keep the minutes of this meeting."""
    everyone = approving.keepers(roster.seats(session, actor.id), meeting)
    return actor.member is not None and actor.member.id in {seat.member.id for seat in everyone}


def check_keeps(session: Session, actor: Actor, meeting: Meeting) -> None:
    """Raises UserError naming those who keep the minutes of this meeting."""
    if keeps(session, actor, meeting):
        return
    people = [seat.title for seat in approving.keepers(roster.seats(session, actor.id), meeting)]
    ask = (
        f"Ask {', '.join(people[:3])}."
        if people
        else "Name a scribe first: `/parley member add @name to PARTY as scribe`."
    )
    raise UserError(
        f"A scribe or chair keeps the minutes of {meeting.ref}: they circulate and correct them. {ask} Anybody who "
        f"adds to the record can ask for a correction: `/parley minutes correct {meeting.ref} …`."
    )


def _check_seen(meeting: Meeting, standing: Standing, version: int | None, not_done: str) -> None:
    """Raises UserError when the person was looking at another version than the newest."""
    newest = standing.version.version
    if version is None or version == newest:
        return
    if version > newest:
        raise UserError(
            f"The newest minutes of {meeting.ref} are version {newest}; there is no version {version}. {not_done}."
        )
    raise UserError(
        f"Version {newest} has replaced version {version} of the minutes of {meeting.ref}. {not_done}. Read the new "
        f"one, `/parley minutes {meeting.ref}`, and use its own buttons or `/parley minutes approve {meeting.ref}`."
    )


def _check_asked(session: Session, actor: Actor, meeting: Meeting) -> None:
    parties = approving.asked(session, meeting)
    if actor.party_id not in {party.id for party in parties}:
        names = " and ".join(party.name for party in parties)
        raise UserError(
            f"The minutes of {meeting.ref} are approved by {names or 'the parties that sign'}; yours does not sign, so "
            f"it is not asked. `/parley minutes correct {meeting.ref} …` asks for a correction."
        )


def _put_to_parties(session: Session, actor: Actor, meeting: Meeting, version: MinutesVersion, at: datetime) -> Written:
    session.add(MinutesCirculation(minutes_id=version.id or 0, member_id=access.seat(actor).id or 0, at=at))
    session.flush()
    return trail.deed(
        session, actor, "minutes.circulated", meeting.ref, at=at, scope=meeting.party_id, version=version.version
    )


def _refresh_card(session: Session, actor: Actor, meeting: Meeting, version: MinutesVersion, entry: Written) -> None:
    key = f"minutes.card.update:{version.id}:{entry.scope}:{entry.seq}"
    _say(session, actor, meeting, "minutes.card.update", key, version.id, entry.at)


def _say(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    kind: str,
    key: str,
    ref_id: int | None,
    at: datetime,
    **payload: Any,
) -> None:
    to = room(session, actor, meeting)
    outbox.enqueue(session, kind, key=key, to=to, at=at, negotiation_id=actor.id, ref_id=ref_id, **payload)


def of_version(session: Session, version: MinutesVersion) -> tuple[Meeting, Standing]:
    """The meeting of a version, and how that very version stands."""
    meeting = meetings.get(session, version.meeting_id)
    (found,) = [each for each in approving.standings(session, meeting) if each.version.id == version.id]
    return meeting, found
