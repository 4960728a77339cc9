"""HTML: one file that needs nothing else, for reading on a screen, aloud and on paper."""

from pathlib import Path
from typing import Any

from bot.render import templates
from bot.render.text import escaped
from bot.render.words import marked_up


def written(name: str, doc: Any, overrides: Path | None, fingerprint: str) -> str:
    """A document value poured into its HTML template, every word of it escaped before it comes there."""
    template = templates.environment(overrides).get_template(name)
    return template.render(doc=escaped(doc, marked_up, verbatim=False), fingerprint=fingerprint)
