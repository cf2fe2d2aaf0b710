"""Classifiers on a head's validation embeddings: what the ``fit`` stage does."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.classify.classifiers import fit
from deepfake_attribution.classify.crops import Crops
from deepfake_attribution.classify.fitted import Kind
from deepfake_attribution.classify.settings import Classifiers
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.embedding_tables import by_direction, read_embeddings
from deepfake_attribution.core.sources import sources
from deepfake_attribution.core.video import class_names

VALIDATION_SCORES = "validation_scores.parquet"
DEGRADED_OUT_OF_FOLD = "degraded_out_of_fold"  # column of scores of degraded copies
ATTACK_OUT_OF_FOLD = "attack_out_of_fold"  # column of the most probable attack; empty: none
PLACE = ["video", "slot", "person"]  # identify a crop


def fit_on_validation(
    head: str,
    seed: int,
    kind: Kind,
    training: Sequence[str],
    settings: Classifiers,
    folds: int,
    degraded: bool,
) -> str:
    """Fit a classifier on the validation crops of the training datasets, and write it.

    Next to the classifier are written its scores of the validation crops, in-sample and
    out-of-fold, their attacks out-of-fold, and out-of-fold scores of their degraded copies. All
    videos that were made from the same source videos are in one fold (`sources`).

    Args:
        head: whose embeddings.
        seed: the seed that the head was trained with.
        kind: ``nn``, ``lr`` or ``svm``.
        training: names of the datasets of the superset.
        settings: the section ``classifiers``.
        folds: seed of the folds and of subsamples.
        degraded: whether there are degraded copies of the validation crops.

    Returns:
        A line that says what was fitted.

    Raises:
        UserError: an embedding is not finite, or what `classifiers.fit` raises.
    """
    files = [paths.embeddings(head, name, seed) for name in training]
    table = pd.concat([read_embeddings(file) for file in files])
    groups = _sources(training)
    validation = table[table["split"] == "val"]
    classes = class_names(validation)
    test = _crops(table[table["split"] == "test"], groups) if settings.tune_on == "test" else None
    copies = _copies(files, validation, groups) if degraded else None
    crops, angular = _crops(validation, groups), by_direction(files[0])
    result = fit(kind, settings, crops, classes, folds, test, copies, angular)
    out = paths.classifier(head, kind, seed)
    classifier_files.save(result.classifier, out)
    scores = validation[PLACE].assign(in_sample=result.in_sample, out_of_fold=result.out_of_fold)
    scores[ATTACK_OUT_OF_FOLD] = result.attacks
    if result.degraded_out_of_fold is not None:
        scores[DEGRADED_OUT_OF_FOLD] = result.degraded_out_of_fold
    tables.write(scores, out / VALIDATION_SCORES)
    counts = f"{len(validation)} validation crops, {len(classes)} classes"
    return f"{kind} on {head}, seed {seed}: {counts}"


def _sources(datasets: Sequence[str]) -> pd.Series:
    """Return the group of every video of ``datasets``, by ``video``."""
    columns = ["video", "dataset", "source", "footage"]
    catalogs = [tables.read(paths.catalog(name)) for name in datasets]
    return sources(pd.concat([one.reindex(columns=columns) for one in catalogs]))


def _copies(files: Sequence[Path], validation: pd.DataFrame, groups: pd.Series) -> Crops:
    """Return the degraded copies of the rows of ``validation``, in their order."""
    columns = [*PLACE, "embedding"]
    copies = pd.concat([read_embeddings(paths.degraded(file), columns) for file in files])
    rows = validation[[*PLACE, "attack"]]
    return _crops(rows.merge(copies, on=PLACE, how="left", validate="one_to_one"), groups)


def _crops(table: pd.DataFrame, groups: pd.Series) -> Crops:
    embeddings = np.stack(table["embedding"].to_numpy())
    return Crops.of(embeddings, table["attack"], table["video"].map(groups))
