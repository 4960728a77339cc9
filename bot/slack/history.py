"""Messages that Slack tells of without their words, as it does of reactions: they are asked for."""

from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.errors import UserError


class Messages:
    """The messages of the channels that the bot is in."""

    def __init__(self, client: WebClient) -> None:
        self._client = client

    def at(self, channel: str, ts: str) -> dict[str, Any] | None:
        """The message with this ts, a reply in a thread too; None when it is gone.

        Raises UserError where Slack will not show it, and what Slack's client raises when Slack cannot be asked.
        """
        only: dict[str, Any] = {"channel": channel, "oldest": ts, "latest": ts, "inclusive": True, "limit": 1}
        try:
            found = self._client.conversations_history(**only)["messages"]
            if not any(message["ts"] == ts for message in found):
                found = self._client.conversations_replies(**only, ts=ts)["messages"]
        except SlackApiError as error:
            reason = str(error.response.get("error", ""))
            if reason in ("thread_not_found", "message_not_found"):
                return None
            if error.response.status_code != 200 or reason in ("ratelimited", "internal_error", "fatal_error"):
                raise
            raise UserError(
                "Slack does not show Parley that message, so it was not recorded. Check that Parley is in this "
                "channel, `/invite @Parley`, and react again."
            ) from error
        return next((message for message in found if message["ts"] == ts), None)
