"""The shortcuts: "Log to Parley" on a message, "New action" and "My negotiations" from anywhere."""

from typing import Any

import pytest

from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley
from tests.slack.test_capture import reactions, standing, told

SAID = "We both want payment within 30 days & not later"


def posts(parley: Parley, text: str, by: Person, where: Room = cast.joint, **more: Any) -> dict[str, Any]:
    """A message that stands in a channel, as its menu gives it to a shortcut."""
    return parley.api.say(where.id, by.id, text.replace("&", "&amp;"), ts=parley.new_ts(), **more)


def form_of(parley: Parley, person: Person) -> dict[str, Any]:
    form = parley.api.modal(person.id)
    assert form is not None
    return form


def picked(**values: str) -> dict[str, dict[str, Any]]:
    """The state of the form: a kind, and what else is filled in."""
    kinds: dict[str, tuple[str, Any]] = {
        "kind": ("static_select", lambda value: {"selected_option": {"value": value}}),
        "negotiation": ("static_select", lambda value: {"selected_option": {"value": value}}),
        "seen": ("static_select", lambda value: {"selected_option": {"value": value}}),
        "clause": ("plain_text_input", lambda value: {"value": value}),
        "what": ("plain_text_input", lambda value: {"value": value}),
        "owners": ("multi_users_select", lambda value: {"selected_users": value.split()}),
        "due": ("datepicker", lambda value: {"selected_date": value}),
    }
    return {name: {"type": kinds[name][0], **kinds[name][1](value)} for name, value in values.items()}


def logs(parley: Parley, message: dict[str, Any], by: Person, where: Room = cast.joint, **values: str) -> Any:
    """Use "Log to Parley" on a message and send its form; gives the ack's body."""
    parley.uses("log.message", by, on=message, where=where)
    return parley.submits(form_of(parley, by), picked(**values), by=by)


# -- Log to Parley --------------------------------------------------------------------------------------


def test_a_message_becomes_an_agreement_of_whoever_said_it(table: Parley) -> None:
    message = posts(table, SAID, by=cast.lead)
    table.later(days=3)
    shown = logs(table, message, by=cast.scribe, kind="agreement", clause="4.2")["view"]
    assert "Recorded as *AG1*" in str(shown)

    (agreement,) = table.export()["agreements"]
    assert agreement["wording"] == SAID
    assert agreement["clause"] == "4.2"
    assert agreement["status"] == "awaiting"
    assert agreement["confirmations"] == []  # a scribe speaks for nobody, and the author has confirmed nothing
    source = agreement["source"]
    assert (source["author"], source["logged_by"]) == (cast.lead.name, cast.scribe.name)
    assert (source["channel"], source["ts"]) == (cast.joint.id, message["ts"])
    assert source["permalink"].endswith(f"/{cast.joint.id}/p{message['ts'].replace('.', '')}")
    assert source["at"].startswith("2026-11-26")  # when it was said
    first = table.deeds("AG1")[0]
    assert (first["deed"], first["actor"]) == ("agreement.recorded", "Tom Whitfield (CCG)")
    assert first["said_by"] == "Daniel Kerr (OHP)"
    assert reactions(table, message["ts"]) == ["white_check_mark"]
    (card,) = [posted for posted in table.posted() if "AG1" in posted["text"]]
    assert "awaiting" in card["text"].lower()
    assert table.trail_faults() == []


def test_the_recorder_who_may_confirms_for_their_own_side(table: Parley) -> None:
    logs(table, posts(table, SAID, by=cast.chair), by=cast.lead, kind="agreement")
    (agreement,) = table.export()["agreements"]
    assert [word["party"] for word in agreement["confirmations"]] == ["OHP"]


@pytest.mark.parametrize(("kind", "ref"), [("decision", "D1"), ("note", "E1"), ("agreement", "AG1"), ("action", "A1")])
def test_once_for_a_message_and_a_kind(table: Parley, kind: str, ref: str) -> None:
    message = posts(table, SAID, by=cast.lead)
    assert f"Recorded as *{ref}*" in str(logs(table, message, by=cast.scribe, kind=kind))
    again = str(logs(table, message, by=cast.chair, kind=kind))
    assert f"on record already, as *{ref}*" in again
    exported = table.export()
    assert sum(len(exported[kinds]) for kinds in ("agreements", "decisions", "notes", "actions")) == 1
    other = "note" if kind != "note" else "decision"
    assert "Recorded as" in str(logs(table, message, by=cast.chair, kind=other))


def test_the_form_opens_before_slack_is_asked_for_anything(table: Parley) -> None:
    message = posts(table, f"Ask {cast.stranger.mention} & {cast.lead.mention}", by=cast.lead)
    before = len(table.api.calls)
    table.uses("log.message", cast.scribe, on=message)
    assert [call.method for call in table.api.calls[before:]] == ["views.open"]
    form = form_of(table, cast.scribe)
    assert "@Daniel Kerr" in str(form["blocks"])
    table.submits(form, picked(kind="note"), by=cast.scribe)
    (note,) = table.export()["notes"]
    assert note["text"] == "Ask @Joel Fenn & @Daniel Kerr"


def test_an_action_is_given_its_owners_and_date(table: Parley) -> None:
    message = posts(table, "Somebody must send the figures", by=cast.lead)
    owners = f"{cast.analyst.id} {cast.lead.id}"
    logs(table, message, by=cast.scribe, kind="action", owners=owners, due="2026-12-12")
    (action,) = table.export()["actions"]
    assert (action["owners"], action["due_on"]) == (["Anjali Mehta", "Daniel Kerr"], "2026-12-12")
    assert table.posted(cast.lead) == []


def test_an_action_that_lacks_something_is_completed_by_its_author(table: Parley) -> None:
    message = posts(table, "I will send the figures", by=cast.lead)
    logs(table, message, by=cast.scribe, kind="action")
    assert "A1 is recorded, but lacks an owner and a date" in told(table, cast.lead)
    assert told(table, cast.scribe) == ""
    assert reactions(table, message["ts"]) == ["warning"]


def test_the_author_who_may_not_record_is_spared_the_question(table: Parley) -> None:
    logs(table, posts(table, "We should send the figures", by=cast.observer), by=cast.lead, kind="action")
    assert "A1 is recorded, but lacks" in told(table, cast.lead)
    assert told(table, cast.observer) == ""


def test_what_its_kind_does_not_hold_is_not_lost_without_a_word(table: Parley) -> None:
    message = posts(table, SAID, by=cast.lead)
    errors = logs(table, message, by=cast.scribe, kind="note", clause="4.2", due="2026-12-12")["errors"]
    assert set(errors) == {"clause", "due"}
    errors = logs(table, message, by=cast.scribe, kind="action", due="2026-11-01", owners=cast.stranger.id)["errors"]
    assert "has passed" in errors["due"]
    assert "Joel Fenn is not at the table" in errors["owners"]
    errors = logs(table, message, by=cast.scribe, kind="agreement", clause="the one on money")["errors"]
    assert "no clause's number" in errors["clause"]
    exported = table.export()
    assert not any(exported[kinds] for kinds in ("agreements", "decisions", "notes", "actions"))


def test_files_are_kept_by_name(table: Parley) -> None:
    file = table.api.add_file("activity 2026.xlsx", b"...", user=cast.lead.id)
    message = posts(table, "The figures", by=cast.lead, files=[file])
    logs(table, message, by=cast.scribe, kind="decision")
    logs(table, message, by=cast.scribe, kind="note")
    assert table.deeds("D1")[0]["files"] == ["activity 2026.xlsx"]
    assert table.export()["decisions"][0]["text"] == "The figures"
    assert table.export()["notes"][0]["text"] == "The figures\nFiles: activity 2026.xlsx"


def test_a_keyword_of_its_kind_is_no_part_of_the_words(table: Parley) -> None:
    message = posts(table, "AGREED: 4.2: Payment falls due within 30 days.", by=cast.lead)
    table.uses("log.message", cast.scribe, on=message)
    form = form_of(table, cast.scribe)
    (kind,) = [block for block in form["blocks"] if block.get("block_id") == "kind"]
    assert kind["element"]["initial_option"]["value"] == "agreement"
    table.submits(form, picked(kind="agreement"), by=cast.scribe)
    (agreement,) = table.export()["agreements"]
    assert (agreement["clause"], agreement["wording"]) == ("4.2", "Payment falls due within 30 days.")


def test_what_a_line_recorded_is_not_recorded_again(meeting: Parley) -> None:
    message = posts(meeting, SAID, by=cast.lead)
    text = f"AGREED: {SAID}"
    meeting.api.say(cast.joint.id, cast.lead.id, text, ts=(ts := meeting.new_ts()))
    meeting.types(text, by=cast.lead, ts=ts)
    assert "already, as *AG1*" in str(logs(meeting, {**message, "text": text, "ts": ts}, cast.chair, kind="agreement"))


def test_in_an_open_meeting_it_belongs_to_the_meeting(meeting: Parley) -> None:
    logs(meeting, posts(meeting, SAID, by=cast.lead), by=cast.scribe, kind="decision")
    assert meeting.export()["decisions"][0]["meeting"] == "N1"


def test_a_message_in_a_caucus_stays_with_its_side(table: Parley) -> None:
    message = posts(table, "They will take 15 days", by=cast.scribe, where=cast.ccg_caucus)
    logs(table, message, by=cast.chair, where=cast.ccg_caucus, kind="note")
    assert table.export()["notes"] == []
    assert [note["ref"] for note in table.export(party="CCG")["notes"]] == ["CCG-E1"]
    refused = logs(table, message, by=cast.chair, where=cast.ccg_caucus, kind="agreement")
    assert "made across the table" in str(refused["errors"])
    table.uses("log.message", cast.lead, on=message, where=cast.ccg_caucus)
    assert "There is no negotiation here" in str(form_of(table, cast.lead))


def test_each_side_keeps_its_own_note_of_a_message_from_elsewhere(table: Parley) -> None:
    message = posts(table, "The minister spoke on beds", by=cast.stranger, where=cast.elsewhere)
    for by, party in ((cast.scribe, "CCG"), (cast.lead, "OHP")):
        logs(table, message, by=by, where=cast.elsewhere, kind="note")
        (note,) = table.export(party=party)["notes"]
        assert (note["ref"], note["source"]["author"]) == (f"{party}-E1", by.name)
    assert table.deeds("CCG-E1", party="CCG")[0]["said_by"] == "Joel Fenn"
    assert table.export()["notes"] == []
    assert reactions(table, message["ts"], cast.elsewhere) == []


def test_who_may_not_record_is_told_in_the_modal(table: Parley) -> None:
    message = posts(table, SAID, by=cast.lead)
    for by, why in ((cast.observer, "You may not add to the record"), (cast.stranger, "You have no seat in OXMH")):
        table.uses("log.message", by, on=message)
        form = form_of(table, by)
        assert why in str(form["blocks"])
        assert "submit" not in form


def test_what_gives_a_side_away_is_not_recorded_where_others_read(table: Parley) -> None:
    message = posts(table, "our walk-away is 31 days", by=cast.lead)
    refused = logs(table, message, by=cast.scribe, kind="note")
    assert "may tell where a side stops" in str(refused["errors"])
    assert "31" not in str(refused)


def test_what_a_bot_wrote_is_not_recorded(table: Parley) -> None:
    message = {"type": "message", "bot_id": "B9", "text": "AGREED: all", "ts": table.new_ts(), "user": "UBOT"}
    table.uses("log.message", cast.scribe, on=message)
    assert "A bot wrote that message" in str(form_of(table, cast.scribe))


def test_one_s_own_logging_can_be_undone_and_the_author_s_stays(table: Parley) -> None:
    logs(table, posts(table, SAID, by=cast.lead), by=cast.scribe, kind="note")
    assert "nothing here that could be undone" in table.slash("undo", by=cast.lead).text
    assert "*E1* is undone" in table.slash("undo", by=cast.scribe).text
    assert standing(table, "notes") == []


def test_a_form_that_is_older_than_what_is_kept_for_it_says_so(table: Parley) -> None:
    message = posts(table, SAID, by=cast.lead)
    table.uses("log.message", cast.scribe, on=message)
    form = form_of(table, cast.scribe)
    form["private_metadata"] = f"OXMH {cast.joint.id} trigger:gone "
    assert "This form is too old" in str(table.submits(form, picked(kind="note"), by=cast.scribe)["errors"])


def test_a_form_that_comes_too_late_is_explained(table: Parley) -> None:
    table.api.fail_next("views.open", "expired_trigger_id")
    table.uses("log.message", cast.scribe, on=posts(table, SAID, by=cast.lead))
    assert "could not be opened in time" in told(table, cast.scribe)


# -- New action, My negotiations ------------------------------------------------------------------------


def test_a_new_action_from_anywhere_is_private_unless_told_otherwise(table: Parley) -> None:
    table.uses("action.new", cast.scribe)
    values = {"what": "Send the figures", "owners": cast.analyst.id, "due": "2026-12-12"}
    assert table.submits(form_of(table, cast.scribe), picked(**values, seen="side"), by=cast.scribe) == {}
    assert [row["ref"] for row in table.export(party="CCG")["actions"]] == ["CCG-A1"]
    assert "Only Oxfordshire Clinical Commissioning Group can see this" in told(table, cast.scribe)
    assert table.export()["actions"] == []


def test_a_new_action_for_everyone_is_told_at_the_joint_table(table: Parley) -> None:
    table.uses("action.new", cast.scribe)
    values = {"what": "Send the figures", "owners": cast.lead.id, "due": "2026-12-12", "seen": "everyone"}
    assert table.submits(form_of(table, cast.scribe), picked(**values), by=cast.scribe) == {}
    (action,) = table.export()["actions"]
    assert (action["ref"], action["owners"]) == ("A1", ["Daniel Kerr"])
    (message,) = table.posted()
    assert message["text"].startswith("Tom Whitfield (CCG): Action *A1* Send the figures")
    assert told(table, cast.scribe) == ""


def test_faults_of_a_new_action_stand_under_their_fields(table: Parley) -> None:
    table.uses("action.new", cast.scribe)
    form = form_of(table, cast.scribe)
    values = {"what": "Send the figures", "owners": cast.stranger.id, "due": "2026-11-01", "seen": "everyone"}
    errors = table.submits(form, picked(**values), by=cast.scribe)["errors"]
    assert set(errors) == {"owners", "due"}
    assert table.export()["actions"] == []


def test_who_sits_at_several_tables_is_asked_which(table: Parley) -> None:
    table.slash("new BEDS Crisis beds", by=cast.chair, where=cast.elsewhere)
    table.slash("party add CCG Commissioners as commissioner", by=cast.chair, where=cast.elsewhere)
    table.slash(f"member add {cast.scribe.mention} to CCG as scribe", by=cast.chair, where=cast.elsewhere)
    table.uses("action.new", cast.scribe)
    form = form_of(table, cast.scribe)
    values = {"what": "Count the beds", "owners": cast.scribe.id, "due": "2026-12-12", "seen": "side"}
    assert table.submits(form, picked(**values, negotiation="BEDS"), by=cast.scribe) == {}
    assert [row["text"] for row in table.export("BEDS", "CCG")["actions"]] == ["Count the beds"]

    table.uses("negotiations.mine", cast.scribe)
    shown = str(form_of(table, cast.scribe))
    assert "OXMH: Outcomes contract for mental health" in shown
    assert "BEDS: Crisis beds" in shown


def test_an_observer_is_told_that_they_record_nothing(table: Parley) -> None:
    table.uses("action.new", cast.observer)
    assert "no negotiation in which you may record" in str(form_of(table, cast.observer))


def test_my_negotiations_say_what_waits_for_me(meeting: Parley) -> None:
    meeting.slash("agree 4.2: Payment falls due within 30 days.", by=cast.lead)
    meeting.slash(f"action Send the figures {cast.chair.mention} by fri", by=cast.lead)
    meeting.slash("close", by=cast.chair)
    meeting.later(days=5)
    meeting.uses("negotiations.mine", cast.chair)
    shown = str(form_of(meeting, cast.chair))
    assert "You sit for Oxfordshire Clinical Commissioning Group" in shown
    assert "Your side is asked to confirm AG1" in shown
    assert "You own 1 open action, 1 overdue: A1" in shown
    assert "No meeting is planned" in shown
    meeting.uses("negotiations.mine", cast.observer)
    assert "Nothing waits for you" in str(form_of(meeting, cast.observer))
    meeting.uses("negotiations.mine", cast.stranger)
    assert "There is no negotiation here" in str(form_of(meeting, cast.stranger))
