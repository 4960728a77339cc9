"""Word documents: the right number and nesting in every style of numbering, and not a word lost."""

import io
import re
import sys
import zipfile
from collections import Counter
from collections.abc import Sequence
from itertools import count

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.contracts import word
from bot.contracts.files import read_contract
from bot.contracts.values import Clause, Contract
from bot.contracts.word import read_word
from bot.contracts.word_document import parse
from bot.contracts.word_numbering import written
from bot.errors import UserError
from tests.contract_files import (
    FORMS,
    LISTS,
    NAMESPACES,
    NUMBERS,
    SAMPLE,
    TITLE,
    add_abstract_list,
    add_list,
    add_lists,
    add_style,
    add_xml,
    changed_package,
    saved,
    set_list,
    typed,
)


def paragraphs(*texts: str) -> bytes:
    document = Document()
    for text in texts:
        document.add_paragraph(text)
    return saved(document)


def xml_document(*blocks: str) -> bytes:
    """A document whose body is raw XML, behind "1. Start"."""
    document = Document()
    document.add_paragraph("1. Start")
    for block in blocks:
        add_xml(document, block)
    return saved(document)


def numbers_of(contract: Contract) -> list[str]:
    return [clause.number for clause in contract.clauses]


def clause(contract: Contract, number: str) -> Clause:
    found = contract.clause(number)
    assert found, f"{number} is not among {numbers_of(contract)}"
    return found


def unplaced(contract: Contract) -> dict[str, str]:
    return {item.where: item.text for item in contract.unplaced}


# Pieces of raw XML.


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def block(*texts: str) -> str:
    """A paragraph of runs; a text that starts with "<" is XML."""
    return f"<w:p>{''.join(text if text.startswith('<') else run(text) for text in texts)}</w:p>"


def cell(content: str) -> str:
    return f"<w:tc>{content}</w:tc>"


def field_mark(kind: str) -> str:
    return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'


def deleted(text: str) -> str:
    return f"<w:del><w:r><w:delText>{text}</w:delText></w:r></w:del>"


# -- numbering -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
def test_one_contract_has_the_same_clauses_in_every_form(form: str) -> None:
    contract = read_contract(FORMS[form](SAMPLE))
    assert numbers_of(contract) == NUMBERS
    assert contract.title == TITLE
    assert contract.unplaced == ()
    assert contract == Contract(TITLE, contract.clauses, ())
    levels = {found.number: found.level for found in contract.clauses}
    assert [levels[number] for number in ("1", "2.1", "2.1(b)", "2.1(b)(iii)", "Schedule 1 paragraph 1.2")] == [
        1,
        2,
        3,
        4,
        3,
    ]
    kinds = {found.number: found.kind for found in contract.clauses}
    assert kinds["Definition of Picking Day"] == "definition"
    assert (kinds["Schedule 1"], kinds["Annex A"], kinds["Schedule 1 paragraph 1"]) == ("schedule", "annex", "clause")
    assert clause(contract, "2").title == "Picking"
    assert clause(contract, "schedule 1").title == "Apples"
    assert clause(contract, "2.2").text.endswith("\nThis paragraph belongs to the clause above it.")
    said = [found.wording() for found in contract.clauses]
    assert " ".join(said).split() == " ".join(entry.words for entry in SAMPLE).split()


def test_the_branch_of_a_clause_is_the_clause_and_what_is_below_it() -> None:
    contract = read_word(typed())
    assert [found.number for found in contract.branch("2.1(b)")] == ["2.1(b)", "2.1(b)(i)", "2.1(b)(ii)", "2.1(b)(iii)"]
    assert [found.number for found in contract.branch("schedule 2")] == ["Schedule 2", "Schedule 2 paragraph 1"]
    assert list(contract.branch("9.9")) == []


LEVEL = '<w:lvl w:ilvl="{0}"><w:start w:val="{1}"/><w:numFmt w:val="{2}"/>{4}<w:lvlText w:val="{3}"/></w:lvl>'


def counted(
    levels: Sequence[tuple[int, int, str, str, str]], used: Sequence[int | tuple[int, int]], lists: str = ""
) -> list[str]:
    """The labels of paragraphs in these levels of list 900, or of another list made with `lists`."""
    document = Document()
    add_abstract_list(document, 900, "".join(LEVEL.format(*level) for level in levels))
    add_list(document, 900, 900)
    for identifier in range(901, 903):
        add_list(document, identifier, 900, lists)
    for place, level in enumerate(used):
        identifier, depth = level if isinstance(level, tuple) else (900, level)
        set_list(document.add_paragraph(f"words {place}"), identifier, depth)
    return [found.label for found in parse(saved(document)).clauses]


def test_levels_count_inside_one_another() -> None:
    levels = [(0, 1, "decimal", "%1.", ""), (1, 1, "decimal", "%1.%2", ""), (2, 1, "lowerLetter", "(%3)", "")]
    assert counted(levels, [0, 1, 2, 2, 1, 2, 0, 1]) == ["1.", "1.1", "(a)", "(b)", "1.2", "(a)", "2.", "2.1"]


def test_a_list_may_start_elsewhere_and_skip_levels() -> None:
    levels = [(0, 7, "decimal", "%1.", ""), (1, 3, "decimal", "%1.%2", "")]
    assert counted(levels, [1, 1, 0, 1]) == ["7.3", "7.4", "8.", "8.3"]


def test_a_level_may_go_on_counting_past_those_above() -> None:
    never = '<w:lvlRestart w:val="0"/>'
    levels = [(0, 1, "decimal", "Part %1", ""), (1, 1, "decimal", "%2.", never)]
    assert counted(levels, [0, 1, 1, 0, 1]) == ["Part 1", "1.", "2.", "Part 2", "3."]


def test_a_level_may_start_again_only_with_one_far_above() -> None:
    restart = '<w:lvlRestart w:val="1"/>'
    levels = [(0, 1, "decimal", "%1.", ""), (1, 1, "decimal", "%1.%2", ""), (2, 1, "lowerRoman", "(%3)", restart)]
    assert counted(levels, [0, 1, 2, 1, 2, 0, 1, 2]) == ["1.", "1.1", "(i)", "1.2", "(ii)", "2.", "2.1", "(i)"]


def test_numbers_may_be_legal_whatever_the_levels_above_look_like() -> None:
    legal = "<w:isLgl/>"
    levels = [(0, 1, "upperRoman", "Article %1", ""), (1, 1, "decimalZero", "Section %1.%2", legal)]
    assert counted(levels, [0, 0, 1, 1]) == ["Article I", "Article II", "Section 2.1", "Section 2.2"]


def test_lists_of_one_kind_go_on_counting_unless_one_starts_anew() -> None:
    levels = [(0, 1, "decimal", "%1.", ""), (1, 1, "decimal", "%1.%2", "")]
    assert counted(levels, [0, (901, 0), 0]) == ["1.", "2.", "3."]
    anew = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride>'
    assert counted(levels, [0, (901, 0), (901, 0), 1], anew) == ["1.", "5.", "6.", "6.1"]
    look = '<w:lvlOverride w:ilvl="0">' + LEVEL.format(0, 1, "decimal", "Clause %1:", "") + "</w:lvlOverride>"
    assert counted(levels, [0, (901, 0)], look) == ["1.", "Clause 2:"]


@pytest.mark.parametrize(
    ("value", "form", "shown"),
    [(1, "lowerLetter", "a"), (26, "lowerLetter", "z"), (27, "lowerLetter", "aa"), (28, "upperLetter", "BB"),
     (4, "lowerRoman", "iv"), (49, "upperRoman", "XLIX"), (3, "decimalZero", "03"), (12, "decimalZero", "12"),
     (2, "ordinal", "2nd"), (11, "ordinal", "11th"), (3, "cardinalText", "Three"), (5, "none", ""), (5, "chicago", "5"),
     (0, "lowerLetter", "0")],
)  # fmt: skip
def test_a_number_is_written_as_word_writes_it(value: int, form: str, shown: str) -> None:
    assert written(value, form) == shown


def test_numbers_by_style_reach_through_styles_based_on_it_and_may_be_taken_off() -> None:
    document = Document()
    lists = add_lists(document, {"main": (("decimal", "%1.", "Top"), ("decimal", "%1.%2", "Sub"))})
    numbered = f'<w:numPr><w:numId w:val="{lists["main"]}"/></w:numPr>'
    add_style(document, "Top", numbered)
    add_style(document, "Sub", numbered)
    add_style(document, "SubOwn", "", based_on="Sub")
    add_style(document, "SubOwnOwn", "", based_on="SubOwn")
    add_style(document, "Off", '<w:numPr><w:numId w:val="0"/></w:numPr>', based_on="Sub")
    add_style(document, "Circle", "", based_on="Circle")
    for style in ("Top", "Sub", "SubOwnOwn", "Off", "Circle", "Top"):
        document.add_paragraph(f"In {style}.", style=style)
    paragraph = document.add_paragraph("By style, one level down.", style="Top")
    set_list(paragraph, lists["main"], 1)
    contract = parse(saved(document))
    assert numbers_of(contract) == ["1", "1.1", "1.2", "2", "2.1"]
    assert clause(contract, "1.2").text == "In SubOwnOwn.\nIn Off.\nIn Circle."


def test_a_list_may_be_linked_to_a_list_style() -> None:
    document = Document()
    inner = LEVEL.format(0, 1, "decimal", "%1.", "")
    add_abstract_list(document, 900, f'<w:styleLink w:val="Legal"/>{inner}')
    add_abstract_list(document, 901, '<w:numStyleLink w:val="Legal"/>')
    add_list(document, 900, 900)
    add_list(document, 901, 901)
    set_list(document.add_paragraph("One."), 901, 0)
    set_list(document.add_paragraph("Two."), 900, 0)
    assert numbers_of(parse(saved(document))) == ["1", "2"]


def test_bullets_and_a_list_inside_a_clause_are_no_clauses_of_their_own() -> None:
    document = Document()
    lists = add_lists(document, {**LISTS, "bullets": (("bullet", "•"),), "steps": (("decimal", "%1."),)})
    for words, name, level in (
        ("Picking", "main", 0),
        ("The Grower brings:", "main", 1),
        ("a ladder", "bullets", 0),
        ("a basket", "bullets", 0),
        ("Then:", "main", 1),
        ("climb;", "steps", 0),
        ("pick.", "steps", 0),
        ("Price", "main", 0),
    ):
        set_list(document.add_paragraph(words), lists[name], level)
    contract = parse(saved(document))
    assert numbers_of(contract) == ["1", "1.1", "1.2", "1.2.1", "1.2.2", "2"]
    assert clause(contract, "1.1").text == "The Grower brings:\na ladder\na basket"


def test_lists_of_letters_made_one_by_one_are_inside_the_clause_above() -> None:
    document = Document()
    add_lists(document, {"main": LISTS["main"]})
    for identifier in range(910, 914):
        add_abstract_list(document, identifier, LEVEL.format(0, 1, "lowerLetter", "(%1)", ""))
        add_list(document, identifier, identifier)
    for words, identifier, level in (
        ("Picking", 900, 0), ("Bring:", 900, 1), ("ladder;", 910, 0), ("basket.", 910, 0),
        ("Leave:", 900, 1), ("leaves;", 911, 0), ("and, too:", 911, 0), ("branches.", 912, 0),
    ):  # fmt: skip
        set_list(document.add_paragraph(words), identifier, level)
    contract = parse(saved(document))
    assert numbers_of(contract) == ["1", "1.1", "1.1(a)", "1.1(b)", "1.2", "1.2(a)", "1.2(b)"]
    # A second list in one clause counts the same letters again: its lines stay where they are.
    assert clause(contract, "1.2(b)").text == "and, too:\n(a) branches."


# -- typed numbers -------------------------------------------------------------------------------------------


def test_clauses_under_a_prefixed_heading_have_its_prefix() -> None:
    contract = parse(
        paragraphs("GC13 Variations", "13.1 No change by word of mouth.", "13.2 Every change:", "(a) in writing;",
                   "SC36 Payment", "36.45 The Buyer pays.", "36.45A The Buyer pays at once.")
    )  # fmt: skip
    assert numbers_of(contract) == ["GC13", "GC13.1", "GC13.2", "GC13.2(a)", "SC36", "SC36.45", "SC36.45A"]


def test_a_clause_inserted_behind_a_prefixed_one_is_a_clause_of_its_own() -> None:
    contract = parse(
        paragraphs("GC12 Term", "12.1 It starts.", "GC12.2 It ends.", "12A. Exit", "12A.1 The Grower leaves.",
                   "12A.2 The ladders stay.", "GC13 Price", "13.1 Low.")
    )  # fmt: skip
    assert numbers_of(contract) == ["GC12", "GC12.1", "GC12.2", "12A", "12A.1", "12A.2", "GC13", "GC13.1"]
    assert [clause(contract, number).level for number in ("GC12", "12A", "12A.1")] == [1, 1, 2]


def test_the_letters_of_a_schedule_are_schedules_and_its_parts_count_anew() -> None:
    contract = parse(
        paragraphs("1. Start", "SCHEDULE 2 – THE SERVICES", "A. Picking", "1. With ladders.", "Ai. Picking by night",
                   "B. Weighing", "1. With scales.", "SCHEDULE 3", "Part 1 – Red", "1. Sweet.", "Part 2 – Green",
                   "1. Sour.",
                   "(a) Very sour.")
    )  # fmt: skip
    assert numbers_of(contract)[1:] == [
        "Schedule 2", "Schedule 2A", "Schedule 2A paragraph 1", "Schedule 2Ai", "Schedule 2B",
        "Schedule 2B paragraph 1",
        "Schedule 3", "Schedule 3 Part 1", "Schedule 3 Part 1 paragraph 1", "Schedule 3 Part 2",
        "Schedule 3 Part 2 paragraph 1", "Schedule 3 Part 2 paragraph 1(a)",
    ]  # fmt: skip


def test_the_parts_of_a_schedule_are_places_whatever_the_letters_of_their_titles() -> None:
    contract = parse(
        paragraphs("1. Start", "Schedule 3B Prices", "Part 1 Indicative activity", "1. Sweet.", "2. Sour.",
                   "Part 2 Other", "1. Bitter.", "Part 3 is not used here", "Part 9 Something else")
    )  # fmt: skip
    assert numbers_of(contract)[1:] == [
        "Schedule 3B", "Schedule 3B Part 1", "Schedule 3B Part 1 paragraph 1", "Schedule 3B Part 1 paragraph 2",
        "Schedule 3B Part 2", "Schedule 3B Part 2 paragraph 1",
    ]  # fmt: skip
    assert clause(contract, "Schedule 3B Part 1").title == "Indicative activity"
    said = "Bitter.\nPart 3 is not used here\nPart 9 Something else"
    assert clause(contract, "Schedule 3B Part 2 paragraph 1").wording() == said


@pytest.mark.parametrize("style", ["Heading 1", "Heading 2", None])
def test_an_appendix_to_a_schedule_is_in_that_schedule(style: str | None) -> None:
    document = Document()
    for text in ("1. Start", "Schedule 1: Price", "1. Low", "Appendix 1 to Schedule 1", "1. Lower.",
                 "Schedule 2: Other things", "1. Other price", "Appendix 1 to Schedule 2 – The map", "1. Sub.",
                 "Appendix 2 to Schedule 2 applies."):  # fmt: skip
        document.add_paragraph(text, style=style if text[0] in "SA" and text[-1] != "." else None)
    contract = parse(saved(document))
    assert numbers_of(contract)[1:] == [
        "Schedule 1", "Schedule 1 paragraph 1", "Schedule 1 Appendix 1", "Schedule 1 Appendix 1 paragraph 1",
        "Schedule 2", "Schedule 2 paragraph 1", "Schedule 2 Appendix 1", "Schedule 2 Appendix 1 paragraph 1",
    ]  # fmt: skip
    first, second = clause(contract, "Appendix 1 to Schedule 1"), clause(contract, "Schedule 2 Appendix 1")
    assert (first.label, first.title, first.level, first.kind) == ("Appendix 1 to Schedule 1", "", 2, "annex")
    assert (second.title, second.level) == ("The map", 2)
    assert clause(contract, "Schedule 2 Appendix 1 paragraph 1").text == "Sub.\nAppendix 2 to Schedule 2 applies."
    assert contract.unplaced == ()


def test_recitals_come_before_the_clauses() -> None:
    contract = parse(
        paragraphs("Agreement", "Made by the parties.", "(A) The Grower grows.", "(B) The Buyer buys.", "1. Start")
    )
    assert numbers_of(contract) == ["Recital A", "Recital B", "1"]
    assert [found.kind for found in contract.clauses] == ["preamble", "preamble", "clause"]
    assert unplaced(contract) == {"before the first clause": "Made by the parties."}


def test_sections_with_letters_are_no_recitals_unless_they_are_announced() -> None:
    sections = ("A. Picking", "1. Early", "2. Late", "B. Price", "1. Low", "1.1 Lower", "C. End")
    document = Document()
    for text in sections:
        document.add_paragraph(text, style="Heading 1" if text[0].isalpha() else None)
    assert numbers_of(parse(saved(document))) == ["A", "1", "2", "B", "B.1", "B.1.1", "C"]
    announced = parse(paragraphs("Agreement", "BACKGROUND", "A. The Grower grows.", "B. The Buyer buys.", "1. Start"))
    assert numbers_of(announced) == ["Recital A", "Recital B", "1"]
    assert unplaced(announced) == {"before the first clause": "BACKGROUND"}


def test_a_hyphen_parts_a_place_from_its_title_whichever_side_has_the_space() -> None:
    contract = parse(
        paragraphs("1. Start", "EXHIBIT A -Orchard Public License.", "1. Sweet.", "Exhibit B- The Map",
                   "Annex C - Ladders", "Exhibit D-1 is kept in the barn.")
    )  # fmt: skip
    assert numbers_of(contract) == ["1", "Exhibit A", "Exhibit A paragraph 1", "Exhibit B", "Annex C"]
    assert clause(contract, "Exhibit A").title == "Orchard Public License."
    assert clause(contract, "Annex C").text == "Exhibit D-1 is kept in the barn."


def test_clauses_under_headings_without_numbers_follow_one_another() -> None:
    lines = (
        "Picking",
        "1.1 Early.",
        "1.2 Late.",
        "2.1 Low.",
        "3.5 baskets are missing.",
        "2.9 Apples are bad.",
        "2.2 Lower.",
    )
    contract = parse(paragraphs("Agreement", *lines))
    assert numbers_of(contract) == ["1.1", "1.2", "2.1", "2.2"]
    assert clause(contract, "2.1").text == "Low.\n3.5 baskets are missing.\n2.9 Apples are bad."


def test_the_letter_i_and_the_numeral_i_are_told_apart() -> None:
    letters = [f"({letter}) item {letter};" for letter in "abcdefghijk"]
    assert numbers_of(parse(paragraphs("1. Start:", *letters)))[-3:] == ["1(i)", "1(j)", "1(k)"]
    romans = [f"({letter}) item;" for letter in ("a", "i", "ii", "iii", "iv", "v", "b", "i")]
    assert numbers_of(parse(paragraphs("1. Start:", *romans)))[1:] == [
        "1(a)", "1(a)(i)", "1(a)(ii)", "1(a)(iii)", "1(a)(iv)", "1(a)(v)", "1(b)", "1(b)(i)",
    ]  # fmt: skip
    behind_h = [f"({letter}) item;" for letter in ("a", "b", "c", "d", "e", "f", "g", "h", "i", "ii")]
    assert numbers_of(parse(paragraphs("1. Start:", *behind_h)))[-2:] == ["1(h)(i)", "1(h)(ii)"]


def test_section_signs_and_brackets_count_clauses_too() -> None:
    contract = parse(
        paragraphs("12A. Exit", "13. Price", "§ 16 Term", "§ 16.1 It starts.", "(1) soon; or", "(2) late.",
                   "17) The end of it.", "17.1 It ends.", "18) More", "1) first", "2) second", "§ 433 is not meant.",
                   "19. Last")
    )  # fmt: skip
    assert numbers_of(contract) == [
        "12A", "13", "16", "16.1", "16.1(1)", "16.1(2)", "17", "17.1", "18", "18(1)", "18(2)", "19",
    ]  # fmt: skip
    assert clause(contract, "17").label == "17)"
    assert clause(contract, "18(2)").text == "second\n§ 433 is not meant."


SIGNED = ["SIGNED by the parties", "Signature page", "[Signature page follows]",
          "IN WITNESS WHEREOF the parties signed", "Signed for and on behalf of the Grower", "SIGNATURES",
          "EXECUTED as a deed by the Buyer", "Signed by Ana"]  # fmt: skip


@pytest.mark.parametrize("line", SIGNED)
def test_signatures_are_listed_and_belong_to_no_clause(line: str) -> None:
    contract = parse(
        paragraphs("20. Price", "21. The Buyer pays.", line, "Ana, for the Buyer", "Schedule 1 Sorts", "1. Red")
    )
    assert numbers_of(contract) == ["20", "21", "Schedule 1", "Schedule 1 paragraph 1"]
    assert clause(contract, "21").text == "The Buyer pays."
    assert unplaced(contract) == {"signature block after 21": f"{line}\nAna, for the Buyer"}
    document = Document()
    document.add_heading("1. Price", 1)
    document.add_heading(line, 2)
    grid = document.add_table(rows=1, cols=2)
    grid.rows[0].cells[0].text, grid.rows[0].cells[1].text = "By: ____", "By: ____"
    assert unplaced(parse(saved(document))) == {"signature block after 1": f"{line}\nBy: ____\tBy: ____"}


def test_a_table_to_sign_in_is_listed_too() -> None:
    document = Document()
    document.add_paragraph("21. The Buyer pays.")
    grid = document.add_table(rows=1, cols=2)
    grid.rows[0].cells[0].text, grid.rows[0].cells[1].text = "SIGNED by Ana", "SIGNED by Ben"
    document.add_paragraph("____")
    assert unplaced(parse(saved(document))) == {"signature block after 21": "SIGNED by Ana\tSIGNED by Ben\n____"}


@pytest.mark.parametrize(
    "line", ["Signed copies are kept in the barn.", "Signed by a director;", "signed by the Buyer",
             "Signed by both, this agreement is kept.", "Signatures may be typed."],
)  # fmt: skip
def test_words_about_signing_belong_to_the_clause_above(line: str) -> None:
    contract = parse(paragraphs("20. Price", "21. Copies", line))
    assert clause(contract, "21").wording().endswith(line)
    before = parse(paragraphs("20. Price", "SIGNED by the parties", "21. Copies"))
    assert clause(before, "20").wording() == "Price\nSIGNED by the parties"


@pytest.mark.parametrize(
    "line",
    ["3.5 per cent of the price is kept.", "2 and 3 above apply.", "30 days later the Buyer pays.",
     "(c) above applies.",
     "1 April is a Picking Day.", "9 Apples make a pound.", "Schedule 3 sets out the rest.", "A. Smith signs."],
)  # fmt: skip
def test_a_line_that_only_begins_with_a_number_belongs_to_the_clause_above(line: str) -> None:
    contract = parse(paragraphs("1. Start", "1.1 The Grower picks.", line, "1.2 The Buyer pays."))
    assert numbers_of(contract) == ["1", "1.1", "1.2"]
    assert clause(contract, "1.1").text == f"The Grower picks.\n{line}"


def test_a_number_that_was_there_already_is_listed_with_what_follows_it() -> None:
    contract = parse(
        paragraphs("1. Start", "1.1 First.", "2. Price", "Notes for the reader", "1. Not a clause", "1.1 Nor this.",
                   "1.7 Nor this one.", "and more", "3. Term")
    )  # fmt: skip
    assert numbers_of(contract) == ["1", "1.1", "2", "3"]
    assert unplaced(contract) == {
        "under a second 1, after 2": "1. Not a clause\n1.1 Nor this.\n1.7 Nor this one.\nand more"
    }


def test_numbers_typed_behind_soft_breaks_are_clauses_too() -> None:
    contract = parse(
        xml_document("<w:p><w:r><w:t>1.1 One.</w:t><w:br/><w:t>1.2 Two.</w:t><w:br/><w:t>more</w:t></w:r></w:p>")
    )
    assert numbers_of(contract) == ["1", "1.1", "1.2"]
    assert clause(contract, "1.2").text == "Two.\nmore"


@pytest.mark.parametrize(
    "words",
    ["The Grower shall pick", "The Buyer pays all that is due under this agreement within thirty days",
     "The ladders are the Grower's", "“Apple” is a fruit.", "It starts today. Then"],
)  # fmt: skip
def test_a_sentence_is_never_a_title(words: str) -> None:
    contract = parse(
        xml_document(block(f"1.1 {words}", "<w:r><w:br/></w:r>", "Every day of the week."), block("1.2 Nobody climbs."))
    )
    assert clause(contract, "1.1").title == ""
    assert clause(contract, "1.1").text == f"{words}\nEvery day of the week."


def test_a_line_that_goes_on_in_the_next_is_no_title_and_one_that_does_not_is() -> None:
    assert clause(parse(paragraphs("1. The rest of", "the apples.", "2. Price")), "1").title == ""
    assert clause(parse(paragraphs("1. The Grower picks early", "in the day.", "2. Price")), "1").title == ""
    for title in ("Picking of apples", "Supply of Ladders, Baskets and Other Things by the Grower to the Buyer"):
        contract = parse(paragraphs(f"1. {title}", "The Grower picks.", "2. Price"))
        assert (clause(contract, "1").title, clause(contract, "1").text) == (title, "The Grower picks.")


def test_a_heading_without_a_number_is_listed_with_what_stands_under_it() -> None:
    document = Document()
    document.add_heading("Contents", 1)
    document.add_paragraph("Before anything.")
    document.add_heading("1. Start", 1)
    document.add_heading("A small heading", 2)
    document.add_paragraph("inside clause 1")
    document.add_heading("Signatures", 1)
    document.add_paragraph("Signed by the parties.")
    contract = parse(saved(document))
    assert clause(contract, "1").text == "A small heading\ninside clause 1"
    assert unplaced(contract) == {
        "before the first clause": "Before anything.",
        "under a heading without a number, after 1": "Signatures\nSigned by the parties.",
    }
    assert contract.title == "Contents"


def test_a_schedule_s_title_may_stand_in_the_next_heading() -> None:
    document = Document()
    document.add_paragraph("1. Start")
    for heading in ("Schedule 1", "The services", "Schedule 2: Prices"):
        document.add_heading(heading, 1)
        document.add_paragraph(f"Under {heading}.") if heading != "Schedule 1" else None
    contract = parse(saved(document))
    assert clause(contract, "Schedule 1").title == "The services"
    assert clause(contract, "Schedule 1").text == "Under The services."
    assert clause(contract, "Schedule 2").title == "Prices"


# -- definitions and tables ----------------------------------------------------------------------------------


def table(*rows: Sequence[str], behind: Sequence[str] = ("1. Start", "1.1 In this agreement:")) -> bytes:
    document = Document()
    for text in behind:
        document.add_paragraph(text)
    grid = document.add_table(rows=0, cols=len(rows[0]))
    for row in rows:
        for cell, text in zip(grid.add_row().cells, row, strict=True):
            cell.text = text
    document.add_paragraph("1.2 After the table.")
    return saved(document)


def test_definitions_are_clauses_whether_in_paragraphs_or_in_a_table() -> None:
    contract = parse(table(("“Apple”", "a fruit;"), ("“Picking Day”", "a dry day.")))
    assert numbers_of(contract) == ["1", "1.1", "Definition of Apple", "Definition of Picking Day", "1.2"]
    assert clause(contract, "definition of picking day").text == "“Picking Day”\ta dry day."
    headed = parse(table(("Term", "Meaning"), ("Apple", "a fruit;"), ("Pear", "another.")))
    assert [found.number for found in headed.clauses if found.kind == "definition"] == [
        "Definition of Apple",
        "Definition of Pear",
    ]
    assert clause(headed, "1.1").text == "In this agreement:\nTerm\tMeaning"
    announced = parse(table(("Apple", "a fruit"), ("Pear", "another"), behind=("1. Definitions",)))
    assert "Definition of Pear" in numbers_of(announced)


def test_a_term_in_bold_is_defined_too() -> None:
    document = Document()
    document.add_paragraph("1. Definitions")
    labelled = document.add_paragraph()
    labelled.add_run("Basket:").bold = True
    labelled.add_run(" what holds forty Apples.")
    paragraph = document.add_paragraph()
    paragraph.add_run("Apple").bold = True
    paragraph.add_run(" means a fruit:")
    document.add_paragraph("(a) red; or")
    document.add_paragraph("(b) green.")
    document.add_paragraph("1.1 “Pear” means another fruit.")
    contract = parse(saved(document))
    assert numbers_of(contract) == ["1", "Definition of Basket", "Definition of Apple", "1.1"]
    assert clause(contract, "Definition of Apple").text == "Apple means a fruit:\n(a) red; or\n(b) green."
    assert clause(contract, "1.1").kind == "definition"


def test_a_table_is_kept_as_rows_and_as_text() -> None:
    rows = (("No.", "Sort", "Price"), ("1", "Red", "£2"), ("2", "Green", "£3"))
    contract = parse(table(*rows))
    assert numbers_of(contract) == ["1", "1.1", "1.2"]
    assert clause(contract, "1.1").tables == (rows,)
    assert clause(contract, "1.1").text == "In this agreement:\nNo.\tSort\tPrice\n1\tRed\t£2\n2\tGreen\t£3"


def test_a_table_that_counts_its_own_rows_is_a_table() -> None:
    contract = parse(table(("1", "Red"), ("2", "Green"), behind=("1. Start", "1.1 Sorts:")))
    assert numbers_of(contract) == ["1", "1.1", "1.2"]
    assert clause(contract, "1.1").tables == ((("1", "Red"), ("2", "Green")),)


def test_clauses_set_out_in_a_table_are_clauses() -> None:
    contract = parse(
        table(("1.1", "The Grower picks:\n(a) apples;"), ("1.1A", "The Buyer pays."), behind=("1. Start",))
    )
    assert numbers_of(contract) == ["1", "1.1", "1.1(a)", "1.1A", "1.2"]
    boxed = parse(table(("2. Price",), ("2.1 The Buyer pays.",), behind=("1. Start",)))
    assert numbers_of(boxed) == ["1", "2", "2.1", "1.2"]


BEFORE = ("20. Picking", "20.1 Early.", "21. The Grower picks what is ripe by definition.")
IN_TABLES: dict[str, Sequence[Sequence[str]]] = {
    "plain": (("22.", "Term"), ("22.1", "It starts."), ("22.2", "It ends.")),
    "headed": (("Clause", "Words"), ("22.", "Term"), ("22.1", "It starts."), ("22.2", "It ends.")),
    "in three columns": (("22", "Term", ""), ("22.1", "", "It starts."), ("22.2", "", "It ends.")),
    "under a line of its own": (("THE TERM", ""), ("22.", "Term"), ("22.1", "It starts."), ("22.2", "It ends.")),
    "with section signs": (("§ 22", "Term"), ("22.1", "It starts."), ("22.2", "It ends.")),
}


@pytest.mark.parametrize("name", IN_TABLES)
def test_a_table_that_goes_on_counting_the_clauses_is_clauses(name: str) -> None:
    contract = parse(table(*IN_TABLES[name], behind=BEFORE))
    assert numbers_of(contract)[:6] == ["20", "20.1", "21", "22", "22.1", "22.2"]
    assert clause(contract, "22").wording() == "Term"
    assert clause(contract, "22.1").text == "It starts."
    assert all(not found.tables for found in contract.clauses)


def test_tables_of_one_row_for_each_clause_are_clauses() -> None:
    document = Document()
    document.add_paragraph("21. Before.")
    for row in (("22.", "Term"), ("22.1", "It starts."), ("23.", "End")):
        grid = document.add_table(rows=1, cols=2)
        for cell, text in zip(grid.rows[0].cells, row, strict=True):
            cell.text = text
        document.add_paragraph("")
    assert numbers_of(parse(saved(document))) == ["21", "22", "22.1", "23"]


@pytest.mark.parametrize(
    "rows",
    [
        (("1.", "Red"), ("2.", "Green")),
        (("1", "Red", "£2"), ("2", "Green", "£3")),
        (("No.", "Sort"), ("1", "Red"), ("2", "Green")),
        (("22", "Red"), ("40", "Green"), ("31", "Blue")),
        (("30", "Red"), ("31", "Green")),
        (("22 baskets", "Red"), ("23 baskets", "Green")),
        (("2.5", "Red"), ("7.5", "Green")),
    ],
)
def test_a_table_with_other_numbers_in_its_first_column_is_a_table(rows: Sequence[Sequence[str]]) -> None:
    contract = parse(table(*rows, behind=("20. Picking", "21. The Grower picks these sorts")))
    assert clause(contract, "21").tables == (tuple(tuple(row) for row in rows),)


def test_tables_in_tables_keep_their_words() -> None:
    inner = f"<w:tbl><w:tr>{cell(block('deep'))}{cell(block('deeper'))}</w:tr></w:tbl>"
    contract = parse(xml_document(f"<w:tbl><w:tr>{cell(f'<w:p/>{inner}<w:p/>')}{cell(block('beside'))}</w:tr></w:tbl>"))
    assert clause(contract, "1").text == "deep\tdeeper\tbeside"
    assert clause(contract, "1").tables == ((("deep\tdeeper", "beside"),),)


# -- everything else that holds words ------------------------------------------------------------------------


def test_words_in_links_controls_fields_and_symbols_are_part_of_the_text() -> None:
    contract = parse(
        xml_document(
            block("See ", f"<w:hyperlink>{run('the barn')}</w:hyperlink>", " or ",
                  f"<w:sdt><w:sdtContent>{run('a gate')}</w:sdtContent></w:sdt>",
                  f"<w:smartTag>{run(' tag')}</w:smartTag>"),
            f"<w:sdt><w:sdtPr/><w:sdtContent>{block('In a control.')}</w:sdtContent></w:sdt>",
            block(field_mark("begin"), "<w:r><w:instrText> REF x </w:instrText></w:r>", field_mark("separate"), "1.7",
                  field_mark("end"), " applies"),
            block("<w:r><mc:AlternateContent><mc:Choice Requires='w16se'><w:sym/></mc:Choice><mc:Fallback><w:t>☺</w:t>"
                  "</mc:Fallback></mc:AlternateContent></w:r>"),
            block("<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t><w:noBreakHyphen/><w:t>d</w:t>"
                  '<w:sym w:font="Wingdings" w:char="F0FE"/></w:r>'),
        )
    )  # fmt: skip
    said = "Start\nSee the barn or a gate tag\nIn a control.\n1.7 applies\n☺\na\tb\nc‑d☒"
    assert clause(contract, "1").wording() == said
    assert contract.unplaced == ()


def test_insertions_are_kept_and_deletions_listed_with_where_they_stood() -> None:
    mark_gone = "<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>"
    contract = parse(
        xml_document(
            block("1.1 The Buyer pays ", deleted("thirty"), f"<w:ins>{run('sixty')}</w:ins>", " pounds."),
            # A whole paragraph deleted, with the mark at its end.
            block(mark_gone, deleted("1.2 Gone.")),
            block("1.2 Stays."),
            block("<w:moveFrom><w:r><w:t>Moved away.</w:t></w:r></w:moveFrom>",
                  f"<w:moveTo>{run('1.3 Moved here.')}</w:moveTo>"),
            f"<w:tbl><w:tr><w:trPr><w:del/></w:trPr>{cell(block('lost'))}{cell('<w:p/>')}</w:tr>"
            f"<w:tr>{cell(block('kept'))}{cell('<w:p/>')}</w:tr></w:tbl>",
        )
    )  # fmt: skip
    assert numbers_of(contract) == ["1", "1.1", "1.2", "1.3"]
    assert clause(contract, "1.1").text == "The Buyer pays sixty pounds."
    assert clause(contract, "1.2").text == "Stays."
    assert clause(contract, "1.3").text == "Moved here.\nkept"
    assert unplaced(contract) == {
        "deleted text in 1.1": "thirty",
        "deleted text in 1.2": "1.2 Gone.",
        "deleted text in 1.3": "Moved away.\nlost",
    }


def test_a_deleted_numbered_paragraph_does_not_count() -> None:
    document = Document()
    lists = add_lists(document, LISTS)
    for words in ("One", "Two", "Three"):
        set_list(document.add_paragraph(words), lists["main"], 0)
    data = saved(document)
    gone = ("<w:t>Two</w:t>", "<w:delText>Two</w:delText>")
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        body = archive.read("word/document.xml").decode()
    found = re.search(r"<w:p>(?:(?!</w:p>).)*<w:t>Two</w:t></w:r></w:p>", body, re.S)
    assert found
    changed = found[0].replace("</w:pPr>", "<w:rPr><w:del/></w:rPr></w:pPr>").replace("<w:r>", "<w:del><w:r>")
    changed = changed.replace(*gone).replace("</w:r></w:p>", "</w:r></w:del></w:p>")
    contract = parse(changed_package(data, replace={"word/document.xml": (found[0], changed)}))
    assert [(found.number, found.wording()) for found in contract.clauses] == [("1", "One"), ("2", "Three")]


def test_a_heading_that_runs_into_its_text_is_one_line() -> None:
    separator = "<w:pPr><w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr>"
    contract = parse(xml_document(block(separator, "1.1 Price."), block("The Buyer pays.")))
    assert clause(contract, "1.1").text == "Price. The Buyer pays."


def text_box(words: str) -> str:
    """A text box as Word writes it: once for newer readers and once for older ones."""
    content = f"<w:txbxContent>{block(words)}</w:txbxContent>"
    return (
        "<w:r><mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wp:inline><wps:txbx>"
        f"{content}</wps:txbx></wp:inline></w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict><v:textbox>{content}</v:textbox></w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )


def test_what_has_no_clause_is_listed_with_where_it_stood() -> None:
    picture = '<w:r><w:drawing><wp:inline><wp:docPr id="1" name="map" descr="A map"/></wp:inline></w:drawing></w:r>'
    contract = parse(
        xml_document(
            block("1.1 Beside a box.", text_box("In the box")),
            block("1.2 Hidden ", run("secret", "<w:vanish/>"), "words."),
            block(picture),
            block(field_mark("begin"), "code"),
            '<w:altChunk r:id="rId99"></w:altChunk>',
        )
    )
    assert clause(contract, "1.1").text == "Beside a box."
    assert clause(contract, "1.2").text == "Hidden words."
    assert unplaced(contract) == {
        "text box in 1.1": "In the box",
        "hidden text in 1.2": "secret",
        "picture in 1.2": "A map",
        "field code in 1.2": "code",
        "inserted file in 1.2": "(a file that Word inserts here, not read)",
    }


def test_headers_and_footers_are_listed_by_section() -> None:
    document = Document()
    document.add_paragraph("1. Start")
    document.sections[0].header.paragraphs[0].text = "Draft 3"
    document.sections[0].footer.paragraphs[0].text = "In confidence"
    document.add_section()
    document.sections[1].header.is_linked_to_previous = False
    document.sections[1].header.paragraphs[0].text = "Schedules"
    document.sections[1].different_first_page_header_footer = True
    document.sections[1].first_page_header.is_linked_to_previous = False
    document.sections[1].first_page_header.paragraphs[0].text = "Cover"
    assert unplaced(parse(saved(document))) == {
        "header of section 1": "Draft 3",
        "footer of section 1": "In confidence",
        "header of section 2": "Schedules",
        "first-page header of section 2": "Cover",
    }


def with_notes(body: Sequence[str], **notes: str) -> bytes:
    """A document with footnotes, endnotes or comments: `kind="<w:footnote …>"`."""
    data = xml_document(*body)
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    types, relations, parts = "", "", {}
    for place, (kind, inner) in enumerate(notes.items()):
        types += (
            f'<Override PartName="/word/{kind}.xml"'
            f' ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/>'
        )
        relations += f'<Relationship Id="note{place}" Type="{base}/{kind}" Target="{kind}.xml"/>'
        parts[f"word/{kind}.xml"] = f"<w:{kind} {NAMESPACES}>{inner}</w:{kind}>"
    return changed_package(
        data,
        add=parts,
        replace={
            "[Content_Types].xml": ("</Types>", f"{types}</Types>"),
            "word/_rels/document.xml.rels": ("</Relationships>", f"{relations}</Relationships>"),
        },
    )


def note(kind: str, identifier: int, words: str, more: str = "") -> str:
    return f"<w:{kind} w:id='{identifier}' {more}>{block(words)}</w:{kind}>"


def reference(kind: str, identifier: int) -> str:
    return f"<w:r><w:{kind}Reference w:id='{identifier}'/></w:r>"


def test_notes_and_comments_are_listed_with_the_clause_that_refers_to_them() -> None:
    data = with_notes(
        [
            block("1.1 Noted", reference("footnote", 5), " twice", reference("footnote", 4)),
            block("1.2 Ended", reference("endnote", 2), reference("comment", 0)),
        ],
        footnotes=note("footnote", 4, "the fourth")
        + note("footnote", 5, "the fifth")
        + note("footnote", 6, "the lost one")
        + note("footnote", 0, "---", "w:type='separator'"),
        endnotes=note("endnote", 2, "at the end"),
        comments=note("comment", 0, "too dear", "w:author='Ana'"),
    )
    contract = parse(data)
    assert clause(contract, "1.1").text == "Noted twice"
    assert unplaced(contract) == {
        "footnote 1 in 1.1": "the fifth",
        "footnote 2 in 1.1": "the fourth",
        "endnote 1 in 1.2": "at the end",
        "comment 1 by Ana in 1.2": "too dear",
        "footnote that nothing refers to": "the lost one",
    }


def test_a_table_of_contents_is_listed_and_takes_no_numbers() -> None:
    code = "<w:r><w:instrText> TOC \\o </w:instrText></w:r>"
    entry = block("2. Price", "<w:r><w:tab/></w:r>", "2")
    field = (block(field_mark("begin"), code, field_mark("separate"), "1. Start"), entry, block(field_mark("end")))
    properties = "<w:sdtPr><w:docPartObj><w:docPartGallery w:val='Table of Contents'/></w:docPartObj></w:sdtPr>"
    control = f"<w:sdt>{properties}<w:sdtContent>{entry}</w:sdtContent></w:sdt>"
    for blocks in (field, (control,)):
        contract = parse(xml_document(*blocks, block("2. Price")))
        assert numbers_of(contract) == ["1", "2"]
        assert "2. Price\t2" in unplaced(contract)["table of contents in 1"]


# -- refusals ------------------------------------------------------------------------------------------------


def test_a_contract_without_numbers_or_words_is_refused() -> None:
    with pytest.raises(UserError, match=r"no clause numbers.*Number them \(1, 1\.1, \(a\) …\) and share"):
        read_word(paragraphs("Agreement", "We agree.", "“Apple” means a fruit."))
    with pytest.raises(UserError, match="no text"):
        read_word(saved(Document()))


def test_a_reader_that_ends_without_a_word_was_too_greedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(word, "SECONDS", 0.01)
    with pytest.raises(UserError, match="too much time or memory"):
        read_word(typed())
    monkeypatch.undo()
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with pytest.raises(UserError, match="too much time or memory"):
        read_word(typed())


# -- nothing is lost -----------------------------------------------------------------------------------------

LABELS = ["", "1. ", "1.1 ", "2.\t", "2.1 ", "(a) ", "(b) ", "(i) ", "Schedule 1 – ", "Annex A: ", "Part 2 ", "A. ",
          "9.9 ", "GC1 ", "3 ", "“Term” means ", "4.2 million ", "1A. ", "§ 3 ", "2) ", "Appendix 1 to Schedule 1",
          "Recitals", "SIGNED by "]  # fmt: skip
LETTERS = st.characters(blacklist_categories=["Cs", "Cc", "Cn"], blacklist_characters="\ufffe\uffff")
TEXTS = st.text(LETTERS, max_size=30) | st.sampled_from(["the price: ", "Payment", "and so on.", "“Apple” means fruit"])


def bag(*texts: str) -> Counter[str]:
    """Every character but white space."""
    return Counter("".join("".join(text.split()) for text in texts))


@settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.tuples(st.sampled_from(LABELS), TEXTS, st.sampled_from(["Normal", "Heading 1", "Heading 2", "Title"])))
)
def test_every_character_of_typed_paragraphs_is_kept(lines: list[tuple[str, str, str]]) -> None:
    document = Document()
    document.add_paragraph("1. Start")
    for label, text, style in lines:
        document.add_paragraph(f"{label}{text}", style=style)
    contract = parse(saved(document))
    labels = [found.label for found in contract.clauses]
    assert bag(contract.words(), *labels) == bag("1. Start", *(f"{label}{text}" for label, text, _ in lines))
    numbers = [found.number for found in contract.clauses]
    assert len(set(numbers)) == len(numbers)


def inline(draw: st.DrawFn, words: count) -> str:
    said = f"word{next(words)}x "
    kind = draw(st.sampled_from(["run", "ins", "del", "link", "control", "bold", "hidden", "break", "field", "box"]))
    plain = run(said)
    return {
        "run": plain,
        "ins": f"<w:ins>{plain}</w:ins>",
        "del": deleted(said),
        "link": f"<w:hyperlink>{plain}</w:hyperlink>",
        "control": f"<w:sdt><w:sdtContent>{plain}</w:sdtContent></w:sdt>",
        "bold": run(said, "<w:b/>"),
        "hidden": run(said, "<w:vanish/>"),
        "break": f"<w:r><w:br/></w:r>{plain}",
        "field": '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        f'{plain}<w:r><w:fldChar w:fldCharType="end"/></w:r>',
        "box": text_box(said),
    }[kind]


def paragraph(draw: st.DrawFn, words: count) -> str:
    label = draw(st.sampled_from(["", "1. ", "1.1 ", "(a) ", "2. ", "Schedule 1 – "]))
    counted_by = draw(st.sampled_from(["", "", "900 0", "900 1", "900 2", "901 0"]))
    mark = draw(st.sampled_from(["", "", "", "<w:rPr><w:del/></w:rPr>", "<w:rPr><w:specVanish/></w:rPr>"]))
    listed = ""
    if counted_by:
        identifier, level = counted_by.split()
        listed = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{identifier}"/></w:numPr>'
    content = "".join(inline(draw, words) for _ in range(draw(st.integers(0, 4))))
    return f"<w:p><w:pPr>{listed}{mark}</w:pPr>{run(label) if label else ''}{content}</w:p>"


@st.composite
def bodies(draw: st.DrawFn, depth: int = 2) -> tuple[list[str], int]:
    """Blocks of a document, and how many different words stand in them."""
    words = count()

    def block(deeper: int) -> str:
        kind = draw(st.sampled_from(["paragraph"] * 4 + (["table", "control"] if deeper else [])))
        if kind == "paragraph":
            return paragraph(draw, words)
        if kind == "control":
            return f"<w:sdt><w:sdtContent>{block(deeper - 1)}</w:sdtContent></w:sdt>"
        columns = draw(st.integers(1, 3))
        rows = "".join(
            f"<w:tr>{''.join(f'<w:tc>{block(deeper - 1)}<w:p/></w:tc>' for _ in range(columns))}</w:tr>"
            for _ in range(draw(st.integers(1, 3)))
        )
        return f"<w:tbl>{rows}</w:tbl>"

    blocks = [block(depth) for _ in range(draw(st.integers(0, 6)))]
    return blocks, next(words)


@settings(deadline=None, max_examples=100, suppress_health_check=[HealthCheck.too_slow])
@given(bodies())
def test_every_word_of_any_document_is_kept_once(made: tuple[list[str], int]) -> None:
    blocks, size = made
    document = Document()
    add_lists(document, LISTS)
    document.add_paragraph("1. Start")
    for block in blocks:
        add_xml(document, block)
    said = parse(saved(document)).words()
    found = re.findall("word[0-9]+x", said)
    assert Counter(found) == Counter(f"word{number}x" for number in range(size))
