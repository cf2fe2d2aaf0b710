"""The project in the current folder as a bundle in memory."""

import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.analyse.bundle import (
    evidence,
    gallery,
    known_crops,
    known_distances,
    namers,
)
from deepfake_attribution.analyse.bundle.approaches import Validated, best, every, validated
from deepfake_attribution.analyse.bundle.error_rates import error_rates
from deepfake_attribution.analyse.bundle.loaded import Bundle
from deepfake_attribution.analyse.bundle.networks import network_in
from deepfake_attribution.analyse.bundle.record import FORMAT, Record, Trained
from deepfake_attribution.catalog.leaks import LEARNT
from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.params import load
from deepfake_attribution.core.settings import Compute, Seed, Superset, TrainingSeeds
from deepfake_attribution.core.video import class_names
from deepfake_attribution.evaluate.open_set.settings import OpenSet
from deepfake_attribution.faces.settings import Crop, Detector
from deepfake_attribution.frames.settings import Extract
from deepfake_attribution.model.description import Description, load_description
from deepfake_attribution.train.self_blending import SELF_BLENDED

KNOWN = 20_000  # maximum number of validation crops that distances are measured to
PACKAGES = (
    *("deepfake-attribution", "torch", "timm", "onnxruntime", "scikit-learn", "skops"),
    *("numpy", "opencv-python-headless", "av"),
)


def gather(approach: str | None = None, seed: int | None = None, known: int = KNOWN) -> Bundle:
    """Return a trained approach of the project in the current folder.

    Args:
        approach: its name, in upper or lower case, for verdict and attack; None: the one with the
            lowest validation HTER, and for the attack the one that names most validation fakes
            right.
        seed: one of ``train.seeds``; None: the first.
        known: maximum number of validation crops, of whole videos.

    Raises:
        UserError: nothing is trained yet, there is no such approach or seed, or a file is missing
            or broken.
    """
    seeds, training = load(TrainingSeeds).seeds, load(Superset).datasets
    seed = _seed(seed, seeds)
    chosen = _chosen(approach, seed, training)
    head, kind = chosen.approach.head, chosen.approach.classifier
    folder = paths.model(head, seed)
    description = load_description(folder)
    superset = tables.read(paths.SUPERSET, ["video", "attack", "split"])
    _check_classes(folder, description, superset)
    rows, counts = known_crops.validation_crops(head, seed, training, known, load(Seed).root)
    neighbours = load(OpenSet).neighbours
    about = (head, seed, training, description.classes)
    distances = known_distances.stored(*about) if "of_crops" not in counts else np.empty(0)
    if not len(distances):  # the stage has not run, or measured to other crops
        distances = known_distances.measured(*about, rows, neighbours)
    counts = counts | {"distances": len(distances)}
    stored = gallery.of_project(head, seed, training, rows)
    if seed == seeds[0]:  # maps exist for the first seed only
        rows = _joined(rows, known_crops.mapped_crops(head, seed, training))
    fitted = classifier_files.load(paths.classifier(head, kind, seed)) if kind else None
    calibration, reason = evidence.calibration(chosen.approach, seed)
    record = Record(
        format=FORMAT,
        approach=chosen.approach.name,
        head=head,
        seed=seed,
        classifier=kind,
        classes=list(description.classes),
        score_kind=fitted.score_kind if fitted else "probability",
        threshold=chosen.limit,
        validation_hter=chosen.hter,
        neighbours=neighbours,
        extract=load(Extract),
        crop=load(Crop),
        detector=load(Detector),
        trained=_trained(superset, training),
        tested=error_rates(chosen.approach, seed, seeds, training, description.classes),
        known=counts,
        versions=_versions(),
        files={},
        likelihood=calibration,
        no_likelihood=reason,
        # the limit is of distances to all validation crops
        far=evidence.far(head, seed) if "of_crops" not in counts else None,
        # only the first seed's maps were measured
        maps=evidence.maps(chosen.approach) if seed == seeds[0] else None,
        gallery=None if stored is None else gallery.settings(),
    )
    network = network_in(folder, description, load(Compute).device)
    bundle = Bundle(record, description, network, fitted, rows, distances, paths.BLAZEFACE, stored)
    return bundle if approach else namers.with_namer(bundle, training, known)


def _seed(seed: int | None, seeds: Sequence[int]) -> int:
    if seed is None:
        return seeds[0]
    if seed not in seeds:
        raise UserError(f"--seed {seed}: not one of train.seeds: {', '.join(map(str, seeds))}")
    return seed


def _chosen(approach: str | None, seed: int, training: Sequence[str]) -> Validated:
    found = validated(seed, training)
    if not found:
        raise UserError(
            f"{paths.MODELS}, {paths.DATA}: no approach is trained and evaluated here yet (seed "
            f"{seed}); run `dvc repro`, or give --model the folder of a bundle"
        )
    if approach is None:
        return best(found)
    for one in found:
        if one.approach.name.casefold() == approach.casefold():
            return one
    there = ", ".join(one.approach.name for one in found)
    known = {one.name.casefold() for one in every()}
    what = "is not trained yet (`dvc repro`)" if approach.casefold() in known else "does not exist"
    raise UserError(f"--approach: '{approach}' {what}; there are {there}")


def _check_classes(folder: Path, description: Description, superset: pd.DataFrame) -> None:
    """Raise if the model was trained on other classes than those of the superset."""
    own = [name for name in description.classes if name != SELF_BLENDED]
    now = class_names(superset)
    if own != list(now):
        raise UserError(
            f"{folder}: was trained on the classes {', '.join(own)}, but {paths.SUPERSET} has "
            f"{', '.join(now)}; run `dvc repro`"
        )


def _joined(validation: pd.DataFrame, mapped: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([validation, mapped], ignore_index=True) if len(mapped) else validation


def _trained(superset: pd.DataFrame, training: Sequence[str]) -> Trained:
    videos: dict[str, dict[str, int]] = {}
    for split in LEARNT:
        counts = superset[superset["split"] == split].groupby("attack")["video"].nunique()
        videos[split] = {name: int(counts.get(name, 0)) for name in class_names(superset)}
    crops = {split: int((superset["split"] == split).sum()) for split in videos}
    return Trained(datasets=list(training), videos=videos, crops=crops)


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version()}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # not installed, but run from source
    return found
