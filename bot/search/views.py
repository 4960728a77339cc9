"""What was found: each row's ref, what it is and how it stands, where and when, and its words round what was asked."""

from collections.abc import Sequence

from bot import dates
from bot.search.found import Found, Hit
from bot.slack import blocks
from storage.words import Term, places

PAGE = 8  # hits at once: one message holds them on a phone's two screens
_BEFORE, _AFTER = 60, 180  # characters of an excerpt before the first word that was asked for, and after it
_LONGEST_REF = 80
_EDGE = "\u200b"
# In people's words these would become Slack's own marks; look-alikes say the same and do nothing.
_HARMLESS = str.maketrans({"*": "∗", "_": "ˍ", "~": "∼", "`": "ˋ", "\n": " ", "\r": " ", "\t": " "})


def results(
    found: Found, asked: Sequence[Term], typed: str, where: str, note: str, code: str
) -> tuple[str, list[blocks.Block]]:
    """A page of hits in words and as blocks, with a button that asks for the next where there is one.

    `code` is the negotiation's where only one is searched; else each hit says which it belongs to.
    """
    end = found.begin + len(found.hits)
    head = f"*Search in {where}*: {_counted(found)}"
    if found.every > PAGE:
        head += f", here {found.begin + 1} to {end}"
    lines = [_line(hit, code) for hit in found.hits]
    excerpts = [excerpt(hit.texts, asked) for hit in found.hits]
    content = [blocks.section(head)]
    for hit, line, words in zip(found.hits, lines, excerpts, strict=True):
        content.append(_linked(f"{line}\n{words}" if words else line, hit.permalink))
    if end < found.every:
        value = f"{code} {found.begin // PAGE + 2} {typed}"
        content.append(
            blocks.buttons(blocks.button("Show More", "search.more", value, spoken="Show more of what was found"))
        )
    markings = dict.fromkeys(hit.actor.negotiation.marking for hit in found.hits)
    content.append(blocks.context(*([note] if note else []), *list(markings)[:8]))
    spoken = [f"{line}: {words}" for line, words in zip(lines, excerpts, strict=True)]
    return "\n".join([head, *spoken, *([note] if note else [])]), content


def _counted(found: Found) -> str:
    if found.more:
        return f"more than {found.every}; these are the newest. Add a word to find fewer"
    return "one record" if found.every == 1 else f"{found.every} records"


def _line(hit: Hit, code: str) -> str:
    parts = [] if code else [hit.actor.negotiation.code]
    parts.append(f"*{plain(blocks.cut(hit.ref, _LONGEST_REF))}*" if hit.ref else "")
    parts.append(hit.kind)
    about = [hit.status, hit.meeting]
    if hit.at is not None:
        about.append(dates.full_date(hit.at.astimezone(hit.actor.zone).date()))
    return " ".join([*(part for part in parts if part), *(f"· {part}" for part in about if part)])


def _linked(words: str, address: str | None) -> blocks.Block:
    """A section with the address of the message it came from: our own link, put beside words that are escaped."""
    section = blocks.section(words)
    if address:
        section["text"]["text"] += f" <{address}|source message>"
    return section


def plain(words: str) -> str:
    return words.translate(_HARMLESS)


def excerpt(texts: Sequence[str], asked: Sequence[Term]) -> str:
    """The text that holds most of what was asked, round the first place, with each word that was asked for in bold."""
    whole = {word for term in asked for word in (term.words[:-1] if term.begins else term.words)}
    beginnings = tuple(term.words[-1] for term in asked if term.begins)

    def marked(text: str) -> list[tuple[int, int]]:
        return [
            (begin, end)
            for begin, end, folded in places(text)
            if any(word in whole or (beginnings and word.startswith(beginnings)) for word in folded)
        ]

    kept = [(text, marked(text)) for text in texts]
    if not kept:
        return ""
    text, found = max(kept, key=lambda each: (len(each[1]), len(each[0])))
    begin = max(found[0][0] - _BEFORE, 0) if found else 0
    end = min(begin + _BEFORE + _AFTER, len(text))
    parts, at = ["…" if begin else ""], begin
    for first, last in _joined(text, found):
        if last <= end:
            parts += [plain(text[at:first]), _bold(text, first, last)]
            at = last
    return "".join([*parts, plain(text[at:end]), "…" if end < len(text) else ""]).strip()


def _joined(text: str, found: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Places that touch, or have one mark between them, as one: 4.2, and words that are written without blanks."""
    joined: list[tuple[int, int]] = []
    for first, last in found:
        between = text[joined[-1][1] : first] if joined else " "
        if len(between) <= 1 and not between.isspace():
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def _bold(text: str, first: int, last: int) -> str:
    """Words in bold. Slack sees a star only at the edge of a word, which a space without width makes."""
    before = _EDGE if text[first - 1 : first].isalnum() else ""
    return f"{before}*{plain(text[first:last])}*{_EDGE if text[last : last + 1].isalnum() else ''}"
