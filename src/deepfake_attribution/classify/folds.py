"""Folds of crops by source: sources stay whole, classes are spread."""

import warnings

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.classify.crops import Crops

Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def sources(crops: Crops) -> dict[str, int]:
    """Return the number of sources of ``real`` and of ``fake`` crops."""
    sides = {"real": crops.real, "fake": ~crops.real}
    return {name: len(np.unique(crops.groups[side])) for name, side in sides.items()}


def split(crops: Crops, wanted: int) -> Folds:
    """Return positions (rest, held out) of each fold.

    There are fewer folds than wanted where reals or fakes come from fewer sources. The classifier
    that scores an attack of one source only was not fitted on it, which is the honest case.

    Args:
        crops: with two `sources` of each side at least.
        wanted: number of folds.
    """
    from sklearn.model_selection import StratifiedGroupKFold

    splitter = StratifiedGroupKFold(min(wanted, *sources(crops).values()))
    with warnings.catch_warnings():  # a class with fewer crops than folds is allowed
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        return list(splitter.split(crops.embeddings, crops.labels, crops.groups))


def is_one_sided(crops: Crops, folds: Folds) -> bool:
    """Return whether only reals or only fakes are left without one of the folds."""
    return any(crops.real[rest].all() or not crops.real[rest].any() for rest, _ in folds)
