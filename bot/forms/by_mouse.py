"""What a refusal tells people to type, told as what they can choose: for those who have just used the mouse."""

import re
from collections.abc import Callable, Iterable

from bot.forms.table import FORMS
from bot.slack.blocks import LIST_OF_FORMS
from bot.slack.command import split_verb

_TYPED = re.compile(r"`/parley\b ?(?P<words>[^`]*)`")
_AT_THE_END = re.compile(r":\s*`/parley\b ?(?P<words>[^`]*)`(?=\.|,? or | \(|$)")
_TYPE = re.compile(r"\b(?P<type>[Tt]ype)(?= `/parley\b)")
_TYPE_IT = re.compile(r"\b(?P<type>[Tt]ype) it(?=: `/parley\b)")
_TYPE_THIS = re.compile(r"\b(?P<type>[Tt]ype) this form\b")


def told(words: str, verbs: Iterable[str]) -> str:
    """The words with the entry in the list of forms in the place of every command.

    In the plain text that Slack shows under a field neither code nor bold can be seen, so it is put in quotes.
    """
    known = list(verbs)
    words = _TYPE.sub(_instead("choose"), _TYPE_IT.sub(_instead("do it"), words))
    return _TYPED.sub(lambda found: f"“{_entry(_verb(found['words'], known))}”", words)


def without(verb: str, words: str, verbs: Iterable[str]) -> str:
    """The words of a refusal in the form of this verb itself, which need not say how to type it."""
    known = list(verbs)

    def own(instead: str) -> Callable[[re.Match[str]], str]:
        return lambda found: instead if _verb(found["words"], known) == verb else found[0]

    left = _TYPED.sub(own("this form"), _AT_THE_END.sub(own(""), words))
    return _TYPE_THIS.sub(_instead("do this"), left)


def _instead(words: str) -> Callable[[re.Match[str]], str]:
    """What is done by mouse in the place of "type", which may begin a sentence."""
    return lambda found: words.capitalize() if found["type"] == "Type" else words


def _verb(typed: str, verbs: list[str]) -> str:
    """The verb that a command begins with, perhaps after a negotiation's code; "" where it is none."""
    found = split_verb(typed, verbs) or split_verb(typed.partition(" ")[2], verbs)
    return found[0] if found else ""


def _entry(verb: str) -> str:
    """How the list of forms calls a verb."""
    if verb == "new":
        return "Set Up a Negotiation"
    form = next((form for form in FORMS.values() if form.verb == verb), None)
    title = form.title if form else verb.capitalize()
    return f"{LIST_OF_FORMS} › {title}" if title else LIST_OF_FORMS
