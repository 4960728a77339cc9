"""The settings in words and as forms: one of five fields, one for structure, term and value."""

from collections.abc import Mapping

from bot import dates, lead_times
from bot.preferences.rules import Preferences
from bot.slack import blocks


def in_words(code: str, shown: Preferences) -> str:
    closed = ", ".join(dates.full_date(day) for day in shown.closed) or "none"
    return "\n".join(
        [
            f"*Settings of {code}*",
            f"Marking: {shown.marking}",
            f"Time zone: {shown.zone}",
            f"Calendar: {shown.calendar}",
            f"Extra closed days: {closed}",
            lead_times.spelled(shown.times),
            "Structure, term and value: `/parley structure`, `/parley term`, `/parley value`.",
        ]
    )


def form(code: str, channel: str, shown: Preferences) -> blocks.Block:
    return blocks.modal(
        "preferences.set",
        f"Settings of {code}",
        [
            blocks.text_input("marking", "Marking", initial=shown.marking, hint="It stands on everything Parley says."),
            blocks.text_input("zone", "Time zone", initial=shown.zone, hint="Such as Europe/London."),
            blocks.text_input(
                "calendar",
                "Working-day calendar",
                initial=shown.calendar,
                hint="England and Wales, Scotland, Northern Ireland, or a country's code such as IE or DE-BY.",
            ),
            blocks.text_input(
                "closed",
                "Extra closed days",
                initial="\n".join(f"{day.isoformat()}" for day in shown.closed),
                hint="One date a line. Working days are counted without them.",
                multiline=True,
                optional=True,
            ),
            blocks.text_input(
                "times",
                "When Parley speaks",
                initial=lead_times.spelled(shown.times),
                hint="Actions, meetings: working days before, 0 is the day. Late, chair, confirmations: working days "
                "after. Attendees: minutes before a meeting. “never” turns one off.",
                multiline=True,
            ),
        ],
        submit="Save Settings",
        private_metadata=f"{code} {channel} set",
    )


def opening(code: str) -> tuple[str, list[blocks.Block]]:
    """What is said while the form opens, with the button for the second one."""
    text = "The settings open in a form. Structure, term and value are in a second one."
    button = blocks.button("Contract", "preferences.contract", code, spoken="Set structure, term and value")
    return text, [*blocks.paragraphs(text), blocks.buttons(button)]


def contract_form(code: str, channel: str, current: Mapping[str, str]) -> blocks.Block:
    """Three fields, each typed as after its command; `current` says in words how each stands."""
    asked = {
        "structure": ("Structure", "prime OHP because one party answers for it, or: alliance because risk is shared"),
        "term": ("Term", "5+2 from 1 oct 2015 source Schedule 1"),
        "value": ("Value", "£135m over 3 years on sep 2014 source Board paper"),
    }
    fields = [
        blocks.text_input(
            name,
            label,
            hint=f"{f'Now: {current[name]}. ' if current[name] else ''}Such as: {example}. Empty: it stays.",
            optional=True,
        )
        for name, (label, example) in asked.items()
    ]
    return blocks.modal(
        "preferences.contract",
        f"Contract of {code}",
        fields,
        submit="Save Contract",
        private_metadata=f"{code} {channel} contract",
    )
