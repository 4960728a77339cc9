"""What a typed message holds for the record, and how an edit is followed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.capture.rules import Line, LineKind, lines_of, paired

WORDS = "20% of the value, at the end of year 2: no more"


@pytest.mark.parametrize(
    ("keyword", "kind"),
    [
        ("AGREED:", LineKind.AGREED),
        ("ACTION:", LineKind.ACTION),
        ("DECISION:", LineKind.DECISION),
        ("RESOLVED:", LineKind.DECISION),
        ("RESOLUTION:", LineKind.DECISION),
        ("NOTE:", LineKind.NOTE),
        ("RESERVATION:", LineKind.RESERVATION),
        ("PARKED:", LineKind.PARKED),
        ("Topic:", LineKind.TOPIC),
        ("Present:", LineKind.PRESENT),
        ("present+", LineKind.PRESENT),
        ("Apologies:", LineKind.APOLOGIES),
        ("regrets+", LineKind.APOLOGIES),
    ],
)
def test_a_keyword_counts_at_the_start_of_a_line_however_it_is_written(keyword: str, kind: LineKind) -> None:
    bare, mark = keyword[:-1], keyword[-1]
    forms = [
        f"{keyword} {WORDS}",
        f"{keyword}{WORDS}",
        f"{keyword.lower()} {WORDS}",
        f"{keyword.upper()} {WORDS}",
        f"{keyword.title()}   {WORDS}  ",
        f"  {keyword} {WORDS}",
        f"*{keyword}* {WORDS}",
        f"_{keyword}_ {WORDS}",
    ]
    if mark == ":":
        forms += [f"{bare} : {WORDS}", f"*{bare}*: {WORDS}", f"*{bare}:* {WORDS}", f"*{bare}: {WORDS}*"]
    for typed in forms:
        assert lines_of(typed) == [Line(kind, WORDS)], typed


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Good morning all.",
        "We agreed: nothing.",
        "I think ACTION: is the word",
        "AGREED 30 days",
        "> AGREED: quoted from somebody else",
        "note that this is not one",
        "present company excepted",
        "regrets, I have a few",
        "and/or",
        "s/old",
        "s/old/new/ and more",
        "is/was/",
    ],
)
def test_ordinary_talk_is_left_alone(typed: str) -> None:
    assert lines_of(typed) == []


def test_bold_inside_the_words_stays() -> None:
    assert lines_of("AGREED: we pay *all* of *it*") == [Line(LineKind.AGREED, "we pay *all* of *it*")]
    assert lines_of("*AGREED:* we pay *all*") == [Line(LineKind.AGREED, "we pay *all*")]


def test_a_keyword_without_words_is_a_line_without_words() -> None:
    assert lines_of("present+") == [Line(LineKind.PRESENT, "")]
    assert lines_of("AGREED:") == [Line(LineKind.AGREED, "")]


def test_several_lines_are_several_records_in_their_order() -> None:
    typed = "Good.\nAGREED: one\nACTION: two\nso far so good\nnote: three"
    assert lines_of(typed) == [
        Line(LineKind.AGREED, "one"),
        Line(LineKind.ACTION, "two"),
        Line(LineKind.NOTE, "three"),
    ]


@pytest.mark.parametrize(
    "more",
    ["  indented", "\ttabbed", "- a dash", "• a bullet", "– an en dash", "(a) lettered", "b) so", "1. one", "iv) four"],
)
def test_an_indented_or_listed_line_goes_on_with_the_record_above_it(more: str) -> None:
    assert lines_of(f"AGREED: The Provider shall:\n{more}") == [
        Line(LineKind.AGREED, f"The Provider shall:\n{more.strip()}")
    ]


def test_a_record_may_have_all_its_words_below_its_keyword() -> None:
    assert lines_of("AGREED:\n- one\n- two") == [Line(LineKind.AGREED, "- one\n- two")]


@pytest.mark.parametrize("between", ["", "and then", "Topic: next"])
def test_what_follows_something_else_does_not_go_on(between: str) -> None:
    assert lines_of(f"NOTE: first\n{between}\n- loose")[0] == Line(LineKind.NOTE, "first")
    assert "loose" not in repr(lines_of(f"NOTE: first\n{between}\n- loose"))


@pytest.mark.parametrize(
    "typed",
    [
        "[off] AGREED: our floor is 5%",
        "  [OFF] our floor is 5%",
        "[Off]our floor is 5%",
        "- [off] our floor is 5%",
        "* [off] our floor is 5%",
    ],
)
def test_off_keeps_a_line_out_wherever_it_stands(typed: str) -> None:
    assert lines_of(typed) == []
    assert lines_of(f"AGREED: The Provider shall:\n{typed}") == [Line(LineKind.AGREED, "The Provider shall:")]
    secret_in_two_lines = f"AGREED: The Provider shall:\n{typed}\n  or 4% at worst"
    assert lines_of(secret_in_two_lines) == [Line(LineKind.AGREED, "The Provider shall:")]


def test_off_keeps_out_its_own_line_only() -> None:
    assert lines_of("[off] coffee?\nNOTE: on the record") == [Line(LineKind.NOTE, "on the record")]
    assert lines_of("NOTE: this is [off] topic") == [Line(LineKind.NOTE, "this is [off] topic")]


@pytest.mark.parametrize(
    ("typed", "old", "new"),
    [
        ("s/year 3/year 2/", "year 3", "year 2"),
        ("s/year 3/year 2", "year 3", "year 2"),
        ("  s/year 3/year 2/  ", "year 3", "year 2"),
        ("s/, as amended//", ", as amended", ""),
        (r"s/12\/11/13\/11/", "12/11", "13/11"),
        (r"s/a\\b/c/", r"a\b", "c"),
        ("s/<b>&/é🙂/", "<b>&", "é🙂"),
    ],
)
def test_s_mends(typed: str, old: str, new: str) -> None:
    assert lines_of(typed) == [Line(LineKind.MEND, old, new)]


def test_s_needs_something_to_look_for() -> None:
    assert lines_of("s//new/") == []


PIECES = st.one_of(
    st.sampled_from(
        ["AGREED:", "action:", "*NOTE:*", "present+", "[off]", "s/a/b/", "s/\\", "\n", "\n- ", "  ", "(a) "]
    ),
    st.text(max_size=12),
)


@given(st.lists(PIECES, max_size=20).map("".join))
def test_no_text_crashes(typed: str) -> None:
    for line in lines_of(typed):
        assert line.kind in LineKind
        assert line.text == line.text.strip() or line.kind == LineKind.MEND


@given(st.lists(PIECES, max_size=20).map("".join))
def test_nothing_is_read_into_a_message_that_was_not_typed(typed: str) -> None:
    for line in lines_of(typed):
        if line.kind != LineKind.MEND:
            assert all(part.strip() in typed for part in line.text.split("\n"))


# -- edits ----------------------------------------------------------------------------------------------

A, B, C = Line(LineKind.NOTE, "a"), Line(LineKind.NOTE, "b"), Line(LineKind.ACTION, "c")


@pytest.mark.parametrize(
    ("old", "new", "pairs"),
    [
        ([A], [A], {(0, 0)}),
        ([A], [B], {(0, 0)}),  # changed
        ([A], [C], {(0, None), (None, 0)}),  # another kind is another record
        ([A, C], [C, A], {(0, 1), (1, 0)}),  # moved
        ([A, B], [B], {(0, None), (1, 0)}),  # the first taken out
        ([B], [A, B], {(0, 1), (None, 0)}),  # one put before
        ([], [A], {(None, 0)}),
        ([A], [], {(0, None)}),
        ([A, A], [A], {(0, 0), (1, None)}),
    ],
)
def test_an_edit_keeps_the_same_words_together(
    old: list[Line], new: list[Line], pairs: set[tuple[int | None, int | None]]
) -> None:
    assert set(paired(old, new)) == pairs


LINES = st.lists(st.builds(Line, st.sampled_from([LineKind.NOTE, LineKind.ACTION]), st.sampled_from("abc")), max_size=6)


@given(LINES, LINES)
def test_paired_is_a_matching(old: list[Line], new: list[Line]) -> None:
    pairs = paired(old, new)
    assert sorted(was for was, _ in pairs if was is not None) == list(range(len(old)))
    assert sorted(now for _, now in pairs if now is not None) == list(range(len(new)))
    assert all(old[was].kind == new[now].kind for was, now in pairs if was is not None and now is not None)
    gone = {old[was].kind for was, now in pairs if was is not None and now is None}
    added = {new[now].kind for was, now in pairs if was is None and now is not None}
    assert not gone & added, "what could be a change is not called a loss"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("agreeed: 30 days", "AGREED"),
        ("acton: send it", "ACTION"),
        ("ACTIONS: none", "ACTION"),
        ("DECISON: x", "DECISION"),
    ],
)
def test_a_slip_in_a_keyword_is_noticed(typed: str, meant: str) -> None:
    (line,) = lines_of(typed)
    assert (line.kind, line.new, line.typed) == (LineKind.UNSURE, meant, typed)


def test_a_keyword_may_follow_a_bullet_and_a_mend_may_begin_with_a_capital() -> None:
    assert [line.kind for line in lines_of("- DECISION: weekly\nS/weekly/monthly/")] == [
        LineKind.DECISION,
        LineKind.MEND,
    ]
