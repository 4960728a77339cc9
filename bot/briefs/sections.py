"""The chapters of a brief, in the order of good practice, each only where there is something to say."""

from collections.abc import Iterable
from datetime import timedelta

from bot import dates
from bot.briefs.asked import Asked, Issue
from bot.clauses import cards
from bot.clauses import rules as clause_rules
from bot.clauses.standing import LEGAL_OPEN
from bot.documents import rules as document_rules
from bot.meetings import service as meeting_service
from bot.meetings import views as meeting_views
from bot.papers import Chapter, Table
from bot.positions import rules as position_rules
from bot.positions import views as position_views
from bot.readiness import rules as readiness_rules
from bot.readiness.rules import Status
from bot.roster import Seat
from bot.slack import mrkdwn
from bot.timetable import rules as timetable_rules
from bot.timetable import service as timetable_service
from bot.timetable import views as timetable_views
from storage import clauses, documents, timetable, variations
from storage.tables import (
    Action,
    AttendanceStatus,
    ClauseStatus,
    ConcessionState,
    Derogation,
    Document,
    Meeting,
    MeetingKind,
    Proposal,
    ProposalStatus,
    Reply,
    Role,
)


def chapters(asked: Asked) -> tuple[Chapter, ...]:
    """All of them, without those that would be empty."""
    every = (
        audience(asked),
        purpose(asked),
        milestones(asked),
        attends(asked),
        agenda(asked),
        issues(asked),
        concessions(asked),
        packages(asked),
        advice(asked),
        drafts(asked),
        actions(asked),
        conflicts(asked),
        escalation(asked),
        legal(asked),
        roles(asked),
        readiness(asked),
        debrief(asked),
    )
    return tuple(chapter for chapter in every if not chapter.is_empty)


def audience(asked: Asked) -> Chapter:
    if asked.party is None:
        words = "For everyone at the table. Nothing in it is private to a side."
        return Chapter("For whom", (words,))
    words = (
        f"For the people of {asked.party.name} alone. It holds what they want, what they may give and who of them may "
        "settle what: it is not for anybody else, and not for a channel that others read."
    )
    return Chapter("For whom", (words,), private_to=asked.party.name)


def purpose(asked: Asked) -> Chapter:
    """When, where and what for; for a side, the best result and the one that it can accept."""
    meeting = asked.meeting
    said = [f"{meeting_views.when(meeting, asked.zone)}{f', {meeting.place}' if meeting.place else ''}."]
    said += [f"Purpose: {meeting.purpose}"] if meeting.purpose else []
    said += [f"Ground rules: {meeting.ground_rules}"] if meeting.ground_rules else []
    wanted = [(row.subject, row.target, row.must) for row in asked.wants if row.target or row.must]
    table = Table(("On", "Best result", "Acceptable result"), tuple(wanted))
    return Chapter("Purpose and result", tuple(said), (table,), private_to=_private(asked, wanted))


def _private(asked: Asked, rows: object) -> str | None:
    """Whose eyes alone a chapter with these private rows is for."""
    return asked.party.name if asked.party and rows else None


def milestones(asked: Asked) -> Chapter:
    """What is still to be reached, and how late each is against the first plan."""
    by_ref = {row.ref: row for row in timetable.milestones(asked.session, asked.id)}
    points = timetable_service.points(asked.session, asked.id)
    rows = []
    for point in timetable_rules.in_order(points.values()):
        if not point.is_done:
            row = by_ref[point.ref]
            late = "overdue" if timetable_rules.overdue(point, asked.today) else ""
            slipped = timetable_views.slipped(row, point, asked.calendar)
            stands = "; ".join(words for words in (slipped, late) if words)
            rows.append((row.ref, row.title, timetable_rules.said(point), stands, asked.title(row.owner_id)))
    headings = ("Ref", "Milestone", "Planned", "Against the first plan", "Owner")
    return Chapter("Timetable", tables=(Table(headings, tuple(rows)),))


def attends(asked: Asked) -> Chapter:
    """Who comes, theirs with their roles, the side's own also with what they may settle."""
    guests = [row for row in asked.attendance if row.member_id is None and row.status != AttendanceStatus.APOLOGIES]
    ours = [seat for seat in asked.expected if asked.is_ours(seat)]
    theirs = [seat for seat in asked.expected if not asked.is_ours(seat)]
    rows = [(*_person(asked, seat), seat.party.name) for seat in theirs]
    rows += [(guest.name, guest.capacity, "", "guest") for guest in guests]
    own = [(*_person(asked, seat), authority(asked, seat)) for seat in ours]
    absent = [row.name for row in asked.attendance if row.status == AttendanceStatus.APOLOGIES]
    sorry = (f"Apologies: {mrkdwn.listed(absent)}.",) if absent else ()
    tables = (
        Table(("Theirs" if asked.party else "Who", "Roles", "Answer", "Party"), tuple(rows)),
        Table(("Ours", "Roles", "Answer", "May settle"), tuple(own)),
    )
    return Chapter("Who attends", sorry, tables, private_to=_private(asked, own))


def _person(asked: Asked, seat: Seat) -> tuple[str, str, str]:
    """A name, the roles and the capacity they come in, and what they answered."""
    row = next((row for row in asked.attendance if row.member_id == seat.member.id), None)
    capacity = [row.capacity] if row and row.capacity and row.capacity.casefold() not in seat.member.roles else []
    answered = "will come" if row and row.reply == Reply.YES else "not answered yet"
    if row and row.status == AttendanceStatus.PRESENT:
        answered = "present"
    return seat.person.name, ", ".join([*seat.member.roles, *capacity]), answered


def authority(asked: Asked, seat: Seat) -> str:
    """What one of the side's own people may settle: the mandate in writing, and the clauses it is limited to."""
    mandate = asked.mandates.get(seat.member.id or 0)
    limited = f"agrees only {', '.join(seat.member.authority)}" if seat.member.authority else ""
    return "; ".join(words for words in (mandate.text if mandate else "", limited) if words)


def agenda(asked: Asked) -> Chapter:
    rows = [
        (
            str(item.number),
            item.title + (" (carried over)" if item.carried_from_id is not None else ""),
            asked.title(item.owner_id),
            dates.length(timedelta(minutes=item.minutes)) if item.minutes else "",
        )
        for item in asked.agenda
    ]
    return Chapter("Agenda", tables=(Table(("No.", "Item", "Led by", "Time"), tuple(rows)),))


def issues(asked: Asked) -> Chapter:
    """What is open, ranked; with each side's last stated position and its date, and what the side itself wants."""
    if asked.party is None:
        headings: tuple[str, ...] = ("Issue", "Stands", "Last stated positions")
        rows = [(_named(each), stands(each), _said(asked, each.said)) for each in asked.issues]
        return Chapter("Issues", _unspoken(asked), (Table(headings, tuple(rows)),))
    headings = ("Issue", "Stands", "We last said", "They last said", "Must", "Target", "Walk-away")
    private = []
    for each in asked.issues:
        mine = [row for row in each.said if row.party_id == asked.party.id]
        theirs = [row for row in each.said if row.party_id != asked.party.id]
        wanted = each.wanted
        wishes = (wanted.must, wanted.target, wanted.walkaway) if wanted else ("", "", "")
        private.append((_named(each), stands(each), _said(asked, mine), _said(asked, theirs), *wishes))
    return Chapter(
        "Issues, what matters most first",
        _unspoken(asked),
        (Table(headings, tuple(private)),),
        private_to=_private(asked, asked.wants),
    )


def _named(issue: Issue) -> str:
    words = " ".join(f"{issue.number} {issue.title}".split())
    if issue.wanted and issue.wanted.importance is not None:
        guess = f", to them perhaps {issue.wanted.theirs}" if issue.wanted.theirs is not None else ""
        words += f" (importance {issue.wanted.importance} of 5{guess})"
    return words


def stands(issue: Issue) -> str:
    if issue.clause is None:
        return "a topic without a clause"
    parts = [clause_rules.in_words(issue.clause.status)]
    if issue.clause.awaiting and issue.clause.agreement is not None:
        parts.append(f"{issue.clause.agreement.ref} awaits confirmation")
    until = issue.clause.clause.parked_until
    if issue.clause.status == ClauseStatus.PARKED and until is not None:
        parts.append(f"until {dates.full_date(until)}")
    return ", ".join(parts)


def _said(asked: Asked, rows: Iterable[Proposal]) -> str:
    return "\n".join(stated(asked, row) for row in rows)


def stated(asked: Asked, row: Proposal) -> str:
    """ "OHP (4.2/p2, Thursday 26 November 2026): Payment falls due within 45 days. Because …"."""
    on = dates.full_date(row.at.astimezone(asked.zone).date())
    why = f" Because {row.rationale}" if row.rationale else ""
    return f"{asked.parties[row.party_id].code} ({row.ref}, {on}): {row.text}{why}"


def _unspoken(asked: Asked) -> tuple[str, ...]:
    if not asked.silent:
        return ()
    clauses_are = "clause is" if asked.silent == 1 else "clauses are"
    return (f"{asked.silent} more {clauses_are} open, on which nobody has said anything yet.",)


def concessions(asked: Asked) -> Chapter:
    """What was given and got so far, and what may still be traded."""
    order = (ConcessionState.PLANNED, ConcessionState.GIVEN, ConcessionState.RECEIVED)
    words = {"planned": "may still be traded"}
    rows = [
        (
            words.get(row.state, row.state),
            row.subject,
            row.text,
            position_rules.money(row.worth_pence) if row.worth_pence is not None else "",
        )
        for state in order
        for row in asked.concessions
        if row.state == state
    ]
    said = (position_views.sums(asked.concessions),) if rows else ()
    table = Table(("State", "On", "What", "Worth"), tuple(rows))
    return Chapter("Concessions", said, (table,), private_to=_private(asked, rows))


def packages(asked: Asked) -> Chapter:
    rows = []
    for package in clauses.packages(asked.session, asked.id):
        members = [each for each in asked.clauses if each.clause.package_id == package.id]
        if members:
            listed = [f"{each.clause.number}: {clause_rules.in_words(each.status)}" for each in members]
            rows.append((package.name, "\n".join(listed)))
    return Chapter("Packages", tables=(Table(("Package", "Its clauses"), tuple(rows)),))


def advice(asked: Asked) -> Chapter:
    """What sub-groups recommend, and what the side's own pre-meets have."""
    lines = advised(asked, asked.informing)
    own = any(row.party_id is not None and asked.advice[row.id or 0] for row in asked.informing)
    return Chapter("Advice", tuple(lines), private_to=_private(asked, own))


def advised(asked: Asked, rows: Iterable[Meeting]) -> list[str]:
    lines = []
    for row in rows:
        notes = asked.advice[row.id or 0]
        if notes or row.kind != MeetingKind.PREMEET:
            lines += meeting_views.advice(row, notes)
    return lines


def drafts(asked: Asked) -> Chapter:
    """The latest draft of each title, what it lacks and what it changes; the latest contract file."""
    every = documents.every(asked.session, Document, asked.id)
    latest = [group[-1] for group in document_rules.by_title(every)]
    lacking = documents.schedules(asked.session, [row.id or 0 for row in latest])
    before = document_rules.drafts_before(every)
    rows = []
    for row in latest:
        missing = [each.name for each in lacking[row.id or 0] if each.received_at is None]
        changes = row.changes or (f"not disclosed against {before[row.ref].version}" if row.ref in before else "")
        issued = f"{dates.full_date(row.issued_on)} by {asked.parties[row.issued_by_id].code}"
        rows.append((f"{row.ref} {row.title}", row.version, issued, ", ".join(missing) or "complete", changes))
    files = clauses.files(asked.session, asked.id)
    read = [f"The clauses are those of {files[-1].name}, version {files[-1].number}."] if files else []
    headings = ("Draft", "Version", "Issued", "Missing", "Changes")
    return Chapter("Drafts in play", tuple(read), (Table(headings, tuple(rows)),))


def due(asked: Asked) -> list[Action]:
    """Open actions that are overdue, due by the meeting, or without a date."""
    return [row for row in asked.actions if row.due_on is None or row.due_on <= asked.held_on]


def actions(asked: Asked) -> Chapter:
    """What each side has promised by the day of the meeting; a side's own first."""
    rows = []
    for row in sorted(due(asked), key=lambda row: not is_ours(asked, row)):
        who = ", ".join(asked.title(member_id) for member_id in asked.owners[row.id or 0]) or "nobody yet"
        rows.append((row.ref, row.text, who, dates.full_date(row.due_on) if row.due_on else "", late(asked, row)))
    headings = ("Ref", "Action", "Whose", "Due", "Stands")
    own = any(row.party_id is not None for row in due(asked))
    return Chapter("Actions due", tables=(Table(headings, tuple(rows)),), private_to=_private(asked, own))


def is_ours(asked: Asked, row: Action) -> bool:
    return any(asked.is_ours(asked.seats[member_id]) for member_id in asked.owners[row.id or 0])


def late(asked: Asked, row: Action) -> str:
    if row.due_on is None:
        return "no date"
    return "overdue" if row.due_on < asked.today else ""


def conflicts(asked: Asked) -> Chapter:
    """Declared interests, and what the meeting still lacks: papers, roles, enough people of a side."""
    said = [
        f"{asked.title(row.about_id) or asked.title(row.author_id)} has declared an interest ({row.ref}): {row.text}"
        for row in asked.declarations
    ]
    missing = meeting_service.outstanding(asked.session, asked.meeting)
    said += [f"Still missing: {mrkdwn.listed(missing)}."] if missing else []
    own = any(row.party_id is not None for row in asked.declarations)
    return Chapter("Conflicts and what is missing", tuple(said), private_to=_private(asked, own))


def escalation(asked: Asked) -> Chapter:
    """What is escalated already, who decides at each level; and for a side, its red lines."""
    up = [each for each in asked.clauses if each.status in (ClauseStatus.ESCALATED, ClauseStatus.DISPUTED)]
    said = [
        f"{each.clause.number} {each.clause.title}: " + cards.escalation(asked.session, each.clause)
        if each.status == ClauseStatus.ESCALATED
        else f"{each.clause.number} {each.clause.title}: In dispute, because {each.clause.because}"
        for each in up
    ]
    ladder = [
        (str(rung.level), asked.title(rung.member_id), f"{rung.working_days} working days")
        for rung in clauses.rungs(asked.session, asked.id)
    ]
    red = [(row.subject, line) for row in asked.wants for line in row.red_lines]
    tables = (
        Table(("Red line on", "Stop and ask when it is reached"), tuple(red)),
        Table(("Level", "Decides", "Within"), tuple(ladder)),
    )
    return Chapter("When to escalate", tuple(said), tables, private_to=_private(asked, red))


def legal(asked: Asked) -> Chapter:
    """Clauses that wait for a legal adviser, national text that somebody would change, derogations."""
    said = []
    for each in asked.clauses:
        named = " ".join(f"{each.clause.number} {each.clause.title}".split())
        if each.clause.legal == LEGAL_OPEN:
            said.append(f"{named} waits for a legal adviser’s clearance.")
        proposed = asked.proposals[each.clause.id or 0]
        if each.clause.national and any(row.status == ProposalStatus.STANDING for row in proposed):
            said.append(f"{named} is national text, and a change to it is proposed.")
    derogations = [
        (row.ref, row.clause, row.text)
        for row in variations.every(asked.session, Derogation, asked.id)
        if not row.withdrawn_because
    ]
    table = Table(("Ref", "Departs from", "How"), tuple(derogations))
    return Chapter("Legal points", tuple(said), (table,))


_PARTS = (
    ("Chair", (Role.CHAIR,)),
    ("Lead", (Role.LEAD,)),
    ("Right hand", (Role.NEGOTIATOR,)),
    ("Scribe", (Role.SCRIBE,)),
    ("Experts", (Role.LEGAL, Role.TECHNICAL)),
)


def roles(asked: Asked) -> Chapter:
    """Who plays which part; of a side only its own, for the others stand among those who attend."""
    people = [seat for seat in asked.expected if asked.party is None or asked.is_ours(seat)]
    rows = []
    for part, wanted in _PARTS:
        titles = [seat.title for seat in people if set(wanted) & set(seat.member.roles)]
        rows.append((part, ", ".join(titles) or "nobody"))
    return Chapter("Roles", tables=(Table(("Part", "Who"), tuple(rows) if people else ()),))


def readiness(asked: Asked) -> Chapter:
    """What good practice still asks for."""
    rows = [
        (f"{readiness_rules.MARKS[item.status]} {item.item}", readiness_rules.IN_WORDS[item.status], item.evidence)
        for item in asked.readiness
        if item.status != Status.OK
    ]
    said = ("“/parley check” gives the command that mends each.",) if rows else ()
    table = Table(("Item", "Stands", "What shows it"), tuple(rows))
    return Chapter("Readiness", said, (table,), private_to=_private(asked, rows))


_DEBRIEF = (
    "What did we get, and what did we give?",
    "What did they say that was new?",
    "What must change before the next meeting?",
)


def debrief(asked: Asked) -> Chapter:
    """Room for what the side makes of the meeting afterwards."""
    if asked.party is None:
        return Chapter("After the meeting")
    table = Table(("After the meeting", "Our answer"), tuple((question, "") for question in _DEBRIEF))
    return Chapter("After the meeting", tables=(table,), private_to=asked.party.name)
