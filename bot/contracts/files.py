"""A contract from whatever file people share."""

from pathlib import Path

from bot.contracts import guard
from bot.contracts.markdown import read_markdown
from bot.contracts.values import Contract
from bot.contracts.word import read_word


def read_contract(source: bytes | Path) -> Contract:
    """The contract in a Word, Markdown or plain text file, told apart by what they hold.

    Raises UserError, in a sentence that says what to do, for every other file.
    """
    return read_word(source) if guard.look(source) == "word" else read_markdown(source)
