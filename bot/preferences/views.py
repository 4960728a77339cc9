"""The settings in words and as a form of six fields."""

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
