"""Files that people share, fetched with the bot's own token and from Slack alone.

Slack describes a file in the message's `files`; whoever made it up could name any address there, and in
channels shared with other organisations Slack gives only its id (`file_access: check_file_info`). So the file
is always asked for by its id, and the token is sent nowhere but to Slack.
"""

import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPMessage, HTTPResponse
from typing import IO, Any
from urllib.error import HTTPError
from urllib.parse import urlsplit

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import UserError

SECONDS = 20
_LOOKED_AT = 100  # messages, back from the newest, among which a person's file is looked for
_CHUNK = 1 << 16
ONE_AT_A_TIME = "Share one file at a time: each is a version of the contract."
_MAY_NOT_READ = (
    "Slack does not let Parley read {name}. Ask your administrator whether the app has the scope files:read."
)
_DELETED = "{name} has been deleted. Share it again."
_NOT_HERE = "Parley is not in this channel and cannot see its files. Invite it, `/invite @Parley`, and try again."

# Slack's answers that waiting does not change (docs.slack.dev, "files.info", "conversations.history").
_FINAL = {
    "file_not_found": _DELETED,
    "file_deleted": _DELETED,
    "missing_scope": _MAY_NOT_READ,
    "access_denied": _MAY_NOT_READ,
    "no_permission": _MAY_NOT_READ,
    "not_in_channel": _NOT_HERE,
    "channel_not_found": _NOT_HERE,
}


@dataclass(frozen=True)
class SharedFile:
    name: str
    data: bytes


class SharedFiles:
    """The files of a workspace, as far as the bot may see them."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def fetch(self, file_id: str, channel: str, user: str, *, at_most: int) -> SharedFile:
        """A file by its id; with "" for id, the one that this person shared last in this channel.

        Raises UserError for a file that is not there, is not the bot's to read, is kept outside Slack or is
        larger than `at_most` bytes, and what Slack's client raises when Slack cannot be asked.
        """
        file = _asked(self._client.files_info, file=file_id or self._newest(channel, user))["file"]
        name, size = str(file.get("name") or "the file"), int(file.get("size") or 0)
        if file.get("mode") in ("tombstone", "hidden_by_limit"):
            raise UserError(_DELETED.format(name=name))
        if size > at_most:
            raise UserError(
                f"{name} has {size // 1_000_000} MB and Parley reads up to {at_most // 1_000_000} MB. Take out its "
                "pictures, or share the contract in parts."
            )
        address = str(file.get("url_private_download") or file.get("url_private") or "")
        if file.get("is_external") or not self._is_slacks(address):
            raise UserError(f"{name} is kept outside Slack, where Parley does not go. Upload it to this channel.")
        return SharedFile(name, self._download(address, name, at_most))

    def _newest(self, channel: str, user: str) -> str:
        messages = _asked(self._client.conversations_history, channel=channel, limit=_LOOKED_AT)["messages"]
        for message in messages:
            if message.get("user") == user and message.get("files"):
                if len(message["files"]) > 1:
                    raise UserError(ONE_AT_A_TIME)
                return str(message["files"][0]["id"])
        raise UserError(
            "You have shared no file here lately. Share the contract in this channel as a Word (.docx) or Markdown "
            "file, then type `/parley clause import`; or mention Parley in the file's message: `@Parley clause import`."
        )

    def _is_slacks(self, address: str) -> bool:
        parts, own = urlsplit(address), urlsplit(self._client.base_url)
        if (parts.scheme, parts.netloc) == (own.scheme, own.netloc):
            return True
        host = parts.hostname or ""
        return parts.scheme == "https" and (host == "slack.com" or host.endswith(".slack.com"))

    def _download(self, address: str, name: str, at_most: int) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - the address was checked to be Slack's
            address, headers={"Authorization": f"Bearer {self._client.token}"}
        )
        opener = urllib.request.build_opener(_NoRedirect)
        try:
            with opener.open(request, timeout=SECONDS) as answer:
                data = _read(answer, name, at_most)
        except HTTPError as error:
            if error.code >= 500 or error.code == 429:  # an OSError: asked again later
                raise
            raise UserError(_MAY_NOT_READ.format(name=name)) from error
        if data.lstrip()[:15].lower() == b"<!doctype html>" and not name.casefold().endswith((".html", ".htm")):
            raise UserError(_MAY_NOT_READ.format(name=name))  # Slack's sign-in page, sent with status 200
        return data


def _asked(method: Callable[..., Any], **arguments: Any) -> Any:
    """Slack's answer. Raises UserError where it will never be another."""
    try:
        return method(**arguments)
    except SlackApiError as error:
        final = _FINAL.get(str(error.response.get("error", "")))
        if final is None:
            raise
        raise UserError(final.format(name="the file")) from error


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Slack sends whoever may not read a file to its sign-in page; the token goes nowhere else."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _read(answer: HTTPResponse | Any, name: str, at_most: int) -> bytes:
    data = bytearray()
    while chunk := answer.read(_CHUNK):
        data += chunk
        if len(data) > at_most:
            raise UserError(f"{name} has more than {at_most // 1_000_000} MB, and Parley reads no more.")
    if answer.length:  # what was announced and did not come; half a contract reads like a whole one
        raise ConnectionError(f"{answer.length} bytes are missing")
    return bytes(data)
