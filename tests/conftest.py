"""The order of the tests."""

import pytest

LONGEST = ("test_pipeline_run", "test_pipeline_graph")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest files first, so that two processes end at about the same time."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)
