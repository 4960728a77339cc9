"""The command line: the one place where environment, clock and network meet.

What a machine reads goes to stdout, everything else to stderr. Exit codes: 0 done, 1 a fault found or
something a person must mend, 2 a command that was not understood.
"""

import gc
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UserError

if TYPE_CHECKING:
    from storage import Database, Session

app = typer.Typer(
    help="Parley keeps the record of a contract negotiation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    MD = "md"
    HTML = "html"
    PDF = "pdf"
    DOCX = "docx"
    JSON = "json"
    XLSX = "xlsx"
    ICS = "ics"


@contextmanager
def told() -> Iterator[None]:
    """Faults that people can mend become one sentence and exit code 1."""
    try:
        yield
    except UserError as error:
        print(f"parley: {error}", file=sys.stderr)
        raise typer.Exit(1) from None
    except BrokenPipeError:
        _let_stdout_go()  # whoever read our output has enough, as `head` has
        raise typer.Exit(1) from None
    except Exception as error:
        from storage import out_of_room

        if not out_of_room(error):
            raise
        print("parley: The disk that holds the database is full. Nothing was done; make room first.", file=sys.stderr)
        raise typer.Exit(1) from None


@app.command()
def run() -> None:
    """Connect to Slack in Socket Mode and stay until stopped."""
    with told():
        # All that a start loads stays, and looking through it for garbage took a sixth of the time.
        # `run` has it looked for again once Slack is connected.
        gc.disable()
        from bot import logs, settings
        from bot.run import run as run_until_stopped

        chosen = settings.load()
        logs.configure(chosen.parley_log_level)
        run_until_stopped(chosen)


@app.command()
def demo() -> None:
    """Play the Oxfordshire story in a local Slack and stay up; needs no account."""
    with told():
        from bot import logs
        from bot.demo.play import demo as play_and_stay

        logs.configure("warning")
        play_and_stay()


@app.command(name="migrate")
def migrate_database() -> None:
    """Bring the database to the tables this version needs."""
    with told():
        from bot import settings
        from storage import Database, migrate

        database = Database(settings.load().database_url)
        before = migrate.version(database)
        migrate.upgrade(database)
        print(f"The database is at version {migrate.HEAD} (it was {before or 'empty'}).", file=sys.stderr)


@app.command()
def tick() -> None:
    """Do what is due now and exit; for cron."""
    with told():
        from bot import logs, settings
        from bot.run import tick as do_what_is_due

        chosen = settings.load()
        logs.configure(chosen.parley_log_level)
        print(f"{do_what_is_due(chosen)} notices dealt with.", file=sys.stderr)


@app.command()
def export(
    code: Annotated[str, typer.Argument(help="The negotiation's code, such as OXMH.")],
    form: Annotated[
        Format,
        typer.Option(
            "--format",
            help="md, html, pdf, docx: the negotiation file, or minutes or brief of one meeting; json; xlsx; ics.",
        ),
    ],
    meeting: Annotated[str | None, typer.Option(help="The meeting whose minutes are wanted, such as N1.")] = None,
    brief: Annotated[str | None, typer.Option(help="The meeting whose brief is wanted, such as N2.")] = None,
    party: Annotated[str | None, typer.Option("--for", help="A party: its own private record is included.")] = None,
    every_party: Annotated[
        bool, typer.Option("--all", help="json: every party's private record too, for moving house. Keep it safe.")
    ] = False,
    output: Annotated[Path | None, typer.Option("-o", help="A file to write instead of stdout.")] = None,
) -> None:
    """Give the negotiation file, the record as JSON or a workbook, its dates as a calendar, or minutes as issued."""
    with told():
        from bot import render
        from bot.exports import files

        if (brief or meeting) and form not in render.FORMS:
            what, named = ("A brief", f"--brief {brief}") if brief else ("Minutes", f"--meeting {meeting}")
            raise UserError(f"{what} cannot be had as {form.value}: `--format pdf {named}`, for example.")
        if brief and meeting:
            raise UserError("One at a time: minutes with --meeting, or a brief with --brief.")
        if every_party and (form != Format.JSON or party is not None):
            raise UserError("--all goes with --format json, and without --for: it holds every party's private record.")
        with _database().snapshot() as session:
            text: str | bytes
            if form == Format.ICS:
                text = files.calendar_text(session, code, party)
            elif form == Format.XLSX:
                text = files.workbook_bytes(session, code, party, _templates())
            elif form == Format.JSON:
                text = files.json_text(session, code, party, _templates(), every_party=every_party)
            else:
                text = _paper(session, code, meeting, brief, party, form)
        _give(text, output)
        if every_party:
            print("This holds what is private to every party: whoever reads it reads all of it.", file=sys.stderr)


@app.command(name="import")
def import_record(
    file: Annotated[Path, typer.Argument(help="What `parley export CODE --format json` wrote.")],
) -> None:
    """Take a negotiation in from the JSON of `export`. Nothing is said in Slack of what it holds."""
    with told():
        from bot import clock, settings
        from bot.exports import importing
        from bot.reminders import service as reminders
        from bot.run import open_database
        from storage import Busy

        say(f"Reading {file} …")
        exported = importing.read(_bytes(file))
        database = open_database(settings.load())
        try:
            with database.transaction() as session:
                negotiation = importing.add(session, exported, say, _templates())
                reminders.begin_today(session, negotiation, clock.now())
                name = f"{negotiation.code} {negotiation.title}"
        except Busy:
            raise UserError("Somebody else is writing to this database. Nothing was imported; try again.") from None
        print(f"{name} is here, with everything the file holds.", file=sys.stderr)


@app.command()
def check(
    code: Annotated[str, typer.Argument(help="The negotiation's code, such as OXMH.")],
    form: Annotated[str, typer.Option("--format", help="text or json.")] = "text",
    party: Annotated[
        str | None, typer.Option("--for", help="A party: what its own side has to do is asked too.")
    ] = None,
) -> None:
    """Is a negotiation ready? Exit code 1 while anything is missing."""
    with told():
        from bot import clock
        from bot.readiness import command_line

        if form not in ("text", "json"):
            raise UserError(f"{form} is not a format of check. Choose text or json.")
        with _database().snapshot() as session:
            answer, fails = command_line.check(session, code, party, form, now=clock.now())
        print(answer)
        if fails:
            raise typer.Exit(1)


@app.command(name="import-contract")
def import_contract(
    file: Annotated[Path, typer.Argument(help="A Word (.docx) or Markdown file.")],
    code: Annotated[str, typer.Argument(help="The negotiation's code, such as OXMH.")],
    anyway: Annotated[bool, typer.Option("--anyway", help="Also where it leaves out most of the contract.")] = False,
) -> None:
    """Read a contract into clauses; a later version of it into changes to them. The joint channel is told."""
    with told():
        from bot import clock
        from bot.clauses import cards, reading

        print(f"Reading {file} ...", file=sys.stderr)
        database = _database()
        row = reading.read_file(database, file, code, at=clock.now(), anyway=anyway)
        with database.snapshot() as session:
            lines = cards.contract_summary(session, row)
        print("\n".join(lines).replace("*", ""), file=sys.stderr)
        print("\n\n".join(f"{item['where']}\n{item['text']}" for item in row.unplaced))


@app.command()
def manifest() -> None:
    """Print the Slack app manifest."""
    from bot.manifest import manifest as made

    print(json.dumps(made(), indent=2))


@app.command()
def verify(
    file: Annotated[
        Path | None, typer.Argument(help="A file that Parley issued; without one, the whole trail.")
    ] = None,
) -> None:
    """Prove that the trail is whole, or tell what is certain about a file that Parley issued."""
    with told():
        from bot.exports import files, genuine

        with _database().snapshot() as session:
            if file is not None:
                print(genuine.verdict(session, _bytes(file), say, _templates()))
                return
            faults = files.trail_faults(session)
        for fault in faults:
            print(fault)
        if faults:
            raise typer.Exit(1)
        print("The trail is whole.")


def say(progress: str) -> None:
    """How far long work has come."""
    print(progress, file=sys.stderr, flush=True)


def _paper(
    session: "Session", code: str, meeting: str | None, brief: str | None, party: str | None, form: Format
) -> str | bytes:
    """A brief, minutes or the negotiation file; what is to be told of how it was made goes to stderr."""
    from bot import clock
    from bot.briefs import command_line as briefs
    from bot.exports import files
    from bot.minutes import service as minutes

    if form != Format.MD:
        what = f"the brief for {brief}" if brief else f"the minutes of {meeting}" if meeting else "the negotiation file"
        say(f"Making {what} …")
    if brief is not None:
        made = briefs.brief(session, code, brief, party, form, _templates(), now=clock.now())
    elif meeting is not None:
        held, standing = files.minutes_issued(session, code, meeting, party)
        made = minutes.paper(session, held, standing.approved or standing.version, form, _templates())
    else:
        made = files.dossier_paper(session, code, party, form, _templates())
    for remark in made.remarks:
        print(f"parley: {remark}", file=sys.stderr)
    return made.content.decode() if form == Format.MD else made.content


def _give(content: str | bytes, output: Path | None) -> None:
    """To the file, or to stdout. Raises UserError when it cannot be written."""
    written = content.encode() if isinstance(content, str) else content
    if output is not None:
        _write(output, written)
        return
    if isinstance(content, bytes) and sys.stdout.isatty():
        raise UserError("This format is not for reading in a terminal. Add `-o FILE`.")
    try:
        sys.stdout.buffer.write(written)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        _let_stdout_go()
        raise UserError(f"The output could not be written ({error.strerror}).") from error


def _let_stdout_go() -> None:
    """What could not be written is still in Python's hands, and would be tried, and complained of, at the end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write(file: Path, content: bytes) -> None:
    """The whole file or none: written beside it, then put in its place. A pipe or a device is written into."""
    target = file.resolve()  # where a link leads
    if target.exists() and not target.is_file():
        beside = None
    else:
        beside = target.with_name(f".{target.name}.{os.getpid()}.part")
    was_there = beside is not None and target.exists()
    try:
        (beside or target).write_bytes(content)
        if beside is not None:
            beside.replace(target)
    except OSError as error:
        if beside is not None:
            with suppress(OSError):
                beside.unlink(missing_ok=True)
        kept = " What it held before is still there." if was_there else ""
        raise UserError(f"{file} could not be written ({error.strerror}). Nothing was exported.{kept}") from error
    if was_there:
        print(f"{file} was there before and has been replaced.", file=sys.stderr)


def _bytes(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file} cannot be read ({error.strerror}).") from error


def _templates() -> Path | None:
    from bot import settings

    return settings.load().parley_templates


def _database() -> "Database":
    from bot import settings
    from bot.run import open_database

    return open_database(settings.load(), create=False)


def main() -> None:
    app()
