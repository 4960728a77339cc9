"""What somebody typed in a long form and did not send: kept for them alone, and there when the form opens again.

The first form of a set-up comes before its negotiation: what was typed in it is kept without one.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot import access, dates
from bot.errors import UserError
from bot.forms import views
from bot.setup.service import DEFAULT_ZONE
from bot.slack.command import Answer, Call, Run
from storage import Session, drafts, negotiations

BEFORE_ALL = "new.step begin"
"""The draft that belongs to no negotiation."""


def resuming(opener: Run, name: str) -> Run:
    """A form's opener whose form holds what the person began; `name` is the form's callback id."""

    def opened(session: Session, call: Call) -> Answer:
        answer = opener(session, call)
        return replace(answer, form=resume(session, call, answer.form, name)) if answer.form else answer

    return opened


def settling(submit: Run, name: str) -> Run:
    """What a form is sent to; once it is done nothing of it is kept."""

    def submitted(session: Session, call: Call) -> Answer:
        answer = submit(session, call)
        if not answer.errors:
            forget(session, call, named(name, call.words))
        return answer

    return submitted


def forget(session: Session, call: Call, form: str) -> None:
    """What was kept of a form is not wanted any more."""
    drafts.forget(session, *_whose(session, call, call.code, form)[:2], form)


def _whose(session: Session, call: Call, code: str | None, form: str) -> tuple[int | None, int, ZoneInfo]:
    """The negotiation, the person and the zone of a draft. Raises UserError as `access.actor`."""
    if form == BEFORE_ALL:
        place = call.place
        name = call.names.get(place.user_id, place.user_id)
        person = negotiations.person_named(session, place.team_id, place.user_id, name)
        return None, person.id or 0, ZoneInfo(DEFAULT_ZONE)
    actor = access.actor(session, call.place, code)
    return actor.id, actor.person.id or 0, actor.zone


def named(name: str, words: str) -> str:
    """What a draft is known by: its form, and what that is about; not the page of it."""
    about = views.page_of(words)[0] if name == views.FILL else words
    return f"{name} {about}".strip()[:200]


def resume(session: Session, call: Call, view: dict[str, Any], name: str, *, turned: bool = False) -> dict[str, Any]:
    """The view with what was begun, if there is any; closing it tells. A page that was `turned` to does not say so."""
    code, _, words = [*view["private_metadata"].split(" ", 2), "", ""][:3]
    negotiation_id, person_id, zone = _whose(session, call, code, named(name, words))
    view = {**view, "notify_on_close": True}
    row = drafts.find(session, negotiation_id, person_id, named(name, words))
    if row is None:
        return view
    if turned:
        return views.filled(view, row.typed)
    begun = dates.instant(row.at, zone)
    return views.resumed(view, row.typed, begun, f"{code} {named(name, words)}")


def closed(session: Session, call: Call, name: str, view: Mapping[str, Any]) -> None:
    """Keep what was typed, unless the form was closed as it opened. Raises UserError for whoever may not see it."""
    opened = views.stands(view)
    if {field: value for field, value in opened.items() if value} != dict(call.values):
        keep(session, call, named(name, call.words), shown=opened)


def keep(session: Session, call: Call, form: str, *, shown: Iterable[str]) -> None:
    """What stands in these fields, with what was kept before of the form's other pages."""
    whose = _whose(session, call, call.code, form)[:2]
    before = {field: value for field, value in typed_before(session, call, form).items() if field not in set(shown)}
    typed = {**before, **call.values}
    if typed:
        drafts.keep(session, *whose, form, typed, call.at)
    else:
        drafts.forget(session, *whose, form)


def typed_before(session: Session, call: Call, form: str) -> dict[str, str]:
    row = drafts.find(session, *_whose(session, call, call.code, form)[:2], form)
    return dict(row.typed) if row else {}


def afresh(session: Session, call: Call, openers: Mapping[str, Callable[[Session, Call], Answer]]) -> Answer:
    """The button: what was begun is forgotten, and the form is as if it had never been opened."""
    name, _, about = call.words.partition(" ")
    if name not in openers:
        raise UserError("This form is out of date. Close it and open it again; nothing was recorded.")
    forget(session, call, named(name, about))
    answer = openers[name](session, replace(call, words=about, values={}))
    if answer.form is None:
        return answer
    return replace(answer, form=None, view=views.renewed(answer.form, f"{call.at:%s%f}"))
