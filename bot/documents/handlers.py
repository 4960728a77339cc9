"""`document …`, `documents`: issued drafts. `commitment …`, `commitments`: promises and where they went."""

import re
from collections.abc import Mapping
from datetime import date
from functools import partial

from bot import access, dates, roster
from bot.access import Actor
from bot.documents import promises, rules, service, views
from bot.documents.service import NewDraft
from bot.errors import UserError
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, because, shared
from storage import Session, documents, negotiations
from storage.tables import Commitment, Document, Member, Party

_INTO = re.compile(r"(?P<ref>\S+)\s+into\s+(?P<clauses>.+)", re.I | re.S)


# -- drafts --------------------------------------------------------------------------------------------------


def document_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row = service.issue(session, actor, _read_draft(session, actor, call), at=call.at)
    head = views.issued(
        row,
        _parties(session, actor)[row.issued_by_id],
        _people(session, actor).get(row.pen_id),
        service.still_missing(session, row),
    )
    return _with_changes(session, actor, row, head, call)


def _read_draft(session: Session, actor: Actor, call: Call) -> NewDraft:
    access.require(actor, access.Capability.RECORD)
    # People's names come in only now: a name may hold a word of the grammar.
    said, plain = rules.read_issue(call.words), partial(mrkdwn.named, names=call.names)
    today = actor.today(call.at)
    return NewDraft(
        title=plain(said.title),
        version=plain(said.version),
        issued_on=_day(plain(said.on), actor, today) if said.on else today,
        issued_by=_party(session, actor, plain(said.party)) if said.party else service.own_party(actor),
        pen=_holder(session, actor, said.pen, call.names) if said.pen else None,
        missing=[plain(name) for name in said.missing],
        changes=plain(said.changes),
    )


def _day(words: str, actor: Actor, today: date) -> date:
    try:
        return dates.read_date(words, today=today, calendar=actor.calendar)
    except UserError as refusal:
        raise UserError(f"{refusal} If “on” belongs to a name, put that name in quotes.") from None


def _party(session: Session, actor: Actor, code: str) -> Party:
    advice = "Words that are no party go in quotes with the rest of their part."
    return access.party(session, actor.negotiation, code, advice)


def _holder(session: Session, actor: Actor, words: str, names: Mapping[str, str]) -> Member:
    """The one person who holds the pen: mentioned, or by a name that fits nobody else."""
    people = roster.mentioned(session, actor, words, names)
    if not people:
        everyone = roster.seats(session, actor.id)
        people = roster.matching(words, everyone)
        roster.check_here(people if len(people) == 1 else [], everyone)
    if len(people) != 1:
        raise UserError(f"{dates.shown(mrkdwn.named(words, names))} is not one person. Name one: `pen @dana`.")
    return people[0].member


def _with_changes(session: Session, actor: Actor, row: Document, head: str, call: Call) -> Answer:
    """What was said of a draft, with what it changes in the issuer's exact words."""
    before = service.draft_before(session, row)
    if not row.changes:
        rest = views.changed(row, before)
        return shared(session, actor, call, f"{head}{f' {rest}' if rest else ''}")
    against = f" against version {before.version}" if before else ""
    text, content = views.told(f"{head} Changes{against}:", row.changes)
    return shared(session, actor, call, text, content)


def document_received(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    if not ref or not words.strip():
        raise UserError("Say of which draft and what has come: `/parley document received DOC1 Schedule 3B, Annex A`.")
    row = service.document(session, actor, ref)
    come = service.receive(session, actor, row, rules.read_names(words), at=call.at)
    has = "has" if len(come) == 1 else "have"
    rest = views.lacking(service.still_missing(session, row)).replace("Missing", "Still missing")
    text = f"*{row.ref}* {row.title}, version {row.version}: {mrkdwn.listed(come)} {has} come. {rest}"
    return shared(session, actor, call, text)


def document_disclose(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    if not ref:
        raise UserError(
            "Say which draft and what it changes: `/parley document disclose DOC3 Payment falls due after 28 days`."
        )
    row = service.document(session, actor, ref)
    if not service.disclose(session, actor, row, words, at=call.at):
        return Answer(f"Nothing was changed: {row.ref} says so already.")
    return _with_changes(session, actor, row, f"*{row.ref}* {row.title}, version {row.version}.", call)


def document_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley documents` lists every draft. To record one: {rules.ADD_DOCUMENT}.")
    rows = documents.every(session, Document, actor.id)
    if not rows:
        return Answer(f"No draft has been issued yet. Record one: {rules.ADD_DOCUMENT}.")
    schedules = documents.schedules(session, [row.id or 0 for row in rows])
    lines = views.drafts(rows, schedules, _parties(session, actor), _people(session, actor))
    return Answer("\n".join(lines))


# -- promises ------------------------------------------------------------------------------------------------


def commitment_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    said = rules.read_promise(call.plain)
    by = _party(session, actor, said.party) if said.party else promises.promising_party(session, actor)
    row = promises.add(session, actor, said.text, by, said.source, at=call.at)
    source = f"Source: {row.source}\n" if row.source else ""
    rest = (
        f"{source}Say where it went: `/parley commitment carry {row.ref} into 4.2`, or "
        f"`/parley commitment waive {row.ref} because …`."
    )
    text, content = views.told(f"Commitment *{row.ref}* of {by.name}:", row.text, rest)
    return shared(session, actor, call, text, content)


def commitment_carry(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = _INTO.fullmatch(call.plain)
    if found is None:
        raise UserError(f"Say which promise and which clauses carry it: {rules.CARRY}.")
    row = promises.find(session, actor, found["ref"])
    changed = promises.carry(session, actor, row, rules.read_clauses(found["clauses"]), at=call.at)
    if not changed:
        return Answer(f"Nothing was changed: {row.ref} is carried into {mrkdwn.listed(row.clauses)} already.")
    return _settled(session, actor, call, row, f"is carried into {mrkdwn.listed(row.clauses)}")


def commitment_waive(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row, reason = _because(session, actor, call, "waive", "the service moves to another contract")
    promises.waive(session, actor, row, reason, at=call.at)
    return _settled(session, actor, call, row, f"is consciously not carried, because {row.reason}")


def commitment_reopen(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row, reason = _because(session, actor, call, "reopen", "clause 4.2 was taken out")
    promises.reopen(session, actor, row, reason, at=call.at)
    return _settled(session, actor, call, row, f"is open again, because {reason.strip()}")


def _because(session: Session, actor: Actor, call: Call, verb: str, example: str) -> tuple[Commitment, str]:
    ref, reason = because(call, f"Say which and why: `/parley commitment {verb} C1 because {example}`.")
    return promises.find(session, actor, ref), reason


def _settled(session: Session, actor: Actor, call: Call, row: Commitment, what: str) -> Answer:
    return shared(session, actor, call, f"*{row.ref}* {what}: {row.text}\n{_coverage(session, actor)}")


def _coverage(session: Session, actor: Actor) -> str:
    rows = documents.every(session, Commitment, actor.id)
    return f"{rules.coverage(row.status for row in rows)}."


def commitment_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley commitments` lists every promise. To record one: {rules.ADD_COMMITMENT}.")
    rows = documents.every(session, Commitment, actor.id)
    if not rows:
        return Answer(f"No promise has been recorded yet. Record one: {rules.ADD_COMMITMENT}.")
    parties, people = _parties(session, actor), _people(session, actor)
    lines = [
        views.commitment(
            row,
            parties[row.promised_by_id],
            people.get(row.settled_by_id, ""),
            actor.today(row.settled_at) if row.settled_at else None,
        )
        for row in rows
    ]
    return Answer("\n".join([_coverage(session, actor), *lines]))


def _parties(session: Session, actor: Actor) -> dict[int | None, str]:
    """Codes by id."""
    return {party.id: party.code for party in negotiations.parties(session, actor.id)}


def _people(session: Session, actor: Actor) -> dict[int | None, str]:
    """Everybody at the table by member id, with their party."""
    return roster.titles(session, actor.id)
