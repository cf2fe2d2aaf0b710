"""A small project on disk."""

import shutil
from contextlib import chdir
from pathlib import Path

import pandas as pd
import pytest
from small_project import (
    APPROACHES,
    ATTACKS,
    DATASETS,
    HEADS,
    PROTOCOL,
    SEEDS,
    catalog,
    crops,
    scores,
    write_faces,
    write_settings,
)

from chosen_heads import write_heads
from deepfake_attribution.core import paths, tables
from deepfake_attribution.evaluate import evaluation
from deepfake_attribution.evaluate.protocol import evaluate
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.figures import maps
from deepfake_attribution.figures.predictions import Predict
from deepfake_attribution.figures.settings import Maps
from made_once import made_once


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project, which is written once."""

    def make(folder: Path) -> None:
        folder.mkdir()
        with chdir(folder):
            _write_project()

    return made_once(tmp_path_factory, "small-project", make)


@pytest.fixture(scope="session")
def built_with_maps(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small project with settings, and with maps of every head."""

    def make(folder: Path) -> None:
        shutil.copytree(built, folder)
        with chdir(folder):
            _write_maps()

    return made_once(tmp_path_factory, "small-project-with-maps", make)


@pytest.fixture
def project(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder, which is the current one: two training seeds, maps can be made of the first."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def mapped(built_with_maps: Path, project: Path) -> Path:
    """The project with settings, and with maps of every head."""
    shutil.copytree(built_with_maps, project, dirs_exist_ok=True)
    return project


def _write_project() -> None:
    write_heads()
    for name in ATTACKS:
        tables.write(catalog(name), paths.catalog(name))
        write_faces(name)
        for head in HEADS:
            rows = crops(name).drop(columns=["path", "donor", "source", "identity", "compression"])
            tables.write(rows.sort_values("video"), paths.embeddings(head, name, 1))
    videos = pd.concat([catalog(name) for name in ATTACKS], ignore_index=True)
    videos = videos[videos["split"] != "train"]
    for head, approach in zip(HEADS, APPROACHES, strict=True):
        frames = scores().assign(approach=approach)
        if head == "binary":
            frames["predicted"] = pd.Series(None, index=frames.index, dtype=object)
        settings = Evaluate(
            fpr=0.1,
            threshold_scores="in_sample",
            threshold_crops="clean",
            adapted_threshold="none",
            calibration="auto",
            evidence_maps=0,
            grad_cam=False,
            robustness=0,
        )
        worse = frames.assign(score=1 - frames["score"])
        results = [evaluate(each, videos, PROTOCOL, settings) for each in (frames, worse)]
        evaluation.write(dict(zip(SEEDS, results, strict=True)), head, PROTOCOL, settings)
        curve = pd.DataFrame({"epoch": [1, 2, 3], "train_loss": [3.0, 2, 1], "val_loss": [3, 1, 2]})
        for seed in SEEDS:
            paths.model(head, seed).mkdir(parents=True)
            curve.to_csv(paths.model(head, seed) / paths.CURVE, index=False)


def _write_maps() -> None:
    write_settings()
    settings = Maps(max_points=100, perplexity=5, classifier="nn")
    for head in HEADS:
        name = {"binary": "threshold", "attribution": "own"}.get(head, "nn")
        predict = Predict(name, lambda rows, _: rows["predicted"].to_numpy())
        wanted = maps.names(DATASETS, ["one"])
        maps.write(maps.make(head, 1, wanted, settings, 1, predict, jobs=1), head)
