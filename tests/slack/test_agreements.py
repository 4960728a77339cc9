"""Agreements: both sides, or not agreed."""

from tests import cast
from tests.harness import Parley


def test_an_agreement_waits_until_the_other_side_has_confirmed_the_exact_words(meeting: Parley) -> None:
    reply = meeting.slash("agree 4.2: Payment falls due within 30 days.", by=cast.chair)
    assert reply.private
    assert "AG1" in reply.text
    (card,) = [message for message in meeting.posted() if message["text"].startswith("AG1")]
    assert cast.lead.mention in str(card["blocks"])

    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.negotiator)

    (agreement,) = meeting.export()["agreements"]
    assert agreement["status"] == "agreed"
    assert agreement["clause"] == "4.2"
    assert [c["party"] for c in agreement["confirmations"]] == ["CCG", "OHP"]
    (card,) = [message for message in meeting.posted() if message["text"].startswith("AG1")]
    assert "agreed in principle" in card["text"]
    assert "actions" not in [block["type"] for block in card["blocks"]]


def test_an_observer_cannot_agree(meeting: Parley) -> None:
    reply = meeting.slash("agree Payment falls due within 30 days.", by=cast.observer)
    assert reply.private
    assert "negotiator" in reply.text
    assert "Payment falls due within 30 days." in reply.shown
    assert meeting.export()["agreements"] == []
