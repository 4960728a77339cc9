"""Actions in words and as the form that asks for what is missing."""

from collections.abc import Iterable, Sequence
from datetime import date

from bot import dates
from bot.actions import rules
from bot.roster import Seat
from bot.slack import blocks, mrkdwn
from storage.tables import Action, ActionStatus


def line(action: Action, owner_ids: Sequence[int], owners: Sequence[str], today: date) -> str:
    """One action: what, who, by when, and what is wrong with it."""
    who = mrkdwn.listed(owners) or "no owner"
    when = f"by {dates.full_date(action.due_on)}" if action.due_on else "no date"
    state = ""
    if action.status != ActionStatus.OPEN:
        state = f" · {action.status}"
    elif action.due_on and action.due_on < today:
        state = " · overdue"
    elif rules.lacking(action, owner_ids):
        state = " · incomplete"
    return f"*{action.ref}* {action.text} · {who}, {when}{state}"


def form(title: str, people: Iterable[Seat], *, text: str | None, asks: Sequence[str], metadata: str) -> blocks.Block:
    """The form for what an action lacks; with `text`, its words may be corrected as well."""
    content = []
    if text is not None:
        content.append(blocks.text_input("what", "What is to be done?", initial=text, multiline=True))
    if "an owner" in asks:
        options = [(str(seat.member.id), seat.title) for seat in people]
        content.append(blocks.select_input("owner", "Who does it?", options))
    if "a date" in asks:
        content.append(blocks.date_input("due", "By when?"))
    callback = "action.add" if text is not None else "action.complete"
    return blocks.modal(callback, title, content, submit="Save Action", private_metadata=metadata)


EVERYONE, OWN_SIDE = "everyone", "side"


def new_form(codes: Sequence[str], *, joint: bool) -> blocks.Block:
    """Everything about a new action; with one code, the negotiation is settled. `joint`: there is a joint table."""
    content = []
    if len(codes) > 1:
        content.append(blocks.select_input("negotiation", "Negotiation", [(code, code) for code in codes]))
    sides = [(OWN_SIDE, "My own side"), *([(EVERYONE, "Everyone at the table")] if joint else [])]
    content += [
        blocks.text_input("what", "What is to be done?", multiline=True),
        blocks.people_input("owners", "Who does it?"),
        blocks.date_input("due", "By when?"),
        blocks.select_input("seen", "Who sees it?", sides, initial=OWN_SIDE),
    ]
    settled = codes[0] if len(codes) == 1 else ""
    return blocks.modal("action.new", "New action", content, submit="Save Action", private_metadata=settled)
