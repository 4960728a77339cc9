"""The record as a workbook to work in: one sheet a register, real dates, filters, and nobody's words as a formula.

It is made of what the JSON export holds, so both say the same under the same names. The same record gives the same
bytes: the file is dated by the negotiation's beginning, not by the clock.
"""

import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from bot.render.words import upright

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Entry = Mapping[str, Any]

MOST_IN_A_CELL = 32_767  # UTF-16 units (support.microsoft.com, "Excel specifications and limits")
PART = 16_000  # characters: at most twice as many units
MOST_ROWS = 1_048_575  # and the heading
MOST_IN_A_HEADER = 200  # of the 255 units that a printed header takes
WIDEST, NARROWEST = 60, 6
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_FIRST_DAY = date(1900, 3, 1)  # before, Excel counts a 29 February 1900 that never was
_LONG_TEXTS = "Long texts"

_DATES = frozenset(
    {"date", "baseline", "done_on", "due_on", "until", "parked_until", "settle_by", "effective_from", "effective_until"}
    | {"approved_on", "agreed_on", "submitted_on", "issued_on", "review", "dated", "starts", "expires"}
    | {"expires_if_extended", "decide_by"}
)
_INSTANTS = frozenset(
    {"at", "starts_at", "started_at", "ended_at", "taken_at", "received_at", "done_at", "recorded_at", "issued_at"}
    | {"settled_at", "extended_at", "created_at", "circulated_at", "asked_at", "made_at", "marked_at"}
)
_DECIMALS = frozenset({"weight", "percent", "amount", "budget"})


@dataclass(frozen=True)
class Sheet:
    """One register: its name, its entries in an export, and the keys that become columns, with blanks between."""

    name: str
    entries: Callable[[Entry], Iterable[Entry]]
    keys: str


def _of(key: str) -> Callable[[Entry], Iterable[Entry]]:
    return lambda export: export[key]


def _chosen(key: str) -> Callable[[Entry], Iterable[Entry]]:
    return lambda export: export["choices"][key]


def _assessed(key: str) -> Callable[[Entry], Iterable[Entry]]:
    return lambda export: export["choices"]["assessment"][key]


def _inside(key: str, inner: str, called: str) -> Callable[[Entry], Iterable[Entry]]:
    """What stands in a list within each entry, with that entry's ref as `called`."""
    return lambda export: [{called: outer["ref"], **row} for outer in export[key] for row in outer[inner]]


_SOURCE = "meeting author at permalink private_to"
_RECORDED = "recorded_by recorded_at"
SHEETS = (
    Sheet("Parties", _of("parties"), "code name kind signs quorum"),
    Sheet("Members", _of("members"), "name user party roles aliases authority"),
    Sheet(
        "Milestones",
        _of("milestones"),
        "ref title kind date month rule baseline done_on status owner rating rated_because",
    ),
    Sheet(
        "Meetings",
        _of("meetings"),
        "ref kind title starts_at minutes_planned place status purpose ground_rules chair scribe informs started_at "
        "ended_at preparation_minutes reason private_to",
    ),
    Sheet("Attendance", _inside("meetings", "attendance", "meeting"), "meeting name party roles capacity status reply"),
    Sheet(
        "Agenda", _inside("meetings", "agenda", "meeting"), "meeting number title owner minutes carried_over taken_at"
    ),
    Sheet("Papers", _inside("meetings", "papers", "meeting"), "meeting number title owner received_at"),
    Sheet(
        "Clauses",
        _of("clauses"),
        "number title text status national package agreement needs legal streams last_positions parked_until "
        "escalated_to settle_by because version",
    ),
    Sheet("Contract files", _of("contract_files"), "version name title at sha256"),
    Sheet("Escalation", _of("ladder"), "level party member working_days"),
    Sheet("Proposals", _of("proposals"), "ref clause party author wording rationale status at permalink"),
    Sheet(
        "Agreements",
        _of("agreements"),
        f"ref clause wording version status confirmations objections reopened_because {_SOURCE}",
    ),
    Sheet("Decisions", _of("decisions"), f"ref text status {_SOURCE}"),
    Sheet("Actions", _of("actions"), f"ref text owners due_on status done_at evidence recommended_by {_SOURCE}"),
    Sheet("Notes", _of("notes"), f"ref kind text until about status {_SOURCE}"),
    Sheet(
        "Variations",
        _of("variations"),
        "ref kind title status regime clause schedule effective_from effective_until answers effects consulted route "
        f"needs_approval approval approved_on agreement agreed_on due_on submitted_on submission reason {_RECORDED}",
    ),
    Sheet("Derogations", _of("derogations"), f"ref clause text status reason {_RECORDED}"),
    Sheet("Changes", _of("changes"), f"ref title status initiated_by impact agreement signatures reason {_RECORDED}"),
    Sheet("Outcomes", _of("outcomes"), f"ref title ambiguous note {_RECORDED}"),
    Sheet(
        "Metrics",
        _inside("outcomes", "metrics", "outcome"),
        "outcome ref wording weight status agreement definition source baseline target unit lag review ambiguous note "
        f"withdrawn_because {_RECORDED}",
    ),
    Sheet("Shares at risk", _of("shares"), f"from_year percent note {_RECORDED}"),
    Sheet("Scope", _of("scope"), f"ref service side budget currency source because ambiguous note {_RECORDED}"),
    Sheet("Value", _of("value"), f"ref amount currency up_to years dated source ambiguous note {_RECORDED}"),
    Sheet(
        "Term",
        _of("term"),
        "ref years extension_years starts expires expires_if_extended decide_by milestone extended_at extended_by "
        f"extended_because source ambiguous note {_RECORDED}",
    ),
    Sheet(
        "Documents",
        _of("documents"),
        f"ref title version issued_on party pen complete missing against changes {_RECORDED}",
    ),
    Sheet(
        "Commitments",
        _of("commitments"),
        f"ref text party source status clauses reason settled_by settled_at {_RECORDED}",
    ),
    Sheet("Analysis", _chosen("analysis"), f"ref title date month finding {_RECORDED}"),
    Sheet(
        "Routes",
        _chosen("routes"),
        f"structure row market complexity integration route weighed_as ambiguous reason decision {_RECORDED}",
    ),
    Sheet("Structures", _chosen("structures"), f"structure lead subcontractors reason decision {_RECORDED}"),
    Sheet(
        "Pros and cons",
        _chosen("pros_and_cons"),
        f"structure kind text material mitigation owner {_RECORDED}",
    ),
    Sheet("Criteria", _assessed("criteria"), f"number text evidence {_RECORDED}"),
    Sheet("Findings", _assessed("findings"), f"ref criterion kind text became assumed {_RECORDED}"),
    Sheet(
        "Positions",
        _of("positions"),
        f"ref version status subject clause must target walkaway importance theirs red_lines {_RECORDED} private_to",
    ),
    Sheet(
        "Concessions", _of("concessions"), f"ref version status state subject text worth_pence {_RECORDED} private_to"
    ),
    Sheet("Mandates", _of("mandates"), f"ref version status member text {_RECORDED} private_to"),
    Sheet("Minutes", _of("minutes"), "meeting version status issued_at circulated_at approvals awaited sha256"),
    Sheet(
        "Corrections",
        _of("minutes_corrections"),
        "meeting number version text status asked_by asked_at settled_by settled_at because",
    ),
    Sheet("Sets", _of("minutes_sets"), "meeting version audience made_at sha256"),
    Sheet("Confidential", _of("confidential"), "ref because status marked_by marked_at"),
)
PRIVATE = frozenset({"Positions", "Concessions", "Mandates"})
"""Sheets that are there only in a party's own workbook."""


def as_xlsx(export: Entry) -> bytes:
    """The workbook of an export (as `service.in_words` gives it)."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with Workbook(file, options) as book:
        _Book(book, export).write()
    return file.getvalue()


@dataclass
class _Long:
    """A text that no cell takes whole, and where it belongs."""

    sheet: str
    row: int
    heading: str
    text: str


@dataclass
class _Book:
    """One workbook being written."""

    book: "Workbook"
    export: Entry
    long: list[_Long] = field(default_factory=list)

    def write(self) -> None:
        about, zone = self.export["negotiation"], ZoneInfo(self.export["negotiation"]["zone"])
        self.zone, self.private_to = zone, about["private_to"]
        self.marking = about["marking"] + (f" · private to {self.private_to}" if self.private_to else "")
        begun = datetime.fromisoformat(about["created_at"]).astimezone(UTC).replace(tzinfo=None)
        self.book.set_properties(
            {"title": legible(about["title"])[:250], "subject": legible(about["code"]), "created": begun}
        )
        looks: dict[str, Any] = {"valign": "top", "text_wrap": True}
        self.plain = self.book.add_format(looks)
        self.quoted = self.book.add_format({**looks, "quote_prefix": True})
        self.day = self.book.add_format({"valign": "top", "num_format": "yyyy-mm-dd", "align": "left"})
        self.instant = self.book.add_format({"valign": "top", "num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self.heading = self.book.add_format({**looks, "bold": True, "bg_color": "#DDE5EE", "bottom": 1})
        first = self.book.add_worksheet("About")
        shown = [sheet for sheet in SHEETS if self.private_to or sheet.name not in PRIVATE]
        for sheet in shown:
            self._register(sheet)
        if self.long:
            self._long_texts()
        self._about(first, about, shown)

    def _register(self, sheet: Sheet) -> None:
        keys = sheet.keys.split()
        entries = list(sheet.entries(self.export))
        page = self.book.add_worksheet(sheet.name)
        rows = [[_found(entry, key) for key in keys] for entry in entries]
        self._table(page, sheet.name, [in_words(key) for key in keys], keys, rows)

    def _table(
        self, page: "Worksheet", name: str, headings: Sequence[str], keys: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        widths = [len(heading) + 4 for heading in headings]  # room for the filter's button
        for column, heading in enumerate(headings):
            page.write_string(0, column, heading, self.heading)
        for line, row in enumerate(rows[:MOST_ROWS], 1):
            for column, (key, value) in enumerate(zip(keys, row, strict=True)):
                shown = self._cell(page, (line, column), key, value, (name, headings[column]))
                widths[column] = max(widths[column], shown)
        for column, width in enumerate(widths):
            page.set_column(column, column, min(max(width + 1, NARROWEST), WIDEST))
        page.freeze_panes(1, 1)
        page.autofilter(0, 0, max(len(rows), 1), len(headings) - 1)
        self._print_well(page)

    def _print_well(self, page: "Worksheet") -> None:
        page.set_landscape()
        page.set_paper(9)  # A4
        page.fit_to_pages(1, 0)
        page.repeat_rows(0)
        marking = legible(self.marking).replace("\n", " ")[:MOST_IN_A_HEADER].replace("&", "&&")
        page.set_header(f"&C{marking}")
        page.set_footer("&L&A&RPage &P of &N")

    def _cell(self, page: "Worksheet", at: tuple[int, int], key: str, value: Any, place: tuple[str, str]) -> int:
        """Write a value as what it is; gives how wide it is, in characters."""
        if value is None or value == "" or value == []:
            return 0
        if isinstance(value, bool):
            page.write_string(*at, "yes" if value else "no", self.plain)
            return 3
        number = _number(key, value)
        if number is not None:
            page.write_number(*at, number, self.plain)
            return len(str(value))
        day = _day(key, value)
        if day is not None:
            page.write_datetime(*at, datetime(day.year, day.month, day.day), self.day)  # noqa: DTZ001  (no instant)
            return 10
        instant = _instant(key, value, self.zone)
        if instant is not None:
            page.write_datetime(*at, instant, self.instant)
            return 16
        text = legible(_said(value, self.zone))
        shown = text
        if units(text) > MOST_IN_A_CELL:
            self.long.append(_Long(place[0], at[0] + 1, place[1], text))
            shown = f"{text[: PART - 100]} … (too long for a cell: whole in “{_LONG_TEXTS}”)"
        page.write_string(*at, shown, self._style(shown))
        return max(len(line) for line in shown.split("\n"))

    def _style(self, text: str) -> "Format":
        """With Excel's own mark for “this is text” where a cell would become a formula as soon as somebody edits it."""
        return self.quoted if text.lstrip().startswith(_FORMULA_STARTS) else self.plain

    def _long_texts(self) -> None:
        headings = ("Sheet", "Row", "Column", "Part", "Text")
        rows = [
            (each.sheet, each.row, each.heading, number, each.text[begin : begin + PART])
            for each in self.long
            for number, begin in enumerate(range(0, len(each.text), PART), 1)
        ]
        self._table(self.book.add_worksheet(_LONG_TEXTS), _LONG_TEXTS, headings, headings, rows)

    def _about(self, page: "Worksheet", about: Entry, shown: Sequence[Sheet]) -> None:
        lines = [
            ("Negotiation", f"{about['code']}: {about['title']}"),
            ("Marking", about["marking"]),
            (
                "Private to",
                f"{self.private_to}: this file holds its own private record" if self.private_to else "nobody",
            ),
            ("Times", f"are those of {about['zone']}"),
            ("Sheets", ", ".join(sheet.name for sheet in shown)),
            ("Empty cells", "nothing is recorded there"),
        ]
        if self.long:
            lines.append(
                (_LONG_TEXTS, f"{len(self.long)} texts are too long for a cell; their parts follow one another there")
            )
        full = [sheet.name for sheet in shown if len(list(sheet.entries(self.export))) > MOST_ROWS]
        if full:
            lines.append(
                ("Not whole", f"{', '.join(full)}: a sheet ends at row {MOST_ROWS + 1}; `export json` has all")
            )
        for line, (what, words) in enumerate(lines):
            page.write_string(line, 0, what, self.heading)
            page.write_string(line, 1, legible(words)[:PART], self._style(words))
        page.set_column(0, 0, 16)
        page.set_column(1, 1, 90)
        self._print_well(page)


def in_words(key: str) -> str:
    """A JSON key as a heading: `due_on` is “Due on”."""
    return key.replace("_", " ").capitalize()


def _found(entry: Entry, key: str) -> Any:
    """The value of a key, or of the same key in the entry's source."""
    if key in entry:
        return entry[key]
    source = entry.get("source")
    return source.get(key) if isinstance(source, Mapping) else None


def _number(key: str, value: Any) -> float | None:
    """Numbers, and decimals in words that a cell holds exactly."""
    if isinstance(value, int | float):
        return value
    if key not in _DECIMALS or not isinstance(value, str):
        return None
    try:
        exact = Decimal(value)
    except InvalidOperation:
        return None
    return float(exact) if exact.is_finite() and len(exact.as_tuple().digits) <= 15 else None


def _day(key: str, value: Any) -> date | None:
    """A whole date: what is known only by its month or year stays in words."""
    if key not in _DATES or not isinstance(value, str) or len(value) != len("2026-11-26"):
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        return None
    return day if day >= _FIRST_DAY else None


def _instant(key: str, value: Any, zone: ZoneInfo) -> datetime | None:
    """A cell has no zone: the clock at the table."""
    if key not in _INSTANTS or not isinstance(value, str):
        return None
    try:
        local = datetime.fromisoformat(value).astimezone(zone)
    except (ValueError, OverflowError):
        return None
    return local.replace(tzinfo=None) if local.date() >= _FIRST_DAY else None


def _said(value: Any, zone: ZoneInfo) -> str:
    """Whatever an entry holds, in words: lists line by line, objects with their keys, instants by the table's clock."""
    if isinstance(value, Mapping):
        told = {key: _instant(key, inner, zone) or inner for key, inner in value.items() if inner not in (None, "", [])}
        return ", ".join(f"{in_words(str(key))}: {_said(inner, zone)}" for key, inner in told.items())
    if isinstance(value, list):
        return "\n".join(_said(inner, zone) for inner in value)
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def legible(text: str) -> str:
    """The text with a sign in the place of each character that XML cannot hold, and of each that would turn the words
    behind it about; lines end in one way."""
    return "".join(_signs(upright(text.replace("\r\n", "\n").replace("\r", "\n"))))


def _signs(text: str) -> Iterator[str]:
    for sign in text:
        code = ord(sign)
        if code < 0x20 and sign not in "\t\n":
            yield chr(0x2400 + code)  # Unicode's pictures of control characters: ␀ for NUL
        elif code in (0xFFFE, 0xFFFF) or 0xD800 <= code <= 0xDFFF:
            yield f"[U+{code:04X}]"
        else:
            yield sign


def units(text: str) -> int:
    """How long spreadsheets take a text to be: in UTF-16 units."""
    return len(text.encode("utf-16-le")) // 2
