"""`search WORDS…`: over everything that the person may see here, answered to nobody else."""

from collections.abc import Sequence
from dataclasses import replace

from bot import access
from bot.access import Actor, Several
from bot.errors import UserError
from bot.search import rules, service, views
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call
from storage import Session
from storage.tables import ChannelKind

LONGEST = 300  # characters of a question: more would not fit behind the button that asks for the next page
_ELSEWHERE = "What is private to your side is searched in its caucus channel or in a direct message to Parley."


def search(session: Session, call: Call) -> Answer:
    """The first page of what was found."""
    return _page(session, call, call.plain, 1)


def more(session: Session, call: Call) -> Answer:
    """A later page: the button's value is the page and the words again."""
    page, _, typed = call.words.partition(" ")
    return _page(session, replace(call, code=call.code or None), typed, int(page) if page.isdecimal() else 1)


def _page(session: Session, call: Call, typed: str, page: int) -> Answer:
    actors = _tables(session, call)
    private = all(_among_ourselves(call, actor) for actor in actors)
    asked = rules.terms(typed)
    if len(typed) > LONGEST:
        raise UserError(f"That is too long to search for: {LONGEST} characters are enough. Search for fewer words.")
    if not asked:
        raise UserError(
            'Say what to search for: words, a ref, or a "phrase". For example: `/parley search payment within 30 days`.'
        )
    note = "" if private or not any(actor.party for actor in actors) else _ELSEWHERE
    found = service.find(session, actors, private, asked, typed, page, views.PAGE)
    code = actors[0].negotiation.code if len(actors) == 1 else ""
    where = mrkdwn.listed(actor.negotiation.code for actor in actors)
    if not found.hits:
        return Answer(f"{_nothing(typed, asked, where)} {note}".strip())
    return Answer(*views.results(found, asked, typed, where, note, code))


def _tables(session: Session, call: Call) -> list[Actor]:
    """The person in the negotiation meant, or in all of theirs. Raises UserError where there is none."""
    try:
        return [access.actor(session, call.place, call.code)]
    except Several as several:
        return [access.actor(session, call.place, code) for code in several.codes]


def _among_ourselves(call: Call, actor: Actor) -> bool:
    """Whether what is private to the actor's side may be shown here, and so be searched at all."""
    if call.place.channel_id.startswith("D"):
        return True
    return actor.channel is not None and actor.channel.kind == ChannelKind.CAUCUS


def _nothing(typed: str, asked: Sequence[object], where: str) -> str:
    fewer = "Try fewer words, " if len(asked) > 1 else "Try another word, "
    return (
        f"Nothing in {where} holds {views.plain(typed)}. {fewer}the beginning of a word, or a ref such as AG7; every "
        "word that is typed has to be there."
    )
