"""The Slack of our tests behaves like Slack, seen through slack_sdk, and so do its faults."""

import http.client
import io
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.error import HTTPError

import pytest
from slack_bolt import App
from slack_bolt.request import BoltRequest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry import ConnectionErrorRetryHandler, FixedValueRetryIntervalCalculator

from tests.slack_api import Faults, SlackApi, slack_api

SECTION = {"type": "section", "text": {"type": "mrkdwn", "text": "*Agreed*"}}
NOTE = {"event_type": "note", "event_payload": {"key": "k1"}}


@pytest.fixture
def api() -> Iterator[SlackApi]:
    with slack_api() as api:
        api.add_user("UDANA", "Dana")
        api.add_channel("CDEAL", "deal", members=["UDANA"])
        yield api


@pytest.fixture
def client(api: SlackApi) -> WebClient:
    return client_of(api)


def client_of(api: SlackApi, **more: Any) -> WebClient:
    return WebClient(**{"token": api.token, "base_url": api.url, "retry_handlers": [], "timeout": 5, **more})


def error_of(call: Any, *arguments: Any, **named: Any) -> str:
    with pytest.raises(SlackApiError) as refused:
        call(*arguments, **named)
    return str(refused.value.response["error"])


def modal(**more: Any) -> dict[str, Any]:
    return {"type": "modal", "title": {"type": "plain_text", "text": "Agree"}, "blocks": [SECTION], **more}


# Messages


def test_a_message_is_kept_whole(api: SlackApi, client: WebClient) -> None:
    first = client.chat_postMessage(channel="CDEAL", text="one", blocks=[SECTION], metadata=NOTE)
    second = client.chat_postMessage(channel="CDEAL", text="two", thread_ts=first["ts"])
    assert second["ts"] > first["ts"]
    assert [m["text"] for m in api.messages("CDEAL")] == ["one", "two"]
    assert api.messages("CDEAL")[0]["blocks"] == [SECTION]
    assert [post["channel"] for post in api.posts()] == ["CDEAL", "CDEAL"]

    seen = client.conversations_history(channel="CDEAL")["messages"]
    assert [(m["text"], "metadata" in m) for m in seen] == [("one", False)]
    seen = client.conversations_history(channel="CDEAL", include_all_metadata=True)["messages"]
    assert seen[0]["metadata"] == NOTE
    replies = client.conversations_replies(channel="CDEAL", ts=first["ts"])["messages"]
    assert [m["text"] for m in replies] == ["one", "two"]


def test_history_is_cut_by_time_and_by_page(api: SlackApi, client: WebClient) -> None:
    said = [api.say("CDEAL", "UDANA", str(n))["ts"] for n in range(5)]
    after = client.conversations_history(channel="CDEAL", oldest=said[2])["messages"]
    assert [m["text"] for m in after] == ["4", "3"]
    assert len(client.conversations_history(channel="CDEAL", oldest=said[2], inclusive=True)["messages"]) == 3
    pages = [[m["text"] for m in page["messages"]] for page in client.conversations_history(channel="CDEAL", limit=2)]
    assert pages == [["4", "3"], ["2", "1"], ["0"]]


def test_an_update_keeps_what_it_does_not_name(api: SlackApi, client: WebClient) -> None:
    ts = client.chat_postMessage(channel="CDEAL", text="one", blocks=[SECTION], metadata=NOTE)["ts"]
    client.chat_update(channel="CDEAL", ts=ts, text="two")
    (message,) = api.messages("CDEAL")
    assert (message["text"], message["blocks"], message["metadata"]) == ("two", [SECTION], NOTE)
    assert error_of(client.chat_update, channel="CDEAL", ts=ts, text="x" * 4_001) == "msg_too_long"
    theirs = api.say("CDEAL", "UDANA", "mine")["ts"]
    assert error_of(client.chat_update, channel="CDEAL", ts=theirs, text="x") == "cant_update_message"
    client.chat_delete(channel="CDEAL", ts=ts)
    assert error_of(client.chat_update, channel="CDEAL", ts=ts, text="x") == "message_not_found"


@pytest.mark.filterwarnings("ignore:The top-level `text`")
def test_what_slack_refuses(api: SlackApi, client: WebClient) -> None:
    api.add_channel("COLD", archived=True)
    api.add_channel("CELSE", bot=False)
    api.add_channel("CSECRET", bot=False, private=True)
    post = client.chat_postMessage
    assert error_of(client_of(api, token="xoxb-other").auth_test) == "invalid_auth"
    assert error_of(client_of(api, token=None).auth_test) == "not_authed"
    assert error_of(post, channel="CNONE", text="x") == "channel_not_found"
    assert error_of(post, channel="CSECRET", text="x") == "channel_not_found"
    assert error_of(post, channel="CELSE", text="x") == "not_in_channel"
    assert error_of(post, channel="COLD", text="x") == "is_archived"
    assert error_of(post, channel="CDEAL", text="") == "no_text"
    assert error_of(post, channel="CDEAL", text="x" * 40_001) == "msg_too_long"
    assert error_of(post, channel="CDEAL", text="x", blocks=[{"type": "section"}]) == "invalid_blocks"
    assert error_of(post, channel="CDEAL", text="x", metadata={"event_type": "n"}) == "invalid_metadata_format"
    assert error_of(post, channel="CDEAL", text="x", thread_ts="1.000000") == "thread_not_found"
    assert error_of(client.api_call, "chat.sing") == "unknown_method"
    assert api.posts() == []


def test_house_rules_are_noted_but_obeyed(api: SlackApi, client: WebClient) -> None:
    client.chat_postMessage(channel="CDEAL", text="Hello <!channel>")
    assert "pings everyone" in api.house_faults[0]


def test_people_direct_messages_and_reactions(api: SlackApi, client: WebClient) -> None:
    direct = client.conversations_open(users="UDANA")["channel"]["id"]
    assert client.chat_postMessage(channel="UDANA", text="psst")["channel"] == direct
    assert [m["text"] for m in api.messages("UDANA")] == ["psst"]
    assert client.conversations_info(channel=direct)["channel"]["is_im"]
    assert client.conversations_members(channel="CDEAL")["members"] == ["UDANA", api.bot_user_id]
    assert client.users_info(user="UDANA")["user"]["tz"] == "Europe/London"
    assert error_of(client.users_info, user="UNONE") == "user_not_found"
    assert len(client.users_list()["members"]) == 2

    client.chat_postEphemeral(channel="CDEAL", user="UDANA", text="only you")
    assert (api.ephemerals[0]["to"], api.messages("CDEAL")) == ("UDANA", [])
    ts = api.say("CDEAL", "UDANA", "hello")["ts"]
    client.reactions_add(channel="CDEAL", timestamp=ts, name="eyes")
    assert error_of(client.reactions_add, channel="CDEAL", timestamp=ts, name="eyes") == "already_reacted"
    client.reactions_remove(channel="CDEAL", timestamp=ts, name="eyes")
    assert error_of(client.reactions_remove, channel="CDEAL", timestamp=ts, name="eyes") == "no_reaction"
    assert client.chat_getPermalink(channel="CDEAL", message_ts=ts)["permalink"].startswith("https://")


# Views


def test_a_modal_opens_once_per_trigger_and_three_deep(api: SlackApi, client: WebClient) -> None:
    trigger = api.new_trigger("UDANA")
    opened = client.views_open(trigger_id=trigger, view=modal(private_metadata="p1"))["view"]
    assert api.modal("UDANA") == opened
    assert error_of(client.views_open, trigger_id=trigger, view=modal()) == "exchanged_trigger_id"
    assert error_of(client.views_open, trigger_id="x", view=modal()) == "invalid_trigger_id"
    changed = client.views_update(view_id=opened["id"], hash=opened["hash"], view=modal())["view"]
    assert changed["id"] == opened["id"]
    assert error_of(client.views_update, view_id=opened["id"], hash=opened["hash"], view=modal()) == "hash_conflict"
    assert error_of(client.views_update, view_id="V0", view=modal()) == "not_found"
    for _ in range(2):
        client.views_push(trigger_id=api.new_trigger("UDANA"), view=modal())
    assert error_of(client.views_push, trigger_id=api.new_trigger("UDANA"), view=modal()) == "push_limit_reached"
    api.settle_modal("UDANA")
    assert (api.modal("UDANA") or {})["previous_view_id"] == opened["id"]
    api.settle_modal("UDANA", {"response_action": "clear"})
    assert api.modal("UDANA") is None


def test_a_trigger_lasts_three_seconds_and_views_are_checked() -> None:
    clock = [1_790_000_000.0]
    with slack_api(now=lambda: clock[0]) as api:
        client, trigger = client_of(api), api.new_trigger("UDANA")
        assert error_of(client.views_open, trigger_id=trigger, view=modal(colour="red")) == "invalid_arguments"
        too_large = modal(blocks=[{**SECTION, "text": {"type": "mrkdwn", "text": "x" * 3_000}}] * 84)
        assert error_of(client.views_open, trigger_id=trigger, view=too_large) == "view_too_large"
        clock[0] += 3.1
        assert error_of(client.views_open, trigger_id=trigger, view=modal()) == "expired_trigger_id"


def test_a_home_belongs_to_one_person(api: SlackApi, client: WebClient) -> None:
    view = {"type": "home", "blocks": [SECTION]}
    first = client.views_publish(user_id="UDANA", view=view)["view"]
    client.views_publish(user_id="UDANA", view=view, hash=first["hash"])
    assert error_of(client.views_publish, user_id="UDANA", view=view, hash=first["hash"]) == "hash_conflict"
    assert (api.home("UDANA") or {})["id"] == first["id"]
    assert error_of(client.views_publish, user_id="UDANA", view=modal()) == "invalid_arguments"


# Files


def test_a_file_is_shared_as_a_message_of_its_own(api: SlackApi, client: WebClient) -> None:
    api.share_lag = 1
    done = client.files_upload_v2(
        channel="CDEAL", content="minutes", filename="minutes.md", title="Minutes", initial_comment="Here:"
    )
    assert done["file"]["shares"] == {}
    assert client.files_info(file=done["file"]["id"])["file"]["shares"] == {}
    shares = client.files_info(file=done["file"]["id"])["file"]["shares"]
    (message,) = api.messages("CDEAL")
    assert shares == {"public": {"CDEAL": [{"ts": message["ts"]}]}}
    assert (message["text"], message["files"][0]["title"]) == ("Here:", "Minutes")
    assert api.file_content(done["file"]["id"]) == b"minutes"
    assert api.posts() == []

    uploads: list[dict[str, Any]] = [
        {"content": "a", "title": "A"},
        {"file": io.BytesIO(b"b"), "filename": "b.txt"},
    ]
    client.files_upload_v2(channel="CDEAL", file_uploads=uploads)
    assert [file["title"] for file in api.messages("CDEAL")[-1]["files"]] == ["A", "b.txt"]


def test_a_private_file_needs_the_token(api: SlackApi) -> None:
    url = api.add_file("draft.docx", b"PK")["url_private"]
    with urllib.request.urlopen(url) as answer:
        assert b"Log in" in answer.read()
    request = urllib.request.Request(url, headers={"Authorization": f"Bearer {api.token}"})
    with urllib.request.urlopen(request) as answer:
        assert answer.read() == b"PK"


# Faults


def test_a_rate_limit_names_its_pause_and_records_nothing(api: SlackApi, client: WebClient) -> None:
    api.fail_next("chat.postMessage", "ratelimited", retry_after=2)
    with pytest.raises(SlackApiError) as limited:
        client.chat_postMessage(channel="CDEAL", text="x")
    assert (limited.value.response.status_code, limited.value.response.headers["Retry-After"]) == (429, "2")
    assert api.posts() == []
    client.chat_postMessage(channel="CDEAL", text="x")
    assert [call.fault for call in api.calls] == ["ratelimited", ""]


@pytest.mark.parametrize(
    ("kind", "raised", "recorded"),
    [
        ("is_archived", SlackApiError, 0),
        ("error_before", SlackApiError, 0),
        ("unavailable", SlackApiError, 0),
        ("drop_before", http.client.RemoteDisconnected, 0),
        ("error_after_recording", SlackApiError, 1),
        ("drop_after_recording", http.client.RemoteDisconnected, 1),
        ("half_body", http.client.IncompleteRead, 1),
        ("invalid_json", SlackApiError, 1),
    ],
)
def test_each_fault_as_the_sdk_shows_it(
    api: SlackApi, client: WebClient, kind: str, raised: type[Exception], recorded: int
) -> None:
    api.fail_next("chat.postMessage", kind)
    with pytest.raises(raised):
        client.chat_postMessage(channel="CDEAL", text="x")
    assert len(api.posts()) == recorded


@pytest.mark.parametrize("kind", ["late_answer", "late_after"])
def test_a_late_answer_is_a_timeout_and_the_message_stands(api: SlackApi, kind: str) -> None:
    api.fail_next("chat.postMessage", kind, seconds=0.4)
    with pytest.raises(TimeoutError):
        client_of(api, timeout=0.05).chat_postMessage(channel="CDEAL", text="x")
    if kind == "late_after":
        assert api.posts() == []
    assert len(api.wait_until(api.posts)) == 1


def test_the_default_retry_handler_posts_twice(api: SlackApi) -> None:
    """Why Parley posts with `retry_handlers=[]`."""
    api.fail_next("chat.postMessage", "drop_after_recording")
    default = ConnectionErrorRetryHandler(interval_calculator=FixedValueRetryIntervalCalculator(0))
    client_of(api, retry_handlers=[default]).chat_postMessage(channel="CDEAL", text="x")
    assert len(api.posts()) == 2


def test_a_lost_upload_is_an_http_error_not_a_slack_error(api: SlackApi, client: WebClient) -> None:
    api.fail_next("upload", "error_before")
    with pytest.raises(HTTPError):
        client.files_upload_v2(channel="CDEAL", content="x", filename="x.txt")
    assert api.messages("CDEAL") == []


def test_a_plan_repeats_itself_for_a_seed() -> None:
    plan = Faults(seed=7, rate_limited=0.2, drop_after_recording=0.2, methods={"chat.postMessage"})
    drawn = [plan.drawn("chat.postMessage", n) for n in range(1_000)]
    assert drawn == [plan.drawn("chat.postMessage", n) for n in range(1_000)]
    kinds = [fault.kind for fault in drawn if fault]
    assert 150 < kinds.count("ratelimited") < 250
    assert 150 < kinds.count("drop_after_recording") < 250
    assert plan.drawn("auth.test", 1) is None


def test_many_clients_at_once_under_a_plan(api: SlackApi) -> None:
    api.faults = Faults(seed=1, rate_limited=0.1, error_after_recording=0.1, drop_after_recording=0.1)

    def post(n: int) -> str:
        try:
            return str(client_of(api).chat_postMessage(channel="CDEAL", text=str(n))["ts"])
        except (SlackApiError, OSError):
            return ""

    with ThreadPoolExecutor(8) as pool:
        told = [ts for ts in pool.map(post, range(100)) if ts]
    kept = [message["ts"] for message in api.messages("CDEAL")]
    assert kept == sorted(set(kept))
    assert set(told) < set(kept)
    assert len(api.called("chat.postMessage")) == 100
    assert len(kept) == sum(call.fault != "ratelimited" for call in api.calls)


def test_bolt_starts_and_speaks_against_it(api: SlackApi, client: WebClient) -> None:
    app = App(client=client, signing_secret="s", process_before_response=True, request_verification_enabled=False)
    app.command("/parley")(lambda ack, client: ack(client.chat_postMessage(channel="CDEAL", text="hi")["ts"]))
    body = "command=%2Fparley&text=&user_id=UDANA&team_id=TPARLEY"
    answer = app.dispatch(BoltRequest(body=body, headers={"content-type": ["application/x-www-form-urlencoded"]}))
    assert answer.body == api.posts()[0]["ts"]
