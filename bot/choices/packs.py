"""The tables behind the choice of a route, kept as data in `templates/packs/choices/` for anyone to edit."""

import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from bot import render
from bot.errors import UserError
from storage.tables import PointKind

OXFORDSHIRE = "oxfordshire"
_REGIME = "regime"
_COLUMNS = {PointKind.PRO: "pros", PointKind.CON: "cons", PointKind.OTHER: "other"}

Read = TypeVar("Read")


@dataclass(frozen=True)
class Route:
    """A row of the options table. `ambiguous` says why a cell is in doubt; `fits` for which answers a cell stands."""

    number: int
    market: str
    complexity: str
    integration: str
    structure: str
    route: tuple[str, ...]
    weighed_as: str
    ambiguous: Mapping[str, str] = field(default_factory=dict)
    fits: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def answers(self, question: str) -> Sequence[str]:
        """The answers to a question for which this row stands."""
        return self.fits.get(question) or (getattr(self, question),)


@dataclass(frozen=True)
class Point:
    """Something that speaks for or against a structure; its number is its own in the whole table."""

    number: int
    structure: str
    kind: PointKind
    text: str
    remark: str = ""


@dataclass(frozen=True)
class Structure:
    """A row of the second table, with its points by column."""

    name: str
    points: tuple[Point, ...]
    remark: str = ""


@dataclass(frozen=True)
class Options:
    """Both tables, the answers from which their rows are found, and what providers are assessed by."""

    title: str
    source: str
    remark: str
    questions: Mapping[str, tuple[str, ...]]
    headings: Mapping[str, tuple[str, ...]]
    routes: tuple[Route, ...]
    structures: tuple[Structure, ...]
    working_days: int
    criteria: tuple[str, ...]

    @property
    def points(self) -> list[Point]:
        return [point for structure in self.structures for point in structure.points]


@dataclass(frozen=True)
class Regime:
    """The law that governs such an award today."""

    title: str
    regulation: str
    guidance: str
    nearest: str
    others: str
    criteria: tuple[str, ...]
    criteria_remark: str
    standstill: str
    record: str


def names(overrides: Path | None = None) -> list[str]:
    """The packs of options there are, a deployment's own among them."""
    found = {file.stem for folder in render.folders(overrides) for file in folder.glob("packs/choices/*.toml")}
    return sorted(found - {_REGIME})


def options(overrides: Path | None = None, name: str = OXFORDSHIRE) -> Options:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    known = names(overrides)
    if name.casefold() not in known:
        raise UserError(
            f"There is no pack {name}. The packs are {', '.join(known)}: `/parley assessment load {known[0]}`."
        )
    return _read(name.casefold(), overrides, _options)


def regime(overrides: Path | None = None) -> Regime:
    return _read(_REGIME, overrides, lambda data: Regime(**{**data, "criteria": tuple(data["criteria"])}))


def _read(name: str, overrides: Path | None, make: Callable[[Mapping[str, Any]], Read]) -> Read:
    try:
        return make(tomllib.loads(render.source(f"packs/choices/{name}.toml", overrides).decode()))
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise UserError(f"The pack {name} cannot be read: {error}.") from error


def _options(data: Mapping[str, Any]) -> Options:
    routes = tuple(
        Route(
            number,
            **{
                **row,
                "route": tuple(row["route"]),
                "weighed_as": row.get("weighed_as", row["structure"]),
            },
        )
        for number, row in enumerate(data["route"], start=1)
    )
    structures, count = [], 0
    for row in data["structure"]:
        points = []
        for kind, column in _COLUMNS.items():
            for text in row[column]:
                count += 1
                points.append(Point(count, row["name"], kind, text, row.get("ambiguous", {}).get(column, "")))
        structures.append(Structure(row["name"], tuple(points), row.get("ambiguous", {}).get("name", "")))
    return Options(
        data["title"],
        data["source"],
        data["remark"],
        {question: tuple(answers) for question, answers in data["questions"].items()},
        {table: tuple(headings) for table, headings in data["headings"].items()},
        routes,
        tuple(structures),
        data["assessment"]["working_days"],
        tuple(data["assessment"]["criteria"]),
    )
