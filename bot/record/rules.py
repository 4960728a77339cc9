"""When an agreement is one, and what it is about: pure decisions."""

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from bot.contracts import numbers
from storage.tables import AgreementStatus, ClauseStatus, Stance

# A clause number as people write it (4.2, SC36.45A, Schedule 3B, 2Ai, E.B.15.i), then a colon and a space.
_CLAUSE = r"(?:schedule\s+(?:\d\w{0,5}|[a-z]\d{0,2}|[ivx]{1,5})|[a-z]{0,3}\.?(?:[a-z]\.)*\d[\w.]{0,11})"
_ON_CLAUSE = re.compile(rf"(?P<clause>{_CLAUSE})\s*:\s+(?P<wording>.+)", re.I | re.S)


def awaited(signing: Iterable[int], words: Mapping[int, str]) -> list[int]:
    """The parties (ids) that have not confirmed; an objection counts as not confirmed."""
    return [party for party in signing if words.get(party) != Stance.CONFIRMED]


def standing(signing: Collection[int], words: Mapping[int, str]) -> AgreementStatus:
    """How an agreement stands when these parties must sign and these have spoken of its present wording.

    It is agreed only when every one of at least two parties has confirmed (product rule 1).
    """
    if any(words.get(party) == Stance.OBJECTED for party in signing):
        return AgreementStatus.OBJECTED
    if len(signing) > 1 and not awaited(signing, words):
        return AgreementStatus.AGREED
    return AgreementStatus.AWAITING


class InPackage(Protocol):
    """What of a clause counts for the others of its package."""

    @property
    def id(self) -> int | None: ...

    @property
    def number(self) -> str: ...

    @property
    def status(self) -> str: ...


def package_open(clause: InPackage, members: Iterable[InPackage], confirmed: Collection[int | None]) -> tuple[str, ...]:
    """The numbers of what keeps a clause's package open: nothing in a package is agreed before all of it is.

    `confirmed` are the clauses (ids) whose words every party has confirmed. One that was withdrawn holds nothing up.
    """
    return tuple(
        mate.number
        for mate in members
        if mate.id != clause.id and mate.id not in confirmed and mate.status != ClauseStatus.WITHDRAWN
    )


def within_authority(authority: Collection[str], clause: str | None) -> bool:
    """Whether somebody whose authority is these clauses, with what is below them, may agree words for a clause.

    An empty authority is unlimited; with a limited one, words that name no clause are beyond it.
    """
    if not authority:
        return True
    return clause is not None and any(numbers.within(clause, above) for above in authority)


def split_clause(words: str) -> tuple[str | None, str]:
    """The clause and the wording in "4.2: Payment within 30 days"; no clause where none is written."""
    found = _ON_CLAUSE.fullmatch(words.strip())
    return (found["clause"], found["wording"].strip()) if found else (None, words.strip())


def is_clause(words: str) -> bool:
    """Whether the words are a clause's number and nothing else."""
    return re.fullmatch(_CLAUSE, words.strip(" :\n"), re.I) is not None
