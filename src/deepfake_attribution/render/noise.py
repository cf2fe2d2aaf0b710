"""Smooth random fields: the stuff that skin, hair, cloth and walls are made of."""

from collections.abc import Sequence

import cv2
import numpy as np


def smooth(rng: np.random.Generator, shape: tuple[int, int], cell: float) -> np.ndarray:
    """Return a (H, W) float32 field about N(0, 1) whose blobs are ``cell`` pixels wide."""
    rows, columns = (int(np.ceil(side / cell)) + 3 for side in shape)
    coarse = rng.standard_normal((rows, columns), dtype=np.float32)
    size = (int(columns * cell), int(rows * cell))
    fine = cv2.resize(coarse, size, interpolation=cv2.INTER_CUBIC)
    top, left = int(cell), int(cell)  # away from the border, where resizing repeats values
    return fine[top : top + shape[0], left : left + shape[1]]


def fractal(rng: np.random.Generator, shape: tuple[int, int], cells: Sequence[float]) -> np.ndarray:
    """Return the sum of smooth fields, each of half the weight of the one before it."""
    total = np.zeros(shape, np.float32)
    weight = 1.0
    for cell in cells:
        total += weight * smooth(rng, shape, cell)
        weight /= 2
    return total


def strands(
    rng: np.random.Generator, across: np.ndarray, along: np.ndarray, density: float
) -> np.ndarray:
    """Return a field of fine threads, (H, W) float32 about N(0, 1).

    Args:
        rng: the source of the threads.
        across: (H, W), a coordinate that counts the threads side by side.
        along: (H, W), a coordinate along the threads.
        density: threads per unit of ``across``.
    """
    side = 256
    threads: np.ndarray = rng.standard_normal((side, side), dtype=np.float32)
    threads = cv2.GaussianBlur(threads, (0, 0), sigmaX=0.8, sigmaY=3.0)
    threads = threads / threads.std()
    x = np.asarray(across * density, np.float32) % (side - 1)
    y = np.asarray(along * density * 0.2, np.float32) % (side - 1)
    return cv2.remap(threads, x, y, cv2.INTER_LINEAR)
