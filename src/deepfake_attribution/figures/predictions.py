"""The class that a head, or a classifier on its embeddings, predicts for each crop."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.outputs import CLASSES, ONE_LOGIT
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.confusion_rows import FAKE
from deepfake_attribution.heads.registry import about

OWN = "own"
THRESHOLD = "threshold"


@dataclass(frozen=True)
class Predict:
    """Predicts a class for each crop.

    Attributes:
        name: where the class comes from: `OWN`, `THRESHOLD`, or the classifier.
        classes: maps rows of embeddings and their vectors (N, D) to N names.
    """

    name: str
    classes: Callable[[pd.DataFrame, np.ndarray], np.ndarray]

    def __call__(self, rows: pd.DataFrame, vectors: np.ndarray) -> np.ndarray:
        """Return N names of classes."""
        return self.classes(rows, vectors)


def approach_of(name: str, predictions: str) -> str:
    """Return the approach that colours a map: the head's ``name``, with its classifier if any.

    Args:
        name: title of the head.
        predictions: `Predict.name`.
    """
    fitted = predictions not in (OWN, THRESHOLD)
    return f"{name}-{predictions.upper()}" if fitted else name


def predictions_of(head: str, seed: int, classifier: str) -> Predict:
    """Return the prediction of classes for ``head``, trained with ``seed``.

    Attribution has its own prediction. Binary predicts real or fake by its threshold for frames.
    For embeddings, ``classifier`` (nn, lr or svm) predicts.

    Raises:
        UserError: the results or the classifier are missing or broken.
    """
    output = about(head).output
    if output == CLASSES:
        return Predict(OWN, lambda rows, _: rows["predicted"].to_numpy(dtype=object))
    if output == ONE_LOGIT:
        value = _frame_threshold(head, seed)
        return Predict(THRESHOLD, lambda rows, _: _sides(rows, value))
    fitted = classifier_files.load(paths.classifier(head, classifier, seed))
    return Predict(classifier, lambda _, vectors: fitted.predict(vectors).astype(object))


def _sides(rows: pd.DataFrame, threshold: float) -> np.ndarray:
    shares = np.stack(rows["probabilities"].to_numpy()).astype(np.float64)  # (N, 2), real first
    return np.where(shares[:, 0] > threshold, REAL, FAKE).astype(object)


def _frame_threshold(head: str, seed: int) -> float:
    path = paths.results(head) / "figures.parquet"
    figures = tables.read(path, ["seed", "level", "threshold"])
    values = figures.loc[(figures["seed"] == seed) & (figures["level"] == "frame"), "threshold"]
    if values.empty:
        raise UserError(f"{path}: has no threshold; `dvc repro --force evaluate@{head}` makes it")
    return float(values.iloc[0])
