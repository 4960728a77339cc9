"""Minutes as a frozen value: kept as JSON and read back the same; with less in it for others."""

import json
from dataclasses import is_dataclass, replace
from types import NoneType, UnionType
from typing import Any, Literal, cast, get_args, get_origin, get_type_hints

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.clauses.story import ClauseStory
from bot.minutes import frozen, rules
from bot.minutes.document import (
    ActionLine,
    AgreementLine,
    Correction,
    ItemDoc,
    Line,
    MinutesDoc,
    OwnedActions,
)
from bot.minutes.rules import Hidden

WORDS = ("", "A1", "{{ 7*7 }}", "two\nlines", "\u202e٣٠ é 🤝")


def values(kind: Any) -> st.SearchStrategy[Any]:
    """Values of a type that documents are made of; of every list none or one."""
    if get_origin(kind) is tuple:
        return st.lists(values(get_args(kind)[0]), max_size=1).map(tuple)
    if isinstance(kind, UnionType):
        return st.one_of(*(values(each) for each in get_args(kind)))
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return st.fixed_dictionaries({name: values(hint) for name, hint in hints.items()}).map(
            lambda filled: cast(Any, kind)(**filled)
        )
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    if kind is NoneType:
        return st.none()
    return st.integers(0, 3) if kind is int else st.sampled_from(WORDS).map(kind)


DOCUMENTS = values(MinutesDoc)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS)
def test_a_document_comes_back_from_json_as_it_was(doc: MinutesDoc) -> None:
    again = frozen.from_json(MinutesDoc, json.loads(json.dumps(frozen.as_json(doc))))
    assert again == doc
    assert [type(line.permalink) for line in again.decisions] == [type(line.permalink) for line in doc.decisions]


SECRET = "seven hundred pounds"


def agreed(ref: str, clause: str | None, wording: str) -> AgreementLine:
    return AgreementLine(ref, clause, wording, "agreed", (), (), (), "", (), "Ann (X)", None)


def noted(ref: str, text: str) -> Line:
    return Line(ref, text, "Ann (X)", None)


def promised(ref: str, text: str) -> ActionLine:
    return ActionLine(ref, text, "no date yet", (), "open", None)


def item(number: int | None, title: str, *refs: str) -> ItemDoc:
    """An item under which a record of each kind was made, with these refs."""
    agreement, decision, note, reservation, advice, parked, action = refs
    return ItemDoc(
        number,
        title,
        agreements=(agreed(agreement, "5.1", SECRET),),
        decisions=(noted(decision, SECRET),),
        notes=(noted(note, SECRET),),
        reservations=(noted(reservation, SECRET),),
        recommendations=(noted(advice, SECRET),),
        parked=(noted(parked, SECRET),),
        actions=(promised(action, SECRET),),
    )


REFS = ("AG1", "D1", "E1", "E2", "E3", "E4", "A1")
CORRECTION = Correction(1, 1, SECRET, "Ann (X)", "Friday")
ITEM = item(1, "Beds", *REFS)
FULL = MinutesDoc(
    state="DRAFT", audience="", marking="Subject to contract", private_to=None, version=1, negotiation="X: Contract",
    title="First round", ref="N1", kind="negotiation", when="", place="", chair="", scribe="", sides=(), apologies=(),
    purpose="", ground_rules="", roles_unfilled=(), quorum="", declarations=(noted("E5", SECRET),), previous="",
    previous_corrections=(CORRECTION,), matters_arising=(OwnedActions("Ann", (promised("A9", SECRET),)),),
    subgroups=(f"S1 Finance, closed, Friday: recommends (E9): {SECRET}",), items=(ITEM,),
    clauses=(ClauseStory("5.1", (SECRET,)),), not_reached=("2 Price: " + SECRET,), agreements=ITEM.agreements,
    decisions=ITEM.decisions, actions=(OwnedActions("Ann", ITEM.actions),), parked=ITEM.parked,
    withdrawn=(noted("E6", SECRET),), incomplete=("A1 lacks an owner",), next_meeting="", corrections=(CORRECTION,),
    replaces="", approving=("X",), approvals=(),
)  # fmt: skip
EVERY_REF = frozenset({*REFS, "E5", "E6", "E9", "A9"})


def test_nothing_that_is_hidden_is_left_anywhere() -> None:
    hidden = Hidden(EVERY_REF, frozenset({"5.1"}), frozenset({2}))
    left = json.dumps(frozen.as_json(rules.for_others(FULL, "the public", hidden)))
    assert SECRET in json.dumps(frozen.as_json(FULL))
    assert "hundred" not in left
    assert not [ref for ref in EVERY_REF if f'"{ref}' in left or f"({ref})" in left]


def test_a_hidden_item_goes_with_its_title_and_what_was_done_with_clauses() -> None:
    left = rules.for_others(FULL, "the public", Hidden(items=frozenset({1})))
    assert left.items == ()
    assert left.clauses == ()
    assert left.corrections == left.previous_corrections == ()


def test_where_nothing_is_hidden_everything_stays() -> None:
    assert rules.for_others(FULL, "the public", Hidden()) == replace(FULL, audience="the public")


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(DOCUMENTS, st.frozensets(st.sampled_from(WORDS)), st.frozensets(st.integers(0, 3)))
def test_what_minutes_say_of_themselves_never_depends_on_what_is_hidden(
    doc: MinutesDoc, refs: frozenset[str], items: frozenset[int]
) -> None:
    left = rules.for_others(doc, "X", Hidden(refs, frozenset(), items))
    for name in ("state", "audience", "marking", "version", "title", "when", "sides", "approving", "approvals"):
        assert getattr(left, name) == getattr(replace(doc, audience="X"), name)
    kept = [line.ref for line in left.decisions] + [line.ref for line in left.agreements]
    assert not refs.intersection(kept)
