"""Forms of the registers: documents, variations, outcomes, scope, positions and choices."""

from bot.access import Capability
from bot.forms.fields import MONTH, YES_NO, because, day, lines, one, people, person, pick, words
from bot.forms.rules import Form

_POUNDS = "Such as £1.2m or £250,000."
_AMOUNT = r"amount|pounds|currency|penny|pence"
_YEAR = r"financial year"
_KINDS = (("variation", "Local variation"), ("modification", "Local modification"), ("price", "Local price"))

DOCUMENTS = (
    Form(
        "document add",
        "Record an issued draft",
        "Record Draft",
        "{title!} version {version!}[ missing {missing}][ from {party}][ on {day}][ pen {pen}][ changes {changes}]",
        (
            (
                words("title", "What was issued?", known_by=r"title"),
                words(
                    "version", "Version", hint="Such as 2.", known_by=r"\bversion\b.*(?:characters|which|cannot tell)"
                ),
                words("missing", "Missing schedules", hint="With commas between them.", optional=True),
                day("day", "Issued on", hint="Left empty: today.", optional=True),
                lines("changes", "What it changes", hint="Against the draft before.", optional=True),
            ),
            (
                one("party", "Which side issued it?", "parties", hint="Left empty: yours.", optional=True),
                person("pen", "Who holds the pen?", optional=True),
            ),
        ),
        Capability.RECORD,
        kept=True,
    ),
    Form(
        "document received",
        "Say schedules have come",
        "Save",
        "{draft} {names}",
        (
            (
                one("draft", "Of which draft?", "drafts"),
                words("names", "What has come?", hint="With commas between them."),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "document disclose",
        "Say what a draft changes",
        "Disclose",
        "{draft} {text}",
        ((one("draft", "Which draft?", "drafts"), lines("text", "What does it change?")),),
        Capability.RECORD,
        kept=True,
    ),
    Form(
        "commitment add",
        "Record a commitment",
        "Record",
        "{text!}[ from {party}][ source {source!}]",
        (
            (
                lines("text", "What was promised?"),
                one("party", "Which side promised it?", "parties", optional=True),
                words("source", "Where does it stand?", hint="Such as: Submission section 4.2.", optional=True),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "commitment carry",
        "Carry a commitment",
        "Carry",
        "{commitment} into {clauses}",
        (
            (
                one("commitment", "Which?", "carried commitments"),
                words("clauses", "Into which clauses?", hint="Numbers with commas between them: 4.2, Schedule 3B."),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "commitment waive",
        "Waive a commitment",
        "Waive",
        "{commitment} because {reason}",
        ((one("commitment", "Which?", "open commitments"), because()),),
        Capability.CONFIRM,
    ),
    Form(
        "commitment reopen",
        "Reopen a commitment",
        "Reopen",
        "{commitment} because {reason}",
        ((one("commitment", "Which?", "settled commitments"), because()),),
        Capability.RECORD,
    ),
)

VARIATIONS = (
    Form(
        "variation add",
        "Enter a variation",
        "Enter",
        "{kind} {title!}[ clause {clause}]",
        (
            (
                pick("kind", "Which register?", _KINDS, initial="variation"),
                words("title", "What is it called?", known_by=r"title|called"),
                one("clause", "Which clause?", "clauses", optional=True),
            ),
        ),
        Capability.RECORD,
        keywords=("to", "in", "of", "for", "on", "under", "into"),
    ),
    Form(
        "variation answer",
        "Answer a test",
        "Save Answer",
        "{entry} {question} {text}",
        (
            (
                one("entry", "Of which entry?", "entries"),
                one("question", "Which question?", "questions"),
                lines("text", "Answer"),
            ),
        ),
        Capability.RECORD,
        kept=True,
    ),
    Form(
        "variation effect",
        "Enter a financial effect",
        "Save Effect",
        "{entry} {year} {amount}",
        (
            (
                one("entry", "Of which entry?", "entries"),
                words("year", "Financial year", hint="Such as 2026-27.", known_by=_YEAR),
                words("amount", "Effect in pounds", hint="Such as -£1.2m. Or: none.", known_by=_AMOUNT),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "variation schedule",
        "Set a schedule",
        "Save Schedule",
        "{entry} {schedule}",
        ((one("entry", "Of which entry?", "entries"), words("schedule", "Schedule", hint="Such as 3B.")),),
        Capability.RECORD,
    ),
    Form(
        "variation consulted",
        "Say who was consulted",
        "Save",
        "{entry} {who}",
        ((one("entry", "On which entry?", "entries"), lines("who", "Who was consulted?")),),
        Capability.RECORD,
    ),
    Form(
        "variation from",
        "Say from when it applies",
        "Save Dates",
        "{entry} {begins}[ to {ends}]",
        (
            (
                one("entry", "Which entry?", "entries"),
                day("begins", "From"),
                day("ends", "To", optional=True, known_by=r"\bends?\b"),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "variation currency",
        "Say if a currency exists",
        "Save",
        "{entry} {currency}",
        ((one("entry", "For which price?", "prices"), pick("currency", "Is there a national currency?", YES_NO)),),
        Capability.RECORD,
    ),
    Form(
        "variation regime",
        "Choose the rules",
        "Choose Rules",
        "{entry} {regime}",
        ((one("entry", "Of which entry?", "entries"), one("regime", "Which rules?", "regimes")),),
        Capability.RECORD,
    ),
    Form(
        "variation application",
        "Apply for a modification",
        "Save",
        "{entry}",
        ((one("entry", "Which modification?", "modifications"),),),
        Capability.CONFIRM,
    ),
    Form(
        "variation agreement",
        "Agree a modification",
        "Save",
        "{entry}",
        ((one("entry", "Which modification?", "modifications"),),),
        Capability.CONFIRM,
    ),
    Form(
        "variation approval",
        "Record an approval",
        "Record Approval",
        "{entry} {reference} on {day}",
        (
            (
                one("entry", "Of which entry?", "entries"),
                words("reference", "The regulator’s reference", known_by=r"reference"),
                day("day", "Approved on"),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "variation submitted",
        "Record a submission",
        "Record Submission",
        "{entry}[ on {day}][ reference {reference}]",
        (
            (
                one("entry", "Of which entry?", "entries"),
                day("day", "Submitted on", hint="Left empty: today.", optional=True),
                words("reference", "The regulator’s reference", optional=True, known_by=r"reference"),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "variation withdraw",
        "Withdraw an entry",
        "Withdraw",
        "{entry} because {reason}",
        ((one("entry", "Which?", "entries"), because()),),
        Capability.CONFIRM,
    ),
    Form("variation", "Show an entry", "Show", "{entry}", ((one("entry", "Which?", "entries"),),)),
    Form(
        "derogation add",
        "Enter a derogation",
        "Enter",
        "{clause} {text}",
        (
            (
                words("clause", "From which national clause?", hint="Such as SC36.", known_by=r"clause"),
                lines("text", "How does the contract depart from it?"),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "derogation withdraw",
        "Withdraw a derogation",
        "Withdraw",
        "{derogation} because {reason}",
        ((one("derogation", "Which?", "derogations"), because()),),
        Capability.CONFIRM,
    ),
    Form(
        "change add",
        "Enter a contract change",
        "Enter",
        "{title} initiated by {party}",
        ((words("title", "What changes?"), one("party", "Who initiated it?", "parties")),),
        Capability.RECORD,
    ),
    Form(
        "change impact",
        "Assess an impact",
        "Save Impact",
        "{change} {text}",
        ((one("change", "Of which change?", "changes"), lines("text", "What does it bring about?")),),
        Capability.RECORD,
    ),
    Form(
        "change withdraw",
        "Withdraw a change",
        "Withdraw",
        "{change} because {reason}",
        ((one("change", "Which?", "changes"), because()),),
        Capability.CONFIRM,
    ),
)

OUTCOMES = (
    Form(
        "outcome add",
        "Add an outcome",
        "Add Outcome",
        "{title!}",
        ((words("title", "What is the contract to bring about?"),),),
        Capability.RECORD,
    ),
    Form(
        "outcome share",
        "Set the share at risk",
        "Set Share",
        "{percent} in year {year}",
        (
            (
                words("percent", "Share of the contract value", hint="Such as 20%.", known_by=r"percentage|unit"),
                words("year", "From which year of the contract?", hint="Counted from 1.", known_by=r"\byear"),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "outcome load",
        "Load outcomes",
        "Load Outcomes",
        "{pack}",
        ((one("pack", "Which?", "outcome packs"),),),
        Capability.RECORD,
    ),
    Form("outcome", "Show an outcome", "Show", "{outcome}", ((one("outcome", "Which?", "outcomes and metrics"),),)),
    Form(
        "outcomes pay",
        "Reckon what results pay",
        "Reckon",
        "{results}[ in year {year}][ of {value}]",
        (
            (
                lines("results", "Results", hint="Each metric with its result: O1.1=80%, O2.1=met."),
                words("year", "In which year of the contract?", optional=True, known_by=r"\byear"),
                words("value", "What is that year worth?", hint=_POUNDS, optional=True, known_by=_AMOUNT),
            ),
        ),
    ),
    Form(
        "metric add",
        "Propose a metric",
        "Propose Metric",
        "{outcome} {wording!}[ weight {weight}][ baseline {baseline!}][ target {target!}]",
        (
            (
                one("outcome", "For which outcome?", "outcomes"),
                lines("wording", "How is it measured?", known_by=r"wording"),
                words("weight", "Weight", hint="Such as 3%.", optional=True, known_by=r"weight|percentage"),
                words("baseline", "Baseline", optional=True, known_by=r"baseline"),
                words("target", "Target", optional=True, known_by=r"target"),
            ),
        ),
        Capability.RECORD,
        kept=True,
    ),
    Form(
        "metric reword",
        "Reword a metric",
        "Reword",
        "{metric} {wording!}[ because {reason}]",
        (
            (
                one("metric", "Which?", "metrics"),
                lines("wording", "How is it measured?", known_by=r"wording"),
                because("Why, if it was agreed?", optional=True),
            ),
        ),
        Capability.RECORD,
        kept=True,
        keywords=("weight", "baseline", "target"),
    ),
    Form(
        "metric set",
        "Say more of a metric",
        "Save",
        "{metric} {field} {value}[ because {reason}]",
        (
            (
                one("metric", "Of which?", "metrics"),
                pick(
                    "field",
                    "What is said?",
                    tuple(
                        (name, label)
                        for name, label in (
                            *(("definition", "Definition"), ("source", "Source"), ("baseline", "Baseline")),
                            *(("target", "Target"), ("lag", "Data lag"), ("weight", "Weight"), ("review", "Review")),
                        )
                    ),
                ),
                lines("value", "It is", hint="Or: none, to take it off."),
                because("Why, if target or weight were agreed?", optional=True),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "metric withdraw",
        "Withdraw a metric",
        "Withdraw",
        "{metric} because {reason}",
        ((one("metric", "Which?", "metrics"), because()),),
        Capability.RECORD,
    ),
    Form("metric", "Show a metric", "Show", "{metric}", ((one("metric", "Which?", "metrics"),),)),
)

SCOPE = (
    Form(
        "scope add",
        "Add a service",
        "Add Service",
        "{service!} {side}[ budget {budget}][ from {source!}]",
        (
            (
                words("service", "Which service?", known_by=r"which service|name"),
                pick(
                    "side",
                    "In the contract?",
                    (("in", "In the contract"), ("out", "Out of the contract")),
                    initial="in",
                ),
                words("budget", "Budget", hint=_POUNDS, optional=True, known_by=_AMOUNT),
                words("source", "Where does that stand?", optional=True, known_by=r"source"),
            ),
        ),
        Capability.RECORD,
        keywords=("in", "out", "budget", "from"),
    ),
    Form(
        "scope move",
        "Move a service in or out",
        "Move",
        "{service} {side} because {reason}",
        (
            (
                one("service", "Which?", "services"),
                pick("side", "Where to?", (("in", "Into the contract"), ("out", "Out of the contract"))),
                because(),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "scope budget",
        "Set a service’s budget",
        "Set Budget",
        "{service} {budget}[ from {source!}]",
        (
            (
                one("service", "Which?", "services"),
                words("budget", "Budget", hint=_POUNDS, known_by=_AMOUNT),
                words("source", "Where does that stand?", optional=True, known_by=r"source"),
            ),
        ),
        Capability.RECORD,
        keywords=("budget",),
    ),
    Form(
        "scope load",
        "Load a scope",
        "Load Scope",
        "{pack}",
        ((one("pack", "Which?", "scope packs"),),),
        Capability.RECORD,
    ),
    Form(
        "value",
        "Record a value",
        "Record Value",
        "{amount} over {years} years on {on} source {source!}",
        (
            (
                words("amount", "How much?", hint=_POUNDS, known_by=_AMOUNT),
                words("years", "Over how many years?", known_by=r"\byears\b"),
                words("on", "As of when?", hint="A day, a month or a year, as far as it is known: sep 2014."),
                words("source", "Where does that stand?", hint="Such as: Board paper.", known_by=r"source|where that"),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "term",
        "Record the term",
        "Record Term",
        "{years}[+{extension}] from {starts}[ decide by {decide}] source {source!}",
        (
            (
                words("years", "How many years?", known_by=r"\byears are more|number of years"),
                words("extension", "And an extension of how many?", optional=True, known_by=r"extension"),
                words("starts", "From when?", hint="A day, a month or a year, as far as it is known."),
                day("decide", "Decide on the extension by", optional=True, known_by=r"decide"),
                words("source", "Where does that stand?", hint="Such as: Schedule 1.", known_by=r"source|where that"),
            ),
        ),
        Capability.PLAN,
    ),
    Form(
        "term extend",
        "Extend the term",
        "Extend",
        "because {reason}",
        ((because(),),),
        Capability.CONFIRM,
    ),
)

POSITIONS = (
    Form(
        "position",
        "Keep a position",
        "Keep Position",
        "{subject!}[ must {must!}][ target {target!}][ walkaway {walkaway!}]",
        (
            (
                words("subject", "On which clause or topic?", known_by=r"topic"),
                lines("must", "What must be?", optional=True, known_by=r"`must`|what must be"),
                lines("target", "What is the target?", optional=True, known_by=r"`target`"),
                lines("walkaway", "Where do you walk away?", optional=True, known_by=r"`walkaway`"),
            ),
        ),
        kept=True,
        keywords=("importance", "theirs", "redline", "walk-away"),
    ),
    Form(
        "position",
        "Weigh a position",
        "Save",
        "{subject!} importance {ours}[ theirs {theirs}]",
        (
            (
                words("subject", "On which clause or topic?"),
                pick("ours", "How much does it matter to you?", tuple((str(n), str(n)) for n in range(1, 6))),
                pick("theirs", "And to them?", tuple((str(n), str(n)) for n in range(1, 6)), optional=True),
            ),
        ),
        key="position-importance",
        keywords=("must", "target", "walkaway", "walk-away", "redline"),
    ),
    Form(
        "position",
        "Draw a red line",
        "Keep Red Line",
        "{subject!} redline {text}",
        ((words("subject", "On which clause or topic?"), lines("text", "What is the red line?")),),
        key="position-redline",
        kept=True,
        keywords=("must", "target", "walkaway", "walk-away", "importance"),
    ),
    Form(
        "concession",
        "Keep a concession",
        "Keep Concession",
        "{state} {subject!!} {text}[ worth {worth}]",
        (
            (
                pick("state", "It is", (("planned", "Planned"), ("given", "Given"), ("received", "Received"))),
                words("subject", "On which clause or topic?"),
                lines("text", "What is conceded?"),
                words("worth", "What is it worth?", hint=_POUNDS, optional=True, known_by=_AMOUNT),
            ),
        ),
        kept=True,
    ),
    Form(
        "concession",
        "Settle a concession",
        "Save",
        "{state} {concession}[ {text}][ worth {worth}]",
        (
            (
                one("concession", "Which?", "concessions"),
                pick("state", "It is now", (("planned", "Planned"), ("given", "Given"), ("received", "Received"))),
                lines("text", "In other words", optional=True),
                words("worth", "What is it worth?", hint=_POUNDS, optional=True, known_by=_AMOUNT),
            ),
        ),
        key="concession-settle",
    ),
    Form(
        "mandate",
        "Write a mandate",
        "Keep Mandate",
        "{person} {text}",
        ((person("person", "Whose mandate?"), lines("text", "What may they settle?")),),
        kept=True,
    ),
)

CHOICES = (
    Form(
        "route choose",
        "Choose the route",
        "Choose Route",
        "{route} because {reason}",
        ((one("route", "Which row of the options table?", "routes"), because()),),
        Capability.CONFIRM,
    ),
    Form(
        "structure",
        "Decide the structure",
        "Decide",
        "{structure}[ {party}] because {reason}",
        (
            (
                pick(
                    "structure",
                    "Which structure?",
                    (
                        ("prime", "Prime contract"),
                        ("alliance", "Alliance"),
                        ("lead provider", "Lead provider"),
                        ("integrator", "Specialist integrator"),
                    ),
                ),
                one(
                    "party",
                    "Which party contracts?",
                    "parties",
                    hint="Not for an alliance.",
                    optional=True,
                    known_by=r"party",
                ),
                because(),
            ),
        ),
        Capability.CONFIRM,
    ),
    Form(
        "procon",
        "List pros and cons",
        "List",
        "{structure}",
        ((one("structure", "For and against what?", "structures"),),),
    ),
    Form(
        "procon",
        "Weigh a pro or con",
        "Save",
        "{point} {matters}[ mitigation {mitigation}][ {owner}]",
        (
            (
                one("point", "Which?", "points"),
                pick("matters", "Here it is", (("material", "Material"), ("immaterial", "Immaterial"))),
                lines("mitigation", "What is done about it?", optional=True),
                person("owner", "Who looks after it?", optional=True),
            ),
        ),
        Capability.RECORD,
        key="procon-weigh",
    ),
    Form(
        "analysis add",
        "Add market analysis",
        "Add Analysis",
        "{title}[ in {month}][ on {day}][ finding {finding}]",
        (
            (
                words("title", "What was analysed?"),
                words("month", "In which month?", hint=MONTH, optional=True, known_by=r"month"),
                day("day", "Or on which day?", optional=True),
                lines("finding", "What was found?", optional=True),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "analysis load",
        "Load market analysis",
        "Load Analysis",
        "{pack}",
        ((one("pack", "Which?", "choice packs"),),),
        Capability.RECORD,
    ),
    Form(
        "assessment add",
        "Add a criterion",
        "Add Criterion",
        "{criterion}",
        ((words("criterion", "What are providers assessed by?"),),),
        Capability.RECORD,
    ),
    Form(
        "assessment load",
        "Load an assessment",
        "Load Assessment",
        "{pack}[ from {party}]",
        (
            (
                one("pack", "Which?", "choice packs"),
                one("party", "Whose promises are they?", "parties", optional=True, known_by=r"party|promise"),
            ),
        ),
        Capability.RECORD,
    ),
    Form(
        "assessment evidence",
        "Add evidence",
        "Add Evidence",
        "{criterion} {text}",
        ((one("criterion", "For which criterion?", "criteria"), lines("text", "What was put forward?")),),
        Capability.RECORD,
    ),
    Form(
        "assessment evaluator",
        "Name evaluators",
        "Name",
        "{people}",
        ((people("people", "Who assesses?"),),),
        Capability.RECORD,
    ),
    Form(
        "assessment finding",
        "Record a finding",
        "Record Finding",
        "{criterion} {kind} {text}[ becomes {becomes}][ from {party}]",
        (
            (
                one("criterion", "On which criterion?", "criteria"),
                pick("kind", "It is", (("strength", "A strength"), ("concern", "A concern"))),
                lines("text", "What was found?"),
                pick(
                    "becomes",
                    "It becomes",
                    (("commitment", "A commitment"), ("action", "An action"), ("risk", "A risk"), ("note", "A note")),
                    optional=True,
                ),
                one("party", "Whose commitment?", "parties", optional=True, known_by=r"party"),
            ),
        ),
        Capability.RECORD,
    ),
)
