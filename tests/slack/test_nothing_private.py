"""What is private stays private: a marker in every private field of both sides, looked for in every byte that leaves.

Which fields are private is read off the tables, so that a new one fails here until a marker is planted in it.
"""

import base64
import html
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
from pypdf import PdfReader
from pypdf.generic import StreamObject
from sqlalchemy import JSON, String
from structlog.testing import capture_logs

from bot import render
from bot.briefs import command_line as briefs
from bot.briefs import sending
from bot.exports import files
from bot.exports import handlers as exports
from storage import moving
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley, running_parley
from tests.reading import readable, unpacked
from tests.slack_api import direct_id


@dataclass(frozen=True)
class Side:
    """A party with the word that all its secrets begin with, who speaks for it, and its own channel."""

    code: str
    mark: str
    lead: Person
    scribe: Person
    asker: Person
    room: Room
    pounds: str
    prepared: int
    clause: str
    """A sum, so many minutes and a clause that nobody else would name."""

    @property
    def told_by(self) -> tuple[str, ...]:
        """What tells on this side: its word, its refs, its figures as people and as machines write them."""
        worth = f"{self.pounds.replace(',', '')}00"
        return self.mark, f"{self.code}-", self.pounds, worth, f'minutes":{self.prepared}', self.clause


CCG = Side(
    *("CCG", "zqours", cast.chair, cast.scribe, cast.analyst),
    *(Room("C0ZQOURS", "zqourschannel"), "4,321,987", 1337, "SC77.31A"),
)
OHP = Side(
    *("OHP", "zqtheirs", cast.lead, cast.negotiator, cast.lead),
    *(Room("C0ZQTHEIRS", "zqtheirschannel"), "8,765,123", 1403, "SC88.42B"),
)
SIDES = (CCG, OHP)
LEFT_OUT = "zqconfidential"
"""What is said aloud at the table, and stays out of the minutes for others."""


# -- reading whatever there is ------------------------------------------------------------------------


def every_byte(name: str, content: bytes) -> str:
    """All that a file says in whichever way, on one line without blanks: packed, deflated, drawn as glyphs, encoded.

    Without NUL, words in UTF-16 are the same as in ASCII.
    """
    whole = content + unpacked(content)
    said = [name, whole.decode("latin-1"), content.decode("utf-8", errors="ignore")]
    said += [base64.b64decode(found).decode("latin-1") for found in re.findall(rb";base64,([\w+/]+=*)", whole)]
    if content.startswith(b"%PDF"):
        said += _drawn(content)
    return squeezed("\n".join(said))


def _drawn(content: bytes) -> Iterator[str]:
    reader = PdfReader(io.BytesIO(content))
    yield from (page.extract_text() for page in reader.pages)
    yield str(reader.metadata)
    yield str(reader.xmp_metadata and reader.xmp_metadata.stream.get_data())
    for number in range(1, int(str(reader.trailer["/Size"]))):
        found = reader.get_object(number)
        yield str(found)
        if isinstance(found, StreamObject):
            yield found.get_data().decode("latin-1")


def squeezed(said: str) -> str:
    return re.sub(r"[\s\0\xad\\]", "", html.unescape(unquote(said)))


def tells(said: str, secret: str) -> bool:
    """Whether squeezed text has a word in it: a marker in any case and in base64, the refs of a side by its code
    with a hyphen, anything else as it stands."""
    if secret.endswith("-"):
        return re.search(rf"{secret}[A-Z]+[0-9]", said) is not None
    if not secret.startswith("zq"):
        return secret in said
    return secret in said.casefold() or any(found in said for found in in_base64(secret))


def in_base64(word: str) -> Iterator[str]:
    """What stands for a word in base64, wherever it begins among the three bytes that go together there."""
    for before in range(3):
        written = base64.b64encode(b"\0" * before + word.encode()).decode()
        yield written[(0, 2, 3)[before] : (before + len(word)) * 8 // 6]


def test_words_are_found_however_they_are_written() -> None:
    for packed in (b"ZQours", "zqours".encode("utf-16"), *(base64.b64encode(b"x" * n + b"zqours!") for n in range(6))):
        assert tells(every_byte("x", packed), "zqours"), packed
    assert not tells(every_byte("x", base64.b64encode(b"nothing of the sort")), "zqours")


def told(said: str, secrets: Iterable[str]) -> list[str]:
    return [secret for secret in secrets if tells(said, secret)]


# -- the story ------------------------------------------------------------------------------------------


def sit_down(parley: Parley) -> None:
    """Two parties at a table, each with a channel of its own whose name tells on it."""
    for side in SIDES:
        parley.api.add_channel(side.room.id, side.room.name, members=[person.id for person in cast.everybody])
    for typed in (
        "new OXMH Outcomes contract for mental health",
        "party add CCG Oxfordshire Clinical Commissioning Group as commissioner",
        "party add OHP Oxford Health and partners as provider",
        f"member add {cast.chair.mention} to CCG as chair, lead",
        f"member add {cast.scribe.mention} to CCG as scribe",
        f"member add {cast.analyst.mention} to CCG as negotiator",
        f"member add {cast.lead.mention} to OHP as lead",
        f"member add {cast.negotiator.mention} to OHP as negotiator, scribe",
        f"member add {cast.observer.mention} to OHP as observer",
        "clause add 4.2 Payment",
        "clause add 4.3 Liability",
        "propose 4.2 Payment within 30 days.",
    ):
        done(parley, typed, cast.chair, cast.joint)
    done(parley, "channel subgroup Finance", cast.scribe, cast.finance)
    for side in SIDES:
        done(parley, f"channel caucus {side.code}", side.lead, side.room)


def keep(parley: Parley, side: Side) -> None:
    """Everything that a side can keep for itself, each field with a marker of its own."""
    code, secret = side.code, side.mark
    done_here = [
        f"position 4.2 must {secret}must target {secret}target walkaway {secret}walkaway",
        "position 4.2 importance 5 theirs 2",
        f"position 4.2 redline {secret}redline",
        f'position "{secret}topic" must be settled',
        f"concession planned 4.2 {secret}planned worth £{side.pounds}",
        f'concession planned "{secret}about" anything',
        f"concession given 4.2 {secret}given",
        f"concession received 4.3 {secret}received",
        f"mandate {side.scribe.mention} {secret}mandate",
        f"member authority {side.scribe.mention} {side.clause}",
        f"meeting add premeet {secret}title on 26 nov at 12:00 for 1h place {secret}place anyway",
        f"meeting purpose {code}-P1 {secret}purpose",
        f"meeting rules {code}-P1 {secret}rules",
        f"meeting move {code}-P1 to 26 nov at 13:00 because {secret}moved anyway",
        f"agenda add {code}-P1 {secret}item",
        f"paper add {code}-P1 {secret}paper",
        f"attend {code}-P1 {side.lead.mention}, {secret}guest as technical",
        f"meeting prepared N1 {side.prepared} min",
        f"start {code}-P1",
        f"note {secret}note",
        f"decide {secret}decision",
        f"action {secret}action {side.scribe.mention} by 4 dec",
        f"done {code}-A1 {secret}evidence",
        f"action {secret}still {side.scribe.mention} by 4 dec",
        f"park {secret}parked until 12 dec",
        f"declare {side.scribe.mention} {secret}interest",
        f"recommend {code}-P1 {secret}advice",
        f"note {secret}undone",
        "undo",
    ]
    for typed in done_here:
        done(parley, typed, side.lead, side.room)
    parley.types(f"RESERVATION: {secret}reservation", by=side.scribe, where=side.room)
    said = parley.types(f"NOTE: {secret}typed", by=side.scribe, where=side.room)
    parley.edits(said, f"NOTE: {secret}typed", f"NOTE: {secret}edited", by=side.scribe, where=side.room)


def settle(parley: Parley, side: Side) -> None:
    """The side's own meeting closes, its minutes are corrected, approved, and asked for in every form."""
    own, secret = f"{side.code}-P1", side.mark
    done(parley, f"close {own}", side.lead, side.room)
    done(parley, f"minutes correct {own} {secret}wrongly", side.asker, side.room)
    for typed in (
        f"minutes correct {own} {secret}corrected",
        f"minutes correct {own} decline 1 because {secret}declined",
        f"minutes circulate {own}",
    ):
        done(parley, typed, side.scribe, side.room)
    done(parley, f"minutes approve {own}", side.lead, side.room)
    for form in render.FORMS:
        parley.later(seconds=1)
        done(parley, f"minutes {own} as {form}", side.lead, side.room)


def talk(parley: Parley) -> None:
    """What everyone hears, some of it confidential; N1 closes, and its minutes are had by everybody in every form."""
    for typed in (
        f"agree 4.2: Payment within 30 days {LEFT_OUT}agreed.",
        "agree 4.3: A cap of £5m.",
        f"confidential AG1 because {LEFT_OUT}because",
        "decide We meet again.",
        f"action Send the figures {cast.lead.mention} by 4 dec",
    ):
        done(parley, typed, cast.chair, cast.joint)
    parley.types("NOTE: The tide is out.", by=cast.lead)
    parley.later(hours=1)
    done(parley, "close N1", cast.chair, cast.joint)
    for form in render.FORMS:
        parley.later(seconds=1)
        done(parley, f"minutes N1 as {form}", cast.lead, cast.joint)
        for audience in ("OHP", "public"):
            done(parley, f"minutes N1 for {audience} as {form}", cast.scribe, cast.elsewhere)


def read_everything(parley: Parley) -> None:
    """Each side has its papers and its brief, in its own channel, at the table and by itself."""
    for side in SIDES:
        for form in exports.FORMS:
            parley.later(seconds=1)
            done(parley, f"export {form}", side.lead, cast.joint)
        done(parley, "brief N2 here", side.lead, side.room)
        done(parley, "brief N2", side.lead, cast.joint)
    done(parley, "brief N2 here", cast.chair, cast.joint)
    done(parley, "export json", cast.observer, cast.joint)
    for _ in range(8):
        parley.later(days=1)
        parley.tick()
        sending.watch(parley.deps)
    parley.deliver()


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """The whole story, once; what was logged meanwhile is said aloud elsewhere."""
    with running_parley(f"sqlite:///{tmp_path_factory.mktemp('private')}/parley.db") as parley:
        with capture_logs() as logged:
            sit_down(parley)
            for typed in ("meeting add negotiation First round on 26 nov at 10:00 for 1h anyway", "start N1"):
                done(parley, typed, cast.chair, cast.joint)
            for side in SIDES:
                keep(parley, side)
            talk(parley)
            for side in SIDES:
                settle(parley, side)
            done(parley, "meeting add negotiation Second round on 11 dec at 10:00 for 2h", cast.chair, cast.joint)
            read_everything(parley)
        parley.api.say(cast.elsewhere.id, cast.stranger.id, str(logged))
        yield parley


def done(parley: Parley, typed: str, by: Person, where: Room) -> None:
    reply = parley.slash(typed, by=by, where=where)
    assert "You typed" not in reply.shown, reply.shown


# -- which fields are private ---------------------------------------------------------------------------

NO_WORDS = frozenset({"team_id", "kind", "status", "state", "ref", "ts", "sha256", "audience", "reply", "capacity"})
"""Columns that hold one of a few words, or what Parley or Slack made up."""
NO_SECRETS = frozenset({("channel", "name")})
"""The name is a sub-group's; a caucus has none, and what Slack calls its channel is nowhere kept."""
NEVER_PRIVATE = frozenset({"agreement", "choice"})
"""An agreement is made across the table, and a choice is decided there, though every record has a `party_id`."""


def private_tables() -> set[str]:
    """The tables with rows of one side alone, by the rule that `storage.moving` goes by."""
    found: set[str] = set()
    for table in moving.tables():
        owners = {key.column.table.name for column in table.c if not column.nullable for key in column.foreign_keys}
        if table.name not in moving.PUBLIC and ("party_id" in table.c or owners & found):
            found.add(table.name)
    return found


def test_every_private_field_of_both_sides_has_its_marker(played: Parley) -> None:
    unplanted, private = [], private_tables()
    with played.deps.db.snapshot() as session:
        for table in (table for table in moving.tables() if table.name in private - NEVER_PRIVATE):
            rows = session.connection().execute(table.select()).mappings().all()
            for column in table.c:
                if not isinstance(column.type, String | JSON) or column.name in NO_WORDS:
                    continue
                held = str([row[column.name] for row in rows]).casefold()
                if (table.name, column.name) not in NO_SECRETS and not all(side.mark in held for side in SIDES):
                    unplanted.append(f"{table.name}.{column.name}")
        for name in NEVER_PRIVATE & {table.name for table in moving.tables() if "party_id" in table.c}:
            table = next(table for table in moving.tables() if table.name == name)
            assert session.connection().execute(table.select().where(table.c.party_id.is_not(None))).all() == []
    assert unplanted == []


# -- what leaves ----------------------------------------------------------------------------------------


def papers_for(parley: Parley, side: Side | None) -> dict[str, bytes]:
    """Every output of the command line, for a side or for everyone, by a name that tells on nobody."""
    code, found = side.code if side else None, dict[str, bytes | str]()
    with parley.deps.db.snapshot() as session:
        found["record.json"] = files.json_text(session, "OXMH", code)
        found["record.xlsx"] = files.workbook_bytes(session, "OXMH", code)
        found["record.ics"] = files.calendar_text(session, "OXMH", code)
        for form in render.FORMS:
            found[f"negotiation.{form}"] = files.dossier_paper(session, "OXMH", code, form).content
            found[f"brief.{form}"] = briefs.brief(session, "OXMH", "N2", code, form, None, now=parley.now).content
        found["minutes.md"] = files.minutes_issued(session, "OXMH", "N1", code)[1].content
    return {name: said.encode() if isinstance(said, str) else said for name, said in found.items()}


def sent_to(parley: Parley, place: Room | Person) -> dict[str, bytes]:
    """What was ever posted there, message by message, and each file by its name."""
    here = {place.id, direct_id(place.id)}
    calls = [call.arguments for call in parley.api.calls if call.arguments.get("channel") in here]
    found = {"messages": str([parley.api.messages(place.id), calls]).encode()}
    for message in parley.api.messages(place.id):
        for file in message.get("files", []):
            found[f"{message['ts']} {file['name']}"] = parley.api.file_content(file["id"])
    return found


def whose(place: Room | Person) -> Side | None:
    """The side whose secrets may be read there."""
    for side in SIDES:
        if place in (side.room, side.lead, side.scribe, side.asker):
            return side
    return OHP if place == cast.observer else None


def secrets_kept_from(side: Side | None) -> list[str]:
    return [word for other in SIDES if other is not side for word in other.told_by]


@pytest.mark.parametrize("side", [None, *SIDES], ids=lambda side: side.code if side else "everyone")
def test_no_output_holds_what_is_private_to_others(played: Parley, side: Side | None) -> None:
    for name, content in papers_for(played, side).items():
        assert told(every_byte(name, content), secrets_kept_from(side)) == [], name


PLACES = (CCG.room, OHP.room, *cast.rooms, *cast.everybody)


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.name)
def test_nothing_sent_anywhere_holds_what_is_private_to_others(played: Parley, place: Room | Person) -> None:
    for name, content in sent_to(played, place).items():
        assert told(every_byte(name, content), secrets_kept_from(whose(place))) == [], name


def test_what_is_confidential_is_in_the_minutes_and_in_no_set_for_others(played: Parley) -> None:
    sets = {name: content for name, content in sent_to(played, cast.scribe).items() if "-for-" in name}
    assert len(sets) == 2 * len(render.FORMS)
    for name, content in sets.items():
        said = every_byte(name, content)
        assert told(said, [LEFT_OUT]) == [], name
        # Three letters may stand anywhere among packed bytes: a ref is looked for where it is read.
        assert re.search(r"\bAG1\b", readable(name, content)) is None, name
        assert told(said, ["Acapof£5m", "Thetideisout"]) == ["Acapof£5m", "Thetideisout"] or ".docx" in name, name
    minutes = {name: content for name, content in sent_to(played, cast.joint).items() if "-minutes-" in name}
    assert {name.rpartition(".")[2] for name in minutes} == set(render.FORMS)
    assert all(tells(every_byte(name, content), f"{LEFT_OUT}agreed") for name, content in minutes.items())


# -- and each side has all of its own -------------------------------------------------------------------

WANTED = ("must", "target", "walkaway", "redline", "topic", "planned", "about", "given", "received", "mandate")
OF_MEETINGS = ("title", "place", "purpose", "rules", "moved", "item", "paper", "guest")
AT_MEETINGS = ("note", "decision", "action", "evidence", "still", "parked", "interest", "advice", "reservation")
SETTLED = ("undone", "edited", "wrongly", "corrected", "declined")


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.code)
def test_a_side_has_its_own_in_each_output_of_its_own(played: Parley, side: Side) -> None:
    papers = papers_for(played, side)
    record = ("typed", *WANTED, *OF_MEETINGS, *AT_MEETINGS, *SETTLED)
    expected = {
        "record.json": record,
        "record.xlsx": (*WANTED, "title", "purpose", *AT_MEETINGS, "undone", "edited"),
        "record.ics": ("title", "place"),
        **{f"negotiation.{form}": WANTED for form in render.FORMS},
        **{
            f"brief.{form}": ("must", "target", "walkaway", "redline", "planned", "mandate", "still")
            for form in render.FORMS
        },
    }
    figures = [found for found in side.told_by if found != side.pounds]  # which machines read in pence
    assert told(every_byte("record.json", papers["record.json"]), figures) == figures
    for name, words in expected.items():
        marks = [f"{side.mark}{word}" for word in words]
        assert told(every_byte(name, papers[name]), marks) == marks, name


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.code)
def test_a_side_has_the_minutes_of_its_own_meeting_in_every_form(played: Parley, side: Side) -> None:
    sent = {name: content for name, content in sent_to(played, side.room).items() if "-minutes-v2" in name}
    assert {name.rpartition(".")[2] for name in sent} == set(render.FORMS)
    marks = [f"{side.mark}{word}" for word in ("title", "place", "item", "note", "decision", "still", "corrected")]
    for name, content in sent.items():
        assert told(every_byte(name, content), marks) == marks, name


# -- asked in every way ---------------------------------------------------------------------------------


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.code)
def test_no_search_tells_what_the_other_side_keeps(played: Parley, side: Side) -> None:
    """Not even that there is something: the answer is that to a word which nobody has ever said."""
    (other,) = [each for each in SIDES if each is not side]
    for place in (cast.joint, cast.elsewhere, side.room, Room(direct_id(side.lead.id), "directmessage")):
        nothing = played.slash("search zqnobody", by=side.lead, where=place).shown
        for word in (*WANTED, *OF_MEETINGS, *AT_MEETINGS, *SETTLED):
            found = played.slash(f"search {other.mark}{word}", by=side.lead, where=place).shown
            assert found.replace(f"{other.mark}{word}", "zqnobody") == nothing
    assert f"{side.mark}must" in played.slash(f"search {side.mark}must", by=side.lead, where=side.room).shown


ASKED = (
    "",
    "status",
    "check",
    "actions all",
    "clauses",
    "clause 4.2",
    "meetings",
    "agenda N2",
    "meeting N1",
    "timetable",
)
ALSO = ("positions", "concessions", "mandates", "minutes", "brief", "documents", "undo", "help", "actions mine")


@pytest.mark.parametrize("side", SIDES, ids=lambda side: side.code)
def test_no_answer_tells_what_the_other_side_keeps(played: Parley, side: Side) -> None:
    (other,) = [each for each in SIDES if each is not side]
    for place in (cast.joint, cast.elsewhere, cast.finance, side.room, Room(direct_id(side.lead.id), "directmessage")):
        for typed in (*ASKED, *ALSO):
            reply = played.slash(typed, by=side.asker, where=place)
            kept = other.told_by if reply.private else (*CCG.told_by, *OHP.told_by)
            assert told(squeezed(str(reply)), kept) == [], (place.name, typed)
