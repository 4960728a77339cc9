"""PDF papers: every word of the record, tagged, with its marking on every page, and never a failure."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfua
import pikepdf
import pytest
from pypdf import PdfReader

from bot import render
from bot.papers import Chapter, Document, Table
from bot.render import typeset
from tests import papers
from tests.papers import FINGERPRINT


def pdf(doc: object, stem: str = "minutes", overrides: Path | None = None) -> render.Paper:
    return render.paper(stem, doc, "pdf", overrides, fingerprint=FINGERPRINT)


AT_THE_EDGES: dict[str, Any] = {"marking": "Subject to contract", "negotiation": "OXMH: Outcomes contract", "ref": "N1"}
"""What stands at the head and foot of each page."""


def pages(content: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(content)).pages]


def letters(words: str) -> str:
    """Words without the blanks and hyphens that breaking lines brings in."""
    return re.sub(r"[\s\u00ad\u2010-]", "", words)


def said(content: bytes) -> str:
    """The words of all pages, less what stands at the head and foot of each."""
    return re.sub(
        r"DRAFT·Subjecttocontract(?!\.)|OXMH·MinutesofN1,version1Page\d+of\d+", "", letters("".join(pages(content)))
    )


def test_minutes_say_everything_that_the_record_says() -> None:
    doc = papers.minutes()
    words = said(pdf(doc).content)
    assert [each for each in papers.words_of(doc) if letters(each) not in words] == []
    assert letters(f"Fingerprint: sha256 {FINGERPRINT}") in words


def test_a_paper_says_every_paragraph_and_cell() -> None:
    words = said(pdf(papers.paper(), "negotiation").content)
    assert [each for each in papers.words_of(papers.paper()) - {"None"} if letters(each) not in words] == []


@pytest.mark.parametrize("records", [20, 2000])
def test_every_page_has_its_number_draft_and_the_marking(records: int) -> None:
    read = PdfReader(io.BytesIO(pdf(papers.minutes(records)).content))
    last = len(read.pages)
    for number in {1, 2, last // 2, last}:
        page = read.pages[number - 1].extract_text()
        assert "DRAFT · Subject to contract" in page
        assert f"Page {number} of {last}" in page
    assert (last > 100) == (records == 2000)


def test_a_long_table_repeats_its_headings() -> None:
    found = pages(pdf(papers.paper(300), "negotiation").content)
    assert len(found) > 5
    assert all("Ref" in page and "Status" in page for page in found[:-1])


@pytest.mark.parametrize(("doc", "stem"), [(papers.minutes(), "minutes"), (papers.paper(30), "negotiation")])
def test_a_checker_of_accessibility_finds_nothing(doc: object, stem: str, tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf(doc, stem).content)
    assert not pdfua.validate(str(file)).findings
    read = PdfReader(file)
    assert read.metadata is not None
    assert read.metadata.title
    root: Any = read.trailer["/Root"]
    assert root["/Lang"] == "en-GB"
    assert _fonts_are_embedded(read)


def _fonts_are_embedded(read: PdfReader) -> bool:
    resources: list[Any] = [page["/Resources"] for page in read.pages]
    fonts = [font.get_object() for each in resources for font in each["/Font"].values()]
    descendants = [each.get_object() for font in fonts for each in font.get("/DescendantFonts", [font])]
    return bool(fonts) and all(
        {"/FontFile", "/FontFile2", "/FontFile3"} & set(font["/FontDescriptor"].get_object()) for font in descendants
    )


# -- tables -----------------------------------------------------------------------------------------------


ISSUES = ("Issue", "Stands", "We last said", "They last said", "Must", "Target", "Walk-away")
SAID = "CCG (4.2/p1, Thursday 26 November 2026): Payment falls due within 30 days. Because the cash comes late"
STRANGERS = (
    "4.2 Payment",
    "escalated",
    SAID,
    SAID,
    "£12,500,000 a year",
    "indemnification uncapped",
    "notwithstanding",
)


def with_tables(*tables: Table) -> Document:
    chapters = tuple(Chapter(f"Chapter {number}", ("It says:",), (table,)) for number, table in enumerate(tables, 1))
    return replace(papers.paper(), chapters=chapters)


@dataclass(frozen=True)
class Run:
    """Words that the PDF shows in one go: where they stand on which page, in points."""

    page: int
    baseline: float
    left: float
    right: float


def runs(content: bytes) -> list[list[Run]]:
    """The runs of each page, from its own glyphs' widths."""
    with pikepdf.open(io.BytesIO(content)) as read:
        return [list(_runs_of(number, page)) for number, page in enumerate(read.pages, 1)]


def _runs_of(number: int, page: pikepdf.Page) -> Iterator[Run]:
    widths = {name: _glyph_widths(font) for name, font in page.Resources.Font.items()}
    matrix, kept, font, size = pikepdf.Matrix(), [], "", 0.0
    for each in pikepdf.parse_content_stream(page):
        operands: Any = each.operands
        match str(each.operator):
            case "q":
                kept.append(matrix)
            case "Q":
                matrix = kept.pop()
            case "cm":
                matrix = pikepdf.Matrix(*map(float, operands)) @ matrix
            case "Tf":
                font, size = str(operands[0]), float(operands[1])
            case "TJ":
                wide = sum(_advance(part, widths[font]) for part in operands[0]) * size / 1000
                yield Run(number, round(matrix.f, 1), matrix.e, matrix.e + wide)


def _glyph_widths(font: Any) -> dict[int, float]:
    """As ranges, each with the one width of its glyphs (ISO 32000-2, 9.7.4.3)."""
    ranges = [list(font.DescendantFonts[0].W)[at::3] for at in range(3)]
    return {
        glyph: float(wide)
        for first, last, wide in zip(*ranges, strict=True)
        for glyph in range(int(first), int(last) + 1)
    }


def _advance(part: Any, widths: dict[int, float]) -> float:
    if not isinstance(part, pikepdf.String):
        return -float(part)
    glyphs = bytes(part)
    return sum(widths[int.from_bytes(glyphs[at : at + 2])] for at in range(0, len(glyphs), 2))


def overprinted(content: bytes) -> list[tuple[Run, Run]]:
    """Runs on one line of which one begins before the other has ended."""
    found = []
    for page in runs(content):
        lines = sorted(page, key=lambda run: (run.baseline, run.left))
        found += [
            (one, other)
            for one, other in pairwise(lines)
            if one.baseline == other.baseline and other.left < one.right - 0.1
        ]
    return found


def in_the_margin(content: bytes) -> list[Run]:
    margin = 22 * 72 / 25.4
    wide = [float(page.mediabox.width) for page in PdfReader(io.BytesIO(content)).pages]
    return [run for page in runs(content) for run in page if run.right > wide[run.page - 1] - margin + 0.1]


def test_wide_words_stay_whole_and_in_their_columns() -> None:
    content = pdf(with_tables(Table(ISSUES, (STRANGERS,) * 3)), "brief").content
    assert not overprinted(content)
    assert not in_the_margin(content)
    words = " ".join(pages(content)).split()
    for whole in ("£12,500,000", "indemnification", "notwithstanding", "Walk-away", "escalated"):
        assert whole in words


@pytest.mark.parametrize(
    "word",
    [
        "x" * 10_000,
        "W" * 24,
        "£12,500,000,000,000,000",
        "Donaudampfschifffahrtsgesellschaft",
        "m" * 41,
        "Ж" * 30,
        "漢" * 60,
    ],
)
def test_no_word_is_too_wide_for_its_column(word: str) -> None:
    tables = [Table(ISSUES, (STRANGERS, (word, "", SAID, "", "", "", word[:100])))]
    tables.append(Table(tuple(f"Heading{number}" for number in range(14)), ((f"{word[:100]} It",) * 14,)))
    content = pdf(with_tables(*tables), "brief").content
    assert not overprinted(content)
    assert not in_the_margin(content)
    first = word[0]
    assert said(content).count(first) >= word.count(first) + 15 * word[:100].count(first)


def test_a_table_of_many_words_lies_on_its_side_with_its_heading_and_no_other_chapter() -> None:
    short = Table(("Ref", "Words"), (("AG1", "Within 30 days."),))
    long = tuple(words * 3 if words == SAID else words for words in STRANGERS)
    content = pdf(with_tables(short, Table(ISSUES, (long,)), short), "brief").content
    read = PdfReader(io.BytesIO(content))
    assert [page.mediabox.width > page.mediabox.height for page in read.pages] == [False, True, False]
    assert [f"Chapter {number}" in page for number, page in enumerate(pages(content), 1)] == [True] * 3


def test_a_row_stays_on_one_page_and_a_heading_with_its_table() -> None:
    row = ("AG1", "Within 30 days.\n" * 9 + "The end.")
    for lines in range(28, 44, 3):
        first = Chapter("First", ("A line.",) * lines)
        rows = Chapter("Second", ("It says:",), (Table(("Ref", "Words"), (row, row)),), private_to="Us")
        found = pages(pdf(replace(papers.paper(), chapters=(first, rows)), "brief").content)
        for page in found:
            assert page.count("AG1") == page.count("The end.")
            assert ("Second" in page) <= ("AG1" in page)


def test_a_blank_column_beside_another_leaves_room_to_write() -> None:
    table = Table(("After the meeting", "Our answer"), (("What did we get, and what did we give? " * 2, ""),))
    (page,) = runs(pdf(with_tables(table), "brief").content)
    assert [run for run in page if 290 < run.left < 305]  # the heading of the right half


# -- hostile words ----------------------------------------------------------------------------------------


def test_hostile_words_in_every_field_come_out_as_those_words() -> None:
    words = " ".join(papers.HOSTILE)
    plain = papers.minutes(4)
    # Without the second table of actions, whose cells a page's end would divide.
    doc = replace(papers.with_words(replace(plain, actions=plain.actions[:1]), words), **AT_THE_EDGES)
    found = said(pdf(doc).content)
    assert [each for each in papers.words_of(doc) if letters(each) not in found] == []


def test_a_word_of_ten_thousand_letters_stays_on_the_page_and_whole() -> None:
    word = "x" * 10_000
    found = pages(pdf(replace(papers.minutes(1), place=word)).content)
    assert word in said(pdf(replace(papers.minutes(1), place=word)).content)
    assert max(len(line) for page in found for line in page.split("\n")) < 150


def test_any_script_prints_or_is_told_by_number() -> None:
    made = pdf(papers.with_words(papers.minutes(1), papers.OF_MANY_SCRIPTS))
    words = said(made.content)
    for character in "Ελληνικά漢字かな한국어🙂✅":
        assert character in words or f"[U+{ord(character):04X}]" in words


def test_a_character_that_no_font_has_is_told_by_number_and_the_reader_of_it() -> None:
    made = pdf(papers.with_words(papers.minutes(1), "\U0010fffd and \ufdd0"))
    assert "[U+10FFFD]and[U+FDD0]" in said(made.content)
    assert made.remarks == (
        "No font of this machine has U+FDD0, U+10FFFD; the PDF tells them by number. Install one, such as Noto.",
    )


def test_what_turns_words_about_is_named() -> None:
    assert "a[U+202E]b\ufffdc" in said(pdf(papers.with_words(papers.minutes(1), "a\u202eb\x00c")).content)


# -- templates of the deployment's own --------------------------------------------------------------------


def test_a_template_with_an_error_is_named_and_the_built_in_one_taken(tmp_path: Path) -> None:
    (tmp_path / "minutes.typ").write_text("#let doc = json(bytes(sys.inputs.data))\n\n#doc.nothing\n")
    made = pdf(papers.minutes(), overrides=tmp_path)
    assert made.content == pdf(papers.minutes()).content
    (remark,) = made.remarks
    assert f"The template {tmp_path}/minutes.typ, line 3 cannot be used" in remark
    assert remark.endswith("The built-in one was used instead.")


@pytest.mark.parametrize(
    "source",
    [
        '#import "@preview/tablex:0.0.8": *',
        '#read("../secret.txt")',
        '#read("/etc/passwd")',
        '#image("https://evil.example/x.png")',
    ],
)
def test_a_template_reaches_neither_the_network_nor_other_folders(source: str, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("hunter2")
    own = tmp_path / "own"
    own.mkdir()
    (own / "minutes.typ").write_text(f'#set document(title: "x")\n{source}\n')
    made = pdf(papers.minutes(), overrides=own)
    assert made.content == pdf(papers.minutes()).content
    assert "line 2 cannot be used" in made.remarks[0]


def test_a_template_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typeset, "SECONDS", 2)
    (tmp_path / "minutes.typ").write_text('#set document(title: "x")\n#while true { [x] }\n')
    made = pdf(papers.minutes(), overrides=tmp_path)
    assert "cannot be used" in made.remarks[0]
    assert pages(made.content)
