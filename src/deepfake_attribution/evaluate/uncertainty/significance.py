"""Whether two approaches differ on the same videos: p from the draws, corrected for many pairs."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def p_value(differences: Floats) -> float:
    """Return the two-sided p of "there is no difference", from paired draws.

    Twice the share of draws on the rarer side of zero; draws without a difference count on both
    sides. One is added to numerator and denominator, because a finite number of draws cannot prove
    p = 0. So the smallest p is 2 / (D + 1), and p below 1 - confidence means that the percentile
    interval excludes zero (up to that one draw).

    Args:
        differences: (D,) one approach minus the other in each draw; D at least 1, no NaN.
    """
    rarer = min(int((differences <= 0).sum()), int((differences >= 0).sum()))
    return min(1.0, 2 * (rarer + 1) / (len(differences) + 1))


def holm(p_values: Sequence[float]) -> Floats:
    """Return the p-values corrected for their number, by Holm's step-down procedure.

    Holm, "A simple sequentially rejective multiple test procedure", Scandinavian Journal of
    Statistics 6, 1979. The smallest of m is multiplied by m, the next by m - 1, and so on; none
    may fall below one before it, or exceed 1. NaN stays NaN and is not counted.

    Args:
        p_values: (N,).
    """
    values = np.asarray(p_values, dtype=np.float64)
    corrected = np.full(len(values), np.nan)
    there = np.flatnonzero(~np.isnan(values))
    order = there[np.argsort(values[there], kind="stable")]
    factors = len(order) - np.arange(len(order))
    corrected[order] = np.minimum(np.maximum.accumulate(values[order] * factors), 1.0)
    return corrected
