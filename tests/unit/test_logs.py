"""What reaches the operator's screen."""

import logging

import structlog

from bot import logs


def test_bolt_s_word_about_authorize_is_left_out_and_nothing_else(caplog) -> None:
    logger = logging.getLogger("slack_bolt.App")
    before = list(logger.filters)
    try:
        logs.configure("info")
        logger.warning("As `installation_store` or `authorize` has been used, `token` will be ignored.")
        logger.warning("Unhandled request")
    finally:
        logger.filters[:] = before
        structlog.reset_defaults()
    assert [record.getMessage() for record in caplog.records] == ["Unhandled request"]
