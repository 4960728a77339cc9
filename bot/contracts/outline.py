"""From lines to a contract: which number each line has, what belongs to which clause, and what to none.

The readers of Word and Markdown files say what stands in a file, in order (`Line`); everything that has to
be judged about a contract is judged here, once, so that one contract has the same clauses whatever its
file. Words are never dropped: a line without a number belongs to the clause above it, and where that would
be wrong (before the first clause, under a heading without a number, under a number that was there already)
it is listed with where it stood.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import zip_longest

from bot.contracts import marks, numbers
from bot.contracts.definitions import are_announced, are_defined, bare_term, defined_term, is_head
from bot.contracts.items import Form, Item, follows, readings
from bot.contracts.numbers import Start
from bot.contracts.values import Clause, Contract, Kind, Table, Unplaced
from bot.errors import UserError

_LONGEST_TITLE = 120  # characters; a longer line is wording
_SHORT_TITLE = 9  # words; a longer one has capitals
_SHORT_WORD = 5  # letters; a longer word of a long title has a capital
_SENTENCE = re.compile(r"\b(?:shall|will|must|may|can|is|are|was|were|has|have|means?|agrees?)\b|\w{4}[.;:]\s")
_SHORTEST_SENTENCE = 3  # words of a line that goes on in small letters
_OPEN_END = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "or", "the", "this", "to", "with"}
_GAP = 3  # how many sub-items may be missing, such as "(c) not used" left out
_PLACES = ("Schedule", "Annex", "Appendix", "Exhibit", "Attachment", "Part")
_KINDS: dict[str, Kind] = {"Schedule": "schedule", "Annex": "annex", "Appendix": "annex", "Exhibit": "annex",
                           "Attachment": "annex", "Recital": "preamble"}  # fmt: skip

_BEFORE = "before the first clause"
# A line of a table of contents: at its end a page, behind a tab or a row of dots.
_CONTENTS = re.compile(r".{0,200}\S(?:\t+| *\.{3}[ .]*| *…[ …]*)[0-9]{1,3}\s*")
_RECITALS = re.compile(r"\W*(?:background|recitals?|whereas|preamble|introduction)\b\W*", re.IGNORECASE)


# How a block to sign in begins; a sentence about signing does not.
_WITNESS = re.compile(r"\W*in witness where?of\b", re.IGNORECASE)
_SIGNED = re.compile(
    r"\W*(?:(?:SIGNED|EXECUTED|Signed|Executed)(?: and delivered| AND DELIVERED)?(?:\W*$"
    r"|\s+(?i:by|for|on|as|in|at|this)\b)"
    r"|(?i:(?:signature|execution) (?:page|block)s?|signatures?)(?i:\W+(?:page\W+)?(?:to\W+)?follows?)?\W*$)"
)


@dataclass(frozen=True)
class Line:
    """One paragraph, list item or table of a file.

    `label` is the number that the file's own numbering shows before the words; `series` names the list
    that counts it, `depth` its level in that list from 0, and `within` whether it counts inside what
    stands above it. A number typed as text is part of `text`. `heading` is a heading's level from 1.
    `bold` are the words in bold that the line starts with. An `aside` is no part of the running text and
    says what it is: "footnote 3". What is `verbatim`, such as a block of code, has no numbers to look for; what is
    `marked` has the marks of Markdown and HTML.
    """

    text: str
    label: str = ""
    series: str = ""
    depth: int = 0
    within: bool = False
    heading: int | None = None
    bold: str = ""
    table: Table | None = None
    aside: str = ""
    verbatim: bool = False
    marked: bool = False


def contract(title: str, lines: Iterable[Line], elsewhere: Iterable[Unplaced] = ()) -> Contract:
    """The contract that these lines make. `elsewhere` are words outside the text, such as headers.

    Raises UserError when there is nothing, or nothing with a number.
    """
    sequence = list(lines)
    outline = _Outline(_numbered_places(sequence))
    following = _following_labels(sequence)
    for line, next_label, at_end in zip(sequence, following, _ends(sequence), strict=True):
        outline.at_end = at_end
        outline.add(line, next_label)
    clauses = outline.clauses()
    outside = tuple(item for item in elsewhere if item.text.strip())
    unplaced = (*outline.unplaced(), *outside)
    if not title.strip() and not clauses and not unplaced:
        raise UserError("This file has no text. Share the file that holds the contract.")
    if all(clause.kind == "definition" for clause in clauses):
        raise UserError(
            "This file has no clause numbers, so its clauses cannot be told apart."
            " Number them (1, 1.1, (a) …) and share the file again."
        )
    return Contract(title.strip(), clauses, unplaced)


def table_text(rows: Table) -> str:
    """A table as text: a line for each row, a tab between cells."""
    return "\n".join("\t".join(row) for row in rows)


def _numbered_places(lines: Iterable[Line]) -> frozenset[str]:
    """The kinds of place that have numbers: where there is a Schedule 1, a line "SCHEDULES" is a heading."""
    found = (numbers.start(line.label) if line.label else _typed_start(line) for line in lines)
    return frozenset(_word(start.number) for start in found if start and " " in start.number)


def _following_labels(lines: Sequence[Line]) -> list[str]:
    """For each line the next sub-item's number behind it, to tell the letter (i) from the numeral."""
    labels: list[str] = []
    following = ""
    for line in reversed(lines):
        labels.append(following)
        found = numbers.start(line.label) if line.label else _typed_start(line)
        if found and found.relative:
            following = found.number
    return labels[::-1]


def _ends(lines: Sequence[Line]) -> list[bool]:
    """For each line whether no clause follows it, or only those of a schedule or annex."""
    ends: list[bool] = []
    at_end = True
    for line in reversed(lines):
        ends.append(at_end)
        found = numbers.start(line.label) if line.label else _typed_start(line)
        if found and not found.relative:
            is_place = _word(found.number) in _PLACES
            if is_place or line.label or line.heading or found.firm or "." in found.number:
                at_end = is_place
    return ends[::-1]


# -- the outline ---------------------------------------------------------------------------------------------


@dataclass
class _Draft:
    """A clause while its words are being gathered."""

    number: str
    label: str
    kind: Kind
    level: int
    heading: int | None
    counted: bool = False  # by the file's own numbering
    titles: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not any(self.titles) and not any(self.lines)


@dataclass(frozen=True)
class _Open:
    """A numbered place that the next line may still be in, and how its own number counts."""

    draft: _Draft
    item: Item | None
    series: str
    depth: int


@dataclass
class _Bucket:
    where: str
    lines: list[str]
    headed: bool = False  # its first line is a heading


class _Outline:
    """Reads lines in order and keeps what is open. Every line ends in a draft or in a bucket."""

    def __init__(self, numbered_places: frozenset[str]) -> None:
        self.at_end = False  # whether no more clauses follow but in schedules and annexes
        self._numbered_places = numbered_places
        self._drafts: list[_Draft] = []
        self._by_key: dict[str, _Draft] = {}
        self._open: list[_Open] = []
        self._current: _Draft | None = None
        self._place: _Draft | None = None  # the schedule or annex whose paragraphs are counted
        self._part: _Draft | None = None  # a part of the main text, and whether it counts anew
        self._part_counts = False
        self._main_series: str | None = None
        self._ended: set[tuple[str, Form, str]] = set()  # lists that started again inside one clause
        self._buckets: list[_Bucket] = []
        self._bucket: _Bucket | None = None  # where lines without a number go instead of a clause
        self._repeated: str | None = None  # the number that was there already
        self._counted: dict[str | None, int] = {}  # the highest plain number so far, by the place it counts in

    # -- what comes out

    def clauses(self) -> tuple[Clause, ...]:
        kept = [
            draft
            for draft, following in _with_next(self._drafts)
            if not draft.is_empty() or not draft.counted or _word(draft.number) or _is_above(draft, following)
        ]
        return tuple(_finished(draft, following) for draft, following in _with_next(kept))

    def unplaced(self) -> tuple[Unplaced, ...]:
        gathered = (Unplaced(bucket.where, "\n".join(bucket.lines)) for bucket in self._buckets)
        return tuple(item for item in gathered if item.text.strip())

    # -- what goes in

    def add(self, line: Line, next_label: str = "") -> None:
        if line.aside:
            self._set_aside(f"{line.aside} {self._position()}", line.text)
        elif not self._drafts and _CONTENTS.fullmatch(line.text):
            self._set_aside(f"table of contents {_BEFORE}", f"{line.label} {line.text}".strip())
        elif line.verbatim:
            self._gather(line.text)
        elif line.table is not None:
            self._add_table(line)
        elif line.label:
            self._add_labelled(line, next_label)
        elif line.text.strip():
            self._add_typed(line, next_label)

    def _add_labelled(self, line: Line, next_label: str) -> None:
        """A line that the file's own numbering counts."""
        found = numbers.start(line.label) or numbers.start(f"{line.label}.")
        if found and not found.rest:
            first, _, more = line.text.partition("\n")
            relative = found.relative or (line.within and found.number.isdigit())
            begun = Start(line.label, found.number, first, relative, firm=True)
            self._add_numbered(begun, replace(line, text=first), next_label)
            if more:
                self._add_typed(replace(line, text=more, label="", series="", bold=""), next_label)
        else:
            self._add_text(replace(line, text=f"{line.label} {line.text}".strip(), label="", bold=""))

    def _add_typed(self, line: Line, next_label: str) -> None:
        """A line, or several with soft breaks between them, whose numbers are typed if it has any."""
        for index, words in enumerate(line.text.split("\n")):
            piece = replace(line, text=words, bold=line.bold if index == 0 else "")
            begun = _typed_start(piece) or self._next_part(piece)
            if begun and (index == 0 or not self._is_taken(self._full(begun.number))):
                self._add_numbered(begun, piece, next_label)
            else:
                self._add_text(piece)

    def _add_numbered(self, begun: Start, line: Line, next_label: str) -> None:
        if self._is_next_clause(begun):
            self._add_clause(replace(begun, number=begun.number.strip("()"), relative=False, firm=False), line)
        elif begun.relative:
            self._add_item(begun, line, next_label)
        elif begun.number in self._numbered_places:
            self._add_text(line, begun)
        elif _word(begun.number) in _PLACES:
            self._add_place(begun, line)
        else:
            self._add_clause(begun, line)

    # -- places: schedules, annexes, parts

    def _add_place(self, begun: Start, line: Line) -> None:
        number, word = begun.number, _word(begun.number)
        if self._place and (word == "Part" or (self._is_taken(number) and word != _word(self._place.number))):
            number = f"{_without_part(self._place.number)} {number}"
        if self._is_taken(number):
            self._repeat(number, line, begun)
            return
        inner = _inner_word(begun.number)
        draft = self._begin(number, begun, line, _KINDS.get(inner, "schedule" if self._place else "clause"))
        if word == "Part" and not self._place:
            self._part, self._part_counts = draft, False
        else:
            self._place = draft

    def _next_part(self, line: Line) -> Start | None:
        """The next part of the schedule that is open, whatever its title's letters: "Part 1 Indicative activity"."""
        found = numbers.start(line.text, heading=True)
        if self._place is None or found is None or _word(found.number) != "Part" or not _is_title(found.rest, ""):
            return None
        whole = _without_part(self._place.number)
        before = self._place.number.removeprefix(whole).strip()
        counted = readings(before.split()[-1]) if before else []
        first = [item for item in readings(found.number.split()[-1]) if item.ordinal == 1 and not before]
        following = [item for item in readings(found.number.split()[-1]) for last in counted if follows(item, last)]
        return found if first or following else None

    # -- clauses with a whole number

    def _add_clause(self, begun: Start, line: Line) -> None:
        typed = not line.label
        if begun.number.isdigit() and self._is_local(begun, line):
            self._add_item(Start(begun.label, begun.number, begun.rest, True, begun.firm), line, "")
            return
        if begun.number[0].isalpha():
            self._place = self._part = None
        number = self._full(begun.number)
        if typed and not self._is_plausible(number, begun, line):
            self._add_text(line)
            return
        if self._is_taken(number) and self._part and not self._place and not self._part_counts:
            self._part_counts = True
            number = self._full(begun.number)
        if self._is_taken(number) or (self._repeated and _is_below(number, self._repeated)):
            self._repeat(number, line, begun)
            return
        if begun.number.isdigit() and self._main_series is None:
            self._main_series = line.series
        self._begin(number, begun, line, "preamble" if _word(number) == "Recital" else "clause")

    def _is_next_clause(self, begun: Start) -> bool:
        """Whether "17)" is the clause behind 16, and not an item of a list in it."""
        letters = begun.number.strip("()")
        if not begun.relative or not letters.isdigit() or begun.label.lstrip().startswith("(") or letters == "1":
            return False
        if begun.rest.lstrip()[:1].islower():  # the middle of a sentence: "granted: 1) …; 2) …;⏎3) for infringements"
            return False
        listed = (opened.item for opened in self._open if _is_item(opened))
        if any(before and follows(item, before) for item in readings(begun.number) for before in listed):
            return False
        return int(letters) == self._counted.get(numbers.parent(self._full(letters)), 0) + 1

    def _full(self, number: str) -> str:
        """The number with what it is in: 13.3 under GC13 is GC13.3, 2 in a schedule is its paragraph 2.

        13A is a clause beside GC13 and not in it: another contract's own, put behind a standard clause.
        """
        if number[0].isalpha():
            return number
        first = number[: len(number) - len(number.lstrip("0123456789"))]
        for opened in reversed(self._open):
            prefix = re.fullmatch("([A-Z]+)([0-9]+)", opened.draft.number)
            if prefix and prefix[2] == first and number[len(first) :].startswith((".", "(")):
                return f"{prefix[1]}{number}"
        place = self._place or (self._part if self._part_counts else None)
        if place and place.number.isalpha() and place.number not in _PLACES:
            return f"{place.number}.{number}"
        return f"{place.number} paragraph {number}" if place else number

    def _is_local(self, begun: Start, line: Line) -> bool:
        """Whether a plain number counts a list inside the open clause, and not the clauses themselves."""
        item = Item(Form(False, "digit"), int(begun.number))
        if self._current is None or line.heading:
            return False
        if any(opened.item and follows(item, opened.item) and _is_item(opened) for opened in self._open):
            return not _looks_titled(begun.rest) or bool(line.series and line.series != self._main_series)
        if item.ordinal != 1 or not self._is_taken(self._full(begun.number)):
            return False
        other_list = bool(line.series) and line.series != self._main_series
        return other_list or self._introduces()

    def _introduces(self) -> bool:
        """Whether the words just before announce a list."""
        last = self._current.lines[-1] if self._current and self._current.lines else ""
        return last.rstrip().endswith((":", "—", "–"))

    def _is_plausible(self, number: str, begun: Start, line: Line) -> bool:
        """Whether a typed number can be one, where it stands: an amount or a reference is not the next clause."""
        prefixed = number[0].isalpha() and not begun.number[0].isalpha() and not self._place
        if begun.firm or line.heading or prefixed:
            return True
        above = numbers.parent(number)
        ordinal = _last_ordinal(number)
        if begun.number.isdigit():
            following = self._counted.get(above, 0) + 1
            return following <= ordinal <= following + (_GAP if begun.label.startswith("§") else 0)
        if not self._drafts:
            return True
        next_above = above is not None and _last_ordinal(above) <= self._counted.get(numbers.parent(above), 0) + 1
        known = above is None or above in self._counted or self._is_taken(above) or next_above
        return known and ordinal <= self._counted.get(above, 0) + 1 + _GAP

    # -- sub-items

    def _add_item(self, begun: Start, line: Line, next_label: str) -> None:
        """A line whose number counts inside the clause it stands in: (a), ii., A."""
        outside = self._bucket is not None and self._current is not None and not self._announces_recitals()
        if outside or (self._current and _is_unnumbered_definition(self._current)):
            self._add_text(line, begun)
            return
        item, kept = self._reading(begun.number, line, next_label)
        if not line.label and not self._may_follow(item, kept, begun.firm or bool(line.heading), next_label):
            self._add_text(line, begun)
            return
        parent = kept[-1].draft if kept else None
        number = self._item_number(begun, item, parent, line)
        counted_in = (parent.number if parent else "", item.form, line.series)
        if number is None or counted_in in self._ended or self._is_taken(number):
            self._ended.add(counted_in)
            self._add_text(line, begun)
            return
        preamble = number.startswith("Recital") or (parent is not None and parent.kind == "preamble")
        kind: Kind = "preamble" if preamble else parent.kind if parent and _is_sub_place(number) else "clause"
        draft = self._begin(number, begun, line, kind, item=item, kept=kept)
        if _is_sub_place(number):
            self._place = draft
        elif parent is None and number.isalpha():
            self._part, self._part_counts = draft, False

    def _reading(self, number: str, line: Line, next_label: str) -> tuple[Item, list[_Open]]:
        """Which sub-item this is, and what stays open above it."""
        possible = readings(number)
        if line.series:
            same_list = [place for place, opened in enumerate(self._open) if opened.series == line.series]
            deeper = [place for place in same_list if self._open[place].depth >= line.depth]
            if same_list:
                kept = self._open[: deeper[0]] if deeper else self._open
                sibling = self._open[deeper[0]].item if deeper else None
                forms = [item for item in possible if sibling and item.form == sibling.form]
                return (forms or possible)[0], kept
        for item in self._by_sequence(possible, next_label):
            for place in reversed(range(len(self._open))):
                sibling = self._open[place].item
                if sibling and sibling.form == item.form and _is_item(self._open[place]):
                    return item, self._open[:place]
        first = next((item for item in possible if item.ordinal == 1), possible[0])
        return first, self._open

    def _by_sequence(self, possible: list[Item], next_label: str) -> list[Item]:
        """The readings, first the one that goes on from what is open; (i) behind (h) is settled by what follows."""
        open_items = [opened.item for opened in self._open if opened.item]
        following = [item for item in possible if any(follows(item, before) for before in open_items)]
        if len(possible) > 1 and following and following[0].ordinal > 1:
            ahead = readings(next_label) if next_label else []
            starting = [item for item in possible if item.ordinal == 1]
            if (
                starting
                and any(follows(item, starting[0]) for item in ahead)
                and not any(follows(item, following[0]) for item in ahead)
            ):
                return starting
        return following or [item for item in possible if item.ordinal == 1] or possible

    def _may_follow(self, item: Item, kept: list[_Open], firm: bool, next_label: str) -> bool:
        """Whether a typed sub-item starts a list or goes on with one, give or take a few left out.

        "A. Smith" may be a name: what has only a dot starts a list when another item of it comes next.
        """
        if item.ordinal == 1:
            ahead = readings(next_label) if next_label else []
            return firm or any(other.form == item.form and other.ordinal <= 2 for other in ahead)
        siblings = [opened.item for opened in self._open[len(kept) :] if opened.item]
        return any(
            sibling.form == item.form and 0 <= item.ordinal - sibling.ordinal <= _GAP + 1 for sibling in siblings
        )

    def _item_number(self, begun: Start, item: Item, parent: _Draft | None, line: Line) -> str | None:
        """The whole number of a sub-item; None where it cannot have one."""
        letters = begun.number.strip("()")
        if parent is None and item.form.kind in ("upper", "ROMAN"):
            opening = all(draft.kind == "preamble" for draft in self._drafts)
            goes_on = self._current is not None and self._current.number.startswith("Recital ")
            announced = goes_on or self._announces_recitals()
            recital = announced or (opening and (item.form.bracketed or bool(self._drafts)))
            return f"Recital {letters}" if recital and not line.heading else letters
        if parent is None:
            closed = not begun.label.lstrip().startswith("(")
            return letters if item.form.kind == "digit" and closed else None
        if begun.number.startswith("("):
            return f"{parent.number}{begun.number}"
        in_place = parent is self._place or parent.kind in ("schedule", "annex")
        if in_place and item.form.kind == "upper" and re.fullmatch(r"\w+ [0-9]+", parent.number):
            return f"{parent.number}{letters}"
        if in_place and letters.isdigit():
            return f"{parent.number} paragraph {letters}"
        return f"{parent.number}.{letters}"

    def _announces_recitals(self) -> bool:
        """Whether recitals are announced: before the first clause anywhere, and behind it in a heading."""
        if self._bucket is None:
            return False
        if self._current is None or self._current.kind == "preamble":
            return any(_RECITALS.match(words) for words in self._bucket.lines)
        return self._place is None and self._bucket.headed and _RECITALS.fullmatch(self._bucket.lines[0]) is not None

    # -- words without a number

    def _add_text(self, line: Line, begun: Start | None = None) -> None:
        words = f"{line.label} {line.text}" if line.label and begun else line.text
        if line.heading is not None and not begun:
            self._add_heading(line.text, line.heading)
            return
        if not begun and self._begins_signatures(line.text):
            self._open_signatures()
        term = None if begun else defined_term(line.text, line.bold, announced=self._announces_definitions())
        if term and not self._repeated and not self._is_taken(f"Definition of {term}"):
            self._define(term, words)
            return
        self._gather(words)

    def _begins_signatures(self, words: str) -> bool:
        """Whether a block to sign in begins: behind the last clause, and not inside words listed already."""
        if not self.at_end or self._current is None or self._bucket is not None:
            return False
        if _WITNESS.match(words):
            return True
        return bool(_SIGNED.match(words)) and not words.rstrip().endswith((";", ",")) and not _SENTENCE.search(words)

    def _open_signatures(self) -> None:
        self._bucket = _Bucket(f"signature block after {self._current.number if self._current else ''}", [])
        self._buckets.append(self._bucket)

    def _add_heading(self, words: str, heading: int) -> None:
        current = self._current
        if current and not self._bucket and not current.lines and current.heading is not None and not current.titles:
            current.titles = [words]
            return
        ranks = [opened.draft.heading for opened in self._open if opened.draft.heading is not None]
        recitals = self._place is None and _RECITALS.fullmatch(words) is not None
        listed = next((place for place, opened in enumerate(self._open) if _is_item(opened)), None)
        if current and not self._bucket and ranks and heading > ranks[-1] and listed is None and not recitals:
            if self._begins_signatures(words):
                self._open_signatures()
            self._gather(words)
            return
        self._open = [] if recitals else self._open[:listed]
        if self._place and self._place.heading is not None and heading <= self._place.heading:
            self._place = None
        self._repeated = None
        where = f"under a heading without a number, after {current.number}" if current else _BEFORE
        self._bucket = _Bucket(where, [words], headed=True)
        self._buckets.append(self._bucket)

    def _gather(self, words: str) -> None:
        if self._bucket is None and self._current is None:
            self._bucket = _Bucket(_BEFORE, [])
            self._buckets.append(self._bucket)
        if self._bucket is not None:
            self._bucket.lines.append(words)
        elif self._current is not None:
            self._current.lines.append(words)

    def _set_aside(self, where: str, words: str) -> None:
        """List words beside the text; those of one kind in one clause are listed together."""
        if not (self._buckets and self._buckets[-1].where == where and self._buckets[-1] is not self._bucket):
            self._buckets.append(_Bucket(where, []))
        self._buckets[-1].lines.append(words)

    def _define(self, term: str, words: str) -> None:
        level = (self._open[-1].draft.level if self._open else 0) + 1
        draft = _Draft(f"Definition of {term}", "", "definition", level, None, lines=[words])
        self._keep(draft)

    # -- tables

    def _add_table(self, line: Line) -> None:
        rows = line.table or ()
        if all(len(row) <= 1 for row in rows):
            for row in rows:
                for words in row:
                    self.add(replace(line, text=words, table=None))
        elif self._counts(rows):
            for row in rows:
                self._add_row(line, row)
        elif are_defined(rows, announced=self._announces_definitions()):
            self._add_definitions(rows)
        else:
            if any(self._begins_signatures(cell.strip()) for cell in rows[0]):
                self._open_signatures()
            self._gather(table_text(rows))
            if self._current and not self._bucket:
                self._current.tables.append(rows)

    def _add_row(self, line: Line, row: tuple[str, ...]) -> None:
        """A row of a table of clauses: one of them, more words of the last, or a heading."""
        words = "\t".join(row).strip()
        if row and row[0].strip() and not numbers.start(row[0]):
            self._set_aside(f"table heading {self._position()}", words)
        else:
            self.add(replace(line, text=words, table=None))

    def _announces_definitions(self) -> bool:
        """Whether the titles and first lines of what is open say that definitions follow."""
        above = [words for opened in self._open for words in (*opened.draft.titles, *opened.draft.lines[:1])]
        return are_announced([*above, *(self._bucket.lines[:1] if self._bucket else [])])

    def _counts(self, rows: Table) -> bool:
        """Whether a table only sets clauses in columns: its first column holds their numbers, in sequence.

        Above these may stand the head of the table, and between them lines that only say what follows.
        """
        whole: list[Start] = []
        headed = False
        for place, row in enumerate(rows):
            first = row[0].strip() if row else ""
            found = numbers.start(first)
            if found is None and (place == 0 or not any(cell.strip() for cell in row[1:])):
                headed = headed or bool(first)
            elif first and (found is None or found.rest or _word(found.number) in _PLACES):
                return False
            elif found and not found.relative:
                whole.append(found)
        if not whole or not self._is_sequence(whole):
            return False
        if any(not found.number.isdigit() for found in whole) or whole[0].number != "1":
            return True
        return not headed and len(rows) > 1 and max(map(len, rows)) == 2

    def _is_sequence(self, starts: Sequence[Start]) -> bool:
        """Whether these numbers are new and go on from those before them, and each from the last."""
        counted = dict(self._counted)
        known = {opened.draft.number for opened in self._open}
        before: str | None = None
        for start in starts:
            number = self._full(start.number)
            above, ordinal = numbers.parent(number), _last_ordinal(number)
            following = counted.get(above, 0) + 1
            if self._is_taken(number) or (before and numbers.sort_key(number) <= numbers.sort_key(before)):
                return False
            if before is None and not self._drafts:
                pass  # a contract may begin at any number
            elif start.number.isdigit():
                if ordinal != following:
                    return False
            elif ordinal > following + _GAP or not (above is None or above in known or _is_next(above, counted)):
                return False
            before = number
            while number:
                above = numbers.parent(number)
                known.add(number)
                counted[above] = max(counted.get(above, 0), _last_ordinal(number))
                number = above or ""
        return True

    def _add_definitions(self, rows: Table) -> None:
        for row in rows:
            term = bare_term(row[0])
            if not term:
                self._gather("\t".join(row).strip())
            elif is_head(term) or self._is_taken(f"Definition of {term}"):
                self._gather("\t".join(row))
            else:
                self._define(term, "\t".join(cell.strip() for cell in row))

    # -- keeping books

    def _begin(
        self,
        number: str,
        begun: Start,
        line: Line,
        kind: Kind,
        *,
        item: Item | None = None,
        kept: list[_Open] | None = None,
    ) -> _Draft:
        if kept is None:
            kept = [
                opened for opened in self._open if _is_below(number, opened.draft.number) or self._is_section(opened)
            ]
            if begun.number.isdigit():
                item = Item(Form(begun.label.rstrip().endswith(")"), "digit"), int(begun.number))
        above = kept[-1].draft if kept else None
        level = above.level + 1 if above else numbers.depth(number)
        if kind == "clause" and defined_term(begun.rest, line.bold):
            kind = "definition"
        draft = _Draft(number, begun.label.strip(), kind, level, line.heading, counted=bool(line.label))
        if begun.rest:
            titled = line.heading is not None or (_word(begun.number) in _PLACES and len(begun.rest) <= _LONGEST_TITLE)
            (draft.titles if titled else draft.lines).append(begun.rest)
        self._keep(draft)
        if not begun.relative:
            self._count(number)
        self._open = [*kept, _Open(draft, item, line.series, line.depth)]
        return draft

    def _keep(self, draft: _Draft) -> None:
        self._drafts.append(draft)
        self._by_key[numbers.key(draft.number)] = draft
        self._current, self._bucket, self._repeated = draft, None, None

    def _is_section(self, opened: _Open) -> bool:
        """Whether it is a section with a letter, which clauses stand in whatever their numbers."""
        return opened.draft is self._part and opened.draft.number.isalpha()

    def _count(self, number: str) -> None:
        """Remember how far the numbers have come in each place; 5.1 tells that 5 has begun."""
        place: str | None = number
        while place is not None:
            above = numbers.parent(place)
            self._counted[above] = max(self._counted.get(above, 0), _last_ordinal(place))
            place = above

    def _repeat(self, number: str, line: Line, begun: Start) -> None:
        """Words under a number that was there already: listed, because they cannot be a clause."""
        after = self._current.number if self._current else number
        words = f"{begun.label.strip()} {begun.rest}".strip()
        if self._bucket is None or self._repeated is None:
            self._bucket = _Bucket(f"under a second {number}, after {after}", [])
            self._buckets.append(self._bucket)
        self._bucket.lines.append(words)
        if self._repeated is None or not _is_below(number, self._repeated):
            self._repeated = number

    def _is_taken(self, number: str) -> bool:
        return numbers.key(number) in self._by_key

    def _position(self) -> str:
        return f"in {self._current.number}" if self._current else _BEFORE


# -- small judgements ----------------------------------------------------------------------------------------


def _typed_start(line: Line) -> Start | None:
    find = marks.start if line.marked else numbers.start
    return find(line.text, heading=line.heading is not None)


def _with_next(drafts: Sequence[_Draft]) -> Iterator[tuple[_Draft, _Draft | None]]:
    return zip_longest(drafts, drafts[1:])


def _is_above(draft: _Draft, following: _Draft | None) -> bool:
    return following is not None and following.level > draft.level


def _finished(draft: _Draft, following: _Draft | None) -> Clause:
    titles, lines = draft.titles, draft.lines
    goes_on = len(lines) > 1 or _is_above(draft, following)
    if not titles and lines and goes_on and draft.label and _is_title(lines[0], lines[1] if len(lines) > 1 else ""):
        titles, lines = lines[:1], lines[1:]
    title = " ".join(" ".join(titles).split())
    text = "\n".join(lines).strip()
    return Clause(draft.number, title, text, draft.level, draft.kind, draft.label, tuple(draft.tables))


def _looks_titled(words: str) -> bool:
    """Whether a line reads as a title: short, with a capital, and no sentence."""
    plain = words.strip(" *_")
    return (
        bool(plain)
        and len(plain) <= _LONGEST_TITLE
        and not plain.endswith((".", ";", ":", ","))
        and (not plain[0].islower() and "\n" not in plain)
    )


def _is_title(words: str, following: str) -> bool:
    """Whether a line is the title of those below it: no sentence, and none that goes on in the next line."""
    if not _looks_titled(words.rstrip("”\"’')]")) or _SENTENCE.search(words):
        return False
    goes_on = following[:1].islower() and "\t" not in following
    if goes_on and (len(words.split()) > _SHORTEST_SENTENCE or words.split()[-1] in _OPEN_END):
        return False
    longer = [word for word in re.findall(r"[^\W\d_]+", words) if len(word) > _SHORT_WORD]
    return len(words.split()) <= _SHORT_TITLE or all(word[0].isupper() for word in longer)


def _without_part(place: str) -> str:
    return re.sub(r" Part \S+$", "", place)


def _is_item(opened: _Open) -> bool:
    """Whether an open place is a sub-item, and not a clause of the main count."""
    return opened.item is not None and not re.search(r"(?:^|paragraph )[0-9]+$", opened.draft.number)


def _is_below(number: str, above: str) -> bool:
    wanted = numbers.key(above)
    parent = numbers.parent(number)
    while parent is not None:
        if numbers.key(parent) == wanted:
            return True
        parent = numbers.parent(parent)
    return False


def _last_ordinal(number: str) -> int:
    """The last number in a clause's: 45 of 36.45A; 0 where it ends in letters."""
    found = re.search(r"([0-9]+)[A-Za-z]*$", number)
    return int(found[1]) if found else 0


def _is_next(number: str, counted: Mapping[str | None, int]) -> bool:
    """Whether a number is the next one in its place."""
    return _last_ordinal(number) == counted.get(numbers.parent(number), 0) + 1


def _is_sub_place(number: str) -> bool:
    """Whether it is a lettered part of a schedule, such as Schedule 2A."""
    return bool(re.fullmatch(r"(?:Schedule|Annex|Appendix) [0-9]+[A-Z][a-z]*", number))


def _is_unnumbered_definition(draft: _Draft) -> bool:
    return draft.kind == "definition" and draft.number.startswith("Definition of ")


def _inner_word(number: str) -> str:
    """The word of the innermost place that a number names: Appendix of Schedule 1 Appendix 2."""
    return next((word for word in reversed(number.split(" ")) if word in _PLACES), _word(number))


def _word(number: str) -> str:
    """The first word of a place's number; "" for a clause."""
    word = number.split(" ")[0]
    return word if word.isalpha() and len(word) > 3 else ""
