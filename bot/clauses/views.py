"""Clauses in words, as a card with buttons, and as a redline."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from bot import dates
from bot.clauses import rules
from bot.clauses.standing import Standing
from bot.contracts.redline import Piece
from bot.outbox import Message
from bot.slack import blocks, mrkdwn
from storage.tables import Agreement, AgreementStatus, Clause, ClauseStatus, Proposal, ProposalStatus

PAGE = 40  # clauses at once: they fit into one message, and nobody reads more of a list
_LONGEST_TITLE = 100
_LONGEST_WORDS = 2500  # characters of one wording on a card; the export and the redline have it whole
_MOST_POSITIONS = 8  # parties whose words a card shows; Slack takes 50 blocks in all
_REDLINE = 2800  # characters


def line(found: Standing, on_table: Sequence[Proposal], parties: Mapping[int, str]) -> str:
    """One clause: number, title, how it stands, and whose words were last."""
    clause = found.clause
    words = found.agreement.text if found.agreement and found.status in rules.SETTLED else clause.text
    title = blocks.cut(clause.title or " ".join(words.split()), _LONGEST_TITLE)
    parts = [f"*{clause.number}*", title, f"· {rules.in_words(found.status)}"]
    if clause.left_out:
        parts.append(f"· not in version {clause.left_out} of the contract any more")
    if clause.national:
        parts.append("· national text")
    if clause.unverified:
        parts.append("· title not verified")
    if found.status == ClauseStatus.PARKED and clause.parked_until:
        parts.append(f"until {dates.full_date(clause.parked_until)}")
    if found.agreement is not None and found.status not in rules.SETTLED:
        parts.append(f"· {found.agreement.ref} {_agreement_words(found)}")
    if on_table and found.status not in rules.SETTLED:
        parts.append(f"· {parties[on_table[-1].party_id]} proposed {on_table[-1].ref}")
    return " ".join(part for part in parts if part)


def _agreement_words(found: Standing) -> str:
    if found.confirmed:
        return f"confirmed by every party, but waits for {mrkdwn.listed(found.bars.package_open)} of its package"
    return "awaits confirmation" if found.awaiting else "was objected to"


def listing(code: str, marking: str, text: str, which: str, begin: int, every: int) -> list[blocks.Block]:
    """A page of a list, with a button that asks for the next where there is one."""
    content = blocks.paragraphs(text)
    if begin + PAGE < every:
        value = f"{code} {which or 'all'} {begin // PAGE + 2}"
        content.append(blocks.buttons(blocks.button("Show More", "clauses.more", value, spoken="Show more clauses")))
    return [*content, blocks.context(marking)]


@dataclass(frozen=True)
class Shown:
    """All that a card of a clause tells: `parties` are names by id, `notes` what else is to be known of it."""

    code: str
    marking: str
    zone: ZoneInfo
    found: Standing
    proposals: Sequence[Proposal]
    reopened: Sequence[Agreement]
    parties: Mapping[int, str]
    notes: Sequence[str]


def card(shown: Shown) -> Message:
    """One clause whole: each party's last stated position with its date, what is agreed and what keeps it from more."""
    found, clause = shown.found, shown.found.clause
    title = f"*{clause.number}* {blocks.cut(clause.title, _LONGEST_TITLE)}".strip()
    head = f"{title}: {rules.in_words(found.status)}"
    content = [blocks.section(head)]
    if shown.notes:
        content.append(blocks.context("\n".join(shown.notes)))
    if clause.text:
        issued = f"As issued{f', in these words since version {clause.issue}' if clause.issue else ''}"
        content += [blocks.context(issued), *_words(clause.text)]
    spoken = [head]
    positions = list(last_positions(shown.proposals).items())
    for party_id, row in positions[:_MOST_POSITIONS]:
        said = f"{shown.parties[party_id]}, {row.ref}, {dates.instant(row.at, shown.zone)} ({_came_to(row, found)})"
        content += [blocks.section(said), *_words(row.text)]
        if row.rationale:
            content.append(blocks.context(f"Because {blocks.cut(row.rationale, 500)}"))
        spoken.append(f"{said}: {row.text}")
    if found.agreement is not None:
        agreed = f"*{found.agreement.ref}*: {_counts(found)}"
        content.append(blocks.section(agreed))
        if not any(found.agreement.text == row.text for _, row in positions):
            content += _words(found.agreement.text)
        spoken.append(f"{agreed}: {found.agreement.text}")
    for agreement in shown.reopened[-3:]:
        was, why = blocks.cut(agreement.text, 500), blocks.cut(agreement.because, 300)
        earlier = f"{agreement.ref} was agreed and reopened, because {why}. It said: {was}"
        content.append(blocks.context(earlier))
        spoken.append(earlier)
    if found.bars and (found.confirmed or found.status == ClauseStatus.IN_PRINCIPLE):
        kind = "agreed" if found.bars.package_open else "agreed subject to contract"
        content.append(blocks.context(f"Before it is {kind} it needs {mrkdwn.listed(found.bars.listed())}"))
    buttons = _buttons(shown)
    content += [blocks.buttons(*buttons)] if buttons else []
    if found.status == ClauseStatus.FINAL:
        return Message("\n".join(spoken), content)
    return Message("\n".join([*spoken, f"{shown.marking}."]), [*content, blocks.context(shown.marking)])


def _words(words: str) -> list[blocks.Block]:
    return blocks.quoted(blocks.cut(words, _LONGEST_WORDS))


def _came_to(row: Proposal, found: Standing) -> str:
    agreement = found.agreement
    if agreement is None:
        return row.status
    return rules.came_to(row.status, row.text, agreement.status, agreement.text)


def _counts(found: Standing) -> str:
    if found.status in rules.SETTLED:
        return f"confirmed by every party, {rules.in_words(found.status)}"
    return _agreement_words(found)


def _buttons(shown: Shown) -> list[blocks.Block]:
    """What may be done from here; a press carries the proposal that the person was looking at."""
    found, clause = shown.found, shown.found.clause
    value = f"{shown.code} {clause.number}"
    on_table = [row for row in shown.proposals if row.status == ProposalStatus.STANDING]
    elements = []
    free = found.agreement is None or found.agreement.status == AgreementStatus.OBJECTED
    if on_table and free and rules.may_become(found.status, ClauseStatus.IN_PRINCIPLE):
        ref = on_table[-1].ref
        elements.append(
            blocks.button("Agree Latest", "clause.agree", f"{shown.code} {ref}", style="primary", spoken=f"Agree {ref}")
        )
    if free and (rules.may_become(found.status, ClauseStatus.PROPOSED) or found.status == ClauseStatus.PROPOSED):
        elements.append(blocks.button("Propose Words", "clause.propose", value, spoken=f"Propose for {clause.number}"))
    if clause.text or len(shown.proposals) > 1:
        elements.append(blocks.button("Show Redline", "clause.diff", value, spoken=f"Redline of {clause.number}"))
    return elements


def past_card(row: Proposal, party: str, later: Proposal, zone: ZoneInfo, marking: str) -> Message:
    """A proposal that another one has followed: what it was, and where the clause is shown now."""
    head = f"*{row.ref}* of {party}, {dates.instant(row.at, zone)}: {row.status}. The clause goes on with {later.ref}."
    return Message(
        f"{head}\n{row.text}\n{marking}.", [blocks.section(head), *_words(row.text), blocks.context(marking)]
    )


def last_positions(proposals: Iterable[Proposal]) -> dict[int, Proposal]:
    """Each party's last stated position, in the order in which the parties first spoke."""
    found: dict[int, Proposal] = {}
    for row in proposals:
        if row.status != ProposalStatus.WITHDRAWN:
            found[row.party_id] = row
    return found


def redline(number: str, before: str, after: str, pieces: Sequence[Piece]) -> list[dict[str, Any]]:
    """What changed between two wordings: deleted words struck out, inserted ones bold, and said so."""
    head = f"*{number}*: from {before} to {after}. Struck out: deleted. Bold: inserted."
    marked = _marked(pieces)
    if marked is not None:
        return [blocks.section(head), {"type": "section", "text": {"type": "mrkdwn", "text": marked}}]
    styles: dict[str, dict[str, bool]] = {"deleted": {"strike": True}, "inserted": {"bold": True}, "same": {}}
    elements: list[dict[str, Any]] = []
    left = _REDLINE
    for piece in pieces:
        words = blocks.cut(piece.words, left)
        style = styles[piece.kind]
        elements.append({"type": "text", "text": words, **({"style": style} if style else {})})
        left -= len(words)
        if left < 2:
            break
    if left < 2:
        head += f" The words are long: `/parley diff {number} {before} {after} as docx` has them whole."
    section = {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": elements}]}
    return [blocks.section(head), section]


def _marked(pieces: Sequence[Piece]) -> str | None:
    """The pieces in Slack's own marks; None where these would not hold, or where the words hold some themselves."""
    marks = {"deleted": "~", "inserted": "*", "same": ""}
    shown, before = "", Piece("same", "")
    for piece in pieces:
        core = piece.words.strip()
        if set(core) & set("*~_`") or (piece.kind != "same" and ("\n" in core or not core)):
            return None
        # A mark holds only where no letter or figure stands outside it.
        if before.kind == "same" != piece.kind and before.words[-1:].isalnum() and not piece.words[:1].isspace():
            return None
        if before.kind != "same" == piece.kind and piece.words[:1].isalnum() and not before.words[-1:].isspace():
            return None
        if before.kind != "same" != piece.kind and not (before.words[-1:] + piece.words[:1]).count(" "):
            shown += " "
        begin, _, end = piece.words.partition(core) if core else (piece.words, "", "")
        shown += f"{begin}{marks[piece.kind]}{mrkdwn.escape(core)}{marks[piece.kind]}{end}"
        before = piece
    return shown if len(shown) <= _REDLINE else None


def in_brackets(pieces: Sequence[Piece]) -> str:
    """A redline that can be spoken: "within [deleted: 30] [inserted: 28] days"."""
    parts = []
    for piece in pieces:
        if piece.kind == "same":
            parts.append(piece.words)
            continue
        core = piece.words.strip()
        begin = piece.words[: len(piece.words) - len(piece.words.lstrip())]
        parts.append(f"{begin}[{piece.kind}: {core}]{piece.words[len(piece.words.rstrip()) :] if core else ''}")
    return "".join(parts)


def proposal_form(code: str, channel: str, clause: Clause, latest: str) -> blocks.Block:
    fits = len(latest) <= blocks.SECTION_LIMIT
    note = [] if fits else [blocks.context("The present words are too long for a form. Type the whole new wording.")]
    return blocks.modal(
        "clause.propose",
        f"Words for {clause.number}",
        [
            *note,
            blocks.text_input("wording", "Exact words", initial=latest if fits else "", multiline=True),
            blocks.text_input(
                "rationale", "Why?", multiline=True, optional=True, hint="Everyone at the table sees it."
            ),
        ],
        submit="Propose",
        private_metadata=f"{code} {channel} {clause.number}",
    )
