"""A brief, collected from the record: the same meeting, circle and record give the same brief."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import dates, outbox, render
from bot.briefs import sections
from bot.briefs.asked import Asked, Issue
from bot.briefs.rules import Essentials
from bot.errors import UserError
from bot.meetings import announcing
from bot.meetings import rules as meeting_rules
from bot.meetings import service as meeting_service
from bot.meetings import views as meeting_views
from bot.papers import Document
from bot.readiness import rules as readiness_rules
from bot.readiness.rules import Status
from bot.render import Paper
from bot.roster import Seat
from storage import Session, meetings
from storage.tables import ConcessionState, Meeting, MeetingStatus, Negotiation, Party, Proposal

STEM = "brief"
FORMS = ("pdf", "docx")
"""In which the file comes: to be read, and to be worked on."""

_MOST_ISSUES, _MOST_PEOPLE, _MOST_ITEMS, _MOST_ACTIONS, _MOST_ADVICE, _MOST_RED, _MOST_TRADED = 5, 12, 8, 5, 4, 5, 4
_SHORT, _LONG = 160, 500  # characters of people's own words on a line of the message; the file has them whole


def collect(asked: Asked) -> Document:
    """The brief as a document of chapters."""
    meeting = asked.meeting
    on = dates.full_date(asked.today)
    return Document(
        marking=asked.negotiation.marking,
        privacy=f"Private to {asked.party.name}" if asked.party else "",
        title=f"Brief for {meeting.ref} {' '.join(meeting.title.split())}",
        subtitle=f"{asked.negotiation.code}: as the record stood on {on} at {dates.clock_time(asked.now, asked.zone)}.",
        chapters=sections.chapters(asked),
    )


def paper(asked: Asked, form: str, templates: Path | None = None) -> Paper:
    """The brief in one of `render.FORMS`."""
    return render.paper(STEM, collect(asked), form, templates)


def next_meeting(
    session: Session, negotiation: Negotiation, party: Party | None, channel_id: str, *, now: datetime
) -> Meeting | None:
    """The meeting open in this channel, or else the next one announced here, or else the next that the circle may see.

    A pre-meet stands for the meeting that it prepares.
    """
    seen = meetings.visible(session, negotiation.id or 0, party.id if party else None)
    begun = [row for row in seen if row.status == MeetingStatus.OPEN and row.channel_id == channel_id]
    ahead = meeting_rules.coming(seen, now)
    here = [row for row in ahead if _announced_in(session, row) == channel_id]
    found = next(iter([*begun, *here, *ahead]), None)
    return prepared_by(session, found) if found else None


def _announced_in(session: Session, meeting: Meeting) -> str | None:
    invitation = outbox.row(session, announcing.card_key(meeting))
    return invitation.recipient if invitation else None


def prepared_by(session: Session, meeting: Meeting) -> Meeting:
    """The shared meeting that a side's own meeting prepares; the meeting itself where it prepares none."""
    if meeting.party_id is None or meeting.informs_id is None:
        return meeting
    return meetings.get(session, meeting.informs_id)


def check_coming(meeting: Meeting, zone: ZoneInfo) -> None:
    """Raises UserError for a meeting that is cancelled or over: there is nothing to brief for."""
    if meeting.status == MeetingStatus.CANCELLED:
        raise UserError(
            f"{meeting.ref} is cancelled, because {meeting.reason}, so there is nothing to brief for. "
            "`/parley brief` is for the next meeting."
        )
    if meeting.status == MeetingStatus.CLOSED:
        on = dates.full_date((meeting.started_at or meeting.starts_at).astimezone(zone).date())
        raise UserError(
            f"{meeting.ref} was held on {on}: `/parley minutes {meeting.ref}` says what came of it. `/parley brief` is "
            "for the next meeting."
        )


# -- what stands in the message ---------------------------------------------------------------------------


def essentials(asked: Asked) -> Essentials:
    """The most important lines; everything is in the file."""
    meeting = asked.meeting
    place = (_cut(meeting.place, _SHORT),) if meeting.place else ()
    purpose = (_cut(meeting.purpose, _LONG),) if meeting.purpose else ("nobody has said what it is for yet",)
    ours = [seat for seat in asked.expected if asked.is_ours(seat)]
    theirs = [seat for seat in asked.expected if not asked.is_ours(seat)]
    lines = (
        ("When", (meeting_views.when(meeting, asked.zone),)),
        ("Place", place),
        ("Purpose", purpose),
        ("Theirs" if asked.party else "Who", _people(asked, theirs)),
        ("Ours", _people(asked, ours)),
        ("Agenda", _agenda(asked)),
        ("Issues", _issues(asked)),
        ("Red lines", _first((f"{row.subject}: {line}" for row in asked.wants for line in row.red_lines), _MOST_RED)),
        ("May still be traded", _tradable(asked)),
        ("Advice", _first(sections.advised(asked, asked.informing), _MOST_ADVICE)),
        ("Still missing", _missing(asked)),
        ("Our actions due" if asked.party else "Actions due", _actions(asked)),
    )
    return Essentials(
        code=asked.negotiation.code,
        ref=meeting.ref,
        title=_cut(meeting.title, _SHORT),
        marking=asked.negotiation.marking,
        private_to=asked.party.name if asked.party else None,
        lines=tuple((name, found) for name, found in lines if found),
    )


def _first(lines: Iterable[str], most: int) -> tuple[str, ...]:
    """The first of these lines, each cut, and how many more there are."""
    every = list(lines)
    shown = [_cut(line, _LONG) for line in every[:most]]
    return (*shown, f"… and {len(every) - most} more in the file") if len(every) > most else tuple(shown)


def _cut(words: str, limit: int) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= limit else f"{plain[: limit - 1].rstrip()}…"


def _people(asked: Asked, seats: Iterable[Seat]) -> tuple[str, ...]:
    """Names with roles; of the side's own people also what they may settle."""
    lines = []
    for seat in seats:
        settles = sections.authority(asked, seat) if asked.is_ours(seat) else ""
        said = f"{seat.title}, {', '.join(seat.member.roles)}"
        lines.append(f"{said} · may settle: {_cut(settles, _SHORT)}" if settles else said)
    return _first(lines, _MOST_PEOPLE)


def _agenda(asked: Asked) -> tuple[str, ...]:
    lines = []
    for item in asked.agenda:
        led = f", led by {asked.title(item.owner_id)}" if item.owner_id is not None else ""
        time = f", {item.minutes} min" if item.minutes else ""
        lines.append(f"{item.number}. {_cut(item.title, _SHORT)}{led}{time}")
    return _first(lines, _MOST_ITEMS)


def _issues(asked: Asked) -> tuple[str, ...]:
    lines = _first((_issue(asked, each) for each in asked.issues), _MOST_ISSUES)
    unspoken = f"{asked.silent} open without a word said on them yet"
    return (*lines, unspoken) if asked.silent else lines


def _issue(asked: Asked, issue: Issue) -> str:
    """A line: how it stands, what the others said last, what the side itself said and wants."""
    parts = [f"{_cut(f'{issue.number} {issue.title}', _SHORT)}: {sections.stands(issue)}"]
    theirs_first = sorted(issue.said, key=lambda row: row.party_id == asked.scope)
    parts += [_said(asked, row) for row in theirs_first]
    if issue.wanted is not None:
        wishes = (("must", issue.wanted.must), ("target", issue.wanted.target), ("walk-away", issue.wanted.walkaway))
        wanted = ", ".join(f"{name} {_cut(words, 60)}" for name, words in wishes if words)
        parts += [f"we want: {wanted}"] if wanted else []
    return " · ".join(parts)


def _said(asked: Asked, row: Proposal) -> str:
    on = dates.full_date(row.at.astimezone(asked.zone).date())
    who = "we" if row.party_id == asked.scope else asked.parties[row.party_id].code
    return f"{who} last said, on {on}: “{_cut(row.text, 90)}”"


def _tradable(asked: Asked) -> tuple[str, ...]:
    planned = (row for row in asked.concessions if row.state == ConcessionState.PLANNED)
    return _first((f"{row.subject}: {row.text}" for row in planned), _MOST_TRADED)


def _missing(asked: Asked) -> tuple[str, ...]:
    """What the meeting lacks, and what good practice finds missing."""
    lacking = meeting_service.outstanding(asked.session, asked.meeting)
    marks = readiness_rules.by_name(asked.readiness).items()
    fails = [name for name, status in marks if status == Status.FAIL]
    said = [", ".join(_cut(words, _SHORT) for words in lacking)] if lacking else []
    return (*said, *([f"Not ready: {', '.join(fails)}"] if fails else []))


def _actions(asked: Asked) -> tuple[str, ...]:
    """The side's own actions, or everybody's in the joint brief."""
    rows = [row for row in sections.due(asked) if asked.party is None or sections.is_ours(asked, row)]
    lines = []
    for row in rows:
        who = ", ".join(asked.title(member_id) for member_id in asked.owners[row.id or 0]) or "nobody yet"
        when = f"by {dates.full_date(row.due_on)}" if row.due_on else "no date"
        overdue = " · overdue" if sections.late(asked, row) == "overdue" else ""
        lines.append(f"{row.ref} {_cut(row.text, _SHORT)} · {who}, {when}{overdue}")
    return _first(lines, _MOST_ACTIONS)
