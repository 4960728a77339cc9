"""`assessment …`: what the most capable provider is assessed by, and what came of it."""

from bot import access, dates, roster
from bot.choices import assessment, packs, rules, views
from bot.errors import UserError
from bot.slack import mrkdwn
from bot.slack.command import Answer, Call, shared, split_last
from storage import Session, choices
from storage.tables import Criterion, Finding


def load(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    name, party = split_last(call.plain, "from")
    if not name:
        raise UserError(f"Say which: `/parley assessment load {packs.names(call.templates)[0]}`.")
    options = packs.options(call.templates, name)
    rows = assessment.add_criteria(session, actor, options.criteria, at=call.at)
    found, waiting = assessment.load_findings(session, actor, options, party, source=call.source, at=call.at)
    waits = dates.waiting(waiting)
    if not rows and not found:
        there = "Nothing was changed: these criteria are there already. `/parley assessment` shows them."
        return Answer(f"{there} {waits}".strip())
    lines = ["Providers are assessed by:", *(f"*{row.number}* {row.text}" for row in rows)] if rows else []
    lines += ["What the assessment found:", *map(views.finding, found), *views.assumptions(found)] if found else []
    lines += [waits] if waits else []
    return shared(session, actor, call, "\n".join(lines))


def add(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    rows = assessment.add_criteria(session, actor, [call.plain], at=call.at)
    if not rows:
        return Answer("Nothing was changed: that criterion is there already.")
    (row,) = rows
    return shared(session, actor, call, f"Providers are assessed by *{row.number}* {row.text}")


def evidence(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    number, text = rules.read_numbered(call.plain, rules.EVIDENCE)
    row = assessment.criterion(session, actor, number)
    assessment.add_evidence(session, actor, row, text, at=call.at)
    return shared(session, actor, call, f"Evidence for *{row.number}* {row.text}: {text}")


def evaluator(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    people = roster.mentioned(session, actor, call.words, call.names)
    if not people:
        raise UserError("Mention who assesses: `/parley assessment evaluator @dana, @priya`.")
    new = assessment.name_evaluators(session, actor, people, at=call.at)
    if not new:
        return Answer("Nothing was changed: they are named already.")
    who = mrkdwn.listed(seat.title for seat in new)
    verb = "assesses" if len(new) == 1 else "assess"
    return shared(session, actor, call, f"{who} {verb} the providers.")


def finding(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    said = rules.read_finding(call.words)
    row, lacking = assessment.find(session, actor, said, call.names, source=call.source, at=call.at)
    asks = f"\n{row.became} still needs {lacking}." if lacking else ""
    return shared(session, actor, call, f"{views.finding(row)}{asks}")


def show(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    if call.plain:
        raise UserError(f"`/parley assessment` shows all of it. To add a criterion: {rules.ASSESS}.")
    rows = choices.every(session, Criterion, actor.id)
    if not rows:
        return Answer(f"Nothing is assessed yet. Begin: `/parley assessment load oxfordshire`, or {rules.ASSESS}.")
    window = assessment.window(session, actor.id, packs.options(call.templates).working_days, actor.calendar)
    return Answer(
        views.assessment(
            rows,
            choices.evidence(session, actor.id),
            choices.every(session, Finding, actor.id),
            [seat.title for seat in assessment.evaluators(session, actor.id)],
            window.words,
        )
    )


def regime(_session: Session, call: Call) -> Answer:
    return Answer(views.regime(packs.regime(call.templates)))
