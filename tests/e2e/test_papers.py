"""HTML papers in a real browser: a checker of accessibility, a printer, and words that try to act."""

import io
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page
from pypdf import PdfReader

from bot import render
from tests import papers

pytestmark = pytest.mark.browser

HOSTILE = papers.with_words(papers.minutes(), " ".join(papers.HOSTILE))


@pytest.mark.parametrize(
    ("doc", "stem"), [(papers.minutes(), "minutes"), (papers.paper(), "negotiation"), (HOSTILE, "minutes")]
)
def test_a_checker_of_accessibility_finds_nothing_and_nothing_acts(
    doc: object, stem: str, page: Page, tmp_path: Path
) -> None:
    file = tmp_path / "paper.html"
    file.write_bytes(render.paper(stem, doc, "html").content)
    acted: list[str] = []
    page.on("dialog", lambda dialog: acted.append(dialog.message))
    page.on("request", lambda request: acted.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    assert acted == []
    # The page's own policy keeps the checker's script out, as it would any other's.
    unguarded = file.read_text(encoding="utf-8").replace("Content-Security-Policy", "x-none")
    file.write_text(unguarded, encoding="utf-8")
    page.goto(file.as_uri())
    found = Axe().run(page)
    assert [each["id"] for each in found.response["violations"]] == []
    assert acted == []


def test_every_printed_page_has_its_number_draft_and_the_marking(page: Page, tmp_path: Path) -> None:
    file = tmp_path / "paper.html"
    file.write_bytes(render.paper("minutes", papers.minutes(60), "html").content)
    page.goto(file.as_uri())
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    for number, each in enumerate(printed.pages, 1):
        said = " ".join(each.extract_text().split())
        assert "DRAFT · Subject to contract" in said
        assert f"Page {number} of {len(printed.pages)}" in said
