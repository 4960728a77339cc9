"""Positions, concessions and mandates in words."""

from collections.abc import Iterable

from bot.contracts import numbers
from bot.positions import rules
from bot.slack import blocks, mrkdwn
from storage.tables import Concession, ConcessionState, Mandate, Position

SHORT = 300  # characters of people's own words on a line


def position(row: Position) -> str:
    """A position on a line: what must be, the target, where it ends, how much it matters, the red lines."""
    parts = [
        f"{label} {blocks.cut(value, SHORT)}"
        for label, value in (("must", row.must), ("target", row.target), ("walk-away", row.walkaway))
        if value
    ]
    if row.importance is not None:
        guess = f", theirs perhaps {row.theirs}" if row.theirs is not None else ""
        parts.append(f"importance {row.importance} of 5{guess}")
    parts += [f"red line: {blocks.cut(line, SHORT)}" for line in row.red_lines]
    version = f" (version {row.version})" if row.version > 1 else ""
    return " · ".join([f"*{row.ref}* {row.subject}{version}", *parts])


def ranked(rows: Iterable[Position]) -> list[Position]:
    """What matters most first; what is equal as people read clause numbers."""
    return sorted(rows, key=lambda row: (-(row.importance or 0), numbers.sort_key(row.subject), row.number))


def concession(row: Concession) -> str:
    worth = f" · worth {rules.money(row.worth_pence)}" if row.worth_pence is not None else ""
    return f"*{row.ref}* {row.subject} · {row.state} · {blocks.cut(row.text, SHORT)}{worth}"


def sums(rows: Iterable[Concession]) -> str:
    """ "Planned 2 (£50,000), given 1, received 0"."""
    known = list(rows)
    parts = []
    for state in ConcessionState:
        of_state = [row for row in known if row.state == state]
        worth = sum(row.worth_pence or 0 for row in of_state)
        parts.append(f"{state} {len(of_state)}{f' ({rules.money(worth)})' if worth else ''}")
    return f"{mrkdwn.listed(parts).capitalize()}."


def mandate(row: Mandate, who: str) -> str:
    return f"*{row.ref}* {who}: {blocks.cut(row.text, SHORT)}"
