"""Who is meant: mentions and typed names, matched to the people at this table."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Actor
from bot.errors import UserError
from bot.slack import mrkdwn
from storage import Session, meetings, negotiations
from storage.tables import AttendanceStatus, Meeting, MeetingKind, Member, Party, Person


@dataclass(frozen=True)
class Seat:
    """Somebody at the table."""

    member: Member
    person: Person
    party: Party

    @property
    def title(self) -> str:
        return f"{self.person.name} ({self.party.code})"


def seats(session: Session, negotiation_id: int) -> list[Seat]:
    """Everybody at the table, in the order in which they joined."""
    parties = {party.id: party for party in negotiations.parties(session, negotiation_id)}
    return [
        Seat(member, person, parties[member.party_id])
        for member, person in negotiations.members(session, negotiation_id)
    ]


def titles(session: Session, negotiation_id: int) -> dict[int | None, str]:
    """What everybody at the table is called, by the id of their seat."""
    return {seat.member.id: seat.title for seat in seats(session, negotiation_id)}


def circle(everyone: Iterable[Seat], party_id: int | None) -> list[Seat]:
    """Those who may see what is private to a party; everybody, for what the table shares (None)."""
    return [seat for seat in everyone if party_id in (None, seat.party.id)]


# Everybody who may see them is meant to come to these; the others need those who are asked by name.
_FOR_ALL = (MeetingKind.NEGOTIATION, MeetingKind.GATEWAY, MeetingKind.PREMEET)


def expected(session: Session, meeting: Meeting, everyone: Iterable[Seat]) -> list[Seat]:
    """Those who are to come to a meeting, without those who sent apologies.

    That is everybody who may see it; of a sub-group's or the lawyers' meeting, those asked by name or who
    said yes, once anybody was asked.
    """
    rows = {row.member_id: row for row in meetings.attendance(session, meeting.id or 0)}
    may_come = circle(everyone, meeting.party_id)
    sorry = {row.member_id for row in rows.values() if row.status == AttendanceStatus.APOLOGIES}
    by_name = meeting.kind not in _FOR_ALL and any(row.asked for row in rows.values())
    return [seat for seat in may_come if seat.member.id not in sorry and (not by_name or seat.member.id in rows)]


@dataclass(frozen=True)
class Absent:
    """A signing party that has fewer people at a meeting than its quorum."""

    party: Party
    there: int

    def __str__(self) -> str:
        if not self.there:
            return self.party.name
        return f"{self.party.name} ({self.there} of the {self.party.quorum} its quorum needs)"


def absent_sides(session: Session, meeting: Meeting, *, present_only: bool = True) -> list[Absent]:
    """The signing parties without enough people at a shared meeting, once anybody's presence was recorded.

    `present_only` False counts everyone who is expected, for warning beforehand. A meeting at which a side
    is absent may note, but not agree or decide (`domain.md` §4.17).
    """
    if meeting.party_id is not None:
        return []
    everyone = seats(session, meeting.negotiation_id)
    if present_only:
        rows = meetings.attendance(session, meeting.id or 0)
        there = {row.member_id for row in rows if row.status == AttendanceStatus.PRESENT}
        if not there:
            return []
        people = [seat for seat in everyone if seat.member.id in there]
    else:
        people = expected(session, meeting, everyone)
    found = [
        Absent(party, sum(seat.party.id == party.id for seat in people))
        for party in negotiations.parties(session, meeting.negotiation_id)
        if party.must_sign
    ]
    return [absent for absent in found if absent.there < absent.party.quorum]


def unrepresented(absent: Sequence[Absent]) -> str:
    """ "A and B are not sufficiently represented"."""
    verb = "is" if len(absent) == 1 else "are"
    return f"{mrkdwn.listed(map(str, absent))} {verb} not sufficiently represented"


def check_quorate(session: Session, meeting: Meeting | None) -> None:
    """Raises UserError in a meeting at which a side is absent."""
    absent = absent_sides(session, meeting) if meeting else []
    if meeting and absent:
        raise UserError(
            f"{unrepresented(absent)} at {meeting.ref}, so it may note, but not agree or decide. Note it, "
            "`/parley note …`, or say who is here: `/parley present @name`."
        )


def mentioned(session: Session, actor: Actor, words: str, names: Mapping[str, str]) -> list[Seat]:
    """The people marked or named as "@Full Name" in the words, in order.

    Raises UserError for one who is not at this table.
    """
    everyone = seats(session, actor.id)
    by_user = {seat.person.user_id: seat for seat in everyone}
    found = []
    for user_id in mrkdwn.mentioned(marked(words, everyone)):
        if user_id not in by_user:
            name = names.get(user_id, user_id)
            raise UserError(
                f"{name} is not at the table of {actor.negotiation.code}. "
                f"Add them first: `/parley member add @{name} to PARTY as ROLE`."
            )
        found.append(by_user[user_id])
    return found


def matching(name: str, people: Iterable[Seat]) -> list[Seat]:
    """The people whom a typed name fits: their full name, or one part of it, whatever its case or accents."""
    typed = _folded(name)
    if not typed:
        return []
    everyone = list(people)
    whole = [seat for seat in everyone if _folded(seat.person.name) == typed]
    return whole or [seat for seat in everyone if typed in _folded(seat.person.name).split()]


def marked(words: str, people: Sequence[Seat]) -> str:
    """Plain words with the marks put back where they name somebody as `mrkdwn.named` does."""
    longest_first = sorted(people, key=lambda seat: -len(seat.person.name))
    for seat in longest_first:
        if len(matching(seat.person.name, people)) == 1:
            words = re.sub(rf"@{re.escape(seat.person.name)}(?!\w)", mrkdwn.mark(seat.person.user_id), words)
    return words


def listed_names(words: str) -> list[str]:
    """The names in "Dana, Omar and Priya Shah"."""
    return [name for part in re.split(r"[,;&]|\band\b|\s(?=@)", words) if (name := part.strip(" .\t\n"))]


def pick(name: str, attendees: Sequence[Seat], everyone: Sequence[Seat]) -> Seat | None:
    """The one person a name fits: among those at the meeting, or else at the table; None when unclear."""
    for circle in (attendees, everyone):
        found = matching(name, circle)
        if found:
            return found[0] if len(found) == 1 else None
    return None


def _folded(name: str) -> str:
    decomposed = unicodedata.normalize("NFKD", name.strip().removeprefix("@"))
    return "".join(char for char in decomposed if not unicodedata.combining(char)).casefold()
