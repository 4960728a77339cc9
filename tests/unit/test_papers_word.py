"""Word papers: every word of the record, in real styles, that Word and LibreOffice open without repair."""

import io
import shutil
import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from docx.shared import Length
from docx.text.paragraph import Paragraph
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from bot import render
from bot.papers import Chapter, Table
from bot.render import word_tables
from bot.render.words import shown
from tests import papers, word_templates
from tests.papers import FINGERPRINT


def word(doc: object, stem: str = "minutes", overrides: Path | None = None) -> bytes:
    return render.paper(stem, doc, "docx", overrides, fingerprint=FINGERPRINT).content


def opened(content: bytes) -> WordDocument:
    return Document(io.BytesIO(content))


def said(content: bytes) -> str:
    """The words of the body, each line of them as a line."""
    parts = []
    for element in opened(content).element.body.iter():
        if element.tag in (qn("w:t"), qn("w:delText")):
            parts.append(element.text or "")
        parts.append({qn("w:br"): "\n", qn("w:tab"): "\t"}.get(element.tag, ""))
        if element.tag == qn("w:p"):
            parts.append("\n")
    return "".join(parts)


def squeezed(words: str) -> str:
    return " ".join(words.split())


def as_libreoffice_reads(content: bytes, folder: Path) -> str:
    """The words with the numbers that are not typed; skips the test where there is no LibreOffice."""
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("No LibreOffice on this machine.")
    (folder / "paper.docx").write_bytes(content)
    profile = f"-env:UserInstallation=file://{folder}/profile"
    command = [office, profile, "--headless", "--convert-to", "txt:Text", "--outdir", str(folder)]
    subprocess.run([*command, str(folder / "paper.docx")], capture_output=True, check=True, timeout=110)
    return (folder / "paper.txt").read_text(encoding="utf-8-sig")


def shape(content: bytes) -> list[str]:
    """The elements of the body, less those that lines of a person's words make."""
    lines = (qn("w:br"), qn("w:tab"), qn("w:t"), qn("w:delText"))
    return [str(element.tag) for element in opened(content).element.body.iter() if element.tag not in lines]


def test_minutes_say_everything_that_the_record_says() -> None:
    doc = papers.minutes()
    words = squeezed(said(word(doc)))
    assert [each for each in papers.words_of(doc) if squeezed(each) not in words] == []
    assert words.endswith(f"Fingerprint: sha256 {FINGERPRINT}")


def test_a_paper_says_every_paragraph_and_cell() -> None:
    content = word(papers.paper(), "negotiation")
    words = squeezed(said(content))
    privacy = papers.paper().privacy
    assert [each for each in papers.words_of(papers.paper()) - {"None", privacy} if squeezed(each) not in words] == []
    assert opened(content).sections[0].header.paragraphs[0].text == f"Subject to contract · {privacy}"
    (table,) = opened(content).tables
    rows = [[cell.text for cell in row.cells] for row in table.rows]
    assert rows[:2] == [["Ref", "Words", "Status"], ["AG0", "Payment falls due\nwithin 30 days.", "agreed"]]
    widths = [int(column.get(qn("w:w")) or 0) for column in table._tbl.tblGrid]
    assert len(widths) == 3
    assert widths[1] > widths[0]


def test_headings_lists_and_tables_are_real_ones() -> None:
    document = opened(word(papers.minutes()))
    styles = {paragraph.style.name for paragraph in document.paragraphs if paragraph.style}
    assert {"Title", "Heading 2", "Agenda Item", "List Bullet", "Quote", "Agreement"} <= styles
    for table in document.tables:
        (head, *rest) = table._tbl.findall(qn("w:tr"))
        assert head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert rest


def test_agenda_items_number_themselves_and_go_on_rightly_where_one_is_left_out(tmp_path: Path) -> None:
    doc = papers.minutes()
    item = doc.items[0]
    numbers = (None, 1, 2, 4, 5, 9)
    items = tuple(replace(item, number=number, title=f"Topic {number}") for number in numbers)
    content = word(replace(doc, items=items))
    topics = [squeezed(line) for line in as_libreoffice_reads(content, tmp_path).splitlines() if "Topic" in line]
    assert topics == ["Topic None", "1. Topic 1", "2. Topic 2", "4. Topic 4", "5. Topic 5", "9. Topic 9"]
    titles = {p.text for p in opened(content).paragraphs if p.style and p.style.name == "Agenda Item"}
    assert titles == {"Topic 1", "Topic 2", "Topic 4", "Topic 5", "Topic 9"}  # the numbers are no words of theirs


def test_every_page_has_its_number_draft_and_the_marking() -> None:
    (section,) = opened(word(papers.minutes())).sections
    assert section.header.paragraphs[0].text == "DRAFT · Subject to contract"
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


ISSUES = ["Issue", "Stands", "We last said", "They last said", "Must", "Target", "Walk-away"]
SAID = "CCG (4.2/p1, Thursday 26 November 2026): Payment falls due within 30 days. Because the cash comes late"
STRANGERS = [
    "4.2 Payment",
    "countered",
    SAID,
    SAID,
    "£12,500,000 a year",
    "indemnification uncapped",
    "Confidentiality",
]


def roomy(rows: list[list[str]], found: word_tables.Setting, letter: float = 0.5) -> bool:
    """Whether each ordinary word has room in its column, if a letter is so many ems wide."""
    return all(
        len(each) * letter * found.size * 20 + 160 <= width
        for row in rows
        for cell, width in zip(row, found.widths, strict=True)
        for each in cell.split()
        if len(each) <= 20
    )


@pytest.mark.parametrize(
    ("rows", "size", "lying"),
    [
        ([["Ref", "Words", "Status"], ["AG1", SAID, "agreed"]], 9.5, False),
        ([["Clause", "Title", "Stands", "Said"], ["4.2", "Confidentiality", "countered", SAID]], 9.5, False),
        ([["Ref", "Must"], ["W1", "x" * 10_000]], 9.5, False),
        ([ISSUES, STRANGERS], 9.5, True),
        ([["Ref", "Must"] * 7, ["W1", "notwithstanding"] * 7], 7.5, True),
    ],
)
def test_columns_have_room_for_their_longest_word(rows: list[list[str]], size: float, lying: bool) -> None:
    found = word_tables.setting(rows)
    assert (found.size, found.lying) == (size, lying)
    assert roomy(rows, found)
    page = 14_000 if lying else 9_070
    assert page - len(rows[0]) <= sum(found.widths) <= page


@given(st.lists(st.text(max_size=60), min_size=1, max_size=30))
def test_columns_never_ask_for_more_than_the_page(cells: list[str]) -> None:
    found = word_tables.setting([cells, list(reversed(cells))])
    assert sum(found.widths) <= 14_000
    assert min(found.widths) > 0


def test_a_column_that_is_to_be_written_in_has_half_of_the_page() -> None:
    found = word_tables.setting([["After the meeting", "Our answer"], ["What did we get? " * 5, ""]])
    assert found.widths == (4535, 4535)


def test_a_chapter_whose_table_needs_it_lies_on_its_side_alone() -> None:
    short, long = Table(("Ref", "Words"), (("AG1", "30 days"),)), Table(tuple(ISSUES), (tuple(STRANGERS),))
    chapters = [Chapter(f"Chapter {at}", (), (table,)) for at, table in enumerate((short, long, long, short, long))]
    content = opened(word(replace(papers.paper(), chapters=tuple(chapters)), "negotiation"))
    assert [section.orientation for section in content.sections] == [0, 1, 0, 1, 0]
    widths = [round(Length(section.page_width or 0).mm) for section in content.sections]
    assert widths == [210, 297, 210, 297, 210]
    assert {section.header.paragraphs[0].text.split(" · ")[0] for section in content.sections} == {
        "Subject to contract"
    }
    inside = [
        [each.text for each in part.iter_inner_content() if isinstance(each, Paragraph)] for part in content.sections
    ]
    assert [[words for words in part if words.startswith("Chapter")] for part in inside] == [
        ["Chapter 0"],
        ["Chapter 1", "Chapter 2"],
        ["Chapter 3"],
        ["Chapter 4"],
        [],
    ]


def test_what_leads_in_to_a_table_stays_with_it() -> None:
    chapter = Chapter("Issues", ("First.", "It says:"), papers.paper().chapters[0].tables, private_to="CCG")
    content = opened(word(replace(papers.paper(), chapters=(chapter,)), "negotiation"))
    keeping = {each.text for each in content.paragraphs if each.style and each.style.paragraph_format.keep_with_next}
    assert keeping >= {"Issues", "Private to CCG", "It says:"}
    assert "First." not in keeping
    (table,) = content.tables
    assert [cell.paragraphs[0].style.paragraph_format.keep_with_next for cell in table.rows[0].cells] == [True] * 3


def test_a_file_says_no_day_on_which_its_template_was_made() -> None:
    for content in (word(papers.paper(), "negotiation"), word(papers.minutes())):
        said_of_it = opened(content).core_properties
        assert (said_of_it.created, said_of_it.modified, said_of_it.language) == (None, None, "en-GB")


@pytest.mark.parametrize(
    "words", [" ".join(papers.HOSTILE), papers.OF_MANY_SCRIPTS, "x" * 10_000, "a\u202eb\x00c\x0b\ufffe"]
)
def test_hostile_words_in_every_field_come_out_as_those_words(words: str) -> None:
    doc = papers.with_words(papers.minutes(), words)
    content = word(doc)
    found = squeezed(said(content))
    assert [each for each in papers.words_of(doc) if squeezed(shown(each)) not in found] == []
    assert shape(content) == shape(word(papers.minutes()))
    assert squeezed(shown(words)) in squeezed(opened(content).sections[0].header.paragraphs[0].text)


@hypothesis_settings(max_examples=25)
@given(st.text())
def test_any_words_make_no_element(words: str) -> None:
    assert shape(word(papers.with_words(papers.minutes(4), words))) == shape(word(papers.minutes(4)))


@pytest.mark.parametrize(("doc", "stem"), [(papers.minutes(200), "minutes"), (papers.paper(200), "negotiation")])
def test_every_part_of_the_package_is_well_formed(doc: object, stem: str) -> None:
    with zipfile.ZipFile(io.BytesIO(word(doc, stem))) as package:
        assert package.testzip() is None
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        for name in package.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(package.read(name))


@pytest.mark.parametrize(("doc", "stem"), [(papers.minutes(), "minutes"), (papers.paper(), "negotiation")])
def test_libreoffice_opens_it(doc: object, stem: str, tmp_path: Path) -> None:
    text = squeezed(as_libreoffice_reads(word(doc, stem), tmp_path))
    kept = papers.words_of(doc) - {"None", "Subject to contract", "Oxford Health and partners", papers.paper().privacy}
    assert [each for each in kept if squeezed(each) not in text] == []


# -- templates --------------------------------------------------------------------------------------------


def test_the_templates_are_what_their_maker_makes() -> None:
    for name, content in word_templates.templates().items():
        assert render.source(name) == content, "python -m tests.word_templates makes them anew"


def test_a_template_with_an_error_is_named_and_the_built_in_one_taken(tmp_path: Path) -> None:
    for content in (word_templates.made(word_templates.body("{{ doc.nothing }}"), "", ""), b"no Word file at all"):
        (tmp_path / "minutes.docx").write_bytes(content)
        made = render.paper("minutes", papers.minutes(), "docx", tmp_path, fingerprint=FINGERPRINT)
        assert made.content == word(papers.minutes())
        assert f"The template {tmp_path}/minutes.docx" in made.remarks[0]


def test_a_house_s_own_template_takes_the_place_of_ours(tmp_path: Path) -> None:
    own = word_templates.made(word_templates.body("OUR HOUSE {{ doc.title }}"), "", "")
    (tmp_path / "negotiation.docx").write_bytes(own)
    assert squeezed(said(word(papers.paper(), "negotiation", tmp_path))) == f"OUR HOUSE {papers.paper().title}"
