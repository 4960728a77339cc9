"""The shortcut "Log to Parley", and the reactions that do the same."""

from datetime import date

from bot import access, dates, outbox, roster
from bot.access import Actor, Capability, Place, Several
from bot.capture import log_views, logged, service
from bot.capture.handlers import mark, tell
from bot.capture.logged import Kind, Wanted
from bot.capture.rules import LineKind, lines_of
from bot.capture.service import Heard, Spoken
from bot.errors import UserError
from bot.outbox import Message
from bot.record import rules as record_rules
from bot.record import service as record_service
from bot.record import views as record_views
from bot.roster import Seat
from bot.slack import said
from bot.slack.command import Answer, Call
from bot.slack.said import Said
from storage import Session, delivered, negotiations
from storage.records import AnyRecord
from storage.tables import Action, Agreement, Party

_FIRST = {LineKind.AGREED: Kind.AGREEMENT, LineKind.ACTION: Kind.ACTION, LineKind.DECISION: Kind.DECISION}


def open_log(session: Session, call: Call) -> Answer:
    """The shortcut on a message: what is it to be recorded as?"""
    message = call.message
    if message is None or not message.user_id:
        raise UserError("A bot wrote that message. Only what people say is put on record.")
    try:
        actor = access.actor(session, call.place)
        access.require(actor, Capability.RECORD)
        codes = [actor.negotiation.code]
    except Several as several:
        codes = several.codes[:100]
        actor = access.actor(session, call.place, codes[0])
    lines = lines_of(message.words)
    kind = _FIRST.get(lines[0].kind, Kind.NOTE) if lines else Kind.NOTE
    names = {seat.person.user_id: seat.person.name for seat in roster.seats(session, actor.id)}
    return Answer(form=log_views.form(codes, call.place.channel_id, call.delivery, message, names, actor.zone, kind))


def submit_log(session: Session, call: Call) -> Answer:
    """Every fault shows under its field; what was recorded takes the form's place."""
    actor = access.actor(session, call.place, call.code or call.values.get("negotiation"))
    kept = delivered.seen(session, call.words.partition(" ")[0])
    if kept is None or not (kept.answer or {}).get("message"):
        raise UserError("This form is too old, and nothing was recorded. Use the shortcut on the message once more.")
    message = said.again((kept.answer or {})["message"])
    kind = Kind(call.values["kind"])
    errors = _misplaced(kind, call)
    due_on = date.fromisoformat(call.values["due"]) if call.values.get("due") else None
    if due_on is not None and due_on < actor.today(call.at):
        errors["due"] = dates.said_passed(due_on)
    try:
        owners = roster.mentioned(session, actor, call.values.get("owners", ""), call.names)
    except UserError as stranger:
        errors["owners"] = str(stranger)
    clause = call.values.get("clause", "").strip() or None
    if clause is not None and not record_rules.is_clause(clause):
        errors.setdefault("clause", f"{clause[:80]} is no clause's number. Type one such as 4.2 or Schedule 3B.")
    if errors:
        return Answer(errors=errors)
    wanted = Wanted(kind, clause, owners, due_on)
    row, new = _log(session, actor, message, call, wanted)
    return Answer(view=log_views.recorded(row, new=new))


def _misplaced(kind: Kind, call: Call) -> dict[str, str]:
    """What was filled in that a record of this kind does not hold: it would be lost without a word."""
    only = {"clause": (Kind.AGREEMENT, "an agreement"), "owners": (Kind.ACTION, "an action")}
    only["due"] = only["owners"]
    return {
        field: f"Only {words} holds this. Record the message as one, or leave this empty."
        for field, (of, words) in only.items()
        if call.values.get(field) and kind != of
    }


def _log(session: Session, actor: Actor, message: Said, call: Call, wanted: Wanted) -> tuple[AnyRecord, bool]:
    """Put it on record, mark the message, and ask its author for what an action lacks."""
    row, new = logged.log(session, actor, message, call.names, wanted, at=call.at)
    if new and actor.channel is not None:
        mark(session, actor, message.channel_id, message.ts, row.ref, at=call.at)
    if new and isinstance(row, Action) and service.incomplete(session, message.channel_id, message.ts):
        place = Place(call.place.team_id, message.channel_id, _who_completes(session, actor, message))
        spoken = Spoken(message.words, call.names, message.channel_id, message.ts, message.permalink, call.at)
        tell(session, place, actor, spoken, Heard(taken=1), f"logged:{row.ref}")
    return row, new


def _who_completes(session: Session, actor: Actor, message: Said) -> str:
    """Its author, if they may complete an action here; else whoever put it on record."""
    circle = roster.circle(roster.seats(session, actor.id), actor.scope)
    if any(seat.person.user_id == message.user_id and _may_record(seat) for seat in circle):
        return message.user_id
    return actor.person.user_id


def _may_record(seat: Seat) -> bool:
    return bool(access.CAN[Capability.RECORD] & set(seat.member.roles))


# -- reactions ------------------------------------------------------------------------------------------


def is_bound(session: Session, place: Place) -> bool:
    """Whether a reaction there can mean anything to Parley."""
    return negotiations.channel(session, place.team_id, place.channel_id) is not None


def reacted(session: Session, call: Call, kind: Kind) -> Answer:
    """A reaction that puts the message on record. Nothing is said: the message's own mark tells that it was taken.

    Whoever may not record hears so once, and not with every friendly handshake; so does somebody of a party whose
    confirmation of those very words is awaited, with the buttons for it. Of what a bot wrote, only an agreement's card,
    which asks for that confirmation, is no message like others. `call.words` is the message's ts.
    """
    if call.message is None or not call.message.user_id:
        return _on_a_card(session, call) if kind == Kind.AGREEMENT else Answer()
    try:
        actor = access.actor(session, call.place)
        access.require(actor, Capability.RECORD)
    except UserError as refusal:
        return _once(session, call, "refused", Message(f"Your reaction put nothing on record. {refusal}"))
    row, new = _log(session, actor, call.message, call, Wanted(kind))
    return _unconfirmed(session, call, actor, row) if not new and isinstance(row, Agreement) else Answer()


def _on_a_card(session: Session, call: Call) -> Answer:
    """A handshake on the card that asks whether these are the exact words: it looks like the answer, and is none."""
    try:
        actor = access.actor(session, call.place)
    except UserError:
        return Answer()
    agreement = record_service.of_card(session, actor, call.place.channel_id, call.words)
    return _unconfirmed(session, call, actor, agreement) if agreement else Answer()


def _unconfirmed(session: Session, call: Call, actor: Actor, agreement: Agreement) -> Answer:
    """Told to somebody of a party whose confirmation is awaited: once for a message and what it says."""
    party = _yet_to_confirm(session, actor, agreement)
    if party is None:
        return Answer()
    may_confirm = actor.may(Capability.CONFIRM)
    told = record_views.not_confirmed_yet(actor.negotiation.code, agreement, party, may_confirm=may_confirm)
    return _once(session, call, f"unconfirmed:{call.words}:{agreement.version}", told)


def _yet_to_confirm(session: Session, actor: Actor, agreement: Agreement) -> Party | None:
    """The actor's party where its confirmation is awaited: a second handshake looks like consent, and is none."""
    awaited = record_service.awaited_parties(session, agreement)
    return next((party for party in awaited if party.id == actor.party_id), None)


def _once(session: Session, call: Call, what: str, message: Message) -> Answer:
    outbox.enqueue(
        session,
        "answer.private",
        key=f"reaction.{what}:{call.place.channel_id}:{call.place.user_id}",
        to=call.place.channel_id,
        at=call.at,
        user=call.place.user_id,
        text=message.text,
        blocks=message.blocks,
    )
    return Answer()


def unreacted(session: Session, call: Call, kind: Kind) -> Answer:
    """A reaction is taken away: what that very person put on record with it is withdrawn."""
    try:
        actor = access.actor(session, call.place)
    except UserError:
        return Answer()
    if actor.member is not None:
        logged.unlog(session, actor, call.place.channel_id, call.words, kind, at=call.at)
    return Answer()
