"""Papers: a frozen document value poured into templates, in every form that people keep.

`paper` is the door. The same value gives the same bytes, in any process, zone and language, on any day. Exporters
are imported where they are used: most runs of Parley make no PDF.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import structlog

from bot.render import text
from bot.render.templates import BUILT_IN, TemplateFault, find, folders, named, poured, source
from bot.render.text import Verbatim, document, escaped, fingerprint, markdown, seal_holds, sealed

__all__ = [
    "BUILT_IN",
    "FORMS",
    "Paper",
    "Verbatim",
    "document",
    "escaped",
    "find",
    "fingerprint",
    "folders",
    "form_named",
    "markdown",
    "paper",
    "seal_holds",
    "sealed",
    "source",
]

log = structlog.get_logger()

FORMS = {"md": "Markdown", "html": "HTML", "pdf": "PDF", "docx": "Word"}
"""What each form is called, by the ending of its files."""

_CALLED = {"markdown": "md", "htm": "html", "web": "html", "word": "docx", "doc": "docx"}


@dataclass(frozen=True)
class Paper:
    """A file's content, and what its reader must be told of how it was made, a sentence each."""

    content: bytes
    remarks: tuple[str, ...] = ()


Pour = Callable[[str, Any, "Path | None", str], Paper]


def form_named(typed: str) -> str | None:
    """The form that somebody means by "PDF", "word" or "docx"; None for no form at all."""
    form = _CALLED.get(typed.casefold(), typed.casefold())
    return form if form in FORMS else None


def paper(stem: str, doc: Any, form: str, overrides: Path | None = None, *, fingerprint: str = "") -> Paper:
    """A document value in one of FORMS. Its template is `stem`'s own where there is one, else that of every paper.

    Markdown is sealed with the fingerprint of what stands in it; the other forms end with `fingerprint`, that of the
    Markdown they belong to, which is made for it where none is given. A template of the deployment's own with an error
    gives way to the built-in one, which the remarks tell.
    """
    pour = _POURED[form]
    if form != "md" and not fingerprint:
        fingerprint = text.fingerprint(paper(stem, doc, "md", overrides).content.decode())
    try:
        return pour(named(stem, form, overrides), doc, overrides, fingerprint)
    except TemplateFault as fault:
        log.warning("template_fault", fault=str(fault))
        made = pour(named(stem, form), doc, None, fingerprint)
        return Paper(made.content, (f"{fault}. The built-in one was used instead.", *made.remarks))


def _markdown(name: str, doc: Any, overrides: Path | None, _fingerprint: str) -> Paper:
    text: str = poured(name, overrides, lambda: document(name, doc, overrides))
    return Paper(sealed(text).encode())


def _page(name: str, doc: Any, overrides: Path | None, fingerprint: str) -> Paper:
    from bot.render import page

    text: str = poured(name, overrides, lambda: page.written(name, doc, overrides, fingerprint))
    return Paper(text.encode())


def _pdf(name: str, doc: Any, overrides: Path | None, fingerprint: str) -> Paper:
    from bot.render import typeset

    content, remarks = typeset.pdf(find(name, overrides), doc, fingerprint)
    return Paper(content, remarks)


def _word(name: str, doc: Any, overrides: Path | None, fingerprint: str) -> Paper:
    from bot.render import word

    file = find(name, overrides)
    content: bytes = poured(name, overrides, lambda: word.filled(file, doc, fingerprint))
    return Paper(content)


_POURED: dict[str, Pour] = {"md": _markdown, "html": _page, "pdf": _pdf, "docx": _word}
