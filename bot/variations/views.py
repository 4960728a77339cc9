"""The registers in words, and the form for an entry's test."""

from collections.abc import Mapping, Sequence
from datetime import date

from bot import dates
from bot.slack import blocks, mrkdwn
from bot.variations import rules
from bot.variations.regimes import Regime
from bot.variations.rules import KindRules, Status
from bot.variations.standing import Standing, due_on
from storage.tables import ContractChange, Derogation, Milestone, Route, Variation, VariationKind

SHORT = 300  # characters of people's own words on a line
MOST_FIELDS = 6  # of a form; the button asks for the rest
UNCHECKED = "not compared with the rules themselves: do so before relying on it"


def line(row: Variation, now: Standing, milestone: Milestone | None, unsaid: Sequence[str]) -> str:
    """An entry on a line: what it is, how it stands, where it lands, what it costs, what is due, what it lacks."""
    parts = [f"*{row.ref}* {row.title}", _status(row, now), f"Schedule {row.schedule}"]
    if row.clause:
        parts.append(f"clause {row.clause}")
    parts.append(row.regime)
    if row.starts_on:
        parts.append(_effective(row))
    if row.effects:
        parts.append(blocks.cut(rules.effects(row.effects), SHORT))
    due = due_on(row, milestone)
    if due is not None and milestone is not None:
        parts.append(f"to be submitted by {dates.full_date(due)} ({milestone.ref})")
    if unsaid and now.status != Status.WITHDRAWN:
        parts.append(f"lacking: {mrkdwn.listed(unsaid)}")
    return " · ".join(parts)


def _status(row: Variation, now: Standing) -> str:
    if row.route == Route.APPLICATION and now.status in (Status.DRAFT, Status.SUBMITTED):
        return "draft of an application" if now.status == Status.DRAFT else "applied for, waits for approval"
    if now.status == Status.SUBMITTED and row.needs_approval:
        return "submitted, waits for approval"
    ref = f" ({now.agreement.ref})" if now.agreement else ""
    return f"{now.words}{ref}"


def _effective(row: Variation) -> str:
    if row.starts_on is None:
        return "no dates yet"
    until = f" to {dates.full_date(row.ends_on)}" if row.ends_on else ""
    return f"from {dates.full_date(row.starts_on)}{until}"


def whole(
    code: str, row: Variation, now: Standing, regime: Regime, milestone: Milestone | None, lacking: Mapping[str, str]
) -> tuple[str, list[blocks.Block]]:
    """One entry with its test, as text and as blocks."""
    asked = regime.rules(row.kind)
    checked = "" if regime.verified and asked.verified else f" ({UNCHECKED})"
    clause = f", clause {row.clause}" if row.clause else ""
    head = [
        f"*{row.ref}* {row.title}: {rules.KIND_WORDS[row.kind]}, {_status(row, now)}",
        f"Rules: {regime.title}, {regime.name}, {regime.span}{checked}",
        f"Lands in Schedule {row.schedule}{clause}; in effect: {_effective(row)}",
        f"Financial effect: {blocks.cut(rules.effects(row.effects), 1500) or 'none entered'}",
        f"Consulted: {blocks.cut(row.consulted, SHORT) or 'nobody named'}",
    ]
    if row.kind == VariationKind.PRICE:
        known = {None: "not said yet", True: "yes", False: "no, so nothing is to be submitted"}[row.currency]
        head.append(f"National currency: {known}")
    if row.approved_on:
        head.append(f"Approved on {dates.full_date(row.approved_on)} ({blocks.cut(row.approval, SHORT)})")
    if row.submitted_on:
        reference = f" ({blocks.cut(row.submission, SHORT)})" if row.submission else ""
        head.append(f"Submitted on {dates.full_date(row.submitted_on)}{reference}")
    elif (due := due_on(row, milestone)) is not None and milestone is not None:
        head.append(f"To be submitted by {dates.full_date(due)} ({milestone.ref})")
    if row.withdrawn_because:
        head.append(f"Withdrawn, because {blocks.cut(row.withdrawn_because, SHORT)}")
    parts = blocks.paragraphs("\n".join(head))
    lines = list(head)
    for question in asked.questions:
        answer = row.answers.get(question.key)
        parts.append(blocks.section(f"*{question.key}*: {question.ask}"))
        parts += blocks.quoted(blocks.cut(answer, blocks.SECTION_LIMIT)) if answer else []
        lines.append(f"{question.key}: {answer or 'not answered'}")
    if now.status in rules.OPEN:
        rest = f"It lacks {mrkdwn.listed(lacking)}." if lacking else whole_then(row)
        lines.append(rest)
        parts += [blocks.section(rest), blocks.buttons(test_button(code, row))]
    return "\n".join(lines), parts


def whole_then(row: Variation) -> str:
    """What is done with an entry that lacks nothing: agreed, or where it is applied for, submitted."""
    if row.route == Route.APPLICATION:
        return f"It is whole: submit it and say so, `/parley variation submitted {row.ref}`."
    return f"It is whole: `/parley agree {row.ref}`."


def entered(code: str, row: Variation, said: str) -> list[blocks.Block]:
    """What was said of a new entry, with the button that opens its test."""
    return [*blocks.paragraphs(said), blocks.buttons(test_button(code, row))]


def test_button(code: str, row: Variation) -> blocks.Block:
    return blocks.button(
        "Answer Its Test",
        "variation.test",
        f"{code} {row.ref}",
        style="primary",
        spoken=f"Answer the test of {row.ref}",
    )


def form(code: str, channel: str, row: Variation, asked: KindRules) -> blocks.Block:
    """The test of an entry, as much of it as a form asks at once: what is open comes first, then what else there is."""
    open_first = sorted(asked.questions, key=lambda question: question.key in row.answers)
    fields = [
        blocks.text_input(
            question.key,
            question.ask,
            initial=row.answers.get(question.key, ""),
            hint="" if question.verified else f"This question was {UNCHECKED}.",
            multiline=True,
            optional=True,
        )
        for question in open_first
    ]
    still_open = sum(question.key not in row.answers for question in asked.questions)
    who = blocks.text_input("who-was-consulted", "Who was consulted?", initial=row.consulted, optional=True)
    fields.insert(still_open if not row.consulted else len(fields), who)
    if asked.submission == "currency" and row.currency is None:
        options = [("yes", "Yes"), ("no", "No: nothing is to be submitted"), ("unknown", "Not known yet")]
        fields.insert(still_open, blocks.select_input("national-currency", "Is there a national currency?", options))
    return blocks.modal(
        "variation.test",
        f"Test of {row.ref}",
        fields[:MOST_FIELDS],
        submit="Save",
        private_metadata=f"{code} {channel} {row.ref}",
    )


def derogation(row: Derogation) -> str:
    gone = f" · withdrawn, because {blocks.cut(row.withdrawn_because, SHORT)}" if row.withdrawn_because else ""
    return f"*{row.ref}* {row.clause}: {blocks.cut(row.text, SHORT)}{gone}"


CHANGE_WORDS: Mapping[Status, str] = {
    **rules.IN_WORDS,
    Status.PROPOSED: "waits to be signed by every party",
    Status.FINAL: "signed by every party",
}


def change(row: ContractChange, now: Standing, party: str, signed: Sequence[tuple[str, date]]) -> str:
    """A variation of the signed contract on a line; `signed` are people and the local day on which each signed."""
    impact = f"impact: {blocks.cut(row.impact, SHORT)}" if row.impact else "impact not assessed"
    ref = f" ({now.agreement.ref})" if now.agreement else ""
    parts = [f"*{row.ref}* {row.title}", f"initiated by {party}", f"{CHANGE_WORDS[now.status]}{ref}", impact]
    if signed:
        parts.append(f"signed: {mrkdwn.listed(f'{name}, {dates.full_date(day)}' for name, day in signed)}")
    return " · ".join(parts)
