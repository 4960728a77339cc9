"""Minutes in the channel: what matters at a glance, the whole as a file, and how far they are approved."""

from collections.abc import Iterable
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import render, roster
from bot.meetings import approving
from bot.meetings.approving import Standing
from bot.minutes import life, service, views
from bot.outbox import File, Message, Update
from bot.roster import Seat
from storage import Session, meetings, minutes, negotiations
from storage.tables import CorrectionStatus, MinutesCopy, MinutesCorrection, MinutesVersion, OutboxRow


def issued(session: Session, row: OutboxRow) -> Message | None:
    """One version of the minutes, exactly as it was issued: below its card, or by itself for whoever asked for it."""
    version = session.get(MinutesVersion, row.ref_id)
    if version is None:
        return None
    meeting = meetings.get(session, version.meeting_id)
    negotiation = negotiations.get(session, meeting.negotiation_id)
    file = File(f"{negotiation.code}-{meeting.ref}-minutes-v{version.version}.md", version.content)
    below_card = "thread_of" in row.payload
    return views.issued(negotiation.marking, meeting, version, file, with_words=not below_card)


def printed(session: Session, row: OutboxRow) -> Message | None:
    """A version printed once more: as approved, or for others with less in it."""
    copy = session.get(MinutesCopy, row.ref_id)
    version = session.get(MinutesVersion, copy.minutes_id) if copy else None
    if copy is None or version is None:
        return None
    meeting = meetings.get(session, version.meeting_id)
    negotiation = negotiations.get(session, meeting.negotiation_id)
    what = f"for-{copy.audience}-{copy.sha256[:8]}" if copy.audience else "approved"
    file = File(f"{negotiation.code}-{meeting.ref}-minutes-v{version.version}-{what}.md", copy.content)
    return views.printed(negotiation.marking, meeting, version, copy, file)


def card(session: Session, row: OutboxRow) -> Message | None:
    """How one version stands now."""
    version = session.get(MinutesVersion, row.ref_id)
    if version is None:
        return None
    meeting, standing = life.of_version(session, version)
    negotiation = negotiations.get(session, meeting.negotiation_id)
    everyone = roster.seats(session, meeting.negotiation_id)
    seats = {seat.member.id or 0: seat for seat in everyone}
    return views.card(
        negotiation.code,
        negotiation.marking,
        meeting,
        standing,
        service.approval_lines(session, standing, seats, ZoneInfo(negotiation.zone)),
        [
            (correction, seats[correction.member_id].title)
            for correction in minutes.corrections(session, meeting.id or 0, CorrectionStatus.ASKED)
        ],
        _who_may_approve(standing, everyone),
    )


def card_update(session: Session, row: OutboxRow) -> Update | None:
    """The same card again, in place of what was posted."""
    message, version = card(session, row), session.get(MinutesVersion, row.ref_id)
    return Update(of=life.card_key(version), message=message) if message and version else None


def asked(session: Session, row: OutboxRow) -> Message | None:
    """To those whose approval is awaited, once a version is circulated; None when there is nothing to ask any more."""
    version = session.get(MinutesVersion, row.ref_id)
    if version is None:
        return None
    meeting, standing = life.of_version(session, version)
    if standing.replaced_by or not standing.awaited:
        return None
    return views.asked(meeting, standing, _who_may_approve(standing, roster.seats(session, meeting.negotiation_id)))


def _who_may_approve(standing: Standing, everyone: Iterable[Seat]) -> list[str]:
    """The user ids of those who may approve for the parties that are awaited, while there is anything to approve."""
    waiting = {party.id for party in standing.awaited}
    asked = [seat for seat in roster.here(everyone) if seat.party.id in waiting and approving.may_approve(seat)]
    return [seat.person.user_id for seat in asked]


def correction(session: Session, row: OutboxRow) -> Message | None:
    """To those who keep the minutes: what somebody asks to be corrected; None once it is settled."""
    asked_for = session.get(MinutesCorrection, row.ref_id)
    if asked_for is None or asked_for.status != CorrectionStatus.ASKED:
        return None
    meeting = meetings.get(session, asked_for.meeting_id)
    code = negotiations.get(session, meeting.negotiation_id).code
    seats = roster.seats(session, meeting.negotiation_id)
    by = roster.titles(session, meeting.negotiation_id)[asked_for.member_id]
    keepers = [seat.person.user_id for seat in approving.keepers(seats, meeting)]
    return views.correction(code, meeting, asked_for, by, keepers)


def correction_update(session: Session, row: OutboxRow) -> Update | None:
    """What became of a correction, in place of the buttons that asked for a word on it."""
    settled = session.get(MinutesCorrection, row.ref_id)
    if settled is None:
        return None
    meeting = meetings.get(session, settled.meeting_id)
    names = roster.titles(session, meeting.negotiation_id)
    message = views.correction_settled(meeting, settled, names[settled.member_id], names[settled.settled_by_id])
    return Update(of=life.correction_key(settled), message=message)


def paper(session: Session, row: OutboxRow) -> Message | None:
    """One version of the minutes, as it stands or as a set for others, in the form that somebody asked for."""
    version = session.get(MinutesVersion, row.ref_id)
    if version is None:
        return None
    meeting, standing = life.of_version(session, version)
    negotiation = negotiations.get(session, meeting.negotiation_id)
    copy = session.get(MinutesCopy, row.payload["copy"]) if row.payload.get("copy") else standing.approved
    form, folder = str(row.payload["form"]), row.payload["templates"]
    made = service.paper(session, meeting, copy or version, form, Path(folder) if folder else None)
    what = f"-for-{copy.audience}" if copy and copy.audience else ""
    file = File(f"{negotiation.code}-{meeting.ref}-minutes-v{version.version}{what}.{form}", made.content)
    state = f"the set for {copy.audience}" if copy and copy.audience else standing.status
    return views.paper(negotiation.marking, meeting, version, state, render.FORMS[form], made.remarks, file)
