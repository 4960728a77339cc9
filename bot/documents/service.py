"""Drafts issued, their schedules received and their changes disclosed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot import access, dates, trail
from bot.access import Actor, Capability, require, require_open_room
from bot.contracts import numbers
from bot.documents import rules
from bot.errors import UserError
from storage import Session, documents
from storage.tables import Document, Member, MissingSchedule, Party


@dataclass(frozen=True)
class NewDraft:
    """A draft as it was issued: by whom, on a local date, without which schedules, and what it changes."""

    title: str
    version: str
    issued_on: date
    issued_by: Party
    pen: Member | None = None
    missing: Sequence[str] = ()
    changes: str = ""


def own_party(actor: Actor) -> Party:
    """The party that somebody sits for. Raises UserError for an administrator who sits for none."""
    if actor.party is None:
        raise UserError("Say which party issued it, such as `from OHP`: you sit for none.")
    return actor.party


def document(session: Session, actor: Actor, ref: str) -> Document:
    """The draft with this ref, in any case. Raises UserError when there is none."""
    found = documents.by_ref(session, Document, actor.id, ref)
    if found is None:
        raise UserError(
            f"There is no document {dates.shown(ref)} in {actor.negotiation.code}. `/parley documents` lists them."
        )
    return found


def issue(session: Session, actor: Actor, form: NewDraft, *, at: datetime) -> Document:
    """Record that a draft was issued. Raises UserError for a version of its title that was, and for a date to come."""
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if form.issued_on > actor.today(at):
        raise UserError(
            f"{dates.full_date(form.issued_on)} is still to come, and a draft is recorded once it is issued. A date "
            "that has passed needs its year: `on 12 nov 2025`."
        )
    title_key, version_key = rules.key(form.title), rules.key(form.version)
    for other in documents.of_title(session, actor.id, title_key):
        if other.version_key == version_key:
            raise UserError(
                f"{other.ref} {other.title} is version {other.version} already, issued on "
                f"{dates.full_date(other.issued_on)}. Two drafts never share a number: give this one another, such as "
                f"`version {other.version}A`."
            )
    number = documents.next_number(session, Document, actor.id)
    row = Document(
        negotiation_id=actor.id,
        number=number,
        ref=f"{documents.PREFIXES[Document]}{number}",
        title=form.title,
        title_key=title_key,
        version=form.version,
        version_key=version_key,
        issued_on=form.issued_on,
        issued_by_id=form.issued_by.id or 0,
        pen_id=form.pen.id if form.pen else None,
        changes=form.changes.strip(),
        author_id=access.seat(actor).id or 0,
        at=at,
    )
    session.add(row)
    session.flush()
    for place, name in enumerate(form.missing, start=1):
        session.add(MissingSchedule(document_id=row.id or 0, number=place, name=name))
    session.flush()
    trail.deed(
        session,
        actor,
        "document.issued",
        row.ref,
        at=at,
        title=row.title,
        version=row.version,
        issued_on=row.issued_on,
        issued_by=form.issued_by.code,
        pen=row.pen_id,
        missing=list(form.missing),
        changes=row.changes,
    )
    return row


def draft_before(session: Session, row: Document) -> Document | None:
    """The draft of the same title that was issued before this one."""
    return rules.drafts_before(documents.of_title(session, row.negotiation_id, row.title_key)).get(row.ref)


def still_missing(session: Session, row: Document) -> list[str]:
    """The schedules that have not come, by name."""
    rows = documents.schedules(session, [row.id or 0])[row.id or 0]
    return [schedule.name for schedule in rows if schedule.received_at is None]


def receive(session: Session, actor: Actor, row: Document, names: Sequence[str], *, at: datetime) -> list[str]:
    """Schedules that were missing have come; gives their names as the draft lists them.

    Raises UserError for one that the draft does not lack; then none is taken.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    listed = {numbers.key(each.name): each for each in documents.schedules(session, [row.id or 0])[row.id or 0]}
    come = []
    for name in names:
        schedule = listed.get(numbers.key(name))
        if schedule is None:
            raise UserError(_not_missing(row, name, still_missing(session, row)))
        if schedule.received_at is not None:
            day = dates.full_date(actor.today(schedule.received_at))
            raise UserError(f"{schedule.name} of {row.ref} came on {day} already. Nothing was changed.")
        schedule.received_at, schedule.received_by_id = at, access.seat(actor).id
        session.add(schedule)
        come.append(schedule.name)
    session.flush()
    trail.deed(session, actor, "document.received", row.ref, at=at, schedules=come)
    return come


def _not_missing(row: Document, name: str, missing: Sequence[str]) -> str:
    if not missing:
        return f"{row.ref} {row.title} version {row.version} is complete: nothing of it is missing."
    return (
        f"{row.ref} does not lack {dates.shown(name)}. It lacks {', '.join(missing)}. Type the name as it stands "
        f"there: `/parley document received {row.ref} {missing[0]}`."
    )


def disclose(session: Session, actor: Actor, row: Document, changes: str, *, at: datetime) -> bool:
    """Say what a draft changes against the one before; False when it said just that already.

    The trail keeps what was said before. Raises UserError without words.
    """
    require(actor, Capability.RECORD)
    require_open_room(actor)
    if not changes.strip():
        raise UserError(
            f"Say what it changes: `/parley document disclose {row.ref} Payment falls due after 28 days instead of 30`."
        )
    if changes.strip() == row.changes:
        return False
    before, row.changes = row.changes, changes.strip()
    session.add(row)
    trail.deed(session, actor, "document.disclosed", row.ref, at=at, changes=row.changes, before=before)
    return True
