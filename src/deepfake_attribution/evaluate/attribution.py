"""Predicted classes of videos: accuracy, macro F1, and confusion counts."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from deepfake_attribution.evaluate.protocol import Protocol
from deepfake_attribution.evaluate.scoring import APPROACH, PREDICTED

ACCURACY = ["approach", "database", "n", "n_known", "correct", "accuracy", "macro_f1"]
NAMED = ["classes_absent", "never_predicted"]
CONFUSION = ["approach", "database", "true", "predicted", "n", "rate"]


def attribution(
    videos: pd.DataFrame, protocol: Protocol, classes: Sequence[str]
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how often the predicted class is right, and the confusion counts.

    Videos without a prediction (no face, or an approach that predicts no class) do not count.

    Args:
        videos: scores per video, from `scoring.video_scores`.
        protocol: which videos are counted where.
        classes: the classes that the approaches were trained on.

    Returns:
        Accuracy: approach, database, ``n`` (videos predicted), ``n_known`` (those whose attack is
        among ``classes``), ``correct``, ``accuracy`` and ``macro_f1`` (percent, of the known; NaN
        without any), and names joined in one text: ``classes_absent`` (the database has no video
        of them; macro F1 is over the others) and ``never_predicted`` (present, but predicted for no
        known video: their F1 is 0).
        Confusion: approach, database, ``true``, ``predicted``, ``n``, and ``rate``, the percentage
        that n is of the videos of class ``true``; unknown attacks included.
    """
    accuracy: list[tuple[object, ...]] = []
    confusion: list[pd.DataFrame] = []
    predicted = videos[videos[PREDICTED].notna()]
    for approach in predicted[APPROACH].unique():
        for database, members in protocol.rows().items():
            chosen = protocol.select(predicted[predicted[APPROACH] == approach], members)
            known = chosen[chosen["attack"].isin(classes)]
            correct = int((known["attack"] == known[PREDICTED]).sum())
            share = 100 * correct / len(known) if len(known) else np.nan
            absent = [name for name in classes if not (known["attack"] == name).any()]
            present = [name for name in classes if name not in absent]
            never = [name for name in present if not (known[PREDICTED] == name).any()]
            f1 = 100 * macro_f1(known["attack"], known[PREDICTED])
            counts = (len(chosen), len(known), correct, share, f1)
            accuracy.append((approach, database, *counts, ", ".join(absent), ", ".join(never)))
            confusion.append(_counts(chosen).assign(approach=approach, database=database))
    return pd.DataFrame(accuracy, columns=[*ACCURACY, *NAMED]), _stack(confusion)


def macro_f1(true: pd.Series, predicted: pd.Series) -> float:
    """Return the mean F1 of the classes in ``true``, in [0, 1]; NaN for no rows.

    F1 of a class is 2 TP / (2 TP + FP + FN), the harmonic mean of precision and recall; 0 for a
    class that is never predicted. A class that is predicted but not in ``true`` has no F1 here; its
    predictions lower the F1 of the other classes.

    Args:
        true: (N,) names.
        predicted: (N,) names, on the same index.
    """
    from sklearn.metrics import f1_score

    if true.empty:
        return np.nan
    return float(f1_score(true, predicted, labels=true.unique(), average="macro", zero_division=0))


def _counts(videos: pd.DataFrame) -> pd.DataFrame:
    counts = videos.groupby(["attack", PREDICTED], observed=True).size().reset_index()
    counts.columns = pd.Index(["true", "predicted", "n"])
    return counts.assign(rate=100 * counts["n"] / counts.groupby("true")["n"].transform("sum"))


def _stack(parts: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the parts below each other; empty ones would turn the others' columns into objects."""
    filled = [part for part in parts if len(part)]
    if not filled:
        return pd.DataFrame(columns=CONFUSION)
    return pd.concat(filled, ignore_index=True)[CONFUSION]
