"""The Slack app manifest, made from the routes so that it cannot ask for more than is used."""

from typing import Any

from bot import routes

# Least privilege: each scope with what needs it.
SCOPES = {
    "commands": "the /parley command and the shortcuts",
    "chat:write": "cards, answers and minutes",
    "im:write": "private notes to their author",
    "im:history": "finding one's own note again after a crash; direct messages to Parley",
    "app_mentions:read": "@Parley, where slash commands do not work",
    "channels:history": "reading keyword lines while a meeting is open",
    "groups:history": "the same in private channels",
    "channels:read": "hearing that Parley was added to a channel; whether one is shared with another organisation",
    "groups:read": "the same for private channels",
    "reactions:read": "a handshake or a pushpin puts a message on record",
    "reactions:write": "the tick on a line that was taken",
    "files:write": "minutes as a file",
    "files:read": "contracts that people share to be read into clauses",
    "users:read": "people's names, and who has left",
}


def manifest() -> dict[str, Any]:
    """The manifest for Socket Mode, as Slack's "From a manifest" dialog takes it."""
    return {
        "display_information": {
            "name": "Parley",
            "description": "Keeps the record of a contract negotiation",
            "background_color": "#1f3a5f",
        },
        "features": {
            "app_home": {"home_tab_enabled": True, "messages_tab_enabled": True},
            "bot_user": {"display_name": "Parley", "always_online": True},
            "slash_commands": [
                {
                    "command": "/parley",
                    "description": "Record and find what was agreed, decided and promised",
                    "usage_hint": "help",
                    "should_escape": True,
                }
            ],
            "shortcuts": [
                {
                    "name": shortcut.name,
                    "type": "message" if shortcut.on_message else "global",
                    "callback_id": callback_id,
                    "description": shortcut.description,
                }
                for callback_id, shortcut in routes.SHORTCUTS.items()
            ],
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "event_subscriptions": {"bot_events": list(routes.EVENTS)},
            "interactivity": {"is_enabled": True},
            "org_deploy_enabled": False,
            "socket_mode_enabled": True,
            "token_rotation_enabled": False,
        },
    }
