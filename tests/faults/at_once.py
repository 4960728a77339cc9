"""Several members who act at the same instant."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from bot import edge, routes
from bot.access import Place
from bot.errors import UserError
from bot.slack.command import Call
from bot.trail import Source
from storage import Busy, Session
from tests import cast
from tests.cast import Person
from tests.harness import Parley

Act = Callable[[Session], str]


def types(parley: Parley, typed: str, by: Person) -> Act:
    """What somebody types, as the edge hands it on."""
    place = Place(parley.deps.team_id, cast.joint.id, by.id)
    call = Call(place, typed, parley.now, {}, Source(place.channel_id))
    return lambda session: edge.dispatch(session, routes.COMMANDS, call).text


def at_once(parley: Parley, *acts: Act) -> list[str | None]:
    """What each was told, None for a refusal; anything else that is raised ends the test."""
    barrier = threading.Barrier(len(acts))

    def run(act: Act) -> str | None:
        barrier.wait(timeout=10)
        while True:
            try:
                with parley.deps.db.transaction() as session:
                    return act(session)
            except Busy:  # as a person does who is told to try again
                continue
            except UserError:
                return None

    with ThreadPoolExecutor(len(acts)) as pool:
        return [done.result() for done in [pool.submit(run, act) for act in acts]]
