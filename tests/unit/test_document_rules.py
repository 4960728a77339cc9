"""What is typed about drafts and promises: read as it was meant, or refused in a sentence; never a crash."""

from contextlib import suppress
from datetime import UTC, date, datetime

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.documents import rules
from bot.documents.rules import Issue, Promised
from bot.errors import UserError
from storage.tables import CommitmentStatus, Document

NOON = datetime(2026, 11, 26, 12, 0, tzinfo=UTC)


# Drafts as they are typed


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("Full contract version 2", Issue("Full contract", "2")),
        ("Full  contract,\nVERSION: v2.1.", Issue("Full contract", "2.1")),
        ("Full contract version 0.9b missing sched 3b", Issue("Full contract", "0.9b", ("Schedule 3B",))),
        (
            "Contract version 3 pen @dana on 12 nov 2026, from ohp missing Annex A, the model, changes: A  b\nc",
            Issue("Contract", "3", ("Annex A", "the model"), "ohp", "12 nov 2026", "@dana", "A  b\nc"),
        ),
        # What follows "changes" is the issuer's own, whatever words are in it.
        (
            "Contract version 3 changes Takes version 2 from Annex A on hold, pen missing",
            Issue("Contract", "3", changes="Takes version 2 from Annex A on hold, pen missing"),
        ),
        # A title may hold "version"; with all that makes a version after it, it goes in quotes.
        ("The version control contract version 2", Issue("The version control contract", "2")),
        ("Version version version", Issue("Version", "version")),
        ("Notes on version 1 of it version 2 from CCG", Issue("Notes on version 1 of it", "2", party="CCG")),
        ('"Contract version 1 from us" version 2', Issue("Contract version 1 from us", "2")),
        ("“Changes on version 1” version “2 final”", Issue("Changes on version 1", "2 final")),
        ("Contract from Oxford on health version 2", Issue("Contract from Oxford on health", "2")),
        ('Draft version 2 missing "Fees on exit, if any"', Issue("Draft", "2", ("Fees on exit, if any",))),
        ("Contract version 2 missing None.", Issue("Contract", "2")),
        ("Dana's \"best\" contract version 2", Issue("Dana's \"best\" contract", "2")),
    ],
)  # fmt: skip
def test_a_draft_is_read_in_its_parts(words, meant):
    assert rules.read_issue(words) == meant


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("", "Say what was issued and which version it is"),
        ("Full contract", "Say what was issued and which version it is"),
        ("Full contract v2", "Say what was issued and which version it is"),
        ("version 2", "Give the draft its title"),
        ('"" version 2', "Give the draft its title"),
        ("Contract version", "Parley cannot tell which version that is"),
        ("Contract version missing Annex A", "Parley cannot tell which version that is"),
        ("Contract version 2 final draft", "Parley cannot tell which version that is"),
        (f"{'x' * 201} version 2", "A title has 200 characters at most"),
        (f"Contract version {'2' * 41}", "A version has 1 to 40 characters"),
        ("Contract version .", "A version has 1 to 40 characters"),
        ("Contract version 2 pen", "Nothing follows `pen`. Type it such as `pen @dana`"),
        ("Contract version 2 missing from OHP", "Nothing follows `missing`"),
        ("Contract version 2 changes  ", "Nothing follows `changes`"),
        ("Contract version 2 missing ,;,", "Nothing follows `missing`"),
        ("Contract version 2 from CCG from OHP", "`from` stands there twice"),
        (f"Contract version 2 missing {'x' * 201}", "A schedule's name has 200 characters at most"),
        (f"Contract version 2 missing {', '.join(f'Schedule {n}' for n in range(1, 102))}", "more than 100 schedules"),
    ],
)
def test_a_draft_that_cannot_be_read_is_refused_in_a_sentence(words, why):
    with pytest.raises(UserError) as refusal:
        rules.read_issue(words)
    assert why in str(refusal.value)


@pytest.mark.parametrize(
    ("words", "names"),
    [
        ("schedule 3b, SCHED. 3B; Annex A", ["Schedule 3B", "Annex A"]),
        ("Schedule 2 and Annex A", ["Schedule 2", "Annex A"]),
        ("Schedule 2, Annex A, and Annex B.", ["Schedule 2", "Annex A", "Annex B"]),
        ("Prices and payment", ["Prices and payment"]),  # one title
        ("Schedule 2 and 3", ["Schedule 2 and 3"]),  # 3 of what?
        ("Finance model, finance  MODEL", ["Finance model"]),
        ("nothing", []),
        ('"None", Annex A', ["None", "Annex A"]),
    ],
)
def test_schedules_are_read_by_name(words, names):
    assert rules.read_names(words) == names


def test_the_same_title_and_version_are_the_same_in_any_case_and_spacing():
    assert rules.key(" FULL  Contract\n") == rules.key("full contract")
    assert rules.key("2A") == rules.key("2a")
    assert rules.key("Cafe\u0301") == rules.key("CAFÉ")
    assert rules.key("2.1") != rules.key("21")


def draft(number: int, day: int, title: str = "Contract") -> Document:
    return Document(
        negotiation_id=1, number=number, ref=f"DOC{number}", title=title, title_key=rules.key(title), at=NOON,
        version=str(number), version_key=str(number), issued_on=date(2026, 11, day), issued_by_id=1, author_id=1,
    )  # fmt: skip


def test_a_draft_follows_the_one_of_its_title_that_was_issued_before_it():
    first, second, early, other = draft(1, 10), draft(2, 10, "contract"), draft(3, 9), draft(4, 1, "Annex")
    before = rules.drafts_before([first, second, early, other])
    assert {ref: row.ref for ref, row in before.items()} == {"DOC1": "DOC3", "DOC2": "DOC1"}
    assert [[row.ref for row in group] for group in rules.by_title([first, second, early, other])] == [
        ["DOC4"],
        ["DOC3", "DOC1", "DOC2"],
    ]


# Promises as they are typed


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("A named coordinator", Promised("A named coordinator")),
        ("A named coordinator from ohp", Promised("A named coordinator", "ohp")),
        ("A line SOURCE: Submission 4.2", Promised("A line", None, "Submission 4.2")),
        ("A line from OHP source Letter from CCG", Promised("A line", "OHP", "Letter from CCG")),
        ("Savings from year two onwards source Bid", Promised("Savings from year two onwards", None, "Bid")),
        ("Reports from 2027", Promised("Reports from 2027")),
        ("One source of truth source Bid", Promised("One source of truth", None, "Bid")),
        ('"Publish the source code"', Promised("Publish the source code")),
        ('"Reports from wards" from OHP', Promised("Reports from wards", "OHP")),
    ],
)
def test_a_promise_is_read_in_its_parts(words, meant):
    assert rules.read_promise(words) == meant


@pytest.mark.parametrize("words", ["", "  ", "from OHP", "source Bid", "A line source", '""'])
def test_a_promise_without_words_is_refused(words):
    with pytest.raises(UserError, match=r"`/parley commitment add"):
        rules.read_promise(words)


@pytest.mark.parametrize(
    ("words", "clauses"),
    [
        ("4.2", ["4.2"]),
        ("clause 4.2, sched 3b and gc13.3, 4.2", ["4.2", "Schedule 3B", "GC13.3"]),
        ("Schedule 3B paragraph 2, and 4.10.", ["Schedule 3B paragraph 2", "4.10"]),
    ],
)
def test_clauses_are_spelled_as_everywhere(words, clauses):
    assert rules.read_clauses(words) == clauses


@pytest.mark.parametrize("words", ["", " , ", "the payment clause", "4.2, nowhere", ", ".join(map(str, range(1, 200)))])
def test_what_is_no_clause_is_refused(words):
    with pytest.raises(UserError):
        rules.read_clauses(words)


@pytest.mark.parametrize(
    ("statuses", "said"),
    [
        (["carried"] * 3 + ["waived", "open"], "3 of 5 carried into clauses, 1 consciously not, 1 open"),
        (["carried"], "1 of 1 carried into clauses"),
        (["open", "open"], "0 of 2 carried into clauses, 2 open"),
    ],
)
def test_coverage_counts_every_promise_once(statuses, said):
    assert rules.coverage(statuses) == said


def test_no_state_of_a_promise_is_a_dead_end():
    assert {status for states in rules.FROM.values() for status in states} == set(CommitmentStatus)


# Any text at all

READERS = (rules.read_issue, rules.read_names, rules.read_promise, rules.read_clauses, rules.key)
WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "version",
            "missing",
            "from",
            "on",
            "pen",
            "changes",
            "source",
            "and",
            "2",
            "OHP",
            "Schedule 3B",
            '"',
            "“",
            ",",
        ]
    ),
)


@given(st.lists(WORDS, max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
@example('version "')
@example('a version 2 missing "a, b"c, \',')
@example("ǰ version ΐ")
def test_no_text_at_all_crashes_a_reader(words):
    for read in READERS:
        with suppress(UserError):
            read(words)


@pytest.mark.parametrize(
    "words",
    [
        "version missing from on pen changes source and " * 800,
        "a" + " " * 38_998 + "b",
        '"' * 39_000,
        '" ' * 19_500,
        "a and " * 6_500,
        "a version 2 missing " + "Schedule 3, " * 3_000,
        "from " * 7_800,
        "x" * 39_000,
    ],
    ids=lambda words: words[:12],
)
@pytest.mark.timeout(30)  # what backtracks does not end
def test_the_longest_line_that_slack_sends_is_read_at_once(words):
    for read in READERS:
        with suppress(UserError):
            read(words)
