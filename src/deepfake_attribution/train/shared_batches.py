"""Batches from loading processes, in shared memory that is used again and again.

torch makes new shared memory for every batch, whose pages the system must clear and map, and hands
over a file descriptor for each tensor: for crops of 224 pixels that costs as much as decoding them.
Here each loading process has a few places, made once. It fills one and sends its number; the
process that trains looks at the batch where it lies. The place is free again when nobody holds the
batch any more.
"""

import weakref
from collections.abc import Sequence
from itertools import count

import numpy as np
import torch
from torch import Tensor

from deepfake_attribution.core.forked_memory import zeros

AHEAD = 2  # batches that each process loads before they are asked for; torch's own number
HELD = 2  # the one that is worked on, and the next, which comes before the first is let go


class Places:
    """Room for batches of crops, known to the process that makes it and those forked from it.

    In a process that was spawned instead it has no place free, ever.

    Args:
        workers: loading processes.
        shape: (B, 3, S, S), of the largest batch.
    """

    def __init__(self, workers: int, shape: Sequence[int]) -> None:
        places = workers, AHEAD + HELD
        self._memory = zeros((*places, *shape), np.uint8)
        # Set by the loading process alone, and cleared by the other alone: no lock is needed.
        self._taken = zeros(places, np.uint8)
        self._number = next(_numbers)
        _known[self._number] = self

    def __getstate__(self) -> dict[str, np.ndarray]:
        return {"_taken": np.zeros((len(self._taken), 0), np.uint8)}

    def take(self, worker: int) -> int | None:
        """Take a free place of ``worker`` and return its number; None: there is none."""
        free = np.flatnonzero(self._taken[worker] == 0)
        if not len(free):
            return None
        self._taken[worker, free[0]] = 1
        return int(free[0])

    def free(self, worker: int, place: int) -> None:
        """Give a place back."""
        self._taken[worker, place] = 0

    def look(self, worker: int, place: int, length: int) -> np.ndarray:
        """Return the first ``length`` crops of a place, (length, 3, S, S) uint8, not copied."""
        return self._memory[worker, place, :length]

    def sent(self, worker: int, place: int, labels: Tensor) -> "Sent":
        """Return what to send for a batch that lies at a place, with its (B,) int64 classes."""
        return Sent((self._number, worker, place, labels.numpy()))


class Sent:
    """A batch on its way: unpickled, it is the pair of crops and classes.

    Args:
        where: number of the `Places`, worker, place, classes.
    """

    def __init__(self, where: tuple[int, int, int, np.ndarray]) -> None:
        self.where = where

    def __reduce__(self) -> tuple:
        return _received, self.where


_numbers = count()
_known: weakref.WeakValueDictionary[int, Places] = weakref.WeakValueDictionary()


def _received(number: int, worker: int, place: int, labels: np.ndarray) -> tuple[Tensor, Tensor]:
    places = _known[number]
    images = places.look(worker, place, len(labels))
    # The tensor and all views of it hold this array: when it goes, nobody sees the place.
    end = weakref.finalize(images, places.free, worker, place)
    end.atexit = False
    return torch.from_numpy(images), torch.from_numpy(labels)
