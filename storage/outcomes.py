"""Named questions about outcomes, their metrics, and the share of the contract's value that depends on them."""

from collections.abc import Collection, Iterable

from sqlmodel import Session, col, func, select

from storage.records import GONE
from storage.tables import Agreement, Metric, MetricWording, Outcome, ShareAtRisk


def every(session: Session, negotiation_id: int) -> list[Outcome]:
    """The outcomes in the order in which they were entered."""
    query = select(Outcome).where(Outcome.negotiation_id == negotiation_id)
    return list(session.exec(query.order_by(col(Outcome.number))))


def metrics(session: Session, negotiation_id: int) -> dict[int, list[Metric]]:
    """The metrics of each outcome, by its id, in their order; withdrawn ones too."""
    query = select(Metric).join(Outcome).where(Outcome.negotiation_id == negotiation_id)
    found: dict[int, list[Metric]] = {}
    for row in session.exec(query.order_by(col(Outcome.number), col(Metric.number))):
        found.setdefault(row.outcome_id, []).append(row)
    return found


def wordings(session: Session, negotiation_id: int) -> dict[int, list[MetricWording]]:
    """Every wording of each metric, by its id, first to last."""
    query = select(MetricWording).join(Metric).join(Outcome).where(Outcome.negotiation_id == negotiation_id)
    found: dict[int, list[MetricWording]] = {}
    for row in session.exec(query.order_by(col(MetricWording.metric_id), col(MetricWording.number))):
        found.setdefault(row.metric_id, []).append(row)
    return found


def outcome(session: Session, negotiation_id: int, ref: str) -> Outcome | None:
    return session.exec(
        select(Outcome).where(Outcome.negotiation_id == negotiation_id, Outcome.ref == ref.upper())
    ).first()


def next_number(session: Session, negotiation_id: int) -> int:
    query = select(func.coalesce(func.max(Outcome.number), 0)).where(Outcome.negotiation_id == negotiation_id)
    return int(session.exec(query).one()) + 1


def next_metric(session: Session, outcome_id: int) -> int:
    query = select(func.coalesce(func.max(Metric.number), 0)).where(Metric.outcome_id == outcome_id)
    return int(session.exec(query).one()) + 1


def shares(session: Session, negotiation_id: int) -> list[ShareAtRisk]:
    """The share at risk by the year from which it holds, earliest first."""
    query = select(ShareAtRisk).where(ShareAtRisk.negotiation_id == negotiation_id)
    return list(session.exec(query.order_by(col(ShareAtRisk.year))))


def agreements(session: Session, negotiation_id: int, refs: Collection[str]) -> dict[str, list[Agreement]]:
    """The shared agreements that name these metrics and were not taken back, by ref, first said first."""
    found: dict[str, list[Agreement]] = {ref: [] for ref in refs}
    for row in _named(session, negotiation_id, refs):
        found[(row.clause or "").upper()].append(row)
    return found


def _named(session: Session, negotiation_id: int, refs: Collection[str]) -> Iterable[Agreement]:
    query = select(Agreement).where(
        Agreement.negotiation_id == negotiation_id,
        col(Agreement.party_id).is_(None),
        func.upper(Agreement.clause).in_(list(refs)),
        col(Agreement.status).not_in(GONE),
    )
    return session.exec(query.order_by(col(Agreement.seq)))
