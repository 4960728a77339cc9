"""A strict offline reader of Block Kit: what Slack's documented limits, and our house rules, say.

`faults_in_message` and `faults_in_view` take the very dictionary that would be sent and hand back one
sentence per fault, each beginning with a JSON pointer: "/blocks/2/text/text: is 3,001 characters; at most
3,000 are allowed." An empty list means that Slack should take it. A block or element that the tables below
do not know is a fault too: write its limits down here before it is first used.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Check = Callable[["Walk", str, Any], None]

MESSAGE, MODAL, HOME = "message", "modal", "home"
EVERYWHERE = frozenset({MESSAGE, MODAL, HOME})


@dataclass
class Walk:
    """One pass over one payload: where we are, what was found, and what has to be compared at the end."""

    surface: str
    house_rules: bool
    faults: list[str] = field(default_factory=list)
    buttons: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    focused: list[str] = field(default_factory=list)

    def fault(self, path: str, sentence: str) -> None:
        self.faults.append(f"{path or '/'}: {sentence}")

    def house_fault(self, path: str, sentence: str) -> None:
        if self.house_rules:
            self.fault(path, f"{sentence} (house rule)")


def faults_in_message(payload: Mapping[str, Any], *, house_rules: bool = True) -> list[str]:
    """What is wrong with the arguments of chat.postMessage, postEphemeral or update, or a command's answer.

    `house_rules=False` leaves only what Slack itself would refuse.
    """
    walk = Walk(MESSAGE, house_rules)
    # The SDK drops top-level arguments that are None; anything deeper is sent as null.
    sent = {name: value for name, value in payload.items() if value is not None}
    MESSAGE_SHAPE(walk, "", sent)
    blocks = sent.get("blocks")
    if house_rules:
        if not isinstance(sent.get("text"), str) or not sent["text"].strip():
            walk.house_fault("/text", "is missing; notifications and screen readers read it, not the blocks")
        elif len(sent["text"]) > 4_000:
            # chat.update refuses more (msg_too_long), and every card may have to be updated.
            walk.house_fault("/text", f"is {len(sent['text']):,} characters; updates stop at 4,000")
    elif not any(sent.get(name) for name in ("text", "blocks", "attachments", "markdown_text")):
        walk.fault("/text", "is missing and there are no blocks (no_text).")
    if "markdown_text" in sent and ("text" in sent or "blocks" in sent):
        walk.fault("/markdown_text", "cannot stand beside text or blocks.")
    check_blocks_together(walk, blocks)
    return walk.faults


def faults_in_view(view: Mapping[str, Any], *, house_rules: bool = True) -> list[str]:
    """What is wrong with a view for views.open, push, update or publish (a modal or the Home tab)."""
    surface = view.get("type")
    if surface not in (MODAL, HOME):
        return [f"/type: is {surface!r}; a view is 'modal' or 'home'."]
    walk = Walk(surface, house_rules)
    (MODAL_SHAPE if surface == MODAL else HOME_SHAPE)(walk, "", view)
    size = len(json.dumps(view, default=repr).encode())
    if size > 250_000:
        walk.fault("", f"is {size:,} bytes; Slack allows 250 kB (view_too_large).")
    blocks = view.get("blocks")
    inputs = [block for block in listed(blocks) if block.get("type") == "input"]
    if surface == MODAL and inputs and not view.get("submit"):
        walk.fault("/submit", "is required once the modal has an input block.")
    if surface == MODAL and len(inputs) > 6:
        walk.house_fault("/blocks", f"has {len(inputs)} inputs; a modal asks at most 6 things")
    if blocks == []:
        walk.house_fault("/blocks", "is empty; say at least what to do next")
    check_blocks_together(walk, blocks)
    return walk.faults


def check_blocks_together(walk: Walk, blocks: Any) -> None:
    """The rules that no single block can break: ids that repeat, totals, one primary button, one focus."""
    block_ids = [
        (f"/blocks/{i}/block_id", each["block_id"]) for i, each in enumerate(listed(blocks)) if "block_id" in each
    ]
    for path, repeated in repeats(block_ids):
        walk.fault(path, f"{repeated!r} is used by another block; block_ids are unique.")
    for i, each in enumerate(listed(blocks)):
        action_ids = [
            (f"{path}/action_id", part["action_id"])
            for path, part in elements_of(each, f"/blocks/{i}")
            if "action_id" in part
        ]
        for path, repeated in repeats(action_ids):
            walk.fault(path, f"{repeated!r} is used twice; action_ids are unique in their block.")
    markdown = sum(len(str(each.get("text"))) for each in listed(blocks) if each.get("type") == "markdown")
    if markdown > 12_000:
        walk.fault("/blocks", f"hold {markdown:,} characters of Markdown; Slack allows 12,000 in all.")
    tables = sum(each.get("type") == "table" for each in listed(blocks))
    if tables > 1:
        walk.fault("/blocks", f"hold {tables} tables; Slack allows one.")
    for path in walk.focused[1:]:
        walk.fault(path, "focus_on_load is already taken; Slack allows it once.")
    check_buttons_together(walk)


def check_buttons_together(walk: Walk) -> None:
    primary = [path for path, button in walk.buttons if button.get("style") == "primary"]
    for path in primary[1:]:
        walk.house_fault(path, "is a second primary button; one is enough")
    texts = Counter(button_text(button) for _, button in walk.buttons)
    spoken = Counter((button_text(button), spoken_label(button)) for _, button in walk.buttons)
    for path, button in walk.buttons:
        text, label = button_text(button), spoken_label(button)
        if texts[text] > 1 and (not label or spoken[text, label] > 1):
            walk.house_fault(path, f"repeats the text {text!r} without an accessibility_label of its own")


def spoken_label(button: Mapping[str, Any]) -> str:
    return str(button.get("accessibility_label") or "")


def button_text(button: Mapping[str, Any]) -> str:
    text = button.get("text")
    return str(text.get("text")) if isinstance(text, dict) else ""


def listed(value: Any) -> list[dict[str, Any]]:
    return [item if isinstance(item, dict) else {} for item in value] if isinstance(value, list) else []


def repeats(named: list[tuple[str, Any]]) -> Iterator[tuple[str, Any]]:
    seen: list[Any] = []
    for path, name in named:
        if name in seen:
            yield path, name
        seen.append(name)


def elements_of(block: dict[str, Any], path: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in ("accessory", "element"):
        if isinstance(block.get(name), dict):
            yield f"{path}/{name}", block[name]
    for i, element in enumerate(listed(block.get("elements"))):
        yield f"{path}/elements/{i}", element


# Plain values -------------------------------------------------------------------------------------


def string(maximum: int, *, minimum: int = 1, pattern: str = "", says: str = "") -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        if not isinstance(value, str):
            walk.fault(path, f"is {type(value).__name__}, not a string.")
        elif len(value) < minimum:
            walk.fault(path, "is empty." if minimum == 1 else f"is shorter than {minimum} characters.")
        elif len(value) > maximum:
            walk.fault(path, f"is {len(value):,} characters; at most {maximum:,} are allowed.")
        elif pattern and not re.fullmatch(pattern, value):
            walk.fault(path, f"{value!r} is not {says}.")

    return check


def one_of(*allowed: str) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        if value not in allowed:
            walk.fault(path, f"is {value!r}; allowed: {', '.join(allowed)}.")

    return check


def whole(minimum: int, maximum: int) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool):
            walk.fault(path, f"is {value!r}, not a whole number.")
        elif not minimum <= value <= maximum:
            walk.fault(path, f"is {value}; it lies between {minimum} and {maximum}.")

    return check


def boolean(walk: Walk, path: str, value: Any) -> None:
    if not isinstance(value, bool):
        walk.fault(path, f"is {value!r}, not true or false.")


def number(walk: Walk, path: str, value: Any) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool):
        walk.fault(path, f"is {value!r}, not a number.")


def array(item: Check, minimum: int, maximum: int) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        if not isinstance(value, list):
            walk.fault(path, f"is {type(value).__name__}, not a list.")
            return
        if not minimum <= len(value) <= maximum:
            walk.fault(path, f"has {len(value)} items; it holds between {minimum} and {maximum:,}.")
        for i, each in enumerate(value):
            item(walk, f"{path}/{i}", each)

    return check


def nullable(check: Check) -> Check:
    return lambda walk, path, value: None if value is None else check(walk, path, value)


def shape(required: dict[str, Check], optional: dict[str, Check], *rules: Check) -> Check:
    """An object with exactly these properties, and rules that look at several of them at once."""
    known = {**required, **optional}

    def check(walk: Walk, path: str, value: Any) -> None:
        if not isinstance(value, Mapping):
            walk.fault(path, f"is {type(value).__name__}, not an object.")
            return
        for name in required.keys() - value.keys():
            walk.fault(f"{path}/{name}", "is required.")
        for name, each in value.items():
            if name in known:
                known[name](walk, f"{path}/{name}", each)
            else:
                walk.fault(f"{path}/{name}", "is an unknown property (Slack: invalid additional property).")
        for rule in rules:
            rule(walk, path, value)

    return check


def by_type(kinds: Mapping[str, Check], place: str) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        kind = value.get("type") if isinstance(value, Mapping) else None
        if isinstance(kind, str) and kind in kinds:
            kinds[kind](walk, path, value)
        else:
            walk.fault(f"{path}/type", f"is {kind!r}, which has no place in {place}.")

    return check


def exactly_one(*names: str) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        if sum(name in value for name in names) != 1:
            walk.fault(path, f"needs exactly one of {' and '.join(names)}.")

    return check


def at_least_one(*names: str) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        if not any(value.get(name) for name in names):
            walk.fault(path, f"needs {' or '.join(names)}.")

    return check


def ordered(lower: str, upper: str) -> Check:
    def check(walk: Walk, path: str, value: Any) -> None:
        try:
            low, high = float(value[lower]), float(value[upper])
        except (KeyError, TypeError, ValueError):
            return
        if low > high:
            walk.fault(path, f"has a {lower} above its {upper}.")

    return check


# Words --------------------------------------------------------------------------------------------

DATE_TOKENS = (
    "date_num|date_slash|date_long_full|date_short_pretty|date_long_pretty|date_pretty|date_short|date_long|date"
    "|day_divider_pretty|time_secs|time|ago"
)
DATE = re.compile(rf"!date\^-?\d{{1,12}}\^((?:[^{{}}|^<>]|\{{(?:{DATE_TOKENS})\}})+)(?:\^https?://[^|<>]+)?\|[^<>]+")
QUIET = re.compile(
    r"@[UW][A-Z0-9_]+(?:\|[^<>]*)?|#[CG][A-Z0-9_]+(?:\|[^<>]*)?|(?:https?://|mailto:|tel:)[^<>\s|]+(?:\|[^<>]+)?"
)
CONTROL = re.compile(r"<([^<>]*)>|<")
EMOJI_NAME = re.compile(r"(?<![\w:]):(?:[+-]1|100|1234|[a-z0-9_'+-]*[a-z][a-z0-9_'+-]*):")
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u231a\u231b\u2328\u23cf\u23e9-\u23fa\u25aa\u25ab\u25b6\u25c0\u25fb-\u25fe"
    "\u2934\u2935\u2b05-\u2b07\u2b1b\u2b1c\u2b50\u2b55\u3030\u303d\u3297\u3299\u200d\u20e3\ufe0f]"
)


def check_no_ping(walk: Walk, path: str, text: str) -> None:
    """House rule: in text that Slack parses, `<` opens only a person, a channel, a link or a date."""
    for token in CONTROL.finditer(text):
        inside = token.group(1) or ""
        if QUIET.fullmatch(inside) or DATE.fullmatch(inside):
            continue
        if inside.startswith("!") and not inside.startswith("!date"):
            walk.house_fault(path, f"holds the live mention {token.group()!r}; the bot never pings everyone")
        else:
            walk.house_fault(path, f"holds an unescaped '<' at {text[token.start() : token.start() + 30]!r}")


def check_markdown(walk: Walk, path: str, text: Any) -> None:
    # In a markdown block "<" is ordinary Markdown; only Slack's own control sequences are dangerous there.
    for mention in re.findall(r"<!(?!date\^|--)[^<>]*>", text if isinstance(text, str) else ""):
        walk.house_fault(path, f"holds the live mention {mention!r}; the bot never pings everyone")


def check_no_emoji(walk: Walk, path: str, text: str) -> None:
    for found in [*EMOJI_NAME.findall(text), *EMOJI.findall(text)]:
        walk.house_fault(path, f"holds the emoji {found!r}; buttons and headers have none")


def parsed_string(maximum: int) -> Check:
    """A bare string that Slack reads as mrkdwn, such as a message's `text`."""

    def check(walk: Walk, path: str, value: Any) -> None:
        string(maximum, minimum=0)(walk, path, value)
        if isinstance(value, str):
            check_no_ping(walk, path, value)

    return check


def words(maximum: int, *, mrkdwn: bool, emoji: bool = True) -> Check:
    """A text object of at most so many characters."""

    def check_content(walk: Walk, path: str, value: Any) -> None:
        text = value.get("text")
        if isinstance(text, str) and value.get("type") == "mrkdwn":
            check_no_ping(walk, f"{path}/text", text)
        if isinstance(text, str) and not emoji:
            check_no_emoji(walk, f"{path}/text", text)

    text = {"type": one_of("plain_text", "mrkdwn"), "text": string(maximum)}
    kinds = {"plain_text": shape(text, {"emoji": boolean}, check_content)}
    if mrkdwn:
        kinds["mrkdwn"] = shape(text, {"verbatim": boolean}, check_content)
    return by_type(kinds, "a text object here" if mrkdwn else "a plain-text field")


def plain(maximum: int, *, emoji: bool = True) -> Check:
    return words(maximum, mrkdwn=False, emoji=emoji)


def rich(maximum: int) -> Check:
    return words(maximum, mrkdwn=True)


# Elements -----------------------------------------------------------------------------------------

identifier = string(255)
url = string(3_000, pattern=r"(?i)(https?|mailto|slack|tel):\S+", says="a URL")
some_text = string(3_000)
style = one_of("primary", "danger")
confirm = shape(
    {"title": plain(100), "text": rich(300), "confirm": plain(30), "deny": plain(30)},
    {"style": style},
)
slack_file = shape({}, {"id": string(255), "url": url}, exactly_one("id", "url"))


def option(*, mrkdwn: bool = False, with_url: bool = False) -> Check:
    text = words(75, mrkdwn=mrkdwn)
    optional = {"description": text, **({"url": url} if with_url else {})}
    return shape({"text": text, "value": string(150)}, optional)


def options_of(element: Mapping[str, Any]) -> list[Any]:
    groups = listed(element.get("option_groups"))
    return listed(element.get("options")) + [each for group in groups for each in listed(group.get("options"))]


def check_initial_options(walk: Walk, path: str, element: Any) -> None:
    """Slack compares whole option objects, so an initial option repeats one on offer exactly."""
    initial = [("initial_option", element["initial_option"])] if "initial_option" in element else []
    initial += [(f"initial_options/{i}", o) for i, o in enumerate(listed(element.get("initial_options")))]
    for name, chosen in initial:
        if chosen not in options_of(element):
            walk.fault(f"{path}/{name}", "is not one of the options.")


def check_focus(walk: Walk, path: str, element: Any) -> None:
    if element.get("focus_on_load") is True:
        walk.focused.append(f"{path}/focus_on_load")


def check_most_selected(walk: Walk, path: str, element: Any) -> None:
    most = element.get("max_selected_items")
    for name in ("initial_options", "initial_users", "initial_conversations", "initial_channels"):
        chosen = element.get(name)
        if isinstance(most, int) and isinstance(chosen, list) and len(chosen) > most:
            walk.fault(f"{path}/{name}", f"selects more than max_selected_items ({most}).")


def check_button(walk: Walk, path: str, button: Any) -> None:
    walk.buttons.append((path, button))


def check_response_url_place(walk: Walk, path: str, element: Any) -> None:
    if element.get("response_url_enabled") and not (walk.surface == MODAL and path.endswith("/element")):
        walk.fault(f"{path}/response_url_enabled", "works only in an input block of a modal.")


def check_initial_length(walk: Walk, path: str, element: Any) -> None:
    most, initial = element.get("max_length"), element.get("initial_value")
    if isinstance(most, int) and isinstance(initial, str) and len(initial) > most:
        walk.fault(f"{path}/initial_value", f"is {len(initial):,} characters; max_length is {most:,}.")


def check_number_value(walk: Walk, path: str, element: Any) -> None:
    ordered("min_value", "initial_value")(walk, path, element)
    ordered("initial_value", "max_value")(walk, path, element)
    for name in ("initial_value", "min_value", "max_value"):
        if element.get("is_decimal_allowed") is False and "." in str(element.get(name, "")):
            walk.fault(f"{path}/{name}", "has decimals, and is_decimal_allowed is false.")


def element(
    required: dict[str, Check],
    optional: dict[str, Check],
    *rules: Check,
    placeholder: bool = True,
    focus: bool = True,
) -> Check:
    """An interactive element: the properties that nearly all of them share, and its own."""
    shared: dict[str, Check] = {"action_id": identifier, "confirm": confirm}
    if focus:
        shared["focus_on_load"] = boolean
    if placeholder:
        shared["placeholder"] = plain(150)
    return shape({"type": some_text, **required}, {**shared, **optional}, check_focus, *rules)


def typed(optional: dict[str, Check], *rules: Check, required: dict[str, Check] | None = None) -> Check:
    """A field to type in: no confirm dialog, but a dispatch_action_config."""
    dispatch = shape({"trigger_actions_on": array(one_of("on_enter_pressed", "on_character_entered"), 1, 2)}, {})
    shared = {
        "action_id": identifier,
        "placeholder": plain(150),
        "focus_on_load": boolean,
        "dispatch_action_config": dispatch,
    }
    return shape({"type": some_text, **(required or {})}, {**shared, **optional}, check_focus, *rules)


options: dict[str, Check] = {
    "options": array(option(), 1, 100),
    "option_groups": array(shape({"label": plain(75), "options": array(option(), 1, 100)}, {}), 1, 100),
}
several: dict[str, Check] = {"max_selected_items": whole(1, 1_000)}
ticks = array(option(mrkdwn=True), 1, 10)
ids = array(identifier, 1, 1_000)
conversation_filter = shape(
    {},
    {
        "include": array(one_of("im", "mpim", "private", "public"), 1, 4),
        "exclude_external_shared_channels": boolean,
        "exclude_bot_users": boolean,
    },
    at_least_one("include", "exclude_external_shared_channels", "exclude_bot_users"),
)
day = string(10, pattern=r"\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])", says="a date such as 2027-03-31")
clock_time = string(5, pattern=r"([01]\d|2[0-3]):[0-5]\d", says="a time such as 09:30")
amount = string(3_000, pattern=r"-?\d+(\.\d+)?", says="a number written as a string")
one_source = exactly_one("options", "option_groups")
picture = exactly_one("image_url", "slack_file")

IMAGE_ELEMENT = shape(
    {"type": some_text, "alt_text": string(2_000)}, {"image_url": url, "slack_file": slack_file}, picture
)
BUTTON = element(
    {"text": plain(75, emoji=False)},
    {"value": string(2_000), "url": url, "style": style, "accessibility_label": string(75)},
    check_button,
    placeholder=False,
    focus=False,
)
PICKED: dict[str, Check] = {
    "static_select": element({}, {**options, "initial_option": option()}, one_source, check_initial_options),
    "multi_static_select": element(
        {},
        {**options, **several, "initial_options": array(option(), 1, 100)},
        one_source,
        check_initial_options,
        check_most_selected,
    ),
    "external_select": element({}, {"initial_option": option(), "min_query_length": whole(0, 3_000)}),
    "multi_external_select": element(
        {},
        {**several, "initial_options": array(option(), 1, 100), "min_query_length": whole(0, 3_000)},
        check_most_selected,
    ),
    "users_select": element({}, {"initial_user": identifier}),
    "multi_users_select": element({}, {**several, "initial_users": ids}, check_most_selected),
    "conversations_select": element(
        {},
        {
            "initial_conversation": identifier,
            "default_to_current_conversation": boolean,
            "response_url_enabled": boolean,
            "filter": conversation_filter,
        },
        check_response_url_place,
    ),
    "multi_conversations_select": element(
        {},
        {
            **several,
            "initial_conversations": ids,
            "default_to_current_conversation": boolean,
            "filter": conversation_filter,
        },
        check_most_selected,
    ),
    "channels_select": element(
        {}, {"initial_channel": identifier, "response_url_enabled": boolean}, check_response_url_place
    ),
    "multi_channels_select": element({}, {**several, "initial_channels": ids}, check_most_selected),
    "checkboxes": element({"options": ticks}, {"initial_options": ticks}, check_initial_options, placeholder=False),
    "radio_buttons": element(
        {"options": ticks}, {"initial_option": option(mrkdwn=True)}, check_initial_options, placeholder=False
    ),
    "datepicker": element({}, {"initial_date": day}),
    "timepicker": element({}, {"initial_time": clock_time, "timezone": identifier}),
}
OVERFLOW = element({"options": array(option(with_url=True), 1, 5)}, {}, placeholder=False, focus=False)
# A Unix time of exactly ten digits, so between 2001 and 2286; and never as a section's accessory.
DATETIME = element({}, {"initial_date_time": whole(10**9, 10**10 - 1)}, placeholder=False)
TYPED: dict[str, Check] = {
    "plain_text_input": typed(
        {
            "multiline": boolean,
            "initial_value": string(3_000, minimum=0),
            "min_length": whole(0, 3_000),
            "max_length": whole(1, 3_000),
        },
        ordered("min_length", "max_length"),
        check_initial_length,
    ),
}
TYPED_IN_MODALS: dict[str, Check] = {
    "number_input": typed(
        {"initial_value": amount, "min_value": amount, "max_value": amount},
        ordered("min_value", "max_value"),
        check_number_value,
        required={"is_decimal_allowed": boolean},
    ),
    "email_text_input": typed({"initial_value": string(3_000)}),
    "url_text_input": typed({"initial_value": url}),
    "file_input": shape(
        {"type": some_text},
        {"action_id": identifier, "filetypes": array(string(255), 1, 100), "max_files": whole(1, 10)},
    ),
}

# Rich text ----------------------------------------------------------------------------------------

text_style = shape({}, dict.fromkeys(("bold", "italic", "strike", "code", "underline", "highlight"), boolean))


def pings(what: str) -> Check:
    return lambda walk, path, value: walk.house_fault(path, f"is a {what}; the bot never pings everyone")


def leaf(required: dict[str, Check], *rules: Check, optional: dict[str, Check] | None = None) -> Check:
    return shape({"type": some_text, **required}, {"style": text_style, **(optional or {})}, *rules)


any_string = string(250_000)
LEAVES = {
    "text": leaf({"text": any_string}),
    "link": leaf({"url": url}, optional={"text": any_string, "unsafe": boolean}),
    "user": leaf({"user_id": identifier}),
    "channel": leaf({"channel_id": identifier}),
    "team": leaf({"team_id": identifier}),
    "emoji": leaf({"name": identifier}, optional={"unicode": identifier, "skin_tone": whole(1, 6), "url": url}),
    "date": leaf({"timestamp": whole(0, 10**12), "format": any_string}, optional={"url": url, "fallback": any_string}),
    "color": leaf({"value": identifier}),
    "usergroup": leaf({"usergroup_id": identifier}, pings("mention of a user group")),
    "broadcast": leaf({"range": one_of("here", "channel", "everyone")}, pings("broadcast")),
}
leaves = array(by_type(LEAVES, "rich text"), 0, 10_000)
border = {"border": whole(0, 1)}
rich_section = shape({"type": some_text, "elements": leaves}, {})
RICH_PARTS = {
    "rich_text_section": rich_section,
    "rich_text_quote": shape({"type": some_text, "elements": leaves}, border),
    "rich_text_preformatted": shape({"type": some_text, "elements": leaves}, {**border, "language": identifier}),
    "rich_text_list": shape(
        {
            "type": some_text,
            "style": one_of("bullet", "ordered"),
            "elements": array(by_type({"rich_text_section": rich_section}, "a rich-text list"), 1, 10_000),
        },
        {**border, "indent": whole(0, 8), "offset": whole(0, 10_000)},
    ),
}
rich_parts = array(by_type(RICH_PARTS, "a rich_text block"), 0, 10_000)

# Blocks -------------------------------------------------------------------------------------------


def block(
    required: dict[str, Check], optional: dict[str, Check], *rules: Check, on: frozenset[str] = EVERYWHERE
) -> Check:
    def check_surface(walk: Walk, path: str, value: Any) -> None:
        if walk.surface not in on:
            walk.fault(f"{path}/type", f"is {value['type']!r}, which has no place in a {walk.surface}.")

    return shape({"type": some_text, **required}, {"block_id": identifier, **optional}, check_surface, *rules)


def check_input_surface(walk: Walk, path: str, value: Any) -> None:
    kind = value["element"].get("type") if isinstance(value.get("element"), Mapping) else None
    if kind in TYPED_IN_MODALS and walk.surface != MODAL:
        walk.fault(f"{path}/element/type", f"is {kind!r}, which works in modals only.")


def characters(value: Any) -> int:
    if isinstance(value, Mapping):
        own = len(value["text"]) if isinstance(value.get("text"), str) else 0
        return own + sum(characters(v) for v in value.values())
    return sum(map(characters, value)) if isinstance(value, list) else 0


def check_table_size(walk: Walk, path: str, value: Any) -> None:
    size = characters(value.get("rows"))
    if size > 10_000:
        walk.fault(f"{path}/rows", f"hold {size:,} characters; Slack allows 10,000 in a table.")


CELLS = {
    "raw_text": shape({"type": some_text, "text": string(10_000)}, {}),
    "raw_number": shape({"type": some_text, "value": number}, {"text": string(10_000)}),
    "rich_text": shape({"type": some_text, "elements": rich_parts}, {}),
}
column = shape({}, {"align": one_of("left", "center", "right"), "is_wrapped": boolean})
context_parts = {"image": IMAGE_ELEMENT, "plain_text": plain(3_000), "mrkdwn": rich(3_000)}
actions = by_type({"button": BUTTON, "overflow": OVERFLOW, "datetimepicker": DATETIME, **PICKED}, "an actions block")
accessory = by_type({"button": BUTTON, "overflow": OVERFLOW, "image": IMAGE_ELEMENT, **PICKED}, "a section's accessory")
asked = by_type({**PICKED, **TYPED, **TYPED_IN_MODALS, "datetimepicker": DATETIME}, "an input block")

BLOCKS: dict[str, Check] = {
    "section": block(
        {},
        {"text": rich(3_000), "fields": array(rich(2_000), 1, 10), "accessory": accessory, "expand": boolean},
        at_least_one("text", "fields"),
    ),
    "header": block({"text": plain(150, emoji=False)}, {}),
    "divider": block({}, {}),
    "image": block(
        {"alt_text": string(2_000)},
        {"image_url": url, "slack_file": slack_file, "title": plain(2_000)},
        picture,
    ),
    "actions": block({"elements": array(actions, 1, 25)}, {}),
    "context": block({"elements": array(by_type(context_parts, "a context block"), 1, 10)}, {}),
    "input": block(
        {"label": plain(2_000), "element": asked},
        {"hint": plain(2_000), "optional": boolean, "dispatch_action": boolean},
        check_input_surface,
    ),
    "rich_text": block({"elements": rich_parts}, {}),
    "markdown": block(
        {"text": string(12_000)},
        {},
        lambda walk, path, value: check_markdown(walk, f"{path}/text", value.get("text")),
        on=frozenset({MESSAGE}),
    ),
    "table": block(
        {"rows": array(array(by_type(CELLS, "a table cell"), 1, 20), 1, 100)},
        {"column_settings": array(nullable(column), 0, 20)},
        check_table_size,
        on=frozenset({MESSAGE, HOME}),
    ),
    # Slack's own sample shows one in a message, its reference says modals: we keep to the reference.
    "alert": block(
        {"text": rich(200)},
        {"level": one_of("default", "info", "warning", "error", "success")},
        on=frozenset({MODAL}),
    ),
}
any_block = by_type(BLOCKS, "this checker's table of blocks")

# Surfaces -----------------------------------------------------------------------------------------


def check_metadata_payload(walk: Walk, path: str, value: Any) -> None:
    """Values are scalars, flat objects, or lists of flat objects; Slack drops or refuses anything deeper."""

    def is_scalar(each: Any) -> bool:
        return isinstance(each, str | int | float | bool)

    def is_flat(each: Any) -> bool:
        return isinstance(each, Mapping) and all(map(is_scalar, each.values()))

    if not isinstance(value, Mapping):
        walk.fault(path, "is not an object.")
        return
    for name, each in value.items():
        if not (is_scalar(each) or is_flat(each) or (isinstance(each, list) and all(map(is_flat, each)))):
            walk.fault(f"{path}/{name}", "is neither a scalar, a flat object nor a list of flat objects.")


def check_no_parsing(walk: Walk, path: str, value: Any) -> None:
    if value.get("link_names") or value.get("parse") not in (None, "none"):
        walk.house_fault(path, "asks Slack to find mentions in plain words (link_names, parse)")
    if value.get("attachments"):
        walk.house_fault(f"{path}/attachments", "are Slack's old way; use blocks")


MESSAGE_SHAPE = shape(
    {},
    {
        **dict.fromkeys(("channel", "user", "ts", "thread_ts", "username", "icon_emoji", "token"), some_text),
        "text": parsed_string(40_000),
        "markdown_text": string(12_000),
        "blocks": array(any_block, 0, 50),
        "attachments": array(lambda walk, path, value: None, 0, 100),
        "metadata": shape({"event_type": identifier, "event_payload": check_metadata_payload}, {}),
        "icon_url": url,
        "parse": one_of("none", "full"),
        "response_type": one_of("ephemeral", "in_channel"),
        **dict.fromkeys(
            (
                *("as_user", "link_names", "mrkdwn", "reply_broadcast", "unfurl_links", "unfurl_media"),
                *("replace_original", "delete_original"),
            ),
            boolean,
        ),
    },
    check_no_parsing,
)
view_parts: dict[str, Check] = {
    "private_metadata": string(3_000, minimum=0),
    "callback_id": identifier,
    "external_id": identifier,
}
view_blocks = array(any_block, 0, 100)
HOME_SHAPE = shape({"type": some_text, "blocks": view_blocks}, view_parts)
MODAL_SHAPE = shape(
    {"type": some_text, "title": plain(24), "blocks": view_blocks},
    {
        **view_parts,
        "submit": plain(24, emoji=False),
        "close": plain(24, emoji=False),
        "clear_on_close": boolean,
        "notify_on_close": boolean,
        "submit_disabled": boolean,
    },
)
