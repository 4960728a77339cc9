"""The five forms of setting up, what stands at their end, and what Parley says in a channel where it is new."""

from collections.abc import Mapping, Sequence

from bot.guided import rules
from bot.guided.rules import Side, Standing, Step
from bot.slack import blocks, mrkdwn
from storage.tables import ChannelKind, PartyKind, Role

BEGIN = "begin"
MOST_SIDES = 3  # that one form asks people for: each takes two of its six fields

_STANDINGS = {
    "commissioner provider": "We commission, they provide",
    "provider commissioner": "We provide, they commission",
    "provider provider": "Both of us provide",
    "provider subcontractor": "We provide, they work for us",
    "subcontractor provider": "They provide, we work for them",
    "commissioner commissioner": "Both of us commission",
}
_KINDS = {
    PartyKind.COMMISSIONER: "Commissioner: signs the contract",
    PartyKind.PROVIDER: "Provider: signs the contract",
    PartyKind.SUBCONTRACTOR: "Subcontractor: does not sign",
    PartyKind.ADVISER: "Adviser: does not sign",
}
_ROLES = {
    Role.CHAIR: "Chair: leads meetings, sets up",
    Role.LEAD: "Lead: speaks for the party, sets up",
    Role.NEGOTIATOR: "Negotiator: speaks for the party",
    Role.SCRIBE: "Scribe: keeps the record, sets up",
    Role.LEGAL: "Legal adviser",
    Role.TECHNICAL: "Technical expert",
    Role.OBSERVER: "Observer: reads only",
}
_LENGTHS = {
    "30m": "30 minutes",
    "1h": "1 hour",
    "1h30": "1½ hours",
    "2h": "2 hours",
    "3h": "3 hours",
    "4h": "4 hours",
    "7h": "7 hours",
}
_PARTY_HINT = "Its name; a short code may come first: CCG Oxfordshire Clinical Commissioning Group."
_LONGEST_CORRECTED = 2900  # characters of a name that fits a field together with its code
_MOST_CORRECTED = 2  # parties that one form corrects: each takes two of its six fields


def begin(channel: str, joint: str) -> blocks.Block:
    """The first form, before there is a negotiation. `channel` is where it was asked for, `joint` a proposal."""
    asked = [
        blocks.section("Five short forms. Each is kept as soon as it is sent, so you can leave after any of them."),
        blocks.text_input("code", "Code", hint="2 to 12 letters and digits, such as OXMH. It stands on everything."),
        blocks.text_input("title", "Title", hint="Such as: Outcomes contract for mental health"),
        blocks.channel_input(
            "channel", "Joint channel", initial=joint, hint="Where all sides talk. Invite Parley there first."
        ),
        blocks.text_input("ours", "Your party", hint=_PARTY_HINT),
        blocks.text_input("theirs", "The other party", hint="The same: Oxford Health and partners."),
        blocks.select_input("standing", "Who does what", _STANDINGS.items(), initial="commissioner provider"),
    ]
    return _form("", channel, Step.PARTIES, asked, words=BEGIN)


def form(
    standing: Standing, channel: str, step: Step, user: str, packs: Sequence[tuple[str, str]], said: str = ""
) -> blocks.Block:
    """One of the five forms of a negotiation that has begun, with what was just done or refused above it.

    `packs` are ready-made timetables, each with its title.
    """
    asked = {
        Step.PARTIES: _parties,
        Step.PEOPLE: lambda stands: _people(stands, user),
        Step.CHANNELS: _channels,
        Step.TIMETABLE: lambda stands: _timetable(stands, packs),
        Step.MEETING: _meeting,
    }[step](standing)
    content = [blocks.section(f"*{standing.code}: {blocks.cut(standing.title, 200)}*")]
    content += [blocks.section(blocks.cut(said, 500))] if said else []
    return _form(standing.code, channel, step, [*content, *asked, _ways(standing.code, step)])


def _form(code: str, channel: str, step: Step, content: list[blocks.Block], *, words: str = "") -> blocks.Block:
    title = f"Step {step.number} of 5: {step}"
    made = blocks.modal(
        "new.step",
        title,
        content,
        submit="Save and Continue",
        private_metadata=f"{code} {channel} {words or step}",
    )
    return {**made, "close": {"type": "plain_text", "text": "Leave"}}


def _ways(code: str, step: Step) -> blocks.Block:
    """The other ways on from a form. What is typed in it is kept only by the button that says so."""
    before = rules.before(step)
    back = [blocks.button("Back", "new.back", f"{code} {step}", spoken=f"Back to {before}")] if before else []
    more = (
        [blocks.button("Save and Add More", "new.more", f"{code} {step}", spoken="Save and add more people")]
        if step == Step.PEOPLE
        else []
    )
    return blocks.buttons(*more, *back, blocks.button("Skip", "new.skip", f"{code} {step}", spoken=f"Skip {step}"))


def suggested(parties: Mapping[str, str]) -> str:
    """What stands above a form that comes back with codes for parties; `parties` are names by code."""
    codes = mrkdwn.listed(f"*{code}* for {blocks.cut(name, 100)}" for code, name in parties.items())
    twice = [code for code, name in parties.items() if name.upper().startswith(f"{code} ")]
    only = f" Where {mrkdwn.listed(twice, 'or')} was meant as the code alone, take it out of the name." if twice else ""
    return (
        f"Nothing is kept yet. Parley suggests {codes}. A code stands on everything that is recorded, so correct it "
        f"before the name if you like, and send this again.{only}"
    )


def _parties(standing: Standing) -> list[blocks.Block]:
    """Those on which nothing hangs yet can be corrected, the newest first to have a place; one more can be added."""
    mark = len(standing.sides)
    corrected = [side for side in standing.sides if side.free and len(side.name) <= _LONGEST_CORRECTED]
    fields = []
    for side in corrected[-_MOST_CORRECTED:]:
        fields += [
            blocks.text_input(f"side:{side.code}", f"Party {side.code}", initial=f"{side.code} {side.name}"),
            _kind(f"side_kind:{side.code}", f"What {side.code} is", PartyKind(side.kind)),
        ]
    return [
        blocks.section("\n".join([f"Parties so far: {_listed(standing.sides) or 'none yet'}.", *_fixed(standing)])),
        *fields,
        blocks.text_input(f"party:{mark}", "Another party", hint=_PARTY_HINT, optional=True),
        _kind(f"kind:{mark}", "What it is", PartyKind.PROVIDER),
    ]


def _fixed(standing: Standing) -> list[str]:
    """Why some parties cannot be corrected any more."""
    fixed = [side.code for side in standing.sides[:20] if not side.free]
    if not fixed:
        return []
    has, keeps = ("has", "its code, name and kind stay") if len(fixed) == 1 else ("have", "their codes and names stay")
    return [
        f"{mrkdwn.listed(fixed)} {has} people or records by now, which name it so: {keeps}. `/parley structure …` "
        "changes who signs."
    ]


def _kind(field: str, label: str, kind: PartyKind) -> blocks.Block:
    return blocks.select_input(field, label, [(each, _KINDS[each]) for each in PartyKind], initial=kind)


def _listed(sides: Sequence[Side]) -> str:
    return mrkdwn.listed(f"{side.code} {blocks.cut(side.name, 100)} ({side.kind})" for side in sides[:20])


def _people(standing: Standing, user: str) -> list[blocks.Block]:
    """The ids of the fields tell how many sit there already: after a save they are new, and empty."""
    asked = rules.asked_first(standing, MOST_SIDES)
    lines = [f"• {side.code}: {_names(side.people_as or side.people)}" for side in standing.sides[:20]]
    if standing.seated:
        lines.append("Choose somebody again to give them other roles instead; nobody changes sides.")
    content = [
        blocks.section("\n".join(["Who sits for whom. Everyone chosen in a field gets the roles below it.", *lines]))
    ]
    for side in asked:
        field = f"{side.code}:{len(side.people)}"
        myself = [user] if not standing.seated and side is asked[0] else []
        content += [
            blocks.people_input(f"people:{field}", f"People of {side.code}", initial=myself, optional=True),
            blocks.several_input(
                f"roles:{field}",
                f"Their roles for {side.code}",
                [(role, _ROLES[role]) for role in Role],
                initial=[Role.LEAD if not side.people else Role.NEGOTIATOR],
                optional=True,
            ),
        ]
    return content


def _names(people: Sequence[str]) -> str:
    if not people:
        return "nobody yet"
    more = f" and {len(people) - 6} more" if len(people) > 6 else ""
    return f"{', '.join(blocks.cut(name, 60) for name in people[:6])}{more}" if more else mrkdwn.listed(people)


def _channels(standing: Standing) -> list[blocks.Block]:
    where = "Invite Parley to each channel first: `/invite @Parley`."
    content = [
        blocks.section(f"{_joint_said(standing)} {where}\n{_caucus_said(standing)}{_subgroups_said(standing)}"),
        blocks.channel_input(
            "joint", "Joint channel", initial=standing.joint, hint="Where all sides talk.", optional=True
        ),
    ]
    if standing.own:
        content.append(
            blocks.channel_input(
                "caucus",
                f"Private channel of {standing.own}",
                initial=standing.caucus,
                private_only=True,
                hint="For your own side alone: briefs, positions, preparation.",
                optional=True,
            )
        )
    return [
        *content,
        blocks.channel_input("subgroup", "Channel of a sub-group", optional=True),
        blocks.text_input("subgroup_name", "Name of the sub-group", hint="Such as Finance.", optional=True),
    ]


def _joint_said(standing: Standing) -> str:
    if standing.joint:
        return "The joint channel is chosen; another that you choose takes its place."
    return "There is no joint channel yet."


def _subgroups_said(standing: Standing) -> str:
    if not standing.subgroups:
        return ""
    named = mrkdwn.listed(blocks.cut(name, 60) for name in standing.subgroups[:10])
    return f"\nSub-groups with a channel: {named}. A channel serves one thing only; another name needs another channel."


def _caucus_said(standing: Standing) -> str:
    if not standing.own:
        return "You sit for no party, so its own people choose their private channel."
    has = f"{standing.own} has its private channel." if standing.caucus else "Choose your own side’s private channel."
    return f"{has} Every other side chooses its own."


def _timetable(standing: Standing, packs: Sequence[tuple[str, str]]) -> list[blocks.Block]:
    refs = standing.milestones
    there = f"{len(refs)} milestones, {refs[0]} to {refs[-1]}, are there" if refs else "There is none yet"
    return [
        blocks.section(f"A ready-made timetable, counted from one date. {there}; each can be moved later."),
        *([_opens(standing, "milestone move", "milestone remove")] if refs else []),
        blocks.select_input(
            "pack", "Timetable", [(name, f"{name}: {title}" if title else name) for name, title in packs], optional=True
        ),
        blocks.date_input("on", "Counted from", hint="The day that the others follow.", optional=True),
    ]


def _meeting(standing: Standing) -> list[blocks.Block]:
    there = f"Planned already: {blocks.cut(standing.meeting, 300)}." if standing.meeting else "None is planned yet."
    return [
        blocks.section(f"The first negotiation meeting. {there} Everyone at the table is invited."),
        *([_opens(standing, "meeting move", "meeting cancel")] if standing.meeting_ref else []),
        blocks.text_input("title", "Title", initial="" if standing.meeting else "First round"),
        blocks.date_input("date", "Date"),
        blocks.time_input("time", "Time", initial="10:00"),
        blocks.select_input("length", "How long", _LENGTHS.items(), initial="2h"),
        blocks.text_input("place", "Place", hint="A room, or how to join.", optional=True),
        blocks.several_input(
            "anyway", "Anyway", [("anyway", "Even on a day off, or when people are busy")], optional=True
        ),
    ]


_OPENS = {
    "milestone move": "Move a Milestone…",
    "milestone remove": "Remove a Milestone…",
    "meeting move": "Move the Meeting…",
    "meeting cancel": "Cancel the Meeting…",
    "agenda add": "Add to Agenda…",
    "check": "Is It Ready?",
    "settings": "Settings…",
}


def _opens(standing: Standing, *verbs: str) -> blocks.Block:
    """Buttons that do what one could type: the verb's form opens, or its answer comes."""
    return blocks.buttons(*(_open(standing, verb) for verb in verbs))


def _open(standing: Standing, verb: str) -> blocks.Block:
    label = _OPENS[verb]
    spoken = f"{label.removesuffix('…')} of {standing.code}"
    return blocks.button(label, f"form.open:{verb.replace(' ', '-')}", f"{standing.code} {verb}", spoken=spoken)


def _next(standing: Standing, *, in_form: bool = False) -> blocks.Block:
    """What people do once it is set up, by button. What is told in a message is not asked for in a form."""
    agenda = [_open(standing, "agenda add")] if standing.meeting_ref else []
    check = [] if in_form else [_open(standing, "check")]
    everything = blocks.button(
        blocks.LIST_OF_FORMS, "form.list", standing.code, spoken=f"Fill in any form of {standing.code}"
    )
    return blocks.buttons(*agenda, *check, _open(standing, "settings"), everything)


def begun(standing: Standing, by: str, zone: str) -> tuple[str, list[blocks.Block]]:
    """What the joint channel is told of a negotiation that has begun, with the button to go on from there."""
    text = (
        f"{by} has begun *{standing.code}: {standing.title}*, and this channel is its joint table. Its parties are "
        f"{_listed(standing.sides)}. Everything it prints is marked “{standing.marking}”; times are {zone}."
    )
    return text, [*blocks.paragraphs(text), blocks.buttons(go_on(standing.code))]


def go_on(code: str) -> blocks.Block:
    return blocks.button("Go On Setting Up", "new.resume", code, spoken=f"Go on setting up {code}")


def go_on_with(standing: Standing) -> blocks.Block:
    code = standing.code
    return blocks.button(f"Go On with {code}", f"new.resume:{code}", code, spoken=f"Go on setting up {code}")


def start_another() -> blocks.Block:
    return blocks.button("Start Another", "new.begin", " ", spoken="Start another negotiation, step by step")


def start() -> blocks.Block:
    return blocks.button(
        "Set Up a Negotiation", "new.begin", " ", style="primary", spoken="Set up a negotiation, step by step"
    )


def asked_for(text: str, *ways: blocks.Block) -> list[blocks.Block]:
    return [*blocks.paragraphs(text), blocks.buttons(*ways)]


def summary(standing: Standing) -> str:
    """What has been set up, what has not, and what comes next."""
    lacks = still_lacking(standing)
    stands = f"still lacks {lacks}" if lacks else "is set up"
    refs = standing.milestones
    lines = [
        f"*{standing.code}: {blocks.cut(standing.title, 200)}* {stands}.",
        f"• Parties: {_listed(standing.sides) or 'none yet'}",
        *(f"• {side.code}: {_names(side.people)}" for side in standing.sides[:20]),
        f"• Timetable: {f'{len(refs)} milestones, {refs[0]} to {refs[-1]}' if refs else 'none yet'}",
        f"• First meeting: {blocks.cut(standing.meeting, 300) or 'none yet'}",
    ]
    if standing.meeting_ref:
        lines.append(f"Next, what it is about: `/parley agenda add {standing.meeting_ref} …`.")
    lines.append("`/parley check` says what good practice still asks for; `/parley settings` changes how things are.")
    return "\n".join(lines)


def still_lacking(standing: Standing) -> str:
    """What is left to set up, in words; empty when nothing is."""
    return mrkdwn.listed(_LACKING[step] for step in rules.lacking(standing))


_LACKING = {
    Step.PARTIES: "its parties",
    Step.PEOPLE: "people for every party",
    Step.CHANNELS: "your side’s private channel",
    Step.TIMETABLE: "a timetable",
    Step.MEETING: "a first meeting",
}


def summed_up(standing: Standing, first: str = "") -> list[blocks.Block]:
    """The summary as a message, after what else is to be said; its button goes on where something is left."""
    content = [*blocks.paragraphs(first), *blocks.paragraphs(summary(standing)), _next(standing)]
    return [*content, blocks.buttons(go_on(standing.code))] if rules.lacking(standing) else content


def finished(standing: Standing) -> blocks.Block:
    """What the last form becomes: nothing to send any more."""
    return {
        "type": "modal",
        "callback_id": "new.done",
        "title": {"type": "plain_text", "text": blocks.cut(f"{standing.code} so far", 24)},
        "close": {"type": "plain_text", "text": "Close"},
        "private_metadata": standing.code,
        "blocks": [*blocks.paragraphs(summary(standing)), _next(standing, in_form=True)],
    }


def tip(words: str) -> list[blocks.Block]:
    """A tip below an answer, with the button that ends them."""
    return [
        blocks.context(f"Tip, shown once: {words}"),
        blocks.buttons(blocks.button("No More Tips", "tips.off", " ")),
    ]


# -- where Parley is new ----------------------------------------------------------------------------------


def arrived() -> tuple[str, list[blocks.Block]]:
    """What is said once in a channel that belongs to no negotiation."""
    text = (
        "Parley keeps the record of a contract negotiation: who sits for whom, what was agreed in which exact words, "
        "and who owes what by when. Each side confirms with a button, keeps its private notes to itself, and gets the "
        "minutes the moment a meeting closes.\n"
        "Make this channel a joint table with the button below, or type `/parley help`. People of another "
        "organisation mention `@Parley` with the same words."
    )
    return text, asked_for(text, start())


def arrived_at(code: str, kind: ChannelKind, whose: str) -> tuple[str, list[blocks.Block]]:
    """What is said once in a channel that serves a negotiation already. `whose` is the party's or sub-group's name."""
    what = {
        ChannelKind.JOINT: f"This is a joint table of *{code}*",
        ChannelKind.CAUCUS: f"This is {whose}’s own channel in *{code}*: what is recorded here stays with that side",
        ChannelKind.SUBGROUP: f"This is the {whose} sub-group of *{code}*",
    }[kind]
    can = {
        ChannelKind.JOINT: "`/parley meetings` lists what is planned, `/parley start N1` begins a meeting here, and "
        "while it is open lines such as `AGREED: …` and `ACTION: …` go into the record",
        ChannelKind.CAUCUS: "`/parley brief` prepares your side for its next meeting, and `/parley position …` keeps "
        "what it wants",
        ChannelKind.SUBGROUP: "`/parley start S1` begins a meeting here, and `/parley recommend S1 …` says what it "
        "advises",
    }[kind]
    text = (
        f"Parley is here and keeps the record of this negotiation. {what}.\n{can}. `/parley` alone shows what can be "
        "done here now; `/parley help` lists everything. People of another organisation mention `@Parley` with the "
        "same words."
    )
    return text, blocks.paragraphs(text)
