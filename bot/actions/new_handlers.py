"""The shortcut "New action": a promise from wherever one is just now."""

from dataclasses import replace
from datetime import date

from bot import access, dates, roster, trail
from bot.access import Capability
from bot.actions import service, views
from bot.errors import UserError
from bot.slack.command import Answer, Call
from storage import Session, negotiations, records


def open_new(session: Session, call: Call) -> Answer:
    """Ask for everything; the negotiation too, where there are several in which the person may record."""
    table = [actor for actor in access.everywhere(session, call.place) if actor.may(Capability.RECORD)]
    if not table:
        raise UserError(
            "There is no negotiation in which you may record an action. Its chair or scribe can change that."
        )
    joint = any(negotiations.joint_channel(session, actor.id) for actor in table)
    return Answer(form=views.new_form([actor.negotiation.code for actor in table], joint=joint))


def submit_new(session: Session, call: Call) -> Answer:
    """For everyone it is recorded at the joint table, which hears of it; else it is private to the person's side."""
    here = access.actor(session, call.place, call.code or call.values.get("negotiation"))
    aloud = call.values.get("seen") == views.EVERYONE
    actor, errors = here, {}
    due_on = date.fromisoformat(call.values["due"])
    if due_on < here.today(call.at):
        errors["due"] = dates.said_passed(due_on)
    if aloud:
        joint = negotiations.joint_channel(session, here.id)
        if joint is None:
            return Answer(
                errors={"seen": f"{here.negotiation.code} has no joint channel yet: `/parley channel joint`."}
            )
        actor = access.actor(session, replace(call.place, channel_id=joint))
    try:
        owners = roster.mentioned(session, actor, call.values.get("owners", ""), call.names)
    except UserError as stranger:
        errors["owners"] = str(stranger)
    if errors:
        return Answer(errors=errors)
    members = [seat.member for seat in owners]
    row = service.add_action(
        session,
        actor,
        call.values.get("what", ""),
        members,
        due_on,
        source=trail.Source(actor.channel_id),
        at=call.at,
        meeting=access.meeting_in_progress(session, actor),
    )
    owner_ids = records.owners(session, [row.id or 0])[row.id or 0]
    names = roster.titles(session, actor.id)
    text = f"Action {views.line(row, owner_ids, [names[i] for i in owner_ids], actor.today(call.at))}"
    if aloud:
        trail.aloud(session, here, text, at=call.at)
        return Answer()
    side = actor.party.name if actor.party else actor.negotiation.code
    return Answer(f"{text}\nOnly {side} can see this.")
