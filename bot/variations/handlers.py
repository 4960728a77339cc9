"""`variation …`, `variations`: the three registers. `agree`, `confirm`, `reopen`, `withdraw` where they mean an entry.

Those four are shared with clauses and the record: what does not name an entry goes on to them.
"""

import re
from dataclasses import replace
from datetime import date

from bot import access, dates, outbox, roster
from bot.access import Actor
from bot.clauses import handlers as clause_handlers
from bot.clauses.standing import known
from bot.errors import UserError
from bot.record import handlers as record_handlers
from bot.slack import blocks, mrkdwn
from bot.slack.command import BECAUSE, Answer, Call, because, shared, split_last
from bot.variations import agreeing, changes, regimes, rules, service, standing, views
from bot.variations.agreeing import Asked
from bot.workdays import Calendar
from storage import Session, timetable, variations
from storage.tables import Agreement, AgreementStatus, ContractChange, Milestone, Route, Variation, VariationKind

_REF = re.compile(r"(?:LV|LM|LP|CV|DG)[0-9]{1,6}", re.I)
_ENTRY_AND_WORDS = re.compile(r"(?P<ref>(?:LV|LM|LP|CV)[0-9]{1,6})(?P<words>[\s:].*|)", re.I | re.S)
_ENTRY = re.compile(r"(?P<ref>(?:LV|LM|LP|CV)[0-9]{1,6})(?P<words>\s*:.*|\s*)", re.I | re.S)
WITHDRAW = "Say which and why: `/parley {} because the service moves to another contract`."
_ANSWER = re.compile(r"(?P<ref>\S+)\s+(?P<key>\S+)(?:\s+(?P<text>.*))?", re.S)
_EFFECT = re.compile(r"(?P<ref>\S+)\s+(?P<year>\S+)\s+(?P<amount>.+)", re.S)
_SUBMITTED = re.compile(
    r"(?P<ref>\S+)(?:\s+on\s+(?P<on>.{1,80}?))?(?:\s+ref(?:erence)?:?(?:\s+(?P<reference>.*))?)?", re.I | re.S
)


# -- entering, and reading ------------------------------------------------------------------------------


def variation_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    row = service.add(session, actor, rules.read_entry(call.plain), at=call.at, templates=call.templates)
    regime = regimes.named(row.regime, call.templates)
    keys = ", ".join(question.key for question in regime.rules(row.kind).questions)
    clause = f", clause {row.clause}" if row.clause else ""
    text = (
        f"*{row.ref}* {row.title} is a {rules.KIND_WORDS[row.kind]} under {regime.name} ({regime.title}); it lands in "
        f"Schedule {row.schedule}{clause}. Before it can be agreed its test is answered: {keys}. Press the button, or "
        f"type each: `/parley variation answer {row.ref} {keys.partition(',')[0]} …`."
    )
    return shared(session, actor, call, text, views.entered(actor.negotiation.code, row, text))


def variation_show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if len(call.plain.split()) != 1:
        raise UserError(
            "Say which entry: `/parley variation LV1` shows it. `/parley variations` lists them, and "
            f"{rules.ADD} enters one."
        )
    row = standing.find(session, actor, call.plain)
    text, content = views.whole(
        actor.negotiation.code,
        row,
        standing.of(session, row),
        regimes.named(row.regime, call.templates),
        _milestones(session, actor).get(row.milestone_id),
        service.lacking(row, call.templates),
    )
    return Answer(text, content)


def variations_list(session: Session, call: Call) -> Answer:
    """The three registers; `as csv` sends them as a file, in the shape of a submission."""
    actor = access.actor(session, call.place, call.code)
    wanted = call.plain.casefold().split()
    if wanted not in ([], ["as", "csv"], ["csv"]):
        raise UserError("`/parley variations` lists the entries, `/parley variations as csv` sends them as a file.")
    rows = variations.every(session, Variation, actor.id)
    if not rows:
        return Answer(f"No local variation, modification or price is entered yet. Enter one: {rules.ADD}.")
    if wanted:
        outbox.enqueue(
            session,
            "variation.register",
            key=f"variation.register:{actor.id}:{actor.person.id}:{call.at.isoformat()}",
            to=call.place.user_id,
            at=call.at,
            negotiation_id=actor.id,
        )
        return Answer(f"The registers of {actor.negotiation.code} come to you in a direct message, as a CSV file.")
    milestones = _milestones(session, actor)
    lines = []
    today = actor.today(call.at)
    for kind in VariationKind:
        of_kind = [row for row in rows if row.kind == kind]
        lines += [f"*Register of {rules.KIND_WORDS[kind]}s*"] if of_kind else []
        lines += [
            views.line(
                row, standing.of(session, row), milestones.get(row.milestone_id), list(service.unsaid(row, today))
            )
            for row in of_kind
        ]
    return Answer("\n".join(lines))


def _milestones(session: Session, actor: Actor) -> dict[int | None, Milestone]:
    return {row.id: row for row in timetable.milestones(session, actor.id)}


# -- the test of an entry -------------------------------------------------------------------------------


def open_test(session: Session, call: Call) -> Answer:
    """The button: a form with the questions of its test."""
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    row = standing.find(session, actor, call.plain)
    service.check_open(session, row)
    asked = regimes.named(row.regime, call.templates).rules(row.kind)
    return Answer(form=views.form(actor.negotiation.code, call.place.channel_id, row, asked))


def submit_test(session: Session, call: Call) -> Answer:
    """What the form holds; a field left as it was changes nothing."""
    actor = access.actor(session, call.place, call.code)
    row = standing.find(session, actor, call.plain)
    asked = regimes.named(row.regime, call.templates).rules(row.kind)
    changed = []
    for question in asked.questions:
        typed = call.values.get(question.key, "").strip()
        shown = row.answers.get(question.key, "")[: blocks.SECTION_LIMIT].strip()
        if typed and typed != shown:
            service.answer(session, actor, row, question.key, typed, at=call.at, templates=call.templates)
            changed.append(question.key)
    national = call.values.get("national-currency")
    if national in ("yes", "no"):
        service.set_currency(session, actor, row, national == "yes", at=call.at)
        changed.append("currency")
    who = call.values.get("who-was-consulted", "").strip()
    if who and who != row.consulted[: blocks.SECTION_LIMIT].strip():
        service.set_consulted(session, actor, row, who, at=call.at)
        changed.append("consulted")
    if not changed:
        return Answer(f"Nothing was changed: {row.ref} says so already.")
    answer = _said(session, actor, row, f"has new answers: {', '.join(changed)}.", call)
    if not service.lacking(row, call.templates):
        return answer
    return replace(answer, blocks=views.entered(actor.negotiation.code, row, answer.text))


def variation_answer(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = _ANSWER.fullmatch(call.plain)
    if found is None:
        raise UserError(
            "Say of which entry, which question and what the answer is: "
            "`/parley variation answer LV1 benefit Patients are seen within five days`."
        )
    row = standing.find(session, actor, found["ref"])
    text = found["text"] or ""
    if not service.answer(session, actor, row, found["key"], text, at=call.at, templates=call.templates):
        return _unchanged(row)
    return _said(session, actor, row, f"has its answer on {found['key'].casefold().rstrip(':')}.", call)


def _said(session: Session, actor: Actor, row: Variation, words: str, call: Call) -> Answer:
    """What was done to an entry, and what it still lacks."""
    lacks = service.lacking(row, call.templates)
    rest = f"It still lacks {', '.join(lacks)}." if lacks else views.whole_then(row)
    return shared(session, actor, call, f"*{row.ref}* {row.title} {words} {rest}")


def _unchanged(row: Variation) -> Answer:
    return Answer(f"Nothing was changed: {row.ref} says so already. `/parley variation {row.ref}` shows it.")


# -- what else is said of it ----------------------------------------------------------------------------


def variation_effect(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = _EFFECT.fullmatch(call.plain)
    if found is None:
        example = rules.effect_example(typed_ref(call, "LV1"), actor.today(call.at))
        raise UserError(f"Say of which entry, in which year and how much: {example}. `none` takes a year out.")
    row = standing.find(session, actor, found["ref"])
    example = rules.effect_example(row.ref, row.starts_on or actor.today(call.at))
    year = rules.read_year(found["year"], example)
    pence = None if found["amount"].strip().casefold() == "none" else rules.read_amount(found["amount"], example)
    if not service.set_effect(session, actor, row, year, pence, at=call.at):
        return _unchanged(row)
    words = f"has no effect entered for {year} now." if pence is None else f"in {year}: {rules.money(pence)}."
    return _said(session, actor, row, words, call)


def variation_schedule(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row, words = _first(session, actor, call, f"`/parley variation schedule {typed_ref(call, 'LV1')} 3B`")
    usual = regimes.named(row.regime, call.templates).rules(row.kind).schedule
    schedule = rules.read_schedule(words, f"`/parley variation schedule {row.ref} {usual}`")
    if not service.set_schedule(session, actor, row, schedule, at=call.at):
        return _unchanged(row)
    return _said(session, actor, row, f"lands in Schedule {row.schedule}.", call)


def variation_consulted(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref = typed_ref(call, "LV1")
    row, words = _first(session, actor, call, f"`/parley variation consulted {ref} The ward managers and Age UK`")
    if not service.set_consulted(session, actor, row, words, at=call.at):
        return _unchanged(row)
    return _said(session, actor, row, f"names who was consulted: {blocks.cut(words, views.SHORT)}.", call)


def variation_currency(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    example = f"`/parley variation currency {typed_ref(call, 'LP1')} yes`"
    row, words = _first(session, actor, call, example)
    said = words.casefold().rstrip(" .!,;")
    if said not in ("yes", "no"):
        raise UserError(f"Is there a national currency for it, yes or no? {example}, or `no`.")
    if not service.set_currency(session, actor, row, said == "yes", at=call.at):
        return _unchanged(row)
    what = "has a national currency, so it is to be submitted." if row.currency else (
        "has no national currency, so nothing is to be submitted."
    )  # fmt: skip
    return _said(session, actor, row, what, call)


def typed_ref(call: Call, otherwise: str) -> str:
    """The ref that begins what was typed, so that an example fits it; another where none does."""
    first = call.plain.partition(" ")[0].rstrip(":,")
    return first.upper() if _REF.fullmatch(first) else otherwise


def _first(session: Session, actor: Actor, call: Call, example: str) -> tuple[Variation, str]:
    """The entry whose ref begins the words, and the rest of them. Raises UserError without either."""
    ref, _, words = call.plain.partition(" ")
    if not words.strip():
        raise UserError(f"Say of which entry, and what: {example}.")
    return standing.find(session, actor, ref), words.strip()


def variation_from(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    example = rules.from_example(typed_ref(call, "LV1"), actor.today(call.at))
    row, words = _first(session, actor, call, example)
    begins, ends = split_last(words, "to")
    starts_on = _day(actor, call, begins)
    ends_on = _day(actor, call, ends) if ends else None
    service.set_dates(session, actor, row, starts_on, ends_on, at=call.at, templates=call.templates)
    until = f" to {dates.full_date(ends_on)}" if ends_on else ""
    return _said(
        session, actor, row, f"is in effect from {dates.full_date(starts_on)}{until}, under {row.regime}.", call
    )


def _day(actor: Actor, call: Call, words: str) -> date:
    return dates.read_date(words, today=actor.today(call.at), calendar=actor.calendar)


def variation_regime(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, name = call.plain.partition(" ")
    if not name.strip():
        known = ", ".join(regime.name for regime in regimes.every(call.templates))
        raise UserError(
            f"Say of which entry, and the rules: `/parley variation regime {typed_ref(call, 'LV1')} "
            f"{regimes.on(actor.today(call.at), call.templates).name}`. There are {known}."
        )
    row = standing.find(session, actor, ref)
    if not service.set_regime(session, actor, row, name, at=call.at, templates=call.templates):
        return _unchanged(row)
    regime = regimes.named(row.regime, call.templates)
    checked = "" if regime.rules(row.kind).verified else f" Its rules were {views.UNCHECKED}."
    return _said(session, actor, row, f"stands under {regime.name} ({regime.title}, {regime.span}).{checked}", call)


def variation_application(session: Session, call: Call) -> Answer:
    return _by_route(session, call, Route.APPLICATION)


def variation_agreement(session: Session, call: Call) -> Answer:
    return _by_route(session, call, Route.AGREEMENT)


def _by_route(session: Session, call: Call, route: Route) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if len(call.plain.split()) != 1:
        raise UserError(f"Say which modification: `/parley variation {route} LM1`.")
    row = standing.find(session, actor, call.plain)
    if not service.set_route(session, actor, row, route, at=call.at):
        return _unchanged(row)
    words = {
        Route.APPLICATION: "is applied for by the provider; nobody's agreement is needed, the regulator's approval is.",
        Route.AGREEMENT: "comes about by agreement of every party, and waits for the regulator's approval then.",
    }[route]
    return _said(session, actor, row, words, call)


# -- agreement and what follows -------------------------------------------------------------------------


def agree(session: Session, call: Call) -> Answer:
    """`agree LV1`: the words of the entry, for every party to confirm."""
    found = _ENTRY_AND_WORDS.fullmatch(call.plain.strip())
    entry = _entry(session, call, found["ref"]) if found else None
    if found is None or entry is None:
        _check_names_no_other_entry(session, call)
        return clause_handlers.agree(session, call)
    actor, row = entry
    if found["words"].strip(" :\n"):
        shows = "changes" if isinstance(row, ContractChange) else f"variation {row.ref}"
        raise UserError(
            f"The words of {row.ref} are those of its entry, so nothing else is agreed of it: "
            f"`/parley agree {row.ref}`. `/parley {shows}` shows it."
        )
    meeting = access.meeting_in_progress(session, actor)
    if isinstance(row, ContractChange):
        agreement = changes.agree(session, actor, row, source=call.source, at=call.at, meeting=meeting)
    else:
        lacking = service.lacking(row, call.templates)
        agreement = agreeing.agree(
            session, actor, row, source=call.source, at=call.at, meeting=meeting, lacking=lacking
        )
    advice = "" if isinstance(row, ContractChange) else _advice(row, agreement, actor.today(call.at))
    return Answer(
        f"Recorded as *{agreement.ref}* on {row.ref}, in the words of its entry: "
        f"{record_handlers.standing_in_words(agreement)}{advice}",
        besides=record_handlers.besides_card(session, actor, advice),
    )


def _advice(row: Variation, agreement: Agreement, today: date) -> str:
    """What an entry was agreed without, and how to give it: its words stand now."""
    unsaid = service.unsaid(row, today)
    if not unsaid:
        return ""
    first = f"`/parley reopen {row.ref} because …`" if agreement.status == AgreementStatus.AGREED else (
        f"`/parley withdraw {agreement.ref}`"
    )  # fmt: skip
    return (
        f" Advice, no rule: it lacks {mrkdwn.listed(unsaid)}. To give that, take it back first, {first}, then: "
        f"{mrkdwn.listed(unsaid.values())}."
    )


def _check_names_no_other_entry(session: Session, call: Call) -> None:
    """Raises UserError for a ref that no register has, and for a derogation; a clause with that number goes before."""
    ref = call.plain.strip().partition(":")[0]
    if not _REF.fullmatch(ref.strip()):
        return
    actor = access.actor(session, call.place, call.code)
    if known(session, actor.id, ref.strip()) is not None:
        return
    check_agreed_by_itself(session, actor, ref.strip())


def check_agreed_by_itself(session: Session, actor: Actor, ref: str) -> None:
    """Raises UserError for a ref that no register has, and for a derogation, which is entered and not agreed."""
    kind = ref[:2].upper()
    if kind == variations.CHANGE:
        standing.find_change(session, actor, ref)
    elif kind != variations.DEROGATION:
        standing.find(session, actor, ref)
    else:
        row = standing.find_derogation(session, actor, ref)
        raise UserError(
            f"{row.ref} is a derogation, which is entered and not agreed by itself: `/parley derogations` shows it. "
            f"Nothing was recorded. What is agreed are the words of its clause: `/parley agree {row.clause}: …`."
        )


def _entry(session: Session, call: Call, ref: str) -> tuple[Actor, Variation | ContractChange] | None:
    """Who acts, and the entry with this ref; None when there is none."""
    actor = access.actor(session, call.place, call.code)
    row = variations.by_ref(session, Variation, actor.id, ref) or variations.by_ref(
        session, ContractChange, actor.id, ref
    )
    return (actor, row) if row is not None else None


def confirm(session: Session, call: Call) -> Answer:
    """`confirm AG7` and its button; when the last party confirms an entry, what follows from that."""
    answer = record_handlers.confirm(session, call)
    ref = call.plain.partition(" ")[0]
    if not variations.any_on(session, ref):
        return answer
    actor = access.actor(session, call.place, call.code)
    agreement = access.record(session, actor, Agreement, ref)
    asked = agreeing.confirmed(session, actor, agreement, source=call.source, at=call.at, templates=call.templates)
    if asked is None:
        return answer
    stands = standing.of(session, asked.row).words
    said = _follows(asked, _owner(session, actor, agreement), stands, actor.calendar)
    agreeing.tell_the_table(session, actor, f"{actor.negotiation.code}: {said}", asked.row, at=call.at)
    return replace(answer, text=f"{answer.text} {said}")


def _owner(session: Session, actor: Actor, agreement: Agreement) -> str:
    """Whoever recorded it, by name."""
    titles = roster.titles(session, actor.id)
    return titles.get(agreement.author_id, "somebody who left")


def _follows(asked: Asked, owner: str, stands: str, calendar: Calendar) -> str:
    """What follows from an entry that every party has agreed; `stands` says how it stands now."""
    row = asked.row
    head = f"Every party has agreed *{row.ref}* {row.title}."
    if asked.due_on is None or asked.milestone is None or asked.action is None:
        return f"{head} It is {stands}; nothing is to be submitted."
    checked = "" if asked.rules.verified else f" This rule was {views.UNCHECKED}."
    approval = (
        f" It waits for approval then: `/parley variation approval {row.ref} REFERENCE on DATE`."
        if row.needs_approval
        else ""
    )
    by = f"{dates.full_date(asked.due_on)}{rules.day_off(asked.due_on, calendar)}"
    return (
        f"{head} By {by}: {asked.rules.duty}. That is milestone {asked.milestone.ref}, and "
        f"action {asked.action.ref} of {owner}.{approval}{checked}"
    )


def reopen(session: Session, call: Call) -> Answer:
    """`reopen LV1 because …`: what every party agreed of an entry is open again."""
    found = BECAUSE.fullmatch(call.plain)
    ref = found["ref"] if found else call.plain.strip()
    entry = _entry(session, call, ref) if _ENTRY.fullmatch(ref) else None
    if entry is None:
        _check_ref_there(session, call, ref)
        return clause_handlers.reopen(session, call)
    actor, row = entry
    if isinstance(row, ContractChange):
        changes.check_open(session, row)
        raise UserError(f"{row.ref} is open as it is: `/parley change impact {row.ref} …` changes it.")
    reason = found["reason"] if found else ""
    agreeing.reopen(session, actor, row, reason, at=call.at)
    return shared(
        session,
        actor,
        call,
        f"*{row.ref}* {row.title} is reopened, because {reason.strip()}. What was agreed stays on record; nothing "
        f"is due of it any more.",
    )


def withdraw(session: Session, call: Call) -> Answer:
    """`withdraw LV1` lacks the reason that an entry goes for; the rest is for clauses, proposals and agreements."""
    entry = _entry(session, call, call.plain.strip()) if _ENTRY.fullmatch(call.plain.strip()) else None
    if entry is None:
        _check_ref_there(session, call, call.plain.strip().partition(" ")[0])
        return clause_handlers.withdraw(session, call)
    verb = "change" if isinstance(entry[1], ContractChange) else "variation"
    raise UserError(f"Say why: `/parley {verb} withdraw {entry[1].ref} because the service moves to another contract`.")


def _check_ref_there(session: Session, call: Call, ref: str) -> None:
    """Raises UserError for a register's ref that no register has; a clause with that number goes before."""
    if not _REF.fullmatch(ref):
        return
    actor = access.actor(session, call.place, call.code)
    if known(session, actor.id, ref) is not None:
        return
    kind = ref[:2].upper()
    if kind == variations.CHANGE:
        standing.find_change(session, actor, ref)
    elif kind == variations.DEROGATION:
        standing.find_derogation(session, actor, ref)
    else:
        standing.find(session, actor, ref)


def variation_approval(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, words = call.plain.partition(" ")
    example = rules.approval_example(typed_ref(call, "LM1"), actor.today(call.at))
    access.require(actor, access.Capability.PLAN, agreeing.APPROVE)
    if not ref:
        raise UserError(f"Say which entry was approved, under which reference and when: {example}.")
    row = standing.find(session, actor, ref)
    typed, when = split_last(words.strip(), "on")
    reference = rules.read_reference(typed)
    if not reference:
        raise UserError(f"An approval has a reference, and none was typed. Type the regulator's: {example}.")
    if not when:
        raise UserError(f"Say when it was approved too: {example}.")
    day = _day(actor, call, when)
    lacking = list(service.lacking(row, call.templates))
    agreeing.approve(session, actor, row, reference, day, at=call.at, lacking=lacking)
    return shared(
        session,
        actor,
        call,
        f"*{row.ref}* {row.title} was approved on {dates.full_date(day)} "
        f"({blocks.cut(row.approval, views.SHORT)}). How it stands: {standing.of(session, row).words}.",
    )


def milestone_done(session: Session, call: Call) -> Answer:
    """The submission of an entry is told with its day and reference, so that the register knows of it too."""
    actor = access.actor(session, call.place, call.code)
    words = call.plain.split()
    milestone = timetable.by_ref(session, actor.id, words[0]) if words else None
    for row in variations.every(session, Variation, actor.id) if milestone is not None else []:
        open_entry = row.submitted_on is None and row.approved_on is None and not row.withdrawn_because
        if milestone is not None and row.milestone_id == milestone.id and open_entry:
            today = actor.today(call.at)
            raise UserError(
                f"{milestone.ref} is the submission of {row.ref}. Say when and under which reference: "
                f"`/parley variation submitted {row.ref} on {today.day} {today:%b %Y} reference …`."
            )
    return clause_handlers.milestone_done(session, call)


def variation_submitted(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    found = _SUBMITTED.fullmatch(call.plain)
    if found is None:
        raise UserError(
            "Say which entry was submitted and when: "
            f"{rules.submitted_example(typed_ref(call, 'LV1'), actor.today(call.at))}."
        )
    row = standing.find(session, actor, found["ref"])
    day = _day(actor, call, found["on"]) if found["on"] else actor.today(call.at)
    milestone = agreeing.submit(
        session,
        actor,
        row,
        day,
        rules.read_reference(found["reference"] or ""),
        at=call.at,
        lacking=list(service.lacking(row, call.templates)),
        templates=call.templates,
    )
    reference = f" ({blocks.cut(row.submission, views.SHORT)})" if row.submission else ""
    done = f" Milestone {milestone.ref} is done." if milestone else ""
    waits = " It waits for approval now." if row.needs_approval and row.approved_on is None else ""
    return shared(
        session,
        actor,
        call,
        f"*{row.ref}* {row.title} was submitted on {dates.full_date(day)}{reference}.{done}{waits}",
    )


def variation_withdraw(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, WITHDRAW.format(f"variation withdraw {typed_ref(call, 'LV1')}"))
    row = standing.find(session, actor, ref)
    agreeing.withdraw(session, actor, row, reason, at=call.at)
    return gone(session, actor, call, row.ref, row.withdrawn_because)


def gone(session: Session, actor: Actor, call: Call, ref: str, reason: str) -> Answer:
    return shared(session, actor, call, f"*{ref}* is withdrawn, because {reason}. It stays on record.")
