"""PDF: typst sets a document's words, which it is given as data and never as markup.

It works in a child process that may use little memory and time, may read the template's folder only, and is given
none of the environment, so that a template that never ends, or wants something of the network, harms nobody.
"""

import json
import os
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.errors import UserError
from bot.render import templates
from bot.render.templates import BUILT_IN, TemplateFault
from bot.render.text import escaped
from bot.render.words import shown

SECONDS = 60
MEMORY = 3 * 1024 * 1024 * 1024  # bytes of address space, most of which typst's threads only reserve

_CHILD = Path(__file__).with_name("typesetter.py")
_NOWHERE = "http://127.0.0.1:9"  # the discard port: a template that asks for a package meets a closed door
_NEEDED = ("SYSTEMROOT",)  # without which Python does not start on Windows
_TOO_MUCH = "it took more than {} seconds, or more memory than a paper may take"


def pdf(template: Path, doc: Any, fingerprint: str) -> tuple[bytes, tuple[str, ...]]:
    """The document as a PDF that is tagged for accessibility, and what must be told of it.

    Raises TemplateFault for a template of the deployment's own that cannot be used, UserError for a document that is
    too long to be set.
    """
    told, content = _set(template, {**asdict(escaped(doc, shown)), "fingerprint": fingerprint})
    if told.get("fault") is None:
        return content, tuple(_remarks(told["missing"], told["standard"]))
    fault = TemplateFault(template, templates.line_of(told["fault"], template), _first_words(told["fault"]))
    if template.parent == BUILT_IN:
        raise UserError(f"This paper could not be made as a PDF: {_first_words(told['fault'])}. It can be had as html.")
    raise fault


def _set(template: Path, data: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """What the child process says of its work, and the PDF it made."""
    asked = {"template": str(template.resolve()), "data": data, "seconds": SECONDS, "memory": MEMORY}
    try:
        child = subprocess.run(
            [sys.executable, "-I", str(_CHILD)],
            input=json.dumps(asked).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
            cwd=template.parent,
            env={"HTTP_PROXY": _NOWHERE, "HTTPS_PROXY": _NOWHERE}
            | {name: os.environ[name] for name in _NEEDED if name in os.environ},
        )
    except subprocess.TimeoutExpired:
        return {"fault": _TOO_MUCH.format(SECONDS)}, b""
    head, _, content = child.stdout.partition(b"\n")
    if not head:
        return {"fault": _TOO_MUCH.format(SECONDS)}, b""  # it ended without a word: killed at its limits
    answer: dict[str, Any] = json.loads(head)
    return answer, content


def _first_words(report: str) -> str:
    """The first line of a typesetter's report, without what stands before its message."""
    return report.strip().split("\n")[0].removeprefix("error: ")


def _remarks(missing: list[str], standard: bool) -> list[str]:
    told = []
    if missing:
        few = ", ".join(missing[:5]) + (f" and {len(missing) - 5} more" if len(missing) > 5 else "")
        told.append(f"No font of this machine has {few}; the PDF tells them by number. Install one, such as Noto.")
    if not standard:
        told.append("This PDF does not declare that it keeps to PDF/UA.")
    return told
