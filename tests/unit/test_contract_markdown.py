"""Markdown and plain text: numbers from headings, lists and typed lines, and the words as they are."""

import re
import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contracts.markdown import read_markdown
from bot.contracts.values import Clause, Contract
from bot.errors import UserError


def read(text: str) -> Contract:
    return read_markdown(text.encode())


def numbers_of(contract: Contract) -> list[str]:
    return [clause.number for clause in contract.clauses]


def clause(contract: Contract, number: str) -> Clause:
    found = contract.clause(number)
    assert found, f"{number} is not among {numbers_of(contract)}"
    return found


def test_headings_lists_and_typed_lines_give_numbers() -> None:
    contract = read(
        "# Orchard Agreement\n\nMade today.\n\n## 1. Picking\n\n1.1 The Grower picks:\n\n(a) apples; and\n\n"
        "(b) pears.\n\n## 2. Price\n\n1. The Buyer pays:\n   1. at once;\n   2. in cash.\n2. Nobody else pays.\n\n"
        "   Not even later.\n\n"
        "## Schedule 1 – Sorts\n\n1. Red\n2. Green\n"
    )
    assert contract.title == "Orchard Agreement"
    assert numbers_of(contract) == [
        "1", "1.1", "1.1(a)", "1.1(b)", "2", "2.1", "2.1.1", "2.1.2", "2.2", "Schedule 1", "Schedule 1 paragraph 1",
        "Schedule 1 paragraph 2",
    ]  # fmt: skip
    assert clause(contract, "2.2").text == "Nobody else pays.\nNot even later."
    assert [(item.where, item.text) for item in contract.unplaced] == [("before the first clause", "Made today.")]


def test_lists_that_start_again_under_headings_without_numbers_count_the_headings() -> None:
    contract = read("# Agreement\n\n## Picking\n\n1. Early\n2. Late\n\n### Tools\n\n1. Ladders\n\n## Price\n\n1. Low\n")
    assert numbers_of(contract) == ["1", "1.1", "1.2", "1.3", "1.3.1", "2", "2.1"]
    assert [clause(contract, number).title for number in ("1", "1.3", "2")] == ["Picking", "Tools", "Price"]
    assert contract.title == "Agreement"


def test_lists_that_go_on_counting_keep_their_numbers() -> None:
    contract = read("## Picking\n\n1. Early\n2. Late\n\n## Price\n\n3. Low\n4. Lower\n")
    assert numbers_of(contract) == ["1", "2", "3", "4"]
    assert [item.text for item in contract.unplaced] == ["Price"]
    assert contract.title == "Picking"


def test_list_items_that_all_say_1_count_up_and_others_keep_what_is_typed() -> None:
    assert numbers_of(read("1. one\n1. two\n1. three\n")) == ["1", "2", "3"]
    assert numbers_of(read("1. one\n3. three\n7. seven\n")) == ["1", "3", "7"]
    assert numbers_of(read("3) three\n4) four\n")) == ["3", "4"]


def test_numbers_between_marks_are_found_and_the_words_have_none() -> None:
    contract = read(
        "**1. Picking**\n\n**1.1. Early.** The Grower picks _early_.\n\n<b>1.2</b> <i>Late</i> picking.\n\n"
        "2\\. Price\n\n**2.1** The `Buyer` pays [here](x).\n\n### **3. Term**\n"
    )
    assert numbers_of(contract) == ["1", "1.1", "1.2", "2", "2.1", "3"]
    assert clause(contract, "1").title == "Picking"
    assert clause(contract, "1.1").text == "Early. The Grower picks early."
    assert clause(contract, "1.2").text == "Late picking."
    assert clause(contract, "2.1").text == "The `Buyer` pays [here](x)."
    assert clause(contract, "3").title == "Term"


def test_tables_code_quotes_and_html_keep_their_words() -> None:
    contract = read(
        "1. Start\n\n| Sort | Price |\n|---|---:|\n| Red | £2 |\n| Green | |\n\n```\n2. no clause\n```\n\n"
        "> Quoted words.\n\n- a bullet\n- another\n\n<div>\nsome html\n</div>\n\n[link]: https://example.org\n\n"
        "    indented words\n"
    )
    assert numbers_of(contract) == ["1"]
    assert clause(contract, "1").tables == ((("Sort", "Price"), ("Red", "£2"), ("Green", "")),)
    assert clause(contract, "1").text == (
        "Sort\tPrice\nRed\t£2\nGreen\t\n```\n2. no clause\n```\nQuoted words.\na bullet\nanother\n"
        "some html\n[link]: https://example.org\nindented words"
    )


def test_marks_are_stripped_from_titles_words_and_definitions_alike_and_words_never() -> None:
    contract = read(
        '## 1. **Definitions** <a id="s1"></a>\n\n**"Business Day"** means a <span class="x">dry</span> day.\n\n'
        "1.1 **Pear** means *another* fruit of <Name>\\* at 2 * 3 pounds for price* and `a*b*`.\n\n"
        "**Basket:** what holds __forty__ apples;<br>or pears.\n\n| **“Plum”** | a *third* |\n|--|--|\n\n"
        "1.2 <Address>, <a date> and <A>: _____ by ___ snake_case_word [here](x_y_z) <a href='y'>there</a>.\n"
    )
    assert clause(contract, "1").title == "Definitions"
    assert clause(contract, "Definition of Business Day").text == '"Business Day" means a dry day.'
    assert clause(contract, "1.1").kind == "definition"
    assert clause(contract, "1.1").text == "Pear means another fruit of <Name>* at 2 * 3 pounds for price* and `a*b*`."
    assert clause(contract, "Definition of Basket").text == "Basket: what holds forty apples; or pears."
    assert clause(contract, "Definition of Plum").text == "“Plum”\ta third"
    assert clause(contract, "1.2").text == (
        "<Address>, <a date> and <A>: _____ by ___ snake_case_word [here](x_y_z) <a href='y'>there</a>."
    )


def test_clauses_in_a_table_are_clauses() -> None:
    contract = read("1. Start\n\n| **2.** | **Term** |\n|---|---|\n| **2.1** | It starts. |\n| 2\\.2 | It ends. |\n")
    assert [(found.number, found.wording()) for found in contract.clauses] == [
        ("1", "Start"), ("2", "Term"), ("2.1", "It starts."), ("2.2", "It ends."),
    ]  # fmt: skip


def test_definitions_are_clauses() -> None:
    contract = read(
        '## 1. Definitions\n\n**"Apple"** means a fruit.\n\n**Pear** means another.\n\n| “Plum” | a third |\n|--|--|\n'
    )
    assert numbers_of(contract) == ["1", "Definition of Apple", "Definition of Pear", "Definition of Plum"]


def test_a_paragraph_broken_over_lines_is_one_unless_numbers_are_typed_line_by_line() -> None:
    broken = read("1. The Buyer pays under\n   clause 4.2. The Grower\nmay wait.\n")
    assert clause(broken, "1").text == "The Buyer pays under clause 4.2. The Grower may wait."
    by_line = read("4.1 The Grower picks\nall day.\n4.2 The Buyer pays:\n(a) in cash\n(b) at once\n")
    assert numbers_of(by_line) == ["4.1", "4.2", "4.2(a)", "4.2(b)"]
    assert clause(by_line, "4.1").text == "The Grower picks all day."
    assert clause(read("1. One  \ntwo\\\nthree\n"), "1").wording() == "One\ntwo\\\nthree"


def test_a_place_named_at_the_end_of_a_sentence_and_the_start_of_a_line_is_no_heading() -> None:
    contract = read(
        "3.4. Terms.\nThese are in\nSection 3.5.\n\n"
        "3.5. Notices.\nThe Grower shows the notice in\nExhibit A.  The Grower also puts this agreement\nin the barn."
        "\n\n"
        "3.6. Price.\nAs agreed.\nExhibit A. Notice to Pickers\n1. Mind the ladders.\n"
    )
    assert numbers_of(contract) == ["3.4", "3.5", "3.6", "Exhibit A", "Exhibit A paragraph 1"]
    assert contract.unplaced == ()
    assert clause(contract, "3.5").text.endswith("in Exhibit A.  The Grower also puts this agreement in the barn.")


def test_comments_are_listed_and_no_words() -> None:
    contract = read(
        "<!-- licence -->\n\n# Agreement\n\n1. The Grower picks. <!-- by hand -->\n2. The Buyer pays.\n"
        "   <!-- when?\n\n   how? -->\n   At once.\n\n3\\. <!-- or not --> Nobody climbs.\n<!-- still -->\n\n"
        "| A<!-- cell --> | B |\n|--|--|\n\n```\n<!-- kept -->\n```\n"
    )
    assert contract.title == "Agreement"
    assert [(found.number, found.title) for found in contract.clauses] == [("1", ""), ("2", ""), ("3", "")]
    assert clause(contract, "1").text == "The Grower picks."
    assert clause(contract, "2").text == "The Buyer pays.\nAt once."
    assert clause(contract, "3").text == "Nobody climbs.\nA\tB\n```\n<!-- kept -->\n```"
    assert [(item.where, item.text) for item in contract.unplaced] == [
        ("comment before the first clause", "licence"),
        ("comment in 1", "by hand"),
        ("comment in 2", "when?\n\nhow?"),
        ("comment in 3", "or not\nstill\ncell"),
    ]


def test_a_heading_ends_every_list() -> None:
    contract = read(
        "# 1. Picking\n\n1. Early\n2. Late:\n   1. by night\n   2. by day\n\n## Recitals\n\nThe story:\n\n"
        "(A) The Grower grows.\n\n(B) The Buyer buys.\n\n# 2. Price\n\n1. Low\n\n## A remark\n\nNot too low.\n"
    )
    assert numbers_of(contract) == [
        "1", "1.1", "1.2", "1.2.1", "1.2.2", "Recital A", "Recital B", "2", "2.1",
    ]  # fmt: skip
    assert clause(contract, "1.2.2").text == "by day"
    assert [clause(contract, f"Recital {letter}").kind for letter in "AB"] == ["preamble", "preamble"]
    assert [(item.where, item.text) for item in contract.unplaced] == [
        ("under a heading without a number, after 1.2.2", "Recitals\nThe story:"),
        ("under a heading without a number, after 2.1", "A remark\nNot too low."),
    ]
    outside = read(
        "# Agreement\n\n1. One\n   1. deep\n   2. deeper\n\n## Background\n\nA. Grown.\n\nB. Bought.\n\n2. Two\n"
    )
    assert numbers_of(outside) == ["1", "1.1", "1.2", "Recital A", "Recital B", "2"]


def test_a_new_page_ends_a_paragraph_and_moves_no_other_line() -> None:
    contract = read("1. Early\n\nPick at dawn.\n\f\n  2. Late\n\nPick\fat\u2028dusk.\n\n```\nkept whole\n```\n")
    assert numbers_of(contract) == ["1", "2"]
    assert clause(contract, "1").text.endswith("Pick at dawn.")
    assert clause(contract, "2").text.endswith("```\nkept whole\n```")


def test_a_plain_text_contract_is_read_too() -> None:
    contract = read(
        "ORCHARD AGREEMENT\n\n1.  PICKING\n\n    1.1  The Grower picks.\n\n    1.2  The Buyer waits.\n\n2.  PRICE\n"
    )
    assert numbers_of(contract) == ["1", "1.1", "1.2", "2"]
    close = read(
        "ORCHARD\n    1. PICKING\n        1.1 The Grower:\n            (a) picks\n            (b) waits\n"
        "        1.2 Nobody\nclimbs.\n    2. PRICE\n    Schedule 1 – Sorts\n    1. Red\n    2. Green\n"
    )
    assert numbers_of(close)[:6] == ["1", "1.1", "1.1(a)", "1.1(b)", "1.2", "2"]
    assert numbers_of(close)[6:] == ["Schedule 1", "Schedule 1 paragraph 1", "Schedule 1 paragraph 2"]
    assert clause(close, "1.2").text == "Nobody climbs."


def test_a_typed_table_of_contents_takes_no_numbers() -> None:
    contents = "CONTENTS\n\n1.\tPicking\t4\n2.\tPrice ........ 5\n\nSCHEDULE\n\nSchedule 1\tSorts\t9\n\n"
    contract = read(f"{contents}1. Picking\n\n1.1 Early.\n\n2. Price\n\nSchedule 1: Sorts\n")
    assert numbers_of(contract) == ["1", "1.1", "2", "Schedule 1"]
    assert [(item.where, item.text) for item in contract.unplaced] == [
        ("before the first clause", "CONTENTS\nSCHEDULE"),
        ("table of contents before the first clause", "1. Picking\t4\n2. Price ........ 5\nSchedule 1\tSorts\t9"),
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("# Agreement\n\n## Picking\n\nThe Grower picks.\n", "no clause numbers"),
        ("We agree.\n", "no clause numbers"),
        ("- a\n- b\n", "no clause numbers"),
        (">" * 100 + " 1. deep\n", "too deep"),
        ("- " * 200 + "1. deep\n", "too deep"),
    ],
)
def test_a_text_without_numbers_or_too_deep_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        read(text)


SINGLE_LINES = {
    "words": "word " * 13_000, "quotes": "“" * 65_000, "stars": "x" + "*" * 65_000, "tags": "<a " * 21_000,
    "brackets": "[" * 65_000, "backticks": "x" + "`" * 65_000, "spaces": "a" + " " * 65_000 + "b",
    "dots": "a" + "." * 65_000,
    "pipes": "a | " * 16_000, "terms": "“A” and " * 8_000, "numbers": "1.2 " * 16_000,
    "underscores": "x " + "_" * 65_000,
}  # fmt: skip


@pytest.mark.parametrize("name", SINGLE_LINES)
def test_a_single_line_of_65_kb_is_read_at_once(name: str) -> None:
    began = time.process_time()
    contract = read(f"1. {SINGLE_LINES[name]}")
    assert time.process_time() - began < 20
    assert numbers_of(contract) == ["1"]
    assert "".join(contract.words().split()) == "".join(SINGLE_LINES[name].split())


BLOCKS = [
    "",
    "# ",
    "## ",
    "1. ",
    "2. ",
    "- ",
    "> ",
    "   1. ",
    "4.2 ",
    "**4.3** ",
    "(a) ",
    "| ",
    "    ",
    "```\n",
    "Schedule 1 – ",
    "## Recitals ",
    "(A) ",
    "3) ",
    "SIGNED by ",
]
WORDS = st.lists(
    st.sampled_from(["the price", "Apple", "*very*", "“Term” means", "a | b", "1.1", "---", "  "]), max_size=4
)
LINES = st.tuples(st.sampled_from(BLOCKS), WORDS.map(" ".join), st.sampled_from(["\n", "\n\n"]))


@settings(deadline=None, max_examples=300)
@given(st.lists(LINES, max_size=12))
def test_no_word_of_any_text_is_lost_or_told_twice(lines: list[tuple[str, str, str]]) -> None:
    text = "1. Start\n\n" + "".join(f"{block}{words} w{place}x{end}" for place, (block, words, end) in enumerate(lines))
    contract = read(text)
    said = contract.words()
    assert Counter(re.findall(r"w\d+x", said)) == Counter(f"w{place}x" for place in range(len(lines)))
    letters = "".join(clause.label for clause in contract.clauses) + said
    assert Counter(filter(str.isalpha, letters)) == Counter(filter(str.isalpha, text))
    assert len(set(numbers_of(contract))) == len(contract.clauses)


MARKED = st.sampled_from(
    ["**", "*", "_", "__", "`", "<b>", "</b>", "<br>", "<Name>", "</td>", "<!-- c", "-->", "\\", "\\*", " ", "\n",
     "\n\n", "word ", "price", "1.1 ", "2. ", "~", "<span class='x'>", '<a href="y">', "| ", "____"]
)  # fmt: skip


@settings(deadline=None, max_examples=300)
@given(st.lists(MARKED, max_size=25).map("".join))
def test_only_marks_are_stripped(text: str) -> None:
    contract = read(f"1. Start\n\n{text}\n\n9. End\n")
    said = "".join(clause.label for clause in contract.clauses) + contract.words()
    marks = r"</?(?:b|br|td|span)(?: class='x')?>"
    left, right = (re.sub(marks, "", words) for words in (said, text))
    assert Counter(filter(str.isalpha, left)) == Counter(filter(str.isalpha, f"Start{right}End"))
    assert said.count("<Name>") == text.count("<Name>")


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        contract = read(text)
    except (UserError, UnicodeEncodeError):
        return
    assert contract.clauses


def test_a_bracket_in_the_middle_of_a_wrapped_sentence_begins_no_clause() -> None:
    text = (
        "1. Apples\n\n1.1 No licence is granted: 1) for pears; 2) for plums;\n2)  for damage done by others.\n\n"
        "2. Pears\n\n2.1 Pears are counted."
    )
    contract = read_markdown(text.encode())
    assert [clause.number for clause in contract.clauses] == ["1", "1.1", "2", "2.1"]
    assert contract.unplaced == ()
