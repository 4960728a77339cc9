"""People's App Home, as Slack keeps it: one view for each person, which Parley puts there."""

import re
from datetime import timedelta
from http.client import HTTPException
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

_PASSING = {"ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout"}
_USUAL_PAUSE = timedelta(seconds=30)


class NotPublished(Exception):
    """Slack did not take a view."""


class NotNow(NotPublished):
    """Slack cannot be reached, or wants to be left alone; after `pause` it may be tried again."""

    def __init__(self, why: str, pause: timedelta = _USUAL_PAUSE) -> None:
        super().__init__(why)
        self.pause = pause


class Changed(NotPublished):
    """Slack shows another view than the one that was to be replaced."""


class Homes:
    def __init__(self, client: WebClient) -> None:
        self._client = client

    def publish(self, user_id: str, view: dict[str, Any], instead_of: str) -> str:
        """Put a view in somebody's App Home, and give Slack's hash of it.

        `instead_of` is the hash of the view that should be there; "" replaces whatever is. Publishing twice does no
        harm. Raises NotNow, Changed, and NotPublished for what waiting does not change, such as a person who left.
        """
        named = {"hash": instead_of} if instead_of else {}
        try:
            answer = self._client.views_publish(user_id=user_id, view=view, **named)
            return str(answer["view"]["hash"])
        except SlackApiError as error:
            raise _sorted(error) from error
        except (SlackClientError, OSError, HTTPException, UnicodeDecodeError) as error:
            raise NotNow(type(error).__name__) from error


def _sorted(error: SlackApiError) -> NotPublished:
    """What to make of a refusal. The SDK reports an answer that it cannot read as one too."""
    status, reason = error.response.status_code, str(error.response.get("error", ""))
    if status == 429:
        asked = str(error.response.headers.get("Retry-After") or "")
        return NotNow("rate limited", timedelta(seconds=int(asked)) if asked.isdecimal() else _USUAL_PAUSE)
    if reason == "hash_conflict":
        return Changed(reason)
    if status == 200 and re.fullmatch(r"[a-z_]+", reason) and reason not in _PASSING:
        return NotPublished(reason)
    return NotNow(reason if re.fullmatch(r"[a-z_]+", reason) else f"http {status}")
