"""Lines at the table that name an entry of a register: those are agreed in their own words, and by their own verb."""

import re

from bot.access import Actor
from bot.clauses.standing import known
from bot.slack import mrkdwn
from storage import Session, outcomes, variations
from storage.tables import ContractChange, Derogation, Variation

_NAMED = re.compile(
    r"(?P<ref>(?:LV|LM|LP|CV|DG)[0-9]{1,6}|O[0-9]{1,4}(?:\.[0-9]{1,4})?)(?P<end>\s*:|\s*\Z|(?=\s))", re.I | re.ASCII
)


def instead(session: Session, actor: Actor, words: str) -> str | None:
    """Why words that begin with a register's ref are not agreed as typed, and what to type; None for other words.

    A clause with that number goes before. A ref that no register has is meant as one only where a colon or nothing
    follows it.
    """
    found = _NAMED.match(words.strip())
    if found is None or known(session, actor.id, found["ref"]) is not None:
        return None
    ref = found["ref"].upper()
    said = _outcome(session, actor, ref) if ref.startswith("O") else _entry(session, actor, ref)
    if said is not None:
        return said
    alone = bool(found["end"].strip()) or found.end() == len(words.strip())
    if not alone or (ref.startswith("O") and "." not in ref and not outcomes.every(session, actor.id)):
        return None
    lists = {"O": "outcomes", "C": "changes", "D": "derogations"}.get(ref[0], "variations")
    return f"There is no {ref} in {actor.negotiation.code}: `/parley {lists}` lists what there is."


def _entry(session: Session, actor: Actor, ref: str) -> str | None:
    if variations.by_ref(session, Variation, actor.id, ref) is not None:
        return (
            f"{ref} is agreed in the words of its entry: `/parley agree {ref}`; `/parley variation {ref}` shows them."
        )
    if variations.by_ref(session, ContractChange, actor.id, ref) is not None:
        return f"{ref} is agreed in the words of its entry: `/parley agree {ref}`; `/parley changes` shows them."
    row = variations.by_ref(session, Derogation, actor.id, ref)
    if row is None:
        return None
    return f"{ref} is a derogation. What is agreed are the words of its clause: `/parley agree {row.clause}: …`."


def _outcome(session: Session, actor: Actor, ref: str) -> str | None:
    metrics = outcomes.metrics(session, actor.id)
    if any(row.ref == ref for rows in metrics.values() for row in rows):
        return (
            f"{ref} is agreed in its own words: `/parley agree {ref}`. Other words come first: "
            f"`/parley metric reword {ref} …`."
        )
    row = outcomes.outcome(session, actor.id, ref)
    if row is None:
        return None
    named = [f"`/parley agree {metric.ref}`" for metric in metrics.get(row.id or 0, [])]
    how = mrkdwn.listed(named) or f"add one, `/parley metric add {ref} …`"
    return f"An outcome is agreed metric by metric: {how}."
