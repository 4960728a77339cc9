"""The negotiation file: what a successor reads first."""

import subprocess
import sys

from bot.exports import files
from bot.render import seal_holds
from tests import cast
from tests.harness import Parley


def dossier(parley: Parley, party: str | None = None) -> str:
    with parley.deps.db.snapshot() as session:
        return files.dossier_paper(session, "OXMH", party, "md").content.decode()


def test_the_negotiation_file_holds_every_register_and_its_seal(meeting: Parley) -> None:
    for typed in (
        "clause add 4.2 Payment",
        "propose 4.2 Payment falls due within 30 days.",
        "milestone add Signature on 1 dec 2026 kind signature",
        "document add Full contract version 1 missing Schedule 3B",
        "commitment add A named care co-ordinator from OHP",
    ):
        meeting.slash(typed, by=cast.chair)
    text = dossier(meeting)
    assert "| 4.2 | Payment | proposed | CCG (4.2/p1, Thursday 26 November 2026): Payment falls due" in text
    for words in (
        "| M1 | Signature | signature | Tuesday 1 December 2026 |",
        "Schedule 3B",
        "A named care co-ordinator",
    ):
        assert words in text
    assert text.count("**Subject to contract**") == 2
    assert seal_holds(text)
    assert dossier(meeting) == text


def test_hostile_words_stay_words_in_a_table(meeting: Parley) -> None:
    meeting.slash("clause add 4.2 a | b &lt;script&gt; {{7*7}} # x", by=cast.chair)
    (row,) = [line for line in dossier(meeting).splitlines() if line.startswith("| 4.2 ")]
    assert row.count(" | ") == 4  # five columns, whatever was typed
    assert "\\|" in row
    assert "{{7\\*7}}" in row
    assert "\\<script\\>" in row


def test_it_is_asked_for_in_slack_and_on_the_command_line(table: Parley) -> None:
    assert "comes to you in a direct message" in table.slash("export md", by=cast.lead).text
    (text,) = table.files(cast.lead).values()
    assert "# OXMH: Outcomes contract for mental health" in text
    ran = subprocess.run(
        [sys.executable, "-m", "bot", "export", "OXMH", "--format", "md"],
        env={"DATABASE_URL": str(table.deps.db.url)},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert "# OXMH: Outcomes contract" in ran.stdout.decode()
