"""Whatever people type: a clear private answer that gives it back, and never a lost line or a live mention."""

import html
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bot.routes import COMMANDS
from tests import cast
from tests.block_kit import faults_in_message
from tests.harness import Parley, Reply, running_parley

HOSTILE = {
    "markup": "<!channel> <!here|here> <@U04LEAD|dan> <#C02CCG|oxmh-ccg> <https://x.example|x> & <b>bold</b> < > &lt;",
    "emphasis": "*bold* _slanted_ ~struck~ `code` ```block``` > quoted\n> 1. listed\n- item",
    "backticks": "`" * 7 + " `unclosed",
    "emoji": "🤝 👩‍⚖️ 🏳️‍🌈 e\u0301 :handshake: :+1:",
    "right to left": "يدفع المفوض خلال ٣٠ يومًا \u202e\u2066 שלום",
    "quotes": "“curly” 'single' \"double\" «guillemets» it’s {{ 7*7 }} {% raw %} %s {0} \\n $HOME ' OR 1=1 --",
    "spaces": "a\u00a0b\u2003c\u200bd\u2028e\tf\n\n\ng",
    "forged": "\ue000U04LEAD\ue001 \x00\x07\x1b[31m",
    "names": "Robert'); DROP TABLE agreement;--",
}
LONG = {
    "3,000 characters": ("The Provider shall pay. " * 200)[:3000],
    "3,000 escapes": "&" * 3000,
    "39,000 characters": ("The Commissioner shall pay within 30 days; " * 1000)[:39_000],
    "39,000 without a space": "x" * 39_000,
    "39,000 escapes": "<" * 39_000,
    "13,000 lines": "a\n\n" * 13_000,
    "lists": "a and b, c and " * 2_600,
    "brackets": "(a" * 19_500,
    "spaces inside": "a" + " " * 38_998 + "b",
    "every word of the grammar": "on at for by to as until because informs prep place " * 750,
}
WORDS = {**HOSTILE, **LONG}
FREE_TEXT = (
    *("agree {}", "decide {}", "note {}", "park {} until fri"),
    *("declare <@U04LEAD> {}", "action {} <@U04LEAD> by fri"),
)


def as_slack_sends(typed: str) -> str:
    """What somebody typed, as Slack delivers it when "Escape channels, users, and links" is on."""
    return typed.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def checked(parley: Parley, text: str, by: cast.Person = cast.chair, where: cast.Room = cast.joint) -> Reply:
    """The answer to a command, once it is sure that Slack takes it and that it is no stack trace."""
    answer = parley.dispatch(parley.slash_payload(text, by, where))
    assert answer.status == 200
    body = json.loads(answer.body)
    assert faults_in_message({"text": body["text"], "blocks": body["blocks"]}) == []
    assert body["response_type"] in ("ephemeral", "in_channel")
    assert "Something went wrong" not in body["text"]
    assert "Something could not be saved" not in body["text"]
    assert "Traceback" not in answer.body
    return Reply(body["text"], body["blocks"], body["response_type"] == "ephemeral")


def given_back(reply: Reply) -> str:
    """The plain-text part of an answer: what was typed, in one string."""
    parts = [block["text"]["text"] for block in reply.blocks if block["text"]["type"] == "plain_text"]
    return "".join(parts)


def readable(words: str) -> str:
    """The words without control characters and Parley's own marks, which nobody types."""
    return "".join(c for c in words if (c >= " " or c in "\t\n") and c not in "\ue000\ue001")


def letters(words: str) -> str:
    return "".join(c for c in words if c.isalnum())


def nothing_recorded(parley: Parley) -> bool:
    exported = parley.export()
    return not any(exported[kind] for kind in ("agreements", "decisions", "notes", "actions"))


# -- what is not a command ------------------------------------------------------------------------------


def test_a_slip_of_the_finger_is_answered_with_the_nearest_verb(table: Parley) -> None:
    for typed, meant in (
        ("agre 4.2: Payment falls due.", "agree"),
        ("AGREEE Payment", "agree"),
        ("party ad CCG Oxfordshire", "party add"),
        ("party", "party add"),
        ("confrim AG1", "confirm"),
        ("actoin send it", "action"),
        ("minute N1", "minutes"),
        ("channel", "channel joint"),
    ):
        reply = checked(table, typed)
        assert reply.private
        assert f"Did you mean `{meant}`? For example: `/parley {COMMANDS[meant].example}`" in reply.text
        assert given_back(reply) == f"You typed: /parley {typed}"
    assert nothing_recorded(table)


def test_nonsense_is_given_back_as_it_was_typed(table: Parley) -> None:
    for words in HOSTILE.values():
        reply = checked(table, as_slack_sends(f"frobnicate {words}"))
        assert reply.private
        assert "`/parley help` lists what you can type" in reply.text
        assert given_back(reply) == f"You typed: /parley frobnicate {readable(words)}"


def test_a_mentioned_person_comes_back_by_name(table: Parley) -> None:
    reply = checked(table, f"frobnicate {cast.lead.mention} &amp; <#C02CCG|oxmh-ccg> &lt;!channel&gt; <!channel>")
    assert given_back(reply) == "You typed: /parley frobnicate @Daniel Kerr & #oxmh-ccg <!channel> @channel"


def test_nothing_but_spaces_shows_what_can_be_done_here(table: Parley) -> None:
    for typed in ("", "   ", "\n", "\u00a0"):
        reply = checked(table, typed)
        assert reply.private
        assert "`/parley help` lists everything you can type." in reply.text


def test_a_verb_without_its_parts_says_what_is_missing(table: Parley) -> None:
    whole = {"undo", "help", "status", "channel joint", "meetings", "actions", "timetable"}
    whole |= {
        "settings",
        "reminders",
        "export",
        "clauses",
        "clause pack",
        "clause import",
        "clause changes",
        "packages",
        "ladder",
    }
    whole |= {"documents", "commitments", "variations", "derogations", "changes"}
    whole |= {"new", "members"}  # the first has its forms
    whole |= {"check"}
    whole |= {"brief"}
    # These list, show or ask when nothing follows; the private ones have their own tests.
    whole |= {"route", "route table", "structure", "procon", "analysis", "assessment", "assessment regime"}
    whole |= {verb for verb, command in COMMANDS.items() if command.private}
    whole |= {"outcomes", "scope", "value", "term"}
    for verb in [verb for verb in COMMANDS if verb not in whole]:
        reply = checked(table, verb)
        assert reply.private, verb
        assert "`/parley " in reply.text
        assert f"You typed: /parley {verb}" in reply.shown
    assert nothing_recorded(table)


# -- free text ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_free_text_is_kept_word_for_word_and_pings_nobody(meeting: Parley, words: str) -> None:
    kept = readable(words).strip()
    for typed in FREE_TEXT:
        reply = checked(meeting, as_slack_sends(typed.format(words)).replace("&lt;@U04LEAD&gt; ", "<@U04LEAD> "))
        assert "*" in reply.text, typed  # a ref: it was recorded
    exported = meeting.export()
    assert exported["agreements"][0]["wording"] == kept
    assert exported["decisions"][0]["text"] == kept
    assert [note["text"] for note in exported["notes"]] == [kept, kept, kept]
    assert letters(exported["actions"][0]["text"]) == letters(kept)  # marks before an owner may be left out
    checked(meeting, "status")
    checked(meeting, "actions")
    checked(meeting, "close")
    _check_posted(meeting)
    minutes = meeting.minutes("N1")
    assert "<!channel>" not in minutes
    assert "Traceback" not in minutes


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_an_objection_and_evidence_in_any_words(meeting: Parley, words: str) -> None:
    checked(meeting, "agree Payment falls due within 30 days.")
    checked(meeting, "action Send it <@U04LEAD> by fri")
    checked(meeting, as_slack_sends(f"object AG1 because {words}"), by=cast.lead)
    checked(meeting, as_slack_sends(f"done A1 {words}"), by=cast.lead)
    exported = meeting.export()
    assert exported["agreements"][0]["objections"]
    assert exported["actions"][0]["evidence"]
    checked(meeting, "close")
    _check_posted(meeting)


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_names_titles_and_refs_in_any_words(table: Parley, words: str) -> None:
    for typed in (
        "party add XYZ {}",
        "meeting add negotiation {} on 12 dec at 10:00 for 2h",
        "meeting add negotiation Title on 12 dec at 10:00 for 2h place {}",
        "agenda add N1 {}",
        "attend N1 {}",
        "attend N1 <@U04LEAD> as {}",
        "meeting {}",
        "agenda {}",
        "start {}",
        "item {}",
        "present {}",
        "confirm {}",
        "confirm AG1 {}",
        "object {} because of it",
        "done {}",
        "actions {}",
        "minutes {}",
        "minutes N1 as {}",
        "help {}",
        "channel subgroup {}",
        "channel caucus {}",
        "member add <@U07STRANGER> to {} as lead",
        "member add <@U07STRANGER> to CCG as {}",
        "new {} A title",
        "park Something until {}",
        "action Something <@U04LEAD> by {}",
        "meeting add negotiation Title on {} at 10:00 for 2h",
        "meeting add negotiation Title on 12 dec at {} for 2h",
        "meeting add negotiation Title on 12 dec at 10:00 for {}",
        "{}",
        "OXMH {}",
    ):
        text = as_slack_sends(typed.format(words)).replace("&lt;@U0", "<@U0")
        checked(table, text)
    for typed in ("status", "meetings", "meeting N1", "agenda N1", "actions all"):
        checked(table, typed)
    _check_posted(table)


def _check_posted(parley: Parley) -> None:
    """Everything posted is fit for Slack (`api.house_faults` sees to that) and nothing was given up."""
    for person in cast.everybody:
        assert not [m for m in parley.posted(person) if "could not deliver" in m["text"]]


def test_raw_markup_pings_nobody_either(meeting: Parley) -> None:
    """A workspace whose command does not escape, or a line typed in the channel."""
    for typed in FREE_TEXT:
        checked(meeting, typed.format(HOSTILE["markup"]))
    meeting.types(f"NOTE: {HOSTILE['markup']}", by=cast.scribe)
    meeting.mentions(f"note {HOSTILE['markup']}", by=cast.scribe)
    meeting.mentions(f"frobnicate {HOSTILE['markup']}", by=cast.scribe)
    exported = meeting.export()
    assert len(exported["notes"]) == 5
    assert "@channel @here" in exported["notes"][0]["text"] or "@channel here" in exported["notes"][0]["text"]
    checked(meeting, "close")
    _check_posted(meeting)
    assert "<!" not in html.unescape(str(meeting.posted()).replace("<!date", ""))


def test_a_long_refused_wording_comes_back_whole(meeting: Parley) -> None:
    words = LONG["39,000 characters"]
    reply = checked(meeting, f"agree {words}", by=cast.observer)
    assert reply.private
    assert given_back(reply) == f"You typed: /parley agree {words}"
    assert nothing_recorded(meeting)


def test_a_form_takes_what_a_line_takes(meeting: Parley) -> None:
    for words in (HOSTILE["markup"], HOSTILE["emoji"], LONG["3,000 characters"]):
        checked(meeting, as_slack_sends(f"action {words}"))
        form = meeting.api.modal(cast.chair.id)
        assert form is not None
        (owner,) = [block for block in form["blocks"] if block.get("block_id") == "owner"]
        values: dict[str, dict[str, Any]] = {
            "what": {"type": "plain_text_input", "value": words},
            "owner": {"type": "static_select", "selected_option": owner["element"]["options"][0]},
            "due": {"type": "datepicker", "selected_date": "2026-12-12"},
        }
        assert meeting.submits(form, values, by=cast.chair) == {}
    assert len(meeting.export()["actions"]) == 3
    _check_posted(meeting)


def test_an_action_too_long_for_the_form_says_what_is_missing(meeting: Parley) -> None:
    reply = checked(meeting, f"action {LONG['39,000 characters']}")
    assert reply.private
    assert "This action still needs an owner and a date." in reply.text
    assert LONG["39,000 characters"].strip() in given_back(reply)
    assert nothing_recorded(meeting)


# -- any text at all ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def talking(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Parley]:
    """One Parley with a meeting open, for many commands in a row."""
    folder: Path = tmp_path_factory.mktemp("talking")
    with running_parley(f"sqlite:///{folder}/parley.db") as running:
        running.open_meeting()
        yield running


PARTS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            *COMMANDS,
            *HOSTILE.values(),
            *("AG1", "A1", "N1", "CCG-A1", "4.2:", "OXMH", "because", "until", "on", "at", "for", "by", "to", "as"),
            *("<@U04LEAD>", "<@U07STRANGER>", "<@UNOBODY>", "fri", "31/11", "12 dec", "10:00", "2h", "9" * 5000),
            *("\ud83d", "s/a/b/", "[off]", "AGREED:", "\n", "mine", "all", "lead,", "provider"),
        ]
    ),
)


@given(verb=st.sampled_from(["", *COMMANDS]), parts=st.lists(PARTS, max_size=6), escaped=st.booleans())
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(verb="agree", parts=["\ud83d"], escaped=False)
@example(verb="confirm", parts=["AG1", "9" * 5000], escaped=False)
@example(verb="member add", parts=["<@UNOBODY>", "to", "CCG", "as", "lead"], escaped=False)
@example(verb="meeting add", parts=["on at for"] * 6, escaped=False)
@example(verb="new", parts=["\x00", "\x00"], escaped=False)
def test_any_text_at_all_is_answered(talking: Parley, verb: str, parts: list[str], escaped: bool) -> None:
    typed = " ".join([verb, *parts])
    checked(talking, as_slack_sends(typed) if escaped else typed)
    talking.deliver()
    assert talking.api.house_faults == []


def test_after_all_that_the_trail_is_whole(talking: Parley) -> None:
    assert talking.trail_faults() == []
