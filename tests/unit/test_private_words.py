"""Which words give away what a side keeps for itself, and which ordinary prose does not."""

import pytest

from bot.slack.private_words import begins_private, gives_away

COMMANDS = (
    "POSITION: 4.2 walkaway 47 days",
    "*Position:* 4.2 must 31 days",
    "position 4.2 must 31 days walkaway 47 days",
    "position 4.2 must four weeks",
    "position share at risk must two per cent target four",
    "Position on 4.2 walkaway 47",
    "please position 4.2 must 31",
    "4.2 position must 31 walkaway 47",
    "4.2: our position: 47 days",
    "CONCESSION: ten more days",
    "concession planned 4.2 Ten more days",
    "MANDATE: Tom may settle at 47",
    "mandate @Tom Whitfield May settle up to 47 days",
)
PHRASES = (
    "our walk-away is 47 days",
    "4.2: our walkaway is 47 days",
    "That is under our bottom line.",
    "Liability without a cap is our red line",
    "our fallback is 47 days",
    "our fallback position: 47 days",
    "4.2 walkaway 47 days",
    "we would walk away at 47 days",
    "first line\nour own red line is 47",
)
PROSE = (
    "The supplier's position is that payment must follow within 31 days",
    "The position on 4.2 must be settled by Friday",
    "Position papers must be in by Friday 4 December",
    "Positions of both sides were heard",
    "A concession was given on payment terms",
    "Mandate of the board to follow",
    "Our fallback rota covers the weekends",
    "Patients must not walk away without a plan",
    "The red line on the map is the boundary",
    "Target 20 days, with a must of none",
    "On payment the partnership stated “our walk-away is 47 days”",
    '"position 4.2 must 31 days" is how it is typed',
    "",
)


@pytest.mark.parametrize("words", COMMANDS)
def test_what_begins_as_a_private_command_does_is_found(words: str) -> None:
    assert begins_private(words)
    assert gives_away(words)


@pytest.mark.parametrize("words", PHRASES)
def test_what_says_where_ones_own_side_stops_is_found(words: str) -> None:
    assert gives_away(words)


@pytest.mark.parametrize(
    "words",
    [
        "1",
        "A.",
        "please ",
        "our ",
        "position ",
        "position must ",
        "walk away ",
        "walkaway ",
        "we will ",
        " ",
        '"',
        "- ",
    ],
)
@pytest.mark.parametrize("before", ["", "walkaway", "position 4.2", "our fallback"])
def test_the_longest_line_that_slack_sends_is_read_at_once(before: str, words: str) -> None:
    gives_away(f"{before} {words * (40_000 // len(words))}")


@pytest.mark.parametrize("words", PROSE)
def test_ordinary_prose_and_quoted_words_are_left_alone(words: str) -> None:
    assert not gives_away(words)
    assert not begins_private(words)
