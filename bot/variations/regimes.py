"""The rules that entries stand under, kept as data in `templates/packs/regimes/` for anyone to edit or add to.

A file holds the rules for each kind of entry and the periods in which they apply, a regime each. A
deployment's own file comes in the place of the built-in one of that name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from bot import dates, packs
from bot.errors import UserError
from bot.timetable.service import KINDS
from bot.variations.rules import KIND_WORDS, KindRules, Question, from_example
from storage.tables import VariationKind

_FOLDER = "packs/regimes"
_SUBMISSIONS = ("always", "currency", "never")


@dataclass(frozen=True)
class Regime:
    """The rules of one period. `until` is None for the one that still applies; `verified`: its days were checked."""

    name: str
    title: str
    begins: date
    until: date | None
    verified: bool
    kinds: tuple[KindRules, ...]

    def rules(self, kind: str) -> KindRules:
        return next(rules for rules in self.kinds if rules.kind == kind)

    def covers(self, day: date) -> bool:
        return self.begins <= day and (self.until is None or day <= self.until)

    @property
    def span(self) -> str:
        """ "1 April 2015 to 31 March 2016", as full dates."""
        begins = dates.full_date(self.begins)
        return f"from {begins} to {dates.full_date(self.until)}" if self.until else f"from {begins} on"


def every(overrides: Path | None = None) -> list[Regime]:
    """The regimes there are, oldest first. Raises UserError naming the file that cannot be read."""
    files = packs.names(_FOLDER, overrides)
    found = [
        regime for name in files for regime in packs.read(_FOLDER, name, _periods, overrides, what="file of regimes")
    ]
    return sorted(found, key=lambda regime: regime.begins)


def named(name: str, overrides: Path | None = None) -> Regime:
    """The regime with this name, or with this title where only one has it. Raises UserError listing those there are."""
    known, wanted = every(overrides), " ".join(name.split()).casefold()
    by_name = [regime for regime in known if regime.name.casefold() == wanted]
    found = by_name or [regime for regime in known if regime.title.casefold() == wanted]
    if len(found) == 1:
        return found[0]
    raise UserError(
        f"There is no regime {dates.shown(name)}. The regimes are {', '.join(regime.name for regime in known)}."
    )


def on(day: date, overrides: Path | None = None, ref: str = "LV1") -> Regime:
    """The regime that applies on a day.

    Raises UserError for a day before any, with an example for the entry `ref`, and for one that none covers.
    """
    known = every(overrides)
    covering = [regime for regime in known if regime.covers(day)]
    if covering:
        return covering[-1]
    if not known or day < known[0].begins:
        first = ""
        if known:
            begins = known[0].begins
            first = (
                f" The first, {known[0].name}, begins on {dates.full_date(begins)}. Type a date from then on: "
                f"{from_example(ref, begins)}."
            )
        raise UserError(f"{dates.full_date(day)} is before any regime that Parley knows.{first}")
    raise UserError(f"No regime covers {dates.full_date(day)}: {', '.join(f'{r.name} {r.span}' for r in known)}.")


def check_covers(regime: Regime, ref: str, day: date, known: Sequence[Regime]) -> None:
    """Raises UserError for a first effective day outside a regime that somebody chose."""
    if regime.covers(day):
        return
    fitting = [other.name for other in known if other.covers(day)]
    instead = f" Choose the one of that day: `/parley variation regime {ref} {fitting[-1]}`." if fitting else ""
    raise UserError(
        f"{regime.name} applies {regime.span}, and {dates.full_date(day)} is outside it. Nothing was changed.{instead}"
    )


def _periods(_file: str, data: Mapping[str, Any]) -> list[Regime]:
    kinds = tuple(_kind(VariationKind(kind), data[kind]) for kind in KIND_WORDS)
    return [
        Regime(
            period["name"],
            data["title"],
            _day(period["from"]),
            _day(period["until"]) if "until" in period else None,
            bool(period["verified"]),
            kinds,
        )
        for period in data["period"]
    ]


def _day(value: Any) -> date:
    if type(value) is not date:
        raise ValueError(f"{value} is not a date such as 2015-04-01")
    return value


def _kind(kind: VariationKind, data: dict[str, Any]) -> KindRules:
    by = None
    if "by" in data:
        month, day = (int(part) for part in data["by"].split("-"))
        by = (date(2001, month, day).month, day)  # a day that every year has
    if data["submission"] not in _SUBMISSIONS:
        raise ValueError(f"submission is one of {', '.join(_SUBMISSIONS)}, not {data['submission']}")
    if data["milestone"] not in KINDS:
        raise ValueError(f"{data['milestone']} is no kind of milestone")
    return KindRules(
        kind=kind,
        schedule=data["schedule"],
        approval=bool(data["approval"]),
        submission=data["submission"],
        by=by,
        days=int(data["days"]) if "days" in data else None,
        milestone=data["milestone"],
        duty=data["duty"],
        verified=bool(data["verified"]),
        questions=tuple(Question(each["key"], each["ask"], bool(each["verified"])) for each in data["question"]),
    )
