"""Clause numbers: read as people write them, sorted as people read them, found however they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.contracts import numbers
from bot.errors import UserError

SPELLED = {
    "GC13.3": "GC13.3", "gc 13.3": "GC13.3", "SC36.45A": "SC36.45A", "sc36.45a": "SC36.45A",
    "Schedule 3B": "Schedule 3B", "schedule  3b": "Schedule 3B", "sch 3b": "Schedule 3B", "SCHED. 3B": "Schedule 3B",
    "2Ai": "2Ai", "2AI": "2Ai", "2aiv": "2Aiv", "4.10": "4.10", "4.2.": "4.2", " 4.2: ": "4.2", "“4.2”": "4.2",
    "clause 4.2": "4.2", "Section 4.01": "4.01", "§ 4.2": "4.2", "4.2 (a) (i)": "4.2(a)(i)",
    "4.2(a)(i)(A)": "4.2(a)(i)(A)",
    "E.B.15.i": "E.B.15.i", "e.b.15.i": "E.B.15.i", "Part 2": "Part 2", "part two": "Part Two", "Annex A": "Annex A",
    "annexe a": "Annex A", "Appendix 1": "Appendix 1", "Schedule IV": "Schedule IV", "schedule 6a1": "Schedule 6A1",
    "Schedule": "Schedule", "Schedule 3B para 4.2(a)": "Schedule 3B paragraph 4.2(a)",
    "paragraph 4.2 of schedule 3b": "Schedule 3B paragraph 4.2",
    "Schedule 2 Part A paragraph 3": "Schedule 2 Part A paragraph 3", "Article IV": "Article IV",
    "appendix 1 to schedule 2": "Schedule 2 Appendix 1", "Part A of Schedule 3": "Schedule 3 Part A",
    "recital a": "Recital A",
    "definition of “Working Day”": "Definition of Working Day", "12A": "12A", "A": "A",
}  # fmt: skip


@pytest.mark.parametrize(("typed", "spelled"), SPELLED.items())
def test_a_number_is_read_however_it_is_typed(typed, spelled):
    assert numbers.read(typed) == spelled
    assert numbers.read(spelled) == spelled
    assert numbers.same(typed, spelled)
    assert numbers.same(typed.upper(), spelled.lower())


@pytest.mark.parametrize(
    "typed",
    ["", "  ", "hello", "the price", "NHS", "10:30", "4..2", "Schedule change", "4.2 and 4.3", "to 4", "and 4", "£4.20",
     "99999",
     "4.2" * 100, "<!channel>", "٤.٢", "ſchedule 1", "(a)"],
)  # fmt: skip
def test_what_is_no_number_is_refused_with_examples(typed):
    with pytest.raises(UserError, match=r"Type one such as “4\.2”.*“Schedule 3B” or “Annex A”\.$"):
        numbers.read(typed)


IN_ORDER = [
    "Recital A", "Recital B", "1", "4", "4.1", "4.2", "4.2(a)", "4.2(a)(i)", "4.2(a)(ii)", "4.2(a)(iv)", "4.2(a)(v)",
    "4.2(a)(ix)", "4.2(a)(x)", "4.2(a)(xi)", "4.2(b)", "4.2(h)", "4.2(i)", "4.2(j)", "4.2(v)", "4.2(w)", "4.2(x)",
    "4.2(y)", "4.2(z)", "4.2(aa)", "4.2(bb)", "4.10", "5", "12", "12A", "13", "A", "E.B.2", "E.B.15", "E.B.15.i",
    "E.B.15.iv", "GC1", "GC13", "GC13.3", "SC1", "SC36.9", "SC36.45", "SC36.45(a)", "SC36.45A", "SC36.46",
    "Definition of Apple", "Definition of Pear", "Part 1", "Part Two", "Schedule 1", "Schedule 2",
    "Schedule 2 paragraph 1",
    "Schedule 2 paragraph 1.2", "Schedule 2 paragraph 10", "Schedule 2 Part A", "Schedule 2 Part A paragraph 1",
    "Schedule 2A", "Schedule 2Ai", "Schedule 2Aii", "Schedule 2Aiv", "Schedule 2Av", "Schedule 2B", "Schedule 3",
    "Schedule 10", "Annex A", "Annex B", "Appendix 1", "no number at all",
]  # fmt: skip


def test_numbers_are_sorted_as_people_read_them():
    assert sorted(IN_ORDER[7:] + IN_ORDER[:7], key=numbers.sort_key) == IN_ORDER
    letters = [f"4.2({letter})" for letter in "abcdefghijklmnopqrstuvwxyz"]
    assert sorted(letters, key=numbers.sort_key) == letters
    romans = ["i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xiv", "xix", "xx", "xxi", "xxxix"]
    assert sorted(romans, key=lambda roman: numbers.sort_key(f"1({roman})")) == romans


@given(st.lists(st.text(max_size=30) | st.sampled_from(IN_ORDER), max_size=12))
def test_the_order_is_total_and_never_fails(some):
    ordered = sorted(some, key=numbers.sort_key)
    assert sorted(set(ordered), key=numbers.sort_key) == list(dict.fromkeys(ordered))
    assert len({numbers.sort_key(number) for number in some}) == len(set(some))


PARENTS = {
    "4": None, "4.2": "4", "4.2(a)": "4.2", "4.2(a)(i)": "4.2(a)", "GC13": None, "GC13.3": "GC13", "SC36.45A": "SC36",
    "12A": None, "Schedule 3": None, "Schedule 3B": "Schedule 3", "Schedule 2Ai": "Schedule 2A", "2Ai": "2A",
    "E.B.15.i": "E.B.15", "Schedule 3B paragraph 4.2": "Schedule 3B paragraph 4",
    "Schedule 3 paragraph 4": "Schedule 3",
    "Schedule 2 Part A": "Schedule 2", "Annex A": None, "Part 2": None, "Recital A": None, "Definition of Apple": None,
    "no number": None,
}  # fmt: skip


@pytest.mark.parametrize(("number", "parent"), PARENTS.items())
def test_what_a_number_is_in(number, parent):
    assert numbers.parent(number) == parent


@given(st.sampled_from(IN_ORDER))
def test_what_a_number_is_in_sorts_before_it(number):
    parent = numbers.parent(number)
    assert numbers.depth(number) == (1 if parent is None else numbers.depth(parent) + 1)
    if parent is not None:
        assert numbers.read(parent) == parent
        assert numbers.sort_key(parent) < numbers.sort_key(number)


KNOWN = ["4.1", "4.2", "4.2(a)", "4.10", "GC13.3", "Schedule 2Ai", "SC36.45A", "Schedule 3B", "Annex A", "14.2"]


@pytest.mark.parametrize(
    ("typed", "nearest"),
    [("4.2a", "4.2(a)"), ("2Ai", "Schedule 2Ai"), ("13.3", "GC13.3"), ("schedule 3c", "Schedule 3B"), ("4.3", "4.1"),
     ("sc36.45", "SC36.45A"), ("annex b", "Annex A"), ("Annex 3B", "Schedule 3B")],
)  # fmt: skip
def test_the_nearest_number_is_suggested_first(typed, nearest):
    assert numbers.near(typed, KNOWN)[0] == nearest
    assert len(numbers.near(typed, KNOWN)) == 3
    assert numbers.near(typed, KNOWN, count=1) == [nearest]


@given(st.text(max_size=50), st.lists(st.sampled_from(KNOWN)), st.integers(0, 5))
def test_suggestions_are_known_numbers(typed, known, count):
    near = numbers.near(typed, known, count)
    assert len(near) == min(count, len(set(known)))
    assert set(near) <= set(known)


STARTS = {
    "4.2 Payment": ("4.2", "Payment"),
    "4.2. Payment": ("4.2", "Payment"),
    "4.2: the Buyer pays": ("4.2", "the Buyer pays"),
    "4.2\u00a0Payment": ("4.2", "Payment"),
    "4.2.1 the Supplier shall": ("4.2.1", "the Supplier shall"),
    "1.1 In this agreement": ("1.1", "In this agreement"),
    "4 Payment": ("4", "Payment"),
    "4.\tpayment": ("4", "payment"),
    "  4. Payment ": ("4", "Payment"),
    "(a) the price": ("(a)", "the price"),
    "a) the price": ("(a)", "the price"),
    "(iv) the price": ("(iv)", "the price"),
    "(aa) the price": ("(aa)", "the price"),
    "a. the price": ("a", "the price"),
    "Schedule 3B – Local Prices": ("Schedule 3B", "Local Prices"),
    "SCHEDULE 3B: local prices": ("Schedule 3B", "local prices"),
    "Schedule 3B Local Prices": ("Schedule 3B", "Local Prices"),
    "Schedule 3B": ("Schedule 3B", ""),
    "Schedule 1\nServices": ("Schedule 1", "Services"),
    "EXHIBIT A -Orchard": ("Exhibit A", "Orchard"),
    "Exhibit B- The map": ("Exhibit B", "The map"),
    "THE SCHEDULE": ("Schedule", ""),
    "Appendix 1 to Schedule 2": ("Schedule 2 Appendix 1", ""),
    "ANNEX A TO SCHEDULE 2: the map": ("Schedule 2 Annex A", "the map"),
    "Part A – Terms": ("Part A", "Terms"),
    "ARTICLE IV – TERM": ("Article IV", "TERM"),
    "Section 4.01 Term": ("4.01", "Term"),
    "SC36.45A The Parties": ("SC36.45A", "The Parties"),
    "SC 36 Payment Terms": ("SC36", "Payment Terms"),
    "GC13 Variations": ("GC13", "Variations"),
    "12(b) The price": ("12(b)", "The price"),
    "Ai. Enhanced care": ("Ai", "Enhanced care"),
    "4.2": ("4.2", ""),
}


@pytest.mark.parametrize(("line", "found"), STARTS.items())
def test_the_number_at_the_start_of_a_line(line, found):
    assert numbers.at_start(line) == found


@pytest.mark.parametrize(
    "line",
    ["", "Payment", "4.2 and 4.3 apply", "clause 4.2 applies", "Schedule 3B sets out the prices", "3.5 per cent of it",
     "4.2 million pounds", "30 days after the invoice", "1 April 2027", "2026 was a good year", "I agree", "E.g. this",
     "NHS 111 Service", "Part of the Services", "(a) and (b) apply", "Covid 19 measures", "U.K. law applies",
     "10:30 start", "4.2–4.5 apply", "3- and 4-year terms",
     "the price is 4.2", "(see below) the price", "(not) the price", "Schedule of works",
     "Appendix 1 to Schedule 2 applies", "Appendix 1 to the Contract"],
)  # fmt: skip
def test_a_line_without_a_number_has_none(line):
    assert numbers.at_start(line) is None


@given(st.text(max_size=300))
def test_nothing_of_a_line_is_lost_with_its_number(line):
    found = numbers.start(line)
    if found:
        assert "".join((found.label + found.rest).split()) == "".join(line.split())
    assert numbers.at_start(line) == ((found.number, found.rest) if found else None)


@given(st.text(max_size=200))
def test_what_is_read_reads_again(text):
    try:
        number = numbers.read(text)
    except UserError:
        return
    assert numbers.read(number) == number
    assert numbers.same(number, text)
