"""Clause numbers as people write them: `GC13.3`, `SC36.45A`, `Schedule 3B`, `2Ai`, `4.10`, `4.2(a)(i)`, `E.B.15.i`.

A number is one or more segments. The first is a clause ("4.2(a)") or a named place ("Schedule 3B",
"Annex A", "Part 2"); a paragraph inside a place is written after it ("Schedule 3B paragraph 4.2(a)").
Numbers are found case-blind (`same`, `key`) and sorted as people read them (`sort_key`): 4.2 before 4.10,
SC36.9 before SC36.45A, never as decimals (`domain.md` §1.6).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from string import ascii_letters

from bot.errors import UserError

__all__ = [
    "Start",
    "at_start",
    "depth",
    "key",
    "near",
    "parent",
    "read",
    "roman_value",
    "same",
    "sort_key",
    "start",
    "within",
]

_LONGEST = 120  # characters; a number with its schedule, part and paragraph needs fewer
_LONGEST_TITLE = 100  # characters behind "Schedule 3B" that can be its title without a dash between
_EXAMPLES = "Type one such as “4.2”, “4.2(a)”, “GC13.3”, “SC36.45A”, “Schedule 3B” or “Annex A”."

# Named places and how they are spelled. Their order is the order in which a contract has them.
_PLACES = {
    "recital": "Recital", "article": "Article", "art": "Article", "part": "Part",
    "schedule": "Schedule", "sched": "Schedule", "sch": "Schedule", "annex": "Annex", "annexe": "Annex",
    "appendix": "Appendix", "app": "Appendix", "exhibit": "Exhibit", "attachment": "Attachment",
}  # fmt: skip
_PARAGRAPH = "paragraph"
_DEFINITION = "Definition of "
_ORDER = {
    "Recital": 0, "": 1, "Article": 1, "prefixed": 2, "Definition": 3, "Part": 4, "Schedule": 5, "Annex": 6,
    "Appendix": 7, "Exhibit": 8, "Attachment": 9, _PARAGRAPH: 0, "unknown": 99,
}  # fmt: skip
_NUMBER_WORDS = {
    word: value
    for value, word in enumerate(
        (
            "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
            "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty",
        ),
        start=1,
    )
}  # fmt: skip

# The pieces of the grammar. Digits are [0-9] and never \d, which would also take digits of other scripts.
_DIGITS = "[0-9]{1,4}"
_SUFFIX = "(?:[a-z]{1,4}[0-9]{0,2})?"
_STEP = rf"(?:\.(?:{_DIGITS}{_SUFFIX}|[a-z]{{1,4}})(?![a-z0-9])|\ ?\([a-z0-9]{{1,5}}\))"
_PREFIX = r"(?:[a-z]{1,4}|(?!(?:to|of|by|in|at|on|is|as|or|no|we|be|if|p|pp|a|i)\ )[a-z]{1,2}\ )"
_CORE = rf"(?:{_PREFIX}?{_DIGITS}{_SUFFIX}{_STEP}*|[a-z](?:\.[a-z])*{_STEP}+)"
_LABEL = (
    rf"(?:{_DIGITS}{_SUFFIX}(?:\.{_DIGITS}{_SUFFIX})*|{'|'.join(_NUMBER_WORDS)}|[a-z]{{1,5}}[0-9]{{0,2}})(?![a-z0-9])"
)
_PLACE_WORD = rf"(?:{'|'.join(sorted(_PLACES, key=len, reverse=True))})"
_INNER_WORD = rf"(?!recital|art){_PLACE_WORD}"  # of places that stand in one another
_NOISE = r"(?:(?:clause|cl|section|sec|condition|paragraph|para)\.?\ |§\ ?)"


def _pattern(pattern: str) -> re.Pattern[str]:
    # ASCII, or else IGNORECASE would take "ſ" for "s" and no table here holds that.
    return re.compile(pattern, re.IGNORECASE | re.ASCII | re.VERBOSE)


_PLACE = _pattern(rf"(?P<word>{_PLACE_WORD})(?:\.?\ (?P<label>{_LABEL}))?")
_CLAUSE = _pattern(rf"{_NOISE}?(?P<core>{_CORE}|[a-z](?![a-z0-9.(]))")
_PARAGRAPH_OF = _pattern(rf"(?:paragraphs?|paras?|clause)\.?\ (?P<core>{_CORE}|[a-z])\ of\ (?P<place>.+)")
_PLACE_OF = _pattern(rf"(?P<inner>{_INNER_WORD}\.?\ {_LABEL})\ (?:to|of)\ (?P<place>{_INNER_WORD}\.?\ {_LABEL})")
_ATOM = re.compile("[0-9]+|[a-z]+", re.IGNORECASE)
_STEP_PARTS = _pattern(r"\ ?\((?P<bracket>[a-z0-9]+)\)|\.?(?P<plain>[a-z0-9]+)|\ ")
_ROMAN = re.compile("(?=[ivxl])(?:xl|l?x{0,3})(?:ix|iv|v?i{0,3})", re.IGNORECASE)


@dataclass(frozen=True)
class _Segment:
    """One place or clause in a number. `steps` are its components, as written: ("4", "2", "(a)")."""

    word: str
    steps: tuple[str, ...]

    def __str__(self) -> str:
        joined = self.steps[0] if self.steps else ""
        for step in self.steps[1:]:
            joined += step if step.startswith("(") else f".{step}"
        return f"{self.word} {joined}".strip()


# -- reading what a person typed -----------------------------------------------------------------------------


def read(text: str) -> str:
    """The number that `text` means, as it is spelled: "schedule 3b" is "Schedule 3B", "clause 4.2" is "4.2".

    Letters behind digits and named places get the spelling people use; the letters of sub-items keep
    theirs, because (a) and (A) may be different levels: find with `same`. Raises UserError for the rest.
    """
    plain = _plain(text)
    if not plain:
        raise UserError(f"No clause number was typed. {_EXAMPLES}")
    number = _read(plain)
    if number is None:
        shown = f"{plain[:40]} …" if len(plain) > 40 else plain
        raise UserError(f"“{shown}” is not a clause number that Parley can read. {_EXAMPLES}")
    return number


def same(first: str, second: str) -> bool:
    """Whether both mean one clause, whatever their case and spaces."""
    return key(first) == key(second)


@lru_cache(maxsize=8192)
def key(number: str) -> str:
    """What every way to write a number has in common: for finding a clause among many."""
    plain = _plain(number)
    return (_read(plain) or plain).casefold()


def parent(number: str) -> str | None:
    """The number one level up: 4.2(a) is in 4.2, Schedule 3B in Schedule 3, GC13.3 in GC13; 4 is in none.

    A clause inserted later, such as SC36.45A or 12A, is a neighbour of 36.45 or 12 and not inside it.
    """
    segments = _segments(number)
    if not segments:
        return None
    last = segments[-1]
    if len(last.steps) > 1:
        return _spelled((*segments[:-1], _Segment(last.word, last.steps[:-1])))
    if last.word in ("Schedule", "Annex", "Appendix") or _is_local(last):
        shorter = _without_suffix(last.steps[0]) if last.steps else None
        if shorter:
            return _spelled((*segments[:-1], _Segment(last.word, (shorter,))))
    return _spelled(segments[:-1]) or None


def within(number: str, above: str) -> bool:
    """Whether a number is another one or stands below it: 4.2(a) is within 4.2 and within 4."""
    found: str | None = number
    while found is not None:
        if same(found, above):
            return True
        found = parent(found)
    return False


def depth(number: str) -> int:
    """How deep a number stands: 1 for 4, GC13 or Schedule 3; 2 for 4.2 or Schedule 3B; 3 for 4.2(a)."""
    levels = 1
    above = parent(number)
    while above is not None:
        levels += 1
        above = parent(above)
    return levels


def near(number: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known numbers nearest to one that is not known, nearest first, for a suggestion."""
    from rapidfuzz.distance import OSA

    wanted = key(number)
    bare = _bare(wanted)

    def distance(candidate: str) -> tuple[bool, bool, int, tuple[object, ...]]:
        folded = key(candidate)
        return (_bare(folded) != bare, not folded.endswith(wanted), OSA.distance(wanted, folded), sort_key(candidate))

    return sorted(dict.fromkeys(known), key=distance)[:count]


# -- order ---------------------------------------------------------------------------------------------------


@lru_cache(maxsize=8192)
def sort_key(number: str) -> tuple[object, ...]:
    """For sorting numbers as people read them. Total, and never raises: what is no number comes last."""
    segments = _segments(number)
    if number.casefold().startswith(_DEFINITION.casefold()):
        ranks: tuple[object, ...] = ((_ORDER["Definition"], number.casefold(), ()),)
    elif not segments:
        ranks = ((_ORDER["unknown"], number.casefold(), ()),)
    else:
        ranks = tuple(_rank(segment) for segment in segments)
    return (ranks, key(number), number)


def _rank(segment: _Segment) -> tuple[int, str, tuple[object, ...]]:
    steps = tuple(tuple(_atom_rank(atom) for atom in _atoms(step)) for step in segment.steps)
    first = _atoms(segment.steps[0])[0] if segment.steps else ""
    if not segment.word and first.isalpha():
        return (_ORDER["prefixed"], first.casefold(), steps)
    return (_ORDER[segment.word], "", steps)


def _atom_rank(atom: str) -> tuple[int, int, int]:
    """Digits before letters; letters and roman numerals each in their order, although i, v and x are both.

    Both orders hold at once because i, ii, iii and iv stand where the letter i stands, v to ix where v
    does, and x and above where x does.
    """
    if atom.isdigit():
        return (0, int(atom), 0)
    folded = atom.casefold()
    if value := _NUMBER_WORDS.get(folded):
        return (0, value, 0)
    roman = roman_value(folded)
    if roman and (len(folded) > 1 or folded in "ivx"):
        letter = "i" if roman < 5 else "v" if roman < 10 else "x"
        return (1, _letters_value(letter), roman)
    return (1, _letters_value(folded), 0)


def _letters_value(letters: str) -> int:
    """a is 1, z is 26, aa is 27."""
    value = 0
    for letter in letters:
        value = value * 26 + ord(letter) - ord("a") + 1
    return value


def roman_value(letters: str) -> int:
    """The value of a small roman numeral, up to 89; 0 when the letters are none."""
    folded = letters.casefold()
    if not _ROMAN.fullmatch(folded):
        return 0
    values = [{"i": 1, "v": 5, "x": 10, "l": 50}[letter] for letter in folded]
    return sum(
        -value if following > value else value for value, following in zip(values, [*values[1:], 0], strict=True)
    )


# -- the number at the start of a line -----------------------------------------------------------------------


@dataclass(frozen=True)
class Start:
    """A number typed at the start of a line.

    `label` is as typed, with what parts it from the rest; `number` its spelling, or only "(a)" when it is
    `relative`: a sub-item that has its full number from the clause it is in. `firm`: written so that it
    can hardly be anything else. A line such as "4 Payment" is not firm: its place in the order decides.
    """

    label: str
    number: str
    rest: str
    relative: bool
    firm: bool


def at_start(line: str) -> tuple[str, str] | None:
    """The number typed at the start of a line, and the rest of it; None where there is none.

    "4.2. Payment" is ("4.2", "Payment"); "(a) the price" is ("(a)", "the price"). A sentence that only
    begins with a reference ("Schedule 3B sets out …", "4.2 and 4.3 apply") has no number of its own.
    """
    found = start(line)
    return (found.number, found.rest) if found else None


def start(line: str, *, heading: bool = False) -> Start | None:
    """As `at_start`, with how it was typed. A `heading` begins with a number and not with a reference."""
    stripped = line.strip()
    spaced = re.sub("[\u00a0\u2007\u202f]", " ", stripped[: _LONGEST * 2])
    return (
        _place_start(spaced, stripped, heading) or _clause_start(spaced, stripped) or _relative_start(spaced, stripped)
    )


_SEPARATOR = (
    r"(?P<separator>\s*[–—](?![0-9])\s*|\s*:(?=\s|$)\s*|\s+-(?![0-9])\s*|-\s+(?=\S)|\.(?=\s|$)\s*|[ ]*\t\s*|\s*\n\s*"
    r"|\s+|(?=\()|$)"
)
_PLACE_START = _pattern(
    rf"(?:the\ )?(?P<number>{_INNER_WORD}\.?[ ]+{_LABEL}[ ]+(?:to|of)[ ]+{_INNER_WORD}\.?[ ]+{_LABEL}"
    rf"|{_PLACE_WORD}(?:\.?[ ]+{_LABEL})?(?:,?[ ]+part[ ]+{_LABEL})?){_SEPARATOR}"
)
_CLAUSE_START = _pattern(rf"(?P<number>{_NOISE}?{_CORE}){_SEPARATOR}")
_RELATIVE_START = _pattern(
    r"(?:\((?P<bracketed>[a-z]{1,4}|[0-9]{1,3})\)|(?P<closed>[a-z]{1,4}|[0-9]{1,3})\)|(?P<dotted>[a-z]|[a-z]?[ivxl]{2,5}|[a-z][ivx])\.)"
    r"(?:\s+|$)"
)
# A line that goes on with one of these only refers to the clause, or names an amount.
_GOES_ON = re.compile(
    r"(?:and|or|to|of|is|are|was|were|be|has|have|had|shall|will|may|must|can|does|do|did|should|would|if|in|on|by|"
    r"for|from|but|as|at|with|under|above|below|applies|apply|sets?|states?|provides?|contains?|says|means|refers?|"
    r"inclusive|per cent|percent|million|billion|thousand|m|bn|k|hours?|days?|weeks?|months?|years?|minutes?)(?![a-z])"
    r"|[%,;)/]|& "
)
_MONTH = re.compile(
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    r"(?: [0-9]{4}|,|$| [a-z])"
)


def _place_start(spaced: str, line: str, heading: bool) -> Start | None:
    found = _PLACE_START.match(spaced)
    if not found:
        return None
    number = _read(_plain(found["number"].replace(",", " ")))
    rest = line[found.end() :].strip()
    alone = not re.search("[ .]", found["number"].strip())
    if number is None or (alone and (rest or number not in ("Schedule", "Annex", "Appendix", "Exhibit"))):
        return None
    parted = bool(found["separator"].strip(" ")) or not rest or rest.startswith("(")
    if rest and not heading and (_GOES_ON.match(rest) if parted else not _is_title(rest)):
        return None
    return Start(line[: found.end()], number, rest, relative=False, firm=parted)


def _clause_start(spaced: str, line: str) -> Start | None:
    found = _CLAUSE_START.match(spaced)
    if not found:
        return None
    typed, separator, rest = found["number"], found["separator"], line[found.end() :].strip()
    number = _read(_plain(typed))
    if number is None or (_GOES_ON.match(rest) and separator.strip(" ") not in (".", "\t", "–", "—", ":")):
        return None
    plain = typed.isdigit()
    lettered = typed[0].isalpha() and not re.match(_NOISE, typed, re.IGNORECASE | re.VERBOSE)
    if (plain and len(typed) > 3) or (lettered and not _is_prefixed(typed, rest)):
        return None
    parted = bool(separator.strip(" "))
    if plain and not parted and (rest[:1].islower() or _MONTH.match(rest)):
        return None
    return Start(line[: found.end()], number, rest, relative=False, firm=parted or lettered)


def _relative_start(spaced: str, line: str) -> Start | None:
    found = _RELATIVE_START.match(spaced)
    if not found:
        return None
    letters = found["bracketed"] or found["closed"] or found["dotted"]
    suffixed = bool(re.fullmatch("[A-Z][ivx]+", letters))  # the Ai of Schedule 2Ai
    if len(letters) > 1 and not (letters.isdigit() or suffixed or roman_value(letters) or len(set(letters)) == 1):
        return None
    rest = line[found.end() :].strip()
    if _GOES_ON.match(rest) and re.match("(?:and|or|above|below|of|to) ", rest):
        return None
    number = letters if found["dotted"] else f"({letters})"
    return Start(line[: found.end()], number, rest, relative=True, firm=not found["dotted"])


def _is_prefixed(typed: str, rest: str) -> bool:
    """Whether letters and digits at a line's start are a clause (GC13.3, SC36, E.B.15.i) and not words."""
    prefix = _leading_letters(typed)
    spaced = typed[len(prefix) :].startswith(" ")  # "SC 36 Payment", but not "NHS 111 Service" or "A 4 page"
    return prefix.isupper() and not rest[:1].islower() and (len(prefix) == 2 or not spaced)


def _is_title(rest: str) -> bool:
    """Whether words behind "Schedule 3B" are its title: short, each long word with a capital, no full stop."""
    if len(rest) > _LONGEST_TITLE:
        return False
    words = re.findall(r"[^\W\d_]+", rest)
    return (
        not rest.endswith((".", ";"))
        and all(word[0].isupper() for word in words if len(word) > 3)
        and bool(words)
        and words[0][0].isupper()
    )


# -- the grammar ---------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    """The text on one line, single-spaced, without the punctuation around it that people type."""
    collapsed = " ".join(text[: _LONGEST * 4].split())
    return re.sub(r"^[\s“\"'‘`*]+|[\s”\"'’`*.,:;]+$", "", collapsed)


def _read(plain: str) -> str | None:
    if len(plain) > _LONGEST:
        return None
    if plain.casefold().startswith(_DEFINITION.casefold()):
        term = plain[len(_DEFINITION) :].strip(" “”\"'")
        return f"{_DEFINITION}{term}" if term else None
    segments = _segments(plain)
    return _spelled(segments) if segments else None


def _spelled(segments: tuple[_Segment, ...]) -> str:
    return " ".join(str(segment) for segment in segments)


@lru_cache(maxsize=8192)
def _segments(number: str) -> tuple[_Segment, ...]:
    """The parts of a number; nothing when it cannot be read as one."""
    rest = number.strip()
    if len(rest) > _LONGEST:
        return ()
    if turned := _PARAGRAPH_OF.fullmatch(rest):
        rest = f"{turned['place']} paragraph {turned['core']}"
    elif turned := _PLACE_OF.fullmatch(rest):
        rest = f"{turned['place']} {turned['inner']}"
    segments: list[_Segment] = []
    while rest:
        segment, rest = _next_segment(rest, inside=bool(segments))
        if segment is None or (segments and segments[-1].word in ("", _PARAGRAPH)):
            return ()
        segments.append(segment)
    return tuple(segments)


def _next_segment(text: str, *, inside: bool) -> tuple[_Segment | None, str]:
    if place := _PLACE.match(text):
        word, label = _PLACES[place["word"].casefold()], place["label"]
        if label and (steps := _label_steps(label)):
            end = place.end()
            bracketed = re.match(r"(?: ?\([a-z0-9]{1,5}\))+", text[end:], re.IGNORECASE | re.ASCII)
            if bracketed:
                steps += _steps(bracketed[0])
                end += bracketed.end()
            return _Segment(word, steps), _after(text, end)
        if not label and place.end() == len(text):
            return _Segment(word, ()), ""
        if not label or text[place.end("word") :].strip()[:9].casefold() == "paragraph"[: len(label)]:
            return _Segment(word, ()), _after(text, place.end("word"))
        return None, ""
    clause = _CLAUSE.match(text)
    if not clause:
        return None, ""
    end = clause.end()
    if end < len(text) and text[end] not in " ,":
        return None, ""
    word = _PARAGRAPH if inside else ""
    if inside and clause["core"][0].isalpha() and clause.start("core") == 0:
        return None, ""
    return _Segment(word, _steps(clause["core"])), _after(text, end)


def _after(text: str, end: int) -> str:
    return text[end:].lstrip(" ,")


def _label_steps(label: str) -> tuple[str, ...]:
    """The components of a place's label: ("3B",), ("IV",), ("Two",); nothing for an ordinary word."""
    if label[0].isdigit():
        return tuple(_component(step) for step in label.split("."))
    letters = _leading_letters(label)
    if letters.casefold() in _NUMBER_WORDS:
        return (letters.capitalize(),)
    if len(letters) == 1 or roman_value(letters):
        return (label.upper(),)
    return ()


def _steps(core: str) -> tuple[str, ...]:
    """The components of a clause: "GC 13.3(a)" is ("GC13", "3", "(a)")."""
    joined = re.sub(r"^([A-Za-z]{1,4}) (?=[0-9])", r"\1", core)
    steps: list[str] = []
    counted = False
    for part in _STEP_PARTS.finditer(joined):
        if part["bracket"]:
            steps.append(f"({part['bracket']})")
        elif part["plain"]:
            plain = part["plain"]
            numbered = any(character.isdigit() for character in plain)
            steps.append(_component(plain) if numbered else plain if counted else plain.upper())
            counted = counted or numbered
    return tuple(steps)


def _component(text: str) -> str:
    """A component with digits as people spell it: letters in capitals, a roman numeral behind a letter small.

    "gc13" is "GC13", "45a" is "45A", "2ai" is "2Ai".
    """
    found = re.fullmatch("([A-Za-z]*)([0-9]+)([A-Za-z]?)([A-Za-z]*)([0-9]*)", text)
    if not found:
        return text
    prefix, digits, letter, more, tail = found.groups()
    more = more.lower() if roman_value(more) else more.upper()
    return f"{prefix.upper()}{digits}{letter.upper()}{more}{tail}"


def _without_suffix(component: str) -> str | None:
    """The component one suffix shorter: 2Ai, 2A, 2; None when there is no suffix."""
    atoms = _atoms(component)
    return "".join(atoms[:-1]) if len(atoms) > 1 and atoms[0].isdigit() else None


def _leading_letters(text: str) -> str:
    return text[: len(text) - len(text.lstrip(ascii_letters))]


def _is_local(segment: _Segment) -> bool:
    """Whether it is a schedule's number written without the word: 2Ai."""
    return not segment.word and len(segment.steps) == 1 and len(_atoms(segment.steps[0])) > 2


def _atoms(step: str) -> list[str]:
    """Digits, letters and roman suffix of a component: "2Ai" is ["2", "A", "i"], "(iv)" is ["iv"]."""
    atoms: list[str] = []
    for atom in _ATOM.findall(step):
        if atoms and atom.isalpha() and len(atom) > 1 and roman_value(atom[1:]):
            atoms += [atom[0], atom[1:]]
        else:
            atoms.append(atom)
    return atoms or [step]


def _bare(folded: str) -> str:
    """Only the letters and digits, without place words: what a slip of the brackets does not change."""
    words = "|".join((*(word.casefold() for word in _PLACES.values()), _PARAGRAPH))
    return re.sub(rf"[^a-z0-9]|(?:{words})(?![a-z])", "", folded)
