"""What is settled at the table: agreements and their confirmation, decisions, notes.

Every verb here takes the session of the caller's transaction and leaves the commit to it.
"""

from dataclasses import dataclass
from datetime import date, datetime

from bot import outbox, roster, trail
from bot.access import Actor, Capability, Elsewhere, require, require_open_room
from bot.errors import UserError
from bot.record import rules
from bot.slack import mrkdwn
from bot.trail import Source
from storage import Session, clauses, negotiations, records
from storage import outbox as sent
from storage.ledger import Written
from storage.records import GONE
from storage.tables import (
    Agreement,
    AgreementStatus,
    Confirmation,
    Decision,
    Meeting,
    Note,
    NoteKind,
    Party,
    RecordStatus,
    Stance,
)

_COUNTED = (AgreementStatus.AWAITING, AgreementStatus.AGREED, AgreementStatus.OBJECTED)


def record_agreement(
    session: Session,
    actor: Actor,
    wording: str,
    *,
    source: Source,
    at: datetime,
    meeting: Meeting | None = None,
    clause: str | None = None,
    clause_id: int | None = None,
    said: str = "",
) -> Agreement:
    """Record exact words as agreed, subject to every other party's confirmation.

    It counts as the recorder's own party's confirmation only when they are a lead or negotiator whose authority
    reaches the clause. `bot.clauses.service.record_agreement` is the way in that knows how the clause stands.
    Raises UserError for a person who may not record, outside the joint table, at a one-sided one, and in a
    meeting at which a side is absent.
    """
    require(actor, Capability.RECORD)
    if actor.scope is not None:
        raise Elsewhere(
            "An agreement is made across the table. Type it in the joint channel; here, "
            "`/parley note …` keeps it private to your side."
        )
    if not wording or rules.is_clause(wording):
        raise UserError("Type the exact words that are agreed: `/parley agree 4.2: Payment falls due within 30 days.`")
    signing = _signing(session, actor)
    if len(signing) < 2:
        raise UserError(
            "An agreement needs two sides, and this negotiation has one so far. "
            "Add the other: `/parley party add CODE Name as provider`."
        )
    roster.check_quorate(session, meeting)
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
        clause_id=clause_id,
        reworded_at=at if source.said_at else None,  # said earlier, but put to the parties only now
        detail={"clause": clause} if clause else None,
    )
    if _speaks_for_party(actor, clause):
        _keep_word(session, actor, agreement, signing, {}, Stance.CONFIRMED, "", at)
    joint = negotiations.joint_channel(session, actor.id)
    outbox.enqueue(
        session,
        "agreement.card",
        key=card_key(agreement),
        to=joint or source.channel_id,
        at=at,
        negotiation_id=actor.id,
        ref_id=agreement.id,
    )
    return agreement


def awaited_parties(session: Session, agreement: Agreement) -> list[Party]:
    """The signing parties that have said nothing yet of the present wording."""
    signing = [party for party in negotiations.parties(session, agreement.negotiation_id) if party.must_sign]
    said = records.confirmations(session, [agreement.id or 0])[agreement.id or 0]
    stances = {word.party_id: word.stance for word in said if word.version == agreement.version}
    missing = rules.awaited([party.id or 0 for party in signing], stances)
    return [party for party in signing if party.id in missing]


def held_by(session: Session, agreement: Agreement) -> list[str]:
    """The clauses of its package that keep an agreement from counting: nothing in a package is agreed before all is."""
    clause = clauses.get(session, agreement.clause_id) if agreement.clause_id else None
    if clause is None or clause.package_id is None:
        return []
    members = clauses.in_package(session, clause.package_id)
    recorded = clauses.agreements_on(session, [member.id or 0 for member in members])
    confirmed = {row.clause_id for row in recorded if row.status == AgreementStatus.AGREED}
    return list(rules.package_open(clause, members, confirmed))


def card_key(agreement: Agreement) -> str:
    """The outbox key of the one message that shows this agreement and is kept up to date."""
    return f"agreement.card:{agreement.id}"


def of_card(session: Session, actor: Actor, channel: str, ts: str) -> Agreement | None:
    """The agreement whose card is this message, while it waits for a party's word."""
    for row in _unsettled(session, actor.id):
        card = sent.by_key(session, card_key(row))
        if card is not None and (card.sent_channel, card.sent_ts) == (channel, ts):
            return row
    return None


def _unsettled(session: Session, negotiation_id: int) -> list[Agreement]:
    """The agreements at the table that still wait for somebody's word."""
    shared = records.visible(session, Agreement, negotiation_id, None)
    return [row for row in shared if row.status in (AgreementStatus.AWAITING, AgreementStatus.OBJECTED)]


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
    check_may_object(actor, agreement, version)
    if not reason.strip():
        raise UserError(f"An objection needs its reason: `/parley object {agreement.ref} because the date is wrong`.")
    _refresh_card(session, agreement, _say(session, actor, agreement, Stance.OBJECTED, reason.strip(), at))


def check_may_object(actor: Actor, agreement: Agreement, version: int | None = None) -> None:
    """Raises UserError where an objection to these words, whatever its reason, would be refused."""
    _check_can_speak(actor, agreement, version)
    if agreement.status == AgreementStatus.AGREED:
        raise UserError(
            f"{agreement.ref} has been confirmed by every party, so it cannot be objected to. "
            "Record the wording you want instead with `/parley agree …`."
        )


def reword_agreement(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    wording: str,
    *,
    at: datetime,
    clause: str | None = None,
    clause_id: int | None = None,
    said: str = "",
) -> None:
    """Change the words: every confirmation starts again, but for the party of whoever changes them.

    Parties whose confirmation falls away are told in a message of its own: a card changed in place is easily
    missed. Raises UserError for others' words to those who may not run a meeting.
    """
    if actor.member is None or actor.member.id != agreement.author_id:
        require(actor, Capability.RUN)  # others' words: whoever may run the meeting, as its scribe does
    if (wording.strip(), clause) == (agreement.text, agreement.clause):
        return
    if agreement.status in GONE:
        raise UserError(f"{agreement.ref} was taken back, so its words stay as they were. Record them anew.")
    _check_stands(agreement)
    spoken = records.confirmations(session, [agreement.id or 0])[agreement.id or 0]
    fallen = {w.party_id for w in spoken if w.version == agreement.version and w.stance == Stance.CONFIRMED}
    before, agreement.clause, agreement.clause_id = agreement.clause_id, clause, clause_id
    entry = trail.reword(session, actor, agreement, wording, at=at, said=said, clause=clause)
    agreement.version += 1
    agreement.reworded_at = at
    agreement.status = AgreementStatus.AWAITING
    session.add(agreement)
    if _speaks_for_party(actor, clause):
        entry = _say(session, actor, agreement, Stance.CONFIRMED, "", at)
    _refresh_card(session, agreement, entry)
    if before != clause_id:
        outbox.clause_changed(session, before, entry)
    if fallen - {actor.party_id}:
        joint = negotiations.joint_channel(session, actor.id)
        outbox.enqueue(
            session,
            "agreement.reworded",
            key=f"agreement.reworded:{agreement.id}:{agreement.version}",
            to=joint or agreement.channel_id or "",
            at=at,
            negotiation_id=actor.id,
            ref_id=agreement.id,
            version=agreement.version,
            by=actor.trail_name,
            parties=sorted(fallen - {actor.party_id}),
        )


def take_back_agreement(
    session: Session, actor: Actor, agreement: Agreement, status: AgreementStatus, *, at: datetime
) -> None:
    """Undo or withdraw. Raises UserError once another party has confirmed, for then it is theirs too; and again."""
    if agreement.status in GONE:
        raise UserError(f"{agreement.ref} was taken back already. It stays in the trail.")
    spoken = records.confirmations(session, [agreement.id or 0])[agreement.id or 0]
    if any(
        word.stance == Stance.CONFIRMED and word.version == agreement.version and word.party_id != actor.party_id
        for word in spoken
    ):
        if agreement.status == AgreementStatus.OBJECTED:
            instead = f"It falls away as soon as other words are recorded: `/parley agree {agreement.clause or ''} …`."
            raise UserError(f"{agreement.ref} has been confirmed by another party and objected to. {instead}")
        instead = (
            "Record the wording you want instead: `/parley agree …`."
            if agreement.status == AgreementStatus.AGREED
            else f"Object to it: `/parley object {agreement.ref} because …`."
        )
        raise UserError(
            f"{agreement.ref} has been confirmed by another party, so one side alone cannot take it back. {instead}"
        )
    _refresh_card(session, agreement, trail.take_back(session, actor, agreement, status, at=at))


def supersede(session: Session, actor: Actor, agreement: Agreement, *, at: datetime) -> None:
    """Withdraw words that somebody objected to, because other words are recorded in their place."""
    _refresh_card(session, agreement, trail.take_back(session, actor, agreement, AgreementStatus.WITHDRAWN, at=at))


def reopen_agreement(session: Session, actor: Actor, agreement: Agreement, reason: str, *, at: datetime) -> None:
    """What every party has agreed is open again; the words, and who confirmed them, stay on record."""
    agreement.status, agreement.because = AgreementStatus.REOPENED, reason
    session.add(agreement)
    _refresh_card(
        session,
        agreement,
        trail.deed(
            session, actor, "agreement.reopened", agreement.ref, at=at, reason=reason, status=AgreementStatus.REOPENED
        ),
    )


@dataclass(frozen=True)
class Recount:
    """How an agreement stands once others must sign, and how it stood before."""

    agreement: Agreement
    before: str
    awaited: tuple[Party, ...]


def ask_anew(session: Session, negotiation_id: int, entry: Written) -> None:
    """The cards of what still waits for somebody's word name those who may give it: that has changed."""
    for row in _unsettled(session, negotiation_id):
        _refresh_card(session, row, entry)


def recount(session: Session, actor: Actor, *, at: datetime) -> list[Recount]:
    """Other parties sign from now on: how each shared agreement is counted follows, and every word given stays.

    One that every signing party has confirmed is agreed; one that lacks a party that signs from now on is not
    (product rule 1).
    """
    rows = [row for row in records.visible(session, Agreement, actor.id, None) if row.status in _COUNTED]
    said = records.confirmations(session, [row.id or 0 for row in rows])
    signing = _signing(session, actor)
    counted = []
    for row in rows:
        stances = {word.party_id: word.stance for word in said[row.id or 0] if word.version == row.version}
        before, row.status = row.status, rules.standing(signing, stances)
        session.add(row)
        counted.append(Recount(row, before, tuple(awaited_parties(session, row))))
        deed = trail.deed(
            session, actor, "agreement.recounted", row.ref, at=at, status=row.status, before=before, version=row.version
        )
        _refresh_card(session, row, deed)
    return counted


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
    """Record a decision in its exact words. Raises UserError in a meeting at which a side is absent."""
    require(actor, Capability.RECORD)
    roster.check_quorate(session, meeting)
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


def _speaks_for_party(actor: Actor, clause: str | None) -> bool:
    if actor.member is None or not rules.within_authority(actor.member.authority, clause):
        return False
    return actor.may(Capability.CONFIRM) and actor.party is not None and actor.party.must_sign


def _check_can_speak(actor: Actor, agreement: Agreement, version: int | None) -> None:
    require(actor, Capability.CONFIRM)
    require_open_room(actor)
    if actor.member and not rules.within_authority(actor.member.authority, agreement.clause):
        about = f"clause {agreement.clause}" if agreement.clause else f"{agreement.ref}, which names no clause"
        raise UserError(
            f"Your authority is {mrkdwn.listed(actor.member.authority)}, which does not reach {about}. "
            "Somebody else of your side must confirm it or object."
        )
    if not _speaks_for_party(actor, agreement.clause):
        party = actor.party.name if actor.party else "nobody at this table"
        raise UserError(f"You speak for {party}, which does not sign this contract: it can neither confirm nor object.")
    if agreement.status in GONE:
        raise UserError(
            f"{agreement.ref} was taken back, so there is nothing to confirm or object to. It stays in the trail."
        )
    _check_stands(agreement)
    if version is not None and version != agreement.version:
        raise UserError(
            f"The wording of {agreement.ref} has changed since you saw it, so nothing was recorded. "
            "Read it as it is now first."
        )


def _check_stands(agreement: Agreement) -> None:
    if agreement.status == AgreementStatus.REOPENED:
        raise UserError(
            f"{agreement.ref} was reopened, because {agreement.because}. It stays on record as it was agreed; "
            f"new words are proposed with `/parley propose {agreement.clause or '…'} …`."
        )


def _say(session: Session, actor: Actor, agreement: Agreement, stance: Stance, reason: str, at: datetime) -> Written:
    """Keep one party's word on the present wording, and what follows from it."""
    agreement_id = agreement.id or 0
    spoken = records.confirmations(session, [agreement_id])[agreement_id]
    words = {word.party_id: word for word in spoken if word.version == agreement.version}
    return _keep_word(session, actor, agreement, _signing(session, actor), words, stance, reason, at)


def _signing(session: Session, actor: Actor) -> list[int]:
    """The parties (ids) whose word an agreement needs."""
    return [party.id or 0 for party in negotiations.parties(session, actor.id) if party.must_sign]


def _keep_word(
    session: Session,
    actor: Actor,
    agreement: Agreement,
    signing: list[int],
    words: dict[int, Confirmation],
    stance: Stance,
    reason: str,
    at: datetime,
) -> Written:
    """As `_say`, where it is known who must sign and who has spoken of this wording."""
    party_id, member_id = actor.party_id or 0, actor.member.id or 0 if actor.member else 0
    word = words.get(party_id)
    if word is None:
        records.add_word(
            session,
            agreement_id=agreement.id or 0,
            version=agreement.version,
            party_id=party_id,
            member_id=member_id,
            stance=stance,
            reason=reason,
            at=at,
        )
    else:
        word.member_id, word.stance, word.reason, word.at = member_id, stance, reason, at
        session.add(word)
    standing = {party: earlier.stance for party, earlier in words.items()} | {party_id: stance}
    status = rules.standing(signing, standing)
    if status != agreement.status:
        agreement.status = status
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


def _refresh_card(session: Session, agreement: Agreement, entry: Written) -> None:
    outbox.refresh_agreement_card(session, agreement, entry)
    outbox.clause_changed(session, agreement.clause_id, entry)
