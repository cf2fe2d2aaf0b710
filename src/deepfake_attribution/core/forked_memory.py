"""Memory that a process shares with those forked from it."""

import mmap
from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import DTypeLike


def zeros(shape: Sequence[int], dtype: DTypeLike) -> np.ndarray:
    """Return zeros: what one process writes, the others see. Pickled, it is a copy.

    The map has no name: it needs no room in /dev/shm, which is small in containers, and goes with
    the last process that has it.
    """
    size = max(prod(shape) * np.dtype(dtype).itemsize, 1)  # a map is never empty
    return np.frombuffer(mmap.mmap(-1, size), dtype, prod(shape)).reshape(shape)
