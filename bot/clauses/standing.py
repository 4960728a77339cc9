"""How each clause stands, derived afresh from the record: there is no second truth that could differ from it."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.access import Actor
from bot.clauses import rules
from bot.clauses.rules import Bars
from bot.contracts import numbers
from bot.errors import UserError
from bot.record import rules as record_rules
from bot.slack import mrkdwn
from storage import Session, clauses, negotiations, timetable
from storage.clauses import Outline
from storage.tables import Agreement, AgreementStatus, Clause, ClauseStatus, StreamWord

LEGAL_OPEN, LEGAL_CLEARED = "open", "cleared"


@dataclass(frozen=True)
class Standing:
    """A clause with how it stands, the agreement that counts for it, and what keeps it from more."""

    clause: Clause
    status: ClauseStatus
    agreement: Agreement | None
    bars: Bars

    @property
    def confirmed(self) -> bool:
        """Whether every party has confirmed its words, also where its package still keeps it from being agreed."""
        return self.agreement is not None and self.agreement.status == AgreementStatus.AGREED

    @property
    def awaiting(self) -> bool:
        """Whether words for it wait for somebody's confirmation."""
        return self.agreement is not None and self.agreement.status == AgreementStatus.AWAITING


def standings(session: Session, negotiation_id: int) -> list[Standing]:
    """Every clause as it stands, sorted as people read numbers."""
    rows = clauses.every(session, negotiation_id)
    recorded = clauses.agreements(session, negotiation_id)
    content = clauses.stream_words(session, negotiation_id)
    found = _derived(session, negotiation_id, rows, recorded, content)
    return sorted(found, key=lambda each: (each.clause.left_out, numbers.sort_key(each.clause.number)))


@dataclass(frozen=True)
class Outlined:
    """A clause in outline, and how it stands but for what keeps an agreed one from being final."""

    clause: Outline
    status: ClauseStatus


def outlined(
    session: Session, negotiations: Collection[int], members: Collection[int], lawyers: Collection[int]
) -> tuple[list[Outlined], dict[int, Counter[str]]]:
    """The clauses that `storage.clauses.outlines` tells of these people, and for each contract how many stand how.

    Work-streams, the lawyers and signature are not looked at: agreed is agreed here, in whatever degree. It is asked in
    three questions, whatever the contracts hold.
    """
    rows = clauses.outlines(session, negotiations, members, lawyers)
    confirmed = clauses.agreed_by_all(session, negotiations)
    packages: dict[int, list[Outline]] = {}
    for row in rows:
        if row.package_id is not None:
            packages.setdefault(row.package_id, []).append(row)

    found = []
    for row in rows:
        mates = packages[row.package_id] if row.package_id is not None else ()
        bars = Bars(package_open=record_rules.package_open(row, mates, confirmed)) if mates else Bars()
        if not row.left_out:
            found.append(Outlined(row, _left(row.status, row.id in confirmed, bars)))
    counts: dict[int, Counter[str]] = {negotiation_id: Counter() for negotiation_id in negotiations}
    for each in found:
        if each.clause.package_id is not None:
            counts[each.clause.negotiation_id][rules.in_short(each.status)] += 1
    for negotiation_id, status, agreed, number in clauses.counted(session, negotiations):
        counts[negotiation_id][rules.in_short(_left(status, agreed, Bars()))] += number
    return found, counts


def _left(status: str, agreed: bool, bars: Bars) -> ClauseStatus:
    return rules.standing(ClauseStatus(status), AgreementStatus.AGREED if agreed else None, bars)


def standings_of(session: Session, rows: Iterable[Clause]) -> dict[int | None, Standing]:
    """How some clauses of one negotiation stand, by id: only they and what is in a package with them is looked at."""
    asked = list(rows)
    tied = {row.package_id: row for row in asked if row.package_id is not None}
    mates = [mate for package_id in tied for mate in clauses.in_package(session, package_id)]
    looked_at = list({row.id: row for row in (*asked, *mates)}.values())
    ids = [row.id or 0 for row in looked_at]
    recorded: dict[int, list[Agreement]] = {}
    for agreement in clauses.agreements_on(session, ids):
        recorded.setdefault(agreement.clause_id or 0, []).append(agreement)
    content = clauses.stream_words_on(session, ids)
    negotiation_id = looked_at[0].negotiation_id if looked_at else 0
    return {each.clause.id: each for each in _derived(session, negotiation_id, looked_at, recorded, content)}


def standing(session: Session, clause: Clause) -> Standing:
    return standings_of(session, [clause])[clause.id]


def _derived(
    session: Session,
    negotiation_id: int,
    rows: Sequence[Clause],
    recorded: Mapping[int, Sequence[Agreement]],
    content: Mapping[int, Sequence[StreamWord]],
) -> list[Standing]:
    """The standing of each row; what is in a package with one of them must be among them."""
    counting = {row.id or 0: _counting(recorded.get(row.id or 0, ())) for row in rows}
    confirmed = {key for key, found in counting.items() if found and found.status == AgreementStatus.AGREED}
    packages: dict[int, list[Clause]] = {}
    for row in rows:
        if row.package_id is not None:
            packages.setdefault(row.package_id, []).append(row)
    signing = {p.id or 0: p.code for p in negotiations.parties(session, negotiation_id) if p.must_sign}
    signed = is_signed(session, negotiation_id)
    found = []
    for row in rows:
        bars = Bars(
            legal_open=row.legal == LEGAL_OPEN,
            streams_missing=_missing(row, signing, content.get(row.id or 0, ())),
            package_open=record_rules.package_open(row, packages.get(row.package_id or 0, ()), confirmed),
        )
        agreement = counting[row.id or 0]
        agreed = AgreementStatus(agreement.status) if agreement else None
        status = rules.standing(ClauseStatus(row.status), agreed, bars, signed=signed)
        found.append(Standing(row, status, agreement, bars))
    return found


def _counting(recorded: Sequence[Agreement]) -> Agreement | None:
    """The agreement that counts: the one that every party has confirmed, else the latest that was not reopened."""
    live = [row for row in recorded if row.status != AgreementStatus.REOPENED]
    agreed = [row for row in live if row.status == AgreementStatus.AGREED]
    counting = agreed or live
    return counting[-1] if counting else None


def _missing(row: Clause, signing: Mapping[int, str], words: Sequence[StreamWord]) -> tuple[str, ...]:
    said = ((word.stream, word.party_id) for word in words)
    return tuple(rules.missing_streams(row.streams, signing, said)) if row.streams else ()


def is_signed(session: Session, negotiation_id: int) -> bool:
    """Whether the timetable says that the contract is signed: a milestone of that kind is done."""
    return any(row.kind == "signature" and row.is_done for row in timetable.milestones(session, negotiation_id))


def find(session: Session, actor: Actor, typed: str) -> Clause:
    """The clause with this number, however it is typed. Raises UserError with the nearest numbers there are."""
    if not typed.strip():
        raise UserError("Say which clause: its number comes next. `/parley clauses` lists them.")
    found = known(session, actor.id, typed)
    if found is None:
        there = [number for _, number in clauses.numbered(session, actor.id)]
        shown = " ".join(typed.split())[:80]
        if not there:
            raise UserError(
                f"There is no clause {shown} in {actor.negotiation.code}, and no other yet. "
                "Add one, `/parley clause add 4.2 Payment`, or bring the contract in: `/parley clause import`."
            )
        near = mrkdwn.listed(numbers.near(typed, there), "or")
        raise UserError(f"There is no clause {shown} in {actor.negotiation.code}. Did you mean {near}?")
    return found


def known(session: Session, negotiation_id: int, typed: str) -> Clause | None:
    """The clause with this number, if there is one; a clause in the contract before one that was left out."""
    found = first_known(session, negotiation_id, [typed])
    return found[1] if found else None


def first_known(session: Session, negotiation_id: int, typed: Sequence[str]) -> tuple[int, Clause] | None:
    """The first of these numbers that a clause has, as its place among them, and the clause.

    They are spelled in the record as `numbers` spells them, so the database finds them; the few that it cannot
    fold (a definition's words may have any letters) are looked for among the numbers alone.
    """
    exactly = [each.strip() for each in typed]
    rows = clauses.by_numbers(session, negotiation_id, exactly, [numbers.key(each) for each in typed])
    if not rows:
        keys = {numbers.key(each) for each in typed}
        there = clauses.numbered(session, negotiation_id)
        rows = [row for key, each in there if numbers.key(each) in keys and (row := clauses.get(session, key))]
    for place, each in enumerate(exactly):
        meant = [row for row in rows if row.number == each] or [row for row in rows if numbers.same(row.number, each)]
        if meant:
            return place, min(meant, key=lambda row: (row.left_out != 0, -row.left_out))
    return None
