"""The order of the tests, and what tests of several folders need."""

import gc
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import stored_durations
from deepfake_attribution.core import wheels
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.faces import detector_files, onnx_network, weights
from golden_files import FOLDER, Golden
from made_once import made_once

NOBODY = 65534


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("deepfake-attribution")
    group.addoption("--store-durations", action="store_true", help="write tests/durations.json")
    group.addoption("--golden", action="store_true", help="write tests/golden/; run nothing else")


def _no_fsync(file: int) -> None:
    """Leave in memory what `os.fsync` would force to the disk: no test cuts the power.

    A real one waits for what other programs write, too: up to ten seconds for a small file.
    """


def pytest_configure(config: pytest.Config) -> None:
    os.fsync = _no_fsync
    if config.getoption("--store-durations") and not hasattr(config, "workerinput"):
        config.pluginmanager.register(stored_durations.Measuring())


def pytest_collection_finish() -> None:
    """Spare the collector what stays to the end: torch and the like are a million objects.

    In a file that reads many settings the search took a seventh of the processor time.
    """
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def pytest_unconfigure() -> None:
    """Let Python clear away everything at its end: nanobind complains of what is left."""
    gc.unfreeze()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Start the longest files first, so that two processes end at about the same time."""
    if config.getoption("--golden"):
        items[:] = [item for item in items if "golden" in getattr(item, "fixturenames", ())]
    stored = json.loads(stored_durations.STORED.read_text(encoding="utf-8"))
    stored_durations.sort(items, stored)


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Golden:
    """The golden files of the file of the test."""
    return Golden(FOLDER / request.path.stem, request.config.getoption("--golden"))


@pytest.fixture(scope="session")
def weights_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the face detector's files: the pipeline's own, or made once."""
    made = Path(__file__).parents[1] / "models/blazeface"
    try:
        for model in weights.FILES:
            weights.read(made, model)
            onnx_network.load(made, model)
    except UserError:
        return made_once(tmp_path_factory, "blazeface", _make_weights)
    return made


def _make_weights(folder: Path) -> None:
    folder.mkdir()
    detector_files.make(wheels.REGISTRY, folder)


@pytest.fixture(scope="session")
def small_pipeline(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository after `dvc repro` on the tiny profile: to look at, or to copy."""
    import small_pipeline

    return made_once(tmp_path_factory, "small-pipeline", small_pipeline.make)


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
def full_root() -> Iterator[Path]:
    """The paper's datasets in full size, empty files: to look at, never to change.

    In memory where that can be had: within minutes after an older tree was removed, ext4 takes 20
    times as long to make 30,000 files as it does otherwise.
    """
    import full_trees

    memory = Path("/dev/shm")
    place = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(dir=place) as folder:
        full_trees.build(Path(folder))
        yield Path(folder)


@pytest.fixture(scope="session")
def small_root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The paper's datasets with a few videos that decode: to look at, never to change."""
    import small_trees

    return made_once(tmp_path_factory, "small-trees", small_trees.build)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """An installed Chromium for `browser.opened`; the test is skipped where there is none."""
    import browser

    with browser.started() as running:
        yield running


@pytest.fixture(scope="module")
def one_thread() -> Iterator[None]:
    """Keep torch to one thread: tests run side by side, and waiting threads would take turns."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture
def tiny_superset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pd.DataFrame:
    """The superset of a tiny dataset, `one`, that lies in the folder of the test."""
    from crop_sets import table_of, write_dataset

    monkeypatch.chdir(tmp_path)
    write_dataset("one")
    return table_of("one")
