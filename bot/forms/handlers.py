"""Every verb by form: choosing one, filling it in, and sending it as the words that somebody would have typed."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot import access, dates
from bot.access import Actor, Place
from bot.errors import UserError
from bot.forms import by_mouse, drafts, offered, rules, views
from bot.forms.half_typed import Reader, lacking
from bot.forms.offered import Asked
from bot.forms.rules import Form
from bot.forms.table import FORMS
from bot.slack import blocks
from bot.slack.command import Answer, Call, Command, Run
from storage import Session

Commands = Mapping[str, Command]

_OUTDATED = "This form is out of date. Close it and open it again; nothing was recorded."


def first_of(verb: str) -> Form | None:
    """The form that opens when a verb is typed without its words."""
    return next((form for form in FORMS.values() if form.verb == verb), None)


def open_form(session: Session, call: Call, commands: Commands, *, turned: bool = False) -> Answer:
    """A form by its name, with what the person began. Raises UserError for who may not do what it is for."""
    name, page = views.page_of(call.words)
    form = FORMS.get(name)
    if form is None:
        raise UserError(_OUTDATED)
    actor = _actor(session, call.place, call.code, form, commands)
    view = _page(session, actor, call, form, page)
    return Answer(form=drafts.resume(session, call, view, views.FILL, turned=turned) if form.kept else view)


def first_page(session: Session, call: Call, verb: str, commands: Commands) -> dict[str, Any]:
    """The form of a verb, empty whatever was begun before: for those who send it to something of their own."""
    form = first_of(verb)
    if form is None:
        raise UserError(_OUTDATED)
    actor = _actor(session, call.place, call.code, form, commands)
    return _page(session, actor, call, form, 0)


def _actor(session: Session, place: Place, code: str | None, form: Form, commands: Commands) -> Actor:
    if commands[form.verb].private:
        return access.in_own_room(session, place, code)[0]
    actor = access.actor(session, place, code)
    if form.needs is not None:
        access.require(actor, form.needs)
    return actor


def _page(session: Session, actor: Actor, call: Call, form: Form, number: int) -> dict[str, Any]:
    if not 0 <= number < len(form.pages):
        raise UserError(_OUTDATED)
    asked = Asked(session, actor, call.at, call.templates)
    lists = {field.of: offered.offered(field.of, asked) for field in form.pages[number] if field.of}
    return views.page(form, number, actor.negotiation.code, call.place.channel_id, lists)


def turn(session: Session, call: Call, commands: Commands) -> Answer:
    """The button that shows a form's other fields; what stands on this page is kept meanwhile."""
    name, page = views.page_of(call.words)
    pages = FORMS[name].pages if name in FORMS else ()
    left = [field.name for number, fields in enumerate(pages) for field in fields if number != page]
    drafts.keep(session, call, drafts.named(views.FILL, name), shown=left)
    answer = open_form(session, call, commands, turned=True)
    return replace(answer, form=None, view=answer.form)


def submit(session: Session, call: Call, commands: Commands, run: Run) -> Answer:
    """The form's words, run as if they had been typed; what the verb refuses stands under the field it is about."""
    name, page = views.page_of(call.words)
    form = FORMS.get(name)
    if form is None or page >= len(form.pages):
        raise UserError(_OUTDATED)
    shown = [field.name for field in form.pages[page]]
    kept = drafts.typed_before(session, call, drafts.named(views.FILL, name)) if len(form.pages) > 1 else {}
    # A field that was emptied on this page is empty, whatever was kept of it.
    values = {**{field: value for field, value in kept.items() if field not in shown}, **call.values}
    empty = rules.blank(form, values)
    if empty:
        return _refused(form, shown, dict.fromkeys(empty, "Fill this in."))
    past = _past(session, call, form, values)
    if past:
        return _refused(form, shown, past)
    words = f"{form.verb} {rules.typed(form, values)}"
    try:
        return run(session, replace(call, words=words, typed=words, values={}, can_open_form=False))
    except UserError as refusal:
        why = by_mouse.without(form.verb, str(refusal), commands)
        return _refused(form, shown, {rules.blamed(form, values, str(refusal)): why})


def _past(session: Session, call: Call, form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """What to say of days that are to come and have passed, by field."""
    if not any(field.to_come for field in form.fields):
        return {}
    today = access.actor(session, call.place, call.code).today(call.at)
    days = rules.passed(form, values, today)
    return {
        field: f"{dates.full_date(day)} has passed. Choose a date that is still to come." for field, day in days.items()
    }


def _refused(form: Form, shown: Sequence[str], errors: Mapping[str, str]) -> Answer:
    """Errors under their fields; what is on another page is told under the first field of this one."""
    labels = {field.name: field.label for field in form.fields}
    told = {field: words for field, words in errors.items() if field in shown}
    elsewhere = [f"{labels[field]} {words}" for field, words in errors.items() if field not in shown]
    if elsewhere:
        first = shown[0]
        told[first] = " ".join(filter(None, [told.get(first, ""), *elsewhere]))
    return Answer(errors=told)


# -- the list of forms -------------------------------------------------------------------------------------


def button(code: str) -> blocks.Block:
    """What plain `/parley` shows below what can be done here."""
    return blocks.buttons(blocks.button(by_mouse.LIST, "form.list", code))


def show_list(session: Session, call: Call, commands: Commands) -> Answer:
    actor = access.actor(session, call.place, call.code)
    code = actor.negotiation.code
    groups: dict[str, list[tuple[str, str]]] = {}
    for verb, command in commands.items():
        groups.setdefault(command.section, []).extend(_choices(session, actor, call, verb, command))
    listed = [(heading, options) for heading, options in groups.items() if options]
    return Answer(form=views.chooser(code, call.place.channel_id, listed))


def _choices(session: Session, actor: Actor, call: Call, verb: str, command: Command) -> list[tuple[str, str]]:
    """A verb's forms that this person may fill in here; a verb without one is done when it is chosen."""
    code = actor.negotiation.code
    if command.private and not _in_own_room(session, call.place, code):
        return []
    forms = [form for form in FORMS.values() if form.verb == verb]
    may = [form for form in forms if form.needs is None or actor.may(form.needs)]
    shown = [(f"{code} form {form.name}", form.title) for form in may]
    if not forms and verb not in _NOT_LISTED:
        shown = [(f"{code} verb {verb}", rules.whole(f"{verb.capitalize()}: {command.summary}", views.LONGEST_LABEL))]
    return shown


_NOT_LISTED = ("new",)
"""What is begun where there is no negotiation yet."""


def _in_own_room(session: Session, place: Place, code: str) -> bool:
    try:
        access.in_own_room(session, place, code)
    except UserError:
        return False
    return True


def choose(session: Session, call: Call, commands: Commands, run: Run) -> Answer:
    """What was chosen in the list: a form takes the list's place, everything else is done at once."""
    kind, _, name = call.words.partition(" ")
    if kind == "form":
        answer = open_form(session, replace(call, words=name, values={}), commands)
        return replace(answer, form=None, view=answer.form)
    answer = run(session, replace(call, words=name, typed=name, values={}))
    if answer.form:
        return replace(answer, form=None, view=answer.form)
    return replace(answer, view=views.told("Done", "What you asked for is told in the conversation you came from."))


def asks(verb: str, command: Command) -> bool:
    """Whether a verb needs words and has a form that asks for them."""
    needed = re.sub(r"\[[^\]]*\]|\]", "", command.usage.removeprefix(verb)).strip()
    return bool(needed) and first_of(verb) is not None


def for_verb(session: Session, call: Call, commands: Commands, verb: str) -> Answer | None:
    """The form of a verb that was typed without its words, or with some of them, which then stand in it.

    None where nothing that it asks for is lacking, and where it would ask to choose from nothing.
    """
    form = first_of(verb)
    if form is None:
        return None
    actor = _actor(session, call.place, call.code, form, commands)
    asked = Asked(session, actor, call.at, call.templates)
    needed = [field.of for field in form.pages[0] if field.of and not field.optional]
    if not all(offered.offered(name, asked) for name in needed):
        return None
    if not call.words.strip():
        return open_form(session, replace(call, words=form.name), commands)
    values = Reader(asked, call.names).values(form, call.words)
    return _begun(session, actor, call, form, values) if lacking(form, values) else None


def _begun(session: Session, actor: Actor, call: Call, form: Form, values: Mapping[str, str]) -> Answer:
    """A form with these values in it; those of its other pages wait where the form will look for them."""
    view = views.filled(_page(session, actor, call, form, 0), values)
    if len(form.pages) > 1:
        typed = replace(call, words="", values=values)
        drafts.keep(session, typed, drafts.named(views.FILL, form.name), shown=[field.name for field in form.fields])
    return Answer(form=view)
