"""The index of words says what the record says, to those who may read it and to nobody else."""

from collections.abc import Sequence
from typing import Any

import pytest
from alembic import command
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import JSON, Text
from sqlmodel import AutoString, SQLModel, select

from storage import Database, Session, migrate, search, tables
from storage.tables import Action, Agreement, AgreementStatus, Clause, Note, Position, Proposal, SearchEntry
from storage.words import Term, words
from tests.storage.rows import NOON, a_table, add_meeting, add_party, raw

# -- what is searched, and what is not ------------------------------------------------------------------

_NAMES = "names, spelled in one way, of things that have words of their own"
_OURS = "Parley's own words: a kind, a status, a day, a key"
_SLACKS = "Slack's own names of people, channels and messages"
NOT_SEARCHED: dict[str, str] = {
    "person.*": "people are found in Slack",
    "negotiation.*": "shown by `status`; who is asked for a negotiation types its code",
    "party.*": "shown by `status`",
    "member.*": "settings of people: roles, reminder times, clauses they may agree",
    "channel.*": _SLACKS,
    "attendance.*": "who comes stands in `meeting REF`",
    "minutesversion.*": "made of what is found in the record itself",
    "minutes_copy.*": "made of what is found in the record itself",
    "confidential_mark.*": "a mark; what it is on is found",
    "ledgerentry.*": "the trail of what is found in the record itself",
    "outbox.*": "what Parley says",
    "delivered.*": "what Parley answered",
    "reminded.*": "keys of reminders",
    "tip_read.*": "names of tips",
    "draft.*": "what one person has not sent yet, and nobody else may see",
    "readiness.*": "what `check` last told",
    "home_view.*": "who looks at App Home, and what stands for what is shown there",
    "search_entry.*": "the index",
    "stream_word.*": _NAMES,
    "issued.number": "the clause's, which is found by it",
    "clause.streams": _NAMES,
    "commitment.clauses": "numbers of clauses",
    "contract_change.worded": "the words of its agreement, which is found",
    "variation.worded": "the words of its agreement, which is found",
    "variation.effects": "amounts by year",
    "contract_file.changes": "numbers of clauses",
    "contract_file.refused": _OURS,
    "contract_file.sha256": _OURS,
    **{
        f"{table}.said": "`text` as it was typed, with marks for people"
        for table in ("agreement", "decision", "action", "note")
    },
}
NEVER: dict[str, str] = {
    **dict.fromkeys(("permalink", "ts", "channel_id", "user_id", "file_id"), _SLACKS),
    **dict.fromkeys(("status", "kind", "legal", "unit", "stance", "state", "side", "regime", "route", "rating"), _OURS),
    **dict.fromkeys(
        ("month", "baseline_month", "done_month", "dated", "starts", "decide_by", "currency", "structure"), _OURS
    ),
    **dict.fromkeys(("schedule", "became", "stream"), _OURS),
    **dict.fromkeys(("title_key", "version_key", "subject_key", "name_key"), "another column without its spaces"),
    **dict.fromkeys(("ref", "number"), "found as the row's ref"),
}


def text_columns() -> list[str]:
    return [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, (AutoString, Text, JSON))
    ]


def test_every_column_with_words_is_searched_or_has_a_reason_not_to_be() -> None:
    searched = {f"{source.name}.{column}" for source in search.SOURCES.values() for column in source.columns}
    every = text_columns()
    assert searched <= set(every)
    unexplained = [
        name
        for name in every
        if name not in searched
        and name not in NOT_SEARCHED
        and f"{name.split('.')[0]}.*" not in NOT_SEARCHED
        and name.split(".")[1] not in NEVER
    ]
    assert unexplained == []


def test_every_row_that_belongs_to_a_party_alone_is_searched_as_private() -> None:
    """`party_id` means *private to that party* on rows of the record; elsewhere it says who spoke."""
    spoke = {tables.Proposal, tables.Confirmation}
    for table, source in search.SOURCES.items():
        if "party_id" in table.model_fields:
            assert source.private != (table in spoke), table
        else:
            assert not source.private, table


# -- keeping it -----------------------------------------------------------------------------------------


def say(
    session: Session, at: tuple[int, int, int], text: str, number: int = 1, *, private: bool = False, kind: Any = Note
) -> Any:
    negotiation_id, party_id, member_id = at
    row = kind(
        negotiation_id=negotiation_id,
        party_id=party_id if private else None,
        number=number,
        ref=f"{'CCG-' if private else ''}E{number}",
        text=text,
        said=text,
        status="open" if kind is Action else "recorded",
        author_id=member_id,
        at=NOON,
        **({"kind": "note"} if kind is Note else {}),
    )
    session.add(row)
    session.flush()
    return row


def found(session: Session, circles: Sequence[search.Circle], *terms: Term | str, most: int = 100) -> list[str]:
    asked = [term if isinstance(term, Term) else Term(tuple(words(term))) for term in terms]
    chains = search.chains(session, search.holding(session, circles, asked, most))
    return [chain[0].text for _, chain in chains]


def test_what_is_written_is_found_and_the_newest_first(database: Database) -> None:
    with database.transaction() as session:
        at = a_table(session)
        for number, text in enumerate(
            ("Payment falls due", "No payments", "The PAYMENT is naïve", "付款在三十天内"), 1
        ):
            say(session, at, text, number)
        here = [(at[0], None)]
        assert found(session, here, "payment") == ["The PAYMENT is naïve", "Payment falls due"]
        assert found(session, here, Term(("pay",), True)) == [
            "The PAYMENT is naïve",
            "No payments",
            "Payment falls due",
        ]
        assert found(session, here, Term(("p",), True), most=1) == ["The PAYMENT is naïve"]
        assert found(session, here, "payment", "due") == ["Payment falls due"]
        assert found(session, here, "falls due") == ["Payment falls due"]
        assert found(session, here, "due falls") == []
        assert found(session, here, Term(("payment", "fa"), True)) == ["Payment falls due"]
        assert found(session, here, "naive") == ["The PAYMENT is naïve"]
        assert found(session, here, "三十天") == ["付款在三十天内"]
        assert found(session, here, "十三") == []
        assert found(session, here) == found(session, [], "payment") == []


@pytest.mark.parametrize("newest", [1, 3, 99])
def test_what_is_old_is_found_as_well(database: Database, monkeypatch: pytest.MonkeyPatch, newest: int) -> None:
    """However far PostgreSQL looks back before it takes to its index of words, the answer is one."""
    monkeypatch.setattr(search, "NEWEST", newest)
    with database.transaction() as session:
        at = a_table(session)
        for number in range(1, 7):
            say(session, at, f"Payment {'falls' if number % 2 else 'is'} due {number}", number)
        here = [(at[0], None)]
        assert found(session, here, "payment", most=2) == ["Payment is due 6", "Payment falls due 5"]
        assert found(session, here, "falls") == ["Payment falls due 5", "Payment falls due 3", "Payment falls due 1"]
        assert found(session, here, "payment", "1") == ["Payment falls due 1"]
        assert found(session, here, "falls", "is") == []


def test_what_is_reworded_is_found_by_its_new_words_alone(database: Database) -> None:
    with database.transaction() as session:
        at = a_table(session)
        row = say(session, at, "Payment falls due")
    with database.transaction() as session:
        session.add(row)
        row.text = "Interest accrues"
        session.flush()
        row.status = "withdrawn"  # no word changes with it
    with database.snapshot() as session:
        assert found(session, [(at[0], None)], "payment") == []
        assert found(session, [(at[0], None)], "interest") == ["Interest accrues"]
        assert search.faults(session) == []


def test_what_is_rolled_back_is_not_found(database: Database) -> None:
    with database.transaction() as session:
        at = a_table(session)

    def fail() -> None:
        with database.transaction() as session:
            say(session, at, "Payment falls due")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    with database.snapshot() as session:
        assert found(session, [(at[0], None)], "payment") == []
        assert session.exec(select(SearchEntry)).all() == []


def test_what_is_deleted_is_not_found(database: Database) -> None:
    with database.transaction() as session:
        at = a_table(session)
        session.delete(say(session, at, "Payment falls due"))
    with database.snapshot() as session:
        assert found(session, [(at[0], None)], "payment") == []
        assert search.faults(session) == []


def test_a_change_past_the_session_is_noticed(database: Database) -> None:
    with database.transaction() as session:
        say(session, a_table(session), "Payment falls due")
    raw(database, "UPDATE note SET text = 'Interest accrues'")
    with database.snapshot() as session:
        (fault,) = search.faults(session)
        assert "note 1" in fault


def test_the_words_of_a_private_row_are_found_by_its_party_alone(database: Database) -> None:
    with database.transaction() as session:
        at = a_table(session)
        other = add_party(session, session.get_one(tables.Negotiation, at[0]), "OHP").id
        elsewhere = a_table(session, "ELSE")
        say(session, at, "walkaway canary", private=True)
        position: dict[str, Any] = {
            "subject": "4.2",
            "subject_key": "4.2",
            "must": "a canary",
            "red_lines": ["no canary"],
        }
        session.add(
            Position(
                negotiation_id=at[0], party_id=at[1], number=1, ref="CCG-PO1", author_id=at[2], at=NOON, **position
            )
        )
        say(session, elsewhere, "another canary")
        session.flush()
        assert len(search.holding(session, [(at[0], None), (at[0], at[1])], [Term(("canary",))], 9)) == 2
        for circles in ([(at[0], None)], [(at[0], None), (at[0], other)], [(at[1], None), (elsewhere[0], at[1] + 1)]):
            hidden = search.holding(session, circles, [Term(("can",), True)], 9)
            assert [each for each in hidden if each.row_id == 1 and each.source != "note"] == []
        assert found(session, [(at[0], None)], "canary") == []
        assert found(session, [(elsewhere[0], None)], "canary") == ["another canary"]


def test_a_row_without_a_negotiation_is_its_parents(database: Database) -> None:
    with database.transaction() as session:
        at = a_table(session)
        session.add(clause := Clause(negotiation_id=at[0], number="4.2", place=1, title="Payment"))
        meeting = add_meeting(session, session.get_one(tables.Negotiation, at[0]), party_id=at[1])
        session.add(tables.AgendaItem(meeting_id=meeting.id or 0, number=1, title="Our canary"))
        session.flush()
        # A proposal's party is the one that proposes: everybody reads it.
        session.add(
            Proposal(
                clause_id=clause.id or 0, number=1, ref="4.2/p1", party_id=at[1], author_id=at[2], at=NOON, text="Pay"
            )
        )
        session.flush()
        asked = search.holding(session, [(at[0], None)], [Term(("pay",), True)], 9)
        assert [each.source for each in asked] == ["proposal", "clause"]
        assert search.holding(session, [(at[0], None)], [Term(("canary",))], 9) == []
        assert [each.source for each in search.holding(session, [at[:2]], [Term(("canary",))], 9)] == ["agendaitem"]
        assert [each.source for each in search.with_ref(session, [(at[0], None)], " 4.2/P1 ")] == ["proposal"]
        assert search.with_ref(session, [(at[0], at[1])], "4.2") == []


@pytest.mark.parametrize(
    "text", ["x" * 10_000, "word " * 20_000, "ẞ " * 3, "'\\:*&|!<->()", "\u202e\ufeff", "e\u0301" * 300]
)
def test_any_text_can_be_written_and_reworded(database: Database, text: str) -> None:
    with database.transaction() as session:
        row = say(session, a_table(session), text)
        row.text = f"{text} again"
        session.add(row)
        session.flush()
        assert search.faults(session) == []
        assert found(session, [(row.negotiation_id, None)], "again") == ([row.text] if len(text) != 100_000 else [])


def test_many_different_long_words_can_be_written(database: Database) -> None:
    """PostgreSQL refuses a vector of more than a megabyte; what is beyond is not found, but it is kept."""
    text = " ".join("\U00020000" + chr(0x10400 + n % 40) * 90 + str(n) for n in range(5000))
    with database.transaction() as session:
        say(session, a_table(session), text)
        assert search.faults(session) == []


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(said=st.text(max_size=60), asked=st.lists(st.text(max_size=12), min_size=1, max_size=4), begins=st.booleans())
def test_any_question_is_answered_and_rightly(database: Database, said: str, asked: list[str], begins: bool) -> None:
    said = "".join(c for c in said if c != "\0" and not "\ud800" <= c <= "\udfff")
    terms = [Term(tuple(words(each)), begins) for each in asked if words(each)]
    with database.snapshot() as session:
        at = a_table(session)
        say(session, at, said)
        hits = search.holding(session, [(at[0], None)], terms, 9)
        held = f" {' '.join([*words('E1'), *words(said)])} "
        right = bool(terms) and all(f" {' '.join(t.words)}{'' if t.begins else ' '}" in held for t in terms)
        assert bool(hits) == right


# -- what was there before ------------------------------------------------------------------------------


def test_migrating_indexes_what_is_there_already(empty_url: str) -> None:
    database = Database(empty_url)
    migrate.upgrade(database)
    with database.transaction() as session:
        at = a_table(session)
        say(session, at, "Payment falls due")
        say(session, at, "Our canary", private=True)
        say(session, at, "Send the payment", kind=Action)
        before = session.exec(select(SearchEntry)).all()
    raw(database, "DELETE FROM search_entry", "DROP TABLE search_words", "DROP TABLE search_entry")
    raw(database, "UPDATE alembic_version SET version_num = '0010'")
    command.upgrade(migrate.configuration(database), "0011")  # what is younger is there already
    raw(database, f"UPDATE alembic_version SET version_num = '{migrate.HEAD}'")
    migrate.upgrade(database)
    with database.snapshot() as session:
        assert search.faults(session) == []
        assert len(session.exec(select(SearchEntry)).all()) == len(before) == 3
        assert sorted(found(session, [(at[0], None)], "payment")) == ["Payment falls due", "Send the payment"]
        assert found(session, [(at[0], None)], "canary") == []
    database.close()
    command.upgrade(migrate.configuration(database), "head")  # once more: nothing is indexed twice
    with database.snapshot() as session:
        assert search.catch_up(session) == 0
        assert search.faults(session) == []


def test_an_objection_and_a_new_number_written_past_the_session_are_indexed(database: Database) -> None:
    from storage import clauses, records

    with database.transaction() as session:
        at = a_table(session)
        session.add(clause := Clause(negotiation_id=at[0], number="4.2", place=1, title="Payment"))
        agreement = say_agreed(session, at)
        said = {"version": 1, "party_id": at[1], "member_id": at[2], "at": NOON, "stance": "objected"}
        records.add_word(session, agreement_id=agreement.id, reason="The date is too early", **said)
        clauses.renumber(session, {clause.id or 0: "4.3"})
        assert search.faults(session) == []
        (early,) = search.holding(session, [(at[0], None)], [Term(("early",))], 9)
        assert early.source == "confirmation"
        assert [each.source for each in search.with_ref(session, [(at[0], None)], "4.3")] == ["clause"]


def say_agreed(session: Session, at: tuple[int, int, int]) -> Agreement:
    row = Agreement(
        negotiation_id=at[0], number=1, ref="AG1", text="Pay", said="Pay", status=AgreementStatus.AWAITING, at=NOON,
        author_id=at[2],
    )  # fmt: skip
    session.add(row)
    session.flush()
    return row
