"""`route …`, `structure …`, `procon …`, `analysis …`: how the contract came to be."""

from dataclasses import replace

from bot import access, dates, roster
from bot.access import Actor
from bot.choices import history, packs, rules, service, views
from bot.errors import UserError
from bot.setup import handlers as setup_handlers
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared
from storage import Session, choices
from storage.tables import Analysis, ChoiceKind

# -- the route -------------------------------------------------------------------------------------------


def route(session: Session, call: Call) -> Answer:
    """Asks three questions in a form, or reads their answers as they are typed."""
    actor = access.actor(session, call.place, call.code)
    options = packs.options(call.templates)
    if call.plain:
        answers = rules.read_route(call.plain, options.questions)
        return Answer(views.matched(rules.matching(options.routes, answers)))
    form = views.route_form(actor.negotiation.code, call.place.channel_id, options.questions)
    opens = "The questions open in a form. " if call.can_open_form else ""
    return Answer(f"{opens}{views.asks(options.questions)}", form=form)


def submit_route(session: Session, call: Call) -> Answer:
    """Every value is the place of an answer; a form may be older than the file it was made from."""
    access.actor(session, call.place, call.code)
    options = packs.options(call.templates)
    answers, errors = {}, {}
    for name, known in options.questions.items():
        place = call.values.get(name, "")
        if place.isdecimal() and int(place) < len(known):
            answers[name] = [known[int(place)]]
        else:
            errors[name] = "Choose one of the answers."
    if errors:
        return Answer(errors=errors)
    return Answer(views.matched(rules.matching(options.routes, answers)))


def route_choose(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    number, reason = rules.read_chosen(call.plain)
    row = service.route(packs.options(call.templates), number)
    decision = service.choose_route(session, actor, row, reason, source=call.source, at=call.at)
    return shared(session, actor, call, f"*{decision.ref}* {decision.text}")


def route_table(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    options = packs.options(call.templates)
    made = _standing(session, actor, ChoiceKind.ROUTE)
    return Answer("\n".join([views.table(options), *([f"Chosen: {made}"] if made else [])]))


def _standing(session: Session, actor: Actor, kind: ChoiceKind) -> str:
    """The choice that stands, with who made it and when; nothing while there is none."""
    made = service.chosen(session, actor.id, kind)
    if made is None:
        return ""
    choice, decision = made
    who = roster.titles(session, actor.id)
    return views.chosen(choice, decision, who[choice.author_id], actor.today(choice.at))


# -- the structure ---------------------------------------------------------------------------------------


def structure(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        standing = _standing(session, actor, ChoiceKind.STRUCTURE)
        return Answer(standing or f"The structure is not decided yet. Decide it: {rules.STRUCTURE}.")
    kind, party, reason = rules.read_structure(call.plain)
    made = service.decide_structure(session, actor, kind, party, reason, source=call.source, at=call.at)
    signing = [party.code for party in made.signing]
    counted = [
        (each.agreement, each.before, mrkdwn.listed(party.code for party in each.awaited)) for each in made.recounts
    ]
    return shared(session, actor, call, views.decided(made.decision, signing, made.changed, counted))


def party_add(session: Session, call: Call) -> Answer:
    """A party that signs: what is on its way to be agreed waits for it too from now on, and that is said."""
    answer = setup_handlers.party_add(session, call)
    actor = access.actor(session, call.place, call.code)
    awaiting = service.awaiting(session, actor, call.plain.split()[0])
    if not awaiting:
        return answer
    verb = "awaits" if len(awaiting) == 1 else "await"
    return replace(answer, text=f"{answer.text}\n{mrkdwn.listed(awaiting)} {verb} its confirmation too now.")


# -- pros and cons ---------------------------------------------------------------------------------------


def procon(session: Session, call: Call) -> Answer:
    """A list for the chosen structure, a named one or all; with a number first, how that one weighs here."""
    actor = access.actor(session, call.place, call.code)
    options = packs.options(call.templates)
    if call.words[:1].isdecimal() or call.words.startswith("#"):
        return _weigh(session, actor, options, call)
    if call.plain.casefold() == "all":
        shown = list(options.structures)
    elif call.plain:
        shown = [service.structure_named(options, call.plain)]
    else:
        shown = service.structures_chosen(session, actor, options)
    if not shown:
        return Answer("The table says nothing for or against what was chosen. `/parley procon all` lists what it has.")
    weighed = {(row.structure, row.kind, row.text): row for row in choices.weighings(session, actor.id)}
    owners = roster.titles(session, actor.id)
    lines = [views.structure(each, weighed, owners) for each in shown]
    return Answer("\n".join([*lines, f"To say what matters here: {rules.PROCON}."]))


def _weigh(session: Session, actor: Actor, options: packs.Options, call: Call) -> Answer:
    said = rules.read_weighed(call.words)
    row = service.point(options, said.number)
    owner = roster.mentioned(session, actor, mrkdwn.mark(said.owner), call.names)[0] if said.owner else None
    if said.mitigation is not None:
        said = rules.Weighed(said.number, said.material, mrkdwn.named(said.mitigation, call.names), said.owner)
    weighed, changed = service.weigh(session, actor, row, said, owner.member if owner else None, at=call.at)
    owners = roster.titles(session, actor.id)
    line = f"{row.structure}: {views.point(row, weighed, owners)}"
    if not changed:
        return Answer(f"Nothing was changed: {line}")
    return shared(session, actor, call, f"{line}")


# -- market analysis -------------------------------------------------------------------------------------


def analysis_add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    access.require(actor, access.Capability.RECORD)
    said = rules.read_analysis(call.plain)
    month = dates.read_month(said.when)
    if month is None and said.how == "in":
        raise UserError(
            f"{dates.shown(said.when)} is not a month with its year: {rules.ANALYSIS}, or `on 12 jan 2013`."
        )
    day = None if month else dates.read_date(said.when, today=actor.today(call.at), calendar=actor.calendar)
    row = service.add_analysis(
        session, actor, said.title, day, f"{month:%Y-%m}" if month else None, said.finding, at=call.at
    )
    return shared(session, actor, call, f"{views.analysis(row)}")


def analysis_load(session: Session, call: Call) -> Answer:
    """What a pack tells of the story: phases of market analysis, and what else is known, as notes."""
    actor = access.actor(session, call.place, call.code)
    if not call.plain:
        raise UserError(f"Say which: `/parley analysis load {packs.names(call.templates)[0]}`.")
    options = packs.options(call.templates, call.plain, "analysis load")
    told = history.load(session, actor, options, source=call.source, at=call.at)
    waits = dates.waiting(told.waiting)
    if not told.phases and not told.notes:
        return Answer(f"Nothing was changed: what {call.plain} tells is there already. {waits}".strip())
    lines = [views.analysis(row) for row in told.phases]
    if told.notes:
        notes = mrkdwn.listed(f"*{row.ref}*" for row in told.notes)
        lines.append(f"What else is known of the story is noted, and stands in the negotiation file: {notes}.")
    lines += [waits] if waits else []
    return shared(session, actor, call, "\n".join(lines))


def analysis_list(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley analysis` lists the phases. To record one: {rules.ANALYSIS}.")
    rows = choices.every(session, Analysis, actor.id)
    if not rows:
        return Answer(
            f"No market analysis has been recorded yet. Record a phase: {rules.ANALYSIS}, or load a pack: "
            f"`/parley analysis load {packs.names(call.templates)[0]}`."
        )
    return Answer("\n".join(views.analysis(row) for row in rows))
