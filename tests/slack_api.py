"""A small Slack of our own: a real HTTP server that keeps channels, views and files, and fails on request.

It answers the Web API methods that Parley uses as strictly as Slack documents them, remembers every call, and
plays faults: by a seeded plan (`api.faults = Faults(seed=7, rate_limited=0.05, ...)`) or one at a time
(`api.fail_next("chat.postMessage", "ratelimited", retry_after=2)`).

    with slack_api() as api:
        api.add_user("UDANA", "Dana")
        api.add_channel("CDEAL", "deal", members=["UDANA"])
        client = WebClient(token=api.token, base_url=api.url, retry_handlers=[])
"""

import json
import random
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from copy import deepcopy
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote, unquote, urlsplit

from tests.block_kit import faults_in_message, faults_in_view

Json = dict[str, Any]
T = TypeVar("T")

TRIGGER_SECONDS = 3
VIEWS_IN_A_STACK = 3


class Refused(Exception):
    """Slack's `{"ok": false, "error": ...}`, with the sentences it adds."""

    def __init__(self, error: str, details: Sequence[str] = ()) -> None:
        super().__init__("; ".join([error, *details]))
        self.error = error
        self.details = list(details)


@dataclass(frozen=True)
class Call:
    """One request as it came in: the method, its decoded arguments, and the fault that was played on it."""

    method: str
    arguments: Json
    fault: str = ""


@dataclass(frozen=True)
class Fault:
    """One fault to play. Any kind not listed here is taken for a Slack error code, such as "is_archived"."""

    kind: str
    retry_after: int = 1
    seconds: float = 0.05


RATE_LIMITED, ERROR_BEFORE, UNAVAILABLE, DROP_BEFORE = (
    "ratelimited",
    "error_before",
    "unavailable",
    "drop_before",
)
ERROR_AFTER, DROP_AFTER = "error_after_recording", "drop_after_recording"
LATE_RECORDING, LATE_ANSWER, HALF_BODY, INVALID_JSON = (
    "late_after",
    "late_answer",
    "half_body",
    "invalid_json",
)
KINDS = (
    *(RATE_LIMITED, ERROR_BEFORE, UNAVAILABLE, DROP_BEFORE, ERROR_AFTER, DROP_AFTER),
    *(LATE_RECORDING, LATE_ANSWER, HALF_BODY, INVALID_JSON),
)


@dataclass(frozen=True)
class Faults:
    """How often each fault happens, from 0 to 1. For a given seed the nth call of a method always meets the
    same fate, whatever the threads do.

    Not recorded: rate_limited (429 with Retry-After), error_before (500), unavailable (503), drop_before.
    Recorded all the same: error_after_recording (500), drop_after_recording, half_body, invalid_json,
    late_answer (recorded at once, answered `late_seconds` later), late_after (recorded and answered
    `late_seconds` later: the client has long given up when the message appears).
    """

    seed: int
    rate_limited: float = 0
    error_before: float = 0
    unavailable: float = 0
    drop_before: float = 0
    error_after_recording: float = 0
    drop_after_recording: float = 0
    late_after: float = 0
    late_answer: float = 0
    half_body: float = 0
    invalid_json: float = 0
    late_seconds: float = 2.5
    retry_after: int = 1
    methods: Collection[str] = ()
    """Only these methods; empty means all of them."""

    def drawn(self, method: str, nth: int) -> Fault | None:
        """The fault that the nth call of a method meets, if any."""
        if self.methods and method not in self.methods:
            return None
        dice = random.Random(f"{self.seed} {method} {nth}").random()
        chances = {kind: getattr(self, kind) for kind in KINDS if kind != RATE_LIMITED}
        for kind, chance in {RATE_LIMITED: self.rate_limited, **chances}.items():
            dice -= chance
            if dice < 0:
                return Fault(kind, self.retry_after, self.late_seconds)
        return None


@dataclass
class Channel:
    """A conversation; `messages` are as Slack returns them, oldest first, replies among them."""

    id: str
    name: str
    members: list[str]
    private: bool = False
    ext_shared: bool = False
    archived: bool = False
    direct: bool = False
    messages: list[Json] = field(default_factory=list)


@dataclass
class File:
    id: str
    name: str
    length: int
    user: str
    title: str = ""
    content: bytes | None = None
    shares: list[tuple[Channel, str]] = field(default_factory=list)
    completed: bool = False
    looked_at: int = 0


class SlackApi:
    """The workspace, and what a test may ask of it. All of it may be used while the server is serving."""

    def __init__(self, now: Callable[[], float] = time.time) -> None:
        self.now = now
        self.url = ""
        self.token = "xoxb-parley"
        self.team_id, self.bot_user_id, self.bot_id, self.app_id = "TPARLEY", "UPARLEY", "BPARLEY", "APARLEY"
        self.faults: Faults | None = None
        self.share_lag = 0
        """How many files.info calls after an upload still show no `shares`: Slack shares asynchronously."""
        self.calls: list[Call] = []
        self.channels: dict[str, Channel] = {}
        self.users: dict[str, Json] = {}
        self.files: dict[str, File] = {}
        self.ephemerals: list[Json] = []
        self.house_faults: list[str] = []
        """What the house rules say of messages and views that Slack itself accepted."""
        self.stacks: dict[str, list[Json]] = {}
        self.homes: dict[str, Json] = {}
        self._posted: list[Json] = []
        self._triggers: dict[str, tuple[str, float, bool]] = {}
        self._script: dict[str, deque[Fault]] = {}
        self._met: Counter[str] = Counter()
        self._last_ts = 0
        self._serial = 0
        self._changed = threading.Condition(threading.RLock())
        self.ended = threading.Event()
        self.add_user(self.bot_user_id, "Parley", is_bot=True)

    # What a test sets up

    def add_user(self, user_id: str, name: str, *, tz: str = "Europe/London", **more: Any) -> Json:
        """A person; `more` overrides any field of Slack's user object, such as the other side's team_id."""
        user = {
            "id": user_id,
            "team_id": self.team_id,
            "name": name.lower().replace(" ", "."),
            "real_name": name,
            "tz": tz,
            "deleted": False,
            "is_bot": False,
            "is_restricted": False,
            "profile": {"real_name": name, "display_name": name},
            **more,
        }
        with self._changed:
            self.users[user_id] = user
        return user

    def add_channel(
        self,
        channel_id: str,
        name: str = "",
        *,
        members: Sequence[str] = (),
        bot: bool = True,
        private: bool = False,
        ext_shared: bool = False,
        archived: bool = False,
    ) -> Channel:
        """A channel with these people in it, and the bot unless told otherwise."""
        everyone = [*members, *([self.bot_user_id] if bot else [])]
        channel = Channel(channel_id, name or channel_id.lower(), everyone, private, ext_shared, archived)
        with self._changed:
            self.channels[channel_id] = channel
        return channel

    def say(self, channel: str, user: str, text: str, *, thread_ts: str = "", **more: Any) -> Json:
        """A person writes a message."""
        with self._changed:
            message = {"type": "message", "user": user, "text": text, "ts": self.next_ts(), **more}
            if thread_ts:
                message["thread_ts"] = thread_ts
            self.channels[channel].messages.append(message)
            self._changed.notify_all()
            return deepcopy(message)

    def add_file(self, name: str, content: bytes, *, user: str = "", title: str = "") -> Json:
        """A file that a person uploaded, as events and modals show it; its url_private can be downloaded."""
        with self._changed:
            uploaded = File(self.next_id("F"), name, len(content), user, title or name, content, completed=True)
            self.files[uploaded.id] = uploaded
            return file_object(self, uploaded)

    def new_trigger(self, user: str) -> str:
        """A trigger_id as a click of this person would bring: good once, for three seconds."""
        with self._changed:
            trigger = f"{self.next_id('')}.{self.team_id}"
            self._triggers[trigger] = (user, self.now(), False)
            return trigger

    def fail_next(self, method: str, kind: str, *, retry_after: int = 1, times: int = 1, seconds: float = 0.05) -> None:
        """The next calls of a method fail so; scripted faults come before the plan's, in the order given."""
        with self._changed:
            self._script.setdefault(method, deque()).extend([Fault(kind, retry_after, seconds)] * times)

    # What a test asks

    def messages(self, channel: str) -> list[Json]:
        """All that stands in a channel or, given a user id, in the bot's DM with them; oldest first."""
        with self._changed:
            found = self.channels.get(direct_id(channel) if channel in self.users else channel)
            return deepcopy(found.messages) if found else []

    def posts(self) -> list[Json]:
        """Every message that chat.postMessage recorded, in order, as it was then; each with its `channel`."""
        with self._changed:
            return deepcopy(self._posted)

    def called(self, method: str) -> list[Json]:
        """The arguments of every call of a method, in order."""
        with self._changed:
            return [call.arguments for call in self.calls if call.method == method]

    def modal(self, user: str) -> Json | None:
        """The modal that a person sees now."""
        with self._changed:
            stack = self.stacks.get(user)
            return deepcopy(stack[-1]) if stack else None

    def home(self, user: str) -> Json | None:
        with self._changed:
            return deepcopy(self.homes.get(user))

    def file_content(self, file_id: str) -> bytes:
        return self.files[file_id].content or b""

    def settle_modal(self, user: str, answer: Mapping[str, Any] | None = None) -> None:
        """Do to a person's modal what the answer to view_submission says; no answer closes that view."""
        with self._changed:
            stack, action = self.stacks.get(user, []), (answer or {}).get("response_action", "close")
            if action == "clear":
                stack.clear()
            elif action == "close" and stack:
                stack.pop()
            elif action == "update" and answer:
                stack[-1] = stored_view(self, check_view(self, answer["view"]), stack[-1])
            elif action == "push" and answer:
                push_view(self, user, check_view(self, answer["view"]))

    def wait_until(self, ready: Callable[[], T], *, seconds: float = 5) -> T:
        """The first true answer of `ready`, asked anew after every call; whatever it says when time is up."""
        with self._changed:
            self._changed.wait_for(lambda: bool(ready()), seconds)
            return ready()

    # What the server does

    def next_ts(self) -> str:
        """A message's timestamp: its id, unique and increasing even when the clock stands still."""
        self._last_ts = max(self._last_ts + 1, int(self.now() * 1_000_000))
        return f"{self._last_ts // 1_000_000}.{self._last_ts % 1_000_000:06d}"

    def next_id(self, letter: str) -> str:
        self._serial += 1
        return f"{letter}{self._serial:06d}"

    def receive(self, method: str, arguments: Json) -> Fault | None:
        """Note a call, and say which fault it meets."""
        with self._changed:
            self._met[method] += 1
            script = self._script.get(method)
            if script:
                fault: Fault | None = script.popleft()
            else:
                fault = self.faults.drawn(method, self._met[method]) if self.faults else None
            self.calls.append(Call(method, arguments, fault.kind if fault else ""))
            self._changed.notify_all()
            return fault

    def perform(self, method: str, arguments: Json, token: str) -> Json:
        """What Slack would answer, after doing what was asked."""
        with self._changed:
            try:
                if not token:
                    raise Refused("not_authed")
                if token != self.token:
                    raise Refused("invalid_auth")
                if method not in METHODS:
                    raise Refused("unknown_method")
                return {"ok": True, **METHODS[method](self, arguments)}
            except Refused as refused:
                return refusal(refused.error, refused.details)
            finally:
                self._changed.notify_all()

    def exchange_trigger(self, arguments: Json) -> str:
        """The person behind a trigger_id, which is used up by this."""
        trigger = str(arguments.get("trigger_id"))
        if trigger not in self._triggers:
            raise Refused("invalid_trigger_id")
        user, made, used = self._triggers[trigger]
        if used:
            raise Refused("exchanged_trigger_id")
        if self.now() - made > TRIGGER_SECONDS:
            raise Refused("expired_trigger_id")
        self._triggers[trigger] = (user, made, True)
        return user

    def whose(self, trigger: str) -> str:
        """The person who pressed what this trigger came of."""
        with self._changed:
            return self._triggers[trigger][0]

    def note_post(self, message: Json) -> None:
        self._posted.append(deepcopy(message))


def refusal(error: str, details: Sequence[str] = ()) -> Json:
    answer: Json = {"ok": False, "error": error}
    if details:
        answer["errors"] = list(details)
        answer["response_metadata"] = {"messages": [f"[ERROR] {detail}" for detail in details]}
    return answer


# Looking things up --------------------------------------------------------------------------------


def needed(arguments: Json, name: str) -> str:
    if arguments.get(name) in (None, ""):
        raise Refused("invalid_arguments", [f"missing required field: {name}"])
    return str(arguments[name])


def is_true(value: Any) -> bool:
    return value is True or str(value).lower() in ("1", "true")


def direct_id(user: str) -> str:
    return f"D{user[1:]}"


def channel_named(api: SlackApi, arguments: Json, name: str = "channel") -> Channel:
    """The channel meant, if the bot can see it. A user id means the bot's DM with that person."""
    meant = needed(arguments, name)
    if meant in api.users and meant != api.bot_user_id:
        return direct_channel(api, [meant])
    channel = api.channels.get(meant)
    if channel is None or (channel.private and api.bot_user_id not in channel.members):
        raise Refused("channel_not_found")
    return channel


def channel_to_post_in(api: SlackApi, arguments: Json, name: str = "channel") -> Channel:
    channel = channel_named(api, arguments, name)
    if channel.archived:
        raise Refused("is_archived")
    if api.bot_user_id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def direct_channel(api: SlackApi, users: Sequence[str]) -> Channel:
    channel_id = direct_id(users[0]) if len(users) == 1 else "G" + "".join(user[1:] for user in sorted(users))
    if channel_id not in api.channels:
        api.channels[channel_id] = Channel(
            channel_id, channel_id.lower(), [*users, api.bot_user_id], private=True, direct=True
        )
    return api.channels[channel_id]


def message_at(channel: Channel, ts: str, error: str = "message_not_found") -> Json:
    for message in channel.messages:
        if message["ts"] == ts:
            return message
    raise Refused(error)


def own_message(api: SlackApi, arguments: Json, error: str) -> tuple[Channel, Json]:
    channel = channel_named(api, arguments)
    message = message_at(channel, needed(arguments, "ts"))
    if message.get("user") != api.bot_user_id:
        raise Refused(error)
    return channel, message


def moment(arguments: Json, name: str, default: str) -> Decimal:
    try:
        return Decimal(str(arguments.get(name) or default))
    except InvalidOperation:
        raise Refused(f"invalid_ts_{name}") from None


def page(items: list[T], arguments: Json, default: int = 100) -> tuple[list[T], Json]:
    """One page of a list, and the fields that lead to the next."""
    start = int(arguments.get("cursor") or 0)
    end = start + min(int(arguments.get("limit") or default), 999)
    more = end < len(items)
    return items[start:end], {
        "has_more": more,
        "response_metadata": {"next_cursor": str(end) if more else ""},
    }


def shown(message: Json, arguments: Json) -> Json:
    """A message as history shows it: metadata only for those who ask."""
    copy = deepcopy(message)
    if not is_true(arguments.get("include_all_metadata")):
        copy.pop("metadata", None)
    return copy


# Messages -----------------------------------------------------------------------------------------


def check_message(api: SlackApi, arguments: Json) -> Json:
    """The words, blocks and metadata of a message, or Slack's refusal of them."""
    names = ("text", "blocks", "attachments", "markdown_text", "metadata")
    content = {name: arguments[name] for name in names if name in arguments}
    faults = faults_in_message(content, house_rules=False)
    for pointer, error in (
        ("/blocks", "invalid_blocks"),
        ("/metadata", "invalid_metadata_format"),
        ("/attachments", "too_many_attachments"),
        ("/markdown_text", "markdown_text_conflict"),
    ):
        if details := [fault for fault in faults if fault.startswith(pointer)]:
            raise Refused(error, details)
    if faults:
        raise Refused("msg_too_long" if "characters" in faults[0] else "no_text", faults)
    parsing: Json = {name: arguments[name] for name in ("parse", "link_names") if name in arguments}
    api.house_faults += faults_in_message({**content, **parsing})
    return content


def auth_test(api: SlackApi, arguments: Json) -> Json:
    return {
        "url": "https://parley.slack.com/",
        "team": "Parley",
        "user": "parley",
        "team_id": api.team_id,
        "user_id": api.bot_user_id,
        "bot_id": api.bot_id,
        "is_enterprise_install": False,
    }


def chat_post_message(api: SlackApi, arguments: Json) -> Json:
    channel = channel_to_post_in(api, arguments)
    message = {**bot_message(api), **check_message(api, arguments)}
    message.setdefault("text", "")
    if thread_ts := arguments.get("thread_ts"):
        join_thread(channel, message, thread_ts)
        if is_true(arguments.get("reply_broadcast")):
            message["subtype"] = "thread_broadcast"
    channel.messages.append(message)
    api.note_post({**message, "channel": channel.id})
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "message": shown(message, {"include_all_metadata": True}),
    }


def bot_message(api: SlackApi) -> Json:
    return {
        "type": "message",
        "user": api.bot_user_id,
        "bot_id": api.bot_id,
        "app_id": api.app_id,
        "team": api.team_id,
        "ts": api.next_ts(),
    }


def join_thread(channel: Channel, message: Json, thread_ts: str) -> None:
    parent = message_at(channel, thread_ts, "thread_not_found")
    parent["thread_ts"] = message["thread_ts"] = parent.get("thread_ts", parent["ts"])
    parent["reply_count"] = parent.get("reply_count", 0) + 1


def chat_update(api: SlackApi, arguments: Json) -> Json:
    channel, message = own_message(api, arguments, "cant_update_message")
    if len(str(arguments.get("text") or "")) > 4_000:
        raise Refused("msg_too_long")
    # What is not sent stays as it was: blocks and metadata alike.
    message.update(check_message(api, arguments))
    message["edited"] = {"user": api.bot_user_id, "ts": api.next_ts()}
    return {
        "channel": channel.id,
        "ts": message["ts"],
        "text": message["text"],
        "message": shown(message, {"include_all_metadata": True}),
    }


def chat_post_ephemeral(api: SlackApi, arguments: Json) -> Json:
    channel = channel_to_post_in(api, arguments)
    user = needed(arguments, "user")
    if user not in channel.members:
        raise Refused("user_not_in_channel")
    message = {**bot_message(api), **check_message(api, arguments), "channel": channel.id, "to": user}
    api.ephemerals.append(message)
    return {"message_ts": message["ts"]}


def chat_delete(api: SlackApi, arguments: Json) -> Json:
    channel, message = own_message(api, arguments, "cant_delete_message")
    channel.messages.remove(message)
    return {"channel": channel.id, "ts": message["ts"]}


def chat_get_permalink(api: SlackApi, arguments: Json) -> Json:
    channel = channel_named(api, arguments)
    ts = message_at(channel, needed(arguments, "message_ts"))["ts"]
    link = f"https://parley.slack.com/archives/{channel.id}/p{ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": link}


def reactions_add(api: SlackApi, arguments: Json) -> Json:
    given = reaction(api, arguments)
    if api.bot_user_id in given["users"]:
        raise Refused("already_reacted")
    given["users"].append(api.bot_user_id)
    given["count"] = len(given["users"])
    return {}


def reactions_remove(api: SlackApi, arguments: Json) -> Json:
    given = reaction(api, arguments)
    if api.bot_user_id not in given["users"]:
        raise Refused("no_reaction")
    given["users"].remove(api.bot_user_id)
    given["count"] = len(given["users"])
    return {}


def reaction(api: SlackApi, arguments: Json) -> Json:
    message = message_at(channel_named(api, arguments), needed(arguments, "timestamp"))
    name = needed(arguments, "name")
    if ":" in name:
        raise Refused("invalid_name")
    given: list[Json] = message.setdefault("reactions", [])
    for each in given:
        if each["name"] == name:
            return each
    given.append({"name": name, "users": [], "count": 0})
    return given[-1]


# Conversations and people -------------------------------------------------------------------------


def conversations_history(api: SlackApi, arguments: Json) -> Json:
    channel = channel_named(api, arguments)
    found = [
        shown(message, arguments)
        for message in reversed(channel.messages)
        if is_between(message["ts"], arguments)
        and (message.get("thread_ts", message["ts"]) == message["ts"] or "subtype" in message)
    ]
    messages, more = page(found, arguments)
    return {"messages": messages, **more}


def conversations_replies(api: SlackApi, arguments: Json) -> Json:
    channel = channel_named(api, arguments)
    parent = message_at(channel, needed(arguments, "ts"), "thread_not_found")
    replies = [
        shown(message, arguments)
        for message in channel.messages
        if message.get("thread_ts") == parent["ts"] and message is not parent and is_between(message["ts"], arguments)
    ]
    messages, more = page([shown(parent, arguments), *replies], arguments)
    return {"messages": messages, **more}


def is_between(ts: str, arguments: Json) -> bool:
    oldest, latest = moment(arguments, "oldest", "0"), moment(arguments, "latest", "Infinity")
    at = Decimal(ts)
    # Slack leaves the ends out unless `inclusive` is set.
    return oldest <= at <= latest if is_true(arguments.get("inclusive")) else oldest < at < latest


def conversations_open(api: SlackApi, arguments: Json) -> Json:
    if arguments.get("channel"):
        return {"channel": {"id": channel_named(api, arguments).id}}
    users = needed(arguments, "users").split(",")
    if any(user not in api.users for user in users):
        raise Refused("user_not_found")
    return {"channel": {"id": direct_channel(api, users).id}}


def conversations_info(api: SlackApi, arguments: Json) -> Json:
    channel = channel_named(api, arguments)
    direct = channel.direct and len(channel.members) == 2
    described = {
        "id": channel.id,
        "name": channel.name,
        "is_channel": not channel.direct,
        "is_private": channel.private,
        "is_im": direct,
        "is_mpim": channel.direct and not direct,
        "is_archived": channel.archived,
        "is_member": api.bot_user_id in channel.members,
        "is_shared": channel.ext_shared,
        "is_ext_shared": channel.ext_shared,
        "is_org_shared": False,
        "is_pending_ext_shared": False,
        "context_team_id": api.team_id,
    }
    if direct:
        described["user"] = channel.members[0]
    if is_true(arguments.get("include_num_members")):
        described["num_members"] = len(channel.members)
    return {"channel": described}


def conversations_members(api: SlackApi, arguments: Json) -> Json:
    members, more = page(channel_named(api, arguments).members, arguments)
    return {"members": members, "response_metadata": more["response_metadata"]}


def users_info(api: SlackApi, arguments: Json) -> Json:
    user = needed(arguments, "user")
    if user not in api.users:
        raise Refused("user_not_found")
    return {"user": deepcopy(api.users[user])}


def users_list(api: SlackApi, arguments: Json) -> Json:
    members, more = page([deepcopy(user) for user in api.users.values()], arguments)
    return {"members": members, "response_metadata": more["response_metadata"]}


# Views --------------------------------------------------------------------------------------------


def check_view(api: SlackApi, view: Any, kind: str = "modal") -> Json:
    if not isinstance(view, Mapping):
        raise Refused("invalid_arguments", ["view: must be an object [json-pointer:/view]"])
    faults = faults_in_view(view, house_rules=False)
    if view.get("type") != kind:
        faults = [f"/type: is {view.get('type')!r}; this method takes {kind!r}."]
    if any("view_too_large" in fault for fault in faults):
        raise Refused("view_too_large", faults)
    if faults:
        raise Refused("invalid_arguments", faults)
    api.house_faults += faults_in_view(view)
    return deepcopy(dict(view))


def stored_view(api: SlackApi, view: Json, before: Json | None = None) -> Json:
    """A view with the fields that Slack adds; one that takes another's place keeps its id."""
    before = before or {}
    view_id = before.get("id") or api.next_id("V")
    return {
        "private_metadata": "",
        "callback_id": "",
        "external_id": "",
        **view,
        "id": view_id,
        "root_view_id": before.get("root_view_id", view_id),
        "previous_view_id": before.get("previous_view_id"),
        "hash": f"{api.next_ts()}.{view_id}",
        "team_id": api.team_id,
        "app_id": api.app_id,
        "app_installed_team_id": api.team_id,
        "bot_id": api.bot_id,
        "state": {"values": {}},
    }


def check_external_id(api: SlackApi, view: Json, replaced: str = "") -> None:
    for each in [view for stack in api.stacks.values() for view in stack]:
        if view.get("external_id") and each["external_id"] == view["external_id"] and each["id"] != replaced:
            raise Refused("duplicate_external_id")


def check_hash(view: Json, arguments: Json) -> None:
    if arguments.get("hash") and arguments["hash"] != view["hash"]:
        raise Refused("hash_conflict")


def push_view(api: SlackApi, user: str, view: Json) -> Json:
    stack = api.stacks.setdefault(user, [])
    if len(stack) >= VIEWS_IN_A_STACK:
        raise Refused("push_limit_reached")
    check_external_id(api, view)
    pushed = stored_view(api, view)
    if stack:
        pushed |= {"root_view_id": stack[0]["id"], "previous_view_id": stack[-1]["id"]}
    stack.append(pushed)
    return pushed


def views_open(api: SlackApi, arguments: Json) -> Json:
    view = check_view(api, arguments.get("view"))
    user = api.exchange_trigger(arguments)
    api.stacks[user] = []
    return {"view": deepcopy(push_view(api, user, view))}


def views_push(api: SlackApi, arguments: Json) -> Json:
    view = check_view(api, arguments.get("view"))
    return {"view": deepcopy(push_view(api, api.exchange_trigger(arguments), view))}


def views_update(api: SlackApi, arguments: Json) -> Json:
    view = check_view(api, arguments.get("view"))
    for stack in api.stacks.values():
        for i, each in enumerate(stack):
            named = arguments.get("external_id")
            if each["id"] == arguments.get("view_id") or (named and each["external_id"] == named):
                check_hash(each, arguments)
                check_external_id(api, view, each["id"])
                stack[i] = stored_view(api, view, each)
                return {"view": deepcopy(stack[i])}
    raise Refused("not_found")


def views_publish(api: SlackApi, arguments: Json) -> Json:
    user = needed(arguments, "user_id")
    if user not in api.users:
        raise Refused("user_not_found")
    view = check_view(api, arguments.get("view"), "home")
    before = api.homes.get(user)
    if before:
        check_hash(before, arguments)
    api.homes[user] = stored_view(api, view, before)
    return {"view": deepcopy(api.homes[user])}


# Files --------------------------------------------------------------------------------------------


def file_object(api: SlackApi, file: File, *, shares: bool = True) -> Json:
    root = api.url.removesuffix("/api/")
    shared: Json = {}
    for channel, ts in file.shares if shares else []:
        kind = "private" if channel.private else "public"
        shared.setdefault(kind, {}).setdefault(channel.id, []).append({"ts": ts})
    return {
        "id": file.id,
        "name": file.name,
        "title": file.title or file.name,
        "filetype": file.name.rpartition(".")[2],
        "size": file.length,
        "user": file.user,
        "url_private": f"{root}/files/{file.id}/{quote(file.name)}",
        "url_private_download": f"{root}/files/{file.id}/download/{quote(file.name)}",
        "permalink": f"https://parley.slack.com/files/{file.user}/{file.id}/{quote(file.name)}",
        "channels": [channel.id for channel, _ in file.shares] if shares else [],
        "shares": shared,
    }


def files_get_upload_url(api: SlackApi, arguments: Json) -> Json:
    name, length = needed(arguments, "filename"), int(arguments.get("length") or 0)
    if length < 1:
        raise Refused("invalid_arguments", ["length must be greater than 0"])
    if len(str(arguments.get("alt_txt") or "")) > 1_000:
        raise Refused("alt_txt_too_large")
    file = File(api.next_id("F"), name, length, api.bot_user_id)
    api.files[file.id] = file
    return {"file_id": file.id, "upload_url": f"{api.url.removesuffix('/api/')}/upload/v1/{file.id}"}


def files_complete_upload(api: SlackApi, arguments: Json) -> Json:
    """Share uploaded files as one message of the bot's in each channel. The answer knows no message ts."""
    named = arguments.get("files")
    if not isinstance(named, list) or not named:
        raise Refused("invalid_arguments", ["missing required field: files"])
    files = [completed_file(api, each) for each in named]
    wanted = str(arguments.get("channels") or arguments.get("channel_id") or "")
    channels = [channel_to_post_in(api, {"channel": name}) for name in wanted.split(",") if name]
    thread_ts = arguments.get("thread_ts")
    if thread_ts and len(channels) != 1:
        raise Refused("invalid_arguments", ["thread_ts needs exactly one channel"])
    for channel in channels:
        message = {**bot_message(api), "text": arguments.get("initial_comment") or ""}
        if thread_ts:
            join_thread(channel, message, thread_ts)
        for file in files:
            file.shares.append((channel, message["ts"]))
        message["files"] = [file_object(api, file, shares=False) for file in files]
        channel.messages.append(message)
    return {"files": [file_object(api, file, shares=False) for file in files]}


def completed_file(api: SlackApi, named: Json) -> File:
    file = api.files.get(str(named.get("id")))
    if file is None or file.content is None or file.completed:
        raise Refused("file_not_found")
    file.title = str(named.get("title") or file.name)
    file.completed = True
    return file


def files_info(api: SlackApi, arguments: Json) -> Json:
    file = api.files.get(needed(arguments, "file"))
    if file is None or not file.completed:
        raise Refused("file_not_found")
    file.looked_at += 1
    return {"file": file_object(api, file, shares=file.looked_at > api.share_lag)}


METHODS: dict[str, Callable[[SlackApi, Json], Json]] = {
    "auth.test": auth_test,
    "chat.postMessage": chat_post_message,
    "chat.postEphemeral": chat_post_ephemeral,
    "chat.update": chat_update,
    "chat.delete": chat_delete,
    "chat.getPermalink": chat_get_permalink,
    "conversations.history": conversations_history,
    "conversations.replies": conversations_replies,
    "conversations.open": conversations_open,
    "conversations.info": conversations_info,
    "conversations.members": conversations_members,
    "users.info": users_info,
    "users.list": users_list,
    "reactions.add": reactions_add,
    "reactions.remove": reactions_remove,
    "views.open": views_open,
    "views.push": views_push,
    "views.update": views_update,
    "views.publish": views_publish,
    "files.getUploadURLExternal": files_get_upload_url,
    "files.completeUploadExternal": files_complete_upload,
    "files.info": files_info,
}


# The wire -----------------------------------------------------------------------------------------

JSON_ARGUMENTS = ("blocks", "attachments", "metadata", "view", "files")


class Handler(BaseHTTPRequestHandler):
    """Reads a request, asks the workspace, and answers or fails as told."""

    def __init__(self, api: SlackApi, *connection: Any) -> None:
        self.api = api
        super().__init__(*connection)

    def do_GET(self) -> None:
        self.route(b"")

    def do_POST(self) -> None:
        self.route(self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def route(self, body: bytes) -> None:
        place = urlsplit(self.path)
        parts = unquote(place.path).strip("/").split("/")
        with suppress(ConnectionError):  # the client may have given up before a late answer
            if parts[0] == "api":
                arguments = {**dict(parse_qsl(place.query)), **decoded(body, self.headers.get_content_type())}
                token = str(arguments.pop("token", "") or self.bearer())
                method = "/".join(parts[1:])
                self.serve(method, arguments, partial(self.api.perform, method, arguments, token))
            elif parts[0] == "upload":
                self.serve("upload", {"file": parts[-1], "length": len(body)}, partial(self.upload, parts[-1], body))
            elif parts[0] == "files":
                self.serve("download", {"file": parts[1]}, partial(self.download, parts[1]))
            else:
                self.answer(404, b"not found")

    def bearer(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def upload(self, file_id: str, body: bytes) -> Json | bytes:
        file = self.api.files.get(file_id)
        if file is None or len(body) != file.length:
            return refusal("upload_failed")
        file.content = body
        return f"OK - {len(body)}".encode()

    def download(self, file_id: str) -> Json | bytes:
        file = self.api.files.get(file_id)
        if self.bearer() != self.api.token:
            # Slack sends whoever may not read the file to its log-in page: 200, and HTML.
            return b"<!DOCTYPE html><html><title>Log in | Slack</title></html>"
        return file.content if file and file.content is not None else refusal("file_not_found")

    def serve(self, method: str, arguments: Json, perform: Callable[[], Json | bytes]) -> None:
        fault = self.api.receive(method, deepcopy(arguments)) or Fault("")
        if fault.kind == RATE_LIMITED:
            self.answer(429, refusal("ratelimited"), {"Retry-After": str(fault.retry_after)})
        elif fault.kind in (ERROR_BEFORE, UNAVAILABLE):
            self.answer(500 if fault.kind == ERROR_BEFORE else 503, b"<html>Server Error</html>")
        elif fault.kind == DROP_BEFORE:
            self.close_connection = True
        elif fault.kind and fault.kind not in KINDS:
            self.answer(200, refusal(fault.kind))
        else:
            if fault.kind == LATE_RECORDING and self.api.ended.wait(fault.seconds):
                return
            self.answer_after(fault, perform())

    def answer_after(self, fault: Fault, result: Json | bytes) -> None:
        if fault.kind == ERROR_AFTER:
            self.answer(500, b"<html>Server Error</html>")
        elif fault.kind == DROP_AFTER:
            self.close_connection = True
        elif fault.kind == HALF_BODY:
            self.answer(200, result, half=True)
        elif fault.kind == INVALID_JSON:
            self.answer(200, b'{"ok": true, "ts": ')
        else:
            if fault.kind == LATE_ANSWER:
                self.api.ended.wait(fault.seconds)
            failed_upload = isinstance(result, dict) and result.get("error") == "upload_failed"
            self.answer(400 if failed_upload else 200, result)

    def answer(
        self,
        status: int,
        content: Json | bytes,
        headers: Mapping[str, str] | None = None,
        *,
        half: bool = False,
    ) -> None:
        body = content if isinstance(content, bytes) else json.dumps(content).encode()
        kind = "application/json; charset=utf-8" if isinstance(content, dict) else "text/html; charset=utf-8"
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if half else body)

    def log_message(self, format: str, *arguments: Any) -> None:  # noqa: A002  the base class's name
        """Keep quiet; `api.calls` is the log."""


def decoded(body: bytes, content_type: str) -> Json:
    """The arguments in a request's body. In a form, lists and objects travel as JSON inside a string."""
    if content_type == "application/json":
        loaded = json.loads(body or b"{}")
        return loaded if isinstance(loaded, dict) else {}
    if content_type != "application/x-www-form-urlencoded":
        return {}
    arguments: Json = dict(parse_qsl(body.decode(), keep_blank_values=True))
    for name in JSON_ARGUMENTS:
        with suppress(KeyError, ValueError):
            arguments[name] = json.loads(arguments[name])
    return arguments


class QuickServer(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the default of 5 makes bursts of clients wait a second for a new SYN


@contextmanager
def slack_api(now: Callable[[], float] = time.time) -> Iterator[SlackApi]:
    """A running Slack, for as long as the block lasts. `now` dates the messages and ends the trigger_ids."""
    api = SlackApi(now)
    server = QuickServer(("127.0.0.1", 0), partial(Handler, api))
    api.url = f"http://127.0.0.1:{server.server_port}/api/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield api
    finally:
        api.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()
