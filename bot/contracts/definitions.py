"""Defined terms: in sentences (“Term” means …) and in tables of two columns."""

import re
from collections.abc import Iterable

from bot.contracts.values import Table

_LONGEST_TERM = 80  # characters
_NEAR = 300  # characters from a line's start in which it announces definitions
_HEADED = re.compile("(?:defined )?terms?$", re.IGNORECASE)
_ANNOUNCED = re.compile("definition|defined term|interpretation|glossary", re.IGNORECASE)
_MEANS = r"(?:means?|shall mean|(?:ha(?:s|ve)|shall have) the (?:same )?meanings?|is defined|refers? to|includes?)\b"
_QUOTED_TERM = re.compile(
    rf"[*_]{{0,3}}[“\"‘'][*_]{{0,3}}(?P<term>[^”\"\n]{{1,{_LONGEST_TERM}}}?)[*_]{{0,3}}[”\"’'][*_]{{0,3}}"
    rf"(?:\s*\([^()\n]{{0,80}}\))?[\s,]*(?:(?:(?:and|or)\s+)?[*_]*[“\"][^”\"\n]{{1,{_LONGEST_TERM}}}[”\"][*_]*[\s,]*)*(?:each\s+)?"
    rf"(?:{_MEANS}|:)"
)
_MEANS_NEXT = re.compile(rf"[\s:]*{_MEANS}")
_MARKED_TERM = re.compile(rf"(?P<mark>\*\*|__)(?P<term>[^*_\n]{{1,{_LONGEST_TERM}}})(?P=mark)\s*{_MEANS}")
_MARKED_AND_COLON = re.compile(
    rf"(?P<mark>\*\*|__)(?P<term>[^*_\n]{{1,{_LONGEST_TERM}}})(?::(?P=mark)|(?P=mark)\s*:)\s*\S"
)


def defined_term(words: str, bold: str = "", *, announced: bool = False) -> str | None:
    """The term that words define: “Term” means …, or the term in bold; None when they define none.

    Where definitions are `announced`, a term in bold with a colon behind it is defined too.
    """
    plain = words.lstrip()
    if found := _QUOTED_TERM.match(plain) or _MARKED_TERM.match(plain):
        return bare_term(found["term"])
    if announced and (found := _MARKED_AND_COLON.match(plain)):
        return bare_term(found["term"])
    lead = bold.strip()
    if not 0 < len(lead) <= _LONGEST_TERM or not plain.startswith(lead):
        return None
    rest = plain[len(lead) :]
    colon = announced and bool(rest.strip()) and (lead.endswith(":") or rest.lstrip().startswith(":"))
    return bare_term(lead) if colon or _MEANS_NEXT.match(rest) else None


def are_announced(above: Iterable[str]) -> bool:
    """Whether the words above, such as a clause's title, say that definitions follow."""
    return any(_ANNOUNCED.search(words, 0, _NEAR) for words in above)


def bare_term(words: str) -> str:
    """A term without quotes and marks, on one line."""
    return " ".join(words.strip().strip("“”\"‘’'*_:").split())[:_LONGEST_TERM]


def are_defined(rows: Table, *, announced: bool) -> bool:
    """Whether a table has terms in its first column and what they mean in its second.

    It does when its head says so, when most of the first column is in quotation marks, or where definitions
    are `announced`.
    """
    if any(len(row) != 2 for row in rows):
        return False
    terms = [row[0].strip() for row in rows if row[0].strip()]
    if not terms or any(len(term) > _LONGEST_TERM for term in terms):
        return False
    quoted = sum(term[0] in "“\"‘'" for term in terms)
    headed = is_head(rows[0][0]) and re.match("meaning|definition", rows[0][1].strip(), re.IGNORECASE)
    return bool(headed) or quoted * 2 > len(terms) or announced


def is_head(cell: str) -> bool:
    """Whether a cell only says that terms stand below it."""
    return _HEADED.match(cell.strip()) is not None
