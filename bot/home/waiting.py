"""What waits for somebody as blocks, with the buttons that settle it on the page."""

from datetime import date

from bot import dates
from bot.access import Actor
from bot.home.facts import Asked, Facts, Some, Wording
from bot.meetings import minutes_buttons
from bot.meetings import views as meeting_views
from bot.slack import blocks, mrkdwn
from bot.slack.blocks import Block
from storage.clauses import Outline
from storage.tables import Action, Meeting, MeetingStatus

LONGEST_WORDING = 1500
"""Characters of an agreement that are shown here; a longer one is confirmed on its card, where it stands whole."""
TITLE = 120
"""Characters of a title or a name."""
_WORDS = 300


def all_that_waits(facts: Facts) -> list[Block]:
    """Everything that the person is asked for, or has promised; what others wait for comes first."""
    content = [
        *_agreements(facts),
        *_minutes(facts),
        *_drafts(facts),
        *_invitations(facts),
        *_incomplete(facts),
        *_corrections(facts),
        *_clauses_waiting(facts),
        *_actions(facts),
    ]
    return [blocks.header("Waits for you"), *(content or [blocks.section("Nothing waits for you.")])]


def named(facts: Facts, seat: Actor, ref: str) -> str:
    """What a thing is called: with its negotiation's code where the page is about several."""
    return f"*{ref}*" if facts.only else f"*{ref}* of {seat.negotiation.code}"


def titled(facts: Facts, seat: Actor, ref: str) -> str:
    """As `named`, where its words or its title follow."""
    return named(facts, seat, ref) + ("" if facts.only else ":")


def spoken(deed: str, seat: Actor, ref: str) -> str:
    """What a screen reader says of a button: two negotiations may both have an A1."""
    return f"{deed} {ref} of {seat.negotiation.code}"


def rest(facts: Facts, more: int, typed: str) -> list[Block]:
    """How many more there are, and how to see them; outside a channel the code comes first."""
    if more < 1:
        return []
    code = facts.only.negotiation.code if facts.only else "CODE"
    return [blocks.section(f"… and {more} more: `/parley {code} {typed}`")]


def _agreements(facts: Facts) -> list[Block]:
    content: list[Block] = []
    for number, each in enumerate(facts.agreements.shown):
        content += _agreement(facts, each, first=number == 0)
    return [*content, *rest(facts, facts.agreements.more, "status")]


def _agreement(facts: Facts, each: Wording, *, first: bool) -> list[Block]:
    row, seat = each.agreement, each.seat
    on = dates.full_date((row.reworded_at or row.at).astimezone(seat.zone).date())
    about = f" on {row.clause}" if row.clause else ""
    head = f"{named(facts, seat, row.ref)}{about}, recorded by {each.by} on {on}"
    if len(row.text) > LONGEST_WORDING:
        return [
            blocks.section(
                f"{head}: its words are too long for this page. Confirm them on its card, where they stand whole."
            ),
            *blocks.quoted(blocks.cut(row.text, _WORDS)),
        ]
    side = seat.party.name if seat.party else "your side"
    value = f"{seat.negotiation.code} {row.ref} {row.version}"
    return [
        blocks.section(f"{head}. Do you confirm exactly these words for {blocks.cut(side, TITLE)}?"),
        *blocks.quoted(row.text),
        blocks.buttons(
            blocks.button(
                "Confirm Wording",
                "agreement.confirm",
                value,
                style="primary" if first else None,
                spoken=spoken("Confirm the wording of", seat, row.ref),
            ),
            blocks.button("Object", "agreement.object", value, spoken=spoken("Object to", seat, row.ref)),
        ),
    ]


def _minutes(facts: Facts) -> list[Block]:
    content: list[Block] = []
    primary = not facts.agreements
    for seat, each in facts.minutes.shown:
        meeting = each.meeting
        value = f"{seat.negotiation.code} {meeting.ref} {each.version}"
        on = dates.full_date(each.at.astimezone(seat.zone).date())
        side = blocks.cut(seat.party.name, TITLE) if seat.party else "your side"
        of = f"the minutes of {meeting.ref} of {seat.negotiation.code}"
        content += [
            blocks.section(
                f"The minutes of {named(facts, seat, meeting.ref)} {blocks.cut(meeting.title, TITLE)}, version "
                f"{each.version}, circulated on {on}: do you approve exactly this version for {side}?"
            ),
            blocks.buttons(
                blocks.button(
                    "Approve", "minutes.approve", value, style="primary" if primary else None, spoken=f"Approve {of}"
                ),
                blocks.button("Correct", "minutes.correct", value, spoken=f"Correct {of}"),
                *minutes_buttons.files(value, of),
            ),
        ]
        primary = False
    return [*content, *rest(facts, facts.minutes.more, "status")]


def _drafts(facts: Facts) -> list[Block]:
    content: list[Block] = []
    for seat, each in facts.drafts.shown:
        meeting = each.meeting
        value = f"{seat.negotiation.code} {meeting.ref} {each.version}"
        of = f"the minutes of {meeting.ref} of {seat.negotiation.code}"
        on = dates.full_date(each.at.astimezone(seat.zone).date())
        content += [
            blocks.section(
                f"Draft minutes of {named(facts, seat, meeting.ref)} {blocks.cut(meeting.title, TITLE)}, version "
                f"{each.version} of {on}, wait to be circulated: then each side is asked to approve them."
            ),
            blocks.buttons(
                blocks.button("Circulate", "minutes.circulate", value, spoken=f"Circulate {of}"),
                *minutes_buttons.files(value, of),
            ),
        ]
    return [*content, *rest(facts, facts.drafts.more, "status")]


def _invitations(facts: Facts) -> list[Block]:
    content: list[Block] = []
    for seat, meeting in facts.invitations.shown:
        value = f"{seat.negotiation.code} {meeting.ref}"
        content += [
            blocks.section(f"{meeting_line(facts, seat, meeting)}. Will you come?"),
            blocks.buttons(
                blocks.button("I Will Come", "meeting.yes", value, spoken=spoken("Come to", seat, meeting.ref)),
                blocks.button("I Cannot", "meeting.no", value, spoken=spoken("Send apologies for", seat, meeting.ref)),
                blocks.button(
                    "Send a Deputy", "meeting.deputy", value, spoken=spoken("Send a deputy to", seat, meeting.ref)
                ),
            ),
        ]
    return [*content, *rest(facts, facts.invitations.more, "meetings")]


def _incomplete(facts: Facts) -> list[Block]:
    content: list[Block] = []
    for each in facts.incomplete.shown:
        seat, row = each.seat, each.action
        said = f"{_action(facts, seat, row)} still needs {mrkdwn.listed(each.needs)}."
        value = f"{seat.negotiation.code} {row.ref}"
        button = blocks.button("Complete", "action.complete", value, spoken=spoken("Complete", seat, row.ref))
        content += [blocks.section(said), blocks.buttons(button)]
    return [*content, *rest(facts, facts.incomplete.more, "actions mine")]


def _corrections(facts: Facts) -> list[Block]:
    content: list[Block] = []
    for each in facts.corrections.shown:
        content += [blocks.section(_correction(facts, each))]
        content += [minutes_buttons.settle(each.seat.negotiation.code, each.meeting.ref, each.correction.number)]
    return [*content, *rest(facts, facts.corrections.more, "minutes")]


def _correction(facts: Facts, each: Asked) -> str:
    return (
        f"{each.by} asks to correct the minutes of {named(facts, each.seat, each.meeting.ref)}: "
        f"{blocks.cut(each.correction.text, _WORDS)} · *Accept* puts it in a new version, *Decline* keeps it with your "
        "reason."
    )


def _clauses_waiting(facts: Facts) -> list[Block]:
    lines = [
        f"Clause {named(facts, seat, clause.number)} {blocks.cut(clause.title, TITLE)} is escalated to you"
        f"{f', to be settled by {dates.full_date(clause.settle_by)}' if clause.settle_by else ''} · "
        f"`/parley {seat.negotiation.code} clause {clause.number}`"
        for seat, clause in facts.escalated.shown
    ]
    if facts.uncleared:
        numbers = _numbers(facts, facts.uncleared)
        lines.append(f"For you to clear as legal adviser: {numbers} · `/parley clause legal 4.2 cleared`")
    more = rest(facts, facts.escalated.more, "clauses escalated")
    return [*(blocks.paragraphs("\n".join(lines)) if lines else []), *more]


def _numbers(facts: Facts, clauses: Some[tuple[Actor, Outline]]) -> str:
    numbers = ", ".join(named(facts, seat, clause.number) for seat, clause in clauses.shown)
    return f"clauses {numbers} and {clauses.more} more" if clauses.more else f"clauses {numbers}"


def _actions(facts: Facts) -> list[Block]:
    content: list[Block] = []
    for seat, row in facts.actions.shown:
        value = f"{seat.negotiation.code} {row.ref}"
        content += [
            blocks.section(f"{_action(facts, seat, row)}: {_due(row.due_on or date.max, seat.today(facts.at))}"),
            blocks.buttons(
                blocks.button("Mark Done", "action.done", value, spoken=spoken("Mark as done", seat, row.ref)),
                blocks.button("Extend", "reminder.extend", value, spoken=spoken("Extend", seat, row.ref)),
            ),
        ]
    return [*content, *rest(facts, facts.actions.more, "actions mine")]


def _action(facts: Facts, seat: Actor, row: Action) -> str:
    own = f" (only {blocks.cut(seat.party.name, TITLE)} sees it)" if row.party_id and seat.party else ""
    return f"{titled(facts, seat, row.ref)} {blocks.cut(row.text, _WORDS)}{own}"


def _due(on: date, today: date) -> str:
    if on < today:
        return f"overdue since {dates.full_date(on)}"
    return f"due today, {dates.full_date(on)}" if on == today else f"due on {dates.full_date(on)}"


def meeting_line(facts: Facts, seat: Actor, meeting: Meeting) -> str:
    """When and where a meeting is, whose it is where it is not everybody's, and whether it has begun."""
    own = f" · only {blocks.cut(seat.party.name, TITLE)}" if meeting.party_id and seat.party else ""
    place = f" · {blocks.cut(meeting.place, TITLE)}" if meeting.place else ""
    late = " · not begun yet" if meeting.starts_at <= facts.at else ""
    state = " · open now" if meeting.status == MeetingStatus.OPEN else late
    title = f"{titled(facts, seat, meeting.ref)} {blocks.cut(meeting.title, TITLE)}"
    return f"{title}: {meeting_views.when(meeting, seat.zone)}{place}{own}{state}"
