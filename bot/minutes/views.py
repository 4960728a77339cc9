"""Minutes as a message."""

import re

from bot.outbox import File, Message
from bot.slack import blocks
from storage.tables import Meeting, MinutesVersion

# Characters of the minutes in the message itself; the file has them whole.
_ROOM, _LONGEST_LINE = 3000, 180


def issued(marking: str, meeting: Meeting, version: MinutesVersion, file: File) -> Message:
    """The settled part of the minutes as a message, the whole as its file."""
    head = (
        f"*Minutes of {meeting.ref} {meeting.title}*, version {version.version}. "
        f"DRAFT. {marking}. The whole is in the file {file.name}."
    )
    settled = _plain(_between(version.content, "## Agreements", "## Next meeting"))
    return Message(f"{head}\n\n{_in_room(settled)}", file=file)


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
