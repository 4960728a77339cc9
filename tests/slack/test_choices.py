"""How the contract came to be: the options and the route, who signs by the structure, what weighed, what was found."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.exports import files
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, running_parley

BECAUSE = "because one party answers for the whole pathway"


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """OXMH with one criterion, for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('standing')}/parley.db") as running:
        running.set_up()
        running.slash("assessment add Capability", by=cast.chair)
        yield running


@pytest.fixture
def four(parley: Parley) -> Parley:
    """OXMH with a commissioner and three providers: VCS and MIND beside OHP."""
    parley.set_up()
    for typed in (
        "party add VCS Voluntary sector partnership",
        "party add MIND Minds together",
        f"member add {cast.stranger.mention} to VCS as lead",
    ):
        parley.slash(typed, by=cast.chair)
    parley.api.add_user("U08MIND", "Hana Brandt")
    parley.slash("member add <@U08MIND> to MIND as lead", by=cast.chair)
    return parley


MINDS = cast.Person("U08MIND", "Hana Brandt")


def choices(parley: Parley) -> dict[str, Any]:
    found: dict[str, Any] = parley.export()["choices"]
    return found


def dossier(parley: Parley) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", None, "md").content.decode()


def agreement(parley: Parley, ref: str = "AG1") -> dict[str, Any]:
    return next(row for row in parley.export()["agreements"] if row["ref"] == ref)


def kinds(parley: Parley) -> dict[str, tuple[str, bool]]:
    return {party["code"]: (party["kind"], party["signs"]) for party in parley.export()["parties"]}


# -- the route -------------------------------------------------------------------------------------------


def test_the_route_is_asked_in_a_form_and_answered_with_the_rows_that_match(table: Parley) -> None:
    table.slash("route", by=cast.observer)
    form = table.api.modal(cast.observer.id)
    assert form is not None
    assert [len(block["element"]["options"]) for block in form["blocks"]] == [4, 2, 2]
    chosen = {
        name: {"type": "static_select", "selected_option": {"value": value}}
        for name, value in (("market", "1"), ("complexity", "0"), ("integration", "1"))
    }
    assert table.submits(form, chosen, by=cast.observer) == {}
    table.deliver()
    (told,) = [message["text"] for message in table.api.ephemerals if message["to"] == cast.observer.id]
    assert "no competition · simple · limited / full → development of the market (ambiguous) → (ambiguous)" in told
    assert "only one cell survives; it may be the route, or span both columns" in told
    assert choices(table)["routes"] == []


def test_a_form_with_an_answer_that_is_not_there_says_so_under_its_field(table: Parley) -> None:
    table.slash("route", by=cast.chair)
    form = table.api.modal(cast.chair.id)
    assert form is not None
    bad = {name: {"type": "static_select", "selected_option": {"value": "9"}} for name in ("market", "complexity")}
    assert set(table.submits(form, bad, by=cast.chair)["errors"]) == {"market", "complexity", "integration"}


@pytest.mark.parametrize(
    ("typed", "rows"),
    [
        ("no competition, complex, full", [5]),
        ("NO COMPETITION, complex, limited", [4]),
        ("full competition, simple, limited", [1]),
        ("full competition, simple, full", []),
        ("one dominant, complex, full", [6, 7]),
        ("several dominant, complex, full", [8, 9]),
        ("some competition, complex, full", [6, 7, 8, 9]),
    ],
)
def test_the_three_answers_may_be_typed(standing: Parley, typed: str, rows: list[int]) -> None:
    reply = standing.slash(f"route {typed}", by=cast.observer)
    assert reply.private
    shown = [int(line[1]) for line in reply.text.splitlines() if line.startswith("*")]
    assert shown == rows
    assert ("The table has no row for that." in reply.text) is (rows == [])


def test_who_has_no_forms_is_told_what_to_type(table: Parley) -> None:
    table.mentions("route", by=cast.lead)
    table.deliver()
    (told,) = [message["text"] for message in table.api.ephemerals if message["to"] == cast.lead.id]
    assert "`/parley route no competition, complex, full`" in told
    assert table.api.modal(cast.lead.id) is None


def test_the_chosen_route_is_a_decision_with_its_reason_and_the_earlier_stays(table: Parley) -> None:
    reply = table.slash("route choose 4 because nobody else has the beds", by=cast.chair)
    assert not reply.private
    assert reply.text == (
        "*D1* Route to contract: single provider; single action tender with strong partnering &amp; incentivisation "
        "(row 4 of the options: no competition, complex, limited), because nobody else has the beds"
    )
    table.slash("route choose 3 because the market must grow first", by=cast.lead)
    first, second = choices(table)["routes"]
    assert (first["decision"], first["structure"], first["recorded_by"]) == ("D1", "single provider", "Margaret Osei")
    assert (second["decision"], second["row"], set(second["ambiguous"])) == ("D2", 3, {"structure", "route"})
    assert "development of the market (ambiguous); (ambiguous)" in table.export()["decisions"][1]["text"]
    shown = table.slash("route table", by=cast.observer)
    assert shown.private
    assert "Chosen: *D2* " in shown.text
    assert "(Daniel Kerr (OHP), Thursday 26 November 2026)" in shown.text
    assert table.trail_faults() == []


# -- the structure and who signs -------------------------------------------------------------------------


def test_an_alliance_of_four_members_needs_four_confirmations(four: Parley) -> None:
    decided = four.slash("structure alliance because risk is shared", by=cast.chair)
    assert "whose confirmation every agreement needs: CCG, OHP, VCS and MIND." in decided.text
    assert four.export()["negotiation"]["structure"] == "alliance"
    four.slash("agree Payment falls due within 30 days.", by=cast.chair)
    for person, status in ((cast.lead, "awaiting"), (cast.stranger, "awaiting"), (MINDS, "agreed")):
        four.slash("confirm AG1", by=person)
        assert agreement(four)["status"] == status
    assert [word["party"] for word in agreement(four)["confirmations"]] == ["CCG", "OHP", "VCS", "MIND"]
    assert four.trail_faults() == []


def test_a_prime_contract_needs_two(four: Parley) -> None:
    reply = four.slash(f"structure prime ohp {BECAUSE}", by=cast.chair)
    assert not reply.private
    assert reply.text.splitlines() == [
        f"*D1* Structure of the contract: prime contract with OHP, {BECAUSE}",
        "Who signs now, and whose confirmation every agreement needs: CCG and OHP.",
        "VCS is a subcontractor now: it sits at the table and does not sign.",
        "MIND is a subcontractor now: it sits at the table and does not sign.",
    ]
    four.slash("agree Payment falls due within 30 days.", by=cast.chair)
    refused = four.slash("confirm AG1", by=cast.stranger)
    assert refused.private
    assert "which does not sign this contract" in refused.text
    four.slash("confirm AG1", by=cast.lead)
    assert agreement(four)["status"] == "agreed"
    assert [word["party"] for word in agreement(four)["confirmations"]] == ["CCG", "OHP"]
    (deed,) = [deed for deed in four.deeds("VCS") if deed["deed"] == "party.kind"]
    assert (deed["before"], deed["kind"], deed["by"]) == ("provider", "subcontractor", "D1")
    assert four.trail_faults() == []


@pytest.mark.parametrize(
    ("typed", "structure"),
    [
        ("structure Allied Contract because all six share the risk", "alliance"),
        ("structure alliance contract because all six share the risk", "alliance"),
        ("structure prime contract with OHP because one answers", "prime"),
        ("structure lead provider OHP because one answers", "lead provider"),
    ],
)
def test_a_structure_is_understood_as_people_name_it(table: Parley, typed: str, structure: str) -> None:
    assert not table.slash(typed, by=cast.chair).private
    assert table.export()["negotiation"]["structure"] == structure


def test_the_same_structure_for_the_same_reason_is_no_new_decision(table: Parley) -> None:
    table.slash("structure prime OHP because one answers", by=cast.chair)
    again = table.slash("structure prime OHP because one answers", by=cast.chair)
    assert again.private
    assert "Nothing was changed" in again.text
    table.slash("structure prime OHP because the pathway is one", by=cast.chair)
    assert len(table.export()["decisions"]) == 2


def test_agreements_made_before_keep_their_confirmations_and_are_counted_anew(four: Parley) -> None:
    four.slash("agree Payment falls due within 30 days.", by=cast.chair)
    four.slash("confirm AG1", by=cast.lead)
    four.slash("agree Rooms are shared.", by=cast.chair)
    four.slash("confirm AG2", by=cast.stranger)
    assert "the commissioner decides it" in four.slash(f"structure prime OHP {BECAUSE}", by=cast.lead).text
    prime = four.slash(f"structure prime OHP {BECAUSE}", by=cast.chair)
    assert "AG1 keeps the confirmations it has, and is agreed now." in prime.text
    assert "AG2 keeps the confirmations it has, and awaits OHP." in prime.text
    assert agreement(four, "AG1")["status"] == "agreed"
    four.deliver()
    back = four.slash("structure alliance because all share the risk after all", by=cast.chair)
    assert "AG1 keeps the confirmations it has, and awaits VCS and MIND." in back.text
    assert "VCS is a provider now, and signs." in back.text
    assert [word["party"] for word in agreement(four, "AG2")["confirmations"]] == ["CCG", "VCS"]
    assert kinds(four)["VCS"] == ("provider", True)
    assert [row["decision"] for row in choices(four)["structures"]] == ["D1", "D2"]
    assert "D2" in four.slash("structure", by=cast.observer).text
    assert four.trail_faults() == []
    four.deliver()


def test_a_structure_led_by_another_party_gives_the_first_its_place_back(four: Parley) -> None:
    four.slash("party add LAW Legal advisers as adviser", by=cast.chair)
    four.slash("party add SUB Local transport as subcontractor", by=cast.chair)
    four.slash(f"structure lead provider OHP {BECAUSE}", by=cast.chair)
    four.slash(f"structure integrator VCS {BECAUSE}", by=cast.chair)
    assert {code: kind for code, (kind, _) in kinds(four).items()} == {
        "CCG": "commissioner", "OHP": "subcontractor", "VCS": "provider", "MIND": "subcontractor", "LAW": "adviser",
        "SUB": "subcontractor",
    }  # fmt: skip
    four.slash("structure alliance because all share the risk", by=cast.chair)
    assert kinds(four)["SUB"] == ("subcontractor", False)  # it was one from the beginning
    assert kinds(four)["MIND"] == ("provider", True)


def test_a_second_provider_does_not_join_a_prime_contract(table: Parley) -> None:
    table.slash(f"structure prime {BECAUSE}", by=cast.chair)  # the only one that provides is meant
    refused = table.slash("party add VCS Voluntary sector", by=cast.chair)
    assert refused.private
    assert "OHP signs alone. Add VCS as its subcontractor" in refused.text
    table.slash("party add VCS Voluntary sector as subcontractor", by=cast.chair)
    assert kinds(table)["VCS"] == ("subcontractor", False)


def test_the_decision_behind_a_choice_is_not_undone_in_passing(table: Parley) -> None:
    table.slash(f"structure prime OHP {BECAUSE}", by=cast.chair)
    refused = table.slash("undo", by=cast.chair)
    assert refused.private
    assert "The structure of the contract rests on D1" in refused.text
    assert "Choose again instead: `/parley structure alliance because …`" in refused.text
    assert table.export()["decisions"][0]["status"] == "recorded"


# -- pros and cons ---------------------------------------------------------------------------------------


def test_pros_and_cons_of_the_chosen_structure_are_weighed_with_mitigation_and_owner(table: Parley) -> None:
    table.slash("route choose 5 because one provider leads", by=cast.chair)
    listed = table.slash("procon", by=cast.observer).text
    assert listed.splitlines()[0] == "*lead provider with back to back subcontracting arrangements*"
    assert "*12* con: risk of compounding of required profit · not weighed yet" in listed
    reply = table.slash(f"procon 12 material mitigation Open books {cast.lead.mention}", by=cast.chair)
    assert not reply.private
    assert "· material · mitigation: Open books · owner: Daniel Kerr (OHP)" in reply.text
    table.slash("procon 12 immaterial", by=cast.lead)
    again = table.slash("procon 12 immaterial", by=cast.lead)
    assert again.private
    assert "Nothing was changed" in again.text
    (row,) = choices(table)["pros_and_cons"]
    assert (row["kind"], row["material"], row["mitigation"], row["owner"]) == (
        "con",
        False,
        "Open books",
        "Daniel Kerr",
    )
    first, second = table.deeds("procon 12")
    assert (first["material"], second["before"][0]) == (True, True)
    table.slash(f"structure lead provider OHP {BECAUSE}", by=cast.chair)
    assert table.slash("procon", by=cast.observer).text == table.slash("procon lead back", by=cast.chair).text
    assert table.slash("procon single", by=cast.chair).text.startswith("*single provider (ambiguous)*")
    assert len(table.slash("procon all", by=cast.chair).text.splitlines()) == 6 + 21 + 1
    assert table.trail_faults() == []


def test_a_structure_is_weighed_before_any_route_is_chosen(table: Parley) -> None:
    assert table.slash("procon", by=cast.observer).text == table.slash("procon all", by=cast.observer).text
    table.slash(f"structure integrator OHP {BECAUSE}", by=cast.chair)
    assert table.slash("procon", by=cast.observer).text == table.slash("procon integrator", by=cast.observer).text
    table.slash("structure alliance because all share the risk", by=cast.chair)
    assert "nothing for or against what was chosen. `/parley procon all`" in table.slash("procon", cast.observer).text


# -- analysis and assessment -----------------------------------------------------------------------------


def test_the_phases_of_analysis_keep_month_or_date_as_they_are_known(table: Parley) -> None:
    reply = table.slash(
        "analysis add Phase 1 market analysis in January 2013 finding Few providers could bid", by=cast.analyst
    )
    assert reply.text == "*AN1* Phase 1 market analysis: January 2013 · finding: Few providers could bid"
    table.slash("analysis add Talks in depth on the options on 4 nov 2013", by=cast.analyst)
    first, second = choices(table)["analysis"]
    assert (first["month"], first["date"], first["finding"]) == ("2013-01", None, "Few providers could bid")
    assert (second["title"], second["date"], second["month"]) == ("Talks in depth on the options", "2013-11-04", None)
    assert "*AN2* Talks in depth on the options: Monday 4 November 2013" in table.slash("analysis", cast.observer).text


def test_the_assessment_has_criteria_evidence_evaluators_and_findings_that_become_something(table: Parley) -> None:
    for criterion in (
        "provider engagement and demonstration of appetite",
        "acceptance of key principles",
        "capability",
    ):
        table.slash(f"assessment add {criterion}", by=cast.chair)
    assert "there already" in table.slash("assessment add Capability", by=cast.chair).text
    table.slash("assessment evidence 1 Six organisations wrote the bid together", by=cast.analyst)
    table.slash(f"assessment evaluator {cast.analyst.mention}, {cast.scribe.mention}", by=cast.chair)
    for typed, became in (
        ("1 strength Joint working becomes commitment", "C1"),
        (f"3 concern Show the staffing plan {cast.lead.mention} by 11 dec becomes action", "A1"),
        ("3 concern Show the risk register becomes an action", "A2"),
        (f"2 concern Out-of-scope services {cast.lead.mention} becomes risk", "A3"),
        ("1 concern Professional groups becomes a risk", "A4"),
        ("1 concern Much is new becomes note", "E1"),
        ("2 strength Passion and ambition", ""),
    ):
        reply = table.slash(f"assessment finding {typed}", by=cast.chair)
        assert not reply.private
        assert (f"→ *{became}*" in reply.text) is bool(became), typed
    assert [row["became"] for row in choices(table)["assessment"]["findings"]] == [
        "C1",
        "A1",
        "A2",
        "A3",
        "A4",
        "E1",
        None,
    ]
    (promise,) = table.export()["commitments"]
    assert (promise["text"], promise["party"]) == ("Joint working", "OHP")
    assert promise["source"] == "Assessment, provider engagement and demonstration of appetite"
    staffing, register, scope, groups = table.export()["actions"]
    assert (staffing["owners"], staffing["due_on"]) == (["Daniel Kerr"], "2026-12-11")
    assert register["owners"] == []
    assert (scope["text"], scope["owners"]) == ("Risk: Out-of-scope services", ["Daniel Kerr"])
    assert (groups["text"], groups["owners"]) == ("Risk: Professional groups", [])  # `check` asks whose it is
    shown = table.slash("assessment", by=cast.observer)
    assert "Evaluators: Anjali Mehta (CCG) and Tom Whitfield (CCG)" in shown.text
    assert "*F3* concern: Show the risk register → *A2*" in shown.text
    assert "Providers have 40 working days from the invitation." in shown.text
    assert table.trail_faults() == []


def test_the_forty_working_days_are_counted_from_the_invitation_with_their_working(table: Parley) -> None:
    table.slash("assessment load oxfordshire", by=cast.chair)
    table.slash("milestone add Invitation issued on June 2014 kind invitation", by=cast.chair)
    assert "M1 Invitation issued, which has no day yet" in table.slash("assessment", by=cast.chair).text
    table.slash("milestone move M1 to 30 jun 2014 because the day is known", by=cast.chair)
    shown = table.slash("assessment", by=cast.chair).text
    assert "Proposals are due on Tuesday 26 August 2014: M1 Invitation issued." in shown
    assert "25 August 2014" in shown  # the holiday that was skipped
    assert choices(table)["assessment"]["due_on"] == "2014-08-26"


def test_todays_regime_is_shown_with_its_regulation_criteria_and_standstill(standing: Parley) -> None:
    shown = standing.slash("assessment regime", by=cast.observer).text
    for words in ("SI 2023/1348", "Regulation 10, most suitable provider", "social value", "timetable load standstill"):
        assert words in shown
    assert shown.count("• ") == 5


# -- what cannot be --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("route no competition, complex", "Say the state of the market, the complexity and the integration required"),
        ("route lively, complex, full", "“lively” is no answer about market. Say one of: full competition;"),
        ("route choose", "Say which row of the table and why"),
        ("route choose 5", "Say which row of the table and why"),
        ("route choose 12 because of it", "The table has the rows 1 to 9, and no row 12."),
        ("structure prime", "Say which structure and why"),
        ("structure partnership because of it", "Say which structure and why"),
        ("structure alliance OHP because of it", "In an alliance no party leads"),
        ("structure prime XYZ because of it", "There is no party XYZ in OXMH. Those that provide are OHP."),
        ("structure prime CCG because of it", "CCG is a party as commissioner"),
        ("assessment load oxfordshire from CCG", "CCG is a party as commissioner, and a commissioner promises nothing"),
        ("procon 99 material", "They are numbered 1 to 21, and there is no 99."),
        ("procon 9", "Say which one, and whether it is material or immaterial here"),
        ("procon 9 material because of it", "After that comes only `mitigation …`"),
        ("procon lead provider", "Which structure is meant?"),
        (f"procon 9 material {cast.stranger.mention}", "Joel Fenn is not at the table"),
        ("analysis add Phase 1", "Say what was analysed and when"),
        ("analysis add Phase 1 in depth", "depth is not a month with its year"),
        ("analysis add Phase 1 on never", "“never”"),
        ("assessment load nowhere", "There is no pack of options nowhere. The packs are oxfordshire"),
        ("assessment evidence 9 It is good", "There is no criterion 9 in OXMH."),
        ("assessment evidence Something", "Say which criterion, by its number"),
        ("assessment evaluator Tom", "Mention who assesses"),
        ("assessment finding 1 Joint working", "Say whether it is a strength or a concern"),
        ("assessment finding 1 strength becomes action", "Say what was found"),
        ("assessment finding 9 strength Joint working", "There is no criterion 9"),
        ("assessment finding 1 strength Joint becomes commitment from XYZ", "There is no party XYZ"),
    ],
)
def test_what_cannot_be_says_why_and_changes_nothing(standing: Parley, typed: str, why: str) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=cast.chair)
    assert reply.private
    assert why in reply.text
    assert f"You typed: /parley {typed.split()[0]}" in reply.shown
    assert standing.export() == before


def test_with_several_providers_somebody_says_which_one_signs(four: Parley) -> None:
    refused = four.slash(f"structure prime {BECAUSE}", by=cast.chair)
    assert refused.private
    assert "Several parties provide: OHP, VCS, MIND. Name the one that signs" in refused.text
    assert four.export()["negotiation"]["structure"] is None


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("route choose 5 because of it", cast.scribe),
        ("structure alliance because of it", cast.analyst),
        ("procon 9 material", cast.observer),
        ("analysis add Phase 1 in January 2013", cast.observer),
        ("assessment add Passion", cast.observer),
        ("assessment finding 1 strength Passion", cast.observer),
    ],
)
def test_who_may_not_is_told_and_nothing_changes(standing: Parley, typed: str, by: cast.Person) -> None:
    before = standing.export()
    reply = standing.slash(typed, by=by)
    assert reply.private
    assert "You may not" in reply.text
    assert "You have no seat in OXMH" in standing.slash(typed, by=cast.stranger).text
    assert standing.export() == before


@pytest.mark.parametrize("where", [cast.ohp_caucus, cast.elsewhere], ids=lambda room: room.name)
@pytest.mark.parametrize(
    "typed",
    [
        "route choose 5 because of it",
        "structure alliance because of it",
        "assessment finding 1 strength X becomes action",
    ],
)
def test_what_the_table_decides_is_not_decided_in_a_private_place(
    standing: Parley, typed: str, where: cast.Room
) -> None:
    before = standing.export(party="OHP")
    reply = standing.slash(typed, by=cast.lead, where=where)
    assert reply.private
    assert "Nothing was done." in reply.text
    assert standing.export(party="OHP") == before


# -- the negotiation file --------------------------------------------------------------------------------


def test_the_negotiation_file_prints_the_founding_tables_back_word_for_word(table: Parley) -> None:
    assert "Options for routes" not in dossier(table)  # nobody has chosen anything yet
    for typed in (
        "analysis add Phase 1 market analysis in January 2013 finding Few providers could bid",
        "route choose 8 because few providers dominate",
        "procon 12 material mitigation Open books",
        "assessment add Capability",
        "assessment finding 1 strength Joint working becomes commitment",
        f"structure prime OHP {BECAUSE}",
    ):
        assert not table.slash(typed, by=cast.chair).private, typed
    text = dossier(table)
    for row in FOUNDING:
        assert f"| {' | '.join(row)} |" in text, row
    assert "| 8 | some competition in specific service areas with several dominant" in text  # the row that D1 names
    assert (
        text.count("(ambiguous)") == sum(cell.count("(ambiguous)") for row in FOUNDING for cell in row) + 2
    )  # the decision, where the route stands and among the decisions
    for words in (
        "| AN1 | January 2013 | Phase 1 market analysis | Few providers could bid |",
        "| F1 | 1 | strength | Joint working | C1 |",
        "| con | risk of compounding of required profit | material | Open books |",
        "prime contract with OHP, because one party answers for the whole pathway",
        "Row 8, complexity: the slide also reads",
    ):
        assert words in text, words


DIRECT, LEADING = "single action tender", "some competition in specific service areas"
INTEGRATOR = "specialist integrator with back to back arrangements to"
FOUNDING = (
    ("full competition", "simple", "limited", "range of providers competitively procured", "ITT or framework"),
    ("full competition", "complex", "full", "consortia competitively procured", "competitive dialogue"),
    ("no competition", "simple", "limited / full", "development of the market (ambiguous)", "(ambiguous)"),
    (
        *("no competition", "complex", "limited", "single provider"),
        f"{DIRECT} with strong partnering & incentivisation",
    ),
    (
        *("no competition", "complex", "full", "lead provider with back to back subcontract"),
        f"{DIRECT} with strong partnering arrangements & incentivisation; diligence on subcontractors",
    ),
    (
        *(f"{LEADING} but with one dominant (lead) provider", "complex", "full"),
        "lead provider with competition for subcontracts",
        f"{DIRECT} for lead with strong partnering & incentivisation; competitive dialogue for subcontractors",
    ),
    (
        *(f"{LEADING} but with one dominant (lead) provider", "complex", "full"),
        f"{INTEGRATOR} dominant provider and sub contract providers",
        "as above, with competitive dialogue for integrator",
    ),
    (
        *(f"{LEADING} with several dominant (key) providers", "complex (number of providers) (ambiguous)", "full"),
        "lead provider with competition for subcontracts",
        f"competitive dialogue for lead provider role; {DIRECT} for key providers with strong partnering & "
        "incentivisation; competitive dialogue for subcontractors",
    ),
    (
        *(f"{LEADING} with several dominant (key) providers", "complex (number of providers) (ambiguous)", "full"),
        f"{INTEGRATOR} key and sub contract providers",
        "as above, with competitive dialogue for integrator",
    ),
    (
        "range of providers competitively procured",
        "competition in the market can drive quality and VfM",
        "risk of poor integration",
        "integration risk held by the commissioner",
    ),
    (
        "consortia competitively procured",
        "competition in the market can drive quality and VfM",
        "some risk of lack of integration",
        "requires strong governance (ambiguous)",
    ),
    (
        "single provider (ambiguous)",
        "enables development of partnering collaborative approach",
        "no contestability or pressure to drive quality",
        "quality may be sub-optimal in non core areas (ambiguous)",
    ),
    (
        "lead provider with back to back subcontracting arrangements",
        "specific services are provided by speciality providers",
        "limited contestability or pressure to drive quality; risk of compounding of required profit",
        "integrator risk with provider",
    ),
    (
        "lead provider with competition for subcontracts",
        "specific services are provided by speciality providers; some competition for specific services",
        "limited contestability or pressure to drive quality for lead provider; risk of compounding of required profit",
        "integrator risk with provider",
    ),
    (
        f"{INTEGRATOR} key and sub contract providers",
        "potentially some element of competition",
        "requires strong contractual arrangements whereby risk is transferred to the providers and the integrators can "
        "effect change",
        "back to back arrangements with step in rights may be required",
    ),
)


@pytest.mark.parametrize(
    "words",
    [
        "&lt;!channel&gt; *bold* _it_ `code` &amp; ~x~ {{ 7*7 }} ' OR 1=1 --",
        "<!channel> <@U04LEAD> <https://x.example|x>",
        "يدفع \u202e 🤝 e\u0301 \x00\x07",
        "&amp;&lt; " * 3000,
        "in on finding becomes because mitigation " * 900,
    ],
    ids=["markup", "live", "scripts", "long", "grammar"],
)
def test_hostile_words_are_kept_and_ping_nobody(table: Parley, words: str) -> None:
    for typed in (
        f"route {words}",
        f"route choose 5 because {words}",
        f"structure prime OHP because {words}",
        f"procon 9 material mitigation {words}",
        f"procon {words}",
        f"analysis add {words} in January 2013 finding {words}",
        f"assessment add {words}",
        "assessment add Capability",
        f"assessment evidence 1 {words}",
        f"assessment finding 1 strength {words} becomes note",
        f"assessment finding 1 concern {words} becomes action",
        *("assessment", "analysis", "procon", "route table", "structure"),
    ):
        reply = table.slash(typed, by=cast.chair)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        assert "Something" not in reply.text, typed[:60]
        assert reply.pings == []
    assert choices(table)["routes"]
    assert dossier(table)
    assert table.trail_faults() == []


def test_who_joins_and_signs_is_told_what_waits_for_it(parley: Parley) -> None:
    for text in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Commissioning Group as commissioner",
        f"member add {cast.chair.mention} to CCG as chair, lead",
    ):
        parley.slash(text, by=cast.chair)
    reply = parley.slash("party add OHP Oxford Health as provider", by=cast.chair)
    assert "It signs the contract. Who signs now: CCG and OHP." in reply.text
    assert "await" not in reply.text
    parley.slash("structure alliance because every provider shares risk", by=cast.chair)
    parley.slash("agree Payment falls due after 30 days", by=cast.chair)
    parley.slash("agree Reports come monthly", by=cast.chair)
    reply = parley.slash("party add FIVE Elmore as provider", by=cast.chair)
    assert "Who signs now: CCG, OHP and FIVE." in reply.text
    assert reply.text.endswith("AG1 and AG2 await its confirmation too now.")
    assert "does not sign" in parley.slash("party add ADV Advisers as adviser", by=cast.chair).text


def test_a_second_commissioner_of_a_prime_contract_is_a_third_signature_and_that_is_said(table: Parley) -> None:
    table.slash("structure prime OHP because one provider answers for all", by=cast.chair)
    reply = table.slash("party add COM County Council as commissioner", by=cast.chair)
    assert "It signs the contract. Who signs now: CCG, OHP and COM." in reply.text
