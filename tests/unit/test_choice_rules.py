"""The options table and what is typed about choices: read as it was meant, or refused in a sentence; never a crash."""

from contextlib import suppress
from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot import render
from bot.choices import packs, rules
from bot.choices.rules import Analysed, Found, Weighed
from bot.errors import UserError
from bot.slack import mrkdwn
from storage.tables import FindingKind, Party, PartyKind, Structure

OPTIONS = packs.options()
DANA = mrkdwn.mark("U01")


# -- the data ---------------------------------------------------------------------------------------------


def test_the_table_is_the_founding_one():
    assert (len(OPTIONS.routes), len(OPTIONS.structures), len(OPTIONS.points)) == (9, 6, 21)
    assert [(row.number, sorted(row.ambiguous)) for row in OPTIONS.routes if row.ambiguous] == [
        (3, ["route", "structure"]),
        (8, ["complexity"]),
        (9, ["complexity"]),
    ]
    assert len(rules.remarks(OPTIONS)) == 7


def test_every_row_can_be_found_and_every_answer_leads_to_a_row():
    found = set()
    for answers in product(*(OPTIONS.questions[name] for name in rules.QUESTIONS)):
        asked = {name: [answer] for name, answer in zip(rules.QUESTIONS, answers, strict=True)}
        found |= {row.number for row in rules.matching(OPTIONS.routes, asked)}
    assert found == {row.number for row in OPTIONS.routes}
    for name, known in OPTIONS.questions.items():
        assert {answer for row in OPTIONS.routes for answer in row.answers(name)} == set(known)


def test_every_route_but_the_ambiguous_one_has_its_pros_and_cons():
    known = {each.name for each in OPTIONS.structures}
    assert [row.number for row in OPTIONS.routes if row.weighed_as not in known] == [3]


def test_a_deployment_may_change_the_table(tmp_path):
    folder = tmp_path / "packs/choices"
    folder.mkdir(parents=True)
    (folder / "oxfordshire.toml").write_text("title = 1")
    with pytest.raises(UserError, match="The pack of options oxfordshire cannot be read"):
        packs.options(tmp_path)


def test_a_finding_on_a_criterion_that_is_not_there_is_a_fault_of_the_file(tmp_path):
    folder = tmp_path / "packs/choices"
    folder.mkdir(parents=True)
    built_in = (render.BUILT_IN / "packs/choices/oxfordshire.toml").read_text()
    (folder / "oxfordshire.toml").write_text(built_in.replace('criterion = "capability"', 'criterion = "stamina"'))
    with pytest.raises(UserError, match="a finding is on “stamina”, which is none of the criteria"):
        packs.options(tmp_path)


@given(st.tuples(*(st.sampled_from(OPTIONS.questions[name]) for name in rules.QUESTIONS)), st.booleans())
@settings(deadline=None)
def test_every_three_answers_are_read_as_they_stand(answers, loud):
    typed = ", ".join(answer.upper() if loud else answer for answer in answers)
    read = rules.read_route(typed, OPTIONS.questions)
    assert read == {name: [answer] for name, answer in zip(rules.QUESTIONS, answers, strict=True)}


# -- who signs --------------------------------------------------------------------------------------------


def party(code, kind):
    return Party(id=1, negotiation_id=1, code=code, name=code, kind=kind)


AT_THE_TABLE = [
    party("CCG", PartyKind.COMMISSIONER),
    party("OHP", PartyKind.PROVIDER),
    party("VCS", PartyKind.PROVIDER),
    party("SUB", PartyKind.SUBCONTRACTOR),
    party("LAW", PartyKind.ADVISER),
]


@given(st.lists(st.tuples(st.sampled_from(Structure), st.sampled_from(["OHP", "VCS"])), max_size=5))
@settings(deadline=None)
def test_whatever_was_decided_before_the_last_structure_says_who_signs(decided):
    parties = [party(each.code, each.kind) for each in AT_THE_TABLE]
    demoted: set[str] = set()
    for structure, code in [*decided, (Structure.ALLIANCE, "OHP")]:
        lead = None if structure == Structure.ALLIANCE else next(each for each in parties if each.code == code)
        kinds = rules.kinds_under(structure, lead, parties, demoted)
        demoted = {each.code for each in parties if each.code in ("OHP", "VCS") and kinds[each.code] == "subcontractor"}
        for each in parties:
            each.kind = kinds[each.code]
        signing = [each.code for each in parties if each.must_sign]
        assert signing == (["CCG", code] if lead else ["CCG", "OHP", "VCS"])
    assert [each.kind for each in parties] == [each.kind for each in AT_THE_TABLE]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("prime OHP because of it", (Structure.PRIME, "OHP", "of it")),
        ("Prime contractor because because of it", (Structure.PRIME, None, "because of it")),
        ("ALLIANCE because\nof it", (Structure.ALLIANCE, None, "of it")),
        ("lead provider ohp because of it", (Structure.LEAD_PROVIDER, "ohp", "of it")),
        ("specialist integrator because of it", (Structure.INTEGRATOR, None, "of it")),
    ],
)
def test_a_structure_is_read(words, meant):
    assert rules.read_structure(words) == meant


# -- the rest ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("9 material", Weighed(9, True)),
        ("#9 Immaterial mitigation: Open books", Weighed(9, False, "Open books")),
        (f"9 material {DANA}", Weighed(9, True, owner="U01")),
        (f"9 material, mitigation Ask {DANA} first {DANA}.", Weighed(9, True, f"Ask {DANA} first", "U01")),
    ],
)
def test_a_weighing_is_read(words, meant):
    assert rules.read_weighed(words) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Phase 1 in January 2013", Analysed("Phase 1", "in", "January 2013")),
        ("Talks in depth on it on 4 nov 2013", Analysed("Talks in depth on it", "on", "4 nov 2013")),
        ("Phase 2 in 2013-11 finding: Two in one", Analysed("Phase 2", "in", "2013-11", "Two in one")),
    ],
)
def test_a_phase_of_analysis_is_read(words, meant):
    assert rules.read_analysis(words) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("1 strength Joint working", Found(1, FindingKind.STRENGTH, "Joint working")),
        ("2 Concern Scope becomes a risk.", Found(2, FindingKind.CONCERN, "Scope", "risk")),
        (
            "1 strength It becomes better becomes commitment from ohp",
            Found(1, FindingKind.STRENGTH, "It becomes better", "commitment", "ohp"),
        ),
    ],
)
def test_a_finding_is_read(words, meant):
    assert rules.read_finding(words) == meant


READERS = (
    lambda words: rules.read_route(words, OPTIONS.questions),
    rules.read_chosen,
    rules.read_structure,
    rules.read_weighed,
    rules.read_analysis,
    rules.read_finding,
    lambda words: rules.read_numbered(words, ""),
)
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            *("because", "prime", "alliance", "material", "mitigation", "finding", "becomes", "commitment"),
            *("in", "on", "1", "strength", "from", "OHP", ",", "full", DANA),
        ]
    ),
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
@example("² because x")
@example("1 strength becomes becomes becomes note")
@example("in in")
def test_no_text_at_all_crashes_a_reader(words):
    for read in READERS:
        with suppress(UserError):
            read(words)


@pytest.mark.parametrize(
    "words",
    [
        "because prime material mitigation finding becomes in on " * 700,
        "a" + " " * 38_998 + "b",
        "1 material " + DANA * 9_000,
        "1 strength " + "becomes " * 4_800,
        "in " * 13_000,
        "x" * 39_000,
        "a," * 19_500,
    ],
    ids=lambda words: words[:12],
)
@pytest.mark.timeout(30)  # what backtracks does not end
def test_the_longest_line_that_slack_sends_is_read_at_once(words):
    for read in READERS:
        with suppress(UserError):
            read(words)
