"""How issued minutes stand: draft, circulated, approved. Derived from who has approved, never kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.access import CAN, Capability
from bot.roster import Seat, circle, here
from storage import Session, meetings, minutes, negotiations
from storage.tables import Meeting, MinutesApproval, MinutesCopy, MinutesVersion, Party, Role

KEEP = frozenset({Role.SCRIBE, Role.CHAIR})
"""The roles of those who circulate and correct minutes, where anybody has them."""


class MinutesStatus(StrEnum):
    DRAFT = "draft"
    CIRCULATED = "circulated"
    APPROVED = "approved"


@dataclass(frozen=True)
class Standing:
    """One version, the parties' approvals of it, and those still awaited; `replaced_by` is the number of a newer one.

    `approved` is what was printed when the last party had approved.
    """

    version: MinutesVersion
    circulated_at: datetime | None
    approvals: tuple[MinutesApproval, ...]
    awaited: tuple[Party, ...]
    approved: MinutesCopy | None
    replaced_by: int | None

    @property
    def status(self) -> MinutesStatus:
        if self.approved:
            return MinutesStatus.APPROVED
        return MinutesStatus.CIRCULATED if self.circulated_at else MinutesStatus.DRAFT

    @property
    def content(self) -> str:
        """The text in force: as approved, or as issued."""
        return self.approved.content if self.approved else self.version.content

    @property
    def sha256(self) -> str:
        """The fingerprint of the text in force."""
        return self.approved.sha256 if self.approved else self.version.sha256


def standings(session: Session, meeting: Meeting) -> list[Standing]:
    """Every issued version of a meeting's minutes, first to last."""
    issued = meetings.minutes(session, meeting.id or 0)
    signing = asked(session, meeting)
    newest = issued[-1].version if issued else 0
    return [_standing(session, version, signing, newest) for version in issued]


def latest(session: Session, meeting: Meeting) -> Standing | None:
    found = standings(session, meeting)
    return found[-1] if found else None


def asked(session: Session, meeting: Meeting) -> list[Party]:
    """Whose approval the minutes need: every signing party's, or that of the one whose meeting it was."""
    parties = negotiations.parties(session, meeting.negotiation_id)
    if meeting.party_id is not None:
        return [party for party in parties if party.id == meeting.party_id]
    return [party for party in parties if party.must_sign]


def _standing(session: Session, version: MinutesVersion, signing: Iterable[Party], newest: int) -> Standing:
    approvals = minutes.approvals(session, version.id or 0)
    circulation = minutes.circulation(session, version.id or 0)
    given = {approval.party_id for approval in approvals}
    return Standing(
        version,
        circulation.at if circulation else None,
        tuple(approvals),
        tuple(party for party in signing if party.id not in given),
        minutes.approved_copy(session, version.id or 0),
        newest if version.version < newest else None,
    )


def may_approve(seat: Seat) -> bool:
    """Whether somebody may approve minutes for their party."""
    return bool(CAN[Capability.APPROVE] & set(seat.member.roles))


def keepers(seats: Iterable[Seat], meeting: Meeting) -> list[Seat]:
    """Who circulates and corrects a meeting's minutes: scribes and chairs; without any, those who speak for a side."""
    there = here(circle(seats, meeting.party_id))
    keep = [seat for seat in there if KEEP & set(seat.member.roles)]
    return keep or [seat for seat in there if CAN[Capability.CONFIRM] & set(seat.member.roles)]
