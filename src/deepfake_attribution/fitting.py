"""Classifiers on a head's validation embeddings: what the ``fit`` stage does."""

from collections.abc import Sequence
from typing import Literal, cast

import numpy as np
import pandas as pd

from deepfake_attribution import classifier_files, paths, tables
from deepfake_attribution.catalog.video import class_names
from deepfake_attribution.classifiers import Crops, fit
from deepfake_attribution.params.classifiers import Classifiers

VALIDATION_SCORES = "validation_scores.parquet"
PLACE = ["video", "slot", "person"]  # what makes a crop one


def fit_on_validation(
    head: str,
    seed: int,
    kind: str,
    training: Sequence[str],
    settings: Classifiers,
    folds: int,
) -> str:
    """Fit a classifier on the validation crops of the training datasets, and write it.

    Beside the classifier stand its scores of the validation crops: in-sample, and out-of-fold.

    Args:
        head: whose embeddings.
        seed: that it was trained with.
        kind: ``nn``, ``lr`` or ``svm``.
        training: names of the datasets of the superset.
        settings: the section ``classifiers``.
        folds: seed of the folds and of subsamples.

    Returns:
        A line that says what was fitted.
    """
    table = pd.concat([tables.read(paths.embeddings(head, name, seed)) for name in training])
    validation = table[table["split"] == "val"]
    classes = class_names(validation)
    test = _crops(table[table["split"] == "test"]) if settings.tune_on == "test" else None
    chosen = cast(Literal["nn", "lr", "svm"], kind)
    result = fit(chosen, settings, _crops(validation), classes, folds, test)
    out = paths.classifier(head, kind, seed)
    classifier_files.save(result.classifier, out)
    scores = validation[PLACE].assign(in_sample=result.in_sample, out_of_fold=result.out_of_fold)
    tables.write(scores, out / VALIDATION_SCORES)
    counts = f"{len(validation)} validation crops, {len(classes)} classes"
    return f"{kind} on {head}, seed {seed}: {counts}"


def _crops(table: pd.DataFrame) -> Crops:
    return Crops.of(np.stack(table["embedding"].to_numpy()), table["attack"], table["video"])
