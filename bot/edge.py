"""The edge towards Slack: each delivery handled once, each fault told once, people's typing given back.

Everything that Slack delivers goes through `once`: the delivery's key and its effect are committed in
one transaction, and a delivery seen before gets the answer it got then.
"""

import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackClientError

from bot import access, outbox
from bot.access import Elsewhere, Misplaced, Place, Several
from bot.deps import Deps
from bot.errors import UserError
from bot.outbox import Message, Whisper
from bot.record import departures
from bot.slack import blocks, mentioning, mrkdwn, said
from bot.slack.command import (
    Answer,
    Call,
    Command,
    Run,
    Shortcut,
    may_hold_private,
    nearest,
    split_verb,
    without_greeting,
)
from bot.slack.private_words import gives_away
from bot.trail import Source
from storage import Busy, Conflict, Session, StorageError, delivered, homes, ledger, negotiations, out_of_room
from storage.tables import OutboxRow

log = structlog.get_logger()

Payload = dict[str, Any]


def once(deps: Deps, key: str, work: Callable[[Session], Payload | None]) -> Payload | None:
    """Do the work of a delivery unless it was done before; either way, its answer.

    Two processes may be given the same delivery: the later one fails on the key and reads the answer.
    """
    _note_departures(deps)
    for last in (False, True):
        try:
            with deps.db.transaction() as session:
                before = delivered.seen(session, key)
                if before is not None:
                    return before.answer
                answer = work(session)
                delivered.remember(session, key, deps.now(), answer)
            if outbox.added_to(session):
                deps.wake.set()
            return answer
        except Conflict:
            if last:
                raise
    return None


def _note_departures(deps: Deps) -> None:
    """Keep what has been heard since of people who left Slack, or came back; kept even when what follows is refused."""
    news = deps.directory.news()
    if not news:
        return
    with deps.db.snapshot() as session:
        people = {user_id: negotiations.person(session, deps.team_id, user_id) for user_id in news}
        changed = [user_id for user_id, person in people.items() if person and person.left != news[user_id]]
    for user_id in changed:
        with deps.db.transaction() as session:
            departures.noticed(session, deps.team_id, user_id, news[user_id], at=deps.now())
        deps.wake.set()
    deps.directory.noted(news)


def person_changed(deps: Deps, event: Payload) -> None:
    """Somebody's account was changed in Slack: it may be gone."""
    deps.directory.told(event["user"])
    _note_departures(deps)


# -- commands and mentions ------------------------------------------------------------------------------


def slash(deps: Deps, client: WebClient, commands: Mapping[str, Command], body: Payload) -> Payload:
    """A slash command: the answer is its ack. Only members of the workspace that installed Parley have it."""
    place = Place(deps.team_id, body["channel_id"], body["user_id"], str(body.get("team_id") or ""))
    typed = str(body.get("text") or "")
    call = _call(deps, place, typed, Source(place.channel_id))
    forms: list[Payload] = []

    def work(session: Session) -> Payload:
        answer = _typed(session, commands, call, typed)
        if answer.form:
            forms.append(answer.form)
        if answer.public and negotiations.guests_read(session, place.channel_id):
            answer = _by_mention(answer)
        return _slash_payload(answer)

    try:
        payload = once(deps, f"trigger:{body['trigger_id']}", work) or {}
        for form in forms:
            _open(client, body["trigger_id"], form)
        return payload
    except Exception as error:
        return _slash_payload(_explained(error, f"/parley {call.typed}"))


def mention(deps: Deps, commands: Mapping[str, Command], event: Payload, event_id: str) -> None:
    """`@Parley …`: the same grammar, answered in the channel or the thread, or privately.

    A mention brings no trigger, so a form is offered with a button that opens it.
    """
    place = Place(deps.team_id, event["channel"], event["user"], home_of(event))
    typed = re.sub(rf"<@{deps.bot_user_id}(\|[^>]*)?>", "", str(event.get("text") or "")).strip()
    thread = event.get("thread_ts")
    link = deps.permalink(event["channel"], event["ts"], thread)
    source = Source(event["channel"], event["ts"], 0, link)
    files = [(str(file.get("id") or ""), str(file.get("name") or "")) for file in event.get("files") or []]
    call = replace(_call(deps, place, typed, source), can_open_form=False, files=files)

    def work(session: Session) -> Payload:
        _reply(session, deps, place, _offered(_typed(session, commands, call, typed), typed), event_id, thread)
        return {}

    key = f"mention:{event['channel']}:{event['ts']}"
    try:
        once(deps, key, work)
    except Exception as error:
        # In a direct message nobody else reads it; elsewhere what may be private is not said a second time.
        private = isinstance(error, Misplaced) or may_hold_private(typed, commands)
        hushed = not place.channel_id.startswith("D") and private
        fault = _hushed(error) if hushed else _explained(error, f"@Parley {call.typed}")
        _reply_with_fault(deps, place, fault, key, event_id, thread)


def home_of(event: Payload) -> str:
    """The workspace that whoever caused an event belongs to; "" where Slack does not say.

    In a shared channel it is another than the one that installed Parley (docs.slack.dev, "Slack Connect").
    """
    return str(event.get("user_team") or event.get("source_team") or event.get("team") or "")


_NO_CODE = "-"


def _offered(answer: Answer, typed: str) -> Answer:
    """An answer whose form cannot be opened at once, with a button that opens that very form.

    The button carries the words as Slack delivered them, to be read again when it is pressed.
    """
    if answer.form is None:
        return answer
    value = _again(_metadata(answer.form)[0], typed)
    if len(value) > blocks.VALUE_LIMIT:
        raise UserError(f"{answer.text} These are more words than the button for that form can carry: use fewer.")
    title = str(answer.form["title"]["text"])
    opens = blocks.button("Open Form", "form.open", value, style="primary", spoken=f"Open the form: {title}")
    words = answer.text or f"{title}: this needs a form."
    content = answer.blocks or blocks.paragraphs(words)
    return replace(answer, text=words, blocks=[*content, blocks.buttons(opens)], form=None)


def _again(code: str, typed: str) -> str:
    """What a button carries that has typed words read once more: the negotiation's code, and the words after it."""
    first, _, rest = typed.partition(" ")
    return f"{code or _NO_CODE} {rest.strip() if code and first.upper() == code else typed}"


class HalfTyped(UserError):
    """Words that lack something that their verb's form would ask for; `value` has them read again."""

    def __init__(self, refusal: str, value: str) -> None:
        super().__init__(refusal)
        self.value = value


def _typed(session: Session, commands: Mapping[str, Command], call: Call, typed: str) -> Answer:
    """`dispatch`, for a person who waits for the answer. Raises HalfTyped instead where a form would help."""
    try:
        return dispatch(session, commands, call, form_too=True)
    except (Elsewhere, Misplaced, Several):
        raise
    except UserError as refusal:
        form = _form_of(session, commands, call)
        value = _again(_metadata(form)[0], typed) if form else ""
        if 0 < len(value) <= blocks.VALUE_LIMIT:
            raise HalfTyped(str(refusal), value) from refusal
        raise


def _form_of(session: Session, commands: Mapping[str, Command], call: Call) -> Payload | None:
    """The form for what words lack, with them in it; None where there is none that this person may fill in."""
    try:
        verb, meant = _read(session, commands, call)
        opens = commands[verb].form
        answer = opens(session, meant) if opens and meant.words else None
    except UserError:
        return None
    return answer.form if answer else None


def form_of_words(session: Session, call: Call, commands: Mapping[str, Command]) -> Answer:
    """The button below a refusal: the form that asks for what was lacking."""
    form = _form_of(session, commands, replace(call, code=None if call.code == _NO_CODE else call.code))
    if form is None:
        raise UserError("Nothing is lacking in that line any more, or its form is not for you. Type it again.")
    return Answer(form=form)


def open_form(session: Session, call: Call, commands: Mapping[str, Command]) -> Answer:
    """The button that opens a form where one could not be opened at once: the same words again."""
    answer = dispatch(session, commands, replace(call, code=None if call.code == _NO_CODE else call.code))
    return Answer(form=answer.form) if answer.form else answer


def _call(deps: Deps, place: Place, typed: str, source: Source) -> Call:
    words = mrkdwn.read(typed)
    names = deps.directory.names({place.user_id, *mrkdwn.mentioned(words)})
    left = deps.directory.left(names)
    return Call(
        place, words, deps.now(), names, source, mrkdwn.named(words, names), templates=deps.templates, left=left
    )


def dispatch(session: Session, commands: Mapping[str, Command], call: Call, *, form_too: bool = False) -> Answer:
    """Run the verb that the call's words begin with, after the negotiation's code if that comes first.

    A verb without its words answers with its form; with `form_too` also where that cannot be opened at once.

    Raises UserError, with the nearest verb, for words that begin with none; Misplaced for words that give away
    what a side keeps for itself, after a verb whose answer others read.
    """
    verb, meant = _read(session, commands, call)
    if not commands[verb].private and gives_away(meant.words):
        access.check_own_room(session, call.place, meant.code, _GIVEN_AWAY.format(verb=verb))
    if meant.words or not (call.can_open_form or form_too):
        return commands[verb].run(session, meant)
    return _or_its_form(session, commands[verb], meant)


def _read(session: Session, commands: Mapping[str, Command], call: Call) -> tuple[str, Call]:
    """The verb that the words begin with, and the call with what follows it. Raises UserError for none."""
    words, code = call.words.strip(), call.code
    if split_verb(words, commands) is None:
        words = without_greeting(words)
    found = split_verb(words, commands)
    if found is None and words and code is None:
        first, _, rest = words.partition(" ")
        if access.knows(session, call.place, first):
            code, words = first, rest.strip()
            found = split_verb(words, commands)
    if found is None:
        if words:
            raise UserError(_unknown(words, commands))
        found = ("help", "here")
    verb, rest = found
    return verb, replace(call, words=rest, code=code)


def _or_its_form(session: Session, command: Command, call: Call) -> Answer:
    """A verb without its words: where it refuses that, the form that asks for them opens beside the refusal."""
    if command.form is None:
        return command.run(session, call)
    try:
        with session.begin_nested():
            return command.run(session, call)
    except (Elsewhere, Misplaced, Several):
        raise
    except UserError as refusal:
        opened = command.form(session, call)
        if opened is None:
            raise
        begun = "/parley" if call.can_open_form else "@Parley"
        back = blocks.quoted(f"You typed: {begun} {call.typed}") if call.typed else []
        text = f"{refusal} Or fill in the form."
        return Answer(text, [*blocks.paragraphs(text), *back], form=opened.form)


_GIVEN_AWAY = (
    "These words may tell where your own side stops, and others are in this channel. Nothing was recorded. Keep them "
    "in your side's caucus channel or in a direct message to Parley: `position …`. If everyone may read them, put them "
    "in quotes: `{verb} “…”`."
)


def _unknown(words: str, commands: Mapping[str, Command]) -> str:
    close = nearest(words, commands)
    if close is None:
        return "That is not something Parley knows. `/parley help` lists what you can type."
    return (
        f"That is not something Parley knows. Did you mean `{close}`? For example: `/parley {commands[close].example}`"
    )


def _slash_payload(answer: Answer) -> Payload:
    return {
        "response_type": "in_channel" if answer.public else "ephemeral",
        "text": blocks.fallback(answer.text),
        "blocks": answer.blocks or blocks.paragraphs(answer.text),
    }


# -- buttons and forms ----------------------------------------------------------------------------------


ByMouse = Callable[[str], str]
"""How a refusal is told to somebody who has just used the mouse: what it says to type becomes what they can choose."""


def press(deps: Deps, client: WebClient, runs: Mapping[str, Run], body: Payload, by_mouse: ByMouse) -> None:
    """A button, or a choice that acts at once: its value is "CODE words", or only words where the view knows the code.

    What follows a colon in its id only tells it from its neighbours. In App Home, which is no channel, the page itself
    shows what came of it; only what did nothing is explained, in the person's direct messages.
    """
    pressed, view = body["actions"][0], body.get("view") or {}
    code, channel, _ = _metadata(view)
    value = _value(pressed)
    if pressed["type"] in ("button", "static_select", "overflow"):
        code, _, value = value.partition(" ")
    place = _place(deps, body, channel)
    # Names may have to be asked of Slack, so the call is made before the transaction begins.
    call = replace(_filled_in(deps, place, view, value), code=code or None)
    key = f"trigger:{body['trigger_id']}"
    thread = _thread_of(body)
    answers: list[Answer] = []

    def work(session: Session) -> Payload:
        answer = _for_whom(place, runs[pressed["action_id"].partition(":")[0]](session, call))
        answers.append(answer)
        if not (view.get("type") == "home" and _shows_in_home(session)):
            _reply(session, deps, place, replace(_left_to_say(answer), public=False), key, thread)
        _refresh_home(session, deps, place)
        return {}

    try:
        once(deps, key, work)
        for answer in answers:
            _show(client, body, answer)
    except Busy as busy:
        _say_busy(client, place, _explained(busy, "").text)
    except Exception as error:
        _reply_with_fault(deps, place, _at_a_press(error, by_mouse), key, key, thread)


def _at_a_press(error: Exception, by_mouse: ByMouse) -> Answer:
    fault = _explained(error, "")
    # Which negotiation is meant is asked with buttons of its own.
    return fault if isinstance(error, Several) else replace(fault, text=by_mouse(fault.text))


def _for_whom(place: Place, answer: Answer) -> Answer:
    """The forms of an answer as its reader needs them told."""
    if not place.is_guest:
        return answer
    form, view, below = (shown and mentioning.view(shown) for shown in (answer.form, answer.view, answer.below))
    return replace(answer, form=form, view=view, below=below)


def _place(deps: Deps, body: Payload, channel: str = "") -> Place:
    """Where somebody pressed or sent something; people of other organisations come with their own team."""
    user = body["user"]
    here = (body.get("channel") or {}).get("id", "") or channel
    return Place(deps.team_id, here, user["id"], str(user.get("team_id") or ""))


def _thread_of(body: Payload) -> str | None:
    """The thread in which a button stands; None for one under a message of the channel, though it has replies."""
    container, message = body.get("container") or {}, body.get("message") or {}
    thread, ts = (
        message.get("thread_ts") or container.get("thread_ts"),
        message.get("ts") or container.get("message_ts"),
    )
    return str(thread) if thread and thread != ts else None


# -- shortcuts ------------------------------------------------------------------------------------------


def shortcut(
    deps: Deps, client: WebClient, shortcuts: Mapping[str, Shortcut], body: Payload, by_mouse: ByMouse
) -> None:
    """What a shortcut opens: at once, since its trigger lives three seconds; nothing is asked of Slack before.

    A message that it was used on stays as it was just then, under the delivery's key, until its form comes. Faults are
    told in the modal too: Parley need not be in the channel.
    """
    place, key = _place(deps, body), f"trigger:{body['trigger_id']}"
    chosen = shortcuts[body["callback_id"]]
    message = said.read(body["message"], place.channel_id, deps.permalink) if body.get("message") else None
    source = Source(place.channel_id)
    call = Call(place, "", deps.now(), {}, source, templates=deps.templates, message=message, delivery=key)
    opened: list[Payload] = []

    def work(session: Session) -> Payload:
        answer = chosen.run(session, call)
        opened.extend(filter(None, [answer.form]))
        return {"message": message.kept()} if message else {}

    try:
        once(deps, key, work)
    except Exception as error:
        fault = _at_a_press(error, by_mouse)
        opened.append(blocks.page(chosen.name, blocks.paragraphs(fault.text)))
    try:
        for view in opened:
            _open(client, body["trigger_id"], view)
    except UserError as late:
        _reply_with_fault(deps, replace(place, channel_id=""), _explained(late, ""), key, key, None)


def heard(deps: Deps, place: Place, key: str, run: Callable[[Session], Answer], thread: str | None = None) -> None:
    """Something that people do without a word to Parley, such as a reaction: what is to be said of it, privately."""

    def work(session: Session) -> Payload:
        _reply(session, deps, place, replace(run(session), public=False), key, thread)
        return {}

    try:
        once(deps, key, work)
    except Exception as error:
        _reply_with_fault(deps, place, _explained(error, ""), key, key, thread)


def _say_busy(client: WebClient, place: Place, words: str) -> None:
    """Said at once and past the outbox, which there is no turn to write to; Slack does not deliver a press again."""
    try:
        if place.channel_id and not place.channel_id.startswith("D"):
            client.chat_postEphemeral(channel=place.channel_id, user=place.user_id, text=words)
        else:
            client.chat_postMessage(channel=place.channel_id or place.user_id, text=words)
    except (SlackClientError, OSError) as error:
        log.warning("busy_not_said", error=type(error).__name__)


def _show(client: WebClient, body: Payload, answer: Answer) -> None:
    """Open the form that answers a button, or show in the button's own form what it has become."""
    view = body.get("view") or {}
    if answer.form:
        _open(client, body["trigger_id"], answer.form, above=view.get("type") == "modal")
    if answer.view:
        _change_view(client, view["id"], answer.view, hash=view["hash"])


def _change_view(client: WebClient, view_id: str, shown: Payload, **of: str) -> None:
    """Show something else in an open form. Where somebody pressed twice, or closed it, the later view stands, and
    nothing that was recorded is lost."""
    try:
        client.views_update(view_id=view_id, view=shown, **of)
    except (SlackClientError, OSError) as error:
        log.info("view_not_updated", error=type(error).__name__)


def _shows_in_home(session: Session) -> bool:
    """Whether a press has done something or sent something, so that a message to say so would be one too many."""
    return ledger.added_to(session) or outbox.added_to(session)


def _refresh_home(session: Session, deps: Deps, place: Place) -> None:
    """Where there is no channel, the person stands in App Home, and what they see may have changed."""
    if not place.channel_id:
        homes.pressed(session, place.team_id, place.user_id, at=deps.now())


class NotFilledIn(Exception):
    """A form with faults, by field. Not remembered: the same form comes again with the same id, corrected."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__()
        self.errors = errors


def submit(deps: Deps, client: WebClient, runs: Mapping[str, Run], body: Payload, by_mouse: ByMouse) -> Payload | None:
    """A form, whose metadata is "CODE channel words": gives the ack's body, or None to close the form."""
    view = body["view"]
    code, channel, words = _metadata(view)
    place = _place(deps, body, channel)
    # What the form carries names people too, as Slack marks them.
    call = replace(_filled_in(deps, place, view, words), words=words, code=code or None)
    key = f"view:{view['id']}:{view.get('hash', '')}"
    below: list[Payload] = []

    def work(session: Session) -> Payload | None:
        answer = _for_whom(place, runs[view["callback_id"].partition(":")[0]](session, call))
        if answer.errors:
            raise NotFilledIn(answer.errors)
        below.extend(filter(None, [answer.below]))
        _reply(session, deps, place, _left_to_say(answer), key, None)
        _refresh_home(session, deps, place)
        if answer.view:
            return {"response_action": "update", "view": answer.view}
        return {"response_action": "push", "view": answer.form} if answer.form else None

    try:
        payload = once(deps, key, work)
        for each in below:
            _change_view(client, str(view.get("previous_view_id") or ""), each)
        return payload
    except NotFilledIn as refusal:
        errors = dict(refusal.errors)
    except Exception as error:
        first = next((b["block_id"] for b in view["blocks"] if b["type"] == "input"), "")
        errors = {first: _explained(error, "").text}
    return {"response_action": "errors", "errors": {field: by_mouse(words) for field, words in errors.items()}}


def closed(deps: Deps, keep: Callable[[Session, Call, str, Payload], None], body: Payload) -> None:
    """A form that was closed without being sent, for which it was asked to be told: what stood in it is kept.

    Slack tells its fields where it can. Nobody waits for an answer, so that whoever may not keep anything is not told.
    """
    view = body["view"]
    code, channel, words = _metadata(view)
    place = _place(deps, body, channel)
    if not (view.get("state") or {}).get("values"):
        return
    call = replace(_filled_in(deps, place, view, ""), words=words, code=code or None)

    def work(session: Session) -> Payload:
        keep(session, call, view["callback_id"].partition(":")[0], view)
        return {}

    try:
        once(deps, f"closed:{view['id']}:{view.get('hash', '')}", work)
    except UserError as refusal:
        log.info("draft_not_kept", error=type(refusal).__name__)


def _metadata(view: Payload) -> tuple[str, str, str]:
    """What a view carries along: the negotiation's code, the channel it was opened from, and words of its own."""
    parts = str(view.get("private_metadata") or "").split(" ", 2)
    code, channel, words = [*parts, *[""] * (3 - len(parts))]
    return code, channel, words


def _filled_in(deps: Deps, place: Place, view: Payload, words: str) -> Call:
    """A call with what stands in a view, the names of the people picked in it, and what is to be known of channels."""
    values = _values(view)
    channels = {field["selected_conversation"] for field in _fields(view) if field.get("selected_conversation")}
    picked = {person for value in values.values() for person in mrkdwn.mentioned(value)}
    call = _call(deps, place, words, Source(place.channel_id))
    names = {**deps.directory.names(picked), **call.names}
    absent, left = deps.directory.absent_from(channels), deps.directory.left(names)
    return replace(call, values=values, names=names, absent_from=absent, left=left)


def _fields(view: Payload) -> list[Payload]:
    """What stands in each element of a view that takes something in."""
    return [field for fields in ((view.get("state") or {}).get("values") or {}).values() for field in fields.values()]


def _values(view: Payload) -> dict[str, str]:
    """What a form holds, by field; fields left empty are not there. People are marked as in typed words."""
    values = {}
    for block_id, fields in ((view.get("state") or {}).get("values") or {}).items():
        for field in fields.values():
            value = _value(field)
            if value:
                values[block_id] = mrkdwn.read(value)
    return values


def _value(field: Payload) -> str:
    """What is typed or picked in an element, as somebody would type it: "@dana, @tom", "2026-12-12", "10:00"."""
    chosen = [field["selected_option"]] if field.get("selected_option") else field.get("selected_options") or []
    people = [field["selected_user"]] if field.get("selected_user") else field.get("selected_users") or []
    plain = [field.get(kind) for kind in ("value", "selected_date", "selected_time", "selected_conversation")]
    told = [*filter(None, plain), *(option["value"] for option in chosen), *(f"<@{user}>" for user in people)]
    return ", ".join(map(str, told))


def _open(client: WebClient, trigger_id: str, form: Payload, *, above: bool = False) -> None:
    """Open a form, or lay it above another. The trigger lives three seconds; what comes too late is asked for again."""
    try:
        (client.views_push if above else client.views_open)(trigger_id=trigger_id, view=form)
    except (SlackClientError, OSError) as error:
        log.warning("form_not_opened", error=type(error).__name__)
        raise UserError("The form could not be opened in time. Nothing was recorded; try once more.") from error


# -- answers that no ack carries ------------------------------------------------------------------------


def _reply(session: Session, deps: Deps, place: Place, answer: Answer, occasion: str, thread_ts: str | None) -> None:
    if not answer.text:
        return
    if thread_ts or place.is_guest:
        answer = _by_mention(answer)
    outbox.enqueue(
        session,
        "answer.public" if answer.public else "answer.private",
        key=f"answer:{occasion}",
        to=place.channel_id or place.user_id,
        at=deps.now(),
        user=place.user_id,
        text=answer.text,
        blocks=answer.blocks,
        thread_ts=thread_ts,
    )


def _left_to_say(answer: Answer) -> Answer:
    """An answer without what the card in the same channel says."""
    return answer if answer.besides is None else replace(answer, text=answer.besides, blocks=[])


def _by_mention(answer: Answer) -> Answer:
    """What is told to type, for those who have no slash command: in threads, and people of another organisation."""
    return replace(answer, text=mentioning.told(answer.text), blocks=mentioning.retold(answer.blocks))


def _reply_with_fault(deps: Deps, place: Place, answer: Answer, key: str, occasion: str, thread_ts: str | None) -> None:
    """Tell a fault privately, once. When even that cannot be kept, Slack is left to deliver again."""

    def work(session: Session) -> Payload:
        _reply(session, deps, place, answer, occasion, thread_ts)
        _refresh_home(session, deps, place)
        return {}

    once(deps, f"fault:{key}", work)


def answer_public(_session: Session, row: OutboxRow) -> Message:
    """An answer for everybody in the channel."""
    text = row.payload["text"]
    return Message(text, row.payload.get("blocks") or blocks.paragraphs(text))


def answer_private(_session: Session, row: OutboxRow) -> Message | Whisper:
    """In a channel only the person sees it; in a direct message there is nobody else."""
    text = row.payload["text"]
    message = Message(text, row.payload.get("blocks") or blocks.paragraphs(text))
    if row.recipient.startswith(("D", "U", "W")):
        return message
    return Whisper(row.recipient, row.payload["user"], message, row.payload.get("thread_ts"))


def choice(codes: Sequence[str], typed: str) -> Payload:
    """A button for each negotiation that may be meant; Slack shows 25 at the most."""
    return blocks.buttons(
        *(
            blocks.button(code, f"negotiation.choose:{code}", f"{code} {typed.partition(' ')[2]}"[:2000])
            for code in codes[:25]
        )
    )


_DELETE = (
    "Your message stands in this channel. If it holds what is private to your side and others can read it, delete it."
)


def _hushed(error: Exception) -> Answer:
    """A fault as a sentence that repeats nothing of what was typed: not even to choose a negotiation for it."""
    if isinstance(error, Misplaced):
        return Answer(f"{error} Delete your message now: everyone in this channel can read it.")
    if isinstance(error, Several):
        return Answer(f"{error} {_DELETE}")
    return Answer(f"{_explained(error, '').text}\n{_DELETE}")


def _explained(error: Exception, typed: str) -> Answer:
    """A fault as a sentence for the person, with what they typed."""
    back = blocks.quoted(f"You typed: {typed}") if typed else []
    if isinstance(error, Several):
        text = str(error)
        back = [*back, choice(error.codes, typed)]
    elif isinstance(error, HalfTyped):
        text = str(error)
        back = [*back, blocks.buttons(blocks.button(blocks.LIST_OF_FORMS, "form.mend", error.value))]
    elif isinstance(error, UserError):
        text = str(error)
    elif isinstance(error, Busy):
        text = "Parley is busy and saved nothing. Try again in a moment."
    elif isinstance(error, StorageError) and out_of_room(error):
        log.error("out_of_room", error=type(error).__name__)
        text = (
            "The disk that holds the record is full, and nothing was recorded. Tell your administrator; once there is "
            "room, try again."
        )
    else:
        reference = uuid.uuid4().hex[:8]
        log.exception("unexpected", reference=reference, error=type(error).__name__)
        what = "could not be saved" if isinstance(error, StorageError) else "went wrong"
        text = (
            f"Something {what}, and nothing was recorded. Try again; if it happens again, give your "
            f"administrator the reference {reference}."
        )
    return Answer(text, blocks=[*blocks.paragraphs(text), *back] if back else [])
