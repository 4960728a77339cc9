"""A whole contract, page by page."""

import re
from typing import Any

from storage.tables import Clause, ClauseStatus
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley

HOW_MANY = 600
# As long as a title is shown, with all that Slack's markup makes longer.
TITLE = "Payment & interest <at the end> of each quarter, after the *reconciliation* of _what_ was done " * 2


def fill(parley: Parley) -> list[str]:
    """As many clauses as a contract has, with everything said of each; their numbers as people read them."""
    numbers = [f"{1 + each // 25}.{1 + each % 25}" for each in range(HOW_MANY)]
    with parley.deps.db.transaction() as session:
        for place, number in enumerate(reversed(numbers), 1):
            row = Clause(negotiation_id=1, number=number, place=place, title=TITLE, status=ClauseStatus.OPEN)
            row.national = row.unverified = place % 2 == 0
            session.add(row)
    return numbers


def button(message: dict[str, Any]) -> str | None:
    """What pressing Show More under a page sends."""
    elements = [each for block in message["blocks"] if block["type"] == "actions" for each in block["elements"]]
    more = [each["value"] for each in elements if each["action_id"] == "clauses.more"]
    return more[0] if more else None


def listed(message: dict[str, Any]) -> list[str]:
    """The clauses that a page shows, in its order."""
    sections = [block["text"]["text"] for block in message["blocks"] if block["type"] == "section"]
    return re.findall(r"^\*([0-9.]+)\* ", "\n".join(sections), re.MULTILINE)


def test_six_hundred_clauses_are_shown_page_by_page_each_once(table: Parley) -> None:
    numbers = fill(table)
    reply = table.slash("clauses open", by=cast.observer)
    pages: list[dict[str, Any]] = [{"text": reply.text, "blocks": reply.blocks}]

    while (value := button(pages[-1])) is not None:
        assert len(pages) < HOW_MANY
        table.presses("clauses.more", value, by=cast.observer)
        table.deliver()
        pages.append(table.api.called("chat.postEphemeral")[-1])

    assert [faults_in_message({"text": page["text"], "blocks": page["blocks"]}) for page in pages] == [[]] * len(pages)
    assert [number for page in pages for number in listed(page)] == numbers
    assert len(pages) == HOW_MANY / 40


def test_a_page_past_the_end_is_the_last(table: Parley) -> None:
    numbers = fill(table)
    reply = table.slash("clauses 999", by=cast.observer)
    assert listed({"blocks": reply.blocks}) == numbers[-40:]
    assert button({"blocks": reply.blocks}) is None
