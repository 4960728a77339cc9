"""Routes, structures, pros and cons, analysis and the assessment in words; the form that asks for a route."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bot import dates
from bot.choices import rules
from bot.choices.packs import Options, Point, Regime, Route, Structure
from bot.slack import blocks, mrkdwn
from storage.tables import (
    Agreement,
    AgreementStatus,
    Analysis,
    Choice,
    Criterion,
    Decision,
    Evidence,
    Finding,
    Party,
    PartyKind,
    Weighing,
)

SHORT = 300  # characters of people's own words on a line
LABELS = {"market": "State of the market", "complexity": "Complexity", "integration": "Integration required"}


def route_form(code: str, channel: str, questions: Mapping[str, Sequence[str]]) -> blocks.Block:
    """Three questions; the value of an answer is its place among them."""
    return blocks.modal(
        "route.ask",
        "Route to contract",
        [
            blocks.select_input(name, label, ((str(place), answer) for place, answer in enumerate(questions[name])))
            for name, label in LABELS.items()
        ],
        submit="Show the Routes",
        private_metadata=f"{code} {channel} ask",
    )


def asks(questions: Mapping[str, Sequence[str]]) -> str:
    """The same questions for those whom no form can be shown."""
    lines = [f"{label}: {'; '.join(questions[name])}" for name, label in LABELS.items()]
    return "\n".join([f"Say three answers, with commas between them: {rules.ROUTE}.", *lines])


def matched(rows: Sequence[Route]) -> str:
    if not rows:
        return "The table has no row for that. `/parley route table` shows it whole, so that you can see what is near."
    number = rows[0].number
    return "\n".join(
        [
            *(route(row) for row in rows),
            f"To record the one you choose: `/parley route choose {number} because …`.",
        ]
    )


def route(row: Route) -> str:
    """A row of the table on a line, cells in doubt marked, and why they are."""
    market, complexity, integration, structure, how = rules.cells(row)
    doubt = "".join(f"\n      {name} is ambiguous: {remark}" for name, remark in row.ambiguous.items())
    return f"*{row.number}* {market} · {complexity} · {integration} → {structure} → {how}{doubt}"


def table(options: Options) -> str:
    head = f"*{options.title}*, from {options.source}; {options.remark}"
    return "\n".join([head, *(route(row) for row in options.routes)])


def chosen(choice: Choice, decision: Decision, who: str, day: date) -> str:
    return f"*{decision.ref}* {decision.text} ({who}, {dates.full_date(day)})"


def decided(
    decision: Decision,
    signing: Sequence[str],
    changed: Iterable[Party],
    counted: Iterable[tuple[Agreement, str, str]],
) -> str:
    """What was decided, who signs by it, and what that changes for agreements made before.

    Those come with how they stood before and whom they await.
    """
    lines = [
        f"*{decision.ref}* {decision.text}",
        f"Who signs now, and whose confirmation every agreement needs: {mrkdwn.listed(signing)}.",
    ]
    for party in changed:
        if party.kind == PartyKind.SUBCONTRACTOR:
            lines.append(f"{party.code} is a subcontractor now: it sits at the table and does not sign.")
        else:
            lines.append(f"{party.code} is a provider now, and signs.")
    for agreement, before, awaited in counted:
        if agreement.status == AgreementStatus.AWAITING:
            lines.append(f"{agreement.ref} keeps the confirmations it has, and awaits {awaited}.")
        elif agreement.status != before:
            lines.append(f"{agreement.ref} keeps the confirmations it has, and is {agreement.status} now.")
    return "\n".join(lines)


# -- pros and cons ---------------------------------------------------------------------------------------


def structure(
    each: Structure, weighed: Mapping[tuple[str, str, str], Weighing], owners: Mapping[int | None, str]
) -> str:
    """A structure with what speaks for and against it, numbered, and how each was weighed here."""
    head = f"*{rules.marked(each.name, each.remark)}*"
    return "\n".join(
        [head, *(point(row, weighed.get((row.structure, row.kind, row.text)), owners) for row in each.points)]
    )


def point(row: Point, weighed: Weighing | None, owners: Mapping[int | None, str]) -> str:
    parts = [f"*{row.number}* {row.kind}: {rules.marked(row.text, row.remark)}"]
    if weighed is not None:
        parts.append("material" if weighed.material else "immaterial")
        if weighed.mitigation:
            parts.append(f"mitigation: {blocks.cut(weighed.mitigation, SHORT)}")
        if weighed.owner_id is not None:
            parts.append(f"owner: {owners[weighed.owner_id]}")
    else:
        parts.append("not weighed yet")
    return " · ".join(parts)


# -- analysis and assessment -----------------------------------------------------------------------------


def analysis(row: Analysis) -> str:
    finding = f" · finding: {blocks.cut(row.finding, SHORT)}" if row.finding else ""
    return f"*{row.ref}* {blocks.cut(row.title, SHORT)}: {when(row)}{finding}"


def when(row: Analysis) -> str:
    """The date, or the month that is all that is known."""
    if row.held_on is not None:
        return dates.full_date(row.held_on)
    return dates.full_month(date.fromisoformat(f"{row.month}-01"))


def assessment(
    criteria: Iterable[Criterion],
    evidence: Mapping[int, Sequence[Evidence]],
    findings: Sequence[Finding],
    evaluators: Sequence[str],
    window: str,
) -> str:
    lines = [f"Evaluators: {mrkdwn.listed(evaluators) or 'nobody named yet'}", window]
    for row in criteria:
        lines.append(f"*{row.number}* {blocks.cut(row.text, SHORT)}")
        lines += [f"      evidence: {blocks.cut(each.text, SHORT)}" for each in evidence.get(row.id or 0, ())]
        lines += [f"      {finding(each)}" for each in findings if each.criterion_id == row.id]
    return "\n".join([*lines, *assumptions(findings)])


def assumptions(rows: Iterable[Finding]) -> list[str]:
    """Why things of findings are assumed, each reason once with the findings that it is about."""
    refs: dict[str, list[str]] = {}
    for row in rows:
        refs.setdefault(row.remark, []).append(row.ref)
    return [f"(assumed) {mrkdwn.listed(named)}: {remark}." for remark, named in refs.items() if remark]


def finding(row: Finding) -> str:
    became = f" → {rules.assumed(f'*{row.became}*', row.remark)}" if row.became else ""
    return f"*{row.ref}* {row.kind}: {blocks.cut(row.text, SHORT)}{became}"


def regime(law: Regime) -> str:
    criteria = [f"• {each}" for each in law.criteria]
    return "\n".join(
        [
            f"*{law.title}*: {law.regulation}. {law.guidance}",
            law.nearest,
            law.others,
            f"The five key criteria ({law.criteria_remark}):",
            *criteria,
            law.standstill,
            law.record,
        ]
    )
