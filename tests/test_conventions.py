"""What holds for all of Parley: commands, README, manifest, tables and limits agree with each other."""

import ast
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from slack_sdk import WebClient
from sqlalchemy import inspect, text
from sqlmodel import SQLModel, select

from bot import routes
from bot.actions import views as action_views
from bot.briefs import sending
from bot.manifest import SCOPES, manifest
from bot.record import views as record_views
from bot.roster import Seat
from bot.setup.handlers import RESERVED
from bot.slack import blocks, mrkdwn
from bot.slack.command import split_verb
from storage import Database, migrate, search
from storage.tables import Agreement, Confirmation, Member, OutboxRow, OutboxState, Party, PartyKind, Stance
from storage.tables import Person as PersonRow
from tests import cast
from tests.block_kit import faults_in_message, faults_in_view
from tests.harness import MORNING, Parley, elements, running_parley
from tests.moving import check_moves_whole

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"


@pytest.fixture
def parley(tmp_path: Path) -> Iterator[Parley]:
    with running_parley(f"sqlite:///{tmp_path}/parley.db") as running:
        yield running


# -- commands and README --------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", routes.COMMANDS)
def test_every_command_explains_itself(verb: str) -> None:
    command = routes.COMMANDS[verb]
    assert command.usage.startswith(verb)
    assert command.summary
    assert command.summary[0].islower()  # it completes "`usage`: …"
    assert not command.summary.endswith(".")
    assert command.section
    found = split_verb(command.example, routes.COMMANDS)
    assert found is not None
    assert found[0] == verb


def test_no_verb_can_be_taken_for_a_negotiations_code() -> None:
    assert {verb.split()[0] for verb in routes.COMMANDS} <= RESERVED


def commands_in(readme: str) -> list[tuple[str, str, str]]:
    """Section, usage and summary of every row in README's command tables."""
    found = re.search(r"<!-- commands -->(.*)<!-- /commands -->", readme, re.S)
    assert found, "README.md lacks the markers <!-- commands --> and <!-- /commands -->"
    rows, section = [], ""
    for line in found[1].splitlines():
        if heading := re.fullmatch(r"(?:#+ (.+)|\*\*(.+)\*\*|\| \*\*(.+)\*\* \|\s*\|)", line.strip()):
            section = next(part for part in heading.groups() if part)
        elif row := re.fullmatch(r"\| `(.+?)` \| (.+) \|", line.strip()):
            rows.append((section, row[1].replace(r"\|", "|"), row[2].replace(r"\|", "|")))
        else:
            assert not line.strip() or line.strip() in ("| Type | What it does |", "|---|---|"), line
    return rows


def test_the_table_of_commands_in_the_readme_is_the_code() -> None:
    in_code = [(command.section, command.usage, command.summary) for command in routes.COMMANDS.values()]
    assert commands_in(README.read_text(encoding="utf-8")) == in_code


def test_the_commands_that_the_readme_shows_are_commands() -> None:
    for typed in re.findall(r"(?m)^\s*/parley (.+)$", README.read_text(encoding="utf-8")):
        assert split_verb(typed, routes.COMMANDS), typed


def test_help_knows_every_verb(parley: Parley) -> None:
    for verb, command in routes.COMMANDS.items():
        reply = parley.slash(f"help {verb.upper()}", by=cast.stranger)
        assert reply.private
        assert f"`{command.usage}`: {command.summary}" in reply.text
        assert f"`/parley {command.example}`" in reply.text
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []


@pytest.mark.parametrize(
    ("word", "usage"),
    [
        ("price", "variation add"),
        ("modification", "variation add"),
        ("derogation", "derogation add"),
        ("alliance", "structure"),
        ("quorum", "party quorum"),
        ("budget", "scope budget"),
        ("amber", "gateway"),
    ],
)
def test_help_finds_a_verb_by_a_word_of_its_own(parley: Parley, word: str, usage: str) -> None:
    reply = parley.slash(f"help {word}", by=cast.stranger)
    assert "You typed:" not in reply.shown
    assert f"`{usage}" in reply.text
    assert "Parley has no verb frobnicate" in parley.slash("help frobnicate", by=cast.stranger).text


def test_help_alone_lists_every_verb(parley: Parley) -> None:
    reply = parley.slash("help", by=cast.stranger)
    shown = "\n".join(block["text"]["text"] for block in reply.blocks)
    for command in routes.COMMANDS.values():
        assert blocks.live(f"`{command.usage}`: {command.summary}") in shown
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []


# -- the manifest ---------------------------------------------------------------------------------------

READS = {"channels:history", "groups:history", "im:history"}
METHODS: dict[str, set[str]] = {
    "auth_test": set(),
    "views_open": set(),
    "views_push": set(),
    "views_update": set(),
    "views_publish": set(),
    "chat_postMessage": {"chat:write"},
    "chat_postEphemeral": {"chat:write"},
    "chat_update": {"chat:write"},
    "conversations_open": {"im:write"},
    "conversations_history": READS,
    "conversations_info": {"channels:read", "groups:read"},
    "conversations_replies": READS,
    "files_info": {"files:read"},
    "files_upload_v2": {"files:write"},
    "reactions_add": {"reactions:write"},
    "reactions_remove": {"reactions:write"},
    "users_info": {"users:read"},
}
EVENTS: dict[str, set[str]] = {
    "app_home_opened": set(),
    "app_mention": {"app_mentions:read"},
    "member_joined_channel": {"channels:read", "groups:read"},
    "message.channels": {"channels:history"},
    "message.groups": {"groups:history"},
    "message.im": {"im:history"},
    "reaction_added": {"reactions:read"},
    "reaction_removed": {"reactions:read"},
    "channel_shared": {"channels:read", "groups:read"},
    "channel_unshared": {"channels:read", "groups:read"},
    "channel_id_changed": {"channels:read", "groups:read"},
    "user_change": {"users:read"},
}


def trees() -> Iterator[tuple[Path, ast.Module]]:
    """The code that runs against a real Slack."""
    for path in sorted((ROOT / "bot").rglob("*.py")):
        if "demo" not in path.parts:
            yield path, ast.parse(path.read_text(encoding="utf-8"))


def web_methods_used() -> set[str]:
    """The methods of Slack's Web API that the code speaks of."""
    return {
        node.attr
        for _, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name | ast.Attribute)
        and (node.value.id if isinstance(node.value, ast.Name) else node.value.attr).endswith("client")
        and callable(getattr(WebClient, node.attr, None))
    }


def test_the_manifest_asks_for_what_the_code_uses_and_no_more() -> None:
    used = web_methods_used()
    assert used <= set(METHODS), "say which scope a new method needs"
    needed = {"commands"}.union(*(METHODS[method] for method in used), *(EVENTS[event] for event in routes.EVENTS))
    assert set(manifest()["oauth_config"]["scopes"]["bot"]) == needed == set(SCOPES)


def test_the_manifest_subscribes_to_what_has_a_listener() -> None:
    heard = {
        call.args[0].value
        for path, tree in trees()
        for call in ast.walk(tree)
        if path.name == "routes.py"
        and isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and call.func.attr == "event"
        and isinstance(call.args[0], ast.Constant)
    }
    subscribed = manifest()["settings"]["event_subscriptions"]["bot_events"]
    assert {event.split(".")[0] for event in subscribed} == heard
    assert set(subscribed) <= set(EVENTS)
    assert manifest()["features"]["slash_commands"][0]["should_escape"] is True  # mentions come with their ids


def test_the_shortcuts_fit_slack_s_menus() -> None:
    """Slack takes five of each kind (docs.slack.dev, "App manifest reference")."""
    shortcuts = manifest()["features"]["shortcuts"]
    assert {each["callback_id"] for each in shortcuts} == set(routes.SHORTCUTS)
    for kind in ("message", "global"):
        assert 1 <= sum(each["type"] == kind for each in shortcuts) <= 5
    for each in shortcuts:
        assert len(each["name"]) <= 24
        assert len(each["description"]) <= 150
        assert f"*{each['name']}*" in README.read_text(encoding="utf-8")


def test_the_readme_names_the_manifests_scopes() -> None:
    rows = re.findall(r"(?m)^\s*\|((?: `[a-z_.]+(?::[a-z]+)?`,?)+) \|", README.read_text(encoding="utf-8"))
    named = {scope for row in rows for scope in re.findall(r"`([a-z_.]+(?::[a-z]+)?)`", row)}
    assert set(SCOPES) <= named
    assert {scope for scope in named if ":" in scope} <= set(SCOPES)


# -- the tables -----------------------------------------------------------------------------------------


@pytest.fixture
def migrated(tmp_path: Path) -> Iterator[Database]:
    database = Database(f"sqlite:///{tmp_path}/migrated.db")
    migrate.upgrade(database)
    yield database
    database.close()


def test_the_migrations_yield_the_tables(migrated: Database) -> None:
    options = {"compare_type": True, "include_object": lambda _thing, name, *_: not str(name).startswith(search.INDEX)}
    with migrated.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_migrations_yield_the_constraints_too(migrated: Database, tmp_path: Path) -> None:
    """What Alembic's comparison leaves out: checks, and the conditions of partial indexes."""
    modelled = Database(f"sqlite:///{tmp_path}/modelled.db")
    SQLModel.metadata.create_all(modelled.engine)
    assert _constraints(migrated) == _constraints(modelled)
    modelled.close()


def _constraints(database: Database) -> dict[str, Any]:
    found: dict[str, Any] = {}
    look = inspect(database.engine)
    for table in SQLModel.metadata.tables:
        found[table] = {
            "checks": sorted(check["sqltext"] for check in look.get_check_constraints(table)),
            "unique": sorted(tuple(each["column_names"]) for each in look.get_unique_constraints(table)),
            "foreign": sorted(
                (tuple(each["constrained_columns"]), each["referred_table"]) for each in look.get_foreign_keys(table)
            ),
            "columns": sorted((each["name"], str(each["type"]), each["nullable"]) for each in look.get_columns(table)),
        }
    with database.engine.connect() as connection:
        indexes = connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
        found["indexes"] = sorted(" ".join(row[0].replace('"', "").split()) for row in indexes)
    return found


def test_the_code_expects_the_last_migration(migrated: Database) -> None:
    script = ScriptDirectory.from_config(migrate.configuration(migrated))
    assert script.get_current_head() == migrate.HEAD
    assert migrate.version(migrated) == migrate.HEAD
    assert [revision.revision for revision in script.walk_revisions()] == sorted(
        (path.name.split("_")[0] for path in (ROOT / "storage/migrations/versions").glob("[0-9]*.py")), reverse=True
    )


# -- Slack's limits -------------------------------------------------------------------------------------

LONGEST = "The Commissioner & the Provider shall <b>pay</b> *within* `30` days :) " * 560  # nearly 40,000

HOSTILE = "{{7*7}} <!channel> *b* ~s~ `c` #eval(1) =1+1 ]]> </b> & &amp; “q” a\u202eb ✅ עברית \\"


def parties(count: int) -> list[Party]:
    return [
        Party(id=n, negotiation_id=1, code=f"PARTY{n:06d}", name=f"Party {n} & Co " * 5, kind=PartyKind.PROVIDER)
        for n in range(1, count + 1)
    ]


def agreed_words(count: int, stance: Stance | None, reason: str, speakers: int) -> list[record_views.Word]:
    return [
        record_views.Word(
            party=party,
            confirmation=Confirmation(
                agreement_id=1, version=1, party_id=party.id or 0, member_id=1, stance=stance, reason=reason, at=MORNING
            )
            if stance
            else None,
            speaker="Wolfeschlegelsteinhausenbergerdorff, Hubert" if stance else "",
            negotiators=[f"U{party.id:04d}{n:06d}" for n in range(speakers)],
        )
        for party in parties(count)
    ]


def agreement(wording: str, clause: str | None) -> Agreement:
    return Agreement(
        id=1, negotiation_id=1, number=99999, ref="AG99999", text=wording, said=wording, status="objected", author_id=1,
        at=MORNING, clause=clause,
    )  # fmt: skip


@pytest.mark.parametrize(
    "wording", ["x", "Payment falls due within 30 days.", LONGEST], ids=["short", "typical", "long"]
)
@pytest.mark.parametrize(
    ("count", "stance", "reason", "speakers"),
    [
        (2, None, "", 0),
        (2, Stance.CONFIRMED, "", 2),
        (2, Stance.OBJECTED, "the date is too early", 2),
        (2, Stance.OBJECTED, LONGEST, 10),
        (12, Stance.OBJECTED, LONGEST, 10),
    ],
)
@pytest.mark.parametrize("status", ["awaiting", "agreed", "objected", "reopened", "withdrawn", "undone"])
def test_a_card_fits_whatever_was_agreed(
    wording: str, count: int, stance: Stance | None, reason: str, speakers: int, status: str
) -> None:
    row = agreement(wording, "Schedule 3B" if count > 2 else None)
    row.status = status
    words = agreed_words(count, stance, reason, speakers)
    card = record_views.card(
        "ABCDEFGHIJKL", "Subject to contract", ZoneInfo("Europe/London"), row, "Ann (X)", words, ["4.3"]
    )
    assert faults_in_message({"text": blocks.fallback(card.text), "blocks": card.blocks}) == []
    assert len(card.blocks) <= 50
    shown = "".join(b["text"]["text"] for b in card.blocks if b.get("text", {}).get("type") == "plain_text")
    assert shown == wording  # exact words, whole
    assert "Subject to contract" in str(card.blocks)


@pytest.mark.parametrize("wording", ["x", LONGEST], ids=["short", "long"])
def test_the_objection_form_fits(wording: str) -> None:
    form = record_views.objection_form("ABCDEFGHIJKL", "C0123456789", agreement(wording, None))
    assert faults_in_view(form) == []
    assert form["callback_id"] in routes.MODALS


@pytest.mark.parametrize("people", [1, 6, 150])
@pytest.mark.parametrize("words", [None, "x", LONGEST[:3000]], ids=["none", "short", "long"])
@pytest.mark.parametrize("asks", [["an owner"], ["a date"], ["an owner", "a date"]])
def test_the_action_form_fits(people: int, words: str | None, asks: list[str]) -> None:
    (party,) = parties(1)
    seats = [
        Seat(
            Member(id=n, negotiation_id=1, party_id=1, person_id=n, roles=[]),
            PersonRow(id=n, team_id="T", user_id=f"U{n}", name=f"Person {n} with a long name " * 4),
            party,
        )
        for n in range(1, people + 1)
    ]
    form = action_views.form("Complete CCGCCGCCGCCG-A99999", seats, text=words, asks=asks, metadata="CODE C1 {}")
    assert faults_in_view(form) == []
    assert form["callback_id"] in routes.MODALS


def outbox_rows(parley: Parley) -> list[OutboxRow]:
    with parley.deps.db.snapshot() as session:
        return list(session.exec(select(OutboxRow).order_by("id")))


@pytest.mark.parametrize(
    "words",
    ["x", "Send the activity figures", LONGEST, HOSTILE],
    ids=["short", "typical", "long", "hostile"],
)
def test_every_command_button_form_and_notice_fits(parley: Parley, words: str, tmp_path: Path) -> None:
    """An evening that uses all of them; the Slack that answers here takes nothing that Slack would not."""
    for verb, command in routes.COMMANDS.items():
        if verb != "new":
            _answered(parley, command.example, cast.chair)  # nothing is there yet
    parley.open_meeting()
    for command in routes.COMMANDS.values():
        if not command.example.startswith("close"):
            _answered(parley, command.example, cast.chair)
    flat = words.strip().replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    _set_up_by_form(parley)
    _set_things_otherwise(parley, words)
    _plan_move_and_cancel(parley, flat)
    _judge_and_recommend(parley, flat, words)
    _negotiate_clauses(parley, flat, words)
    _keep_registers(parley, flat, words)
    _keep_to_ourselves(parley, flat)
    _choose_route_and_structure(parley, flat, words)
    _fill_the_registers(parley, flat)
    _answered(parley, f"present {', '.join(person.mention for person in cast.everybody[:6])}", cast.chair)
    _answered(parley, f"agree 4.2: {flat}", cast.chair)
    _answered(parley, f"agree 4.3: {flat}", cast.chair)
    _look_it_up(parley, flat)
    parley.deliver()
    refs = [row["ref"] for row in parley.export()["agreements"]][-2:]
    parley.presses("agreement.confirm", f"OXMH {refs[0]} 1", by=cast.lead)
    parley.presses("agreement.object", f"OXMH {refs[1]} 1", by=cast.lead)
    _fill_in(parley, cast.lead, words, "2026-12-12")
    _use_the_live_card(parley, words)
    parley.types("\n".join([f"ACTION: {flat}"] * (1 if words is LONGEST else 40)), by=cast.scribe)
    parley.types(f"ACTION: {flat}", by=cast.observer)  # refused, with the words
    parley.types("[off] nothing", by=cast.scribe)
    _press_what_is_offered(parley, cast.scribe)
    _fill_in(parley, cast.scribe, words, "2026-12-12")
    _answered(parley, f"action {flat[:2000]}", cast.chair)
    _fill_in(parley, cast.chair, words, "2026-12-12")
    _point_at_messages(parley, flat, words)
    _choose_a_form(parley, words)
    parley.mentions("status", by=cast.observer)
    parley.mentions(f"note {flat}", by=cast.lead)
    _answered(parley, "status", cast.observer)
    _answered(parley, "actions all", cast.observer)
    _answered(parley, f"milestone add {flat} on 11 dec 2026", cast.chair)
    _answered(parley, f"milestone add {flat[:300]} on 12 dec 2026", cast.chair)
    ref = parley.export()["milestones"][-1]["ref"]
    _answered(parley, f"milestone move {ref} to 14 dec 2026 because {flat}", cast.chair)
    _answered(parley, f"milestone add {flat[:300]} after {ref} by 3 working days", cast.chair)
    shown = parley.slash(f"milestone move {ref} to 15 dec 2026 because {flat}", by=cast.chair)
    _press_first(parley, cast.chair, shown.blocks, cast.joint.id)
    _answered(parley, "timetable", cast.observer)
    _answered(parley, "timetable chart", cast.observer)
    parley.presses("preferences.contract", "OXMH", by=cast.chair)
    parley.deliver()
    parley.api.fail_next("chat.postMessage", "ratelimited", retry_after=1)
    _answered(parley, "close", cast.chair)
    parley.presses("live.close_anyway", "OXMH N1", by=cast.lead)  # too late
    _answered(parley, "minutes N1", cast.observer)
    _bring_minutes_to_their_end(parley, flat, words)
    for form in ("html", "pdf", "docx"):
        _answered(parley, f"minutes N1 as {form}", cast.observer)
    parley.deliver()
    parley.later(minutes=20)
    parley.deliver()
    _look_at_home(parley, flat)
    # What the clock says is exercised in tests/slack/test_reminders.py, against the same strict Slack.
    clocked = ("reminder.", "readiness.")
    reminders = {name for name in (*routes.NOTICES, *routes.BUTTONS, *routes.MODALS) if name.startswith(clocked)}

    rows = outbox_rows(parley)
    assert {row.kind for row in rows} == set(routes.NOTICES) - {"delivery.failed", "agreement.reworded"} - reminders
    assert parley.pressed == {*routes.BUTTONS, *routes.SHORTCUTS} - {"negotiation.choose"} - reminders
    assert [(row.kind, row.error) for row in rows if row.state == OutboxState.DEAD] == []
    assert [row.kind for row in rows if row.state == OutboxState.PENDING] == []
    calls = [call["view"] for how in ("views.open", "views.push") for call in parley.api.called(how)]
    views = [json.loads(view) if isinstance(view, str) else view for view in calls]
    opened = {view["callback_id"] for view in views if "submit" in view}  # the others are only read
    assert opened - {"form.list"} == set(routes.MODALS) - reminders
    for room in (*cast.rooms, *cast.everybody):
        for message in (each for each in parley.posted(room) if each.get("bot_id")):
            posted = {"text": message["text"], "blocks": message.get("blocks") or None}
            assert faults_in_message(posted) == []
    check_moves_whole(parley, tmp_path)


def _set_up_by_form(parley: Parley) -> None:
    """The first form of a new negotiation, and the ways through those of this one; sent in test_guided_setup.py."""
    parley.presses("new.begin", " ", by=cast.chair, where=cast.elsewhere)
    parley.presses("new.resume", "OXMH people", by=cast.chair)
    for action in ("new.more", "new.back", "new.skip"):
        form = parley.api.modal(cast.chair.id)
        assert form is not None
        offered = {
            each["action_id"]: each["value"]
            for block in form["blocks"]
            if block["type"] == "actions"
            for each in block["elements"]
        }
        parley.presses_in(form, action, offered[action], cast.chair)
    parley.presses("tips.off", " ", by=cast.observer)


def _point_at_messages(parley: Parley, flat: str, words: str) -> None:
    """Shortcuts on a message and from anywhere, reactions, and a form that a mention offers with a button."""
    for kind in ("agreement", "action", "decision", "note"):
        message = parley.api.say(cast.joint.id, cast.scribe.id, flat[:12_000], ts=parley.new_ts())
        parley.uses("log.message", by=cast.chair, on=message)
        form = parley.api.modal(cast.chair.id)
        assert form is not None
        values = {"kind": {"type": "static_select", "selected_option": {"value": kind}}}
        answer = parley.submits(form, values, by=cast.chair)
        parley.api.settle_modal(cast.chair.id, answer)
        assert "Recorded as" in str(parley.api.modal(cast.chair.id))
    for reaction in ("handshake", "pushpin"):
        ts = parley.api.say(cast.joint.id, cast.scribe.id, flat[:12_000], ts=parley.new_ts())["ts"]
        parley.reacts(reaction, ts, by=cast.chair)
        parley.reacts(reaction, ts, by=cast.observer)
    parley.uses("negotiations.mine", by=cast.chair)
    parley.uses("action.new", by=cast.chair)
    form = parley.api.modal(cast.chair.id)
    assert form is not None
    values = {
        "what": {"type": "plain_text_input", "value": words[:3000]},
        "owners": {"type": "multi_users_select", "selected_users": [cast.chair.id]},
        "due": {"type": "datepicker", "selected_date": "2026-12-12"},
        "seen": {"type": "static_select", "selected_option": {"value": "everyone"}},
    }
    assert parley.submits(form, values, by=cast.chair) == {}
    parley.dispatch(parley.event_payload({"type": "channel_shared", "channel": cast.ccg_caucus.id}))
    (warning, *_) = [each for each in parley.posted(cast.chair) if "shared with another" in each["text"]]
    _press_first(parley, cast.chair, warning["blocks"], f"D{cast.chair.id[1:]}")
    parley.mentions(f"action {flat[:1900]}", by=cast.lead)
    parley.deliver()
    _press_first(parley, cast.lead, parley.api.ephemerals[-1]["blocks"], cast.joint.id)
    _fill_in(parley, cast.lead, words, "2026-12-12")


def _choose_a_form(parley: Parley, words: str) -> None:
    """From the list of forms to both pages of one, begun, and begun afresh; another one by its verb, and sent."""
    parley.opens_home(cast.chair)
    parley.presses_at_home("form.list", "OXMH", by=cast.chair)
    for action_id, value, kind in (
        ("form.room", "OXMH own", "static_select"),
        ("form.room", "OXMH table", "static_select"),
        ("form.choose", "OXMH table form meeting-add", "static_select"),
        ("form.page", "OXMH meeting-add 1", "button"),
        ("form.page", "OXMH meeting-add 0", "button"),
        ("form.afresh", "OXMH form.fill meeting-add", "button"),
    ):
        shown = parley.api.modal(cast.chair.id)
        assert shown is not None
        title = {"title": {"type": "plain_text_input", "value": words[:3000]}}
        parley.presses_in(shown, action_id, value, cast.chair, kind=kind, values=title)
    _answered(parley, "decide", cast.chair)
    _fill_in(parley, cast.chair, words, "")
    half = parley.slash(f"meeting add negotiation {words[:800]}", by=cast.chair)
    (button,) = [each for each in elements({"blocks": half.blocks}) if each["action_id"] == "form.mend"]
    parley.presses(button["action_id"], button["value"], by=cast.chair)


def _use_the_live_card(parley: Parley, words: str) -> None:
    """Each of its forms, sent; its next item; and what closing the meeting would leave undone."""
    for kind in ("agree", "action", "note", "decide"):
        parley.presses(f"live.{kind}", "OXMH N1", by=cast.chair)
        _fill_in(parley, cast.chair, words, "2026-12-12", clause="")
    parley.presses("live.present", "OXMH N1", by=cast.chair)
    parley.presses("live.item", "OXMH N1 1", by=cast.chair)
    parley.types(f"ACTION: {words[:500]}", by=cast.scribe)
    parley.presses("live.close", "OXMH N1", by=cast.chair)
    dialog = parley.api.modal(cast.chair.id)
    assert dialog is not None
    value = next(e["value"] for block in dialog["blocks"] for e in block.get("elements", []) if "value" in e)
    parley.presses_in(dialog, "live.complete", value, cast.chair)
    _fill_in(parley, cast.chair, words, "2026-12-12")


def _set_things_otherwise(parley: Parley, words: str) -> None:
    """The form of settings, sent as it stands but for the marking and a closed day."""
    _answered(parley, "settings", cast.chair)
    form = parley.api.modal(cast.chair.id)
    assert form is not None
    asked = {block["block_id"]: block["element"].get("initial_value", "") for block in form["blocks"]}
    _fill_in(parley, cast.chair, words, "", **{**asked, "marking": words[:80], "closed": "24 dec 2026"})
    assert parley.export()["negotiation"]["marking"] == mrkdwn.read(words[:80]).strip()


def _negotiate_clauses(parley: Parley, flat: str, words: str) -> None:
    """A contract in two versions; a clause with everything that can be said of it; more clauses than a page."""
    for version in (words, f"{words} twice"):
        text = "".join(f"\n\n{number}. {version}" for number in (901, 902)).replace("<", "(")
        parley.shares("contract.md", f"Contract{text}".encode(), by=cast.chair, text="the draft")
        _answered(parley, "clause import", cast.chair)
        parley.read_contracts()
    _answered(parley, "clause changes", cast.chair)
    _answered(parley, "clause pack nhs-2021-22", cast.chair)
    _answered(parley, f"clause add 77.1 {flat[:3000]}", cast.chair)
    for typed, by in (
        (f"propose 77.1 {flat} first", cast.chair),
        (f"propose 77.1 {flat} then\nbecause {flat[:2000]}", cast.lead),
        ("clause streams 77.1 finance, clinical", cast.chair),
        ("clause content 77.1 finance", cast.chair),
        ("clause legal 77.1", cast.chair),
        (f"ladder 1 {cast.chair.mention}, {cast.lead.mention} within 5 working days", cast.chair),
        (f"escalate 77.1 because {flat[:3000]}", cast.chair),
        ("clause 77.1", cast.observer),
        ("diff 77.1", cast.observer),
        ("diff 77.1 as docx", cast.observer),
        ("clauses", cast.observer),
    ):
        _answered(parley, typed, by)
    shown = parley.slash("clauses", by=cast.chair)
    _press_first(parley, cast.chair, shown.blocks, cast.joint.id)
    parley.presses("clause.diff", "OXMH 77.1", by=cast.chair)
    parley.presses("clause.propose", "OXMH 77.1", by=cast.chair)
    _fill_in(parley, cast.chair, words, "", wording=f"{words[:2900]} again", rationale=words[:3000])
    parley.presses("clause.agree", "OXMH 77.1/p3", by=cast.lead)
    _answered(parley, "reopen 77.1 because it was too early", cast.lead)
    parley.deliver()


def _keep_registers(parley: Parley, flat: str, words: str) -> None:
    """An entry with everything that can be said of it, its form, its submission, and the register as a file."""
    _answered(parley, f"variation add modification {flat} clause 77.1", cast.chair)
    _answered(parley, f"variation add price {flat[:100]}", cast.chair)
    ref = parley.export()["variations"][-1]["ref"]
    for _ in range(2):  # a form asks six things, and the price's rules more
        parley.presses("variation.test", f"OXMH {ref}", by=cast.chair)
        _fill_in(parley, cast.chair, f"{words[:2900]} once", "")
    for key in ("benefit", "efficiency"):
        _answered(parley, f"variation answer {ref} {key} {flat[:19_000]}", cast.chair)
    for typed in (
        *(f"variation consulted {ref} {flat}", f"variation from {ref} 1 apr 2026 to 31 mar 2040"),
        *(f"variation effect {ref} {year}-{year % 100 + 1} -£{year}m" for year in range(2026, 2040)),
        *(f"agree {ref}", f"agree {ref}: {flat}", f"variation {ref}"),
    ):
        _answered(parley, typed, cast.chair)
    agreement = parley.export()["agreements"][-1]["ref"]
    parley.presses("agreement.confirm", f"OXMH {agreement} 1", by=cast.lead)
    for typed in (
        *(f"variation submitted {ref} on 26 nov 2026 reference {flat[:3000]}", f"variation {ref}", "variations"),
        *("variations as csv", f"derogation add SC36 {flat}", "derogations"),
    ):
        _answered(parley, typed, cast.chair)
    assert {row["ref"]: row["status"] for row in parley.export()["variations"]}[ref] == "submitted"


def _keep_to_ourselves(parley: Parley, flat: str) -> None:
    """Everything that a side keeps for its own eyes, in its own room and, refused, at the joint table."""
    for typed in (
        f"position 4.2 redline {flat}",
        f'position "{flat[:60]}" must x target y walkaway z',
        "position 4.2 importance 5 theirs 1",
        f"concession planned 4.2 {flat} worth £1.2m",
        f"mandate {cast.scribe.mention} {flat}",
        *("positions", "concessions", "mandates"),
    ):
        reply = parley.slash(typed, by=cast.chair, where=cast.ccg_caucus)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == [], typed[:60]
        _answered(parley, typed, cast.chair)
        parley.mentions(typed, by=cast.chair)


def _look_it_up(parley: Parley, flat: str) -> None:
    """Everything that holds the words, a page and the next, at the table and among ourselves."""
    for where in (cast.joint, cast.ccg_caucus):
        shown = parley.slash(f"search {flat[:200]}", by=cast.chair, where=where)
        assert faults_in_message({"text": shown.text, "blocks": shown.blocks}) == []
        if any(block["type"] == "actions" for block in shown.blocks):
            _press_first(parley, cast.chair, shown.blocks, where.id)


def _choose_route_and_structure(parley: Parley, flat: str, words: str) -> None:
    _answered(parley, "route", cast.chair)
    _fill_in(parley, cast.chair, words, "")
    for typed in (
        f"route choose 3 because {flat}",
        f"procon 9 material mitigation {flat} {cast.lead.mention}",
        f"analysis add {flat[:300]} in January 2013 finding {flat}",
        f"assessment evidence 1 {flat}",
        f"assessment evaluator {cast.chair.mention}, {cast.scribe.mention}",
        f"assessment finding 1 concern {flat} becomes action",
        f"structure alliance because {flat}",
        *("route table", "procon all", "analysis", "assessment", "structure"),
    ):
        _answered(parley, typed, cast.chair)
    parley.deliver()


def _fill_the_registers(parley: Parley, flat: str) -> None:
    """Outcomes, scope, value and term with as many words as each takes, agreed and shown."""
    outcome = f"O{len(parley.export()['outcomes']) + 1}"
    service = f"SV{len(parley.export()['scope']) + 1}"
    for typed in (
        f"outcome add {flat}",
        f"outcome add {flat[:200].strip()}",
        f"metric add {outcome} {flat} weight 0.5% baseline 4% target 5%",
        f"metric add {outcome} {flat[:2000]} weight 0.5% baseline 4% target 5%",
        f"metric reword {outcome}.1 {flat[:3000]} again",
        *(f"metric set {outcome}.1 {field} {flat[:1500]}" for field in ("definition", "source", "lag", "review")),
        f"agree {outcome}.1",
        *("outcomes", f"outcome {outcome}", f"metric {outcome}.1", f"outcomes pay {outcome}.1=met of £35m"),
        f"metric withdraw {outcome}.1 because {flat}",
        f"scope add {flat} in",
        f"scope add {flat[:150].strip()} in budget £1m from {flat[:900]}",
        f"scope move {service} out because {flat}",
        f"value £135m over 3 years on 2014 source {flat[:900]}",
        f"term 5+1 from 2015 source {flat[:900]}",
        f"term extend because {flat}",
        *("scope", "value", "term"),
    ):
        _answered(parley, typed, cast.chair)
    parley.deliver()


def _brief(parley: Parley, ref: str) -> None:
    """A brief asked for, posted for each circle, and brought up to date with everything that can change."""
    for room in (cast.joint, cast.ccg_caucus):
        reply = parley.slash(f"brief {ref}", by=cast.chair, where=room)
        assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == []
        parley.slash(f"brief {ref} here", by=cast.chair, where=room)
    parley.presses("brief.ask", f"OXMH {ref}", by=cast.lead)
    parley.deliver()
    _answered(parley, f"agenda add {ref} Everything else", cast.chair)
    sending.watch(parley.deps)
    parley.deliver()


def _plan_move_and_cancel(parley: Parley, flat: str) -> None:
    """A meeting with everything that can be said of it, answered by everybody, moved, cancelled."""
    when = "on 15 dec 2026 at 10:00 for 2h"
    _answered(parley, f"meeting add negotiation {flat[:500]} {when} prep 4h place {flat[:300]}", cast.chair)
    ref = next(m["ref"] for m in parley.export()["meetings"] if m["starts_at"].startswith("2026-12-15"))
    guest = re.sub(r"[^\w ]", "", flat)[:1000]
    for typed in (
        f"meeting purpose {ref} {flat}",
        f"meeting rules {ref} {flat}",
        f"paper add {ref} {flat} {cast.lead.mention}",
        f"agenda add {ref} {flat} for 3 h {cast.lead.mention}",
        f"attend {ref} {cast.lead.mention}, {guest} as negotiator",
        f"meeting prepared {ref} 5h",
        *(f"meeting {ref}", f"agenda {ref}", "meetings"),
    ):
        _answered(parley, typed, cast.chair)
    parley.deliver()
    parley.presses("meeting.yes", f"OXMH {ref}", by=cast.chair)
    parley.presses("meeting.no", f"OXMH {ref}", by=cast.scribe)
    parley.presses("meeting.deputy", f"OXMH {ref}", by=cast.lead)
    _fill_in(parley, cast.lead, guest, "")
    parley.presses("meeting.agenda", f"OXMH {ref}", by=cast.chair)
    parley.presses("meeting.start", f"OXMH {ref}", by=cast.observer)  # who may not
    _answered(parley, f"meeting {ref}", cast.observer)
    parley.deliver()
    _brief(parley, ref)
    _answered(parley, f"meeting move {ref} to 16 dec 2026 at 10:00 because {flat}", cast.chair)
    parley.deliver()
    _answered(parley, f"meeting cancel {ref} because {flat}", cast.chair)
    for form in ("ics", "json", "xlsx", "md", "html", "pdf", "docx"):
        _answered(parley, f"export {form}", cast.chair)
    parley.deliver()


def _bring_minutes_to_their_end(parley: Parley, flat: str, words: str) -> None:
    """Asked to be corrected, circulated, corrected after an approval, approved by everybody, and given to others."""
    parley.deliver()
    parley.presses("minutes.correct", "OXMH N1 1", by=cast.lead)
    _fill_in(parley, cast.lead, words, "")
    parley.deliver()
    parley.presses("minutes.circulate", "OXMH N1 1", by=cast.scribe)
    parley.presses("minutes.file:pdf", "OXMH N1 1 pdf", by=cast.observer)
    parley.deliver()
    parley.presses("minutes.approve", "OXMH N1 1", by=cast.lead)
    parley.deliver()
    parley.presses("minutes.accept", "OXMH N1 1", by=cast.scribe)
    _answered(parley, f"minutes correct N1 {flat} again", cast.lead)
    parley.deliver()
    parley.presses("minutes.decline", "OXMH N1 2", by=cast.scribe)
    _fill_in(parley, cast.scribe, words, "2026-12-12")
    _answered(parley, f"confidential AG1 because {flat}", cast.chair)
    for by in (cast.chair, cast.lead):
        parley.presses("minutes.approve", "OXMH N1 2", by=by)
    _answered(parley, "minutes N1 for public", cast.lead)
    assert [row["status"] for row in parley.export()["minutes"]] == ["circulated", "approved"]


def _look_at_home(parley: Parley, flat: str) -> None:
    """Everybody's App Home, with all that waits at the end of the evening; a second negotiation to choose from."""
    parley.slash(f"new NEXT {flat[:200]}", by=cast.chair, where=cast.elsewhere)
    _answered(parley, f"action {flat[:2000]} {cast.chair.mention} by 30 nov 2026", cast.chair)
    for person in cast.everybody:
        assert parley.opens_home(person)["blocks"]
    done = next(each for each in elements(parley.home(cast.chair)) if each["action_id"] == "action.done")
    parley.presses_at_home("action.done", done["value"], by=cast.chair)
    parley.presses_at_home("home.choose", "OXMH", by=cast.chair, kind="static_select")
    assert "OXMH" in parley.home(cast.chair)["blocks"][0]["text"]["text"]


def _judge_and_recommend(parley: Parley, flat: str, words: str) -> None:
    _answered(parley, f"milestone add {flat[:300]} on 14 dec 2026 kind gateway", cast.chair)
    ref = parley.export()["milestones"][-1]["ref"]
    _answered(parley, f"gateway {ref} amber because {flat}", cast.chair)
    shown = parley.slash(f"recommend {ref} {flat}", by=cast.chair)
    _press_first(parley, cast.chair, shown.blocks, cast.joint.id)
    _fill_in(parley, cast.chair, words, "2026-12-12")
    _answered(parley, f"recommend {flat}", cast.scribe)
    action = parley.export()["actions"][-1]["ref"]
    for typed in (
        *(f"extend {action} to 14 dec 2026 because {flat}", f"reassign {action} to {cast.lead.mention}"),
        *(f"done {action} {flat}", f"reopen {action} because {flat}", f"gateway {ref}"),
    ):
        _answered(parley, typed, cast.chair)


def test_the_administrator_is_told_what_could_not_be_delivered(parley: Parley) -> None:
    parley.set_up()
    parley.api.channels[cast.joint.id].members.remove(parley.api.bot_user_id)
    parley.slash("agree Payment falls due within 30 days.", by=cast.chair)
    (message,) = parley.posted(cast.chair)
    assert "Parley could not deliver a message of OXMH" in message["text"]
    assert "Payment" not in message["text"]
    assert {row.state for row in outbox_rows(parley) if row.kind == "agreement.card"} == {OutboxState.DEAD}


def _answered(parley: Parley, typed: str, by: cast.Person) -> None:
    reply = parley.slash(typed, by=by)
    assert faults_in_message({"text": reply.text, "blocks": reply.blocks}) == [], typed[:60]
    assert "Something" not in reply.text, typed[:60]


def _press_what_is_offered(parley: Parley, person: cast.Person) -> None:
    """Press the first button of the person's last private message."""
    _press_first(parley, person, parley.posted(person)[-1]["blocks"], f"D{person.id[1:]}")


def _press_first(parley: Parley, person: cast.Person, shown: list[dict[str, Any]], where: str) -> None:
    (first, *_) = [block["elements"][0] for block in shown if block["type"] == "actions"]
    assert first["action_id"] in routes.BUTTONS
    parley.presses(first["action_id"], first["value"], by=person, where=where)


def _fill_in(parley: Parley, person: cast.Person, words: str, due: str, **instead: str) -> None:
    """Fill in whatever the open form asks, and send it; `instead` names the fields that hold something else."""
    form = parley.api.modal(person.id)
    assert form is not None
    values: dict[str, dict[str, Any]] = {}
    for block in form["blocks"]:
        if block["type"] == "input":
            kind = block["element"]["type"]
            if kind == "plain_text_input":
                values[block["block_id"]] = {"type": kind, "value": instead.get(block["block_id"], words[:3000])}
            elif kind == "datepicker":
                values[block["block_id"]] = {"type": kind, "selected_date": due}
            elif kind == "multi_users_select":
                values[block["block_id"]] = {"type": kind, "selected_users": [person.id]}
            else:
                values[block["block_id"]] = {"type": kind, "selected_option": block["element"]["options"][0]}
    assert parley.submits(form, values, by=person) == {}
    parley.api.settle_modal(person.id)
