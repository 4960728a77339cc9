"""The buttons of a meeting's live card and the forms they open: each does what a typed line does, by the same verb.

`verbs` runs a line as if it had been typed.
"""

from dataclasses import replace

from bot import access, dates
from bot.access import Actor, Capability
from bot.actions import handlers as actions
from bot.errors import UserError
from bot.forms import handlers as forms
from bot.forms.handlers import Commands
from bot.live import state, views
from bot.slack import blocks
from bot.slack.command import Answer, Call, Run
from storage import Session, meetings
from storage.tables import Meeting, MeetingStatus


def open_form(session: Session, call: Call, verb: str, commands: Commands) -> Answer:
    """The form of a verb, for this meeting alone."""
    _, meeting = _may_record(session, call)
    return Answer(form=views.at_meeting(meeting, forms.first_page(session, call, verb, commands)))


def open_present(session: Session, call: Call, verbs: Run) -> Answer:
    """The form of `present`, as when it is typed without its words."""
    _may_record(session, call)
    return Answer(form=verbs(session, replace(call, words="present")).form)


def submit(session: Session, call: Call, verbs: Run, commands: Commands) -> Answer:
    """A form of the card, sent; where everybody is told what it recorded, they are told who did it too, as nothing was
    typed."""
    form, _, ref = call.words.rpartition(" ")
    actor, _ = _open_meeting(session, replace(call, words=ref), form.partition(" ")[0])
    answer = forms.submit(session, replace(call, words=form), commands, verbs)
    if not answer.public:
        return answer
    content = answer.blocks or blocks.paragraphs(answer.text)
    who = f"Recorded by {actor.trail_name}"
    return replace(answer, text=f"{answer.text}\n{who}", blocks=[*content, blocks.context(who)])


def next_item(session: Session, call: Call, verbs: Run) -> Answer:
    """The button says which item it was to be: pressed by two people at once, it moves on by one. The card shows it."""
    actor, meeting = _open_meeting(session, call)
    access.require(actor, Capability.RECORD)
    wanted = call.plain.partition(" ")[2]
    items = meetings.agenda(session, meeting.id or 0)
    following = state.following(items, meeting.item_id)
    current = next((item for item in items if item.id == meeting.item_id), None)
    if following is None or str(following.number) != wanted:
        at = f"item {current.number}: {current.title}" if current else "no item yet"
        return Answer(f"Nothing was changed: *{meeting.ref}* has moved on since. It is at {at}.")
    verbs(session, replace(call, words=f"item {following.number}"))
    return Answer()


def close(session: Session, call: Call, verbs: Run) -> Answer:
    """Close at once where nothing is lacking; else show what is, with the way to complete it."""
    actor, meeting = _open_meeting(session, call)
    access.require(actor, Capability.RUN)
    if call.plain.partition(" ")[2] == "again":
        return Answer(view=_closing(session, call, actor, meeting))
    if state.incomplete(session, meeting):
        return Answer(form=_closing(session, call, actor, meeting))
    return verbs(session, replace(call, words=f"close {meeting.ref}"))


def _closing(session: Session, call: Call, actor: Actor, meeting: Meeting) -> blocks.Block:
    lacking = state.incomplete(session, meeting)
    return views.closing(actor.negotiation.code, call.place.channel_id, meeting, lacking)


def open_completion(session: Session, call: Call) -> Answer:
    """The dialog's button beside an incomplete action; where somebody was quicker, the dialog shows what is left."""
    actor, meeting = _open_meeting(session, call)
    ref = call.plain.partition(" ")[2]
    form = actions.open_completion(session, replace(call, words=ref)).form
    if form is None:
        return Answer(view=_closing(session, call, actor, meeting))
    return Answer(form=views.completing(actor.negotiation.code, call.place.channel_id, meeting, ref, form))


def submit_completion(session: Session, call: Call) -> Answer:
    """What the action lacked; the dialog below it then shows what is still incomplete, while the meeting goes on."""
    actor = access.actor(session, call.place, call.code)
    meeting_ref, _, ref = call.plain.partition(" ")
    meeting = access.meeting(session, actor, meeting_ref)
    answer = actions.submit_completion(session, replace(call, words=ref))
    if answer.errors or meeting.status != MeetingStatus.OPEN:
        return answer
    return replace(answer, below=_closing(session, call, actor, meeting))


def close_anyway(session: Session, call: Call, verbs: Run) -> Answer:
    """The dialog's button: what it says becomes the dialog, so that nobody is told twice."""
    _, meeting = _open_meeting(session, call)
    answer = verbs(session, replace(call, words=f"close {meeting.ref}"))
    return Answer(view=views.closed(meeting, answer.text))


def _may_record(session: Session, call: Call) -> tuple[Actor, Meeting]:
    actor, meeting = _open_meeting(session, call)
    access.require(actor, Capability.RECORD)
    return actor, meeting


def _open_meeting(session: Session, call: Call, sent: str = "") -> tuple[Actor, Meeting]:
    """The meeting whose card was pressed. Raises UserError, with the way on, once it is over.

    `sent` is the verb whose form was filled in: its words need not be lost.
    """
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting(session, actor, call.plain.partition(" ")[0])
    if meeting.status == MeetingStatus.OPEN:
        return actor, meeting
    when = f" on {dates.instant(meeting.ended_at, actor.zone)}" if meeting.ended_at else ""
    still = f" What stands here can still be recorded outside a meeting: `/parley {sent} …`." if sent else ""
    raise UserError(
        f"{meeting.ref} closed{when}, so nothing was recorded.{still} `/parley minutes {meeting.ref}` shows its "
        "minutes; `/parley meetings` lists the next ones, and `/parley start REF` begins one here."
    )
