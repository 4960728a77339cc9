"""`status`: where the negotiation stands, for the person who asks; and App Home: who opens it, and what they choose."""

from collections import Counter
from typing import Any

from bot import access, dates, roster
from bot.clauses import rules as clause_rules
from bot.clauses.standing import standings
from bot.deps import Deps
from bot.documents import rules as document_rules
from bot.errors import UserError
from bot.home import views
from bot.meetings import approving
from bot.meetings import rules as meeting_rules
from bot.meetings import views as meeting_views
from bot.slack import blocks, mrkdwn
from bot.slack.command import Answer, Call
from storage import Session, documents, homes, meetings, minutes, negotiations, records
from storage.tables import Agreement, AgreementStatus, Commitment, MeetingStatus, Stance

_GUESTS = 10  # names of people from other organisations, in `status`


def status(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    today = actor.today(call.at)
    negotiation = actor.negotiation
    lines = [f"*{negotiation.code}: {negotiation.title}* · {negotiation.marking}"]
    parties = negotiations.parties(session, actor.id)
    lines.append(f"Parties: {mrkdwn.listed(f'{p.code} {p.name}' for p in parties) or 'none yet'}")
    guests = [seat.title for seat in roster.seats(session, actor.id) if seat.person.is_guest]
    if guests:
        more = [f"{len(guests) - _GUESTS} more"] if len(guests) > _GUESTS else []
        lines.append(f"From another organisation: {mrkdwn.listed([*guests[:_GUESTS], *more])}")
    visible = meetings.visible(session, actor.id, actor.party_id)
    open_now = [m for m in visible if m.status == MeetingStatus.OPEN]
    coming = meeting_rules.coming(visible, call.at)
    if open_now:
        lines.append(f"Open now: {mrkdwn.listed(f'{m.ref} {m.title}' for m in open_now)}")
    if coming:
        when = coming[0].starts_at.astimezone(actor.zone)
        lines.append(f"Next: {coming[0].ref} {coming[0].title}, {dates.full_date(when.date())}, {when:%H:%M}")
    agreements = records.visible(session, Agreement, actor.id, actor.party_id)
    by_status = {state: [row for row in agreements if row.status == state] for state in AgreementStatus}
    lines.append(
        f"Agreements: {len(by_status[AgreementStatus.AGREED])} agreed, "
        f"{len(by_status[AgreementStatus.AWAITING])} awaiting confirmation, "
        f"{len(by_status[AgreementStatus.OBJECTED])} objected to"
    )
    said = records.confirmations(session, [row.id or 0 for row in agreements])
    for row in by_status[AgreementStatus.AWAITING] + by_status[AgreementStatus.OBJECTED]:
        stances = {w.party_id: w.stance for w in said[row.id or 0] if w.version == row.version}
        open_parties = [p for p in parties if p.must_sign and stances.get(p.id or 0) != Stance.CONFIRMED]
        objecting = [p.code for p in open_parties if stances.get(p.id or 0) == Stance.OBJECTED]
        waiting = [p.code for p in open_parties if p.code not in objecting]
        standing = [f"waits for {mrkdwn.listed(waiting)}"] if waiting else []
        standing += [f"{mrkdwn.listed(objecting)} objects"] if objecting else []
        lines.append(f"• *{row.ref}* ({'; '.join(standing)}): {blocks.cut(row.text, 200)}")
    for version, _ in minutes.awaiting_approval(session, actor.id):
        meeting = meetings.get(session, version.meeting_id)
        latest = approving.latest(session, meeting)
        if latest is not None and latest.awaited:
            lines.append(f"• {meeting_views.minutes_awaited(meeting, latest, actor.zone)}")
    every = [found for found in standings(session, actor.id) if not found.clause.left_out]
    if every:
        counts = Counter(clause_rules.in_words(found.status) for found in every)
        lines.append(f"Clauses: {', '.join(f'{number} {words}' for words, number in counts.items())}.")
    promised = documents.every(session, Commitment, actor.id)
    if promised:
        lines.append(f"Commitments: {document_rules.coverage(row.status for row in promised)}.")
    actions = records.open_actions(session, actor.id, actor.party_id)
    overdue = [row for row in actions if row.due_on and row.due_on < today]
    lines.append(f"Actions: {len(actions)} open, {len(overdue)} overdue. `/parley actions` lists them.")
    return Answer("\n".join(lines))


def opened(session: Session, deps: Deps, event: dict[str, Any]) -> dict[str, Any]:
    """Somebody opens their App Home: it is published within a second or so, and follows the record for a while."""
    shown = str((event.get("view") or {}).get("hash") or "")
    homes.looked(session, deps.team_id, event["user"], slack_hash=shown, at=deps.now())
    return {}


def choose(session: Session, call: Call) -> Answer:
    """The list in App Home: one negotiation, or all of them. What was chosen is shown by the page itself."""
    seats = access.seats_of(session, call.place.team_id, call.place.user_id)
    chosen = next((seat for seat in seats if seat.negotiation.code == call.code), None)
    if chosen is None and call.code != views.ALL:
        raise UserError(access.NOTHING_HERE)
    homes.choose(session, call.place.team_id, call.place.user_id, chosen.id if chosen else None)
    return Answer()
