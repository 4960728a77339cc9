"""Taking turns: two things measured in the same minutes, so that a busy machine slows both."""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bot.demo.local_slack import REPOSITORY_ROOT

Deed = Callable[[int], object]


@dataclass(frozen=True)
class Ratio:
    """How many times as long ours takes as the floor; the medians, in seconds. No goal: only to be known."""

    what: str
    floor: float
    ours: float
    goal: float | None = None

    @property
    def ratio(self) -> float:
        return self.ours / self.floor

    @property
    def verdict(self) -> str:
        if self.goal is None:
            return ""
        return "within" if self.ratio <= self.goal else "over"


def interleaved(
    *deeds: Deed, rounds: int, each: int, warm_up: int = 20, before: Deed = lambda _number: None
) -> list[float]:
    """The median seconds of each deed, done `each` times in a row, in `rounds` turns.

    A deed is given its number, and so is what is to be done `before` it, on nobody's time. The first ones,
    while caches fill, are not counted.
    """
    taken: list[list[float]] = [[] for _ in deeds]
    for number, deed in enumerate(deeds):
        for done in range(warm_up):
            before(-1 - done - number * warm_up)
            deed(-1 - done - number * warm_up)
    for turn in range(rounds):
        for times, deed in zip(taken, deeds, strict=True):
            for done in range(each):
                before(turn * each + done)
                began = time.perf_counter()
                deed(turn * each + done)
                times.append(time.perf_counter() - began)
    return [median(times) for times in taken]


@contextmanager
def folder() -> Iterator[Path]:
    """A folder on the repository's disk: `/tmp` may be memory, where an fsync costs nothing."""
    build = REPOSITORY_ROOT / "build"
    build.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=build, prefix="bench-") as path:
        yield Path(path)
