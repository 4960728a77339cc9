"""What is typed about positions, concessions and their worth: read as it was meant, or refused in a sentence."""

from contextlib import suppress
from itertools import permutations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.positions import rules
from bot.positions.rules import Conceded, Stated
from bot.routes import COMMANDS
from bot.slack.command import may_be_private
from storage.tables import ConcessionState


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("4.2 must 30 days", Stated("4.2", must="30 days")),
        ("sched 3b Walkaway: £5m, must £6m;", Stated("Schedule 3B", must="£6m", walkaway="£5m")),
        ("share at risk target 4%", Stated("share at risk", target="4%")),
        ("4.2 walk-away 45", Stated("4.2", walkaway="45")),
        # A value or a topic with a keyword inside goes in quotes.
        ('4.2 must "hit the target" target “a must”', Stated("4.2", must="hit the target", target="a must")),
        ('"The must haves" must all of them', Stated("The must haves", must="all of them")),
        ("4.2 importance 4", Stated("4.2", importance=4)),
        ("4.2 importance 4, theirs 2.", Stated("4.2", importance=4, theirs=2)),
        ("importance of data must high", Stated("importance of data", must="high")),
        ("4.2 redline No must, no target", Stated("4.2", red_line="No must, no target")),
        ("4.2 redline Two\nlines", Stated("4.2", red_line="Two\nlines")),
        ("4.2 must line one\nline two target x", Stated("4.2", must="line one\nline two", target="x")),
    ],
)
def test_a_position_is_read_in_its_parts(words, meant):
    assert rules.read_position(words) == meant


VALUES = st.text(st.characters(whitelist_categories=("L", "N", "Sc", "P"), blacklist_characters='"“”'), min_size=1)
PLAIN = VALUES.filter(lambda w: w.casefold().strip(",;:") not in ("must", "target", "walkaway", "walk-away", "redline"))
PLAIN = PLAIN.filter(lambda w: w.strip(" ,;") == w and w.casefold() != "importance" and ":" not in w)


@given(st.sampled_from(list(permutations(("must", "target", "walkaway")))), st.tuples(PLAIN, PLAIN, PLAIN))
@settings(max_examples=150, deadline=None)
def test_the_three_may_come_in_any_order(order, values):
    said = dict(zip(order, values, strict=True))
    read = rules.read_position("4.2 " + " ".join(f"{keyword} {value}" for keyword, value in said.items()))
    assert (read.must, read.target, read.walkaway) == (said["must"], said["target"], said["walkaway"])


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("planned 4.2 Ten days worth £50,000", ("planned", "4.2", "Ten days", 5_000_000, None)),
        ("GIVEN Schedule 3B paragraph 4: Ten days", ("given", "Schedule 3B paragraph 4", "Ten days", None, None)),
        ('received "Share at risk" A point worth £1.25m', ("received", "Share at risk", "A point", 125_000_000, None)),
        ("planned 4.2 Worth a try: ten days", ("planned", "4.2", "Worth a try: ten days", None, None)),
        ("planned 4.2 Not worth the paper", ("planned", "4.2", "Not worth the paper", None, None)),
        ("given ccg-co1", ("given", "", "", None, "CCG-CO1")),
        ("given CCG-CO1 Nine days worth 40k", ("given", "", "Nine days", 4_000_000, "CCG-CO1")),
    ],
)
def test_a_concession_is_read_in_its_parts(words, meant):
    state, subject, text, worth, ref = meant
    assert rules.read_concession(words) == Conceded(ConcessionState(state), subject, text, worth, ref)


@given(st.integers(min_value=0, max_value=10**14))
@settings(deadline=None)
def test_money_is_read_as_it_is_written(pence):
    assert rules.read_money(rules.money(pence)) == pence


@pytest.mark.parametrize(
    ("words", "pence"), [("£1.2m", 120_000_000), ("250k", 25_000_000), ("£12.50", 1250), ("£3 million", 300_000_000)]
)
def test_money_may_be_short(words, pence):
    assert rules.read_money(words) == pence


@pytest.mark.parametrize("words", ["", "£", "£1.2.3", "£0.001", "£99999999999bn", "$5", "five"])
def test_what_is_no_amount_is_refused(words):
    with pytest.raises(UserError):
        rules.read_money(words)


@pytest.mark.parametrize(
    ("words", "guarded"),
    [
        ("position 4.2 must 5", True),
        ("OXMH positions", True),
        ("postion 4.2 must 5", True),
        ("Concesion given 4.2 x", True),
        ("mandate x", True),
        ("decision 4.2", False),
        ("our position on 4.2", True),
        ("status", False),
        ("", False),
    ],
)
def test_words_that_may_be_private_are_known_by_their_beginning(words, guarded):
    assert may_be_private(words, COMMANDS) is guarded


WORDS = st.one_of(
    st.text(max_size=20),
    st.sampled_from(
        [
            "must",
            "target",
            "walkaway",
            "importance",
            "theirs",
            "redline",
            "worth",
            "£5",
            "4.2",
            "planned",
            '"',
            "“",
            ",",
        ]
    ),
)
READERS = (rules.read_position, rules.read_concession, rules.read_money, rules.key, rules.spelled)


@given(st.lists(WORDS, max_size=12).map(" ".join))
@settings(max_examples=200, deadline=None)
@example('4.2 must "')
@example("4.2 importance ²")
@example("planned 4.2 x worth £٣")
def test_no_text_at_all_crashes_a_reader(words):
    for read in READERS:
        with suppress(UserError):
            read(words)


@pytest.mark.parametrize(
    "words",
    [
        "must target walkaway importance theirs redline worth " * 800,
        "a" + " " * 38_998 + "b",
        '"' * 39_000,
        "planned 4.2 " + "worth £ " * 4_800,
        "x" * 39_000,
        "1," * 19_500,
    ],
    ids=lambda words: words[:12],
)
@pytest.mark.timeout(30)  # what backtracks does not end
def test_the_longest_line_that_slack_sends_is_read_at_once(words):
    for read in READERS:
        with suppress(UserError):
            read(words)
