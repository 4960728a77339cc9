"""One thing that somebody asked, in whatever way they asked it, and what they are told."""

import difflib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import trail
from bot.access import Actor, Place
from bot.errors import UserError
from bot.slack import blocks, mrkdwn
from bot.slack.private_words import gives_away
from bot.slack.said import Said
from bot.trail import Source
from storage import Session


@dataclass(frozen=True)
class Call:
    """A command as typed, or a button pressed, or a form sent: `words` follow the verb or are its value.

    `words` are plain, with marks for mentioned people; `names` gives their names. `code` is the
    negotiation's when it was typed first. `values` are what a form holds, by field. `files` are those of the
    message (id, name). `templates` is the deployment's own folder of templates. `message` is the one that a shortcut
    was used on, kept under `delivery` for the form that follows. Where a form cannot be opened at once
    (`can_open_form` False), it is offered with a button. `absent_from` are those of the channels picked in a form where
    Parley is not. `left` are those mentioned who have left Slack.
    """

    place: Place
    words: str
    at: datetime
    names: Mapping[str, str]
    source: Source
    typed: str = ""
    code: str | None = None
    can_open_form: bool = True
    values: Mapping[str, str] = field(default_factory=dict)
    files: Sequence[tuple[str, str]] = ()
    templates: Path | None = None
    message: Said | None = None
    delivery: str = ""
    absent_from: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()

    @property
    def plain(self) -> str:
        """The words with names where people are mentioned."""
        return mrkdwn.named(self.words, self.names)


@dataclass(frozen=True)
class Answer:
    """What the person is told: in plain words (see `blocks`), privately unless `public`.

    `besides` is what is left to say to somebody who did it with a button or a form while the card that shows it stands
    in the same channel: often nothing. None where no card shows it.

    `form` is a modal to open at once, above the one in which a button was pressed; `view` is what that one becomes;
    `below` is what the one below the form that was sent becomes; `errors` go under the fields of that form. What a verb
    answers with a form has recorded nothing: a button may ask for the same form again.
    """

    text: str = ""
    blocks: list[dict[str, Any]] = field(default_factory=list)
    public: bool = False
    besides: str | None = None
    form: dict[str, Any] | None = None
    view: dict[str, Any] | None = None
    below: dict[str, Any] | None = None
    errors: Mapping[str, str] | None = None


def shared(session: Session, actor: Actor, call: Call, text: str, content: Sequence[blocks.Block] = ()) -> Answer:
    """What was done to a thing that everybody shares: aloud where that may be; the joint channel hears of it anyway."""
    public = trail.aloud(session, actor, text, at=call.at)
    note = [blocks.section(actor.seen_by_all.strip())] if content and actor.seen_by_all else []
    return Answer(f"{text}{actor.seen_by_all}", [*content, *note], public=public)


Run = Callable[[Session, Call], Answer]


@dataclass(frozen=True)
class Command:
    """A verb: how it is typed, what it does, one example, and the function that does it.

    What is typed after a `private` one is for a party's own eyes: it is never repeated where others can read. `form`
    opens the form that asks for its words, or for those that are lacking; None where none would help.
    """

    run: Run
    usage: str
    summary: str
    example: str
    section: str
    private: bool = False
    form: Callable[[Session, Call], Answer | None] | None = None


@dataclass(frozen=True)
class Shortcut:
    """What stands in Slack's menus: its name there (24 characters at most), what it does (150), and the function that
    answers with a form. `on_message`: in the menu of a message, else in the one for everything."""

    run: Run
    name: str
    description: str
    on_message: bool = False


def split_verb(words: str, verbs: Iterable[str]) -> tuple[str, str] | None:
    """The verb at the start of the words, the longest that fits ("party add" before "party"), and the rest."""
    lowered = words.casefold().split()
    for verb in sorted(verbs, key=len, reverse=True):
        parts = verb.split()
        if lowered[: len(parts)] == parts:
            rest = words
            for _ in parts:
                rest = rest.lstrip()
                rest = rest[len(rest.split(maxsplit=1)[0]) :]
            return verb, rest.strip()
    return None


_POLITE = re.compile(
    r"(?:[\s:,;.!–-]|(?:hi|hello|hey|dear|please|ok|okay|thanks|thank you|good (?:morning|afternoon|evening))"
    r"(?![\w-])){1,40}",
    re.I,
)


def without_greeting(words: str) -> str:
    """The words after a greeting, a "please" or the colon that people put after a name."""
    found = _POLITE.match(words)
    return words[found.end() :].strip() if found else words


BECAUSE = re.compile(r"(?P<ref>\S+)\s+because\s+(?P<reason>.+)", re.I | re.S)


def because(call: Call, refusal: str) -> tuple[str, str]:
    """The ref and the reason of "AG2 because …". Raises UserError with this refusal when one of them is missing."""
    found = BECAUSE.fullmatch(call.plain)
    if found is None:
        raise UserError(refusal)
    return found["ref"], found["reason"]


def split_last(words: str, keyword: str) -> tuple[str, str | None]:
    """The words before and after the last such keyword, in any case: "… as scribe". None where there is none."""
    found = list(re.finditer(rf"(?<!\S){keyword}(?=\s)", words, re.I))  # "carry on on friday" has two
    if not found:
        return words, None
    return words[: found[-1].start()].strip(), words[found[-1].end() :].strip()


def may_be_private(words: str, commands: Mapping[str, Command]) -> bool:
    """Whether these words may be a private verb's: at their beginning, after a code, or mistyped."""
    private = [verb for verb, command in commands.items() if command.private]
    begun = re.findall(r"[^\W_]{1,40}", words[:200].casefold())[:3]
    return any(difflib.get_close_matches(word, private, 1, 0.7) for word in begun)


_PRIVATE_WORDS = re.compile(
    r"\b(?:positions?|concessions?|mandates?|walk-?\s?aways?|red-?\s?lines?|bottom\s+lines?|fall-?\s?backs?|targets?|must\s+\S+.*\btarget)\b",
    re.I | re.S,
)


def may_hold_private(words: str, commands: Mapping[str, Command]) -> bool:
    """Whether an answer had better repeat none of these words where others read: a private verb may be meant.

    Beside what `may_be_private` finds: an unknown verb whose nearest one is private, or with private words after it,
    and words after any verb that give away what a side keeps for itself.
    """
    if may_be_private(words, commands) or gives_away(words):
        return True
    typed = words[:4000].split()
    starts = [typed, typed[1:]] if typed and typed[0].isupper() else [typed]  # a code may come first
    if any(split_verb(" ".join(start[:4]), commands) is not None for start in starts):
        return False
    close = [nearest(" ".join(start), commands) for start in starts if start]
    return any(verb and commands[verb].private for verb in close) or bool(_PRIVATE_WORDS.search(" ".join(typed)))


def nearest(words: str, verbs: Iterable[str]) -> str | None:
    """The verb that was probably meant; one that begins with the first word as it was typed, if there is any."""
    typed = words.casefold().split()
    every = list(verbs)
    begun = [verb for verb in every if typed and verb.split()[0] == typed[0]]
    known = begun or every

    def likeness(verb: str) -> float:
        return difflib.SequenceMatcher(None, " ".join(typed[: len(verb.split())])[:80], verb).ratio()

    closest = max(known, key=likeness)
    return closest if begun or likeness(closest) >= 0.6 else None
