"""Local variations, modifications and prices: three registers with three rule sets, agreed, due, submitted."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.exports import files
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

ADD = "variation add variation Block payment for crisis care"
QUESTIONS = {
    "LV1": ("benefit", "transparency", "engagement"),
    "LM1": ("uneconomic", "alternatives", "providers", "reimbursement", "costs"),
    "LP1": ("benefit", "transparency", "engagement", "efficiency", "actual", "benchmark"),
}


@pytest.fixture
def in_2015(parley: Parley) -> Parley:
    """OXMH set up on Wednesday 10 June 2015, under the tariff of 2015-16."""
    parley.now = datetime(2015, 6, 10, 9, 0, tzinfo=UTC)
    parley.set_up()
    return parley


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """One entry of each kind, LV1 recorded as agreed, once for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        for typed in ("clause add 4.2 Payment", "clause add SC36 Payment Terms", "clause add 9 Exit"):
            running.slash(typed, by=cast.chair)
        entered(running, "variation", "Block payment for crisis care", by=cast.chair)
        running.slash("agree LV1", by=cast.chair)
        running.slash("variation add variation Beds on the ward", by=cast.chair)
        running.slash("variation add modification Rural crisis service", by=cast.chair)
        running.slash("variation add price Step-down bed days", by=cast.chair)
        running.slash("derogation add SC36 Payment is made each quarter", by=cast.chair)
        yield running


def entered(parley: Parley, kind: str, title: str, by: cast.Person = cast.chair) -> str:
    """An entry with its whole test answered; gives its ref."""
    parley.slash(f"variation add {kind} {title}", by=by)
    ref = str(parley.export()["variations"][-1]["ref"])
    for key in QUESTIONS[f"{ref[:2]}1"]:
        parley.slash(f"variation answer {ref} {key} Because of {key}", by=by)
    return ref


def entry(parley: Parley, ref: str) -> dict[str, Any]:
    by_ref: dict[str, dict[str, Any]] = {row["ref"]: row for row in parley.export()["variations"]}
    return by_ref[ref]


def agreed(parley: Parley, ref: str) -> str:
    """Recorded by the chair and confirmed by the other side; gives what the latter is told."""
    parley.slash(f"agree {ref}", by=cast.chair)
    return parley.slash(f"confirm {parley.export()['agreements'][-1]['ref']}", by=cast.lead).text


def nudged(parley: Parley, person: cast.Person, on: datetime) -> str:
    """What the clock tells a person on a morning, joined."""
    before = len(parley.posted(person))
    parley.now = on
    parley.tick()
    return "\n".join(str(message) for message in parley.posted(person)[before:])


# -- entering -------------------------------------------------------------------------------------------


def test_an_entry_is_made_aloud_under_the_rules_of_its_day(in_2015: Parley) -> None:
    in_2015.slash("clause add 4.2 Payment", by=cast.chair)
    reply = in_2015.slash(f"{ADD} clause clause 4.2", by=cast.analyst)
    assert not reply.private
    assert "*LV1* Block payment for crisis care is a local variation under tariff-2015-16" in reply.text
    assert "Schedule 3B, clause 4.2" in reply.text
    assert "its test is answered: benefit, transparency, engagement" in reply.text
    row = entry(in_2015, "LV1")
    expected = {
        "ref": "LV1",
        "kind": "variation",
        "title": "Block payment for crisis care",
        "status": "draft",
        "regime": "tariff-2015-16",
        "clause": "4.2",
        "schedule": "3B",
        "recorded_by": "Anjali Mehta",
    }
    assert expected.items() <= row.items()
    (deed,) = in_2015.deeds("LV1")
    assert (deed["deed"], deed["actor"], deed["regime"]) == ("variation.added", "Anjali Mehta (CCG)", "tariff-2015-16")


def test_each_kind_counts_for_itself_and_lands_in_its_own_schedule(table: Parley) -> None:
    for kind in ("variation", "modification", "price", "local variation"):
        table.slash(f"variation add {kind} Title of {kind}", by=cast.chair)
    rows = [(row["ref"], row["kind"], row["schedule"], row["regime"]) for row in table.export()["variations"]]
    assert rows == [
        ("LV1", "variation", "3B", "nhsps-2023"),
        ("LM1", "modification", "3C", "nhsps-2023"),
        ("LP1", "price", "3A", "nhsps-2023"),
        ("LV2", "variation", "3B", "nhsps-2023"),
    ]
    shown = table.slash("variation LP1", by=cast.observer)
    assert shown.private
    assert "not compared with the rules themselves" in shown.text  # the Payment Scheme's rules were not checked


def test_the_test_is_answered_in_a_form_or_typed(table: Parley) -> None:
    shown = table.slash("variation add price Step-down bed days", by=cast.chair)
    (button,) = [block["elements"][0] for block in shown.blocks if block["type"] == "actions"]
    table.presses(button["action_id"], button["value"], by=cast.analyst)
    form = table.api.modal(cast.analyst.id)
    assert form is not None
    assert [block["block_id"] for block in form["blocks"]] == [*QUESTIONS["LP1"]]
    assert table.submits(form, {key: {"value": f"On {key}"} for key in QUESTIONS["LP1"][2:]}, by=cast.analyst) == {}
    table.api.settle_modal(cast.analyst.id)
    assert "It still lacks benefit, transparency, currency." in table.posted()[-1]["text"]
    table.presses("variation.test", "OXMH LP1", by=cast.analyst)  # the rest of it
    form = table.api.modal(cast.analyst.id)
    assert form is not None
    fields = [block["block_id"] for block in form["blocks"]]
    assert fields[:4] == ["benefit", "transparency", "national-currency", "who-was-consulted"]
    assert form["blocks"][4]["element"]["initial_value"] == "On engagement"
    filled = {"benefit": {"value": "Shorter stays"}, "who-was-consulted": {"value": "The ward managers"}}
    table.submits(
        form,
        {**filled, "national-currency": {"type": "static_select", "selected_option": {"value": "no"}}},
        by=cast.analyst,
    )
    row = entry(table, "LP1")
    assert (row["answers"]["benefit"], row["consulted"], row["national_currency"]) == (
        "Shorter stays",
        "The ward managers",
        False,
    )
    reply = table.slash("variation answer lp1 Transparency: The rates are published\nin full", by=cast.lead)
    assert not reply.private
    assert "It is whole: `/parley agree LP1`." in reply.text
    assert entry(table, "LP1")["answers"]["transparency"] == "The rates are published\nin full"
    again = table.slash("variation answer LP1 transparency The rates are published\nin full", by=cast.lead)
    assert again.private
    assert "Nothing was changed" in again.text
    table.presses("variation.test", "OXMH LP1", by=cast.observer)
    assert "You may not add to the record" in str(table.posted(cast.joint)) + str(
        table.api.called("chat.postEphemeral")
    )


def test_what_else_is_said_of_an_entry_is_kept(table: Parley) -> None:
    table.slash(ADD, by=cast.chair)
    for typed, said in (
        ("effect LV1 2027/28 -£1.2m", "in 2027-28: -£1,200,000."),
        ("effect LV1 2028-29 £40k", "in 2028-29: £40,000."),
        ("effect LV1 2028-29 none", "has no effect entered for 2028-29 now."),
        ("schedule LV1 schedule 3a", "lands in Schedule 3A."),
        (f"consulted LV1 {cast.lead.mention} and the carers", "names who was consulted: @Daniel Kerr and the carers."),
        ("from LV1 1 apr 2027 to 31 mar 2028", "from Thursday 1 April 2027 to Friday 31 March 2028"),
        ("from LV1 1 jul 2015 to 31 mar 2016", "under tariff-2015-16."),
        ("regime LV1 TARIFF-2015-16", "stands under tariff-2015-16"),
    ):
        reply = table.slash(f"variation {typed}", by=cast.analyst)
        assert not reply.private, typed
        assert said in reply.text
    row = entry(table, "LV1")
    assert row["effects"] == [{"year": "2027-28", "amount": "-1200000.00"}]
    assert (row["schedule"], row["effective_from"], row["effective_until"]) == ("3A", "2015-07-01", "2016-03-31")
    assert row["consulted"] == "@Daniel Kerr and the carers"
    assert "-£1,200,000" in table.slash("variations", by=cast.observer).text
    assert [deed["deed"] for deed in table.deeds("LV1")][1:5] == ["variation.effect"] * 3 + ["variation.schedule"]
    assert table.trail_faults() == []


# -- what must be shown: agreed, due, reminded ----------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "due", "spoken", "eve"),
    [
        (
            datetime(2015, 6, 10, 9, tzinfo=UTC),
            "2015-06-30",
            "Tuesday 30 June 2015",
            datetime(2015, 6, 30, 9, tzinfo=UTC),
        ),
        # The 19th is a Saturday: its owner hears of it on the Friday.
        (
            datetime(2015, 8, 20, 9, tzinfo=UTC),
            "2015-09-19",
            "Saturday 19 September 2015",
            datetime(2015, 9, 18, 9, tzinfo=UTC),
        ),
    ],
)
def test_a_local_variation_is_due_on_30_june_or_30_days_after_a_later_agreement(
    in_2015: Parley, day: datetime, due: str, spoken: str, eve: datetime
) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    in_2015.now = day
    in_2015.slash("agree LV1", by=cast.chair)
    assert entry(in_2015, "LV1")["status"] == "proposed"
    assert in_2015.export()["milestones"] == []
    in_2015.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    row = entry(in_2015, "LV1")
    assert (row["status"], row["agreed_on"], row["due_on"]) == ("final", day.date().isoformat(), due)
    (milestone,) = in_2015.export()["milestones"]
    assert (milestone["kind"], milestone["date"], milestone["owner"]) == ("regulator submission", due, "Margaret Osei")
    (action,) = in_2015.export()["actions"]
    assert (action["due_on"], action["owners"], action["private_to"]) == (due, ["Margaret Osei"], None)
    assert f"By {spoken}" in in_2015.posted()[-1]["text"]
    assert ": publish a written statement" in in_2015.posted()[-1]["text"]
    assert "action A1 of Margaret Osei" in in_2015.posted()[-1]["text"]
    assert "A1" in nudged(in_2015, cast.chair, eve)
    late = datetime.fromisoformat(f"{due}T09:00:00+00:00")
    in_2015.later(days=4)
    assert in_2015.now > late
    in_2015.tick()
    assert any("M1" in message["text"] for message in in_2015.posted()[-3:])
    assert in_2015.trail_faults() == []


def test_a_modification_is_final_only_with_the_regulators_approval(in_2015: Parley) -> None:
    entered(in_2015, "modification", "Rural crisis service")
    early = in_2015.slash("variation approval LM1 MON/15/17 on 10 jun 2015", by=cast.lead)
    assert early.private
    assert "LM1 is draft. Every party agrees it before it can be approved" in early.text
    said = agreed(in_2015, "LM1")
    assert "It waits for approval then: `/parley variation approval LM1 REFERENCE on DATE`." in said
    row = entry(in_2015, "LM1")
    assert (row["status"], row["due_on"], row["needs_approval"]) == ("agreed", "2015-07-10", True)
    assert "waits for approval" in in_2015.slash("variations", by=cast.observer).text
    assert "A1" in nudged(in_2015, cast.chair, datetime(2015, 7, 10, 9, tzinfo=UTC))
    in_2015.slash("variation submitted LM1 on 2 jul 2015", by=cast.scribe)
    assert entry(in_2015, "LM1")["status"] == "submitted"
    for typed, why in (
        ("on 8 jul 2015", "An approval has a reference, and none was typed."),
        ("MON/15/17", "Say when it was approved too"),
        ("MON/15/17 on 31 dec 2015", "is still to come"),
    ):
        refused = in_2015.slash(f"variation approval LM1 {typed}", by=cast.lead)
        assert refused.private
        assert why in refused.text
    assert entry(in_2015, "LM1")["status"] == "submitted"
    reply = in_2015.slash("variation approval LM1 MON/15/17 on 8 jul 2015", by=cast.lead)
    assert not reply.private
    row = entry(in_2015, "LM1")
    assert (row["status"], row["approval"], row["approved_on"]) == ("final", "MON/15/17", "2015-07-08")
    assert in_2015.trail_faults() == []


def test_before_signature_nothing_is_called_final(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    entered(in_2015, "modification", "Rural crisis service")
    agreed(in_2015, "LV1")
    agreed(in_2015, "LM1")
    approved = in_2015.slash("variation approval LM1 MON/15/17 on 10 jun 2015", by=cast.lead).text
    assert "How it stands: approved, subject to contract." in approved
    for shown in (
        in_2015.slash("variations", by=cast.observer).text,
        in_2015.slash("variation LV1", by=cast.lead).text,
    ):
        assert "agreed in principle, subject to contract (AG1)" in shown
        assert "final" not in shown
    assert (entry(in_2015, "LV1")["status"], entry(in_2015, "LM1")["status"]) == ("final", "final")
    in_2015.slash("milestone add Signature on 10 jun 2015 kind signature", by=cast.chair)
    signature = in_2015.export()["milestones"][-1]["ref"]
    assert not in_2015.slash(f"milestone done {signature}", by=cast.chair).private
    listed = in_2015.slash("variations", by=cast.observer).text
    assert "final (AG1)" in listed
    assert "subject to contract" not in listed


def test_a_provider_that_reached_no_agreement_applies(in_2015: Parley) -> None:
    in_2015.slash("variation add modification Rural crisis service", by=cast.lead)
    refused = in_2015.slash("variation application LM1", by=cast.chair)
    assert "An application is made by a provider" in refused.text
    assert not in_2015.slash("variation application LM1", by=cast.lead).private
    assert "LM1 is applied for" in in_2015.slash("agree LM1", by=cast.chair).text
    lacks = in_2015.slash("variation approval LM1 MON/15/17 on 10 jun 2015", by=cast.lead)
    assert "LM1 still lacks uneconomic, alternatives, providers, reimbursement and costs." in lacks.text
    for key in QUESTIONS["LM1"]:
        in_2015.slash(f"variation answer LM1 {key} Because", by=cast.lead)
    shown = in_2015.slash("variation LM1", by=cast.lead).text
    assert "submit it and say so, `/parley variation submitted LM1`" in shown
    assert "/parley agree LM1" not in shown
    early = in_2015.slash("variation approval LM1 MON/15/17 on 10 jun 2015", by=cast.lead)
    assert "LM1 is applied for and was not submitted" in early.text
    assert "`/parley variation submitted LM1 on 10 jun 2015" in early.text
    in_2015.slash("variation submitted LM1", by=cast.lead)
    before = in_2015.slash("variation approval LM1 MON/15/17 on 9 jun 2015", by=cast.lead)
    assert "is before LM1 was submitted" in before.text
    assert "cannot be changed" in in_2015.slash("variation effect LM1 2015-16 £1", by=cast.lead).text
    assert entry(in_2015, "LM1")["status"] == "submitted"
    in_2015.slash("variation approval LM1 MON/15/17 on 10 jun 2015", by=cast.lead)
    assert entry(in_2015, "LM1")["status"] == "final"
    late = in_2015.slash("variation effect LM1 2015-16 £1", by=cast.lead)
    assert "LM1 was approved on Wednesday 10 June 2015" in late.text


def test_an_agreement_that_waits_for_approval_says_so_and_after_it_nothing_is_due(in_2015: Parley) -> None:
    entered(in_2015, "modification", "Rural crisis service")
    agreed(in_2015, "LM1")
    assert "agreed in principle, waits for approval" in dossier(in_2015)
    assert "To be submitted by" in in_2015.slash("variation LM1", by=cast.lead).text
    in_2015.slash("variation approval LM1 reference: MON/15/17 on 10 jun 2015", by=cast.lead)
    assert entry(in_2015, "LM1")["approval"] == "MON/15/17"
    assert "To be submitted by" not in in_2015.slash("variation LM1", by=cast.lead).text
    assert "to be submitted by" not in in_2015.slash("variations", by=cast.lead).text
    assert "waits for approval" not in dossier(in_2015)
    assert "due on Tuesday 30 June 2015" not in dossier(in_2015)


def dossier(parley: Parley) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", None, "md").content.decode()


def test_a_label_before_a_reference_is_not_part_of_it(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    agreed(in_2015, "LV1")
    in_2015.slash("variation submitted LV1 on 10 jun 2015 ref: MON/15/4", by=cast.lead)
    assert entry(in_2015, "LV1")["submission"] == "MON/15/4"


def test_an_effect_does_not_come_before_its_entry(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    in_2015.slash("variation from LV1 1 jul 2015", by=cast.chair)
    refused = in_2015.slash("variation effect LV1 2014-15 £1m", by=cast.chair)
    assert "so it can have no effect in 2014-15" in refused.text
    in_2015.slash("variation effect LV1 2015-16 £1m", by=cast.chair)
    refused = in_2015.slash("variation from LV1 1 jul 2016", by=cast.chair)
    assert "`/parley variation effect LV1 2015-16 none` takes an effect out" in refused.text
    assert [row["year"] for row in entry(in_2015, "LV1")["effects"]] == ["2015-16"]


def test_answers_are_understood_as_people_type_them(table: Parley) -> None:
    table.slash("variation add price Step-down bed days", by=cast.chair)
    assert "has no national currency" in table.slash("variation currency LP1 No.", by=cast.chair).text
    assert "stands under nhsps-2023" in table.slash("variation regime LP1 NHS Payment Scheme", by=cast.chair).text
    several = table.slash("variation regime LP1 National tariff", by=cast.chair)
    assert "There is no regime" in several.text


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("Beds to clause 4.2", "Beds"),
        ("Beds in Clause 4.2", "Beds"),
        ("Beds clause 4.2", "Beds"),
    ],
)
def test_the_word_before_the_clause_is_no_part_of_the_title(table: Parley, typed: str, title: str) -> None:
    missing = table.slash(f"variation add variation {typed}", by=cast.chair)
    assert "no clause is there yet" in missing.text
    assert "`/parley clause add 4.2 Its title`" in missing.text
    table.slash("clause add 4.2 Payment", by=cast.chair)
    table.slash(f"variation add variation {typed}", by=cast.chair)
    assert (entry(table, "LV1")["title"], entry(table, "LV1")["clause"]) == (title, "4.2")
    ends = table.slash("variation add variation A new clause", by=cast.chair)
    assert "Nothing follows `clause`" in ends.text
    assert '"A new clause"' in ends.text


@pytest.mark.parametrize(("currency", "due"), [("no", None), ("yes", "2015-06-30")])
def test_a_price_is_submitted_only_where_there_is_a_national_currency(
    in_2015: Parley, currency: str, due: str | None
) -> None:
    entered(in_2015, "price", "Step-down bed days")
    lacks = in_2015.slash("agree LP1", by=cast.chair)
    assert "It lacks currency. Give them: `/parley variation currency LP1 yes`, or `no`." in lacks.text
    in_2015.slash(f"variation currency LP1 {currency}", by=cast.chair)
    said = agreed(in_2015, "LP1")
    row = entry(in_2015, "LP1")
    assert (row["status"], row["due_on"]) == ("final", due)
    assert len(in_2015.export()["milestones"]) == len(in_2015.export()["actions"]) == (1 if due else 0)
    reminder = nudged(in_2015, cast.chair, datetime(2015, 6, 30, 9, tzinfo=UTC))
    if due:
        assert "A1" in reminder
        in_2015.slash("variation submitted LP1", by=cast.scribe)
        assert entry(in_2015, "LP1")["status"] == "submitted"
    else:
        assert "nothing is to be submitted" in said
        assert "LP1" not in reminder
        refused = in_2015.slash("variation submitted LP1", by=cast.scribe)
        assert "LP1 has no national currency, so there is nothing to submit." in refused.text


def test_in_an_alliance_nothing_is_due_before_all_have_confirmed(parley: Parley) -> None:
    parley.slash("new OXMH Alliance for mental health", by=cast.chair)
    parley.slash("party add CCG Commissioning Group as commissioner", by=cast.chair)
    parley.slash(f"member add {cast.chair.mention} to CCG as chair, lead", by=cast.chair)
    members = {"OHP": cast.lead, "VCS": cast.negotiator, "GPF": cast.observer}
    for code, person in members.items():
        parley.slash(f"party add {code} Party {code}", by=cast.chair)
        parley.slash(f"member add {person.mention} to {code} as lead", by=cast.chair)
    entered(parley, "variation", "Block payment for crisis care")
    parley.slash("agree LV1", by=cast.chair)
    for person in members.values():
        assert entry(parley, "LV1")["status"] == "proposed"
        assert parley.export()["milestones"] == []
        parley.slash("confirm AG1", by=person)
    assert entry(parley, "LV1")["status"] == "final"
    assert len(parley.export()["milestones"]) == 1


def test_a_confirmation_from_elsewhere_makes_what_is_due_everybodys(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    in_2015.slash("agree LV1", by=cast.chair)
    reply = in_2015.slash("OXMH confirm AG1", by=cast.lead, where=cast.elsewhere)
    assert "Every party has agreed *LV1*" in reply.text
    assert [row["private_to"] for row in in_2015.export()["actions"]] == [None]
    again = in_2015.slash("confirm AG1", by=cast.negotiator)
    assert "it counts once" in again.text
    assert len(in_2015.export()["milestones"]) == 1
    told = [message for message in in_2015.posted() if "Every party has agreed *LV1*" in message["text"]]
    assert len(told) == 1


def test_what_was_submitted_is_recorded_and_its_milestone_is_done(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    assert "It is submitted once every party has agreed it" in in_2015.slash("variation submitted LV1", cast.chair).text
    agreed(in_2015, "LV1")
    future = in_2015.slash("variation submitted LV1 on 12 jun 2015", by=cast.chair)
    assert "is still to come" in future.text
    reply = in_2015.slash("variation submitted LV1 on 10 jun 2015 reference MON/15/4", by=cast.negotiator)
    assert not reply.private
    assert "Milestone M1 is done." in reply.text
    row = entry(in_2015, "LV1")
    assert (row["status"], row["submitted_on"], row["submission"]) == ("submitted", "2015-06-10", "MON/15/4")
    assert in_2015.export()["milestones"][0]["done_on"] == "2015-06-10"
    assert in_2015.export()["actions"][0]["status"] == "done"
    assert "already" in in_2015.slash("variation submitted LV1", by=cast.chair).text
    assert "so it stands" in in_2015.slash("reopen LV1 because of it", by=cast.lead).text
    assert "LV1" not in nudged(in_2015, cast.chair, datetime(2015, 6, 30, 9, tzinfo=UTC))
    assert in_2015.trail_faults() == []


# -- the words stand ------------------------------------------------------------------------------------


def test_the_parties_confirm_the_entry_in_words_and_it_stays_as_it_is(in_2015: Parley) -> None:
    in_2015.slash("clause add 4.2 Payment", by=cast.chair)
    in_2015.slash(f"{ADD} clause 4.2", by=cast.chair)
    for key in QUESTIONS["LV1"]:
        in_2015.slash(f"variation answer LV1 {key} Because", by=cast.chair)
    in_2015.slash("variation effect LV1 2015-16 -£1.2m", by=cast.chair)
    in_2015.slash("variation from LV1 1 jul 2015 to 31 mar 2016", by=cast.chair)
    other = in_2015.slash("agree LV1: Something else", by=cast.chair)
    assert "nothing else is agreed of it: `/parley agree LV1`" in other.text
    in_2015.slash("agree lv1", by=cast.chair)
    (agreement,) = in_2015.export()["agreements"]
    assert agreement["clause"] == "LV1"
    assert agreement["wording"] == (
        "Local variation LV1: Block payment for crisis care (tariff-2015-16, Schedule 3B, clause 4.2).\n"
        "In effect from Wednesday 1 July 2015 to Thursday 31 March 2016.\n"
        "Financial effect: 2015-16 -£1,200,000."
    )
    refused = in_2015.slash("variation effect LV1 2015-16 -£1.3m", by=cast.lead)
    assert "LV1 is recorded as agreed in AG1, so it cannot be changed. Withdraw that or object first" in refused.text
    in_2015.slash("object AG1 because the figure is too low", by=cast.lead)
    assert entry(in_2015, "LV1")["status"] == "objected"
    assert not in_2015.slash("variation effect LV1 2015-16 -£1.3m", by=cast.lead).private
    in_2015.slash("agree LV1", by=cast.chair)
    assert [row["status"] for row in in_2015.export()["agreements"]] == ["withdrawn", "awaiting"]
    in_2015.slash("confirm AG2", by=cast.lead)
    assert (
        "Reopen it first: `/parley reopen LV1 because …`" in in_2015.slash("variation schedule LV1 3A", cast.chair).text
    )
    assert in_2015.trail_faults() == []


def test_what_is_reopened_or_withdrawn_is_due_no_more(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    agreed(in_2015, "LV1")
    reply = in_2015.slash("reopen LV1 because the figures have changed", by=cast.lead)
    assert not reply.private
    row = entry(in_2015, "LV1")
    assert (row["status"], row["due_on"], row["agreement"]) == ("draft", None, None)
    assert [row["status"] for row in in_2015.export()["milestones"]] == ["removed"]
    assert [row["status"] for row in in_2015.export()["actions"]] == ["withdrawn"]
    agreed(in_2015, "LV1")
    assert entry(in_2015, "LV1")["milestone"] == "M2"
    in_2015.slash("variation withdraw LV1 because the service moves", by=cast.lead)
    row = entry(in_2015, "LV1")
    assert (row["status"], row["reason"]) == ("withdrawn", "the service moves")
    assert [row["status"] for row in in_2015.export()["actions"]] == ["withdrawn", "withdrawn"]
    again = in_2015.slash("variation withdraw LV1 because of it", by=cast.lead)
    assert "LV1 is withdrawn already" in again.text
    assert not in_2015.slash(ADD, by=cast.chair).private  # its title is free again
    assert in_2015.trail_faults() == []


def test_words_that_were_changed_after_they_were_recorded_do_not_count(in_2015: Parley) -> None:
    in_2015.slash("meeting add negotiation First round on 11 jun 2015 at 10:00 for 2h", by=cast.chair)
    entered(in_2015, "variation", "Block payment for crisis care")
    in_2015.now = datetime(2015, 6, 11, 9, 0, tzinfo=UTC)
    in_2015.slash("start N1", by=cast.chair)
    in_2015.slash("agree LV1", by=cast.chair)
    in_2015.types("s/crisis care/anything/", by=cast.chair)
    assert "anything" in in_2015.export()["agreements"][0]["wording"]
    in_2015.slash("confirm AG1", by=cast.lead)
    assert (entry(in_2015, "LV1")["status"], in_2015.export()["milestones"]) == ("draft", [])


# -- what is refused ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("variation add", "Say which kind of entry it is"),
        ("variation add tariff Beds", "“tariff” is no kind of entry. The kinds are variation, modification and price"),
        ("variation add variation", "Say what it is called"),
        ("variation add variation Beds clause 77.7", "There is no clause 77.7 in OXMH. Did you mean"),
        ("variation add variation Beds clause the payment", "A title that holds the word “clause” goes in quotes"),
        (
            "variation add variation block  payment for CRISIS care",
            "LV1 Block payment for crisis care is in the register",
        ),
        ("variation LV9", "There is no entry LV9 in OXMH. `/parley variations` lists them."),
        ("variation answer LV2 benefits yes", "LV2 has no question benefits. Its questions are benefit, transparency"),
        ("variation answer LV2 benefit", "Type the answer too"),
        ("variation effect LV2 2015 £1", "Type both years, such as `2015-16`"),
        ("variation effect LV2 2015-17 £1", "ends in the year after it begins"),
        ("variation effect LV2 2015-16 lots", "“lots” is not an amount that Parley can read"),
        ("variation schedule LV2 nowhere", "“nowhere” is not a schedule"),
        ("variation from LV2 1 apr 2010", "Thursday 1 April 2010 is before any regime that Parley knows. The first"),
        ("variation from LV2 1 apr 2027 to 1 mar 2027", "is before"),
        ("variation from LV2 sometime", "is not a date that Parley can read"),
        ("variation regime LV2 tariff-1999", "There is no regime tariff-1999. The regimes are tariff-2014-15"),
        ("variation currency LV2 yes", "A national currency matters for local prices alone"),
        ("variation currency LP1 perhaps", "yes or no?"),
        ("variation application LV2", "Only a local modification can be applied for"),
        ("variation approval LV2 MON/1 on 20 nov 2026", "which needs no approval"),
        ("variation approval LM1 on 20 nov 2026", "An approval has a reference, and none was typed"),
        ("variation submitted LV1", "It is submitted once every party has agreed it"),
        ("variation withdraw LV1 because of it", "AG1 on LV1 waits for confirmation. Settle that first"),
        ("variation withdraw LV2", "Say which and why"),
        ("variations as pdf", "`/parley variations as csv` sends them as a file"),
        ("agree LV1", "LV1 is recorded as agreed in AG1"),
        ("agree LM1", "LM1 cannot be agreed yet. It lacks uneconomic, alternatives"),
        ("reopen LV1 because of it", "not agreed by every party"),
        ("withdraw LV2", "Say why: `/parley variation withdraw LV2 because"),
        ("withdraw LV9", "There is no entry LV9"),
        ("derogation add SC36", "Say which national clause and how"),
        ("derogation add 4.2 Payment falls due later", "4.2 is local text"),
        ("derogation add SC99 Payment falls due later", "There is no clause SC99 in OXMH"),
        ("derogation add SC36 Payment is made each quarter", "DG1 on SC36 says so already"),
        ("derogation withdraw DG9 because of it", "There is no derogation DG9"),
        ("change add Two more beds", "Say what changes and who initiated it"),
        ("change add Two more beds initiated by XYZ", "There is no party XYZ in OXMH. The parties are CCG, OHP"),
        ("change add Two more beds initiated by OHP", "OXMH is not signed yet"),
        ("change impact CV1 Costs rise", "There is no variation of the contract CV1"),
        ("reopen LV99 because x", "There is no entry LV99 in OXMH"),
        ("withdraw LV99", "There is no entry LV99 in OXMH"),
        ("withdraw CV99", "There is no variation of the contract CV99 in OXMH"),
        ("agree LV1 the whole of it", "The words of LV1 are those of its entry"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.lead)
    assert reply.private
    assert why in reply.text
    assert f"You typed: /parley {typed}" in reply.shown
    assert standing.export() == before


def test_a_chosen_regime_and_the_dates_must_fit(table: Parley) -> None:
    table.slash(ADD, by=cast.chair)
    table.slash("variation regime LV1 tariff-2015-16", by=cast.chair)
    refused = table.slash("variation from LV1 1 apr 2017", by=cast.chair)
    assert "tariff-2015-16 applies from Wednesday 1 April 2015 to Thursday 31 March 2016" in refused.text
    assert "`/parley variation regime LV1 tariff-2017-18`" in refused.text
    table.slash("variation from LV1 1 apr 2015", by=cast.chair)
    refused = table.slash("variation regime LV1 nhsps-2023", by=cast.chair)
    assert "nhsps-2023 applies from Saturday 1 April 2023 on" in refused.text
    assert entry(table, "LV1")["regime"] == "tariff-2015-16"


@pytest.mark.parametrize(
    ("typed", "by", "why"),
    [
        ("variation add price Beds in the home", cast.observer, "You may not add to the record in OXMH"),
        ("variation answer LV2 benefit Yes", cast.observer, "You may not add to the record in OXMH"),
        ("variation withdraw LV2 because of it", cast.scribe, "that needs the role lead or negotiator"),
        ("variation submitted LV2", cast.analyst, "You may not record a submission in OXMH"),
        ("derogation add SC36 Otherwise", cast.observer, "You may not add to the record in OXMH"),
        ("change add Beds initiated by OHP", cast.observer, "You may not add to the record in OXMH"),
        ("agree LV2", cast.observer, "You may not add to the record in OXMH"),
        ("variations", cast.stranger, "You have no seat in OXMH"),
        ("variation LV1", cast.stranger, "You have no seat in OXMH"),
        ("agree LV1", cast.stranger, "You have no seat in OXMH"),
        ("variation approval LM1 MON/1 on 20 nov 2026", cast.observer, "You may not record an approval"),
        ("variation submitted LM1", cast.observer, "You may not record a submission"),
    ],
)
def test_who_may_not_is_told_and_nothing_changes(standing: Parley, typed: str, by: cast.Person, why: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=by)
    assert reply.private
    assert why in reply.text
    assert standing.export() == before


@pytest.mark.parametrize(
    "typed",
    [
        "variation add price Beds in the home",
        "variation answer LV2 benefit Yes",
        "variation effect LV2 2026-27 £1",
        "variation submitted LV2",
        "variation approval LM1 MON/1 on 20 nov 2026",
        "variation withdraw LV2 because of it",
        "derogation add SC36 Otherwise",
        "derogation withdraw DG1 because of it",
    ],
)
def test_nothing_is_entered_from_a_caucus_channel(standing: Parley, typed: str) -> None:
    before = standing.export(party="OHP")
    reply = standing.slash(typed, by=cast.lead, where=cast.ohp_caucus)
    assert reply.private
    assert "this channel is private to your side. Nothing was done." in reply.text
    assert standing.export(party="OHP") == before


# -- the register as a file -----------------------------------------------------------------------------


def test_the_register_comes_as_csv_in_which_nothing_is_a_formula(in_2015: Parley) -> None:
    assert "No local variation" in in_2015.slash("variations as csv", by=cast.observer).text
    ref = entered(in_2015, "variation", "=HYPERLINK(A1)")
    for typed in (
        f"answer {ref} benefit +44 lives, better",
        f"consulted {ref} @everybody",
        f"effect {ref} 2015-16 -£1.2m",
        f"from {ref} 1 jul 2015",
    ):
        in_2015.slash(f"variation {typed}", by=cast.chair)
    agreed(in_2015, ref)
    in_2015.slash("variation add price Withdrawn later", by=cast.chair)
    in_2015.slash("variation withdraw LP1 because of it", by=cast.lead)
    reply = in_2015.slash("variations as csv", by=cast.observer)
    assert reply.private
    ((name, content),) = in_2015.files(cast.observer).items()
    assert name.startswith("OXMH-registers-")
    rows = list(csv.DictReader(io.StringIO(content.removeprefix("\ufeff"))))
    assert len(rows) == 1
    expected = {
        "Ref": "LV1",
        "Register": "local variation",
        "Title": "'=HYPERLINK(A1)",
        "Status": "agreed in principle, subject to contract",
        "Regime": "tariff-2015-16",
        "Schedule": "3B",
        "Effective from": "2015-07-01",
        "Test: benefit": "'+44 lives, better",
        "Effect 2015-16 (£)": "(1200000.00)",
        "Consulted": "'@everybody",
        "Agreed on": "2015-06-10",
        "Due on": "2015-06-30",
    }
    assert expected.items() <= rows[0].items()
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row.values())


# -- derogations, and variations of the signed contract -------------------------------------------------


def test_derogations_from_national_text_are_kept_and_taken_back(table: Parley) -> None:
    reply = table.slash("derogation add sc36.45a Payment is made each quarter", by=cast.analyst)
    assert not reply.private
    assert "Derogation *DG1* from SC36.45A: Payment is made each quarter" in reply.text
    table.slash("derogation add SC36.9 Prices are those of last year", by=cast.chair)
    listed = table.slash("derogations", by=cast.observer)
    assert listed.text.splitlines() == [
        "*DG2* SC36.9: Prices are those of last year",
        "*DG1* SC36.45A: Payment is made each quarter",
    ]
    table.slash("derogation withdraw dg1 because the national text has changed", by=cast.lead)
    row = table.export()["derogations"][0]
    assert (row["status"], row["reason"]) == ("withdrawn", "the national text has changed")
    again = table.slash("derogation withdraw DG1 because of it", by=cast.lead)
    assert "DG1 is withdrawn already" in again.text
    assert table.trail_faults() == []


def test_a_variation_of_the_signed_contract_is_assessed_and_signed_by_every_party(table: Parley) -> None:
    assert "OXMH is not signed yet" in table.slash("change add Two more beds initiated by OHP", by=cast.chair).text
    table.slash("milestone add Signature on 20 nov 2026 kind signature", by=cast.chair)
    table.slash("milestone done M1 on 20 nov 2026", by=cast.chair)
    reply = table.slash("change add Two more beds initiated by ohp", by=cast.chair)
    assert not reply.private
    assert "*CV1* Two more beds is a variation of the signed contract, initiated by OHP." in reply.text
    assert "its impact is not assessed" in table.slash("agree CV1", by=cast.chair).text
    table.slash("change impact CV1 Costs rise by £40k a year", by=cast.analyst)
    table.slash("agree CV1", by=cast.chair)
    assert table.export()["agreements"][0]["wording"] == (
        "Variation CV1 of the contract, initiated by Oxford Health and partners: Two more beds.\n"
        "Impact: Costs rise by £40k a year"
    )
    assert table.export()["changes"][0]["status"] == "proposed"
    assert "so it cannot be changed" in table.slash("change impact CV1 None", by=cast.lead).text
    assert "waits for confirmation" in table.slash("change withdraw CV1 because of it", by=cast.lead).text
    table.slash("confirm AG1", by=cast.lead)
    (row,) = table.export()["changes"]
    assert (row["status"], row["initiated_by"], row["agreement"]) == ("final", "OHP", "AG1")
    assert [(word["party"], word["member"]) for word in row["signatures"]] == [
        ("CCG", "Margaret Osei"),
        ("OHP", "Daniel Kerr"),
    ]
    listed = table.slash("changes", by=cast.observer).text
    assert "signed by every party (AG1)" in listed
    assert "Daniel Kerr (OHP), Thursday 26 November 2026" in listed
    for typed in ("change withdraw CV1 because of it", "reopen CV1 because of it", "change impact CV1 None"):
        assert "CV1 is signed by every party, so it stands." in table.slash(typed, by=cast.lead).text
    table.slash("change add Fewer beds initiated by CCG", by=cast.chair)
    table.slash("change withdraw CV2 because nobody wants it", by=cast.lead)
    assert table.export()["changes"][1]["status"] == "withdrawn"
    assert table.trail_faults() == []


def test_the_negotiation_file_tells_the_registers(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    agreed(in_2015, "LV1")
    in_2015.slash("derogation add SC36 Payment is made each quarter", by=cast.chair)
    in_2015.slash("export md", by=cast.observer)
    (content,) = in_2015.files(cast.observer).values()
    assert "## Local variations, modifications and prices" in content
    assert (
        "| LV1 | local variation | Block payment for crisis care | agreed in principle, subject to contract |"
        in content
    )
    assert "| LV1 | benefit | Because of benefit |" in content
    assert "due on Tuesday 30 June 2015" in content
    assert "## Derogations from national text" in content
    assert "## Variations of the signed contract" not in content


# -- hostile words --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD|dan> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;&lt; " * 3000,
        "“curly” 'single' \"double",
    ],
    ids=["markup", "live", "scripts", "long", "quotes"],
)
def test_hostile_words_are_kept_and_ping_nobody(table: Parley, words: str) -> None:
    table.slash(f"variation add price Beds {words}"[:150], by=cast.lead)
    table.slash(ADD, by=cast.lead)
    table.slash("milestone add Signature on 20 nov 2026 kind signature", by=cast.chair)
    table.slash("milestone done M1 on 20 nov 2026", by=cast.chair)
    table.slash("change add Two more beds initiated by OHP", by=cast.lead)
    for typed in (
        f"variation add {words} Beds",
        f"variation add variation {words} clause {words}",
        f"variation answer LV1 benefit {words}"[:15_000],
        f"variation answer LV1 {words} yes",
        f"variation effect LV1 {words} £1",
        f"variation effect LV1 2026-27 {words}",
        f"variation schedule LV1 {words}",
        f"variation consulted LV1 {words}",
        f"variation from LV1 {words} to {words}",
        f"variation regime LV1 {words}",
        f"variation currency LP1 {words}",
        f"variation approval LV1 {words} on {words}",
        f"variation submitted LV1 on {words} reference {words}",
        f"variation {words}",
        f"derogation add SC36 {words}",
        f"derogation withdraw DG1 because {words}",
        f"change add {words} initiated by {words}",
        f"change add {words} initiated by OHP",
        f"change impact CV1 {words}",
        "agree CV1",
        f"agree CV1: {words}",
        f"reopen CV1 because {words}",
        "variation LV1",
        "variations",
        "derogations",
        "changes",
        f"variation withdraw LV1 because {words}",
        "variations",
    ):
        reply = table.slash(typed, by=cast.lead)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed[:60]
        assert reply.pings == []
    assert entry(table, "LV1")["status"] == "withdrawn"
    assert entry(table, "LV1")["answers"]["benefit"]
    assert table.export()["derogations"][0]["text"]
    assert table.trail_faults() == []


def test_neither_approval_nor_submission_comes_before_the_agreement(in_2015: Parley) -> None:
    entered(in_2015, "modification", "Rural crisis beds")
    agreed(in_2015, "LM1")
    for typed in ("variation approval LM1 MON/15/1 on 1 jan 2014", "variation submitted LM1 on 1 jan 2014 reference x"):
        assert "is before LM1 was agreed" in in_2015.slash(typed, by=cast.chair).text
    assert entry(in_2015, "LM1")["status"] == "agreed"


def test_a_submission_s_milestone_is_done_by_saying_what_was_submitted(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    agreed(in_2015, "LV1")
    ref = in_2015.export()["milestones"][-1]["ref"]
    refused = in_2015.slash(f"milestone done {ref}", by=cast.chair)
    assert f"{ref} is the submission of LV1" in refused.text
    in_2015.slash("variation submitted LV1 reference MON/15/4", by=cast.chair)
    assert in_2015.export()["milestones"][-1]["done_on"] is not None


# -- what a refusal shows to type instead ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "ref"),
    [
        ("variation effect LP1 2015 £1", "LP1"),
        ("variation effect LP1 2015-16 lots", "LP1"),
        ("variation effect LM1", "LM1"),
        ("variation schedule LM1 nowhere", "LM1"),
        ("variation schedule LP1", "LP1"),
        ("variation consulted LM1", "LM1"),
        ("variation currency LP1", "LP1"),
        ("variation currency LP1 perhaps", "LP1"),
        ("variation from LP1", "LP1"),
        ("variation from LP1 1 apr 2027 to 1 mar 2027", "LP1"),
        ("variation from LM1 1 apr 2010", "LM1"),
        ("variation regime LM1", "LM1"),
        ("variation withdraw LP1", "LP1"),
        ("variation add price", "Step-down bed days"),
        ("variation application LP1", "Rural crisis service"),
        ("variation agreement LV1", "Rural crisis service"),
    ],
)
def test_the_example_in_a_refusal_can_be_typed_as_it_stands(table: Parley, typed: str, ref: str) -> None:
    for kind, title in (("variation", "Block payment"), ("modification", "Beds"), ("price", "Bed days")):
        table.slash(f"variation add {kind} {title}", by=cast.chair)
    refused = table.slash(typed, by=cast.lead)
    assert refused.private
    example = re.findall(r"`/parley ([^`]+)`", refused.text)[-1]
    assert ref in example
    reply = table.slash(example, by=cast.lead)
    assert not reply.private or reply.text.startswith("Nothing was changed")


def test_the_example_for_an_approval_or_a_submission_is_of_today(in_2015: Parley) -> None:
    entered(in_2015, "modification", "Rural crisis service")
    agreed(in_2015, "LM1")
    for typed in ("variation approval LM1", "variation approval LM1 MON/15/17", "variation submitted"):
        refused = in_2015.slash(typed, by=cast.lead)
        assert refused.private
        assert "10 jun 2015" in refused.text
        example = re.findall(r"`/parley ([^`]+)`", refused.text)[-1]
    reply = in_2015.slash(example.replace("LV1", "LM1"), by=cast.lead)
    assert "was submitted on Wednesday 10 June 2015" in reply.text
    approved = in_2015.slash("variation approval LM1", by=cast.lead).text
    in_2015.slash(re.findall(r"`/parley ([^`]+)`", approved)[-1], by=cast.lead)
    gone = in_2015.slash("variation withdraw LM1 because of it", by=cast.lead).text
    assert "`/parley variation add modification Change of LM1`" in gone


def test_the_example_of_a_change_names_a_party_that_is_there(table: Parley) -> None:
    for typed in ("milestone add Signature on 20 nov 2026 kind signature", "milestone done M1 on 20 nov 2026"):
        table.slash(typed, by=cast.chair)
    refused = table.slash("change add Two more beds", by=cast.chair)
    assert not table.slash(re.findall(r"`/parley ([^`]+)`", refused.text)[-1], by=cast.chair).private


# -- refs that no register has, what is left unsaid, days off ------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("agree LV99", "There is no entry LV99 in OXMH. `/parley variations` lists them."),
        ("agree lp7: A price", "There is no entry lp7"),
        ("agree CV9", "There is no variation of the contract CV9"),
        ("agree DG9", "There is no derogation DG9"),
        ("agree DG1", "DG1 is a derogation, which is entered and not agreed by itself"),
        ("agree O9.9", "There is no metric O9.9"),
        ("agree O9", "There is no outcome O9"),
    ],
)
def test_a_ref_that_no_register_has_is_never_agreed_as_words(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()["agreements"]
    reply = standing.slash(typed, by=cast.lead)
    assert reply.private
    assert why in reply.text
    assert standing.export()["agreements"] == before


def test_what_an_entry_does_not_say_is_advised_and_listed(in_2015: Parley) -> None:
    entered(in_2015, "variation", "Block payment for crisis care")
    said = in_2015.slash("agree LV1", by=cast.chair).text
    assert "Advice, no rule: it lacks effective dates, who was consulted and financial effect." in said
    assert "take it back first, `/parley withdraw AG1`, then:" in said
    lacking = "lacking: effective dates, who was consulted and financial effect"
    assert lacking in in_2015.slash("variations", by=cast.observer).text
    in_2015.slash("withdraw AG1", by=cast.chair)
    for typed in ("from LV1 10 jun 2015", "consulted LV1 The ward managers", "effect LV1 2015-16 £0"):
        assert not in_2015.slash(f"variation {typed}", by=cast.chair).private
    assert "Advice" not in in_2015.slash("agree LV1", by=cast.chair).text
    assert "lacking" not in in_2015.slash("variations", by=cast.observer).text


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (datetime(2015, 8, 20, 9, tzinfo=UTC), "19 September 2015 (a Saturday: submit by Friday 18 September 2015):"),
        (datetime(2015, 11, 28, 9, tzinfo=UTC), "28 December 2015 (Boxing Day (observed)"),
        (datetime(2015, 6, 10, 9, tzinfo=UTC), "By Tuesday 30 June 2015: publish"),
    ],
)
def test_a_deadline_on_a_day_off_says_so(in_2015: Parley, day: datetime, told: str) -> None:
    in_2015.now = day
    entered(in_2015, "variation", "Block payment for crisis care")
    assert told in agreed(in_2015, "LV1")


def test_the_reminder_of_a_saturday_s_deadline_says_to_submit_by_friday(in_2015: Parley) -> None:
    in_2015.now = datetime(2015, 8, 20, 9, tzinfo=UTC)
    entered(in_2015, "variation", "Block payment for crisis care")
    agreed(in_2015, "LV1")
    told = nudged(in_2015, cast.chair, datetime(2015, 9, 18, 9, tzinfo=UTC))
    assert "submit by Friday 18 September 2015" in told
