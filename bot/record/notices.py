"""What the record says to others, read afresh when it is sent."""

from collections.abc import Mapping
from zoneinfo import ZoneInfo

from bot import access, roster
from bot.outbox import Message, Update
from bot.record import service, views
from storage import Session, negotiations, records
from storage.records import GONE
from storage.tables import Agreement, OutboxRow


def agreement_card(session: Session, row: OutboxRow) -> Message | None:
    """The agreement's card as it stands now."""
    agreement = records.get(session, Agreement, row.ref_id or 0)
    if agreement is None:
        return None
    negotiation = negotiations.get(session, agreement.negotiation_id)
    everyone = {seat.member.id: seat for seat in roster.seats(session, agreement.negotiation_id)}
    said = {
        word.party_id: word
        for word in records.confirmations(session, [row.ref_id or 0])[row.ref_id or 0]
        if word.version == agreement.version
    }
    words = []
    for party in negotiations.parties(session, agreement.negotiation_id):
        if not party.must_sign:
            continue
        word = said.get(party.id or 0)
        speakers = access.CAN[access.Capability.CONFIRM]
        own = [seat for seat in roster.circle(everyone.values(), party.id) if speakers & set(seat.member.roles)]
        words.append(
            views.Word(
                party=party,
                confirmation=word,
                speaker=everyone[word.member_id].person.name if word else "",
                negotiators=[seat.person.user_id for seat in roster.here(own)],
                gone=[seat.person.name for seat in own if seat.person.left],
            )
        )
    return views.card(
        negotiation.code,
        negotiation.marking,
        ZoneInfo(negotiation.zone),
        agreement,
        _recorded_by(agreement, everyone),
        words,
        service.held_by(session, agreement),
    )


def _recorded_by(agreement: Agreement, everyone: Mapping[int | None, roster.Seat]) -> str:
    """Who put it on record; and from whose message, where somebody pointed at one."""
    author = everyone[agreement.author_id].title
    if agreement.logged_by_id is None:
        return author
    if agreement.logged_by_id == agreement.author_id:
        return f"{author} from a message"  # their own, or one of somebody outside the table
    return f"{everyone[agreement.logged_by_id].title} from a message of {author}"


def agreement_reworded(session: Session, row: OutboxRow) -> Message | None:
    """To those whose confirmation fell away with the old words; None when the words changed once more."""
    agreement = records.get(session, Agreement, row.ref_id or 0)
    if agreement is None or agreement.version != row.payload["version"] or agreement.status in GONE:
        return None
    speakers = access.CAN[access.Capability.CONFIRM]
    people = [
        seat.person.user_id
        for seat in roster.here(roster.seats(session, agreement.negotiation_id))
        if seat.party.id in row.payload["parties"] and speakers & set(seat.member.roles)
    ]
    return views.reworded(agreement, str(row.payload["by"]), people)


def agreement_update(session: Session, row: OutboxRow) -> Update | None:
    """The same card again, in place of what was posted."""
    message = agreement_card(session, row)
    agreement = records.get(session, Agreement, row.ref_id or 0)
    if message is None or agreement is None:
        return None
    return Update(of=service.card_key(agreement), message=message)
