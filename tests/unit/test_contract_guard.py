"""Files from strangers: each hostile or wrong one is refused in a sentence, and costs little."""

import io
import json
import struct
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest

from bot.contracts import guard
from bot.contracts.files import read_contract
from bot.contracts.word import read_word
from bot.errors import UserError
from tests.contract_files import NAMESPACES, SAMPLE, changed_package, markdown, typed

ROOT = Path(__file__).parents[2]
DOCUMENT = "word/document.xml"
PLAIN = typed()


def packed(parts: dict[str, bytes | str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def container(stream: str) -> bytes:
    """The beginning of an old Office container that has this stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + stream.encode("utf-16-le") + b"\0" * 512


def with_part(name: str, content: bytes | str) -> bytes:
    return changed_package(PLAIN, add={name: content})


def in_document(before: str, after: str) -> bytes:
    return changed_package(PLAIN, replace={DOCUMENT: (before, after)})


def locked(data: bytes) -> bytes:
    """A package whose entries say that they are encrypted."""
    changed = bytearray(data)
    for signature, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = changed.find(signature)
        while place >= 0:
            changed[place + flags] |= 1
            place = changed.find(signature, place + 4)
    return bytes(changed)


def understated(data: bytes, name: str, size: int) -> bytes:
    """A package whose directory says that an entry unpacks to less than it does."""
    changed = bytearray(data)
    place = changed.rfind(name.encode()) - 46
    changed[place + 24 : place + 28] = struct.pack("<I", size)
    return bytes(changed)


ENTITY = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
LAUGHS = "<!DOCTYPE d [" + "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9)) + "]>"
HEAD = "<w:document "

REFUSED = {
    "nothing": (b"", "empty"),
    "only spaces": (b" \n\t \n", "empty"),
    "a PDF": (b"%PDF-1.7\n%rest", "PDF"),
    "rich text": (b"{\\rtf1 words}", "rich text"),
    "a picture": (b"\x89PNG\r\n\x1a\n", "picture"),
    "a web page": (b"<!DOCTYPE html><html>words</html>", "web page"),
    "bytes": (b"1. words\0\x01\x02", "not a Word document"),
    "another encoding": ("1. für".encode("latin-1"), "UTF-8"),
    "a password": (container("EncryptedPackage"), "protected by a password"),
    "an old Word file": (container("WordDocument"), "old Office format"),
    "an old Word file with macros": (container("_VBA_PROJECT"), "macros"),
    "an archive": (packed({"contract.docx": PLAIN}), "archive"),
    "an OpenDocument file": (packed({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument"),
    "a workbook": (packed({"[Content_Types].xml": "<Types>spreadsheetml</Types>"}), "not a Word document"),
    "a damaged file": (PLAIN[:-200], "damaged"),
    "an empty archive": (packed({}), "archive"),
    "half a file": (b"PK\x03\x04" + b"x" * 100, "damaged"),
    "macros": (with_part("word/vbaProject.bin", b"macro"), "macros"),
    "macros elsewhere": (with_part("word/VBAPROJECT.BIN", b"macro"), "macros"),
    "an archive inside": (with_part("customXml/more.zip", packed({"x": b"x"})), "another archive inside"),
    "encrypted entries": (locked(PLAIN), "protected by a password"),
    "external entities": (in_document(HEAD, ENTITY + HEAD), "refers to others"),
    "a billion laughs": (in_document(HEAD, LAUGHS + HEAD), "refers to others"),
    "entities in a part not used": (with_part("customXml/item9.xml", ENTITY + "<d>&e;</d>"), "refers to others"),
    "entities in UTF-16": (with_part("customXml/item9.xml", (ENTITY + "<d/>").encode("utf-16")), "refers to others"),
    "entities far down": (with_part("customXml/item9.xml", " " * 70_000 + ENTITY + "<d/>"), "refers to others"),
    "entities under another name": (with_part("word/odd.part", " " * 100 + ENTITY + "<d/>"), "refers to others"),
    "XML in UTF-7": (with_part("word/x.xml", '<?xml version="1.0" encoding="UTF-7"?><d/>'), "encoding"),
    "XML in EBCDIC": (with_part("word/x.xml", "<?xml version='1.0'?><d/>".encode("cp037")), "encoding"),
    "too many parts": (packed({f"word/{number}.xml": b"" for number in range(2_001)}), "more than 2,000 parts"),
    "a bomb": (with_part("word/media/big.bin", b"\0" * 20_000_000), "over 100 times its size"),
    "a larger bomb": (packed({f"word/{n}": b"\0" * 1_000_000 for n in range(60)}), "unpacks to 60 MB"),
    "an understated size": (understated(PLAIN, DOCUMENT, 100), "damaged"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_a_sentence_that_says_what_to_do(name: str, tmp_path: Path) -> None:
    data, expected = REFUSED[name]
    began = time.process_time()
    with pytest.raises(UserError, match=expected) as refusal:
        guard.look(data)
    assert time.process_time() - began < 10
    assert str(refusal.value).endswith(".")
    assert any(word in str(refusal.value) for word in ("Save", "Share", "share", "Take"))
    on_disk = tmp_path / "contract.docx"  # the name says nothing
    on_disk.write_bytes(data)
    for read in (read_contract, read_word):
        with pytest.raises(UserError):
            read(on_disk)


def test_a_file_of_200_mb_is_refused_unread(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    large = tmp_path / "large.docx"
    with large.open("wb") as file:
        file.truncate(200_000_000)
    monkeypatch.setattr(Path, "read_bytes", lambda path: pytest.fail("it was read"))
    monkeypatch.setattr(Path, "open", lambda path, *rest: pytest.fail("it was opened"))
    with pytest.raises(UserError, match="This file has 200 MB and Parley reads up to 50 MB"):
        read_contract(large)
    with pytest.raises(UserError, match="50 MB"):
        guard.look(b"PK\x03\x04" + bytes(guard.LARGEST))


def test_what_people_share_is_let_through(tmp_path: Path) -> None:
    assert guard.look(PLAIN) == "word"
    assert guard.look(markdown()) == "text"
    assert guard.look("1. Grün\n".encode("utf-16")) == "text"
    assert guard.look(b"\xef\xbb\xbf1. Words\n") == "text"
    assert guard.look(b"<b>1.</b> Words\n") == "text"
    assert guard.look(b"PKI services\n\n1. Words\n") == "text"
    # Word embeds workbooks and fonts; they are archives too, and are never opened.
    assert guard.look(with_part("word/embeddings/Workbook1.xlsx", packed({"x": b"x"}))) == "word"
    # A page of one repeated word packs well and costs nothing.
    assert guard.look(with_part("word/extra.xml", b"<w>" + b"word " * 50_000 + b"</w>")) == "word"
    named_otherwise = tmp_path / "contract.txt"
    named_otherwise.write_bytes(PLAIN)
    assert len(read_contract(named_otherwise).clauses) == len([entry for entry in SAMPLE if entry.number])
    with pytest.raises(UserError, match="not a Word document"):
        read_word(markdown())


def measured(path: Path, seconds: int = 10) -> dict[str, float | str]:
    """What reading a file costs: seconds, and the megabytes of the reader and of its child.

    In a process of its own, because Linux charges a child with the memory of the process that starts it.
    """
    script = (
        "import json, resource, sys, time; from pathlib import Path\n"
        "from bot.contracts import word; from bot.errors import UserError\n"
        "word.SECONDS = int(sys.argv[2])\n"
        "began = time.monotonic()\n"
        "try: said = f'{len(word.read_word(Path(sys.argv[1])).clauses)} clauses'\n"
        "except UserError as refusal: said = str(refusal)\n"
        "own = int(Path('/proc/self/status').read_text().split('VmHWM:')[1].split()[0]) / 1024\n"
        "child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024\n"
        "print(json.dumps({'said': said, 'seconds': time.monotonic() - began, 'own': own, 'child': child}))"
    )
    run = [sys.executable, "-c", script, str(path), str(seconds)]
    done = subprocess.run(run, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, capture_output=True, check=True)
    found: dict[str, float | str] = json.loads(done.stdout)
    return found


def document_of(body: bytes) -> bytes:
    """A Word document with this body."""
    with zipfile.ZipFile(io.BytesIO(PLAIN)) as archive:
        parts: dict[str, bytes | str] = {entry.filename: archive.read(entry) for entry in archive.infolist()}
    parts[DOCUMENT] = b"<w:document " + NAMESPACES.encode() + b"><w:body>" + body + b"</w:body></w:document>"
    return packed(parts)


def test_a_bomb_of_1_mb_costs_neither_seconds_nor_gigabytes(tmp_path: Path) -> None:
    bomb = tmp_path / "bomb.docx"
    bomb.write_bytes(document_of(b"<w:p><w:r><w:t>1. pay</w:t></w:r></w:p>" * 4_000_000))  # 156 MB
    assert 300_000 < bomb.stat().st_size < 1_500_000
    cost = measured(bomb)
    assert "unpacks to" in str(cost["said"])
    assert float(cost["seconds"]) < 30
    assert float(cost["own"]) < 150
    assert float(cost["child"]) < 150


def test_what_the_guard_must_let_through_stays_inside_the_limits_of_the_child(tmp_path: Path) -> None:
    # 45 MB of paragraphs, each a little different so that it packs like a contract.
    body = b"".join(
        b"<w:p><w:r><w:t>%d. pay %x and %x</w:t></w:r></w:p>" % (n, n * 2_654_435_761, n * 40_503)
        for n in range(700_000)
    )
    heavy = tmp_path / "heavy.docx"
    heavy.write_bytes(document_of(body[:45_000_000].rpartition(b"<w:p>")[0]))
    cost = measured(heavy, seconds=3)
    assert "takes too much time or memory" in str(cost["said"])
    assert float(cost["seconds"]) < 60
    assert float(cost["child"]) < 600


def test_a_file_that_only_looks_like_word_is_damaged(tmp_path: Path) -> None:
    for body in (b"<w:p>", b"</w:p>", b"<w:tbl><w:tr/></w:tbl><w:p/><w:sectPr><w:headerReference/></w:sectPr>"):
        with pytest.raises(UserError):
            read_word(document_of(body))
    with pytest.raises(UserError, match="damaged"):
        read_word(changed_package(PLAIN, replace={"word/_rels/document.xml.rels": ("<Relationships", "<Relation")}))


def test_the_child_sees_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, str]] = []
    run = subprocess.run

    def watched(*arguments: object, **options: object) -> object:
        seen.append(options["env"])  # type: ignore[arg-type]
        return run(*arguments, **options)  # type: ignore[call-overload]

    monkeypatch.setenv("SLACK_BOT_TOKEN", "secret")
    monkeypatch.setattr(subprocess, "run", watched)
    assert read_word(PLAIN).clauses
    assert "secret" not in str(seen)
