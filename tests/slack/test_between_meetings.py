"""What one meeting hands to another: advice, unfinished items, and how long things take."""

from typing import Any

import pytest

from tests import cast
from tests.harness import Parley

ROUND = "meeting add negotiation {} round on {} at 10:00 for 2h"


@pytest.fixture
def advised(table: Parley) -> Parley:
    """N1 is planned, and S1 informs it from the finance channel."""
    table.slash(ROUND.format("First", "11 dec"), by=cast.chair)
    table.slash("meeting add subgroup Finance on 9 dec at 14:00 for 1h informs N1", by=cast.scribe, where=cast.finance)
    return table


def agenda(parley: Parley, ref: str, party: str | None = None) -> list[tuple[Any, ...]]:
    (meeting,) = [m for m in parley.export(party=party)["meetings"] if m["ref"] == ref]
    return [(item["title"], item["owner"], item["minutes"], item["carried_over"]) for item in meeting["agenda"]]


# -- advice ---------------------------------------------------------------------------------------------


def test_a_sub_groups_advice_arrives_at_the_meeting_it_informs(advised: Parley) -> None:
    assert "S1 Finance: no recommendation yet" in advised.slash("meeting N1", by=cast.lead).text
    advised.slash("start S1", by=cast.scribe, where=cast.finance)
    said = advised.slash("recommend Phase the share at risk", by=cast.analyst, where=cast.finance)
    assert not said.private
    assert "*E1*, recommendation of S1: Phase the share at risk\nIt is shown at N1 First round." in said.text
    advised.slash("close", by=cast.scribe, where=cast.finance)
    assert "Recommendation **E1**: Phase the share at risk" in advised.minutes("S1")
    advice = "S1 Finance recommends (E1): Phase the share at risk"
    assert advice in advised.slash("meeting N1", by=cast.observer).text
    advised.slash("start N1", by=cast.chair)
    assert f"• {advice}" in advised.posted()[-1]["text"]  # on its live card, for everybody
    advised.slash("close", by=cast.chair)
    reports = advised.minutes("N1").partition("## Sub-group reports")[2].partition("##")[0]
    assert "S1 Finance, closed, Wednesday 9 December 2026, 14:00: recommends (E1): Phase the share at risk" in reports
    (note,) = advised.export()["notes"]
    assert (note["kind"], note["meeting"], note["private_to"]) == ("recommendation", "S1", None)


def test_advice_may_be_given_after_the_meeting_by_its_ref_and_taken_back(advised: Parley) -> None:
    assert "It is shown at N1" in advised.slash("recommend s1 Use last year's figures", by=cast.scribe).text
    advised.slash("undo", by=cast.scribe)
    assert "no recommendation yet" in advised.slash("meeting N1", by=cast.lead).text


def test_advice_for_nobody_is_kept_and_says_so(table: Parley) -> None:
    table.slash("meeting add subgroup Data on 9 dec at 14:00 for 1h", by=cast.scribe)
    said = table.slash("recommend S1 Use the national dataset", by=cast.scribe)
    assert "S1 informs no meeting yet: `/parley meeting informs S1 N1` says which is shown it." in said.text
    table.slash(ROUND.format("First", "11 dec"), by=cast.chair)
    table.slash(ROUND.format("Second", "8 dec"), by=cast.chair)
    linked = table.slash("meeting informs s1 n1", by=cast.scribe)
    assert not linked.private
    assert "*S1* Data informs N1: what it recommends is shown there." in linked.text
    assert "S1 Data recommends (E1): Use the national dataset" in table.slash("meeting N1", by=cast.observer).text
    late = table.slash("meeting informs S1 N2", by=cast.scribe)
    assert "It is held after N2, which it should inform." in late.text
    for typed, by, why in (
        ("meeting informs", cast.scribe, "Say which meeting"),
        ("meeting informs S1", cast.scribe, "Say which meeting"),
        ("meeting informs S1 N9", cast.scribe, "There is no meeting N9"),
        ("meeting informs S1 S1", cast.scribe, "S1 cannot inform S1"),
        ("meeting informs S1 CCG-P1", cast.scribe, "S1 cannot inform CCG-P1"),
        ("meeting informs S1 N1", cast.observer, "You may not plan meetings"),
    ):
        refused = table.slash(typed, by=by)
        assert refused.private
        assert why in refused.text


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("recommend", "No meeting is open in this channel"),
        ("recommend Phase it", "No meeting is open in this channel"),
        ("recommend S1", "Say what is recommended"),
        ("recommend S9 Phase it", "There is no meeting S9"),
        ("recommend M9 Phase it", "There is no meeting M9"),
        ("recommend CCG-P1 Phase it", "CCG-P1 belongs to another circle"),
    ],
)
def test_advice_that_cannot_be_says_why(advised: Parley, typed: str, why: str) -> None:
    reply = advised.slash(typed, by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert advised.export(party="CCG")["notes"] == []


def test_an_observer_recommends_nothing(advised: Parley) -> None:
    assert "You may not add to the record" in advised.slash("recommend S1 Phase it", by=cast.observer).text


def test_what_a_private_meeting_recommends_stays_in_its_caucus(advised: Parley) -> None:
    advised.slash(
        "meeting add gateway Our own review on 8 dec at 09:00 for 1h informs N1", by=cast.lead, where=cast.ohp_caucus
    )
    advised.slash("recommend OHP-P1 Hold at one fifth", by=cast.lead, where=cast.ohp_caucus)
    for where in (cast.joint, cast.finance):  # a gateway's advice is an action, and that would be everybody's
        refused = advised.slash("recommend OHP-G1 Hold at one fifth", by=cast.lead, where=where)
        assert refused.private
        assert "OHP-G1 belongs to another circle" in refused.text
    advised.slash("recommend OHP-G1 Ask the bank", by=cast.lead, where=cast.ohp_caucus)
    assert "Hold at one fifth" not in advised.slash("meeting N1", by=cast.chair).text
    begun = advised.slash("start N1", by=cast.lead)
    advised.slash("close", by=cast.lead)
    for shared in (begun.text, advised.minutes(), str(advised.export()), str(advised.posted())):
        assert "one fifth" not in shared
        assert "the bank" not in shared
        assert "OHP-" not in shared
    own = advised.export(party="OHP")
    assert [(row["ref"], row["meeting"]) for row in own["actions"]] == [("OHP-A1", "OHP-G1")]
    assert [(row["ref"], row["meeting"]) for row in own["notes"]] == [("OHP-E1", "OHP-P1")]


# -- agenda ---------------------------------------------------------------------------------------------


def test_an_item_has_somebody_who_leads_it_and_a_length(advised: Parley) -> None:
    said = advised.slash(f"agenda add N1 Share of value at risk for 20 min {cast.lead.mention}", by=cast.chair)
    assert not said.private
    assert "Agenda of *N1*, item 1: Share of value at risk, led by Daniel Kerr (OHP), 20 min" in said.text
    advised.slash(f"agenda add N1 Term {cast.chair.mention} for 1h", by=cast.chair)
    advised.slash("agenda add N1 Payment for 30 days", by=cast.chair)
    assert agenda(advised, "N1") == [
        ("Share of value at risk", "Daniel Kerr", 20, False),
        ("Term", "Margaret Osei", 60, False),
        ("Payment for 30 days", None, None, False),
    ]
    assert (
        "1. Share of value at risk, led by Daniel Kerr (OHP), 20 min" in advised.slash("agenda N1", cast.observer).text
    )
    (file,) = [name for name in advised.files() if "-N1-" in name]
    assert file == "OXMH-N1-0.ics"


def test_an_agenda_longer_than_its_meeting_is_remarked_on(advised: Parley) -> None:
    advised.slash("agenda add N1 Outcomes for 1h30", by=cast.chair)
    assert "takes" not in advised.card("N1")["text"]
    advised.slash("agenda add N1 Payment for 45 min", by=cast.chair)
    over = "an agenda that takes 15 min more than the meeting lasts"
    assert over in advised.card("N1")["text"]
    assert over in advised.slash("meeting N1", by=cast.observer).text


def test_an_item_without_words_or_led_by_a_stranger_is_refused(advised: Parley) -> None:
    for typed, why in (
        ("agenda add N1 for 20 min", "Say what the item is"),
        (f"agenda add N1 Payment {cast.stranger.mention}", "Joel Fenn is not at the table"),
    ):
        reply = advised.slash(typed, by=cast.chair)
        assert reply.private
        assert why in reply.text
    assert agenda(advised, "N1") == []


# -- carried over ---------------------------------------------------------------------------------------


def hold_first_round(parley: Parley) -> str:
    """N1 takes up the first of three items, and closes; gives what is said then."""
    for item in ("Outcomes", f"Payment for 20 min {cast.lead.mention}", "Term"):
        parley.slash(f"agenda add N1 {item}", by=cast.chair)
    parley.slash("start N1", by=cast.chair)
    parley.slash("item 1", by=cast.chair)
    return parley.slash("close", by=cast.chair).text


def test_what_was_not_reached_goes_to_the_next_meeting_at_the_close(advised: Parley) -> None:
    advised.slash(ROUND.format("Second", "14 dec"), by=cast.chair)
    advised.slash(ROUND.format("Third", "15 dec"), by=cast.chair)
    advised.slash("agenda add N2 Step-in rights", by=cast.chair)
    assert "Carried over to N2: Payment and Term." in hold_first_round(advised)
    assert agenda(advised, "N2") == [
        ("Step-in rights", None, None, False),
        ("Payment", "Daniel Kerr", 20, True),
        ("Term", None, None, True),
    ]
    assert agenda(advised, "N3") == []
    assert "2. Payment, led by Daniel Kerr (OHP), 20 min · carried over" in advised.slash("agenda N2", cast.chair).text
    assert "Still missing" not in advised.card("N2")["text"]


def test_what_was_not_reached_goes_to_the_next_meeting_when_it_is_planned_and_once_only(advised: Parley) -> None:
    assert "Carried" not in hold_first_round(advised)
    planned = advised.slash(ROUND.format("Second", "14 dec"), by=cast.chair)
    assert "Carried over from N1: Payment and Term." in planned.text
    third = advised.slash(ROUND.format("Third", "15 dec"), by=cast.chair)
    assert "Carried" not in third.text
    assert [item[0] for item in agenda(advised, "N2")] == ["Payment", "Term"]
    assert agenda(advised, "N3") == []
    advised.slash("start N2", by=cast.chair)
    advised.slash("item 1", by=cast.chair)
    assert "Carried over to N3: Term." in advised.slash("close", by=cast.chair).text
    assert [item[0] for item in agenda(advised, "N3")] == ["Term"]
    carried = [(e["ref"], e["actor"]) for e in advised.export()["ledger"] if e["deed"] == "agenda.carried"]
    assert carried == [("N2", "Margaret Osei (CCG)"), ("N3", "Margaret Osei (CCG)")]
    assert advised.trail_faults() == []


def test_a_cancelled_meetings_items_are_not_lost(advised: Parley) -> None:
    hold_first_round(advised)
    advised.slash(ROUND.format("Second", "14 dec"), by=cast.chair)
    advised.slash(ROUND.format("Third", "15 dec"), by=cast.chair)
    advised.slash("meeting cancel N2 because the draft is not ready", by=cast.chair)
    assert [item[0] for item in agenda(advised, "N3")] == ["Payment", "Term"]
    advised.slash("meeting cancel N3 because it is still not", by=cast.chair)
    assert "Carried over from N3: Payment and Term." in advised.slash(ROUND.format("Fourth", "16 dec"), cast.chair).text
    assert [item[0] for item in agenda(advised, "N4")] == ["Payment", "Term"]


def test_items_stay_within_their_kind_their_sub_group_and_their_circle(advised: Parley) -> None:
    for title in ("Data", "Finance"):
        advised.slash(f"meeting add subgroup {title} on 16 dec at 14:00 for 1h", by=cast.scribe)
    advised.slash("agenda add S1 Phasing", by=cast.scribe)
    advised.slash("start S1", by=cast.scribe, where=cast.finance)
    assert "Carried over to S3: Phasing." in advised.slash("close", by=cast.scribe, where=cast.finance).text
    assert agenda(advised, "S2") == agenda(advised, "N1") == []
    advised.slash("agenda add CCG-P1 How low can we go", by=cast.chair)
    advised.slash("start CCG-P1", by=cast.chair, where=cast.ccg_caucus)
    advised.slash("close", by=cast.chair, where=cast.ccg_caucus)
    advised.slash(ROUND.format("Second", "18 dec"), by=cast.lead)
    assert agenda(advised, "OHP-P2", "OHP") == []
    own = advised.slash("meeting add premeet Again on 17 dec at 9:00 for 1h", by=cast.chair, where=cast.ccg_caucus)
    assert "Carried over from CCG-P1: How low can we go." in own.text
    assert "How low" not in str(advised.export()) + str(advised.export(party="OHP"))


# -- how long it took -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (150, "It took 2 h 30 min: 30 min longer than planned."),
        (45, "It took 45 min: 1 h 15 min shorter than planned."),
        (118, ""),
    ],
)
def test_at_the_close_the_estimate_is_compared_with_what_it_took(advised: Parley, minutes: int, said: str) -> None:
    advised.slash("start N1", by=cast.chair)
    advised.later(minutes=minutes)
    closed = advised.slash("close", by=cast.chair).text
    shown = advised.slash("meeting N1", by=cast.observer).text
    assert (said in closed and said in shown) if said else "It took" not in closed + shown


def test_each_side_keeps_for_itself_how_long_it_prepared(advised: Parley) -> None:
    advised.slash("start N1", by=cast.chair)
    asked = advised.slash("close", by=cast.chair).text
    assert "How long did each side prepare? `/parley meeting prepared N1 4h` keeps it for its own." in asked
    for took, verdict in (
        ("2h", "within it."),
        ("3h", "1.5 times as long, within the contingency."),
        ("5h", "2.5 times"),
    ):
        said = advised.slash(f"meeting prepared N1 {took}", by=cast.lead)
        assert said.private
        assert f"the estimate was 2 h: {verdict}" in said.text
    assert "Your side prepared for 5 h" in advised.slash("meeting N1", by=cast.negotiator).text
    assert "prepared" not in advised.slash("meeting N1", by=cast.chair).text
    assert "prepared" not in str(advised.posted())
    for export, kept in (
        (advised.export(), None),
        (advised.export(party="CCG"), None),
        (advised.export(party="OHP"), 300),
    ):
        (held,) = [m for m in export["meetings"] if m["ref"] == "N1"]
        assert held["prepared_minutes"] == kept
        assert ("meeting.prepared" in str(export["ledger"])) is (kept is not None)
    for typed, why in (("meeting prepared N1", "Say what it is"), ("meeting prepared N1 0h", "between 1 minute")):
        assert why in advised.slash(typed, by=cast.lead).text
    assert "You may not" in advised.slash("meeting prepared N1 4h", by=cast.observer).text


# -- gateways -------------------------------------------------------------------------------------------


def test_a_gateways_judgement_is_kept_with_its_reason(table: Parley) -> None:
    table.slash("milestone add Board gateway on 18 dec 2026 kind gateway", by=cast.chair)
    assert "*M1* Board gateway: not rated yet" in table.slash("gateway m1", by=cast.observer).text
    said = table.slash("gateway M1 AMBER because the funding is not confirmed", by=cast.chair)
    assert not said.private
    assert "Gateway *M1* Board gateway is rated *amber*, because the funding is not confirmed." in said.text
    assert "rated amber (the funding is not confirmed)" in table.slash("timetable", by=cast.observer).text
    table.slash("gateway M1 green", by=cast.lead)
    (milestone,) = table.export()["milestones"]
    assert (milestone["rating"], milestone["rated_because"]) == ("green", "")
    rated = [e["detail"] for e in table.export()["ledger"] if e["deed"] == "milestone.rated"]
    assert ["amber" in rated[0], "green" in rated[1]] == [True, True]


def test_a_judgement_that_cannot_be_says_why(table: Parley) -> None:
    table.slash("milestone add Board gateway on 18 dec 2026 kind gateway", by=cast.chair)
    table.slash("milestone add Proposals on 14 dec 2026", by=cast.chair)
    for typed, by, why in (
        ("gateway", cast.chair, "Say which gateway and how it was rated"),
        ("gateway M1 blue", cast.chair, "Say which gateway and how it was rated"),
        ("gateway M1 red", cast.chair, "Say why"),
        ("gateway M1 amber because  ", cast.chair, "Say"),
        ("gateway M2 green", cast.chair, "M2 is not a gateway"),
        ("gateway M9 green", cast.chair, "M9"),
        ("gateway M1 green", cast.observer, "You may not"),
        ("recommend M2 Strengthen the register", cast.chair, "M2 is not a gateway."),
    ):
        reply = table.slash(typed, by=by)
        assert reply.private, typed
        assert why in reply.text
    assert {row["rating"] for row in table.export()["milestones"]} == {None}
    assert table.export()["actions"] == []


def test_what_a_gateway_recommends_becomes_an_action_that_can_be_completed(table: Parley) -> None:
    table.slash("milestone add Board gateway on 18 dec 2026 kind gateway", by=cast.chair)
    whole = table.slash(f"recommend M1 Confirm the funding {cast.lead.mention} by 4 dec", by=cast.chair)
    assert not whole.private
    assert "Recommended by *M1*: *A1* Confirm the funding · Daniel Kerr (OHP), by Friday 4 December 2026" in whole.text
    reply = table.slash("recommend m1 Strengthen the risk register", by=cast.chair)
    assert reply.private
    assert "It still needs an owner and a date." in reply.text
    (button,) = [block["elements"][0] for block in reply.blocks if block["type"] == "actions"]
    assert button["text"]["text"] == "Complete It"
    table.presses(button["action_id"], button["value"], by=cast.chair)
    form = table.api.modal(cast.chair.id)
    assert form is not None
    (owner,) = [block for block in form["blocks"] if block.get("block_id") == "owner"]
    values: dict[str, dict[str, Any]] = {
        "owner": {"type": "static_select", "selected_option": owner["element"]["options"][0]},
        "due": {"type": "datepicker", "selected_date": "2026-12-11"},
    }
    assert table.submits(form, values, by=cast.chair) == {}
    table.slash("done A1", by=cast.lead)
    assert [(a["ref"], a["recommended_by"], a["due_on"]) for a in table.export()["actions"]] == [
        ("A1", "M1", "2026-12-04"),
        ("A2", "M1", "2026-12-11"),
    ]
    became = table.slash("gateway M1", by=cast.observer).text
    assert "• *A1* Confirm the funding, by Friday 4 December 2026 · done" in became
    assert "• *A2* Strengthen the risk register, by Friday 11 December 2026 · open" in became
    private = table.slash("recommend M1 Ask the bank", by=cast.lead, where=cast.ohp_caucus)
    assert "OHP-A1" in private.text
    assert "the bank" in table.slash("gateway M1", by=cast.negotiator).text
    assert "the bank" not in table.slash("gateway M1", by=cast.chair).text + str(table.export()) + str(table.posted())
    assert table.trail_faults() == []
