"""`agree`, `confirm`, `object`, `decide`, `note`, `park`, `declare`; the buttons of an agreement's card."""

import re

from bot import access, dates, roster
from bot.access import Actor
from bot.errors import UserError
from bot.record import rules, service, views
from bot.slack import blocks
from bot.slack.command import Answer, Call, because, split_last
from storage import Session, negotiations
from storage.tables import Agreement, AgreementStatus, Decision, Note, NoteKind


def agree(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    clause, wording = rules.split_clause(call.plain)
    agreement = service.record_agreement(
        session,
        actor,
        wording,
        clause=clause,
        said=call.words,
        source=call.source,
        at=call.at,
        meeting=access.meeting_in_progress(session, actor),
    )
    return Answer(
        f"Recorded as *{agreement.ref}*: {standing_in_words(agreement)}", besides=besides_card(session, actor)
    )


def besides_card(session: Session, actor: Actor, remarks: str = "") -> str | None:
    """What is left to say to whoever recorded an agreement where its card appears; None where that is elsewhere."""
    here = negotiations.joint_channel(session, actor.id) == actor.channel_id
    return remarks.strip() if here else None


def standing_in_words(agreement: Agreement) -> str:
    """How an agreement stands just after it was recorded."""
    if agreement.status == AgreementStatus.AGREED:
        return "agreed by every party, in principle, subject to contract."
    return "the parties that have not confirmed it are asked to, in the joint channel."


def confirm(session: Session, call: Call) -> Answer:
    """`confirm AG7`, or the button, whose value carries the version that the person saw."""
    actor = access.actor(session, call.place, call.code)
    ref, _, version = call.plain.partition(" ")
    agreement = _agreement(session, actor, ref, "confirm")
    if version and not re.fullmatch(r"[0-9]{1,4}", version):
        raise UserError(
            f"A confirmation has no conditions, so nothing was recorded. Confirm {agreement.ref} as it stands, "
            f"`/parley confirm {agreement.ref}`, or say what is wrong: `/parley object {agreement.ref} because …`."
        )
    seen = int(version) if version else None
    if not service.confirm(session, actor, agreement, at=call.at, version=seen):
        return Answer(f"Your side has confirmed {agreement.ref} already; it counts once.")
    status = views.in_words(agreement, service.held_by(session, agreement))
    return Answer(f"You confirmed *{agreement.ref}* for {_side(actor)}. It is now {status}.")


def object_to(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, reason = because(call, "Say what you object to and why: `/parley object AG2 because the date is too early`.")
    agreement = _agreement(session, actor, ref, "object")
    service.object_to(session, actor, agreement, reason, at=call.at)
    return Answer(f"Your objection to *{agreement.ref}* is recorded for {_side(actor)}, with its reason.")


def open_objection(session: Session, call: Call) -> Answer:
    """The button: ask for the reason."""
    actor = access.actor(session, call.place, call.code)
    ref, _, version = call.plain.partition(" ")
    agreement = _agreement(session, actor, ref, "object")
    service.check_may_object(actor, agreement, int(version) if version else None)
    return Answer(form=views.objection_form(actor.negotiation.code, call.place.channel_id, agreement))


def submit_objection(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    ref, _, version = call.plain.partition(" ")
    agreement = _agreement(session, actor, ref, "object")
    try:
        service.object_to(session, actor, agreement, call.values.get("reason", ""), at=call.at, version=int(version))
    except UserError as refusal:
        return Answer(errors={"reason": str(refusal)})
    return Answer()


def _agreement(session: Session, actor: Actor, ref: str, verb: str) -> Agreement:
    if not ref:
        raise UserError(f"Say which agreement: `/parley {verb} AG1`. `/parley status` lists those that wait.")
    return access.record(session, actor, Agreement, ref)


def _side(actor: Actor) -> str:
    return actor.party.name if actor.party else "your side"


def decide(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    decision = service.record_decision(
        session,
        actor,
        call.plain,
        said=call.words,
        source=call.source,
        at=call.at,
        meeting=access.meeting_in_progress(session, actor),
    )
    return _recorded(actor, f"Decision *{decision.ref}*", decision)


def note(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    row = service.record_note(
        session,
        actor,
        call.plain,
        said=call.words,
        source=call.source,
        at=call.at,
        meeting=access.meeting_in_progress(session, actor),
    )
    return _recorded(actor, f"Note *{row.ref}*", row)


def park(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    what, until = split_last(call.plain, "until")
    if not what or not until:
        raise UserError("Say what is put off and until when: `/parley park Share of value at risk until 12 dec`.")
    day = dates.read_date(until, today=actor.today(call.at), calendar=actor.calendar)
    if day < actor.today(call.at):
        raise UserError(f"{dates.full_date(day)} has passed. Park it until a date that is still to come.")
    row = service.record_note(
        session,
        actor,
        what,
        said=call.words,
        source=call.source,
        at=call.at,
        meeting=access.meeting_in_progress(session, actor),
        kind=NoteKind.PARKED,
        until=day,
    )
    return _recorded(actor, f"Parked as *{row.ref}* until {dates.full_date(day)}", row)


def declare(session: Session, call: Call) -> Answer:
    actor = access.actor(session, call.place, call.code)
    meeting = access.meeting_in_progress(session, actor)
    people = roster.mentioned(session, actor, call.words, call.names, gone_too=True)  # an interest stays one
    interest = call.plain.removeprefix(f"@{people[0].person.name}").strip() if people else ""
    if len(people) != 1 or not interest:
        raise UserError("Say whose interest and what it is: `/parley declare @dana trustee of a bidding charity`.")
    row = service.record_note(
        session,
        actor,
        interest,
        source=call.source,
        at=call.at,
        meeting=meeting,
        kind=NoteKind.DECLARATION,
        about_id=people[0].member.id,
    )
    return _recorded(actor, f"Declared as *{row.ref}* for {people[0].title}", row)


def _recorded(actor: Actor, head: str, row: Decision | Note) -> Answer:
    """What was recorded, in its exact words, and who can see it where the place alone would not tell."""
    content = [blocks.section(f"{head}:"), *blocks.quoted(row.text)]
    text = f"{head}: {row.text}"
    if actor.channel is None and actor.party is not None:
        privacy = f"Only {actor.party.name} can see this: it was not typed in a channel of the table."
        content.append(blocks.context(privacy))
        text = f"{text}\n{privacy}"
    return Answer(text, content, public=actor.aloud(row.party_id))
