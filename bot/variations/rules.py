"""What is typed about the registers, read; how an entry stands; when it falls due. Pure."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from bot import dates, workdays
from bot.contracts import numbers
from bot.errors import UserError
from storage.tables import AgreementStatus, Variation, VariationKind

ADD = "`/parley variation add variation Block payment for crisis care`"
EFFECT = "`/parley variation effect LV1 2015-16 -£1.2m`"
SCHEDULE = "`/parley variation schedule LV1 3B`"
LONGEST_TITLE = 200  # characters; a milestone's title holds it with more words
MOST_PENCE = 10**13  # a hundred thousand million pounds

KIND_WORDS: Mapping[str, str] = {
    VariationKind.VARIATION: "local variation",
    VariationKind.MODIFICATION: "local modification",
    VariationKind.PRICE: "local price",
}
_TITLES: Mapping[str, str] = {
    VariationKind.VARIATION: "Block payment for crisis care",
    VariationKind.MODIFICATION: "Rural crisis service",
    VariationKind.PRICE: "Step-down bed days",
}
_PLURALS = {f"{kind}s": kind for kind in VariationKind}
_AMOUNT = re.compile(
    r"(?P<sign>[+-]?)(?:£|gbp)?(?P<inner>[+-]?)(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]{1,15})(?:\.(?P<part>[0-9]{1,9}))?"
    r"(?P<unit>k|m|bn|thousand|million|billion)?",
    re.I | re.ASCII,
)
_UNITS = {"": 1, "k": 10**3, "thousand": 10**3, "m": 10**6, "million": 10**6, "bn": 10**9, "billion": 10**9}
_YEAR = re.compile(r"(?P<first>20[0-9]{2})[-/–](?P<second>[0-9]{2}|20[0-9]{2})", re.ASCII)
_REFERENCE_LABEL = re.compile(r"(?:ref(?:erence)?(?:\s+(?:no|number))?)(?:[.:]+\s*|\s+)", re.I)
# Before "clause" such a word belongs to it, not to the title: "Beds in Clause 4.2".
_TO_CLAUSE = re.compile(r"\s+(?:to|in|of|for|on|under|into)$", re.I)
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Status(StrEnum):
    """How an entry stands: `agreed` waits for an approval, `final` for nothing but perhaps its submission."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    OBJECTED = "objected"
    AGREED = "agreed"
    FINAL = "final"
    SUBMITTED = "submitted"
    WITHDRAWN = "withdrawn"


IN_WORDS: Mapping[Status, str] = {
    Status.DRAFT: "draft",
    Status.PROPOSED: "proposed, not confirmed by every party yet",
    Status.OBJECTED: "objected to",
    Status.AGREED: "agreed by every party, waits for approval",
    Status.FINAL: "final",
    Status.SUBMITTED: "submitted",
    Status.WITHDRAWN: "withdrawn",
}
IN_PRINCIPLE = (
    "agreed in principle, subject to contract"  # as of clauses and agreements: before signature nothing is final
)
OPEN = (Status.DRAFT, Status.OBJECTED)  # only then may an entry be changed


@dataclass(frozen=True)
class NewEntry:
    """What `variation add` says, in its parts."""

    kind: VariationKind
    title: str
    clause: str | None


@dataclass(frozen=True)
class Question:
    """One part of an entry's test. `verified`: it was compared with the rules it is from."""

    key: str
    ask: str
    verified: bool


@dataclass(frozen=True)
class KindRules:
    """What a regime asks of one kind of entry. `by` is a month and a day of the financial year."""

    kind: VariationKind
    schedule: str
    approval: bool
    submission: str
    by: tuple[int, int] | None
    days: int | None
    milestone: str
    duty: str
    verified: bool
    questions: tuple[Question, ...]


# -- what a refusal shows to type instead: it fits the entry that was meant ------------------------------------


def add_example(kind: VariationKind | str, title: str = "") -> str:
    """How an entry of a kind is entered, with this title."""
    words = title or _TITLES[kind]
    return f"`/parley variation add {kind} {_quoted(words)}`"


def _quoted(title: str) -> str:
    return f'"{title}"' if re.search(r"\bclause\b", title, re.I) and '"' not in title else title


def effect_example(ref: str, day: date) -> str:
    """How the financial effect of an entry is typed, for the financial year of a day."""
    first = financial_year(day)
    return f"`/parley variation effect {ref} {first}-{(first + 1) % 100:02d} -£1.2m`"


def approval_example(ref: str, day: date) -> str:
    return f"`/parley variation approval {ref} MON/{day.year}/17 on {typed_day(day)}`"


def submitted_example(ref: str, day: date) -> str:
    return f"`/parley variation submitted {ref} on {typed_day(day)} reference MON/{day.year}/4`"


def from_example(ref: str, day: date) -> str:
    """How the effective dates of an entry are typed: a year from this day."""
    return f"`/parley variation from {ref} {typed_day(day)} to {typed_day(day + timedelta(days=364))}`"


def typed_day(day: date) -> str:
    """A day as people type it: "2 jul 2015"."""
    return f"{day.day} {day:%b} {day.year}".lower()


# -- reading what a person typed -----------------------------------------------------------------------------


def read_kind(word: str) -> VariationKind:
    """Raises UserError listing the kinds for a word that is none."""
    folded = word.casefold().rstrip(":,")
    kind = _PLURALS.get(folded, folded)
    if kind not in list(VariationKind):
        raise UserError(
            f"“{dates.shown(word)}” is no kind of entry. The kinds are variation, modification and price: {ADD}."
        )
    return VariationKind(kind)


def read_entry(words: str) -> NewEntry:
    """The parts of "price Bed days for step-down care clause Schedule 3A".

    The last "clause" outside quotes begins the clause. Raises UserError, with an example, for what cannot be read.
    """
    word, _, rest = words.strip().partition(" ")
    if word.casefold() == "local":
        word, _, rest = rest.strip().partition(" ")
    if not word:
        raise UserError(f"Say which kind of entry it is and what it is called: {ADD}.")
    kind = read_kind(word)
    title, clause = rest.strip(), None
    found = list(re.finditer(r"(?:^|\s)clause\s+", title, re.I))
    if found and not _in_quotes(title, found[-1].start()):
        number = title[found[-1].end() :]
        try:
            clause = numbers.read(number)
        except UserError as refusal:
            raise UserError(f"{refusal} A title that holds the word “clause” goes in quotes.") from None
        title = _TO_CLAUSE.sub("", title[: found[-1].start()].rstrip())
    elif re.search(r"(?:^|\s)clauses?[.:]?$", title, re.I):
        raise UserError(
            "Nothing follows `clause`. Type its number, or leave the word out; a title that ends in it goes in quotes: "
            f"{add_example(kind, title)}."
        )
    title = " ".join(_unquoted(title.strip()).split())
    if not title:
        raise UserError(f"Say what it is called: {add_example(kind)}.")
    if len(title) > LONGEST_TITLE:
        raise UserError(f"A title has {LONGEST_TITLE} characters at most. Shorten it: {add_example(kind)}.")
    return NewEntry(kind, title, clause)


def read_reference(words: str) -> str:
    """A regulator's reference without the label that people put before it: "ref: MON/15/17"."""
    return _REFERENCE_LABEL.sub("", words.strip(), count=1) if _REFERENCE_LABEL.match(words.strip()) else words.strip()


def _in_quotes(words: str, place: int) -> bool:
    """Whether quotes are open at this place, and closed after it."""
    return len(re.findall('["“”]', words[:place])) % 2 == 1 and bool(re.search('["”]', words[place:]))


def _unquoted(words: str) -> str:
    whole = re.fullmatch('["“]([^"“”]*)["”]', words)
    return whole[1] if whole else words


def read_amount(words: str, typed: str = EFFECT) -> int:
    """Pounds as whole pence: "-£1.2m", "£250,000", "(£40k)", "0".

    Raises UserError for what is no such amount, with `typed`, the whole of an example.
    """
    plain = re.sub(r"\s+", "", words).replace("−", "-").replace("–", "-")
    in_brackets = plain.startswith("(") and plain.endswith(")")
    found = _AMOUNT.fullmatch(plain[1:-1] if in_brackets else plain)
    example = f"Type pounds, such as `-£1.2m`, `£250,000` or `0`: {typed}."
    if found is None or (found["sign"] and found["inner"]) or (in_brackets and (found["sign"] or found["inner"])):
        raise UserError(f"“{dates.shown(words)}” is not an amount that Parley can read. {example}")
    pounds = Decimal(f"{found['whole'].replace(',', '')}.{found['part'] or 0}")
    pence = pounds * _UNITS[(found["unit"] or "").casefold()] * 100
    if pence != pence.to_integral_value():
        raise UserError(f"“{dates.shown(words)}” does not come out at whole pence. {example}")
    if pence > MOST_PENCE:
        raise UserError(f"“{dates.shown(words)}” is more than any contract holds. {example}")
    negative = in_brackets or "-" in (found["sign"], found["inner"])
    return -int(pence) if negative else int(pence)


def money(pence: int) -> str:
    """Pence as people write pounds: "-£1,200,000", "£0.50". `read_amount` reads it back."""
    pounds, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}£{pounds:,}{f'.{rest:02d}' if rest else ''}"


def read_year(words: str, typed: str = EFFECT) -> str:
    """A financial year, April to March, as it is spelled: "2015/16" is "2015-16".

    Raises UserError for others, with `typed`, the whole of an example.
    """
    found = _YEAR.fullmatch(words.strip())
    example = f"Type both years, such as `2015-16`: {typed}."
    if found is None:
        raise UserError(f"“{dates.shown(words)}” is not a financial year that Parley can read. {example}")
    first, second = int(found["first"]), int(found["second"])
    if second % 100 != (first + 1) % 100 or (second > 100 and second != first + 1):
        raise UserError(
            f"A financial year ends in the year after it begins, and {dates.shown(words)} does not. {example}"
        )
    return f"{first}-{(first + 1) % 100:02d}"


def read_schedule(words: str, typed: str = SCHEDULE) -> str:
    """The part of the contract an entry lands in: "3a", "Schedule 3A". Raises UserError for what is none."""
    bare = re.sub(r"^sched(?:ule|\.)?\s+", "", " ".join(words.split()), flags=re.I)
    if not re.fullmatch(r"[0-9]{1,2}[a-z]?[0-9]?", bare, re.I | re.ASCII):
        raise UserError(
            f"“{dates.shown(words)}” is not a schedule. Local prices land in 3A, local variations in 3B and local "
            f"modifications in 3C: {typed}."
        )
    return bare.upper()


# -- when it falls due, and how it stands --------------------------------------------------------------------


def financial_year(day: date) -> int:
    """The year in which the financial year of this day begins, on 1 April."""
    return day.year if day.month >= 4 else day.year - 1


def asks_submission(rules: KindRules, currency: bool | None) -> bool:
    """Whether an entry is to be submitted; where that hangs on a national currency, only with one."""
    return rules.submission == "always" or (rules.submission == "currency" and bool(currency))


def due_on(rules: KindRules, agreed_on: date, applies_on: date) -> date | None:
    """By when an entry that is agreed on one day and applies from another is to be submitted.

    The fixed day of the financial year it applies in, or so many calendar days after a later agreement.
    """
    fixed = date(financial_year(applies_on), *rules.by) if rules.by else None
    if fixed is not None and (agreed_on <= fixed or rules.days is None):
        return fixed
    return agreed_on + timedelta(days=rules.days) if rules.days is not None else None


def day_off(due: date, calendar: workdays.Calendar) -> str:
    """ " (a Saturday: submit by Friday 18 September 2015)"; nothing for a working day, or where none are known.

    The deadline is counted in calendar days, so it stays where it falls.
    """
    try:
        if workdays.is_working_day(due, calendar):
            return ""
        what = workdays.holiday_name(due, calendar) or f"a {due:%A}"
        before = workdays.add_working_days(due, -1, calendar).date
    except UserError:
        return ""
    return f" ({what}: submit by {dates.full_date(before)})"


def status(
    agreement: AgreementStatus | None,
    *,
    withdrawn: bool,
    needs_approval: bool = False,
    approved: bool = False,
    submitted: bool = False,
    applied_for: bool = False,
) -> Status:
    """How an entry stands, from the agreement that holds its words and what has come since.

    What a provider applies for needs nobody's agreement, only the approval.
    """
    if withdrawn:
        return Status.WITHDRAWN
    if applied_for:
        return Status.FINAL if approved else Status.SUBMITTED if submitted else Status.DRAFT
    if agreement == AgreementStatus.AWAITING:
        return Status.PROPOSED
    if agreement == AgreementStatus.OBJECTED:
        return Status.OBJECTED
    if agreement != AgreementStatus.AGREED:
        return Status.DRAFT
    if needs_approval:
        return Status.FINAL if approved else Status.SUBMITTED if submitted else Status.AGREED
    return Status.SUBMITTED if submitted else Status.FINAL


def in_words(status: Status, *, signed: bool, approved: bool = False) -> str:
    """How an entry stands, for people: before the contract is signed what waits for nothing else is not final yet."""
    if status != Status.FINAL or signed:
        return IN_WORDS[status]
    return "approved, subject to contract" if approved else IN_PRINCIPLE


def wording(row: Variation) -> str:
    """An entry in words, as the parties agree to it: what it is, where it lands, from when, what it costs."""
    kind = KIND_WORDS[row.kind]
    clause = f", clause {row.clause}" if row.clause else ""
    lines = [f"{kind[0].upper()}{kind[1:]} {row.ref}: {row.title} ({row.regime}, Schedule {row.schedule}{clause})."]
    if row.starts_on:
        until = f" to {dates.full_date(row.ends_on)}" if row.ends_on else ""
        lines.append(f"In effect from {dates.full_date(row.starts_on)}{until}.")
    if row.effects:
        lines.append(f"Financial effect: {effects(row.effects)}.")
    if row.currency is not None:
        lines.append(f"National currency: {'yes' if row.currency else 'no'}.")
    return "\n".join(lines)


def effects(by_year: Mapping[str, int]) -> str:
    """ "2015-16 -£1,200,000; 2016-17 £0"."""
    return "; ".join(f"{year} {money(by_year[year])}" for year in sorted(by_year))


def missing(rules: KindRules, answers: Mapping[str, str] | Collection[str], currency: bool | None) -> list[str]:
    """What an entry lacks before it can be agreed: the keys of its open questions, and "currency"."""
    found = [question.key for question in rules.questions if question.key not in answers]
    return found + (["currency"] if rules.submission == "currency" and currency is None else [])


def safe_cell(words: str) -> str:
    """Words for a cell of a spreadsheet, in which none of them becomes a formula."""
    return f"'{words}" if words.lstrip(" ").startswith(_FORMULA) else words
