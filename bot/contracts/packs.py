"""The shapes of standard contracts, kept as data in `templates/packs/contracts/` for anyone to edit or add to.

A pack lists a form's clauses by number and title, says which are national text that nobody at the table
can change, and which of its entries were checked against the form itself. It holds no contract's words.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot import packs
from bot.contracts import numbers
from bot.contracts.values import Kind
from bot.errors import UserError

_FOLDER = "packs/contracts"
_KINDS: Mapping[str, Kind] = {"Schedule": "schedule", "Annex": "annex", "Appendix": "annex", "Definition": "definition"}


@dataclass(frozen=True)
class PackClause:
    """One entry of a standard contract. `number` is spelled as `numbers` spells it; `level` counts from 1.

    `national`: the same in every contract of this form, so not for negotiation. `verified`: number and
    title were read in this form; the others are to be compared with it before anybody relies on them.
    """

    number: str
    title: str
    level: int
    kind: Kind
    part: str
    national: bool
    verified: bool


@dataclass(frozen=True)
class Pack:
    """A standard contract's shape. `source` and `note` say where it is from and what to make of it."""

    name: str
    title: str
    source: str
    note: str
    clauses: tuple[PackClause, ...]

    def unverified(self) -> tuple[PackClause, ...]:
        """The entries that nobody has compared with the form itself."""
        return tuple(clause for clause in self.clauses if not clause.verified)


def names(overrides: Path | None = None) -> list[str]:
    """The packs there are, a deployment's own among them."""
    return packs.names(_FOLDER, overrides)


def load(name: str, overrides: Path | None = None) -> Pack:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    return packs.read(_FOLDER, name, _pack, overrides, what="contract pack", verb="clause pack")


# -- the file --------------------------------------------------------------------------------------------


def _pack(name: str, data: Mapping[str, Any]) -> Pack:
    clauses = [clause for part in _list(data, "part", "The pack") for clause in _clauses(part)]
    titles: dict[str, str] = {}
    for clause in clauses:
        key = numbers.key(clause.number)
        if key in titles:
            raise UserError(f"{clause.number} is in it twice, as “{titles[key]}” and as “{clause.title}”.")
        titles[key] = clause.title
    title, source, note = (_text(data, key, "The pack") for key in ("title", "source", "note"))
    return Pack(name, title, source, note, tuple(clauses))


def _clauses(part: Mapping[str, Any]) -> Iterator[PackClause]:
    name = _text(part, "name", "A part")
    national = _flag(part, "national", f"The part {name}")
    for entry in _list(part, "clauses", f"The part {name}"):
        number = numbers.read(_text(entry, "number", f"A clause of {name}"))
        yield PackClause(
            number=number,
            title=_text(entry, "title", number),
            level=numbers.depth(number),
            kind=_kind(number),
            part=name,
            national=national,
            verified=_flag(entry, "verified", number),
        )


def _kind(number: str) -> Kind:
    return _KINDS.get(number.partition(" ")[0], "clause")


def _text(table: Mapping[str, Any], key: str, what: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise UserError(f"{what} has no {key}, which is words in quotation marks.")
    return value.strip()


def _flag(table: Mapping[str, Any], key: str, what: str) -> bool:
    value = table.get(key)
    if not isinstance(value, bool):
        raise UserError(f"{what} does not say whether it is {key}: true or false.")
    return value


def _list(table: Mapping[str, Any], key: str, what: str) -> list[Mapping[str, Any]]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(entry, dict) for entry in value):
        raise UserError(f"{what} lists no {key}.")
    return value
