"""Classifiers on a head's validation embeddings: what the ``fit`` stage does."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal, cast

import numpy as np
import pandas as pd

from deepfake_attribution import classifier_files, paths, tables
from deepfake_attribution.catalog.video import class_names
from deepfake_attribution.classifiers import Crops, fit
from deepfake_attribution.params.classifiers import Classifiers

VALIDATION_SCORES = "validation_scores.parquet"


def fit_on_validation(
    head: str,
    kind: str,
    training: Sequence[str],
    settings: Classifiers,
    seed: int,
    out: Path,
) -> str:
    """Fit a classifier on the validation crops of the training datasets; write it to ``out``.

    Beside the classifier stand its scores of the validation crops: in-sample, and out-of-fold.

    Args:
        head: whose embeddings.
        kind: ``nn``, ``lr`` or ``svm``.
        training: names of the datasets of the superset.

    Returns:
        A line that says what was fitted.
    """
    table = pd.concat([tables.read(paths.embeddings(head, name)) for name in training])
    validation = table[table["split"] == "val"]
    classes = class_names(validation)
    test = _crops(table[table["split"] == "test"]) if settings.tune_on == "test" else None
    chosen = cast(Literal["nn", "lr", "svm"], kind)
    result = fit(chosen, settings, _crops(validation), classes, seed, test)
    classifier_files.save(result.classifier, out)
    scores = validation[["video", "slot"]].assign(
        in_sample=result.in_sample, out_of_fold=result.out_of_fold
    )
    tables.write(scores, out / VALIDATION_SCORES)
    return f"{kind} on {head}: {len(validation)} validation crops, {len(classes)} classes"


def _crops(table: pd.DataFrame) -> Crops:
    return Crops.of(np.stack(table["embedding"].to_numpy()), table["attack"], table["video"])
