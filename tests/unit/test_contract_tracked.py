"""Tracked changes: accepted they give the words after, rejected the words before, and the same bytes always."""

import io
import os
import subprocess
import sys
import time
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.oxml.parser import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contracts.files import read_contract
from bot.contracts.redline import Piece, pieces
from bot.contracts.tracked import Change, document
from bot.render.words import shown
from tests.reading import accepted, rejected

AT = datetime(2026, 7, 1, 9, 30, 15, 123456, tzinfo=timezone(timedelta(hours=1)))
MARKING = "Subject to contract"
BEFORE = "The Buyer pays within 30 days:\n(a)\tby cheque; or\n(b)\tin apples."
AFTER = "The Buyer shall pay within 60 days:\n(a)\tby transfer;\n(b)\tin apples; or\n(c)\tin pears."


def change(before: str, after: str, *, title: tuple[str, str] = ("Price", "Price"), number: str = "4.2") -> Change:
    return Change(number, pieces(*title), "from p1 to p2", pieces(before, after))


def made(*changes: Change, title: str = "Orchard Agreement", marking: str = MARKING, author: str = "Ora Penn") -> bytes:
    return document(title, marking, changes, author=author, at=AT)


def part(data: bytes, name: str = "word/document.xml") -> str:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return package.read(name).decode()


# -- reading back -----------------------------------------------------------------------------------------


def lines(data: bytes, *, without: str) -> list[str]:
    """The text of every paragraph, from the XML itself, without what stands in elements of this name."""
    said = []
    for paragraph in parse_xml(part(data).encode()).iter(qn("w:p")):
        text = ""
        for element in paragraph.iter():
            if any(above.tag == qn(without) for above in element.iterancestors()):
                continue
            if element.tag in (qn("w:t"), qn("w:delText")):
                text += element.text or ""
            text += {qn("w:br"): "\n", qn("w:tab"): "\t"}.get(str(element.tag), "")
        said.append(text)
    return said


# -- what it shows ----------------------------------------------------------------------------------------


def test_accepting_gives_the_words_after_and_rejecting_those_before():
    data = made(change(BEFORE, AFTER, title=("Payment", "Price")))
    assert accepted(data) == ["Orchard Agreement", "4.2 Price", "from p1 to p2", AFTER]
    assert rejected(data) == ["Orchard Agreement", "4.2 Payment", "from p1 to p2", BEFORE]
    assert lines(data, without="w:del") == accepted(data)
    assert lines(data, without="w:ins") == rejected(data)


TEXTS = st.text(max_size=60) | st.lists(
    st.sampled_from(["the", "Buyer", "shall", "pay", ",", ".", "(a)", "days\n", "\t", "\r\n", "<b>", "&amp;", "\0"])
).map(" ".join)


@settings(max_examples=12, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=12))
def test_nothing_is_lost_on_either_side(wordings):
    # With one character more, for an empty wording has no paragraph.
    data = made(*(change(f"{before}§", f"{after}§") for before, after in wordings))
    assert accepted(data)[3::3] == [shown(f"{after}§") for _, after in wordings]
    assert rejected(data)[3::3] == [shown(f"{before}§") for before, _ in wordings]
    assert lines(data, without="w:del")[3::3] == [shown(f"{after}§") for _, after in wordings]
    assert lines(data, without="w:ins")[3::3] == [shown(f"{before}§") for before, _ in wordings]


def test_what_is_added_or_removed_is_tracked_whole():
    data = made(change("", "New words.", title=("", "New")), change("Old words.", "", title=("Old", "Old")))
    assert rejected(data)[1:] == ["4.2 ", "from p1 to p2", "", "4.2 Old", "from p1 to p2", "Old words."]
    assert accepted(data)[1:] == ["4.2 New", "from p1 to p2", "New words.", "4.2 Old", "from p1 to p2", ""]


def test_every_change_is_signed_and_has_its_own_number():
    data = made(*(change(BEFORE, AFTER) for _ in range(5)), author='Ora "Ö" Penn <buyer> & co')
    body = parse_xml(part(data).encode())
    changes = [*body.iter(qn("w:ins")), *body.iter(qn("w:del"))]
    assert len(changes) > 20
    assert len({found.get(qn("w:id")) for found in changes}) == len(changes)
    assert {found.get(qn("w:author")) for found in changes} == {'Ora "Ö" Penn <buyer> & co'}
    assert {found.get(qn("w:date")) for found in changes} == {"2026-07-01T08:30:15Z"}


def test_it_is_a_document_with_headings_a_marking_and_page_numbers():
    data = made(change(BEFORE, AFTER), change("a", "b", number="Schedule 3B"), marking="Without\nprejudice")
    word = Document(io.BytesIO(data))
    styles = [paragraph.style.name if paragraph.style else "" for paragraph in word.paragraphs]
    assert styles == ["Title", "Heading 1", "Remark", "Normal", "Heading 1", "Remark", "Normal"]
    (section,) = word.sections
    assert [paragraph.text for paragraph in section.header.paragraphs] == ["Without\nprejudice"]
    assert not section.different_first_page_header_footer
    assert 'w:instr="PAGE"' in part(data, "word/footer1.xml")
    assert (word.core_properties.title, word.core_properties.author) == ("Orchard Agreement", "Ora Penn")
    assert word.core_properties.created == word.core_properties.modified == AT.astimezone(UTC).replace(microsecond=0)
    assert "python-docx" not in part(data, "docProps/core.xml")


def test_without_changes_it_says_so():
    assert accepted(made()) == ["Orchard Agreement", "No words were changed."]


def test_parts_that_say_nothing_take_no_paragraph():
    data = made(Change("4", (), "", ()), Change("", pieces("", "Recitals"), "added", ()))
    assert accepted(data) == ["Orchard Agreement", "4", "Recitals", "added"]


def test_parley_itself_can_read_it():
    """As any version that people share: with the changes accepted, and the words deleted kept beside."""
    contract = read_contract(made(change(BEFORE, AFTER), change("One apple.", "Two apples.", number="4.3")))
    assert [(clause.number, clause.title) for clause in contract.clauses][:2] == [("4.2", "Price"), ("4.2(a)", "")]
    assert contract.title == "Orchard Agreement"
    assert "Two apples." in contract.words()
    assert "One apple" in [item.text for item in contract.unplaced]


# -- whatever people write --------------------------------------------------------------------------------

ODD = [
    "NUL \0 and \x07 bell, half a pair \ud83d, no character \ufffe",
    "emoji 👩‍🌾 and 漢字 and עברית and العربية and क्षि",
    "\u202eoverride\u202c \u2066isolate\u2069 \u200b",
    "]]> <!-- <w:del> &lt; '\" {{ 7*7 }}",
    "\u2028 \u2029 \x85 \xa0 \x7f",
    "w" * 10_000,
    "line\n" * 50,
]


@pytest.mark.parametrize("odd", ODD, ids=range(len(ODD)))
def test_whatever_people_write_is_shown(odd):
    data = document(odd, odd, [Change(odd, pieces("", odd), odd, pieces("plain", odd))], author=odd, at=AT)
    assert accepted(data) == [shown(odd), shown(f"{odd} {odd}"), shown(odd), shown(odd)]
    assert rejected(data)[3] == "plain"


def test_a_thousand_clauses_take_little_time():
    words = "The Buyer shall pay the price within thirty days of each invoice, and no later than that. " * 10
    changed = pieces(words, words.replace("thirty", "sixty"))
    began = time.process_time()
    data = made(*(Change(f"{number}", (), "from p1 to p2", changed) for number in range(1, 1001)))
    assert time.process_time() - began < 30
    assert part(data).count("<w:ins ") == 10_000


# -- the same bytes ---------------------------------------------------------------------------------------

PROGRAM = """
import sys
from datetime import datetime, timezone
from bot.contracts.redline import Piece
from bot.contracts.tracked import Change, document
from tests.reading import accepted, rejected, settled
change = Change("4.2", [Piece("same", "Price")], "added", [Piece("deleted", "old"), Piece("inserted", "new")])
at = datetime(2026, 7, 1, 8, 30, tzinfo=timezone.utc)
sys.stdout.buffer.write(document("Orchard", "Draft", [change] * 3, author="Ora Penn", at=at))
"""


def bytes_elsewhere(zone: str, seed: str) -> bytes:
    environment = {**os.environ, "TZ": zone, "PYTHONHASHSEED": seed}
    return subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True, env=environment).stdout


def test_the_same_changes_give_the_same_bytes_in_every_process():
    first, second = bytes_elsewhere("Pacific/Auckland", "1"), bytes_elsewhere("America/Lima", "2")
    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as package:
        assert {entry.date_time for entry in package.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert package.namelist()[0] == "[Content_Types].xml"
        assert not any("thumbnail" in name for name in package.namelist())


def test_the_same_instant_in_another_zone_is_the_same(monkeypatch):
    changes: Sequence[Change] = [Change("1", (), "", (Piece("inserted", "new"),))]
    here = document("Orchard", "", changes, author="Ora Penn", at=AT)
    monkeypatch.setattr(time, "time", lambda: 2_000_000_000.0)
    assert document("Orchard", "", changes, author="Ora Penn", at=AT.astimezone(UTC)) == here
