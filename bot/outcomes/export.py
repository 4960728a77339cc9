"""Outcomes in the JSON export and in the negotiation file; `docs/export.md` describes the keys."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot import dates, figures
from bot.outcomes import rules, views
from bot.outcomes.standing import Standing, register
from bot.papers import Chapter, Table
from bot.roster import Seat
from storage import Session, outcomes


def as_json(session: Session, negotiation_id: int, seats: Mapping[int, Seat]) -> dict[str, list[dict[str, Any]]]:
    """The keys of this slice. Percentages are exact decimals in words, such as "2.5"."""
    everything = register(session, negotiation_id)
    return {
        "outcomes": [
            {
                "ref": row.ref,
                "title": row.title,
                "ambiguous": row.ambiguous,
                "note": row.note,
                "metrics": [_metric(found, seats) for found in everything.of(row)],
                "recorded_by": _name(seats, row.author_id),
                "recorded_at": _iso(row.at),
            }
            for row in everything.outcomes
        ],
        "shares": [
            {
                "from_year": row.year,
                "percent": figures.plain(row.percent),
                "note": row.note,
                "recorded_by": _name(seats, row.author_id),
                "recorded_at": _iso(row.at),
            }
            for row in outcomes.shares(session, negotiation_id)
        ],
    }


def _metric(found: Standing, seats: Mapping[int, Seat]) -> dict[str, Any]:
    row = found.metric
    return {
        "ref": row.ref,
        "wording": found.wording.text,
        "weight": figures.plain(row.weight) if row.weight is not None else None,
        "status": found.status,
        "agreement": found.agreement.ref if found.agreement else None,
        "definition": row.definition,
        "source": row.source,
        "baseline": row.baseline,
        "target": row.target,
        "unit": rules.unit(row.baseline, row.target),
        "lag": row.lag,
        "review": row.review or None,
        "ambiguous": row.ambiguous,
        "note": row.note,
        "withdrawn_because": row.because,
        "wordings": [
            {
                "version": each.number,
                "wording": each.text,
                "because": each.because,
                "history": each.history,
                "by": _name(seats, each.author_id),
                "at": _iso(each.at),
            }
            for each in found.wordings
        ],
        "recorded_by": _name(seats, row.author_id),
        "recorded_at": _iso(row.at),
    }


def _name(seats: Mapping[int, Seat], member_id: int) -> str:
    return seats[member_id].person.name


def _iso(at: datetime) -> str:
    return at.isoformat()


def chapters(session: Session, negotiation_id: int) -> list[Chapter]:
    """Each metric as proposed beside what was agreed, its weight and target; what is left, and what is unclear."""
    everything = register(session, negotiation_id)
    if not everything.outcomes and not everything.shares:
        return []
    proposed, measured = [], []
    for row in everything.outcomes:
        title = views.marked(row.title, row.ambiguous)
        for found in everything.of(row):
            metric = found.metric
            first = views.marked(found.wordings[0].text, metric.ambiguous)
            proposed.append((metric.ref, title, first, _agreed(found), _stands(found)))
            weight = figures.percent(metric.weight) if metric.weight is not None else ""
            review = dates.said_dated(metric.review) if metric.review else ""
            measured.append(
                (
                    metric.ref,
                    found.wording.text,
                    weight,
                    metric.baseline,
                    metric.target,
                    metric.definition,
                    metric.source,
                    metric.lag,
                    review,
                )
            )
        if not everything.of(row):
            proposed.append((row.ref, title, "", "", ""))
    notes = [f"{row.ref}: {row.note}." for row in everything.outcomes if row.note]
    notes += [f"{found.metric.ref}: {found.metric.note}." for found in everything.every if found.metric.note]
    if everything.shares:
        notes.append(f"Share of the value at risk: {views.shares(everything.shares)}.")
    notes += [f"From year {row.year}: {row.note}." for row in outcomes.shares(session, negotiation_id) if row.note]
    notes.append(rules.left(everything.weights, everything.full).partition(" No share")[0])
    measures = ("Metric", "Wording", "Weight", "Baseline", "Target", "Definition", "Source", "Data lag", "Review")
    return [
        Chapter(
            "Outcomes and metrics",
            tuple(notes),
            (
                Table(("Ref", "Outcome", "Proposed metric", "Agreed", "Stands"), tuple(proposed)),
                Table(measures, tuple(measured)),
            ),
        )
    ]


def _agreed(found: Standing) -> str:
    """What every party has confirmed here, or else what was agreed elsewhere by the pack it came from."""
    if found.status == "agreed":
        return found.wording.text
    return next((each.text for each in reversed(found.wordings) if each.history), "")


def _stands(found: Standing) -> str:
    words = views.status(found)
    if found.agreement:
        words = f"{words} ({found.agreement.ref})"
    history = next((each.history for each in reversed(found.wordings) if each.history), "")
    return f"{words}; {history} by its source" if history and found.status != "agreed" else words
