"""The order of the tests, and what tests of several folders need."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from deepfake_attribution.errors import UserError
from deepfake_attribution.faces import weights

LONGEST = ("test_pipeline_run", "test_pipeline_graph")
NOBODY = 65534


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the longest files first, so that two processes end at about the same time."""
    items.sort(key=lambda item: item.path.stem not in LONGEST)


@pytest.fixture(scope="session")
def weights_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the official files: the pipeline's own, or fetched once."""
    made = Path(__file__).parents[1] / "models/blazeface"
    try:
        for model in weights.FILES:
            weights.read(made, model)
    except UserError:
        made = tmp_path_factory.mktemp("blazeface")
        weights.fetch(weights.REGISTRY, made)
    return made


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """A folder of a user who may not do everything, and its rights during the test."""
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def full_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's datasets in full size, empty files: to look at, never to change."""
    import full_trees

    root = tmp_path_factory.mktemp("full")
    full_trees.build(root)
    return root


@pytest.fixture(scope="session")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's datasets with a few videos that decode: to look at, never to change."""
    import small_trees

    root = tmp_path_factory.mktemp("small")
    small_trees.build(root)
    return root
