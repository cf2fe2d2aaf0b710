"""Folds of samples by source."""

import warnings

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.enrol.samples import Samples

Folds = list[tuple[NDArray[np.intp], NDArray[np.intp]]]


def folds(samples: Samples, wanted: int) -> Folds:
    """Return positions (rest, held out), as `classifiers` makes folds."""
    from sklearn.model_selection import StratifiedGroupKFold

    counts = [len(np.unique(samples.sources[side])) for side in (samples.real, ~samples.real)]
    if min(counts) < 2:
        side = "real" if counts[0] < 2 else "fake"
        raise UserError(
            f"the bundle's known {side} videos are of {min(counts)} source: a refit needs two of "
            "each to test itself; export a bundle of a project with more validation videos"
        )
    splitter = StratifiedGroupKFold(min(wanted, *counts))
    with warnings.catch_warnings():  # a class with fewer crops than folds is allowed
        warnings.filterwarnings("ignore", message="The least populated class", category=UserWarning)
        parts = list(splitter.split(samples.vectors, samples.labels, samples.sources))
    for rest, _ in parts:
        if samples.real[rest].all() or not samples.real[rest].any():
            raise UserError(
                "the bundle's known videos are of too few sources: without one of the folds only "
                "reals or only fakes are left; export a bundle of a project with more of them"
            )
    return parts
