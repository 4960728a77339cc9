"""App Home as blocks: what waits for the person first, with the buttons that settle it there."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot import lead_times
from bot.access import Actor, Capability
from bot.home import waiting
from bot.home.facts import Ahead, Facts
from bot.home.waiting import TITLE
from bot.slack import blocks, mentioning, mrkdwn
from bot.slack.blocks import Block
from bot.timetable import views as timetable_views
from storage.tables import Meeting, MeetingStatus

ALL = "-"
"""What the switcher says for all negotiations: no code is written so."""
_MOST_TABLES, _MOST_CHOICES = 10, 100
_PLAN = "Plan one: `/parley {code} meeting add negotiation First round on 11 dec at 10:00 for 2h`"
_BEGIN = (
    "Begin with a date of your own, `/parley {code} milestone add Contract signed on 31 mar 2027`, or with a timetable "
    "that is ready: `/parley help timetable load`"
)
_BRING = "Share the contract in the joint table’s channel and type `/parley clause import` there."
_FOOT = (
    ". It follows the record while you look. Under Messages, `help` lists what you can type and `help agree` explains "
    "one word. Where something goes wrong, your administrator helps."
)
_ALWAYS = ("open", "agreed", "parked", "escalated")
_ORDER = (*_ALWAYS, "disputed", "withdrawn")


def page(facts: Facts) -> list[Block]:
    """Everything but the line that says when it was put there."""
    if not facts.seats:
        return _nothing_yet()
    content = _everything(facts)
    return mentioning.retold(content) if facts.for_guest else content


def _everything(facts: Facts) -> list[Block]:
    return [
        *_head(facts),
        *waiting.all_that_waits(facts),
        *_meetings(facts),
        *_timetable(facts),
        *_clauses(facts),
        *_doors(facts),
        *_own(facts),
    ]


def view(content: Sequence[Block], at: datetime) -> dict[str, Any]:
    """The whole view, as it is published at this instant."""
    return {"type": "home", "blocks": [*content, blocks.context_dated("Updated", at, _FOOT)]}


def fingerprint(content: Sequence[Block]) -> str:
    """What stands for a page: the same for pages that show the same."""
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


# -- the head -------------------------------------------------------------------------------------------


def _nothing_yet() -> list[Block]:
    return [
        blocks.header("Parley keeps the record of a negotiation"),
        blocks.section(
            "Who sits for which party, what is agreed in which exact words, who does what by when; and the minutes as "
            "soon as a meeting closes. You take part in no negotiation yet."
        ),
        blocks.buttons(blocks.button("Set Up a Negotiation", "new.begin", ALL, style="primary")),
        blocks.section(
            "If a colleague has set one up, ask them to give you a seat in it, as a negotiator for example. It then "
            "stands here by itself."
        ),
    ]


def _head(facts: Facts) -> list[Block]:
    only = facts.only
    if only is None:
        markings = dict.fromkeys(blocks.cut(seat.negotiation.marking, TITLE) for seat in facts.shown[:_MOST_TABLES])
        content = [blocks.header("Your negotiations"), blocks.section(_several(facts)), blocks.context(*markings)]
    else:
        title = blocks.header(f"{only.negotiation.code}: {only.negotiation.title}")
        content = [title, blocks.context(_seat(only), blocks.cut(only.negotiation.marking, TITLE))]
    return [*content, *_switcher(facts)]


def _several(facts: Facts) -> str:
    lines = [f"*{seat.negotiation.code}* {_title(seat)} · {_seat(seat)}" for seat in facts.shown[:_MOST_TABLES]]
    more = len(facts.shown) - len(lines)
    return "\n".join([*lines, *([f"… and {more} more, in the list below"] if more > 0 else [])])


def _title(seat: Actor) -> str:
    return blocks.cut(seat.negotiation.title, TITLE)


def _seat(seat: Actor) -> str:
    if seat.party is None:
        return "You set it up and have no seat at its table"
    roles = mrkdwn.listed(sorted(seat.roles))
    return f"You sit for {blocks.cut(seat.party.name, TITLE)}{f' as {roles}' if roles else ''}"


def _switcher(facts: Facts) -> list[Block]:
    if len(facts.seats) < 2:
        return []
    options = [_option(ALL, "All my negotiations")]
    options += [_option(seat.negotiation.code, f"{seat.negotiation.code}: {_title(seat)}") for seat in facts.seats]
    chosen = facts.only.negotiation.code if facts.only else ALL
    return [_choice("home.choose", "Choose a negotiation", options[:_MOST_CHOICES], chosen)]


def _option(value: str, label: str) -> Block:
    return {"text": {"type": "plain_text", "text": blocks.cut(label, 75)}, "value": value}


def _choice(action_id: str, placeholder: str, options: Sequence[Block], chosen: str = "") -> Block:
    """A list that acts as soon as something is chosen."""
    begun = [option for option in options if option["value"] == chosen]
    return blocks.buttons(
        {
            "type": "static_select",
            "action_id": action_id,
            "placeholder": {"type": "plain_text", "text": placeholder},
            "options": list(options),
            **({"initial_option": begun[0]} if begun else {}),
        }
    )


# -- where things stand ---------------------------------------------------------------------------------


def _meetings(facts: Facts) -> list[Block]:
    content = [_with_brief(facts, seat, meeting) for seat, meeting in facts.meetings.shown]
    if not content:
        content = [_empty(facts, "No meeting is planned.", Capability.PLAN, _PLAN)]
    return [blocks.header("Next meetings"), *content, *waiting.rest(facts, facts.meetings.more, "meetings")]


def _with_brief(facts: Facts, seat: Actor, meeting: Meeting) -> Block:
    said = blocks.section(waiting.meeting_line(facts, seat, meeting))
    if meeting.status == MeetingStatus.OPEN:
        return said
    value = f"{seat.negotiation.code} {meeting.ref}"
    brief = blocks.button("Brief", "brief.ask", value, spoken=waiting.spoken("Brief me for", seat, meeting.ref))
    return {**said, "accessory": brief}


def _empty(facts: Facts, said: str, need: Capability, advice: str) -> Block:
    """That there is nothing yet, and the next step for somebody who may take it."""
    only = facts.only
    if only is None or not only.may(need):
        return blocks.section(said)
    return blocks.section(f"{said} {advice.format(code=only.negotiation.code)}")


def _timetable(facts: Facts) -> list[Block]:
    lines = [_milestone(facts, each) for each in facts.milestones.shown]
    if lines:
        content = blocks.paragraphs("\n".join(lines))
    else:
        content = [_empty(facts, "No milestone is ahead.", Capability.PLAN, _BEGIN)]
    return [blocks.header("Timetable"), *content, *waiting.rest(facts, facts.milestones.more, "timetable")]


def _milestone(facts: Facts, each: Ahead) -> str:
    seat = each.seat
    mine = seat.member is not None and each.row.owner_id == seat.member.id
    said = timetable_views.line(each.row, each.point, "yours" if mine else "", seat.today(facts.at), seat.calendar)
    return said if facts.only else f"{seat.negotiation.code} · {said}"


def _clauses(facts: Facts) -> list[Block]:
    counted = [(seat, counts) for seat, counts in facts.clauses if counts]
    if not counted:
        return [blocks.header("Clauses"), _empty(facts, "There are no clauses yet.", Capability.RECORD, _BRING)]
    lines = []
    for seat, counts in counted[:_MOST_TABLES]:
        told = ", ".join(f"{counts[word]} {word}" for word in _ORDER if counts[word] or word in _ALWAYS)
        lines.append(told if facts.only else f"*{seat.negotiation.code}* {told}")
    more = waiting.rest(facts, len(counted) - len(lines), "clauses")
    return [blocks.header("Clauses"), *blocks.paragraphs("\n".join(lines)), *more]


def _doors(facts: Facts) -> list[Block]:
    """The way to everything else by mouse, and on with a set-up that was left."""
    if facts.only is None:
        return []
    code = facts.only.negotiation.code
    begun = facts.meetings.shown and facts.milestones.shown
    go_on = blocks.button("Go On Setting Up", "new.resume", code, spoken=f"Go on setting up {code}")
    fill_in = blocks.button(blocks.LIST_OF_FORMS, "form.list", code, spoken=f"Fill in a form for {code}")
    doors = [go_on] if not begun and facts.only.may(Capability.SET_UP) else []
    doors += [fill_in] if facts.only.may(Capability.RECORD) else []
    return [blocks.buttons(*doors)] if doors else []


# -- one's own settings ---------------------------------------------------------------------------------


def _own(facts: Facts) -> list[Block]:
    """When Parley speaks to the person, and the way to change it."""
    seated = [seat for seat in facts.shown if seat.member is not None]
    if not seated:
        return []
    head = blocks.header("Your reminders")
    if facts.only:
        code = facts.only.negotiation.code
        button = blocks.button("Change My Reminders", "reminder.mine", code)
        return [head, blocks.section(_times(facts.only)), blocks.buttons(button)]
    options = [_option(seat.negotiation.code, f"{seat.negotiation.code}: {_title(seat)}") for seat in seated]
    said = "Each negotiation has reminder times of its own. Choose the one in which to see and change yours."
    return [head, blocks.section(said), _choice("reminder.mine", "Choose a negotiation", options[:_MOST_CHOICES])]


def _times(seat: Actor) -> str:
    own = seat.member.reminders if seat.member else {}
    return lead_times.told(lead_times.USUAL.over(seat.negotiation.reminders).over(own))
