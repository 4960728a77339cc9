"""HTML: one file that needs nothing else, for reading on a screen, aloud and on paper."""

from pathlib import Path
from typing import Any

from bot.render import templates
from bot.render.text import escaped
from bot.render.words import shown


def written(name: str, doc: Any, overrides: Path | None, fingerprint: str) -> str:
    """A document value poured into its HTML template, every word of it escaped."""
    template = templates.environment(overrides, markup=True).get_template(name)
    return template.render(doc=escaped(doc, shown), fingerprint=fingerprint)
