"""Reminders in words: what, whose, by when, in full dates; late told as late."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot import dates, lead_times
from bot.lead_times import LeadTimes
from bot.outbox import Message
from bot.reminders import rules
from bot.reminders.rules import Cause
from bot.slack import blocks, mrkdwn
from bot.workdays import Calendar
from storage.tables import Action

MOST_WITH_BUTTONS = 15  # more would not fit into Slack's 50 blocks beside the rest
MOST_LINES = 60  # over all negotiations; a command lists the rest


@dataclass(frozen=True)
class Line:
    """One thing in a reminder. `button` is the action's ref where it can be settled right here."""

    words: str
    button: str | None = None


@dataclass(frozen=True)
class Section:
    """What one negotiation has to say in a message."""

    code: str
    title: str
    marking: str
    lines: list[Line] = field(default_factory=list)


def due(on: date, cause: str, today: date, calendar: Calendar) -> str:
    """ "was due on Tuesday 24 November 2026, 2 working days ago"."""
    if on == today:
        return f"due today, {dates.full_date(on)}"
    number = _working_days(min(on, today), max(on, today), calendar)
    if on < today:
        return (
            f"was due on {dates.full_date(on)}, {_days(number)} ago" if number else f"was due on {dates.full_date(on)}"
        )
    left = f", in {_days(number)}" if number else ""
    return f"due on {dates.full_date(on)}{left}"


def _working_days(start: date, end: date, calendar: Calendar) -> int:
    day, count = start, 0
    while day < end:
        day = rules.working_day_after(day, 1, calendar)
        if day <= end:
            count += 1
    return count


def _days(number: int) -> str:
    return "1 working day" if number == 1 else f"{number} working days"


def belated(day: date, today: date) -> str:
    """That this should have been said on an earlier day."""
    return f" (Parley could not say so on {dates.full_date(day)}.)" if day < today else ""


def action(ref: str, text: str, said: str, cause: str, owners: Sequence[str]) -> str:
    words = f"*{ref}* {blocks.cut(text, 400)}: {said}"
    if cause == Cause.ESCALATED:
        whose = f"it is {mrkdwn.listed(owners)}’s" if owners else "it has no owner"
        return f"{words}; {whose} and nobody has marked it as done"
    others = f", with {mrkdwn.listed(owners)}" if owners else ""
    return f"{words}{others}"


def message(opening: str, sections: Iterable[Section], *, key: str, buttons: bool) -> Message:
    """One message of all sections, each with its negotiation's name and marking, actions with their buttons."""
    shown = [section for section in sections if section.lines]
    content: list[blocks.Block] = [blocks.section(opening)]
    spoken = [opening]
    room = MOST_LINES
    left = min(MOST_WITH_BUTTONS, (40 - 3 * len(shown)) // 2)  # two blocks each; a negotiation has three of its own
    for section in shown:
        head = f"*{section.code}* {section.title}"
        content.append(blocks.section(head))
        spoken.append(head)
        plain: list[str] = []
        lines, room = section.lines[:room], max(room - len(section.lines), 0)
        if more := len(section.lines) - len(lines):
            lines = [*lines, Line(f"… and {more} more: `/parley {section.code} actions mine` lists what is yours")]
        for line in lines:
            spoken.append(f"• {line.words}")
            if buttons and line.button and left > 0:
                left -= 1
                content.append(blocks.section(f"• {line.words}"))
                content.append(_buttons(section.code, line.button, key))
            else:
                plain.append(f"• {line.words}")
        if plain:
            content += blocks.paragraphs("\n".join(plain))
        content.append(blocks.context(section.marking))
    return Message("\n".join(spoken), content[:50])


def _buttons(code: str, ref: str, key: str) -> blocks.Block:
    """The buttons of one action; none is primary, for a message may show several such rows."""
    value = f"{code} {ref} {key}"
    which = f"{ref} of {code}"  # two negotiations in one message may both have an A1
    return blocks.buttons(
        blocks.button("Done", f"reminder.done:{ref}", value, spoken=f"Mark {which} as done"),
        blocks.button("Extend", f"reminder.extend:{ref}", value, spoken=f"Extend {which}"),
        blocks.button("Snooze", f"reminder.snooze:{ref}", value, spoken=f"Hear of {which} on the next working day"),
    )


def extension_form(code: str, channel: str, row: Action, key: str) -> blocks.Block:
    """To when, and why."""
    return blocks.modal(
        "reminder.extend",
        f"Extend {row.ref}",
        [
            blocks.section(blocks.cut(row.text, 500)),
            blocks.date_input("due", "New date"),
            blocks.text_input("reason", "Why?", hint="The trail keeps the reason."),
        ],
        submit="Extend",
        private_metadata=f"{code} {channel} {row.ref} {key}",
    )


def own_form(code: str, channel: str, times: LeadTimes) -> blocks.Block:
    """One person's own times, as lines that can be changed."""
    return blocks.modal(
        "reminder.own",
        "My reminders",
        [
            blocks.text_input(
                "times",
                f"When should Parley speak to you about {code}?",
                initial=lead_times.spelled(times, lead_times.PERSONAL),
                hint="Actions and meetings: working days before, 0 is the day. Late: working days after. "
                "Attendees: minutes before a meeting. “never” turns one off.",
                multiline=True,
            )
        ],
        submit="Save",
        private_metadata=f"{code} {channel} own",
    )
