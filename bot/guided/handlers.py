"""`new` as five forms, one after another: each keeps at once what it asks, through the verbs that are typed too."""

import hashlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time
from functools import partial
from typing import TypeVar

from bot import access, dates, outbox
from bot.access import Actor, Capability, Place
from bot.choices import handlers as choices
from bot.errors import UserError
from bot.forms import by_mouse, drafts
from bot.forms import views as form_views
from bot.guided import rules, service, views
from bot.guided.rules import Step
from bot.meetings import handlers as meetings
from bot.meetings.planning import MeetingPlan
from bot.setup import handlers as setup
from bot.setup import service as setup_service
from bot.slack import blocks, mrkdwn
from bot.slack.command import Answer, Call
from bot.timetable import handlers as timetable
from bot.timetable import packs
from storage import Session, negotiations
from storage.tables import ChannelKind, MeetingKind, PartyKind

Done = TypeVar("Done")
Errors = dict[str, str]
STEP = "new.step"
"""The id of all these forms."""
_FIRST_PARTIES = ("ours", "theirs")
_PARTY_FIELDS = ("party", "side")
_LONGEST = 300  # characters of a meeting's title or place; a line that is typed holds about as much of each


def new(session: Session, call: Call) -> Answer:
    """With a code and a title, as typed; with nothing, the forms: those of a set-up that was left, or the first."""
    if call.words.strip():
        return setup.new(session, call)
    if not call.can_open_form:
        text = (
            "A negotiation needs a code and a title: `new OXMH Outcomes contract for mental health`. Or press the "
            "button for five short forms."
        )
        return Answer(text, views.asked_for(text, views.start()))
    return _begun_or_left(session, call)


def begin(session: Session, call: Call) -> Answer:
    """The button: the first form, whatever else was begun."""
    here = call.place.channel_id
    free = here[:1] in ("C", "G") and negotiations.channel(session, call.place.team_id, here) is None
    return Answer(form=drafts.resume(session, call, views.begin(here, here if free else ""), STEP))


def reopen(session: Session, call: Call) -> Answer:
    """The form that a draft belongs to."""
    return begin(session, call) if call.words.strip() == views.BEGIN else resume(session, call)


def resume(session: Session, call: Call) -> Answer:
    """The button: the form of the step that is named, or of the first that has something left."""
    if call.code is None:
        return _begun_or_left(session, call)
    actor = _setter(session, call)
    standing = service.standing(session, actor)
    step = _step(call.words) or next(iter(rules.lacking(standing)), None)
    return Answer(form=_shown(session, call, actor, step))


def _begun_or_left(session: Session, call: Call) -> Answer:
    left = service.unfinished(session, call.place, call.code)
    if len(left) == 1:
        (standing,) = left
        first = rules.lacking(standing)[0]
        text = f"Setting up *{standing.code}* goes on in a form: step {first.number} of 5, {first}."
        actor = access.actor(session, call.place, standing.code)
        return Answer(
            text,
            views.asked_for(text, views.start_another()),
            form=_shown(session, replace(call, words=""), actor, first),
        )
    if left:
        text = "You have begun several negotiations. Choose the one to go on with, or start another."
        return Answer(text, views.asked_for(text, *map(views.go_on_with, left[:24]), views.start_another()))
    return Answer(
        "A negotiation is set up in five short forms, and the first opens now. `/parley new` goes on where you leave.",
        form=begin(session, call).form,
    )


def left_to_set_up(session: Session, call: Call) -> list[str]:
    """A line for plain `/parley` while something is left to set up that this person may do."""
    actor = access.actor(session, call.place, call.code)
    lacks = views.still_lacking(service.standing(session, actor))
    if not lacks or not actor.may(Capability.SET_UP):
        return []
    return [f"*{actor.negotiation.code}* still lacks {lacks}: `/parley new` goes on setting it up"]


def offered(text: str) -> list[blocks.Block]:
    """What somebody without a negotiation here is told, with the button that begins one."""
    return views.asked_for(text, views.start())


def skip(session: Session, call: Call) -> Answer:
    """The button in a form: on to what else is left. Nothing that was typed in this one is kept."""
    actor = _setter(session, call)
    step = _step(call.words) or Step.PARTIES
    _forget(session, call, step)
    return _next(session, call, actor, step)


def back(session: Session, call: Call) -> Answer:
    """The button in a form: the one before it, with what there is. What was typed in this one waits in a draft."""
    actor = _setter(session, call)
    step = _step(call.words) or Step.PEOPLE
    as_opened = form_views.stands(_form(session, call, actor, step))
    if {field: value for field, value in as_opened.items() if value} != dict(call.values):
        drafts.keep(session, call, drafts.named(STEP, step), shown=as_opened)
    return Answer(view=_shown(session, call, actor, rules.before(step) or Step.PARTIES))


def _forget(session: Session, call: Call, step: str) -> None:
    drafts.forget(session, call, drafts.named(STEP, step))


def more(session: Session, call: Call) -> Answer:
    """The button in the form of people: keep these, and ask for others. What is refused is said in the form itself."""
    actor = _setter(session, call)
    errors: Errors = {}
    try:
        with session.begin_nested():
            said = _people(session, actor, _at_table(session, actor, call), errors)
            if errors:
                raise UserError("Not kept: " + " ".join(errors.values()))
    except UserError as refusal:
        return Answer(view=_shown(session, call, actor, Step.PEOPLE, str(refusal)))
    _tell_table(session, actor, said, call)
    _forget(session, call, Step.PEOPLE)
    told = " ".join(said) or "Choose people and their roles first, or skip this step."
    return Answer(view=_shown(session, call, actor, Step.PEOPLE, told))


def submit(session: Session, call: Call) -> Answer:
    """A form: what one of its verbs refuses stands under its field, and nothing of the form is kept."""
    if call.words.strip() == views.BEGIN:
        return _begin(session, call)
    actor = _setter(session, call)
    step = _step(call.words) or Step.PARTIES
    if step == Step.PARTIES:
        seen = _seen(session, call)
        codes = _suggested(call, tuple(_numbered(call, "party").values()), _taken(session, actor, call, seen), seen)
        if codes:
            return _asked_again(session, call, _form(session, call, actor, step), codes)
    errors: Errors = {}
    said = _KEEP[step](session, actor, _at_table(session, actor, call), errors)
    if errors:
        return Answer(errors=errors)
    _forget(session, call, step)
    if step == Step.MEETING:
        return _next(session, call, actor, step, "\n".join(said))
    _tell_table(session, actor, said, call)
    return _next(session, call, actor, step)


def _setter(session: Session, call: Call) -> Actor:
    actor = access.actor(session, call.place, call.code)
    access.require(actor, Capability.SET_UP)
    return actor


def _step(words: str) -> Step | None:
    return next((step for step in Step if step == words.strip()), None)


def _next(session: Session, call: Call, actor: Actor, step: Step, said: str = "") -> Answer:
    """The form of what is left after a step, or how things stand at the end: in the form, and as a message to keep.

    What was `said` in the last step stands above that.
    """
    standing = service.standing(session, access.actor(session, call.place, actor.negotiation.code))
    following = rules.after(step, standing)
    if following:
        return Answer(view=_shown(session, call, actor, following))
    summary = "\n".join(filter(None, (said, views.summary(standing))))
    return Answer(summary, views.summed_up(standing, said), view=views.finished(standing))


def _shown(session: Session, call: Call, actor: Actor, step: Step | None, said: str = "") -> blocks.Block:
    """A step's form with what the person began in it before; without a step, how things stand."""
    if step is None:
        return views.finished(service.standing(session, access.actor(session, call.place, actor.negotiation.code)))
    return drafts.resume(session, call, _form(session, call, actor, step, said), STEP)


def _form(session: Session, call: Call, actor: Actor, step: Step, said: str = "") -> blocks.Block:
    standing = service.standing(session, access.actor(session, call.place, actor.negotiation.code))
    return views.form(standing, call.place.channel_id, step, call.place.user_id, packs.titles(call.templates), said)


def _at_table(session: Session, actor: Actor, call: Call) -> Call:
    """The same call made at the joint table: what is set up belongs to everybody, wherever the form was opened."""
    joint = negotiations.joint_channel(session, actor.id) or ""
    return replace(call, place=replace(call.place, channel_id=joint), code=actor.negotiation.code)


def _tell(session: Session, channel: str, text: str, call: Call, actor: Actor, content: list[blocks.Block]) -> None:
    outbox.enqueue(
        session,
        "answer.public",
        key=f"new.told:{actor.id}:{actor.person.id}:{channel}:{call.at.isoformat()}:{_digest(text)}",
        to=channel,
        at=call.at,
        negotiation_id=actor.id,
        text=text,
        blocks=content,
    )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def _tell_table(session: Session, actor: Actor, said: list[str], call: Call) -> None:
    """Nobody seats people or loads a timetable unseen: the joint channel is told once for each form."""
    joint = negotiations.joint_channel(session, actor.id)
    if said and joint:
        _tell(session, joint, f"{actor.trail_name}: {chr(10).join(said)}", call, actor, [])


# -- what each form keeps ---------------------------------------------------------------------------------


def _kept(session: Session, errors: Errors, field: str, verb: Callable[[], Done]) -> Done | None:
    """What a verb did, or None: then its refusal is under the field."""
    try:
        with session.begin_nested():
            return verb()
    except UserError as refusal:
        errors[field] = _in_the_form(str(refusal))
        return None


def _in_the_form(refusal: str) -> str:
    """A refusal without how to type what is filled in here."""
    for verb in _FILLED_IN:
        refusal = by_mouse.without(verb, refusal, _FILLED_IN)
    return refusal


_FILLED_IN = ("new", "party add", "member add", "channel subgroup", "timetable load", "meeting add")
"""The verbs of which the forms ask the words."""


def _given(call: Call, field: str) -> str:
    """What stands in a field, on one line, with names where people are mentioned."""
    return " ".join(mrkdwn.named(call.values.get(field, ""), call.names).split())


def _suggested(
    call: Call, fields: Sequence[str], taken: Collection[str], seen: Collection[str]
) -> dict[str, tuple[str, str]]:
    """A code and the whole name, for each of these fields that holds a party's name and no code beyond doubt."""
    found: dict[str, tuple[str, str]] = {}
    for field in fields:
        words = _given(call, field)
        if words and not _sure_code(call, field, seen):
            found[field] = (rules.code_before(words, {*taken, *(code for code, _ in found.values())}), words)
    return found


def _sure_code(call: Call, field: str, seen: Collection[str]) -> str:
    """The code typed in a party's field; none where its first word may be the beginning of a name.

    Nobody is asked twice: what was suggested in a field was seen, so what comes back from it is meant.
    """
    code, name = rules.split_party(_given(call, field))
    return code.upper() if not name or field in seen or rules.unmistakable(code, name) else ""


_SUGGESTED_IN = "suggested:"
"""Before a field's name in a draft: a code was suggested there."""


def _seen(session: Session, call: Call) -> set[str]:
    """The fields whose codes were shown before: those of parties to correct, and where one was suggested."""
    kept = drafts.typed_before(session, call, drafts.named(STEP, call.words))
    suggested = {field.removeprefix(_SUGGESTED_IN) for field in kept if field.startswith(_SUGGESTED_IN)}
    return suggested | set(_numbered(call, "side").values())


def _taken(session: Session, actor: Actor, call: Call, seen: Collection[str]) -> set[str]:
    """The codes that are a party's, or were typed for one in this form."""
    typed = [field for field in call.values if field.partition(":")[0] in _PARTY_FIELDS]
    there = {party.code for party in negotiations.parties(session, actor.id)}
    return there | _typed_codes(call, typed, seen)


def _typed_codes(call: Call, fields: Iterable[str], seen: Collection[str]) -> set[str]:
    return {_sure_code(call, field, seen) for field in fields}


def _asked_again(session: Session, call: Call, view: blocks.Block, codes: Mapping[str, tuple[str, str]]) -> Answer:
    """The form once more, with a code before each name that had none for sure: what is recorded is seen before."""
    plain = {field: mrkdwn.named(value, call.names) for field, value in call.values.items() if field not in codes}
    typed = {**plain, **{field: f"{code} {name}" for field, (code, name) in codes.items()}}
    kept = {**typed, **{f"{_SUGGESTED_IN}{field}": code for field, (code, _) in codes.items()}}
    drafts.keep(session, replace(call, values=kept), drafts.named(STEP, call.words), shown=typed)
    shown = form_views.renewed(form_views.filled(view, typed), f"{call.at:%s%f}")
    return Answer(view={**form_views.noted(shown, views.suggested(dict(codes.values()))), "notify_on_close": True})


def _begin(session: Session, call: Call) -> Answer:
    seen = _seen(session, call)
    codes = _suggested(call, _FIRST_PARTIES, _typed_codes(call, _FIRST_PARTIES, seen), seen)
    if codes:
        here = call.place.channel_id
        return _asked_again(session, call, views.begin(here, here), codes)
    errors: Errors = {}
    code, title = _given(call, "code"), _given(call, "title")
    table = replace(call.place, channel_id=_given(call, "channel"))
    if not table.channel_id:
        errors["channel"] = "Choose the channel where all sides talk."
    else:
        _kept(session, errors, "channel", lambda: _check_channel(session, call, table))
    field = "code" if title else "title"
    name = call.names[call.place.user_id]
    start = setup_service.start_negotiation
    begun = None
    if not errors:
        begun = _kept(
            session, errors, field, lambda: start(session, table, name, code, title, setup.RESERVED, at=call.at)
        )
    if begun is not None:
        ours, _, theirs = call.values.get("standing", "commissioner provider").partition(" ")
        there = replace(call, place=table, code=begun.code)
        for party, kind in (("ours", ours), ("theirs", theirs)):
            _kept(session, errors, party, _adding(session, there, _given(call, party), kind))
    if errors or begun is None:
        return Answer(errors=errors)
    _forget(session, call, views.BEGIN)
    actor = access.actor(session, table, begun.code)
    standing = service.standing(session, actor)
    text, content = views.begun(standing, actor.person.name, begun.zone)
    _tell(session, table.channel_id, text, call, actor, content)
    return Answer(view=_shown(session, call, actor, Step.PEOPLE))


def _adding(session: Session, call: Call, party: str, kind: str) -> Callable[[], Answer]:
    return lambda: choices.party_add(session, replace(call, words=f"{party} as {kind}" if party else ""))


def _numbered(call: Call, name: str) -> dict[str, str]:
    """The fields "people:CCG:2" of a form, each by what follows its name."""
    return {field.partition(":")[2]: field for field in call.values if field.startswith(f"{name}:")}


def _parties(session: Session, actor: Actor, call: Call, errors: Errors) -> list[str]:
    """What is corrected first, since what is added may want the code that it gives up."""
    said = []
    for code, field in _numbered(call, "side").items():
        mended = _kept(session, errors, field, partial(_corrected, session, actor, call, code, field))
        said += [mended] if mended else []
    for mark, field in _numbered(call, "party").items():
        words = _given(call, field)
        kind = call.values.get(f"kind:{mark}", "provider")
        done = _kept(session, errors, field, _adding(session, call, words, kind)) if words else None
        said += [done.text] if done else []
    return said


def _corrected(session: Session, actor: Actor, call: Call, code: str, field: str) -> str:
    """Mend a party; what to say of it, nothing where it stays as it was. Without a code it keeps the one it has."""
    party = access.party(session, actor.negotiation, code)
    words = _given(call, field)
    kept = words.startswith(f"{code} ")
    typed, name = (code, words.removeprefix(code)) if kept else rules.split_party(words)
    kind = PartyKind(call.values.get(f"side_kind:{code}", party.kind))
    changed = setup_service.correct_party(session, actor, party, typed or code, name, kind, at=call.at)
    return f"{code} is *{party.code}* now: {party.name}, as {party.kind}." if changed else ""


def _people(session: Session, _actor: Actor, call: Call, errors: Errors) -> list[str]:
    said = []
    for mark, field in _numbered(call, "people").items():
        roles = call.values.get(f"roles:{mark}", "")
        if not roles:
            errors[f"roles:{mark}"] = "Choose what they are: lead, negotiator, scribe…"
            continue
        seated = replace(call, words=f"{call.values[field]} to {mark.partition(':')[0]} as {roles}")
        done = _kept(session, errors, field, partial(setup.member_add, session, seated))
        said += [done.text] if done else []
    return said


def _channels(session: Session, actor: Actor, call: Call, errors: Errors) -> list[str]:
    """Each channel is told itself what it is now and who said so; the joint table hears nothing of the others."""
    own = actor.party.code if actor.party else ""
    standing = service.standing(session, actor)
    there = {"joint": standing.joint, "caucus": standing.caucus, "subgroup": ""}
    subgroup = _given(call, "subgroup_name")
    if subgroup and not _given(call, "subgroup"):
        errors["subgroup"] = f"Choose the channel of {subgroup}, or leave its name out."
    for field, verb, words, blame in (
        ("joint", setup.channel_joint, "", "joint"),
        ("caucus", setup.channel_caucus, own, "caucus"),
        ("subgroup", setup.channel_subgroup, subgroup, "subgroup" if subgroup else "subgroup_name"),
    ):
        channel = _given(call, field)
        if channel and channel != there[field]:
            _bind(session, actor, replace(call, words=words, place=_in(call.place, channel)), verb, blame, errors)
    return []


def _in(place: Place, channel: str) -> Place:
    return replace(place, channel_id=channel)


def _check_channel(session: Session, call: Call, place: Place) -> None:
    """Raises UserError for a channel that may not be bound, and for one where nobody would hear Parley."""
    setup_service.check_can_bind(session, place)
    if place.channel_id in call.absent_from:
        raise UserError(
            "Parley is not in this channel, so it could say nothing there. Write /invite @Parley in it, or add the app "
            "Parley under the channel's Integrations. Then send this form again."
        )


def _bind(
    session: Session,
    actor: Actor,
    call: Call,
    verb: Callable[[Session, Call], Answer],
    field: str,
    errors: Errors,
) -> None:
    def bound() -> Answer:
        # First of all, for another side's private channel is nobody else's to act in.
        _check_channel(session, call, call.place)
        return verb(session, call)

    done = _kept(session, errors, field, bound)
    if done is not None:
        _tell(session, call.place.channel_id, f"{actor.trail_name}: {done.text}", call, actor, [])


def _timetable(session: Session, _actor: Actor, call: Call, errors: Errors) -> list[str]:
    pack, on = _given(call, "pack"), _given(call, "on")
    if not pack and not on:
        return []
    typed = replace(call, words=f"{pack} on {on}" if on else pack)
    done = _kept(session, errors, "pack" if on else "on", lambda: timetable.load(session, typed))
    return [done.text] if done else []


def _meeting(session: Session, _actor: Actor, call: Call, errors: Errors) -> list[str]:
    """Its invitation tells the table; what is said here, of pre-meets and of what is missing, is for the planner."""
    title, place = _given(call, "title"), _given(call, "place")
    for field, words in (("title", title), ("place", place)):
        if len(words) > _LONGEST:
            errors[field] = f"That is longer than {_LONGEST} characters. Shorten it."
    if not title:
        errors["title"] = "Give the meeting a title, such as First round."
    if not errors:
        actor = access.actor(session, call.place, call.code)
        done = _kept(session, errors, "date", lambda: _plan(session, actor, call, title, place))
        return [done.text] if done else []
    return []


def _plan(session: Session, actor: Actor, call: Call, title: str, place: str) -> Answer:
    starts = dates.at(
        date.fromisoformat(_given(call, "date")), time.fromisoformat(_given(call, "time") or "10:00"), actor.zone
    )
    form = MeetingPlan(
        kind=MeetingKind.NEGOTIATION,
        title=title,
        starts_at=starts,
        length=dates.read_duration(_given(call, "length") or "2h"),
        place=place,
        anyway=bool(_given(call, "anyway")),
    )
    return meetings.plan_meeting(session, actor, form, at=call.at)


_KEEP: Mapping[Step, Callable[[Session, Actor, Call, Errors], list[str]]] = {
    Step.PARTIES: _parties,
    Step.PEOPLE: _people,
    Step.CHANNELS: _channels,
    Step.TIMETABLE: _timetable,
    Step.MEETING: _meeting,
}


# -- where Parley is new ----------------------------------------------------------------------------------


def joined(session: Session, place: Place, *, at: datetime) -> None:
    """Parley was added to a channel: it says there once what it is and what can be done."""
    found = negotiations.bound(session, place.team_id, place.channel_id)
    if found is None:
        text, content = views.arrived()
    else:
        channel, negotiation = found
        parties = {party.id: party.name for party in negotiations.parties(session, negotiation.id or 0)}
        whose = parties.get(channel.party_id, channel.name)
        text, content = views.arrived_at(negotiation.code, ChannelKind(channel.kind), whose)
    outbox.enqueue(
        session,
        "answer.public",
        key=f"channel.joined:{place.team_id}:{place.channel_id}",
        to=place.channel_id,
        at=at,
        negotiation_id=found[1].id if found else None,
        text=text,
        blocks=content,
    )
