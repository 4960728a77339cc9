"""Hostile words, typed by members wherever they can type: every paper says them as they are, and none obeys them."""

import html
import io
import json
import re
import zipfile

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from bot import render
from bot.briefs import command_line as briefs
from bot.exports import files
from bot.minutes import service
from tests import cast
from tests.harness import Parley
from tests.reading import readable

HOSTILE = "{{7*7}} #eval(1) <script>alert(1)</script> =HYPERLINK('https://evil.example','x') ]]> \0 \u202eback"
SHOWN = HOSTILE.replace("\0", "").replace("\u202e", "[U+202E]")
"""As papers show it: without what nobody can read, and what turns words about by its number."""
LONG = "w" * 10_000

JOINT = (
    "clause add 4.2 {}",
    "propose 4.2 {}",
    "agree 4.2: {}",
    "decide {}",
    "note {}",
    "agenda add N1 {}",
    "declare <@U03ANALYST> {}",
    "action {} <@U04LEAD> by 4 dec",
    "park {} until 12 dec",
    "milestone add {} on 18 dec 2026",
    "outcome add {}",
    "metric add O1 {}",
    "document add {} version 1",
    "commitment add {}",
    "scope add {} in",
    "variation add variation {}",
    "meeting add negotiation {} on 11 dec at 10:00 for 2h",
    "meeting purpose N2 {}",
    "meeting rules N2 {}",
    "agenda add N2 {}",
    "paper add N2 {}",
)
OWN = ("position 4.2 must {}", "position 4.2 redline {}", "concession planned 4.2 {}", "mandate <@U02SCRIBE> {}")


@pytest.fixture
def hostile(meeting: Parley) -> Parley:
    """Every register with hostile words in it, and a word of ten thousand letters at the table and in a brief."""
    typed = HOSTILE.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")  # as Slack delivers them
    for words, room in ((JOINT, cast.joint), (OWN, cast.ccg_caucus)):
        for command in words:
            reply = meeting.slash(command.format(typed), by=cast.chair, where=room)
            assert "You typed" not in reply.shown, reply.shown
            assert reply.pings == []
    meeting.types(f"RESERVATION: {typed}", by=cast.lead)
    meeting.slash(f"note {LONG}", by=cast.chair)
    meeting.slash(f"position 4.2 target {LONG}", by=cast.chair, where=cast.ccg_caucus)
    meeting.slash("close", by=cast.chair)
    meeting.slash(f"minutes correct N1 {typed}", by=cast.scribe)
    return meeting


def squeezed(said: str) -> str:
    """Without what a form of paper adds for itself: blanks, line ends, Markdown's escapes, named characters."""
    return re.sub(r"[\s\\]", "", html.unescape(said))


def said_in(form: str, content: bytes) -> str:
    said = readable(f"x.{form}", content)
    return squeezed(re.sub(r"<[^<>]*>", "", said) if form == "html" else said)


def check_harmless(form: str, content: bytes) -> None:
    """It opens again, and nothing in it acts."""
    if form == "pdf":
        whole = PdfReader(io.BytesIO(content))
        assert not any("evil" in str(note.get_object()) for page in whole.pages for note in page.get("/Annots", []))
        assert "/Names" not in whole.root_object or "/JavaScript" not in str(whole.root_object["/Names"])
    elif form == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            assert b"evil" not in b"".join(packed.read(name) for name in packed.namelist() if name.endswith(".rels"))
            assert b"<w:instrText>=HYPERLINK" not in packed.read("word/document.xml")
    else:
        assert re.search(rb"(?i)(?<!\\)<script|(?<!\\)<img|href=.https://evil", content) is None
        assert "\u202e".encode() not in content


@pytest.mark.parametrize("form", render.FORMS)
def test_papers_say_hostile_words_and_do_nothing(hostile: Parley, form: str) -> None:
    with hostile.deps.db.snapshot() as session:
        meeting, standing = files.minutes_issued(session, "OXMH", "N1", None)
        made = {
            "minutes": (service.paper(session, meeting, standing.version, form, None).content, 9),
            "negotiation": (files.dossier_paper(session, "OXMH", "CCG", form).content, 18),
            "brief": (briefs.brief(session, "OXMH", "N2", "CCG", form, None, now=hostile.now).content, 8),
        }
    for name, (content, times) in made.items():
        said = said_in(form, content)
        assert said.count(squeezed(SHOWN)) >= times, name
        assert "49" not in said.partition(squeezed(SHOWN))[0][-9:], name
        assert said.count("w") >= len(LONG), name  # where a page ends, its edges stand in between
        check_harmless(form, content)


def test_the_workbook_the_record_and_the_calendar_say_them_too(hostile: Parley) -> None:
    with hostile.deps.db.snapshot() as session:
        book = load_workbook(io.BytesIO(files.workbook_bytes(session, "OXMH", "CCG")))
        record = json.loads(files.json_text(session, "OXMH", "CCG"))
        calendar = files.calendar_text(session, "OXMH", "CCG")
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell.coordinate for cell in cells if cell.data_type == "f" or cell.hyperlink]
    typed = HOSTILE.replace("\0", "")
    assert sum(squeezed(SHOWN) in squeezed(str(cell.value)) for cell in cells) >= len(JOINT)
    assert record["decisions"][0]["text"] == typed
    lines = re.sub(r"\r\n[ \t]", "", calendar).split("\r\n")
    assert [line for line in lines if "]]>" in line and not line.startswith(("SUMMARY:", "DESCRIPTION:"))] == []
