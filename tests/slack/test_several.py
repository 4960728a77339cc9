"""A person who sits in two negotiations is asked which one they mean."""

from tests import cast
from tests.harness import Parley


def test_a_bare_command_outside_their_channels_asks_with_buttons(table: Parley) -> None:
    table.slash("new ELDER Older people's contract", by=cast.chair, where=cast.elsewhere)
    somewhere = cast.Room("C05PRIVATE", "somewhere")
    table.api.add_channel(somewhere.id, somewhere.name, members=[cast.chair.id])

    reply = table.slash("meetings", by=cast.chair, where=somewhere)
    assert reply.private
    (choice,) = [block for block in reply.blocks if block["type"] == "actions"]
    labels = {button["text"]["text"]: button for button in choice["elements"]}
    assert set(labels) == {"OXMH", "ELDER"}

    table.presses(labels["ELDER"]["action_id"], labels["ELDER"]["value"], by=cast.chair, where=somewhere)
    table.deliver()
    (answer,) = table.api.ephemerals
    assert "No meeting is planned yet" in str(answer)


def test_plain_parley_asks_with_the_same_buttons(table: Parley) -> None:
    table.slash("new ELDER Older people's contract", by=cast.chair, where=cast.elsewhere)
    somewhere = cast.Room("C05PRIVATE", "somewhere")
    table.api.add_channel(somewhere.id, somewhere.name, members=[cast.chair.id])
    reply = table.slash("", by=cast.chair, where=somewhere)
    assert "Choose one, or put its code first" in reply.text
    assert "`/parley help` lists everything" in reply.text
    (choice,) = [block for block in reply.blocks if block["type"] == "actions"]
    labels = {button["text"]["text"]: button for button in choice["elements"]}
    assert set(labels) == {"OXMH", "ELDER"}
    table.presses(labels["OXMH"]["action_id"], labels["OXMH"]["value"], by=cast.chair, where=somewhere)
    table.deliver()
    (answer,) = table.api.ephemerals
    assert "Outcomes contract for mental health" in answer["text"]
    assert "What you can do here now" in answer["text"]


def test_with_the_code_first_nothing_is_asked(table: Parley) -> None:
    table.slash("new ELDER Older people's contract", by=cast.chair, where=cast.elsewhere)
    somewhere = cast.Room("C05PRIVATE", "somewhere")
    reply = table.slash("oxmh status", by=cast.chair, where=somewhere)
    assert "Outcomes contract for mental health" in reply.text


def test_what_a_closed_meeting_recorded_is_not_undone_in_passing(meeting: Parley) -> None:
    meeting.slash("decide Meet every fortnight.", by=cast.scribe)
    meeting.slash("close", by=cast.scribe)
    reply = meeting.slash("undo", by=cast.scribe)
    assert reply.private
    assert "N1 has closed" in reply.text
    assert meeting.export()["decisions"][0]["status"] == "recorded"
