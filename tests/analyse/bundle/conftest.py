"""A small trained project, and a bundle of it."""

import shutil
from contextlib import chdir
from pathlib import Path

import pytest

import trained_project
from made_once import made_once


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, weights_folder: Path) -> Path:
    """A project, and in ``out/`` a bundle of its ArcFaceMod-LR: to look at, never to change."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with chdir(folder):
            trained_project.build_with_bundle(weights_folder)

    return made_once(tmp_path_factory, "trained-project", make)


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the project without the bundle, which is the current folder."""
    folder = tmp_path / "project"
    shutil.copytree(built, folder, ignore=shutil.ignore_patterns("out", ".work"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def bundle(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the bundle, in a folder where there is no project."""
    shutil.copytree(built / "out", tmp_path / "bundle")
    monkeypatch.chdir(tmp_path)
    return Path("bundle")
