"""A confidence interval from draws, or why there is none."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
FEWEST = 10  # source videos; with fewer, resampling is meaningless
NO_SPREAD = "no spread: every draw has this value"


@dataclass(frozen=True)
class Interval:
    """The confidence interval of a figure.

    Attributes:
        value: of all videos, each once; NaN where there is nothing to count.
        low, high: ends of the interval; NaN if there is none.
        draws: how many of the draws have the figure.
        left_out: how many draws do not, because they have no reals or no fakes.
        note: why there is no interval, or what to know about it; else empty.
    """

    value: float
    low: float
    high: float
    draws: int
    left_out: int
    note: str


def interval(values: Floats, confidence: float, sources: int) -> Interval:
    """Return the percentile interval of one figure.

    Args:
        values: (1 + D,) the figure of all videos, then of each draw; NaN if it has none.
        confidence: percent of the draws inside the interval.
        sources: the number of source videos that the figure uses; if it needs reals and fakes, the
            smaller of the two numbers.
    """
    value, drawn = float(values[0]), values[1:][np.isfinite(values[1:])]
    lost = len(values) - 1 - len(drawn)
    if np.isnan(value):
        return Interval(value, np.nan, np.nan, len(drawn), lost, "nothing to count")
    if sources < FEWEST:
        plural = "s" if sources != 1 else ""
        note = f"no interval: {sources} source video{plural}, fewer than {FEWEST}"
        return Interval(value, np.nan, np.nan, len(drawn), lost, note)
    low, high = np.percentile(drawn, [50 - confidence / 2, 50 + confidence / 2])
    notes = [NO_SPREAD] if drawn.min() == drawn.max() else []
    notes += [f"{lost} draws without reals or fakes left out"] if lost else []
    return Interval(value, float(low), float(high), len(drawn), lost, "; ".join(notes))
