"""What a pack tells of the story before and beside the negotiation: phases of market analysis, and notes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot import dates
from bot.access import Actor, Capability, require
from bot.choices import service
from bot.choices.packs import Fact, Options
from bot.record import service as record
from bot.trail import Source
from storage import Session, choices, records
from storage.tables import Analysis, Note


@dataclass(frozen=True)
class Told:
    """What was entered, and the dates of what is still to come."""

    phases: Sequence[Analysis]
    notes: Sequence[Note]
    waiting: Sequence[str]


def load(session: Session, actor: Actor, options: Options, *, source: Source, at: datetime) -> Told:
    """Enter what a pack tells and is not here yet, as far as its date has come. Raises UserError in a private place."""
    require(actor, Capability.RECORD)
    service.require_table(actor)
    today = actor.today(at)
    known = {(row.title, row.month) for row in choices.every(session, Analysis, actor.id)}
    phases = [each for each in options.phases if (each.title, each.month) not in known]
    noted = {row.text for row in records.visible(session, Note, actor.id, None)}
    facts = [each for each in options.facts if words(each) not in noted]
    return Told(
        [
            service.add_analysis(session, actor, each.title, None, each.month, each.finding, at=at)
            for each in phases
            if dates.has_come(each.month, today)
        ],
        [
            # One mention makes many notes; each has a line of its message to itself.
            record.record_note(session, actor, words(each), source=replace(source, line=line), at=at)
            for line, each in enumerate(facts)
            if dates.has_come(each.dated, today)
        ],
        [
            dated
            for dated in (*(each.month for each in phases), *(each.dated for each in facts))
            if not dates.has_come(dated, today)
        ],
    )


def words(fact: Fact) -> str:
    """A fact as it is noted: when, what, by which source, and what is in doubt."""
    doubt = f" (ambiguous): {fact.ambiguous}" if fact.ambiguous else ""
    return f"{dates.said_dated(fact.dated)}: {fact.text} (source: {fact.source}){doubt}"
