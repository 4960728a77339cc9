"""Ready-made timetables, kept as data in `templates/packs/` for anyone to edit or add to."""

import tomllib
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from bot import render
from bot.access import Actor
from bot.errors import UserError
from bot.timetable import service
from bot.timetable.rules import Rule, Unit
from storage import Session, timetable
from storage.tables import Milestone


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
    return sorted({file.stem for folder in render.folders(overrides) for file in folder.glob("packs/*.toml")})


def read(name: str, overrides: Path | None = None) -> Pack:
    """The pack with this name. Raises UserError listing the packs when there is none, or naming the file's fault."""
    known = names(overrides)
    if name.casefold() not in known:
        raise UserError(f"There is no timetable pack {name}. The packs are {', '.join(known)}.")
    file = render.source(f"packs/{name.casefold()}.toml", overrides)
    try:
        data = tomllib.loads(file.decode())
        entries = tuple(
            Entry(**{**entry, **({"unit": Unit(entry["unit"])} if "unit" in entry else {})})
            for entry in data["milestone"]
        )
        anchor = next(entry for entry in entries if entry.key == data["anchor"])
        return Pack(name.casefold(), data["title"], anchor, entries)
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError, StopIteration) as error:
        fault = str(error) or "no entry is called as its anchor says"
        raise UserError(f"The timetable pack {name} cannot be read: {fault}.") from error


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
