"""Every verb by form: what it asks, what becomes of it, what is refused under which field, and what is kept."""

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from bot import access, jobs
from bot.access import Place
from bot.forms import rules, views
from bot.forms.half_typed import Reader, lacking
from bot.forms.offered import Asked
from bot.forms.rules import MOST_FIELDS, Kind
from bot.forms.table import FORMS
from bot.routes import COMMANDS
from bot.slack import mrkdwn
from storage import drafts, negotiations
from tests import cast
from tests.block_kit import faults_in_view
from tests.cast import Person, Room
from tests.harness import MORNING, Parley, elements, running_parley
from tests.slack_api import direct_id

View = dict[str, Any]
HOSTILE = '<!channel> & *x* `y` “quoted” "z" on fri at 10:00 for 2h because place \u202e🤝 {a} [b]'

AFTER_THE_STORY = 100_000  # Slack never gives an id twice
# A negotiation in which everything that a form offers is there.
_STORY: tuple[tuple[str, Person, Room], ...] = tuple(
    (typed, by, room)
    for room, by, lines in (
        (
            cast.joint,
            cast.chair,
            (
                f"member alias {cast.scribe.mention} Thomas",
                "clause add 4.2 Payment",
                "clause add 4.3 Interest",
                "clause add SC36 Prices",
                "clause national SC36",
                "clause streams SC36 finance",
                "propose 4.2 Payment falls due within 30 days.",
                "agenda add N1 Payment",
                "agree The parties meet every month.",
                "decide The finance sub-group meets every week.",
                "note The trust will share its model.",
                f"action Send the figures {cast.lead.mention} by 11 dec 2026",
                f"action Send the model {cast.chair.mention} by 11 dec 2026",
                "done A2",
                "confidential D1 because of the price",
            ),
        ),
        (cast.joint, cast.lead, ("propose 4.2 Payment falls due within 28 days.",)),
        (cast.joint, cast.scribe, ("close",)),
        (
            cast.joint,
            cast.chair,
            (
                "minutes circulate N1",
                "meeting add negotiation Second round on 10 dec 2026 at 10:00 for 2h",
                "meeting add negotiation Third round on 17 dec 2026 at 10:00 for 2h",
                "meeting add subgroup Finance on 3 dec 2026 at 14:00 for 1h",
                "paper add N2 Finance model",
                "agenda add N2 Interest",
                "milestone add Notice on 14 dec 2026",
                "milestone add Gateway on 15 dec 2026 kind gateway",
                "document add Full contract version 1 missing Annex A",
                "commitment add A named coordinator from OHP",
                "commitment add A crisis line from OHP",
                "commitment waive C2 because it moves elsewhere",
                "variation add variation Block payment",
                "variation add modification Rural service",
                "variation add price Bed days",
                "derogation add SC36 Payment is made each quarter",
                "outcome add People will live longer",
                "outcome share 20% in year 1",
                "metric add O1 Mortality weight 3%",
                "scope add Crisis line in budget £1m",
                "assessment add Capability",
                "term 5+2 from 1 oct 2025 source Schedule 1",
                "dispute 4.3 because of nothing",
            ),
        ),
        (cast.joint, cast.lead, ("minutes correct N1 On item 1, replace this by that",)),
        (cast.ccg_caucus, cast.chair, ("concession planned 4.2 Ten more days",)),
    )
    for typed in lines
)


@cache
def story() -> bytes:
    """A database in which it has been told."""
    with TemporaryDirectory() as folder:
        file = Path(folder, "story.db")
        with running_parley(f"sqlite:///{file}", checked=False) as parley:
            parley.open_meeting()
            for typed, by, room in _STORY:
                parley.slash(typed, by=by, where=room)
            for typed in ("start N2", "note The second round has begun."):
                parley.slash(typed, by=cast.chair)
            parley.deliver()
            with parley.deps.db.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")
                connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
        return file.read_bytes()


@pytest.fixture(scope="module")
def one_parley(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """One for all tests of this file: starting it takes longer than what they do with it."""
    file = tmp_path_factory.mktemp("forms") / "parley.db"
    file.write_bytes(story())
    with running_parley(f"sqlite:///{file}") as running:
        running.api._serial = AFTER_THE_STORY
        yield running


@pytest.fixture
def told(one_parley: Parley) -> Parley:
    """Parley at the second round of a negotiation that holds a bit of everything."""
    return as_told(one_parley)


def as_told(parley: Parley) -> Parley:
    """Parley as it was when the story had been told."""
    assert parley.deps.db.path is not None
    with closing(sqlite3.connect(":memory:")) as before, closing(sqlite3.connect(parley.deps.db.path)) as now:
        before.deserialize(story())
        before.backup(now)
    parley.now = MORNING
    parley.api.stacks.clear()
    return parley


def room_of(name: str) -> Room:
    """Where a form may be filled in."""
    return cast.ccg_caucus if COMMANDS[FORMS[name].verb].private else cast.joint


def chosen(parley: Parley, name: str, by: Person = cast.chair, where: Room | None = None) -> View:
    """The form, as it opens from the list of forms."""
    parley.presses("form.list", "OXMH", by=by, where=where or room_of(name))
    listed = parley.api.modal(by.id)
    assert listed is not None
    option = f"OXMH form {name}"
    assert option in offered(listed)
    parley.presses_in(listed, "form.choose", option, by, kind="static_select")
    form = parley.api.modal(by.id)
    assert form is not None
    assert form["callback_id"] == views.FILL
    return form


def offered(listed: View) -> list[str]:
    groups = listed["blocks"][-1]["accessory"]["option_groups"]
    return [option["value"] for group in groups for option in group["options"]]


def inputs(form: View) -> dict[str, View]:
    return {block["block_id"]: block["element"] for block in form["blocks"] if block["type"] == "input"}


def state(element: View, value: str) -> View:
    """What Slack sends of a field with this in it; people by id, several things with commas between them."""
    match element["type"]:
        case "plain_text_input":
            return {"type": "plain_text_input", "value": value}
        case "datepicker":
            return {"type": "datepicker", "selected_date": value}
        case "timepicker":
            return {"type": "timepicker", "selected_time": value}
        case "users_select":
            return {"type": "users_select", "selected_user": value}
        case "multi_users_select":
            return {"type": "multi_users_select", "selected_users": value.split(", ")}
        case "static_select":
            (option,) = [each for each in element["options"] if each["value"] == value]
            return {"type": "static_select", "selected_option": option}
        case _:
            options = [each for each in element["options"] if each["value"] in value.split(", ")]
            return {"type": "multi_static_select", "selected_options": options}


def filled(form: View, values: Mapping[str, str]) -> dict[str, View]:
    """The state of a form in which only these fields hold something, and those that open with something."""
    begun = {**views.stands(form), **values}
    return {name: state(element, begun[name]) for name, element in inputs(form).items() if begun.get(name)}


def sends(parley: Parley, form: View, values: Mapping[str, str], by: Person = cast.chair) -> dict[str, Any]:
    answer = parley.submits(form, filled(form, values), by)
    parley.api.settle_modal(by.id, answer or None)
    return answer


def begun(parley: Parley, name: str, by: Person = cast.chair) -> dict[str, str] | None:
    """What is kept of a form that somebody closed."""
    with parley.deps.db.snapshot() as session:
        person = negotiations.person(session, parley.api.team_id, by.id)
        (negotiation,) = negotiations.by_code(session, "OXMH")
        row = drafts.find(session, negotiation.id or 0, person.id or 0, name) if person else None
        return dict(row.typed) if row else None


# -- the table of forms ---------------------------------------------------------------------------------

# What a field is filled in with where the first of its list will not do.
PLAIN: Mapping[str, Mapping[str, str]] = {
    "party-add": {"code": "ABC", "name": "Another Body"},
    "party-quorum": {"number": "1"},
    "member-add": {"people": cast.stranger.id, "roles": "technical, observer"},
    "member-authority": {"person": cast.chair.id, "clauses": "4.2"},
    "member-alias": {"person": cast.chair.id, "name": "Maggie"},
    "timetable-load": {"pack": "standstill", "day": "2026-12-18"},
    "milestone-add": {"title": "Proposals due", "month": "", "owner": ""},
    "milestone-move": {"month": "", "whole": ""},
    "milestone-done": {"day": "2026-11-20", "month": ""},
    "meeting-add": {"day": "2026-12-16", "time": "09:00"},
    "meeting-move": {"meeting": "N3", "day": "2026-12-18"},
    "meeting-cancel": {"meeting": "N3"},
    "meeting-informs": {"meeting": "S1", "informed": "N3"},
    "attend": {"role": "", "anyway": ""},
    "agree": {"clause": "4.2"},
    "agree-as-proposed": {"thing": "O1.1"},
    "park": {"clause": "4.2", "text": ""},
    "recommend": {"of": "S1", "owner": "", "day": ""},
    "clause-add": {"number": "9.1"},
    "clause-legal": {"cleared": ""},
    "withdraw": {"thing": "SC36"},
    "clause-content": {"clause": "SC36", "stream": "finance"},
    "ladder": {"level": "1", "people": f"{cast.chair.id}, {cast.lead.id}", "days": "5"},
    "diff": {"versions": "", "form": ""},
    "package": {"clauses": "4.3, SC36"},
    "brief": {"here": ""},
    "commitment-add": {"party": "OHP"},
    "commitment-carry": {"clauses": "4.2"},
    "document-add": {"title": "Schedules", "version": "1", "missing": "Annex B", "day": "2026-11-20"},
    "document-received": {"names": "Annex A"},
    "variation-effect": {"year": "2026-27", "amount": "-£1.2m"},
    "variation-schedule": {"schedule": "3B"},
    "variation-submitted": {"day": "2026-11-20"},
    "variation-from": {"begins": "2026-12-01", "ends": "2027-03-31"},
    "variation-answer": {"entry": "LV1"},
    "derogation-add": {"clause": "SC36"},
    "outcome-share": {"percent": "25%", "year": "2"},
    "outcomes-pay": {"results": "O1.1=80%", "year": "1", "value": "£35m"},
    "metric-add": {"weight": "2%", "baseline": "12%", "target": "10%"},
    "metric-set": {"field": "definition", "reason": ""},
    "metric-reword": {"reason": ""},
    "scope-add": {"budget": "£2m"},
    "scope-move": {"side": "out"},
    "scope-budget": {"budget": "£2m"},
    "value": {"amount": "£135m", "years": "3", "on": "sep 2014"},
    "term": {"years": "5", "extension": "1", "starts": "oct 2015", "decide": ""},
    "concession": {"subject": "Share at risk", "worth": "£50,000"},
    "concession-settle": {"state": "given", "worth": "", "text": ""},
    "mandate": {"person": cast.chair.id},
    "structure": {"structure": "alliance", "party": ""},
    "analysis-add": {"month": "January 2013", "day": ""},
    "assessment-load": {"party": "OHP"},
    "assessment-finding": {"becomes": "note", "party": ""},
    "minutes": {"audience": "", "form": ""},
    "minutes-settle": {"correction": "N1 accept 1", "reason": ""},
    "extend": {"day": "2026-12-18"},
    "help": {"word": "agree"},
    "search": {"words": "figures"},
}
# Refused whatever is typed, because the story is not so far; what it says is the verb's.
NOT_YET: Mapping[str, str] = {
    "channel-joint": "serves a negotiation already",
    "channel-caucus": "serves a negotiation already",
    "channel-subgroup": "serves a negotiation already",
    "start": "N2 is still open",
    "outcome-load": "already",
    "variation-application": "by a provider",
    "change-add": "signed",
    "change-impact": "There is no",
    "change-withdraw": "Say which and why",
    "clause-changes": "No contract has been brought in",
    "dispute": "cannot be",
    "variation-approval": "approv",
    "variation-submitted": "agreed",
    "variation-agreement": "agreement",
}


def plainly(form: View, name: str) -> dict[str, str]:
    """Something plain in every field."""
    given = PLAIN.get(name, {})
    usual = {
        "plain_text_input": "Plain words",
        "datepicker": "2026-12-11",
        "timepicker": "10:00",
        "users_select": cast.lead.id,
        "multi_users_select": f"{cast.lead.id}, {cast.negotiator.id}",
    }
    values = {}
    for field, element in inputs(form).items():
        options = [option["value"] for option in element.get("options", [])]
        values[field] = given.get(field, usual.get(element["type"]) or options[0])
    return values


@pytest.mark.parametrize("name", FORMS)
def test_a_form_is_filled_in_and_done_as_if_it_had_been_typed(told: Parley, name: str) -> None:
    form = chosen(told, name)
    assert faults_in_view({k: v for k, v in form.items() if k in SENT}) == []
    assert len(inputs(form)) <= MOST_FIELDS
    values = plainly(form, name)
    answer = sends(told, form, values)
    if answer:
        assert answer["response_action"] == "errors"
        assert NOT_YET.get(name, "no refusal") in str(answer["errors"])
        return
    by_form = told.export(party="CCG")
    reply = as_told(told).slash(written(name, values), by=cast.chair, where=room_of(name))
    assert "You typed:" not in reply.shown, reply.text
    assert told.export(party="CCG") == by_form


SENT = ("type", "callback_id", "title", "submit", "close", "private_metadata", "notify_on_close", "blocks")


def written(name: str, values: Mapping[str, str]) -> str:
    """The line that a person would type; written here once more, from what the grammar says."""
    form = FORMS[name]
    people = {field.name for field in form.fields if field.kind in (Kind.PERSON, Kind.PEOPLE)}

    def put(found: re.Match[str]) -> str:
        field, always = found[1], found[2] == "!!"
        value = values.get(field, "")
        if field in people:
            value = ", ".join(f"<@{each}>" for each in value.split(", ")) if value else ""
        return f'"{value}"' if always else value

    words = form.words
    for part in re.findall(r"\[[^\]]*\]", words):
        there = all(values.get(field) for field in re.findall(r"\{(\w+)", part))
        words = words.replace(part, part[1:-1] if there else "")
    filled_in = re.sub(r"[{](\w+)(!*)[}]", put, words)
    return f"{form.verb} {filled_in}".strip()


# Verbs that are asked for in forms of their own, or where there is no negotiation yet.
ELSEWHERE = {
    "new": "set up step by step",
    "settings": "its own form",
    "reminders": "its own form",
    "route": "its own form",
    "variations": "a list, or a file of it",
}


def test_every_verb_that_takes_words_has_a_form() -> None:
    with_form = {form.verb for form in FORMS.values()}
    assert with_form <= set(COMMANDS)
    takes_words = {verb for verb, command in COMMANDS.items() if command.usage != verb}
    assert takes_words - with_form - set(ELSEWHERE) == set()


@pytest.mark.parametrize("name", FORMS)
def test_a_form_asks_six_things_at_once_and_what_it_asks_is_in_its_words(name: str) -> None:
    form = FORMS[name]
    assert all(0 < len(page) <= MOST_FIELDS for page in form.pages)
    assert all(field.optional for page in form.pages[1:] for field in page)
    names = [field.name for field in form.fields]
    assert len(names) == len(set(names))
    assert set(re.findall(r"\{(\w+)!*\}", form.words)) == {name for name in names if name != "sure"}
    assert len(form.title) <= 24
    assert form.submit[0].isupper()
    assert len(form.submit) <= 24


# -- ways to the forms ----------------------------------------------------------------------------------


def test_plain_parley_offers_the_forms_and_the_list_opens_one_of_them(told: Parley) -> None:
    reply = told.slash("", by=cast.chair)
    (button,) = reply.blocks[-1]["elements"]
    assert (button["text"]["text"], button["action_id"], button["value"]) == ("Fill In a Form…", "form.list", "OXMH")
    form = chosen(told, "meeting-add")
    assert form["title"]["text"] == "Plan a meeting"
    assert list(inputs(form)) == ["kind", "title", "day", "time", "length", "place"]


def test_the_list_holds_what_this_person_may_do_here(told: Parley) -> None:
    def listed(by: Person, where: Room = cast.joint) -> list[str]:
        told.presses("form.list", "OXMH", by=by, where=where)
        shown = told.api.modal(by.id)
        assert shown is not None
        return offered(shown)

    everything = listed(cast.chair)
    assert {"OXMH form meeting-add", "OXMH verb status", "OXMH form member-add"} <= set(everything)
    assert "OXMH form position" not in everything
    assert "OXMH form position" in listed(cast.chair, cast.ccg_caucus)
    watched = listed(cast.observer)
    assert "OXMH form clause" in watched
    assert not {"OXMH form meeting-add", "OXMH form decide", "OXMH form confirm"} & set(watched)
    told.presses("form.list", "OXMH", by=cast.stranger)
    assert told.api.modal(cast.stranger.id) is None
    told.deliver()
    assert "You have no seat in OXMH" in told.api.ephemerals[-1]["text"]


def test_what_is_listed_is_never_cut_within_a_part(told: Parley) -> None:
    told.presses("form.list", "OXMH", by=cast.chair)
    listed = told.api.modal(cast.chair.id)
    assert listed is not None
    groups = listed["blocks"][0]["accessory"]["option_groups"]
    labels = [option["text"]["text"] for group in groups for option in group["options"]]
    assert [label for label in labels if label.endswith(("…", ",", ":", " "))] == []
    assert {"Settings: opens the settings", "Check: is this negotiation ready?"} <= set(labels)


def test_a_verb_without_a_form_is_done_when_it_is_chosen(told: Parley) -> None:
    told.presses("form.list", "OXMH", by=cast.lead)
    listed = told.api.modal(cast.lead.id)
    assert listed is not None
    told.presses_in(listed, "form.choose", "OXMH verb status", cast.lead, kind="static_select")
    told.deliver()
    assert "Agreements: 0 agreed" in told.api.ephemerals[-1]["text"]
    shown = told.api.modal(cast.lead.id)
    assert shown is not None
    assert "told in the channel, for you alone" in str(shown["blocks"])


def test_a_verb_with_a_form_of_its_own_opens_that_one(told: Parley) -> None:
    told.presses("form.list", "OXMH", by=cast.chair)
    listed = told.api.modal(cast.chair.id)
    assert listed is not None
    told.presses_in(listed, "form.choose", "OXMH verb settings", cast.chair, kind="static_select")
    form = told.api.modal(cast.chair.id)
    assert form is not None
    assert form["callback_id"] == "preferences.set"
    assert set(inputs(form)) == {"marking", "zone", "calendar", "closed", "times"}
    told.deliver()
    assert "preferences.contract" in str(told.api.ephemerals[-1]["blocks"])  # structure, term and value


@pytest.mark.parametrize("typed", ["meeting add", "milestone move", "propose", "decide", "extend", "OXMH note"])
def test_a_verb_typed_without_its_words_opens_its_form_beside_the_refusal(told: Parley, typed: str) -> None:
    reply = told.slash(typed, by=cast.chair)
    assert reply.private
    assert reply.text.endswith("Or fill in the form.")
    assert f"You typed: /parley {typed}" in reply.shown
    form = told.api.modal(cast.chair.id)
    assert form is not None
    assert form["private_metadata"].split()[2] == typed.removeprefix("OXMH ").replace(" ", "-")


BY_MENTION = ("agree", "propose", "note", "action", "decide", "park", "meeting add", "OXMH milestone add")


@pytest.mark.parametrize("in_thread", [False, True])
@pytest.mark.parametrize("typed", BY_MENTION)
def test_a_mention_without_words_offers_the_form_with_a_button(told: Parley, typed: str, in_thread: bool) -> None:
    before = len(told.api.called("views.open"))
    more: dict[str, Any] = {"thread_ts": "1790000000.000001"} if in_thread else {}
    told.mentions(typed, by=cast.chair, **more)
    told.deliver()
    said = told.api.ephemerals[-1]
    assert f"You typed: @Parley {typed}" in str(said["blocks"])
    assert "`/parley" not in said["text"] or not in_thread
    assert len(told.api.called("views.open")) == before
    (button,) = [each for each in elements(said) if each["action_id"] == "form.open"]
    told.presses(button["action_id"], button["value"], by=cast.chair)
    form = told.api.modal(cast.chair.id)
    assert form is not None
    assert form["private_metadata"].split()[2] == typed.removeprefix("OXMH ").replace(" ", "-")


def test_a_mention_without_words_offers_an_observer_no_form(told: Parley) -> None:
    told.mentions("meeting add", by=cast.observer)
    told.deliver()
    assert "You may not plan meetings in OXMH" in told.api.ephemerals[-1]["text"]
    assert "form.open" not in str(told.api.ephemerals[-1])


def test_an_observer_gets_no_form_for_what_an_observer_may_not_do(told: Parley) -> None:
    reply = told.slash("meeting add", by=cast.observer)
    assert "You may not plan meetings in OXMH" in reply.text
    assert told.api.modal(cast.observer.id) is None
    form = chosen(told, "note")
    answer = told.submits(form, filled(form, {"text": "Words"}), by=cast.observer)
    assert "You may not add to the record" in answer["errors"]["text"]


# -- refusals stand under their fields ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "values", "field", "says"),
    [
        ("meeting-add", {"title": "T", "day": "2026-12-25", "time": "10:00"}, "day", "Christmas Day"),
        ("meeting-add", {"title": "T", "day": "2026-11-01", "time": "10:00"}, "day", "has passed"),
        ("meeting-add", {"title": "x" * 1000, "day": "2026-12-16", "time": "10:00"}, "title", "longer than 1000"),
        ("meeting-add", {"title": " ", "day": "2026-12-16", "time": "10:00"}, "title", "Fill this in."),
        ("action", {"what": "Send it", "owners": cast.stranger.id, "day": "2026-12-11"}, "owners", "Joel Fenn is not"),
        ("extend", {"action": "A1", "day": "2026-11-01", "reason": "it is late"}, "day", "has passed"),
        ("milestone-add", {"title": "T"}, "day", "Say when"),
        ("milestone-move", {"milestone": "M1", "month": "soon", "reason": "it is late"}, "month", "“soon”"),
        ("variation-effect", {"entry": "LV1", "year": "2026", "amount": "£1m"}, "year", "financial year"),
        ("variation-effect", {"entry": "LV1", "year": "2026-27", "amount": "a lot"}, "amount", "not an amount"),
        ("metric-add", {"outcome": "O1", "wording": "W", "weight": "3"}, "weight", "has no unit"),
        ("scope-add", {"service": "Beds", "side": "in", "budget": "5"}, "budget", "no currency"),
        ("clause-add", {"number": "4.2", "title": "Again"}, "number", "4.2"),
        ("party-add", {"code": "c!", "name": "N", "kind": "adviser"}, "code", "letters"),
    ],
)
def test_what_the_verb_refuses_stands_under_its_field_and_nothing_is_recorded(
    told: Parley, name: str, values: dict[str, str], field: str, says: str
) -> None:
    before = told.export(party="CCG")
    form = chosen(told, name)
    answer = sends(told, form, values)
    assert answer["response_action"] == "errors"
    assert list(answer["errors"]) == [field]
    assert says in answer["errors"][field]
    assert told.export(party="CCG") == before


def test_the_same_form_can_be_sent_again_corrected(told: Parley) -> None:
    form = chosen(told, "meeting-add")
    values = {"title": "Round", "day": "2026-12-25", "time": "10:00"}
    assert "day" in sends(told, form, values)["errors"]
    assert sends(told, form, {**values, "day": "2026-12-16"}) == {}
    assert "Round" in [meeting["title"] for meeting in told.export()["meetings"]]


# -- stale forms, and several people at once ------------------------------------------------------------


def test_a_form_that_things_have_overtaken_is_told_by_its_verb(told: Parley) -> None:
    taken_up = chosen(told, "item")
    told.slash("close", by=cast.scribe)
    assert "No meeting is open" in str(sends(told, taken_up, {"item": "1"})["errors"])
    proposing = chosen(told, "propose")
    told.slash("agree 4.2", by=cast.chair)
    agreement = told.export()["agreements"][-1]["ref"]
    told.slash(f"confirm {agreement}", by=cast.lead)
    said = sends(told, proposing, {"clause": "4.2", "wording": "Other words"})
    assert "4.2" in str(said["errors"]["clause"])
    extending = chosen(told, "extend")
    told.slash("done A1", by=cast.lead)
    answer = sends(told, extending, {"action": "A1", "day": "2026-12-18", "reason": "it is late"})
    assert "A1" in str(answer["errors"])


def test_two_people_who_send_the_same_form_are_each_answered(told: Parley) -> None:
    first, second = chosen(told, "extend"), chosen(told, "extend", by=cast.lead)
    values = {"action": "A1", "day": "2026-12-18", "reason": "it is late"}
    assert sends(told, first, values) == {}
    assert sends(told, second, {**values, "day": "2026-12-21"}, by=cast.lead) == {}
    (action,) = [row for row in told.export()["actions"] if row["ref"] == "A1"]
    assert action["due_on"] == "2026-12-21"
    first, second = chosen(told, "done"), chosen(told, "done", by=cast.lead)
    assert sends(told, first, {"action": "A1"}) == {}
    assert sends(told, second, {"action": "A1"}, by=cast.lead) == {}
    told.deliver()
    assert any("has been done since" in message["text"] for message in told.api.ephemerals)


def test_a_form_sent_twice_is_one_record(told: Parley) -> None:
    form = chosen(told, "decide")
    values = filled(form, {"wording": "We meet weekly."})
    for _ in range(2):
        assert told.submits(form, values, by=cast.chair) == {}
    assert [row["text"] for row in told.export()["decisions"]].count("We meet weekly.") == 1


# -- what is refused --------------------------------------------------------------------------------------


def test_only_meetings_that_may_begin_here_are_offered_to_be_started(told: Parley) -> None:
    told.slash("meeting add premeet Our line on 10 dec at 10:00 for 1h anyway", by=cast.chair, where=cast.ccg_caucus)
    (own,) = [row["ref"] for row in told.meetings("CCG").values() if row["title"] == "Our line"]

    def refs(form: View) -> list[str]:
        return [option["value"] for option in inputs(form)["meeting"].get("options", [])]

    assert own in refs(chosen(told, "start", where=cast.ccg_caucus))
    joint = refs(chosen(told, "start", where=cast.joint))
    assert joint
    assert own not in joint
    assert set(joint).isdisjoint(refs(chosen(told, "start", where=cast.ccg_caucus)))
    form = at_home(told, "OXMH table form start")
    assert set(joint) == set(refs(form))


# -- from App Home, which is no room of the negotiation ---------------------------------------------------


def at_home(told: Parley, option: str, room: str = "", by: Person = cast.chair) -> View:
    """What choosing this in the list of App Home shows, perhaps after saying whom it is for."""
    told.opens_home(by)
    told.presses_at_home("form.list", "OXMH", by=by)
    if room:
        told.presses_in(told.api.modal(by.id) or {}, "form.room", room, by, kind="static_select")
    told.presses_in(told.api.modal(by.id) or {}, "form.choose", option, by, kind="static_select")
    shown = told.api.modal(by.id)
    assert shown is not None
    return shown


def typed_in(words: str) -> View:
    return {"type": "plain_text_input", "value": words}


def test_from_home_people_act_at_the_table_and_are_told_who_sees_it(told: Parley) -> None:
    form = at_home(told, "OXMH table form decide")
    assert "Everyone at the table sees what you record here." in str(form["blocks"][0])
    name = next(iter(inputs(form)))
    assert told.submits(form, {name: typed_in("The term is five years.")}, by=cast.chair).get("errors") is None
    assert told.export()["decisions"][-1]["text"] == "The term is five years."
    assert "The term is five years." in str(told.posted(cast.joint)[-1])


def test_from_home_an_agreement_can_be_recorded(told: Parley) -> None:
    form = at_home(told, "OXMH table form agree", by=cast.lead)
    values = {"wording": typed_in("Payment falls due within 30 days.")}
    assert told.submits(form, values, by=cast.lead).get("errors") is None
    assert told.export()["agreements"][-1]["wording"] == "Payment falls due within 30 days."


def test_from_home_ones_own_side_can_be_meant_instead(told: Parley) -> None:
    form = at_home(told, "OXMH own form decide", "OXMH own")
    party = "Oxfordshire Clinical Commissioning Group"
    assert f"Only {party} sees what you record here." in str(form["blocks"][0])
    name = next(iter(inputs(form)))
    told.submits(form, {name: typed_in("We would go to 5%.")}, by=cast.chair)
    assert "5%" not in str(told.posted(cast.joint))
    assert told.export(party="CCG")["decisions"][-1]["private_to"] == "CCG"


def test_positions_are_listed_only_for_ones_own_side(told: Parley) -> None:
    told.opens_home(cast.chair)
    told.presses_at_home("form.list", "OXMH", by=cast.chair)
    listed = told.api.modal(cast.chair.id) or {}
    assert not [each for each in offered(listed) if each.endswith("form position")]
    told.presses_in(listed, "form.room", "OXMH own", cast.chair, kind="static_select")
    assert "OXMH own form position" in offered(told.api.modal(cast.chair.id) or {})
    told.presses_in(told.api.modal(cast.chair.id) or {}, "form.room", "OXMH table", cast.chair, kind="static_select")
    assert "OXMH own form position" not in offered(told.api.modal(cast.chair.id) or {})


def test_what_is_only_to_be_read_is_told_in_direct_messages_where_home_is(told: Parley) -> None:
    shown = at_home(told, "OXMH verb status")
    assert "told in your direct messages with Parley" in str(shown["blocks"])
    told.deliver()
    assert "Agreements: 0 agreed" in str(told.api.messages(direct_id(cast.chair.id))[-1])


def test_a_refusal_under_a_field_says_what_to_choose_and_not_what_to_type(told: Parley) -> None:
    form = chosen(told, "confirm")
    told.slash("undo", by=cast.chair)
    element = inputs(form)[next(iter(inputs(form)))]
    assert element["type"] == "static_select"
    name = next(iter(inputs(form)))
    answer = told.submits(form, {name: {"type": "static_select", "selected_option": {"value": "AG99"}}}, by=cast.chair)
    assert "“Fill In a Form… › Status” shows what there is." in answer["errors"][name]


# -- what one side keeps for itself ---------------------------------------------------------------------


def test_a_private_form_opens_only_in_ones_own_room_and_its_words_are_said_nowhere_else(told: Parley) -> None:
    told.presses("form.list", "OXMH", by=cast.chair)
    listed = told.api.modal(cast.chair.id)
    assert listed is not None
    told.presses_in(listed, "form.choose", "OXMH form position", cast.chair, kind="static_select")
    told.deliver()
    assert "That is private to one side" in told.api.ephemerals[-1]["text"]
    form = chosen(told, "position")
    elsewhere = {**form, "private_metadata": form["private_metadata"].replace(cast.ccg_caucus.id, cast.joint.id)}
    values = {"subject": "4.2", "must": "zebra", "walkaway": "giraffe"}
    assert "That is private to one side" in str(sends(told, elsewhere, values)["errors"])
    assert sends(told, form, values) == {}
    assert [row["must"] for row in told.export(party="CCG")["positions"]] == ["zebra"]
    said = [str(told.posted(room)) for room in cast.rooms if room != cast.ccg_caucus]
    said += [str(told.posted(person)) for person in cast.everybody if person != cast.chair]
    assert not any("zebra" in each or "giraffe" in each for each in said)


def test_a_quoted_topic_is_kept_as_it_was_typed(told: Parley) -> None:
    form = chosen(told, "position")
    assert sends(told, form, {"subject": "Must we target growth", "target": "on target, walkaway: none"}) == {}
    (row,) = [each for each in told.export(party="CCG")["positions"] if each["must"] is None or each["target"]]
    assert (row["subject"], row["target"]) == ("Must we target growth", "on target, walkaway: none")


@pytest.mark.parametrize("name", sorted(FORMS.keys() - {"change-impact"}))  # of which there is none to choose from
def test_a_line_is_read_back_into_the_form_that_wrote_it(told: Parley, name: str) -> None:
    """What a form must hold is found again in the words that it sends; on a line that is whole nothing is lacking."""
    form = FORMS[name]
    view = chosen(told, name)
    people = {field.name for field in form.fields if field.kind in (Kind.PERSON, Kind.PEOPLE)}
    values = {
        field: ", ".join(mrkdwn.mark(user) for user in value.split(", ")) if field in people else value
        for field, value in plainly(view, name).items()
        if value
    }
    with told.deps.db.snapshot() as session:
        actor = access.actor(session, Place(told.api.team_id, room_of(name).id, cast.chair.id))
        names = {person.id: person.name for person in cast.everybody}
        read = Reader(Asked(session, actor, told.now), names).values(form, rules.typed(form, values))
    assert lacking(form, read) == []
    must = {field.name for field in form.fields if not field.optional and f"{{{field.name}" in form.words}
    assert {field: value for field, value in read.items() if field in must} == {
        field: value for field, value in values.items() if field in must
    }


# -- drafts ---------------------------------------------------------------------------------------------


def test_a_long_form_that_is_closed_keeps_what_was_typed_and_begins_with_it(told: Parley) -> None:
    form = chosen(told, "propose")
    assert form["notify_on_close"] is True
    told.closes(form, filled(form, {"clause": "4.2", "wording": "Half a sentence"}), by=cast.chair)
    assert begun(told, "form.fill propose") == {"clause": "4.2", "wording": "Half a sentence"}
    assert begun(told, "form.fill propose", by=cast.lead) is None
    again = chosen(told, "propose")
    assert "You began this on Thursday 26 November 2026, 10:00." in str(again["blocks"])
    assert views.stands(again) == {"clause": "4.2", "wording": "Half a sentence", "rationale": ""}
    assert views.stands(chosen(told, "propose", by=cast.lead))["wording"] == ""
    assert sends(told, again, {"wording": "A whole sentence."}) == {}
    assert begun(told, "form.fill propose") is None
    assert "zebra" not in str(told.export(party="CCG"))


def test_what_was_begun_is_forgotten_when_one_starts_afresh(told: Parley) -> None:
    form = chosen(told, "decide")
    told.closes(form, filled(form, {"wording": "Half a sentence"}), by=cast.chair)
    again = chosen(told, "decide")
    (button,) = [each for each in elements(again) if each["action_id"] == "form.afresh"]
    told.presses_in(again, button["action_id"], button["value"], cast.chair, values=filled(again, {}))
    fresh = told.api.modal(cast.chair.id)
    assert fresh is not None
    assert views.stands(fresh) == {"wording": ""}
    assert inputs(fresh)["wording"]["action_id"] != "wording"  # or Slack would keep what was typed
    assert begun(told, "form.fill decide") is None
    assert sends(told, fresh, {"wording": "A whole one."}) == {}
    assert "A whole one." in [row["text"] for row in told.export()["decisions"]]


def test_a_form_that_is_closed_as_it_opened_is_not_kept(told: Parley) -> None:
    form = chosen(told, "propose")
    told.closes(form, {}, by=cast.chair)
    assert begun(told, "form.fill propose") is None
    told.presses("clause.propose", "OXMH 4.2", by=cast.chair)
    opened = told.api.modal(cast.chair.id)
    assert opened is not None
    told.closes(opened, filled(opened, {}), by=cast.chair)
    assert begun(told, "clause.propose 4.2") is None


def test_forms_on_cards_keep_what_was_typed_too(told: Parley) -> None:
    for button, value, field, name in (
        ("clause.propose", "OXMH 4.2", "wording", "clause.propose 4.2"),
        ("minutes.correct", "OXMH N1 1", "correction", "minutes.correct N1 1"),
        ("variation.test", "OXMH LV1", "benefit", "variation.test LV1"),
    ):
        told.presses(button, value, by=cast.chair)
        form = told.api.modal(cast.chair.id)
        assert form is not None, button
        told.closes(form, filled(form, {field: "Half a sentence"}), by=cast.chair)
        kept = begun(told, name)
        assert kept is not None
        assert kept[field] == "Half a sentence"
        told.presses(button, value, by=cast.chair)
        again = told.api.modal(cast.chair.id)
        assert again is not None
        assert views.stands(again)[field] == "Half a sentence"
        told.presses_in(again, "form.afresh", f"OXMH {name}", cast.chair, values=filled(again, {}))
        fresh = told.api.modal(cast.chair.id)
        assert fresh is not None
        assert views.stands(fresh)[field] != "Half a sentence"
        assert begun(told, name) is None
        told.presses(button, value, by=cast.chair)
        sent = told.api.modal(cast.chair.id)
        assert sent is not None
        assert sends(told, sent, {field: "A whole sentence"}) == {}


def test_the_other_fields_of_a_form_are_a_page_further(told: Parley) -> None:
    form = chosen(told, "meeting-add")
    first = {"title": "Value group", "kind": "subgroup", "day": "2026-12-16", "time": "10:00", "place": "Online"}
    (turn,) = form["blocks"][-1]["elements"]
    told.presses_in(form, turn["action_id"], turn["value"], cast.chair, values=filled(form, first))
    second = told.api.modal(cast.chair.id)
    assert second is not None
    assert list(inputs(second)) == ["informs", "prep", "every", "anyway"]
    assert second["hash"] != form["hash"]
    assert sends(told, second, {"informs": "N3", "prep": "3h"}) == {}
    (planned,) = [row for row in told.export()["meetings"] if row["title"] == "Value group"]
    assert (planned["informs"], planned["preparation_minutes"], planned["place"]) == ("N3", 180, "Online")
    assert begun(told, "form.fill meeting-add") is None


def test_going_back_shows_what_was_typed(told: Parley) -> None:
    form = chosen(told, "meeting-add")
    (turn,) = form["blocks"][-1]["elements"]
    told.presses_in(form, turn["action_id"], turn["value"], cast.chair, values=filled(form, {"title": "Round"}))
    second = told.api.modal(cast.chair.id)
    assert second is not None
    (back,) = second["blocks"][-1]["elements"]
    told.presses_in(second, back["action_id"], back["value"], cast.chair, values=filled(second, {"prep": "3h"}))
    first = told.api.modal(cast.chair.id)
    assert first is not None
    assert views.stands(first)["title"] == "Round"
    answer = sends(told, first, {"title": "Round"})
    assert set(answer["errors"]) == {"day", "time"}


def test_drafts_are_forgotten_after_a_month_and_are_in_no_export(told: Parley) -> None:
    form = chosen(told, "decide")
    told.closes(form, filled(form, {"wording": "Zebras"}), by=cast.chair)
    assert "Zebras" not in str([told.export(party=party) for party in (None, "CCG", "OHP")])
    told.later(days=29)
    jobs.forget_deliveries(told.deps)
    assert begun(told, "form.fill decide") is not None
    told.later(days=2)
    jobs.forget_deliveries(told.deps)
    assert begun(told, "form.fill decide") is None


def test_who_has_no_part_in_it_keeps_nothing_by_closing_a_form(told: Parley) -> None:
    form = chosen(told, "decide")
    told.closes(form, filled(form, {"wording": "Zebras"}), by=cast.stranger)
    assert begun(told, "form.fill decide", by=cast.stranger) is None


# -- whatever the record holds, Slack takes the form ----------------------------------------------------


@pytest.mark.parametrize("words", ["x", HOSTILE, HOSTILE * 40], ids=["short", "hostile", "longest"])
def test_every_form_fits_whatever_there_is_to_choose_from(words: str) -> None:
    for count in (0, 1, 100, 101, 10_000):
        choices = [(f"REF{number}", f"REF{number} {words}") for number in range(count)]
        for form in FORMS.values():
            lists = {field.of: choices for field in form.fields if field.of}
            for number in range(len(form.pages)):
                view = views.page(form, number, "ABCDEFGHIJKL", "C0123456789", lists)
                assert faults_in_view(view) == [], form.name
                full = {
                    field.name: "REF0" if field.kind in (Kind.ONE, Kind.SEVERAL) else words[:3000]
                    for field in form.fields
                    if field.kind in (Kind.WORDS, Kind.LINES, Kind.ONE, Kind.SEVERAL)
                }
                again = views.resumed(view, full, "Thursday 26 November 2026, 10:00", f"CODE form.fill {form.name}")
                assert faults_in_view(again) == [], form.name


def test_every_form_opens_where_nothing_is_recorded(parley: Parley) -> None:
    parley.set_up()
    for name in FORMS:
        form = chosen(parley, name)
        assert faults_in_view({k: v for k, v in form.items() if k in SENT}) == [], name
