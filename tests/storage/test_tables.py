"""The database has the last word: what it refuses, whoever asks."""

import traceback
from typing import Any

import pytest
from sqlalchemy import text

from storage import Conflict, Database, Session, StorageError, ledger
from storage.tables import (
    Channel,
    ChannelKind,
    Member,
    MinutesApproval,
    MinutesCirculation,
    MinutesCopy,
    MinutesVersion,
    Negotiation,
    Note,
    NoteKind,
    Party,
    PartyKind,
    RecordStatus,
)
from tests.storage.rows import NOON, a_negotiation, add_meeting, add_negotiation, add_party, raw


def add_note(session: Session, **changed: Any) -> None:
    """A note with everything it needs, but for what is `changed`."""
    negotiation = add_negotiation(session)
    party = add_party(session, negotiation)
    member = Member(
        negotiation_id=negotiation.id or 0, party_id=party.id or 0, person_id=negotiation.created_by_id, roles=["chair"]
    )
    session.add(member)
    session.flush()
    fields = {
        "negotiation_id": negotiation.id,
        "number": 1,
        "ref": "E1",
        "text": "Noted",
        "said": "Noted",
        "status": RecordStatus.RECORDED,
        "author_id": member.id,
        "at": NOON,
        "kind": NoteKind.NOTE,
    }
    session.add(Note(**{**fields, **changed}))
    session.flush()


def test_a_note_with_all_it_needs_is_taken(database: Database) -> None:
    with database.transaction() as session:
        add_note(session)


@pytest.mark.parametrize(
    "wrong",
    [
        {"status": "forgotten"},
        {"kind": "rumour"},
        {"negotiation_id": 999},
        {"author_id": 999},
        {"meeting_id": 999},
        {"author_id": None},
        {"text": None},
        {"at": None},
    ],
    ids=lambda wrong: "-".join(f"{name}={value}" for name, value in wrong.items()),
)
def test_a_note_that_breaks_a_rule_is_refused_and_nothing_of_it_stays(
    database: Database, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Conflict), database.transaction() as session:
        add_note(session, **wrong)
    with database.snapshot() as session:
        assert session.execute(text("SELECT count(*) FROM negotiation")).scalar() == 0


def test_a_code_names_one_negotiation_in_a_workspace(database: Database) -> None:
    with database.transaction() as session:
        add_negotiation(session, "OXMH")
        add_negotiation(session, "OXCYP")
    with pytest.raises(Conflict), database.transaction() as session:
        add_negotiation(session, "OXMH")


def add_seat(session: Session, negotiation: Negotiation, code: str) -> None:
    """The person who set it up takes a seat for a new party."""
    party = add_party(session, negotiation, code)
    seat = Member(
        negotiation_id=negotiation.id or 0, party_id=party.id or 0, person_id=negotiation.created_by_id, roles=[]
    )
    session.add(seat)
    session.flush()


def test_nobody_sits_for_two_parties(database: Database) -> None:
    with database.transaction() as session:
        negotiation = add_negotiation(session)
        add_seat(session, negotiation, "CCG")
    with pytest.raises(Conflict), database.transaction() as session:
        add_seat(session, negotiation, "OHP")


@pytest.mark.parametrize(("kind", "with_party"), [(ChannelKind.CAUCUS, False), (ChannelKind.JOINT, True)])
def test_a_caucus_has_a_party_and_no_other_channel_does(
    database: Database, kind: ChannelKind, with_party: bool
) -> None:
    with database.transaction() as session:
        negotiation = add_negotiation(session)
        party = add_party(session, negotiation)
    channel = Channel(
        team_id="T1",
        channel_id="C1",
        negotiation_id=negotiation.id or 0,
        kind=kind,
        party_id=party.id if with_party else None,
    )
    with pytest.raises(Conflict), database.transaction() as session:
        session.add(channel)


def test_a_channel_has_one_open_meeting_and_any_number_of_closed_ones(database: Database) -> None:
    with database.transaction() as session:
        negotiation = add_negotiation(session)
        add_meeting(session, negotiation, 1, channel_id="C1", status="closed")
        add_meeting(session, negotiation, 2, channel_id="C1", status="closed")
        add_meeting(session, negotiation, 3, channel_id="C1", status="open")
        add_meeting(session, negotiation, 4, channel_id="C2", status="open")
    with pytest.raises(Conflict), database.transaction() as session:
        add_meeting(session, negotiation, 5, channel_id="C1", status="open")


def test_one_line_of_one_message_makes_one_record(database: Database) -> None:
    def add_again(number: int, **changed: Any) -> None:
        with database.transaction() as session:
            first = session.get(Note, 1)
            assert first is not None
            fields = first.model_dump(exclude={"id"})
            session.add(Note(**{**fields, "number": number, "ref": f"E{number}", **changed}))

    with database.transaction() as session:
        add_note(session, channel_id="C1", ts="1.1", line=0)
    with pytest.raises(Conflict):
        add_again(2)
    add_again(2, line=1)
    # Records without a message are not of "the same message".
    add_again(3, channel_id=None, ts=None)
    add_again(4, channel_id=None, ts=None)


def test_an_unknown_kind_of_party_is_refused(database: Database) -> None:
    with database.transaction() as session:
        negotiation = add_negotiation(session)
    with pytest.raises(Conflict), database.transaction() as session:
        session.add(Party(negotiation_id=negotiation.id or 0, code="X", name="X", kind="onlooker"))
    assert {kind.value for kind in PartyKind} == {"commissioner", "provider", "subcontractor", "adviser"}


@pytest.mark.parametrize("deed", ["UPDATE ledgerentry SET actor = 'Nobody'", "DELETE FROM ledgerentry"])
def test_the_trail_can_only_be_added_to(database: Database, deed: str) -> None:
    negotiation_id = a_negotiation(database)
    with database.transaction() as session:
        ledger.record(session, negotiation_id, "note.recorded", "E1", actor="Dana (CCG)", at=NOON)
    with pytest.raises(StorageError, match="append-only"):
        raw(database, deed)
    with database.snapshot() as session:
        assert [entry.actor for entry in ledger.entries(session, negotiation_id)] == ["Dana (CCG)"]


@pytest.mark.parametrize("deed", ["UPDATE minutesversion SET content = 'Other words'", "DELETE FROM minutesversion"])
def test_issued_minutes_never_change(database: Database, deed: str) -> None:
    with database.transaction() as session:
        meeting = add_meeting(session, add_negotiation(session))
        session.add(
            MinutesVersion(
                meeting_id=meeting.id or 0, version=1, status="draft", content="Words", sha256="0" * 64, issued_at=NOON
            )
        )
    with pytest.raises(StorageError, match="append-only"):
        raw(database, deed)
    with database.snapshot() as session:
        assert session.execute(text("SELECT content FROM minutesversion")).scalars().all() == ["Words"]


@pytest.mark.parametrize("table", ["minutes_circulation", "minutes_approval", "minutes_copy"])
@pytest.mark.parametrize("deed", ["UPDATE {} SET at = NULL", "DELETE FROM {}"])
def test_what_became_of_minutes_is_never_taken_back(database: Database, table: str, deed: str) -> None:
    with database.transaction() as session:
        negotiation = add_negotiation(session)
        party, meeting = add_party(session, negotiation), add_meeting(session, negotiation)
        member = Member(
            negotiation_id=negotiation.id or 0,
            party_id=party.id or 0,
            person_id=negotiation.created_by_id,
            roles=["scribe"],
        )
        version = MinutesVersion(
            meeting_id=meeting.id or 0, version=1, status="draft", content="Words", sha256="0" * 64, issued_at=NOON
        )
        session.add_all([member, version])
        session.flush()
        number, who = version.id or 0, member.id or 0
        session.add(MinutesCirculation(minutes_id=number, member_id=who, at=NOON))
        session.add(MinutesApproval(minutes_id=number, party_id=party.id or 0, member_id=who, at=NOON))
        session.add(MinutesCopy(minutes_id=number, document={}, content="Words", sha256="1" * 64, at=NOON))
    with pytest.raises(StorageError, match="append-only"):
        raw(database, deed.format(table))


def test_what_an_error_says_holds_nobodys_words(database: Database) -> None:
    """A log keeps what an error says, with what caused it. PostgreSQL quotes the row that it refuses."""
    words = " ".join(["our", "walk-away", "price"])
    for wrong in ({"status": "forgotten"}, {"author_id": 999}, {"ref": None}):
        with pytest.raises(Conflict) as refused, database.transaction() as session:
            add_note(session, **{"text": words, "said": words, **wrong})
        assert words not in "".join(traceback.format_exception(refused.value))
