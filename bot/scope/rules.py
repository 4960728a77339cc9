"""What is typed about scope, value and term, read; when a term ends and when its extension is to be decided. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from dateutil.relativedelta import relativedelta

from bot import dates, figures
from bot.errors import UserError
from bot.figures import Amount
from storage.tables import ContractTerm, ContractValue, ScopeService, ScopeSide

ADD = "`/parley scope add Crisis line in budget £1.2m from Service review`"
MOVE = "`/parley scope move SV1 out because it moves to another contract`"
BUDGET = "`/parley scope budget SV1 £1.4m from Finance sub-group`"
VALUE = "`/parley value £135m over 3 years on sep 2014 source Board paper`"
TERM = "`/parley term 5+2 from 1 oct 2015 source Schedule 1`"
EXTEND = "`/parley term extend because the outcomes of year 4 were met`"

LONGEST_NAME = 200  # characters
LONGEST_SOURCE = 1000
MOST_YEARS = 30
MOST_EXTENSION = 2  # years: a 2015/16 form allows one extension of so many at most (`domain.md` §1.1, B3g)
DECIDE_BEFORE = 12  # months before expiry, unless said

_TOKEN = re.compile(r"""["“][^"“”]*["”](?=[\s,;]|$)|\S+""")
_VALUE = re.compile(
    r"(?P<up_to>up to )?(?P<amount>.{1,60}?) over (?P<years>\S{1,20}) years?(?: on (?P<on>.{1,80}?))?"
    r"(?: source:? (?P<source>.+))?",
    re.I,
)
_TERM = re.compile(
    r"(?P<years>[^\s+]{1,20}) ?(?:\+ ?(?P<extension>[^\s+]{1,20}))?(?: years?)?(?: from (?P<starts>.{1,80}?))?"
    r"(?: decide by (?P<decide>.{1,80}?))?(?: source:? (?P<source>.+))?",
    re.I,
)


# -- reading what a person typed -----------------------------------------------------------------------------


@dataclass(frozen=True)
class NewService:
    """What `scope add` says, in its parts."""

    name: str
    side: ScopeSide
    budget: Amount | None = None
    source: str = ""


def read_service(words: str) -> NewService:
    """The parts of "Crisis line in budget £1.2m from Service review".

    The first "in" or "out" that is followed by nothing, "budget" or "from" ends the name; a name that holds such words
    goes in quotes. Raises UserError, with an example, for what cannot be read.
    """
    tokens = list(_TOKEN.finditer(words))
    place = _side_at(tokens)
    if place is None:
        raise UserError(
            f"Say which service it is, and whether it is in or out: {ADD}. Nothing but `budget £AMOUNT` and "
            "`from SOURCE` comes after that; a name with such words goes in quotes."
        )
    _check_budget(words[: tokens[place].start()])
    name = " ".join(unquoted(words[: tokens[place].start()]).split())
    if not name:
        raise UserError(f"Give the service its name: {ADD}.")
    if len(name) > LONGEST_NAME:
        raise UserError(f"A service's name has {LONGEST_NAME} characters at most. Shorten it: {ADD}.")
    budget, source = read_line(words[tokens[place].end() :])
    return NewService(name, ScopeSide(_keyword(tokens[place])), budget, source)


def _side_at(tokens: Sequence[re.Match[str]]) -> int | None:
    for place, token in enumerate(tokens):
        if _keyword(token) in ("in", "out"):
            following = _keyword(tokens[place + 1]) if place + 1 < len(tokens) else ""
            if following in ("", "budget", "from"):
                return place
    return None


def read_line(words: str) -> tuple[Amount | None, str]:
    """The budget and the source in "budget £1.2m from Service review", each where it is there."""
    tokens = list(_TOKEN.finditer(words))
    budget: Amount | None = None
    rest = words
    if tokens and _keyword(tokens[0]) == "budget":
        end = next((token.start() for token in tokens[1:] if _keyword(token) == "from"), len(words))
        budget, rest = figures.read_amount(words[tokens[0].end() : end]), words[end:]
    source = re.sub(r"^\s*from\b:?", "", rest, flags=re.I)
    if rest.strip() and not source.strip():
        raise UserError(f"Nothing follows `from`. Say where it comes from: {ADD}.")
    _check_budget(source)
    return budget, check_source(unquoted(source))


def _check_budget(words: str) -> None:
    """Raises UserError for a name or a source that holds a budget: it has its place between the two."""
    _, given = figures.parts(words, ("budget",))
    if given:
        raise UserError(
            f"“budget {dates.shown(given['budget'])}” stands where no budget is read. It comes after `in` or `out` and "
            f"before `from`: {ADD}. If it belongs to the words, put them in quotes."
        )
    figures.check_figures(words, ("budget",), ADD)


def check_source(words: str) -> str:
    """A source on one line. Raises UserError for one that is too long."""
    source = " ".join(words.split())
    if len(source) > LONGEST_SOURCE:
        raise UserError(f"A source has {LONGEST_SOURCE:,} characters at most. Shorten it.")
    return source


def _keyword(token: re.Match[str]) -> str:
    return token[0].casefold().rstrip(":,;.")


def unquoted(words: str) -> str:
    """The words without the quotes round all of them."""
    found = re.fullmatch(r"""\s*["“]([^"“”]*)["”]\s*""", words)
    return (found[1] if found else words).strip()


def key(name: str) -> str:
    """What names have in common that are the same for people, whatever their case and spaces."""
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())


@dataclass(frozen=True)
class NewValue:
    """What `value` says; `on` is a date as typed."""

    amount: Amount
    years: int
    on: str
    source: str
    up_to: bool = False


def read_value(words: str) -> NewValue:
    """The parts of "£135m over 3 years on sep 2014 source Board paper".

    Raises UserError, with an example, for what cannot be read and where date or source is missing.
    """
    found = _VALUE.fullmatch(_line(words))
    if found is None:
        raise UserError(f"Say how much, over how many years, when and by which source: {VALUE}.")
    amount = figures.read_amount(found["amount"])
    if not amount.value:
        raise UserError(f"Nothing is no value. Type an amount: {VALUE}.")
    return NewValue(
        amount, _years(found["years"]), _dated(found["on"], VALUE), _sourced(found["source"], VALUE),
        found["up_to"] is not None,
    )  # fmt: skip


@dataclass(frozen=True)
class NewTerm:
    """What `term` says; `starts` and `decide` are dates as typed."""

    years: int
    extension: int
    starts: str
    source: str
    decide: str = ""


def read_term(words: str) -> NewTerm:
    """The parts of "5+2 from 1 oct 2015 decide by 30 sep 2019 source Schedule 1".

    Raises UserError, with an example, for what cannot be read, and for an extension of more than two years.
    """
    found = _TERM.fullmatch(_line(words))
    if found is None or not found["starts"]:
        raise UserError(
            f"Say how many years, with those of the extension after a plus, from when and by which source: {TERM}."
        )
    extension = 0
    if found["extension"] and found["extension"] != "0":
        extension = figures.read_years(found["extension"])
    if extension > MOST_EXTENSION:
        raise UserError(
            f"An extension of {figures.years(extension)} is too long: the contract's form (2015/16) allows one "
            f"extension of {MOST_EXTENSION} years at most. Type `{found['years']}+{MOST_EXTENSION}`."
        )
    decide = found["decide"] or ""
    if decide and not extension:
        raise UserError(f"Without an extension there is nothing to decide. Type one such as {TERM}.")
    return NewTerm(
        _years(found["years"]), extension, _dated(found["starts"], TERM), _sourced(found["source"], TERM), decide
    )


def _line(words: str) -> str:
    return " ".join(words[:5000].split())


def _years(words: str) -> int:
    years = figures.read_years(words)
    if years > MOST_YEARS:
        raise UserError(f"{years} years are more than any contract runs. Type 1 to {MOST_YEARS}.")
    return years


def _dated(words: str | None, example: str) -> str:
    if not words:
        raise UserError(f"Say when, as far as it is known: a day, a month or a year. For example {example}.")
    return words


def _sourced(words: str | None, example: str) -> str:
    source = check_source(unquoted(words or ""))
    if not source:
        raise UserError(f"Say where that stands: `source WORDS…` at the end. For example {example}.")
    return source


# -- amounts -------------------------------------------------------------------------------------------------


def budget(row: ScopeService) -> Amount | None:
    return Amount(row.budget, row.currency) if row.budget is not None else None


def amount(row: ContractValue) -> Amount:
    return Amount(row.amount, row.currency)


def totals(amounts: Iterable[Amount]) -> list[Amount]:
    """The sums, one for each currency in the order in which it comes first."""
    sums: dict[str, Decimal] = {}
    for amount in amounts:
        sums[amount.currency] = sums.get(amount.currency, Decimal(0)) + amount.value
    return [Amount(value, currency) for currency, value in sums.items()]


# -- when a term ends ----------------------------------------------------------------------------------------


def expiry(starts: str, years: int) -> str:
    """The last day of so many years, as far as the start is known: a month gives a month, a year a year."""
    if len(starts) == 4:
        return str(int(starts) + years)
    if len(starts) == 7:
        first = date.fromisoformat(f"{starts}-01")
        return f"{first + relativedelta(years=years, months=-1):%Y-%m}"
    return (date.fromisoformat(starts) + relativedelta(years=years) - timedelta(days=1)).isoformat()


def decide_by(starts: str, years: int, said: str = "") -> str:
    """The date by which to decide on an extension: as said, or a year before expiry, as far as that is known."""
    if said:
        return said
    end = expiry(starts, years)
    if len(end) == 4:
        return str(int(end) - DECIDE_BEFORE // 12)
    if len(end) == 7:
        return f"{date.fromisoformat(f'{end}-01') - relativedelta(months=DECIDE_BEFORE):%Y-%m}"
    return (date.fromisoformat(end) - relativedelta(months=DECIDE_BEFORE)).isoformat()


def check_decide_by(decide: str, starts: str, years: int) -> None:
    """Raises UserError for a decision that is due after the term has ended, or before it begins."""
    end = expiry(starts, years)
    length = min(len(decide), len(end), len(starts))
    if decide[:length] > end[:length]:
        raise UserError(
            f"{dates.said_dated(decide)} is after the term has ended ({dates.said_dated(end)}), too late to extend it. "
            "Type an earlier date after `decide by`."
        )
    if decide[:length] < starts[:length]:
        raise UserError(
            f"{dates.said_dated(decide)} is before the term begins ({dates.said_dated(starts)}). Type a later date "
            "after `decide by`."
        )


def written(years: int, extension: int) -> str:
    """ "5+2"."""
    return f"{years}+{extension}" if extension else str(years)


@dataclass(frozen=True)
class Ends:
    """When a term ends, by itself and if it is extended, and by when that is to be decided; as far as known."""

    expires: str
    extended: str | None
    decide_by: str | None


def ends(row: ContractTerm) -> Ends:
    if not row.extension_years:
        return Ends(expiry(row.starts, row.years), None, None)
    return Ends(
        expiry(row.starts, row.years),
        expiry(row.starts, row.years + row.extension_years),
        decide_by(row.starts, row.years, row.decide_by),
    )
