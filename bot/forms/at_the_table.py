"""Forms of what is said at the table, actions, clauses, minutes and what one reads."""

from bot.access import Capability
from bot.forms.fields import because, day, lines, one, people, person, pick, several, words
from bot.forms.rules import Field, Form, Kind

_FORMATS = (
    ("pdf", "PDF, to read and print"),
    ("docx", "Word"),
    ("html", "A page for a browser"),
    ("md", "Markdown"),
)
_CLAUSE = r"clause"

_NONE_BEGINS_HERE = (
    "No meeting is planned that could begin here. A side’s own begin in its caucus channel, the others in the joint "
    "channel or a sub-group’s: choose this there."
)

AT_THE_TABLE = (
    Form(
        "start",
        "Start a meeting",
        "Start Meeting",
        "{meeting}",
        ((one("meeting", "Which?", "startable", none=_NONE_BEGINS_HERE),),),
        Capability.RUN,
    ),
    Form(
        "close", "Close a meeting", "Close Meeting", "{meeting}", ((one("meeting", "Which?", "open"),),), Capability.RUN
    ),
    Form("present", "Say who is here", "Save", "{people}", ((people("people", "Who is here?"),),), Capability.RECORD),
    Form(
        "apologies", "Send apologies", "Save", "{people}", ((people("people", "Who cannot come?"),),), Capability.RECORD
    ),
    Form(
        "declare",
        "Declare an interest",
        "Declare",
        "{person} {interest}",
        ((person("person", "Whose interest?"), lines("interest", "What is it?")),),
        Capability.RECORD,
    ),
    Form(
        "item",
        "Take up an item",
        "Take Up",
        "{item}",
        ((one("item", "Which item of the agenda?", "items", known_by=r"\bitem\b"),),),
        Capability.RUN,
    ),
    Form(
        "agree",
        "Record an agreement",
        "Record",
        "[{clause}: ]{wording}",
        (
            (
                one("clause", "On which clause?", "clauses", optional=True, known_by=rf"\b{_CLAUSE}\b.*(?:no|not)\b"),
                lines("wording", "Exact words", hint="Every other party is asked to confirm exactly these words."),
            ),
        ),
        Capability.RECORD,
        kept=True,
    ),
    Form(
        "agree",
        "Agree what is proposed",
        "Agree",
        "{thing}",
        (
            (
                one(
                    "thing",
                    "What is agreed, in the words it has?",
                    "agreed by ref",
                    hint="A clause with its latest proposal, an entry of a register, a change or a metric.",
                ),
            ),
        ),
        Capability.RECORD,
        key="agree-as-proposed",
    ),
    Form(
        "confirm",
        "Confirm an agreement",
        "Confirm",
        "{agreement}",
        ((one("agreement", "Which?", "waiting", hint="For your party, in exactly these words."),),),
        Capability.CONFIRM,
    ),
    Form(
        "object",
        "Object to an agreement",
        "Object",
        "{agreement} because {reason}",
        ((one("agreement", "To which?", "waiting"), because()),),
        Capability.CONFIRM,
    ),
    Form(
        "decide",
        "Record a decision",
        "Record Decision",
        "{wording}",
        ((lines("wording", "Exact words"),),),
        Capability.RECORD,
        kept=True,
    ),
    Form("note", "Write a note", "Save Note", "{text}", ((lines("text", "Note"),),), Capability.RECORD, kept=True),
    Form(
        "park",
        "Park a clause or topic",
        "Park",
        "[{clause}][{text}] until {day}",
        (
            (
                one("clause", "Which clause?", "unsettled", optional=True),
                words("text", "Or which topic?", optional=True, known_by=r"what is put off"),
                day("day", "Until when?"),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "recommend",
        "Recommend something",
        "Recommend",
        "[{of} ]{text}[ {owner}][ by {day}]",
        (
            (
                one("of", "What recommends it?", "recommending", hint="A meeting or a gateway review.", optional=True),
                lines("text", "What is recommended?"),
                person("owner", "Of a gateway: who does it?", optional=True),
                day("day", "Of a gateway: by when?", optional=True),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "undo",
        "Undo my last record",
        "Undo",
        "",
        ((pick("sure", "What you recorded last", (("yes", "Is taken back, and kept in the trail as undone"),)),),),
        Capability.RECORD,
    ),
    Form(
        "action",
        "Record an action",
        "Record Action",
        "{what} {owners} by {day}",
        (
            (
                lines("what", "What is to be done?"),
                people("owners", "Who does it?"),
                day("day", "By when?", to_come=True),
            ),
        ),
        Capability.RECORD,
    ),
)

ACTIONS = (
    Form(
        "actions",
        "List actions",
        "List",
        "{which}",
        (
            (
                pick(
                    "which",
                    "Which?",
                    (("mine", "Mine"), ("overdue", "Overdue"), ("all", "All, those done too")),
                    initial="mine",
                ),
            ),
        ),
    ),
    Form(
        "done",
        "Mark an action as done",
        "Mark as Done",
        "{action}[ {note}]",
        ((one("action", "Which?", "open actions"), lines("note", "What shows it?", optional=True)),),
        Capability.RECORD,
    ),
    Form(
        "extend",
        "Extend an action",
        "Extend",
        "{action} to {day} because {reason}",
        ((one("action", "Which?", "open actions"), day("day", "Until when?"), because()),),
        Capability.RECORD,
    ),
    Form(
        "reassign",
        "Reassign an action",
        "Reassign",
        "{action} to {people}",
        ((one("action", "Which?", "open actions"), people("people", "Who does it now?")),),
        Capability.RECORD,
    ),
    Form(
        "reopen",
        "Reopen something",
        "Reopen",
        "{thing} because {reason}",
        ((one("thing", "What?", "reopened", hint="An action, a clause or an entry of a register."), because()),),
        Capability.RECORD,
    ),
)

CLAUSES = (
    Form(
        "clauses",
        "List clauses",
        "List",
        "{which}",
        (
            (
                pick(
                    "which",
                    "Which?",
                    tuple(
                        (name, name.capitalize())
                        for name in (
                            *("all", "open", "agreed", "parked", "escalated", "disputed", "reopened", "withdrawn"),
                            *("mine", "national"),
                        )
                    ),
                    initial="all",
                ),
            ),
        ),
    ),
    Form(
        "clause add",
        "Add a clause",
        "Add Clause",
        "{number} {title}",
        ((words("number", "Number", hint="Such as 4.2 or Schedule 3B.", known_by=r"number"), words("title", "Title")),),
        Capability.RECORD,
    ),
    Form(
        "clause import",
        "Import a contract",
        "Import",
        "[{anyway}]",
        (
            (
                pick(
                    "anyway",
                    "The file you shared last in this channel",
                    (("anyway", "Is taken, even if much of the contract is missing"),),
                    hint="A Word or Markdown file. Left empty, it is taken if it holds the whole contract.",
                    optional=True,
                ),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "clause pack",
        "Add a standard contract",
        "Add Clauses",
        "{pack}",
        ((one("pack", "Which standard contract?", "clause packs"),),),
        Capability.RECORD,
    ),
    Form(
        "clause changes",
        "See a draft’s changes",
        "Show",
        "{version}",
        ((one("version", "Which version?", "versions"),),),
    ),
    Form(
        "clause title",
        "Title a clause",
        "Set Title",
        "{clause} {title}",
        ((one("clause", "Which?", "clauses"), words("title", "Title")),),
        Capability.RECORD,
    ),
    Form(
        "clause national",
        "Mark as national text",
        "Mark",
        "{clause}",
        ((one("clause", "Which?", "clauses"),),),
        Capability.RECORD,
    ),
    Form(
        "clause local",
        "Mark as local text",
        "Mark",
        "{clause}",
        ((one("clause", "Which?", "clauses"),),),
        Capability.RECORD,
    ),
    Form(
        "clause streams",
        "Name work-streams",
        "Save",
        "{clause} {streams}",
        (
            (
                one("clause", "For which clause?", "clauses"),
                words("streams", "Work-streams", hint="With commas between them: finance, clinical. Or: none."),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "clause content",
        "Say your side is content",
        "Save",
        "{clause} {stream}",
        ((one("clause", "With which clause?", "clauses"), words("stream", "In which work-stream?")),),
        Capability.CONFIRM,
    ),
    Form(
        "clause legal",
        "Ask or clear as legal",
        "Save",
        "{clause}[ {cleared}]",
        (
            (
                one("clause", "Which clause?", "clauses"),
                pick(
                    "cleared",
                    "As a legal adviser",
                    (("cleared", "It is cleared"),),
                    hint="Left empty, a legal adviser is asked to look at it.",
                    optional=True,
                ),
            ),
        ),
        Capability.RECORD,
    ),
    Form("clause", "Show a clause", "Show", "{clause}", ((one("clause", "Which?", "clauses"),),)),
    Form(
        "propose",
        "Propose words",
        "Propose",
        "{clause} {wording}[\nbecause {rationale}]",
        (
            (
                one("clause", "For which clause?", "unsettled"),
                lines("wording", "Exact words"),
                lines("rationale", "Why?", hint="Everyone at the table sees it.", optional=True),
            ),
        ),
        Capability.CONFIRM,
        kept=True,
    ),
    Form(
        "ladder",
        "Set the ladder",
        "Save Level",
        "{level} {people} within {days} working days",
        (
            (
                words("level", "Level of the escalation ladder", hint="1 is the lowest.", known_by=r"\blevel"),
                people("people", "Who decides there?"),
                words("days", "Within how many working days?", known_by=r"working days"),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "escalate",
        "Escalate a clause",
        "Escalate",
        "{clause}[ to {person}] because {reason}",
        (
            (
                one("clause", "Which?", "unsettled"),
                person("person", "To whom?", hint="Left empty: to the next level of the ladder.", optional=True),
                because(),
            ),
        ),
        Capability.CONFIRM,
    ),
    Form(
        "dispute",
        "Dispute a clause",
        "Dispute",
        "{clause} because {reason}",
        ((one("clause", "Which?", "unsettled"), because()),),
        Capability.CONFIRM,
    ),
    Form(
        "withdraw",
        "Withdraw something",
        "Withdraw",
        "{thing}",
        ((one("thing", "What?", "withdrawn", hint="Your side’s proposal, an agreement you recorded, or a clause."),),),
        Capability.RECORD,
    ),
    Form(
        "diff",
        "Compare wordings",
        "Compare",
        "{clause}[ {versions}][ as {form}]",
        (
            (
                one("clause", "Of which clause?", "clauses"),
                words("versions", "Which two?", hint="Such as: issued p2. Left empty: the last two.", optional=True),
                pick("form", "As a file", (("docx", "Word, with tracked changes"),), optional=True),
            ),
        ),
    ),
    Form(
        "package",
        "Tie clauses together",
        "Tie Together",
        "{name}: {clauses}",
        (
            (
                words("name", "What is the package called?", known_by=r"\bname"),
                several("clauses", "Which clauses?", "clauses", hint="Nothing in it is agreed until all of it is."),
            ),
        ),
        Capability.CONFIRM,
    ),
)

MINUTES = (
    Form(
        "brief",
        "Read a brief",
        "Brief Me",
        "{meeting}[ {here}]",
        (
            (
                one("meeting", "For which meeting?", "ahead"),
                pick(
                    "here",
                    "Where",
                    (("here", "Post it in this channel"),),
                    hint="Left empty: to me alone.",
                    optional=True,
                ),
            ),
        ),
    ),
    Form(
        "minutes",
        "Get minutes",
        "Get Minutes",
        "{meeting}[ for {audience}][ as {form}]",
        (
            (
                one("meeting", "Of which meeting?", "closed"),
                one("audience", "For others", "sets", hint="What is confidential is left out.", optional=True),
                pick("form", "As what?", _FORMATS, optional=True),
            ),
        ),
    ),
    Form(
        "minutes circulate",
        "Circulate minutes",
        "Circulate",
        "{meeting}",
        ((one("meeting", "Of which meeting?", "closed"),),),
    ),
    Form(
        "minutes approve",
        "Approve minutes",
        "Approve",
        "{meeting}",
        ((one("meeting", "Of which meeting?", "closed"),),),
        Capability.APPROVE,
    ),
    Form(
        "minutes correct",
        "Correct minutes",
        "Correct",
        "{meeting} {text}",
        (
            (
                one("meeting", "Of which meeting?", "closed"),
                lines("text", "What is to be corrected?", hint="Name the item and both wordings."),
            ),
        ),
        Capability.RECORD,
        kept=True,
    ),
    Form(
        "minutes correct",
        "Settle a correction",
        "Settle",
        "{correction}[ because {reason}]",
        (
            (
                one("correction", "What was asked for", "corrections"),
                because("Why is it declined?", optional=True),
            ),
        ),
        key="minutes-settle",
    ),
    Form(
        "minutes reissue",
        "Issue minutes anew",
        "Issue Anew",
        "{meeting}",
        ((one("meeting", "Of which meeting?", "closed"),),),
    ),
    Form(
        "confidential",
        "Mark as confidential",
        "Mark",
        "{thing} because {reason}",
        ((one("thing", "What?", "recorded"), because()),),
        Capability.RECORD,
    ),
    Form(
        "confidential lift",
        "Lift a mark",
        "Lift Mark",
        "{thing}",
        ((one("thing", "From what?", "marked"),),),
        Capability.RECORD,
    ),
    Form(
        "search",
        "Search the record",
        "Search",
        "{words}",
        ((words("words", "What was said?", hint="Words, a “phrase”, or a ref."),),),
    ),
    Form(
        "export",
        "Export the record",
        "Export",
        "{form}",
        (
            (
                pick(
                    "form",
                    "As what?",
                    (
                        *_FORMATS,
                        ("xlsx", "Excel, with all registers"),
                        ("json", "JSON, for machines"),
                        ("ics", "My dates, for a calendar"),
                    ),
                ),
            ),
        ),
    ),
    Form(
        "help",
        "Explain a verb",
        "Explain",
        "{word}",
        ((Field("word", "Which word?", Kind.WORDS, hint="Such as agree, price or alliance."),),),
    ),
)
