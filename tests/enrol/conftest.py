"""Fewer draws, and a small trained project's bundle."""

import shutil
from contextlib import chdir
from pathlib import Path

import pytest

import trained_project
from deepfake_attribution.enrol import curve
from made_once import made_once


@pytest.fixture(autouse=True)
def few_draws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Draw clips for the curve twice instead of ten times."""
    monkeypatch.setattr(curve, "DRAWS", 2)


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory, weights_folder: Path) -> Path:
    """A bundle of ArcFaceMod-LR: to look at, never to change."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with chdir(folder):
            trained_project.build_with_bundle(weights_folder)

    return made_once(tmp_path_factory, "trained-project", make) / "out"


@pytest.fixture
def bundle(exported: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundle, in a folder where there is no project."""
    shutil.copytree(exported, tmp_path / "bundle")
    monkeypatch.chdir(tmp_path)
    return Path("bundle")
