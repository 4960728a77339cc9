"""Who is meant: mentions and typed names, matched to the people at this table."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Actor
from bot.errors import UserError
from bot.slack import mrkdwn
from storage import Session, negotiations
from storage.tables import Member, Party, Person


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


def mentioned(session: Session, actor: Actor, words: str, names: Mapping[str, str]) -> list[Seat]:
    """The people marked in the words, in order. Raises UserError for one who is not at this table."""
    by_user = {seat.person.user_id: seat for seat in seats(session, actor.id)}
    found = []
    for user_id in mrkdwn.mentioned(words):
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
