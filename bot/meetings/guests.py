"""Who is at a meeting: members, and guests known only by name."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import roster
from bot.access import Actor
from bot.errors import UserError
from bot.slack import mrkdwn
from storage import Session
from storage.tables import Member


@dataclass(frozen=True)
class Guest:
    """Somebody at a meeting: a member, or a name that matches none."""

    name: str
    member: Member | None = None


def read_guests(session: Session, actor: Actor, words: str, names: Mapping[str, str]) -> list[Guest]:
    """The people in "@dana, Omar and a guest": members where a mention or a name tells, else just a name.

    Raises UserError for somebody mentioned, or meant by an @, who is not at this table.
    """
    everyone = roster.seats(session, actor.id)
    words = roster.marked(words, everyone)
    guests = [Guest(seat.person.name, seat.member) for seat in roster.mentioned(session, actor, words, names)]
    for name in roster.listed_names(mrkdwn.MENTION.sub(",", words)):
        seat = roster.pick(name, [], everyone)
        if seat is None and name.startswith("@"):
            raise UserError(
                f"Nobody called {name} sits at the table of {actor.negotiation.code}. Choose the name from Slack's "
                "list, or type it without @ for a guest."
            )
        guests.append(Guest(seat.person.name, seat.member) if seat else Guest(name.removeprefix("@")))
    return guests
