"""A Word document to a contract.

The document is read in a child process that may use little memory and little time, and that is given none
of the environment: whatever a hostile file does to its reader, it does there (`stack.md` §4 F16).
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.contracts import guard
from bot.contracts.values import Clause, Contract, Unplaced
from bot.errors import UserError

MEMORY = 512 * 1024 * 1024  # bytes of address space
SECONDS = 10

_ROOT = Path(__file__).resolve().parents[2]
_NEEDED = ("SYSTEMROOT",)  # without which Python does not start on Windows
_DAMAGED = "This file is damaged and cannot be read. Open it in Word, save it again as .docx and share that."
_TOO_MUCH = (
    "This file takes too much time or memory to read. Take out its pictures and tracked changes,"
    " or share the contract in parts."
)


def read_word(source: bytes | Path) -> Contract:
    """The contract in a Word document (.docx), whichever way its clauses are numbered.

    Raises UserError, in a sentence that says what to do, for a file that is no Word document, could do
    harm, takes more than 10 seconds or 512 MB to read, or has no clause numbers.
    """
    if guard.look(source) != "word":
        raise UserError("This is not a Word document. Save it as .docx and share that.")
    return _contract(_answer(guard.contents(source)))


def _answer(data: bytes) -> dict[str, Any]:
    """What the child process says of the document."""
    try:
        child = subprocess.run(
            [sys.executable, "-P", "-m", "bot.contracts.word"],
            input=data,
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=_ROOT,
            env={"PYTHONPATH": str(_ROOT)} | {name: os.environ[name] for name in _NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        raise UserError(_TOO_MUCH) from None
    try:
        answer: dict[str, Any] = json.loads(child.stdout)
    except ValueError:
        raise UserError(_TOO_MUCH) from None  # it ended without a word: killed at its limits
    return answer


def _contract(answer: dict[str, Any]) -> Contract:
    if "refused" in answer:
        raise UserError(answer["refused"])
    return Contract(
        title=answer["title"],
        clauses=tuple(
            Clause(**{**clause, "tables": tuple(tuple(tuple(row) for row in table) for table in clause["tables"])})
            for clause in answer["clauses"]
        ),
        unplaced=tuple(Unplaced(**item) for item in answer["unplaced"]),
    )


# -- the child -------------------------------------------------------------------------------------------


def main() -> None:
    """Read a document from standard input and write the contract, or why there is none, as JSON."""
    _limit()
    data = sys.stdin.buffer.read()
    try:
        from bot.contracts.word_document import parse

        answer: dict[str, Any] = asdict(parse(data))
    except UserError as refusal:
        answer = {"refused": str(refusal)}
    except (MemoryError, RecursionError):
        answer = {"refused": _TOO_MUCH}
    except Exception:
        # Anything may go wrong in a file made to go wrong; its reader is alone here, and says so.
        answer = {"refused": _DAMAGED}
    sys.stdout.buffer.write(json.dumps(answer).encode())


def _limit() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limits; the time limit of the parent holds there
        return
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
