"""What can be done in this place now, by this person: what plain `/parley` lists below how things stand."""

from collections.abc import Iterator

from bot import access, dates
from bot.access import Actor, Capability
from bot.meetings import approving
from bot.slack import blocks, mrkdwn
from bot.slack.command import Call
from storage import Session, meetings, minutes, records
from storage.tables import Action, Agreement, AgreementStatus, ChannelKind, Meeting, MeetingStatus, Stance

_AT_MOST = 3  # of one kind: the lists have the rest


def possible(session: Session, call: Call) -> list[str]:
    """A line for each thing, with the words to type. Raises UserError where there is no negotiation."""
    actor = access.actor(session, call.place, call.code)
    return [
        *_meeting_here(session, actor, call),
        *_waiting_for_confirmation(session, actor),
        *_waiting_for_approval(session, actor),
        *_own_actions(session, actor, call),
        *_side_alone(actor),
    ]


def _meeting_here(session: Session, actor: Actor, call: Call) -> Iterator[str]:
    going_on = access.meeting_in_progress(session, actor)
    if going_on is not None:
        yield f"*{going_on.ref}* is open here: {_at_the_table(session, actor, going_on)}"
        return
    coming = [
        row
        for row in meetings.visible(session, actor.id, actor.party_id)
        if row.status == MeetingStatus.PLANNED and (row.party_id is None or actor.scope is not None)
    ]
    if coming:
        first = min(coming, key=lambda row: abs(row.starts_at - call.at))
        here = actor.channel is not None and first.party_id == actor.scope  # a side's own in its caucus, and only those
        begin = f"`/parley start {first.ref}` begins it here, " if here and actor.may(Capability.RUN) else ""
        when = dates.full_date(first.starts_at.astimezone(actor.zone).date())
        yield (
            f"*{first.ref}* {blocks.cut(first.title, 100)} is planned for {when}: {begin}`/parley brief {first.ref}` "
            f"prepares you, `/parley agenda add {first.ref} …`"
        )
    elif actor.may(Capability.PLAN):
        yield "No meeting is planned: `/parley meeting add negotiation First round on fri at 10:00 for 2h`"


def _at_the_table(session: Session, actor: Actor, meeting: Meeting) -> str:
    if not actor.may(Capability.RECORD):
        return f"`/parley agenda {meeting.ref}` shows what it is about, `/parley status` what was agreed"
    item = ", `/parley item 1`" if meetings.agenda(session, meeting.id or 0) else ""
    ends = ", `/parley close`" if actor.may(Capability.RUN) else ""
    return f"`/parley agree …`, `/parley action … @name by fri`, `/parley note …`{item}{ends}"


def _waiting_for_confirmation(session: Session, actor: Actor) -> Iterator[str]:
    if actor.party is None or not actor.party.must_sign or not actor.may(Capability.CONFIRM):
        return
    rows = [
        row
        for row in records.visible(session, Agreement, actor.id, None)
        if row.status == AgreementStatus.AWAITING and row.party_id is None
    ]
    said = records.confirmations(session, [row.id or 0 for row in rows])
    waiting = [
        row.ref
        for row in rows
        if not any(
            word.party_id == actor.party_id and word.version == row.version and word.stance == Stance.CONFIRMED
            for word in said[row.id or 0]
        )
    ]
    if waiting:
        first = waiting[0]
        yield (
            f"{_first_of(waiting)} for {actor.party.code}’s confirmation: `/parley confirm {first}`, or "
            f"`/parley object {first} because …`"
        )


def _first_of(refs: list[str]) -> str:
    more = f" and {len(refs) - _AT_MOST} more" if len(refs) > _AT_MOST else ""
    bold = [f"*{ref}*" for ref in refs[:_AT_MOST]]
    return f"{', '.join(bold) if more else mrkdwn.listed(bold)}{more} {'waits' if len(refs) == 1 else 'wait'}"


def _waiting_for_approval(session: Session, actor: Actor) -> Iterator[str]:
    if not actor.may(Capability.APPROVE):
        return
    for version, _ in minutes.awaiting_approval(session, actor.id):
        meeting = meetings.get(session, version.meeting_id)
        latest = approving.latest(session, meeting)
        if latest is not None and any(party.id == actor.party_id for party in latest.awaited):
            yield (
                f"The minutes of *{meeting.ref}* wait for your side: `/parley minutes approve {meeting.ref}`, or "
                f"`/parley minutes correct {meeting.ref} …`"
            )


def _own_actions(session: Session, actor: Actor, call: Call) -> Iterator[str]:
    rows = records.open_actions(session, actor.id, actor.party_id)
    owned = records.owners(session, [row.id or 0 for row in rows])
    mine: list[Action] = [row for row in rows if actor.member and actor.member.id in owned[row.id or 0]]
    if mine:
        first = mine[0]
        due = f", due on {dates.full_date(first.due_on)}" if first.due_on else ""
        late = " and late" if first.due_on and first.due_on < actor.today(call.at) else ""
        more = f" {len(mine) - 1} more: `/parley actions mine`." if len(mine) > 1 else ""
        yield f"*{first.ref}* is yours{due}{late}: `/parley done {first.ref} …`.{more}"


def _side_alone(actor: Actor) -> Iterator[str]:
    if actor.channel is not None and actor.channel.kind == ChannelKind.CAUCUS:
        yield "Your side alone reads here: `/parley position …`, `/parley positions`, `/parley brief`"
