"""The buttons of minutes, which stand in their channel and in App Home alike."""

from bot.slack import blocks
from bot.slack.blocks import Block


def files(value: str, of: str) -> list[Block]:
    """What sends whoever presses it this version as a file; `value` is "CODE N1 1"."""
    return [
        blocks.button("Get as PDF", "minutes.file:pdf", f"{value} pdf", spoken=f"Send me {of} as a PDF"),
        blocks.button("Get as Word", "minutes.file:docx", f"{value} docx", spoken=f"Send me {of} as a Word file"),
    ]


def settle(code: str, ref: str, number: int) -> Block:
    """What settles a correction that somebody asks for."""
    value, of = f"{code} {ref} {number}", f"correction {number} of the minutes of {ref}"
    return blocks.buttons(
        blocks.button("Accept", "minutes.accept", value, spoken=f"Accept {of}"),
        blocks.button("Decline…", "minutes.decline", value, spoken=f"Decline {of}"),
    )
