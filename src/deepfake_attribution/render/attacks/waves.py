"""Slow random curves over a video's frames."""

import numpy as np


def waves(rng: np.random.Generator, frames: int, period: float) -> np.ndarray:
    """Return a smooth curve about 0 of size about 1, (frames,), swinging in ``period`` frames."""
    t = np.arange(frames)
    total = np.zeros(frames)
    for factor, weight in ((1.0, 0.8), (0.45, 0.5)):
        length = period * factor * rng.uniform(0.8, 1.25)
        total += weight * np.sin(2 * np.pi * (t / length + rng.uniform()))
    return total
