"""Minutes as messages: what they say, and how far they are approved."""

import re
from collections.abc import Sequence

from bot.meetings import minutes_buttons
from bot.meetings.approving import MinutesStatus, Standing
from bot.outbox import File, Message
from bot.slack import blocks, mrkdwn
from storage.tables import CorrectionStatus, Meeting, MinutesCopy, MinutesCorrection, MinutesVersion

# Characters of the minutes in the message itself; the file has them whole.
_ROOM, _LONGEST_LINE = 3000, 180
_CORRECTION = 600  # characters of a correction on the card; the trail has it whole
_MOST_CORRECTIONS = 10

_STATUS_WORDS = {
    MinutesStatus.DRAFT: "draft, not yet circulated",
    MinutesStatus.CIRCULATED: "circulated, for every party’s approval",
    MinutesStatus.APPROVED: "approved by every party",
}


def issued(marking: str, meeting: Meeting, version: MinutesVersion, file: File, *, with_words: bool) -> Message:
    """The minutes as a file; `with_words` puts their settled part into the message too."""
    head = (
        f"*Minutes of {meeting.ref} {meeting.title}*, version {version.version}. "
        f"DRAFT. {marking}. The whole is in the file {file.name}."
    )
    head += _corrected(version)
    return Message(f"{head}\n\n{_settled(version)}" if with_words else head, file=file)


def _corrected(version: MinutesVersion) -> str:
    if "\n## Corrections\n" not in version.content:
        return ""
    return " It has been corrected: beside the words as taken, Corrections says what was asked and by whom."


def _settled(version: MinutesVersion) -> str:
    """What was agreed, decided and promised, in words for a message."""
    return _in_room(_plain(_between(version.content, "## Agreements", "## Next meeting")))


def printed(marking: str, meeting: Meeting, version: MinutesVersion, copy: MinutesCopy, file: File) -> Message:
    """The approved minutes, or a set for others, as a file."""
    if copy.audience:
        head = (
            f"*Minutes of {meeting.ref} {meeting.title}*, version {version.version}, the set for {copy.audience}: "
            f"whatever is marked confidential is left out. {marking}."
        )
    else:
        head = (
            f"*Minutes of {meeting.ref} {meeting.title}*, version {version.version}: APPROVED by every party. "
            f"{marking}. The whole is in the file {file.name}."
        )
    return Message(head, file=file)


def card(
    code: str,
    marking: str,
    meeting: Meeting,
    standing: Standing,
    approvals: Sequence[str],
    corrections: Sequence[tuple[MinutesCorrection, str]],
    people: Sequence[str],
) -> Message:
    """What one version settles and how it stands, with the buttons that bring it further while it is the newest.

    `approvals` are in words; `corrections` are those still asked for, with by whom; `people` may approve.
    """
    version = standing.version.version
    head = f"*Minutes of {meeting.ref} {blocks.cut(meeting.title, 300)}*, version {version}: {in_words(standing)}."
    lines = [f"Approved for {words}" for words in approvals]
    if standing.replaced_by is None:
        lines += [f"{party.name}: not yet approved" for party in standing.awaited if not standing.approved]
    settled = ""
    if standing.replaced_by is None:
        settled = _settled(standing.version)
        head += f"{_corrected(standing.version)} The whole is in the file below this message."
    else:
        head += f" `/parley minutes {meeting.ref}` brings the newest."
    content = [
        *blocks.paragraphs(f"{head}\n\n{settled}".strip()),
        blocks.context("\n".join(lines) or "Nobody has approved it.", marking),
    ]
    if standing.replaced_by is None:
        content += _asked_for(corrections)
        if people and standing.status == MinutesStatus.CIRCULATED:
            content.append(blocks.section(f"{mrkdwn.listed(map(mrkdwn.mark, people), 'or')}: {_QUESTION}"))
        content.append(_buttons(f"{code} {meeting.ref} {version}", meeting, standing))
    said = f"{'; '.join(lines)}. " if lines else ""
    return Message(f"{head} {said}{marking}.\n\n{settled}".strip(), content)


_QUESTION = "do you approve exactly this version for your party?"


def in_words(standing: Standing) -> str:
    if standing.replaced_by is not None:
        return f"version {standing.replaced_by} has replaced it. It stays as it was issued"
    return _STATUS_WORDS[standing.status]


def _asked_for(corrections: Sequence[tuple[MinutesCorrection, str]]) -> list[blocks.Block]:
    content = [
        blocks.section(f"Correction {row.number}, asked by {by}: {blocks.cut(row.text, _CORRECTION)}")
        for row, by in corrections[:_MOST_CORRECTIONS]
    ]
    more = len(corrections) - _MOST_CORRECTIONS
    return content + ([blocks.section(f"… and {more} more corrections are asked for.")] if more > 0 else [])


def _buttons(value: str, meeting: Meeting, standing: Standing) -> blocks.Block:
    of = f"the minutes of {meeting.ref}"
    correct = blocks.button("Correct", "minutes.correct", value, spoken=f"Correct {of}")
    files = minutes_buttons.files(value, of)
    if standing.status == MinutesStatus.APPROVED:
        return blocks.buttons(correct, *files)
    # What comes next stands first. To approve a draft would circulate it, which is for those who keep the minutes.
    verb, action = (
        ("Circulate", "minutes.circulate") if standing.status == MinutesStatus.DRAFT else ("Approve", "minutes.approve")
    )
    following = blocks.button(verb, action, value, style="primary", spoken=f"{verb} {of}")
    return blocks.buttons(following, correct, *files)


def asked(meeting: Meeting, standing: Standing, people: Sequence[str]) -> Message:
    """The minutes have been put to the parties: whoever may approve is asked to."""
    who = mrkdwn.listed(map(mrkdwn.mark, people), "or") or mrkdwn.listed(party.name for party in standing.awaited)
    return Message(
        f"The minutes of *{meeting.ref}* {blocks.cut(meeting.title, 300)}, version {standing.version.version}, are "
        f"circulated. {who}: {_QUESTION} The button *Approve* stands above, where the minutes do."
    )


def correction(code: str, meeting: Meeting, row: MinutesCorrection, by: str, keepers: Sequence[str]) -> Message:
    """Somebody asks for a correction, in their words, and whoever keeps the minutes enters or declines it."""
    who = mrkdwn.listed(map(mrkdwn.mark, keepers), "or") or "The scribe"
    head = _correction_head(meeting, row, by)
    choice = "*Accept* puts it in a new version of the minutes, *Decline* keeps it on record with your reason."
    content = [
        blocks.section(head),
        *blocks.quoted(row.text)[:40],
        blocks.section(f"{who}: {choice}"),
        minutes_buttons.settle(code, meeting.ref, row.number),
    ]
    return Message(f"{head} {blocks.cut(row.text, _CORRECTION)} {who}: {choice}", content)


def _correction_head(meeting: Meeting, row: MinutesCorrection, by: str) -> str:
    return (
        f"{by} asks to correct the minutes of *{meeting.ref}*, version {row.version}. This is correction {row.number}:"
    )


def correction_settled(meeting: Meeting, row: MinutesCorrection, by: str, settled_by: str) -> Message:
    """The same message once nobody is asked any more: what became of it, in the place of its buttons."""
    head = _correction_head(meeting, row, by)
    if row.status == CorrectionStatus.DECLINED:
        outcome = f"{settled_by} declined it, because {blocks.cut(row.because, _CORRECTION)}."
    else:
        outcome = f"{settled_by} accepted it: it stands in a new version of the minutes."
    content = [blocks.section(head), *blocks.quoted(row.text)[:40], blocks.context(outcome)]
    return Message(f"{head} {blocks.cut(row.text, _CORRECTION)} {outcome}", content)


def decline_form(code: str, channel: str, meeting: Meeting, row: MinutesCorrection) -> blocks.Block:
    return blocks.modal(
        "minutes.decline",
        f"Decline correction {row.number}",
        [
            *blocks.quoted(blocks.cut(row.text, blocks.SECTION_LIMIT)),
            blocks.text_input(
                "reason", "Why?", multiline=True, hint="The correction stays on record with this reason."
            ),
        ],
        submit="Decline",
        private_metadata=f"{code} {channel} {meeting.ref} {row.number}",
    )


def correction_form(code: str, channel: str, meeting: Meeting, version: str, *, enters: bool) -> blocks.Block:
    """`enters`: whoever fills it in keeps the minutes, and so need not ask."""
    asks = (
        f"This asks for a correction of the minutes of {meeting.ref}: the scribe or chair decides whether it is made."
    )
    return blocks.modal(
        "minutes.correct",
        f"Correct {meeting.ref}" if enters else "Ask for a correction",
        [
            *([] if enters else [blocks.section(asks)]),
            blocks.text_input(
                "correction",
                "What is to be corrected?",
                multiline=True,
                hint="Name the item and both wordings: On item 2, replace “15%” by “20%”. They are kept as typed.",
            ),
        ],
        submit="Correct" if enters else "Ask for a Correction",
        private_metadata=f"{code} {channel} {meeting.ref} {version}",
    )


def paper(
    marking: str, meeting: Meeting, version: MinutesVersion, state: str, form: str, remarks: Sequence[str], file: File
) -> Message:
    """The minutes in another form: what they are, and what is to be told of how the file was made."""
    head = (
        f"*Minutes of {meeting.ref} {meeting.title}*, version {version.version}, as {form}: {state}. {marking}. "
        f"They are in the file {file.name}."
    )
    return Message("\n".join([head, *remarks]), file=file)


def _in_room(text: str) -> str:
    """Long wordings are cut, so that every record is at least named; what still has no room is counted."""
    lines = [blocks.cut(line, _LONGEST_LINE) for line in text.split("\n")]
    kept: list[str] = []
    for number, line in enumerate(lines):
        if len("\n".join([*kept, line])) > _ROOM:
            return "\n".join([*kept, f"… and {len(lines) - number} more lines in the file."])
        kept.append(line)
    return "\n".join(kept)


def _between(text: str, first: str, last: str) -> str:
    return text[text.find(f"\n{first}") : text.find(f"\n{last}")].strip()


def _plain(markdown: str) -> str:
    """Markdown as people read it in a message: bold headings, bullets, no escapes."""
    text = re.sub(r" \(\[message\]\([^)]*\)\)", "", markdown)
    text = re.sub(r"(?m)^#{2,3} (.+)\n\n?", r"*\1*\n", text)
    text = re.sub(r"\*\*(.+?)\*\*", r"*\1*", text)
    text = re.sub(r"(?m)^  > ", "  ", text)
    text = re.sub(r"(?m)^(\s*)- ", r"\1• ", text)
    text = re.sub(r"\n{3,}", "\n\n", text)
    return re.sub(r"\\([\\`*_\[\]<>|~#+=.)\n-])", r"\1", text).replace("&amp;", "&")
