"""Minutes and the negotiation file as people ask for them: the right file, to the right person, never none."""

import io
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from pypdf import PdfReader

from bot import routes
from bot.exports import files
from bot.minutes import handlers
from storage import Session
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley
from tests.reading import accepted, rejected, unpacked


def papers(parley: Parley, where: Room | Person = cast.joint) -> dict[str, bytes]:
    """The files posted there, by name, calendars apart."""
    shared = [file for message in parley.posted(where) for file in message.get("files", [])]
    return {f["name"]: parley.api.file_content(f["id"]) for f in shared if not f["name"].endswith(".ics")}


def read(name: str, content: bytes) -> str:
    """What a paper says, in whichever form."""
    if name.endswith(".pdf"):
        return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
    if name.endswith(".docx"):
        return " ".join(paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs)
    return content.decode()


@pytest.fixture
def closed(meeting: Parley) -> Parley:
    """A meeting that agreed one thing and is over."""
    meeting.types("AGREED: 4.2: 20% of contract value depends on outcomes", by=cast.chair)
    meeting.slash("close", by=cast.chair)
    meeting.later(minutes=1)
    return meeting


@pytest.mark.parametrize(
    ("typed", "ending"), [("html", "html"), ("PDF", "pdf"), ("docx", "docx"), ("Word", "docx"), ("markdown", "md")]
)
def test_minutes_come_in_the_form_that_was_asked_for(closed: Parley, typed: str, ending: str) -> None:
    answer = closed.slash(f"minutes N1 as {typed}", by=cast.observer)
    assert "The minutes of *N1*, version 1, follow here." in answer.text
    name = f"OXMH-N1-minutes-v1.{ending}"
    said = read(name, papers(closed)[name])
    assert "20% of contract value depends on outcomes" in said.replace("\\%", "%")
    if ending != "md":
        (version,) = closed.export()["minutes"]
        assert f"Fingerprint: sha256 {version['sha256']}" in said
        assert (
            "as HTML" in str(closed.posted()) or "as PDF" in str(closed.posted()) or "as Word" in str(closed.posted())
        )


def test_minutes_asked_for_elsewhere_come_to_the_person_alone(closed: Parley) -> None:
    assert "direct message" in closed.slash("minutes as pdf", by=cast.chair, where=cast.elsewhere).text
    assert papers(closed, cast.elsewhere) == {}
    assert list(papers(closed, cast.chair)) == ["OXMH-N1-minutes-v1.pdf"]


def test_a_form_that_there_is_not_and_a_meeting_not_yet_held_are_refused(meeting: Parley) -> None:
    for typed in ("minutes N1 as odt", "minutes as p df"):
        refused = meeting.slash(typed, by=cast.chair)
        assert refused.private
        assert "only as md, html, pdf or docx" in refused.text
    assert "has not closed" in meeting.slash("minutes N1 as pdf", by=cast.chair).text
    assert papers(meeting) == {}


def test_a_caucus_s_minutes_stay_with_its_party_in_every_form(parley: Parley) -> None:
    parley.set_up()
    parley.slash("meeting add premeet Our line on 26 nov at 10:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    parley.slash("start OHP-P1", by=cast.lead, where=cast.ohp_caucus)
    parley.types("NOTE: our floor is 5%", by=cast.negotiator, where=cast.ohp_caucus)
    parley.slash("close", by=cast.lead, where=cast.ohp_caucus)
    for form in ("html", "pdf", "docx"):
        parley.slash(f"minutes OHP-P1 as {form}", by=cast.lead, where=cast.ohp_caucus)
        assert "no meeting OHP-P1" in parley.slash(f"minutes OHP-P1 as {form}", by=cast.chair).text
    for name, content in papers(parley, cast.ohp_caucus).items():
        said = read(name, content)
        assert "our floor is 5%" in said
        if name.endswith(("html", "pdf")):
            assert "Private to Oxford Health and partners" in said
    for room in (cast.joint, cast.ccg_caucus, cast.finance, cast.elsewhere):
        assert papers(parley, room) == {}


@pytest.mark.parametrize("form", ["md", "html", "pdf", "docx"])
def test_the_negotiation_file_comes_in_every_form_with_ones_own_private_part(closed: Parley, form: str) -> None:
    closed.slash("position 4.2 must 30 days walkaway 45 days", by=cast.lead, where=cast.ohp_caucus)
    for person in (cast.lead, cast.chair):
        assert "comes to you in a direct message" in closed.slash(f"export {form}", by=person).text
    own, other = (_tables(next(iter(papers(closed, person).items()))) for person in (cast.lead, cast.chair))
    assert "45 days" in own
    assert "45 days" not in other
    assert "Oxfordshire Clinical Commissioning Group" in own


def _tables(found: tuple[str, bytes]) -> str:
    name, content = found
    if not name.endswith(".docx"):
        return read(name, content)
    rows = [row for table in Document(io.BytesIO(content)).tables for row in table.rows]
    return read(name, content) + " ".join(cell.text for row in rows for cell in row.cells)


def test_a_long_paper_shows_that_it_is_being_made(closed: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(handlers, "LONG", 10)
    closed.slash("minutes N1 as html", by=cast.chair, where=cast.elsewhere)
    with closed.deps.db.snapshot() as session:
        assert _begun(session) == "HTML of the minutes of N1, version 1, is being made; that takes a moment."
    texts = [message["text"] for message in closed.posted(cast.chair)]
    assert texts[0] == "HTML of the minutes of N1, version 1, is made; the file is below this message."
    assert len(texts) == 2


def _begun(session: Session) -> str:
    from bot import outbox

    row = next(r for r in _waiting(session) if r.kind == "progress.begun")
    notice: Any = routes.NOTICES[row.kind](session, row)
    assert isinstance(notice, outbox.Message)
    return notice.text


def _waiting(session: Session) -> list[Any]:
    from storage import outbox

    return outbox.unsent(session)


# -- templates of the deployment's own --------------------------------------------------------------------


def test_minutes_come_also_when_the_house_s_own_template_has_an_error(meeting: Parley, tmp_path: Path) -> None:
    for name in ("minutes.md.j2", "minutes.html.j2"):
        (tmp_path / name).write_text("fine\n{{ doc.nothing }}\n")
    deps = replace(meeting.deps, templates=tmp_path)
    meeting.app = routes.build_app(meeting.client, deps, meeting.api.token)
    meeting.types("DECISION: We meet again.", by=cast.scribe)
    answer = meeting.slash("close", by=cast.chair)
    assert f"The template {tmp_path}/minutes.md.j2, line 2 cannot be used" in answer.text
    assert "We meet again." in meeting.minutes()
    meeting.slash("minutes N1 as html", by=cast.chair)
    found = papers(meeting)
    assert "We meet again." in read("x.html", found["OXMH-N1-minutes-v1.html"])
    assert f"{tmp_path}/minutes.html.j2, line 2 cannot be used" in str(meeting.posted())


def test_a_clause_reworded_at_the_meeting_is_redlined_in_its_minutes(table: Parley) -> None:
    table.slash("clause add 4.2 Payment", by=cast.chair)
    table.slash("propose 4.2 The CCG pays within 45 days.", by=cast.lead)
    table.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h", by=cast.chair)
    table.later(minutes=1)
    table.slash("start N1", by=cast.chair)
    table.slash("propose 4.2 The CCG pays within 30 days <of> receipt.", by=cast.chair)
    table.slash("close N1", by=cast.chair)
    for form in ("docx", "html", "pdf"):
        table.slash(f"minutes N1 as {form}", by=cast.chair)
    found = papers(table)
    word = found["OXMH-N1-minutes-v1.docx"]
    assert "The CCG pays within 30 days <of> receipt." in accepted(word)
    assert "The CCG pays within 45 days." in rejected(word)
    assert b'w:author="' + cast.chair.name.encode() in unpacked(word)
    page = found["OXMH-N1-minutes-v1.html"].decode()
    assert "within <del>45</del><ins>30</ins> days" in page.replace("<span>", "").replace("</span>", "")
    told = "From 4.2/p1 to 4.2/p2, by"
    assert told in page
    assert told in read("x.pdf", found["OXMH-N1-minutes-v1.pdf"])
    (redlined,) = [line for line in table.minutes().split("\n") if told in line]
    assert "within ~~45~~**30** days **\\<of\\> receipt**" in redlined


def test_the_redline_ends_with_what_was_agreed_at_the_meeting(table: Parley) -> None:
    table.slash("clause add 4.2 Payment", by=cast.chair)
    table.slash("propose 4.2 The CCG pays within 45 days.", by=cast.lead)
    table.slash("meeting add negotiation First round on 11 dec at 10:00 for 2h", by=cast.chair)
    table.later(minutes=1)
    table.slash("start N1", by=cast.chair)
    table.slash("propose 4.2 The CCG pays within 40 days.", by=cast.chair)
    table.later(minutes=1)
    table.types("AGREED: 4.2: The CCG pays within 30 days.", by=cast.chair)
    table.slash("close N1", by=cast.chair)
    (redlined,) = [line for line in table.minutes().split("\n") if line.startswith("- From 4.2")]
    assert redlined.startswith("- From 4.2/p1 to AG1, by Margaret Osei (CCG): The CCG pays within ~~45~~**30** days")


def test_a_clause_first_worded_at_the_meeting_has_no_redline(meeting: Parley) -> None:
    meeting.slash("clause add 4.2 Payment", by=cast.chair)
    meeting.slash("propose 4.2 The CCG pays within 30 days.", by=cast.chair)
    meeting.slash("close", by=cast.chair)
    assert "proposed, as 4.2/p1" in meeting.minutes()
    assert "From 4.2" not in meeting.minutes()


# -- the command line -------------------------------------------------------------------------------------


def run(parley: Parley, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "DATABASE_URL": str(parley.deps.db.url)}
    command = [sys.executable, "-m", "bot", "export", "OXMH", *arguments]
    root = Path(__file__).parents[2]
    return subprocess.run(command, env=environment, cwd=root, capture_output=True, check=False)


def test_the_command_line_gives_papers_to_a_file_or_to_stdout(closed: Parley, tmp_path: Path) -> None:
    target = tmp_path / "minutes.pdf"
    made = run(closed, "--format", "pdf", "--meeting", "N1", "-o", str(target))
    assert (made.returncode, made.stdout) == (0, b"")
    assert "Making the minutes of N1 …".encode() in made.stderr
    assert "20% of contract value" in read(target.name, target.read_bytes())
    printed = run(closed, "--format", "docx")
    assert printed.stdout.startswith(b"PK")
    assert printed.returncode == 0
    refused = run(closed, "--format", "html", "--meeting", "N9")
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert b"There is no meeting N9 in OXMH" in refused.stderr


def test_the_file_of_a_party_is_for_that_party(closed: Parley) -> None:
    closed.slash("position 4.2 must 30 days walkaway 45 days", by=cast.lead, where=cast.ohp_caucus)
    with closed.deps.db.snapshot() as session:
        for form in ("html", "docx"):
            own = files.dossier_paper(session, "OXMH", "OHP", form).content
            shared = files.dossier_paper(session, "OXMH", None, form).content
            assert "45 days" in _tables((f"x.{form}", own))
            assert "45 days" not in _tables((f"x.{form}", shared))
