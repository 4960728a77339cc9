"""Forms as Block Kit: a page of a form, the list of forms, and a form with what was typed in it before."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot.forms.offered import MOST, Option
from bot.forms.rules import Field, Form, Kind
from bot.slack import blocks, mrkdwn

FILL = "form.fill"
LONGEST_LABEL = 75  # of what can be chosen (docs.slack.dev, "Option object")

Lists = Mapping[str, Sequence[Option]]


def metadata(code: str, channel: str, form: Form, page: int) -> str:
    return f"{code} {channel} {form.name} {page}"


def page_of(words: str) -> tuple[str, int]:
    """The form's name and the page, as a view's metadata has them at its end."""
    name, _, page = words.partition(" ")
    return name, int(page or 0)


def page(form: Form, number: int, code: str, channel: str, lists: Lists) -> blocks.Block:
    """One page of a form, empty; with a button that turns to the other where there is one."""
    content = [_input(field, lists) for field in form.pages[number]]
    if len(form.pages) > 1:
        turned = (number + 1) % len(form.pages)
        label = "More Fields" if turned else "First Fields"
        content.append(blocks.buttons(blocks.button(label, "form.page", f"{code} {form.name} {turned}")))
    view = blocks.modal(
        FILL, form.title, content, submit=form.submit, private_metadata=metadata(code, channel, form, number)
    )
    return {**view, "notify_on_close": True} if form.kept else view


def _input(field: Field, lists: Lists) -> blocks.Block:
    name, label, hint, optional = field.name, field.label, field.hint, field.optional
    match field.kind:
        case Kind.DAY:
            return blocks.date_input(name, label, hint=hint, optional=optional)
        case Kind.TIME:
            return blocks.time_input(name, label, hint=hint, optional=optional)
        case Kind.PERSON:
            return blocks.person_input(name, label, hint=hint, optional=optional)
        case Kind.PEOPLE:
            return blocks.people_input(name, label, hint=hint, optional=optional)
        case Kind.WORDS | Kind.LINES:
            multiline = field.kind == Kind.LINES
            return blocks.text_input(name, label, hint=hint, optional=optional, multiline=multiline)
    offered = field.fixed or lists[field.of]
    if not 0 < len(offered) <= MOST:
        return blocks.text_input(
            name, label, hint=f"{hint} {_typed_instead(field, offered)}".strip(), optional=optional
        )
    if field.kind == Kind.SEVERAL:
        return blocks.several_input(name, label, offered, hint=hint, optional=optional)
    return blocks.select_input(name, label, offered, initial=field.initial, hint=hint, optional=optional)


def _typed_instead(field: Field, offered: Sequence[Option]) -> str:
    """Why a list is typed: it is empty, or longer than Slack lets people choose from."""
    if not offered:
        return field.none
    first = mrkdwn.listed((typed for typed, _ in offered[:3]), "or")
    several = ", with commas between them" if field.kind == Kind.SEVERAL else ""
    return f"There are {len(offered)}: type which{several}, such as {first}."


# -- what was typed before ---------------------------------------------------------------------------------


def filled(view: blocks.Block, values: Mapping[str, str]) -> blocks.Block:
    """The view with these values in its fields; what cannot be chosen any more is left out."""
    return {
        **view,
        "blocks": [
            {**block, "element": _begun(block["element"], values[block["block_id"]])}
            if block["type"] == "input" and values.get(block["block_id"])
            else block
            for block in view["blocks"]
        ],
    }


def _begun(element: blocks.Block, value: str) -> blocks.Block:
    people = mrkdwn.mentioned(value)
    chosen = [option for option in element.get("options", []) if option["value"] in value.split(", ")]
    whole = [option for option in element.get("options", []) if option["value"] == value]
    fields: dict[str, dict[str, Any]] = {
        "plain_text_input": {"initial_value": value[: blocks.SECTION_LIMIT]},
        "datepicker": {"initial_date": value},
        "timepicker": {"initial_time": value},
        "users_select": {"initial_user": people[0]} if people else {},
        "multi_users_select": {"initial_users": people} if people else {},
        "static_select": {"initial_option": whole[0]} if whole else {},
        "multi_static_select": {"initial_options": chosen} if chosen else {},
        "conversations_select": {"initial_conversation": value},
    }
    return {**element, **fields[element["type"]]}


def resumed(view: blocks.Block, values: Mapping[str, str], begun: str, afresh: str) -> blocks.Block:
    """A form with what was typed before it was closed, which it says, and a button that forgets it."""
    note = [
        blocks.context(f"You began this on {begun}. Only you see it."),
        blocks.buttons(blocks.button("Start Afresh", "form.afresh", afresh)),
    ]
    view = filled(view, values)
    return {**view, "blocks": [*note, *view["blocks"]]}


def noted(view: blocks.Block, note: str) -> blocks.Block:
    """The view with something to read above its fields."""
    return {**view, "blocks": [*blocks.paragraphs(note), *view["blocks"]]}


def renewed(view: blocks.Block, token: str) -> blocks.Block:
    """The same view as another one for Slack, which keeps what was typed in fields whose ids stay."""
    return {
        **view,
        "blocks": [
            {**block, "element": {**block["element"], "action_id": f"{block['block_id']}:{token}"}}
            if block["type"] == "input"
            else block
            for block in view["blocks"]
        ],
    }


def stands(view: Mapping[str, Any]) -> dict[str, str]:
    """What a view's fields held when it was opened."""
    return {
        block["block_id"]: _initial(block["element"])
        for block in view.get("blocks") or []
        if block.get("type") == "input"
    }


def _initial(element: Mapping[str, Any]) -> str:
    people = [element["initial_user"]] if element.get("initial_user") else element.get("initial_users") or []
    options = [element["initial_option"]] if element.get("initial_option") else element.get("initial_options") or []
    plain = [element.get(f"initial_{kind}") for kind in ("value", "date", "time", "conversation")]
    told = [*filter(None, plain), *(option["value"] for option in options), *map(mrkdwn.mark, people)]
    return ", ".join(map(str, told))


# -- the list of forms -------------------------------------------------------------------------------------


def chooser(code: str, channel: str, groups: Iterable[tuple[str, Sequence[Option]]]) -> blocks.Block:
    """All that somebody may do here, under headings; choosing one turns the view into its form."""
    choice = blocks.grouped_select("form.choose", groups, placeholder="Choose")
    return {
        "type": "modal",
        "callback_id": "form.list",
        "title": {"type": "plain_text", "text": "Fill in a form"},
        "close": {"type": "plain_text", "text": "Cancel"},
        "private_metadata": f"{code} {channel} list",
        "blocks": [{**blocks.section("What would you like to do?"), "accessory": choice}],
    }


def with_rooms(view: blocks.Block, rooms: Sequence[Option], chosen: Option) -> blocks.Block:
    """The list with whom it is for: what is done by its forms is said in that room."""
    choice = blocks.choice("form.room", rooms, chosen)
    return {**view, "blocks": [{**blocks.section("Whom is it for?"), "accessory": choice}, *view["blocks"]]}


def told(title: str, text: str) -> blocks.Block:
    """What a view becomes once what was chosen in it is done."""
    return {
        "type": "modal",
        "callback_id": "form.list",
        "title": {"type": "plain_text", "text": blocks.cut(title, 24)},
        "close": {"type": "plain_text", "text": "Close"},
        "blocks": blocks.paragraphs(text),
    }
