"""What can be set. Pure."""

from dataclasses import dataclass
from datetime import date

from bot.lead_times import LeadTimes


@dataclass(frozen=True)
class Preferences:
    """Everything that the form asks; `closed` are local dates."""

    marking: str
    zone: str
    calendar: str
    closed: tuple[date, ...]
    times: LeadTimes
