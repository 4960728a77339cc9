"""A side's own channel that is, or becomes, shared with another organisation: nothing private is said there unasked."""

from datetime import timedelta
from typing import Any

import pytest

from bot import delivery, routes
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley
from tests.slack.test_capture import buttons, reactions, says
from tests.slack.test_shortcuts import posts

PRIVATE = "They will give way on 20%"


def slack_tells(parley: Parley, kind: str, **event: Any) -> None:
    assert parley.dispatch(parley.event_payload({"type": kind, "event_ts": parley.new_ts(), **event})).status == 200


def becomes_shared(parley: Parley, room: Room = cast.ccg_caucus, *, told: bool = True) -> None:
    parley.api.channels[room.id].ext_shared = True
    if told:
        slack_tells(parley, "channel_shared", channel=room.id, connected_team_id="T0OTHER")


def warnings(parley: Parley, person: Person) -> list[dict[str, Any]]:
    return [message for message in parley.posted(person) if "is shared with another organisation" in message["text"]]


def said_in(parley: Parley, room: Room = cast.ccg_caucus) -> str:
    return "\n".join(message["text"] for message in parley.posted(room) if message.get("bot_id"))


def presses_fine(parley: Parley, by: Person = cast.chair) -> str:
    (button,) = buttons(warnings(parley, cast.chair)[-1])
    direct = str(parley.client.conversations_open(users=by.id)["channel"]["id"])
    parley.presses(button["action_id"], button["value"], by=by, where=direct)
    return str(parley.posted(by)[-1]["text"])


@pytest.mark.parametrize("told", [True, False], ids=["Slack told", "found out while posting"])
def test_nothing_private_is_posted_and_the_lead_is_warned_once(table: Parley, told: bool) -> None:
    table.mentions("note before", by=cast.scribe, where=cast.ccg_caucus)
    assert "before" in said_in(table)
    table.later(minutes=2)
    table.mentions(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus)
    becomes_shared(table, told=told)
    for _ in range(3):
        assert PRIVATE not in said_in(table)
        table.later(minutes=5)
    (warning,) = warnings(table, cast.chair)
    assert "caucus channel of Oxfordshire Clinical Commissioning Group" in warning["text"]
    assert [button["text"]["text"] for button in buttons(warning)] == ["It Is Fine"]
    assert warnings(table, cast.lead) == warnings(table, cast.scribe) == []
    assert [deed["actor"] for deed in table.deeds(cast.ccg_caucus.id, "CCG")] == ["Margaret Osei (CCG)", "Slack"]
    assert table.deeds(cast.ccg_caucus.id) == []  # the other side learns nothing of it


def test_what_waited_is_said_when_the_lead_says_that_it_is_fine(table: Parley) -> None:
    table.mentions(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus)
    becomes_shared(table)
    assert PRIVATE not in said_in(table)
    assert "lead or chair" in presses_fine(table, by=cast.scribe)
    assert "There is no negotiation here" in presses_fine(table, by=cast.lead)
    assert PRIVATE not in said_in(table)
    assert "speaks in your caucus channel again" in presses_fine(table)
    assert PRIVATE in said_in(table)
    assert "Nothing was changed" in presses_fine(table)
    assert [deed["deed"] for deed in table.deeds(cast.ccg_caucus.id, "CCG")][-1] == "channel.sharing_fine"
    assert table.trail_faults() == []


def test_what_waited_is_said_in_another_channel_once_there_is_one(table: Parley) -> None:
    table.mentions(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus)
    becomes_shared(table)
    assert PRIVATE not in said_in(table)
    table.slash("channel caucus CCG", by=cast.chair, where=cast.elsewhere)
    assert PRIVATE in said_in(table, cast.elsewhere)
    assert PRIVATE not in said_in(table)


def test_what_was_shared_and_is_not_any_more_needs_nobody_s_word(table: Parley) -> None:
    table.mentions(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus)
    becomes_shared(table)
    assert PRIVATE not in said_in(table)
    table.later(minutes=2)
    table.api.channels[cast.ccg_caucus.id].ext_shared = False
    slack_tells(table, "channel_unshared", channel=cast.ccg_caucus.id, is_ext_shared=False)
    assert PRIVATE in said_in(table)
    becomes_shared(table)  # anew: what was fine once is asked again
    assert len(warnings(table, cast.chair)) == 2


def test_answers_there_are_for_the_person_alone_meanwhile(table: Parley) -> None:
    assert not table.slash(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus).private
    becomes_shared(table)
    assert table.slash(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus).private
    table.mentions(f"note {PRIVATE} too", by=cast.scribe, where=cast.ccg_caucus)
    assert "too" not in said_in(table)
    assert table.api.ephemerals[-1]["to"] == cast.scribe.id
    assert "too" in table.api.ephemerals[-1]["text"]


def test_the_joint_table_is_shared_by_its_nature(table: Parley) -> None:
    becomes_shared(table, cast.joint)
    becomes_shared(table, cast.elsewhere)
    table.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    assert "AG1" in said_in(table, cast.joint)
    assert [warnings(table, person) for person in cast.everybody] == [[]] * len(cast.everybody)
    assert table.api.called("conversations.info") == []


def test_slack_is_asked_at_most_once_a_minute(table: Parley) -> None:
    rooms, worker = delivery.Rooms(), delivery.new_worker()
    for seconds, asked in ((0, 1), (30, 1), (31, 2), (5, 2)):
        table.later(seconds=seconds)
        table.mentions("note once more", by=cast.scribe, where=cast.ccg_caucus)
        delivery.deliver_due(table.deps.db, table.client, routes.NOTICES, table.deps.now, worker, None, rooms)
        assert len(table.api.called("conversations.info")) == asked
    assert timedelta(minutes=1) == delivery.BELIEVED


def test_while_slack_cannot_be_asked_nothing_is_posted(table: Parley) -> None:
    table.mentions(f"note {PRIVATE}", by=cast.scribe, where=cast.ccg_caucus)
    table.api.fail_next("conversations.info", "unavailable")
    assert PRIVATE not in said_in(table)
    table.later(minutes=1)
    assert PRIVATE in said_in(table)


def test_a_channel_that_slack_calls_otherwise_keeps_its_place(meeting: Parley) -> None:
    before = says(meeting, "NOTE: before", by=cast.lead)
    meeting.slash("agree 4.2: Payment falls due.", by=cast.chair)
    meeting.deliver()
    meeting.api.channels["C77NEW"] = meeting.api.channels.pop(cast.joint.id)
    meeting.api.channels["C77NEW"].id = "C77NEW"
    slack_tells(meeting, "channel_id_changed", old_channel_id=cast.joint.id, new_channel_id="C77NEW")
    renamed = Room("C77NEW", cast.joint.name)
    after = says(meeting, "NOTE: after", by=cast.lead, where=renamed)
    assert reactions(meeting, after, renamed) == ["white_check_mark"]
    meeting.edits(before, "NOTE: before", "NOTE: earlier", by=cast.lead, where=renamed)
    assert [row["text"] for row in meeting.export()["notes"]] == ["earlier", "after"]
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead, where=renamed)
    card = next(message for message in meeting.posted(renamed) if "AG1" in message["text"])
    assert "agreed" in card["text"]
    assert [deed["before"] for deed in meeting.deeds("C77NEW")] == [cast.joint.id]
    assert meeting.trail_faults() == []
    slack_tells(meeting, "channel_id_changed", old_channel_id="C99NONE", new_channel_id="C77NEW")  # not ours: nothing


def test_what_a_channel_that_is_archived_missed_is_told_with_the_way_on(table: Parley) -> None:
    table.api.channels[cast.joint.id].archived = True
    for words in ("4.2: Payment falls due within 30 days.", "The rate is fixed."):
        table.slash(f"agree {words}", by=cast.chair)
    (message,) = table.posted(cast.chair)  # one for the day, however much was to be said
    assert "is archived" in message["text"]
    assert "Unarchive it, or make another channel take its place" in message["text"]
    assert "`/parley channel joint`" in message["text"]


def test_what_an_archived_channel_missed_is_said_in_the_one_that_takes_its_place(table: Parley) -> None:
    table.api.channels[cast.joint.id].archived = True
    table.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    table.deliver()
    table.slash("channel joint", by=cast.chair, where=cast.elsewhere)
    (card,) = [m for m in table.posted(cast.elsewhere) if m["text"].startswith("AG1")]
    assert "30 days" in str(card["blocks"])
    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead, where=cast.elsewhere)
    assert table.export()["agreements"][0]["status"] == "agreed"


def test_a_reaction_in_a_shared_caucus_is_no_word(table: Parley) -> None:
    becomes_shared(table)
    ts = posts(table, "Tom to count the beds", by=cast.chair, where=cast.ccg_caucus)["ts"]
    table.reacts("pushpin", ts, by=cast.scribe, where=cast.ccg_caucus)
    assert reactions(table, ts, cast.ccg_caucus) == ["warning"]
