"""The numbers of sub-items, which only count inside a clause: (a), (ii), A., 1."""

from dataclasses import dataclass

from bot.contracts import numbers


@dataclass(frozen=True)
class Form:
    """How a sub-item's number is written: in brackets or with a dot, in digits, letters or roman numerals."""

    bracketed: bool
    kind: str  # "digit", "lower", "upper", "roman" or "ROMAN"


@dataclass(frozen=True)
class Item:
    """One reading of a sub-item's number: (i) is the ninth letter or the first roman numeral."""

    form: Form
    ordinal: int


def readings(number: str) -> list[Item]:
    """What a sub-item's number may be, the likelier first."""
    bracketed = number.startswith("(")
    letters = number.strip("()")
    if letters.isdigit():
        return [Item(Form(bracketed, "digit"), int(letters))]
    capital = letters.isupper()
    found = []
    letter, suffix = letters[0], letters[1:]
    if not suffix or suffix == letter * len(suffix):
        place = ord(letter.casefold()) - ord("a") + 1
        found.append(Item(Form(bracketed, "upper" if capital else "lower"), place + 26 * len(suffix)))
    elif letter.isupper() and suffix.islower():  # the Ai of Schedule 2Ai stands behind A
        found.append(Item(Form(bracketed, "upper"), ord(letter) - ord("A") + 1))
    if roman := numbers.roman_value(letters):
        item = Item(Form(bracketed, "ROMAN" if capital else "roman"), roman)
        likelier = len(letters) > 1 or letters.casefold() == "i"
        found.insert(0 if likelier else len(found), item)
    return found


def follows(item: Item, before: Item) -> bool:
    """Whether an item is the next after another."""
    return item.form == before.form and item.ordinal == before.ordinal + 1
