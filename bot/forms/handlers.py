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
from storage import Session, negotiations

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
    return {field: dates.said_passed(day) for field, day in days.items()}


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
    return blocks.buttons(blocks.button(blocks.LIST_OF_FORMS, "form.list", code))


def show_list(session: Session, call: Call, commands: Commands) -> Answer:
    """All that somebody may do where they are.

    App Home is no room of the negotiation, nor are direct messages: there the list says whom its forms are for, and
    can be turned. From Home they are first for everyone at the table.
    """
    came_from = call.place.channel_id
    if came_from and not came_from.startswith("D"):
        actor = access.actor(session, call.place, call.code)
        return Answer(form=_list(session, actor, call.place, commands))
    return Answer(form=_list_for(session, call, _OWN if came_from else _TABLE, commands))


def change_room(session: Session, call: Call, commands: Commands) -> Answer:
    """The list for everyone at the table, or for the person's own side."""
    return Answer(view=_list_for(session, call, call.words, commands))


_TABLE, _OWN = "table", "own"


def _list_for(session: Session, call: Call, kind: str, commands: Commands) -> dict[str, Any]:
    actor = access.actor(session, call.place, call.code)
    if actor.party is None or negotiations.joint_channel(session, actor.id) is None:
        return _list(session, actor, call.place, commands)
    code = actor.negotiation.code
    rooms = [(f"{code} {_TABLE}", "Everyone at the table"), (f"{code} {_OWN}", f"Only {actor.party.name}")]
    listed = _list(session, actor, _room(session, actor, call.place, kind), commands, f"{kind} ")
    return views.with_rooms(listed, rooms, rooms[kind == _OWN])


def _room(session: Session, actor: Actor, place: Place, kind: str) -> Place:
    """The joint channel, or a side's caucus channel; without one, where the person is."""
    caucus = negotiations.caucus_channel(session, actor.party_id) if actor.party_id else None
    own = caucus.channel_id if caucus else place.channel_id
    room = negotiations.joint_channel(session, actor.id) if kind == _TABLE else own
    return replace(place, channel_id=room or "")


def _list(session: Session, actor: Actor, room: Place, commands: Commands, before: str = "") -> dict[str, Any]:
    """The list for this room; `before` stands in the value of what is to be done there, not where the person is."""
    groups: dict[str, list[tuple[str, str]]] = {}
    own = _in_own_room(session, room, actor.negotiation.code)
    for verb, command in commands.items():
        if own or not command.private:
            groups.setdefault(command.section, []).extend(_choices(actor, verb, command, before))
    listed = [(heading, options) for heading, options in groups.items() if options]
    return views.chooser(actor.negotiation.code, actor.channel_id, listed)


def _choices(actor: Actor, verb: str, command: Command, before: str) -> list[tuple[str, str]]:
    """A verb's forms that this person may fill in; a verb without one is done when it is chosen."""
    code = actor.negotiation.code
    forms = [form for form in FORMS.values() if form.verb == verb]
    may = [form for form in forms if form.needs is None or actor.may(form.needs)]
    shown = [(f"{code} {before}form {form.name}", form.title) for form in may]
    if not forms and verb not in _NOT_LISTED:
        kept = before if command.private else ""
        label = rules.whole(f"{verb.capitalize()}: {command.summary}", views.LONGEST_LABEL)
        shown = [(f"{code} {kept}verb {verb}", label)]
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
    if kind in (_TABLE, _OWN):
        actor = access.actor(session, call.place, call.code)
        call = replace(call, place=_room(session, actor, call.place, kind))
        kind, _, name = name.partition(" ")
    if kind == "form":
        answer = open_form(session, replace(call, words=name, values={}), commands)
        seen = _seen_by(session, call) if FORMS[name].needs else ""
        return replace(answer, form=None, view=views.noted(answer.form, seen) if answer.form and seen else answer.form)
    direct = call.place.channel_id[:1] in ("", "D") or call.words.startswith(_OWN)
    answer = run(session, replace(call, words=name, typed=name, values={}))
    if answer.form:
        return replace(answer, form=None, view=answer.form)
    where = "in your direct messages with Parley" if direct else "in the channel"
    return replace(answer, view=views.told("Done", f"What you asked for is told {where}, for you alone."))


def _seen_by(session: Session, call: Call) -> str:
    """Who sees what a form records, said above its fields."""
    actor = access.actor(session, call.place, call.code)
    if actor.scope is None:
        return "Everyone at the table sees what you record here."
    return f"Only {actor.party.name} sees what you record here." if actor.party else ""


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
