"""Named questions about how the contract came to be: choices, what weighs for and against, analysis, assessment."""

from typing import TypeVar

from sqlmodel import Session, col, func, select

from storage.tables import (
    Analysis,
    Choice,
    ChoiceKind,
    Criterion,
    Decision,
    Evaluator,
    Evidence,
    Finding,
    Weighing,
)

N = TypeVar("N", Analysis, Criterion, Finding)


def made(session: Session, negotiation_id: int, kind: ChoiceKind) -> list[tuple[Choice, Decision]]:
    """Every choice of this kind with the decision that made it, the latest last."""
    query = select(Choice, Decision).where(
        Choice.negotiation_id == negotiation_id, Choice.kind == kind, Choice.decision_id == Decision.id
    )
    return [(choice, decision) for choice, decision in session.exec(query.order_by(col(Choice.number)))]


def of_decision(session: Session, decision_id: int) -> Choice | None:
    """The choice that rests on a decision."""
    return session.exec(select(Choice).where(Choice.decision_id == decision_id)).first()


def weighings(session: Session, negotiation_id: int) -> list[Weighing]:
    query = select(Weighing).where(Weighing.negotiation_id == negotiation_id).order_by(col(Weighing.id))
    return list(session.exec(query))


def every(session: Session, kind: type[N], negotiation_id: int) -> list[N]:
    """All of a kind, in the order in which they were entered."""
    return list(session.exec(select(kind).where(kind.negotiation_id == negotiation_id).order_by(col(kind.number))))


def next_number(session: Session, kind: type[N], negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(kind.number), 0)).where(kind.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1


def criterion(session: Session, negotiation_id: int, number: int) -> Criterion | None:
    query = select(Criterion).where(Criterion.negotiation_id == negotiation_id, Criterion.number == number)
    return session.exec(query).first()


def evidence(session: Session, negotiation_id: int) -> dict[int, list[Evidence]]:
    """What was put forward, by the criterion's id, in the order in which it was."""
    query = (
        select(Evidence)
        .where(Evidence.criterion_id == Criterion.id, Criterion.negotiation_id == negotiation_id)
        .order_by(col(Evidence.id))
    )
    found: dict[int, list[Evidence]] = {}
    for row in session.exec(query):
        found.setdefault(row.criterion_id, []).append(row)
    return found


def evaluators(session: Session, negotiation_id: int) -> list[Evaluator]:
    query = select(Evaluator).where(Evaluator.negotiation_id == negotiation_id).order_by(col(Evaluator.id))
    return list(session.exec(query))
