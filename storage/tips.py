"""Which tips somebody has been given."""

from datetime import datetime

from sqlmodel import Session, select

from storage.tables import TipRead


def read(session: Session, person_id: int) -> set[str]:
    return set(session.exec(select(TipRead.tip).where(TipRead.person_id == person_id)))


def remember(session: Session, person_id: int, tip: str, at: datetime) -> None:
    """Once for each person and tip; a second time changes nothing."""
    if session.get(TipRead, (person_id, tip)) is None:
        session.add(TipRead(person_id=person_id, tip=tip, at=at))
        session.flush()
