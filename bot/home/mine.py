"""The shortcut "My negotiations": each of them in a few lines, with what waits for the person who asks."""

from bot import access, dates
from bot.access import Actor, Capability
from bot.meetings import approving
from bot.meetings import rules as meeting_rules
from bot.record import service as record_service
from bot.slack import blocks, mrkdwn
from bot.slack.command import Answer, Call
from storage import Session, meetings, minutes, records
from storage.tables import Agreement, AgreementStatus, MeetingStatus

_SHOWN = 24  # a view holds 100 blocks, and each takes up to four


def mine(session: Session, call: Call) -> Answer:
    content: list[blocks.Block] = []
    everywhere = access.everywhere(session, call.place)
    for actor in everywhere[:_SHOWN]:
        negotiation = actor.negotiation
        side = f"You sit for {actor.party.name}" if actor.party else "You set it up and have no seat"
        content += [
            *([blocks.divider()] if content else []),
            blocks.header(f"{negotiation.code}: {negotiation.title}"),
            blocks.section("\n".join([f"{side}. {negotiation.marking}", _next(session, actor, call)])),
            blocks.section("\n".join(_waiting(session, actor, call)) or "Nothing waits for you."),
        ]
    if len(everywhere) > _SHOWN:
        content.append(blocks.context(f"… and {len(everywhere) - _SHOWN} more."))
    if not content:
        content = [blocks.section(access.NOTHING_HERE)]
    return Answer(form=blocks.page("My negotiations", content))


def _next(session: Session, actor: Actor, call: Call) -> str:
    seen = meetings.visible(session, actor.id, actor.party_id)
    now = [meeting for meeting in seen if meeting.status == MeetingStatus.OPEN]
    if now:
        return f"Open now: {mrkdwn.listed(f'*{meeting.ref}* {meeting.title}' for meeting in now)}"
    coming = meeting_rules.coming(seen, call.at)
    if not coming:
        return "No meeting is planned."
    return f"Next: *{coming[0].ref}* {coming[0].title}, {dates.instant(coming[0].starts_at, actor.zone)}"


def _waiting(session: Session, actor: Actor, call: Call) -> list[str]:
    """What only this person, or somebody of their side with the same rights, can settle."""
    lines = []
    if actor.may(Capability.CONFIRM):
        refs = [
            row.ref
            for row in records.visible(session, Agreement, actor.id, actor.party_id)
            if row.status == AgreementStatus.AWAITING
            and actor.party_id in [party.id for party in record_service.awaited_parties(session, row)]
        ]
        lines += [f"• Your side is asked to confirm {mrkdwn.listed(_some(refs))}."] if refs else []
    if actor.may(Capability.APPROVE):
        lines += [f"• The minutes of {ref} wait for your side's approval." for ref in _unapproved(session, actor)]
    rows = records.open_actions(session, actor.id, actor.party_id)
    owned = records.owners(session, [row.id or 0 for row in rows])
    own = [row for row in rows if actor.member and actor.member.id in owned[row.id or 0]]
    late = sum(row.due_on is not None and row.due_on < actor.today(call.at) for row in own)
    if own:
        overdue = f", {late} overdue" if late else ""
        what = "open action" if len(own) == 1 else "open actions"
        lines.append(f"• You own {len(own)} {what}{overdue}: {mrkdwn.listed(_some([row.ref for row in own]))}.")
    return lines


def _unapproved(session: Session, actor: Actor) -> list[str]:
    found = []
    for version, _ in minutes.awaiting_approval(session, actor.id):
        meeting = meetings.get(session, version.meeting_id)
        latest = approving.latest(session, meeting)
        if latest is not None and actor.party_id in [party.id for party in latest.awaited]:
            found.append(meeting.ref)
    return found


def _some(refs: list[str]) -> list[str]:
    return refs if len(refs) <= 10 else [*refs[:10], f"{len(refs) - 10} more"]
