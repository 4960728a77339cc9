"""Ready-made timetables, kept as data in `templates/packs/` for anyone to edit or add to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from bot import packs
from bot.access import Actor
from bot.errors import UserError
from bot.timetable import service
from bot.timetable.rules import Rule, Unit
from storage import Session, timetable
from storage.tables import Milestone

_FOLDER = "packs"


@dataclass(frozen=True)
class Entry:
    """One milestone of a pack; `after` is another entry's key."""

    key: str
    title: str
    kind: str
    month: str | None = None
    after: str | None = None
    count: int = 0
    unit: Unit = Unit.DAYS


@dataclass(frozen=True)
class Pack:
    """A ready-made timetable. `anchor` is the entry that a date is for, from which others follow."""

    name: str
    title: str
    anchor: Entry
    entries: tuple[Entry, ...]


def names(overrides: Path | None = None) -> list[str]:
    """The packs there are, a deployment's own among them."""
    return packs.names(_FOLDER, overrides)


def titles(overrides: Path | None = None) -> list[tuple[str, str]]:
    """The packs there are, each with its title; none for one whose file has a fault, which loading it tells."""
    return [(name, _title(name, overrides)) for name in names(overrides)]


def _title(name: str, overrides: Path | None) -> str:
    try:
        return read(name, overrides).title
    except UserError:
        return ""


def read(name: str, overrides: Path | None = None) -> Pack:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    return packs.read(_FOLDER, name, _pack, overrides, what="timetable pack", verb="timetable load")


def _pack(name: str, data: Mapping[str, Any]) -> Pack:
    entries = tuple(
        Entry(**{**entry, **({"unit": Unit(entry["unit"])} if "unit" in entry else {})}) for entry in data["milestone"]
    )
    anchor = next((entry for entry in entries if entry.key == data["anchor"]), None)
    if anchor is None:
        raise UserError("no entry is called as its anchor says")
    return Pack(name, data["title"], anchor, entries)


def load(session: Session, actor: Actor, pack: Pack, on: date | None, *, at: datetime) -> list[Milestone]:
    """Add every milestone of the pack, its anchor on this date.

    Raises UserError without a date where the anchor has not even a month.
    """
    if pack.anchor.month is None and on is None:
        raise UserError(
            f"The pack {pack.name} counts from a date: `/parley timetable load {pack.name} on 18 dec 2026` "
            f"({pack.anchor.title})."
        )
    there = {row.title for row in timetable.milestones(session, actor.id)}
    if all(entry.title in there for entry in pack.entries):
        raise UserError(
            f"The pack {pack.name} is in the timetable of {actor.negotiation.code} already. "
            "`/parley timetable` shows it; `/parley milestone remove REF because …` takes out what should not be there."
        )
    rows: dict[str, Milestone] = {}
    for entry in pack.entries:
        dated = on if entry is pack.anchor else None
        anchor = rows[entry.after].ref if entry.after else None
        rows[entry.key] = service.add(
            session,
            actor,
            service.NewMilestone(
                title=entry.title,
                kind=entry.kind,
                planned=dated,
                month=None if dated else entry.month,
                rule=Rule(anchor, entry.count, entry.unit) if anchor else None,
            ),
            at=at,
        )
    return list(rows.values())
