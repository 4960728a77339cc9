"""Ready-made data, kept as TOML files under `templates/packs/` for anyone to edit or add to.

A deployment's own file comes in the place of the built-in one of that name.
"""

import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bot import render
from bot.errors import UserError

Made = TypeVar("Made")

_LONGEST_SHOWN = 40  # characters of a name that nobody knows


def names(folder: str, overrides: Path | None = None) -> list[str]:
    """The packs there are in a folder of the templates ("packs/scope"), a deployment's own among them."""
    return sorted(_files(folder, overrides))


def read(
    folder: str,
    name: str,
    make: Callable[[str, Mapping[str, Any]], Made],
    overrides: Path | None = None,
    *,
    what: str,
    verb: str = "",
) -> Made:
    """The pack with this name, in any case, as `make` makes it of its name and its tables.

    `what` is its kind in words, such as "contract pack"; `verb` what people type before a name. Raises
    UserError listing the packs when there is none of that name, or naming the fault in the pack's file.
    """
    known = _files(folder, overrides)
    wanted = name.strip().casefold()
    if wanted not in known:
        raise UserError(_unknown(name.strip(), sorted(known), what, verb))
    try:
        return make(wanted, tomllib.loads(known[wanted].read_bytes().decode()))
    except (UserError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise UserError(f"The {what} {wanted} cannot be read: {_said(fault)}.") from fault


def _files(folder: str, overrides: Path | None) -> dict[str, Path]:
    found = reversed(render.folders(overrides))
    return {file.stem.casefold(): file for each in found for file in sorted(each.glob(f"{folder}/*.toml"))}


def _unknown(name: str, known: list[str], what: str, verb: str) -> str:
    from rapidfuzz.distance import OSA

    example = f": `/parley {verb} {known[0]}`" if verb else ""
    listed = f"The packs are {', '.join(known)}{example}."
    if not name:
        return f"No pack was named. {listed}"
    shown = f"{name[:_LONGEST_SHOWN]} …" if len(name) > _LONGEST_SHOWN else name
    nearest = min(known, key=lambda candidate: (OSA.distance(name.casefold(), candidate), candidate))
    meant = f" Did you mean {nearest}?" if len(known) > 1 else ""
    return f"There is no {what} {shown}.{meant} {listed}"


def _said(fault: Exception) -> str:
    if isinstance(fault, KeyError):
        return f"it lacks {fault.args[0]}"
    if isinstance(fault, (tomllib.TOMLDecodeError, UnicodeDecodeError)):
        return f"it is not valid TOML: {fault}"
    return str(fault).removesuffix(".")
