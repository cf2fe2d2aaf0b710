"""The points of a ROC curve, without importing scikit-learn, which takes a second."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Rates = NDArray[np.float64]


def roc_points(real: ArrayLike, score: ArrayLike) -> tuple[Rates, Rates]:
    """Return FPR and TPR of a ROC curve, each (p,), from (0, 0) to (1, 1).

    The same numbers as of scikit-learn's ``roc_curve``: a point for each value of the score, the
    highest first, without those on a straight line between their neighbours.

    Args:
        real: (n,) bool, both kinds are there.
        score: (n,) finite; the higher, the more real.
    """
    given, values = np.asarray(real, np.bool_), np.asarray(score)
    order = np.argsort(values, kind="stable")[::-1]
    values, given = values[order], given[order]
    last = np.append(np.flatnonzero(np.diff(values)), len(values) - 1)  # of each value
    reals = np.cumsum(given)[last]
    fakes = last + 1 - reals
    if len(last) > 2:
        bent = (np.diff(reals, 2) != 0) | (np.diff(fakes, 2) != 0)
        kept = np.concatenate([[True], bent, [True]])
        reals, fakes = reals[kept], fakes[kept]
    reals, fakes = np.append(0, reals), np.append(0, fakes)
    return fakes / fakes[-1], reals / reals[-1]
