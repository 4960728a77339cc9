"""A contract as values: what a file says, by clause, with nothing dropped."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from bot.contracts import numbers

Kind = Literal["clause", "definition", "schedule", "annex", "preamble"]

# Rows of cells, from the top and from the left. A merged cell is one cell.
Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Clause:
    """One numbered place in a contract, with the words that stand there and not in the places below it.

    `number` is spelled as `numbers` spells it and is unique in a contract; `label` is how the file shows
    it ("4.2.", "(a)", "Schedule 3B –"). `title` is a heading's words and `text` the rest, so that a
    clause may have either alone. `level` counts from 1. `text` holds the words of `tables` too, a line
    for each row, so that nothing else is needed to know what was agreed.
    """

    number: str
    title: str
    text: str
    level: int
    kind: Kind = "clause"
    label: str = ""
    tables: tuple[Table, ...] = ()

    def wording(self) -> str:
        """Title and text together."""
        return f"{self.title}\n{self.text}" if self.title and self.text else self.title or self.text


@dataclass(frozen=True)
class Unplaced:
    """Words of the file that belong to no clause, and where they stood ("footnote 3 in 4.2")."""

    where: str
    text: str


@dataclass(frozen=True)
class Contract:
    """A whole contract. `clauses` are in the order of the file, as is `unplaced`."""

    title: str
    clauses: tuple[Clause, ...]
    unplaced: tuple[Unplaced, ...]

    def words(self) -> str:
        """Everything the file says, but for the numbers and labels of the clauses."""
        parts = [self.title, *(clause.wording() for clause in self.clauses), *(item.text for item in self.unplaced)]
        return "\n".join(part for part in parts if part)

    def clause(self, number: str) -> Clause | None:
        """The clause with this number, however it is typed."""
        wanted = numbers.key(number)
        return next((clause for clause in self.clauses if numbers.key(clause.number) == wanted), None)

    def branch(self, number: str) -> Iterator[Clause]:
        """The clause with this number and, in the order of the file, the places below it."""
        above: int | None = None
        for clause in self.clauses:
            if above is not None and clause.level <= above:
                return
            if above is None and numbers.same(clause.number, number):
                above = clause.level
            if above is not None:
                yield clause
