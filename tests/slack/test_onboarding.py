"""Parley comes into a channel: it says once what it is and what can be done there."""

from typing import Any

import pytest

from bot.guided import views
from bot.slack import blocks
from storage.tables import ChannelKind
from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Room
from tests.harness import Parley


def joins(parley: Parley, user: str, where: Room = cast.elsewhere, event_id: str | None = None) -> None:
    """Somebody comes into a channel, as Slack tells of it."""
    event = {
        "type": "member_joined_channel",
        "user": user,
        "channel": where.id,
        "channel_type": "C",
        "team": parley.api.team_id,
        "inviter": cast.chair.id,
        "event_ts": parley.new_ts(),
    }
    assert parley.dispatch(parley.event_payload(event, event_id)).status == 200


def buttons(message: dict[str, Any]) -> list[tuple[str, str]]:
    return [
        (element["action_id"], element["value"])
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    ]


def test_in_a_new_channel_it_says_what_it_is_and_how_to_begin(parley: Parley) -> None:
    joins(parley, parley.api.bot_user_id)
    (message,) = parley.posted(cast.elsewhere)
    assert "Parley keeps the record of a contract negotiation" in message["text"]
    assert "`/parley help`" in message["text"]
    assert buttons(message) == [("new.begin", " ")]
    parley.presses("new.begin", " ", by=cast.stranger, where=cast.elsewhere)
    form = parley.api.modal(cast.stranger.id)
    assert form is not None
    assert form["blocks"][3]["element"]["initial_conversation"] == cast.elsewhere.id


def test_it_says_so_once_however_often_it_is_told(parley: Parley) -> None:
    joins(parley, parley.api.bot_user_id, event_id="Ev1")
    joins(parley, parley.api.bot_user_id, event_id="Ev1")  # Slack's retry
    joins(parley, parley.api.bot_user_id)  # removed, and added again
    assert len(parley.posted(cast.elsewhere)) == 1


def test_of_somebody_else_who_comes_it_says_nothing(table: Parley) -> None:
    before = [len(table.posted(room)) for room in cast.rooms]
    for room in cast.rooms:
        joins(table, cast.stranger.id, room)
    assert [len(table.posted(room)) for room in cast.rooms] == before


@pytest.mark.parametrize(
    ("where", "what", "command"),
    [
        (cast.joint, "a joint table of *OXMH*", "/parley start"),
        (cast.ccg_caucus, "Oxfordshire Clinical Commissioning Group’s own channel in *OXMH*", "/parley brief"),
        (cast.finance, "the Finance sub-group of *OXMH*", "/parley recommend"),
    ],
)
def test_in_a_channel_of_a_negotiation_it_says_what_can_be_done_here(
    table: Parley, where: Room, what: str, command: str
) -> None:
    joins(table, table.api.bot_user_id, where)
    message = table.posted(where)[-1]
    assert what in message["text"]
    assert command in message["text"]
    assert buttons(message) == []
    assert faults_in_message({"text": message["text"], "blocks": message["blocks"]}) == []


@pytest.mark.parametrize("name", ["x", "<!channel> *&* " + "x" * 3000])
def test_the_longest_names_fit(name: str) -> None:
    for kind in ChannelKind:
        text, content = views.arrived_at("ABCDEFGHIJKL", kind, name)
        assert faults_in_message({"text": blocks.fallback(text), "blocks": content}) == []
        assert "<!channel>" not in str(content)
