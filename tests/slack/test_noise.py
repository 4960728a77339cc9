"""No noise: whatever somebody does, nobody is told of it twice.

An act may post one new message in a channel and one in a person's direct messages, never both for the same news.
Cards are updated in place, which is free; a file stands below its card, in the thread, because Slack changes no message
that carries one; and the private answer to whoever acted is the answer.
"""

import re
from collections.abc import Callable, Sequence
from typing import Any

from tests import cast
from tests.cast import Person, Room
from tests.harness import Parley

Act = Callable[[Parley], object]

_NAMES = {
    **dict(zip((room.id for room in cast.rooms), ("joint", "ccg", "ohp", "finance", "elsewhere"), strict=True)),
    **{f"D{person.id[1:]}": f"@{person.name.split()[0]}" for person in cast.everybody},
}
A_FORM: dict[str, Any] = {"type": "plain_text_input"}


def slash(words: str, by: Person = cast.chair, where: Room = cast.joint) -> Act:
    return lambda parley: parley.slash(words, by=by, where=where)


def press(button: str, value: str, by: Person = cast.chair, where: Room = cast.joint) -> Act:
    return lambda parley: parley.presses(button, f"OXMH {value}", by=by, where=where)


def sends(button: str, value: str, by: Person, **fields: str) -> Act:
    """Open a form with a button of a card, and send it with these words in it."""

    def act(parley: Parley) -> None:
        parley.presses(button, f"OXMH {value}", by=by)
        form = parley.api.modal(by.id)
        assert form is not None
        values = {field: {**A_FORM, "value": words} for field, words in fields.items()}
        parley.api.settle_modal(by.id, parley.submits(form, values, by=by))

    return act


# What is done, and where it is heard of with a new message: a channel, a person's direct messages (@), and what only
# whoever pressed something is told in the channel (in brackets). In the order of an evening.
EVENING: Sequence[tuple[str, Act, str]] = (
    (
        "planning a meeting: each side's own pre-meet is told in its own room",
        slash("meeting add negotiation First round on fri at 14:00 for 2h prep 1h place Jubilee House"),
        "joint ccg ohp",
    ),
    ("planning one that informs it", slash("meeting add subgroup Money on fri at 9:00 for 1h informs N1"), "joint"),
    (
        "planning a series: only to its first meeting people are invited now",
        slash("meeting add negotiation Round on 8 jan at 10:00 for 1h every week 3 times"),
        "joint ccg ohp",
    ),
    ("asking somebody to come", slash(f"attend N1 {cast.negotiator.mention}"), "joint"),
    ("an item for the agenda", slash("agenda add N1 Price"), "joint"),
    ("another", slash("agenda add N1 Payment"), "joint"),
    ("saying that one comes", press("meeting.yes", "N1", by=cast.lead), "(Daniel)"),
    ("moving the meeting", slash("meeting move N1 to fri at 15:00 because the board meets"), "joint ccg ohp"),
    ("beginning it", slash("start N1"), "joint"),
    ("saying who is here", slash(f"present {cast.lead.mention}, {cast.chair.mention}"), "joint"),
    ("taking up an item", slash("item 1"), "joint"),
    ("an agreement, typed as a command", slash("agree Payment within 30 days"), "joint"),
    ("confirming it on its card", press("agreement.confirm", "AG1 1", by=cast.lead), "(Daniel)"),
    ("an agreement, typed as a line", lambda p: p.types("AGREED: The price is fixed", by=cast.chair), "joint"),
    ("objecting to it", slash("object AG2 because not yet", by=cast.lead), ""),
    ("confirming it after all", slash("confirm AG2", by=cast.lead), ""),
    ("mending confirmed words", lambda p: p.types("s/fixed/fixed for two years/", by=cast.chair), "joint"),
    ("mending what nobody said", lambda p: p.types("s/cheap/dear/", by=cast.chair), "@Margaret"),
    (
        "an agreement from the live card",
        sends("live.agree", "N1", cast.chair, wording="The rent is paid monthly"),
        "joint",
    ),
    ("confirming it as a command", slash("confirm AG3", by=cast.lead), ""),
    (
        "objecting in the form of its card",
        sends("agreement.object", "AG2 2", cast.lead, reason="Two years are too long"),
        "",
    ),
    ("a decision", slash("decide We meet monthly"), "joint"),
    ("a decision from the live card", sends("live.decide", "N1", cast.chair, wording="We meet at ten"), "joint"),
    ("a note", slash("note The room is cold"), "joint"),
    ("something put off", slash("park Price until 12 dec"), "joint"),
    ("a declared interest", slash(f"declare {cast.lead.mention} trustee of a charity"), "joint"),
    ("an action", slash(f"action Send the model {cast.analyst.mention} by fri"), "joint"),
    ("an action that lacks something", lambda p: p.types("ACTION: send a file", by=cast.scribe), "@Tom"),
    (
        "an action from a reaction",
        lambda p: p.reacts("pushpin", p.api.say(cast.joint.id, cast.lead.id, "I will ask the board")["ts"], cast.lead),
        "@Daniel",
    ),
    (
        "an agreement from a reaction",
        lambda p: p.reacts("handshake", p.api.say(cast.joint.id, cast.lead.id, "We share it")["ts"], cast.lead),
        "joint",
    ),
    ("an action done", slash("done A1", by=cast.analyst), "joint"),
    ("an action handed on", slash(f"reassign A2 to {cast.lead.mention}"), "joint"),
    ("taking back one's last record", slash("undo"), "joint"),
    ("the next item, with the button of the live card", press("live.item", "N1 2"), ""),
    ("closing the meeting", slash("close N1"), "joint"),
    ("asking for a correction", slash("minutes correct N1 On item 1, replace x by y", by=cast.lead), "joint"),
    ("entering it", slash("minutes correct N1 accept 1", by=cast.scribe), "joint"),
    ("circulating the minutes with their card", press("minutes.circulate", "N1 2", by=cast.scribe), "joint"),
    ("approving them for one party", slash("minutes approve N1"), ""),
    ("approving them for the last party", press("minutes.approve", "N1 2", by=cast.lead), "(Daniel)"),
    ("asking for them again", slash("minutes N1", by=cast.scribe), "joint"),
    ("asking for them as a page", slash("minutes N1 as html", by=cast.scribe), "joint"),
    ("correcting them", slash("minutes correct N1 On item 2, replace x by y", by=cast.scribe), "joint"),
    ("a milestone", slash("milestone add Contract signed on 30 jun 2027"), "joint"),
    ("one that follows it", slash("milestone add Service starts after M1 by 3 months"), "joint"),
    ("moving both", slash("milestone move M1 and what follows to 30 jul 2027 because it is late"), "joint"),
    ("a milestone reached", slash("milestone done M1"), "joint"),
    ("a clause", slash("clause add 4.2 Payment terms"), "joint"),
    ("words for it", slash("propose 4.2 Payment within 20 days"), "joint"),
    ("other words for it", slash("propose 4.2 Payment within 25 days", by=cast.lead), "joint"),
    ("agreeing them on the card", press("clause.agree", "4.2"), "joint"),
    ("confirming them", press("agreement.confirm", "AG5 1", by=cast.lead), "(Daniel)"),
    ("reopening the clause", slash("reopen 4.2 because the price is new"), "joint"),
    ("another clause", slash("clause add 4.3 Interest"), "joint"),
    ("words for that", slash("propose 4.3 Two per cent"), "joint"),
    ("handing it to somebody", slash(f"escalate 4.3 to {cast.lead.mention} because it is stuck"), "@Daniel"),
    ("a package", slash("package Money: 4.2, 4.3"), "joint"),
    ("a variation", slash("variation add variation Another payment clause 4.2"), "joint"),
    ("an outcome", slash("outcome add Fewer deaths"), "joint"),
    ("a metric", slash("metric add O1 Mortality rate weight 3% baseline 12% target 10%"), "joint"),
    ("agreeing it", slash("agree O1.1"), "joint"),
    ("a document", slash("document add Draft contract version 1"), "joint"),
    ("a structure", slash("structure prime OHP because one party answers"), "joint"),
    ("calling a meeting off", slash("meeting cancel S1 because there is nothing to say"), "joint"),
    ("somebody new", slash(f"member add {cast.stranger.mention} to CCG as legal"), "joint"),
    ("the whole record as a file", slash("export html"), "@Margaret"),
)


def said(parley: Parley) -> tuple[list[tuple[str, str]], int]:
    """All our messages anywhere, but for files below a card; and how many private answers there are."""
    parley.deliver()
    found = []
    for channel in parley.api.channels.values():
        for message in channel.messages:
            below = message.get("thread_ts", message["ts"]) != message["ts"]
            assert not below or message.get("files"), "only a file stands in a thread"
            if message["user"] == parley.api.bot_user_id and not below:
                found.append((_NAMES[channel.id], message["ts"]))
    return found, len(parley.api.ephemerals)


def heard(parley: Parley, act: Act) -> list[str]:
    """Where an act is heard of with a new message, sorted; a command that is answered aloud is one in its channel."""
    before, whispers = said(parley)
    answer = act(parley)
    after, _ = said(parley)
    places = [place for place, ts in after if (place, ts) not in before]
    names = {person.id: person.name.split()[0] for person in cast.everybody}
    places += [f"({names[whisper['to']]})" for whisper in parley.api.ephemerals[whispers:]]
    aloud = getattr(answer, "private", None) is False
    return sorted([*places, "joint"] if aloud else places)


def test_each_act_of_an_evening_is_told_once(parley: Parley) -> None:
    parley.set_up()
    told = {name: " ".join(heard(parley, act)) for name, act, _ in EVENING}
    assert told == {name: " ".join(sorted(places.split())) for name, _, places in EVENING}
    for places in told.values():
        rooms = re.findall(r"\S+", places)
        assert len(rooms) == len(set(rooms))
        assert "joint" not in rooms or not any(room.startswith("@") for room in rooms)
