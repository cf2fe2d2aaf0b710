"""Soft steps between two areas, instead of a hard edge."""

import numpy as np


def edge(distance: np.ndarray, softness: float) -> np.ndarray:
    """Return 0 to 1 over an edge: a straight ramp of ``softness`` on both sides, cheap."""
    return np.clip(0.5 + distance / (2 * softness), 0, 1)


def swell(distance: np.ndarray, softness: float) -> np.ndarray:
    """Return 0 to 1 over an edge: a logistic curve, smooth enough to be a relief.

    Far from the edge the curve is cut off, where it is flat and its exponential would overflow.
    """
    return 1 / (1 + np.exp(-np.clip(distance / softness, -30, 30)))
