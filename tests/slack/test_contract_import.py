"""`clause import`: a contract becomes clauses, a later version changes to them, and nothing is lost or doubled."""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.access import NOTHING_HERE, Actor
from bot.clauses import importing, reading
from bot.contracts.values import Contract
from bot.slack.files import SharedFile
from storage import Session
from storage.tables import ContractFile
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley, running_parley

# -- what the tests ask ---------------------------------------------------------------------------------


def contract(*parts: str) -> bytes:
    """A contract in Markdown, a paragraph for each part."""
    return "\n\n".join(["# Orchard Services Agreement", *parts]).encode()


APPLES = ("## 1. Apples", "The Grower weighs every apple each morning in the barn.")
PEARS = ("## 2. Pears", "The Grower counts all pears in the evening by lamplight.")
PLUMS = ("## 3. Plums", "Plums travel in willow baskets that hold forty pounds apiece.")
FIRST = contract(*APPLES, *PEARS, *PLUMS)


def brings(parley: Parley, name: str, content: bytes, by: Person = cast.chair, where: Room = cast.joint) -> str:
    """Share a file, ask for it to be brought in, and let the clock tick; gives what the card then says."""
    parley.later(minutes=1)
    parley.shares(name, content, by=by, where=where)
    reply = parley.slash("clause import", by=by, where=where)
    assert reply.private, reply
    parley.read_contracts()
    return str(cards(parley, where)[-1]["text"])


def cards(parley: Parley, where: Room | Person = cast.joint) -> list[dict[str, Any]]:
    """The messages that say how reading a file goes or went, oldest first."""
    wanted = ("Reading ", " is version ", " was not brought in, ")
    return [
        message
        for message in parley.posted(where)
        if message["user"] == parley.api.bot_user_id and any(words in message["text"] for words in wanted)
    ]


def thread(parley: Parley, card: dict[str, Any]) -> dict[str, bytes]:
    """The files in the thread of a card, by the end of their names."""
    replies = [message for message in parley.posted() if message.get("thread_ts") == card["ts"]]
    files = [file for reply in replies for file in reply.get("files", []) if reply["ts"] != card["ts"]]
    return {file["name"].rpartition(".")[2]: parley.api.file_content(file["id"]) for file in files}


def clauses(parley: Parley) -> dict[str, dict[str, Any]]:
    """The clauses that the contract has now, by number."""
    found = {row["number"]: row for row in parley.export()["clauses"] if not row["left_out_in_version"]}
    assert len(found) == sum(not row["left_out_in_version"] for row in parley.export()["clauses"])
    return found


def left_out(parley: Parley) -> list[dict[str, Any]]:
    return [row for row in parley.export()["clauses"] if row["left_out_in_version"]]


def refused(card: str) -> str:
    """Why a file was not brought in."""
    head, told, why = card.partition(" was not brought in, and nothing has changed. ")
    assert told, head
    return why


# -- clauses that people wrote down before the contract came --------------------------------------------


def test_a_clause_by_hand_is_the_contract_s_with_its_number_whatever_its_title_was(table: Parley) -> None:
    table.slash("clause add 2 Orchard fruit", by=cast.chair)
    table.slash("propose 2 Pears are counted at noon.", by=cast.lead)
    assert "*v1.md* is version 1" in brings(table, "v1.md", FIRST)
    assert [(n, row["title"]) for n, row in clauses(table).items()] == [("1", "Apples"), ("2", "Pears"), ("3", "Plums")]
    second = clauses(table)["2"]
    assert (second["status"], second["version"]) == ("proposed", 1)
    assert second["text"] == PEARS[1]
    assert [row["proposal"] for row in second["last_positions"]] == ["2/p1"]
    assert left_out(table) == []


def test_a_clause_by_hand_that_the_contract_does_not_have_stays_and_is_not_called_left_out(table: Parley) -> None:
    table.slash("clause add 9 Insurance", by=cast.chair)
    brings(table, "v1.md", FIRST)
    told = brings(table, "v2.md", FIRST.replace(b"forty", b"fifty"))
    assert "Changed (1): 3." in told
    assert "Left out" not in told
    assert [*clauses(table)] == ["1", "2", "3", "9"]
    assert table.export()["contract_files"][1]["changes"]["left_out"] == []


def test_a_clause_by_hand_gives_way_to_one_of_the_contract_that_moves_to_its_number(table: Parley) -> None:
    table.slash("clause add 4 Insurance", by=cast.chair)
    table.slash("propose 4 Both sides insure.", by=cast.lead)
    brings(table, "v1.md", FIRST)
    moved = (PLUMS[0].replace("3.", "4."), PLUMS[1])
    told = brings(table, "v2.md", contract(*APPLES, *PEARS, "## 3. Bees", "Hives stand along the south wall.", *moved))
    assert "Moved (1): 3 is 4 now." in told
    assert "Left out (1): 4." in told
    assert clauses(table)["4"]["title"] == "Plums"
    (kept,) = left_out(table)
    assert (kept["number"], kept["title"], kept["status"]) == ("4", "Insurance", "proposed")
    assert [row["proposal"] for row in kept["last_positions"]] == ["4/p1"]


def test_clauses_of_a_pack_are_matched_whatever_year_their_titles_are_of(table: Parley) -> None:
    table.slash("clause pack nhs-2015-16", by=cast.chair)
    before = clauses(table)
    told = brings(
        table,
        "particulars.md",
        contract("## SC15 Urgent help at night", "The Provider answers.", "## SC36 Payment Terms", "The CCG pays."),
    )
    assert "*particulars.md* is version 1" in told
    assert "Added" not in told
    assert "Left out" not in told
    after = clauses(table)
    assert after.keys() == before.keys()
    assert (after["SC15"]["title"], after["SC15"]["text"]) == ("Urgent help at night", "The Provider answers.")
    assert after["SC36"]["verified"]
    assert after["SC37"] == before["SC37"]


# -- fetching the file ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """OXMH set up, once for all that is refused and so changes nothing."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('empty')}/parley.db") as running:
        running.set_up()
        yield running


def nothing_changed(parley: Parley) -> bool:
    exported = parley.export()
    return not exported["clauses"] and not exported["contract_files"]


@pytest.mark.parametrize(
    ("method", "fault"),
    [
        ("download", "half_body"),
        ("download", "ratelimited"),
        ("download", "unavailable"),
        ("download", "drop_before"),
        ("files.info", "error_before"),
        ("files.info", "half_body"),
        ("files.info", "internal_error"),
        ("conversations.history", "ratelimited"),
    ],
)
def test_slack_that_fails_is_asked_again_and_the_whole_file_is_read(table: Parley, method: str, fault: str) -> None:
    table.api.fail_next(method, fault, times=2)
    assert brings(table, "v1.md", FIRST) == "Reading the contract …"
    assert nothing_changed(table)
    table.later(seconds=1)
    table.read_contracts()
    assert cards(table)[-1]["text"] == "Reading the contract …"
    table.read_contracts()
    (card,) = cards(table)
    assert "*v1.md* is version 1" in card["text"]
    assert [row["text"] for row in clauses(table).values()] == [APPLES[1], PEARS[1], PLUMS[1]]


def test_slack_that_is_away_for_longer_than_an_hour_is_told_once(table: Parley) -> None:
    table.api.fail_next("files.info", "unavailable", times=3)
    brings(table, "v1.md", FIRST)
    for _ in range(2):
        table.later(minutes=31)
        table.read_contracts()
    (card,) = cards(table)
    assert refused(card["text"]) == "Slack has not handed the file over for an hour. Share it again."
    asked = len(table.api.called("files.info"))
    table.read_contracts()
    assert len(table.api.called("files.info")) == asked
    assert "*v1.md* is version 1" in brings(table, "v1.md", FIRST)


@pytest.mark.parametrize(
    ("method", "error", "why"),
    [
        ("files.info", "file_deleted", "the file has been deleted. Share it again."),
        ("files.info", "file_not_found", "the file has been deleted. Share it again."),
        ("files.info", "missing_scope", "Ask your administrator whether the app has the scope files:read."),
        ("conversations.history", "not_in_channel", "Invite it, `/invite @Parley`, and try again."),
    ],
)
def test_what_slack_refuses_for_good_is_told_at_once(empty: Parley, method: str, error: str, why: str) -> None:
    empty.api.fail_next(method, error)
    assert why in refused(brings(empty, "v1.md", FIRST))
    assert nothing_changed(empty)


def test_two_files_in_the_message_shared_last_are_not_chosen_between(empty: Parley) -> None:
    files = [empty.api.add_file(name, FIRST, user=cast.chair.id) for name in ("v1.md", "v2.md")]
    empty.api.say(cast.joint.id, cast.chair.id, "Both of them", files=files)
    empty.slash("clause import", by=cast.chair)
    empty.read_contracts()
    told = refused(cards(empty)[-1]["text"])
    assert told == "Share one file at a time: each is a version of the contract."
    assert nothing_changed(empty)


# -- read once, whatever happens ------------------------------------------------------------------------


class Killed(BaseException):
    """What a process meets that is ended in the middle of its work."""


def test_a_process_that_dies_before_it_writes_leaves_nothing_and_the_next_one_reads_it_once(
    table: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.shares("v1.md", FIRST, by=cast.chair)
    table.slash("clause import", by=cast.chair)

    def dies() -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(table.deps.db, "transaction", dies)
        with pytest.raises(Killed):
            table.read_contracts()
    assert nothing_changed(table)
    table.read_contracts()
    table.read_contracts()
    (card,) = cards(table)
    assert "*v1.md* is version 1" in card["text"]
    assert len(table.export()["contract_files"]) == 1
    assert [*clauses(table)] == ["1", "2", "3"]
    assert len(table.deeds("v1")) == 1


def test_a_process_that_dies_while_it_writes_leaves_nothing(table: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    table.shares("v1.md", FIRST, by=cast.chair)
    table.slash("clause import", by=cast.chair)

    def dies(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(reading, "tell", dies)
        with pytest.raises(Killed):
            table.read_contracts()
    assert nothing_changed(table)
    assert table.trail_faults() == []
    table.read_contracts()
    assert [*clauses(table)] == ["1", "2", "3"]


def test_two_processes_that_read_one_file_at_once_bring_it_in_once(
    table: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    table.shares("v1.md", FIRST, by=cast.chair)
    table.slash("clause import", by=cast.chair)
    both = threading.Barrier(2, timeout=20)
    read = reading.read_contract

    def together(data: bytes) -> Contract:
        both.wait()
        return read(data)

    monkeypatch.setattr(reading, "read_contract", together)
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(table.read_contracts) for _ in range(2)]:
            done.result()
    assert len(table.api.called("download")) == 2
    (card,) = cards(table)
    assert [*thread(table, card)] == ["md"]
    assert len(table.deeds("v1")) == 1
    assert len(table.export()["contract_files"]) == 1
    assert [*clauses(table)] == ["1", "2", "3"]


def test_a_file_is_fetched_and_read_outside_every_transaction(table: Parley, monkeypatch: pytest.MonkeyPatch) -> None:
    table.shares("v1.md", FIRST, by=cast.chair)
    table.slash("clause import", by=cast.chair)
    read, fetch, free = reading.read_contract, table.deps.files.fetch, []

    def writes() -> None:
        with table.deps.db.transaction():  # Busy, if somebody else were writing
            free.append(True)

    def watched_fetch(*arguments: Any, **named: Any) -> SharedFile:
        writes()
        return fetch(*arguments, **named)

    def watched_read(data: bytes) -> Contract:
        writes()
        return read(data)

    monkeypatch.setattr(table.deps.files, "fetch", watched_fetch)
    monkeypatch.setattr(reading, "read_contract", watched_read)
    table.read_contracts()
    assert free == [True, True]
    assert [*clauses(table)] == ["1", "2", "3"]


def test_one_file_that_parley_fails_on_is_told_and_holds_up_no_other(
    table: Parley, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, content in (("odd.md", contract("## 1. Odd")), ("v1.md", FIRST)):
        table.shares(name, content, by=cast.chair)
        table.mentions("clause import", by=cast.chair, files=[{"id": newest_file(table), "name": name}])
    take = importing.take

    def fails(session: Session, actor: Actor, row: ContractFile, *rest: Any, **named: Any) -> None:
        if row.name == "odd.md":
            raise ZeroDivisionError
        take(session, actor, row, *rest, **named)

    monkeypatch.setattr(importing, "take", fails)
    table.read_contracts()
    odd, good = (card["text"] for card in cards(table))
    assert refused(odd) == "Parley itself failed on it. Tell your administrator; the log has the reason."
    assert "*v1.md* is version 1" in good
    assert [*clauses(table)] == ["1", "2", "3"]
    asked = len(table.api.called("files.info"))
    table.read_contracts()
    assert len(table.api.called("files.info")) == asked


def test_who_may_no_longer_add_to_the_record_when_the_file_is_read_adds_nothing(table: Parley) -> None:
    table.shares("v1.md", FIRST, by=cast.chair, where=cast.elsewhere)
    table.slash("OXMH clause import", by=cast.chair, where=cast.elsewhere)
    table.slash("OXMH channel caucus OHP", by=cast.lead, where=cast.elsewhere)
    table.read_contracts()
    (card,) = cards(table, cast.chair)
    assert refused(card["text"]) == NOTHING_HERE
    assert nothing_changed(table)
    assert "*v1.md* is version 1" in brings(table, "v1.md", FIRST)


def newest_file(parley: Parley) -> str:
    return list(parley.api.files)[-1]


# -- what was agreed before the clauses came ------------------------------------------------------------


def test_an_agreement_recorded_before_the_clause_was_there_is_linked_to_it(table: Parley) -> None:
    table.slash("agree 4.2: Payment falls due after thirty days.", by=cast.chair)
    brings(table, "v1.md", contract(*APPLES, "## 4. Price", "4.1 The Buyer pays.", "4.2 Payment falls due."))
    linked = clauses(table)["4.2"]
    assert (linked["agreement"], linked["status"]) == ("AG1", "proposed")
    assert clauses(table)["4.1"]["status"] == "not_started"
    table.slash("confirm AG1", by=cast.lead)
    assert clauses(table)["4.2"]["status"] != "proposed"


def test_an_agreement_that_was_taken_back_puts_nothing_on_the_table(table: Parley) -> None:
    table.slash("agree 4.2: Payment falls due after thirty days.", by=cast.chair)
    table.slash("withdraw AG1", by=cast.chair)
    brings(table, "v1.md", contract(*APPLES, "## 4. Price", "4.2 Payment falls due."))
    row = clauses(table)["4.2"]
    assert (row["agreement"], row["status"]) == (None, "not_started")
