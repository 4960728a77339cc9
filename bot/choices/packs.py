"""The tables behind the choice of a route, kept as data in `templates/packs/choices/` for anyone to edit."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot import packs
from storage.tables import FindingKind, PointKind

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
    """A row of the second table, with its points by column, and the structures of a contract that it weighs."""

    name: str
    points: tuple[Point, ...]
    remark: str = ""
    stands_for: tuple[str, ...] = ()


@dataclass(frozen=True)
class Phase:
    """A phase of market analysis, in a month ("2013-01")."""

    title: str
    month: str
    finding: str = ""


@dataclass(frozen=True)
class Fact:
    """Something else that is known of the story; `dated` is as far as known, `ambiguous` says what is in doubt."""

    dated: str
    text: str
    source: str
    ambiguous: str = ""


@dataclass(frozen=True)
class Judged:
    """A finding of the assessment: on which criterion, what it becomes, and from when on it was known.

    `assumed` says why criterion and consequence are only that.
    """

    criterion: str
    kind: FindingKind
    text: str
    dated: str
    becomes: str = ""
    assumed: str = ""


@dataclass(frozen=True)
class Options:
    """Both tables, the answers from which their rows are found, the assessment, and what else is known of the story."""

    title: str
    source: str
    remark: str
    questions: Mapping[str, tuple[str, ...]]
    headings: Mapping[str, tuple[str, ...]]
    routes: tuple[Route, ...]
    structures: tuple[Structure, ...]
    working_days: int
    criteria: tuple[str, ...]
    findings: tuple[Judged, ...] = ()
    phases: tuple[Phase, ...] = ()
    facts: tuple[Fact, ...] = ()

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


def options(overrides: Path | None = None, name: str = OXFORDSHIRE, verb: str = "assessment load") -> Options:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    return packs.read(_FOLDER, name, _options, overrides, what="pack of options", verb=verb)


def regime(overrides: Path | None = None) -> Regime:
    return packs.read("packs/law", "provider-selection", _regime, overrides, what="file of law")


def _regime(_name: str, data: Mapping[str, Any]) -> Regime:
    return Regime(**{**data, "criteria": tuple(data["criteria"])})


def _judged(row: Mapping[str, Any], criteria: Collection[str]) -> Judged:
    if row["criterion"] not in criteria:
        raise ValueError(f"a finding is on “{row['criterion']}”, which is none of the criteria")
    return Judged(**{**row, "kind": FindingKind(row["kind"])})


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
        remark = row.get("ambiguous", {}).get("name", "")
        structures.append(Structure(row["name"], tuple(points), remark, tuple(row.get("stands_for", ()))))
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
        tuple(_judged(row, data["assessment"]["criteria"]) for row in data["assessment"].get("finding", ())),
        tuple(Phase(**row) for row in data.get("phase", ())),
        tuple(Fact(**row) for row in data.get("fact", ())),
    )
