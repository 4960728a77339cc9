"""What is settled at the table: agreements and their confirmation, decisions, notes.

Every verb here takes the session of the caller's transaction and leaves the commit to it.
"""

from datetime import date, datetime

from bot import outbox, trail
from bot.access import Actor, Capability, require
from bot.errors import UserError
from bot.record import rules
from bot.trail import Source
from storage import Session, negotiations, records
from storage.records import GONE
from storage.tables import (
    Agreement,
    AgreementStatus,
    Confirmation,
    Decision,
    LedgerEntry,
    Meeting,
    Note,
    NoteKind,
    RecordStatus,
    Stance,
)


def record_agreement(
    session: Session,
    actor: Actor,
    wording: str,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None = None,
    clause: str | None = None,
    said: str = "",
) -> Agreement:
    """Record exact words as agreed, subject to every other party's confirmation.

    It counts as the recorder's own party's confirmation only when they are a lead or negotiator.
    Raises UserError for a person who may not record, outside the joint table, and at a one-sided one.
    """
    require(actor, Capability.RECORD)
    if actor.scope is not None:
        raise UserError(
            "An agreement is made across the table. Type it in the joint channel; here, "
            "`/parley note …` keeps it private to your side."
        )
    signing = [party for party in negotiations.parties(session, actor.id) if party.must_sign]
    if len(signing) < 2:
        raise UserError(
            "An agreement needs two sides, and this negotiation has one so far. "
            "Add the other: `/parley party add CODE Name as provider`."
        )
    agreement = trail.add(
        session,
        actor,
        Agreement,
        wording,
        status=AgreementStatus.AWAITING,
        source=source,
        meeting=meeting,
        at=at,
        said=said,
        clause=clause,
        detail={"clause": clause} if clause else None,
    )
    if _speaks_for_party(actor):
        _say(session, actor, agreement, Stance.CONFIRMED, "", at)
    joint = negotiations.joint_channel(session, actor.id)
    outbox.enqueue(
        session,
        "agreement.card",
        key=card_key(agreement),
        to=joint.channel_id if joint else source.channel_id,
        at=at,
        negotiation_id=actor.id,
        ref_id=agreement.id,
    )
    return agreement


def card_key(agreement: Agreement) -> str:
    """The outbox key of the one message that shows this agreement and is kept up to date."""
    return f"agreement.card:{agreement.id}"


def confirm(session: Session, actor: Actor, agreement: Agreement, *, at: datetime, version: int | None = None) -> bool:
    """The actor's party confirms the present wording; False when it had done so already.

    `version` is the wording the person was looking at, when a button tells.
    Raises UserError when the person may not confirm, or the wording is another by now.
    """
    _check_can_speak(actor, agreement, version)
    if agreement.status == AgreementStatus.AGREED:
        return False
    word = records.word_of(session, agreement.id or 0, agreement.version, actor.party_id or 0)
    if word is not None and word.stance == Stance.CONFIRMED:
        return False
    _refresh_card(session, agreement, _say(session, actor, agreement, Stance.CONFIRMED, "", at))
    return True


def object_to(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    reason: str,
    *,
    at: datetime,
    version: int | None = None,
) -> None:
    """The actor's party objects to the present wording, with a reason.

    Raises UserError without a reason, once every party has agreed, and as `confirm` does.
    """
    _check_can_speak(actor, agreement, version)
    if not reason.strip():
        raise UserError(f"An objection needs its reason: `/parley object {agreement.ref} because the date is wrong`.")
    if agreement.status == AgreementStatus.AGREED:
        raise UserError(
            f"{agreement.ref} has been confirmed by every party, so it cannot be objected to. "
            "Record the wording you want instead with `/parley agree …`."
        )
    _refresh_card(session, agreement, _say(session, actor, agreement, Stance.OBJECTED, reason.strip(), at))


def reword_agreement(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    wording: str,
    *,
    at: datetime,
    clause: str | None = None,
    said: str = "",
) -> None:
    """Change the words: every confirmation starts again, but for the party of whoever changes them."""
    require(actor, Capability.RECORD)
    if (wording.strip(), clause) == (agreement.text, agreement.clause):
        return
    agreement.clause = clause
    entry = trail.reword(session, actor, agreement, wording, at=at, said=said, clause=clause)
    agreement.version += 1
    agreement.status = AgreementStatus.AWAITING
    session.add(agreement)
    if _speaks_for_party(actor):
        entry = _say(session, actor, agreement, Stance.CONFIRMED, "", at)
    _refresh_card(session, agreement, entry)


def take_back_agreement(
    session: Session, actor: Actor, agreement: Agreement, status: AgreementStatus, *, at: datetime
) -> None:
    """Undo or withdraw. Raises UserError once another party has confirmed: then it is theirs too."""
    spoken = records.confirmations(session, [agreement.id or 0])[agreement.id or 0]
    if any(
        word.stance == Stance.CONFIRMED and word.version == agreement.version and word.party_id != actor.party_id
        for word in spoken
    ):
        instead = (
            "Record the wording you want instead: `/parley agree …`."
            if agreement.status == AgreementStatus.AGREED
            else f"Object to it: `/parley object {agreement.ref} because …`."
        )
        raise UserError(
            f"{agreement.ref} has been confirmed by another party, so one side alone cannot take it back. {instead}"
        )
    _refresh_card(session, agreement, trail.take_back(session, actor, agreement, status, at=at))


def record_decision(
    session: Session,
    actor: Actor,
    text: str,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None = None,
    said: str = "",
) -> Decision:
    """Record a decision in its exact words."""
    require(actor, Capability.RECORD)
    return trail.add(
        session,
        actor,
        Decision,
        text,
        status=RecordStatus.RECORDED,
        source=source,
        meeting=meeting,
        at=at,
        said=said,
    )


def record_note(
    session: Session,
    actor: Actor,
    text: str,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None = None,
    kind: NoteKind = NoteKind.NOTE,
    until: date | None = None,
    about_id: int | None = None,
    said: str = "",
) -> Note:
    """Record a note, a reservation, something parked (until a local date), or a declared interest."""
    require(actor, Capability.RECORD)
    return trail.add(
        session,
        actor,
        Note,
        text,
        status=RecordStatus.RECORDED,
        source=source,
        meeting=meeting,
        at=at,
        said=said,
        kind=kind,
        until=until,
        about_id=about_id,
        detail={"kind": kind, "until": until},
    )


def _speaks_for_party(actor: Actor) -> bool:
    return actor.may(Capability.CONFIRM) and actor.party is not None and actor.party.must_sign


def _check_can_speak(actor: Actor, agreement: Agreement, version: int | None) -> None:
    require(actor, Capability.CONFIRM)
    if not _speaks_for_party(actor):
        party = actor.party.name if actor.party else "nobody at this table"
        raise UserError(f"You speak for {party}, which does not sign this contract: it can neither confirm nor object.")
    if agreement.status in GONE:
        raise UserError(f"{agreement.ref} was taken back, so there is nothing to confirm. It stays in the trail.")
    if version is not None and version != agreement.version:
        raise UserError(
            f"The wording of {agreement.ref} has changed since you saw it, so nothing was recorded. "
            "Read the wording as it is now and confirm that."
        )


def _say(
    session: Session, actor: Actor, agreement: Agreement, stance: Stance, reason: str, at: datetime
) -> LedgerEntry:
    """Keep one party's word on the present wording, and what follows from it."""
    agreement_id, party_id = agreement.id or 0, actor.party_id or 0
    word = records.word_of(session, agreement_id, agreement.version, party_id) or Confirmation(
        agreement_id=agreement_id,
        version=agreement.version,
        party_id=party_id,
        member_id=0,
        stance=stance,
        at=at,
    )
    word.stance, word.reason, word.at = stance, reason, at
    word.member_id = actor.member.id or 0 if actor.member else 0
    session.add(word)
    session.flush()
    signing = [party.id or 0 for party in negotiations.parties(session, actor.id) if party.must_sign]
    spoken = records.confirmations(session, [agreement_id])[agreement_id]
    agreement.status = rules.standing(signing, {w.party_id: w.stance for w in spoken if w.version == agreement.version})
    session.add(agreement)
    return trail.deed(
        session,
        actor,
        f"agreement.{stance}",
        agreement.ref,
        at=at,
        wording=agreement.text,
        version=agreement.version,
        party=actor.party.code if actor.party else None,
        reason=reason,
        status=agreement.status,
    )


def _refresh_card(session: Session, agreement: Agreement, entry: LedgerEntry) -> None:
    outbox.enqueue(
        session,
        "agreement.update",
        key=f"agreement.update:{agreement.id}:{entry.seq}",
        to=agreement.channel_id or "",
        at=entry.at,
        negotiation_id=agreement.negotiation_id,
        ref_id=agreement.id,
    )
