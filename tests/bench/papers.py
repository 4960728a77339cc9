"""Minutes of 200 records in each form, beside a bare template that loops over the same records."""

from functools import partial
from pathlib import Path

from jinja2 import Environment

from bot import render
from tests import papers
from tests.bench.measure import Ratio, interleaved

RECORDS = 200
GOALS = {"md": 8.0, "html": 12.0, "docx": 400.0, "pdf": 1200.0}
"""Where the bare template takes a quarter of a millisecond: Markdown and HTML about 3 ms, Word 120, PDF 300 with the
child process that makes it."""
BARE = """{% for line in doc.agreements %}<p>{{ line.ref }} {{ line.wording }}</p>
{% endfor %}{% for line in doc.decisions %}<p>{{ line.ref }} {{ line.text }}</p>
{% endfor %}{% for group in doc.actions %}{% for line in group.actions %}<p>{{ line.ref }} {{ line.text }}</p>
{% endfor %}{% endfor %}{% for item in doc.items %}{% for line in item.notes %}<p>{{ line.ref }} {{ line.text }}</p>
{% endfor %}{% endfor %}"""


def measure(_folder: Path) -> list[Ratio]:
    """The medians of a hundred looks at the fast forms, and ten at the others."""
    doc, bare = papers.minutes(RECORDS), Environment(autoescape=True).from_string(BARE)

    def made(form: str, _number: int) -> None:
        assert render.paper("minutes", doc, form, fingerprint=papers.FINGERPRINT).remarks == ()

    def template(_number: int) -> None:
        assert "D50" in bare.render(doc=doc)

    found = []
    for form, goal in GOALS.items():
        each = 10 if form in ("md", "html") else 1
        floor, ours = interleaved(template, partial(made, form), rounds=10, each=each, warm_up=2)
        found.append(
            Ratio(f"minutes of {RECORDS} records as {render.FORMS[form]} / a bare template", floor, ours, goal)
        )
    return found
