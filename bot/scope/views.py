"""Scope, value and term in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot import dates, figures
from bot.scope import rules
from bot.slack import blocks, mrkdwn
from storage.tables import ContractTerm, ContractValue, ScopeService, ScopeSide

SHORT = 300  # characters of people's own words on a line of a list


def marked(words: str, ambiguous: bool, note: str = "") -> str:
    """Words with what their source leaves open of them."""
    if not ambiguous:
        return f"{words} ({note})" if note else words
    return f"{words} (ambiguous): {note}" if note else f"{words} (ambiguous)"


def line(row: ScopeService) -> str:
    budget = rules.budget(row)
    parts = [f"*{row.ref}* {marked(row.name, row.ambiguous, row.note)}", str(budget) if budget else "no budget line"]
    if row.source:
        parts.append(blocks.cut(row.source, SHORT))
    if row.because:
        parts.append(f"{row.side} because {blocks.cut(row.because, SHORT)}")
    return " · ".join(parts)


def total(rows: Iterable[ScopeService]) -> str:
    """What the budgets of these services sum to, with how many have none."""
    known = list(rows)
    sums = rules.totals(budget for row in known if (budget := rules.budget(row)) is not None)
    without = sum(row.budget is None for row in known)
    said = mrkdwn.listed(str(each) for each in sums) or "no budget yet"
    return f"{said}{f', {without} without a budget line' if without and sums else ''}"


def listing(code: str, rows: Sequence[ScopeService]) -> list[str]:
    """The services in and out, each with its budget line, and the totals."""
    lines = [f"*Scope of {code}*"]
    for side, head in ((ScopeSide.IN, "In the contract"), (ScopeSide.OUT, "Out of it")):
        there = [row for row in rows if row.side == side]
        number = "no service" if not there else "1 service" if len(there) == 1 else f"{len(there)} services"
        lines.append(f"*{head}*: {number}{f', {total(there)}' if there else ''}")
        lines += [line(row) for row in there]
    return lines


def value(row: ContractValue) -> str:
    """ "up to £135,000,000 over 3 years"."""
    return f"{'up to ' if row.up_to else ''}{rules.amount(row)} over {figures.years(row.years)}"


def value_line(row: ContractValue) -> str:
    return f"*V{row.number}* {value(row)} · {as_of(row)} · {blocks.cut(row.source, SHORT)}"


def as_of(row: ContractValue) -> str:
    """The date of a value, with what its source leaves open of that."""
    return marked(dates.said_dated(row.dated), row.ambiguous, row.note)


def term(row: ContractTerm) -> str:
    """ "5 years with one extension of 2 years"."""
    extension = f" with one extension of {figures.years(row.extension_years)}" if row.extension_years else ""
    return f"{figures.years(row.years)}{extension}"


def term_lines(row: ContractTerm, people: Mapping[int | None, str], extended_on: date | None, ref: str) -> list[str]:
    """The term whole: when it begins and ends, the extension, by when to decide."""
    ends = rules.ends(row)
    head = f"*{rules.written(row.years, row.extension_years)}*: {term(row)}, from {dates.said_dated(row.starts)}"
    lines = [f"{marked(head, row.ambiguous, row.note)} · {blocks.cut(row.source, SHORT)}"]
    expires = dates.said_dated(ends.expires)
    if ends.extended is None or ends.decide_by is None:
        return [*lines, f"It expires: {expires}. There is no extension."]
    later = dates.said_dated(ends.extended)
    if extended_on is not None:
        who = people.get(row.extended_by_id, "somebody who left")
        return [
            *lines,
            f"It was extended by {who} on {dates.full_date(extended_on)}, because {row.extended_because}. "
            f"It expires: {later}, instead of {expires}. It cannot be extended again.",
        ]
    milestone = f" ({ref})" if ref else " (in the timetable once the month of the start is known)"
    return [
        *lines,
        f"It expires: {expires}; if extended: {later}.",
        f"Decide on the extension by: {dates.said_dated(ends.decide_by)}{milestone}. It may be exercised once: "
        f"{rules.EXTEND}.",
    ]
