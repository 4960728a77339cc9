"""The life of a clause: what may follow what, and how it stands. Pure.

The transitions are those of `domain.md` §3 ("issue_transitions"), in this one place.
"""

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.errors import UserError
from storage.tables import AgreementStatus, ClauseStatus, ProposalStatus

S = ClauseStatus

TRANSITIONS: Mapping[ClauseStatus, frozenset[ClauseStatus]] = {
    S.NOT_STARTED: frozenset({S.OPEN}),
    S.OPEN: frozenset({S.PROPOSED, S.PARKED, S.WITHDRAWN}),
    S.PROPOSED: frozenset({S.COUNTERED, S.IN_PRINCIPLE, S.PARKED, S.ESCALATED, S.WITHDRAWN}),
    S.COUNTERED: frozenset({S.PROPOSED, S.IN_PRINCIPLE, S.PARKED, S.ESCALATED, S.WITHDRAWN}),
    S.IN_PRINCIPLE: frozenset({S.SUBJECT_TO_CONTRACT, S.REOPENED}),
    S.SUBJECT_TO_CONTRACT: frozenset({S.FINAL, S.REOPENED}),
    S.PARKED: frozenset({S.OPEN, S.PROPOSED, S.ESCALATED, S.WITHDRAWN}),
    S.ESCALATED: frozenset({S.PROPOSED, S.IN_PRINCIPLE, S.PARKED, S.WITHDRAWN, S.DISPUTED}),
    S.DISPUTED: frozenset({S.IN_PRINCIPLE, S.WITHDRAWN}),
    S.REOPENED: frozenset({S.OPEN, S.PROPOSED}),
    S.FINAL: frozenset(),
    S.WITHDRAWN: frozenset({S.REOPENED}),
}

SETTLED = frozenset({S.IN_PRINCIPLE, S.SUBJECT_TO_CONTRACT, S.FINAL})
UNSETTLED = frozenset(set(ClauseStatus) - SETTLED - {S.WITHDRAWN})
# Words typed as agreed were on the table for a moment; what is escalated or disputed stays so until all confirm.
_OFF_THE_TABLE = frozenset({S.NOT_STARTED, S.OPEN, S.REOPENED, S.PARKED})

_WORDS = {
    S.NOT_STARTED: "not started",
    S.IN_PRINCIPLE: "agreed in principle, subject to contract",
    S.SUBJECT_TO_CONTRACT: "agreed, subject to contract",
    S.FINAL: "agreed, final",
}

# How to go on from each status, where the way that was tried is closed.
_INSTEAD = {
    S.IN_PRINCIPLE: "Reopen it first: `/parley reopen {number} because …`.",
    S.SUBJECT_TO_CONTRACT: "Reopen it first: `/parley reopen {number} because …`.",
    S.WITHDRAWN: "Reopen it first: `/parley reopen {number} because …`.",
    S.FINAL: "The contract is signed; a change is a variation now.",
    S.DISPUTED: "The last positions are frozen until the dispute is settled.",
    S.NOT_STARTED: "Propose words for it first: `/parley propose {number} …`.",
    S.OPEN: "Propose words for it first: `/parley propose {number} …`.",
    S.REOPENED: "Propose words for it first: `/parley propose {number} …`.",
}


def in_words(status: ClauseStatus) -> str:
    return _WORDS.get(status, status.value)


_IN_SHORT = {
    **dict.fromkeys(SETTLED, "agreed"),
    **{status: status.value for status in (S.PARKED, S.ESCALATED, S.DISPUTED, S.WITHDRAWN)},
}


def in_short(status: ClauseStatus) -> str:
    """How a clause stands where only what is left to do counts: "open", "agreed", "parked" …"""
    return _IN_SHORT.get(status, "open")


def may_become(status: ClauseStatus, to: ClauseStatus) -> bool:
    """Whether one status may follow another; what has not started or was reopened is opened on the way."""
    if to in TRANSITIONS[status]:
        return True
    return status in (S.NOT_STARTED, S.REOPENED) and to in TRANSITIONS[S.OPEN]


def check_may_become(number: str, status: ClauseStatus, to: ClauseStatus) -> None:
    """Raises UserError saying how the clause stands and how to go on."""
    if not may_become(status, to):
        raise UserError(refusal(number, status))


def refusal(number: str, status: ClauseStatus) -> str:
    """That something cannot be because of how a clause stands, and how to go on."""
    instead = _INSTEAD.get(status, "`/parley clause {number}` shows how it stands.")
    return f"Clause {number} is {in_words(status)}, so that cannot be. {instead.format(number=number)}"


def after_proposal(status: ClauseStatus, proposer: int, standing: Collection[int]) -> ClauseStatus:
    """What a proposal makes of a clause: countered where another party's proposal stands, else proposed."""
    if any(party != proposer for party in standing):
        return S.COUNTERED if status == S.PROPOSED else S.PROPOSED
    return status if status in (S.PROPOSED, S.COUNTERED) else S.PROPOSED


def on_the_table(status: ClauseStatus) -> ClauseStatus:
    """What recording words as agreed makes of a clause until every party has confirmed them."""
    return S.PROPOSED if status in _OFF_THE_TABLE else status


def may_be_agreed(status: ClauseStatus) -> bool:
    """Whether words for a clause may be recorded as agreed, to be confirmed."""
    return status not in SETTLED and status != S.WITHDRAWN


@dataclass(frozen=True)
class Bars:
    """What keeps a clause whose words every party has confirmed from being agreed.

    An open package keeps it from being agreed at all; the others from being agreed subject to contract.
    """

    legal_open: bool = False
    streams_missing: tuple[str, ...] = ()
    package_open: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return self.legal_open or bool(self.streams_missing) or bool(self.package_open)

    def listed(self) -> list[str]:
        found = ["the legal adviser’s clearance"] if self.legal_open else []
        found += [f"the work-stream {stream}" for stream in self.streams_missing]
        return found + [f"clause {number} of its package" for number in self.package_open]


def standing(
    kept: ClauseStatus, agreement: AgreementStatus | None, bars: Bars, *, signed: bool = False
) -> ClauseStatus:
    """How a clause stands: as it was left, or agreed since every party has confirmed the words and nothing bars it.

    Agreed is final once the contract is signed (`domain.md` §3: "only at signature"), and what bars it has gone.
    """
    if agreement != AgreementStatus.AGREED or kept == S.WITHDRAWN or bars.package_open:
        return kept
    if bars:
        return S.IN_PRINCIPLE
    return S.FINAL if signed else S.SUBJECT_TO_CONTRACT


def missing_streams(streams: Iterable[str], signing: Mapping[int, str], words: Iterable[tuple[str, int]]) -> list[str]:
    """The work-streams in which not every party that signs is content: "finance (CCG)".

    `signing` gives the parties' codes by id, `words` the streams and parties that have said so.
    """
    content = set(words)
    found = []
    for stream in streams:
        lacking = [code for party, code in signing.items() if (stream, party) not in content]
        if lacking:
            found.append(f"{stream} ({', '.join(lacking)})")
    return found


def came_to(status: str, text: str, agreement: str | None, words: str) -> str:
    """What became of a proposal, in a word: agreed where its words are those that every party has confirmed."""
    if text != words or agreement is None or status in (ProposalStatus.WITHDRAWN, ProposalStatus.LAPSED):
        return status
    return "agreed" if agreement == AgreementStatus.AGREED else status


def next_rung(levels: Sequence[int], now: int | None) -> int | None:
    """The level of the ladder above the present one; None at its top."""
    return min((level for level in levels if level > (now or 0)), default=None)


def digest(wording: str) -> str:
    """What stands for exactly these words."""
    return hashlib.sha256(wording.encode()).hexdigest()
