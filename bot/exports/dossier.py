"""The negotiation file: everything that a successor, an arbitrator or an auditor needs, as chapters of one document."""

from dataclasses import replace
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import dates, render, roster
from bot.choices import export as choices
from bot.clauses import export as clauses
from bot.documents import export as registers
from bot.outcomes import export as outcomes
from bot.papers import Chapter, Document, Table
from bot.positions import export as positions
from bot.record import views as record_views
from bot.render import Paper
from bot.roster import Seat
from bot.scope import export as scope
from bot.timetable import rules as timetable_rules
from bot.timetable import service as timetable_service
from bot.variations import export as variations
from bot.variations import standing as variation_standing
from storage import Session, negotiations, records, timetable
from storage.records import GONE
from storage.tables import Action, Agreement, AgreementStatus, Decision, Negotiation, Note, Party

STEM = "negotiation"


def paper(
    session: Session, negotiation: Negotiation, form: str, party: Party | None = None, templates: Path | None = None
) -> Paper:
    """The negotiation file in one of `render.FORMS`: what everyone may see, and with a party its private chapters."""
    return render.paper(STEM, collect(session, negotiation, party, templates), form, templates)


def collect(session: Session, negotiation: Negotiation, party: Party | None, templates: Path | None = None) -> Document:
    """Every chapter that has something in it."""
    negotiation_id, zone = negotiation.id or 0, ZoneInfo(negotiation.zone)
    everyone = roster.seats(session, negotiation_id)
    seats = {seat.member.id or 0: seat for seat in everyone}
    parties = {row.id or 0: row for row in negotiations.parties(session, negotiation_id)}
    chapters = [
        _parties(parties, everyone),
        *choices.chapters(session, negotiation, seats, templates),
        _timetable(session, negotiation_id, seats),
        clauses.chapter(session, negotiation_id, parties, zone),
        _agreements(session, negotiation_id),
        _decisions(session, negotiation_id, seats),
        _actions(session, negotiation_id, seats),
        _notes(session, negotiation_id, seats),
        *scope.chapters(session, negotiation_id),
        *outcomes.chapters(session, negotiation_id),
        *registers.chapters(session, negotiation_id, parties),
        *variations.chapters(session, negotiation, parties),
        *positions.chapters(session, party, seats),
    ]
    return Document(
        marking=negotiation.marking,
        privacy=f"With what is private to {party.name}" if party else "",
        title=f"{negotiation.code}: {' '.join(negotiation.title.split())}",
        subtitle="The negotiation file: what the record holds.",
        chapters=tuple(chapter for chapter in chapters if not chapter.is_empty),
    )


def _parties(parties: dict[int, Party], everyone: list[Seat]) -> Chapter:
    rows = []
    for party in parties.values():
        people = [_person(seat) for seat in everyone if seat.party.id == party.id]
        rows.append((party.code, party.name, party.kind, "yes" if party.must_sign else "no", "; ".join(people)))
    return Chapter("Parties", tables=(Table(("Code", "Party", "Kind", "Signs", "People"), tuple(rows)),))


def _person(seat: Seat) -> str:
    also = f", also {', '.join(seat.member.aliases)}" if seat.member.aliases else ""
    return f"{seat.person.name}{also} ({', '.join(seat.member.roles)})"


def _timetable(session: Session, negotiation_id: int, seats: dict[int, Seat]) -> Chapter:
    rows, points = [], timetable_service.points(session, negotiation_id)
    for row in timetable.milestones(session, negotiation_id):
        planned = timetable_rules.said(replace(points[row.ref], done_on=None, done_month=None))
        done = dates.said_dated(str(row.done_on or row.done_month)) if row.is_done else ""
        owner = seats[row.owner_id].title if row.owner_id in seats else ""
        rows.append((row.ref, row.title, row.kind, planned, done, owner))
    return Chapter("Timetable", tables=(Table(("Ref", "Milestone", "Kind", "Planned", "Done", "Owner"), tuple(rows)),))


def _agreements(session: Session, negotiation_id: int) -> Chapter:
    """One on an entry of a register that a regulator has yet to approve says so."""
    waiting = variation_standing.waiting(session, negotiation_id)

    def status(row: Agreement) -> str:
        words = record_views.STATUS_WORDS[AgreementStatus(row.status)]
        return f"{words}, waits for approval" if row.id in waiting else words

    rows = [
        (row.ref, row.clause or "", row.text, status(row), row.because)
        for row in records.visible(session, Agreement, negotiation_id, None)
        if row.status not in GONE
    ]
    return Chapter("Agreements", tables=(Table(("Ref", "On", "Words", "Status", "Reopened because"), tuple(rows)),))


def _decisions(session: Session, negotiation_id: int, seats: dict[int, Seat]) -> Chapter:
    rows = [
        (row.ref, row.text, seats[row.author_id].title)
        for row in records.visible(session, Decision, negotiation_id, None)
        if row.status not in GONE
    ]
    return Chapter("Decisions", tables=(Table(("Ref", "Decision", "Recorded by"), tuple(rows)),))


def _actions(session: Session, negotiation_id: int, seats: dict[int, Seat]) -> Chapter:
    """Actions and risks; one that lacks its owner or its date says so."""
    found = [row for row in records.visible(session, Action, negotiation_id, None) if row.status not in GONE]
    owners = records.owners(session, [row.id or 0 for row in found])
    rows = [
        (
            row.ref,
            row.text,
            ", ".join(seats[member].title for member in owners[row.id or 0]) or "to be named",
            dates.full_date(row.due_on) if row.due_on else "no date yet",
            row.status,
        )
        for row in found
    ]
    return Chapter("Actions", tables=(Table(("Ref", "Action", "Owners", "By", "Status"), tuple(rows)),))


def _notes(session: Session, negotiation_id: int, seats: dict[int, Seat]) -> Chapter:
    """Notes, reservations, what was put off, declared interests and recommendations."""
    rows = [
        (row.ref, row.kind, row.text, dates.full_date(row.until) if row.until else "", seats[row.author_id].title)
        for row in records.visible(session, Note, negotiation_id, None)
        if row.status not in GONE
    ]
    return Chapter("Notes", tables=(Table(("Ref", "Kind", "Words", "Until", "Recorded by"), tuple(rows)),))
