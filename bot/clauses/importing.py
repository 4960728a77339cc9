"""A contract becomes clauses; a later version of it becomes changes to them, never new clauses beside them."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot import outbox, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.clauses import service
from bot.clauses.standing import is_signed, standings
from bot.contracts import matching, numbers, redline, values
from bot.contracts.matching import Comparison, Pair
from bot.contracts.packs import Pack
from bot.contracts.redline_markdown import in_markdown
from bot.contracts.values import Contract
from bot.errors import UserError
from storage import Session, clauses
from storage.tables import Agreement, Clause, ClauseStatus, ContractFile, FileStatus, Issued, Negotiation


def ask(
    session: Session,
    actor: Actor,
    *,
    at: datetime,
    file_id: str | None = None,
    name: str = "",
    anyway: bool = False,
) -> ContractFile:
    """Keep that somebody wants a contract brought in; it is read after this transaction, however long that takes.

    `file_id` is Slack's, "" for whichever file the person shared last in this channel, None where the file is at
    hand. `anyway` takes a file that leaves out most of the contract. Raises UserError for those who may not add
    to the record, in a caucus channel, and once the contract is signed.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    check_unsigned(session, actor.id)
    row = ContractFile(
        negotiation_id=actor.id,
        name=name,
        member_id=actor.member.id if actor.member else None,
        at=at,
        channel_id=actor.channel_id,
        user_id=actor.person.user_id,
        file_id=file_id,
        changes={"anyway": True} if anyway else {},
    )
    session.add(row)
    session.flush()
    return row


def check_unsigned(session: Session, negotiation_id: int) -> None:
    """Raises UserError once the contract is signed."""
    if is_signed(session, negotiation_id):
        raise UserError("The contract is signed, so no other version of it is brought in. A change is a variation now.")


def take(session: Session, actor: Actor, row: ContractFile, contract: Contract, data: bytes, *, at: datetime) -> None:
    """Bring a contract that was read into the negotiation, as its next version.

    Raises UserError for the very file that was brought in last.
    """
    earlier = clauses.files(session, actor.id)
    digest = hashlib.sha256(data).hexdigest()
    if earlier and earlier[-1].sha256 == digest:
        raise UserError(f"It is the very file that was read as version {earlier[-1].number} already.")
    row.number, row.status, row.sha256, row.title = len(earlier) + 1, FileStatus.READ, digest, contract.title
    anyway = bool(row.changes.get("anyway"))
    row.unplaced = [{"where": item.where, "text": item.text} for item in contract.unplaced]
    found = compare(session, actor.id, contract)
    if not anyway and len(found.rest.removed) > len(found.known):
        gone, every = len(found.rest.removed), len(found.rest.removed) + len(found.known)
        raise UserError(
            f"It leaves out {gone} of the {every} clauses that the contract has, so it may be another contract. If it "
            "is the right one, type `/parley clause import anyway`."
        )
    agreed = {each.clause.id: each.agreement for each in standings(session, actor.id) if each.confirmed}
    row.changes = {**_changes(found), "against_agreed": _against(found, agreed)}
    _apply(session, actor.id, row.number, found, contract)
    session.add(row)
    session.flush()
    trail.deed(
        session,
        actor,
        "contract.read",
        f"v{row.number}",
        at=at,
        file=row.name,
        sha256=digest,
        clauses=len(contract.clauses),
        unplaced=len(contract.unplaced),
        changes=row.changes if row.number > 1 else {},
    )
    by_number = {pair.after.number: clause for clause, pair in found.pairs()}
    for pair in (*(pair for _, pair in found.filled), *found.rest.changed, *found.rest.moved):
        written = trail.deed(
            session, actor, "clause.reissued", pair.after.number, at=at, issue=row.number, before=pair.before.number
        )
        outbox.clause_changed(session, by_number[pair.after.number].id, written)


def load_pack(session: Session, actor: Actor, pack: Pack, *, at: datetime) -> list[Clause]:
    """The clauses of a standard contract by number and title, but for those that are there already.

    Raises UserError for those who may not add to the record, in a caucus channel, and when all are there.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    there = {numbers.key(row.number) for row in clauses.every(session, actor.id)}
    place = clauses.last_place(session, actor.id)
    added = [
        Clause(
            negotiation_id=actor.id,
            number=entry.number,
            place=place + count,
            title=entry.title,
            kind=entry.kind,
            level=entry.level,
            national=entry.national,
            unverified=not entry.verified,
        )
        for count, entry in enumerate(pack.clauses, start=1)
        if numbers.key(entry.number) not in there
    ]
    if not added:
        raise UserError(f"Every clause of {pack.title} is there already.")
    session.add_all(added)
    session.flush()
    service.link_agreements(session, actor.id, added)
    trail.deed(session, actor, "pack.loaded", pack.name, at=at, clauses=len(added))
    return added


def refuse(session: Session, row: ContractFile, reason: str) -> None:
    """Keep why a file was not brought in."""
    row.status, row.refused = FileStatus.REFUSED, reason
    session.add(row)
    session.flush()


@dataclass(frozen=True)
class Found:
    """How a contract differs from the clauses that are there, with their rows.

    `filled` are clauses added by hand or from a pack: they are known by their number, for their words are only
    now there to be compared. `again` were left out of an earlier version and are back as they were. `gone` are
    those that the contract has no more, and those by hand to whose number another clause has moved.
    """

    filled: tuple[tuple[Clause, Pair], ...]
    again: tuple[tuple[Clause, Pair], ...]
    known: tuple[tuple[Clause, Pair], ...]
    gone: tuple[Clause, ...]
    rest: Comparison

    def pairs(self) -> list[tuple[Clause, Pair]]:
        return [*self.filled, *self.again, *self.known]


def compare(session: Session, negotiation_id: int, contract: Contract) -> Found:
    """Match a contract with the clauses that are there, so that a later version is changes and not new clauses."""
    rows = clauses.every(session, negotiation_id)
    issued = {row.number: row for row in rows if row.left_out == 0 and row.issue}
    by_hand = {numbers.key(row.number): row for row in rows if row.left_out == 0 and not row.issue}
    gone = sorted((row for row in rows if row.left_out), key=lambda row: row.left_out)
    left_out = {(row.number, row.title, row.text): row for row in gone}  # the one that was left out last
    rest = matching.compare(Contract("", tuple(map(_value, issued.values())), ()), contract)
    pairs = (*rest.unchanged, *rest.changed, *rest.moved)
    taken = {numbers.key(pair.after.number) for pair in pairs}
    filled, again, added = [], [], []
    for clause in rest.added:
        same = left_out.get((clause.number, clause.title, clause.text))
        hand = by_hand.get(numbers.key(clause.number))
        if hand is not None:
            filled.append((hand, Pair(_value(hand), clause)))
        elif same is not None:
            again.append((same, Pair(clause, clause)))
        else:
            added.append(clause)
    return Found(
        filled=tuple(filled),
        again=tuple(again),
        known=tuple((issued[pair.before.number], pair) for pair in pairs),
        gone=(
            *(issued[clause.number] for clause in rest.removed),
            *(row for key, row in by_hand.items() if key in taken),
        ),
        rest=replace(rest, added=tuple(added)),
    )


def _value(row: Clause) -> values.Clause:
    kind: values.Kind = row.kind  # type: ignore[assignment]  # kept as text; written from such a value
    return values.Clause(row.number, row.title, row.text, row.level, kind)


def _changes(found: Found) -> dict[str, Any]:
    return {
        "filled": [pair.after.number for _, pair in found.filled],
        "changed": [pair.after.number for pair in found.rest.changed],
        "moved": [[pair.before.number, pair.after.number, pair.is_reworded] for pair in found.rest.moved],
        "added": [clause.number for clause in (*found.rest.added, *(pair.after for _, pair in found.again))],
        "left_out": [row.number for row in found.gone],
        "unchanged": len(found.rest.unchanged),
    }


def _against(found: Found, agreed: Mapping[int | None, Agreement | None]) -> list[list[str]]:
    """The clauses (number, agreement) of which the file says otherwise than every party has confirmed, or nothing."""
    said = [(row, pair.after.number, pair.after.text) for row, pair in found.pairs() if pair.is_reworded]
    said += [(row, row.number, "") for row in found.gone]
    against = []
    for row, number, words in said:
        agreement = agreed.get(row.id)
        if agreement is not None and agreement.text.split() != words.split():
            against.append([number, agreement.ref])
    return against


def _row(session: Session, negotiation_id: int, number: str) -> Clause:
    row = clauses.by_number(session, negotiation_id, number)
    if row is None:
        raise LookupError(number)
    return row


def _apply(session: Session, negotiation_id: int, issue: int, found: Found, contract: Contract) -> None:
    places = {clause.number: place for place, clause in enumerate(contract.clauses, start=1)}
    _leave_out(session, found.gone, issue)
    pairs = found.pairs()
    clauses.renumber(session, {row.id or 0: pair.after.number for row, pair in pairs if _is_moved(pair)})
    for row, _ in found.again:
        row.left_out = 0
        session.add(row)
    session.flush()
    said = {clause_id: last.number for clause_id, last in clauses.last_issued(session, negotiation_id).items()}
    for row, pair in pairs:
        _reissue(session, row, pair.after, issue, said.get(row.id or 0))
        row.place = places[pair.after.number]
        session.add(row)
    added = [_new(negotiation_id, clause, places[clause.number]) for clause in found.rest.added]
    session.add_all(added)
    session.flush()
    for row, clause in zip(added, found.rest.added, strict=True):
        _reissue(session, row, clause, issue, None)
    session.flush()
    service.link_agreements(session, negotiation_id, added)


def _new(negotiation_id: int, clause: values.Clause, place: int) -> Clause:
    return Clause(
        negotiation_id=negotiation_id,
        number=clause.number,
        place=place,
        level=clause.level,
        kind=clause.kind,
        national=service.is_national(clause.number),
        status=ClauseStatus.NOT_STARTED,
    )


def _is_moved(pair: Pair) -> bool:
    return pair.before.number != pair.after.number


def _leave_out(session: Session, rows: Sequence[Clause], issue: int) -> None:
    """Clauses that the contract has no more keep their record and free their number."""
    for row in rows:
        row.left_out = issue
        session.add(row)
    session.flush()


def _reissue(session: Session, row: Clause, clause: values.Clause, issue: int, said: str | None) -> None:
    """Bring a clause to what a file says of it; `said` is the number under which the last file had it."""
    row.kind, row.level = clause.kind, clause.level
    if row.issue and (row.number, row.title, row.text, said) == (clause.number, clause.title, clause.text, row.number):
        return
    row.title = clause.title if row.issue else clause.title or row.title
    row.text, row.issue, row.unverified = clause.text, issue, False
    session.add_all(
        (
            row,
            Issued(clause_id=row.id or 0, issue=issue, number=clause.number, title=clause.title, text=clause.text),
        )
    )


@dataclass(frozen=True)
class Change:
    """How one clause differs between two versions of the contract: its numbers ("" for none) and words."""

    kind: str
    before_number: str
    after_number: str
    title: str
    before_title: str
    before: str
    after: str

    @property
    def remark(self) -> str:
        if self.kind == "moved":
            return f"moved from {self.before_number}"
        return self.kind


def changes(session: Session, row: ContractFile) -> list[Change]:
    """What a contract file changed against the one before: changed, moved, added, left out."""
    kept: Mapping[str, Any] = row.changes
    by_number = {each.number: each for each in clauses.issued_in(session, row.negotiation_id, row.number)}
    before_it = clauses.last_issued(session, row.negotiation_id, before=row.number)

    def change(kind: str, number: str, before_number: str = "") -> Change:
        issued = by_number.get(number)
        earlier = before_it.get(issued.clause_id) if issued else None
        return _change(session, kind, row, number, issued, earlier, before_number)

    found = [change("changed", number) for number in (*kept["filled"], *kept["changed"])]
    found += [change("moved", after, before) for before, after, _ in kept["moved"]]
    found += [change("added", number) for number in kept["added"]]
    for clause in clauses.every(session, row.negotiation_id):
        if clause.left_out == row.number:
            found.append(Change("left out", clause.number, "", "", clause.title, clause.text, ""))
    return found


def _change(
    session: Session,
    kind: str,
    row: ContractFile,
    number: str,
    issued: Issued | None,
    earlier: Issued | None,
    before_number: str,
) -> Change:
    if issued is None:  # back as it was before it was left out
        clause = _row(session, row.negotiation_id, number)
        return Change(kind, "", number, clause.title, "", "", clause.text)
    title, before = (earlier.title, earlier.text) if earlier else ("", "")
    old_number = before_number or (number if kind != "added" else "")
    return Change(kind, old_number, number, issued.title, title, before, issued.text)


def report(session: Session, negotiation: Negotiation, row: ContractFile) -> str:
    """Everything a contract file brought, in Markdown: its changes word by word, and what belongs to no clause."""
    lines = [f"# {negotiation.code}: the contract, version {row.number}", "", f"{negotiation.marking}.", ""]
    lines += [f"Read from {row.name} (SHA-256 {row.sha256}).", ""]
    if row.number > 1:
        lines += ["## What changed", ""]
        for change in sorted(changes(session, row), key=sort_key):
            number = change.after_number or change.before_number
            title = " ".join((change.title or change.before_title).split())
            lines += [f"### {number} {title}".rstrip(), "", change.remark[:1].upper() + change.remark[1:], ""]
            if change.title != change.before_title and change.before_title:
                lines += [*_indented(in_markdown(redline.pieces(change.before_title, change.title))), ""]
            lines += [*_indented(in_markdown(redline.pieces(change.before, change.after))), ""]
    else:
        lines += ["## Clauses", ""]
        for clause in clauses.every(session, row.negotiation_id):
            if clause.issue and not clause.left_out:
                lines += [
                    f"### {clause.number} {' '.join(clause.title.split())}".rstrip(),
                    "",
                    *_indented(clause.text),
                    "",
                ]
    lines += ["## Text that belongs to no clause", ""]
    for item in row.unplaced:
        lines += [f"### {' '.join(item['where'].split())}", "", *_indented(item["text"]), ""]
    if not row.unplaced:
        lines += ["None: every word is in a clause.", ""]
    return "\n".join(lines)


def _indented(words: str) -> list[str]:
    """Words as a quotation, so that nothing in them is a heading of ours."""
    return [f"> {line}".rstrip() for line in words.splitlines()]


def sort_key(change: Change) -> tuple[object, ...]:
    """The order of the contract, what was left out where it stood."""
    return numbers.sort_key(change.after_number or change.before_number)
