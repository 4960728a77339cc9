"""`export --format json` and `import`: a negotiation moves to another database and loses nothing on the way."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import SQLModel

from bot import routes
from bot.demo import story
from bot.demo.story import Deletes, Edits, Presses, Types
from bot.errors import UserError
from bot.exports import genuine, importing
from bot.readiness import watch as readiness
from storage import Database, moving
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley, running_parley
from tests.moving import check_moves_whole, exported, faults, new_database, taken_in


def _played(parley: Parley) -> None:
    """The story of the demonstration, to its end."""
    for user in story.WORKSPACE.users:
        parley.api.add_user(user.id, user.real_name)
    for channel in story.WORKSPACE.channels:
        parley.api.add_channel(channel.id, channel.name, members=list(channel.members))
    messages: dict[str, tuple[str, str]] = {}
    for step in story.story(parley.now):
        parley.later(seconds=1)
        match step:
            case Types(who, where, text, name) if text.startswith("/parley "):
                parley.slash(text.removeprefix("/parley "), Person(who.id, who.real_name), Room(where.id, where.name))
            case Types(who, where, text, name):
                messages[name] = (parley.types(text, Person(who.id, who.real_name), Room(where.id, where.name)), text)
            case Edits(who, where, name, text):
                person, room = Person(who.id, who.real_name), Room(where.id, where.name)
                parley.edits(*messages[name], text, by=person, where=room)
            case Deletes(who, where, name):
                parley.deletes(*messages[name], by=Person(who.id, who.real_name), where=Room(where.id, where.name))
            case Presses(who, where, ref, _, _):
                person, room = Person(who.id, who.real_name), Room(where.id, where.name)
                parley.presses("agreement.confirm", f"OXMH {ref} 2", by=person, where=room)
    parley.deliver()


@pytest.fixture
def rich(meeting: Parley) -> Parley:
    """A record with something in nearly every register, made of the examples that the help shows."""
    present = ", ".join(person.mention for person in cast.everybody[:6])
    contract = b"# Contract\n\n1. Payment\n\n1.1 The Commissioner pays within 30 days.\n"
    meeting.shares("contract.md", contract, by=cast.chair, text="the draft")
    meeting.slash("clause import", by=cast.chair)
    meeting.read_contracts()
    for _ in range(2):  # some examples need what comes after them in the table
        for command in routes.COMMANDS.values():
            if not command.example.startswith(("close", "new ")):
                meeting.slash(command.example, by=cast.chair)
    for typed in (
        f"present {present}",
        f"ladder 1 {cast.chair.mention}, {cast.lead.mention} within 5 working days",
        f"assessment evaluator {cast.chair.mention}",
        "clause add 4.3 Price",
        "package Money: 4.2, 4.3",
        "change add Longer term",
        f"action Send the figures {cast.lead.mention}, {cast.scribe.mention} by fri",
        "agree 4.2: The fee is capped.",
        "milestone add Signature on 18 dec 2026",
    ):
        meeting.slash(typed, by=cast.chair)
    for person, room in ((cast.chair, cast.ccg_caucus), (cast.lead, cast.ohp_caucus)):
        for typed in (
            "position 4.2 must Cap at 5% target 3% walkaway Anything above 10%",
            "position Payment must 30 days",
            "position Payment must 20 days",
            "concession planned 4.2 Give way on the cap worth £1.2m",
            f"mandate {person.mention} Up to 5%",
            "note Only from the end of year two.",
            "note A slip of the tongue.",
            "undo",
        ):
            meeting.slash(typed, by=person, where=room)
    meeting.slash("confirm AG1", by=cast.lead)
    meeting.types("AGREED: Payment falls due within 30 days.\nACTION: Send the figures", by=cast.chair)
    meeting.slash("close", by=cast.chair)
    meeting.deliver()
    for typed in (
        "confidential D1 because the price is commercially sensitive",
        "minutes correct N1 On item 1, replace “15%” by “20%”",
        "minutes circulate N1",
        "minutes approve N1",
        "minutes N1 for public",
    ):
        said = meeting.slash(typed, by=cast.chair)
        assert "You typed" not in said.shown, said.text
    meeting.slash("minutes approve N1", by=cast.lead)
    return meeting


@pytest.fixture
def there(tmp_path: Path) -> Iterator[Database]:
    """An empty database, to move to."""
    database = new_database(tmp_path / "there.db")
    yield database
    database.close()


def test_the_story_moves_whole(parley: Parley, tmp_path: Path) -> None:
    _played(parley)
    assert len(parley.export()["agreements"]) == 3
    assert parley.export()["minutes"] != []
    check_moves_whole(parley, tmp_path)


def test_a_rich_record_moves_whole(rich: Parley, tmp_path: Path) -> None:
    full = json.loads(exported(rich.deps.db, every_party=True))
    assert [name for name, rows in full["rows"].items() if rows == []] == ["contract_change", "snooze"]
    check_moves_whole(rich, tmp_path)


def test_every_table_moves_or_stays_on_purpose() -> None:
    moved = {table.name for table in moving.tables()} | {moving.LEDGER}
    assert set(SQLModel.metadata.tables) - moved <= moving.PLACE_ONLY
    assert {"agreement", "minutesversion", "member", "position"} <= moved


def test_what_is_private_comes_only_with_its_party_or_with_all(table: Parley) -> None:
    table.slash("position 9.9 must MARK-CCG", by=cast.chair, where=cast.ccg_caucus)
    table.slash("note MARK-OHP", by=cast.lead, where=cast.ohp_caucus)
    here = table.deps.db
    assert "MARK-" not in exported(here)
    assert cast.ccg_caucus.id not in exported(here)
    own = exported(here, "CCG")
    assert "MARK-CCG" in own
    assert "MARK-OHP" not in own
    assert cast.ohp_caucus.id not in own
    everything = exported(here, every_party=True)
    assert "MARK-CCG" in everything
    assert "MARK-OHP" in everything
    assert json.loads(everything)["negotiation"]["private_to"] == "all"


def test_what_is_hidden_leaves_no_gap_in_the_numbers(meeting: Parley) -> None:
    for number in range(3):
        meeting.slash(f"note Shared {number}", by=cast.chair)
        meeting.slash(f"note Hidden {number}", by=cast.lead, where=cast.ohp_caucus)
    meeting.slash("undo", by=cast.chair)
    notes = meeting.export()["rows"]["note"]
    assert [(row["id"], row["line"]) for row in notes] == [(1, 0), (2, 0), (3, -3)]


@contextmanager
def _moved(parley: Parley, folder: Path) -> Iterator[Parley]:
    """Parley on another database, with everything of this one in it, at the same instant."""
    there = new_database(folder / "there.db")
    taken_in(exported(parley.deps.db, every_party=True), there, parley)
    there.close()
    with running_parley(f"sqlite:///{folder}/there.db") as moved:
        moved.now = parley.now
        yield moved


def test_minutes_are_the_same_bytes_and_still_genuine(meeting: Parley, tmp_path: Path) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    meeting.slash("close", by=cast.chair)
    with _moved(meeting, tmp_path) as moved:
        assert moved.minutes("N1") == meeting.minutes("N1")
        with moved.deps.db.snapshot() as session:
            assert "Genuine: minutes of N1" in genuine.verdict(session, meeting.minutes("N1").encode())


def test_nothing_is_said_of_what_has_moved_in(meeting: Parley, tmp_path: Path) -> None:
    """History is no news: not the overdue actions, not the meeting nobody started nor the one nobody closed, not an
    agreement that waits, not readiness."""
    for typed in (
        f"action Send the figures {cast.lead.mention} by fri",
        "agree Payment falls due within 30 days.",
        "milestone add Signature on 27 nov 2026",
        "meeting add negotiation Second round on 30 nov 2026 at 10:00 for 2h anyway",
        "park Older people until 1 dec 2026",
    ):
        meeting.slash(typed, by=cast.chair)
    meeting.now = datetime(2026, 12, 3, 9, 30, tzinfo=UTC)  # a working day, after the hour of the daily words
    with _moved(meeting, tmp_path) as moved:
        for _ in range(12):
            moved.tick()
            readiness.watch(moved.deps)
            moved.read_contracts()
            moved.later(minutes=20)
        assert moved.api.called("chat.postMessage") == []
        moved.now = datetime(2026, 12, 7, 9, 30, tzinfo=UTC)  # from the next day on it is a table like any other
        moved.tick()
        assert "Send the figures" in str(moved.posted(cast.lead))


def test_work_goes_on_where_it_has_moved(meeting: Parley, tmp_path: Path) -> None:
    meeting.slash("agree Payment falls due within 30 days.", by=cast.chair)
    with _moved(meeting, tmp_path) as moved:
        moved.slash("confirm AG1", by=cast.lead)
        moved.slash("agree The term is five years.", by=cast.chair)
        moved.slash("note Private.", by=cast.lead, where=cast.ohp_caucus)
        moved.slash("close", by=cast.chair)
        assert [row["ref"] for row in moved.export()["agreements"]] == ["AG1", "AG2"]
        assert [row["status"] for row in moved.export()["agreements"]] == ["agreed", "awaiting"]
        assert moved.trail_faults() == []


def test_a_code_that_is_here_already_is_refused(table: Parley) -> None:
    text = exported(table.deps.db)
    with pytest.raises(UserError, match=r"OXMH is in this database already.*Name an empty database"):
        taken_in(text, table.deps.db, table)
    assert exported(table.deps.db) == text


def test_numbers_that_are_taken_here_are_refused(table: Parley, tmp_path: Path) -> None:
    with running_parley(f"sqlite:///{tmp_path}/other.db") as other:
        other.slash("new NHSX Another one", by=cast.lead)
        before = exported(other.deps.db, code="NHSX")
        with pytest.raises(UserError, match=r"rows.negotiation\[0\].id: number 1 belongs .*an empty database"):
            taken_in(exported(table.deps.db), other.deps.db, table)
        assert exported(other.deps.db, code="NHSX") == before


def test_two_negotiations_of_one_house_move_together(table: Parley, there: Database) -> None:
    table.slash("new NHSX Another one", by=cast.chair, where=cast.elsewhere)
    table.slash("party add ABC Another Body as provider", by=cast.chair, where=cast.elsewhere)
    table.slash(f"member add {cast.lead.mention} to ABC as lead", by=cast.chair, where=cast.elsewhere)
    for code in ("OXMH", "NHSX"):
        taken_in(exported(table.deps.db, code=code, every_party=True), there, table)
    for code in ("OXMH", "NHSX"):
        assert exported(there, code=code, every_party=True) == exported(table.deps.db, code=code, every_party=True)
    assert faults(there) == []


def _at(value: Any, place: str) -> tuple[Any, Any]:
    """What holds the last step of a place such as `rows.action.0.text`, and that step."""
    *way, last = [int(step) if step.isdecimal() else step for step in place.split(".")]
    for step in way:
        value = value[step]
    return value, last


_GONE = object()
WRONG = [
    ("agreements", _GONE, "agreements: the file says nothing"),
    ("agreements.0.wording", "Never.", 'agreements[0].wording: the file says "Never.", but its `rows` make it'),
    ("agreements.0.wording", _GONE, "agreements[0].wording: the file says nothing"),
    ("agreements.0.wording", 7, "agreements[0].wording: the file says 7"),
    ("parties.0.more", "x", 'parties[0].more: the file says "x", but its `rows` make it nothing'),
    ("minutes.0.sha256", "0", "minutes[0].sha256"),
    ("format", _GONE, "`format` is missing"),
    ("format.version", 99, "written by a newer Parley"),
    ("format.tables", "9999", "written by a newer Parley"),
    ("format.version", "one", "`format.version` must be a number"),
    ("rows", _GONE, "`rows` is missing"),
    ("rows", [], "`rows` is no object"),
    ("ledger", {}, "`ledger` is no list"),
    ("ledger.3.deed", _GONE, "ledger[3].deed: it is missing"),
    ("ledger.3.private_to", _GONE, "ledger[3].private_to: it is missing"),
    ("ledger.3.private_to", "XYZ", 'ledger[3].private_to: there is no party "XYZ"'),
    ("ledger.3.at", "yesterday", "ledger[3].at: it is not an instant"),
    ("ledger.3.detail", "{}", "The trail in this file does not hold: entry 4"),
    ("negotiation.code", 7, "negotiation.code: it is not text"),
    ("negotiation.private_to", "XYZ", 'negotiation.private_to: there is no party "XYZ"'),
    ("rows.action", _GONE, "rows.action: it is missing"),
    ("rows.action", {}, "rows.action: it is not a list"),
    ("rows.action.0", 7, "rows.action[0]: it is not an object"),
    ("rows.action.0.text", _GONE, "rows.action[0].text: it is missing"),
    ("rows.action.0.text", None, "rows.action[0].text: it must not be null"),
    ("rows.action.0.text", ["x"], "rows.action[0].text: it is not text"),
    ("rows.action.0.number", "1", "rows.action[0].number: it is not a whole number"),
    ("rows.action.0.number", True, "rows.action[0].number: it is not a whole number"),
    ("rows.action.0.number", 2**70, "rows.action[0].number: it is not a whole number"),
    ("rows.action.0.due_on", "friday", "rows.action[0].due_on: it is not a date, such as 2026-11-26"),
    ("rows.action.0.at", "2026-11-26T10:00:00", "rows.action[0].at: it is not an instant with its offset"),
    ("rows.action.0.meeting_id", 99, "rows.action[0].meeting_id: there is no 99 in rows.meeting"),
    ("rows.action.0.status", "lost", "rows.action: the database does not take it"),
    ("rows.action.0.more", 1, "rows.action[0].more: there is no such column"),
    ("rows.negotiation", [], "rows.negotiation: there must be exactly one"),
    ("rows.negotiation.0.zone", "Mars/Olympus", "The `rows` of this file make no record"),
    ("rows.more", [], "rows.more: there is no such table"),
    ("rows.contract_value.0.amount", "much", "rows.contract_value[0].amount: it is not a decimal in words"),
    ("rows.channel.0.kind", "pub", "rows.channel: the database does not take it"),
]


@pytest.fixture(scope="module")
def filed(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The export of a small record, with something of every kind that the table above spoils."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('filed')}/parley.db") as parley:
        parley.open_meeting()
        parley.slash("agree Payment falls due within 30 days.", by=cast.chair)
        parley.slash(f"action Send the figures {cast.lead.mention} by fri", by=cast.chair)
        parley.slash("value £135m over 5 years on 2014 source The board's papers", by=cast.chair)
        parley.slash("close", by=cast.chair)
        return exported(parley.deps.db)


@pytest.mark.parametrize(("place", "value", "told"), WRONG, ids=[f"{place}={value!r:.12}" for place, value, _ in WRONG])
def test_a_file_that_somebody_has_changed_is_refused_with_the_place(
    parley: Parley, filed: str, place: str, value: Any, told: str
) -> None:
    changed = json.loads(filed)
    holder, last = _at(changed, place)
    if value is _GONE:
        del holder[last]
    else:
        holder[last] = value
    with pytest.raises(UserError) as refusal:
        taken_in(json.dumps(changed), parley.deps.db, parley)
    assert told in str(refusal.value)
    assert "Nothing was imported" in str(refusal.value) or "can be imported" in str(refusal.value)
    with parley.deps.db.snapshot() as session:
        left = [table.name for table in moving.tables() if session.connection().execute(table.select()).first()]
    assert left == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "Line 1, column 1 of the file is not JSON"),
        (b"{\n  oops", "Line 2, column 3 of the file is not JSON"),
        (b"[]", "holds no object"),
        (b"\xff\xfe{", "not UTF-8 text from byte 0 on"),
        (b'{"format": NaN}', "NaN is no number"),
        (b"[" * 100_000, "not JSON as Parley writes it"),
        (b"{}", "`format` is missing"),
    ],
)
def test_what_is_no_export_is_refused(content: bytes, told: str) -> None:
    with pytest.raises(UserError) as refusal:
        importing.read(content)
    assert told in str(refusal.value)


def test_words_changed_everywhere_in_the_file_are_held_against_the_trail(parley: Parley, filed: str) -> None:
    """Whoever knows the format changes a wording at all its places but one: the trail is hashed."""
    changed = json.loads(filed)
    for row in (changed["rows"]["agreement"][0], changed["agreements"][0]):
        row["text" if "text" in row else "wording"] = "Never."
    changed["rows"]["agreement"][0]["said"] = "Never."
    changed["agreements"][0]["digest"] = hashlib.sha256(b"Never.").hexdigest()
    with pytest.raises(UserError, match="AG1: its words are not those of the trail"):
        taken_in(json.dumps(changed), parley.deps.db, parley)


def test_a_file_of_an_older_version_takes_the_usual_values(parley: Parley, filed: str) -> None:
    older = json.loads(filed)
    older["format"]["tables"] = "0008"
    del older["rows"]["scope_service"], older["scope"]
    for row in older["rows"]["party"]:
        del row["quorum"]
    for row in older["parties"]:
        del row["quorum"]
    taken_in(json.dumps(older), parley.deps.db, parley)
    assert exported(parley.deps.db) == filed
