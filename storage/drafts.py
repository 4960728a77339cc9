"""What people typed in forms that they closed: one draft for each person, negotiation and form.

What was typed before there is a negotiation belongs to none (None).
"""

from collections.abc import Mapping
from datetime import datetime

from sqlmodel import Session, col, delete, select

from storage.tables import Draft


def find(session: Session, negotiation_id: int | None, person_id: int, form: str) -> Draft | None:
    of_person = select(Draft).where(Draft.negotiation_id == negotiation_id, Draft.person_id == person_id)
    return session.exec(of_person.where(Draft.form == form).order_by(col(Draft.id))).first()


def keep(
    session: Session, negotiation_id: int | None, person_id: int, form: str, values: Mapping[str, str], at: datetime
) -> None:
    """Put this in the place of what was kept before; when it was begun stays."""
    row = find(session, negotiation_id, person_id, form)
    if row is None:
        row = Draft(negotiation_id=negotiation_id, person_id=person_id, form=form, at=at)
    row.typed = dict(values)
    session.add(row)
    session.flush()


def forget(session: Session, negotiation_id: int | None, person_id: int, form: str) -> None:
    session.exec(
        delete(Draft).where(
            col(Draft.negotiation_id) == negotiation_id, col(Draft.person_id) == person_id, col(Draft.form) == form
        )
    )


def forget_before(session: Session, instant: datetime) -> None:
    """What was begun so long ago that nobody will go on with it."""
    session.exec(delete(Draft).where(col(Draft.at) < instant))
