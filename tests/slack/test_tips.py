"""First-use tips: once for each person and kind of thing, in private answers alone, until they want no more."""

from typing import Any

from bot.guided import views
from bot.guided.tips import TIPS
from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Person, Room
from tests.harness import Parley

DIRECT = Room("D01CHAIR", "directmessage")


def tip_in(content: list[dict[str, Any]]) -> str:
    """The tip below an answer, if there is one."""
    return next(
        (
            str(block["elements"][0]["text"])
            for block in content
            if block["type"] == "context" and block["elements"][0]["text"].startswith("Tip, shown once: ")
        ),
        "",
    )


def planned(parley: Parley, title: str, hour: int, by: Person = cast.chair) -> str:
    reply = parley.slash(f"meeting add negotiation {title} on 11 dec at {hour}:00 for 1h", by=by)
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
    assert "Tip" not in reply.text
    return tip_in(reply.blocks)


def test_a_tip_comes_with_the_first_answer_of_its_kind_and_never_again(table: Parley) -> None:
    assert TIPS["meeting"] in planned(table, "First round", 10)
    assert planned(table, "Second round", 12) == ""
    assert TIPS["meeting"] in planned(table, "Third round", 14, by=cast.lead)  # it is each person's own
    assert TIPS["actions"] in tip_in(table.slash("actions", by=cast.chair).blocks)


def test_what_others_read_carries_no_tip_and_uses_none_up(table: Parley) -> None:
    aloud = table.slash("position 4.2 must 30 days", by=cast.chair, where=cast.ccg_caucus)
    assert not aloud.private
    assert tip_in(aloud.blocks) == ""
    alone = table.slash("position 4.2 must 20 days", by=cast.chair, where=DIRECT)
    assert TIPS["position"] in tip_in(alone.blocks)
    table.slash("position 4.2 must 10 days", by=cast.chair, where=cast.ccg_caucus)
    table.deliver()
    for room in cast.rooms:
        assert "Tip, shown once" not in str(table.posted(room))


def test_a_button_is_answered_with_its_tip_privately(table: Parley) -> None:
    table.slash("agree Payment falls due within 30 days.", by=cast.chair)
    table.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    table.deliver()
    (said,) = [each for each in table.api.ephemerals if tip_in(each.get("blocks") or [])]
    assert TIPS["confirm"] in tip_in(said["blocks"])
    assert "AG1" in said["text"]


def test_who_wants_no_more_gets_none(table: Parley) -> None:
    reply = table.slash("actions", by=cast.chair)
    button = reply.blocks[-1]["elements"][0]
    table.presses(button["action_id"], button["value"], by=cast.chair)
    table.presses(button["action_id"], button["value"], by=cast.chair)
    assert "There will be no more tips." in str((table.deliver(), table.api.ephemerals[-1]))
    assert planned(table, "First round", 10) == ""
    assert planned(table, "Second round", 12, by=cast.lead) != ""
    assert "tip" not in str(table.export()).casefold().replace("multip", "")


def test_a_refusal_carries_none(table: Parley) -> None:
    refused = table.slash("meeting add negotiation First round", by=cast.chair)
    assert tip_in(refused.blocks) == ""
    assert planned(table, "First round", 10) != ""


def test_every_tip_fits() -> None:
    for words in TIPS.values():
        assert faults_in_message({"text": "x", "blocks": views.tip(words)}) == []
        assert len(words) <= 120
