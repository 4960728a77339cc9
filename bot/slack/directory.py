"""What Slack knows of people and channels: names, who has left, and where Parley is."""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

log = structlog.get_logger()


class Directory:
    """Names by user id, asked of Slack once for each person and process, and what Slack tells unasked; channels are
    asked for each time.

    Whether somebody's account is deactivated comes with their name; `news` is what nobody has taken note of yet.
    """

    def __init__(self, client: WebClient) -> None:
        self._client = client
        self._names: dict[str, str] = {}
        self._left: dict[str, bool] = {}
        self._news: dict[str, bool] = {}

    def names(self, user_ids: set[str]) -> dict[str, str]:
        """The names of these people. Where Slack will not tell, the id stands in, and is asked again later."""
        return {user_id: self._names.get(user_id) or self._ask(user_id) for user_id in sorted(user_ids)}

    def left(self, user_ids: Iterable[str]) -> frozenset[str]:
        """Those of these people who have left, as far as is known."""
        return frozenset(user_id for user_id in user_ids if self._left.get(user_id))

    def told(self, user: Mapping[str, Any]) -> None:
        """Somebody's account changed, says Slack (the event `user_change`)."""
        self._names.pop(user["id"], None)
        self._learn(user["id"], user)

    def news(self) -> dict[str, bool]:
        """Who has left (True) or is there (False), since it was last taken note of."""
        return dict(self._news)

    def noted(self, news: Mapping[str, bool]) -> None:
        for user_id, left in news.items():
            if self._news.get(user_id) == left:
                del self._news[user_id]

    def _learn(self, user_id: str, user: Mapping[str, Any]) -> None:
        left = bool(user.get("deleted"))
        if self._left.get(user_id) != left:
            self._left[user_id] = self._news[user_id] = left

    def _ask(self, user_id: str) -> str:
        try:
            user = self._client.users_info(user=user_id)["user"]
        except (SlackClientError, OSError) as error:
            log.warning("name_unknown", user=user_id, error=type(error).__name__)
            return user_id
        self._learn(user_id, user)
        profile = user.get("profile") or {}
        name = profile.get("real_name") or user.get("real_name") or user.get("name") or user_id
        self._names[user_id] = str(name).strip() or user_id
        return self._names[user_id]

    def absent_from(self, channel_ids: set[str]) -> frozenset[str]:
        """Those of these channels where Parley is not and could say nothing; where Slack will not tell, it may be."""
        return frozenset(channel_id for channel_id in sorted(channel_ids) if self._is_absent(channel_id))

    def _is_absent(self, channel_id: str) -> bool:
        try:
            channel = self._client.conversations_info(channel=channel_id)["channel"]
        except SlackApiError as error:
            # So Slack says of a private channel that the bot is not in (docs.slack.dev, "conversations.info").
            return str(error.response.get("error", "")) == "channel_not_found"
        except (SlackClientError, OSError) as error:
            log.warning("channel_unknown", error=type(error).__name__)
            return False
        return channel.get("is_member") is False
