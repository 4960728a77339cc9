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


def read_guests(
    session: Session,
    actor: Actor,
    words: str,
    names: Mapping[str, str],
    *,
    as_typed: bool = False,
    gone_too: bool = False,
) -> list[Guest]:
    """The people in "@dana, Omar and a guest": members where a mention or a name tells, else just a name.

    Raises UserError for somebody mentioned, or meant by an @, who is not at this table; and for a name that fits
    several people, unless it is to be kept `as_typed`. Who has left Slack may have been there, but cannot be asked to
    come: refused as well, unless `gone_too`.
    """
    everyone = roster.seats(session, actor.id)
    words = roster.marked(words, everyone)
    found_by_mark = roster.mentioned(session, actor, words, names, gone_too=gone_too)
    guests = [Guest(seat.person.name, seat.member) for seat in found_by_mark]
    for name in roster.listed_names(mrkdwn.MENTION.sub(",", words)):
        seat = roster.pick(name, [], everyone)
        found = roster.matching(name, everyone)
        if len(found) > 1 and not as_typed:
            raise UserError(f"{roster.unclear(name, found)} Somebody else is meant? Add more of the name.")
        if seat is None and name.startswith("@"):
            close = mrkdwn.listed((near.title for near in roster.nearest(name, everyone)), "or")
            hint = f" Did you mean {close}?" if close else ""
            raise UserError(
                f"Nobody called {name} sits at the table of {actor.negotiation.code}.{hint} Choose the name from "
                "Slack's list, or type it without @ for a guest."
            )
        if seat is not None and not gone_too:
            roster.check_here([seat], everyone)
        guests.append(Guest(seat.person.name, seat.member) if seat else Guest(name.removeprefix("@")))
    # One person in two spellings is one person.
    return list({guest.member.id if guest.member else guest.name: guest for guest in guests}.values())
