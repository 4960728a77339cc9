"""Who is meant: mentions and typed names, matched to the people at this table."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot import dates
from bot.access import CAN, Actor, Capability
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


def here(people: Iterable[Seat]) -> list[Seat]:
    """Those who have not left Slack."""
    return [seat for seat in people if not seat.person.left]


def instead(gone: Seat, everyone: Iterable[Seat]) -> str:
    """What to do now that somebody has left Slack: who of their side is there, those who speak for it first."""
    own = [
        seat
        for seat in circle(here(everyone), gone.party.id)
        if CAN[Capability.RECORD] & set(seat.member.roles)  # an observer does nothing
    ]
    own.sort(key=lambda seat: not CAN[Capability.CONFIRM] & set(seat.member.roles))
    if own:
        return f"Choose somebody else, of {gone.party.code} for example {mrkdwn.listed(_names(own[:3]), 'or')}."
    return f"Seat somebody in their place: `/parley member add @somebody to {gone.party.code} as ROLE`."


def _names(people: Iterable[Seat]) -> list[str]:
    return [seat.person.name for seat in people]


def check_here(people: Iterable[Seat], everyone: Iterable[Seat]) -> None:
    """Raises UserError for somebody who has left Slack: nothing can be asked of them, nor would they hear of it."""
    gone = next((seat for seat in people if seat.person.left), None)
    if gone is not None:
        raise UserError(f"{gone.title} has left Slack and would not hear of it. {instead(gone, everyone)}")


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
FOR_ALL = (MeetingKind.NEGOTIATION, MeetingKind.GATEWAY, MeetingKind.PREMEET)


def expected(session: Session, meeting: Meeting, everyone: Iterable[Seat]) -> list[Seat]:
    """Those who are to come to a meeting, without those who sent apologies.

    That is everybody who may see it and has not left Slack; of a sub-group's or the lawyers' meeting, those asked by
    name or who said yes, once anybody was asked.
    """
    rows = {row.member_id: row for row in meetings.attendance(session, meeting.id or 0)}
    may_come = circle(everyone, meeting.party_id)
    sorry = {row.member_id for row in rows.values() if row.status == AttendanceStatus.APOLOGIES}
    by_name = any(row.asked for row in rows.values())
    return [
        seat
        for seat in here(may_come)
        if seat.member.id not in sorry and is_meant(meeting.kind, by_name=by_name, named=seat.member.id in rows)
    ]


def is_meant(kind: str, *, by_name: bool, named: bool) -> bool:
    """Whether somebody who may see a meeting of this kind is to come to it.

    `by_name` says that anybody was asked by name, and `named` that they were themselves, or said yes.
    """
    return named or not by_name or kind in FOR_ALL


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


def mentioned(
    session: Session, actor: Actor, words: str, names: Mapping[str, str], *, gone_too: bool = False
) -> list[Seat]:
    """The people marked or named as "@Full Name" in the words, in order.

    Raises UserError for one who is not at this table and, unless `gone_too`, for one who has left Slack.
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
    if not gone_too:
        check_here(found, everyone)
    return found


def meant(session: Session, actor: Actor, words: str, names: Mapping[str, str]) -> list[Seat]:
    """The people in "@dana, Omar and P. Shah", each once: those mentioned, then those whose names were only typed.

    Raises UserError for somebody who is not at this table or has left Slack, and for a name that fits nobody, or
    several.
    """
    everyone = seats(session, actor.id)
    found = mentioned(session, actor, words, names)
    for name in listed_names(mrkdwn.MENTION.sub(",", marked(words, everyone))):
        found.append(called(actor, name, everyone))
    check_here(found, everyone)
    return list({seat.member.id: seat for seat in found}.values())


def called(actor: Actor, name: str, everyone: Sequence[Seat]) -> Seat:
    """The one person whom a typed name fits.

    Raises UserError: with the candidates where it fits several, with the nearest names where it fits nobody.
    """
    found = matching(name, everyone)
    if len(found) == 1:
        return found[0]
    if found:
        raise UserError(unclear(name, found))
    typed = dates.shown(name.removeprefix("@"))
    close = [seat.title for seat in nearest(name, everyone)]
    hint = f" Did you mean {mrkdwn.listed(close, 'or')}?" if close else ""
    raise UserError(
        f"Nobody called {typed} sits at the table of {actor.negotiation.code}.{hint} Type @ and choose the name from "
        f"Slack's list, or add them first: `/parley member add @{typed} to PARTY as ROLE`."
    )


def unclear(name: str, found: Iterable[Seat]) -> str:
    """What is said of a name that fits several people."""
    titles = [seat.title for seat in found]
    more = f" or {len(titles) - 6} more" if len(titles) > 6 else ""
    who = f"{', '.join(titles[:6])}{more}" if more else mrkdwn.listed(titles, "or")
    return (
        f"{dates.shown(name.removeprefix('@'))} could be {who}. Type the whole name, or @ and choose from Slack's list."
    )


def nearest(name: str, people: Iterable[Seat]) -> list[Seat]:
    """At most three people whose name, or a part of it, is spelled almost like this."""
    spelled: dict[str, list[Seat]] = {}
    for seat in people:
        known = (seat.person.name, *seat.member.aliases)
        for part in {*map(_folded, known), *_parts(seat.person.name)}:
            spelled.setdefault(part, []).append(seat)
    close = difflib.get_close_matches(_folded(name)[:80], spelled, n=3, cutoff=0.7)
    return list({seat.member.id: seat for part in close for seat in spelled[part]}.values())[:3]


def matching(name: str, people: Iterable[Seat]) -> list[Seat]:
    """The people whom a typed name fits, whatever its case or accents: their full name or, where it is nobody's,
    some parts of it in their order, of which all but one may be initials: "Dana", "D. Reyes", "dana.reyes", "Dr Reyes";
    or an alias, whole.
    """
    typed = _folded(name)
    if not typed:
        return []
    everyone = list(people)
    whole = [seat for seat in everyone if _folded(seat.person.name) == typed]
    parts = _parts(typed)
    parts = [part for part in parts if part not in _COURTESIES] or parts
    return whole or [seat for seat in everyone if _fits(parts, _parts(seat.person.name)) or _goes_by(parts, seat)]


def _goes_by(typed: Sequence[str], seat: Seat) -> bool:
    return bool(typed) and any(_parts(alias) == list(typed) for alias in seat.member.aliases)


_COURTESIES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "sir", "dame"})


def _parts(name: str) -> list[str]:
    return re.findall(r"\w[\w']*", _folded(name).replace("’", "'"))


def _fits(typed: Sequence[str], name: Sequence[str]) -> bool:
    """Whether the typed parts stand in the name in this order, one of them at least in full."""
    if not any(part in name for part in typed):
        return False
    rest = iter(name)
    return all(any(part == word or (len(part) == 1 and word.startswith(part)) for word in rest) for part in typed)


def marked(words: str, people: Sequence[Seat]) -> str:
    """Plain words with the marks put back where they name somebody as `mrkdwn.named` does, or by an alias after @."""
    known = [(name, seat) for seat in people for name in (seat.person.name, *seat.member.aliases)]
    for name, seat in sorted(known, key=lambda each: -len(each[0])):
        if f"@{name.casefold()}" in words.casefold() and len(matching(name, people)) == 1:
            words = re.sub(_called(name, seat), mrkdwn.mark(seat.person.user_id), words)
    return words


def _called(name: str, seat: Seat) -> re.Pattern[str]:
    """A name after @: the full name as it is written, an alias in any case."""
    return re.compile(rf"@{re.escape(name)}(?!\w)", 0 if name == seat.person.name else re.I)


_EDGES = re.compile(r"^[\s.]+|[\s.]+$")


def listed_names(words: str) -> list[str]:
    """The names in "Dana, Omar and Priya Shah"."""
    return [name for part in re.split(r"[,;&]|\band\b|\s(?=@)", words) if (name := _EDGES.sub("", part))]


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
