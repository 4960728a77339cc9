"""The tables behind the choice of a route, kept as data in `templates/packs/choices/` for anyone to edit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import packs
from storage.tables import PointKind

OXFORDSHIRE = "oxfordshire"
_FOLDER = "packs/choices"
_COLUMNS = {PointKind.PRO: "pros", PointKind.CON: "cons", PointKind.OTHER: "other"}


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
    return packs.names(_FOLDER, overrides)


def options(overrides: Path | None = None, name: str = OXFORDSHIRE) -> Options:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    return packs.read(_FOLDER, name, _options, overrides, what="pack of options", verb="assessment load")


def regime(overrides: Path | None = None) -> Regime:
    return packs.read("packs/law", "provider-selection", _regime, overrides, what="file of law")


def _regime(_name: str, data: Mapping[str, Any]) -> Regime:
    return Regime(**{**data, "criteria": tuple(data["criteria"])})


def _options(_name: str, data: Mapping[str, Any]) -> Options:
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
