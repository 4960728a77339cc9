"""Live capture: what people type while a meeting is open goes into the record, and follows their edits."""

from itertools import pairwise
from typing import Any

import pytest

from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley

TICK, WARNING = "white_check_mark", "warning"
FRIDAY, NEXT_FRIDAY = "2026-11-27", "2026-12-04"


def says(parley: Parley, text: str, by: Person, where: Room = cast.joint, **more: Any) -> str:
    """Type a line that stays in the channel, so that it can carry a reaction; gives its ts."""
    ts = more.pop("ts", None) or parley.new_ts()
    parley.api.say(where.id, by.id, text, ts=ts)
    return parley.types(text, by=by, where=where, ts=ts, **more)


def reactions(parley: Parley, ts: str, where: Room = cast.joint) -> list[str]:
    (message,) = [message for message in parley.posted(where) if message["ts"] == ts]
    return [each["name"] for each in message.get("reactions", []) if each["users"]]


def told(parley: Parley, person: Person) -> str:
    """Everything that Parley has written to this person alone."""
    return "\n".join(f"{message['text']} {message.get('blocks', '')}" for message in parley.posted(person))


def buttons(message: dict[str, Any]) -> list[dict[str, Any]]:
    return [element for block in message["blocks"] if block["type"] == "actions" for element in block["elements"]]


def standing(parley: Parley, what: str) -> list[dict[str, Any]]:
    return [row for row in parley.export()[what] if row["status"] not in ("withdrawn", "undone")]


# -- the keywords ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("keyword", ["AGREED:", "agreed:", "*Agreed:*"])
def test_agreed_records_the_exact_words_for_the_speaker_s_side(meeting: Parley, keyword: str) -> None:
    ts = says(meeting, f"{keyword} 4.2: Payment falls due within 30 days &amp; not later", by=cast.lead)

    (agreement,) = meeting.export()["agreements"]
    assert agreement["wording"] == "Payment falls due within 30 days & not later"
    assert agreement["clause"] == "4.2"
    assert agreement["status"] == "awaiting"
    assert [c["party"] for c in agreement["confirmations"]] == ["OHP"]
    assert agreement["meeting"] == "N1"
    assert agreement["source"]["author"] == cast.lead.name
    assert agreement["source"]["ts"] == ts
    assert agreement["source"]["permalink"].endswith(f"/{cast.joint.id}/p{ts.replace('.', '')}")
    assert reactions(meeting, ts) == [TICK]
    (card,) = [message for message in meeting.posted() if message["text"].startswith("AG1")]
    assert cast.chair.mention in str(card["blocks"])


def test_an_agreement_typed_by_the_scribe_confirms_for_nobody(meeting: Parley) -> None:
    says(meeting, "AGREED: Payment falls due within 30 days", by=cast.scribe)
    (agreement,) = meeting.export()["agreements"]
    assert agreement["confirmations"] == []


@pytest.mark.parametrize("keyword", ["DECISION:", "RESOLVED:", "Resolution:"])
def test_a_decision(meeting: Parley, keyword: str) -> None:
    ts = says(meeting, f"{keyword} The sub-group meets weekly.", by=cast.scribe)
    (decision,) = meeting.export()["decisions"]
    assert decision["text"] == "The sub-group meets weekly."
    assert reactions(meeting, ts) == [TICK]


@pytest.mark.parametrize(
    ("typed", "kind", "text", "until"),
    [
        ("NOTE: The trust shares its model", "note", "The trust shares its model", None),
        ("Reservation: Step-in rights", "reservation", "Step-in rights", None),
        ("PARKED: Older people until 12 dec", "parked", "Older people", "2026-12-12"),
        ("PARKED: Older people UNTIL 12 dec", "parked", "Older people", "2026-12-12"),
        ("parked: Older people", "parked", "Older people", None),
        ("parked: Nothing moves until they answer", "parked", "Nothing moves until they answer", None),
    ],
)
def test_the_rest_of_the_record(meeting: Parley, typed: str, kind: str, text: str, until: str | None) -> None:
    ts = says(meeting, typed, by=cast.negotiator)
    (note,) = meeting.export()["notes"]
    assert (note["kind"], note["text"], note["until"]) == (kind, text, until)
    assert reactions(meeting, ts) == [TICK]


def test_topic_takes_up_an_agenda_item_by_title_number_or_anew(meeting: Parley) -> None:
    meeting.slash("agenda add N1 Contract term", by=cast.chair)
    meeting.slash("agenda add N1 Price", by=cast.chair)
    for typed in ("Topic: 2", "NOTE: first", "Topic: contract TERM", "NOTE: second", "topic: Staff", "NOTE: third"):
        ts = says(meeting, typed, by=cast.scribe)
        assert reactions(meeting, ts) == [TICK]

    meeting.slash("close", by=cast.chair)
    (held,) = meeting.export()["meetings"]
    assert [item["title"] for item in held["agenda"]] == ["Contract term", "Price", "Staff"]
    minutes = meeting.minutes()
    for title, note in (("1. Contract term", "second"), ("2. Price", "first"), ("3. Staff", "third")):
        section = minutes.partition(f"### {title}\n")[2].partition("\n#")[0]
        assert note in section


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ("Present: {ruth}, Tom Whitfield and Joan Guest", "present"),
        ("present+ {ruth}, Tom, Joan Guest", "present"),
        ("Apologies: {ruth} &amp; whitfield; Joan Guest", "apologies"),
        ("regrets+ {ruth}, tom whitfield, Joan Guest", "apologies"),
    ],
)
def test_who_is_there_by_mention_by_name_and_guests(meeting: Parley, typed: str, status: str) -> None:
    ts = says(meeting, typed.format(ruth=cast.negotiator.mention), by=cast.scribe)
    (held,) = meeting.export()["meetings"]
    assert [(row["name"], row["party"], row["status"]) for row in held["attendance"]] == [
        ("Ruth Adeyemi", "OHP", status),
        ("Tom Whitfield", "CCG", status),
        ("Joan Guest", None, status),
    ]
    assert reactions(meeting, ts) == [TICK]


@pytest.mark.parametrize(("typed", "status"), [("present+", "present"), ("regrets+", "apologies")])
def test_anyone_may_say_so_of_themselves_even_an_observer(meeting: Parley, typed: str, status: str) -> None:
    says(meeting, typed, by=cast.observer)
    (held,) = meeting.export()["meetings"]
    assert [(row["name"], row["status"]) for row in held["attendance"]] == [(cast.observer.name, status)]


# -- actions: owners and dates --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "text", "owners", "due"),
    [
        ("send the figures {daniel} by fri", "send the figures", ["Daniel Kerr"], FRIDAY),
        ("send the figures by fri {daniel}", "send the figures", ["Daniel Kerr"], FRIDAY),
        ("{daniel} to send the figures by friday week", "send the figures", ["Daniel Kerr"], NEXT_FRIDAY),
        ("{daniel}, {ruth} to meet by 2026-12-04", "meet", ["Daniel Kerr", "Ruth Adeyemi"], NEXT_FRIDAY),
        ("meet {daniel} and {ruth} by 4 dec", "meet", ["Daniel Kerr", "Ruth Adeyemi"], NEXT_FRIDAY),
        ("ask {daniel} for the figures by fri", "ask @Daniel Kerr for the figures", ["Daniel Kerr"], FRIDAY),
        ("Daniel to send the figures by fri", "send the figures", ["Daniel Kerr"], FRIDAY),
        ("DANIEL KERR: send the figures, due fri", "send the figures", ["Daniel Kerr"], FRIDAY),
        ("Daniel and Ruth will meet by fri", "meet", ["Daniel Kerr", "Ruth Adeyemi"], FRIDAY),
        ("send the figures (Daniel) by fri", "send the figures", ["Daniel Kerr"], FRIDAY),
        ("send the figures to the board (Sian) by fri", "send the figures to the board", ["Siân Pritchard"], FRIDAY),
        (
            "{daniel} to send the figures in 10 working days",
            "send the figures in 10 working days",
            ["Daniel Kerr"],
            None,
        ),
        ("{daniel} to send the figures by in 10 working days", "send the figures", ["Daniel Kerr"], "2026-12-10"),
    ],
)
def test_an_action_has_its_owners_and_its_date(
    meeting: Parley, typed: str, text: str, owners: list[str], due: str | None
) -> None:
    typed = typed.format(daniel=cast.lead.mention, ruth=cast.negotiator.mention)
    ts = says(meeting, f"ACTION: {typed}", by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert (action["text"], action["owners"], action["due_on"]) == (text, owners, due)
    assert reactions(meeting, ts) == [TICK if due else WARNING]


@pytest.mark.parametrize(
    ("typed", "owners", "due", "lacks"),
    [
        ("send the figures", [], None, "an owner and a date"),
        ("send the figures by fri", [], FRIDAY, "an owner"),
        ("send the figures {daniel}", ["Daniel Kerr"], None, "a date"),
        ("send the figures to Daniel by fri", [], FRIDAY, "an owner"),
        ("Nobody Known to send the figures by fri", [], FRIDAY, "an owner"),
        ("{daniel} to send the figures by 31/11", ["Daniel Kerr"], None, "a date"),
        ("{daniel} to send the figures by 1 november 2026", ["Daniel Kerr"], None, "a date"),
        ("ask {daniel} or {ruth} for figures by fri", [], FRIDAY, "an owner"),
        ("{joel} to send the figures by fri", [], FRIDAY, "an owner"),
    ],
)
def test_an_action_that_lacks_something_is_kept_marked_and_its_author_asked(
    meeting: Parley, typed: str, owners: list[str], due: str | None, lacks: str
) -> None:
    people = {"daniel": cast.lead.mention, "ruth": cast.negotiator.mention, "joel": cast.stranger.mention}
    ts = says(meeting, f"ACTION: {typed.format(**people)}", by=cast.scribe)

    (action,) = meeting.export()["actions"]
    assert (action["owners"], action["due_on"], action["status"]) == (owners, due, "open")
    assert "figures" in action["text"]
    assert reactions(meeting, ts) == [WARNING]
    (note,) = meeting.posted(cast.scribe)
    assert f"A1 is recorded, but lacks {lacks}" in note["text"]
    (button,) = buttons(note)
    assert button["text"]["text"] == "Complete It"


def test_a_name_that_fits_two_is_not_an_owner(meeting: Parley) -> None:
    meeting.api.add_user("U08DANIEL", "Daniel Mensah")
    meeting.slash("member add <@U08DANIEL> to CCG as technical", by=cast.chair)
    says(meeting, "ACTION: Daniel to send the figures by fri", by=cast.scribe)
    says(meeting, "ACTION: Daniel Kerr to send the model by fri", by=cast.scribe)
    says(meeting, "ACTION: mensah to read it by fri", by=cast.scribe)
    assert [(a["text"], a["owners"]) for a in meeting.export()["actions"]] == [
        ("Daniel to send the figures", []),
        ("send the model", ["Daniel Kerr"]),
        ("read it", ["Daniel Mensah"]),
    ]


def test_of_two_who_fit_the_one_who_is_at_the_meeting_is_meant(meeting: Parley) -> None:
    meeting.api.add_user("U08DANIEL", "Daniel Mensah")
    meeting.slash("member add <@U08DANIEL> to CCG as technical", by=cast.chair)
    says(meeting, f"Present: {cast.lead.mention}", by=cast.scribe)
    says(meeting, "ACTION: Daniel to send the figures by fri", by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert action["owners"] == ["Daniel Kerr"]


def test_an_incomplete_action_is_completed_through_its_form(meeting: Parley) -> None:
    ts = says(meeting, "ACTION: find the baseline data for housing", by=cast.scribe)
    (note,) = meeting.posted(cast.scribe)
    (button,) = buttons(note)

    meeting.presses(button["action_id"], button["value"], by=cast.scribe, where="D02SCRIBE")
    form = meeting.api.modal(cast.scribe.id)
    assert form is not None
    assert "find the baseline data for housing" in str(form["blocks"])

    yesterday = {"owner": _choice(form, cast.analyst), "due": {"type": "datepicker", "selected_date": "2026-11-25"}}
    refusal = meeting.submits(form, yesterday, by=cast.scribe)
    assert "has passed" in refusal["errors"]["due"]
    assert reactions(meeting, ts) == [WARNING]

    # Slack sends the corrected form as the same view with the same hash.
    good = {**yesterday, "due": {"type": "datepicker", "selected_date": NEXT_FRIDAY}}
    assert meeting.submits(form, good, by=cast.scribe) == {}

    (action,) = meeting.export()["actions"]
    assert (action["owners"], action["due_on"]) == ([cast.analyst.name], NEXT_FRIDAY)
    assert reactions(meeting, ts) == [TICK]
    (note,) = meeting.posted(cast.scribe)
    assert "A1 is complete" in note["text"]
    assert buttons(note) == []

    meeting.presses(button["action_id"], button["value"], by=cast.scribe, where="D02SCRIBE")
    assert "complete already" in told(meeting, cast.scribe)


def _choice(form: dict[str, Any], person: Person) -> dict[str, Any]:
    (element,) = [b["element"] for b in form["blocks"] if b.get("block_id") == "owner"]
    (option,) = [o for o in element["options"] if person.name in o["text"]["text"]]
    return {"type": "static_select", "selected_option": option}


def test_what_a_form_filled_in_outlives_a_mend_of_the_words(meeting: Parley) -> None:
    ts = says(meeting, "ACTION: find the baseline data for housing", by=cast.scribe)
    meeting.presses("action.complete", "OXMH A1", by=cast.scribe, where="D02SCRIBE")
    form = meeting.api.modal(cast.scribe.id) or {}
    due = {"type": "datepicker", "selected_date": NEXT_FRIDAY}
    meeting.submits(form, {"owner": _choice(form, cast.analyst), "due": due}, by=cast.scribe)

    says(meeting, "s/housing/supported housing/", by=cast.scribe)

    (action,) = meeting.export()["actions"]
    assert action["text"] == "find the baseline data for supported housing"
    assert (action["owners"], action["due_on"]) == ([cast.analyst.name], NEXT_FRIDAY)
    assert reactions(meeting, ts) == [TICK]


def test_an_action_from_the_form_of_the_command_can_be_mended_too(meeting: Parley) -> None:
    meeting.slash("action find the baseline data", by=cast.scribe)
    form = meeting.api.modal(cast.scribe.id) or {}
    what = {"type": "plain_text_input", "value": "find the baseline data"}
    due = {"type": "datepicker", "selected_date": NEXT_FRIDAY}
    meeting.submits(form, {"what": what, "owner": _choice(form, cast.analyst), "due": due}, by=cast.scribe)
    says(meeting, "s/owners/people/", by=cast.scribe)
    says(meeting, "s/baseline/housing/", by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert (action["text"], action["owners"], action["due_on"]) == (
        "find the housing data",
        [cast.analyst.name],
        NEXT_FRIDAY,
    )


# -- several lines, [off], mends ------------------------------------------------------------------------


def test_several_lines_are_several_records_and_one_reaction(meeting: Parley) -> None:
    ts = says(
        meeting,
        f"Good.\nAGREED: one\nACTION: two {cast.lead.mention} by fri\nNOTE: three\nso it goes\nDECISION: four",
        by=cast.chair,
    )
    record = meeting.export()
    assert [row["wording"] for row in record["agreements"]] == ["one"]
    assert [row["text"] for row in (*record["actions"], *record["notes"], *record["decisions"])] == [
        "two",
        "three",
        "four",
    ]
    assert reactions(meeting, ts) == [TICK]
    assert len(meeting.api.called("reactions.add")) == 1


def test_lines_that_go_on_belong_to_the_words(meeting: Parley) -> None:
    says(meeting, "AGREED: The Provider shall:\n(a) pay\n- and report", by=cast.chair)
    (agreement,) = meeting.export()["agreements"]
    assert agreement["wording"] == "The Provider shall:\n(a) pay\n- and report"


def test_off_keeps_a_line_out(meeting: Parley) -> None:
    ts = says(meeting, "[off] AGREED: coffee at eleven", by=cast.chair)
    kept = says(meeting, "NOTE: on the record\n  [off] our floor is 5%\nNOTE: again", by=cast.chair)
    assert [note["text"] for note in meeting.export()["notes"]] == ["on the record", "again"]
    assert meeting.export()["agreements"] == []
    assert "floor" not in str(meeting.export())
    assert reactions(meeting, ts) == []
    assert reactions(meeting, kept) == [TICK]


def test_a_mend_changes_the_latest_record_that_holds_the_words(meeting: Parley) -> None:
    says(meeting, "NOTE: full effect at the end of year 3", by=cast.scribe)
    says(meeting, "AGREED: full effect at the end of year 3", by=cast.chair)
    says(meeting, "NOTE: nothing to see", by=cast.scribe)
    mend = says(meeting, "s/year 3/year 2/", by=cast.scribe)

    record = meeting.export()
    assert record["agreements"][0]["wording"] == "full effect at the end of year 2"
    assert record["agreements"][0]["version"] == 2
    assert [note["text"] for note in record["notes"]] == ["full effect at the end of year 3", "nothing to see"]
    assert reactions(meeting, mend) == [TICK]
    (entry,) = [e for e in record["ledger"] if e["deed"] == "agreement.reworded"]
    assert "year 3" in entry["detail"]
    assert "year 2" in entry["detail"]


def test_the_latest_of_several_lines_in_one_message_is_the_last_one(meeting: Parley) -> None:
    says(meeting, "NOTE: year 3\nAGREED: year 3\nDECISION: year 3", by=cast.chair)
    says(meeting, "s/year 3/year 2/", by=cast.chair)
    record = meeting.export()
    assert record["decisions"][0]["text"] == "year 2"
    assert record["agreements"][0]["wording"] == "year 3"
    assert record["notes"][0]["text"] == "year 3"

    meeting.slash("undo", by=cast.chair)
    assert standing(meeting, "decisions") == []
    meeting.slash("undo", by=cast.chair)
    assert standing(meeting, "agreements") == []


def test_a_mend_of_confirmed_words_starts_confirmation_again(meeting: Parley) -> None:
    says(meeting, "AGREED: within 30 days", by=cast.chair)
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    assert meeting.export()["agreements"][0]["status"] == "agreed"

    says(meeting, "s/30/28/", by=cast.chair)

    (agreement,) = meeting.export()["agreements"]
    assert (agreement["wording"], agreement["status"]) == ("within 28 days", "awaiting")
    assert [c["party"] for c in agreement["confirmations"]] == ["CCG"]
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    assert meeting.export()["agreements"][0]["status"] == "awaiting"


@pytest.mark.parametrize(
    ("mend", "owners", "due", "text"),
    [
        ("s/fri/4 dec/", ["Daniel Kerr"], NEXT_FRIDAY, "send the figures"),
        ("s/{daniel}/{ruth}/", ["Ruth Adeyemi"], FRIDAY, "send the figures"),
        ("s/figures/model/", ["Daniel Kerr"], FRIDAY, "send the model"),
        ("s/by fri//", ["Daniel Kerr"], None, "send the figures"),
    ],
)
def test_a_mend_reaches_an_action_s_words_owner_and_date(
    meeting: Parley, mend: str, owners: list[str], due: str | None, text: str
) -> None:
    people = {"daniel": cast.lead.mention, "ruth": cast.negotiator.mention}
    ts = says(meeting, "ACTION: {daniel} to send the figures by fri".format(**people), by=cast.scribe)
    assert reactions(meeting, ts) == [TICK]
    says(meeting, mend.format(**people), by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert (action["text"], action["owners"], action["due_on"]) == (text, owners, due)
    assert reactions(meeting, ts) == [TICK if due else WARNING]


def test_a_mend_by_name_reaches_an_owner_who_was_mentioned(meeting: Parley) -> None:
    says(meeting, f"ACTION: send the figures {cast.lead.mention} by fri", by=cast.scribe)
    says(meeting, "s/Daniel Kerr/Ruth Adeyemi/", by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert (action["text"], action["owners"]) == ("send the figures", ["Ruth Adeyemi"])


def test_a_mend_by_somebody_else_keeps_the_names_in_the_words(meeting: Parley) -> None:
    says(meeting, f"NOTE: {cast.lead.mention} will share the modle", by=cast.scribe)
    says(meeting, "s/modle/model/", by=cast.chair)
    assert meeting.export()["notes"][0]["text"] == "@Daniel Kerr will share the model"


def test_a_mend_of_a_declaration_or_of_something_parked(meeting: Parley) -> None:
    meeting.slash(f"declare {cast.negotiator.mention} trustee of a charrity", by=cast.scribe)
    says(meeting, "s/charrity/charity/", by=cast.scribe)
    says(meeting, "PARKED: Older people until 12 dec", by=cast.scribe)
    says(meeting, "s/12 dec/13 dec/", by=cast.scribe)
    declared, parked = meeting.export()["notes"]
    assert (declared["text"], declared["about"]) == ("trustee of a charity", "Ruth Adeyemi")
    assert (parked["text"], parked["until"]) == ("Older people", "2026-12-13")


def test_a_mend_of_an_owner_typed_by_name(meeting: Parley) -> None:
    says(meeting, "ACTION: Daniel to send the figures by fri", by=cast.scribe)
    says(meeting, "s/Daniel/Ruth/", by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert (action["text"], action["owners"]) == ("send the figures", ["Ruth Adeyemi"])


def test_a_mend_that_completes_an_action(meeting: Parley) -> None:
    ts = says(meeting, "ACTION: somebody to send the figures by fri", by=cast.scribe)
    assert reactions(meeting, ts) == [WARNING]
    says(meeting, "s/somebody/Daniel/", by=cast.scribe)
    assert reactions(meeting, ts) == [TICK]
    (note,) = meeting.posted(cast.scribe)
    assert "A1 is complete" in note["text"]


def test_words_relative_to_the_day_mean_the_day_on_which_they_were_said(meeting: Parley) -> None:
    meeting.later(hours=13, minutes=50)  # ten to midnight on Thursday
    says(meeting, f"ACTION: {cast.lead.mention} to send the figurs by tomorrow", by=cast.scribe)
    meeting.later(minutes=20)  # on Friday now
    says(meeting, "s/figurs/figures/", by=cast.scribe)
    (action,) = meeting.export()["actions"]
    assert (action["text"], action["due_on"]) == ("send the figures", FRIDAY)


@pytest.mark.parametrize("by", [cast.chair, cast.lead])
def test_a_mend_that_finds_nothing_is_told_to_its_author(meeting: Parley, by: Person) -> None:
    says(meeting, "NOTE: something", by=cast.scribe)
    ts = says(meeting, "s/nothing like it/x/", by=by)
    assert "No record of N1 holds “nothing like it”" in told(meeting, by)
    assert reactions(meeting, ts) == []


def test_a_mend_cannot_leave_a_record_without_words(meeting: Parley) -> None:
    says(meeting, "NOTE: something", by=cast.scribe)
    says(meeting, "s/something//", by=cast.scribe)
    assert meeting.export()["notes"][0]["text"] == "something"
    assert "without words" in told(meeting, cast.scribe)


# -- edits and deletions --------------------------------------------------------------------------------


def edit(parley: Parley, ts: str, before: str, after: str, by: Person) -> None:
    parley.later(minutes=1)
    parley.edits(ts, before, after, by=by)


def test_an_edited_line_changes_its_record_and_the_trail_shows_it(meeting: Parley) -> None:
    before, after = "NOTE: six weeks in arears", "NOTE: six weeks in arrears"
    ts = says(meeting, before, by=cast.scribe)
    edit(meeting, ts, before, after, by=cast.scribe)
    (note,) = meeting.export()["notes"]
    assert (note["ref"], note["text"]) == ("E1", "six weeks in arrears")
    (entry,) = [e for e in meeting.export()["ledger"] if e["deed"] == "note.reworded"]
    assert "arears" in entry["detail"]
    assert reactions(meeting, ts) == [TICK]
    assert meeting.trail_faults() == []


def test_an_edit_restarts_the_confirmation_of_an_agreement(meeting: Parley) -> None:
    before, after = "AGREED: within 30 days", "AGREED: within 28 days"
    ts = says(meeting, before, by=cast.chair)
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    edit(meeting, ts, before, after, by=cast.chair)
    (agreement,) = meeting.export()["agreements"]
    assert (agreement["status"], agreement["version"]) == ("awaiting", 2)
    (card, told) = [m for m in meeting.posted() if "AG1" in m["text"] and not m["text"].startswith("Meeting")]
    assert "within 28 days" in card["text"]
    assert "has been reworded" in told["text"]


def test_an_edit_changes_an_action_s_owner_and_date_and_its_reaction(meeting: Parley) -> None:
    lines = [
        "ACTION: send the figures",
        "ACTION: send the figures by fri",
        f"ACTION: send the figures {cast.lead.mention} by fri",
        f"ACTION: send the figures {cast.negotiator.mention}",
    ]
    ts = says(meeting, lines[0], by=cast.scribe)
    seen = [reactions(meeting, ts)]
    for before, after in pairwise(lines):
        edit(meeting, ts, before, after, by=cast.scribe)
        seen.append(reactions(meeting, ts))
    assert seen == [[WARNING], [WARNING], [TICK], [WARNING]]
    (action,) = meeting.export()["actions"]
    assert (action["owners"], action["due_on"]) == (["Ruth Adeyemi"], None)


def test_an_edit_adds_removes_and_reorders_lines(meeting: Parley) -> None:
    texts = [
        "NOTE: a\nNOTE: b",
        "NOTE: b",
        "NOTE: b\nNOTE: c",
        "NOTE: c\nNOTE: b\nACTION: d",
        "NOTE: c\nsome talk\nACTION: d\nNOTE: b\nNOTE: e",
        "nothing for the record",
        "NOTE: f\nNOTE: g\nNOTE: h",
        "NOTE: h\nNOTE: f",
        "DECISION: f\nNOTE: h",
    ]
    ts = says(meeting, texts[0], by=cast.scribe)
    for before, after in pairwise(texts):
        edit(meeting, ts, before, after, by=cast.scribe)
        kept = [f"{kind}{row['text']}" for kind, rows in _rows(meeting) for row in rows]
        wanted = [line for line in after.split("\n") if ":" in line]
        assert sorted(kept) == sorted(wanted), after
        assert reactions(meeting, ts) == ([] if not wanted else [WARNING if "ACTION" in after else TICK])
    # The same words kept their record wherever they moved, and a record once withdrawn is not revived.
    notes = {row["ref"]: (row["text"], row["status"]) for row in meeting.export()["notes"]}
    assert notes["E2"] == ("b", "withdrawn")
    assert notes["E3"] == ("c", "withdrawn")
    assert meeting.trail_faults() == []


def _rows(parley: Parley) -> list[tuple[str, list[dict[str, Any]]]]:
    return [(f"{name}: ", standing(parley, key)) for name, key in _NAMES]


_NAMES = (("NOTE", "notes"), ("ACTION", "actions"), ("DECISION", "decisions"))


def test_a_line_edited_into_another_kind_becomes_another_record(meeting: Parley) -> None:
    ts = says(meeting, "NOTE: weekly meetings", by=cast.chair)
    edit(meeting, ts, "NOTE: weekly meetings", "DECISION: weekly meetings", by=cast.chair)
    assert [row["status"] for row in meeting.export()["notes"]] == ["withdrawn"]
    assert [row["status"] for row in meeting.export()["decisions"]] == ["recorded"]
    assert reactions(meeting, ts) == [TICK]


def test_a_message_whose_record_was_undone_can_be_edited_into_a_new_one(meeting: Parley) -> None:
    ts = says(meeting, "NOTE: lunch is at one", by=cast.scribe)
    meeting.slash("undo", by=cast.scribe)
    edit(meeting, ts, "NOTE: lunch is at one", "NOTE: lunch is at two", by=cast.scribe)
    assert [(n["text"], n["status"]) for n in meeting.export()["notes"]] == [
        ("lunch is at one", "undone"),
        ("lunch is at two", "recorded"),
    ]


def test_plain_talk_edited_into_a_line_is_recorded(meeting: Parley) -> None:
    ts = says(meeting, "send the figures", by=cast.scribe)
    assert reactions(meeting, ts) == []
    edit(meeting, ts, "send the figures", "ACTION: send the figures", by=cast.scribe)
    assert reactions(meeting, ts) == [WARNING]
    (note,) = meeting.posted(cast.scribe)
    (button,) = buttons(note)

    meeting.presses(button["action_id"], button["value"], by=cast.scribe, where="D02SCRIBE")
    form = meeting.api.modal(cast.scribe.id) or {}
    due = {"type": "datepicker", "selected_date": NEXT_FRIDAY}
    meeting.submits(form, {"owner": _choice(form, cast.analyst), "due": due}, by=cast.scribe)
    assert reactions(meeting, ts) == [TICK]
    (note,) = meeting.posted(cast.scribe)
    assert "A1 is complete" in note["text"]


def test_off_put_before_a_line_takes_it_out(meeting: Parley) -> None:
    ts = says(meeting, "NOTE: our floor", by=cast.scribe)
    edit(meeting, ts, "NOTE: our floor", "[off] NOTE: our floor", by=cast.scribe)
    assert standing(meeting, "notes") == []
    assert reactions(meeting, ts) == []


def test_a_link_s_preview_is_no_edit(meeting: Parley) -> None:
    text = "NOTE: see <https://nhs.uk|the guidance>"
    ts = says(meeting, text, by=cast.scribe)
    meeting.deliver()
    before = len(meeting.export()["ledger"]), len(meeting.api.calls)
    edit(meeting, ts, text, text, by=cast.scribe)
    meeting.deliver()
    assert (len(meeting.export()["ledger"]), len(meeting.api.calls)) == before


def test_an_edit_of_the_talk_around_a_line_changes_nothing(meeting: Parley) -> None:
    ts = says(meeting, "helo\nACTION: send the figures", by=cast.scribe)
    meeting.deliver()
    before = len(meeting.export()["ledger"])
    edit(meeting, ts, "helo\nACTION: send the figures", "hello\nACTION: send the figures", by=cast.scribe)
    assert len(meeting.export()["ledger"]) == before
    assert len(meeting.posted(cast.scribe)) == 1
    meeting.slash("close", by=cast.chair)
    edit(meeting, ts, "hello\nACTION: send the figures", "hullo\nACTION: send the figures", by=cast.scribe)
    assert "has closed" not in told(meeting, cast.scribe)


def test_a_deleted_message_withdraws_its_records(meeting: Parley) -> None:
    text = f"DECISION: Meet in Banbury\nACTION: book it {cast.lead.mention} by fri"
    ts = says(meeting, text, by=cast.lead)
    meeting.deletes(ts, text, by=cast.lead)
    assert [row["status"] for row in meeting.export()["decisions"]] == ["withdrawn"]
    assert [row["status"] for row in meeting.export()["actions"]] == ["withdrawn"]
    assert [e["deed"] for e in meeting.export()["ledger"]][-2:] == ["decision.withdrawn", "action.withdrawn"]


def test_a_deleted_message_with_replies_is_a_deletion_too(meeting: Parley) -> None:
    text = "DECISION: Meet in Banbury"
    ts = says(meeting, text, by=cast.lead)
    # Slack leaves a tombstone where a message with replies was, and calls that a change.
    tombstone = {"type": "message", "subtype": "tombstone", "text": "This message was deleted.", "user": "USLACKBOT"}
    event = {
        "type": "message",
        "subtype": "message_changed",
        "channel": cast.joint.id,
        "ts": meeting.new_ts(),
        "event_ts": meeting.new_ts(),
        "message": {**tombstone, "hidden": True, "ts": ts, "thread_ts": ts},
        "previous_message": {"type": "message", "user": cast.lead.id, "text": text, "ts": ts},
    }
    assert meeting.dispatch(meeting.event_payload(event)).status == 200
    assert [row["status"] for row in meeting.export()["decisions"]] == ["withdrawn"]


def test_one_side_cannot_delete_what_the_other_has_confirmed(meeting: Parley) -> None:
    text = "AGREED: within 30 days"
    ts = says(meeting, text, by=cast.chair)
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    meeting.deletes(ts, text, by=cast.chair)
    (agreement,) = meeting.export()["agreements"]
    assert agreement["status"] == "agreed"
    assert "confirmed by another party" in told(meeting, cast.chair)
    assert told(meeting, cast.lead) == ""


def test_nor_edit_its_line_away(meeting: Parley) -> None:
    ts = says(meeting, "AGREED: within 30 days", by=cast.chair)
    meeting.presses("agreement.confirm", "OXMH AG1 1", by=cast.lead)
    edit(meeting, ts, "AGREED: within 30 days", "never mind", by=cast.chair)
    (agreement,) = meeting.export()["agreements"]
    assert (agreement["status"], agreement["version"]) == ("agreed", 1)
    assert "confirmed by another party" in told(meeting, cast.chair)
    assert reactions(meeting, ts) == [TICK]

    # The line comes back as it was, and later still changes: both find their record.
    edit(meeting, ts, "never mind", "AGREED: within 28 days", by=cast.chair)
    texts = [(a["wording"], a["status"]) for a in meeting.export()["agreements"]]
    assert ("within 30 days", "agreed") in texts


# -- where and when -------------------------------------------------------------------------------------


def test_nothing_is_read_where_no_meeting_is_open(meeting: Parley) -> None:
    for room in (cast.finance, cast.ohp_caucus, cast.elsewhere):
        ts = says(meeting, "AGREED: in the wrong room", by=cast.lead, where=room)
        assert reactions(meeting, ts, room) == []
    assert "wrong room" not in str(meeting.export())
    assert told(meeting, cast.lead) == ""


def test_nothing_is_read_before_the_meeting_or_after_it(table: Parley) -> None:
    table.slash("meeting add negotiation First round on 26 nov at 10:00 for 2h", by=cast.chair)
    early = says(table, "NOTE: before", by=cast.scribe)
    table.later(minutes=1)
    table.slash("start N1", by=cast.chair)
    table.later(minutes=1)
    during = says(table, "NOTE: during", by=cast.scribe)
    table.slash("close", by=cast.chair)
    table.later(minutes=1)
    late = says(table, "NOTE: after", by=cast.scribe)
    assert [note["text"] for note in table.export()["notes"]] == ["during"]
    assert [reactions(table, ts) for ts in (early, during, late)] == [[], [TICK], []]


def test_a_line_typed_in_time_but_delivered_late_still_counts(meeting: Parley) -> None:
    meeting.later(hours=13, minutes=50)  # ten to midnight on Thursday
    text = f"ACTION: {cast.lead.mention} to send the figures by tomorrow"
    ts, said_at = meeting.new_ts(), meeting.now
    meeting.later(minutes=5)
    meeting.slash("close", by=cast.chair)
    meeting.later(minutes=30)
    says(meeting, text, by=cast.scribe, ts=ts)

    (action,) = meeting.export()["actions"]
    assert (action["meeting"], action["due_on"]) == ("N1", FRIDAY)
    assert action["source"]["at"].startswith(said_at.isoformat()[:19])
    assert reactions(meeting, ts) == [TICK]
    assert "send the figures" not in meeting.minutes()
    meeting.slash("minutes N1", by=cast.chair)
    assert "send the figures" in meeting.minutes()
    assert meeting.trail_faults() == []


@pytest.mark.parametrize("what", ["edit", "delete"])
def test_after_the_close_an_edit_changes_nothing_and_says_so(meeting: Parley, what: str) -> None:
    text = "DECISION: weekly meetings"
    ts = says(meeting, text, by=cast.chair)
    meeting.later(minutes=1)
    meeting.slash("close", by=cast.chair)
    minutes = meeting.minutes()
    if what == "edit":
        edit(meeting, ts, text, "DECISION: monthly meetings", by=cast.chair)
    else:
        meeting.deletes(ts, text, by=cast.chair)
    assert [(d["text"], d["status"]) for d in meeting.export()["decisions"]] == [("weekly meetings", "recorded")]
    assert "N1 has closed" in told(meeting, cast.chair)
    assert meeting.minutes() == minutes


def test_a_line_in_a_thread_counts_and_its_link_leads_into_the_thread(meeting: Parley) -> None:
    parent = says(meeting, "Shall we?", by=cast.lead)
    ts = says(meeting, "NOTE: said in a thread", by=cast.chair, thread_ts=parent)
    (note,) = meeting.export()["notes"]
    assert note["source"]["permalink"].endswith(
        f"{cast.joint.id}/p{ts.replace('.', '')}?thread_ts={parent}&cid={cast.joint.id}"
    )
    says(meeting, "NOTE: sent to the channel too", by=cast.chair, thread_ts=parent, subtype="thread_broadcast")
    assert len(meeting.export()["notes"]) == 2


def test_in_a_caucus_meeting_lines_are_private_to_the_party(table: Parley) -> None:
    table.slash("meeting add premeet Our line on 26 nov at 10:00 for 1h", by=cast.lead, where=cast.ohp_caucus)
    table.slash("start OHP-P1", by=cast.lead, where=cast.ohp_caucus)
    ts = says(table, "NOTE: our floor is 5%", by=cast.negotiator, where=cast.ohp_caucus)
    says(table, "AGREED: with ourselves", by=cast.negotiator, where=cast.ohp_caucus)
    says(table, "NOTE: spying", by=cast.chair, where=cast.ohp_caucus)

    assert "floor" not in str(table.export())
    assert "floor" not in str(table.export(party="CCG"))
    assert [note["text"] for note in table.export(party="OHP")["notes"]] == ["our floor is 5%"]
    assert reactions(table, ts, cast.ohp_caucus) == [TICK]
    assert "across the table" in told(table, cast.negotiator)
    assert "no negotiation here" in told(table, cast.chair)


# -- who ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("keyword", ["AGREED", "ACTION", "DECISION", "NOTE", "RESERVATION", "PARKED", "Topic"])
def test_an_observer_s_line_is_refused_privately(meeting: Parley, keyword: str) -> None:
    before = meeting.export()
    ts = says(meeting, f"{keyword}: a fifth &amp; no more", by=cast.observer)
    assert meeting.export() == before
    assert reactions(meeting, ts) == []
    words = told(meeting, cast.observer)
    assert "Not recorded" in words
    assert "negotiator" in words
    assert "a fifth &amp; no more" in words or "a fifth & no more" in words
    assert not [m for m in meeting.posted() if "fifth" in m["text"] and m["user"] == meeting.api.bot_user_id]


def test_a_stranger_s_line_is_refused_and_says_who_could_give_them_a_seat(meeting: Parley) -> None:
    before = meeting.export()
    ts = says(meeting, "AGREED: a fifth", by=cast.stranger)
    assert meeting.export() == before
    assert reactions(meeting, ts) == []
    words = told(meeting, cast.stranger)
    assert "You have no seat in OXMH, whose channel this is" in words

    edit(meeting, ts, "AGREED: a fifth", "AGREED: a fourth", by=cast.stranger)
    meeting.deletes(ts, "AGREED: a fourth", by=cast.stranger)
    assert meeting.export() == before


def test_a_refused_line_does_not_stop_the_others(meeting: Parley) -> None:
    ts = says(meeting, "NOTE: one\ns/nowhere/x/\nNOTE: two", by=cast.scribe)
    assert [note["text"] for note in meeting.export()["notes"]] == ["one", "two"]
    assert "nowhere" in told(meeting, cast.scribe)
    assert reactions(meeting, ts) == [TICK]


def test_a_keyword_without_words_is_refused(meeting: Parley) -> None:
    for keyword in ("AGREED:", "ACTION:", "NOTE:", "DECISION:", "Topic:"):
        says(meeting, keyword, by=cast.chair)
    assert len(meeting.posted(cast.chair)) == 5
    record = meeting.export()
    assert not any(record[key] for key in ("agreements", "actions", "notes", "decisions"))


def test_a_clause_s_number_alone_is_no_wording(meeting: Parley) -> None:
    says(meeting, "AGREED: 4.2", by=cast.chair)
    assert meeting.export()["agreements"] == []
    assert "exact words" in told(meeting, cast.chair)


# -- bots -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "more",
    [
        {"user": "UPARLEY", "bot_id": "BPARLEY"},
        {"user": "UPARLEY"},
        {"user": "UOTHERBOT", "bot_id": "BOTHER"},
        {"user": cast.chair.id, "bot_profile": {"id": "BOTHER"}},
        {"user": None, "subtype": "bot_message", "bot_id": "BOTHER"},
    ],
)
def test_what_bots_post_is_never_captured(meeting: Parley, more: dict[str, Any]) -> None:
    recap = "ACTION: send the figures\nAGREED: everything"
    ts = meeting.new_ts()
    event = {"type": "message", "channel": cast.joint.id, "text": recap, "ts": ts, "event_ts": ts, **more}
    assert meeting.dispatch(meeting.event_payload(event)).status == 200
    changed = {
        "type": "message",
        "subtype": "message_changed",
        "channel": cast.joint.id,
        "ts": meeting.new_ts(),
        "event_ts": meeting.new_ts(),
        "message": {"type": "message", "text": recap, "ts": ts, **more},
        "previous_message": {"type": "message", "text": "…", "ts": ts, **more},
    }
    assert meeting.dispatch(meeting.event_payload(changed)).status == 200
    record = meeting.export()
    assert record["agreements"] == record["actions"] == []
    meeting.deliver()
    assert meeting.api.called("reactions.add") == []


def test_parley_s_own_minutes_hold_keywords_and_make_nothing(meeting: Parley) -> None:
    says(meeting, f"ACTION: {cast.lead.mention} to reply to ACTION: lines by fri", by=cast.scribe)
    meeting.slash("close", by=cast.chair)
    meeting.slash(f"meeting add negotiation Next on {FRIDAY} at 10:00 for 1h", by=cast.chair)
    meeting.slash("start N2", by=cast.chair)
    before = meeting.export()
    for message in meeting.posted():
        if message["user"] == meeting.api.bot_user_id:
            event = {**message, "channel": cast.joint.id, "event_ts": message["ts"], "ts": meeting.new_ts()}
            meeting.dispatch(meeting.event_payload(event))
    assert meeting.export() == before


# -- what people type -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("&lt;!channel&gt; &lt;@U01CHAIR&gt;", "<!channel> <@U01CHAIR>"),
        ("<!channel> everyone", "@channel everyone"),
        ("*bold* _it_ `code` ~gone~", "*bold* _it_ `code` ~gone~"),
        ("שלום \u202eabc 🙂", "שלום \u202eabc 🙂"),
        ("x" * 3000, "x" * 3000),
    ],
)
def test_words_are_kept_as_they_are_and_never_come_alive(meeting: Parley, sent: str, kept: str) -> None:
    ts = says(meeting, f"AGREED: {sent}\nNOTE: {sent}\nACTION: {sent}", by=cast.chair)
    record = meeting.export()
    assert record["agreements"][0]["wording"] == record["notes"][0]["text"] == record["actions"][0]["text"] == kept
    assert reactions(meeting, ts) == [WARNING]
    assert "lacks" in told(meeting, cast.chair)
    for message in [*meeting.posted(), *meeting.posted(cast.chair)]:
        if message["user"] == meeting.api.bot_user_id:
            assert "<!" not in message["text"]
            assert "<!" not in str([b for b in message["blocks"] if b.get("text", {}).get("type") == "mrkdwn"])


def test_every_captured_message_carries_exactly_one_reaction(meeting: Parley) -> None:
    stamps = [
        says(meeting, "NOTE: a\nDECISION: b", by=cast.scribe),
        says(meeting, "ACTION: c", by=cast.scribe),
        says(meeting, "Topic: d\nACTION: e", by=cast.scribe),
        says(meeting, "s/a/aa/", by=cast.scribe),
        says(meeting, "s/c/cc/", by=cast.scribe),
        says(meeting, "present+", by=cast.observer),
    ]
    for ts in stamps:
        assert len(reactions(meeting, ts)) == 1


# -- entries of the registers ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("LV1: Block payment of £2m", "LV1 is agreed in the words of its entry: `/parley agree LV1`"),
        ("lv1", "LV1 is agreed in the words of its entry: `/parley agree LV1`"),
        ("LV1 as amended today", "`/parley agree LV1`"),
        ("O1.1: Mortality falls", "O1.1 is agreed in its own words: `/parley agree O1.1`"),
        ("O1: People live longer", "An outcome is agreed metric by metric: `/parley agree O1.1`."),
        ("DG1: Payment each quarter", "DG1 is a derogation."),
        ("LV99: Something", "There is no LV99 in OXMH: `/parley variations` lists what there is."),
        ("O9.9", "There is no O9.9 in OXMH: `/parley outcomes` lists what there is."),
    ],
)
def test_a_line_on_an_entry_is_kept_as_a_note_with_what_to_type(meeting: Parley, line: str, instead: str) -> None:
    for typed in (
        "variation add variation Block payment for crisis care",
        "derogation add SC36 Payment is made each quarter",
        "outcome add People will live longer",
        "metric add O1 Mortality rate",
    ):
        meeting.slash(typed, by=cast.chair)
    ts = says(meeting, f"AGREED: {line}", by=cast.lead)
    assert meeting.export()["agreements"] == []
    assert [note["text"] for note in meeting.export()["notes"]] == [line]
    assert reactions(meeting, ts) == [WARNING]
    assert "E1: a note, not an agreement." in told(meeting, cast.lead)
    assert instead in told(meeting, cast.lead)


@pytest.mark.parametrize(
    "line", ["O2 saturation is measured on arrival", "LV switchgear is the landlord's", "Lv9 is shut"]
)
def test_words_that_only_look_like_a_ref_are_agreed_as_they_stand(meeting: Parley, line: str) -> None:
    ts = says(meeting, f"AGREED: {line}", by=cast.lead)
    assert [row["wording"] for row in meeting.export()["agreements"]] == [line]
    assert reactions(meeting, ts) == [TICK]


def test_an_agreement_is_not_edited_into_one_on_an_entry(meeting: Parley) -> None:
    meeting.slash("variation add variation Block payment for crisis care", by=cast.chair)
    ts = says(meeting, "AGREED: Payment is made each month", by=cast.lead)
    meeting.edits(ts, "AGREED: Payment is made each month", "AGREED: LV1", by=cast.lead)
    assert [row["wording"] for row in meeting.export()["agreements"]] == ["Payment is made each month"]
    assert "`/parley agree LV1`" in told(meeting, cast.lead)
