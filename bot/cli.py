"""The command line: the one place where environment, clock and network meet.

What a machine reads goes to stdout, everything else to stderr. Exit codes: 0 done, 1 a fault found or
something a person must mend, 2 a command that was not understood.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.errors import UserError

if TYPE_CHECKING:
    from storage import Database

app = typer.Typer(
    help="Parley keeps the record of a contract negotiation.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class Format(StrEnum):
    MD = "md"
    JSON = "json"
    ICS = "ics"


@contextmanager
def told() -> Iterator[None]:
    """Faults that people can mend become one sentence and exit code 1."""
    try:
        yield
    except UserError as error:
        print(f"parley: {error}", file=sys.stderr)
        raise typer.Exit(1) from None


@app.command()
def run() -> None:
    """Connect to Slack in Socket Mode and stay until stopped."""
    with told():
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
            "--format", help="md: the negotiation file, or the minutes or the brief of one meeting; json; ics."
        ),
    ],
    meeting: Annotated[str | None, typer.Option(help="The meeting whose minutes are wanted, such as N1.")] = None,
    brief: Annotated[str | None, typer.Option(help="The meeting whose brief is wanted, such as N2.")] = None,
    party: Annotated[str | None, typer.Option("--for", help="A party: its own private record is included.")] = None,
    output: Annotated[Path | None, typer.Option("-o", help="A file to write instead of stdout.")] = None,
) -> None:
    """Print the negotiation file, the record as JSON, its dates as a calendar, or minutes exactly as issued."""
    with told():
        from bot import clock
        from bot.briefs import command_line as briefs
        from bot.exports import files

        if brief is not None and form != Format.MD:
            raise UserError(f"A brief cannot be had as {form.value} yet: `--format md --brief {brief}`.")
        with _database().snapshot() as session:
            if brief is not None:
                text = briefs.brief_text(session, code, brief, party, _templates(), now=clock.now())
            elif form == Format.MD and meeting is not None:
                text = files.minutes_text(session, code, meeting, party)
            elif form == Format.MD:
                text = files.dossier_text(session, code, party, _templates())
            elif form == Format.ICS:
                text = files.calendar_text(session, code, party)
            else:
                text = files.json_text(session, code, party, _templates())
        if output is not None:
            _write(output, text)
        else:
            sys.stdout.buffer.write(text.encode())


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
    file: Annotated[Path | None, typer.Argument(help="A minutes file; without one, the whole trail.")] = None,
) -> None:
    """Prove that the trail is whole, or that a minutes file is the one that was issued."""
    with told():
        from bot.exports import files

        with _database().snapshot() as session:
            if file is not None:
                print(files.file_verdict(session, _read(file)))
                return
            faults = files.trail_faults(session)
        for fault in faults:
            print(fault)
        if faults:
            raise typer.Exit(1)
        print("The trail is whole.")


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8", newline="")
    except OSError as error:
        raise UserError(f"{file} could not be written ({error.strerror}). Nothing was exported.") from error


def _read(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"{file} cannot be read as text ({type(error).__name__}).") from error


def _templates() -> Path | None:
    from bot import settings

    return settings.load().parley_templates


def _database() -> "Database":
    from bot import settings
    from bot.run import open_database

    return open_database(settings.load(), create=False)


def main() -> None:
    app()
