"""What only the local Slack's page can do: submit and close modals, press buttons in the Home tab.

The page talks to the local Slack over a WebSocket, and so do we. On connecting it is told everything;
after that it hears of every change. There is one stack of modals for the whole workspace, not one per
person, so a test opens them one person at a time.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import websocket

from bot.demo.local_slack import LocalSlack

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
