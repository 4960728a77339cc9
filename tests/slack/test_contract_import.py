"""`clause import`: a contract becomes clauses, a later version changes to them, and nothing is lost or doubled."""

import io
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from docx import Document

from bot.access import NOTHING_HERE, Actor
from bot.clauses import importing, reading
from bot.contracts.files import read_contract
from bot.contracts.values import Contract
from bot.slack.files import SharedFile
from storage import Session
from storage.tables import ContractFile
from tests import cast
from tests.block_kit import faults_in_message
from tests.cast import Person, Room
from tests.contract_files import FORMS, NUMBERS, SAMPLE, TITLE, Entry, changed_package, typed
from tests.harness import Parley, running_parley
from tests.slack_api import METHODS, SlackApi, slack_api

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"

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
def lasting(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """OXMH set up, once for many files: each test brings in one of its own."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('lasting')}/parley.db") as running:
        running.set_up()
        yield running


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
def test_slack_that_fails_is_asked_again_and_the_whole_file_is_read(lasting: Parley, method: str, fault: str) -> None:
    before, words = len(lasting.export()["contract_files"]), f"Words that come after {method} was {fault}."
    lasting.api.fail_next(method, fault, times=2)
    assert brings(lasting, "v.md", contract(*APPLES, *PEARS, words)) == "Reading the contract …"
    lasting.read_contracts()
    assert cards(lasting)[-1]["text"] == "Reading the contract …"
    assert len(lasting.export()["contract_files"]) == before
    lasting.read_contracts()
    assert f"*v.md* is version {before + 1}" in cards(lasting)[-1]["text"]
    assert clauses(lasting)["2"]["text"].endswith(words)


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

    def together(data: bytes) -> Contract:
        both.wait()
        return read_contract(data)

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
    fetch, free = table.deps.files.fetch, []

    def writes() -> None:
        with table.deps.db.transaction():  # Busy, if somebody else were writing
            free.append(True)

    def watched_fetch(*arguments: Any, **named: Any) -> SharedFile:
        writes()
        return fetch(*arguments, **named)

    def watched_read(data: bytes) -> Contract:
        writes()
        return read_contract(data)

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
    (card,) = cards(table)
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


# -- a first version ------------------------------------------------------------------------------------

INTRODUCTION = "Made between the Grower and the Buyer at the barn door."
WHOLE = [Entry("", "", "", 0, INTRODUCTION), *SAMPLE]


def depth(entry: Entry) -> int:
    return 3 if entry.number.startswith("Definition") else entry.level + 1  # both are defined in 1.1


@pytest.mark.parametrize("form", ["typed", "automatic", "by style", "markdown"])
def test_a_contract_in_any_form_becomes_clauses_and_no_word_is_lost(table: Parley, form: str) -> None:
    name = "orchard.md" if form == "markdown" else "orchard.docx"
    told = brings(table, name, FORMS[form](WHOLE))
    exported = clauses(table)
    by_number = {entry.number: entry for entry in SAMPLE if entry.number}
    assert sorted(exported) == sorted(NUMBERS)
    for number, entry in by_number.items():
        row = exported[number]
        assert entry.words in (row["title"], row["text"].partition("\n")[0]), number
        assert row["title"] == entry.words or not entry.heading, number
        assert (row["level"], row["status"], row["version"]) == (depth(entry), "not_started", 1), number
    assert exported["2.2"]["text"].splitlines()[1:] == ["This paragraph belongs to the clause above it."]
    assert exported["Definition of Apple"]["kind"] == "definition"
    assert exported["Schedule 1"]["kind"] == "schedule"

    (file,) = table.export()["contract_files"]
    assert (file["version"], file["name"], file["title"]) == (1, name, TITLE)
    assert file["unplaced"] == [{"where": "before the first clause", "text": INTRODUCTION}]
    kept = [file["title"], *(item["text"] for item in file["unplaced"])]
    kept += [f"{row['title']} {row['text']}" for row in exported.values()]
    assert Counter(" ".join(kept).split()) == Counter(" ".join([TITLE, *(entry.words for entry in WHOLE)]).split())

    assert f"*{name}* is version 1 of the contract in OXMH.\n{len(NUMBERS)} clauses are in it" in told
    assert f"• before the first clause: {INTRODUCTION}" in told
    (card,) = cards(table)
    attached = thread(table, card)
    assert [*attached] == ["md"]
    report = attached["md"].decode()
    assert f"### before the first clause\n\n> {INTRODUCTION}" in report
    assert all(f"### {number}" in report for number in NUMBERS)
    assert "> This paragraph belongs to the clause above it." in report
    (deed,) = table.deeds("v1")
    assert (deed["deed"], deed["clauses"], deed["unplaced"]) == ("contract.read", len(NUMBERS), 1)
    assert table.trail_faults() == []


def test_the_message_that_says_that_it_is_being_read_then_says_what_came_of_it(table: Parley) -> None:
    table.shares("v1.md", FIRST, by=cast.lead)
    reply = table.slash("clause import", by=cast.lead)
    assert reply.private
    assert reply.text == "The contract is being read. What comes of it is told in a message of its own."
    (first,) = cards(table)
    assert first["text"] == "Reading the contract …"
    table.read_contracts()
    (then,) = cards(table)
    assert then["ts"] == first["ts"]
    assert then["text"] == (
        "*v1.md* is version 1 of the contract in OXMH.\n3 clauses are in it, with their numbers, titles and words.\n"
        "Every word of it is in a clause.\nSubject to contract."
    )
    assert [row["name"] for row in table.export()["contract_files"]] == ["v1.md"]
    assert thread(table, then)["md"].endswith(b"None: every word is in a clause.\n")


def test_the_file_of_the_mention_s_own_message_is_read_once_though_slack_tells_of_it_twice(table: Parley) -> None:
    file = table.api.add_file("v1.md", FIRST, user=cast.chair.id)
    text = f"<@{table.api.bot_user_id}> clause import"
    other = table.api.add_file("notes.md", b"1. Nothing\n", user=cast.chair.id)
    said = table.api.say(cast.joint.id, cast.chair.id, text, files=[file])
    table.api.say(cast.joint.id, cast.chair.id, "Something else", files=[other])
    table.types(text, cast.chair, ts=said["ts"], subtype="file_share", files=[file])
    event = {"type": "app_mention", "channel": cast.joint.id, "user": cast.chair.id, "text": text, "files": [file]}
    assert table.dispatch(table.event_payload({**event, "ts": said["ts"], "event_ts": said["ts"]})).status == 200
    assert [card["text"] for card in cards(table)] == ["Reading v1.md …"]
    table.read_contracts()
    (card,) = cards(table)
    assert "*v1.md* is version 1" in card["text"]
    assert len(table.api.called("download")) == 1


@pytest.mark.parametrize("subtype", [None, "file_share"])
def test_either_way_that_slack_tells_of_it_is_enough(table: Parley, subtype: str | None) -> None:
    file = table.api.add_file("v1.md", FIRST, user=cast.lead.id)
    if subtype:
        table.types(f"<@{table.api.bot_user_id}> clause import", cast.lead, subtype=subtype, files=[file])
    else:
        table.mentions("clause import", by=cast.lead, files=[file])
    table.read_contracts()
    assert [*clauses(table)] == ["1", "2", "3"]
    assert table.api.called("conversations.history") == []  # the file is known; no other is looked for


def test_names_and_words_of_a_file_ping_nobody(table: Parley) -> None:
    words = "For <!channel> and <@U04LEAD> & *all* of us"
    told = brings(table, "<!here>.md", f"{words}\n\n{FIRST.decode()}".encode())
    assert "*&lt;!here&gt;.md* is version 1" in told
    assert "• before the first clause: For &lt;!channel&gt; and &lt;@U04LEAD&gt; &amp; all of us" in told
    assert table.export()["contract_files"][0]["unplaced"][0]["text"] == words.replace("*", "")  # marks of Markdown


# -- further versions -----------------------------------------------------------------------------------

SECOND = contract(
    "## 1. Bees",
    "Hives stand along the south wall, away from the ladders.",
    APPLES[0].replace("1.", "2."),
    APPLES[1],
    PEARS[0].replace("2.", "3."),
    PEARS[1].replace("lamplight", "torchlight"),
)


def bring_two_versions(parley: Parley) -> None:
    """Version 1, proposals on every clause and an agreement on 1; then version 2 with all kinds of change."""
    brings(parley, "v1.md", FIRST)
    for number in "123":
        parley.slash(f"propose {number} Other words for clause {number}.", by=cast.lead)
    parley.slash("agree 1", by=cast.chair)
    brings(parley, "v2.md", SECOND)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """Two versions, once for all that only looks at them."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('compared')}/parley.db") as running:
        running.set_up()
        bring_two_versions(running)
        yield running


@pytest.fixture
def versions(table: Parley) -> Parley:
    bring_two_versions(table)
    return table


def test_a_second_version_becomes_changes_and_each_clause_keeps_what_was_said_of_it(compared: Parley) -> None:
    assert cards(compared)[-1]["text"] == (
        "*v2.md* is version 2 of the contract in OXMH.\n0 clauses are as they were.\n"
        "Moved (2): 1 is 2 now, 2 is 3 now and reworded.\nAdded (1): 1.\nLeft out (1): 3.\n"
        "Every word of it is in a clause.\nSubject to contract."
    )
    now = clauses(compared)
    assert {number: row["title"] for number, row in now.items()} == {"1": "Bees", "2": "Apples", "3": "Pears"}
    assert {n: [p["proposal"] for p in row["last_positions"]] for n, row in now.items()} == {
        "1": [],
        "2": ["1/p1"],
        "3": ["2/p1"],
    }
    assert (now["2"]["agreement"], now["2"]["status"], now["2"]["version"]) == ("AG1", "proposed", 2)
    assert (now["3"]["text"], now["1"]["status"]) == (PEARS[1].replace("lamplight", "torchlight"), "not_started")
    (plums,) = left_out(compared)
    assert (plums["number"], plums["title"], plums["left_out_in_version"]) == ("3", "Plums", 2)
    assert [position["proposal"] for position in plums["last_positions"]] == ["3/p1"]
    assert "not in version 2 of the contract any more" in compared.slash("clauses", by=cast.observer).text
    assert compared.export()["contract_files"][1]["changes"] == {
        "filled": [],
        "changed": [],
        "moved": [["1", "2", False], ["2", "3", True]],
        "added": ["1"],
        "left_out": ["3"],
        "unchanged": 0,
        "against_agreed": [],
    }
    assert [deed["before"] for deed in compared.deeds("2") if deed["deed"] == "clause.reissued"] == ["1"]
    assert compared.trail_faults() == []


def test_the_report_and_a_redline_that_word_opens_are_in_the_thread(compared: Parley) -> None:
    card = cards(compared)[-1]
    attached = thread(compared, card)
    assert sorted(attached) == ["docx", "md"]
    report = attached["md"].decode()
    headings = [line for line in report.splitlines() if line.startswith("###")]
    assert headings == ["### 1 Bees", "### 2 Apples", "### 3 Pears", "### 3 Plums"]
    assert "in the evening by ~~lamplight~~**torchlight**\\." in report
    assert "~~Plums travel in willow baskets" in report
    assert "### 3 Pears\n\nMoved from 2\n" in report
    document = Document(io.BytesIO(attached["docx"]))
    assert document.paragraphs[0].text == "OXMH: the contract, version 1 to version 2"
    tracked = {
        tag: [
            "".join(leaf.text or "" for leaf in change.iter(f"{WORD}t", f"{WORD}delText"))
            for change in document.element.body.iter(f"{WORD}{tag}")
        ]
        for tag in ("ins", "del")
    }
    assert {"lamplight", "Plums", PLUMS[1]} <= {words.strip() for words in tracked["del"]}
    assert {"torchlight", "Bees"} <= {words.strip() for words in tracked["ins"]}
    accepted = read_contract(attached["docx"])  # a Word document that Parley itself reads
    assert accepted.clauses


def test_the_report_spells_a_number_that_moved_as_the_contract_does(table: Parley) -> None:
    brings(table, "v1.md", contract(*APPLES, "## Schedule 1 – Baskets", PLUMS[1]))
    brings(table, "v2.md", contract(*APPLES, "## Schedule 2 – Baskets", PLUMS[1]))
    assert b"Moved from Schedule 1\n" in thread(table, cards(table)[-1])["md"]


def test_a_number_used_anew_is_another_clause_s_from_then_on(versions: Parley) -> None:
    assert "Bees" in versions.slash("clause 1", by=cast.lead).text
    versions.slash("propose 1 Hives stand along the north wall.", by=cast.lead)
    # 1/p1 is the proposal for apples, which are clause 2 now, so this one has a name of its own.
    assert [position["proposal"] for position in clauses(versions)["1"]["last_positions"]] == ["1/p2"]
    assert "AG1" in versions.slash("clause 2", by=cast.lead).text


def test_a_third_version_brings_a_left_out_number_back(versions: Parley) -> None:
    told = brings(versions, "v3.md", contract(*SECOND.decode().split("\n\n")[1:], "## 4. Plums", PLUMS[1]))
    assert "*v3.md* is version 3" in told
    assert "3 clauses are as they were.\nAdded (1): 4." in told
    assert [*clauses(versions)] == ["1", "2", "3", "4"]
    told = brings(versions, "v4.md", FIRST)
    assert "Moved (3): 2 is 1 now, 3 is 2 now and reworded, 4 is 3 now.\nLeft out (1): 1." in told
    now = clauses(versions)
    assert [row["title"] for row in now.values()] == ["Apples", "Pears", "Plums"]
    assert (now["1"]["agreement"], now["2"]["last_positions"][0]["proposal"]) == ("AG1", "2/p1")
    assert sorted((row["number"], row["title"]) for row in left_out(versions)) == [("1", "Bees"), ("3", "Plums")]
    assert versions.trail_faults() == []


def test_the_very_file_that_was_read_last_is_refused_and_an_earlier_one_is_not(versions: Parley) -> None:
    before = versions.export()
    assert refused(brings(versions, "again.docx", SECOND)) == "It is the very file that was read as version 2 already."
    assert versions.export() == before
    assert "*v1.md* is version 3" in brings(versions, "v1.md", FIRST)


def test_what_a_version_brought_is_told_again_to_whoever_asks(compared: Parley) -> None:
    reply = compared.slash("clause changes 2", by=cast.observer)
    assert reply.text == "What version 2 of the contract brought comes to you in a direct message."
    (card,) = cards(compared, cast.observer)
    assert "Left out (1): 3." in card["text"]
    assert len(cards(compared)) == 2
    assert "There is no version 3" in compared.slash("clause changes 3", by=cast.observer).text


# -- files that are not brought in ----------------------------------------------------------------------

TYPED = typed()
ENTITY = '<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'


def old_office(stream: str) -> bytes:
    """The beginning of an old Office container that has this stream."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512 + stream.encode("utf-16-le") + b"\0" * 512


def with_entities() -> bytes:
    return changed_package(TYPED, replace={"word/document.xml": ("<w:document ", f"{ENTITY}<w:document ")})


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("empty.docx", b"", "This file is empty. Share the file that holds the contract."),
    "password": ("locked.docx", old_office("EncryptedPackage"), "Save it without the password and share it again."),
    "old Word": ("old.doc", old_office("WordDocument"), "This file is in an old Office format. Save it as a plain Wo"),
    "PDF": ("signed.pdf", b"%PDF-1.7\n%rest", "Share the Word document (.docx) it was made from."),
    "picture": ("page.docx", b"\x89PNG\r\n\x1a\n", "This is a picture. Save it as a plain Word document (.docx)"),
    "bomb": ("bomb.docx", changed_package(TYPED, add={"word/media/a.bin": b"\0" * 20_000_000}), "over 100 times its"),
    "entities": ("xxe.docx", with_entities(), "This file refers to others from inside its XML. Save it as a"),
    "macros": ("auto.docm", changed_package(TYPED, add={"word/vbaProject.bin": b"m"}), "This file holds macros. Save"),
    "no numbers": ("letter.md", b"Dear all,\n\nkind regards\n", "number"),
    "no numbers in Word": ("letter.docx", typed([Entry("", "", "", 0, "Dear all,")]), "number"),
    "not text": ("tune.md", b"1. Words\0\x01\x02", "Share the contract as one of these."),
}


@pytest.mark.parametrize("kind", REFUSED)
def test_a_file_that_is_no_contract_is_refused_in_a_sentence_that_says_what_to_do(empty: Parley, kind: str) -> None:
    name, content, why = REFUSED[kind]
    began = time.process_time()
    told = brings(empty, name, content)
    assert time.process_time() - began < 20
    assert told.startswith(f"{name} was not brought in, ")
    assert why in refused(told)
    assert refused(told).endswith(".")
    assert nothing_changed(empty)
    assert thread(empty, cards(empty)[-1]) == {}
    downloads = len(empty.api.called("download"))
    empty.later(hours=2)
    empty.read_contracts()
    assert len(empty.api.called("download")) == downloads  # it is not tried again


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({"size": 200_000_000}, "big.docx has 200 MB and Parley reads up to 50 MB. Take out its pictures, or share th"),
        ({"is_external": True}, "big.docx is kept outside Slack, where Parley does not go. Upload it to this channel."),
        ({"url_private_download": "{elsewhere}/v1.docx"}, "big.docx is kept outside Slack"),
        ({"url_private_download": "{elsewhere}@{slack}/v1.docx"}, "big.docx is kept outside Slack"),
        ({"url_private_download": "https://files.slack.com.example.org/v1.docx"}, "big.docx is kept outside Slack"),
        ({"url_private_download": "http://files.slack.com/v1.docx"}, "big.docx is kept outside Slack"),
        ({"url_private_download": "file:///etc/passwd"}, "big.docx is kept outside Slack"),
        ({"url_private_download": "", "url_private": ""}, "big.docx is kept outside Slack"),
        ({"mode": "tombstone"}, "big.docx has been deleted. Share it again."),
        ({"mode": "hidden_by_limit"}, "big.docx has been deleted. Share it again."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_file_that_is_not_slack_s_to_give_is_never_fetched(
    empty: Parley, monkeypatch: pytest.MonkeyPatch, told: dict[str, Any], why: str
) -> None:
    with slack_api() as elsewhere:  # another host, which would remember whatever is sent to it
        other, own = elsewhere.url.removesuffix("/api/"), empty.api.url.removesuffix("/api/")
        monkeypatch.setitem(METHODS, "files.info", described(told, elsewhere=other, slack=own.removeprefix("http://")))
        downloads = len(empty.api.called("download"))
        assert why in refused(brings(empty, "big.docx", TYPED))
        assert len(empty.api.called("download")) == downloads
        assert elsewhere.calls == []
    assert nothing_changed(empty)


def described(told: dict[str, Any], **places: str) -> Callable[[SlackApi, dict[str, Any]], dict[str, Any]]:
    """files.info as Slack would answer for a file that is so."""
    real = METHODS["files.info"]
    said = {key: value.format(**places) if isinstance(value, str) else value for key, value in told.items()}
    return lambda api, arguments: {"file": {**real(api, arguments)["file"], **said}}


def test_slack_s_sign_in_page_is_not_taken_for_the_file(empty: Parley) -> None:
    # What Slack sends, with status 200, to an app that lacks files:read.
    page = b"\n<!DOCTYPE html><html><title>Sign in | Slack</title></html>"
    why = "Slack does not let Parley read v1.docx. Ask your administrator whether the app has the scope files:read."
    assert refused(brings(empty, "v1.docx", page)) == why
    assert nothing_changed(empty)


def test_where_no_file_was_shared_lately_parley_says_how_to_share_one(empty: Parley) -> None:
    empty.shares("v1.md", FIRST, by=cast.lead, where=cast.finance)
    empty.slash("clause import", by=cast.scribe, where=cast.finance)  # another's file is not taken
    empty.read_contracts()
    why = refused(cards(empty, cast.finance)[-1]["text"])
    assert why.startswith("You have shared no file here lately. Share the contract in this channel as a Word")
    assert "`/parley clause import`" in why
    assert nothing_changed(empty)


@pytest.mark.parametrize(
    ("typed_words", "by", "where", "why"),
    [
        ("clause import v1.md", cast.chair, cast.joint, "`clause import` takes no words but `anyway`"),
        ("clause import", cast.observer, cast.joint, "observer"),
        ("clause import", cast.stranger, cast.joint, "You have no seat in OXMH"),
        ("clause import", cast.chair, cast.ccg_caucus, "this channel is private to your side. Nothing was done."),
        ("clause import", cast.lead, cast.ccg_caucus, NOTHING_HERE),
    ],
)
def test_who_may_not_bring_a_contract_in_is_told_so_and_nothing_is_fetched(
    empty: Parley, typed_words: str, by: Person, where: Room, why: str
) -> None:
    empty.shares("v1.md", FIRST, by=by, where=where)
    asked, said = len(empty.api.called("files.info")), len(cards(empty, where))
    reply = empty.slash(typed_words, by=by, where=where)
    assert reply.private
    assert why in reply.text
    empty.read_contracts()
    assert len(empty.api.called("files.info")) == asked
    assert len(cards(empty, where)) == said
    assert nothing_changed(empty)


def test_a_mention_with_two_files_is_refused_to_the_one_who_typed_it(empty: Parley) -> None:
    files = [{"id": empty.api.add_file(name, FIRST)["id"], "name": name} for name in ("v1.md", "v2.md")]
    empty.mentions("clause import", by=cast.chair, files=files)
    empty.posted()
    assert "Share one file at a time: each is a version of the contract." in empty.api.ephemerals[-1]["text"]
    empty.read_contracts()
    assert nothing_changed(empty)


# -- words without end ----------------------------------------------------------------------------------


def test_a_clause_of_one_endless_line_is_shown_everywhere(table: Parley) -> None:
    line = " ".join(f"word{number}" for number in range(8_000))
    assert len(line) > 65_000
    brings(table, "v1.md", contract("## 1. Endless", line))
    told = brings(table, "v2.md", contract("## 1. Endless", line.replace("word3500", "another")))
    assert "Changed (1): 1." in told
    assert clauses(table)["1"]["text"] == line.replace("word3500", "another")
    attached = thread(table, cards(table)[-1])
    assert b"word3499 ~~word3500~~**another** word3501" in attached["md"]
    assert len(re.findall(rb"\bword[0-9]+\b", attached["md"])) == 8_000
    Document(io.BytesIO(attached["docx"]))
    assert "word0" in table.slash("clause 1", by=cast.lead).shown
    assert "*1* Endless" in table.slash("clauses", by=cast.lead).text
    assert "word0" in table.slash("diff 1", by=cast.lead).shown
    table.slash(f"propose 1 {line[:2_000]}", by=cast.lead)
    for message in (*table.posted(), *table.api.posts()):
        sent = {name: message[name] for name in ("text", "blocks") if message.get(name)}
        assert not message.get("blocks") or faults_in_message({"channel": cast.joint.id, **sent}) == []
    assert table.api.house_faults == []
