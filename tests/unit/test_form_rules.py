"""Whatever stands in a form's fields, its words mean exactly that to whoever reads them as typed ones."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot import access, dates
from bot.documents.rules import read_issue, read_promise
from bot.forms import rules
from bot.forms.rules import Field, Form, Kind
from bot.forms.table import FORMS
from bot.meetings import handlers as meetings
from bot.positions.rules import read_concession, read_position
from bot.record.rules import split_clause
from bot.slack import mrkdwn
from bot.slack.command import Call, split_last
from bot.timetable import handlers as timetable
from bot.trail import Source
from bot.variations.rules import read_entry
from storage.tables import Negotiation, Person

NOW = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
CHAIR = access.Actor(
    Person(id=1, team_id="T", user_id="U1", name="Margaret Osei"),
    Negotiation(
        id=1, team_id="T", code="OXMH", title="T", zone="Europe/London", calendar="England and Wales", marking="M",
        created_by_id=1, created_at=NOW,
    ),
    None, None, None, "C1",
)  # fmt: skip
GRAMMAR = re.split(
    " ",
    "on at for by to as until because informs prep place every anyway after kind owner clause version missing from pen "
    "changes source must target walkaway walk-away importance 4 theirs redline worth £5 in out budget fri 10:00 2h M2 "
    "3 days 2026 june 2027 4.2: “ ” \" ' @ | ` working 12 dec {title} [x]",
)
# Words of the grammar among other words, with anything between them that people type.
OTHERS = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=8)
WORDS = st.lists(st.one_of(st.sampled_from(GRAMMAR), OTHERS), min_size=1, max_size=9).map(" ".join)


def said(form: str, **values: str) -> str:
    return rules.typed(FORMS[form], values)


def same(value: str) -> str:
    """A value but for its double quotes, which are the grammar's own, and its spaces."""
    return " ".join(re.sub('["“”]', "’", value).split())


def call(words: str) -> Call:
    return Call(access.Place("T", "C1", "U1"), words, NOW, {}, Source("C1"))


@given(title=WORDS, place=WORDS)
@example(title="Round on fri at 10:00 for 2h", place="Room on floor 2 at the back for us")
@example(title='The "big" one', place='12" of snow, anyway')
def test_a_meeting(title: str, place: str) -> None:
    values = {"kind": "subgroup", "day": "2026-12-11", "time": "10:00", "length": "90min", "informs": "N1"}
    plan = meetings._read_plan(CHAIR, call(said("meeting-add", **values, title=title, place=place, prep="3h")))
    assert (same(plan.title), same(plan.place)) == (same(title), same(place))
    assert (plan.kind, plan.starts_at, plan.length) == (
        "subgroup",
        datetime(2026, 12, 11, 10, tzinfo=UTC),
        timedelta(minutes=90),
    )
    assert (plan.informs, plan.preparation, plan.every, plan.anyway) == ("N1", timedelta(hours=3), None, False)


@given(title=WORDS)
@example(title="Review in june 2027")
@example(title="Kind of a gateway kind gateway")
def test_a_milestone(title: str) -> None:
    for when, expected in (
        ({"day": "2026-12-11"}, (date(2026, 12, 11), None, None)),
        ({"month": "june 2027"}, (None, "2027-06", None)),
        ({"after": "M2", "count": "40", "unit": "working days"}, (None, None, "M2")),
    ):
        words, kind = split_last(said("milestone-add", **when, title=title, kind="heads of agreement"), "kind")
        assert kind == "heads of agreement"
        new = timetable._read(CHAIR, " ".join(words.split()), kind, None, call(""))
        assert new.title.strip() == " ".join(title.split())
        assert (new.planned, new.month, new.rule.after if new.rule else None) == expected


@given(what=WORDS)
def test_an_action(what: str) -> None:
    owners = f"{mrkdwn.mark('U1')}, {mrkdwn.mark('U2')}"
    words = said("action", what=what, owners=owners, day="2026-12-11")
    due = dates.find_due(words, today=date(2026, 11, 26), calendar=CHAIR.calendar)
    assert due.date == date(2026, 12, 11)
    assert due.text == f"{what.strip()} {owners}"


@given(wording=WORDS)
def test_an_agreement_on_a_clause(wording: str) -> None:
    assume(wording.strip())
    for clause in ("4.2", "SC36.45A", "Schedule 3B"):
        assert split_clause(said("agree", clause=clause, wording=wording)) == (clause, wording.strip())


@given(title=WORDS, clause=st.sampled_from(["", "4.2", "Schedule 3A"]))
@example(title="Beds in clause 4", clause="")
def test_an_entry_of_a_register(title: str, clause: str) -> None:
    new = read_entry(said("variation-add", kind="price", title=title, clause=clause))
    assert (new.kind, same(new.title), new.clause) == ("price", same(title), clause or None)


@given(must=WORDS, target=WORDS, walkaway=WORDS)
def test_a_position(must: str, target: str, walkaway: str) -> None:
    values = {"must": must, "target": target, "walkaway": walkaway}
    assume(all(same(value).strip(" ,;’") for value in values.values()))
    stated = read_position(said("position", subject="Share at risk", **values))
    assert stated.subject == "Share at risk"
    kept = [stated.must or "", stated.target or "", stated.walkaway or ""]
    assert [same(each).strip(" ,;") for each in kept] == [same(each).strip(" ,;") for each in values.values()]


@given(subject=WORDS)
def test_the_topic_of_a_concession(subject: str) -> None:
    assume(same(subject).strip(" ,;:’"))
    conceded = read_concession(said("concession", state="given", subject=subject, text="Ten more days"))
    assert conceded.text == "Ten more days"
    assert conceded.state == "given"


@given(title=WORDS, changes=WORDS)
def test_a_draft(title: str, changes: str) -> None:
    assume(same(title).strip(" ,;:–-’"))
    issue = read_issue(said("document-add", title=title, version="2", day="2026-11-20", changes=changes))
    assert (issue.version, issue.on, issue.changes.split()) == ("2", "2026-11-20", changes.split())
    assert same(issue.title).strip(" ,;:–-") == same(title).strip(" ,;:–-")


@given(text=WORDS, source=WORDS)
def test_a_promise(text: str, source: str) -> None:
    promised = read_promise(said("commitment-add", text=text, party="OHP", source=source))
    assert (same(promised.text), promised.party, same(promised.source)) == (same(text), "OHP", same(source))


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("meeting-cancel", {"meeting": "N1", "reason": "it is\nlate"}, "N1 because it is\nlate"),
        ("agree", {"wording": "We meet."}, "We meet."),
        ("agree", {"clause": "4.2", "wording": "We pay."}, "4.2: We pay."),
        ("milestone-done", {"milestone": "M1"}, "M1"),
        ("propose", {"clause": "4.2", "wording": "{clause} [x]", "rationale": " "}, "4.2 {clause} [x]"),
        ("propose", {"clause": "4.2", "wording": "W", "rationale": "R"}, "4.2 W\nbecause R"),
        ("term", {"years": "5", "extension": "2", "starts": "2015", "source": "S"}, "5+2 from 2015 source S"),
        ("undo", {"sure": "yes"}, ""),
    ],
)
def test_a_template_is_filled_in(name: str, values: dict[str, str], words: str) -> None:
    assert rules.typed(FORMS[name], values) == words


def test_a_refusal_is_about_what_it_quotes_then_what_it_speaks_of_then_what_it_repeats() -> None:
    form = FORMS["variation-effect"]
    values = {"entry": "LV1", "year": "soon", "amount": "a lot"}
    assert rules.blamed(form, values, "“soon” is not an amount") == "year"
    assert rules.blamed(form, values, "That is not an amount") == "amount"
    assert rules.blamed(form, values, "LV1 is withdrawn") == "entry"
    assert rules.blamed(form, values, "Something else") == "entry"


def test_a_day_to_come_is_today_at_the_earliest() -> None:
    days = tuple(Field(name, name, Kind.DAY, to_come=name != "any") for name in ("first", "second", "any"))
    form = Form("action", "Action", "Save", "{first} {second} {any}", (days,))
    values = {"first": "2026-11-25", "second": "2026-11-26", "any": "2020-01-01"}
    assert rules.passed(form, values, date(2026, 11, 26)) == {"first": date(2026, 11, 25)}
    assert rules.passed(form, values, date(2026, 11, 25)) == {}
    assert rules.passed(form, {}, date(2026, 11, 25)) == {}  # one that may be left empty
