"""What the rule for "not known" changes, with intervals from resampled source videos."""

import numpy as np
from numpy.typing import NDArray

from deepfake_attribution.evaluate.uncertainty.draws import Weights
from deepfake_attribution.evaluate.uncertainty.intervals import Interval, interval

Bools = NDArray[np.bool_]
Floats = NDArray[np.float64]


def changes(
    called_real: Bools,
    real: Bools,
    answered: Bools,
    columns: NDArray[np.intp],
    weights: Weights,
    level: float,
) -> dict[str, Interval]:
    """Return how much ``error``, ``false_alarms`` and ``passed`` rise with the rule.

    The figures are those of `likelihood.abstention.answers`; the change is with the rule minus
    without, in percentage points.

    Args:
        called_real, real, answered: (N,) as for `abstention.answers`.
        columns: (N,) column of ``weights``.
        weights: (1 + D, G), see `draws.draw`.
        level: percent of the draws that an interval holds.
    """
    wrong = called_real != real
    with np.errstate(divide="ignore", invalid="ignore"):  # a draw without reals or fakes
        n_real, n_fake = (_sums(side, columns, weights) for side in (real, ~real))
        lost = [
            _sums(wrong & side, columns, weights) / n
            for side, n in ((real, n_real), (~real, n_fake))
        ]
        kept = [
            _sums(wrong & answered & side, columns, weights) / n
            for side, n in ((real, n_real), (~real, n_fake))
        ]
        given = [
            _sums(answered & side, columns, weights) / n
            for side, n in ((real, n_real), (~real, n_fake))
        ]
        errors = (kept[0] + kept[1]) / (given[0] + given[1]) - (lost[0] + lost[1]) / 2
    sources = [len(np.unique(columns[side])) for side in (real, ~real)]
    return {
        "error": interval(100 * errors, level, min(sources)),
        "false_alarms": interval(100 * (kept[0] - lost[0]), level, sources[0]),
        "passed": interval(100 * (kept[1] - lost[1]), level, sources[1]),
    }


def _sums(chosen: Bools, columns: NDArray[np.intp], weights: Weights) -> Floats:
    """Return the number of chosen videos in each draw, (1 + D,)."""
    counts = np.bincount(columns[chosen], minlength=weights.shape[1])
    return (weights @ counts).astype(np.float64)
