"""`import`: a record made again from the JSON that `export` wrote, in one transaction, or not at all.

The rows are put in, and then everything is exported again: where that differs from the file, nothing stays. So what
people read in the file and what machines made of it cannot say two things, and nothing can have been lost on the way.
"""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from bot import access, lead_times
from bot.errors import UserError
from bot.exports import audit, service
from storage import Session, ledger, migrate, moving, negotiations
from storage.moving import LEDGER, Misfit
from storage.tables import Negotiation, Party

_NEEDED = {"format": dict, "negotiation": dict, "rows": dict, "ledger": list}
_LONGEST_SHOWN = 80
NOTHING = "Nothing was imported."


def read(content: bytes) -> dict[str, Any]:
    """The export in a file. Raises UserError when it is none, or of a newer Parley."""
    try:
        exported = json.loads(content.decode("utf-8-sig"), parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise UserError(
            f"The file is not UTF-8 text from byte {error.start} on, so it is no export. {NOTHING}"
        ) from error
    except json.JSONDecodeError as error:
        raise UserError(
            f"Line {error.lineno}, column {error.colno} of the file is not JSON: {error.msg}. {NOTHING}"
        ) from error
    except (ValueError, RecursionError) as error:
        raise UserError(f"The file is not JSON as Parley writes it ({error}). {NOTHING}") from error
    if not isinstance(exported, dict):
        raise UserError(f"The file holds no object, so it is no export. {NOTHING}")
    for key, kind in _NEEDED.items():
        if not isinstance(exported.get(key), kind):
            found = "is missing" if key not in exported else f"is no {'list' if kind is list else 'object'}"
            raise UserError(
                f"`{key}` {found} in this file. Only what `parley export … --format json` wrote can be imported."
            )
    _check_version(exported["format"])
    return exported


def _no_number(word: str) -> None:
    raise ValueError(f"{word} is no number")


def _check_version(said: Mapping[str, Any]) -> None:
    version, tables = said.get("version"), said.get("tables")
    if not isinstance(version, int) or not isinstance(tables, str):
        raise UserError(f"`format.version` must be a number and `format.tables` a text. {NOTHING}")
    if version > service.VERSION or tables > migrate.HEAD:
        raise UserError(
            f"The file was written by a newer Parley (format {version}, tables {tables}; this one knows "
            f"{service.VERSION} and {migrate.HEAD}). Bring this one up to date first. {NOTHING}"
        )


def add(
    session: Session,
    exported: dict[str, Any],
    say: Callable[[str], None] = lambda _: None,
    templates: Path | None = None,
) -> Negotiation:
    """The negotiation of an export, as rows of this database. `say` is told how far it is.

    Raises UserError, naming the place in the file, where something is missing, wrong, or in this database already.
    """
    _check_is_new(session, exported["negotiation"])
    is_older = exported["format"] != {"version": service.VERSION, "tables": migrate.HEAD}
    say(f"Writing {sum(len(rows) for rows in exported['rows'].values() if isinstance(rows, list))} rows …")
    try:
        number = moving.write(session, _with_ledger(exported), lenient=is_older)
    except Misfit as misfit:
        raise _refused(misfit.place, misfit.why) from misfit
    negotiation = negotiations.get(session, number)
    say("Comparing with the file …")
    _check_same(session, negotiation, exported, is_older, templates)
    _check_trail(session, negotiation)
    return negotiation


def _check_is_new(session: Session, said: Mapping[str, Any]) -> None:
    code = said.get("code")
    if not isinstance(code, str):
        raise _refused("negotiation.code", "it is not text")
    if negotiations.by_code(session, code):
        raise UserError(
            f"{code} is in this database already, so nothing was imported: it would be there twice. Name an empty "
            f"database in DATABASE_URL, such as sqlite:///data/{code.lower()}.db, and import into that."
        )


def _with_ledger(exported: Mapping[str, Any]) -> dict[str, Any]:
    """The rows, and among them the trail, which stands in the file once: under `ledger`."""
    listed = exported["rows"].get("party")
    parties = (
        {row.get("code"): row.get("id") for row in listed if isinstance(row, dict)} if isinstance(listed, list) else {}
    )
    negotiation = exported["rows"].get("negotiation")
    first = negotiation[0] if isinstance(negotiation, list) and negotiation else None
    entries = []
    for number, entry in enumerate(exported["ledger"]):
        place = f"ledger[{number}]"
        if not isinstance(entry, dict):
            raise _refused(place, "it is not an object")
        if "private_to" not in entry:
            raise _refused(f"{place}.private_to", "it is missing")
        code = entry["private_to"]
        if code is not None and (not isinstance(code, str) or code not in parties):
            raise _refused(f"{place}.private_to", f"there is no party {_shown(code)} in rows.party")
        told = {key: value for key, value in entry.items() if key != "private_to"}
        entries.append(
            {
                "id": number + 1,
                "negotiation_id": first.get("id") if isinstance(first, dict) else None,
                "scope": 0 if code is None else parties[code],
                **told,
            }
        )
    return {**exported["rows"], LEDGER: entries}


def _check_same(
    session: Session, negotiation: Negotiation, exported: Mapping[str, Any], is_older: bool, templates: Path | None
) -> None:
    private_to = exported["negotiation"].get("private_to")
    every_party = private_to == service.EVERY_PARTY
    try:
        _check_works(negotiation)
        here = service.as_json(
            session,
            negotiation,
            None if every_party else _party(session, negotiation, private_to),
            templates,
            every_party=every_party,
        )
    except (LookupError, ValueError, TypeError, AttributeError) as error:
        # The columns fit, but no record of ours looks like that: somebody has written the file by hand.
        raise UserError(
            f"The `rows` of this file make no record ({type(error).__name__}: {error}). {NOTHING}"
        ) from error
    here["format"] = exported["format"]
    differs = difference(exported, json.loads(json.dumps(here)), "", lenient=is_older)
    if differs is not None:
        place, said, found = differs
        raise UserError(f"{place}: the file says {said}, but its `rows` make it {found}. {NOTHING}")


def _check_works(negotiation: Negotiation) -> None:
    """What every command and every tick reads of a negotiation must be readable."""
    ZoneInfo(negotiation.zone)
    access.negotiation_calendar(negotiation)
    lead_times.USUAL.over(negotiation.reminders)


def _party(session: Session, negotiation: Negotiation, code: Any) -> Party | None:
    if code is None:
        return None
    for party in negotiations.parties(session, negotiation.id or 0):
        if party.code == code:
            return party
    raise _refused("negotiation.private_to", f"there is no party {_shown(code)}")


def _check_trail(session: Session, negotiation: Negotiation) -> None:
    for fault in ledger.breaks(session, negotiation.id or 0):
        raise UserError(f"The trail in this file does not hold: entry {fault.seq}: {fault.fault}. {NOTHING}")
    for told in audit.faults(session, negotiation):
        raise UserError(f"The record in this file is not what its trail tells: {told} {NOTHING}")


def difference(file: Any, here: Any, place: str, *, lenient: bool = False) -> tuple[str, str, str] | None:
    """The first place where two JSON values differ, with what stands there; None where they are the same.

    With `lenient` the first may lack keys: a version before this one did not write them.
    """
    if isinstance(file, dict) and isinstance(here, dict):
        for key in [*here, *(key for key in file if key not in here)]:
            inner = f"{place}.{key}" if place else key
            if key not in file:
                if lenient:
                    continue
                return inner, "nothing", _shown(here[key])
            if key not in here:
                return inner, _shown(file[key]), "nothing"
            found = difference(file[key], here[key], inner, lenient=lenient)
            if found is not None:
                return found
        return None
    if isinstance(file, list) and isinstance(here, list):
        for number, (one, other) in enumerate(zip(file, here, strict=False)):
            found = difference(one, other, f"{place}[{number}]", lenient=lenient)
            if found is not None:
                return found
        return None if len(file) == len(here) else (place, f"{len(file)} entries", f"{len(here)}")
    same = type(file) is type(here) and file == here
    return None if same else (place, _shown(file), _shown(here))


def _shown(value: Any) -> str:
    words = json.dumps(value, ensure_ascii=False)
    return words if len(words) <= _LONGEST_SHOWN else f"{words[:_LONGEST_SHOWN]} …"


def _refused(place: str, why: str) -> UserError:
    # The trail stands under a key of its own in the file.
    return UserError(f"{place.replace(f'rows.{LEDGER}', 'ledger')}: {why}. {NOTHING}")
