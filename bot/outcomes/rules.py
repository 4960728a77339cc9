"""Weights against the share at risk, what given results pay, what national advice says, how a metric stands. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import pairwise

from bot import figures
from bot.errors import UserError
from bot.figures import Amount
from bot.slack import mrkdwn
from storage.tables import AgreementStatus

ADD_OUTCOME = "`/parley outcome add People will live longer`"
ADD_METRIC = "`/parley metric add O1 Mortality rate of people with SMI weight 3% baseline 12% target 10%`"
SHARE = "`/parley outcome share 20% in year 3`"
PAY = "`/parley outcomes pay O1.1=80%, O2.1=met in year 1 of £35m`"
FIGURED = ("weight", "baseline", "target")  # what a figure follows
FIELDS = ("definition", "source", "baseline", "target", "lag", "weight", "review")
SET = "`/parley metric set O1.1 target 60%`"

LONGEST_TITLE = 300  # characters
LONGEST_WORDING = 5000
MOST_YEARS = 30  # a contract's years, counted from 1
EVERYTHING = Decimal(100)

# The national guidance for 2017–19 (`domain.md` §1.4): advice, and never a rule here.
ADVICE_OUTCOMES, ADVICE_METRICS, ADVICE_SHARE = (3, 7), (6, 15), (Decimal(2), Decimal(4))

_OUTCOME = re.compile(r"O[0-9]{1,4}", re.I | re.ASCII)
_METRIC = re.compile(r"O[0-9]{1,4}\.[0-9]{1,4}", re.I | re.ASCII)
_RESULT = re.compile(r"(?P<ref>[^\s=:]{1,20}) ?[=:] ?(?P<result>.+)", re.DOTALL)
_SHARE = re.compile(
    r"(?P<percent>.{1,40}?)(?: (?:in|from))? (?:contract )?year (?P<year>[0-9]{1,4})|"
    r"(?P<percent2>.{1,40}?) (?:in|from) (?P<year2>[0-9]{1,4})",
    re.I | re.ASCII,
)
_PAY_YEAR = re.compile(r" in(?: year)? (?P<year>[0-9]{1,4})$", re.I | re.ASCII)
_PAY_VALUE = re.compile(r" of (?P<value>[^\s=,][^=]{0,60})$", re.I)
_BECAUSE = re.compile(r"\sbecause\s", re.I)
_MET = {"met": Decimal(100), "missed": Decimal(0), "not met": Decimal(0), "unmet": Decimal(0)}


# -- reading what a person typed -----------------------------------------------------------------------------


def names_metric(words: str) -> bool:
    """Whether the words are a metric's ref, such as O2.1."""
    return _METRIC.fullmatch(words) is not None


def names_outcome(words: str) -> bool:
    return _OUTCOME.fullmatch(words) is not None


def unquoted(words: str) -> str:
    """The words without the quotes round all of them."""
    found = re.fullmatch(r"""\s*["“]([^"“”]*)["”]\s*""", words)
    return (found[1] if found else words).strip()


def split_reason(words: str) -> tuple[str, str]:
    """The words before the last "because" outside quotes, and what follows it; no reason where there is none."""
    found = list(_BECAUSE.finditer(figures.masked(words)))
    if not found:
        return words.strip(), ""
    return words[: found[-1].start()].strip(), words[found[-1].end() :].strip()


@dataclass(frozen=True)
class NewMetric:
    """What `metric add` says, in its parts."""

    wording: str
    weight: Decimal | None = None
    baseline: str = ""
    target: str = ""


def read_metric(words: str) -> NewMetric:
    """The parts of "Mortality rate weight 3% baseline 12% target 10%". Raises UserError without a wording."""
    wording, given = figures.parts(words, FIGURED)
    for part in (wording, *given.values()):
        figures.check_figures(part, FIGURED, ADD_METRIC)
    wording = unquoted(wording)
    if not wording:
        raise UserError(f"Say how the outcome is measured: {ADD_METRIC}.")
    weight = read_weight(given["weight"]) if "weight" in given else None
    return NewMetric(wording, weight, given.get("baseline", ""), given.get("target", ""))


def check_wording(words: str) -> None:
    """Raises UserError for a wording that ends in a weight, a baseline or a target: those are set by themselves."""
    _, given = figures.parts(words, FIGURED)
    if given:
        name, value = next(iter(given.items()))
        raise UserError(
            f"A wording holds no {name}. Nothing was changed. Set it by itself, `/parley metric set O1.1 {name} "
            f"{value}`; if “{name} {value}” belongs to the words, put the whole wording in quotes."
        )


def read_weight(words: str) -> Decimal | None:
    """A weight in percent; None for "none" and for nothing at all."""
    if words.strip().casefold() == "none":
        return None
    return figures.read_percent(words) or None


def read_share(words: str) -> tuple[Decimal, int]:
    """The share and the year in "20% in year 3", "10% from year 1". Raises UserError for what cannot be read."""
    found = _SHARE.fullmatch(" ".join(words.split()).rstrip("."))
    if found is None:
        raise UserError(f"Say how much and from which year of the contract: {SHARE}.")
    year = int(found["year"] or found["year2"])
    return figures.read_percent(found["percent"] or found["percent2"]), check_year(year)


def check_year(year: int) -> int:
    """A year of the contract, counted from 1. Raises UserError for one that is none."""
    if not 1 <= year <= MOST_YEARS:
        raise UserError(
            f"{year} is not a year of the contract. They are counted from 1 to {MOST_YEARS}: type `year 1` for the "
            "first."
        )
    return year


@dataclass(frozen=True)
class Asked:
    """What `outcomes pay` says: results in percent by ref, the year of the contract, and what that year is worth."""

    results: Mapping[str, Decimal]
    year: int | None = None
    value: Amount | None = None


def read_results(words: str) -> Asked:
    """The parts of "O1.1=80%, O2.1=met in year 1 of £35m"; year and value in any order, or not at all.

    Raises UserError, with an example, for what cannot be read and for a result beyond 0 to 100 %.
    """
    rest, year, value = " ".join(words.split()), None, None
    for _ in range(2):
        if year is None and (found := _PAY_YEAR.search(rest)):
            year, rest = check_year(int(found["year"])), rest[: found.start()].rstrip(" ,;")
        elif value is None and (found := _PAY_VALUE.search(rest)):
            value, rest = figures.read_amount(found["value"]), rest[: found.start()].rstrip(" ,;")
    results: dict[str, Decimal] = {}
    for part in re.split("[,;]", rest):
        if not part.strip():
            continue
        pair = _RESULT.fullmatch(" ".join(part.split()))
        if pair is None:
            raise UserError(f"{_shown(part)} is not a metric with its result. For example: {PAY}.")
        ref = pair["ref"].upper()
        if ref in results:
            raise UserError(f"{ref} stands there twice. Type one result for each metric: {PAY}.")
        results[ref] = _result(ref, pair["result"])
    if not results:
        raise UserError(f"Type the results: {PAY}. A metric without one counts as not met.")
    return Asked(results, year, value)


def _result(ref: str, words: str) -> Decimal:
    met = _MET.get(words.casefold().strip(" ."))
    if met is not None:
        return met
    try:
        return figures.read_percent(words)
    except UserError as refusal:
        raise UserError(f"The result of {ref} cannot be read: {refusal} Or type `met` or `not met`.") from None


def _shown(words: str) -> str:
    line = " ".join(words.split())
    return f"“{line[:60]}…”" if len(line) > 60 else f"“{line}”"


# -- weights and the share at risk ---------------------------------------------------------------------------


def share_in(shares: Mapping[int, Decimal], year: int) -> Decimal:
    """The share at risk in a year of the contract: the one of the latest year that is not after it."""
    return shares[max(begun)] if (begun := [known for known in shares if known <= year]) else Decimal(0)


def full_share(shares: Mapping[int, Decimal]) -> Decimal | None:
    """The share that the weights sum to: the highest of all years; None while none is set."""
    return max(shares.values(), default=None)


def check_weights(weights: Mapping[str, Decimal], full: Decimal | None) -> None:
    """Raises UserError, by how much and of which metrics, for weights above the share at risk or above everything."""
    total = sum(weights.values(), Decimal(0))
    limit = EVERYTHING if full is None else full
    if total <= limit:
        return
    listed = mrkdwn.listed(f"{ref} {figures.percent(weight)}" for ref, weight in weights.items())
    over = figures.percent(total - limit)
    if full is None:
        raise UserError(
            f"The weights would sum to {figures.percent(total)}, {over} more than the whole contract: {listed}. "
            "Nothing was changed. Give one of them less: `/parley metric set O1.1 weight 3%`."
        )
    raise UserError(
        f"The weights would sum to {figures.percent(total)}, {over} more than the {figures.percent(full)} at risk: "
        f"{listed}. Nothing was changed. Give one of them less, `/parley metric set O1.1 weight 3%`, or where the "
        f"share rises with the years, set that first: {SHARE}."
    )


def left(weights: Mapping[str, Decimal], full: Decimal | None) -> str:
    """What of the share at risk is on no metric yet, in a sentence."""
    total = sum(weights.values(), Decimal(0))
    if full is None:
        return f"Weights so far: {figures.percent(total)} of the contract value. No share at risk is set yet: {SHARE}."
    if total == full:
        return f"The weights sum to the {figures.percent(full)} at risk."
    return (
        f"The weights sum to {figures.percent(total)} of the {figures.percent(full)} at risk; "
        f"{figures.percent(full - total)} is left."
    )


def check_unit(ref: str, baseline: str, target: str) -> None:
    """Raises UserError where baseline and target are measured in different units."""
    first, second = figures.read_measure(baseline), figures.read_measure(target)
    if not baseline or not target or None in (first.unit, second.unit) or first.unit == second.unit:
        return
    raise UserError(
        f"The baseline of {ref} is {_unit(first.unit)} ({_shown(baseline)}) and the target {_unit(second.unit)} "
        f"({_shown(target)}): they cannot be compared. Type both in one unit; `/parley metric set {ref} baseline none` "
        "takes a baseline off."
    )


def check_same_unit(ref: str, field: str, before: str, after: str) -> None:
    """Raises UserError where a baseline or target gets another unit than it had: it would measure something else."""
    first, second = figures.read_measure(before), figures.read_measure(after)
    if not before or not after or None in (first.unit, second.unit) or first.unit == second.unit:
        return
    raise UserError(
        f"The {field} of {ref} was {_unit(first.unit)} ({_shown(before)}) and would be {_unit(second.unit)} "
        f"({_shown(after)}). Nothing was changed. If it is meant, take the old one off first: `/parley metric set "
        f"{ref} {field} none`."
    )


def check_measures(ref: str, baseline: str, target: str) -> None:
    """Raises UserError for a baseline or target that is a share below nothing or above everything.

    A change ("-5% a year", "150% of the baseline") is no share: words after the sign say so.
    """
    for field, words in (("baseline", baseline), ("target", target)):
        share = figures.read_share(words)
        if share is None or 0 <= share <= EVERYTHING:
            continue
        what = "less than nothing" if share < 0 else "more than everything"
        raise UserError(
            f"The {field} of {ref} would be {figures.percent(share)}, {what}. Nothing was changed. Type 0% to 100%: "
            f"`/parley metric set {ref} {field} 60%`. For a change, say against what: `{figures.percent(share)} "
            "against last year`."
        )


def _unit(unit: str | None) -> str:
    return f"in {unit[:40]}" if unit else "without a unit"


def unit(baseline: str, target: str) -> str:
    """The unit in which a metric is measured, as far as it is known."""
    return figures.read_measure(target).unit or figures.read_measure(baseline).unit or ""


def falling(shares: Mapping[int, Decimal]) -> str:
    """What to say where the share at risk falls from one year to a later one; nothing where it only rises."""
    for earlier, later in pairwise(sorted(shares)):
        if shares[later] < shares[earlier]:
            return (
                f"Advice, no rule: the share may rise with the years, and here it falls, from "
                f"{figures.percent(shares[earlier])} in year {earlier} to {figures.percent(shares[later])} in year "
                f"{later}. If that is a slip: `/parley outcome share {figures.percent(shares[earlier])} in year "
                f"{later}`."
            )
    return ""


def advice(outcomes: int, metrics: int, full: Decimal | None) -> str:
    """What the national guidance says that these numbers do not follow; nothing where they do."""
    found = []
    for count, (low, high), what in ((outcomes, ADVICE_OUTCOMES, "outcome"), (metrics, ADVICE_METRICS, "metric")):
        if not low <= count <= high:
            found.append(f"{low} to {high} {what}s (here: {count})")
    if full is not None and not ADVICE_SHARE[0] <= full <= ADVICE_SHARE[1]:
        low_share, high_share = map(figures.percent, ADVICE_SHARE)
        found.append(f"{low_share} to {high_share} of the value at risk (here: {figures.percent(full)})")
    if not found:
        return ""
    return f"Advice, no rule: the national guidance for 2017–19 recommends {mrkdwn.listed(found)}."


# -- how a metric stands -------------------------------------------------------------------------------------


def words(wording: str, target: str, weight: Decimal | None) -> str:
    """What the parties agree of a metric: its wording, with its target and weight in words."""
    parts = [f"target {target}"] if target else []
    if weight is not None:
        parts.append(f"weight {figures.percent(weight)} of the contract value")
    return f"{wording} ({', '.join(parts)})" if parts else wording


def stands(present: str, agreements: Iterable[tuple[AgreementStatus, str]]) -> AgreementStatus | None:
    """How the present words stand, by what was recorded of them; None while they are only proposed.

    Words that every party has confirmed count before later ones; what was reopened counts no more.
    """
    live = [status for status, text in agreements if text == present and status != AgreementStatus.REOPENED]
    if AgreementStatus.AGREED in live:
        return AgreementStatus.AGREED
    return live[-1] if live else None


# -- what results pay ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One metric's working. Percentages are of the contract's value, as exact fractions; `result` None: none given."""

    ref: str
    weight: Decimal
    result: Decimal | None
    at_risk: Fraction
    paid: Fraction
    amount: Decimal | None = None


@dataclass(frozen=True)
class Payment:
    """What results pay: each metric's working, and the totals. `unweighted` is at risk on no metric."""

    lines: tuple[Line, ...]
    share: Decimal
    paid: Fraction
    unweighted: Fraction
    amount: Decimal | None = None
    at_risk: Decimal | None = None


def pay(
    weights: Mapping[str, Decimal],
    full: Decimal,
    share: Decimal,
    results: Mapping[str, Decimal],
    value: Decimal | None = None,
) -> Payment:
    """What is paid of the share at risk, given results in percent by metric.

    A metric pays its weight times its result. In a year whose share is below the full one, every weight counts in
    proportion. Pennies are rounded on the running total, so that the lines sum to the whole, which never exceeds the
    share. A metric without a result pays nothing.
    """
    scale = Fraction(share) / Fraction(full) if full else Fraction(0)
    lines: list[Line] = []
    running = Fraction(0)
    for ref, weight in weights.items():
        result = results.get(ref)
        at_risk = Fraction(weight) * scale
        paid = at_risk * Fraction(result or Decimal(0)) / 100
        before, running = running, running + paid
        amount = None if value is None else _pence(value, running) - _pence(value, before)
        lines.append(Line(ref, weight, result, at_risk, paid, amount))
    unweighted = Fraction(share) - sum((line.at_risk for line in lines), Fraction(0))
    return Payment(
        tuple(lines),
        share,
        running,
        unweighted,
        None if value is None else _pence(value, running),
        None if value is None else _pence(value, Fraction(share)),
    )


def _pence(value: Decimal, percent: Fraction) -> Decimal:
    """So many percent of an amount, to the penny."""
    exact = Fraction(value) * percent  # percent of pounds are pence
    whole = int(exact + Fraction(1, 2))
    return Decimal(whole) / 100


def rounded(percent: Fraction) -> str:
    """A share for showing: to four places, with a mark where that is not exact."""
    shown = (Decimal(percent.numerator) / Decimal(percent.denominator)).quantize(Decimal("0.0001"), ROUND_HALF_UP)
    return f"{'' if Fraction(shown) == percent else 'about '}{figures.percent(shown)}"


def in_order(refs: Sequence[str]) -> list[str]:
    """Refs as people read them: O2 before O10."""
    return sorted(refs, key=lambda ref: [int(part) for part in ref[1:].split(".")])
