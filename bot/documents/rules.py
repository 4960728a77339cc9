"""What is typed about drafts and promises, read; which draft follows which; where a promise may go. Pure."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.contracts import numbers
from bot.errors import UserError
from storage.tables import CommitmentStatus, Document

ADD_DOCUMENT = "`/parley document add Full contract version 2 missing Schedule 3B, Annex A`"
ADD_COMMITMENT = (
    "`/parley commitment add A named care coordinator within five days from OHP source Submission section 4.2`"
)
CARRY = "`/parley commitment carry C1 into 4.2, Schedule 3B`"

LONGEST_TITLE = 200  # characters; the database looks drafts up by it
LONGEST_VERSION = 40
LONGEST_NAME = 200
MOST_NAMES = 100

# From which states a promise may be carried, waived and reopened.
FROM: Mapping[str, tuple[CommitmentStatus, ...]] = {
    "carried": (CommitmentStatus.OPEN, CommitmentStatus.CARRIED),
    "waived": (CommitmentStatus.OPEN,),
    "reopened": (CommitmentStatus.CARRIED, CommitmentStatus.WAIVED),
}

_PARTS = {
    "missing": "missing Schedule 3B, Annex A", "from": "from OHP", "on": "on 12 nov 2026", "pen": "pen @dana",
    "changes": "changes Payment falls due later",
}  # fmt: skip
_TOKEN = re.compile(r"""["“][^"“”]*["”](?=[\s,;]|$)|\S+""")
_LISTED = re.compile(r"""(?:["“][^"“”]*["”](?=\s*(?:[,;]|$))|[^,;])+""")
_AND = re.compile(r" and ", re.I)
_NOTHING = ("none", "nothing")
# A party's code at the end; anything else after "from" belongs to the promise.
_FROM_PARTY = re.compile(r"(?:^|\s)from\s+(?P<code>[a-z][a-z0-9]{1,11})\s*$", re.I | re.ASCII)


@dataclass(frozen=True)
class Issue:
    """What `document add` says, in its parts; what was left out is None."""

    title: str
    version: str
    missing: tuple[str, ...] = ()
    party: str | None = None
    on: str | None = None
    pen: str | None = None
    changes: str = ""


@dataclass(frozen=True)
class Promised:
    """What `commitment add` says, in its parts."""

    text: str
    party: str | None = None
    source: str = ""


# -- reading what a person typed -----------------------------------------------------------------------------


def read_issue(words: str) -> Issue:
    """The parts of "Full contract version 2 missing Schedule 3B from OHP on 12 nov 2026 pen @dana changes …".

    The first "version" that is followed by one word and then by nothing or a part ends the title; a title that holds
    such words goes in quotes. Raises UserError, with an example, for what cannot be read.
    """
    tokens = list(_TOKEN.finditer(words))
    place = _version_at(tokens)
    if place is None:
        raise UserError(_no_version(tokens))
    title = " ".join(_unquoted(words[: tokens[place].start()].strip(" \t\n,;:–-")).split())
    version = _unquoted(tokens[place + 1][0].rstrip(",;.")).strip()
    version = re.sub(r"^v\.?(?=[0-9])", "", version, flags=re.I)
    if not title:
        raise UserError(f"Give the draft its title: {ADD_DOCUMENT}.")
    if len(title) > LONGEST_TITLE:
        raise UserError(f"A title has {LONGEST_TITLE} characters at most. Shorten it: {ADD_DOCUMENT}.")
    if not version or len(version) > LONGEST_VERSION:
        raise UserError(f"A version has 1 to {LONGEST_VERSION} characters. Type one such as `version 2`.")
    parts = _parts(words, tokens[place + 2 :])
    return Issue(
        title,
        version,
        tuple(read_names(parts["missing"])) if "missing" in parts else (),
        _unquoted(parts["from"]) if "from" in parts else None,
        _unquoted(parts["on"]) if "on" in parts else None,
        parts.get("pen"),
        parts.get("changes", ""),
    )


def _version_at(tokens: Sequence[re.Match[str]]) -> int | None:
    """Where the word "version" stands that the version follows."""
    for place in range(len(tokens) - 1):
        if _keyword(tokens[place]) != "version" or _keyword(tokens[place + 1]) in _PARTS:
            continue
        if place + 2 == len(tokens) or _keyword(tokens[place + 2]) in _PARTS:
            return place
    return None


def _keyword(token: re.Match[str]) -> str:
    return token[0].casefold().removesuffix(":")


def _no_version(tokens: Sequence[re.Match[str]]) -> str:
    if not any(_keyword(token) == "version" for token in tokens):
        return f"Say what was issued and which version it is: {ADD_DOCUMENT}."
    return (
        "Parley cannot tell which version that is. After `version` comes one word, then only `missing …`, "
        f"`from PARTY`, `on DATE`, `pen @user` and last `changes …`: {ADD_DOCUMENT}. "
        "A title with such words goes in quotes."
    )


def _parts(words: str, tokens: Sequence[re.Match[str]]) -> dict[str, str]:
    """The optional parts by their keyword; each reaches to the next one, `changes` to the end."""
    parts: dict[str, str] = {}
    starts = [place for place, token in enumerate(tokens) if _keyword(token) in _PARTS]
    for start, end in pairwise([*starts, len(tokens)]):
        keyword = _keyword(tokens[start])
        last = keyword == "changes"
        to = len(words) if last else tokens[end - 1].end()
        value = words[tokens[start].end() : to].strip()
        if not last:
            value = value.rstrip(" ,;")
        if not value:
            raise UserError(f"Nothing follows `{keyword}`. Type it such as `{_PARTS[keyword]}`, or leave it out.")
        if keyword in parts:
            raise UserError(
                f"`{keyword}` stands there twice. Type it once, or put the words it belongs to in quotes: "
                f"{ADD_DOCUMENT}."
            )
        parts[keyword] = value
        if last:
            break
    return parts


def _unquoted(words: str) -> str:
    """The words without the quotes round all of them."""
    found = re.fullmatch(r"""\s*["“]([^"“”]*)["”]\s*""", words)
    return found[1].strip() if found else words


def read_names(words: str) -> list[str]:
    """The schedules in "Schedule 3b, Annex A and the finance model", as they are spelled, each once.

    "and" parts them only where every part is a schedule's number, because it may belong to a title. Raises
    UserError for none, for too many and for one that is too long.
    """
    if words.strip(" .").casefold() in _NOTHING:
        return []
    parts = [" ".join(part.split()) for part in _LISTED.findall(words)]
    if len(parts) > MOST_NAMES:
        raise UserError(f"Those are more than {MOST_NAMES} schedules. Name fewer of them.")
    if any(len(part) > LONGEST_NAME for part in parts):
        raise UserError(f"A schedule's name has {LONGEST_NAME} characters at most. Put commas between several.")
    names: dict[str, str] = {}
    for part in parts:
        for name in _several(part):
            names.setdefault(numbers.key(name), name)
    if not names:
        raise UserError("Name the schedules, with commas between them: `Schedule 3B, Annex A`.")
    return list(names.values())


def _several(part: str) -> list[str]:
    """The names in what stands between two commas."""
    if _unquoted(part) != part:
        return [name] if (name := _unquoted(part)) else []
    plain = _and_removed(part).rstrip(" .")
    pieces = [_spelled(piece) for piece in _AND.split(plain)]
    named = [name for name in pieces if name and name[0].isalpha()]
    if len(named) == len(pieces):
        return named
    return [_spelled(plain) or plain] if plain else []


def _and_removed(part: str) -> str:
    """Without the "and" before the last of several."""
    return re.sub(r"^and\b ?", "", part.strip(), flags=re.I)


def _spelled(words: str) -> str | None:
    try:
        return numbers.read(words)
    except UserError:
        return None


def read_promise(words: str) -> Promised:
    """The parts of "A named care coordinator from OHP source Submission section 4.2".

    The last "source" outside quotes begins the source. Raises UserError when there is no promise.
    """
    tokens = list(_TOKEN.finditer(words))
    place = next((t for t in reversed(tokens) if t[0].casefold().removesuffix(":") == "source"), None)
    text, source = words.strip(), ""
    if place is not None:
        text, source = words[: place.start()].strip(), _unquoted(words[place.end() :].strip())
        if not source:
            raise UserError(f"Nothing follows `source`. Say where the promise stands: {ADD_COMMITMENT}.")
    party = None
    if found := _FROM_PARTY.search(text):
        text, party = text[: found.start()].strip(), found["code"]
    text = _unquoted(text)
    if not text:
        raise UserError(f"Say what was promised: {ADD_COMMITMENT}.")
    return Promised(text, party, source)


def read_clauses(words: str) -> list[str]:
    """The clause numbers in "4.2, sched 3b", as they are spelled, each once. Raises UserError for what is none."""
    listed = re.split("[,;]", " ".join(words.split()))
    pieces = [piece for part in listed for piece in _AND.split(_and_removed(part)) if piece.strip()]
    if not pieces:
        raise UserError(f"Say which clauses carry it: {CARRY}.")
    if len(pieces) > MOST_NAMES:
        raise UserError(f"Those are more than {MOST_NAMES} clauses. Name fewer of them.")
    clauses: dict[str, str] = {}
    for clause in map(numbers.read, pieces):
        clauses.setdefault(numbers.key(clause), clause)
    return list(clauses.values())


# -- drafts --------------------------------------------------------------------------------------------------


def key(words: str) -> str:
    """What titles and versions have in common that are the same for people, whatever their case and spaces."""
    return " ".join(unicodedata.normalize("NFC", words).casefold().split())


def in_order(drafts: Iterable[Document]) -> list[Document]:
    """As they were issued; those of one day as they were entered."""
    return sorted(drafts, key=lambda draft: (draft.issued_on, draft.number))


def by_title(drafts: Iterable[Document]) -> list[list[Document]]:
    """The drafts of each title as they were issued; the title with the newest draft last."""
    titles: dict[str, list[Document]] = {}
    for draft in in_order(drafts):
        titles.setdefault(draft.title_key, []).append(draft)
    return sorted(titles.values(), key=lambda group: (group[-1].issued_on, group[-1].number))


def drafts_before(drafts: Iterable[Document]) -> dict[str, Document]:
    """For each draft's ref the one of its title that was issued before it; the first of a title has none."""
    return {later.ref: earlier for group in by_title(drafts) for earlier, later in pairwise(group)}


# -- promises ------------------------------------------------------------------------------------------------


def coverage(statuses: Iterable[str]) -> str:
    """ "3 of 5 carried into clauses, 1 consciously not, 1 open"."""
    count = Counter(statuses)
    parts = [f"{count[CommitmentStatus.CARRIED]} of {count.total()} carried into clauses"]
    if count[CommitmentStatus.WAIVED]:
        parts.append(f"{count[CommitmentStatus.WAIVED]} consciously not")
    if count[CommitmentStatus.OPEN]:
        parts.append(f"{count[CommitmentStatus.OPEN]} open")
    return ", ".join(parts)
