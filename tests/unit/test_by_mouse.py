"""What a refusal tells people to type, told to somebody who has just used the mouse."""

import pytest

from bot import routes
from bot.forms import by_mouse

TOLD = [
    ("Reopen it first: `/parley reopen 4.2 because …`.", "Reopen it first: “Fill In a Form… › Reopen something”."),
    ("`/parley meetings` lists them.", "“Fill In a Form… › Meetings” lists them."),
    ("Read them, `/parley OXMH minutes N1`, first.", "Read them, “Fill In a Form… › Get minutes”, first."),
    ("`/parley new CODE Title` starts one.", "“Set Up a Negotiation” starts one."),
    ("Type `/parley` for more.", "Choose “Fill In a Form…” for more."),
    ("If so, type `/parley clause import`.", "If so, choose “Fill In a Form… › Import a contract”."),
    ("Ask one to type it: `/parley meetings`.", "Ask one to do it: “Fill In a Form… › Meetings”."),
    ("Type `mine`, or `PARTY` as it stands.", "Type `mine`, or `PARTY` as it stands."),
    ("See /parley in the manual.", "See /parley in the manual."),
    ("`/parleys` is no command.", "`/parleys` is no command."),
]


@pytest.mark.parametrize(("typed", "chosen"), TOLD)
def test_a_command_becomes_what_is_chosen_in_the_list_of_forms(typed: str, chosen: str) -> None:
    assert by_mouse.told(typed, routes.COMMANDS) == chosen


@pytest.mark.parametrize(
    ("said", "shorter"),
    [
        ("Say what is noted: `/parley note The trust will share its model`.", "Say what is noted."),
        ("Say why: `/parley note X` or `/parley decide Y`.", "Say why or `/parley decide Y`."),
        (
            "It counts from a day: `/parley note it on 18 dec` (Contract starts).",
            "It counts from a day (Contract starts).",
        ),
        ("Ask its chair to type `/parley note …`.", "Ask its chair to do this."),
        ("Type `/parley note …` in the channel where people talk.", "Do this in the channel where people talk."),
        ("Note it with `/parley note …` again.", "Note it with this form again."),
        ("`/parley notes` is no verb: `/parley undo`.", "`/parley notes` is no verb: `/parley undo`."),
    ],
)
def test_a_form_does_not_say_how_its_own_verb_is_typed(said: str, shorter: str) -> None:
    assert by_mouse.without("note", said, routes.COMMANDS) == shorter


@pytest.mark.parametrize("verb", sorted(routes.COMMANDS))
def test_every_verb_is_named_as_the_list_of_forms_names_it(verb: str) -> None:
    told = by_mouse.told(f"`/parley {routes.COMMANDS[verb].example}`", routes.COMMANDS)
    assert told.startswith(("“Fill In a Form… › ", "“Set Up a Negotiation”"))
    assert "/parley" not in told
