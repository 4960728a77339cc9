"""`verify FILE`: what can be said of a file that Parley may have issued, and no more than can be said.

Minutes are kept as they were issued, so theirs is a yes or a no. Everything else is made anew from the record as it
stands, and the bytes compared: the same record gives the same bytes. A file of an earlier day cannot be made again;
of a JSON export, its trail still tells whether it is the beginning of this one.
"""

import io
import json
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot import render
from bot.errors import UserError
from bot.exports import dossier, files, importing, service
from bot.render import seal_holds
from storage import Session, ledger, meetings, minutes, negotiations
from storage.tables import Negotiation, Party

_FINGERPRINT = re.compile(r"\b[0-9a-f]{64}\b")
_MOST_BYTES_UNPACKED = 100_000_000  # a few kilobytes can be packed to swell to anything
_SIGNED = ("seq", "actor", "deed", "ref", "detail", "previous", "hash")
CALLED = {"pdf": "PDF", "docx": "Word file", "html": "web page", "xlsx": "workbook"}

Make = Callable[[Session, Negotiation, Party | None], bytes]


def verdict(
    session: Session, content: bytes, say: Callable[[str], None] = lambda _: None, templates: Path | None = None
) -> str:
    """What is certain about a file, in a sentence. Raises UserError when it is not what was issued, or nothing is
    certain; `say` is told what takes long."""
    form = form_of(content)
    if form == "md":
        return _of_markdown(session, content.decode(), say, templates)
    if form == "json":
        return _of_json(session, content, say, templates)
    if form == "xlsx":
        return _of_workbook(session, content, say, templates)
    if form == "ics":
        raise UserError("A calendar file carries no proof. Export it again and compare the two.")
    if form in CALLED:
        return _of_paper(session, content, form)
    raise UserError("This is no kind of file that Parley issues, or it has been saved by another program.")


def form_of(content: bytes) -> str:
    """What kind of file this is, by what stands in it; "" for a kind that Parley does not write."""
    if content.startswith(b"%PDF-"):
        return "pdf"
    if content.startswith(b"PK\x03\x04"):
        names = _names(content)
        return "xlsx" if "xl/workbook.xml" in names else "docx" if "word/document.xml" in names else ""
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return ""
    begin = text.lstrip("\ufeff").lstrip()[:100].casefold()
    if begin.startswith(("<!doctype html", "<html")):
        return "html"
    if begin.startswith("begin:vcalendar"):
        return "ics"
    return "json" if begin.startswith("{") else "md"


def _names(content: bytes) -> list[str]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return packed.namelist()
    except zipfile.BadZipFile:
        return []


# -- Markdown -------------------------------------------------------------------------------------------


def _of_markdown(session: Session, text: str, say: Callable[[str], None], templates: Path | None) -> str:
    if not seal_holds(text):
        raise UserError("This file's words are not the ones its fingerprint was taken of: it has been changed.")
    known = _minutes(session, [render.fingerprint(text)])
    if known:
        return f"Genuine: {known}."
    made = _made_again(
        session, text.encode(), lambda at, row, party: dossier.paper(at, row, "md", party, templates).content, say
    )
    if made:
        return f"Genuine: the negotiation file of {made}, as its record stands now."
    raise UserError(
        "This file is whole, but this database has issued no such minutes, and no negotiation file of its record as "
        "it stands now says this. Whether it is one of an earlier day cannot be told."
    )


def _minutes(session: Session, digests: Sequence[str]) -> str | None:
    for digest in digests:
        copied = minutes.copy_with_digest(session, digest)
        if copied is not None:
            copy, version, meeting = copied
            what = f"the set for {copy.audience}, confidential parts left out" if copy.audience else "as approved"
            return f"minutes of {meeting.ref} {meeting.title}, version {version.version}, {what}"
        known = meetings.minutes_with_digest(session, digest)
        if known is not None:
            version, meeting = known
            return f"minutes of {meeting.ref} {meeting.title}, version {version.version}"
    return None


def _made_again(session: Session, content: bytes, make: Make, say: Callable[[str], None]) -> str | None:
    """Whose file this is, where making it again from the record of now gives these bytes."""
    for negotiation, party in _circles(session):
        say(f"Making the file of {_named(negotiation, party)} again …")
        if make(session, negotiation, party) == content:
            return _named(negotiation, party)
    return None


def _circles(session: Session) -> Iterator[tuple[Negotiation, Party | None]]:
    for negotiation in negotiations.every(session):
        for party in (None, *negotiations.parties(session, negotiation.id or 0)):
            yield negotiation, party


def _named(negotiation: Negotiation, party: Party | None) -> str:
    return f"{negotiation.code} for {party.code}" if party else negotiation.code


# -- JSON -----------------------------------------------------------------------------------------------


def _of_json(session: Session, content: bytes, say: Callable[[str], None], templates: Path | None) -> str:
    exported = _read(content)
    code, private_to = exported["negotiation"].get("code"), exported["negotiation"].get("private_to")
    found = negotiations.by_code(session, str(code))
    parties = {p.code: p for row in found for p in negotiations.parties(session, row.id or 0)}
    every_party = private_to == service.EVERY_PARTY
    if len(found) != 1 or private_to not in (None, service.EVERY_PARTY, *parties):
        raise UserError("This database holds no record that such an export can be made of.")
    say(f"Exporting {code} again …")
    text = files.json_of(session, found[0], parties.get(private_to), templates, every_party=every_party)
    if text.encode() == content:
        return f"Genuine: the export of {code}, as its record stands now."
    _check_chains(session, found[0], exported["ledger"], [0, *_scopes(parties, private_to)])
    differs = importing.difference(exported, json.loads(text), "")
    if differs is None:
        return f"The same as the export of {code}, as its record stands now, but not as Parley spaces and orders it."
    place, said, here = differs
    raise UserError(f"This is not the export of {code}: at {place} the file says {said}, the record {here}.")


def _scopes(parties: Mapping[str, Party], private_to: str | None) -> list[int]:
    chosen = parties.values() if private_to == service.EVERY_PARTY else [parties[private_to]] if private_to else []
    return [party.id or 0 for party in chosen]


def _read(content: bytes) -> dict[str, Any]:
    try:
        exported = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise UserError(f"This file is not whole: it cannot be read as JSON ({error}).") from error
    if not (isinstance(exported, dict) and isinstance(exported.get("negotiation"), dict)):
        raise UserError("This JSON is no export of Parley's.")
    if not isinstance(exported.get("ledger"), list):
        raise UserError("This JSON is no export of Parley's: it has no `ledger`.")
    return exported


def _check_chains(session: Session, negotiation: Negotiation, told: Sequence[Any], scopes: Sequence[int]) -> None:
    """Raises UserError unless the file's trail is all of this record's: where it is only its beginning, with that."""
    here = [entry for scope in scopes for entry in ledger.entries(session, negotiation.id or 0, scope)]
    signed = {json.dumps([getattr(entry, key) for key in _SIGNED]) for entry in here}
    for number, entry in enumerate(told):
        if not isinstance(entry, dict) or json.dumps([entry.get(key) for key in _SIGNED]) not in signed:
            raise UserError(
                f"This is not the export of {negotiation.code}: ledger[{number}] stands nowhere in its trail. The file "
                "has been changed, or the record is another one."
            )
    if len(told) < len(here):
        raise UserError(
            f"The trail in this file is {len(told)} entries of the {len(here)} in {negotiation.code}'s, word for word: "
            "it was exported earlier, or part of it was taken out. What its registers say cannot be compared any more."
        )


# -- what other programs read -----------------------------------------------------------------------------


def _of_workbook(session: Session, content: bytes, say: Callable[[str], None], templates: Path | None) -> str:
    made = _made_again(session, content, lambda at, row, party: files.workbook_of(at, row, party, templates), say)
    if made:
        return f"Genuine: the workbook of {made}, as its record stands now."
    raise UserError(
        "No workbook of this database's record as it stands now has these bytes: it is of an earlier day, or has been "
        "saved by a spreadsheet program. Of a workbook no more can be told; `export json` is the file to keep for that."
    )


def _of_paper(session: Session, content: bytes, form: str) -> str:
    """A paper names the minutes it was made of by their fingerprint; that its own words are theirs it cannot prove."""
    printed = _FINGERPRINT.findall("\n".join(_texts(content, form)))
    known = _minutes(session, list(dict.fromkeys(printed)))
    if known:
        raise UserError(
            f"This {CALLED[form]} names the fingerprint of {known}, which were issued. That its own words are "
            "theirs cannot be told from it: compare it with `parley export CODE --format md --meeting REF`, which can "
            "be proved."
        )
    why = (
        "names a fingerprint that this database has not issued" if printed else "shows no fingerprint that can be read"
    )
    raise UserError(f"This {CALLED[form]} {why}. Nothing can be told of it; the Markdown of minutes can be proved.")


def _texts(content: bytes, form: str) -> Iterator[str]:
    """What can be read in a file without the program it is for."""
    if form == "html":
        yield content.decode(errors="replace")
    elif form == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                if part.filename.endswith(".xml") and part.file_size <= _MOST_BYTES_UNPACKED:
                    # Word cuts a line into runs as it likes.
                    yield re.sub(r"<[^>]*>", "", packed.read(part).decode(errors="replace"))
    else:
        yield content.decode("latin-1")
        for stream in re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL):
            try:
                yield zlib.decompressobj().decompress(stream, _MOST_BYTES_UNPACKED).decode("latin-1")
            except zlib.error:
                continue
