"""What holds for papers in every form: the same bytes, the faults of templates, the names of forms."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine

from bot import render
from tests import papers
from tests.papers import FINGERPRINT

ROOT = Path(__file__).parents[2]
AGAIN = """
from tests.unit.test_papers import digests
print(digests())
"""


def digests() -> list[str]:
    """A digest of each kind of paper in each form."""
    return [
        hashlib.sha256(render.paper(stem, doc, form, fingerprint=FINGERPRINT).content).hexdigest()
        for stem, doc in (("minutes", papers.minutes()), ("negotiation", papers.paper()))
        for form in render.FORMS
    ]


@pytest.mark.parametrize(
    ("zone", "language", "seed"), [("Pacific/Auckland", "C", "7"), ("America/Los_Angeles", "de_DE.UTF-8", "8")]
)
def test_the_same_value_gives_the_same_bytes_in_any_process_zone_and_language(
    zone: str, language: str, seed: str
) -> None:
    elsewhere = {**os.environ, "TZ": zone, "LC_ALL": language, "PYTHONHASHSEED": seed}
    again = subprocess.run([sys.executable, "-c", AGAIN], env=elsewhere, cwd=ROOT, capture_output=True, check=True)
    assert again.stdout.decode() == f"{digests()}\n"


@pytest.mark.parametrize("form", render.FORMS)
def test_the_same_bytes_on_another_day(form: str) -> None:
    made = []
    for day in ("2026-11-26 10:00", "2031-02-03 23:59"):
        with time_machine.travel(day, tick=True):
            made.append(render.paper("minutes", papers.minutes(), form, fingerprint=FINGERPRINT).content)
    assert made[0] == made[1]


@pytest.mark.parametrize(("form", "ending"), [("md", ".md.j2"), ("html", ".html.j2")])
@pytest.mark.parametrize(
    ("source", "line"),
    [("fine\n{% if %}\n", 2), ("fine\nfine\n{{ doc.nothing }}\n", 3), ("{% for x in doc.version %}{% endfor %}", 1)],
)
def test_a_template_with_an_error_is_named_and_the_built_in_one_taken(
    form: str, ending: str, source: str, line: int, tmp_path: Path
) -> None:
    file = tmp_path / f"minutes{ending}"
    file.write_text(source)
    made = render.paper("minutes", papers.minutes(), form, tmp_path, fingerprint=FINGERPRINT)
    assert made.content == render.paper("minutes", papers.minutes(), form, fingerprint=FINGERPRINT).content
    assert made.remarks[0].startswith(f"The template {file}, line {line} cannot be used: ")
    file.write_text("{{ doc.title }}")
    assert b"Outcomes and payment" in render.paper("minutes", papers.minutes(), form, tmp_path).content


@pytest.mark.parametrize(
    ("typed", "form"),
    [
        ("PDF", "pdf"),
        ("word", "docx"),
        ("Markdown", "md"),
        ("html", "html"),
        ("json", None),
        ("", None),
        ("p df", None),
    ],
)
def test_a_form_is_known_by_its_names(typed: str, form: str | None) -> None:
    assert render.form_named(typed) == form


def test_a_program_that_makes_no_paper_loads_no_exporter() -> None:
    asked = "import sys, bot.routes; print(sorted({'typst', 'docxtpl', 'docx'} & set(sys.modules)))"
    told = subprocess.run([sys.executable, "-c", asked], cwd=ROOT, capture_output=True, text=True, check=True)
    assert told.stdout == "[]\n"
