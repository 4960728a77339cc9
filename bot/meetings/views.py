"""Meetings in words, and the invitation with its buttons."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import dates
from bot.meetings import rules
from bot.meetings.approving import Standing
from bot.outbox import Message
from bot.slack import blocks, mrkdwn
from storage.tables import AgendaItem, Attendance, AttendanceStatus, Meeting, MeetingStatus, Note, Paper, Reply


def when(meeting: Meeting, zone: ZoneInfo) -> str:
    """ "Friday 11 December 2026, 10:00 to 12:00 (GMT)", in the negotiation's zone."""
    return span(meeting.starts_at, meeting.minutes_planned, zone)


def span(starts_at: datetime, minutes: int, zone: ZoneInfo) -> str:
    """From an aware instant on, for so many minutes, in words."""
    starts_at = starts_at.astimezone(UTC)  # or else an hour that the clocks give twice would be lost
    ends = starts_at + timedelta(minutes=minutes)
    begins, finishes = dates.zone_name(starts_at, zone), dates.zone_name(ends, zone)
    change = f" ({begins})" if begins != finishes else ""
    return f"{dates.instant(starts_at, zone)}{change} to {dates.clock_time(ends, zone)} ({finishes})"


def line(meeting: Meeting, zone: ZoneInfo) -> str:
    state = {
        MeetingStatus.OPEN: " · open now",
        MeetingStatus.CLOSED: " · held",
        MeetingStatus.CANCELLED: " · cancelled",
    }.get(MeetingStatus(meeting.status), "")
    return f"*{meeting.ref}* {meeting.title}: {when(meeting, zone)}{state}"


def minutes_awaited(meeting: Meeting, standing: Standing, zone: ZoneInfo) -> str:
    """Whose approval circulated minutes wait for, and since when."""
    circulated = standing.circulated_at
    since = f" since {dates.full_date(circulated.astimezone(zone).date())}" if circulated else ""
    names = mrkdwn.listed(party.name for party in standing.awaited)
    return (
        f"The minutes of *{meeting.ref}* {blocks.cut(meeting.title, 200)}, version {standing.version.version}, have "
        f"waited{since} for {names} · `/parley minutes approve {meeting.ref}`"
    )


def agenda(meeting: Meeting, items: Sequence[AgendaItem], owners: Mapping[int | None, str]) -> str:
    """The agenda, a line to an item: who leads it, how long it may take, whether it was taken up."""
    lines = []
    for item in items:
        words = f"{item.number}. {item.title}"
        if item.owner_id is not None:
            words += f", led by {owners.get(item.owner_id, 'somebody')}"
        if item.minutes:
            words += f", {dates.length(timedelta(minutes=item.minutes))}"
        if item.carried_from_id is not None:
            words += " · carried over"
        lines.append(f"{words} · taken" if item.taken_at else words)
    return "\n".join([f"*Agenda of {meeting.ref}* {meeting.title}", *lines])


def details(
    meeting: Meeting,
    zone: ZoneInfo,
    items: Sequence[AgendaItem],
    attendance: Sequence[Attendance],
    papers: Sequence[Paper],
    owners: Mapping[int | None, str],
) -> str:
    """Everything that a meeting's own rows say."""
    lines = [line(meeting, zone), *_about(meeting)]
    for status, label in (
        (AttendanceStatus.PRESENT, "Present"),
        (AttendanceStatus.INVITED, "Expected"),
        (AttendanceStatus.APOLOGIES, "Apologies"),
    ):
        names = [
            _named(row) + (" (yes)" if status == AttendanceStatus.INVITED and row.reply == Reply.YES else "")
            for row in attendance
            if row.status == status
        ]
        if names:
            lines.append(f"{label}: {mrkdwn.listed(names)}")
    if meeting.preparation_minutes:
        estimate = timedelta(minutes=meeting.preparation_minutes)
        lines.append(
            f"Preparation: {dates.length(estimate)} estimated, {dates.length(rules.padded(estimate))} with contingency"
        )
    for paper in papers:
        owner = f" ({owners[paper.owner_id]})" if paper.owner_id in owners else ""
        lines.append(f"Paper {paper.number}: {paper.title}{owner} · {'here' if paper.received_at else 'missing'}")
    if items:
        lines.append(agenda(meeting, items, owners))
    return "\n".join(lines)


def _about(meeting: Meeting) -> list[str]:
    lines = []
    if meeting.status == MeetingStatus.CANCELLED:
        lines.append(f"Cancelled because {meeting.reason}")
    if meeting.place:
        lines.append(f"Place: {meeting.place}")
    if meeting.purpose:
        lines.append(f"Purpose: {meeting.purpose}")
    if meeting.ground_rules:
        lines.append(f"Ground rules: {meeting.ground_rules}")
    return lines


def _named(row: Attendance) -> str:
    capacity = f" ({row.capacity})" if row.capacity else ""
    sends = row.reply == Reply.DEPUTY and row.status == AttendanceStatus.APOLOGIES
    return f"{row.name}{capacity}{' (sends a deputy)' if sends else ''}"


def outstanding(lacking: Sequence[str]) -> str:
    """ ". Still missing: no agenda yet and a scribe"; nothing when nothing is."""
    return f". Still missing: {mrkdwn.listed(lacking)}" if lacking else ""


def advice(meeting: Meeting, recommended: Sequence[Note]) -> list[str]:
    """What a meeting recommends to the one that it informs, or that it has not said anything yet."""
    if not recommended:
        return [f"{meeting.ref} {meeting.title}: no recommendation yet"] if meeting.status != "cancelled" else []
    return [f"{meeting.ref} {meeting.title} recommends ({note.ref}): {note.text}" for note in recommended]


def invitation(
    code: str,
    marking: str,
    zone: ZoneInfo,
    meeting: Meeting,
    attendance: Sequence[Attendance],
    lacking: Sequence[str],
    *,
    in_channel: bool = True,
) -> Message:
    """The card that asks who comes, and shows who has answered; without buttons once the meeting has begun.

    One that is not `in_channel` is somebody's direct message, where no meeting begins: it says where this one does.
    """
    asks = meeting.status == MeetingStatus.PLANNED
    head = line(meeting, zone)
    about = [blocks.cut(words, 600) for words in _about(meeting)]  # `meeting REF` shows them whole
    answers = []
    for label, rows in (
        ("Coming", [row for row in attendance if row.reply == Reply.YES]),
        ("Not coming", [row for row in attendance if row.status == AttendanceStatus.APOLOGIES]),
        ("Asked", [row for row in attendance if row.reply is None and row.status == AttendanceStatus.INVITED]),
    ):
        if rows:
            answers.append(f"{label}: {mrkdwn.listed(_named(row) for row in rows)}")
    if asks and lacking:
        answers.append(f"Still missing: {mrkdwn.listed(lacking)}")
    content = [*blocks.paragraphs("\n".join([head, *about])), *blocks.paragraphs("\n".join(answers))]
    if asks:
        value = f"{code} {meeting.ref}"
        content += [
            blocks.buttons(
                blocks.button("I Will Come", "meeting.yes", value, style="primary", spoken=f"Come to {meeting.ref}"),
                blocks.button("I Cannot", "meeting.no", value, spoken=f"Send apologies for {meeting.ref}"),
                blocks.button("Send a Deputy", "meeting.deputy", value, spoken=f"Send a deputy to {meeting.ref}"),
                blocks.button("Brief", "brief.ask", value, spoken=f"Brief me for {meeting.ref}"),
            ),
            _for_whoever_runs_it(code, zone, meeting, in_channel=in_channel),
        ]
        content += [] if in_channel else [blocks.context(_begins_elsewhere(meeting))]
    content.append(blocks.context(marking))
    asking = ". Will you come?" if asks else ""
    return Message("\n".join([f"{head}{asking}", *about, *answers]), content)


def _for_whoever_runs_it(code: str, zone: ZoneInfo, meeting: Meeting, *, in_channel: bool) -> blocks.Block:
    """A row of its own: everybody sees it, and whoever may not is told so."""
    add = blocks.button(
        "Add to Agenda…", "meeting.agenda", f"{code} {meeting.ref}", spoken=f"Add to the agenda of {meeting.ref}"
    )
    return blocks.buttons(add, _start(code, zone, meeting)) if in_channel else blocks.buttons(add)


def _start(code: str, zone: ZoneInfo, meeting: Meeting) -> blocks.Block:
    """It is asked on every day alike, since the message does not know when it will be pressed: so it says the day."""
    return blocks.asking(
        blocks.button("Start Meeting", "meeting.start", f"{code} {meeting.ref}", spoken=f"Start {meeting.ref}"),
        f"Start {meeting.ref} now?",
        f"{meeting.ref} is planned for {dates.instant(meeting.starts_at, zone)}. Once it has begun, lines typed in "
        "this channel that begin with AGREED: and the like go into the record.",
        yes="Start Meeting",
        no="Not Yet",
    )


def _begins_elsewhere(meeting: Meeting) -> str:
    if meeting.party_id is None:
        return f"{meeting.ref} begins in the joint channel or a sub-group’s, with `/parley start {meeting.ref}`."
    return (
        f"{meeting.ref} begins in your side’s caucus channel, with `/parley start {meeting.ref}`. Where your side has "
        "none yet, `/parley channel caucus PARTY` makes a private channel its own."
    )


def with_brief(code: str, meeting: Meeting, text: str) -> list[blocks.Block]:
    """What is told of a meeting, with the button that brings the brief for it while it is to come; else none."""
    if meeting.status != MeetingStatus.PLANNED:
        return []
    button = blocks.button("Brief", "brief.ask", f"{code} {meeting.ref}", spoken=f"Brief me for {meeting.ref}")
    return [*blocks.paragraphs(text), blocks.buttons(button)]


def deputy_form(code: str, channel: str, meeting: Meeting) -> blocks.Block:
    return blocks.modal(
        "meeting.deputy",
        f"Deputy for {meeting.ref}",
        [
            blocks.text_input(
                "deputy", "Who comes in your place?", hint="A name; of somebody at the table, or of a guest."
            )
        ],
        submit="Send Deputy",
        private_metadata=f"{code} {channel} {meeting.ref}",
    )


def changed(code: str, marking: str, zone: ZoneInfo, meeting: Meeting, before: str, by: str) -> str:
    """That a meeting has moved or is cancelled, why, and by whom."""
    if meeting.status == MeetingStatus.CANCELLED:
        what = f"*{meeting.ref}* {meeting.title} on {before} is cancelled"
    else:
        what = f"*{meeting.ref}* {meeting.title} has moved from {before} to {when(meeting, zone)}"
    again = "" if meeting.status == MeetingStatus.CANCELLED else " Answers to its invitation are asked anew."
    return (
        f"{code}: {what}, because {meeting.reason} ({by}).{again} The calendar file replaces the earlier one. "
        f"{marking}."
    )
