"""A second version of a contract is matched clause by clause: changed, moved, added and removed."""

import random
import time
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.contracts.markdown import read_markdown
from bot.contracts.matching import Comparison, compare
from bot.contracts.values import Clause, Contract
from bot.contracts.word import read_word
from tests.contract_files import automatic, markdown

FIRST = """# Orchard Agreement

## 1. Meaning of words

1.1 **"Apple"** means a fruit of the orchard that is ripe and sound.

1.2 **"Picking Day"** means a day on which it does not rain in the morning.

## 2. Picking

2.1 The Grower picks every ripe Apple on each Picking Day before noon.

2.2 The Grower shall:

(a) bring ladders that reach the highest branch;

(b) leave no basket in the grass overnight.

2.3 The Grower keeps a book of all baskets, with the day and the sort.

## 3. Price

3.1 The Buyer pays two pounds for each basket within thirty days.

3.2 Not used.

3.3 Bad Apples are sent back at the cost of the Grower.

## 4. End

4.1 Either party ends this agreement with three months' notice in writing.
"""

SECOND = """# Orchard Agreement

## 1. Meaning of words

1.1 **“Apple”** means a fruit of the orchard that is ripe and sound.

1.2 **“Basket”** means a willow basket that holds forty Apples.

1.3 **“Picking Day”** means a day on which it does not rain or snow in the morning.

## 2. Safety

2.1 Nobody climbs a ladder alone, and nobody climbs at all after dark.

## 3. Picking

3.1 The Grower picks every ripe Apple on each Picking Day before noon.

3.2 The Grower shall:

(a) bring ladders that reach the highest branch;

(b) leave no basket in the grass overnight or in the rain;

(c) shut the gate.

## 4. Price

4.1 The Buyer pays three pounds for each basket within sixty days.

4.2 The Buyer may weigh any basket before paying for it.

4.3 Bad Apples are sent back at the cost of the Grower.

## 5. End

5.1 Either party ends this agreement with three months' notice in writing.
"""


def shown(found: Comparison) -> dict[str, list[str]]:
    moved = [f"{pair.before.number} -> {pair.after.number}{' reworded' * pair.is_reworded}" for pair in found.moved]
    return {
        "unchanged": [pair.after.number for pair in found.unchanged],
        "changed": [pair.after.number for pair in found.changed],
        "moved": moved,
        "added": [clause.number for clause in found.added],
        "removed": [clause.number for clause in found.removed],
    }


def versions(first: str, second: str) -> dict[str, list[str]]:
    return shown(compare(read_markdown(first.encode()), read_markdown(second.encode())))


def test_a_second_version_shows_as_changes() -> None:
    assert versions(FIRST, SECOND) == {
        "unchanged": ["1"],
        "changed": ["1.1"],  # other quotation marks are another wording
        "moved": [
            "1.2 -> 1.3 reworded", "2 -> 3", "2.1 -> 3.1", "2.2 -> 3.2", "2.2(a) -> 3.2(a)",
            "2.2(b) -> 3.2(b) reworded",
            "3 -> 4", "3.1 -> 4.1 reworded", "3.2 -> 4.2 reworded", "3.3 -> 4.3", "4 -> 5", "4.1 -> 5.1",
        ],
        "added": ["1.2", "2", "2.1", "3.2(c)"],
        "removed": ["2.3"],
    }  # fmt: skip


def test_the_same_contract_has_not_changed_whatever_its_file() -> None:
    found = compare(read_word(automatic()), read_markdown(markdown()))
    assert not found.changed + found.moved
    assert not found.added + found.removed


def test_a_comma_is_a_change_and_marks_are_not() -> None:
    assert versions("1. The Buyer pays now", "1. The Buyer pays, now")["changed"] == ["1"]
    assert versions("1. The **Buyer** pays <i>now</i>", "1. The Buyer   pays\n_now_")["unchanged"] == ["1"]


def test_another_wording_in_the_same_place_is_a_change() -> None:
    before = (
        "## 1. Price\n\n1.1 The Buyer pays two pounds for every basket.\n\n1.2 Reserved\n\n1.3 Ladders lean on trees.\n"
    )
    after = (
        "## 1. Price\n\n1.1 No money changes hands before winter.\n\n1.2 Weighing is free of charge.\n\n1.3 Not used\n"
    )
    assert versions(before, after)["changed"] == ["1.1", "1.2", "1.3"]
    # Under another heading it is another clause.
    other = versions("## 1. Price\n\n## 2. Ladders\n", "## 1. Weather\n\n## 2. Ladders\n")
    assert (other["added"], other["removed"]) == (["1"], ["1"])


def test_short_words_that_stand_in_many_places_are_not_moved_about() -> None:
    before = "1. One thing\n\n1.1 Not used\n\n1.2 Not used\n\n2. Another thing\n\n2.1 Not used\n"
    after = "1. One thing\n\n1.1 Not used\n\n2. Another thing\n\n2.1 Not used\n\n2.2 Not used\n"
    assert versions(before, after) == {
        "unchanged": ["1", "1.1", "2", "2.1"],
        "changed": [],
        "moved": [],
        "added": ["2.2"],
        "removed": ["1.2"],
    }


def test_a_definition_is_never_taken_for_another_one() -> None:
    before = "1. Words\n\n“Red Apple” means an apple of the colour red that grows on a tree in the orchard.\n"
    after = "1. Words\n\n“Blue Plum” means a plum of the colour blue that stands on a table in the kitchen.\n"
    assert versions(before, after)["added"] == ["Definition of Blue Plum"]
    assert versions(before, after)["removed"] == ["Definition of Red Apple"]


NUMBERS = st.sampled_from(["1", "1.1", "1.2", "2", "2.1", "2.1(a)", "3"])
WORDINGS = st.sampled_from(["", "Not used", "the Buyer pays", "the Buyer pays now", "the Grower picks apples all day"])
CLAUSES = st.lists(st.tuples(NUMBERS, WORDINGS), unique_by=lambda clause: clause[0], max_size=7)


def contract_of(clauses: list[tuple[str, str]]) -> Contract:
    return Contract("", tuple(Clause(number, "", text, 1) for number, text in clauses), ())


@settings(deadline=None)
@given(CLAUSES, CLAUSES)
def test_every_clause_of_both_versions_is_in_one_place(
    before: list[tuple[str, str]], after: list[tuple[str, str]]
) -> None:
    found = compare(contract_of(before), contract_of(after))
    pairs = [*found.unchanged, *found.changed, *found.moved]
    assert sorted([pair.before.number for pair in pairs] + [clause.number for clause in found.removed]) == sorted(
        number for number, _ in before
    )
    assert sorted([pair.after.number for pair in pairs] + [clause.number for clause in found.added]) == sorted(
        number for number, _ in after
    )
    assert found == compare(contract_of(before), contract_of(after))
    same = compare(contract_of(after), contract_of(after))
    assert len(same.unchanged) == len(after)


def test_600_clauses_are_compared_in_little_time() -> None:
    chance = random.Random(7)
    vocabulary = [f"word{number}" for number in range(1_500)] + ["the", "of", "and", "shall", "Buyer"] * 60
    first = [
        Clause(f"{place // 10 + 1}.{place % 10 + 1}", "", " ".join(chance.choices(vocabulary, k=100)), 2)
        for place in range(600)
    ]
    reworded = [
        " ".join(chance.choice(vocabulary) if chance.random() < 0.1 else word for word in clause.text.split())
        for clause in first
    ]
    second = [
        replace(clause, number=f"{place // 10 + 2}.{place % 10 + 1}", text=text)
        for place, (clause, text) in enumerate(zip(first, reworded, strict=True))
    ]
    began = time.process_time()
    found = compare(Contract("", tuple(first), ()), Contract("", tuple(second), ()))
    assert time.process_time() - began < 30
    assert [pair.before for pair in found.moved] == first
