"""Percentages, amounts of money and measures that people type: exact decimals, or refused with what to type instead.

Nothing here is ever a binary fraction: what is typed as 2.5 is 2.5, and a hundred tenths are ten.
"""

import re
from dataclasses import dataclass
from decimal import Decimal

from bot.errors import UserError

__all__ = [
    "Amount",
    "Measure",
    "check_figures",
    "masked",
    "parts",
    "percent",
    "plain",
    "read_amount",
    "read_measure",
    "read_percent",
    "read_share",
    "read_years",
    "years",
]

_LONGEST = 60  # characters; no figure needs more
_LARGEST = Decimal(10) ** 13
_NUMBER = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.[0-9]{1,6})?"
_UNITS = {
    "": Decimal(1), "k": Decimal(1000), "thousand": Decimal(1000),
    "m": Decimal(10**6), "mn": Decimal(10**6), "million": Decimal(10**6),
    "bn": Decimal(10**9), "billion": Decimal(10**9),
}  # fmt: skip
_SYMBOLS = {"£": "GBP", "€": "EUR", "$": "USD"}
_CODES = ("GBP", "EUR", "USD", "CHF", "SEK", "NOK", "DKK", "PLN", "AUD", "NZD", "CAD", "JPY", "INR")
_SIGNS = {code: symbol for symbol, code in _SYMBOLS.items()}
_YEARS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")

# ASCII, or else IGNORECASE would take "ſ" for "s"; digits are [0-9] and never \d.
_FLAGS = re.IGNORECASE | re.ASCII
_PERCENT = re.compile(rf"(?P<number>{_NUMBER}) ?(?P<sign>%|per ?cent)", _FLAGS)
_AMOUNT = re.compile(
    rf"(?P<before>[£€$]|{'|'.join(_CODES)})? ?(?P<number>{_NUMBER}) ?(?P<unit>k|thousand|m|mn|million|bn|billion|)"
    rf"(?: ?(?P<after>[£€$]|{'|'.join(_CODES)}|pounds?|euros?))?",
    _FLAGS,
)
_MEASURE = re.compile(
    r"(?:(?:at least|at most|up to|more than|less than|fewer than|under|over|below|above|within|by|about"
    r"|[<>≤≥~]=?) ?)?"
    rf"(?P<sign>[-+−]?)(?P<money>[£€$]?)(?P<number>{_NUMBER}) ?(?P<unit>.*)",
    _FLAGS | re.DOTALL,
)
# Units that are written in several ways; any other is its own words.
_SPELLED = {
    "percent": "%", "per cent": "%", "day": "days", "hour": "hours", "hr": "hours", "hrs": "hours", "h": "hours",
    "min": "minutes", "mins": "minutes", "minute": "minutes", "week": "weeks", "month": "months", "year": "years",
    "person": "people",
}  # fmt: skip
_NO_UNITS = ("of", "in", "out", "to", "or", "and", "by", "per")


# -- percentages -----------------------------------------------------------------------------------------


def read_percent(text: str) -> Decimal:
    """The percentage that `text` means, 0 to 100: "12.5%", "12.5 per cent". Raises UserError for everything else."""
    words = _plain(text)
    found = _PERCENT.fullmatch(words)
    if found is None:
        shown = _shown(words)
        number = re.fullmatch(_NUMBER, words, re.ASCII)
        if number:
            raise UserError(f"{shown} has no unit. Type `{words}%`.")
        raise UserError(f"{shown or 'Nothing'} is not a percentage from 0 to 100. Type one such as `5%` or `2.5%`.")
    value = _number(found["number"])
    if value > 100:
        raise UserError(f"{percent(value)} is more than everything. A percentage goes from 0% to 100%.")
    return value


def percent(value: Decimal) -> str:
    """ "2.5%": without zeros that say nothing."""
    return f"{plain(value)}%"


def plain(value: Decimal) -> str:
    """The number in full, without an exponent and without zeros behind the point that say nothing."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


# -- money -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Amount:
    """An exact sum of money. `currency` is its code, such as GBP."""

    value: Decimal
    currency: str = "GBP"

    def __str__(self) -> str:
        """In full: "£135,000,000", "£12.50", "CHF 5,000"."""
        whole = self.value == self.value.to_integral_value()
        number = f"{self.value:,.0f}" if whole else f"{self.value:,.2f}"
        sign = _SIGNS.get(self.currency)
        return f"{sign}{number}" if sign else f"{self.currency} {number}"


def read_amount(text: str) -> Amount:
    """The sum that `text` means: "£135m", "£1.75 million", "€500,000", "GBP 12.50".

    Raises UserError for a sum without its currency, for a part of a penny, and for everything else.
    """
    words = _plain(text)
    found = _AMOUNT.fullmatch(words) if len(words) <= _LONGEST else None
    if found is None:
        raise UserError(
            f"{_shown(words) or 'Nothing'} is not an amount that Parley can read. Type one such as `£135m`, "
            "`£1.5 million` or `£250,000`."
        )
    before, after = _currency(found["before"]), _currency(found["after"])
    if before is None and after is None:
        raise UserError(f"{_shown(words)} has no currency. Type it such as `£{words}`.")
    if before is not None and after is not None and before != after:
        raise UserError(f"{_shown(words)} names two currencies. Type one such as `£135m`.")
    value = _number(found["number"]) * _UNITS[found["unit"].casefold()]
    if value != value.quantize(Decimal("0.01")):
        raise UserError(f"{_shown(words)} has parts of a penny. Type it to the penny, such as `£12.50`.")
    if value >= _LARGEST:
        raise UserError(f"{_shown(words)} is more than any contract is worth. Type one such as `£135m`.")
    return Amount(value, before or after or "GBP")


def _currency(typed: str | None) -> str | None:
    if not typed:
        return None
    if typed.casefold().startswith(("pound", "euro")):
        return "GBP" if typed.casefold().startswith("pound") else "EUR"
    return _SYMBOLS.get(typed, typed.upper())


# -- measures --------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Measure:
    """What a baseline or a target says: its words as typed, and the unit of the figure that they begin with.

    `unit` is None for words without a figure, and "" for a figure that stands alone.
    """

    words: str
    unit: str | None


def read_measure(text: str) -> Measure:
    """The measure in "60%", "at least 60 per cent of people", "2 hours", "£3m", "as audited". Never raises."""
    words = " ".join(text.split())
    found = _MEASURE.fullmatch(words)
    if found is None:
        return Measure(words, None)
    unit = found["unit"].strip(" .;,").casefold()
    if found["money"]:
        return Measure(words, found["money"])
    if unit.startswith("%"):
        return Measure(words, "%")
    for written in ("per cent", "percent"):
        if unit.startswith(written):
            return Measure(words, "%")
    # The unit is the first word; what follows says of what ("60 people in work"), or of how many ("20 per 1,000").
    first = re.split(r"[ ,;/(]", unit, maxsplit=1)[0]
    name = "" if first in _NO_UNITS else _SPELLED.get(first, first)
    of = re.search(rf"\bper ({_NUMBER})\b", unit, re.ASCII)
    return Measure(words, f"{name} per {_number(of[1]):,}".strip() if of else name)


def read_share(text: str) -> Decimal | None:
    """The percentage that is all of the words ("-5%", "at least 150 per cent"); None for any other words."""
    found = _MEASURE.fullmatch(_plain(text))
    if found is None or found["money"] or found["unit"].strip().casefold() not in ("%", "per cent", "percent"):
        return None
    value = _number(found["number"])
    return -value if found["sign"] else value


# -- years -----------------------------------------------------------------------------------------------


def read_years(text: str) -> int:
    """A number of whole years, 1 to 99, in figures or words: "3", "five". Raises UserError for the rest."""
    words = _plain(text).casefold()
    if words in _YEARS:
        return _YEARS.index(words) + 1
    if re.fullmatch("[0-9]{1,2}", words, re.ASCII) and int(words):
        return int(words)
    raise UserError(f"{_shown(words) or 'Nothing'} is not a number of whole years. Type one such as `3` or `five`.")


def years(number: int) -> str:
    return "1 year" if number == 1 else f"{number} years"


# -- the figure that ends a line -------------------------------------------------------------------------

_FIGURE = r"(?=[<>≤≥~£€$+−-]{0,2} ?[0-9]|(?:at least|at most|up to|under|over|below|above|within|none\b) ?[0-9£€$]?)"


def masked(words: str) -> str:
    """The words with whatever stands in quotes made unreadable, each letter in its place."""
    return re.sub(r'["“][^"“”]*["”]', lambda quoted: "_" * len(quoted[0]), words)


def parts(words: str, keywords: tuple[str, ...]) -> tuple[str, dict[str, str]]:
    """The words before the first keyword that a figure follows, and what follows each such keyword.

    "Weight loss in a year weight 3% target 60%" has a weight and a target; words in quotes hold no keyword.
    Raises UserError for a keyword that stands there twice.
    """
    marker = re.compile(rf"(?:^|(?<=\s))(?P<word>{'|'.join(keywords)}):?\s+{_FIGURE}", _FLAGS)
    found = list(marker.finditer(masked(words)))
    if not found:
        return words.strip(), {}
    given: dict[str, str] = {}
    for here, following in zip(found, [*(hit.start() for hit in found[1:]), len(words)], strict=True):
        keyword = here["word"].casefold()
        if keyword in given:
            raise UserError(f"`{keyword}` stands there twice. Type it once, or put words that hold it in quotes.")
        given[keyword] = _without_and(words[here.end() : following].strip(" \t\n,;"))
    return _without_and(words[: found[0].start()].strip(" \t\n,;")), given


# What goes before or after such a word in prose: "the target population", "rapid weight loss", "not worth the paper".
_BEFORE = re.compile(
    r"\b(?:an?|the|of|in|on|to|for|at|from|near|their|its|his|her|our|each|every|this|that|no|not|is|are|be|was|per)\s+$",
    _FLAGS,
)
_AFTER = re.compile(
    r"\s+(?:population|groups?|ranges?|areas?|cohorts?|audience|patients|loss|gain|management|change|surveys?|audits?|"
    r"assessments?|holders?)\b",
    _FLAGS,
)


def check_figures(words: str, keywords: tuple[str, ...], example: str) -> None:
    """Raises UserError, with the words, for a keyword that stands where its figure should follow and none does.

    It is prose, and no keyword, as the first word, in quotes, after a small word such as "the" or "of", after another
    that is prose, and before the few nouns that it makes a term with ("target population").
    """
    readable = masked(words)
    prose_until = -1
    for found in re.finditer(rf"(?:^|(?<=\s))(?:{'|'.join(keywords)})(?P<colon>:?)(?=[\s,;.]|$)", readable, _FLAGS):
        before = readable[: found.start()]
        in_prose = not before.strip() or before.rstrip().endswith("-") or len(before.rstrip()) == prose_until
        after_small_word = _BEFORE.search(before[-20:]) is not None
        if not found["colon"] and (in_prose or after_small_word or _AFTER.match(readable, found.end())):
            prose_until = found.end()
            continue
        keyword = found[0].rstrip(":").casefold()
        raise UserError(
            f"{_shown(' '.join(words[found.start() :].split()))}: no figure follows `{keyword}`, so it is not clear "
            f"whether it belongs to the words. Nothing was recorded. Type the figure, such as {example}; if it belongs "
            "to the words, put them in quotes."
        )


def _without_and(words: str) -> str:
    """Without the "and" before the next keyword."""
    return words[:-4].rstrip(" \t\n,;") if words[-4:].casefold() == " and" else words


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _plain(text: str) -> str:
    return " ".join(text.split()).rstrip(" .;,")


def _shown(words: str) -> str:
    """What was typed, on one line and short enough to repeat."""
    if not words:
        return ""
    return f"“{words}”" if len(words) <= _LONGEST else f"“{words[:_LONGEST]}…”"
