"""THE TABLE: everything that Slack can trigger, and everything that Parley can say."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from typing import Any

import structlog
from slack_bolt import App
from slack_bolt.authorization import AuthorizeResult
from slack_sdk import WebClient

from bot import access, delivery, edge, progress
from bot.access import Place, Several
from bot.actions import handlers as actions
from bot.actions import new_handlers as new_action
from bot.advice import examples, here
from bot.advice import handlers as advice
from bot.briefs import handlers as briefs
from bot.briefs import notices as briefs_notices
from bot.capture import handlers as capture
from bot.capture import log_handlers as log_message
from bot.capture import logged
from bot.capture import notices as capture_notices
from bot.capture.service import Spoken
from bot.choices import assessment_handlers as assessment
from bot.choices import handlers as choices
from bot.clauses import condition_handlers as conditions
from bot.clauses import contract_handlers as contracts
from bot.clauses import escalation_handlers as escalation
from bot.clauses import handlers as clauses
from bot.clauses import notices as clause_notices
from bot.delivery import Read
from bot.deps import Deps
from bot.documents import handlers as registers
from bot.errors import UserError
from bot.exports import handlers as exports
from bot.exports import notices as exports_notices
from bot.forms import by_mouse, drafts
from bot.forms import handlers as forms
from bot.guided import handlers as guided
from bot.guided import tips
from bot.home import handlers as home
from bot.home import mine
from bot.live import handlers as live
from bot.live import notices as live_notices
from bot.meetings import handlers as meetings
from bot.meetings import notices as meetings_notices
from bot.minutes import handlers as minutes
from bot.minutes import notices as minutes_notices
from bot.outcomes import handlers as outcomes
from bot.positions import handlers as positions
from bot.preferences import contract as contract_settings
from bot.preferences import handlers as preferences
from bot.readiness import handlers as readiness
from bot.readiness import watch as readiness_watch
from bot.record import handlers as record
from bot.record import notices as record_notices
from bot.reminders import handlers as reminders
from bot.reminders import notices as reminders_notices
from bot.scope import handlers as scope
from bot.search import handlers as search
from bot.setup import handlers as setup
from bot.setup import sharing
from bot.slack import blocks, mrkdwn, said
from bot.slack.command import Answer, Call, Command, Run, Shortcut, may_be_private, nearest
from bot.slack.private_words import gives_away
from bot.timetable import handlers as timetable
from bot.timetable import notices as timetable_notices
from bot.trail import Source
from bot.variations import change_handlers as contract_changes
from bot.variations import handlers as variations
from bot.variations import notices as variations_notices
from storage import Session

log = structlog.get_logger()

Payload = dict[str, Any]


def help_command(session: Session, call: Call) -> Answer:
    """All verbs, those of a topic, or those that a word names; `here` is what plain `/parley` shows."""
    word = " ".join(call.words.casefold().split())
    if word == "here":
        return _here(session, call)
    topic = TOPICS.get(word, ())
    shown = {verb: c for verb, c in COMMANDS.items() if c.section in topic or (not topic and word in verb)}
    # A word of the registers, such as "price", is in how a verb is typed, or in what it says of itself.
    shown = shown or {verb: c for verb, c in COMMANDS.items() if word in _words(c.usage)}
    shown = shown or {verb: c for verb, c in COMMANDS.items() if word in _words(c.summary)}
    if not shown:
        close = nearest(word, COMMANDS)
        hint = f" Did you mean `/parley help {close}`?" if close else ""
        raise UserError(
            f"Parley has no verb {call.plain}.{hint} `/parley help` lists them all; the topics are "
            f"{mrkdwn.listed(_TOPICS)}."
        )
    own = examples.own_words(session, call) if word else {}
    lines = [] if word else [f"By topic, with examples: {', '.join(f'`/parley help {name}`' for name in _TOPICS)}."]
    section = ""
    for verb, command in shown.items():
        if command.section != section:
            section = command.section
            lines.append(f"*{section}*")
        lines.append(f"`{command.usage}`: {command.summary}")
        if word:
            lines.append(f"For example: `/parley {examples.in_own_words(verb, command.example, own)}`")
    return Answer("\n".join(lines))


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.casefold()))


def _here(session: Session, call: Call) -> Answer:
    """Where the negotiation of this place stands, and what can be done next."""
    everything = "`/parley help` lists everything you can type."
    try:
        standing = home.status(session, call).text
        possible = [*here.possible(session, call), *guided.left_to_set_up(session, call)]
    except Several as several:
        text = f"{several}\n{everything}"
        return Answer(text, [*blocks.paragraphs(text), edge.choice(several.codes, "/parley help here")])
    except UserError as nothing:
        text = f"{nothing}\n{everything}"
        # Where others have set one up, there is none to begin.
        return Answer(text, guided.offered(text) if str(nothing) == access.NOTHING_HERE else [])
    now = ["*What you can do here now*", *(f"• {line}" for line in possible)] if possible else []
    text = "\n".join([standing, *now, everything])
    code = access.actor(session, call.place, call.code).negotiation.code
    return Answer(text, [*blocks.paragraphs(text), forms.button(code)])


def agree(session: Session, call: Call) -> Answer:
    """`agree O2.1` is a metric's, `agree LV1` a register's; everything else names a clause, or is the wording."""
    return outcomes.agree(session, call) if outcomes.is_meant(session, call) else variations.agree(session, call)


SETTING_UP, TIMETABLE, PLANNING, AT_THE_TABLE = "Setting up", "Timetable", "Meetings", "At the table"
CLAUSES, ACTIONS, DOCUMENTS, READING = "Clauses", "Actions", "Documents", "Reading"
REGISTERS = "Registers"
POSITIONS, CHOICES = "Positions", "Choices"

# What people ask help for, with the sections of the table that answer it.
_TOPICS = {
    "setting up": (SETTING_UP,),
    "timetable": (TIMETABLE,),
    "meetings": (PLANNING,),
    "table": (AT_THE_TABLE,),
    "actions": (ACTIONS,),
    "clauses": (CLAUSES,),
    "documents": (DOCUMENTS,),
    "registers": (REGISTERS,),
    "positions": (POSITIONS,),
    "choices": (CHOICES,),
    "reading": (READING,),
}
TOPICS = {**_TOPICS, "setup": (SETTING_UP,), "set up": (SETTING_UP,), "at the table": (AT_THE_TABLE,)}

COMMANDS: dict[str, Command] = {
    "new": Command(
        guided.new,
        "new [CODE TITLE…]",
        "starts a negotiation and makes this channel its joint table; with nothing after it, sets one up step by step "
        "in forms, and goes on where you left them",
        "new OXMH Outcomes contract for mental health",
        SETTING_UP,
    ),
    "party add": Command(
        choices.party_add,
        "party add CODE NAME… [as KIND]",
        "adds a party: commissioner, provider (unless told otherwise), subcontractor or adviser",
        "party add CCG Oxfordshire Clinical Commissioning Group as commissioner",
        SETTING_UP,
    ),
    "party quorum": Command(
        setup.party_quorum,
        "party quorum CODE N",
        "says how many of a party's people must be at a meeting for it to agree anything",
        "party quorum CCG 2",
        SETTING_UP,
    ),
    "member authority": Command(
        setup.member_authority,
        "member authority @user CLAUSE, CLAUSE…|everything",
        "limits whose words somebody may agree to some clauses, with what is below them",
        "member authority @dana 4, SC36",
        SETTING_UP,
    ),
    "member add": Command(
        setup.member_add,
        "member add @user[, @user…] to PARTY as ROLE[, ROLE…]",
        "seats people: chair, lead, negotiator, scribe, legal, technical, observer",
        "member add @dana to CCG as chair, negotiator",
        SETTING_UP,
    ),
    "member alias": Command(
        setup.member_alias,
        "member alias @user NAME…",
        "gives somebody another name, which means them wherever names are typed; nobody else may fit it",
        "member alias @dana Dee",
        SETTING_UP,
    ),
    "member alias remove": Command(
        setup.member_alias_remove,
        "member alias remove @user NAME…",
        "takes such a name away again",
        "member alias remove @omar Om",
        SETTING_UP,
    ),
    "members": Command(
        setup.members,
        "members",
        "lists who sits for whom, in which roles and by which other names",
        "members",
        SETTING_UP,
    ),
    "channel joint": Command(
        setup.channel_joint,
        "channel joint",
        "makes this channel the joint table",
        "channel joint",
        SETTING_UP,
    ),
    "channel caucus": Command(
        setup.channel_caucus,
        "channel caucus PARTY",
        "makes this channel the private room of one party",
        "channel caucus CCG",
        SETTING_UP,
    ),
    "channel subgroup": Command(
        setup.channel_subgroup,
        "channel subgroup NAME…",
        "makes this channel a technical sub-group's room",
        "channel subgroup Finance",
        SETTING_UP,
    ),
    "settings": Command(
        preferences.settings,
        "settings",
        "opens the settings: marking, zone, calendar, extra closed days, lead times and quiet hours; with a button for "
        "structure, term and value",
        "settings",
        SETTING_UP,
    ),
    "reminders": Command(
        reminders.reminders,
        "reminders [TIMES…|usual]",
        "opens your own reminder times; typed, they are changed at once",
        "reminders actions: 5, 1, 0; quiet: 17:00 to 09:00",
        SETTING_UP,
    ),
    "timetable": Command(
        timetable.show, "timetable", "lists the milestones with their slippage", "timetable", TIMETABLE
    ),
    "timetable chart": Command(
        timetable.chart,
        "timetable chart",
        "draws the timetable: baseline against now, gateways, today",
        "timetable chart",
        TIMETABLE,
    ),
    "timetable load": Command(
        timetable.load,
        "timetable load PACK [on DATE]",
        "loads a ready-made timetable: oxfordshire, nhs-round, standstill",
        "timetable load standstill on 18 dec 2026",
        TIMETABLE,
    ),
    "milestone add": Command(
        timetable.add,
        "milestone add TITLE… on DATE|MONTH",
        "adds a milestone; `after REF by N working days|days|months` instead of `on …` makes it follow another, "
        "and `kind KIND` and `owner @user` may come last",
        "milestone add Proposals due after M2 by 40 working days kind submission",
        TIMETABLE,
    ),
    "milestone move": Command(
        timetable.move,
        "milestone move REF [and what follows] to DATE|MONTH because REASON…",
        "moves a milestone; what hangs on it is shown before it moves too, unless you type “and what follows”",
        "milestone move M2 to 30 jun 2026 because the board meets later",
        TIMETABLE,
    ),
    "milestone done": Command(
        variations.milestone_done,
        "milestone done REF [on DATE|MONTH]",
        "says that a milestone was reached; a month stays a month",
        "milestone done M1 on 2 jun 2026",
        TIMETABLE,
    ),
    "milestone own": Command(
        timetable.own,
        "milestone own REF @user",
        "says who answers for a milestone",
        "milestone own M3 @dana",
        TIMETABLE,
    ),
    "milestone remove": Command(
        timetable.remove,
        "milestone remove REF because REASON…",
        "takes a milestone out of the timetable; it stays on record",
        "milestone remove M3 because it was loaded twice",
        TIMETABLE,
    ),
    "gateway": Command(
        timetable.gateway,
        "gateway REF [red|amber|green [because REASON…]]",
        "keeps how a gateway review judged; with the ref alone, shows it and what became of its recommendations",
        "gateway M3 amber because the funding is not confirmed",
        TIMETABLE,
    ),
    "meeting add": Command(
        tips.after("meeting", meetings.meeting_add),
        "meeting add KIND TITLE… on DATE at TIME for DURATION [informs REF] [prep DURATION] [place …]",
        "plans a meeting: negotiation, subgroup, premeet, gateway or legal; `at TIME to TIME` instead of `for …`, "
        "`every week|fortnight|month until DATE` for a series, and `anyway` at the end where people are busy",
        "meeting add negotiation First round on 11 dec at 10:00 for 2h prep 3h place Town Hall",
        PLANNING,
    ),
    "meeting move": Command(
        meetings.meeting_move,
        "meeting move REF to DATE at TIME because REASON…",
        "moves a meeting; its pre-meets follow, and its people are told and asked anew",
        "meeting move N1 to 14 dec at 10:00 because the board meets then",
        PLANNING,
    ),
    "meeting cancel": Command(
        meetings.meeting_cancel,
        "meeting cancel REF because REASON…",
        "cancels a meeting and the pre-meets for it",
        "meeting cancel N1 because the draft is not ready",
        PLANNING,
    ),
    "meeting informs": Command(
        meetings.meeting_informs,
        "meeting informs REF REF",
        "says which later meeting is shown what one recommends",
        "meeting informs S2 N2",
        PLANNING,
    ),
    "meeting purpose": Command(
        meetings.meeting_purpose,
        "meeting purpose REF TEXT…",
        "says what a meeting is for",
        "meeting purpose N1 Settle the share of value at risk",
        PLANNING,
    ),
    "meeting rules": Command(
        meetings.meeting_rules,
        "meeting rules REF TEXT…",
        "sets a meeting's ground rules",
        "meeting rules N1 One voice for each side; nothing leaves the room",
        PLANNING,
    ),
    "meeting prepared": Command(
        meetings.meeting_prepared,
        "meeting prepared REF DURATION",
        "keeps how long your side prepared, against the estimate; your side alone sees it",
        "meeting prepared N1 4h",
        PLANNING,
    ),
    "paper add": Command(
        meetings.paper_add,
        "paper add REF TITLE… [@user]",
        "asks for a paper that a meeting needs",
        "paper add N1 Finance model @anjali",
        PLANNING,
    ),
    "paper here": Command(
        meetings.paper_here,
        "paper here REF N",
        "says that a paper has come",
        "paper here N1 1",
        PLANNING,
    ),
    "meetings": Command(meetings.meetings_list, "meetings", "lists the meetings", "meetings", PLANNING),
    "meeting": Command(meetings.meeting_show, "meeting REF", "shows one meeting whole", "meeting N1", PLANNING),
    "attend": Command(
        meetings.attend,
        "attend REF @user[, @user…] [as ROLE]",
        "says who is expected at a meeting, and in what capacity",
        "attend N1 @dana, @omar as scribe",
        PLANNING,
    ),
    "agenda add": Command(
        meetings.agenda_add,
        "agenda add REF ITEM…",
        "puts an item on a meeting's agenda; `for 20 min` and `@user` may end it: how long, and who leads it",
        "agenda add N1 Share of value at risk for 20 min @dana",
        PLANNING,
    ),
    "agenda": Command(meetings.agenda, "agenda REF", "shows a meeting's agenda", "agenda N1", PLANNING),
    "start": Command(meetings.start, "start REF", "begins a meeting in this channel", "start N1", AT_THE_TABLE),
    "close": Command(
        minutes.close,
        "close [REF]",
        "ends the meeting and issues its draft minutes",
        "close",
        AT_THE_TABLE,
    ),
    "present": Command(meetings.present, "present @user…", "says who is here", "present @dana, @omar", AT_THE_TABLE),
    "apologies": Command(
        meetings.apologies,
        "apologies @user…",
        "says who cannot come",
        "apologies @priya",
        AT_THE_TABLE,
    ),
    "declare": Command(
        record.declare,
        "declare @user INTEREST…",
        "records a declared interest",
        "declare @dana trustee of a bidding charity",
        AT_THE_TABLE,
    ),
    "item": Command(meetings.item, "item N", "takes up agenda item N", "item 2", AT_THE_TABLE),
    "agree": Command(
        agree,
        "agree [CLAUSE:] WORDING…",
        "records exact words as agreed, to be confirmed by every other party; `agree CLAUSE` takes the latest "
        "proposal, `agree LV1` or `agree O2.1` the words of a register’s entry",
        "agree 4.2: Payment falls due within 30 days.",
        AT_THE_TABLE,
    ),
    "confirm": Command(
        tips.after("confirm", variations.confirm),
        "confirm REF",
        "confirms an agreement's wording for your party",
        "confirm AG1",
        AT_THE_TABLE,
    ),
    "object": Command(
        record.object_to,
        "object REF because REASON…",
        "objects to an agreement's wording for your party",
        "object AG1 because the date is too early",
        AT_THE_TABLE,
    ),
    "decide": Command(
        record.decide,
        "decide WORDING…",
        "records a decision in its exact words",
        "decide The finance sub-group meets every week.",
        AT_THE_TABLE,
    ),
    "note": Command(record.note, "note TEXT…", "records a note", "note The trust will share its model.", AT_THE_TABLE),
    "park": Command(
        escalation.park,
        "park CLAUSE|TEXT until DATE",
        "puts something off until a date",
        "park Step-in rights until 12 dec",
        AT_THE_TABLE,
    ),
    "recommend": Command(
        advice.recommend,
        "recommend [REF] TEXT…",
        "keeps a meeting's advice for the one it informs; of a gateway it becomes an action",
        "recommend S1 Phase the share at risk over three years",
        AT_THE_TABLE,
    ),
    "undo": Command(
        capture.undo,
        "undo",
        "takes back your own last record; the trail keeps it as undone",
        "undo",
        AT_THE_TABLE,
    ),
    "action": Command(
        actions.action,
        "action WHAT… @owner[, @owner…] by DATE",
        "records a promise; a form asks for the owner or the date where one is missing",
        "action Send the activity figures @dana by fri",
        AT_THE_TABLE,
    ),
    "actions": Command(
        tips.after("actions", actions.actions),
        "actions [mine|overdue|all|@user]",
        "lists actions, soonest first",
        "actions mine",
        ACTIONS,
    ),
    "done": Command(actions.done, "done REF [NOTE…]", "marks an action as done", "done A3 sent on Tuesday", ACTIONS),
    "extend": Command(
        actions.extend,
        "extend REF to DATE because REASON…",
        "gives an action another date",
        "extend A3 to 12 dec because the model is late",
        ACTIONS,
    ),
    "reassign": Command(
        actions.reassign,
        "reassign REF to @user",
        "gives an action to somebody else",
        "reassign A3 to @dana",
        ACTIONS,
    ),
    "reopen": Command(
        variations.reopen,
        "reopen REF|CLAUSE because REASON…",
        "says that an action is not done after all, or opens an agreed clause (with its package) or entry again",
        "reopen A3 because the figures were last year's",
        ACTIONS,
    ),
    "clauses": Command(
        clauses.clauses_list,
        "clauses [open|agreed|parked|escalated|disputed|reopened|withdrawn|mine|national]",
        "lists the clauses with how each one stands",
        "clauses open",
        CLAUSES,
    ),
    "clause add": Command(
        clauses.clause_add,
        "clause add NUMBER TITLE…",
        "adds a clause by hand",
        "clause add 4.2 Payment",
        CLAUSES,
    ),
    "clause import": Command(
        contracts.clause_import,
        "clause import [anyway]",
        "a Word or Markdown contract becomes clauses, or changes to them; share the file first, or mention Parley in "
        "its message",
        "clause import",
        CLAUSES,
    ),
    "clause pack": Command(
        contracts.clause_pack,
        "clause pack [NAME]",
        "lists the standard contracts whose shape is known, or adds the clauses of one",
        "clause pack nhs-2015-16",
        CLAUSES,
    ),
    "clause changes": Command(
        contracts.clause_changes,
        "clause changes [VERSION]",
        "what a version of the contract changed, and its text that belongs to no clause",
        "clause changes 2",
        CLAUSES,
    ),
    "clause title": Command(
        clauses.clause_title,
        "clause title NUMBER TITLE…",
        "gives a clause another title",
        "clause title 4.2 Payment terms",
        CLAUSES,
    ),
    "clause national": Command(
        clauses.clause_national,
        "clause national NUMBER",
        "says that a clause is national text, so that a change to it is flagged",
        "clause national 4.2",
        CLAUSES,
    ),
    "clause local": Command(
        clauses.clause_local,
        "clause local NUMBER",
        "says that a clause is local text",
        "clause local 4.2",
        CLAUSES,
    ),
    "clause streams": Command(
        conditions.clause_streams,
        "clause streams NUMBER STREAM, STREAM…|none",
        "names the work-streams in which every side must be content before a clause is agreed",
        "clause streams 4.2 finance, clinical",
        CLAUSES,
    ),
    "clause content": Command(
        conditions.clause_content,
        "clause content NUMBER STREAM",
        "says that your side is content with a clause in a work-stream",
        "clause content 4.2 finance",
        CLAUSES,
    ),
    "clause legal": Command(
        conditions.clause_legal,
        "clause legal NUMBER [cleared]",
        "asks a legal adviser to look at a clause before it is agreed, or clears it as one",
        "clause legal 4.2",
        CLAUSES,
    ),
    "clause": Command(
        clauses.clause_show,
        "clause NUMBER",
        "shows a clause whole: issued words, each side's last position, what is agreed",
        "clause 4.2",
        CLAUSES,
    ),
    "propose": Command(
        clauses.propose,
        "propose CLAUSE WORDING…",
        "puts your side's wording for a clause on the table",
        "propose 4.2 Payment falls due within 30 days.",
        CLAUSES,
    ),
    "ladder": Command(
        escalation.ladder,
        "ladder [LEVEL @user, @user… within N working days]",
        "shows the escalation ladder, or says who decides at a level of it and in what time",
        "ladder 1 @dana, @priya within 5 working days",
        CLAUSES,
    ),
    "dispute": Command(
        escalation.dispute,
        "dispute CLAUSE because REASON…",
        "says that an escalated clause goes to mediation or arbitration; last positions are frozen",
        "dispute 4.2 because both chief executives disagree",
        CLAUSES,
    ),
    "escalate": Command(
        escalation.escalate,
        "escalate CLAUSE [to @user] because REASON…",
        "hands a clause to somebody who may decide more, or to the next level of the ladder",
        "escalate 4.2 to @dana because the cap is beyond our authority",
        CLAUSES,
    ),
    "withdraw": Command(
        variations.withdraw,
        "withdraw REF",
        "takes back your side's proposal or what you recorded as agreed, or takes a clause out",
        "withdraw 4.2/p1",
        CLAUSES,
    ),
    "diff": Command(
        clauses.diff,
        "diff CLAUSE [V1 V2] [as docx]",
        "shows what changed between two wordings of a clause; as docx with tracked changes",
        "diff 4.2",
        CLAUSES,
    ),
    "package": Command(
        conditions.package,
        "package NAME: CLAUSE, CLAUSE…|none",
        "ties clauses together: nothing in a package is agreed until all of it is",
        "package Payment: 4.2, 4.3",
        CLAUSES,
    ),
    "packages": Command(
        conditions.packages, "packages", "lists the packages and how their clauses stand", "packages", CLAUSES
    ),
    "document add": Command(
        registers.document_add,
        "document add TITLE… version V [missing SCHEDULE, …]",
        "records an issued draft; `from PARTY`, `on DATE`, `pen @user` and last `changes TEXT…` may follow",
        "document add Full contract version 2 missing Schedule 3B, Annex A changes Payment falls due after 28 days",
        DOCUMENTS,
    ),
    "document received": Command(
        registers.document_received,
        "document received REF SCHEDULE, …",
        "says that missing schedules have come",
        "document received DOC1 Schedule 3B, Annex A",
        DOCUMENTS,
    ),
    "document disclose": Command(
        registers.document_disclose,
        "document disclose REF TEXT…",
        "says what a draft changes against the one before",
        "document disclose DOC3 Payment falls due after 28 days instead of 30",
        DOCUMENTS,
    ),
    "documents": Command(
        registers.document_list,
        "documents",
        "lists the drafts by title, newest last: who issued them, who holds the pen, what is missing, what changed",
        "documents",
        DOCUMENTS,
    ),
    "commitment add": Command(
        registers.commitment_add,
        "commitment add TEXT… [from PARTY] [source WORDS…]",
        "records a promise made in a submission",
        "commitment add A named care coordinator within five days source Submission section 4.2",
        DOCUMENTS,
    ),
    "commitment carry": Command(
        registers.commitment_carry,
        "commitment carry REF into CLAUSE[, CLAUSE…]",
        "says which clauses carry a promise",
        "commitment carry C1 into 4.2",
        DOCUMENTS,
    ),
    "commitment waive": Command(
        registers.commitment_waive,
        "commitment waive REF because REASON…",
        "says that a promise is consciously not carried into the contract",
        "commitment waive C1 because the service moves to another contract",
        DOCUMENTS,
    ),
    "commitment reopen": Command(
        registers.commitment_reopen,
        "commitment reopen REF because REASON…",
        "says that it is open again where a promise goes",
        "commitment reopen C1 because clause 4.2 was taken out",
        DOCUMENTS,
    ),
    "commitments": Command(
        registers.commitment_list,
        "commitments",
        "lists the promises, where each went, and how many are carried",
        "commitments",
        DOCUMENTS,
    ),
    "variation add": Command(
        variations.variation_add,
        "variation add variation|modification|price TITLE… [clause CLAUSE]",
        "enters a local variation, modification or price; a form asks for its test",
        "variation add variation Block payment for crisis care",
        REGISTERS,
    ),
    "variation answer": Command(
        variations.variation_answer,
        "variation answer REF QUESTION TEXT…",
        "answers one question of an entry's test",
        "variation answer LV1 benefit Patients are seen within five days",
        REGISTERS,
    ),
    "variation effect": Command(
        variations.variation_effect,
        "variation effect REF YEAR AMOUNT",
        "says what an entry costs or saves in a financial year; `none` takes the year out",
        "variation effect LV1 2015-16 -£1.2m",
        REGISTERS,
    ),
    "variation schedule": Command(
        variations.variation_schedule,
        "variation schedule REF SCHEDULE",
        "says in which schedule of the contract an entry lands",
        "variation schedule LV1 3B",
        REGISTERS,
    ),
    "variation consulted": Command(
        variations.variation_consulted,
        "variation consulted REF WHO…",
        "says who was consulted on an entry",
        "variation consulted LV1 The ward managers and the carers' forum",
        REGISTERS,
    ),
    "variation from": Command(
        variations.variation_from,
        "variation from REF DATE [to DATE]",
        "says from when and until when an entry applies; its rules follow",
        "variation from LV1 1 jul 2026 to 31 mar 2027",
        REGISTERS,
    ),
    "variation currency": Command(
        variations.variation_currency,
        "variation currency REF yes|no",
        "says whether there is a national currency for a price: without one nothing is submitted",
        "variation currency LP1 no",
        REGISTERS,
    ),
    "variation regime": Command(
        variations.variation_regime,
        "variation regime REF NAME",
        "chooses the rules an entry stands under: a tariff year or the NHS Payment Scheme",
        "variation regime LV1 nhsps-2023",
        REGISTERS,
    ),
    "variation application": Command(
        variations.variation_application,
        "variation application REF",
        "says that a provider applies for a modification, no agreement having been reached",
        "variation application LM1",
        REGISTERS,
    ),
    "variation agreement": Command(
        variations.variation_agreement,
        "variation agreement REF",
        "says that a modification comes about by agreement after all",
        "variation agreement LM1",
        REGISTERS,
    ),
    "variation approval": Command(
        variations.variation_approval,
        "variation approval REF REFERENCE… on DATE",
        "records the regulator's approval, without which a modification is not final",
        "variation approval LM1 MON/2026/17 on 20 nov 2026",
        REGISTERS,
    ),
    "variation submitted": Command(
        variations.variation_submitted,
        "variation submitted REF [on DATE] [reference …]",
        "records that an entry was submitted; its milestone and action are done",
        "variation submitted LV1 on 20 nov 2026 reference MON/26/4",
        REGISTERS,
    ),
    "variation withdraw": Command(
        variations.variation_withdraw,
        "variation withdraw REF because REASON…",
        "takes an entry out of its register; it stays on record",
        "variation withdraw LV1 because the service moves to another contract",
        REGISTERS,
    ),
    "variation": Command(
        variations.variation_show,
        "variation REF",
        "shows an entry whole, with its test",
        "variation LV1",
        REGISTERS,
    ),
    "variations": Command(
        variations.variations_list,
        "variations [as csv]",
        "lists the three registers; as csv sends them as a file, in the shape of a submission",
        "variations as csv",
        REGISTERS,
    ),
    "derogation add": Command(
        contract_changes.derogation_add,
        "derogation add CLAUSE TEXT…",
        "enters how the contract departs from a clause of national text",
        "derogation add SC36 Payment is made each quarter instead of each month",
        REGISTERS,
    ),
    "derogation withdraw": Command(
        contract_changes.derogation_withdraw,
        "derogation withdraw REF because REASON…",
        "takes a derogation back; it stays on record",
        "derogation withdraw DG1 because the national text has changed",
        REGISTERS,
    ),
    "derogations": Command(
        contract_changes.derogations_list,
        "derogations",
        "lists the departures from national text",
        "derogations",
        REGISTERS,
    ),
    "change add": Command(
        contract_changes.change_add,
        "change add TITLE… initiated by PARTY",
        "enters a variation of the signed contract",
        "change add Two more beds at the Park unit initiated by OHP",
        REGISTERS,
    ),
    "change impact": Command(
        contract_changes.change_impact,
        "change impact REF TEXT…",
        "assesses what a variation of the contract brings about",
        "change impact CV1 Costs rise by £40k a year",
        REGISTERS,
    ),
    "change withdraw": Command(
        contract_changes.change_withdraw,
        "change withdraw REF because REASON…",
        "takes a variation of the contract back before it is signed",
        "change withdraw CV1 because the beds are funded otherwise",
        REGISTERS,
    ),
    "changes": Command(
        contract_changes.changes_list,
        "changes",
        "lists the variations of the signed contract: initiator, impact, signatures",
        "changes",
        REGISTERS,
    ),
    "outcome add": Command(
        outcomes.outcome_add,
        "outcome add TITLE…",
        "records an outcome that the contract is to bring about",
        "outcome add People will live longer",
        REGISTERS,
    ),
    "outcome share": Command(
        outcomes.outcome_share,
        "outcome share N% in YEAR",
        "says how much of the contract value depends on outcomes from a year of the contract on",
        "outcome share 20% in year 3",
        REGISTERS,
    ),
    "outcome load": Command(
        outcomes.outcome_load,
        "outcome load PACK",
        "loads ready-made outcomes with their metrics: oxfordshire",
        "outcome load oxfordshire",
        REGISTERS,
    ),
    "outcome": Command(
        outcomes.outcome_show, "outcome REF", "shows one outcome with its metrics", "outcome O1", REGISTERS
    ),
    "outcomes": Command(
        outcomes.outcome_list,
        "outcomes",
        "lists outcomes and metrics with weights, the share at risk, and what national advice says",
        "outcomes",
        REGISTERS,
    ),
    "outcomes pay": Command(
        outcomes.outcome_pay,
        "outcomes pay REF=RESULT[, REF=RESULT…] [in year N] [of £AMOUNT]",
        "reckons what is paid, given results in percent, `met` or `not met`",
        "outcomes pay O1.1=80%, O2.1=met in year 1 of £35m",
        REGISTERS,
    ),
    "metric add": Command(
        outcomes.metric_add,
        "metric add OUTCOME WORDING… [weight N%] [baseline …] [target …]",
        "proposes how an outcome is measured; `agree REF` records it as agreed, for every party to confirm",
        "metric add O1 Mortality rate of people with SMI weight 3% baseline 12% target 10%",
        REGISTERS,
    ),
    "metric reword": Command(
        outcomes.metric_reword,
        "metric reword REF WORDING… [because REASON…]",
        "proposes other words for a metric; one that was agreed needs the reason",
        "metric reword O1.1 Mortality rate of people with SMI compared with the wider population",
        REGISTERS,
    ),
    "metric set": Command(
        outcomes.metric_set,
        "metric set REF definition|source|baseline|target|lag|weight|review VALUE…",
        "says one thing about a metric; `none` takes it off",
        "metric set O1.1 target 10%",
        REGISTERS,
    ),
    "metric withdraw": Command(
        outcomes.metric_withdraw,
        "metric withdraw REF because REASON…",
        "takes a metric out; it stays on record",
        "metric withdraw O1.1 because it cannot be measured",
        REGISTERS,
    ),
    "metric": Command(
        outcomes.metric_show, "metric REF", "shows one metric whole, with every wording", "metric O1.1", REGISTERS
    ),
    "scope add": Command(
        scope.scope_add,
        "scope add SERVICE… in|out [budget £AMOUNT] [from SOURCE]",
        "says that a service is in the contract or out of it, with its budget line",
        "scope add Crisis line in budget £1.2m from Service review",
        REGISTERS,
    ),
    "scope move": Command(
        scope.scope_move,
        "scope move REF in|out because REASON…",
        "takes a service into the contract or out of it",
        "scope move SV1 out because it moves to another contract",
        REGISTERS,
    ),
    "scope budget": Command(
        scope.scope_budget,
        "scope budget REF £AMOUNT [from SOURCE]",
        "gives a service another budget line",
        "scope budget SV1 £1.4m from Finance sub-group",
        REGISTERS,
    ),
    "scope load": Command(
        scope.scope_load,
        "scope load PACK",
        "loads ready-made scope, value and term: oxfordshire",
        "scope load oxfordshire",
        REGISTERS,
    ),
    "scope": Command(
        scope.scope_list, "scope", "lists the services in and out with their budgets and totals", "scope", REGISTERS
    ),
    "value": Command(
        scope.value,
        "value [£AMOUNT over N years on DATE source WORDS…]",
        "shows what the contract was worth by each source, or records one more",
        "value £135m over 3 years on sep 2014 source Board paper",
        REGISTERS,
    ),
    "term extend": Command(
        scope.term_extend,
        "term extend because REASON…",
        "exercises the extension, which is the commissioner’s option and possible once",
        "term extend because the outcomes of year 4 were met",
        REGISTERS,
    ),
    "term": Command(
        scope.term,
        "term [YEARS[+YEARS] from DATE [decide by DATE] source WORDS…]",
        "shows the term with its extension, or records it; the date by which to decide becomes a milestone",
        "term 5+2 from 1 oct 2015 source Schedule 1",
        REGISTERS,
    ),
    "position": Command(
        tips.after("position", positions.position),
        "position CLAUSE must … target … walkaway …",
        "keeps what your side wants on a clause or topic, for its eyes only: any of the three, or "
        "`importance 1-5 [theirs 1-5]`, or `redline TEXT…`; in your caucus channel or a direct message",
        "position 4.2 must 30 days target 20 days walkaway 45 days",
        POSITIONS,
        private=True,
    ),
    "positions": Command(
        positions.position_list,
        "positions",
        "lists your side's positions there, what matters most first",
        "positions",
        POSITIONS,
        private=True,
    ),
    "concession": Command(
        positions.concession,
        "concession planned|given|received CLAUSE TEXT… [worth £AMOUNT]",
        "keeps what your side means to give, gave or got; with its ref instead of the clause, what became of one that "
        "is kept",
        "concession planned 4.2 Ten more days to pay worth £50,000",
        POSITIONS,
        private=True,
    ),
    "concessions": Command(
        positions.concession_list,
        "concessions",
        "lists your side's concessions with their worth",
        "concessions",
        POSITIONS,
        private=True,
    ),
    "mandate": Command(
        positions.mandate,
        "mandate @user TEXT…",
        "keeps in writing what one of your side may settle",
        "mandate @dana May settle clause 4 up to 30 days",
        POSITIONS,
        private=True,
    ),
    "mandates": Command(
        positions.mandate_list,
        "mandates",
        "lists who of your side may settle what",
        "mandates",
        POSITIONS,
        private=True,
    ),
    "route": Command(
        choices.route,
        "route [MARKET, COMPLEXITY, INTEGRATION]",
        "asks for the state of the market, the complexity and the integration required, and shows the routes to "
        "contract that match",
        "route no competition, complex, full",
        CHOICES,
    ),
    "route choose": Command(
        choices.route_choose,
        "route choose N because REASON…",
        "records a row of the options table as the route to contract",
        "route choose 5 because no other provider has the beds",
        CHOICES,
    ),
    "route table": Command(
        choices.route_table,
        "route table",
        "shows the whole options table, ambiguous cells marked, and what was chosen",
        "route table",
        CHOICES,
    ),
    "structure": Command(
        choices.structure,
        "structure prime|alliance|lead provider|integrator [PARTY] because REASON…",
        "decides the structure and with it who signs: every member of an alliance, otherwise the commissioner and "
        "the one provider that contracts; alone, shows it",
        "structure prime OHP because one party answers for the whole pathway",
        CHOICES,
    ),
    "procon": Command(
        choices.procon,
        "procon [STRUCTURE…|all|N material|immaterial [mitigation TEXT…] [@owner]]",
        "lists what speaks for and against the chosen or a named structure, or says whether one of it matters here",
        "procon 9 material mitigation A lean overhead is agreed",
        CHOICES,
    ),
    "analysis add": Command(
        choices.analysis_add,
        "analysis add TITLE… in MONTH|on DATE [finding TEXT…]",
        "records a phase of market analysis",
        "analysis add Phase 1 market analysis in January 2013 finding Few providers could bid",
        CHOICES,
    ),
    "analysis load": Command(
        choices.analysis_load,
        "analysis load PACK",
        "records the phases of a pack, and as notes what else it tells of the story, as far as their dates have come: "
        "oxfordshire",
        "analysis load oxfordshire",
        CHOICES,
    ),
    "analysis": Command(choices.analysis_list, "analysis", "lists the phases of market analysis", "analysis", CHOICES),
    "assessment add": Command(
        assessment.add,
        "assessment add CRITERION…",
        "adds a criterion by which the most capable provider is assessed",
        "assessment add Capability",
        CHOICES,
    ),
    "assessment load": Command(
        assessment.load,
        "assessment load PACK [from PARTY]",
        "adds the criteria of a pack, and its findings as far as their date has come: oxfordshire; `from PARTY` says "
        "whose promises they are",
        "assessment load oxfordshire",
        CHOICES,
    ),
    "assessment evidence": Command(
        assessment.evidence,
        "assessment evidence N TEXT…",
        "keeps what was put forward for a criterion",
        "assessment evidence 1 Six organisations wrote the bid together",
        CHOICES,
    ),
    "assessment evaluator": Command(
        assessment.evaluator,
        "assessment evaluator @user…",
        "says who assesses",
        "assessment evaluator @dana, @priya",
        CHOICES,
    ),
    "assessment finding": Command(
        assessment.finding,
        "assessment finding N strength|concern TEXT… [becomes commitment|action|risk|note]",
        "records a finding on a criterion, and makes a promise, an action, a risk (an action as well) or a note of "
        "it; `from PARTY` may follow `commitment`",
        "assessment finding 1 strength Joint working becomes commitment",
        CHOICES,
    ),
    "assessment regime": Command(
        assessment.regime,
        "assessment regime",
        "shows the law for such an award today: the Provider Selection Regime",
        "assessment regime",
        CHOICES,
    ),
    "assessment": Command(
        assessment.show,
        "assessment",
        "shows criteria, evidence, evaluators and findings, and until when providers may submit",
        "assessment",
        CHOICES,
    ),
    "brief": Command(
        tips.after("brief", briefs.brief),
        "brief [REF]",
        "briefs you for a meeting, or for the next one: your own side's brief in its caucus channel or a direct "
        "message, the joint one elsewhere; `here` at the end posts it in the channel",
        "brief N1",
        READING,
    ),
    "minutes": Command(
        minutes.minutes,
        "minutes [REF] [for PARTY|public] [as md|html|pdf|docx]",
        "posts a meeting's minutes here: Markdown, a page for a browser, a PDF or a Word file; a set for others leaves "
        "out what is confidential and comes to you",
        "minutes N1",
        READING,
    ),
    "minutes circulate": Command(
        minutes.circulate,
        "minutes circulate REF",
        "puts draft minutes to the parties for their approval: a scribe's or chair's deed",
        "minutes circulate N1",
        READING,
    ),
    "minutes approve": Command(
        tips.after("approve", minutes.approve),
        "minutes approve REF",
        "approves the newest minutes of a meeting for your party; they are final once every party has",
        "minutes approve N1",
        READING,
    ),
    "minutes correct": Command(
        minutes.correct,
        "minutes correct REF TEXT…|accept N|decline N because REASON…",
        "corrects minutes in a new version, in your words, or asks the scribe to; settles what others asked for",
        "minutes correct N1 On item 2, replace “15%” by “20%”",
        READING,
    ),
    "minutes reissue": Command(
        minutes.reissue,
        "minutes reissue REF",
        "issues minutes anew when the record has changed since; everybody is asked again",
        "minutes reissue N1",
        READING,
    ),
    "confidential": Command(
        minutes.mark_confidential,
        "confidential REF|REF item N because REASON…",
        "leaves a record or an agenda item out of minutes for others",
        "confidential AG1 because the price is commercially sensitive",
        READING,
    ),
    "confidential lift": Command(
        minutes.lift_confidential,
        "confidential lift REF|REF item N",
        "takes that mark off",
        "confidential lift AG1",
        READING,
    ),
    "check": Command(
        readiness.check,
        "check",
        "is this negotiation ready? Each thing that good practice asks, with the command that mends it",
        "check",
        READING,
    ),
    "status": Command(home.status, "status", "says where the negotiation stands", "status", READING),
    "search": Command(
        search.search,
        "search WORDS…",
        "finds what was said: by words (of the last one its beginning will do), a “phrase” or a ref; only you see the "
        "answer",
        "search payment within 30 days",
        READING,
    ),
    "export": Command(
        exports.export,
        "export [pdf|docx|html|md|xlsx|json|ics]",
        "sends you the record as a file, or your dates as a calendar",
        "export ics",
        READING,
    ),
    "help": Command(help_command, "help [WORD]", "lists the verbs, or explains one", "help agree", READING),
}


COMMANDS |= {
    verb: replace(command, form=partial(forms.for_verb, commands=COMMANDS, verb=verb))
    for verb, command in COMMANDS.items()
    if forms.asks(verb, command)
}


BY_MOUSE = partial(by_mouse.told, verbs=COMMANDS)


def chosen(session: Session, call: Call) -> Answer:
    """Words as if they had been typed: again, for the negotiation that was meant, or put together by a form."""
    return edge.dispatch(session, COMMANDS, call)


# The forms whose words are kept when they are closed: their ids, and what opens them.
KEPT: dict[str, Run] = {
    "form.fill": partial(forms.open_form, commands=COMMANDS),
    "new.step": guided.reopen,
    "clause.propose": clauses.open_proposal,
    "minutes.correct": minutes.open_correction,
    "variation.test": variations.open_test,
}


BUTTONS: dict[str, Run] = {
    "negotiation.choose": chosen,
    "tips.off": tips.off,
    "new.begin": guided.begin,
    "new.resume": guided.resume,
    "new.skip": guided.skip,
    "new.back": guided.back,
    "new.more": guided.more,
    "agreement.confirm": tips.after("confirm", variations.confirm, pressed=True),
    "form.open": partial(edge.open_form, commands=COMMANDS),
    "channel.fine": sharing.fine,
    "agreement.object": record.open_objection,
    "action.complete": actions.open_completion,
    "action.done": actions.done,
    "home.choose": home.choose,
    "milestone.move": timetable.confirm_move,
    "preferences.contract": contract_settings.open_form,
    "clauses.more": clauses.clauses_list,
    "search.more": search.more,
    "clause.agree": clauses.agree,
    "clause.propose": drafts.resuming(clauses.open_proposal, "clause.propose"),
    "clause.diff": clauses.diff,
    "brief.ask": briefs.ask,
    "meeting.yes": meetings.come,
    "meeting.no": meetings.stay_away,
    "meeting.deputy": meetings.open_deputy,
    "meeting.agenda": partial(meetings.open_agenda, commands=COMMANDS),
    "meeting.start": meetings.start,
    "variation.test": drafts.resuming(variations.open_test, "variation.test"),
    "live.agree": partial(live.open_form, verb="agree", commands=COMMANDS),
    "live.action": partial(live.open_form, verb="action", commands=COMMANDS),
    "live.note": partial(live.open_form, verb="note", commands=COMMANDS),
    "live.decide": partial(live.open_form, verb="decide", commands=COMMANDS),
    "live.present": partial(live.open_present, verbs=chosen),
    "live.item": partial(live.next_item, verbs=chosen),
    "live.close": partial(live.close, verbs=chosen),
    "live.complete": live.open_completion,
    "live.close_anyway": partial(live.close_anyway, verbs=chosen),
    "minutes.approve": tips.after("approve", minutes.approve, pressed=True),
    "minutes.correct": drafts.resuming(minutes.open_correction, "minutes.correct"),
    "minutes.circulate": minutes.circulate,
    "minutes.file": minutes.send_file,
    "minutes.accept": minutes.accept,
    "minutes.decline": minutes.open_decline,
    "reminder.done": reminders.done,
    "reminder.extend": reminders.open_extension,
    "reminder.snooze": reminders.snooze,
    "form.mend": partial(edge.form_of_words, commands=COMMANDS),
    "form.list": partial(forms.show_list, commands=COMMANDS),
    "form.room": partial(forms.change_room, commands=COMMANDS),
    "form.choose": partial(forms.choose, commands=COMMANDS, run=chosen),
    "form.page": partial(forms.turn, commands=COMMANDS),
    "form.afresh": partial(drafts.afresh, openers=KEPT),
    "reminder.mine": reminders.open_own,
}

SHORTCUTS: dict[str, Shortcut] = {
    "log.message": Shortcut(
        log_message.open_log,
        "Log to Parley",
        "Puts this message on record as an agreement, an action, a decision or a note",
        on_message=True,
    ),
    "action.new": Shortcut(new_action.open_new, "New action", "Records a promise: what, by whom and by when"),
    "negotiations.mine": Shortcut(mine.mine, "My negotiations", "Where each of them stands, and what waits for you"),
}

MODALS: dict[str, Run] = {
    "new.step": guided.submit,
    "log.message": log_message.submit_log,
    "action.new": new_action.submit_new,
    "agreement.object": record.submit_objection,
    "action.add": actions.submit_action,
    "action.complete": actions.submit_completion,
    "clause.propose": drafts.settling(clauses.submit_proposal, "clause.propose"),
    "meeting.deputy": meetings.submit_deputy,
    "minutes.correct": drafts.settling(minutes.submit_correction, "minutes.correct"),
    "minutes.decline": minutes.submit_decline,
    "live.fill": partial(live.submit, verbs=chosen, commands=COMMANDS),
    "live.complete": live.submit_completion,
    "route.ask": choices.submit_route,
    "reminder.extend": reminders.submit_extension,
    "reminder.own": reminders.submit_own,
    "preferences.set": preferences.submit,
    "preferences.contract": contract_settings.submit,
    "variation.test": drafts.settling(variations.submit_test, "variation.test"),
    "form.fill": drafts.settling(partial(forms.submit, commands=COMMANDS, run=chosen), "form.fill"),
}

NOTICES: dict[str, Read] = {
    "agreement.card": record_notices.agreement_card,
    "agreement.update": record_notices.agreement_update,
    "agreement.reworded": record_notices.agreement_reworded,
    "clause.card": clause_notices.clause_card,
    "clause.update": clause_notices.clause_update,
    "clause.redline": clause_notices.clause_redline,
    "contract.card": clause_notices.contract_card,
    "contract.update": clause_notices.contract_update,
    "contract.report": clause_notices.contract_report,
    "contract.redline": clause_notices.contract_redline,
    "capture.reaction": capture_notices.reaction,
    "capture.note": capture_notices.note,
    "capture.note.update": capture_notices.note_update,
    "brief.card": briefs_notices.card,
    "brief.update": briefs_notices.card_update,
    "brief.file": briefs_notices.file,
    "minutes.issued": minutes_notices.issued,
    "minutes.copy": minutes_notices.printed,
    "minutes.card": minutes_notices.card,
    "minutes.card.update": minutes_notices.card_update,
    "minutes.asked": minutes_notices.asked,
    "minutes.correction": minutes_notices.correction,
    "minutes.correction.update": minutes_notices.correction_update,
    "minutes.paper": minutes_notices.paper,
    "progress.begun": progress.begun,
    "progress.ended": progress.ended,
    "meeting.card": meetings_notices.card,
    "meeting.update": meetings_notices.card_update,
    "meeting.calendar": meetings_notices.calendar,
    "meeting.changed": meetings_notices.changed,
    "live.card": live_notices.card,
    "live.update": live_notices.card_update,
    "readiness.changed": readiness_watch.changed,
    "reminder.person": reminders_notices.person,
    "reminder.soon": reminders_notices.soon,
    "reminder.channel": reminders_notices.channel,
    "reminder.update": reminders_notices.person_again,
    "export.file": exports_notices.exported,
    "variation.register": variations_notices.register,
    "timetable.chart": timetable_notices.drawn,
    "answer.public": edge.answer_public,
    "answer.private": edge.answer_private,
    "channel.shared": sharing.warning,
    "delivery.failed": delivery.failed,
}

# What people type reaches the record only through these; the manifest subscribes to just them.
EVENTS = (
    "app_home_opened",
    *("app_mention", "member_joined_channel", "message.channels", "message.groups", "message.im"),
    *("reaction_added", "reaction_removed"),
    *("channel_shared", "channel_unshared", "channel_id_changed", "user_change"),
)


def message(deps: Deps, event: Payload, event_id: str) -> None:
    """A message in a channel: new, edited or deleted. In a direct message everything is meant for Parley."""
    subtype = event.get("subtype")
    if event.get("channel_type") == "im":
        if subtype in (None, "file_share") and not _from_a_bot(deps, event):
            edge.mention(deps, COMMANDS, event, event_id)
    elif subtype == "message_changed" and event["message"].get("subtype") == "tombstone":
        # What Slack leaves in the place of a deleted message that has replies.
        _deleted(deps, {**event, "deleted_ts": event["message"]["ts"]})
    elif subtype == "message_changed":
        _edited(deps, event)
    elif subtype == "message_deleted":
        _deleted(deps, event)
    elif subtype == "file_share" and f"<@{deps.bot_user_id}" in str(event.get("text") or ""):
        # A message that shares a file and mentions Parley; told as a mention too, it is still done once.
        if not _from_a_bot(deps, event):
            edge.mention(deps, COMMANDS, event, event_id)
    elif subtype in (None, "thread_broadcast", "file_share", "me_message"):
        _said(deps, event)


def joined(deps: Deps, event: Payload, event_id: str) -> None:
    """Somebody came into a channel; only when that is Parley itself, there is something to say."""
    if event["user"] != deps.bot_user_id:
        return

    def work(session: Session) -> Payload:
        guided.joined(session, Place(deps.team_id, event["channel"], event["user"]), at=deps.now())
        return {}

    edge.once(deps, f"joined:{event_id}", work)


def _said(deps: Deps, event: Payload) -> None:
    words = mrkdwn.read(str(event.get("text") or ""))
    if _from_a_bot(deps, event) or not capture.worth_reading(words) or _for_own_eyes(deps, words):
        return
    place, spoken = _spoken(deps, event["channel"], event, words)

    def work(session: Session) -> Payload:
        capture.message(session, place, spoken)
        return {}

    edge.once(deps, f"msg:{event['channel']}:{event['ts']}", work)


def _edited(deps: Deps, event: Payload) -> None:
    now, before = event["message"], event.get("previous_message") or {}
    was = mrkdwn.read(str(before.get("text") or ""))
    words = mrkdwn.read(str(now.get("text") or ""))
    # Slack also calls it a change when it adds a preview of a link.
    if _from_a_bot(deps, now) or words == was or not capture.worth_reading(words, was) or _for_own_eyes(deps, words):
        return
    place, spoken = _spoken(deps, event["channel"], now, words)
    edit = str((now.get("edited") or {}).get("ts") or event["event_ts"])

    def work(session: Session) -> Payload:
        capture.edited(session, place, spoken, was, edit)
        return {}

    edge.once(deps, f"msg:{event['channel']}:{now['ts']}:edit:{edit}", work)


def _deleted(deps: Deps, event: Payload) -> None:
    before = event.get("previous_message") or {}
    was = mrkdwn.read(str(before.get("text") or ""))
    if _from_a_bot(deps, before) or not capture.worth_reading(was):
        return
    place, spoken = _spoken(deps, event["channel"], {**before, "ts": event["deleted_ts"]}, "")

    def work(session: Session) -> Payload:
        capture.deleted(session, place, spoken)
        return {}

    edge.once(deps, f"msg:{event['channel']}:{event['deleted_ts']}:deleted", work)


def reacted(deps: Deps, event: Payload, event_id: str) -> None:
    """A reaction was put on a message, or taken away. Slack tells only where the message stands; it is fetched before
    anything is written, and only where it can matter: of Parley's own, for a handshake on an agreement's card."""
    item, kind = event["item"], logged.kind_of(event["reaction"])
    if kind is None or item.get("type") != "message" or event["user"] == deps.bot_user_id:
        return
    of_parley = event.get("item_user") == deps.bot_user_id
    if of_parley and (kind != logged.Kind.AGREEMENT or event["type"] == "reaction_removed"):
        return
    place = Place(deps.team_id, item["channel"], event["user"], edge.home_of(event))
    with deps.db.snapshot() as session:
        if not log_message.is_bound(session, place):
            return
    call = Call(place, str(item["ts"]), deps.now(), {}, Source(place.channel_id))
    if event["type"] == "reaction_removed":
        edge.heard(deps, place, f"reaction:{event_id}", lambda session: log_message.unreacted(session, call, kind))
        return
    try:
        found = None if of_parley else deps.messages.at(item["channel"], item["ts"])
    except UserError as refusal:
        answer = Answer(str(refusal))
        edge.heard(deps, place, f"reaction:{event_id}", lambda _session: answer)
        return
    message = said.read(found, place.channel_id, deps.permalink) if found else None
    names = deps.directory.names({message.user_id, *mrkdwn.mentioned(message.words)} - {""}) if message else {}
    call = replace(call, names=names, message=message)
    edge.heard(deps, place, f"reaction:{event_id}", lambda session: log_message.reacted(session, call, kind))


def channel_changed(deps: Deps, event: Payload, event_id: str) -> None:
    """A channel became shared with another organisation or is not any more, or Slack gave it another id."""

    def work(session: Session) -> Payload:
        if event["type"] == "channel_id_changed":
            old, new = event["old_channel_id"], event["new_channel_id"]
            sharing.moved(session, deps.team_id, old, new, at=deps.now())
        else:
            shared = event["type"] == "channel_shared" or bool(event.get("is_ext_shared"))
            sharing.noticed(session, event["channel"], shared, at=deps.now())
        return {}

    edge.once(deps, f"channel:{event_id}", work)


def _from_a_bot(deps: Deps, event: Payload) -> bool:
    """Parley's own recaps hold keywords too; nothing that any bot posts is taken for people's words."""
    return bool(event.get("bot_id") or event.get("bot_profile") or not event.get("user")) or (
        event.get("user") == deps.bot_user_id
    )


def _for_own_eyes(deps: Deps, words: str) -> bool:
    """A message to Parley that may hold what is private to a side: no line of it is taken for the record."""
    parley = mrkdwn.mark(deps.bot_user_id)
    rest = words.replace(parley, " ")
    return parley in words and (may_be_private(rest, COMMANDS) or gives_away(rest))


def _spoken(deps: Deps, channel: str, event: Payload, words: str) -> tuple[Place, Spoken]:
    user = event["user"]
    names = deps.directory.names({user, *mrkdwn.mentioned(words)})
    link = deps.permalink(channel, event["ts"], event.get("thread_ts"))
    place = Place(deps.team_id, channel, user, edge.home_of(event))
    return place, Spoken(words, names, channel, event["ts"], link, deps.now())


def build_app(client: WebClient, deps: Deps, bot_token: str, signing_secret: str = "") -> App:
    """Bolt, with one listener for each way that Slack speaks.

    `process_before_response=True` throughout: the work is committed before Slack hears that it was
    taken, so a crash can lose nothing that was acknowledged.
    """
    app = App(
        client=client,
        authorize=lambda: AuthorizeResult(
            enterprise_id=None,
            team_id=deps.team_id,
            bot_user_id=deps.bot_user_id,
            bot_token=bot_token,
        ),
        signing_secret=signing_secret or "unused in Socket Mode",
        request_verification_enabled=bool(signing_secret),
        process_before_response=True,
        listener_executor=ThreadPoolExecutor(max_workers=10),
        raise_error_for_unhandled_request=False,
    )

    @app.command("/parley")
    def slash(ack: Callable[..., Any], body: Payload) -> None:
        ack(**edge.slash(deps, client, COMMANDS, body))

    @app.event("app_mention")
    def mention(ack: Callable[..., Any], event: Payload, body: Payload) -> None:
        if not _from_a_bot(deps, event):
            edge.mention(deps, COMMANDS, event, body["event_id"])
        ack()

    @app.event("member_joined_channel")
    def newcomer(ack: Callable[..., Any], event: Payload, body: Payload) -> None:
        joined(deps, event, body["event_id"])
        ack()

    @app.event("message")
    def typed(ack: Callable[..., Any], event: Payload, body: Payload) -> None:
        message(deps, event, body["event_id"])
        ack()

    @app.event("reaction_added")
    @app.event("reaction_removed")
    def reaction(ack: Callable[..., Any], event: Payload, body: Payload) -> None:
        reacted(deps, event, body["event_id"])
        ack()

    @app.event("channel_shared")
    @app.event("channel_unshared")
    @app.event("channel_id_changed")
    def channel(ack: Callable[..., Any], event: Payload, body: Payload) -> None:
        channel_changed(deps, event, body["event_id"])
        ack()

    @app.event("user_change")
    def person(ack: Callable[..., Any], event: Payload) -> None:
        edge.person_changed(deps, event)
        ack()

    @app.shortcut(re.compile("|".join(map(re.escape, SHORTCUTS))))
    def shortcut(ack: Callable[..., Any], body: Payload) -> None:
        edge.shortcut(deps, client, SHORTCUTS, body, BY_MOUSE)
        ack()

    @app.event("app_home_opened")
    def looked(ack: Callable[..., Any], event: Payload, body: Payload) -> None:
        if event.get("tab") == "home":
            edge.once(deps, f"event:{body['event_id']}", lambda session: home.opened(session, deps, event))
        ack()

    @app.action(re.compile("|".join(map(re.escape, BUTTONS))))
    def button(ack: Callable[..., Any], body: Payload) -> None:
        edge.press(deps, client, BUTTONS, body, BY_MOUSE)
        ack()

    @app.view(re.compile("|".join(map(re.escape, MODALS))))
    def form(ack: Callable[..., Any], body: Payload) -> None:
        answer = edge.submit(deps, client, MODALS, body, BY_MOUSE)
        if answer:
            ack(**answer)
        else:
            ack()

    @app.view_closed(re.compile("|".join(map(re.escape, KEPT))))
    def form_closed(ack: Callable[..., Any], body: Payload) -> None:
        edge.closed(deps, drafts.closed, body)
        ack()

    # Everything else is acknowledged and left alone, so that Slack neither retries nor shows a fault.
    for catch_all in (app.action, app.view, app.shortcut, app.options):
        catch_all(re.compile(".*"))(lambda ack: ack())

    @app.error
    def unexpected(error: Exception) -> None:
        # Bolt answers 500 then: the delivery is not acknowledged, and Slack sends it again.
        log.error("listener_failed", error=type(error).__name__, exc_info=error)

    return app
