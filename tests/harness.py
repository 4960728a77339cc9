"""Parley from a member's seat: real Bolt dispatch, a real database, a Slack Web API that answers.

Deliveries are the payloads that Slack documents; what Parley posts goes to `tests.slack_api`. Time is
whatever `parley.now` says.
"""

import itertools
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt import App, BoltRequest, BoltResponse
from slack_sdk import WebClient

from bot import delivery, routes
from bot.clauses import reading
from bot.deps import Deps
from bot.exports import files
from bot.home import publishing
from bot.reminders import service as reminders
from bot.slack.directory import Directory
from bot.slack.files import SharedFiles
from bot.slack.history import Messages
from bot.slack.homes import Homes
from storage import Database, migrate, search
from tests import cast
from tests.block_kit import faults_in_message, faults_in_view
from tests.cast import Person, Room
from tests.reading import readable
from tests.slack_api import SlackApi, slack_api

# A Thursday: Friday is tomorrow, and neither is a holiday.
MORNING = datetime(2026, 11, 26, 10, 0, tzinfo=UTC)
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Reply:
    """The ack of a slash command."""

    text: str
    blocks: list[dict[str, Any]]
    private: bool

    @property
    def shown(self) -> str:
        """Everything the person reads, in one string."""
        return "\n".join([self.text, *(str(block.get("text", {}).get("text", "")) for block in self.blocks)])

    @property
    def pings(self) -> list[str]:
        """What Slack would take for a live mention or link; in plain text there is none."""
        texts = [block["text"] for block in self.blocks if block["type"] == "section"]
        live = [self.text, *(text["text"] for text in texts if text["type"] == "mrkdwn")]
        return re.findall("<[!@#h][^<>]*>", "\n".join(live))


@dataclass
class Parley:
    app: App
    api: SlackApi
    client: WebClient
    deps: Deps
    clock: list[datetime] = field(default_factory=lambda: [MORNING])
    pressed: set[str] = field(default_factory=set)
    """The buttons that people have pressed, by what they do."""

    @property
    def now(self) -> datetime:
        return self.clock[0]

    @now.setter
    def now(self, instant: datetime) -> None:
        self.clock[0] = instant

    def later(self, **duration: float) -> None:
        """Let time pass: `later(minutes=5)`."""
        self.now += timedelta(**duration)

    # -- what people do ---------------------------------------------------------------------------------

    def slash(self, text: str, by: Person, where: Room = cast.joint, trigger: str | None = None) -> Reply:
        """Type `/parley …`. The same `trigger` twice is the same delivery twice."""
        assert self.home_of(by) == self.api.team_id, "people of another organisation have no slash command"
        answer = self.dispatch(self.slash_payload(text, by, where, trigger))
        assert answer.status == 200, answer
        body = _json(answer)
        if body:
            assert faults_in_message(body) == []
        return Reply(body.get("text", ""), body.get("blocks") or [], body.get("response_type") == "ephemeral")

    def slash_payload(
        self, text: str, by: Person, where: Room = cast.joint, trigger: str | None = None
    ) -> dict[str, Any]:
        return {
            "command": "/parley",
            "text": text,
            "team_id": self.api.team_id,
            "channel_id": where.id,
            "channel_name": where.name,
            "user_id": by.id,
            "user_name": by.name,
            "trigger_id": trigger or self.api.new_trigger(by.id),
            "response_url": "http://127.0.0.1:9/none",
            "api_app_id": "A01",
        }

    def types(self, text: str, by: Person, where: Room = cast.joint, **more: Any) -> str:
        """Type a line in a channel; gives the message's ts."""
        ts = more.pop("ts", None) or self.new_ts()
        event = {
            "type": "message",
            "channel": where.id,
            "user": by.id,
            "text": text,
            "ts": ts,
            "event_ts": ts,
            "team": self.home_of(by),
            "user_team": self.home_of(by),
            **more,
        }
        assert self.dispatch(self.event_payload(event)).status == 200
        return ts

    def new_ts(self) -> str:
        """A message timestamp for this very instant, different from every other."""
        return f"{int(self.now.timestamp())}.{next(_numbers):06d}"

    def event_payload(self, event: dict[str, Any], event_id: str | None = None) -> dict[str, Any]:
        return {
            "type": "event_callback",
            "team_id": self.api.team_id,
            "api_app_id": "A01",
            "event_id": event_id or f"Ev{next(_numbers):08d}",
            "event_time": int(self.now.timestamp()),
            "event": event,
            "authorizations": [{"team_id": self.api.team_id, "user_id": self.api.bot_user_id, "is_bot": True}],
        }

    def edits(self, ts: str, before: str, after: str, by: Person, where: Room = cast.joint) -> None:
        edited = self.new_ts()
        event = {
            "type": "message",
            "subtype": "message_changed",
            "channel": where.id,
            "ts": edited,
            "event_ts": edited,
            "message": {"type": "message", "user": by.id, "text": after, "ts": ts, "edited": {"ts": edited}},
            "previous_message": {"type": "message", "user": by.id, "text": before, "ts": ts},
        }
        assert self.dispatch(self.event_payload(event)).status == 200

    def deletes(self, ts: str, before: str, by: Person, where: Room = cast.joint) -> None:
        now = self.new_ts()
        event = {
            "type": "message",
            "subtype": "message_deleted",
            "channel": where.id,
            "ts": now,
            "event_ts": now,
            "deleted_ts": ts,
            "previous_message": {"type": "message", "user": by.id, "text": before, "ts": ts},
        }
        assert self.dispatch(self.event_payload(event)).status == 200

    def mentions(self, text: str, by: Person, where: Room = cast.joint, **more: Any) -> str:
        """Type `@Parley …`."""
        ts = self.new_ts()
        event = {
            "type": "app_mention",
            "channel": where.id,
            "user": by.id,
            "text": f"<@{self.api.bot_user_id}> {text}",
            "ts": ts,
            "event_ts": ts,
            "user_team": self.home_of(by),
            **more,
        }
        assert self.dispatch(self.event_payload(event)).status == 200
        return ts

    def presses(self, action_id: str, value: str, by: Person, where: Room | str = cast.joint, thread: str = "") -> str:
        """Press a button, perhaps in a thread; gives the trigger, with which `api.modal(user)` may have been opened."""
        trigger = self.api.new_trigger(by.id)
        self.pressed.add(action_id.partition(":")[0])
        payload = {
            "type": "block_actions",
            "team": {"id": self.home_of(by)},
            "user": {"id": by.id, "team_id": self.home_of(by)},
            "channel": {"id": where if isinstance(where, str) else where.id},
            "container": {"type": "message", "message_ts": "1.2", **({"thread_ts": thread} if thread else {})},
            "trigger_id": trigger,
            "actions": [{"type": "button", "action_id": action_id, "block_id": "b", "value": value}],
        }
        assert self.dispatch(payload).status == 200
        return trigger

    def opens_home(self, by: Person, **event: Any) -> dict[str, Any]:
        """Open App Home, as Slack tells it; gives the view that stands there a second later."""
        shown = self.api.home(by.id)
        told = {"view": shown} if shown else {}
        opened = {"type": "app_home_opened", "user": by.id, "channel": f"D{by.id[1:]}", "tab": "home", **told, **event}
        assert self.dispatch(self.event_payload(opened)).status == 200
        return self.home(by)

    def home(self, by: Person) -> dict[str, Any]:
        """What the person sees in App Home, once what is due has been published."""
        publishing.publish_due(self.deps)
        return self.api.home(by.id) or {}

    def presses_at_home(
        self, action_id: str, value: str, by: Person, view: dict[str, Any] | None = None, kind: str = "button"
    ) -> str:
        """Press a button of App Home, or choose from a list there; the view must offer it. Gives the trigger.

        `view` is what the person saw, where that is not what stands there now.
        """
        shown = view or self.api.home(by.id) or {}
        offered = {(each["action_id"], each.get("value")) for each in elements(shown)}
        assert (action_id, value if kind == "button" else None) in offered, sorted(offered, key=str)
        return self.presses_in(shown, action_id, value, by, kind=kind)

    def presses_in(
        self,
        view: dict[str, Any],
        action_id: str,
        value: str,
        by: Person,
        *,
        values: dict[str, dict[str, Any]] | None = None,
        kind: str = "button",
    ) -> str:
        """Press a button of a form, or choose in its list, with these fields filled in; gives the trigger."""
        trigger = self.api.new_trigger(by.id)
        self.pressed.add(action_id.partition(":")[0])
        chosen = {"value": value} if kind == "button" else {"selected_option": {"value": value}}
        payload = {
            "type": "block_actions",
            "team": {"id": self.home_of(by)},
            "user": {"id": by.id, "team_id": self.home_of(by)},
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": trigger,
            "view": {**self.shown_to(by, view), "state": {"values": _state(values or {})}},
            "actions": [{"type": kind, "action_id": action_id, "block_id": "b", **chosen}],
        }
        assert self.dispatch(payload).status == 200
        return trigger

    def uses(self, callback_id: str, by: Person, on: dict[str, Any] | None = None, where: Room = cast.joint) -> None:
        """Choose a shortcut, from the menu of a message (`on`, as the channel has it) or the one for everything."""
        assert self.home_of(by) == self.api.team_id, "people of another organisation have no shortcuts"
        self.pressed.add(callback_id)
        of_message = {
            "type": "message_action",
            "channel": {"id": where.id, "name": where.name},
            "message": on,
            "message_ts": (on or {}).get("ts"),
            "response_url": "http://127.0.0.1:9/none",
        }
        payload = {
            **(of_message if on else {"type": "shortcut"}),
            "callback_id": callback_id,
            "team": {"id": self.home_of(by)},
            "user": {"id": by.id, "team_id": self.home_of(by)},
            "trigger_id": self.api.new_trigger(by.id),
            "action_ts": self.new_ts(),
        }
        assert self.dispatch(payload).status == 200

    def reacts(
        self, name: str, ts: str, by: Person, where: Room = cast.joint, *, off: bool = False, **more: Any
    ) -> dict[str, Any]:
        """Put a reaction on a message, or take it away; gives the delivery."""
        found = [message for message in self.api.messages(where.id) if message["ts"] == ts]
        event = {
            "type": "reaction_removed" if off else "reaction_added",
            "user": by.id,
            "reaction": name,
            "item": {"type": "message", "channel": where.id, "ts": ts},
            "event_ts": self.new_ts(),
            **({"item_user": found[0]["user"]} if found else {}),
            **more,
        }
        delivery = self.event_payload(event)
        assert self.dispatch(delivery).status == 200
        return delivery

    def shown_to(self, person: Person, view: dict[str, Any]) -> dict[str, Any]:
        """A view as Slack tells it of somebody, who may come from another workspace than the app's."""
        return {**view, "team_id": self.home_of(person), "app_installed_team_id": self.api.team_id}

    def leaves_slack(self, person: Person, *, back: bool = False, heard: bool = True) -> None:
        """Somebody's account is deactivated, or `back` again; `heard` says whether Slack tells of it."""
        user = self.api.users[person.id]
        user["deleted"] = not back
        if heard:
            assert self.dispatch(self.event_payload({"type": "user_change", "user": dict(user)})).status == 200

    def home_of(self, person: Person) -> str:
        """The workspace that somebody belongs to."""
        return str(self.api.users.get(person.id, {}).get("team_id", self.api.team_id))

    def closes(self, view: dict[str, Any], values: dict[str, dict[str, Any]], by: Person) -> None:
        """Close a form with what stands in its fields, by its ×."""
        payload = {
            "type": "view_closed",
            "team": {"id": self.home_of(by)},
            "user": {"id": by.id, "team_id": self.home_of(by)},
            "view": {**self.shown_to(by, view), "state": {"values": _state(values)}},
            "is_cleared": True,
        }
        assert self.dispatch(payload).status == 200

    def submits(self, view: dict[str, Any], values: dict[str, dict[str, Any]], by: Person) -> dict[str, Any]:
        """Send a form; `values` are the state of each field by block id. Gives the ack's body."""
        payload = {
            "type": "view_submission",
            "team": {"id": self.home_of(by)},
            "user": {"id": by.id, "team_id": self.home_of(by)},
            "view": {**self.shown_to(by, view), "state": {"values": _state(values)}},
        }
        answer = self.dispatch(payload)
        assert answer.status == 200, answer
        body = _json(answer)
        assert faults_in_view(body["view"]) == [] if "view" in body else True
        fields = {block["block_id"] for block in view["blocks"] if block["type"] == "input"}
        assert set(body.get("errors", ())) <= fields, "Slack shows a fault under a field, or not at all"
        assert "`/parley" not in str(body.get("errors")), "nobody types in a form"
        return body

    def dispatch(self, payload: dict[str, Any]) -> BoltResponse:
        return self.app.dispatch(BoltRequest(mode="socket_mode", body=payload))

    def shares(self, name: str, content: bytes, by: Person, where: Room = cast.joint, text: str = "") -> str:
        """Share a file in a channel, perhaps with a line; gives the message's ts."""
        file = self.api.add_file(name, content, user=by.id)
        self.api.say(where.id, by.id, text, files=[file])
        return self.types(text, by, where, subtype="file_share", files=[file])

    # -- what comes of it -------------------------------------------------------------------------------

    def deliver(self) -> int:
        """Send what is in the outbox; gives how many rows were dealt with."""
        return delivery.deliver_due(self.deps.db, self.client, routes.NOTICES, self.deps.now, delivery.new_worker())

    def read_contracts(self) -> None:
        """What the clock does within a second: read the contract files that were asked for."""
        reading.read_asked(self.deps)

    def tick(self) -> None:
        """What the clock does at this instant: plan what is to be said, and send it."""
        reminders.plan(self.deps.db, self.now)
        self.deliver()

    def posted(self, where: Room | Person = cast.joint) -> list[dict[str, Any]]:
        """The messages of a channel, or of a person's direct messages, after delivery."""
        self.deliver()
        return self.api.messages(where.id)

    def card(self, ref: str, where: Room | Person = cast.joint) -> dict[str, Any]:
        """The one invitation to a meeting, as it stands."""
        (card,) = [m for m in self.posted(where) if m.get("blocks") and m["text"].startswith(f"*{ref}* ")]
        return card

    def files(self, where: Room | Person = cast.joint) -> dict[str, str]:
        """The words of the files posted there, by name."""
        shared = [file for message in self.posted(where) for file in message.get("files", [])]
        return {file["name"]: readable(file["name"], self.api.file_content(file["id"])) for file in shared}

    def export(self, code: str = "OXMH", party: str | None = None) -> dict[str, Any]:
        import json

        with self.deps.db.snapshot() as session:
            exported: dict[str, Any] = json.loads(files.json_text(session, code, party))
        return exported

    def meetings(self, party: str | None = None, code: str = "OXMH") -> dict[str, dict[str, Any]]:
        """The meetings of an export, by ref, soonest first."""
        return {meeting["ref"]: meeting for meeting in self.export(code, party)["meetings"]}

    def deeds(self, ref: str, party: str | None = None) -> list[dict[str, Any]]:
        """What the trail says of one thing: each deed with who did it and its details."""
        import json

        entries = [entry for entry in self.export(party=party)["ledger"] if entry["ref"] == ref]
        return [{"deed": e["deed"], "actor": e["actor"], **json.loads(e["detail"])} for e in entries]

    def minutes(self, ref: str = "N1", code: str = "OXMH", party: str | None = None) -> str:
        with self.deps.db.snapshot() as session:
            return files.minutes_issued(session, code, ref, party)[1].content

    def trail_faults(self) -> list[str]:
        with self.deps.db.snapshot() as session:
            return files.trail_faults(session)

    # -- how stories begin ------------------------------------------------------------------------------

    def set_up(self) -> None:
        """OXMH with two parties, their people, the joint channel and both caucuses."""
        for text in (
            "new OXMH Outcomes contract for mental health",
            "party add CCG Oxfordshire Clinical Commissioning Group as commissioner",
            "party add OHP Oxford Health and partners as provider",
            f"member add {cast.chair.mention} to CCG as chair, lead",
            f"member add {cast.scribe.mention} to CCG as scribe",
            f"member add {cast.analyst.mention} to CCG as technical",
            f"member add {cast.lead.mention} to OHP as lead",
            f"member add {cast.negotiator.mention} to OHP as negotiator",
            f"member add {cast.observer.mention} to OHP as observer",
        ):
            self.slash(text, by=cast.chair)
        self.slash("channel caucus CCG", by=cast.chair, where=cast.ccg_caucus)
        self.slash("channel caucus OHP", by=cast.lead, where=cast.ohp_caucus)
        self.slash("channel subgroup Finance", by=cast.scribe, where=cast.finance)

    def open_meeting(self) -> None:
        """`set_up`, then N1 planned for the next ten o'clock and begun in the joint channel.

        `anyway`, because where time is the real one that may be on a holiday.
        """
        self.set_up()
        local = self.now.astimezone(ZoneInfo("Europe/London"))
        day = local.date() + timedelta(days=local.time() > time(10))
        when = f"{day.isoformat()} at 10:00 for 2h place Jubilee House anyway"
        self.slash(f"meeting add negotiation First round on {when}", by=cast.chair)
        self.slash("start N1", by=cast.chair)


def elements(view: dict[str, Any]) -> list[dict[str, Any]]:
    """The buttons and lists of a view, in its order."""
    held = [[block.get("accessory"), *(block.get("elements") or [])] for block in view.get("blocks", [])]
    return [each for row in held for each in row if each and "action_id" in each]


def _state(values: dict[str, dict[str, Any]]) -> dict[str, dict[str, dict[str, Any]]]:
    """What stands in the fields of a view, by block and element."""
    return {block: {block: value} for block, value in values.items()}


def _json(answer: BoltResponse) -> dict[str, Any]:
    import json

    return json.loads(answer.body) if answer.body else {}


@cache
def empty_database() -> bytes:
    """A migrated SQLite database with nothing in it, made once for each test process."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        migrate.upgrade(database)
        with database.engine.connect() as connection:
            connection.exec_driver_sql("COMMIT")
            connection.exec_driver_sql("PRAGMA journal_mode=DELETE")  # everything in the one file
        database.close()
        return Path(folder, "empty.db").read_bytes()


@contextmanager
def running_parley(database_url: str, *, checked: bool = True) -> Iterator[Parley]:
    """Parley on this database, with the cast known to Slack and the bot in their channels.

    `checked`: in the end the index of words is held against all of the record.
    """
    clock = [MORNING]
    with slack_api() as api:
        for person in cast.everybody:
            api.add_user(person.id, person.name)
        for room in cast.rooms:
            api.add_channel(room.id, room.name, members=[person.id for person in cast.everybody])
        client = WebClient(token=api.token, base_url=api.url, retry_handlers=[], timeout=10)
        database = Database(database_url)
        if database.path is not None and not database.path.exists():
            database.path.write_bytes(empty_database())  # a copy: migrating anew takes half a second
        else:
            migrate.upgrade(database)
        deps = Deps(
            db=database,
            directory=Directory(client),
            files=SharedFiles(client),
            messages=Messages(client),
            homes=Homes(client),
            now=lambda: clock[0],
            team_id=api.team_id,
            bot_user_id=api.bot_user_id,
            archive="https://oxfordshire.slack.com/archives/",
        )
        try:
            yield Parley(routes.build_app(client, deps, api.token), api, client, deps, clock)
            assert api.house_faults == []
            if checked:
                with database.snapshot() as session:
                    assert search.faults(session) == []
        finally:
            database.close()
