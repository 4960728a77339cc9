"""How the contract came to be: the route, the structure and who signs by it, pros and cons weighed, analysis."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bot import access, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.choices import packs, rules
from bot.choices.packs import Options, Point, Route
from bot.choices.rules import Weighed
from bot.errors import UserError
from bot.record import service as record
from bot.record.service import Recount
from bot.trail import Source
from storage import Session, choices, negotiations, records
from storage.tables import (
    Agreement,
    AgreementStatus,
    Analysis,
    Choice,
    ChoiceKind,
    Decision,
    Member,
    Party,
    PartyKind,
    Structure,
    Weighing,
)


@dataclass(frozen=True)
class Decided:
    """A structure as it was decided: parties whose kind changed, who signs now, and agreements that follow."""

    decision: Decision
    lead: Party | None
    changed: Sequence[Party]
    signing: Sequence[Party]
    recounts: Sequence[Recount]


def require_table(actor: Actor) -> None:
    """Raises UserError where what is recorded would be private to a party."""
    require_open_room(actor)
    if actor.scope is not None:
        raise UserError(
            "This is recorded for the whole table, and here only your side would have it. Nothing was done. Type it in "
            f"a channel of {actor.negotiation.code}."
        )


# -- the route -------------------------------------------------------------------------------------------


def choose_route(session: Session, actor: Actor, row: Route, reason: str, *, source: Source, at: datetime) -> Decision:
    """Record a row of the options table as the route to contract; an earlier choice stays on record."""
    require(actor, Capability.CONFIRM)
    require_table(actor)
    market, complexity, integration, structure, route = rules.cells(row)
    decision = record.record_decision(
        session,
        actor,
        f"Route to contract: {structure}; {route} (row {row.number} of the options: {market}, {complexity}, "
        f"{integration}), because {reason}",
        source=source,
        at=at,
        meeting=access.meeting_in_progress(session, actor),
    )
    words = {
        "row": row.number,
        "market": row.market,
        "complexity": row.complexity,
        "integration": row.integration,
        "route": list(row.route),
        "weighed_as": row.weighed_as,
        "ambiguous": dict(row.ambiguous),
    }
    _keep(session, actor, ChoiceKind.ROUTE, row.structure, words, reason, decision, at)
    return decision


def _keep(
    session: Session,
    actor: Actor,
    kind: ChoiceKind,
    structure: str,
    words: dict[str, Any],
    reason: str,
    decision: Decision,
    at: datetime,
) -> None:
    session.add(
        Choice(
            negotiation_id=actor.id,
            kind=kind,
            number=len(choices.made(session, actor.id, kind)) + 1,
            structure=structure,
            words=words,
            reason=reason,
            decision_id=decision.id or 0,
            author_id=access.seat(actor).id or 0,
            at=at,
        )
    )
    session.flush()
    trail.deed(
        session,
        actor,
        f"{kind}.chosen",
        f"{actor.negotiation.code} {kind}",
        at=at,
        decision=decision.ref,
        structure=structure,
        reason=reason,
        **words,
    )


def route(options: Options, number: int) -> Route:
    """The row with this number. Raises UserError saying how many there are."""
    for row in options.routes:
        if row.number == number:
            return row
    raise UserError(
        f"The table has the rows 1 to {len(options.routes)}, and no row {number}. `/parley route table` shows them."
    )


# -- the structure ---------------------------------------------------------------------------------------


def decide_structure(
    session: Session,
    actor: Actor,
    structure: Structure,
    lead_code: str | None,
    reason: str,
    *,
    source: Source,
    at: datetime,
) -> Decided:
    """Decide how the contract is built, and with that who signs it; agreements keep the words given on them.

    In an alliance every provider signs. Otherwise one does, and the others become its subcontractors. Raises
    UserError where it is not clear which, for a party that cannot be it, and for anybody but the commissioner.
    """
    require(actor, Capability.CONFIRM)
    require_table(actor)
    parties = negotiations.parties(session, actor.id)
    commissioners = [party for party in parties if party.kind == PartyKind.COMMISSIONER]
    if commissioners and actor.party_id not in {party.id for party in commissioners}:
        raise UserError(
            "The structure says who signs, so the commissioner decides it: a provider could put another off the table. "
            "Propose it to their lead."
        )
    demoted = _demoted(session, actor)
    lead = _lead(actor, structure, lead_code, parties, demoted)
    kinds = rules.kinds_under(structure, lead, parties, demoted)
    changed = [party for party in parties if party.kind != kinds[party.code]]
    if not changed and _stands(session, actor, structure, lead, reason):
        raise UserError(
            "Nothing was changed: that is the structure already, for that reason. Another structure, party or reason "
            "makes a new decision."
        )
    subcontractors = sorted(
        {party.code for party in changed if kinds[party.code] == PartyKind.SUBCONTRACTOR}
        | {code for code in demoted if kinds.get(code) == PartyKind.SUBCONTRACTOR}
    )
    by = f" with {lead.code}" if lead else ""
    decision = record.record_decision(
        session,
        actor,
        f"Structure of the contract: {rules.NAMES[structure]}{by}, because {reason}",
        source=source,
        at=at,
        meeting=access.meeting_in_progress(session, actor),
    )
    _keep(
        session,
        actor,
        ChoiceKind.STRUCTURE,
        structure,
        {"lead": lead.code if lead else None, "subcontractors": subcontractors},
        reason,
        decision,
        at,
    )
    actor.negotiation.structure = structure
    session.add(actor.negotiation)
    for party in changed:
        before, party.kind = party.kind, kinds[party.code]
        session.add(party)
        trail.deed(session, actor, "party.kind", party.code, at=at, kind=party.kind, before=before, by=decision.ref)
    session.flush()
    recounts = record.recount(session, actor, at=at) if changed else []
    return Decided(decision, lead, changed, [party for party in parties if party.must_sign], recounts)


def awaiting(session: Session, actor: Actor, code: str) -> list[str]:
    """The refs of the table's agreements that wait for this party's confirmation."""
    rows = records.visible(session, Agreement, actor.id, None)
    return [
        row.ref
        for row in rows
        if row.status == AgreementStatus.AWAITING
        and code.upper() in {party.code for party in record.awaited_parties(session, row)}
    ]


def _stands(session: Session, actor: Actor, structure: Structure, lead: Party | None, reason: str) -> bool:
    """Whether just this was decided last."""
    made = chosen(session, actor.id, ChoiceKind.STRUCTURE)
    if made is None or actor.negotiation.structure != structure:
        return False
    row = made[0]
    return (row.structure, row.words["lead"], row.reason) == (structure, lead.code if lead else None, reason)


def _demoted(session: Session, actor: Actor) -> set[str]:
    """The parties that are subcontractors only because a structure made them so."""
    made = choices.made(session, actor.id, ChoiceKind.STRUCTURE)
    return set(made[-1][0].words["subcontractors"]) if made else set()


def _lead(
    actor: Actor, structure: Structure, code: str | None, parties: Sequence[Party], demoted: set[str]
) -> Party | None:
    """The one provider that contracts; None in an alliance."""
    providers = [party for party in parties if party.kind == PartyKind.PROVIDER or party.code in demoted]
    if structure == Structure.ALLIANCE:
        if code is not None:
            raise UserError(
                "In an alliance no party leads: every member signs. `/parley structure alliance because …`, without a "
                "party."
            )
        return None
    known = ", ".join(party.code for party in providers)
    if code is None:
        if len(providers) == 1:
            return providers[0]
        if not providers:
            raise UserError("No party provides yet. Add it first: `/parley party add OHP Its name as provider`.")
        raise UserError(
            f"Several parties provide: {known}. Name the one that signs; the others become its subcontractors: "
            f"`/parley structure {structure} {providers[0].code} because …`."
        )
    for party in parties:
        if party.code == code.upper():
            if party.kind not in (PartyKind.PROVIDER, PartyKind.SUBCONTRACTOR):
                raise UserError(
                    f"{party.code} is a party as {party.kind}, so it cannot be the one that provides: {known}."
                )
            return party
    raise UserError(f"There is no party {code} in {actor.negotiation.code}. Those that provide are {known or 'none'}.")


# -- pros and cons ---------------------------------------------------------------------------------------


def weigh(
    session: Session, actor: Actor, point: Point, said: Weighed, owner: Member | None, *, at: datetime
) -> tuple[Weighing, bool]:
    """Say whether a pro or con matters here; what is not said stays as it was. Gives whether anything changed."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    known = next(
        (
            row
            for row in choices.weighings(session, actor.id)
            if (row.structure, row.kind, row.text) == (point.structure, point.kind, point.text)
        ),
        None,
    )
    row = known or Weighing(
        negotiation_id=actor.id,
        structure=point.structure,
        kind=point.kind,
        text=point.text,
        material=said.material,
        author_id=0,
        at=at,
    )
    before = (row.material, row.mitigation, row.owner_id)
    row.material = said.material
    row.mitigation = said.mitigation if said.mitigation is not None else row.mitigation
    row.owner_id = owner.id if owner else row.owner_id
    if known is not None and before == (row.material, row.mitigation, row.owner_id):
        return row, False
    row.author_id, row.at = access.seat(actor).id or 0, at
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "procon.weighed",
        f"procon {point.number}",
        at=at,
        structure=row.structure,
        kind=row.kind,
        text=row.text,
        material=row.material,
        mitigation=row.mitigation,
        owner=row.owner_id,
        before=list(before) if known else None,
    )
    return row, True


def point(options: Options, number: int) -> Point:
    """The pro or con with this number. Raises UserError saying how many there are."""
    for each in options.points:
        if each.number == number:
            return each
    raise UserError(
        f"They are numbered 1 to {len(options.points)}, and there is no {number}. `/parley procon all` lists them."
    )


def chosen(session: Session, negotiation_id: int, kind: ChoiceKind) -> tuple[Choice, Decision] | None:
    """The choice of this kind that stands, with its decision."""
    made = choices.made(session, negotiation_id, kind)
    return made[-1] if made else None


def structures_chosen(session: Session, actor: Actor, options: Options) -> list[packs.Structure]:
    """The rows of pros and cons for the structure that was decided, and of these the chosen route's if it is one.

    Before a structure is decided those of the route count, and before either all; none where the table has none.
    """
    made = chosen(session, actor.id, ChoiceKind.ROUTE)
    of_route = [each for each in options.structures if made and each.name == made[0].words["weighed_as"]]
    if actor.negotiation.structure is None:
        return of_route if made else list(options.structures)
    decided = [each for each in options.structures if actor.negotiation.structure in each.stands_for]
    return [each for each in decided if each in of_route] or decided


def structure_named(options: Options, words: str) -> packs.Structure:
    """The one structure that these words name. Raises UserError listing them where none or several do."""
    wanted = words.casefold().split()
    found = [each for each in options.structures if all(word in each.name.casefold() for word in wanted)]
    exact = [each for each in found if each.name.casefold() == " ".join(wanted)]
    if len(exact or found) == 1:
        return (exact or found)[0]
    known = "; ".join(each.name for each in found or options.structures)
    raise UserError(f"Which structure is meant? {known}. Type `/parley procon` and words that only one of them has.")


# -- market analysis -------------------------------------------------------------------------------------


def add_analysis(
    session: Session, actor: Actor, title: str, held_on: date | None, month: str | None, finding: str, *, at: datetime
) -> Analysis:
    """Record a phase of market analysis: on a local date, or in a month."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    number = choices.next_number(session, Analysis, actor.id)
    row = Analysis(
        negotiation_id=actor.id,
        number=number,
        ref=f"AN{number}",
        title=title,
        held_on=held_on,
        month=month,
        finding=finding,
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    trail.deed(
        session, actor, "analysis.added", row.ref, at=at, title=title, held_on=held_on, month=month, finding=finding
    )
    return row
