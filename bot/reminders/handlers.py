"""The buttons under a reminder (done, extend, snooze), and `reminders`: when Parley speaks to me."""

from datetime import date

from bot import access, dates, lead_times, outbox, trail
from bot.access import Actor
from bot.actions import handlers as action_handlers
from bot.actions import service as actions
from bot.errors import UserError
from bot.lead_times import LeadTimes
from bot.reminders import rules, views
from bot.slack.command import Answer, Call
from storage import Session, records
from storage.tables import Action


def done(session: Session, call: Call) -> Answer:
    """Its value, as the other buttons': the action's ref and the key of the reminder it stands in."""
    actor, row, key = _pressed(session, call)
    news = actions.done(session, actor, row, "", at=call.at)
    _refresh(session, actor, key, call)
    return Answer(f"*{row.ref}* is done." if news else f"{row.ref} was done already.")


def snooze(session: Session, call: Call) -> Answer:
    actor, row, key = _pressed(session, call)
    _check_own(session, actor, row)
    until = rules.working_day_after(actor.today(call.at), 1, actor.calendar)
    actions.snooze(session, actor, row, until)
    _refresh(session, actor, key, call)
    return Answer(f"You hear of *{row.ref}* again on {dates.full_date(until)}.")


def open_extension(session: Session, call: Call) -> Answer:
    actor, row, key = _pressed(session, call)
    _check_own(session, actor, row)
    actions.check_open(row)
    return Answer(form=views.extension_form(actor.negotiation.code, call.place.channel_id, row, key))


def submit_extension(session: Session, call: Call) -> Answer:
    actor, row, key = _pressed(session, call)
    before, reason = row.due_on, call.values.get("reason", "")
    if not reason.strip():
        return Answer(errors={"reason": "Say why; the trail keeps it."})
    try:
        actions.extend(session, actor, row, date.fromisoformat(call.values["due"]), reason, at=call.at)
    except UserError as refusal:
        return Answer(errors={"due": str(refusal)})
    _refresh(session, actor, key, call)
    return Answer(action_handlers.extended(row, before, reason))


def _pressed(session: Session, call: Call) -> tuple[Actor, Action, str]:
    actor = access.actor(session, call.place, call.code)
    ref, _, key = call.plain.partition(" ")
    return actor, access.record(session, actor, Action, ref), key


def _check_own(session: Session, actor: Actor, row: Action) -> None:
    owners = records.owners(session, [row.id or 0])[row.id or 0]
    if actor.member is None or actor.member.id not in owners:
        raise UserError(f"{row.ref} is not yours. `/parley actions mine` lists what is.")


def _refresh(session: Session, actor: Actor, key: str, call: Call) -> None:
    """The reminder shows what was settled in it."""
    if key and outbox.holds(session, key):
        outbox.enqueue(
            session,
            "reminder.update",
            key=f"{key}:{call.at.isoformat()}",
            to=call.place.channel_id,
            at=call.at,
            negotiation_id=actor.id,
            of=key,
        )


def reminders(session: Session, call: Call) -> Answer:
    """One's own times: `reminders` shows them, `reminders actions: 5, 1` changes, `reminders usual` forgets them."""
    actor = access.actor(session, call.place, call.code)
    member = access.seat(actor)
    table = lead_times.USUAL.over(actor.negotiation.reminders)
    if not call.plain:
        form = views.own_form(actor.negotiation.code, call.place.channel_id, table.over(member.reminders))
        opens = "Your reminder times open in a form."
        return Answer(opens if call.can_open_form else _set_own(session, actor, "", table, call), form=form)
    return Answer(_set_own(session, actor, call.plain.replace(";", "\n"), table, call))


def open_own(session: Session, call: Call) -> Answer:
    """The button, or the choice among several negotiations: one's own times in a form."""
    actor = access.actor(session, call.place, call.code)
    mine = lead_times.USUAL.over(actor.negotiation.reminders).over(access.seat(actor).reminders)
    return Answer(form=views.own_form(actor.negotiation.code, call.place.channel_id, mine))


def submit_own(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    table = lead_times.USUAL.over(actor.negotiation.reminders)
    try:
        said = _set_own(session, actor, call.values.get("times", "usual"), table, call)
    except UserError as refusal:
        return Answer(errors={"times": str(refusal)})
    return Answer(said)


def _set_own(session: Session, actor: Actor, words: str, table: LeadTimes, call: Call) -> str:
    member = access.seat(actor)
    if words.strip().casefold() == "usual":
        times = table
    else:
        times = lead_times.read(words, table.over(member.reminders), lead_times.PERSONAL)
    if words.strip():
        member.reminders = lead_times.stored(times, table)
        session.add(member)
        trail.deed(
            session, actor, "reminders.set", actor.trail_name, at=call.at, scope=actor.party_id, times=member.reminders
        )
    return f"Your reminders in {actor.negotiation.code}:\n{lead_times.spelled(times, lead_times.PERSONAL)}"
