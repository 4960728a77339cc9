"""The Oxfordshire story with invented people: who is there, and what they say and type.

Organisations, figures and outcomes come from the founding documents; nobody in it exists. Every line is
what a person would type: `/parley …` commands, and plain lines that Parley reads because a meeting is open.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.demo.local_slack import Channel, User, Workspace

ZONE = ZoneInfo("Europe/London")  # the one that a negotiation has at first

MARGARET = User("U0MARGARET", "margaret", "Margaret Osei")
TOM = User("U0TOM", "tom", "Tom Whitfield")
ANJALI = User("U0ANJALI", "anjali", "Anjali Mehta")
DANIEL = User("U0DANIEL", "daniel", "Daniel Kerr")
RUTH = User("U0RUTH", "ruth", "Ruth Adeyemi")
SIAN = User("U0SIAN", "sian", "Siân Pritchard")

JOINT = Channel("C0JOINT", "oxmh-negotiation", [u.id for u in (MARGARET, TOM, ANJALI, DANIEL, RUTH, SIAN)])
CCG_CAUCUS = Channel("C0CCG", "oxmh-ccg-caucus", [MARGARET.id, TOM.id, ANJALI.id], is_private=True)
PROVIDER_CAUCUS = Channel("C0PROV", "oxmh-partnership-caucus", [DANIEL.id, RUTH.id, SIAN.id], is_private=True)
FINANCE = Channel("C0FIN", "oxmh-finance", [ANJALI.id, SIAN.id, TOM.id])

WORKSPACE = Workspace(
    name="Oxfordshire",
    domain="oxfordshire",
    users=(MARGARET, TOM, ANJALI, DANIEL, RUTH, SIAN),
    channels=(JOINT, CCG_CAUCUS, PROVIDER_CAUCUS, FINANCE),
)


@dataclass(frozen=True)
class Types:
    """Somebody types a line, or, with a slash, a command. `name` lets a later step speak of the message."""

    who: User
    where: Channel
    text: str
    name: str = ""


@dataclass(frozen=True)
class Edits:
    who: User
    where: Channel
    name: str
    text: str


@dataclass(frozen=True)
class Deletes:
    who: User
    where: Channel
    name: str


@dataclass(frozen=True)
class Presses:
    """Somebody presses a button on the card of an agreement, once the card shows these words."""

    who: User
    where: Channel
    ref: str
    label: str
    showing: str


@dataclass(frozen=True)
class Reads:
    """People read on until these words stand in the channel: what Parley posts comes a moment later."""

    where: Channel
    showing: str


Step = Types | Edits | Deletes | Presses | Reads


def mention(person: User) -> str:
    return f"<@{person.id}>"


def story(now: datetime) -> Sequence[Step]:
    """The whole of it, as typed from this aware instant on."""
    begins = quarter_ahead(now)
    today = now.astimezone(ZONE).date()
    friday = today + timedelta(days=5 + (4 - (today.weekday() + 5)) % 7)
    return (*_set_up(), *_plan(begins, friday), *_meeting(friday))


def quarter_ahead(now: datetime) -> datetime:
    """The next full quarter of an hour that is five minutes off or more, by the clocks at the table.

    Not in the hour that clocks show twice in autumn: typed, it would be the first one, and that may be over.
    """
    soon = (now + timedelta(minutes=20)).astimezone(ZONE)
    begins = soon - timedelta(minutes=soon.minute % 15, seconds=soon.second, microseconds=soon.microsecond)
    return begins.replace(hour=2, minute=0) if soon.fold else begins


def typed(day: date) -> str:
    """A date as people write it: "friday 4 december"."""
    return f"{day:%A} {day.day} {day:%B}".lower()


def _set_up() -> Sequence[Step]:
    def setting(text: str) -> Types:
        return Types(MARGARET, JOINT, f"/parley {text}")

    return (
        setting("new OXMH Outcomes-based contract for mental health"),
        setting("party add CCG Oxfordshire Clinical Commissioning Group as commissioner"),
        setting("party add OHP Oxford Health and partners as provider"),
        setting(f"member add {mention(MARGARET)} to CCG as chair, lead"),
        setting(f"member add {mention(TOM)} to CCG as scribe"),
        setting(f"member add {mention(ANJALI)} to CCG as technical"),
        setting(f"member add {mention(DANIEL)} to OHP as lead, negotiator"),
        setting(f"member add {mention(RUTH)} to OHP as negotiator"),
        setting(f"member add {mention(SIAN)} to OHP as technical"),
        Types(TOM, CCG_CAUCUS, "/parley channel caucus CCG"),
        Types(DANIEL, PROVIDER_CAUCUS, "/parley channel caucus OHP"),
        Types(TOM, FINANCE, "/parley channel subgroup Finance"),
    )


def _plan(begins: datetime, friday: date) -> Sequence[Step]:
    """`anyway`, because people may look at this on a holiday."""
    first = f"on {begins.date().isoformat()} at {begins:%H:%M} for 2h place Jubilee House anyway"
    group = f"on {typed(friday)} at 14:00 for 90m anyway"
    return (
        Types(MARGARET, JOINT, f"/parley meeting add negotiation Outcomes and payment {first}"),
        Types(TOM, FINANCE, f"/parley meeting add subgroup Finance sub-group {group}"),
        Types(TOM, JOINT, "/parley agenda add N1 Share of value at risk"),
        Types(TOM, JOINT, "/parley agenda add N1 Contract term"),
        Types(TOM, JOINT, "/parley agenda add N1 Outcomes and metrics"),
        Types(DANIEL, PROVIDER_CAUCUS, "/parley note Hold at one fifth at risk, and only from the end of year two"),
    )


def _meeting(friday: date) -> Sequence[Step]:
    soon, later = typed(friday), typed(friday + timedelta(days=7))
    return (*_opening(), *_share_at_risk(soon), *_term(soon, later), *_outcomes(later), *_ending(later))


def _opening() -> Sequence[Step]:
    return (
        Types(TOM, JOINT, "/parley start N1"),
        Types(TOM, JOINT, f"/parley present {mention(MARGARET)}, {mention(TOM)}, {mention(DANIEL)}, {mention(RUTH)}"),
        Types(TOM, JOINT, "Apologies: Siân Pritchard"),
        Types(RUTH, JOINT, f"/parley declare {mention(RUTH)} trustee of a charity in the partnership"),
    )


def _share_at_risk(soon: str) -> Sequence[Step]:
    return (
        Types(TOM, JOINT, "Topic: Share of value at risk"),
        Types(MARGARET, JOINT, "Good morning all. Shall we take the share at risk first?"),
        Types(DANIEL, JOINT, "We can live with a fifth of the value, if it is phased in."),
        Types(
            MARGARET,
            JOINT,
            "AGREED: 20% of contract value depends on outcomes, with full effect only at the end of year 3",
        ),
        Types(MARGARET, JOINT, "s/year 3/year 2/"),
        Presses(DANIEL, JOINT, "AG1", "Confirm Wording", showing="end of year 2"),
        Types(TOM, JOINT, f"ACTION: Anjali to model the phasing for years 1 and 2 by {soon}"),
    )


def _term(soon: str, later: str) -> Sequence[Step]:
    return (
        Types(TOM, JOINT, "Topic: Contract term"),
        Types(MARGARET, JOINT, "/parley decide The term is five years with one extension of up to two."),
        Types(TOM, JOINT, "/parley clause add 4.2 Extension of the term"),
        Types(MARGARET, JOINT, "/parley propose 4.2 The Commissioner may extend the term once, by up to two years."),
        Reads(JOINT, "4.2/p1"),
        Types(DANIEL, JOINT, "/parley propose 4.2 The parties may agree to extend the term once, by up to two years."),
        Reads(JOINT, "4.2/p2"),
        Types(DANIEL, JOINT, "RESERVATION: The partnership reserves its position on step-in rights"),
        Types(MARGARET, JOINT, f"/parley action Draft the extension clause {mention(TOM)} by {soon}"),
        Types(
            MARGARET,
            JOINT,
            f"/parley action Take legal advice on step-in rights {mention(MARGARET)}, {mention(DANIEL)} by {later}",
        ),
        Types(TOM, JOINT, "/parley note Lunch is at one"),
        Types(TOM, JOINT, "/parley undo"),
        Types(DANIEL, JOINT, "[off] shall we find coffee after this?"),
    )


def _outcomes(later: str) -> Sequence[Step]:
    return (
        Types(TOM, JOINT, "Topic: Outcomes and metrics"),
        Types(DANIEL, JOINT, "/parley agree Carer support is surveyed once a year"),
        Reads(JOINT, "Carer support is surveyed"),
        Types(MARGARET, JOINT, "/parley object AG2 because the survey belongs to every case review"),
        Types(DANIEL, JOINT, "DECISION: Meet in Banbury next time", "banbury"),
        Deletes(DANIEL, JOINT, "banbury"),
        Types(SIAN, JOINT, "NOTE: Data comes from the national dataset, six weeks in arears", "data note"),
        Edits(SIAN, JOINT, "data note", "NOTE: Data comes from the national dataset, six weeks in arrears"),
        Types(TOM, JOINT, "DECISION: The Recovery Star is the tool for measuring functioning."),
        Types(
            TOM,
            JOINT,
            f"ACTION: {mention(RUTH)} to send the definition of “meaningful role” by {later}\n"
            "ACTION: Find out what baseline data there is for housing",
            "two actions",
        ),
    )


def _ending(later: str) -> Sequence[Step]:
    """What still waits stands right above the minutes, where the visitor goes on."""
    return (
        Types(TOM, JOINT, f"PARKED: Older people's contract until {later}"),
        Types(RUTH, JOINT, "AGREED: Schedule 4C: Emergency response is within 2 hours where the need is urgent"),
        Reads(JOINT, "Emergency response is within 2 hours"),
        Types(TOM, JOINT, "/parley close"),
    )
