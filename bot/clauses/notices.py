"""What is said about clauses and contract files, read afresh when it is sent."""

from zoneinfo import ZoneInfo

from bot import outbox
from bot.clauses import cards, importing, reading, views
from bot.contracts import redline, tracked
from bot.outbox import File, Message, Update
from bot.slack import blocks
from storage import Session, clauses, negotiations
from storage.tables import FileStatus, OutboxRow


def clause_card(session: Session, row: OutboxRow) -> Message | None:
    """The card that a proposal was posted with: the whole clause while it is the latest, then only itself."""
    proposal = clauses.get_proposal(session, row.ref_id or 0)
    clause = clauses.get(session, proposal.clause_id) if proposal else None
    if proposal is None or clause is None:
        return None
    latest = clauses.latest_proposal(session, clause.id or 0)
    negotiation = negotiations.get(session, clause.negotiation_id)
    if latest is None or latest.id == proposal.id:
        return cards.shown(session, negotiation, clause)
    names = {party.id: party.name for party in negotiations.parties(session, clause.negotiation_id)}
    return views.past_card(proposal, names[proposal.party_id], latest, ZoneInfo(negotiation.zone), negotiation.marking)


def clause_update(session: Session, row: OutboxRow) -> Update | None:
    """The same card again, in place of what was posted."""
    message = clause_card(session, row)
    return Update(outbox.clause_card_key(row.ref_id or 0), message) if message else None


# -- contract files -------------------------------------------------------------------------------------


def contract_card(session: Session, row: OutboxRow) -> Message | None:
    """How reading a contract file goes: being read, refused with the reason, or what it brought."""
    file = clauses.file(session, row.ref_id or 0)
    if file is None:
        return None
    name = blocks.cut(file.name or "The contract", 100)
    if file.status == FileStatus.ASKED:
        return Message(f"Reading {file.name or 'the contract'} …")
    if file.status == FileStatus.REFUSED:
        text = f"{name} was not brought in, and nothing has changed. {file.refused}"
        return Message(text, blocks.paragraphs(text))
    negotiation = negotiations.get(session, file.negotiation_id)
    text = "\n".join(cards.contract_summary(session, file))
    return Message(f"{text}\n{negotiation.marking}.", [*blocks.paragraphs(text), blocks.context(negotiation.marking)])


def contract_update(session: Session, row: OutboxRow) -> Update | None:
    message = contract_card(session, row)
    file = clauses.file(session, row.ref_id or 0)
    return Update(reading.card_key(file), message) if message and file else None


def contract_report(session: Session, row: OutboxRow) -> Message | None:
    """Everything a file brought, as a file in the thread."""
    file = clauses.file(session, row.ref_id or 0)
    if file is None:
        return None
    negotiation = negotiations.get(session, file.negotiation_id)
    return Message(
        f"All that version {file.number} brought, and all its text that belongs to no clause. {negotiation.marking}.",
        file=File(
            f"{negotiation.code}-contract-v{file.number}-{file.id}.md", importing.report(session, negotiation, file)
        ),
    )


def contract_redline(session: Session, row: OutboxRow) -> Message | None:
    """What a version changed as a Word document with tracked changes."""
    file = clauses.file(session, row.ref_id or 0)
    if file is None:
        return None
    negotiation = negotiations.get(session, file.negotiation_id)
    found = sorted(importing.changes(session, file), key=importing.sort_key)
    content = tracked.document(
        f"{negotiation.code}: the contract, version {file.number - 1} to version {file.number}",
        negotiation.marking,
        [
            tracked.Change(
                change.after_number or change.before_number,
                redline.pieces(change.before_title, change.title),
                change.remark,
                redline.pieces(change.before, change.after),
            )
            for change in found
        ],
        author="Parley",
        at=file.at,
    )
    text = f"The changes of version {file.number} as tracked changes. {negotiation.marking}."
    return Message(text, file=File(f"{negotiation.code}-contract-v{file.number}-{file.id}.docx", content))


def clause_redline(session: Session, row: OutboxRow) -> Message | None:
    """Two wordings of one clause as a Word document with tracked changes."""
    clause = clauses.get(session, row.ref_id or 0)
    if clause is None:
        return None
    negotiation = negotiations.get(session, clause.negotiation_id)
    before, after = row.payload["names"]
    content = tracked.document(
        f"{negotiation.code}: {clause.number}, from {before} to {after}",
        negotiation.marking,
        [
            tracked.Change(
                clause.number,
                redline.pieces(clause.title, clause.title),
                f"from {before} to {after}",
                redline.pieces(*row.payload["words"]),
            )
        ],
        author="Parley",
        at=row.due_at,
    )
    number = "".join(letter if letter.isalnum() else "-" for letter in clause.number)
    text = f"{clause.number} from {before} to {after} as tracked changes. {negotiation.marking}."
    return Message(text, file=File(f"{negotiation.code}-{number}-{row.id}.docx", content))
