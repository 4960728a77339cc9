"""What every kind of test shares. Marked `long`, it runs only when asked for, `-m long`; end-to-end stories always."""

import pytest
from hypothesis import settings

settings.register_profile("parley", max_examples=100, deadline=None)
settings.load_profile("parley")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if "long" in config.option.markexpr:
        return
    unasked = [item for item in items if item.get_closest_marker("long") and "tests/e2e" not in item.nodeid]
    config.hook.pytest_deselected(items=unasked)
    items[:] = [item for item in items if item not in unasked]
