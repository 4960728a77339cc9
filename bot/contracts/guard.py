"""A first look at a file from a stranger: what it is, and whether opening it could do harm.

The file is judged by its content, never by its name. Nothing is unpacked but, entry by entry and no
further than its declared size, what may be XML. The limits are those of `stack.md` §4 F16; a Word file of
1 MB that unpacks to much more cost its reader 8 s and 2.1 GB.
"""

import io
import re
import zipfile
import zlib
from pathlib import Path
from typing import Literal

from bot.errors import UserError

FileKind = Literal["word", "text"]

LARGEST = 50_000_000  # bytes, of the file and of all that it declares to unpack to
MOST_ENTRIES = 2_000
STEEPEST = 100  # bytes unpacked for one byte packed
_SMALL = 1_000_000  # bytes; what unpacks to less costs nothing, however well it was packed

_CHUNK = 1 << 16
_DIRECTORY_ENTRY = 512  # bytes; the longest that one of Word's needs in the directory of a ZIP file
_END_OF_DIRECTORY = b"PK\x05\x06"
_END_LENGTH = 22
_LONGEST_COMMENT = 65_535

_DOCX = "Save it as a plain Word document (.docx) and share that."
_DOCUMENT_TYPE = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


def look(source: bytes | Path) -> FileKind:
    """What the file is: "word" for a Word document, "text" for Markdown or plain text.

    Raises UserError, in a sentence that says what to do, for every other file and for one that is empty,
    too large, protected, or made to harm who opens it. A file on disk is refused by its size unread.
    """
    size = len(source) if isinstance(source, bytes) else source.stat().st_size
    if size == 0:
        raise UserError("This file is empty. Share the file that holds the contract.")
    if size > LARGEST:
        raise UserError(
            f"This file has {size // 1_000_000} MB and Parley reads up to {LARGEST // 1_000_000} MB."
            " Take out its pictures, or share the contract in parts."
        )
    data = contents(source)
    if data.startswith((b"PK\x03\x04", _END_OF_DIRECTORY)):
        _check_zip(data)
        return "word"
    _check_text(data)
    return "text"


def contents(source: bytes | Path) -> bytes:
    """The bytes of a file that is in memory or on disk."""
    return source if isinstance(source, bytes) else source.read_bytes()


# -- everything but Word ---------------------------------------------------------------------------------

_OTHER_KINDS = {
    b"%PDF": "This is a PDF, which does not keep the clauses apart. Share the Word document (.docx) it was made from.",
    b"{\\rtf": f"This is a rich text file. {_DOCX}",
    b"\xff\xd8\xff": f"This is a picture. {_DOCX}",
    b"\x89PNG": f"This is a picture. {_DOCX}",
    b"GIF8": f"This is a picture. {_DOCX}",
    b"7z\xbc\xaf": "This is an archive. Take the contract out of it and share that.",
    b"Rar!": "This is an archive. Take the contract out of it and share that.",
    b"\x1f\x8b": "This is an archive. Take the contract out of it and share that.",
}


def _check_text(data: bytes) -> None:
    """Refuse what is neither Word nor text. Old Word files and protected ones share one container."""
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise UserError("This file is protected by a password. Save it without the password and share it again.")
        if "_VBA_PROJECT".encode("utf-16-le") in data:
            raise UserError(f"This file is in an old Word format and holds macros. {_DOCX}")
        raise UserError(f"This file is in an old Office format. {_DOCX}")
    for beginning, refusal in _OTHER_KINDS.items():
        if data.startswith(beginning):
            raise UserError(refusal)
    text = decoded(data)
    if not text.strip():
        raise UserError("This file is empty. Share the file that holds the contract.")
    if "\0" in text:
        raise UserError("This is not a Word document (.docx) or a text file. Share the contract as one of these.")
    if text.lstrip()[:20].casefold().startswith(("<!doctype", "<html", "<?xml")):
        raise UserError(f"This is a web page or XML file. {_DOCX}")


def decoded(data: bytes) -> str:
    """The text of a file in UTF-8, or in UTF-16 with its mark. Raises UserError for another encoding."""
    encoding = "utf-16" if data.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8-sig"
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        raise UserError(
            "This is not a Word document (.docx) or a text file in UTF-8. Save it as one of these and share it again."
        ) from None


# -- Word ------------------------------------------------------------------------------------------------


def _check_zip(data: bytes) -> None:
    damaged = UserError("This file is damaged and cannot be opened. Save it again as a Word document (.docx).")
    _check_directory(data, damaged)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            _check_is_word(archive, {entry.filename for entry in entries})
            for entry in entries:
                _check_entry(archive, entry)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        raise damaged from None


def _check_directory(data: bytes, damaged: UserError) -> None:
    """Refuse by the directory's length, before `zipfile` reads all of it."""
    position = data.rfind(_END_OF_DIRECTORY, max(0, len(data) - _END_LENGTH - _LONGEST_COMMENT))
    end = data[position : position + _END_LENGTH]
    if position < 0 or len(end) < _END_LENGTH:
        raise damaged
    count, length = int.from_bytes(end[10:12], "little"), int.from_bytes(end[12:16], "little")
    if count > MOST_ENTRIES or length > MOST_ENTRIES * _DIRECTORY_ENTRY:
        raise UserError(f"This file holds more than {MOST_ENTRIES:,} parts, which no contract needs. {_DOCX}")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MOST_ENTRIES:
        raise UserError(f"This file holds more than {MOST_ENTRIES:,} parts, which no contract needs. {_DOCX}")
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise UserError("This file is protected by a password. Save it without the password and share it again.")
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > LARGEST:
        raise UserError(
            f"This file unpacks to {unpacked // 1_000_000:,} MB and Parley reads up to {LARGEST // 1_000_000} MB."
            " Take out its pictures, or share the contract in parts."
        )
    if any(entry.file_size > max(_SMALL, STEEPEST * entry.compress_size) for entry in entries):
        raise UserError(f"This file unpacks to over {STEEPEST} times its size, as no contract does. {_DOCX}")


def _check_is_word(archive: zipfile.ZipFile, names: set[str]) -> None:
    folded = {name.casefold() for name in names}
    if any(name.endswith("vbaproject.bin") for name in folded):
        raise UserError(f"This file holds macros. {_DOCX}")
    if "[Content_Types].xml" not in names:
        kind = "an OpenDocument file" if "mimetype" in names else "an archive"
        advice = _DOCX if "mimetype" in names else "Take the contract out of it and share that."
        raise UserError(f"This is {kind}. {advice}")
    types = archive.read("[Content_Types].xml")
    if b"purl.oclc.org/ooxml" in types + (archive.read("_rels/.rels") if "_rels/.rels" in names else b""):
        raise UserError(f"This file is in Word's strict format. {_DOCX}")
    if b"macroEnabled" in types:
        raise UserError(f"This file may hold macros. {_DOCX}")
    if _DOCUMENT_TYPE not in types:
        kind = "workbook" if b"spreadsheetml" in types else "presentation" if b"presentationml" in types else "file"
        raise UserError(f"This {kind} is not a Word document. {_DOCX}")


_NEVER_OPENED = ("word/embeddings/", "word/media/", "word/fonts/")
_MARKS = b"\xef\xbb\xbf\xfe\xff"
_ENCODINGS = (b"utf-8", b"utf8", b"utf-16", b"us-ascii", b"ascii")
_OTHER_ENCODINGS = (b"\x4c\x6f\xa7\x94", b"\0\0\0<", b"<\0\0\0", b"\0\0\xfe\xff", b"\xff\xfe\0\0")


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Refuse an archive in the archive, and XML that declares entities or hides in another encoding.

    What Word embeds (a workbook, a picture) is an archive too, but is never opened.
    """
    name = entry.filename.casefold()
    with archive.open(entry) as stream:
        start = stream.read(_CHUNK)
        if start.startswith(b"PK\x03\x04"):
            if not name.startswith(_NEVER_OPENED):
                raise UserError(f"This file holds another archive inside it. {_DOCX}")
            return
        if name.startswith(_NEVER_OPENED):
            return
        visible = start.replace(b"\0", b"").lstrip(_MARKS)
        declared = re.match(rb"\s*<\?xml[^>]*?encoding\s*=\s*[\"']([^\"']+)", visible)
        if start.startswith(_OTHER_ENCODINGS) or (declared and declared[1].lower() not in _ENCODINGS):
            raise UserError(f"This file is not in the encoding that Word uses. {_DOCX}")
        kept = b""
        while start:
            window = kept + start.replace(b"\0", b"")
            if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                raise UserError(f"This file refers to others from inside its XML. {_DOCX}")
            kept = window[-16:]
            start = stream.read(_CHUNK)
