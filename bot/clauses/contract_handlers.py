"""`clause import`, `clause changes`, `clause pack`: whole contracts."""

import re

from bot import access
from bot.clauses import importing, reading
from bot.contracts import packs
from bot.errors import UserError
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared
from bot.slack.files import ONE_AT_A_TIME
from storage import Session, clauses, negotiations


def clause_import(session: Session, call: Call) -> Answer:
    """The file of this message, or else the one that the person shared last in this channel."""
    actor = access.actor(session, call.place, call.code)
    anyway = call.plain.casefold() == "anyway"
    if call.plain and not anyway:
        raise UserError(
            "`clause import` takes no words but `anyway`: it reads the Word or Markdown file in its message, or the "
            "one that you shared last in this channel."
        )
    if len(call.files) > 1:
        raise UserError(ONE_AT_A_TIME)
    file_id, name = call.files[0] if call.files else ("", "")
    row = importing.ask(session, actor, at=call.at, file_id=file_id, name=name, anyway=anyway)
    joint = negotiations.joint_channel(session, actor.id)
    reading.announce(session, row, call.place.channel_id if actor.channel else joint or call.place.user_id)
    return Answer("The contract is being read. What comes of it is told in a message of its own.")


def clause_changes(session: Session, call: Call) -> Answer:
    """What a version brought, again, with its report and redline in the thread."""
    actor = access.actor(session, call.place, call.code)
    files = clauses.files(session, actor.id)
    if not files:
        raise UserError("No contract has been brought in yet: share it here and type `/parley clause import`.")
    typed = call.plain.casefold().removeprefix("v").strip()
    chosen = next((row for row in files if str(row.number) == typed), None) if typed else files[-1]
    if chosen is None:
        raise UserError(
            f"There is no version {call.plain[:40]} of the contract. "
            f"There are {mrkdwn.listed(str(row.number) for row in files)}."
        )
    key = f"{chosen.id}:{actor.person.id}:{call.at.isoformat()}"
    reading.say_again(session, chosen, key, call.place.user_id, at=call.at)
    return Answer(f"What version {chosen.number} of the contract brought comes to you in a direct message.")


def clause_pack(session: Session, call: Call) -> Answer:
    """Without a name, the packs there are; with one, its clauses become the negotiation's."""
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        known = [packs.load(name, call.templates) for name in packs.names(call.templates)]
        lines = [f"`/parley clause pack {pack.name}`: {pack.title}" for pack in known]
        return Answer("\n".join(["*Standard contracts whose shape is known*", *lines]))
    pack = packs.load(re.sub(r"\s+", "", call.plain), call.templates)
    added = importing.load_pack(session, actor, pack, at=call.at)
    unverified = sum(row.unverified for row in added)
    there = len(pack.clauses) - len(added)
    kept = f" {there} were there already and are as they were." if there else ""
    text = (
        f"{len(added)} clauses of {pack.title} are added, by number and title.{kept} {unverified} of them were not "
        f"compared with the form itself and are marked so; `/parley clause title NUMBER …` puts one right. "
        f"{pack.note}"
    )
    return shared(session, actor, call, text)
