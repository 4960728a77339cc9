"""Named questions about clauses: what is proposed for them, who must agree, packages, contract files."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, and_, bindparam, col, func, or_, select, update

from storage import search
from storage.records import GONE
from storage.tables import (
    Agreement,
    AgreementStatus,
    Clause,
    ClauseStatus,
    ContractFile,
    FileStatus,
    Issued,
    Package,
    Proposal,
    ProposalStatus,
    Rung,
    StreamWord,
)

_EVERY = (
    select(Clause).where(Clause.negotiation_id == bindparam("negotiation")).order_by(col(Clause.place), col(Clause.id))
)
_STANDING = (
    select(Proposal)
    .join(Clause)
    .where(Clause.negotiation_id == bindparam("negotiation"), Proposal.status == ProposalStatus.STANDING)
    .order_by(col(Proposal.id))
)
_AGREEMENTS = (
    select(Agreement)
    .where(
        Agreement.negotiation_id == bindparam("negotiation"),
        col(Agreement.clause_id).is_not(None),
        col(Agreement.status).not_in(GONE),
    )
    .order_by(col(Agreement.seq))
)
_STREAM_WORDS = select(StreamWord).join(Clause).where(Clause.negotiation_id == bindparam("negotiation"))
_AT_ONCE = 500


def every(session: Session, negotiation_id: int) -> list[Clause]:
    """All clauses, those left out of the latest contract too, in the order of the contract."""
    return list(session.exec(_EVERY, params={"negotiation": negotiation_id}))


class Outline(NamedTuple):
    """What of a clause tells how it stands and whom it waits for, without its words."""

    id: int
    negotiation_id: int
    number: str
    title: str
    status: str
    package_id: int | None
    legal: str
    escalated_to_id: int | None
    level_up: int | None
    settle_by: date | None
    left_out: int


_OUTLINE = (
    select(*(col(getattr(Clause, name)) for name in Outline._fields))
    .where(
        col(Clause.negotiation_id).in_(bindparam("negotiations", expanding=True)),
        or_(
            col(Clause.package_id).is_not(None),
            and_(
                Clause.status == ClauseStatus.ESCALATED,
                col(Clause.escalated_to_id).is_(None)
                | col(Clause.escalated_to_id).in_(bindparam("members", expanding=True)),
            ),
            and_(Clause.legal == "open", col(Clause.negotiation_id).in_(bindparam("lawyers", expanding=True))),
        ),
    )
    .order_by(col(Clause.negotiation_id), col(Clause.place), col(Clause.id))
)
_AGREED_BY_ALL = select(Agreement.clause_id).where(
    col(Agreement.negotiation_id).in_(bindparam("negotiations", expanding=True)),
    col(Agreement.clause_id).is_not(None),
    Agreement.status == AgreementStatus.AGREED,
)
# Counted twice, since an index answers how many there are and only the agreed ones need be looked at.
_COUNTED = (
    select(Clause.negotiation_id, Clause.status, func.count())
    .where(
        col(Clause.negotiation_id).in_(bindparam("negotiations", expanding=True)),
        col(Clause.package_id).is_(None),
        Clause.left_out == 0,
    )
    .group_by(col(Clause.negotiation_id), col(Clause.status))
)
_COUNTED_AGREED = _COUNTED.where(col(Clause.id).in_(_AGREED_BY_ALL))
_RUNGS_OF = select(Rung.negotiation_id, Rung.level).where(col(Rung.member_id).in_(bindparam("members", expanding=True)))


def outlines(
    session: Session, negotiations: Collection[int], members: Collection[int], lawyers: Collection[int]
) -> list[Outline]:
    """The clauses in a package, those escalated to one of these seats or to a step of the ladder, and those that the
    lawyers of some of these negotiations must clear; in the order of the contracts, those left out too."""
    asked = {"negotiations": list(negotiations), "members": list(members), "lawyers": list(lawyers)}
    return [Outline._make(row) for row in session.connection().execute(_OUTLINE, asked).all()]


def agreed_by_all(session: Session, negotiations: Collection[int]) -> set[int]:
    """The clauses for which words stand that every party has confirmed."""
    rows = session.connection().execute(_AGREED_BY_ALL, {"negotiations": list(negotiations)}).all()
    return {clause_id for (clause_id,) in rows}


def counted(session: Session, negotiations: Collection[int]) -> list[tuple[int, str, bool, int]]:
    """How many clauses in no package there are in each contract, by how they were left, and whether words for them
    stand that every party has confirmed."""
    asked = {"negotiations": list(negotiations)}
    connection = session.connection()
    agreed = {(row[0], row[1]): row[2] for row in connection.execute(_COUNTED_AGREED, asked)}
    found = [(*key, True, number) for key, number in agreed.items()]
    for negotiation_id, status, number in connection.execute(_COUNTED, asked):
        found.append((negotiation_id, status, False, number - agreed.get((negotiation_id, status), 0)))
    return [each for each in found if each[3]]


def rungs_of(session: Session, member_ids: Collection[int]) -> set[tuple[int, int]]:
    """The steps of the ladder on which these seats decide: negotiation and level."""
    rows = session.connection().execute(_RUNGS_OF, {"members": list(member_ids)})
    return {(negotiation_id, level) for negotiation_id, level in rows}


def get(session: Session, clause_id: int) -> Clause | None:
    return session.get(Clause, clause_id)


def any_there(session: Session, negotiation_id: int) -> bool:
    """Whether there is any clause at all, left out or not."""
    query = select(Clause.id).where(Clause.negotiation_id == negotiation_id).order_by(col(Clause.id)).limit(1)
    return session.exec(query).first() is not None


def by_numbers(
    session: Session, negotiation_id: int, exactly: Collection[str], folded: Collection[str]
) -> list[Clause]:
    """The clauses with one of these numbers, exactly so spelled or, `folded` being in small letters, in any case."""
    spelled = col(Clause.number).in_(exactly) | func.lower(Clause.number).in_(folded)
    return list(session.exec(select(Clause).where(Clause.negotiation_id == negotiation_id, spelled)))


def numbered(session: Session, negotiation_id: int) -> list[tuple[int, str]]:
    """The id and number of every clause, without all that hangs on it."""
    rows = session.exec(select(Clause.id, Clause.number).where(Clause.negotiation_id == negotiation_id))
    return [(clause_id or 0, number) for clause_id, number in rows]


def titled(session: Session, negotiation_id: int) -> list[tuple[str, str]]:
    """The number and title of every clause of the latest contract, in its order, without all that hangs on it."""
    query = select(Clause.number, Clause.title).where(Clause.negotiation_id == negotiation_id, Clause.left_out == 0)
    return list(session.exec(query.order_by(col(Clause.place))))


def by_number(session: Session, negotiation_id: int, number: str) -> Clause | None:
    """The clause with exactly this number; one that was left out only where there is none in the contract."""
    rows = session.exec(select(Clause).where(Clause.negotiation_id == negotiation_id, Clause.number == number))
    return min(rows, key=lambda row: (row.left_out != 0, -row.left_out), default=None)


def last_place(session: Session, negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(Clause.place), 0)).where(Clause.negotiation_id == negotiation_id)
    return int(session.exec(query).one())


def proposals(session: Session, clause_ids: Iterable[int]) -> dict[int, list[Proposal]]:
    """Everything proposed for these clauses, first to last."""
    wanted = list(clause_ids)
    found: dict[int, list[Proposal]] = {clause_id: [] for clause_id in wanted}
    for begin in range(0, len(wanted), _AT_ONCE):
        query = select(Proposal).where(col(Proposal.clause_id).in_(wanted[begin : begin + _AT_ONCE]))
        for row in session.exec(query.order_by(col(Proposal.number))):
            found[row.clause_id].append(row)
    return found


def proposal(session: Session, negotiation_id: int, ref: str) -> tuple[Proposal, Clause] | None:
    """The proposal with this ref ("4.2/p3"), in any case, and its clause."""
    return session.exec(
        select(Proposal, Clause).where(
            func.lower(Proposal.ref) == ref.lower(),
            Proposal.clause_id == Clause.id,
            Clause.negotiation_id == negotiation_id,
        )
    ).first()


def latest_proposal(session: Session, clause_id: int) -> Proposal | None:
    """The last thing proposed for a clause, whatever came of it."""
    return session.exec(
        select(Proposal).where(Proposal.clause_id == clause_id).order_by(col(Proposal.number).desc()).limit(1)
    ).first()


def get_proposal(session: Session, proposal_id: int) -> Proposal | None:
    return session.get(Proposal, proposal_id)


def standing(session: Session, negotiation_id: int) -> dict[int, list[Proposal]]:
    """The proposals that may still be agreed, by clause, first to last."""
    found: dict[int, list[Proposal]] = {}
    for row in session.exec(_STANDING, params={"negotiation": negotiation_id}):
        found.setdefault(row.clause_id, []).append(row)
    return found


def standing_on(session: Session, clause_ids: Iterable[int]) -> dict[int, list[Proposal]]:
    """As `standing`, for a few clauses only."""
    wanted = list(clause_ids)
    found: dict[int, list[Proposal]] = {clause_id: [] for clause_id in wanted}
    query = select(Proposal).where(col(Proposal.clause_id).in_(wanted), Proposal.status == ProposalStatus.STANDING)
    for row in session.exec(query.order_by(col(Proposal.id))):
        found[row.clause_id].append(row)
    return found


def with_proposals(session: Session, negotiation_id: int) -> dict[int, str]:
    """The clauses for which words were ever put forward, with the ref of the last of them."""
    query = (
        select(Proposal.clause_id, Proposal.ref)
        .join(Clause)
        .where(Clause.negotiation_id == negotiation_id)
        .order_by(col(Proposal.number))
    )
    return dict(session.exec(query).all())


def agreements(session: Session, negotiation_id: int) -> dict[int, list[Agreement]]:
    """The agreements that name a clause and were not taken back, by clause, first said first."""
    found: dict[int, list[Agreement]] = {}
    for row in session.exec(_AGREEMENTS, params={"negotiation": negotiation_id}):
        found.setdefault(row.clause_id or 0, []).append(row)
    return found


def agreements_on(session: Session, clause_ids: Iterable[int]) -> list[Agreement]:
    """The agreements on these clauses that were not taken back, first said first."""
    wanted = list(clause_ids)
    if not wanted:
        return []
    query = select(Agreement).where(col(Agreement.clause_id).in_(wanted), col(Agreement.status).not_in(GONE))
    return list(session.exec(query.order_by(col(Agreement.seq))))


def unlinked_agreements(session: Session, negotiation_id: int) -> list[Agreement]:
    """Agreements that name a clause by a number under which there was none."""
    query = select(Agreement).where(
        Agreement.negotiation_id == negotiation_id,
        col(Agreement.clause).is_not(None),
        col(Agreement.clause_id).is_(None),
    )
    return list(session.exec(query))


def packages(session: Session, negotiation_id: int) -> list[Package]:
    return list(session.exec(select(Package).where(Package.negotiation_id == negotiation_id).order_by(col(Package.id))))


def in_package(session: Session, package_id: int) -> list[Clause]:
    return list(session.exec(select(Clause).where(Clause.package_id == package_id).order_by(col(Clause.place))))


def stream_words(session: Session, negotiation_id: int) -> dict[int, list[StreamWord]]:
    """Which parties are content, by clause."""
    found: dict[int, list[StreamWord]] = {}
    for row in session.exec(_STREAM_WORDS, params={"negotiation": negotiation_id}):
        found.setdefault(row.clause_id, []).append(row)
    return found


def stream_words_on(session: Session, clause_ids: Iterable[int]) -> dict[int, list[StreamWord]]:
    """As `stream_words`, for a few clauses only."""
    found: dict[int, list[StreamWord]] = {}
    for row in session.exec(select(StreamWord).where(col(StreamWord.clause_id).in_(list(clause_ids)))):
        found.setdefault(row.clause_id, []).append(row)
    return found


def rungs(session: Session, negotiation_id: int) -> list[Rung]:
    """The escalation ladder, lowest level first."""
    query = select(Rung).where(Rung.negotiation_id == negotiation_id)
    return list(session.exec(query.order_by(col(Rung.level), col(Rung.party_id))))


def issues(session: Session, clause_id: int) -> list[Issued]:
    """What the contract files said of a clause, first to last."""
    return list(session.exec(select(Issued).where(Issued.clause_id == clause_id).order_by(col(Issued.issue))))


def last_issued(session: Session, negotiation_id: int, before: int | None = None) -> dict[int, Issued]:
    """What the contract files said last of each clause, by the clause; `before` one of them, where it is given."""
    query = select(Issued).join(Clause).where(Clause.negotiation_id == negotiation_id)
    if before is not None:
        query = query.where(Issued.issue < before)
    return {row.clause_id: row for row in session.exec(query.order_by(col(Issued.issue)))}


def issued_in(session: Session, negotiation_id: int, issue: int) -> list[Issued]:
    """What one contract file said that was not said before."""
    query = select(Issued).join(Clause).where(Clause.negotiation_id == negotiation_id, Issued.issue == issue)
    return list(session.exec(query.order_by(col(Issued.id))))


def files(session: Session, negotiation_id: int) -> list[ContractFile]:
    """The contract files that were read, first to last."""
    query = select(ContractFile).where(
        ContractFile.negotiation_id == negotiation_id, ContractFile.status == FileStatus.READ
    )
    return list(session.exec(query.order_by(col(ContractFile.number))))


def file(session: Session, file_id: int) -> ContractFile | None:
    return session.get(ContractFile, file_id)


def files_to_read(session: Session) -> list[ContractFile]:
    """The contract files that were asked for and are not read yet, oldest first."""
    query = select(ContractFile).where(ContractFile.status == FileStatus.ASKED)
    return list(session.exec(query.order_by(col(ContractFile.id))))


def renumber(session: Session, numbers: dict[int, str]) -> None:
    """New numbers for clauses (ids), that may be each other's: none stands on another's place meanwhile."""
    for clause_id in numbers:
        session.exec(update(Clause).where(col(Clause.id) == clause_id).values(number=f"\x1f{clause_id}"))
    for clause_id, number in numbers.items():
        session.exec(update(Clause).where(col(Clause.id) == clause_id).values(number=number))
    session.flush()
    for clause_id in numbers:
        row = session.get(Clause, clause_id)
        if row is not None:
            session.refresh(row)
            search.keep(session, row)


def waiting_for_a_date(session: Session, negotiation_id: int) -> list[Clause]:
    """The clauses that are parked until a date, or escalated with one."""
    query = select(Clause).where(
        Clause.negotiation_id == negotiation_id,
        col(Clause.status).in_(("parked", "escalated")),
        col(Clause.parked_until).is_not(None) | col(Clause.settle_by).is_not(None),
    )
    return list(session.exec(query.order_by(col(Clause.place))))
