"""What only the local Slack's page can do: submit and close modals, press buttons in the Home tab.

The page talks to the local Slack over a WebSocket, and so do we. On connecting it is told everything;
after that it hears of every change. There is one stack of modals for the whole workspace, not one per
person, so a test opens them one person at a time.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import websocket

from bot.demo.local_slack import LocalSlack

if TYPE_CHECKING:
    from playwright.sync_api import Page, WebSocketRoute

View = dict[str, Any]
SECONDS_TO_ANSWER = 15.0


@dataclass(frozen=True)
class Submitted:
    """What became of a submitted modal: the modals still open, and the errors shown under its fields."""

    open_views: list[View]
    errors: dict[str, str]


def snapshot(slack: LocalSlack) -> dict[str, Any]:
    """All that the page knows: apps (with `connected`), channels, messages, modalStack, homeViews, log."""
    with _connected(slack) as socket:
        state: dict[str, Any] = _next(socket, "init")["state"]
        return state


def bot_is_connected(slack: LocalSlack) -> bool:
    """Whether the bot holds a Socket Mode connection at this moment. A killed bot loses it at once."""
    return any(app["connected"] for app in snapshot(slack)["apps"])


def modal_stack(slack: LocalSlack) -> list[View]:
    """The open modals, the one on top last."""
    return list(snapshot(slack)["modalStack"])


def home_view(slack: LocalSlack, user: str) -> View | None:
    """The Home tab the bot last published for this person."""
    view: View | None = snapshot(slack)["homeViews"].get(user, {}).get(slack.workspace.app.id)
    return view


def submit_view(slack: LocalSlack, user: str, values: Mapping[str, Mapping[str, Any]]) -> Submitted:
    """A person submits the modal on top and waits for what the bot makes of it.

    `values` maps block id to action id to Slack's state value, for example
    `{"wording": {"input": {"type": "plain_text_input", "value": "…"}}}`. Input blocks left out are sent
    empty, even those the view gave an initial value: the page does the same.
    """
    with _connected(slack) as socket:
        _next(socket, "init")
        _send(socket, t="view_submit", user=user, values=values)
        answer = _next(socket, "view", "view_errors")
        if answer["t"] == "view_errors":
            return Submitted(modal_stack(slack), answer["errors"])
        return Submitted(answer["stack"], {})


def close_view(slack: LocalSlack, user: str) -> None:
    """A person closes the modal on top. The local Slack closes those below it too."""
    with _connected(slack) as socket:
        _next(socket, "init")
        _send(socket, t="view_close", user=user)
        _next(socket, "view")


def press_home(slack: LocalSlack, user: str, action: Mapping[str, Any]) -> None:
    """A person presses a button in the bot's Home tab. Returns when the bot has been asked."""
    with _connected(slack) as socket:
        _next(socket, "init")
        app_id = slack.workspace.app.id
        _send(socket, t="block_action", channel="", messageTs="", user=user, action=action, appId=app_id)
        while "interactive" not in _next(socket, "log")["entry"]["kind"]:
            pass


@dataclass
class Pickers:
    """The hand that chooses in the page's forms what the page has no list for: people, channels, times, several.

    It sits in the page's own WebSocket. When a form is sent with the page's button, it puts in what was `choose`n,
    and what the form had begun with and nobody touched: Slack sends both, the page neither.
    """

    chosen: dict[str, View] = field(default_factory=dict)
    stack: list[View] = field(default_factory=list)

    def sit_in(self, page: "Page") -> None:
        """Before the page is opened."""
        page.route_web_socket(re.compile(r"/ui$"), self._relay)

    def choose(self, block_id: str, **value: Any) -> None:
        """In the next form that is sent: `selected_users=[…]`, `selected_conversation="C…"`, as Slack names them."""
        self.chosen[block_id] = value

    def _relay(self, route: "WebSocketRoute") -> None:
        server = route.connect_to_server()

        def up(frame: str | bytes) -> None:
            server.send(self._completed(frame))

        def down(frame: str | bytes) -> None:
            said = json.loads(frame)
            if said["t"] in ("init", "view"):
                self.stack = said["state"]["modalStack"] if said["t"] == "init" else said["stack"]
            route.send(frame)

        route.on_message(up)
        server.on_message(down)

    def _completed(self, frame: str | bytes) -> str | bytes:
        said = json.loads(frame)
        if said["t"] != "view_submit":
            return frame
        for block in self.stack[-1]["blocks"]:
            if block["type"] != "input":
                continue
            element, name = block["element"], block["block_id"]
            begun = {_STATE[key]: element[key] for key in _STATE if key in element}
            value = self.chosen.pop(name, begun)
            if value and not said["values"].get(name):
                said["values"][name] = {element["action_id"]: {"type": element["type"], **value}}
        return json.dumps(said)


_STATE = {
    "initial_value": "value",
    "initial_option": "selected_option",
    "initial_options": "selected_options",
    "initial_users": "selected_users",
    "initial_user": "selected_user",
    "initial_conversation": "selected_conversation",
    "initial_date": "selected_date",
    "initial_time": "selected_time",
}
"""What a form begins with, and what Slack calls it when the form is sent."""


@contextmanager
def _connected(slack: LocalSlack) -> Iterator[websocket.WebSocket]:
    socket = websocket.create_connection(f"ws://127.0.0.1:{slack.port}/ui", timeout=SECONDS_TO_ANSWER)
    try:
        yield socket
    finally:
        socket.close()


def _send(socket: websocket.WebSocket, **message: Any) -> None:
    socket.send(json.dumps(message))


def _next(socket: websocket.WebSocket, *kinds: str) -> dict[str, Any]:
    """The next frame of one of these kinds. Raises TimeoutError when none comes."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        frame: dict[str, Any] = json.loads(socket.recv())
        if frame["t"] in kinds:
            return frame
    raise TimeoutError(f"The local Slack's page was told nothing of {' or '.join(kinds)}.")
