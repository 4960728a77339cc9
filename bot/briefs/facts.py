"""What a brief rests on, fact by fact in words: compared with what was posted, they say what has changed since."""

from collections.abc import Iterable
from datetime import timedelta

from bot import dates
from bot.briefs.asked import Asked
from bot.clauses import rules as clause_rules
from bot.clauses.standing import Standing
from bot.documents import rules as document_rules
from bot.meetings import views as meeting_views
from bot.readiness import rules as readiness_rules
from bot.readiness.rules import Status
from bot.timetable import rules as timetable_rules
from bot.timetable import service as timetable_service
from storage import documents, meetings, records
from storage.tables import (
    Action,
    ActionStatus,
    AgendaItem,
    Attendance,
    AttendanceStatus,
    Document,
    ProposalStatus,
    Reply,
)

Fact = tuple[str, str]


def facts(asked: Asked) -> dict[str, str]:
    """Every fact by its name, the most important first."""
    return dict(
        (
            *_meeting(asked),
            *_attendance(asked.attendance),
            *((f"Agenda item {item.number}", _item(asked, item)) for item in asked.agenda),
            *_papers(asked),
            *((f"Clause {each.clause.number}", _clause(asked, each)) for each in asked.clauses),
            *_actions(asked),
            *_advice(asked),
            *_drafts(asked),
            *_timetable(asked),
            *((row.ref, row.text) for row in asked.declarations),
            *_own(asked),
            *_readiness(asked),
        )
    )


def _meeting(asked: Asked) -> Iterable[Fact]:
    yield "When", meeting_views.when(asked.meeting, asked.zone)
    for name, words in (
        ("Place", asked.meeting.place),
        ("Purpose", asked.meeting.purpose),
        ("Ground rules", asked.meeting.ground_rules),
    ):
        if words:
            yield name, words


def _attendance(rows: Iterable[Attendance]) -> Iterable[Fact]:
    for row in rows:
        answer = {AttendanceStatus.APOLOGIES: "will not come", AttendanceStatus.PRESENT: "is present"}.get(
            AttendanceStatus(row.status), "will come" if row.reply == Reply.YES else "is expected"
        )
        yield row.name, f"{answer}{f' as {row.capacity}' if row.capacity else ''}"


def _item(asked: Asked, item: AgendaItem) -> str:
    led = f", led by {asked.title(item.owner_id)}" if item.owner_id is not None else ""
    return f"{item.title}{led}{f', {dates.length(timedelta(minutes=item.minutes))}' if item.minutes else ''}"


def _papers(asked: Asked) -> Iterable[Fact]:
    for paper in meetings.papers(asked.session, asked.meeting.id or 0):
        yield f"Paper {paper.number}", f"{paper.title} · {'here' if paper.received_at else 'missing'}"


def _clause(asked: Asked, each: Standing) -> str:
    """How it stands, the last proposal on the table, and how far its words are agreed."""
    parts = [clause_rules.in_words(each.status)]
    on_table = [row for row in asked.proposals[each.clause.id or 0] if row.status == ProposalStatus.STANDING]
    if on_table and each.status not in clause_rules.SETTLED:
        parts.append(f"{asked.parties[on_table[-1].party_id].code} proposed {on_table[-1].ref}")
    if each.agreement is not None:
        parts.append(f"{each.agreement.ref} {each.agreement.status}")
    return ", ".join(parts)


def _actions(asked: Asked) -> Iterable[Fact]:
    for row in records.visible(asked.session, Action, asked.id, asked.scope):
        when = f"due on {dates.full_date(row.due_on)}" if row.due_on else "without a date"
        yield row.ref, f"{row.status if row.status != ActionStatus.OPEN else when} · {row.text}"


def _advice(asked: Asked) -> Iterable[Fact]:
    for row in asked.informing:
        for note in asked.advice[row.id or 0]:
            yield note.ref, f"{row.ref} recommends: {note.text}"


def _drafts(asked: Asked) -> Iterable[Fact]:
    every = documents.every(asked.session, Document, asked.id)
    lacking = documents.schedules(asked.session, [row.id or 0 for row in every])
    for group in document_rules.by_title(every):
        row = group[-1]
        missing = [each.name for each in lacking[row.id or 0] if each.received_at is None]
        state = f"missing {', '.join(missing)}" if missing else "complete"
        yield f"Draft {row.title}", f"version {row.version}, {state}{f', {row.changes}' if row.changes else ''}"


def _timetable(asked: Asked) -> Iterable[Fact]:
    for point in timetable_service.points(asked.session, asked.id).values():
        yield point.ref, f"{point.title}: {timetable_rules.said(point)}"


def _own(asked: Asked) -> Iterable[Fact]:
    """What the side keeps for itself."""
    for position in asked.wants:
        wishes = (("must", position.must), ("target", position.target), ("walk-away", position.walkaway))
        words = " · ".join(f"{name} {value}" for name, value in wishes if value)
        yield position.ref, f"{position.subject} · {words} · version {position.version}"
    for concession in asked.concessions:
        yield concession.ref, f"{concession.subject} · {concession.state} · {concession.text}"
    for mandate in asked.mandates.values():
        yield mandate.ref, f"{asked.title(mandate.member_id)}: {mandate.text}"


def _readiness(asked: Asked) -> Iterable[Fact]:
    for name, status in readiness_rules.by_name(asked.readiness).items():
        yield name, readiness_rules.IN_WORDS[Status(status)]
