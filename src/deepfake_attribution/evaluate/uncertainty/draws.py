"""Random draws of groups with replacement, as weights: how often each group is in each draw."""

import zlib

import numpy as np
from numpy.typing import NDArray

Weights = NDArray[np.int32]


def draw(groups: int, draws: int, seed: int, name: str, size: int | None = None) -> Weights:
    """Return (1 + draws, groups) weights: the first row takes every group once, then the draws.

    Each draw takes groups with replacement, all with the same probability.

    Args:
        groups: how many there are, at least 1.
        draws: how many to make.
        seed: of the project.
        name: of the database; each database has its own draws, the same for all approaches.
        size: how many groups a draw takes; None: ``groups``.
    """
    random = np.random.default_rng([seed, zlib.crc32(name.encode())])
    drawn = random.multinomial(size or groups, np.full(groups, 1 / groups), size=draws)
    return np.vstack([np.ones((1, groups)), drawn]).astype(np.int32)
