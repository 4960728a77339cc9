"""The usual fields of forms, so that the tables of forms read like the grammar."""

from bot.forms.rules import NONE_YET, Field, Kind

LENGTHS = tuple(
    (typed, shown)
    for typed, shown in (
        ("30min", "30 minutes"), ("45min", "45 minutes"), ("1h", "1 hour"), ("90min", "1½ hours"), ("2h", "2 hours"),
        ("150min", "2½ hours"), ("3h", "3 hours"), ("4h", "4 hours"), ("5h", "5 hours"), ("6h", "6 hours"),
        ("7h", "7 hours"), ("8h", "8 hours"), ("12h", "12 hours"), ("16h", "16 hours"), ("24h", "24 hours"),
    )
)  # fmt: skip
SHORT = (("5min", "5 minutes"), ("10min", "10 minutes"), ("15min", "15 minutes"), ("20min", "20 minutes"), *LENGTHS[:5])
ROLES = tuple(
    (role, role.capitalize()) for role in ("chair", "lead", "negotiator", "scribe", "legal", "technical", "observer")
)
YES_NO = (("yes", "Yes"), ("no", "No"))
_NOT_TO_BE_ASKED = r"Nobody called|has left Slack"
MONTH = "Where only a month is known, such as June 2027, instead of a day."


def words(name: str, label: str, *, hint: str = "", optional: bool = False, known_by: str = "") -> Field:
    return Field(name, label, Kind.WORDS, hint=hint, optional=optional, known_by=known_by)


def lines(name: str, label: str, *, hint: str = "", optional: bool = False, known_by: str = "") -> Field:
    return Field(name, label, Kind.LINES, hint=hint, optional=optional, known_by=known_by)


def day(
    name: str, label: str, *, hint: str = "", optional: bool = False, known_by: str = "", to_come: bool = False
) -> Field:
    known = known_by or r"has passed|is past|day off|not to come|is not a date|weekend|holiday|closed day"
    return Field(name, label, Kind.DAY, hint=hint, optional=optional, known_by=known, to_come=to_come)


def time(name: str, label: str, *, hint: str = "") -> Field:
    return Field(name, label, Kind.TIME, hint=hint, known_by=r"clocks go forward|is not a time")


def person(name: str, label: str, *, hint: str = "", optional: bool = False) -> Field:
    known = rf"is not at the table|{_NOT_TO_BE_ASKED}"
    return Field(name, label, Kind.PERSON, hint=hint, optional=optional, known_by=known)


def people(name: str, label: str, *, hint: str = "", optional: bool = False) -> Field:
    known = rf"not at the table|one person|{_NOT_TO_BE_ASKED}"
    return Field(name, label, Kind.PEOPLE, hint=hint, optional=optional, known_by=known)


def one(
    name: str,
    label: str,
    of: str,
    *,
    hint: str = "",
    optional: bool = False,
    known_by: str = "",
    initial: str = "",
    none: str = NONE_YET,
) -> Field:
    """One thing of a list of the record."""
    return Field(name, label, Kind.ONE, of, hint=hint, optional=optional, known_by=known_by, initial=initial, none=none)


def several(name: str, label: str, of: str, *, hint: str = "", optional: bool = False) -> Field:
    return Field(name, label, Kind.SEVERAL, of, hint=hint, optional=optional)


def pick(
    name: str,
    label: str,
    fixed: tuple[tuple[str, str], ...],
    *,
    hint: str = "",
    optional: bool = False,
    initial: str = "",
    known_by: str = "",
) -> Field:
    """One thing of a list that is always the same."""
    return Field(name, label, Kind.ONE, fixed=fixed, hint=hint, optional=optional, initial=initial, known_by=known_by)


def picks(name: str, label: str, fixed: tuple[tuple[str, str], ...], *, hint: str = "") -> Field:
    return Field(name, label, Kind.SEVERAL, fixed=fixed, hint=hint)


def because(label: str = "Why?", *, optional: bool = False, hint: str = "") -> Field:
    return lines("reason", label, optional=optional, hint=hint, known_by=r"\b(?:say|give) why|reason")
