"""A line that was typed in part, as the fields of its verb's form: what each was meant for, as far as that is clear.

The way back from `rules.typed`. Nothing is certain here: a person looks at the form before it is sent, so what cannot
be read as a day or chosen from a list stays with the words before it.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot import dates, roster
from bot.contracts import numbers
from bot.errors import UserError
from bot.forms import offered, rules
from bot.forms.offered import Asked
from bot.forms.rules import Field, Form, Kind
from bot.roster import Seat
from bot.slack import mrkdwn

_PART = re.compile(r"\{(\w+)!{0,2}\}|([^{}]+)")
_QUOTED = re.compile('["“][^"“”]*["”]')
_PEOPLE = (Kind.PERSON, Kind.PEOPLE)
_CHOSEN = (Kind.ONE, Kind.SEVERAL)
_FREE = (Kind.WORDS, Kind.LINES)
_CLAUSES = ("clauses", "unsettled")
_LED = re.compile(r"\[\{(?P<field>\w+)\}(?P<mark>[^\w\s{}\[\]]+)\s*\]")  # "[{clause}: ]" at the beginning
_AT_NAME = re.compile(r"(?<!\S)@(?P<words>[\w.'’-]+(?: [\w.'’-]+){0,3})")


@dataclass(frozen=True)
class Group:
    """Fields that stand together in a template, after the same word of the grammar; "" for those at its beginning."""

    after: str
    fields: tuple[Field, ...]


def groups(form: Form) -> tuple[list[Group], str]:
    """A form's template in its groups, and the words that end it: "working days"."""
    named = {field.name: field for field in form.fields}
    found: dict[str, list[Field]] = {}
    between, after = "", ""
    for field, literal in _PART.findall(re.sub(r"[\[\]]", "", form.words)):
        if literal:
            between += literal
            continue
        after = " ".join(between.split()) or after
        found.setdefault(after, []).append(named[field])
        between = ""
    return [Group(word, tuple(fields)) for word, fields in found.items()], " ".join(between.split())


def lacking(form: Form, values: Mapping[str, str]) -> list[str]:
    """What a line must hold and does not: of a form's fields, some are only asked so that nobody acts by accident."""
    return [name for name in rules.blank(form, values) if f"{{{name}" in form.words]


@dataclass(frozen=True)
class Reader:
    """Who typed it, where the names of the mentioned are, and what may be chosen."""

    asked: Asked
    names: Mapping[str, str]

    def values(self, form: Form, words: str) -> dict[str, str]:
        """What stands in the form's fields, as `Call.values` has it; nothing where nothing was typed for them."""
        if led := _LED.match(form.words):
            return self._led(form, words, led)
        parted, end = groups(form)
        words = re.sub(rf"\s+{re.escape(end)}\s*$", "", words.strip()) if end else words.strip()
        cuts = dict(_cuts(words, [group.after for group in parted if group.after]))
        while True:
            found, unread = self._filled(parted, words, cuts)
            if unread is None:
                return found
            del cuts[unread]  # what follows it is something else: the word belongs to what stands before it

    def _led(self, form: Form, words: str, led: re.Match[str]) -> dict[str, str]:
        """As `values`, where a form begins with what its other words are about: "4.2: Payment within 30 days".

        What stands before the first such mark and is none of these belongs to the other words.
        """
        (field,) = [each for each in form.fields if each.name == led["field"]]
        before, _, after = words.partition(led["mark"]) if led["mark"] in words else ("", "", words)
        choices = self._choices(field)
        value = _same(before, choices) if choices else _number(before)
        others = replace(form, words=form.words[led.end() :])
        return ({field.name: value} if value else {}) | self.values(others, after if value else words)

    def _filled(
        self, parted: Sequence[Group], words: str, cuts: Mapping[str, tuple[int, int]]
    ) -> tuple[dict[str, str], str | None]:
        """The fields, and the first word of the grammar after which nothing could be read."""
        found: dict[str, str] = {}
        starts = sorted(begin for begin, _ in cuts.values())
        before: Sequence[Field] = ()
        for group in parted:
            if group.after and group.after not in cuts:
                continue
            begin = cuts[group.after][1] if group.after else 0
            end = min((each for each in starts if each >= begin), default=len(words))
            values, rest = self._read(group.fields, words[begin:end].strip())
            # A word of the grammar may belong to what stands before it only where that takes any words.
            if (
                group.after
                and (rest or not values)
                and any(_takes_words(field, self._choices(field)) for field in before)
            ):
                return found, group.after
            found |= values
            before = group.fields
        return found, None

    def _read(self, fields: Sequence[Field], text: str) -> tuple[dict[str, str], str]:
        """What the text holds for these fields, and what is left of it."""
        found: dict[str, str] = {}
        alone = len(fields) == 1
        choices = {field.name: there for field in fields if (there := self._choices(field))}
        for field in (each for each in fields if each.name in choices):
            value, text = _picked(field, text, choices[field.name], alone=alone)
            found |= {field.name: value} if value else {}
        rest = [field for field in fields if field.name not in choices]
        plain = [field for field in rest if field.kind not in (*_PEOPLE, Kind.DAY, Kind.TIME)]
        for field in (each for each in rest if each not in plain):
            value, text = self._meant(field, text, alone=not plain)
            found |= {field.name: value} if value else {}
        for field in plain:
            last = field is plain[-1]
            value, text = (text, "") if last else _numbered(text) if field.of in _CLAUSES else _first(text)
            found |= {field.name: self._said(value)} if value else {}
        return found, text.strip()

    def _meant(self, field: Field, text: str, *, alone: bool) -> tuple[str, str]:
        """The people, the day or the time that a text tells, and the text without it; `alone`: nothing else is told."""
        if field.kind in _PEOPLE:
            return self._people(field, text, alone=alone)
        value = self._moment(field, text)
        return value, "" if value else text

    def _choices(self, field: Field) -> list[tuple[str, str]]:
        """What is chosen from; a list that is too long, or empty, is typed."""
        there = list(field.fixed) or (offered.offered(field.of, self.asked) if field.of else [])
        return there if field.kind in _CHOSEN and len(there) <= offered.MOST else []

    def _said(self, text: str) -> str:
        plain = mrkdwn.named(text, self.names).strip()
        return plain[1:-1] if _QUOTED.fullmatch(plain) else plain

    def _moment(self, field: Field, text: str) -> str:
        actor = self.asked.actor
        try:
            if field.kind == Kind.TIME:
                return f"{dates.read_time(text):%H:%M}"
            return dates.read_date(text, today=actor.today(self.asked.at), calendar=actor.calendar).isoformat()
        except UserError:
            return ""

    def _people(self, field: Field, text: str, *, alone: bool) -> tuple[str, str]:
        """Those mentioned; where nothing else stands there, also those whose names were typed."""
        everyone = roster.seats(self.asked.session, self.asked.actor.id)
        text = _AT_NAME.sub(lambda name: _marked(name["words"], everyone), roster.marked(text, everyone))
        marks = [mrkdwn.mark(user) for user in mrkdwn.mentioned(text)]
        if alone:
            typed = roster.listed_names(mrkdwn.MENTION.sub(",", text))
            fitting = [roster.matching(name, everyone) for name in typed]
            marks += [mrkdwn.mark(found[0].person.user_id) for found in fitting if len(found) == 1]
            text = "" if all(len(found) == 1 for found in fitting) else text
        taken = marks[:1] if field.kind == Kind.PERSON else marks
        for mark in taken:
            text = re.sub(rf"\s*,?\s*{mark}", "", text, count=1)
        return ", ".join(taken), text.strip()


def _marked(words: str, everyone: Sequence[Seat]) -> str:
    """The words after an @, with the mark of the one person whom as many of them as possible name, if there is one."""
    parts = words.split(" ")
    for count in range(len(parts), 0, -1):
        found = roster.matching(" ".join(parts[:count]), everyone)
        if len(found) == 1:
            return " ".join([mrkdwn.mark(found[0].person.user_id), *parts[count:]])
    return f"@{words}"


def _takes_words(field: Field, choices: Sequence[tuple[str, str]]) -> bool:
    return field.kind in _FREE or (field.kind in _CHOSEN and not choices)


def _number(text: str) -> str:
    """What looks like the number of a clause, as it was typed: "4.2", "Annex A"; "" for everything else."""
    words = text.split()
    named = len(words) == 2 and words[0].isalpha()
    if not words or not (named or any(char.isdigit() for char in words[-1])):
        return ""
    try:
        numbers.read(text)
    except UserError:
        return ""
    return text.strip()


def _numbered(text: str) -> tuple[str, str]:
    """The number of a clause that begins a text, and the rest; "" and the whole text where none does."""
    words = text.split(maxsplit=4)
    for count in range(min(4, len(words)), 0, -1):
        if number := _number(" ".join(words[:count])):
            return number, " ".join(words[count:])
    return "", text


def _first(text: str) -> tuple[str, str]:
    """The first word, or what stands in quotes there, and the rest."""
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted[0], text[quoted.end() :].strip()
    first, _, rest = text.partition(" ")
    return first, rest.strip()


def _cuts(words: str, after: Sequence[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Where each word of the grammar stands last, outside quotes, and where what follows it begins."""
    hidden = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), words)
    for word in after:
        spelled = r"\s+".join(map(re.escape, word.split()))
        pattern = rf"(?<!\S){spelled}(?!\S)" if word[0].isalnum() else spelled
        found = list(re.finditer(pattern, hidden, re.I))
        if found:
            yield word, found[-1].span()


def _picked(field: Field, text: str, choices: Sequence[tuple[str, str]], *, alone: bool) -> tuple[str, str]:
    """What was chosen of a list, and the text without it: all of the text, or what begins or ends it."""
    if field.kind == Kind.SEVERAL:
        parts = [part.strip() for part in re.split(r"[,;]|\band\b", text) if part.strip()]
        values = [_same(part, choices) for part in parts]
        return (", ".join(values), "") if values and all(values) else ("", text)
    if value := _same(text, choices):
        return value, ""
    folded = f" {text.casefold()} "
    for typed, _ in [] if alone else sorted(choices, key=lambda choice: -len(choice[0])):
        if folded.startswith(f" {typed.casefold()} "):
            return typed, text[len(typed) :].strip()
        if folded.endswith(f" {typed.casefold()} "):
            return typed, text[: -len(typed)].strip()
    return "", text


def _same(text: str, choices: Sequence[tuple[str, str]]) -> str:
    """The choice that a text is, as it is typed or shown, or as another way to say the same length."""
    folded = " ".join(text.casefold().split())
    for typed, shown in choices:
        if folded in (typed.casefold(), shown.casefold()):
            return typed
    minutes = _length(text)
    return next((typed for typed, _ in choices if minutes and _length(typed) == minutes), "")


def _length(text: str) -> int:
    """A length in minutes; 0 for what is none."""
    try:
        return int(dates.read_duration(text).total_seconds()) // 60
    except UserError:
        return 0
