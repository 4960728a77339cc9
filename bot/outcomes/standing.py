"""How each metric stands, derived afresh from the record, and the whole register read at once.

A metric stands as the agreements that name it say, in exactly its present words with its target and weight: whoever
changes one of these has it proposed again, and no second truth could differ from the record.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bot import dates, figures
from bot.clauses.standing import is_signed
from bot.outcomes import rules
from storage import Session, outcomes
from storage.tables import Agreement, AgreementStatus, Metric, MetricWording, Outcome


@dataclass(frozen=True)
class Standing:
    """A metric with its wordings, the agreement that counts for its present words, and how it stands."""

    metric: Metric
    wordings: Sequence[MetricWording]
    agreements: Sequence[Agreement]
    signed: bool = False

    @property
    def wording(self) -> MetricWording:
        return self.wordings[-1]

    @property
    def words(self) -> str:
        """What the parties are asked to agree."""
        return rules.words(self.wording.text, self.metric.target, self.metric.weight)

    @property
    def agreed(self) -> AgreementStatus | None:
        return rules.stands(self.words, [(AgreementStatus(row.status), row.text) for row in self.agreements])

    @property
    def status(self) -> str:
        if self.metric.withdrawn:
            return "withdrawn"
        return self.agreed or "proposed"

    @property
    def agreement(self) -> Agreement | None:
        """The agreement that makes the metric stand as it does."""
        same = [row for row in self.agreements if row.text == self.words and row.status == self.agreed]
        return same[-1] if same else None


@dataclass(frozen=True)
class Register:
    """Everything about a negotiation's outcomes, read at once."""

    outcomes: Sequence[Outcome]
    by_outcome: Mapping[int, Sequence[Standing]]
    shares: Mapping[int, Decimal]

    def of(self, outcome: Outcome) -> Sequence[Standing]:
        return self.by_outcome.get(outcome.id or 0, ())

    @property
    def every(self) -> list[Standing]:
        return [found for outcome in self.outcomes for found in self.of(outcome)]

    @property
    def live(self) -> list[Standing]:
        return [found for found in self.every if not found.metric.withdrawn]

    @property
    def weights(self) -> dict[str, Decimal]:
        """The weights by the ref of their metric; those withdrawn count no more."""
        return {found.metric.ref: found.metric.weight for found in self.live if found.metric.weight is not None}

    @property
    def full(self) -> Decimal | None:
        return rules.full_share(self.shares)


def register(session: Session, negotiation_id: int) -> Register:
    rows = outcomes.every(session, negotiation_id)
    metrics = outcomes.metrics(session, negotiation_id)
    wordings = outcomes.wordings(session, negotiation_id)
    refs = [metric.ref for found in metrics.values() for metric in found]
    agreements = outcomes.agreements(session, negotiation_id, refs)
    signed = is_signed(session, negotiation_id)
    return Register(
        rows,
        {
            outcome_id: [Standing(row, wordings[row.id or 0], agreements[row.ref], signed) for row in found]
            for outcome_id, found in metrics.items()
        },
        {row.year: row.percent for row in outcomes.shares(session, negotiation_id)},
    )


def detail(found: Standing) -> dict[str, str]:
    """A metric's particulars that were said, in the order in which they are shown."""
    row = found.metric
    said = {
        "definition": row.definition,
        "source": row.source,
        "baseline": row.baseline,
        "target": row.target,
        "unit": rules.unit(row.baseline, row.target),
        "data lag": row.lag,
        "weight": figures.percent(row.weight) if row.weight is not None else "",
        "review": dates.said_dated(row.review) if row.review else "",
    }
    return {name: words for name, words in said.items() if words}
