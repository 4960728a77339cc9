"""What makes an action one. Pure."""

from collections.abc import Sequence

from storage.tables import Action


def lacking(action: Action, owner_ids: Sequence[int]) -> list[str]:
    """What an action still needs before it is one: "an owner", "a date"."""
    return [word for word, there in (("an owner", bool(owner_ids)), ("a date", action.due_on is not None)) if not there]
