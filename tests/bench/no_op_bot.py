"""The floor: a bot on Bolt's defaults that does nothing. Run as a process of its own."""

import os
import signal
import sys

from slack_bolt import App
from slack_bolt.adapter.socket_mode import SocketModeHandler
from slack_sdk import WebClient

app = App(client=WebClient(os.environ["SLACK_BOT_TOKEN"], base_url=os.environ["SLACK_API_URL"]))


@app.command("/parley")
def nothing(ack) -> None:
    ack()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    SocketModeHandler(app, os.environ["SLACK_APP_TOKEN"]).connect()
    print("Parley is listening", file=sys.stderr)  # what `BotProcess` waits for
    signal.pause()
