"""`derogation …`, `derogations`: departures from national text. `change …`, `changes`: variations once it is signed."""

import re
from datetime import date

from bot import access, roster
from bot.access import Actor
from bot.contracts import numbers
from bot.errors import UserError
from bot.slack import blocks
from bot.slack.command import Answer, Call, because, shared, split_last
from bot.variations import changes, standing, views
from bot.variations.handlers import WITHDRAW, gone, typed_ref
from storage import Session, negotiations, records, variations
from storage.tables import Agreement, ContractChange, Derogation, Stance


def derogation_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    number, text = _number_first(call.plain)
    if not text:
        raise UserError(f"Say which national clause and how the contract departs from it: {changes.ADD_DEROGATION}.")
    row = changes.derogate(session, actor, numbers.read(number), text, at=call.at)
    said = f"Derogation *{row.ref}* from {row.clause}:"
    content = [blocks.section(said), *blocks.quoted(row.text)]
    return shared(session, actor, call, f"{said} {row.text}", content)


def _number_first(words: str) -> tuple[str, str]:
    """A clause's number, as "Schedule 2A" or as the first word however it is typed, and the rest of the words."""
    found = numbers.at_start(words)
    if found is None:
        first, _, rest = words.partition(" ")
        return first, rest.strip()
    return found[0], found[1].strip()


def derogation_withdraw(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, WITHDRAW.format(f"derogation withdraw {typed_ref(call, 'DG1')}"))
    row = changes.withdraw_derogation(session, actor, ref, reason, at=call.at)
    return gone(session, actor, call, row.ref, row.withdrawn_because)


def derogations_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley derogations` lists every one. To enter one: {changes.ADD_DEROGATION}.")
    rows = variations.every(session, Derogation, actor.id)
    if not rows:
        return Answer(f"No derogation from national text is entered yet. Enter one: {changes.ADD_DEROGATION}.")
    ordered = sorted(rows, key=lambda row: numbers.sort_key(row.clause))
    return Answer("\n".join(views.derogation(row) for row in ordered))


def change_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    title, code = split_last(call.plain, r"initiated\s+by")
    if not title.strip() or not code:
        raise UserError(f"Say what changes and who initiated it: {changes.add_example(session, actor)}.")
    row = changes.add(session, actor, title, access.party(session, actor.negotiation, code), at=call.at)
    return shared(
        session,
        actor,
        call,
        f"*{row.ref}* {row.title} is a variation of the signed contract, initiated by {code.strip().upper()}. Assess "
        f"its impact: `/parley change impact {row.ref} …`; then every party signs it: `/parley agree {row.ref}`.",
    )


def change_impact(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = re.fullmatch(r"(\S+)\s+(.+)", call.plain, re.S)
    if found is None:
        raise UserError(
            "Say of which variation, and what it brings about: "
            f"`/parley change impact {typed_ref(call, 'CV1')} Costs rise by £40k a year`."
        )
    row = standing.find_change(session, actor, found[1])
    if not changes.set_impact(session, actor, row, found[2], at=call.at):
        return Answer(f"Nothing was changed: {row.ref} says so already.")
    said = f"Impact of *{row.ref}* {row.title}:"
    rest = f"Every party signs it: `/parley agree {row.ref}`."
    content = [blocks.section(said), *blocks.quoted(row.impact), blocks.section(rest)]
    return shared(session, actor, call, f"{said} {row.impact}\n{rest}", content)


def change_withdraw(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, WITHDRAW.format(f"change withdraw {typed_ref(call, 'CV1')}"))
    row = standing.find_change(session, actor, ref)
    changes.withdraw(session, actor, row, reason, at=call.at)
    return gone(session, actor, call, row.ref, row.withdrawn_because)


def changes_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley changes` lists every one. To enter one: {changes.add_example(session, actor)}.")
    rows = variations.every(session, ContractChange, actor.id)
    if not rows:
        return Answer(
            f"No variation of the signed contract is entered yet. Enter one: {changes.add_example(session, actor)}."
        )
    codes = {party.id: party.code for party in negotiations.parties(session, actor.id)}
    return Answer("\n".join(_line(session, actor, row, codes) for row in rows))


def _line(session: Session, actor: Actor, row: ContractChange, codes: dict[int | None, str]) -> str:
    now = standing.of(session, row)
    return views.change(row, now, codes[row.initiated_by_id], _signed(session, actor, now.agreement))


def _signed(session: Session, actor: Actor, agreement: Agreement | None) -> list[tuple[str, date]]:
    if agreement is None:
        return []
    names = roster.titles(session, actor.id)
    said = records.confirmations(session, [agreement.id or 0])[agreement.id or 0]
    return [
        (names.get(word.member_id, "somebody who left"), actor.today(word.at))
        for word in said
        if word.version == agreement.version and word.stance == Stance.CONFIRMED
    ]
