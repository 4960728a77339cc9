"""Each of Slack's limits, and of our own, just inside and just outside."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.block_kit import faults_in_message, faults_in_view

Json = dict[str, Any]


def plain(text: str) -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str) -> Json:
    return {"type": "mrkdwn", "text": text}


def section(text: str = "Clause 4.2", **more: Any) -> Json:
    return {"type": "section", "text": mrkdwn(text), **more}


def button(text: str = "Agree", **more: Any) -> Json:
    return {"type": "button", "text": plain(text), **more}


def buttons(count: int) -> list[Json]:
    return [button(f"Agree {i}", action_id=f"agree-{i}") for i in range(count)]


def actions(*elements: Json, **more: Any) -> Json:
    return {"type": "actions", "elements": list(elements), **more}


def options(count: int, text: str = "Yes", value: str = "yes") -> list[Json]:
    return [{"text": plain(text), "value": f"{value}{i}"} for i in range(count)]


def select(**more: Any) -> Json:
    return {"type": "static_select", "options": options(2), **more}


def asked(element: Json, **more: Any) -> Json:
    return {"type": "input", "label": plain("Which clause?"), "element": element, **more}


def typed(**more: Any) -> Json:
    return {"type": "plain_text_input", **more}


def message(*blocks: Json, **more: Any) -> Json:
    return {"channel": "C1", "text": "Clause 4.2 was agreed.", "blocks": list(blocks), **more}


def modal(*blocks: Json, **more: Any) -> Json:
    return {
        "type": "modal",
        "title": plain("Agree"),
        "submit": plain("Agree"),
        "blocks": list(blocks),
        **more,
    }


def home(*blocks: Json, **more: Any) -> Json:
    return {"type": "home", "blocks": list(blocks), **more}


def image(**more: Any) -> Json:
    return {"type": "image", "alt_text": "A chart", "image_url": "https://example.org/a.png", **more}


def table(rows: int, cells: int, text: str = "a") -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text}] * cells for _ in range(rows)]}


def with_confirm(**changed: str) -> Json:
    texts = {"title": "Withdraw?", "text": "It is gone.", "confirm": "Withdraw", "deny": "Keep", **changed}
    return message(actions(button(confirm={name: plain(text) for name, text in texts.items()})))


def faults_in(payload: Json) -> list[str]:
    return faults_in_view(payload) if payload.get("type") in ("modal", "home") else faults_in_message(payload)


ticks: Callable[[int], list[Json]] = options
url = "https://example.org/"

# What is measured, the largest size allowed, and a payload of any size.
LIMITS: list[tuple[str, int, Callable[[int], Json]]] = [
    ("message text", 4_000, lambda n: message(text="x" * n)),
    ("message blocks", 50, lambda n: message(*[section()] * n)),
    ("modal blocks", 100, lambda n: modal(*[section()] * n)),
    ("home blocks", 100, lambda n: home(*[section()] * n)),
    ("section text", 3_000, lambda n: message(section("x" * n))),
    ("section fields", 10, lambda n: message({"type": "section", "fields": [mrkdwn("x")] * n})),
    ("section field", 2_000, lambda n: message({"type": "section", "fields": [mrkdwn("x" * n)]})),
    ("header", 150, lambda n: message({"type": "header", "text": plain("x" * n)})),
    ("actions elements", 25, lambda n: message(actions(*buttons(n)))),
    ("context elements", 10, lambda n: message({"type": "context", "elements": [mrkdwn("x")] * n})),
    ("block_id", 255, lambda n: message(section(block_id="x" * n))),
    ("action_id", 255, lambda n: message(actions(button(action_id="x" * n)))),
    ("image alt_text", 2_000, lambda n: message(image(alt_text="x" * n))),
    ("image title", 2_000, lambda n: message(image(title=plain("x" * n)))),
    ("image_url", 3_000, lambda n: message(image(image_url=url + "x" * (n - len(url))))),
    ("input label", 2_000, lambda n: modal(asked(typed(), label=plain("x" * n)))),
    ("input hint", 2_000, lambda n: modal(asked(typed(), hint=plain("x" * n)))),
    ("markdown", 12_000, lambda n: message({"type": "markdown", "text": "x" * n})),
    ("markdown in all", 12_000, lambda n: message(*[{"type": "markdown", "text": "x" * (n // 2)}] * 2, *[
        {"type": "markdown", "text": "x"}] * (n % 2))),
    ("table rows", 100, lambda n: message(table(n, 1))),
    ("table cells", 20, lambda n: message(table(1, n))),
    ("table characters", 10_000, lambda n: message(table(1, 1, "x" * n))),
    ("tables", 1, lambda n: message(*[table(1, 1)] * n)),
    ("alert text", 200, lambda n: modal({"type": "alert", "text": plain("x" * n)})),
    ("button text", 75, lambda n: message(actions(button("x" * n)))),
    ("button value", 2_000, lambda n: message(actions(button(value="x" * n)))),
    ("button url", 3_000, lambda n: message(actions(button(url=url + "x" * (n - len(url)))))),
    ("accessibility_label", 75, lambda n: message(actions(button(accessibility_label="x" * n)))),
    ("primary buttons", 1, lambda n: message(*[
        actions(button(f"Agree {i}", style="primary")) for i in range(n)])),
    ("select options", 100, lambda n: message(actions(select(options=options(n))))),
    ("option text", 75, lambda n: message(actions(select(options=options(1, text="x" * n))))),
    ("option value", 150, lambda n: message(actions(select(options=options(1, value="x" * (n - 1)))))),
    ("option description", 75, lambda n: message(actions(select(
        options=[{"text": plain("Yes"), "value": "yes", "description": plain("x" * n)}])))),
    ("option groups", 100, lambda n: message(actions({
        "type": "static_select", "option_groups": [{"label": plain("A"), "options": options(1)}] * n}))),
    ("group label", 75, lambda n: message(actions({
        "type": "static_select", "option_groups": [{"label": plain("x" * n), "options": options(1)}]}))),
    ("group options", 100, lambda n: message(actions({
        "type": "multi_static_select", "option_groups": [{"label": plain("A"), "options": options(n)}]}))),
    ("checkboxes", 10, lambda n: message(actions({"type": "checkboxes", "options": ticks(n)}))),
    ("radio buttons", 10, lambda n: message(actions({"type": "radio_buttons", "options": ticks(n)}))),
    ("overflow", 5, lambda n: message(actions({"type": "overflow", "options": options(n)}))),
    ("placeholder", 150, lambda n: message(actions(select(placeholder=plain("x" * n))))),
    ("confirm title", 100, lambda n: with_confirm(title="x" * n)),
    ("confirm text", 300, lambda n: with_confirm(text="x" * n)),
    ("confirm button", 30, lambda n: with_confirm(confirm="x" * n)),
    ("deny button", 30, lambda n: with_confirm(deny="x" * n)),
    ("max_length", 3_000, lambda n: modal(asked(typed(max_length=n)))),
    ("min_length", 3_000, lambda n: modal(asked(typed(min_length=n)))),
    ("initial_value", 40, lambda n: modal(asked(typed(max_length=40, initial_value="x" * n)))),
    ("max_files", 10, lambda n: modal(asked({"type": "file_input", "max_files": n}))),
    ("initial_users", 2, lambda n: modal(asked({
        "type": "multi_users_select", "max_selected_items": 2, "initial_users": ["U1"] * n}))),
    ("modal title", 24, lambda n: modal(section(), title=plain("x" * n))),
    ("modal submit", 24, lambda n: modal(section(), submit=plain("x" * n))),
    ("modal close", 24, lambda n: modal(section(), close=plain("x" * n))),
    ("private_metadata", 3_000, lambda n: modal(section(), private_metadata="x" * n)),
    ("callback_id", 255, lambda n: home(section(), callback_id="x" * n)),
    ("modal inputs", 6, lambda n: modal(*[asked(typed())] * n)),
    ("focus_on_load", 1, lambda n: modal(*[asked(typed(focus_on_load=True))] * n)),
    ("attachments", 100, lambda n: {"text": "x", "attachments": [{}] * n}),
]  # fmt: skip


@pytest.mark.parametrize(("what", "most", "make"), LIMITS, ids=[limit[0] for limit in LIMITS])
def test_a_limit_is_kept_to_the_last_character(what: str, most: int, make: Callable[[int], Json]) -> None:
    if what == "attachments":  # ours has none at all
        assert faults_in_message(make(most), house_rules=False) == []
    else:
        assert faults_in(make(most)) == []
    assert faults_in(make(most + 1)) != []


EMPTY = [
    section(""),
    {"type": "section", "fields": []},
    {"type": "header", "text": plain("")},
    {"type": "context", "elements": []},
    actions(),
    actions(button("")),
    actions(button(value="")),
    actions(select(options=[])),
    actions({"type": "overflow", "options": []}),
    table(0, 1),
    table(1, 0),
    table(1, 1, ""),
]


@pytest.mark.parametrize("block", EMPTY, ids=repr)
def test_nothing_may_be_empty(block: Json) -> None:
    assert faults_in_message(message(block)) != []


GOOD: list[Json] = [
    message(section(), {"type": "divider"}, image()),
    message(section(accessory=image(), fields=[plain("Owner"), mrkdwn("<@U123>")], expand=True)),
    message(section("<@U1|dana> <#C1> <https://example.org|the draft> <mailto:a@b.org>")),
    message(section("Due <!date^1790000000^{date_short_pretty} at {time}^https://a.org|21 Sep 2026>")),
    message(section("a &lt;!channel&gt; &amp; b\n> quoted")),
    message(section("Set :tada: and \N{PARTY POPPER} free"), actions(button("10:30:00"))),
    message(actions(select(placeholder=plain("Pick one"), initial_option=options(1)[0]))),
    message(actions({"type": "overflow", "options": [{**options(1)[0], "url": "https://a.org"}]})),
    message(
        actions(
            button(accessibility_label="Agree clause 1", action_id="a"),
            button(accessibility_label="Agree clause 2", action_id="b"),
        )
    ),
    message(metadata={"event_type": "note", "event_payload": {"key": "k", "n": 1, "items": [{"id": 1}]}}),
    message(unfurl_links=False, unfurl_media=False, thread_ts=None),
    message(
        {
            "type": "rich_text",
            "elements": [
                {
                    "type": "rich_text_list",
                    "style": "bullet",
                    "elements": [
                        {
                            "type": "rich_text_section",
                            "elements": [
                                {"type": "text", "text": "<!here>", "style": {"bold": True}},
                                {"type": "user", "user_id": "U1"},
                                {"type": "link", "url": "https://a.org"},
                            ],
                        }
                    ],
                }
            ],
        }
    ),
    message({**table(2, 2), "column_settings": [{"align": "right", "is_wrapped": True}, None]}),
    message({"type": "markdown", "text": "# Minutes\n\n1 < 2 <!-- note --> <!date^1^{date}|x>"}),
    modal({"type": "alert", "text": mrkdwn("*Late*"), "level": "warning"}),
    modal(asked({"type": "number_input", "is_decimal_allowed": True, "min_value": "1", "max_value": "2.5"})),
    modal(asked({"type": "email_text_input"}), asked({"type": "url_text_input", "focus_on_load": True})),
    modal(asked({"type": "datetimepicker", "initial_date_time": 1790000000}), notify_on_close=True),
    modal(asked({"type": "datepicker", "initial_date": "2027-02-28"}), asked({"type": "file_input"})),
    modal(asked({"type": "timepicker", "initial_time": "09:30", "timezone": "Europe/Berlin"})),
    modal(asked({"type": "external_select", "min_query_length": 0}), private_metadata=""),
    modal(asked({"type": "channels_select", "response_url_enabled": True})),
    modal(asked({"type": "conversations_select", "filter": {"include": ["public", "private"]}})),
    modal(asked({"type": "checkboxes", "options": [{"text": mrkdwn("*Yes*"), "value": "y"}]})),
    modal(section(), submit=plain("Send"), close=plain("Cancel"), clear_on_close=True),
    home(asked(typed(), dispatch_action=True), table(1, 1), private_metadata="{}"),
    {"response_type": "ephemeral", "text": "Done."},
]


@pytest.mark.parametrize("payload", GOOD, ids=repr)
def test_a_sound_payload_has_no_faults(payload: Json) -> None:
    assert faults_in(payload) == []


# A payload with one thing wrong, and where the fault must point.
BAD: list[tuple[Json, str]] = [
    (message(section(colour="red")), "/blocks/0/colour"),
    (message({"type": "section"}), "/blocks/0"),
    (message({"type": "poem", "text": plain("x")}), "/blocks/0/type"),
    (message({"type": "header", "text": mrkdwn("x")}), "/blocks/0/text/type"),
    (message({"type": "header"}), "/blocks/0/text"),
    (message({"type": "header", "text": "x"}), "/blocks/0/text/type"),
    (message(section(text_size=None)), "/blocks/0/text_size"),
    (message(section(block_id="a"), section(block_id="a")), "/blocks/1/block_id"),
    (
        message(actions(button("A", action_id="a"), button("B", action_id="a"))),
        "/blocks/0/elements/1/action_id",
    ),
    (message(actions(button(style="green"))), "/blocks/0/elements/0/style"),
    (message(actions(button(url="example.org"))), "/blocks/0/elements/0/url"),
    (message(actions(button(), button())), "/blocks/0/elements/0"),
    (message(actions(button(accessibility_label="A"), button())), "/blocks/0/elements/1"),
    (message(actions(typed())), "/blocks/0/elements/0/type"),
    (message(section(accessory={"type": "datetimepicker"})), "/blocks/0/accessory/type"),
    (message({"type": "context", "elements": [button()]}), "/blocks/0/elements/0/type"),
    (message({"type": "alert", "text": plain("x")}), "/blocks/0/type"),
    (modal({"type": "markdown", "text": "x"}), "/blocks/0/type"),
    (modal(table(1, 1)), "/blocks/0/type"),
    (home(asked({"type": "email_text_input"})), "/blocks/0/element/type"),
    (modal(asked(button())), "/blocks/0/element/type"),
    (modal(asked(typed(), label=mrkdwn("x"))), "/blocks/0/label/type"),
    (modal(asked({"type": "number_input"})), "/blocks/0/element/is_decimal_allowed"),
    (
        modal(asked({"type": "number_input", "is_decimal_allowed": False, "initial_value": "1.5"})),
        "/blocks/0/element/initial_value",
    ),
    (
        modal(asked({"type": "number_input", "is_decimal_allowed": True, "min_value": "3", "max_value": "2"})),
        "/blocks/0/element",
    ),
    (modal(asked(typed(min_length=5, max_length=4))), "/blocks/0/element"),
    (modal(asked({"type": "datepicker", "initial_date": "31/03/2027"})), "/blocks/0/element/initial_date"),
    (modal(asked({"type": "timepicker", "initial_time": "9:30"})), "/blocks/0/element/initial_time"),
    (
        modal(asked({"type": "datetimepicker", "initial_date_time": 179000000})),
        "/blocks/0/element/initial_date_time",
    ),
    (
        modal(asked({"type": "datetimepicker", "placeholder": plain("When?")})),
        "/blocks/0/element/placeholder",
    ),
    (message(actions(select(option_groups=[]))), "/blocks/0/elements/0"),
    (message(actions({"type": "static_select"})), "/blocks/0/elements/0"),
    (message(actions(select(initial_option=options(3)[2]))), "/blocks/0/elements/0/initial_option"),
    (message(actions(select(options=[{**options(1)[0], "url": url}]))), "/blocks/0/elements/0/options/0/url"),
    (
        message(actions(select(options=[{"text": mrkdwn("x"), "value": "x"}]))),
        "/blocks/0/elements/0/options/0/text/type",
    ),
    (
        message(actions({"type": "channels_select", "response_url_enabled": True})),
        "/blocks/0/elements/0/response_url_enabled",
    ),
    (message({"type": "image", "alt_text": "x"}), "/blocks/0"),
    (message({"type": "image", "image_url": url}), "/blocks/0/alt_text"),
    (with_confirm(note="x"), "/blocks/0/elements/0/confirm/note"),
    (message(text=" "), "/text"),
    (message(markdown_text="x"), "/markdown_text"),
    (message(link_names=True), "/"),
    (message(colour="red"), "/colour"),
    (message(response_type="public"), "/response_type"),
    (message(metadata={"event_type": "note"}), "/metadata/event_payload"),
    (
        message(metadata={"event_type": "n", "event_payload": {"deep": {"er": {}}}}),
        "/metadata/event_payload/deep",
    ),
    (message({"type": "header", "text": plain("Agreed :tada:")}), "/blocks/0/text/text"),
    (message(actions(button("Agree \N{WHITE HEAVY CHECK MARK}"))), "/blocks/0/elements/0/text/text"),
    (message(actions(button(":+1: Agree"))), "/blocks/0/elements/0/text/text"),
    (modal(section(), title=None), "/title/type"),
    ({"type": "modal", "blocks": [section()]}, "/title"),
    ({"type": "modal", "title": plain("Agree"), "blocks": [asked(typed())]}, "/submit"),
    (home(section(), title=plain("Home")), "/title"),
    (home(), "/blocks"),
    (modal(*[section("x" * 3_000)] * 83), "/"),
]


@pytest.mark.parametrize(("payload", "pointer"), BAD, ids=[f"{i}{bad[1]}" for i, bad in enumerate(BAD)])
def test_a_fault_is_found_where_it_is(payload: Json, pointer: str) -> None:
    faults = faults_in(payload)
    assert [fault for fault in faults if fault.startswith(f"{pointer}: ")], faults


LIVE = ["<!channel>", "<!here>", "<!everyone>", "<!here|here>", "<!subteam^S1>", "<!subteam^S1|@team>"]


@pytest.mark.parametrize("mention", LIVE)
def test_the_bot_never_pings_everyone(mention: str) -> None:
    said = f"Dear {mention}, hello"
    assert faults_in_message({"text": said})
    assert faults_in_message(message(section(said)))
    assert faults_in_message(message({"type": "context", "elements": [mrkdwn(said)]}))
    assert faults_in_message(message({"type": "markdown", "text": said}))
    assert faults_in_view(modal({"type": "alert", "text": mrkdwn(said)}))
    assert faults_in_message(message({"type": "header", "text": plain(said)})) == []  # plain text is not parsed
    assert faults_in_message(message(section(said)), house_rules=False) == []  # Slack would obey


@pytest.mark.parametrize("element", [
    {"type": "broadcast", "range": "here"},
    {"type": "usergroup", "usergroup_id": "S1"},
])  # fmt: skip
def test_rich_text_pings_nobody_either(element: Json) -> None:
    rich = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}
    assert faults_in_message(message(rich))


@pytest.mark.parametrize("said", ["a < b", "<b>bold</b>", "<!date^soon^{date}|x>", "<!date^1^{when}|x>", "<@U1"])
def test_what_people_typed_must_come_escaped(said: str) -> None:
    assert "unescaped" in faults_in_message(message(section(said)))[0]


def test_slack_alone_is_milder_than_the_house() -> None:
    long = {"text": "x" * 40_000}
    assert faults_in_message(long, house_rules=False) == []
    assert faults_in_message({"text": "x" * 40_001}, house_rules=False) != []
    assert faults_in_message({"blocks": [section()]}, house_rules=False) == []
    assert faults_in_message({"channel": "C1"}, house_rules=False) != []
    twice = message(actions(button(style="primary"), button(style="primary", action_id="b")))
    assert faults_in_message(twice, house_rules=False) == []


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "text", "blocks", "elements", "element", "options", "accessory", "block_id"])
            | st.text(max_size=3),
            inner | st.sampled_from(["section", "actions", "button", "input", "static_select", "mrkdwn", "table"]),
            max_size=4,
        )
    ),
    max_leaves=15,
)


@given(st.lists(json_values, max_size=3) | json_values)
def test_the_checker_survives_any_nonsense(blocks: Any) -> None:
    faults_in_message({"text": "x", "blocks": blocks})
    faults_in_view({"type": "modal", "title": plain("x"), "blocks": blocks})
