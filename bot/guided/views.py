"""The five forms of setting up, what stands at their end, and what Parley says in a channel where it is new."""

from collections.abc import Sequence

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
_PARTY_HINT = "A short code, then the name: CCG Oxfordshire Clinical Commissioning Group."


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
        blocks.text_input("theirs", "The other party", hint="The same: OHP Oxford Health and partners."),
        blocks.select_input("standing", "Who does what", _STANDINGS.items(), initial="commissioner provider"),
    ]
    return _form("", channel, Step.PARTIES, asked, words=BEGIN)


def form(standing: Standing, channel: str, step: Step, user: str, packs: Sequence[str], said: str = "") -> blocks.Block:
    """One of the five forms of a negotiation that has begun, with what was just done or refused above it."""
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


def _parties(standing: Standing) -> list[blocks.Block]:
    mark = len(standing.sides)
    return [
        blocks.section(f"Parties so far: {_listed(standing.sides) or 'none yet'}."),
        blocks.text_input(f"party:{mark}", "Another party", hint=_PARTY_HINT, optional=True),
        blocks.select_input(
            f"kind:{mark}", "What it is", [(kind, _KINDS[kind]) for kind in PartyKind], initial=PartyKind.PROVIDER
        ),
    ]


def _listed(sides: Sequence[Side]) -> str:
    return mrkdwn.listed(f"{side.code} {blocks.cut(side.name, 100)} ({side.kind})" for side in sides[:20])


def _people(standing: Standing, user: str) -> list[blocks.Block]:
    """The ids of the fields tell how many sit there already: after a save they are new, and empty."""
    asked = rules.asked_first(standing, MOST_SIDES)
    lines = [f"• {side.code}: {_names(side.people)}" for side in standing.sides[:20]]
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
    content = [blocks.section(f"{_joint_said(standing)} {where}\n{_caucus_said(standing)}")]
    if not standing.joint:
        content.append(blocks.channel_input("joint", "Joint channel", hint="Where all sides talk.", optional=True))
    if standing.own and not standing.caucus:
        content.append(
            blocks.channel_input(
                "caucus",
                f"Private channel of {standing.own}",
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
    return "The joint channel is chosen." if standing.joint else "There is no joint channel yet."


def _caucus_said(standing: Standing) -> str:
    if not standing.own:
        return "You sit for no party, so its own people choose their private channel."
    has = f"{standing.own} has its private channel." if standing.caucus else "Choose your own side’s private channel."
    return f"{has} Every other side chooses its own."


def _timetable(standing: Standing, packs: Sequence[str]) -> list[blocks.Block]:
    refs = standing.milestones
    there = f"{len(refs)} milestones, {refs[0]} to {refs[-1]}, are there" if refs else "There is none yet"
    return [
        blocks.section(f"A ready-made timetable, counted from one date. {there}; each can be moved later."),
        blocks.select_input("pack", "Timetable", [(name, name) for name in packs], optional=True),
        blocks.date_input("on", "Counted from", hint="The day that the others follow.", optional=True),
    ]


def _meeting(standing: Standing) -> list[blocks.Block]:
    there = f"Planned already: {blocks.cut(standing.meeting, 300)}." if standing.meeting else "None is planned yet."
    return [
        blocks.section(f"The first negotiation meeting. {there} Everyone at the table is invited."),
        blocks.text_input("title", "Title", initial="" if standing.meeting else "First round"),
        blocks.date_input("date", "Date"),
        blocks.time_input("time", "Time", initial="10:00"),
        blocks.select_input("length", "How long", _LENGTHS.items(), initial="2h"),
        blocks.text_input("place", "Place", hint="A room, or how to join.", optional=True),
        blocks.several_input(
            "anyway", "Anyway", [("anyway", "Even on a day off, or when people are busy")], optional=True
        ),
    ]


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
    content = [*blocks.paragraphs(first), *blocks.paragraphs(summary(standing))]
    return [*content, blocks.buttons(go_on(standing.code))] if rules.lacking(standing) else content


def finished(standing: Standing) -> blocks.Block:
    """What the last form becomes: nothing to send any more."""
    return {
        "type": "modal",
        "callback_id": "new.done",
        "title": {"type": "plain_text", "text": blocks.cut(f"{standing.code} so far", 24)},
        "close": {"type": "plain_text", "text": "Close"},
        "private_metadata": standing.code,
        "blocks": blocks.paragraphs(summary(standing)),
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
