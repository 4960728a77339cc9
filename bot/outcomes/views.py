"""Outcomes, metrics and what results pay, in words."""

from collections.abc import Mapping
from decimal import Decimal

from bot import dates, figures
from bot.access import Actor
from bot.figures import Amount
from bot.outcomes import rules
from bot.outcomes.rules import Payment
from bot.outcomes.standing import Register, Standing, detail
from bot.slack import blocks, mrkdwn
from storage.tables import AgreementStatus, Outcome

SHORT = 300  # characters of people's own words on a line of a list

STATUS_WORDS = {
    "proposed": "proposed",
    AgreementStatus.AWAITING: "awaiting confirmation",
    AgreementStatus.OBJECTED: "objected to",
    AgreementStatus.AGREED: "agreed in principle, subject to contract",
    "withdrawn": "withdrawn",
}


def status(found: Standing) -> str:
    """How a metric stands; agreed is subject to contract until the contract is signed."""
    if found.status == AgreementStatus.AGREED and found.signed:
        return "agreed"
    return STATUS_WORDS[found.status]


def marked(words: str, ambiguous: bool) -> str:
    return f"{words} (ambiguous)" if ambiguous else words


def listing(code: str, register: Register) -> list[str]:
    """The whole register: each outcome with its metrics, the share at risk, what is left, what advice says."""
    live = register.live
    lines = [
        f"*Outcomes of {code}*: {_count(len(register.outcomes), 'outcome')}, {_count(len(live), 'metric')}. "
        f"{rules.left(register.weights, register.full)}"
    ]
    if register.shares:
        lines.append(f"Share at risk: {shares(register.shares)}.")
    for outcome in register.outcomes:
        lines.append(f"*{outcome.ref}* {marked(outcome.title, outcome.ambiguous)}")
        found = register.of(outcome)
        lines += [line(each) for each in found] or [f"No metric yet: `/parley metric add {outcome.ref} …`"]
    advice = rules.advice(len(register.outcomes), len(live), register.full)
    return [*lines, *(said for said in (advice, rules.falling(register.shares)) if said)]


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"


def shares(known: Mapping[int, Decimal]) -> str:
    """ "10% from year 1, 20% from year 3"."""
    return mrkdwn.listed(f"{figures.percent(known[year])} from year {year}" for year in sorted(known))


def line(found: Standing) -> str:
    row = found.metric
    wording = marked(blocks.cut(found.wording.text, SHORT), row.ambiguous)
    weight = f" · weight {figures.percent(row.weight)}" if row.weight is not None else " · no weight"
    target = f" · target {blocks.cut(row.target, SHORT)}" if row.target else ""
    ref = f" ({found.agreement.ref})" if found.agreement else ""
    return f"*{row.ref}* {wording}{weight}{target} · {status(found)}{ref}"


def outcome(row: Outcome, found: list[Standing]) -> list[str]:
    note = [f"Note: {row.note}"] if row.note else []
    return [
        f"*{row.ref}* {marked(row.title, row.ambiguous)}",
        *note,
        *([line(each) for each in found] or [f"No metric yet: `/parley metric add {row.ref} …`"]),
    ]


def metric(found: Standing, outcome_title: str, people: Mapping[int | None, str], actor: Actor) -> list[str]:
    """One metric whole: its particulars and every wording with who and when."""
    row = found.metric
    because = f", because {row.because}" if row.withdrawn else ""
    ref = f" ({found.agreement.ref})" if found.agreement else ""
    lines = [
        f"*{row.ref}* {marked(found.wording.text, row.ambiguous)}",
        f"For: {outcome_title}. It is {status(found)}{ref}{because}.",
    ]
    lines += [f"{name[0].upper()}{name[1:]}: {words}" for name, words in detail(found).items()]
    if row.note:
        lines.append(f"Note: {row.note}")
    for each in found.wordings:
        why = f", because {each.because}" if each.because else ""
        history = f" ({each.history})" if each.history else ""
        day = dates.full_date(actor.today(each.at))
        who = people.get(each.author_id, "somebody who left")
        lines.append(f"Wording {each.number}, {who}, {day}{why}{history}: {each.text}")
    if found.status == "proposed":
        lines.append(f"Agree it in these words: `/parley agree {row.ref}`.")
    return lines


def payment(pay: Payment, year: int, value: Amount | None) -> list[str]:
    """What results pay, with the working of each metric."""
    of = f" of {value}" if value else ""
    lines = [
        f"*Year {year}*, {figures.percent(pay.share)}{of} at risk"
        f"{f': {_money(pay.at_risk, value)}' if pay.at_risk is not None else ''}."
    ]
    for each in pay.lines:
        counts = "" if each.at_risk == each.weight else f", which counts as {rules.rounded(each.at_risk)} in this year"
        result = figures.percent(each.result) if each.result is not None else "not met (no result given)"
        money = f" = {_money(each.amount, value)}" if each.amount is not None else ""
        lines.append(
            f"*{each.ref}* weight {figures.percent(each.weight)}{counts} × {result} = "
            f"{rules.rounded(each.paid)}{of}{money}"
        )
    if pay.unweighted:
        lines.append(f"{rules.rounded(pay.unweighted)} at risk is on no metric, and pays nothing.")
    total = f", {_money(pay.amount, value)} of {_money(pay.at_risk, value)}" if value else ""
    lines.append(f"*Paid*: {rules.rounded(pay.paid)} of the {figures.percent(pay.share)} at risk{total}.")
    return lines


def _money(number: Decimal | None, value: Amount | None) -> str:
    return str(Amount(number or Decimal(0), value.currency if value else "GBP"))


def told(said: str, words: str, rest: str = "") -> tuple[str, list[blocks.Block]]:
    """A message with somebody's exact words in it: as text, and as blocks."""
    content = [blocks.section(said), *blocks.quoted(words), *([blocks.section(rest)] if rest else [])]
    return "\n".join(part for part in (said, words, rest) if part), content
