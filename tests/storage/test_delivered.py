"""What Slack has delivered is kept with its answer."""

from datetime import timedelta

import pytest

from storage import Conflict, Database, delivered
from tests.storage.rows import NOON


def test_a_delivery_is_known_again_with_the_answer_it_got(database: Database) -> None:
    answer = {"response_type": "ephemeral", "text": "Noted: “30 days”", "blocks": []}
    with database.transaction() as session:
        assert delivered.seen(session, "trigger:1") is None
        delivered.remember(session, "trigger:1", NOON, answer)
    with database.snapshot() as session:
        again = delivered.seen(session, "trigger:1")
        assert again is not None
        assert again.answer == answer
        assert delivered.seen(session, "trigger:2") is None


def test_the_second_writer_of_a_key_fails_and_leaves_nothing(database: Database) -> None:
    with database.transaction() as session:
        delivered.remember(session, "trigger:1", NOON)
    with pytest.raises(Conflict):
        remember_both(database)
    with database.snapshot() as session:
        assert delivered.seen(session, "other") is None


def remember_both(database: Database) -> None:
    with database.transaction() as session:
        delivered.remember(session, "other", NOON)
        delivered.remember(session, "trigger:1", NOON)


def test_old_keys_are_forgotten_but_a_messages_own_never(database: Database) -> None:
    keys = {"trigger:old": -1, "msg:C1:1.1": -1, "trigger:new": 1, "trigger:now": 0}
    with database.transaction() as session:
        for key, days in keys.items():
            delivered.remember(session, key, NOON + timedelta(days=days))
    with database.transaction() as session:
        delivered.forget_before(session, NOON)
    with database.snapshot() as session:
        assert {key for key in keys if delivered.seen(session, key)} == {"msg:C1:1.1", "trigger:new", "trigger:now"}
