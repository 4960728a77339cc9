"""A line that lacks something: refused as before, with a button that opens its form and what was typed in it."""

from typing import Any

import pytest

from bot import access
from bot.access import Place
from bot.forms import views
from bot.forms.half_typed import Reader
from bot.forms.offered import Asked
from bot.forms.table import FORMS
from bot.slack import mrkdwn
from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley, Reply, elements

WITH_ANNA = mrkdwn.mark(cast.analyst.id)


@pytest.fixture
def table(meeting: Parley) -> Parley:
    """N1 open, and something of each kind that lines speak of."""
    for typed in (
        f"action Count the beds {cast.scribe.mention} by 11 dec",
        "milestone add Draft on 14 dec 2026",
        "meeting add negotiation Second round on 10 dec 2026 at 10:00 for 2h",
        "clause add 4.2 Payment",
        "agree The parties meet every month.",
    ):
        meeting.slash(typed, by=cast.chair)
    return meeting


def button_of(reply: Reply) -> dict[str, Any] | None:
    found = [each for each in elements({"blocks": reply.blocks}) if each["action_id"] == "form.mend"]
    assert len(found) < 2
    return found[0] if found else None


def opened(parley: Parley, typed: str, by: Person = cast.chair, where: Room = cast.joint) -> dict[str, Any]:
    """The form that the button below a refusal opens."""
    reply = parley.slash(typed, by=by, where=where)
    assert reply.private
    button = button_of(reply)
    assert button is not None, reply.text
    assert button["text"]["text"] == "Fill In a Form…"
    parley.presses(button["action_id"], button["value"], by=by, where=where)
    form = parley.api.modal(by.id)
    assert form is not None
    return form


def begun(form: dict[str, Any]) -> dict[str, str]:
    return {field: value for field, value in views.stands(form).items() if value}


HALF = [
    (
        "meeting add negotiation Third round on 11 dec",
        "Plan a meeting",
        {"kind": "negotiation", "title": "Third round", "day": "2026-12-11", "length": "2h"},
    ),
    (
        "meeting add subgroup Round for prices at 14:00 for 90 min place Room 2",
        "Plan a meeting",
        {"kind": "subgroup", "title": "Round for prices", "time": "14:00", "length": "90min", "place": "Room 2"},
    ),
    (
        "meeting add Third round on 31 feb at 10:00 for 2h",
        "Plan a meeting",
        {"kind": "negotiation", "title": "Third round on 31 feb", "time": "10:00", "length": "2h"},
    ),
    (
        'meeting add gateway "Ready on time" at 10:00',
        "Plan a meeting",
        {"kind": "gateway", "title": "Ready on time", "time": "10:00", "length": "2h"},
    ),
    ("meeting move N2 to 14 dec", "Move a meeting", {"meeting": "N2", "day": "2026-12-14"}),
    ("meeting cancel N2", "Cancel a meeting", {"meeting": "N2"}),
    ("extend A1 to friday week", "Extend an action", {"action": "A1", "day": "2026-12-04"}),
    ("extend A1 because the model is late", "Extend an action", {"action": "A1", "reason": "the model is late"}),
    ("reassign A1", "Reassign an action", {"action": "A1"}),
    (f"reassign to {cast.analyst.mention}", "Reassign an action", {"people": WITH_ANNA}),
    ("milestone move M1 to 18 dec", "Move a milestone", {"milestone": "M1", "day": "2026-12-18"}),
    ("milestone own Anjali Mehta", "Give a milestone owner", {"owner": WITH_ANNA}),
    ("object AG1", "Object to an agreement", {"agreement": "AG1"}),
    (f"member add {cast.stranger.mention} as legal, observer", "Add people", {}),
    ("attend N2", "Invite to a meeting", {"meeting": "N2"}),
    ("escalate 4.2 to @Anjali Mehta", "Escalate a clause", {"clause": "4.2", "person": WITH_ANNA}),
    ("done A9", "Mark an action as done", {}),
    (
        f"member add {cast.stranger.mention} to CCG as negotiater",
        "Add people",
        {"people": mrkdwn.mark(cast.stranger.id), "party": "CCG"},
    ),
    ("member alias @Ruth", "Give another name", {"person": mrkdwn.mark(cast.negotiator.id)}),
    ("member alias Ruthie", "Give another name", {"name": "Ruthie"}),
    ("park 4.2", "Park a clause or topic", {"clause": "4.2"}),
    ("park The boiler house", "Park a clause or topic", {"text": "The boiler house"}),
    ("agenda add N2", "Add an agenda item", {"meeting": "N2"}),
]


@pytest.mark.parametrize(("typed", "title", "held"), HALF, ids=[typed for typed, _, _ in HALF])
def test_what_was_typed_stands_in_the_form(table: Parley, typed: str, title: str, held: dict[str, str]) -> None:
    form = opened(table, typed)
    assert form["title"]["text"] == title
    assert held.items() <= begun(form).items()


def test_without_clauses_only_what_looks_like_a_number_is_one(meeting: Parley) -> None:
    for typed, held in (
        ("park The boiler house", {"text": "The boiler house"}),
        ("park Schedule 3B", {"clause": "Schedule 3B"}),
    ):
        form = opened(meeting, typed)
        assert {field: value for field, value in begun(form).items() if field in ("clause", "text")} == held


AGREED = [
    ("we pay in 30 days", {"wording": "we pay in 30 days"}),
    ("we pay: in 30 days", {"wording": "we pay: in 30 days"}),
    ("4.2: we pay thus: in 30 days", {"clause": "4.2", "wording": "we pay thus: in 30 days"}),
    ('4.2: "we pay"', {"clause": "4.2", "wording": "we pay"}),
    ("4.2:", {"clause": "4.2"}),
]


@pytest.mark.parametrize("listed", [False, True])
@pytest.mark.parametrize(("words", "held"), AGREED)
def test_exact_words_stay_whole(meeting: Parley, words: str, held: dict[str, str], listed: bool) -> None:
    if listed:
        meeting.slash("clause add 4.2 Payment", by=cast.chair)
    place = Place(meeting.api.team_id, cast.joint.id, cast.chair.id)
    with meeting.deps.db.transaction() as session:
        asked = Asked(session, access.actor(session, place), meeting.now)
        assert Reader(asked, {}).values(FORMS["agree"], words) == held


@pytest.mark.parametrize("typed", ["agree we pay in 30 days", "agree 4.2: we pay", "milestone done M1"])
def test_no_form_is_offered_for_what_is_done_in_another_room(table: Parley, typed: str) -> None:
    reply = table.slash(typed, by=cast.chair, where=cast.ccg_caucus)
    assert "Type it in the joint channel" in reply.text
    assert reply.private
    assert button_of(reply) is None


def test_the_form_is_sent_as_the_whole_line(table: Parley) -> None:
    form = opened(table, "meeting add negotiation Third round on 11 dec informs N2 prep 3h")
    assert form["notify_on_close"] is True
    held: dict[str, dict[str, Any]] = {
        "kind": {"type": "static_select", "selected_option": {"value": "negotiation"}},
        "title": {"type": "plain_text_input", "value": "Third round"},
        "day": {"type": "datepicker", "selected_date": "2026-12-08"},
        "time": {"type": "timepicker", "selected_time": "09:00"},
        "length": {"type": "static_select", "selected_option": {"value": "2h"}},
    }
    assert table.submits(form, held, by=cast.chair) == {}
    (planned,) = [row for row in table.export()["meetings"] if row["title"] == "Third round"]
    assert planned["starts_at"] == "2026-12-08T09:00:00+00:00"
    assert (planned["informs"], planned["preparation_minutes"]) == ("N2", 180)  # from the page that was not looked at


@pytest.mark.parametrize(
    ("typed", "by"),
    [
        ("meeting add negotiation Third round on 25 dec 2026 at 10:00 for 2h", cast.chair),  # whole, and a day off
        ("meeting add negotiation Third round on 11 dec", cast.observer),  # who may not plan
        ("meeting add negotiation Third round on 11 dec", cast.stranger),
        ("extend A1 to 1 nov 2026 because it is late", cast.chair),
        ("meetng add negotiation", cast.chair),
        ("party add CCG Oxfordshire as commissioner", cast.chair),
        (f"meeting add negotiation {'x' * 2000} on 11 dec", cast.chair),  # more than a button carries
    ],
)
def test_a_form_is_offered_only_where_it_helps(table: Parley, typed: str, by: Person) -> None:
    reply = table.slash(typed, by=by)
    assert reply.private
    assert button_of(reply) is None
    assert table.export()["meetings"][-1]["ref"] == "N2"


def test_who_mentions_parley_is_offered_it_too(table: Parley) -> None:
    """People of another organisation have no slash command, and press the same button."""
    table.api.users[cast.negotiator.id]["team_id"] = "TOTHER"
    table.mentions("meeting add negotiation Third round on 11 dec", by=cast.negotiator)
    table.deliver()
    said = table.api.ephemerals[-1]
    assert "`@Parley meeting add" in str(said["blocks"])
    (button,) = [each for each in elements(said) if each["action_id"] == "form.mend"]
    assert button["value"] == "OXMH meeting add negotiation Third round on 11 dec"
    table.presses(button["action_id"], button["value"], by=cast.negotiator)
    form = table.api.modal(cast.negotiator.id)
    assert form is not None
    assert begun(form)["title"] == "Third round"


def test_a_button_that_is_pressed_late_says_so(table: Parley) -> None:
    button = button_of(table.slash("extend A1 to friday week", by=cast.chair))
    assert button is not None
    table.presses(button["action_id"], button["value"], by=cast.stranger)
    table.deliver()
    assert "Nothing is lacking in that line any more, or its form is not for you" in table.api.ephemerals[-1]["text"]
    assert table.api.modal(cast.stranger.id) is None


def test_what_is_private_is_offered_only_in_its_own_room(table: Parley) -> None:
    own = opened(table, "concession planned 4.2", by=cast.chair, where=cast.ccg_caucus)
    assert begun(own)["subject"] == "4.2"
    table.mentions("concession planned 4.2 Zebras", by=cast.chair)
    table.deliver()
    assert "form.mend" not in str(table.api.ephemerals[-1])
    assert "Zebras" not in str(table.api.ephemerals[-1])


@pytest.mark.parametrize(
    "words", ['" on', "“a” at “b on", "on on at at for for", "to because to", "\u202e, & @ (", "x" * 1500]
)
@pytest.mark.parametrize(
    "verb", ["meeting add", "milestone add", "extend", "member add", "reassign", "package", "ladder"]
)
def test_whatever_is_typed_there_is_an_answer_and_never_a_fault(table: Parley, verb: str, words: str) -> None:
    reply = table.slash(f"{verb} {words}", by=cast.chair)
    assert "Something went wrong" not in reply.text
    button = button_of(reply)
    if button is not None:
        table.presses(button["action_id"], button["value"], by=cast.chair)
        assert table.api.modal(cast.chair.id) is not None
