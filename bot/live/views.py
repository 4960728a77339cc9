"""The live card of a meeting, the forms that its buttons open, and what closing it would leave undone."""

from collections.abc import Sequence

from bot import dates
from bot.live import state
from bot.live.state import Entry, Incomplete, Live, Side
from bot.outbox import Message
from bot.slack import blocks, mrkdwn
from storage.tables import AgendaItem, Meeting, MeetingStatus

_NAMES = 12  # of a side; the minutes have everybody
_ITEMS = 12
_WORDS = 150
_LISTED = 20  # of what is incomplete
_ADVICE = 5  # recommendations, each at most so long:
_ADVISED = 300
_READ = (
    "Lines that begin with `AGREED:` `ACTION:` `DECISION:` `NOTE:` `RESERVATION:` `PARKED:` `Topic:` `Present:` or "
    "`Apologies:` go into the record, `s/old/new/` mends the last one, and `[off]` at the start of a line keeps it out."
)


def card(live: Live) -> Message:
    """The one message of a meeting: open, with its buttons; closed, without them and with the way to its minutes."""
    meeting = live.meeting
    head = _head(live)
    people = [_people(side) for side in live.sides]
    recorded = f"Recorded so far: {mrkdwn.listed(live.counts)}." if live.counts else "Nothing has been recorded yet."
    if meeting.status != MeetingStatus.OPEN:
        recorded = f"Recorded: {mrkdwn.listed(live.counts) or 'nothing'}. {_minutes(meeting)}"
    latest = [_entry(entry) for entry in live.latest]
    advice = _advice(live.advice)
    content = [
        *blocks.paragraphs("\n".join([head, *advice])),
        *blocks.paragraphs("\n".join(["*Agenda*", *_agenda(live)])),
        *blocks.paragraphs("\n".join(["*People*", *people])),
        *blocks.paragraphs("\n".join([recorded, *latest])),
    ]
    if meeting.status == MeetingStatus.OPEN:
        content += [_buttons(live), blocks.context(_READ)]
    content.append(blocks.context(live.marking))
    spoken = [f"{head} {_now(live)}", *advice, *people, recorded, *latest, f"{live.marking}."]
    return Message("\n".join(spoken), content)


def _advice(words: Sequence[str]) -> list[str]:
    left_out = [f"• … and {len(words) - _ADVICE} more"] if len(words) > _ADVICE else []
    return [*(f"• {blocks.cut(' '.join(line.split()), _ADVISED)}" for line in words[:_ADVICE]), *left_out]


def _head(live: Live) -> str:
    meeting = live.meeting
    title = f"Meeting *{meeting.ref}* {blocks.cut(' '.join(meeting.title.split()), 300)}"
    if meeting.status == MeetingStatus.OPEN and meeting.started_at:
        return f"{title} has begun: open since {dates.instant(meeting.started_at, live.zone)}."
    closed = f" on {dates.instant(meeting.ended_at, live.zone)}" if meeting.ended_at else ""
    return f"{title}: closed{closed}."


def _minutes(meeting: Meeting) -> str:
    return f"Its minutes follow in this channel; `/parley minutes {meeting.ref}` brings them again."


def _now(live: Live) -> str:
    """What the meeting is at, for those who hear the message instead of seeing it."""
    current = next((item for item in live.items if item.id == live.meeting.item_id), None)
    if live.meeting.status != MeetingStatus.OPEN or current is None:
        return ""
    return f"Now item {current.number} of {len(live.items)}: {_short(current.title)}."


def _agenda(live: Live) -> list[str]:
    """The items around the current one, each with how it stands in words."""
    if not live.items:
        begin = f" yet: `/parley agenda add {live.meeting.ref} …`" if live.meeting.status == MeetingStatus.OPEN else "."
        return [f"No agenda{begin}"]
    at = next((i for i, item in enumerate(live.items) if item.id == live.meeting.item_id), 0)
    first = max(0, min(at - _ITEMS // 2, len(live.items) - _ITEMS))
    shown = live.items[first : first + _ITEMS]
    left_out = len(live.items) - len(shown)
    more = [f"… and {left_out} more: `/parley agenda {live.meeting.ref}`"] if left_out else []
    return [*(_item(item, live.meeting) for item in shown), *more]


def _item(item: AgendaItem, meeting: Meeting) -> str:
    words = f"{item.number}. {_short(item.title)}"
    if meeting.status != MeetingStatus.OPEN:
        return f"{words} · taken" if item.taken_at else f"{words} · not reached"
    if item.id == meeting.item_id:
        return f"{words} · *now*"
    return f"{words} · taken" if item.taken_at else words


def _people(side: Side) -> str:
    present = f"present: {_names(side.present)}" if side.present else "nobody is marked present"
    apologies = f" · apologies: {_names(side.apologies)}" if side.apologies else ""
    return f"{side.name} · {present}{apologies}"


def _names(names: Sequence[str]) -> str:
    shown = [blocks.cut(name, 60) for name in names[:_NAMES]]
    return mrkdwn.listed([*shown, *([f"{len(names) - _NAMES} more"] if len(names) > _NAMES else [])])


def _entry(entry: Entry) -> str:
    return f"*{entry.ref}* ({entry.standing}) {_short(entry.text)}"


def _short(words: str) -> str:
    """On one line, and no longer than a line."""
    return blocks.cut(" ".join(words[: 4 * _WORDS].split()), _WORDS)


def _buttons(live: Live) -> blocks.Block:
    """What people do most; an agreement is made across the table, so there is none in a side's own room."""
    meeting = live.meeting
    value = f"{live.code} {meeting.ref}"
    shared = meeting.party_id is None
    agree = blocks.button(
        "Agree…", "live.agree", value, style="primary", spoken=f"Record an agreement at {meeting.ref}"
    )
    following = state.following(live.items, meeting.item_id)
    return blocks.buttons(
        *([agree] if shared else []),
        blocks.button("Action…", "live.action", value, spoken=f"Record an action at {meeting.ref}"),
        blocks.button("Note…", "live.note", value, spoken=f"Record a note at {meeting.ref}"),
        blocks.button("Decide…", "live.decide", value, spoken=f"Record a decision at {meeting.ref}"),
        blocks.button("Who Is Here…", "live.present", value, spoken=f"Say who is present at {meeting.ref}"),
        *([_next(value, following, meeting)] if following else []),
        blocks.asking(
            blocks.button("Close Meeting", "live.close", value, spoken=f"Close {meeting.ref}"),
            f"Close {meeting.ref}?",
            "Lines typed in the channel are not recorded any more, and the draft minutes are issued.",
            yes="Close Meeting",
            no="Keep It Open",
        ),
    )


def _next(value: str, item: AgendaItem, meeting: Meeting) -> blocks.Block:
    spoken = f"Take up item {item.number} of {meeting.ref}"
    return blocks.button("Next Item", "live.item", f"{value} {item.number}", spoken=spoken)


def at_meeting(meeting: Meeting, form: blocks.Block) -> blocks.Block:
    """A verb's form as the card opens it: it records at this meeting, or not at all."""
    metadata = f"{form['private_metadata']} {meeting.ref}"
    return {**form, "callback_id": "live.fill", "private_metadata": metadata}


def closing(code: str, channel: str, meeting: Meeting, incomplete: Incomplete) -> blocks.Block:
    """What is incomplete, each action with the button that completes it, before the meeting is closed all the same."""
    value = f"{code} {meeting.ref}"
    if incomplete:
        content = [
            blocks.section(f"Before *{meeting.ref}* is closed: this is incomplete, and the minutes will say so.")
        ]
    else:
        content = [blocks.section(f"Nothing of *{meeting.ref}* is incomplete any more.")]
    for action, lacking in incomplete.actions[:_LISTED]:
        content += [
            blocks.section(f"*{action.ref}* lacks {mrkdwn.listed(lacking)}: {_short(action.text)}"),
            blocks.buttons(
                blocks.button("Complete It", "live.complete", f"{value} {action.ref}", spoken=f"Complete {action.ref}")
            ),
        ]
    rest = [
        *(
            f"*{row.ref}* awaits {mrkdwn.listed(party.name for party in parties) or 'other words'}: {_short(row.text)}"
            for row, parties in incomplete.agreements[:_LISTED]
        ),
        *(f"Item {item.number} was not reached: {_short(item.title)}" for item in incomplete.items[:_LISTED]),
    ]
    kinds = (incomplete.actions, incomplete.agreements, incomplete.items)
    unlisted = sum(max(0, len(each) - _LISTED) for each in kinds)
    rest += [f"… and {unlisted} more"] if unlisted else []
    content += blocks.paragraphs("\n".join(rest))
    label = "Close Anyway" if incomplete else "Close Meeting"
    close = blocks.button(label, "live.close_anyway", value, style="danger", spoken=f"{label}: {meeting.ref}")
    again = blocks.button("Look Again", "live.close", f"{value} again", spoken=f"Look again at {meeting.ref}")
    content.append(blocks.buttons(close, *([again] if incomplete else [])))
    return blocks.modal(
        "live.closing", f"Close {meeting.ref}", content, private_metadata=f"{code} {channel} {meeting.ref}"
    )


def completing(code: str, channel: str, meeting: Meeting, ref: str, form: blocks.Block) -> blocks.Block:
    """The form that completes an action, laid above the dialog, which follows it."""
    return {**form, "callback_id": "live.complete", "private_metadata": f"{code} {channel} {meeting.ref} {ref}"}


def closed(meeting: Meeting, said: str) -> blocks.Block:
    """What the dialog becomes once the meeting is closed."""
    return blocks.modal("live.closing", f"{meeting.ref} is closed", blocks.paragraphs(said))
