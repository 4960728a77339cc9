"""Where templates are found, and what is said of one that cannot be used.

A deployment's own templates (`PARLEY_TEMPLATES`) come before the built-in ones. One of them with an error in it
holds up nothing: the fault is told with its file and line, and the built-in template is taken.
"""

import re
import traceback
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined, TemplateSyntaxError

import bot
from bot.render import words

BUILT_IN = Path(bot.__file__).parents[1] / "templates"

ENDINGS = {"md": ".md.j2", "html": ".html.j2", "pdf": ".typ", "docx": ".docx"}
"""How the template of each form ends."""


class TemplateFault(Exception):
    """A template that cannot be used: where, as far as it is known, and why."""

    def __init__(self, file: Path, line: int | None, why: str) -> None:
        at = f", line {line}" if line else ""
        super().__init__(f"The template {file}{at} cannot be used: {' '.join(why.split())}")


def folders(overrides: Path | None) -> list[Path]:
    """Where templates are looked for, in order: the deployment's own, then the built-in ones."""
    return [folder for folder in (overrides, BUILT_IN) if folder is not None]


def find(name: str, overrides: Path | None = None) -> Path:
    """The file of the template with this name. Raises FileNotFoundError when no folder has it."""
    for folder in folders(overrides):
        if (folder / name).exists():
            return folder / name
    raise FileNotFoundError(name)


def source(name: str, overrides: Path | None = None) -> bytes:
    """A template as it stands, for programs that read templates of their own kind."""
    return find(name, overrides).read_bytes()


def named(stem: str, form: str, overrides: Path | None = None) -> str:
    """The template of a kind of paper in one form: its own where there is one, else that of every paper."""
    own = f"{stem}{ENDINGS[form]}"
    return own if any((folder / own).exists() for folder in folders(overrides)) else f"paper{ENDINGS[form]}"


@cache
def environment(overrides: Path | None) -> Environment:
    """Templates from `overrides` where they are there, else the built-in ones, for words that are escaped already."""
    made = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders(overrides)]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701  (`text.escaped` is quicker: what is said on many lines is escaped once)
    )
    made.filters.update(css=words.css_string, lines=words.lines)
    return made


def poured(name: str, overrides: Path | None, pour: Callable[[], Any]) -> Any:
    """What `pour` makes of a template. Raises TemplateFault for one of the deployment's own with an error in it.

    A fault in a built-in template is ours, and is raised as it is.
    """
    file = find(name, overrides)
    try:
        return pour()
    except TemplateSyntaxError as error:
        if file.parent == BUILT_IN:
            raise
        raise TemplateFault(Path(error.filename or file), error.lineno, error.message or "") from error
    except Exception as error:
        if file.parent == BUILT_IN:
            raise
        raise TemplateFault(file, _line(error, file), f"{type(error).__name__}: {error}") from error


def _line(error: Exception, file: Path) -> int | None:
    """The line of the template that an error comes from: Jinja writes it into the traceback."""
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == str(file)]
    return lines[-1] if lines else None


def line_of(report: str, file: Path) -> int | None:
    """The line that a typesetter's report names."""
    found = re.search(rf"{re.escape(file.name)}:(\d+)", report)
    return int(found[1]) if found else None
