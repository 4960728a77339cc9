"""What is typed about a party's positions, concessions and mandates, read; money read and written. Pure."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from bot import figures
from bot.contracts import numbers
from bot.errors import UserError
from storage.tables import ConcessionState

POSITION = "`/parley position 4.2 must 30 days target 20 days walkaway 45 days`"
IMPORTANCE = "`/parley position 4.2 importance 4 theirs 2`"
RED_LINE = "`/parley position 4.2 redline No uncapped liability`"
CONCESSION = "`/parley concession planned 4.2 Ten more days to pay worth £50,000`"
MANDATE = "`/parley mandate @dana May settle clause 4 up to 30 days`"

LONGEST_SUBJECT = 200  # characters; the database looks positions up by it
LONGEST_NUMBER = 4  # words: "Schedule 3B paragraph 4"
_MOST_PENCE = 10**15

_KEYWORDS = {"must": "must", "target": "target", "walkaway": "walkaway", "walk-away": "walkaway"}
_TOKEN = re.compile(r"""["“][^"“”]*["”](?=[\s,;:]|$)|\S+""")
_REF = re.compile(r"[A-Z][A-Z0-9]{1,11}-CO[0-9]{1,5}", re.I | re.ASCII)
_IMPORTANCE = re.compile(r"(?P<ours>[0-9]{1,9})(?:\s*,?\s+theirs:?\s+(?P<theirs>[0-9]{1,9}))?\s*\.?", re.I | re.ASCII)
_WORTH = re.compile(r"(?:^|\s)worth:?\s+(?P<money>£[^£\n]{1,40}|[0-9][^£\n]{0,40})$", re.I | re.ASCII)
_MONEY = re.compile(
    r"£?\s*(?P<number>[0-9]{1,15}(?:,[0-9]{3}){0,5}(?:\.[0-9]{1,9})?)\s*"
    r"(?P<unit>k|m|bn|thousand|million|billion)?\.?",
    re.I | re.ASCII,
)
_UNITS = {"k": 3, "thousand": 3, "m": 6, "million": 6, "bn": 9, "billion": 9}


@dataclass(frozen=True)
class Stated:
    """What `position` says of a clause or topic; what was left out is None."""

    subject: str
    must: str | None = None
    target: str | None = None
    walkaway: str | None = None
    importance: int | None = None
    theirs: int | None = None
    red_line: str | None = None


@dataclass(frozen=True)
class Conceded:
    """What `concession` says. With a `ref` it speaks of one that is kept already, and text may be empty."""

    state: ConcessionState
    subject: str = ""
    text: str = ""
    worth_pence: int | None = None
    ref: str | None = None


def key(subject: str) -> str:
    """What all ways to write one clause or topic have in common."""
    folded = " ".join(unicodedata.normalize("NFC", subject).casefold().split())
    return numbers.key(folded) if is_clause(subject) else folded


def is_clause(subject: str) -> bool:
    try:
        numbers.read(subject)
    except UserError:
        return False
    return True


def spelled(words: str) -> str:
    """A clause's number as it is spelled everywhere, or a topic in its own words. Raises UserError for none."""
    plain = _unquoted(" ".join(words.split()).strip(" ,;:"))
    if not plain:
        raise UserError(f"Say on which clause or topic, before anything else: {POSITION}.")
    if len(plain) > LONGEST_SUBJECT:
        raise UserError(f"A topic has {LONGEST_SUBJECT} characters at most. Name it in fewer: {POSITION}.")
    return numbers.read(plain) if is_clause(plain) else plain


def read_position(words: str) -> Stated:
    """The parts of "4.2 must 30 days target 20 days walkaway 45 days", "4.2 importance 4 theirs 2", "4.2 redline …".

    What comes before the first keyword outside quotes is the clause or topic. Raises UserError, with an example, for
    what cannot be read.
    """
    tokens = list(_TOKEN.finditer(words))
    place = next((index for index in range(len(tokens)) if _begins(tokens, index)), None)
    if place is None:
        raise UserError(f"Say what must be, what is the target or where you walk away: {POSITION}.")
    subject = spelled(words[: tokens[place].start()])
    keyword, rest = _keyword(tokens[place]), words[tokens[place].end() :].strip()
    if keyword == "redline":
        if not _unquoted(rest):
            raise UserError(f"Say what the red line is: {RED_LINE}.")
        return Stated(subject, red_line=_unquoted(rest))
    if keyword == "importance":
        ours, theirs = _importance(rest)
        return Stated(subject, importance=ours, theirs=theirs)
    parts = _parts(words, tokens[place:])
    return Stated(subject, parts.get("must"), parts.get("target"), parts.get("walkaway"))


def _begins(tokens: Sequence[re.Match[str]], index: int) -> bool:
    """Whether what is said begins here; "importance" only with a number after it, for it may belong to a topic."""
    keyword = _keyword(tokens[index])
    if keyword == "importance":
        return index + 1 == len(tokens) or tokens[index + 1][0].lstrip("-+")[:1].isdecimal()
    return keyword in _KEYWORDS or keyword == "redline"


def _keyword(token: re.Match[str]) -> str:
    return token[0].casefold().removesuffix(":")


def _importance(words: str) -> tuple[int, int | None]:
    found = _IMPORTANCE.fullmatch(words)
    if found is None:
        raise UserError(f"Say how much it matters to you, 1 to 5, and perhaps to them: {IMPORTANCE}.")
    ours, theirs = int(found["ours"]), int(found["theirs"]) if found["theirs"] else None
    if not 1 <= ours <= 5 or (theirs is not None and not 1 <= theirs <= 5):
        raise UserError(f"Importance is a whole number from 1 to 5: {IMPORTANCE}.")
    return ours, theirs


def _parts(words: str, tokens: Sequence[re.Match[str]]) -> dict[str, str]:
    parts: dict[str, str] = {}
    starts = [place for place, token in enumerate(tokens) if _keyword(token) in _KEYWORDS]
    for start, end in pairwise([*starts, len(tokens)]):
        keyword = _KEYWORDS[_keyword(tokens[start])]
        _check_alone(tokens[start + 1 : end])
        value = _unquoted(words[tokens[start].end() : tokens[end - 1].end()].strip(" \t\n,;"))
        if not value or end == start + 1:
            raise UserError(f"Nothing follows `{keyword}`. Type it such as {POSITION}, or leave it out.")
        if keyword in parts:
            raise UserError(
                f"`{keyword}` stands there twice. Type it once, or put the words it belongs to in quotes: {POSITION}."
            )
        parts[keyword] = value
    return parts


def _check_alone(tokens: Sequence[re.Match[str]]) -> None:
    """Raises UserError where an importance follows: it is said by itself, or would become part of the words."""
    for token, following in pairwise(tokens):
        if _keyword(token) in ("importance", "theirs") and following[0].isdecimal():
            raise UserError(
                f"`{_keyword(token)}` with its number is said by itself: {IMPORTANCE}. Nothing was kept. If it belongs "
                "to the words, put them in quotes."
            )


def _unquoted(words: str) -> str:
    """The words without the quotes round all of them."""
    found = re.fullmatch(r"""\s*["“]([^"“”]*)["”]\s*""", words)
    return found[1].strip() if found else words


def read_concession(words: str) -> Conceded:
    """The parts of "planned 4.2 Ten more days worth £50,000", or of "given CCG-CO1" for one that is kept already.

    A topic that is no clause number goes in quotes. Raises UserError, with an example, for what cannot be read.
    """
    first, _, rest = words.strip().partition(" ")
    if first.casefold() not in set(ConcessionState):
        raise UserError(f"Say whether it is planned, given or received, on what, and what it is: {CONCESSION}.")
    state, rest = ConcessionState(first.casefold()), rest.strip()
    worth = None
    if found := _WORTH.search(rest[-60:]):
        worth = read_money(found["money"])
        rest = rest[: len(rest) - len(rest[-60:]) + found.start()].strip(" \t\n,;")
    begun = rest.split(maxsplit=1)
    if begun and _REF.fullmatch(begun[0]):
        text = begun[1] if len(begun) > 1 else ""
        return Conceded(state, "", _without_worth(text), worth, begun[0].upper())
    subject, text = _subject_first(rest)
    if not text:
        raise UserError(f"Say what is conceded: {CONCESSION}.")
    return Conceded(state, subject, _without_worth(text), worth)


def _without_worth(text: str) -> str:
    """The text of a concession. Raises UserError, repeating nothing of it, for a worth without its figure."""
    try:
        figures.check_figures(text, ("worth",), CONCESSION)
    except UserError:
        raise UserError(
            f"`worth` stands there without an amount at the end of the line. Nothing was kept. Type one: {CONCESSION}. "
            "If it belongs to the words, put them in quotes."
        ) from None
    return text


def _subject_first(words: str) -> tuple[str, str]:
    """The clause, or the topic in quotes, that begins the words, and the rest of them."""
    tokens = list(_TOKEN.finditer(words))
    if tokens and _unquoted(tokens[0][0]) != tokens[0][0]:
        return spelled(tokens[0][0]), words[tokens[0].end() :].strip()
    for count in range(min(LONGEST_NUMBER, len(tokens)), 0, -1):
        end = tokens[count - 1].end()
        if is_clause(words[:end]):
            return numbers.read(words[:end]), words[end:].strip(" \t\n:")
    raise UserError(f"Say on which clause; a topic goes in quotes, such as “Share at risk”: {CONCESSION}.")


def read_money(words: str) -> int:
    """Pence of "£1.2m", "£50,000", "250k". Raises UserError for what is no amount in whole pence."""
    found = _MONEY.fullmatch(words.strip())
    if found is None:
        raise UserError(f"Parley cannot read that amount. Type it such as £50,000, £250k or £1.2m: {CONCESSION}.")
    amount = Decimal(found["number"].replace(",", "")).scaleb(_UNITS.get((found["unit"] or "").casefold(), 0) + 2)
    if amount != int(amount) or amount > _MOST_PENCE:
        raise UserError(f"An amount is in whole pence, and no more than £10,000bn: {CONCESSION}.")
    return int(amount)


def money(pence: int) -> str:
    """An amount for people: "£50,000", "£12.50"."""
    pounds, rest = divmod(pence, 100)
    return f"£{pounds:,}.{rest:02}" if rest else f"£{pounds:,}"
