"""`action`, `actions`, `done`, `extend`, `reassign`, `reopen`; the form that completes an action."""

import json
import re
from datetime import date

from bot import access, dates, roster
from bot.access import Actor
from bot.actions import rules, service, views
from bot.actions.promise import Promise, read_promise
from bot.errors import UserError
from bot.slack import blocks, mrkdwn
from bot.slack.command import Answer, Call, because, split_last
from storage import Session, records
from storage.tables import Action, ActionStatus, Member


def action(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    promise = read_promise(session, actor, call.words, call.names, [], at=call.at)
    if not promise.text:
        raise UserError("Say what is to be done, by whom and by when: `/parley action Send the figures @dana by fri`.")
    asks = [w for w, there in (("an owner", promise.owners), ("a date", promise.due_on)) if not there]
    if asks:
        return _ask(session, actor, call, promise, asks)
    owners = [seat.member for seat in promise.owners]
    row = _add(session, actor, call, promise.text, owners, promise.due_on, said=call.words)
    return _added(session, actor, row, call)


def _ask(session: Session, actor: Actor, call: Call, promise: Promise, asks: list[str]) -> Answer:
    if len(promise.text) > blocks.SECTION_LIMIT:
        raise UserError(f"This action still needs {mrkdwn.listed(asks)}. {promise.unclear or ''}".strip())
    kept = {
        "owners": [seat.member.id for seat in promise.owners],
        "due": promise.due_on.isoformat() if promise.due_on else None,
    }
    form = views.form(
        "New action",
        roster.here(roster.seats(session, actor.id)),
        text=promise.text,
        asks=asks,
        metadata=f"{actor.negotiation.code} {call.place.channel_id} {json.dumps(kept)}",
    )
    because = f" {promise.unclear}" if promise.unclear else ""
    return Answer(f"This action still needs {mrkdwn.listed(asks)}.{because} Fill in the form.", form=form)


def submit_action(session: Session, call: Call) -> Answer:
    kept = json.loads(call.words)
    actor = access.actor(session, call.place, call.code)
    owner_ids = kept["owners"] or [int(call.values.get("owner") or 0)]
    due_on = date.fromisoformat(kept["due"] or call.values["due"])
    if due_on < actor.today(call.at):
        return Answer(errors={"due": dates.said_passed(due_on)})
    if not call.values.get("what", "").strip():
        return Answer(errors={"what": "Say what is to be done."})
    what = call.values["what"]
    row = _add(session, actor, call, what, _members(session, actor, owner_ids), due_on, said=what)
    return _added(session, actor, row, call)


def _members(session: Session, actor: Actor, ids: list[int]) -> list[Member]:
    known = {seat.member.id: seat.member for seat in roster.seats(session, actor.id)}
    return [known[member_id] for member_id in ids if member_id in known]


def _add(
    session: Session, actor: Actor, call: Call, text: str, owners: list[Member], due_on: date | None, *, said: str
) -> Action:
    return service.add_action(
        session,
        actor,
        text,
        owners,
        due_on,
        said=said,
        source=call.source,
        at=call.at,
        meeting=access.meeting_in_progress(session, actor),
    )


def _added(session: Session, actor: Actor, row: Action, call: Call) -> Answer:
    privacy = ""
    if actor.channel is None and actor.party is not None:
        privacy = f"\nOnly {actor.party.name} can see this: it was not typed in a channel of the table."
    return Answer(f"Action {_line(session, actor, row, call)}{privacy}", public=actor.aloud(row.party_id))


def _line(session: Session, actor: Actor, row: Action, call: Call) -> str:
    names = roster.titles(session, actor.id)
    owner_ids = records.owners(session, [row.id or 0])[row.id or 0]
    return views.line(row, owner_ids, [names[i] for i in owner_ids], actor.today(call.at))


def actions(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    today = actor.today(call.at)
    which = call.words.strip().casefold()
    everything = records.visible(session, Action, actor.id, actor.party_id)
    rows = everything if which == "all" else records.open_actions(session, actor.id, actor.party_id)
    owned = records.owners(session, [row.id or 0 for row in rows])
    if which == "overdue":
        rows = [row for row in rows if row.due_on and row.due_on < today]
    elif which == "mine":
        rows = [row for row in rows if actor.member and actor.member.id in owned[row.id or 0]]
    elif which not in ("", "all"):
        people = roster.mentioned(session, actor, call.words, call.names, gone_too=True)
        people = people or roster.matching(call.words, roster.seats(session, actor.id))
        if len(people) > 1 and not mrkdwn.mentioned(call.words):
            raise UserError(roster.unclear(call.words, people))
        if not people:
            raise UserError(f"{call.plain} is not a list of actions. Type `mine`, `overdue`, `all` or @somebody.")
        wanted = {seat.member.id for seat in people}
        rows = [row for row in rows if wanted & set(owned[row.id or 0])]
    if not rows:
        return Answer("There is no such action. `/parley actions all` lists every one, those done too.")
    names = roster.titles(session, actor.id)
    lines = [views.line(row, owned[row.id or 0], [names[i] for i in owned[row.id or 0]], today) for row in rows]
    return Answer("\n".join(lines))


def done(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, evidence = call.plain.partition(" ")
    if not ref:
        raise UserError("Say which action is done: `/parley done A3 sent on Tuesday`.")
    row = access.record(session, actor, Action, ref)
    if not service.done(session, actor, row, evidence, at=call.at):
        since = dates.full_date(actor.today(row.done_at or call.at))
        return Answer(f"Nothing was changed: {row.ref} has been done since {since}.")
    note = f" ({row.evidence})" if row.evidence else ""
    return Answer(f"*{row.ref}* is done, says {actor.trail_name}{note}: {row.text}", public=actor.aloud(row.party_id))


def extend(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = re.fullmatch(r"(?P<ref>\S+)\s+to\s+(?P<to>.{1,80}?)\s+because\s+(?P<reason>.+)", call.plain, re.I | re.S)
    if found is None:
        raise UserError("Say which, to when and why: `/parley extend A3 to 12 dec because the model is late`.")
    row = access.record(session, actor, Action, found["ref"])
    before = row.due_on
    to = dates.read_date(found["to"], today=actor.today(call.at), calendar=actor.calendar)
    service.extend(session, actor, row, to, found["reason"], at=call.at)
    text = f"{extended(row, before, found['reason'])}{_whose_gone(session, actor, row)}"
    return Answer(text, public=actor.aloud(row.party_id))


def _whose_gone(session: Session, actor: Actor, row: Action) -> str:
    """That an owner has left Slack since, and how to hand the action on."""
    owners = records.owners(session, [row.id or 0])[row.id or 0]
    gone = [seat for seat in roster.seats(session, actor.id) if seat.member.id in owners and seat.person.left]
    if not gone:
        return ""
    has = "has" if len(gone) == 1 else "have"
    who = mrkdwn.listed(seat.title for seat in gone)
    return f" {who} {has} left Slack: hand it on, `/parley reassign {row.ref} to @somebody`."


def extended(row: Action, before: date | None, reason: str) -> str:
    """That an action has another date, from which one, and why."""
    was = f" instead of {dates.full_date(before)}" if before else ""
    return f"*{row.ref}* is due on {dates.full_date(row.due_on or date.max)}{was}, because {reason.strip()}: {row.text}"


def reassign(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, owners = split_last(call.words, "to")
    people = roster.meant(session, actor, owners or "", call.names)
    if not ref or not people:
        raise UserError("Say which action and whose it is now: `/parley reassign A3 to @dana`.")
    row = access.record(session, actor, Action, mrkdwn.named(ref, call.names))
    service.reassign(session, actor, row, [seat.member for seat in people], at=call.at)
    now = mrkdwn.listed(seat.title for seat in people)
    return Answer(f"*{row.ref}* is {now}’s now: {row.text}", public=actor.aloud(row.party_id))


def reopen(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, "Say which and why: `/parley reopen A3 because the figures were last year's`.")
    row = access.record(session, actor, Action, ref)
    service.reopen(session, actor, row, reason, at=call.at)
    said = f"*{row.ref}* is open again, because {reason.strip()}: {row.text}{_whose_gone(session, actor, row)}"
    return Answer(said, public=actor.aloud(row.party_id))


def open_completion(session: Session, call: Call) -> Answer:
    """The button under an incomplete action: ask for what it lacks."""
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    row = access.record(session, actor, Action, call.plain)
    if row.status in records.GONE:
        raise UserError(f"{row.ref} was {row.status}, so nothing is left to complete: {blocks.cut(row.text, 500)}")
    asks = rules.lacking(row, records.owners(session, [row.id or 0])[row.id or 0])
    if not asks or row.status != ActionStatus.OPEN:
        return Answer(f"{row.ref} is complete already: {_line(session, actor, row, call)}")
    form = views.form(
        f"Complete {row.ref}",
        roster.here(roster.seats(session, actor.id)),
        text=None,
        asks=asks,
        metadata=f"{actor.negotiation.code} {call.place.channel_id} {row.ref}",
    )
    form["blocks"].insert(0, blocks.section(blocks.cut(row.text, 500)))
    return Answer(form=form)


def submit_completion(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row = access.record(session, actor, Action, call.plain)
    owner = call.values.get("owner")
    due_on = date.fromisoformat(call.values["due"]) if call.values.get("due") else None
    if due_on is not None and due_on < actor.today(call.at):
        return Answer(errors={"due": dates.said_passed(due_on)})
    owners = _members(session, actor, [int(owner)]) if owner else None
    service.fill_in(session, actor, row, at=call.at, owners=owners, due_on=due_on)
    return Answer()
