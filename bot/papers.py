"""What a register has to say on paper, as plain values: chapters of paragraphs and tables.

Every slice tells its own chapters, and the negotiation file puts them together; how they look is the template's.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Table:
    """Rows of cells under their headings, each row as long as the headings."""

    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chapter:
    """One chapter. `private_to` names the party whose eyes alone it is for; None for everyone at the table."""

    title: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    private_to: str | None = None

    @property
    def is_empty(self) -> bool:
        return not self.paragraphs and not any(table.rows for table in self.tables)


@dataclass(frozen=True)
class Document:
    """A paper that consists of chapters. `privacy` says in words for whose eyes it is, and is "" where all may read it.

    `render.paper` pours it into `templates/paper.*`.
    """

    marking: str
    privacy: str
    title: str
    subtitle: str
    chapters: tuple[Chapter, ...]
