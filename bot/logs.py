"""Logging: JSON lines to stderr, ids and never texts."""

import logging
import re
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

_SECRET = re.compile(r"(xox[a-z]-|xapp-)[\w-]+|https://hooks\.slack\.com/\S+")


def configure(level: str) -> None:
    """Send every log line to stderr at this level and above, with tokens taken out."""
    number = logging.getLevelNamesMapping().get(level.upper(), logging.INFO)
    logging.basicConfig(level=max(number, logging.WARNING), stream=sys.stderr, format="%(name)s: %(message)s")
    # Bolt warns that it leaves the client's token aside: we tell it who we are instead (`routes.build_app`).
    logging.getLogger("slack_bolt.App").addFilter(_not_about_authorize)
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            _without_secrets,
            structlog.processors.JSONRenderer(),
        ],
    )


def _not_about_authorize(record: logging.LogRecord) -> bool:
    said = record.getMessage()
    return "`authorize` has been used" not in said and "you gave `client`" not in said


def _without_secrets(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return {key: _SECRET.sub("[secret]", value) if isinstance(value, str) else value for key, value in event.items()}
