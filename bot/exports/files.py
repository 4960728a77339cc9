"""What the command line prints: an export's JSON, a meeting's minutes, and whether a file is genuine."""

import json
from pathlib import Path

from bot import access
from bot.errors import UserError
from bot.exports import audit, calendar, dossier, service, workbook
from bot.meetings import approving
from bot.meetings.approving import Standing
from bot.render import Paper
from storage import Session, ledger, meetings, negotiations
from storage.tables import Meeting, Negotiation, Party


def json_text(
    session: Session, code: str, party_code: str | None, templates: Path | None = None, *, every_party: bool = False
) -> str:
    """The whole record as JSON; with a party's code, that party's private record too, or everybody's."""
    found, party = access.named(session, code, party_code)
    return json_of(session, found, party, templates, every_party=every_party)


def json_of(
    session: Session,
    found: Negotiation,
    party: Party | None,
    templates: Path | None = None,
    *,
    every_party: bool = False,
) -> str:
    exported = service.as_json(session, found, party, templates, every_party=every_party)
    return json.dumps(exported, ensure_ascii=False, indent=2) + "\n"


def workbook_bytes(session: Session, code: str, party_code: str | None, templates: Path | None = None) -> bytes:
    """The registers as a workbook; with a party's code, its private ones too."""
    return workbook_of(session, *access.named(session, code, party_code), templates)


def workbook_of(session: Session, found: Negotiation, party: Party | None, templates: Path | None = None) -> bytes:
    return workbook.as_xlsx(service.in_words(session, found, party, templates))


def calendar_text(session: Session, code: str, party_code: str | None) -> str:
    """Meetings, milestones and deadlines as a calendar file; with a party's code, its private ones too."""
    found, party = access.named(session, code, party_code)
    return calendar.feed(session, found, party.id if party else None)


def dossier_paper(
    session: Session, code: str, party_code: str | None, form: str, templates: Path | None = None
) -> Paper:
    """The negotiation file in one of `render.FORMS`; with a party's code, its private chapters too."""
    found, party = access.named(session, code, party_code)
    return dossier.paper(session, found, form, party, templates)


def minutes_issued(session: Session, code: str, ref: str, party_code: str | None) -> tuple[Meeting, Standing]:
    """A meeting and how its latest minutes stand. Raises UserError where this export may show none."""
    found, party = access.named(session, code, party_code)
    meeting = meetings.by_ref(session, found.id or 0, ref, party.id if party else None)
    if meeting is None:
        raise UserError(f"There is no meeting {ref} in {found.code} that this export may show.")
    latest = approving.latest(session, meeting)
    if latest is None:
        raise UserError(f"{meeting.ref} has no minutes yet: they come when it closes.")
    return meeting, latest


def trail_faults(session: Session) -> list[str]:
    """Where the trail does not hold, or the record says other than the trail; empty when all is whole."""
    every = negotiations.every(session)
    codes = {n.id: n.code for n in every}
    faults = [f"{codes[b.negotiation_id]}, entry {b.seq}: {b.fault}." for b in ledger.breaks(session)]
    return faults + [f"{n.code}, {fault}" for n in every for fault in audit.faults(session, n)]
