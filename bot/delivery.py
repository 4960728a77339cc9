"""From the outbox to Slack, once each: claim, look again at what is to be said, post, mark.

Between posting and marking the process may die, or Slack's answer may be lost. Such a row is given back
as *maybe posted*, and before it is posted again the conversation is searched for its key. Slack offers
no idempotency key of its own; this is the design of `docs/architecture.md`, "Said once".
"""

import hashlib
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError, URLError

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot import roster
from bot.outbox import File, Message, Notice, Reaction, Update, Whisper
from bot.record import departures
from bot.setup import sharing
from bot.slack import blocks, mentioning, mrkdwn
from storage import Database, Session, negotiations, outbox
from storage.tables import Negotiation, OutboxRow, OutboxState, Role

log = structlog.get_logger()

Read = Callable[[Session, OutboxRow], Notice | None]

HTTP_TIMEOUT_SECONDS = 10
LEASE = timedelta(seconds=6 * HTTP_TIMEOUT_SECONDS)
MOST_FAULTS = 12  # of our own; Slack is tried at least as often, and for as long as PATIENCE
PATIENCE = timedelta(days=7)
BETWEEN_POSTS = timedelta(seconds=1)  # a channel takes about one message a second (docs.slack.dev, "Rate limits")
BURST = 5
BELIEVED = timedelta(minutes=1)  # what Slack said of a channel
BETWEEN_CHANGES = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=10)
CLOCKS_DIFFER = timedelta(days=1)  # at most; looking back further costs a page or two, and only after a fault
METADATA_EVENT = "parley_notice"
# Slack will not change such a message any more, but takes a new one (docs.slack.dev, "chat.update").
CANNOT_CHANGE = ("edit_window_closed", "message_not_found", "cant_update_message", "is_inactive")


class Again(Exception):
    """Not now. `maybe_posted` False means Slack certainly did not take it; `pause` is the least it asks for.

    `ours`: the fault is in Parley, and will not go away by waiting.
    """

    def __init__(self, why: str, *, maybe_posted: bool, pause: timedelta = timedelta(0), ours: bool = False) -> None:
        super().__init__(why)
        self.maybe_posted = maybe_posted
        self.pause = pause
        self.ours = ours


class Soon(Exception):
    """The message was written or changed a moment ago: its next change waits until then."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until.isoformat())
        self.until = until


class Refused(Exception):
    """Slack will never take this. `about` is the message that could not be changed: that is told once."""

    def __init__(self, why: str, about: str = "") -> None:
        super().__init__(why)
        self.about = about


class Pace:
    """How much each conversation can take: a message a second after a short burst, and none while Slack wants it
    left alone. And how often a message is changed: once a second. What comes sooner stays in the outbox.
    """

    def __init__(self) -> None:
        self._paid_until: dict[str, datetime] = {}
        self._written: dict[str, datetime] = {}
        self._seen: datetime | None = None

    def resting(self, now: datetime) -> list[str]:
        """The recipients who have enough for now."""
        if self._seen is not None and now < self._seen:
            self._paid_until.clear()  # the clock was put back, and all this lies in a future that may be far off
        self._seen = now
        self._paid_until = {name: until for name, until in self._paid_until.items() if until > now}
        return [name for name, until in self._paid_until.items() if until > now + (BURST - 1) * BETWEEN_POSTS]

    def spoke(self, recipient: str, now: datetime) -> None:
        self._paid_until[recipient] = max(self._paid_until.get(recipient, now), now) + BETWEEN_POSTS

    def wrote(self, key: str, now: datetime) -> None:
        """The message with this key has been posted or changed."""
        self._written = {name: at for name, at in self._written.items() if now - BETWEEN_CHANGES < at <= now}
        self._written[key] = now

    def check_may_change(self, key: str, now: datetime) -> None:
        """Raises Soon when the message with this key was written less than a second ago."""
        at = self._written.get(key)
        if at is not None and at <= now < at + BETWEEN_CHANGES:
            raise Soon(at + BETWEEN_CHANGES)

    def rest(self, recipient: str, until: datetime) -> None:
        """Leave a recipient alone until then, and begin slowly again."""
        self._paid_until[recipient] = until + (BURST - 1) * BETWEEN_POSTS


class Rooms:
    """Which caucus channels are shared with another organisation: asked of Slack before something private is posted,
    and believed for a minute."""

    def __init__(self) -> None:
        self._asked: dict[str, tuple[datetime, bool]] = {}

    def shared(self, client: WebClient, channel: str, now: datetime) -> bool:
        asked = self._asked.get(channel)
        if asked is None or not timedelta(0) <= now - asked[0] < BELIEVED:
            found = _call(client.conversations_info, channel=channel)["channel"]
            asked = (now, bool(found.get("is_ext_shared") or found.get("is_pending_ext_shared")))
            self._asked[channel] = asked
        return asked[1]


def deliver_due(
    db: Database,
    client: WebClient,
    notices: Mapping[str, Read],
    now: Callable[[], datetime],
    worker: str,
    pace: Pace | None = None,
    rooms: Rooms | None = None,
) -> int:
    """Send everything that is due, one row after another; gives how many rows were dealt with."""
    count, rooms = 0, rooms or Rooms()
    while deliver_one(db, client, notices, now, worker, pace, rooms):
        count += 1
    return count


def new_worker() -> str:
    return uuid.uuid4().hex


def recover(db: Database, now: datetime) -> int:
    """Give back what a worker that is gone had claimed. Its lease is waited for: Slack may still be at it."""
    with db.transaction() as session:
        return outbox.release_stale(session, now)


def deliver_one(
    db: Database,
    client: WebClient,
    notices: Mapping[str, Read],
    now: Callable[[], datetime],
    worker: str,
    pace: Pace | None = None,
    rooms: Rooms | None = None,
) -> bool:
    """Claim and send the next due row; False when there is none. Without a `pace` nothing is spaced out."""
    resting = pace.resting(now()) if pace else []
    with db.snapshot() as session:
        if not outbox.anything_due(session, now(), resting):
            return False
    with db.transaction() as session:
        row = outbox.claim_next(session, worker, now(), LEASE, resting)
    if row is None:
        return False
    try:
        _check_private(db, client, row, rooms or Rooms(), now())
        posted, is_message = _send(db, client, notices, row, pace or Pace(), now)
        if pace and is_message:
            pace.spoke(row.recipient, now())
        with db.transaction() as session:
            if posted is None:
                outbox.finish(session, row, OutboxState.DROPPED)
            else:
                outbox.finish(session, row, OutboxState.SENT, channel=posted[0], ts=posted[1])
    except Soon as soon:
        with db.transaction() as session:
            outbox.postpone(session, row, soon.until, "", maybe_posted=False)
    except Again as again:
        if pace and again.pause:
            pace.rest(row.recipient, now() + again.pause)
        _try_again(db, row, again, now())
    except Refused as refused:
        _give_up(db, row, str(refused), now(), refused.about)
    except Exception as error:
        # A fault of our own in one notice must not hold up the others, nor be tried for ever.
        log.exception("notice_failed", kind=row.kind, row=row.id)
        _try_again(db, row, Again(type(error).__name__, maybe_posted=True, ours=True), now())
    return True


def _send(
    db: Database,
    client: WebClient,
    notices: Mapping[str, Read],
    row: OutboxRow,
    pace: Pace,
    now: Callable[[], datetime],
) -> tuple[tuple[str, str] | None, bool]:
    """Say what the row is about, as it stands now; gives (channel, ts), or None when nothing need be said.

    And whether it was a message: reactions, changes and private answers have limits of their own, and wider ones.
    """
    with db.snapshot() as session:
        notice = notices[row.kind](session, row)
        target = outbox.by_key(session, notice.of) if isinstance(notice, Update) else None
        thread = _thread(session, target or row) if isinstance(notice, Message | Update) else None
        if notice is not None and negotiations.guests_read(session, _reader(row)):
            notice = _by_mention(notice)
    if isinstance(notice, Update):
        pace.check_may_change(notice.of, now())
        pace.wrote(notice.of, now())
    match notice:
        case None:
            return None, False
        case Reaction():
            _react(client, notice)
            return (notice.channel, notice.ts), False
        case Whisper():
            return _whisper(client, row, notice), False
        case Update():
            return _update(db, client, row, notice, target, thread), False
        case Message():
            pace.wrote(row.key, now())
            return _post(client, row, row.recipient, notice, thread), True


def _reader(row: OutboxRow) -> str:
    """Who reads it: the person whom it answers, or whoever is in the channel it goes to."""
    alone = row.kind == "answer.private" or row.recipient.startswith("D")
    return str(row.payload.get("user") or row.recipient) if alone else row.recipient


def _by_mention(notice: Notice) -> Notice:
    """A notice for those who have no slash command, or who are among its readers."""
    match notice:
        case Message():
            return _mentioning(notice)
        case Update() | Whisper():
            return replace(notice, message=_mentioning(notice.message))
        case Reaction():
            return notice


def _mentioning(message: Message) -> Message:
    return replace(message, text=mentioning.told(message.text), blocks=mentioning.retold(message.blocks))


_FOR_ONE = ("answer.private", "capture.reaction")  # seen by the person alone, or without a word


def _check_private(db: Database, client: WebClient, row: OutboxRow, rooms: Rooms, now: datetime) -> None:
    """Raises Again while another organisation may be in a caucus channel and its party has not said that it is fine.

    Looked at just before something is posted: a channel may have become shared since (docs.slack.dev, "Slack Connect").
    """
    with db.snapshot() as session:
        room = negotiations.private_room(session, row.recipient) if row.kind not in _FOR_ONE else None
    if room is None:
        return
    shared = rooms.shared(client, room.channel_id, now)
    if shared != room.shared:
        with db.transaction() as session:
            sharing.noticed(session, room.channel_id, shared, at=now)
    if shared and not (room.shared and room.sharing_fine):
        raise Again(sharing.HELD, maybe_posted=False)


def _thread(session: Session, row: OutboxRow) -> str | None:
    """The thread that a row belongs in: one named, or that of the message another row has posted."""
    if row.payload.get("thread_of"):
        first = outbox.by_key(session, row.payload["thread_of"])
        if first is not None and first.state in (OutboxState.PENDING, OutboxState.SENDING):
            raise Again("the message above it is not there yet", maybe_posted=False)
        return first.sent_ts if first is not None else None
    return row.payload.get("thread_ts")


def _post(client: WebClient, row: OutboxRow, channel: str, message: Message, thread: str | None) -> tuple[str, str]:
    if channel.startswith(("U", "W")):
        channel = str(_call(client.conversations_open, users=channel)["channel"]["id"])
    token = key_token(row.key)
    if row.maybe_posted:
        found = _look_for(client, channel, row, token, message, thread)
        if found:
            if message.file is None:
                _replace(client, channel, found, row.key, message)  # things may have changed since that try
            return (channel, found)
    if message.file is not None:
        return (channel, _upload(client, channel, message.text, message.file, thread))
    answer = _call(
        client.chat_postMessage,
        channel=channel,
        text=blocks.fallback(message.text),
        blocks=_stamped(message.blocks, token) or None,
        metadata={"event_type": METADATA_EVENT, "event_payload": {"key": token}},
        unfurl_links=False,
        unfurl_media=False,
        **({"thread_ts": thread} if thread else {}),
    )
    return (channel, str(answer["ts"]))


def key_token(key: str) -> str:
    """What stands for a key in Slack, where other apps can read it: nothing can be told from it."""
    return hashlib.sha256(f"parley:{key}".encode()).hexdigest()[:32]


def _stamped(content: list[dict[str, Any]], token: str) -> list[dict[str, Any]]:
    """The blocks with the key as the first one's id, so that the message can be known again by it too."""
    if not content:
        return []
    return [{**content[0], "block_id": token}, *content[1:]]


def _look_for(
    client: WebClient, channel: str, row: OutboxRow, token: str, message: Message, thread: str | None
) -> str | None:
    """The ts of the message that an earlier try may have posted."""
    since = (row.first_try_at or row.due_at) - CLOCKS_DIFFER
    cursor = None
    while True:
        page = _call(
            client.conversations_replies if thread else client.conversations_history,
            channel=channel,
            oldest=f"{since.timestamp():.6f}",
            include_all_metadata=True,
            limit=200,
            **({"ts": thread} if thread else {}),
            **({"cursor": cursor} if cursor else {}),
        )
        for posted in page["messages"]:
            if _carries(posted, token, message):
                return str(posted["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None


def _carries(posted: Mapping[str, Any], token: str, message: Message) -> bool:
    payload = (posted.get("metadata") or {}).get("event_payload") or {}
    if payload.get("key") == token:
        return True
    if any(block.get("block_id") == token for block in posted.get("blocks") or []):
        return True
    return message.file is not None and any(file.get("name") == message.file.name for file in posted.get("files") or [])


def _upload(client: WebClient, channel: str, text: str, file: File, thread: str | None) -> str:
    answer = _call(
        client.files_upload_v2,
        channel=channel,
        filename=file.name,
        title=file.name,
        content=file.content,
        initial_comment=blocks.fallback(text),
        **({"alt_txt": blocks.cut(file.spoken, 1000)} if file.spoken else {}),
        **({"thread_ts": thread} if thread else {}),
    )
    # Sharing is asynchronous: Slack gives no message ts here, and the file's id is what can be found later.
    return str(answer["files"][0]["id"])


def _update(
    db: Database, client: WebClient, row: OutboxRow, notice: Update, target: OutboxRow | None, thread: str | None
) -> tuple[str, str] | None:
    """Change what the target has posted; where Slack does not change it any more, post it anew in its place."""
    if target is None or target.state in (OutboxState.PENDING, OutboxState.DROPPED, OutboxState.DEAD):
        return None  # it will be posted as it stands now, or never was
    if target.state == OutboxState.SENDING or target.sent_ts is None or target.sent_channel is None:
        raise Again("the message is being posted", maybe_posted=False)
    try:
        _replace(client, target.sent_channel, target.sent_ts, target.key, notice.message)
    except Refused as refused:
        if str(refused) not in CANNOT_CHANGE:
            raise Refused(str(refused), about=f"{target.id}:{refused}") from refused
    else:
        return (target.sent_channel, target.sent_ts)
    channel, ts = _post(client, row, target.sent_channel, notice.message, thread)
    with db.transaction() as session:
        outbox.posted_anew(session, target, channel, ts)
    return (channel, ts)


def _replace(client: WebClient, channel: str, ts: str, key: str, message: Message) -> None:
    _call(
        client.chat_update,
        channel=channel,
        ts=ts,
        text=blocks.fallback(message.text),
        blocks=_stamped(message.blocks, key_token(key)),
    )


def _whisper(client: WebClient, row: OutboxRow, notice: Whisper) -> tuple[str, str] | None:
    if row.maybe_posted:
        return None  # Slack cannot be asked, and twice is worse than once too few
    answer = _call(
        client.chat_postEphemeral,
        channel=notice.channel,
        user=notice.user,
        text=blocks.fallback(notice.message.text),
        blocks=notice.message.blocks or None,
        **({"thread_ts": notice.thread_ts} if notice.thread_ts else {}),
    )
    return (notice.channel, str(answer["message_ts"]))


def _react(client: WebClient, notice: Reaction) -> None:
    for name in notice.instead:
        _call(
            client.reactions_remove,
            ("no_reaction", "message_not_found"),
            channel=notice.channel,
            timestamp=notice.ts,
            name=name,
        )
    if notice.name:
        _call(
            client.reactions_add,
            ("already_reacted", "message_not_found"),
            channel=notice.channel,
            timestamp=notice.ts,
            name=notice.name,
        )


def _call(method: Callable[..., Any], fine: tuple[str, ...] = (), /, **arguments: Any) -> Any:
    """Call Slack and sort what may go wrong: not taken, perhaps taken, never to be taken."""
    try:
        return method(**arguments)
    except SlackApiError as error:
        status, reason = error.response.status_code, str(error.response.get("error", ""))
        if reason in fine:
            return error.response
        if status == 429:
            pause = _pause(error.response.headers.get("Retry-After"))
            raise Again("rate limited", maybe_posted=False, pause=pause) from error
        # The SDK reports an answer it cannot read as an error too; only a bare word is Slack's own refusal.
        if status == 200 and re.fullmatch(r"[a-z_]+", reason):
            raise _refusal(reason) from error
        raise Again(f"http {status}", maybe_posted=True) from error
    except HTTPError as error:  # the upload step of files_upload_v2 speaks plain HTTP
        pause = _pause(error.headers.get("Retry-After")) if error.code == 429 else timedelta(0)
        raise Again(f"http {error.code}", maybe_posted=error.code >= 500, pause=pause) from error
    except URLError as error:
        refused = isinstance(error.reason, ConnectionRefusedError)
        raise Again("no connection", maybe_posted=not refused) from error
    except (OSError, HTTPException, UnicodeDecodeError) as error:
        raise Again(type(error).__name__, maybe_posted=True) from error


def _pause(retry_after: str | None) -> timedelta:
    """How long Slack asks to be left alone."""
    return timedelta(seconds=int(retry_after) if retry_after and retry_after.isdecimal() else 30)


def _refusal(reason: str) -> Exception:
    passing = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
    if reason in passing:
        return Again(reason, maybe_posted=reason in ("internal_error", "fatal_error", "request_timeout"))
    return Refused(reason)


def _try_again(db: Database, row: OutboxRow, again: Again, now: datetime) -> None:
    # One failure alone never ends it: not after days of being away ourselves, nor after days without Slack.
    in_vain = row.error == str(again) if again.ours else now - (row.first_try_at or now) >= PATIENCE
    if in_vain and row.attempts >= MOST_FAULTS:
        _give_up(db, row, str(again), now)
        return
    until = now + (again.pause or min(timedelta(seconds=2 ** min(row.attempts, 16)), LONGEST_PAUSE))
    if again.maybe_posted and row.lease_until is not None:
        until = max(until, row.lease_until)  # Slack may still be at it: what is not there yet may come
    log.info("notice_postponed", kind=row.kind, row=row.id, why=str(again), seconds=(until - now).total_seconds())
    with db.transaction() as session:
        outbox.postpone(session, row, until, str(again), maybe_posted=again.maybe_posted)
        if again.pause:
            outbox.hold_back(session, row.recipient, until)  # what follows would meet the same answer


def _give_up(db: Database, row: OutboxRow, why: str, now: datetime, about: str = "") -> None:
    if why == "user_disabled" and row.negotiation_id is not None:
        with db.transaction() as session:
            team_id = negotiations.get(session, row.negotiation_id).team_id
            departures.noticed(session, team_id, row.recipient, True, at=now)
    _bury(db, row, why, now, about)


def _bury(db: Database, row: OutboxRow, why: str, now: datetime, about: str = "") -> None:
    """Never marked as sent: kept as dead, and told to the administrator (ids only); once, `about` one message."""
    log.error("notice_undeliverable", kind=row.kind, row=row.id, why=why)
    with db.transaction() as session:
        ours = outbox.finish(session, row, OutboxState.DEAD, error=why)
        if not ours or row.kind == "delivery.failed" or row.negotiation_id is None:
            return
        negotiation = negotiations.get(session, row.negotiation_id)
        to = _who_is_told(session, negotiation, row.recipient)
        if to is None:
            return
        outbox.add_once(
            session,
            "delivery.failed",
            key=f"delivery.failed:{_once(row, why, now) or about or row.id}",
            recipient=to,
            due_at=now,
            negotiation_id=row.negotiation_id,
            payload={"kind": row.kind, "why": why, "to": row.recipient},
        )


def _once(row: OutboxRow, why: str, now: datetime) -> str:
    """What is told once a day: that a channel is archived, however much was to be said there; else ""."""
    return f"{why}:{row.recipient}:{now:%Y-%m-%d}" if why == "is_archived" else ""


def _who_is_told(session: Session, negotiation: Negotiation, recipient: str) -> str | None:
    """The administrator; of what was meant for one side alone, a lead or chair of that side, and nobody else."""
    everyone = roster.seats(session, negotiation.id or 0)
    channels = {row.channel_id: row.party_id for row in negotiations.channels(session, negotiation.id or 0)}
    sides = {seat.person.user_id: seat.party.id for seat in everyone}
    party_id = channels.get(recipient) or sides.get(recipient)
    administrator = negotiations.people(session, [negotiation.created_by_id])[negotiation.created_by_id].user_id
    if party_id is None or sides.get(administrator) == party_id:
        return administrator
    able = {Role.LEAD, Role.CHAIR, Role.NEGOTIATOR, Role.SCRIBE}
    own = roster.here(seat for seat in roster.circle(everyone, party_id) if able & set(seat.member.roles))
    return next((seat.person.user_id for seat in own if seat.person.user_id != recipient), None)


def failed(session: Session, row: OutboxRow) -> Message:
    """To the administrator: something could not be said, and why."""
    negotiation = negotiations.get(session, row.negotiation_id or 0)
    why, kind = row.payload["why"], str(row.payload["kind"]).replace(".", " ")
    if why in _LEFT and row.payload.get("to", "").startswith(("U", "W")):
        gone = mrkdwn.mark(row.payload["to"])
        return Message(
            f"{gone} has left Slack, so Parley could not tell them something of {negotiation.code} ({kind}). The "
            "record is safe. `/parley actions` shows what is theirs: hand it on, `/parley reassign A3 to @somebody`, "
            "and seat somebody in their place, `/parley member add @somebody to PARTY as ROLE`."
        )
    if why == "is_archived":
        return Message(
            f"A channel of {negotiation.code} is archived, so Parley could not say something there ({kind}). "
            f"The record is safe. Unarchive it, or {_ELSEWHERE}"
        )
    said = why if why == sharing.HELD else f"Slack says {why}"
    return Message(
        f"Parley could not deliver a message of {negotiation.code} ({kind}): {said}. The record is safe. "
        f"{_WAYS_ON.get(why, _WAY_ON)}"
    )


_WAY_ON = "Check that Parley is still a member of the channel, then type `/parley status` there."
_ELSEWHERE = (
    "make another channel take its place: type `/parley channel joint` or `/parley channel caucus PARTY` in it."
)
_LEFT = frozenset({"user_not_found", "user_disabled", "account_inactive"})
_WAYS_ON = {
    "channel_not_found": f"The channel is gone, or Parley was taken out of it. Invite it again, or {_ELSEWHERE}",
    sharing.HELD: "Make another channel your caucus: type `/parley channel caucus PARTY` in it.",
}
