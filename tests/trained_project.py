"""A tiny project on disk, trained and evaluated: what ``dvc repro`` leaves, in small."""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
from ruamel.yaml import YAML

import recipes
from crop_sets import table_of, write_dataset
from deepfake_attribution.analyse.bundle.exporting import export
from deepfake_attribution.analyse.bundle.gathering import gather
from deepfake_attribution.classify import fitting
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.params import load
from deepfake_attribution.core.video import SCHEMA
from deepfake_attribution.embed import embeddings
from deepfake_attribution.embed.settings import Embed
from deepfake_attribution.evaluate import evaluation
from deepfake_attribution.evaluate.protocol import Protocol, evaluate
from deepfake_attribution.evaluate.settings import Evaluate
from deepfake_attribution.figures.maps import MAPS, POINTS
from deepfake_attribution.heads.registry import about
from deepfake_attribution.likelihood import files, stage
from deepfake_attribution.model.onnx_export import add_onnx
from recipes import AUGMENT
from trained_heads import write_head

TRAINING, DATASETS = ["one", "two"], ["one", "two", "new"]
HEADS = {"attribution": (1, 2), "arcface": (1,)}  # and its seeds: arcface's second is not there yet
SEEDS = [1, 2]
NEW = "morph"  # attack of the dataset `new`, never trained on
MAPPED = 12  # crops on the joint map


def build(weights_folder: Path) -> None:
    """Write the project into the current folder.

    Args:
        weights_folder: holds the face finder's official files.
    """
    _write_settings()
    for seed, name in enumerate(TRAINING):
        write_dataset(name, seed, videos=4)
    write_dataset("new", 9, videos=10, splits=("test",))
    catalog = tables.read(paths.catalog("new"))
    tables.write(catalog.replace({"attack": {"swap": NEW}}), paths.catalog("new"), SCHEMA)
    tables.write(table_of(*TRAINING), paths.SUPERSET)
    shutil.copytree(weights_folder, paths.BLAZEFACE)
    for head, seeds in HEADS.items():
        _train_and_embed(head, seeds)
        _evaluate(head, seeds)
        _calibrate(head)
        _map(head)


def build_with_bundle(weights_folder: Path) -> None:
    """Write the project, and in ``out/`` a bundle of its ArcFaceMod-LR."""
    build(weights_folder)
    export(gather("ArcFaceMod-LR"), Path("out"))


def _write_settings() -> None:
    yaml = YAML()
    settings = yaml.load(Path(__file__).parents[1] / "params.yaml")
    settings["datasets"] = {name: {"adapter": "rendered", "root": name} for name in DATASETS}
    settings["superset"]["datasets"] = list(TRAINING)
    settings["train"]["seeds"] = list(SEEDS)
    settings["classifiers"]["nn"]["k"] = 3
    settings["open_set"]["neighbours"] = 4
    settings["uncertainty"]["draws"] = 200
    settings["compute"]["device"] = "cpu"
    yaml.dump(settings, Path("params.yaml"))


def _train_and_embed(head: str, seeds: Sequence[int]) -> None:
    settings = Embed(splits=["val", "test"], batch_size=16, degraded_chance=0.0)
    for seed in seeds:
        assert add_onnx(write_head(head, paths.model(head, seed), seed)) == ""
    for name in DATASETS:
        models = {paths.model(head, seed): paths.embeddings(head, name, seed) for seed in seeds}
        embeddings.embed(models, name, settings, AUGMENT, recipes.COMPUTE, paths.WORK / name)
    if about(head).fitted:
        for seed in seeds:
            for kind in evaluation.CLASSIFIERS:
                fitting.fit_on_validation(head, seed, kind, TRAINING, load(Classifiers), 1, False)


def _evaluate(head: str, seeds: Sequence[int]) -> None:
    videos, missing = evaluation.every_video(DATASETS, TRAINING, {})
    protocol = Protocol(TRAINING, DATASETS, {}, {})
    settings = load(Evaluate)
    results = {
        seed: evaluate(
            evaluation.approach_scores(head, seed, DATASETS, settings),
            videos,
            protocol,
            settings,
            missing,
        )
        for seed in seeds
    }
    evaluation.write(results, head, protocol, settings)


def _calibrate(head: str) -> None:
    """Write the likelihood ratios of a head."""
    settings = stage.Settings(choice="auto", folds=4, draws=20, level=95, seed=1)
    protocol = Protocol(TRAINING, DATASETS, {}, {})
    list(stage.calibrate(head, files.every_video(DATASETS), protocol, settings))


def _map(head: str) -> None:
    """Write a map of some test crops of both datasets trained on, at places made up."""
    crops = pd.concat([tables.read(paths.embeddings(head, name, 1)) for name in TRAINING])
    crops = crops[crops["split"] == "test"].iloc[::6][:MAPPED]
    places = np.arange(MAPPED, dtype=np.float32)
    points = crops[["video", "slot", "person", "dataset", "attack"]].assign(
        map="combined", x=places, y=-places, predicted="real", neighbours=[[]] * MAPPED
    )
    about = {"map": "combined", "datasets": TRAINING, "predictions": "own", "metric": "euclidean"}
    about |= {"perplexity": 5.0, "components": None, "crops": MAPPED, "of": MAPPED, "reason": ""}
    tables.write(points, paths.map_points(head), POINTS)
    tables.write(pd.DataFrame([about]), paths.maps(head), MAPS)


def rewrite(path: Path, **changes: object) -> None:
    """Change keys of a JSON file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps(content | changes), encoding="utf-8")
