"""`clauses`, `clause …`, `propose`, `agree CLAUSE`, `withdraw`, `diff`; a clause's buttons.

`agree` and `reopen` are shared with the record and the actions: what names a clause comes here.
"""

import difflib
import re
from dataclasses import replace

from bot import access, outbox
from bot.access import Actor
from bot.actions import handlers as action_handlers
from bot.clauses import cards, rules, service, views
from bot.clauses.standing import Standing, find, first_known, is_signed, known, standings
from bot.contracts import numbers
from bot.contracts.redline import pieces as compared
from bot.errors import UserError
from bot.record import handlers as record_handlers
from bot.record import rules as record_rules
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared
from bot.timetable import handlers as timetable_handlers
from storage import Session, clauses, negotiations
from storage.tables import Agreement, Clause, ClauseStatus, Proposal

FILTERS = ("open", "agreed", "parked", "escalated", "disputed", "reopened", "withdrawn", "mine", "national")
_VERBS = ("add", "import", "pack", "changes", "title", "national", "local", "streams", "content", "legal")
_ACTION = re.compile(r"(?:[A-Z][A-Z0-9]{1,11}-)?A[0-9]{1,6}", re.I)
_AGREEMENT = re.compile(r"AG[0-9]{1,6}", re.I)
_PROPOSAL = re.compile(r".{1,130}/p[0-9]{1,5}", re.I)
_LONGEST_NUMBER = 4  # words
BECAUSE = re.compile(r"(?P<what>.{1,130}?)\s+because\s+(?P<reason>.+)", re.I | re.S)


# -- lists and cards ------------------------------------------------------------------------------------


def clauses_list(session: Session, call: Call) -> Answer:
    """A page of clauses; the button under it asks for the next."""
    actor = access.actor(session, call.place, call.code)
    words = call.plain.casefold().split()
    page = int(words.pop()) if words and re.fullmatch("[0-9]{1,5}", words[-1]) else 1
    which = " ".join(words)
    if which not in ("", "all", *FILTERS):
        raise UserError(
            f"{call.plain[:80]} is not a list of clauses. The lists are {mrkdwn.listed(FILTERS)}; a clause itself is "
            "`/parley clause 4.2`."
        )
    every = standings(session, actor.id)
    if not every:
        raise UserError(
            "No clause is here yet. Add one, `/parley clause add 4.2 Payment`, or bring the whole contract in: share "
            "it in this channel and type `/parley clause import`."
        )
    proposed = clauses.standing(session, actor.id) if which == "mine" else {}  # the others need only a page of them
    shown = [found for found in every if _wanted(actor, which, found, proposed.get(found.clause.id or 0, []))]
    if not shown:
        what = "waits for you or your side" if which == "mine" else f"is {which}"
        return Answer(f"No clause of {actor.negotiation.code} {what}. `/parley clauses` lists all {len(every)}.")
    parties = _codes(session, actor)
    begin = min((max(page, 1) - 1) * views.PAGE, (len(shown) - 1) // views.PAGE * views.PAGE)
    part = shown[begin : begin + views.PAGE]
    on_table = clauses.standing_on(session, [found.clause.id or 0 for found in part])
    lines = [views.line(found, on_table.get(found.clause.id or 0, []), parties) for found in part]
    kind = f", {which}" if which and which != "all" else ""
    head = f"*Clauses of {actor.negotiation.code}*{kind}: {len(shown)} of {len(every)}"
    if len(shown) > views.PAGE:
        head += f", here {begin + 1} to {begin + len(part)}"
    text = "\n".join([head, *lines])
    return Answer(
        text, views.listing(actor.negotiation.code, actor.negotiation.marking, text, which, begin, len(shown))
    )


def _wanted(actor: Actor, which: str, found: Standing, on_table: list[Proposal]) -> bool:
    status = found.status
    match which:
        case "open":
            return status in rules.UNSETTLED and not found.clause.left_out
        case "agreed":
            return status in rules.SETTLED
        case "parked" | "escalated" | "disputed" | "reopened" | "withdrawn":
            return status == which
        case "national":
            return found.clause.national
        case "mine":
            return _waits_for(actor, found, on_table)
        case _:
            return True


def _waits_for(actor: Actor, found: Standing, on_table: list[Proposal]) -> bool:
    """Whether it is the actor's turn: another side proposed last, or it was escalated to them."""
    if found.status in rules.SETTLED or found.status == ClauseStatus.WITHDRAWN:
        return False
    if actor.member and found.status == ClauseStatus.ESCALATED and found.clause.escalated_to_id == actor.member.id:
        return True
    return bool(on_table) and on_table[-1].party_id != actor.party_id


def _codes(session: Session, actor: Actor) -> dict[int, str]:
    return {party.id or 0: party.code for party in negotiations.parties(session, actor.id)}


def clause_show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError("Say which clause: `/parley clause 4.2`. `/parley clauses` lists them.")
    meant = difflib.get_close_matches(call.plain.split()[0].casefold(), _VERBS, 1)
    if meant and known(session, actor.id, call.plain) is None:
        raise UserError(f"There is no clause {call.plain[:80]}. Did you mean `/parley clause {meant[0]}`?")
    card = cards.shown(session, actor.negotiation, find(session, actor, call.plain))
    return Answer(card.text, card.blocks)


# -- a clause by hand, and what is said of it -----------------------------------------------------------


def clause_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    number, title = _number_and_rest(call.plain, "A clause has a number and a title: `/parley clause add 4.2 Payment`.")
    row = service.add(session, actor, number, title, at=call.at)
    return said(session, actor, call, row, f"is a clause now. Propose its words: `/parley propose {row.number} …`.")


def _number_and_rest(words: str, wanted: str) -> tuple[str, str]:
    found = numbers.at_start(words)
    if found is None and len(words.split()) > 1:
        first, rest = words.split(maxsplit=1)
        found = (numbers.read(first), rest)
    if found is None or not found[1].strip():
        raise UserError(wanted)
    return found[0], found[1].strip()


def clause_title(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    clause, title = clause_first(session, actor, call.plain, "clause title")
    service.set_title(session, actor, clause, title, at=call.at)
    return said(session, actor, call, clause, "has this title now.")


def clause_national(session: Session, call: Call) -> Answer:
    return _national(session, call, True)


def clause_local(session: Session, call: Call) -> Answer:
    return _national(session, call, False)


def _national(session: Session, call: Call, national: bool) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row = find(session, actor, call.plain)
    service.set_national(session, actor, row, national, at=call.at)
    return said(
        session, actor, call, row, "is national text: a change to it is flagged." if national else "is local text."
    )


def said(session: Session, actor: Actor, call: Call, clause: Clause, words: str) -> Answer:
    title = f" {clause.title}" if clause.title else ""
    return shared(session, actor, call, f"*{clause.number}*{title} {words}")


# -- proposals and agreement ----------------------------------------------------------------------------


def propose(session: Session, call: Call) -> Answer:
    """Words, with `because …` on a line of its own for the reason."""
    actor = access.actor(session, call.place, call.code)
    clause, words = clause_first(session, actor, call.plain, "propose")
    wording, _, rationale = words.partition("\nbecause ")
    made = service.propose(session, actor, clause, wording, rationale, at=call.at, permalink=call.source.permalink)
    return _proposed(clause, made)


def _proposed(clause: Clause, made: Proposal) -> Answer:
    national = " This is national text: it applies as published, and the change is flagged." if clause.national else ""
    return Answer(
        f"Proposed as *{made.ref}*; {clause.number} is {clause.status} now. Its card is in the joint channel.{national}"
    )


def clause_first(session: Session, actor: Actor, words: str, verb: str) -> tuple[Clause, str]:
    """The clause whose number begins the words, and the rest of them."""
    begun = [
        match[0]
        for parts in range(_LONGEST_NUMBER, 0, -1)  # "Schedule 3B paragraph 4" before "Schedule 3B"
        if (match := re.match(rf"(?:\S+\s+){{{parts - 1}}}\S+(?=\s|$)", words))
    ]
    there = first_known(session, actor.id, [each.rstrip(":") for each in begun])
    if there is not None:
        place, clause = there
        return clause, words[len(begun[place]) :].strip()
    found = numbers.at_start(words)
    if found is None:
        raise UserError(f"Begin with the clause's number: `/parley {verb} 4.2 …`. `/parley clauses` lists them.")
    return find(session, actor, found[0]), found[1].strip()


def open_proposal(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.CONFIRM)
    clause = find(session, actor, call.plain)
    on_table = clauses.standing_on(session, [clause.id or 0])[clause.id or 0]
    latest = on_table[-1].text if on_table else clause.text
    return Answer(form=views.proposal_form(actor.negotiation.code, call.place.channel_id, clause, latest))


def submit_proposal(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    clause = find(session, actor, call.plain)
    wording, rationale = call.values.get("wording", ""), call.values.get("rationale", "")
    try:
        made = service.propose(session, actor, clause, wording, rationale, at=call.at)
    except UserError as refusal:
        return Answer(errors={"wording": str(refusal)})
    return _proposed(clause, made)


def agree(session: Session, call: Call) -> Answer:
    """`agree 4.2` takes the latest proposal, `agree 4.2/p3` only if it is that one; else words that are agreed."""
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting_in_progress(session, actor)
    typed = call.plain.strip().rstrip(":")
    if _PROPOSAL.fullmatch(typed):
        proposed = _proposal(session, actor, typed)
        clause, seen = proposed[1], proposed[0].ref
    elif known(session, actor.id, typed) or (record_rules.is_clause(typed) and clauses.any_there(session, actor.id)):
        clause, seen = find(session, actor, typed), None
    else:
        number, wording = service.named(session, actor.id, call.plain)
        agreement = service.record_agreement(
            session,
            actor,
            wording,
            clause=number,
            said=call.words,
            source=call.source,
            at=call.at,
            meeting=meeting,
        )
        return _recorded(session, actor, agreement, ": ")
    agreement = service.agree(session, actor, clause, source=call.source, at=call.at, meeting=meeting, seen=seen)
    return _recorded(session, actor, agreement, f" on {clause.number}, in the words of its latest proposal: ")


def _recorded(session: Session, actor: Actor, agreement: Agreement, how: str) -> Answer:
    remarks = _remarks(session, actor, agreement)
    return Answer(
        f"Recorded as *{agreement.ref}*{how}{record_handlers.standing_in_words(agreement)}{remarks}",
        besides=record_handlers.besides_card(session, actor, remarks),
    )


def _remarks(session: Session, actor: Actor, agreement: Agreement) -> str:
    """What the recorder of an agreement may not have meant; "" where there is nothing of the kind."""
    words = ""
    if agreement.clause and agreement.clause_id is None and clauses.any_there(session, actor.id):
        words += f" No clause {agreement.clause} is in the contract, so it stands by itself."
    if actor.member and not record_rules.within_authority(actor.member.authority, agreement.clause):
        words += " Your authority does not reach this, so somebody else of your side must confirm it too."
    return words


def _proposal(session: Session, actor: Actor, ref: str) -> tuple[Proposal, Clause]:
    found = clauses.proposal(session, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no proposal {ref[:140]} in {actor.negotiation.code}. `/parley clause 4.2` shows them."
        )
    return found


def withdraw(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    typed = call.plain.strip()
    if not typed:
        raise UserError(
            "Say what is withdrawn: a proposal, `/parley withdraw 4.2/p1`, an agreement, `/parley withdraw AG3`, or a "
            "clause, `/parley withdraw 4.2`."
        )
    if _AGREEMENT.fullmatch(typed):
        agreement = access.record(session, actor, Agreement, typed)
        service.withdraw_agreement(session, actor, agreement, at=call.at)
        return shared(session, actor, call, f"*{agreement.ref}* is withdrawn; it stays on record.")
    if _PROPOSAL.fullmatch(typed):
        proposed, clause = _proposal(session, actor, typed)
        service.withdraw_proposal(session, actor, proposed, clause, at=call.at)
        return shared(session, actor, call, f"*{proposed.ref}* is withdrawn; it stays on record.")
    clause = find(session, actor, typed)
    service.withdraw(session, actor, clause, at=call.at)
    return said(session, actor, call, clause, "is withdrawn; it stays on record.")


def reopen(session: Session, call: Call) -> Answer:
    """An action's ref reopens the action, a clause's number the clause."""
    actor = access.actor(session, call.place, call.code)
    found = BECAUSE.fullmatch(call.plain)
    what = found["what"] if found else call.plain.strip()
    if not what or _ACTION.fullmatch(what):
        return action_handlers.reopen(session, call)
    clause = find(session, actor, what)
    reopened = service.reopen(session, actor, clause, found["reason"] if found else "", at=call.at)
    mates = [row.number for row in reopened[1:]]
    also = f" With it, of its package: {mrkdwn.listed(mates)}." if mates else ""
    verb = "opened again" if clause.status == ClauseStatus.OPEN else "reopened"
    why = found["reason"].strip() if found else ""
    kept = " What was agreed stays on record." if clauses.agreements_on(session, [clause.id or 0]) else ""
    return said(session, actor, call, clause, f"is {verb}, because {why}.{kept}{also}")


# -- redlines -------------------------------------------------------------------------------------------


def diff(session: Session, call: Call) -> Answer:
    """The redline between two versions: "issued", "p2", "AG3"; by default the latest words and those before."""
    actor = access.actor(session, call.place, call.code)
    typed, as_word = re.subn(r"\s+as\s+docx$", "", call.plain.strip(), flags=re.I)
    if not typed:
        raise UserError("Say which clause: `/parley diff 4.2`, or `/parley diff 4.2 issued p2`.")
    clause, rest = known(session, actor.id, typed), ""
    if clause is None:
        clause, rest = clause_first(session, actor, typed, "diff")
    versions = _versions(session, actor, clause)
    by_name = {name.casefold(): name for name in versions}
    chosen = [by_name.get(word, "") for word in rest.casefold().split()] or list(versions)[-2:]
    if len(versions) < 2:
        raise UserError(f"There is one wording of {clause.number} so far, and nothing to compare it with.")
    if len(chosen) != 2 or not all(chosen):
        raise UserError(
            f"Say which two wordings of {clause.number}; there are {mrkdwn.listed(versions)}. "
            f"For example `/parley diff {clause.number} {' '.join(list(versions)[-2:])}`."
        )
    before, after = chosen
    words = (versions[before], versions[after])
    if as_word:
        outbox.enqueue(
            session,
            "clause.redline",
            key=f"clause.redline:{clause.id}:{actor.person.id}:{call.at.isoformat()}",
            to=call.place.user_id,
            at=call.at,
            negotiation_id=actor.id,
            ref_id=clause.id,
            names=[before, after],
            words=list(words),
        )
        return Answer(f"The redline of {clause.number} comes to you in a direct message, as a Word document.")
    found = compared(*words)
    text = f"{clause.number}, from {before} to {after}: {views.in_brackets(found)}"
    return Answer(text, views.redline(clause.number, before, after, found))


def _versions(session: Session, actor: Actor, clause: Clause) -> dict[str, str]:
    """Every wording of a clause by its name, in the order in which they came: issued ones, proposals, agreements."""
    issued = clauses.issues(session, clause.id or 0)
    found = {f"v{each.issue}": each.text for each in issued[:-1]}
    if clause.text:
        found["issued"] = clause.text
    for row in clauses.proposals(session, [clause.id or 0])[clause.id or 0]:
        found[f"p{row.number}"] = row.text
    for agreement in clauses.agreements_on(session, [clause.id or 0]):
        if agreement.text not in found.values():
            found[agreement.ref] = agreement.text
    return found


def milestone_done(session: Session, call: Call) -> Answer:
    """A milestone is reached; when that is the signature, what is agreed is final, and what is not is told."""
    answer = timetable_handlers.done(session, call)
    actor = access.actor(session, call.place, call.code)
    ref = call.plain.split()[0]
    if not is_signed(session, actor.id) or service.is_signature(session, actor.id, ref) is False:
        return answer
    every = [found for found in standings(session, actor.id) if not found.clause.left_out]
    final = sum(found.status == ClauseStatus.FINAL for found in every)
    rest = [found.clause.number for found in every if found.status in rules.UNSETTLED]
    shown = f"{', '.join(rest[:12])}{f' and {len(rest) - 12} more' if len(rest) > 12 else ''}"
    remark = f"\nThe contract is signed: {final} of {len(every)} clauses are final."
    remark += f" Never agreed: {shown}." if rest else ""
    return replace(answer, text=f"{answer.text}{remark}")
