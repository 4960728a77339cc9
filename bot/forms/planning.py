"""Forms of setting up, the timetable and meetings."""

from bot.access import Capability
from bot.forms.fields import (
    LENGTHS,
    MONTH,
    ROLES,
    SHORT,
    because,
    day,
    lines,
    one,
    people,
    person,
    pick,
    picks,
    time,
    words,
)
from bot.forms.rules import Form
from bot.timetable.service import KINDS

_KINDS = tuple((kind, f"{kind[0].upper()}{kind[1:]}") for kind in KINDS)
_MEETINGS = (
    ("negotiation", "Negotiation meeting"),
    ("subgroup", "Technical sub-group"),
    ("premeet", "Pre-meet of your own side"),
    ("gateway", "Gateway review"),
    ("legal", "Legal meeting"),
)
_EVERY = tuple(
    (f"{unit} {times} times", f"Every {unit}, {times} times")
    for unit in ("week", "fortnight", "month")
    for times in (2, 3, 4, 6, 8, 12, 24)
)
_ANYWAY = (("anyway", "Plan it anyway"),)
_OVERLAP = r"overlap|at the same time|busy|holiday|closed day"

SETTING_UP = (
    Form(
        "party add",
        "Add a party",
        "Add Party",
        "{code} {name} as {kind}",
        (
            (
                words(
                    "code", "Short name", hint="2 to 12 letters and digits, such as CCG.", known_by=r"\bcode\b|letters"
                ),
                words("name", "Full name"),
                pick(
                    "kind",
                    "What it is",
                    (
                        ("provider", "Provider: signs the contract"),
                        ("commissioner", "Commissioner: signs the contract"),
                        ("subcontractor", "Subcontractor"),
                        ("adviser", "Adviser"),
                    ),
                ),
            ),
        ),
        Capability.SET_UP,
    ),
    Form(
        "party quorum",
        "Set a party’s quorum",
        "Set Quorum",
        "{party} {number}",
        (
            (
                one("party", "Party", "parties"),
                words("number", "How many of its people must be there?", hint="1 to 99."),
            ),
        ),
        Capability.SET_UP,
    ),
    Form(
        "member add",
        "Add people",
        "Add People",
        "{people} to {party} as {roles}",
        (
            (
                people("people", "Who?"),
                one("party", "For which party?", "parties", known_by=r"no party|party"),
                picks("roles", "In which roles?", ROLES),
            ),
        ),
        Capability.SET_UP,
    ),
    Form(
        "member authority",
        "Limit an authority",
        "Set Authority",
        "{person} {clauses}",
        (
            (
                person("person", "Whose authority?"),
                words(
                    "clauses",
                    "Clauses they may agree",
                    hint="Numbers with commas between them, with what is below each: 4, SC36. Or: everything.",
                ),
            ),
        ),
        Capability.SET_UP,
    ),
    Form(
        "member alias",
        "Give another name",
        "Save Name",
        "{person} {name}",
        (
            (
                person("person", "Who?"),
                words("name", "What else are they called?", hint="A name that fits nobody else, such as Dee."),
            ),
        ),
        Capability.SET_UP,
    ),
    Form(
        "member alias remove",
        "Take a name away",
        "Take Name Away",
        "{alias}",
        ((one("alias", "Which?", "aliases"),),),
        Capability.SET_UP,
    ),
    Form(
        "channel joint",
        "Make this a joint table",
        "Make It Joint",
        "",
        ((pick("sure", "This channel", (("yes", "Becomes a joint table, which everyone reads"),)),),),
        Capability.SET_UP,
    ),
    Form(
        "channel caucus",
        "Make this a caucus",
        "Make It Private",
        "{party}",
        ((one("party", "Whose private room is this channel?", "parties"),),),
    ),
    Form(
        "channel subgroup",
        "Make this a sub-group",
        "Name the Sub-group",
        "{name}",
        ((words("name", "What is the sub-group called?", hint="This channel becomes its room."),),),
        Capability.SET_UP,
    ),
)

TIMETABLE = (
    Form(
        "timetable load",
        "Load a timetable",
        "Load Timetable",
        "{pack}[ on {day}]",
        (
            (
                one("pack", "Which ready-made timetable?", "timetable packs"),
                day("day", "Its first date", hint="For those that count from a day.", optional=True),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "milestone add",
        "Add a milestone",
        "Add Milestone",
        "{title}[ on {day}][ on {month}][ after {after} by {count} {unit}] kind {kind}[ owner {owner}]",
        (
            (
                words("title", "What is reached?", known_by=r"\btitle\b"),
                day("day", "On which day?", optional=True, known_by=r"say when|has passed|is not a date"),
                words("month", "Or in which month?", hint=MONTH, optional=True),
                pick("kind", "Kind", _KINDS, initial="milestone"),
                person("owner", "Who answers for it?", optional=True),
            ),
            (
                one("after", "Or after which milestone?", "milestones", optional=True),
                words("count", "How many?", hint="Such as 40.", optional=True, known_by=r"\bzero\b"),
                pick(
                    "unit",
                    "Of what?",
                    (("working days", "Working days"), ("days", "Days"), ("months", "Months")),
                    optional=True,
                ),
            ),
        ),
        Capability.PLAN,
        kept=True,
    ),
    Form(
        "milestone move",
        "Move a milestone",
        "Move Milestone",
        "{milestone}[ {whole}] to [{day}][{month}] because {reason}",
        (
            (
                one("milestone", "Which?", "open milestones"),
                day("day", "To which day?", optional=True),
                words("month", "Or to which month?", hint=MONTH, optional=True),
                because(),
                pick(
                    "whole",
                    "What hangs on it",
                    (("and what follows", "Moves as well, at once"),),
                    hint="Left empty, you are shown what would move first.",
                    optional=True,
                ),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "milestone done",
        "Mark a milestone done",
        "Mark as Done",
        "{milestone}[ on {day}][ on {month}]",
        (
            (
                one("milestone", "Which?", "open milestones"),
                day("day", "On which day?", hint="Left empty: today.", optional=True, known_by=r"not come|to come"),
                words("month", "Or in which month?", hint=MONTH, optional=True),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "milestone own",
        "Give a milestone owner",
        "Set Owner",
        "{milestone} {owner}",
        ((one("milestone", "Which?", "milestones"), person("owner", "Who answers for it?")),),
        Capability.PLAN,
    ),
    Form(
        "milestone remove",
        "Remove a milestone",
        "Remove Milestone",
        "{milestone} because {reason}",
        ((one("milestone", "Which?", "milestones"), because()),),
        Capability.PLAN,
    ),
    Form(
        "gateway",
        "Rate a gateway",
        "Save Rating",
        "{gateway}[ {rating}][ because {reason}]",
        (
            (
                one("gateway", "Which gateway?", "gateways"),
                pick(
                    "rating",
                    "How was it rated?",
                    (("red", "Red"), ("amber", "Amber"), ("green", "Green")),
                    hint="Left empty, it is only shown.",
                    optional=True,
                ),
                because(optional=True),
            ),
        ),
    ),
)

MEETINGS = (
    Form(
        "meeting add",
        "Plan a meeting",
        "Plan Meeting",
        "{kind} {title!} on {day} at {time} for {length}"
        "[ informs {informs}][ prep {prep}][ place {place!}][ every {every}][ {anyway}]",
        (
            (
                pick("kind", "Kind of meeting", _MEETINGS, initial="negotiation"),
                words("title", "What is it called?", known_by=r"title|longer than"),
                day("day", "On which day?"),
                time("time", "At what time?"),
                pick("length", "For how long?", LENGTHS, initial="2h"),
                words("place", "Where?", hint="A room, or how to join.", optional=True),
            ),
            (
                one("informs", "Which later meeting does it inform?", "ahead", optional=True, known_by=r"inform"),
                pick("prep", "How long to prepare?", LENGTHS, optional=True, known_by=r"prepar"),
                pick(
                    "every", "How often?", _EVERY, hint="Left empty: once.", optional=True, known_by=r"how often|series"
                ),
                pick("anyway", "If people are busy, or it is a day off", _ANYWAY, optional=True, known_by=_OVERLAP),
            ),
        ),
        Capability.PLAN,
        kept=True,
        keywords=("anyway", "to"),
    ),
    Form(
        "meeting move",
        "Move a meeting",
        "Move Meeting",
        "{meeting} to {day} at {time} because {reason}[ {anyway}]",
        (
            (
                one("meeting", "Which?", "planned"),
                day("day", "To which day?"),
                time("time", "At what time?"),
                because(),
                pick("anyway", "If people are busy", (("anyway", "Move it anyway"),), optional=True, known_by=_OVERLAP),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "meeting cancel",
        "Cancel a meeting",
        "Cancel Meeting",
        "{meeting} because {reason}",
        ((one("meeting", "Which?", "planned"), because()),),
        Capability.PLAN,
    ),
    Form(
        "meeting informs",
        "Say what informs what",
        "Save",
        "{meeting} {informed}",
        ((one("meeting", "Which meeting recommends?", "meetings"), one("informed", "Which is shown it?", "ahead")),),
        Capability.PLAN,
    ),
    Form(
        "meeting purpose",
        "Set a purpose",
        "Set Purpose",
        "{meeting} {text}",
        ((one("meeting", "Which?", "ahead"), lines("text", "What is it for?")),),
        Capability.PLAN,
    ),
    Form(
        "meeting rules",
        "Set ground rules",
        "Set Rules",
        "{meeting} {text}",
        ((one("meeting", "Which?", "ahead"), lines("text", "Ground rules")),),
        Capability.PLAN,
    ),
    Form(
        "meeting prepared",
        "Say how you prepared",
        "Save",
        "{meeting} {length}",
        (
            (
                one("meeting", "For which meeting?", "meetings"),
                pick("length", "How long did your side prepare?", LENGTHS, hint="Your side alone sees it."),
            ),
        ),
    ),
    Form(
        "paper add",
        "Ask for a paper",
        "Ask for Paper",
        "{meeting} {title}[ {owner}]",
        (
            (
                one("meeting", "For which meeting?", "ahead"),
                words("title", "What is the paper?"),
                person("owner", "Who brings it?", optional=True),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "paper here",
        "Say a paper has come",
        "Save",
        "{paper}",
        ((one("paper", "Which paper has come?", "papers"),),),
        Capability.RECORD,
    ),
    Form("meeting", "Show a meeting", "Show", "{meeting}", ((one("meeting", "Which?", "meetings"),),)),
    Form(
        "attend",
        "Invite to a meeting",
        "Invite",
        "{meeting} {people}[ as {role}][ {anyway}]",
        (
            (
                one("meeting", "To which meeting?", "ahead"),
                people("people", "Who is expected?"),
                pick("role", "In what capacity?", ROLES, optional=True),
                pick(
                    "anyway", "If they are busy", (("anyway", "Invite them anyway"),), optional=True, known_by=_OVERLAP
                ),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "agenda add",
        "Add an agenda item",
        "Add Item",
        "{meeting} {item}[ for {length}][ {owner}]",
        (
            (
                one("meeting", "To which agenda?", "ahead"),
                words("item", "What is the item?"),
                pick("length", "For how long?", SHORT, optional=True),
                person("owner", "Who leads it?", optional=True),
            ),
        ),
        Capability.PLAN,
    ),
    Form("agenda", "Show an agenda", "Show", "{meeting}", ((one("meeting", "Of which meeting?", "meetings"),),)),
)
