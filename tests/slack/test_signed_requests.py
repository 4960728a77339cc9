"""Shortcuts, buttons inside forms, and forms, as Slack sends them over HTTP: signed, and refused when they are not."""

import json
import time
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import pytest
from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk.signature import SignatureVerifier

from bot import routes
from tests import cast
from tests.harness import Parley

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"


@pytest.fixture
def app(meeting: Parley) -> App:
    return routes.build_app(meeting.client, meeting.deps, meeting.api.token, signing_secret=SECRET)


def sent(app: App, payload: dict[str, Any], secret: str = SECRET) -> BoltResponse:
    """One interaction, in the body and with the headers that docs.slack.dev documents ("Verifying requests")."""
    body, stamp = urlencode({"payload": json.dumps(payload)}), str(int(time.time()))
    signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
    headers: dict[str, str | Sequence[str]] = {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": stamp,
        "x-slack-signature": str(signature),
    }
    return app.dispatch(BoltRequest(mode="http", body=body, headers=headers))


def whoever(parley: Parley, person: cast.Person) -> dict[str, Any]:
    team = {"id": parley.api.team_id, "domain": "oxfordshire"}
    return {"team": team, "user": {"id": person.id, "team_id": parley.api.team_id, "name": person.name}}


def on_a_message(parley: Parley, words: str) -> dict[str, Any]:
    message = parley.api.say(cast.joint.id, cast.lead.id, words, ts=parley.new_ts())
    return {
        "type": "message_action",
        **whoever(parley, cast.chair),
        "callback_id": "log.message",
        "trigger_id": parley.api.new_trigger(cast.chair.id),
        "message_ts": message["ts"],
        "message": message,
        "channel": {"id": cast.joint.id, "name": cast.joint.name},
        "response_url": "http://127.0.0.1:9/none",
    }


def test_a_message_shortcut_puts_it_on_record(meeting: Parley, app: App) -> None:
    assert sent(app, on_a_message(meeting, "The Recovery Star is the tool.")).status == 200
    form = meeting.api.modal(cast.chair.id)
    assert form is not None
    chosen = {"kind": {"kind": {"type": "static_select", "selected_option": {"value": "decision"}}}}
    view = {**form, "state": {"values": chosen}}
    assert sent(app, {"type": "view_submission", **whoever(meeting, cast.chair), "view": view}).status == 200
    (decision,) = meeting.export()["decisions"]
    assert decision["text"] == "The Recovery Star is the tool."


def test_a_global_shortcut_and_a_button_inside_a_form_open_what_they_say(meeting: Parley, app: App) -> None:
    shortcut = {"type": "shortcut", **whoever(meeting, cast.chair), "callback_id": "action.new"}
    assert sent(app, {**shortcut, "trigger_id": meeting.api.new_trigger(cast.chair.id)}).status == 200
    assert (meeting.api.modal(cast.chair.id) or {})["callback_id"] == "action.new"
    meeting.slash("meeting add", by=cast.chair)
    form = meeting.api.modal(cast.chair.id) or {}
    pressed = {
        "type": "block_actions",
        **whoever(meeting, cast.chair),
        "container": {"type": "view", "view_id": form["id"]},
        "view": {**form, "state": {"values": {}}},
        "trigger_id": meeting.api.new_trigger(cast.chair.id),
        "actions": [{"type": "button", "action_id": "form.page", "block_id": "b", "value": "OXMH meeting-add 1"}],
    }
    assert sent(app, pressed).status == 200
    assert (meeting.api.modal(cast.chair.id) or {})["hash"] != form["hash"]


def test_what_is_not_signed_by_slack_is_refused(meeting: Parley, app: App) -> None:
    assert sent(app, on_a_message(meeting, "Not Slack's."), secret="another").status == 401
    assert meeting.api.modal(cast.chair.id) is None
