"""Whether two approaches differ on the same videos: p from the draws, corrected for many pairs."""

from collections.abc import Sequence
from math import ceil, comb

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.core.errors import UserError
from deepfake_attribution.evaluate.uncertainty.settings import MOST

Floats = NDArray[np.float64]


SPARE = 1.1  # draws without reals or fakes are left out; with 10 sources of each they are rare


def enough(asked: int, approaches: int, confidence: float) -> int:
    """Return the number of draws to make, so that a difference can be significant at all.

    No p of D draws is below 2 / (D + 1) (`p_value`), and of m pairs `holm` multiplies it by m. It
    must stay below 1 - confidence: D is above 2 m / (1 - confidence).

    Args:
        asked: ``uncertainty.draws``; more are made where these are too few.
        approaches: how many are compared, each with every other.
        confidence: ``uncertainty.level``, in percent.

    Raises:
        UserError: more than `MOST` draws would be needed.
    """
    pairs = comb(approaches, 2)
    needed = ceil(SPARE * 2 * pairs / (1 - confidence / 100))
    if needed > MOST:
        raise UserError(
            f"uncertainty.level: {confidence:g}: {approaches} approaches are {pairs} pairs, and to "
            f"find any difference between them at this level takes {needed:,} draws, more than "
            f"{MOST:,}: use a lower level, or fewer heads"
        )
    return max(asked, needed)


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
