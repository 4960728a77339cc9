"""Word papers: every word of the record, in real styles, that Word and LibreOffice open without repair."""

import io
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest
from docx import Document
from docx.document import Document as WordDocument
from docx.oxml.ns import qn
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from lxml import etree

from bot import render
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
    assert {"Title", "Heading 2", "Heading 3", "List Bullet", "Quote", "Agreement"} <= styles
    assert [p.text for p in document.paragraphs if p.style and p.style.name == "Heading 3"][:1] == [
        "1. Share of value at risk"
    ]
    for table in document.tables:
        (head, *rest) = table._tbl.findall(qn("w:tr"))
        assert head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is not None
        assert rest


def test_every_page_has_its_number_draft_and_the_marking() -> None:
    (section,) = opened(word(papers.minutes())).sections
    assert section.header.paragraphs[0].text == "DRAFT · Subject to contract"
    fields = [field.get(qn("w:instr")) for field in section.footer._element.iter(qn("w:fldSimple"))]
    assert fields == ["PAGE", "NUMPAGES"]


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
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("No LibreOffice on this machine.")
    (tmp_path / "paper.docx").write_bytes(word(doc, stem))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    command = [office, profile, "--headless", "--convert-to", "txt:Text", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "paper.docx")], capture_output=True, check=True, timeout=110)
    text = squeezed((tmp_path / "paper.txt").read_text(encoding="utf-8-sig"))
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
