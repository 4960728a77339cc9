"""What a form asks, and how its fields become the words of the grammar. Pure.

A form's `words` are a template in the manner of the grammar: `{title}` is a field, `[on {day}]` is left out while its
fields are empty, `{place!}` is put in quotes where it holds a word of the grammar, and `{topic!!}` always.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.access import Capability

NONE_YET = "There is none yet that you can see."
MOST_FIELDS = 6  # on one page: nobody fills in more at once
_FIELD = re.compile(r"\{(?P<field>\w+)(?P<quote>!{0,2})\}")
_PLACE = re.compile(rf"\[(?P<part>[^\]]*)\]|{_FIELD.pattern}")
_LITERAL = re.compile(r"[a-z]+")
_QUOTES = re.compile('["“”]')


class Kind(StrEnum):
    """What a field is filled in with."""

    WORDS = "words"
    LINES = "lines"
    DAY = "day"
    TIME = "time"
    PERSON = "person"
    PEOPLE = "people"
    ONE = "one"
    SEVERAL = "several"


@dataclass(frozen=True)
class Field:
    """One thing that is asked. `of` names the list to choose from (`offered`), `fixed` is one that never changes.

    Refusals of the verb that match `known_by` are about this field. `none` is said where there is nothing to choose. A
    day `to_come` is none that has passed.
    """

    name: str
    label: str
    kind: Kind = Kind.WORDS
    of: str = ""
    fixed: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    optional: bool = False
    initial: str = ""
    known_by: str = ""
    none: str = NONE_YET
    to_come: bool = False


@dataclass(frozen=True)
class Form:
    """What is asked for a verb. `title` (24 characters) also names it in lists; `needs` is the right to do it.

    `pages` hold six fields each; what is not on the first is not needed. With `kept`, what was typed is kept for the
    person when the form is closed. `key` tells it from another form of the same verb.
    """

    verb: str
    title: str
    submit: str
    words: str
    pages: tuple[tuple[Field, ...], ...]
    needs: Capability | None = None
    kept: bool = False
    key: str = ""
    keywords: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return self.key or self.verb.replace(" ", "-")

    @property
    def fields(self) -> list[Field]:
        return [field for page in self.pages for field in page]


def typed(form: Form, values: Mapping[str, str]) -> str:
    """The words that somebody would type who means what the form holds, without the verb."""
    keywords = (*_LITERAL.findall(_FIELD.sub(" ", form.words)), *form.keywords)

    def field(found: re.Match[str]) -> str:
        value = _value(values, found["field"])
        return quoted(value, keywords, always=found["quote"] == "!!") if found["quote"] else value

    def part(found: re.Match[str]) -> str:
        if found["part"] is None:
            return field(found)
        there = all(_value(values, each["field"]) for each in _FIELD.finditer(found["part"]))
        return _FIELD.sub(field, found["part"]) if there else ""

    return _PLACE.sub(part, form.words).strip()


def _value(values: Mapping[str, str], name: str) -> str:
    return values.get(name, "").strip()


def quoted(value: str, keywords: Iterable[str], *, always: bool = False) -> str:
    """A value in quotes where it holds one of these words or a quote of its own, which becomes a single one."""
    holds = re.search(rf"(?<!\w)(?:{'|'.join(map(re.escape, keywords)) or '(?!)'})(?!\w)", value, re.I)
    if not always and not holds and not _QUOTES.search(value):
        return value
    return f'"{_QUOTES.sub("’", value)}"'


def whole(words: str, limit: int) -> str:
    """As much of a summary as fits without being cut within a part: up to its last colon, or else its last comma."""
    if len(words) <= limit:
        return words
    for end in (r"[:;]|(?<=\?)", ","):
        begun = [words[: found.start()] for found in re.finditer(rf"(?:{end})(?= )", words) if found.start() <= limit]
        if len(begun) > 1:
            return begun[-1]
    return words.partition(":")[0][:limit]


def blank(form: Form, values: Mapping[str, str]) -> list[str]:
    """The fields that must hold something and hold nothing but spaces."""
    return [field.name for field in form.fields if not field.optional and not _value(values, field.name)]


def passed(form: Form, values: Mapping[str, str], today: date) -> dict[str, date]:
    """The days that are to come and lie before `today`, by field."""
    given = {field.name: _value(values, field.name) for field in form.fields if field.to_come}
    days = {name: date.fromisoformat(value) for name, value in given.items() if value}
    return {name: day for name, day in days.items() if day < today}


def blamed(form: Form, values: Mapping[str, str], refusal: str) -> str:
    """The field that a refusal is about: by what it quotes, by its words, or by what it repeats; else the first one."""
    for field in form.fields:
        if (value := _value(values, field.name)) and f"“{value}”" in refusal:
            return field.name
    for field in form.fields:
        if field.known_by and re.search(field.known_by, refusal, re.I):
            return field.name
    repeated = [
        (len(value), -place, field.name)
        for place, field in enumerate(form.fields)
        if len(value := _value(values, field.name)) > 1 and value in refusal
    ]
    return max(repeated)[2] if repeated else form.fields[0].name
