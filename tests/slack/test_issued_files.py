"""Files in and out of the command line: written whole or not at all, and what `verify` can say of each kind."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.errors import UserError
from bot.exports import files, genuine
from tests import cast
from tests.harness import Parley
from tests.moving import exported, new_database


@pytest.fixture
def recorded(meeting: Parley) -> Parley:
    """A closed meeting, and something private to each side."""
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("position 4.2 must MARK-CCG", by=cast.chair, where=cast.ccg_caucus)
    meeting.slash("position 4.2 must MARK-OHP", by=cast.lead, where=cast.ohp_caucus)
    meeting.slash("close", by=cast.chair)
    return meeting


@pytest.fixture
def typed(recorded: Parley, monkeypatch: pytest.MonkeyPatch) -> "Terminal":
    return Terminal(recorded, monkeypatch)


class Terminal:
    """`parley …` on the database of a running Parley, or on another one."""

    def __init__(self, parley: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch
        self.parley = parley
        self.at(parley.deps.db.path)

    def at(self, database: Path | None) -> None:
        self._patch.setenv("DATABASE_URL", f"sqlite:///{database}")

    def __call__(self, *words: str) -> Result:
        return CliRunner().invoke(app, list(words))


def _verdict(parley: Parley, content: bytes) -> str:
    with parley.deps.db.snapshot() as session:
        try:
            return genuine.verdict(session, content)
        except UserError as error:
            return f"no: {error}"


def _workbook(parley: Parley, party: str | None = None) -> bytes:
    with parley.deps.db.snapshot() as session:
        return files.workbook_bytes(session, "OXMH", party)


# -- verify ---------------------------------------------------------------------------------------------


def test_what_was_issued_is_genuine_in_every_kind(recorded: Parley) -> None:
    with recorded.deps.db.snapshot() as session:
        shared = files.dossier_paper(session, "OXMH", None, "md").content.decode()
        own = files.dossier_paper(session, "OXMH", "CCG", "md").content.decode()
    told = {
        _verdict(recorded, recorded.minutes("N1").encode()): "Genuine: minutes of N1 First round, version 1.",
        _verdict(recorded, shared.encode()): "Genuine: the negotiation file of OXMH, as its record stands now.",
        _verdict(recorded, own.encode()): "Genuine: the negotiation file of OXMH for CCG, as its record stands now.",
        _verdict(recorded, _workbook(recorded)): "Genuine: the workbook of OXMH, as its record stands now.",
        _verdict(
            recorded, _workbook(recorded, "OHP")
        ): "Genuine: the workbook of OXMH for OHP, as its record stands now.",
        _verdict(
            recorded, exported(recorded.deps.db).encode()
        ): "Genuine: the export of OXMH, as its record stands now.",
        _verdict(recorded, exported(recorded.deps.db, every_party=True).encode()): "Genuine: the export of OXMH, as "
        "its record stands now.",
    }
    assert list(told) == list(told.values())


def test_an_export_of_yesterday_is_the_beginning_of_the_trail(recorded: Parley) -> None:
    before, book = exported(recorded.deps.db).encode(), _workbook(recorded)
    recorded.slash("decide Meet every fortnight.", by=cast.chair)
    entries = len(recorded.export()["ledger"])
    said = f"The trail in this file is {entries - 1} entries of the {entries} in OXMH's"
    assert said in _verdict(recorded, before)
    assert "it is of an earlier day, or has been saved by a spreadsheet program" in _verdict(recorded, book)


def test_a_changed_export_is_told_with_the_place(recorded: Parley) -> None:
    text = exported(recorded.deps.db)
    changed = json.loads(text)
    changed["agreements"][0]["wording"] = "Never."
    assert 'at agreements[0].wording the file says "Never."' in _verdict(recorded, json.dumps(changed).encode())
    changed = json.loads(text)
    changed["ledger"][2]["actor"] = "Nobody"
    assert "ledger[2] stands nowhere in its trail" in _verdict(recorded, json.dumps(changed).encode())
    spaced = json.dumps(json.loads(text)).encode()
    assert "The same as the export of OXMH" in _verdict(recorded, spaced)


def _packed(name: str, content: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(name, content)
    return file.getvalue()


def test_a_paper_that_names_minutes_proves_no_more_than_that(recorded: Parley) -> None:
    digest = recorded.export()["minutes"][0]["sha256"]
    cut = f"<w:t>Fingerprint: {digest[:20]}</w:t><w:t>{digest[20:]}</w:t>"
    for content in (f"<!DOCTYPE html><p>{digest}</p>".encode(), _packed("word/document.xml", cut)):
        told = _verdict(recorded, content)
        assert "names the fingerprint of minutes of N1 First round, version 1, which were issued" in told
        assert "cannot be told" in told
    assert "has not issued" in _verdict(recorded, f"<html>{'0' * 64}".encode())


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "it has been changed"),
        (b"hello", "it has been changed"),
        (b"\x89PNG\r\n", "no kind of file that Parley issues"),
        (b"PK\x03\x04rubbish", "no kind of file that Parley issues"),
        (_packed("other.txt", "x"), "no kind of file that Parley issues"),
        (b"%PDF-1.7\nrubbish", "This PDF shows no fingerprint that can be read"),
        (b"BEGIN:VCALENDAR", "A calendar file carries no proof"),
        (b"{", "cannot be read as JSON"),
        (b'{"a": 1}', "no export of Parley's"),
        (b'{"negotiation": {"code": "NOPE"}, "ledger": []}', "holds no record that such an export can be made of"),
        (b'{"negotiation": {"code": "OXMH", "private_to": "NOPE"}, "ledger": []}', "holds no record"),
        (b'{"negotiation": {"code": "OXMH", "private_to": {}}, "ledger": [1]}', "holds no record"),
        (b'{"negotiation": {"code": "OXMH"}, "ledger": [1]}', "ledger[0] stands nowhere"),
        (b'{"negotiation": {"code": "OXMH"}, "ledger": [{"seq": []}]}', "ledger[0] stands nowhere"),
    ],
    ids=range(14),
)
def test_what_cannot_be_proved_says_so(recorded: Parley, content: bytes, told: str) -> None:
    assert told in _verdict(recorded, content)
    assert _verdict(recorded, content).startswith("no: ")


# -- the workbook, for whoever asks ---------------------------------------------------------------------


def test_a_workbook_comes_with_ones_own_private_sheets(recorded: Parley) -> None:
    assert "comes to you in a direct message" in recorded.slash("export xlsx", by=cast.lead).text
    message = next(m for m in recorded.posted(cast.lead) if m.get("files"))
    (file,) = message["files"]
    assert file["name"].endswith(".xlsx")
    assert "with what is private to" in message["text"]
    content = recorded.api.file_content(file["id"])
    assert "MARK-OHP" in str(list(load_workbook(io.BytesIO(content))["Positions"].values))
    assert b"MARK-CCG" not in b"".join(zipfile.ZipFile(io.BytesIO(content)).read(n) for n in _names(content))
    shared = _workbook(recorded)
    assert b"MARK-" not in b"".join(zipfile.ZipFile(io.BytesIO(shared)).read(n) for n in _names(shared))


def _names(content: bytes) -> list[str]:
    return zipfile.ZipFile(io.BytesIO(content)).namelist()


# -- the command line -----------------------------------------------------------------------------------


def test_moving_house_at_the_command_line(typed: Terminal, tmp_path: Path) -> None:
    file, there = tmp_path / "oxmh.json", tmp_path / "new" / "there.db"
    said = typed("export", "oxmh", "--format", "json", "--all", "-o", str(file))
    assert said.exit_code == 0
    assert "private to every party" in said.stderr
    typed.at(there)
    said = typed("import", str(file))
    assert (said.exit_code, said.stdout) == (0, "")
    assert "OXMH Outcomes contract for mental health is here" in said.stderr
    assert typed("export", "OXMH", "--format", "json", "--all").stdout == file.read_text()
    assert typed("verify").stdout == "The trail is whole.\n"
    assert typed("verify", str(file)).stdout.startswith("Genuine: the export of OXMH")
    again = typed("import", str(file))
    assert again.exit_code == 1
    assert "OXMH is in this database already" in again.stderr


@pytest.mark.parametrize("form", ["xlsx", "json", "ics"])
def test_a_register_of_everything_is_not_one_meeting_s(typed: Terminal, form: str) -> None:
    for what, option in (("Minutes", "--meeting"), ("A brief", "--brief")):
        said = typed("export", "OXMH", "--format", form, option, "N1")
        assert said.exit_code == 1
        assert f"{what} cannot be had as {form}: `--format pdf {option} N1`, for example." in said.stderr


def test_minutes_and_a_brief_are_asked_for_one_at_a_time(typed: Terminal) -> None:
    said = typed("export", "OXMH", "--format", "md", "--meeting", "N1", "--brief", "N2")
    assert (said.exit_code, "One at a time" in said.stderr) == (1, True)


@pytest.mark.parametrize(
    "words",
    [("--format", "md", "--all"), ("--format", "json", "--all", "--for", "CCG"), ("--format", "xlsx", "--all")],
    ids=" ".join,
)
def test_all_is_for_json_alone(typed: Terminal, words: tuple[str, ...]) -> None:
    said = typed("export", "OXMH", *words)
    assert said.exit_code == 1
    assert "--all goes with --format json" in said.stderr


def test_a_file_is_written_whole_or_not_at_all(typed: Terminal, tmp_path: Path) -> None:
    file = tmp_path / "book.xlsx"
    assert typed("export", "OXMH", "--format", "xlsx", "-o", str(file)).stderr == ""
    assert file.read_bytes() == _workbook(typed.parley)
    again = typed("export", "OXMH", "--format", "xlsx", "--for", "CCG", "-o", str(file))
    assert "was there before and has been replaced" in again.stderr
    assert file.read_bytes() == _workbook(typed.parley, "CCG")
    for wrong, why in ((tmp_path / "no" / "book.xlsx", "No such file"), (tmp_path, "Is a directory")):
        said = typed("export", "OXMH", "--format", "xlsx", "-o", str(wrong))
        assert said.exit_code == 1
        assert f"{wrong} could not be written ({why}" in said.stderr
    assert sorted(each.name for each in tmp_path.iterdir() if "book" in each.name) == ["book.xlsx"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no device that is always full")
def test_a_full_disk_is_told_and_what_was_there_stays(typed: Terminal) -> None:
    said = typed("export", "OXMH", "--format", "json", "-o", "/dev/full")
    assert said.exit_code == 1
    assert "/dev/full could not be written (No space left on device). Nothing was exported." in said.stderr


def test_a_file_that_cannot_be_read_is_told(typed: Terminal, tmp_path: Path) -> None:
    for command in ("import", "verify"):
        said = typed(command, str(tmp_path / "none.json"))
        assert said.exit_code == 1
        assert "cannot be read (No such file" in said.stderr


def test_a_refused_import_leaves_an_empty_database_empty(typed: Terminal, tmp_path: Path) -> None:
    changed = json.loads(exported(typed.parley.deps.db))
    changed["rows"]["agreement"][0]["text"] = "Never."
    (tmp_path / "changed.json").write_text(json.dumps(changed))
    there = new_database(tmp_path / "there.db")
    typed.at(there.path)
    said = typed("import", str(tmp_path / "changed.json"))
    assert said.exit_code == 1
    assert "agreements[0].wording: the file says" in said.stderr
    with there.snapshot() as session:
        assert files.trail_faults(session) == []
    assert typed("export", "OXMH", "--format", "json").exit_code == 1
    there.close()
