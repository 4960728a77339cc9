from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness import Parley, running_parley


@pytest.fixture
def parley(tmp_path: Path) -> Iterator[Parley]:
    """Parley with nothing recorded yet."""
    with running_parley(f"sqlite:///{tmp_path}/parley.db") as running:
        yield running


@pytest.fixture
def table(parley: Parley) -> Parley:
    """Parley with OXMH set up."""
    parley.set_up()
    return parley


@pytest.fixture
def meeting(parley: Parley) -> Parley:
    """Parley with OXMH set up and N1 open in the joint channel."""
    parley.open_meeting()
    return parley
