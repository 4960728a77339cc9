"""Nothing is said twice: Slack's repeats, double clicks and several deliveries at once make one record.

And nothing is lost: a meeting that runs across midnight, or across a change of the clocks, has all its lines.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests import cast
from tests.harness import Parley, running_parley

LINES = f"AGREED: one\nACTION: two {cast.lead.mention} by fri\nNOTE: three\nDECISION: four"


def line(parley: Parley, text: str = LINES, ts: str | None = None) -> dict[str, Any]:
    ts = ts or parley.new_ts()
    return {"type": "message", "channel": cast.joint.id, "user": cast.chair.id, "text": text, "ts": ts, "event_ts": ts}


def counts(parley: Parley) -> dict[str, int]:
    record = parley.export()
    return {key: len(record[key]) for key in ("agreements", "actions", "notes", "decisions", "ledger", "meetings")}


def said_to_slack(parley: Parley) -> int:
    """How many calls Parley has made that somebody would see."""
    parley.deliver()
    seen = ("chat.postMessage", "chat.postEphemeral", "chat.update", "reactions.add", "files.completeUploadExternal")
    return sum(len(parley.api.called(method)) for method in seen)


# -- typed lines ----------------------------------------------------------------------------------------


def test_the_same_event_delivered_again_changes_nothing(meeting: Parley) -> None:
    payload = meeting.event_payload(line(meeting))
    assert meeting.dispatch(payload).status == 200
    once = counts(meeting), said_to_slack(meeting)
    for _ in range(3):
        meeting.later(minutes=1)
        assert meeting.dispatch(payload).status == 200
    assert (counts(meeting), said_to_slack(meeting)) == once
    assert once[0]["agreements"] == once[0]["actions"] == once[0]["notes"] == once[0]["decisions"] == 1


def test_one_message_under_two_event_ids_is_one_message(meeting: Parley) -> None:
    event = line(meeting)
    for event_id in ("Ev1", "Ev2"):
        meeting.dispatch(meeting.event_payload(event, event_id))
    assert counts(meeting)["agreements"] == 1


def test_two_messages_with_the_same_words_are_two(meeting: Parley) -> None:
    for _ in range(2):
        meeting.types("NOTE: again", by=cast.chair)
    assert counts(meeting)["notes"] == 2


def test_an_edit_and_a_deletion_delivered_twice_count_once(meeting: Parley) -> None:
    before, after = "NOTE: a", "NOTE: b\nNOTE: c"
    ts = meeting.types(before, by=cast.chair)
    stamp = meeting.new_ts()
    old = {"type": "message", "user": cast.chair.id, "text": before, "ts": ts}
    edit = {
        "type": "message",
        "subtype": "message_changed",
        "channel": cast.joint.id,
        "ts": stamp,
        "event_ts": stamp,
        "message": {**old, "text": after, "edited": {"ts": stamp}},
        "previous_message": old,
    }
    meeting.dispatch(meeting.event_payload(edit, "Ev1"))
    once = counts(meeting)
    meeting.dispatch(meeting.event_payload(edit, "Ev1"))
    meeting.dispatch(meeting.event_payload(edit, "Ev2"))
    assert counts(meeting) == once
    assert once["notes"] == 2

    for _ in range(2):
        meeting.deletes(ts, after, by=cast.chair)
    assert [note["status"] for note in meeting.export()["notes"]] == ["withdrawn", "withdrawn"]
    assert counts(meeting)["ledger"] == once["ledger"] + 2


def test_one_event_delivered_to_eight_threads_at_once_makes_one_record(meeting: Parley) -> None:
    payload = meeting.event_payload(line(meeting))
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: meeting.dispatch(payload).status, range(8)))
    assert answers == [200] * 8
    assert counts(meeting)["agreements"] == counts(meeting)["actions"] == 1
    assert meeting.trail_faults() == []


def test_eight_messages_at_once_make_eight_records_with_eight_numbers(meeting: Parley) -> None:
    payloads = [meeting.event_payload(line(meeting, f"NOTE: {n}")) for n in range(8)]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(lambda payload: meeting.dispatch(payload).status, payloads)) == [200] * 8
    assert sorted(note["ref"] for note in meeting.export()["notes"]) == [f"E{n}" for n in range(1, 9)]
    assert meeting.trail_faults() == []


def test_a_repeat_after_a_restart_is_still_a_repeat(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/parley.db"
    with running_parley(url) as parley:
        parley.open_meeting()
        typed = parley.event_payload(line(parley))
        command = parley.slash_payload("decide The term is five years.", cast.chair, cast.joint, "T1")
        parley.dispatch(typed)
        first = parley.dispatch(command).body
        once = counts(parley)
    with running_parley(url) as parley:
        parley.dispatch(typed)
        assert parley.dispatch(command).body == first
        assert counts(parley) == once


# -- commands, buttons, forms ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "agree Payment falls due within 30 days.",
        "decide The term is five years.",
        "note once",
        f"action Send the figures {cast.lead.mention} by fri",
        "meeting add negotiation Second round on fri at 10:00 for 2h",
        "undo",
        "close",
    ],
)
def test_the_same_command_delivered_twice_gives_the_same_answer_and_happens_once(meeting: Parley, typed: str) -> None:
    meeting.types("NOTE: a\nNOTE: b", by=cast.chair)
    first = meeting.slash(typed, by=cast.chair, trigger="T1")
    once = counts(meeting), said_to_slack(meeting)
    meeting.later(minutes=1)
    assert meeting.slash(typed, by=cast.chair, trigger="T1") == first
    assert (counts(meeting), said_to_slack(meeting)) == once


def test_the_same_words_typed_again_are_meant_again(meeting: Parley) -> None:
    for _ in range(2):
        meeting.slash("note again", by=cast.chair)
    assert counts(meeting)["notes"] == 2


def test_a_mention_delivered_twice_is_answered_once(meeting: Parley) -> None:
    ts = meeting.new_ts()
    event = {
        "type": "app_mention",
        "channel": cast.joint.id,
        "user": cast.lead.id,
        "text": f"<@{meeting.api.bot_user_id}> decide The term is five years.",
        "ts": ts,
        "event_ts": ts,
    }
    for event_id in ("Ev1", "Ev1", "Ev2"):
        meeting.dispatch(meeting.event_payload(event, event_id))
    assert counts(meeting)["decisions"] == 1
    assert len([message for message in meeting.posted() if message["text"].startswith("Decision *D1*")]) == 1


def test_a_form_sent_twice_makes_one_action(meeting: Parley) -> None:
    meeting.slash("action Send the figures", by=cast.scribe)
    form = meeting.api.modal(cast.scribe.id) or {}
    (owner,) = [block["element"]["options"][0] for block in form["blocks"] if block.get("block_id") == "owner"]
    values = {
        "what": {"type": "plain_text_input", "value": "Send the figures"},
        "owner": {"type": "static_select", "selected_option": owner},
        "due": {"type": "datepicker", "selected_date": "2026-12-04"},
    }
    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda _: meeting.submits(form, values, by=cast.scribe), range(4)))
    assert answers == [{}] * 4
    assert counts(meeting)["actions"] == 1


def test_a_second_press_by_the_same_side_does_not_count_twice(meeting: Parley) -> None:
    meeting.types("AGREED: within 30 days", by=cast.scribe)
    before = counts(meeting)["ledger"]
    for person in (cast.lead, cast.lead, cast.negotiator):
        meeting.presses("agreement.confirm", "OXMH AG1 1", by=person)
    (agreement,) = meeting.export()["agreements"]
    assert [(c["party"], c["member"]) for c in agreement["confirmations"]] == [("OHP", cast.lead.name)]
    assert agreement["status"] == "awaiting"
    assert counts(meeting)["ledger"] == before + 1


def test_two_people_pressing_at_once_are_one_confirmation(meeting: Parley) -> None:
    meeting.types("AGREED: within 30 days", by=cast.chair)
    with ThreadPoolExecutor(8) as threads:
        for person in [cast.lead, cast.negotiator] * 4:
            threads.submit(meeting.presses, "agreement.confirm", "OXMH AG1 1", person)
    (agreement,) = meeting.export()["agreements"]
    assert [c["party"] for c in agreement["confirmations"]] == ["CCG", "OHP"]
    assert [e["deed"] for e in meeting.export()["ledger"]].count("agreement.confirmed") == 2
    assert meeting.trail_faults() == []


@pytest.mark.parametrize("typed", ["yes", "+1", "agreed", "Agreed!", "confirmed", ":+1:", "me too", "ok, agreed then"])
def test_a_nod_is_not_a_confirmation_nor_a_record(meeting: Parley, typed: str) -> None:
    meeting.types("AGREED: within 30 days", by=cast.chair)
    before = meeting.export()
    for person in (cast.lead, cast.negotiator, cast.chair):
        meeting.types(typed, by=person)
    assert meeting.export() == before


# -- midnight and the clocks ----------------------------------------------------------------------------


def test_a_meeting_across_midnight_has_all_its_lines_and_both_dates(table: Parley) -> None:
    table.now = datetime(2026, 11, 26, 22, 30, tzinfo=UTC)
    table.slash("meeting add negotiation Late round on 26 nov at 22:30 for 3h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    for n in range(7):  # every half an hour until half past one
        table.types(f"NOTE: line {n}", by=cast.scribe)
        table.types(f"AGREED: wording {n}", by=cast.chair)
        table.presses("agreement.confirm", f"OXMH AG{n + 1} 1", by=cast.lead)
        table.later(minutes=30)
    table.slash("close", by=cast.chair)

    record = table.export()
    assert [note["text"] for note in record["notes"]] == [f"line {n}" for n in range(7)]
    assert {row["meeting"] for row in (*record["notes"], *record["agreements"])} == {"N1"}
    minutes = table.minutes()
    assert "Thursday 26 November 2026, 22:30 to Friday 27 November 2026, 02:00 (GMT)" in minutes
    assert "by Daniel Kerr on Thursday 26 November 2026, 23:30" in minutes
    assert "by Daniel Kerr on Friday 27 November 2026, 00:00" in minutes
    for n in range(7):
        assert f"line {n}" in minutes
        assert f"wording {n}" in minutes


def test_a_meeting_across_the_end_of_summer_time_has_all_its_lines_and_both_times(table: Parley) -> None:
    # Clocks in England go back from 02:00 BST to 01:00 GMT, at 01:00 UTC, on Sunday 25 October 2026.
    table.now = datetime(2026, 10, 24, 22, 30, tzinfo=UTC)
    table.slash("meeting add negotiation Last night on 24 oct at 23:30 for 4h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    table.now = datetime(2026, 10, 25, 0, 10, tzinfo=UTC)
    for n in range(9):  # 01:10 BST … 01:50 BST, then 01:00 GMT …
        table.types(f"NOTE: line {n}", by=cast.scribe)
        table.later(minutes=10)
    reply = table.slash("close", by=cast.chair)

    assert [note["text"] for note in table.export()["notes"]] == [f"line {n}" for n in range(9)]
    minutes = table.minutes()
    assert "Saturday 24 October 2026, 23:30 (BST) to Sunday 25 October 2026, 01:40 (GMT)" in minutes
    assert [f"line {n}" in minutes for n in range(9)] == [True] * 9
    assert minutes.index("line 3") < minutes.index("line 4") < minutes.index("line 8")
    assert "01:40" in reply.text


def test_a_meeting_across_the_beginning_of_summer_time(table: Parley) -> None:
    table.now = datetime(2027, 3, 28, 0, 30, tzinfo=UTC)
    table.slash("meeting add negotiation First light on 28 mar 2027 at 00:30 for 2h", by=cast.chair)
    table.slash("start N1", by=cast.chair)
    table.types("NOTE: before", by=cast.scribe)
    table.later(hours=1)
    table.types("NOTE: after", by=cast.scribe)
    table.slash("close", by=cast.chair)
    assert "Sunday 28 March 2027, 00:30 (GMT) to 02:30 (BST)" in table.minutes()
