"""The workbook: what stands in it is what was said, as a date, a number or a text, and never as a formula."""

import io
import subprocess
import sys
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.exports import workbook

ABOUT = {
    "code": "OXMH",
    "title": "Outcomes",
    "zone": "Europe/London",
    "marking": "Subject to contract & without prejudice",
    "created_at": "2026-11-26T10:00:00+00:00",
    "private_to": None,
}
EMPTY: dict[str, Any] = {
    "negotiation": ABOUT,
    **{
        key: []
        for key in (
            *("parties", "members", "milestones", "meetings", "clauses", "proposals", "agreements", "decisions"),
            *("actions", "notes", "variations", "derogations", "changes", "positions", "concessions", "mandates"),
            *("outcomes", "shares", "scope", "value", "term", "documents", "commitments", "minutes"),
            *("contract_files", "ladder", "minutes_corrections", "minutes_sets", "confidential"),
        )
    },
    "choices": {
        **{key: [] for key in ("routes", "structures", "pros_and_cons", "analysis")},
        "assessment": {"criteria": [], "findings": []},
    },
}
HOSTILE = [
    '=HYPERLINK("http://example.org","x")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    " =1+1",
    "{=1}",
    "{{7*7}}",
    "#eval",
    "<script>alert(1)</script>",
    "]]>",
    "x" * 10_000,
    "\u200fgnp.exe",
    "مرحبا 你好 🎉 \U0001f469\u200d\U0001f52c",
    "_x0041_",
    "1E5",
    "007",
    "TRUE",
    "2026-11-26",
    "http://example.org",
    "a\nb",
    " ends with a blank ",
]


def _cells(content: bytes, sheet: str) -> list[list[Any]]:
    """The cells of a sheet below its heading, as another library reads them."""
    page = load_workbook(io.BytesIO(content))[sheet]
    return [[cell.value for cell in row] for row in page.iter_rows(min_row=2)]


def _decision(text: str, **more: Any) -> dict[str, Any]:
    source = {"author": "Margaret Osei", "at": "2026-07-01T11:30:00+00:00", "permalink": None}
    return {
        "ref": "D1",
        "text": text,
        "status": "recorded",
        "meeting": None,
        "private_to": None,
        "source": source,
        **more,
    }


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_come_out_as_those_words(text: str) -> None:
    content = workbook.as_xlsx({**EMPTY, "decisions": [_decision(text)]})
    page = load_workbook(io.BytesIO(content))["Decisions"]
    cell = page["B2"]
    assert cell.data_type == "s"
    assert cell.value == text
    assert cell.hyperlink is None
    assert cell.quotePrefix == text.lstrip().startswith(("=", "+", "-", "@"))
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        assert all(b"<f>" not in packed.read(name) for name in packed.namelist())


@settings(max_examples=10)
@given(st.lists(st.text(), min_size=1, max_size=40))
def test_any_words_come_out_as_their_legible_form(texts: list[str]) -> None:
    said = [f"|{text}|" for text in texts]  # a cell with nothing in it is empty
    content = workbook.as_xlsx({**EMPTY, "decisions": [_decision(text) for text in said]})
    assert [row[1] for row in _cells(content, "Decisions")] == [workbook.legible(text) for text in said]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x00b", "a␀b"),
        ("\x1b[1m", "␛[1m"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("\ufffe", "[U+FFFE]"),
        ("\ud800", "[U+D800]"),
        ("\u202eexe", "[U+202E]exe"),
    ],
)
def test_what_xml_cannot_hold_is_shown_by_a_sign(text: str, shown: str) -> None:
    assert workbook.legible(text) == shown


def test_days_are_days_and_instants_stand_in_the_tables_own_time() -> None:
    action = {"text": "Send", "owners": ["Daniel Kerr", "Ruth Adeyemi"], "due_on": "2026-12-04", "evidence": ""}
    content = workbook.as_xlsx({**EMPTY, "actions": [{**_decision("Send"), **action}]})
    page = load_workbook(io.BytesIO(content))["Actions"]
    row = {page.cell(1, column).value: page.cell(2, column) for column in range(1, page.max_column + 1)}
    assert row["Due on"].value == datetime(2026, 12, 4)  # noqa: DTZ001
    assert row["Due on"].number_format == "yyyy-mm-dd"
    assert row["At"].value == datetime(2026, 7, 1, 12, 30)  # noqa: DTZ001  (summer time)
    assert row["Owners"].value == "Daniel Kerr\nRuth Adeyemi"


@pytest.mark.parametrize("known", ["2015-10", "2015", "1899-12-31", "2026-02-30", "next spring"])
def test_what_is_no_whole_date_stays_in_words(known: str) -> None:
    milestone = {"ref": "M1", "title": "Start", "date": known}
    content = workbook.as_xlsx({**EMPTY, "milestones": [milestone]})
    assert _cells(content, "Milestones")[0][3] == known


@settings(max_examples=10)
@given(st.lists(st.dates(min_value=date(1900, 3, 1)), min_size=1, max_size=40))
def test_every_day_that_a_spreadsheet_knows_is_a_day(days: list[date]) -> None:
    milestones = [{"ref": "M1", "date": day.isoformat()} for day in days]
    content = workbook.as_xlsx({**EMPTY, "milestones": milestones})
    assert [row[3].date() for row in _cells(content, "Milestones")] == days


def test_exact_decimals_are_numbers_only_where_a_cell_holds_them() -> None:
    values = [{"ref": "V1", "amount": "135000000.50"}, {"ref": "V2", "amount": "12345678901234567.89"}]
    rows = _cells(workbook.as_xlsx({**EMPTY, "value": values}), "Value")
    assert [row[1] for row in rows] == [135000000.5, "12345678901234567.89"]


@pytest.mark.parametrize("sign", ["x", "🎉", "="])
def test_a_text_too_long_for_a_cell_is_told_and_kept_whole(sign: str) -> None:
    text = sign * 40_000
    content = workbook.as_xlsx({**EMPTY, "decisions": [_decision(text)]})
    cell = _cells(content, "Decisions")[0][1]
    assert cell.endswith("… (too long for a cell: whole in “Long texts”)")
    assert workbook.units(cell) <= workbook.MOST_IN_A_CELL
    parts = _cells(content, "Long texts")
    assert [part[:4] for part in parts] == [["Decisions", 2, "Text", number] for number in (1, 2, 3)]
    assert "".join(part[4] for part in parts) == text
    assert all(workbook.units(part[4]) <= workbook.MOST_IN_A_CELL for part in parts)
    assert "Long texts" in str(_cells(content, "About"))


def test_every_sheet_is_ready_to_work_in() -> None:
    book = load_workbook(io.BytesIO(workbook.as_xlsx(EMPTY)))
    shown = [sheet.name for sheet in workbook.SHEETS if sheet.name not in workbook.PRIVATE]
    assert book.sheetnames == ["About", *shown]
    for name in shown:
        page = book[name]
        assert page.freeze_panes == "B2"
        assert page.auto_filter.ref
        assert page.print_title_rows == "$1:$1"
        assert page.oddHeader.center.text == "Subject to contract && without prejudice"
        assert all(cell.font.bold for cell in page[1])


def test_what_stands_within_a_list_is_told_in_words_by_the_clock_at_the_table() -> None:
    said = {"party": "CCG", "proposal": "P3", "at": "2026-07-01T09:30:15+00:00", "reason": None}
    told = _cells(workbook.as_xlsx({**EMPTY, "clauses": [{"number": "4.2", "last_positions": [said]}]}), "Clauses")
    assert "Party: CCG, Proposal: P3, At: 2026-07-01 10:30" in told[0]


def test_the_choice_of_a_contract_has_its_sheets() -> None:
    finding = {"ref": "F1", "criterion": 2, "kind": "concern", "text": "=No plan", "became": "A3", "assumed": None}
    recorded = {"recorded_by": "Ora Penn", "recorded_at": "2026-07-01T09:30:00+00:00"}
    choices = {**EMPTY["choices"], "assessment": {"criteria": [], "findings": [{**finding, **recorded}]}}
    (row,) = _cells(workbook.as_xlsx({**EMPTY, "choices": choices}), "Findings")
    assert [*row[:7], str(row[7])] == [*list(finding.values()), "Ora Penn", "2026-07-01 10:30:00"]


def test_private_sheets_are_only_in_a_partys_own_workbook() -> None:
    kept = {"ref": "CCG-PO1", "subject": "4.2", "must": "Cap at 5%", "private_to": "CCG"}
    own = workbook.as_xlsx({**EMPTY, "negotiation": {**ABOUT, "private_to": "CCG"}, "positions": [kept]})
    assert "Cap at 5%" in str(_cells(own, "Positions"))
    book = load_workbook(io.BytesIO(own))
    assert "private to CCG" in book["Positions"].oddHeader.center.text
    assert workbook.PRIVATE.isdisjoint(load_workbook(io.BytesIO(workbook.as_xlsx(EMPTY))).sheetnames)


def test_the_same_record_gives_the_same_bytes_in_another_process_zone_and_language() -> None:
    program = (
        "import hashlib, sys; sys.path.insert(0, '.');"
        "from tests.unit.test_workbook import EMPTY, _decision; from bot.exports import workbook;"
        "print(hashlib.sha256(workbook.as_xlsx({**EMPTY, 'decisions': [_decision('x')]})).hexdigest())"
    )
    root = Path(workbook.__file__).parents[2]
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"TZ": zone, "LC_ALL": language, "PATH": "/usr/bin"},
            cwd=root,
            capture_output=True,
            check=True,
        ).stdout
        for zone, language in (("UTC", "C"), ("Asia/Tokyo", "de_DE.UTF-8"))
    }
    assert len(digests) == 1


def test_the_zone_of_the_table_is_named() -> None:
    assert ["Times", "are those of Europe/London"] in _cells(workbook.as_xlsx(EMPTY), "About")
