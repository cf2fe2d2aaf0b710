"""The class that a head, or a classifier on its embeddings, gives to each crop."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from deepfake_attribution.classify import classifier_files
from deepfake_attribution.core import paths, tables
from deepfake_attribution.core.errors import UserError
from deepfake_attribution.core.video import REAL
from deepfake_attribution.evaluate.confusion_rows import FAKE

OWN = "own"
THRESHOLD = "threshold"


@dataclass(frozen=True)
class Predict:
    """Names a class for each crop.

    Attributes:
        name: where the class comes from: `OWN`, `THRESHOLD`, or the classifier.
        classes: from rows of embeddings and their vectors (N, D) to N names.
    """

    name: str
    classes: Callable[[pd.DataFrame, np.ndarray], np.ndarray]

    def __call__(self, rows: pd.DataFrame, vectors: np.ndarray) -> np.ndarray:
        """Return N names of classes."""
        return self.classes(rows, vectors)


def approach_of(name: str, predictions: str) -> str:
    """Return whose classes colour a map: the head's ``name``, with its classifier's if it has one.

    Args:
        name: of the head, as people read it.
        predictions: `Predict.name`.
    """
    fitted = predictions not in (OWN, THRESHOLD)
    return f"{name}-{predictions.upper()}" if fitted else name


def predictions_of(head: str, seed: int, classifier: str) -> Predict:
    """Return what names the classes for ``head``, trained with ``seed``.

    Attribution has its own prediction. Binary knows real and fake: its threshold on frames parts
    them. On embeddings, ``classifier`` (nn, lr or svm) predicts.

    Raises:
        UserError: the results or the classifier are missing or broken.
    """
    if head == "attribution":
        return Predict(OWN, lambda rows, _: rows["predicted"].to_numpy(dtype=object))
    if head == "binary":
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
        raise UserError(f"{path}: holds no threshold; `dvc repro --force evaluate@{head}` makes it")
    return float(values.iloc[0])
