"""ROC and DET points, as many as can be told apart on a screen."""

from collections.abc import Sequence

import numpy as np
from scipy.special import ndtri

from deepfake_attribution.evaluate.roc_points import roc_points

STEP = 0.004  # of either rate: a pixel or two of a plot
DEVIATE = 0.05  # of either rate's normal deviate, as DET curves are drawn
SMALLEST = 5e-4  # a rate of nothing has no deviate: it is drawn at the edge
TICKS = (0.002, 0.01, 0.05, 0.2, 0.5, 0.8, 0.95, 0.99)  # of a DET curve's axes
EDGES = ((0.0, "0"), (1.0, "100"))  # rates that have no place on such an axis, and their names


def deviates(rates: np.ndarray | Sequence[float]) -> np.ndarray:
    """Return the normal deviates of rates in [0, 1], those of `SMALLEST` at the edges."""
    return ndtri(np.clip(np.asarray(rates, np.float64), SMALLEST, 1 - SMALLEST))


def points(real: np.ndarray, score: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return FPR and TPR of a ROC curve, thinned: each point is a step away from the one before.

    The first and the last point, (0, 0) and (1, 1), stay. A point that is left out lies within
    `STEP`, and within `DEVIATE` as a DET curve shows it, of one that stays.

    Args:
        real: (n,) bool, both kinds are there.
        score: (n,) the higher, the more real.
    """
    fpr, tpr = roc_points(real, score)
    places = np.stack([fpr, tpr], axis=1)  # (p, 2)
    stretched = deviates(places)
    kept = [0]
    for place in range(1, len(fpr)):
        last = kept[-1]
        near = np.abs(places[place] - places[last]).max() < STEP
        if not near or np.abs(stretched[place] - stretched[last]).max() >= DEVIATE:
            kept.append(place)
    if kept[-1] != len(fpr) - 1:
        kept.append(len(fpr) - 1)
    return fpr[kept], tpr[kept]
