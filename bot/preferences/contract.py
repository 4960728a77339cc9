"""What `settings` leaves for a second form: structure, term and value, in the words of their own commands."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from bot import access, dates
from bot.access import Actor
from bot.choices import handlers as choices
from bot.errors import UserError
from bot.preferences import views
from bot.scope import handlers as scope
from bot.scope import rules as scope_rules
from bot.scope import service as scope_service
from bot.slack.command import Answer, Call
from storage import Session

# In the order in which they are done: who signs is settled before anything is recorded.
_VERBS: Mapping[str, Callable[[Session, Call], Answer]] = {
    "structure": choices.structure,
    "term": scope.term,
    "value": scope.value,
}


def open_form(session: Session, call: Call) -> Answer:
    """The button beside the settings."""
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.SET_UP)
    return Answer(form=views.contract_form(actor.negotiation.code, call.place.channel_id, _current(session, actor)))


def _current(session: Session, actor: Actor) -> Mapping[str, str]:
    """How each stands, in a few words; nothing where it is not known yet."""
    term = scope_service.current(session, actor.id)
    values = scope_service.values(session, actor.id)
    return {
        "structure": actor.negotiation.structure or "",
        "term": f"{scope_rules.written(term.years, term.extension_years)} from {dates.said_dated(term.starts)}"
        if term
        else "",
        "value": f"{scope_rules.amount(values[-1])} over {values[-1].years} years" if values else "",
    }


def submit(session: Session, call: Call) -> Answer:
    """Each field that is filled in is its command: what one refuses stands under its field, and nothing is kept."""
    said: list[Answer] = []
    errors: dict[str, str] = {}
    for name, verb in _VERBS.items():
        typed = call.values.get(name, "").strip()
        if not typed:
            continue
        try:
            with session.begin_nested():
                said.append(verb(session, replace(call, words=typed)))
        except UserError as refusal:
            errors[name] = str(refusal)
    if errors:
        return Answer(errors=errors)
    if not said:
        return Answer("Nothing was changed: every field was left empty.")
    return Answer("\n".join(answer.text for answer in said), public=any(answer.public for answer in said))
