"""Memory that a process shares with those forked from it."""

import mmap
from collections.abc import Sequence
from math import prod

import numpy as np
from numpy.typing import DTypeLike


def zeros(shape: Sequence[int], dtype: DTypeLike) -> np.ndarray:
    """Return zeros; each process sees what the others write. Pickling makes a copy.

    The map has no name: it needs no space in /dev/shm, which is small in containers, and is freed
    when the last process that has it ends.
    """
    size = max(prod(shape) * np.dtype(dtype).itemsize, 1)  # a map is never empty
    return np.frombuffer(mmap.mmap(-1, size), dtype, prod(shape)).reshape(shape)
