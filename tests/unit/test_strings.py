"""What Parley says, as a whole: the list in the docs is the code, and its tone is one."""

import re

import pytest

from tests import strings


def test_the_list_in_the_docs_is_what_the_code_says() -> None:
    kept = strings.PAGE.read_text(encoding="utf-8").splitlines()
    made = strings.page().splitlines()
    other = sorted(set(kept) ^ set(made))[:5]  # pytest would compare them whole, for minutes
    assert (other, len(kept)) == ([], len(made)), "run `python -m tests.strings`, and read what is new"


# How Slack's guide for apps and ours speak: plainly, blaming nobody, of what happened and the way on.
_NOT_OURS = re.compile(
    r"\b(?:oops|sorry|please|invalid|illegal|click|unfortunately|kindly|simply)\b|@(?:channel|here)", re.I
)


@pytest.mark.parametrize("module", strings.said())
def test_no_string_shouts_or_blames(module: str) -> None:
    assert [words for words in strings.said()[module] if _NOT_OURS.search(words) or words.rstrip().endswith("!")] == []
